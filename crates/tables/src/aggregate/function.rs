//! The aggregate functions as the query engine sees them.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dartboard_losses::{Derived, Family, Loss, Measure, PredictionKind, TargetKind, cards};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::utils::collect_columns;

use crate::source::holds;

use super::plan::{Plan, Target};
use super::state::{Returns, State};

/// One aggregate for every loss: what it computes is data.
#[derive(Debug)]
struct LossAggregate {
    name: String,
    aliases: Vec<String>,
    signature: Signature,
    computes: Computes,
}

#[derive(Clone, Debug, PartialEq)]
enum Computes {
    /// A whole plan, returned as a tally.
    Plan(Arc<Plan>),
    /// The mean of a loss whose parameters are literals among the arguments.
    Loss { name: &'static str, family: Family, parameters: usize },
    /// A derived measure.
    Derived(Derived),
}

impl PartialEq for LossAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.computes == other.computes
    }
}

impl Eq for LossAggregate {}

impl Hash for LossAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl LossAggregate {
    fn udaf(name: &str, aliases: &[&str], computes: Computes) -> AggregateUDF {
        // `binary:logistic` and the like are no names in SQL: they stay aliases of the command line only.
        let aliases = aliases.iter().filter(|alias| is_sql_name(alias)).map(|&alias| alias.to_owned()).collect();
        let signature = Signature::user_defined(Volatility::Immutable);
        AggregateUDF::from(Self { name: name.to_owned(), aliases, signature, computes })
    }

    fn returns(&self) -> Returns {
        if matches!(self.computes, Computes::Plan(_)) { Returns::Tally } else { Returns::Value }
    }

    fn state(&self, arguments: &AccumulatorArgs<'_>) -> Result<State> {
        if arguments.is_distinct {
            return plan_err!("{}(DISTINCT …) is not defined: equal rows are different observations", self.name);
        }
        let plan = match &self.computes {
            Computes::Plan(plan) => (**plan).clone(),
            Computes::Loss { name, parameters, .. } => self.loss_plan(name, *parameters, arguments)?,
            Computes::Derived(derived) => {
                let (_, weighted) = self.literals(arguments, 0)?;
                Plan::single(Measure::Derived(*derived), Target::Number, PredictionKind::Value, weighted)
            }
        };
        State::new(plan, self.returns())
    }

    fn loss_plan(&self, name: &str, parameters: usize, arguments: &AccumulatorArgs<'_>) -> Result<Plan> {
        let (values, weighted) = self.literals(arguments, parameters)?;
        let loss = match Loss::with_parameters(name, &values) {
            Ok(loss) => loss,
            Err(error) => return plan_err!("{error}"),
        };
        let type_of = |position: usize| arguments.expr_fields.get(position).map(|field| field.data_type());
        let target = match (loss.card().family, type_of(1)) {
            (Family::Pointwise | Family::Joint, _) => Target::Number,
            (Family::Rowwise, _) if type_of(0).is_some_and(is_list) => Target::Shares(vec![]),
            // The field names of a struct of scores are the labels.
            (Family::Rowwise, Some(DataType::Struct(fields))) => {
                Target::Label(fields.iter().map(|field| field.name().clone()).collect())
            }
            (Family::Rowwise, _) => Target::Index,
        };
        if loss.card().target == TargetKind::Labels && !matches!(target, Target::Shares(_)) {
            return plan_err!(
                "{name} takes whether each label applies as a list, as in {name}(make_array(y_0, y_1), make_array(p_0, p_1))"
            );
        }
        if loss.card().target == TargetKind::Vector && !matches!(target, Target::Shares(_)) {
            return plan_err!(
                "{name} takes the components of the target as a list, as in {name}(make_array(y_0, y_1), make_array(z_0, z_1))"
            );
        }
        Ok(Plan::single(Measure::Mean(loss.clone()), target, loss.card().prediction, weighted))
    }

    /// The values of the literal arguments after target and prediction, and whether a weight column follows.
    fn literals(&self, arguments: &AccumulatorArgs<'_>, most: usize) -> Result<(Vec<f64>, bool)> {
        let mut values = Vec::new();
        let mut weighted = false;
        for expr in arguments.exprs.iter().skip(2) {
            if weighted {
                return plan_err!("{}: the weight is the last argument", self.name);
            }
            match constant(expr)? {
                Some(value) => values.push(value),
                None => weighted = true,
            }
        }
        if values.len() > most {
            let takes = if most == 0 { "no parameter".to_owned() } else { format!("{most} parameter(s)") };
            return plan_err!("{} takes {takes}; a weight is a column", self.name);
        }
        Ok((values, weighted))
    }
}

