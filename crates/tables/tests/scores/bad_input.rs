//! Bad input: what the message says, and that nothing is left behind.

use std::path::Path;

use dartboard_tables::error::Error;
use dartboard_tables::score::{ScoreRequest, TruthFile};
use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Float64Type;

use super::{example, measures, request_of, run, try_run, value};

/// The message of a request that must fail, without a usage error being made of bad data.
fn message(request: &ScoreRequest) -> String {
    let error = try_run(request).expect_err("this request must fail");
    error.to_string()
}

fn usage(request: &ScoreRequest) -> String {
    let error = try_run(request).expect_err("this request must fail");
    assert!(error.is_usage(), "{error}");
    error.to_string()
}

#[track_caller]
fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing in: {message}");
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn missing_file_and_unknown_columns_offer_the_nearest_name() {
    let mut request = request_of(folder().path(), "a.csv", "y,p\n1,2\n");
    request.files = vec![example("house_price.csv")];
    assert_says(&message(&request), &["house_price.csv", "house_prices.csv"]);

    let folder = folder();
    let request = request_of(folder.path(), "a.csv", "y,pred\n1,2\n");
    assert_says(&message(&request), &["--pred", "`p`", "`pred`"]);
    let mut request = request_of(folder.path(), "b.csv", "Y,p\n1,2\n");
    assert_says(&message(&request), &["--truth", "`y`", "`Y`"]);
    request.truth = "Y".to_owned();
    request.weight = Some("w".to_owned());
    assert_says(&message(&request), &["--weight", "`w`"]);
    request.weight = None;
    request.by = vec!["group".to_owned()];
    assert_says(&message(&request), &["--by", "`group`"]);
}

#[test]
fn files_without_data() {
    let folder = folder();
    let request = request_of(folder.path(), "empty.csv", "");
    assert_says(&message(&request), &["empty.csv", "empty"]);
    let request = request_of(folder.path(), "header.csv", "y,p\n");
    assert_says(&message(&request), &["header.csv", "no rows"]);
    let request = request_of(folder.path(), "nulls.csv", "y,p\n,1\n2,\n");
    assert_says(&message(&request), &["nulls.csv", "none of the 2 rows", "missing"]);
    let mut request = request_of(folder.path(), "some.csv", "y,p\n1,1\n2,2\n");
    request.filter = Some("y > 10".to_owned());
    assert_says(&message(&request), &["no row satisfies", "y > 10"]);

    let bare = folder.path().join("bare");
    std::fs::create_dir(&bare).unwrap();
    request.files = vec![bare.display().to_string()];
    assert_says(&message(&request), &["bare", "no data files"]);
}

#[test]
fn text_in_a_number_column_and_ragged_rows() {
    let folder = folder();
    let request = request_of(folder.path(), "text.csv", "y,p\n1,2\n3,four\n");
    assert_says(&message(&request), &["text.csv", "`p`", "row 2", "four"]);
    let request = request_of(folder.path(), "ragged.csv", "y,p\n1,2\n3,4,5\n");
    assert_says(&message(&request), &["ragged.csv", "line 3"]);
}

#[test]
fn rows_outside_of_the_domain_are_named() {
    let folder = folder();
    for (name, content, parts) in [
        ("nan.csv", "y,p\n1,2\nNaN,4\n5,6\nNaN,1\n", ["row 2 of", "y is NaN", "must be finite", "2 such rows"]),
        ("inf.csv", "y,p\n1,2\n3,-inf\n", ["row 2 of", "p is -inf", "must be finite", "1 such row"]),
        ("inf_truth.csv", "y,p\ninf,2\n3,4\n", ["row 1 of", "y is inf", "must be finite", "1 such row"]),
    ] {
        let request = request_of(folder.path(), name, content);
        let text = message(&request);
        assert_says(&text, &parts);
        assert_says(&text, &[name, "--invalid skip"]);
    }
    let mut request = request_of(folder.path(), "probability.csv", "y,p\n1,0.5\n0,1.5\n1,-0.1\n");
    request.measures = measures(&["bce"]);
    assert_says(&message(&request), &["row 2 of", "p is 1.5", "bce", "in [0, 1]", "2 such rows", "row 2, 3"]);
    request.skip_invalid = true;
    let report = run(&request);
    assert_eq!((report.read.rows, report.read.scored, report.read.invalid_prediction), (3, 1, 2));

    let mut request = request_of(folder.path(), "soft.csv", "y,p\n1,0.5\n2,0.5\n");
    request.measures = measures(&["bce"]);
    assert_says(&message(&request), &["row 2 of", "y is 2", "in [0, 1]"]);
}

