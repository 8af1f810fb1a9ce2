use dartboard_numerics::elementary::{Float, ln_gamma};
use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Noise, Properties, Unit, Zero};
use crate::family::Pointwise;

/// Poisson loss of a log-mean: eᶻ − y·z, the negative log-likelihood of a count without its constant term.
///
/// The prediction is the logarithm of the mean, so any number is allowed and the mean is positive. The value may be
/// negative: it is not measured from the perfect prediction. `poisson_deviance` is.
#[derive(Clone, Debug)]
pub struct Poisson;

impl Pointwise for Poisson {
    const CARD: Card = Card {
        name: "poisson",
        aliases: &["poisson_nll", "poisson_nll_loss", "poisson_loss", "count:poisson"],
        title: "Poisson loss (log-mean)",
        summary: "The predicted mean less the target times the logarithm of that mean: Poisson likelihood up to a constant.",
        noise: Some(Noise::Poisson),
        unit: Unit::Nats,
        when: "Training on counts and rates: the mean is e to the prediction, always positive.",
        when_not: "Counts that vary more than their mean: negative_binomial. Scoring predicted means: poisson_deviance.",
        examples: &[
            Example::exact("No event where one was expected: log-mean 0 is mean 1.", 0.0, &[0.0], 1.0),
            Example::about("3 events at log-mean 1.", 3.0, &[1.0], -0.281718, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::same("PyTorch", "PoissonNLLLoss"),
            Elsewhere::differs(
                "PyTorch",
                "PoissonNLLLoss(full=True)",
                "adds Stirling's approximation of ln y!, wrong for small counts",
            ),
            Elsewhere::same("scikit-learn", "HalfPoissonLoss"),
            Elsewhere::differs("XGBoost", "count:poisson", "Hessian e^(z + 0.7)"),
            Elsewhere::differs("LightGBM", "poisson", "Hessian e^(z + 0.7)"),
            Elsewhere::same("CatBoost", "Poisson"),
            Elsewhere::same("LossFunctions.jl", "PoissonLoss"),
        ],
        references: &["P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 6"],
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
            Form::Plain | Form::Training => (1.0, 0.0),
            Form::NegativeLogLikelihood => (1.0, ln_gamma(y + 1.0)),
            Form::Deviance => (2.0, 2.0 * (Float::xlogy(y, y) - y)),
        })
    }

    fn fisher(&self, z: f64) -> Option<f64> {
        // The link is canonical, so the second derivative does not depend on the target.
        Some(Float::exp(z))
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        z.exp_less_linear(R::Base::literal(1.0), y)
    }
}
