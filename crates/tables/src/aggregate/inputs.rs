//! Argument arrays as plain number columns.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err};

use super::plan::{Plan, Target};
use super::rows::Rows;

/// The arguments of an aggregate, owned: a target, score columns, perhaps a weight.
#[derive(Debug)]
pub(crate) struct Inputs {
    targets: Vec<Float64Array>,
    scores: Vec<Float64Array>,
    columns_per_model: usize,
    weight: Option<Float64Array>,
    classes: bool,
}

impl Inputs {
    /// Reads `arguments`: the target, the score columns of every model, then the weight if the plan has one.
    pub(crate) fn new(plan: &Plan, arguments: &[ArrayRef]) -> Result<Self> {
        let scores_end = arguments.len() - usize::from(plan.weighted);
        let targets = match &plan.target {
            Target::Number | Target::Index => vec![number(&arguments[0])?],
            Target::Event(labels) => vec![label_indices(&arguments[0], labels)?],
            Target::Label(labels) => vec![label_indices(&arguments[0], labels)?],
            Target::Shares(names) if names.is_empty() => list_columns(&arguments[0])?,
            Target::Shares(names) => arguments[..names.len()].iter().map(number).collect::<Result<_>>()?,
        };
        let target_arguments = if let Target::Shares(names) = &plan.target { names.len().max(1) } else { 1 };
        let mut scores = Vec::new();
        let mut columns_per_model = plan.columns_per_model();
        for argument in &arguments[target_arguments..scores_end] {
            match argument.data_type() {
                DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
                    let columns = list_columns(argument)?;
                    columns_per_model = columns.len();
                    scores.extend(columns);
                }
                DataType::Struct(_) => {
                    let columns = argument.as_struct();
                    columns_per_model = columns.num_columns();
                    for column in columns.columns() {
                        let column = number(column)?;
                        let nulls = NullBuffer::union(column.nulls(), columns.nulls());
                        scores.push(Float64Array::new(column.values().clone(), nulls));
                    }
                }
                _ => scores.push(number(argument)?),
            }
        }
        if let Some(parameters) = plan.parameters().filter(|parameters| parameters.len() != columns_per_model) {
            let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
            return exec_err!("a row holds {columns_per_model} predictions, not {}: {}", names.len(), names.join(", "));
        }
        if targets.len() > 1 && targets.len() != columns_per_model {
            return exec_err!("a row holds {} targets and {columns_per_model} scores", targets.len());
        }
        let weight = if plan.weighted { Some(number(&arguments[scores_end])?) } else { None };
        let weight = match &plan.class_weights[..] {
            [] => weight,
            of_class => Some(class_weighted(of_class, plan.is_classes(), &targets[0], weight.as_ref())),
        };
        Ok(Self { targets, scores, columns_per_model, weight, classes: plan.is_classes() })
    }

    /// The columns as slices.
    pub(crate) fn rows(&self) -> Rows<'_> {
        let columns = self.targets.iter().chain(&self.scores).chain(&self.weight);
        Rows {
            targets: self.targets.iter().map(|column| column.values().as_ref()).collect(),
            scores: self.scores.iter().map(|column| column.values().as_ref()).collect(),
            columns_per_model: self.columns_per_model,
            weight: self.weight.as_ref().map(|column| column.values().as_ref()),
            nulls: NullBuffer::union_many(columns.map(Array::nulls)),
            classes: self.classes,
        }
    }
}

/// The weight of every row times that of its class. A label between 0 and 1 weighs between the two; one that is no class
/// is refused elsewhere.
fn class_weighted(
    of_class: &[f64],
    indices: bool,
    target: &Float64Array,
    weight: Option<&Float64Array>,
) -> Float64Array {
    let of_row = |y: f64| match of_class {
        [of_0, of_1] if !indices && (0.0..=1.0).contains(&y) => of_1 * y + of_0 * (1.0 - y),
        _ => of_class.get(y as usize).copied().unwrap_or(1.0),
    };
    let weights = (0..target.len()).map(|row| {
        let own = weight.map_or(Some(1.0), |weight| weight.is_valid(row).then(|| weight.value(row)))?;
        Some(if target.is_valid(row) { own * of_row(target.value(row)) } else { own })
    });
    weights.collect()
}

fn number(array: &ArrayRef) -> Result<Float64Array> {
    Ok(match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().clone(),
        _ => cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone(),
    })
}

/// The index of every label among `labels`, −1 where it is not one of them.
fn label_indices(array: &ArrayRef, labels: &[String]) -> Result<Float64Array> {
    let find = |text: &str| labels.iter().position(|label| label == text).map_or(-1.0, |index| index as f64);
    if let DataType::Dictionary(..) = array.data_type() {
        let dictionary = array.as_any_dictionary();
        let known = label_indices(dictionary.values(), labels)?;
        let keys = dictionary.normalized_keys();
        let indices = keys.iter().enumerate().map(|(row, &key)| (!array.is_null(row)).then(|| known.value(key)));
        return Ok(indices.collect());
    }
    if array.data_type().is_integer() || array.data_type().is_floating() {
        // A number is the label that reads as the same number: 3, 3.0 and '3' are one class.
        let known: Vec<Option<f64>> = labels.iter().map(|label| label.parse().ok()).collect();
        let index =
            |value: f64| known.iter().position(|label| *label == Some(value)).map_or(-1.0, |index| index as f64);
        return Ok(number(array)?.iter().map(|value| value.map(index)).collect());
    }
    let text = cast(array, &DataType::Utf8)?;
    Ok(text.as_string::<i32>().iter().map(|value| value.map(find)).collect())
}

/// The columns of a list column whose rows all have the same length.
fn list_columns(array: &ArrayRef) -> Result<Vec<Float64Array>> {
    let list_type = DataType::new_list(DataType::Float64, true);
    let list = cast(array, &list_type)?;
    let list: &ListArray = list.as_list();
    let lengths = |row: usize| list.value_length(row) as usize;
    let present = |row: &usize| list.is_valid(*row);
    let classes = (0..list.len()).find(present).map_or(0, lengths);
    if let Some(row) = (0..list.len()).filter(present).find(|&row| lengths(row) != classes) {
        return exec_err!("rows hold lists of different lengths: {} and {classes} scores", lengths(row));
    }
    if list.len() > list.null_count() && classes == 0 {
        return exec_err!("a row holds an empty list of scores");
    }
    // Without any list there is still a column, of missing values.
    let classes = classes.max(1);
    let values = list.values().as_primitive::<Float64Type>();
    let column = |class: usize| {
        (0..list.len())
            .map(|row| {
                let position = list.value_offsets()[row] as usize + class;
                (list.is_valid(row) && values.is_valid(position)).then(|| values.value(position))
            })
            .collect::<Float64Array>()
    };
    Ok((0..classes).map(column).collect())
}
