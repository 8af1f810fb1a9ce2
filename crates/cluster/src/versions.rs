//! Processes of different versions refuse each other: two versions may round a loss differently.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use dartboard_tables::session::{Session, SessionOptions};
use tokio::sync::oneshot;

use crate::client::Cluster;
use crate::executor::{ExecutorOptions, run_executor_of_version};
use crate::scheduler::{SchedulerOptions, run_scheduler};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn scheduler() -> String {
    let (tell, told) = oneshot::channel();
    let options = SchedulerOptions { bind: LOOPBACK, port: 0, host: None, executor_timeout: Duration::from_secs(6) };
    tokio::spawn(run_scheduler(options, |port| tell.send(port).expect("it is waited for")));
    format!("{LOOPBACK}:{}", told.await.expect("it listens"))
}

async fn executor(version: &'static str, scheduler: &str) {
    let (tell, told) = oneshot::channel();
    let options = ExecutorOptions {
        scheduler: scheduler.to_owned(),
        bind: LOOPBACK,
        host: None,
        port: 0,
        task_port: 0,
        tasks: None,
        memory_limit: None,
        directory: std::env::temp_dir(),
        disk_limit: None,
    };
    tokio::spawn(run_executor_of_version(version, options, |_, _| tell.send(()).expect("it is waited for")));
    told.await.expect("it listens");
}

/// What a query of a loss is answered with.
async fn ask(cluster: Cluster) -> Result<usize, String> {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    file.write_all(b"y,p\n1,2\n").expect("it is written");
    let session = Session::with_remote(&SessionOptions::default(), Arc::new(cluster)).expect("a session");
    let query = format!("SELECT mse(y, p) FROM '{}'", file.path().display());
    let frame = session.sql(&query).await.expect("a plan");
    session.collect(frame).await.map(|batches| batches[0].num_rows()).map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_and_an_executor_of_another_version_are_refused() {
    let address = scheduler().await;
    executor("0.0.7", &address).await;
    let cluster = Cluster::new(&address, 4).expect("an address");

    let refused = ask(cluster.clone()).await.expect_err("the executor does not understand it");
    assert!(refused.contains("0.0.7") || refused.contains("must be of one version"), "{refused}");

    let refused = ask(cluster.of_version("0.0.8")).await.expect_err("the scheduler does not understand it");
    assert!(refused.starts_with("the query was made by dartboard 0.0.8 and reached dartboard "), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_one_version_understand_each_other() {
    let address = scheduler().await;
    executor(dartboard_tables::aggregate::wire::VERSION, &address).await;
    assert_eq!(ask(Cluster::new(&address, 4).expect("an address")).await, Ok(1));
}
