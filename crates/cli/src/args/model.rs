//! The arguments that `landscape` and `curvature` share: a model, rows, losses.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use dartboard_landscapes::{Kind, Method, Plan, Precision, Setup};
use dartboard_losses::{Loss, Measure};
use dartboard_tables::features::FeatureRequest;
use dartboard_tables::source::SourceOptions;

use super::value;

/// A model that is fitted here or comes from a file, rows, and losses.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArgs {
    /// Models from files: .onnx of any framework, or .safetensors as --save-model writes them. Several are the checkpoints of a training,
    /// in order.
    #[arg(value_name = "MODEL_FILE")]
    pub(crate) model_files: Vec<PathBuf>,
    /// Fit a built-in model: linear, logistic, softmax, or mlp:64,32 with the sizes of its hidden layers and perhaps what
    /// its units do, as in mlp:16,tanh (relu, tanh, gelu or sigmoid).
    #[arg(long, value_name = "KIND", value_parser = kind, conflicts_with = "model_files")]
    pub(crate) model: Option<Kind>,
    /// Files with features and truth: paths, globs, directories, s3:// addresses, or - for standard input.
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "resume")]
    data: Vec<String>,
    /// The column that holds the truth; several, or a pattern, for labels that apply each by itself.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', required_unless_present = "resume", value_parser = NonEmptyStringValueParser::new())]
    truth: Vec<String>,
    /// Columns of features, or patterns such as 'x*'; all columns of numbers if absent, but for one that counts the rows.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    features: Vec<String>,
    /// The names of the classes, in the order of the model's outputs; sorted if absent. Of two the second is the event.
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    pub(crate) classes: Vec<String>,
    /// The column of weights.
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Use only the rows that satisfy a SQL condition.
    #[arg(long = "where", value_name = "SQL")]
    filter: Option<String>,
    /// Losses of the catalogue. If absent: mse for numbers, bce for events, cce for classes; that of a saved model.
    #[arg(long, value_name = "LOSS", value_parser = losses)]
    loss: Option<Losses>,
    /// The output of an ONNX model that is the prediction, where it has several, or any value inside of it.
    #[arg(long, value_name = "NAME", conflicts_with = "model")]
    pub(crate) onnx_output: Option<String>,

    /// How a built-in model is fitted; lbfgs if absent.
    #[arg(long, value_enum, value_name = "METHOD", help_heading = "Fitting")]
    fit: Option<FitMethod>,
    /// The most steps of the fit; 500 if absent.
    #[arg(long, value_name = "N", help_heading = "Fitting")]
    steps: Option<usize>,
    /// The step of gradient descent per unit of gradient; found out if absent.
    #[arg(long, value_name = "RATE", value_parser = value::positive, help_heading = "Fitting")]
    rate: Option<f64>,
    /// The momentum of gradient descent: at least 0 and below 1; 0.9 if absent.
    #[arg(long, value_name = "SHARE", value_parser = value::below_1, help_heading = "Fitting")]
    momentum: Option<f64>,
    /// Add half of this times the sum of the squares of all weights but the biases to the loss.
    #[arg(long, value_name = "DECAY", value_parser = value::not_negative, default_value_t = 0.0, hide_default_value = true, help_heading = "Fitting")]
    pub(crate) decay: f64,
    /// Keep this share of the rows, drawn by the seed, for a test of the fitted model.
    #[arg(long, value_name = "SHARE", value_parser = value::below_1, default_value_t = 0.0, hide_default_value = true, help_heading = "Fitting")]
    pub(crate) test_share: f64,
    /// Take features as they are, instead of bringing each to mean 0 and standard deviation 1.
    #[arg(long, help_heading = "Fitting")]
    raw_features: bool,
    /// The seed of first weights, of the rows for testing, of random directions and of estimates.
    #[arg(long, value_name = "SEED", default_value_t = 0, help_heading = "Fitting")]
    pub(crate) seed: u64,
    /// Save the fitted model, as .safetensors, with all digits, or as .onnx, which other programs run.
    #[arg(long, value_name = "FILE", help_heading = "Fitting")]
    pub(crate) save_model: Option<PathBuf>,
}

/// A list of losses. A type of its own, because clap takes a `Vec` for an option that may be given again.
#[derive(Clone, Debug)]
struct Losses(Vec<Loss>);

fn losses(list: &str) -> Result<Losses, String> {
    let value::Measures(measures) = list.parse()?;
    let loss = |measure: Measure| match measure {
        Measure::Mean(loss) => Ok(loss),
        Measure::Derived(derived) => {
            Err(format!("{} is a measure but no mean loss, so that it cannot be descended", derived.name()))
        }
    };
    measures.into_iter().map(loss).collect::<Result<_, _>>().map(Losses)
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).map_err(|error| error.to_string())
}

/// How weights are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FitMethod {
    /// Limited-memory BFGS: good for nearly all losses and models.
    #[default]
    Lbfgs,
    /// Gradient descent with momentum, to see the way it takes.
    Descent,
    /// Newton's method: few weights and a loss with curvature.
    Newton,
}

impl ModelArgs {
    /// The losses, where any are named.
    pub(crate) fn losses(&self) -> &[Loss] {
        self.loss.as_ref().map_or(&[], |Losses(list)| list)
    }

    pub(crate) fn method(&self) -> Method {
        match self.fit.unwrap_or_default() {
            FitMethod::Lbfgs => Method::LBFGS,
            FitMethod::Descent => {
                Method::Descent { rate: self.rate, momentum: self.momentum.unwrap_or(Method::MOMENTUM) }
            }
            FitMethod::Newton => Method::Newton,
        }
    }

    /// Options that have no effect on what is asked for.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if self.model.is_none() && self.model_files.is_empty() {
            return Err("name a model: --model linear fits one, a file holds one");
        }
        let descends = self.fit == Some(FitMethod::Descent);
        if (self.rate.is_some() || self.momentum.is_some()) && !descends {
            return Err("--rate and --momentum are about gradient descent: --fit descent");
        }
        let fits = self.fit.is_some() || self.steps.is_some() || self.raw_features || self.test_share > 0.0;
        if self.model.is_none() && (fits || self.save_model.is_some()) {
            return Err(
                "--fit, --steps, --raw-features, --test-share and --save-model are about models that are fitted here: \
                        --model",
            );
        }
        Ok(())
    }

    pub(crate) fn plan(&self) -> Plan {
        let default = Plan::default();
        Plan { steps: self.steps.unwrap_or(default.steps), ..default }
    }

    pub(crate) fn setup(&self) -> Setup {
        Setup { standardise: !self.raw_features, seed: self.seed, ..Setup::default() }
    }

    /// The columns to read. `classes` says whether numbers are names of classes.
    pub(crate) fn request(&self, source: SourceOptions, classes: bool, features: &[String]) -> FeatureRequest {
        FeatureRequest {
            files: self.data.clone(),
            source,
            truth: self.truth.clone(),
            classes,
            features: if self.features.is_empty() { features.to_vec() } else { self.features.clone() },
            weight: self.weight.clone(),
            filter: self.filter.clone(),
        }
    }
}

/// What losses of built-in models are computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PrecisionArg {
    /// Double precision.
    #[default]
    F64,
    /// Single precision: about twice as fast.
    F32,
}

impl From<PrecisionArg> for Precision {
    fn from(precision: PrecisionArg) -> Self {
        match precision {
            PrecisionArg::F64 => Self::Double,
            PrecisionArg::F32 => Self::Single,
        }
    }
}
