//! What can go wrong between a file name and a table, said so that the reader can mend it.
//!
//! Every message names the file, the column, the first rows and the value where they are known, says what is allowed,
//! and offers the nearest name where a name was wrong. Errors of the query engine are translated: its wrappers ("Arrow
//! error:", "External error:", "likely caused by a bug in DataFusion") tell a user nothing and send them elsewhere.

use datafusion::arrow::error::ArrowError;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use std::fmt::Write as _;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the tables layer. The text is meant for the person who typed the command.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The command line is wrong, whatever the data holds.
    #[error("{0}")]
    Usage(String),

    /// A path on another machine or in a store that is not read.
    #[error(
        "{path}: only local files{} are read; a path that starts with `{scheme}://` needs to be copied or mounted first{}",
        also_read(),
        how_to_read(scheme)
    )]
    Remote {
        /// The path as it was given.
        path: String,
        /// The part before `://`.
        scheme: String,
    },

    /// The same file is reached twice, so that its rows would count twice.
    #[error("{path}: the file is given twice; its rows would count twice")]
    GivenTwice {
        /// The file.
        path: String,
    },

    /// There is no such file or directory.
    #[error("{path}: no such file or directory{}", did_you_mean(near))]
    NoSuchFile {
        /// The path as it was given.
        path: String,
        /// The nearest name that exists.
        near: Option<String>,
    },

    /// A pattern such as `p*.parquet` that no file matches.
    #[error("{pattern}: no file matches this pattern{}", did_you_mean(near))]
    NoFileMatches {
        /// The pattern as it was given.
        pattern: String,
        /// The nearest name that exists.
        near: Option<String>,
    },

    /// A directory without a file that could be read.
    #[error("{path}: the directory holds no data files (looked for {looked_for}){}", held(found))]
    NoDataFiles {
        /// The directory.
        path: String,
        /// The endings that were looked for.
        looked_for: String,
        /// A few of the files that are there.
        found: Vec<String>,
    },

    /// A directory with files of several formats, which are often the same rows twice.
    #[error(
        "{path}: the directory holds files of several formats ({found}); name one with --input-format, or give a pattern such as `{example}`"
    )]
    SeveralFormats {
        /// The directory.
        path: String,
        /// The formats and how many files of each.
        found: String,
        /// A pattern that picks one of them.
        example: String,
    },

    /// The operating system refused, or the store that an object is in.
    #[error("{path}: {message}")]
    Io {
        /// The file.
        path: String,
        /// What it said.
        message: String,
        /// The same for programs.
        kind: std::io::ErrorKind,
    },

    /// A file of zero bytes.
    #[error("{path}: the file is empty (0 bytes)")]
    Empty {
        /// The file.
        path: String,
    },

    /// A file of a kind that is recognised but not read.
    #[error("{path}: {what}; {advice}")]
    NotRead {
        /// The file.
        path: String,
        /// What the file is.
        what: String,
        /// What to do.
        advice: String,
    },

    /// A file that is broken or cut short.
    #[error("{path}: not a readable {format} file: {reason}")]
    Broken {
        /// The file.
        path: String,
        /// The format it was taken for.
        format: String,
        /// What is wrong.
        reason: String,
    },

    /// A line of a text file that cannot be taken apart.
    #[error("{path}: line {line}: {message}")]
    Line {
        /// The file.
        path: String,
        /// The line, counted from 1, the header included.
        line: u64,
        /// What is wrong.
        message: String,
    },

    /// A line with more or fewer fields than the header.
    #[error(
        "{path}: line {line} has {found} field{} where the header has {expected} (fields separated by {delimiter})",
        plural(*found)
    )]
    Ragged {
        /// The file.
        path: String,
        /// The line, counted from 1, the header included.
        line: u64,
        /// Fields in the header.
        expected: usize,
        /// Fields in the line.
        found: usize,
        /// The separator, in words.
        delimiter: String,
    },

    /// A header that uses a name more than once.
    #[error(
        "{path}: the column name `{column}` stands {count} times in the header (columns {positions}); names must be different"
    )]
    DuplicateColumn {
        /// The file.
        path: String,
        /// The name.
        column: String,
        /// How often.
        count: usize,
        /// The positions, counted from 1.
        positions: String,
    },

    /// A value that is not of the type its column has.
    #[error("{0}")]
    Cell(Box<BadCell>),

    /// A column that does not exist.
    #[error("{0}")]
    NoSuchColumn(Box<MissingColumn>),

    /// A column that some of the files have and others lack.
    #[error("{}column `{column}` is in {has} but not in {lacks}; all files must have it", role_prefix(role))]
    ColumnNotInAllFiles {
        /// What the column was wanted for, such as `--truth`; may be empty.
        role: String,
        /// The column.
        column: String,
        /// A file that has it.
        has: String,
        /// The first file that lacks it.
        lacks: String,
    },

    /// No column fits a pattern such as `p_*`.
    #[error("{}no column matches `{pattern}`{}; columns: {columns}", role_prefix(role), aside(near))]
    NoColumnMatches {
        /// What the columns were wanted for; may be empty.
        role: String,
        /// The pattern.
        pattern: String,
        /// The nearest pattern or name that would match something.
        near: Option<String>,
        /// The columns there are.
        columns: String,
    },

    /// A column whose type differs between files in a way that cannot be reconciled.
    #[error("{0}")]
    TypesDiffer(Box<TypesDiffer>),

    /// A column that should hold numbers and does not.
    #[error("{0}")]
    NotNumeric(Box<NotNumeric>),

    /// Rows on one side of a join have no partner.
    #[error("{0}")]
    Unmatched(String),

    /// A key stands more than once on one side of a join.
    #[error("{0}")]
    DuplicateKeys(String),

    /// Something else about the data, said in full by whoever found it.
    #[error("{0}")]
    Data(String),

    /// The SQL text or an expression is wrong.
    #[error("{0}")]
    Sql(String),

    /// The memory limit was reached by an operation that cannot spill.
    #[error("the memory limit was reached: {0}")]
    Memory(String),

    /// A decoder gave up in a way it should not have.
    #[error("{path}: the file could not be read; the decoder stopped with: {message}")]
    Panicked {
        /// The file.
        path: String,
        /// What the decoder said.
        message: String,
    },

    /// Anything else the query engine reports.
    #[error("{}{message}", place_prefix(path))]
    Engine {
        /// The file, where known.
        path: Option<String>,
        /// The cleaned message.
        message: String,
    },
}

