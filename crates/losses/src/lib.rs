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
//!
//! # Losses of a whole batch
//!
//! Dice, Jaccard and Tversky compare a whole mask with its prediction and do not add up over rows, so they are no losses
//! of the catalogue and have no spec. [`OverlapSums`] takes rows in, exactly, and can be merged; [`Overlap`] is what is
//! made of the sums: value, gradient, the Hessian's diagonal and its product with a vector.

mod batch;
mod card;
mod catalogue;
mod compat;
mod constant;
mod decompose;
mod derived;
mod domain;
mod family;
mod link;
mod losses;
mod overlap;
mod paired;
#[cfg(feature = "proofs")]
mod prove;
mod skill;
mod spec;

pub use batch::{BatchError, BatchParts, Clip, Curvature, Reduced, Reduction, Rows, Treated, Treatment, Truth};
pub use card::{
    Card, Convexity, Elsewhere, Example, Family, Form, Functional, Kink, Link, Noise, Over, Parameter, PredictionKind,
    Properties, Smoothness, Table, TargetKind, Unit, Zero,
};
pub use catalogue::{Visitor, cards};
pub use compat::{Compat, Direct};
pub use constant::{Distribution, Reference, best_constant};
pub use decompose::{DecomposeError, Decomposition, MurphyDiagram, Step, decompose, elementary_score, murphy_diagram};
pub use derived::{Derived, Measure};
pub use domain::{Closed, Interval};
pub use family::{
    Derivatives, Formula, Gradients, Jets, Joint, JointBlocks, Pointwise, PointwiseBlocks, Precision, RowRule,
    RowTarget, Rowwise, RowwiseBlocks, SHARES_TOLERANCE, Values,
};
pub use losses::*;
pub use overlap::{Overlap, OverlapDirection, OverlapSums};
pub use paired::{Contest, Paired, PairedSums, Verdict};
#[cfg(feature = "proofs")]
pub use prove::{Evidence, Proof, prove};
pub use skill::{perfect_mean, skill};
pub use spec::{Loss, SpecError, split_list};
