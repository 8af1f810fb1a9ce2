//! Slices: blocks are reduced by error-free extraction, and only two numbers per block reach the window.
//!
//! Blocks whose terms are alike are done by [`running`], in one pass and without knowing the largest term. This is for the
//! others, and for products.
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

use crate::isa::{Isa, Kernel, dispatch_on};

use super::{ExactSum, exponent_field, running};

/// Elements in a block. The extraction constants hold for up to 1024.
const BLOCK: usize = 1024;

/// log2 of `BLOCK`.
const BLOCK_BITS: i32 = 10;

/// Bits that one level takes: after it, the rest is at most 2^-43 of the bound before.
const LEVEL_BITS: i32 = 53 - BLOCK_BITS;

/// Slices shorter than this are added one by one (measured: a block costs about as much as 25 single additions).
const SHORT: usize = 24;

/// Blocks shorter than this that need more than two levels are added one by one: a scratch block has to be cleared.
const SHORT_SLOW: usize = 128;

/// Blocks that have a value of 2^1000 or more are added one by one: C has to stay finite.
const HUGE_FIELD: i32 = 1000 + 1023;

/// How often two levels are taken from a block before what is left is added one by one: together 2^-258 of the
/// largest value. Data that is spread more widely than that has few elements left, or is spread over everything.
const PASSES: usize = 3;

/// The products hi = a·b and lo = fma(a, b, −hi) are exact where |hi| ≥ 2^-960: the product then ends at 2^-1067 or
/// above, and `f64` ends at 2^-1074.
const SMALLEST_PRODUCT: f64 = f64::from_bits((1023 - 960) << 52);

/// Where `mul_add` is a function call (x86-64 before AVX2) or even emulated (WebAssembly), integers are faster.
const BASELINE_HAS_FMA: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// Running maxima and sums per array. Enough to hide the latency of an addition, few enough for 16 registers of two.
/// (It does not matter to the result.)
const LANES: usize = 8;

/// See [`ExactSum::add_slice`].
pub(super) fn add_slice(sum: &mut ExactSum, values: &[f64]) {
    if values.len() < SHORT {
        add_each(sum, values);
    } else {
        add_slice_on(Isa::current(), sum, values);
    }
}

/// See [`ExactSum::add_finite`].
pub(super) fn add_finite(sum: &mut ExactSum, values: &[f64]) -> u64 {
    if values.len() < SHORT {
        return add_each_finite(sum, values);
    }
    let (isa, mut left_out) = (Isa::current(), 0);
    // A block that fits has been found to hold neither infinities nor NaN on the way.
    running::add_blocks(isa, sum, values, |sum, values| {
        for values in values.chunks(BLOCK) {
            let extracted = dispatch_on(isa, Extract { values }).finish();
            if extracted.is_complete() {
                extracted.add_to(sum);
            } else if values.iter().all(|x| x.is_finite()) {
                add_incomplete(isa, sum, values, &extracted);
            } else {
                left_out += add_each_finite(sum, values);
            }
        }
    });
    left_out
}

/// See [`ExactSum::add_products`].
pub(super) fn add_products(sum: &mut ExactSum, a: &[f64], b: &[f64]) {
    if a.len() < SHORT {
        add_each_product(sum, a, b);
    } else {
        add_products_on(Isa::current(), sum, a, b);
    }
}

fn add_each(sum: &mut ExactSum, values: &[f64]) {
    for &x in values {
        sum.add(x);
    }
}

fn add_each_finite(sum: &mut ExactSum, values: &[f64]) -> u64 {
    let mut left_out = 0;
    for &x in values {
        if x.is_finite() {
            sum.add(x);
        } else {
            left_out += 1;
        }
    }
    left_out
}

fn add_each_product(sum: &mut ExactSum, a: &[f64], b: &[f64]) {
    for (&a, &b) in a.iter().zip(b) {
        sum.add_product(a, b);
    }
}

fn add_slice_on(isa: Isa, sum: &mut ExactSum, values: &[f64]) {
    running::add_blocks(isa, sum, values, |sum, values| add_extracted(isa, sum, values));
}

/// Adds values of which no size is known.
fn add_extracted(isa: Isa, sum: &mut ExactSum, values: &[f64]) {
    for values in values.chunks(BLOCK) {
        let extracted = dispatch_on(isa, Extract { values }).finish();
        if extracted.is_complete() {
            extracted.add_to(sum);
        } else {
            add_incomplete(isa, sum, values, &extracted);
        }
    }
}

