//! The mean loss of a small model over its weights as a grid, and grids from files.

use dartboard_reference::number::rounded;

use super::descent::Model;
use crate::answer::{Answer, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Nodes of a file: more than memory of a page should hold.
const NODES: usize = 4_000_000;

/// Nodes along an axis: more than a surface can show.
const MOST: usize = 400;

/// The mean loss of a model at `steps + 1` weights from `low` to `high`, or at all pairs of them row by row. The numbers
/// are the grid, then the x and the y of the points that the model is fitted to.
pub(super) fn landscape(question: &Question<'_>) -> Result<Answer, Complaint> {
    let (model, loss) = (Model::read(question)?, question.loss("loss")?);
    let (low, high) = (question.number("low")?, question.number("high")?);
    let steps = question.count("steps", MOST)?.max(1);
    let place = |step: usize| low + (high - low) * (step as f64 / steps as f64);
    let mut numbers: Vec<f64> = if model.weights() == 1 {
        (0..=steps).map(|column| model.mean(&loss, [place(column), 0.0])).collect()
    } else {
        model.grid(&loss, &(0..=steps).map(place).collect::<Vec<f64>>())
    };
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let (x, y) = model.data();
    numbers.extend(x.into_iter().chain(y));
    Ok(Answer::of(object! { "weights": model.weights(), "points": x.len(), "least": rounded(least) }).with(numbers))
}

/// A grid that was written to a file, which the page has taken apart: `file` holds `columns` places across, `rows` places
/// up, `nodes` values row by row (NaN where the loss is not finite) and the places of a path in pairs, all as `f64`. The
/// numbers are the same.
pub(super) fn file(question: &Question<'_>, file: &[u8]) -> Result<Answer, Complaint> {
    let wrong = |what: String| Complaint::File(format!("this is no landscape: {what}"));
    let numbers: Vec<f64> = file.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    let [columns, rows, nodes] =
        [question.count("columns", NODES)?, question.count("rows", NODES)?, question.count("nodes", NODES)?];
    let part = |from: usize, length: usize| numbers.get(from..from + length).unwrap_or_default();
    for (name, axis) in [("x", part(0, columns)), ("y", part(columns, rows))] {
        if axis.len() < 2 || !axis.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err(wrong(format!("'{name}' must hold at least 2 increasing numbers")));
        }
    }
    if nodes != columns * rows {
        return Err(wrong(format!("'z' has {nodes} values, but x and y make {columns} × {rows} nodes")));
    }
    let z = part(columns + rows, nodes);
    if z.iter().all(|value| !value.is_finite()) {
        return Err(wrong("no value of 'z' is finite".to_owned()));
    }
    let least = z.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(Answer::of(object! { "least": rounded(least) }).with(numbers))
}
