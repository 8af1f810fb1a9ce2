//! What kind of target it is. Where two answers are open, both are said, with the question that decides.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::input::Predictions;
use crate::order::spearman;
use crate::profile::{FEW, Numbers, Profile};

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A number of either sign.
    Real,
    /// A positive amount.
    Positive,
    /// An amount that is often exactly 0.
    ZerosAndPositive,
    /// How many.
    Count,
    /// A share between 0 and 1.
    Proportion,
    /// Yes or no.
    Binary,
    /// One of several classes.
    Classes,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Real,
        Self::Positive,
        Self::ZerosAndPositive,
        Self::Count,
        Self::Proportion,
        Self::Binary,
        Self::Classes,
    ];

    /// The name, as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Positive => "positive",
            Self::ZerosAndPositive => "zeros_and_positive",
            Self::Count => "count",
            Self::Proportion => "proportion",
            Self::Binary => "binary",
            Self::Classes => "classes",
        }
    }

    /// What it is, in words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Real => "a number of either sign",
            Self::Positive => "a positive amount",
            Self::ZerosAndPositive => "an amount that is often exactly 0",
            Self::Count => "a count",
            Self::Proportion => "a share between 0 and 1",
            Self::Binary => "yes or no",
            Self::Classes => "one of several classes",
        }
    }

    /// Whether the answer is one of a few, rather than a number.
    pub fn is_of_classes(self) -> bool {
        matches!(self, Self::Binary | Self::Classes)
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A task that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a task: tasks are real, positive, zeros_and_positive, count, proportion, binary, classes")]
pub struct TaskError(String);

impl FromStr for Task {
    type Err = TaskError;

    fn from_str(text: &str) -> Result<Self, TaskError> {
        Self::ALL.into_iter().find(|task| task.name() == text).ok_or_else(|| TaskError(text.to_owned()))
    }
}

/// The task that is seen, why, and what else it may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Detected {
    /// The most likely one.
    pub task: Task,
    /// What speaks for it.
    pub reason: String,
    /// Another one that the data do not rule out, and what speaks for that.
    pub also: Option<(Task, String)>,
}

impl Detected {
    fn sure(task: Task, reason: impl Into<String>) -> Self {
        Self { task, reason: reason.into(), also: None }
    }

    fn or(self, task: Task, reason: impl Into<String>) -> Self {
        Self { also: Some((task, reason.into())), ..self }
    }

    /// What to ask where two answers are open.
    pub fn question(&self) -> Option<String> {
        let (other, reason) = self.also.as_ref()?;
        Some(format!(
            "It may also be {} ({reason}). Which is it? (--task {} or --task {other} decides.)",
            other.describe(),
            self.task
        ))
    }
}

/// Exact zeros in more than this share are a law of their own rather than chance.
const MANY_ZEROS: f64 = 0.02;
/// More different whole numbers than these are not codes of classes.
const MOST_CODES: usize = 12;

/// Sees the task from the predictions where they say it, else from the target.
pub fn detect(profile: &Profile, predictions: &Predictions<'_>) -> Detected {
    let by_target = match profile {
        Profile::Names { distinct, .. } if *distinct <= 2 => Detected::sure(Task::Binary, "two different names"),
        Profile::Names { distinct, .. } => Detected::sure(Task::Classes, format!("{distinct} different names")),
        Profile::Numbers(numbers) => by_numbers(numbers),
    };
    match predictions {
        Predictions::None => by_target,
        Predictions::PerClass { columns, .. } => {
            Detected::sure(Task::Classes, format!("a prediction for each of {} classes", columns.len()))
        }
        Predictions::Quantiles { .. } if by_target.task.is_of_classes() || by_target.also.is_some() => {
            Detected::sure(Task::Real, "predictions are quantiles")
        }
        Predictions::One { .. } if by_target.task == Task::Classes => match (&by_target.also, profile) {
            // One number per row cannot be about classes.
            (Some((other, reason)), _) if !other.is_of_classes() => {
                Detected::sure(*other, format!("{reason}, and one number is predicted"))
            }
            (_, Profile::Numbers(numbers)) => {
                let task = if numbers.min < 0.0 { Task::Real } else { Task::Count };
                Detected::sure(task, "whole numbers, and one number is predicted")
            }
            _ => by_target,
        },
        Predictions::One { .. } => {
            // A single number that is predicted settles "classes or not", nothing else.
            let also = by_target.also.clone().filter(|(other, _)| *other != Task::Classes);
            Detected { also, ..by_target }
        }
        Predictions::Quantiles { .. } => by_target,
    }
}

