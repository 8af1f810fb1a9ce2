//! `dartboard sql`.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use dartboard_tables::session::Session;
use dartboard_tables::table_file::{self, TableFile};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::LogicalPlan;
use futures::TryStreamExt;

use super::runtime;
use crate::args::{Format, SqlArgs};
use crate::failure::Failure;
use crate::host::Host;
use crate::output;
use crate::render::number::counted;
use crate::render::{self, records::Records};

pub(crate) fn run(args: &SqlArgs, host: &Host) -> Result<(), Failure> {
    let session = host.session_on(&args.resources.session(args.reading.options()), &args.cluster)?;
    let records = runtime::block_on(args.resources.threads(), &host.stop, async {
        let frame = session.sql(&args.query).await?;
        let names = column_names(&frame);
        if let Some(path) = &args.output {
            return write(&session, frame, &names, path).await.map(Outcome::Written);
        }
        let numeric = frame.schema().fields().iter().map(|field| field.data_type().is_numeric()).collect();
        let batches = session.collect(frame).await?;
        Ok(Outcome::Records(Records { names, numeric, batches }))
    })?;
    let records = match records {
        Outcome::Records(records) => records,
        Outcome::Written(text) => return output::print(&text),
    };
    output::print(&match args.format {
        Format::Table => render::terminal::write(&records.document()?, output::canvas()),
        Format::Markdown => render::markdown::write(&records.document()?),
        Format::Json => render::json(&records)?,
        Format::Csv => records.csv()?,
    })
}

enum Outcome {
    Records(Records),
    /// What to say of the file that was written.
    Written(String),
}

/// Writes the rows to a file as they come, so that they need not fit into memory.
async fn write(session: &Session, frame: DataFrame, names: &[String], path: &Path) -> Result<String, Failure> {
    let fields = frame.schema().fields().iter().zip(names);
    let schema =
        Arc::new(Schema::new(fields.map(|(field, name)| field.as_ref().clone().with_name(name)).collect::<Vec<_>>()));
    for source in session.opened() {
        table_file::check(path, &source)?;
    }
    let mut file = TableFile::create(path, &schema)?;
    let mut rows = 0;
    let mut stream = session.stream(frame).await?;
    while let Some(batch) = session.guard(stream.try_next()).await? {
        rows += batch.num_rows() as u64;
        let batch = RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec());
        file.write(&batch.map_err(|error| Failure::Data(error.to_string()))?)?;
    }
    file.finish()?;
    Ok(format!("{} in {}\n", counted(rows, "row", "rows"), path.display()))
}

/// The names of the result's columns. Where the query gives none, the engine names a column by its expression, written
/// out with tables and types: `mse(predictions.csv.price,predictions.csv.p,Int64(2))` becomes `mse(price, p, 2)`.
fn column_names(frame: &DataFrame) -> Vec<String> {
    let mut tables = HashSet::new();
    // The closure never fails, so neither does the walk.
    let _ = frame.logical_plan().apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            tables.insert(format!("{}.", scan.table_name));
        }
        Ok(TreeNodeRecursion::Continue)
    });
    let full: Vec<&String> = frame.schema().fields().iter().map(|field| field.name()).collect();
    let short: Vec<String> = full.iter().map(|name| shortened(name, &tables)).collect();
    let is_alone = |name: &String| short.iter().filter(|other| *other == name).count() == 1;
    full.iter().zip(&short).map(|(full, short)| if is_alone(short) { short } else { *full }.clone()).collect()
}

fn shortened(full: &str, tables: &HashSet<String>) -> String {
    let mut name = tables.iter().fold(full.to_owned(), |name, table| name.replace(table, ""));
    if name == full {
        // No column of a table is in it: a name that the query gave.
        return name;
    }
    for literal in ["Int64(", "Float64("] {
        while let Some((before, rest)) = name.split_once(literal) {
            let Some((value, after)) = rest.split_once(')') else { return name };
            name = format!("{before}{value}{after}");
        }
    }
    name.replace(',', ", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns() {
        let tables = HashSet::from(["data/p.csv.".to_owned()]);
        assert_eq!(shortened("huber(data/p.csv.y,data/p.csv.z,Int64(20000))", &tables), "huber(y, z, 20000)");
        assert_eq!(shortened("quantile(data/p.csv.y,data/p.csv.z,Float64(0.9))", &tables), "quantile(y, z, 0.9)");
        assert_eq!(shortened("a,b", &tables), "a,b");
        assert_eq!(shortened("count(*)", &tables), "count(*)");
    }
}
