//! Time per place of a landscape on one thread: `cargo run --release -p dartboard-landscapes --example surface_speed`, with
//! a word after `--` only of the models whose name and precision have it.
//!
//! Made-up rows of the size of 1,000 digits; 51 × 51 places.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::time::Instant;

use dartboard_landscapes::{
    Data, Kind, Model, ModelSurface, Objective, Precision, Problem, RandomPlan, Setup, Surface, Targets, random,
};
use dartboard_losses::Loss;

fn data(rows: usize, columns: usize, classes: Option<usize>) -> Data {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 * (-53.0_f64).exp2()
    };
    let features = (0..rows * columns).map(|_| next()).collect();
    let targets = match classes {
        Some(classes) => Targets::Classes {
            class: (0..rows).map(|_| (next() * classes as f64) as u32).collect(),
            names: (0..classes).map(|class| class.to_string()).collect(),
        },
        None => Targets::Numbers((0..rows).map(|_| f64::from(next() > 0.5)).collect()),
    };
    Data::new(features, (0..columns).map(|column| format!("x{column}")).collect(), targets, None).unwrap()
}

/// Nanoseconds that this thread has been running where Linux counts them, so that others on the machine do not matter; else
/// the time since `start`.
fn busy(start: Instant) -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let counted = text.and_then(|text| text.split(' ').next()?.parse().ok());
    counted.unwrap_or_else(|| start.elapsed().as_nanos() as u64)
}

fn main() {
    let places: Vec<[f64; 2]> =
        (0..51 * 51).map(|at| [f64::from(at % 51) / 25.0 - 1.0, f64::from(at / 51) / 25.0 - 1.0]).collect();
    let wanted = std::env::args().nth(1).unwrap_or_default();
    println!("µs per place, setup in ms; 1,000 rows, one thread");
    for (kind, loss, columns, classes) in [
        ("mlp:64,relu", "cce", 64, Some(10)),
        ("mlp:64,tanh", "cce", 64, Some(10)),
        ("mlp:64,gelu", "cce", 64, Some(10)),
        ("mlp:64,32,relu", "cce", 64, Some(10)),
        ("softmax", "cce", 64, Some(10)),
        ("logistic", "bce", 64, None),
        ("linear", "mse", 64, None),
        ("linear", "mse", 1024, None),
    ] {
        let name_of = |precision: Precision| format!("{kind} {columns} {}", precision.name());
        let precisions = [Precision::Single, Precision::Double].map(|one| (one, name_of(one)));
        if !precisions.iter().any(|(_, name)| name.contains(&wanted)) {
            continue;
        }
        let data = data(1000, columns, classes);
        let model =
            Model::new(Kind::parse(kind).unwrap(), &Loss::parse(loss).unwrap(), &data, Setup::default()).unwrap();
        let problem = Problem::new(&model, &data, 0.0).unwrap();
        let origin: Vec<f64> = (0..problem.len()).map(|at| (at as f64).sin() * 0.1).collect();
        let plan = RandomPlan::default();
        let directions = [0, 1].map(|number| random(model.layout(), &origin, plan, number).unwrap());
        for (precision, name) in precisions.into_iter().filter(|(_, name)| name.contains(&wanted)) {
            let start = Instant::now();
            let surface = ModelSurface::new(&problem, &origin, &directions, precision).unwrap();
            let setup = start.elapsed();
            let mut losses = vec![0.0; places.len()];
            let mut best = f64::INFINITY;
            for _ in 0..5 {
                let before = busy(start);
                surface.losses(black_box(&places), &mut losses);
                best = best.min((busy(start) - before) as f64 * 1e-9);
            }
            println!(
                "{name:20} {:7.2}  setup {:.2}  rounding {:.1e}",
                best * 1e6 / places.len() as f64,
                setup.as_secs_f64() * 1e3,
                surface.rounding()
            );
        }
    }
}
