//! Running queries on a cluster.

use std::sync::Arc;

use async_trait::async_trait;
use ballista_core::execution_plans::execute_physical_plan;
use ballista_core::extension::SessionConfigExt;
use dartboard_tables::aggregate::wire::VERSION;
use dartboard_tables::remote::Remote;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use datafusion::prelude::SessionConfig;
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::StreamExt;

use crate::codec::LossCodec;
use crate::failure::{ClusterError, explain, external};
use crate::readiness::wait_until_ready;
use crate::settings;

/// A cluster, by the address of its scheduler.
#[derive(Clone, Debug)]
pub struct Cluster {
    address: String,
    parts: usize,
    version: &'static str,
}

impl Cluster {
    /// The cluster whose scheduler listens at `address`, `HOST:PORT`. Scans are cut into about `parts` tasks.
    ///
    /// # Errors
    /// Where the address is none. Nothing is connected to before a query is run.
    pub fn new(address: &str, parts: usize) -> std::result::Result<Self, ClusterError> {
        let (host, port) = settings::host_and_port(address)?;
        Ok(Self { address: format!("{host}:{port}"), parts, version: VERSION })
    }

    /// The same, as a client of another version.
    #[cfg(test)]
    pub(crate) fn of_version(self, version: &'static str) -> Self {
        Self { version, ..self }
    }
}

#[async_trait]
impl Remote for Cluster {
    async fn run(&self, plan: Arc<dyn ExecutionPlan>, config: &SessionConfig) -> Result<SendableRecordBatchStream> {
        wait_until_ready(&self.address).await.map_err(external)?;
        let failed = {
            let address = self.address.clone();
            move |error: DataFusionError| explain(&address, &error)
        };
        let mut session = settings::session();
        // Sizes of batches, and whether joins are by hashing: as the plan was made.
        let (own, asked) = (session.options_mut(), config.options());
        own.execution.batch_size = asked.execution.batch_size;
        own.execution.target_partitions = asked.execution.target_partitions;
        own.optimizer.prefer_hash_join = asked.optimizer.prefer_hash_join;
        let rows = execute_physical_plan::<PhysicalPlanNode>(
            format!("http://{}", self.address),
            &session.ballista_config(),
            plan,
            &LossCodec::new(self.version),
            uuid::Uuid::new_v4().to_string(),
            session,
        )
        .await
        .map_err(&failed)?;
        let schema = rows.schema();
        let rows = rows.map(move |batch| batch.map_err(&failed));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }

    fn parts(&self) -> usize {
        self.parts
    }
}
