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
use super::terms::{LANES, Terms};
use crate::isa::Isa;

/// The most terms that a lane takes.
const TERMS: usize = 256;

/// The most terms of a block.
pub(super) const BLOCK: usize = LANES * TERMS;

/// By how many binary places rests are added below: 256 rests of at most 2^(e−53) move a lane by at most half of
/// 2^(e−44), and one place is to spare.
const DOWN: i32 = 43;

/// By how many binary places the second parts of terms are added below the first: they are errors of rounding.
const APART: i32 = 53;

/// How far the unit of the rests is below the exponent: what a block that fits has added are multiples of it.
const DEPTH: i32 = DOWN + 52;

/// The largest exponent: lanes have to stay finite.
const HIGHEST: i32 = 1022;

/// Sign and exponent of an `f64`.
const SIGN_AND_EXPONENT: u64 = 0xfff << 52;

/// The most blocks that are not tried after blocks that did not fit: what it costs to find out, at most the time of a
/// block that fits, is then next to nothing.
pub(super) const MOST_SKIPPED: u32 = 63;

/// Whether what every machine of the target has is among what the loops are written for.
const BASELINE_HAS_VECTORS: bool = cfg!(all(target_arch = "wasm32", target_feature = "simd128"));

/// Terms that a first guess is made from.
pub(super) const LOOKED_AT: usize = 2 * LANES;

/// Adds all terms in blocks; those that do not fit by `otherwise`, which is told how many terms are to come from there
/// on. It gets all of them on a baseline without intrinsics below, where plain code is slower than what it would save.
pub(super) fn add_blocks<const PARTS: usize, T: Terms<PARTS>>(
    isa: Isa,
    sum: &mut ExactSum,
    terms: T,
    mut otherwise: impl FnMut(&mut ExactSum, T, usize),
) {
    if isa == Isa::Baseline && !BASELINE_HAS_VECTORS {
        return otherwise(sum, terms, terms.len());
    }
    let mut exponent = guess(terms.part(0..terms.len().min(LOOKED_AT)));
    // Values that are spread widely come in many blocks: one failure may be a wrong guess, the second in a row is not.
    let (mut skip, mut next_skip) = (0, 0);
    for start in (0..terms.len()).step_by(BLOCK) {
        let block = terms.part(start..terms.len().min(start + BLOCK));
        if skip == 0 {
            let mut lanes = Lanes::new(exponent);
            lanes.add(isa, block);
            if let Some(next) = lanes.finish(sum) {
                (exponent, next_skip) = (next.max(lowest::<PARTS, T>()), 0);
                continue;
            }
            (skip, next_skip) = (next_skip, (2 * next_skip + 1).min(MOST_SKIPPED));
        } else {
            skip -= 1;
        }
        otherwise(sum, block, terms.len() - start);
        if skip == 0 {
            exponent = guess(block);
        }
    }
}

/// The smallest exponent: the unit of all rests is 2^-1074 or more, and no first part that fits is too small for its error
/// to be exact.
pub(super) const fn lowest<const PARTS: usize, T: Terms<PARTS>>() -> i32 {
    let (representable, exact) = (-1074 + DEPTH + APART * (PARTS as i32 - 1), T::SMALLEST + DEPTH);
    if representable > exact { representable } else { exact }
}

/// The exponent that fits a block, by a few of its terms.
pub(super) fn guess<const PARTS: usize, T: Terms<PARTS>>(terms: T) -> i32 {
    let mut largest = [0.0_f64; LANES];
    for eight in terms.eights().chain(terms.tail()) {
        for (largest, x) in largest.iter_mut().zip(T::rounded(eight)) {
            *largest = largest.max(x.abs());
        }
    }
    let largest = largest.into_iter().fold(0.0, f64::max);
    // A lane of terms like these, and as much again.
    fitting(largest * TERMS as f64).max(lowest::<PARTS, T>())
}

/// The exponent for lanes that will hold about `total`.
fn fitting(total: f64) -> i32 {
    // The lane may move by 2^(e−1): four to eight times the total.
    (super::exponent_field(total) - 1023 + 4).min(HIGHEST)
}

