//! Isotonic regression one threshold at a time.
//!
//! Whether the fit of a group is above a threshold θ is a question of its own, with the elementary score at θ for its
//! loss (Ehm et al. 2016): the groups are cut in two where the part below gains most. The answers for all thresholds
//! fit together, so a search by halves settles each group in as many steps as the number of thresholds has digits.
//! Pooling would have to merge whole distributions of targets for this; here a scan over the rows is enough.

use std::ops::Range;

use dartboard_numerics::sum::ExactSum;

/// Which of several best fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extreme {
    Smallest,
    Largest,
}

/// For every group the index of its threshold: the first that its fit does not exceed. No fit exceeds the last
/// threshold.
///
/// `gain` adds to a sum what is gained where the fit of a group lies at or below the threshold rather than above it; it
/// grows with the threshold.
pub(super) fn first_not_exceeded(
    groups: usize,
    thresholds: &[f64],
    extreme: Extreme,
    gain: impl Fn(&mut ExactSum, usize, f64),
) -> Vec<usize> {
    let mut found = vec![0; groups];
    let mut open = vec![(0..groups, 0..thresholds.len())];
    while let Some((groups, candidates)) = open.pop() {
        if groups.is_empty() {
            continue;
        }
        if candidates.len() <= 1 {
            found[groups].fill(candidates.start);
            continue;
        }
        let middle = candidates.start + (candidates.len() - 1) / 2;
        let cut = best_cut(groups.clone(), extreme, |sum, group| gain(sum, group, thresholds[middle]));
        open.push((groups.start..cut, candidates.start..middle + 1));
        open.push((cut..groups.end, middle + 1..candidates.end));
    }
    found
}

/// Where the groups are cut so that those before the cut gain most in sum: the first such place where the largest fits
/// are asked for, the last where the smallest are.
fn best_cut(groups: Range<usize>, extreme: Extreme, gain: impl Fn(&mut ExactSum, usize)) -> usize {
    let mut cut = groups.start;
    let mut since_cut = ExactSum::new();
    for group in groups {
        gain(&mut since_cut, group);
        let sign = since_cut.signum();
        if sign > 0.0 || (sign == 0.0 && extreme == Extreme::Smallest) {
            cut = group + 1;
            since_cut = ExactSum::new();
        }
    }
    cut
}
