use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Noise, Parameter, Properties, Unit, Zero};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Tweedie loss of a log-mean, for powers between 1 and 2: amounts that are often exactly 0 and positive otherwise.
///
/// The negative log-likelihood of a compound Poisson–gamma amount in its mean, without the terms of y alone. Towards
/// power 1 it becomes the Poisson loss, towards 2 the gamma loss, each but for a constant.
#[derive(Clone, Debug)]
pub struct Tweedie {
    power: f64,
}

impl Pointwise for Tweedie {
    const CARD: Card = Card {
        name: "tweedie",
        aliases: &["tweedie_nll", "reg:tweedie"],
        title: "Tweedie loss (log-mean)",
        summary: "The likelihood of an amount that is a sum of a random number of gamma amounts, up to a constant.",
        parameters: &[Parameter {
            name: "power",
            default: 1.5,
            domain: Interval::open(1.0, 2.0),
            meaning: "the variance grows like the mean to this power: near 1 like counts, near 2 like amounts",
        }],
        noise: Some(Noise::CompoundPoissonGamma),
        unit: Unit::OwnScale,
        when: "Training on totals with many zeros: insurance claims, rainfall, sales of slow articles.",
        when_not: "No zeros: gamma. Whole counts: poisson. Comparing different powers: each is a scale of its own.",
        examples: &[
            Example::exact("Nothing happened at mean 1.", 0.0, &[0.0], 2.0),
            Example::exact("An amount of 3 at mean 1.", 3.0, &[0.0], 8.0),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "HalfTweedieLoss"),
            Elsewhere::same("XGBoost", "reg:tweedie(tweedie_variance_power=power)"),
            Elsewhere::same("LightGBM", "tweedie(tweedie_variance_power=power)"),
            Elsewhere::same("CatBoost", "Tweedie"),
        ],
        references: &["B. Jørgensen, The Theory of Dispersion Models (1997), chapter 4"],
        ..Card::LOG_MEAN
    };

    fn new(parameters: &[f64]) -> Self {
        Self { power: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strict, zero: Zero::Nowhere, ..Properties::smooth() }
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        let (a, b) = (self.power - 1.0, 2.0 - self.power);
        match form {
            Form::Plain | Form::Training => Some((1.0, 0.0)),
            Form::Deviance => Some((2.0, -2.0 * y.raise(b) / (a * b))),
            // Its normalising constant is an infinite series in y and the dispersion.
            Form::NegativeLogLikelihood => None,
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let power = R::Base::parameter("power", self.power);
        // y·e^(−(p − 1)z)/(p − 1) + e^((2 − p)z)/(2 − p): both terms are positive.
        let (a, b) = (power - R::Base::literal(1.0), R::Base::literal(2.0) - power);
        z.exp_times(-a).weighted(y) / a + z.exp_times(b) / b
    }
}
