//! Quantiles of weighted numbers and the order of rows.

/// Numbers in increasing order with their weights.
#[derive(Clone, Debug)]
pub(crate) struct Sorted {
    values: Vec<f64>,
    /// The weight of each number and of all before it.
    cumulative: Vec<f64>,
}

impl Sorted {
    /// Sorts numbers; `weight` gives the weight of the number at an index.
    pub(crate) fn new(values: &[f64], weight: impl Fn(usize) -> f64) -> Self {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut total = 0.0;
        let cumulative = order
            .iter()
            .map(|&index| {
                total += weight(index);
                total
            })
            .collect();
        Self { values: order.iter().map(|&index| values[index]).collect(), cumulative }
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The quantile at this level, 0 to 1: the number at which the weight first reaches that share of the total, the
    /// middle of two where it is reached exactly. NaN where there is none.
    pub(crate) fn quantile(&self, level: f64) -> f64 {
        let Some(&total) = self.cumulative.last() else { return f64::NAN };
        let wanted = level * total;
        let at = self.cumulative.partition_point(|&weight| weight < wanted).min(self.values.len() - 1);
        if self.cumulative[at] == wanted && at + 1 < self.values.len() {
            return 0.5 * self.values[at] + 0.5 * self.values[at + 1];
        }
        self.values[at]
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}

/// 1.4826, which makes the median distance from the median of normal numbers their standard deviation: `1/Φ⁻¹(¾)`.
pub(crate) const MAD_TO_SD: f64 = 1.482_602_218_505_602;

/// The median and `1.4826 · MAD`, a standard deviation that outliers do not move.
pub(crate) fn robust_scale(values: &[f64], weight: impl Fn(usize) -> f64) -> (f64, f64) {
    let median = Sorted::new(values, &weight).median();
    let distances: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    (median, MAD_TO_SD * Sorted::new(&distances, &weight).median())
}

/// The ranks of numbers from 0 to n − 1, equal numbers sharing the mean of theirs.
pub(crate) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let mean = first as f64 + 0.5 * (run.len() - 1) as f64;
        run.iter().for_each(|&index| ranks[index] = mean);
        first += run.len();
    }
    ranks
}

/// Spearman's rank correlation; 0 where one of them is constant.
pub(crate) fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let middle = 0.5 * (a.len() as f64 - 1.0);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        let (a, b) = (a - middle, b - middle);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    if aa > 0.0 && bb > 0.0 { ab / (aa * bb).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_weighted_numbers() {
        let even = Sorted::new(&[3.0, 1.0, 2.0, 4.0], |_| 1.0);
        assert_eq!(even.median(), 2.5);
        assert_eq!(even.quantile(0.25), 1.5);
        assert_eq!(even.quantile(1.0), 4.0);
        let heavy = Sorted::new(&[3.0, 1.0, 2.0], |index| [5.0, 1.0, 1.0][index]);
        assert_eq!(heavy.median(), 3.0);
        assert!(Sorted::new(&[], |_| 1.0).median().is_nan());
    }

    #[test]
    fn equal_numbers_share_their_rank() {
        assert_eq!(ranks(&[5.0, 1.0, 5.0, 0.0]), [2.5, 1.0, 2.5, 0.0]);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 21.0]), 1.0);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[7.0, 7.0, 7.0]), 0.0);
    }
}
