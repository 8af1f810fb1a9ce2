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
    pub noise: Option<Noise>,
    /// Unit of the value.
    pub unit: Unit,
    /// When to use it.
    pub when: &'static str,
    /// When not to.
    pub when_not: &'static str,
    /// Worked examples with their true values.
    pub examples: &'static [Example],
    /// Tables that make a point.
    pub tables: &'static [Table],
    /// Names and factors in other libraries.
    pub elsewhere: &'static [Elsewhere],
    /// Where the formula and the claims come from.
    pub references: &'static [&'static str],
}

impl Card {
    /// A loss of a quantity and its prediction, both finite: the fields that most cards share. The others are empty.
    pub const VALUE: Self = Self {
        name: "",
        aliases: &[],
        title: "",
        summary: "",
        family: Family::Pointwise,
        target: TargetKind::Quantity,
        target_domain: Interval::FINITE,
        prediction: PredictionKind::Value,
        prediction_domain: Interval::FINITE,
        link: Link::Identity,
        parameters: &[],
        noise: None,
        unit: Unit::Target,
        when: "",
        when_not: "",
        examples: &[],
        tables: &[],
        elsewhere: &[],
        references: &[],
    };
    /// A loss of a positive mean, predicted as such.
    pub const MEAN: Self = Self {
        target_domain: Interval::NON_NEGATIVE,
        prediction: PredictionKind::Mean,
        prediction_domain: Interval::POSITIVE,
        ..Self::VALUE
    };
    /// A loss of a positive mean, predicted by its logarithm.
    pub const LOG_MEAN: Self = Self {
        target_domain: Interval::NON_NEGATIVE,
        prediction: PredictionKind::LogMean,
        link: Link::Log,
        ..Self::VALUE
    };
    /// A loss of an event and its probability.
    pub const PROBABILITY: Self = Self {
        target: TargetKind::Event,
        target_domain: Interval::UNIT,
        prediction: PredictionKind::Probability,
        prediction_domain: Interval::UNIT,
        unit: Unit::Nats,
        ..Self::VALUE
    };
    /// A loss of an event and a score, by the margin.
    pub const MARGIN: Self = Self {
        target: TargetKind::Event,
        target_domain: Interval::UNIT,
        prediction: PredictionKind::Score,
        unit: Unit::Number,
        ..Self::VALUE
    };
    /// A loss of a class and a probability per class.
    pub const CLASS_PROBABILITIES: Self = Self {
        family: Family::Rowwise,
        target: TargetKind::Class,
        target_domain: Interval::closed(0.0, u32::MAX as f64),
        ..Self::PROBABILITY
    };
}

/// How rows enter a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// One target and one prediction per row.
    Pointwise,
    /// One class, or a share per class, and one score per class in a row. Or two vectors, a component in place of a class.
    Rowwise,
    /// One target and several predicted numbers in a row, each with a name of its own: a mean and a variance.
    Joint,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A quantity on a scale.
    Quantity,
    /// Whether an event happened: 0, 1 or, for soft labels, a number between.
    Event,
    /// One of several classes or, for soft targets, a share of each; the shares add up to 1.
    Class,
    /// For each of several labels whether it applies: 0, 1 or a number between.
    Labels,
    /// Several numbers that are the components of one vector.
    Vector,
}

/// What a prediction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictionKind {
    /// The predicted quantity itself.
    Value,
    /// The predicted mean of a positive quantity.
    Mean,
    /// A probability, or one per class.
    Probability,
    /// The logarithm of the predicted mean.
    LogMean,
    /// The logarithm of the odds, or one score per class before softmax.
    Logit,
    /// The logarithm of a probability, one per class.
    LogProbability,
    /// A score whose sign says yes or no; the margin is the score with the sign of the truth. Or one score per class,
    /// of which the largest wins.
    Score,
    /// Several numbers, each with its symbol and its meaning.
    Parameters(&'static [(&'static str, &'static str)]),
}

impl PredictionKind {
    /// Whether it is what a model returns before its link: a logit, a logarithm, a score.
    pub fn is_raw(self) -> bool {
        matches!(self, Self::LogMean | Self::Logit | Self::LogProbability | Self::Score)
    }

    /// The letter it is written with in formulas: `p` for a probability, `mu` for a mean, else `z`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Probability => "p",
            Self::Mean => "mu",
            _ => "z",
        }
    }
}

/// From the raw prediction `z` to the estimated quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The prediction is the quantity.
    Identity,
    /// The quantity is `eᶻ`.
    Log,
    /// The quantity is `σ(z)`.
    Logit,
    /// The quantity is `σ(2z)`.
    HalfLogit,
    /// The quantity is `(1 + z)/2`, cut off at 0 and 1.
    Centred,
    /// The quantities are `softmax(z)`.
    Softmax,
}

