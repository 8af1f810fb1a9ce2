//! Arrays that come from Python: their own memory where it can be computed on, a copy where it cannot.

use std::any::TypeId;
use std::borrow::Cow;
use std::ops::Range;

use dartboard_arrays::Element;
use dartboard_losses::Precision;
use numpy::{PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::error;

/// So few numbers that what goes around a call takes longer than the call: a few hundred take as long as to give the
/// interpreter's lock away and to get it back.
pub(crate) const FEW: usize = 512;

/// The precisions that are computed in: `f32` and `f64`.
pub(crate) trait Number: numpy::Element + Element + Precision {
    /// The numbers of an array in this precision.
    fn numbers<'py>(array: &Array<'py>) -> PyResult<Numbers<'py, Self>>;
    /// The same numbers in double precision.
    fn widened(numbers: &[Self]) -> Cow<'_, [f64]>;
    /// Results, rounded to nearest.
    fn narrowed(number: f64) -> Self;
}

impl Number for f64 {
    fn numbers<'py>(array: &Array<'py>) -> PyResult<Numbers<'py, Self>> {
        match &array.content {
            Content::Double(array) => borrow(array),
            Content::Single(single) => array.convert(single.as_untyped(), "float64"),
            Content::Other(other) => array.convert(other, "float64"),
        }
    }
    fn widened(numbers: &[Self]) -> Cow<'_, [f64]> {
        Cow::Borrowed(numbers)
    }
    fn narrowed(number: f64) -> Self {
        number
    }
}

impl Number for f32 {
    fn numbers<'py>(array: &Array<'py>) -> PyResult<Numbers<'py, Self>> {
        match &array.content {
            Content::Single(array) => borrow(array),
            Content::Double(double) => array.convert(double.as_untyped(), "float32"),
            Content::Other(other) => array.convert(other, "float32"),
        }
    }
    fn widened(numbers: &[Self]) -> Cow<'_, [f64]> {
        Cow::Owned(numbers.iter().map(|&number| f64::from(number)).collect())
    }
    fn narrowed(number: f64) -> Self {
        number as f32
    }
}

/// An array of numbers, one after another in memory, the last axis first.
pub(crate) struct Array<'py> {
    /// What it is to the reader of a message: "the target".
    what: &'static str,
    content: Content<'py>,
}

enum Content<'py> {
    Single(Bound<'py, PyArrayDyn<f32>>),
    Double(Bound<'py, PyArrayDyn<f64>>),
    /// Integers, truth values, half precision.
    Other(Bound<'py, PyUntypedArray>),
}

/// The addresses of a contiguous array's elements. Whose memory it is does not matter: the same memory may be known to NumPy
/// by several owners.
pub(crate) fn span<T: numpy::Element>(array: &Bound<'_, PyArrayDyn<T>>) -> Range<usize> {
    let start = array.data().addr();
    start..start + array.len() * size_of::<T>()
}

impl<'py> Content<'py> {
    fn of(array: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = array.cast::<PyArrayDyn<f64>>() {
            return Ok(Self::Double(array.clone()));
        }
        if let Ok(array) = array.cast::<PyArrayDyn<f32>>() {
            return Ok(Self::Single(array.clone()));
        }
        Ok(Self::Other(array.cast::<PyUntypedArray>()?.clone()))
    }

    fn as_untyped(&self) -> &Bound<'py, PyUntypedArray> {
        match self {
            Self::Single(array) => array.as_untyped(),
            Self::Double(array) => array.as_untyped(),
            Self::Other(array) => array,
        }
    }
}

impl<'py> Array<'py> {
    /// Reads whatever holds numbers: NumPy, pandas, polars, Arrow, DLPack, lists.
    pub(crate) fn read(object: &Bound<'py, PyAny>, what: &'static str) -> PyResult<Self> {
        if object.is_exact_instance_of::<PyUntypedArray>() {
            let content = Content::of(object)?;
            let array = content.as_untyped();
            if !matches!(content, Content::Other(_)) && array.is_c_contiguous() && array.is_aligned() {
                return Ok(Self { what, content });
            }
        }
        let read = function(object.py(), &READ, "read")?;
        Ok(Self { what, content: Content::of(&read.call1((object, what))?)? })
    }

    /// Reads it where there is one.
    pub(crate) fn read_some(object: Option<&Bound<'py, PyAny>>, what: &'static str) -> PyResult<Option<Self>> {
        object.filter(|object| !object.is_none()).map(|object| Self::read(object, what)).transpose()
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.content.as_untyped().shape()
    }

    pub(crate) fn len(&self) -> usize {
        self.content.as_untyped().len()
    }

    /// What it is to the reader of a message.
    pub(crate) fn what(&self) -> &'static str {
        self.what
    }

    /// Whether any of the memory it is read from lies there. What is converted is read from a copy.
    pub(crate) fn overlaps(&self, memory: &Range<usize>) -> bool {
        let own = match &self.content {
            Content::Single(array) => span(array),
            Content::Double(array) => span(array),
            Content::Other(_) => return false,
        };
        own.start < memory.end && memory.start < own.end
    }

    /// Whether the array's own memory is in this precision.
    pub(crate) fn holds<T: 'static>(&self) -> bool {
        match self.content {
            Content::Single(_) => TypeId::of::<T>() == TypeId::of::<f32>(),
            Content::Double(_) => TypeId::of::<T>() == TypeId::of::<f64>(),
            Content::Other(_) => false,
        }
    }

    fn convert<T: numpy::Element>(&self, from: &Bound<'py, PyUntypedArray>, to: &str) -> PyResult<Numbers<'py, T>> {
        let convert = function(from.py(), &CONVERT, "convert")?;
        borrow(convert.call1((from, to, self.what))?.cast::<PyArrayDyn<T>>()?)
    }
}

/// Whether single precision is enough: something is in single precision, and nothing in double.
pub(crate) fn is_single<'a, 'py: 'a>(arrays: impl IntoIterator<Item = &'a Array<'py>>) -> bool {
    let mut single = false;
    for array in arrays {
        match array.content {
            Content::Double(_) => return false,
            Content::Single(_) => single = true,
            Content::Other(_) => {}
        }
    }
    single
}

/// The numbers of an array while it is computed on.
pub(crate) enum Numbers<'py, T: numpy::Element> {
    /// A copy: to note that an array is borrowed, and that it no longer is, takes longer than to copy a few numbers.
    Few(Vec<T>),
    /// Its own memory, which nothing of ours writes to meanwhile.
    Many(PyReadonlyArrayDyn<'py, T>),
}

impl<T: numpy::Element> Numbers<'_, T> {
    pub(crate) fn slice(&self) -> PyResult<&[T]> {
        match self {
            Self::Few(numbers) => Ok(numbers),
            Self::Many(array) => array.as_slice().map_err(error::value),
        }
    }
}

fn borrow<'py, T: numpy::Element>(array: &Bound<'py, PyArrayDyn<T>>) -> PyResult<Numbers<'py, T>> {
    if array.len() <= FEW {
        return array.to_vec().map(Numbers::Few).map_err(error::value);
    }
    array.try_readonly().map(Numbers::Many).map_err(error::value)
}

static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static CONVERT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// A function of the Python half of reading arrays.
fn function<'py>(
    py: Python<'py>,
    kept: &'static PyOnceLock<Py<PyAny>>,
    name: &str,
) -> PyResult<&'py Bound<'py, PyAny>> {
    kept.get_or_try_init(py, || Ok(py.import("dartboard._arrays")?.getattr(name)?.unbind()))
        .map(|function| function.bind(py))
}
