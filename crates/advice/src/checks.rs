//! What residuals say about the model rather than about the noise.

use dartboard_numerics::elementary::Float;

use crate::order::{Sorted, robust_scale, spearman};
use crate::rank::mean_and_error;

/// Rows with neighbouring values of something.
#[derive(Clone, Debug)]
pub(crate) struct Bin {
    /// The first and the last value.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// The mean of what was measured, and that in standard errors.
    pub(crate) mean: f64,
    pub(crate) t: f64,
    pub(crate) rows: usize,
}

/// Bins that rows are split into, and the fewest rows of a bin: the mean of fewer is no test.
const BINS: usize = 10;
const LEAST: usize = 20;

/// Splits rows into up to ten bins of equal size by the values of `by`, equal values together, and measures the mean of
/// `of` in each.
pub(crate) fn bins(by: &[f64], of: &[f64], w: &[f64]) -> Vec<Bin> {
    let mut order: Vec<usize> = (0..by.len()).collect();
    order.sort_by(|&a, &b| by[a].total_cmp(&by[b]));
    let count = BINS.min(by.len() / LEAST).max(1);
    let mut found: Vec<Bin> = vec![];
    let mut rows: Vec<usize> = vec![];
    let mut taken = 0;
    for run in order.chunk_by(|&a, &b| by[a] == by[b]) {
        rows.extend(run);
        taken += run.len();
        // A bin ends where its share of the rows is reached; equal values may make it larger.
        if taken * count >= (found.len() + 1) * order.len() || taken == order.len() {
            let values: Vec<f64> = rows.iter().map(|&row| of[row]).collect();
            let weights: Vec<f64> = rows.iter().map(|&row| w[row]).collect();
            let (mean, error) = mean_and_error(&values, &weights);
            let t = if rows.len() >= LEAST && error > 0.0 { t_of(&values, &weights, mean, error) } else { 0.0 };
            found.push(Bin { from: by[rows[0]], to: by[run[0]], mean, t, rows: rows.len() });
            rows.clear();
        }
    }
    found
}

/// A mean in standard errors, corrected for skewness (Johnson 1978) where that brings it nearer to 0: of skewed numbers a
/// sample without large ones has a small mean and a small standard error at once.
fn t_of(values: &[f64], w: &[f64], mean: f64, error: f64) -> f64 {
    let total: f64 = w.iter().sum();
    let n = values.len() as f64;
    let moment = |of: fn(f64) -> f64| values.iter().zip(w).map(|(v, w)| w * of(v - mean)).sum::<f64>() / total;
    let variance = moment(|x| x * x);
    let skewness = moment(|x| x * x * x) / (variance * variance.sqrt());
    // The variance of a sample divides by one row less.
    let t = mean / (error * (n / (n - 1.0)).sqrt());
    let corrected = t + skewness / n.sqrt() * (1.0 / 6.0 + t * t / 3.0);
    if corrected * t <= 0.0 {
        0.0
    } else if corrected.abs() < t.abs() {
        corrected
    } else {
        t
    }
}

/// The bin whose mean is furthest from 0, in standard errors.
pub(crate) fn worst(bins: &[Bin]) -> Option<&Bin> {
    bins.iter().max_by(|a, b| a.t.abs().total_cmp(&b.t.abs()))
}

/// Beyond so many standard errors of one of ten means a model has missed something: correct models reach it in 0 to 1 %
/// of samples.
pub(crate) const MISFIT: f64 = 4.0;

/// A rank correlation this many standard errors from 0 is no chance (p < 0.001).
const CORRELATED: f64 = 3.29;

/// The rank correlation of the size of the residuals with something, where it is no chance.
pub(crate) fn spread(by: &[f64], residuals: &[f64], w: &[f64]) -> Option<f64> {
    let (middle, _) = robust_scale(residuals, |row| w[row]);
    let sizes: Vec<f64> = residuals.iter().map(|r| (r - middle).abs()).collect();
    let correlation = spearman(&sizes, by);
    (correlation.abs() * (sizes.len() as f64 - 1.0).sqrt() > CORRELATED).then_some(correlation)
}

/// `(q₉₀ + q₁₀ − 2q₅₀)/(q₉₀ − q₁₀)`: 0 for symmetric residuals, whatever their tails; NaN without spread.
pub(crate) fn decile_skew(residuals: &[f64], w: &[f64]) -> f64 {
    let sorted = Sorted::new(residuals, |row| w[row]);
    let [low, middle, high] = [0.1, 0.5, 0.9].map(|level| sorted.quantile(level));
    (high + low - 2.0 * middle) / (high - low)
}

