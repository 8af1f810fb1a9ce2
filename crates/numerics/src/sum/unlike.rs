//! Values that running sums cannot take: spread too widely, of unknown size, or not finite.

use crate::isa::{Isa, dispatch_on};

use super::bins::Bins;
use super::extract::{BLOCK, Extract, ExtractInPlace};
use super::{ExactSum, flag};

/// Blocks shorter than this that need more than two levels are added one by one: a scratch block has to be cleared.
const SHORT_SLOW: usize = 128;

/// How often two levels are taken from a block before what is left counts as spread over everything: together
/// 2^-258 of the largest value.
const PASSES: usize = 3;

/// From this many values on, bins are cheaper than more levels (measured over 60 binary places: 4 µs and 1.8 ns for each
/// value against 3.2 ns for each).
const MANY: usize = 4096;

/// From this many values on, bins are cheaper than adding one by one (measured with values over all exponents).
const SOME: usize = 700;

/// Infinities and NaN that were not added.
#[derive(Clone, Copy, Default)]
pub(super) struct Specials {
    flags: u8,
    /// How many there were.
    pub(super) count: u64,
}

impl Specials {
    pub(super) fn see(&mut self, x: f64, count: u64) {
        self.flags |= flag(x);
        self.count += count;
    }

    /// Adds them after all.
    pub(super) fn apply(self, sum: &mut ExactSum) {
        sum.flags |= self.flags;
    }
}

/// Adds values that are not alike.
pub(super) struct Unlike {
    isa: Isa,
    specials: Specials,
    /// Only where they are needed.
    bins: Option<Bins>,
}

impl Unlike {
    pub(super) fn new(isa: Isa) -> Self {
        Self { isa, specials: Specials::default(), bins: None }
    }

    pub(super) fn isa(&self) -> Isa {
        self.isa
    }

    /// Adds the finite ones of `values`, of which `to_come` are to be added in all from here on.
    pub(super) fn add(&mut self, sum: &mut ExactSum, values: &[f64], to_come: usize) {
        for (index, block) in values.chunks(BLOCK).enumerate() {
            // Only the baseline sends blocks here that have not been tried before.
            if let Some(bins) = &mut self.bins
                && self.isa != Isa::Baseline
            {
                bins.add(block, sum, &mut self.specials);
                continue;
            }
            let extracted = dispatch_on(self.isa, Extract { values: block }).finish();
            if extracted.is_complete() {
                extracted.add_to(sum);
            } else if self.bins.is_some() || to_come - index * BLOCK >= MANY {
                self.bins.get_or_insert_with(Bins::new).add(block, sum, &mut self.specials);
            } else if block.len() < SHORT_SLOW || extracted.huge || extracted.is_nan() {
                self.add_spread(sum, block);
            } else {
                self.add_copy(sum, block);
            }
        }
    }

    /// Adds a block of which two levels do not take everything.
    #[cold]
    #[inline(never)]
    fn add_copy(&mut self, sum: &mut ExactSum, values: &[f64]) {
        let mut scratch = [0.0; BLOCK];
        let scratch = &mut scratch[..values.len()];
        scratch.copy_from_slice(values);
        self.add_in_place(sum, scratch);
    }

    /// Adds a block of at most [`BLOCK`] values, which it changes.
    pub(super) fn add_in_place(&mut self, sum: &mut ExactSum, values: &mut [f64]) {
        for _ in 0..PASSES {
            let extracted = dispatch_on(self.isa, ExtractInPlace { values }).finish();
            if extracted.huge || extracted.is_nan() {
                // Nothing has been changed in the first case. In the second, NaN is still NaN.
                break;
            }
            extracted.add_to(sum);
            if extracted.is_complete() {
                return;
            }
        }
        self.add_spread(sum, values);
    }

    /// Adds values of any exponents.
    fn add_spread(&mut self, sum: &mut ExactSum, values: &[f64]) {
        if values.len() >= SOME {
            return self.bins.get_or_insert_with(Bins::new).add(values, sum, &mut self.specials);
        }
        for &x in values {
            if x.is_finite() {
                sum.add(x);
            } else {
                self.specials.see(x, 1);
            }
        }
    }

    /// Adds what is left and returns what is not finite.
    pub(super) fn finish(mut self, sum: &mut ExactSum) -> Specials {
        if let Some(bins) = self.bins {
            bins.finish(sum, &mut self.specials);
        }
        self.specials
    }
}
