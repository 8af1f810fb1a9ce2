//! Why a question is not answered, in words for the reader of the page.

use dartboard_advice::{AdviceError, GoalError};
use dartboard_losses::SpecError;

/// Why a question is not answered.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Complaint {
    /// The page asked for something that does not exist, or left something out.
    #[error("the question cannot be read: {0}")]
    Question(String),
    /// A loss that is not in the catalogue, or a parameter out of its range.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// What the loss does not take.
    #[error("{loss} takes {allowed}, not {value}")]
    Outside {
        /// The spec.
        loss: String,
        /// The domain.
        allowed: String,
        /// The number.
        value: f64,
    },
    /// A file that cannot be scored; the text is that of the command line.
    #[error("{0}")]
    File(String),
    /// No advice can be given.
    #[error(transparent)]
    Advice(#[from] AdviceError),
    /// A goal that is none.
    #[error(transparent)]
    Goal(#[from] GoalError),
}
