//! Every row with value, gradient and Hessian of each loss, written to a file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dartboard_losses::Measure;
use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch};
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;
use tempfile::NamedTempFile;

use super::resolve::Resolved;
use super::scan::Batch;
use crate::aggregate::{PerRow, Target};
use crate::error::{Error, Result};

/// Writes rows beside their losses. The file appears under its name only when it is complete.
pub(crate) struct RowWriter {
    path: PathBuf,
    schema: SchemaRef,
    writer: Writer,
}

enum Writer {
    Csv(Box<csv::Writer<NamedTempFile>>),
    Parquet(Box<ArrowWriter<File>>, NamedTempFile),
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
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        if !["csv", "parquet"].contains(&ending.as_str()) {
            return Err(Error::Usage(format!("--output {}: the name must end in .parquet or .csv", path.display())));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let failed = |error: std::io::Error| Error::io(&path.display().to_string(), &error);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".dartboard-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Temporary files are for their owner only; what becomes a result is as open as the umask lets it be.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(failed)?;
        let writer = if ending == "csv" {
            Writer::Csv(Box::new(csv::Writer::new(file)))
        } else {
            let handle = file.reopen().map_err(failed)?;
            let writer = ArrowWriter::try_new(handle, Arc::clone(&schema), None);
            Writer::Parquet(Box::new(writer.map_err(|error| writing(path, &error))?), file)
        };
        Ok(Self { path: path.to_owned(), schema, writer })
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
                let Some(derivatives) = rows.derivatives(plan, model, measure) else { continue };
                push(&rows.values[model * plan.measures.len() + measure]);
                for (gradient, hessian) in derivatives.gradient.iter().zip(&derivatives.hessian) {
                    push(gradient);
                    push(hessian);
                }
            }
        }
        let all =
            RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|error| writing(&self.path, &error))?;
        let passing = batch.only_passing(&all)?;
        match &mut self.writer {
            Writer::Csv(writer) => writer.write(&passing).map_err(|error| writing(&self.path, &error)),
            Writer::Parquet(writer, _) => writer.write(&passing).map_err(|error| writing(&self.path, &error)),
        }
    }

    /// Completes the file and gives it its name.
    pub(crate) fn finish(mut self) -> Result<()> {
        if let Writer::Csv(writer) = &mut self.writer {
            // The header also where no row was written.
            let empty = RecordBatch::new_empty(Arc::clone(&self.schema));
            writer.write(&empty).map_err(|error| writing(&self.path, &error))?;
        }
        let file = match self.writer {
            Writer::Csv(writer) => writer.into_inner(),
            Writer::Parquet(writer, file) => {
                let handle = writer.into_inner().map_err(|error| writing(&self.path, &error))?;
                handle.sync_all().map_err(|error| writing(&self.path, &error))?;
                file
            }
        };
        file.persist(&self.path).map_err(|error| writing(&self.path, &error.error))?;
        Ok(())
    }
}

fn writing(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::Data(format!("{}: cannot be written: {error}", path.display()))
}

/// The names of the loss columns: `mse`, `mse_gradient`, `mse_hessian`, after the model's name where there are several,
/// and before the class where there is a derivative per class.
fn columns(resolved: &Resolved) -> Vec<String> {
    let mut names = Vec::new();
    let classes: &[String] = match &resolved.plan.target {
        Target::Label(classes) => classes,
        _ => &[],
    };
    for model in &resolved.models {
        for measure in &resolved.plan.measures {
            let Measure::Mean(loss) = measure else { continue };
            let prefix = if resolved.models.len() > 1 { format!("{}.", model.name) } else { String::new() };
            let spec = loss.spec();
            names.push(format!("{prefix}{spec}"));
            let suffixes: Vec<String> = match classes {
                [] => vec![String::new()],
                classes => classes.iter().map(|class| format!("_{class}")).collect(),
            };
            for suffix in suffixes {
                names.push(format!("{prefix}{spec}_gradient{suffix}"));
                names.push(format!("{prefix}{spec}_hessian{suffix}"));
            }
        }
    }
    names
}
