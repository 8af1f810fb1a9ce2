//! The rows that lose most.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use dartboard_losses::{Measure, Zero};

use super::report::{Truth, Worst, WorstRow};
use super::resolve::Resolved;
use super::scan::Batch;
use crate::aggregate::{PerRow, Scored, Target};

/// Keeps the worst rows of every model under the first loss of the plan.
pub(crate) struct WorstRows {
    measure: usize,
    keep: usize,
    per_model: Vec<BinaryHeap<Reverse<Candidate>>>,
}

/// A row, ordered by what it contributes; of equals the earlier one is larger, so that it stays.
struct Candidate {
    contribution: f64,
    position: u64,
    row: WorstRow,
}

impl Candidate {
    fn key(&self) -> (f64, Reverse<u64>) {
        (self.contribution, Reverse(self.position))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Candidate {}
impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((mine, at), (theirs, other_at)) = (self.key(), other.key());
        mine.total_cmp(&theirs).then(at.cmp(&other_at))
    }
}

impl WorstRows {
    /// `None` where no measure of the plan is the mean of a loss.
    pub(crate) fn new(resolved: &Resolved, keep: usize) -> Option<Self> {
        let measure = resolved.plan.measures.iter().position(|measure| matches!(measure, Measure::Mean(_)))?;
        let per_model = resolved.models.iter().map(|_| BinaryHeap::new()).collect();
        Some(Self { measure, keep, per_model })
    }

    pub(crate) fn add(&mut self, resolved: &Resolved, batch: &Batch<'_>, rows: &PerRow) {
        let plan = &resolved.plan;
        let columns = rows.scores.len() / plan.models;
        for (model, heap) in self.per_model.iter_mut().enumerate() {
            let values = &rows.values[model * plan.measures.len() + self.measure];
            for (row, &loss) in values.iter().enumerate() {
                if rows.dropped[row].is_some() || !batch.passes(row) {
                    continue;
                }
                let weight = rows.weight.as_ref().map(|weight| weight[row]);
                let contribution = loss * weight.unwrap_or(1.0);
                let full = heap.len() >= self.keep;
                if full && heap.peek().is_some_and(|least| least.0.contribution >= contribution) {
                    continue;
                }
                // Of a row of class scores, the one of the true class is what the loss is about.
                let column = match plan.target {
                    Target::Label(_) | Target::Index => rows.targets[0][row] as usize,
                    Target::Shares(_) => largest(&rows.targets, row),
                    Target::Number | Target::Event(_) => 0,
                };
                heap.push(Reverse(Candidate {
                    contribution,
                    position: batch.first_position + row as u64,
                    row: WorstRow {
                        file: batch.file.to_owned(),
                        row: batch.row_number(row),
                        key: batch.keys(row),
                        truth: match plan.target {
                            Target::Number => Truth::Number(rows.targets[0][row]),
                            Target::Shares(ref classes) => Truth::Class(classes[column].clone()),
                            _ => Truth::Class(batch.truth(row)),
                        },
                        prediction: rows.scores[model * columns + column][row],
                        weight,
                        loss,
                        share: Some(contribution),
                    },
                }));
                if full {
                    heap.pop();
                }
            }
        }
    }

    pub(crate) fn finish(self, resolved: &Resolved, overall: &Scored<'_>, key_columns: &[String]) -> Vec<Worst> {
        let measure = self.measure;
        // Losses that may be negative have no shares of a total.
        let from_zero = match &resolved.plan.measures[measure] {
            Measure::Mean(loss) => loss.properties().zero != Zero::Nowhere,
            Measure::Derived(_) => true,
        };
        let models = resolved.models.iter().zip(self.per_model).enumerate();
        models
            .map(|(index, (model, heap))| {
                let total = overall.sum(index, measure);
                let rows = heap.into_sorted_vec().into_iter().map(|candidate| {
                    let mut row = candidate.0.row;
                    let share = |part| share(part, total, overall.infinite(index, measure));
                    row.share = row.share.filter(|_| from_zero).map(share);
                    row
                });
                Worst {
                    model: model.name.clone(),
                    measure: resolved.plan.measures[measure].spec(),
                    key_columns: key_columns.to_vec(),
                    rows: rows.collect(),
                }
            })
            .collect()
    }
}

/// The first class with the largest share.
fn largest(shares: &[Vec<f64>], row: usize) -> usize {
    (1..shares.len()).fold(0, |best, class| if shares[class][row] > shares[best][row] { class } else { best })
}

/// The share of the total: infinite rows share an infinite total equally, and nothing is left for the others.
fn share(contribution: f64, total: f64, infinite: u64) -> f64 {
    match (infinite, contribution.is_finite()) {
        (0, _) if total == 0.0 => 0.0,
        (0, _) => contribution / total,
        (_, true) => 0.0,
        (rows, false) => 1.0 / rows as f64,
    }
}