/// The number that an expression without columns stands for.
fn constant(expr: &Arc<dyn PhysicalExpr>) -> Result<Option<f64>> {
    if !collect_columns(expr).is_empty() {
        return Ok(None);
    }
    let empty = RecordBatch::new_empty(Arc::new(Schema::empty()));
    match expr.evaluate(&empty)? {
        ColumnarValue::Scalar(scalar) => match scalar.cast_to(&DataType::Float64)? {
            ScalarValue::Float64(Some(value)) => Ok(Some(value)),
            _ => exec_err!("a parameter of a loss must not be NULL"),
        },
        ColumnarValue::Array(_) => Ok(None),
    }
}

/// Whether a name can be written in a query without quotes.
fn is_sql_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_list(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..))
}

/// Whether a column can be read as numbers.
fn is_numeric(data_type: &DataType) -> bool {
    data_type.is_numeric() || matches!(data_type, DataType::Boolean | DataType::Null)
}

impl AggregateUDFImpl for LossAggregate {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(match self.returns() {
            Returns::Tally => DataType::LargeBinary,
            Returns::Value => DataType::Float64,
        })
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let name = &self.name;
        if let Computes::Plan(_) = self.computes {
            // The score command has looked at the types already.
            return Ok(arguments.to_vec());
        }
        let parameters = match self.computes {
            Computes::Loss { parameters, .. } => parameters,
            _ => 0,
        };
        if !(2..=3 + parameters).contains(&arguments.len()) {
            let most = 3 + parameters;
            return plan_err!(
                "{name} takes a target, a prediction, its parameters and a weight: 2 to {most} arguments"
            );
        }
        let rowwise = matches!(self.computes, Computes::Loss { family: Family::Rowwise, .. });
        let several = matches!(self.computes, Computes::Loss { family: Family::Rowwise | Family::Joint, .. });
        arguments
            .iter()
            .enumerate()
            .map(|(position, data_type)| match (position, data_type) {
                (1, _) if several && is_list(data_type) => Ok(DataType::new_list(DataType::Float64, true)),
                (0, _) if rowwise && is_list(data_type) => Ok(DataType::new_list(DataType::Float64, true)),
                (1, DataType::Struct(_)) if several => Ok(data_type.clone()),
                (1, _) if several && !rowwise => plan_err!(
                    "{name} takes the predictions of a row as a list, as in {name}(y, make_array(mu, s)), not {data_type}"
                ),
                (1, _) if rowwise => plan_err!(
                    "{name} takes the scores of a row as a list or a struct, as in {name}(label, make_array(p_0, p_1)) or \
                     {name}(label, named_struct('cat', p_cat, 'dog', p_dog)), not {data_type}"
                ),
                (0, _) if rowwise && matches!(arguments[1], DataType::Struct(_)) => Ok(data_type.clone()),
                _ if is_numeric(data_type) => Ok(DataType::Float64),
                _ => {
                    let role = ["target", "prediction"].get(position).unwrap_or(&"parameter or weight");
                    plan_err!("{name}: the {role} must be a number, but the column holds {}", holds(data_type))
                }
            })
            .collect()
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(arguments.name, "tally"), DataType::LargeBinary, true))])
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(self.state(&arguments)?))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.state(&arguments)?))
    }
}

/// The SQL aggregates of all losses and derived measures, under their names and aliases.
pub fn all() -> Vec<AggregateUDF> {
    let losses = cards().map(|card| {
        let computes = Computes::Loss { name: card.name, family: card.family, parameters: card.parameters.len() };
        LossAggregate::udaf(card.name, card.aliases, computes)
    });
    // Whether a number is a probability or a logit is not known in SQL, so a class cannot be read off it: accuracy is
    // avg(predicted = label) there.
    let rmse = LossAggregate::udaf(Derived::Rmse.name(), Derived::Rmse.aliases(), Computes::Derived(Derived::Rmse));
    losses.chain([rmse]).collect()
}

/// The aggregate that computes a whole plan and returns its tally as bytes, for [`Scored::read`](super::Scored::read).
///
/// Its arguments are the target, the score columns of every model and the weight if there is one.
pub fn score(plan: Arc<Plan>) -> AggregateUDF {
    LossAggregate::udaf("score", &[], Computes::Plan(plan))
}

/// The plan that a function computes, if it was made with one; `None` where the function is not one of ours.
pub(crate) fn planned(function: &AggregateUDF) -> Option<Option<&Plan>> {
    let ours = function.inner().downcast_ref::<LossAggregate>()?;
    Some(match &ours.computes {
        Computes::Plan(plan) => Some(plan),
        Computes::Loss { .. } | Computes::Derived(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::execution::session_state::SessionStateBuilder;

    #[test]
    fn no_loss_takes_the_name_of_a_function_of_the_engine() {
        let own = SessionStateBuilder::new().with_default_features().build();
        for function in all() {
            for name in std::iter::once(function.name()).chain(function.aliases().iter().map(String::as_str)) {
                assert!(is_sql_name(name), "{name} cannot be written in a query");
                assert!(!own.aggregate_functions().contains_key(name), "{name} is an aggregate of the engine");
                assert!(!own.scalar_functions().contains_key(name), "{name} is a function of the engine");
            }
        }
    }
}
