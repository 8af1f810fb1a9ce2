//! Blocks of terms of similar size: one pass, in registers, without rounding.
//!
//! A lane starts at C = 1.5·2^e and has to stay between 2^e and 2^(e+1), where all `f64` are multiples of
//! u = 2^(e−52). Then `next = high + x` rounds x to a multiple of u, `next − high` is that multiple, and what is left of
//! x, at most u/2, is exact (T. J. Dekker, A floating-point technique for extending the available precision, 1971:
//! |x| < 2^e ≤ high). The rests are added in the same way from C′ = 1.5·2^(e−43): 256 of them move it by at most
//! 2^(e−45), so it stays where it is. What is left of them has to be 0; that takes everything down to 2^(e−95). Both are
//! read as integers in units of their last place, so nothing is rounded where lanes are added up.
//!
//! The exponent e is a guess: blocks of losses are alike, so the one that fits a block mostly fits the next. Whether it
//! did shows in the bits: a lane that left its range has had another exponent or sign. Infinities and NaN have too.
//!
//! The loops are written with intrinsics. LLVM vectorises them from plain code only in part, and differently with every
//! change around them: 9 to 30 cycles for eight terms where these take 5.

use super::ExactSum;
use crate::isa::Isa;

/// Lanes side by side: one register of AVX-512, two of AVX2.
const LANES: usize = 8;

/// The most terms that a lane takes.
const TERMS: usize = 256;

/// The most terms of a block.
const BLOCK: usize = LANES * TERMS;

/// By how many binary places rests are added below: 256 rests of at most 2^(e−53) move a lane by at most half of
/// 2^(e−44), and one place is to spare.
const DOWN: i32 = 43;

/// The smallest exponent. The unit of the rests is then 2^-1074, the smallest number, and nothing can be left.
const LOWEST: i32 = -1022 + DOWN;

/// The largest exponent: lanes have to stay finite.
const HIGHEST: i32 = 1022;

/// Sign and exponent of an `f64`.
const SIGN_AND_EXPONENT: u64 = 0xfff << 52;

/// The most blocks that are not tried after blocks that did not fit: what it costs to find out, at most the time of a
/// block that fits, is then next to nothing.
const MOST_SKIPPED: u32 = 63;

/// Terms that a first guess is made from.
const LOOKED_AT: usize = 2 * LANES;

/// Adds all values in blocks; those that do not fit by `otherwise`, and all of them on the baseline, where plain code
/// is slower than what it would save.
pub(super) fn add_blocks(
    isa: Isa,
    sum: &mut ExactSum,
    values: &[f64],
    mut otherwise: impl FnMut(&mut ExactSum, &[f64]),
) {
    if isa == Isa::Baseline {
        return otherwise(sum, values);
    }
    let mut exponent = guess(&values[..values.len().min(LOOKED_AT)]);
    // Values that are spread widely come in many blocks: one failure may be a wrong guess, the second in a row is not.
    let (mut skip, mut next_skip) = (0, 0);
    for block in values.chunks(BLOCK) {
        if skip == 0 {
            let mut lanes = Lanes::new(exponent);
            lanes.add(isa, block);
            if let Some(next) = lanes.finish(sum) {
                (exponent, next_skip) = (next, 0);
                continue;
            }
            (skip, next_skip) = (next_skip, (2 * next_skip + 1).min(MOST_SKIPPED));
        } else {
            skip -= 1;
        }
        otherwise(sum, block);
        if skip == 0 {
            exponent = guess(block);
        }
    }
}

/// The exponent that fits a block, by a few of its terms.
fn guess(terms: &[f64]) -> i32 {
    let largest = terms.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    // A lane of terms like these, and as much again.
    fitting(largest * TERMS as f64)
}

/// The exponent for lanes that will hold about `total`.
fn fitting(total: f64) -> i32 {
    // The lane may move by 2^(e−1): four to eight times the total.
    (super::exponent_field(total) - 1023 + 4).clamp(LOWEST, HIGHEST)
}

/// Running sums of a block of terms.
#[repr(C, align(64))]
struct Lanes {
    high: [f64; LANES],
    low: [f64; LANES],
    /// All bits in which `high` has ever differed from where it started.
    moved: [u64; LANES],
    /// All bits that were left of rests.
    left: [u64; LANES],
    exponent: i32,
}

impl Lanes {
    fn new(exponent: i32) -> Self {
        Self {
            high: [origin(exponent); LANES],
            low: [origin(exponent - DOWN); LANES],
            moved: [0; LANES],
            left: [0; LANES],
            exponent,
        }
    }