/// A law of the target around its prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // `describe` says it
pub enum Noise {
    Gaussian,
    GaussianOfOwnVariance,
    GaussianWithLaplaceTails,
    Laplace,
    HyperbolicSecant,
    Hyperbolic,
    Cauchy,
    StudentT,
    AsymmetricLaplace,
    AsymmetricNormal,
    LogNormal,
    Gamma,
    CompoundPoissonGamma,
    Tweedie,
    Poisson,
    NegativeBinomial,
    Bernoulli,
    IndependentBernoulli,
    Categorical,
}

impl Noise {
    /// In words.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Gaussian => "Gaussian with constant variance",
            Self::GaussianOfOwnVariance => "Gaussian, with a variance of its own for every row",
            Self::GaussianWithLaplaceTails => "Gaussian core with Laplace tails",
            Self::Laplace => "Laplace",
            Self::HyperbolicSecant => "hyperbolic secant",
            Self::Hyperbolic => "hyperbolic",
            Self::Cauchy => "Cauchy",
            Self::StudentT => "Student's t",
            Self::AsymmetricLaplace => "asymmetric Laplace",
            Self::AsymmetricNormal => "asymmetric normal",
            Self::LogNormal => "log-normal, of 1 + y",
            Self::Gamma => "gamma",
            Self::CompoundPoissonGamma => "compound Poisson–gamma",
            Self::Tweedie => "Tweedie: Poisson, compound Poisson–gamma, gamma, inverse Gaussian",
            Self::Poisson => "Poisson",
            Self::NegativeBinomial => "negative binomial",
            Self::Bernoulli => "Bernoulli",
            Self::IndependentBernoulli => "independent Bernoulli, one per label",
            Self::Categorical => "categorical",
        }
    }
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
    /// A pure number.
    Number,
    /// None: the loss has a scale of its own, so its value depends on the unit of the target in no simple way.
    OwnScale,
}

impl Unit {
    /// As printed beside a value, the target's column name standing for its unit; empty where there is none.
    pub fn describe(self, target: &str) -> String {
        match self {
            Self::Target => target.to_owned(),
            Self::TargetSquared => format!("{target}²"),
            Self::Nats => "nats".to_owned(),
            Self::Share => "share".to_owned(),
            Self::Number | Self::OwnScale => String::new(),
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
    /// The target, or the index of the true class; of a vector the index of its one component that is 1, not 0.
    pub target: f64,
    /// The prediction, or the scores of the row.
    pub prediction: &'static [f64],
    /// The true value, rounded to the digits that are written here.
    pub value: f64,
    /// Half a unit of the last digit written in `value`: how far the computed value may lie.
    pub tolerance: f64,
}

/// A table that answers a question about a loss by its values, which are computed where it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The question.
    pub title: &'static str,
    /// The answer, in a sentence or two.
    pub answer: &'static str,
    /// What the first column holds.
    pub over: Over,
    /// The first column.
    pub at: &'static [f64],
    /// The specs of other losses that are shown beside it.
    pub beside: &'static [&'static str],
}

/// What a table of a loss runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Errors, prediction less target: for losses of quantities. The table has a last row of sums.
    Errors,
    /// Probabilities given to what is true: for losses of events and classes.
    Confidence,
}

/// A loss under another library's name.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere {
    /// The library.
    pub library: &'static str,
    /// Its name there, with the arguments that select it in parentheses.
    pub name: &'static str,
    /// How its number differs from ours; empty where it does not.
    pub difference: &'static str,
}

impl Elsewhere {
    /// The same number under another name.
    pub const fn same(library: &'static str, name: &'static str) -> Self {
        Self { library, name, difference: "" }
    }

    /// Another number or other derivatives, with how they differ. Another name of a parameter or another coding of labels is
    /// no difference: it belongs to the name.
    pub const fn differs(library: &'static str, name: &'static str, difference: &'static str) -> Self {
        assert!(!difference.is_empty(), "a difference has to be said");
        Self { library, name, difference }
    }
}

impl Example {
    /// With the default parameters, exact to the last digit.
    pub const fn exact(story: &'static str, target: f64, prediction: &'static [f64], value: f64) -> Self {
        Self { story, parameters: &[], target, prediction, value, tolerance: 0.0 }
    }

    /// With the default parameters, within `tolerance`.
    pub const fn about(
        story: &'static str,
        target: f64,
        prediction: &'static [f64],
        value: f64,
        tolerance: f64,
    ) -> Self {
        Self { story, parameters: &[], target, prediction, value, tolerance }
    }

    /// With these parameters.
    pub const fn with(self, parameters: &'static [f64]) -> Self {
        Self { parameters, ..self }
    }
}

