//! One call: arrays in, a number or arrays out.
//!
//! There are three ways. Pointwise losses without more around them than weights, and the cross-entropy of rows of logits,
//! are passes over the caller's arrays in their own precision; everything else goes by columns in double precision.

use std::borrow::Cow;
use std::ops::Range;

use dartboard_arrays::{ClassOptions, ClassTarget, Outputs, Total, softmax_cross_entropy};
use dartboard_losses::{BatchError, CceLogits, Family, Loss, Reduction, Rows, Rowwise, Treated, Truth};
use dartboard_numerics::sum::ExactSum;
use numpy::{PyArray1, PyArrayDyn, PyArrayMethods, PyReadwriteArrayDyn, PyUntypedArrayMethods};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error;
use crate::input::{Array, FEW, Number, Numbers, is_single, span};
use crate::options::Options;

/// Which results are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Want {
    pub(crate) value: bool,
    pub(crate) gradient: bool,
    pub(crate) hessian: bool,
}

/// Value, gradient and Hessian, each where it is wanted.
pub(crate) type Results<'py> = [Option<Bound<'py, PyAny>>; 3];

/// Gradient and curvature.
pub(crate) type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The arrays of a call.
pub(crate) struct Given<'py> {
    pub(crate) target: Array<'py>,
    pub(crate) prediction: Array<'py>,
    pub(crate) weight: Option<Array<'py>>,
    /// Where the gradient is to go.
    out: Option<Bound<'py, PyAny>>,
}

impl<'py> Given<'py> {
    pub(crate) fn read(
        loss: &Loss,
        target: &Bound<'py, PyAny>,
        prediction: &Bound<'py, PyAny>,
        weight: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let given = Self {
            target: Array::read(target, "the target")?,
            prediction: Array::read(prediction, "the prediction")?,
            weight: Array::read_some(weight, "the weight")?,
            out: None,
        };
        given.check_shapes(loss)?;
        Ok(given)
    }

    /// The same, with an array for the gradient to be written into.
    pub(crate) fn into(self, out: Option<&Bound<'py, PyAny>>) -> Self {
        Self { out: out.cloned(), ..self }
    }

    /// Shapes are never stretched to fit: a column against a row would be a table.
    fn check_shapes(&self, loss: &Loss) -> PyResult<()> {
        let (name, target, prediction) = (loss.card().name, self.target.shape(), self.prediction.shape());
        if loss.card().family == Family::Pointwise {
            if target.len() == prediction.len() && target.len() <= 1 && target.first() != prediction.first() {
                let (expected, found) = (self.target.len(), self.prediction.len());
                return Err(error::value(BatchError::Length { what: "the column of predictions", expected, found }));
            }
            if target != prediction {
                let text = format!("the target has the shape {target:?} and the prediction {prediction:?}");
                return Err(error::value(format!("{text}; {name} takes two of one shape")));
            }
        } else {
            if prediction.len() != 2 {
                let text = format!("{name} takes predictions of 2 dimensions, a row of them per target");
                return Err(error::value(format!("{text}, not of shape {prediction:?}")));
            }
            if let (&[_, shares], &[_, scores]) = (target, prediction)
                && shares != scores
                && loss.card().family == Family::Rowwise
            {
                let expected = format!("as many columns of predictions as of shares, which are {shares}");
                return Err(error::value(BatchError::Columns { loss: name, expected, found: scores }));
            }
            if prediction[1] == 0 {
                let expected = "one column of predictions per class".to_owned();
                return Err(error::value(BatchError::Columns { loss: name, expected, found: 0 }));
            }
            if !matches!(target.len(), 1 | 2) {
                let text = format!("{name} takes a target of 1 or 2 dimensions, not of shape {target:?}");
                return Err(error::value(text));
            }
            let (expected, found) = (target[0], prediction[0]);
            if expected != found {
                return Err(error::value(BatchError::Length { what: "the array of predictions", expected, found }));
            }
        }
        match &self.weight {
            Some(weight) if loss.card().family != Family::Pointwise && weight.shape() != &target[..1] => {
                let text = format!("the weight has the shape {:?}, and there are {} rows", weight.shape(), target[0]);
                Err(error::value(text))
            }
            Some(weight) if loss.card().family == Family::Pointwise && weight.shape() != target => {
                let (expected, found) = (self.target.len(), weight.len());
                Err(if expected != found && target.len() <= 1 && weight.shape().len() == target.len() {
                    error::value(BatchError::Length { what: "the column of weights", expected, found })
                } else {
                    let text = format!("the weight has the shape {:?} and the target {target:?}", weight.shape());
                    error::value(format!("{text}; they must have one shape"))
                })
            }
            _ => Ok(()),
        }
    }

