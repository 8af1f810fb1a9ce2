//! Cross-entropy of a linear layer, `z = W·h + b`, without ever holding its logits.
//!
//! The last layer of a language model has as many outputs as the vocabulary has words. Its logits are by far the largest
//! array of a training step, and they are of no use: what is wanted is a number and the gradients in the hidden states and
//! the weights. [`cross_entropy`] takes rows through all classes in blocks, small enough for their logits to fit a room of
//! fixed size (10 MiB), large enough to spare reading the weights too often.
//!
//! - `plan`: how rows and classes are cut.
//! - `block`: a block of rows against all classes: logits and losses.
//! - `backward`: its gradients.
//! - `softmax`: what happens between the products.
//! - `pack`: rows as products want them.
//!
//! # Errors of the results
//!
//! Logits, and gradients with respect to them, are computed in single precision; losses are put together in double
//! precision and added up exactly. With u = 2^-24, to first order:
//!
//! - A logit is off by at most b = `(s + D/s + 1)·u·(Σ_d |h_d·w_d| + |b_c|)`, where chains have s = 64 terms in blocks of
//!   80 rows, up to 320 in smaller ones (see [`dartboard_numerics::matrix`]), or D if that is less.
//! - Let d be the distance from a row's largest to its smallest logit. The sum of the exponentials of all classes but the
//!   one of the largest logit is off by at most 2b + (4 + d)u of itself, and the loss by that, and by 2b more where the
//!   target is not the class of the largest logit. A sure right answer keeps its digits: 1e-20 is not 0.
//! - The gradient g in a logit is off by at most 2b + (8 + d)u of itself, also at the target; below 2^-100 it is taken for
//!   0. Sums of it add `(64 + V/64)·u·Σ_v |g_v·w_v|` to an element of dH, and `(80 + N/80)·u·Σ_r |g_r·h_r|` to one of dW.
//!
//! # Infinities and NaN
//!
//! A NaN among the inputs that count makes the losses of its rows NaN, and with them the sum. A bias of −∞ masks a class:
//! its probability and its gradients are 0. Other infinities make logits infinite or NaN, and so the losses, unless the
//! logit is −∞; then the class is masked, but the gradients it has a part in are NaN.

mod backward;
mod block;
mod error;
mod pack;
mod plan;
mod softmax;

use dartboard_numerics::isa::Isa;
use dartboard_numerics::sum::ExactSum;

use block::{Block, Layer, Memory};
pub use error::Error;
use plan::Plan;

use crate::threads::Threads;

/// The arrays of a layer, all row by row. Numbers: N rows, D components of a hidden state, V classes.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// h, N × D.
    pub hidden: &'a [f32],
    /// W, V × D: one row per class, as PyTorch's `Linear` holds them.
    pub weights: &'a [f32],
    /// b, V; none is 0.
    pub bias: Option<&'a [f32]>,
    /// y, N: the class of every row, below V.
    pub target: &'a [u32],
    /// D
    pub width: usize,
    /// V
    pub classes: usize,
}

/// What [`Loss::value`] is, and what the gradients are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// The sum of the losses over the number of rows that count.
    #[default]
    Mean,
    /// The sum of the losses.
    Sum,
}

/// How to go about it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Mean or sum.
    pub reduction: Reduction,
    /// Rows of this target do not count: they have no loss, and their gradient is 0. It need not be a class.
    pub ignored: Option<u32>,
    /// Threads. The bits of the results do not depend on them.
    pub threads: Threads,
    /// The most bytes that logits may take, 4096 at least. Less room takes more time, and cutting the rows in another way
    /// rounds logits, losses and gradients in another way, within the errors stated; [`ROOM`] by default.
    pub room: usize,
    /// The instruction set; it changes nothing but the time.
    pub isa: Isa,
}

/// The room for logits by default: 10 MiB, 80 rows of 32768 classes.
pub const ROOM: usize = 10 << 20;

impl Default for Options {
    fn default() -> Self {
        Self { reduction: Reduction::Mean, ignored: None, threads: Threads::One, room: ROOM, isa: Isa::current() }
    }
}

/// Where gradients go: what is not asked for is not computed. They are overwritten.
#[derive(Debug, Default)]
pub struct Gradients<'a> {
    /// N × D.
    pub hidden: Option<&'a mut [f32]>,
    /// V × D.
    pub weights: Option<&'a mut [f32]>,
    /// V.
    pub bias: Option<&'a mut [f32]>,
}

impl Gradients<'_> {
    fn any(&self) -> bool {
        self.hidden.is_some() || self.weights.is_some() || self.bias.is_some()
    }
}

/// The loss of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// The mean or the sum, rounded once.
    pub value: f64,
    /// The exact sum of the losses of the rows, each a double.
    pub sum: ExactSum,
    /// The rows that count.
    pub rows: usize,
    /// The rows that were ignored.
    pub ignored: usize,
}

