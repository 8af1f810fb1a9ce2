//! From names to a plan: which columns, which task, which measures.

use dartboard_losses::{Derived, Loss, Measure, PredictionKind, TargetKind};
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, cast, ident};

use super::report::{Model, Task};
use super::request::ScoreRequest;
use crate::aggregate::{Plan, Target};
use crate::error::{Error, Result};
use crate::source::Source;

/// A request whose names have been looked up.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) plan: Plan,
    pub(crate) models: Vec<Model>,
    pub(crate) task: Task,
}

/// The flag that names the predictions, for messages.
fn flag(request: &ScoreRequest) -> &'static str {
    if request.logits { "--logits" } else { "--pred" }
}

/// The lowest and highest truth and prediction, as far as the task depends on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Whether every truth is 0 or 1.
    pub(crate) events: bool,
    /// The lowest and highest prediction of all models.
    pub(crate) predictions: [f64; 2],
}

/// Models and classes, before the measures are known.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) models: Vec<Model>,
    pub(crate) target: Target,
    reason: String,
}

/// Which columns belong to which model, and what the truth is.
pub(crate) fn shape(request: &ScoreRequest, source: &Source) -> Result<Shape> {
    let flag = flag(request);
    let has_pattern = request.predictions.iter().any(|name| name.contains('*'));
    let pointwise =
        request.measures.iter().any(|measure| matches!(measure, Measure::Mean(loss) if loss.pointwise().is_some()));
    let rowwise =
        request.measures.iter().any(|measure| matches!(measure, Measure::Mean(loss) if loss.rowwise().is_some()));
    if pointwise && rowwise {
        return Err(Error::Usage(format!(
            "--loss mixes losses of one prediction per row ({}) with losses of one score per class ({})",
            specs(request, |loss| loss.pointwise().is_some()),
            specs(request, |loss| loss.rowwise().is_some()),
        )));
    }
    let matched: Vec<Vec<_>> =
        (request.predictions.iter()).map(|pattern| source.find_columns(pattern, flag)).collect::<Result<_>>()?;
    let one_per_class = rowwise || (has_pattern && !pointwise) || request.classes.len() > 2;
    if !one_per_class {
        let models: Vec<Model> = matched
            .into_iter()
            .flatten()
            .map(|found| Model { columns: vec![found.name.clone()], name: found.name })
            .collect();
        for model in &models {
            source.find_numeric(&model.name, flag)?;
        }
        let target = match &request.classes[..] {
            [no, yes] => Target::Event([no.clone(), yes.clone()]),
            _ => Target::Number,
        };
        let reason = "each model has one prediction per row".to_owned();
        return Ok(Shape { models: distinct(models)?, target, reason });
    }

    // One score column per class: a pattern is a model; plain columns are dealt out in order.
    let (classes, models) = if has_pattern {
        let mut models = Vec::new();
        let mut classes = request.classes.clone();
        for (pattern, found) in request.predictions.iter().zip(matched) {
            let suffixes: Vec<String> = found.iter().map(|found| found.wild.clone()).collect();
            if classes.is_empty() {
                classes.clone_from(&suffixes);
            }
            if found.len() != classes.len() {
                return Err(Error::Usage(format!(
                    "{flag} {pattern}: {} columns match where there are {} classes ({})",
                    found.len(),
                    classes.len(),
                    classes.join(", ")
                )));
            }
            // By name where the suffixes are the classes, else in the order of the file.
            let by_name: Option<Vec<String>> = (classes.iter())
                .map(|class| found.iter().find(|found| found.wild == *class).map(|found| found.name.clone()))
                .collect();
            if by_name.is_none() && request.classes.is_empty() {
                return Err(Error::Usage(format!(
                    "{flag} {pattern}: its classes ({}) are not those of {} ({}); name them with --classes",
                    suffixes.join(", "),
                    request.predictions[0],
                    classes.join(", ")
                )));
            }
            let columns = by_name.unwrap_or_else(|| found.into_iter().map(|found| found.name).collect());
            models.push(Model { name: pattern.clone(), columns });
        }
        (classes, models)
    } else {
        let columns: Vec<String> = matched.into_iter().flatten().map(|found| found.name).collect();
        let classes = request.classes.clone();
        if classes.is_empty() {
            return Err(Error::Usage(format!(
                "{flag} {}: these losses need one score column per class; name the classes with --classes A,B,… in the \
                 order of the columns, or give a pattern such as '{flag} p_*'",
                request.predictions.join(",")
            )));
        }
        if !columns.len().is_multiple_of(classes.len()) {
            return Err(Error::Usage(format!(
                "{flag}: {} columns cannot be dealt out to models of {} classes ({})",
                columns.len(),
                classes.len(),
                classes.join(", ")
            )));
        }
        let models =
            columns.chunks(classes.len()).map(|columns| Model { name: columns.join("+"), columns: columns.to_vec() });
        (classes.clone(), models.collect())
    };
    if classes.len() < 2 {
        let class = classes.first().map_or("", String::as_str);
        return Err(Error::Usage(format!(
            "{flag}: one score per class needs at least two classes, not only '{class}'"
        )));
    }
    for column in models.iter().flat_map(|model| &model.columns) {
        source.find_numeric(column, flag)?;
    }
    let reason = "each model has one score column per class".to_owned();
    Ok(Shape { models: distinct(models)?, target: Target::Label(classes), reason })
}

