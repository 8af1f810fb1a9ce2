//! LightGBM: objectives first, with the second derivatives it puts in place of the true ones, then metrics.

use dartboard_numerics::elementary::Float;

use super::formulas::{at_least, misclassified, relative_error};
use super::{Own, Preset, Setting};
use crate::batch::{Clip, Reduction};

const UNIT: Own = Own::PLAIN.unit_curvature();
const TIE_ABOVE: Own = Own { tie: Some(|setting| 1.0 - setting.parameter("tau")), ..Own::PLAIN }.unit_curvature();
/// Damped by the default `poisson_max_delta_step`, e^0.7.
const POISSON: Own = Own { hessian: |h, _| h * 2.013_752_707_470_476_5, ..Own::PLAIN };
/// Any target above 0 counts as an event.
const BINARY: Own = Own { harden: true, ..Own::PLAIN };
/// K/(K − 1) times the diagonal (J. Friedman, Greedy function approximation, 2001).
const MULTICLASS: Own = Own { hessian: |h, classes| h * classes as f64 / (classes as f64 - 1.0), ..Own::PLAIN };
/// Means are at least 1e-10, rounded to single precision.
const MEAN_FLOOR: Own = Own { prediction_floor: -23.025_850_916_589_025, ..Own::PLAIN };
/// Probabilities of the target are at least 1e-15, the logarithm of which is taken in single precision.
const FLOORED: Own = Own { clip: Some(|_| Clip::LogFloor(-34.538_776_397_705_08)), ..Own::PLAIN };
/// Probabilities are at least 1e-12.
const CROSS_ENTROPY: Own = Own { clip: Some(|_| Clip::LogFloor(-27.631_021_115_928_547)), ..Own::PLAIN };

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("mse", "objective regression").own(Own::HALF),
    Preset::new("mae", "objective regression_l1").own(UNIT),
    Preset::new("huber", "objective huber").own(UNIT),
    Preset::new("fair", "objective fair"),
    Preset::new("quantile", "objective quantile").own(TIE_ABOVE),
    Preset::new("mape", "objective mape").point(|_, y, z| mape(y, z, 1.0)).any_targets(),
    Preset::new("poisson", "objective poisson").own(POISSON),
    Preset::new("gamma", "objective gamma"),
    Preset::new("tweedie", "objective tweedie"),
    Preset::new("bce_logits", "objective binary").own(BINARY),
    Preset::new("bce_logits", "objective cross_entropy"),
    Preset::new("cce_logits", "objective multiclass").own(MULTICLASS),
    Preset::new("mse", "metric l2"),
    Preset::new("mse", "metric rmse").root(),
    Preset::new("mae", "metric l1"),
    Preset::new("huber", "metric huber"),
    Preset::new("fair", "metric fair"),
    Preset::new("quantile", "metric quantile"),
    Preset::new("mape", "metric mape").point(|_, y, z| mape(y, z, 0.0)).any_targets(),
    Preset::new("poisson", "metric poisson").own(MEAN_FLOOR),
    Preset::new("gamma", "metric gamma"),
    // The sum, not the mean.
    Preset { mean: Reduction::Sum, ..Preset::new("gamma_deviance", "metric gamma_deviance") }.point(gamma_deviance),
    Preset::new("tweedie", "metric tweedie").own(MEAN_FLOOR),
    Preset::new("bce_logits", "metric binary_logloss").own(Own { harden: true, ..FLOORED }),
    Preset::new("bce_logits", "metric cross_entropy").own(CROSS_ENTROPY),
    Preset::new("cce_logits", "metric multi_logloss").own(FLOORED),
    Preset::new("zero_one", "metric binary_error").point(|_, y, z| misclassified(y, z, 0.0)),
];

/// The divisor is at least 1.
fn mape(y: f64, z: f64, curvature: f64) -> [f64; 3] {
    relative_error(y, z, at_least(y.abs(), 1.0), curvature)
}

/// The ratio is `y/(μ + 1e-9)`.
fn gamma_deviance(_: &Setting<'_>, y: f64, mean: f64) -> [f64; 3] {
    let guarded = mean + 1e-9;
    let ratio = y / guarded;
    let value = 2.0 * (ratio - Float::ln(ratio) - 1.0);
    [value, 2.0 * (1.0 - ratio) / guarded, 2.0 * (2.0 * ratio - 1.0) / (guarded * guarded)]
}
