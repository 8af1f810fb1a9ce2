//! `dartboard landscape` and `dartboard curvature` as their users meet them.

mod common;

use std::fs;
use std::path::Path;
use std::time::Duration;

use common::{ROOT, dartboard, failure, run, stdout};

const HOUSES: &str = "examples/houses.csv";
const DIGITS: &str = "examples/digits_pixels.csv";
const MODEL: &str = "examples/digits_a.onnx";

/// What a run writes into its folder but for what it was asked for.
const RESULTS: [&str; 9] = [
    "directions.safetensors",
    "grid.csv",
    "grid.npz",
    "grid.parquet",
    "index.html",
    "landscape.json",
    "landscape.png",
    "landscape.svg",
    "points-1.bin",
];

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are UTF-8")
}

fn same_results(one: &Path, other: &Path) {
    for name in RESULTS {
        let [one, other] = [one, other].map(|folder| fs::read(folder.join(name)).expect("every result is there"));
        assert!(one == other, "{name} differs");
    }
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let asked = |output: &Path| {
        let mut arguments = vec!["landscape", MODEL, "--data", DIGITS, "--truth", "label", "--dirs", "random"];
        arguments.extend(["--grid", "91x81", "--threads", "2", "--output", text(output)]);
        arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>()
    };
    let words = |list: &[String]| list.iter().map(String::as_str).collect::<Vec<_>>().join("\u{1f}");
    let asked_for = |output: &Path| words(&asked(output));
    stdout(&asked_for(&whole).split('\u{1f}').collect::<Vec<_>>());
    let mut child = dartboard(&asked_for(&killed).split('\u{1f}').collect::<Vec<_>>())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let points = killed.join("points-1.bin");
    let size = |path: &Path| fs::metadata(path).map_or(0, |data| data.len());
    while size(&points) < 10_000 && child.try_wait().expect("a child").is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!(size(&points) < size(&whole.join("points-1.bin")), "it was killed too late to show anything");
    assert!(!killed.join("landscape.json").exists());
    // With another number of threads, and from another place.
    stdout(&["landscape", "--resume", text(&killed), "--format", "json"]);
    same_results(&whole, &killed);
    // Once more there is nothing left to do.
    stdout(&["landscape", "--resume", text(&killed)]);
    same_results(&whole, &killed);
}

#[test]
fn threads_and_formats_do_not_change_the_numbers() {
    let of = |threads: &str| {
        stdout(&[
            "landscape",
            "--model",
            "mlp:5,gelu",
            "--data",
            HOUSES,
            "--truth",
            "price",
            "--loss",
            "mse,huber(delta=20000)",
            "--steps",
            "30",
            "--grid",
            "11x7",
            "--threads",
            threads,
            "--format",
            "json",
        ])
    };
    assert_eq!(of("1"), of("2"));
}

#[test]
fn grids_have_the_axes_of_the_picture() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("run");
    stdout(&[
        "landscape",
        "--model",
        "linear",
        "--data",
        HOUSES,
        "--truth",
        "price",
        "--features",
        "gr_liv_area",
        "--dirs",
        "w0,bias",
        "--range",
        "0:100000,150000:200000",
        "--grid",
        "3x2",
        "--output",
        text(&run),
    ]);
    let grid = fs::read_to_string(run.join("grid.csv")).expect("the grid");
    let mut rows = grid.lines();
    assert_eq!(rows.next(), Some("loss,x,y,value,computed"));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(',').collect()).collect();
    let places: Vec<[f64; 2]> =
        rows.iter().map(|row| [row[1], row[2]].map(|number| number.parse().expect("a number"))).collect();
    let x = [0.0, 50_000.0, 100_000.0];
    assert_eq!(places, [150_000.0, 200_000.0].map(|y| x.map(|x| [x, y])).concat());
    // By hand: the mean squared error of bias + slope · standardised area.
    let houses = fs::read_to_string(Path::new(ROOT).join(HOUSES)).expect("the houses");
    let pairs: Vec<[f64; 2]> = (houses.lines().skip(1))
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            [fields[1], fields[2]].map(|number| number.parse().expect("a number"))
        })
        .collect();
    let count = pairs.len() as f64;
    let mean = pairs.iter().map(|[_, area]| area).sum::<f64>() / count;
    let deviation = (pairs.iter().map(|[_, area]| (area - mean).powi(2)).sum::<f64>() / count).sqrt();
    for (row, [slope, bias]) in rows.iter().zip(places) {
        let error = |[price, area]: &[f64; 2]| (bias + slope * (area - mean) / deviation - price).powi(2);
        let expected = pairs.iter().map(error).sum::<f64>() / count;
        let value: f64 = row[3].parse().expect("a number");
        assert!((value / expected - 1.0).abs() < 1e-12, "{value} at {slope}, {bias}, not {expected}");
    }
}

