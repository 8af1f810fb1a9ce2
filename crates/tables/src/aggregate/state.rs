//! The accumulators behind every loss aggregate: one for a single group, one for many.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, LargeBinaryArray};
use datafusion::arrow::compute::filter;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::evaluate::Evaluator;
use super::inputs::Inputs;
use super::plan::Plan;
use super::tally::{Tallies, Tally};
use super::{Dropped, Scored};

/// What an aggregate returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Returns {
    /// The tally, as bytes. Rows that are not valid are counted.
    Tally,
    /// The value of the plan's only measure, NULL without rows. Rows that are not valid are an error.
    Value,
}

/// Plan, kernels and tallies of any number of groups.
#[derive(Debug)]
pub(crate) struct State {
    evaluator: Evaluator,
    tallies: Tallies,
    returns: Returns,
}

impl State {
    pub(crate) fn new(plan: Plan, returns: Returns) -> Result<Self> {
        let tallies = Tallies::new(&plan);
        Ok(Self { evaluator: Evaluator::new(plan)?, tallies, returns })
    }

    fn plan(&self) -> &Plan {
        &self.evaluator.plan
    }

    fn update(&mut self, arguments: &[ArrayRef], groups: Option<&[usize]>, total_groups: usize) -> Result<()> {
        let inputs = Inputs::new(self.plan(), arguments)?;
        let rows = inputs.rows();
        if rows.len() == 0 {
            return Ok(());
        }
        self.tallies.grow(total_groups.max(self.tallies.groups()));
        if self.returns == Returns::Value {
            self.refuse_invalid(&rows)?;
        }
        self.evaluator.add(&rows, groups, total_groups, &mut self.tallies)
    }

    /// In SQL a value outside of a domain ends the query, as a division by zero would.
    fn refuse_invalid(&self, rows: &super::rows::Rows<'_>) -> Result<()> {
        let domains = &self.evaluator.domains;
        let invalid = rows.first_invalid(domains);
        let Some((row, reason)) = invalid else { return Ok(()) };
        let name = self.plan().measures[0].spec();
        match reason {
            Dropped::Target if rows.classes => exec_err!(
                "{name}: the label must be the index of one of {} classes, from 0, not {}",
                rows.columns_per_model,
                rows.target()[row]
            ),
            Dropped::Target if domains.vector && rows.is_zero_vector(row) => {
                exec_err!("{name}: a target must not be a vector of zeros, which has no direction")
            }
            Dropped::Target if rows.targets.len() > 1 => {
                let shares: Vec<String> = rows.targets.iter().map(|column| column[row].to_string()).collect();
                let together = if domains.shares { " and add up to 1" } else { "" };
                let allowed = domains.allowed_target();
                exec_err!("{name}: the targets of a row must be {allowed}{together}, not {}", shares.join(", "))
            }
            Dropped::Target => {
                exec_err!("{name}: the target must be {}, not {}", domains.allowed_target(), rows.target()[row])
            }
            Dropped::Prediction => {
                let bad =
                    rows.scores.iter().map(|scores| scores[row]).find(|&score| !domains.prediction.contains(score));
                let bad = bad.unwrap_or(f64::NAN);
                exec_err!("{name}: the prediction must be {}, not {bad}", domains.prediction)
            }
            Dropped::Row => {
                let rule = rows.broken_rule(row, domains).unwrap_or(dartboard_losses::RowRule::Any);
                exec_err!("{name}: {}", super::row_rule_sentence(rule))
            }
            Dropped::Weight => {
                let weight = rows.weight.map_or(f64::NAN, |weight| weight[row]);
                exec_err!("{name}: the weight must be finite and at least 0, not {weight}")
            }
            Dropped::Null | Dropped::ZeroWeight => Ok(()),
        }
    }

    fn merge(&mut self, states: &[ArrayRef], groups: Option<&[usize]>, total_groups: usize) -> Result<()> {
        self.tallies.grow(total_groups.max(self.tallies.groups()));
        let states = states[0].as_binary::<i64>();
        for row in 0..states.len() {
            if states.is_valid(row) {
                self.tallies.merge(groups.map_or(0, |groups| groups[row]), states.value(row))?;
            }
        }
        Ok(())
    }

    fn value(&self, tally: Tally) -> Option<f64> {
        Scored::new(self.plan(), tally).value(0, 0)
    }

    fn tally_array(tallies: &[Tally]) -> ArrayRef {
        let mut bytes = Vec::new();
        let states = tallies.iter().map(|tally| {
            bytes.clear();
            tally.write(&mut bytes);
            Some(bytes.clone())
        });
        Arc::new(states.collect::<LargeBinaryArray>())
    }
}

fn bytes_of(tally: &Tally) -> ScalarValue {
    let mut bytes = Vec::new();
    tally.write(&mut bytes);
    ScalarValue::LargeBinary(Some(bytes))
}

impl Accumulator for State {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.update(values, None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.tallies.grow(1);
        let tally = self.tallies.get(0);
        Ok(match self.returns {
            Returns::Tally => bytes_of(&tally),
            Returns::Value => ScalarValue::Float64(self.value(tally)),
        })
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.tallies.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.tallies.grow(1);
        Ok(vec![bytes_of(&self.tallies.get(0))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.merge(states, None, 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mut leaving = Self::new(self.plan().clone(), self.returns)?;
        leaving.update(values, None, 1)?;
        leaving.tallies.grow(1);
        self.tallies.grow(1);
        self.tallies.retract(&leaving.tallies);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }
}

impl State {
    fn emit(&mut self, emit_to: EmitTo) -> Vec<Tally> {
        let groups = match emit_to {
            EmitTo::All => self.tallies.groups(),
            EmitTo::First(groups) => groups,
        };
        self.tallies.take_first(groups)
    }
}

/// Drops the rows that a FILTER clause leaves out: they are not part of the aggregate's input at all.
fn filtered(values: &[ArrayRef], groups: &[usize], keep: &BooleanArray) -> Result<(Vec<ArrayRef>, Vec<usize>)> {
    let values = values.iter().map(|array| Ok(filter(array, keep)?)).collect::<Result<_>>()?;
    let kept = groups.iter().zip(keep).filter(|(_, keep)| *keep == Some(true));
    Ok((values, kept.map(|(group, _)| *group).collect()))
}

impl GroupsAccumulator for State {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.tallies.grow(total_num_groups);
        match opt_filter {
            None => self.update(values, Some(group_indices), total_num_groups),
            Some(keep) => {
                let (values, groups) = filtered(values, group_indices, keep)?;
                self.update(&values, Some(&groups), total_num_groups)
            }
        }
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let tallies = self.emit(emit_to);
        Ok(match self.returns {
            Returns::Tally => Self::tally_array(&tallies),
            Returns::Value => {
                Arc::new(tallies.into_iter().map(|tally| self.value(tally)).collect::<Float64Array>()) as ArrayRef
            }
        })
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Self::tally_array(&self.emit(emit_to))])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.merge(values, Some(group_indices), total_num_groups)
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        // One group per row.
        let rows = values[0].len();
        let mut single = Self::new(self.plan().clone(), self.returns)?;
        single.tallies.grow(rows);
        let groups: Vec<usize> = (0..rows).collect();
        GroupsAccumulator::update_batch(&mut single, values, &groups, opt_filter, rows)?;
        GroupsAccumulator::state(&mut single, EmitTo::All)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.tallies.size()
    }
}
