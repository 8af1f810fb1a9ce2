//! Losses of one target and one prediction per row.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};
use dartboard_numerics::sum::{Number, Stepwise};
use dartboard_numerics::{Expr, Jet, Real, Scalar};

use super::Formula;
use crate::card::{Card, Form, Properties};
use crate::domain::Closed;
#[cfg(feature = "proofs")]
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

    /// Fills the values of a block, as [`PointwiseBlocks::pass_value`].
    fn fill_values<F: Precision>(&self, rows: [&[F]; 2], value: &mut [F], sum: Option<&mut Stepwise>) -> bool {
        dispatch(Values::<_, _, false> { loss: self, rows, value, sum })
    }

    /// Fills the values and gradients of a block, as [`PointwiseBlocks::pass_gradient`].
    fn fill_gradients<F: Precision>(&self, rows: [&[F]; 2], out: [&mut [F]; 2], sum: Option<&mut Stepwise>) -> bool {
        dispatch(Gradients::<_, _, false> { loss: self, rows, out, sum })
    }

    /// Fills the values, gradients and Hessians of a block, as [`PointwiseBlocks::pass_hessian`].
    fn fill_jets<F: Precision>(&self, rows: [&[F]; 2], out: [&mut [F]; 3], sum: Option<&mut Stepwise>) -> bool {
        dispatch(Jets::<_, _, false> { loss: self, rows, out, sum })
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
    #[cfg(feature = "proofs")]
    fn proofs(&self) -> Vec<Proof>;
    /// The factor and the constant term of another form at target `y`, as [`Pointwise::form`].
    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)>;
    /// Whether soft labels may be weighted by class, as [`Pointwise::LINEAR_IN_TARGET`].
    fn linear_in_target(&self) -> bool;
    /// The expected second derivative, as [`Pointwise::fisher`].
    fn fisher(&self, z: f64) -> Option<f64>;
    /// A bound of the second derivative, as [`Pointwise::majorizer`].
    fn majorizer(&self, y: f64) -> Option<f64>;
    /// Values of the rows `[target, prediction]`, added to the block that `sum` is at. Whether every row is known to lie
    /// inside the loss's domain; where it is not, it may yet (infinite logits do).
    fn pass_value(&self, rows: [&[f64]; 2], value: &mut [f64], sum: Option<&mut Stepwise>) -> bool;
    /// Values and gradients in one pass, otherwise as [`pass_value`](Self::pass_value).
    fn pass_gradient(&self, rows: [&[f64]; 2], out: [&mut [f64]; 2], sum: Option<&mut Stepwise>) -> bool;
    /// Values, gradients and Hessians in one pass, otherwise as [`pass_value`](Self::pass_value).
    fn pass_hessian(&self, rows: [&[f64]; 2], out: [&mut [f64]; 3], sum: Option<&mut Stepwise>) -> bool;
    /// [`pass_value`](Self::pass_value) in single precision.
    #[cfg(feature = "single")]
    fn pass_value_f32(&self, rows: [&[f32]; 2], value: &mut [f32], sum: Option<&mut Stepwise>) -> bool;
    /// [`pass_gradient`](Self::pass_gradient) in single precision.
    #[cfg(feature = "single")]
    fn pass_gradient_f32(&self, rows: [&[f32]; 2], out: [&mut [f32]; 2], sum: Option<&mut Stepwise>) -> bool;
    /// [`pass_hessian`](Self::pass_hessian) in single precision.
    #[cfg(feature = "single")]
    fn pass_hessian_f32(&self, rows: [&[f32]; 2], out: [&mut [f32]; 3], sum: Option<&mut Stepwise>) -> bool;

    /// Values.
    fn value(&self, target: &[f64], prediction: &[f64], value: &mut [f64]) {
        self.pass_value([target, prediction], value, None);
    }
    /// Values and gradients in one pass.
    fn value_gradient(&self, target: &[f64], prediction: &[f64], value: &mut [f64], gradient: &mut [f64]) {
        self.pass_gradient([target, prediction], [value, gradient], None);
    }
    /// Values, gradients and Hessians in one pass.
    fn value_gradient_hessian(
        &self,
        target: &[f64],
        prediction: &[f64],
        value: &mut [f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) {
        self.pass_hessian([target, prediction], [value, gradient, hessian], None);
    }
    /// Values in single precision.
    #[cfg(feature = "single")]
    fn value_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32]) {
        self.pass_value_f32([target, prediction], value, None);
    }
    /// Values and gradients in single precision.
    #[cfg(feature = "single")]
    fn value_gradient_f32(&self, target: &[f32], prediction: &[f32], value: &mut [f32], gradient: &mut [f32]) {
        self.pass_gradient_f32([target, prediction], [value, gradient], None);
    }
    /// Values, gradients and Hessians in single precision.
    #[cfg(feature = "single")]
    fn value_gradient_hessian_f32(
        &self,
        target: &[f32],
        prediction: &[f32],
        value: &mut [f32],
        gradient: &mut [f32],
        hessian: &mut [f32],
    ) {
        self.pass_hessian_f32([target, prediction], [value, gradient, hessian], None);
    }
}

