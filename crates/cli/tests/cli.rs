//! The command line as its users meet it: sessions that are documentation and tests at once, exit codes, streams.

mod common;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{DARTBOARD, ROOT, dartboard, failure, stdout};

const HOUSES: &str = "examples/house_prices.csv";

#[test]
fn sessions() {
    std::env::set_current_dir(ROOT).expect("the root exists");
    trycmd::TestCases::new()
        .register_bin("dartboard", Path::new(DARTBOARD))
        .case(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sessions/*.md"))
        .case(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/choosing.md"))
        .case(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/landscapes.md"))
        .run();
}

#[test]
fn mistakes_on_the_command_line_exit_with_2() {
    for (arguments, says) in [
        (&["sql", "DROP TABLE houses"][..], "only queries"),
        (&["score"][..], "required arguments"),
        (&["choose", HOUSES], "--truth"),
        (&["choose", HOUSES, "--truth", "price", "--goal", "mode"], "goals are mean"),
        (&["choose", HOUSES, "--truth", "price", "--goal", "quantile=2"], "between 0 and 1"),
        (&["choose", HOUSES, "--truth", "price", "--cost", "under=1"], "under=U,over=O"),
        (&["choose", HOUSES, "--truth", "price", "--cost", "fp=1,fn=2"], "decisions about events"),
        (&["choose", HOUSES, "--truth", "price", "--goal", "class"], "events and classes"),
        (&["choose", HOUSES, "--truth", "price", "--task", "regression"], "tasks are real"),
        (&["choose", HOUSES, "--truth", "price", "--pred", "p_linear", "--logits", "p_median"], "cannot be used with"),
        (&["choose", HOUSES, "--truth", "price", "--pred", "p_linear,p_median"], "one model at a time"),
        (&["choose", HOUSES, "--truth", "price", "--pred", "p_linear", "--figure", "f.jpg"], ".svg, .png or .html"),
        (&["choose", HOUSES, "--truth", "price", "--pred", "p_linear", "--trained-with", "weight=3"], "pos_weight=5"),
        (&["scores"], "score"),
        (&["score", HOUSES, "--truth", "price"], "--pred"),
        (&["score", HOUSES, "--pred", "p_linear"], "--truth"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--logits", "p_median"], "cannot be used with"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "mes"], "did you mean 'mse'?"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "xyzzy"], "dartboard explain"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "huber(delta=0)"], "above 0"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "mse,cce"], "mixes"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "bce_logits"], "--logits"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear,p_linear"], "given twice"),
        (&["score", HOUSES, HOUSES, "--truth", "price", "--pred", "p_linear"], "given twice"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--truth-file", "t.csv"], "--on"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--on", "id"], "--truth-file"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--memory-limit", "lots"], "500MB"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--delimiter", ";;"], "one character"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--threads", "0"], "0"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--output", "rows.txt"], ".parquet or .csv"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--input-format", "xml"], "parquet"),
        (&["score", "gs://bucket/p.csv", "--truth", "price", "--pred", "p_linear"], "only local files"),
        (&["score", "examples/spam_mail.csv", "--truth", "label", "--pred", "z_tfidf"], "--logits z_tfidf"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "poisson"], "--logits (or --raw)"),
        (&["score", HOUSES, "--truth", "price", "--raw", "p_linear", "--loss", "poisson_deviance"], "--pred instead"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "gaussian_nll"], "2 columns per model"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--class-weight", "spam"], "spam=3"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--class-weight", "a=2"], "is a quantity"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--pos-weight", "-1"], "at least 0"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--label-smoothing", "1"], "below 1"),
        (
            &["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "mae", "--pos-weight", "2"],
            "quantity",
        ),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "rmse", "--decompose"], "--decompose"),
        (&["score", HOUSES, "--truth", "price,p_median", "--pred", "p_linear", "--loss", "mse"], "one truth per row"),
        (
            &["score", HOUSES, "--truth", "p_*", "--pred", "p_linear", "--truth-file", HOUSES, "--on", "id"],
            "the truth is one column",
        ),
        (&["reference", "--elsewhere", "tortch"], "PyTorch"),
        (&["reference", "--elsewhere", "torch", "--format", "html"], "as a table or as markdown"),
        (&["explain", "hubber"], "did you mean 'huber'?"),
        (&["explain", "huber(detla=2)"], "delta"),
        (&["completions", "tcsh"], "bash"),
        (&["sql"], "QUERY"),
        (&["sql", "SELECT"], "error: "),
        (
            &["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--by", "neighborhood,neighborhood"],
            "given twice",
        ),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "mse,l2"], "mse is given twice"),
        (
            &["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "rmse", "--worst", "2"],
            "--loss rmse,mse",
        ),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--classes", "a"], "at least two classes"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--classes", "a,a"], "a is given twice"),
        (
            &["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--output", "nowhere/rows.csv"],
            "no folder nowhere",
        ),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--output", HOUSES], "is being read"),
        (&["sql", "SELECT price FROM 'examples/house_prices.csv'", "--output", HOUSES], "is being read"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--where", "price +"], "--where"),
        (
            &["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--where", "mse(price, p_linear) > 3"],
            "about one row",
        ),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--where", "random() < 0.5"], "the same answer"),
    ] {
        let (code, message) = failure(arguments);
        assert_eq!(code, 2, "{arguments:?}: {message}");
        assert!(message.contains(says), "{arguments:?}: {message}");
    }
}

#[test]
fn faults_of_files_and_data_exit_with_1() {
    for (arguments, says) in [
        (&["score", "nope.csv", "--truth", "y", "--pred", "p"][..], "nope.csv: no such file"),
        (&["score", HOUSES, "--truth", "prize", "--pred", "p_linear"], "did you mean `price`?"),
        (&["score", HOUSES, "--truth", "price", "--pred", "neighborhood"], "not a number"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "bce"], "in [0, 1]"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--where", "price < 0"], "no row satisfies"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--weight", "wheight"], "--weight"),
        (&["choose", "nope.csv", "--truth", "y"], "nope.csv: no such file"),
        (&["choose", HOUSES, "--truth", "prize"], "did you mean `price`?"),
        (&["choose", HOUSES, "--truth", "price", "--pred", "p_linear", "--where", "price < 0"], "no row satisfies"),
        (&["choose", HOUSES, "--truth", "price", "--pred", "p_linear", "--features", "bldg_type"], "not a number"),
        (&["choose", HOUSES, "--truth", "neighborhood", "--pred", "p_linear"], "a column per class"),
        (&["choose", "examples/hpc_published.csv", "--truth", "fold", "--pred", "p_*"], "has no column of predictions"),
        (&["choose", "examples/spam_mail.csv", "--truth", "label", "--pred", "z_tfidf"], "(--logits)"),
        (&["choose", HOUSES, "--truth", "price", "--figure", "f.svg"], "nothing to draw"),
        (&["choose", HOUSES, "--truth", "price", "--pred", "p_linear", "--figure", "no/such/f.svg"], "f.svg"),
        (&["sql", "SELECT mse(price, p_linear) FROM 'examples/hous_prices.csv'"], "did you mean"),
        (&["sql", "SELECT mse(prize, p_linear) FROM 'examples/house_prices.csv'"], "price"),
        (&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--key", "nope"], "--key: no column `nope`"),
    ] {
        let (code, message) = failure(arguments);
        assert_eq!(code, 1, "{arguments:?}: {message}");
        assert!(message.contains(says), "{arguments:?}: {message}");
    }
}

#[test]
fn an_instruction_set_that_is_not_known_is_refused_before_anything_else() {
    let output = dartboard(&["explain", "mse"]).env("DARTBOARD_ISA", "mmx").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("DARTBOARD_ISA=mmx is not known"));
    let known = dartboard(&["explain", "mse"]).env("DARTBOARD_ISA", "sse2").output().expect("the program starts");
    assert!(known.status.success());
}

#[test]
fn csv_and_parquet_and_any_number_of_threads_give_the_same_bits() {
    let score = |file: &str, threads: &str| {
        let arguments = ["--truth", "price", "--pred", "p_linear,p_lgbm_l2", "--by", "bldg_type", "--format", "csv"];
        stdout(&[&["score", file, "--threads", threads][..], &arguments].concat())
    };
    let expected = score(HOUSES, "1");
    assert_eq!(score("examples/house_prices.parquet", "1"), expected);
    assert_eq!(score(HOUSES, "4"), expected);
}

#[test]
fn json_parses_back_to_the_same_bits() {
    let arguments = ["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--loss", "mse,rmse", "--format"];
    // Read as text: not every JSON reader rounds the last bit right, but the digits must be there.
    let json = stdout(&[&arguments[..], &["json"]].concat());
    let in_json: Vec<u64> = json
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"value\": "))
        .map(|digits| bits(digits.trim_end_matches(',')))
        .collect();
    let csv = stdout(&[&arguments[..], &["csv"]].concat());
    let in_csv: Vec<u64> = column(&csv, "value").iter().map(|digits| bits(digits)).collect();
    // Between the two, JSON has the value of the constant that the first is compared with.
    assert_eq!([in_json[0], in_json[2]], in_csv[..]);
    let golden = std::fs::read_to_string(Path::new(ROOT).join("golden/scores.json")).expect("it is there");
    assert!(golden.contains(&column(&csv, "value")[0]), "{csv}");
}

fn bits(digits: &str) -> u64 {
    digits.parse::<f64>().unwrap_or_else(|_| panic!("{digits} is a number")).to_bits()
}

/// The fields of a column of CSV text.
fn column(csv: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let position = reader.headers().expect("there is a header").iter().position(|column| column == name);
    let position = position.unwrap_or_else(|| panic!("there is no column {name}"));
    reader.records().map(|line| line.expect("the line is whole")[position].to_owned()).collect()
}

#[test]
fn sql_gives_the_numbers_of_score() {
    let query = "SELECT mse(price, p_linear) AS mse, mae(price, p_linear) AS mae FROM 'examples/house_prices.parquet'";
    let sql: serde_json::Value =
        serde_json::from_str(&stdout(&["sql", query, "--format", "json"])).expect("it is JSON");
    let report = stdout(&[
        "score",
        "examples/house_prices.parquet",
        "--truth",
        "price",
        "--pred",
        "p_linear",
        "--loss",
        "mse,mae",
        "--format",
        "json",
    ]);
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let scores = &report["overall"]["models"][0]["scores"];
    assert_eq!(sql[0]["mse"], scores[0]["value"]);
    assert_eq!(sql[0]["mae"], scores[1]["value"]);
}

#[test]
fn every_measure_can_be_explained_in_every_format() {
    for spec in [
        "mse",
        "mae",
        "huber",
        "quantile",
        "bce",
        "bce_logits",
        "cce",
        "cce_logits",
        "rmse",
        "accuracy",
        "gaussian_nll",
    ] {
        let text = stdout(&["explain", spec]);
        assert!(text.starts_with(&format!("{spec}: ")), "{text}");
        assert!(text.contains("dartboard score FILE"), "{text}");
        assert!(stdout(&["explain", spec, "--format", "markdown"]).starts_with("## "), "{spec}");
        let page: serde_json::Value =
            serde_json::from_str(&stdout(&["explain", spec, "--format", "json"])).expect("it is JSON");
        assert_eq!(page["spec"], spec);
        assert!(stdout(&["explain"]).contains(spec));
    }
}

#[test]
fn losses_are_explained_side_by_side() {
    let text = stdout(&["explain", "mse", "mae", "rmse"]);
    assert!(["mse", "mae", "rmse"].iter().all(|name| text.contains(name)), "{text}");
    let pages: serde_json::Value =
        serde_json::from_str(&stdout(&["explain", "mse", "huber(2)", "--format", "json"])).expect("it is JSON");
    assert_eq!([&pages[0]["spec"], &pages[1]["spec"]], ["mse", "huber(delta=2)"]);
}

#[test]
fn the_reference_comes_in_every_format() {
    for (format, part) in [("table", "gaussian_nll"), ("markdown", "| "), ("html", "</html>")] {
        let text = stdout(&["reference", "--format", format]);
        assert!(text.contains(part) && text.contains("poisson_deviance"), "{format}: {text}");
    }
    let all: serde_json::Value = serde_json::from_str(&stdout(&["reference", "--format", "json"])).expect("it is JSON");
    assert!(all.as_array().is_some_and(|losses| losses.len() == dartboard_losses::cards().count()), "{all}");
    assert!(stdout(&["reference", "--elsewhere", "torch", "--format", "markdown"]).contains("| "));
}

#[test]
fn what_goes_around_losses_is_in_the_report() {
    let arguments = ["score", "examples/spam_mail.csv", "--truth", "label", "--pred", "p_tfidf", "--loss", "bce"];
    let json = |more: &[&str]| -> serde_json::Value {
        let text = stdout(&[&arguments[..], more, &["--format", "json"]].concat());
        serde_json::from_str(&text).expect("it is JSON")
    };
    let report = json(&["--label-smoothing", "0.1", "--pos-weight", "3", "--class-weight", "0=0.5"]);
    assert_eq!(report["settings"]["label_smoothing"], 0.1);
    assert_eq!(report["settings"]["pos_weight"], 3.0);
    assert_eq!(report["settings"]["class_weights"]["0"], 0.5);
    let report = json(&["--decompose"]);
    let parts = &report["overall"]["models"][0]["scores"][0]["decomposition"];
    let csv = stdout(&[&arguments[..], &["--decompose", "--format", "csv"]].concat());
    for part in ["miscalibration", "discrimination", "uncertainty"] {
        assert_eq!(parts[part].as_f64().map(f64::to_bits), Some(bits(&column(&csv, part)[0])), "{part}");
    }
    let markdown = stdout(&[&arguments[..], &["--decompose", "--format", "markdown"]].concat());
    assert!(markdown.contains("| discrimination"), "{markdown}");
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&["completions", shell]);
        assert!(script.contains("truth-file"), "{shell}");
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    let explain = |force: &str, no_color: &str| {
        let mut command = dartboard(&["explain", "mse"]);
        if !force.is_empty() {
            command.env("CLICOLOR_FORCE", force);
        }
        if !no_color.is_empty() {
            command.env("NO_COLOR", no_color);
        }
        String::from_utf8(command.output().expect("the program starts").stdout).expect("it is UTF-8").contains('\u{1b}')
    };
    assert!(!explain("", ""));
    assert!(explain("1", ""));
    assert!(!explain("", "1"));
}

#[test]
fn rows_with_their_losses_are_written() {
    let folder = tempfile::tempdir().expect("there is room");
    for name in ["rows.csv", "rows.parquet"] {
        let file = folder.path().join(name);
        let file = file.to_str().expect("the path is UTF-8");
        let text = stdout(&["score", HOUSES, "--truth", "price", "--pred", "p_linear", "--output", file]);
        assert!(text.contains(file), "{text}");
        let query = format!("SELECT count(*) AS n, avg(mse) AS mse FROM '{file}'");
        let read: serde_json::Value =
            serde_json::from_str(&stdout(&["sql", &query, "--format", "json"])).expect("it is JSON");
        assert_eq!(read[0]["n"], 879);
        assert!((read[0]["mse"].as_f64().expect("a number") - 970_838_134.0).abs() < 1.0, "{read}");
    }
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("it is there").collect();
    assert_eq!(names.len(), 2, "no temporary file is left: {names:?}");
}

#[test]
fn standard_input_is_read() {
    let arguments = ["score", "-", "--truth", "y", "--pred", "p", "--loss", "mse", "--format", "csv"];
    let mut child =
        dartboard(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("it is piped").write_all(b"y,p\n300,280\n300,100\n").expect("it listens");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("it is UTF-8");
    assert!(text.contains(",mse,20200,"), "{text}");
}

#[test]
fn infinite_and_invalid_rows_are_counted() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("mail.csv");
    std::fs::write(&file, "spam,p\n1,0\n0,0.5\n,0.3\n1,1.2\n1,0.9\n").expect("there is room");
    let file = file.to_str().expect("the path is UTF-8");
    let arguments = ["score", file, "--truth", "spam", "--pred", "p", "--loss", "bce"];
    let (code, message) = failure(&arguments);
    assert_eq!(code, 1);
    assert!(message.contains("1.2") && message.contains("--invalid skip"), "{message}");
    let text = stdout(&[&arguments[..], &["--invalid", "skip"]].concat());
    assert!(text.contains("3 rows; left out: 1 row with a missing value, 1 row with an invalid prediction"), "{text}");
    assert!(text.contains("infinite rows") && text.contains('∞'), "{text}");
    let json = stdout(&[&arguments[..], &["--invalid", "skip", "--format", "json"]].concat());
    assert!(json.contains("\"value\": \"inf\""), "{json}");
}

#[test]
fn sql_writes_files() {
    let folder = tempfile::tempdir().expect("there is room");
    for name in ["losses.csv", "losses.parquet"] {
        let file = folder.path().join(name);
        let file = file.to_str().expect("the path is UTF-8");
        let query = "SELECT bldg_type, mse(price, p_linear) FROM 'examples/house_prices.csv' GROUP BY bldg_type";
        assert_eq!(stdout(&["sql", query, "--output", file]), format!("5 rows in {file}\n"));
        let back = format!("SELECT count(*) AS n, max(\"mse(price, p_linear)\") AS most FROM '{file}'");
        assert_eq!(stdout(&["sql", &back, "--format", "csv"]), "n,most\n5,1987709489.170627\n");
    }
    let (code, _) = failure(&["sql", "SELECT 1", "--output", "losses.txt"]);
    assert_eq!(code, 2);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child =
        dartboard(&["explain"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
}

#[cfg(unix)]
#[test]
fn interrupted_runs_exit_with_130_and_leave_no_file() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("rows.csv");
    let arguments =
        ["score", "-", "--truth", "y", "--pred", "p", "--output", file.to_str().expect("the path is UTF-8")];
    let mut child = dartboard(&arguments)
        .env("TMPDIR", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A stream that never ends keeps it waiting.
    let mut stream = child.stdin.take().expect("it is piped");
    stream.write_all(b"y,p\n300,280\n").expect("it listens");
    // Its copy of the stream shows that it has begun to read.
    let has_begun = || std::fs::read_dir(folder.path()).expect("it is there").next().is_some();
    for _ in 0..300 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        if has_begun() {
            break;
        }
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty());
    assert!(!file.exists());
    drop(stream);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    for ending in ["csv", "parquet"] {
        let output = folder.path().join(format!("out.{ending}"));
        // A limit on the size of files stands in for a full disk: with its signal ignored, writing fails in the same way.
        let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
        let found = Command::new("sh")
            .args(["-c", script, "sh", DARTBOARD, "score", HOUSES, "--truth", "price", "--pred", "p_linear"])
            .args(["--no-skill", "--output"])
            .arg(&output)
            .current_dir(ROOT)
            .output()
            .expect("sh runs");
        let message = String::from_utf8_lossy(&found.stderr);
        assert_eq!(found.status.code(), Some(1), "{message}");
        assert!(message.contains("cannot be written"), "{message}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
    }
}

#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).expect("the README is there");
    let block = |start: &str| {
        let (_, rest) = readme.split_once(start).expect("the README has such a block");
        rest.split_once("\n```").expect("it ends").0.to_owned()
    };
    let command = block("```sh\ncargo run -- ");
    let arguments: Vec<&str> = command.lines().next().expect("a command").split(' ').collect();
    assert_eq!(stdout(&arguments).trim_end(), block("```text\n").trim_end());
}

/// The page of `explore`, which `web/build.sh` has built.
const PAGE: &str = include_str!("../../../web/dist/index.html");

#[test]
fn the_page_is_written_and_starts_where_it_is_asked_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("page.html");
    let path = file.to_str().expect("paths of tests are UTF-8");
    assert_eq!(stdout(&["explore", "--output", path]), format!("{path}\n"));
    assert_eq!(std::fs::read_to_string(&file).expect("the page"), PAGE);
    stdout(&["explore", "spam", "--output", path]);
    let page = std::fs::read_to_string(&file).expect("the page");
    assert_eq!(page, PAGE.replace("<div id=\"page\">", "<div id=\"page\" data-panel=\"spam\">"));

    let run = folder.path().join("run");
    let run = run.to_str().expect("paths of tests are UTF-8");
    let (code, message) = failure(&["explore", "--run", folder.path().to_str().expect("UTF-8"), "--output", path]);
    assert!(code == 1 && message.contains("no finished landscape in this folder (no grid.csv)"), "{message}");
    let (code, message) = failure(&["explore", "--run", run, "--output", path]);
    assert!(code == 1 && message.contains("entity not found"), "{message}");
    let (code, message) = failure(&["explore", "score", "--run", run]);
    assert!(code == 2 && message.contains("in the panel landscape"), "{message}");
    let asked = ["--model", "linear", "--data", "examples/houses.csv", "--truth", "price", "--features", "gr_liv_area"];
    stdout(&[&["landscape"][..], &asked, &["--grid", "5x7", "--output", run]].concat());
    stdout(&["explore", "--run", run, "--output", path]);
    let page = std::fs::read_to_string(&file).expect("the page");
    assert!(page.contains("data-panel=\"landscape\"") && page.contains("[[\"grid.csv\",\"loss,x,y,value,computed\\n"));
}

/// `$BROWSER` is a program here that copies what it is to open.
#[cfg(unix)]
#[test]
fn the_page_is_opened_in_the_browser() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let (browser, copy) = (folder.path().join("browser"), folder.path().join("copy.html"));
    let script = format!("#!/bin/sh\ncp \"${{1#file://}}\" {0}.part && mv {0}.part {0}\n", copy.display());
    std::fs::write(&browser, script).expect("a script");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let open = |variables: &[(&str, &Path)]| {
        let mut command = dartboard(&["explore", "digits"]);
        command.env("TMPDIR", folder.path()).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.envs(variables.iter().copied()).output().expect("the program starts")
    };
    let output = open(&[("BROWSER", &browser)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    let page = std::fs::read_to_string(shown.trim()).expect("the page stays");
    assert!(page.contains("data-panel=\"digits\""));
    // Browsers are not waited for.
    while !copy.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(std::fs::read_to_string(&copy).expect("a copy"), page);

    let output = open(&[("BROWSER", Path::new("")), ("PATH", folder.path())]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && message.contains("no browser could be opened"), "{message}");
}
