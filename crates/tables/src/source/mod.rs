//! Opening files: one way, for the command line and for SQL alike.
//!
//! A [`Source`] is a table over one or more files of any readable format. Everything that can be known before a query
//! runs is checked when it is opened, so that messages speak of files and columns rather than of plans.

mod bucket;
pub(crate) mod diagnose;
mod discover;
mod examine;
mod format;
pub(crate) mod frame;
mod infer;
mod ipc;
mod json;
mod listing;
pub(crate) mod place;
mod schema;
mod stdin;
pub mod stores;
pub(crate) mod table;
mod text;
pub(crate) mod url_table;

mod join;

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session as EngineSession, TableProvider};
use datafusion::physical_plan::ExecutionPlan;
use futures::{StreamExt, TryStreamExt};
use tempfile::TempPath;

use self::discover::{Found, discover};
use self::examine::{Columns, Examined, examine};
pub use self::format::{Compression, Format};
pub use self::frame::Frame;
use self::frame::FrameTable;
pub(crate) use self::infer::holds;
pub(crate) use self::join::key_text;
pub use self::join::{JoinCounts, JoinOptions, Joined};
use self::place::Place;
use self::table::FilesTable;
use crate::columns::{self, Match};
use crate::error::{Error, NotNumeric, Result};

/// How files are read. The default detects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// The format of all files; told from each file's content and name if absent. In a directory, only files of this
    /// format are read.
    pub format: Option<Format>,
    /// The separator of fields; told from the file if absent.
    pub delimiter: Option<u8>,
    /// Whether separated files have no header line; columns are called `column_1`, `column_2`, ... then.
    pub no_header: bool,
    /// Spellings of a missing value in separated files, beside the empty field. None by default: `NA` may be a name.
    pub null_values: Vec<String>,
    /// Columns of text files that must be numbers (names, or patterns with `*`): read as 64-bit floats, or as booleans
    /// if all their values are `true` and `false`. Anything else in them is an error.
    pub numeric_columns: Vec<String>,
    /// Columns that are read as text although they look like numbers, such as class labels or keys.
    pub text_columns: Vec<String>,
    /// Whether quoted fields may hold line breaks. Detected in the part that is looked at; slower for large files.
    pub newlines_in_values: bool,
}

/// A file of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// The name as it was given, for messages.
    pub name: String,
    /// Where it is on this machine; for a pipe, its temporary copy; empty for an object of a store and for a frame.
    pub path: PathBuf,
    /// Its size in bytes, compressed if it is.
    pub bytes: u64,
    /// Its format.
    pub format: Format,
    /// Its compression as a whole.
    pub compression: Compression,
    /// The separator of its fields, for separated text.
    pub delimiter: Option<u8>,
    /// The number of rows, if it is known without reading the file.
    pub rows: Option<u64>,
    /// An estimate of the number of rows, for progress.
    pub rows_estimate: Option<u64>,
}

/// A table over files.
#[derive(Clone, Debug)]
pub struct Source {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    files: Vec<SourceFile>,
    /// The sides of a join.
    parts: Vec<Source>,
    examined: Vec<Examined>,
    /// The table over the files; absent for a join and for a frame.
    files_table: Option<Arc<FilesTable>>,
    /// The table of a frame.
    frame_table: Option<Arc<FrameTable>>,
    table: Arc<dyn TableProvider>,
    table_name: String,
    hidden: Vec<(String, Error)>,
    partitions: Vec<String>,
    notes: Vec<String>,
    options: SourceOptions,
    join: Option<JoinedRows>,
}

/// What stands for row numbers in a join.
#[derive(Debug)]
struct JoinedRows {
    keys: Vec<String>,
    pairs: u64,
}

/// Bytes that are looked at in a small file (all of it) and in all files together.
const WHOLE: usize = 8 << 20;
const WHOLE_TOGETHER: usize = 64 << 20;
const WHOLE_LEAST: usize = 256 << 10;
/// Files that are looked at at the same time.
const AT_ONCE: usize = 8;

/// Opens paths; `-` is standard input.
pub(crate) async fn open(
    state: &dyn EngineSession,
    paths: &[String],
    options: &SourceOptions,
    table_name: String,
) -> Result<Source> {
    if paths.is_empty() {
        return Err(Error::Usage("no file given".to_owned()));
    }
    let found = {
        let (given, format, runtime) = (paths.to_vec(), options.format, Arc::clone(state.runtime_env()));
        let searched = tokio::task::spawn_blocking(move || discover(&runtime, &given, format)).await;
        searched.map_err(|error| examine::panicked(&paths.join(", "), error.try_into_panic().ok()))??
    };
    let budget = (WHOLE_TOGETHER / found.len().max(1)).clamp(WHOLE_LEAST, WHOLE);
    let shared = Arc::new(options.clone());
    // In order: rows are numbered by it, and the first broken file is the one that is named.
    let examined: Vec<Examined> = futures::stream::iter(found)
        .map(|found| examine(state, found, Arc::clone(&shared), budget))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    assemble(state, examined, options, table_name)
}

