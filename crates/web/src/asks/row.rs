//! A loss at one row.

use dartboard_losses::Loss;
use dartboard_reference::evaluate;
use dartboard_reference::number::{exact, rounded};

use crate::answer::{Answer, object, texts};
use crate::complaint::Complaint;
use crate::question::Question;

/// Object, gradient and Hessian of a loss at a target and a prediction of one or more numbers.
pub(super) fn row(question: &Question<'_>) -> Result<Answer, Complaint> {
    let loss = question.loss("loss")?;
    let (target, prediction) = (question.number("target")?, question.numbers("prediction")?);
    let point = point(&loss, target, &prediction)?;
    let object = object! {
        "value": rounded(point.value),
        "exact": exact(point.value),
        "gradient": texts(&point.gradient),
        "hessian": texts(&point.hessian),
    };
    let numbers = std::iter::once(point.value).chain(point.gradient).chain(point.hessian).collect();
    Ok(Answer::of(object).with(numbers))
}

/// The same, refused outside of the loss's domains.
pub(super) fn point(loss: &Loss, target: f64, prediction: &[f64]) -> Result<evaluate::Point, Complaint> {
    let card = loss.card();
    let outside = |allowed: String, value: f64| Complaint::Outside { loss: loss.spec(), allowed, value };
    if !card.target_domain.contains(target) {
        return Err(outside(format!("targets that are {}", card.target_domain), target));
    }
    if let Some(&wrong) = prediction.iter().find(|value| !card.prediction_domain.contains(**value)) {
        return Err(outside(format!("predictions that are {}", card.prediction_domain), wrong));
    }
    evaluate::row(loss, target, prediction)
        .ok_or_else(|| outside("rows of another shape".to_owned(), prediction.len() as f64))
}
