//! Values spread over any number of exponents: one bin for each sign and exponent.
//!
//! This is the large superaccumulator of R. M. Neal, Fast exact summation using small and large superaccumulators
//! (arXiv:1505.05571, 2015). A value is added to the bin of its sign and exponent as the integer that its bits are, so
//! that adding takes a shift, an addition and a count. Sign and exponent are the same for all of a bin: count times
//! them is taken away once, modulo 2^64, and what is left is the sum of the significands.

use super::unlike::Specials;
use super::{ExactSum, SPECIAL_FIELD};

/// A bin for each sign and exponent.
const BINS: usize = 1 << 12;

/// The bins of one sign.
const FIELDS: usize = BINS / 2;

/// The most values that a bin takes: 2^12 significands without their first bit are below 2^64.
const FULL: u16 = 1 << 12;

/// Exponents whose bins are joined in integers of 64 bits. A bin is below 2^12·2^53 = 2^65: its lower 32 bits and the rest
/// below 2^33. The sum of 16 differences of such, each shifted by its place, is below 2^49.
const HALF: usize = 16;

/// Exponents whose bins are joined before they reach the sum: below 2^32·2^49·2^16 and as much, far from 2^127.
const JOINED: usize = 2 * HALF;

/// 40 KB. See [the module](self).
pub(super) struct Bins {
    sums: Box<[u64; BINS]>,
    counts: Box<[u16; BINS]>,
}

impl Bins {
    pub(super) fn new() -> Self {
        Self { sums: zeros(), counts: zeros() }
    }

    /// Adds values, and to `specials` what is not finite; most of it not before [`finish`](Self::finish).
    #[inline(never)]
    pub(super) fn add(&mut self, values: &[f64], sum: &mut ExactSum, specials: &mut Specials) {
        // As references, so that the two addresses stay in registers.
        let (sums, counts) = (&mut *self.sums, &mut *self.counts);
        for &x in values {
            let bits = x.to_bits();
            let bin = (bits >> 52) as usize;
            sums[bin] = sums[bin].wrapping_add(bits);
            counts[bin] += 1;
            if counts[bin] == FULL {
                spill(bin, &mut sums[bin], &mut counts[bin], sum, specials);
            }
        }
    }

    /// Adds everything to `sum`, and what is not finite to `specials`.
    #[inline(never)]
    pub(super) fn finish(self, sum: &mut ExactSum, specials: &mut Specials) {
        let (sums, counts) = (&*self.sums, &*self.counts);
        for bin in [SPECIAL_FIELD as usize, FIELDS + SPECIAL_FIELD as usize] {
            see_specials(bin, sums[bin], counts[bin], specials);
        }
        for first in (0..FIELDS).step_by(JOINED) {
            let used = |bins: usize| counts[bins..][..JOINED].iter().fold(0, |used, count| used | count) != 0;
            if used(first) || used(FIELDS + first) {
                let shift = exponent(first + HALF) - exponent(first);
                sum.add_term(self.join(first) + (self.join(first + HALF) << shift), exponent(first));
            }
        }
    }

    /// What [`HALF`] exponents hold, in units of the first one.
    #[inline(always)]
    fn join(&self, first: usize) -> i128 {
        let (mut low, mut high) = (0, 0);
        for field in (first..(first + HALF).min(SPECIAL_FIELD as usize)).rev() {
            let [up, down] = [field, FIELDS + field].map(|bin| {
                let (significands, count) = (significands(bin, self.sums[bin], self.counts[bin]), self.counts[bin]);
                [(significands & 0xffff_ffff) as i64, (significands >> 32) as i64 + first_bits(bin, count)]
            });
            // Subnormal numbers have the unit of the smallest normal ones.
            let shift = u32::from(field != 0);
            (low, high) = ((low << shift) + up[0] - down[0], (high << shift) + up[1] - down[1]);
        }
        i128::from(low) + (i128::from(high) << 32)
    }
}

