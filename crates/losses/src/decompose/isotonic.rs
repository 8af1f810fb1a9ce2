//! The best non-decreasing function of the prediction.

use std::ops::Range;

use dartboard_numerics::sum::ExactSum;

use super::elicited::Elicited;
use super::ordered::{Ordered, Row};
use super::pool::pooled_means;
use super::threshold::{Extreme, first_not_exceeded};
use crate::constant::midpoint;

/// The recalibrated value of every group, never falling from one to the next.
pub(super) fn fit(elicited: Elicited, ordered: &Ordered) -> Vec<f64> {
    match elicited {
        Elicited::Mean => means(ordered),
        Elicited::Quantile(level) => quantiles(ordered, level),
        Elicited::Expectile(level) => expectiles(ordered, level),
    }
}

fn means(ordered: &Ordered) -> Vec<f64> {
    pooled_means(0..ordered.group_count(), |group| moments(ordered.group(group), |_| 1.0))
}

/// `Σ weight · share(target) · target` and `Σ weight · share(target)`.
fn moments(rows: &[Row], share: impl Fn(f64) -> f64) -> (ExactSum, ExactSum) {
    let (mut moment, mut weight) = (ExactSum::new(), ExactSum::new());
    for row in rows {
        let share = share(row.target);
        moment.add_product(row.weight, share * row.target);
        weight.add_product(row.weight, share);
    }
    (moment, weight)
}

/// The middle between the smallest and the largest best fit. The pinball loss is convex, so the middle is best for it
/// too, hence at every threshold, and hence for every loss of the quantile.
fn quantiles(ordered: &Ordered, level: f64) -> Vec<f64> {
    let targets = ordered.distinct_targets();
    // Σ weight · ([target ≤ θ] − level)
    let gain = |sum: &mut ExactSum, group: usize, theta: f64| {
        for row in ordered.group(group) {
            sum.add_product(row.weight, -level);
            if row.target <= theta {
                sum.add(row.weight);
            }
        }
    };
    let extreme = |extreme| first_not_exceeded(ordered.group_count(), &targets, extreme, gain);
    let (smallest, largest) = (extreme(Extreme::Smallest), extreme(Extreme::Largest));
    smallest.iter().zip(&largest).map(|(&low, &high)| midpoint(targets[low], targets[high])).collect()
}

/// First between which targets each fit lies. There the identification function is straight, so groups that lie between
/// the same two have the means of targets weighted by the side they are on.
fn expectiles(ordered: &Ordered, level: f64) -> Vec<f64> {
    let targets = ordered.distinct_targets();
    // Σ weight · |[target ≤ θ] − level| · (θ − target)
    let gain = |sum: &mut ExactSum, group: usize, theta: f64| {
        for row in ordered.group(group) {
            sum.add_product(row.weight, share(level, row.target, theta) * (theta - row.target));
        }
    };
    let found = first_not_exceeded(ordered.group_count(), &targets, Extreme::Smallest, gain);
    let mut fits = Vec::with_capacity(found.len());
    for run in found.chunk_by(|a, b| a == b) {
        let groups = fits.len()..fits.len() + run.len();
        // No fit lies below the first target.
        let below = run[0].saturating_sub(1);
        fits.extend(expectiles_between(ordered, level, groups, (targets[below], targets[run[0]])));
    }
    fits
}

/// The expectiles of groups that are known to lie between two neighbouring targets.
fn expectiles_between(ordered: &Ordered, level: f64, groups: Range<usize>, (low, high): (f64, f64)) -> Vec<f64> {
    let moments = |group| moments(ordered.group(group), |target| share(level, target, low));
    let mut fits = pooled_means(groups, moments);
    // Rounding may carry a mean over the end.
    fits.iter_mut().for_each(|fit| *fit = fit.clamp(low, high));
    fits
}

/// How much the error of an expectile counts, by the side of the target.
fn share(level: f64, target: f64, expectile: f64) -> f64 {
    if target > expectile { level } else { 1.0 - level }
}
