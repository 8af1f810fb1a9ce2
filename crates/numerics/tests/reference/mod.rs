//! Exact sums as big integers: what [`ExactSum`] is held against, by tests and by fuzzing.

use dartboard_numerics::sum::ExactSum;
use num_bigint::{BigInt, Sign};

/// Reference numbers are integers in units of 2^-UNIT.
pub(crate) const UNIT: i32 = 2176;

pub(crate) fn power(exp: i32) -> BigInt {
    BigInt::from(1) << exp
}

/// `x`·2^`exp2` in units of 2^-UNIT.
pub(crate) fn scaled(x: f64, exp2: i32) -> BigInt {
    if x == 0.0 {
        return BigInt::from(0);
    }
    let bits = x.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    assert!(field < 0x7ff);
    let significand = (bits & ((1 << 52) - 1)) | (u64::from(field > 0) << 52);
    let integer = BigInt::from(significand) << (field.max(1) - 1075 + exp2 + UNIT);
    if x.is_sign_negative() { -integer } else { integer }
}

pub(crate) fn exact(x: f64) -> BigInt {
    scaled(x, 0)
}

pub(crate) fn exact_product(a: f64, b: f64) -> BigInt {
    (exact(a) * exact(b)) >> UNIT
}

/// Twice the point halfway from `x` to the next number away from zero, in units of 2^-1074, for x ≥ 0.
pub(crate) fn twice_upper_middle(x: f64) -> BigInt {
    let units = |x: f64| -> BigInt { exact(x) >> (UNIT - 1074) };
    if x == f64::MAX { units(x) + power(1024 + 1074) } else { units(x) + units(x.next_up()) }
}

/// Asserts that `got` is the square root of num/den (or num/den itself), correctly rounded.
pub(crate) fn assert_rounded_power(got: f64, num: &BigInt, den: &BigInt, root: bool) {
    let negative = (num.sign() == Sign::Minus) != (den.sign() == Sign::Minus);
    let zero = num.sign() == Sign::NoSign;
    if zero {
        assert_eq!(got.to_bits(), 0, "an exact zero is +0.0");
        return;
    }
    assert_eq!(got.is_sign_negative(), negative, "{got:e}");
    let (num, den): (BigInt, BigInt) = (num.magnitude().clone().into(), den.magnitude().clone().into());
    let got = got.abs();
    // Compares the middle m/2^1075 with num/den: the sign of m·den − num·2^1075, or of m²·den − num·2^2150.
    let compare = |middle: BigInt| -> std::cmp::Ordering {
        let (middle, unit) = if root { (&middle * &middle, 2150) } else { (middle, 1075) };
        (middle * &den).cmp(&(&num << unit))
    };
    let even = got.to_bits() & 1 == 0;
    if got < f64::INFINITY {
        let upper = compare(twice_upper_middle(got));
        assert!(upper.is_gt() || (even && upper.is_eq()), "{got:e} is too small");
    }
    if got > 0.0 {
        let lower = compare(twice_upper_middle(got.next_down()));
        assert!(lower.is_lt() || (even && lower.is_eq()), "{got:e} is too large");
    }
}

pub(crate) fn assert_rounded(got: f64, num: &BigInt, den: &BigInt) {
    assert_rounded_power(got, num, den, false);
}

/// Asserts that `sum` is exactly `expected`, in all that can be seen from outside.
pub(crate) fn assert_sum(sum: &ExactSum, expected: &BigInt) {
    assert_rounded(sum.to_f64(), expected, &power(UNIT));
    assert_eq!(sum.is_zero(), expected.sign() == Sign::NoSign);
    let sign = match expected.sign() {
        Sign::Minus => -1.0,
        Sign::NoSign => 0.0,
        Sign::Plus => 1.0,
    };
    assert_eq!(sum.signum(), sign);
    // The bytes hold every bit.
    assert_eq!(decode(&sum.to_bytes()), *expected);
    let again = ExactSum::from_bytes(&sum.to_bytes()).unwrap();
    assert_eq!(again, *sum);
    assert_eq!(again.to_bytes(), sum.to_bytes());
}

/// Reads the documented byte format of a finite sum.
pub(crate) fn decode(bytes: &[u8]) -> BigInt {
    assert_eq!(bytes[0], 1);
    let sign = match bytes[1] {
        0 => return BigInt::from(0),
        1 => Sign::Plus,
        2 => Sign::Minus,
        kind => panic!("kind {kind}"),
    };
    let exp = i32::from(i16::from_le_bytes([bytes[2], bytes[3]]));
    BigInt::from_bytes_le(sign, &bytes[4..]) << (exp + UNIT)
}
