//! Running a request.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use dartboard_numerics::isa::Isa;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::{bool_and, max, min};
use datafusion::logical_expr::{Expr, ident, lit};
use datafusion::physical_plan::{ExecutionPlan, common};
use datafusion::prelude::DataFrame;

use super::columns::{self, Shape};
use super::invalid::InvalidRows;
use super::output::RowWriter;
use super::report::{Read, ScoreReport, Settings, Worst};
use super::request::ScoreRequest;
use super::resolve::{self, Extent, Resolved};
use super::worst::WorstRows;
use super::{assemble, check, decompose, kinds, scan, treat};
use crate::aggregate::{self, Dropped, Scored, Target};
use crate::error::{Error, Result};
use crate::scan::RowScan;
use crate::session::Session;
use crate::source::{JoinOptions, Source, SourceOptions};

/// Is told how far a run has come.
pub trait Progress: Send + Sync {
    /// `rows` of about `total` have been read.
    fn rows(&self, rows: u64, total: Option<u64>);
}

/// Ignores progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn rows(&self, _rows: u64, _total: Option<u64>) {}
}

/// The table of a request: its rows, with the condition applied.
pub(crate) struct Table {
    pub(crate) source: Source,
    pub(crate) rows: DataFrame,
    read: Read,
    notes: Vec<String>,
}

/// Scores a file of predictions.
///
/// # Errors
/// Where a file cannot be read, a name is not found, the measures do not fit the columns, or rows hold values outside
/// of a loss's domain (unless those are to be left out): with the file, column, rows, values and what is allowed.
pub async fn score(session: &Session, request: &ScoreRequest, progress: &dyn Progress) -> Result<ScoreReport> {
    check::request(request)?;
    let table = open(session, request).await?;
    check::names(request, &table.source)?;
    let shape = columns::shape(request, &table.source)?;
    check_columns(request, &shape, &table.source)?;
    let extent = extent(session, request, &shape, &table).await?;
    let resolved = resolve::resolve(request, shape, extent)?;

    let plan = Arc::new(resolved.plan.clone());
    let tally = aggregate::score(plan).call(resolve::arguments(request, &resolved)).alias(TALLY);
    let keys: Vec<Expr> = request.by.iter().map(ident).collect();
    let mut frame = table.rows.clone().aggregate(keys.clone(), vec![tally])?;
    if !keys.is_empty() {
        frame = frame.sort(keys.into_iter().map(|key| key.sort(true, true)).collect())?;
    }
    let batches = match run(session, frame, &table.source, progress).await {
        Err(Error::Memory(message)) if request.skill => {
            let why = "the skill needs the distribution of the targets";
            return Err(Error::Memory(format!("{message}; --no-skill takes less: {why}")));
        }
        result => result?,
    };
    let segments = segments(&resolved, &batches)?;
    let mut overall: Option<Scored<'_>> = None;
    for (_, segment) in &segments {
        match &mut overall {
            None => overall = Some(segment.clone()),
            Some(overall) => overall.merge(segment),
        }
    }
    let read = read_counts(&table, overall.as_ref());
    if read.rows == 0 {
        return Err(no_rows(request, &table));
    }
    let Some(overall) = overall else { return Err(no_rows(request, &table)) };
    if !request.skip_invalid && Dropped::ALL.iter().any(|&reason| reason.is_invalid() && overall.dropped(reason) > 0) {
        return Err(invalid_rows(session, request, &resolved, &table, &overall).await?);
    }
    if overall.rows() == 0 {
        return Err(nothing_scored(&table, &read));
    }
    let worst = second_pass(session, request, &resolved, &table, &overall).await?;
    let mut report = report(session, request, &table, &resolved, read, &overall, &segments);
    if request.decompose {
        decompose::add(session, request, &resolved, &table.source, &mut report).await?;
    }
    Ok(ScoreReport { worst, ..report })
}

