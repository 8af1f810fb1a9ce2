//! How a cluster fails.

use dartboard_tables::error::Error;
use datafusion::error::DataFusionError;
use thiserror::Error as ThisError;

/// Why a scheduler or executor does not run.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum ClusterError {
    /// An address or a number makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The machine or the network is at fault.
    #[error("{0}")]
    Machine(String),
}

/// An error of this toolkit as one of the engine, which [`Error::from_engine`] finds again.
pub(crate) fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// What a failed query says, without the layers that it came through.
pub(crate) fn explain(scheduler: &str, error: DataFusionError) -> DataFusionError {
    let message = error.to_string();
    eprintln!("RAW {message}");
    external(Error::Data(format!("the cluster at {scheduler}: {message}")))
}
