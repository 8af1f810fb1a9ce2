//! Losses of one target and one prediction per row.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};
use dartboard_numerics::{Expr, Jet, Real, Scalar};

use super::Formula;
use crate::card::{Card, Form, Properties};
use crate::prove::{Proof, prove};

/// A loss of one target and one prediction: implement this, and everything else follows.
pub trait Pointwise: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// The facts.
    const CARD: Card;

    /// The loss with these parameters: as many as the card names, each inside its domain.
    fn new(parameters: &[f64]) -> Self;

    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;

    /// The largest error in ulp that is argued for where numbers are extreme; at ordinary ones it is
    /// [`ORDINARY_ULPS`](Self::ORDINARY_ULPS). A loss that needs more than the usual says why.
    const EXTREME_ULPS: f64 = 4.0;
    /// The largest error in ulp at ordinary numbers, but for the conditioning of a derivative that crosses zero.
    const ORDINARY_ULPS: f64 = 4.0;

    /// The factor and the constant term that turn the value at target `y` into another form of the loss, `None` where
    /// it has no such form.
    fn form(&self, form: Form, _y: f64) -> Option<(f64, f64)> {
        (form == Form::Plain).then_some((1.0, 0.0))
    }

    /// Whether `loss(y, z) = y·loss(1, z) + (1 − y)·loss(0, z)`. Then soft labels may be weighted by class.
    const LINEAR_IN_TARGET: bool = false;

    /// The expected second derivative at the prediction `z` over targets of the noise model with unit scale (its Fisher
    /// information, where the loss is the negative log-likelihood), `None` where there is no model or no closed form.
    ///
    /// Where the gradient jumps, the jump counts: for absolute error it is twice the density of the noise at 0.
    fn fisher(&self, _z: f64) -> Option<f64> {
        None
    }

    /// A number that the second derivative at target `y` is nowhere above: the parabola with this curvature that
    /// touches the loss anywhere lies above it everywhere. `None` where there is none.
    fn majorizer(&self, _y: f64) -> Option<f64> {
        None
    }

    /// [`formula`](Self::formula), to the same bits, for targets that are exactly 0 or 1: a faster form, where there is
    /// one. A loss that has one says so with the macro `has_label_form!`, which makes blocks of labels
    /// use it.
    ///
    /// A function of its own rather than a branch in the formula: in a vectorised loop both sides of a branch are
    /// computed.
    #[inline(always)]
    fn formula_at_labels<R: Real>(&self, y: R::Base, z: R) -> R {
        self.formula(y, z)
    }

    /// Fills the values of a block.
    fn fill_values<F: Float + Scalar<Base = F>>(&self, target: &[F], prediction: &[F], value: &mut [F]) {
        dispatch(Values::<_, _, false> { loss: self, target, prediction, value });
    }

    /// Fills the values and gradients of a block.
    fn fill_gradients<F: Float + Scalar<Base = F>>(&self, target: &[F], prediction: &[F], out: [&mut [F]; 2]) {
        dispatch(Gradients::<_, _, false> { loss: self, target, prediction, out });
    }

    /// Fills the values, gradients and Hessians of a block.
    fn fill_jets<F: Float + Scalar<Base = F>>(&self, target: &[F], prediction: &[F], out: [&mut [F]; 3]) {
        dispatch(Jets::<_, _, false> { loss: self, target, prediction, out });
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
    /// What interval arithmetic says of the claims, as [`prove`](crate::prove).
    fn proofs(&self) -> Vec<Proof>;
    /// The factor and the constant term of another form at target `y`, as [`Pointwise::form`].
    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)>;
    /// Whether soft labels may be weighted by class, as [`Pointwise::LINEAR_IN_TARGET`].
    fn linear_in_target(&self) -> bool;
    /// The expected second derivative, as [`Pointwise::fisher`].
    fn fisher(&self, z: f64) -> Option<f64>;
    /// A bound of the second derivative, as [`Pointwise::majorizer`].
    fn majorizer(&self, y: f64) -> Option<f64>;
    /// Values.
    fn value(&self, target: &[f64], prediction: &[f64], value: &mut [f64]);
    /// Values and gradients in one pass.
    fn value_gradient(&self, target: &[f64], prediction: &[f64], value: &mut [f64], gradient: &mut [f64]);
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
    /// Values and gradients in single precision.
    fn value_gradient_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32], gradient: &mut [f32]);
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
#[derive(Debug)]
pub struct Values<'a, L, F, const LABELS: bool> {
    pub(crate) loss: &'a L,
    pub(crate) target: &'a [F],
    pub(crate) prediction: &'a [F],
    pub(crate) value: &'a mut [F],
}

impl<L: Pointwise, F: Scalar<Base = F>, const LABELS: bool> Kernel for Values<'_, L, F, LABELS> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let rows = self.value.len();
        let (target, prediction) = (&self.target[..rows], &self.prediction[..rows]);
        // A copy that nothing else can change: parameters behind a reference would be read and converted in every row, in
        // vectors as short as those of the widest type.
        let loss = self.loss.clone();
        for row in 0..rows {
            self.value[row] = formula::<L, F, LABELS>(&loss, target[row], prediction[row]);
        }
    }
}

/// Values and gradients of a block. `LABELS`: all targets are 0 or 1.
///
/// Beside [`Jets`], because what is stored is computed: the Hessian of a logistic loss is a third of its arithmetic.
#[derive(Debug)]
pub struct Gradients<'a, L, F, const LABELS: bool> {
    pub(crate) loss: &'a L,
    pub(crate) target: &'a [F],
    pub(crate) prediction: &'a [F],
    pub(crate) out: [&'a mut [F]; 2],
}

