//! Writing the rows of a query to a file.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;

/// A file of rows that appears under its name only when it is complete.
pub(crate) struct TableFile {
    path: PathBuf,
    /// The file under its temporary name; deleted if it is dropped before the end.
    file: NamedTempFile,
    writer: Writer,
}

enum Writer {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Parquet(Box<ArrowWriter<File>>),
}

impl TableFile {
    /// Starts a file; the ending of its name tells the format.
    pub(crate) fn create(path: &Path, schema: &SchemaRef) -> Result<Self, Failure> {
        let is_csv = is_csv(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = Builder::new();
        builder.prefix(".dartboard-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Temporary files are for their owner only; what becomes a result is as open as the umask lets it be.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(|error| failed(path, &error))?;
        let handle = file.reopen().map_err(|error| failed(path, &error))?;
        let writer = if is_csv {
            Writer::Csv(Box::new(csv::Writer::new(BufWriter::new(handle))))
        } else {
            let writer = ArrowWriter::try_new(handle, SchemaRef::clone(schema), None);
            Writer::Parquet(Box::new(writer.map_err(|error| failed(path, &error))?))
        };
        Ok(Self { path: path.to_owned(), file, writer })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        match &mut self.writer {
            Writer::Csv(writer) => writer.write(batch).map_err(|error| failed(&self.path, &error)),
            Writer::Parquet(writer) => writer.write(batch).map_err(|error| failed(&self.path, &error)),
        }
    }

    /// Completes the file and gives it its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let path = &self.path;
        match self.writer {
            Writer::Csv(writer) => {
                writer.into_inner().into_inner().map_err(|error| failed(path, &error))?;
            }
            Writer::Parquet(writer) => {
                writer.close().map_err(|error| failed(path, &error))?;
            }
        }
        self.file.persist(path).map_err(|error| failed(path, &error.error))?;
        Ok(())
    }
}

fn is_csv(path: &Path) -> Result<bool, Failure> {
    match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase().as_str() {
        "csv" => Ok(true),
        "parquet" => Ok(false),
        _ => Err(Failure::usage(format!("--output {}: the name must end in .parquet or .csv", path.display()))),
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Data(format!("--output {}: {error}", path.display()))
}
