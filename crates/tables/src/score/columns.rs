//! Which columns belong to which model, and which hold the truth.

use dartboard_losses::{Family, Loss, Measure, PredictionKind};

use super::kinds::Part;
use super::report::Model;
use super::request::ScoreRequest;
use crate::aggregate::Target;
use crate::columns::Match;
use crate::error::{Error, Result};
use crate::source::Source;

/// Models and classes, before the measures are known.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) models: Vec<Model>,
    pub(crate) target: Target,
    /// The columns that hold the truth: one, or one per class.
    pub(crate) truth: Vec<String>,
    pub(crate) reason: String,
}

/// The flag that names the predictions, for messages.
pub(crate) fn flag(request: &ScoreRequest) -> &'static str {
    if request.logits { "--logits" } else { "--pred" }
}

/// The names and patterns that `--truth` lists.
pub(crate) fn truth_names(request: &ScoreRequest) -> Vec<String> {
    request.truth.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Whether `--truth` names several columns, as far as can be told without a file.
pub(crate) fn names_shares(request: &ScoreRequest) -> bool {
    request.truth.contains(['*', ','])
}

/// Which columns belong to which model, and what the truth is.
pub(crate) fn shape(request: &ScoreRequest, source: &Source) -> Result<Shape> {
    let family = family(request)?;
    let shares = shares(request, source, family)?;
    let has_pattern = request.predictions.iter().any(|name| name.contains('*'));
    let flag = flag(request);
    let matched: Vec<Vec<Match>> =
        (request.predictions.iter()).map(|pattern| source.find_columns(pattern, flag)).collect::<Result<_>>()?;
    let one_per_class = match family {
        Some(family) => family == Family::Rowwise,
        None => has_pattern || !shares.is_empty() || request.classes.len() > 2,
    };
    let mut shape = if family == Some(Family::Joint) {
        joint(request, matched)?
    } else if one_per_class {
        per_class(request, matched, shares)?
    } else {
        one_per_row(request, matched)?
    };
    shape.models = distinct(shape.models)?;
    for column in shape.models.iter().flat_map(|model| &model.columns) {
        source.find_numeric(column, flag)?;
    }
    Ok(shape)
}

/// The family that all losses that were asked for belong to.
fn family(request: &ScoreRequest) -> Result<Option<Family>> {
    let of = |measure: &Measure| measure.card().map(|card| card.family);
    let mut families = request.measures.iter().filter_map(of);
    let Some(first) = families.next() else { return Ok(None) };
    match families.find(|family| *family != first) {
        None => Ok(Some(first)),
        Some(other) => Err(Error::Usage(format!(
            "--loss mixes losses of {} ({}) with losses of {} ({})",
            words(first),
            specs(request, |loss| loss.card().family == first),
            words(other),
            specs(request, |loss| loss.card().family == other),
        ))),
    }
}

fn words(family: Family) -> &'static str {
    match family {
        Family::Pointwise => "one prediction per row",
        Family::Rowwise => "one score per class",
        Family::Joint => "several predictions of different meaning per row",
    }
}

/// The specs of the losses that are to be named, for messages.
pub(crate) fn specs(request: &ScoreRequest, keep: impl Fn(&Loss) -> bool) -> String {
    let specs = request.measures.iter().filter(|measure| matches!(measure, Measure::Mean(loss) if keep(loss)));
    specs.map(Measure::spec).collect::<Vec<_>>().join(", ")
}

/// The columns of shares that `--truth` names; none where it names one column.
fn shares(request: &ScoreRequest, source: &Source, family: Option<Family>) -> Result<Vec<Match>> {
    // A column may have a comma in its name.
    if !names_shares(request) || source.schema().index_of(&request.truth).is_ok() {
        return Ok(vec![]);
    }
    let names = truth_names(request);
    if names.len() > 1 && names.iter().any(|name| name.contains('*')) {
        return Err(Error::Usage(format!("--truth {}: give one pattern, or a list of columns", request.truth)));
    }
    let mut found = vec![];
    for name in &names {
        found.extend(source.find_columns(name, "--truth")?);
    }
    for column in &found {
        source.find_numeric(&column.name, "--truth")?;
    }
    match family {
        Some(family) if family != Family::Rowwise => Err(Error::Usage(format!(
            "--truth {}: {} take{} one truth per row, not several columns",
            request.truth,
            specs(request, |_| true),
            if request.measures.len() == 1 { "s" } else { "" },
        ))),
        _ => Ok(found),
    }
}

