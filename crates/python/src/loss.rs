//! A loss as a Python object.

use std::sync::OnceLock;

use dartboard_losses::{
    BatchError, Compat, Convexity, Curvature, Family, Loss, Treated, Treatment, perfect_mean, skill,
};
use dartboard_reference::Facts;
use dartboard_reference::plot::{Plot, svg};
use numpy::PyArray1;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::compute::{Given, Want, evaluate};
use crate::constant;
use crate::derivatives::derivatives;
use crate::error;
use crate::input::Array;
use crate::options::{Options, Plain, parse_curvature, parse_library, plain};
use crate::product::hessian_vector;
use crate::show::{Figure, Formula};

/// A loss with its parameters set.
#[pyclass(frozen, name = "Loss", module = "dartboard")]
pub(crate) struct PyLoss {
    pub(crate) loss: Loss,
    /// The facts as JSON: to prove claims takes milliseconds.
    facts: OnceLock<String>,
}

impl From<Loss> for PyLoss {
    fn from(loss: Loss) -> Self {
        Self { loss, facts: OnceLock::new() }
    }
}

const VALUE: Want = Want { value: true, gradient: false, hessian: false };
const GRADIENT: Want = Want { value: false, gradient: true, hessian: false };
const HESSIAN: Want = Want { value: false, gradient: false, hessian: true };

fn missing() -> PyErr {
    PyTypeError::new_err("a result that was asked for is missing")
}

#[pymethods]
impl PyLoss {
    #[new]
    #[pyo3(signature = (spec, /))]
    fn new(spec: &str) -> PyResult<Self> {
        Ok(Loss::parse(spec).map_err(error::value)?.into())
    }

    /// The loss of this name with these parameters, in the order of its card.
    #[classmethod]
    #[pyo3(signature = (name, parameters, /))]
    fn with_parameters(_class: &Bound<'_, PyType>, name: &str, parameters: Plain<Vec<f64>>) -> PyResult<Self> {
        Ok(Loss::with_parameters(name, &parameters.0).map_err(error::value)?.into())
    }