/// From this decile skew on residuals are called skewed. Measured over a thousand rows: symmetric laws stay below it in
/// 97 % of samples (Cauchy's in 78 %); with fewer rows chance reaches further.
pub(crate) fn skewed_from(rows: f64) -> f64 {
    (3.2 / rows.sqrt()).max(0.1)
}

/// The slope of `ln r²` over `ln p` (Park 1966): the power of the mean that the variance grows with. `None` where
/// predictions are not positive or all alike.
pub(crate) fn park_slope(p: &[f64], residuals: &[f64], w: &[f64]) -> Option<f64> {
    let rows: Vec<(f64, f64, f64)> = (p.iter().zip(residuals).zip(w))
        .filter(|((p, r), _)| **p > 0.0 && **r != 0.0)
        .map(|((p, r), w)| (Float::ln(*p), 2.0 * Float::ln(r.abs()), *w))
        .collect();
    let total: f64 = rows.iter().map(|(_, _, w)| w).sum();
    let mean_x = rows.iter().map(|(x, _, w)| w * x).sum::<f64>() / total;
    let mean_y = rows.iter().map(|(_, y, w)| w * y).sum::<f64>() / total;
    let (xx, xy) = rows.iter().fold((0.0, 0.0), |(xx, xy), (x, y, w)| {
        (xx + w * (x - mean_x) * (x - mean_x), xy + w * (x - mean_x) * (y - mean_y))
    });
    (p.iter().all(|&p| p > 0.0) && xx > 0.0).then_some(xy / xx)
}

/// By which factor the predictions at the edges of the inner 95 % differ.
pub(crate) fn ratio_of_predictions(p: &[f64], w: &[f64]) -> f64 {
    let sorted = Sorted::new(p, |row| w[row]);
    sorted.quantile(0.975) / sorted.quantile(0.025)
}

/// The most frequent residual and its share of the rows, equal meaning equal to twelve digits of the scale.
pub(crate) fn most_frequent(residuals: &[f64], scale: f64) -> (f64, f64) {
    let mut sorted = residuals.to_vec();
    sorted.sort_by(f64::total_cmp);
    let runs = sorted.chunk_by(|a, b| (b - a).abs() <= 1e-12 * scale);
    let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
    (longest.first().copied().unwrap_or_default(), longest.len() as f64 / residuals.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bend_shows_in_bins() {
        let x: Vec<f64> = (0..500).map(|i| f64::from(i) / 250.0 - 1.0).collect();
        let noise = |i: u32| f64::from(i * 7919 % 101) / 101.0 - 0.5;
        let bent: Vec<f64> = x.iter().zip(0..).map(|(x, i)| x * x - 1.0 / 3.0 + noise(i)).collect();
        let flat: Vec<f64> = (0..500).map(noise).collect();
        let w = vec![1.0; 500];
        let t = |of: &[f64]| worst(&bins(&x, of, &w)).map_or(0.0, |bin| bin.t.abs());
        assert!(t(&bent) > MISFIT && t(&flat) < MISFIT, "{} {}", t(&bent), t(&flat));
        assert_eq!(bins(&x, &flat, &w).len(), 10);
        assert_eq!(bins(&[1.0; 500], &flat, &w).len(), 1);
    }

    #[test]
    fn deciles_do_not_see_tails() {
        let symmetric: Vec<f64> = (-50..=50).map(|i| f64::from(i * i * i)).collect();
        let skewed: Vec<f64> = (0..100).map(|i| (f64::from(i) / 20.0).exp()).collect();
        assert_eq!(decile_skew(&symmetric, &[1.0; 101]), 0.0);
        assert!(decile_skew(&skewed, &[1.0; 100]) > 0.5);
    }

    #[test]
    fn the_power_of_the_variance() {
        let p: Vec<f64> = (1..200).map(f64::from).collect();
        let r: Vec<f64> = p.iter().map(|p| 0.3 * p.powf(0.75)).collect();
        let slope = park_slope(&p, &r, &vec![1.0; p.len()]);
        assert!(slope.is_some_and(|slope| (slope - 1.5).abs() < 1e-9), "{slope:?}");
        assert_eq!(park_slope(&[0.0, 1.0], &[1.0, 1.0], &[1.0, 1.0]), None);
    }

    #[test]
    fn piles_are_found() {
        assert_eq!(most_frequent(&[1.0, 2.0, 1.0, 1.0], 1.0), (1.0, 0.75));
    }
}
