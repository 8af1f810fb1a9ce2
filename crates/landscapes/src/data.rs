//! The rows that a model is fitted to and its loss is the mean over.

use std::collections::BTreeSet;

use crate::error::LandscapeError;
use crate::random::{Purpose, Random};

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// One number per row: a quantity, or whether an event happened (0, 1 or a number between).
    Numbers(Vec<f64>),
    /// One of several classes per row.
    Classes {
        /// The index of each row's class among the names.
        class: Vec<u32>,
        /// The names of the classes.
        names: Vec<String>,
    },
    /// One column per class, label or component.
    Shares {
        /// The columns, each with a number per row.
        columns: Vec<Vec<f64>>,
        /// The names of the columns.
        names: Vec<String>,
    },
}

impl Targets {
    pub(crate) fn describe(&self) -> String {
        /// Names that are listed.
        const LISTED: usize = 4;
        let named = |names: &[String]| {
            let more = if names.len() > LISTED { ", …" } else { "" };
            format!("{}{more}", names[..names.len().min(LISTED)].join(", "))
        };
        match self {
            Self::Numbers(_) => "one number per row".to_owned(),
            Self::Classes { names, .. } => format!("{} classes ({})", names.len(), named(names)),
            Self::Shares { names, .. } => format!("{} columns ({})", names.len(), named(names)),
        }
    }

    /// The names of classes or columns; none of numbers.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Numbers(_) => &[],
            Self::Classes { names, .. } | Self::Shares { names, .. } => names,
        }
    }

    fn select(&self, rows: &[usize]) -> Self {
        let of = |column: &[f64]| rows.iter().map(|&row| column[row]).collect();
        match self {
            Self::Numbers(numbers) => Self::Numbers(of(numbers)),
            Self::Classes { class, names } => {
                Self::Classes { class: rows.iter().map(|&row| class[row]).collect(), names: names.clone() }
            }
            Self::Shares { columns, names } => {
                Self::Shares { columns: columns.iter().map(|column| of(column)).collect(), names: names.clone() }
            }
        }
    }
}

/// Features, targets and perhaps weights of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    features: Vec<f64>,
    names: Vec<String>,
    targets: Targets,
    weights: Option<Vec<f64>>,
    rows: usize,
}

impl Data {
    /// The rows with these features, one row after another and one number for each of `names` in a row, these targets
    /// and these weights; without weights every row counts once.
    ///
    /// # Errors
    /// Where lengths do not fit each other, a name is given twice, a feature is not finite, a weight is negative or not
    /// finite, or there is nothing to take a mean of.
    pub fn new(
        features: Vec<f64>,
        names: Vec<String>,
        targets: Targets,
        weights: Option<Vec<f64>>,
    ) -> Result<Self, LandscapeError> {
        if names.is_empty() {
            return Err(LandscapeError::NoFeatures);
        }
        let rows = features.len() / names.len();
        let fits = |what, expected: usize, found: usize| {
            if expected == found { Ok(()) } else { Err(LandscapeError::Length { what, expected, found }) }
        };
        fits("the table of features", rows * names.len(), features.len())?;
        let mut seen = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(LandscapeError::FeatureTwice(twice.clone()));
        }
        if rows == 0 {
            return Err(LandscapeError::NoRows);
        }
        if let Some(place) = features.iter().position(|value| !value.is_finite()) {
            let (row, feature) = (place / names.len(), names[place % names.len()].clone());
            return Err(LandscapeError::Feature { row, feature, value: features[place] });
        }
        match &targets {
            Targets::Numbers(numbers) => fits("the targets", rows, numbers.len())?,
            Targets::Classes { class, names } => {
                fits("the targets", rows, class.len())?;
                if let Some(row) = class.iter().position(|&class| class as usize >= names.len()) {
                    return Err(LandscapeError::Class { row, class: class[row], classes: names.len() });
                }
            }
            Targets::Shares { columns, names } => {
                fits("the names of the target's columns", columns.len(), names.len())?;
                columns.iter().try_for_each(|column| fits("a column of the target", rows, column.len()))?;
            }
        }
        if let Some(weights) = &weights {
            fits("the weights", rows, weights.len())?;
            if let Some(row) = weights.iter().position(|&weight| !(weight.is_finite() && weight >= 0.0)) {
                return Err(LandscapeError::Weight { row, weight: weights[row] });
            }
            if weights.iter().all(|&weight| weight == 0.0) {
                return Err(LandscapeError::NoWeight);
            }
        }
        Ok(Self { features, names, targets, weights, rows })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names of the features.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The features of a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[f64] {
        let width = self.names.len();
        &self.features[row * width..(row + 1) * width]
    }

    /// The targets.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The weights, where rows have any.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// These rows, in this order.
    ///
    /// # Errors
    /// Where there are none, or their weights add up to 0.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Result<Self, LandscapeError> {
        let features = rows.iter().flat_map(|&row| self.row(row)).copied().collect();
        let weights = self.weights.as_ref().map(|weights| rows.iter().map(|&row| weights[row]).collect());
        Self::new(features, self.names.clone(), self.targets.select(rows), weights)
    }

    /// Rows to train on and rows to test on (`None` where the share is 0), drawn by `seed`; each keep their order.
    ///
    /// The number of rows for testing is the share of all, rounded to the nearest.
    ///
    /// # Errors
    /// Where the share is negative or not below 1, or no row is left to train on.
    pub fn split(&self, test_share: f64, seed: u64) -> Result<(Self, Option<Self>), LandscapeError> {
        if !(0.0..1.0).contains(&test_share) {
            return Err(LandscapeError::TestShare(test_share));
        }
        let count = (test_share * self.rows as f64).round() as usize;
        if count >= self.rows {
            return Err(LandscapeError::NothingToTrainOn { rows: self.rows, share: test_share });
        }
        if count == 0 {
            return Ok((self.clone(), None));
        }
        let mut order: Vec<usize> = (0..self.rows).collect();
        Random::new(seed, Purpose::Split).shuffle(&mut order);
        let (test, train) = order.split_at_mut(count);
        test.sort_unstable();
        train.sort_unstable();
        Ok((self.select(train)?, Some(self.select(test)?)))
    }
}
