//! What advice is asked about: columns of plain numbers.

use crate::goal::{Costs, Goal};
use crate::task::Task;

/// The columns and what is known about them. All columns have as many rows, without missing, NaN or infinite values
/// (but for raw scores, which may be infinite): whoever reads them counts and leaves those out.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The name of the target, which also stands for its unit.
    pub target_name: &'a str,
    /// The target.
    pub target: Target<'a>,
    /// Predictions for the same rows, by a model that has not seen them.
    pub predictions: Predictions<'a>,
    /// The weight of each row, not negative.
    pub weight: Option<&'a [f64]>,
    /// Features to look for structure that the model has missed.
    pub features: &'a [Feature<'a>],
    /// What is wanted, if it is known.
    pub goal: Option<Goal>,
    /// What errors cost, if it is known.
    pub costs: Option<Costs>,
    /// The task, if it is known.
    pub task: Option<Task>,
    /// The name of the event, where a target of two names has one; else it is the later name.
    pub event: Option<&'a str>,
    /// The factor by which events were weighted when the model was trained, if they were.
    pub training_weight: Option<f64>,
}

impl<'a> Input<'a> {
    /// A target alone.
    pub fn of(target_name: &'a str, target: Target<'a>) -> Self {
        Self {
            target_name,
            target,
            predictions: Predictions::None,
            weight: None,
            features: &[],
            goal: None,
            costs: None,
            task: None,
            event: None,
            training_weight: None,
        }
    }
}

/// A target.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Numbers.
    Numbers(&'a [f64]),
    /// Names, or yes and no: the index of each row's name in the list of names.
    Names {
        /// The index of each row's name.
        of_row: &'a [u32],
        /// The different names.
        names: &'a [String],
    },
}

impl Target<'_> {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Names { of_row, .. } => of_row.len(),
        }
    }
}

/// Predictions.
#[derive(Clone, Copy, Debug)]
pub enum Predictions<'a> {
    /// There are none.
    None,
    /// One number per row.
    One {
        /// The name of the column.
        name: &'a str,
        /// The numbers.
        values: &'a [f64],
        /// Whether they are on the raw scale: logits, log-means, margins.
        raw: bool,
    },
    /// Forecasts of several quantiles.
    Quantiles {
        /// The level of each column and its name.
        levels: &'a [(f64, &'a str)],
        /// The columns.
        columns: &'a [&'a [f64]],
    },
    /// One number per row and class.
    PerClass {
        /// The columns, one per class.
        columns: &'a [&'a [f64]],
        /// The class of each column, as an index of the target's names (its number, where the target holds numbers).
        classes: &'a [u32],
        /// Whether they are on the raw scale.
        raw: bool,
    },
}

/// A feature: a column of numbers that the model may or may not have used.
#[derive(Clone, Copy, Debug)]
pub struct Feature<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its values.
    pub values: &'a [f64],
}
