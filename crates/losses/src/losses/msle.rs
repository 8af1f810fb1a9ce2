use dartboard_numerics::Real;

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Noise, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Squared logarithmic error: the square of ln(1 + z) − ln(1 + y).
///
/// It measures relative errors of quantities that span orders of magnitude: predicting 20 for 10 costs about what
/// predicting 2000 for 1000 costs. Its root is the RMSLE. The logarithm of the quotient is taken as a whole, so nothing
/// cancels where prediction and target are close.
#[derive(Clone, Debug)]
pub struct Msle;

impl Pointwise for Msle {
    const CARD: Card = Card {
        name: "msle",
        aliases: &[
            "squared_log_error",
            "mean_squared_log_error",
            "mean_squared_logarithmic_error",
            "reg:squaredlogerror",
        ],
        title: "mean squared logarithmic error",
        summary: "The square of the difference of ln(1 + prediction) and ln(1 + target).",
        target_domain: Interval::open(-1.0, f64::INFINITY),
        prediction_domain: Interval::open(-1.0, f64::INFINITY),
        noise: Some(Noise::LogNormal),
        unit: Unit::Number,
        when: "Counts and amounts over orders of magnitude, where a factor matters and not a difference.",
        when_not: "The mean is wanted: it estimates the geometric mean of 1 + y, which is smaller. Not convex far above.",
        examples: &[
            Example::about("19 predicted for 9: a factor of 2 in 1 + y.", 9.0, &[19.0], 0.480453, 5e-7),
            Example::about("1999 predicted for 999: the same factor.", 999.0, &[1999.0], 0.480453, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::differs("Keras", "MeanSquaredLogarithmicError", "clips negative values to 1e-7"),
            Elsewhere::same("scikit-learn", "mean_squared_log_error"),
            Elsewhere::differs("XGBoost", "reg:squaredlogerror", "half the gradient; Hessian not below 1e-6"),
            Elsewhere::differs("CatBoost", "MSLE", "an approximate logarithm, about 1e-7 off"),
        ],
        references: &["Elementary: squared error of ln(1 + y)"],
        ..Card::VALUE
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::None, functional: Functional::GeometricMean, ..Properties::smooth() }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        z.ln_1p_minus(y).square()
    }
}
