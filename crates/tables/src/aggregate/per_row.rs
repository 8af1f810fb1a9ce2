//! Values, gradients and Hessians row by row, for those who ask about rows rather than sums.

use dartboard_losses::{Derivatives, Measure};
use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::evaluate::{Evaluator, gather};
use super::inputs::Inputs;
use super::plan::Plan;
use super::tally::Dropped;

/// What a plan gives for each row of a batch. Rows that do not count hold NaN.
#[derive(Clone, Debug)]
pub struct PerRow {
    /// Why a row does not count.
    pub dropped: Vec<Option<Dropped>>,
    /// The target as a number: the index of the class for labels, −1 for an unknown one.
    pub target: Vec<f64>,
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
    let mut evaluator = Evaluator::new(plan.clone());
    let dropped: Vec<_> = (0..rows.target.len()).map(|row| rows.check(row, &evaluator.domains)).collect();
    let order = kept(&dropped);
    let mut gathered = Vec::new();
    let ready = gather(&rows, &order, &mut gathered);
    evaluator.evaluate(&ready, 0..order.len());
    let values = evaluator.values().iter().map(|values| scatter(values, &order, dropped.len())).collect();
    Ok(PerRow {
        target: rows.target.to_vec(),
        scores: rows.scores.iter().map(|scores| scores.to_vec()).collect(),
        weight: rows.weight.map(<[f64]>::to_vec),
        values,
        dropped,
    })
}

impl PerRow {
    /// Gradients and Hessians of the loss of a measure for a model; `None` for measures that are not means of a loss.
    pub fn derivatives(&self, plan: &Plan, model: usize, measure: usize) -> Option<RowDerivatives> {
        let Measure::Mean(loss) = &plan.measures[measure] else { return None };
        let order = kept(&self.dropped);
        let columns = self.scores.len() / plan.models;
        let pick = |column: &Vec<f64>| order.iter().map(|&row| column[row as usize]).collect::<Vec<f64>>();
        let target = pick(&self.target);
        let scores: Vec<Vec<f64>> = self.scores[model * columns..][..columns].iter().map(pick).collect();
        let mut value = vec![0.0; order.len()];
        let mut gradient = vec![value.clone(); columns];
        let mut hessian = gradient.clone();
        if let Some(loss) = loss.pointwise() {
            loss.value_gradient_hessian(&target, &scores[0], &mut value, &mut gradient[0], &mut hessian[0]);
        } else if let Some(loss) = loss.rowwise() {
            let classes: Vec<u32> = target.iter().map(|&class| class as u32).collect();
            let scores: Vec<&[f64]> = scores.iter().map(Vec::as_slice).collect();
            let mut derivatives = Derivatives {
                gradient: gradient.iter_mut().map(Vec::as_mut_slice).collect(),
                hessian: hessian.iter_mut().map(Vec::as_mut_slice).collect(),
            };
            loss.value_gradient_hessian(&classes, &scores, &mut value, &mut derivatives);
        }
        let spread = |columns: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            columns.iter().map(|column| scatter(column, &order, self.dropped.len())).collect()
        };
        Some(RowDerivatives { gradient: spread(gradient), hessian: spread(hessian) })
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
