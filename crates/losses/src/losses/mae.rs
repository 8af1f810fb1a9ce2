use dartboard_numerics::Real;

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, PredictionKind, Properties, Smoothness, TargetKind,
    Unit,
};
use crate::domain::Interval;
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
        family: Family::Pointwise,
        target: TargetKind::Quantity,
        target_domain: Interval::FINITE,
        prediction: PredictionKind::Value,
        prediction_domain: Interval::FINITE,
        link: Link::Identity,
        parameters: &[],
        noise: Some("Laplace"),
        unit: Unit::Target,
        when: "Outliers are noise, every unit of error costs the same, or the median is wanted.",
        when_not: "The mean or a total is wanted, or the optimiser needs curvature: its Hessian is 0 wherever it exists.",
        examples: &[
            Example {
                story: "A house sold for 300 thousand, predicted at 280 thousand.",
                parameters: &[],
                target: 300.0,
                prediction: &[280.0],
                value: 20.0,
                tolerance: 0.0,
            },
            Example {
                story: "The same house predicted at 100 thousand: ten times the error, ten times the loss.",
                parameters: &[],
                target: 300.0,
                prediction: &[100.0],
                value: 200.0,
                tolerance: 0.0,
            },
        ],
        elsewhere: &[
            Elsewhere { library: "PyTorch", name: "L1Loss", difference: "" },
            Elsewhere { library: "Keras", name: "MeanAbsoluteError", difference: "" },
            Elsewhere {
                library: "scikit-learn", name: "mean_absolute_error", difference: "gradient −1 at zero error"
            },
            Elsewhere { library: "XGBoost", name: "reg:absoluteerror", difference: "trains on a smooth majoriser" },
            Elsewhere { library: "LightGBM", name: "regression_l1", difference: "Hessian 1 in place of 0" },
        ],
        references: &[
            "P.-S. Laplace, Mémoire sur la probabilité des causes par les évènements (1774)",
            "T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011): consistent for the median",
        ],
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Convex,
            smoothness: Smoothness::Continuous,
            kinks: vec![0.0],
            lipschitz: Some(1.0),
            functional: Functional::Quantile(0.5),
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).abs()
    }
}
