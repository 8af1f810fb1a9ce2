//! Looking at a file of separated fields before it is read: separator, header, types of the columns.
//!
//! A small file is looked at whole, so that a column that is `1` for a thousand rows and `1.5` in the next is seen for
//! what it is. Of a large file the beginning and pieces further on are looked at; columns that the caller knows to be
//! numbers are read as such whatever the pieces say.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

use super::format::{Compression, broken, open_text, read_up_to};
use super::infer::Kind;
use super::place::Place;
use crate::error::{BadCell, Error, Result, quoted};

/// What a look at a file gave.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    pub(crate) kinds: Vec<Kind>,
    /// For each column the first value that is no number, with its data row and line.
    pub(crate) first_text: Vec<Option<(u64, u64, String)>>,
    /// Data rows seen; all there are if `whole`.
    pub(crate) rows: u64,
    /// Bytes of text seen.
    pub(crate) bytes: u64,
    pub(crate) whole: bool,
    /// Whether a quoted field holds a line break, so that the file must not be split at line breaks.
    pub(crate) breaks_in_fields: bool,
    pub(crate) notes: Vec<String>,
}

/// What the caller knows about separated files.
#[derive(Clone, Debug)]
pub(crate) struct TextOptions {
    pub(crate) delimiter: Option<u8>,
    pub(crate) has_header: bool,
    /// Spellings of a missing value, beside the empty field.
    pub(crate) null_values: Vec<String>,
    /// Bytes that are looked at from the beginning.
    pub(crate) budget: usize,
}

/// Separators that are tried.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Pieces of a large file that are looked at beside its beginning, and their size.
const PIECES: u64 = 8;
const PIECE: u64 = 128 << 10;

/// A separator in words.
pub(crate) fn separator_name(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".to_owned(),
        b'\t' => "tab".to_owned(),
        b';' => "semicolon".to_owned(),
        b'|' => "vertical bar".to_owned(),
        other => format!("`{}`", char::from(other)),
    }
}

pub(crate) fn reader_builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true).has_headers(false);
    builder
}

/// Looks at a file.
pub(crate) fn look(place: &Place, shown: &str, compression: Compression, options: &TextOptions) -> Result<Look> {
    let mut reader = open_text(place, shown, compression)?;
    let mut head =
        read_up_to(reader.as_mut(), options.budget + 1).map_err(|error| broken(shown, compression, &error))?;
    drop(reader);
    let whole = head.len() <= options.budget;
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        head.drain(..3);
    }
    let mut text = match std::str::from_utf8(&head) {
        Ok(text) => text,
        // The cut at the end of the budget may fall inside a character.
        Err(error) if !whole && error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            let line = 1 + head[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() as u64;
            return Err(Error::Line {
                path: shown.to_owned(),
                line,
                message: "a character that is not UTF-8; save the file as UTF-8".to_owned(),
            });
        }
    };
    if !whole && let Some(end) = text.rfind('\n') {
        text = &text[..=end];
    }
    if text.trim().is_empty() {
        return Err(Error::Line {
            path: shown.to_owned(),
            line: 1,
            message: "there is no header, only blank lines".to_owned(),
        });
    }
    let delimiter = options.delimiter.unwrap_or_else(|| sniff(text, shown));
    let mut look = read_head(text, shown, delimiter, whole, options)?;
    if options.delimiter.is_none() && delimiter != default_separator(shown) && look.header.len() > 1 {
        look.notes.push(format!("{shown}: fields are separated by {}", separator_name(delimiter)));
    }
    if !whole && compression == Compression::None {
        look_further(place, shown, options, &mut look)?;
    }
    Ok(look)
}

fn default_separator(shown: &str) -> u8 {
    let name = shown.to_ascii_lowercase();
    if name.contains(".tsv") || name.contains(".tab") {
        b'\t'
    } else if name.contains(".psv") {
        b'|'
    } else {
        b','
    }
}

