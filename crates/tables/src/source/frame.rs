//! Tables in memory, which programs that call the library hold already: a source without files.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

use super::infer::{holds, is_string};
use super::{Inner, Source, SourceFile, SourceOptions, duplicate_name};
use crate::columns::matches_any;
use crate::error::{Error, NotNumeric, Result};
use crate::source::{Compression, Format};

/// A table in memory, under the name that messages call it by.
#[derive(Clone)]
pub struct Frame {
    name: String,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("name", &self.name).field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Frame {
    /// A table of these rows.
    ///
    /// # Errors
    /// Where there is no column, a name stands twice, or the rows cannot be had.
    pub fn new(
        name: &str,
        schema: SchemaRef,
        batches: impl IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    ) -> Result<Self> {
        let broken = |reason: String| Error::Data(format!("{name}: {reason}"));
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        if names.is_empty() {
            return Err(broken("it has no columns".to_owned()));
        }
        if let Some(error) = duplicate_name(name, &names) {
            return Err(error);
        }
        let batches: Vec<RecordBatch> =
            batches.into_iter().collect::<std::result::Result<_, _>>().map_err(|error| broken(error.to_string()))?;
        Ok(Self { name: name.to_owned(), schema, batches })
    }

    /// The name that messages call it by, and that it is opened by.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.num_rows() as u64).sum()
    }

    fn bytes(&self) -> u64 {
        let columns = self.batches.iter().flat_map(RecordBatch::columns);
        columns.map(|column| column.to_data().get_slice_memory_size().unwrap_or(0) as u64).sum()
    }
}

/// The table that a frame is read as.
#[derive(Debug)]
pub(crate) struct FrameTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

/// Opens a frame as a source.
pub(crate) fn open(frame: &Frame, options: &SourceOptions, table_name: String, rows_at_once: usize) -> Result<Source> {
    let mut hidden = vec![];
    let mut columns: Vec<(usize, DataType)> = vec![];
    for (index, field) in frame.schema.fields().iter().enumerate() {
        let (name, of) = (field.name(), field.data_type());
        let as_number = matches_any(&options.numeric_columns, name);
        if as_number && is_string(of) {
            let (role, column, path) = (String::new(), name.clone(), frame.name.clone());
            let error = NotNumeric { role, column, found: holds(of), path };
            hidden.push((name.clone(), Error::NotNumeric(Box::new(error))));
            continue;
        }
        let as_text = !as_number && matches_any(&options.text_columns, name);
        // A column without any value is text, which can hold anything.
        columns.push((index, if as_text || of.is_null() { DataType::Utf8 } else { of.clone() }));
    }
    let field = |(index, of): &(usize, DataType)| Field::new(frame.schema.field(*index).name(), of.clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let mut batches = vec![];
    for batch in &frame.batches {
        let arrays: Vec<ArrayRef> = (columns.iter())
            .map(|(index, of)| {
                let column = batch.column(*index);
                if column.data_type() == of { Ok(Arc::clone(column)) } else { cast(column, of) }
            })
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| Error::Data(format!("{}: {error}", frame.name)))?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let whole = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .map_err(|error| Error::Data(format!("{}: {error}", frame.name)))?;
        // Frames often come as one piece, which one thread alone would work on.
        for start in (0..whole.num_rows()).step_by(rows_at_once.max(1)) {
            batches.push(whole.slice(start, rows_at_once.min(whole.num_rows() - start)));
        }
    }
    let file = SourceFile {
        name: frame.name.clone(),
        path: std::path::PathBuf::new(),
        bytes: frame.bytes(),
        format: Format::ArrowStream,
        compression: Compression::None,
        delimiter: None,
        rows: Some(frame.rows()),
        rows_estimate: Some(frame.rows()),
    };
    let table = Arc::new(FrameTable { schema, batches });
    Ok(Source::build(Inner {
        files: vec![file],
        parts: vec![],
        examined: vec![],
        files_table: None,
        frame_table: Some(Arc::clone(&table)),
        table,
        table_name,
        hidden,
        partitions: vec![],
        notes: vec![],
        options: options.clone(),
        join: None,
    }))
}

