//! PyTorch: `torch.nn` and `torch.nn.functional`. Second derivatives are those of the formula.

use dartboard_numerics::elementary::Float;

use super::formulas::{at_least, poisson_of_mean};
use super::{ClassWeightsInMean, Own, Preset, Setting};

/// A class of `torch.nn` takes no weights per row, so that its mean divides by the number of rows; functions of
/// `torch.nn.functional` differ.
const fn module(loss: &'static str, function: &'static str) -> Preset {
    Preset { class_weights_in_mean: ClassWeightsInMean::Never, ..Preset::new(loss, function).by_count() }
}

/// Classes of `torch.nn` with class weights and `ignore_index`. Class weights enter the divisor for class indices and
/// not for shares (pytorch#107680).
const fn of_classes(loss: &'static str, function: &'static str) -> Preset {
    let class_weights_in_mean = ClassWeightsInMean::OfClassesOnly;
    Preset { class_weights_in_mean, empty_is_nan: true, ..Preset::new(loss, function) }
}

pub(super) const PRESETS: &[Preset] = &[
    module("mse", "MSELoss"),
    Preset::new("mse", "F.mse_loss"),
    module("mae", "L1Loss"),
    Preset::new("mae", "F.l1_loss"),
    module("huber", "HuberLoss"),
    module("huber", "F.huber_loss"),
    module("smooth_l1", "SmoothL1Loss"),
    module("bce", "BCELoss").point(bce),
    module("bce_logits", "BCEWithLogitsLoss"),
    module("bce_logits", "SoftMarginLoss"),
    of_classes("cce_logits", "CrossEntropyLoss"),
    Preset { any_rows: true, ..of_classes("nll", "NLLLoss") },
    Preset { mean_of_terms: true, ..module("kl_div", "KLDivLoss") },
    module("poisson", "PoissonNLLLoss(log_input=True)"),
    module("poisson", "PoissonNLLLoss(log_input=True, full=True)").own(Own { constant: Some(stirling), ..Own::PLAIN }),
    module("poisson_deviance", "PoissonNLLLoss(log_input=False)").point(|_, y, mean| poisson_of_mean(y, mean, 1e-8)),
    module("poisson_deviance", "PoissonNLLLoss(log_input=False, full=True)").point(full_poisson_of_mean),
    module("gaussian_nll", "GaussianNLLLoss")
        .row(|_, target, scores, gradient, hessian| gaussian(target, scores, gradient, hessian)),
    module("gaussian_nll", "GaussianNLLLoss(full=True)").row(|_, target, scores, gradient, hessian| {
        gaussian(target, scores, gradient, hessian) + 0.918_938_533_204_672_8
    }),
    module("multiclass_hinge", "MultiMarginLoss").row(multi_margin::<1>),
    module("multiclass_hinge", "MultiMarginLoss(p=2)").row(multi_margin::<2>),
    module("multilabel_bce_logits", "MultiLabelSoftMarginLoss").row(multilabel),
];

/// Logarithms of at least −100, and a gradient of its own: `(p − y)/max(p(1 − p), 1e-12)`, the guard in single
/// precision
/// (aten/src/ATen/native/Loss.cpp).
fn bce(_: &Setting<'_>, y: f64, p: f64) -> [f64; 3] {
    let log = |x: f64| at_least(x, -100.0);
    let value = -(y * log(Float::ln(p)) + (1.0 - y) * log(Float::ln_1p(-p)));
    let variance = at_least(p * (1.0 - p), f64::from(1e-12_f32));
    // Of what the gradient is the gradient of: its own derivative, where the guard does not hold.
    let bend = (y * (1.0 - p) * (1.0 - p) + (1.0 - y) * p * p) / (variance * variance);
    [value + 0.0, (p - y) / variance, bend]
}

/// Stirling's approximation of `ln y!`, and 0 up to 1: what `full=True` adds.
fn stirling(y: f64) -> f64 {
    if y > 1.0 { y * Float::ln(y) - y + 0.5 * Float::ln(std::f64::consts::TAU * y) } else { 0.0 }
}

fn full_poisson_of_mean(_: &Setting<'_>, y: f64, mean: f64) -> [f64; 3] {
    let [value, gradient, hessian] = poisson_of_mean(y, mean, 1e-8);
    [value + stirling(y), gradient, hessian]
}

/// `Σ over the other classes of max(0, 1 − z_y + z_j)^P`, over the number of classes.
fn multi_margin<const P: u8>(
    _: &Setting<'_>,
    shares: &[f64],
    scores: &[f64],
    gradient: &mut [f64],
    hessian: &mut [f64],
) -> f64 {
    let classes = scores.len() as f64;
    let mut value = 0.0;
    for (truth, share) in shares.iter().enumerate().filter(|(_, share)| **share != 0.0) {
        for class in (0..scores.len()).filter(|&class| class != truth) {
            let margin = 1.0 - scores[truth] + scores[class];
            if margin > 0.0 {
                let part = share / classes;
                let (term, slope, bend) =
                    if P == 1 { (margin, 1.0, 0.0) } else { (margin * margin, 2.0 * margin, 2.0) };
                value += part * term;
                gradient[class] += part * slope;
                gradient[truth] -= part * slope;
                hessian[class] += part * bend;
                hessian[truth] += part * bend;
            }
        }
    }
    value
}

/// The mean over the labels of weight times logistic loss, divided by their number whatever the weights.
fn multilabel(setting: &Setting<'_>, shares: &[f64], scores: &[f64], gradient: &mut [f64], hessian: &mut [f64]) -> f64 {
    let mut value = 0.0;
    for (label, (&y, &z)) in shares.iter().zip(scores).enumerate() {
        let weight = setting.class_weight.get(label).copied().unwrap_or(1.0) / scores.len() as f64;
        value += weight * Float::logistic_loss(y, z);
        gradient[label] = weight * Float::logistic_residual(y, z);
        hessian[label] = weight * Float::logistic_curvature(z);
    }
    value
}

/// The variance is at least 1e-6, and the gradient passes through as if it were not cut off. PyTorch takes the
/// variance; this is of its logarithm.
fn gaussian(target: &[f64], predictions: &[f64], gradient: &mut [f64], hessian: &mut [f64]) -> f64 {
    let (&[y], &[mean, log_variance]) = (target, predictions) else { return f64::NAN };
    let given = Float::exp(log_variance);
    let variance = at_least(given, 1e-6);
    let (error, square) = (mean - y, (mean - y) * (mean - y) / variance);
    (gradient[0], hessian[0]) = (error / variance, 1.0 / variance);
    gradient[1] = 0.5 * (1.0 - square) * (given / variance);
    hessian[1] = if given < variance { gradient[1] } else { 0.5 * square };
    0.5 * (Float::ln(variance) + square)
}