fn one_per_row(request: &ScoreRequest, matched: Vec<Vec<Match>>) -> Result<Shape> {
    if request.classes.len() > 2 {
        return Err(Error::Usage(format!(
            "--classes: {} takes one prediction per row, so there are two classes at most, not {} ({})",
            specs(request, |_| true),
            request.classes.len(),
            request.classes.join(", ")
        )));
    }
    let found = matched.into_iter().flatten();
    let target = match &request.classes[..] {
        [no, yes] => Target::Event([no.clone(), yes.clone()]),
        _ => Target::Number,
    };
    Ok(Shape {
        models: found.map(|found| Model { columns: vec![found.name.clone()], name: found.name }).collect(),
        target,
        truth: vec![request.truth.clone()],
        reason: "each model has one prediction per row".to_owned(),
    })
}

/// Several predictions of different meaning per model: the columns are dealt out in order.
fn joint(request: &ScoreRequest, matched: Vec<Vec<Match>>) -> Result<Shape> {
    let flag = flag(request);
    let mut losses = request.measures.iter().filter_map(Measure::card);
    let names = losses.find_map(|card| match card.prediction {
        PredictionKind::Parameters(names) => Some(names),
        _ => None,
    });
    let names = names.unwrap_or_default();
    let list: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    let meanings: Vec<String> = names.iter().map(|(name, meaning)| format!("{name}, the {meaning}")).collect();
    let specs = specs(request, |_| true);
    if !request.classes.is_empty() {
        return Err(Error::Usage(format!("--classes: {specs} is about a quantity, which has no classes")));
    }
    if let Some(pattern) = request.predictions.iter().find(|name| name.contains('*')) {
        return Err(Error::Usage(format!(
            "{flag} {pattern}: the order of the columns matters for {specs} ({}); name them one by one, as in {flag} {}",
            meanings.join("; "),
            list.join(",")
        )));
    }
    let columns: Vec<String> = matched.into_iter().flatten().map(|found| found.name).collect();
    if names.is_empty() || !columns.len().is_multiple_of(names.len()) {
        return Err(Error::Usage(format!(
            "{flag} {}: {specs} takes {} columns per model ({}), and {} cannot be dealt out",
            request.predictions.join(","),
            names.len(),
            meanings.join("; "),
            columns.len()
        )));
    }
    Ok(Shape {
        models: dealt(&columns, names.len()),
        target: Target::Number,
        truth: vec![request.truth.clone()],
        reason: format!("each model has {} predictions per row: {}", names.len(), meanings.join("; ")),
    })
}

/// Columns dealt out to models in order.
fn dealt(columns: &[String], width: usize) -> Vec<Model> {
    let model = |columns: &[String]| Model { name: columns.join("+"), columns: columns.to_vec() };
    columns.chunks(width).map(model).collect()
}

/// Where classes come from, for messages.
struct Classes {
    names: Vec<String>,
    /// `None` where `--classes` names them.
    origin: Option<String>,
}

