//! `dartboard cluster`: the processes of a cluster.

use std::net::SocketAddr;

use dartboard_cluster::{ClusterError, run_executor, run_scheduler};

use super::runtime;
use crate::args::ClusterCommand;
use crate::failure::Failure;
use crate::host::Host;

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::Usage(message) => Self::Usage(message),
            ClusterError::Machine(message) => Self::Data(message),
        }
    }
}

pub(crate) fn run(command: &ClusterCommand, host: &Host) -> Result<(), Failure> {
    // What the engine has to say goes to standard error, warnings and worse unless RUST_LOG asks for more.
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    match command {
        ClusterCommand::Scheduler(args) => {
            let options = args.options();
            let bind = options.bind;
            let ready = move |port| eprintln!("the scheduler listens at {}", SocketAddr::new(bind, port));
            runtime::block_on(None, &host.stop, async { Ok(run_scheduler(options, ready).await?) })
        }
        ClusterCommand::Executor(args) => {
            let options = args.options();
            let bind = options.bind;
            let scheduler = options.scheduler.clone();
            let ready = move |port, task_port| {
                let [results, tasks] = [port, task_port].map(|port| SocketAddr::new(bind, port));
                eprintln!("the executor listens at {results} and {tasks} and works for {scheduler}");
            };
            runtime::block_on(options.tasks.map(Into::into), &host.stop, async {
                Ok(run_executor(options, ready).await?)
            })
        }
    }
}
