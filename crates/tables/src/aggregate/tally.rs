//! The state of an aggregate: counts and exact sums per group, which only ever get added.

use dartboard_numerics::sum::ExactSum;
use datafusion::common::{DataFusionError, Result, exec_err};

use super::plan::Plan;
use super::targets::Targets;

/// Why a row does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// Target, prediction or weight is missing.
    Null,
    /// The target is outside of its domain, or a label is unknown.
    Target,
    /// A prediction is outside of its domain.
    Prediction,
    /// The scores of a row break the rule for rows: they do not add up to 1, or none is finite.
    Row,
    /// The weight is negative, infinite or not a number.
    Weight,
    /// The weight is 0.
    ZeroWeight,
}

impl Dropped {
    /// All reasons, in the order in which they are looked for.
    pub const ALL: [Self; 6] = [Self::Null, Self::Target, Self::Prediction, Self::Row, Self::Weight, Self::ZeroWeight];

    /// Whether rows dropped for this reason are errors in the data.
    pub fn is_invalid(self) -> bool {
        !matches!(self, Self::Null | Self::ZeroWeight)
    }
}

/// Where each count and each sum of a group stands.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    measures: usize,
    models: usize,
    pairs: usize,
    reference: bool,
}

/// Counts before those of infinite rows: scored rows, then one per reason to drop a row.
const FIXED_COUNTS: usize = 1 + Dropped::ALL.len();
/// Sums before those of models: weight, squared weight, target.
const FIXED_SUMS: usize = 3;

impl Layout {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            measures: plan.measures.len(),
            models: plan.models,
            pairs: plan.model_pairs().len(),
            reference: plan.reference,
        }
    }

    fn counts(&self) -> usize {
        FIXED_COUNTS + self.models * self.measures
    }
    fn sums(&self) -> usize {
        FIXED_SUMS + self.models + self.models * self.measures + 3 * self.pairs * self.measures
    }

    pub(crate) const ROWS: usize = 0;
    pub(crate) fn dropped(reason: Dropped) -> usize {
        1 + reason as usize
    }
    pub(crate) fn infinite(&self, model: usize, measure: usize) -> usize {
        FIXED_COUNTS + model * self.measures + measure
    }

    pub(crate) const WEIGHT: usize = 0;
    pub(crate) const SQUARED_WEIGHT: usize = 1;
    pub(crate) const TARGET: usize = 2;
    pub(crate) fn prediction(&self, model: usize) -> usize {
        FIXED_SUMS + model
    }
    pub(crate) fn value(&self, model: usize, measure: usize) -> usize {
        FIXED_SUMS + self.models + model * self.measures + measure
    }
    /// Of a pair of models the sums of `w·d`, `w²·d` (left empty without weights) and `w²·d²`, one after the other.
    pub(crate) fn difference(&self, pair: usize, measure: usize) -> usize {
        self.value(self.models, 0) + 3 * (pair * self.measures + measure)
    }
}

/// The states of any number of groups.
#[derive(Debug)]
pub(crate) struct Tallies {
    pub(crate) layout: Layout,
    counts: Vec<u64>,
    sums: Vec<ExactSum>,
    /// One per group, or none at all where the plan keeps no distribution.
    targets: Vec<Targets>,
}

/// The state of one group.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) counts: Vec<u64>,
    pub(crate) sums: Vec<ExactSum>,
    pub(crate) targets: Option<Targets>,
}

