use dartboard_numerics::{Real, Scalar};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Form, Functional, Noise, PredictionKind, Properties, Unit, Zero,
};
use crate::family::Joint;

/// Gaussian negative log-likelihood of a predicted mean μ and log-variance s: (s + (y − μ)²·e⁻ˢ)/2.
///
/// The model says with every prediction how sure it is: errors are measured in predicted standard deviations, and being
/// unsure costs half the log-variance. The logarithm of the variance may be any number, so nothing has to be clipped. The
/// constant ½·ln 2π is left out.
#[derive(Clone, Debug)]
pub struct GaussianNll;

impl Joint for GaussianNll {
    const CARD: Card = Card {
        name: "gaussian_nll",
        aliases: &["gaussian_nll_loss", "heteroscedastic", "rmse_with_uncertainty"],
        title: "Gaussian negative log-likelihood (mean and log-variance)",
        summary: "Half the log-variance plus half the squared error in units of the predicted variance.",
        family: Family::Joint,
        prediction: PredictionKind::Parameters(&[("mu", "mean"), ("s", "logarithm of the variance")]),
        noise: Some(Noise::GaussianOfOwnVariance),
        unit: Unit::Nats,
        when: "The spread of the target depends on the row, and the prediction should say how sure it is.",
        when_not: "Heavy tails: a single far outlier is explained by an enormous variance. Use student_t.",
        examples: &[
            Example::exact("An error of 2 with a predicted variance of 1.", 0.0, &[2.0, 0.0], 2.0),
            Example::about(
                "The same error with the variance that fits, 4.",
                0.0,
                &[2.0, 1.3862943611198906],
                1.193147,
                5e-7,
            ),
        ],
        elsewhere: &[
            Elsewhere::differs("PyTorch", "GaussianNLLLoss", "takes the variance, not below 1e-6"),
            Elsewhere::differs("CatBoost", "RMSEWithUncertainty", "takes the logarithm of the standard deviation"),
        ],
        references: &[
            "D. Nix, A. Weigend, Estimating the mean and variance of the target probability distribution, ICNN (1994)",
        ],
        ..Card::VALUE
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            functional: Functional::MeanAndLogVariance,
            zero: Zero::Nowhere,
            ..Properties::smooth()
        }
    }

    fn form(&self, form: Form, _y: f64) -> Option<(f64, f64)> {
        match form {
            Form::Plain | Form::Training => Some((1.0, 0.0)),
            Form::NegativeLogLikelihood => Some((1.0, 0.918_938_533_204_672_8)),
            // The likelihood has no upper bound.
            Form::Deviance => None,
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, predictions: &[R]) -> R {
        let (mean, log_variance) = (predictions[0], predictions[1]);
        let half = R::Base::literal(0.5);
        // The error in standard deviations first: its square may be a number where that of the error overflows.
        let deviations = (mean - y) * log_variance.exp_times(-half);
        (log_variance + deviations.square()) * half
    }
}