/// Running sums of a block of terms, for each of their parts.
#[repr(C, align(64))]
pub(super) struct Lanes<const PARTS: usize> {
    high: [[f64; LANES]; PARTS],
    low: [[f64; LANES]; PARTS],
    /// All bits in which `high` has ever differed from where it started.
    moved: [u64; LANES],
    /// All bits that were left of rests.
    left: [u64; LANES],
    exponent: i32,
    /// How many terms each lane has taken.
    taken: usize,
}

impl<const PARTS: usize> Lanes<PARTS> {
    pub(super) fn new(exponent: i32) -> Self {
        let exponents = exponents::<PARTS>(exponent);
        Self {
            high: exponents.map(|exponent| [origin(exponent); LANES]),
            low: exponents.map(|exponent| [origin(exponent - DOWN); LANES]),
            moved: [0; LANES],
            left: [0; LANES],
            exponent,
            taken: 0,
        }
    }

    /// Adds terms: at most [`BLOCK`] in all, and a length that is no multiple of [`LANES`] once only, at the end.
    pub(super) fn add<T: Terms<PARTS>>(&mut self, isa: Isa, terms: T) {
        self.add_ahead(isa, terms, []);
    }

    /// The same, and asks for memory on the way: with every eight terms for as many more bytes from each of `ahead` as
    /// eight of what the terms are made from have.
    pub(super) fn add_ahead<T: Terms<PARTS>, const AHEAD: usize>(
        &mut self,
        isa: Isa,
        terms: T,
        ahead: [*const i8; AHEAD],
    ) {
        self.taken += terms.len().div_ceil(LANES);
        #[cfg(target_arch = "x86_64")]
        if isa == Isa::Avx512 && isa.is_available() {
            // SAFETY: the features named on `add_avx512` have just been detected on this machine.
            unsafe { x86::add_avx512(self, terms, ahead) };
        } else if isa >= Isa::Avx2 && Isa::Avx2.is_available() {
            // SAFETY: the features named on `add_avx2` have just been detected on this machine.
            unsafe { x86::add_avx2(self, terms, ahead) };
        } else {
            self.add_plain(terms);
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        {
            let _ = (isa, ahead);
            wasm::add_simd128(self, terms);
        }
        #[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
        {
            let _ = (isa, ahead);
            self.add_plain(terms);
        }
    }

    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    fn add_plain<T: Terms<PARTS>>(&mut self, terms: T) {
        for eight in terms.eights().chain(terms.tail()) {
            let exponents = exponents::<PARTS>(self.exponent);
            for (part, xs) in T::parts(eight).iter().enumerate() {
                let (high, low) = (&mut self.high[part], &mut self.low[part]);
                let start = origin(exponents[part]).to_bits();
                for (lane, &x) in xs.iter().enumerate() {
                    let next = high[lane] + x;
                    let rest = x - (next - high[lane]);
                    high[lane] = next;
                    self.moved[lane] |= next.to_bits() ^ start;
                    let next = low[lane] + rest;
                    self.left[lane] |= (rest - (next - low[lane])).to_bits();
                    low[lane] = next;
                }
            }
        }
    }

    /// Adds the block to `sum` and returns the exponent for the next one; `None`, and nothing added, where the block did
    /// not fit.
    pub(super) fn finish(&self, sum: &mut ExactSum) -> Option<i32> {
        let all = |bits: &[u64; LANES]| bits.iter().fold(0, |all, bits| all | bits);
        // The rests of more terms might leave their range unseen. Without the sign: what is left of −0.0 is −0.0.
        if self.taken > TERMS || all(&self.moved) & SIGN_AND_EXPONENT != 0 || all(&self.left) << 1 != 0 {
            return None;
        }
        let exponents = exponents::<PARTS>(self.exponent);
        for (part, exponent) in exponents.into_iter().enumerate() {
            sum.add_term(units(&self.high[part], origin(exponent)), exponent - 52);
            sum.add_term(units(&self.low[part], origin(exponent - DOWN)), exponent - DEPTH);
        }
        let start = origin(self.exponent);
        let largest = self.high[0].iter().fold(0.0, |largest: f64, lane| largest.max((lane - start).abs()));
        // That of a whole block of such terms.
        Some(fitting(largest * (TERMS / self.taken.max(1)) as f64))
    }
}

/// The exponents of the lanes of each part.
fn exponents<const PARTS: usize>(first: i32) -> [i32; PARTS] {
    std::array::from_fn(|part| first - APART * part as i32)
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
        __m256d, __m512d, _MM_HINT_T0, _mm_prefetch, _mm256_add_pd, _mm256_load_pd, _mm256_or_pd, _mm256_set1_pd,
        _mm256_store_pd, _mm256_sub_pd, _mm256_xor_pd, _mm512_add_pd, _mm512_castpd_si512, _mm512_load_pd,
        _mm512_load_si512, _mm512_or_si512, _mm512_set1_pd, _mm512_store_pd, _mm512_store_si512, _mm512_sub_pd,
        _mm512_ternarylogic_epi64,
    };

