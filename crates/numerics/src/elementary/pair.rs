//! Numbers of twice the digits: the unevaluated sum of two floating-point numbers.
//!
//! For sums and differences that cancel: what is left of a difference of two [`Pair`]s is still accurate to the last place
//! of a plain number. Algorithms and bounds: M. Joldes, J.-M. Muller, V. Popescu, Tight and rigorous error bounds for
//! basic building blocks of double-word arithmetic, ACM Trans. Math. Softw. 44 (2017), with u half an ulp of 1; that of the
//! square root: V. Lefèvre, N. Louvet, J.-M. Muller, J. Picot, L. Rideau, Accurate calculation of Euclidean norms using
//! double-word arithmetic, ACM Trans. Math. Softw. 49 (2023). They hold while nothing over- or underflows.

use core::ops::{Add, Div, Mul, Neg, Sub};

use super::special::two_product;
use super::{Float, two_sum};

/// `high + low`, the second at most half an ulp of the first.
#[derive(Clone, Copy, Debug)]
pub struct Pair<T> {
    /// The number, rounded.
    pub high: T,
    /// What the rounding lost.
    pub low: T,
}

impl<T: Float> Pair<T> {
    /// 0
    pub const ZERO: Self = Self { high: T::ZERO, low: T::ZERO };

    /// The same number.
    #[inline(always)]
    #[must_use]
    pub fn of(high: T) -> Self {
        Self { high, low: T::ZERO }
    }

    /// `a·b`, exact.
    #[inline(always)]
    #[must_use]
    pub fn product(a: T, b: T) -> Self {
        let (high, low) = two_product(a, b);
        Self { high, low }
    }

    /// The sum of two numbers of which the first is larger, or 0.
    #[inline(always)]
    fn quick(large: T, small: T) -> Self {
        let high = large + small;
        Self { high, low: small - (high - large) }
    }

    /// `self · factor`, within 2u².
    #[inline(always)]
    #[must_use]
    pub fn times(self, factor: T) -> Self {
        let Self { high, low } = Self::product(self.high, factor);
        Self::quick(high, self.low.mul_add(factor, low))
    }

    /// `√self`, within 25/8 u²; NaN at 0.
    #[inline(always)]
    #[must_use]
    pub fn sqrt(self) -> Self {
        let root = self.high.sqrt();
        let rest = (-root).mul_add(root, self.high) + self.low;
        Self::quick(root, rest / (root * T::TWO))
    }

    /// |self|
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        let negative = self.high < T::ZERO;
        Self { high: self.high.abs(), low: T::select(negative, -self.low, self.low) }
    }
}

impl<T: Float> Neg for Pair<T> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl<T: Float> Add for Pair<T> {
    type Output = Self;
    /// Within 3u², also where the terms cancel.
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let (high, high_lost) = two_sum(self.high, other.high);
        let (low, low_lost) = two_sum(self.low, other.low);
        let sum = Self::quick(high, high_lost + low);
        Self::quick(sum.high, low_lost + sum.low)
    }
}

impl<T: Float> Sub for Pair<T> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<T: Float> Mul for Pair<T> {
    type Output = Self;
    /// Within 5u².
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let Self { high, low } = Self::product(self.high, other.high);
        let cross = self.low.mul_add(other.high, self.high * other.low);
        Self::quick(high, low + cross)
    }
}

impl<T: Float> Div for Pair<T> {
    type Output = Self;
    /// Within 15u².
    #[inline(always)]
    fn div(self, divisor: Self) -> Self {
        let quotient = self.high / divisor.high;
        let back = divisor.times(quotient);
        let rest = (self.high - back.high) + (self.low - back.low);
        Self::quick(quotient, rest / divisor.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An integer below 2^100 as a pair, and back.
    fn pair(whole: i128) -> Pair<f64> {
        let high = whole as f64;
        Pair { high, low: (whole - high as i128) as f64 }
    }

    fn whole(pair: Pair<f64>) -> i128 {
        pair.high as i128 + pair.low as i128
    }

    #[test]
    fn whole_numbers_of_a_hundred_bits_are_exact() {
        let (a, b) = (123_456_789_012_345_678_901_234_567_i128, -98_765_432_109_876_543_210_987_654_i128);
        assert_eq!(whole(pair(a) + pair(b)), a + b);
        assert_eq!(whole(pair(a) - pair(a - 1)), 1);
        let (c, d) = (3_141_592_653_589_793_i128, 2_718_281_828_459_045_i128);
        assert_eq!(whole(pair(c) * pair(d)), c * d);
        assert_eq!(whole(Pair::product(c as f64, -d as f64)), -c * d);
        assert_eq!(whole(pair(c * d) / pair(d)), c);
        assert_eq!(whole(pair(c * c).sqrt()), c);
        assert_eq!(whole(pair(b).abs()), -b);
        assert_eq!(whole(pair(a).times(1024.0)), a * 1024);
    }

    #[test]
    fn quotients_and_roots_have_twice_the_digits() {
        let third = Pair::of(1.0) / Pair::of(3.0);
        assert!((third.times(3.0) - Pair::of(1.0)).high.abs() <= 15.0 * f64::EPSILON * f64::EPSILON);
        let root = Pair::of(2.0).sqrt();
        assert!((root * root - Pair::of(2.0)).high.abs() <= 15.0 * f64::EPSILON * f64::EPSILON);
    }
}
