//! Losses of one target and several predicted numbers per row, each with a meaning of its own.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};
use dartboard_numerics::{Expr, Jet, Real, Scalar};

use super::{Derivatives, Formula};
use crate::card::{Card, Form, PredictionKind, Properties};

/// The largest number of predictions of a row.
const MOST: usize = 4;

/// A loss of one target and several predicted numbers, such as a mean and a variance.
pub trait Joint: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// The facts; the prediction is [`PredictionKind::Parameters`], at most four of them.
    const CARD: Card;

    /// The loss with these parameters: as many as the card names, each inside its domain.
    fn new(parameters: &[f64]) -> Self;

    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;

    /// The factor and the constant term that turn the value at target `y` into another form of the loss.
    fn form(&self, form: Form, _y: f64) -> Option<(f64, f64)> {
        (form == Form::Plain).then_some((1.0, 0.0))
    }

    /// The value at target `y` and the predictions in the order of the card. Mark it `#[inline(always)]`.
    fn formula<R: Real>(&self, y: R::Base, predictions: &[R]) -> R;
}

/// A [`Joint`] loss behind `dyn`. Columns are in the order of the card's names.
pub trait JointBlocks: std::fmt::Debug + Send + Sync {
    /// The facts that depend on the parameters.
    fn properties(&self) -> Properties;
    /// The printed formulas: value, and first and second derivative in each prediction.
    fn formulas(&self) -> Vec<Formula>;
    /// The factor and the constant term of another form at target `y`, as [`Joint::form`].
    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)>;
    /// Values.
    fn value(&self, target: &[f64], predictions: &[&[f64]], value: &mut [f64]);
    /// Values, gradients and the diagonals of the Hessians, one column per prediction.
    fn value_gradient_hessian(
        &self,
        target: &[f64],
        predictions: &[&[f64]],
        value: &mut [f64],
        derivatives: &mut Derivatives<'_, f64>,
    );
    /// Values in single precision.
    #[cfg(feature = "single")]
    fn value_f32(&self, target: &[f32], predictions: &[&[f32]], value: &mut [f32]);
    /// Values, gradients and diagonals in single precision.
    #[cfg(feature = "single")]
    fn value_gradient_hessian_f32(
        &self,
        target: &[f32],
        predictions: &[&[f32]],
        value: &mut [f32],
        derivatives: &mut Derivatives<'_, f32>,
    );
}

/// The symbol and the meaning of each prediction of a joint loss.
fn predictions_of(card: &Card) -> &'static [(&'static str, &'static str)] {
    match card.prediction {
        PredictionKind::Parameters(list) => list,
        _ => &[],
    }
}

struct Block<'a, 'd, L, F> {
    loss: &'a L,
    target: &'a [F],
    predictions: &'a [&'a [F]],
    value: &'a mut [F],
    derivatives: Option<&'a mut Derivatives<'d, F>>,
}

impl<L: Joint, F: Float + Scalar<Base = F>> Kernel for Block<'_, '_, L, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let columns = predictions_of(&L::CARD).len().min(self.predictions.len()).min(MOST);
        for row in 0..self.value.len() {
            let mut here = [F::ZERO; MOST];
            for (here, column) in here.iter_mut().zip(self.predictions) {
                *here = column[row];
            }
            self.value[row] = self.loss.formula(self.target[row], &here[..columns]);
        }
        let Some(derivatives) = self.derivatives else { return };
        for column in 0..columns {
            for row in 0..self.target.len() {
                let mut here = [Jet::constant(F::ZERO); MOST];
                for (here, values) in here.iter_mut().zip(self.predictions) {
                    *here = Jet::constant(values[row]);
                }
                here[column] = Jet::variable(here[column].value);
                let jet = self.loss.formula(self.target[row], &here[..columns]);
                derivatives.gradient[column][row] = jet.gradient;
                derivatives.hessian[column][row] = jet.hessian;
            }
        }
    }
}

impl<L: Joint> JointBlocks for L {
    fn properties(&self) -> Properties {
        Joint::properties(self)
    }

    fn formulas(&self) -> Vec<Formula> {
        let symbols: Vec<Expr> = predictions_of(&L::CARD).iter().map(|(name, _)| Expr::symbol(name)).collect();
        (0..symbols.len())
            .map(|column| {
                let mut here: Vec<Jet<Expr>> = symbols.iter().map(|&symbol| Jet::constant(symbol)).collect();
                here[column] = Jet::variable(symbols[column]);
                let jet = Joint::formula(self, Expr::symbol("y"), &here);
                Formula { value: jet.value, gradient: jet.gradient, hessian: jet.hessian }
            })
            .collect()
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        Joint::form(self, form, y)
    }

    fn value(&self, target: &[f64], predictions: &[&[f64]], value: &mut [f64]) {
        dispatch(Block { loss: self, target, predictions, value, derivatives: None });
    }

    fn value_gradient_hessian(
        &self,
        target: &[f64],
        predictions: &[&[f64]],
        value: &mut [f64],
        derivatives: &mut Derivatives<'_, f64>,
    ) {
        dispatch(Block { loss: self, target, predictions, value, derivatives: Some(derivatives) });
    }

    #[cfg(feature = "single")]
    fn value_f32(&self, target: &[f32], predictions: &[&[f32]], value: &mut [f32]) {
        dispatch(Block { loss: self, target, predictions, value, derivatives: None });
    }

    #[cfg(feature = "single")]
    fn value_gradient_hessian_f32(
        &self,
        target: &[f32],
        predictions: &[&[f32]],
        value: &mut [f32],
        derivatives: &mut Derivatives<'_, f32>,
    ) {
        dispatch(Block { loss: self, target, predictions, value, derivatives: Some(derivatives) });
    }
}
