//! Values, gradients and Hessians row by row, for those who ask about rows rather than sums.

use dartboard_losses::{Derivatives, Loss, Measure, Truth};
use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::evaluate::{Evaluator, failed, gather, row_target, truth};
use super::inputs::Inputs;
use super::plan::Plan;
use super::tally::Dropped;

/// What a plan gives for each row of a batch. Rows that do not count hold NaN.
#[derive(Clone, Debug)]
pub struct PerRow {
    /// Why a row does not count.
    pub dropped: Vec<Option<Dropped>>,
    /// The target as a number: the index of the class for labels, −1 for an unknown one. One column, or the shares of
    /// the classes.
    pub targets: Vec<Vec<f64>>,
    /// The score columns, all of the first model before those of the second.
    pub scores: Vec<Vec<f64>>,
    /// The weights, where there are any.
    pub weight: Option<Vec<f64>>,
    /// Values by model and measure: `values[model · measures + measure][row]`.
    pub values: Vec<Vec<f64>>,
}

/// Gradients and Hessians of one loss of one model, one column per score column.
#[derive(Clone, Debug)]
pub struct RowDerivatives {
    /// First derivatives.
    pub gradient: Vec<Vec<f64>>,
    /// Second derivatives.
    pub hessian: Vec<Vec<f64>>,
}

/// Evaluates a plan on the arguments of its aggregate, row by row.
///
/// # Errors
/// Where an argument cannot be read as numbers.
pub fn per_row(plan: &Plan, arguments: &[ArrayRef]) -> Result<PerRow> {
    let inputs = Inputs::new(plan, arguments)?;
    let rows = inputs.rows();
    let mut evaluator = Evaluator::new(plan.clone())?;
    let dropped: Vec<_> = (0..rows.len()).map(|row| rows.check(row, &evaluator.domains)).collect();
    let order = kept(&dropped);
    let mut gathered = Vec::new();
    let ready = gather(&rows, &order, &mut gathered);
    evaluator.evaluate(&ready, 0..order.len())?;
    let values = evaluator.values().iter().map(|values| scatter(values, &order, dropped.len())).collect();
    Ok(PerRow {
        targets: rows.targets.iter().map(|column| column.to_vec()).collect(),
        scores: rows.scores.iter().map(|scores| scores.to_vec()).collect(),
        weight: rows.weight.map(<[f64]>::to_vec),
        values,
        dropped,
    })
}

impl PerRow {
    /// Gradients and Hessians of the loss of a measure for a model; `None` for measures that are not means of a loss.
    ///
    /// # Errors
    /// Where what goes around the loss does not fit a row.
    pub fn derivatives(&self, plan: &Plan, model: usize, measure: usize) -> Result<Option<RowDerivatives>> {
        let Measure::Mean(loss) = &plan.measures[measure] else { return Ok(None) };
        let order = kept(&self.dropped);
        let columns = self.scores.len() / plan.models;
        let pick = |column: &Vec<f64>| order.iter().map(|&row| column[row as usize]).collect::<Vec<f64>>();
        let targets: Vec<Vec<f64>> = self.targets.iter().map(pick).collect();
        let targets: Vec<&[f64]> = targets.iter().map(Vec::as_slice).collect();
        let classes: Vec<u32> = targets[0].iter().map(|&class| class as u32).collect();
        let scores: Vec<Vec<f64>> = self.scores[model * columns..][..columns].iter().map(pick).collect();
        let scores: Vec<&[f64]> = scores.iter().map(Vec::as_slice).collect();
        let mut gradient = vec![vec![0.0; order.len()]; columns];
        let mut hessian = gradient.clone();
        let mut derivatives = Derivatives {
            gradient: gradient.iter_mut().map(Vec::as_mut_slice).collect(),
            hessian: hessian.iter_mut().map(Vec::as_mut_slice).collect(),
        };
        let truth = truth(&targets, plan.is_classes(), &classes, loss);
        match plan.treated(loss).map_err(failed)? {
            None => plain_derivatives(loss, truth, &scores, &mut derivatives),
            Some(treated) => treated
                .gradient_hessian(
                    &dartboard_losses::Rows::new(truth, &scores),
                    &mut derivatives.gradient,
                    &mut derivatives.hessian,
                )
                .map_err(failed)?,
        }
        let spread = |columns: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            columns.iter().map(|column| scatter(column, &order, self.dropped.len())).collect()
        };
        Ok(Some(RowDerivatives { gradient: spread(gradient), hessian: spread(hessian) }))
    }
}

/// Derivatives of the loss itself, nothing around it.
fn plain_derivatives(loss: &Loss, truth: Truth<'_>, scores: &[&[f64]], derivatives: &mut Derivatives<'_, f64>) {
    let mut value = vec![0.0; scores[0].len()];
    if let Some(loss) = loss.rowwise() {
        loss.value_gradient_hessian(row_target(truth), scores, &mut value, derivatives);
    } else if let Truth::Numbers(target) = truth {
        if let Some(loss) = loss.joint() {
            loss.value_gradient_hessian(target, scores, &mut value, derivatives);
        } else if let (Some(loss), [gradient], [hessian]) =
            (loss.pointwise(), &mut derivatives.gradient[..], &mut derivatives.hessian[..])
        {
            loss.value_gradient_hessian(target, scores[0], &mut value, gradient, hessian);
        }
    }
}

/// The rows that count.
fn kept(dropped: &[Option<Dropped>]) -> Vec<u32> {
    dropped.iter().enumerate().filter(|(_, reason)| reason.is_none()).map(|(row, _)| row as u32).collect()
}

/// Puts the values of the rows `order` back where they were, NaN elsewhere.
fn scatter(values: &[f64], order: &[u32], rows: usize) -> Vec<f64> {
    let mut all = vec![f64::NAN; rows];
    for (&row, &value) in order.iter().zip(values) {
        all[row as usize] = value;
    }
    all
}