    /// The number of classes, where there is a row of predictions per target.
    pub(crate) fn classes(&self) -> Option<usize> {
        self.prediction.shape().get(1).copied()
    }

    /// How many rows there are besides those that took part.
    fn left_out(&self, rows: u64) -> usize {
        self.prediction.shape()[0].saturating_sub(usize::try_from(rows).unwrap_or(usize::MAX))
    }

    pub(crate) fn is_single(&self, loss: &Loss) -> bool {
        // The class of a row is a whole number, whatever it is held in.
        let target = (loss.card().family != Family::Rowwise || self.target.shape().len() == 2).then_some(&self.target);
        is_single(target.into_iter().chain([&self.prediction]).chain(&self.weight))
    }
}

/// Computes what is wanted.
pub(crate) fn evaluate<'py>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    options: &Options,
    want: Want,
) -> PyResult<Results<'py>> {
    if given.is_single(loss) {
        evaluate_in::<f32>(py, loss, given, options, want)
    } else {
        evaluate_in::<f64>(py, loss, given, options, want)
    }
}

fn evaluate_in<'py, E: Number>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    options: &Options,
    want: Want,
) -> PyResult<Results<'py>> {
    let of_rows = options.reduction == Reduction::None;
    if loss.pointwise().is_some() && options.are_plain() {
        return pointwise::<E>(py, loss, given, options, want);
    }
    let plain_enough = options.library.is_none() && !want.hessian && !(want.value && of_rows);
    if loss.card().name == CceLogits::CARD.name && plain_enough {
        return classes::<E>(py, loss, given, options, want);
    }
    if loss.card().name == CceLogits::CARD.name && want.value && want.gradient {
        // A gradient has the same bits with its values as without.
        let apart = |value, gradient| Want { value, gradient, ..want };
        let [_, gradient, _] = evaluate_in::<E>(py, loss, given, options, apart(false, true))?;
        let [value, _, hessian] = evaluate_in::<E>(py, loss, given, options, apart(true, false))?;
        return Ok([value, gradient, hessian]);
    }
    treated::<E>(py, loss, given, options, want)
}

/// An array of results.
pub(crate) enum Out<'py, E: Number> {
    /// A few numbers, which become an array at the end.
    Few(Python<'py>, Vec<E>),
    /// An array that is written in place.
    Array(Bound<'py, PyArrayDyn<E>>, PyReadwriteArrayDyn<'py, E>),
}

impl<'py, E: Number> Out<'py, E> {
    pub(crate) fn new(py: Python<'py>, shape: &[usize]) -> PyResult<Self> {
        if let &[length @ ..=FEW] = shape {
            return Ok(Self::Few(py, vec![E::ZERO; length]));
        }
        let array = PyArrayDyn::zeros(py, shape, false);
        let borrowed = array.try_readwrite().map_err(error::value)?;
        Ok(Self::Array(array, borrowed))
    }

    /// Where the gradient goes: the caller's array, or a new one.
    fn of_gradient(py: Python<'py>, given: &Given<'py>, wanted: bool) -> PyResult<Option<Self>> {
        let shape = given.prediction.shape();
        let Some(out) = given.out.as_ref().filter(|_| wanted) else { return Self::wanted(py, shape, wanted) };
        let Ok(array) = out.cast::<PyArrayDyn<E>>() else {
            return Err(PyTypeError::new_err(format!("out must be a NumPy array of {}", E::get_dtype(py))));
        };
        if array.shape() != shape {
            let text = format!("out has the shape {:?} and the prediction {shape:?}", array.shape());
            return Err(error::value(format!("{text}; they must have one shape")));
        }
        if !(array.is_c_contiguous() && array.is_aligned()) {
            return Err(error::value("out must be contiguous in memory, the last axis first"));
        }
        let written = span(array);
        let inputs = [Some(&given.target), Some(&given.prediction), given.weight.as_ref()];
        if let Some(input) = inputs.into_iter().flatten().find(|input| input.overlaps(&written)) {
            return Err(error::value(format!("out cannot be written to: it shares memory with {}", input.what())));
        }
        let borrowed =
            array.try_readwrite().map_err(|error| error::value(format!("out cannot be written to: {error}")))?;
        Ok(Some(Self::Array(array.clone(), borrowed)))
    }

