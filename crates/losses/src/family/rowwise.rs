//! Losses of one class and one score per class in a row.
//!
//! Scores come as one column per class, the way tables hold them: every loop runs over rows, so that few classes fill
//! the vector registers as well as many.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};

use super::{Derivatives, Formula};
use crate::card::{Card, Properties};

/// A loss of one class and one score per class.
pub trait Rowwise: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// The facts.
    const CARD: Card;

    /// The loss with these parameters: as many as the card names, each inside its domain.
    fn new(parameters: &[f64]) -> Self;

    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;

    /// What the rows of scores must satisfy beyond the card's domain of each score.
    fn row_rule(&self) -> RowRule;

    /// The printed formula, over the symbols `y_c` (1 for the true class, else 0) and `z_c` or `p_c`; `z_j` and `p_j`
    /// inside a sum over classes. A test holds it against [`block`](Self::block).
    fn formula(&self) -> Formula;

    /// Fills values and, where asked for, derivatives. `scores[c]` is the column of class `c`; `target[row]` is below
    /// `scores.len()`. Mark it `#[inline(always)]`.
    fn block<F: Float>(
        &self,
        target: &[u32],
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    );

    /// The product of every row's Hessian with the row's vector: `product[c] = Σⱼ Hcj·vector[j]`.
    fn hessian_vector<F: Float>(&self, target: &[u32], scores: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]);
}

/// What a row of scores must satisfy as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowRule {
    /// The scores must add up to 1 within this.
    AddToOne {
        /// The largest allowed distance from 1.
        tolerance: f64,
    },
    /// At least one score must be finite: softmax of nothing but −∞ is not defined.
    SomeFinite,
}

/// A [`Rowwise`] loss behind `dyn`.
pub trait RowwiseBlocks: std::fmt::Debug + Send + Sync {
    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;
    /// What the rows of scores must satisfy.
    fn row_rule(&self) -> RowRule;
    /// The printed formula.
    fn formula(&self) -> Formula;
    /// Values.
    fn value(&self, target: &[u32], scores: &[&[f64]], value: &mut [f64]);
    /// Values, gradients and the diagonals of the Hessians.
    fn value_gradient_hessian(
        &self,
        target: &[u32],
        scores: &[&[f64]],
        value: &mut [f64],
        derivatives: &mut Derivatives<'_, f64>,
    );
    /// The product of every row's Hessian with the row's vector.
    fn hessian_vector(&self, target: &[u32], scores: &[&[f64]], vector: &[&[f64]], product: &mut [&mut [f64]]);
    /// Values in single precision.
    fn value_f32(&self, target: &[u32], scores: &[&[f32]], value: &mut [f32]);
    /// Values, gradients and diagonals in single precision.
    fn value_gradient_hessian_f32(
        &self,
        target: &[u32],
        scores: &[&[f32]],
        value: &mut [f32],
        derivatives: &mut Derivatives<'_, f32>,
    );
}

struct Block<'a, 'd, L, F> {
    loss: &'a L,
    target: &'a [u32],
    scores: &'a [&'a [F]],
    value: &'a mut [F],
    derivatives: Option<&'a mut Derivatives<'d, F>>,
}

impl<L: Rowwise, F: Float> Kernel for Block<'_, '_, L, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.loss.block(self.target, self.scores, self.value, self.derivatives);
    }
}

struct HessianVector<'a, 'p, L, F> {
    loss: &'a L,
    target: &'a [u32],
    scores: &'a [&'a [F]],
    vector: &'a [&'a [F]],
    product: &'a mut [&'p mut [F]],
}

impl<L: Rowwise, F: Float> Kernel for HessianVector<'_, '_, L, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.loss.hessian_vector(self.target, self.scores, self.vector, self.product);
    }
}

impl<L: Rowwise> RowwiseBlocks for L {
    fn properties(&self) -> Properties {
        Rowwise::properties(self)
    }
    fn row_rule(&self) -> RowRule {
        Rowwise::row_rule(self)
    }
    fn formula(&self) -> Formula {
        Rowwise::formula(self)
    }
    fn value(&self, target: &[u32], scores: &[&[f64]], value: &mut [f64]) {
        dispatch(Block { loss: self, target, scores, value, derivatives: None });
    }
    fn value_gradient_hessian(
        &self,
        target: &[u32],
        scores: &[&[f64]],
        value: &mut [f64],
        derivatives: &mut Derivatives<'_, f64>,
    ) {
        dispatch(Block { loss: self, target, scores, value, derivatives: Some(derivatives) });
    }
    fn hessian_vector(&self, target: &[u32], scores: &[&[f64]], vector: &[&[f64]], product: &mut [&mut [f64]]) {
        dispatch(HessianVector { loss: self, target, scores, vector, product });
    }
    fn value_f32(&self, target: &[u32], scores: &[&[f32]], value: &mut [f32]) {
        dispatch(Block { loss: self, target, scores, value, derivatives: None });
    }
    fn value_gradient_hessian_f32(
        &self,
        target: &[u32],
        scores: &[&[f32]],
        value: &mut [f32],
        derivatives: &mut Derivatives<'_, f32>,
    ) {
        dispatch(Block { loss: self, target, scores, value, derivatives: Some(derivatives) });
    }
}
