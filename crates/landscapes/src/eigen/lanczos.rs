//! The ends of a symmetric operator's spectrum, by Lanczos' iteration with full reorthogonalisation.

use super::tridiagonal::eigen;
use crate::error::LandscapeError;
use crate::random::{Purpose, Random};
use crate::vectors::{add_scaled, dot, norm};

/// What is asked of Lanczos' iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LanczosPlan {
    /// How many eigenvalues of an end.
    pub count: usize,
    /// The most steps, each a product with the operator.
    pub steps: usize,
    /// Done when the residuals are below this share of the largest eigenvalue in magnitude.
    pub tolerance: f64,
    /// The seed of the first vector.
    pub seed: u64,
}

impl Default for LanczosPlan {
    fn default() -> Self {
        Self { count: 2, steps: 200, tolerance: 1e-6, seed: 0 }
    }
}

/// Eigenvalues with their eigenvectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenpairs {
    /// The values, from the end inwards.
    pub values: Vec<f64>,
    /// For each a vector of length 1, its largest component positive.
    pub vectors: Vec<Vec<f64>>,
    /// For each the length of `H·v − λ·v`, computed anew: within that distance of the value there is an eigenvalue. (That it
    /// is the outermost one is as good as certain, not certain; one that occurs several times may be missed.)
    pub residuals: Vec<f64>,
    /// How many products with the operator it took.
    pub products: usize,
}

/// Which end of the spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Largest,
    Smallest,
}

/// The outermost eigenvalues of an operator on vectors of `size` numbers.
pub(crate) fn outermost(
    size: usize,
    end: End,
    plan: LanczosPlan,
    mut apply: impl FnMut(&[f64], &mut [f64]) -> Result<(), LandscapeError>,
) -> Result<Eigenpairs, LandscapeError> {
    let count = plan.count.min(size);
    let most = plan.steps.max(count).min(size);
    let mut random = Random::new(plan.seed, Purpose::Lanczos);
    let mut basis: Vec<Vec<f64>> = vec![];
    let (mut diagonal, mut beside) = (vec![], vec![]);
    let (mut next, mut product) = (vec![], vec![0.0; size]);
    let mut solved = (vec![], vec![]);
    let mut largest: f64 = 0.0;
    while basis.len() < most {
        if next.is_empty() {
            let Some(vector) = fresh(size, &basis, &mut random) else { break };
            next = vector;
        }
        basis.push(std::mem::take(&mut next));
        let current = &basis[basis.len() - 1];
        apply(current, &mut product)?;
        let energy = dot(current, &product);
        diagonal.push(energy);
        let mut rest = product.clone();
        // Twice is enough (Parlett, The symmetric eigenvalue problem, 6.9).
        for _ in 0..2 {
            for vector in &basis {
                let share = dot(vector, &rest);
                add_scaled(&mut rest, -share, vector);
            }
        }
        let length = norm(&rest);
        if !(length.is_finite() && energy.is_finite()) {
            let value = "of numbers that are not finite".to_owned();
            return Err(LandscapeError::Setting { what: "a product with the Hessian", allowed: "finite", value });
        }
        largest = largest.max(energy.abs() + length);
        let invariant = length <= largest * f64::EPSILON * (size as f64).sqrt();
        // Solving costs the cube of the steps: not after each.
        let steps = basis.len();
        if steps >= count && (invariant || steps == most || steps.is_multiple_of(5)) {
            solved = eigen(&diagonal, &beside).unwrap_or_default();
            let (values, vectors) = &solved;
            largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
            let settled = chosen(values.len(), end, count)
                .all(|k| length * vectors[k][steps - 1].abs() <= plan.tolerance * largest);
            if steps == most || settled && (!invariant || steps >= size) {
                break;
            }
        }
        if invariant {
            // The space is exhausted; what lies outside of it needs another start.
            beside.push(0.0);
        } else {
            beside.push(length);
            rest.iter_mut().for_each(|x| *x /= length);
            next = rest;
        }
    }
    if solved.0.len() != basis.len() {
        solved = eigen(&diagonal, &beside[..basis.len().saturating_sub(1)]).unwrap_or_default();
    }
    let mut found = Eigenpairs { values: vec![], vectors: vec![], residuals: vec![], products: basis.len() };
    for k in chosen(solved.0.len(), end, count) {
        let mut vector = vec![0.0; size];
        for (share, basis) in solved.1[k].iter().zip(&basis) {
            add_scaled(&mut vector, *share, basis);
        }
        let length = norm(&vector);
        let peak = vector.iter().fold(0.0, |peak: f64, &x| if x.abs() > peak.abs() { x } else { peak });
        vector.iter_mut().for_each(|x| *x /= length.copysign(peak));
        apply(&vector, &mut product)?;
        found.products += 1;
        let value = solved.0[k];
        add_scaled(&mut product, -value, &vector);
        found.values.push(value);
        found.residuals.push(norm(&product));
        found.vectors.push(vector);
    }
    Ok(found)
}

