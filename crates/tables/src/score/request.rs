//! What to score.

use std::path::PathBuf;

use dartboard_losses::Measure;

use crate::source::SourceOptions;

/// A file of predictions and how to read it.
#[derive(Clone, Debug, Default)]
pub struct ScoreRequest {
    /// Files, globs, directories, or `-`.
    pub files: Vec<String>,
    /// How files are read.
    pub source: SourceOptions,
    /// The column that holds the truth; or, for a share per class, a pattern with `*` or columns separated by commas.
    pub truth: String,
    /// The file that holds it, where it is not the one with the predictions.
    pub truth_file: Option<TruthFile>,
    /// Columns or patterns with `*`, one per model; for classes one pattern, or one column per class, per model.
    pub predictions: Vec<String>,
    /// Whether the predictions are on the raw scale: logits, log-means, log-probabilities or scores rather than values,
    /// means or probabilities.
    pub logits: bool,
    /// The names of the classes, in the order of the score columns. Two names with one prediction column per model: the
    /// second is the event whose probability is predicted.
    pub classes: Vec<String>,
    /// What to compute; a set that suits the task where it is empty.
    pub measures: Vec<Measure>,
    /// The column of weights.
    pub weight: Option<String>,
    /// How often a row of a class counts, on top of its weight; 1 for classes that are not named.
    pub class_weights: Vec<(String, f64)>,
    /// What the losses of events are multiplied by. The mean still divides by the rows.
    pub pos_weight: Option<f64>,
    /// The share of every label that is spread evenly over all classes.
    pub label_smoothing: f64,
    /// Columns whose values make segments.
    pub by: Vec<String>,
    /// A SQL condition that rows must satisfy.
    pub filter: Option<String>,
    /// How many of the rows that lose most to list.
    pub worst: usize,
    /// The columns that tell rows apart where rows are listed; found by itself where it is empty.
    pub key: Vec<String>,
    /// Rows with values outside of a loss's domain are left out and counted, rather than being an error.
    pub skip_invalid: bool,
    /// Whether to find the best constant prediction and the skill against it.
    pub skill: bool,
    /// Whether to find miscalibration, discrimination and uncertainty.
    pub decompose: bool,
    /// Where to write every row with value, gradient and Hessian of each loss.
    pub output: Option<PathBuf>,
}

/// A file that holds the truth.
#[derive(Clone, Debug, Default)]
pub struct TruthFile {
    /// Files, globs, directories.
    pub files: Vec<String>,
    /// Key columns that both files have.
    pub on: Vec<String>,
    /// Whether rows without a partner are left out and counted, rather than being an error.
    pub allow_missing: bool,
    /// Whether keys may repeat, each pair counting as a row, rather than being an error.
    pub allow_duplicates: bool,
}
