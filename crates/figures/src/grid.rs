//! Values over a grid, and two ways to colour them.

mod cells;
mod contours;
mod heat_map;

pub use contours::{Contours, Levels};
pub use heat_map::HeatMap;

pub(crate) use cells::{Gap, patterns};

use crate::axis::{Scale, extent};
use crate::error::Error;

/// Values at the nodes of a grid, of any shape and any spacing. Values that are not finite are drawn as such.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// The places of the columns, increasing.
    pub x: Vec<f64>,
    /// The places of the rows, increasing.
    pub y: Vec<f64>,
    /// The values row by row: that at (`x[i]`, `y[j]`) is `z[j * x.len() + i]`.
    pub z: Vec<f64>,
}

/// At most this many nodes: the picture has an area for every one.
const MOST: usize = 250_000;

impl Grid {
    /// A grid of values row by row.
    pub fn new(x: impl Into<Vec<f64>>, y: impl Into<Vec<f64>>, z: impl Into<Vec<f64>>) -> Self {
        Self { x: x.into(), y: y.into(), z: z.into() }
    }

    /// A grid of the values of a function.
    pub fn from_fn(x: impl Into<Vec<f64>>, y: impl Into<Vec<f64>>, mut f: impl FnMut(f64, f64) -> f64) -> Self {
        let (x, y) = (x.into(), y.into());
        let z = y.iter().flat_map(|&y| x.iter().map(move |&x| (x, y))).map(|(x, y)| f(x, y)).collect();
        Self { x, y, z }
    }

    /// Checks that there is a value for every node and that one can be drawn on the scale.
    pub(crate) fn check(&self, what: &str, least: usize, scale: Scale) -> Result<(), Error> {
        Error::unless_increasing(&format!("{what}: x"), &self.x)?;
        Error::unless_increasing(&format!("{what}: y"), &self.y)?;
        for (name, length) in [("columns", self.x.len()), ("rows", self.y.len())] {
            if length < least {
                let what = format!("{what}: the number of {name}");
                return Err(Error::Number { what, value: length as f64, allowed: "at least 2" });
            }
        }
        let nodes = self.x.len().saturating_mul(self.y.len());
        Error::if_more(format!("{what}: nodes"), nodes, MOST)?;
        Error::unless_equal(what, ("the grid of x and y", nodes), ("z", self.z.len()))?;
        if self.range(scale).is_none() {
            let what = what.to_owned();
            return Err(Error::NothingFinite { what, count: nodes, positive: scale == Scale::Log });
        }
        Ok(())
    }

    /// Checks that columns and rows have a place on axes of these scales.
    pub(crate) fn check_places(&self, what: &str, x: Scale, y: Scale) -> Result<(), Error> {
        for (name, places, scale) in [("x", &self.x, x), ("y", &self.y, y)] {
            if let Some(&value) = places.first().filter(|first| scale == Scale::Log && **first <= 0.0) {
                let what = format!("{what}: the first {name}");
                return Err(Error::Number { what, value, allowed: "above 0 on a logarithmic axis" });
            }
        }
        Ok(())
    }

    /// The smallest and largest value on a scale.
    pub(crate) fn range(&self, scale: Scale) -> Option<(f64, f64)> {
        extent(self.z.iter().copied(), scale)
    }

    pub(crate) fn at(&self, column: usize, row: usize) -> f64 {
        self.z.get(row * self.x.len() + column).copied().unwrap_or(f64::NAN)
    }
}

/// A map from values to colours. All can be told apart without one kind of cones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// From dark blue over green to yellow (van der Walt and Smith).
    #[default]
    Viridis,
    /// From blue over grey to yellow (Nuñez, Anderton and Renslow).
    Cividis,
    /// From brown over white to teal, for values around a middle (Brewer's BrBG).
    Diverging,
}

impl Colours {
    /// The colour at a share of the map: red, green and blue.
    pub fn at(self, share: f64) -> [u8; 3] {
        let gradient = match self {
            Self::Viridis => colorous::VIRIDIS,
            Self::Cividis => colorous::CIVIDIS,
            Self::Diverging => colorous::BROWN_GREEN,
        };
        // In steps, so that rounding on other machines can hardly reach the next colour, and neighbours share a path.
        let steps = (share.clamp(0.0, 1.0) * f64::from(STEPS)).round() as usize;
        let colour = gradient.eval_rational(steps, STEPS as usize + 1);
        [colour.r, colour.g, colour.b]
    }
}

/// Steps of a continuous map: as many as the eye can tell apart, about.
pub(crate) const STEPS: u32 = 96;

/// A colour as markup.
pub(crate) fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
