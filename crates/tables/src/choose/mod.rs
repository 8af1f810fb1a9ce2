//! Choosing a loss for the columns of a file: names in, advice out.

mod columns;

use dartboard_advice::{Advice, AdviceError, Costs, Feature, Goal, Input, Predictions, Target, Task, advise};
use serde::Serialize;

use self::columns::Shape;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::source::SourceOptions;
use crate::whole::{self, Column, Values, Wanted, Whole};

/// What to choose for.
#[derive(Clone, Debug, Default)]
pub struct ChooseRequest {
    /// Files, globs, directories, or `-`.
    pub files: Vec<String>,
    /// How files are read.
    pub source: SourceOptions,
    /// The column that holds the truth.
    pub truth: String,
    /// Columns or a pattern: one prediction per row, one per class, or one per quantile; none where there is no model yet.
    pub predictions: Vec<String>,
    /// Whether predictions are on the raw scale.
    pub logits: bool,
    /// The names of the classes, in the order of the score columns; with one prediction, of no and yes.
    pub classes: Vec<String>,
    /// Columns of numbers to look for structure that the model has missed.
    pub features: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// A SQL condition that rows must satisfy.
    pub filter: Option<String>,
    /// What is wanted.
    pub goal: Option<Goal>,
    /// What errors cost.
    pub costs: Option<Costs>,
    /// The task, where it is not to be told from the data.
    pub task: Option<Task>,
    /// The factor by which events were weighted in training.
    pub training_weight: Option<f64>,
}

/// Advice and what it is about.
#[derive(Clone, Debug, Serialize)]
pub struct ChooseReport {
    /// The files.
    pub files: Vec<String>,
    /// The columns of predictions, as they were named.
    pub predictions: Vec<String>,
    /// Whether they are on the raw scale.
    pub raw: bool,
    /// The names of the classes, where they were given.
    pub classes: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// The condition.
    pub filter: Option<String>,
    /// What was read.
    pub read: ChooseRead,
    /// The advice.
    pub advice: Advice,
    /// Where the rows are that warnings speak of, in their order.
    pub places: Vec<Vec<String>>,
}

/// What was read, and what was left out.
#[derive(Clone, Debug, Serialize)]
pub struct ChooseRead {
    /// Rows that satisfy the condition.
    pub rows: u64,
    /// Rows with a value in every column.
    pub used: u64,
    /// Columns with missing values, and in how many rows.
    pub missing: Vec<(String, u64)>,
}

/// Reads the columns and asks for advice.
///
/// # Errors
/// Where a file cannot be read, a name is not found, or columns do not fit together.
pub async fn choose(session: &Session, request: &ChooseRequest) -> Result<ChooseReport> {
    let source = session.open(&request.files, &request.source).await?;
    let shape = columns::shape(request, &source)?;
    let per_class = matches!(shape, Shape::PerClass { .. });
    let column = |name: &String, infinite, values| Wanted { name: name.clone(), infinite, values };
    source.find_column(&request.truth, "--truth")?;
    let names = per_class || request.classes.len() == 2;
    let mut wanted = vec![column(&request.truth, false, if names { Values::Names } else { Values::AsFound })];
    for name in shape.columns() {
        source.find_numeric(name, columns::flag(request))?;
        wanted.push(column(name, request.logits, Values::Numbers));
    }
    for name in &request.features {
        source.find_numeric(name, "--features")?;
        wanted.push(column(name, false, Values::Numbers));
    }
    if let Some(name) = &request.weight {
        source.find_numeric(name, "--weight")?;
        wanted.push(column(name, false, Values::Numbers));
    }
    let rows = whole::read(session, &source, &wanted, request.filter.as_deref()).await?;
    rows.require_some(&source.name(), request.filter.is_some())?;
    let advice = ask(request, &shape, &rows)?;
    let places =
        advice.warnings.iter().map(|warning| warning.rows.iter().map(|&row| rows.place(row)).collect()).collect();
    Ok(ChooseReport {
        files: request.files.clone(),
        predictions: request.predictions.clone(),
        raw: request.logits,
        classes: request.classes.clone(),
        weight: request.weight.clone(),
        filter: request.filter.clone(),
        read: ChooseRead {
            rows: rows.read,
            used: rows.rows() as u64,
            missing: rows.missing.into_iter().filter(|(_, count)| *count > 0).collect(),
        },
        places,
        advice,
    })
}

