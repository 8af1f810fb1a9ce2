use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Noise, Properties, Unit, Zero};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Gamma loss of a log-mean: z + y·e⁻ᶻ, the negative log-likelihood of a positive amount without its constant term.
///
/// Errors count in proportion to the mean: the loss does not change when target and mean are scaled together, but for a
/// constant.
#[derive(Clone, Debug)]
pub struct Gamma;

impl Pointwise for Gamma {
    const CARD: Card = Card {
        name: "gamma",
        aliases: &["gamma_nll", "reg:gamma"],
        title: "gamma loss (log-mean)",
        summary: "The log-mean plus target over mean: the likelihood of a gamma-distributed amount up to a constant.",
        target_domain: Interval::POSITIVE,
        noise: Some(Noise::Gamma),
        unit: Unit::Nats,
        when: "Training on positive amounts whose spread grows with their mean: claims, durations, prices.",
        when_not: "Amounts that can be 0: tweedie. Scoring predicted means: gamma_deviance.",
        examples: &[
            Example::exact("An amount of 2 at log-mean 0, mean 1.", 2.0, &[0.0], 2.0),
            Example::about("The same at the right log-mean, ln 2.", 2.0, &[std::f64::consts::LN_2], 1.693147, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "HalfGammaLoss"),
            Elsewhere::same("XGBoost", "reg:gamma"),
            Elsewhere::same("LightGBM", "gamma"),
        ],
        references: &["P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 8"],
        ..Card::LOG_MEAN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strict, zero: Zero::Nowhere, ..Properties::smooth() }
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        Some(match form {
            // With shape 1, the exponential distribution.
            Form::Plain | Form::Training | Form::NegativeLogLikelihood => (1.0, 0.0),
            Form::Deviance => (2.0, -2.0 * (1.0 + Float::ln(y))),
        })
    }

    fn fisher(&self, _z: f64) -> Option<f64> {
        // The expectation of y·e⁻ᶻ at the mean eᶻ.
        Some(1.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        // y·eˣ − x at x = −z.
        (-z).exp_less_linear(y, R::Base::literal(1.0))
    }
}
