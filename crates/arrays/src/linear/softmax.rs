//! Softmax over classes that lie one after another, each a row of numbers: one per row of the batch.
//!
//! Rows of the batch lie side by side, so loops run over them and never add up a register. A group of classes is reduced
//! to what is needed of it ([`Summary`]); summaries are joined in one order, whoever made them ([`Join`]).
//!
//! What is held to the last digits: the sum of the exponentials leaves out the largest, which is 1 and would swallow the
//! rest of a sure answer; the gradient at the target class is taken from the others' probabilities.

use dartboard_numerics::elementary::{Float, two_sum};
use dartboard_numerics::isa::Kernel;
use dartboard_numerics::matrix::WIDEST;

/// Gradients below 2^-100 are taken for 0: times numbers of ordinary size they would be no normal numbers any more, which
/// processors compute in microcode, a hundred times slower.
const SMALLEST: f32 = f32::from_bits((127 - 100) << 23);

/// What is needed of a group of classes, for each row of a tile.
pub(super) struct Summary<'a> {
    /// The largest logit; −∞ where there is none.
    pub(super) max: &'a mut [f32],
    /// `Σ exp(z_c − max)` over the classes but one that has the largest logit.
    ///
    /// Relative error: 2^-23 of the exponential, 2^-24 each of the compensated sum and its rounding, and that of the
    /// differences, which are rounded to 2^-24 of themselves.
    pub(super) rest: &'a mut [f32],
    /// The logit of the target if its class is in the group, else as it was.
    pub(super) chosen: &'a mut [f32],
}

/// Fills a [`Summary`].
pub(super) struct Summarize<'a> {
    /// Classes × rows.
    pub(super) logits: &'a [f32],
    pub(super) summary: Summary<'a>,
    /// The class of every row that is no padding.
    pub(super) target: &'a [u32],
    /// The class of the first logits.
    pub(super) first: usize,
}

impl Kernel for Summarize<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { logits, summary: Summary { max, rest, chosen }, target, first } = self;
        let rows = max.len();
        // Loops over rows become packed instructions only where they cannot end in the middle.
        assert!(rows <= WIDEST && rest.len() == rows && chosen.len() == rows);
        let mut largest = [f32::NEG_INFINITY; WIDEST];
        for logits in logits.chunks_exact(rows) {
            for row in 0..rows {
                largest[row] = Float::max(logits[row], largest[row]);
            }
        }
        let mut high = [0.0; WIDEST];
        let mut low = [0.0; WIDEST];
        // How many have the largest logit: no exponential is taken of them, so that all may be −∞.
        let mut ties = [0.0; WIDEST];
        for logits in logits.chunks_exact(rows) {
            for row in 0..rows {
                let tie = logits[row] == largest[row];
                let e = Float::exp(logits[row] - largest[row]);
                let (sum, error) = two_sum(high[row], f32::select(tie, 0.0, e));
                high[row] = sum;
                low[row] += error;
                ties[row] += f32::select(tie, 1.0, 0.0);
            }
        }
        for row in 0..rows {
            max[row] = largest[row];
            rest[row] = (high[row] + low[row]) + (ties[row] - 1.0);
        }
        for (row, class) in in_group(target, first, logits.len() / rows) {
            chosen[row] = logits[class * rows + row];
        }
    }
}

/// The rows whose class is one of `classes` from `first` on, with the class counted from there.
#[inline(always)]
fn in_group(target: &[u32], first: usize, classes: usize) -> impl Iterator<Item = (usize, usize)> {
    let class = move |&target: &u32| (target as usize).wrapping_sub(first);
    target.iter().map(class).enumerate().filter(move |&(_, class)| class < classes)
}

/// What the rows of a tile need to know of all their classes.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    /// The largest logit.
    pub(super) max: [f32; WIDEST],
    /// `−ln softmax` of the target.
    pub(super) loss: [f64; WIDEST],
    /// The scale of the gradient over `Σ exp(z_c − max)`.
    pub(super) inverse: [f32; WIDEST],
    /// The gradient in the logit of the target.
    pub(super) pull: [f32; WIDEST],
}

