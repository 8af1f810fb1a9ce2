use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Real};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, PredictionKind, Properties, Smoothness, TargetKind,
    Unit,
};
use crate::domain::Interval;
use crate::family::{Derivatives, Formula, RowRule, Rowwise};

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
        family: Family::Rowwise,
        target: TargetKind::Class,
        target_domain: Interval::closed(0.0, u32::MAX as f64),
        prediction: PredictionKind::Probability,
        prediction_domain: Interval::UNIT,
        link: Link::Identity,
        parameters: &[],
        noise: Some("categorical"),
        unit: Unit::Nats,
        when: "Scoring the probabilities of several classes of which one is true: digits, sentiment, language.",
        when_not: "Logits are at hand: cce_logits is more accurate. Several labels can be true at once: that is one bce per label.",
        examples: &[Example {
            story: "A digit recognised with the probabilities 0.1130, 0.0561, 0.7552, 0.0757; class 2 is right.",
            parameters: &[],
            target: 2.0,
            prediction: &[0.1130, 0.0561, 0.7552, 0.0757],
            value: 0.2808,
            tolerance: 5e-5,
        }],
        elsewhere: &[
            Elsewhere {
                library: "Keras",
                name: "CategoricalCrossentropy",
                difference: "rescales the row, then clips to [1e-7, 1 − 1e-7]",
            },
            Elsewhere { library: "scikit-learn", name: "log_loss", difference: "p clipped by the dtype's epsilon" },
            Elsewhere { library: "XGBoost", name: "mlogloss (metric)", difference: "clipped at 1e-16" },
            Elsewhere { library: "LightGBM", name: "multi_logloss", difference: "clipped at 1e-15" },
            Elsewhere { library: "PyTorch", name: "NLLLoss", difference: "takes the logarithms of the probabilities" },
        ],
        references: &["T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)"],
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            // Flat in the probabilities of the other classes.
            convexity: Convexity::Convex,
            smoothness: Smoothness::Infinitely,
            kinks: vec![],
            lipschitz: None,
            functional: Functional::ClassProbabilities,
        }
    }

    fn row_rule(&self) -> RowRule {
        // Wide enough for probabilities written with five decimals or summed in single precision over many classes,
        // narrow enough to notice a class that was forgotten.
        RowRule::AddToOne { tolerance: 1e-4 }
    }

    fn formula(&self) -> Formula {
        let (y, p) = (Expr::symbol("y_c"), Expr::symbol("p_c"));
        let summed = Expr::symbol("p_j").ln_times(Expr::symbol("y_j"));
        Formula { value: -summed.over_classes(), gradient: -(y / p), hessian: y / p.square() }
    }

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: &[u32],
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        for (row, value) in value.iter_mut().enumerate() {
            // Subtracting from 0 turns the −0 of a perfect prediction into 0.
            *value = F::ZERO - scores[target[row] as usize][row].ln();
        }
        let Some(derivatives) = derivatives else { return };
        for (class, scores) in scores.iter().enumerate() {
            let (gradient, hessian) = (&mut *derivatives.gradient[class], &mut *derivatives.hessian[class]);
            for row in 0..target.len() {
                let slope = F::ONE / scores[row];
                let is_true = target[row] as usize == class;
                gradient[row] = F::select(is_true, -slope, F::ZERO);
                hessian[row] = F::select(is_true, slope / scores[row], F::ZERO);
            }
        }
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(&self, target: &[u32], scores: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]) {
        for (class, product) in product.iter_mut().enumerate() {
            for row in 0..target.len() {
                let p = scores[class][row];
                let is_true = target[row] as usize == class;
                product[row] = F::select(is_true, vector[class][row] / p / p, F::ZERO);
            }
        }
    }
}
