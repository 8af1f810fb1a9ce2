//! The arguments of `dartboard score`.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use dartboard_losses::Measure;
use dartboard_tables::score::{ScoreRequest, TruthFile};
use dartboard_tables::session::SessionOptions;
use dartboard_tables::source::{self, SourceOptions};

use super::{Format, OnCluster, value};

const AFTER_HELP: &str = "\
Examples:
  Two models side by side, with measures that suit the columns:
    dartboard score houses.csv --truth price --pred p_linear,p_boosted
  Chosen losses, per segment, with the rows that lose most:
    dartboard score houses.csv --truth price --pred p --loss 'mae,huber(20000)' --by region --worst 5
  One probability per class (p_cat, p_dog, ... are the classes cat, dog, ...):
    dartboard score animals.parquet --truth animal --pred 'p_*'
  Raw scores of a binary classifier, the truth written as -1 and 1:
    dartboard score mail.csv --truth spam --logits z_a,z_b --classes=-1,1 --loss hinge
  A share of each class as the truth (q_cat, q_dog, ...):
    dartboard score animals.parquet --truth 'q_*' --logits 'z_*' --loss kl_logits
  A mean and a log-variance per row:
    dartboard score houses.csv --truth price --pred mu,log_var --loss gaussian_nll
  Truth in a file of its own:
    dartboard score predictions.csv --truth-file truth.csv --on id --truth price --pred p_linear

CSV, TSV, JSON lines, Parquet and Arrow files are read, compressed or not; the format is told from \
the file. A FILE may be a glob in quotes, a directory, an s3:// address (if installed with --features s3; \
where and as whom is said by AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), \
or - for standard input. \
`dartboard explain` lists the losses.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ScoreArgs {
    /// Files of predictions: paths, globs, directories, s3:// addresses, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The column that holds the truth. Where the truth is a share of each class, or for several labels whether each
    /// applies: a pattern such as 'q_*', or one column per class separated by commas.
    #[arg(long, value_name = "COLUMN", value_parser = NonEmptyStringValueParser::new())]
    truth: String,
    #[command(flatten)]
    predictions: Predictions,
    /// The names of the classes, in the order of the score columns. With one probability per row, two names: the
    /// second is the event that is predicted.
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    classes: Vec<String>,
    /// What to compute, such as mse,mae,huber(delta=1.5); measures that suit the columns if absent.
    #[arg(long, value_name = "SPEC")]
    loss: Vec<value::Measures>,
    /// The column of weights.
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// How often the rows of a class count, on top of their weight: means are divided by the total weight.
    #[arg(
        long,
        value_name = "CLASS=N",
        value_delimiter = ',',
        value_parser = value::class_weight,
        allow_hyphen_values = true
    )]
    class_weight: Vec<(String, f64)>,
    /// Multiply the losses of events by W; means are still divided by the number of rows.
    #[arg(long, value_name = "W", value_parser = value::not_negative, allow_negative_numbers = true)]
    pos_weight: Option<f64>,
    /// Spread the share E of every label evenly over all classes: of K classes the true one keeps 1 - E + E/K. Events,
    /// and labels that apply each by itself, have K = 2.
    #[arg(
        long,
        value_name = "E",
        value_parser = value::share,
        default_value_t = 0.0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    label_smoothing: f64,
    /// Score every segment too: the rows with equal values in these columns.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    by: Vec<String>,
    /// Score only the rows that satisfy a SQL condition, such as "year >= 2000 AND region = 'north'".
    #[arg(long = "where", value_name = "SQL")]
    filter: Option<String>,
    /// List the N rows that lose most, for each model, by the first loss.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    worst: usize,
    /// The columns that tell rows apart where rows are listed; found by itself if absent.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    key: Vec<String>,
    /// What to do with rows whose values a loss is not defined for, such as a probability of 1.2.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    invalid: Invalid,
    /// Say what each mean loss is made of: miscalibration, discrimination and uncertainty. Holds all rows in memory.
    #[arg(long)]
    decompose: bool,
    /// Do not look for the best constant prediction, which the skill is measured against.
    #[arg(long)]
    no_skill: bool,

    /// Files that hold the truth, if not the ones with the predictions.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "on", help_heading = "Truth in another file")]
    truth_file: Vec<String>,
    /// The key columns by which the two are joined.
    #[arg(
        long,
        value_name = "COLUMN",
        value_delimiter = ',',
        requires = "truth_file",
        help_heading = "Truth in another file"
    )]
    on: Vec<String>,
    /// Count rows without a partner instead of refusing them.
    #[arg(long, requires = "truth_file", help_heading = "Truth in another file")]
    allow_missing: bool,
    /// Let keys repeat, each pair counting as a row, instead of refusing them.
    #[arg(long, requires = "truth_file", help_heading = "Truth in another file")]
    allow_duplicates: bool,

    /// How the report is printed.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) format: Format,
    /// Also write every row with the value, gradient and Hessian of each loss, to a .parquet or .csv file.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Show no progress bar, even on a terminal.
    #[arg(long, help_heading = "Output")]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub(crate) resources: Resources,
    #[command(flatten)]
    pub(crate) cluster: OnCluster,
}