/// The facts about a loss with its parameters set.
#[derive(Clone, Debug, PartialEq)]
pub struct Properties {
    /// As a function of the raw prediction.
    pub convexity: Convexity,
    /// How often the derivative exists everywhere.
    pub smoothness: Smoothness,
    /// Where the smoothness is only that (empty for a smooth loss and for row losses).
    pub kinks: Vec<Kink>,
    /// The supremum of the gradient's magnitude over the domain, `None` where it is unbounded. Row losses: in the
    /// Euclidean norm over the scores.
    pub lipschitz: Option<f64>,
    /// The property of the target's distribution that minimises the expected loss.
    pub functional: Functional,
    /// Where the loss is zero.
    pub zero: Zero,
}

impl Properties {
    /// A loss that is convex, smooth everywhere, unbounded in slope, zero only where it is perfect, and smallest at the
    /// mean; to be changed where a loss differs.
    pub const fn smooth() -> Self {
        Self {
            convexity: Convexity::Convex,
            smoothness: Smoothness::Infinitely,
            kinks: vec![],
            lipschitz: None,
            functional: Functional::Mean,
            zero: Zero::Perfect,
        }
    }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Smoothness {
    /// The value jumps at the kinks.
    Discontinuous,
    /// Continuous; the gradient jumps at the kinks.
    Continuous,
    /// Once continuously differentiable; the Hessian jumps at the kinks.
    Once,
    /// Twice continuously differentiable; the third derivative jumps at the kinks.
    Twice,
    /// All derivatives exist inside the domain.
    Infinitely,
}

/// Where the smoothness of a loss ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kink {
    /// At this residual `z − y`.
    Residual(f64),
    /// At this margin: the score of an event, the negative score of a non-event. A soft label has both.
    Margin(f64),
    /// At this prediction.
    Prediction(f64),
}

impl Kink {
    /// The predictions at which it lies for the target `y`.
    pub fn at(self, y: f64) -> Vec<f64> {
        match self {
            Self::Residual(residual) => vec![y + residual],
            Self::Prediction(prediction) => vec![prediction],
            Self::Margin(margin) if y == 0.0 => vec![-margin],
            Self::Margin(margin) if y == 1.0 || margin == 0.0 => vec![margin],
            Self::Margin(margin) => vec![margin, -margin],
        }
    }
}

/// Where a loss is zero. No loss with a zero is negative anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zero {
    /// Exactly where the prediction is perfect: for a score, where it is 1 for yes or −1 for no with [`Link::Centred`],
    /// in the limit of ever larger margins with any other link.
    Perfect,
    /// Where the prediction is perfect, and on a whole stretch beyond: for a score, beyond every margin.
    Stretch,
    /// Nowhere: it is not measured from the perfect prediction, terms that do not depend on the prediction being left
    /// out. It may be negative.
    Nowhere,
}

/// A property of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Functional {
    /// The mean.
    Mean,
    /// The quantile at this level; ½ is the median.
    Quantile(f64),
    /// The expectile at this level; ½ is the mean.
    Expectile(f64),
    /// The minimiser of the expected Huber loss with this threshold, between mean and median.
    Huber(f64),
    /// `exp(E ln(1 + Y)) − 1`: the geometric mean of 1 + Y, less 1.
    GeometricMean,
    /// The median under weights in proportion to 1/|y|.
    RelativeMedian,
    /// The probability of each class, or of each label.
    ClassProbabilities,
    /// The mean and the logarithm of the variance.
    MeanAndLogVariance,
    /// The direction of the mean of the targets, each scaled to length 1; the length of the prediction is free.
    MeanDirection,
    /// What has more than half of the probability: yes or no, or a class, where one has. The best prediction is the same
    /// however much more than half it is, so nothing else can be read off it.
    Decision,
    /// The more likely of yes and no, approached as the score grows: no finite score is best.
    DecisionAtInfinity,
    /// A distorted probability of the event: the best prediction rises with the probability, but the link does not turn
    /// it into that.
    DistortedProbability,
    /// Nothing: one prediction is best whatever the probability of the event, unless that is 0 or 1.
    Nothing,
    /// The minimiser of the expected loss, which has no shorter name: an M-functional.
    Minimiser,
}

/// What is added to a loss, and what it is multiplied by, for another form of it: none of this depends on the prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As the card's formula says.
    Plain,
    /// The unit deviance: twice the excess over the perfect prediction's negative log-likelihood, so zero where the
    /// prediction is perfect.
    Deviance,
    /// The negative log-likelihood of the noise model with unit scale, nothing left out.
    NegativeLogLikelihood,
    /// What training libraries minimise: constants left out, the gradient of a canonical link being prediction − target.
    Training,
}
