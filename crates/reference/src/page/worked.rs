//! Worked examples, computed by the kernels rather than copied from the card.

use dartboard_losses::{Card, Example, Link, Loss, TargetKind};
use serde::Serialize;

use crate::evaluate::{Point, row, softmax};

/// A worked example.
#[derive(Clone, Debug, Serialize)]
pub struct Worked {
    /// What it shows.
    pub story: &'static str,
    /// The loss with the example's parameters.
    pub spec: String,
    /// The target, or the index of the true class; of a vector the index of its one component that is 1, not 0.
    pub target: f64,
    /// The prediction, or one per class.
    pub prediction: Vec<f64>,
    /// The softmax of the prediction, where that is what the loss takes it for; else empty.
    pub softmax: Vec<f64>,
    /// The loss.
    pub value: f64,
    /// Its first derivatives.
    pub gradient: Vec<f64>,
    /// Its second derivatives.
    pub hessian: Vec<f64>,
    /// Whether target and prediction are vectors.
    #[serde(skip)]
    pub vector: bool,
    /// The decimals to which the story is told.
    #[serde(skip)]
    pub decimals: Option<usize>,
}

impl Worked {
    /// The example of a card, worked; `None` where its parameters are not allowed, which no card of the catalogue has.
    pub fn compute(card: &'static Card, example: &Example) -> Option<Self> {
        let loss = Loss::with_parameters(card.name, example.parameters).ok()?;
        let Point { value, gradient, hessian } = row(&loss, example.target, example.prediction)?;
        Some(Self {
            story: example.story,
            spec: loss.spec(),
            target: example.target,
            prediction: example.prediction.to_vec(),
            softmax: if card.link == Link::Softmax { softmax(example.prediction) } else { vec![] },
            value,
            gradient,
            hessian,
            vector: card.target == TargetKind::Vector,
            decimals: decimals(example.tolerance),
        })
    }
}

/// The decimals of a value whose last one is uncertain by `tolerance`; absent where all digits are meant.
fn decimals(tolerance: f64) -> Option<usize> {
    (tolerance > 1e-12).then(|| (-(2.0 * tolerance).log10()).round().max(0.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_are_told_to_the_digits_of_their_cards() {
        assert_eq!(decimals(5e-5), Some(4));
        assert_eq!(decimals(5e-3), Some(2));
        assert_eq!(decimals(0.0), None);
    }

    #[test]
    fn every_example_is_worked() {
        // That its value is right is one of the laws of the losses.
        for loss in Loss::all() {
            for example in loss.card().examples {
                let worked = Worked::compute(loss.card(), example).unwrap();
                assert!(!worked.value.is_nan() && worked.gradient.len() == example.prediction.len(), "{worked:?}");
            }
        }
        let house =
            Worked::compute(Loss::parse("mse").unwrap().card(), &Loss::parse("mse").unwrap().card().examples[0]);
        assert_eq!(
            house.map(|worked| (worked.value, worked.gradient, worked.hessian)),
            Some((400.0, vec![-40.0], vec![2.0]))
        );
    }

    #[test]
    fn the_softmax_of_the_digit() {
        let loss = Loss::parse("cce_logits").unwrap();
        let worked = Worked::compute(loss.card(), &loss.card().examples[0]).unwrap();
        let rounded: Vec<String> = worked.softmax.iter().map(|share| format!("{share:.4}")).collect();
        assert_eq!(rounded, ["0.1130", "0.0561", "0.7552", "0.0757"]);
        assert_eq!(format!("{:.4}", worked.value), "0.2807");
    }
}