/// The columns of predictions: what they hold is said, never guessed.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Predictions {
    /// The columns of predicted values, means or probabilities, one per model; 'p_*' names one column per class. A loss
    /// of several numbers per row takes their columns in order, as in mu,s.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    pred: Vec<String>,
    /// The same on the raw scale: logits (the logarithm of the odds, or one score per class before softmax),
    /// log-means, log-probabilities, margins.
    #[arg(
        long,
        visible_alias = "raw",
        value_name = "COLUMN",
        value_delimiter = ',',
        value_parser = NonEmptyStringValueParser::new()
    )]
    logits: Vec<String>,
}

/// What to do with invalid rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Invalid {
    /// Stop, and name the first ones.
    #[default]
    Error,
    /// Leave them out, and count them.
    Skip,
}

/// How files are read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// The format of the files, where it is not to be told from them.
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    input_format: Option<source::Format>,
    /// The separator of fields in CSV files: one character, or tab.
    #[arg(long, value_name = "CHARACTER", value_parser = value::delimiter)]
    delimiter: Option<u8>,
    /// CSV files have no header line; the columns are called column_1, column_2, ...
    #[arg(long)]
    no_header: bool,
    /// A spelling of a missing value in CSV files, such as NA, beside the empty field; may be given again.
    #[arg(long, value_name = "TEXT")]
    null_value: Vec<String>,
}

fn format_parser() -> impl TypedValueParser<Value = source::Format> {
    PossibleValuesParser::new(source::Format::NAMES).try_map(|name| name.parse())
}

/// What a command may use of the machine.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Resources")]
pub(crate) struct Resources {
    /// The number of threads; all cores if absent. Results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Memory to keep to, such as 500MB or 2GiB: what does not fit goes through temporary files.
    #[arg(long, value_name = "SIZE", value_parser = value::size)]
    memory_limit: Option<u64>,
}

impl Resources {
    pub(crate) fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }

    /// The session for files that are read this way.
    pub(crate) fn session(&self, files: SourceOptions) -> SessionOptions {
        SessionOptions { threads: self.threads(), memory_limit: self.memory_limit, files, ..SessionOptions::default() }
    }
}

impl Reading {
    pub(crate) fn options(&self) -> SourceOptions {
        SourceOptions {
            format: self.input_format,
            delimiter: self.delimiter,
            no_header: self.no_header,
            null_values: self.null_value.clone(),
            ..SourceOptions::default()
        }
    }
}

impl ScoreArgs {
    /// The request that these arguments make.
    pub(crate) fn request(&self) -> ScoreRequest {
        let logits = !self.predictions.logits.is_empty();
        let measures: Vec<Measure> = self.loss.iter().flat_map(|value::Measures(list)| list).cloned().collect();
        ScoreRequest {
            files: self.files.clone(),
            source: self.reading.options(),
            truth: self.truth.clone(),
            truth_file: (!self.truth_file.is_empty()).then(|| TruthFile {
                files: self.truth_file.clone(),
                on: self.on.clone(),
                allow_missing: self.allow_missing,
                allow_duplicates: self.allow_duplicates,
            }),
            predictions: if logits { self.predictions.logits.clone() } else { self.predictions.pred.clone() },
            logits,
            classes: self.classes.clone(),
            measures,
            weight: self.weight.clone(),
            class_weights: self.class_weight.clone(),
            pos_weight: self.pos_weight,
            label_smoothing: self.label_smoothing,
            by: self.by.clone(),
            filter: self.filter.clone(),
            worst: self.worst,
            key: self.key.clone(),
            skip_invalid: self.invalid == Invalid::Skip,
            skill: !self.no_skill,
            decompose: self.decompose,
            output: self.output.clone(),
        }
    }
}
