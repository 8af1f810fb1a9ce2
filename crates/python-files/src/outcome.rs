//! What a command found, for Python: texts, and numbers as the bytes of arrays.

use dartboard::call;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::raised;

/// What a command found.
#[pyclass(frozen, module = "dartboard_files")]
pub(crate) struct Outcome {
    outcome: call::Outcome,
}

impl Outcome {
    pub(crate) fn new(outcome: call::Outcome) -> Self {
        Self { outcome }
    }
}

fn bytes<'py>(py: Python<'py>, numbers: &[f64]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
}

#[pymethods]
impl Outcome {
    /// The report as JSON, as `--format json` prints it.
    fn json(&self) -> PyResult<String> {
        self.outcome.json().map_err(raised)
    }

    /// The report as the terminal shows it, without colours.
    fn text(&self) -> String {
        self.outcome.text()
    }

    /// The report as a piece of HTML.
    fn html(&self) -> String {
        self.outcome.html()
    }

    /// A picture of a landscape, by the ending of its file; None where there is none.
    fn picture(&self, py: Python<'_>, ending: &str) -> PyResult<Option<Py<PyBytes>>> {
        let drawn = py.detach(|| self.outcome.picture(ending)).map_err(raised)?;
        Ok(drawn.map(|drawn| PyBytes::new(py, &drawn).unbind()))
    }

    /// The losses of a landscape as numbers: a dict for each, with little-endian doubles.
    fn surfaces<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let all = PyList::empty(py);
        for surface in self.outcome.surfaces() {
            let one = PyDict::new(py);
            one.set_item("loss", &surface.loss)?;
            one.set_item("x", bytes(py, &surface.x))?;
            one.set_item("y", bytes(py, &surface.y))?;
            one.set_item("values", bytes(py, &surface.values))?;
            let computed: Vec<u8> = surface.computed.iter().map(|&computed| u8::from(computed)).collect();
            one.set_item("computed", PyBytes::new(py, &computed))?;
            one.set_item("path", surface.path)?;
            one.set_item("minimum", surface.minimum)?;
            all.append(one)?;
        }
        Ok(all)
    }
}
