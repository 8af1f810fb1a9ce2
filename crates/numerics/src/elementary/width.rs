//! What differs between `f64` and `f32`: polynomial coefficients, splits of ln 2, and the bit patterns of powers of two.
//!
//! The algorithms themselves are written once, in the parent module, over [`Width`].
//!
//! The coefficients are our own: minimax fits (Remez exchange in 250-bit arithmetic, then each coefficient rounded to
//! the format). The error stated beside each set is that of the polynomial before its evaluation is rounded.

use super::Float;

/// The parts of an algorithm that depend on the format. Not nameable outside the crate, which seals `Float`.
pub trait Width: Sized {
    /// Below this `exp` rounds to zero; the scaling in [`Width::pow2_halves`] still works here.
    const EXP_LOW: Self;
    /// Above this `exp` overflows; the scaling in [`Width::pow2_halves`] still works here.
    const EXP_HIGH: Self;
    /// Below this `exp_m1` rounds to −1.
    const EXP_M1_LOW: Self;
    /// 1/ln 2, rounded.
    const LOG2_E: Self;
    /// 1.5·2^(p−1) plus twice the exponent bias: adding it to a number of moderate size rounds that number to an
    /// integer n and leaves n + 2·bias in the low bits of the sum.
    const ROUNDER: Self;
    /// ln 2, rounded to the format.
    const LN_2_HEAD: Self;
    /// ln 2 − `LN_2_HEAD`.
    const LN_2_TAIL: Self;
    /// ln 2 cut to so few bits that its product with every exponent is exact.
    const LN_2_SHORT: Self;
    /// ln 2 − `LN_2_SHORT`.
    const LN_2_SHORT_TAIL: Self;
    /// A power of two that takes every subnormal into the normal range.
    const LIFT: Self;
    /// log₂ of `LIFT`.
    const LIFT_EXPONENT: Self;

    /// q(r) with e^r ≈ 1 + r + r²·q(r) for |r| ≤ ln(2)/2.
    fn exp_poly(r: Self) -> Self;
    /// P(s²) with ln((1+s)/(1−s)) ≈ 2s + s³·P(s²) for |s| ≤ (√2−1)/(√2+1), hence arguments of ln in [√½, √2].
    fn ln_poly(z: Self) -> Self;
    /// P(s²) as in [`Width::ln_poly`] for 0 ≤ s ≤ 1/3, hence arguments of ln in [1, 2].
    fn ln_poly_wide(z: Self) -> Self;

    /// Given t = n + `ROUNDER`, two powers of two whose product is 2^n; neither over- nor underflows where `exp` is used,
    /// so multiplying by one after the other rounds once, also into the subnormals.
    fn pow2_halves(t: Self) -> (Self, Self);
    /// Given t = n + `ROUNDER`, 2^(n−1). Meaningful while that is a normal number.
    fn pow2_less_one(t: Self) -> Self;
    /// x = 2^k·m with m in [√½, √2), for normal positive x: (k, m, 2^(1−k)).
    fn split(x: Self) -> (Self, Self, Self);
}

/// Horner's scheme with fused multiply-adds, highest coefficient first; those of [`Float`], because the inherent ones are
/// slow on targets without the instruction. Not a loop over an array, so that nothing depends on unrolling.
macro_rules! horner {
    ($x:expr; $first:literal $(, $rest:literal)*) => {{
        let x = $x;
        let p: Self = $first;
        $(let p = Float::mul_add(p, x, $rest);)*
        p
    }};
}

/// The even and the odd powers each by Horner's scheme in x²: one multiplication more, half the latency. A long chain
/// fills the processor's queue of waiting instructions, so that too few loop iterations overlap to hide it.
macro_rules! even_odd {
    ($x:expr; [$($even:literal),*], [$($odd:literal),*]) => {{
        let x = $x;
        let square = x * x;
        Float::mul_add(horner!(square; $($odd),*), x, horner!(square; $($even),*))
    }};
}

impl Width for f64 {
    // e^-745.14 is half the smallest subnormal; e^709.79 exceeds the largest number.
    const EXP_LOW: Self = -746.0;
    const EXP_HIGH: Self = 710.0;
    // e^-40 = 4.2e-18 is less than a quarter ulp of 1.
    const EXP_M1_LOW: Self = -40.0;
    const LOG2_E: Self = core::f64::consts::LOG2_E;
    const ROUNDER: Self = 6_755_399_441_055_744.0 + 2046.0;
    const LN_2_HEAD: Self = core::f64::consts::LN_2;
    const LN_2_TAIL: Self = 2.319_046_813_846_299_6e-17;
    // 42 bits: exact times any exponent of up to 11 bits.
    const LN_2_SHORT: Self = f64::from_bits(0x3fe6_2e42_fefa_3800);
    const LN_2_SHORT_TAIL: Self = 5.497_923_018_708_371e-14;
    const LIFT: Self = 18_014_398_509_481_984.0;
    const LIFT_EXPONENT: Self = 54.0;

    /// Relative error of e^r − 1: 2^-55.6.
    #[inline(always)]
    fn exp_poly(r: Self) -> Self {
        even_odd!(r;
            [2.762_631_636_867_302_7e-7, 2.480_150_447_110_959e-5, 1.388_888_893_235_777_2e-3, 4.166_666_666_657_369e-2, 5.000_000_000_000_006e-1],
            [2.511_412_611_678_523_6e-8, 2.755_722_906_774_910_6e-6, 1.984_126_990_176_734_7e-4, 8.333_333_333_315_181e-3, 1.666_666_666_666_668_5e-1])
    }

