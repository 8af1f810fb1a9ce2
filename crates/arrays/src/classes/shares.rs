//! The weighted and smoothed share of every class in a row.

use dartboard_losses::{BatchError, SHARES_TOLERANCE};
use dartboard_numerics::elementary::Float;

/// What is done to the labels of every row.
#[derive(Clone, Debug)]
pub(super) struct Smoothing<F> {
    /// The factor of a share.
    keep: F,
    /// What is added to it.
    spread: F,
}

impl<F: Float> Smoothing<F> {
    pub(super) fn new(label_smoothing: f64, classes: usize) -> Result<Self, BatchError> {
        if !(0.0..1.0).contains(&label_smoothing) {
            return Err(BatchError::Smoothing(label_smoothing));
        }
        let spread = F::from_f64(label_smoothing / classes as f64);
        Ok(Self { keep: F::from_f64(1.0 - label_smoothing), spread })
    }

    /// Whether shares stay as they are.
    pub(super) fn is_none(&self) -> bool {
        self.spread == F::ZERO
    }

    #[inline(always)]
    fn of(&self, share: F, weight: F) -> F {
        (share * self.keep + self.spread) * weight
    }

    /// The shares of a row of one class.
    pub(super) fn of_class(&self, class: usize, weights: Option<&[F]>, shares: &mut [F]) {
        for (place, share) in shares.iter_mut().enumerate() {
            let weight = weights.map_or(F::ONE, |weights| weights[place]);
            *share = self.of(if place == class { F::ONE } else { F::ZERO }, weight);
        }
    }

    /// The shares of a row of given shares.
    pub(super) fn of_shares(&self, from: &[F], weights: Option<&[F]>, shares: &mut [F]) {
        for (place, (share, &from)) in shares.iter_mut().zip(from).enumerate() {
            *share = self.of(from, weights.map_or(F::ONE, |weights| weights[place]));
        }
    }
}

/// Whether these are shares of one whole.
pub(super) fn check<F: Float>(row: usize, shares: &[F]) -> Result<(), BatchError> {
    let total: f64 = shares.iter().map(|share| share.to_f64()).sum();
    let inside = shares.iter().fold(true, |inside, &share| inside & (share >= F::ZERO) & (share <= F::ONE));
    if inside && (total - 1.0).abs() <= SHARES_TOLERANCE { Ok(()) } else { Err(BatchError::Shares { row, total }) }
}

/// What a row of shares adds to the total weight for each unit of its own weight.
pub(super) fn importance<F: Float>(shares: &[F], weights: Option<&[F]>) -> f64 {
    weights.map_or(1.0, |weights| shares.iter().zip(weights).map(|(s, w)| s.to_f64() * w.to_f64()).sum())
}
