//! What a target looks like by itself.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::input::Target;
use crate::order::Sorted;

/// A target in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Profile {
    /// Of numbers.
    Numbers(Numbers),
    /// Of names, the most frequent first.
    Names {
        /// How many different names there are.
        distinct: usize,
        /// Each with its share of the weight.
        shares: Vec<(String, f64)>,
    },
}

/// Numbers in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// Rows.
    pub rows: usize,
    /// Different values.
    pub distinct: usize,
    /// Whether all are whole.
    pub whole: bool,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The weighted mean.
    pub mean: f64,
    /// The weighted median.
    pub median: f64,
    /// The share of exact zeros.
    pub zeros: f64,
    /// The share of whole numbers that end in 0, where there are whole numbers: 0.1 unless somebody has rounded.
    pub tens: f64,
    /// The values and their shares, in increasing order, where there are at most [`FEW`] of them.
    pub values: Vec<(f64, f64)>,
}

/// Up to so many different values their frequencies are looked at one by one.
pub const FEW: usize = 64;
/// Names that are kept.
const NAMES: usize = 20;

impl Profile {
    /// The profile of a target; weights are those of its rows.
    pub fn of(target: Target<'_>, weight: Option<&[f64]>) -> Self {
        let weight_of = |row: usize| weight.map_or(1.0, |weight| weight[row]);
        let total: f64 = (0..target.rows()).map(weight_of).sum();
        match target {
            Target::Names { of_row, names } => {
                let mut sums = vec![0.0; names.len()];
                let mut present = vec![false; names.len()];
                for (row, &name) in of_row.iter().enumerate() {
                    sums[name as usize] += weight_of(row);
                    present[name as usize] = true;
                }
                let mut shares: Vec<(String, f64)> = (names.iter().zip(sums).zip(&present))
                    .filter(|(_, present)| **present)
                    .map(|((name, sum), _)| (name.clone(), sum / total))
                    .collect();
                shares.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                let distinct = shares.len();
                shares.truncate(NAMES);
                Self::Names { distinct, shares }
            }
            Target::Numbers(values) => Self::Numbers(Numbers::of(values, &weight_of, total)),
        }
    }
}

impl Numbers {
    fn of(values: &[f64], weight_of: &dyn Fn(usize) -> f64, total: f64) -> Self {
        // +0 and −0 are the same value.
        let mut frequencies: HashMap<u64, f64> = HashMap::new();
        let (mut sum, mut zeros, mut tens) = (0.0, 0.0, 0.0);
        for (row, &value) in values.iter().enumerate() {
            let w = weight_of(row);
            *frequencies.entry((value + 0.0).to_bits()).or_default() += w;
            sum += w * value;
            zeros += if value == 0.0 { w } else { 0.0 };
            tens += if value % 10.0 == 0.0 { w } else { 0.0 };
        }
        let sorted = Sorted::new(values, weight_of);
        let mut list = vec![];
        if frequencies.len() <= FEW {
            list = frequencies.iter().map(|(bits, sum)| (f64::from_bits(*bits), sum / total)).collect();
            list.sort_by(|a: &(f64, f64), b| a.0.total_cmp(&b.0));
        }
        let ends = sorted.values();
        Self {
            rows: values.len(),
            distinct: frequencies.len(),
            whole: values.iter().all(|value| value.fract() == 0.0),
            min: ends.first().copied().unwrap_or(f64::NAN),
            max: ends.last().copied().unwrap_or(f64::NAN),
            mean: sum / total,
            median: sorted.median(),
            zeros: zeros / total,
            tens: tens / total,
            values: list,
        }
    }
}
