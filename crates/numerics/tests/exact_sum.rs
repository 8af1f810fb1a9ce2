//! The exact sum against big integers.
#![allow(clippy::unwrap_used)]

mod reference;

use dartboard_numerics::sum::{DecodeError, ExactSum, add_grouped, add_grouped_at};
use num_bigint::{BigInt, Sign};
use proptest::prelude::*;
use proptest::test_runner::Config;

use reference::{UNIT, assert_rounded, assert_rounded_power, assert_sum, decode, exact, exact_product, power, scaled};

fn exact_sum(values: &[f64]) -> BigInt {
    values.iter().map(|&x| exact(x)).sum()
}

fn finite() -> impl Strategy<Value = f64> + Clone {
    any::<u64>().prop_map(|bits| {
        let x = f64::from_bits(bits);
        // Infinities and NaN become numbers at the lower end.
        if x.is_finite() { x } else { f64::from_bits(bits & !(0x7ff << 52)) }
    })
}

/// Numbers whose exponents lie in a band.
fn band(low: i32, width: i32) -> impl Strategy<Value = f64> + Clone {
    (0..width, any::<u64>()).prop_map(move |(up, bits)| {
        let field = (low + up + 1023).clamp(0, 2046) as u64;
        f64::from_bits(bits & !(0x7ff << 52) | field << 52)
    })
}

/// One kind of data per case: what matters differs.
fn values(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    let l = len;
    let cancelling = proptest::collection::vec(finite(), l.start / 2..l.end / 2 + 1).prop_flat_map(|mut values| {
        let negated: Vec<f64> = values.iter().map(|x| -x).collect();
        values.extend(negated);
        values.extend([5e-324, -1e-300, 1e-17]);
        Just(values).prop_shuffle()
    });
    prop_oneof![
        proptest::collection::vec(finite(), l.clone()),
        cancelling,
        (-1080..1020, 1..80_i32).prop_flat_map({
            let l = l.clone();
            move |(low, width)| proptest::collection::vec(band(low, width), l.clone())
        }),
        // Subnormals and their neighbours.
        proptest::collection::vec(band(-1080, 70), l.clone()),
        // Near the upper end.
        proptest::collection::vec(band(990, 34), l.clone()),
        // Zeros of both signs and small integers.
        proptest::collection::vec((-4..4_i32).prop_map(|i| -f64::from(i)), l.clone()),
        // Few significant bits far apart.
        proptest::collection::vec((-1000..1000_i32).prop_map(|e| (2.0_f64).powi(e)), l),
    ]
}

fn one_by_one(values: &[f64]) -> ExactSum {
    values.iter().copied().collect()
}

fn by_slice(values: &[f64]) -> ExactSum {
    let mut sum = ExactSum::new();
    sum.add_slice(values);
    sum
}

fn by_slice_f32(values: &[f32]) -> ExactSum {
    let mut sum = ExactSum::new();
    sum.add_slice_f32(values);
    sum
}

fn by_products(a: &[f64], b: &[f64]) -> ExactSum {
    let mut sum = ExactSum::new();
    sum.add_products(a, b);
    sum
}

fn by_products_f32(a: &[f32], b: &[f32]) -> ExactSum {
    let mut sum = ExactSum::new();
    sum.add_products_f32(a, b);
    sum
}

/// Numbers of single precision of one kind, and the same cancelled but for a few.
fn values_f32(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f32>> {
    let number = |low: i32, width: i32| {
        (0..width, any::<u32>()).prop_map(move |(up, bits)| {
            let field = (low + up + 127).clamp(0, 254) as u32;
            f32::from_bits(bits & !(0xff << 23) | field << 23)
        })
    };
    let kind = prop_oneof![Just((-127, 255)), Just((-149, 30)), Just((110, 18)), (-127..120, 1..40_i32)];
    (kind, any::<bool>()).prop_flat_map(move |((low, width), cancel)| {
        proptest::collection::vec(number(low, width), len.clone()).prop_flat_map(move |mut values| {
            if cancel {
                let half = values.len() / 2;
                values.truncate(half + 1);
                values.extend_from_within(..half);
                values[..half].iter_mut().for_each(|x| *x = -*x);
            }
            Just(values).prop_shuffle()
        })
    })
}

fn widened(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| f64::from(x)).collect()
}

fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn sums_are_exact(values in values(0..150)) {
        let expected = exact_sum(&values);
        assert_sum(&one_by_one(&values), &expected);
        assert_sum(&by_slice(&values), &expected);
    }

    #[test]
    fn what_is_not_finite_is_left_out_and_counted(
        values in values(0..1200),
        others in proptest::collection::vec((0..1200_usize, prop_oneof![
            Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::NAN)
        ]), 0..3),
    ) {
        let mut mixed = values.clone();
        for &(at, other) in &others {
            mixed.insert(at.min(mixed.len()), other);
        }
        let mut sum = ExactSum::new();
        prop_assert_eq!(sum.add_finite(&mixed), others.len() as u64);
        prop_assert_eq!(&sum, &one_by_one(&values));
    }

    #[test]
    fn any_split_merged_in_any_order_is_the_same(
        (values, order) in values(1..80).prop_flat_map(|values| {
            let order: Vec<usize> = (0..values.len()).collect();
            (Just(values), Just(order).prop_shuffle())
        }),
        parts in 1..10_usize,
    ) {
        let mut sums = vec![ExactSum::new(); parts];
        for &i in &order {
            sums[(i * 7 + order[0]) % parts].add(values[i]);
        }
        // A tree of merges, and one after another.
        let mut chain = ExactSum::new();
        for sum in &sums {
            chain.merge(sum);
        }
        while sums.len() > 1 {
            let last = sums.pop().unwrap();
            let middle = sums.len() / 2;
            sums[middle].merge(&last);
        }
        let expected = one_by_one(&values);
        prop_assert_eq!(chain.to_bytes(), expected.to_bytes());
        prop_assert_eq!(sums[0].to_bytes(), expected.to_bytes());
        prop_assert_eq!(&chain, &expected);
        assert_sum(&chain, &exact_sum(&values));
    }

    #[test]
    fn what_was_merged_can_be_taken_away(a in values(0..40), b in values(0..40)) {
        let mut sum = one_by_one(&a);
        let other = by_slice(&b);
        sum.merge(&other);
        assert_sum(&sum, &(exact_sum(&a) + exact_sum(&b)));
        sum.unmerge(&other);
        prop_assert_eq!(&sum, &one_by_one(&a));
        sum.negate();
        assert_sum(&sum, &-exact_sum(&a));
        sum.add_slice(&a);
        prop_assert!(sum.is_zero());
        prop_assert_eq!(sum.to_bytes(), ExactSum::new().to_bytes());
    }

    #[test]
    fn products_are_exact(a in values(0..60), b in values(0..60)) {
        let len = a.len().min(b.len());
        let (a, b) = (&a[..len], &b[..len]);
        let expected: BigInt = a.iter().zip(b).map(|(&a, &b)| exact_product(a, b)).sum();
        let mut sum = ExactSum::new();
        a.iter().zip(b).for_each(|(&a, &b)| sum.add_product(a, b));
        assert_sum(&sum, &expected);
        let mut sum = ExactSum::new();
        sum.add_products(a, b);
        assert_sum(&sum, &expected);
    }

    #[test]
    fn sums_of_single_precision_are_exact(a in values_f32(0..150), b in values_f32(0..150)) {
        assert_sum(&by_slice_f32(&a), &exact_sum(&widened(&a)));
        let len = a.len().min(b.len());
        let (a, b) = (&a[..len], &b[..len]);
        let expected: BigInt = widened(a).iter().zip(widened(b)).map(|(&a, b)| exact_product(a, b)).sum();
        assert_sum(&by_products_f32(a, b), &expected);
    }

    #[test]
    fn sums_of_groups_are_those_of_their_rows(
        values in values(0..150),
        groups in proptest::collection::vec(0..9_u32, 150),
        special in prop_oneof![Just(1.0), Just(f64::INFINITY), Just(f64::NAN)],
    ) {
        let mut values = values;
        values.push(special);
        let groups: Vec<u32> = groups.into_iter().cycle().take(values.len()).collect();
        let (mut expected, mut sums) = (vec![ExactSum::new(); 9], vec![ExactSum::new(); 9]);
        for (&group, &x) in groups.iter().zip(&values) {
            expected[group as usize].add(x);
        }
        add_grouped(&mut sums, &groups, &values);
        prop_assert_eq!(&sums, &expected);
        // In two parts, the later one first, as one of three sums of each group.
        let groups: Vec<usize> = groups.into_iter().map(|group| group as usize).collect();
        let mut side_by_side = vec![ExactSum::new(); 27];
        let cut = values.len() / 3;
        add_grouped_at(&mut side_by_side, 3, 1, &groups[cut..], &values[cut..]);
        add_grouped_at(&mut side_by_side, 3, 1, &groups[..cut], &values[..cut]);
        for (expected, sums) in expected.iter().zip(side_by_side.chunks(3)) {
            prop_assert_eq!(sums, &[ExactSum::new(), expected.clone(), ExactSum::new()]);
        }
    }

    #[test]
    fn scaled_terms_are_exact(terms in proptest::collection::vec((finite(), -1074..1024_i32), 0..30)) {
        let mut sum = ExactSum::new();
        terms.iter().for_each(|&(x, e)| sum.add_scaled(x, e));
        assert_sum(&sum, &terms.iter().map(|&(x, e)| scaled(x, e)).sum());
    }

    #[test]
    fn counts_are_exact(counts in proptest::collection::vec(any::<u64>(), 0..20), x in finite()) {
        let mut sum = ExactSum::new();
        counts.iter().for_each(|&n| sum.add_count(n));
        assert_sum(&sum, &counts.iter().map(|&n| BigInt::from(n) << UNIT).sum());
        sum.add(x);
        assert_sum(&sum, &(counts.iter().map(|&n| BigInt::from(n) << UNIT).sum::<BigInt>() + exact(x)));
    }

    #[test]
    fn ratios_are_rounded_correctly(a in values(1..12), b in values(1..12), n in any::<u64>(), by_count: bool) {
        let (num, mut den) = (one_by_one(&a), one_by_one(&b));
        let mut exact_den = exact_sum(&b);
        if by_count {
            den = ExactSum::new();
            den.add_count(n >> (n % 64));
            exact_den = BigInt::from(n >> (n % 64)) << UNIT;
        }
        let exact_num = exact_sum(&a);
        if exact_den.sign() == Sign::NoSign {
            prop_assert!(num.ratio(&den).is_nan());
            return Ok(());
        }
        assert_rounded(num.ratio(&den), &exact_num, &exact_den);

        let (m, e) = num.ratio_scaled(&den);
        prop_assert!(m == 0.0 && e == 0 || (1.0..2.0).contains(&m.abs()), "{} {}", m, e);
        let up = if e < 0 { (exact_num.clone() << -e, exact_den.clone()) } else { (exact_num.clone(), &exact_den << e) };
        assert_rounded(m, &up.0, &up.1);

        let negative = exact_num.sign() != Sign::NoSign && exact_num.sign() != exact_den.sign();
        if negative {
            prop_assert!(num.root_ratio(&den).is_nan());
        } else {
            assert_rounded_power(num.root_ratio(&den), &exact_num, &exact_den, true);
        }
    }

    #[test]
    fn ratios_next_to_a_tie(
        den in proptest::collection::vec(1..1_u64 << 53, 1..4),
        half in 1_u64 << 52..1 << 53,
        rest in -1..2_i32,
        tiny in prop_oneof![-25..0_i32, -2000..0_i32],
        count in 1..8_i32,
    ) {
        // The numerator is the denominator times an odd number of 54 bits, and next to nothing.
        let factors = [half as f64 * 2.0, 1.0];
        let (mut num, mut sum) = (ExactSum::new(), ExactSum::new());
        let (mut exact_num, mut exact_den) = (BigInt::from(0), BigInt::from(0));
        for (i, &d) in den.iter().enumerate() {
            let x = d as f64 * (2.0_f64).powi(53 * i as i32);
            sum.add(x);
            exact_den += exact(x);
            for factor in factors {
                num.add_product(x, factor);
                exact_num += exact_product(x, factor);
            }
        }
        num.add_scaled(f64::from(rest), tiny);
        exact_num += scaled(f64::from(rest), tiny);
        assert_rounded(num.ratio(&sum), &exact_num, &exact_den);
        assert_rounded_power(num.root_ratio(&sum), &exact_num, &exact_den, true);
        // The same for roots: the square of such a number.
        let mut square = ExactSum::new();
        for a in factors {
            for b in factors {
                square.add_product(a, b);
            }
        }
        let mut squares = ExactSum::new();
        (0..count).for_each(|_| squares.merge(&square));
        squares.add_scaled(f64::from(rest), tiny);
        let twice = BigInt::from(2 * half + 1);
        let exact_squares = ((&twice * &twice * count) << UNIT) + scaled(f64::from(rest), tiny);
        let count = f64::from(count);
        assert_rounded_power(squares.root_ratio(&one_by_one(&[count])), &exact_squares, &exact(count), true);
    }

    #[test]
    fn squares_never_overflow_in_a_root_mean_square(x in finite()) {
        let mut squares = ExactSum::new();
        (0..3).for_each(|_| squares.add_product(x, x));
        let mut count = ExactSum::new();
        count.add_count(3);
        prop_assert_eq!(squares.root_ratio(&count), x.abs());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40), kind in 0..6_u8) {
        for bytes in [bytes.clone(), [&[1, kind], &*bytes].concat(), [&[1, kind % 3, 0, 0], &*bytes].concat()] {
            if let Ok(sum) = ExactSum::from_bytes(&bytes) {
                prop_assert_eq!(sum.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn damaged_bytes_never_decode_to_the_same_sum(values in values(1..20), at: usize, change in 1..255_u8) {
        let sum = one_by_one(&values);
        let bytes = sum.to_bytes();
        let mut damaged = bytes.clone();
        damaged[at % bytes.len()] ^= change;
        if let Ok(other) = ExactSum::from_bytes(&damaged) {
            prop_assert!(other != sum);
            prop_assert_eq!(other.to_bytes(), damaged);
        }
        for len in 0..bytes.len() {
            if let Ok(other) = ExactSum::from_bytes(&bytes[..len]) {
                prop_assert!(other != sum);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn products_are_the_same_in_any_order_and_any_split(
        (pairs, shuffled) in (values(300..2300), values(300..2300)).prop_flat_map(|(a, b)| {
            let pairs: Vec<(f64, f64)> = a.into_iter().zip(b).collect();
            (Just(pairs.clone()), Just(pairs).prop_shuffle())
        }),
        cut: usize,
    ) {
        let (a, b): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let expected: BigInt = a.iter().zip(&b).map(|(&a, &b)| exact_product(a, b)).sum();
        let whole = by_products(&a, &b);
        assert_sum(&whole, &expected);
        let (a, b): (Vec<_>, Vec<_>) = shuffled.into_iter().unzip();
        let cut = cut % a.len();
        let mut parts = by_products(&a[cut..], &b[cut..]);
        parts.merge(&by_products(&b[..cut], &a[..cut]));
        prop_assert_eq!(parts.to_bytes(), whole.to_bytes());
    }

    #[test]
    fn slices_of_single_precision_equal_their_widened_values(
        mut a in values_f32(100..3000),
        mut b in values_f32(100..3000),
        places in proptest::collection::vec((any::<usize>(), 0..3_usize), 0..3),
        cut: usize,
    ) {
        let len = a.len().min(b.len());
        a.truncate(len);
        b.truncate(len);
        for (at, which) in places {
            a[at % len] = [f32::INFINITY, f32::NEG_INFINITY, f32::NAN][which];
        }
        let (wide_a, wide_b) = (widened(&a), widened(&b));
        let (values, products) = (by_slice_f32(&a), by_products_f32(&a, &b));
        prop_assert_eq!(values.to_bytes(), one_by_one(&wide_a).to_bytes());
        let mut single = ExactSum::new();
        wide_a.iter().zip(&wide_b).for_each(|(&a, &b)| single.add_product(a, b));
        prop_assert_eq!(products.to_bytes(), single.to_bytes());
        let cut = cut % len;
        let mut parts = by_slice_f32(&a[cut..]);
        parts.merge(&by_slice_f32(&a[..cut]));
        prop_assert_eq!(&parts, &values);
        let mut parts = by_products_f32(&b[cut..], &a[cut..]);
        parts.merge(&by_products_f32(&a[..cut], &b[..cut]));
        prop_assert_eq!(&parts, &products);

        let (mut finite, mut wide) = (ExactSum::new(), ExactSum::new());
        prop_assert_eq!(finite.add_finite_f32(&a), wide.add_finite(&wide_a));
        prop_assert_eq!(finite.to_bytes(), wide.to_bytes());
        let rest: Vec<f64> = wide_a.into_iter().filter(|x| x.is_finite()).collect();
        assert_sum(&finite, &exact_sum(&rest));
    }

    #[test]
    fn long_slices_equal_single_additions(values in values(900..2300), cut in 0..200_usize) {
        let values = &values[cut.min(values.len())..];
        prop_assert_eq!(by_slice(values).to_bytes(), one_by_one(values).to_bytes());
        let (a, b) = values.split_at(values.len() / 2);
        let b = &b[..a.len()];
        let mut single = ExactSum::new();
        a.iter().zip(b).for_each(|(&a, &b)| single.add_product(a, b));
        let mut block = ExactSum::new();
        block.add_products(a, b);
        prop_assert_eq!(block.to_bytes(), single.to_bytes());
    }

    #[test]
    fn special_values_anywhere_in_a_slice(
        mut values in values(1..1100),
        places in proptest::collection::vec((any::<usize>(), 0..3_usize), 0..3),
    ) {
        for (at, which) in places {
            let len = values.len();
            values[at % len] = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN][which];
        }
        let (nan, pos, neg) = (
            values.iter().any(|x| x.is_nan()),
            values.contains(&f64::INFINITY),
            values.contains(&f64::NEG_INFINITY),
        );
        let sum = by_slice(&values);
        prop_assert_eq!(&sum, &one_by_one(&values));
        let ones = vec![1.0; values.len()];
        let mut products = ExactSum::new();
        products.add_products(&ones, &values);
        prop_assert_eq!(&sum, &products);
        let got = sum.to_f64();
        if nan || (pos && neg) {
            prop_assert!(got.is_nan());
        } else if pos || neg {
            prop_assert_eq!(got, if pos { f64::INFINITY } else { f64::NEG_INFINITY });
        } else {
            assert_sum(&sum, &exact_sum(&values));
        }
    }
}

#[test]
fn every_length_of_slice() {
    let values: Vec<f64> = (0..1100).map(|i| (f64::from(i) * 0.7).sin() * 1e3).collect();
    let mut single = ExactSum::new();
    let mut single_products = ExactSum::new();
    for len in 0..values.len() {
        assert_eq!(by_slice(&values[..len]), single, "{len}");
        assert_eq!(by_products(&values[..len], &values[..len]), single_products, "{len}");
        let narrow: Vec<f32> = values[..len].iter().map(|&x| x as f32).collect();
        let wide = widened(&narrow);
        assert_eq!(by_slice_f32(&narrow), one_by_one(&wide), "{len}");
        assert_eq!(by_products_f32(&narrow, &narrow), by_products(&wide, &wide), "{len}");
        single.add(values[len]);
        single_products.add_product(values[len], values[len]);
    }
}

#[test]
fn a_full_block_of_equal_values() {
    // The level sums reach their bound: 1024 values at the top of a binade, in every binade.
    for field in 0..2047_u64 {
        for significand in [0, 1, (1 << 52) - 1, 0x5_5555_5555_5555] {
            let x = f64::from_bits(field << 52 | significand);
            let values = [x; 1024];
            let mut expected = ExactSum::new();
            expected.add_scaled(x, 10);
            assert_eq!(by_slice(&values), expected, "{x:e}");
        }
    }
}

#[test]
fn long_slices_over_all_exponents() {
    // Enough of one exponent to fill bins, among all others; then the same with other signs, in another order.
    for common in [0, 1, 1023, 2046] {
        let mut values: Vec<f64> = (0..40_000)
            .map(|i| {
                let field = if i % 3 == 0 { hash(i) % 2047 } else { common };
                f64::from_bits(hash(i + 1) & !(0x7ff << 52) | field << 52)
            })
            .collect();
        let sum = by_slice(&values);
        assert_sum(&sum, &exact_sum(&values));
        let weights: Vec<f64> = (0..40_000).map(|i| f64::from_bits(hash(i) & !(0x7ff << 52) | 1000 << 52)).collect();
        let expected: BigInt = values.iter().zip(&weights).map(|(&a, &b)| exact_product(a, b)).sum();
        assert_sum(&by_products(&values, &weights), &expected);
        let narrow: Vec<f32> = values.iter().map(|x| f32::from_bits((x.to_bits() >> 32) as u32)).collect();
        let narrow: Vec<f32> = narrow.into_iter().filter(|x| x.is_finite()).collect();
        assert_sum(&by_slice_f32(&narrow), &exact_sum(&widened(&narrow)));
        values.reverse();
        values.iter_mut().for_each(|x| *x = -*x);
        let mut nothing = by_slice(&values[..1234]);
        nothing.add_slice(&values[1234..]);
        nothing.merge(&sum);
        assert!(nothing.is_zero());
    }
}

#[test]
fn one_product_at_every_exponent_among_many() {
    // The product, its error, or both leave the range of f64 at either end; and a block of ordinary products fits.
    for exponent in (-1074..1024).step_by(3) {
        let x = 0.1 * (2.0_f64).powi(exponent / 2) * (2.0_f64).powi(exponent - exponent / 2);
        for other in [0.7, x, 1e-200, -1e-120, 1e200] {
            let (mut a, mut b) = (vec![0.3; 100], vec![-1.1; 100]);
            (a[41], b[41]) = (x, other);
            let expected = 99 * exact_product(0.3, -1.1) + exact_product(x, other);
            assert_eq!(decode(&by_products(&a, &b).to_bytes()), expected, "{x:e} {other:e}");
            let (a, b) = (vec![x; 100], vec![other; 100]);
            assert_eq!(by_products(&a, &b), by_products(&b, &a));
            let zero = exact_product(x, other) == BigInt::from(0);
            assert!(
                zero || decode(&by_products(&a, &b).to_bytes()) == 100 * exact_product(x, other),
                "{x:e} {other:e}"
            );
        }
    }
}

/// Pseudo-random bits.
fn hash(i: u64) -> u64 {
    let z = (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 32)
}

#[test]
fn full_blocks_at_their_bound() {
    // All at the top of the same binade, with different last bits: level sums as large as they get.
    for field in (0..2047_u64).step_by(31) {
        let values: Vec<f64> =
            (0..1024).map(|i| f64::from_bits(field << 52 | ((1 << 52) - 1 - hash(i) % (1 << 44)))).collect();
        assert_eq!(by_slice(&values), one_by_one(&values), "field {field}");
    }
    // Products whose rounding errors are nearly half a unit, all of one sign.
    let b = 1.999_999_3;
    let a: Vec<f64> = (0..)
        .map(|i| f64::from_bits(1023 << 52 | ((1 << 52) - 1 - hash(i) % (1 << 30))))
        .filter(|a| a.mul_add(b, -(a * b)) > 0.99 * f64::EPSILON)
        .take(1024)
        .collect();
    let mut single = ExactSum::new();
    a.iter().for_each(|&a| single.add_product(a, b));
    let mut block = ExactSum::new();
    block.add_products(&a, &[b; 1024]);
    assert_eq!(block, single);
}

#[test]
fn digits_of_a_wide_sum_do_not_overflow() {
    // Thousands of equal terms outside of the window, in every place of a digit.
    for exp in 300..332 {
        let x = (2.0 - f64::EPSILON) * (2.0_f64).powi(exp);
        let mut sum = one_by_one(&[1.0]);
        (0..5000).for_each(|_| sum.add(x));
        let expected = exact(1.0) + 5000 * exact(x);
        assert_eq!(decode(&sum.to_bytes()), expected);
        let mut negated = sum.clone();
        negated.negate();
        (0..5000).for_each(|_| negated.merge(&sum));
        assert_eq!(decode(&negated.to_bytes()), 4999 * expected);
    }
}

#[test]
fn roots_next_to_a_tie() {
    // The square of the 54-bit number halfway between two f64, and a bit at every place around the last of 128.
    let middle = [(2.0_f64).powi(53), 5.0];
    for count in [1, 3, 5, 7] {
        for (rest, tiny) in (-26..0).flat_map(|tiny| [(-1.0, tiny), (0.0, tiny), (1.0, tiny)]) {
            let mut squares = ExactSum::new();
            for (a, b) in middle.iter().flat_map(|&a| middle.map(|b| (a, b))) {
                (0..count).for_each(|_| squares.add_product(a, b));
            }
            squares.add_scaled(rest, tiny);
            let middle = power(53) + 5;
            let expected = ((&middle * &middle * count) << UNIT) + scaled(rest, tiny);
            let count = f64::from(count);
            assert_rounded_power(squares.root_ratio(&one_by_one(&[count])), &expected, &exact(count), true);
        }
    }
}

#[test]
fn ties_go_to_even() {
    let half = f64::EPSILON / 2.0;
    let sum = |values: &[f64]| one_by_one(values).to_f64();
    assert_eq!(sum(&[1.0, half]), 1.0);
    for rest in [5e-324, 1e-29, 1e-19] {
        assert_eq!(sum(&[1.0, half, rest]), 1.0 + f64::EPSILON);
        assert_eq!(sum(&[1.0, half, -rest]), 1.0);
        assert_eq!(sum(&[1.0, f64::EPSILON, half, -rest]), 1.0 + f64::EPSILON);
    }
    assert_eq!(sum(&[1.0, f64::EPSILON, half]), 1.0 + 2.0 * f64::EPSILON);
    assert_eq!(sum(&[1.0, f64::EPSILON, half, -5e-324]), 1.0 + f64::EPSILON);
    assert_eq!(sum(&[-1.0, -half, -5e-324]), -1.0 - f64::EPSILON);
    // Up to infinity: half a unit above the largest number.
    let half_unit = (2.0_f64).powi(970);
    assert_eq!(sum(&[f64::MAX, half_unit]), f64::INFINITY);
    assert_eq!(sum(&[-f64::MAX, -half_unit]), f64::NEG_INFINITY);
    assert_eq!(sum(&[f64::MAX, half_unit, -5e-324]), f64::MAX);
    // Down to zero: half of the smallest number.
    let tiny = |a: f64, b: f64, rest: f64| {
        let mut sum = ExactSum::new();
        sum.add_product(a, b);
        sum.add_product(rest, 5e-324);
        sum.to_f64()
    };
    assert_eq!(tiny(5e-324, 0.5, 0.0).to_bits(), 0);
    assert_eq!(tiny(5e-324, 0.5, 5e-324), 5e-324);
    assert_eq!(tiny(5e-324, 1.5, 0.0), 1e-323);
    assert_eq!(tiny(5e-324, 1.5, -5e-324), 5e-324);
    assert_eq!(tiny(5e-324, -5e-324, 0.0).to_bits(), (-0.0_f64).to_bits());
}

#[test]
fn the_range_of_f64_may_be_left_on_the_way() {
    assert_eq!(one_by_one(&[1e308, 1e308, -1e308]).to_f64(), 1e308);
    let mut sum = ExactSum::new();
    (0..100_000).for_each(|_| sum.add(f64::MAX));
    assert_eq!(sum.to_f64(), f64::INFINITY);
    (0..99_999).for_each(|_| sum.add(-f64::MAX));
    assert_eq!(sum.to_f64(), f64::MAX);

    let mut count = ExactSum::new();
    count.add_count(10);
    assert_eq!(one_by_one(&[1e308; 10]).ratio(&count), 1e308);
    let mut squares = ExactSum::new();
    squares.add_product(1e200, 1e200);
    let mut one = ExactSum::new();
    one.add_count(1);
    assert_eq!(squares.to_f64(), f64::INFINITY);
    assert_eq!(squares.root_ratio(&one), 1e200);
    assert_eq!(squares.ratio_scaled(&one).1, 1328);
}

#[test]
fn the_ends_of_the_range_of_products() {
    let mut sum = ExactSum::new();
    sum.add_product(5e-324, 5e-324);
    assert_eq!(decode(&sum.to_bytes()), power(UNIT - 2148));
    sum.add_product(f64::MAX, f64::MAX);
    assert_eq!(decode(&sum.to_bytes()), exact_product(f64::MAX, f64::MAX) + power(UNIT - 2148));
    sum.add_product(-f64::MAX, f64::MAX);
    assert_eq!(decode(&sum.to_bytes()), power(UNIT - 2148));
}

#[test]
fn carries_run_through_a_wide_sum() {
    // 2^60 maximal products, by doubling; then all of it taken away again, leaving the smallest number.
    let mut sum = ExactSum::new();
    sum.add_product(f64::MAX, f64::MAX);
    sum.add_product(5e-324, 5e-324);
    for doubled in 1..=60 {
        let copy = sum.clone();
        sum.merge(&copy);
        let expected = (exact_product(f64::MAX, f64::MAX) + power(UNIT - 2148)) << doubled;
        assert_eq!(decode(&sum.to_bytes()), expected);
        let mut negated = sum.clone();
        negated.negate();
        assert_eq!(decode(&negated.to_bytes()), -expected);
    }
    let expected = (exact_product(f64::MAX, f64::MAX) + power(UNIT - 2148)) << 60;
    assert_sum(&sum, &expected);
    let mut rest = ExactSum::from_bytes(&sum.to_bytes()).unwrap();
    rest.add(-5e-324);
    rest.unmerge(&sum);
    assert_sum(&rest, &exact(-5e-324));
    // Borrowing through all digits, up and down.
    let mut sum = ExactSum::new();
    let mut expected = BigInt::from(0);
    for i in 0..5000 {
        let x = if i % 2 == 0 { 1e300 } else { -1e300 };
        for x in [x, 5e-324, -1.0, 3e100 * f64::from(i)] {
            sum.add(x);
            expected += exact(x);
        }
    }
    assert_sum(&sum, &expected);
}

#[test]
#[should_panic(expected = "group 3 has no sum: there are 3 groups")]
fn a_group_without_a_sum_panics() {
    add_grouped(&mut vec![ExactSum::new(); 3], &[0_u32, 3, 1], &[1.0; 3]);
}

#[test]
fn nothing_is_added_where_a_group_has_no_sum() {
    let mut sums = vec![ExactSum::new(); 5];
    let attempt = std::panic::AssertUnwindSafe(|| add_grouped_at(&mut sums, 2, 0, &[0_usize, 2], &[1.0; 2]));
    assert!(std::panic::catch_unwind(attempt).is_err(), "five sums are two groups of two");
    assert!(sums.iter().all(ExactSum::is_zero));
    add_grouped(&mut [], &[] as &[u32], &[]);
}

#[test]
fn groups_of_several_sums_change_only_the_one_that_is_meant() {
    // More rows than sums are asked for ahead, in long runs and back and forth.
    let groups: Vec<u32> = (0..1000).map(|row| if row < 300 { 2 } else { row * 7 % 5 }).collect();
    let values: Vec<f64> = (0..1000).map(|row| f64::from(row) * 1e-3 + 1e17 * f64::from(row % 3)).collect();
    for per_group in [1, 2, 7] {
        // A few sums more than whole groups: they belong to none.
        let (before, spare) = (one_by_one(&[0.5]), per_group - 1);
        for at in 0..per_group {
            let mut sums = vec![before.clone(); 5 * per_group + spare];
            let mut expected = sums.clone();
            add_grouped_at(&mut sums, per_group, at, &groups, &values);
            for (&group, &x) in groups.iter().zip(&values) {
                expected[group as usize * per_group + at].add(x);
            }
            assert_eq!(sums, expected, "{at} of {per_group}");
        }
    }
}

#[test]
fn places_outside_of_a_group_and_odd_lengths_are_refused() {
    let mut sums = vec![ExactSum::new(); 6];
    let mut refused = |per_group, at, groups: &[usize], values: &[f64]| {
        let attempt = std::panic::AssertUnwindSafe(|| add_grouped_at(&mut sums, per_group, at, groups, values));
        let panic = std::panic::catch_unwind(attempt).unwrap_err();
        assert!(sums.iter().all(ExactSum::is_zero), "nothing is added");
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    assert_eq!(refused(2, 2, &[0], &[1.0]), "a group has sums 0..2, not 2");
    assert_eq!(refused(0, 0, &[], &[]), "a group has sums 0..0, not 0");
    assert!(refused(2, 1, &[0, 1], &[1.0]).contains("every value needs a group"));
    assert_eq!(refused(2, 1, &[0, 3], &[1.0; 2]), "group 3 has no sum: there are 3 groups");
    assert_eq!(
        refused(2, 1, &[0, usize::MAX], &[1.0; 2]),
        format!("group {} has no sum: there are 3 groups", usize::MAX)
    );
    assert_eq!(refused(7, 1, &[0], &[1.0]), "group 0 has no sum: there are 0 groups");
    assert_eq!(refused(usize::MAX, 1, &[0], &[1.0]), "group 0 has no sum: there are 0 groups");
}

#[test]
fn infinities_and_nan() {
    let inf = f64::INFINITY;
    assert_eq!(one_by_one(&[1.0, inf, -1e308]).to_f64(), inf);
    assert_eq!(one_by_one(&[-inf, 1.0]).to_f64(), -inf);
    assert!(one_by_one(&[-inf, inf]).to_f64().is_nan());
    assert!(one_by_one(&[f64::NAN, inf]).to_f64().is_nan());
    let product = |a, b| {
        let mut sum = ExactSum::new();
        sum.add_product(a, b);
        sum.to_f64()
    };
    assert!(product(0.0, inf).is_nan());
    assert!(product(inf, -0.0).is_nan());
    assert_eq!(product(-2.0, inf), -inf);
    assert_eq!(product(-inf, -inf), inf);
    assert!(product(f64::NAN, 0.0).is_nan());

    // Merging, negating, equality and bytes.
    let (pos, neg, nan) = (one_by_one(&[inf, 3.0]), one_by_one(&[-inf]), one_by_one(&[f64::NAN]));
    let mut both = pos.clone();
    both.merge(&neg);
    assert!(both.to_f64().is_nan());
    assert_eq!(both, nan);
    assert_eq!(pos, one_by_one(&[inf, inf, 5.0]));
    assert_ne!(pos, neg);
    assert_ne!(pos, one_by_one(&[3.0]));
    let mut negated = pos.clone();
    negated.negate();
    assert_eq!(negated, neg);
    negated.negate();
    assert_eq!(negated, pos);
    assert!(!pos.is_zero() && !nan.is_zero());
    assert_eq!((pos.signum(), neg.signum()), (1.0, -1.0));
    assert!(nan.signum().is_nan());
    assert_eq!((pos.to_bytes(), neg.to_bytes(), nan.to_bytes()), (vec![1, 3], vec![1, 4], vec![1, 5]));
    assert_eq!(both.to_bytes(), nan.to_bytes());
    for sum in [pos, neg, nan] {
        assert_eq!(ExactSum::from_bytes(&sum.to_bytes()).unwrap(), sum);
    }
}

#[test]
fn ratios_of_special_sums() {
    let inf = f64::INFINITY;
    let ratio = |a: f64, b: f64| one_by_one(&[a]).ratio(&one_by_one(&[b]));
    assert_eq!(ratio(inf, -2.0), -inf);
    assert_eq!(ratio(-inf, -2.0), inf);
    assert_eq!(ratio(3.0, inf).to_bits(), 0);
    assert_eq!(ratio(0.0, -7.0).to_bits(), 0);
    for (a, b) in [(1.0, 0.0), (0.0, 0.0), (inf, 0.0), (inf, inf), (f64::NAN, 1.0), (1.0, f64::NAN), (inf, f64::NAN)] {
        assert!(ratio(a, b).is_nan(), "{a}/{b}");
        let (a, b) = (one_by_one(&[a]), one_by_one(&[b]));
        assert!(a.root_ratio(&b).is_nan());
        assert!(a.ratio_scaled(&b).0.is_nan());
    }
    let one = one_by_one(&[1.0]);
    assert_eq!(one_by_one(&[inf]).root_ratio(&one), inf);
    assert!(one_by_one(&[-inf]).root_ratio(&one).is_nan());
    assert!(one_by_one(&[-1.0]).root_ratio(&one).is_nan());
    assert_eq!(ExactSum::new().root_ratio(&one).to_bits(), 0);
    assert_eq!(one_by_one(&[f64::MAX]).ratio(&one_by_one(&[5e-324])), inf);
    assert_eq!(one_by_one(&[5e-324]).ratio(&one_by_one(&[f64::MAX])), 0.0);
}

#[test]
fn scaled_terms_beyond_the_range() {
    let sum = |x: f64, e: i32| {
        let mut sum = ExactSum::new();
        sum.add_scaled(x, e);
        sum
    };
    // The largest term, and the first one that counts as infinite.
    assert_sum(&sum(1.5, 2111), &(power(2111 + UNIT) + power(2110 + UNIT)));
    assert_sum(&sum(-1.0, 2111), &-power(2111 + UNIT));
    assert_eq!(sum(1.0, 2112).to_bytes(), vec![1, 3]);
    assert_eq!(sum(-1.0, i32::MAX).to_bytes(), vec![1, 4]);
    assert_eq!(sum(5e-324, i32::MAX).to_bytes(), vec![1, 3]);
    // The smallest term; towards zero below.
    assert_sum(&sum(1.0, -2176), &power(0));
    assert_sum(&sum(-1.0, -2176), &-power(0));
    assert_sum(&sum(-1.75, -2176), &-power(0));
    assert_sum(&sum(1.75, -2175), &BigInt::from(3));
    assert!(sum(-1.75, -2177).is_zero());
    assert!(sum(f64::MAX, i32::MIN).is_zero());
    // Other terms are what they are.
    assert!(sum(0.0, i32::MAX).is_zero());
    assert_eq!(sum(f64::INFINITY, i32::MIN).to_f64(), f64::INFINITY);
    assert!(sum(f64::NAN, 0).to_f64().is_nan());
}

#[test]
fn ordinary_sums_are_small() {
    let values: Vec<f64> = (0..10_000).map(|i| (f64::from(i) * 0.3).sin().powi(2)).collect();
    let sum = by_slice(&values);
    assert_eq!(sum.heap_size(), 0);
    assert!(sum.to_bytes().len() <= 20);
    assert_eq!(ExactSum::new().to_bytes(), vec![1, 0]);
    let bits: Vec<f64> = (-1074..1024).map(|e| if e % 2 == 0 { (2.0_f64).powi(e) } else { 0.0 }).collect();
    let wide = by_slice(&bits);
    assert!(wide.heap_size() < 1300 && wide.to_bytes().len() < 300);
}

#[test]
fn bytes_that_are_no_sums() {
    use DecodeError::*;
    let error = |bytes: &[u8]| ExactSum::from_bytes(bytes).unwrap_err();
    assert_eq!(error(&[]), Truncated);
    assert_eq!(error(&[1]), Truncated);
    assert_eq!(error(&[0, 0]), Version(0));
    assert_eq!(error(&[2, 0]), Version(2));
    assert_eq!(error(&[1, 6]), Kind(6));
    assert_eq!(error(&[1, 0, 0]), TrailingBytes);
    assert_eq!(error(&[1, 5, 1]), TrailingBytes);
    assert_eq!(error(&[1, 1]), Truncated);
    assert_eq!(error(&[1, 1, 0, 0]), Truncated);
    assert_eq!(error(&[1, 1, 0, 0, 2]), NotCanonical);
    assert_eq!(error(&[1, 1, 0, 0, 1, 0]), NotCanonical);
    assert_eq!(error(&[1, 2, 0, 0, 0]), NotCanonical);
    // 2^-2177, and 2^2240.
    assert_eq!(error(&[1, 1, 0x7f, 0xf7, 1]), OutOfRange);
    assert!(ExactSum::from_bytes(&[1, 1, 0x80, 0xf7, 1]).is_ok());
    assert_eq!(error(&[1, 1, 0xc0, 0x08, 1]), OutOfRange);
    assert!(ExactSum::from_bytes(&[1, 1, 0xbf, 0x08, 1]).is_ok());
    assert_eq!(error(&[1, 1, 0xff, 0x7f, 1]), OutOfRange);
    assert_eq!(error(&[[1, 1, 0, 0].as_slice(), &[255; 4000]].concat()), OutOfRange);
    assert!(!Truncated.to_string().is_empty());
}