/// Opens a stream under a name, as standard input is.
pub(crate) async fn open_reader(
    state: &dyn EngineSession,
    name: &str,
    reader: impl Read + Send + 'static,
    options: &SourceOptions,
    table_name: String,
) -> Result<Source> {
    let shown = name.to_owned();
    let copied: std::result::Result<Result<TempPath>, _> =
        tokio::task::spawn_blocking(move || stdin::spool(reader, &shown)).await;
    let copy = copied.map_err(|error| examine::panicked(name, error.try_into_panic().ok()))??;
    let place = Place::Local(copy.to_path_buf());
    let found = Found { place, shown: name.to_owned(), partitions: Vec::new() };
    let mut examined = examine(state, found, Arc::new(options.clone()), WHOLE).await?;
    examined.temporary = Some(copy);
    assemble(state, vec![examined], options, table_name)
}

fn assemble(
    state: &dyn EngineSession,
    examined: Vec<Examined>,
    options: &SourceOptions,
    table_name: String,
) -> Result<Source> {
    let merged = schema::merge(state, &examined, options)?;
    let files = examined
        .iter()
        .map(|file| SourceFile {
            name: file.shown.clone(),
            path: file.place.local_path(),
            bytes: file.bytes,
            format: file.format,
            compression: file.compression,
            delimiter: match &file.columns {
                Columns::Separated { delimiter, .. } => Some(*delimiter),
                Columns::Typed(_) => None,
            },
            rows: file.rows,
            rows_estimate: file.rows_estimate,
        })
        .collect();
    let mut notes: Vec<String> = examined.iter().flat_map(|file| file.notes.iter().cloned()).collect();
    notes.extend(merged.notes);
    let table = Arc::new(merged.table);
    Ok(Source::build(Inner {
        files,
        parts: Vec::new(),
        table: Arc::clone(&table) as _,
        files_table: Some(table),
        frame_table: None,
        table_name,
        hidden: merged.hidden,
        partitions: merged.partitions,
        notes,
        options: options.clone(),
        examined,
        join: None,
    }))
}

impl Source {
    fn build(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The files, in the order in which their rows are counted.
    pub fn files(&self) -> &[SourceFile] {
        &self.inner.files
    }

    /// The columns that all files have, partition columns last.
    pub fn schema(&self) -> SchemaRef {
        self.inner.table.schema()
    }

    /// The name under which the table is registered with the session, for SQL text.
    pub fn table_name(&self) -> &str {
        &self.inner.table_name
    }

    /// The table, to be registered under further names.
    pub fn table(&self) -> Arc<dyn TableProvider> {
        Arc::clone(&self.inner.table)
    }

    /// Whether the rows are pairs of a join, which have keys instead of numbers.
    pub fn is_joined(&self) -> bool {
        self.inner.join.is_some()
    }

    /// The key columns of a join; none otherwise.
    pub fn join_keys(&self) -> &[String] {
        self.inner.join.as_ref().map_or(&[], |join| &join.keys)
    }

    pub(crate) fn files_table(&self) -> Option<&FilesTable> {
        self.inner.files_table.as_deref()
    }

    /// A scan of one file in row order.
    pub(crate) async fn scan_file(
        &self,
        state: &dyn EngineSession,
        file: usize,
        projection: &[usize],
    ) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
        match (self.files_table(), &self.inner.frame_table) {
            (Some(table), _) => table.scan_file(state, file, projection).await,
            (None, Some(table)) => table.scan_in_order(projection),
            (None, None) => datafusion::common::internal_err!("a joined table has no files of its own"),
        }
    }

    pub(crate) fn examined(&self) -> &[Examined] {
        &self.inner.examined
    }

    /// The columns that come from `key=value` directory names.
    pub fn partition_columns(&self) -> &[String] {
        &self.inner.partitions
    }

    /// What the reader may want to know: an unusual separator, unnamed columns.
    pub fn notes(&self) -> &[String] {
        &self.inner.notes
    }

    /// The options the source was opened with.
    pub fn options(&self) -> &SourceOptions {
        &self.inner.options
    }