fn specs(request: &ScoreRequest, keep: impl Fn(&Loss) -> bool) -> String {
    let specs = request.measures.iter().filter(|measure| matches!(measure, Measure::Mean(loss) if keep(loss)));
    specs.map(Measure::spec).collect::<Vec<_>>().join(", ")
}

fn distinct(models: Vec<Model>) -> Result<Vec<Model>> {
    for (index, model) in models.iter().enumerate() {
        if models[..index].contains(model) {
            return Err(Error::Usage(format!("the model {} is given twice", model.name)));
        }
    }
    Ok(models)
}

/// The plan of a request. `extent` is what the columns hold, needed where measures are to be chosen.
pub(crate) fn resolve(request: &ScoreRequest, shape: Shape, extent: Option<Extent>) -> Result<Resolved> {
    let (task, kind, measures) = match &shape.target {
        Target::Label(classes) => {
            let name = format!("classification into {} classes", classes.len());
            let kind = if request.logits { PredictionKind::Logit } else { PredictionKind::Probability };
            let default = if request.logits { "cce_logits" } else { "cce" };
            (name, kind, vec![loss(default)?, Measure::Derived(Derived::Accuracy)])
        }
        _ if request.logits => {
            let measures = vec![loss("bce_logits")?, Measure::Derived(Derived::Accuracy)];
            ("binary classification".to_owned(), PredictionKind::Logit, measures)
        }
        Target::Event(_) => {
            let measures = vec![loss("bce")?, loss("mse")?, Measure::Derived(Derived::Accuracy)];
            ("binary classification".to_owned(), PredictionKind::Probability, measures)
        }
        _ => return resolve_numbers(request, shape, extent),
    };
    let reason = match &shape.target {
        Target::Event([_, event]) => format!("the truth is '{event}' or not"),
        _ if request.logits && shape.target == Target::Number => "the predictions are logits".to_owned(),
        _ => shape.reason.clone(),
    };
    finish(request, shape, task, reason, kind, measures)
}

/// One number per row and model: a quantity, or the probability of an event.
fn resolve_numbers(request: &ScoreRequest, shape: Shape, extent: Option<Extent>) -> Result<Resolved> {
    let asks_for_events = request.measures.iter().any(|measure| match measure {
        Measure::Mean(loss) => loss.card().target == TargetKind::Event,
        Measure::Derived(derived) => *derived == Derived::Accuracy,
    });
    let all_values = !request.measures.is_empty() && !asks_for_events;
    let events = asks_for_events || (request.measures.is_empty() && extent.is_some_and(|extent| extent.events));
    if events {
        if let (true, Some(Extent { predictions: [low, high], .. })) = (request.measures.is_empty(), extent)
            && (low < 0.0 || high > 1.0)
        {
            return Err(Error::Usage(format!(
                "{} holds only 0 and 1, but the predictions run from {low} to {high} and so are no probabilities; if they \
                 are logits, say --logits {}; to score them as plain numbers, say --loss mse,mae",
                request.truth,
                request.predictions.join(",")
            )));
        }
        let measures = vec![loss("bce")?, loss("mse")?, Measure::Derived(Derived::Accuracy)];
        let reason = if asks_for_events {
            "a loss for events was asked for".to_owned()
        } else {
            format!("{} holds only 0 and 1 and the predictions lie in [0, 1]", request.truth)
        };
        return finish(
            request,
            shape,
            "binary classification".to_owned(),
            reason,
            PredictionKind::Probability,
            measures,
        );
    }
    let measures = vec![loss("mse")?, Measure::Derived(Derived::Rmse), loss("mae")?];
    let reason = if all_values {
        "losses for quantities were asked for".to_owned()
    } else {
        format!("{} holds other numbers than 0 and 1", request.truth)
    };
    finish(request, shape, "regression".to_owned(), reason, PredictionKind::Value, measures)
}

