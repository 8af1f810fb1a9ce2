//! Losses of a list of errors or targets, and the constants they call best.

use dartboard_losses::{Distribution, Loss, best_constant};
use dartboard_numerics::sum::ExactSum;
use dartboard_reference::number::rounded;

use super::row::point;
use crate::answer::{Answer, Object, object, texts};
use crate::complaint::Complaint;
use crate::question::Question;

/// For each loss: its value at each of `errors`, their mean, and the best constant of each list of `targets`. The numbers
/// are, loss by loss, the values, the mean and the constants.
pub(super) fn constants(question: &Question<'_>) -> Result<Answer, Complaint> {
    let losses = question.losses("losses")?;
    let errors = question.numbers("errors")?;
    let lists = [question.numbers("x")?, question.numbers("y")?];
    let mut numbers = vec![];
    let mut found: Vec<Object> = vec![];
    for loss in &losses {
        let values = errors.iter().map(|&error| Ok(point(loss, 0.0, &[error])?.value));
        let values = values.collect::<Result<Vec<f64>, Complaint>>()?;
        let mean = mean(&values);
        let best: Vec<f64> = lists.iter().map(|list| best(loss, list)).collect();
        found.push(object! {
            "loss": loss.spec(), "last": values.last().map(|&last| rounded(last)), "mean": rounded(mean),
            "best": texts(&best),
        });
        numbers.extend(values);
        numbers.push(mean);
        numbers.extend(best);
    }
    Ok(Answer::of(object! { "losses": found }).with(numbers))
}

/// The mean, exact but for one rounding; NaN of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let mut sum = ExactSum::new();
    sum.add_slice(values);
    let mut count = ExactSum::new();
    count.add_count(values.len() as u64);
    sum.ratio(&count)
}

fn best(loss: &Loss, targets: &[f64]) -> f64 {
    let mut once = ExactSum::new();
    once.add(1.0);
    let distribution = Distribution::new(targets.iter().map(|&target| (target, &once)));
    best_constant(loss, &distribution, 0).and_then(|best| best.prediction.first().copied()).unwrap_or(f64::NAN)
}
