//! The loss of the rows of a block as a function of the raw outputs, with its derivatives.

use dartboard_losses::{Derivatives, Loss, PredictionKind};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::dispatch;

use super::block::{Block, Truth, with_row_target};
use super::heads::{Chain, Direct, PassBack, PassBackTwice, Predict};
use crate::error::LandscapeError;

/// A loss and what it is computed of.
#[derive(Clone, Debug)]
pub(crate) struct RowLoss {
    pub(crate) loss: Loss,
    pub(crate) chain: Chain,
    pub(crate) outputs: usize,
}

/// The first `rows` of each column of a whole number of equal ones.
fn heads(columns: &[f64], outputs: usize, rows: usize) -> Vec<&[f64]> {
    columns.chunks_exact(columns.len() / outputs.max(1)).map(|column| &column[..rows]).collect()
}

fn heads_mut(columns: &mut [f64], outputs: usize, rows: usize) -> Vec<&mut [f64]> {
    let width = columns.len() / outputs.max(1);
    columns.chunks_exact_mut(width).map(|column| &mut column[..rows]).collect()
}

impl RowLoss {
    fn predictions(&self, raw: &[f64]) -> Vec<f64> {
        let mut predictions = raw.to_vec();
        self.predict(&mut predictions);
        predictions
    }

    /// Raw outputs become predictions.
    pub(crate) fn predict(&self, columns: &mut [f64]) {
        if !self.chain.is_identity() {
            dispatch(Predict { chain: self.chain, columns, outputs: self.outputs });
        }
    }

    /// The values of a block's rows, whose raw outputs lie in columns of its width.
    pub(crate) fn values(&self, block: &Block, raw: &[f64], value: &mut [f64]) {
        let predictions = self.predictions(raw);
        let columns = heads(&predictions, self.outputs, block.rows);
        if let (Some(loss), Truth::Numbers(target)) = (self.loss.pointwise(), &block.truth) {
            let inside = loss.pass_value([target, columns[0]], value, None);
            self.mark_outside(inside, &columns, value);
        } else if let (Some(loss), Truth::Numbers(target)) = (self.loss.joint(), &block.truth) {
            loss.value(target, &columns, value);
            self.mark_outside(false, &columns, value);
        } else if let Some(loss) = self.loss.rowwise() {
            with_row_target(&block.truth, |target| loss.value(target, &columns, value));
            // A loss looks at the probability of the true class only; the others have to be probabilities too.
            if self.loss.card().prediction == PredictionKind::Probability {
                self.mark_outside(false, &columns, value);
            }
        }
    }

    /// Where a prediction lies outside of its domain the loss is not defined.
    fn mark_outside(&self, inside: bool, columns: &[&[f64]], value: &mut [f64]) {
        if inside {
            return;
        }
        let domain = self.loss.card().prediction_domain;
        for column in columns {
            for (value, &prediction) in value.iter_mut().zip(*column) {
                *value = if domain.contains(prediction) { *value } else { f64::NAN };
            }
        }
    }

    /// Values, and gradients by the predictions; with the predictions.
    fn value_gradient(&self, block: &Block, raw: &[f64], value: &mut [f64], gradient: &mut [f64]) -> Evaluated {
        let predictions = self.predictions(raw);
        let rows = block.rows;
        let mut diagonal = vec![0.0; raw.len()];
        gradient.fill(0.0);
        {
            let columns = heads(&predictions, self.outputs, rows);
            let mut derivatives = Derivatives {
                gradient: heads_mut(gradient, self.outputs, rows),
                hessian: heads_mut(&mut diagonal, self.outputs, rows),
            };
            if let (Some(loss), Truth::Numbers(target)) = (self.loss.pointwise(), &block.truth) {
                let (gradient, hessian) = (&mut *derivatives.gradient[0], &mut *derivatives.hessian[0]);
                let inside = loss.pass_hessian([target, columns[0]], [value, gradient, hessian], None);
                self.mark_outside(inside, &columns, value);
            } else if let (Some(loss), Truth::Numbers(target)) = (self.loss.joint(), &block.truth) {
                loss.value_gradient_hessian(target, &columns, value, &mut derivatives);
                self.mark_outside(false, &columns, value);
            } else if let Some(loss) = self.loss.rowwise() {
                with_row_target(&block.truth, |target| {
                    loss.value_gradient_hessian(target, &columns, value, &mut derivatives);
                });
            }
        }
        Evaluated { predictions, diagonal }
    }

    /// Values and gradients by the raw outputs.
    pub(crate) fn gradients(&self, block: &Block, raw: &[f64], value: &mut [f64], gradient: &mut [f64]) {
        let Evaluated { predictions, .. } = self.value_gradient(block, raw, value, gradient);
        if !self.chain.is_identity() {
            let (chain, outputs) = (self.chain, self.outputs);
            dispatch(PassBack { chain, raw, predictions: &predictions, gradient, outputs });
        }
    }

    /// Gradients by the raw outputs, and the product of each row's Hessian by them with the row's direction.
    pub(crate) fn hessian_vectors(
        &self,
        block: &Block,
        raw: &[f64],
        direction: &[f64],
        gradient: &mut [f64],
        product: &mut [f64],
    ) -> Result<(), LandscapeError> {
        let mut value = vec![0.0; block.rows];
        let Evaluated { predictions, diagonal } = self.value_gradient(block, raw, &mut value, gradient);
        let (chain, outputs, rows) = (self.chain, self.outputs, block.rows);
        let mut moved = direction.to_vec();
        if !chain.is_identity() {
            dispatch(Direct { chain, raw, predictions: &predictions, direction, out: &mut moved, outputs });
        }
        product.fill(0.0);
        if self.loss.pointwise().is_some() {
            for ((product, &hessian), &moved) in product.iter_mut().zip(&diagonal).zip(&moved) {
                *product = hessian.times0(moved);
            }
        } else if let Some(loss) = self.loss.rowwise() {
            let (columns, vector) = (heads(&predictions, outputs, rows), heads(&moved, outputs, rows));
            with_row_target(&block.truth, |target| {
                loss.hessian_vector(target, &columns, &vector, &mut heads_mut(product, outputs, rows));
            });
        } else {
            return Err(LandscapeError::NoHessian { loss: self.loss.card().name });
        }
        if !chain.is_identity() {
            let (predictions, moved) = (&predictions, &moved);
            dispatch(PassBackTwice { chain, raw, predictions, direction, moved, gradient, product, outputs });
            dispatch(PassBack { chain, raw, predictions, gradient, outputs });
        }
        Ok(())
    }
}

/// What an evaluation leaves behind for the next.
struct Evaluated {
    predictions: Vec<f64>,
    /// Of the Hessian by the predictions.
    diagonal: Vec<f64>,
}
