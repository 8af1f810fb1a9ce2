//! Asking a scheduler, before a query is sent, whether it is there and has executors.
//!
//! Without an executor a query would wait for ever without a word. The scheduler answers `GET /readyz` on its port.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::settings::{self, CONNECT};

/// How long executors may take to register with a scheduler that has just been started.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is asked meanwhile.
const AGAIN: Duration = Duration::from_millis(200);
/// More than the answer has.
const LONGEST_ANSWER: u64 = 4096;

/// Waits until the scheduler has executors.
///
/// # Errors
/// In words, where it does not answer, is no scheduler or has no executors.
pub(crate) async fn wait_until_ready(address: &str) -> Result<(), String> {
    let started = Instant::now();
    loop {
        if has_executors(address).await? {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            return Err(format!(
                "the cluster at {address} has no executors; `dartboard cluster executor --scheduler {address}` starts one"
            ));
        }
        sleep(AGAIN).await;
    }
}

/// Whether the scheduler has executors.
///
/// # Errors
/// In words, where it does not answer or is no scheduler.
pub(crate) async fn has_executors(address: &str) -> Result<bool, String> {
    let answer = timeout(CONNECT, ask(address)).await.unwrap_or_else(|_| Err("it does not answer".to_owned()));
    let answer = answer.map_err(|why| format!("no scheduler can be reached at {address}: {why}"))?;
    if !answer.to_lowercase().contains("server: ballista/") {
        return Err(format!("what listens at {address} is no scheduler of a cluster"));
    }
    Ok(answer.starts_with("HTTP/1.1 200"))
}

async fn ask(address: &str) -> Result<String, String> {
    let (host, port) = settings::host_and_port(address).map_err(|error| error.to_string())?;
    let plainly = |error: std::io::Error| settings::plainly(&error);
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await.map_err(plainly)?;
    let question = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await.map_err(plainly)?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await.map_err(plainly)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
