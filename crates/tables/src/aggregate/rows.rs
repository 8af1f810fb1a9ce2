//! The rows of a batch, made ready for kernels: which ones count, in which order, as plain slices.

use std::ops::Range;

use dartboard_losses::{Interval, RowRule, SHARES_TOLERANCE};
use dartboard_numerics::isa::{Kernel, dispatch};
use datafusion::arrow::buffer::NullBuffer;

use super::plan::Domains;
use super::tally::Dropped;

/// The columns of a batch. Values under a null are arbitrary.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    /// One column, or one per class where the truth is a share of each.
    pub(crate) targets: Vec<&'a [f64]>,
    /// One score column per model (numbers), or all columns of the first model, then of the second (classes).
    pub(crate) scores: Vec<&'a [f64]>,
    pub(crate) columns_per_model: usize,
    pub(crate) weight: Option<&'a [f64]>,
    pub(crate) nulls: Option<NullBuffer>,
    /// Whether the target is the index of a class, below `columns_per_model`.
    pub(crate) classes: bool,
}

/// Rows that count, with the group of each run of neighbours.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Row numbers in the order in which they are to be taken; `None` for all rows in their own order.
    pub(crate) order: Option<Vec<u32>>,
    /// `(group, positions in that order)`.
    pub(crate) runs: Vec<(usize, Range<usize>)>,
}

/// Groups up to which rows are sorted by group: beyond it the counters no longer fit the first-level cache, and runs
/// are too short for block sums to gain anything.
const MOST_SORTED_GROUPS: usize = 2048;

impl Rows<'_> {
    /// The target; that of the first class where there is one per class.
    pub(crate) fn target(&self) -> &[f64] {
        self.targets.first().copied().unwrap_or(&[])
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.target().len()
    }

    /// Finds the rows that count. `drop` is told of every other one: its group and the reason.
    pub(crate) fn select(
        &self,
        domains: &Domains,
        groups: Option<&[usize]>,
        total_groups: usize,
        mut drop: impl FnMut(usize, Dropped),
    ) -> Selection {
        let group = |row: usize| groups.map_or(0, |groups| groups[row]);
        let keep: Option<Vec<u32>> = if self.all_count(domains) {
            None
        } else {
            let mut keep = Vec::with_capacity(self.len());
            for row in 0..self.len() {
                match self.check(row, domains) {
                    None => keep.push(row as u32),
                    Some(reason) => drop(group(row), reason),
                }
            }
            Some(keep)
        };
        let rows = keep.as_ref().map_or(self.len(), Vec::len);
        let Some(groups) = groups else {
            return Selection { order: keep, runs: vec![(0, 0..rows)] };
        };
        let row_at = |position: usize| keep.as_ref().map_or(position, |keep| keep[position] as usize);
        if total_groups > MOST_SORTED_GROUPS {
            let mut runs: Vec<(usize, Range<usize>)> = Vec::new();
            for position in 0..rows {
                let group = groups[row_at(position)];
                match runs.last_mut() {
                    Some((last, run)) if *last == group => run.end = position + 1,
                    _ => runs.push((group, position..position + 1)),
                }
            }
            return Selection { order: keep, runs };
        }
        order_by_group(groups, total_groups, keep.as_deref())
    }

    /// The first row that is an error in the data, and why.
    pub(crate) fn first_invalid(&self, domains: &Domains) -> Option<(usize, Dropped)> {
        if self.all_count(domains) {
            return None;
        }
        (0..self.len()).filter_map(|row| Some((row, self.check(row, domains)?))).find(|(_, reason)| reason.is_invalid())
    }

    /// Whether every row counts: the ordinary case, decided without a branch per row.
    fn all_count(&self, domains: &Domains) -> bool {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.null_count() > 0) {
            return false;
        }
        let target = if self.classes { self.class_domain() } else { domains.target };
        let positive = Interval::open(0.0, f64::INFINITY);
        self.targets.iter().all(|column| all_inside(column, target))
            && (!domains.whole_target || self.target().iter().fold(true, |whole, &y| whole & is_whole(y)))
            && (!domains.shares || (0..self.len()).all(|row| self.shares_add_up(row)))
            && (!domains.vector || (0..self.len()).all(|row| !self.is_zero_vector(row)))
            && self.scores.iter().all(|scores| all_inside(scores, domains.prediction))
            && self.weight.is_none_or(|weight| all_inside(weight, positive))
            && (0..self.len()).all(|row| self.broken_rule(row, domains).is_none())
    }

    /// Class indices; an unknown label is −1.
    fn class_domain(&self) -> Interval {
        Interval::closed(0.0, self.columns_per_model as f64 - 1.0)
    }

    /// The first rule that the scores of a model break in this row.
    pub(crate) fn broken_rule(&self, row: usize, domains: &Domains) -> Option<RowRule> {
        let holds = |rule: &RowRule| self.scores.chunks(self.columns_per_model).all(|model| follows(*rule, model, row));
        domains.row_rules.iter().copied().find(|rule| !holds(rule))
    }

    /// Whether the shares of a row add up to 1.
    fn shares_add_up(&self, row: usize) -> bool {
        follows(RowRule::AddToOne { tolerance: SHARES_TOLERANCE }, &self.targets, row)
    }

    /// Whether the target of a row is a vector of zeros.
    pub(crate) fn is_zero_vector(&self, row: usize) -> bool {
        !follows(RowRule::SomeNonZero, &self.targets, row)
    }

    /// Why `row` does not count, if it does not.
    pub(crate) fn check(&self, row: usize, domains: &Domains) -> Option<Dropped> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Some(Dropped::Null);
        }
        let target = if self.classes { self.class_domain() } else { domains.target };
        let allowed = |y: f64| target.contains(y) && (!domains.whole_target || is_whole(y));
        if !self.targets.iter().all(|column| allowed(column[row])) || (domains.shares && !self.shares_add_up(row)) {
            return Some(Dropped::Target);
        }
        if domains.vector && self.is_zero_vector(row) {
            return Some(Dropped::Target);
        }
        if !self.scores.iter().all(|scores| domains.prediction.contains(scores[row])) {
            return Some(Dropped::Prediction);
        }
        if self.broken_rule(row, domains).is_some() {
            return Some(Dropped::Row);
        }
        match self.weight.map(|weight| weight[row]) {
            Some(0.0) => Some(Dropped::ZeroWeight),
            Some(weight) if !(weight > 0.0 && weight < f64::INFINITY) => Some(Dropped::Weight),
            _ => None,
        }
    }
}

