//! Formulas of more than one library.

use dartboard_numerics::Scalar;
use dartboard_numerics::elementary::Float;

use super::Setting;

/// `max(low, x)`, where NaN comes through.
pub(super) fn at_least(x: f64, low: f64) -> f64 {
    if x < low { low } else { x }
}

/// −1, 0 or 1.
pub(super) fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// `|z − y|/divisor`, the slope at a tie being 0, with this in place of the second derivative.
pub(super) fn relative_error(y: f64, z: f64, divisor: f64, curvature: f64) -> [f64; 3] {
    [(z - y).abs() / divisor, sign(z - y) / divisor, curvature]
}

/// `μ − y·ln(μ + ε)`: half of the Poisson deviance without its terms of the target, the logarithm guarded.
pub(super) fn poisson_of_mean(y: f64, mean: f64, guard: f64) -> [f64; 3] {
    let guarded = mean + guard;
    [mean - y * Float::ln(guarded), 1.0 - y / guarded, y / (guarded * guarded)]
}

/// `1` where the class that a threshold gives is not the target; a soft label's share of the other class.
pub(super) fn misclassified(y: f64, score: f64, threshold: f64) -> [f64; 3] {
    [if score > threshold { 1.0 - y } else { y }, 0.0, 0.0]
}

/// Absolute error with slopes `below` and `above` the target, and none closer than `dead` to it.
pub(super) fn dead_zone(y: f64, z: f64, [below, above]: [f64; 2], dead: f64) -> [f64; 3] {
    let residual = z - y;
    let slope = if residual > 0.0 { above } else { -below };
    let excess = at_least(residual.abs() - dead, 0.0);
    if excess == 0.0 { [0.0; 3] } else { [excess * slope.abs(), slope, 0.0] }
}

/// `(1 − p_t)^γ` times the cross-entropy of the probability, which alone is clipped to `[low, high]`; weighted by α for
/// events and 1 − α for non-events if `balanced`.
pub(super) fn focal(setting: &Setting<'_>, y: f64, z: f64, [low, high]: [f64; 2], balanced: bool) -> [f64; 3] {
    let (gamma, alpha) = (setting.parameter("gamma"), setting.parameter("alpha"));
    let weight = if balanced { y * alpha + (1.0 - y) * (1.0 - alpha) } else { 1.0 };
    let (p, q) = (Float::sigmoid(z), Float::sigmoid(-z));
    let (dp, ddp) = (p * q, p * q * (q - p));
    // The probability that was not given to what happened.
    let (miss, side) = (y * q + (1.0 - y) * p, 1.0 - 2.0 * y);
    let power = |exponent: f64| if miss > 0.0 { Scalar::raise(miss, exponent) } else { f64::from(exponent == 0.0) };
    let (dm, ddm) = (side * dp, side * ddp);
    let factor = power(gamma);
    let factor_1 = gamma * power(gamma - 1.0) * dm;
    let factor_2 = gamma * (gamma - 1.0) * power(gamma - 2.0) * dm * dm + gamma * power(gamma - 1.0) * ddm;
    let inside = p >= low && p <= high;
    let (c, d) = if inside { (p, q) } else { (p.clamp(low, high), 1.0 - p.clamp(low, high)) };
    let entropy = -(y * Float::ln(c) + (1.0 - y) * Float::ln(d));
    let slope = if inside { (1.0 - y) / d - y / c } else { 0.0 };
    let bend = if inside { y / (c * c) + (1.0 - y) / (d * d) } else { 0.0 };
    let (entropy_1, entropy_2) = (slope * dp, bend * dp * dp + slope * ddp);
    [
        weight * factor * entropy,
        weight * (factor_1 * entropy + factor * entropy_1),
        weight * (factor_2 * entropy + 2.0 * factor_1 * entropy_1 + factor * entropy_2),
    ]
}
