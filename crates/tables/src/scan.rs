//! Rows in the order of the files, with their numbers.
//!
//! Queries run in parallel and forget the order; naming a bad row, listing the rows that lose most and writing one
//! output row per input row need it. A scan reads file after file, each from its beginning to its end.

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::prep_null_mask_filter;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, ExprSchemable, ident};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;

use crate::error::{Error, Result};
use crate::session::Session;
use crate::source::{Source, key_text};

/// Some rows of a scan.
#[derive(Clone, Debug)]
pub struct RowBatch {
    /// The file they are from; absent for a joined source.
    pub file: Option<Arc<str>>,
    /// The number of the first of them among the data rows of the file, from 1; absent for a joined source.
    pub first_row: Option<u64>,
    /// The columns that were asked for, in that order.
    pub columns: RecordBatch,
    /// The keys of a joined source.
    pub keys: Option<RecordBatch>,
    /// Whether each row satisfies the condition; absent if there is none. Where the condition is null it is not.
    pub condition: Option<BooleanArray>,
    key_names: Arc<[String]>,
}

impl RowBatch {
    /// Whether a row satisfies the condition, if there is one.
    pub fn passes(&self, row: usize) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.value(row))
    }

    /// The number of a row in its file, from 1.
    pub fn row_number(&self, row: usize) -> Option<u64> {
        self.first_row.map(|first| first + row as u64)
    }

    /// A row's place for a message: `row 12 of a.csv`, or `id=7` in a joined source.
    pub fn place(&self, row: usize) -> String {
        match (&self.file, self.row_number(row), &self.keys) {
            (Some(file), Some(number), _) => format!("row {number} of {file}"),
            (_, _, Some(keys)) => key_text(keys, &self.key_names, row).unwrap_or_default(),
            _ => "a row".to_owned(),
        }
    }
}

/// A scan over the rows of a source.
#[derive(Debug)]
pub struct RowScan<'a> {
    session: &'a Session,
    source: &'a Source,
}

impl<'a> RowScan<'a> {
    /// A scan over all rows.
    pub fn new(session: &'a Session, source: &'a Source) -> Self {
        Self { session, source }
    }

    /// Turns SQL text such as `flights > 10 AND origin = 'JFK'` into a condition on the source's columns.
    pub fn condition(&self, text: &str) -> Result<Expr> {
        let schema = DFSchema::try_from(self.source.schema())?;
        let expr = self.session.context().parse_sql_expr(text, &schema)?;
        let mut refused = None;
        expr.apply(|part| {
            refused = match part {
                Expr::AggregateFunction(_) | Expr::WindowFunction(_) => {
                    Some("is about one row; it cannot use functions of many rows")
                }
                part if part.is_volatile_node() => {
                    Some("must give a row the same answer each time; it cannot use chance or the time")
                }
                _ => return Ok(TreeNodeRecursion::Continue),
            };
            Ok(TreeNodeRecursion::Stop)
        })?;
        if let Some(why) = refused {
            return Err(Error::Sql(format!("`{text}`: a condition {why}")));
        }
        let of = expr.get_type(&schema)?;
        if !matches!(of, DataType::Boolean | DataType::Null) {
            return Err(Error::Sql(format!("`{text}` is not a condition: its values are {of}, not true or false")));
        }
        Ok(expr)
    }

    /// Calls `visit` with all rows, in order, until it breaks. The condition is evaluated, not applied: rows keep
    /// their numbers.
    pub async fn for_each(
        &self,
        columns: &[String],
        condition: Option<&Expr>,
        mut visit: impl FnMut(RowBatch) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let schema = self.source.schema();
        let keys: Arc<[String]> = self.source.join_keys().into();
        // Keys first, then what was asked for, then what the condition needs.
        let mut read: Vec<usize> = Vec::new();
        for key in keys.iter() {
            read.push(self.source.find_column(key, "")?);
        }
        for name in columns {
            read.push(self.source.find_column(name, "")?);
        }
        let mut distinct: Vec<usize> = Vec::new();
        let needed = condition.map(Expr::column_refs).unwrap_or_default();
        let needed = needed.into_iter().filter_map(|column| schema.index_of(&column.name).ok());
        for index in read.iter().copied().chain(needed) {
            if !distinct.contains(&index) {
                distinct.push(index);
            }
        }
        let place = |index: &usize| distinct.iter().position(|other| other == index).unwrap_or_default();
        let places: Vec<usize> = read.iter().map(place).collect();
        let (key_places, column_places) = places.split_at(keys.len());

        let input = Arc::new(schema.project(&distinct)?);
        let condition = condition.map(|condition| self.physical(condition, &input)).transpose()?;
        let mut make =
            |file: Option<&Arc<str>>, first_row: Option<u64>, batch: &RecordBatch| -> Result<ControlFlow<()>> {
                let condition = condition.as_ref().map(|condition| evaluate(condition, batch)).transpose()?;
                visit(RowBatch {
                    file: file.cloned(),
                    first_row,
                    columns: batch.project(column_places)?,
                    keys: (!keys.is_empty()).then(|| batch.project(key_places)).transpose()?,
                    condition,
                    key_names: Arc::clone(&keys),
                })
            };

        if self.source.is_joined() {
            let frame = self.session.frame(self.source).await?;
            let names: Vec<Expr> = distinct.iter().map(|&index| ident(schema.field(index).name())).collect();
            let frame = frame.select(names)?;
            // A join gives its rows in no particular order. By its keys first; by the rest where keys repeat.
            let sortable = distinct.iter().filter(|&&index| !schema.field(index).data_type().is_nested());
            let order = sortable.map(|&index| ident(schema.field(index).name()).sort(true, true)).collect();
            let frame = frame.sort(order)?;
            let mut stream = self.session.stream(frame).await?;
            while let Some(batch) = self.next(&mut stream).await? {
                if make(None, None, &batch)?.is_break() {
                    return Ok(());
                }
            }
            return Ok(());
        }
        for (index, file) in self.source.files().iter().enumerate() {
            let name: Arc<str> = file.name.as_str().into();
            let state = self.session.context().state();
            let plan = self.session.guard(self.source.scan_file(&state, index, &distinct)).await?;
            let mut stream = self.session.guard(async { plan.execute(0, state.task_ctx()) }).await?;
            let mut row = 1;
            while let Some(batch) = self.next(&mut stream).await? {
                if make(Some(&name), Some(row), &batch)?.is_break() {
                    return Ok(());
                }
                row += batch.num_rows() as u64;
            }
        }
        Ok(())
    }

    async fn next(&self, stream: &mut SendableRecordBatchStream) -> Result<Option<RecordBatch>> {
        self.session.guard(async { stream.next().await.transpose() }).await
    }

    fn physical(
        &self,
        condition: &Expr,
        input: &Arc<datafusion::arrow::datatypes::Schema>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let schema = DFSchema::try_from(Arc::clone(input))?;
        Ok(self.session.context().create_physical_expr(condition.clone(), &schema)?)
    }
}

fn evaluate(condition: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<BooleanArray> {
    let values = condition.evaluate(batch)?.into_array(batch.num_rows())?;
    if *values.data_type() == DataType::Null {
        return Ok(BooleanArray::from(vec![false; batch.num_rows()]));
    }
    let values = values.as_boolean();
    Ok(if values.null_count() > 0 { prep_null_mask_filter(values) } else { values.clone() })
}
