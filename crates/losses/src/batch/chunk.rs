//! A stretch of rows with those that are left out taken away, so that losses see whole blocks.

use super::rows::{Rows, Truth};

/// The truth of the rows of a chunk.
#[derive(Clone, Debug)]
pub(crate) enum Labels {
    Numbers(Vec<f64>),
    Classes(Vec<u32>),
    Shares(Vec<Vec<f64>>),
}

/// The rows of a stretch that take part.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// Where they are in the batch.
    pub(crate) rows: Vec<usize>,
    pub(crate) labels: Labels,
    /// Prediction columns.
    pub(crate) columns: Vec<Vec<f64>>,
    pub(crate) weight: Vec<f64>,
}

impl Chunk {
    /// Rows per chunk: a block of the losses.
    pub(crate) const ROWS: usize = 1024;

    /// The rows of the stretch that neither the mask nor `ignore` leaves out.
    pub(crate) fn gather(rows: &Rows<'_>, stretch: std::ops::Range<usize>, ignore: Option<f64>) -> Self {
        let kept: Vec<usize> = stretch.filter(|&row| takes_part(rows, row, ignore)).collect();
        let pick = |column: &[f64]| kept.iter().map(|&row| column[row]).collect::<Vec<f64>>();
        let labels = match rows.truth {
            Truth::Numbers(target) => Labels::Numbers(pick(target)),
            Truth::Classes(target) => Labels::Classes(kept.iter().map(|&row| target[row]).collect()),
            Truth::Shares(columns) => Labels::Shares(columns.iter().map(|column| pick(column)).collect()),
        };
        let columns = rows.predictions.iter().map(|column| pick(column)).collect();
        let weight = rows.weight.map_or_else(|| vec![1.0; kept.len()], pick);
        Self { rows: kept, labels, columns, weight }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn column_slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }
}

fn takes_part(rows: &Rows<'_>, row: usize, ignore: Option<f64>) -> bool {
    if rows.mask.is_some_and(|mask| !mask[row]) {
        return false;
    }
    let label = match rows.truth {
        Truth::Numbers(target) => target[row],
        Truth::Classes(target) => f64::from(target[row]),
        Truth::Shares(_) => return true,
    };
    !ignore.is_some_and(|ignore| label == ignore || (label.is_nan() && ignore.is_nan()))
}
