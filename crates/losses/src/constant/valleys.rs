//! The best constant of a loss that is not convex: branch and bound, then downhill from the best valleys.
//!
//! The loss of a row never rises on the way to its target. So no constant of a stretch loses less than the rows would if
//! each had the number of the stretch that is nearest to its target: a bound that shows which stretches cannot hold the
//! best constant. Where curvatures have an upper bound M, the loss less ½·M·c² is concave, so between two constants the loss
//! is above their chord less that of a parabola of curvature M: that bound gets close with the square of the width, the
//! first one only with the width, which left thousands of stretches around a flat bottom. What is left is split, the most
//! promising stretch first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::midpoint;
use crate::family::PointwiseBlocks;

/// Stretches whose bound is this share below the best loss found, or less, are not looked into.
const TOLERANCE: f64 = 1e-6;
/// Of more targets than this, groups of neighbours are searched in the place of each, as if all were the heaviest one.
pub(super) const FEW: usize = 1 << 16;
/// The search ends after this many losses of a row.
const WORK: usize = 1 << 26;
/// The search ends after this many splits: the bounds of few rows cost nothing, but have to be kept.
const SPLITS: usize = 1 << 14;
/// Starting points: the heaviest targets, and targets with equal weight between them.
const HEAVIEST: usize = 16;
const QUANTILES: usize = 32;
/// How many valleys are followed to their bottom.
const VALLEYS: usize = 4;
/// Rows in a block.
const BLOCK: usize = 1024;

/// Targets in increasing order, with their weights, and the prediction that is perfect for each.
pub(super) struct Rows {
    pub(super) target: Vec<f64>,
    pub(super) perfect: Vec<f64>,
    pub(super) weight: Vec<f64>,
}

impl Rows {
    /// Groups of neighbours, each with the heaviest of its targets; `None` where the rows are few enough.
    fn grouped(&self) -> Option<Self> {
        let size = self.target.len().div_ceil(FEW);
        if size <= 1 {
            return None;
        }
        let heaviest =
            |weight: &[f64]| (0..weight.len()).fold(0, |best, row| if weight[row] > weight[best] { row } else { best });
        let groups = self.weight.chunks(size).map(heaviest).enumerate();
        let chosen: Vec<usize> = groups.map(|(group, row)| group * size + row).collect();
        Some(Self {
            target: chosen.iter().map(|&row| self.target[row]).collect(),
            perfect: chosen.iter().map(|&row| self.perfect[row]).collect(),
            weight: self.weight.chunks(size).map(|group| group.iter().sum()).collect(),
        })
    }
}

/// The constants from `low` to `high` that lose least, as far as the search can tell: one per valley.
pub(super) fn minimisers(loss: &dyn PointwiseBlocks, rows: &Rows, low: f64, high: f64) -> Vec<f64> {
    let grouped = rows.grouped();
    let mut search = Search::new(loss, grouped.as_ref().unwrap_or(rows));
    search.start(low, high);
    search.branch_and_bound(low, high);
    let bottoms = search.bottoms();
    if grouped.is_none() {
        return bottoms.into_iter().map(|(bottom, ..)| bottom).collect();
    }
    let mut search = Search::new(loss, rows);
    // A valley of all rows need not lie where that of the groups does, but in its slope.
    let mut both = vec![];
    for (bottom, below, above) in bottoms {
        let (below, above) = search.widened(bottom, (below, above), (low, high));
        both.extend([bottom, search.downhill(bottom, below, above)]);
    }
    both
}

struct Search<'a> {
    loss: &'a dyn PointwiseBlocks,
    rows: &'a Rows,
    /// Constants with what they lose.
    visited: Vec<(f64, f64)>,
    /// How many losses of a row were computed.
    work: usize,
    /// What the curvature of the sum is nowhere above; ∞ where there is no such number.
    most_curvature: f64,
}

/// A stretch that may hold the best constant.
struct Stretch {
    /// No constant in it loses less.
    bound: f64,
    low: f64,
    high: f64,
    /// What its ends lose.
    lost: [f64; 2],
    /// How often it was split.
    depth: usize,
    /// The heaviest target of the stretch that it was split from, which has been looked at.
    heaviest: f64,
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Stretch {}

impl PartialOrd for Stretch {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stretch {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bound.total_cmp(&other.bound).then(self.low.total_cmp(&other.low))
    }
}

impl<'a> Search<'a> {
    fn new(loss: &'a dyn PointwiseBlocks, rows: &'a Rows) -> Self {
        let of_row = |(&target, &weight): (&f64, &f64)| Some(weight * loss.majorizer(target)?);
        let most_curvature = rows.target.iter().zip(&rows.weight).map(of_row).sum::<Option<f64>>();
        Self { loss, rows, visited: vec![], work: 0, most_curvature: most_curvature.unwrap_or(f64::INFINITY) }
    }

