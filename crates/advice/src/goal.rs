//! What a prediction is for: the property of the target's distribution that is wanted, and what errors cost.

use std::fmt;
use std::str::FromStr;

use dartboard_losses::Functional;
use dartboard_numerics::decimal;
use serde::{Serialize, Serializer};

/// What is wanted of a prediction. Data cannot tell: it is the first question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// The mean: right on average, and in total.
    Mean,
    /// The mean again, asked for because predictions are added up.
    Total,
    /// As likely too high as too low.
    Median,
    /// Too low with this probability.
    Quantile(f64),
    /// Between quantile and mean: errors above weigh this much, errors below the rest.
    Expectile(f64),
    /// The probability of an event or of each class.
    Probability,
    /// A decision for one class.
    Class,
}

/// Why a goal was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a goal: {reason}")]
pub struct GoalError {
    text: String,
    reason: &'static str,
}

impl Goal {
    /// The names, as they are typed.
    pub const NAMES: [&'static str; 7] =
        ["mean", "total", "median", "quantile=T", "expectile=T", "probability", "class"];

    /// The functional a loss has to elicit to serve this goal. [`Class`](Self::Class) is served by probabilities and a
    /// threshold, which can be moved when costs change.
    pub fn functional(self) -> Functional {
        match self {
            Self::Mean | Self::Total | Self::Expectile(0.5) => Functional::Mean,
            Self::Median => Functional::Quantile(0.5),
            Self::Quantile(level) => Functional::Quantile(level),
            Self::Expectile(level) => Functional::Expectile(level),
            Self::Probability | Self::Class => Functional::ClassProbabilities,
        }
    }

    /// Whether it is about events and classes rather than quantities.
    pub fn is_of_classes(self) -> bool {
        matches!(self, Self::Probability | Self::Class)
    }

    /// What a prediction that serves it means, in a clause.
    pub fn meaning(self) -> String {
        match self {
            Self::Mean => "right on average: predictions add up to the total".to_owned(),
            Self::Total => "the sum of predictions is the sum of the truth".to_owned(),
            Self::Median => "as often too high as too low; sums of medians are not totals".to_owned(),
            Self::Quantile(level) => format!("the truth is below it in {} % of the rows", tidy(100.0 * level)),
            Self::Expectile(level) => {
                format!("being too low by one unit weighs {} times being too high by one", tidy(level / (1.0 - level)))
            }
            Self::Probability => "of the rows given 30 %, 30 % are yes".to_owned(),
            Self::Class => "the least costly decision; made from a probability and a threshold".to_owned(),
        }
    }
}

/// At most four digits, none that say nothing.
pub(crate) fn tidy(value: f64) -> String {
    let digits = format!("{value:.4}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    if digits == "-0" { "0".to_owned() } else { digits.to_owned() }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mean => f.write_str("mean"),
            Self::Total => f.write_str("total"),
            Self::Median => f.write_str("median"),
            Self::Quantile(level) => write!(f, "quantile={level}"),
            Self::Expectile(level) => write!(f, "expectile={level}"),
            Self::Probability => f.write_str("probability"),
            Self::Class => f.write_str("class"),
        }
    }
}

impl Serialize for Goal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Goal {
    type Err = GoalError;

    fn from_str(text: &str) -> Result<Self, GoalError> {
        let refused = |reason| GoalError { text: text.to_owned(), reason };
        let level = |level: &str| match decimal::parse(level.trim()) {
            Some(level) if level > 0.0 && level < 1.0 => Ok(level),
            _ => Err(refused("a level is a number between 0 and 1, as in quantile=0.9")),
        };
        Ok(match text.split_once('=') {
            Some(("quantile", text)) => Self::Quantile(level(text)?),
            Some(("expectile", text)) => Self::Expectile(level(text)?),
            _ => match text {
                "mean" => Self::Mean,
                "total" => Self::Total,
                "median" => Self::Median,
                "probability" => Self::Probability,
                "class" => Self::Class,
                "quantile" | "expectile" => return Err(refused("it needs a level, as in quantile=0.9")),
                _ => {
                    return Err(refused("goals are mean, total, median, quantile=T, expectile=T, probability, class"));
                }
            },
        })
    }
}

/// What errors cost, per unit or per row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Costs {
    /// Of a quantity: of predicting one unit too little and one unit too much.
    Quantity {
        /// Of one unit too little.
        under: f64,
        /// Of one unit too much.
        over: f64,
    },
    /// Of an event: of a false alarm and of a miss.
    Event {
        /// Of a false alarm.
        fp: f64,
        /// Of a miss.
        fn_: f64,
    },
}

impl Costs {
    /// The goal that these costs ask for: the quantile at which one more unit costs as much as it saves, or a class.
    pub fn goal(self) -> Goal {
        match self {
            Self::Quantity { under, over } => Goal::Quantile(under / (under + over)),
            Self::Event { .. } => Goal::Class,
        }
    }

    /// The probability from which yes costs less than no.
    pub fn threshold(self) -> Option<f64> {
        match self {
            Self::Quantity { .. } => None,
            Self::Event { fp, fn_ } => Some(fp / (fp + fn_)),
        }
    }
}

impl FromStr for Costs {
    type Err = GoalError;

    fn from_str(text: &str) -> Result<Self, GoalError> {
        let refused = |reason| GoalError { text: text.to_owned(), reason };
        let mut given: Vec<(&str, f64)> = Vec::new();
        for part in text.split(',') {
            let (name, value) = part.split_once('=').ok_or_else(|| refused("costs are under=U,over=O or fp=A,fn=B"))?;
            let value = match decimal::parse(value.trim()) {
                Some(value) if value > 0.0 && value.is_finite() => value,
                _ => return Err(refused("a cost is a number above 0")),
            };
            given.push((name.trim(), value));
        }
        given.sort_by_key(|(name, _)| *name);
        match given[..] {
            [("over", over), ("under", under)] => Ok(Self::Quantity { under, over }),
            [("fn", fn_), ("fp", fp)] => Ok(Self::Event { fp, fn_ }),
            _ => Err(refused("costs are under=U,over=O or fp=A,fn=B")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read_as_they_are_printed() {
        for goal in [Goal::Mean, Goal::Median, Goal::Quantile(0.9), Goal::Expectile(0.25), Goal::Class, Goal::Total] {
            assert_eq!(goal.to_string().parse(), Ok(goal));
        }
        for bad in ["", "mode", "quantile", "quantile=", "quantile=1", "quantile=-0.5", "quantile=nan", "median=0.5"] {
            assert!(bad.parse::<Goal>().is_err(), "{bad}");
        }
    }

    #[test]
    fn costs_become_a_quantile_or_a_threshold() -> Result<(), GoalError> {
        assert_eq!("under=3,over=1".parse::<Costs>()?.goal(), Goal::Quantile(0.75));
        assert_eq!("fn=10, fp=1".parse::<Costs>()?.threshold(), Some(1.0 / 11.0));
        for bad in ["", "fp=1", "fp=1,over=2", "fp=0,fn=1", "fp=1,fn=1,fn=2", "under=-1,over=1", "under=inf,over=1"] {
            assert!(bad.parse::<Costs>().is_err(), "{bad}");
        }
        Ok(())
    }
}
