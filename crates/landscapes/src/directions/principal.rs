//! The directions along which a path runs most.

use super::{Direction, Source};
use crate::eigen::{End, LanczosPlan, outermost};
use crate::error::LandscapeError;
use crate::vectors::{add_scaled, dot, norm};

/// Principal components of a path as seen from its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// The components, of length 1 and orthogonal to each other.
    pub directions: Vec<Direction>,
    /// The share of the squared distances of all points from the origin that lies along each.
    pub shares: Vec<f64>,
}

impl Principal {
    /// The share that lies in the plane (or line) of all components together.
    pub fn explained(&self) -> f64 {
        self.shares.iter().sum()
    }
}

/// The first `count` principal components of the points of a path as seen from `origin`, which is where a plane through them
/// is put, usually the end of the path: not from the mean of the points. They are eigenvectors of the matrix of inner
/// products of the points (Gram's matrix), which is small where weights are many.
///
/// # Errors
/// Where points have other numbers of weights than the origin, or span fewer directions.
pub fn principal(path: &[Vec<f64>], origin: &[f64], count: usize) -> Result<Principal, LandscapeError> {
    let mut points: Vec<Vec<f64>> = vec![];
    for point in path {
        if point.len() != origin.len() {
            let (expected, found) = (origin.len(), point.len());
            return Err(LandscapeError::Length { what: "a point of the path", expected, found });
        }
        points.push(point.iter().zip(origin).map(|(point, origin)| point - origin).collect());
    }
    // The origin itself, often the last point, adds nothing.
    points.retain(|point| norm(point) != 0.0);
    let size = points.len();
    let mut gram = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let product = dot(&points[i], &points[j]);
            (gram[i * size + j], gram[j * size + i]) = (product, product);
        }
    }
    let total: f64 = (0..size).map(|i| gram[i * size + i]).sum();
    if !total.is_finite() {
        return Err(LandscapeError::Path("its points are not finite".to_owned()));
    }
    let plan = LanczosPlan { count, steps: size, tolerance: 1e-12, seed: 0 };
    let pairs = outermost(size, End::Largest, plan, |vector, product| {
        product.iter_mut().zip(gram.chunks_exact(size.max(1))).for_each(|(product, row)| *product = dot(row, vector));
        Ok(())
    })?;
    let mut found = Principal { directions: vec![], shares: vec![] };
    for (place, shares) in pairs.vectors.iter().enumerate() {
        let mut vector = vec![0.0; origin.len()];
        for (share, point) in shares.iter().zip(&points) {
            add_scaled(&mut vector, *share, point);
        }
        for earlier in &found.directions {
            let share = dot(&earlier.vector, &vector);
            add_scaled(&mut vector, -share, &earlier.vector);
        }
        let length = norm(&vector);
        // The eigenvalues of Gram's matrix carry rounding of the largest; its roots are the lengths along components.
        if length * length <= 1e-14 * total {
            break;
        }
        vector.iter_mut().for_each(|x| *x /= length);
        // From the vector itself, which is more accurate than the eigenvalue.
        let along: f64 = points.iter().map(|point| dot(point, &vector).powi(2)).sum();
        let share = along / total;
        found.shares.push(share);
        found.directions.push(Direction { vector, source: Source::Principal { number: place + 1, share } });
    }
    if found.directions.len() < count {
        let spans = found.directions.len();
        let reason = format!("its points span {spans} of the {count} directions that are asked for");
        return Err(LandscapeError::Path(reason));
    }
    Ok(found)
}
