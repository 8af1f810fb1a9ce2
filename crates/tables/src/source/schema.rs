//! From the columns of each file to one table: names in common, types that hold all, a plan for reading each group.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::Session as EngineSession;
use datafusion::common::{ScalarValue, Statistics};
use datafusion::config::{CsvOptions, JsonOptions};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;

use super::SourceOptions;
use super::examine::{Columns, Examined, type_in};
use super::format::{Compression, Format};
use super::infer::{Kind, common_type, holds, is_string};
use super::table::{FilesTable, Group, GroupColumn, partition_field};
use super::text::not_a_number;
use crate::columns::matches_any;
use crate::error::{Error, NotNumeric, Result, TypesDiffer};

/// The table, and the columns that could not become part of it, with the reason.
pub(crate) struct Merged {
    pub(crate) table: FilesTable,
    pub(crate) hidden: Vec<(String, Error)>,
    pub(crate) partitions: Vec<String>,
    pub(crate) notes: Vec<String>,
}

/// A column of the table to be.
struct TableColumn {
    name: String,
    data_type: DataType,
    /// The kind of its values over all separated files.
    kind: Kind,
    /// Read as text, whatever the values look like.
    as_text: bool,
}

pub(crate) fn merge(state: &dyn EngineSession, files: &[Examined], options: &SourceOptions) -> Result<Merged> {
    let mut hidden = Vec::new();
    let mut notes = Vec::new();
    let columns = table_columns(files, options, &mut hidden)?;
    let partitions = partition_columns(files, &columns, &mut notes);
    let partition_fields: Vec<FieldRef> =
        partitions.iter().map(|(name, of)| partition_field(name, of.clone())).collect();

    let mut groups: Vec<(Key, Group)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let key = Key::of(file);
        let at = match groups.iter().position(|(other, _)| *other == key) {
            Some(at) => at,
            None => {
                let group = new_group(state, &key, files, &columns, &partition_fields, options)?;
                groups.push((key, group));
                groups.len() - 1
            }
        };
        let group = &mut groups[at].1;
        let mut object = file.object.clone();
        object.partition_values =
            partitions.iter().map(|(name, data_type)| partition_value(file, name, data_type)).collect::<Result<_>>()?;
        if let Some(statistics) = &file.statistics {
            object = object.with_statistics(Arc::new(fit_statistics(statistics, file, group)));
        }
        group.files.push((index, object));
    }

    let mut fields: Vec<FieldRef> =
        columns.iter().map(|column| Arc::new(Field::new(&column.name, column.data_type.clone(), true))).collect();
    fields.extend(partition_fields.iter().cloned());
    let table = FilesTable {
        schema: Arc::new(Schema::new(fields)),
        groups: groups.into_iter().map(|(_, group)| group).collect(),
    };
    Ok(Merged { table, hidden, partitions: partitions.into_iter().map(|(name, _)| name).collect(), notes })
}

/// The columns that all files have, in the order of the first, with the type that holds the values of all.
fn table_columns(
    files: &[Examined],
    options: &SourceOptions,
    hidden: &mut Vec<(String, Error)>,
) -> Result<Vec<TableColumn>> {
    let mut columns = Vec::new();
    let Some(first) = files.first() else { return Ok(columns) };
    for name in first.columns.names() {
        match table_column(name, files, options) {
            Ok(column) => columns.push(column),
            // A bad value in a column that is known to be needed ends the matter; other columns may never be asked for.
            Err(error @ Error::Cell(_)) => return Err(error),
            Err(error) => hidden.push((name.to_owned(), error)),
        }
    }
    for file in &files[1..] {
        for name in file.columns.names() {
            if first.columns.position(name).is_none() && !hidden.iter().any(|(other, _)| other == name) {
                hidden.push((name.to_owned(), lacking(name, &file.shown, &first.shown)));
            }
        }
    }
    Ok(columns)
}

fn lacking(name: &str, has: &str, lacks: &str) -> Error {
    Error::ColumnNotInAllFiles {
        role: String::new(),
        column: name.to_owned(),
        has: has.to_owned(),
        lacks: lacks.to_owned(),
    }
}

