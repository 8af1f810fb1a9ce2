//! The abstract number that loss formulas are written over.

use std::ops::{Add, Mul, Neg, Sub};

use crate::elementary::Float;

/// A number that a loss formula can be evaluated on.
///
/// A formula takes the target `y` as a [`Base`](Real::Base) number, a constant as far as derivatives go, and the
/// prediction as `Self`. Written once, it is then evaluated on `f64` and `f32` (the value), on [`Jet`](crate::Jet)
/// (value and derivatives in the prediction) and on [`Expr`](crate::Expr) (what gets printed).
///
/// Accuracy lives in the methods: each is accurate to a few units in the last place over its whole domain, and so is
/// its derivative, because each has a derivative rule of its own. A formula is accurate when it composes them without
/// subtracting nearly equal results.
pub trait Real:
    Copy
    + Neg<Output = Self>
    + Add<Self, Output = Self>
    + Sub<Self, Output = Self>
    + Mul<Self, Output = Self>
    + Add<Self::Base, Output = Self>
    + Sub<Self::Base, Output = Self>
    + Mul<Self::Base, Output = Self>
{
    /// The constants beside this number: targets, parameters, literals. `f64` beside `f64` and beside `Jet<f64>`.
    type Base: Scalar;
    /// The outcome of a comparison: `bool`, or a printed condition.
    type Mask: Copy;

    /// `self ≤ bound`, by value.
    fn at_most(self, bound: Self::Base) -> Self::Mask;
    /// `yes` where `mask` holds, else `no`. Both are evaluated.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// `(x − y) · weight`, finite wherever the result is: the difference alone may overflow.
    fn minus_times(self, y: Self::Base, weight: Self::Base) -> Self;
    /// `x²`.
    fn square(self) -> Self;
    /// `|x|`. Its derivative at 0 is 0, the middle of the subgradients.
    fn abs(self) -> Self;
    /// `max(0, x)`. Its derivative at 0 is 0.
    fn positive_part(self) -> Self;
    /// `eˣ`.
    fn exp(self) -> Self;
    /// `ln(1 + eˣ)`, without overflow, and with all digits where it is tiny.
    fn softplus(self) -> Self;
    /// `weight · ln x` for `x ≥ 0`, 0 where the weight is 0, `ln 0 = −∞` otherwise.
    fn ln_times(self, weight: Self::Base) -> Self;
    /// `weight · ln(1 − x)` for `x ≤ 1`, 0 where the weight is 0, `ln 0 = −∞` otherwise.
    fn ln_1m_times(self, weight: Self::Base) -> Self;
    /// `−(y·ln p + (1 − y)·ln(1 − p))` for `p` in `[0, 1]` and `y` exactly 0 or 1: the same bits as from
    /// [`ln_times`](Self::ln_times) and [`ln_1m_times`](Self::ln_1m_times), with one logarithm in place of two.
    fn hard_cross_entropy(self, y: Self::Base) -> Self;
    /// `y·softplus(−z) + (1 − y)·softplus(z)` for `y` in `[0, 1]` and any `z` including ±∞.
    ///
    /// One primitive rather than two softplus terms because its derivative `σ(z) − y` keeps all its digits only when
    /// it is computed as a whole: the difference of the two terms' derivatives cancels near `σ(z) = y`.
    fn logistic_loss(self, y: Self::Base) -> Self;
}