fn loss(spec: &str) -> Result<Measure> {
    Measure::parse(spec).map_err(|error| Error::Usage(error.to_string()))
}

fn finish(
    request: &ScoreRequest,
    shape: Shape,
    task: String,
    reason: String,
    kind: PredictionKind,
    suitable: Vec<Measure>,
) -> Result<Resolved> {
    let (measures, why) = if request.measures.is_empty() {
        (suitable, "chosen for this task; --loss chooses others".to_owned())
    } else {
        check_kinds(request, &shape, kind)?;
        (request.measures.clone(), "asked for".to_owned())
    };
    let plan = Plan {
        measures,
        target: shape.target,
        prediction: kind,
        models: shape.models.len(),
        weighted: request.weight.is_some(),
        totals: true,
        reference: request.skill,
        pairs: shape.models.len() > 1,
    };
    Ok(Resolved { plan, models: shape.models, task: Task { name: task, reason, measures: why } })
}

/// Refuses measures that take another kind of prediction than was given.
fn check_kinds(request: &ScoreRequest, shape: &Shape, kind: PredictionKind) -> Result<()> {
    let refuse = |message: String| Err(Error::Usage(message));
    for measure in &request.measures {
        match measure {
            Measure::Mean(loss) => {
                let card = loss.card();
                match (card.prediction, request.logits) {
                    (PredictionKind::Logit, false) => {
                        return refuse(format!(
                            "{} takes logits: name the columns with --logits instead of --pred{}",
                            card.name,
                            counterpart(card.name.strip_suffix("_logits"), "probabilities")
                        ));
                    }
                    (PredictionKind::Probability | PredictionKind::Value, true) => {
                        let takes = if card.prediction == PredictionKind::Value { "values" } else { "probabilities" };
                        let other = format!("{}_logits", card.name);
                        return refuse(format!(
                            "{} takes {takes}: name the columns with --pred instead of --logits{}",
                            card.name,
                            counterpart(Loss::parse(&other).is_ok().then_some(other.as_str()), "logits")
                        ));
                    }
                    _ => {}
                }
            }
            Measure::Derived(Derived::Rmse) if request.logits || matches!(shape.target, Target::Label(_)) => {
                return refuse("rmse takes one value per row, not logits or classes".to_owned());
            }
            Measure::Derived(Derived::Accuracy) if kind == PredictionKind::Value => {
                return refuse("accuracy needs predicted classes, but these predictions are plain numbers".to_owned());
            }
            Measure::Derived(_) => {}
        }
    }
    Ok(())
}

fn counterpart(name: Option<&str>, takes: &str) -> String {
    name.map_or_else(String::new, |name| format!(", or use {name}, which takes {takes}"))
}

/// The arguments of the score aggregate.
pub(crate) fn arguments(request: &ScoreRequest, resolved: &Resolved) -> Vec<Expr> {
    let number = |name: &str| cast(ident(name), DataType::Float64);
    let truth = match resolved.plan.target {
        Target::Number | Target::Index => number(&request.truth),
        Target::Event(_) | Target::Label(_) => ident(&request.truth),
    };
    let scores = resolved.models.iter().flat_map(|model| &model.columns).map(|name| number(name));
    let weight = request.weight.iter().map(|name| number(name));
    std::iter::once(truth).chain(scores).chain(weight).collect()
}