fn by_numbers(numbers: &Numbers) -> Detected {
    let Numbers { distinct, whole, min, max, zeros, .. } = *numbers;
    if distinct <= 2 {
        let values: Vec<String> = numbers.values.iter().map(|(value, _)| value.to_string()).collect();
        return Detected::sure(Task::Binary, format!("two values: {}", values.join(" and ")));
    }
    if whole {
        return by_whole_numbers(numbers);
    }
    if min >= 0.0 && max <= 1.0 {
        return Detected::sure(Task::Proportion, "all values lie between 0 and 1");
    }
    if min < 0.0 {
        return Detected::sure(Task::Real, "fractions of both signs");
    }
    if zeros >= MANY_ZEROS {
        let reason = format!("{} of the values are exactly 0, the others are above it", percent(zeros));
        return Detected::sure(Task::ZerosAndPositive, reason);
    }
    if zeros > 0.0 {
        let reason = format!("fractions above 0, but for {} exact zeros", percent(zeros));
        return Detected::sure(Task::Positive, reason);
    }
    Detected::sure(Task::Positive, "fractions, all above 0")
}

fn by_whole_numbers(numbers: &Numbers) -> Detected {
    let Numbers { distinct, min, max, mean, zeros, tens, .. } = *numbers;
    if min < 0.0 {
        return if distinct <= MOST_CODES {
            Detected::sure(Task::Classes, format!("{distinct} whole numbers of both signs"))
                .or(Task::Real, "whole numbers can be measured values")
        } else {
            Detected::sure(Task::Real, "whole numbers of both signs")
        };
    }
    if distinct <= MOST_CODES {
        return few_whole_numbers(numbers);
    }
    // Values that somebody has rounded to tens are measured or estimated, not counted: chance gives a tenth of them.
    const ROUNDED: f64 = 0.3;
    if tens - zeros > ROUNDED * (1.0 - zeros) {
        let rounded = format!("{} of the whole numbers end in 0: rounded amounts", percent(tens));
        let task = if zeros >= MANY_ZEROS { Task::ZerosAndPositive } else { Task::Positive };
        return Detected::sure(task, rounded);
    }
    // Counts begin at or near 0; what is measured in whole units seldom does.
    const BEGINS: f64 = 0.05;
    const LARGE: f64 = 1000.0;
    if min > BEGINS * mean && min > 3.0 {
        return if mean < 50.0 && distinct <= FEW {
            Detected::sure(Task::Count, format!("whole numbers from {min} to {max}"))
                .or(Task::Positive, "none is near 0, as of something measured in whole units")
        } else {
            Detected::sure(Task::Positive, format!("whole numbers from {min} to {max}, none near 0"))
        };
    }
    if mean >= LARGE {
        let task = if zeros >= MANY_ZEROS { Task::ZerosAndPositive } else { Task::Positive };
        return Detected::sure(task, format!("large whole numbers, {} on average", mean.round()))
            .or(Task::Count, "they begin near 0");
    }
    Detected::sure(Task::Count, format!("{distinct} different whole numbers that begin at {min}"))
}

