//! Standard input and other pipes: written to a temporary file first.
//!
//! Formats are told by their first bytes, Parquet is read from its end, and a score may need two passes: all of that
//! wants a file. A file also bounds memory, where holding the input in memory would not.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use tempfile::TempPath;

use crate::error::{Error, Result};

/// How messages call standard input.
pub(crate) const NAME: &str = "standard input";

/// Copies a stream into a temporary file, which is removed when the value is dropped.
pub(crate) fn spool(mut reader: impl Read, shown: &str) -> Result<TempPath> {
    let temporary = |error: std::io::Error| Error::Io {
        path: shown.to_owned(),
        message: match error.kind() {
            std::io::ErrorKind::StorageFull => {
                "no space left for the temporary copy (set TMPDIR to a larger place)".to_owned()
            }
            _ => format!("the temporary copy could not be written: {error}"),
        },
        kind: error.kind(),
    };
    let file = tempfile::Builder::new().prefix("dartboard-").tempfile().map_err(temporary)?;
    let (file, path) = file.into_parts();
    let mut writer = BufWriter::new(file);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::io(shown, &error)),
        };
        writer.write_all(&buffer[..n]).map_err(temporary)?;
    }
    writer.flush().map_err(temporary)?;
    Ok(path)
}

/// Copies a path that can only be read once (a named pipe, `/dev/stdin`, `<(command)`); `None` for ordinary files.
pub(crate) fn spool_if_pipe(path: &Path, shown: &str) -> Result<Option<TempPath>> {
    let meta = std::fs::metadata(path).map_err(|error| Error::io(shown, &error))?;
    if meta.is_file() {
        return Ok(None);
    }
    let file = File::open(path).map_err(|error| Error::io(shown, &error))?;
    spool(file, shown).map(Some)
}
