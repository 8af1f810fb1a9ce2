//! Loss functions as bytes: how a query that runs in another process says which function it means.
//!
//! A loss travels as the text by which it is asked for, such as `huber(delta=1.5)`, so the receiver builds it from its own
//! catalogue. Two versions may round a loss differently, so both sides have to be of the same.

use std::sync::Arc;

use dartboard_losses::{Card, Measure, PredictionKind, Treatment, cards};
use datafusion::common::{Result, exec_err, not_impl_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::AggregateUDF;
use serde::{Deserialize, Serialize};

use super::function::{all, planned, score};
use super::plan::{Plan, Target};

/// The version that functions are made by and understood by.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize, Deserialize)]
struct Message {
    version: String,
    function: String,
    /// Absent for the functions of SQL, whose arguments say all.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<PlanMessage>,
}

#[derive(Serialize, Deserialize)]
struct PlanMessage {
    /// Their specs.
    measures: Vec<String>,
    target: TargetMessage,
    prediction: String,
    models: usize,
    weighted: bool,
    class_weights: Vec<f64>,
    class_weight: Vec<f64>,
    label_smoothing: f64,
    totals: bool,
    reference: bool,
    pairs: bool,
}

#[derive(Serialize, Deserialize)]
enum TargetMessage {
    Number,
    Event([String; 2]),
    Label(Vec<String>),
    Index,
    Shares(Vec<String>),
}

/// The bytes of a function for a process of this version, which mostly is [`VERSION`]; `None` where it is not one of ours.
///
/// # Errors
/// Where a plan asks for what only this process can do.
pub fn to_bytes(function: &AggregateUDF, version: &str) -> Result<Option<Vec<u8>>> {
    let plan = match planned(function) {
        None => return Ok(None),
        Some(plan) => plan.map(PlanMessage::of).transpose()?,
    };
    let message = Message { version: version.to_owned(), function: function.name().to_owned(), plan };
    serde_json::to_vec(&message).map(Some).map_err(|error| DataFusionError::External(Box::new(error)))
}

/// The function that [`to_bytes`] wrote for this version.
///
/// # Errors
/// Where another version wrote it, or the bytes are not such a function.
pub fn from_bytes(bytes: &[u8], version: &str) -> Result<AggregateUDF> {
    // The version first: another one may write the rest differently.
    #[derive(Deserialize)]
    struct Head {
        version: String,
    }
    let not_ours = |error: serde_json::Error| DataFusionError::Execution(format!("no loss function is meant: {error}"));
    let Head { version: written } = serde_json::from_slice(bytes).map_err(not_ours)?;
    if written != version {
        return exec_err!(
            "the query was made by dartboard {written} and reached dartboard {version}: client, scheduler and executors must be of one version"
        );
    }
    let message: Message = serde_json::from_slice(bytes).map_err(not_ours)?;
    match message.plan {
        Some(plan) => Ok(score(Arc::new(plan.plan()?))),
        None => match all().into_iter().find(|function| function.name() == message.function) {
            Some(function) => Ok(function),
            None => exec_err!("there is no loss called {}", message.function),
        },
    }
}

impl PlanMessage {
    fn of(plan: &Plan) -> Result<Self> {
        let Plan { measures, target, prediction, models, weighted, class_weights, treatment, totals, reference, pairs } =
            plan;
        let said =
            Treatment::new().class_weight(treatment.class_weight.clone()).label_smoothing(treatment.label_smoothing);
        if said != *treatment {
            return not_impl_err!("only class weights and smoothed labels reach other machines, not {treatment:?}");
        }
        Ok(Self {
            measures: measures.iter().map(Measure::spec).collect(),
            target: match target.clone() {
                Target::Number => TargetMessage::Number,
                Target::Event(labels) => TargetMessage::Event(labels),
                Target::Label(labels) => TargetMessage::Label(labels),
                Target::Index => TargetMessage::Index,
                Target::Shares(labels) => TargetMessage::Shares(labels),
            },
            prediction: name_of(*prediction),
            models: *models,
            weighted: *weighted,
            class_weights: class_weights.clone(),
            class_weight: said.class_weight,
            label_smoothing: said.label_smoothing,
            totals: *totals,
            reference: *reference,
            pairs: *pairs,
        })
    }

    fn plan(self) -> Result<Plan> {
        let parse = |spec: &String| Measure::parse(spec).map_err(|error| DataFusionError::Execution(error.to_string()));
        let Some(prediction) = kinds().find(|kind| name_of(*kind) == self.prediction) else {
            return exec_err!("there are no predictions called {}", self.prediction);
        };
        Ok(Plan {
            measures: self.measures.iter().map(parse).collect::<Result<_>>()?,
            target: match self.target {
                TargetMessage::Number => Target::Number,
                TargetMessage::Event(labels) => Target::Event(labels),
                TargetMessage::Label(labels) => Target::Label(labels),
                TargetMessage::Index => Target::Index,
                TargetMessage::Shares(labels) => Target::Shares(labels),
            },
            prediction,
            models: self.models,
            weighted: self.weighted,
            class_weights: self.class_weights,
            treatment: Treatment::new().class_weight(self.class_weight).label_smoothing(self.label_smoothing),
            totals: self.totals,
            reference: self.reference,
            pairs: self.pairs,
        })
    }
}

/// Every kind of prediction that some loss takes: a plan's is one of them.
fn kinds() -> impl Iterator<Item = PredictionKind> {
    cards().map(|card: &Card| card.prediction)
}

/// What tells kinds apart: parameters by their names too.
fn name_of(kind: PredictionKind) -> String {
    format!("{kind:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plans of every loss of the catalogue, and one that asks for all at once.
    fn plans() -> Vec<Plan> {
        let of = |card: &'static Card| {
            let measure = Measure::parse(card.name).expect("a loss");
            Plan::single(measure, Target::Shares(vec!["a,b".to_owned(), "\"ü\"".to_owned()]), card.prediction, true)
        };
        let all = Plan {
            measures: ["huber(delta=0.1)", "rmse", "tweedie(power=1.7)"]
                .map(|spec| Measure::parse(spec).expect(spec))
                .into(),
            target: Target::Event(["no".to_owned(), "yes".to_owned()]),
            prediction: PredictionKind::Mean,
            models: 3,
            weighted: false,
            class_weights: vec![0.1, 3e300],
            treatment: Treatment::new().label_smoothing(0.1).pos_weight(1.0 / 3.0),
            totals: true,
            reference: true,
            pairs: true,
        };
        cards().map(of).chain([all]).collect()
    }

    #[test]
    fn a_plan_comes_back() {
        for plan in plans() {
            let function = score(Arc::new(plan.clone()));
            let bytes = to_bytes(&function, VERSION).expect("it can be said").expect("it is ours");
            let back = from_bytes(&bytes, VERSION).expect("it is understood");
            assert_eq!(planned(&back).flatten(), Some(&plan));
        }
    }

    #[test]
    fn functions_of_sql_come_back_by_name() {
        for function in all() {
            let bytes = to_bytes(&function, VERSION).expect("it can be said").expect("it is ours");
            assert_eq!(from_bytes(&bytes, VERSION).expect("it is understood").name(), function.name());
        }
    }

    #[test]
    fn another_version_is_refused() {
        let bytes = to_bytes(&all()[0], "0.0.7").expect("it can be said").expect("it is ours");
        let error = from_bytes(&bytes, VERSION).expect_err("another version").to_string();
        assert!(error.contains("dartboard 0.0.7") && error.contains(VERSION), "{error}");
    }

    #[test]
    fn what_is_no_function_is_an_error() {
        for bytes in [&b""[..], b"{}", b"{\"version\":1}", &[0xff; 9]] {
            from_bytes(bytes, VERSION).expect_err("no function");
        }
        let made_up =
            serde_json::to_vec(&Message { version: VERSION.to_owned(), function: "no_such".to_owned(), plan: None });
        from_bytes(&made_up.expect("bytes"), VERSION).expect_err("no such function");
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        let plan = Plan { treatment: Treatment::new().ignore(-1.0), ..plans().remove(0) };
        to_bytes(&score(Arc::new(plan)), VERSION).expect_err("rows that are ignored have no word for it");
    }
}
