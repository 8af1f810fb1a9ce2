//! The compiled half of the Python package `dartboard`: losses, what goes around them and what is known about them.

mod advice;
mod compute;
mod constant;
mod derivatives;
mod error;
mod input;
mod loss;
mod options;
mod product;
mod show;
mod threads;

use dartboard_losses::{Loss, SpecError};
use dartboard_reference::all_facts;
use pyo3::prelude::*;

/// The names of all losses, in the order of the catalogue.
#[pyfunction]
fn names() -> Vec<&'static str> {
    dartboard_losses::cards().map(|card| card.name).collect()
}

/// All facts of all losses with their default parameters, as JSON.
#[pyfunction]
fn facts() -> PyResult<String> {
    serde_json::to_string(&all_facts()).map_err(error::value)
}

/// Why there is no loss of this name: with the nearest one, if any is close.
#[pyfunction]
#[pyo3(signature = (name, /))]
fn why_unknown(name: &str) -> Option<String> {
    Loss::parse(name).err().map(|error| error.to_string())
}

/// Why a loss does not take a parameter of this name.
#[pyfunction]
#[pyo3(signature = (loss, name, /))]
fn why_unknown_parameter(loss: &str, name: &str) -> Option<String> {
    match Loss::parse(&format!("{loss}({name}=1)")) {
        Err(error @ SpecError::UnknownParameter { .. }) => Some(error.to_string()),
        _ => None,
    }
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<loss::PyLoss>()?;
    module.add_class::<show::Formula>()?;
    module.add_class::<show::Figure>()?;
    module.add_function(wrap_pyfunction!(names, module)?)?;
    module.add_function(wrap_pyfunction!(facts, module)?)?;
    module.add_function(wrap_pyfunction!(why_unknown, module)?)?;
    module.add_function(wrap_pyfunction!(why_unknown_parameter, module)?)?;
    module.add_function(wrap_pyfunction!(advice::advise, module)?)?;
    module.add_function(wrap_pyfunction!(threads::set_threads, module)?)?;
    module.add_function(wrap_pyfunction!(threads::get_threads, module)?)?;
    module.add_function(wrap_pyfunction!(threads::after_fork, module)?)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    // Imported early, so that a missing NumPy is said by the import and not by the first call.
    module.py().import("numpy")?;
    Ok(())
}
