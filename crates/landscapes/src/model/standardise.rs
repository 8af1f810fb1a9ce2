//! Features brought to mean 0 and standard deviation 1.

use dartboard_numerics::sum::ExactSum;

use crate::data::Data;

/// What is taken off each feature and what it is then divided by.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardisation {
    /// The means of the rows it was made of, by their weights.
    pub mean: Vec<f64>,
    /// Their standard deviations; 1 for a feature that is the same in all rows.
    pub deviation: Vec<f64>,
}

impl Standardisation {
    /// That of these rows.
    pub fn of(data: &Data) -> Self {
        let columns = data.names().len();
        let moments = |column: usize| moments(data, |row| data.row(row)[column]);
        let (mean, deviation) = (0..columns).map(moments).unzip();
        Self { mean, deviation }
    }

    /// None: features are taken as they are.
    pub fn none(columns: usize) -> Self {
        Self { mean: vec![0.0; columns], deviation: vec![1.0; columns] }
    }

    /// Whether it changes any feature.
    pub fn changes(&self) -> bool {
        self.mean.iter().any(|&mean| mean != 0.0) || self.deviation.iter().any(|&deviation| deviation != 1.0)
    }

    /// A feature's value, standardised.
    pub fn apply(&self, column: usize, value: f64) -> f64 {
        (value - self.mean[column]) / self.deviation[column]
    }
}

/// Mean and standard deviation (that of the rows themselves, with divisor n) by weight; a deviation of 0 is returned as 1.
pub(crate) fn moments(data: &Data, of: impl Fn(usize) -> f64) -> (f64, f64) {
    let weight = |row: usize| data.weights().map_or(1.0, |weights| weights[row]);
    let (mut total, mut sum) = (ExactSum::new(), ExactSum::new());
    for row in 0..data.rows() {
        total.add(weight(row));
        sum.add_product(weight(row), of(row));
    }
    let mean = sum.ratio(&total);
    let mut squares = ExactSum::new();
    for row in 0..data.rows() {
        let distance = of(row) - mean;
        squares.add_product(weight(row) * distance, distance);
    }
    let deviation = squares.root_ratio(&total);
    (mean, if deviation > 0.0 && deviation.is_finite() { deviation } else { 1.0 })
}