impl Tallies {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { layout: Layout::of(plan), counts: vec![], sums: vec![], targets: vec![] }
    }

    pub(crate) fn groups(&self) -> usize {
        self.counts.len() / self.layout.counts()
    }

    /// Makes sure of `groups` groups; new ones are empty.
    pub(crate) fn grow(&mut self, groups: usize) {
        self.counts.resize(groups * self.layout.counts(), 0);
        self.sums.resize_with(groups * self.layout.sums(), ExactSum::new);
        if self.layout.reference {
            self.targets.resize_with(groups, Targets::default);
        }
    }

    pub(crate) fn count(&mut self, group: usize, index: usize) -> &mut u64 {
        &mut self.counts[group * self.layout.counts() + index]
    }

    pub(crate) fn sum(&mut self, group: usize, index: usize) -> &mut ExactSum {
        &mut self.sums[group * self.layout.sums() + index]
    }

    /// The distribution of a group's targets, where the plan keeps it.
    pub(crate) fn targets(&mut self, group: usize) -> Option<&mut Targets> {
        self.targets.get_mut(group)
    }

    /// Takes the states of the first `groups` groups; the others move up.
    pub(crate) fn take_first(&mut self, groups: usize) -> Vec<Tally> {
        let (counts, sums) = (self.layout.counts(), self.layout.sums());
        let mut all_counts = self.counts.drain(..groups * counts);
        let mut all_sums = self.sums.drain(..groups * sums);
        let mut all_targets = self.targets.drain(..groups.min(self.targets.len()));
        (0..groups)
            .map(|_| Tally {
                counts: all_counts.by_ref().take(counts).collect(),
                sums: all_sums.by_ref().take(sums).collect(),
                targets: all_targets.next(),
            })
            .collect()
    }

    /// A copy of the state of one group.
    pub(crate) fn get(&self, group: usize) -> Tally {
        let (counts, sums) = (self.layout.counts(), self.layout.sums());
        Tally {
            counts: self.counts[group * counts..(group + 1) * counts].to_vec(),
            sums: self.sums[group * sums..(group + 1) * sums].to_vec(),
            targets: self.targets.get(group).cloned(),
        }
    }

    /// Adds the state that `bytes` hold to `group`.
    pub(crate) fn merge(&mut self, group: usize, bytes: &[u8]) -> Result<()> {
        let other = self.layout.read(bytes)?;
        let first = group * self.layout.counts();
        for (count, added) in self.counts[first..].iter_mut().zip(&other.counts) {
            *count = count.wrapping_add(*added);
        }
        let first = group * self.layout.sums();
        for (sum, added) in self.sums[first..].iter_mut().zip(&other.sums) {
            sum.merge(added);
        }
        if let (Some(targets), Some(added)) = (self.targets.get_mut(group), &other.targets) {
            targets.merge(added);
        }
        Ok(())
    }

    /// Takes the rows of `other` out of this state again: what a sliding window needs. Exact, like everything here.
    pub(crate) fn retract(&mut self, other: &Self) {
        for (count, removed) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.wrapping_sub(*removed);
        }
        for (sum, removed) in self.sums.iter_mut().zip(&other.sums) {
            sum.unmerge(removed);
        }
    }

    pub(crate) fn size(&self) -> usize {
        self.counts.capacity() * size_of::<u64>()
            + self.sums.capacity() * size_of::<ExactSum>()
            + self.sums.iter().map(ExactSum::heap_size).sum::<usize>()
            + self.targets.iter().map(Targets::size).sum::<usize>()
    }
}

impl Tally {
    /// The state as bytes: equal states give equal bytes.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        for count in &self.counts {
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        for sum in &self.sums {
            write_sum(sum, bytes);
        }
        if let Some(targets) = &self.targets {
            targets.write(bytes);
        }
    }
}

/// A sum, after its length.
pub(crate) fn write_sum(sum: &ExactSum, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.extend_from_slice(&[0, 0]);
    sum.write_bytes(bytes);
    // The length fits: a sum takes at most a few hundred bytes.
    let length = (bytes.len() - start - 2) as u16;
    bytes[start..start + 2].copy_from_slice(&length.to_le_bytes());
}

/// Reads the parts of a state one after the other.
#[derive(Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, length: usize) -> Result<&[u8]> {
        let Some((head, rest)) = self.0.split_at_checked(length) else {
            return exec_err!("the state of a loss aggregate is cut short");
        };
        self.0 = rest;
        Ok(head)
    }

    pub(crate) fn count(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(bytes))
    }

    pub(crate) fn sum(&mut self) -> Result<ExactSum> {
        let mut length = [0; 2];
        length.copy_from_slice(self.take(2)?);
        let body = self.take(usize::from(u16::from_le_bytes(length)))?;
        ExactSum::from_bytes(body).map_err(|error| DataFusionError::External(Box::new(error)))
    }
}

impl Layout {
    /// Reads what [`Tally::write`] wrote for the same plan.
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<Tally> {
        let mut reader = Reader(bytes);
        let counts = (0..self.counts()).map(|_| reader.count()).collect::<Result<_>>()?;
        let sums = (0..self.sums()).map(|_| reader.sum()).collect::<Result<_>>()?;
        let targets = if self.reference { Some(Targets::read(&mut reader)?) } else { None };
        match reader.0.len() {
            0 => Ok(Tally { counts, sums, targets }),
            more => exec_err!("the state of a loss aggregate is {more} bytes too long"),
        }
    }
}
