//! The worked examples of every card are right.

use dartboard_losses::{Card, Example, Pointwise, Rowwise};

use crate::{Case, Law, PointCase, rows};

struct Right;

fn check(card: &Card, example: &Example, value: f64) -> Result<(), String> {
    if !((value - example.value).abs() <= example.tolerance) {
        return Err(format!("'{}' says {}, but it is {value}", example.story, example.value));
    }
    // A tolerance is half a unit of the last digit shown, not a way out.
    if example.tolerance > 0.06 * example.value.abs() && example.tolerance > 5e-3 {
        return Err(format!("'{}' tolerates anything", example.story));
    }
    let inside = card.target_domain.contains(example.target)
        && example.prediction.iter().all(|&z| card.prediction_domain.contains(z));
    if !inside || example.parameters.len() > card.parameters.len() {
        return Err(format!("'{}' lies outside of the domains", example.story));
    }
    Ok(())
}

fn parameters(card: &Card, example: &Example) -> Vec<f64> {
    let defaults = card.parameters.iter().map(|parameter| parameter.default);
    example.parameters.iter().copied().chain(defaults.skip(example.parameters.len())).collect()
}

impl Law for Right {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let card = case.loss.card();
        for example in card.examples {
            let loss = case.loss.with(&parameters(card, example));
            let [prediction] = example.prediction else {
                return Err(format!("'{}' has no one prediction", example.story));
            };
            check(card, example, loss.value(example.target, *prediction))?;
        }
        Ok(())
    }
    fn rowwise<L: Rowwise>(_: &Case<L>) -> Result<(), String> {
        for example in L::CARD.examples {
            let loss = L::new(&parameters(&L::CARD, example));
            check(&L::CARD, example, rows::value(&loss, example.target as usize, example.prediction))?;
        }
        Ok(())
    }
}

#[test]
fn worked_examples_are_right() {
    crate::assert_holds::<Right>();
}

#[test]
fn wrong_examples_are_caught() {
    use dartboard_losses::{CceLogits, Mse};
    let card = <Mse as Pointwise>::CARD;
    let true_example = card.examples[0];
    check(&card, &true_example, 400.0).unwrap();
    check(&card, &Example { value: 401.0, ..true_example }, 400.0).unwrap_err();
    check(&card, &Example { tolerance: 100.0, ..true_example }, 400.0).unwrap_err();
    check(&card, &Example { target: f64::INFINITY, ..true_example }, 400.0).unwrap_err();
    // A loss that computes something else than its card's examples say.
    crate::assert_catches::<Right>(crate::liar::Negative, "but it is");
    crate::assert_catches_rowwise::<Right>(crate::curvature::Swapped, "but it is");
    let card = <CceLogits as Rowwise>::CARD;
    check(&card, &card.examples[0], f64::NAN).unwrap_err();
}
