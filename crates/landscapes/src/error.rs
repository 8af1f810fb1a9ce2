//! What can be wrong with data, a model or what is asked of them.

use std::path::Path;

/// Why something was refused. Rows are counted from 0.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum LandscapeError {
    #[error("there are no rows")]
    NoRows,
    #[error("there are no features")]
    NoFeatures,
    #[error("{what} has {found} numbers, but {expected} are needed")]
    Length { what: &'static str, expected: usize, found: usize },
    #[error("row {row}, feature '{feature}': the value must be finite, not {value}")]
    Feature { row: usize, feature: String, value: f64 },
    #[error("two features are named '{0}'")]
    FeatureTwice(String),
    #[error("row {row}: the weight must be finite and at least 0, not {weight}")]
    Weight { row: usize, weight: f64 },
    #[error("the weights add up to 0, so there is no mean")]
    NoWeight,
    #[error("row {row}: the target of {loss} must be {domain}, not {target}")]
    Target { loss: &'static str, row: usize, target: f64, domain: String },
    #[error("row {row}: the class must be from 0 to {}, not {class}", .classes.saturating_sub(1))]
    Class { row: usize, class: u32, classes: usize },
    #[error("row {row}: the shares of the classes must be in [0, 1] and add up to 1, not to {total}")]
    Shares { row: usize, total: f64 },
    #[error("{loss} takes {expected}, not {found}")]
    Targets { loss: &'static str, expected: &'static str, found: String },
    #[error("the share of rows for testing must be at least 0 and below 1, not {0}")]
    TestShare(f64),
    #[error("of {rows} rows a share of {share} for testing leaves none to train on")]
    NothingToTrainOn { rows: usize, share: f64 },
    #[error("there is no model '{name}'{}; there are linear, logistic, softmax and mlp:32,16 (sizes of the hidden layers, then perhaps one of tanh, relu, gelu, sigmoid)", did_you_mean(.nearest.as_deref()))]
    UnknownModel { name: String, nearest: Option<String> },
    #[error("a hidden layer of {0} units: it must have at least 1 and at most {MOST_UNITS}")]
    HiddenLayer(usize),
    #[error("a {model} model cannot be fitted with {loss}, which takes {takes}")]
    LossOfModel { model: &'static str, loss: &'static str, takes: &'static str },
    #[error("the model is of {expected} features, and the data have {found}")]
    FeatureCount { expected: usize, found: usize },
    #[error("feature {place} of the data is '{found}', that of the model is '{expected}'")]
    FeatureName { place: usize, expected: String, found: String },
    #[error("the model tells {expected} classes apart, and the data have {found}")]
    ClassCount { expected: usize, found: usize },
    #[error("class {place} of the data is '{found}', that of the model is '{expected}'")]
    ClassName { place: usize, expected: String, found: String },
    #[error("{what} must be {allowed}, not {value}")]
    Setting { what: &'static str, allowed: &'static str, value: String },
    #[error("{loss} has several predictions in a row, whose products with a Hessian are not known")]
    NoHessian { loss: &'static str },
    #[error("{0} takes derivatives, which are known of built-in models only")]
    NoDerivatives(&'static str),
    #[error("{0}")]
    Newton(String),
    #[error("there is no weight '{name}'{}; there are {known}", did_you_mean(.nearest.as_deref()))]
    UnknownWeight { name: String, nearest: Option<String>, known: String },
    #[error("{source_of}: the direction has a length of {length}, so it leads nowhere")]
    NoDirection { source_of: String, length: f64 },
    #[error("the path cannot be used: {0}")]
    Path(String),
    #[error("{method} with a rate of {rate} runs away: the loss is not finite; take a smaller rate")]
    Diverged { method: &'static str, rate: f64 },
    #[error("both directions are parallel, so that they span no plane")]
    Parallel,
    #[error("the Hessian is 0 at the origin: it has no eigenvectors of its own")]
    NoCurvature,
    #[error("not another state of the same model: {0}")]
    OtherModel(String),
    #[error("row {row}: the model's output is {value}, but {loss} takes {domain}{hint}")]
    Prediction { row: usize, loss: &'static str, value: f64, domain: String, hint: String },
    #[error("a model of {count} weights is too large: at most {most} are possible")]
    TooManyWeights { count: usize, most: usize },
    #[error("a grid of {grid} points is too large: at most {most} are possible")]
    TooManyPoints { grid: String, most: usize },
    #[error("stopped with {done} of {needed} points")]
    Stopped { done: usize, needed: usize },
    #[error("no barrier: {0}")]
    Barrier(String),
    #[error("the ONNX model cannot be used: {0}")]
    Onnx(String),
    #[error(
        "{name} is {value:e}, which is out of the range of f32 that ONNX files hold: save the model as safetensors"
    )]
    Single { name: String, value: f64 },
    #[error("not a model of Dartboard: {0}")]
    ModelFile(String),
    #[error("{path}: {reason}")]
    File { path: String, reason: String },
    #[error(transparent)]
    Loss(#[from] dartboard_losses::SpecError),
}

impl LandscapeError {
    pub(crate) fn file(path: &Path, reason: impl ToString) -> Self {
        Self::File { path: path.display().to_string(), reason: reason.to_string() }
    }
}

/// The most units of a hidden layer. A layer of so many on so many has 2^32 weights, 32 GiB.
pub(crate) const MOST_UNITS: usize = 1 << 16;

fn did_you_mean(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

/// The one of `known` that is closest to `name`, if any is close.
pub(crate) fn nearest_of<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase()), known))
        // A third of the letters may differ.
        .filter(|&(distance, known)| distance * 3 <= known.len().max(name.len()).max(4) + 1)
        .min()
        .map(|(_, known)| known.to_owned())
}
