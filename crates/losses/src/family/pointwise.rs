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

    /// Whether there is a faster form for labels.
    const HAS_LABEL_FORM: bool = false;

    /// [`formula`](Self::formula), to the same bits, for targets that are exactly 0 or 1. Blocks of such targets use it.
    ///
    /// A function of its own rather than a branch in the formula: in a vectorised loop both sides of a branch are
    /// computed.
    #[inline(always)]
    fn formula_at_labels<R: Real>(&self, y: R::Base, z: R) -> R {
        self.formula(y, z)
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

/// Values of a block. `LABELS`: all targets are 0 or 1.
struct Values<'a, L, F, const LABELS: bool> {
    loss: &'a L,
    target: &'a [F],
    prediction: &'a [F],
    value: &'a mut [F],
}

impl<L: Pointwise, F: Scalar<Base = F>, const LABELS: bool> Kernel for Values<'_, L, F, LABELS> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let rows = self.value.len();
        let (target, prediction) = (&self.target[..rows], &self.prediction[..rows]);
        for row in 0..rows {
            self.value[row] = formula::<L, F, LABELS>(self.loss, target[row], prediction[row]);
        }
    }
}

/// Values, gradients and Hessians of a block. `LABELS`: all targets are 0 or 1.
struct Jets<'a, L, F, const LABELS: bool> {
    loss: &'a L,
    target: &'a [F],
    prediction: &'a [F],
    value: &'a mut [F],
    gradient: &'a mut [F],
    hessian: &'a mut [F],
}

impl<L: Pointwise, F: Scalar<Base = F>, const LABELS: bool> Kernel for Jets<'_, L, F, LABELS> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let rows = self.value.len();
        let (target, prediction) = (&self.target[..rows], &self.prediction[..rows]);
        let (gradient, hessian) = (&mut self.gradient[..rows], &mut self.hessian[..rows]);
        for row in 0..rows {
            let jet = formula::<L, Jet<F>, LABELS>(self.loss, target[row], Jet::variable(prediction[row]));
            self.value[row] = jet.value;
            gradient[row] = jet.gradient;
            hessian[row] = jet.hessian;
        }
    }
}

#[inline(always)]
fn formula<L: Pointwise, R: Real, const LABELS: bool>(loss: &L, y: R::Base, z: R) -> R {
    if LABELS { loss.formula_at_labels(y, z) } else { loss.formula(y, z) }
}

struct AreLabels<'a, F>(&'a [F]);

impl<F: Float> Kernel for AreLabels<'_, F> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        self.0.iter().fold(true, |labels, &y| labels & ((y == F::ZERO) | (y == F::ONE)))
    }
}

fn use_label_form<L: Pointwise, F: Float>(target: &[F]) -> bool {
    L::HAS_LABEL_FORM && dispatch(AreLabels(target))
}

fn values<L, F>(loss: &L, target: &[F], prediction: &[F], value: &mut [F])
where
    L: Pointwise,
    F: Float + Scalar<Base = F>,
{
    if use_label_form::<L, F>(target) {
        dispatch(Values::<_, _, true> { loss, target, prediction, value });
    } else {
        dispatch(Values::<_, _, false> { loss, target, prediction, value });
    }
}

fn jets<L, F>(loss: &L, target: &[F], prediction: &[F], value: &mut [F], gradient: &mut [F], hessian: &mut [F])
where
    L: Pointwise,
    F: Float + Scalar<Base = F>,
{
    if use_label_form::<L, F>(target) {
        dispatch(Jets::<_, _, true> { loss, target, prediction, value, gradient, hessian });
    } else {
        dispatch(Jets::<_, _, false> { loss, target, prediction, value, gradient, hessian });
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
        values(self, target, prediction, value);
    }

    fn value_gradient_hessian(
        &self,
        target: &[f64],
        prediction: &[f64],
        value: &mut [f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) {
        jets(self, target, prediction, value, gradient, hessian);
    }

    fn value_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32]) {
        values(self, target, prediction, value);
    }

    fn value_gradient_hessian_f32(
        &self,
        target: &[f32],
        prediction: &[f32],
        value: &mut [f32],
        gradient: &mut [f32],
        hessian: &mut [f32],
    ) {
        jets(self, target, prediction, value, gradient, hessian);
    }
}