/// The error that names invalid rows.
async fn invalid_rows(
    session: &Session,
    request: &ScoreRequest,
    resolved: &Resolved,
    table: &Table,
    overall: &Scored<'_>,
) -> Result<Error> {
    let keys = scan::key_columns(request, resolved, &table.source)?;
    let mut found = InvalidRows::default();
    scan::each_batch(session, request, resolved, &table.source, &keys, |batch, rows| {
        let enough = found.add(request, resolved, batch, rows);
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })
    .await?;
    Ok(found.error(|reason| overall.dropped(reason)))
}

/// Lists the worst rows and writes the rows, where either was asked for.
async fn second_pass(
    session: &Session,
    request: &ScoreRequest,
    resolved: &Resolved,
    table: &Table,
    overall: &Scored<'_>,
) -> Result<Vec<Worst>> {
    let mut worst = if request.worst > 0 { WorstRows::new(resolved, request.worst) } else { None };
    let mut writer = match &request.output {
        Some(path) => Some(RowWriter::create(path, &table.source.schema(), resolved)?),
        None => None,
    };
    if worst.is_none() && writer.is_none() {
        return Ok(vec![]);
    }
    let keys = scan::key_columns(request, resolved, &table.source)?;
    scan::each_batch(session, request, resolved, &table.source, &keys, |batch, rows| {
        if let Some(worst) = &mut worst {
            worst.add(resolved, batch, rows);
        }
        if let Some(writer) = &mut writer {
            writer.add(resolved, batch, rows)?;
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    if let Some(writer) = writer {
        writer.finish()?;
    }
    Ok(worst.map_or_else(Vec::new, |worst| worst.finish(resolved, overall, &keys)))
}

fn nothing_scored(table: &Table, read: &Read) -> Error {
    let name = table.source.name();
    let why = if read.missing == read.rows {
        "in every one the truth, a prediction or the weight is missing".to_owned()
    } else if read.zero_weight == read.rows {
        "every weight is 0".to_owned()
    } else {
        format!("{} are missing, {} have weight 0, the others are invalid", read.missing, read.zero_weight)
    };
    Error::Data(format!("{name}: none of the {} rows can be scored: {why}", read.rows))
}

const TALLY: &str = "tally";

async fn open(session: &Session, request: &ScoreRequest) -> Result<Table> {
    let mut options: SourceOptions = request.source.clone();
    options.numeric_columns.extend(request.predictions.iter().cloned());
    options.numeric_columns.extend(request.weight.iter().cloned());
    let labels = !request.classes.is_empty() || request.predictions.iter().any(|name| name.contains('*'));
    if columns::names_shares(request) {
        options.numeric_columns.extend(columns::truth_names(request));
    } else if !labels {
        options.numeric_columns.push(request.truth.clone());
    }
    let predictions = session.open(&request.files, &options).await?;
    let mut read = Read { files: predictions.files().len(), bytes: predictions.bytes(), ..Read::default() };
    let mut notes = predictions.notes().to_vec();
    let source = match &request.truth_file {
        None => predictions,
        Some(truth) => {
            let truths = session.open(&truth.files, &options).await?;
            truths.find_column(&request.truth, "--truth")?;
            read.files += truths.files().len();
            read.bytes += truths.bytes();
            let options = JoinOptions {
                allow_missing: truth.allow_missing,
                allow_duplicates: truth.allow_duplicates,
                truth: Some(request.truth.clone()),
            };
            let joined = session.join(&truths, &predictions, &truth.on, &options).await?;
            read.without_truth = joined.counts().predictions_without_truth;
            read.without_prediction = joined.counts().truth_without_prediction;
            // Those of both sides are among them.
            notes = joined.source().notes().to_vec();
            joined.source().clone()
        }
    };
    let mut rows = session.frame(&source).await?;
    if let Some(condition) = &request.filter {
        let condition = RowScan::new(session, &source).condition(condition);
        let condition = condition.map_err(|error| error.of_option("--where"))?;
        rows = rows.filter(condition)?;
    }
    Ok(Table { source, rows, read, notes })
}

fn check_columns(request: &ScoreRequest, shape: &Shape, source: &Source) -> Result<()> {
    match shape.target {
        Target::Number => source.find_numeric(&request.truth, "--truth")?,
        // They were found by their pattern, as numbers.
        Target::Shares(_) => 0,
        _ => source.find_column(&request.truth, "--truth")?,
    };
    if let Some(weight) = &request.weight {
        source.find_numeric(weight, "--weight")?;
    }
    for column in &request.by {
        source.find_column(column, "--by")?;
    }
    Ok(())
}

/// What the columns hold, where the task and its measures depend on it.
async fn extent(session: &Session, request: &ScoreRequest, shape: &Shape, table: &Table) -> Result<Option<Extent>> {
    if shape.target != Target::Number || request.logits || !request.measures.is_empty() {
        return Ok(None);
    }
    let truth = || datafusion::logical_expr::cast(ident(&request.truth), DataType::Float64);
    let is_event = truth().eq(lit(0.0)).or(truth().eq(lit(1.0)));
    let mut columns = vec![bool_and(is_event).alias("events")];
    for (index, model) in shape.models.iter().enumerate() {
        let prediction = || datafusion::logical_expr::cast(ident(&model.columns[0]), DataType::Float64);
        columns.push(min(prediction()).alias(format!("low{index}")));
        columns.push(max(prediction()).alias(format!("high{index}")));
    }
    let frame = table.rows.clone().aggregate(vec![], columns)?;
    let batches = run(session, frame, &table.source, &Silent).await?;
    let Some(batch) = batches.first().filter(|batch| batch.num_rows() == 1) else { return Ok(None) };
    let events = batch.column(0).as_boolean();
    let bounds: Vec<f64> = batch.columns()[1..]
        .iter()
        .map(|column| column.as_primitive::<Float64Type>())
        .filter(|column| column.is_valid(0))
        .map(|column| column.value(0))
        .collect();
    let fold = |pick: fn(f64, f64) -> f64| bounds.iter().copied().reduce(pick).unwrap_or(f64::NAN);
    Ok(Some(Extent { events: events.is_valid(0) && events.value(0), predictions: [fold(f64::min), fold(f64::max)] }))
}

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// Runs a query, telling of its progress. A join that does not fit into memory is run again by sorting.
pub(crate) async fn run(
    session: &Session,
    frame: DataFrame,
    source: &Source,
    progress: &dyn Progress,
) -> Result<Vec<RecordBatch>> {
    match run_once(session, frame.clone(), source, progress).await {
        Err(Error::Memory(_)) if source.is_joined() => {
            session.prefer_sorting_joins();
            run_once(session, session.replan(frame), source, progress).await
        }
        result => result,
    }
}

async fn run_once(
    session: &Session,
    frame: DataFrame,
    source: &Source,
    progress: &dyn Progress,
) -> Result<Vec<RecordBatch>> {
    let context = Arc::new(frame.task_ctx());
    let plan = session.guard(frame.create_physical_plan()).await?;
    // In a task of its own: a scan that never yields would otherwise keep the ticks from coming through.
    let running = session.execute(Arc::clone(&plan), context);
    let mut query = AbortOnDrop(tokio::spawn(async { common::collect(running.await?).await }));
    let total = source.rows_estimate();
    let finished = loop {
        tokio::select! {
            finished = &mut query.0 => break finished,
            () = tokio::time::sleep(TICK) => progress.rows(rows_scanned(&plan), total),
        }
    };
    session.guard(async { finished.map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))? }).await
}

/// A task that ends with the future that waits for it.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn rows_scanned(plan: &Arc<dyn ExecutionPlan>) -> u64 {
    let here = plan.downcast_ref::<DataSourceExec>().and_then(|scan| scan.metrics()?.output_rows()).unwrap_or(0);
    here as u64 + plan.children().into_iter().map(rows_scanned).sum::<u64>()
}