/// A [`Real`] without derivative parts: what the parts of a [`Jet`](crate::Jet) are made of.
///
/// The methods here are the derivatives of those of [`Real`], and the products in which a zero factor wins, which keep
/// an infinite slope from turning an absent derivative into NaN.
pub trait Scalar: Real<Base = Self> {
    /// A literal of a formula, such as ½.
    fn literal(value: f64) -> Self;
    /// A parameter of a loss: `value` in arithmetic, `name` in print.
    fn parameter(name: &'static str, value: f64) -> Self;

    /// −1, 0 or 1, as `self` is negative, zero or positive.
    fn sign(self) -> Self;
    /// 1 where `self > 0`, else 0.
    fn is_positive(self) -> Self;
    /// `1 / (1 + e⁻ˣ)`, with all digits where it is tiny.
    fn sigmoid(self) -> Self;
    /// `σ(z) − y`, with all digits where `σ(z)` is next to `y`.
    fn logistic_residual(self, y: Self) -> Self;
    /// `σ(z)·σ(−z)`, with all digits where it is tiny.
    fn logistic_curvature(self) -> Self;
    /// `self · factor`, and 0 where either is 0, even if the other is infinite.
    fn times0(self, factor: Self) -> Self;
    /// `self / divisor`, and 0 where `self` is 0, even if the divisor is 0 too.
    fn over0(self, divisor: Self) -> Self;
    /// `1 − self`.
    fn complement(self) -> Self {
        -self + Self::literal(1.0)
    }
}

macro_rules! real_float {
    ($float:ty) => {
        // Each method is `inline(always)` because a loop over a formula vectorises only when nothing in it is a call.
        impl Real for $float {
            type Base = Self;
            type Mask = bool;

            #[inline(always)]
            fn at_most(self, bound: Self) -> bool {
                self <= bound
            }
            #[inline(always)]
            fn select(mask: bool, yes: Self, no: Self) -> Self {
                if mask { yes } else { no }
            }
            #[inline(always)]
            fn minus_times(self, y: Self, weight: Self) -> Self {
                let difference = self - y;
                // Halving is exact here: a difference overflows only if one of the two is huge, and the bits that the
                // other may lose are far below the last of the result.
                let halves = (self * 0.5 - y * 0.5) * (weight * 2.0);
                if <$float>::abs(difference) <= <$float>::MAX { difference * weight } else { halves }
            }
            #[inline(always)]
            fn square(self) -> Self {
                self * self
            }
            #[inline(always)]
            fn abs(self) -> Self {
                <$float>::abs(self)
            }
            #[inline(always)]
            fn positive_part(self) -> Self {
                // Not `max`: NaN must come through.
                if self < 0.0 { 0.0 } else { self }
            }
            #[inline(always)]
            fn exp(self) -> Self {
                Float::exp(self)
            }
            #[inline(always)]
            fn softplus(self) -> Self {
                Float::softplus(self)
            }
            #[inline(always)]
            fn ln_times(self, weight: Self) -> Self {
                Float::xlogy(weight, self)
            }
            #[inline(always)]
            fn ln_1m_times(self, weight: Self) -> Self {
                Float::xlog1py(weight, -self)
            }
            #[inline(always)]
            fn hard_cross_entropy(self, y: Self) -> Self {
                Float::cross_log(y, self)
            }
            #[inline(always)]
            fn logistic_loss(self, y: Self) -> Self {
                Float::logistic_loss(y, self)
            }
        }

        impl Scalar for $float {
            #[inline(always)]
            fn literal(value: f64) -> Self {
                value as $float
            }
            #[inline(always)]
            fn parameter(_name: &'static str, value: f64) -> Self {
                value as $float
            }
            #[inline(always)]
            fn sign(self) -> Self {
                if self == 0.0 { 0.0 } else { Self::copysign(1.0, self) }
            }
            #[inline(always)]
            fn is_positive(self) -> Self {
                if self > 0.0 { 1.0 } else { 0.0 }
            }
            #[inline(always)]
            fn sigmoid(self) -> Self {
                Float::sigmoid(self)
            }
            #[inline(always)]
            fn logistic_residual(self, y: Self) -> Self {
                Float::logistic_residual(y, self)
            }
            #[inline(always)]
            fn logistic_curvature(self) -> Self {
                Float::logistic_curvature(self)
            }
            #[inline(always)]
            fn times0(self, factor: Self) -> Self {
                Float::times0(self, factor)
            }
            #[inline(always)]
            fn over0(self, divisor: Self) -> Self {
                if self == 0.0 { 0.0 } else { self / divisor }
            }
        }
    };
}

real_float!(f32);
real_float!(f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_logarithm_gives_the_bits_of_two() {
        let mut state = 1_u64;
        let random = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Any exponent below that of 1, any mantissa.
            f64::from_bits((state >> 2) % 1.0_f64.to_bits())
        });
        let near = [0.0, 1.0, 0.5, f64::EPSILON, 1.0 - f64::EPSILON, f64::MIN_POSITIVE, 5e-324, 1e-17];
        let even = (0..20_000).map(|step| f64::from(step) / 20_000.0);
        for p in random.take(20_000).chain(near).chain(even) {
            for y in [0.0, 1.0] {
                let two = -(p.ln_times(y) + p.ln_1m_times(1.0 - y)) + 0.0;
                assert_eq!(p.hard_cross_entropy(y).to_bits(), two.to_bits(), "y = {y}, p = {p:e}");
                let (p, y) = (p as f32, y as f32);
                let two = -(p.ln_times(y) + p.ln_1m_times(1.0 - y)) + 0.0;
                assert_eq!(p.hard_cross_entropy(y).to_bits(), two.to_bits(), "y = {y}, p = {p:e} in single precision");
            }
        }
    }
}
