//! Values that running sums cannot take: spread too widely, of unknown size, or not finite.

use crate::isa::{Isa, dispatch_on};

use super::extract::{BLOCK, Extract, ExtractInPlace};
use super::{ExactSum, flag};

/// Blocks shorter than this that need more than two levels are added one by one: a scratch block has to be cleared.
const SHORT_SLOW: usize = 128;

/// How often two levels are taken from a block before what is left is added one by one: together 2^-258 of the
/// largest value. Data that is spread more widely than that has few elements left, or is spread over everything.
const PASSES: usize = 3;

/// Infinities and NaN that were not added.
#[derive(Clone, Copy, Default)]
pub(super) struct Specials {
    flags: u8,
    /// How many there were.
    pub(super) count: u64,
}

impl Specials {
    fn see(&mut self, x: f64) {
        self.flags |= flag(x);
        self.count += 1;
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
}

impl Unlike {
    pub(super) fn new(isa: Isa) -> Self {
        Self { isa, specials: Specials::default() }
    }

    pub(super) fn isa(&self) -> Isa {
        self.isa
    }

    /// Adds the finite ones of `values`, of which `to_come` are to be added in all from here on.
    pub(super) fn add(&mut self, sum: &mut ExactSum, values: &[f64], _to_come: usize) {
        for block in values.chunks(BLOCK) {
            let extracted = dispatch_on(self.isa, Extract { values: block }).finish();
            if extracted.is_complete() {
                extracted.add_to(sum);
            } else if block.len() < SHORT_SLOW || extracted.huge || extracted.is_nan() {
                self.add_each(sum, block);
            } else {
                self.add_in_place(sum, block);
            }
        }
    }

    /// Adds a block of which two levels do not take everything.
    #[cold]
    #[inline(never)]
    fn add_in_place(&mut self, sum: &mut ExactSum, values: &[f64]) {
        let mut scratch = [0.0; BLOCK];
        let scratch = &mut scratch[..values.len()];
        scratch.copy_from_slice(values);
        for _ in 0..PASSES {
            // Neither huge nor NaN: nothing grows here.
            let extracted = dispatch_on(self.isa, ExtractInPlace { values: scratch }).finish();
            extracted.add_to(sum);
            if extracted.is_complete() {
                return;
            }
        }
        self.add_each(sum, scratch);
    }

    fn add_each(&mut self, sum: &mut ExactSum, values: &[f64]) {
        for &x in values {
            if x.is_finite() {
                sum.add(x);
            } else {
                self.specials.see(x);
            }
        }
    }

    /// Adds what is left and returns what is not finite.
    pub(super) fn finish(self, _sum: &mut ExactSum) -> Specials {
        self.specials
    }
}
