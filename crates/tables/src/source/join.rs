//! Truth in one file, predictions in another, joined on key columns.
//!
//! A plain inner join drops rows without a word. Here both sides are counted first, exactly; rows without a partner
//! and keys that stand more than once are errors unless they are expected.

use std::fmt::Write as _;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};

use super::infer::{common_type, holds};
use super::{Source, SourceOptions};
use crate::error::{Error, Result, TypesDiffer, list};
use crate::session::Session;

/// What is allowed in a join.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinOptions {
    /// Rows without a partner are left out and counted; otherwise they are an error. A missing key has no partner.
    pub allow_missing: bool,
    /// Each pair of rows with the same key counts; otherwise a key that stands twice in a file is an error.
    pub allow_duplicates: bool,
    /// The column that holds the truth: if both files have it, the truth file's is taken.
    pub truth: Option<String>,
}

/// How the rows of both sides met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JoinCounts {
    /// Rows of the predictions.
    pub predictions: u64,
    /// Rows of the truth.
    pub truth: u64,
    /// Pairs: the rows of the joined table.
    pub pairs: u64,
    /// Rows of the predictions without truth.
    pub predictions_without_truth: u64,
    /// Rows of the truth without prediction.
    pub truth_without_prediction: u64,
    /// Keys that stand more than once in the predictions.
    pub duplicate_keys_in_predictions: u64,
    /// Keys that stand more than once in the truth.
    pub duplicate_keys_in_truth: u64,
}

/// Predictions and truth as one table.
#[derive(Clone, Debug)]
pub struct Joined {
    source: Source,
    counts: JoinCounts,
    keys: Vec<String>,
}

impl Joined {
    /// The joined table: the keys, the columns of the predictions, the further columns of the truth file.
    ///
    /// A name that stands in both files means the predictions' column, except the one named as
    /// [`JoinOptions::truth`]; the other one is called `truth.NAME` or `predictions.NAME`.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// How the rows met.
    pub fn counts(&self) -> JoinCounts {
        self.counts
    }

    /// The key columns.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    pub(crate) async fn new(
        session: &Session,
        truth: &Source,
        predictions: &Source,
        keys: &[String],
        options: &JoinOptions,
    ) -> Result<Self> {
        if keys.is_empty() {
            return Err(Error::Usage("a join needs at least one key column (--on COLUMN)".to_owned()));
        }
        for (i, key) in keys.iter().enumerate() {
            if keys[..i].contains(key) {
                return Err(Error::Usage(format!("--on: the key column `{key}` is given twice")));
            }
            check_key(key, truth, predictions)?;
        }
        let sides = Sides { session, truth, predictions, keys };
        let counts = sides.count().await?;
        if !options.allow_duplicates {
            sides.refuse_duplicates(&counts).await?;
        }
        if !options.allow_missing {
            sides.refuse_missing(&counts).await?;
        }
        let mut notes = Vec::new();
        let query = sides.query(options, &mut notes);
        let view = session.sql(&query).await?.into_view();
        let source = Source::of_join(session.next_name(), view, [predictions, truth], keys, counts.pairs, notes);
        session.register(source.table_name(), source.table())?;
        Ok(Self { source, counts, keys: keys.to_vec() })
    }
}

fn check_key(key: &str, truth: &Source, predictions: &Source) -> Result<()> {
    let type_of = |source: &Source| {
        let at = source.find_column(key, "--on")?;
        Ok::<DataType, Error>(source.schema().field(at).data_type().clone())
    };
    let (left, right) = (type_of(predictions)?, type_of(truth)?);
    if common_type(&left, &right).is_none() {
        return Err(Error::TypesDiffer(Box::new(TypesDiffer {
            column: key.to_owned(),
            left: predictions.name(),
            left_type: holds(&left),
            right: truth.name(),
            right_type: holds(&right),
        })));
    }
    Ok(())
}

struct Sides<'a> {
    session: &'a Session,
    truth: &'a Source,
    predictions: &'a Source,
    keys: &'a [String],
}

/// Example keys that a message shows.
const SHOWN: usize = 3;