    /// What messages call the source: the file, or the first and how many more.
    pub fn name(&self) -> String {
        match self.inner.files.as_slice() {
            [] => "no file".to_owned(),
            [only] => only.name.clone(),
            [first, other] => format!("{} and {}", first.name, other.name),
            [first, more @ ..] => format!("{} and {} more files", first.name, more.len()),
        }
    }

    /// The number of rows, if it is known of every file without reading it.
    pub fn rows(&self) -> Option<u64> {
        if let Some(join) = &self.inner.join {
            return Some(join.pairs);
        }
        self.inner.files.iter().map(|file| file.rows).sum()
    }

    /// An estimate of the number of rows, for progress; absent if some file gives no clue.
    pub fn rows_estimate(&self) -> Option<u64> {
        self.inner.files.iter().map(|file| file.rows_estimate).sum()
    }

    /// The size of all files in bytes.
    pub fn bytes(&self) -> u64 {
        self.inner.files.iter().map(|file| file.bytes).sum()
    }

    /// Columns that some files have and that are not part of the table: not in all files, or of types that do not fit.
    pub fn hidden_columns(&self) -> impl Iterator<Item = (&str, &Error)> {
        self.inner.hidden.iter().map(|(name, error)| (name.as_str(), error))
    }

    /// Finds a column; `role` says what for (`--truth`) in the message if it is not there.
    pub fn find_column(&self, name: &str, role: &str) -> Result<usize> {
        if let Some((_, error)) = self.inner.hidden.iter().find(|(hidden, _)| hidden == name) {
            return Err(with_role(error.clone(), role));
        }
        columns::find_column(&self.schema(), name, role, &self.name())
    }

    /// Finds the columns that match a pattern such as `p_lgbm_*`, in the order of the schema.
    pub fn find_columns(&self, pattern: &str, role: &str) -> Result<Vec<Match>> {
        let hidden = |(name, error): &(String, Error)| columns::wild_part(pattern, name).map(|_| error.clone());
        if let Some(error) = self.inner.hidden.iter().find_map(hidden) {
            return Err(with_role(error, role));
        }
        columns::find_columns(&self.schema(), pattern, role)
    }

    /// Finds a column and makes sure that it holds numbers or booleans; names the first value that is neither.
    pub fn find_numeric(&self, name: &str, role: &str) -> Result<usize> {
        let index = self.find_column(name, role)?;
        let schema = self.schema();
        let data_type = schema.field(index).data_type();
        if data_type.is_numeric() || *data_type == datafusion::arrow::datatypes::DataType::Boolean {
            return Ok(index);
        }
        let of_text = |file: &Examined| {
            let at = file.columns.position(name)?;
            let (row, line, value) = file.first_text.get(at)?.clone()?;
            Some(text::not_a_number(&file.shown, name, row, line, &value))
        };
        if let Some(error) = self.inner.examined.iter().find_map(of_text) {
            return Err(error);
        }
        for part in self.inner.parts.iter().filter(|part| part.schema().index_of(name).is_ok()) {
            part.find_numeric(name, role)?;
        }
        let empty = !self.inner.examined.is_empty()
            && self.inner.examined.iter().all(|file| match (&file.columns, file.columns.position(name)) {
                (Columns::Separated { kinds, .. }, Some(at)) => kinds[at] == infer::Kind::Empty,
                _ => false,
            });
        Err(Error::NotNumeric(Box::new(NotNumeric {
            role: role.to_owned(),
            column: name.to_owned(),
            found: if empty { "no values".to_owned() } else { holds(data_type) },
            path: self.name(),
        })))
    }
}

/// The error where a name stands more than once.
fn duplicate_name(shown: &str, names: &[&str]) -> Option<Error> {
    names.iter().enumerate().find_map(|(i, name)| {
        let at: Vec<String> =
            names.iter().enumerate().filter(|(_, other)| *other == name).map(|(j, _)| (j + 1).to_string()).collect();
        (at.len() > 1 && at[0] == (i + 1).to_string()).then(|| Error::DuplicateColumn {
            path: shown.to_owned(),
            column: (*name).to_owned(),
            count: at.len(),
            positions: at.join(" and "),
        })
    })
}

fn with_role(error: Error, role: &str) -> Error {
    match error {
        Error::ColumnNotInAllFiles { column, has, lacks, .. } => {
            Error::ColumnNotInAllFiles { role: role.to_owned(), column, has, lacks }
        }
        Error::NotNumeric(inner) => Error::NotNumeric(Box::new(NotNumeric { role: role.to_owned(), ..*inner })),
        other => other,
    }
}
