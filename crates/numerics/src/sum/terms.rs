//! Terms as they lie in memory: values or pairs of factors, in `f64` or `f32`, read eight at a time.
//!
//! A term is one or two `f64` that add up to it exactly. The product of two `f64` is two: its rounded value and the error
//! of that, which a fused multiply-add gives. The product of two `f32` has 48 bits and is one.

use std::ops::Range;

use super::ExactSum;
use crate::elementary::fused::exact_product;
use sealed::Load;

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m256d, __m512d};

/// Terms side by side: one register of AVX-512, two of AVX2.
pub(super) const LANES: usize = 8;

/// The products hi = a·b and lo = fma(a, b, −hi) are exact where |hi| ≥ 2^-960: the product then ends at 2^-1066 or
/// above, and `f64` ends at 2^-1074.
pub(super) const SMALLEST_PRODUCT: i32 = -960;

/// Terms in memory.
pub(super) trait Rows: Copy {
    /// What eight terms are made from.
    type Eight: Copy;

    /// The number of terms.
    fn len(self) -> usize;

    /// Some of the terms.
    fn part(self, range: Range<usize>) -> Self;

    /// The terms but for those of [`tail`](Self::tail).
    fn eights(self) -> impl Iterator<Item = Self::Eight>;

    /// What is left after whole eights, filled up with zeros: they add nothing.
    fn tail(self) -> Option<Self::Eight>;

    /// Eight terms, rounded.
    fn rounded(eight: Self::Eight) -> [f64; LANES];
}

/// Terms that are each the sum of `PARTS` numbers: the term rounded, and the error of that.
pub(super) trait Terms<const PARTS: usize>: Rows {
    /// The parts are exact, or one of them is infinite or NaN, unless the first is closer to zero than 2^`SMALLEST`, but
    /// not zero.
    const SMALLEST: i32;

    /// The parts of eight terms, on any machine.
    fn parts(eight: Self::Eight) -> [[f64; LANES]; PARTS];

    /// The parts of eight terms.
    ///
    /// # Safety
    /// The machine must have AVX-512 F.
    #[cfg(target_arch = "x86_64")]
    unsafe fn avx512(eight: Self::Eight) -> [__m512d; PARTS];

    /// The parts of eight terms, in two halves.
    ///
    /// # Safety
    /// The machine must have AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    unsafe fn avx2(eight: Self::Eight) -> [[__m256d; PARTS]; 2];
}

/// What the terms of a sum are made from: `f64` and `f32`, and nothing else.
pub trait Number: Load {}

impl Number for f64 {}
impl Number for f32 {}

mod sealed {
    use super::ExactSum;
    #[cfg(target_arch = "x86_64")]
    use super::LANES;

    #[cfg(target_arch = "x86_64")]
    use std::arch::x86_64::{__m256d, __m512d};

    /// How numbers are loaded. Not for others to see or to implement.
    pub trait Load: Copy + Default + Into<f64> {
        /// Adds all values.
        fn add_all(sum: &mut ExactSum, values: &[Self]);

        /// # Safety
        /// The machine must have AVX-512 F.
        #[cfg(target_arch = "x86_64")]
        unsafe fn avx512(eight: &[Self; LANES]) -> __m512d;

        /// # Safety
        /// The machine must have AVX2.
        #[cfg(target_arch = "x86_64")]
        unsafe fn avx2(eight: &[Self; LANES]) -> [__m256d; 2];
    }
}

/// The products of the numbers of two slices of the same length.
#[derive(Clone, Copy)]
pub(super) struct Products<'a, N> {
    pub(super) a: &'a [N],
    pub(super) b: &'a [N],
}

/// Whether a product that was rounded to zero is none: it has underflowed, and so has its error.
#[inline(always)]
pub(super) fn is_lost(a: f64, b: f64, product: f64) -> bool {
    (product == 0.0) & (a != 0.0) & (b != 0.0)
}

/// What the rounding of a product lost, where that is exact. In WebAssembly NaN for factors of 2^996 and more.
#[inline(always)]
fn lost(a: f64, b: f64, product: f64) -> f64 {
    if cfg!(target_family = "wasm") { exact_product(a, b).1 } else { a.mul_add(b, -product) }
}

/// The end of a slice that is no whole eight.
#[inline(always)]
fn tail<N: Number>(values: &[N]) -> Option<[N; LANES]> {
    let tail = values.as_chunks::<LANES>().1;
    (!tail.is_empty()).then(|| padded(tail))
}

