//! The arguments of `dartboard landscape`.

use std::path::PathBuf;

use dartboard_landscapes::{Course, Normalisation, RandomPlan, StudyPlan};

use super::model::{ModelArgs, PrecisionArg};
use super::score::{Reading, Resources};
use super::{ChooseFormat, value};

const AFTER_HELP: &str = "\
Examples:
  Three losses over the slope and the intercept of a line, with their minima:
    dartboard landscape --model linear --data houses.csv --truth price --features gr_liv_area --loss mse,mae,huber
  The same over the slope alone, drawn into a file:
    dartboard landscape --model linear --data houses.csv --truth price --features gr_liv_area --dirs w0 --figure line.svg
  A network around its fit, along the principal components of its descent; everything into a folder:
    dartboard landscape --model mlp:32 --data digits.csv --truth label --loss cce --fit descent --output run1
  A run that was stopped, from where it was:
    dartboard landscape --resume run1
  A model of another framework along random directions, and the hill between two models:
    dartboard landscape net.onnx --data digits.csv --truth label --loss cce_logits --dirs random:2 --seed 7
    dartboard landscape a.onnx --to b.onnx --data digits.csv --truth label --loss cce_logits
  The path of a training:
    dartboard landscape epoch-*.onnx --data digits.csv --truth label --loss cce_logits --dirs pca";

/// What a run is asked for: its folder knows it, so `--resume` takes none of these.
const RUN_OPTIONS: [&str; 34] = [
    "model_files",
    "model",
    "data",
    "truth",
    "features",
    "classes",
    "weight",
    "filter",
    "loss",
    "onnx_output",
    "fit",
    "steps",
    "rate",
    "momentum",
    "decay",
    "test_share",
    "raw_features",
    "seed",
    "save_model",
    "dirs",
    "to",
    "norm",
    "skip",
    "range",
    "grid",
    "tolerance",
    "precision",
    "figure",
    "output",
    "input_format",
    "delimiter",
    "no_header",
    "null_value",
    "memory_limit",
];

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct LandscapeArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,

    /// Where to look: single weights by their names (a feature, bias, w0,w1, `layer0.weight[2,5]`); random, random:1; pca,
    /// the principal components of the path; gradient; hessian, its largest eigenvectors; or a .safetensors file with one
    /// or two tensors. If absent: the weights of a model that has two, else pca where there is a path, else random.
    #[arg(long, value_name = "DIRECTIONS", help_heading = "What is drawn")]
    dirs: Option<Directions>,
    /// The straight way to this model, which is at 1.
    #[arg(long, value_name = "MODEL_FILE", conflicts_with = "dirs", help_heading = "What is drawn")]
    pub(crate) to: Option<PathBuf>,
    /// What random directions are scaled to; filter if absent.
    #[arg(long, value_enum, value_name = "BY", help_heading = "What is drawn")]
    norm: Option<Norm>,
    /// What random directions leave alone: bias, norm (scales and shifts of normalisation layers), or none; both if absent.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT", help_heading = "What is drawn")]
    skip: Vec<Skip>,
    /// From where to where, as in -1:1 or 0:10,-5:5: weights where axes are weights, else multiples of the directions;
    /// found out if absent.
    #[arg(long, value_name = "FROM:TO", value_delimiter = ',', value_parser = value::range, allow_hyphen_values = true, help_heading = "What is drawn")]
    range: Vec<(f64, f64)>,
    /// The number of points, as in 101 or 51x31; 101 on a line and 51x51 on a plane if absent.
    #[arg(long, value_name = "POINTS", value_parser = value::grid, help_heading = "What is drawn")]
    grid: Option<Grid>,
    /// Compute only as many points as it takes to miss no other by more than this share of the range, as in 1%, and
    /// interpolate the rest.
    #[arg(long, value_name = "SHARE", value_parser = value::percentage, help_heading = "What is drawn")]
    tolerance: Option<f64>,
    /// What losses of built-in models are computed in; f64 if absent.
    #[arg(long, value_enum, value_name = "PRECISION", help_heading = "What is drawn")]
    pub(crate) precision: Option<PrecisionArg>,

    /// How the report is printed.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) format: ChooseFormat,
    /// Draw into an .svg, .png or .html file; the latter can be turned, and shows values under the pointer.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) figure: Option<PathBuf>,
    /// Write everything into a new folder: the grid as Parquet, CSV and NPZ, pictures, a page, directions, models, and the
    /// points so far, from which --resume goes on.
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Go on with the run of this folder, which knows what it was asked for.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = RUN_OPTIONS, help_heading = "Output")]
    pub(crate) resume: Option<PathBuf>,
    /// Show no progress bar, even on a terminal.
    #[arg(long, help_heading = "Output")]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) resources: Resources,
}

