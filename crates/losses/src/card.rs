//! What a loss says about itself: plain data, every claim of which is a test.

use crate::domain::Interval;

/// The facts about a loss that do not depend on its parameters.
#[derive(Clone, Debug)]
pub struct Card {
    /// The short standard name: `mse`.
    pub name: &'static str,
    /// Other names that are understood, those of other libraries among them.
    pub aliases: &'static [&'static str],
    /// The name in words: "mean squared error".
    pub title: &'static str,
    /// One sentence: what it measures.
    pub summary: &'static str,
    /// How rows enter.
    pub family: Family,
    /// What a target is.
    pub target: TargetKind,
    /// Where targets may lie (class targets: the class index).
    pub target_domain: Interval,
    /// What a prediction is. Never guessed: a probability and a logit are different losses.
    pub prediction: PredictionKind,
    /// Where predictions may lie. Outside of it the loss is not defined and the row is an error.
    pub prediction_domain: Interval,
    /// From the raw prediction to the quantity that is estimated.
    pub link: Link,
    /// The parameters, in positional order.
    pub parameters: &'static [Parameter],
    /// The noise model whose negative log-likelihood it is, up to scale and constants.
    pub noise: Option<&'static str>,
    /// Unit of the value.
    pub unit: Unit,
    /// When to use it.
    pub when: &'static str,
    /// When not to.
    pub when_not: &'static str,
    /// Worked examples with their true values.
    pub examples: &'static [Example],
    /// Names and factors in other libraries.
    pub elsewhere: &'static [Elsewhere],
    /// Where the formula and the claims come from.
    pub references: &'static [&'static str],
}

/// How rows enter a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// One target and one prediction per row.
    Pointwise,
    /// One class and one score per class in a row.
    Rowwise,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A quantity on a scale.
    Quantity,
    /// Whether an event happened: 0, 1 or, for soft labels, a number between.
    Event,
    /// One of several classes.
    Class,
}

/// What a prediction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictionKind {
    /// The predicted quantity itself.
    Value,
    /// A probability, or one per class.
    Probability,
    /// A raw score: the logarithm of the odds, or one score per class before softmax.
    Logit,
}

/// From the raw prediction `z` to the estimated quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The prediction is the quantity.
    Identity,
    /// The quantity is `σ(z)`.
    Logit,
    /// The quantities are `softmax(z)`.
    Softmax,
}

/// The unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// That of the target.
    Target,
    /// The square of the target's.
    TargetSquared,
    /// Natural units of information.
    Nats,
    /// A share of rows.
    Share,
}

impl Unit {
    /// As printed beside a value, the target's column name standing for its unit.
    pub fn describe(self, target: &str) -> String {
        match self {
            Self::Target => target.to_owned(),
            Self::TargetSquared => format!("{target}²"),
            Self::Nats => "nats".to_owned(),
            Self::Share => "share".to_owned(),
        }
    }
}

/// A parameter of a loss.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name: `delta`.
    pub name: &'static str,
    /// Its value where none is given.
    pub default: f64,
    /// Where it may lie.
    pub domain: Interval,
    /// What it does, and its unit.
    pub meaning: &'static str,
}

/// A worked example of a pointwise loss, or of a row loss with `prediction` holding one score per class.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What it shows.
    pub story: &'static str,
    /// Parameters, in positional order; empty for the defaults.
    pub parameters: &'static [f64],
    /// The target, or the index of the true class.
    pub target: f64,
    /// The prediction, or the scores of the row.
    pub prediction: &'static [f64],
    /// The true value, rounded to the digits that are written here.
    pub value: f64,
    /// Half a unit of the last digit written in `value`: how far the computed value may lie.
    pub tolerance: f64,
}

/// A loss under another library's name.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere {
    /// The library.
    pub library: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// How its number differs from ours; empty where it does not.
    pub difference: &'static str,
}

/// The facts about a loss with its parameters set.
#[derive(Clone, Debug, PartialEq)]
pub struct Properties {
    /// As a function of the raw prediction.
    pub convexity: Convexity,
    /// How often the derivative exists everywhere.
    pub smoothness: Smoothness,
    /// Residuals `z − y` at which the smoothness is only that (empty for a smooth loss and for row losses).
    pub kinks: Vec<f64>,
    /// The supremum of the gradient's magnitude over the domain, `None` where it is unbounded. Row losses: in the
    /// Euclidean norm over the scores.
    pub lipschitz: Option<f64>,
    /// The property of the target's distribution that minimises the expected loss.
    pub functional: Functional,
}

/// Convexity in the raw prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Convexity {
    /// Not convex.
    None,
    /// Convex, with flat or straight stretches.
    Convex,
    /// Strictly convex, the curvature having no positive lower bound.
    Strict,
    /// Strongly convex: the curvature is at least this, and no larger bound holds.
    Strong(f64),
}

/// The number of continuous derivatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoothness {
    /// Continuous; the gradient jumps at the kinks.
    Continuous,
    /// Once continuously differentiable; the Hessian jumps at the kinks.
    Once,
    /// All derivatives exist inside the domain.
    Infinitely,
}

/// A property of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Functional {
    /// The mean.
    Mean,
    /// The quantile at this level; ½ is the median.
    Quantile(f64),
    /// The minimiser of the expected Huber loss with this threshold, between mean and median.
    Huber(f64),
    /// The probability of each class.
    ClassProbabilities,
}
