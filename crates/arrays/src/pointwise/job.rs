//! A stretch of rows with its outputs, which can be divided among threads.

use dartboard_losses::{BatchError, Closed, Interval, Loss, PointwiseBlocks};
use dartboard_numerics::sum::Stepwise;

use super::block::{BLOCK, Pass, Scratch, to_line};
use super::{Outputs, Rows};
use crate::element::{self, Compute, Element};
use crate::total::Total;

/// Rows that a thread takes at a time. Below 32 thousand two threads gain nothing over one, even in cache.
const PIECE: usize = 16 * BLOCK;

/// What is the same for all rows.
pub(super) struct Plan<'l, F> {
    pub(super) loss: &'l Loss,
    pub(super) blocks: &'l dyn PointwiseBlocks,
    pub(super) target_domain: Closed<F>,
    pub(super) prediction_domain: Closed<F>,
    pub(super) weight_domain: Closed<F>,
    pub(super) scale: F,
}

impl<'l, F: Compute> Plan<'l, F> {
    pub(super) fn new(loss: &'l Loss, scale: f64) -> Result<Self, BatchError> {
        let card = loss.card();
        let Some(blocks) = loss.pointwise() else { return Err(BatchError::Family { loss: card.name }) };
        Ok(Self {
            loss,
            blocks: &**blocks,
            target_domain: Closed::of(card.target_domain),
            prediction_domain: Closed::of(card.prediction_domain),
            weight_domain: Closed::of(Interval::NON_NEGATIVE),
            scale: element::scale(scale)?,
        })
    }
}

/// Consecutive rows and where their results go.
pub(super) struct Job<'a, E> {
    pub(super) first_row: usize,
    pub(super) rows: Rows<'a, E>,
    /// Value, gradient, Hessian.
    pub(super) out: [Option<&'a mut [E]>; 3],
}

impl<'a, E: Element> Job<'a, E> {
    pub(super) fn new(rows: Rows<'a, E>, outputs: Outputs<'a, E>) -> Result<Self, BatchError> {
        let expected = rows.target.len();
        let fits = |what, found: Option<usize>| match found {
            Some(found) if found != expected => Err(BatchError::Length { what, expected, found }),
            _ => Ok(()),
        };
        fits("the column of predictions", Some(rows.prediction.len()))?;
        fits("the column of weights", rows.weight.map(<[E]>::len))?;
        let out = [outputs.value, outputs.gradient, outputs.hessian];
        for (what, out) in ["the values", "the gradient", "the Hessian"].into_iter().zip(&out) {
            fits(what, out.as_ref().map(|out| out.len()))?;
        }
        Ok(Self { first_row: 0, rows, out })
    }

    pub(super) fn is_one_piece(&self) -> bool {
        self.rows.target.len() <= PIECE
    }

    fn split_at(self, middle: usize) -> [Self; 2] {
        let Rows { target, prediction, weight } = self.rows;
        let (left_weight, right_weight) = weight.map(|weight| weight.split_at(middle)).unzip();
        let (left_target, right_target) = target.split_at(middle);
        let (left_prediction, right_prediction) = prediction.split_at(middle);
        let [value, gradient, hessian] = self.out.map(|out| out.map(|out| out.split_at_mut(middle)).unzip());
        let left = Rows { target: left_target, prediction: left_prediction, weight: left_weight };
        let right = Rows { target: right_target, prediction: right_prediction, weight: right_weight };
        [
            Self { first_row: self.first_row, rows: left, out: [value.0, gradient.0, hessian.0] },
            Self { first_row: self.first_row + middle, rows: right, out: [value.1, gradient.1, hessian.1] },
        ]
    }

    /// All rows, on this thread.
    pub(super) fn run(self, plan: &Plan<'_, E::Compute>) -> Result<Total, BatchError> {
        Scratch::with(|scratch| {
            let mut pass = Pass { plan, scratch, total: Total::default(), sum: Stepwise::new() };
            let mut rest = self;
            // Arrays of one size mostly lie alike, so what puts the targets on whole cache lines does so for the others.
            let ahead = to_line(rest.rows.target);
            if rest.rows.target.len() > BLOCK && 0 < ahead && ahead < BLOCK {
                let [first, others] = rest.split_at(ahead);
                pass.block(first)?;
                rest = others;
            }
            while rest.rows.target.len() > BLOCK {
                let [block, others] = rest.split_at(BLOCK);
                pass.block(block)?;
                rest = others;
            }
            pass.block(rest)?;
            Ok(pass.total)
        })
    }

    /// All rows, in pieces that threads take from one another.
    pub(super) fn share(self, plan: &Plan<'_, E::Compute>) -> Result<Total, BatchError> {
        if self.is_one_piece() {
            return self.run(plan);
        }
        let middle = (self.rows.target.len() / 2).next_multiple_of(PIECE);
        let [left, right] = self.split_at(middle);
        let (left, right) = rayon::join(|| left.share(plan), || right.share(plan));
        // Of two errors the one of the earlier row, whichever thread was first.
        let mut total = left?;
        total.merge(&right?);
        Ok(total)
    }
}