    fn wanted(py: Python<'py>, shape: &[usize], wanted: bool) -> PyResult<Option<Self>> {
        wanted.then(|| Self::new(py, shape)).transpose()
    }

    pub(crate) fn slice(&mut self) -> PyResult<&mut [E]> {
        match self {
            Self::Few(_, numbers) => Ok(numbers),
            Self::Array(_, borrowed) => borrowed.as_slice_mut().map_err(error::value),
        }
    }

    pub(crate) fn finish(self) -> Bound<'py, PyAny> {
        match self {
            Self::Few(py, numbers) => PyArray1::from_slice(py, &numbers).into_any(),
            Self::Array(array, borrowed) => {
                drop(borrowed);
                array.into_any()
            }
        }
    }
}

fn slice_of<'a, E: Number>(out: &'a mut Option<Out<'_, E>>) -> PyResult<Option<&'a mut [E]>> {
    out.as_mut().map(Out::slice).transpose()
}

/// What a sum of rows is divided by under this reduction.
fn divisor(total: &ExactSum, rows: u64, left_out: usize, reduction: Reduction) -> Result<ExactSum, BatchError> {
    let counted = |count| {
        let mut sum = ExactSum::new();
        sum.add_count(count);
        sum
    };
    let mean = !matches!(reduction, Reduction::Sum | Reduction::None);
    if mean && rows == 0 {
        return Err(BatchError::NoRows { left_out });
    }
    match reduction {
        Reduction::MeanByWeight if total.is_zero() => Err(BatchError::NoWeight),
        Reduction::MeanByWeight => Ok(total.clone()),
        Reduction::MeanByCount | Reduction::BatchMean => Ok(counted(rows)),
        Reduction::Sum | Reduction::None => Ok(counted(1)),
    }
}

/// The factor of the rows' own derivatives, from what the sum is divided by.
fn scale(divisor: &ExactSum) -> f64 {
    let mut one = ExactSum::new();
    one.add_count(1);
    one.ratio(divisor)
}

/// Runs `work` without the interpreter's lock, but for short calls.
pub(crate) fn detached<T: Send>(py: Python<'_>, numbers: usize, work: impl FnOnce() -> T + Send) -> T {
    if numbers <= FEW { work() } else { py.detach(work) }
}

fn pointwise<'py, E: Number>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    options: &Options,
    want: Want,
) -> PyResult<Results<'py>> {
    let of_rows = options.reduction == Reduction::None;
    let (target, prediction) = (E::numbers(&given.target)?, E::numbers(&given.prediction)?);
    let weight = given.weight.as_ref().map(E::numbers).transpose()?;
    let (y, z) = (target.slice()?, prediction.slice()?);
    let w = weight.as_ref().map(Numbers::slice).transpose()?;

    let divided_by = if want.gradient || want.hessian {
        let (mut total, rows) = (ExactSum::new(), y.len() as u64);
        match w {
            None => total.add_count(rows),
            Some(w) => E::add_all(&mut total, w),
        }
        // Weights that are not fit are named by the pass itself.
        let fit = w.is_none_or(|w| w.iter().all(|&weight| weight >= E::ZERO && weight <= E::MAX));
        if fit { scale(&divisor(&total, rows, 0, options.reduction).map_err(error::value)?) } else { 1.0 }
    } else {
        1.0
    };
    let shape = given.prediction.shape();
    let mut value = Out::<E>::wanted(py, shape, want.value && of_rows)?;
    let mut gradient = Out::<E>::of_gradient(py, given, want.gradient)?;
    let mut hessian = Out::<E>::wanted(py, shape, want.hessian)?;
    let outputs = Outputs {
        value: slice_of(&mut value)?,
        gradient: slice_of(&mut gradient)?,
        hessian: slice_of(&mut hessian)?,
        scale: divided_by,
    };
    let rows = dartboard_arrays::Rows::new(y, z);
    let rows = w.map_or(rows, |w| rows.weighted(w));
    let total = detached(py, y.len(), || dartboard_arrays::pointwise(loss, rows, outputs, options.threads));
    let total = total.map_err(error::value)?;
    let value = match value {
        Some(value) => Some(value.finish()),
        None if want.value => Some(reduced(&total, 0, options.reduction)?.into_bound_py_any(py)?),
        None => None,
    };
    Ok([value, gradient.map(Out::finish), hessian.map(Out::finish)])
}

