use dartboard_numerics::{Real, Scalar};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, Parameter, PredictionKind, Properties, Smoothness,
    TargetKind, Unit,
};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Quantile (pinball) loss: absolute error with a slope of τ below the target and 1 − τ above it.
///
/// Its expectation is smallest at the τ-quantile, so it is how forecasts of quantiles are trained and scored. At τ = ½
/// it is half the absolute error. The gradient at zero error is taken as 0.
#[derive(Clone, Debug)]
pub struct Quantile {
    tau: f64,
}

impl Pointwise for Quantile {
    const CARD: Card = Card {
        name: "quantile",
        aliases: &["pinball", "pinball_loss", "quantile_loss", "tick"],
        title: "quantile (pinball) loss",
        summary: "Tau times the distance where the prediction is too low, 1 − tau times where it is too high.",
        family: Family::Pointwise,
        target: TargetKind::Quantity,
        target_domain: Interval::FINITE,
        prediction: PredictionKind::Value,
        prediction_domain: Interval::FINITE,
        link: Link::Identity,
        parameters: &[Parameter {
            name: "tau",
            default: 0.5,
            domain: Interval::open(0.0, 1.0),
            meaning: "the level of the quantile: the share of targets that should lie below the prediction",
        }],
        noise: Some("asymmetric Laplace"),
        unit: Unit::Target,
        when: "The prediction is a quantile, or too low and too high cost differently: tau = under / (under + over).",
        when_not: "Comparing forecasts of different levels: each level is a scale of its own.",
        examples: &[
            Example {
                story: "The 90 % quantile of tomorrow's sales, predicted 10 too low: dear.",
                parameters: &[0.9],
                target: 100.0,
                prediction: &[90.0],
                value: 9.0,
                tolerance: 0.0,
            },
            Example {
                story: "Predicted 10 too high: cheap.",
                parameters: &[0.9],
                target: 100.0,
                prediction: &[110.0],
                value: 1.0,
                tolerance: 1e-15,
            },
        ],
        elsewhere: &[
            Elsewhere {
                library: "scikit-learn", name: "mean_pinball_loss", difference: "gradient −tau at zero error"
            },
            Elsewhere { library: "XGBoost", name: "reg:quantileerror", difference: "trains on a smoothed form" },
            Elsewhere {
                library: "LightGBM",
                name: "quantile",
                difference: "tau is named alpha; gradient 1 − tau at zero error",
            },
            Elsewhere { library: "CatBoost", name: "Quantile:alpha=…", difference: "" },
        ],
        references: &["R. Koenker, G. Bassett, Regression quantiles, Econometrica 46 (1978)"],
    };

    fn new(parameters: &[f64]) -> Self {
        Self { tau: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Convex,
            smoothness: Smoothness::Continuous,
            kinks: vec![0.0],
            lipschitz: Some(self.tau.max(1.0 - self.tau)),
            functional: Functional::Quantile(self.tau),
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let tau = R::Base::parameter("tau", self.tau);
        // Of the two parts at most one is not 0.
        z.minus_times(y, -tau).positive_part() + z.minus_times(y, tau.complement()).positive_part()
    }
}
