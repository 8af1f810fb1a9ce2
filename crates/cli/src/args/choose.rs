//! The arguments of `dartboard choose`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use dartboard_advice::{Costs, Goal, Task};
use dartboard_tables::choose::ChooseRequest;

use super::score::{Reading, Resources};
use super::value;

const AFTER_HELP: &str = "\
Examples:
  The noise in the errors of a model, and the loss that suits it:
    dartboard choose houses.csv --truth price --pred p
  The same, looking for what the model misses in two features:
    dartboard choose houses.csv --truth price --pred p --features area,year
  Too little costs three times too much:
    dartboard choose sales.csv --truth units --pred p --cost under=3,over=1
  An event: calibration, the threshold for costs, a weight in training undone:
    dartboard choose mail.csv --truth spam --pred p --cost fp=10,fn=1 --trained-with pos_weight=5
  A target alone: what it is, and what is missing for advice:
    dartboard choose houses.csv --truth price

Predictions have to be for rows that the model has not seen: errors on training rows are too small.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ChooseArgs {
    /// Files: paths, globs, directories, s3:// addresses, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The column that holds the truth.
    #[arg(long, value_name = "COLUMN", value_parser = NonEmptyStringValueParser::new())]
    truth: String,
    /// The column of predicted values, means or probabilities; 'p_*' for one column per class; q10,q50,q90 for quantiles.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), conflicts_with = "logits")]
    pred: Vec<String>,
    /// The same on the raw scale: logits, log-means.
    #[arg(long, visible_alias = "raw", value_name = "COLUMN", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    logits: Vec<String>,
    /// The names of the classes, in the order of the score columns. With one prediction per row, two names: the second is
    /// the event that is predicted.
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    classes: Vec<String>,
    /// Columns of numbers in which to look for what the model misses.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    features: Vec<String>,
    /// The column of weights.
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Look only at the rows that satisfy a SQL condition.
    #[arg(long = "where", value_name = "SQL")]
    filter: Option<String>,
    /// What a prediction is for: mean, total, median, quantile=T, expectile=T, probability or class. Data cannot tell.
    #[arg(long, value_name = "GOAL")]
    goal: Option<Goal>,
    /// What errors cost: under=U,over=O per unit of a quantity, or fp=A,fn=B per false alarm and miss.
    #[arg(long, value_name = "COSTS")]
    cost: Option<Costs>,
    /// What the target is, where it is not to be told from the data: real, positive, zeros_and_positive, count,
    /// proportion, binary or classes.
    #[arg(long, value_name = "TASK")]
    task: Option<Task>,
    /// The factor by which events were weighted when the model was trained, as in pos_weight=5: its effect is undone.
    #[arg(long, value_name = "pos_weight=W", value_parser = value::training_weight)]
    trained_with: Option<f64>,

    /// How the advice is printed.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) format: ChooseFormat,
    /// Also draw the errors, or the calibration of probabilities, into an .svg, .png or .html file.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) figure: Option<PathBuf>,

    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub(crate) resources: Resources,
}

/// How advice is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ChooseFormat {
    /// Aligned columns for reading.
    #[default]
    Table,
    /// All digits: numbers parse back to the same bits.
    Json,
    /// Tables as GitHub renders them.
    Markdown,
}

impl ChooseArgs {
    /// The request that these arguments make.
    pub(crate) fn request(&self) -> ChooseRequest {
        let logits = !self.logits.is_empty();
        ChooseRequest {
            files: self.files.clone(),
            source: self.reading.options(),
            truth: self.truth.clone(),
            predictions: if logits { self.logits.clone() } else { self.pred.clone() },
            logits,
            classes: self.classes.clone(),
            features: self.features.clone(),
            weight: self.weight.clone(),
            filter: self.filter.clone(),
            goal: self.goal,
            costs: self.cost,
            task: self.task,
            training_weight: self.trained_with,
        }
    }
}
