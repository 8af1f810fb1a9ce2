//! How the losses of a plan are written for other processes.

use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use dartboard_tables::aggregate::wire;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

/// Losses as the text by which they are asked for; all else as the engine of the cluster has it.
#[derive(Debug)]
pub(crate) struct LossCodec {
    /// The version of whoever writes and reads.
    version: &'static str,
    engine: BallistaPhysicalExtensionCodec,
}

impl LossCodec {
    pub(crate) fn new(version: &'static str) -> Self {
        Self { version, engine: BallistaPhysicalExtensionCodec::default() }
    }
}

impl PhysicalExtensionCodec for LossCodec {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.engine.try_decode(bytes, inputs, context, converter)
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        self.engine.try_encode(node, bytes, converter)
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, bytes: &mut Vec<u8>) -> Result<()> {
        // Functions of the engine need no more than their name.
        if let Some(written) = wire::to_bytes(function, self.version)? {
            bytes.extend(written);
        }
        Ok(())
    }

    fn try_decode_udaf(&self, _name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        wire::from_bytes(bytes, self.version).map(Arc::new)
    }
}
