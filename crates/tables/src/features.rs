//! Columns of features with a truth, for fitting models and drawing their landscapes.

use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::session::Session;
use crate::source::{Source, SourceOptions};
use crate::whole::{self, Column, Values, Wanted, Whole};

/// Which columns to read.
#[derive(Clone, Debug, Default)]
pub struct FeatureRequest {
    /// Files, globs, directories, or `-`.
    pub files: Vec<String>,
    /// How files are read.
    pub source: SourceOptions,
    /// The column that holds the truth; several, or a pattern, for one column per label or component.
    pub truth: Vec<String>,
    /// Whether whole numbers in the column of the truth are names of classes.
    pub classes: bool,
    /// Columns or patterns of numbers; empty for all that are neither the truth nor the weight nor count the rows.
    pub features: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// A SQL condition that rows must satisfy.
    pub filter: Option<String>,
}

/// Features and truth of the rows that have all of them.
#[derive(Clone, Debug)]
pub struct FeatureTable {
    /// The features, one row after another.
    pub features: Vec<f64>,
    /// Their names.
    pub names: Vec<String>,
    /// The truth: a column, or several for labels and components.
    pub truth: Vec<(String, Column)>,
    /// The weights.
    pub weight: Option<Vec<f64>>,
    /// Columns of numbers that were not taken for features because they count the rows.
    pub counters: Vec<String>,
    /// The rows, and where they are.
    pub rows: Whole,
}

/// Reads features and truth.
///
/// # Errors
/// Where a file cannot be read, a name is not found, a column does not hold numbers, or no row has a value in every column.
pub async fn read(session: &Session, request: &FeatureRequest) -> Result<FeatureTable> {
    let source = session.open(&request.files, &request.source).await?;
    let mut truth: Vec<String> = vec![];
    for pattern in &request.truth {
        truth.extend(source.find_columns(pattern, "--truth")?.into_iter().map(|found| found.name));
    }
    if let Some(name) = &request.weight {
        source.find_numeric(name, "--weight")?;
    }
    let (features, chosen) = features(request, &source, &truth)?;
    let column = |name: &String, values| Wanted { name: name.clone(), infinite: false, values };
    let of_truth = match truth.as_slice() {
        [_] if request.classes => Values::Names,
        [_] => Values::AsFound,
        _ => Values::Numbers,
    };
    let mut wanted: Vec<Wanted> = truth.iter().map(|name| column(name, of_truth)).collect();
    wanted.extend(request.weight.iter().map(|name| column(name, Values::Numbers)));
    wanted.extend(features.iter().map(|name| column(name, Values::Numbers)));
    let mut rows = whole::read(session, &source, &wanted, request.filter.as_deref()).await?;
    if let ([name], Values::AsFound, Some(Column::Names(_, names))) = (&truth[..], of_truth, rows.columns.first())
        && are_numbers_but_for_a_few(names)
    {
        source.find_numeric(name, "--truth")?;
    }
    rows.require_some(&source.name(), request.filter.is_some())?;
    let mut columns = std::mem::take(&mut rows.columns).into_iter();
    let truth: Vec<(String, Column)> = truth.into_iter().zip(&mut columns).collect();
    let weight = request.weight.as_ref().and_then(|_| columns.next()).map(numbers);
    let columns: Vec<(String, Vec<f64>)> = features.into_iter().zip(columns.map(numbers)).collect();
    // The user's own choice is not questioned.
    let (counters, kept): (Vec<_>, Vec<_>) =
        columns.into_iter().partition(|(_, column)| !chosen && counts_rows(column));
    if kept.is_empty() {
        let counted: Vec<&str> = counters.iter().map(|(name, _)| name.as_str()).collect();
        let hint = match counted.as_slice() {
            [] => String::new(),
            names => format!("; {} counts the rows: --features takes it all the same", names.join(", ")),
        };
        let message = format!("{}: no column of numbers is left for features{hint}", source.name());
        return Err(Error::Data(message));
    }
    let count = rows.rows();
    let features = (0..count).flat_map(|row| kept.iter().map(move |(_, column)| column[row])).collect();
    let names = kept.into_iter().map(|(name, _)| name).collect();
    let counters = counters.into_iter().map(|(name, _)| name).collect();
    Ok(FeatureTable { features, names, truth, weight, counters, rows })
}

/// The names of the features, and whether they were chosen by the user.
fn features(request: &FeatureRequest, source: &Source, truth: &[String]) -> Result<(Vec<String>, bool)> {
    let mut features: Vec<String> = vec![];
    for pattern in &request.features {
        for found in source.find_columns(pattern, "--features")? {
            if truth.contains(&found.name) {
                // A pattern may reach too far; a name is meant.
                if found.wild.is_empty() {
                    return Err(Error::Usage(format!("--features: `{}` is the truth", found.name)));
                }
            } else if !features.contains(&found.name) {
                source.find_numeric(&found.name, "--features")?;
                features.push(found.name);
            }
        }
    }
    if !request.features.is_empty() {
        return Ok((features, true));
    }
    let is_number = |of: &DataType| of.is_numeric();
    let schema = source.schema();
    let free = schema.fields().iter().filter(|field| is_number(field.data_type())).map(|field| field.name());
    let free = free.filter(|name| !truth.contains(name) && request.weight.as_ref() != Some(name));
    Ok((free.cloned().collect(), false))
}

fn numbers(column: Column) -> Vec<f64> {
    match column {
        Column::Numbers(values) => values,
        // Columns of features and weights were found to be numeric.
        Column::Names(..) => vec![],
    }
}

/// Whether names are more likely numbers, among which a few mistakes made the column one of text. Where all are numbers the
/// file says by its types that they are names.
fn are_numbers_but_for_a_few(names: &[String]) -> bool {
    let numbers = names.iter().filter(|name| name.trim().parse::<f64>().is_ok()).count();
    names.len() / 2 < numbers && numbers < names.len()
}

/// Whether a column goes up by the same whole number from row to row, as line numbers and keys do.
fn counts_rows(column: &[f64]) -> bool {
    let [first, second, ..] = column else { return false };
    let step = second - first;
    step >= 1.0 && step.fract() == 0.0 && column.windows(2).all(|pair| pair[1] - pair[0] == step)
}

#[cfg(test)]
mod tests {
    use super::{are_numbers_but_for_a_few, counts_rows};

    #[test]
    fn a_word_among_numbers_is_a_mistake() {
        let of = |text: &str| are_numbers_but_for_a_few(&text.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(of("1 2 3 x") && of("1.5 2e3 n/a"));
        assert!(!of("cat dog") && !of("cat dog 3") && !of("0 1 2") && !of("4 four"));
    }

    #[test]
    fn columns_that_count_rows_are_told_from_features() {
        assert!(counts_rows(&[1.0, 2.0, 3.0]) && counts_rows(&[0.0, 10.0, 20.0]));
        assert!(!counts_rows(&[1.0, 2.0, 4.0]) && !counts_rows(&[0.0, 0.5, 1.0]) && !counts_rows(&[3.0, 3.0, 3.0]));
        assert!(!counts_rows(&[1.0]) && !counts_rows(&[]) && !counts_rows(&[3.0, 2.0, 1.0]));
    }
}
