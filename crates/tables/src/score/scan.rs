//! A batch of rows in the order of the file, with what is needed to name them.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::error::Result;

/// Neighbouring rows of a file, with their columns.
pub(crate) struct Batch<'a> {
    /// The file.
    pub(crate) file: &'a str,
    /// The number of its first row among the data rows of the file, from 1; `None` for joined rows.
    pub(crate) first_row: Option<u64>,
    /// How many rows of all files came before: what breaks ties.
    pub(crate) first_position: u64,
    /// All columns of the table.
    pub(crate) columns: &'a RecordBatch,
    /// Which rows satisfy the condition, where there is one.
    pub(crate) condition: Option<&'a BooleanArray>,
    /// The position of the truth.
    pub(crate) truth: usize,
    /// The positions of the columns that tell rows apart.
    pub(crate) key: &'a [usize],
}

impl Batch<'_> {
    /// Whether a row satisfies the condition.
    pub(crate) fn passes(&self, row: usize) -> bool {
        self.condition.is_none_or(|condition| condition.is_valid(row) && condition.value(row))
    }

    /// The rows of `all` (one per row of the batch) that satisfy the condition.
    pub(crate) fn only_passing(&self, all: &RecordBatch) -> Result<RecordBatch> {
        match self.condition {
            None => Ok(all.clone()),
            Some(condition) => Ok(filter_record_batch(all, condition).map_err(datafusion::error::DataFusionError::from)?),
        }
    }

    /// The row's number in its file.
    pub(crate) fn row_number(&self, row: usize) -> Option<u64> {
        self.first_row.map(|first| first + row as u64)
    }

    /// Where the row is, for messages.
    pub(crate) fn place(&self, row: usize) -> String {
        match self.row_number(row) {
            Some(number) => format!("{}: row {number}", self.file),
            None => {
                let names = self.key.iter().map(|&column| self.columns.schema().field(column).name().clone());
                let keys: Vec<String> =
                    names.zip(self.keys(row)).map(|(name, value)| format!("{name} = {value}")).collect();
                format!("{}: the row with {}", self.file, keys.join(", "))
            }
        }
    }

    /// The values of the columns that tell rows apart.
    pub(crate) fn keys(&self, row: usize) -> Vec<String> {
        self.key.iter().map(|&column| text(self.columns.column(column), row)).collect()
    }

    /// The truth as it stands in the file.
    pub(crate) fn truth(&self, row: usize) -> String {
        text(self.columns.column(self.truth), row)
    }

    /// All columns of the table.
    pub(crate) fn input_columns(&self) -> Vec<ArrayRef> {
        self.columns.columns().to_vec()
    }
}

/// A value as text; empty where it is missing.
fn text(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    if let Some(strings) = array.as_string_opt::<i32>() {
        return strings.value(row).to_owned();
    }
    let options = FormatOptions::new();
    ArrayFormatter::try_new(array, &options).map_or_else(|_| String::new(), |format| format.value(row).to_string())
}
