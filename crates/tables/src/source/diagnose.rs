//! When reading fails half-way: reading the files again to name the file, the column, the line and the value.
//!
//! The engine reports "Error while parsing value 'abc' as type 'Float64' for column 3 at line 1501" without a file, and
//! with lines counted from where its part of the file began. The second look costs a pass over the data, once, on the
//! way out.

use std::any::Any;

use datafusion::error::DataFusionError;
use futures::{FutureExt, StreamExt};
use std::panic::AssertUnwindSafe;

use super::examine::{Columns, Examined};
use super::format::{Format, broken, open_text};
use super::infer::{in_words, parses};
use super::json::{Object, fits, json_error};
use super::text::{number_hint, ragged, reader_builder};
use super::{Source, stores};
use crate::error::{BadCell, Error, cause, clean};
use crate::session::Session;

/// Translates an engine error, with a second look at the files where that can tell more.
pub(crate) async fn explain(session: &Session, error: &DataFusionError, sources: &[Source]) -> Error {
    let plain = Error::from_engine(error);
    match &plain {
        Error::Engine { path: None, .. } if let Some(refused) = store_refused(error, sources) => refused,
        Error::Engine { path: None, message } => {
            let clue = Clue::from(message);
            for source in sources {
                if let Some(found) = second_look(source, &clue).await {
                    return found;
                }
            }
            if is_about_content(error) {
                for source in sources {
                    if let Some(found) = read_each(session, source).await {
                        return found;
                    }
                }
            }
            plain
        }
        Error::NoSuchColumn(missing) => hidden_column(&missing.column, sources).unwrap_or(plain),
        _ => plain,
    }
}

/// What a store refused while its objects were read: the object is named without reading any again.
fn store_refused(error: &DataFusionError, sources: &[Source]) -> Option<Error> {
    let refusal: &object_store::Error = cause(error)?;
    let text = refusal.to_string();
    let files = sources.iter().flat_map(|source| source.examined());
    let objects: Vec<&Examined> = files.filter(|file| file.place.object().is_some()).collect();
    let is_named = |file: &&&Examined| text.contains(file.object.object_meta.location.as_ref());
    let file =
        objects.iter().find(is_named).or_else(|| objects.first().filter(|_| !text.contains("LocalFileSystem")))?;
    Some(stores::refused(&file.shown, &file.place.base(), refusal))
}

/// The error for a panic inside a decoder.
pub(crate) fn panicked(shown: &str, payload: Box<dyn Any + Send>) -> Error {
    super::examine::panicked(shown, Some(payload))
}

/// What an engine message says about the value it stumbled over.
#[derive(Debug, Default, PartialEq)]
struct Clue {
    column: Option<usize>,
    value: Option<String>,
    /// Whether the message is about text at all.
    text: bool,
}

impl Clue {
    fn from(message: &str) -> Self {
        let between = |start: &str, end: &str| {
            let rest = &message[message.find(start)? + start.len()..];
            Some(rest[..rest.find(end)?].to_owned())
        };
        let cast = between("Cannot cast string '", "' to value of");
        let value = between("parsing value '", "' as type").or(cast);
        let column = between("for column ", " at line").and_then(|number| number.trim().parse().ok());
        let lower = message.to_lowercase();
        let text = value.is_some()
            || [
                "csv",
                "json",
                "incorrect number of fields",
                "utf-8",
                "utf8",
                "expected",
                "gzip",
                "deflate",
                "stream",
                "frame",
            ]
            .iter()
            .any(|sign| lower.contains(sign));
        Self { column, value, text }
    }
}

async fn second_look(source: &Source, clue: &Clue) -> Option<Error> {
    if !clue.text {
        return None;
    }
    let source = source.clone();
    let clue = Clue { column: clue.column, value: clue.value.clone(), text: true };
    tokio::task::spawn_blocking(move || {
        source.examined().iter().enumerate().find_map(|(i, file)| match file.format {
            Format::Csv | Format::Tsv => separated(&source, i, file, &clue),
            Format::JsonLines => json_lines(&source, i, file),
            _ => None,
        })
    })
    .await
    .ok()
    .flatten()
}

/// The columns of a file that are read as something other than text: position in the file, name, type.
fn typed_columns(
    source: &Source,
    index: usize,
    file: &Examined,
) -> Vec<(usize, String, datafusion::arrow::datatypes::DataType)> {
    let Some(table) = source.files_table() else { return Vec::new() };
    let Some(group) = table.groups.iter().find(|group| group.files.iter().any(|(i, _)| *i == index)) else {
        return Vec::new();
    };
    group
        .columns
        .iter()
        .zip(table.schema.fields())
        .filter_map(|(column, field)| {
            let read = group.schema.table_schema().field(column.index).data_type();
            // A column with spellings of missing values is read as text and cast afterwards.
            let data_type = if column.nulls.is_empty() { read } else { field.data_type() };
            Some((file.columns.position(field.name())?, field.name().clone(), data_type.clone()))
        })
        .collect()
}

