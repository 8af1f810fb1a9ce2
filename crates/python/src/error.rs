//! Errors of the library as exceptions, with the texts of the command line.

use std::fmt::Display;

use pyo3::PyErr;
use pyo3::exceptions::PyValueError;

/// A value that is not allowed.
pub(crate) fn value(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// A word that is none of those that are understood.
pub(crate) fn choice<'a>(what: &str, given: &str, known: impl IntoIterator<Item = &'a str>) -> PyErr {
    let known: Vec<&str> = known.into_iter().collect();
    value(format!("there is no {what} named '{given}'; it is one of {}", known.join(", ")))
}