/// The points of each axis.
#[derive(Clone, Debug)]
pub(crate) struct Grid(pub(crate) Vec<usize>);

/// Directions as an argument.
#[derive(Clone, Debug)]
pub(crate) enum Directions {
    Weights(Vec<String>),
    Random(usize),
    Principal(usize),
    Gradient,
    Eigenvectors(usize),
    File(PathBuf),
}

impl std::str::FromStr for Directions {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.to_ascii_lowercase().ends_with(".safetensors") {
            return Ok(Self::File(text.into()));
        }
        let (name, count) = match text.split_once(':') {
            Some((name, count)) => (name, Some(count)),
            None => (text, None),
        };
        let number = || match count {
            None => Ok(2),
            Some("1") => Ok(1),
            Some("2") => Ok(2),
            Some(_) => Err(format!("'{text}': one direction or two, as in {name}:1")),
        };
        match name {
            "random" => Ok(Self::Random(number()?)),
            "pca" => Ok(Self::Principal(number()?)),
            "hessian" => Ok(Self::Eigenvectors(number()?)),
            "gradient" if count.is_none() => Ok(Self::Gradient),
            // Names of weights may hold commas in brackets: layer0.weight[2,5].
            _ => {
                let names: Vec<String> = split_outside_brackets(text);
                match names.len() {
                    1 | 2 if names.iter().all(|name| !name.is_empty()) => Ok(Self::Weights(names)),
                    _ => Err("one weight or two, as in w0,w1; or random, pca, gradient, hessian".to_owned()),
                }
            }
        }
    }
}

fn split_outside_brackets(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// What random directions are scaled to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Norm {
    /// Every filter to the length of the model's own.
    #[default]
    Filter,
    /// Every tensor to the length of the model's own.
    Layer,
    /// Nothing: standard normal numbers.
    None,
}

/// What random directions leave alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Skip {
    Bias,
    Norm,
    None,
}

impl LandscapeArgs {
    fn random(&self) -> RandomPlan {
        RandomPlan {
            seed: self.model.seed,
            normalisation: match self.norm.unwrap_or_default() {
                Norm::Filter => Normalisation::Filter,
                Norm::Layer => Normalisation::Layer,
                Norm::None => Normalisation::None,
            },
            skip_bias: self.skip.is_empty() || self.skip.contains(&Skip::Bias),
            skip_normalisation: self.skip.is_empty() || self.skip.contains(&Skip::Norm),
        }
    }

    /// Options that contradict each other or have no effect on what is asked for.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let random = matches!(self.dirs, None | Some(Directions::Random(_))) && self.to.is_none();
        if !random && (self.norm.is_some() || !self.skip.is_empty()) {
            return Err("--norm and --skip are about random directions, and --dirs or --to ask for others");
        }
        if self.skip.contains(&Skip::None) && self.skip.len() > 1 {
            return Err("--skip: none contradicts the others");
        }
        self.model.check()
    }

    /// The file with directions, where there is one.
    pub(crate) fn directions_file(&self) -> Option<&PathBuf> {
        if let Some(Directions::File(path)) = &self.dirs { Some(path) } else { None }
    }

    /// What is looked at; `given` are the directions of a file, `to` the weights of the other model.
    pub(crate) fn plan(&self, given: Option<Vec<Vec<f64>>>, to: Option<Vec<f64>>) -> StudyPlan {
        let course = match (&self.dirs, given, to) {
            (_, Some(vectors), _) => Course::Given(vectors),
            (_, _, Some(weights)) => Course::To(weights),
            (None | Some(Directions::File(_)), ..) => Course::Auto(self.random()),
            (Some(Directions::Weights(names)), ..) => Course::Weights(names.clone()),
            (Some(Directions::Random(count)), ..) => Course::Random(*count, self.random()),
            (Some(Directions::Principal(count)), ..) => Course::Principal(*count),
            (Some(Directions::Gradient), ..) => Course::Gradient,
            (Some(Directions::Eigenvectors(count)), ..) => Course::Eigenvectors(*count),
        };
        StudyPlan {
            course,
            ranges: self.range.clone(),
            points: self.grid.clone().map_or_else(Vec::new, |Grid(points)| points),
            tolerance: self.tolerance,
            precision: self.precision.unwrap_or_default().into(),
        }
    }
}