/// The separator with which the first records have one and the same number of fields, more than one.
fn sniff(text: &str, shown: &str) -> u8 {
    let default = default_separator(shown);
    let mut best: Option<(usize, u8)> = None;
    for separator in std::iter::once(default).chain(SEPARATORS) {
        let mut records = reader_builder(separator).from_reader(text.as_bytes()).into_records();
        let Some(Ok(first)) = records.next() else { continue };
        let fields = first.len();
        // The last of a few records may be cut; all others must agree with the header.
        let agree = records.take(50).filter_map(|record| record.ok()).all(|record| record.len() == fields);
        if fields > 1 && agree && best.is_none_or(|(most, _)| fields > most) {
            best = Some((fields, separator));
        }
    }
    if let Some((_, separator)) = best {
        return separator;
    }
    // Nothing fits throughout: a ragged file. The separator that the header has most of gives the better message.
    let header = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    SEPARATORS
        .into_iter()
        .max_by_key(|&separator| (count(separator), separator == default))
        .filter(|&separator| count(separator) > 0)
        .unwrap_or(default)
}

fn read_head(text: &str, shown: &str, delimiter: u8, whole: bool, options: &TextOptions) -> Result<Look> {
    let mut reader = reader_builder(delimiter).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut next = |record: &mut csv::StringRecord| match reader.read_record(record) {
        Ok(false) => Ok(Next::End),
        Ok(true) if reader.position().byte() >= text.len() as u64 => Ok(Next::Last),
        Ok(true) => Ok(Next::Inner),
        Err(error) => Err(Error::Line {
            path: shown.to_owned(),
            line: error.position().map_or(0, csv::Position::line),
            message: error.to_string(),
        }),
    };
    let mut notes = Vec::new();
    if next(&mut record)? == Next::End {
        return Err(Error::Line { path: shown.to_owned(), line: 1, message: "there is no header".to_owned() });
    }
    let header = if options.has_header {
        header_names(&record, shown, &mut notes)?
    } else {
        (1..=record.len()).map(|i| format!("column_{i}")).collect()
    };
    let mut look = Look {
        delimiter,
        kinds: vec![Kind::Empty; header.len()],
        first_text: vec![None; header.len()],
        rows: 0,
        bytes: text.len() as u64,
        whole,
        breaks_in_fields: false,
        notes,
        header,
    };
    let mut state = if options.has_header { next(&mut record)? } else { Next::Inner };
    while state != Next::End {
        let line = record.position().map_or(0, csv::Position::line);
        if whole && state == Next::Last {
            let start = record.position().map_or(0, csv::Position::byte);
            refuse_open_quote(&text[start as usize..], shown, line, delimiter)?;
        }
        if record.len() != look.header.len() {
            // The last record may be cut off by the budget: a quote is opened there and never closed.
            if !whole && state == Next::Last {
                break;
            }
            return Err(ragged(shown, line, look.header.len(), record.len(), delimiter));
        }
        look.rows += 1;
        look.see(&record, line, options);
        state = next(&mut record)?;
    }
    Ok(look)
}

/// Refuses a last record with a quote that is never closed: it has swallowed all lines that follow it.
fn refuse_open_quote(record: &str, shown: &str, first_line: u64, delimiter: u8) -> Result<()> {
    let (mut line, mut open, mut at_start) = (first_line, None, true);
    let mut bytes = record.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += u64::from(byte == b'\n');
        match (byte, open) {
            (b'"', None) if at_start => open = Some(line),
            // Two quotes within quotes are one quote of the value.
            (b'"', Some(_)) if bytes.next_if_eq(&b'"').is_none() => open = None,
            _ => {}
        }
        at_start = open.is_none() && (byte == delimiter || byte == b'\n');
    }
    match open {
        None => Ok(()),
        Some(line) => Err(Error::Line {
            path: shown.to_owned(),
            line,
            message: "a quote is opened that is never closed".to_owned(),
        }),
    }
}

/// What a step through the records gave.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Inner,
    /// The record reaches to the end of the text.
    Last,
    End,
}

impl Look {
    fn see(&mut self, record: &csv::StringRecord, line: u64, options: &TextOptions) {
        for (i, value) in record.iter().enumerate() {
            if options.null_values.iter().any(|null| null == value) {
                continue;
            }
            let kind = Kind::of(value);
            if matches!(kind, Kind::Text | Kind::Date | Kind::Timestamp | Kind::Bool) && self.first_text[i].is_none() {
                self.first_text[i] = Some((self.rows, line, value.to_owned()));
            }
            self.kinds[i] = self.kinds[i].join(kind);
            self.breaks_in_fields |= value.contains('\n');
        }
    }
}