    /// No constant from `low` to `high`, which lose `lost`, loses less: the chord less the parabola.
    fn bound_by_curvature(&self, low: f64, high: f64, lost: [f64; 2]) -> f64 {
        let width = high - low;
        // At the share t of the width lost₀ + rise·t − sag·t·(1 − t).
        let (rise, sag) = (lost[1] - lost[0], 0.5 * self.most_curvature * width * width);
        if !sag.is_finite() || !rise.is_finite() {
            return f64::NEG_INFINITY;
        }
        let share = if sag > 0.0 { (0.5 - 0.5 * rise / sag).clamp(0.0, 1.0) } else { 0.0 };
        (lost[0] + rise * share - sag * share * (1.0 - share)).min(lost[0]).min(lost[1])
    }

    /// The sum of the loss where each row has a prediction of its own, made of the one that is perfect for it.
    fn sum(&mut self, prediction: impl Fn(f64) -> f64) -> f64 {
        self.work += self.rows.target.len();
        let (mut predictions, mut values) = ([0.0; BLOCK], [0.0; BLOCK]);
        let mut sum = 0.0;
        let blocks = self.rows.target.chunks(BLOCK).zip(self.rows.perfect.chunks(BLOCK));
        for ((target, perfect), weight) in blocks.zip(self.rows.weight.chunks(BLOCK)) {
            let (predictions, values) = (&mut predictions[..target.len()], &mut values[..target.len()]);
            predictions.iter_mut().zip(perfect).for_each(|(place, &perfect)| *place = prediction(perfect));
            self.loss.value(target, predictions, values);
            sum += weight.iter().zip(&*values).map(|(weight, value)| weight * value).sum::<f64>();
        }
        sum
    }

    fn visit(&mut self, constant: f64) -> f64 {
        let sum = self.sum(|_| constant);
        self.visited.push((constant, sum));
        sum
    }

    fn slope_and_bend(&mut self, constant: f64) -> (f64, f64) {
        self.work += self.rows.target.len();
        let predictions = [constant; BLOCK];
        let [mut value, mut gradient, mut hessian] = [[0.0; BLOCK]; 3];
        let (mut slope, mut bend) = (0.0, 0.0);
        for (target, weight) in self.rows.target.chunks(BLOCK).zip(self.rows.weight.chunks(BLOCK)) {
            let n = target.len();
            let (gradient, hessian) = (&mut gradient[..n], &mut hessian[..n]);
            self.loss.value_gradient_hessian(target, &predictions[..n], &mut value[..n], gradient, hessian);
            slope += weight.iter().zip(&*gradient).map(|(weight, gradient)| weight * gradient).sum::<f64>();
            bend += weight.iter().zip(&*hessian).map(|(weight, hessian)| weight * hessian).sum::<f64>();
        }
        (slope, bend)
    }

    /// Both ends, the heaviest targets, and some in between.
    fn start(&mut self, low: f64, high: f64) {
        let rows = self.rows;
        let mut heaviest: Vec<usize> = (0..rows.weight.len()).collect();
        let by_weight = |&a: &usize, &b: &usize| rows.weight[b].total_cmp(&rows.weight[a]).then(a.cmp(&b));
        if heaviest.len() > HEAVIEST {
            heaviest.select_nth_unstable_by(HEAVIEST, by_weight);
            heaviest.truncate(HEAVIEST);
        }
        let mut starts: Vec<f64> = heaviest.into_iter().map(|row| rows.perfect[row]).collect();
        let step = rows.weight.iter().sum::<f64>() / QUANTILES as f64;
        let (mut next, mut passed) = (0.5 * step, 0.0);
        for (weight, &perfect) in rows.weight.iter().zip(&rows.perfect) {
            passed += weight;
            if passed >= next {
                starts.push(perfect);
                next = passed + step;
            }
        }
        starts.extend([low, high, midpoint(low, high)]);
        starts.iter_mut().for_each(|start| *start = start.clamp(low, high));
        starts.sort_by(f64::total_cmp);
        starts.dedup();
        starts.into_iter().for_each(|start| {
            self.visit(start);
        });
    }

    fn best(&self) -> f64 {
        self.visited.iter().map(|visited| visited.1).fold(f64::INFINITY, f64::min)
    }

