//! Numbers of twice the digits and any exponent: what the derivatives of a batch are made of.

use std::ops::{Add, Mul, Neg};

use dartboard_numerics::sum::ExactSum;

use super::exact::{add_multiple, normal, power, two_product, two_sum};

/// `(high + low)·2^exp` with 1 ≤ |high| < 2 and |low| at most half a unit in the last place of `high`; or 0.
///
/// Operations err by at most some 2^-100 of their result, sums by that share of the larger term. Squares and cubes of
/// sums over a batch leave the range of `f64` long before the derivatives do, hence the exponent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extended {
    high: f64,
    low: f64,
    exp: i32,
}

impl Extended {
    pub(super) const ZERO: Self = Self { high: 0.0, low: 0.0, exp: 0 };

    /// The quotient of two finite sums, the second of which is not 0.
    pub(super) fn ratio(numerator: &ExactSum, denominator: &ExactSum) -> Self {
        let (high, exp) = numerator.ratio_scaled(denominator);
        let mut rest = numerator.clone();
        add_multiple(&mut rest, denominator, -high, exp);
        let (low, low_exp) = rest.ratio_scaled(denominator);
        // What lies 2^-1022 below could as well be nothing.
        Self { high, low: low * power((low_exp - exp).clamp(-1022, 0)), exp }
    }

    /// `a + b`, without rounding.
    pub(super) fn sum(a: f64, b: f64) -> Self {
        Self::from(a) + Self::from(b)
    }

    /// Of parts of which the second is small against the first, in units of 2^`exp`.
    fn of(high: f64, low: f64, exp: i32) -> Self {
        let sum = high + low;
        let low = low - (sum - high);
        if sum == 0.0 {
            return Self::ZERO;
        }
        let (high, shift) = normal(sum);
        Self { high, low: low * power(-shift), exp: exp + shift }
    }

    /// The nearest `f64`.
    pub(super) fn to_f64(self) -> f64 {
        if self.exp > 1024 {
            // A sum knows infinities by their sign, and `low` may have another than `high`.
            return f64::INFINITY.copysign(self.high);
        }
        let mut sum = ExactSum::new();
        sum.add_scaled(self.high, self.exp);
        sum.add_scaled(self.low, self.exp);
        sum.to_f64()
    }
}

impl From<f64> for Extended {
    fn from(x: f64) -> Self {
        let (high, exp) = normal(x);
        Self { high, low: 0.0, exp }
    }
}

impl Neg for Extended {
    type Output = Self;
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low, ..self }
    }
}

impl Mul for Extended {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let [product, lost] = two_product(self.high, other.high);
        let low = self.high.mul_add(other.low, self.low * other.high) + lost;
        Self::of(product, low, self.exp + other.exp)
    }
}

impl Add for Extended {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (large, small) = match () {
            () if self.high == 0.0 => return other,
            () if other.high == 0.0 => return self,
            () if self.exp >= other.exp => (self, other),
            () => (other, self),
        };
        let shift = large.exp - small.exp;
        if shift > 200 {
            return large; // far below its last digit
        }
        let unit = power(-shift);
        let [high, lost] = two_sum(large.high, small.high * unit);
        let [low, low_lost] = two_sum(large.low, small.low * unit);
        let [high, lost] = two_sum(high, lost + low);
        Self::of(high, lost + low_lost, large.exp)
    }
}

#[cfg(test)]
mod tests {
    use super::super::exact::one;
    use super::*;

    fn sum_of(terms: &[f64]) -> ExactSum {
        terms.iter().copied().collect()
    }

    #[test]
    fn quotients_have_twice_the_digits() {
        // 1/3 in units of 2^-2, and three of them are 1 but for the 107th digit.
        let third = Extended::ratio(&one(), &sum_of(&[3.0]));
        assert_eq!((third.high, third.exp), (4.0 / 3.0, -2));
        let rest = third * Extended::from(3.0) + Extended::from(-1.0);
        assert!(rest.to_f64().abs() < power(-104), "{rest:?}");
        assert_eq!(Extended::ratio(&ExactSum::new(), &one()).to_f64(), 0.0);
    }

    #[test]
    fn no_exponent_is_too_large() {
        let large = Extended::from(1e300) * Extended::from(1e300) * Extended::from(1e300);
        let small = Extended::ratio(&one(), &sum_of(&[1e300]));
        let product = large * small * small * small;
        assert_eq!(product.to_f64(), 1.0);
        assert_eq!(large.to_f64(), f64::INFINITY);
        assert_eq!((small * small).to_f64(), 0.0);
        assert_eq!((Extended::from(5e-324) * Extended::from(2.0)).to_f64(), 1e-323);
    }

    #[test]
    fn what_cancels_leaves_its_digits() {
        let x = Extended::sum(1.0, 1e-25);
        assert_eq!((x + Extended::from(-1.0)).to_f64(), 1e-25);
        assert_eq!((x + -x).to_f64(), 0.0);
        let [product, lost] = two_product(1.1, 1.3);
        let rest = Extended::from(1.1) * Extended::from(1.3) + -Extended::from(product);
        assert_eq!(rest.to_f64(), lost);
    }
}
