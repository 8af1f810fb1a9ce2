//! Error-free extraction: a block of terms is reduced to two numbers in plain `f64` arithmetic.
//!
//! This is for blocks whose terms are less alike than [`running`](super::running) needs, or that come first and have been
//! guessed wrong, and for machines that it has no code for.
//!
//! Let every |x| of a block be at most 2^E, and C = 1.5·2^(E+10). Then q = (x + C) − C is x rounded to a multiple of
//! u = 2^(E+10−52), exactly, because C + x stays in the binade of C, whose unit is u. The rest r = x − q is exact too
//! and at most u/2 = 2^(E−43). The sum of up to 1024 such q is a multiple of u below 2^(E+10) = 2^52·u: it is exact in
//! plain `f64` arithmetic in any order, hence in any number of lanes. The rests are treated the same way with E − 43
//! in place of E. Two levels take everything down to 2^(E−85), which is all of every x with 2^(E−33) ≤ |x|; a block
//! that has anything left takes the slow way.
//!
//! At the lower end C is not taken below 2^-1022, where the unit is 2^-1074: then q is x itself, and the sum of
//! 1024 numbers of at most 2^-1032 is exact still.

use crate::isa::Kernel;

use super::terms::{LANES, padded};
use super::{ExactSum, exponent_field};

/// Elements in a block. The extraction constants hold for up to 1024.
pub(super) const BLOCK: usize = 1024;

/// log2 of `BLOCK`.
const BLOCK_BITS: i32 = 10;

/// Bits that one level takes: after it, the rest is at most 2^-43 of the bound before.
const LEVEL_BITS: i32 = 53 - BLOCK_BITS;

/// Blocks that have a value of 2^1000 or more are added one by one: C has to stay finite.
const HUGE_FIELD: i32 = 1000 + 1023;

/// What two levels took from a block.
pub(super) struct Extracted {
    /// The exact sums of the parts taken.
    levels: [f64; 2],
    /// Whether something is left in a block element.
    rest: bool,
    /// Nothing was done: there are values that are too large for extraction, or infinite.
    pub(super) huge: bool,
}

impl Extracted {
    /// A NaN in the block is not seen in its maximum, but in the sum.
    pub(super) fn is_nan(&self) -> bool {
        self.levels[0].is_nan()
    }

    pub(super) fn is_complete(&self) -> bool {
        !self.rest && !self.huge && !self.is_nan()
    }

    pub(super) fn add_to(&self, sum: &mut ExactSum) {
        for level in self.levels {
            sum.add(level);
        }
    }
}

/// The larger of two, where a NaN in `x` counts as nothing: one instruction everywhere.
#[inline(always)]
fn larger(x: f64, max: f64) -> f64 {
    if x > max { x } else { max }
}

/// The two extraction constants for values of at most 2^E, where E = field − 1022.
#[inline(always)]
fn constants(field: i32) -> [f64; 2] {
    [0, LEVEL_BITS].map(|down| {
        // E + 10 as stored, but at least the exponent of 2^-1022.
        let field = (field - 1022 + BLOCK_BITS - down + 1023).max(1);
        f64::from_bits((field as u64) << 52 | 1 << 51)
    })
}

/// Two levels of running sums.
#[derive(Clone, Copy)]
pub(super) struct Lanes {
    sums: [[f64; LANES]; 2],
    /// All bits of all rests.
    rest: [u64; LANES],
    /// See [`Extracted::huge`].
    huge: bool,
}

impl Lanes {
    const EMPTY: Self = Self { sums: [[0.0; LANES]; 2], rest: [0; LANES], huge: false };
    const HUGE: Self = Self { huge: true, ..Self::EMPTY };

    /// Takes two levels from each of `xs` and returns the rests.
    #[inline(always)]
    fn take(&mut self, xs: &[f64; LANES], c: [f64; 2]) -> [f64; LANES] {
        let mut rests = [0.0; LANES];
        for lane in 0..LANES {
            let x = xs[lane];
            let q0 = (x + c[0]) - c[0];
            let r0 = x - q0;
            let q1 = (r0 + c[1]) - c[1];
            let r1 = r0 - q1;
            self.sums[0][lane] += q0;
            self.sums[1][lane] += q1;
            self.rest[lane] |= r1.to_bits();
            rests[lane] = r1;
        }
        rests
    }

