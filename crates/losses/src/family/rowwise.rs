//! Losses of one class, or a share per class, and one score per class in a row.
//!
//! Scores come as one column per class, the way tables hold them: every loop runs over rows, so that few classes fill
//! the vector registers as well as many.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};

use super::{Derivatives, Formula};
use crate::card::{Card, Properties};

/// The truth of the rows of a block.
#[derive(Clone, Copy, Debug)]
pub enum RowTarget<'a, F> {
    /// The index of each row's class, below the number of score columns.
    Class(&'a [u32]),
    /// One column per class: its share in each row, or its weight in a sum over classes. Of vectors one per component.
    Shares(&'a [&'a [F]]),
}

impl<F: Float> RowTarget<'_, F> {
    /// The share of `class` in `row`: 1 for the true class, else 0, where rows have one class.
    #[inline(always)]
    pub fn share(&self, class: usize, row: usize) -> F {
        match self {
            Self::Class(target) => F::select(target[row] as usize == class, F::ONE, F::ZERO),
            Self::Shares(columns) => columns[class][row],
        }
    }
}

/// A loss of one class, or a share per class, and one score per class.
pub trait Rowwise: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// The facts.
    const CARD: Card;

    /// Whether the loss of shares is the sum over classes of the share times the loss of the class. Then shares may be
    /// weighted by class.
    const LINEAR_IN_TARGET: bool;

    /// The symbols of [`formula`](Self::formula) beyond the usual ones, with what they stand for.
    const SYMBOLS: &'static [(&'static str, &'static str)] = &[];

    /// Whether the formula speaks of one true class, so that it says nothing of shares.
    const FORMULA_OF_ONE_CLASS: bool = false;

    /// The loss with these parameters: as many as the card names, each inside its domain.
    fn new(parameters: &[f64]) -> Self;

    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;

    /// What the rows of scores must satisfy beyond the card's domain of each score.
    fn row_rule(&self) -> RowRule;

    /// The diagonal of the expected Hessian of a row with these scores, its target drawn from the noise model; false,
    /// and nothing written, where there is no model or no closed form.
    fn fisher(&self, _scores: &[f64], _diagonal: &mut [f64]) -> bool {
        false
    }

    /// A diagonal matrix that is nowhere below the Hessian at these scores, whatever the target: their difference has
    /// no negative eigenvalue. False, and nothing written, where there is none.
    fn majorizer(&self, _scores: &[f64], _diagonal: &mut [f64]) -> bool {
        false
    }

    /// The printed formula, over the symbols `y_c` (the share of class c: 1 for the true class, else 0) and `z_c` or
    /// `p_c`; `z_j` and `p_j` inside a sum over classes. A test holds it against [`block`](Self::block).
    fn formula(&self) -> Formula;

    /// Fills values and, where asked for, derivatives. `scores[c]` is the column of class `c`. Mark it
    /// `#[inline(always)]`.
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    );

    /// The product of every row's Hessian with the row's vector: `product[c] = Σⱼ Hcj·vector[j]`.
    fn hessian_vector<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    );
}

/// What a row of scores must satisfy as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowRule {
    /// The scores must add up to 1 within this.
    AddToOne {
        /// The largest allowed distance from 1.
        tolerance: f64,
    },
    /// The exponentials of the scores must add up to 1 within this.
    ExponentialsAddToOne {
        /// The largest allowed distance from 1.
        tolerance: f64,
    },
    /// At least one score must be finite: softmax of nothing but −∞ is not defined.
    SomeFinite,
    /// At least one number must not be 0: a vector of zeros has no direction. The same holds for a target that is a vector.
    SomeNonZero,
    /// Any scores inside the domain.
    Any,
}

/// How far shares of a target may be from adding up to 1: wide enough for five decimals.
pub const SHARES_TOLERANCE: f64 = 1e-4;

impl RowRule {
    /// Whether the scores of a row satisfy it.
    pub fn holds(self, mut scores: impl Iterator<Item = f64>) -> bool {
        match self {
            Self::AddToOne { tolerance } | Self::ExponentialsAddToOne { tolerance } => {
                self.total(scores).is_some_and(|total| (total - 1.0).abs() <= tolerance)
            }
            Self::SomeFinite => scores.any(f64::is_finite),
            Self::SomeNonZero => scores.any(|score| score != 0.0),
            Self::Any => true,
        }
    }

    /// The sum that has to be 1, `None` where none has to.
    pub fn total(self, scores: impl Iterator<Item = f64>) -> Option<f64> {
        match self {
            Self::AddToOne { .. } => Some(scores.sum()),
            Self::ExponentialsAddToOne { .. } => Some(scores.map(Float::exp).sum()),
            Self::SomeFinite | Self::SomeNonZero | Self::Any => None,
        }
    }
}