fn header_names(record: &csv::StringRecord, shown: &str, notes: &mut Vec<String>) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(record.len());
    let mut positions: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, name) in record.iter().enumerate() {
        // An unnamed column is what data frame libraries write for a row index.
        let name = if name.is_empty() {
            let made = format!("column_{}", i + 1);
            notes.push(format!("{shown}: column {} has no name; it is called `{made}`", i + 1));
            made
        } else {
            name.to_owned()
        };
        positions.entry(name.clone()).or_default().push(i + 1);
        names.push(name);
    }
    for name in &names {
        let at = &positions[name];
        if at.len() > 1 {
            let text: Vec<String> = at.iter().map(ToString::to_string).collect();
            return Err(Error::DuplicateColumn {
                path: shown.to_owned(),
                column: name.clone(),
                count: at.len(),
                positions: text.join(" and "),
            });
        }
    }
    if names.len() > 1 && names.iter().all(|name| matches!(Kind::of(name), Kind::Int | Kind::Float)) {
        notes.push(format!(
            "{shown}: the first line looks like data, not like names; if there is no header, say so with --no-header"
        ));
    }
    Ok(names)
}

pub(crate) fn ragged(shown: &str, line: u64, expected: usize, found: usize, delimiter: u8) -> Error {
    Error::Ragged { path: shown.to_owned(), line, expected, found, delimiter: separator_name(delimiter) }
}

/// Widens the kinds by pieces from further on. Lines have no numbers there, and a piece may start inside quotes, so
/// records of the wrong length are passed over: they are found when the file is read.
fn look_further(place: &Place, shown: &str, options: &TextOptions, look: &mut Look) -> Result<()> {
    let io = |error: std::io::Error| Error::io(shown, &error);
    let mut file = place.open(shown)?;
    let length = file.length().map_err(io)?;
    let start = options.budget as u64;
    for i in 1..=PIECES {
        let at = start + (length.saturating_sub(start + PIECE)) / PIECES * i;
        file.seek(SeekFrom::Start(at)).map_err(io)?;
        let bytes = read_up_to(&mut Read::by_ref(&mut file), PIECE as usize).map_err(io)?;
        let Some(first) = bytes.iter().position(|&byte| byte == b'\n') else { continue };
        let Some(last) = bytes.iter().rposition(|&byte| byte == b'\n').filter(|&last| last > first) else { continue };
        let mut records = reader_builder(look.delimiter).from_reader(&bytes[first + 1..=last]).into_records();
        while let Some(Ok(record)) = records.next() {
            if record.len() == look.header.len() {
                for (i, value) in record.iter().enumerate() {
                    if !options.null_values.iter().any(|null| null == value) {
                        look.kinds[i] = look.kinds[i].join(Kind::of(value));
                    }
                    look.breaks_in_fields |= value.contains('\n');
                }
            }
        }
    }
    Ok(())
}

/// The error for a value in a column of numbers, with a hint where a reason is likely.
pub(crate) fn not_a_number(shown: &str, column: &str, row: u64, line: Option<u64>, value: &str) -> Error {
    Error::Cell(Box::new(BadCell {
        path: shown.to_owned(),
        column: column.to_owned(),
        row,
        line,
        value: value.to_owned(),
        expected: "a number".to_owned(),
        hint: number_hint(value),
    }))
}

/// Why a value may have failed to be a number.
pub(crate) fn number_hint(value: &str) -> Option<String> {
    const MISSING: [&str; 13] =
        ["na", "n/a", "<na>", "#n/a", "null", "none", "nil", "-", "--", ".", "?", "missing", "\\n"];
    let trimmed = value.trim();
    if MISSING.contains(&trimmed.to_lowercase().as_str()) {
        return Some(format!(
            "if it means a missing value, say so with --null-value {}",
            quoted(trimmed).replace('\'', "\"")
        ));
    }
    let is_number = |text: &str| matches!(Kind::of(text), Kind::Int | Kind::Float | Kind::Code);
    if trimmed.matches(',').count() == 1 && is_number(&trimmed.replace(',', ".")) {
        return Some("decimals are written with a point, thousands without a mark".to_owned());
    }
    if is_number(trimmed.trim_end_matches('%').trim_end()) {
        return Some("numbers are written without a percent sign".to_owned());
    }
    if is_number(&trimmed.replace(['$', '€', '£', ',', '_', ' ', '\u{a0}'], "")) {
        return Some("numbers are written without currency or thousands marks".to_owned());
    }
    None
}