fn reduced(total: &Total, left_out: usize, reduction: Reduction) -> PyResult<f64> {
    let divisor = divisor(&total.weight, total.rows, left_out, reduction).map_err(error::value)?;
    Ok(total.loss.ratio(&divisor))
}

/// The class of each row, and whether a row is ignored.
pub(crate) fn class_indices(target: &[f64], classes: usize, ignore: Option<f64>) -> Result<Vec<u32>, BatchError> {
    let read = |(row, &class): (usize, &f64)| {
        if ignore.is_some_and(|ignore| class == ignore || (class.is_nan() && ignore.is_nan())) {
            return Ok(u32::MAX);
        }
        let whole = class >= 0.0 && class < classes.min(u32::MAX as usize) as f64 && class.trunc() == class;
        whole.then_some(class as u32).ok_or(BatchError::Class { row, class, classes })
    };
    target.iter().enumerate().map(read).collect()
}

/// Softmax cross-entropy of rows of logits.
fn classes<'py, E: Number>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    options: &Options,
    want: Want,
) -> PyResult<Results<'py>> {
    // What may be set is checked in one place.
    Treated::new(loss, options.treatment()).map_err(error::value)?;
    let prediction = E::numbers(&given.prediction)?;
    let (logits, columns) = (prediction.slice()?, given.prediction.shape()[1]);
    let weight = given.weight.as_ref().map(E::numbers).transpose()?;
    let weight = weight.as_ref().map(Numbers::slice).transpose()?;
    let shares = if given.target.shape().len() == 2 { Some(E::numbers(&given.target)?) } else { None };
    let index = match &shares {
        Some(_) => vec![],
        None => {
            let target = f64::numbers(&given.target)?;
            class_indices(target.slice()?, columns, options.ignore).map_err(error::value)?
        }
    };
    let target = match &shares {
        Some(shares) => ClassTarget::Shares(shares.slice()?),
        None => ClassTarget::Index(&index),
    };
    let class_weight: Vec<E> = options.class_weight.iter().map(|&weight| E::narrowed(weight)).collect();
    let setting = ClassOptions {
        weight,
        class_weight: (!class_weight.is_empty()).then_some(&class_weight[..]),
        label_smoothing: options.label_smoothing,
        ignore: options.ignore.map(|_| u32::MAX),
        scale: 1.0,
    };
    let run = |gradient: Option<&mut [E]>, scale: f64| {
        let setting = ClassOptions { scale, ..setting };
        let pass = || softmax_cross_entropy(target, logits, columns, gradient, setting, options.threads);
        detached(py, logits.len(), pass).map_err(error::value)
    };
    let mut gradient = Out::<E>::of_gradient(py, given, want.gradient)?;
    let total = match &mut gradient {
        None => run(None, 1.0)?,
        Some(gradient) => {
            let counts = weight.is_none() && class_weight.is_empty() && options.ignore.is_none();
            let (mut known, rows) = (ExactSum::new(), given.prediction.shape()[0] as u64);
            known.add_count(rows);
            // Where rows count differently, how much they do is known after a pass.
            let first = if counts { None } else { Some(run(None, 1.0)?) };
            let (total, rows) = first.as_ref().map_or((&known, rows), |first| (&first.weight, first.rows));
            let left_out = given.left_out(rows);
            let factor = scale(&divisor(total, rows, left_out, options.reduction).map_err(error::value)?);
            run(Some(gradient.slice()?), factor)?
        }
    };
    let left_out = given.left_out(total.rows);
    let value =
        if want.value { Some(reduced(&total, left_out, options.reduction)?.into_bound_py_any(py)?) } else { None };
    Ok([value, gradient.map(Out::finish), None])
}

