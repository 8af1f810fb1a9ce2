use dartboard_numerics::elementary::{Float, ln_gamma};
use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Form, Noise, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Unit deviance of the Poisson distribution: 2(y·ln(y/μ) − y + μ), for a predicted mean μ.
///
/// Twice what the likelihood loses against a perfect prediction: zero where the mean is right, and right to the last
/// digits next to it, where the textbook form has none left.
#[derive(Clone, Debug)]
pub struct PoissonDeviance;

impl Pointwise for PoissonDeviance {
    const CARD: Card = Card {
        name: "poisson_deviance",
        aliases: &["mean_poisson_deviance", "half_poisson_deviance"],
        title: "Poisson deviance",
        summary: "Twice the log-likelihood that the predicted mean of a count loses against the count itself.",
        noise: Some(Noise::Poisson),
        unit: Unit::Nats,
        when: "Scoring predicted means of counts and rates.",
        when_not: "The predictions are log-means: use poisson. Large amounts with relative errors: gamma_deviance.",
        examples: &[
            Example::exact("2 expected, none happened.", 0.0, &[2.0], 4.0),
            Example::about("2 expected, 5 happened.", 5.0, &[2.0], 3.162907, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "mean_poisson_deviance"),
            Elsewhere::differs("Keras", "Poisson", "half of it, without the terms of y alone; adds 1e-7 to the mean"),
            Elsewhere::differs("XGBoost", "poisson-nloglik", "half of it, with ln y! added; the mean at least 1e-16"),
        ],
        references: &["P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 6"],
        prediction_domain: Interval::NON_NEGATIVE,
        ..Card::MEAN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties::smooth()
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        let y_ln_y = Float::xlogy(y, y);
        Some(match form {
            Form::Plain | Form::Deviance => (1.0, 0.0),
            Form::NegativeLogLikelihood => (0.5, ln_gamma(y + 1.0) + y - y_ln_y),
            Form::Training => (0.5, y - y_ln_y),
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
        mu.poisson_half_deviance(self.y)
    }
    #[inline(always)]
    fn first(&self, mu: S) -> S {
        mu.relative_excess(self.y)
    }
    #[inline(always)]
    fn second(&self, mu: S) -> S {
        self.y.over0(mu).over0(mu)
    }
}
