//! Objects of a store are read as files are: the same rows, the same messages, and little of what is large. The store is
//! one in memory; `crates/cli/tests/run-s3` does the like with a server.

use std::fmt;
use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use dartboard_tables::error::Result;
use dartboard_tables::scan::RowScan;
use dartboard_tables::session::{Session, SessionOptions};
use dartboard_tables::source::{Source, SourceOptions};
use datafusion::arrow::array::{Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::ipc::writer::{FileWriter, StreamWriter};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::parquet::arrow::ArrowWriter;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt,
    PutMultipartOptions, PutOptions, PutPayload, PutResult,
};
use tempfile::TempDir;

type Test = std::result::Result<(), Box<dyn std::error::Error>>;

/// A store that counts the bytes it gives away.
#[derive(Debug, Default)]
struct Counting {
    store: InMemory,
    given: AtomicU64,
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for Counting {
    async fn put_opts(&self, at: &Path, bytes: PutPayload, options: PutOptions) -> object_store::Result<PutResult> {
        self.store.put_opts(at, bytes, options).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(at, options).await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        let is_head = options.head;
        let result = self.store.get_opts(at, options).await?;
        if !is_head {
            self.given.fetch_add(result.range.end - result.range.start, Ordering::Relaxed);
        }
        Ok(result)
    }

    fn delete_stream(
        &self,
        at: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.store.delete_stream(at)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

/// The same files in a directory and in a bucket.
struct Twice {
    directory: TempDir,
    store: Arc<Counting>,
    session: Session,
}

const BUCKET: &str = "s3://shelf";

impl Twice {
    fn new() -> Result<Self> {
        let session = Session::new(&SessionOptions::default())?;
        let store = Arc::new(Counting::default());
        let base = ObjectStoreUrl::parse(BUCKET)?;
        session.context().runtime_env().register_object_store(base.as_ref(), Arc::clone(&store) as _);
        Ok(Self { directory: tempfile::tempdir().expect("there is room"), store, session })
    }

    async fn put(&self, name: &str, content: impl AsRef<[u8]>) -> Test {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().ok_or("it has a parent")?)?;
        fs::write(path, content.as_ref())?;
        self.store.put(&Path::parse(name)?, PutPayload::from(content.as_ref().to_vec())).await?;
        Ok(())
    }

    async fn open(&self, root: &str, names: &[&str]) -> Result<Source> {
        let paths: Vec<String> = names.iter().map(|name| format!("{root}/{name}")).collect();
        self.session.open(&paths, &SourceOptions::default()).await
    }

    /// Every row with its file and number, or the message; `root` is cut out of both.
    async fn told(&self, root: &str, names: &[&str]) -> String {
        let told = async {
            let source = self.open(root, names).await?;
            let columns: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
            let mut text = format!("{columns:?} {:?} {}\n", source.rows(), source.bytes());
            let scan = RowScan::new(&self.session, &source);
            scan.for_each(&columns, None, |batch| {
                for row in 0..batch.columns.num_rows() {
                    let values = batch.columns.columns().iter().map(|column| array_value_to_string(column, row));
                    let values = values.collect::<std::result::Result<Vec<_>, _>>()?;
                    text.push_str(&format!("{}: {values:?}\n", batch.place(row)));
                }
                Ok(ControlFlow::Continue(()))
            })
            .await?;
            Ok::<String, dartboard_tables::error::Error>(text)
        };
        told.await.unwrap_or_else(|error| error.to_string()).replace(root, "ROOT")
    }

    /// What both places tell, which has to be the same.
    async fn both(&self, names: &[&str]) -> String {
        let local = self.told(&self.directory.path().to_string_lossy(), names).await;
        let stored = self.told(BUCKET, names).await;
        assert_eq!(local, stored, "{names:?}");
        local
    }
}

fn batch(rows: i64) -> RecordBatch {
    let y: Vec<i64> = (0..rows).collect();
    let p: Vec<f64> = y.iter().map(|&y| y as f64 * 0.75).collect();
    RecordBatch::try_from_iter([("y", Arc::new(Int64Array::from(y)) as _), ("p", Arc::new(Float64Array::from(p)) as _)])
        .expect("the columns are of one length")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_gives_the_rows_of_the_local_file() -> Test {
    let twice = Twice::new()?;
    let batch = batch(7);
    let (mut file, mut stream, mut parquet) = (Vec::new(), Vec::new(), Vec::new());
    let mut writer = FileWriter::try_new(&mut file, &batch.schema())?;
    writer.write(&batch)?;
    writer.write(&batch)?;
    writer.finish()?;
    let mut writer = StreamWriter::try_new(&mut stream, &batch.schema())?;
    writer.write(&batch)?;
    writer.write(&batch)?;
    writer.finish()?;
    let mut writer = ArrowWriter::try_new(&mut parquet, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    twice.put("a.arrow", &file).await?;
    twice.put("a.arrows", &stream).await?;
    twice.put("a.parquet", &parquet).await?;
    twice.put("a.csv", "y,p\n1,2.5\n3,4\n").await?;
    twice.put("a.tsv", "y\tp\n1\t2.5\n").await?;
    twice.put("a.jsonl", "{\"y\": 1, \"p\": 2.5}\n{\"y\": 2, \"p\": 3}\n").await?;
    twice.put("a.json", "[{\"y\": 1, \"p\": 2.5}, {\"y\": 2, \"p\": 3}]").await?;
    for name in ["a.arrow", "a.arrows", "a.parquet", "a.csv", "a.tsv", "a.jsonl", "a.json"] {
        let rows = twice.both(&[name]).await;
        assert!(rows.starts_with("[\"y\", \"p\"]"), "{name}: {rows}");
    }
    let together = twice.both(&["a.csv", "a.parquet", "a.jsonl"]).await;
    assert!(together.contains("row 1 of ROOT/a.jsonl"), "{together}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_may_have_files_here_and_there() -> Test {
    let twice = Twice::new()?;
    twice.put("a.csv", "y,p\n1,2\n").await?;
    let here = format!("{}/a.csv", twice.directory.path().display());
    let paths = [here, format!("{BUCKET}/a.csv")];
    let source = twice.session.open(&paths, &SourceOptions::default()).await?;
    let frame = twice.session.frame(&source).await?;
    assert_eq!(frame.count().await?, 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn directories_patterns_and_partitions_are_those_of_keys() -> Test {
    let twice = Twice::new()?;
    for (i, name) in [
        "data/year=2014/part-1.csv",
        "data/year=2014/part-2.csv",
        "data/year=2015/region=a%20b/part-1.csv",
        "data/_SUCCESS",
        "data/.hidden/part-9.csv",
        "order/a/x.csv",
        "order/a-b/x.csv",
        "order/a.csv",
        "part-1.csv",
        "part-2.csv",
        "odd/notes.txt",
        "both/a.csv",
        "both/a.jsonl",
        "we[1]rd.csv",
    ]
    .into_iter()
    .enumerate()
    {
        twice.put(name, if name.ends_with("l") { "{\"y\": 1}".to_owned() } else { format!("y,p\n{i},0.5\n") }).await?;
    }
    // What programs write in place of directories is no file.
    twice.store.put(&Path::parse("data/year=2014")?, PutPayload::new()).await?;
    for names in [
        "data/year=2014",
        "data/year=2014/",
        "data",
        "data/year=*",
        "data/year=*/",
        "data/year=*/part-*.csv",
        "data/**/part-1.csv",
        "data/*/*.csv",
        "order",
        "order/*",
        "part-?.csv",
        "*.csv",
        "we[1]rd.csv",
        "part-[12].csv",
        "odd",
        "odd/",
        "both",
        "nowhere/",
        "part-3.csv",
        "prat-1.csv",
        "dta/year=2014/part-1.csv",
        "data/year=2016/part-1.csv",
        "data/year=2014/prt-1.csv",
        "q*.csv",
        "data/q*.csv",
    ] {
        twice.both(&[names]).await;
    }
    assert!(twice.both(&["data/year=2014"]).await.contains("2014"));
    let near = twice.both(&["prat-1.csv"]).await;
    assert_eq!(near, "ROOT/prat-1.csv: no such file or directory; did you mean `ROOT/part-1.csv`?");
    let broken = twice.told(BUCKET, &["part-[.csv"]).await;
    assert!(broken.contains("not a valid file pattern: Pattern syntax error near position 16"), "{broken}");
    twice.both(&["part-1.csv", "part-*.csv"]).await;
    assert!(twice.both(&["part-1.csv", "part-1.csv"]).await.contains("given twice"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_files_are_named_alike() -> Test {
    let twice = Twice::new()?;
    twice.put("empty.csv", "").await?;
    twice.put("ragged.csv", "y,p\n1,2\n1,2,3\n").await?;
    twice.put("twice.csv", "y,y\n1,2\n").await?;
    twice.put("cut.parquet", "PAR1 and no more").await?;
    twice.put("cut.arrow", "ARROW1\0\0 and no more than that").await?;
    twice.put("text.parquet", "y,p\n1,2\n").await?;
    twice.put("no.csv.gz", "y,p\n1,2\n").await?;
    twice.put("bad.jsonl", "{\"y\": 1}\n{\"y\": \n").await?;
    twice.put("bytes.csv", b"y,p\n1,\xff\n").await?;
    for name in [
        "empty.csv",
        "ragged.csv",
        "twice.csv",
        "cut.parquet",
        "cut.arrow",
        "text.parquet",
        "no.csv.gz",
        "bad.jsonl",
        "bytes.csv",
    ] {
        let message = twice.both(&[name]).await;
        assert!(message.starts_with(&format!("ROOT/{name}: ")), "{message}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_goes_away_is_named() -> Test {
    let twice = Twice::new()?;
    let mut parquet = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut parquet, batch(7).schema(), None)?;
    writer.write(&batch(7))?;
    writer.close()?;
    twice.put("a.csv", "y,p\n1,2\n").await?;
    twice.put("a.parquet", &parquet).await?;
    for name in ["a.csv", "a.parquet"] {
        let source = twice.open(BUCKET, &[name]).await?;
        twice.session.register("t", source.table())?;
        twice.store.delete(&Path::parse(name)?).await?;
        let frame = twice.session.sql("SELECT sum(p) FROM t").await?;
        let message = twice.session.collect(frame).await.err().ok_or("it ran")?.to_string();
        assert_eq!(message, format!("{BUCKET}/{name}: no such file or directory"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_a_large_object_reads_little_of_it() -> Test {
    let twice = Twice::new()?;
    let mut rows = String::from("y,p\n");
    while rows.len() < 24 << 20 {
        rows.push_str("123456.789,123456.123\n");
    }
    // Beyond what is looked at: found when the rows are read, and named by reading them again.
    rows.push_str("12,unknown\n");
    twice.put("large.csv", &rows).await?;
    let large = batch(2 << 20);
    let mut parquet = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut parquet, large.schema(), None)?;
    writer.write(&large)?;
    writer.close()?;
    assert!(parquet.len() > 8 << 20);
    twice.put("large.parquet", &parquet).await?;
    let mut arrow = Vec::new();
    let mut writer = FileWriter::try_new(&mut arrow, &large.schema())?;
    for at in 0..4 {
        writer.write(&large.slice(at << 19, 1 << 19))?;
    }
    writer.finish()?;
    twice.put("large.arrow", &arrow).await?;
    for name in ["large.csv", "large.parquet", "large.arrow"] {
        let before = twice.store.given.load(Ordering::Relaxed);
        twice.open(BUCKET, &[name]).await?;
        let read = twice.store.given.load(Ordering::Relaxed) - before;
        assert!(read < 4 << 20, "{name}: {read} bytes");
    }
    let options = SourceOptions { numeric_columns: vec!["p".to_owned()], ..SourceOptions::default() };
    let source = twice.session.open(&[format!("{BUCKET}/large.csv")], &options).await?;
    twice.session.register("t", source.table())?;
    let frame = twice.session.sql("SELECT sum(p) FROM t").await?;
    let message = twice.session.collect(frame).await.err().ok_or("it ran")?.to_string();
    assert!(message.starts_with("s3://shelf/large.csv: line "), "{message}");
    assert!(message.ends_with("column `p`: 'unknown' is not a number"), "{message}");
    Ok(())
}