/// Joins the summaries of all groups of classes, in their order, in double precision.
pub(super) struct Join<'a, I> {
    /// `max`, `rest` and `chosen` of each group.
    pub(super) summaries: I,
    /// The class of every row that is no padding.
    pub(super) target: &'a [u32],
    /// Classes of a group.
    pub(super) group: usize,
    /// What a row's gradient is multiplied by.
    pub(super) scale: f64,
}

impl<'a, I: Iterator<Item = [&'a [f32]; 3]> + Clone> Kernel for Join<'_, I> {
    type Output = Joined;

    #[inline(always)]
    fn run(self) -> Joined {
        let Self { summaries, target, group: classes, scale } = self;
        let mut max = [f32::NEG_INFINITY; WIDEST];
        let mut argmax = [u32::MAX; WIDEST];
        for (group, [theirs, ..]) in summaries.clone().enumerate() {
            let theirs = &theirs[..theirs.len().min(WIDEST)];
            for row in 0..theirs.len() {
                let larger = theirs[row] > max[row];
                max[row] = f32::select(larger, theirs[row], max[row]);
                argmax[row] = if larger { group as u32 } else { argmax[row] };
            }
        }
        let mut rest = [0.0; WIDEST];
        let mut chosen = [0.0; WIDEST];
        for (group, [theirs, their_rest, their_chosen]) in summaries.enumerate() {
            for row in 0..theirs.len() {
                // The largest logit of the group counts among the others unless it is the largest of all.
                let all = 1.0 + f64::from(their_rest[row]);
                let scaled = all * Float::exp(f64::from(theirs[row]) - f64::from(max[row]));
                rest[row] += f64::select(argmax[row] == group as u32, f64::from(their_rest[row]), scaled);
            }
            for (row, _) in in_group(target, group * classes, classes) {
                chosen[row] = their_chosen[row];
            }
        }
        assert!(target.len() <= WIDEST);
        let mut joined = Joined { max, loss: [0.0; WIDEST], inverse: [0.0; WIDEST], pull: [0.0; WIDEST] };
        for row in 0..target.len() {
            let below = f64::from(max[row]) - f64::from(chosen[row]);
            let total = 1.0 + rest[row];
            // Of another class than the largest e ≤ 1 ≤ total − e, so this difference cannot cancel.
            let others = f64::select(chosen[row] == max[row], rest[row], total - Float::exp(-below));
            // Of a sure right answer the first term is exactly 0, and the second keeps its digits.
            joined.loss[row] = below + Float::ln_1p(rest[row]);
            joined.inverse[row] = (scale / total) as f32;
            joined.pull[row] = (-scale * others / total) as f32;
        }
        joined
    }
}

/// Turns the logits of a group of classes into the gradient, in place.
///
/// Relative error of an element: 2^-22, and that of `z_c − max`, which is rounded to 2^-24 of itself.
pub(super) struct Differentiate<'a> {
    /// Classes × rows.
    pub(super) logits: &'a mut [f32],
    /// Rows side by side, with padding.
    pub(super) rows: usize,
    pub(super) joined: &'a Joined,
    /// The class of every row that is no padding.
    pub(super) target: &'a [u32],
    /// The class of the first logits.
    pub(super) first: usize,
}

impl Kernel for Differentiate<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { logits, rows, joined: Joined { max, inverse, pull, .. }, target, first } = self;
        assert!(rows <= WIDEST);
        for logits in logits.chunks_exact_mut(rows) {
            for row in 0..rows {
                let gradient = Float::exp(logits[row] - max[row]) * inverse[row];
                logits[row] = f32::select(gradient < SMALLEST, 0.0, gradient);
            }
        }
        for (row, class) in in_group(target, first, logits.len() / rows) {
            logits[class * rows + row] = f32::select(pull[row] > -SMALLEST, 0.0, pull[row]);
        }
    }
}