#[test]
fn saved_models_are_taken_up_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let fitted = ["--model", "mlp:4,tanh", "--steps", "20"];
    let data = ["--data", HOUSES, "--truth", "price", "--format", "json"];
    let middle = |arguments: Vec<&str>| -> f64 {
        let report: serde_json::Value = serde_json::from_str(&stdout(&arguments)).expect("it is JSON");
        report["views"][0]["findings"]["origin"].as_f64().expect("a loss")
    };
    for (name, tolerance) in [("m.safetensors", 0.0), ("m.onnx", 1e-5)] {
        let path = folder.path().join(name);
        let save = [&["landscape", "--grid", "3", "--save-model", text(&path)][..], &fitted, &data].concat();
        let load = [&["landscape", text(&path), "--grid", "3"][..], &data].concat();
        let (saved, loaded) = (middle(save), middle(load));
        assert!((loaded / saved - 1.0).abs() <= tolerance, "{name}: {loaded}, not {saved}");
    }
}

#[test]
fn pictures_of_the_documentation_are_current() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/landscapes.md")).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let commands = page.lines().filter(|line| line.starts_with("dartboard ") && line.contains("--figure docs/"));
    let mut count = 0;
    for command in commands {
        let mut arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let kept = arguments.pop().expect("a picture");
        let drawn = folder.path().join("picture.svg");
        arguments.push(text(&drawn));
        stdout(&arguments);
        let [kept, drawn] = [Path::new(ROOT).join(kept), drawn].map(|path| fs::read(path).expect("a picture"));
        assert!(kept == drawn, "another picture: {command}");
        count += 1;
    }
    assert!(count >= 5, "{count} pictures");
}

