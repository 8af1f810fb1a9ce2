//! Newton's method.

use super::{Fit, State, Stop};
use crate::eigen::dense_hessian;
use crate::error::LandscapeError;
use crate::objective::Differentiable;
use crate::vectors::{along, dot};

/// The most weights: the Hessian takes a product for each, and its factors the cube of their number.
pub(super) const MOST_WEIGHTS: usize = 1000;

/// Halvings of a step in search of a smaller loss.
const HALVINGS: usize = 50;

/// Sufficient decrease, as in the line search for the Wolfe conditions.
const DECREASE: f64 = 1e-4;

pub(super) fn run<O: Differentiable>(mut state: State<'_, O>) -> Result<Fit, LandscapeError> {
    let count = state.weights.len();
    if count > MOST_WEIGHTS {
        let message =
            format!("Newton's method takes at most {MOST_WEIGHTS} weights, and there are {count}: use L-BFGS");
        return Err(LandscapeError::Newton(message));
    }
    loop {
        if let Some(stop) = state.stop() {
            return Ok(state.finish(stop, None));
        }
        let hessian = dense_hessian(state.objective, &state.weights)?;
        let Some(direction) = solve(&hessian, &state.gradient) else {
            let message = "Newton's method needs a convex loss, and the Hessian has a negative eigenvalue: use L-BFGS";
            return Err(LandscapeError::Newton(message.to_owned()));
        };
        let slope = dot(&direction, &state.gradient);
        let mut step = 1.0;
        let found = (0..HALVINGS).find_map(|_| {
            let weights = along(&state.weights, step, &direction);
            let (loss, gradient) = state.evaluate(&weights);
            if loss <= state.loss + DECREASE * step * slope {
                return Some((weights, loss, gradient));
            }
            step *= 0.5;
            None
        });
        match found {
            Some((weights, loss, gradient)) => state.go(weights, loss, gradient),
            None => return Ok(state.finish(Stop::NoDescent, None)),
        }
    }
}

/// `−H⁻¹·g`, by Cholesky's factors. What is added to the diagonal of a Hessian that is singular but for rounding, such as
/// that of softmax, is the least of a series that makes it positive definite. `None` where it takes more than rounding.
fn solve(hessian: &[f64], gradient: &[f64]) -> Option<Vec<f64>> {
    let count = gradient.len();
    let scale = (0..count).map(|i| hessian[i * count + i].abs()).fold(0.0, f64::max);
    let mut added = 0.0;
    loop {
        if let Some(factor) = cholesky(hessian, count, added) {
            return Some(back_substitute(&factor, gradient));
        }
        added = if added == 0.0 { scale * count as f64 * f64::EPSILON } else { 10.0 * added };
        // A Hessian whose largest element is 1 and whose least eigenvalue is below −1e-6 is not one that rounding made.
        if !(added > 0.0 && added <= 1e-6 * scale) {
            return None;
        }
    }
}

fn cholesky(matrix: &[f64], count: usize, added: f64) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; count * count];
    for i in 0..count {
        for j in 0..=i {
            let sum = dot(&factor[i * count..i * count + j], &factor[j * count..j * count + j]);
            if i == j {
                let square = matrix[i * count + i] + added - sum;
                if !(square > 0.0 && square.is_finite()) {
                    return None;
                }
                factor[i * count + i] = square.sqrt();
            } else {
                factor[i * count + j] = (matrix[i * count + j] - sum) / factor[j * count + j];
            }
        }
    }
    Some(factor)
}

fn back_substitute(factor: &[f64], gradient: &[f64]) -> Vec<f64> {
    let count = gradient.len();
    let mut x: Vec<f64> = gradient.iter().map(|g| -g).collect();
    for i in 0..count {
        let sum = dot(&factor[i * count..i * count + i], &x[..i]);
        x[i] = (x[i] - sum) / factor[i * count + i];
    }
    for i in (0..count).rev() {
        let sum: f64 = (i + 1..count).map(|j| factor[j * count + i] * x[j]).sum();
        x[i] = (x[i] - sum) / factor[i * count + i];
    }
    x
}