/// `f64` or `f32`, as all that kernels need of them.
pub trait Precision: Float + Number + Scalar<Base = Self> {}

impl<F: Float + Number + Scalar<Base = F>> Precision for F {}

/// Rows that are worked on at a time: few enough for their values to be added while they are in the first cache, and for
/// the hardware to go on fetching the next rows meanwhile. (In steps of 2048 rows memory and arithmetic took turns.)
const STEP: usize = 256;

/// How far ahead of what a step computes it asks for memory, in bytes of each column: as much as two steps of `f32` or one
/// of `f64`. What has been asked for is then there when it is computed on. (With one step of `f32`, values alone took 4 %
/// longer; with four, nothing is gained.)
const AHEAD: usize = 2048;

/// The place in a column that a step from this row on asks for.
#[inline(always)]
fn ahead<F>(column: &[F], start: usize) -> *const F {
    column.as_ptr().wrapping_add(start + AHEAD / size_of::<F>())
}

/// Parts of a block with its first row, in steps.
#[inline(always)]
fn steps(rows: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..rows).step_by(STEP).map(move |start| start..rows.min(start + STEP))
}

/// What betrays that a row lies outside of a domain, for as many rows as are shown to it: bits, which a vectorised loop
/// can gather.
struct Escape<F: Float> {
    inside: [Closed<F>; 2],
    bits: F::Bits,
}

impl<F: Float> Escape<F> {
    #[inline(always)]
    fn from<L: Pointwise>() -> Self {
        let inside = [Closed::of(L::CARD.target_domain), Closed::of(L::CARD.prediction_domain)];
        Self { inside, bits: F::Bits::default() }
    }

    #[inline(always)]
    fn see<L: Pointwise>(&mut self, y: F, z: F) {
        let [target, prediction] = self.inside;
        let escaped = target.escape(L::CARD.target_domain, y) | prediction.escape(L::CARD.prediction_domain, z);
        self.bits = self.bits | escaped;
    }

    #[inline(always)]
    fn none(&self) -> bool {
        self.bits == F::Bits::default()
    }
}

/// Values of a block. `LABELS`: all targets are 0 or 1.
#[derive(Debug)]
pub struct Values<'a, L, F, const LABELS: bool> {
    pub(crate) loss: &'a L,
    pub(crate) rows: [&'a [F]; 2],
    pub(crate) value: &'a mut [F],
    pub(crate) sum: Option<&'a mut Stepwise>,
}