fn table_column(name: &str, files: &[Examined], options: &SourceOptions) -> Result<TableColumn> {
    let as_number = matches_any(&options.numeric_columns, name);
    let as_text = !as_number && matches_any(&options.text_columns, name);
    let mut kind = Kind::Empty;
    let mut typed: Option<(DataType, &Examined)> = None;
    let mut separated: Option<&Examined> = None;
    for file in files {
        let Some(at) = file.columns.position(name) else { return Err(lacking(name, &files[0].shown, &file.shown)) };
        match &file.columns {
            Columns::Separated { kinds, .. } => {
                kind = kind.join(kinds[at]);
                separated.get_or_insert(file);
            }
            Columns::Typed(_) => {
                let mut data_type = type_in(file, at);
                if as_number && !file.format.is_text() && is_string(&data_type) {
                    return Err(Error::NotNumeric(Box::new(NotNumeric {
                        role: String::new(),
                        column: name.to_owned(),
                        found: holds(&data_type),
                        path: file.shown.clone(),
                    })));
                }
                if as_number && file.format.is_text() && data_type != DataType::Boolean {
                    if let Some((row, line, value)) = &file.first_text[at] {
                        return Err(not_a_number(&file.shown, name, *row, *line, value));
                    }
                    data_type = DataType::Float64;
                }
                typed = Some(match typed {
                    None => (data_type, file),
                    Some((before, at_file)) => match common_type(&before, &data_type) {
                        Some(both) => (both, at_file),
                        None => return Err(differ(name, at_file, &before, file, &data_type)),
                    },
                });
            }
        }
    }
    if as_number && !matches!(kind, Kind::Empty | Kind::Bool | Kind::Int | Kind::Code | Kind::Float) {
        for file in files {
            let Some(at) = file.columns.position(name) else { continue };
            let Columns::Separated { kinds, .. } = &file.columns else { continue };
            let bad = !matches!(kinds[at], Kind::Empty | Kind::Int | Kind::Code | Kind::Float);
            if let (true, Some((row, line, value))) = (bad, &file.first_text[at]) {
                return Err(not_a_number(&file.shown, name, *row, *line, value));
            }
        }
        // Seen only in a piece further on, where rows have no numbers: reading will come to it and name it.
        kind = Kind::Float;
    }
    let text_type = match kind {
        Kind::Bool if as_number => DataType::Boolean,
        _ if as_number => DataType::Float64,
        kind => kind.data_type(),
    };
    let data_type = match (typed, separated) {
        (Some((typed, at_file)), Some(file)) => {
            common_type(&typed, &text_type).ok_or_else(|| differ(name, file, &text_type, at_file, &typed))?
        }
        (Some((typed, _)), None) => typed,
        (None, _) => text_type,
    };
    let data_type = match data_type {
        _ if as_text => DataType::Utf8,
        // No value in any file: text is what can hold anything.
        DataType::Null => DataType::Utf8,
        other => other,
    };
    Ok(TableColumn { name: name.to_owned(), data_type, kind, as_text })
}

fn differ(name: &str, left: &Examined, left_type: &DataType, right: &Examined, right_type: &DataType) -> Error {
    Error::TypesDiffer(Box::new(TypesDiffer {
        column: name.to_owned(),
        left: left.shown.clone(),
        left_type: holds(left_type),
        right: right.shown.clone(),
        right_type: holds(right_type),
    }))
}

/// What files must share to be read as one group.
#[derive(PartialEq)]
struct Key {
    store: ObjectStoreUrl,
    reading: Reading,
}

#[derive(PartialEq)]
enum Reading {
    Separated { header: Vec<String>, delimiter: u8, compression: Compression, breaks_in_fields: bool },
    Json { format: Format, compression: Compression },
    Parquet,
    Arrow { format: Format, schema: SchemaRef },
}

impl Key {
    fn of(file: &Examined) -> Self {
        Self { store: file.place.base(), reading: Reading::of(file) }
    }
}

