//! The state of overlap losses: exact sums over rows, which can be merged.

use dartboard_numerics::sum::ExactSum;

use super::exact::{add_products_of_three, difference};
use super::rows::each_chunk;
use crate::batch::{BatchError, Rows, fits};

/// All that overlap losses know of a batch: sums over its rows, without rounding.
///
/// Sums of parts of a batch, [merged](Self::merge), are those of the whole, to the last bit, whatever the order of the
/// rows and the parts. The empty state is that of no rows.
///
/// Exact as long as no product of weight, target and prediction but 0 lies below 2⁻²⁰¹⁷ (1e-607): bits below 2⁻²¹⁷⁶ are
/// dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverlapSums {
    /// `Σ w·y·p`.
    pub(super) both: ExactSum,
    /// `Σ w·p`.
    predicted: ExactSum,
    /// `Σ w·y`.
    actual: ExactSum,
    rows: usize,
    left_out: usize,
}

impl OverlapSums {
    /// The sums of these rows: targets and predictions in [0, 1], one column of predictions, weights finite and at
    /// least 0. The mask of the rows leaves rows out, whatever they hold; a row of weight 0 is a row that adds nothing.
    ///
    /// # Errors
    /// [`BatchError`] where lengths differ, there is not one column of predictions, the truth is no number per row, or
    /// a number lies outside of its domain (NaN always does), with the row.
    pub fn of(rows: &Rows<'_>) -> Result<Self, BatchError> {
        let mut sums = Self::default();
        each_chunk(rows, |chunk, target| {
            let (weight, prediction) = (&chunk.weight, &chunk.columns[0]);
            add_products_of_three(&mut sums.both, weight, target, prediction);
            sums.predicted.add_products(weight, prediction);
            sums.actual.add_products(weight, target);
            sums.rows += chunk.len();
        })?;
        sums.left_out = rows.len() - sums.rows;
        Ok(sums)
    }

    /// Adds the rows of another part of the batch.
    pub fn merge(&mut self, other: &Self) {
        self.both.merge(&other.both);
        self.predicted.merge(&other.predicted);
        self.actual.merge(&other.actual);
        self.rows += other.rows;
        self.left_out += other.left_out;
    }

    /// `TP = Σ w·y·p`, correctly rounded.
    pub fn true_positives(&self) -> f64 {
        self.both.to_f64()
    }

    /// `FP = Σ w·(1 − y)·p`, correctly rounded.
    pub fn false_positives(&self) -> f64 {
        self.only_predicted().to_f64()
    }

    /// `FN = Σ w·y·(1 − p)`, correctly rounded.
    pub fn false_negatives(&self) -> f64 {
        self.only_actual().to_f64()
    }

    /// The number of rows that take part.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of rows that the mask left out.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    pub(super) fn only_predicted(&self) -> ExactSum {
        difference(&self.predicted, &self.both)
    }

    pub(super) fn only_actual(&self) -> ExactSum {
        difference(&self.actual, &self.both)
    }
}

/// All that the product of the Hessian with a vector needs of the vector: sums over rows, without rounding, which can
/// be merged as [`OverlapSums`] can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverlapDirection {
    /// `Σ w·v`.
    all: ExactSum,
    /// `Σ w·y·v`.
    actual: ExactSum,
}

impl OverlapDirection {
    /// The sums of a vector with one component per row; those of rows that are left out count for nothing.
    ///
    /// # Errors
    /// As [`OverlapSums::of`], and where the vector does not fit the rows or is not finite.
    pub fn of(rows: &Rows<'_>, vector: &[f64]) -> Result<Self, BatchError> {
        fits("the vector", vector.len(), rows)?;
        let mut sums = Self::default();
        let mut wrong = None;
        each_chunk(rows, |chunk, target| {
            let vector: Vec<f64> = chunk.rows.iter().map(|&row| vector[row]).collect();
            let infinite = vector.iter().position(|component| !component.is_finite());
            if let Some(place) = infinite {
                wrong = wrong.or(Some((chunk.rows[place], vector[place])));
                return;
            }
            sums.all.add_products(&chunk.weight, &vector);
            add_products_of_three(&mut sums.actual, &chunk.weight, target, &vector);
        })?;
        wrong.map_or(Ok(sums), |(row, value)| Err(BatchError::Vector { row, value }))
    }

    /// Adds the components of another part of the batch.
    pub fn merge(&mut self, other: &Self) {
        self.all.merge(&other.all);
        self.actual.merge(&other.actual);
    }

    /// `Σ w·(1 − y)·v` and `Σ w·y·v`.
    pub(super) fn parts(&self) -> [ExactSum; 2] {
        [difference(&self.all, &self.actual), self.actual.clone()]
    }
}
