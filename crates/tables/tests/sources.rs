//! Opening files: every format gives the same rows, every bad input a message that names it.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use dartboard_tables::error::{Error, Result};
use dartboard_tables::scan::RowScan;
use dartboard_tables::session::{Session, SessionOptions};
use dartboard_tables::source::{Format, JoinOptions, Source, SourceOptions};
use datafusion::arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use datafusion::arrow::ipc::writer::{FileWriter, StreamWriter};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::config::{CsvOptions, JsonOptions};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::SessionContext;
use std::sync::Arc;
use tempfile::TempDir;

type Test = std::result::Result<(), Box<dyn std::error::Error>>;

fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).to_string_lossy().into_owned()
}

fn session() -> Result<Session> {
    Session::new(&SessionOptions::default())
}

/// A directory that files are put in.
struct Dir(TempDir);

impl Dir {
    fn new() -> std::io::Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> std::io::Result<String> {
        let path = self.0.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, content)?;
        Ok(path.to_string_lossy().into_owned())
    }
}

async fn open(path: &str) -> Result<Source> {
    session()?.open(&[path.to_owned()], &SourceOptions::default()).await
}

/// The message for a file that should not open, with the directory cut off.
async fn refused(path: &str) -> String {
    refused_with(path, &SourceOptions::default()).await
}

async fn refused_with(path: &str, options: &SourceOptions) -> String {
    let opened = match session() {
        Ok(session) => session.open(&[path.to_owned()], options).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(source) => format!("it opened: {source:?}"),
        Err(error) => short(&error),
    }
}

/// A message without the temporary directories in it.
fn short(error: &Error) -> String {
    let mut text = error.to_string();
    let root = std::env::temp_dir().to_string_lossy().into_owned();
    while let Some(at) = text.find(&root) {
        let rest = &text[at + root.len() + 1..];
        let name = rest.find('/').map_or(rest.len(), |slash| slash + 1);
        text = format!("{}{}", &text[..at], &rest[name..]);
    }
    text
}

fn numeric(columns: &[&str]) -> SourceOptions {
    SourceOptions { numeric_columns: columns.iter().map(ToString::to_string).collect(), ..SourceOptions::default() }
}

/// All values of a column over all batches, as text; `null` for nulls.
fn texts(batches: &[RecordBatch], column: usize) -> Vec<String> {
    batches
        .iter()
        .flat_map(|batch| {
            let column = Arc::clone(batch.column(column));
            (0..batch.num_rows()).map(move |row| {
                if column.is_null(row) {
                    "null".to_owned()
                } else {
                    array_value_to_string(&column, row).unwrap_or_default()
                }
            })
        })
        .collect()
}

/// A query over a source registered as `t`.
async fn query(session: &Session, source: &Source, sql: &str) -> Result<Vec<RecordBatch>> {
    session.register("t", source.table())?;
    let frame = session.sql(sql).await?;
    session.collect(frame).await
}

async fn message_of(session: &Session, source: &Source, sql: &str) -> String {
    match query(session, source, sql).await {
        Ok(batches) => format!("it ran: {:?}", texts(&batches, 0)),
        Err(error) => short(&error),
    }
}

