//! How many threads a call may use.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use dartboard_arrays::Threads;
use pyo3::prelude::*;

use crate::error;
use crate::options::Plain;

/// The number that calls use which name none; 0 means all.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Whether this process was forked: of the threads that had been started before, it has none.
static FORKED: AtomicBool = AtomicBool::new(false);

/// The threads of a call. The results are the same bits for any number.
pub(crate) fn of_call(asked: Option<i64>) -> PyResult<Threads> {
    let count = asked.map_or_else(|| Ok(COUNT.load(Ordering::Relaxed)), count)?;
    Ok(if FORKED.load(Ordering::Relaxed) { Threads::One } else { Threads::new(count) })
}

fn count(asked: i64) -> PyResult<usize> {
    /// More than machines have, and few enough to be started.
    const MOST: i64 = 4096;
    let refuse = || error::value(format!("threads must be from 1 to {MOST}, or 0 for all, not {asked}"));
    if (0..=MOST).contains(&asked) { usize::try_from(asked).map_err(|_| refuse()) } else { Err(refuse()) }
}

/// Sets how many threads calls use that name no number; 0 means all that the machine has.
#[pyfunction]
pub(crate) fn set_threads(threads: Plain<i64>) -> PyResult<()> {
    COUNT.store(count(threads.0)?, Ordering::Relaxed);
    Ok(())
}

/// How many threads calls use that name no number; 0 means all that the machine has.
#[pyfunction]
pub(crate) fn get_threads() -> usize {
    COUNT.load(Ordering::Relaxed)
}

/// From now on all work is done by the thread that asks for it: for a process that was forked.
#[pyfunction]
pub(crate) fn after_fork() {
    FORKED.store(true, Ordering::Relaxed);
}
