//! Everything that is checked about rows before a loss sees them.

use super::chunk::{Chunk, Labels};
use super::error::BatchError;
use super::rows::{Rows, Truth};
use crate::card::{Family, PredictionKind, TargetKind};
use crate::compat::Preset;
use crate::family::{RowRule, SHARES_TOLERANCE};
use crate::spec::Loss;

/// The shape of the batch: lengths, number of columns, kind of truth.
pub(crate) fn shape(loss: &Loss, rows: &Rows<'_>, ignore: Option<f64>) -> Result<(), BatchError> {
    lengths(rows)?;
    if matches!(rows.truth, Truth::Shares(_)) && ignore.is_some() {
        return Err(BatchError::IgnoreWithShares);
    }
    columns(loss, rows)?;
    kind(loss, rows.truth)
}

/// Whether all columns are of one length.
pub(crate) fn lengths(rows: &Rows<'_>) -> Result<(), BatchError> {
    rows.predictions.iter().try_for_each(|column| fits("a column of predictions", column.len(), rows))?;
    if let Truth::Shares(columns) = rows.truth {
        columns.iter().try_for_each(|column| fits("a column of shares", column.len(), rows))?;
    }
    rows.weight.map_or(Ok(()), |weight| fits("the column of weights", weight.len(), rows))?;
    rows.mask.map_or(Ok(()), |mask| fits("the mask", mask.len(), rows))
}

/// Whether a column is as long as the truth.
pub(crate) fn fits(what: &'static str, found: usize, rows: &Rows<'_>) -> Result<(), BatchError> {
    let expected = rows.len();
    if found == expected { Ok(()) } else { Err(BatchError::Length { what, expected, found }) }
}

fn columns(loss: &Loss, rows: &Rows<'_>) -> Result<(), BatchError> {
    let card = loss.card();
    let refuse = |expected: &str| {
        Err(BatchError::Columns { loss: card.name, expected: expected.to_owned(), found: rows.predictions.len() })
    };
    match (card.family, rows.predictions.len(), rows.truth) {
        (Family::Pointwise, 1, _) => Ok(()),
        (Family::Pointwise, _, _) => refuse("one column of predictions"),
        (Family::Joint, found, _) => match card.prediction {
            PredictionKind::Parameters(names) if names.len() == found => Ok(()),
            PredictionKind::Parameters(names) => refuse(&format!("{} columns of predictions", names.len())),
            _ => Ok(()),
        },
        (_, 0, _) => refuse("one column of predictions per class"),
        (_, found, Truth::Shares(shares)) if shares.len() != found => {
            refuse(&format!("as many columns of predictions as of shares, which are {}", shares.len()))
        }
        _ => Ok(()),
    }
}

fn kind(loss: &Loss, truth: Truth<'_>) -> Result<(), BatchError> {
    let card = loss.card();
    let refuse = |expected, found| Err(BatchError::Truth { loss: card.name, expected, found });
    match (card.family, card.target, truth) {
        (Family::Pointwise | Family::Joint, _, Truth::Shares(_)) => refuse("one number per row", "shares of classes"),
        (Family::Pointwise | Family::Joint, TargetKind::Quantity, Truth::Classes(_)) => refuse("quantities", "classes"),
        (Family::Rowwise, TargetKind::Labels, Truth::Numbers(_) | Truth::Classes(_)) => {
            refuse("a column per label", "one number per row")
        }
        (Family::Rowwise, TargetKind::Vector, Truth::Numbers(_) | Truth::Classes(_)) => {
            refuse("a column per component", "one number per row")
        }
        _ => Ok(()),
    }
}

/// The values of the rows that take part. Class indices that come as numbers become classes.
pub(crate) fn values(loss: &Loss, preset: Option<&Preset>, chunk: &mut Chunk) -> Result<(), BatchError> {
    weights(chunk)?;
    predictions(loss, preset, chunk)?;
    match loss.card().family {
        Family::Pointwise | Family::Joint => numbers(loss, preset, chunk),
        Family::Rowwise => classes(loss, chunk),
    }
}

/// The weights of the rows that take part.
pub(crate) fn weights(chunk: &Chunk) -> Result<(), BatchError> {
    let wrong = chunk.weight.iter().position(|&weight| !(weight.is_finite() && weight >= 0.0));
    wrong.map_or(Ok(()), |place| Err(BatchError::Weight { row: chunk.rows[place], weight: chunk.weight[place] }))
}