/// The places of the outermost of ascending values, from the end inwards.
fn chosen(all: usize, end: End, count: usize) -> impl Iterator<Item = usize> {
    (0..count.min(all)).map(move |k| if end == End::Largest { all - 1 - k } else { k })
}

/// A random vector of length 1 that is orthogonal to all of the basis.
fn fresh(size: usize, basis: &[Vec<f64>], random: &mut Random) -> Option<Vec<f64>> {
    let mut vector: Vec<f64> = (0..size).map(|_| random.normal()).collect();
    let before = norm(&vector);
    for _ in 0..2 {
        for basis in basis {
            let share = dot(basis, &vector);
            add_scaled(&mut vector, -share, basis);
        }
    }
    let length = norm(&vector);
    vector.iter_mut().for_each(|x| *x /= length);
    // What is left of a vector inside the space is rounding.
    (length > 1e-10 * before).then_some(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_diagonal_operator() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.1 - 3.0).collect();
        let apply = |vector: &[f64], product: &mut [f64]| {
            product.iter_mut().zip(vector).zip(&values).for_each(|((p, v), d)| *p = d * v);
            Ok(())
        };
        let plan = LanczosPlan { count: 3, tolerance: 1e-10, ..LanczosPlan::default() };
        let top = outermost(200, End::Largest, plan, apply).unwrap();
        let low = outermost(200, End::Smallest, plan, apply).unwrap();
        for k in 0..3 {
            assert!((top.values[k] - values[199 - k]).abs() < 1e-9, "{:?}", top.values);
            assert!((low.values[k] - values[k]).abs() < 1e-9);
            assert!(top.residuals[k] < 1e-7 && (top.vectors[k][199 - k] - 1.0).abs() < 1e-6);
        }
        assert_eq!(top, outermost(200, End::Largest, plan, apply).unwrap());
    }

    #[test]
    fn an_invariant_space_is_left() {
        // Rank 1, and the identity, which is exhausted after one step.
        let rank_one = |vector: &[f64], product: &mut [f64]| {
            let sum: f64 = vector.iter().sum();
            product.fill(sum);
            Ok(())
        };
        let plan = LanczosPlan { count: 2, ..LanczosPlan::default() };
        let top = outermost(6, End::Largest, plan, rank_one).unwrap();
        assert!((top.values[0] - 6.0).abs() < 1e-12 && top.values[1].abs() < 1e-12, "{:?}", top.values);
        let identity = |vector: &[f64], product: &mut [f64]| {
            product.copy_from_slice(vector);
            Ok(())
        };
        let top = outermost(3, End::Smallest, plan, identity).unwrap();
        assert!((top.values[0] - 1.0).abs() < 1e-14 && (top.values[1] - 1.0).abs() < 1e-14);
        let zero = |_: &[f64], product: &mut [f64]| {
            product.fill(0.0);
            Ok(())
        };
        assert_eq!(outermost(4, End::Largest, plan, zero).unwrap().values, [0.0, 0.0]);
    }
}
