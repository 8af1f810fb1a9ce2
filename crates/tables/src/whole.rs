//! Whole columns in memory, for work that looks at all rows at once.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::DataFusionError;

use crate::error::{Error, Result};
use crate::scan::RowScan;
use crate::session::Session;
use crate::source::Source;

/// What a column is wanted for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The column.
    pub name: String,
    /// Whether infinite values may stand in it.
    pub infinite: bool,
    /// What its values are.
    pub values: Values,
}

/// What the values of a column are taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Values {
    /// Text and truth values for names, numbers for numbers.
    #[default]
    AsFound,
    /// Names, numbers too, as those of classes.
    Names,
    /// Numbers; false and true are 0 and 1.
    Numbers,
}

/// A column.
#[derive(Clone, Debug)]
pub enum Column {
    /// Of numbers.
    Numbers(Vec<f64>),
    /// Of names: the index of each row's name, and the different names in the order they came.
    Names(Vec<u32>, Vec<String>),
}

/// The rows in which every column has a value.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The columns, in the order they were asked for.
    pub columns: Vec<Column>,
    /// Rows that were read and satisfy the condition.
    pub read: u64,
    /// For each column how many of those rows have no value there: null, or not a number.
    pub missing: Vec<(String, u64)>,
    /// Rows that were left out for that.
    pub left_out: u64,
    places: Vec<(u32, u64)>,
    files: Vec<Arc<str>>,
}

impl Whole {
    /// The rows that are kept.
    pub fn rows(&self) -> usize {
        self.places.len()
    }

    /// Refuses what has no row with a value in every column. `source` names the files, for the message.
    ///
    /// # Errors
    /// With the reason.
    pub(crate) fn require_some(&self, source: &str, filtered: bool) -> Result<()> {
        if self.read == 0 {
            let why = if filtered { "no row satisfies the condition" } else { "there are no rows" };
            return Err(Error::Data(format!("{source}: {why}")));
        }
        if self.rows() == 0 {
            let missing = self.missing.iter().filter(|(_, count)| *count > 0);
            let missing: Vec<String> = missing.map(|(name, count)| format!("{count} in `{name}`")).collect();
            let why =
                if missing.is_empty() { String::new() } else { format!(" (missing values: {})", missing.join(", ")) };
            return Err(Error::Data(format!("{source}: no row has a value in every column{why}")));
        }
        Ok(())
    }

    /// Where a kept row is, for messages: `row 12 of a.csv`.
    pub fn place(&self, row: usize) -> String {
        match self.places.get(row) {
            Some(&(file, number)) if number > 0 => format!("row {number} of {}", self.files[file as usize]),
            _ => "a row".to_owned(),
        }
    }
}

/// Reads columns.
///
/// # Errors
/// Where a column does not exist, holds neither numbers nor names, or holds an infinite value where that is not allowed:
/// with its place.
pub async fn read(session: &Session, source: &Source, wanted: &[Wanted], filter: Option<&str>) -> Result<Whole> {
    let scan = RowScan::new(session, source);
    let condition = filter.map(|text| scan.condition(text)).transpose()?;
    let names: Vec<String> = wanted.iter().map(|column| column.name.clone()).collect();
    let schema = source.schema();
    let mut builders: Vec<Builder> = vec![];
    for column in wanted {
        let index = source.find_column(&column.name, "")?;
        builders.push(Builder::new(column, schema.field(index).data_type())?);
    }
    let (mut read, mut left_out) = (0, 0);
    let mut missing: Vec<(String, u64)> = names.iter().map(|name| (name.clone(), 0)).collect();
    let mut places: Vec<(u32, u64)> = vec![];
    let mut files: Vec<Arc<str>> = vec![];
    scan.for_each(&names, condition.as_ref(), |batch| {
        let columns: Vec<ArrayRef> = (builders.iter().zip(batch.columns.columns()))
            .map(|(builder, column)| builder.plain(column))
            .collect::<Result<_>>()?;
        let file = batch.file.clone().unwrap_or_else(|| Arc::from(""));
        if files.last() != Some(&file) {
            files.push(file);
        }
        let file = (files.len() - 1) as u32;
        for row in 0..batch.columns.num_rows() {
            if !batch.passes(row) {
                continue;
            }
            read += 1;
            let mut complete = true;
            for ((builder, column), (_, count)) in builders.iter().zip(&columns).zip(&mut missing) {
                if !builder.has_value(column, row) {
                    *count += 1;
                    complete = false;
                }
            }
            if !complete {
                left_out += 1;
                continue;
            }
            for (builder, column) in builders.iter_mut().zip(&columns) {
                if let Some(value) = builder.push(column, row) {
                    let (place, name) = (batch.place(row), &builder.wanted.name);
                    return Err(Error::Data(format!("{place}: `{name}` is {value}; it must be finite")));
                }
            }
            places.push((file, batch.row_number(row).unwrap_or(0)));
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    let columns = builders.into_iter().map(|builder| builder.column).collect();
    Ok(Whole { columns, read, missing, left_out, places, files })
}

struct Builder {
    wanted: Wanted,
    column: Column,
    known: HashMap<String, u32>,
}

impl Builder {
    fn new(wanted: &Wanted, of: &DataType) -> Result<Self> {
        let is_text =
            matches!(of, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..));
        let is_truth = *of == DataType::Boolean;
        let column = if wanted.values == Values::Names || is_text || is_truth && wanted.values == Values::AsFound {
            Column::Names(vec![], vec![])
        } else if of.is_numeric() || is_truth {
            Column::Numbers(vec![])
        } else {
            return Err(Error::Data(format!("`{}` holds {of}, neither numbers nor names", wanted.name)));
        };
        Ok(Self { wanted: wanted.clone(), column, known: HashMap::new() })
    }

    /// The array as numbers or as strings. Names that a file spells as fractions stay numbers until they are taken: 3.0 is
    /// the class 3.
    fn plain(&self, array: &ArrayRef) -> Result<ArrayRef> {
        let to = match (&self.column, array.data_type()) {
            (Column::Names(..), of) if !of.is_floating() => DataType::Utf8,
            _ => DataType::Float64,
        };
        Ok(cast(array, &to).map_err(DataFusionError::from)?)
    }

    fn has_value(&self, array: &ArrayRef, row: usize) -> bool {
        let number = array.as_primitive_opt::<Float64Type>();
        array.is_valid(row) && number.is_none_or(|number| !number.value(row).is_nan())
    }

    /// Takes a value; gives it back where it is infinite and may not be.
    fn push(&mut self, array: &ArrayRef, row: usize) -> Option<f64> {
        match &mut self.column {
            Column::Numbers(values) => {
                let value = array.as_primitive::<Float64Type>().value(row);
                values.push(value);
                (value.is_infinite() && !self.wanted.infinite).then_some(value)
            }
            Column::Names(of_row, names) => {
                let written;
                let name = match array.as_primitive_opt::<Float64Type>() {
                    Some(numbers) => {
                        written = numbers.value(row).to_string();
                        written.as_str()
                    }
                    None => array.as_string::<i32>().value(row),
                };
                let index = match self.known.get(name) {
                    Some(&index) => index,
                    None => {
                        let index = names.len() as u32;
                        names.push(name.to_owned());
                        self.known.insert(name.to_owned(), index);
                        index
                    }
                };
                of_row.push(index);
                None
            }
        }
    }
}