    /// Adds terms: at most [`BLOCK`] in all, and a length that is no multiple of [`LANES`] once only, at the end.
    fn add(&mut self, isa: Isa, terms: &[f64]) {
        let (whole, tail) = terms.as_chunks::<LANES>();
        #[cfg(target_arch = "x86_64")]
        if isa == Isa::Avx512 && isa.is_available() {
            // SAFETY: the features named on `add_avx512` have just been detected on this machine.
            unsafe { x86::add_avx512(self, whole) };
        } else if isa >= Isa::Avx2 && Isa::Avx2.is_available() {
            // SAFETY: the features named on `add_avx2` have just been detected on this machine.
            unsafe { x86::add_avx2(self, whole) };
        } else {
            self.add_plain(whole);
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            let _ = isa;
            self.add_plain(whole);
        }
        if !tail.is_empty() {
            let mut padded = [0.0; LANES];
            padded[..tail.len()].copy_from_slice(tail);
            self.add_plain(&[padded]);
        }
    }

    fn add_plain(&mut self, terms: &[[f64; LANES]]) {
        let start = origin(self.exponent).to_bits();
        for terms in terms {
            for (lane, &x) in terms.iter().enumerate() {
                let next = self.high[lane] + x;
                let rest = x - (next - self.high[lane]);
                self.high[lane] = next;
                self.moved[lane] |= next.to_bits() ^ start;
                let next = self.low[lane] + rest;
                self.left[lane] |= (rest - (next - self.low[lane])).to_bits();
                self.low[lane] = next;
            }
        }
    }

    /// Adds the block to `sum` and returns the exponent for the next one; `None`, and nothing added, where the block did
    /// not fit.
    fn finish(&self, sum: &mut ExactSum) -> Option<i32> {
        let all = |bits: &[u64; LANES]| bits.iter().fold(0, |all, bits| all | bits);
        // Without the sign: what is left of −0.0 is −0.0.
        if all(&self.moved) & SIGN_AND_EXPONENT != 0 || all(&self.left) << 1 != 0 {
            return None;
        }
        let (high, low) = (origin(self.exponent), origin(self.exponent - DOWN));
        sum.add_term(units(&self.high, high), self.exponent - 52);
        sum.add_term(units(&self.low, low), self.exponent - DOWN - 52);
        let largest = self.high.iter().fold(0.0, |largest: f64, lane| largest.max((lane - high).abs()));
        Some(fitting(largest))
    }
}

/// The middle of the numbers from 2^`exponent` to twice that.
fn origin(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52 | 1 << 51)
}

