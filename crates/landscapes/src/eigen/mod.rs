//! Curvature of an objective: ends of the Hessian's spectrum, its trace, the whole of it.

mod lanczos;
mod tridiagonal;

pub use lanczos::{Eigenpairs, LanczosPlan};
pub(crate) use lanczos::{End, outermost};

use serde::Serialize;

use crate::error::LandscapeError;
use crate::objective::Differentiable;
use crate::random::{Purpose, Random};
use crate::vectors::dot;

/// The largest eigenvalues of the Hessian at these weights.
///
/// # Errors
/// Where products with the Hessian are not known or not finite.
pub fn top_eigenpairs<O: Differentiable>(
    objective: &O,
    weights: &[f64],
    plan: LanczosPlan,
) -> Result<Eigenpairs, LandscapeError> {
    let apply = |vector: &[f64], product: &mut [f64]| objective.hessian_vector(weights, vector, product);
    outermost(objective.len(), End::Largest, plan, apply)
}

/// The smallest eigenvalues of the Hessian at these weights; negative ones say that there is a way down.
///
/// # Errors
/// Where products with the Hessian are not known or not finite.
pub fn lowest_eigenpairs<O: Differentiable>(
    objective: &O,
    weights: &[f64],
    plan: LanczosPlan,
) -> Result<Eigenpairs, LandscapeError> {
    let apply = |vector: &[f64], product: &mut [f64]| objective.hessian_vector(weights, vector, product);
    outermost(objective.len(), End::Smallest, plan, apply)
}

/// The Hessian, row after row, from its products with unit vectors; made symmetric by the mean of both halves.
///
/// # Errors
/// Where products with the Hessian are not known.
pub fn dense_hessian<O: Differentiable>(objective: &O, weights: &[f64]) -> Result<Vec<f64>, LandscapeError> {
    let count = objective.len();
    let mut hessian = vec![0.0; count * count];
    let mut unit = vec![0.0; count];
    for (place, row) in hessian.chunks_exact_mut(count.max(1)).enumerate() {
        unit[place] = 1.0;
        objective.hessian_vector(weights, &unit, row)?;
        unit[place] = 0.0;
    }
    for i in 0..count {
        for j in 0..i {
            let mean = 0.5 * (hessian[i * count + j] + hessian[j * count + i]);
            (hessian[i * count + j], hessian[j * count + i]) = (mean, mean);
        }
    }
    Ok(hessian)
}

/// The sum of the Hessian's eigenvalues.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Trace {
    /// The sum.
    pub value: f64,
    /// Its standard error; 0 where the trace is exact.
    pub standard_error: f64,
    /// How many products with the Hessian it took.
    pub products: usize,
}

/// The trace of the Hessian at these weights: exact, by a product for each weight, where there are at most `samples` weights;
/// else by Hutchinson's estimate, the mean of `v·H·v` over so many vectors of random signs.
///
/// # Errors
/// Where products with the Hessian are not known, or there are fewer than two samples.
pub fn trace<O: Differentiable>(
    objective: &O,
    weights: &[f64],
    samples: usize,
    seed: u64,
) -> Result<Trace, LandscapeError> {
    let count = objective.len();
    let mut product = vec![0.0; count];
    if count <= samples {
        let mut unit = vec![0.0; count];
        let mut value = 0.0;
        for place in 0..count {
            unit[place] = 1.0;
            objective.hessian_vector(weights, &unit, &mut product)?;
            value += product[place];
            unit[place] = 0.0;
        }
        return Ok(Trace { value, standard_error: 0.0, products: count });
    }
    if samples < 2 {
        let value = samples.to_string();
        return Err(LandscapeError::Setting { what: "the number of samples", allowed: "at least 2", value });
    }
    let mut random = Random::new(seed, Purpose::Trace);
    let mut terms = vec![];
    for _ in 0..samples {
        let signs: Vec<f64> = (0..count).map(|_| random.sign()).collect();
        objective.hessian_vector(weights, &signs, &mut product)?;
        terms.push(dot(&signs, &product));
    }
    let mean = terms.iter().sum::<f64>() / samples as f64;
    let squares: f64 = terms.iter().map(|term| (term - mean) * (term - mean)).sum();
    let standard_error = (squares / ((samples - 1) as f64 * samples as f64)).sqrt();
    Ok(Trace { value: mean, standard_error, products: samples })
}
