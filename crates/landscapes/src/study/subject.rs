//! What is looked at: a loss of a model, the weights in the middle, and perhaps the way to them.

use crate::directions::Direction;
use crate::error::LandscapeError;
use crate::fit::PathPoint;
use crate::model::Layout;
use crate::objective::Objective;
use crate::onnx::OnnxProblem;
use crate::problem::Problem;
use crate::report::{OffPlane, off_plane};

/// A loss as a function of weights.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// Of a built-in model.
    BuiltIn(&'a Problem),
    /// Of a model from an ONNX file.
    Onnx(&'a OnnxProblem<'a>),
}

impl Body<'_> {
    pub(crate) fn objective(&self) -> &dyn Objective {
        match self {
            Self::BuiltIn(problem) => *problem,
            Self::Onnx(problem) => *problem,
        }
    }

    pub(crate) fn layout(&self) -> &Layout {
        match self {
            Self::BuiltIn(problem) => problem.model().layout(),
            Self::Onnx(problem) => problem.model().layout(),
        }
    }
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The spec of the loss.
    pub loss: String,
    /// The loss as a function of weights.
    pub body: Body<'a>,
    /// The weights in the middle of the picture.
    pub origin: Vec<f64>,
    /// The way to them: steps of a fit, or checkpoints. Empty where there is none.
    pub path: Vec<PathPoint>,
}

impl<'a> Subject<'a> {
    /// The last of these weights with the others as the path to them, their losses computed.
    ///
    /// # Errors
    /// Where there are none.
    pub fn of_checkpoints(loss: String, body: Body<'a>, checkpoints: Vec<Vec<f64>>) -> Result<Self, LandscapeError> {
        let origin = checkpoints.last().cloned().ok_or(LandscapeError::Path("it has no points".to_owned()))?;
        let point = |(step, weights): (usize, Vec<f64>)| {
            let loss = body.objective().value(&weights);
            PathPoint { step, weights, loss, gradient: f64::NAN }
        };
        let path = checkpoints.into_iter().enumerate().map(point).collect();
        Ok(Self { loss, body, origin, path })
    }

    /// The path as a picture along these directions shows it.
    pub(crate) fn project(&self, directions: &[Direction]) -> Result<Vec<OffPlane>, LandscapeError> {
        match self.body {
            Body::BuiltIn(problem) => off_plane(problem, &self.origin, directions, &self.path),
            Body::Onnx(problem) => off_plane(problem, &self.origin, directions, &self.path),
        }
    }
}
