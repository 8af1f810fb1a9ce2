//! Sums of losses.

use dartboard_numerics::sum::ExactSum;

use super::ordered::Row;
use crate::card::{Card, Zero};
use crate::family::PointwiseBlocks;

/// Rows per block: small enough for the first-level cache.
const BLOCK: usize = 1024;

/// `Σ weight · loss(target, prediction)` with one prediction per row, each in the closure of the loss's domain.
pub(super) fn total_loss(
    card: &Card,
    loss: &dyn PointwiseBlocks,
    rows: &[Row],
    predictions: &mut dyn Iterator<Item = f64>,
) -> ExactSum {
    let mut total = ExactSum::new();
    let (mut target, mut prediction, mut weight) = (vec![], vec![], vec![]);
    let mut value = [0.0; BLOCK];
    for block in rows.chunks(BLOCK) {
        target.clear();
        target.extend(block.iter().map(|row| row.target));
        weight.clear();
        weight.extend(block.iter().map(|row| row.weight));
        prediction.clear();
        prediction.extend(predictions.take(block.len()));
        let value = &mut value[..prediction.len()];
        loss.value(&target, &prediction, value);
        for (row, value) in value.iter_mut().enumerate() {
            if !card.prediction_domain.contains(prediction[row]) {
                *value = limit(card, loss, target[row], prediction[row]);
            }
        }
        total.add_products(value, &weight);
    }
    total
}

/// The limit of the loss as the prediction goes to an end of its domain that it does not reach.
///
/// Recalibration gets there only where the target itself lies at that end, so a loss that is zero for perfect
/// predictions has the limit 0. Any other falls all the way there, so of what can be computed the smallest value is the
/// nearest to the limit: that at the end itself, where the formula has one, or that of the last number before it, on
/// the scale of predictions or on that of the functional.
fn limit(card: &Card, loss: &dyn PointwiseBlocks, target: f64, end: f64) -> f64 {
    let functional = card.link.from_prediction(end);
    if functional == target && loss.properties().zero != Zero::Nowhere {
        return 0.0;
    }
    let beside = [end.next_up(), end.next_down()].into_iter();
    let beside_functional =
        [functional.next_up(), functional.next_down()].into_iter().map(|value| card.link.to_prediction(value));
    let inside = beside.chain(beside_functional).filter(|&prediction| card.prediction_domain.contains(prediction));
    let mut value = [0.0];
    std::iter::once(end).chain(inside).fold(f64::NAN, |smallest, prediction| {
        loss.value(&[target], &[prediction], &mut value);
        // The minimum of NaN and a number is the number.
        smallest.min(value[0])
    })
}
