//! What goes around a loss, written once for all of them: weights, masks, labels, reductions, curvatures.
//!
//! ```
//! use dartboard_losses::{Compat, Loss, Rows, Treated, Treatment, Truth};
//!
//! let (target, logit) = ([1.0, 0.0, 1.0], [0.5, -2.0, 3.0]);
//! let predictions: [&[f64]; 1] = [&logit];
//! let rows = Rows::new(Truth::Numbers(&target), &predictions);
//! let bce = Loss::parse("bce_logits")?;
//!
//! // Events count three times, and labels are smoothed by 0.1.
//! let treatment = Treatment::new().pos_weight(3.0).label_smoothing(0.1);
//! let ours = Treated::new(&bce, treatment.clone())?.reduce(&rows)?;
//! // The same as PyTorch computes it: its mean divides by the number of rows.
//! let torch = Treated::new(&bce, treatment.compat(Compat::Torch))?.reduce(&rows)?;
//! assert_eq!((ours.divisor, torch.divisor), (7.0, 3.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod chunk;
mod error;
mod evaluate;
mod reduction;
mod rows;
mod treated;
mod treatment;

pub use error::BatchError;
pub use reduction::{Reduced, Reduction};
pub use rows::{Rows, Truth};
pub use treated::{BatchParts, Treated};
pub use treatment::{Clip, Curvature, Treatment};

pub(crate) use check::{fits, lengths, weights};
pub(crate) use chunk::{Chunk, Labels};
pub(crate) use evaluate::clip_range;
