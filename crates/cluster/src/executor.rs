//! The process that runs tasks.

use std::net::{IpAddr, TcpListener};
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use ballista_core::error::BallistaError;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use dartboard_tables::aggregate::wire::VERSION;
use dartboard_tables::source::stores;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;

use crate::codec::LossCodec;
use crate::failure::ClusterError;
use crate::readiness::has_executors;
use crate::settings::{self, LARGEST_MESSAGE};

/// Below this a task cannot even read a file; the engine divides an executor's memory among its tasks.
const LEAST_MEMORY: u64 = 8 << 20;

/// How an executor is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorOptions {
    /// The scheduler's address, `HOST:PORT`.
    pub scheduler: String,
    /// The address it listens at.
    pub bind: IpAddr,
    /// The name under which other executors, the scheduler and clients reach it; the address if absent.
    pub host: Option<String>,
    /// The port of its results; any that is free if 0.
    pub port: u16,
    /// The port of its tasks; any that is free if 0.
    pub task_port: u16,
    /// How many tasks it runs at a time; as many as there are cores if absent.
    pub tasks: Option<NonZeroUsize>,
    /// Bytes of memory that its tasks may take together, as far as the engine can keep to it.
    pub memory_limit: Option<u64>,
    /// Where what tasks give to each other and what does not fit into memory is put; a folder of its own is made there.
    pub directory: PathBuf,
    /// Bytes on disk that tasks may take for what does not fit into memory.
    pub disk_limit: Option<u64>,
}

/// Runs an executor until the process is asked to end. `ready` is told its ports before it speaks to the scheduler.
///
/// # Errors
/// Where the scheduler does not answer, the folder cannot be written or a port is taken.
pub async fn run_executor(options: ExecutorOptions, ready: impl FnOnce(u16, u16) + Send) -> Result<(), ClusterError> {
    run_executor_of_version(VERSION, options, ready).await
}

pub(crate) async fn run_executor_of_version(
    version: &'static str,
    options: ExecutorOptions,
    ready: impl FnOnce(u16, u16) + Send,
) -> Result<(), ClusterError> {
    let (scheduler_host, scheduler_port) = settings::host_and_port(&options.scheduler)?;
    let tasks = options.tasks.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let least = LEAST_MEMORY.saturating_mul(tasks as u64);
    if options.memory_limit.is_some_and(|limit| limit < least) {
        return Err(ClusterError::Usage(format!(
            "the memory limit must be at least {} MiB: {} MiB for each of the tasks that run at a time, here {tasks}",
            least >> 20,
            LEAST_MEMORY >> 20
        )));
    }
    let external_host = settings::reached_as(options.bind, options.host)?;
    has_executors(&options.scheduler).await.map_err(ClusterError::Machine)?;
    // Both at once, and let go of again for the engine, which says nothing where it cannot have one.
    let listen = |port: u16| -> Result<(TcpListener, u16), ClusterError> {
        let held = TcpListener::bind((options.bind, port)).and_then(|held| {
            let port = held.local_addr()?.port();
            Ok((held, port))
        });
        held.map_err(|error| settings::cannot_listen(options.bind, port, &error))
    };
    let ((held, port), (task_held, task_port)) = (listen(options.port)?, listen(options.task_port)?);
    drop((held, task_held));
    // Columns of predictions lie there: nobody else's business.
    let mode = std::fs::Permissions::from_mode(0o700);
    let made = tempfile::Builder::new().prefix("dartboard-executor-").permissions(mode).tempdir_in(&options.directory);
    let folder = made.map_err(|error| {
        let why = settings::plainly(&error);
        ClusterError::Machine(format!("{}: no folder can be made there: {why}", options.directory.display()))
    })?;
    let spilled = folder.path().to_owned();
    let disk_limit = options.disk_limit;
    let runtime = move |_: &_| {
        let runtime =
            RuntimeEnvBuilder::new().with_temp_file_path(&spilled).with_object_store_registry(stores::registry());
        let runtime = match disk_limit {
            Some(limit) => runtime.with_max_temp_directory_size(limit),
            None => runtime,
        };
        runtime.build_arc()
    };
    let config = ExecutorProcessConfig {
        bind_host: settings::in_address(options.bind),
        external_host: Some(external_host),
        port,
        grpc_port: task_port,
        scheduler_host,
        scheduler_port,
        scheduler_connect_timeout_seconds: settings::CONNECT.as_secs() as u16,
        vcores: tasks,
        work_dir: Some(folder.path().to_string_lossy().into_owned()),
        memory_pool_size: options.memory_limit,
        grpc_max_decoding_message_size: LARGEST_MESSAGE,
        grpc_max_encoding_message_size: LARGEST_MESSAGE,
        executor_heartbeat_interval_seconds: settings::HEARTBEAT.as_secs(),
        override_runtime_producer: Some(Arc::new(runtime)),
        override_config_producer: Some(Arc::new(settings::session)),
        override_physical_codec: Some(Arc::new(LossCodec::new(version))),
        ..ExecutorProcessConfig::default()
    };
    ready(port, task_port);
    let ended = start_executor_process(Arc::new(config)).await;
    ended.map_err(|error: BallistaError| ClusterError::Machine(format!("the executor stopped: {error}")))
}
