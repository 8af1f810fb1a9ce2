//! What may be said beside the arrays of a call.

use dartboard_arrays::Threads;
use dartboard_losses::{Compat, Curvature, Reduction, Treatment};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;

use crate::{error, threads};

/// A number that is given by keyword; one that is too large for its type is a wrong value like any other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<T>(pub(crate) T);

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Plain<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        object.extract().map(Self).map_err(|error| {
            let error: PyErr = error.into();
            let too_large = error.is_instance_of::<PyOverflowError>(object.py());
            if too_large { PyValueError::new_err("the number is too large") } else { error }
        })
    }
}

/// A number with a default, which a type of its own could not show in a signature.
pub(crate) fn plain(object: &Bound<'_, PyAny>) -> PyResult<f64> {
    object.extract::<Plain<f64>>().map(|number| number.0)
}

/// What goes around the loss in a call.
pub(crate) struct Options {
    pub(crate) reduction: Reduction,
    pub(crate) class_weight: Vec<f64>,
    pub(crate) label_smoothing: f64,
    pub(crate) ignore: Option<f64>,
    pub(crate) curvature: Curvature,
    /// The library, and its function, whose numbers are wanted.
    pub(crate) library: Option<(Compat, Option<String>)>,
    pub(crate) threads: Threads,
}

impl Options {
    pub(crate) fn new(
        reduction: &str,
        class_weight: Option<Plain<Vec<f64>>>,
        label_smoothing: f64,
        ignore: Option<Plain<f64>>,
        threads: Option<Plain<i64>>,
    ) -> PyResult<Self> {
        Ok(Self {
            reduction: parse_reduction(reduction)?,
            class_weight: class_weight.map(|weight| weight.0).unwrap_or_default(),
            label_smoothing,
            ignore: ignore.map(|target| target.0),
            curvature: Curvature::True,
            library: None,
            threads: threads::of_call(threads.map(|threads| threads.0))?,
        })
    }

    /// Whether nothing goes around the loss but weights.
    pub(crate) fn are_plain(&self) -> bool {
        self.class_weight.is_empty()
            && self.label_smoothing == 0.0
            && self.ignore.is_none()
            && self.curvature == Curvature::True
            && self.library.is_none()
    }

    /// The same as the library knows it.
    pub(crate) fn treatment(&self) -> Treatment {
        let (compat, function) = self.library.clone().unzip();
        Treatment {
            class_weight: self.class_weight.clone(),
            label_smoothing: self.label_smoothing,
            ignore: self.ignore,
            reduction: Some(self.reduction),
            curvature: (self.curvature != Curvature::True).then_some(self.curvature),
            compat,
            function: function.flatten(),
            ..Treatment::new()
        }
    }
}

/// The reduction of this name; `mean` is the mean by weight.
fn parse_reduction(name: &str) -> PyResult<Reduction> {
    if name == "mean" {
        return Ok(Reduction::MeanByWeight);
    }
    let known = || std::iter::once("mean").chain(Reduction::ALL.map(Reduction::name));
    Reduction::parse(name).ok_or_else(|| error::choice("reduction", name, known()))
}

/// The curvature of this name.
pub(crate) fn parse_curvature(name: &str) -> PyResult<Curvature> {
    Curvature::parse(name).ok_or_else(|| error::choice("curvature", name, Curvature::ALL.map(Curvature::name)))
}

/// The library of this name.
pub(crate) fn parse_library(name: &str) -> PyResult<Compat> {
    Compat::parse(name).ok_or_else(|| error::choice("library", name, Compat::ALL.map(Compat::name)))
}
