//! How far to look where nobody has said.

use super::{Body, Prepared};
use crate::directions::{Normalisation, Source};
use crate::error::LandscapeError;
use crate::grid::automatic_extent;

/// The margin around a path, as a share of its extent.
const MARGIN: f64 = 0.2;

/// Where there is no fit whose first loss could be reached: until the loss is this multiple of that at the origin.
const MULTIPLE: f64 = 4.0;

/// From where to where along an axis, as coordinates:
///
/// - between two models from half the way before the first to half the way beyond the second;
/// - along principal components the path and a margin;
/// - along random directions that are normalised from −1 to 1, as the literature draws them;
/// - else until the loss is that at which the fit began, or a multiple of that at the origin, and along weights the path too.
pub(super) fn automatic(prepared: &Prepared<'_>, axis: usize, points: usize) -> Result<(f64, f64), LandscapeError> {
    let along = |place: &[f64; 2]| place[axis];
    let path = || {
        let places = prepared.path.iter().map(|point| along(&point.place)).filter(|place| place.is_finite());
        let (low, high) = places.fold((0.0_f64, 0.0_f64), |(low, high), place| (low.min(place), high.max(place)));
        let margin = MARGIN * (high - low);
        (low - margin, high + margin)
    };
    match &prepared.directions[axis].source {
        // Both models have to be points of the grid.
        Source::Model if (points - 1).is_multiple_of(4) => Ok((-0.5, 1.5)),
        Source::Model => Ok((0.0, 1.0)),
        Source::Principal { .. } => Ok(path()),
        Source::Random { plan, .. } if plan.normalisation != Normalisation::None => Ok((-1.0, 1.0)),
        source => {
            let extent = automatic_extent(&*prepared.surface, axis, multiple(prepared))?;
            let (low, high) = (-extent.radius, extent.radius);
            if !matches!(source, Source::Weight { .. }) {
                return Ok((low, high));
            }
            let (path_low, path_high) = path();
            // Symmetric, so that the origin is a point of a grid with an odd number of points.
            let radius = high.max(-path_low).max(path_high);
            Ok((-radius, radius))
        }
    }
}

/// How many times the loss at the origin is to be reached.
fn multiple(prepared: &Prepared<'_>) -> f64 {
    let (Body::BuiltIn(_), [first, .., last]) = (prepared.subject.body, prepared.subject.path.as_slice()) else {
        return MULTIPLE;
    };
    let start = first.loss / last.loss;
    // A fit that ends next to 0 began at a multiple that says nothing, and would dwarf all else in the picture.
    if start.is_finite() && start > MULTIPLE { start.min(MULTIPLE * MULTIPLE) } else { MULTIPLE }
}
