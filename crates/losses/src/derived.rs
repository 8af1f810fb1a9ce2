//! Measures derived from sums over rows: what is reported beside plain means of losses.

use crate::card::{Card, PredictionKind, Unit};
use crate::domain::Interval;
use crate::spec::{Loss, SpecError};

/// A number that a file of predictions is scored by.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// The mean of a loss.
    Mean(Loss),
    /// A number derived from the sums over rows.
    Derived(Derived),
}

/// Numbers derived from sums over rows that are not means of a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derived {
    /// Root mean squared error: the square root of the MSE, in the unit of the target.
    Rmse,
    /// The share of rows whose predicted class is the true one.
    Accuracy,
}

impl Derived {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Rmse, Self::Accuracy];

    /// The short name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rmse => "rmse",
            Self::Accuracy => "accuracy",
        }
    }

    /// Other names that are understood.
    pub fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Rmse => &["root_mean_squared_error"],
            Self::Accuracy => &["acc"],
        }
    }

    /// The name in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rmse => "root mean squared error",
            Self::Accuracy => "share of right classes",
        }
    }

    /// What it is, in a sentence or two.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Rmse => {
                "The square root of the mean squared error, in the unit of the target. The squares are summed exactly and \
                 without overflow: the RMSE of a single error of 1e200 is 1e200."
            }
            Self::Accuracy => {
                "The share of rows whose predicted class is the true one. An event is predicted where its probability is \
                 above one half, a class where its score is the largest (the first of equals)."
            }
        }
    }

    /// The formula, in Unicode.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Rmse => "√(Σ w (z − y)² / Σ w)",
            Self::Accuracy => "Σ w [predicted class = y] / Σ w",
        }
    }

    /// Unit of the value.
    pub fn unit(self) -> Unit {
        match self {
            Self::Rmse => Unit::Target,
            Self::Accuracy => Unit::Share,
        }
    }

    /// Whether larger is better.
    pub fn larger_is_better(self) -> bool {
        self == Self::Accuracy
    }
}

impl Measure {
    /// Reads a spec: the name or alias of a loss with its parameters, or of a derived measure.
    ///
    /// # Errors
    /// As [`Loss::parse`]; the nearest name is sought among derived measures too.
    pub fn parse(spec: &str) -> Result<Self, SpecError> {
        let name = spec.trim();
        let name = name.strip_suffix("()").unwrap_or(name);
        let derived =
            Derived::ALL.into_iter().find(|derived| derived.name() == name || derived.aliases().contains(&name));
        derived.map_or_else(|| Loss::parse(spec).map(Self::Mean), |derived| Ok(Self::Derived(derived)))
    }

    /// The canonical spec: the short name, with the parameters that differ from their defaults.
    pub fn spec(&self) -> String {
        match self {
            Self::Mean(loss) => loss.spec(),
            Self::Derived(derived) => derived.name().to_owned(),
        }
    }

    /// The card of the loss, where it is the mean of one.
    pub fn card(&self) -> Option<&'static Card> {
        match self {
            Self::Mean(loss) => Some(loss.card()),
            Self::Derived(_) => None,
        }
    }

    /// Unit of the value.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Mean(loss) => loss.card().unit,
            Self::Derived(derived) => derived.unit(),
        }
    }

    /// Where it takes targets and predictions, where these are of a kind.
    pub fn domains(&self, prediction: PredictionKind) -> (Interval, Interval) {
        match (self, prediction) {
            (Self::Mean(loss), _) => (loss.card().target_domain, loss.card().prediction_domain),
            (Self::Derived(Derived::Rmse), _) => (Interval::FINITE, Interval::FINITE),
            (Self::Derived(Derived::Accuracy), PredictionKind::Probability) => (Interval::UNIT, Interval::UNIT),
            (Self::Derived(Derived::Accuracy), _) => (Interval::UNIT, Interval::EXTENDED),
        }
    }
}