/// `Σ_r −ln softmax(W·h_r + b)[y_r]`, its mean, and their gradients.
///
/// Time: `6·N·D·V` operations with gradients in hidden states and weights, a third of it for the value alone, at about 0.9
/// of the speed that the processor has for multiplying and adding. Memory beside inputs and outputs: the room of the
/// logits, and about 1 KB for each component of a hidden state and 2 KB for each 100 classes.
///
/// # Errors
///
/// If an array has not the length that the sizes ask for, a target is no class, or no row is left to take the mean of.
pub fn cross_entropy(inputs: &Inputs<'_>, options: &Options, mut gradients: Gradients<'_>) -> Result<Loss, Error> {
    check(inputs, &gradients)?;
    let rows = counted(inputs, options)?;
    let ignored = inputs.target.len() - rows.len();
    if rows.is_empty() && options.reduction == Reduction::Mean {
        return Err(Error::NoRows { ignored });
    }
    if rows.len() < inputs.target.len() {
        gradients.hidden.iter_mut().for_each(|gradient| gradient.fill(0.0));
    }
    if rows.is_empty() {
        gradients.weights.iter_mut().chain(&mut gradients.bias).for_each(|gradient| gradient.fill(0.0));
    }
    let scale = match options.reduction {
        Reduction::Mean => 1.0 / rows.len() as f64,
        Reduction::Sum => 1.0,
    };
    let plan = Plan::new(rows.len(), inputs.classes, options.room);
    let sum = options.threads.install(|| {
        let threads = if options.threads.are_many() { rayon::current_num_threads() } else { 1 };
        run(&Layer { inputs, isa: options.isa, threads, plan, scale }, &rows, &mut gradients)
    });
    let value = match options.reduction {
        Reduction::Mean => {
            let mut count = ExactSum::new();
            count.add_count(rows.len() as u64);
            sum.ratio(&count)
        }
        Reduction::Sum => sum.to_f64(),
    };
    Ok(Loss { value, sum, rows: rows.len(), ignored })
}

/// Takes block after block.
fn run(layer: &Layer<'_>, rows: &[u32], gradients: &mut Gradients<'_>) -> ExactSum {
    let mut sum = ExactSum::new();
    let mut memory = Memory::default();
    for (i, rows) in rows.chunks(layer.plan.rows).enumerate() {
        let block = Block::new(layer, rows, i == 0);
        let mut arrays = block.arrays(&mut memory);
        let joined = block.losses(&mut arrays);
        for (tile, joined) in block.tiles.iter().zip(&joined) {
            sum.add_slice(&joined.loss[..tile.rows]);
        }
        if gradients.any() {
            block.gradients(&joined, &mut arrays, gradients);
        }
    }
    sum
}

/// Holds the arrays against the sizes.
fn check(inputs: &Inputs<'_>, gradients: &Gradients<'_>) -> Result<(), Error> {
    let &Inputs { hidden, weights, bias, target, width, classes } = inputs;
    let rows = target.len();
    for (what, size) in [("the width of the hidden states", width), ("the number of classes", classes)] {
        if size == 0 {
            return Err(Error::Empty { what });
        }
    }
    if u32::try_from(classes - 1).is_err() {
        return Err(Error::TooManyClasses { classes });
    }
    let length = |what, array: Option<&[f32]>, (count, size): (usize, usize), names: &str| match array {
        // An array cannot be so long, so the product need not be exact where it does not fit.
        Some(array) if array.len() != count.saturating_mul(size) => {
            let shape = format!("{count} {names}{size}");
            Err(Error::Length { what, shape, expected: count.saturating_mul(size), found: array.len() })
        }
        _ => Ok(()),
    };
    let (by_row, by_class) = ("rows × ", "classes × ");
    length("the hidden states", Some(hidden), (rows, width), by_row)?;
    length("the weights", Some(weights), (classes, width), by_class)?;
    length("the bias", bias, (classes, 1), by_class)?;
    length("the gradient in the hidden states", gradients.hidden.as_deref(), (rows, width), by_row)?;
    length("the gradient in the weights", gradients.weights.as_deref(), (classes, width), by_class)?;
    length("the gradient in the bias", gradients.bias.as_deref(), (classes, 1), by_class)
}

/// The rows that count.
fn counted(inputs: &Inputs<'_>, options: &Options) -> Result<Vec<u32>, Error> {
    if u32::try_from(inputs.target.len()).is_err() {
        return Err(Error::TooManyRows { rows: inputs.target.len() });
    }
    let mut counted = Vec::with_capacity(inputs.target.len());
    for (row, &class) in inputs.target.iter().enumerate() {
        if options.ignored == Some(class) {
            continue;
        }
        if class as usize >= inputs.classes {
            return Err(Error::Class { row, class, classes: inputs.classes });
        }
        counted.push(row as u32);
    }
    Ok(counted)
}
