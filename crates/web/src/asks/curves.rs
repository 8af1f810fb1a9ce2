//! Losses over one predicted number.

use dartboard_losses::{Derivatives, Loss, RowTarget};

use crate::answer::{Answer, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// As many places as there are pixels across the largest screens.
const MOST: usize = 4096;

/// Object, gradient and Hessian of losses at `steps + 1` places from `low` to `high`, for a target. The numbers are the
/// places, then for every loss its values, gradients and Hessians; NaN outside of its domain.
pub(super) fn curves(question: &Question<'_>) -> Result<Answer, Complaint> {
    let losses = question.losses("losses")?;
    let target = question.number("target")?;
    let (low, high) = (question.number("low")?, question.number("high")?);
    let steps = question.count("steps", MOST)?.max(1);
    let share = |step: usize| step as f64 / steps as f64;
    let mut places: Vec<f64> = (0..=steps).map(|step| low + (high - low) * share(step)).collect();
    if let Some(last) = places.last_mut() {
        *last = high;
    }
    let mut numbers = places.clone();
    for loss in &losses {
        let start = numbers.len();
        numbers.resize(start + 3 * places.len(), f64::NAN);
        fill(loss, target, &places, &mut numbers[start..]);
    }
    let kinks: Vec<Vec<f64>> = losses.iter().map(|loss| kinks(loss, target, low, high)).collect();
    Ok(Answer::of(object! { "places": places.len(), "kinks": kinks }).with(numbers))
}

/// Where a loss is not smooth, inside of the window.
fn kinks(loss: &Loss, target: f64, low: f64, high: f64) -> Vec<f64> {
    let at = loss.properties().kinks.into_iter().flat_map(|kink| kink.at(target));
    at.filter(|place| (low..=high).contains(place)).collect()
}

fn fill(loss: &Loss, target: f64, places: &[f64], out: &mut [f64]) {
    let card = loss.card();
    if !card.target_domain.contains(target) {
        return;
    }
    let count = places.len();
    // A place outside of the domain is computed at the target, and then blanked: kernels expect numbers they take.
    let inside = |place: f64| card.prediction_domain.contains(place);
    let Some(&safe) = places.iter().find(|place| inside(**place)) else { return };
    let used: Vec<f64> = places.iter().map(|&place| if inside(place) { place } else { safe }).collect();
    let (value, rest) = out.split_at_mut(count);
    let (gradient, hessian) = rest.split_at_mut(count);
    if let Some(pointwise) = loss.pointwise() {
        pointwise.value_gradient_hessian(&vec![target; count], &used, value, gradient, hessian);
    } else if let Some(rowwise) = loss.rowwise() {
        // The score of the true class of three, the others at 0.
        let zero = vec![0.0; count];
        let mut spare = vec![vec![0.0; count]; 4];
        let [a, b, c, d] = &mut spare[..] else { return };
        let mut derivatives = Derivatives { gradient: vec![gradient, a, b], hessian: vec![hessian, c, d] };
        let classes = vec![0_u32; count];
        rowwise.value_gradient_hessian(RowTarget::Class(&classes), &[&used, &zero, &zero], value, &mut derivatives);
    }
    for (index, &place) in places.iter().enumerate() {
        if !inside(place) {
            [index, count + index, 2 * count + index].into_iter().for_each(|at| out[at] = f64::NAN);
        }
    }
}
