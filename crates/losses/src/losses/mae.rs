use dartboard_numerics::Real;

use crate::card::{Card, Elsewhere, Example, Form, Functional, Kink, Noise, Properties, Smoothness};
use crate::family::Pointwise;

/// Absolute error: the distance between prediction and target, whose mean is the MAE.
///
/// Every unit of error counts the same, so outliers have no more say than any other row. The price is a kink at zero:
/// the gradient is −1 or 1 however small the error. At zero itself it is taken as 0.
#[derive(Clone, Debug)]
pub struct Mae;

impl Pointwise for Mae {
    const CARD: Card = Card {
        name: "mae",
        aliases: &["absolute_error", "mean_absolute_error", "l1"],
        title: "mean absolute error",
        summary: "The distance between prediction and target.",
        noise: Some(Noise::Laplace),
        when: "Outliers are noise, every unit of error costs the same, or the median is wanted.",
        when_not: "The mean or a total is wanted, or the optimiser needs curvature: its Hessian is 0 wherever it exists.",
        examples: &[
            Example::exact("A house sold for 300 thousand, predicted at 280 thousand.", 300.0, &[280.0], 20.0),
            Example::exact(
                "The same house predicted at 100 thousand: ten times the error, ten times the loss.",
                300.0,
                &[100.0],
                200.0,
            ),
        ],
        elsewhere: &[
            Elsewhere::same("PyTorch", "L1Loss"),
            Elsewhere::same("Keras", "MeanAbsoluteError"),
            Elsewhere::same("scikit-learn", "mean_absolute_error"),
            Elsewhere::differs("scikit-learn", "AbsoluteError", "gradient −1 at zero error"),
            Elsewhere::differs("XGBoost", "reg:absoluteerror", "trains on a smooth majoriser"),
            Elsewhere::differs("LightGBM", "regression_l1", "Hessian 1 in place of 0"),
        ],
        references: &[
            "P.-S. Laplace, Mémoire sur la probabilité des causes par les évènements (1774)",
            "T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011): consistent for the median",
        ],
        ..Card::VALUE
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        let _ = y;
        Some(match form {
            Form::Plain | Form::Training => (1.0, 0.0),
            Form::Deviance => (2.0, 0.0),
            // With scale 1.
            Form::NegativeLogLikelihood => (1.0, std::f64::consts::LN_2),
        })
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink::Residual(0.0)],
            lipschitz: Some(1.0),
            functional: Functional::Quantile(0.5),
            ..Properties::smooth()
        }
    }

    fn fisher(&self, _z: f64) -> Option<f64> {
        // Twice the Laplace density at 0.
        Some(1.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).abs()
    }
}
