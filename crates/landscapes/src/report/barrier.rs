//! The hill between two models.

use serde::Serialize;

use crate::error::LandscapeError;
use crate::grid::Landscape;

/// How far the loss rises on the straight way from one model, at 0, to another, at 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Barrier {
    /// The losses of both models.
    pub ends: [f64; 2],
    /// The highest loss on the way, and where.
    pub highest: (f64, f64),
    /// The most that the loss exceeds the straight line between both ends, and where (Frankle et al.,
    /// Linear mode connectivity, 2020, compare with the mean of both ends); 0 where it does not.
    pub height: (f64, f64),
}

/// The barrier of a line through two models, whose axis has a point at 0 and one at 1.
///
/// # Errors
/// Where the landscape is no such line, or a loss on the way is not finite.
pub fn barrier(landscape: &Landscape) -> Result<Barrier, LandscapeError> {
    let refuse = |reason: &str| Err(LandscapeError::Barrier(reason.to_owned()));
    let [axis] = landscape.axes.as_slice() else { return refuse("it is taken on a line, and this is a plane") };
    // Coordinates are rounded; a millionth of a step is far more than that.
    let near = |goal: f64| (0..axis.points()).find(|&at| (axis.at(at) - goal).abs() <= 1e-6 * axis.step());
    let (Some(first), Some(last)) = (near(0.0), near(1.0)) else {
        return refuse("the axis needs a point at 0 and one at 1");
    };
    let on_way = &landscape.losses[first..=last];
    if on_way.iter().any(|loss| !loss.is_finite()) {
        return refuse("a loss on the way is not finite");
    }
    let ends = [on_way[0], on_way[on_way.len() - 1]];
    let (mut highest, mut height) = ((ends[0], 0.0), (0.0, 0.0));
    for (at, &loss) in (first..=last).zip(on_way) {
        let share = axis.at(at);
        let excess = loss - ((1.0 - share) * ends[0] + share * ends[1]);
        if loss > highest.0 {
            highest = (loss, share);
        }
        if excess > height.0 && at > first && at < last {
            height = (excess, share);
        }
    }
    Ok(Barrier { ends, highest, height })
}
