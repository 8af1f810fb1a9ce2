//! From logits to probabilities, loss and gradient.

use dartboard_losses::{Derivatives, Link, RowTarget};
use dartboard_reference::number::{exact, fixed, rounded};

use crate::answer::{Answer, object, texts};
use crate::complaint::Complaint;
use crate::question::Question;

/// A loss of logits at one row whose true class has the share 1 but for `smoothing`, which is spread over all classes. The
/// numbers are the probabilities, the shares, the gradient and the loss.
pub(super) fn softmax(question: &Question<'_>) -> Result<Answer, Complaint> {
    let loss = question.loss("loss")?;
    let logits = question.numbers("logits")?;
    let classes = logits.len();
    let class = question.count("class", classes.saturating_sub(1))?;
    let smoothing = question.number("smoothing")?;
    if !(0.0..=1.0).contains(&smoothing) {
        return Err(Complaint::Question("'smoothing' is a share of the label, from 0 to 1".to_owned()));
    }
    let Some(rowwise) = loss.rowwise() else {
        return Err(Complaint::Question(format!("{} takes no row of scores", loss.spec())));
    };
    let mut probabilities = logits.clone();
    Link::Softmax.from_row(&mut probabilities);
    let even = smoothing / classes as f64;
    let shares: Vec<f64> =
        (0..classes).map(|other| if other == class { 1.0 - smoothing + even } else { even }).collect();
    let columns: Vec<&[f64]> = logits.iter().map(std::slice::from_ref).collect();
    let targets: Vec<&[f64]> = shares.iter().map(std::slice::from_ref).collect();
    // A label that is not smoothed is a class: that kernel is the one that training uses.
    let index = [class as u32];
    let target = if smoothing == 0.0 { RowTarget::Class(&index) } else { RowTarget::Shares(&targets) };
    let (mut value, mut gradient, mut hessian) = ([0.0], vec![0.0; classes], vec![0.0; classes]);
    let mut derivatives = Derivatives {
        gradient: gradient.iter_mut().map(std::slice::from_mut).collect(),
        hessian: hessian.iter_mut().map(std::slice::from_mut).collect(),
    };
    rowwise.value_gradient_hessian(target, &columns, &mut value, &mut derivatives);
    let four = |numbers: &[f64]| numbers.iter().map(|&number| fixed(number, 4)).collect::<Vec<String>>();
    let object = object! {
        "probabilities": four(&probabilities), "shares": texts(&shares), "gradient": four(&gradient),
        "hessian": four(&hessian), "value": rounded(value[0]), "fixed": fixed(value[0], 4), "exact": exact(value[0]),
    };
    Ok(Answer::of(object).with([probabilities, shares, gradient, value.to_vec()].concat()))
}
