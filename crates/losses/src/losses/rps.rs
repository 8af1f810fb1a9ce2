use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Real};

use crate::card::{Card, Elsewhere, Example, Functional, Properties, Unit};
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};
use crate::losses::Cce;

/// Ranked probability score: the squared distances between predicted and true cumulative probabilities, added up over
/// ordered classes.
///
/// Unlike cross-entropy it knows that class 1 is nearer to class 2 than class 5 is: probability on a neighbour of the
/// truth costs less than probability far away.
#[derive(Clone, Debug)]
pub struct Rps;

impl Rowwise for Rps {
    const CARD: Card = Card {
        name: "rps",
        aliases: &["ranked_probability_score"],
        title: "ranked probability score",
        summary: "The sum over ordered classes of the squared difference of predicted and true cumulative probability.",
        unit: Unit::Number,
        when: "Ordered classes: grades, star ratings, rain classes, home win, draw and away win.",
        when_not: "Classes without an order: use cce or brier.",
        examples: &[
            Example::about("Most probability on the true middle class.", 1.0, &[0.2, 0.7, 0.1], 0.05, 1e-15),
            Example::about(
                "The same probabilities where the lowest class is true.",
                0.0,
                &[0.2, 0.7, 0.1],
                0.65,
                1e-15,
            ),
        ],
        elsewhere: &[Elsewhere::differs("scoringrules", "rps_score", "classes counted from 1")],
        references: &[
            "E. Epstein, A scoring system for probability forecasts of ranked categories, J. Appl. Meteorology 8 (1969)",
        ],
        ..Card::CLASS_PROBABILITIES
    };

    const LINEAR_IN_TARGET: bool = false;
    const SYMBOLS: &'static [(&'static str, &'static str)] = &[
        ("P_j", "sum of the predicted probabilities up to class j"),
        ("Y_j", "sum of the true shares up to it: 1 from the true class on, 0 before it"),
    ];

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        use crate::card::Convexity;
        Properties {
            // The curvature of (P₁ − Y₁)² + … + (P_K − Y_K)² is that of a triangular matrix of ones, which has no lower
            // bound over all numbers of classes.
            convexity: Convexity::Strict,
            functional: Functional::ClassProbabilities,
            ..Properties::smooth()
        }
    }

    fn row_rule(&self) -> RowRule {
        Cce.row_rule()
    }

    fn formula(&self) -> Formula {
        let distance = Expr::symbol("P_j") - Expr::symbol("Y_j");
        let two = Expr::number(2.0);
        Formula {
            value: distance.square().over_classes(),
            gradient: (two * distance).over_classes_from_c(),
            hessian: two.over_classes_from_c(),
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
        let classes = scores.len();
        for row in 0..value.len() {
            let mut distance = F::ZERO;
            value[row] = F::ZERO;
            for (class, scores) in scores.iter().enumerate() {
                distance += scores[row] - target.share(class, row);
                value[row] = distance.mul_add(distance, value[row]);
                if let Some(derivatives) = &mut derivatives {
                    derivatives.gradient[class][row] = F::TWO * distance;
                    derivatives.hessian[class][row] = F::from_f64(2.0 * (classes - class) as f64);
                }
            }
            if let Some(derivatives) = &mut derivatives {
                // Class c moves every cumulative probability from its own on.
                for class in (1..classes).rev() {
                    let later = derivatives.gradient[class][row];
                    derivatives.gradient[class - 1][row] += later;
                }
            }
        }
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        _target: RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        for row in 0..scores[0].len() {
            let mut cumulative = F::ZERO;
            for (product, vector) in product.iter_mut().zip(vector) {
                cumulative += vector[row];
                product[row] = F::TWO * cumulative;
            }
            for class in (1..scores.len()).rev() {
                let later = product[class][row];
                product[class - 1][row] += later;
            }
        }
    }
}
