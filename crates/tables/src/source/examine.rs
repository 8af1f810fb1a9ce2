//! A look at each file before any is read: what it is, which columns it has, whether it can be read at all.

use std::io::{Read, Seek, SeekFrom};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::catalog::Session as EngineSession;
use datafusion::common::Statistics;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::error::DataFusionError;
use futures::FutureExt;
use object_store::ObjectStoreExt;
use tempfile::TempPath;

use super::SourceOptions;
use super::discover::Found;
use super::format::{Compression, Format, detect};
use super::infer::Kind;
use super::place::Place;
use super::text::{Look, TextOptions};
use super::{duplicate_name, ipc, json, stdin, stores, text};
use crate::error::{Error, Result, cause, clean};

/// A file that was looked at.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) shown: String,
    pub(crate) place: Place,
    pub(crate) partitions: Vec<(String, String)>,
    pub(crate) bytes: u64,
    pub(crate) format: Format,
    pub(crate) compression: Compression,
    /// Rows, where the look gave their number.
    pub(crate) rows: Option<u64>,
    /// Rows estimated from the part that was looked at.
    pub(crate) rows_estimate: Option<u64>,
    pub(crate) columns: Columns,
    /// For each column of a text file the first value that is no number: data row, line, value.
    pub(crate) first_text: Vec<Option<(u64, Option<u64>, String)>>,
    pub(crate) statistics: Option<Arc<Statistics>>,
    pub(crate) object: PartitionedFile,
    pub(crate) notes: Vec<String>,
    /// Keeps the copy of a pipe alive as long as the file is in use.
    pub(crate) temporary: Option<TempPath>,
}

/// The columns of a file.
#[derive(Debug)]
pub(crate) enum Columns {
    /// Of separated text: names, what the values looked like, and how to read the fields.
    Separated { header: Vec<String>, kinds: Vec<Kind>, delimiter: u8, breaks_in_fields: bool },
    /// Of every other format.
    Typed(SchemaRef),
}

impl Columns {
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Separated { header, .. } => header.iter().map(String::as_str).collect(),
            Self::Typed(schema) => schema.fields().iter().map(|field| field.name().as_str()).collect(),
        }
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        match self {
            Self::Separated { header, .. } => header.iter().position(|other| other == name),
            Self::Typed(schema) => schema.index_of(name).ok(),
        }
    }
}

/// Looks at one file.
pub(crate) async fn examine(
    state: &dyn EngineSession,
    found: Found,
    options: Arc<SourceOptions>,
    budget: usize,
) -> Result<Examined> {
    let shown = found.shown.clone();
    let blocking = tokio::task::spawn_blocking(move || look_at(found, &options, budget));
    let mut examined = match blocking.await {
        Ok(examined) => examined?,
        Err(error) => return Err(panicked(&shown, error.try_into_panic().ok())),
    };
    if examined.format == Format::Parquet {
        // The footer is read by the engine itself, so that the types are the ones it will read with.
        let work = AssertUnwindSafe(parquet(state, &mut examined)).catch_unwind();
        match work.await {
            Ok(done) => done?,
            Err(payload) => return Err(panicked(&shown, Some(payload))),
        }
    }
    check_names(&examined)?;
    Ok(examined)
}

/// The error for a decoder that panicked.
pub(crate) fn panicked(shown: &str, payload: Option<Box<dyn std::any::Any + Send>>) -> Error {
    let message = payload
        .as_ref()
        .and_then(|payload| {
            payload
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
        })
        .unwrap_or_else(|| "an internal failure".to_owned());
    Error::Panicked { path: shown.to_owned(), message }
}

fn look_at(found: Found, options: &SourceOptions, budget: usize) -> Result<Examined> {
    let temporary = match &found.place {
        Place::Local(path) if found.shown == stdin::NAME && path.as_os_str() == "-" => {
            Some(stdin::spool(std::io::stdin().lock(), &found.shown)?)
        }
        Place::Local(path) => stdin::spool_if_pipe(path, &found.shown)?,
        Place::Object(_) => None,
    };
    look_at_file(found, temporary, options, budget)
}

/// Looks at a file, or at the copy of a stream that stands for it.
pub(crate) fn look_at_file(
    found: Found,
    temporary: Option<TempPath>,
    options: &SourceOptions,
    budget: usize,
) -> Result<Examined> {
    let Found { place, shown, partitions } = found;
    let place = temporary.as_ref().map_or(place, |temporary| Place::Local(temporary.to_path_buf()));
    let (format, compression) = detect(&place, &shown, options.format)?;
    let bytes = place.bytes(&shown)?;
    let location = place.location(&shown)?;
    let mut examined = Examined {
        object: match place.object() {
            Some(object) => PartitionedFile::new_from_meta(object.meta().clone()),
            None => PartitionedFile::new(location.to_string(), bytes),
        },
        shown,
        partitions,
        bytes,
        format,
        compression,
        rows: None,
        rows_estimate: None,
        columns: Columns::Typed(Arc::new(Schema::empty())),
        first_text: Vec::new(),
        statistics: None,
        notes: Vec::new(),
        temporary,
        place,
    };
    examined.object.object_meta.location = location;
    // A large file is looked at in part: reading much of it twice would cost more than it tells.
    let budget = if compression == Compression::None && bytes > budget as u64 { budget.min(1 << 20) } else { budget };
    match format {
        Format::Csv | Format::Tsv => separated(&mut examined, options, budget)?,
        Format::JsonLines | Format::JsonArray => json_lines(&mut examined, budget)?,
        Format::ArrowFile | Format::ArrowStream => arrow(&mut examined)?,
        Format::Parquet => check_footer(&examined.place, &examined.shown)?,
    }
    Ok(examined)
}

