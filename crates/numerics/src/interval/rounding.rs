//! Sums, products and quotients rounded down or up from their true value, and floats moved by steps.

/// Below this magnitude the rounding error of a product may itself be lost: the smallest normal number times 2⁵³,
/// rounded up.
const ERROR_MAY_VANISH: f64 = 1e-290;

/// `x`, `steps` floats lower.
pub(super) fn lower(x: f64, steps: u32) -> f64 {
    (0..steps).fold(x, |x, _| x.next_down())
}

/// `x`, `steps` floats higher.
pub(super) fn higher(x: f64, steps: u32) -> f64 {
    -lower(-x, steps)
}

/// The float at or next below a real number, given the float it was rounded to and the sign of what that lacks. A
/// missing sign (NaN) counts as negative.
fn down_from(rounded: f64, lacks: f64) -> f64 {
    if lacks >= 0.0 { rounded } else { rounded.next_down() }
}

/// An infinite result of finite operands overflowed: the true one is at least the largest float.
fn overflow_down(result: f64, operands_finite: bool) -> f64 {
    if operands_finite && result == f64::INFINITY { f64::MAX } else { result }
}

/// `a + b` rounded down; ∞ − ∞ is −∞.
pub(super) fn add_down(a: f64, b: f64) -> f64 {
    let sum = a + b;
    if sum.is_nan() {
        return f64::NEG_INFINITY;
    }
    if sum.is_infinite() {
        return overflow_down(sum, a.is_finite() && b.is_finite());
    }
    // What rounding lost, without error (Knuth).
    let b_part = sum - a;
    let lacks = (a - (sum - b_part)) + (b - b_part);
    down_from(sum, lacks)
}

/// `a + b` rounded up; ∞ − ∞ is ∞.
pub(super) fn add_up(a: f64, b: f64) -> f64 {
    -add_down(-a, -b)
}

/// `a·b` rounded down, 0 where either is 0.
pub(super) fn mul_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    let product = a * b;
    if product.is_infinite() {
        return overflow_down(product, a.is_finite() && b.is_finite());
    }
    if product.abs() < ERROR_MAY_VANISH {
        return tiny_down(product, a.is_sign_positive() == b.is_sign_positive());
    }
    down_from(product, a.mul_add(b, -product))
}

/// `a·b` rounded up, 0 where either is 0.
pub(super) fn mul_up(a: f64, b: f64) -> f64 {
    -mul_down(-a, b)
}

/// `a/b` rounded down, for `b ≠ 0` and operands that are not both infinite; 0 where `a` is 0.
pub(super) fn div_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b.is_infinite() {
        return 0.0;
    }
    let quotient = a / b;
    if quotient.is_infinite() {
        return overflow_down(quotient, a.is_finite());
    }
    if quotient.abs() < ERROR_MAY_VANISH || a.abs() < ERROR_MAY_VANISH {
        return tiny_down(quotient, a.is_sign_positive() == b.is_sign_positive());
    }
    let lacks = (-quotient).mul_add(b, a);
    down_from(quotient, if b > 0.0 { lacks } else { -lacks })
}

/// `a/b` rounded up, under the conditions of [`div_down`].
pub(super) fn div_up(a: f64, b: f64) -> f64 {
    -div_down(-a, b)
}

/// Below a tiny result whose rounding error is not known: one step, but not past 0.
fn tiny_down(rounded: f64, positive: bool) -> f64 {
    if positive { rounded.next_down().max(0.0) } else { rounded.next_down() }
}