/// How far lanes of one exponent have moved, in units of their last place.
fn units(lanes: &[f64; LANES], start: f64) -> i128 {
    let start = i128::from(start.to_bits());
    lanes.iter().map(|lane| i128::from(lane.to_bits()) - start).sum()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m256d, __m512d, _mm256_add_pd, _mm256_load_pd, _mm256_loadu_pd, _mm256_or_pd, _mm256_set1_pd,
        _mm256_store_pd, _mm256_sub_pd, _mm256_xor_pd, _mm512_add_pd, _mm512_castpd_si512, _mm512_load_pd,
        _mm512_load_si512, _mm512_loadu_pd, _mm512_or_si512, _mm512_set1_pd, _mm512_store_pd, _mm512_store_si512,
        _mm512_sub_pd, _mm512_ternarylogic_epi64,
    };

    use super::{LANES, Lanes, origin};

    /// `a | (b ^ c)`, as the table that `ternarylogic` takes.
    const OR_XOR: i32 = 0xf6;

    /// # Safety
    /// The machine must have the features named here.
    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn add_avx512(lanes: &mut Lanes, terms: &[[f64; LANES]]) {
        let start = _mm512_castpd_si512(_mm512_set1_pd(origin(lanes.exponent)));
        // SAFETY: every array of `lanes` is 64 bytes long and aligned to 64 bytes.
        let (mut high, mut low, mut moved, mut left) = unsafe {
            (
                _mm512_load_pd(lanes.high.as_ptr()),
                _mm512_load_pd(lanes.low.as_ptr()),
                _mm512_load_si512(lanes.moved.as_ptr().cast()),
                _mm512_load_si512(lanes.left.as_ptr().cast()),
            )
        };
        for terms in terms {
            // SAFETY: 64 bytes.
            let x = unsafe { _mm512_loadu_pd(terms.as_ptr()) };
            let next: __m512d = _mm512_add_pd(high, x);
            let rest = _mm512_sub_pd(x, _mm512_sub_pd(next, high));
            high = next;
            moved = _mm512_ternarylogic_epi64::<OR_XOR>(moved, _mm512_castpd_si512(next), start);
            let next = _mm512_add_pd(low, rest);
            left = _mm512_or_si512(left, _mm512_castpd_si512(_mm512_sub_pd(rest, _mm512_sub_pd(next, low))));
            low = next;
        }
        // SAFETY: as above.
        unsafe {
            _mm512_store_pd(lanes.high.as_mut_ptr(), high);
            _mm512_store_pd(lanes.low.as_mut_ptr(), low);
            _mm512_store_si512(lanes.moved.as_mut_ptr().cast(), moved);
            _mm512_store_si512(lanes.left.as_mut_ptr().cast(), left);
        }
    }

    /// # Safety
    /// The machine must have the features named here.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn add_avx2(lanes: &mut Lanes, terms: &[[f64; LANES]]) {
        const HALF: usize = LANES / 2;
        let start = _mm256_set1_pd(origin(lanes.exponent));
        let moved_bits: *mut f64 = lanes.moved.as_mut_ptr().cast();
        let left_bits: *mut f64 = lanes.left.as_mut_ptr().cast();
        // SAFETY: every array of `lanes` is 64 bytes long and aligned to 64 bytes, so each half is 32 and aligned to 32.
        let load = |from: *const f64| unsafe { [_mm256_load_pd(from), _mm256_load_pd(from.add(HALF))] };
        let (mut high, mut low) = (load(lanes.high.as_ptr()), load(lanes.low.as_ptr()));
        let (mut moved, mut left) = (load(moved_bits), load(left_bits));
        for terms in terms {
            for half in 0..2 {
                // SAFETY: 32 of the 64 bytes.
                let x: __m256d = unsafe { _mm256_loadu_pd(terms.as_ptr().add(half * HALF)) };
                let next = _mm256_add_pd(high[half], x);
                let rest = _mm256_sub_pd(x, _mm256_sub_pd(next, high[half]));
                high[half] = next;
                moved[half] = _mm256_or_pd(moved[half], _mm256_xor_pd(next, start));
                let next = _mm256_add_pd(low[half], rest);
                left[half] = _mm256_or_pd(left[half], _mm256_sub_pd(rest, _mm256_sub_pd(next, low[half])));
                low[half] = next;
            }
        }
        // SAFETY: as above.
        let store = |to: *mut f64, halves: [__m256d; 2]| unsafe {
            _mm256_store_pd(to, halves[0]);
            _mm256_store_pd(to.add(HALF), halves[1]);
        };
        store(lanes.high.as_mut_ptr(), high);
        store(lanes.low.as_mut_ptr(), low);
        store(moved_bits, moved);
        store(left_bits, left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(terms: &[f64], exponent: i32) -> [Option<i32>; 3] {
        Isa::ALL.map(|isa| {
            let mut lanes = Lanes::new(exponent);
            lanes.add(isa, terms);
            let (mut sum, mut one_by_one) = (ExactSum::new(), ExactSum::new());
            let next = lanes.finish(&mut sum);
            if next.is_some() {
                one_by_one.extend(terms.iter().copied());
            }
            assert_eq!(sum, one_by_one, "{} {exponent}", isa.name());
            next
        })
    }

    #[test]
    fn blocks_of_similar_terms_fit_and_are_exact() {
        let terms: Vec<f64> = (0..BLOCK).map(|i| ((i * i) as f64 * 0.37).sin()).collect();
        for len in [1, 7, 8, 9, 1000, BLOCK] {
            let terms = &terms[..len];
            let [first, ..] = fits(terms, guess(terms));
            assert!(first.is_some());
            let next = first.unwrap_or_default();
            assert_eq!(fits(terms, next), [first; 3], "the next block is like this one");
        }
        // Full lanes of one sign, and rests that are all as large as they can be.
        let up = vec![1.0 + f64::EPSILON; BLOCK];
        let down = vec![-1.0 - f64::EPSILON; BLOCK];
        for exponent in [10, 11, 42, 43] {
            assert!(fits(&up, exponent).iter().all(Option::is_some), "{exponent}");
            assert!(fits(&down, exponent).iter().all(Option::is_some), "{exponent}");
        }
    }

    #[test]
    fn blocks_that_do_not_fit_are_seen() {
        for at in [0, 5, BLOCK - 1] {
            for unfit in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 1e-300] {
                let mut terms = vec![1.0; BLOCK];
                terms[at] = unfit;
                assert_eq!(fits(&terms, guess(&[1.0])), [None; 3], "{unfit} at {at}");
            }
        }
        // Left and come back.
        let mut terms = vec![0.0; 24];
        (terms[0], terms[8]) = (1e10, -1e10);
        assert_eq!(fits(&terms, 20), [None; 3]);
        assert_eq!(fits(&vec![1.0; BLOCK], 8), [None; 3], "a lane of 256 does not fit below 2^8");
    }

    #[test]
    fn the_ends_of_the_range_fit() {
        let smallest = vec![5e-324; BLOCK];
        assert!(fits(&smallest, guess(&smallest)).iter().all(Option::is_some));
        assert!(fits(&[0.0, -0.0, 0.0], guess(&[])).iter().all(Option::is_some));
        assert_eq!(fits(&[f64::MAX; 3], guess(&[f64::MAX])), [None; 3]);
    }
}
