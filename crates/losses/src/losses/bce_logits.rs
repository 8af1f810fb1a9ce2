use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Link, Noise, PredictionKind, Properties};
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
        prediction: PredictionKind::Logit,
        prediction_domain: Interval::EXTENDED,
        link: Link::Logit,
        noise: Some(Noise::Bernoulli),
        when: "The default for two classes, in training and in scoring whenever the raw scores were kept.",
        when_not: "The scores are probabilities already: use bce.",
        examples: &[
            Example::about("A spam mail with logit 3: called spam with 95 %.", 1.0, &[3.0], 0.0486, 5e-5),
            Example::about("The same mail with logit −3.", 1.0, &[-3.0], 3.0486, 5e-5),
            Example::about(
                "Very sure and right: 4.2 · 10⁻¹⁸, where a rounded probability gives 0.",
                1.0,
                &[40.0],
                4.248354255291589e-18,
                1e-33,
            ),
        ],
        elsewhere: &[
            Elsewhere::differs("PyTorch", "BCEWithLogitsLoss", "gradient 0 from z = 37 on"),
            Elsewhere::same("Keras", "BinaryCrossentropy(from_logits=True)"),
            Elsewhere::same("Optax", "sigmoid_binary_cross_entropy"),
            Elsewhere::same("scikit-learn", "HalfBinomialLoss"),
            Elsewhere::differs("XGBoost", "binary:logistic", "Hessian floored at 1e-16"),
            Elsewhere::differs("LightGBM", "binary, cross_entropy", "binary takes any y > 0 as 1"),
        ],
        references: &["D. R. Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20 (1958)"],
        ..Card::PROBABILITY
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        Some(match form {
            Form::Plain | Form::Training | Form::NegativeLogLikelihood => (1.0, 0.0),
            // Soft labels have an entropy that no prediction gets below.
            Form::Deviance => (2.0, 2.0 * (y.ln_times(y) + (1.0 - y).ln_times(1.0 - y))),
        })
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strict, lipschitz: Some(1.0), ..Properties::smooth() }
    }

    const LINEAR_IN_TARGET: bool = true;

    fn fisher(&self, z: f64) -> Option<f64> {
        // The link is canonical, so the second derivative does not depend on the target.
        Some(Scalar::logistic_curvature(z))
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        // D. Böhning, B. G. Lindsay, Monotonicity of quadratic-approximation algorithms (1988)
        Some(0.25)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        z.logistic_loss(y)
    }
}
