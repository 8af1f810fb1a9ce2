//! The numbers under Dartboard: what a loss function is evaluated on, and how its values are added up.
//!
//! - [`Real`] is the abstract number a loss formula is written over. `f64` and `f32` give values, [`Jet`] gives value,
//!   first and second derivative in one pass, [`Expr`] gives the printed formula.
//! - [`decimal`] reads numbers without a large table.
//! - [`elementary`] holds the transcendental functions, written here so that every machine returns the same bits.
//! - [`sum`] holds [`sum::ExactSum`], a sum without rounding error for any order and any split of its terms.
//! - [`matrix`] multiplies matrices, to the same bits everywhere.
//! - [`isa`] runs one inlined body compiled for several instruction sets.
//!
//! This crate holds the only `unsafe` of the workspace, but for the C interface of the benchmark.

pub mod decimal;
pub mod elementary;
mod expr;
mod interval;
pub mod isa;
mod jet;
pub mod matrix;
mod real;
pub mod sum;

pub use expr::{Environment, Expr, Notation};
pub use interval::{Bounds, Truth};
pub use jet::Jet;
pub use real::{Function, Real, Scalar};
