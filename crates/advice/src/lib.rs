//! Which loss suits data, with the evidence.
//!
//! [`advise`] takes columns of plain numbers: a target, optionally predictions for rows the model has not seen, features,
//! weights and a goal. It returns [`Advice`]: the task it sees, the losses in order, the laws of noise with their
//! likelihoods, constants in the unit of the target, calibration, warnings, and what would change all this.
//!
//! The order of the questions is that of decision theory (Gneiting, Making and Evaluating Point Forecasts, 2011): first
//! what a prediction is for, which data cannot answer; then, among the losses that serve it, the one that is most precise
//! under the noise the data show. Values of different losses are never compared: the smallest belongs to whatever loss has
//! the smallest unit.
//!
//! ```
//! use dartboard_advice::{Input, Predictions, Target, advise};
//!
//! // Errors of a few units, and every tenth row off by a hundred, in both directions.
//! let error = |i: u32| f64::from(i * 7 % 11) - 5.0 + [100.0, 0.0, -100.0][(i % 30 / 10) as usize] * f64::from(i % 10 == 0);
//! let target: Vec<f64> = (0..300).map(|i| f64::from(i) + error(i)).collect();
//! let prediction: Vec<f64> = (0..300).map(f64::from).collect();
//! let predictions = Predictions::One { name: "p", values: &prediction, raw: false };
//! let advice = advise(&Input { predictions, ..Input::of("price", Target::Numbers(&target)) })?;
//! assert!(advice.losses[0].spec.starts_with("huber"));
//! # Ok::<(), dartboard_advice::AdviceError>(())
//! ```

mod advice;
mod advise;
mod checks;
mod classes;
mod goal;
mod input;
mod noise;
mod options;
mod order;
mod picture;
mod profile;
mod quantity;
mod rank;
mod rows;
mod special;
mod task;
mod tuning;

pub use advice::{
    Advice, Calibration, Constant, GoalAdvice, LossAdvice, NoiseEvidence, POINTS, Picture, ReliabilityBin,
    ReliabilityPicture, ResidualPicture, RowCounts, Warning, WarningKind,
};
pub use advise::{AdviceError, FEWEST, MOST_FITTED, advise};
pub use goal::{Costs, Goal, GoalError};
pub use input::{Feature, Input, Predictions, Target};
pub use options::without_options;
pub use profile::{FEW, Numbers, Profile};
pub use task::{Detected, Task, TaskError, detect};
