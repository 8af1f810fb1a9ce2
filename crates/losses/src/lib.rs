//! Loss functions, each written once.
//!
//! A loss is one file in [`losses`](self): a doc comment, its parameters, a [`Card`] of plain
//! data and a formula over an abstract number. Everything else derives from those: values, gradients and Hessians by
//! block, the printed formula, the name on the command line and in SQL, the tests of every claim.
//!
//! ```
//! use dartboard_losses::Loss;
//!
//! let huber = Loss::parse("huber(delta=1.5)")?;
//! let (target, prediction) = ([3.0, 5.0, 2.5], [2.5, 9.0, 2.5]);
//! let mut value = [0.0; 3];
//! huber.pointwise().expect("huber is pointwise").value(&target, &prediction, &mut value);
//! assert_eq!(value, [0.125, 4.875, 0.0]);
//! # Ok::<(), dartboard_losses::SpecError>(())
//! ```

mod card;
mod catalogue;
mod constant;
mod derived;
mod domain;
mod family;
mod losses;
mod spec;

pub use card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, Parameter, PredictionKind, Properties, Smoothness,
    TargetKind, Unit,
};
pub use catalogue::{Visitor, cards, visit};
pub use constant::{Distribution, Reference, best_constant};
pub use derived::{Derived, Measure};
pub use domain::Interval;
pub use family::{Derivatives, Formula, Pointwise, PointwiseBlocks, RowRule, Rowwise, RowwiseBlocks};
pub use losses::*;
pub use spec::{Loss, SpecError, split_list};