#[test]
fn mistakes_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a file");
        text(&path).to_owned()
    };
    let houses = ["--data", HOUSES, "--truth", "price"];
    let digits = ["--data", DIGITS, "--truth", "label", "--loss", "cce_logits"];
    let not_onnx = file("not.onnx", b"not a model at all");
    let cut = file("cut.onnx", &fs::read(Path::new(ROOT).join(MODEL)).expect("the model")[..2000]);
    let cut_tensors = file("cut.safetensors", b"\x08\0\0\0\0\0\0\0{}");
    let bad = file("bad.csv", b"y,a\n1,2\n0,inf\n");
    let outside = file("outside.csv", b"y,a\n1,2\n0,3\n2,5\n");
    let word_of_truth = file("word.csv", b"y,a\n1.5,2\n2.5,3\nthree,5\n3.5,1\n4.5,9\n");
    let text_feature = file("text.csv", b"y,a\n1,two\n0,three\n");
    let full = folder.path().join("full");
    fs::create_dir(&full).expect("a folder");
    fs::write(full.join("mine.txt"), "mine").expect("a file");
    let full = text(&full).to_owned();
    let cases: Vec<(Vec<&str>, i32, &str)> = vec![
        ([&["landscape"][..], &houses].concat(), 2, "--model"),
        ([&["landscape", "--model", "liner"][..], &houses].concat(), 2, "did you mean 'linear'?"),
        ([&["landscape", "--model", "linear", "--loss", "rmse"][..], &houses].concat(), 2, "cannot be descended"),
        ([&["landscape", "--model", "linear", "--loss", "cce"][..], &houses].concat(), 1, "1032 different values"),
        ([&["landscape", "--model", "linear", "--dirs", "w9"][..], &houses].concat(), 2, "there is no weight 'w9'"),
        ([&["landscape", "--model", "linear", "--dirs", "a,b,c"][..], &houses].concat(), 2, "one weight or two"),
        ([&["landscape", "--model", "linear", "--range", "1:0"][..], &houses].concat(), 2, "the smaller end first"),
        ([&["landscape", "--model", "linear", "--grid", "1"][..], &houses].concat(), 2, "at least 2 points"),
        ([&["landscape", "--model", "linear", "--grid", "90000x90000"][..], &houses].concat(), 2, "too large"),
        ([&["landscape", "--model", "linear", "--features", "gr_liv"][..], &houses].concat(), 1, "gr_liv_area"),
        ([&["landscape", "--model", "linear", "--figure", "a.pdf"][..], &houses].concat(), 2, ".svg, .png or .html"),
        (
            [&["landscape", "--model", "linear", "--save-model", "a.bin"][..], &houses].concat(),
            2,
            ".safetensors or .onnx",
        ),
        ([&["landscape", "--model", "linear", "--output", &full][..], &houses].concat(), 1, "not empty"),
        ([&["landscape", "--model", "linear", "--fit", "newton", "--loss", "mae"][..], &houses].concat(), 1, "L-BFGS"),
        (vec!["landscape", "--resume", &full], 1, "no run in this folder"),
        ([&["landscape", &not_onnx][..], &digits].concat(), 1, "not.onnx"),
        ([&["landscape", &cut][..], &digits].concat(), 1, "cut.onnx"),
        ([&["landscape", &cut_tensors][..], &digits].concat(), 1, "cut.safetensors"),
        ([&["landscape", "missing.onnx"][..], &digits].concat(), 1, "missing.onnx"),
        ([&["landscape", "model.bin"][..], &digits].concat(), 2, ".onnx or .safetensors"),
        (
            [&["landscape", MODEL, "--onnx-output", "logits", "--features", "x00"][..], &digits].concat(),
            1,
            "do not fit",
        ),
        ([&["landscape", MODEL, "--features", "x0*"][..], &digits].concat(), 1, "the model is of 64 features"),
        ([&["landscape", MODEL, "--classes", "0,1,2"][..], &digits].concat(), 1, "not among the classes"),
        ([&["landscape", MODEL, "--to", "golden/onnx/perceptron.onnx"][..], &digits].concat(), 1, "not another state"),
        ([&["landscape", MODEL, "--onnx-output", "logits", "--loss", "cce"][..], &digits[..4]].concat(), 1, "row 1 of"),
        ([&["landscape", MODEL, "--test-share", "0.5"][..], &digits].concat(), 2, "--model"),
        ([&["landscape", MODEL, "--dirs", "pca"][..], &digits].concat(), 2, "several models"),
        ([&["landscape", MODEL, "--to", MODEL][..], &digits].concat(), 2, "the same weights"),
        ([&["landscape", "--model", "linear", "--rate", "0.1"][..], &houses].concat(), 2, "--fit descent"),
        ([&["landscape", "--model", "linear", "--dirs", "w0", "--norm", "layer"][..], &houses].concat(), 2, "random"),
        ([&["landscape", "--model", "linear", "--dirs", "w0,w0"][..], &houses].concat(), 2, "parallel"),
        (
            [&["landscape", "--model", "linear", "--loss", "cce", "--classes", "a,b"][..], &houses].concat(),
            1,
            "not among",
        ),
        (
            [&["landscape", "--model", "linear", "--figure", "no/a.svg"][..], &houses].concat(),
            2,
            "there is no folder no",
        ),
        (
            [&["landscape", "--model", "linear", "--fit", "descent", "--rate", "1e9"][..], &houses].concat(),
            2,
            "smaller rate",
        ),
        (vec!["landscape", "--resume", &full, "--loss", "mae"], 2, "cannot be used with"),
        ([&["curvature", MODEL, "--onnx-output", "logits"][..], &digits].concat(), 1, "built-in models only"),
        (vec!["landscape", "--model", "linear", "--data", &bad, "--truth", "y"], 1, "row 2 of"),
        (vec!["landscape", "--model", "logistic", "--data", &outside, "--truth", "y"], 1, "row 3 of"),
        (vec!["landscape", "--model", "linear", "--data", &word_of_truth, "--truth", "y"], 1, "row 3"),
        (vec!["landscape", "--model", "linear", "--data", &text_feature, "--truth", "y"], 1, "no column of numbers"),
        (vec!["landscape", "--model", "linear", "--data", &text_feature, "--truth", "y", "--features", "a"], 1, "two"),
    ];
    let mut wrong = String::new();
    for (arguments, code, says) in cases {
        let (found, message) = failure(&arguments);
        if found != code || !message.contains(says) {
            wrong += &format!("{arguments:?}: {found}, {message}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(!Path::new(ROOT).join("a.pdf").exists());
    // A mistake leaves no folder behind.
    let wrong = folder.path().join("wrong");
    let arguments = ["landscape", "--model", "linear", "--dirs", "nope", "--output", text(&wrong)];
    assert_eq!(failure(&[&arguments[..], &houses].concat()).0, 2);
    assert!(!wrong.exists());
    // A folder with a run in it is neither written over nor taken for another one.
    let run_folder = folder.path().join("run");
    let asked =
        [&["landscape", "--model", "linear", "--grid", "3", "--output", text(&run_folder)][..], &houses].concat();
    assert!(run(&asked).status.success());
    let (code, message) = failure(&asked);
    assert!(code == 1 && message.contains("--resume"), "{message}");
    fs::write(run_folder.join("run.json"), "{").expect("a file");
    let (code, message) = failure(&["landscape", "--resume", text(&run_folder)]);
    assert!(code == 1 && message.contains("run.json"), "{message}");
}