/// A value of a file that is not of the type its column has.
#[derive(Clone, Debug, PartialEq)]
pub struct BadCell {
    /// The file.
    pub path: String,
    /// The column's name.
    pub column: String,
    /// The data row, counted from 1, the header not included.
    pub row: u64,
    /// The line of the file, counted from 1, the header included; `None` where lines mean nothing.
    pub line: Option<u64>,
    /// The value as it stands in the file.
    pub value: String,
    /// What the column should hold, in words: "a number".
    pub expected: String,
    /// What might help.
    pub hint: Option<String>,
}

impl std::fmt::Display for BadCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.path)?;
        match self.line {
            Some(line) => write!(f, "line {line} (data row {})", self.row)?,
            None => write!(f, "data row {}", self.row)?,
        }
        write!(f, ", column `{}`: {} is not {}", self.column, quoted(&self.value), self.expected)?;
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

/// A column that was asked for and is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingColumn {
    /// What the column was wanted for, such as `--truth`; may be empty.
    pub role: String,
    /// The name asked for.
    pub column: String,
    /// Where it was looked for: a file, or several.
    pub place: String,
    /// The nearest name.
    pub near: Option<String>,
    /// The columns there are.
    pub columns: Vec<String>,
}

impl std::fmt::Display for MissingColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}no column `{}`", role_prefix(&self.role), self.column)?;
        if !self.place.is_empty() {
            write!(f, " in {}", self.place)?;
        }
        write!(f, "{}; columns: {}", aside(&self.near), list(&self.columns, 40))
    }
}

