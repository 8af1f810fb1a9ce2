use dartboard_numerics::Real;

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, PredictionKind, Properties, Smoothness, TargetKind,
    Unit,
};
use crate::domain::Interval;
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
        aliases: &["squared_error", "mean_squared_error", "l2", "brier", "brier_score"],
        title: "mean squared error",
        summary: "The square of the distance between prediction and target.",
        family: Family::Pointwise,
        target: TargetKind::Quantity,
        target_domain: Interval::FINITE,
        prediction: PredictionKind::Value,
        prediction_domain: Interval::FINITE,
        link: Link::Identity,
        parameters: &[],
        noise: Some("Gaussian with constant variance"),
        unit: Unit::TargetSquared,
        when: "The default for quantities: when large errors hurt more than in proportion, and the mean is wanted.",
        when_not: "Targets with outliers or gross errors: a single one can outweigh all other rows. Use mae or huber.",
        examples: &[
            Example {
                story: "A house sold for 300 thousand, predicted at 280 thousand.",
                parameters: &[],
                target: 300.0,
                prediction: &[280.0],
                value: 400.0,
                tolerance: 0.0,
            },
            Example {
                story: "The same house predicted at 100 thousand: ten times the error, a hundred times the loss.",
                parameters: &[],
                target: 300.0,
                prediction: &[100.0],
                value: 40000.0,
                tolerance: 0.0,
            },
        ],
        elsewhere: &[
            Elsewhere { library: "PyTorch", name: "MSELoss", difference: "" },
            Elsewhere {
                library: "Keras",
                name: "MeanSquaredError",
                difference: "averages the last axis before weighting",
            },
            Elsewhere { library: "Optax", name: "squared_error", difference: "l2_loss is half of it" },
            Elsewhere {
                library: "scikit-learn",
                name: "mean_squared_error",
                difference: "HalfSquaredError is half of it",
            },
            Elsewhere {
                library: "XGBoost",
                name: "reg:squarederror",
                difference: "gradient and Hessian of half of it",
            },
            Elsewhere {
                library: "LightGBM",
                name: "regression (l2)",
                difference: "gradient and Hessian of half of it",
            },
        ],
        references: &[
            "A. M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805), appendix",
            "T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011): consistent for the mean",
        ],
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Strong(2.0),
            smoothness: Smoothness::Infinitely,
            kinks: vec![],
            lipschitz: None,
            functional: Functional::Mean,
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).square()
    }
}
