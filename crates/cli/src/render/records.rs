//! The result of a query: record batches as a document, JSON or CSV. Floats keep all their digits everywhere.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::document::{Block, Cell, Document, Grid, Kind, Tone};
use super::number::{counted, exact};
use crate::failure::Failure;

/// A result.
pub(crate) struct Records {
    /// The names of the columns.
    pub(crate) names: Vec<String>,
    /// The columns' types, for a result without rows.
    pub(crate) numeric: Vec<bool>,
    pub(crate) batches: Vec<RecordBatch>,
}

impl Records {
    fn rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.num_rows() as u64).sum()
    }

    /// A table of all rows.
    pub(crate) fn document(&self) -> Result<Document, Failure> {
        let mut grid = Grid::default();
        for (name, numeric) in self.names.iter().zip(&self.numeric) {
            grid.column(name, if *numeric { Kind::Number } else { Kind::Word });
        }
        self.each_row(|row| {
            let cell = |text: Option<String>| text.map_or_else(|| Cell::from("NULL").with(Tone::Quiet), Cell::from);
            grid.rows.push(row.into_iter().map(cell).collect());
            Ok(())
        })?;
        Ok(Document(match self.rows() {
            0 => vec![Block::Grid(grid), Block::Text(counted(0, "row", "rows"))],
            _ => vec![Block::Grid(grid)],
        }))
    }

    /// A header and a line per row; a missing value is an empty field.
    pub(crate) fn csv(&self) -> Result<String, Failure> {
        let failed = |error: csv::Error| Failure::Data(format!("the result cannot be written as CSV: {error}"));
        let mut writer = csv::Writer::from_writer(vec![]);
        writer.write_record(&self.names).map_err(failed)?;
        self.each_row(|row| writer.write_record(row.into_iter().map(Option::unwrap_or_default)).map_err(failed))?;
        let bytes = writer.into_inner().map_err(|error| failed(error.into_error().into()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Calls `take` with the texts of every row, `None` where a value is missing.
    fn each_row(&self, mut take: impl FnMut(Vec<Option<String>>) -> Result<(), Failure>) -> Result<(), Failure> {
        for batch in &self.batches {
            let columns: Vec<Column<'_>> =
                batch.columns().iter().map(Column::new).collect::<Result<_, _>>().map_err(failed)?;
            for row in 0..batch.num_rows() {
                take(columns.iter().map(|column| column.text(row)).collect())?;
            }
        }
        Ok(())
    }
}

fn failed(error: ArrowError) -> Failure {
    Failure::Data(format!("the result cannot be shown: {error}"))
}

/// A column whose values can be written.
struct Column<'a> {
    array: &'a dyn Array,
    formatter: ArrayFormatter<'a>,
}

impl<'a> Column<'a> {
    fn new(array: &'a datafusion::arrow::array::ArrayRef) -> Result<Self, ArrowError> {
        let formatter = ArrayFormatter::try_new(array.as_ref(), &FormatOptions::default())?;
        Ok(Self { array: array.as_ref(), formatter })
    }

    fn text(&self, row: usize) -> Option<String> {
        if self.array.is_null(row) {
            return None;
        }
        Some(match self.array.data_type() {
            DataType::Float64 => exact(self.array.as_primitive::<Float64Type>().value(row)),
            DataType::Float32 => {
                let value = self.array.as_primitive::<Float32Type>().value(row);
                // In its own precision: 0.1 rather than 0.10000000149011612.
                if value.is_finite() { value.to_string() } else { exact(value.into()) }
            }
            _ => self.formatter.value(row).to_string(),
        })
    }
}

/// As a list of objects, columns in the order of the query.
impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.rows() as usize))?;
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                list.serialize_element(&Row { names: &self.names, batch, row })?;
            }
        }
        list.end()
    }
}

struct Row<'a> {
    names: &'a [String],
    batch: &'a RecordBatch,
    row: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.batch.num_columns()))?;
        for (name, column) in self.names.iter().zip(self.batch.columns()) {
            object.serialize_entry(name, &Value { array: column.as_ref(), row: self.row })?;
        }
        object.end()
    }
}

/// A value of a column.
struct Value<'a> {
    array: &'a dyn Array,
    row: usize,
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { array, row } = *self;
        if array.is_null(row) {
            return serializer.serialize_none();
        }
        match array.data_type() {
            DataType::Boolean => serializer.serialize_bool(array.as_boolean().value(row)),
            DataType::Int8 => serializer.serialize_i8(array.as_primitive::<Int8Type>().value(row)),
            DataType::Int16 => serializer.serialize_i16(array.as_primitive::<Int16Type>().value(row)),
            DataType::Int32 => serializer.serialize_i32(array.as_primitive::<Int32Type>().value(row)),
            DataType::Int64 => serializer.serialize_i64(array.as_primitive::<Int64Type>().value(row)),
            DataType::UInt8 => serializer.serialize_u8(array.as_primitive::<UInt8Type>().value(row)),
            DataType::UInt16 => serializer.serialize_u16(array.as_primitive::<UInt16Type>().value(row)),
            DataType::UInt32 => serializer.serialize_u32(array.as_primitive::<UInt32Type>().value(row)),
            DataType::UInt64 => serializer.serialize_u64(array.as_primitive::<UInt64Type>().value(row)),
            DataType::Float32 => {
                let value = array.as_primitive::<Float32Type>().value(row);
                if value.is_finite() {
                    serializer.serialize_f32(value)
                } else {
                    serializer.serialize_str(&exact(value.into()))
                }
            }
            DataType::Float64 => {
                let value = array.as_primitive::<Float64Type>().value(row);
                // JSON has no infinity: a text says it without loss, as in the score report.
                if value.is_finite() {
                    serializer.serialize_f64(value)
                } else {
                    serializer.serialize_str(&exact(value))
                }
            }
            DataType::List(_) => {
                let values = array.as_list::<i32>().value(row);
                serializer.collect_seq((0..values.len()).map(|row| Value { array: values.as_ref(), row }))
            }
            DataType::Struct(fields) => {
                let columns = array.as_struct().columns();
                serializer.collect_map(
                    fields
                        .iter()
                        .zip(columns)
                        .map(|(field, column)| (field.name(), Value { array: column.as_ref(), row })),
                )
            }
            _ => {
                let formatter = ArrayFormatter::try_new(array, &FormatOptions::default());
                serializer.collect_str(&formatter.map_err(serde::ser::Error::custom)?.value(row))
            }
        }
    }
}
