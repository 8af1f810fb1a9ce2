//! A function of weights, perhaps with its derivatives: what is descended and whose landscape is drawn.

use crate::error::LandscapeError;

/// A loss as a function of all weights.
pub trait Objective: Sync {
    /// The number of weights.
    fn len(&self) -> usize;

    /// Whether it is a function of no weights.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value; NaN where a prediction leaves the domain of the loss.
    fn value(&self, weights: &[f64]) -> f64;

    /// About how large the rounding error of a value is, as a share of it.
    fn rounding(&self) -> f64 {
        // A few chained products in `f64`.
        16.0 * f64::EPSILON
    }
}

/// A loss whose derivatives are known.
pub trait Differentiable: Objective {
    /// The value, and the gradient into `gradient`.
    fn gradient(&self, weights: &[f64], gradient: &mut [f64]) -> f64;

    /// The product of the Hessian with a vector. Where the function has kinks it is that almost everywhere: what jumps at a
    /// kink is not part of it.
    ///
    /// # Errors
    /// Where the loss does not offer it.
    fn hessian_vector(&self, weights: &[f64], vector: &[f64], product: &mut [f64]) -> Result<(), LandscapeError>;
}