impl<L: Pointwise, F: Precision, const LABELS: bool> Kernel for Values<'_, L, F, LABELS> {
    type Output = bool;
    #[inline(always)]
    fn run(mut self) -> bool {
        // A copy that nothing else can change: parameters behind a reference would be read and converted in every row, in
        // vectors as short as those of the widest type.
        let loss = self.loss.clone();
        let mut escape = Escape::from::<L>();
        for step in steps(self.value.len()) {
            let ahead = self.rows.map(|column| ahead(column, step.start));
            let value = &mut self.value[step.clone()];
            let [y, z] = self.rows.map(|column| &column[step.clone()]);
            // Zipped, not indexed: a check of bounds that is not seen to be needless keeps some rows out of the vectors.
            for ((&y, &z), value) in y.iter().zip(z).zip(&mut *value) {
                escape.see::<L>(y, z);
                *value = formula::<L, F, LABELS>(&loss, y, z);
            }
            if let Some(sum) = &mut self.sum {
                sum.step(value, ahead);
            }
        }
        escape.none()
    }
}

/// Values and gradients of a block. `LABELS`: all targets are 0 or 1.
///
/// Beside [`Jets`], because what is stored is computed: the Hessian of a logistic loss is a third of its arithmetic.
#[derive(Debug)]
pub struct Gradients<'a, L, F, const LABELS: bool> {
    pub(crate) loss: &'a L,
    pub(crate) rows: [&'a [F]; 2],
    pub(crate) out: [&'a mut [F]; 2],
    pub(crate) sum: Option<&'a mut Stepwise>,
}

impl<L: Pointwise, F: Precision, const LABELS: bool> Kernel for Gradients<'_, L, F, LABELS> {
    type Output = bool;
    #[inline(always)]
    fn run(mut self) -> bool {
        // A copy as for values.
        let loss = self.loss.clone();
        let mut escape = Escape::from::<L>();
        let [value, gradient] = self.out;
        for step in steps(value.len()) {
            let ahead = [self.rows[0], self.rows[1], &*gradient].map(|column| ahead(column, step.start));
            let (value, gradient) = (&mut value[step.clone()], &mut gradient[step.clone()]);
            let [y, z] = self.rows.map(|column| &column[step.clone()]);
            for (((&y, &z), value), gradient) in y.iter().zip(z).zip(&mut *value).zip(gradient) {
                escape.see::<L>(y, z);
                let jet = formula::<L, Jet<F>, LABELS>(&loss, y, Jet::variable(z));
                *value = jet.value;
                *gradient = jet.gradient;
            }
            if let Some(sum) = &mut self.sum {
                sum.step(value, ahead);
            }
        }
        escape.none()
    }
}

