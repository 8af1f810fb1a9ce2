//! Directions in the space of weights, along which a loss is looked at.

mod principal;
mod random;

pub use principal::{Principal, principal};
pub use random::{Normalisation, RandomPlan, random};

use std::fmt;

use crate::eigen::{Eigenpairs, LanczosPlan, top_eigenpairs};
use crate::error::LandscapeError;
use crate::model::Layout;
use crate::objective::Differentiable;
use crate::vectors::{dot, norm};

/// Where a direction comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A single weight, by its name, and its value at the origin.
    Weight {
        /// Its name.
        name: String,
        /// Its value at the origin: a coordinate of 0 on the axis.
        value: f64,
    },
    /// Random numbers.
    Random {
        /// How they were drawn.
        plan: RandomPlan,
        /// Which of the directions of that seed, from 0.
        number: u32,
    },
    /// From the origin to another model, which is at 1.
    Model,
    /// A principal component of a path, from 1, and the share of the path's squared distance from the origin along it.
    Principal {
        /// Which one, from 1.
        number: usize,
        /// The share.
        share: f64,
    },
    /// The gradient at the origin, scaled to length 1.
    Gradient,
    /// An eigenvector of the Hessian at the origin, with its eigenvalue.
    Eigenvector {
        /// Which one, from 1, the largest eigenvalue first.
        number: usize,
        /// The eigenvalue.
        value: f64,
        /// The residual: an eigenvalue lies within this distance.
        residual: f64,
    },
    /// The caller's own.
    Given,
}

impl Source {
    /// A few words for an axis.
    pub fn caption(&self) -> String {
        match self {
            Self::Weight { name, .. } => name.clone(),
            Self::Random { number, .. } => format!("random direction {}", number + 1),
            Self::Model => "from one model to the other".to_owned(),
            Self::Principal { number, share } => format!("component {number} ({:.1} %)", 100.0 * share),
            Self::Gradient => "gradient".to_owned(),
            Self::Eigenvector { number, .. } => format!("eigenvector {number}"),
            Self::Given => "given direction".to_owned(),
        }
    }
}

impl fmt::Display for Source {
    /// In full.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weight { name, .. } => f.write_str(name),
            Self::Random { plan, number } => {
                write!(f, "random direction {} (seed {}, {})", number + 1, plan.seed, plan.normalisation.name())
            }
            Self::Model => f.write_str("from one model to the other"),
            Self::Principal { number, share } => {
                write!(f, "principal component {number} of the path ({:.1} %)", 100.0 * share)
            }
            Self::Gradient => f.write_str("gradient"),
            Self::Eigenvector { number, value, .. } => write!(f, "eigenvector {number} of the Hessian ({value:.3e})"),
            Self::Given => f.write_str("given direction"),
        }
    }
}

/// A direction: how much each weight changes per unit of its coordinate.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// A number for each weight.
    pub vector: Vec<f64>,
    /// Where it comes from.
    pub source: Source,
}

impl Direction {
    /// A single weight, as [`Layout::find`] reads its name.
    ///
    /// # Errors
    /// Where there is no such weight.
    pub fn weight(layout: &Layout, origin: &[f64], name: &str) -> Result<Self, LandscapeError> {
        let place = layout.find(name)?;
        let mut vector = vec![0.0; layout.len()];
        vector[place] = 1.0;
        let source = Source::Weight { name: layout.name_of(place), value: origin.get(place).copied().unwrap_or(0.0) };
        Ok(Self { vector, source })
    }

    /// From one model's weights to another's.
    ///
    /// # Errors
    /// Where the models have different numbers of weights or are the same.
    pub fn between(from: &[f64], to: &[f64]) -> Result<Self, LandscapeError> {
        if from.len() != to.len() {
            let (expected, found) = (from.len(), to.len());
            return Err(LandscapeError::Length { what: "the other model", expected, found });
        }
        let vector: Vec<f64> = to.iter().zip(from).map(|(to, from)| to - from).collect();
        usable(Self { vector, source: Source::Model })
    }

    /// The gradient at these weights, scaled to length 1.
    ///
    /// # Errors
    /// Where it is 0 or not finite.
    pub fn gradient<O: Differentiable>(objective: &O, origin: &[f64]) -> Result<Self, LandscapeError> {
        let mut vector = vec![0.0; objective.len()];
        objective.gradient(origin, &mut vector);
        let length = norm(&vector);
        vector.iter_mut().for_each(|x| *x /= length);
        usable(Self { vector, source: Source::Gradient })
    }

    /// Numbers of the caller's.
    ///
    /// # Errors
    /// Where they are not as many as there are weights, all 0, or not finite.
    pub fn given(vector: Vec<f64>, weights: usize) -> Result<Self, LandscapeError> {
        if vector.len() != weights {
            return Err(LandscapeError::Length { what: "a direction", expected: weights, found: vector.len() });
        }
        usable(Self { vector, source: Source::Given })
    }
}

/// The eigenvectors of the Hessian's largest eigenvalues at these weights, as many as the plan counts.
///
/// # Errors
/// Where products with the Hessian are not known or not finite.
pub fn eigenvectors<O: Differentiable>(
    objective: &O,
    origin: &[f64],
    plan: LanczosPlan,
) -> Result<Vec<Direction>, LandscapeError> {
    let Eigenpairs { values, vectors, residuals, .. } = top_eigenpairs(objective, origin, plan)?;
    if values.first() == Some(&0.0) {
        return Err(LandscapeError::NoCurvature);
    }
    let pairs = vectors.into_iter().zip(values).zip(residuals).enumerate();
    let direction = |(place, ((vector, value), residual))| Direction {
        vector,
        source: Source::Eigenvector { number: place + 1, value, residual },
    };
    Ok(pairs.map(direction).collect())
}

/// The cosine of the angle between two directions: 0 for orthogonal ones.
pub fn cosine(a: &Direction, b: &Direction) -> f64 {
    dot(&a.vector, &b.vector) / (norm(&a.vector) * norm(&b.vector))
}

/// Refuses directions that lead nowhere.
fn usable(direction: Direction) -> Result<Direction, LandscapeError> {
    let length = norm(&direction.vector);
    if length.is_finite() && length > 0.0 {
        Ok(direction)
    } else {
        Err(LandscapeError::NoDirection { source_of: direction.source.to_string(), length })
    }
}
