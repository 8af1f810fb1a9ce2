//! Losses of the margin: the score of an event, the negative score of a non-event.

use dartboard_numerics::{Real, Scalar};

/// `y·φ(z) + (1 − y)·φ(−z)`: the expected loss of the score `z` under a label that is 1 with probability `y`.
///
/// Takes φ's values rather than φ: a closure cannot be told to be inlined, and a large one is not.
#[inline(always)]
pub(crate) fn expected<R: Real>(y: R::Base, at_score: R, at_opposite: R) -> R {
    (at_score.weighted(y) + at_opposite.weighted(y.complement())).without_negative_zero()
}

/// The margin of a label that is exactly 0 or 1, at which φ is [`expected`] but for a negative zero: `(2y − 1)·z`.
#[inline(always)]
pub(crate) fn at_label<R: Real>(y: R::Base, z: R) -> R {
    z * (y * R::Base::literal(2.0) - R::Base::literal(1.0))
}
