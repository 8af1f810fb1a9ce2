//! Losses of set overlap: Tversky, Dice and Jaccard, of a whole batch at once.
//!
//! A mask `y` and a prediction `p` of it, both from 0 to 1, overlap more or less. With row weights `w`,
//!
//! ```text
//! TP = Σ w·y·p      FP = Σ w·(1 − y)·p      FN = Σ w·y·(1 − p)
//! loss = 1 − (TP + s)/(TP + α·FP + β·FN + s) = (α·FP + β·FN)/(TP + α·FP + β·FN + s)
//! ```
//!
//! α weighs false positives and β false negatives, as Salehi et al. have it; s is the smoothing. The second form is
//! what is computed: every term of it is at least 0, so nothing cancels. These losses do not add up over rows: no row
//! has one, and the mean over batches is not that over their rows. Hence they are no losses of the catalogue. They
//! have a state of sums over rows, [`OverlapSums`], which can be merged, and what is made of it in the end,
//! [`Overlap`].
//!
//! In each single prediction the loss is monotone, so nothing is gained by stopping short of 0 or 1: the best prediction
//! is no probability. With targets between 0 and 1, `p = y` does not score 0.
//!
//! - A. Tversky, Features of similarity, Psychol. Rev. 84 (1977): the index.
//! - F. Milletari, N. Navab, S.-A. Ahmadi, V-Net, 3DV (2016): the Dice loss of soft predictions (with squares in the
//!   denominator, unlike here).
//! - S. S. M. Salehi, D. Erdogmus, A. Gholipour, Tversky loss function for image segmentation using 3D fully
//!   convolutional deep networks, MLMI (2017), arXiv:1706.05721: the Tversky loss.

mod exact;
mod extended;
mod names;
mod rows;
mod sums;

use dartboard_numerics::sum::ExactSum;

use crate::batch::{BatchError, Rows, fits};
use crate::domain::Interval;
use crate::spec::SpecError;

pub(crate) use names::answer;
pub use sums::{OverlapDirection, OverlapSums};

use exact::{add_multiple, one};
use extended::Extended;
use rows::each_chunk;

/// What errors about rows call these losses.
const NAME: &str = "an overlap loss";

/// A loss of set overlap: `(α·FP + β·FN)/(TP + α·FP + β·FN + s)`, from 0 for full overlap of a mask of zeros and ones
/// to 1 for none (less than 1 where s is above 0).
///
/// Values are correctly rounded. Derivatives are computed with twice the digits and rounded once, so they are off by
/// at most a unit in the last place. Both are the same bits for any order of the rows, and for any split of them into parts
/// whose [`OverlapSums`] are merged.
///
/// ```
/// use dartboard_losses::{Overlap, OverlapSums, Rows, Truth};
///
/// let (mask, prediction) = ([1.0, 1.0, 0.0, 0.0], [1.0, 0.5, 0.5, 0.0]);
/// let predictions: [&[f64]; 1] = [&prediction];
/// let rows = Rows::new(Truth::Numbers(&mask), &predictions);
/// let sums = OverlapSums::of(&rows)?;
/// assert_eq!(Overlap::dice(0.0)?.value(&sums)?, 0.25);
/// assert_eq!(Overlap::jaccard(0.0)?.value(&sums)?, 0.4);
/// // Four fifths of the blame to what was missed.
/// assert_eq!(Overlap::tversky(0.2, 0.8, 0.0)?.value(&sums)?, 0.25);
///
/// let mut gradient = [0.0; 4];
/// Overlap::dice(0.0)?.gradient(&sums, &rows, &mut gradient)?;
/// assert_eq!(gradient, [-0.3125, -0.3125, 0.1875, 0.1875]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    alpha: f64,
    beta: f64,
    smooth: f64,
}

impl Overlap {
    /// The Tversky loss: `alpha` weighs false positives, `beta` false negatives, and `smooth`, in units of weight, is
    /// added to numerator and denominator of the index.
    ///
    /// Keras 3.15.1 has them the other way round: `Tversky(alpha=a, beta=b)` there is `tversky(b, a, ..)` here, but for
    /// the 1e-7 that it adds to the denominator alone.
    ///
    /// # Errors
    /// [`SpecError::OutOfRange`] where a parameter is negative or not finite, or `alpha` and `beta` are both 0: nothing
    /// would be wrong then.
    pub fn tversky(alpha: f64, beta: f64, smooth: f64) -> Result<Self, SpecError> {
        Self::new("tversky", alpha, beta, smooth)
    }