#[test]
fn rows_are_named_in_the_file_they_are_in_whatever_the_condition() {
    let folder = folder();
    let mut request = request_of(folder.path(), "first.csv", "y,p,g\n1,2,a\n3,4,b\n");
    let second = request_of(folder.path(), "second.csv", "y,p,g\n1,2,a\n3,NaN,b\n5,NaN,a\n");
    request.files.extend(second.files);
    request.filter = Some("g = 'a'".to_owned());
    assert_says(&message(&request), &["row 3 of", "second.csv", "1 such row"]);
}

#[test]
fn probabilities_of_a_row_must_add_up() {
    let folder = folder();
    let mut request = request_of(folder.path(), "rows.csv", "y,p_a,p_b\na,0.5,0.5\nb,0.5,0.3\n");
    request.predictions = vec!["p_*".to_owned()];
    request.measures.clear();
    assert_says(&message(&request), &["row 2 of", "add up to 0.8", "within 0.0001"]);
    std::fs::write(&request.files[0], "y,p_a,p_b\na,0.5,0.5\nB,0.5,0.5\n").unwrap();
    assert_says(&message(&request), &["row 2 of", "y is 'B'", "classes a, b", "did you mean 'b'"]);
}

#[test]
fn weights_are_checked() {
    let folder = folder();
    let mut request = request_of(folder.path(), "weights.csv", "y,p,w\n1,2,1\n3,4,-2\n5,6,NaN\n");
    request.weight = Some("w".to_owned());
    assert_says(&message(&request), &["row 2 of", "w is -2", "at least 0", "2 such rows"]);
    std::fs::write(&request.files[0], "y,p,w\n1,2,0\n3,4,0\n").unwrap();
    assert_says(&message(&request), &["none of the 2 rows", "every weight is 0"]);
    std::fs::write(&request.files[0], "y,p,w\n1,2,0\n3,5,2\n").unwrap();
    let report = run(&request);
    assert_eq!((report.read.zero_weight, report.read.scored, value(&report.overall, 0)), (1, 1, 4.0));
}

#[test]
fn losses_must_fit_the_columns() {
    let folder = folder();
    let mut request = request_of(folder.path(), "a.csv", "y,p,q_0,q_1\n1,2,0.5,0.5\n");
    request.measures = measures(&["bce_logits"]);
    assert_says(&usage(&request), &["bce_logits takes logits", "--logits", "bce, which takes probabilities"]);
    request.measures = measures(&["bce"]);
    request.logits = true;
    assert_says(&usage(&request), &["bce takes probabilities", "--pred", "bce_logits"]);
    request.logits = false;
    request.measures = measures(&["cce"]);
    assert_says(&usage(&request), &["one column per class", "--classes"]);
    request.measures = measures(&["mse", "cce"]);
    assert_says(&usage(&request), &["mse", "cce", "mixes"]);
    request.measures = measures(&["mse", "accuracy"]);
    assert_says(&message(&request), &["p is 2, but for accuracy it must be in [0, 1]"]);
    // A truth of zeros and ones with predictions that cannot be probabilities is not guessed at.
    request.measures.clear();
    assert_says(&usage(&request), &["only 0 and 1", "--logits p", "--loss mse"]);
}

#[test]
fn broken_files_are_named() {
    let folder = folder();
    let whole = std::fs::read(example("house_prices.parquet")).unwrap();
    let path = folder.path().join("cut.parquet");
    let mut request = request_of(folder.path(), "a.csv", "y,p\n1,2\n");
    request.truth = "price".to_owned();
    request.predictions = vec!["p_linear".to_owned()];
    request.files = vec![path.display().to_string()];
    for length in [whole.len() / 2, whole.len() - 1, 8, 3] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert_says(&message(&request), &["cut.parquet"]);
    }
    // A page that was overwritten.
    let mut corrupt = whole;
    corrupt[4000..9000].fill(0xA5);
    std::fs::write(&path, &corrupt).unwrap();
    assert_says(&message(&request), &["cut.parquet"]);
}

