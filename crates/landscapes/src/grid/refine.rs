//! Refinement where the loss is not what its neighbours say.
//!
//! The grid is cut into cells of about an eighth of each axis. In a cell the middle and the middles of the sides are
//! computed; where they lie further than the tolerance from what the corners say by linear interpolation, or where a loss
//! is not finite, the cell is split at them. Elsewhere the rest is interpolated between all nine. All cells of a size are
//! looked at together, so which points are computed does not depend on threads.

use super::draw::Drawing;
use super::landscape::Refinement;
use crate::error::LandscapeError;
use crate::plane::Surface;

/// Cells along an axis to begin with.
const FIRST_CELLS: usize = 8;

/// From one place of each axis to another, both among the cell.
#[derive(Clone, Copy, Debug)]
struct Cell {
    x: [usize; 2],
    y: [usize; 2],
}

/// The first, the middle and the last place; the middle is the first where there is nothing between.
fn thirds([low, high]: [usize; 2]) -> [usize; 3] {
    [low, low + (high - low) / 2, high]
}

impl Cell {
    fn is_whole(self) -> bool {
        self.x[1] - self.x[0] <= 1 && self.y[1] - self.y[0] <= 1
    }

    fn parts(self) -> Vec<Self> {
        let halves = |ends: [usize; 2]| -> Vec<[usize; 2]> {
            let [low, middle, high] = thirds(ends);
            if high - low <= 1 { vec![ends] } else { vec![[low, middle], [middle, high]] }
        };
        let (xs, ys) = (halves(self.x), halves(self.y));
        ys.iter().flat_map(|&y| xs.iter().map(move |&x| Self { x, y })).collect()
    }
}

fn cuts(points: usize) -> Vec<[usize; 2]> {
    let cells = FIRST_CELLS.min(points - 1);
    let cut = |number: usize| number * (points - 1) / cells;
    (0..cells).map(|number| [cut(number), cut(number + 1)]).collect()
}

pub(super) fn refine<S: Surface + ?Sized>(
    drawing: &mut Drawing<'_, S>,
    tolerance: f64,
) -> Result<Refinement, LandscapeError> {
    let row = drawing.plan.axes[0].points();
    let xs = cuts(row);
    // A line is a plane of one row.
    let ys = drawing.plan.axes.get(1).map_or(vec![[0, 0]], |axis| cuts(axis.points()));
    let mut cells: Vec<Cell> = ys.iter().flat_map(|&y| xs.iter().map(move |&x| Cell { x, y })).collect();
    let mut largest: f64 = 0.0;
    let mut done = vec![];
    while !cells.is_empty() {
        let mut points: Vec<usize> = vec![];
        for cell in &cells {
            for y in thirds(cell.y) {
                points.extend(thirds(cell.x).map(|x| y * row + x));
            }
        }
        points.sort_unstable();
        points.dedup();
        drawing.compute(&points)?;
        // The range of what is known by now: the same whatever order threads worked in.
        let range = drawing.range().map_or(0.0, |(low, high)| high - low);
        let mut next = vec![];
        for cell in cells {
            if cell.is_whole() {
                continue;
            }
            let error = miss(&drawing.losses, row, cell) / if range > 0.0 { range } else { 1.0 };
            if error <= tolerance {
                largest = largest.max(error);
                done.push(cell);
            } else {
                next.extend(cell.parts());
            }
        }
        cells = next;
    }
    for cell in done {
        fill(drawing, row, cell);
    }
    let computed = drawing.computed.iter().filter(|computed| **computed).count();
    Ok(Refinement { tolerance, largest_error: largest, computed })
}

/// By how much interpolation between the corners misses the other points; infinite where a loss is not finite.
fn miss(losses: &[f64], row: usize, cell: Cell) -> f64 {
    let mut largest: f64 = 0.0;
    for y in thirds(cell.y) {
        for x in thirds(cell.x) {
            let distance = (losses[y * row + x] - between(losses, row, cell, x, y)).abs();
            if !distance.is_finite() {
                return f64::INFINITY;
            }
            largest = largest.max(distance);
        }
    }
    largest
}

/// Interpolation between the corners of a cell, linear along each axis.
fn between(losses: &[f64], row: usize, cell: Cell, x: usize, y: usize) -> f64 {
    let share = |at: usize, [low, high]: [usize; 2]| {
        if high == low { 0.0 } else { (at - low) as f64 / (high - low) as f64 }
    };
    let (s, t) = (share(x, cell.x), share(y, cell.y));
    let at = |x: usize, y: usize| losses[y * row + x];
    let low = (1.0 - s) * at(cell.x[0], cell.y[0]) + s * at(cell.x[1], cell.y[0]);
    let high = (1.0 - s) * at(cell.x[0], cell.y[1]) + s * at(cell.x[1], cell.y[1]);
    (1.0 - t) * low + t * high
}

/// Interpolates what was not computed in a cell, in each of its parts between that part's corners.
fn fill<S: Surface + ?Sized>(drawing: &mut Drawing<'_, S>, row: usize, cell: Cell) {
    for part in cell.parts() {
        for y in part.y[0]..=part.y[1] {
            for x in part.x[0]..=part.x[1] {
                if !drawing.computed[y * row + x] {
                    drawing.losses[y * row + x] = between(&drawing.losses, row, part, x, y);
                }
            }
        }
    }
}
