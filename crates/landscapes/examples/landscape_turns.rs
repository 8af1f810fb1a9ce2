//! What `benches/landscapes/compare.py` times of Dartboard: landscapes of models of 1,000 digits, one at each request.
//!
//! `landscape_turns ROWS FOLDER` reads rows of a label and features, writes each model to FOLDER as ONNX and prints the
//! models' names. Then each line `MODEL ENGINE THREADS SIDE` is answered with the seconds that SIDE × SIDE places took, the
//! loss at the middle and that at a corner. An engine is `f32`, `f64` (built-in) or `rten`.

#![allow(clippy::unwrap_used)]

use std::io::BufRead;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use dartboard_landscapes::{
    Axis, Data, Direction, Fingerprint, GridPlan, Keep, Kind, Model, ModelSurface, ObjectiveSurface, OnnxModel,
    OnnxProblem, Precision, Problem, Setup, Surface, Targets, draw,
};
use dartboard_losses::Loss;

/// Name, kind, loss, how often each feature is repeated.
const MODELS: [(&str, &str, &str, usize); 7] = [
    ("mlp-64", "mlp:64,relu", "cce_logits", 1),
    ("mlp-64-tanh", "mlp:64,tanh", "cce_logits", 1),
    ("mlp-256-128", "mlp:256,128,relu", "cce_logits", 1),
    ("softmax", "softmax", "cce_logits", 1),
    ("softmax-wide", "softmax", "cce_logits", 16),
    ("logistic", "logistic", "bce_logits", 1),
    ("logistic-wide", "logistic", "bce_logits", 16),
];

/// The first 1,000 rows, pixels from 0 to 1, each `times` times over; for an event whether the digit is below 5.
fn data(text: &str, times: usize, is_event: bool) -> Data {
    let mut lines = text.lines();
    let columns = lines.next().unwrap().split(',').count() - 1;
    let (mut features, mut labels) = (vec![], vec![]);
    for line in lines.take(1000) {
        let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        labels.push(numbers[0] as u32);
        (0..times).for_each(|_| features.extend(numbers[1..].iter().map(|pixel| pixel / 16.0)));
    }
    let names = (0..columns * times).map(|place| format!("x{place}")).collect();
    let targets = if is_event {
        Targets::Numbers(labels.iter().map(|&label| f64::from(label < 5)).collect())
    } else {
        Targets::Classes { class: labels, names: (0..10).map(|digit| digit.to_string()).collect() }
    };
    Data::new(features, names, targets, None).unwrap()
}

/// Directions that any program can make again: weight i by sin(0.7 i + 1) and by cos(1.3 i + 2), times 0.02.
fn directions(weights: usize) -> [Direction; 2] {
    let vector = |rate: f64, phase: f64, wave: fn(f64) -> f64| -> Vec<f64> {
        (0..weights).map(|at| 0.02 * wave(rate * at as f64 + phase)).collect()
    };
    [vector(0.7, 1.0, f64::sin), vector(1.3, 2.0, f64::cos)].map(|vector| Direction::given(vector, weights).unwrap())
}

fn timed(surface: &dyn Surface, threads: usize, side: usize) -> (f64, f64, f64) {
    let axis = || Axis::new(-1.0, 1.0, side).unwrap();
    let plan = GridPlan { axes: vec![axis(), axis()], tolerance: None };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let start = Instant::now();
        let grid = draw(surface, &plan, &Keep::Nothing, &mut |_| ControlFlow::Continue(())).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        (seconds, grid.losses[grid.losses.len() / 2], grid.losses[0])
    })
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&arguments[1]).unwrap();
    let mut models = vec![];
    // Features as they are, so that no engine brings them to another scale at every place.
    let setup = Setup { standardise: false, ..Setup::default() };
    for (name, kind, loss, times) in MODELS {
        let loss = Loss::parse(loss).unwrap();
        let data = data(&text, times, kind == "logistic");
        let made = Model::new(Kind::parse(kind).unwrap(), &loss, &data, setup).unwrap();
        let weights: Vec<f64> = (0..made.weights().len()).map(|at| f64::from((at as f32).sin() * 0.1)).collect();
        let model = made.with_weights(weights).unwrap();
        let path = Path::new(&arguments[2]).join(format!("{name}.onnx"));
        model.save_onnx(&path).unwrap();
        println!("{name}");
        models.push((name, model, data, OnnxModel::load(&path, Some("logits")).unwrap()));
    }
    println!();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let [name, engine, threads, side] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let (threads, side) = (threads.parse().unwrap(), side.parse().unwrap());
        let (_, model, data, file) = models.iter().find(|(known, ..)| *known == name).unwrap();
        let directions = directions(model.weights().len());
        let (seconds, middle, corner) = if engine == "rten" {
            let problem = OnnxProblem::new(file, model.loss(), data).unwrap();
            let hash = Fingerprint::of(b"");
            timed(&ObjectiveSurface::new(&problem, file.weights(), &directions, hash, hash).unwrap(), threads, side)
        } else {
            let problem = Problem::new(model, data, 0.0).unwrap();
            let precision = if engine == "f64" { Precision::Double } else { Precision::Single };
            let surface = ModelSurface::new(&problem, model.weights(), &directions, precision).unwrap();
            timed(&surface, threads, side)
        };
        println!("{seconds} {middle} {corner}");
    }
}
