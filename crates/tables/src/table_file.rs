//! Files of rows that this toolkit writes.

use std::fmt::Display;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use tempfile::{Builder, NamedTempFile};

use crate::error::{Error, Result, clean};
use crate::source::{Source, SourceFile};

/// A CSV or Parquet file that appears under its name only when it is complete. Dropped before, it leaves nothing behind.
pub struct TableFile {
    path: PathBuf,
    file: NamedTempFile,
    writer: Writer,
}

enum Writer {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Parquet(Box<ArrowWriter<File>>),
}

/// Refuses a name that no file can be written under: of no known ending, in no folder, or of a file that is read.
///
/// # Errors
/// With what is wrong and what is allowed.
pub fn check(path: &Path, source: &Source) -> Result<()> {
    let refuse = |why: &str| Err(Error::Usage(format!("--output {}: {why}", path.display())));
    is_csv(path)?;
    if !folder(path).is_dir() {
        return refuse(&format!("there is no folder {}", folder(path).display()));
    }
    let written = std::fs::canonicalize(path).ok();
    let is_written = |file: &SourceFile| written.is_some() && std::fs::canonicalize(&file.path).ok() == written;
    if source.files().iter().any(is_written) {
        return refuse("this file is being read; writing to it would replace its rows");
    }
    Ok(())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_csv(path: &Path) -> Result<bool> {
    match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase().as_str() {
        "csv" => Ok(true),
        "parquet" => Ok(false),
        _ => Err(Error::Usage(format!("--output {}: the name must end in .parquet or .csv", path.display()))),
    }
}

impl TableFile {
    /// Starts a file with these columns; the ending of its name, `.csv` or `.parquet`, tells the format.
    ///
    /// # Errors
    /// Another ending; a folder that does not exist or cannot be written to.
    pub fn create(path: &Path, schema: &SchemaRef) -> Result<Self> {
        let is_csv = is_csv(path)?;
        let mut builder = Builder::new();
        builder.prefix(".dartboard-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Temporary files are for their owner only; what becomes a result is as open as the umask lets it be.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        // Beside the result, so that giving it its name is one step within a file system.
        let file = builder.tempfile_in(folder(path)).map_err(|error| failed(path, error))?;
        let handle = file.reopen().map_err(|error| failed(path, error))?;
        let writer = if is_csv {
            let mut writer = csv::Writer::new(BufWriter::new(handle));
            // The header comes with the first batch, and there may be none.
            let header = writer.write(&RecordBatch::new_empty(Arc::clone(schema)));
            header.map_err(|error| failed(path, error))?;
            Writer::Csv(Box::new(writer))
        } else {
            let writer = ArrowWriter::try_new(handle, Arc::clone(schema), None);
            Writer::Parquet(Box::new(writer.map_err(|error| failed(path, error))?))
        };
        Ok(Self { path: path.to_owned(), file, writer })
    }

    /// Adds rows with the columns the file was started with.
    ///
    /// # Errors
    /// Where the system refuses to write, and for columns of a type that the format cannot hold.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match &mut self.writer {
            Writer::Csv(writer) => writer.write(batch).map_err(|error| failed(&self.path, error)),
            Writer::Parquet(writer) => writer.write(batch).map_err(|error| failed(&self.path, error)),
        }
    }

    /// Completes the file and gives it its name, in place of a file that had it before.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn finish(self) -> Result<()> {
        let path = &self.path;
        let handle = match self.writer {
            Writer::Csv(writer) => writer.into_inner().into_inner().map_err(|error| failed(path, error.error()))?,
            Writer::Parquet(writer) => writer.into_inner().map_err(|error| failed(path, error))?,
        };
        // What has the name is whole, even if the machine stops now.
        handle.sync_all().map_err(|error| failed(path, error))?;
        self.file.persist(path).map_err(|error| failed(path, error.error))?;
        Ok(())
    }
}

fn failed(path: &Path, error: impl Display) -> Error {
    Error::Data(format!("--output {}: cannot be written: {}", path.display(), clean(&error.to_string())))
}