    /// Splits stretches until none can hold a constant that loses less than the best by more than the tolerance, or the
    /// work is done.
    fn branch_and_bound(&mut self, low: f64, high: f64) {
        let limit = self.work + WORK;
        let lost = [self.visit(low), self.visit(high)];
        let mut best = self.best();
        let mut stretches = BinaryHeap::new();
        let bound = f64::NEG_INFINITY;
        stretches.push(Reverse(Stretch { bound, low, high, lost, depth: 0, heaviest: f64::NAN }));
        for _ in 0..SPLITS {
            let Some(Reverse(stretch)) = stretches.pop() else { break };
            if stretch.bound >= best - TOLERANCE * best.abs() || self.work >= limit {
                break;
            }
            let (heaviest, median) = self.within(&stretch);
            if let Some(heaviest) = heaviest.filter(|&heaviest| heaviest != stretch.heaviest) {
                best = best.min(self.visit(heaviest));
            }
            // In turns in the middle of the stretch and of its weight: outliers stretch the one, crowds the other.
            let middle = midpoint(stretch.low, stretch.high);
            let place = if stretch.depth % 2 == 0 { middle } else { median.unwrap_or(middle) };
            if place <= stretch.low || place >= stretch.high {
                continue;
            }
            let there = self.visit(place);
            best = best.min(there);
            let halves =
                [(stretch.low, place, [stretch.lost[0], there]), (place, stretch.high, [there, stretch.lost[1]])];
            for (low, high, lost) in halves {
                let may_hold_the_best = |bound: f64| bound < best - TOLERANCE * best.abs();
                let bound = stretch.bound.max(self.bound_by_curvature(low, high, lost));
                if !may_hold_the_best(bound) {
                    continue;
                }
                let bound = bound.max(self.sum(|perfect| perfect.clamp(low, high)));
                if may_hold_the_best(bound) {
                    let (depth, heaviest) = (stretch.depth + 1, heaviest.unwrap_or(f64::NAN));
                    stretches.push(Reverse(Stretch { bound, low, high, lost, depth, heaviest }));
                }
            }
        }
    }

    /// The heaviest target strictly inside of a stretch, and the one in the middle of the weight there.
    fn within(&self, stretch: &Stretch) -> (Option<f64>, Option<f64>) {
        let from = self.rows.perfect.partition_point(|&perfect| perfect <= stretch.low);
        let to = self.rows.perfect.partition_point(|&perfect| perfect < stretch.high);
        if from >= to {
            return (None, None);
        }
        let weight = &self.rows.weight[from..to];
        let heaviest = (0..weight.len()).fold(0, |best, row| if weight[row] > weight[best] { row } else { best });
        let half = 0.5 * weight.iter().sum::<f64>();
        let mut passed = 0.0;
        let median = weight.iter().position(|weight| {
            passed += weight;
            passed >= half
        });
        let perfect = |row: usize| self.rows.perfect[from + row];
        (Some(perfect(heaviest)), median.map(perfect))
    }

    /// Where the best valleys among the visited constants lead to, each with a constant on either side that loses more.
    fn bottoms(&mut self) -> Vec<(f64, f64, f64)> {
        self.visited.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.visited.dedup_by(|a, b| a.0 == b.0);
        let visited = std::mem::take(&mut self.visited);
        let last = visited.len() - 1;
        let neighbours = |place: usize| (place.saturating_sub(1), (place + 1).min(last));
        let is_lowest = |&place: &usize| {
            let (below, above) = neighbours(place);
            visited[place].1 <= visited[below].1 && visited[place].1 <= visited[above].1
        };
        let mut valleys: Vec<usize> = (0..visited.len()).filter(is_lowest).collect();
        valleys.sort_by(|&a, &b| visited[a].1.total_cmp(&visited[b].1).then(a.cmp(&b)));
        valleys.truncate(VALLEYS);
        let mut bottoms = vec![];
        for place in valleys {
            let (below, above) = neighbours(place);
            let ((start, lost), below, above) = (visited[place], visited[below].0, visited[above].0);
            let bottom = self.downhill(start, below, above);
            let better = bottom != start && self.sum(|_| bottom) < lost;
            bottoms.push((if better { bottom } else { start }, below, above));
        }
        bottoms
    }

    /// The bracket around `start`, wider where the loss still falls at its end.
    fn widened(&mut self, start: f64, (mut below, mut above): (f64, f64), (low, high): (f64, f64)) -> (f64, f64) {
        let falls_upwards = self.slope_and_bend(start).0 < 0.0;
        while falls_upwards && above < high && self.slope_and_bend(above).0 < 0.0 {
            above = (above + 2.0 * (above - start)).clamp(above.next_up(), high);
        }
        while !falls_upwards && below > low && self.slope_and_bend(below).0 > 0.0 {
            below = (below - 2.0 * (start - below)).clamp(low, below.next_down());
        }
        (below, above)
    }

    /// The bottom of the valley around `start`, which both ends are above: Newton's method inside of a bracket, halving
    /// where that is faster.
    fn downhill(&mut self, start: f64, mut below: f64, mut above: f64) -> f64 {
        let mut at = start;
        let mut last_step = above - below;
        for _ in 0..200 {
            let (slope, bend) = self.slope_and_bend(at);
            if slope == 0.0 {
                break;
            }
            if slope > 0.0 {
                above = at
            } else {
                below = at
            }
            let step = slope / bend;
            let fast = bend > 0.0 && step.abs() <= 0.5 * last_step.abs();
            let newton = at - step;
            let next = if fast && newton > below && newton < above { newton } else { midpoint(below, above) };
            if next <= below || next >= above {
                break;
            }
            last_step = next - at;
            at = next;
        }
        at
    }
}