#[test]
fn joins_count_what_does_not_meet() {
    let folder = folder();
    let mut request = request_of(folder.path(), "predictions.csv", "id,p\n1,1\n2,2\n3,4\n");
    std::fs::write(folder.path().join("truth.csv"), "id,y\n3,3\n1,1\n4,9\n").unwrap();
    let truth = TruthFile {
        files: vec![folder.path().join("truth.csv").display().to_string()],
        on: vec!["id".to_owned()],
        ..TruthFile::default()
    };
    request.truth_file = Some(truth.clone());
    assert_says(&message(&request), &["id"]);
    request.truth_file = Some(TruthFile { allow_missing: true, ..truth.clone() });
    request.worst = 1;
    let report = run(&request);
    assert_eq!((report.read.without_truth, report.read.without_prediction), (1, 1));
    assert_eq!((report.read.scored, value(&report.overall, 0)), (2, 0.5));
    assert_eq!(report.worst[0].rows[0].key, ["3"]);

    std::fs::write(folder.path().join("truth.csv"), "id,y\n1,1\n2,2\n2,5\n3,3\n").unwrap();
    request.truth_file = Some(truth);
    assert_says(&message(&request), &["id", "2"]);
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn nothing_half_written_is_left_behind() {
    let folder = folder();
    let mut request = request_of(folder.path(), "a.csv", "y,p\n1,2\n3,NaN\n");
    for ending in ["csv", "parquet"] {
        request.output = Some(folder.path().join(format!("out.{ending}")));
        message(&request);
        assert_eq!(names_in(folder.path()), ["a.csv"]);
    }
    request.skip_invalid = true;
    request.output = Some(folder.path().join("out.txt"));
    assert_says(&usage(&request), &["out.txt", ".parquet or .csv"]);
    request.output = Some(folder.path().join("no/such/folder/out.csv"));
    assert_says(&message(&request), &["out.csv"]);
    assert_eq!(names_in(folder.path()), ["a.csv"]);
}

#[test]
fn unknown_labels_and_half_events_are_refused_under_every_measure() {
    let folder = folder();
    let mut request = request_of(folder.path(), "labels.csv", "y,p\nham,0.5\nfoo,0.3\n");
    request.classes = vec!["ham".to_owned(), "spam".to_owned()];
    for spec in ["mse", "accuracy", "bce", "huber"] {
        request.measures = measures(&[spec]);
        assert_says(&message(&request), &["row 2 of", "y is 'foo'", "classes ham, spam"]);
    }
    for (content, bad) in [("y,p\n1,0.5\n7,0.5\n", "y is 7"), ("y,p\n1,0.5\n0.3,0.5\n", "y is 0.3")] {
        let mut request = request_of(folder.path(), "events.csv", content);
        request.measures = measures(&["accuracy"]);
        assert_says(&message(&request), &["row 2 of", bad, "must be 0 or 1"]);
    }
}

#[test]
fn a_quote_that_is_never_closed_is_refused() {
    let folder = folder();
    let request = request_of(folder.path(), "quote.csv", "y,p,t\n1,2,a\n1,2,\"abc\n3,4,x\n5,6,y\n");
    assert_says(&message(&request), &["quote.csv", "line 3", "never closed"]);
    for fine in ["y,p,t\n1,2,\"a\"\"b\nc\"\n", "y,p,t\n1,2,5\" pipe\n", "y,p,t\n1,2,\"\""] {
        assert_eq!(run(&request_of(folder.path(), "fine.csv", fine)).read.rows, 1);
    }
}

#[test]
fn lists_of_scores_in_sql() {
    let folder = folder();
    let request = request_of(folder.path(), "lists.csv", "id,y,p\n1,0,0.5\n2,1,0.5\n3,1,0.25\n");
    let query = |columns: &str, rest: &str| {
        let text = format!("SELECT {columns} AS value FROM '{}' {rest}", request.files[0]);
        super::runtime().block_on(async {
            let session = super::session(1);
            let batches = session.collect(session.sql(&text).await?).await?;
            let values = batches[0].column(0).as_primitive::<Float64Type>();
            Ok::<_, Error>(values.is_valid(0).then(|| values.value(0)))
        })
    };
    let missing_at_first = "cce(y, CASE WHEN id > 2 THEN make_array(1 - p, p) END)";
    assert_eq!(query(missing_at_first, ""), Ok(Some(4.0_f64.ln())));
    assert_eq!(query(missing_at_first, "WHERE id <= 2"), Ok(None));
    let error = query("cce(0.5, make_array(0.3, 0.7))", "").unwrap_err().to_string();
    assert_says(&error, &["cce", "not 0.5"]);
    assert!(query("cce(y, arrow_cast(make_array(), 'List(Float64)'))", "").is_err());
}