/// The columns of an array of rows.
pub(crate) fn columns<'a, E: Number>(numbers: &'a [E], shape: &[usize]) -> Vec<Cow<'a, [f64]>> {
    match shape {
        [_, count] if *count != 1 => (0..*count)
            .map(|column| numbers.iter().skip(column).step_by(*count).map(|number| number.to_f64()).collect())
            .collect(),
        _ => vec![E::widened(numbers)],
    }
}

pub(crate) fn borrowed(columns: &[impl AsRef<[f64]>]) -> Vec<&[f64]> {
    columns.iter().map(AsRef::as_ref).collect()
}

/// Results of rows, times a factor, into an array.
pub(crate) fn write<E: Number>(columns: &[Vec<f64>], factor: f64, out: &mut [E]) {
    let count = columns.len();
    for (place, column) in columns.iter().enumerate() {
        for (out, &number) in out.iter_mut().skip(place).step_by(count).zip(column) {
            *out = E::narrowed(number * factor);
        }
    }
}

/// Numbers in the precision of a call, or, where an array holds others, in double precision.
enum Either<'py, E: Number> {
    Own(Numbers<'py, E>),
    Double(Numbers<'py, f64>),
}

impl<'py, E: Number> Either<'py, E> {
    fn read(array: &Array<'py>) -> PyResult<Self> {
        if array.holds::<E>() { E::numbers(array).map(Self::Own) } else { f64::numbers(array).map(Self::Double) }
    }

    fn view(&self) -> PyResult<View<'_, E>> {
        Ok(match self {
            Self::Own(numbers) => View::Own(numbers.slice()?),
            Self::Double(numbers) => View::Double(numbers.slice()?),
        })
    }
}

/// The same, while the interpreter's lock is given away.
#[derive(Clone, Copy)]
enum View<'a, E> {
    Own(&'a [E]),
    Double(&'a [f64]),
}

impl<E: Number> View<'_, E> {
    /// Puts `rows` of an array of `count` columns into columns of their own.
    fn gather(self, rows: &Range<usize>, count: usize, columns: &mut Vec<Vec<f64>>) {
        columns.resize_with(count, Vec::new);
        let range = rows.start * count..rows.end * count;
        for (place, column) in columns.iter_mut().enumerate() {
            column.clear();
            match self {
                View::Own(numbers) => {
                    column
                        .extend(numbers[range.clone()].iter().skip(place).step_by(count).map(|number| number.to_f64()));
                }
                View::Double(numbers) => column.extend(numbers[range.clone()].iter().skip(place).step_by(count)),
            }
        }
    }
}

/// Numbers that are taken at a time: few enough for their columns and results to stay in the second cache.
const AT_ONCE: usize = 1 << 14;

/// Rows that are taken at least.
const LEAST_ROWS: usize = 16;

/// All rows, some at a time, as columns in double precision.
#[derive(Clone, Copy)]
struct ByColumns<'a, E> {
    target: View<'a, E>,
    /// The columns of the target, where there is a share per class, a label or a component each.
    target_columns: Option<usize>,
    prediction: View<'a, E>,
    prediction_columns: usize,
    weight: Option<View<'a, E>>,
    rows: usize,
}

impl<E: Number> ByColumns<'_, E> {
    fn each(self, mut visit: impl FnMut(Range<usize>, &Rows<'_>) -> Result<(), BatchError>) -> Result<(), BatchError> {
        let most = (AT_ONCE / self.prediction_columns.max(1)).max(LEAST_ROWS);
        let [mut target, mut prediction, mut weight] = [const { Vec::new() }; 3];
        let mut first = 0;
        loop {
            let rows = first..self.rows.min(first + most);
            self.target.gather(&rows, self.target_columns.unwrap_or(1), &mut target);
            self.prediction.gather(&rows, self.prediction_columns, &mut prediction);
            if let Some(numbers) = self.weight {
                numbers.gather(&rows, 1, &mut weight);
            }
            let (target, prediction) = (borrowed(&target), borrowed(&prediction));
            let truth = if self.target_columns.is_some() { Truth::Shares(&target) } else { Truth::Numbers(target[0]) };
            let part = Rows {
                truth,
                predictions: &prediction,
                weight: self.weight.and(weight.first()).map(Vec::as_slice),
                mask: None,
            };
            visit(rows.clone(), &part)?;
            first = rows.end;
            // Without rows once all the same: what is wrong with the whole is said.
            if first == self.rows {
                return Ok(());
            }
        }
    }
}

