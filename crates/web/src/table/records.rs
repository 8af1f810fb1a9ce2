//! Separated text as records, by RFC 4180: fields may stand in quotes, with two quotes for one inside.

use std::borrow::Cow;

use super::messages;
use crate::complaint::Complaint;

/// Where a field lies, without its quotes.
#[derive(Clone, Copy, Debug)]
struct Field {
    start: u32,
    end: u32,
    /// Whether two quotes stand for one in it.
    doubled: bool,
}

/// The records of a text, all of the same length.
#[derive(Debug, Default)]
pub(super) struct Records {
    text: String,
    fields: Vec<Field>,
    columns: usize,
    /// The line at which each record starts, from 1.
    lines: Vec<u32>,
}

/// Separators that are tried.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Records that a separator is judged by.
const LOOKED_AT: usize = 50;
/// Places are 32 bits wide.
const MOST_BYTES: usize = u32::MAX as usize;

impl Records {
    /// Takes a text apart.
    pub(super) fn read(file: &str, mut bytes: Vec<u8>) -> Result<Self, Complaint> {
        if bytes.is_empty() {
            return Err(Complaint::File(messages::empty(file)));
        }
        if bytes.len() > MOST_BYTES {
            return Err(Complaint::File(format!("{file}: the file is larger than 4 GB; the command line scores it")));
        }
        if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
            bytes.drain(..3);
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64;
            Complaint::File(messages::line(file, line, messages::NOT_UTF8))
        })?;
        if text.trim().is_empty() {
            return Err(Complaint::File(messages::line(file, 1, messages::BLANK)));
        }
        let separator = sniff(&text, file);
        let mut records = Self { text: String::new(), fields: vec![], columns: 0, lines: vec![] };
        let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, line: 1, separator };
        while let Some(line) = scanner.next_record() {
            let start = records.fields.len();
            if let Some((line, message)) = scanner.record(&mut records.fields) {
                return Err(Complaint::File(messages::line(file, line, message)));
            }
            let found = records.fields.len() - start;
            if records.columns == 0 {
                records.columns = found;
            }
            if found != records.columns {
                let text = messages::ragged(file, line, records.columns, found, separator);
                return Err(Complaint::File(text));
            }
            records.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        }
        records.text = text;
        Ok(records)
    }

    /// Columns of every record.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Records below the header.
    pub(super) fn rows(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    /// The name of a column.
    pub(super) fn name(&self, column: usize) -> Cow<'_, str> {
        self.field(column)
    }

    /// A value; rows are counted from 0, below the header.
    pub(super) fn value(&self, row: usize, column: usize) -> Cow<'_, str> {
        self.field((row + 1) * self.columns + column)
    }

    /// The line at which a row starts, from 1.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.lines.get(row + 1).map_or(0, |&line| u64::from(line))
    }

    fn field(&self, index: usize) -> Cow<'_, str> {
        let Some(field) = self.fields.get(index) else { return Cow::Borrowed("") };
        let text = self.text.get(field.start as usize..field.end as usize).unwrap_or_default();
        if field.doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    separator: u8,
}

impl Scanner<'_> {
    /// Goes to the next record that is no blank line, and says at which line it starts.
    fn next_record(&mut self) -> Option<u64> {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => self.line += 1,
                b'\r' => {}
                _ => return Some(self.line),
            }
            self.at += 1;
        }
        None
    }

    /// Reads a record; what is wrong with its quotes and in which line, if anything is.
    fn record(&mut self, fields: &mut Vec<Field>) -> Option<(u64, &'static str)> {
        loop {
            let mut field = Field { start: self.at as u32, end: 0, doubled: false };
            if self.bytes.get(self.at) == Some(&b'"') {
                let opened = self.line;
                self.at += 1;
                field.start += 1;
                loop {
                    match self.bytes.get(self.at) {
                        None => return Some((opened, messages::OPEN_QUOTE)),
                        Some(b'"') if self.bytes.get(self.at + 1) == Some(&b'"') => {
                            field.doubled = true;
                            self.at += 1;
                        }
                        Some(b'"') => break,
                        Some(b'\n') => self.line += 1,
                        Some(_) => {}
                    }
                    self.at += 1;
                }
                field.end = self.at as u32;
                self.at += 1;
                let closed = self.at;
                self.skip();
                if self.at != closed {
                    return Some((self.line, messages::AFTER_QUOTE));
                }
            } else {
                self.skip();
                field.end = self.at as u32;
            }
            fields.push(field);
            match self.bytes.get(self.at) {
                Some(&byte) if byte == self.separator => self.at += 1,
                _ => return None,
            }
        }
    }

    /// Goes to the end of a field without quotes.
    fn skip(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == self.separator || byte == b'\n' || byte == b'\r' {
                break;
            }
            self.at += 1;
        }
    }
}

