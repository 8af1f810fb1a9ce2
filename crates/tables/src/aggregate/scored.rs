//! Numbers out of tallies.

use dartboard_losses::{Derived, Distribution, Measure, Paired, PairedSums, Reference, best_constant, perfect_mean};
use dartboard_numerics::sum::ExactSum;
use datafusion::common::Result;

use super::plan::Plan;
use super::tally::{Dropped, Layout, Tally};

/// The finished tally of a group of rows.
#[derive(Clone, Debug)]
pub struct Scored<'p> {
    plan: &'p Plan,
    layout: Layout,
    tally: Tally,
}

impl<'p> Scored<'p> {
    pub(crate) fn new(plan: &'p Plan, tally: Tally) -> Self {
        Self { plan, layout: Layout::of(plan), tally }
    }

    /// Reads the bytes that the aggregate [`score`](super::score) of the same plan returned.
    ///
    /// # Errors
    /// Where the bytes are not such a tally.
    pub fn read(plan: &'p Plan, bytes: &[u8]) -> Result<Self> {
        let layout = Layout::of(plan);
        let tally = layout.read(bytes)?;
        Ok(Self { plan, layout, tally })
    }

    /// Rows that were scored.
    pub fn rows(&self) -> u64 {
        self.tally.counts[Layout::ROWS]
    }

    /// Rows that were not, for this reason.
    pub fn dropped(&self, reason: Dropped) -> u64 {
        self.tally.counts[Layout::dropped(reason)]
    }

    /// The total weight; the number of rows where there are no weights.
    pub fn weight(&self) -> f64 {
        self.total_weight().to_f64()
    }

    fn total_weight(&self) -> ExactSum {
        if self.plan.has_weights() {
            return self.tally.sums[Layout::WEIGHT].clone();
        }
        let mut rows = ExactSum::new();
        rows.add_count(self.rows());
        rows
    }

    /// Rows in which this loss of this model is infinite.
    pub fn infinite(&self, model: usize, measure: usize) -> u64 {
        self.tally.counts[self.layout.infinite(model, measure)]
    }

    /// The value of a measure for a model: infinite where a row's loss is, `None` without rows.
    pub fn value(&self, model: usize, measure: usize) -> Option<f64> {
        if self.rows() == 0 {
            return None;
        }
        if self.infinite(model, measure) > 0 {
            return Some(f64::INFINITY);
        }
        let sum = &self.tally.sums[self.layout.value(model, measure)];
        Some(match self.plan.measures[measure] {
            Measure::Derived(Derived::Rmse) => sum.root_ratio(&self.total_weight()),
            _ => sum.ratio(&self.total_weight()),
        })
    }

    /// The (weighted) sum of a measure over the rows, rounded once: what [`value`](Self::value) divides by the weight.
    pub fn sum(&self, model: usize, measure: usize) -> f64 {
        if self.infinite(model, measure) > 0 {
            return f64::INFINITY;
        }
        self.tally.sums[self.layout.value(model, measure)].to_f64()
    }

    /// The mean of the targets.
    pub fn mean_target(&self) -> Option<f64> {
        (self.rows() > 0).then(|| self.tally.sums[Layout::TARGET].ratio(&self.total_weight()))
    }

    /// The sum of a model's predictions over the sum of the targets: 1 where they are right in total.
    pub fn total_ratio(&self, model: usize) -> Option<f64> {
        // Scores without a link to a quantity add up to nothing.
        self.plan.quantity()?;
        let targets = &self.tally.sums[Layout::TARGET];
        let ratio = self.tally.sums[self.layout.prediction(model)].ratio(targets);
        (self.rows() > 0 && !targets.is_zero()).then_some(ratio)
    }

    /// The best constant prediction under the loss of a measure, and its mean loss; `None` for measures that are not
    /// means of a loss, without rows, and where there were too many different targets to keep.
    pub fn reference(&self, measure: usize) -> Option<Reference> {
        let Measure::Mean(loss) = &self.plan.measures[measure] else { return None };
        let distribution = self.distribution()?;
        best_constant(loss, &distribution, self.plan.columns_per_model())
    }

    /// The mean loss of perfect predictions under the loss of a measure; `None` where [`reference`](Self::reference) is,
    /// and where predictions can be ever better.
    pub fn perfect(&self, measure: usize) -> Option<f64> {
        let Measure::Mean(loss) = &self.plan.measures[measure] else { return None };
        perfect_mean(loss, &self.distribution()?)
    }

    /// The observed targets; `None` where the plan did not keep them or there were too many different ones.
    fn distribution(&self) -> Option<Distribution> {
        self.tally.targets.as_ref()?.distribution()
    }

    /// Whether the plan keeps the targets' distribution and there were too many different ones for it.
    pub fn has_too_many_targets(&self) -> bool {
        self.tally.targets.as_ref().is_some_and(|targets| targets.distribution().is_none())
    }

    /// Adds the rows of another group.
    pub fn merge(&mut self, other: &Self) {
        for (count, added) in self.tally.counts.iter_mut().zip(&other.tally.counts) {
            *count += added;
        }
        for (sum, added) in self.tally.sums.iter_mut().zip(&other.tally.sums) {
            sum.merge(added);
        }
        if let (Some(targets), Some(added)) = (&mut self.tally.targets, &other.tally.targets) {
            targets.merge(added);
        }
    }

    /// Compares the models of a pair of [`Plan::model_pairs`] by a measure; `None` where a loss is infinite or there
    /// are no rows, and for measures that are not means.
    pub fn comparison(&self, pair: usize, measure: usize) -> Option<Paired> {
        let (first, second) = self.plan.model_pairs()[pair];
        let infinite = self.infinite(first, measure) + self.infinite(second, measure);
        if self.rows() == 0 || infinite > 0 || self.plan.measures[measure] == Measure::Derived(Derived::Rmse) {
            return None;
        }
        let at = self.layout.difference(pair, measure);
        let sums = &self.tally.sums;
        let weight = self.total_weight();
        let (weighted_difference, squared_weight) =
            if self.plan.has_weights() { (&sums[at + 1], &sums[Layout::SQUARED_WEIGHT]) } else { (&sums[at], &weight) };
        Some(Paired::of(&PairedSums {
            rows: self.rows(),
            weight: &weight,
            squared_weight,
            difference: &sums[at],
            weighted_difference,
            squares: &sums[at + 2],
        }))
    }
}
