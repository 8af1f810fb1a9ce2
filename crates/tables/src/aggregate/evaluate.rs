//! Rows into tallies: kernels over blocks, then exact sums over the runs of each group.

use std::ops::Range;

use dartboard_losses::{BatchError, Derived, Link, Loss, Measure, RowTarget, Treated, Truth};
use dartboard_numerics::sum::ExactSum;
use datafusion::common::{DataFusionError, Result};

use super::plan::{Domains, Plan};
use super::rows::{Rows, Selection};
use super::tally::{Layout, Tallies};

/// Rows per block: target, prediction and values of one measure together fill half of a first-level cache of 48 KiB.
const BLOCK: usize = 1024;

/// Evaluates batches of rows under a plan.
#[derive(Debug)]
pub(crate) struct Evaluator {
    pub(crate) plan: Plan,
    pub(crate) domains: Domains,
    /// Per measure the loss with what goes around it, where anything does.
    treated: Vec<Option<Treated>>,
    /// Gathered columns and computed values, kept between batches.
    gathered: Vec<Vec<f64>>,
    classes: Vec<u32>,
    values: Vec<Vec<f64>>,
    scratch: Vec<f64>,
}

impl Evaluator {
    pub(crate) fn new(plan: Plan) -> Result<Self> {
        let domains = plan.domains();
        let values = vec![vec![]; plan.models * plan.measures.len()];
        let treated = plan.measures.iter().map(|measure| match measure {
            Measure::Mean(loss) => plan.treated(loss).map_err(failed),
            Measure::Derived(_) => Ok(None),
        });
        let treated = treated.collect::<Result<_>>()?;
        Ok(Self { plan, domains, treated, gathered: vec![], classes: vec![], values, scratch: vec![] })
    }