/// A column that has different types in different files.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("column `{column}` is {left_type} in {left} but {right_type} in {right}; the files must agree")]
pub struct TypesDiffer {
    /// The column.
    pub column: String,
    /// One file.
    pub left: String,
    /// What it holds there.
    pub left_type: String,
    /// Another file.
    pub right: String,
    /// What it holds there.
    pub right_type: String,
}

/// A column that should hold numbers and does not.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}column `{column}` of {path} holds {found}, not numbers", role_prefix(role))]
pub struct NotNumeric {
    /// What the column was wanted for; may be empty.
    pub role: String,
    /// The column.
    pub column: String,
    /// What it holds, in words.
    pub found: String,
    /// The file.
    pub path: String,
}

impl Error {
    /// Whether the command line is at fault rather than the data: exit code 2 instead of 1.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Usage(_) | Self::Sql(_) | Self::Remote { .. } | Self::GivenTwice { .. })
    }

    /// What the operating system refused, where it was the system.
    pub fn system(&self) -> Option<std::io::ErrorKind> {
        match self {
            Self::Io { kind, .. } => Some(*kind),
            Self::NoSuchFile { .. } | Self::NoFileMatches { .. } => Some(std::io::ErrorKind::NotFound),
            _ => None,
        }
    }

    /// An error of the operating system about a file.
    pub fn io(path: &str, error: &std::io::Error) -> Self {
        if let Some(own) = cause::<Self>(error) {
            return own.clone();
        }
        let message = match error.kind() {
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            std::io::ErrorKind::NotFound => {
                return Self::NoSuchFile { path: path.to_owned(), near: None };
            }
            std::io::ErrorKind::StorageFull => "no space left while copying the input to a temporary file".to_owned(),
            _ => error.to_string(),
        };
        Self::Io { path: path.to_owned(), message, kind: error.kind() }
    }

    /// Translates an error of the query engine, without knowledge of the files.
    /// `Session::explain` does the same and looks for the file and the row.
    pub fn from_engine(error: &DataFusionError) -> Self {
        if let Some(own) = find_own(error) {
            return own;
        }
        let root = root(error);
        if let DataFusionError::SchemaError(schema, _) = root
            && let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref()
        {
            let columns: Vec<String> = valid_fields.iter().map(|field| field.name.clone()).collect();
            return Self::NoSuchColumn(Box::new(MissingColumn {
                role: String::new(),
                column: field.name.clone(),
                place: String::new(),
                near: nearest(&field.name, columns.iter().map(String::as_str)).map(ToOwned::to_owned),
                columns,
            }));
        }
        let message = clean(&root.to_string());
        for (start, kind) in [
            ("DDL not supported", "definition"),
            ("DML not supported", "change"),
            ("Statement not supported", "statement"),
        ] {
            if message.starts_with(start) {
                return Self::Usage(format!("only queries (SELECT ...) are run, no {kind} of any kind"));
            }
        }
        if let Some(name) =
            message.strip_prefix("table 'datafusion.public.").and_then(|rest| rest.strip_suffix("' not found"))
        {
            return Self::Sql(format!("there is no table and no file called `{name}`"));
        }
        match root {
            DataFusionError::ResourcesExhausted(_) => Self::Memory(shortage(&message).to_owned()),
            DataFusionError::Plan(_) | DataFusionError::SchemaError(..) | DataFusionError::SQL(..) => {
                Self::Sql(message)
            }
            _ => Self::Engine { path: None, message },
        }
    }

    /// Names the option whose text is at fault.
    #[must_use]
    pub fn of_option(self, option: &str) -> Self {
        match self {
            Self::NoSuchColumn(missing) => {
                Self::NoSuchColumn(Box::new(MissingColumn { role: option.to_owned(), ..*missing }))
            }
            Self::Sql(message) => Self::Sql(format!("{option}: {message}")),
            other => other,
        }
    }

    /// Names the path as it was given where a part of it was refused.
    #[must_use]
    pub(crate) fn of_path(self, given: &str) -> Self {
        match self {
            Self::Remote { scheme, .. } => Self::Remote { path: given.to_owned(), scheme },
            Self::Io { message, kind, .. } => Self::Io { path: given.to_owned(), message, kind },
            other => other,
        }
    }

    /// Adds the file to an error that does not name one yet.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        match self {
            Self::Engine { path: None, message } => Self::Engine { path: Some(path.to_owned()), message },
            other => other,
        }
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        Self::from_engine(&error)
    }
}