/// A [`Rowwise`] loss behind `dyn`.
pub trait RowwiseBlocks: std::fmt::Debug + Send + Sync {
    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;
    /// Whether shares may be weighted by class, as [`Rowwise::LINEAR_IN_TARGET`].
    fn linear_in_target(&self) -> bool;
    /// The symbols of the formula beyond the usual ones, with what they stand for.
    fn symbols(&self) -> &'static [(&'static str, &'static str)];
    /// What the rows of scores must satisfy.
    fn row_rule(&self) -> RowRule;
    /// The expected Hessian's diagonal, as [`Rowwise::fisher`].
    fn fisher(&self, scores: &[f64], diagonal: &mut [f64]) -> bool;
    /// A diagonal bound of the Hessian, as [`Rowwise::majorizer`].
    fn majorizer(&self, scores: &[f64], diagonal: &mut [f64]) -> bool;
    /// The printed formula.
    fn formula(&self) -> Formula;
    /// Values.
    fn value(&self, target: RowTarget<'_, f64>, scores: &[&[f64]], value: &mut [f64]);
    /// Values, gradients and the diagonals of the Hessians.
    fn value_gradient_hessian(
        &self,
        target: RowTarget<'_, f64>,
        scores: &[&[f64]],
        value: &mut [f64],
        derivatives: &mut Derivatives<'_, f64>,
    );
    /// The product of every row's Hessian with the row's vector.
    #[cfg(feature = "passes")]
    fn hessian_vector(
        &self,
        target: RowTarget<'_, f64>,
        scores: &[&[f64]],
        vector: &[&[f64]],
        product: &mut [&mut [f64]],
    );
    /// Values in single precision.
    #[cfg(feature = "single")]
    fn value_f32(&self, target: RowTarget<'_, f32>, scores: &[&[f32]], value: &mut [f32]);
    /// Values, gradients and diagonals in single precision.
    #[cfg(feature = "single")]
    fn value_gradient_hessian_f32(
        &self,
        target: RowTarget<'_, f32>,
        scores: &[&[f32]],
        value: &mut [f32],
        derivatives: &mut Derivatives<'_, f32>,
    );
}

struct Block<'a, 'd, L, F> {
    loss: &'a L,
    target: RowTarget<'a, F>,
    scores: &'a [&'a [F]],
    value: &'a mut [F],
    derivatives: Option<&'a mut Derivatives<'d, F>>,
}

impl<L: Rowwise, F: Float> Kernel for Block<'_, '_, L, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        // One copy of the loops for each kind of target: the branch stays outside of them.
        match self.target {
            RowTarget::Class(target) => {
                self.loss.block(RowTarget::Class(target), self.scores, self.value, self.derivatives);
            }
            RowTarget::Shares(shares) => {
                self.loss.block(RowTarget::Shares(shares), self.scores, self.value, self.derivatives);
            }
        }
    }
}

#[cfg(feature = "passes")]
struct HessianVector<'a, 'p, L, F> {
    loss: &'a L,
    target: RowTarget<'a, F>,
    scores: &'a [&'a [F]],
    vector: &'a [&'a [F]],
    product: &'a mut [&'p mut [F]],
}

#[cfg(feature = "passes")]
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
    fn linear_in_target(&self) -> bool {
        L::LINEAR_IN_TARGET
    }
    fn symbols(&self) -> &'static [(&'static str, &'static str)] {
        L::SYMBOLS
    }
    fn row_rule(&self) -> RowRule {
        Rowwise::row_rule(self)
    }
    fn fisher(&self, scores: &[f64], diagonal: &mut [f64]) -> bool {
        Rowwise::fisher(self, scores, diagonal)
    }
    fn majorizer(&self, scores: &[f64], diagonal: &mut [f64]) -> bool {
        Rowwise::majorizer(self, scores, diagonal)
    }
    fn formula(&self) -> Formula {
        Rowwise::formula(self)
    }
    fn value(&self, target: RowTarget<'_, f64>, scores: &[&[f64]], value: &mut [f64]) {
        dispatch(Block { loss: self, target, scores, value, derivatives: None });
    }
    fn value_gradient_hessian(
        &self,
        target: RowTarget<'_, f64>,
        scores: &[&[f64]],
        value: &mut [f64],
        derivatives: &mut Derivatives<'_, f64>,
    ) {
        dispatch(Block { loss: self, target, scores, value, derivatives: Some(derivatives) });
    }
    #[cfg(feature = "passes")]
    fn hessian_vector(
        &self,
        target: RowTarget<'_, f64>,
        scores: &[&[f64]],
        vector: &[&[f64]],
        product: &mut [&mut [f64]],
    ) {
        dispatch(HessianVector { loss: self, target, scores, vector, product });
    }
    #[cfg(feature = "single")]
    fn value_f32(&self, target: RowTarget<'_, f32>, scores: &[&[f32]], value: &mut [f32]) {
        dispatch(Block { loss: self, target, scores, value, derivatives: None });
    }
    #[cfg(feature = "single")]
    fn value_gradient_hessian_f32(
        &self,
        target: RowTarget<'_, f32>,
        scores: &[&[f32]],
        value: &mut [f32],
        derivatives: &mut Derivatives<'_, f32>,
    ) {
        dispatch(Block { loss: self, target, scores, value, derivatives: Some(derivatives) });
    }
}