    fn new(loss: &'static str, alpha: f64, beta: f64, smooth: f64) -> Result<Self, SpecError> {
        let refuse = |parameter, domain: String, value: f64| {
            Err(SpecError::OutOfRange { loss, parameter, domain, value: value.to_string() })
        };
        for (name, value) in [("alpha", alpha), ("beta", beta), ("smooth", smooth)] {
            if !Interval::NON_NEGATIVE.contains(value) {
                return refuse(name, Interval::NON_NEGATIVE.to_string(), value);
            }
        }
        if alpha == 0.0 && beta == 0.0 {
            return refuse("alpha", "above 0 where beta is 0".to_owned(), alpha);
        }
        Ok(Self { alpha, beta, smooth })
    }

    /// The Dice loss, `1 − (2·TP + 2s)/(Σ w·p + Σ w·y + 2s)`: the Tversky loss of ½ and ½. Libraries that write
    /// `2·TP + s` have half as much smoothing.
    ///
    /// # Errors
    /// [`SpecError::OutOfRange`] where `smooth` is negative or not finite.
    pub fn dice(smooth: f64) -> Result<Self, SpecError> {
        Self::new("dice", 0.5, 0.5, smooth)
    }

    /// The Jaccard loss, one less intersection over union, `1 − (TP + s)/(Σ w·p + Σ w·y − TP + s)`: the Tversky loss of
    /// 1 and 1.
    ///
    /// # Errors
    /// As [`dice`](Self::dice).
    pub fn jaccard(smooth: f64) -> Result<Self, SpecError> {
        Self::new("jaccard", 1.0, 1.0, smooth)
    }

    /// The weight of false positives.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The weight of false negatives.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// The smoothing.
    pub fn smooth(&self) -> f64 {
        self.smooth
    }

    /// The loss of the batch, in [0, 1], correctly rounded.
    ///
    /// # Errors
    /// [`BatchError::NoRows`] where no row takes part, also if `smooth` is above 0, and [`BatchError::ZeroByZero`] where
    /// the denominator is 0: nothing is actual or predicted (or only what α or β of 0 leaves out), and `smooth` is 0.
    pub fn value(&self, sums: &OverlapSums) -> Result<f64, BatchError> {
        let Parts { wrong, total, .. } = self.parts(sums)?;
        Ok(wrong.ratio(&total))
    }

    /// The derivative of the loss by the prediction of every row of `rows`, the batch that `sums` is of or a part of it;
    /// 0 for rows that are left out. With `T = TP + s`, `N = α·FP + β·FN` and `D = T + N` it is
    ///
    /// ```text
    /// w·((1 − y)·α·T − y·(β·T + N))/D²
    /// ```
    ///
    /// so it depends on the row's target and weight and on the sums, not on the row's own prediction beside them.
    ///
    /// # Errors
    /// As [`value`](Self::value) and [`OverlapSums::of`], and where `gradient` does not fit the rows.
    pub fn gradient(&self, sums: &OverlapSums, rows: &Rows<'_>, gradient: &mut [f64]) -> Result<(), BatchError> {
        let slopes = self.parts(sums)?.slopes(self);
        each_row("the gradient", rows, gradient, |weight, target| slopes.gradient.at(weight, target))
    }