fn separated(examined: &mut Examined, options: &SourceOptions, budget: usize) -> Result<()> {
    let delimiter =
        options.delimiter.or((examined.format == Format::Tsv && options.format == Some(Format::Tsv)).then_some(b'\t'));
    let text_options =
        TextOptions { delimiter, has_header: !options.no_header, null_values: options.null_values.clone(), budget };
    let look: Look = text::look(&examined.place, &examined.shown, examined.compression, &text_options)?;
    if look.delimiter == b'\t' {
        examined.format = Format::Tsv;
    }
    rows_from(examined, look.rows, look.bytes, look.whole);
    examined.first_text =
        look.first_text.into_iter().map(|at| at.map(|(row, line, value)| (row, Some(line), value))).collect();
    examined.notes = look.notes;
    examined.columns = Columns::Separated {
        header: look.header,
        kinds: look.kinds,
        delimiter: look.delimiter,
        breaks_in_fields: look.breaks_in_fields,
    };
    Ok(())
}

fn json_lines(examined: &mut Examined, budget: usize) -> Result<()> {
    let look = json::look(&examined.place, &examined.shown, examined.format, examined.compression, budget)?;
    rows_from(examined, look.rows, look.bytes, look.whole);
    examined.first_text = look.first_text;
    examined.columns = Columns::Typed(Arc::new(look.schema));
    Ok(())
}

fn rows_from(examined: &mut Examined, rows: u64, bytes: u64, whole: bool) {
    if whole {
        examined.rows = Some(rows);
        examined.rows_estimate = Some(rows);
    } else if examined.compression == Compression::None && bytes > 0 {
        examined.rows_estimate = Some((rows as f64 * examined.bytes as f64 / bytes as f64) as u64);
    }
}

fn arrow(examined: &mut Examined) -> Result<()> {
    let look = ipc::look(&examined.place, &examined.shown, examined.format)?;
    examined.rows = Some(look.rows);
    examined.rows_estimate = Some(look.rows);
    examined.columns = Columns::Typed(look.schema);
    Ok(())
}

/// Checks the ends of a Parquet file: its footer must fit into it. The decoder takes the footer's word for it.
fn check_footer(place: &Place, shown: &str) -> Result<()> {
    let io = |error: std::io::Error| Error::io(shown, &error);
    let broken = |reason: &str| {
        Err(Error::Broken { path: shown.to_owned(), format: "Parquet".to_owned(), reason: reason.to_owned() })
    };
    let mut file = place.open(shown)?;
    let length = file.length().map_err(io)?;
    // Mark, footer, footer length, mark.
    if length < 12 {
        return broken("it is too short; the file may be cut short");
    }
    file.seek(SeekFrom::End(-8)).map_err(io)?;
    let mut end = [0; 8];
    file.read_exact(&mut end).map_err(io)?;
    let [a, b, c, d, mark @ ..] = end;
    match &mark {
        b"PAR1" => {}
        b"PARE" => return broken("its footer is encrypted"),
        _ => return broken("it does not end with the mark `PAR1`; the file may be cut short"),
    }
    if u64::from(u32::from_le_bytes([a, b, c, d])) + 12 > length {
        return broken("its footer claims to be longer than the file; the file is damaged");
    }
    Ok(())
}

async fn parquet(state: &dyn EngineSession, examined: &mut Examined) -> Result<()> {
    let broken = |error: &dyn std::fmt::Display| {
        let reason = clean(&error.to_string());
        let reason = if reason.contains("footer") || reason.contains("EOF") || reason.contains("Range") {
            format!("{reason}; the file may be cut short")
        } else {
            reason
        };
        Error::Broken { path: examined.shown.clone(), format: "Parquet".to_owned(), reason }
    };
    let refused = |error: DataFusionError| match (cause(&error), examined.place.object()) {
        (Some(refusal), Some(_)) => stores::refused(&examined.shown, &examined.place.base(), refusal),
        _ => broken(&error),
    };
    let store = state.runtime_env().object_store(examined.place.base())?;
    let meta = match examined.place.object() {
        Some(object) => object.meta().clone(),
        None => store.head(&examined.object.object_meta.location).await.map_err(|error| broken(&error))?,
    };
    let format = ParquetFormat::default().with_options(state.table_options().parquet.clone());
    let schema = format.infer_schema(state, &store, std::slice::from_ref(&meta)).await.map_err(refused)?;
    let statistics = format.infer_stats(state, &store, Arc::clone(&schema), &meta).await.map_err(refused)?;
    let rows = statistics.num_rows.get_value().map(|&rows| rows as u64);
    examined.object = PartitionedFile::new_from_meta(meta);
    examined.rows = rows;
    examined.rows_estimate = rows;
    examined.statistics = Some(Arc::new(statistics));
    examined.columns = Columns::Typed(schema);
    Ok(())
}

fn check_names(examined: &Examined) -> Result<()> {
    let names = examined.columns.names();
    if names.is_empty() {
        return Err(Error::Broken {
            path: examined.shown.clone(),
            format: examined.format.to_string(),
            reason: "it has no columns".to_owned(),
        });
    }
    match duplicate_name(&examined.shown, &names) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// The type a typed file has for a column; the kind's type for a text file.
pub(crate) fn type_in(examined: &Examined, position: usize) -> DataType {
    match &examined.columns {
        Columns::Separated { kinds, .. } => kinds[position].data_type(),
        Columns::Typed(schema) => schema.field(position).data_type().clone(),
    }
}
