//! What a target looks like by itself.

use std::collections::HashMap;

use dartboard_numerics::sum::ExactSum;
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
        let total: ExactSum = (0..target.rows()).map(weight_of).collect();
        match target {
            Target::Names { of_row, names } => {
                let mut sums = vec![ExactSum::new(); names.len()];
                let mut present = vec![false; names.len()];
                for (row, &name) in of_row.iter().enumerate() {
                    sums[name as usize].add(weight_of(row));
                    present[name as usize] = true;
                }
                let mut shares: Vec<(String, f64)> = (names.iter().zip(sums).zip(&present))
                    .filter(|(_, present)| **present)
                    .map(|((name, sum), _)| (name.clone(), sum.ratio(&total)))
                    .collect();
                shares.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                let distinct = shares.len();
                shares.truncate(NAMES);
                Self::Names { distinct, shares }
            }
            Target::Numbers(values) => Self::Numbers(Numbers::of(values, &weight_of, &total)),
        }
    }
}

impl Numbers {
    fn of(values: &[f64], weight_of: &dyn Fn(usize) -> f64, total: &ExactSum) -> Self {
        // +0 and −0 are the same value. Sums are exact, so that the order of the rows does not matter.
        let mut frequencies: HashMap<u64, ExactSum> = HashMap::new();
        let [mut sum, mut zeros, mut tens] = [(); 3].map(|()| ExactSum::new());
        for (row, &value) in values.iter().enumerate() {
            let w = weight_of(row);
            frequencies.entry((value + 0.0).to_bits()).or_default().add(w);
            sum.add_product(w, value);
            if value == 0.0 {
                zeros.add(w);
            }
            if value % 10.0 == 0.0 {
                tens.add(w);
            }
        }
        let sorted = Sorted::new(values, weight_of);
        let mut list = vec![];
        if frequencies.len() <= FEW {
            list = frequencies.iter().map(|(bits, sum)| (f64::from_bits(*bits), sum.ratio(total))).collect();
            list.sort_by(|a: &(f64, f64), b| a.0.total_cmp(&b.0));
        }
        let ends = sorted.values();
        Self {
            rows: values.len(),
            distinct: frequencies.len(),
            whole: values.iter().all(|value| value.fract() == 0.0),
            min: ends.first().copied().unwrap_or(f64::NAN),
            max: ends.last().copied().unwrap_or(f64::NAN),
            mean: sum.ratio(total),
            median: sorted.median(),
            zeros: zeros.ratio(total),
            tens: tens.ratio(total),
            values: list,
        }
    }
}
