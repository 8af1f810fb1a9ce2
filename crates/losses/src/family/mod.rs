//! Families of losses: how rows enter, and the block interface everything above works through.
//!
//! A block is a few hundred to a few thousand rows held in the first-level cache. A loss behind `dyn` fills blocks;
//! weights, masks, sums and groups are each written once over blocks.

pub(crate) mod direction;
mod joint;
pub(crate) mod margin;
pub(crate) mod pointwise;
mod rowwise;
pub(crate) mod softmax;
pub(crate) mod tolerance;

use dartboard_numerics::Expr;

pub use joint::{Joint, JointBlocks};
pub(crate) use pointwise::has_label_form;
pub use pointwise::{Gradients, Jets, Pointwise, PointwiseBlocks, Precision, Values};
pub use rowwise::{RowRule, RowTarget, Rowwise, RowwiseBlocks, SHARES_TOLERANCE};

/// The formula of a loss, generated from the code that computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The value.
    pub value: Expr,
    /// The derivative in the prediction (row losses: in the score of class `c`).
    pub gradient: Expr,
    /// The second derivative in the prediction (row losses: the diagonal).
    pub hessian: Expr,
}

/// Where derivatives of a block go.
#[derive(Debug)]
pub struct Derivatives<'a, F> {
    /// First derivatives, one slice per prediction column.
    pub gradient: Vec<&'a mut [F]>,
    /// Second derivatives (the diagonal of the row's Hessian), one slice per prediction column.
    pub hessian: Vec<&'a mut [F]>,
}
