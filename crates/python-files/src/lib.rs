//! The module `dartboard_files._files`: the commands of the command line for Python. What is said and computed is said and
//! computed there; this passes arguments, tables in memory and results.

mod frame;
mod outcome;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use dartboard::call::{CallError, Frame, call, command};
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use self::outcome::Outcome;

/// How often Python is asked whether somebody pressed Ctrl-C.
const GLANCE: Duration = Duration::from_millis(50);
/// How long a run is waited for that is to stop. What cannot be stopped, such as a step of a fit, goes on in its thread.
const PATIENCE: Duration = Duration::from_secs(3);
/// The stack of the thread that runs a command, as large as that of a process.
const STACK: usize = 8 << 20;

/// An error as Python raises it.
fn raised(error: CallError) -> PyErr {
    match error {
        CallError::Options(message) => PyTypeError::new_err(message),
        CallError::Value(message) => PyValueError::new_err(message),
        // Of the kind that the system's error has: FileNotFoundError, PermissionError, ...
        CallError::System(kind, message) => std::io::Error::new(kind, message).into(),
        CallError::Stopped(message) => PyKeyboardInterrupt::new_err(message.unwrap_or_default()),
    }
}

/// What there is to know of a command and its options, as JSON; None where there is no such command.
#[pyfunction]
fn options(name: &str) -> PyResult<Option<String>> {
    let facts = command(name).map(|facts| serde_json::to_string(&facts)).transpose();
    facts.map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Runs a command line, whose first word is the name of the program. `frames` are tables in memory with the names by which
/// options mean them: objects with `__arrow_c_stream__`, or lists of columns.
#[pyfunction]
fn run(py: Python<'_>, arguments: Vec<String>, frames: Vec<(String, Bound<'_, PyAny>)>) -> PyResult<Outcome> {
    let frames: Vec<Frame> =
        frames.iter().map(|(name, table)| frame::read(py, name, table)).collect::<PyResult<_>>()?;
    let stop = Arc::new(AtomicBool::new(false));
    let (done, result) = channel();
    let wish = Arc::clone(&stop);
    // In a thread of its own, so that this one can listen to Python's signals.
    let work = move || {
        // Nobody may be waiting any more.
        let _ = done.send(call(arguments, frames, &wish));
    };
    thread::Builder::new().name("dartboard".to_owned()).stack_size(STACK).spawn(work)?;
    let result = Mutex::new(result);
    let mut interrupted: Option<(PyErr, Instant)> = None;
    loop {
        let wait = || result.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(GLANCE);
        match py.detach(wait) {
            Ok(outcome) => match interrupted {
                // What a run says that was stopped, such as how to go on with it.
                Some((error, _)) => {
                    return Err(if let Err(CallError::Stopped(Some(said))) = outcome {
                        raised(CallError::Stopped(Some(said)))
                    } else {
                        error
                    });
                }
                None => return outcome.map(Outcome::new).map_err(raised),
            },
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the run ended in an internal error"));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        match interrupted {
            Some((error, since)) if since.elapsed() > PATIENCE => return Err(error),
            None => {
                if let Err(error) = py.check_signals() {
                    stop.store(true, Ordering::Relaxed);
                    interrupted = Some((error, Instant::now()));
                }
            }
            _ => {}
        }
    }
}

/// Files and tables of predictions, for `dartboard_files`.
#[pymodule]
fn _files(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<Outcome>()?;
    module.add_function(wrap_pyfunction!(options, module)?)?;
    module.add_function(wrap_pyfunction!(run, module)?)
}