impl Sides<'_> {
    /// All counts by one query: each side is grouped by its keys, the groups are joined.
    async fn count(&self) -> Result<JoinCounts> {
        let present = |side: &str| {
            let parts: Vec<String> = self.keys.iter().map(|key| format!("{side}.{} IS NOT NULL", quote(key))).collect();
            parts.join(" AND ")
        };
        let (p_present, t_present) = (present("p"), present("t"));
        let query = format!(
            "WITH p AS ({p}), t AS ({t}) SELECT \
             coalesce(sum(p.\"rows of key\"), 0), coalesce(sum(t.\"rows of key\"), 0), \
             coalesce(sum(p.\"rows of key\" * t.\"rows of key\"), 0), \
             coalesce(sum(p.\"rows of key\") FILTER (WHERE t.\"rows of key\" IS NULL), 0), \
             coalesce(sum(t.\"rows of key\") FILTER (WHERE p.\"rows of key\" IS NULL), 0), \
             count(*) FILTER (WHERE p.\"rows of key\" > 1 AND {p_present}), \
             count(*) FILTER (WHERE t.\"rows of key\" > 1 AND {t_present}) \
             FROM p FULL JOIN t ON {on}",
            p = self.grouped(self.predictions),
            t = self.grouped(self.truth),
            on = self.on("p", "t"),
        );
        let batches = self.run(&query).await?;
        let numbers: Vec<u64> = batches
            .first()
            .map(|batch| {
                let number = |column: &std::sync::Arc<dyn Array>| {
                    let column = cast(column, &DataType::Int64)?;
                    let column = column.as_primitive::<Int64Type>();
                    Ok(if column.is_empty() { 0 } else { u64::try_from(column.value(0)).unwrap_or_default() })
                };
                batch.columns().iter().map(number).collect::<Result<Vec<u64>>>()
            })
            .transpose()?
            .unwrap_or_default();
        let at = |i: usize| numbers.get(i).copied().unwrap_or_default();
        Ok(JoinCounts {
            predictions: at(0),
            truth: at(1),
            pairs: at(2),
            predictions_without_truth: at(3),
            truth_without_prediction: at(4),
            duplicate_keys_in_predictions: at(5),
            duplicate_keys_in_truth: at(6),
        })
    }

    async fn refuse_duplicates(&self, counts: &JoinCounts) -> Result<()> {
        let sides =
            [(counts.duplicate_keys_in_predictions, self.predictions), (counts.duplicate_keys_in_truth, self.truth)];
        let mut text = String::new();
        for (count, source) in sides.into_iter().filter(|(count, _)| *count > 0) {
            let list = self.key_list();
            let present: Vec<String> = self.keys.iter().map(|key| format!("{} IS NOT NULL", quote(key))).collect();
            let query = format!(
                "SELECT {list} FROM {} WHERE {} GROUP BY {list} HAVING count(*) > 1 ORDER BY {list} LIMIT {SHOWN}",
                quote(source.table_name()),
                present.join(" AND "),
            );
            let _ = write!(
                text,
                "{}{}: {count} key{} stand{} more than once ({})",
                if text.is_empty() { "" } else { "; " },
                source.name(),
                if count == 1 { "" } else { "s" },
                if count == 1 { "s" } else { "" },
                self.examples(&query, count).await?,
            );
        }
        if text.is_empty() {
            return Ok(());
        }
        text.push_str("; each key must stand once in a file, unless --allow-duplicates is given");
        Err(Error::DuplicateKeys(text))
    }

    async fn refuse_missing(&self, counts: &JoinCounts) -> Result<()> {
        let sides = [
            (
                counts.predictions_without_truth,
                counts.predictions,
                self.predictions,
                self.truth,
                "predictions have no truth",
            ),
            (
                counts.truth_without_prediction,
                counts.truth,
                self.truth,
                self.predictions,
                "rows of truth have no prediction",
            ),
        ];
        let mut text = String::new();
        for (count, all, source, other, what) in sides.into_iter().filter(|(count, ..)| *count > 0) {
            let list: Vec<String> = self.keys.iter().map(|key| format!("l.{}", quote(key))).collect();
            let list = list.join(", ");
            let query = format!(
                "SELECT {list} FROM {} l LEFT ANTI JOIN {} r ON {} GROUP BY {list} ORDER BY {list} LIMIT {SHOWN}",
                quote(source.table_name()),
                quote(other.table_name()),
                self.on("l", "r"),
            );
            let _ = write!(
                text,
                "{}{}: {count} of {all} {what} ({})",
                if text.is_empty() { "" } else { "; " },
                source.name(),
                self.examples(&query, count).await?,
            );
        }
        if text.is_empty() {
            return Ok(());
        }
        text.push_str("; --allow-missing leaves such rows out and counts them");
        Err(Error::Unmatched(text))
    }

    /// The joined rows.
    fn query(&self, options: &JoinOptions, notes: &mut Vec<String>) -> String {
        let mut columns: Vec<String> = self.keys.iter().map(|key| format!("p.{}", quote(key))).collect();
        let (p, t) = (self.predictions.schema(), self.truth.schema());
        let is_key = |name: &str| self.keys.iter().any(|key| key == name);
        let truth = options.truth.as_deref();
        let mut both = Vec::new();
        for field in p.fields().iter().filter(|field| !is_key(field.name())) {
            let name = field.name();
            let shared = t.index_of(name).is_ok();
            if shared && truth == Some(name) {
                columns.push(format!("p.{} AS {}", quote(name), quote(&format!("predictions.{name}"))));
                notes.push(format!("`{name}` is in both files; the one of {} is used", self.truth.name()));
            } else {
                columns.push(format!("p.{}", quote(name)));
                if shared {
                    both.push(name.clone());
                }
            }
        }
        for field in t.fields().iter().filter(|field| !is_key(field.name())) {
            let name = field.name();
            if both.contains(name) {
                columns.push(format!("t.{} AS {}", quote(name), quote(&format!("truth.{name}"))));
            } else {
                columns.push(format!("t.{}", quote(name)));
            }
        }
        if !both.is_empty() {
            notes.push(format!(
                "in both files: {}; the columns of {} are used, those of the truth file are called `truth.{}`{}",
                list(&both, 8),
                self.predictions.name(),
                both[0],
                if both.len() > 1 { " and so on" } else { "" },
            ));
        }
        format!(
            "SELECT {} FROM {} p INNER JOIN {} t ON {}",
            columns.join(", "),
            quote(self.predictions.table_name()),
            quote(self.truth.table_name()),
            self.on("p", "t"),
        )
    }

    fn grouped(&self, source: &Source) -> String {
        let keys = self.key_list();
        format!("SELECT {keys}, count(*) AS \"rows of key\" FROM {} GROUP BY {keys}", quote(source.table_name()))
    }

    fn key_list(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| quote(key)).collect();
        keys.join(", ")
    }

    fn on(&self, left: &str, right: &str) -> String {
        let parts: Vec<String> = self.keys.iter().map(|key| format!("{left}.{0} = {right}.{0}", quote(key))).collect();
        parts.join(" AND ")
    }

    async fn run(&self, query: &str) -> Result<Vec<RecordBatch>> {
        let frame = self.session.sql(query).await?;
        self.session.collect(frame).await
    }

    /// A few keys, as `id=7` or `day=3, hour=5`.
    async fn examples(&self, query: &str, count: u64) -> Result<String> {
        let batches = self.run(query).await?;
        let mut text = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                text.push(key_text(batch, self.keys, row)?);
            }
        }
        let more = if count > text.len() as u64 { ", ..." } else { "" };
        Ok(format!("{}{more}", text.join("; ")))
    }
}

