//! A few rows as columns, padded to whole registers.

use dartboard_losses::{Family, Loss, RowTarget, TargetKind};

use crate::data::{Data, Targets};
use crate::error::LandscapeError;
use crate::kernels::LANES;
use crate::model::Model;

/// Rows of a block: their features, 64 of them, and what a layer of 64 makes of them stay in the second-level cache.
pub(crate) const ROWS: usize = 256;

/// The truth of the rows of a block.
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    Numbers(Vec<f64>),
    Classes(Vec<u32>),
    Shares(Vec<Vec<f64>>),
}

/// Rows as columns.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) rows: usize,
    /// The rows, rounded up to a multiple of [`LANES`]: features of rows beyond are 0.
    pub(crate) width: usize,
    /// A column of standardised values for each feature.
    pub(crate) features: Vec<f64>,
    pub(crate) truth: Truth,
    /// Each row's weight; `None` where all count once.
    pub(crate) weight: Option<Vec<f64>>,
}

/// The rows of `data` in blocks.
pub(crate) fn blocks(model: &Model, data: &Data) -> Vec<Block> {
    let starts = (0..data.rows()).step_by(ROWS);
    starts.map(|start| block(model, data, start..data.rows().min(start + ROWS))).collect()
}

fn block(model: &Model, data: &Data, range: std::ops::Range<usize>) -> Block {
    let rows = range.len();
    let width = rows.next_multiple_of(LANES);
    let mut features = vec![0.0; data.names().len() * width];
    for (place, row) in range.clone().enumerate() {
        for (column, &value) in data.row(row).iter().enumerate() {
            features[column * width + place] = model.standardisation.apply(column, value);
        }
    }
    let truth = match data.targets() {
        Targets::Numbers(numbers) => Truth::Numbers(numbers[range.clone()].to_vec()),
        // Two classes are the event and what it is not.
        Targets::Classes { class, .. } if model.loss.card().family == Family::Pointwise => {
            Truth::Numbers(class[range.clone()].iter().map(|&class| f64::from(class)).collect())
        }
        Targets::Classes { class, .. } => Truth::Classes(class[range.clone()].to_vec()),
        Targets::Shares { columns, .. } => {
            Truth::Shares(columns.iter().map(|column| column[range.clone()].to_vec()).collect())
        }
    };
    let weight = data.weights().map(|weights| weights[range].to_vec());
    Block { rows, width, features, truth, weight }
}

/// Refuses targets outside of the loss's domain.
///
/// # Errors
/// Where there is one, with its row.
pub fn check_targets(loss: &Loss, data: &Data) -> Result<(), LandscapeError> {
    let card = loss.card();
    let outside = |target: f64| !card.target_domain.contains(target);
    let refuse = |row: usize, target: f64| {
        Err(LandscapeError::Target { loss: card.name, row, target, domain: card.target_domain.to_string() })
    };
    match data.targets() {
        Targets::Numbers(numbers) => {
            numbers.iter().position(|&target| outside(target)).map_or(Ok(()), |row| refuse(row, numbers[row]))
        }
        Targets::Classes { .. } => Ok(()),
        Targets::Shares { columns, .. } if card.target == TargetKind::Vector => {
            let rule = loss.rowwise().map(|loss| loss.row_rule());
            for row in 0..data.rows() {
                if let Some(column) = columns.iter().find(|column| outside(column[row])) {
                    return refuse(row, column[row]);
                }
                if rule.is_some_and(|rule| !rule.holds(columns.iter().map(|column| column[row]))) {
                    let domain = "a vector with a component that is not 0".to_owned();
                    return Err(LandscapeError::Target { loss: card.name, row, target: 0.0, domain });
                }
            }
            Ok(())
        }
        Targets::Shares { columns, .. } => {
            for row in 0..data.rows() {
                let total: f64 = columns.iter().map(|column| column[row]).sum();
                let inside = columns.iter().all(|column| (0.0..=1.0).contains(&column[row]));
                let whole =
                    card.target == TargetKind::Labels || (total - 1.0).abs() <= dartboard_losses::SHARES_TOLERANCE;
                if !(inside && whole) {
                    return Err(LandscapeError::Shares { row, total });
                }
            }
            Ok(())
        }
    }
}

/// Runs `work` with the truth as row losses take it.
pub(crate) fn with_row_target<T>(truth: &Truth, work: impl FnOnce(RowTarget<'_, f64>) -> T) -> Option<T> {
    match truth {
        Truth::Numbers(_) => None,
        Truth::Classes(classes) => Some(work(RowTarget::Class(classes))),
        Truth::Shares(columns) => {
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            Some(work(RowTarget::Shares(&columns)))
        }
    }
}
