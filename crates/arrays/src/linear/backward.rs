//! The gradients of a block of rows in the hidden states, the weights and the bias.

use std::ops::Range;

use dartboard_numerics::isa::dispatch_on;
use dartboard_numerics::matrix::{LANES, Left, Panel, Product, Store, multiply};

use super::block::{Arrays, Block, Layer, Tile, each, groups, part_ahead};
use super::pack::{pack, padded, panels, transpose_back};
use super::plan::GROUP;
use super::softmax::{Differentiate, Joined};
use super::{Gradients, Inputs};

/// The gradients of a group of classes that are asked for.
struct OfGroup<'a> {
    weights: Option<&'a mut [f32]>,
    bias: Option<&'a mut [f32]>,
}

impl Block<'_> {
    /// Fills, or after the first block adds to, the gradients that are asked for.
    pub(super) fn gradients(&self, joined: &[Joined], arrays: &mut Arrays<'_>, gradients: &mut Gradients<'_>) {
        let &Inputs { hidden, width, classes, .. } = self.layer.inputs;
        let across = padded(width);
        if gradients.weights.is_some() {
            for tile in &self.tiles {
                let to = &mut arrays.packed[tile.first * across..][..tile.rows * across];
                pack(hidden, width, self.rows_of(tile), to);
            }
        }
        for part in self.parts() {
            if !self.layer.plan.keeps(classes) {
                self.logits(part.clone(), arrays, false);
            }
            if self.layer.threads == 1 {
                self.one_group_after_another(part, joined, arrays, gradients);
            } else {
                self.one_product_after_another(part, joined, arrays, gradients);
            }
        }
        if let Some(array) = &mut gradients.hidden {
            for tile in &self.tiles {
                let d_hidden = &arrays.d_hidden[tile.place(width)];
                transpose_back(d_hidden, tile.width, self.rows_of(tile), width, array);
            }
        }
    }

    /// On one thread: all of a group while its logits, its weights and their gradient are in the cache.
    fn one_group_after_another(
        &self,
        part: Range<usize>,
        joined: &[Joined],
        arrays: &mut Arrays<'_>,
        gradients: &mut Gradients<'_>,
    ) {
        let Arrays { logits, packed, d_hidden, .. } = arrays;
        let with_hidden = gradients.hidden.is_some();
        for (group, logits, mut of_group) in self.items(part, logits, gradients) {
            self.differentiate(&group, joined, logits);
            if with_hidden {
                let next = of_group.weights.as_deref().unwrap_or_else(|| self.next_weights(&group));
                for (i, tile) in self.tiles.iter().enumerate() {
                    let to = &mut d_hidden[tile.place(self.layer.inputs.width)];
                    self.add_to_hidden(&group, tile, logits, 0, to, part_ahead(next, i, self.tiles.len()));
                }
            }
            self.add_to_weights(&group, logits, packed, &mut of_group);
        }
    }

    /// On several threads: first all that belongs to a class, then all that belongs to a column of the hidden states. The
    /// same additions in the same order as on one thread.
    fn one_product_after_another(
        &self,
        part: Range<usize>,
        joined: &[Joined],
        arrays: &mut Arrays<'_>,
        gradients: &mut Gradients<'_>,
    ) {
        let &Layer { threads, inputs: &Inputs { width, .. }, .. } = self.layer;
        let Arrays { logits, packed, d_hidden, .. } = arrays;
        let with_hidden = gradients.hidden.is_some();
        each(threads, self.items(part.clone(), logits, gradients), |(group, logits, mut of_group)| {
            self.differentiate(&group, joined, logits);
            self.add_to_weights(&group, logits, packed, &mut of_group);
        });
        if !with_hidden {
            return;
        }
        let columns = width.div_ceil(threads);
        let mut slices = Vec::new();
        let mut others = &mut d_hidden[..];
        for tile in &self.tiles {
            let (ours, next) = others.split_at_mut(tile.width * width);
            others = next;
            slices.extend(ours.chunks_mut(columns * tile.width).enumerate().map(|(i, to)| (tile, i * columns, to)));
        }
        each(threads, slices.into_iter(), |(tile, from, to)| {
            for (group, logits) in groups(part.clone()).zip(logits.chunks(self.height * GROUP)) {
                self.add_to_hidden(&group, tile, logits, from, to, &[]);
            }
        });
    }

    /// The groups of some classes with their logits and their gradients.
    fn items<'b>(
        &self,
        part: Range<usize>,
        logits: &'b mut [f32],
        gradients: &'b mut Gradients<'_>,
    ) -> impl Iterator<Item = (Range<usize>, &'b mut [f32], OfGroup<'b>)> {
        let width = self.layer.inputs.width;
        let Gradients { weights, bias, .. } = gradients;
        let mut weights = weights.as_deref_mut().map(|all| all[part.start * width..].chunks_mut(GROUP * width));
        let mut bias = bias.as_deref_mut().map(|all| all[part.start..].chunks_mut(GROUP));
        groups(part).zip(logits.chunks_mut(self.height * GROUP)).map(move |(group, logits)| {
            let weights = weights.as_mut().and_then(Iterator::next);
            let bias = bias.as_mut().and_then(Iterator::next);
            (group, logits, OfGroup { weights, bias })
        })
    }

    /// Logits become the gradients in them.
    fn differentiate(&self, group: &Range<usize>, joined: &[Joined], logits: &mut [f32]) {
        for (tile, joined) in self.tiles.iter().zip(joined) {
            let logits = &mut logits[tile.place(group.len())];
            let target = self.target_of(tile);
            let first = group.start;
            dispatch_on(self.layer.isa, Differentiate { logits, rows: tile.width, joined, target, first });
        }
    }

    /// Adds to columns of the gradient in the hidden states, from column `from` on: `dH[r] += Σ_v g[v][r]·W[v]`.
    fn add_to_hidden(
        &self,
        group: &Range<usize>,
        tile: &Tile,
        logits: &[f32],
        from: usize,
        to: &mut [f32],
        ahead: &[f32],
    ) {
        let &Layer { isa, inputs: &Inputs { width, .. }, .. } = self.layer;
        let columns = to.len() / tile.width;
        let left = Left { values: &self.weights(group)[from..], row_step: 1, depth_step: width };
        let right = Panel { values: &logits[tile.place(group.len())], width: tile.width };
        let product = Product { values: to, step: tile.width, width: tile.width };
        let store = if group.start == 0 { Store::Set } else { Store::Add };
        multiply(isa, columns, group.len(), left, right, product, store, ahead);
    }

    /// Adds to the gradients in weights and bias: `dW[v] += Σ_r g[v][r]·h[r]`, `db[v] += Σ_r g[v][r]`.
    fn add_to_weights(&self, group: &Range<usize>, logits: &[f32], packed: &[f32], of_group: &mut OfGroup<'_>) {
        let &Layer { isa, inputs: &Inputs { width, .. }, .. } = self.layer;
        for (i, tile) in self.tiles.iter().enumerate() {
            let store = if self.first && i == 0 { Store::Set } else { Store::Add };
            let logits = &logits[tile.place(group.len())];
            if let Some(weights) = &mut of_group.weights {
                let left = Left { values: logits, row_step: tile.width, depth_step: 1 };
                let mut packed = &packed[tile.first * padded(width)..];
                let count = panels(width).count() * self.tiles.len();
                for (j, columns) in panels(width).enumerate() {
                    let across = padded(columns.len());
                    let right = Panel { values: packed, width: across };
                    let product = Product { values: &mut weights[columns.start..], step: width, width: columns.len() };
                    let ahead = part_ahead(self.next_weights(group), i * panels(width).count() + j, count);
                    multiply(isa, group.len(), tile.rows, left, right, product, store, ahead);
                    packed = &packed[tile.rows * across..];
                }
            }
            if let Some(bias) = &mut of_group.bias {
                for (logits, bias) in logits.chunks_exact(tile.width).zip(&mut **bias) {
                    let before = if store == Store::Set { 0.0 } else { *bias };
                    *bias = before + sum(&logits[..tile.rows]);
                }
            }
        }
    }
}

/// The sum in one order that fits registers: 16 sums of every 16th number, which are then added up two by two.
fn sum(numbers: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    for numbers in numbers.chunks(LANES) {
        sums.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += x);
    }
    let mut left = LANES;
    while left > 1 {
        left /= 2;
        for i in 0..left {
            sums[i] += sums[i + left];
        }
    }
    sums[0]
}
