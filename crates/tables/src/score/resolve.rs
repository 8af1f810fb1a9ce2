//! From names to a plan: which task, which measures.

use dartboard_losses::{Derived, Loss, Measure, PredictionKind, TargetKind, Treatment};
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, cast, ident};

use super::columns::Shape;
use super::report::{Model, Task};
use super::request::ScoreRequest;
use super::{kinds, treat};
use crate::aggregate::{Plan, Target};
use crate::error::{Error, Result};

/// A request whose names have been looked up.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) plan: Plan,
    pub(crate) models: Vec<Model>,
    /// The columns that hold the truth: one, or one per class.
    pub(crate) truth: Vec<String>,
    pub(crate) task: Task,
}

/// The lowest and highest truth and prediction, as far as the task depends on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Whether every truth is 0 or 1.
    pub(crate) events: bool,
    /// The lowest and highest prediction of all models.
    pub(crate) predictions: [f64; 2],
}

/// A task: what it is called, how it was told, what predictions are where no loss says it, and measures that suit it.
struct Suited {
    name: String,
    reason: String,
    kind: PredictionKind,
    measures: Vec<Measure>,
}

/// The plan of a request. `extent` is what the columns hold, needed where measures are to be chosen.
pub(crate) fn resolve(request: &ScoreRequest, shape: Shape, extent: Option<Extent>) -> Result<Resolved> {
    let suited = match &shape.target {
        Target::Label(_) | Target::Index | Target::Shares(_) => of_classes(request, &shape)?,
        Target::Number if is_asked(request, |loss| loss.joint().is_some()) => regression(shape.reason.clone())?,
        _ if request.logits => raw(request, &shape)?,
        Target::Event([_, event]) => events(format!("the truth is '{event}' or not"))?,
        Target::Number => numbers(request, extent)?,
    };
    finish(request, shape, suited)
}

fn is_asked(request: &ScoreRequest, which: impl Fn(&Loss) -> bool) -> bool {
    request.measures.iter().any(|measure| matches!(measure, Measure::Mean(loss) if which(loss)))
}

fn of_classes(request: &ScoreRequest, shape: &Shape) -> Result<Suited> {
    let classes = match &shape.target {
        Target::Label(classes) | Target::Shares(classes) => classes.len(),
        _ => 0,
    };
    let labels = is_asked(request, |loss| loss.card().target == TargetKind::Labels);
    let vectors = is_asked(request, |loss| loss.card().target == TargetKind::Vector);
    let name = if labels {
        format!("{classes} labels, each of which applies or not")
    } else if vectors {
        format!("vectors of {classes} components")
    } else {
        format!("classification into {classes} classes")
    };
    let (kind, default) =
        if request.logits { (PredictionKind::Logit, "cce_logits") } else { (PredictionKind::Probability, "cce") };
    let kind = if vectors { PredictionKind::Value } else { kind };
    let mut measures = vec![loss(default)?];
    if matches!(shape.target, Target::Label(_)) {
        measures.push(Measure::Derived(Derived::Accuracy));
    }
    Ok(Suited { name, reason: shape.reason.clone(), kind, measures })
}

fn events(reason: String) -> Result<Suited> {
    let measures = vec![loss("bce")?, loss("brier")?, Measure::Derived(Derived::Accuracy)];
    Ok(Suited { name: "binary classification".to_owned(), reason, kind: PredictionKind::Probability, measures })
}

fn regression(reason: String) -> Result<Suited> {
    let measures = vec![loss("mse")?, Measure::Derived(Derived::Rmse), loss("mae")?];
    Ok(Suited { name: "regression".to_owned(), reason, kind: PredictionKind::Value, measures })
}

/// One raw number per row and model: the score of an event, unless a loss for log-means was asked for.
fn raw(request: &ScoreRequest, shape: &Shape) -> Result<Suited> {
    if is_asked(request, |loss| loss.card().target == TargetKind::Quantity) {
        return regression("losses for quantities were asked for".to_owned());
    }
    let kind = kinds::kind(request, PredictionKind::Logit);
    let reason = match &shape.target {
        Target::Event([_, event]) => format!("the truth is '{event}' or not"),
        _ => format!("the predictions are {}", kinds::words(kind)),
    };
    let measures = vec![loss("bce_logits")?, Measure::Derived(Derived::Accuracy)];
    Ok(Suited { name: "binary classification".to_owned(), reason, kind: PredictionKind::Logit, measures })
}

/// One number per row and model: a quantity, or the probability of an event.
fn numbers(request: &ScoreRequest, extent: Option<Extent>) -> Result<Suited> {
    let asks_for_events = is_asked(request, |loss| loss.card().target == TargetKind::Event)
        || request.measures.contains(&Measure::Derived(Derived::Accuracy));
    if asks_for_events {
        return events("a loss for events was asked for".to_owned());
    }
    if !request.measures.is_empty() {
        return regression("losses for quantities were asked for".to_owned());
    }
    let Some(Extent { predictions: [low, high], .. }) = extent.filter(|extent| extent.events) else {
        return regression(format!("{} holds other numbers than 0 and 1", request.truth));
    };
    if low < 0.0 || high > 1.0 {
        return Err(Error::Usage(format!(
            "{} holds only 0 and 1, but the predictions run from {low} to {high} and so are no probabilities; if they \
             are logits, say --logits {}; to score them as plain numbers, say --loss mse,mae",
            request.truth,
            request.predictions.join(",")
        )));
    }
    events(format!("{} holds only 0 and 1 and the predictions lie in [0, 1]", request.truth))
}

fn loss(spec: &str) -> Result<Measure> {
    Measure::parse(spec).map_err(|error| Error::Usage(error.to_string()))
}

fn finish(request: &ScoreRequest, shape: Shape, suited: Suited) -> Result<Resolved> {
    let kind = kinds::kind(request, suited.kind);
    let (measures, why) = if request.measures.is_empty() {
        (suited.measures, "chosen for this task; --loss chooses others".to_owned())
    } else {
        kinds::check(request, &shape.target, kind)?;
        (request.measures.clone(), "asked for".to_owned())
    };
    let mut plan = Plan {
        measures,
        models: shape.models.len(),
        weighted: request.weight.is_some(),
        class_weights: vec![],
        treatment: Treatment::default(),
        prediction: kind,
        totals: true,
        // Shares are no distribution of one class.
        reference: request.skill && !matches!(shape.target, Target::Shares(_)),
        pairs: shape.models.len() > 1,
        target: shape.target,
    };
    treat::apply(request, &mut plan)?;
    let task = Task { name: suited.name, reason: suited.reason, measures: why };
    Ok(Resolved { plan, models: shape.models, truth: shape.truth, task })
}

/// The arguments of the score aggregate.
pub(crate) fn arguments(request: &ScoreRequest, resolved: &Resolved) -> Vec<Expr> {
    let number = |name: &String| cast(ident(name), DataType::Float64);
    let truth = resolved.truth.iter().map(|name| match resolved.plan.target {
        Target::Number | Target::Index | Target::Shares(_) => number(name),
        Target::Event(_) | Target::Label(_) => ident(name),
    });
    let scores = resolved.models.iter().flat_map(|model| &model.columns).map(number);
    let weight = request.weight.iter().map(number);
    truth.chain(scores).chain(weight).collect()
}