fn ask(request: &ChooseRequest, shape: &Shape, rows: &Whole) -> Result<Advice> {
    let numbers = |column: &Column| -> Vec<f64> {
        match column {
            Column::Numbers(values) => values.clone(),
            // Columns of scores, features and weights were found to be numeric.
            Column::Names(..) => vec![],
        }
    };
    let (truth, others) = rows.columns.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
    let scores: Vec<Vec<f64>> = others[..shape.columns().len()].iter().map(numbers).collect();
    let others = &others[scores.len()..];
    let features: Vec<Vec<f64>> = others[..request.features.len()].iter().map(numbers).collect();
    let weight: Option<Vec<f64>> = others.get(request.features.len()).map(numbers);

    // Names in an order of their own, so that it does not matter which came first.
    let mut of_row = vec![];
    let mut names = vec![];
    if let Some(Column::Names(indices, found)) = truth {
        let mut sorted: Vec<&String> = found.iter().collect();
        sorted.sort();
        if let [no, yes] = &request.classes[..]
            && !matches!(shape, Shape::PerClass { .. })
            && let Some(other) = sorted.iter().find(|name| **name != no && **name != yes)
        {
            let message =
                format!("`{}` holds '{other}', which is neither '{no}' nor '{yes}' of --classes", request.truth);
            return Err(Error::Data(message));
        }
        let place: Vec<u32> = found.iter().map(|name| sorted.partition_point(|other| *other < name) as u32).collect();
        of_row = indices.iter().map(|&row| place[row as usize]).collect();
        names = sorted.into_iter().cloned().collect();
    }
    let classes: Vec<u32> = match shape {
        Shape::PerClass { classes, .. } => {
            // A class without a row has an index beyond those of the names.
            let index = |(place, class): (usize, &String)| {
                names.iter().position(|name| name == class).unwrap_or(names.len() + place) as u32
            };
            classes.iter().enumerate().map(index).collect()
        }
        _ => vec![],
    };
    let target = match truth {
        Some(Column::Numbers(values)) => Target::Numbers(values),
        _ => Target::Names { of_row: &of_row, names: &names },
    };
    let slices: Vec<&[f64]> = scores.iter().map(Vec::as_slice).collect();
    let levels: Vec<(f64, &str)> = match shape {
        Shape::Quantiles { levels, columns } => {
            levels.iter().copied().zip(columns.iter().map(String::as_str)).collect()
        }
        _ => vec![],
    };
    let predictions = match shape {
        Shape::None => Predictions::None,
        Shape::One(name) => Predictions::One { name, values: slices[0], raw: request.logits },
        Shape::Quantiles { .. } => Predictions::Quantiles { levels: &levels, columns: &slices },
        Shape::PerClass { .. } => Predictions::PerClass { columns: &slices, classes: &classes, raw: request.logits },
    };
    let features: Vec<Feature<'_>> =
        request.features.iter().zip(&features).map(|(name, values)| Feature { name, values }).collect();
    let input = Input {
        target_name: &request.truth,
        target,
        predictions,
        weight: weight.as_deref(),
        features: &features,
        goal: request.goal,
        costs: request.costs,
        task: request.task,
        event: if let ([_, yes], false) = (&request.classes[..], matches!(shape, Shape::PerClass { .. })) {
            Some(yes)
        } else {
            None
        },
        training_weight: request.training_weight,
    };
    advise(&input).map_err(|error| explain(error, request, shape, rows))
}

/// An error of the advice in terms of files and flags.
fn explain(error: AdviceError, request: &ChooseRequest, shape: &Shape, rows: &Whole) -> Error {
    match error {
        AdviceError::Value { column, row, value, allowed } => {
            let name = if shape.columns().contains(&column) || column == request.truth {
                format!("`{column}`")
            } else {
                column
            };
            Error::Data(format!("{}: {name} is {value}; {allowed}", rows.place(row - 1)))
        }
        AdviceError::GoalOfOtherTask { .. }
        | AdviceError::CostsOfOtherTask { .. }
        | AdviceError::CostsAgainstGoal { .. }
        | AdviceError::GoalOfQuantiles
        | AdviceError::CostsOfClasses { .. }
        | AdviceError::TrainingWeight { .. } => Error::Usage(error.to_string()),
        error => Error::Data(error.to_string()),
    }
}