impl<L: Pointwise, F: Scalar<Base = F>, const LABELS: bool> Kernel for Gradients<'_, L, F, LABELS> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let [value, gradient] = self.out;
        let rows = value.len();
        let (target, prediction) = (&self.target[..rows], &self.prediction[..rows]);
        let gradient = &mut gradient[..rows];
        for row in 0..rows {
            let jet = formula::<L, Jet<F>, LABELS>(self.loss, target[row], Jet::variable(prediction[row]));
            value[row] = jet.value;
            gradient[row] = jet.gradient;
        }
    }
}

/// Values, gradients and Hessians of a block. `LABELS`: all targets are 0 or 1.
#[derive(Debug)]
pub struct Jets<'a, L, F, const LABELS: bool> {
    pub(crate) loss: &'a L,
    pub(crate) target: &'a [F],
    pub(crate) prediction: &'a [F],
    pub(crate) out: [&'a mut [F]; 3],
}

impl<L: Pointwise, F: Scalar<Base = F>, const LABELS: bool> Kernel for Jets<'_, L, F, LABELS> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let [value, gradient, hessian] = self.out;
        let rows = value.len();
        let (target, prediction) = (&self.target[..rows], &self.prediction[..rows]);
        let (gradient, hessian) = (&mut gradient[..rows], &mut hessian[..rows]);
        // A copy as for values.
        let loss = self.loss.clone();
        for row in 0..rows {
            let jet = formula::<L, Jet<F>, LABELS>(&loss, target[row], Jet::variable(prediction[row]));
            value[row] = jet.value;
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

/// Whether all targets of a block are exactly 0 or 1.
pub(crate) fn are_labels<F: Float>(target: &[F]) -> bool {
    dispatch(AreLabels(target))
}

/// Inside `impl Pointwise`: blocks of labels use [`Pointwise::formula_at_labels`].
///
/// A macro rather than a constant to branch on, so that losses without such a form are not compiled twice.
macro_rules! has_label_form {
    () => {
        fn fill_values<F>(&self, target: &[F], prediction: &[F], value: &mut [F])
        where
            F: dartboard_numerics::elementary::Float + dartboard_numerics::Scalar<Base = F>,
        {
            use dartboard_numerics::isa::dispatch;
            use $crate::family::pointwise::{Values, are_labels};
            if are_labels(target) {
                dispatch(Values::<_, _, true> { loss: self, target, prediction, value });
            } else {
                dispatch(Values::<_, _, false> { loss: self, target, prediction, value });
            }
        }

        fn fill_gradients<F>(&self, target: &[F], prediction: &[F], out: [&mut [F]; 2])
        where
            F: dartboard_numerics::elementary::Float + dartboard_numerics::Scalar<Base = F>,
        {
            use dartboard_numerics::isa::dispatch;
            use $crate::family::pointwise::{Gradients, are_labels};
            if are_labels(target) {
                dispatch(Gradients::<_, _, true> { loss: self, target, prediction, out });
            } else {
                dispatch(Gradients::<_, _, false> { loss: self, target, prediction, out });
            }
        }

        fn fill_jets<F>(&self, target: &[F], prediction: &[F], out: [&mut [F]; 3])
        where
            F: dartboard_numerics::elementary::Float + dartboard_numerics::Scalar<Base = F>,
        {
            use dartboard_numerics::isa::dispatch;
            use $crate::family::pointwise::{Jets, are_labels};
            if are_labels(target) {
                dispatch(Jets::<_, _, true> { loss: self, target, prediction, out });
            } else {
                dispatch(Jets::<_, _, false> { loss: self, target, prediction, out });
            }
        }
    };
}
pub(crate) use has_label_form;

impl<L: Pointwise> PointwiseBlocks for L {
    fn properties(&self) -> Properties {
        Pointwise::properties(self)
    }

    fn formula(&self) -> Formula {
        let prediction = Expr::symbol(L::CARD.prediction.symbol());
        let jet = Pointwise::formula(self, Expr::symbol("y"), Jet::variable(prediction));
        Formula { value: jet.value, gradient: jet.gradient, hessian: jet.hessian }
    }

    fn proofs(&self) -> Vec<Proof> {
        prove(self)
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        Pointwise::form(self, form, y)
    }

    fn linear_in_target(&self) -> bool {
        L::LINEAR_IN_TARGET
    }

    fn fisher(&self, z: f64) -> Option<f64> {
        Pointwise::fisher(self, z)
    }

    fn majorizer(&self, y: f64) -> Option<f64> {
        Pointwise::majorizer(self, y)
    }

    fn value(&self, target: &[f64], prediction: &[f64], value: &mut [f64]) {
        self.fill_values(target, prediction, value);
    }

    fn value_gradient(&self, target: &[f64], prediction: &[f64], value: &mut [f64], gradient: &mut [f64]) {
        self.fill_gradients(target, prediction, [value, gradient]);
    }

    fn value_gradient_hessian(
        &self,
        target: &[f64],
        prediction: &[f64],
        value: &mut [f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) {
        self.fill_jets(target, prediction, [value, gradient, hessian]);
    }

    fn value_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32]) {
        self.fill_values(target, prediction, value);
    }

    fn value_gradient_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32], gradient: &mut [f32]) {
        self.fill_gradients(target, prediction, [value, gradient]);
    }

    fn value_gradient_hessian_f32(
        &self,
        target: &[f32],
        prediction: &[f32],
        value: &mut [f32],
        gradient: &mut [f32],
        hessian: &mut [f32],
    ) {
        self.fill_jets(target, prediction, [value, gradient, hessian]);
    }
}
