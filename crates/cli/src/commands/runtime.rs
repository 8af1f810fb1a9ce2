//! Running asynchronous work until it is done or the user wants it to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::runtime::Builder;

use crate::failure::Failure;
use crate::host::Stop;

/// How long tasks are given to let go of their temporary files after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs `work` on `threads` worker threads, all cores if absent.
pub(crate) fn block_on<T>(
    threads: Option<usize>,
    stop: &Stop,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let cores = || available_parallelism().map_or(1, usize::from);
    let runtime = Builder::new_multi_thread()
        // With one worker a scan that never yields would keep progress and Ctrl-C from coming through.
        .worker_threads(threads.unwrap_or_else(cores).max(2))
        .enable_all()
        .build()
        .map_err(|error| Failure::Data(format!("the threads could not be started: {error}")))?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = work => outcome,
            // Dropping the work aborts its tasks; half-written files are temporary ones and go with them.
            () = interrupt(stop) => Err(Failure::Interrupted),
        }
    });
    runtime.shutdown_timeout(PATIENCE);
    outcome
}

/// A flag that is set when the user wants to stop, for work that is not asynchronous.
pub(crate) fn interrupted(stop: &Stop) -> Arc<AtomicBool> {
    if let Stop::Flag(flag) = stop {
        return Arc::clone(flag);
    }
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    // Without a thread of its own Ctrl-C ends the process, which will do.
    let _ = std::thread::Builder::new().spawn(move || {
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(interrupt(&Stop::CtrlC));
        set.store(true, Ordering::Relaxed);
    });
    flag
}

/// How often a flag is looked at.
const GLANCE: Duration = Duration::from_millis(20);

async fn interrupt(stop: &Stop) {
    if let Stop::Flag(flag) = stop {
        while !flag.load(Ordering::Relaxed) {
            tokio::time::sleep(GLANCE).await;
        }
        return;
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler Ctrl-C ends the process, which will do.
        std::future::pending::<()>().await;
    }
}
