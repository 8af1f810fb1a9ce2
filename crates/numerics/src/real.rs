//! The abstract number that loss formulas are written over.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::elementary::{Float, special};

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
    + Div<Self::Base, Output = Self>
{
    /// The constants beside this number: targets, parameters, literals. `f64` beside `f64` and beside `Jet<f64>`.
    type Base: Scalar;
    /// The outcome of a comparison: `bool`, or a printed condition.
    type Mask: Copy;

    /// A number that does not change with the prediction.
    fn constant(value: Self::Base) -> Self;
    /// `self ≤ bound`, by value.
    fn at_most(self, bound: Self::Base) -> Self::Mask;
    /// `self < bound`, by value.
    fn below(self, bound: Self::Base) -> Self::Mask;
    /// `yes` where `mask` holds, else `no`. Both are evaluated.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// `(x − y) · weight`, finite wherever the result is: the difference alone may overflow.
    fn minus_times(self, y: Self::Base, weight: Self::Base) -> Self;
    /// `weight · x`, 0 where the weight is 0 even if `x` is infinite.
    fn weighted(self, weight: Self::Base) -> Self;
    /// The same number, and 0 in place of −0; the same for derivatives.
    fn without_negative_zero(self) -> Self;
    /// A function of one number with derivatives of its own.
    fn apply<F: Function<Self::Base>>(self, function: F) -> Self;
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
    /// `e^(rate·x)`, with the digits that rounding the product would cost.
    fn exp_times(self, rate: Self::Base) -> Self;
    /// `a·eˣ − b·x` for `a ≥ 0`. Value and derivative keep their digits where the terms cancel, as far as `x` has them.
    fn exp_less_linear(self, a: Self::Base, b: Self::Base) -> Self;
    /// `ln cosh x`.
    fn log_cosh(self) -> Self;
    /// `√(x² + c²) − c` for `c > 0`, without overflow or cancellation.
    fn hypot_less(self, c: Self::Base) -> Self;
    /// `ln((1 + x)/(1 + y))` for `x, y > −1`, with all digits where they are close.
    fn ln_1p_minus(self, y: Self::Base) -> Self;
    /// `weight·ln(1 + a·eˣ)` for `a > 0`, `weight ≥ 0`.
    fn ln_1p_scaled_exp(self, a: Self::Base, weight: Self::Base) -> Self;
    /// `weight·eˣ`, 0 where the weight is 0. Neither over- nor underflow of `eˣ` alone costs anything.
    fn scaled_exp(self, weight: Self::Base) -> Self;
}

/// A function of one number whose derivatives are written beside it: for a primitive that belongs to one loss.
///
/// The three must be accurate to a few units in the last place each; a test holds the derivatives against differences of
/// the value.
pub trait Function<S> {
    /// `f(x)`
    fn value(&self, x: S) -> S;
    /// `f′(x)`
    fn first(&self, x: S) -> S;
    /// `f″(x)`
    fn second(&self, x: S) -> S;
}

