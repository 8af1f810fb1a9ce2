//! CatBoost: metrics, as `catboost.utils.eval_metric` returns them.

use super::formulas::{at_least, dead_zone, focal, misclassified, relative_error};
use super::{Own, Preset};

/// The default `delta` of `Quantile`, which `MAE` shares: residuals are smaller by it.
const DEAD_ZONE: f64 = 1e-6;

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("mse", "RMSE").root(),
    Preset::new("mae", "MAE").point(|_, y, z| dead_zone(y, z, [1.0, 1.0], DEAD_ZONE)),
    Preset::new("quantile", "Quantile").point(|setting, y, z| {
        let tau = setting.parameter("tau");
        dead_zone(y, z, [tau, 1.0 - tau], DEAD_ZONE)
    }),
    Preset::new("quantile", "Quantile(delta=0)"),
    Preset::new("expectile", "Expectile"),
    Preset::new("huber", "Huber"),
    Preset::new("fair", "FairLoss"),
    Preset::new("mape", "MAPE").point(|_, y, z| relative_error(y, z, at_least(y.abs(), 1.0), 0.0)).any_targets(),
    Preset::new("smape", "SMAPE").own(Own { factor: 100.0, ..Own::PLAIN }).any_targets(),
    Preset::new("msle", "MSLE"),
    Preset::new("poisson", "Poisson"),
    Preset::new("tweedie", "Tweedie"),
    Preset::new("bce_logits", "Logloss"),
    Preset::new("bce_logits", "CrossEntropy"),
    Preset::new("focal_logits", "Focal").point(|setting, y, z| focal(setting, y, z, [1e-13, 1.0 - 1e-13], true)),
    Preset::new("brier", "BrierScore"),
    Preset::new("hinge", "HingeLoss"),
    Preset::new("zero_one", "ZeroOneLoss").point(|_, y, z| misclassified(y, z, 0.0)),
    Preset::new("cce_logits", "MultiClass"),
    Preset::new("multiclass_hinge", "HingeLoss"),
];