/// Rows as the scan gives them: file, row number, values.
async fn scanned(session: &Session, source: &Source, columns: &[&str]) -> Result<Vec<(String, u64, Vec<String>)>> {
    let mut rows = Vec::new();
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    RowScan::new(session, source)
        .for_each(&columns, None, |batch| {
            for row in 0..batch.columns.num_rows() {
                let one = batch.columns.slice(row, 1);
                let values = (0..one.num_columns()).map(|i| texts(std::slice::from_ref(&one), i).concat()).collect();
                let file = batch.file.as_deref().unwrap_or_default();
                let file = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
                rows.push((file, batch.row_number(row).unwrap_or_default(), values));
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
    Ok(rows)
}

/// The example houses written by the engine in every format and compression.
async fn every_format(dir: &Dir) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let context = SessionContext::new();
    let from = example("house_prices.parquet");
    let frame = context.read_parquet(from.as_str(), Default::default()).await?;
    let batches = frame.clone().collect().await?;
    let schema = batches[0].schema();
    let single = || DataFrameWriteOptions::new().with_single_file_output(true);
    let mut paths = Vec::new();
    let compressions = [("", "uncompressed"), (".gz", "gzip"), (".zst", "zstd"), (".bz2", "bzip2"), (".xz", "xz")];
    for (ending, name) in compressions {
        for (stem, delimiter) in [("csv", b','), ("tsv", b'\t'), ("semicolon.csv", b';'), ("bar.csv", b'|')] {
            let path = dir.path(&format!("houses.{stem}{ending}"));
            let mut options = CsvOptions::default().with_delimiter(delimiter).with_has_header(true);
            options.compression = name.parse()?;
            frame.clone().write_csv(&path, single(), Some(options)).await?;
            paths.push(path);
        }
        let path = dir.path(&format!("houses.jsonl{ending}"));
        let options = JsonOptions { compression: name.parse()?, ..JsonOptions::default() };
        frame.clone().write_json(&path, single(), Some(options)).await?;
        paths.push(path);
    }
    for (name, rows) in [("houses.parquet", 1 << 20), ("groups.parquet", 100)] {
        let path = dir.path(name);
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows)).build();
        let mut writer = ArrowWriter::try_new(fs::File::create(&path)?, Arc::clone(&schema), Some(properties))?;
        for batch in &batches {
            writer.write(batch)?;
        }
        writer.close()?;
        paths.push(path);
    }
    // Cut into small batches, so that their order can go wrong.
    let small: Vec<RecordBatch> = batches
        .iter()
        .flat_map(|batch| (0..batch.num_rows()).step_by(97).map(|at| batch.slice(at, 97.min(batch.num_rows() - at))))
        .collect();
    let path = dir.path("houses.arrow");
    let mut writer = FileWriter::try_new(fs::File::create(&path)?, &schema)?;
    for batch in &small {
        writer.write(batch)?;
    }
    writer.finish()?;
    paths.push(path);
    for name in ["houses.arrows", "stream.arrow"] {
        let path = dir.path(name);
        let mut writer = StreamWriter::try_new(fs::File::create(&path)?, &schema)?;
        for batch in &small {
            writer.write(batch)?;
        }
        writer.finish()?;
        paths.push(path);
    }
    // One JSON array, and files whose names say nothing.
    let lines = fs::read_to_string(dir.path("houses.jsonl"))?;
    paths.push(dir.put("houses.json", format!("[{}]", lines.trim().replace('\n', ",\n")))?);
    for (from, to) in
        [("houses.csv.gz", "a"), ("houses.parquet", "b"), ("houses.jsonl.zst", "c"), ("houses.arrows", "d")]
    {
        paths.push(dir.put(to, fs::read(dir.path(from))?)?);
    }
    Ok(paths)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_format_gives_the_same_rows() -> Test {
    let dir = Dir::new()?;
    let session = session()?;
    let columns = ["id", "neighborhood", "year_built", "price", "p_lgbm_l2"];
    let expected_source = session.open(&[example("house_prices.csv")], &SourceOptions::default()).await?;
    let expected: Vec<Vec<String>> =
        scanned(&session, &expected_source, &columns).await?.into_iter().map(|row| row.2).collect();
    assert_eq!(expected.len(), 879);
    let sum = "SELECT count(*), sum(price), sum(p_linear), count(DISTINCT neighborhood), max(id) FROM t";
    let sums = |batches: Vec<RecordBatch>| -> Vec<f64> {
        (0..5)
            .map(|i| cast(batches[0].column(i), &DataType::Float64).map(|c| c.as_primitive::<Float64Type>().value(0)))
            .collect::<std::result::Result<_, _>>()
            .unwrap_or_default()
    };
    let expected_sums = sums(query(&session, &expected_source, sum).await?);
    for path in every_format(&dir).await? {
        let source = session.open(std::slice::from_ref(&path), &SourceOptions::default()).await?;
        let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
        let wanted: Vec<String> = expected_source.schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(names, wanted, "{path}");
        for (i, row) in scanned(&session, &source, &columns).await?.iter().enumerate() {
            assert_eq!(row.1, i as u64 + 1, "{path}");
            assert_eq!(row.2, expected[i], "{path} row {}", i + 1);
        }
        // Sums of floats depend on the order of the partial sums in the last digits.
        for (a, b) in sums(query(&session, &source, sum).await?).iter().zip(&expected_sums) {
            assert!((a - b).abs() <= 1e-12 * b.abs(), "{path}: {a} {b}");
        }
        let by_name = session.sql(&format!("SELECT count(*), min(\"price\") FROM '{path}'")).await?;
        assert_eq!(texts(&session.collect(by_name).await?, 0), ["879"], "{path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_are_read_like_files() -> Test {
    let dir = Dir::new()?;
    every_format(&dir).await?;
    for name in ["houses.csv", "houses.tsv.gz", "houses.jsonl.zst", "houses.parquet", "houses.arrow", "houses.arrows"] {
        let session = session()?;
        let file = fs::File::open(dir.path(name))?;
        let source = session.open_reader("standard input", file, &SourceOptions::default()).await?;
        assert_eq!(texts(&query(&session, &source, "SELECT count(*), sum(price) FROM t").await?, 0), ["879"], "{name}");
        let rows = scanned(&session, &source, &["id"]).await?;
        assert_eq!((rows.len(), rows[878].1), (879, 879), "{name}");
        let copy = source.files()[0].path.clone();
        assert!(copy.exists());
        drop((session, source));
        assert!(!copy.exists(), "the copy of {name} stays behind");
    }
    let session = session()?;
    let mut cut = fs::read(dir.path("houses.csv.gz"))?;
    cut.truncate(cut.len() / 2);
    let opened = session.open_reader("standard input", std::io::Cursor::new(cut), &SourceOptions::default()).await;
    assert_eq!(
        opened.map(|_| ()).map_err(|error| error.to_string()),
        Err("standard input: not a readable gzip file: it ends too early; the file is cut short".to_owned())
    );
    struct Breaks(bool);
    impl std::io::Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(std::io::Error::new(std::io::ErrorKind::BrokenPipe, "broken pipe"));
            }
            buffer[..4].copy_from_slice(b"y,p\n");
            Ok(4)
        }
    }
    let opened = session.open_reader("standard input", Breaks(false), &SourceOptions::default()).await;
    assert_eq!(opened.map(|_| ()).map_err(|error| error.to_string()), Err("standard input: broken pipe".to_owned()));
    let opened = session.open_reader("standard input", std::io::empty(), &SourceOptions::default()).await;
    assert_eq!(
        opened.map(|_| ()).map_err(|error| error.to_string()),
        Err("standard input: the file is empty (0 bytes)".to_owned())
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_files_globs_and_directories() -> Test {
    let dir = Dir::new()?;
    dir.put("p2.csv", "p,y\n2.5,2\n")?;
    dir.put("p1.csv", "y,p,extra\n1,1,x\n")?;
    dir.put("sub/p3.jsonl", "{\"y\": 3, \"p\": 3.5}\n")?;
    let session = session()?;
    for paths in [vec![dir.path("p*.csv")], vec![dir.path("p1.csv"), dir.path("p2.csv")]] {
        let source = session.open(&paths, &SourceOptions::default()).await?;
        let rows = scanned(&session, &source, &["y", "p"]).await?;
        let wanted = [("p1.csv", 1, ["1", "1.0"]), ("p2.csv", 1, ["2", "2.5"])];
        for (row, (file, number, values)) in rows.iter().zip(wanted) {
            assert_eq!((row.0.as_str(), row.1, row.2.as_slice()), (file, number, values.map(str::to_owned).as_slice()));
        }
        assert_eq!(rows.len(), 2);
        assert_eq!(texts(&query(&session, &source, "SELECT sum(y), sum(p) FROM t").await?, 1), ["3.5"]);
        let error = source.find_column("extra", "--by").map_err(|error| short(&error));
        assert_eq!(
            error,
            Err("--by: column `extra` is in p1.csv but not in p2.csv; all files must have it".to_owned())
        );
        assert_eq!(
            message_of(&session, &source, "SELECT extra FROM t").await,
            "column `extra` is in p1.csv but not in p2.csv; all files must have it"
        );
    }
    // Formats may be mixed where each file is named.
    let source = session.open(&[dir.path("p1.csv"), dir.path("sub")], &SourceOptions::default()).await?;
    assert_eq!(texts(&query(&session, &source, "SELECT sum(p) FROM t").await?, 0), ["4.5"]);
    assert_eq!(source.name(), format!("{} and {}", dir.path("p1.csv"), dir.path("sub/p3.jsonl")));
    // In a directory they are usually the same rows twice.
    let text = refused(&dir.path("")).await;
    assert!(text.contains("the directory holds files of several formats (2 CSV, 1 JSON)"), "{text}");
    let options = SourceOptions { format: Some(Format::Csv), ..SourceOptions::default() };
    assert_eq!(session.open(&[dir.path("")], &options).await?.files().len(), 2);
    let twice = session.open(&[dir.path("p1.csv"), dir.path("p*.csv")], &SourceOptions::default()).await;
    let twice = twice.err().ok_or("it opened")?;
    assert_eq!(short(&twice), "p1.csv: the file is given twice; its rows would count twice");
    assert!(twice.is_usage());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strange_names_are_just_names() -> Test {
    let dir = Dir::new()?;
    let session = session()?;
    for name in ["a b.csv", "100%.csv", "a#b?.csv", "[x].csv", "ü*.csv", "semi;colon.csv", "%41.csv", "x=1.csv"] {
        let path = dir.put(name, "Y,p q\n1,2\n")?;
        let source = session.open(&[path], &SourceOptions::default()).await?;
        assert_eq!(texts(&query(&session, &source, "SELECT Y, \"p q\" FROM t").await?, 1), ["2"], "{name}");
        assert_eq!(scanned(&session, &source, &["p q"]).await?.len(), 1, "{name}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hive_directories_give_columns() -> Test {
    let dir = Dir::new()?;
    for (seg, year, y) in [("a b", 2014, 1), ("c", 2015, 2), ("c", 2014, 3)] {
        dir.put(&format!("data/seg={}/year={year}/part.csv", seg.replace(' ', "%20")), format!("y,p\n{y},0.5\n"))?;
    }
    dir.put("data/_SUCCESS", "")?;
    let session = session()?;
    let source = session.open(&[dir.path("data")], &SourceOptions::default()).await?;
    assert_eq!(source.partition_columns(), ["seg", "year"]);
    let batches =
        query(&session, &source, "SELECT seg, year, sum(y) FROM t GROUP BY seg, year ORDER BY seg, year").await?;
    assert_eq!(texts(&batches, 0), ["a b", "c", "c"]);
    assert_eq!(texts(&batches, 1), ["2014", "2014", "2015"]);
    assert_eq!(texts(&batches, 2), ["1", "3", "2"]);
    let batches = query(&session, &source, "SELECT p FROM t WHERE seg = 'c' AND year > 2014").await?;
    assert_eq!(texts(&batches, 0), ["0.5"]);
    let rows = scanned(&session, &source, &["year", "y", "seg"]).await?;
    assert_eq!(rows[0].2, ["2014", "1", "a b"]);
    let source = session.open(&[dir.path("data/seg=c/*/*.csv")], &SourceOptions::default()).await?;
    assert_eq!(source.partition_columns(), ["seg", "year"]);
    Ok(())
}

#[tokio::test]
async fn files_that_are_not_there() -> Test {
    let dir = Dir::new()?;
    dir.put("predictions.csv", "y,p\n1,2\n")?;
    fs::create_dir(dir.path("empty"))?;
    dir.put("other/readme.md", "x")?;
    assert_eq!(
        refused(&dir.path("prediction.csv")).await,
        "prediction.csv: no such file or directory; did you mean `predictions.csv`?"
    );
    assert_eq!(refused(&dir.path("zzz.csv")).await, "zzz.csv: no such file or directory");
    assert_eq!(
        refused(&dir.path("othr/predictions.csv")).await,
        "othr/predictions.csv: no such file or directory; did you mean `other`?"
    );
    assert_eq!(refused(&dir.path("q*.csv")).await, "q*.csv: no file matches this pattern");
    assert_eq!(
        refused(&dir.path("empty")).await,
        "empty: the directory holds no data files (looked for csv, tsv, jsonl, ndjson, json, parquet, arrow, feather; text also as .gz, .zst, .bz2, .xz); it is empty"
    );
    assert!(refused(&dir.path("other")).await.ends_with("; it holds `readme.md`"));
    let remote = open("gs://bucket/a.parquet").await.err().ok_or("it opened")?;
    let also = if cfg!(feature = "s3") { " and s3:// addresses" } else { "" };
    assert_eq!(
        remote.to_string(),
        format!(
            "gs://bucket/a.parquet: only local files{also} are read; a path that starts with `gs://` needs to be copied or mounted first"
        )
    );
    assert!(remote.is_usage());
    #[cfg(not(feature = "s3"))]
    assert_eq!(
        open("s3://bucket/a.parquet").await.err().ok_or("it opened")?.to_string(),
        "s3://bucket/a.parquet: only local files are read; a path that starts with `s3://` needs to be copied or mounted first, or read by a command that was installed for it (`cargo install --path crates/cli --features s3`)"
    );
    assert!(!open(&dir.path("zzz.csv")).await.err().ok_or("it opened")?.is_usage());
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn permission_denied() -> Test {
    use std::os::unix::fs::PermissionsExt;
    let dir = Dir::new()?;
    let path = dir.put("secret.csv", "y,p\n1,2\n")?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000))?;
    // The superuser may read everything; there is nothing to test then.
    if fs::File::open(&path).is_err() {
        assert_eq!(refused(&path).await, "secret.csv: permission denied");
    }
    Ok(())
}

#[tokio::test]
async fn files_that_are_not_tables() -> Test {
    let dir = Dir::new()?;
    for name in ["e.csv", "e.parquet", "e.jsonl", "e.arrow", "e"] {
        let path = dir.put(name, "")?;
        assert_eq!(refused(&path).await, format!("{name}: the file is empty (0 bytes)"));
    }
    for (name, content, message) in [
        ("b.csv", "\n \n".as_bytes(), "b.csv: line 1: there is no header, only blank lines"),
        (
            "x.xlsx",
            b"PK\x03\x04rest",
            "x.xlsx: a zip archive (perhaps an Excel workbook or NumPy .npz); save the table as CSV or Parquet",
        ),
        ("u.csv", b"\xff\xfey\0,\0p\0", "u.csv: text in UTF-16; save it as UTF-8"),
        (
            "z.csv",
            b"y,p\n1\0,2\n",
            "z.csv: not text: it holds control characters; give CSV, TSV, JSON lines, Parquet or Arrow",
        ),
        ("l.csv", b"y,name\n1,caf\xe9\n", "l.csv: line 2: a character that is not UTF-8; save the file as UTF-8"),
        ("t.parquet", b"y,p\n1,2\n", "t.parquet: not a readable Parquet file: it does not begin with the mark `PAR1`"),
        (
            "d.csv",
            b"y,p,y\n1,2,3\n",
            "d.csv: the column name `y` stands 2 times in the header (columns 1 and 3); names must be different",
        ),
        (
            "r.csv",
            b"y,p\n1,2\n3\n4,5\n",
            "r.csv: line 3 has 1 field where the header has 2 (fields separated by comma)",
        ),
        (
            "j.jsonl",
            b"{\"y\": 1}\n{\"y\": \n",
            "j.jsonl: line 2: the JSON object is not finished; the file may be cut short, or an object may be spread over several lines",
        ),
        ("k.jsonl", b"{\"y\": 1}\n{y: 2}\n", "k.jsonl: line 2: not JSON (column 2): key must be a string"),
        (
            "n.jsonl",
            b"{\"y\": 1}\n5\n",
            "n.jsonl: line 2: invalid type: integer `5`, expected an object such as {\"y\": 1, \"p\": 0.5}",
        ),
    ] {
        let path = dir.put(name, content)?;
        assert_eq!(refused(&path).await, message);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_only_has_no_rows() -> Test {
    let dir = Dir::new()?;
    let path = dir.put("h.csv", "y,p\n")?;
    let session = session()?;
    let source = session.open(&[path], &numeric(&["y", "p"])).await?;
    assert_eq!(source.rows(), Some(0));
    assert_eq!(texts(&query(&session, &source, "SELECT count(*) FROM t").await?, 0), ["0"]);
    source.find_numeric("y", "--truth")?;
    assert_eq!(scanned(&session, &source, &["y"]).await?.len(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_and_separators() -> Test {
    let dir = Dir::new()?;
    let session = session()?;
    for (name, content) in [
        ("bom.csv", "\u{feff}Y,p\r\n1,2.5\r\n3,4\r\n"),
        ("semi.csv", "Y;p\n1;2.5\n3;4\n"),
        ("tab.txt", "Y\tp\n1\t2.5\n3\t4\n"),
        ("bar.csv", "Y|p\n1|2.5\n3|4"),
        ("quoted.csv", "\"Y\",\"p\"\n\"1\",\"2.5\"\n\"3\",\"4\"\n"),
        ("spaces.csv", "Y,p\n1, 2.5\n3,4 \n"),
    ] {
        let path = dir.put(name, content)?;
        let source = session.open(&[path], &numeric(&["Y", "p"])).await?;
        let batches = query(&session, &source, "SELECT Y, p, Y - p FROM t").await?;
        assert_eq!(
            (texts(&batches, 0), texts(&batches, 1)),
            (vec!["1.0".into(), "3.0".into()], vec!["2.5".into(), "4.0".into()]),
            "{name}"
        );
    }
    let path = dir.put("index.csv", ",y\n0,1\n")?;
    let source = session.open(&[path], &SourceOptions::default()).await?;
    source.find_column("column_1", "")?;
    assert!(
        source.notes()[0].ends_with("index.csv: column 1 has no name; it is called `column_1`"),
        "{:?}",
        source.notes()
    );
    let path = dir.put("semi2.csv", "y;p\n1;2\n")?;
    let source = session.open(&[path], &SourceOptions::default()).await?;
    assert!(source.notes()[0].ends_with("semi2.csv: fields are separated by semicolon"), "{:?}", source.notes());
    let path = dir.put("bare.csv", "1,2.5\n3,4\n")?;
    let options = SourceOptions { no_header: true, ..SourceOptions::default() };
    let source = session.open(std::slice::from_ref(&path), &options).await?;
    assert_eq!(texts(&query(&session, &source, "SELECT column_1, column_2 FROM t").await?, 1), ["2.5", "4.0"]);
    let source = session.open(&[path], &SourceOptions::default()).await?;
    assert!(source.notes()[0].contains("--no-header"), "{:?}", source.notes());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_are_found_or_the_nearest_is_named() -> Test {
    let source = open(&example("digits.csv")).await?;
    let text = source.find_column("Label", "--truth").map_err(|error| error.to_string()).err().ok_or("found")?;
    assert!(
        text.starts_with("--truth: no column `Label` in ")
            && text.contains(" (did you mean `label`?); columns: `id`, `label`"),
        "{text}"
    );
    let found = source.find_columns("p_lgbm_*", "--pred")?;
    assert_eq!(found.len(), 10);
    assert_eq!((found[0].name.as_str(), found[9].wild.as_str()), ("p_lgbm_0", "9"));
    let text = source.find_columns("p_xgb_*", "--pred").map_err(|error| error.to_string()).err().ok_or("found")?;
    assert!(text.starts_with("--pred: no column matches `p_xgb_*`"), "{text}");
    Ok(())
}

#[tokio::test]
async fn text_in_a_number_column() -> Test {
    let dir = Dir::new()?;
    let path = dir.put("t.csv", "id,y\n1,2.5\n2,\n3,abc\n")?;
    assert_eq!(
        refused_with(&path, &numeric(&["y"])).await,
        "t.csv: line 4 (data row 3), column `y`: 'abc' is not a number"
    );
    let source = open(&path).await?;
    assert_eq!(
        source.find_numeric("y", "--truth").map_err(|error| short(&error)),
        Err("t.csv: line 4 (data row 3), column `y`: 'abc' is not a number".to_owned())
    );
    let cases = [
        ("NA", "if it means a missing value, say so with --null-value \"NA\""),
        ("1,5", "decimals are written with a point, thousands without a mark"),
        ("12%", "numbers are written without a percent sign"),
        ("$1,200", "numbers are written without currency or thousands marks"),
    ];
    for (value, hint) in cases {
        let path = dir.put("v.csv", format!("y;p\n1;2\n{value};3\n"))?;
        assert_eq!(
            refused_with(&path, &numeric(&["y"])).await,
            format!("v.csv: line 3 (data row 2), column `y`: '{value}' is not a number; {hint}")
        );
    }
    let path = dir.put("t.jsonl", "{\"y\": 1}\n{\"y\": \"abc\"}\n")?;
    assert_eq!(
        refused_with(&path, &numeric(&["y"])).await,
        "t.jsonl: line 2 (data row 2), column `y`: 'abc' is not a number"
    );
    let schema = Arc::new(Schema::new(vec![Field::new("y", DataType::Utf8, true)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(StringArray::from(vec!["1"]))])?;
    let path = dir.path("t.parquet");
    let mut writer = ArrowWriter::try_new(fs::File::create(&path)?, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    let source = session()?.open(&[path], &numeric(&["y"])).await?;
    assert_eq!(
        source.find_numeric("y", "--truth").map_err(|error| short(&error)),
        Err("--truth: column `y` of t.parquet holds text, not numbers".to_owned())
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_values_and_odd_numbers() -> Test {
    let dir = Dir::new()?;
    let session = session()?;
    let path = dir.put("m.csv", "y,p,name\n1,NaN,NA\n,inf,x\nNA,-inf,\n2,1e-3,y\n")?;
    let options = SourceOptions { null_values: vec!["NA".to_owned()], ..numeric(&["y", "p"]) };
    let source = session.open(&[path], &options).await?;
    let batches = query(&session, &source, "SELECT y, p, name FROM t").await?;
    assert_eq!(texts(&batches, 0), ["1.0", "null", "null", "2.0"]);
    assert_eq!(texts(&batches, 1), ["NaN", "inf", "-inf", "0.001"]);
    assert_eq!(texts(&batches, 2), ["null", "x", "null", "y"]);
    let path = dir.put("m.jsonl", "{\"y\": 1, \"p\": \"NaN\"}\n{\"p\": \"-inf\"}\n{\"y\": null, \"p\": 2}\n")?;
    let source = session.open(&[path], &numeric(&["y", "p"])).await?;
    let batches = query(&session, &source, "SELECT y, p FROM t").await?;
    assert_eq!(texts(&batches, 0), ["1.0", "null", "null"]);
    assert_eq!(texts(&batches, 1), ["NaN", "-inf", "2.0"]);
    // Booleans stay what they are; codes with leading zeros stay text, unless they must be numbers.
    let path = dir.put("b.csv", "y,zip\nTrue,01234\nfalse,99999\n")?;
    let source = session.open(std::slice::from_ref(&path), &numeric(&["y"])).await?;
    assert_eq!(texts(&query(&session, &source, "SELECT y, zip FROM t").await?, 1), ["01234", "99999"]);
    assert_eq!(source.schema().field(0).data_type(), &DataType::Boolean);
    source.find_numeric("y", "--truth")?;
    let source = session.open(&[path], &numeric(&["zip"])).await?;
    assert_eq!(texts(&query(&session, &source, "SELECT zip FROM t").await?, 0), ["1234.0", "99999.0"]);
    let options = SourceOptions { text_columns: vec!["price".to_owned()], ..SourceOptions::default() };
    for name in ["house_prices.csv", "house_prices.parquet"] {
        let source = session.open(&[example(name)], &options).await?;
        assert_eq!(source.schema().field_with_name("price")?.data_type(), &DataType::Utf8);
        assert_eq!(texts(&query(&session, &source, "SELECT price FROM t WHERE id = 2127").await?, 0), ["123600.0"]);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn types_of_files_are_reconciled() -> Test {
    let dir = Dir::new()?;
    let session = session()?;
    dir.put("1.csv", "k,y,w\n1,1,\n")?;
    dir.put("2.csv", "k,y,w\na,1.5,2\n")?;
    let schema =
        Arc::new(Schema::new(vec![Field::new("y", DataType::Int32, false), Field::new("k", DataType::Int64, true)]));
    let columns: Vec<Arc<dyn Array>> =
        vec![Arc::new(datafusion::arrow::array::Int32Array::from(vec![7])), Arc::new(Int64Array::from(vec![9]))];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let mut writer = FileWriter::try_new(fs::File::create(dir.path("3.arrow"))?, &schema)?;
    writer.write(&batch)?;
    writer.finish()?;
    let mut writer = ArrowWriter::try_new(fs::File::create(dir.path("4.parquet"))?, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    let source = session.open(&[dir.path("?.*")], &SourceOptions::default()).await?;
    assert_eq!(texts(&query(&session, &source, "SELECT sum(y) FROM t").await?, 0), ["16.5"]);
    assert_eq!(
        scanned(&session, &source, &["y"]).await?.into_iter().map(|row| row.2.concat()).collect::<Vec<_>>(),
        ["1.0", "1.5", "7.0", "7.0"]
    );
    assert_eq!(
        source.find_column("k", "--by").map_err(|error| short(&error)),
        Err("column `k` is text in 1.csv but whole numbers in 3.arrow; the files must agree".to_owned())
    );
    let source = session.open(&[dir.path("?.csv")], &SourceOptions::default()).await?;
    assert_eq!(texts(&query(&session, &source, "SELECT k FROM t ORDER BY k").await?, 0), ["1", "a"]);
    assert_eq!(texts(&query(&session, &source, "SELECT sum(w) FROM t").await?, 0), ["2"]);
    Ok(())
}

/// A CSV file too large to be looked at whole, with `odd` near its end.
fn large_csv(odd: &str) -> String {
    let mut text = String::from("id,y,p\n");
    for i in 0..170_000 {
        text.push_str(&format!("{i}-{:0>60}", ""));
        text.push_str(if i == 160_003 { odd } else { ",1,2" });
        text.push('\n');
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_found_only_when_a_large_file_is_read() -> Test {
    let dir = Dir::new()?;
    let session = session()?;
    let path = dir.put("late.csv", large_csv(",1.5,2"))?;
    let source = session.open(&[path], &numeric(&["y", "p"])).await?;
    assert_eq!(source.rows(), None);
    let estimate = source.rows_estimate().ok_or("no estimate")?;
    assert!((160_000..180_000).contains(&estimate), "{estimate}");
    assert_eq!(texts(&query(&session, &source, "SELECT sum(y) FROM t").await?, 0), ["170000.5"]);
    let rows = scanned(&session, &source, &["id"]).await?;
    assert!(rows.iter().enumerate().all(|(i, row)| row.1 == i as u64 + 1 && row.2[0].starts_with(&format!("{i}-"))));
    for (odd, message) in [
        (",abc,2", "late.csv: line 160005 (data row 160004), column `y`: 'abc' is not a number"),
        (",1", "late.csv: line 160005 has 2 fields where the header has 3 (fields separated by comma)"),
    ] {
        let path = dir.put("late.csv", large_csv(odd))?;
        let source = session.open(&[path], &numeric(&["y", "p"])).await?;
        assert_eq!(message_of(&session, &source, "SELECT sum(y) FROM t").await, message);
        let scan = scanned(&session, &source, &["y"]).await.map(|rows| rows.len()).map_err(|error| short(&error));
        assert_eq!(scan, Err(message.to_owned()));
        // Only the columns of a query are parsed.
        if odd == ",abc,2" {
            assert_eq!(texts(&query(&session, &source, "SELECT sum(p) FROM t").await?, 0), ["340000.0"]);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn line_breaks_in_quotes_do_not_split_rows() -> Test {
    let dir = Dir::new()?;
    let mut text = String::from("name,y\n");
    for i in 0..170_000 {
        text.push_str(&format!("\"a\nb{}{:0>60}\",{i}\n", i % 10, ""));
    }
    let path = dir.put("breaks.csv", text)?;
    let session = session()?;
    let source = session.open(&[path], &numeric(&["y"])).await?;
    let batches = query(&session, &source, "SELECT count(*), count(DISTINCT name) FROM t").await?;
    assert_eq!((texts(&batches, 0), texts(&batches, 1)), (vec!["170000".to_owned()], vec!["10".to_owned()]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_keep_row_numbers() -> Test {
    let session = session()?;
    let source = session.open(&[example("late_flights.parquet")], &SourceOptions::default()).await?;
    let scan = RowScan::new(&session, &source);
    let condition = scan.condition("origin = 'JFK' AND flights > 10")?;
    let (mut rows, mut passed) = (0, Vec::new());
    scan.for_each(&["late".to_owned()], Some(&condition), |batch| {
        assert_eq!(batch.columns.num_columns(), 1);
        for row in 0..batch.columns.num_rows() {
            rows += 1;
            if batch.passes(row) {
                passed.push(batch.row_number(row).unwrap_or_default());
            }
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    assert_eq!(rows, 3000);
    let counted = query(&session, &source, "SELECT count(*) FROM t WHERE origin = 'JFK' AND flights > 10").await?;
    assert_eq!(texts(&counted, 0), [passed.len().to_string()]);
    assert!(passed.windows(2).all(|pair| pair[0] < pair[1]));
    let text = scan.condition("flights + 1").map_err(|error| error.to_string()).err().ok_or("it is a condition")?;
    assert_eq!(text, "`flights + 1` is not a condition: its values are Int64, not true or false");
    let text = scan.condition("flightz > 1").map_err(|error| error.to_string()).err().ok_or("it is a condition")?;
    assert!(text.starts_with("no column `flightz` (did you mean `flights`?)"), "{text}");
    let mut batches = 0;
    scan.for_each(&["late".to_owned()], None, |_| {
        batches += 1;
        Ok(ControlFlow::Break(()))
    })
    .await?;
    assert_eq!(batches, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sql_is_for_queries_only() -> Test {
    let session = session()?;
    let message = async |query: &str| match session.sql(query).await {
        Ok(_) => "it was planned".to_owned(),
        Err(error) => error.to_string(),
    };
    let houses = example("house_prices.csv");
    assert_eq!(message("SELECT * FROM nowhere").await, "there is no table and no file called `nowhere`");
    assert_eq!(message("DROP TABLE nowhere").await, "only queries (SELECT ...) are run, no definition of any kind");
    assert_eq!(
        message(&format!("COPY (SELECT 1) TO '{}'", example("x.csv"))).await,
        "only queries (SELECT ...) are run, no change of any kind"
    );
    assert!(message("SELECT * FROM 'gs://b/x.csv'").await.starts_with("gs://b/x.csv: only local files"));
    let text = message(&format!("SELECT * FROM '{}'", houses.replace("prices", "price"))).await;
    assert!(text.contains("house_price.csv: no such file or directory; did you mean `"), "{text}");
    let text = message(&format!("SELECT Price FROM '{houses}'")).await;
    assert!(text.starts_with("no column `Price` (did you mean `price`?)"), "{text}");
    for text in [message("SELECT 1 frm 2").await, message("SELECT msee(1, 2)").await] {
        assert!(
            !text.contains("DataFusion") && !text.contains("Error during planning") && !text.contains("ParserError"),
            "{text}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn distinct_losses_are_refused() -> Test {
    let session = session()?;
    let query = |call: &str| format!("SELECT count(DISTINCT id), {call} FROM (SELECT 1 AS id, 2 AS p)");
    let text = session.sql(&query("mse(DISTINCT id, p)")).await.err().ok_or("planned")?;
    assert!(text.to_string().starts_with("mse(DISTINCT ...): a loss counts every row"), "{text}");
    session.sql(&query("mse(id, p)")).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joins_count_both_sides() -> Test {
    let dir = Dir::new()?;
    let session = session()?;
    let options = SourceOptions::default();
    let truth = session.open(&[dir.put("truth.csv", "id,y,seg\n1,10,a\n2,20,b\n3,30,a\n4,40,c\n")?], &options).await?;
    let good =
        session.open(&[dir.put("good.csv", "p,id,y,seg\n1.5,3,0,x\n2.5,1,0,x\n3,2,0,x\n4,4,0,x\n")?], &options).await?;
    let on = ["id".to_owned()];
    let choose = JoinOptions { truth: Some("y".to_owned()), ..JoinOptions::default() };
    let joined = session.join(&truth, &good, &on, &choose).await?;
    let names: Vec<String> = joined.source().schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["id", "p", "predictions.y", "seg", "y", "truth.seg"]);
    assert_eq!((joined.counts().pairs, joined.source().rows()), (4, Some(4)));
    assert_eq!(joined.source().notes().len(), 2, "{:?}", joined.source().notes());
    let batches = query(&session, joined.source(), "SELECT y, p, seg, \"truth.seg\" FROM t ORDER BY id").await?;
    assert_eq!(texts(&batches, 0), ["10", "20", "30", "40"]);
    assert_eq!(texts(&batches, 1), ["2.5", "3.0", "1.5", "4.0"]);
    assert_eq!(texts(&batches, 3), ["a", "b", "a", "c"]);
    joined.source().find_numeric("y", "--truth")?;
    let mut places = Vec::new();
    let scan = RowScan::new(&session, joined.source());
    let condition = scan.condition("p > 2")?;
    scan.for_each(&["y".to_owned()], Some(&condition), |batch| {
        places.extend((0..batch.columns.num_rows()).filter(|&row| batch.passes(row)).map(|row| batch.place(row)));
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    places.sort();
    assert_eq!(places, ["id=1", "id=2", "id=4"]);

    let bad = session.open(&[dir.put("bad.csv", "id,p\n1,1\n1,2\n7,3\n,4\n,5\n2,6\n")?], &options).await?;
    let refused = async |options: JoinOptions| {
        session.join(&truth, &bad, &on, &options).await.map(|joined| joined.counts()).map_err(|error| short(&error))
    };
    assert_eq!(
        refused(JoinOptions::default()).await,
        Err("bad.csv: 1 key stands more than once (id=1); each key must stand once in a file, unless --allow-duplicates is given".to_owned())
    );
    let duplicates = JoinOptions { allow_duplicates: true, ..JoinOptions::default() };
    assert_eq!(
        refused(duplicates.clone()).await,
        Err("bad.csv: 3 of 6 predictions have no truth (id=7; id=(missing), ...); truth.csv: 2 of 4 rows of truth have no prediction (id=3; id=4); --allow-missing leaves such rows out and counts them".to_owned())
    );
    let counts = refused(JoinOptions { allow_missing: true, ..duplicates }).await?;
    assert_eq!((counts.predictions, counts.truth, counts.pairs), (6, 4, 3));
    assert_eq!((counts.predictions_without_truth, counts.truth_without_prediction), (3, 2));
    assert_eq!((counts.duplicate_keys_in_predictions, counts.duplicate_keys_in_truth), (1, 0));

    let text = session.open(&[dir.put("text.csv", "id,p\na,1\n")?], &options).await?;
    assert_eq!(
        session.join(&truth, &text, &on, &JoinOptions::default()).await.map(|_| ()).map_err(|error| short(&error)),
        Err("column `id` is text in text.csv but whole numbers in truth.csv; the files must agree".to_owned())
    );
    let nokey = session.join(&truth, &good, &["Id".to_owned()], &JoinOptions::default()).await;
    assert!(nokey.err().ok_or("joined")?.to_string().contains("did you mean `id`?"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joins_that_do_not_fit_into_memory_are_sorted() -> Test {
    let dir = Dir::new()?;
    let rows = 300_000;
    let write = |name: &str, value: &str, step: i64| -> std::result::Result<String, Box<dyn std::error::Error>> {
        let schema = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Int64, true),
            Field::new(value, DataType::Int64, true),
        ]));
        let ids: Int64Array = (0..rows).map(|i| (i * step) % rows).collect();
        let values = ids.clone();
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(ids), Arc::new(values)])?;
        let path = dir.path(name);
        let mut writer = ArrowWriter::try_new(fs::File::create(&path)?, schema, None)?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(path)
    };
    let (truth, predictions) = (write("truth.parquet", "y", 7)?, write("p.parquet", "p", 11)?);
    let session = Session::new(&SessionOptions { memory_limit: Some(32 << 20), ..SessionOptions::default() })?;
    let options = SourceOptions::default();
    let truth = session.open(&[truth], &options).await?;
    let predictions = session.open(&[predictions], &options).await?;
    let joined = session.join(&truth, &predictions, &["id".to_owned()], &JoinOptions::default()).await?;
    assert_eq!(joined.counts().pairs, rows as u64);
    let batches = query(&session, joined.source(), "SELECT count(*), sum(abs(y - p)), sum(y) FROM t").await?;
    assert_eq!((texts(&batches, 0), texts(&batches, 1)), (vec![rows.to_string()], vec!["0".to_owned()]));
    Ok(())
}

/// Reads a file as far as it goes; the number of rows, or the message.
async fn read_all(path: &str) -> std::result::Result<usize, Error> {
    let session = session()?;
    let source = session.open(&[path.to_owned()], &SourceOptions::default()).await?;
    let name = session.register("t", source.table()).map(|()| "t")?;
    let frame = session.sql(&format!("SELECT * FROM {name}")).await?;
    let batches = session.collect(frame).await?;
    Ok(batches.iter().map(RecordBatch::num_rows).sum())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_cut_short_are_named() -> Test {
    let dir = Dir::new()?;
    every_format(&dir).await?;
    let small = |name: &str| name.ends_with(".csv") || name.ends_with("jsonl");
    for name in [
        "houses.parquet",
        "houses.arrow",
        "houses.arrows",
        "houses.csv.gz",
        "houses.csv.zst",
        "houses.csv.bz2",
        "houses.csv.xz",
        "houses.jsonl.gz",
        "houses.csv",
        "houses.jsonl",
    ] {
        let whole = fs::read(dir.path(name))?;
        // The ends matter most; between them a few dozen lengths.
        let lengths = (1..9).chain((9..whole.len()).step_by(whole.len() / 6)).chain(whole.len() - 9..whole.len());
        let mut clean_ends = 0;
        for length in lengths {
            let path = dir.put(&format!("cut-{name}"), &whole[..length])?;
            match read_all(&path).await {
                Ok(rows) => {
                    clean_ends += 1;
                    assert!(
                        small(name) || name == "houses.arrows" || rows == 879,
                        "{name} cut to {length} gave {rows} rows"
                    );
                }
                Err(error) => {
                    let text = error.to_string();
                    assert!(text.starts_with(&path), "{name} cut to {length}: {text}");
                    assert!(!matches!(error, Error::Panicked { .. }), "{name} cut to {length}: {text}");
                    assert!(!text.contains("DataFusion") && !text.contains("Arrow error"), "{text}");
                }
            }
        }
        if name == "houses.parquet" {
            assert_eq!(clean_ends, 0);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_bytes_never_panic() -> Test {
    let dir = Dir::new()?;
    every_format(&dir).await?;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below.max(1)
    };
    let starts: [&[u8]; 6] = [b"", b"PAR1", b"ARROW1\0\0", &[0xff; 4], &[0x1f, 0x8b, 8, 0], b"{\"y\":"];
    let alphabet = b"0123456789.,;|\"\n\r\tyeE+-naifNA{}[]: ";
    for i in 0..150 {
        let mut bytes = starts[i % starts.len()].to_vec();
        let text = i % 2 == 0;
        for _ in 0..random(400) {
            bytes.push(if text { alphabet[random(alphabet.len())] } else { random(256) as u8 });
        }
        if bytes.starts_with(b"PAR1") {
            bytes.extend_from_slice(b"PAR1");
        }
        let name = ["r.csv", "r.jsonl", "r.parquet", "r.arrow", "r", "r.tsv"][random(6)];
        let path = dir.put(name, &bytes)?;
        if let Err(error) = read_all(&path).await {
            assert!(error.to_string().starts_with(&path), "{error}");
        }
    }
    // One byte changed somewhere in a good file.
    for name in [
        "houses.parquet",
        "houses.arrow",
        "houses.arrows",
        "houses.csv.gz",
        "houses.csv.zst",
        "houses.csv",
        "houses.jsonl",
    ] {
        let whole = fs::read(dir.path(name))?;
        for _ in 0..16 {
            let mut bytes = whole.clone();
            let at = if random(2) == 0 { random(bytes.len()) } else { bytes.len() - 1 - random(2000.min(bytes.len())) };
            bytes[at] = random(256) as u8;
            let path = dir.put(&format!("changed-{name}"), &bytes)?;
            if let Err(error) = read_all(&path).await {
                assert!(
                    error.to_string().contains(&path) || matches!(error, Error::NoSuchColumn(_)),
                    "{name} byte {at}: {error}"
                );
            }
        }
    }
    Ok(())
}