fn separated(source: &Source, index: usize, file: &Examined, clue: &Clue) -> Option<Error> {
    let Columns::Separated { header, delimiter, .. } = &file.columns else { return None };
    let columns = typed_columns(source, index, file);
    let options = source.options();
    let reader = match open_text(&file.place, &file.shown, file.compression) {
        Ok(reader) => reader,
        Err(error) => return Some(error),
    };
    let mut reader = reader_builder(*delimiter).from_reader(std::io::BufReader::new(reader));
    let mut record = csv::ByteRecord::new();
    let mut row = 0;
    let mut first = !options.no_header;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(broken(&file.shown, file.compression, &error)),
        }
        if std::mem::take(&mut first) {
            continue;
        }
        row += 1;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            return Some(ragged(&file.shown, line, header.len(), record.len(), *delimiter));
        }
        for (at, name, data_type) in &columns {
            // The reader parses only the columns that a query needs; another column's oddity is not the reason.
            if clue.column.is_some_and(|column| column != *at) {
                continue;
            }
            let Ok(value) = std::str::from_utf8(&record[*at]) else {
                return Some(Error::Line {
                    path: file.shown.clone(),
                    line,
                    message: format!("column `{name}` holds a character that is not UTF-8; save the file as UTF-8"),
                });
            };
            let wanted = clue.value.as_ref().is_none_or(|wanted| wanted == value);
            let missing = value.is_empty() || options.null_values.iter().any(|null| null == value);
            if wanted && !missing && !parses(value, data_type) {
                return Some(Error::Cell(Box::new(BadCell {
                    path: file.shown.clone(),
                    column: name.clone(),
                    row,
                    line: Some(line),
                    value: value.to_owned(),
                    expected: in_words(data_type).to_owned(),
                    hint: if data_type.is_numeric() { number_hint(value) } else { None },
                })));
            }
        }
    }
}

fn json_lines(source: &Source, index: usize, file: &Examined) -> Option<Error> {
    use std::io::BufRead;
    let columns = typed_columns(source, index, file);
    let reader = match open_text(&file.place, &file.shown, file.compression) {
        Ok(reader) => reader,
        Err(error) => return Some(error),
    };
    let mut row = 0;
    for (number, line) in std::io::BufReader::new(reader).split(b'\n').enumerate() {
        let number = number as u64 + 1;
        let line = match line {
            Ok(line) => line,
            Err(error) => return Some(broken(&file.shown, file.compression, &error)),
        };
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        row += 1;
        let object: Object = match serde_json::from_slice(&line) {
            Ok(object) => object,
            Err(error) => return Some(json_error(&file.shown, number, &error)),
        };
        for (name, value) in object.0 {
            let Some((_, _, data_type)) = columns.iter().find(|(_, other, _)| *other == name) else { continue };
            if !fits(&value, data_type) {
                let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
                return Some(Error::Cell(Box::new(BadCell {
                    path: file.shown.clone(),
                    column: name,
                    row,
                    line: Some(number),
                    hint: if data_type.is_numeric() { number_hint(&text) } else { None },
                    value: text,
                    expected: if super::infer::is_string(data_type) { "text" } else { in_words(data_type) }.to_owned(),
                })));
            }
        }
    }
    None
}

/// Whether an error can come from the bytes of a file rather than from the query.
fn is_about_content(error: &DataFusionError) -> bool {
    let root = error.find_root();
    matches!(
        root,
        DataFusionError::ArrowError(..)
            | DataFusionError::ParquetError(_)
            | DataFusionError::IoError(_)
            | DataFusionError::ObjectStore(_)
            | DataFusionError::External(_)
            | DataFusionError::Execution(_)
            | DataFusionError::ExecutionJoin(_)
            | DataFusionError::Internal(_)
    )
}

/// Reads every file by itself until one fails: it is the one to name.
async fn read_each(session: &Session, source: &Source) -> Option<Error> {
    let state = session.context().state();
    let all: Vec<usize> = (0..source.schema().fields().len()).collect();
    for (i, file) in source.files().iter().enumerate() {
        let work = async {
            let plan = source.scan_file(&state, i, &all).await?;
            let mut stream = plan.execute(0, state.task_ctx())?;
            while let Some(batch) = stream.next().await {
                batch?;
            }
            Ok::<(), DataFusionError>(())
        };
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                let reason = clean(&error.to_string());
                return Some(Error::Broken { path: file.name.clone(), format: file.format.to_string(), reason });
            }
            Err(payload) => return Some(panicked(&file.name, payload)),
        }
    }
    None
}

/// A column that a query asks for and only some files have: that is what to say.
fn hidden_column(name: &str, sources: &[Source]) -> Option<Error> {
    sources
        .iter()
        .flat_map(|source| source.hidden_columns())
        .find(|(hidden, _)| *hidden == name)
        .map(|(_, error)| error.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clues_are_read_from_messages() {
        let clue =
            Clue::from("Error while parsing value 'a b' as type 'Float64' for column 3 at line 15. Row data: '[]'");
        assert_eq!(clue, Clue { column: Some(3), value: Some("a b".to_owned()), text: true });
        assert_eq!(Clue::from("No more room"), Clue::default());
    }
}
