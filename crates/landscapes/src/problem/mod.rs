//! The loss of a built-in model over rows as a function of the model's weights.

pub(crate) mod block;
pub(crate) mod heads;
pub(crate) mod layers;
pub(crate) mod rows;

use dartboard_losses::Loss;
use dartboard_numerics::sum::ExactSum;
use rayon::prelude::*;

pub use self::block::check_targets;
use self::block::{Block, Truth, blocks};
use self::heads::Chain;
use self::layers::{Network, weigh};
use self::rows::RowLoss;
use crate::data::Data;
use crate::error::LandscapeError;
use crate::fingerprint::{Fingerprint, Hasher};
use crate::model::{Model, Role};
use crate::objective::{Differentiable, Objective};

/// The mean loss of a model over rows, by their weights, as a function of the model's weights; with a penalty added where
/// one is asked for: half of `decay` times the sum of squares of all weights but the biases.
///
/// Values are exact sums of the rows' losses, rounded once: the bits do not depend on threads. Gradients are added up in
/// one order, whatever the threads.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(crate) model: Model,
    pub(crate) blocks: Vec<Block>,
    pub(crate) row_loss: RowLoss,
    pub(crate) total_weight: ExactSum,
    pub(crate) decay: f64,
    /// 1 for weights that are penalised, else 0.
    pub(crate) penalised: Vec<f64>,
}

/// Blocks are shared out in at most this many parts, whose gradients are added up one after another: a fixed number, so
/// that sums do not depend on threads, and few, because each holds a gradient.
const PARTS: usize = 64;

impl Problem {
    /// The loss that the model was set up with, over these rows.
    ///
    /// # Errors
    /// Where features or targets are not those of the model, a target lies outside of the loss's domain, or the decay is
    /// negative or not finite.
    pub fn new(model: &Model, data: &Data, decay: f64) -> Result<Self, LandscapeError> {
        Self::with_loss(model, model.loss(), data, decay)
    }

    /// Another loss of the same model: `loss` must take as many predictions as the model has outputs.
    ///
    /// # Errors
    /// As [`new`](Self::new); where the loss does not fit the model.
    pub fn with_loss(model: &Model, loss: &Loss, data: &Data, decay: f64) -> Result<Self, LandscapeError> {
        if !(decay.is_finite() && decay >= 0.0) {
            let value = decay.to_string();
            return Err(LandscapeError::Setting { what: "the decay", allowed: "finite and at least 0", value });
        }
        let model = model.clone().for_loss(loss, data.targets())?;
        model.fits(data)?;
        check_targets(loss, data)?;
        let mut total_weight = ExactSum::new();
        match data.weights() {
            Some(weights) => total_weight.add_slice(weights),
            None => total_weight.add_count(data.rows() as u64),
        }
        let chain = Chain { head: model.head, shift: model.shift, scale: model.scale };
        let row_loss = RowLoss { loss: model.computed.clone(), chain, outputs: model.outputs };
        let mut penalised = vec![0.0; model.layout.len()];
        for tensor in model.layout.tensors().iter().filter(|tensor| tensor.role == Role::Weight) {
            penalised[tensor.range.clone()].fill(1.0);
        }
        Ok(Self { blocks: blocks(&model, data), model, row_loss, total_weight, decay, penalised })
    }

    /// The model, with the weights it was given with.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.blocks.iter().map(|block| block.rows).sum()
    }

    /// The predictions, as the loss takes them, of all rows: a column per output.
    pub fn predictions(&self, weights: &[f64]) -> Vec<Vec<f64>> {
        let mut columns = vec![vec![]; self.model.outputs];
        for block in &self.blocks {
            let pass = self.network(weights).forward(&block.features, block.width);
            let mut raw = pass.raw().to_vec();
            self.row_loss.predict(&mut raw);
            for (column, raw) in columns.iter_mut().zip(raw.chunks_exact(block.width)) {
                column.extend_from_slice(&raw[..block.rows]);
            }
        }
        columns
    }

    /// The rows, as the model sees them.
    pub(crate) fn data_fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::new("rows");
        for block in &self.blocks {
            hasher.count(block.rows);
            hasher.numbers(&block.features);
            match &block.truth {
                Truth::Numbers(numbers) => hasher.numbers(numbers),
                Truth::Classes(classes) => classes.iter().for_each(|&class| hasher.count(class as usize)),
                Truth::Shares(columns) => columns.iter().for_each(|column| hasher.numbers(column)),
            }
            hasher.numbers(block.weight.as_deref().unwrap_or_default());
        }
        hasher.finish()
    }

    fn network<'a>(&'a self, weights: &'a [f64]) -> Network<'a> {
        Network { layers: &self.model.layers, activation: self.model.kind.activation(), weights }
    }

    fn part(&self) -> usize {
        self.blocks.len().div_ceil(PARTS).max(1)
    }

    /// Each row's weight over the sum of all.
    fn factors(&self, block: &Block) -> Vec<f64> {
        let total = self.total_weight.to_f64();
        match &block.weight {
            Some(weights) => weights.iter().map(|weight| weight / total).collect(),
            None => vec![1.0 / total; block.rows],
        }
    }

    fn penalty(&self, weights: &[f64]) -> f64 {
        if self.decay == 0.0 {
            return 0.0;
        }
        let mut sum = ExactSum::new();
        for (&weight, &penalised) in weights.iter().zip(&self.penalised) {
            sum.add_product(weight * penalised, weight);
        }
        0.5 * self.decay * sum.to_f64()
    }

    fn mean(&self, sum: &ExactSum) -> f64 {
        sum.ratio(&self.total_weight)
    }
}

