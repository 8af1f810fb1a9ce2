//! The rows that advice is drawn from, in an order of their own.
//!
//! Sums, samples and folds must not depend on the order of a file. So rows are sorted by their values, then shuffled by
//! a fixed seed: equal rows are interchangeable, so the result is the same whatever order they came in.

use std::cmp::Ordering;

use dartboard_numerics::isa::{Kernel, dispatch};

/// Targets, predictions and weights of the same rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    pub(crate) y: Vec<f64>,
    pub(crate) p: Vec<f64>,
    /// Weights, scaled to a mean of 1.
    pub(crate) w: Vec<f64>,
}

impl Data {
    pub(crate) fn rows(&self) -> usize {
        self.y.len()
    }

    pub(crate) fn total(&self) -> f64 {
        self.w.iter().sum()
    }

    /// The weighted mean of a function of target and prediction.
    pub(crate) fn mean(&self, f: impl Fn(f64, f64) -> f64) -> f64 {
        dispatch(Sum { data: self, f }) / self.total()
    }

    /// A function of target and prediction, row by row.
    pub(crate) fn each(&self, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        dispatch(Each { data: self, f })
    }

    /// How many rows of equal weight would know as much: `(Σw)²/Σw²` (Kish).
    pub(crate) fn effective(&self) -> f64 {
        let squares: f64 = self.w.iter().map(|w| w * w).sum();
        self.total() * self.total() / squares
    }

    /// Target less prediction.
    pub(crate) fn residuals(&self) -> Vec<f64> {
        self.y.iter().zip(&self.p).map(|(y, p)| y - p).collect()
    }

    /// The rows whose number satisfies a condition.
    pub(crate) fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..self.rows()).filter(|&row| keep(row)).collect();
        let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect();
        Self { y: pick(&self.y), p: pick(&self.p), w: pick(&self.w) }
    }

    /// The first rows: a random sample, as rows are shuffled.
    pub(crate) fn first(&self, rows: usize) -> Self {
        self.only(|row| row < rows)
    }
}

/// The weighted sum of a function. Elementary functions are made of fused multiply-adds, which are calls to software unless
/// the loop is compiled for a processor that has them.
struct Sum<'a, F> {
    data: &'a Data,
    f: F,
}

impl<F: Fn(f64, f64) -> f64> Kernel for Sum<'_, F> {
    type Output = f64;
    #[inline(always)]
    fn run(self) -> f64 {
        let Data { y, p, w } = self.data;
        let mut sum = 0.0;
        for ((&y, &p), &w) in y.iter().zip(p).zip(w) {
            sum += w * (self.f)(y, p);
        }
        sum
    }
}

/// A function row by row.
struct Each<'a, F> {
    data: &'a Data,
    f: F,
}

impl<F: Fn(f64, f64) -> f64> Kernel for Each<'_, F> {
    type Output = Vec<f64>;
    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let mut values = vec![0.0; self.data.rows()];
        for ((value, &y), &p) in values.iter_mut().zip(&self.data.y).zip(&self.data.p) {
            *value = (self.f)(y, p);
        }
        values
    }
}

/// Rows of one prediction each with their features.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) data: Data,
    pub(crate) features: Vec<Vec<f64>>,
    /// The place of each row in the input.
    pub(crate) origin: Vec<usize>,
}

impl Rows {
    /// Brings rows into their order. Rows of weight 0 are left out.
    pub(crate) fn new(y: &[f64], p: &[f64], weight: Option<&[f64]>, features: &[&[f64]]) -> Self {
        let weight_of = |row: usize| weight.map_or(1.0, |weight| weight[row]);
        let mut order: Vec<usize> = (0..y.len()).filter(|&row| weight_of(row) > 0.0).collect();
        let by_values = |&a: &usize, &b: &usize| {
            let first = p[a].total_cmp(&p[b]).then_with(|| y[a].total_cmp(&y[b]));
            let first = first.then_with(|| weight_of(a).total_cmp(&weight_of(b)));
            first.then_with(|| {
                let each = features.iter().map(|feature| feature[a].total_cmp(&feature[b]));
                each.fold(Ordering::Equal, Ordering::then)
            })
        };
        order.sort_by(by_values);
        shuffle(&mut order);
        let pick = |values: &[f64]| -> Vec<f64> { order.iter().map(|&row| values[row]).collect() };
        let mut w: Vec<f64> = order.iter().map(|&row| weight_of(row)).collect();
        let mean = w.iter().sum::<f64>() / w.len() as f64;
        w.iter_mut().for_each(|weight| *weight /= mean);
        Self {
            data: Data { y: pick(y), p: pick(p), w },
            features: features.iter().map(|feature| pick(feature)).collect(),
            origin: order,
        }
    }
}

/// The seed of the order of rows; samples are said to be drawn with it.
pub(crate) const SEED: u64 = 1;

/// Shuffles by Fisher and Yates with the generator SplitMix64 (Steele, Lea and Flood 2014).
fn shuffle(order: &mut [usize]) {
    let mut state = SEED;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    for last in (1..order.len()).rev() {
        // The high half of a product: a number below last + 1, biased by less than last/2⁶⁴.
        let other = (u128::from(next()) * (last as u128 + 1)) >> 64;
        order.swap(last, other as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_input_does_not_matter() {
        let y: Vec<f64> = (0..50).map(|i| f64::from(i % 7)).collect();
        let p: Vec<f64> = (0..50).map(|i| f64::from(i % 5)).collect();
        let forward = Rows::new(&y, &p, None, &[&y]);
        let back = |values: &[f64]| -> Vec<f64> { values.iter().rev().copied().collect() };
        let backward = Rows::new(&back(&y), &back(&p), None, &[&back(&y)]);
        assert_eq!(forward.data.y, backward.data.y);
        assert_eq!(forward.data.p, backward.data.p);
        assert_eq!(forward.features, backward.features);
        assert_ne!(forward.data.p, Rows::new(&p, &y, None, &[]).data.p);
    }

    #[test]
    fn weights_have_mean_1_and_zeros_are_left_out() {
        let rows = Rows::new(&[1.0, 2.0, 3.0], &[0.0; 3], Some(&[2.0, 0.0, 6.0]), &[]);
        assert_eq!(rows.data.rows(), 2);
        assert_eq!(rows.data.total(), 2.0);
        assert_eq!(rows.data.effective(), 1.6);
    }
}
