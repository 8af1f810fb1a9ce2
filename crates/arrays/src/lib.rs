//! Losses of whole arrays at the speed of memory.
//!
//! Losses fill blocks; this crate drives the blocks over arrays of any length: results go into the caller's buffers, sums
//! are exact, and threads share the rows. The bits of every result are the same for any number of threads and on any
//! instruction set.

mod classes;
mod element;
mod half_precision;
pub mod linear;
mod pointwise;
mod threads;
mod total;

pub use classes::{ClassOptions, ClassTarget, softmax_cross_entropy, softmax_cross_entropy_in_place};
pub use element::{Compute, Element};
pub use pointwise::{Outputs, Rows, pointwise};
pub use threads::Threads;
pub use total::Total;