/// Everything else, in double precision, column by column, some rows at a time.
fn treated<'py, E: Number>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    options: &Options,
    want: Want,
) -> PyResult<Results<'py>> {
    let treated = Treated::new(loss, options.treatment()).map_err(error::value)?;
    let of_rows = options.reduction == Reduction::None;
    let flat = loss.card().family == Family::Pointwise;
    let [target, prediction] = [Either::<E>::read(&given.target)?, Either::<E>::read(&given.prediction)?];
    let weight = given.weight.as_ref().map(Either::<E>::read).transpose()?;
    let shape = given.prediction.shape();
    let data = ByColumns {
        target: target.view()?,
        target_columns: given.target.shape().get(1).copied().filter(|_| !flat),
        prediction: prediction.view()?,
        prediction_columns: if flat { 1 } else { shape[1] },
        weight: weight.as_ref().map(Either::view).transpose()?,
        rows: if flat { given.prediction.len() } else { shape[0] },
    };
    let mut value = Out::<E>::wanted(py, if flat { shape } else { &shape[..1] }, want.value && of_rows)?;
    let mut gradient = Out::<E>::of_gradient(py, given, want.gradient)?;
    let mut hessian = Out::<E>::wanted(py, shape, want.hessian)?;
    let [values_out, gradient_out, hessian_out] =
        [slice_of(&mut value)?, slice_of(&mut gradient)?, slice_of(&mut hessian)?];
    let work = || -> Result<f64, BatchError> {
        if let Some(out) = values_out {
            let mut values = vec![];
            data.each(|rows, part| {
                values.resize(rows.len(), 0.0);
                treated.values(part, &mut values).map_err(|error| error.in_part(rows.start))?;
                write(std::slice::from_ref(&values), 1.0, &mut out[rows]);
                Ok(())
            })?;
        }
        let mut parts = treated.begin();
        if !of_rows {
            data.each(|_, part| parts.add(part))?;
        }
        let reduced = if of_rows { None } else { Some(parts.finish()?) };
        if gradient_out.is_some() || hessian_out.is_some() {
            let factor = reduced.map_or(1.0, |reduced| 1.0 / reduced.divisor);
            derive(&treated, data, factor, [gradient_out, hessian_out])?;
        }
        Ok(reduced.map_or(f64::NAN, |reduced| reduced.value))
    };
    let number = detached(py, given.prediction.len(), work).map_err(error::value)?;
    let value = match value {
        Some(value) => Some(value.finish()),
        None if want.value => Some(number.into_bound_py_any(py)?),
        None => None,
    };
    Ok([value, gradient.map(Out::finish), hessian.map(Out::finish)])
}

/// Gradient and curvature of all rows, times a factor.
fn derive<E: Number>(
    treated: &Treated,
    data: ByColumns<'_, E>,
    factor: f64,
    mut out: [Option<&mut [E]>; 2],
) -> Result<(), BatchError> {
    let count = data.prediction_columns;
    let mut columns = [vec![vec![]; count], vec![vec![]; count]];
    data.each(|rows, part| {
        let [mut slopes, mut bends] = columns.each_mut().map(|columns| -> Vec<&mut [f64]> {
            columns
                .iter_mut()
                .map(|column| {
                    column.resize(rows.len(), 0.0);
                    column.as_mut_slice()
                })
                .collect()
        });
        treated.gradient_hessian(part, &mut slopes, &mut bends).map_err(|error| error.in_part(rows.start))?;
        for (out, columns) in out.iter_mut().zip(&columns) {
            if let Some(out) = out {
                write(columns, factor, &mut out[rows.start * count..rows.end * count]);
            }
        }
        Ok(())
    })
}