impl FrameTable {
    /// A scan of these pieces, each in row order.
    fn plan(
        &self,
        pieces: &[Vec<RecordBatch>],
        projection: Vec<usize>,
    ) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
        Ok(MemorySourceConfig::try_new_exec(pieces, Arc::clone(&self.schema), Some(projection))?)
    }

    /// A scan in row order, as one partition.
    pub(crate) fn scan_in_order(&self, projection: &[usize]) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
        self.plan(std::slice::from_ref(&self.batches), projection.to_vec())
    }
}

#[async_trait]
impl TableProvider for FrameTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
        let projection = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let each = self.batches.len().div_ceil(state.config().target_partitions().max(1)).max(1);
        let mut pieces: Vec<Vec<RecordBatch>> = self.batches.chunks(each).map(<[RecordBatch]>::to_vec).collect();
        if pieces.is_empty() {
            pieces.push(vec![]);
        }
        self.plan(&pieces, projection)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::ops::ControlFlow;

    use datafusion::arrow::array::{AsArray, Float64Array, NullArray, StringArray};
    use datafusion::arrow::datatypes::Float64Type;

    use super::*;
    use crate::scan::RowScan;
    use crate::session::{Session as Tables, SessionOptions};

    fn frame(name: &str, names: [&str; 3]) -> Result<Frame> {
        let of = [DataType::Float64, DataType::Utf8, DataType::Null];
        let fields: Vec<Field> = names.into_iter().zip(of).map(|(name, of)| Field::new(name, of, true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch = |from: i32| {
            let numbers = Float64Array::from_iter_values((from..from + 3).map(f64::from));
            let texts = StringArray::from_iter_values((from..from + 3).map(|number| number.to_string()));
            RecordBatch::try_new(
                Arc::clone(&schema),
                vec![Arc::new(numbers), Arc::new(texts), Arc::new(NullArray::new(3))],
            )
        };
        Frame::new(name, Arc::clone(&schema), [batch(0), batch(3)])
    }

    #[test]
    fn a_frame_is_opened_by_its_name() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let session = Tables::new(&SessionOptions { threads: Some(3), ..SessionOptions::default() }).unwrap();
            session.hold(frame("the frame", ["y", "name", "nothing"]).unwrap());
            let options = SourceOptions { text_columns: vec!["y".to_owned()], ..SourceOptions::default() };
            let as_text = session.open(&["the frame".to_owned()], &options).await.unwrap();
            assert_eq!(as_text.schema().field(0).data_type(), &DataType::Utf8);
            let source = session.open(&["the frame".to_owned()], &SourceOptions::default()).await.unwrap();
            assert_eq!((source.rows(), source.name()), (Some(6), "the frame".to_owned()));
            assert_eq!(source.schema().field(2).data_type(), &DataType::Utf8);
            let refused = source.find_numeric("name", "--pred").unwrap_err().to_string();
            assert_eq!(refused, "--pred: column `name` of the frame holds text, not numbers");
            // Rows come in their order, with their numbers.
            let mut seen = vec![];
            let scan = RowScan::new(&session, &source);
            scan.for_each(&["y".to_owned()], None, |rows| {
                let numbers = rows.columns.column(0).as_primitive::<Float64Type>();
                seen.extend(numbers.values().iter().enumerate().map(|(row, &y)| (rows.place(row), y)));
                Ok(ControlFlow::Continue(()))
            })
            .await
            .unwrap();
            let expected: Vec<(String, f64)> =
                (0..6).map(|row| (format!("row {} of the frame", row + 1), f64::from(row))).collect();
            assert_eq!(seen, expected);
            // A query reads it in several pieces.
            let batches = session.collect(session.frame(&source).await.unwrap()).await.unwrap();
            assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 6);
        });
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let twice = frame("the frame", ["y", "p", "y"]).unwrap_err().to_string();
        assert_eq!(
            twice,
            "the frame: the column name `y` stands 2 times in the header (columns 1 and 3); names must be different"
        );
        let none = Frame::new("the frame", Arc::new(Schema::empty()), []).unwrap_err().to_string();
        assert_eq!(none, "the frame: it has no columns");
    }
}