    /// Adds up the lanes.
    ///
    /// Outside of the kernels, and never inlined: the lanes of one sum then stay together in a register up to the end.
    /// (Where it can see the additions over the lanes, LLVM pairs the two sums instead, lane by lane, and the loop
    /// spends more than half of its time on shuffling.)
    #[inline(never)]
    pub(super) fn finish(&self) -> Extracted {
        let rest = reduce(self.rest, |a, b| a | b);
        Extracted {
            levels: self.sums.map(|sums| reduce(sums, |a, b| a + b)),
            // Without the sign: the rest of -0.0 is -0.0.
            rest: rest << 1 != 0,
            huge: self.huge,
        }
    }
}

/// Combines all lanes, halving their number each time: three steps instead of seven one after another.
#[inline(always)]
fn reduce<T: Copy>(mut lanes: [T; LANES], combine: impl Fn(T, T) -> T) -> T {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = combine(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn largest(values: &[f64]) -> f64 {
    let (chunks, tail) = values.as_chunks::<LANES>();
    let mut max = [0.0; LANES];
    let mut see = |chunk: &[f64; LANES]| {
        for lane in 0..LANES {
            max[lane] = larger(chunk[lane].abs(), max[lane]);
        }
    };
    chunks.iter().for_each(&mut see);
    see(&padded(tail));
    reduce(max, larger)
}

/// Takes two levels from a block of at most `BLOCK` values.
pub(super) struct Extract<'a> {
    pub(super) values: &'a [f64],
}

impl Kernel for Extract<'_> {
    type Output = Lanes;

    #[inline(always)]
    fn run(self) -> Lanes {
        let field = exponent_field(largest(self.values));
        if field >= HUGE_FIELD {
            return Lanes::HUGE;
        }
        let c = constants(field);
        let mut lanes = Lanes::EMPTY;
        let (chunks, tail) = self.values.as_chunks::<LANES>();
        for chunk in chunks {
            lanes.take(chunk, c);
        }
        lanes.take(&padded(tail), c);
        lanes
    }
}

/// Takes two levels from a block of at most `BLOCK` values and leaves the rest there.
pub(super) struct ExtractInPlace<'a> {
    pub(super) values: &'a mut [f64],
}

impl Kernel for ExtractInPlace<'_> {
    type Output = Lanes;

    #[inline(always)]
    fn run(self) -> Lanes {
        let field = exponent_field(largest(self.values));
        if field >= HUGE_FIELD {
            return Lanes::HUGE;
        }
        let c = constants(field);
        let mut lanes = Lanes::EMPTY;
        let (chunks, tail) = self.values.as_chunks_mut::<LANES>();
        for chunk in chunks {
            *chunk = lanes.take(chunk, c);
        }
        let rest = lanes.take(&padded(tail), c);
        tail.copy_from_slice(&rest[..tail.len()]);
        lanes
    }
}

#[cfg(test)]
mod tests {
    use crate::isa::{Isa, dispatch_on};

    use super::*;

    #[test]
    fn ordinary_blocks_are_extracted() {
        let complete = |values: &[f64]| dispatch_on(Isa::current(), Extract { values }).finish().is_complete();
        // Over 30 binary places.
        let mut values: Vec<f64> = (0..BLOCK).map(|i| (i as f64 * 0.7).sin() * (2.0_f64).powi(i as i32 % 20)).collect();
        values[3] = -0.0;
        values[4] = 0.0;
        assert!(complete(&values));
        // And what cannot be done is seen.
        for x in [1e-40, 1e302, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for at in [0, 500, BLOCK - 1] {
                let mut values = values.clone();
                values[at] = x;
                assert!(!complete(&values), "{x}");
            }
        }
    }
}
