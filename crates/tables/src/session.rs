//! The query engine, set up the way this toolkit uses it.

use std::collections::HashSet;
use std::fmt;
use std::io::Read;
use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{DynamicFileCatalog, TableProvider};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, common, execute_stream};
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use futures::FutureExt;

use crate::error::{Error, Result};
use crate::remote::Remote;
use crate::source::url_table::FileTables;
use crate::source::{self, Frame, JoinOptions, Joined, Source, SourceOptions, diagnose, stores};

/// How the engine is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// Threads that scan and aggregate; the number of cores if absent.
    pub threads: Option<usize>,
    /// Bytes of memory the process may use, as far as the engine can keep to it; unlimited if absent.
    pub memory_limit: Option<u64>,
    /// Where operations that do not fit into memory put their data; the system's temporary directory if absent.
    pub temporary_directory: Option<PathBuf>,
    /// How files named in SQL text (`FROM 'file.csv'`) are read.
    pub files: SourceOptions,
}

/// The embedded query engine with everything that was opened in it.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    shared: Arc<Shared>,
}

/// What a session and the tables it makes on demand have in common.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    opened: Mutex<Vec<Source>>,
    frames: Mutex<Vec<Frame>>,
    next: AtomicUsize,
    /// Aggregate functions the engine brings along: the ones for which `DISTINCT` means something.
    own_aggregates: HashSet<String>,
    pub(crate) files: SourceOptions,
    memory_limit: Option<u64>,
    threads: usize,
    /// Who runs the queries, if not this process.
    remote: Option<Arc<dyn Remote>>,
}

impl Shared {
    pub(crate) fn next_name(&self) -> String {
        format!("source_{}", self.next.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(crate) fn remember(&self, source: &Source) {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(source.clone());
    }

    fn frame(&self, paths: &[String]) -> Option<Frame> {
        let [name] = paths else { return None };
        let frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        frames.iter().find(|frame| frame.name() == name).cloned()
    }

    fn opened(&self) -> Vec<Source> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("shared", &self.shared).finish_non_exhaustive()
    }
}

/// The pool counts only large allocations: measured, a process takes about twice what the pool is given.
const SHARE_OF_POOL: u64 = 2;
/// Below this the engine cannot even read a file with two threads.
const LEAST_POOL: u64 = 16 << 20;
/// The least that is set aside for merging sorted runs.
const LEAST_RESERVE: usize = 128 << 10;
/// Rows per batch. Of 100 groups each then has some 300 rows in a batch, enough for sums by blocks; the columns of a
/// batch still fit the second-level cache. Measured for five sums: 10 ns a row, against 17 with batches of 8192.
const BATCH: usize = 32_768;
/// Rows per batch where memory is short: sorting holds many batches at once.
const SMALL_BATCH: usize = 8192;
/// Operators that a message about exhausted memory lists.
const CONSUMERS_SHOWN: NonZeroUsize = NonZeroUsize::MIN.saturating_add(2);

impl Session {
    /// Sets up the engine.
    pub fn new(options: &SessionOptions) -> Result<Self> {
        Self::set_up(options, None)
    }

    /// The same, with queries run elsewhere. What names single rows still reads the files here.
    pub fn with_remote(options: &SessionOptions, remote: Arc<dyn Remote>) -> Result<Self> {
        Self::set_up(options, Some(remote))
    }

    fn set_up(options: &SessionOptions, remote: Option<Arc<dyn Remote>>) -> Result<Self> {
        if options.threads == Some(0) {
            return Err(Error::Usage("the number of threads must be at least 1".to_owned()));
        }
        let batch = if options.memory_limit.is_some() { SMALL_BATCH } else { BATCH };
        let mut config = SessionConfig::new().with_batch_size(batch).with_information_schema(false);
        let threads = options.threads.unwrap_or(config.target_partitions());
        config = config.with_target_partitions(remote.as_ref().map_or(threads, |remote| remote.parts()));
        let settings = config.options_mut();
        // Columns are called what the files call them: `Y` is not `y`. Functions are found in any case all the same.
        settings.sql_parser.enable_ident_normalization = false;

        let mut runtime = RuntimeEnvBuilder::new().with_object_store_registry(stores::registry());
        if let Some(limit) = options.memory_limit {
            let pool = usize::try_from((limit / SHARE_OF_POOL).max(LEAST_POOL)).unwrap_or(usize::MAX);
            // Fair rather than greedy: with one partition per thread each running a sort or an aggregation, the first
            // ones would otherwise take all and the last would fail instead of spilling.
            // Each sort sets aside, beforehand, what merging its runs will take; the engine's 10 MB a thread would eat up
            // a small pool.
            let sorts = 16 * config.target_partitions();
            let reserve = (pool / sorts).clamp(LEAST_RESERVE, config.options().execution.sort_spill_reservation_bytes);
            config = config.with_sort_spill_reservation_bytes(reserve);
            let pool = TrackConsumersPool::new(FairSpillPool::new(pool), CONSUMERS_SHOWN);
            runtime = runtime.with_memory_pool(Arc::new(pool));
        }
        if let Some(directory) = &options.temporary_directory {
            runtime = runtime.with_temp_file_path(directory);
        }
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime.build_arc()?)
            .with_default_features()
            .build();
        let shared = Arc::new(Shared {
            own_aggregates: state.aggregate_functions().keys().cloned().collect(),
            files: options.files.clone(),
            memory_limit: options.memory_limit,
            threads,
            remote,
            ..Shared::default()
        });

