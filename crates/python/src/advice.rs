//! Advice on arrays.

use dartboard_advice::{Feature, Goal, Input, Predictions, Target, Task};
use dartboard_losses::BatchError;
use pyo3::prelude::*;

use crate::compute::{borrowed, columns};
use crate::error;
use crate::input::{Array, Number, Numbers};

/// Which loss suits a target, predictions and a goal, as JSON.
#[pyfunction]
#[pyo3(signature = (y, names, p, *, weight, features, goal, raw, task, name, prediction_name))]
#[expect(clippy::too_many_arguments, reason = "keywords")]
pub(crate) fn advise<'py>(
    py: Python<'py>,
    y: &Bound<'py, PyAny>,
    names: Option<Vec<String>>,
    p: Option<&Bound<'py, PyAny>>,
    weight: Option<&Bound<'py, PyAny>>,
    features: Vec<(String, Bound<'py, PyAny>)>,
    goal: Option<&str>,
    raw: bool,
    task: Option<&str>,
    name: &str,
    prediction_name: &str,
) -> PyResult<String> {
    let goal = goal.map(str::parse::<Goal>).transpose().map_err(error::value)?;
    let task = task.map(str::parse::<Task>).transpose().map_err(error::value)?;
    let target = Array::read(y, "the target")?;
    let rows = match target.shape() {
        &[rows] => rows,
        shape => return Err(error::value(format!("the target must have 1 dimension, not the shape {shape:?}"))),
    };
    let target = f64::numbers(&target)?;
    let target = target.slice()?;
    finite("the target", target, 1)?;
    let of_row: Vec<u32> = target.iter().map(|&index| index as u32).collect();
    let given = Array::read_some(p, "the prediction")?;
    let prediction = given.as_ref().map(f64::numbers).transpose()?;
    let prediction = prediction.as_ref().map(Numbers::slice).transpose()?.unwrap_or_default();
    let shape = given.as_ref().map_or(&[0][..], |given| given.shape());
    if given.is_some() && !(matches!(shape.len(), 1 | 2) && shape[0] == rows) {
        let text = format!("the target has {rows} rows and the prediction the shape {shape:?}");
        return Err(error::value(format!("{text}; it takes a number per row, or a row of scores")));
    }
    if !raw {
        finite("the prediction", prediction, shape.get(1).copied().unwrap_or(1))?;
    }
    let per_class = columns(prediction, shape);
    let per_class = borrowed(&per_class);
    let classes: Vec<u32> = (0..u32::try_from(per_class.len()).unwrap_or(u32::MAX)).collect();
    let predictions = match shape.len() {
        _ if given.is_none() => Predictions::None,
        2 => Predictions::PerClass { columns: &per_class, classes: &classes, raw },
        _ => Predictions::One { name: prediction_name, values: prediction, raw },
    };
    let weight = Array::read_some(weight, "the weight")?;
    let weight = weight.as_ref().map(f64::numbers).transpose()?;
    let weight = weight.as_ref().map(Numbers::slice).transpose()?;
    let wrong = weight
        .and_then(|weight| weight.iter().position(|&w| !(w.is_finite() && w >= 0.0)).map(|row| (row, weight[row])));
    if let Some((row, weight)) = wrong {
        return Err(error::value(BatchError::Weight { row, weight }));
    }
    let mut arrays = vec![];
    for (name, values) in &features {
        arrays.push((name, f64::numbers(&Array::read(values, "a feature")?)?));
    }
    let mut features = vec![];
    for (name, values) in &arrays {
        let values = values.slice()?;
        finite(&format!("the feature {name}"), values, 1)?;
        features.push(Feature { name, values });
    }
    let target = match &names {
        None => Target::Numbers(target),
        Some(names) => Target::Names { of_row: &of_row, names },
    };
    let input = Input { predictions, weight, features: &features, goal, task, ..Input::of(name, target) };
    let advice = py.detach(|| dartboard_advice::advise(&input)).map_err(error::value)?;
    serde_json::to_string(&advice).map_err(error::value)
}

/// Whether all numbers can be learnt from.
fn finite(what: &str, numbers: &[f64], columns: usize) -> PyResult<()> {
    match numbers.iter().position(|number| !number.is_finite()) {
        None => Ok(()),
        Some(place) => {
            let row = place / columns.max(1);
            Err(error::value(format!("row {row}: {what} must be finite, not {}", numbers[place])))
        }
    }
}
