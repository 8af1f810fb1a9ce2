//! Losses as aggregate functions over tables.
//!
//! One generic aggregate serves every loss of the catalogue: rows become plain columns, kernels fill blocks of values,
//! exact sums add them up per group. Its state is counts and exact sums, so a result does not depend on how rows were
//! split over batches, threads, files or machines.

mod evaluate;
mod function;
mod inputs;
mod per_row;
mod plan;
mod rows;
mod scored;
mod state;
mod tally;
mod targets;
pub mod wire;

use dartboard_losses::RowRule;

pub use function::{all, score};
pub use per_row::{PerRow, RowDerivatives, per_row};
pub use plan::{Plan, Target};
pub(crate) use rows::follows;
pub use scored::Scored;
pub use tally::Dropped;

/// What a row of scores must satisfy, in words.
pub(crate) fn row_rule_sentence(rule: RowRule) -> String {
    match rule {
        RowRule::AddToOne { tolerance } => {
            format!("the probabilities of a row must add up to 1 within {tolerance}")
        }
        RowRule::ExponentialsAddToOne { tolerance } => {
            format!("the exponentials of the log-probabilities of a row must add up to 1 within {tolerance}")
        }
        RowRule::SomeFinite => "at least one score of a row must be finite".to_owned(),
        RowRule::SomeNonZero => "a prediction must not be a vector of zeros, which has no direction".to_owned(),
        RowRule::Any => String::new(),
    }
}
