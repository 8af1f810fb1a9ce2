//! How far to look: until the loss is a multiple of that at the origin.

use crate::error::LandscapeError;
use crate::plane::Surface;

/// How far a symmetric axis reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// From minus this to this.
    pub radius: f64,
    /// The loss at the origin.
    pub centre: f64,
    /// The larger of the losses at both ends.
    pub reached: f64,
    /// Whether that is the multiple that was asked for, or not finite. Else the loss does not grow so far within any
    /// distance that was tried, or it is 0 at the origin, where no multiple is more.
    pub found: bool,
}

/// Doublings or halvings of the first distance, 1.
const MOST_STEPS: i32 = 60;

/// Halvings of the last doubling, in logarithms: the radius is then within 5 % of where the multiple is first met.
const FINE_STEPS: i32 = 4;

/// The distance from the origin along a direction, 0 or 1, at which the larger of both losses is first `factor` times that
/// at the origin (of a negative loss: above it by `factor − 1` times its magnitude), by doubling or halving from 1.
///
/// # Errors
/// Where the loss at the origin is not finite, the factor is not above 1, or there is no such direction.
pub fn automatic_extent<S: Surface + ?Sized>(
    surface: &S,
    direction: usize,
    factor: f64,
) -> Result<Extent, LandscapeError> {
    let setting = |what, allowed, value: String| Err(LandscapeError::Setting { what, allowed, value });
    if !(factor.is_finite() && factor > 1.0) {
        return setting("the multiple of the loss at the origin", "finite and above 1", factor.to_string());
    }
    if direction >= surface.dimensions() {
        return setting("the direction", "one of the surface's", direction.to_string());
    }
    let mut centre = [0.0];
    surface.losses(&[[0.0; 2]], &mut centre);
    let [centre] = centre;
    if !centre.is_finite() {
        return setting("the loss at the origin", "finite", centre.to_string());
    }
    let goal = centre + (factor - 1.0) * centre.abs();
    let at = |radius: f64| {
        let place = |coordinate: f64| if direction == 0 { [coordinate, 0.0] } else { [0.0, coordinate] };
        let mut ends = [0.0; 2];
        surface.losses(&[place(-radius), place(radius)], &mut ends);
        // What is not finite is more than anything.
        if ends.iter().all(|loss| loss.is_finite()) { ends[0].max(ends[1]) } else { f64::INFINITY }
    };
    let extent = |radius, reached, found| Ok(Extent { radius, centre, reached, found });
    if centre == 0.0 {
        return extent(1.0, at(1.0), false);
    }
    let high = at(1.0) >= goal;
    let radius = |step: i32| if high { (-f64::from(step)).exp2() } else { f64::from(step).exp2() };
    let crossing = (1..=MOST_STEPS).find(|&step| (at(radius(step)) >= goal) != high);
    let Some(step) = crossing else {
        return extent(1.0, at(1.0), false);
    };
    // Between `below` the goal is not reached, at `above` it is.
    let (mut below, mut above) = if high { (radius(step), radius(step - 1)) } else { (radius(step - 1), radius(step)) };
    for _ in 0..FINE_STEPS {
        let middle = (below * above).sqrt();
        if at(middle) >= goal {
            above = middle;
        } else {
            below = middle;
        }
    }
    extent(above, at(above), true)
}
