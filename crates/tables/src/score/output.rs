//! Every row with value, gradient and Hessian of each loss, written to a file.

use std::path::Path;
use std::sync::Arc;

use dartboard_losses::Measure;
use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::resolve::Resolved;
use super::scan::Batch;
use crate::aggregate::PerRow;
use crate::error::{Error, Result};
use crate::table_file::TableFile;

/// Writes rows beside their losses.
pub(crate) struct RowWriter {
    schema: SchemaRef,
    file: TableFile,
}

impl RowWriter {
    /// Starts a file of the columns of `input` and those of the losses; the ending of its name tells the format.
    pub(crate) fn create(path: &Path, input: &Schema, resolved: &Resolved) -> Result<Self> {
        let names = columns(resolved);
        let clash = names.iter().find(|name| input.index_of(name).is_ok());
        if let Some(name) = clash {
            return Err(Error::Usage(format!("--output: the input has a column named {name} already")));
        }
        let losses = names.iter().map(|name| Field::new(name, DataType::Float64, true));
        let inputs = input.fields().iter().map(|field| field.as_ref().clone());
        let schema = Arc::new(Schema::new(inputs.chain(losses).collect::<Vec<_>>()));
        Ok(Self { file: TableFile::create(path, &schema)?, schema })
    }

    pub(crate) fn add(&mut self, resolved: &Resolved, batch: &Batch<'_>, rows: &PerRow) -> Result<()> {
        let plan = &resolved.plan;
        let mut arrays: Vec<ArrayRef> = batch.input_columns();
        let mut push = |values: &[f64]| {
            let present = rows.dropped.iter().zip(values).map(|(dropped, &value)| dropped.is_none().then_some(value));
            arrays.push(Arc::new(present.collect::<Float64Array>()) as ArrayRef);
        };
        for model in 0..plan.models {
            for measure in 0..plan.measures.len() {
                let Some(derivatives) = rows.derivatives(plan, model, measure)? else { continue };
                push(&rows.values[model * plan.measures.len() + measure]);
                for (gradient, hessian) in derivatives.gradient.iter().zip(&derivatives.hessian) {
                    push(gradient);
                    push(hessian);
                }
            }
        }
        let all = RecordBatch::try_new(Arc::clone(&self.schema), arrays)?;
        self.file.write(&batch.only_passing(&all)?)
    }

    /// Completes the file and gives it its name.
    pub(crate) fn finish(self) -> Result<()> {
        self.file.finish()
    }
}

/// The names of the loss columns: `mse`, `mse_gradient`, `mse_hessian`, after the model's name where there are several,
/// and before the class, or the name of the parameter, where there is a derivative for each.
fn columns(resolved: &Resolved) -> Vec<String> {
    let mut names = Vec::new();
    let plan = &resolved.plan;
    let columns: Vec<String> = match plan.parameters() {
        Some(parameters) => parameters.iter().map(|(name, _)| (*name).to_owned()).collect(),
        None if plan.is_rowwise() => plan.classes().to_vec(),
        None => vec![],
    };
    for model in &resolved.models {
        for measure in &resolved.plan.measures {
            let Measure::Mean(loss) = measure else { continue };
            let prefix = if resolved.models.len() > 1 { format!("{}.", model.name) } else { String::new() };
            let spec = loss.spec();
            names.push(format!("{prefix}{spec}"));
            let suffixes: Vec<String> = match &columns[..] {
                [] => vec![String::new()],
                columns => columns.iter().map(|column| format!("_{column}")).collect(),
            };
            for suffix in suffixes {
                names.push(format!("{prefix}{spec}_gradient{suffix}"));
                names.push(format!("{prefix}{spec}_hessian{suffix}"));
            }
        }
    }
    names
}
