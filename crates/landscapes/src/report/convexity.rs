//! Whether the lines of a grid bend upwards only.

use serde::Serialize;

use crate::grid::Landscape;

/// What second differences say: a convex loss has none that is negative.
///
/// On a plane all lines along both axes and both diagonals are looked at. That none is negative does not prove convexity
/// between the points or in other directions; one that is disproves it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Convexity {
    /// Second differences whose three losses are finite.
    pub compared: usize,
    /// Those that are negative by more than rounding.
    pub negative: usize,
    /// Those that could not be taken, because a loss is not finite.
    pub not_finite: usize,
    /// The most negative one.
    pub worst: Option<Negative>,
}

/// A second difference that is negative.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Negative {
    /// The coordinates of its middle.
    pub place: [f64; 2],
    /// Steps along each axis from the middle to the next point.
    pub step: [isize; 2],
    /// `loss before − 2·loss + loss after`.
    pub difference: f64,
}

impl Convexity {
    /// The share of negative second differences.
    pub fn share(&self) -> f64 {
        if self.compared == 0 { 0.0 } else { self.negative as f64 / self.compared as f64 }
    }

    /// Whether all that was compared bends upwards, and something was.
    pub fn is_convex_here(&self) -> bool {
        self.compared > 0 && self.negative == 0
    }
}

/// Looks at the second differences of losses that were computed, of neighbours or, where the grid was refined, also of points
/// that are 2, 4, 8 … steps apart; interpolated losses say nothing.
pub fn convexity(landscape: &Landscape) -> Convexity {
    let [width, height] = landscape.shape();
    let mut found = Convexity { compared: 0, negative: 0, not_finite: 0, worst: None };
    // Of a grid that was refined, points that were computed may be further apart: the sides of its cells are halved.
    let widest = if landscape.refinement.is_some() { width.max(height) as isize } else { 2 };
    let wide = std::iter::successors(Some(1_isize), |wide| Some(2 * wide)).take_while(|&wide| wide < widest);
    for step in wide.flat_map(|wide| [[wide, 0], [0, wide], [wide, wide], [wide, -wide]]) {
        for y in 0..height {
            for x in 0..width {
                let at = |times: isize| {
                    let x = x.checked_add_signed(times * step[0]).filter(|&x| x < width)?;
                    let y = y.checked_add_signed(times * step[1]).filter(|&y| y < height)?;
                    Some(y * width + x).filter(|&at| landscape.computed[at])
                };
                let (Some(before), Some(here), Some(after)) = (at(-1), at(0), at(1)) else { continue };
                let [before, middle, after] = [before, here, after].map(|at| landscape.losses[at]);
                if !(before.is_finite() && middle.is_finite() && after.is_finite()) {
                    found.not_finite += 1;
                    continue;
                }
                found.compared += 1;
                let difference = (before - middle) + (after - middle);
                let rounding = landscape.rounding * (before.abs() + 2.0 * middle.abs() + after.abs());
                if difference >= -rounding {
                    continue;
                }
                found.negative += 1;
                if found.worst.is_none_or(|worst| difference < worst.difference) {
                    found.worst = Some(Negative { place: landscape.place(here), step, difference });
                }
            }
        }
    }
    found
}