/// The key of a row: `id=7`, or `day=3 hour=5`. The key columns stand first.
pub(crate) fn key_text(batch: &RecordBatch, keys: &[String], row: usize) -> Result<String> {
    let mut parts = Vec::with_capacity(keys.len());
    for (i, key) in keys.iter().enumerate() {
        let column = batch.column(i);
        let value = if column.is_null(row) {
            "(missing)".to_owned()
        } else {
            datafusion::arrow::util::display::array_value_to_string(column, row)?
        };
        parts.push(format!("{key}={value}"));
    }
    Ok(parts.join(" "))
}

/// A name as SQL takes it literally.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Source {
    /// The joined table as a source: its files are those of both sides, its rows have keys instead of numbers.
    fn of_join(
        table_name: String,
        view: std::sync::Arc<dyn datafusion::catalog::TableProvider>,
        [predictions, truth]: [&Source; 2],
        keys: &[String],
        pairs: u64,
        mut notes: Vec<String>,
    ) -> Self {
        let mut all: Vec<String> = predictions.notes().iter().chain(truth.notes()).cloned().collect();
        all.append(&mut notes);
        let files = predictions.files().iter().chain(truth.files()).cloned().collect();
        let hidden = predictions.hidden_columns().chain(truth.hidden_columns());
        let hidden = hidden
            .filter(|(name, _)| view.schema().index_of(name).is_err())
            .map(|(name, error)| (name.to_owned(), error.clone()))
            .collect();
        Self::build(super::Inner {
            files,
            parts: vec![predictions.clone(), truth.clone()],
            examined: Vec::new(),
            files_table: None,
            frame_table: None,
            table: view,
            table_name,
            hidden,
            partitions: Vec::new(),
            notes: all,
            options: SourceOptions::default(),
            join: Some(super::JoinedRows { keys: keys.to_vec(), pairs }),
        })
    }
}
