//! What exact sums need for products of three factors and for multiples of sums.

use dartboard_numerics::sum::ExactSum;

/// `a·b` as two numbers that add up to it, for factors from 1 to 2 in magnitude (so that nothing underflows).
pub(super) fn two_product(a: f64, b: f64) -> [f64; 2] {
    let product = a * b;
    [product, a.mul_add(b, -product)]
}

/// `a + b` as two numbers that add up to it.
pub(super) fn two_sum(a: f64, b: f64) -> [f64; 2] {
    let sum = a + b;
    let b_in_sum = sum - a;
    [sum, (a - (sum - b_in_sum)) + (b - b_in_sum)]
}

/// 2^`exp`, for exponents of normal numbers.
pub(super) fn power(exp: i32) -> f64 {
    debug_assert!((-1022..=1023).contains(&exp), "2^{exp} is not normal");
    f64::from_bits(((exp + 1023) as u64) << 52)
}

/// A finite number as `m·2^e` with 1 ≤ |m| < 2; 0 as itself.
pub(super) fn normal(x: f64) -> (f64, i32) {
    if x == 0.0 {
        return (x, 0);
    }
    // Subnormal numbers have fewer digits: they are made normal first.
    let (x, shift) = if x.abs() < f64::MIN_POSITIVE { (x * power(64), 64) } else { (x, 0) };
    let exp = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    (f64::from_bits(x.to_bits() & !(0x7ff << 52) | 1023 << 52), exp - shift)
}

/// Adds the exact products `a[i]·b[i]·c[i]` of finite numbers: bits below 2^-2176, which a product of magnitude above
/// 2^-2017 does not have, are dropped.
pub(super) fn add_products_of_three(sum: &mut ExactSum, a: &[f64], b: &[f64], c: &[f64]) {
    // Without a weight, or with a label of 0 or 1, two of the factors have an exact product.
    let plain = |a: f64, b: f64| a == 0.0 || a == 1.0 || b == 0.0 || b == 1.0;
    let products: Vec<f64> = a.iter().zip(b).map(|(&a, &b)| if plain(a, b) { a * b } else { 0.0 }).collect();
    sum.add_products(&products, c);
    for ((&a, &b), &c) in a.iter().zip(b).zip(c) {
        if !plain(a, b) && c != 0.0 {
            let ((a, i), (b, j), (c, k)) = (normal(a), normal(b), normal(c));
            for part in two_product(a, b).into_iter().filter(|&part| part != 0.0) {
                let (part, l) = normal(part);
                two_product(part, c).into_iter().for_each(|term| sum.add_scaled(term, i + j + k + l));
            }
        }
    }
}

/// Adds `factor·2^exp·other`, exactly but for bits below 2^-2176; `factor` and `other` are finite.
pub(super) fn add_multiple(sum: &mut ExactSum, other: &ExactSum, factor: f64, exp: i32) {
    let (one, (factor, shift)) = (one(), normal(factor));
    let mut rest = other.clone();
    while !rest.is_zero() {
        let (m, e) = rest.ratio_scaled(&one);
        rest.add_scaled(-m, e);
        two_product(m, factor).into_iter().for_each(|term| sum.add_scaled(term, e + shift + exp));
    }
}

/// The sum of 1.
pub(super) fn one() -> ExactSum {
    let mut one = ExactSum::new();
    one.add_count(1);
    one
}

/// `a − b`.
pub(super) fn difference(a: &ExactSum, b: &ExactSum) -> ExactSum {
    let mut difference = a.clone();
    difference.unmerge(b);
    difference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_apart_and_put_together() {
        for x in [1.0, -1.0, 0.1, 1e308, -1e-308, 5e-324, -2.5e-320, f64::MIN_POSITIVE, f64::MAX] {
            let (m, e) = normal(x);
            assert!((1.0..2.0).contains(&m.abs()), "{x:e}");
            let mut sum = ExactSum::new();
            sum.add_scaled(m, e);
            sum.add(-x);
            assert!(sum.is_zero(), "{x:e}");
        }
    }

    #[test]
    fn products_of_three_lose_nothing() {
        // (1 − 2^-53)³, of which f64 would keep a third: 1 − 3·2^-53 + 3·2^-106 − 2^-159.
        let x = 1.0_f64.next_down();
        let mut sum = ExactSum::new();
        add_products_of_three(&mut sum, &[x], &[x], &[x]);
        for (term, exp) in [(-1.0, 0), (3.0, -53), (-3.0, -106), (1.0, -159)] {
            sum.add_scaled(term, exp);
        }
        assert!(sum.is_zero());
        // Factors out of the range of each other.
        let mut sum = ExactSum::new();
        add_products_of_three(&mut sum, &[1e300, 3e-300], &[1e-300, 0.3], &[0.7, 1e-300]);
        let mut same = ExactSum::new();
        add_products_of_three(&mut same, &[0.7, 1e-300], &[1e300, 0.3], &[1e-300, 3e-300]);
        assert_eq!(sum, same);
        assert_eq!(sum.to_f64(), 0.7);
    }

    #[test]
    fn multiples_lose_nothing() {
        let mut sum = ExactSum::new();
        sum.add_slice(&[1e200, 0.1, -3e-200, 7e-310]);
        for factor in [3.0, 0.1, -1e-20, 5e-324] {
            let mut products = ExactSum::new();
            [1e200, 0.1, -3e-200, 7e-310].iter().for_each(|&term| products.add_product(term, factor));
            let mut multiple = ExactSum::new();
            add_multiple(&mut multiple, &sum, factor, 0);
            assert_eq!(multiple, products, "{factor}");
        }
    }
}
