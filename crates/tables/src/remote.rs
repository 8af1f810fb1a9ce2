//! Queries that run elsewhere: all is planned here, and the plan is handed to whoever runs it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::error::Result;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use datafusion::prelude::SessionConfig;

/// Runs plans on other machines.
///
/// Whoever does reads the files of a plan under the same names. What it fails with is an
/// [`External`](datafusion::error::DataFusionError::External) error that holds one of [`crate::error::Error`], or an error of
/// the engine.
#[async_trait]
pub trait Remote: fmt::Debug + Send + Sync {
    /// Runs a plan and gives its rows, in the order of its partitions.
    async fn run(&self, plan: Arc<dyn ExecutionPlan>, config: &SessionConfig) -> Result<SendableRecordBatchStream>;

    /// Into how many parts work is cut.
    fn parts(&self) -> usize;
}