/// Adds values times weights; rows without weight do not count, whatever their value.
pub(crate) fn add_values(sum: &mut ExactSum, weights: Option<&[f64]>, value: &mut [f64]) {
    match weights {
        None => sum.add_slice(value),
        Some(weights) => {
            for (value, &weight) in value.iter_mut().zip(weights) {
                *value = if weight == 0.0 { 0.0 } else { *value };
            }
            sum.add_products(weights, value);
        }
    }
}

/// Adds up the parts' sums and vectors in their order.
fn add_parts<'a>(parts: impl IntoIterator<Item = &'a (ExactSum, Vec<f64>)>, vector: &mut [f64]) -> ExactSum {
    let mut total = ExactSum::new();
    vector.fill(0.0);
    for (sum, part) in parts {
        total.merge(sum);
        vector.iter_mut().zip(part).for_each(|(vector, part)| *vector += part);
    }
    total
}

impl Objective for Problem {
    fn len(&self) -> usize {
        self.model.layout.len()
    }

    fn value(&self, weights: &[f64]) -> f64 {
        let sums: Vec<ExactSum> = self
            .blocks
            .par_chunks(self.part())
            .map(|blocks| {
                let mut sum = ExactSum::new();
                for block in blocks {
                    let pass = self.network(weights).forward(&block.features, block.width);
                    let mut value = vec![0.0; block.rows];
                    self.row_loss.values(block, pass.raw(), &mut value);
                    add_values(&mut sum, block.weight.as_deref(), &mut value);
                }
                sum
            })
            .collect();
        let mut total = ExactSum::new();
        sums.iter().for_each(|sum| total.merge(sum));
        self.mean(&total) + self.penalty(weights)
    }
}

impl Differentiable for Problem {
    fn gradient(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        let parts: Vec<(ExactSum, Vec<f64>)> = self
            .blocks
            .par_chunks(self.part())
            .map(|blocks| {
                let (mut sum, mut total) = (ExactSum::new(), vec![0.0; self.len()]);
                for block in blocks {
                    let network = self.network(weights);
                    let pass = network.forward(&block.features, block.width);
                    let (mut value, mut by_output) = (vec![0.0; block.rows], vec![0.0; pass.raw().len()]);
                    self.row_loss.gradients(block, pass.raw(), &mut value, &mut by_output);
                    weigh(&mut by_output, block.width, &self.factors(block));
                    add_values(&mut sum, block.weight.as_deref(), &mut value);
                    network.backward(&block.features, block.width, &pass, by_output, &mut total);
                }
                (sum, total)
            })
            .collect();
        let total = add_parts(&parts, gradient);
        if self.decay > 0.0 {
            for ((gradient, &weight), &penalised) in gradient.iter_mut().zip(weights).zip(&self.penalised) {
                *gradient += self.decay * penalised * weight;
            }
        }
        self.mean(&total) + self.penalty(weights)
    }

    fn hessian_vector(&self, weights: &[f64], vector: &[f64], product: &mut [f64]) -> Result<(), LandscapeError> {
        let parts: Vec<(ExactSum, Vec<f64>)> = self
            .blocks
            .par_chunks(self.part())
            .map(|blocks| {
                let mut total = vec![0.0; self.len()];
                for block in blocks {
                    self.add_hessian_vector(block, weights, vector, &mut total)?;
                }
                Ok((ExactSum::new(), total))
            })
            .collect::<Result<_, LandscapeError>>()?;
        add_parts(&parts, product);
        if self.decay > 0.0 {
            for ((product, &vector), &penalised) in product.iter_mut().zip(vector).zip(&self.penalised) {
                *product += self.decay * penalised * vector;
            }
        }
        Ok(())
    }
}

impl Problem {
    fn add_hessian_vector(
        &self,
        block: &Block,
        weights: &[f64],
        vector: &[f64],
        total: &mut [f64],
    ) -> Result<(), LandscapeError> {
        let network = self.network(weights);
        let (features, width) = (&block.features, block.width);
        let pass = network.forward(features, width);
        let along = network.forward_along(features, width, &pass, vector);
        let (mut gradient, mut product) = (vec![0.0; pass.raw().len()], vec![0.0; pass.raw().len()]);
        self.row_loss.hessian_vectors(block, pass.raw(), along.raw(), &mut gradient, &mut product)?;
        let factors = self.factors(block);
        weigh(&mut gradient, width, &factors);
        weigh(&mut product, width, &factors);
        network.backward_along(features, width, (&pass, &along), vector, (gradient, product), total);
        Ok(())
    }
}
