//! Loss landscapes of real models: what training has to descend.
//!
//! A [`Model`] is fitted to [`Data`] under any loss of the catalogue; its [`Problem`] is the mean loss as a function of the
//! weights, with exact gradients and exact products with the Hessian.

mod data;
mod directions;
mod eigen;
mod error;
mod fingerprint;
mod fit;
mod grid;
mod kernels;
mod model;
mod objective;
mod onnx;
mod plane;
mod problem;
mod random;
mod report;
mod study;
mod vectors;
mod whole_file;

pub use data::{Data, Targets};
pub use directions::{
    Direction, Normalisation, Principal, RandomPlan, Source, cosine, eigenvectors, principal, random,
};
pub use eigen::{Eigenpairs, LanczosPlan, Trace, dense_hessian, lowest_eigenpairs, top_eigenpairs, trace};
pub use error::LandscapeError;
pub use fingerprint::Fingerprint;
pub use fit::{Fit, Method, PathPoint, Plan, Stop, fit};
pub use grid::{Axis, Extent, GridPlan, Keep, Landscape, Progress, Refinement, automatic_extent, draw};
pub use model::{Activation, Head, Kind, Layout, Model, Role, Setup, Standardisation, Tensor};
pub use objective::{Differentiable, Objective};
pub use onnx::{OnnxModel, OnnxProblem};
pub use plane::{Fingerprints, ModelSurface, ObjectiveSurface, Precision, Surface};
pub use problem::{Problem, check_targets};
pub use report::{
    Barrier, Convexity, Minimum, Negative, OffPlane, PlaneHessian, barrier, convexity, minima, off_plane,
    plane_hessian, plane_hessian_of_grid,
};
pub use study::{Body, Course, Findings, Study, StudyPlan, Subject, Valley, study};
