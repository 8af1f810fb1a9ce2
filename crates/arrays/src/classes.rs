//! Softmax cross-entropy of rows of logits that lie one after another, as arrays hold them.

mod job;
mod narrow;
mod shares;
mod wide;

use dartboard_losses::{BatchError, CceLogits, Rowwise};

use crate::element::Element;
use crate::threads::Threads;
use crate::total::Total;
use job::{Job, Plan, Scores};

/// The truth of the rows.
#[derive(Clone, Copy, Debug)]
pub enum ClassTarget<'a, E> {
    /// The index of each row's class.
    Index(&'a [u32]),
    /// The share of each class, row by row: non-negative, and 1 in all within [`SHARES_TOLERANCE`].
    ///
    /// [`SHARES_TOLERANCE`]: dartboard_losses::SHARES_TOLERANCE
    Shares(&'a [E]),
}

/// How the rows are weighed and their labels smoothed. The default is neither.
///
/// Order: labels are smoothed first, then weighted by class, as [`Treatment`](dartboard_losses::Treatment) has it.
#[derive(Clone, Copy, Debug)]
pub struct ClassOptions<'a, E> {
    /// The weight of each row: finite and at least 0.
    pub weight: Option<&'a [E]>,
    /// The weight of each class: finite and at least 0.
    pub class_weight: Option<&'a [E]>,
    /// The share of every label that is spread evenly over all classes, at least 0 and below 1.
    pub label_smoothing: f64,
    /// The class index of rows that count for nothing: they add nothing, and their gradient is 0.
    pub ignore: Option<u32>,
    /// A factor of the gradient: one over the number of rows makes it that of the mean.
    pub scale: f64,
}

impl<E> Default for ClassOptions<'_, E> {
    fn default() -> Self {
        Self { weight: None, class_weight: None, label_smoothing: 0.0, ignore: None, scale: 1.0 }
    }
}

/// Computes `Σ_c t_c·(ln Σ_j exp z_j − z_c)` of rows of logits, `cce_logits` in the catalogue: the exact total over all
/// rows, and, where it is asked for, the gradient by every logit.
///
/// `logits` holds `target` rows of `classes` logits one after another, and so does `gradient`. A logit of −∞ is masked:
/// its probability is exactly 0, and so is its gradient unless it is the truth. Beside a few rows nothing is allocated.
///
/// Errors in ulp: at most 4 of the mean, and 6 of a gradient, relative to itself and to the share that it is less, for
/// `f32` and `f64`. The bits are the same on any instruction set and for any number of threads.
///
/// ```
/// use dartboard_arrays::{ClassOptions, ClassTarget, Threads, softmax_cross_entropy};
///
/// let logits = [2.0_f32, 0.0, f32::NEG_INFINITY, 0.0, 0.0, 0.0];
/// let mut gradient = [0.0; 6];
/// let target = ClassTarget::Index(&[0, 2]);
/// let total = softmax_cross_entropy(target, &logits, 3, Some(&mut gradient), ClassOptions::default(), Threads::One)?;
/// assert!((total.sum() - (0.126928 + 1.098612)).abs() < 1e-6);
/// assert_eq!(gradient[2], 0.0);
/// # Ok::<(), dartboard_losses::BatchError>(())
/// ```
///
/// # Errors
/// Where lengths do not fit, a class index is out of range, a weight or share is not allowed, a logit is NaN or +∞, or all
/// logits of a row are −∞ (with the first row that is bad in any of these ways). The gradient is then written in part.
pub fn softmax_cross_entropy<E: Element>(
    target: ClassTarget<'_, E>,
    logits: &[E],
    classes: usize,
    gradient: Option<&mut [E]>,
    options: ClassOptions<'_, E>,
    threads: Threads,
) -> Result<Total, BatchError> {
    let scores = match gradient {
        None => Scores::Read(logits),
        Some(gradient) => Scores::Into(logits, gradient),
    };
    run(target, scores, classes, options, threads)
}

/// The same as [`softmax_cross_entropy`], with the gradient in place of the logits: half the memory, and less of it moved.
///
/// # Errors
/// As [`softmax_cross_entropy`]. The logits are then overwritten in part.
pub fn softmax_cross_entropy_in_place<E: Element>(
    target: ClassTarget<'_, E>,
    logits: &mut [E],
    classes: usize,
    options: ClassOptions<'_, E>,
    threads: Threads,
) -> Result<Total, BatchError> {
    run(target, Scores::InPlace(logits), classes, options, threads)
}

fn run<E: Element>(
    target: ClassTarget<'_, E>,
    scores: Scores<'_, E>,
    classes: usize,
    options: ClassOptions<'_, E>,
    threads: Threads,
) -> Result<Total, BatchError> {
    let plan = Plan::new(classes, &options)?;
    let job = Job::new(target, scores, classes, options.weight, options.ignore.is_some())?;
    if threads.are_many() && !job.is_one_piece() { threads.install(|| job.share(&plan)) } else { job.run(&plan) }
}

/// The name of the loss, for messages.
fn name() -> &'static str {
    CceLogits::CARD.name
}