impl From<ArrowError> for Error {
    fn from(error: ArrowError) -> Self {
        Self::from_engine(&DataFusionError::from(error))
    }
}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> Self {
        Self::External(Box::new(error))
    }
}

/// Our own error inside wrappers of the engine, if the engine only carried it.
fn find_own(error: &DataFusionError) -> Option<Error> {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    // Walk the chain of sources; a few wrappers (`Shared`, `Collection`) are only reachable by matching.
    while let Some(current) = source {
        if let Some(own) = current.downcast_ref::<Error>() {
            return Some(own.clone());
        }
        if let Some(engine) = current.downcast_ref::<DataFusionError>() {
            match engine {
                DataFusionError::Shared(inner) => return find_own(inner),
                DataFusionError::Collection(all) => return all.iter().find_map(find_own),
                DataFusionError::External(inner) => {
                    if let Some(own) = inner.downcast_ref::<Error>() {
                        return Some(own.clone());
                    }
                }
                DataFusionError::ArrowError(inner, _) => {
                    if let ArrowError::ExternalError(inner) = inner.as_ref() {
                        if let Some(own) = inner.downcast_ref::<Error>() {
                            return Some(own.clone());
                        }
                        if let Some(inner) = inner.downcast_ref::<DataFusionError>() {
                            return find_own(inner);
                        }
                    }
                }
                _ => {}
            }
        }
        source = current.source();
    }
    None
}

/// An error of the wanted kind among the causes of another, such as our own that a reader of files carried through
/// decoders, which know only errors of input and output.
pub(crate) fn cause<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    if let Some(found) = error.downcast_ref::<E>() {
        return Some(found);
    }
    // An error of input and output names the cause of what it carries as its own.
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(carried) => cause(carried),
        None => cause(error.source()?),
    }
}

/// The innermost engine error.
fn root(error: &DataFusionError) -> &DataFusionError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => root(inner),
        DataFusionError::Shared(inner) => root(inner),
        DataFusionError::Collection(all) => all.first().map_or(error, root),
        DataFusionError::External(inner) => inner.downcast_ref::<DataFusionError>().map_or(error, root),
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            ArrowError::ExternalError(inner) => inner.downcast_ref::<DataFusionError>().map_or(error, root),
            _ => error,
        },
        _ => error,
    }
}

