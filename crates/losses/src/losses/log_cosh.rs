use dartboard_numerics::Real;

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Noise, Properties, Unit};
use crate::family::Pointwise;

/// Log-cosh: the logarithm of the hyperbolic cosine of the error.
///
/// Half the squared error near zero, absolute error less ln 2 far out, smooth between. It has no parameter: the turn is
/// at an error of about 1 in whatever unit the target has.
#[derive(Clone, Debug)]
pub struct LogCosh;

impl Pointwise for LogCosh {
    const CARD: Card = Card {
        name: "log_cosh",
        aliases: &["logcosh"],
        title: "log-cosh",
        summary: "The logarithm of the hyperbolic cosine of the error: squared error near zero, absolute error far out.",
        noise: Some(Noise::HyperbolicSecant),
        unit: Unit::OwnScale,
        when: "A smooth robust loss without a parameter, on targets scaled to errors of about 1.",
        when_not: "Targets in large units: errors are then all far out, and it is absolute error less ln 2.",
        examples: &[
            Example::about("An error of 1.", 3.0, &[4.0], 0.433781, 5e-7),
            Example::about("An error of 100: the distance less ln 2.", 0.0, &[100.0], 99.306853, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::same("Keras", "LogCosh"),
            Elsewhere::differs("Optax", "log_cosh", "loses all digits of small errors"),
            Elsewhere::differs("TorchMetrics", "LogCoshError", "overflows at large errors"),
            Elsewhere::differs("CatBoost", "LogCosh", "an approximate exponential, up to 1e-4 off"),
            Elsewhere::differs("LossFunctions.jl", "LogitDistLoss", "2·log_cosh of half the error"),
        ],
        references: &["P. Green, Bayesian reconstructions from emission tomography data, IEEE TMI 9 (1990)"],
        ..Card::VALUE
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    // Near zero the rounding of z − y counts twice.
    const ORDINARY_ULPS: f64 = 5.0;
    const EXTREME_ULPS: f64 = 5.0;

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Strict,
            lipschitz: Some(1.0),
            functional: Functional::Minimiser,
            ..Properties::smooth()
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(1.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).log_cosh()
    }
}
