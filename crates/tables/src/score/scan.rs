//! The second pass: rows in the order of the files, with their losses and what is needed to name them.

use std::ops::ControlFlow;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::request::ScoreRequest;
use super::resolve::Resolved;
use crate::aggregate::{PerRow, per_row};
use crate::error::Result;
use crate::scan::{RowBatch, RowScan};
use crate::session::Session;
use crate::source::Source;

/// Neighbouring rows of a file.
pub(crate) struct Batch<'a> {
    rows: &'a RowBatch,
    /// What messages call the file.
    pub(crate) file: &'a str,
    /// How many rows of all files came before: what breaks ties.
    pub(crate) first_position: u64,
    truth: usize,
    key: &'a [usize],
}

impl Batch<'_> {
    /// Whether a row satisfies the condition.
    pub(crate) fn passes(&self, row: usize) -> bool {
        self.rows.passes(row)
    }

    /// The rows of `all` (one per row of the batch) that satisfy the condition.
    pub(crate) fn only_passing(&self, all: &RecordBatch) -> Result<RecordBatch> {
        match &self.rows.condition {
            None => Ok(all.clone()),
            Some(condition) => {
                Ok(filter_record_batch(all, condition).map_err(datafusion::error::DataFusionError::from)?)
            }
        }
    }

    /// The row's number in its file; absent for joined rows.
    pub(crate) fn row_number(&self, row: usize) -> Option<u64> {
        self.rows.row_number(row)
    }

    /// Where the row is, for messages.
    pub(crate) fn place(&self, row: usize) -> String {
        self.rows.place(row)
    }

    /// The values of the columns that tell rows apart.
    pub(crate) fn keys(&self, row: usize) -> Vec<String> {
        self.key.iter().map(|&column| text(self.rows.columns.column(column), row)).collect()
    }

    /// The truth as it stands in the file; the first share where there is one per class.
    pub(crate) fn truth(&self, row: usize) -> String {
        text(self.rows.columns.column(self.truth), row)
    }

    /// All columns of the table.
    pub(crate) fn input_columns(&self) -> Vec<ArrayRef> {
        self.rows.columns.columns().to_vec()
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

/// The columns that tell rows apart: those that were named, else the keys of a join or the first column that is not
/// scored, and the segments.
pub(crate) fn key_columns(request: &ScoreRequest, resolved: &Resolved, source: &Source) -> Result<Vec<String>> {
    if !request.key.is_empty() {
        return Ok(request.key.clone());
    }
    let scored: Vec<&String> = scored_columns(request, resolved).collect();
    let mut keys = source.join_keys().to_vec();
    if keys.is_empty() {
        let schema = source.schema();
        let first = schema.fields().first().map(|field| field.name().clone());
        keys.extend(first.filter(|name| !scored.contains(&name)));
    }
    let more: Vec<String> = request.by.iter().filter(|name| !keys.contains(name)).cloned().collect();
    keys.extend(more);
    Ok(keys)
}

fn scored_columns<'a>(request: &'a ScoreRequest, resolved: &'a Resolved) -> impl Iterator<Item = &'a String> {
    let scores = resolved.models.iter().flat_map(|model| &model.columns);
    resolved.truth.iter().chain(scores).chain(&request.weight)
}

/// Goes through the rows in order, with their losses.
pub(crate) async fn each_batch(
    session: &Session,
    request: &ScoreRequest,
    resolved: &Resolved,
    source: &Source,
    keys: &[String],
    mut visit: impl FnMut(&Batch<'_>, &PerRow) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let scan = RowScan::new(session, source);
    let condition = request.filter.as_deref().map(|text| scan.condition(text)).transpose()?;
    // All columns where rows are written, else only those that are scored or shown.
    let schema = source.schema();
    let shown = |name: &String| request.output.is_some() || keys.contains(name);
    let needed: Vec<&String> = scored_columns(request, resolved).collect();
    let columns: Vec<String> = (schema.fields().iter())
        .map(|field| field.name().clone())
        .filter(|name| shown(name) || needed.contains(&name))
        .collect();
    let position = |name: &String| columns.iter().position(|column| column == name).unwrap_or_default();
    let arguments: Vec<usize> = needed.iter().map(|name| position(name)).collect();
    let key: Vec<usize> = keys.iter().map(position).collect();
    let joined_name = source.name();
    let mut first_position = 0;
    scan.for_each(&columns, condition.as_ref(), |rows| {
        let arrays: Vec<ArrayRef> =
            arguments.iter().map(|&column| ArrayRef::clone(rows.columns.column(column))).collect();
        let values = per_row(&resolved.plan, &arrays)?;
        let file = rows.file.clone();
        let file = file.as_deref().unwrap_or(&joined_name);
        let batch = Batch { rows: &rows, file, first_position, truth: arguments[0], key: &key };
        first_position += rows.columns.num_rows() as u64;
        visit(&batch, &values)
    })
    .await
}
