//! Worked examples, computed by the kernels rather than copied from the card.

use dartboard_losses::{Card, Derivatives, Example, Loss};
use serde::Serialize;

/// A worked example.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Worked {
    pub(crate) story: &'static str,
    /// The loss with the example's parameters.
    pub(crate) spec: String,
    pub(crate) target: f64,
    pub(crate) prediction: Vec<f64>,
    /// The softmax of the prediction, where that is what the loss takes it for; else empty.
    pub(crate) softmax: Vec<f64>,
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) hessian: Vec<f64>,
    /// The decimals to which the story is told.
    #[serde(skip)]
    pub(crate) decimals: Option<usize>,
}

impl Worked {
    pub(super) fn compute(card: &'static Card, example: &Example) -> Self {
        // The laws hold every example to its card's domains, so this is the catalogue's own promise.
        let loss = Loss::with_parameters(card.name, example.parameters)
            .unwrap_or_else(|error| unreachable!("an example of {}: {error}", card.name));
        let mut worked = Self {
            story: example.story,
            spec: loss.spec(),
            target: example.target,
            prediction: example.prediction.to_vec(),
            softmax: vec![],
            value: 0.0,
            gradient: vec![0.0; example.prediction.len()],
            hessian: vec![0.0; example.prediction.len()],
            decimals: decimals(example.tolerance),
        };
        let value = std::slice::from_mut(&mut worked.value);
        if let Some(pointwise) = loss.pointwise() {
            let (gradient, hessian) = (&mut worked.gradient[..], &mut worked.hessian[..]);
            pointwise.value_gradient_hessian(&[example.target], example.prediction, value, gradient, hessian);
        }
        if let Some(rowwise) = loss.rowwise() {
            let scores: Vec<&[f64]> = example.prediction.iter().map(std::slice::from_ref).collect();
            let mut derivatives = Derivatives {
                gradient: worked.gradient.iter_mut().map(std::slice::from_mut).collect(),
                hessian: worked.hessian.iter_mut().map(std::slice::from_mut).collect(),
            };
            rowwise.value_gradient_hessian(&[example.target as u32], &scores, value, &mut derivatives);
            if super::is_softmax(card.link) {
                // The loss of a class is minus the logarithm of its softmax.
                let softmax = |class| {
                    let mut value = [0.0];
                    rowwise.value(&[class as u32], &scores, &mut value);
                    (-value[0]).exp()
                };
                worked.softmax = (0..scores.len()).map(softmax).collect();
            }
        }
        worked
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
    fn every_example_has_the_value_its_card_states() {
        for loss in Loss::all() {
            for example in loss.card().examples {
                let worked = Worked::compute(loss.card(), example);
                assert!((worked.value - example.value).abs() <= example.tolerance, "{}: {}", worked.spec, worked.story);
            }
        }
    }

    #[test]
    fn the_softmax_of_the_digit() {
        let loss = Loss::parse("cce_logits").expect("it is in the catalogue");
        let worked = Worked::compute(loss.card(), &loss.card().examples[0]);
        let rounded: Vec<String> = worked.softmax.iter().map(|share| format!("{share:.4}")).collect();
        assert_eq!(rounded, ["0.1130", "0.0561", "0.7552", "0.0757"]);
        assert_eq!(format!("{:.4}", worked.value), "0.2807");
    }
}
