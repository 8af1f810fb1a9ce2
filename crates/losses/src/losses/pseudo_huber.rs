use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Noise, Parameter, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Pseudo-Huber loss: a smooth curve from half the squared error to absolute error, with bends nowhere.
///
/// δ²(√(1 + (r/δ)²) − 1), written so that nothing overflows or cancels. Its curvature is positive everywhere, which suits
/// Newton steps and boosted trees.
#[derive(Clone, Debug)]
pub struct PseudoHuber {
    delta: f64,
}

impl Pointwise for PseudoHuber {
    const CARD: Card = Card {
        name: "pseudo_huber",
        aliases: &["charbonnier", "reg:pseudohubererror", "mphe"],
        title: "pseudo-Huber loss",
        summary: "Like half the squared error for small errors and delta times the distance for large ones, smooth between.",
        parameters: &[Parameter {
            name: "delta",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the error around which the loss turns from quadratic to linear, in the unit of the target",
        }],
        noise: Some(Noise::Hyperbolic),
        unit: Unit::TargetSquared,
        when: "As huber, where a second derivative is needed everywhere: boosting, Newton's method.",
        when_not: "Far outliers with a method that divides by the curvature: it falls like the cube of the error.",
        examples: &[
            Example::exact("An error of 0: nothing.", 3.0, &[3.0], 0.0),
            Example::about("An error of 1 with delta = 1: √2 − 1.", 3.0, &[4.0], 0.414214, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::same("XGBoost", "reg:pseudohubererror(huber_slope=delta)"),
            Elsewhere::same("XGBoost", "mphe (metric)"),
        ],
        references: &[
            "P. Charbonnier and others, Deterministic edge-preserving regularization in computed imaging, IEEE TIP 6 (1997)",
        ],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { delta: parameters[0] }
    }

    // Near zero the rounding of z − y counts twice.
    const ORDINARY_ULPS: f64 = 5.0;
    const EXTREME_ULPS: f64 = 5.0;

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Strict,
            lipschitz: Some(self.delta),
            functional: Functional::Minimiser,
            ..Properties::smooth()
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(1.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let delta = R::Base::parameter("delta", self.delta);
        (z - y).hypot_less(delta) * delta
    }
}