/// Adds a block of which two levels do not take everything.
#[cold]
#[inline(never)]
fn add_incomplete(isa: Isa, sum: &mut ExactSum, values: &[f64], extracted: &Extracted) {
    if values.len() < SHORT_SLOW || extracted.huge {
        return add_each(sum, values);
    }
    let mut scratch = [0.0; BLOCK];
    let scratch = &mut scratch[..values.len()];
    scratch.copy_from_slice(values);
    add_scratch(isa, sum, scratch);
}

fn add_products_on(isa: Isa, sum: &mut ExactSum, a: &[f64], b: &[f64]) {
    if isa == Isa::Baseline && !BASELINE_HAS_FMA {
        return add_each_product(sum, a, b);
    }
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let [hi, lo] = dispatch_on(isa, ExtractProducts { a, b }).map(|lanes| lanes.finish());
        if hi.is_complete() && lo.is_complete() {
            hi.add_to(sum);
            lo.add_to(sum);
        } else if a.len() < SHORT_SLOW || hi.huge {
            add_each_product(sum, a, b);
        } else {
            let (mut hi, mut lo) = ([0.0; BLOCK], [0.0; BLOCK]);
            let (hi, lo) = (&mut hi[..a.len()], &mut lo[..a.len()]);
            dispatch_on(isa, SplitProducts { a, b, hi, lo });
            add_scratch(isa, sum, hi);
            add_scratch(isa, sum, lo);
        }
    }
}

/// Adds a block of whatever is left after two levels.
#[cold]
#[inline(never)]
fn add_scratch(isa: Isa, sum: &mut ExactSum, values: &mut [f64]) {
    for _ in 0..PASSES {
        let extracted = dispatch_on(isa, ExtractInPlace { values }).finish();
        if extracted.huge || extracted.is_nan() {
            // Nothing has been changed in the first case. In the second, NaN is still NaN.
            break;
        }
        extracted.add_to(sum);
        if extracted.is_complete() {
            return;
        }
    }
    add_each(sum, values);
}

/// What two levels took from a block.
struct Extracted {
    /// The exact sums of the parts taken.
    levels: [f64; 2],
    /// Whether something is left in a block element.
    rest: bool,
    /// Nothing was done: there are values that are too large for extraction, or infinite, or products that are too
    /// small to be split.
    huge: bool,
}

impl Extracted {
    /// A NaN in the block is not seen in its maximum, but in the sum.
    fn is_nan(&self) -> bool {
        self.levels[0].is_nan()
    }

    fn is_complete(&self) -> bool {
        !self.rest && !self.huge && !self.is_nan()
    }

