use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Noise, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Unit deviance of the gamma distribution: 2(ln(μ/y) + y/μ − 1), for a predicted mean μ.
///
/// A function of the ratio y/μ alone: an error of a factor costs the same at every scale. Zero where the mean is right,
/// and right to the last digits next to it.
#[derive(Clone, Debug)]
pub struct GammaDeviance;

impl Pointwise for GammaDeviance {
    const CARD: Card = Card {
        name: "gamma_deviance",
        aliases: &["mean_gamma_deviance", "itakura_saito"],
        title: "gamma deviance",
        summary: "Twice the log-likelihood that the predicted mean of a positive amount loses against the amount itself.",
        target_domain: Interval::POSITIVE,
        noise: Some(Noise::Gamma),
        unit: Unit::Nats,
        when: "Scoring predicted means of positive amounts when relative errors matter: claims, durations, prices.",
        when_not: "Amounts that can be 0: tweedie_deviance. Predictions of 0 are not allowed.",
        examples: &[
            Example::about("2 predicted where 1 came: a factor of two too high.", 1.0, &[2.0], 0.386294, 5e-7),
            Example::about("A factor of two too low costs more.", 2.0, &[1.0], 0.613706, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "mean_gamma_deviance"),
            Elsewhere::differs("XGBoost", "gamma-deviance", "adds 1e-6 to both"),
            Elsewhere::differs("LightGBM", "gamma_deviance", "the sum over rows, with 1e-9 added"),
        ],
        references: &[
            "P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 8",
            "F. Itakura, S. Saito, Analysis synthesis telephony based on the maximum likelihood method (1968)",
        ],
        ..Card::MEAN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::None, ..Properties::smooth() }
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        Some(match form {
            Form::Plain | Form::Deviance => (1.0, 0.0),
            // With shape 1, the exponential distribution.
            Form::NegativeLogLikelihood | Form::Training => (0.5, 1.0 + Float::ln(y)),
        })
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        z.apply(HalfDeviance { y }) * R::Base::literal(2.0)
    }
}

struct HalfDeviance<S> {
    y: S,
}

impl<S: Scalar> Function<S> for HalfDeviance<S> {
    #[inline(always)]
    fn value(&self, mu: S) -> S {
        mu.gamma_half_deviance(self.y)
    }
    #[inline(always)]
    fn first(&self, mu: S) -> S {
        // μ² could overflow or underflow before the quotient does.
        (mu - self.y) / mu / mu
    }
    #[inline(always)]
    fn second(&self, mu: S) -> S {
        // (2y − μ)/μ³
        (self.y - mu + self.y) / mu / mu / mu
    }
}
