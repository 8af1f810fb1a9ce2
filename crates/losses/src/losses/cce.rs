use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Real};

use crate::card::{Card, Elsewhere, Example, Functional, Noise, Over, Properties, Table};
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};

/// Categorical cross-entropy of probabilities: minus the logarithm of the probability given to the true class.
///
/// The probabilities of a row must add up to 1. A probability of exactly 0 for the true class loses infinitely much;
/// nothing is clipped.
#[derive(Clone, Debug)]
pub struct Cce;

impl Rowwise for Cce {
    const CARD: Card = Card {
        name: "cce",
        aliases: &[
            "categorical_cross_entropy",
            "categorical_crossentropy",
            "sparse_categorical_crossentropy",
            "mlogloss",
            "multi_logloss",
        ],
        title: "categorical cross-entropy (probabilities)",
        summary: "Minus the logarithm of the probability that was given to the true class.",
        noise: Some(Noise::Categorical),
        when: "Scoring the probabilities of several classes of which one is true: digits, sentiment, language.",
        when_not: "Logits are at hand: cce_logits is more accurate. Several labels can be true at once: that is one bce per label.",
        examples: &[Example::about(
            "A digit recognised with the probabilities 0.1130, 0.0561, 0.7552, 0.0757; class 2 is right.",
            2.0,
            &[0.1130, 0.0561, 0.7552, 0.0757],
            0.2808,
            5e-5,
        )],
        tables: &[Table {
            title: "Why the logarithm?",
            answer: "Being sure and right costs next to nothing, being sure and wrong costs without bound.",
            over: Over::Confidence,
            at: &[0.01, 0.1, 0.5, 0.9, 0.99],
            beside: &[],
        }],
        elsewhere: &[
            Elsewhere::differs("Keras", "CategoricalCrossentropy", "rescales the row, then clips to [1e-7, 1 − 1e-7]"),
            Elsewhere::differs("scikit-learn", "log_loss", "p clipped by the dtype's epsilon"),
            Elsewhere::differs("XGBoost", "mlogloss (metric)", "clipped at 1e-16"),
            Elsewhere::differs("LightGBM", "multi_logloss", "clipped at 1e-15"),
            Elsewhere::differs("PyTorch", "NLLLoss", "takes the logarithms of the probabilities"),
        ],
        references: &["T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)"],
        ..Card::CLASS_PROBABILITIES
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        // Flat in the probabilities of the other classes.
        Properties { functional: Functional::ClassProbabilities, ..Properties::smooth() }
    }

    fn row_rule(&self) -> RowRule {
        // Wide enough for probabilities written with five decimals or summed in single precision over many classes,
        // narrow enough to notice a class that was forgotten.
        RowRule::AddToOne { tolerance: 1e-4 }
    }

    fn fisher(&self, scores: &[f64], diagonal: &mut [f64]) -> bool {
        for (slot, p) in diagonal.iter_mut().zip(scores) {
            *slot = 1.0 / p;
        }
        true
    }

    fn formula(&self) -> Formula {
        let (y, p) = (Expr::symbol("y_c"), Expr::symbol("p_c"));
        let summed = Expr::symbol("p_j").ln_times(Expr::symbol("y_j"));
        Formula { value: -summed.over_classes(), gradient: -(y / p), hessian: y / p.square() }
    }

    const LINEAR_IN_TARGET: bool = true;

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        match target {
            RowTarget::Class(target) => {
                for (row, value) in value.iter_mut().enumerate() {
                    // Subtracting from 0 turns the −0 of a perfect prediction into 0.
                    *value = F::ZERO - scores[target[row] as usize][row].ln();
                }
            }
            RowTarget::Shares(shares) => {
                value.fill(F::ZERO);
                for (scores, shares) in scores.iter().zip(shares) {
                    for (row, value) in value.iter_mut().enumerate() {
                        *value += F::ZERO - shares[row].xlogy(scores[row]);
                    }
                }
            }
        }
        let Some(derivatives) = derivatives else { return };
        for (class, scores) in scores.iter().enumerate() {
            let (gradient, hessian) = (&mut *derivatives.gradient[class], &mut *derivatives.hessian[class]);
            for row in 0..scores.len() {
                let slope = over0(target.share(class, row), scores[row]);
                gradient[row] = -slope;
                hessian[row] = over0(slope, scores[row]);
            }
        }
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        for (class, product) in product.iter_mut().enumerate() {
            for row in 0..product.len() {
                let p = scores[class][row];
                product[row] = over0(over0(target.share(class, row), p), p).times0(vector[class][row]);
            }
        }
    }
}

/// `a/b`, 0 where `a` is 0.
#[inline(always)]
fn over0<F: Float>(a: F, b: F) -> F {
    F::select(a == F::ZERO, F::ZERO, a / b)
}
