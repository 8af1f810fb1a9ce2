//! One table over several files, whatever their formats.
//!
//! Files that are read alike (format, separator, compression, columns) form a *group*, which becomes one scan of the
//! engine; a source with several groups is their union. Columns are matched by name, never by position, and each is
//! cast to the type that all files have in common.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, cast, lit};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::union::UnionExec;

/// A table column as one group of files holds it.
#[derive(Clone, Debug)]
pub(crate) struct GroupColumn {
    /// Its index among the group's file columns followed by the partition columns.
    pub(crate) index: usize,
    /// The type to cast to, if it differs.
    pub(crate) cast: Option<DataType>,
    /// Spellings of a missing value, to be turned into nulls first; the column is read as text then.
    pub(crate) nulls: Vec<String>,
}

/// Files that are read alike, from one store.
pub(crate) struct Group {
    pub(crate) store: ObjectStoreUrl,
    pub(crate) format: Arc<dyn FileFormat>,
    pub(crate) schema: TableSchema,
    /// The files, each with its index in the source.
    pub(crate) files: Vec<(usize, PartitionedFile)>,
    /// One for each column of the table.
    pub(crate) columns: Vec<GroupColumn>,
}

/// A table over files.
pub(crate) struct FilesTable {
    pub(crate) schema: SchemaRef,
    pub(crate) groups: Vec<Group>,
}

impl fmt::Debug for FilesTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: usize = self.groups.iter().map(|group| group.files.len()).sum();
        f.debug_struct("FilesTable").field("files", &files).field("schema", &self.schema).finish()
    }
}

#[async_trait]
impl TableProvider for FilesTable {
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
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize>;
        let projection = match projection {
            Some(projection) => projection.as_slice(),
            None => {
                all = (0..self.schema.fields().len()).collect();
                &all
            }
        };
        let mut plans = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let files: Vec<PartitionedFile> = group.files.iter().map(|(_, file)| file.clone()).collect();
            let groups = FileGroup::new(files).split_files(state.config().target_partitions());
            plans.push(self.scan_group(state, group, groups, projection, limit).await?);
        }
        match plans.len() {
            1 => Ok(plans.remove(0)),
            _ => UnionExec::try_new(plans),
        }
    }
}

impl FilesTable {
    /// A scan of one file in row order, as one partition.
    pub(crate) async fn scan_file(
        &self,
        state: &dyn Session,
        file: usize,
        projection: &[usize],
    ) -> Result<Arc<dyn ExecutionPlan>> {
        for group in &self.groups {
            if let Some((_, file)) = group.files.iter().find(|(index, _)| *index == file) {
                let files = vec![FileGroup::new(vec![file.clone()])];
                return self.scan_group(state, group, files, projection, None).await;
            }
        }
        datafusion::common::internal_err!("no file {file} in this table")
    }

    async fn scan_group(
        &self,
        state: &dyn Session,
        group: &Group,
        files: Vec<FileGroup>,
        projection: &[usize],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let indices = projection.iter().map(|&i| group.columns[i].index).collect();
        let statistics = statistics_of(&files, group.schema.table_schema())?;
        let source = group.format.file_source(group.schema.clone());
        let config = FileScanConfigBuilder::new(group.store.clone(), source)
            .with_file_groups(files)
            .with_statistics(statistics)
            .with_projection_indices(Some(indices))?
            .with_limit(limit)
            .build();
        let plan = group.format.create_physical_plan(state, config).await?;
        let columns: Vec<&GroupColumn> = projection.iter().map(|&i| &group.columns[i]).collect();
        if columns.iter().all(|column| column.cast.is_none() && column.nulls.is_empty()) {
            return Ok(plan);
        }
        let input = DFSchema::try_from(plan.schema())?;
        let mut exprs: Vec<(Arc<dyn PhysicalExpr>, String)> = Vec::with_capacity(columns.len());
        for (i, column) in columns.iter().enumerate() {
            let (qualifier, field) = input.qualified_field(i);
            let mut expr = Expr::Column(datafusion::common::Column::from((qualifier, field)));
            for null in &column.nulls {
                expr = datafusion::functions::core::expr_fn::nullif(expr, lit(null.as_str()));
            }
            if let Some(to) = &column.cast {
                expr = cast(expr, to.clone());
            }
            exprs.push((state.create_physical_expr(expr, &input)?, field.name().clone()));
        }
        Ok(Arc::new(ProjectionExec::try_new(exprs, plan)?))
    }
}

/// What is known about all files together, if it is known about each.
fn statistics_of(groups: &[FileGroup], schema: &SchemaRef) -> Result<Statistics> {
    let mut known = Vec::new();
    for file in groups.iter().flat_map(FileGroup::iter) {
        match &file.statistics {
            Some(statistics) => known.push(statistics.as_ref()),
            None => return Ok(Statistics::new_unknown(schema)),
        }
    }
    if known.is_empty() {
        return Ok(Statistics::new_unknown(schema));
    }
    Statistics::try_merge_iter(known, schema)
}

/// A partition column.
pub(crate) fn partition_field(name: &str, data_type: DataType) -> FieldRef {
    Arc::new(datafusion::arrow::datatypes::Field::new(name, data_type, true))
}
