//! The coordinates of a grid.

use serde::Serialize;

use crate::error::LandscapeError;

/// Evenly spaced coordinates along a direction, both ends among them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Axis {
    from: f64,
    to: f64,
    points: usize,
}

impl Axis {
    /// `points` coordinates from `from` to `to`.
    ///
    /// # Errors
    /// Where there are fewer than 2, an end is not finite, or the ends are not in ascending order.
    pub fn new(from: f64, to: f64, points: usize) -> Result<Self, LandscapeError> {
        if points < 2 {
            let value = points.to_string();
            return Err(LandscapeError::Setting {
                what: "the number of points of an axis",
                allowed: "at least 2",
                value,
            });
        }
        if !(from.is_finite() && to.is_finite() && from < to && (to - from).is_finite()) {
            let value = format!("{from} to {to}");
            return Err(LandscapeError::Setting {
                what: "the range of an axis",
                allowed: "finite and ascending",
                value,
            });
        }
        Ok(Self { from, to, points })
    }

    /// The first coordinate.
    pub fn from(&self) -> f64 {
        self.from
    }

    /// The last coordinate.
    pub fn to(&self) -> f64 {
        self.to
    }

    /// The number of coordinates.
    pub fn points(&self) -> usize {
        self.points
    }

    /// The distance between two neighbours.
    pub fn step(&self) -> f64 {
        (self.to - self.from) / (self.points - 1) as f64
    }

    /// A coordinate, counted from 0. A range that is symmetric about 0 has symmetric coordinates, and 0 itself where their
    /// number is odd.
    pub fn at(&self, place: usize) -> f64 {
        let last = (self.points - 1) as f64;
        (self.from * (last - place as f64) + self.to * place as f64) / last
    }
}