    fn add_to(&self, sum: &mut ExactSum) {
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
struct Lanes {
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
    fn finish(&self) -> Extracted {
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

/// A part of a slice, filled up with zeros. They add nothing.
#[inline(always)]
fn padded(tail: &[f64]) -> [f64; LANES] {
    let mut padded = [0.0; LANES];
    // Not `copy_from_slice`, which is a function call here.
    for (padded, &x) in padded.iter_mut().zip(tail) {
        *padded = x;
    }
    padded
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
struct Extract<'a> {
    values: &'a [f64],
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
struct ExtractInPlace<'a> {
    values: &'a mut [f64],
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

/// The sizes of the products in a block.
struct ProductRange {
    max: [f64; LANES],
    min: [f64; LANES],
}

impl ProductRange {
    #[inline(always)]
    fn see(&mut self, a: &[f64; LANES], b: &[f64; LANES]) {
        for lane in 0..LANES {
            let product = (a[lane] * b[lane]).abs();
            self.max[lane] = larger(product, self.max[lane]);
            // A product of zero is fine if a factor is zero; otherwise it has underflowed.
            let zero = (a[lane] == 0.0) | (b[lane] == 0.0);
            let size = if zero { 1.0 } else { product };
            self.min[lane] = if size < self.min[lane] { size } else { self.min[lane] };
        }
    }
}

/// Products and the errors of their rounding, exact if the products are in range.
#[inline(always)]
fn split_products(a: &[f64; LANES], b: &[f64; LANES]) -> ([f64; LANES], [f64; LANES]) {
    let (mut products, mut errors) = ([0.0; LANES], [0.0; LANES]);
    for lane in 0..LANES {
        products[lane] = a[lane] * b[lane];
        errors[lane] = a[lane].mul_add(b[lane], -products[lane]);
    }
    (products, errors)
}

/// Takes two levels from the rounded products and two from their errors, without storing them.
struct ExtractProducts<'a> {
    a: &'a [f64],
    b: &'a [f64],
}

impl Kernel for ExtractProducts<'_> {
    type Output = [Lanes; 2];

    #[inline(always)]
    fn run(self) -> [Lanes; 2] {
        let (a_chunks, a_tail) = self.a.as_chunks::<LANES>();
        let (b_chunks, b_tail) = self.b.as_chunks::<LANES>();
        let (a_tail, b_tail) = (padded(a_tail), padded(b_tail));

        let mut range = ProductRange { max: [0.0; LANES], min: [f64::INFINITY; LANES] };
        for (a, b) in a_chunks.iter().zip(b_chunks) {
            range.see(a, b);
        }
        range.see(&a_tail, &b_tail);
        let field = exponent_field(reduce(range.max, larger));
        if field >= HUGE_FIELD || range.min.into_iter().any(|min| min < SMALLEST_PRODUCT) {
            return [Lanes::HUGE; 2];
        }

        // An error is at most half a unit of its product, 2^-53 of it.
        let (c_hi, c_lo) = (constants(field), constants(field - 53));
        let (mut hi, mut lo) = (Lanes::EMPTY, Lanes::EMPTY);
        for (a, b) in a_chunks.iter().zip(b_chunks) {
            let (products, errors) = split_products(a, b);
            hi.take(&products, c_hi);
            lo.take(&errors, c_lo);
        }
        let (products, errors) = split_products(&a_tail, &b_tail);
        hi.take(&products, c_hi);
        lo.take(&errors, c_lo);
        [hi, lo]
    }
}

/// Stores rounded products and their errors.
struct SplitProducts<'a> {
    a: &'a [f64],
    b: &'a [f64],
    hi: &'a mut [f64],
    lo: &'a mut [f64],
}

impl Kernel for SplitProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let factors = self.a.iter().zip(self.b);
        for ((hi, lo), (&a, &b)) in self.hi.iter_mut().zip(self.lo).zip(factors) {
            *hi = a * b;
            *lo = a.mul_add(b, -*hi);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in −1..1 with full significands, times 2^(0..spread).
    fn numbers(len: usize, spread: i32) -> Vec<f64> {
        let mut state = 1_u64;
        let mut bits = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            state >> 11
        };
        (0..len)
            .map(|_| {
                let x = bits() as f64 / (1_u64 << 52) as f64 - 1.0;
                x * (2.0_f64).powi((bits() % spread as u64) as i32)
            })
            .collect()
    }

    fn single(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::new();
        add_each(&mut sum, values);
        sum
    }

    #[test]
    fn every_instruction_set_gives_the_exact_sum() {
        for spread in [1, 20, 40, 100, 300, 900] {
            for len in [1, 7, 8, 9, 127, 128, 1000, 1024, 1025, 3000] {
                for shift in [-1074, -1000, 0, 60] {
                    let half = (2.0_f64).powi(shift / 2);
                    let values: Vec<f64> = numbers(len, spread).iter().map(|x| x * half * half).collect();
                    let weights = numbers(len, 3);
                    let expected = single(&values);
                    let mut expected_products = ExactSum::new();
                    add_each_product(&mut expected_products, &values, &weights);
                    for isa in Isa::available() {
                        let mut sum = ExactSum::new();
                        add_slice_on(isa, &mut sum, &values);
                        assert_eq!(sum, expected, "{} {spread} {len} {shift}", isa.name());
                        let mut sum = ExactSum::new();
                        add_products_on(isa, &mut sum, &values, &weights);
                        assert_eq!(sum, expected_products, "{} {spread} {len} {shift}", isa.name());
                    }
                }
            }
        }
    }

    #[test]
    fn ordinary_blocks_take_the_fast_way() {
        let complete = |values: &[f64]| dispatch_on(Isa::current(), Extract { values }).finish().is_complete();
        let mut values = numbers(BLOCK, 10);
        values[3] = -0.0;
        values[4] = 0.0;
        assert!(complete(&values));
        let [hi, lo] = dispatch_on(Isa::current(), ExtractProducts { a: &values, b: &numbers(BLOCK, 2) });
        assert!(hi.finish().is_complete() && lo.finish().is_complete());
        // And what the fast way cannot do is seen.
        for x in [1e-40, 1e302, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for at in [0, 500, BLOCK - 1] {
                let mut values = values.clone();
                values[at] = x;
                assert!(!complete(&values), "{x}");
            }
        }
    }
}
