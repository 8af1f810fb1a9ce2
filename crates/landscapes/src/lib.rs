//! Loss landscapes of real models: what training has to descend.
//!
//! A [`Model`] is fitted to [`Data`] under any loss of the catalogue; its [`Problem`] is the mean loss as a function of the
//! weights, with exact gradients and exact products with the Hessian.

mod data;
mod directions;
mod eigen;
mod error;
mod fit;
mod kernels;
mod model;
mod objective;
mod problem;
mod random;
mod vectors;

pub use data::{Data, Targets};
pub use directions::{
    Direction, Normalisation, Principal, RandomPlan, Source, cosine, eigenvectors, principal, random,
};
pub use eigen::{Eigenpairs, LanczosPlan, Trace, dense_hessian, lowest_eigenpairs, top_eigenpairs, trace};
pub use error::LandscapeError;
pub use fit::{Fit, Method, PathPoint, Plan, Stop, fit};
pub use model::{Activation, Head, Kind, Layout, Model, Role, Setup, Standardisation, Tensor};
pub use objective::Objective;
pub use problem::Problem;