impl Reading {
    fn of(file: &Examined) -> Self {
        let (format, compression) = (file.format, file.compression);
        match &file.columns {
            Columns::Separated { header, delimiter, breaks_in_fields, .. } => Self::Separated {
                header: header.clone(),
                delimiter: *delimiter,
                compression,
                breaks_in_fields: *breaks_in_fields,
            },
            Columns::Typed(schema) => match format {
                Format::Parquet => Self::Parquet,
                Format::ArrowFile | Format::ArrowStream => Self::Arrow { format, schema: Arc::clone(schema) },
                _ => Self::Json { format, compression },
            },
        }
    }
}

fn new_group(
    state: &dyn EngineSession,
    key: &Key,
    files: &[Examined],
    columns: &[TableColumn],
    partition_fields: &[FieldRef],
    options: &SourceOptions,
) -> Result<Group> {
    let members: Vec<&Examined> = files.iter().filter(|other| Key::of(other) == *key).collect();
    let mut nulls: Vec<Vec<String>> = vec![Vec::new(); columns.len()];
    let (format, fields): (Arc<dyn FileFormat>, Vec<Field>) = match &key.reading {
        Reading::Separated { header, delimiter, compression, breaks_in_fields } => {
            let mut csv = CsvOptions::default().with_has_header(!options.no_header).with_delimiter(*delimiter);
            csv.compression = compression.to_engine().into();
            csv.newlines_in_values = Some(*breaks_in_fields || options.newlines_in_values);
            let fields = header
                .iter()
                .map(|name| {
                    let Some(at) = columns.iter().position(|column| column.name == *name) else {
                        return Field::new(name, DataType::Utf8, true);
                    };
                    let column = &columns[at];
                    let read = read_type(column, &column.kind.data_type());
                    if options.null_values.is_empty() {
                        return Field::new(name, read, true);
                    }
                    // The engine's CSV reader knows the empty field only; other spellings are read as text first.
                    nulls[at].clone_from(&options.null_values);
                    Field::new(name, DataType::Utf8, true)
                })
                .collect();
            (Arc::new(CsvFormat::default().with_options(csv)), fields)
        }
        Reading::Json { format, compression } => {
            let json = JsonOptions { compression: compression.to_engine().into(), ..JsonOptions::default() };
            let json = JsonFormat::default().with_options(json).with_newline_delimited(*format == Format::JsonLines);
            // Each row brings its own names, so that only the columns of the table need to be listed.
            let fields = columns
                .iter()
                .map(|column| {
                    let natural = members
                        .iter()
                        .filter_map(|file| Some(type_in(file, file.columns.position(&column.name)?)))
                        .reduce(|a, b| common_type(&a, &b).unwrap_or(DataType::Utf8))
                        .unwrap_or(DataType::Null);
                    Field::new(&column.name, json_type(column, &natural), true)
                })
                .collect();
            (Arc::new(json), fields)
        }
        Reading::Parquet => {
            let fields = columns
                .iter()
                .map(|column| {
                    let natural = members
                        .iter()
                        .filter_map(|file| Some(type_in(file, file.columns.position(&column.name)?)))
                        .reduce(|a, b| common_type(&a, &b).unwrap_or(DataType::Utf8View))
                        .unwrap_or(DataType::Null);
                    Field::new(&column.name, natural, true)
                })
                .collect();
            let parquet = ParquetFormat::default().with_options(state.table_options().parquet.clone());
            (Arc::new(parquet), fields)
        }
        Reading::Arrow { schema, .. } => {
            let fields = schema.fields().iter().map(|field| field.as_ref().clone()).collect();
            (Arc::new(ArrowFormat), fields)
        }
    };
    let width = fields.len();
    let group_columns = columns
        .iter()
        .zip(nulls)
        .map(|(column, nulls)| {
            let index = fields.iter().position(|field| field.name() == &column.name).unwrap_or_default();
            let cast = (fields[index].data_type() != &column.data_type).then(|| column.data_type.clone());
            GroupColumn { index, cast, nulls }
        })
        .chain((0..partition_fields.len()).map(|i| GroupColumn { index: width + i, cast: None, nulls: Vec::new() }))
        .collect();
    let file_schema = Arc::new(Schema::new(fields));
    Ok(Group {
        store: key.store.clone(),
        format,
        schema: TableSchema::builder(file_schema).with_table_partition_cols(partition_fields.to_vec()).build(),
        files: Vec::new(),
        columns: group_columns,
    })
}