    /// The second derivative of the loss by the prediction of every row, the diagonal of the Hessian; 0 for rows that are
    /// left out. Where `g` is the gradient and `d = w·(α·(1 − y) + (1 − β)·y)` is the derivative of `D`, the Hessian has
    /// rank two:
    ///
    /// ```text
    /// H = −(g·dᵀ + d·gᵀ)/D
    /// ```
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient).
    pub fn hessian_diagonal(&self, sums: &OverlapSums, rows: &Rows<'_>, hessian: &mut [f64]) -> Result<(), BatchError> {
        let slopes = self.parts(sums)?.slopes(self);
        let factor = Extended::from(-2.0) * slopes.inverse;
        each_row("the curvature", rows, hessian, |weight, target| {
            factor * slopes.gradient.at(weight, target) * slopes.total.at(weight, target)
        })
    }

    /// The product of the whole Hessian with a vector, for the rows of `rows`; 0 for rows that are left out. `direction`
    /// holds the sums of the vector over the whole batch, so time is linear in the rows, and parts of a batch can be
    /// computed apart.
    ///
    /// The terms of the product may cancel: its error is at most a unit in the last place or some 2⁻⁹⁵ of the largest
    /// of them, whichever is more.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient).
    pub fn hessian_vector(
        &self,
        sums: &OverlapSums,
        direction: &OverlapDirection,
        rows: &Rows<'_>,
        product: &mut [f64],
    ) -> Result<(), BatchError> {
        let parts = self.parts(sums)?;
        let [of_0, of_1] = direction.parts().map(|sum| Extended::ratio(&sum, &one()));
        let [[h_00, h_01], [h_10, h_11]] = parts.curvatures(self);
        let along = ByTarget([h_00 * of_0 + h_01 * of_1, h_10 * of_0 + h_11 * of_1]);
        each_row("the product", rows, product, |weight, target| along.at(weight, target))
    }

    fn parts(&self, sums: &OverlapSums) -> Result<Parts, BatchError> {
        if sums.rows() == 0 {
            return Err(BatchError::NoRows { left_out: sums.left_out() });
        }
        let mut right = sums.both.clone();
        right.add(self.smooth);
        let mut wrong = ExactSum::new();
        add_multiple(&mut wrong, &sums.only_predicted(), self.alpha, 0);
        add_multiple(&mut wrong, &sums.only_actual(), self.beta, 0);
        let mut total = right.clone();
        total.merge(&wrong);
        if total.is_zero() { Err(BatchError::ZeroByZero) } else { Ok(Parts { right, wrong, total }) }
    }
}

/// The sums that a loss is a quotient of.
struct Parts {
    /// `T = TP + s`.
    right: ExactSum,
    /// `N = α·FP + β·FN`.
    wrong: ExactSum,
    /// `D = T + N`, not 0.
    total: ExactSum,
}

/// What the first derivatives of rows are made of.
struct Slopes {
    gradient: ByTarget,
    /// The derivative of `D`.
    total: ByTarget,
    /// `1/D`.
    inverse: Extended,
}

impl Parts {
    fn slopes(&self, loss: &Overlap) -> Slopes {
        let inverse = Extended::ratio(&one(), &self.total);
        // α·T and β·T + N, each over D.
        let mut falsely = ExactSum::new();
        add_multiple(&mut falsely, &self.right, loss.alpha, 0);
        let mut rightly = self.wrong.clone();
        add_multiple(&mut rightly, &self.right, loss.beta, 0);
        let [falsely, rightly] = [falsely, rightly].map(|sum| Extended::ratio(&sum, &self.total));
        Slopes {
            gradient: ByTarget([falsely * inverse, -(rightly * inverse)]),
            total: ByTarget([Extended::from(loss.alpha), Extended::sum(1.0, -loss.beta)]),
            inverse,
        }
    }

    /// The second derivatives by two predictions, of rows of weight 1 and targets 0 or 1.
    ///
    /// From `H = −(g·dᵀ + d·gᵀ)/D`; the terms of the mixed one are added as exact sums.
    fn curvatures(&self, loss: &Overlap) -> [[Extended; 2]; 2] {
        let Slopes { gradient: ByTarget([g_0, g_1]), total: ByTarget([d_0, d_1]), inverse } = self.slopes(loss);
        let twice = Extended::from(-2.0) * inverse;
        // (1 − 2β)·T − N
        let mut mixed = self.right.clone();
        mixed.unmerge(&self.wrong);
        (0..2).for_each(|_| add_multiple(&mut mixed, &self.right, -loss.beta, 0));
        let mixed = -(d_0 * Extended::ratio(&mixed, &self.total) * inverse * inverse);
        [[twice * g_0 * d_0, mixed], [mixed, twice * g_1 * d_1]]
    }
}

/// A number of each row that is linear in its target and weight: its values at targets 0 and 1 and weight 1.
struct ByTarget([Extended; 2]);

impl ByTarget {
    fn at(&self, weight: f64, target: f64) -> Extended {
        let [of_0, of_1] = self.0;
        Extended::from(weight) * (Extended::sum(1.0, -target) * of_0 + Extended::from(target) * of_1)
    }
}

/// Fills a column with what is to be said of each row, by its weight and target.
fn each_row(
    what: &'static str,
    rows: &Rows<'_>,
    column: &mut [f64],
    number: impl Fn(f64, f64) -> Extended,
) -> Result<(), BatchError> {
    fits(what, column.len(), rows)?;
    column.fill(0.0);
    each_chunk(rows, |chunk, target| {
        for (place, &row) in chunk.rows.iter().enumerate() {
            column[row] = number(chunk.weight[place], target[place]).to_f64();
        }
    })
}