/// The values of the segment columns.
type Segment = Vec<Option<String>>;

/// The segment values and the tally of every group.
fn segments<'r>(resolved: &'r Resolved, batches: &[RecordBatch]) -> Result<Vec<(Segment, Scored<'r>)>> {
    let mut segments = Vec::new();
    for batch in batches {
        let (tallies, keys) = batch.columns().split_last().map_or((None, &[][..]), |(last, keys)| (Some(last), keys));
        let Some(tallies) = tallies else { continue };
        let keys: Vec<_> = keys.iter().map(|key| cast(key, &DataType::Utf8)).collect::<std::result::Result<_, _>>()?;
        let tallies = tallies.as_binary::<i64>();
        for row in 0..batch.num_rows() {
            let text = |key: &datafusion::arrow::array::ArrayRef| {
                let key = key.as_string::<i32>();
                key.is_valid(row).then(|| key.value(row).to_owned())
            };
            segments.push((keys.iter().map(text).collect(), Scored::read(&resolved.plan, tallies.value(row))?));
        }
    }
    Ok(segments)
}

fn read_counts(table: &Table, overall: Option<&Scored<'_>>) -> Read {
    let mut read = table.read.clone();
    if let Some(overall) = overall {
        read.scored = overall.rows();
        read.missing = overall.dropped(Dropped::Null);
        read.invalid_truth = overall.dropped(Dropped::Target);
        read.invalid_prediction = overall.dropped(Dropped::Prediction);
        read.invalid_scores = overall.dropped(Dropped::Row);
        read.invalid_weight = overall.dropped(Dropped::Weight);
        read.zero_weight = overall.dropped(Dropped::ZeroWeight);
        read.rows = read.scored + Dropped::ALL.iter().map(|&reason| overall.dropped(reason)).sum::<u64>();
    }
    read
}

