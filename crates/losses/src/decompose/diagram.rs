//! Murphy's diagram: the mean of every elementary score.

use dartboard_numerics::sum::ExactSum;

use super::DecomposeError;
use super::elicited::Elicited;
use super::ordered::check;
use crate::card::Functional;
use crate::domain::Interval;

/// The largest number of thresholds that are chosen where none are given.
const MOST_THETAS: usize = 512;

/// Rows per block: small enough for the first-level cache.
const BLOCK: usize = 1024;

/// Mean elementary scores over a range of thresholds, a curve per model.
///
/// A model whose curve lies nowhere above another's has the smaller mean for every loss that elicits the functional;
/// where curves cross, the ranking depends on the loss.
#[derive(Clone, Debug, PartialEq)]
pub struct MurphyDiagram {
    /// The thresholds.
    pub thetas: Vec<f64>,
    /// For every model its mean elementary score at each threshold.
    pub curves: Vec<Vec<f64>>,
}

/// The elementary score of prediction `x` at target `y` and threshold `theta` (Ehm, Gneiting, Jordan, Krüger 2016).
///
/// It is 0 where `x` and `y` lie on the same side of θ, which belongs to the side below. Else, for the α-quantile, it
/// is 1 − α where y ≤ θ < x and α where x ≤ θ < y; for the α-expectile it is the same times |y − θ|. The mean is the
/// expectile at ½, so squared error is four times the integral of its elementary scores over θ; the pinball loss is the
/// integral of those of the quantile.
///
/// # Errors
/// [`DecomposeError::NoElementaryScore`] where the functional is neither a mean nor a quantile or expectile with a
/// level between 0 and 1.
pub fn elementary_score(functional: Functional, theta: f64, y: f64, x: f64) -> Result<f64, DecomposeError> {
    let elicited = Elicited::of(functional).ok_or(DecomposeError::NoElementaryScore)?;
    Ok(elicited.elementary_score(theta, y, x))
}

impl Elicited {
    #[inline]
    fn elementary_score(self, theta: f64, y: f64, x: f64) -> f64 {
        let (level, distance) = match self {
            Self::Mean => (0.5, (y - theta).abs()),
            Self::Quantile(level) => (level, 1.0),
            Self::Expectile(level) => (level, (y - theta).abs()),
        };
        if y <= theta && theta < x {
            (1.0 - level) * distance
        } else if x <= theta && theta < y {
            level * distance
        } else {
            0.0
        }
    }

    /// Of the same model at the same threshold for all rows.
    fn mean_elementary_score(self, theta: f64, target: &[f64], prediction: &[f64], weight: &Weights<'_>) -> f64 {
        let mut sum = ExactSum::new();
        let mut scores = [0.0; BLOCK];
        for (block, (y, x)) in target.chunks(BLOCK).zip(prediction.chunks(BLOCK)).enumerate() {
            let scores = &mut scores[..y.len()];
            for ((score, &y), &x) in scores.iter_mut().zip(y).zip(x) {
                *score = self.elementary_score(theta, y, x);
            }
            match weight.given {
                None => sum.add_slice(scores),
                Some(weight) => sum.add_products(scores, &weight[block * BLOCK..][..y.len()]),
            }
        }
        sum.ratio(&weight.total)
    }
}

/// The weights and their sum.
struct Weights<'a> {
    given: Option<&'a [f64]>,
    total: ExactSum,
}

/// Murphy's diagram of some models' predictions of the same targets, all on the scale of the functional; `None` for
/// `weight` weighs all rows the same.
///
/// Without `thetas`, all distinct targets and predictions are taken, thinned out evenly to at most 512. Before that,
/// every curve is straight between neighbours; it may jump at each, being continuous from the right. Every mean is a
/// correctly rounded quotient of exact sums, the same bits for any order of the rows. Time is linear in rows × models ×
/// thresholds.
///
/// # Errors
/// [`DecomposeError`] where the functional has no elementary score, the slices differ in length, a number is NaN, a
/// target is not finite, a weight is negative, or no row has a weight above 0.
pub fn murphy_diagram(
    functional: Functional,
    target: &[f64],
    predictions: &[&[f64]],
    weight: Option<&[f64]>,
    thetas: Option<&[f64]>,
) -> Result<MurphyDiagram, DecomposeError> {
    let elicited = Elicited::of(functional).ok_or(DecomposeError::NoElementaryScore)?;
    check(target, "target", Interval::FINITE, target.len())?;
    for prediction in predictions {
        check(prediction, "prediction", Interval::EXTENDED, target.len())?;
    }
    let weight = total_weight(target.len(), weight)?;
    if thetas.is_some_and(|thetas| thetas.iter().any(|theta| theta.is_nan())) {
        return Err(DecomposeError::Theta);
    }
    let thetas = thetas.map_or_else(|| thresholds(target, predictions), <[f64]>::to_vec);
    let curve = |prediction: &&[f64]| {
        thetas.iter().map(|&theta| elicited.mean_elementary_score(theta, target, prediction, &weight)).collect()
    };
    let curves = predictions.iter().map(curve).collect();
    Ok(MurphyDiagram { thetas, curves })
}

fn total_weight(rows: usize, weight: Option<&[f64]>) -> Result<Weights<'_>, DecomposeError> {
    let mut total = ExactSum::new();
    match weight {
        None => total.add_count(rows as u64),
        Some(weight) => {
            check(weight, "weight", Interval::NON_NEGATIVE, rows)?;
            total.add_slice(weight);
        }
    }
    if total.is_zero() { Err(DecomposeError::NoRows) } else { Ok(Weights { given: weight, total }) }
}

/// All distinct finite targets and predictions, or as many of them as are enough, evenly spread over their ranks.
fn thresholds(target: &[f64], predictions: &[&[f64]]) -> Vec<f64> {
    let numbers = predictions.iter().copied().chain([target]).flatten();
    // Adding 0 makes one number of −0 and 0.
    let mut all: Vec<f64> = numbers.filter(|number| number.is_finite()).map(|number| number + 0.0).collect();
    all.sort_unstable_by(f64::total_cmp);
    all.dedup();
    if all.len() <= MOST_THETAS {
        return all;
    }
    // The first and the last are among them.
    (0..MOST_THETAS).map(|place| all[place * (all.len() - 1) / (MOST_THETAS - 1)]).collect()
}
