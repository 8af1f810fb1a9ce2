//! A loss on a grid.

use serde::Serialize;

use super::Axis;

/// The losses on a grid, and how they were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Landscape {
    /// One axis for each direction.
    pub axes: Vec<Axis>,
    /// The losses, those of the first row (the first coordinate of the second axis) first: element
    /// `y·(points of the first axis) + x`.
    pub losses: Vec<f64>,
    /// Whether a loss was computed; else it was interpolated. All true without refinement.
    pub computed: Vec<bool>,
    /// The refinement, where there was one.
    pub refinement: Option<Refinement>,
    /// About how large the rounding error of a loss is, as a share of the loss.
    pub rounding: f64,
}

/// What adaptive refinement promises.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Refinement {
    /// A cell was split where interpolation missed a computed loss by more than this share of the range of all finite
    /// losses.
    pub tolerance: f64,
    /// The most that interpolation missed the computed losses by in cells that were not split, as a share of the range. It
    /// is measured at the middles of cells and their sides, not proven in between.
    pub largest_error: f64,
    /// How many losses were computed.
    pub computed: usize,
}

impl Landscape {
    /// Points along the first axis and the second; a line has one row.
    pub fn shape(&self) -> [usize; 2] {
        [self.axes[0].points(), self.axes.get(1).map_or(1, Axis::points)]
    }

    /// The coordinates `[a, b]` of a point, by its place among the losses; `b` is 0 on a line.
    pub fn place(&self, at: usize) -> [f64; 2] {
        place(&self.axes, at)
    }

    /// The loss at these places of the axes.
    pub fn loss(&self, x: usize, y: usize) -> f64 {
        self.losses[y * self.axes[0].points() + x]
    }

    /// The least and the greatest finite loss; `None` where there is none.
    pub fn range(&self) -> Option<(f64, f64)> {
        range(self.losses.iter().copied())
    }
}

/// The coordinates of a point by its number.
pub(super) fn place(axes: &[Axis], at: usize) -> [f64; 2] {
    let row = axes[0].points();
    [axes[0].at(at % row), axes.get(1).map_or(0.0, |axis| axis.at(at / row))]
}

/// The least and the greatest finite number.
pub(super) fn range(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    numbers.filter(|x| x.is_finite()).fold(None, |range, x| match range {
        None => Some((x, x)),
        Some((low, high)) => Some((low.min(x), high.max(x))),
    })
}