    /// Adds `rows` to the tallies of their groups (all to group 0 without `groups`). The tallies must have grown to
    /// `total_groups` groups.
    pub(crate) fn add(
        &mut self,
        rows: &Rows<'_>,
        groups: Option<&[usize]>,
        total_groups: usize,
        tallies: &mut Tallies,
    ) -> Result<()> {
        let selection = rows.select(&self.domains, groups, total_groups, |group, reason| {
            *tallies.count(group, Layout::dropped(reason)) += 1;
        });
        for (group, run) in &selection.runs {
            *tallies.count(*group, Layout::ROWS) += run.len() as u64;
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        let rows = match &selection.order {
            None => Rows { targets: rows.targets.clone(), scores: rows.scores.clone(), nulls: None, ..*rows },
            Some(order) => gather(rows, order, &mut gathered),
        };
        let added = self.add_blocks(&rows, &selection, tallies);
        self.gathered = gathered;
        added
    }

    /// What [`evaluate`](Self::evaluate) has computed, by model and measure.
    pub(crate) fn values(&self) -> &[Vec<f64>] {
        &self.values
    }

    fn add_blocks(&mut self, rows: &Rows<'_>, selection: &Selection, tallies: &mut Tallies) -> Result<()> {
        let mut runs = selection.runs.iter().peekable();
        for start in (0..rows.len()).step_by(BLOCK) {
            let block = start..rows.len().min(start + BLOCK);
            self.evaluate(rows, block.clone())?;
            while let Some((group, run)) = runs.peek() {
                let part = run.start.max(block.start)..run.end.min(block.end);
                self.add_run(rows, *group, part, block.start, tallies);
                if run.end > block.end {
                    break;
                }
                runs.next();
            }
        }
        Ok(())
    }

    /// Fills `self.values` with the value of every measure for every model.
    pub(crate) fn evaluate(&mut self, rows: &Rows<'_>, block: Range<usize>) -> Result<()> {
        let targets: Vec<&[f64]> = rows.targets.iter().map(|column| &column[block.clone()]).collect();
        let target = targets[0];
        if rows.classes {
            self.classes.clear();
            self.classes.extend(target.iter().map(|&class| class as u32));
        }
        let threshold = if self.plan.prediction.is_raw() { 0.0 } else { 0.5 };
        for model in 0..self.plan.models {
            let columns = &rows.scores[model * rows.columns_per_model..][..rows.columns_per_model];
            let scores: Vec<&[f64]> = columns.iter().map(|column| &column[block.clone()]).collect();
            for (index, measure) in self.plan.measures.iter().enumerate() {
                let values = &mut self.values[model * self.plan.measures.len() + index];
                values.resize(block.len(), 0.0);
                match measure {
                    Measure::Mean(loss) => {
                        let truth = truth(&targets, rows.classes, &self.classes, loss);
                        match &self.treated[index] {
                            None => plain_values(loss, truth, &scores, values),
                            Some(treated) => {
                                treated.values(&dartboard_losses::Rows::new(truth, &scores), values).map_err(failed)?;
                            }
                        }
                    }
                    Measure::Derived(Derived::Rmse) => {
                        for ((value, y), z) in values.iter_mut().zip(target).zip(scores[0]) {
                            *value = (z - y) * (z - y);
                        }
                    }
                    Measure::Derived(Derived::Accuracy) if rows.classes => {
                        for (row, value) in values.iter_mut().enumerate() {
                            *value = f64::from(argmax(&scores, row) == self.classes[row]);
                        }
                    }
                    Measure::Derived(Derived::Accuracy) => {
                        for ((value, y), z) in values.iter_mut().zip(target).zip(scores[0]) {
                            *value = f64::from((*z > threshold) == (*y > 0.5));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds up what the predictions of the rows `run` stand for.
    fn add_predictions(&mut self, rows: &Rows<'_>, group: usize, run: Range<usize>, tallies: &mut Tallies) {
        let Some(link) = self.plan.quantity() else { return };
        let weight = rows.weight.map(|weight| &weight[run.clone()]);
        for model in 0..self.plan.models {
            let mut predictions = &rows.scores[model][run.clone()];
            if link != Link::Identity {
                self.scratch.clear();
                self.scratch.extend(predictions.iter().map(|&z| link.from_prediction(z)));
                predictions = &self.scratch;
            }
            let at = tallies.layout.prediction(model);
            add(tallies.sum(group, at), predictions, weight);
        }
    }

    /// Adds the rows `run` (positions in `rows`), whose values stand in the block that begins at `block_start`.
    fn add_run(&mut self, rows: &Rows<'_>, group: usize, run: Range<usize>, block_start: usize, tallies: &mut Tallies) {
        let here = run.start - block_start..run.end - block_start;
        let weight = rows.weight.map(|weight| &weight[run.clone()]);
        let layout = tallies.layout.clone();
        if let Some(weight) = weight {
            tallies.sum(group, Layout::WEIGHT).add_slice(weight);
            if self.plan.pairs {
                tallies.sum(group, Layout::SQUARED_WEIGHT).add_products(weight, weight);
            }
        }
        if let Some(targets) = tallies.targets(group) {
            targets.add(&rows.target()[run.clone()], weight);
        }
        if self.plan.totals && !self.plan.is_rowwise() {
            add(tallies.sum(group, Layout::TARGET), &rows.target()[run.clone()], weight);
            self.add_predictions(rows, group, run.clone(), tallies);
        }
        for model in 0..self.plan.models {
            for (index, measure) in self.plan.measures.iter().enumerate() {
                let values = &self.values[model * self.plan.measures.len() + index][here.clone()];
                let sum = tallies.sum(group, layout.value(model, index));
                if *measure == Measure::Derived(Derived::Rmse) {
                    add_squares(sum, values, &rows.target()[run.clone()], &rows.scores[model][run.clone()], weight);
                } else {
                    let infinite = add_finite(sum, values, weight);
                    *tallies.count(group, layout.infinite(model, index)) += infinite;
                }
            }
        }
        for (pair, (first, second)) in self.plan.model_pairs().into_iter().enumerate() {
            for index in 0..self.plan.measures.len() {
                let values = |model: usize| &self.values[model * self.plan.measures.len() + index][here.clone()];
                self.scratch.clear();
                // Rows in which a model's loss is infinite are counted there; no difference makes sense of them.
                self.scratch.extend(values(first).iter().zip(values(second)).map(|(a, b)| {
                    let difference = a - b;
                    if difference.is_finite() { difference } else { 0.0 }
                }));
                let at = layout.difference(pair, index);
                add(tallies.sum(group, at), &self.scratch, weight);
                match weight {
                    None => tallies.sum(group, at + 2).add_products(&self.scratch, &self.scratch),
                    Some(weight) => add_weighted_squares(tallies, (group, at), &self.scratch, weight),
                }
            }
        }
    }
}

/// The truth of a block as a loss takes it.
pub(crate) fn truth<'a>(targets: &'a [&'a [f64]], classes: bool, indices: &'a [u32], loss: &Loss) -> Truth<'a> {
    if classes {
        Truth::Classes(indices)
    } else if loss.rowwise().is_some() {
        Truth::Shares(targets)
    } else {
        Truth::Numbers(targets[0])
    }
}

/// The truth of a row loss.
pub(crate) fn row_target<'a>(truth: Truth<'a>) -> RowTarget<'a, f64> {
    match truth {
        Truth::Classes(indices) => RowTarget::Class(indices),
        Truth::Shares(columns) => RowTarget::Shares(columns),
        Truth::Numbers(_) => RowTarget::Shares(&[]),
    }
}

/// The loss itself, nothing around it.
fn plain_values(loss: &Loss, truth: Truth<'_>, scores: &[&[f64]], values: &mut [f64]) {
    if let Some(loss) = loss.rowwise() {
        loss.value(row_target(truth), scores, values);
    } else if let Truth::Numbers(target) = truth {
        if let Some(loss) = loss.pointwise() {
            loss.value(target, scores[0], values);
        } else if let Some(loss) = loss.joint() {
            loss.value(target, scores, values);
        }
    }
}

/// What was checked before is said by the loss itself: treatments that do not fit it.
pub(crate) fn failed(error: BatchError) -> DataFusionError {
    DataFusionError::Execution(error.to_string())
}

/// Adds `w²·d` and `w²·d²` to the sums `at + 1` and `at + 2` of a group, exactly: `w·d` is a product and its error.
fn add_weighted_squares(tallies: &mut Tallies, (group, at): (usize, usize), differences: &[f64], weight: &[f64]) {
    for (&difference, &weight) in differences.iter().zip(weight) {
        let product = weight * difference;
        let error = weight.mul_add(difference, -product);
        let linear = tallies.sum(group, at + 1);
        linear.add_product(weight, product);
        linear.add_product(weight, error);
        let squares = tallies.sum(group, at + 2);
        squares.add_product(product, product);
        squares.add_product(2.0 * product, error);
        squares.add_product(error, error);
    }
}

fn add(sum: &mut ExactSum, values: &[f64], weight: Option<&[f64]>) {
    match weight {
        None => sum.add_slice(values),
        Some(weight) => sum.add_products(values, weight),
    }
}

/// Adds the finite values and returns the number of the others.
fn add_finite(sum: &mut ExactSum, values: &[f64], weight: Option<&[f64]>) -> u64 {
    let Some(weight) = weight else { return sum.add_finite(values) };
    if values.iter().fold(true, |finite, value| finite & value.is_finite()) {
        sum.add_products(values, weight);
        return 0;
    }
    let mut infinite = 0;
    for (&value, &weight) in values.iter().zip(weight) {
        if value.is_finite() {
            sum.add_product(value, weight);
        } else {
            infinite += 1;
        }
    }
    infinite
}

/// Magnitudes of residuals whose square neither overflows nor loses digits to underflow.
const SAFE_TO_SQUARE: Range<f64> = 1e-140..1e150;

/// Adds `weight · (z − y)²`, also where the square is beyond the range of `f64`.
fn add_squares(sum: &mut ExactSum, squares: &[f64], target: &[f64], prediction: &[f64], weight: Option<&[f64]>) {
    let safe = SAFE_TO_SQUARE.start * SAFE_TO_SQUARE.start..SAFE_TO_SQUARE.end * SAFE_TO_SQUARE.end;
    if squares.iter().fold(true, |all, square| all & ((*square == 0.0) | safe.contains(square))) {
        // A square that underflowed to 0 is told from a true 0 below only where another row is out of range too, so
        // look: equal numbers are the only true 0.
        let true_zero = |((square, y), z): ((&f64, &f64), &f64)| *square != 0.0 || y == z;
        if squares.iter().zip(target).zip(prediction).all(true_zero) {
            return add(sum, squares, weight);
        }
    }
    for row in 0..squares.len() {
        // Halved before the subtraction, which could overflow; scaled to a mantissa before the square.
        let residual = prediction[row] * 0.5 - target[row] * 0.5;
        let (mantissa, exponent) = if safe.contains(&squares[row]) {
            (prediction[row] - target[row], 0)
        } else if residual == 0.0 {
            // Halving has flushed a subnormal difference.
            let residual = prediction[row] - target[row];
            (residual * 2.0_f64.powi(600), -600)
        } else if residual.abs() > 1.0 {
            (residual * 2.0_f64.powi(-600), 601)
        } else {
            ((prediction[row] - target[row]) * 2.0_f64.powi(600), -600)
        };
        let square = mantissa * mantissa;
        match weight.map(|weight| weight[row]) {
            None => sum.add_scaled(square, 2 * exponent),
            Some(weight) => {
                let product = weight * square;
                sum.add_scaled(product, 2 * exponent);
                sum.add_scaled(weight.mul_add(square, -product), 2 * exponent);
            }
        }
    }
}

/// The first class with the largest score.
fn argmax(scores: &[&[f64]], row: usize) -> u32 {
    let mut best = 0;
    for class in 1..scores.len() {
        if scores[class][row] > scores[best][row] {
            best = class;
        }
    }
    best as u32
}

/// Copies the rows `order` of every column into `gathered`.
pub(crate) fn gather<'g>(rows: &Rows<'_>, order: &[u32], gathered: &'g mut Vec<Vec<f64>>) -> Rows<'g> {
    let targets = rows.targets.len();
    let columns = targets + 1 + rows.scores.len();
    gathered.resize_with(columns.max(gathered.len()), Vec::new);
    let sources = rows.targets.iter().copied().chain(rows.weight.or(Some(&[]))).chain(rows.scores.iter().copied());
    for (target, source) in gathered.iter_mut().zip(sources) {
        target.clear();
        if !source.is_empty() {
            target.extend(order.iter().map(|&row| source[row as usize]));
        }
    }
    Rows {
        targets: gathered[..targets].iter().map(Vec::as_slice).collect(),
        scores: gathered[targets + 1..columns].iter().map(Vec::as_slice).collect(),
        columns_per_model: rows.columns_per_model,
        weight: rows.weight.map(|_| gathered[targets].as_slice()),
        nulls: None,
        classes: rows.classes,
    }
}
