use dartboard_numerics::Real;

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Noise, Over, Properties, Table, Unit};
use crate::family::Pointwise;

/// Squared error: the square of the distance between prediction and target, whose mean is the MSE.
///
/// Squaring makes every error count as positive and makes large errors count most: an error of 10 weighs a hundred
/// times an error of 1. It is smooth, so its gradient shrinks in proportion to the error.
#[derive(Clone, Debug)]
pub struct Mse;

impl Pointwise for Mse {
    const CARD: Card = Card {
        name: "mse",
        aliases: &["squared_error", "mean_squared_error", "l2"],
        title: "mean squared error",
        summary: "The square of the distance between prediction and target.",
        noise: Some(Noise::Gaussian),
        unit: Unit::TargetSquared,
        when: "The default for quantities: when large errors hurt more than in proportion, and the mean is wanted.",
        when_not: "Targets with outliers or gross errors: a single one can outweigh all other rows. Use mae or huber.",
        examples: &[
            Example::exact("A house sold for 300 thousand, predicted at 280 thousand.", 300.0, &[280.0], 400.0),
            Example::exact(
                "The same house predicted at 100 thousand: ten times the error, a hundred times the loss.",
                300.0,
                &[100.0],
                40000.0,
            ),
        ],
        tables: &[Table {
            title: "Why squared?",
            answer: "Errors added up as they are cancel, so four bad predictions look perfect; distances and squares \
                     cannot. And in squares an error of 10 counts a hundred times an error of 1, not ten times.",
            over: Over::Errors,
            at: &[-10.0, -1.0, 1.0, 10.0],
            beside: &["mae"],
        }],
        elsewhere: &[
            Elsewhere::same("PyTorch", "MSELoss"),
            Elsewhere::differs("Keras", "MeanSquaredError", "averages the last axis before weighting"),
            Elsewhere::same("Optax", "squared_error"),
            Elsewhere::differs("Optax", "l2_loss", "half of it"),
            Elsewhere::same("scikit-learn", "mean_squared_error"),
            Elsewhere::differs("scikit-learn", "HalfSquaredError", "half of it"),
            Elsewhere::differs("XGBoost", "reg:squarederror", "gradient and Hessian of half of it"),
            Elsewhere::differs("LightGBM", "regression (l2)", "gradient and Hessian of half of it"),
        ],
        references: &[
            "A. M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805), appendix",
            "T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011): consistent for the mean",
        ],
        ..Card::VALUE
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        let _ = y;
        Some(match form {
            Form::Plain | Form::Deviance => (1.0, 0.0),
            Form::Training => (0.5, 0.0),
            // With variance 1: ½·ln 2π.
            Form::NegativeLogLikelihood => (0.5, 0.918_938_533_204_672_8),
        })
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strong(2.0), ..Properties::smooth() }
    }

    fn fisher(&self, _z: f64) -> Option<f64> {
        Some(2.0)
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(2.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).square()
    }
}
