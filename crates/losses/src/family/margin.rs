//! Losses of the margin: the score of an event, the negative score of a non-event.

use dartboard_numerics::{Real, Scalar};

/// `y·φ(z) + (1 − y)·φ(−z)`: the expected loss of the score `z` under a label that is 1 with probability `y`.
#[inline(always)]
pub(crate) fn expected<R: Real>(y: R::Base, z: R, of_margin: impl Fn(R) -> R) -> R {
    (of_margin(z).weighted(y) + of_margin(-z).weighted(y.complement())).without_negative_zero()
}

/// [`expected`] for a label that is exactly 0 or 1, with one evaluation: `φ((2y − 1)·z)`.
#[inline(always)]
pub(crate) fn at_label<R: Real>(y: R::Base, z: R, of_margin: impl Fn(R) -> R) -> R {
    let sign = y * R::Base::literal(2.0) - R::Base::literal(1.0);
    of_margin(z * sign).without_negative_zero()
}
