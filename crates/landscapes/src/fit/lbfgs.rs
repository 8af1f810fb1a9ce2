//! Limited-memory BFGS.

use std::collections::VecDeque;

use super::wolfe::{Place, search};
use super::{Fit, State, Stop};
use crate::objective::Differentiable;
use crate::vectors::{add_scaled, along, dot, norm};

/// A step and the change of the gradient on it.
struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    /// Their product.
    product: f64,
}

pub(super) fn run<O: Differentiable>(mut state: State<'_, O>, memory: usize) -> Fit {
    let mut pairs: VecDeque<Pair> = VecDeque::new();
    loop {
        if let Some(stop) = state.stop() {
            return state.finish(stop, None);
        }
        let mut direction = direction(&state.gradient, &pairs);
        let mut slope = dot(&direction, &state.gradient);
        // Rounding can turn a direction; steepest descent cannot fail to point downwards.
        if !(slope.is_finite() && slope < 0.0) {
            pairs.clear();
            direction = state.gradient.iter().map(|x| -x).collect();
            slope = -dot(&state.gradient, &state.gradient);
        }
        // Without a memory nothing says how far: a step of length 1, or less where the gradient is less.
        let first = if pairs.is_empty() { 1.0_f64.min(1.0 / norm(&state.gradient)) } else { 1.0 };
        let origin = Place {
            step: 0.0,
            weights: state.weights.clone(),
            loss: state.loss,
            gradient: state.gradient.clone(),
            slope,
        };
        let found = search(&origin, first, |step| {
            let weights = along(&origin.weights, step, &direction);
            let (loss, gradient) = state.evaluate(&weights);
            let slope = dot(&gradient, &direction);
            Place { step, weights, loss, gradient, slope }
        });
        let Some(place) = found else {
            if pairs.is_empty() {
                return state.finish(Stop::NoDescent, None);
            }
            // What was learned of the curvature may be wrong here, beside a kink: try steepest descent.
            pairs.clear();
            continue;
        };
        let step: Vec<f64> = place.weights.iter().zip(&state.weights).map(|(new, old)| new - old).collect();
        let change: Vec<f64> = place.gradient.iter().zip(&state.gradient).map(|(new, old)| new - old).collect();
        let product = dot(&step, &change);
        // Only pairs of positive curvature keep the approximation positive definite.
        if product > f64::EPSILON * norm(&step) * norm(&change) {
            if pairs.len() == memory {
                pairs.pop_front();
            }
            pairs.push_back(Pair { step, change, product });
        }
        state.go(place.weights, place.loss, place.gradient);
    }
}

/// Minus the approximate inverse Hessian times the gradient: the two-loop recursion.
fn direction(gradient: &[f64], pairs: &VecDeque<Pair>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|x| -x).collect();
    let mut shares = vec![];
    for pair in pairs.iter().rev() {
        let share = dot(&pair.step, &direction) / pair.product;
        add_scaled(&mut direction, -share, &pair.change);
        shares.push(share);
    }
    if let Some(last) = pairs.back() {
        let scale = last.product / dot(&last.change, &last.change);
        direction.iter_mut().for_each(|x| *x *= scale);
    }
    for (pair, share) in pairs.iter().zip(shares.into_iter().rev()) {
        let other = dot(&pair.change, &direction) / pair.product;
        add_scaled(&mut direction, share - other, &pair.step);
    }
    direction
}