/// Whether the numbers of a row, one column for each, follow the rule.
pub(crate) fn follows<C: AsRef<[f64]>>(rule: RowRule, columns: &[C], row: usize) -> bool {
    rule.holds(columns.iter().map(|column| column.as_ref()[row]))
}

/// Counting sort: stable, and two passes over small integers. `keep` are the rows to sort; all where it is absent.
fn order_by_group(groups: &[usize], total_groups: usize, keep: Option<&[u32]>) -> Selection {
    let mut next = vec![0_u32; total_groups + 1];
    match keep {
        None => groups.iter().for_each(|&group| next[group + 1] += 1),
        Some(keep) => keep.iter().for_each(|&row| next[groups[row as usize] + 1] += 1),
    }
    let mut runs = Vec::new();
    for group in 0..total_groups {
        let (start, count) = (next[group], next[group + 1]);
        next[group + 1] = start + count;
        if count > 0 {
            runs.push((group, start as usize..(start + count) as usize));
        }
    }
    let mut order = vec![0_u32; keep.map_or(groups.len(), <[u32]>::len)];
    let mut place = |row: u32, group: usize| {
        let slot = &mut next[group];
        order[*slot as usize] = row;
        *slot += 1;
    };
    match keep {
        None => groups.iter().enumerate().for_each(|(row, &group)| place(row as u32, group)),
        Some(keep) => keep.iter().for_each(|&row| place(row, groups[row as usize])),
    }
    Selection { order: Some(order), runs }
}

fn is_whole(x: f64) -> bool {
    x.trunc() == x
}

struct AllInside<'a>(&'a [f64], Interval);

impl Kernel for AllInside<'_> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        // Without an early exit, so that it becomes a packed comparison; in pieces, so that it still ends early.
        self.0.chunks(1024).all(|chunk| chunk.iter().fold(true, |inside, &x| inside & self.1.contains(x)))
    }
}

fn all_inside(values: &[f64], domain: Interval) -> bool {
    dispatch(AllInside(values, domain))
}