    /// The short name.
    #[getter]
    fn name(&self) -> &'static str {
        self.loss.card().name
    }

    /// The canonical spec: the name, with the parameters that differ from their defaults.
    #[getter]
    fn spec(&self) -> String {
        self.loss.spec()
    }

    /// How rows enter: "pointwise", "rowwise" or "joint".
    #[getter]
    fn family(&self) -> &'static str {
        match self.loss.card().family {
            Family::Pointwise => "pointwise",
            Family::Rowwise => "rowwise",
            Family::Joint => "joint",
        }
    }

    /// Whether the curvature is positive everywhere.
    #[getter]
    fn is_strictly_convex(&self) -> bool {
        matches!(self.loss.properties().convexity, Convexity::Strict | Convexity::Strong(_))
    }

    /// The values of the parameters by name.
    #[getter]
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let parameters = PyDict::new(py);
        for (parameter, &value) in self.loss.card().parameters.iter().zip(self.loss.parameters()) {
            parameters.set_item(parameter.name, value)?;
        }
        Ok(parameters)
    }

    /// All facts of the loss as plain data.
    #[getter]
    fn card<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let text = match self.facts.get() {
            Some(text) => text,
            None => {
                let text = serde_json::to_string(&Facts::of(&self.loss)).map_err(error::value)?;
                self.facts.get_or_init(|| text)
            }
        };
        py.import("json")?.call_method1("loads", (text,))
    }

    /// The formulas of value, gradient and Hessian, generated from the code that computes them.
    #[getter]
    fn formula(&self) -> Formula {
        Formula::of(&self.loss)
    }

    /// Value and gradient as curves.
    fn plot(&self) -> PyResult<Figure> {
        let plot = Plot::of(&self.loss).ok_or_else(|| {
            error::value(format!("{} takes predictions of several meanings and has no plot", self.loss.card().name))
        })?;
        Ok(Figure::new(svg::standalone(&plot), plot.describe()))
    }

    /// The loss of predictions: a number, or with reduction="none" one per row.
    #[pyo3(signature = (y, p, *, weight=None, reduction="mean", class_weight=None, label_smoothing=0.0, ignore=None, threads=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    fn value<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        class_weight: Option<Plain<Vec<f64>>>,
        #[pyo3(from_py_with = plain)] label_smoothing: f64,
        ignore: Option<Plain<f64>>,
        threads: Option<Plain<i64>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = Options::new(reduction, class_weight, label_smoothing, ignore, threads)?;
        let given = Given::read(&self.loss, y, p, weight)?;
        let [value, ..] = evaluate(py, &self.loss, &given, &options, VALUE)?;
        value.ok_or_else(missing)
    }

    /// The same with everything by position: for the functions of the losses, which have the keywords.
    #[pyo3(signature = (y, p, weight, reduction, class_weight, label_smoothing, ignore, threads, /))]
    #[expect(clippy::too_many_arguments, reason = "those of `value`")]
    fn _value<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        class_weight: Option<Plain<Vec<f64>>>,
        #[pyo3(from_py_with = plain)] label_smoothing: f64,
        ignore: Option<Plain<f64>>,
        threads: Option<Plain<i64>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)
    }

    /// The derivative of the value by every prediction.
    #[pyo3(signature = (y, p, *, weight=None, reduction="mean", class_weight=None, label_smoothing=0.0, ignore=None, out=None, threads=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    fn gradient<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        class_weight: Option<Plain<Vec<f64>>>,
        #[pyo3(from_py_with = plain)] label_smoothing: f64,
        ignore: Option<Plain<f64>>,
        out: Option<&Bound<'py, PyAny>>,
        threads: Option<Plain<i64>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = Options::new(reduction, class_weight, label_smoothing, ignore, threads)?;
        let given = Given::read(&self.loss, y, p, weight)?.into(out);
        let [_, gradient, _] = evaluate(py, &self.loss, &given, &options, GRADIENT)?;
        gradient.ok_or_else(missing)
    }

    /// Value and gradient in one pass.
    #[pyo3(signature = (y, p, *, weight=None, reduction="mean", class_weight=None, label_smoothing=0.0, ignore=None, out=None, threads=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    fn value_and_gradient<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        class_weight: Option<Plain<Vec<f64>>>,
        #[pyo3(from_py_with = plain)] label_smoothing: f64,
        ignore: Option<Plain<f64>>,
        out: Option<&Bound<'py, PyAny>>,
        threads: Option<Plain<i64>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let options = Options::new(reduction, class_weight, label_smoothing, ignore, threads)?;
        let given = Given::read(&self.loss, y, p, weight)?.into(out);
        let want = Want { value: true, gradient: true, hessian: false };
        let [value, gradient, _] = evaluate(py, &self.loss, &given, &options, want)?;
        Ok((value.ok_or_else(missing)?, gradient.ok_or_else(missing)?))
    }

    /// The second derivative of the value by every prediction, or what is asked for in its place.
    #[pyo3(signature = (y, p, *, weight=None, reduction="mean", class_weight=None, label_smoothing=0.0, ignore=None, curvature="true", threads=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    fn hessian<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        class_weight: Option<Plain<Vec<f64>>>,
        #[pyo3(from_py_with = plain)] label_smoothing: f64,
        ignore: Option<Plain<f64>>,
        curvature: &str,
        threads: Option<Plain<i64>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = Options::new(reduction, class_weight, label_smoothing, ignore, threads)?;
        let options = Options { curvature: parse_curvature(curvature)?, ..options };
        let given = Given::read(&self.loss, y, p, weight)?;
        let [_, _, hessian] = evaluate(py, &self.loss, &given, &options, HESSIAN)?;
        hessian.ok_or_else(missing)
    }

    /// Gradient and curvature of every row's own loss, times its weight, as boosting libraries want them; with a library,
    /// those of that library's function.
    #[pyo3(signature = (y, p, *, weight=None, curvature="true", library=None, function=None, threads=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    fn derivatives<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        curvature: &str,
        library: Option<&str>,
        function: Option<&str>,
        threads: Option<Plain<i64>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let options = Options::new("none", None, 0.0, None, threads)?;
        let library = library.map(parse_library).transpose()?;
        if let (None, Some(function)) = (library, function) {
            return Err(error::value(BatchError::FunctionWithoutLibrary(function.to_owned())));
        }
        let first = |library: Compat| library.functions(self.name()).first().copied();
        let library = library.map(|library| (library, function.or_else(|| first(library)).map(str::to_owned)));
        let options = Options { curvature: parse_curvature(curvature)?, library, ..options };
        let given = Given::read(&self.loss, y, p, weight)?;
        if let Some(pair) = derivatives(py, &self.loss, &given, &options)? {
            return Ok(pair);
        }
        let want = Want { value: false, gradient: true, hessian: true };
        let [_, gradient, hessian] = evaluate(py, &self.loss, &given, &options, want)?;
        Ok((gradient.ok_or_else(missing)?, hessian.ok_or_else(missing)?))
    }

    /// The functions of a library that are this loss, or are close to it; objectives first.
    #[pyo3(signature = (library, /))]
    fn functions(&self, library: &str) -> PyResult<Vec<&'static str>> {
        Ok(parse_library(library)?.functions(self.loss.card().name))
    }

    /// Which curvatures this loss has.
    #[getter]
    fn curvatures(&self) -> Vec<&'static str> {
        let has = |curvature: &Curvature| Treated::new(&self.loss, Treatment::new().curvature(*curvature)).is_ok();
        Curvature::ALL.iter().filter(|curvature| has(curvature)).map(|curvature| curvature.name()).collect()
    }

    /// The product of every row's Hessian with the row's vector: of losses of rows of scores, for second derivatives.
    #[pyo3(signature = (y, p, vector, /))]
    fn hessian_vector<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        vector: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let given = Given::read(&self.loss, y, p, None)?;
        let vector = Array::read(vector, "the vector")?;
        Ok(hessian_vector(py, &self.loss, &given, &vector)?.into_any())
    }

    /// The constant prediction with the smallest mean loss, on the scale of the predictions.
    #[pyo3(signature = (y, *, weight=None, classes=None))]
    fn best_constant<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        classes: Option<Plain<i64>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let targets = constant::targets(&self.loss, y, weight, classes.map(|classes| classes.0))?;
        let prediction = constant::best(py, &self.loss, &targets)?.prediction;
        match prediction[..] {
            [only] if self.loss.pointwise().is_some() => only.into_bound_py_any(py),
            _ => PyArray1::from_vec(py, prediction).into_bound_py_any(py),
        }
    }

    /// How much of the way from the best constant to perfect predictions these have gone; None where there is no way to go.
    #[pyo3(signature = (y, p, *, weight=None))]
    fn skill<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<f64>> {
        let given = Given::read(&self.loss, y, p, weight)?;
        let options = Options::new("mean", None, 0.0, None, None)?;
        let [value, ..] = evaluate(py, &self.loss, &given, &options, VALUE)?;
        let mean: f64 = value.ok_or_else(missing)?.extract()?;
        let targets =
            constant::targets(&self.loss, y, weight, given.classes().and_then(|count| i64::try_from(count).ok()))?;
        let reference = constant::best(py, &self.loss, &targets)?;
        let Some(perfect) = perfect_mean(&self.loss, &targets.distribution) else { return Ok(None) };
        Ok(skill(mean, reference.mean, perfect))
    }

    #[pyo3(signature = (y, p, *, weight=None, reduction="mean", class_weight=None, label_smoothing=0.0, ignore=None, threads=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        y: &Bound<'py, PyAny>,
        p: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        class_weight: Option<Plain<Vec<f64>>>,
        #[pyo3(from_py_with = plain)] label_smoothing: f64,
        ignore: Option<Plain<f64>>,
        threads: Option<Plain<i64>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)
    }

    fn __repr__(&self) -> String {
        format!("Loss('{}')", self.loss.spec())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().loss == self.loss)
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.loss.spec().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let class = py.get_type::<Self>().into_any();
        PyTuple::new(py, [class, PyTuple::new(py, [self.loss.spec()])?.into_any()])
    }
}
