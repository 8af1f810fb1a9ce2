//! The process that divides queries into tasks.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::error::BallistaError;
use ballista_core::utils::default_session_builder;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use dartboard_tables::aggregate::wire::VERSION;
use dartboard_tables::source::stores;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};

use crate::codec::LossCodec;
use crate::failure::ClusterError;
use crate::settings::{self, LARGEST_MESSAGE};

/// How a scheduler is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchedulerOptions {
    /// The address it listens at.
    pub bind: IpAddr,
    /// The port it listens on; any that is free if 0.
    pub port: u16,
    /// The name under which executors and clients reach it; the address if absent.
    pub host: Option<String>,
    /// How long after its last sign of life an executor is taken for dead, and its tasks given to others.
    pub executor_timeout: Duration,
}

/// Runs a scheduler until the process is ended. `ready` is told the port once it listens.
///
/// # Errors
/// Where the address cannot be listened at.
pub async fn run_scheduler(options: SchedulerOptions, ready: impl FnOnce(u16) + Send) -> Result<(), ClusterError> {
    let address = (options.bind, options.port);
    let external_host = settings::reached_as(options.bind, options.host)?;
    let failed = |error: &std::io::Error| settings::cannot_listen(options.bind, options.port, error);
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| failed(&error))?;
    let port = listener.local_addr().map_err(|error| failed(&error))?.port();
    let timeout = options.executor_timeout.as_secs().max(1);
    let config = Arc::new(SchedulerConfig {
        external_host,
        bind_host: settings::in_address(options.bind),
        bind_port: port,
        executor_timeout_seconds: timeout,
        expire_dead_executor_interval_seconds: settings::HEARTBEAT.as_secs(),
        no_executors_grace_period_seconds: timeout,
        grpc_server_max_decoding_message_size: LARGEST_MESSAGE,
        grpc_server_max_encoding_message_size: LARGEST_MESSAGE,
        grpc_client_max_message_size: LARGEST_MESSAGE,
        override_config_producer: Some(Arc::new(settings::session)),
        override_session_builder: Some(Arc::new(session_state)),
        override_physical_codec: Some(Arc::new(LossCodec::new(VERSION))),
        ..SchedulerConfig::default()
    });
    let machine = |error: BallistaError| ClusterError::Machine(format!("the scheduler stopped: {error}"));
    let cluster = BallistaCluster::new_from_config(&config).await.map_err(machine)?;
    let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, config).await.map_err(machine)?;
    ready(port);
    start_grpc_service_with_listener(listener, scheduler).await.map_err(machine)
}

/// What plans are understood with: scans of Parquet ask for the store of their files.
fn session_state(config: SessionConfig) -> datafusion::error::Result<SessionState> {
    let runtime = RuntimeEnvBuilder::new().with_object_store_registry(stores::unread()).build_arc()?;
    Ok(SessionStateBuilder::new_from_existing(default_session_builder(config)?).with_runtime_env(runtime).build())
}
