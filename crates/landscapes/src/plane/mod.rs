//! A loss on a line or a plane of weights.

mod aligned;
mod lifted;
mod precision;

pub use lifted::{ModelSurface, Precision};

use std::borrow::Cow;

use crate::directions::Direction;
use crate::error::LandscapeError;
use crate::fingerprint::{Fingerprint, Hasher};
use crate::objective::Objective;
use crate::vectors::add_scaled;

/// A loss on a line or a plane: `loss(origin + a·first + b·second)`.
pub trait Surface: Sync {
    /// 1 on a line, 2 on a plane.
    fn dimensions(&self) -> usize;

    /// The losses at these places `[a, b]`; on a line `b` is not looked at. A loss depends on its place alone, to the last
    /// bit. NaN and infinities are losses like others.
    fn losses(&self, places: &[[f64; 2]], losses: &mut [f64]);

    /// About how large the rounding error of a loss is, as a share of the loss.
    fn rounding(&self) -> f64;

    /// What the values depend on.
    fn fingerprints(&self) -> Fingerprints;
}

/// Hashes of what the values of a surface depend on, so that a grid is not resumed with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// The model: what it computes, and its weights at the origin.
    pub model: Fingerprint,
    /// The rows.
    pub data: Fingerprint,
    /// The loss, the directions, the precision.
    pub settings: Fingerprint,
}

/// An origin and one or two directions of as many weights.
pub(crate) fn check(origin: &[f64], directions: &[Direction], weights: usize) -> Result<(), LandscapeError> {
    if !(1..=2).contains(&directions.len()) {
        let value = directions.len().to_string();
        return Err(LandscapeError::Setting { what: "the number of directions", allowed: "1 or 2", value });
    }
    let lengths = [("the origin", origin.len())].into_iter();
    for (what, found) in lengths.chain(directions.iter().map(|direction| ("a direction", direction.vector.len()))) {
        if found != weights {
            return Err(LandscapeError::Length { what, expected: weights, found });
        }
    }
    Ok(())
}

/// The surface of any objective, by one evaluation for each place.
#[derive(Clone, Debug)]
pub struct ObjectiveSurface<'a, O> {
    objective: &'a O,
    origin: &'a [f64],
    directions: Cow<'a, [Direction]>,
    fingerprints: Fingerprints,
}

impl<'a, O: Objective> ObjectiveSurface<'a, O> {
    /// The surface through `origin` along one or two directions. `model` and `data` stand for what the objective depends on.
    ///
    /// # Errors
    /// Where the number of directions, or of their weights, does not fit.
    pub fn new(
        objective: &'a O,
        origin: &'a [f64],
        directions: impl Into<Cow<'a, [Direction]>>,
        model: Fingerprint,
        data: Fingerprint,
    ) -> Result<Self, LandscapeError> {
        let directions = directions.into();
        check(origin, &directions, objective.len())?;
        let mut settings = Hasher::new("objective surface");
        settings.numbers(origin);
        directions.iter().for_each(|direction| settings.numbers(&direction.vector));
        let fingerprints = Fingerprints { model, data, settings: settings.finish() };
        Ok(Self { objective, origin, directions, fingerprints })
    }
}

impl<O: Objective> Surface for ObjectiveSurface<'_, O> {
    fn dimensions(&self) -> usize {
        self.directions.len()
    }

    fn losses(&self, places: &[[f64; 2]], losses: &mut [f64]) {
        for (place, loss) in places.iter().zip(losses) {
            // Always from the origin: steps from place to place would drift.
            let mut weights = self.origin.to_vec();
            for (coordinate, direction) in place.iter().zip(&*self.directions) {
                add_scaled(&mut weights, *coordinate, &direction.vector);
            }
            *loss = self.objective.value(&weights);
        }
    }

    fn rounding(&self) -> f64 {
        self.objective.rounding()
    }

    fn fingerprints(&self) -> Fingerprints {
        self.fingerprints
    }
}
