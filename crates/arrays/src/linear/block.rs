//! A block of rows against all classes: logits, what is needed of them, losses.

use std::ops::Range;

use dartboard_numerics::isa::{Isa, dispatch_on};
use dartboard_numerics::matrix::{Left, Panel, Product, Store, WIDEST, multiply};
use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::Inputs;
use super::pack::{Aligned, padded, transpose};
use super::plan::{GROUP, Plan};
use super::softmax::{Join, Joined, Summarize, Summary};

/// Weights of a group up to this many bytes are fetched into the second-level cache before they are needed: with their
/// gradients and the hidden states they take half of 1 MiB. More would drive out what is in use.
const MOST_AHEAD: usize = 256 << 10;

/// What stays the same for all blocks.
pub(super) struct Layer<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) isa: Isa,
    pub(super) threads: usize,
    pub(super) plan: Plan,
    /// What the gradient of every row's loss is multiplied by.
    pub(super) scale: f64,
}

/// Rows that lie side by side in a panel.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    /// Its first row in the block.
    pub(super) first: usize,
    /// Rows without padding.
    pub(super) rows: usize,
    /// Rows with padding.
    pub(super) width: usize,
}

impl Tile {
    /// Where its numbers lie in an array that holds so many for every row of the block.
    pub(super) fn place(&self, numbers: usize) -> Range<usize> {
        self.first * numbers..(self.first + self.width) * numbers
    }
}

/// The memory of a block, kept from one to the next.
#[derive(Default)]
pub(super) struct Memory {
    logits: Aligned,
    summaries: Aligned,
    across: Aligned,
    packed: Aligned,
    d_hidden: Aligned,
}

/// What a block has of it.
pub(super) struct Arrays<'a> {
    /// Per group of classes, per tile: classes × rows.
    pub(super) logits: &'a mut [f32],
    /// Per group of classes: `max` of all rows, `rest` of all rows, `chosen` of all rows.
    summaries: &'a mut [f32],
    /// The hidden states, per tile: width × rows.
    across: &'a mut [f32],
    /// The hidden states, per tile, panel by panel.
    pub(super) packed: &'a mut [f32],
    /// The gradient in the hidden states, per tile: width × rows.
    pub(super) d_hidden: &'a mut [f32],
}

/// One block of rows.
pub(super) struct Block<'a> {
    pub(super) layer: &'a Layer<'a>,
    /// Which rows of the batch.
    pub(super) rows: &'a [u32],
    /// Whether it is the first block.
    pub(super) first: bool,
    /// Their classes.
    target: Vec<u32>,
    pub(super) tiles: Vec<Tile>,
    /// Rows with padding.
    pub(super) height: usize,
}

/// Runs `work` on every item, on all threads of the pool if there are several.
pub(super) fn each<T: Send>(threads: usize, items: impl Iterator<Item = T>, work: impl Fn(T) + Send + Sync) {
    if threads == 1 {
        items.for_each(work);
    } else {
        items.collect::<Vec<_>>().into_par_iter().for_each(work);
    }
}

/// A part of what is to be fetched ahead, or nothing if all of it would be too much.
pub(super) fn part_ahead(values: &[f32], part: usize, parts: usize) -> &[f32] {
    if size_of_val(values) > MOST_AHEAD {
        return &[];
    }
    &values[values.len() * part / parts..values.len() * (part + 1) / parts]
}

/// The groups of some classes.
pub(super) fn groups(classes: Range<usize>) -> impl Iterator<Item = Range<usize>> + Clone {
    let end = classes.end;
    classes.step_by(GROUP).map(move |from| from..end.min(from + GROUP))
}

impl<'a> Block<'a> {
    /// The given rows of the batch, at most as many as the plan says.
    pub(super) fn new(layer: &'a Layer<'a>, rows: &'a [u32], first: bool) -> Self {
        let target = rows.iter().map(|&row| layer.inputs.target[row as usize]).collect();
        let tile = |from: usize| {
            let rows = WIDEST.min(rows.len() - from);
            Tile { first: from, rows, width: padded(rows) }
        };
        let tiles: Vec<Tile> = (0..rows.len()).step_by(WIDEST).map(tile).collect();
        let height = tiles.iter().map(|tile| tile.width).sum();
        Self { layer, rows, first, target, tiles, height }
    }

    /// The rows of a tile.
    pub(super) fn rows_of(&self, tile: &Tile) -> &[u32] {
        &self.rows[tile.first..][..tile.rows]
    }

    /// The classes of the rows of a tile.
    pub(super) fn target_of(&self, tile: &Tile) -> &[u32] {
        &self.target[tile.first..][..tile.rows]
    }

