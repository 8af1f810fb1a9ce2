//! Isotonic regression of means: pool adjacent violators.

use std::ops::Range;

use dartboard_numerics::sum::ExactSum;

/// Neighbouring groups that share their mean.
struct Pool {
    groups: usize,
    moment: ExactSum,
    weight: ExactSum,
    mean: f64,
}

impl Pool {
    fn new(groups: usize, moment: ExactSum, weight: ExactSum) -> Self {
        let mean = moment.ratio(&weight);
        Self { groups, moment, weight, mean }
    }

    fn absorb(&mut self, other: &Self) {
        self.moment.merge(&other.moment);
        self.weight.merge(&other.weight);
        self.groups += other.groups;
        self.mean = self.moment.ratio(&self.weight);
    }
}

/// The non-decreasing means closest to the groups' own, one per group. `moments` gives a group's sum of weighted
/// targets and its weight, which is above 0.
///
/// Sums are exact and means are rounded once. Rounding keeps the order of numbers, so no violator is overlooked, and
/// two pools whose means round to the same number are one whose mean does.
///
/// M. Ayer, H. D. Brunk, G. M. Ewing, W. T. Reid, E. Silverman, An empirical distribution function for sampling with
/// incomplete information, Ann. Math. Stat. 26 (1955).
pub(super) fn pooled_means(groups: Range<usize>, moments: impl Fn(usize) -> (ExactSum, ExactSum)) -> Vec<f64> {
    let mut pools: Vec<Pool> = vec![];
    for group in groups {
        let (moment, weight) = moments(group);
        let mut pool = Pool::new(1, moment, weight);
        while let Some(mut below) = pools.pop_if(|below| below.mean >= pool.mean) {
            below.absorb(&pool);
            pool = below;
        }
        pools.push(pool);
    }
    pools.iter().flat_map(|pool| std::iter::repeat_n(pool.mean, pool.groups)).collect()
}
