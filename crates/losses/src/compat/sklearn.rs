//! scikit-learn: the losses of `sklearn._loss` first, which its estimators train on, then those of `sklearn.metrics`.

use super::formulas::{at_least, misclassified, relative_error};
use super::{Own, Preset};
use crate::batch::Clip;

const TIE_BELOW: Own = Own { tie: Some(|_| -1.0), ..Own::PLAIN }.unit_curvature();
const TIE_BELOW_QUANTILE: Own = Own { tie: Some(|setting| -setting.parameter("tau")), ..Own::PLAIN }.unit_curvature();

/// Probabilities clipped by the epsilon of their type.
const CLIPPED: Own =
    Own { clip: Some(|single| Clip::Eps(if single { f32::EPSILON as f64 } else { f64::EPSILON })), ..Own::PLAIN };

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("mse", "HalfSquaredError").own(Own::HALF),
    Preset::new("mae", "AbsoluteError").own(TIE_BELOW),
    Preset::new("quantile", "PinballLoss").own(TIE_BELOW_QUANTILE),
    Preset::new("huber", "HuberLoss"),
    Preset::new("poisson", "HalfPoissonLoss"),
    Preset::new("gamma", "HalfGammaLoss"),
    Preset::new("tweedie", "HalfTweedieLoss"),
    Preset::new("bce_logits", "HalfBinomialLoss"),
    Preset::new("cce_logits", "HalfMultinomialLoss"),
    Preset::new("exponential", "ExponentialLoss"),
    Preset::new("bce", "metrics.log_loss").own(CLIPPED),
    Preset::new("cce", "metrics.log_loss").own(CLIPPED),
    Preset::new("brier", "metrics.brier_score_loss"),
    Preset::new("brier", "metrics.brier_score_loss(scale_by_half=False)").own(Own { factor: 2.0, ..Own::PLAIN }),
    Preset::new("mse", "metrics.mean_squared_error"),
    Preset::new("mae", "metrics.mean_absolute_error"),
    Preset::new("quantile", "metrics.mean_pinball_loss"),
    Preset::new("mape", "metrics.mean_absolute_percentage_error")
        .point(|_, y, z| relative_error(y, z, at_least(y.abs(), f64::EPSILON), 0.0))
        .any_targets(),
    Preset::new("msle", "metrics.mean_squared_log_error"),
    Preset::new("poisson_deviance", "metrics.mean_poisson_deviance"),
    Preset::new("gamma_deviance", "metrics.mean_gamma_deviance"),
    Preset::new("tweedie_deviance", "metrics.mean_tweedie_deviance"),
    Preset::new("hinge", "metrics.hinge_loss"),
    Preset::new("multiclass_hinge", "metrics.hinge_loss"),
    // Of predicted classes 0 and 1.
    Preset::new("zero_one", "metrics.zero_one_loss").point(|_, y, class| misclassified(y, class, 0.5)),
];
