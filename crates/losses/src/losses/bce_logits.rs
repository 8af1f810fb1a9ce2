use dartboard_numerics::Real;

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, PredictionKind, Properties, Smoothness, TargetKind,
    Unit,
};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Binary cross-entropy of a logit: that of the probability `σ(z)`, without ever forming it.
///
/// A probability of 1 − 10⁻²⁰ cannot be told from 1 in floating point, its logit can. Value, gradient and Hessian keep
/// all their digits for any logit, infinite ones included. Soft labels between 0 and 1 are allowed.
#[derive(Clone, Debug)]
pub struct BceLogits;

impl Pointwise for BceLogits {
    const CARD: Card = Card {
        name: "bce_logits",
        aliases: &[
            "bce_with_logits",
            "binary_cross_entropy_with_logits",
            "sigmoid_binary_cross_entropy",
            "logistic",
            "binary:logistic",
        ],
        title: "binary cross-entropy (logits)",
        summary: "Minus the logarithm of the probability that the logit's sigmoid gives to what happened.",
        family: Family::Pointwise,
        target: TargetKind::Event,
        target_domain: Interval::UNIT,
        prediction: PredictionKind::Logit,
        prediction_domain: Interval::EXTENDED,
        link: Link::Logit,
        parameters: &[],
        noise: Some("Bernoulli"),
        unit: Unit::Nats,
        when: "The default for two classes, in training and in scoring whenever the raw scores were kept.",
        when_not: "The scores are probabilities already: use bce.",
        examples: &[
            Example {
                story: "A spam mail with logit 3: called spam with 95 %.",
                parameters: &[],
                target: 1.0,
                prediction: &[3.0],
                value: 0.0486,
                tolerance: 5e-5,
            },
            Example {
                story: "The same mail with logit −3.",
                parameters: &[],
                target: 1.0,
                prediction: &[-3.0],
                value: 3.0486,
                tolerance: 5e-5,
            },
            Example {
                story: "Very sure and right: 4.2 · 10⁻¹⁸, where a rounded probability gives 0.",
                parameters: &[],
                target: 1.0,
                prediction: &[40.0],
                value: 4.248354255291589e-18,
                tolerance: 1e-33,
            },
        ],
        elsewhere: &[
            Elsewhere { library: "PyTorch", name: "BCEWithLogitsLoss", difference: "gradient 0 from z = 37 on" },
            Elsewhere { library: "Keras", name: "BinaryCrossentropy(from_logits=True)", difference: "" },
            Elsewhere { library: "Optax", name: "sigmoid_binary_cross_entropy", difference: "" },
            Elsewhere { library: "scikit-learn", name: "HalfBinomialLoss", difference: "" },
            Elsewhere { library: "XGBoost", name: "binary:logistic", difference: "Hessian floored at 1e-16" },
            Elsewhere { library: "LightGBM", name: "binary, cross_entropy", difference: "binary takes any y > 0 as 1" },
        ],
        references: &["D. R. Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20 (1958)"],
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Strict,
            smoothness: Smoothness::Infinitely,
            kinks: vec![],
            lipschitz: Some(1.0),
            functional: Functional::Mean,
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        z.logistic_loss(y)
    }
}
