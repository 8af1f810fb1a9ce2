use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, PredictionKind, Properties, Smoothness, Unit, Zero};
use crate::domain::Interval;
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};

/// Multiclass hinge loss (Crammer and Singer): how far the true class's score falls short of the best other score plus 1.
///
/// Rows whose true class wins by a margin of 1 or more cost nothing. Of equally good others the first is taken. Shares
/// cost the expectation over their class.
#[derive(Clone, Debug)]
pub struct MulticlassHinge;

impl Rowwise for MulticlassHinge {
    const CARD: Card = Card {
        name: "multiclass_hinge",
        aliases: &["crammer_singer", "categorical_hinge", "multiclass_hinge_loss"],
        title: "multiclass hinge loss",
        summary: "One plus the largest score of another class less the score of the true class, and nothing below zero.",
        prediction: PredictionKind::Score,
        prediction_domain: Interval::FINITE,
        unit: Unit::Number,
        when: "Multiclass support vector machines: only classes that come close to the true one matter.",
        when_not: "Probabilities are wanted: use cce_logits.",
        examples: &[Example::about(
            "Class 0 wins by 0.4 where a margin of 1 is asked for.",
            0.0,
            &[0.9, 0.1, 0.5],
            0.6,
            1e-15,
        )],
        elsewhere: &[
            Elsewhere::differs("Keras", "CategoricalHinge", "wrong where all other scores are negative"),
            Elsewhere::same("scikit-learn", "hinge_loss"),
            Elsewhere::same("Optax", "multiclass_hinge_loss"),
            Elsewhere::differs("PyTorch", "MultiMarginLoss", "sums over the other classes and divides by all classes"),
        ],
        references: &[
            "K. Crammer, Y. Singer, On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2 (2001)",
        ],
        ..Card::CLASS_PROBABILITIES
    };

    const LINEAR_IN_TARGET: bool = true;
    const SYMBOLS: &'static [(&'static str, &'static str)] = &[
        ("t", "score of the true class"),
        ("m", "largest score of another class"),
        ("r_c", "1 for the class that has it, else 0"),
    ];
    const FORMULA_OF_ONE_CLASS: bool = true;

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Continuous,
            lipschitz: Some(std::f64::consts::SQRT_2),
            functional: Functional::Decision,
            zero: Zero::Stretch,
            ..Properties::smooth()
        }
    }

    fn row_rule(&self) -> RowRule {
        RowRule::Any
    }

    fn formula(&self) -> Formula {
        let (t, m) = (Expr::symbol("t"), Expr::symbol("m"));
        let short = m - t + Expr::number(1.0);
        let pull = Expr::symbol("r_c") - Expr::symbol("y_c");
        Formula {
            value: short.positive_part(),
            gradient: Scalar::is_positive(short) * pull,
            hessian: Expr::number(0.0),
        }
    }

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        mut derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        if let Some(derivatives) = &mut derivatives {
            derivatives.gradient.iter_mut().for_each(|column| column.fill(F::ZERO));
            derivatives.hessian.iter_mut().for_each(|column| column.fill(F::ZERO));
        }
        // Where there is no other class, none comes close.
        if scores.len() < 2 {
            value.fill(F::ZERO);
            return;
        }
        for (row, value) in value.iter_mut().enumerate() {
            let (first, second) = two_largest(scores, row);
            *value = F::ZERO;
            for class in 0..scores.len() {
                let share = target.share(class, row);
                let rival = if class == first { second } else { first };
                // The scores first: 1 could vanish beside them.
                let short = (scores[rival][row] - scores[class][row]) + F::ONE;
                if share == F::ZERO || short <= F::ZERO {
                    continue;
                }
                *value = share.mul_add(short, *value);
                if let Some(derivatives) = &mut derivatives {
                    derivatives.gradient[class][row] -= share;
                    derivatives.gradient[rival][row] += share;
                }
            }
        }
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        _target: RowTarget<'_, F>,
        _scores: &[&[F]],
        _vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        product.iter_mut().for_each(|product| product.fill(F::ZERO));
    }
}

/// The classes with the largest and the second largest score of a row, the first of equals.
#[inline(always)]
fn two_largest<F: Float>(scores: &[&[F]], row: usize) -> (usize, usize) {
    let (mut first, mut second) = if scores[1][row] > scores[0][row] { (1, 0) } else { (0, 1) };
    for class in 2..scores.len() {
        if scores[class][row] > scores[first][row] {
            (first, second) = (class, first);
        } else if scores[class][row] > scores[second][row] {
            second = class;
        }
    }
    (first, second)
}
