//! How long advice takes, by task and number of rows, on one thread.
//!
//!     cargo run --release -p dartboard-advice --example timing

#[path = "../tests/simulation/mod.rs"]
mod simulation;

use std::time::Instant;

use dartboard_advice::{Input, Predictions, Target, Task, advise};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use simulation::{Maker, out_of_fold};

fn main() {
    println!("| rows | made by | seconds |\n|---:|---|---:|");
    for n in [10_000, 1_000_000] {
        for (maker, task) in [
            (Maker::Gaussian, Task::Real),
            (Maker::Gamma, Task::Positive),
            (Maker::NegativeBinomial, Task::Count),
            (Maker::Tweedie, Task::ZerosAndPositive),
        ] {
            let sample = maker.sample(n, &mut ChaCha8Rng::seed_from_u64(7));
            let p = out_of_fold(&sample, maker.multiplies());
            let input = Input {
                predictions: Predictions::One { name: "p", values: &p, raw: false },
                task: Some(task),
                ..Input::of("y", Target::Numbers(&sample.y))
            };
            let start = Instant::now();
            let advice = advise(&input).unwrap_or_else(|error| panic!("{error}"));
            println!("| {n} | {maker:?}, {} losses | {:.2} |", advice.losses.len(), start.elapsed().as_secs_f64());
        }
    }
}