/// One score column per class: a pattern is a model; plain columns are dealt out in order.
fn per_class(request: &ScoreRequest, matched: Vec<Vec<Match>>, shares: Vec<Match>) -> Result<Shape> {
    let flag = flag(request);
    let part = Part::of(&request.measures);
    let has_pattern = request.predictions.iter().any(|name| name.contains('*'));
    let classes = classes(request, &part, &matched, &shares)?;
    let models = if has_pattern {
        let named = request.predictions.iter().zip(matched);
        let model = |(pattern, found): (&String, Vec<Match>)| {
            Ok(Model { name: pattern.clone(), columns: by_class(flag, pattern, found, &part, &classes)? })
        };
        named.map(model).collect::<Result<Vec<_>>>()?
    } else {
        let columns: Vec<String> = matched.into_iter().flatten().map(|found| found.name).collect();
        let width = classes.names.len();
        if !columns.len().is_multiple_of(width) {
            return Err(Error::Usage(format!(
                "{flag}: {} columns cannot be dealt out to models of {width} {} ({})",
                columns.len(),
                part.many,
                classes.names.join(", ")
            )));
        }
        dealt(&columns, width)
    };
    if part.one == "class"
        && let [class] = &classes.names[..]
    {
        return Err(Error::Usage(format!(
            "{flag}: one score per class needs at least two classes, not only '{class}'"
        )));
    }
    let reason = format!("each model has one column per {}", part.one);
    if shares.is_empty() {
        let truth = vec![request.truth.clone()];
        return Ok(Shape { models, target: Target::Label(classes.names), truth, reason });
    }
    let truth = by_class("--truth", &request.truth, shares, &part, &classes)?;
    let reason = format!("{reason}, and so has the truth");
    Ok(Shape { models, target: Target::Shares(classes.names), truth, reason })
}

/// The classes: those that were named, else what the pattern of the truth, or of the first model, leaves open.
fn classes(request: &ScoreRequest, part: &Part, matched: &[Vec<Match>], shares: &[Match]) -> Result<Classes> {
    if !request.classes.is_empty() {
        return Ok(Classes { names: request.classes.clone(), origin: None });
    }
    let flag = flag(request);
    let wild = |found: &[Match]| found.iter().map(|found| found.wild.clone()).collect();
    if request.truth.contains('*') && !shares.is_empty() {
        return Ok(Classes { names: wild(shares), origin: Some(request.truth.clone()) });
    }
    let pattern = request.predictions.iter().zip(matched).find(|(name, _)| name.contains('*'));
    match pattern {
        Some((pattern, found)) if shares.is_empty() => {
            Ok(Classes { names: wild(found), origin: Some(pattern.clone()) })
        }
        // The columns of a pattern come in the order of the file, which need not be that of the list.
        Some(_) => Err(Error::Usage(format!(
            "--truth {}: name the {} with --classes A,B,… in the order of these columns, or give a pattern such as \
             --truth 'q_*'",
            request.truth, part.many
        ))),
        // Two lists in the order in which they were typed.
        None if !shares.is_empty() => {
            Ok(Classes { names: shares.iter().map(|column| column.name.clone()).collect(), origin: None })
        }
        None => Err(Error::Usage(format!(
            "{flag} {}: these losses need one column per {}; name the {} with --classes A,B,… in the order of the columns, \
             or give a pattern such as '{flag} p_*'",
            request.predictions.join(","),
            part.one,
            part.many
        ))),
    }
}

/// The columns in the order of the classes: by name where the suffixes are the classes, else in the order of the file.
fn by_class(flag: &str, pattern: &str, found: Vec<Match>, part: &Part, classes: &Classes) -> Result<Vec<String>> {
    let names = &classes.names;
    if found.len() != names.len() {
        return Err(Error::Usage(format!(
            "{flag} {pattern}: {} columns match where there are {} {} ({})",
            found.len(),
            names.len(),
            part.many,
            names.join(", ")
        )));
    }
    let by_name: Option<Vec<String>> = (names.iter())
        .map(|class| found.iter().find(|found| found.wild == *class).map(|found| found.name.clone()))
        .collect();
    match (by_name, &classes.origin) {
        (Some(columns), _) => Ok(columns),
        (None, None) => Ok(found.into_iter().map(|found| found.name).collect()),
        (None, Some(origin)) => {
            let suffixes: Vec<&str> = found.iter().map(|found| found.wild.as_str()).collect();
            Err(Error::Usage(format!(
                "{flag} {pattern}: its {} ({}) are not those of {origin} ({}); name them with --classes",
                part.many,
                suffixes.join(", "),
                names.join(", ")
            )))
        }
    }
}

fn distinct(models: Vec<Model>) -> Result<Vec<Model>> {
    for (index, model) in models.iter().enumerate() {
        if models[..index].contains(model) {
            return Err(Error::Usage(format!("the model {} is given twice", model.name)));
        }
    }
    Ok(models)
}