    /// Relative error of the logarithm: 2^-59.5.
    #[inline(always)]
    fn ln_poly(z: Self) -> Self {
        even_odd!(z;
            [1.479_595_346_822_805_7e-1, 1.818_356_434_376_660_3e-1, 2.857_142_874_239_151e-1, 6.666_666_666_666_734e-1],
            [1.531_405_014_047_819_4e-1, 2.222_219_857_281_321e-1, 3.999_999_999_941_466e-1])
    }

    /// Relative error of the logarithm: 2^-59.4.
    #[inline(always)]
    fn ln_poly_wide(z: Self) -> Self {
        even_odd!(z;
            [8.340_117_424_552_33e-2, 1.330_097_404_153_662_6e-1, 1.818_174_392_651_021_3e-1, 2.857_142_854_785_455_5e-1, 6.666_666_666_666_631e-1],
            [1.701_854_577_768_797_4e-1, 1.210_608_262_578_032_8e-1, 1.538_655_988_875_572_1e-1, 2.222_222_396_968_735_2e-1, 4.000_000_000_015_724e-1])
    }

    #[inline(always)]
    fn pow2_halves(t: Self) -> (Self, Self) {
        // The low 12 bits of t hold n + 2·1023. Shifted up whole, the two exponent fields add up to that.
        let bits = t.to_bits();
        let first = (bits << 51) & 0xfff0_0000_0000_0000;
        let second = (bits << 52).wrapping_sub(first);
        (f64::from_bits(first), f64::from_bits(second))
    }

    #[inline(always)]
    fn pow2_less_one(t: Self) -> Self {
        f64::from_bits((t.to_bits() << 52).wrapping_sub(1024 << 52))
    }

    #[inline(always)]
    fn split(x: Self) -> (Self, Self, Self) {
        const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
        // With √½ moved onto the edge of an exponent, the exponent field is k + 1023.
        let bits = x.to_bits().wrapping_add((1023 << 52) - SQRT_HALF);
        let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(SQRT_HALF));
        // The field placed in the low bits of 2^52 turns integer into floating point without a conversion instruction,
        // which AVX2 does not have for 64 bits.
        let k = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
        let inverse = f64::from_bits((2047_u64 << 52).wrapping_sub(bits & 0x7ff0_0000_0000_0000));
        (k, m, inverse)
    }
}

impl Width for f32 {
    // e^-103.97 is half the smallest subnormal; e^88.73 exceeds the largest number.
    const EXP_LOW: Self = -104.0;
    const EXP_HIGH: Self = 89.0;
    // e^-20 = 2.1e-9 is less than a quarter ulp of 1.
    const EXP_M1_LOW: Self = -20.0;
    const LOG2_E: Self = core::f32::consts::LOG2_E;
    const ROUNDER: Self = 12_582_912.0 + 254.0;
    const LN_2_HEAD: Self = core::f32::consts::LN_2;
    const LN_2_TAIL: Self = (core::f64::consts::LN_2 - core::f32::consts::LN_2 as f64) as f32;
    // 16 bits: exact times any exponent of up to 8 bits.
    const LN_2_SHORT: Self = f32::from_bits(0x3f31_7200);
    const LN_2_SHORT_TAIL: Self = (core::f64::consts::LN_2 - f32::from_bits(0x3f31_7200) as f64) as f32;
    const LIFT: Self = 33_554_432.0;
    const LIFT_EXPONENT: Self = 25.0;

    /// Relative error of e^r − 1: 2^-26.2.
    #[inline(always)]
    fn exp_poly(r: Self) -> Self {
        horner!(r; 1.394_644_1e-3, 8.366_577e-3, 4.166_628e-2, 1.666_654_3e-1, 0.5)
    }

    /// Relative error of the logarithm: 2^-30.2.
    #[inline(always)]
    fn ln_poly(z: Self) -> Self {
        horner!(z; 2.987_173e-1, 3.997_754_2e-1, 6.666_677_6e-1)
    }

    /// Relative error of the logarithm: 2^-27.7.
    #[inline(always)]
    fn ln_poly_wide(z: Self) -> Self {
        horner!(z; 2.802_447_4e-1, 2.799_914e-1, 4.002_17e-1, 6.666_641e-1)
    }

    #[inline(always)]
    fn pow2_halves(t: Self) -> (Self, Self) {
        let bits = t.to_bits();
        let first = (bits << 22) & 0xff80_0000;
        let second = (bits << 23).wrapping_sub(first);
        (f32::from_bits(first), f32::from_bits(second))
    }

    #[inline(always)]
    fn pow2_less_one(t: Self) -> Self {
        f32::from_bits((t.to_bits() << 23).wrapping_sub(128 << 23))
    }

    #[inline(always)]
    fn split(x: Self) -> (Self, Self, Self) {
        const SQRT_HALF: u32 = 0x3f35_04f3;
        let bits = x.to_bits().wrapping_add((127 << 23) - SQRT_HALF);
        let m = f32::from_bits((bits & 0x007f_ffff).wrapping_add(SQRT_HALF));
        let k = f32::from_bits((bits >> 23) | 0x4b00_0000) - (8_388_608.0 + 127.0);
        let inverse = f32::from_bits((255_u32 << 23).wrapping_sub(bits & 0x7f80_0000));
        (k, m, inverse)
    }
}