/// A [`Real`] without derivative parts: what the parts of a [`Jet`](crate::Jet) are made of.
///
/// The methods here are the derivatives of those of [`Real`], and the products in which a zero factor wins, which keep
/// an infinite slope from turning an absent derivative into NaN.
pub trait Scalar: Real<Base = Self> + Div<Output = Self> {
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
    /// `self · factor + term`, rounded once.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// The number next to `self` between `−bound` and `bound`; NaN stays NaN.
    fn clamped(self, bound: Self) -> Self;
    /// `√self`
    fn sqrt(self) -> Self;
    /// `ln self`, −∞ at 0.
    fn ln(self) -> Self;
    /// `ln(1 + self)`.
    fn ln_1p(self) -> Self;
    /// `tanh self`.
    fn tanh(self) -> Self;
    /// `1/cosh² self`.
    fn sech_squared(self) -> Self;
    /// `self^exponent` for `self > 0`, by the limits at 0 and ∞.
    fn raise(self, exponent: Self) -> Self;
    /// `self / √(self² + c²)`, for `c > 0`.
    fn over_hypot(self, c: Self) -> Self;
    /// `(c / √(self² + c²))³`, for `c > 0`.
    fn hypot_curvature(self, c: Self) -> Self;
    /// `a·eˣ − b`, with the digits that cancellation leaves.
    fn exp_less(self, a: Self, b: Self) -> Self;
    /// `weight·a·eˣ/(1 + a·eˣ)`: the derivative of [`Real::ln_1p_scaled_exp`].
    fn scaled_odds(self, a: Self, weight: Self) -> Self;
    /// `weight·a·eˣ/(1 + a·eˣ)²`: its second derivative.
    fn scaled_odds_curvature(self, a: Self, weight: Self) -> Self;
    /// `t − ln(1 + t)` for `t = self/divisor ≥ −1`, with all digits where it is tiny.
    fn ln_1p_shortfall(self, divisor: Self) -> Self;
    /// `ln(1 + t²)` for `t = self/divisor`, without overflow.
    fn ln_1p_square(self, divisor: Self) -> Self;
    /// `1/(1 + t²)` for `t = self/divisor`, without overflow.
    fn inverse_1p_square(self, divisor: Self) -> Self;
    /// `self/(1 + t²)` for `t = self/divisor`, without overflow.
    fn over_1p_square(self, divisor: Self) -> Self;
    /// `1 − y/self` for numbers that are not negative, with all digits where they are close; 1 where `y` is 0.
    fn relative_excess(self, y: Self) -> Self;
    /// `self − c·ln(1 + self/c)` for `self ≥ 0` and `c > 0`, with all digits where it is tiny.
    fn ln_1p_gap(self, c: Self) -> Self;
    /// `|self − y|/((|self| + |y|)/2)`, 0 where both are 0.
    fn relative_distance(self, y: Self) -> Self;
    /// `e^(−t²)` for `t = self/divisor`.
    fn exp_minus_square(self, divisor: Self) -> Self;
    /// `1 − e^(−t²)` for `t = self/divisor`, with all digits where it is tiny.
    fn one_less_exp_minus_square(self, divisor: Self) -> Self;
    /// `σ(self)^exponent` for `exponent ≥ 0`, with all digits where it is tiny.
    fn sigmoid_power(self, exponent: Self) -> Self;
    /// `y·ln(y/self) − y + self` for `self > 0`: half the unit deviance of the Poisson distribution.
    fn poisson_half_deviance(self, y: Self) -> Self;
    /// `ln(self/y) + y/self − 1` for `self, y > 0`: half the unit deviance of the gamma distribution.
    fn gamma_half_deviance(self, y: Self) -> Self;
    /// Half the unit deviance of the Tweedie distribution with this power (1 Poisson, 2 gamma, 3 inverse Gaussian) of the
    /// target `y ≥ 0` from the mean `self > 0`.
    fn tweedie_half_deviance(self, y: Self, power: Self) -> Self;
}

