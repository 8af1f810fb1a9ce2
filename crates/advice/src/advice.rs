//! Advice: plain data, every sentence with its number.

use serde::Serialize;

use crate::goal::{Costs, Goal};
use crate::profile::Profile;
use crate::task::Detected;

/// What to train and score with, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Advice {
    /// The target's name, which stands for its unit.
    pub target: String,
    /// The rows.
    pub rows: RowCounts,
    /// The target by itself.
    pub profile: Profile,
    /// The task that is seen.
    pub task: Detected,
    /// What decides between two tasks; advice then is for the first.
    pub question: Option<String>,
    /// The event whose probability is predicted, where one is: the larger number, or the later name.
    pub event: Option<String>,
    /// The goal.
    pub goal: GoalAdvice,
    /// The losses, best first.
    pub losses: Vec<LossAdvice>,
    /// The laws that were fitted to the rows, in the order of their evidence. Empty without predictions.
    pub evidence: Vec<NoiseEvidence>,
    /// Constants in the unit of the target.
    pub constants: Vec<Constant>,
    /// How well predictions fit on average.
    pub calibration: Vec<Calibration>,
    /// What to look at.
    pub warnings: Vec<Warning>,
    /// What would change this advice.
    pub would_change: Vec<String>,
    /// What is needed for better advice.
    pub missing: Vec<String>,
    /// What a figure shows.
    #[serde(skip)]
    pub picture: Option<Picture>,
}

/// The rows that advice is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RowCounts {
    /// All rows.
    pub rows: usize,
    /// Those with a positive weight.
    pub weighted: usize,
    /// How many rows of equal weight would know as much.
    pub effective: f64,
    /// The rows that laws were fitted to, drawn at random with seed 1.
    pub fitted: usize,
}

/// The goal and where it is from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GoalAdvice {
    /// The goal.
    pub goal: Goal,
    /// Whether it was given; else it is the usual one of the task.
    pub given: bool,
    /// What predictions that serve it mean.
    pub meaning: String,
    /// The levels of the columns, where they are forecasts of several quantiles: each is a goal of its own.
    pub quantiles: Vec<f64>,
    /// What errors cost, if it was said.
    pub costs: Option<Costs>,
}

/// A loss and what speaks for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossAdvice {
    /// As it is typed.
    pub spec: String,
    /// What it elicits.
    pub elicits: String,
    /// Whether that is the goal.
    pub serves_goal: bool,
    /// The share of rows that the most efficient loss would need for the same precision; absent where losses elicit
    /// different things, so that precision cannot be compared.
    pub efficiency: Option<f64>,
    /// Whether it is convex in the prediction.
    pub convex: bool,
    /// The same likelihood in terms of the raw prediction, for training, where that is a loss of its own.
    pub train: Option<String>,
    /// Why it stands where it stands.
    pub why: String,
}

/// A law with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoiseEvidence {
    /// Its name.
    pub noise: String,
    /// Its constants.
    pub constants: Vec<(&'static str, f64)>,
    /// Bayes' information criterion above that of the first.
    pub bic: f64,
    /// The mean logarithm of the density on rows it was not fitted to, less that of the first.
    pub log_density: f64,
    /// The standard error of that difference.
    pub standard_error: f64,
    /// Whether the first is not clearly better: BIC within 6, or the difference within two standard errors and a tenth.
    pub tie: bool,
    /// The loss that is its negative log-likelihood, if the catalogue has one.
    pub loss: Option<String>,
}

/// A constant in the unit of the target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its unit; empty for a pure number.
    pub unit: String,
    /// Where it is from.
    pub how: String,
}

/// A number that is 1, 0 or a level for calibrated predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// What is compared.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The range that holds the true value in 95 % of samples.
    pub interval: Option<[f64; 2]>,
    /// What it would be.
    pub ideal: f64,
    /// Whether the ideal is outside of the interval and of what is harmless.
    pub off: bool,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// What was found.
    pub text: String,
    /// The rows it is about, as places in the input from 0, if it is about rows; the first ones.
    pub rows: Vec<usize>,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Residuals have structure that a model could learn.
    Misfit,
    /// Errors of one side are larger.
    Asymmetry,
    /// Errors grow with the prediction or a feature.
    Spread,
    /// More zeros than the law has.
    Zeros,
    /// Counts vary more than Poisson's.
    Overdispersion,
    /// One class is rare.
    Imbalance,
    /// Labels that are probably wrong.
    LabelNoise,
    /// A constant that is not in the unit of the target.
    Unit,
    /// Predictions are off on average.
    Bias,
    /// Positive, but not on a scale of ratios.
    Guard,
    /// Few rows.
    FewRows,
    /// Many residuals are equal.
    Pile,
    /// Predictions that cannot be what they are said to be.
    Predictions,
}

/// What a figure of residuals, or of probabilities, shows.
#[derive(Clone, Debug)]
pub enum Picture {
    /// Of residuals.
    Residuals(ResidualPicture),
    /// Of the probabilities of an event.
    Reliability(ReliabilityPicture),
}

/// Residuals with the laws that were fitted.
#[derive(Clone, Debug)]
pub struct ResidualPicture {
    /// Predictions of up to [`POINTS`] rows, drawn at random.
    pub predictions: Vec<f64>,
    /// Their residuals, target less prediction.
    pub residuals: Vec<f64>,
    /// Where densities are drawn: from the lowest to the highest residual that is shown.
    pub window: [f64; 2],
    /// The heights of a histogram of all fitted rows over the window, as densities.
    pub bars: Vec<f64>,
    /// The share of rows beyond the window on either side.
    pub beyond: f64,
    /// Densities over the window, of the laws of the residual that were fitted: name and heights.
    pub densities: Vec<(String, Vec<f64>)>,
    /// Normal quantiles and the residuals there, in robust standard deviations, for the Q–Q plot.
    pub normal_quantiles: Vec<[f64; 2]>,
}

/// Predicted probabilities and what happened.
#[derive(Clone, Debug)]
pub struct ReliabilityPicture {
    /// Of each bin: the mean prediction, the share of events, its standard error, and the rows.
    pub bins: Vec<ReliabilityBin>,
}

/// Rows of neighbouring probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// The mean prediction.
    pub predicted: f64,
    /// The share of events.
    pub happened: f64,
    /// Its standard error.
    pub error: f64,
    /// The rows.
    pub rows: usize,
}

/// Rows that a scatter plot shows at most.
pub const POINTS: usize = 2000;