fn no_rows(request: &ScoreRequest, table: &Table) -> Error {
    let name = table.source.name();
    match &request.filter {
        Some(condition) => Error::Data(format!("{name}: no row satisfies --where {condition}")),
        None => Error::Data(format!("{name}: there are no rows")),
    }
}

/// Why a skill is not shown.
fn skill_notes(request: &ScoreRequest, resolved: &Resolved, overall: &Scored<'_>) -> Vec<String> {
    if !request.skill {
        return vec![];
    }
    let around = treat::options(request);
    let mut why = vec![];
    if !around.is_empty() {
        why.push(format!("skill is not shown: with {} there is no best constant to compare with", around.join(", ")));
    } else if matches!(resolved.plan.target, Target::Shares(_)) {
        let part = kinds::Part::of(&resolved.plan.measures).one;
        why.push(format!("skill is not shown: where the truth has a column per {part} no best constant is looked for"));
    } else if overall.has_too_many_targets() {
        why.push("skill is not shown: there are too many different targets to find the best constant".to_owned());
    }
    for (index, measure) in resolved.plan.measures.iter().enumerate() {
        if overall.reference(index).is_some() && overall.perfect(index).is_none() {
            why.push(format!(
                "the skill of {} is not shown: there is no perfect prediction to measure from, predictions can be ever \
                 better",
                measure.spec()
            ));
        }
    }
    why
}

fn report(
    session: &Session,
    request: &ScoreRequest,
    table: &Table,
    resolved: &Resolved,
    read: Read,
    overall: &Scored<'_>,
    segments: &[(Segment, Scored<'_>)],
) -> ScoreReport {
    let settings = Settings {
        files: request.files.clone(),
        truth: request.truth.clone(),
        truth_columns: resolved.truth.clone(),
        column_per: resolved.plan.is_rowwise().then(|| kinds::Part::of(&resolved.plan.measures).one),
        models: resolved.models.clone(),
        predictions: kinds::words(resolved.plan.prediction),
        classes: resolved.plan.classes().to_vec(),
        weight: request.weight.clone(),
        around: treat::setting(request),
        by: request.by.clone(),
        filter: request.filter.clone(),
        skip_invalid: request.skip_invalid,
        threads: session.threads(),
        instruction_set: Isa::current().name(),
    };
    let segments = if request.by.is_empty() {
        vec![]
    } else {
        segments.iter().map(|(segment, scored)| assemble::group(resolved, segment.clone(), scored)).collect()
    };
    let mut notes = table.notes.clone();
    notes.extend(skill_notes(request, resolved, overall));
    ScoreReport {
        version: env!("CARGO_PKG_VERSION"),
        settings,
        read,
        task: resolved.task.clone(),
        measures: assemble::measure_infos(resolved, &request.truth),
        overall: assemble::group(resolved, vec![], overall),
        segments,
        worst: vec![],
        notes,
    }
}
