//! The same bits for any order of rows, number of threads and files, format, way of asking and instruction set.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use dartboard_numerics::isa::{Isa, OVERRIDE_VARIABLE};
use dartboard_tables::score::{ScoreRequest, Silent, score};
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Float64Type;

use super::{example, measures, run, runtime, session, value};

/// Losses that reach every kind of kernel.
const SPECS: [&str; 5] = ["mse", "mae", "huber(delta=20000)", "quantile(tau=0.9)", "rmse"];

fn houses(files: Vec<String>) -> ScoreRequest {
    ScoreRequest {
        files,
        truth: "price".to_owned(),
        predictions: vec!["p_linear".to_owned()],
        weight: Some("gr_liv_area".to_owned()),
        measures: measures(&SPECS),
        by: vec!["bldg_type".to_owned()],
        ..ScoreRequest::default()
    }
}

/// The bits of all values, overall and per segment.
fn bits(request: &ScoreRequest, threads: usize) -> Vec<u64> {
    let report = runtime().block_on(score(&session(threads), request, &Silent)).unwrap();
    let groups = std::iter::once(&report.overall).chain(&report.segments);
    groups.flat_map(|group| (0..SPECS.len()).map(|measure| value(group, measure).to_bits())).collect()
}

/// The lines of the example after its header, in an order that a fixed seed decides.
fn shuffled_lines() -> (String, Vec<String>) {
    let text = std::fs::read_to_string(example("house_prices.csv")).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    let header = lines.next().unwrap();
    let mut lines: Vec<String> = lines.collect();
    let mut state = 20_261_122_u64;
    for end in (1..lines.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        lines.swap(end, (state >> 33) as usize % (end + 1));
    }
    (header, lines)
}

fn write(folder: &Path, name: &str, header: &str, lines: &[String]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
    path.display().to_string()
}

#[test]
fn order_threads_files_and_formats_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (header, lines) = shuffled_lines();
    let one = write(folder.path(), "shuffled.csv", &header, &lines);
    let seven: Vec<String> = (lines.chunks(lines.len().div_ceil(7)).enumerate())
        .map(|(index, part)| write(folder.path(), &format!("part{index}.csv"), &header, part))
        .collect();
    assert_eq!(seven.len(), 7);

    let ways = [
        (houses(vec![example("house_prices.csv")]), 1),
        (houses(vec![example("house_prices.csv")]), 2),
        (houses(vec![example("house_prices.parquet")]), 1),
        (houses(vec![example("house_prices.parquet")]), 2),
        (houses(vec![one]), 2),
        (houses(seven.clone()), 1),
        (houses(seven), 2),
    ];
    let results: BTreeSet<Vec<u64>> = ways.iter().map(|(request, threads)| bits(request, *threads)).collect();
    assert_eq!(results.len(), 1);
}

#[test]
fn sql_and_score_agree_to_the_last_bit() {
    let request = houses(vec![example("house_prices.parquet")]);
    let report = run(&request);
    let query = format!(
        "SELECT bldg_type, mse(price, p_linear, gr_liv_area), mae(price, p_linear, gr_liv_area), \
         huber(price, p_linear, 20000, gr_liv_area), quantile(price, p_linear, 0.9, gr_liv_area), \
         rmse(price, p_linear, gr_liv_area) FROM '{}' GROUP BY bldg_type ORDER BY bldg_type",
        request.files[0]
    );
    let session = session(2);
    let batches = runtime().block_on(async {
        let frame = session.sql(&query).await.unwrap();
        session.collect(frame).await.unwrap()
    });
    let mut segments = report.segments.iter();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let segment = segments.next().unwrap();
            for (measure, spec) in SPECS.iter().enumerate() {
                let found = batch.column(measure + 1).as_primitive::<Float64Type>().value(row);
                assert_eq!(found.to_bits(), value(segment, measure).to_bits(), "{spec}");
            }
        }
    }
    assert!(segments.next().is_none());
}

/// Prints the bits of a run; started by the test below in a process of its own for each instruction set.
#[test]
#[ignore = "a part of every_instruction_set_gives_the_same_bits"]
fn print_bits() {
    let mut all = bits(&houses(vec![example("house_prices.csv")]), 2);
    for (predictions, logits, truth, file) in [
        ("p_tfidf", false, "label", "spam_mail.csv"),
        ("z_tfidf", true, "label", "spam_mail.csv"),
        ("p_lgbm_*", false, "label", "digits.csv"),
        ("z_mlp_*", true, "label", "digits.csv"),
    ] {
        let report = run(&ScoreRequest {
            files: vec![example(file)],
            truth: truth.to_owned(),
            predictions: vec![predictions.to_owned()],
            logits,
            ..ScoreRequest::default()
        });
        all.push(value(&report.overall, 0).to_bits());
    }
    println!("bits: {all:x?}");
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let of = |isa: Isa| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "bits::print_bits", "--ignored", "--nocapture"])
            .env(OVERRIDE_VARIABLE, isa.name())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find_map(|line| line.split_once("bits: ")).unwrap().1.to_owned()
    };
    let results: BTreeSet<String> = Isa::available().map(of).collect();
    assert_eq!(results.len(), 1);
}
