//! What is to be said beside a picture.

mod barrier;
mod convexity;
mod hessian;
mod minima;
mod off_plane;

pub use barrier::{Barrier, barrier};
pub use convexity::{Convexity, Negative, convexity};
pub use hessian::{PlaneHessian, plane_hessian, plane_hessian_of_grid};
pub use minima::{Minimum, minima};
pub use off_plane::{OffPlane, off_plane};