macro_rules! real_float {
    ($float:ty) => {
        // Each method is `inline(always)` because a loop over a formula vectorises only when nothing in it is a call.
        impl Real for $float {
            type Base = Self;
            type Mask = bool;

            #[inline(always)]
            fn constant(value: Self) -> Self {
                value
            }
            #[inline(always)]
            fn at_most(self, bound: Self) -> bool {
                self <= bound
            }
            #[inline(always)]
            fn below(self, bound: Self) -> bool {
                self < bound
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
            fn weighted(self, weight: Self) -> Self {
                Float::times0(weight, self)
            }
            #[inline(always)]
            fn without_negative_zero(self) -> Self {
                self + 0.0
            }
            #[inline(always)]
            fn apply<F: Function<Self>>(self, function: F) -> Self {
                function.value(self)
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
            #[inline(always)]
            fn exp_times(self, rate: Self) -> Self {
                special::exp_times(self, rate)
            }
            #[inline(always)]
            fn exp_less_linear(self, a: Self, b: Self) -> Self {
                special::exp_less_linear(self, a, b)
            }
            #[inline(always)]
            fn log_cosh(self) -> Self {
                special::log_cosh(self)
            }
            #[inline(always)]
            fn hypot_less(self, c: Self) -> Self {
                special::hypot_less(self, c)[0]
            }
            #[inline(always)]
            fn ln_1p_minus(self, y: Self) -> Self {
                special::ln_1p_minus(self, y)
            }
            #[inline(always)]
            fn ln_1p_scaled_exp(self, a: Self, weight: Self) -> Self {
                special::ln_1p_scaled_exp(self, a, weight)[0]
            }
            #[inline(always)]
            fn scaled_exp(self, weight: Self) -> Self {
                special::scaled_exp(self, weight)
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
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                Float::mul_add(self, factor, term)
            }
            #[inline(always)]
            fn clamped(self, bound: Self) -> Self {
                let above = if self > bound { bound } else { self };
                if above < -bound { -bound } else { above }
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Float::sqrt(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                Float::ln(self)
            }
            #[inline(always)]
            fn ln_1p(self) -> Self {
                Float::ln_1p(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                special::tanh(self)
            }
            #[inline(always)]
            fn sech_squared(self) -> Self {
                special::sech_squared(self)
            }
            #[inline(always)]
            fn raise(self, exponent: Self) -> Self {
                special::raise(self, exponent)
            }
            #[inline(always)]
            fn over_hypot(self, c: Self) -> Self {
                special::hypot_less(self, c)[1]
            }
            #[inline(always)]
            fn hypot_curvature(self, c: Self) -> Self {
                special::hypot_less(self, c)[2]
            }
            #[inline(always)]
            fn exp_less(self, a: Self, b: Self) -> Self {
                special::exp_less(self, a, b)
            }
            #[inline(always)]
            fn scaled_odds(self, a: Self, weight: Self) -> Self {
                special::ln_1p_scaled_exp(self, a, weight)[1]
            }
            #[inline(always)]
            fn scaled_odds_curvature(self, a: Self, weight: Self) -> Self {
                special::ln_1p_scaled_exp(self, a, weight)[2]
            }
            #[inline(always)]
            fn ln_1p_shortfall(self, divisor: Self) -> Self {
                special::ln_1p_shortfall(self, divisor)
            }
            #[inline(always)]
            fn ln_1p_square(self, divisor: Self) -> Self {
                special::ln_1p_square(self, divisor)
            }
            #[inline(always)]
            fn inverse_1p_square(self, divisor: Self) -> Self {
                special::inverse_1p_square(self, divisor)
            }
            #[inline(always)]
            fn over_1p_square(self, divisor: Self) -> Self {
                special::over_1p_square(self, divisor)
            }
            #[inline(always)]
            fn relative_excess(self, y: Self) -> Self {
                special::relative_excess(self, y)
            }
            #[inline(always)]
            fn ln_1p_gap(self, c: Self) -> Self {
                special::ln_1p_gap(self, c)
            }
            #[inline(always)]
            fn relative_distance(self, y: Self) -> Self {
                special::relative_distance(self, y)
            }
            #[inline(always)]
            fn exp_minus_square(self, divisor: Self) -> Self {
                special::exp_minus_square(self, divisor)
            }
            #[inline(always)]
            fn one_less_exp_minus_square(self, divisor: Self) -> Self {
                special::one_less_exp_minus_square(self, divisor)
            }
            #[inline(always)]
            fn sigmoid_power(self, exponent: Self) -> Self {
                special::sigmoid_power(self, exponent)
            }
            #[inline(always)]
            fn poisson_half_deviance(self, y: Self) -> Self {
                special::poisson_half_deviance(self, y)
            }
            #[inline(always)]
            fn gamma_half_deviance(self, y: Self) -> Self {
                special::gamma_half_deviance(self, y)
            }
            #[inline(always)]
            fn tweedie_half_deviance(self, y: Self, power: Self) -> Self {
                special::tweedie_half_deviance(self, y, power)
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