/// A part of a slice, filled up with zeros.
#[inline(always)]
pub(super) fn padded<N: Number>(tail: &[N]) -> [N; LANES] {
    let mut padded = [N::default(); LANES];
    // Not `copy_from_slice`, which is a function call here.
    for (padded, &x) in padded.iter_mut().zip(tail) {
        *padded = x;
    }
    padded
}

impl<N: Number> Rows for &[N] {
    type Eight = [N; LANES];

    #[inline(always)]
    fn len(self) -> usize {
        <[N]>::len(self)
    }

    #[inline(always)]
    fn part(self, range: Range<usize>) -> Self {
        &self[range]
    }

    #[inline(always)]
    fn eights(self) -> impl Iterator<Item = Self::Eight> {
        self.as_chunks().0.iter().copied()
    }

    #[inline(always)]
    fn tail(self) -> Option<Self::Eight> {
        tail(self)
    }

    #[inline(always)]
    fn rounded(eight: Self::Eight) -> [f64; LANES] {
        eight.map(N::into)
    }
}

impl<N: Number> Rows for Products<'_, N> {
    type Eight = [[N; LANES]; 2];

    #[inline(always)]
    fn len(self) -> usize {
        self.a.len()
    }

    #[inline(always)]
    fn part(self, range: Range<usize>) -> Self {
        Self { a: &self.a[range.clone()], b: &self.b[range] }
    }

    #[inline(always)]
    fn eights(self) -> impl Iterator<Item = Self::Eight> {
        let factors = self.a.as_chunks().0.iter().zip(self.b.as_chunks().0);
        factors.map(|(&a, &b)| [a, b])
    }

    #[inline(always)]
    fn tail(self) -> Option<Self::Eight> {
        Some([tail(self.a)?, tail(self.b)?])
    }

    #[inline(always)]
    fn rounded([a, b]: Self::Eight) -> [f64; LANES] {
        std::array::from_fn(|lane| a[lane].into() * b[lane].into())
    }
}

impl<N: Number> Terms<1> for &[N] {
    const SMALLEST: i32 = -1074;

