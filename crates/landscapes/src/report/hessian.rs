//! The Hessian in a plane.

use serde::Serialize;

use crate::directions::Direction;
use crate::error::LandscapeError;
use crate::grid::Landscape;
use crate::objective::Differentiable;
use crate::vectors::dot;

/// The second derivatives along two directions: `[[aa, ab], [ab, bb]]`, as seen in this plane and by these coordinates.
///
/// Its eigenvalues are those of the plane's own Hessian where the directions are of length 1 and orthogonal; else they are
/// those of the picture. A negative one disproves convexity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PlaneHessian {
    /// Along the first direction twice, along both, along the second twice.
    pub elements: [f64; 3],
    /// The coordinates at which it was taken.
    pub place: [f64; 2],
    /// Whether it comes from products with the Hessian; else from differences of the grid.
    pub exact: bool,
}

impl PlaneHessian {
    /// The eigenvalues, the larger first.
    pub fn eigenvalues(&self) -> [f64; 2] {
        let [aa, ab, bb] = self.elements;
        let (mean, half) = (0.5 * (aa + bb), 0.5 * (aa - bb));
        let root = half.hypot(ab);
        // The smaller in magnitude from the determinant would gain digits that the elements do not have.
        [mean + root, mean - root]
    }
}

/// The Hessian at `origin` along two directions, from exact products.
///
/// # Errors
/// Where products with the Hessian are not known, or there are not two directions.
pub fn plane_hessian<O: Differentiable>(
    objective: &O,
    origin: &[f64],
    directions: &[Direction],
) -> Result<PlaneHessian, LandscapeError> {
    crate::plane::check(origin, directions, objective.len())?;
    let [first, second] = directions else {
        let value = directions.len().to_string();
        return Err(LandscapeError::Setting { what: "the number of directions", allowed: "2", value });
    };
    let mut products = [vec![0.0; objective.len()], vec![0.0; objective.len()]];
    objective.hessian_vector(origin, &first.vector, &mut products[0])?;
    objective.hessian_vector(origin, &second.vector, &mut products[1])?;
    let [of_first, of_second] = &products;
    let beside = 0.5 * (dot(&first.vector, of_second) + dot(&second.vector, of_first));
    let elements = [dot(&first.vector, of_first), beside, dot(&second.vector, of_second)];
    Ok(PlaneHessian { elements, place: [0.0; 2], exact: true })
}

/// The Hessian from differences of the grid, at the point next to the origin that has neighbours on all sides; `None` on a
/// line, where there is no such point, or where one of the nine losses is not finite or was not computed.
pub fn plane_hessian_of_grid(landscape: &Landscape) -> Option<PlaneHessian> {
    let [x_axis, y_axis] = landscape.axes.as_slice() else { return None };
    let nearest = |axis: &crate::grid::Axis| {
        (1..axis.points() - 1).min_by(|&i, &j| axis.at(i).abs().total_cmp(&axis.at(j).abs()))
    };
    let (x, y) = (nearest(x_axis)?, nearest(y_axis)?);
    let width = x_axis.points();
    let mut around = [[0.0; 3]; 3];
    for (j, row) in around.iter_mut().enumerate() {
        for (i, loss) in row.iter_mut().enumerate() {
            let at = (y + j - 1) * width + x + i - 1;
            *loss = landscape.losses[at];
            if !(loss.is_finite() && landscape.computed[at]) {
                return None;
            }
        }
    }
    let (h, k) = (x_axis.step(), y_axis.step());
    let [below, here, above] = around;
    let elements = [
        ((here[0] - here[1]) + (here[2] - here[1])) / (h * h),
        ((above[2] - above[0]) - (below[2] - below[0])) / (4.0 * h * k),
        ((below[1] - here[1]) + (above[1] - here[1])) / (k * k),
    ];
    Some(PlaneHessian { elements, place: [x_axis.at(x), y_axis.at(y)], exact: false })
}