        // Files named in SQL go through the same code as files named on the command line.
        let tables = FileTables::new(state.clone(), Arc::clone(&shared));
        let catalogs = DynamicFileCatalog::new(Arc::clone(state.catalog_list()), Arc::new(tables));
        let state = SessionStateBuilder::new_from_existing(state).with_catalog_list(Arc::new(catalogs)).build();
        let context = SessionContext::new_with_state(state);
        crate::aggregate::all().into_iter().for_each(|function| context.register_udaf(function));
        Ok(Self { context, shared })
    }

    /// Bytes of memory the process may use; unlimited if absent.
    pub fn memory_limit(&self) -> Option<u64> {
        self.shared.memory_limit
    }

    /// Threads that scan and aggregate in this process.
    pub fn threads(&self) -> usize {
        self.shared.threads
    }

    /// The engine's own context, for functions to be registered and plans to be made.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Holds a table in memory, which is then opened by its name as files are.
    pub fn hold(&self, frame: Frame) {
        self.shared.frames.lock().unwrap_or_else(PoisonError::into_inner).push(frame);
    }

    /// Opens files, globs, directories or `-` (standard input) as one table and registers it under
    /// [`Source::table_name`]. The name of a frame that is held means the frame.
    pub async fn open(&self, paths: &[String], options: &SourceOptions) -> Result<Source> {
        let state = self.context.state();
        if self.shared.remote.is_some() && paths.iter().any(|path| path == "-") {
            return Err(Error::Usage(
                "a cluster reads files that all of its machines see, not standard input".to_owned(),
            ));
        }
        if let Some(frame) = self.shared.frame(paths) {
            let rows = state.config().batch_size();
            return self.keep(source::frame::open(&frame, options, self.next_name(), rows)?);
        }
        let source = source::open(&state, paths, options, self.shared.next_name()).await?;
        self.keep(source)
    }

    /// Opens a stream as standard input is opened, under a name for messages.
    pub async fn open_reader(
        &self,
        name: &str,
        reader: impl Read + Send + 'static,
        options: &SourceOptions,
    ) -> Result<Source> {
        let state = self.context.state();
        let source = source::open_reader(&state, name, reader, options, self.shared.next_name()).await?;
        self.keep(source)
    }

    fn keep(&self, source: Source) -> Result<Source> {
        self.register(source.table_name(), source.table())?;
        self.shared.remember(&source);
        Ok(source)
    }

    /// The sources that were opened so far, those named in SQL among them.
    pub fn opened(&self) -> Vec<Source> {
        self.shared.opened()
    }

