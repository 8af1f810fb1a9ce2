//! Rows in increasing order of prediction, in groups of equal predictions.

use std::ops::Range;

use dartboard_numerics::sum::ExactSum;

use super::DecomposeError;
use crate::constant::Distribution;
use crate::domain::Interval;

/// A row that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) prediction: f64,
    pub(super) target: f64,
    pub(super) weight: f64,
}

/// The rows with a weight above 0. Within a group their order is left to chance: whoever reads a group adds exactly.
#[derive(Debug)]
pub(super) struct Ordered {
    pub(super) rows: Vec<Row>,
    /// The first row of every group, and after the last group the number of rows.
    starts: Vec<usize>,
}

impl Ordered {
    /// Of targets and predictions with the domains they must lie in; at least one row counts.
    pub(super) fn new(
        (target, target_domain): (&[f64], Interval),
        (prediction, prediction_domain): (&[f64], Interval),
        weight: Option<&[f64]>,
    ) -> Result<Self, DecomposeError> {
        check(target, "target", target_domain, target.len())?;
        check(prediction, "prediction", prediction_domain, target.len())?;
        if let Some(weight) = weight {
            check(weight, "weight", Interval::NON_NEGATIVE, target.len())?;
        }
        let weight_of = |row: usize| weight.map_or(1.0, |weight| weight[row]);
        let rows = (0..target.len())
            .map(|row| Row { prediction: prediction[row], target: target[row], weight: weight_of(row) })
            .filter(|row| row.weight > 0.0)
            .collect();
        Self::from_rows(rows)
    }

    fn from_rows(mut rows: Vec<Row>) -> Result<Self, DecomposeError> {
        rows.sort_unstable_by(|a, b| a.prediction.total_cmp(&b.prediction));
        let mut starts = vec![0];
        // Compared as numbers: −0 and 0 are one prediction.
        starts.extend(rows.chunk_by(|a, b| a.prediction == b.prediction).scan(0, |end, group| {
            *end += group.len();
            Some(*end)
        }));
        if rows.is_empty() { Err(DecomposeError::NoRows) } else { Ok(Self { rows, starts }) }
    }

    pub(super) fn group_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of these groups.
    pub(super) fn rows_of(&self, groups: Range<usize>) -> Range<usize> {
        self.starts[groups.start]..self.starts[groups.end]
    }

    pub(super) fn group(&self, group: usize) -> &[Row] {
        &self.rows[self.rows_of(group..group + 1)]
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &[Row]> {
        self.starts.windows(2).map(|ends| &self.rows[ends[0]..ends[1]])
    }

    /// The total weight of these rows.
    pub(super) fn weight(&self, rows: Range<usize>) -> ExactSum {
        self.rows[rows].iter().map(|row| row.weight).collect()
    }

    /// Every target once, in increasing order.
    pub(super) fn distinct_targets(&self) -> Vec<f64> {
        let mut targets: Vec<f64> = self.rows.iter().map(|row| row.target).collect();
        targets.sort_unstable_by(f64::total_cmp);
        targets.dedup();
        targets
    }

    /// The distribution of all targets.
    pub(super) fn distribution(&self) -> Distribution {
        let mut atoms: Vec<(f64, f64)> = self.rows.iter().map(|row| (row.target, row.weight)).collect();
        atoms.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let weights = atoms.chunk_by(|a, b| a.0 == b.0).map(|equal| {
            let weight: ExactSum = equal.iter().map(|atom| atom.1).collect();
            (equal[0].0, weight)
        });
        let weights: Vec<(f64, ExactSum)> = weights.collect();
        Distribution::new(weights.iter().map(|(target, weight)| (*target, weight)))
    }
}

/// Whether there is one number per target, each in its domain.
pub(super) fn check(
    numbers: &[f64],
    what: &'static str,
    domain: Interval,
    targets: usize,
) -> Result<(), DecomposeError> {
    if numbers.len() != targets {
        return Err(DecomposeError::Lengths { what, rows: numbers.len(), targets });
    }
    let outside = numbers.iter().position(|&number| !domain.contains(number));
    outside.map_or(Ok(()), |row| Err(DecomposeError::OutOfDomain { what, row, domain, value: numbers[row] }))
}