fn predictions(loss: &Loss, preset: Option<&Preset>, chunk: &Chunk) -> Result<(), BatchError> {
    let (name, domain) = (loss.card().name, loss.card().prediction_domain);
    for column in &chunk.columns {
        for (&row, &prediction) in chunk.rows.iter().zip(column) {
            if !domain.contains(prediction) {
                return Err(BatchError::Prediction { loss: name, row, prediction, domain: domain.to_string() });
            }
        }
    }
    let rule = loss.rowwise().map_or(RowRule::Any, |rowwise| rowwise.row_rule());
    if rule == RowRule::Any || preset.is_some_and(|preset| preset.any_rows) {
        return Ok(());
    }
    for (place, &row) in chunk.rows.iter().enumerate() {
        let scores = || chunk.columns.iter().map(|column| column[place]);
        if rule.holds(scores()) {
            continue;
        }
        return Err(match rule {
            RowRule::SomeFinite => BatchError::NothingFinite { row },
            RowRule::SomeNonZero => BatchError::NoDirection { loss: name, row, what: "prediction" },
            _ => BatchError::AddToOne { row, total: rule.total(scores()).unwrap_or(f64::NAN) },
        });
    }
    Ok(())
}

fn numbers(loss: &Loss, preset: Option<&Preset>, chunk: &mut Chunk) -> Result<(), BatchError> {
    if let Labels::Classes(classes) = &chunk.labels {
        chunk.labels = Labels::Numbers(classes.iter().map(|&class| f64::from(class)).collect());
    }
    let Labels::Numbers(target) = &chunk.labels else { return Ok(()) };
    let (name, domain) = (loss.card().name, loss.card().target_domain);
    let anything = preset.is_some_and(|preset| preset.any_targets);
    for (&row, &target) in chunk.rows.iter().zip(target) {
        if !(domain.contains(target) || anything && target.is_finite()) {
            return Err(BatchError::Target { loss: name, row, target, domain: domain.to_string() });
        }
    }
    Ok(())
}

fn classes(loss: &Loss, chunk: &mut Chunk) -> Result<(), BatchError> {
    let classes = chunk.columns.len();
    match &chunk.labels {
        Labels::Numbers(target) => {
            let read = |(&row, &class): (&usize, &f64)| {
                let whole = class >= 0.0 && class < classes as f64 && class.trunc() == class;
                whole.then_some(class as u32).ok_or(BatchError::Class { row, class, classes })
            };
            let target = chunk.rows.iter().zip(target).map(read).collect::<Result<_, _>>()?;
            chunk.labels = Labels::Classes(target);
            Ok(())
        }
        Labels::Classes(target) => {
            let wrong = chunk.rows.iter().zip(target).find(|(_, class)| **class as usize >= classes);
            wrong.map_or(Ok(()), |(&row, &class)| Err(BatchError::Class { row, class: f64::from(class), classes }))
        }
        Labels::Shares(columns) if loss.card().target == TargetKind::Vector => vectors(loss, &chunk.rows, columns),
        Labels::Shares(columns) => shares(loss.card().target, &chunk.rows, columns),
    }
}

/// Targets that are vectors follow the rule of the predictions.
fn vectors(loss: &Loss, rows: &[usize], columns: &[Vec<f64>]) -> Result<(), BatchError> {
    let (name, domain) = (loss.card().name, loss.card().target_domain);
    let rule = loss.rowwise().map_or(RowRule::Any, |rowwise| rowwise.row_rule());
    for (place, &row) in rows.iter().enumerate() {
        let components = || columns.iter().map(|column| column[place]);
        if let Some(target) = components().find(|&component| !domain.contains(component)) {
            return Err(BatchError::Target { loss: name, row, target, domain: domain.to_string() });
        }
        if !rule.holds(components()) {
            return Err(BatchError::NoDirection { loss: name, row, what: "target" });
        }
    }
    Ok(())
}

fn shares(kind: TargetKind, rows: &[usize], columns: &[Vec<f64>]) -> Result<(), BatchError> {
    for (place, &row) in rows.iter().enumerate() {
        let total: f64 = columns.iter().map(|column| column[place]).sum();
        let inside = columns.iter().all(|column| (0.0..=1.0).contains(&column[place]));
        // Labels that may apply together are no shares of one whole.
        let whole = kind == TargetKind::Labels || (total - 1.0).abs() <= SHARES_TOLERANCE;
        if !(inside && whole) {
            return Err(BatchError::Shares { row, total });
        }
    }
    Ok(())
}