    #[inline(always)]
    fn parts(eight: Self::Eight) -> [[f64; LANES]; 1] {
        [Self::rounded(eight)]
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    #[inline]
    unsafe fn avx512(eight: Self::Eight) -> [__m512d; 1] {
        // SAFETY: the features are those named here.
        [unsafe { N::avx512(&eight) }]
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    unsafe fn avx2(eight: Self::Eight) -> [[__m256d; 1]; 2] {
        // SAFETY: the features are those named here.
        unsafe { N::avx2(&eight) }.map(|half| [half])
    }
}

impl Terms<1> for Products<'_, f32> {
    /// The smallest product is 2^-298.
    const SMALLEST: i32 = -298;

    #[inline(always)]
    fn parts(factors: Self::Eight) -> [[f64; LANES]; 1] {
        [Self::rounded(factors)]
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    #[inline]
    unsafe fn avx512([a, b]: Self::Eight) -> [__m512d; 1] {
        // SAFETY: the features are those named here.
        [unsafe { x86::product512(f32::avx512(&a), f32::avx512(&b)) }]
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    unsafe fn avx2([a, b]: Self::Eight) -> [[__m256d; 1]; 2] {
        // SAFETY: the features are those named here.
        let (a, b) = unsafe { (f32::avx2(&a), f32::avx2(&b)) };
        [[x86::product256(a[0], b[0])], [x86::product256(a[1], b[1])]]
    }
}

impl Terms<2> for Products<'_, f64> {
    const SMALLEST: i32 = SMALLEST_PRODUCT;

    #[inline(always)]
    fn parts([a, b]: Self::Eight) -> [[f64; LANES]; 2] {
        let products = Self::rounded([a, b]);
        let error = |lane: usize| {
            let product = products[lane];
            if is_lost(a[lane], b[lane], product) { f64::NAN } else { lost(a[lane], b[lane], product) }
        };
        [products, std::array::from_fn(error)]
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    #[inline]
    unsafe fn avx512([a, b]: Self::Eight) -> [__m512d; 2] {
        // SAFETY: the features are those named here.
        unsafe { x86::parts512(f64::avx512(&a), f64::avx512(&b)) }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    unsafe fn avx2([a, b]: Self::Eight) -> [[__m256d; 2]; 2] {
        // SAFETY: the features are those named here.
        let (a, b) = unsafe { (f64::avx2(&a), f64::avx2(&b)) };
        [x86::parts256(a[0], b[0]), x86::parts256(a[1], b[1])]
    }
}

impl Load for f64 {
    fn add_all(sum: &mut ExactSum, values: &[Self]) {
        sum.add_slice(values);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    #[inline]
    unsafe fn avx512(eight: &[Self; LANES]) -> __m512d {
        x86::load512(eight)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline]
    unsafe fn avx2(eight: &[Self; LANES]) -> [__m256d; 2] {
        x86::load256(eight)
    }
}

impl Load for f32 {
    fn add_all(sum: &mut ExactSum, values: &[Self]) {
        sum.add_slice_f32(values);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    #[inline]
    unsafe fn avx512(eight: &[Self; LANES]) -> __m512d {
        x86::widen512(eight)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    #[inline]
    unsafe fn avx2(eight: &[Self; LANES]) -> [__m256d; 2] {
        x86::widen256(eight)
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::_mm256_loadu_ps;
    use std::arch::x86_64::{
        __m256d, __m512d, _CMP_EQ_OQ, _CMP_NEQ_UQ, _mm_loadu_ps, _mm256_and_pd, _mm256_cmp_pd, _mm256_cvtps_pd,
        _mm256_fmsub_pd, _mm256_loadu_pd, _mm256_mul_pd, _mm256_or_pd, _mm256_setzero_pd, _mm512_cmp_pd_mask,
        _mm512_cvtps_pd, _mm512_fmsub_pd, _mm512_loadu_pd, _mm512_mask_cmp_pd_mask, _mm512_mask_mov_pd, _mm512_mul_pd,
        _mm512_set1_pd, _mm512_setzero_pd,
    };

    use super::LANES;

    const HALF: usize = LANES / 2;

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn load512(eight: &[f64; LANES]) -> __m512d {
        // SAFETY: 64 bytes.
        unsafe { _mm512_loadu_pd(eight.as_ptr()) }
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn widen512(eight: &[f32; LANES]) -> __m512d {
        // SAFETY: 32 bytes.
        _mm512_cvtps_pd(unsafe { _mm256_loadu_ps(eight.as_ptr()) })
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn product512(a: __m512d, b: __m512d) -> __m512d {
        _mm512_mul_pd(a, b)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn parts512(a: __m512d, b: __m512d) -> [__m512d; 2] {
        let zero = _mm512_setzero_pd();
        let product = _mm512_mul_pd(a, b);
        let error = _mm512_fmsub_pd(a, b, product);
        let lost = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(product, zero);
        let lost = _mm512_mask_cmp_pd_mask::<_CMP_NEQ_UQ>(lost, a, zero);
        let lost = _mm512_mask_cmp_pd_mask::<_CMP_NEQ_UQ>(lost, b, zero);
        [product, _mm512_mask_mov_pd(error, lost, _mm512_set1_pd(f64::NAN))]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn load256(eight: &[f64; LANES]) -> [__m256d; 2] {
        // SAFETY: 32 of 64 bytes each.
        unsafe { [_mm256_loadu_pd(eight.as_ptr()), _mm256_loadu_pd(eight.as_ptr().add(HALF))] }
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn widen256(eight: &[f32; LANES]) -> [__m256d; 2] {
        // SAFETY: 16 of 32 bytes each.
        let [low, high] = unsafe { [_mm_loadu_ps(eight.as_ptr()), _mm_loadu_ps(eight.as_ptr().add(HALF))] };
        [_mm256_cvtps_pd(low), _mm256_cvtps_pd(high)]
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn product256(a: __m256d, b: __m256d) -> __m256d {
        _mm256_mul_pd(a, b)
    }

    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn parts256(a: __m256d, b: __m256d) -> [__m256d; 2] {
        let zero = _mm256_setzero_pd();
        let product = _mm256_mul_pd(a, b);
        let error = _mm256_fmsub_pd(a, b, product);
        let factors = _mm256_and_pd(_mm256_cmp_pd::<_CMP_NEQ_UQ>(a, zero), _mm256_cmp_pd::<_CMP_NEQ_UQ>(b, zero));
        // All bits set are a NaN.
        let lost = _mm256_and_pd(_mm256_cmp_pd::<_CMP_EQ_OQ>(product, zero), factors);
        [product, _mm256_or_pd(error, lost)]
    }
}
