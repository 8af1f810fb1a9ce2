//! The rows of a batch on their way to an overlap loss.

use super::NAME;
use crate::batch::{BatchError, Chunk, Labels, Rows, Truth, lengths, weights};
use crate::domain::Interval;

/// Visits the rows that take part, with their targets as numbers, once everything about them is checked.
pub(super) fn each_chunk(rows: &Rows<'_>, mut visit: impl FnMut(&Chunk, &[f64])) -> Result<(), BatchError> {
    lengths(rows)?;
    if rows.predictions.len() != 1 {
        let expected = "one column of predictions".to_owned();
        return Err(BatchError::Columns { loss: NAME, expected, found: rows.predictions.len() });
    }
    if matches!(rows.truth, Truth::Shares(_)) {
        let (expected, found) = ("one number per row", "shares of classes");
        return Err(BatchError::Truth { loss: NAME, expected, found });
    }
    for start in (0..rows.len()).step_by(Chunk::ROWS) {
        let end = rows.len().min(start + Chunk::ROWS);
        let chunk = Chunk::gather(rows, start..end, None);
        weights(&chunk)?;
        let target: Vec<f64> = match &chunk.labels {
            Labels::Numbers(target) => target.clone(),
            Labels::Classes(target) => target.iter().map(|&class| f64::from(class)).collect(),
            Labels::Shares(_) => vec![],
        };
        let domain = Interval::UNIT;
        for (place, &row) in chunk.rows.iter().enumerate() {
            let (target, prediction) = (target[place], chunk.columns[0][place]);
            if !domain.contains(target) {
                return Err(BatchError::Target { loss: NAME, row, target, domain: domain.to_string() });
            }
            if !domain.contains(prediction) {
                return Err(BatchError::Prediction { loss: NAME, row, prediction, domain: domain.to_string() });
            }
        }
        visit(&chunk, &target);
    }
    Ok(())
}
