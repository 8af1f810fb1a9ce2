//! The tables of a card, with their numbers.

use dartboard_losses::{Card, Family, Link, Loss, Over, PredictionKind, Table};
use serde::Serialize;

use crate::evaluate::row;

/// A table that makes a point about a loss.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The question it answers.
    pub title: &'static str,
    /// The answer.
    pub answer: &'static str,
    /// The name of the first column.
    pub over: &'static str,
    /// The specs of the losses of the other columns.
    pub losses: Vec<String>,
    /// The first column and the value of each loss.
    pub rows: Vec<Vec<f64>>,
    /// The sums of the columns, where they are a part of the point.
    pub sums: Vec<f64>,
}

impl Shown {
    /// The table of a loss; `None` where a loss beside it is not in the catalogue, or has no such table.
    pub fn compute(loss: &Loss, table: &Table) -> Option<Self> {
        Self::at(loss, table, table.at)
    }

    /// The same with another first column; `None` also where a number in it is outside of what the losses take.
    pub fn at(loss: &Loss, table: &Table, at: &[f64]) -> Option<Self> {
        let mut losses: Vec<Loss> = table.beside.iter().map(|spec| Loss::parse(spec).ok()).collect::<Option<_>>()?;
        losses.push(loss.clone());
        let cell = |loss: &Loss, at: f64| match table.over {
            Over::Errors => at_error(loss, 0.0, at).map(|point| point.0),
            Over::Confidence => at_confidence(loss, at).map(|point| point.0),
        };
        let line = |&at: &f64| std::iter::once(Some(at)).chain(losses.iter().map(|loss| cell(loss, at))).collect();
        let rows: Vec<Vec<f64>> = at.iter().map(line).collect::<Option<_>>()?;
        let sum = |column: usize| rows.iter().map(|row| row[column]).sum();
        Some(Self {
            title: table.title,
            answer: table.answer,
            over: match table.over {
                Over::Errors => "error",
                Over::Confidence => "probability of the truth",
            },
            losses: losses.iter().map(Loss::spec).collect(),
            sums: if table.over == Over::Errors { (0..=losses.len()).map(sum).collect() } else { vec![] },
            rows,
        })
    }

    /// The tables of a loss.
    pub fn all(loss: &Loss) -> Vec<Self> {
        loss.card().tables.iter().filter_map(|table| Self::compute(loss, table)).collect()
    }
}

/// Value and gradient of a loss of quantities whose prediction is off by `error`. `None` for other losses, and where
/// target or prediction lie outside of their domains.
pub(crate) fn at_error(loss: &Loss, target: f64, error: f64) -> Option<(f64, f64)> {
    let card = loss.card();
    let prediction = target + error;
    let inside = card.target_domain.contains(target) && card.prediction_domain.contains(prediction);
    if !inside || !matches!(card.prediction, PredictionKind::Value | PredictionKind::Mean) {
        return None;
    }
    row(loss, target, &[prediction]).map(|point| (point.value, point.gradient[0]))
}

/// Value and gradient of a loss whose prediction gives the probability `confidence` to what is true. `None` where the
/// prediction stands for no probability.
pub(crate) fn at_confidence(loss: &Loss, confidence: f64) -> Option<(f64, f64)> {
    let (target, prediction) = confident(loss.card(), confidence)?;
    row(loss, target, &prediction).map(|point| (point.value, point.gradient[0]))
}

/// The true class or event and the prediction that gives it this probability, the rest going to one other class.
fn confident(card: &Card, confidence: f64) -> Option<(f64, Vec<f64>)> {
    let logit = || confidence.ln() - (-confidence).ln_1p();
    match (card.family, card.prediction, card.link) {
        (Family::Pointwise, PredictionKind::Value | PredictionKind::Probability, Link::Identity) => {
            Some((1.0, vec![confidence]))
        }
        (Family::Pointwise, _, Link::Logit) => Some((1.0, vec![logit()])),
        (Family::Pointwise, _, Link::HalfLogit) => Some((1.0, vec![0.5 * logit()])),
        (Family::Rowwise, PredictionKind::Probability, _) => Some((0.0, vec![confidence, 1.0 - confidence])),
        (Family::Rowwise, PredictionKind::LogProbability, _) | (Family::Rowwise, _, Link::Softmax) => {
            Some((0.0, vec![confidence.ln(), (-confidence).ln_1p()]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(spec: &str) -> Vec<Shown> {
        Shown::all(&Loss::parse(spec).unwrap())
    }

    #[test]
    fn why_squared() {
        let [table] = &tables("mse")[..] else { panic!("mse has one table") };
        assert_eq!(table.losses, ["mae", "mse"]);
        assert_eq!(table.rows[3], [10.0, 10.0, 100.0]);
        assert_eq!(table.sums, [0.0, 22.0, 202.0]);
    }

    #[test]
    fn why_the_logarithm() {
        for (spec, column) in [("bce", 2), ("cce", 1)] {
            let [table] = &tables(spec)[..] else { panic!("{spec} has one table") };
            let values: Vec<String> = table.rows.iter().map(|row| format!("{:.2}", row[column])).collect();
            assert_eq!(values, ["4.61", "2.30", "0.69", "0.11", "0.01"], "{spec}");
        }
    }

    #[test]
    fn every_table_of_every_card_can_be_computed() {
        for loss in Loss::all() {
            assert_eq!(Shown::all(&loss).len(), loss.card().tables.len(), "{}", loss.spec());
        }
    }

    #[test]
    fn confidence_means_the_same_for_probabilities_and_logits() {
        for (spec, like) in [("bce_logits", "bce"), ("cce_logits", "cce"), ("cce", "bce")] {
            let value = |spec: &str| at_confidence(&Loss::parse(spec).unwrap(), 0.3).unwrap().0;
            assert!((value(spec) - value(like)).abs() < 1e-15, "{spec}");
        }
        assert_eq!(at_error(&Loss::parse("bce").unwrap(), 0.0, 1.0), None);
    }
}