/// Strips what the engine wraps around a message.
pub(crate) fn clean(message: &str) -> String {
    const PREFIXES: [&str; 21] = [
        "Arrow error: ",
        "External error: ",
        "External: ",
        "Parser error: ",
        "ParserError(\"",
        "Parquet error: ",
        "Csv error: ",
        "Json error: ",
        "Ipc error: ",
        "Io error: ",
        "IO error: ",
        "SQL error: ",
        "Schema error: ",
        "Error during planning: ",
        "Execution error: ",
        "Internal error: ",
        "Object Store error: ",
        "This feature is not implemented: ",
        "Invalid or Unsupported Configuration: ",
        "Resources exhausted: ",
        "Compute error: ",
    ];
    const TAILS: [&str; 4] = [
        "\nThis issue was likely caused by a bug in DataFusion",
        ".\nThis issue was likely caused by a bug in DataFusion",
        "\n\nbacktrace:",
        " No function matches the given name and argument types",
    ];
    let mut text = message;
    for tail in TAILS {
        if let Some(at) = text.find(tail) {
            text = &text[..at];
        }
    }
    loop {
        let before = text;
        // `type_coercion\ncaused by\n...`: the name of an optimiser pass, of no use to the reader.
        if let Some(at) = text.find("\ncaused by\n") {
            text = &text[at + "\ncaused by\n".len()..];
        }
        for prefix in PREFIXES {
            text = text.strip_prefix(prefix).unwrap_or(text);
        }
        // `Function 'mse' user-defined coercion failed with: ...`
        if let Some(rest) = text.strip_prefix("Function '")
            && let Some(at) = rest.find("user-defined coercion failed with")
        {
            text = rest[at..].trim_start_matches("user-defined coercion failed with").trim_start_matches([':', ' ']);
        }
        if text == before {
            break;
        }
    }
    text.trim_end_matches("\")").trim().to_owned()
}

/// What was short, out of a message that lists all that holds memory.
fn shortage(message: &str) -> &str {
    let cause = message.lines().find_map(|line| line.strip_prefix("Error: ")).unwrap_or(message);
    cause.split(" for the total memory pool").next().unwrap_or(cause)
}

/// The candidate nearest to `name`, if any is near enough to be worth offering.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let other = candidate.to_lowercase();
        let score = if other == lower {
            2.0
        } else {
            let close = strsim::normalized_damerau_levenshtein(&lower, &other);
            // `pred` for `prediction`, `y` for `y_true`: a prefix is a good guess although many letters differ.
            let prefix = lower.len().min(other.len()) >= 3 && (other.starts_with(&lower) || lower.starts_with(&other));
            if prefix { close.max(0.7) } else { close }
        };
        if score >= 0.6 && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Names in backticks, at most `most` of them.
pub(crate) fn list(names: &[String], most: usize) -> String {
    let mut text = String::new();
    for (i, name) in names.iter().take(most).enumerate() {
        let _ = write!(text, "{}`{name}`", if i == 0 { "" } else { ", " });
    }
    if names.len() > most {
        let _ = write!(text, " and {} more", names.len() - most);
    }
    if names.is_empty() { "none".to_owned() } else { text }
}

/// A value for a message: in quotes, cut when long, with control characters made visible.
pub(crate) fn quoted(value: &str) -> String {
    const MOST: usize = 60;
    let mut text: String = value.chars().take(MOST).flat_map(char::escape_debug).collect();
    // `escape_debug` also escapes quotes, which reads badly inside quotes of another kind.
    text = text.replace("\\\"", "\"").replace("\\'", "'");
    if value.chars().count() > MOST {
        text.push_str("...");
    }
    format!("'{text}'")
}

/// What is read beside local files, which depends on how the program was compiled.
fn also_read() -> &'static str {
    if cfg!(feature = "s3") { " and s3:// addresses" } else { "" }
}

fn how_to_read(scheme: &str) -> &'static str {
    if cfg!(not(feature = "s3")) && scheme == "s3" {
        ", or read by a command that was installed for it (`cargo install --path crates/cli --features s3`)"
    } else {
        ""
    }
}

fn did_you_mean(near: &Option<String>) -> String {
    near.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The same where the sentence goes on.
fn aside(near: &Option<String>) -> String {
    near.as_ref().map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"))
}

fn role_prefix(role: &str) -> String {
    if role.is_empty() { String::new() } else { format!("{role}: ") }
}

fn place_prefix(path: &Option<String>) -> String {
    path.as_ref().map_or_else(String::new, |path| format!("{path}: "))
}

fn held(found: &[String]) -> String {
    if found.is_empty() { "; it is empty".to_owned() } else { format!("; it holds {}", list(found, 5)) }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