/// Values, gradients and Hessians of a block. `LABELS`: all targets are 0 or 1.
#[derive(Debug)]
pub struct Jets<'a, L, F, const LABELS: bool> {
    pub(crate) loss: &'a L,
    pub(crate) rows: [&'a [F]; 2],
    pub(crate) out: [&'a mut [F]; 3],
    pub(crate) sum: Option<&'a mut Stepwise>,
}

impl<L: Pointwise, F: Precision, const LABELS: bool> Kernel for Jets<'_, L, F, LABELS> {
    type Output = bool;
    #[inline(always)]
    fn run(mut self) -> bool {
        // A copy as for values.
        let loss = self.loss.clone();
        let mut escape = Escape::from::<L>();
        let [value, gradient, hessian] = self.out;
        for step in steps(value.len()) {
            let ahead = [self.rows[0], self.rows[1], &*gradient, &*hessian].map(|column| ahead(column, step.start));
            let value = &mut value[step.clone()];
            let (gradient, hessian) = (&mut gradient[step.clone()], &mut hessian[step.clone()]);
            let [y, z] = self.rows.map(|column| &column[step.clone()]);
            for ((((&y, &z), value), gradient), hessian) in y.iter().zip(z).zip(&mut *value).zip(gradient).zip(hessian)
            {
                escape.see::<L>(y, z);
                let jet = formula::<L, Jet<F>, LABELS>(&loss, y, Jet::variable(z));
                *value = jet.value;
                *gradient = jet.gradient;
                *hessian = jet.hessian;
            }
            if let Some(sum) = &mut self.sum {
                sum.step(value, ahead);
            }
        }
        escape.none()
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
        fn fill_values<F: $crate::family::Precision>(
            &self,
            rows: [&[F]; 2],
            value: &mut [F],
            sum: Option<&mut dartboard_numerics::sum::Stepwise>,
        ) -> bool {
            use dartboard_numerics::isa::dispatch;
            use $crate::family::pointwise::{Values, are_labels};
            if are_labels(rows[0]) {
                dispatch(Values::<_, _, true> { loss: self, rows, value, sum })
            } else {
                dispatch(Values::<_, _, false> { loss: self, rows, value, sum })
            }
        }

        fn fill_gradients<F: $crate::family::Precision>(
            &self,
            rows: [&[F]; 2],
            out: [&mut [F]; 2],
            sum: Option<&mut dartboard_numerics::sum::Stepwise>,
        ) -> bool {
            use dartboard_numerics::isa::dispatch;
            use $crate::family::pointwise::{Gradients, are_labels};
            if are_labels(rows[0]) {
                dispatch(Gradients::<_, _, true> { loss: self, rows, out, sum })
            } else {
                dispatch(Gradients::<_, _, false> { loss: self, rows, out, sum })
            }
        }

        fn fill_jets<F: $crate::family::Precision>(
            &self,
            rows: [&[F]; 2],
            out: [&mut [F]; 3],
            sum: Option<&mut dartboard_numerics::sum::Stepwise>,
        ) -> bool {
            use dartboard_numerics::isa::dispatch;
            use $crate::family::pointwise::{Jets, are_labels};
            if are_labels(rows[0]) {
                dispatch(Jets::<_, _, true> { loss: self, rows, out, sum })
            } else {
                dispatch(Jets::<_, _, false> { loss: self, rows, out, sum })
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

    #[cfg(feature = "proofs")]
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

    #[cfg(feature = "passes")]
    fn pass_value(&self, rows: [&[f64]; 2], value: &mut [f64], sum: Option<&mut Stepwise>) -> bool {
        self.fill_values(rows, value, sum)
    }
    #[cfg(not(feature = "passes"))]
    fn pass_value(&self, rows: [&[f64]; 2], value: &mut [f64], sum: Option<&mut Stepwise>) -> bool {
        self.pass_gradient(rows, [value, &mut vec![0.0; rows[0].len()]], sum)
    }
    #[cfg(feature = "passes")]
    fn pass_gradient(&self, rows: [&[f64]; 2], out: [&mut [f64]; 2], sum: Option<&mut Stepwise>) -> bool {
        self.fill_gradients(rows, out, sum)
    }
    #[cfg(not(feature = "passes"))]
    fn pass_gradient(&self, rows: [&[f64]; 2], out: [&mut [f64]; 2], sum: Option<&mut Stepwise>) -> bool {
        let [value, gradient] = out;
        self.fill_jets(rows, [value, gradient, &mut vec![0.0; rows[0].len()]], sum)
    }
    fn pass_hessian(&self, rows: [&[f64]; 2], out: [&mut [f64]; 3], sum: Option<&mut Stepwise>) -> bool {
        self.fill_jets(rows, out, sum)
    }
    #[cfg(feature = "single")]
    fn pass_value_f32(&self, rows: [&[f32]; 2], value: &mut [f32], sum: Option<&mut Stepwise>) -> bool {
        self.fill_values(rows, value, sum)
    }
    #[cfg(feature = "single")]
    fn pass_gradient_f32(&self, rows: [&[f32]; 2], out: [&mut [f32]; 2], sum: Option<&mut Stepwise>) -> bool {
        self.fill_gradients(rows, out, sum)
    }
    #[cfg(feature = "single")]
    fn pass_hessian_f32(&self, rows: [&[f32]; 2], out: [&mut [f32]; 3], sum: Option<&mut Stepwise>) -> bool {
        self.fill_jets(rows, out, sum)
    }
}
