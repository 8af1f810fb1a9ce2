//! Looking at JSON lines (or one JSON array of objects) before they are read: the columns and their types.
//!
//! The columns keep the order in which they first appear in the file; the engine's own inference would sort them,
//! which puts `p_10` before `p_2`.

use std::collections::HashMap;
use std::fmt;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::json::reader::infer_json_schema_from_iterator;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::format::{Compression, Format, broken, open_text, read_up_to};
use super::infer::Kind;
use super::place::Place;
use crate::error::{Error, Result};

/// What a look at a file gave.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) schema: Schema,
    /// For each column the first value that is no number, with its data row and line.
    pub(crate) first_text: Vec<Option<(u64, Option<u64>, String)>>,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) whole: bool,
}

/// A JSON array cannot be looked at in part; larger ones are better written as lines.
const LARGEST_ARRAY: usize = 64 << 20;

/// An object with its members in the order of the file.
pub(crate) struct Object(pub(crate) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object such as {\"y\": 1, \"p\": 0.5}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Looks at a file.
pub(crate) fn look(
    place: &Place,
    shown: &str,
    format: Format,
    compression: Compression,
    budget: usize,
) -> Result<Look> {
    let budget = if format == Format::JsonArray { LARGEST_ARRAY } else { budget };
    let mut reader = open_text(place, shown, compression)?;
    let mut head = read_up_to(reader.as_mut(), budget + 1).map_err(|error| broken(shown, compression, &error))?;
    drop(reader);
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err(Error::Line {
            path: shown.to_owned(),
            line: 1,
            message: "the file starts with a byte order mark, which JSON forbids; save it without".to_owned(),
        });
    }
    let whole = head.len() <= budget;
    let mut look = Gather::default();
    if format == Format::JsonArray {
        if !whole {
            return Err(Error::NotRead {
                path: shown.to_owned(),
                what: "a JSON array of more than 64 MiB".to_owned(),
                advice: "write one object a line instead (`jq -c '.[]'`)".to_owned(),
            });
        }
        let objects: Vec<Object> =
            serde_json::from_slice(&head).map_err(|error| json_error(shown, error.line() as u64, &error))?;
        for object in objects {
            look.add(object, None);
        }
    } else {
        if !whole {
            let end = head.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            if end > 0 {
                head.truncate(end);
            }
        }
        for (i, line) in head.split(|&byte| byte == b'\n').enumerate() {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let number = i as u64 + 1;
            let object: Object = serde_json::from_slice(line).map_err(|error| json_error(shown, number, &error))?;
            look.add(object, Some(number));
        }
    }
    look.finish(shown, head.len() as u64, whole)
}

pub(crate) fn json_error(shown: &str, line: u64, error: &serde_json::Error) -> Error {
    // "... at line 1 column 9": the line is that of the piece, not of the file.
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    let message = match error.classify() {
        serde_json::error::Category::Eof => {
            "the JSON object is not finished; the file may be cut short, or an object may be spread over several lines"
                .to_owned()
        }
        serde_json::error::Category::Syntax => format!("not JSON (column {}): {message}", error.column()),
        _ => message.to_owned(),
    };
    Error::Line { path: shown.to_owned(), line, message }
}

#[derive(Default)]
struct Gather {
    names: Vec<String>,
    index: HashMap<String, usize>,
    first_text: Vec<Option<(u64, Option<u64>, String)>>,
    values: Vec<Value>,
}

impl Gather {
    fn add(&mut self, object: Object, line: Option<u64>) {
        let row = self.values.len() as u64 + 1;
        let mut map = serde_json::Map::new();
        for (name, value) in object.0 {
            let at = match self.index.get(&name) {
                Some(&at) => at,
                None => {
                    self.index.insert(name.clone(), self.names.len());
                    self.names.push(name.clone());
                    self.first_text.push(None);
                    self.names.len() - 1
                }
            };
            if self.first_text[at].is_none() && !is_number(&value) {
                let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
                self.first_text[at] = Some((row, line, text));
            }
            map.insert(name, value);
        }
        self.values.push(Value::Object(map));
    }

    fn finish(self, shown: &str, bytes: u64, whole: bool) -> Result<Look> {
        let rows = self.values.len() as u64;
        let inferred =
            infer_json_schema_from_iterator(self.values.into_iter().map(Ok)).map_err(|error| Error::Broken {
                path: shown.to_owned(),
                format: "JSON".to_owned(),
                reason: crate::error::clean(&error.to_string()),
            })?;
        let fields: Vec<_> = self
            .names
            .iter()
            .filter_map(|name| inferred.field_with_name(name).ok().cloned())
            .map(|field| field.with_nullable(true))
            .collect();
        Ok(Look { schema: Schema::new(fields), first_text: self.first_text, rows, bytes, whole })
    }
}

/// Whether the engine reads the value as a number where one is wanted: numbers, nothing, and strings such as "NaN",
/// which is how JSON writers spell what JSON cannot.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Null | Value::Number(_) => true,
        Value::String(text) => matches!(Kind::of(text), Kind::Int | Kind::Code | Kind::Float),
        _ => false,
    }
}

/// Whether a value can be read as `data_type`.
pub(crate) fn fits(value: &Value, data_type: &DataType) -> bool {
    match (value, data_type) {
        (Value::Null, _) => true,
        (Value::Number(number), data_type) if data_type.is_integer() => number.is_i64() || number.is_u64(),
        (Value::Number(_), data_type) => data_type.is_numeric(),
        (Value::String(text), data_type) if data_type.is_numeric() => super::infer::parses(text, data_type),
        (Value::String(_), data_type) => super::infer::is_string(data_type) || data_type.is_temporal(),
        (Value::Bool(_), data_type) => *data_type == DataType::Boolean,
        (Value::Array(_), data_type) => matches!(data_type, DataType::List(_)),
        (Value::Object(_), data_type) => matches!(data_type, DataType::Struct(_)),
    }
}