/// Up to a dozen whole numbers: counts of something rare fall off from 0, codes of classes need not.
fn few_whole_numbers(numbers: &Numbers) -> Detected {
    let Numbers { distinct, min, max, .. } = *numbers;
    let (values, shares): (Vec<f64>, Vec<f64>) = numbers.values.iter().copied().unzip();
    let falling = spearman(&values, &shares);
    let mode = values.iter().zip(&shares).max_by(|a, b| a.1.total_cmp(b.1)).map_or(f64::NAN, |(value, _)| *value);
    let largest = shares.iter().copied().fold(0.0, f64::max);
    let smallest = shares.iter().copied().fold(1.0, f64::min);
    let without_gaps = max - min + 1.0 == distinct as f64;
    // Frequencies within this factor are those of classes that somebody has balanced, or that chance has.
    const FLAT: f64 = 4.0;
    // A rank correlation of value and frequency below this is a tail.
    const FALLING: f64 = -0.75;
    if min <= 1.0 && mode == min && falling <= FALLING && distinct >= 4 {
        let counted = Detected::sure(Task::Count, format!("the larger the number, the rarer, from {min} on"));
        return if min == 0.0 && distinct >= 5 { counted } else { counted.or(Task::Classes, "few different values") };
    }
    let codes = format!("{distinct} different whole numbers");
    if without_gaps && min <= 1.0 && largest <= FLAT * smallest {
        return Detected::sure(Task::Classes, format!("{codes} of similar frequency")).or_if(
            distinct >= 6 && largest > 2.0 * smallest,
            Task::Count,
            "they can be counts or grades",
        );
    }
    if !without_gaps && max > 3.0 * distinct as f64 && min > 1.0 {
        return Detected::sure(Task::Positive, format!("{codes} from {min} to {max}"))
            .or(Task::Classes, "few different values");
    }
    if distinct == 3 {
        return Detected::sure(Task::Classes, codes).or(Task::Count, "they can be counts");
    }
    if min == 0.0 && mode <= 1.0 {
        return Detected::sure(Task::Count, format!("{codes} that begin at 0, {mode} the most frequent"))
            .or(Task::Classes, "they can be codes");
    }
    Detected::sure(Task::Classes, codes).or(Task::Count, "they can be counts or grades")
}

impl Detected {
    fn or_if(self, open: bool, task: Task, reason: &str) -> Self {
        if open { self.or(task, reason) } else { self }
    }
}

fn percent(share: f64) -> String {
    format!("{} %", crate::goal::tidy((1000.0 * share).round() / 10.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Target;

    fn seen(values: &[f64]) -> Detected {
        detect(&Profile::of(Target::Numbers(values), None), &Predictions::None)
    }

    #[test]
    fn plain_cases() {
        let falling: Vec<f64> = (0..7).flat_map(|i| vec![f64::from(i); 200 >> i]).collect();
        let codes: Vec<f64> = (0..300).map(|i| f64::from(i % 10)).collect();
        let prices: Vec<f64> = (0..300).map(|i| f64::from(50_000 + 100 * (i * i % 997))).collect();
        let rain: Vec<f64> = (0..300).map(|i| if i % 2 == 0 { 0.0 } else { 0.3 + f64::from(i) / 7.0 }).collect();
        let cases: [(&[f64], Task); 9] = [
            (&[0.0, 1.0, 1.0, 0.0], Task::Binary),
            (&[-1.0, 1.0, 1.0], Task::Binary),
            (&[0.1, 0.7, 1.0, 0.0], Task::Proportion),
            (&[0.1, -0.7, 3.0], Task::Real),
            (&[0.1, 17.0, 3.5], Task::Positive),
            (&falling, Task::Count),
            (&codes, Task::Classes),
            (&prices, Task::Positive),
            (&rain, Task::ZerosAndPositive),
        ];
        for (values, task) in cases {
            assert_eq!(seen(values).task, task, "{:?}", &values[..3]);
        }
    }

    #[test]
    fn one_predicted_number_rules_classes_out() {
        let grades: Vec<f64> = [3.0, 4.0, 5.0, 5.0, 5.0, 6.0, 6.0, 6.0, 6.0, 7.0, 8.0].repeat(20);
        let target = Profile::of(Target::Numbers(&grades), None);
        assert_eq!(detect(&target, &Predictions::None).task, Task::Classes);
        assert!(detect(&target, &Predictions::None).question().is_some());
        let one = Predictions::One { name: "p", values: &grades, raw: false };
        assert_eq!(detect(&target, &one).task, Task::Count);
    }

    #[test]
    fn names_are_read_as_they_are_printed() {
        for task in Task::ALL {
            assert_eq!(task.to_string().parse(), Ok(task));
        }
        assert!("regression".parse::<Task>().is_err());
    }
}
