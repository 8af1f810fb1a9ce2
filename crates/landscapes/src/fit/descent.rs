//! Gradient descent with momentum.

use super::{Fit, State, Stop};
use crate::eigen::{Eigenpairs, LanczosPlan, top_eigenpairs};
use crate::objective::Differentiable;
use crate::vectors::{add_scaled, along, largest, norm};

/// How often a rate that was chosen is halved before the descent gives up.
const HALVINGS: usize = 40;

pub(super) fn run<O: Differentiable>(mut state: State<'_, O>, rate: Option<f64>, momentum: f64) -> Fit {
    let chosen = rate.is_none();
    let mut rate = rate.unwrap_or_else(|| first_rate(&state));
    let (start, start_loss, start_gradient) = (state.weights.clone(), state.loss, state.gradient.clone());
    for halving in 0..=HALVINGS {
        if descend(&mut state, rate, momentum, start_loss, chosen && halving < HALVINGS) {
            let stop = if state.loss.is_finite() { state.stop().unwrap_or(Stop::Steps) } else { Stop::Diverged };
            return state.finish(stop, Some(rate));
        }
        rate *= 0.5;
        (state.weights, state.loss, state.gradient) = (start.clone(), start_loss, start_gradient.clone());
        state.steps = 0;
        state.path.truncate(1);
    }
    state.finish(Stop::Diverged, Some(rate))
}

/// Whether it came to an end; not where the loss grew, or is no number, and that is not allowed.
fn descend<O: Differentiable>(
    state: &mut State<'_, O>,
    rate: f64,
    momentum: f64,
    start_loss: f64,
    careful: bool,
) -> bool {
    let mut velocity = vec![0.0; state.weights.len()];
    while state.stop().is_none() {
        velocity.iter_mut().for_each(|velocity| *velocity *= momentum);
        add_scaled(&mut velocity, -rate, &state.gradient);
        let weights = along(&state.weights, 1.0, &velocity);
        let (loss, gradient) = state.evaluate(&weights);
        let well = loss.is_finite() && largest(&gradient).is_finite();
        if careful && !(well && loss <= start_loss) {
            return false;
        }
        state.go(weights, loss, gradient);
        if !well {
            return true;
        }
    }
    true
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
