//! How far a path runs outside of the plane that it is drawn in.

use serde::Serialize;

use crate::directions::Direction;
use crate::error::LandscapeError;
use crate::fit::PathPoint;
use crate::objective::Objective;
use crate::vectors::{add_scaled, dot, norm};

/// A point of a path and what a picture shows in its place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OffPlane {
    /// The steps of the fit before it.
    pub step: usize,
    /// The coordinates of its projection; the second is 0 on a line.
    pub place: [f64; 2],
    /// The distance between the point and its projection.
    pub distance: f64,
    /// Its own loss.
    pub loss: f64,
    /// The loss of its projection, which is what the contours say there.
    pub shown: f64,
}

/// Projects a path onto the line or plane through `origin`, orthogonally, and takes the loss of each projection.
///
/// # Errors
/// Where the number of directions or of weights does not fit, or two directions are parallel.
pub fn off_plane<O: Objective>(
    objective: &O,
    origin: &[f64],
    directions: &[Direction],
    path: &[PathPoint],
) -> Result<Vec<OffPlane>, LandscapeError> {
    crate::plane::check(origin, directions, objective.len())?;
    let first = &directions[0].vector;
    let second = directions.get(1).map(|direction| &direction.vector);
    let aa = dot(first, first);
    // The part of the second that is orthogonal to the first.
    let orthogonal = second.map(|second| {
        let mut rest = second.clone();
        add_scaled(&mut rest, -dot(first, second) / aa, first);
        rest
    });
    if let (Some(rest), Some(second)) = (&orthogonal, second)
        && norm(rest) <= 1e-8 * norm(second)
    {
        return Err(LandscapeError::Parallel);
    }
    let mut found = vec![];
    for point in path {
        if point.weights.len() != origin.len() {
            let (expected, found) = (origin.len(), point.weights.len());
            return Err(LandscapeError::Length { what: "a point of the path", expected, found });
        }
        let mut rest: Vec<f64> = point.weights.iter().zip(origin).map(|(point, origin)| point - origin).collect();
        let b = orthogonal.as_ref().map_or(0.0, |orthogonal| dot(orthogonal, &rest) / dot(orthogonal, orthogonal));
        if let Some(second) = second {
            add_scaled(&mut rest, -b, second);
        }
        let a = dot(first, &rest) / aa;
        add_scaled(&mut rest, -a, first);
        let mut projection = origin.to_vec();
        add_scaled(&mut projection, a, first);
        if let Some(second) = second {
            add_scaled(&mut projection, b, second);
        }
        found.push(OffPlane {
            step: point.step,
            place: [a, b],
            distance: norm(&rest),
            loss: point.loss,
            shown: objective.value(&projection),
        });
    }
    Ok(found)
}
