//! A step along a direction that fulfils the strong Wolfe conditions (Nocedal and Wright, algorithms 3.5 and 3.6).

/// Sufficient decrease: at least this share of what the slope at the start promises.
const DECREASE: f64 = 1e-4;
/// The slope must fall to this share of that at the start: the usual choice for quasi-Newton directions.
const SLOPE: f64 = 0.9;
/// Evaluations per search. Bisection alone narrows a bracket to 2^-30 with them.
const MOST: usize = 40;

/// A place along the direction.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) step: f64,
    pub(super) weights: Vec<f64>,
    pub(super) loss: f64,
    pub(super) gradient: Vec<f64>,
    /// The derivative along the direction.
    pub(super) slope: f64,
}

impl Place {
    fn is_finite(&self) -> bool {
        self.loss.is_finite() && self.slope.is_finite()
    }
}

/// Looks for a step, beginning with `first`. `None` where no smaller loss was found; where the conditions are not
/// fulfilled but the loss is smaller, as beside a kink, the best place.
pub(super) fn search(origin: &Place, first: f64, mut at: impl FnMut(f64) -> Place) -> Option<Place> {
    let sufficient =
        |place: &Place| place.is_finite() && place.loss <= origin.loss + DECREASE * place.step * origin.slope;
    let flat = |place: &Place| place.slope.abs() <= -SLOPE * origin.slope;
    let mut best: Option<Place> = None;
    let mut evaluate = |step: f64, best: &mut Option<Place>| {
        let place = at(step);
        if place.is_finite() && place.loss < best.as_ref().map_or(origin.loss, |best| best.loss) {
            *best = Some(place.clone());
        }
        place
    };
    let (mut low, mut step) = (origin.clone(), first);
    let mut high: Option<Place> = None;
    for _ in 0..MOST {
        let place = evaluate(step, &mut best);
        if !sufficient(&place) || place.loss >= low.loss && low.step > 0.0 || high.is_some() && place.loss >= low.loss {
            high = Some(place);
        } else {
            if flat(&place) {
                return Some(place);
            }
            let upwards = match &high {
                None => place.slope >= 0.0,
                Some(high) => place.slope * (high.step - low.step) >= 0.0,
            };
            if upwards {
                high = Some(low);
            }
            low = place;
        }
        step = match &high {
            // Nothing is known of what lies beyond: twice as far.
            None => 2.0 * step,
            Some(high) => between(&low, high),
        };
        if high
            .as_ref()
            .is_some_and(|high| (high.step - low.step).abs() <= f64::EPSILON * low.step.abs().max(high.step.abs()))
        {
            break;
        }
    }
    best
}

/// The minimum of the cubic through both places, kept away from the ends; their middle where there is none.
fn between(low: &Place, high: &Place) -> f64 {
    let width = high.step - low.step;
    let middle = low.step + 0.5 * width;
    if !high.is_finite() {
        return low.step + 0.1 * width;
    }
    let d1 = low.slope + high.slope - 3.0 * (low.loss - high.loss) / (low.step - high.step);
    let d2 = (d1 * d1 - low.slope * high.slope).sqrt().copysign(width);
    let cubic = high.step - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let share = (cubic - low.step) / width;
    if share.is_finite() { low.step + share.clamp(0.1, 0.9) * width } else { middle }
}
