//! Losses on grids.

mod axis;
mod draw;
mod extent;
mod journal;
mod landscape;
mod refine;

pub use axis::Axis;
pub use draw::{GridPlan, Keep, Progress, draw};
pub use extent::{Extent, automatic_extent};
pub use landscape::{Landscape, Refinement};