    use super::{LANES, Lanes, Terms, exponents, origin};

    /// Asks for the memory at each of `ahead` and moves them on by `bytes`.
    #[inline(always)]
    fn ask<const AHEAD: usize>(ahead: &mut [*const i8; AHEAD], bytes: usize) {
        for place in ahead {
            // SAFETY: every x86-64 machine has SSE, and a hint does nothing where there is no memory.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(*place) };
            *place = place.wrapping_add(bytes);
        }
    }

    /// `a | (b ^ c)`, as the table that `ternarylogic` takes.
    const OR_XOR: i32 = 0xf6;

    /// # Safety
    /// The machine must have the features named here.
    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn add_avx512<const PARTS: usize, T: Terms<PARTS>, const AHEAD: usize>(
        lanes: &mut Lanes<PARTS>,
        terms: T,
        mut ahead: [*const i8; AHEAD],
    ) {
        let starts =
            exponents::<PARTS>(lanes.exponent).map(|exponent| _mm512_castpd_si512(_mm512_set1_pd(origin(exponent))));
        // SAFETY: every array of eight in `lanes` is 64 bytes long and aligned to 64 bytes.
        let load = |from: &[f64; LANES]| unsafe { _mm512_load_pd(from.as_ptr()) };
        let (mut high, mut low) = (lanes.high.each_ref().map(load), lanes.low.each_ref().map(load));
        // SAFETY: as above.
        let bits = |from: &[u64; LANES]| unsafe { _mm512_load_si512(from.as_ptr().cast()) };
        let (mut moved, mut left) = (bits(&lanes.moved), bits(&lanes.left));
        let mut step = |eight: T::Eight| {
            // SAFETY: the features are those named here.
            let parts = unsafe { T::avx512(eight) };
            for part in 0..PARTS {
                let x: __m512d = parts[part];
                let next = _mm512_add_pd(high[part], x);
                let rest = _mm512_sub_pd(x, _mm512_sub_pd(next, high[part]));
                high[part] = next;
                moved = _mm512_ternarylogic_epi64::<OR_XOR>(moved, _mm512_castpd_si512(next), starts[part]);
                let next = _mm512_add_pd(low[part], rest);
                left = _mm512_or_si512(left, _mm512_castpd_si512(_mm512_sub_pd(rest, _mm512_sub_pd(next, low[part]))));
                low[part] = next;
            }
        };
        for eight in terms.eights() {
            step(eight);
            ask(&mut ahead, size_of::<T::Eight>());
        }
        if let Some(eight) = terms.tail() {
            step(eight);
        }
        // SAFETY: as above.
        unsafe {
            for part in 0..PARTS {
                _mm512_store_pd(lanes.high[part].as_mut_ptr(), high[part]);
                _mm512_store_pd(lanes.low[part].as_mut_ptr(), low[part]);
            }
            _mm512_store_si512(lanes.moved.as_mut_ptr().cast(), moved);
            _mm512_store_si512(lanes.left.as_mut_ptr().cast(), left);
        }
    }