/// Empties one bin.
#[cold]
#[inline(never)]
fn spill(bin: usize, total: &mut u64, count: &mut u16, sum: &mut ExactSum, specials: &mut Specials) {
    if bin % FIELDS == SPECIAL_FIELD as usize {
        see_specials(bin, *total, *count, specials);
    } else {
        let value = i128::from(significands(bin, *total, *count)) + (i128::from(first_bits(bin, *count)) << 32);
        sum.add_term(if bin < FIELDS { value } else { -value }, exponent(bin % FIELDS));
    }
    (*total, *count) = (0, 0);
}

/// The sum of the significands in a bin without their first bits.
#[inline(always)]
fn significands(bin: usize, total: u64, count: u16) -> u64 {
    total.wrapping_sub(u64::from(count).wrapping_mul((bin as u64) << 52))
}

/// The first bits of the significands in a bin, which are not stored, in units of 2^32; subnormal
/// numbers have none.
#[inline(always)]
fn first_bits(bin: usize, count: u16) -> i64 {
    if bin.is_multiple_of(FIELDS) { 0 } else { i64::from(count) << 20 }
}

/// Counts a bin of infinities, whose significands are 0, and NaN, whose significands are not.
fn see_specials(bin: usize, total: u64, count: u16, specials: &mut Specials) {
    if count > 0 {
        let kind = match (significands(bin, total, count), bin < FIELDS) {
            (0, true) => f64::INFINITY,
            (0, false) => f64::NEG_INFINITY,
            // Whether there were infinities among them does not matter.
            _ => f64::NAN,
        };
        specials.see(kind, count.into());
    }
}

/// The exponent of the unit of numbers with this exponent as stored.
fn exponent(field: usize) -> i32 {
    field.max(1) as i32 - 1075
}

/// Zeros on the heap, without having been on the stack.
fn zeros<T: Copy + Default, const N: usize>() -> Box<[T; N]> {
    match vec![T::default(); N].into_boxed_slice().try_into() {
        Ok(zeros) => zeros,
        Err(_) => unreachable!("N zeros"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_exact(values: &[f64]) {
        let (mut sum, mut specials, mut bins) = (ExactSum::new(), Specials::default(), Bins::new());
        bins.add(values, &mut sum, &mut specials);
        bins.finish(&mut sum, &mut specials);
        assert_eq!(specials.count, values.iter().filter(|x| !x.is_finite()).count() as u64);
        specials.apply(&mut sum);
        let expected: ExactSum = values.iter().copied().collect();
        assert_eq!(sum, expected);
    }

    #[test]
    fn full_bins_of_every_exponent_are_exact() {
        for field in (0..2047).step_by(89).chain([0, 1, 2, 31, 32, 33, 2046]) {
            for significand in [0, 1, (1 << 52) - 1] {
                let x = f64::from_bits(field << 52 | significand);
                for len in [1, usize::from(FULL) - 1, usize::from(FULL), usize::from(FULL) + 1, 3 * usize::from(FULL)] {
                    assert_exact(&vec![x; len]);
                    assert_exact(&vec![-x; len]);
                }
            }
        }
    }

    #[test]
    fn all_exponents_at_their_bound_are_exact() {
        // All bins but one short of full, at the top of their binades: joined sums as large as they get.
        let up = (0..2047_u64).map(|field| f64::from_bits(field << 52 | ((1 << 52) - 1)));
        let values: Vec<f64> = up.flat_map(|x| std::iter::repeat_n(x, usize::from(FULL) - 1)).collect();
        let negated: Vec<f64> = values.iter().map(|x| -x).collect();
        assert_exact(&values);
        assert_exact(&negated);
        assert_exact(&[values, negated].concat());
    }

    #[test]
    fn what_is_not_finite_is_told_apart() {
        for kinds in
            [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2], [f64::NAN, f64::INFINITY], [f64::INFINITY, f64::NEG_INFINITY]]
        {
            for times in [1, usize::from(FULL), usize::from(FULL) + 1] {
                let mut values = vec![1.0, -5e-324];
                values.extend(std::iter::repeat_n(kinds[0], times));
                values.extend(std::iter::repeat_n(kinds[1], times));
                assert_exact(&values);
            }
        }
    }
}
