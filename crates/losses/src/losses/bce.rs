use dartboard_numerics::{Real, Scalar};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, PredictionKind, Properties, Smoothness, TargetKind,
    Unit,
};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Binary cross-entropy of a probability: minus the logarithm of the probability given to what happened.
///
/// Confidence in the right answer costs little and confidence in the wrong one costs without bound: a probability of
/// 0.99 for what happened loses 0.01, one of 0.01 loses 4.61, and one of exactly 0 loses infinitely much. Nothing is
/// clipped. Soft labels between 0 and 1 are allowed.
#[derive(Clone, Debug)]
pub struct Bce;

impl Pointwise for Bce {
    const CARD: Card = Card {
        name: "bce",
        aliases: &["binary_cross_entropy", "binary_crossentropy", "log_loss", "logloss", "binary_logloss"],
        title: "binary cross-entropy (probabilities)",
        summary: "Minus the logarithm of the probability that was given to what happened.",
        family: Family::Pointwise,
        target: TargetKind::Event,
        target_domain: Interval::UNIT,
        prediction: PredictionKind::Probability,
        prediction_domain: Interval::UNIT,
        link: Link::Identity,
        parameters: &[],
        noise: Some("Bernoulli"),
        unit: Unit::Nats,
        when: "Scoring probabilities of an event: spam or not, fraud or not. It rewards honest probabilities only.",
        when_not: "Logits are at hand: bce_logits is more accurate and never meets a probability rounded to 0 or 1.",
        examples: &[
            Example {
                story: "A spam mail that the model calls spam with 20 %.",
                parameters: &[],
                target: 1.0,
                prediction: &[0.2],
                value: 1.609,
                tolerance: 5e-4,
            },
            Example {
                story: "The same mail called spam with 95 %.",
                parameters: &[],
                target: 1.0,
                prediction: &[0.95],
                value: 0.051,
                tolerance: 5e-4,
            },
            Example {
                story: "Confidence 0.01 in the right answer.",
                parameters: &[],
                target: 1.0,
                prediction: &[0.01],
                value: 4.61,
                tolerance: 5e-3,
            },
            Example {
                story: "Confidence 0.10.",
                parameters: &[],
                target: 1.0,
                prediction: &[0.1],
                value: 2.30,
                tolerance: 5e-3,
            },
            Example {
                story: "Confidence 0.50.",
                parameters: &[],
                target: 1.0,
                prediction: &[0.5],
                value: 0.69,
                tolerance: 5e-3,
            },
            Example {
                story: "Confidence 0.90.",
                parameters: &[],
                target: 1.0,
                prediction: &[0.9],
                value: 0.11,
                tolerance: 5e-3,
            },
            Example {
                story: "Confidence 0.99.",
                parameters: &[],
                target: 1.0,
                prediction: &[0.99],
                value: 0.01,
                tolerance: 5e-3,
            },
        ],
        elsewhere: &[
            Elsewhere { library: "PyTorch", name: "BCELoss", difference: "logarithms clamped at −100" },
            Elsewhere { library: "Keras", name: "BinaryCrossentropy", difference: "p clipped to [1e-7, 1 − 1e-7]" },
            Elsewhere { library: "scikit-learn", name: "log_loss", difference: "p clipped by the dtype's epsilon" },
            Elsewhere {
                library: "XGBoost",
                name: "logloss (metric)",
                difference: "clipped at 1e-16, in single precision",
            },
            Elsewhere { library: "LightGBM", name: "binary_logloss", difference: "clipped at 1e-15" },
        ],
        references: &[
            "I. J. Good, Rational decisions, J. R. Stat. Soc. B 14 (1952)",
            "T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)",
        ],
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            // Its curvature y/p² + (1 − y)/(1 − p)² is at least 1, reached by hard labels at the far end.
            convexity: Convexity::Strong(1.0),
            smoothness: Smoothness::Infinitely,
            kinks: vec![],
            lipschitz: None,
            functional: Functional::Mean,
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, p: R) -> R {
        // Adding 0 turns the −0 of a perfect prediction into 0.
        -(p.ln_times(y) + p.ln_1m_times(y.complement())) + R::Base::literal(0.0)
    }

    const HAS_LABEL_FORM: bool = true;

    /// One logarithm instead of two.
    #[inline(always)]
    fn formula_at_labels<R: Real>(&self, y: R::Base, p: R) -> R {
        p.hard_cross_entropy(y)
    }
}
