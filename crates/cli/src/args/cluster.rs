//! The arguments of `dartboard cluster`, and where queries are run.

#[cfg(feature = "cluster")]
pub(crate) use with_feature::{ClusterCommand, OnCluster};
#[cfg(not(feature = "cluster"))]
pub(crate) use without_feature::OnCluster;

#[cfg(not(feature = "cluster"))]
mod without_feature {
    /// Where a query is run: on this machine.
    #[derive(Clone, Debug, clap::Args)]
    pub(crate) struct OnCluster {}
}

#[cfg(feature = "cluster")]
mod with_feature {
    use std::net::{IpAddr, Ipv4Addr};
    use std::num::NonZeroUsize;
    use std::path::PathBuf;
    use std::time::Duration;

    use clap::Subcommand;
    use dartboard_cluster::{ExecutorOptions, SchedulerOptions};

    use super::super::value;

    const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// Where a query is run.
    #[derive(Clone, Debug, clap::Args)]
    #[command(next_help_heading = "Cluster")]
    pub(crate) struct OnCluster {
        /// Run on the cluster whose scheduler is there. All of its machines read the files under the names given here.
        #[arg(long, value_name = "HOST:PORT")]
        pub(crate) cluster: Option<String>,
        /// Into how many tasks a cluster cuts the files. Results do not depend on it.
        #[arg(
            long,
            value_name = "N",
            requires = "cluster",
            default_value = "64",
            value_parser = clap::value_parser!(u16).range(1..=10_000)
        )]
        pub(crate) parts: u16,
    }

    #[derive(Debug, Subcommand)]
    pub(crate) enum ClusterCommand {
        /// Run the process that queries are sent to, which divides them among executors.
        Scheduler(SchedulerArgs),
        /// Run a process that computes.
        Executor(ExecutorArgs),
    }

    #[derive(Debug, clap::Args)]
    pub(crate) struct SchedulerArgs {
        /// The address to listen at. Whoever reaches it can read every file that executors can read: nothing is encrypted,
        /// nobody is asked who they are.
        #[arg(long, value_name = "ADDRESS", default_value_t = LOOPBACK)]
        bind: IpAddr,
        /// The port to listen on; 0 for any that is free.
        #[arg(long, value_name = "PORT", default_value_t = 50050)]
        port: u16,
        /// The name under which executors reach it; the address if absent.
        #[arg(long, value_name = "NAME")]
        host: Option<String>,
        /// Seconds without a sign of life after which an executor is taken for dead and its tasks are given to others.
        #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = clap::value_parser!(u64).range(5..=3600))]
        executor_timeout: u64,
    }

    #[derive(Debug, clap::Args)]
    pub(crate) struct ExecutorArgs {
        /// The scheduler to work for.
        #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
        scheduler: String,
        /// The address to listen at. Whoever reaches it can read every file that this process can read.
        #[arg(long, value_name = "ADDRESS", default_value_t = LOOPBACK)]
        bind: IpAddr,
        /// The name under which the scheduler, other executors and clients reach it; the address if absent.
        #[arg(long, value_name = "NAME")]
        host: Option<String>,
        /// The port that results are fetched from; any that is free if absent.
        #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
        port: u16,
        /// The port that tasks are sent to; any that is free if absent.
        #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
        task_port: u16,
        /// How many tasks it runs at a time; as many as there are cores if absent.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
        tasks: Option<u16>,
        /// Memory for its tasks to keep to together, such as 2GiB; 70 % of the machine's if absent. What does not fit goes
        /// to the disk.
        #[arg(long, value_name = "SIZE", value_parser = value::size)]
        memory_limit: Option<u64>,
        /// Where results of tasks and what does not fit into memory are put; the system's temporary folder if absent.
        #[arg(long, value_name = "FOLDER")]
        directory: Option<PathBuf>,
        /// Disk for what does not fit into memory, such as 50GiB.
        #[arg(long, value_name = "SIZE", value_parser = value::size)]
        disk_limit: Option<u64>,
    }

    impl SchedulerArgs {
        pub(crate) fn options(&self) -> SchedulerOptions {
            SchedulerOptions {
                bind: self.bind,
                port: self.port,
                host: self.host.clone(),
                executor_timeout: Duration::from_secs(self.executor_timeout),
            }
        }
    }

    impl ExecutorArgs {
        pub(crate) fn options(&self) -> ExecutorOptions {
            ExecutorOptions {
                scheduler: self.scheduler.clone(),
                bind: self.bind,
                host: self.host.clone(),
                port: self.port,
                task_port: self.task_port,
                tasks: self.tasks.and_then(|tasks| NonZeroUsize::new(tasks.into())),
                memory_limit: self.memory_limit,
                directory: self.directory.clone().unwrap_or_else(std::env::temp_dir),
                disk_limit: self.disk_limit,
            }
        }
    }
}
