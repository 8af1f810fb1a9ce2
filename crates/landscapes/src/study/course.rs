//! Which way to look.

use crate::directions::{Direction, RandomPlan, eigenvectors, principal, random};
use crate::eigen::LanczosPlan;
use crate::error::LandscapeError;

use super::{Body, Subject};

/// Along which directions losses are drawn. Where it says how many, 1 is a line and 2 a plane.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// Both weights of a model that has no more than two; else the principal components of the path where it spans a plane;
    /// else two random directions, drawn like this.
    Auto(RandomPlan),
    /// Single weights by their names.
    Weights(Vec<String>),
    /// Random directions.
    Random(usize, RandomPlan),
    /// The principal components of the path.
    Principal(usize),
    /// The gradient at the origin: a line.
    Gradient,
    /// The eigenvectors of the Hessian's largest eigenvalues at the origin.
    Eigenvectors(usize),
    /// From the origin, at 0, to these weights, at 1: a line.
    To(Vec<f64>),
    /// The caller's own.
    Given(Vec<Vec<f64>>),
}

/// An eigenvector is good enough for an axis when it is within about a thousandth of a right angle.
const EIGENVECTOR_TOLERANCE: f64 = 1e-6;

/// The directions, and the share of the path they hold where they are its principal components.
pub(super) fn directions(
    subject: &Subject<'_>,
    course: &Course,
) -> Result<(Vec<Direction>, Option<f64>), LandscapeError> {
    let layout = subject.body.layout();
    let origin = subject.origin.as_slice();
    let built_in = |what: &'static str| match subject.body {
        Body::BuiltIn(problem) => Ok(problem),
        Body::Onnx(_) => Err(LandscapeError::NoDerivatives(what)),
    };
    let count = |count: usize| {
        if (1..=2).contains(&count) {
            return Ok(count);
        }
        let value = count.to_string();
        Err(LandscapeError::Setting { what: "the number of directions", allowed: "1 or 2", value })
    };
    let found = match course {
        Course::Auto(_) if layout.len() <= 2 => {
            let names: Vec<String> = (0..layout.len()).map(|place| layout.name_of(place)).collect();
            return directions(subject, &Course::Weights(names));
        }
        Course::Auto(plan) => {
            // A short path, or one that runs straight, spans no plane.
            return match directions(subject, &Course::Principal(2)) {
                Err(LandscapeError::Path(_)) => directions(subject, &Course::Random(2, *plan)),
                found => found,
            };
        }
        Course::Weights(names) => {
            count(names.len())?;
            names.iter().map(|name| Direction::weight(layout, origin, name)).collect::<Result<_, _>>()?
        }
        Course::Random(number, plan) => {
            (0..count(*number)?).map(|number| random(layout, origin, *plan, number as u32)).collect::<Result<_, _>>()?
        }
        Course::Principal(number) => {
            let path: Vec<Vec<f64>> = subject.path.iter().map(|point| point.weights.clone()).collect();
            let found = principal(&path, origin, count(*number)?)?;
            let explained = found.explained();
            return Ok((found.directions, Some(explained)));
        }
        Course::Gradient => vec![Direction::gradient(built_in("the gradient")?, origin)?],
        Course::Eigenvectors(number) => {
            let problem = built_in("eigenvectors of the Hessian")?;
            let plan =
                LanczosPlan { count: count(*number)?, tolerance: EIGENVECTOR_TOLERANCE, ..LanczosPlan::default() };
            eigenvectors(problem, origin, plan)?
        }
        Course::To(weights) => vec![Direction::between(origin, weights)?],
        Course::Given(vectors) => {
            count(vectors.len())?;
            vectors.iter().map(|vector| Direction::given(vector.clone(), layout.len())).collect::<Result<_, _>>()?
        }
    };
    Ok((found, None))
}
