//! What a plot of the errors shows.

/// Points of a scatter plot: more cannot be told apart.
const POINTS: usize = 2000;
/// Bars of a histogram, and bins of a reliability diagram.
const BARS: usize = 40;
const BINS: usize = 10;

/// Predictions and residuals (truth less prediction) of every k-th row, and a histogram of all residuals between their
/// 1 % and 99 % quantiles. The numbers are predictions, residuals, then the counts of the bars.
pub(super) fn scatter(truth: &[f64], predictions: &[f64]) -> (Object, Vec<f64>) {
    let residuals: Vec<f64> = truth.iter().zip(predictions).map(|(y, z)| y - z).collect();
    let step = truth.len().div_ceil(POINTS).max(1);
    let every = |values: &[f64]| -> Vec<f64> { values.iter().copied().step_by(step).collect() };
    let mut sorted = residuals.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get((share * (sorted.len() - 1) as f64) as usize).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(0.01), at(0.99));
    let mut bars = vec![0.0; BARS];
    let mut beyond = 0_usize;
    for residual in &residuals {
        let place = ((residual - low) / (high - low) * BARS as f64).floor();
        // The upper end belongs to the last bar.
        let place = if *residual == high { BARS as f64 - 1.0 } else { place };
        match bars.get_mut(if place >= 0.0 { place as usize } else { usize::MAX }) {
            Some(bar) => *bar += 1.0,
            None => beyond += 1,
        }
    }
    let (x, y) = (every(predictions), every(&residuals));
    let about = object! { "kind": "residuals", "points": x.len(), "every": step, "bars": BARS, "low": low, "high": high, "beyond": beyond };
    (about, [x, y, bars].concat())
}

/// Of ten bins of equal width the mean probability, the share of events and the rows. The numbers are those, bin by bin;
/// bins without rows are left out.
pub(super) fn reliability(truth: &[f64], probabilities: &[f64]) -> (Object, Vec<f64>) {
    let mut bins = vec![[0.0_f64; 3]; BINS];
    for (&y, &p) in truth.iter().zip(probabilities) {
        let bin = ((p * BINS as f64) as usize).min(BINS - 1);
        bins[bin] = [bins[bin][0] + p, bins[bin][1] + y, bins[bin][2] + 1.0];
    }
    let found: Vec<f64> =
        bins.into_iter().filter(|bin| bin[2] > 0.0).flat_map(|[p, y, rows]| [p / rows, y / rows, rows]).collect();
    (object! { "kind": "reliability", "bins": found.len() / 3 }, found)
}
use crate::answer::{Object, object};