    /// The classes whose logits exist at a time.
    pub(super) fn parts(&self) -> impl Iterator<Item = Range<usize>> {
        let (classes, step) = (self.layer.inputs.classes, self.layer.plan.classes);
        (0..classes).step_by(step).map(move |from| from..classes.min(from + step))
    }

    /// The arrays of the block.
    pub(super) fn arrays<'b>(&self, memory: &'b mut Memory) -> Arrays<'b> {
        let &Inputs { width, classes, .. } = self.layer.inputs;
        Arrays {
            logits: memory.logits.first(self.height * self.layer.plan.classes),
            summaries: memory.summaries.first(3 * self.height * classes.div_ceil(GROUP)),
            across: memory.across.first(self.height * width),
            packed: memory.packed.first(self.rows.len() * padded(width)),
            d_hidden: memory.d_hidden.first(self.height * width),
        }
    }

    /// Computes the losses. Logits stay in their array if the plan says so.
    pub(super) fn losses(&self, arrays: &mut Arrays<'_>) -> Vec<Joined> {
        let &Inputs { hidden, width, .. } = self.layer.inputs;
        for tile in &self.tiles {
            transpose(hidden, width, self.rows_of(tile), tile.width, &mut arrays.across[tile.place(width)]);
        }
        for part in self.parts() {
            self.logits(part, arrays, true);
        }
        self.tiles.iter().map(|tile| self.join(tile, arrays.summaries)).collect()
    }

    /// The weights of a group.
    pub(super) fn weights(&self, group: &Range<usize>) -> &[f32] {
        let &Inputs { weights, width, .. } = self.layer.inputs;
        &weights[group.start * width..group.end * width]
    }

    /// The weights of the group after this one, as far as there are any.
    pub(super) fn next_weights(&self, group: &Range<usize>) -> &[f32] {
        self.weights(&(group.end..self.layer.inputs.classes.min(group.end + GROUP)))
    }

    /// `z = W·h + b` for some classes, and their summaries, if those are asked for, while a group is in the cache.
    pub(super) fn logits(&self, part: Range<usize>, arrays: &mut Arrays<'_>, summarize: bool) {
        let Arrays { logits, summaries, across, .. } = arrays;
        let per_group = 3 * self.height;
        let summaries = summaries[part.start / GROUP * per_group..].chunks_mut(per_group);
        let items = groups(part).zip(logits.chunks_mut(self.height * GROUP)).zip(summaries);
        each(self.layer.threads, items, |((group, logits), summaries)| {
            self.logits_of_group(&group, across, logits);
            if summarize {
                self.summarize_group(&group, logits, summaries);
            }
        });
    }

    fn logits_of_group(&self, group: &Range<usize>, across: &[f32], logits: &mut [f32]) {
        let &Layer { isa, inputs: &Inputs { width, bias, .. }, .. } = self.layer;
        let left = Left { values: self.weights(group), row_step: width, depth_step: 1 };
        for (i, tile) in self.tiles.iter().enumerate() {
            let right = Panel { values: &across[tile.place(width)], width: tile.width };
            let logits = &mut logits[tile.place(group.len())];
            let product = Product { values: logits, step: tile.width, width: tile.width };
            let ahead = part_ahead(self.next_weights(group), i, self.tiles.len());
            multiply(isa, group.len(), width, left, right, product, Store::Set, ahead);
            if let Some(bias) = bias {
                for (logits, bias) in logits.chunks_exact_mut(tile.width).zip(&bias[group.clone()]) {
                    logits.iter_mut().for_each(|logit| *logit += bias);
                }
            }
        }
    }

    fn summarize_group(&self, group: &Range<usize>, logits: &[f32], summaries: &mut [f32]) {
        let (max, others) = summaries.split_at_mut(self.height);
        let (rest, chosen) = others.split_at_mut(self.height);
        for tile in &self.tiles {
            let summary = Summary {
                max: &mut max[tile.place(1)],
                rest: &mut rest[tile.place(1)],
                chosen: &mut chosen[tile.place(1)],
            };
            let (logits, target) = (&logits[tile.place(group.len())], self.target_of(tile));
            dispatch_on(self.layer.isa, Summarize { logits, summary, target, first: group.start });
        }
    }

    /// What the rows of a tile know of all classes.
    fn join(&self, tile: &Tile, summaries: &[f32]) -> Joined {
        let summaries = summaries.chunks(3 * self.height).map(|group| {
            let (max, others) = group.split_at(self.height);
            let (rest, chosen) = others.split_at(self.height);
            [&max[tile.place(1)], &rest[tile.place(1)], &chosen[tile.place(1)]]
        });
        let join = Join { summaries, target: self.target_of(tile), group: GROUP, scale: self.layer.scale };
        dispatch_on(self.layer.isa, join)
    }
}
