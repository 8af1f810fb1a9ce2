//! Losses of one target and one prediction, over whole arrays.

mod block;
mod job;

use dartboard_losses::{BatchError, Loss};

use crate::element::Element;
use crate::threads::Threads;
use crate::total::Total;
use job::{Job, Plan};

/// The rows of a pass: one target and one prediction each, and a weight where there are weights.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, E> {
    target: &'a [E],
    prediction: &'a [E],
    weight: Option<&'a [E]>,
}

impl<'a, E> Rows<'a, E> {
    /// Rows of weight 1.
    pub fn new(target: &'a [E], prediction: &'a [E]) -> Self {
        Self { target, prediction, weight: None }
    }

    /// The same rows with weights: finite and at least 0. A row of weight 0 counts for nothing, even where its loss is
    /// infinite.
    #[must_use]
    pub fn weighted(self, weight: &'a [E]) -> Self {
        Self { weight: Some(weight), ..self }
    }
}

/// Where the results of the rows go, each as long as the rows. What is not wanted is not computed.
#[derive(Debug)]
pub struct Outputs<'a, E> {
    /// The loss of each row times its weight.
    pub value: Option<&'a mut [E]>,
    /// The gradient of each row's own loss by its prediction, times weight and [`scale`](Self::scale).
    pub gradient: Option<&'a mut [E]>,
    /// The second derivative of each row's own loss by its prediction, times weight and [`scale`](Self::scale).
    pub hessian: Option<&'a mut [E]>,
    /// A factor of gradients and Hessians, 1 unless set: one over the number of rows makes them those of the mean.
    pub scale: f64,
}

impl<E> Default for Outputs<'_, E> {
    fn default() -> Self {
        Self { value: None, gradient: None, hessian: None, scale: 1.0 }
    }
}

/// Computes a pointwise loss over all rows in one pass: the exact total and, into the caller's buffers, what is asked
/// for. Nothing of the size of the input is allocated.
///
/// Every result of a row is the bits that the loss's own blocks give; weight, then scale, are one multiplication each.
///
/// ```
/// use dartboard_arrays::{Outputs, Rows, Threads, pointwise};
/// use dartboard_losses::Loss;
///
/// let (target, prediction) = ([3.0_f32, 5.0, 2.5], [2.5_f32, 9.0, 2.5]);
/// let mut gradient = [0.0; 3];
/// let outputs = Outputs { gradient: Some(&mut gradient), ..Outputs::default() };
/// let total = pointwise(&Loss::parse("huber(delta=1.5)")?, Rows::new(&target, &prediction), outputs, Threads::All)?;
/// assert_eq!(total.sum(), 5.0);
/// assert_eq!(gradient, [-0.5, 1.5, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the loss is not pointwise, the arrays differ in length, or a row lies outside of the loss's domain (with the
/// first such row and what is allowed). The outputs are then written in part.
pub fn pointwise<E: Element>(
    loss: &Loss,
    rows: Rows<'_, E>,
    outputs: Outputs<'_, E>,
    threads: Threads,
) -> Result<Total, BatchError> {
    let plan = Plan::new(loss, outputs.scale)?;
    let job = Job::new(rows, outputs)?;
    // A pass of a few rows is not to pay for the machinery of threads.
    if threads.are_many() && !job.is_one_piece() { threads.install(|| job.share(&plan)) } else { job.run(&plan) }
}
