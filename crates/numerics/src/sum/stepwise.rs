//! Sums of terms that are made a few at a time.

use super::ExactSum;
use super::running::{BLOCK, LOOKED_AT, Lanes, MOST_SKIPPED, guess, lowest};
use super::terms::Number;
use crate::isa::Isa;

/// Adds blocks of terms in steps, each while its terms are still in the first cache: so whoever makes the terms can read
/// its own input a little at a time, and the memory is never left waiting.
///
/// The sum is exact whatever the terms; steps only save time where those of a block are of similar size.
///
/// ```
/// use dartboard_numerics::sum::{ExactSum, Stepwise};
///
/// let terms: Vec<f64> = (0..5000).map(|i| f64::from(i) * 0.1).collect();
/// let (mut sum, mut stepwise) = (ExactSum::new(), Stepwise::new());
/// for block in terms.chunks(Stepwise::BLOCK) {
///     for step in block.chunks(256) {
///         stepwise.step(step, []);
///     }
///     stepwise.finish(block, &mut sum);
/// }
/// assert_eq!(sum, terms.into_iter().collect());
/// ```
pub struct Stepwise {
    isa: Isa,
    lanes: Lanes<1>,
    /// That of the next block; `None` until there is something to guess from.
    exponent: Option<i32>,
    /// Whether `lanes` hold a part of a block.
    begun: bool,
    /// Blocks that are not to be tried, after blocks that did not fit.
    skip: u32,
    next_skip: u32,
}

impl Stepwise {
    /// The most terms of a block.
    pub const BLOCK: usize = BLOCK;

    /// No terms.
    #[must_use]
    pub fn new() -> Self {
        Self { isa: Isa::current(), lanes: Lanes::new(0), exponent: None, begun: false, skip: 0, next_skip: 0 }
    }

    /// Adds terms of a block, `f64` or `f32`. Steps of a multiple of eight terms, but for the last, are fastest.
    ///
    /// Adding works on what is in the cache and leaves the memory idle: meanwhile as many bytes as the terms have are asked
    /// for from each place of `ahead`, where the next step will read or write. They are hints and never read.
    ///
    /// A call and not inlined: it chooses its instruction set by itself, whatever its caller is compiled for.
    #[inline(never)]
    pub fn step<N: Number, const AHEAD: usize>(&mut self, terms: &[N], ahead: [*const N; AHEAD]) {
        if self.isa == Isa::Baseline || self.skip > 0 {
            return;
        }
        if !self.begun {
            let exponent = self.exponent.unwrap_or_else(|| guess(&terms[..terms.len().min(LOOKED_AT)]));
            self.lanes = Lanes::new(exponent);
            self.begun = true;
        }
        self.lanes.add_ahead(self.isa, terms, ahead.map(|place| place.cast()));
    }

    /// Adds a block to `sum`: `terms` are those of all its steps together, at most [`BLOCK`](Self::BLOCK), and are looked at
    /// only where the steps did not do.
    #[inline]
    pub fn finish<N: Number>(&mut self, terms: &[N], sum: &mut ExactSum) {
        if self.begun {
            self.begun = false;
            if let Some(next) = self.lanes.finish(sum) {
                self.exponent = Some(next.max(lowest::<1, &[N]>()));
                self.next_skip = 0;
                return;
            }
            // One failure may be a wrong guess, the second in a row is not.
            (self.skip, self.next_skip) = (self.next_skip, (2 * self.next_skip + 1).min(MOST_SKIPPED));
        } else {
            self.skip = self.skip.saturating_sub(1);
        }
        N::add_all(sum, terms);
        if self.isa != Isa::Baseline && self.skip == 0 {
            self.exponent = Some(guess(terms));
        }
    }
}

impl Default for Stepwise {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Stepwise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stepwise").field("exponent", &self.exponent).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_give_the_sum_whatever_the_terms() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 11
        };
        // Alike; alike but for one; of all sizes; alike again, at another size.
        let mut terms: Vec<f64> = (0..3 * BLOCK).map(|_| random() as f64).collect();
        terms[BLOCK + 777] = 1e300;
        terms.extend((0..5 * BLOCK).map(|_| f64::from_bits(random() << 10)).filter(|x| x.is_finite()));
        terms.extend((0..5 * BLOCK + 101).map(|_| random() as f64 * 1e-200));
        let single: Vec<f32> = terms.iter().map(|&x| x as f32).collect();
        let expected: ExactSum = terms.iter().copied().collect();
        let expected_single: ExactSum = single.iter().map(|&x| f64::from(x)).collect();
        for step in [3, 8, 13, 256, BLOCK] {
            let (mut sum, mut stepwise) = (ExactSum::new(), Stepwise::new());
            let (mut single_sum, mut single_stepwise) = (ExactSum::new(), Stepwise::new());
            for (block, single) in terms.chunks(BLOCK).zip(single.chunks(BLOCK)) {
                block.chunks(step).for_each(|terms| stepwise.step(terms, []));
                stepwise.finish(block, &mut sum);
                single.chunks(step).for_each(|terms| single_stepwise.step(terms, []));
                single_stepwise.finish(single, &mut single_sum);
            }
            assert_eq!((sum, single_sum), (expected.clone(), expected_single.clone()), "steps of {step}");
        }
    }

    #[test]
    fn more_steps_than_lanes_can_take_are_noticed() {
        // Each leaves the largest rest that there is in the lowest lane that holds them.
        let terms = vec![1.0 + (-42.0_f64).exp2(); 1500];
        let (mut sum, mut stepwise) = (ExactSum::new(), Stepwise::new());
        terms.iter().for_each(|&term| stepwise.step(&[term], []));
        stepwise.finish(&terms, &mut sum);
        assert_eq!(sum, terms.into_iter().collect());
    }
}
