use dartboard_numerics::elementary::{Float, ln_gamma};
use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Noise, Parameter, Properties, Unit, Zero};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Negative binomial loss of a log-mean: y·ln(1 + e⁻ᶻ/α) + (1/α)·ln(1 + α·eᶻ), for counts that vary more than Poisson
/// counts do.
///
/// The variance is μ + αμ². Towards α = 0 it becomes the Poisson loss but for a constant. The terms of the likelihood
/// that depend on the count alone are left out.
#[derive(Clone, Debug)]
pub struct NegativeBinomial {
    alpha: f64,
}

impl Pointwise for NegativeBinomial {
    const CARD: Card = Card {
        name: "negative_binomial",
        aliases: &["neg_binomial", "negative_binomial_nll", "nb2"],
        title: "negative binomial loss (log-mean)",
        summary: "The likelihood of a count whose variance exceeds its mean by alpha times the mean squared, up to a constant.",
        parameters: &[Parameter {
            name: "alpha",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the overdispersion: the variance is mean + alpha · mean²",
        }],
        noise: Some(Noise::NegativeBinomial),
        unit: Unit::Nats,
        when: "Counts that vary more than their mean: visits, claims, word counts, reads of genes.",
        when_not: "The variance is about the mean: poisson.",
        examples: &[
            Example::about("3 events at mean 1.", 3.0, &[0.0], 2.772589, 5e-7),
            Example::about("None at mean 1.", 0.0, &[0.0], std::f64::consts::LN_2, 5e-7),
        ],
        elsewhere: &[Elsewhere::differs("statsmodels", "NegativeBinomial", "with the terms of y alone")],
        references: &["J. Hilbe, Negative Binomial Regression (2011), NB2"],
        ..Card::LOG_MEAN
    };

    fn new(parameters: &[f64]) -> Self {
        Self { alpha: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strict, zero: Zero::Nowhere, ..Properties::smooth() }
    }

    // The logarithm of the count's odds is formed from two rounded numbers.
    const EXTREME_ULPS: f64 = 6.0;
    const ORDINARY_ULPS: f64 = 6.0;

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        let shape = 1.0 / self.alpha;
        match form {
            Form::Plain | Form::Training => Some((1.0, 0.0)),
            Form::NegativeLogLikelihood => Some((1.0, ln_gamma(shape) + ln_gamma(y + 1.0) - ln_gamma(y + shape))),
            // Less its value at e^z = y.
            Form::Deviance => {
                let at_best =
                    Float::xlogy(y, 1.0 + shape / y.max(f64::MIN_POSITIVE)) + shape * Float::ln_1p(self.alpha * y);
                Some((2.0, -2.0 * at_best))
            }
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let alpha = R::Base::parameter("alpha", self.alpha);
        let inverse = R::Base::literal(1.0) / alpha;
        (-z).ln_1p_scaled_exp(inverse, y) + z.ln_1p_scaled_exp(alpha, inverse)
    }
}
