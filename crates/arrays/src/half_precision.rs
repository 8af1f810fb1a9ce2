//! Half precisions, `f16` and `bf16`, to `f32` and back, at a vector's width.
//!
//! They come as bits. Crates that convert them do so one by one, or with instructions that not every machine has.

use dartboard_numerics::isa::Kernel;

/// Bits of `f16` to `f32`, exactly.
pub(crate) struct WidenF16<'a> {
    pub(crate) from: &'a [u16],
    pub(crate) to: &'a mut [f32],
}

impl Kernel for WidenF16<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        /// 2^112: the difference of the exponents' biases, 127 and 15.
        const REBIAS: f32 = f32::from_bits((112 + 127) << 23);
        /// Infinity, shifted into place.
        const SPECIAL: u32 = 0x7c00 << 13;
        for (to, &bits) in self.to.iter_mut().zip(self.from) {
            let magnitude = u32::from(bits & 0x7fff) << 13;
            // A product, so that what is subnormal there becomes normal here.
            let finite = (f32::from_bits(magnitude) * REBIAS).to_bits();
            let widened = if magnitude >= SPECIAL { magnitude | f32::INFINITY.to_bits() } else { finite };
            *to = f32::from_bits(widened | u32::from(bits & 0x8000) << 16);
        }
    }
}

/// `f32` to bits of `f16`, to nearest, ties to even.
pub(crate) struct NarrowF16<'a> {
    pub(crate) from: &'a [f32],
    pub(crate) to: &'a mut [u16],
}

impl Kernel for NarrowF16<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        /// 2^-14, the smallest normal `f16`.
        const SMALLEST_NORMAL: u32 = (127 - 14) << 23;
        /// 2^16: what rounds to infinity below it does so by carry.
        const TOO_LARGE: u32 = (127 + 16) << 23;
        /// The number whose last place is 2^-24, that of subnormal `f16`: ½.
        const SUBNORMAL: f32 = 0.5;
        for (to, x) in self.to.iter_mut().zip(self.from) {
            let bits = x.to_bits();
            let magnitude = bits & 0x7fff_ffff;
            let special = if magnitude > f32::INFINITY.to_bits() { 0x7e00 } else { 0x7c00 };
            let subnormal = (f32::from_bits(magnitude) + SUBNORMAL).to_bits().wrapping_sub(SUBNORMAL.to_bits());
            // Half a last place, less one where the last place is even: the carry is the rounding.
            let rounded = magnitude.wrapping_add(0xfff + (magnitude >> 13 & 1));
            let normal = rounded.wrapping_sub(112 << 23) >> 13;
            let finite = if magnitude < SMALLEST_NORMAL { subnormal } else { normal };
            let narrowed = if magnitude >= TOO_LARGE { special } else { finite };
            *to = (narrowed | bits >> 16 & 0x8000) as u16;
        }
    }
}

/// Bits of `bf16` to `f32`, exactly: they are its upper half.
pub(crate) struct WidenBf16<'a> {
    pub(crate) from: &'a [u16],
    pub(crate) to: &'a mut [f32],
}

impl Kernel for WidenBf16<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (to, &bits) in self.to.iter_mut().zip(self.from) {
            *to = f32::from_bits(u32::from(bits) << 16);
        }
    }
}

/// `f32` to bits of `bf16`, to nearest, ties to even.
pub(crate) struct NarrowBf16<'a> {
    pub(crate) from: &'a [f32],
    pub(crate) to: &'a mut [u16],
}

impl Kernel for NarrowBf16<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (to, x) in self.to.iter_mut().zip(self.from) {
            let bits = x.to_bits();
            let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
            // Cut off, a NaN could become an infinity.
            let nan = bits >> 16 | 0x40;
            *to = (if bits & 0x7fff_ffff > f32::INFINITY.to_bits() { nan } else { rounded }) as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::*;

    #[test]
    fn every_number_is_widened_exactly() {
        let from: Vec<u16> = (0..=u16::MAX).collect();
        let mut to = vec![0.0; from.len()];
        WidenF16 { from: &from, to: &mut to }.run();
        for (&bits, &x) in from.iter().zip(&to) {
            let expected = f16::from_bits(bits).to_f32();
            assert!(x.to_bits() == expected.to_bits() || x.is_nan() && expected.is_nan(), "{bits:04x}: {x}");
        }
        WidenBf16 { from: &from, to: &mut to }.run();
        for (&bits, &x) in from.iter().zip(&to) {
            let expected = bf16::from_bits(bits).to_f32();
            assert!(x.to_bits() == expected.to_bits() || x.is_nan() && expected.is_nan(), "{bits:04x}: {x}");
        }
    }

    #[test]
    fn numbers_are_narrowed_to_the_nearest() {
        // Every number of half precision, what lies half way to the next, its neighbours, and a sweep over all bits.
        let near = |bits: u32| [bits, bits.wrapping_sub(1), bits.wrapping_add(1)];
        let of_f16 = (0..=u16::MAX).flat_map(|bits| {
            let x = f16::from_bits(bits).to_f32();
            let next = f16::from_bits(bits.wrapping_add(1)).to_f32();
            near(((x + next) / 2.0).to_bits()).into_iter().chain(near(x.to_bits()))
        });
        let of_bf16 = (0..=u16::MAX).flat_map(|bits| near(u32::from(bits) << 16 | 0x8000));
        let sweep = (0..1_000_000_u32).map(|i| i.wrapping_mul(4_295));
        let from: Vec<f32> = of_f16.chain(of_bf16).chain(sweep).map(f32::from_bits).collect();
        let mut to = vec![0; from.len()];
        NarrowF16 { from: &from, to: &mut to }.run();
        for (&x, &bits) in from.iter().zip(&to) {
            let expected = f16::from_f32(x);
            assert!(
                bits == expected.to_bits() || f16::from_bits(bits).is_nan() && expected.is_nan(),
                "{x:e} {bits:04x}"
            );
        }
        NarrowBf16 { from: &from, to: &mut to }.run();
        for (&x, &bits) in from.iter().zip(&to) {
            let expected = bf16::from_f32(x);
            assert!(
                bits == expected.to_bits() || bf16::from_bits(bits).is_nan() && expected.is_nan(),
                "{x:e} {bits:04x}"
            );
        }
    }
}
