//! Tables of other Python libraries, in place: by Arrow's C stream, or column by column.

use std::sync::Arc;

use arrow_array::ffi_stream::ArrowArrayStreamReader;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int64Type, TimestampMicrosecondType, UInt64Type,
};
use arrow_array::{ArrayRef, BooleanArray, PrimitiveArray, RecordBatch, RecordBatchReader, StringArray};
use arrow_pyarrow::FromPyArrow;
use arrow_schema::{ArrowError, Field, Schema};
use dartboard::call::Frame;
use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

/// A column: its name, what it holds, its values, and where values are missing.
type Column<'py> = (String, String, Bound<'py, PyAny>, Option<PyBuffer<u8>>);

/// The rows of an object with `__arrow_c_stream__`, or of a list of columns.
pub(crate) fn read(py: Python<'_>, name: &str, table: &Bound<'_, PyAny>) -> PyResult<Frame> {
    if let Ok(columns) = table.cast::<PyList>() {
        let columns: Vec<Column<'_>> = columns.iter().map(|column| column.extract()).collect::<PyResult<_>>()?;
        return of_columns(py, name, columns);
    }
    let reader = ArrowArrayStreamReader::from_pyarrow_bound(table)?;
    let name = name.to_owned();
    // Some streams compute their rows now, in threads that may want the interpreter.
    let frame = py.detach(move || Frame::new(&name, reader.schema(), reader));
    frame.map_err(|error| PyValueError::new_err(error.to_string()))
}

fn of_columns(py: Python<'_>, name: &str, columns: Vec<Column<'_>>) -> PyResult<Frame> {
    let mut fields = vec![];
    let mut arrays: Vec<ArrayRef> = vec![];
    for (column, kind, values, missing) in columns {
        let missing = missing.map(|buffer| buffer.to_vec(py)).transpose()?;
        let array = array(py, &kind, &values, missing.as_deref())?;
        fields.push(Field::new(column, array.data_type().clone(), true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let refused = |error: ArrowError| PyValueError::new_err(format!("{name}: {error}"));
    let batches = if arrays.is_empty() {
        vec![]
    } else {
        vec![RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(refused)?]
    };
    let frame = Frame::new(name, schema, batches.into_iter().map(Ok));
    frame.map_err(|error| PyValueError::new_err(error.to_string()))
}

fn array(py: Python<'_>, kind: &str, values: &Bound<'_, PyAny>, missing: Option<&[u8]>) -> PyResult<ArrayRef> {
    Ok(match kind {
        "float64" => Arc::new(numbers::<Float64Type>(py, values, missing)?),
        "float32" => Arc::new(numbers::<Float32Type>(py, values, missing)?),
        "int64" => Arc::new(numbers::<Int64Type>(py, values, missing)?),
        "uint64" => Arc::new(numbers::<UInt64Type>(py, values, missing)?),
        "microseconds" => Arc::new(numbers::<TimestampMicrosecondType>(py, values, missing)?),
        "bool" => {
            let values = PyBuffer::<u8>::get(values)?.to_vec(py)?;
            let value = |(row, &value): (usize, &u8)| (!is_missing(missing, row)).then_some(value != 0);
            Arc::new(values.iter().enumerate().map(value).collect::<BooleanArray>())
        }
        "text" => Arc::new(values.extract::<Vec<Option<String>>>()?.into_iter().collect::<StringArray>()),
        other => return Err(PyValueError::new_err(format!("no column holds {other}"))),
    })
}

fn numbers<T>(py: Python<'_>, values: &Bound<'_, PyAny>, missing: Option<&[u8]>) -> PyResult<PrimitiveArray<T>>
where
    T: ArrowPrimitiveType,
    T::Native: Element,
{
    let values = PyBuffer::<T::Native>::get(values)?.to_vec(py)?;
    Ok(match missing {
        None => PrimitiveArray::from_iter_values(values),
        Some(_) => {
            values.into_iter().enumerate().map(|(row, value)| (!is_missing(missing, row)).then_some(value)).collect()
        }
    })
}

fn is_missing(missing: Option<&[u8]>, row: usize) -> bool {
    missing.and_then(|missing| missing.get(row)).is_some_and(|&missing| missing != 0)
}
