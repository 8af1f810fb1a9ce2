//! Scoring, from files to numbers.

#![allow(clippy::unwrap_used)]

mod bad_input;
mod bits;
mod golden;
mod kinds;
mod meaning;

use std::path::{Path, PathBuf};

use dartboard_losses::Measure;
use dartboard_tables::error::Error;
use dartboard_tables::score::{Group, ScoreReport, ScoreRequest, Silent, score};
use dartboard_tables::session::{Session, SessionOptions};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn example(name: &str) -> String {
    root().join("examples").join(name).display().to_string()
}

fn measures(specs: &[&str]) -> Vec<Measure> {
    specs.iter().map(|spec| Measure::parse(spec).unwrap()).collect()
}

fn session(threads: usize) -> Session {
    let options = SessionOptions { threads: Some(threads), ..SessionOptions::default() };
    Session::new(&options).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn try_run(request: &ScoreRequest) -> Result<ScoreReport, Error> {
    runtime().block_on(score(&session(2), request, &Silent))
}

fn run(request: &ScoreRequest) -> ScoreReport {
    try_run(request).unwrap_or_else(|error| panic!("{error}"))
}

/// The value of a measure for the first model.
fn value(group: &Group, measure: usize) -> f64 {
    group.models[0].scores[measure].value.unwrap()
}

/// A request over a file that holds `content`.
fn request_of(folder: &Path, name: &str, content: &str) -> ScoreRequest {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    ScoreRequest {
        files: vec![path.display().to_string()],
        truth: "y".to_owned(),
        predictions: vec!["p".to_owned()],
        measures: measures(&["mse"]),
        ..ScoreRequest::default()
    }
}
