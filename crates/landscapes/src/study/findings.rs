//! What there is to say beside a picture.

use serde::Serialize;

use super::{Body, Prepared};
use crate::directions::Source;
use crate::error::LandscapeError;
use crate::grid::Landscape;
use crate::report::{
    Barrier, Convexity, Minimum, OffPlane, PlaneHessian, barrier, convexity, minima, plane_hessian,
    plane_hessian_of_grid,
};

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// The loss at the origin.
    pub origin: f64,
    /// The least finite loss of the grid.
    pub lowest: Option<f64>,
    /// The greatest.
    pub highest: Option<f64>,
    /// Whether the loss is the same everywhere, but for rounding.
    pub flat: bool,
    /// The valleys of the grid that are deeper than ripples, the lowest first.
    pub valleys: Vec<Valley>,
    /// Local minima that are not: ripples, shallower than a thousandth of the range.
    pub ripples: usize,
    /// Which way lines of the grid bend.
    pub convexity: Convexity,
    /// Whether the loss is convex in all weights whatever the data, because the loss and the model are.
    pub known_convex: bool,
    /// The Hessian in the plane, at the origin or next to it; `None` on a line, and where it is not known.
    pub hessian: Option<PlaneHessian>,
    /// What lies between two models; `None` elsewhere.
    pub barrier: Option<Barrier>,
    /// The path as the picture shows it and as it is.
    pub path: Vec<OffPlane>,
    /// Losses that are NaN.
    pub nan: usize,
    /// Losses that are infinite.
    pub infinite: usize,
}

/// A local minimum of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Valley {
    /// The minimum.
    pub minimum: Minimum,
    /// How far the loss has to rise on the way to a lower valley as a share of the range of losses; 1 for the lowest.
    pub share: f64,
}

/// Valleys of less than this share of the range of losses cannot be seen in a picture.
const RIPPLE: f64 = 1e-3;

/// But where losses span magnitudes, and levels with them, a valley counts too whose rim is twice as high as its floor.
const RIPPLE_OF_POSITIVE: f64 = 1.0;

pub(super) fn find(prepared: &Prepared<'_>, landscape: &Landscape) -> Result<Findings, LandscapeError> {
    let subject = prepared.subject;
    let ends = landscape.range();
    let range = ends.map_or(0.0, |(low, high)| high - low);
    let all = minima(landscape);
    let total = all.len();
    let valley = |minimum: Minimum| {
        let share = if minimum.depth.is_finite() { minimum.depth / range } else { 1.0 };
        Valley { minimum, share }
    };
    // What is within rounding of being the same everywhere has no valleys.
    let rounding = ends.map_or(0.0, |(low, high)| landscape.rounding * low.abs().max(high.abs()));
    let flat = range <= rounding;
    let deep = |valley: &Valley| {
        let Minimum { loss, depth, .. } = valley.minimum;
        !flat && (valley.share >= RIPPLE || loss > 0.0 && depth >= RIPPLE_OF_POSITIVE * loss)
    };
    let valleys: Vec<Valley> = all.into_iter().map(valley).filter(deep).collect();
    let hessian = match (subject.body, prepared.directions.len()) {
        (Body::BuiltIn(problem), 2) => match plane_hessian(problem, &subject.origin, &prepared.directions) {
            Ok(hessian) => Some(hessian),
            Err(LandscapeError::NoHessian { .. }) => plane_hessian_of_grid(landscape),
            Err(error) => return Err(error),
        },
        _ => plane_hessian_of_grid(landscape),
    };
    let between = matches!(prepared.directions[0].source, Source::Model);
    Ok(Findings {
        origin: subject.body.objective().value(&subject.origin),
        lowest: ends.map(|(low, _)| low),
        highest: ends.map(|(_, high)| high),
        flat,
        ripples: total - valleys.len(),
        valleys,
        convexity: convexity(landscape),
        known_convex: matches!(subject.body, Body::BuiltIn(problem) if problem.model().is_convex()),
        hessian,
        // A range of the user's may have no point at both models.
        barrier: if between { barrier(landscape).ok() } else { None },
        path: prepared.path.clone(),
        nan: landscape.losses.iter().filter(|loss| loss.is_nan()).count(),
        infinite: landscape.losses.iter().filter(|loss| loss.is_infinite()).count(),
    })
}