/// The separator with which the first records have one and the same number of fields, more than one.
fn sniff(text: &str, file: &str) -> u8 {
    let name = file.to_ascii_lowercase();
    let default = if name.ends_with(".tsv") || name.ends_with(".tab") {
        b'\t'
    } else if name.ends_with(".psv") {
        b'|'
    } else {
        b','
    };
    let mut best: Option<(usize, u8)> = None;
    for separator in std::iter::once(default).chain(SEPARATORS) {
        let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, line: 1, separator };
        let mut counts = vec![];
        while counts.len() < LOOKED_AT && scanner.next_record().is_some() {
            let mut fields = vec![];
            if scanner.record(&mut fields).is_some() {
                break;
            }
            counts.push(fields.len());
        }
        let Some(&fields) = counts.first() else { continue };
        let agree = counts.iter().all(|&count| count == fields);
        if fields > 1 && agree && best.is_none_or(|(most, _)| fields > most) {
            best = Some((fields, separator));
        }
    }
    if let Some((_, separator)) = best {
        return separator;
    }
    // Nothing fits throughout: the separator that the header has most of gives the better message.
    let header = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    let most = SEPARATORS.into_iter().max_by_key(|&separator| (count(separator), separator == default));
    most.filter(|&separator| count(separator) > 0).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<String>>, String> {
        let records = Records::read("t.csv", text.as_bytes().to_vec()).map_err(|error| error.to_string())?;
        let row = |row: usize| (0..records.columns()).map(|column| records.value(row, column).into_owned()).collect();
        Ok((0..records.rows()).map(row).collect())
    }

    #[test]
    fn fields_and_quotes() {
        assert_eq!(read("a,b\n1,2\n"), Ok(vec![vec!["1".to_owned(), "2".to_owned()]]));
        assert_eq!(read("a,b\r\n\r\n\"x,\"\"y\"\"\n\",\r\n"), Ok(vec![vec!["x,\"y\"\n".to_owned(), String::new()]]));
        assert_eq!(read("a;b\n1;2"), Ok(vec![vec!["1".to_owned(), "2".to_owned()]]));
        assert_eq!(read("\u{feff}a\n1\n\n2"), Ok(vec![vec!["1".to_owned()], vec!["2".to_owned()]]));
    }

    #[test]
    fn broken_files_are_refused_in_the_words_of_the_command_line() {
        for (text, message) in [
            ("", "t.csv: the file is empty (0 bytes)"),
            (" \n\n", "t.csv: line 1: there is no header, only blank lines"),
            ("a,b\n1,2\n3\n", "t.csv: line 3 has 1 field where the header has 2 (fields separated by comma)"),
            (
                "a,b\n\"x\ny\",2\n1,2,3\n",
                "t.csv: line 4 has 3 fields where the header has 2 (fields separated by comma)",
            ),
            ("a,b\n1,\"2\n", "t.csv: line 2: a quote is opened that is never closed"),
        ] {
            assert_eq!(read(text), Err(message.to_owned()));
        }
        let latin = Records::read("t.csv", b"a\nb\n\xe9\n".to_vec()).unwrap_err().to_string();
        assert_eq!(latin, "t.csv: line 3: a character that is not UTF-8; save the file as UTF-8");
    }
}