    /// Registers a table under a name for SQL text, in place of one that had the name before.
    pub fn register(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<()> {
        self.context.deregister_table(exact(name))?;
        self.context.register_table(exact(name), table)?;
        Ok(())
    }

    /// The rows of a source.
    pub async fn frame(&self, source: &Source) -> Result<DataFrame> {
        Ok(self.context.table(exact(source.table_name())).await?)
    }

    /// Joins predictions with the truth on key columns; see [`Joined`].
    pub async fn join(
        &self,
        truth: &Source,
        predictions: &Source,
        keys: &[String],
        options: &JoinOptions,
    ) -> Result<Joined> {
        Joined::new(self, truth, predictions, keys, options).await
    }

    pub(crate) fn next_name(&self) -> String {
        self.shared.next_name()
    }

    /// Plans a query. Only queries: nothing is created, changed or written.
    pub async fn sql(&self, query: &str) -> Result<DataFrame> {
        let only_queries = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let planned = AssertUnwindSafe(self.context.sql_with_options(query, only_queries)).catch_unwind().await;
        let frame = match planned {
            Ok(Ok(frame)) => frame,
            Ok(Err(error)) => return Err(self.explain(error).await),
            Err(_) => return Err(Error::Sql("the query could not be planned".to_owned())),
        };
        self.check_distinct(frame.logical_plan())?;
        Ok(frame)
    }

    /// Runs a query and collects its result, with errors explained and panics of decoders caught.
    ///
    /// A join that does not fit into memory is run again by sorting, which can use the disk.
    pub async fn collect(&self, frame: DataFrame) -> Result<Vec<RecordBatch>> {
        let again = frame.clone();
        match self.rows(frame).await {
            Err(Error::Memory(_)) if self.prefers_hash_joins() && has_join(again.logical_plan()) => {
                self.prefer_sorting_joins();
                self.rows(self.replan(again)).await
            }
            result => result,
        }
    }

    async fn rows(&self, frame: DataFrame) -> Result<Vec<RecordBatch>> {
        let stream = self.stream(frame).await?;
        self.guard(common::collect(stream)).await
    }

    /// Runs a query and gives its rows as they come; what they fail with is to be passed through [`guard`](Self::guard).
    pub async fn stream(&self, frame: DataFrame) -> Result<SendableRecordBatchStream> {
        let context = Arc::new(frame.task_ctx());
        let plan = self.guard(frame.create_physical_plan()).await?;
        self.guard(self.execute(plan, context)).await
    }

    /// Runs a plan, here or wherever queries of this session are run.
    pub(crate) fn execute(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        context: Arc<TaskContext>,
    ) -> impl Future<Output = datafusion::error::Result<SendableRecordBatchStream>> + Send + 'static {
        let remote = self.shared.remote.clone();
        async move {
            match remote {
                Some(remote) => remote.run(plan, context.session_config()).await,
                None => execute_stream(plan, context),
            }
        }
    }

    fn prefers_hash_joins(&self) -> bool {
        self.context.state_ref().read().config().options().optimizer.prefer_hash_join
    }

    /// From now on joins sort both sides instead of holding one in memory: slower, but they can spill.
    pub fn prefer_sorting_joins(&self) {
        self.context.state_ref().write().config_mut().options_mut().optimizer.prefer_hash_join = false;
    }

    /// The same query under the settings as they are now; a frame keeps those it was made with.
    pub fn replan(&self, frame: DataFrame) -> DataFrame {
        let (_, plan) = frame.into_parts();
        DataFrame::new(self.context.state(), plan)
    }

    /// Runs part of a query: explains its errors and catches panics of decoders.
    pub async fn guard<T>(&self, work: impl Future<Output = datafusion::error::Result<T>>) -> Result<T> {
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.explain(error).await),
            Err(payload) => {
                let names: Vec<String> = self.shared.opened().iter().map(Source::name).collect();
                Err(diagnose::panicked(&names.join(", "), payload))
            }
        }
    }

    /// Translates an error of the engine. When it is about the content of a file, the files are read again to name the
    /// file, the column, the line and the value.
    pub async fn explain(&self, error: DataFusionError) -> Error {
        diagnose::explain(self, &error, &self.shared.opened()).await
    }

    /// Refuses `mse(DISTINCT y, p)`, which the engine accepts and then fails on with an internal error.
    fn check_distinct(&self, plan: &LogicalPlan) -> Result<()> {
        let mut found = None;
        plan.apply_with_subqueries(|node| {
            node.apply_expressions(|expr| {
                expr.apply(|expr| {
                    if let Expr::AggregateFunction(call) = expr
                        && call.params.distinct
                        && !self.shared.own_aggregates.contains(call.func.name())
                    {
                        found = Some(call.func.name().to_owned());
                        return Ok(TreeNodeRecursion::Stop);
                    }
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        })?;
        match found {
            None => Ok(()),
            Some(name) => Err(Error::Sql(format!(
                "{name}(DISTINCT ...): a loss counts every row, so DISTINCT has no meaning here; remove it, or take the distinct rows in a subquery first"
            ))),
        }
    }
}

fn has_join(plan: &LogicalPlan) -> bool {
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Join(_)))).unwrap_or(false)
}

/// A table name taken as it is, dots and capitals included.
pub(crate) fn exact(name: &str) -> datafusion::common::TableReference {
    datafusion::common::TableReference::bare(name)
}
