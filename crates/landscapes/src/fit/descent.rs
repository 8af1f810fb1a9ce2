//! Gradient descent with momentum.

use super::{Fit, State, Stop};
use crate::eigen::{Eigenpairs, LanczosPlan, top_eigenpairs};
use crate::objective::Differentiable;
use crate::vectors::{add_scaled, along, largest, norm};

/// How often a rate is halved before the descent gives up.
const HALVINGS: usize = 40;

/// How often a rate that goes well is doubled: enough for targets in units of a billionth or a billion.
const DOUBLINGS: usize = 40;

/// A loss that is lower by less than this share is no reason for another rate.
const WORTH_IT: f64 = 1e-3;

pub(super) fn run<O: Differentiable>(state: State<'_, O>, rate: Option<f64>, momentum: f64) -> Fit {
    match rate {
        Some(rate) => {
            let start = state.again(state.evaluations);
            attempt(state, rate, momentum, false).unwrap_or_else(|_| start.finish(Stop::Diverged, Some(rate)))
        }
        None => choose(state, momentum),
    }
}

/// The descent of the first rate that goes well, or of one of its doubles while they end lower.
fn choose<O: Differentiable>(mut state: State<'_, O>, momentum: f64) -> Fit {
    let mut rate = first_rate(&state);
    let start = state.again(state.evaluations);
    let mut fit = None;
    for _ in 0..=HALVINGS {
        match attempt(state, rate, momentum, true) {
            Ok(found) => {
                fit = Some(found);
                break;
            }
            Err(evaluations) => state = start.again(evaluations),
        }
        rate *= 0.5;
    }
    let Some(mut best) = fit else { return start.finish(Stop::Diverged, Some(rate)) };
    for _ in 0..DOUBLINGS {
        if best.stop == Stop::Converged {
            break;
        }
        rate *= 2.0;
        match attempt(start.again(best.evaluations), rate, momentum, true) {
            Ok(found) if found.stop == Stop::Converged || found.loss < best.loss - WORTH_IT * best.loss.abs() => {
                best = found;
            }
            Ok(Fit { evaluations, .. }) | Err(evaluations) => {
                best.evaluations = evaluations;
                break;
            }
        }
    }
    best
}

/// A descent to its end. One that is careful ends early, with no more than how often it evaluated the loss, where the loss
/// exceeds that of the start or is no number.
fn attempt<O: Differentiable>(mut state: State<'_, O>, rate: f64, momentum: f64, careful: bool) -> Result<Fit, usize> {
    let start_loss = state.loss;
    let mut velocity = vec![0.0; state.weights.len()];
    while state.stop().is_none() {
        velocity.iter_mut().for_each(|velocity| *velocity *= momentum);
        add_scaled(&mut velocity, -rate, &state.gradient);
        let weights = along(&state.weights, 1.0, &velocity);
        let (loss, gradient) = state.evaluate(&weights);
        let well = loss.is_finite() && largest(&gradient).is_finite();
        if careful && !(well && loss <= start_loss) {
            return Err(state.evaluations);
        }
        state.go(weights, loss, gradient);
        if !well {
            return Ok(state.finish(Stop::Diverged, Some(rate)));
        }
    }
    let stop = state.stop().unwrap_or(Stop::Steps);
    Ok(state.finish(stop, Some(rate)))
}

/// The inverse of the largest eigenvalue of the Hessian; where that is not positive or not known, a step of length 1.
fn first_rate<O: Differentiable>(state: &State<'_, O>) -> f64 {
    // The rate needs one digit at most.
    let plan = LanczosPlan { count: 1, steps: 20, tolerance: 0.05, seed: 0 };
    let top = top_eigenpairs(state.objective, &state.weights, plan).ok();
    let largest = top.and_then(|Eigenpairs { values, .. }| values.first().copied());
    match largest {
        Some(largest) if largest.is_finite() && largest > 0.0 => 1.0 / largest,
        _ => 1.0 / norm(&state.gradient).max(f64::MIN_POSITIVE),
    }
}
