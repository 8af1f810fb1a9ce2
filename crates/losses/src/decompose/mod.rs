//! What a mean score is made of: Murphy's decomposition, and Murphy's diagram.
//!
//! A mean score is bad for one of three reasons: the targets are hard to foresee (uncertainty), the predictions do not
//! tell them apart (lack of discrimination), or they are off in a way that a relabelling of the predictions would mend
//! (miscalibration):
//!
//! ```text
//! score = miscalibration − discrimination + uncertainty
//! ```
//!
//! The relabelling is the best non-decreasing function of the prediction, found by isotonic regression: it is the same
//! for every loss that elicits the same functional, has nothing to tune, and makes no part negative.
//!
//! - A. H. Murphy, A new vector partition of the probability score, J. Appl. Meteorol. 12 (1973): the three parts, for
//!   squared error and predictions of few distinct values.
//! - T. Dimitriadis, T. Gneiting, A. I. Jordan, Stable reliability diagrams for probabilistic classifiers, PNAS 118
//!   (2021): isotonic recalibration in place of bins ("CORP").
//! - T. Gneiting, J. Resin, Regression diagnostics meets forecast evaluation, Electron. J. Stat. 17 (2023): the same
//!   for quantiles and expectiles.
//! - W. Ehm, T. Gneiting, A. Jordan, F. Krüger, Of quantiles and expectiles, J. R. Stat. Soc. B 78 (2016): elementary
//!   scores and the diagram.

mod diagram;
mod elicited;
mod error;
mod isotonic;
mod ordered;
mod pool;
mod threshold;
mod total;

use dartboard_numerics::sum::ExactSum;

use crate::constant::best_constant;
use crate::spec::Loss;

pub use diagram::{MurphyDiagram, elementary_score, murphy_diagram};
pub use error::DecomposeError;

use elicited::Elicited;
use ordered::Ordered;
use total::total_loss;

/// A mean score and its parts: `score = miscalibration − discrimination + uncertainty`.
///
/// Each part is the difference of two exact sums of losses over the exact total weight, rounded once. The identity
/// holds for the numbers before that rounding, neither miscalibration nor discrimination is ever below 0, and every
/// number is the same bits for any order of the rows. Where predictions lose infinitely much, score and miscalibration
/// are infinite and the other parts are still finite. (Where even the best constant's losses overflow, parts are NaN.)
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposition {
    /// The mean loss of the predictions.
    pub score: f64,
    /// What recalibration takes off the mean loss: 0 for calibrated predictions.
    pub miscalibration: f64,
    /// What the recalibrated predictions gain over the best constant: 0 for a constant prediction.
    pub discrimination: f64,
    /// The mean loss of the best constant.
    pub uncertainty: f64,
    /// The best non-decreasing function of the prediction, in increasing order.
    pub recalibration: Vec<Step>,
    /// The number of rows that count: those with a weight above 0.
    pub rows: usize,
}

/// A stretch of predictions that are recalibrated to the same value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The smallest prediction, on the scale of the loss's predictions: a logit where it takes logits.
    pub prediction_from: f64,
    /// The largest prediction.
    pub prediction_to: f64,
    /// What they are recalibrated to, on the scale of the functional: a probability also where the loss takes logits.
    pub value: f64,
    /// The total weight of their rows.
    pub weight: f64,
    /// The number of their rows.
    pub rows: usize,
}

/// Murphy's decomposition of the mean of `loss`, by isotonic recalibration; `None` for `weight` weighs all rows the
/// same.
///
/// Rows of equal predictions are recalibrated to the same value, so the order of the rows never matters. A row of
/// weight 0 counts as no row, one of weight 2 as two.
///
/// Recalibrated predictions may lie at an end of the domain that the loss itself leaves out, such as a mean of 0 where
/// all targets are 0: the limit of the loss is taken there. Quantiles may have a stretch of best recalibrations; the
/// middle between the smallest and the largest is taken, as [`best_constant`] does.
///
/// Time is O(n log n) for means and O(n log² n) for quantiles and expectiles.
///
/// # Errors
/// [`DecomposeError`] where the loss does not elicit a mean, a quantile or an expectile, the slices differ in length, a
/// number lies outside of the loss's domain (NaN always does), a weight is negative, or no row has a weight above 0.
///
/// ```
/// use dartboard_losses::{Loss, decompose};
///
/// let mse = Loss::parse("mse")?;
/// let parts = decompose(&mse, &[0.0, 0.0, 1.0, 1.0], &[-1.0, 1.0, 1.0, 2.0], None)?;
/// assert_eq!((parts.score, parts.uncertainty), (0.75, 0.25));
/// assert_eq!((parts.miscalibration, parts.discrimination), (0.625, 0.125));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decompose(
    loss: &Loss,
    target: &[f64],
    prediction: &[f64],
    weight: Option<&[f64]>,
) -> Result<Decomposition, DecomposeError> {
    let card = loss.card();
    let elicited = Elicited::of(loss.properties().functional);
    let (Some(pointwise), Some(elicited)) = (loss.pointwise(), elicited) else {
        return Err(DecomposeError::cannot_decompose(loss));
    };
    let ordered = Ordered::new((target, card.target_domain), (prediction, card.prediction_domain), weight)?;
    let recalibrated = isotonic::fit(elicited, &ordered);
    let reference = best_constant(loss, &ordered.distribution(), 0).ok_or(DecomposeError::NoRows)?;

    let total = |predictions: &mut dyn Iterator<Item = f64>| total_loss(card, &**pointwise, &ordered.rows, predictions);
    let of_predictions = total(&mut ordered.rows.iter().map(|row| row.prediction));
    let of_constant = total(&mut reference.prediction.iter().copied().cycle());
    let of_recalibrated = total(
        &mut ordered
            .groups()
            .zip(&recalibrated)
            .flat_map(|(rows, &value)| std::iter::repeat_n(card.link.to_prediction(value), rows.len())),
    );
    // The predictions themselves and the constant are non-decreasing functions of the prediction as well. Where the
    // rounding of single losses makes one of them the better one, by a hair, it is the best one found.
    let best = smaller(smaller(of_recalibrated, &of_predictions), &of_constant);

    let weight = ordered.weight(0..ordered.rows.len());
    Ok(Decomposition {
        score: of_predictions.ratio(&weight),
        miscalibration: difference(&of_predictions, &best).ratio(&weight),
        discrimination: difference(&of_constant, &best).ratio(&weight),
        uncertainty: of_constant.ratio(&weight),
        recalibration: steps(&ordered, &recalibrated),
        rows: ordered.rows.len(),
    })
}

/// The stretches of equal recalibrated values.
fn steps(ordered: &Ordered, recalibrated: &[f64]) -> Vec<Step> {
    let mut group = 0;
    let runs = recalibrated.chunk_by(|a, b| a == b);
    runs.map(|run| {
        let rows = ordered.rows_of(group..group + run.len());
        group += run.len();
        Step {
            prediction_from: ordered.rows[rows.start].prediction,
            prediction_to: ordered.rows[rows.end - 1].prediction,
            value: run[0],
            weight: ordered.weight(rows.clone()).to_f64(),
            rows: rows.len(),
        }
    })
    .collect()
}

fn difference(a: &ExactSum, b: &ExactSum) -> ExactSum {
    let mut difference = a.clone();
    difference.unmerge(b);
    difference
}

fn smaller(a: ExactSum, b: &ExactSum) -> ExactSum {
    if difference(b, &a).signum() < 0.0 { b.clone() } else { a }
}

#[cfg(test)]
mod tests;
