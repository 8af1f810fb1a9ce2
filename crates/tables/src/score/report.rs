//! What came out, as plain data.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// A float as JSON: a number where it is finite, else the text `inf`, `-inf` or `nan`, which JSON numbers cannot say.
fn number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        value if value.is_finite() => serializer.serialize_f64(*value),
        value if value.is_nan() => serializer.serialize_str("nan"),
        value if *value > 0.0 => serializer.serialize_str("inf"),
        _ => serializer.serialize_str("-inf"),
    }
}

fn numbers<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Number(#[serde(serialize_with = "number")] f64);
    serializer.collect_seq(values.iter().map(|&value| Number(value)))
}

fn optional<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => number(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Everything a scoring run found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreReport {
    /// The version of this program.
    pub version: &'static str,
    /// What was asked for, names resolved.
    pub settings: Settings,
    /// What was read.
    pub read: Read,
    /// The kind of task, and how it was told.
    pub task: Task,
    /// The measures.
    pub measures: Vec<MeasureInfo>,
    /// All rows together.
    pub overall: Group,
    /// The rows of each segment, ordered by segment; empty without segments.
    pub segments: Vec<Group>,
    /// The rows that lose most, for each model by the first loss.
    pub worst: Vec<Worst>,
    /// What the reader may want to know.
    pub notes: Vec<String>,
}

/// The settings of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// The files, as they were given.
    pub files: Vec<String>,
    /// The truth column, or the pattern of the columns of shares.
    pub truth: String,
    /// The columns that hold the truth: one, or one per class.
    pub truth_columns: Vec<String>,
    /// What the columns of a row are for: `class`, `label` or `component`; none where a row has one prediction.
    pub column_per: Option<&'static str>,
    /// The models, each with its score columns.
    pub models: Vec<Model>,
    /// What they are: `values`, `means`, `probabilities`, `logits`, `log-means`, `log-probabilities`, `scores` or
    /// `parameters`.
    pub predictions: &'static str,
    /// The classes, in the order of the score columns; empty for numbers.
    pub classes: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// What goes around the losses.
    #[serde(flatten)]
    pub around: Setting,
    /// The segment columns.
    pub by: Vec<String>,
    /// The condition.
    #[serde(rename = "where")]
    pub filter: Option<String>,
    /// Whether invalid rows were left out.
    pub skip_invalid: bool,
    /// The number of threads.
    pub threads: usize,
    /// The instruction set.
    pub instruction_set: &'static str,
}

/// What goes around the losses of rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Setting {
    /// The share of every label that is spread evenly over all classes.
    pub label_smoothing: f64,
    /// What the losses of events are multiplied by.
    pub pos_weight: Option<f64>,
    /// How often a row of a class counts; classes that are not named count once.
    pub class_weights: BTreeMap<String, f64>,
}

/// A model: a name and its score columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Its column, or the pattern of its columns.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Read {
    /// How many files.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// Rows that were looked at: those that satisfy the condition, if there is one.
    pub rows: u64,
    /// Rows that were scored.
    pub scored: u64,
    /// Rows with a missing truth, prediction or weight.
    pub missing: u64,
    /// Rows with a truth outside of its domain.
    pub invalid_truth: u64,
    /// Rows with a prediction outside of its domain.
    pub invalid_prediction: u64,
    /// Rows whose scores do not fit together.
    pub invalid_scores: u64,
    /// Rows with a weight that is negative or not finite.
    pub invalid_weight: u64,
    /// Rows with a weight of 0, which do not count.
    pub zero_weight: u64,
    /// For truth in a file of its own: predictions that have none.
    pub without_truth: u64,
    /// For truth in a file of its own: truth that has no prediction.
    pub without_prediction: u64,
}

/// The kind of task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// `regression`, `binary classification` or `classification into 10 classes`.
    pub name: String,
    /// How it was told.
    pub reason: String,
    /// Why these measures were computed.
    pub measures: String,
}

/// A measure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureInfo {
    /// Its canonical spec.
    pub spec: String,
    /// Its name in words.
    pub title: &'static str,
    /// The unit of its value.
    pub unit: String,
    /// Whether larger is better.
    pub larger_is_better: bool,
}

