//! Keras: `keras.losses`, default reduction `sum_over_batch_size`. It has no second derivatives; those given are of the
//! formula.

use dartboard_numerics::elementary::Float;

use super::formulas::{at_least, focal, poisson_of_mean, relative_error};
use super::{Own, Preset, Setting};
use crate::batch::{Clip, clip_range};

/// `keras.config.epsilon()`
const EPSILON: f64 = 1e-7;

/// Weights scale the loss, and the mean divides by the number of rows.
const fn class(loss: &'static str, function: &'static str) -> Preset {
    Preset::new(loss, function).by_count()
}

const CLIPPED: Own = Own { clip: Some(|_| Clip::Eps(EPSILON)), ..Own::PLAIN };
const RAISED: Own = Own { target_floor: EPSILON, prediction_floor: EPSILON, ..Own::PLAIN };

pub(super) const PRESETS: &[Preset] = &[
    class("mse", "MeanSquaredError"),
    class("mae", "MeanAbsoluteError"),
    class("mape", "MeanAbsolutePercentageError").point(percentage).any_targets(),
    class("msle", "MeanSquaredLogarithmicError").own(RAISED),
    class("huber", "Huber"),
    class("log_cosh", "LogCosh"),
    class("poisson_deviance", "Poisson").point(|_, y, mean| poisson_of_mean(y, mean, EPSILON)),
    class("kl_div", "KLDivergence").row(kl_divergence),
    class("bce", "BinaryCrossentropy").own(CLIPPED),
    class("bce_logits", "BinaryCrossentropy(from_logits=True)"),
    class("focal_logits", "BinaryFocalCrossentropy(from_logits=True)")
        .point(|setting, y, z| focal(setting, y, z, clip_range(EPSILON, setting.single), false)),
    class("focal_logits", "BinaryFocalCrossentropy(from_logits=True, apply_class_balancing=True)")
        .point(|setting, y, z| focal(setting, y, z, clip_range(EPSILON, setting.single), true)),
    class("cce_logits", "CategoricalCrossentropy(from_logits=True)"),
    class("cce_logits", "SparseCategoricalCrossentropy(from_logits=True)"),
    Preset { any_rows: true, ..class("cce", "CategoricalCrossentropy").row(cross_entropy) },
    Preset { any_rows: true, ..class("cce", "SparseCategoricalCrossentropy").row(cross_entropy) },
    class("hinge", "Hinge").point(hinge),
    class("squared_hinge", "SquaredHinge"),
    class("multiclass_hinge", "CategoricalHinge").row(categorical_hinge),
];

/// In percent.
fn percentage(_: &Setting<'_>, y: f64, z: f64) -> [f64; 3] {
    relative_error(y, z, at_least(y.abs(), EPSILON), 0.0).map(|part| 100.0 * part)
}

/// Half of the slope at the kink: its `maximum` shares a gradient among those that tie.
fn hinge(_: &Setting<'_>, y: f64, z: f64) -> [f64; 3] {
    let side = 2.0 * y - 1.0;
    let short = 1.0 - side * z;
    [at_least(short, 0.0), -side * share_of_maximum(short), 0.0]
}

/// The slope of `max(0, x)`, ½ at 0.
fn share_of_maximum(x: f64) -> f64 {
    if x == 0.0 { 0.5 } else { f64::from(x > 0.0) }
}

/// Target and prediction are clipped to [1e-7, 1]; no slope below it, half of it at either end.
fn kl_divergence(_: &Setting<'_>, shares: &[f64], scores: &[f64], gradient: &mut [f64], hessian: &mut [f64]) -> f64 {
    let mut value = 0.0;
    for (class, (&share, &p)) in shares.iter().zip(scores).enumerate() {
        let (t, clipped) = (share.clamp(EPSILON, 1.0), p.clamp(EPSILON, 1.0));
        let through = share_of_maximum(p - EPSILON) * share_of_maximum(1.0 - p);
        value += t * Float::ln(t / clipped);
        gradient[class] = -through * t / clipped;
        hessian[class] = through * t / (clipped * clipped);
    }
    value
}

/// The row is divided by its sum, then clipped to [1e-7, 1 − 1e-7], where a clipped class has no slope.
fn cross_entropy(
    setting: &Setting<'_>,
    shares: &[f64],
    scores: &[f64],
    gradient: &mut [f64],
    hessian: &mut [f64],
) -> f64 {
    let [low, high] = clip_range(EPSILON, setting.single);
    let total: f64 = scores.iter().sum();
    // Value, slope and bend of −t·ln of the class's scaled probability q, and q.
    let term = |class: usize| {
        let q = scores[class] / total;
        let clipped = q.clamp(low, high);
        let through = f64::from(clipped == q);
        let slope = -through * shares[class] / clipped;
        [-shares[class] * Float::ln(clipped), slope, -slope / clipped, q]
    };
    let terms: Vec<[f64; 4]> = (0..scores.len()).map(term).collect();
    let mean: f64 = terms.iter().map(|[_, slope, _, q]| slope * q).sum();
    for (class, [_, slope, _, _]) in terms.iter().enumerate() {
        gradient[class] = (slope - mean) / total;
        let bends: f64 = (terms.iter().enumerate())
            .map(|(other, [_, _, bend, q])| bend * (f64::from(other == class) - q).powi(2))
            .sum();
        hessian[class] = (bends + 2.0 * (mean - slope)) / (total * total);
    }
    terms.iter().map(|[value, ..]| value).sum::<f64>() + 0.0
}

/// `max(0, 1 − z_y + max((1 − onehot)·z))`: the target's own 0 takes part in the maximum, and a tie shares the slope.
fn categorical_hinge(
    _: &Setting<'_>,
    shares: &[f64],
    scores: &[f64],
    gradient: &mut [f64],
    _hessian: &mut [f64],
) -> f64 {
    let others: Vec<f64> = shares.iter().zip(scores).map(|(share, score)| (1.0 - share) * score).collect();
    let largest = others.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let ties = others.iter().filter(|&&other| other == largest).count() as f64;
    let own: f64 = shares.iter().zip(scores).map(|(share, score)| share * score).sum();
    let short = largest - own + 1.0;
    let through = share_of_maximum(short);
    for (class, share) in shares.iter().enumerate() {
        let of_largest = if others[class] == largest { (1.0 - share) / ties } else { 0.0 };
        gradient[class] = through * (of_largest - share);
    }
    at_least(short, 0.0)
}
