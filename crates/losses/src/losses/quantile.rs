use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Noise, Parameter, Properties, Smoothness};
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
        parameters: &[Parameter {
            name: "tau",
            default: 0.5,
            domain: Interval::open(0.0, 1.0),
            meaning: "the level of the quantile: the share of targets that should lie below the prediction",
        }],
        noise: Some(Noise::AsymmetricLaplace),
        when: "The prediction is a quantile, or too low and too high cost differently: tau = under / (under + over).",
        when_not: "Comparing forecasts of different levels: each level is a scale of its own.",
        examples: &[
            Example::exact("The 90 % quantile of tomorrow's sales, predicted 10 too low: dear.", 100.0, &[90.0], 9.0)
                .with(&[0.9]),
            Example::about("Predicted 10 too high: cheap.", 100.0, &[110.0], 1.0, 1e-15).with(&[0.9]),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "mean_pinball_loss"),
            Elsewhere::differs("scikit-learn", "PinballLoss", "gradient −tau at zero error"),
            Elsewhere::differs("XGBoost", "reg:quantileerror", "trains on a smoothed form"),
            Elsewhere::differs("LightGBM", "quantile", "tau is named alpha; gradient 1 − tau at zero error"),
            Elsewhere::same("CatBoost", "Quantile:alpha=…"),
        ],
        references: &["R. Koenker, G. Bassett, Regression quantiles, Econometrica 46 (1978)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { tau: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink::Residual(0.0)],
            lipschitz: Some(self.tau.max(1.0 - self.tau)),
            functional: Functional::Quantile(self.tau),
            ..Properties::smooth()
        }
    }

    fn fisher(&self, _z: f64) -> Option<f64> {
        // The gradient jumps by 1 where the asymmetric Laplace density is τ(1 − τ).
        Some(self.tau * (1.0 - self.tau))
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let tau = R::Base::parameter("tau", self.tau);
        // Of the two parts at most one is not 0.
        z.minus_times(y, -tau).positive_part() + z.minus_times(y, tau.complement()).positive_part()
    }
}
