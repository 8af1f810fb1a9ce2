//! An event: its probability, its logit, and the loss computed from either.

use dartboard_losses::{Link, Loss};
use dartboard_reference::number::{exact, rounded};

use super::row::point;
use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Each of `losses` at the label `target`, from a probability or from a logit: whichever the question gives, the other
/// follows by the link, with the rounding that this has. The numbers are the probability and the logit.
pub(super) fn event(question: &Question<'_>) -> Result<Answer, Complaint> {
    let target = question.number("target")?;
    let (p, z) = match question.number("p") {
        Ok(p) => (p, Link::Logit.to_prediction(p)),
        Err(_) => {
            let z = question.number("z")?;
            (Link::Logit.from_prediction(z), z)
        }
    };
    let at = |loss: &Loss| -> Result<Object, Complaint> {
        let prediction = if loss.card().prediction.is_raw() { z } else { p };
        let point = point(loss, target, &[prediction])?;
        Ok(object! {
            "loss": loss.spec(), "value": rounded(point.value), "exact": exact(point.value),
            "gradient": rounded(point.gradient[0]), "hessian": rounded(point.hessian[0]),
            "prediction": loss.card().prediction.symbol(),
        })
    };
    let losses = question.losses("losses")?.iter().map(at).collect::<Result<Vec<Object>, Complaint>>()?;
    let object = object! { "p": exact(p), "z": exact(z), "shortP": rounded(p), "shortZ": rounded(z), "losses": losses };
    Ok(Answer::of(object).with(vec![p, z]))
}
