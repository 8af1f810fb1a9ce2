//! Losses of one target and one prediction per row.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};
use dartboard_numerics::{Expr, Jet, Real, Scalar};

use super::Formula;
use crate::card::{Card, PredictionKind, Properties};

/// A loss of one target and one prediction: implement this, and everything else follows.
pub trait Pointwise: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// The facts.
    const CARD: Card;

    /// The loss with these parameters: as many as the card names, each inside its domain.
    fn new(parameters: &[f64]) -> Self;

    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;

    /// The same loss made faster for targets that are all exactly 0 or 1, with the same bits, where there is such a form.
    /// It is asked for block by block.
    fn for_hard_targets(&self) -> Option<Self> {
        None
    }

    /// The value at target `y` and prediction `z`, inside the card's domains. Mark it `#[inline(always)]`: a call that
    /// is not inlined keeps the loop over a block from being vectorised.
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R;
}

/// A [`Pointwise`] loss behind `dyn`: fills blocks of any length. All slices must have the same length.
pub trait PointwiseBlocks: std::fmt::Debug + Send + Sync {
    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;
    /// The printed formula.
    fn formula(&self) -> Formula;
    /// Values.
    fn value(&self, target: &[f64], prediction: &[f64], value: &mut [f64]);
    /// Values, gradients and Hessians in one pass.
    fn value_gradient_hessian(
        &self,
        target: &[f64],
        prediction: &[f64],
        value: &mut [f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    );
    /// Values in single precision.
    fn value_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32]);
    /// Values, gradients and Hessians in single precision.
    fn value_gradient_hessian_f32(
        &self,
        target: &[f32],
        prediction: &[f32],
        value: &mut [f32],
        gradient: &mut [f32],
        hessian: &mut [f32],
    );
}

struct Values<'a, L, F> {
    loss: &'a L,
    target: &'a [F],
    prediction: &'a [F],
    value: &'a mut [F],
}

impl<L: Pointwise, F: Scalar<Base = F>> Kernel for Values<'_, L, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let rows = self.value.len();
        let (target, prediction) = (&self.target[..rows], &self.prediction[..rows]);
        for row in 0..rows {
            self.value[row] = self.loss.formula(target[row], prediction[row]);
        }
    }
}

struct AreHard<'a, F>(&'a [F]);

impl<F: Float> Kernel for AreHard<'_, F> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        self.0.iter().fold(true, |hard, &y| hard & ((y == F::ZERO) | (y == F::ONE)))
    }
}

/// The form of `loss` that suits these targets.
fn suited<L: Pointwise, F: Float>(loss: &L, target: &[F]) -> Option<L> {
    loss.for_hard_targets().filter(|_| dispatch(AreHard(target)))
}

struct Jets<'a, L, F> {
    loss: &'a L,
    target: &'a [F],
    prediction: &'a [F],
    value: &'a mut [F],
    gradient: &'a mut [F],
    hessian: &'a mut [F],
}

impl<L: Pointwise, F: Scalar<Base = F>> Kernel for Jets<'_, L, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let rows = self.value.len();
        let (target, prediction) = (&self.target[..rows], &self.prediction[..rows]);
        let (gradient, hessian) = (&mut self.gradient[..rows], &mut self.hessian[..rows]);
        for row in 0..rows {
            let jet = self.loss.formula(target[row], Jet::variable(prediction[row]));
            self.value[row] = jet.value;
            gradient[row] = jet.gradient;
            hessian[row] = jet.hessian;
        }
    }
}

impl<L: Pointwise> PointwiseBlocks for L {
    fn properties(&self) -> Properties {
        Pointwise::properties(self)
    }

    fn formula(&self) -> Formula {
        // A probability is written p, a raw prediction z: the standard notation.
        let name = if L::CARD.prediction == PredictionKind::Probability { "p" } else { "z" };
        let jet = Pointwise::formula(self, Expr::symbol("y"), Jet::variable(Expr::symbol(name)));
        Formula { value: jet.value, gradient: jet.gradient, hessian: jet.hessian }
    }

    fn value(&self, target: &[f64], prediction: &[f64], value: &mut [f64]) {
        let loss = suited(self, target);
        dispatch(Values { loss: loss.as_ref().unwrap_or(self), target, prediction, value });
    }

    fn value_gradient_hessian(
        &self,
        target: &[f64],
        prediction: &[f64],
        value: &mut [f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) {
        let loss = suited(self, target);
        dispatch(Jets { loss: loss.as_ref().unwrap_or(self), target, prediction, value, gradient, hessian });
    }

    fn value_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32]) {
        let loss = suited(self, target);
        dispatch(Values { loss: loss.as_ref().unwrap_or(self), target, prediction, value });
    }

    fn value_gradient_hessian_f32(
        &self,
        target: &[f32],
        prediction: &[f32],
        value: &mut [f32],
        gradient: &mut [f32],
        hessian: &mut [f32],
    ) {
        let loss = suited(self, target);
        dispatch(Jets { loss: loss.as_ref().unwrap_or(self), target, prediction, value, gradient, hessian });
    }
}