/// The scores of a set of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The values of the segment columns; absent where a value is missing.
    pub segment: Vec<Option<String>>,
    /// Scored rows.
    pub rows: u64,
    /// Their total weight; absent without weights.
    #[serde(serialize_with = "optional")]
    pub weight: Option<f64>,
    /// The (weighted) mean of the truth; absent for classes.
    #[serde(serialize_with = "optional")]
    pub mean_truth: Option<f64>,
    /// One entry per model.
    pub models: Vec<ModelScores>,
    /// The models compared pair by pair.
    pub comparisons: Vec<Comparison>,
}

/// The scores of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelScores {
    /// The model.
    pub model: String,
    /// The sum of its predictions over the sum of the truth; absent for classes, and where the truth adds up to 0.
    #[serde(serialize_with = "optional")]
    pub total_ratio: Option<f64>,
    /// One entry per measure.
    pub scores: Vec<Score>,
}

/// The value of a measure for a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The measure.
    pub measure: String,
    /// The value; absent without rows.
    #[serde(serialize_with = "optional")]
    pub value: Option<f64>,
    /// The (weighted) sum over the rows.
    #[serde(serialize_with = "number")]
    pub sum: f64,
    /// Rows in which the loss is infinite.
    pub infinite: u64,
    /// 1 − value / value of the best constant: 1 is perfect, 0 no better than a constant.
    #[serde(serialize_with = "optional")]
    pub skill: Option<f64>,
    /// The best constant.
    pub reference: Option<Constant>,
    /// What the value is made of, where that was asked for and can be told.
    pub decomposition: Option<Parts>,
}

/// What a mean loss is made of: `value = miscalibration − discrimination + uncertainty`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parts {
    /// What recalibration would take off.
    #[serde(serialize_with = "number")]
    pub miscalibration: f64,
    /// What the recalibrated predictions gain over the best constant.
    #[serde(serialize_with = "number")]
    pub discrimination: f64,
    /// The mean loss of the best constant.
    #[serde(serialize_with = "number")]
    pub uncertainty: f64,
}

/// The best constant prediction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Constant {
    /// What it is of the truth: `mean`, `median`, `0.9-quantile`, `class frequencies`.
    pub name: String,
    /// The prediction: one number, or one per class.
    #[serde(serialize_with = "numbers")]
    pub prediction: Vec<f64>,
    /// Its mean loss.
    #[serde(serialize_with = "number")]
    pub value: f64,
}

/// Two models compared row by row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The measure.
    pub measure: String,
    /// The first model.
    pub first: String,
    /// The second model.
    pub second: String,
    /// The mean of first minus second; absent where a loss is infinite.
    #[serde(serialize_with = "optional")]
    pub difference: Option<f64>,
    /// Its standard error.
    #[serde(serialize_with = "optional")]
    pub standard_error: Option<f64>,
    /// The 95 % interval of the difference (Student's t).
    pub interval: Option<[f64; 2]>,
    /// The model that is better, where they can be told apart.
    pub better: Option<String>,
    /// The verdict in words.
    pub verdict: String,
}

/// The rows that lose most.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worst {
    /// The model.
    pub model: String,
    /// The measure.
    pub measure: String,
    /// The names of the columns that tell rows apart.
    pub key_columns: Vec<String>,
    /// The rows, the worst first; of equal losses the first in the file first.
    pub rows: Vec<WorstRow>,
}

/// The truth of a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Truth {
    /// A quantity, or 0 and 1 for an event.
    #[serde(serialize_with = "number")]
    Number(f64),
    /// A class, as the file writes it.
    Class(String),
}

/// A row that loses much.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorstRow {
    /// The file.
    pub file: String,
    /// Its number among the data rows of the file, from 1; absent where truth was joined from another file.
    pub row: Option<u64>,
    /// The values of the columns that tell rows apart.
    pub key: Vec<String>,
    /// The truth.
    pub truth: Truth,
    /// The prediction: a number, or the score of the true class.
    #[serde(serialize_with = "number")]
    pub prediction: f64,
    /// The weight.
    #[serde(serialize_with = "optional")]
    pub weight: Option<f64>,
    /// The loss of the row.
    #[serde(serialize_with = "number")]
    pub loss: f64,
    /// Its share of the (weighted) sum of all rows; none where the loss is not measured from 0.
    #[serde(serialize_with = "optional")]
    pub share: Option<f64>,
}