/// The type to read a text column with: the table's own where the reader can give it, else its natural type.
fn read_type(column: &TableColumn, natural: &DataType) -> DataType {
    if column.as_text {
        return DataType::Utf8;
    }
    match &column.data_type {
        DataType::Int64 | DataType::Float64
            if natural.is_numeric() || natural.is_null() || *natural == DataType::Utf8 =>
        {
            column.data_type.clone()
        }
        same if same == natural => same.clone(),
        _ if natural.is_null() => DataType::Utf8,
        _ => natural.clone(),
    }
}

fn json_type(column: &TableColumn, natural: &DataType) -> DataType {
    // The reader takes no number for a string: a number column that is wanted as text is cast afterwards.
    match (&column.data_type, natural) {
        (DataType::Int64 | DataType::Float64, _) if *natural != DataType::Boolean => column.data_type.clone(),
        (_, DataType::Null) => DataType::Utf8,
        _ => natural.clone(),
    }
}

/// The partition columns that all files have and no file holds itself.
fn partition_columns(files: &[Examined], columns: &[TableColumn], notes: &mut Vec<String>) -> Vec<(String, DataType)> {
    let Some(first) = files.first() else { return Vec::new() };
    let mut partitions = Vec::new();
    for (name, _) in &first.partitions {
        if partitions.iter().any(|(other, _)| other == name) {
            continue;
        }
        let in_files = files.iter().any(|file| file.columns.position(name).is_some());
        if in_files || columns.iter().any(|column| column.name == *name) {
            notes.push(format!("`{name}` stands in directory names and in the files; the files' column is used"));
            continue;
        }
        let mut kind = Kind::Empty;
        let mut everywhere = true;
        for file in files {
            match file.partitions.iter().find(|(other, _)| other == name) {
                Some((_, value)) if value == NO_VALUE => {}
                Some((_, value)) => kind = kind.join(Kind::of(value)),
                None => everywhere = false,
            }
        }
        if !everywhere {
            notes.push(format!("`{name}=` stands in the path of some files only and is not used as a column"));
            continue;
        }
        let data_type = match kind {
            Kind::Int | Kind::Float | Kind::Date => kind.data_type(),
            _ => DataType::Utf8,
        };
        partitions.push((name.clone(), data_type));
    }
    partitions
}

/// How writers of partitioned directories spell a missing value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

fn partition_value(file: &Examined, name: &str, data_type: &DataType) -> Result<ScalarValue> {
    let value = file.partitions.iter().find(|(other, _)| other == name).map_or(NO_VALUE, |(_, value)| value);
    if value == NO_VALUE || (value.is_empty() && *data_type != DataType::Utf8) {
        return Ok(ScalarValue::try_from(data_type)?);
    }
    Ok(ScalarValue::try_from_string(value.to_owned(), data_type)?)
}

/// The statistics of a Parquet file in the order of its group's columns. Where the types differ only the number of
/// rows is kept: a smallest value of another type could mislead the optimiser.
fn fit_statistics(statistics: &Statistics, file: &Examined, group: &Group) -> Statistics {
    let wanted = group.schema.file_schema();
    let mut fitted = Statistics::new_unknown(wanted);
    fitted.num_rows = statistics.num_rows;
    fitted.total_byte_size = statistics.total_byte_size;
    for (i, field) in wanted.fields().iter().enumerate() {
        if let Some(at) = file.columns.position(field.name())
            && type_in(file, at) == *field.data_type()
        {
            fitted.column_statistics[i] = statistics.column_statistics[at].clone();
        }
    }
    fitted
}