    /// # Safety
    /// The machine must have the features named here.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn add_avx2<const PARTS: usize, T: Terms<PARTS>, const AHEAD: usize>(
        lanes: &mut Lanes<PARTS>,
        terms: T,
        mut ahead: [*const i8; AHEAD],
    ) {
        const HALF: usize = LANES / 2;
        let starts = exponents::<PARTS>(lanes.exponent).map(|exponent| _mm256_set1_pd(origin(exponent)));
        // SAFETY: every array of eight in `lanes` is 64 bytes long and aligned to 64 bytes, so each half is 32 and aligned
        // to 32.
        let load =
            |from: &[f64; LANES]| unsafe { [_mm256_load_pd(from.as_ptr()), _mm256_load_pd(from.as_ptr().add(HALF))] };
        let (mut high, mut low) = (lanes.high.each_ref().map(load), lanes.low.each_ref().map(load));
        // One for both halves: there are only 16 registers.
        // SAFETY: as above.
        let bits = |from: &[u64; LANES]| unsafe { _mm256_load_pd(from.as_ptr().cast()) };
        let (mut moved, mut left) = (bits(&lanes.moved), bits(&lanes.left));
        let mut step = |eight: T::Eight| {
            // SAFETY: the features are those named here.
            let parts = unsafe { T::avx2(eight) };
            for half in 0..2 {
                for part in 0..PARTS {
                    let x: __m256d = parts[half][part];
                    let (high, low) = (&mut high[part][half], &mut low[part][half]);
                    let next = _mm256_add_pd(*high, x);
                    let rest = _mm256_sub_pd(x, _mm256_sub_pd(next, *high));
                    *high = next;
                    moved = _mm256_or_pd(moved, _mm256_xor_pd(next, starts[part]));
                    let next = _mm256_add_pd(*low, rest);
                    left = _mm256_or_pd(left, _mm256_sub_pd(rest, _mm256_sub_pd(next, *low)));
                    *low = next;
                }
            }
        };
        for eight in terms.eights() {
            step(eight);
            ask(&mut ahead, size_of::<T::Eight>());
        }
        if let Some(eight) = terms.tail() {
            step(eight);
        }
        // SAFETY: as above, and the first halves of `moved` and `left`.
        unsafe {
            for part in 0..PARTS {
                for half in 0..2 {
                    _mm256_store_pd(lanes.high[part].as_mut_ptr().add(half * HALF), high[part][half]);
                    _mm256_store_pd(lanes.low[part].as_mut_ptr().add(half * HALF), low[part][half]);
                }
            }
            _mm256_store_pd(lanes.moved.as_mut_ptr().cast(), moved);
            _mm256_store_pd(lanes.left.as_mut_ptr().cast(), left);
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use std::arch::wasm32::{f64x2_add, f64x2_splat, f64x2_sub, v128, v128_load, v128_or, v128_store, v128_xor};

    use super::{LANES, Lanes, Terms, exponents, origin};

    /// Vectors of two `f64` that hold the lanes.
    const VECTORS: usize = LANES / 2;

    pub(super) fn add_simd128<const PARTS: usize, T: Terms<PARTS>>(lanes: &mut Lanes<PARTS>, terms: T) {
        let starts = exponents::<PARTS>(lanes.exponent).map(|exponent| f64x2_splat(origin(exponent)));
        let load = |from: *const v128, vector: usize| {
            // SAFETY: `from` is an array of eight numbers of 8 bytes, and `vector` is less than four.
            unsafe { v128_load(from.add(vector)) }
        };
        let vectors = |from: &[f64; LANES]| -> [v128; VECTORS] {
            std::array::from_fn(|vector| load(from.as_ptr().cast(), vector))
        };
        let (mut high, mut low) = (lanes.high.each_ref().map(vectors), lanes.low.each_ref().map(vectors));
        // One for all: what is in any lane is asked for.
        let (mut moved, mut left) = (load(lanes.moved.as_ptr().cast(), 0), load(lanes.left.as_ptr().cast(), 0));
        let mut step = |eight: T::Eight| {
            let parts = T::parts(eight);
            for part in 0..PARTS {
                let x = vectors(&parts[part]);
                for vector in 0..VECTORS {
                    let (high, low) = (&mut high[part][vector], &mut low[part][vector]);
                    let next = f64x2_add(*high, x[vector]);
                    let rest = f64x2_sub(x[vector], f64x2_sub(next, *high));
                    *high = next;
                    moved = v128_or(moved, v128_xor(next, starts[part]));
                    let next = f64x2_add(*low, rest);
                    left = v128_or(left, f64x2_sub(rest, f64x2_sub(next, *low)));
                    *low = next;
                }
            }
        };
        for eight in terms.eights() {
            step(eight);
        }
        if let Some(eight) = terms.tail() {
            step(eight);
        }
        for part in 0..PARTS {
            for (to, from) in [(&mut lanes.high[part], high[part]), (&mut lanes.low[part], low[part])] {
                for (vector, value) in from.into_iter().enumerate() {
                    // SAFETY: eight numbers of 8 bytes, of which each vector is two.
                    unsafe { v128_store(to.as_mut_ptr().cast::<v128>().add(vector), value) };
                }
            }
        }
        // SAFETY: the first two of eight.
        unsafe {
            v128_store(lanes.moved.as_mut_ptr().cast(), moved);
            v128_store(lanes.left.as_mut_ptr().cast(), left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::terms::Products;
    use super::*;

    /// What the next exponent is on every instruction set, `None` where terms do not fit.
    fn fits<const PARTS: usize, T: Terms<PARTS>>(
        terms: T,
        exponent: i32,
        add_each: impl Fn(&mut ExactSum),
    ) -> [Option<i32>; 3] {
        Isa::ALL.map(|isa| {
            let mut lanes = Lanes::new(exponent);
            lanes.add(isa, terms);
            let (mut sum, mut one_by_one) = (ExactSum::new(), ExactSum::new());
            let next = lanes.finish(&mut sum);
            if next.is_some() {
                add_each(&mut one_by_one);
            }
            assert_eq!(sum, one_by_one, "{} {exponent}", isa.name());
            next.map(|next| next.max(lowest::<PARTS, T>()))
        })
    }

    fn values_fit(values: &[f64], exponent: i32) -> [Option<i32>; 3] {
        fits(values, exponent, |sum| values.iter().for_each(|&x| sum.add(x)))
    }

    fn products_fit(a: &[f64], b: &[f64], exponent: i32) -> [Option<i32>; 3] {
        fits(Products { a, b }, exponent, |sum| a.iter().zip(b).for_each(|(&a, &b)| sum.add_product(a, b)))
    }

    fn narrow_fit(a: &[f32], b: &[f32], exponent: i32) -> [[Option<i32>; 3]; 2] {
        let wide = |x: f32| f64::from(x);
        let values = fits(a, exponent, |sum| a.iter().for_each(|&x| sum.add(wide(x))));
        let products = fits(Products { a, b }, exponent, |sum| {
            a.iter().zip(b).for_each(|(&a, &b)| sum.add_product(wide(a), wide(b)));
        });
        [values, products]
    }

    #[test]
    fn blocks_of_similar_terms_fit_and_are_exact() {
        let terms: Vec<f64> = (0..BLOCK).map(|i| ((i * i) as f64 * 0.37).sin()).collect();
        for len in [1, 7, 8, 9, 1000, BLOCK] {
            let terms = &terms[..len];
            let [first, ..] = values_fit(terms, guess(terms));
            assert!(first.is_some());
            let next = first.unwrap_or_default();
            assert_eq!(values_fit(terms, next), [first; 3], "the next block is like this one");
        }
        // Full lanes of one sign, and rests that are all as large as they can be.
        let up = vec![1.0 + f64::EPSILON; BLOCK];
        let down = vec![-1.0 - f64::EPSILON; BLOCK];
        for exponent in [10, 11, 42, 43] {
            assert!(values_fit(&up, exponent).iter().all(Option::is_some), "{exponent}");
            assert!(values_fit(&down, exponent).iter().all(Option::is_some), "{exponent}");
        }
    }

    #[test]
    fn blocks_that_do_not_fit_are_seen() {
        for at in [0, 5, BLOCK - 1] {
            for unfit in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 1e-300] {
                let mut terms = vec![1.0; BLOCK];
                terms[at] = unfit;
                assert_eq!(values_fit(&terms, guess([1.0].as_slice())), [None; 3], "{unfit} at {at}");
            }
        }
        // Left and come back.
        let mut terms = vec![0.0; 24];
        (terms[0], terms[8]) = (1e10, -1e10);
        assert_eq!(values_fit(&terms, 20), [None; 3]);
        assert_eq!(values_fit(&vec![1.0; BLOCK], 8), [None; 3], "a lane of 256 does not fit below 2^8");
    }

    #[test]
    fn the_ends_of_the_range_fit() {
        let smallest = vec![5e-324; BLOCK];
        assert!(values_fit(&smallest, guess(smallest.as_slice())).iter().all(Option::is_some));
        assert!(values_fit(&[0.0, -0.0, 0.0], lowest::<1, &[f64]>()).iter().all(Option::is_some));
        assert_eq!(values_fit(&[f64::MAX; 3], guess([f64::MAX].as_slice())), [None; 3]);
    }

    #[test]
    fn blocks_of_products_and_of_single_precision_fit_and_are_exact() {
        let a: Vec<f64> = (0..BLOCK).map(|i| ((i * i) as f64 * 0.37).sin()).collect();
        let b: Vec<f64> = (0..BLOCK).map(|i| (i as f64 * 0.7).cos() + if i % 3 == 0 { -0.0 } else { 1.1 }).collect();
        let (narrow_a, narrow_b): (Vec<f32>, Vec<f32>) = a.iter().zip(&b).map(|(&a, &b)| (a as f32, b as f32)).unzip();
        for len in [1, 7, 8, 9, 1000, BLOCK] {
            let (a, b) = (&a[..len], &b[..len]);
            let exponent = guess(Products { a, b });
            assert!(products_fit(a, b, exponent).iter().all(Option::is_some), "{len}");
            for fit in narrow_fit(&narrow_a[..len], &narrow_b[..len], exponent) {
                assert!(fit.iter().all(Option::is_some), "{len}");
            }
        }
        // Errors of nearly half a unit, all of one sign.
        let (a, b) = (vec![1.0 + f64::EPSILON; BLOCK], vec![1.0 + (0.5 - f64::EPSILON); BLOCK]);
        for exponent in [10, 11, 42, 43] {
            assert!(products_fit(&a, &b, exponent).iter().all(Option::is_some), "{exponent}");
        }
    }

    #[test]
    fn products_that_lose_bits_are_seen() {
        let exponent = lowest::<2, Products<'_, f64>>();
        for at in [0, 5, BLOCK - 1] {
            let (mut a, b) = (vec![0.0; BLOCK], vec![0.75 * (2.0_f64).powi(-600); BLOCK]);
            assert!(products_fit(&a, &b, exponent).iter().all(Option::is_some), "factors of 0 are no underflow");
            // Products of 2^-1150, 2^-1075 (a tie), 2^-1000 and 2^-961, with an error that `f64` does not hold.
            for exp in [-550, -475, -400, -361] {
                a[at] = (1.0 + f64::EPSILON) * (2.0_f64).powi(exp);
                for exponent in [exponent, -500, 0, 900] {
                    assert_eq!(products_fit(&a, &b, exponent), [None; 3], "2^{exp} at {at}");
                }
            }
            for unfit in [f64::NAN, f64::INFINITY, f64::MAX] {
                a[at] = unfit;
                assert_eq!(products_fit(&a, &[2.0; BLOCK], 0), [None; 3], "{unfit} at {at}");
                assert_eq!(products_fit(&a, &[0.0; BLOCK], 0).iter().all(Option::is_some), unfit == f64::MAX);
            }
        }
    }
}
