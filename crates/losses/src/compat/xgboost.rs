//! XGBoost: objectives first, with the second derivatives it puts in place of the true ones, then metrics.

use dartboard_numerics::elementary::Float;

use super::formulas::{misclassified, relative_error};
use super::{Own, Preset, Setting};
use crate::batch::Clip;
use crate::card::Form;

/// The least second derivative of a logistic or softmax objective.
const LEAST_CURVATURE: f64 = 1e-16;
/// The logarithm of 1e-16, below which the logarithm of a probability or mean is not taken.
const LOG_OF_LEAST: f64 = -36.841_361_487_904_734;

const UNIT: Own = Own::PLAIN.unit_curvature();
const TIE_ABOVE: Own = Own { tie: Some(|setting| 1.0 - setting.parameter("tau")), ..Own::PLAIN }.unit_curvature();
const LOGISTIC: Own = Own { hessian: |h, _| h.max(LEAST_CURVATURE), ..Own::PLAIN };
const SOFTMAX: Own = Own { hessian: |h, _| (2.0 * h).max(LEAST_CURVATURE), ..Own::PLAIN };
/// Damped by the default `max_delta_step`, e^0.7.
const POISSON: Own = Own { hessian: |h, _| h * 2.013_752_707_470_476_5, ..Own::PLAIN };
/// Half of the loss, its second derivative at least 1e-6. A prediction is raised to −1 + 1e-6 and keeps its slope.
const LOG_SQUARED: Own =
    Own { hessian: |h, _| h.max(1e-6), prediction_floor: -1.0 + 1e-6, slope_below_floor: true, ..Own::HALF };
const FLOORED: Own = Own { clip: Some(|_| Clip::LogFloor(LOG_OF_LEAST)), ..Own::PLAIN };
const POISSON_SCORE: Own = Own { form: Form::NegativeLogLikelihood, prediction_floor: LOG_OF_LEAST, ..Own::PLAIN };

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("mse", "objective reg:squarederror").own(Own::HALF),
    Preset::new("mae", "objective reg:absoluteerror").own(UNIT),
    Preset::new("quantile", "objective reg:quantileerror").own(TIE_ABOVE),
    Preset::new("pseudo_huber", "objective reg:pseudohubererror"),
    Preset::new("msle", "objective reg:squaredlogerror").own(LOG_SQUARED),
    Preset::new("bce_logits", "objective binary:logistic").own(LOGISTIC),
    Preset::new("bce_logits", "objective reg:logistic").own(LOGISTIC),
    Preset::new("poisson", "objective count:poisson").own(POISSON),
    Preset::new("poisson", "objective count:poisson(max_delta_step=0)"),
    Preset::new("gamma", "objective reg:gamma"),
    Preset::new("tweedie", "objective reg:tweedie"),
    Preset::new("hinge", "objective binary:hinge").point(hinge),
    Preset::new("cce_logits", "objective multi:softprob").own(SOFTMAX),
    Preset::new("mse", "metric rmse").root(),
    Preset::new("mae", "metric mae"),
    Preset::new("quantile", "metric quantile"),
    Preset::new("pseudo_huber", "metric mphe"),
    // No guard: 1/0 is infinite and 0/0 is NaN.
    Preset::new("mape", "metric mape").point(|_, y, z| relative_error(y, z, y.abs(), 0.0)).any_targets(),
    Preset::new("msle", "metric rmsle").root(),
    Preset::new("bce_logits", "metric logloss").own(FLOORED),
    Preset::new("bce", "metric logloss").own(FLOORED),
    Preset::new("cce_logits", "metric mlogloss").own(FLOORED),
    Preset::new("zero_one", "metric error").point(|_, y, z| misclassified(y, z, 0.0)),
    // Of probabilities.
    Preset::new("zero_one", "metric error(under reg:squarederror)").point(|_, y, p| misclassified(y, p, 0.5)),
    Preset::new("poisson", "metric poisson-nloglik").own(POISSON_SCORE),
    Preset::new("gamma", "metric gamma-nloglik"),
    Preset::new("gamma_deviance", "metric gamma-deviance").point(gamma_deviance),
    Preset::new("tweedie", "metric tweedie-nloglik"),
];

/// Curvature 1 where the margin is below 1; elsewhere the least positive number of single precision.
fn hinge(_: &Setting<'_>, y: f64, z: f64) -> [f64; 3] {
    let side = 2.0 * y - 1.0;
    let short = 1.0 - side * z;
    if short > 0.0 { [short, -side, 1.0] } else { [0.0, 0.0, f64::from(f32::MIN_POSITIVE)] }
}

/// 1e-6 is added to target and mean.
fn gamma_deviance(_: &Setting<'_>, y: f64, mean: f64) -> [f64; 3] {
    let (y, mean) = (y + 1e-6, mean + 1e-6);
    let ratio = y / mean;
    [2.0 * (ratio - 1.0 - Float::ln(ratio)), 2.0 * (1.0 - ratio) / mean, 2.0 * (2.0 * ratio - 1.0) / (mean * mean)]
}
