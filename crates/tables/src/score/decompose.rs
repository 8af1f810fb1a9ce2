//! What a mean loss is made of: miscalibration, discrimination, uncertainty.
//!
//! Predictions are recalibrated by sorting all rows, so that all of them are held in memory at once.

use std::ops::ControlFlow;

use dartboard_losses::{DecomposeError, Loss, Measure, decompose};

use super::report::{Parts, ScoreReport};
use super::request::ScoreRequest;
use super::resolve::Resolved;
use super::scan;
use super::treat;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::source::Source;

/// Bytes that a row takes while a loss is decomposed, beyond its columns: sorted copies and groups of equal predictions.
/// Measured with all predictions different: 130 to 160, the more where vectors have just doubled.
const BYTES_PER_ROW: u64 = 192;

/// Refuses what has no decomposition whatever the files hold.
pub(crate) fn check_request(request: &ScoreRequest) -> Result<()> {
    if !request.decompose {
        return Ok(());
    }
    if let Some(option) = treat::options(request).first() {
        return Err(Error::Usage(format!("--decompose is of a loss itself and cannot be used with {option}")));
    }
    let losses = request.measures.iter().filter_map(|measure| match measure {
        Measure::Mean(loss) => Some(obstacle(loss)),
        Measure::Derived(_) => None,
    });
    let obstacles: Vec<Option<String>> = losses.collect();
    let all_fail = obstacles.iter().all(Option::is_some);
    match obstacles.into_iter().flatten().next() {
        Some(why) if all_fail => Err(Error::Usage(format!("--decompose: {why}"))),
        None if all_fail && !request.measures.is_empty() => {
            Err(Error::Usage("--decompose needs a loss that a row has, such as mse".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Why a loss cannot be decomposed, if it cannot.
fn obstacle(loss: &Loss) -> Option<String> {
    match decompose(loss, &[], &[], None) {
        Err(error @ (DecomposeError::Classes { .. } | DecomposeError::NoFunctional { .. })) => Some(error.to_string()),
        _ => None,
    }
}

/// The columns of the rows that count.
#[derive(Default)]
struct Columns {
    target: Vec<f64>,
    predictions: Vec<Vec<f64>>,
    weight: Option<Vec<f64>>,
}

/// Adds the parts of every loss that has them to the scores of all rows; notes say which ones have none.
pub(crate) async fn add(
    session: &Session,
    request: &ScoreRequest,
    resolved: &Resolved,
    source: &Source,
    report: &mut ScoreReport,
) -> Result<()> {
    let mut losses = vec![];
    for (index, measure) in resolved.plan.measures.iter().enumerate() {
        let Measure::Mean(loss) = measure else { continue };
        match obstacle(loss) {
            None => losses.push((index, loss)),
            Some(why) => report.notes.push(why),
        }
    }
    if losses.is_empty() {
        return Ok(());
    }
    check_memory(session, resolved, report.read.scored)?;
    let columns = collect(session, request, resolved, source).await?;
    for (model, prediction) in columns.predictions.iter().enumerate() {
        for (index, loss) in &losses {
            let parts = decompose(loss, &columns.target, prediction, columns.weight.as_deref());
            let parts = parts.map_err(|error| Error::Data(format!("{}: {error}", source.name())))?;
            report.overall.models[model].scores[*index].decomposition = Some(Parts {
                miscalibration: parts.miscalibration,
                discrimination: parts.discrimination,
                uncertainty: parts.uncertainty,
            });
        }
    }
    Ok(())
}

/// Refuses what would go beyond the memory that the run was given.
fn check_memory(session: &Session, resolved: &Resolved, rows: u64) -> Result<()> {
    let columns = 1 + resolved.plan.models as u64 + u64::from(resolved.plan.has_weights());
    let needed = rows.saturating_mul(8 * columns + BYTES_PER_ROW);
    match session.memory_limit() {
        Some(limit) if needed > limit => Err(Error::Memory(format!(
            "--decompose holds all rows in memory: {rows} rows need about {} MB, and the limit is {} MB; leave out \
             --decompose, raise --memory-limit, or score fewer rows with --where",
            needed.div_ceil(1_000_000),
            limit / 1_000_000
        ))),
        _ => Ok(()),
    }
}

async fn collect(session: &Session, request: &ScoreRequest, resolved: &Resolved, source: &Source) -> Result<Columns> {
    let mut columns = Columns {
        predictions: vec![vec![]; resolved.plan.models],
        weight: resolved.plan.has_weights().then(Vec::new),
        ..Columns::default()
    };
    scan::each_batch(session, request, resolved, source, &[], |batch, rows| {
        for (row, dropped) in rows.dropped.iter().enumerate() {
            if dropped.is_some() || !batch.passes(row) {
                continue;
            }
            columns.target.push(rows.targets[0][row]);
            for (column, scores) in columns.predictions.iter_mut().zip(&rows.scores) {
                column.push(scores[row]);
            }
            if let (Some(column), Some(weight)) = (&mut columns.weight, &rows.weight) {
                column.push(weight[row]);
            }
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    Ok(columns)
}
