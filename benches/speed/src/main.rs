//! Time per row of the kernels beside the time that the memory needs: no other software involved.
//!
//! `cargo run --release -p dartboard-speed [-- ROWS [LOSS...]]`

mod classes;
mod inexact;

use std::hint::black_box;
use std::time::Instant;

use dartboard_arrays::{Compute, Element, Outputs, Rows, Threads, pointwise};
use dartboard_losses::Loss;
use dartboard_speed::random::Random;
use dartboard_speed::stream::Stream;

/// Times per case, one of each in every round, so that a slow phase of the machine meets all of them.
pub(crate) const ROUNDS: usize = 9;

/// Shorter passes are repeated until about this many rows have been done: the clock has to see more than itself.
const ROWS_PER_TIME: usize = 1_000_000;

const DEFAULT_ROWS: usize = 10_000_000;

const LOSSES: [&str; 9] =
    ["mse", "mae", "huber", "quantile(tau=0.9)", "bce_logits", "bce", "poisson", "log_cosh", "focal_logits"];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let rows = arguments.next().and_then(|rows| rows.parse().ok()).unwrap_or(DEFAULT_ROWS);
    let named: Vec<String> = arguments.collect();
    let losses: Vec<Loss> = if named.is_empty() {
        LOSSES.iter().filter_map(|spec| Loss::parse(spec).ok()).collect()
    } else {
        named.iter().filter_map(|spec| Loss::parse(spec).ok()).collect()
    };
    println!("instruction set {}, {rows} rows", dartboard_numerics::isa::Isa::current().name());
    table::<f32>("f32", &losses, rows, |x| x as f32);
    table::<f64>("f64", &losses, rows, |x| x);
    if named.is_empty() {
        classes::table(rows);
    }
}

/// Arrays of one precision.
pub(crate) struct Arrays<E> {
    pub(crate) target: Vec<E>,
    pub(crate) prediction: Vec<E>,
    weight: Vec<E>,
    pub(crate) out: [Vec<E>; 3],
}

fn table<E: Element<Compute = E> + Compute>(name: &str, losses: &[Loss], rows: usize, of: impl Fn(f64) -> E) {
    println!(
        "\n{name}: nanoseconds per row, median of {ROUNDS} rounds (least .. most); share of the stream of the same bytes"
    );
    let repeats = (ROWS_PER_TIME / rows).max(1);
    // As many bytes as the arrays of the loss have, so that both lie in the same caches.
    let words = rows * size_of::<E>() / 8;
    let (a, b, mut c) = (vec![1.0; words], vec![0.5; words], vec![0.0; words]);
    for loss in losses {
        let mut arrays = arrays(loss, rows, &of);
        let mut times = vec![vec![]; CASES.len()];
        let mut streams = vec![vec![]; Stream::ALL.len()];
        for _ in 0..ROUNDS {
            for (stream, times) in Stream::ALL.iter().zip(&mut streams) {
                let start = Instant::now();
                (0..repeats).for_each(|_| stream.run(&a, &b, &mut c));
                let bytes = (words * stream.bytes_per_element() * repeats) as f64;
                times.push(start.elapsed().as_secs_f64() * 1e9 / bytes);
            }
            for (case, times) in CASES.iter().zip(&mut times) {
                let start = Instant::now();
                (0..repeats).for_each(|_| case.run(loss, &mut arrays));
                times.push(start.elapsed().as_secs_f64() * 1e9 / (rows * repeats) as f64);
            }
        }
        println!("{}", loss.spec());
        for (case, times) in CASES.iter().zip(&mut times) {
            let bytes = (case.columns * size_of::<E>()) as f64;
            let place = Stream::ALL.iter().position(|stream| *stream == case.stream).unwrap_or(0);
            let share = median(&mut streams[place]) * bytes / median(times);
            let (least, most) = (times[0], times[times.len() - 1]);
            println!(
                "  {:<40} {:>7.3} ({least:.3} .. {most:.3})  {:>4.0} % of {}",
                case.name,
                median(times),
                share * 100.0,
                case.stream.name()
            );
        }
        let rate = |stream: &mut Vec<f64>| format!("{:.1}", 1.0 / median(stream));
        let rates: Vec<String> =
            Stream::ALL.iter().zip(&mut streams).map(|(s, times)| format!("{} {}", s.name(), rate(times))).collect();
        println!("  streams, GB/s: {}", rates.join(", "));
    }
}

fn arrays<E: Element + Default>(loss: &Loss, rows: usize, of: impl Fn(f64) -> E) -> Arrays<E> {
    let mut random = Random(1);
    let card = loss.card();
    let pick = |domain: dartboard_losses::Interval, x: f64| {
        // A normal number where that is allowed, else its image in (0, 1) or its absolute value.
        let inside = [x, 1.0 / (1.0 + (-x).exp()), x.abs() + 0.01];
        inside.into_iter().find(|&x| domain.contains(x)).unwrap_or(0.5)
    };
    let labels = card.target_domain == dartboard_losses::Interval::UNIT;
    let mut column = |domain, labels: bool| -> Vec<E> {
        let mut one = || {
            let x = pick(domain, random.normal());
            of(if labels { x.round() } else { x })
        };
        (0..rows).map(|_| one()).collect()
    };
    let (target, prediction) = (column(card.target_domain, labels), column(card.prediction_domain, false));
    let weight = column(dartboard_losses::Interval::POSITIVE, false);
    Arrays { target, prediction, weight, out: std::array::from_fn(|_| vec![E::default(); rows]) }
}

/// What is asked of a pass.
struct Case {
    name: &'static str,
    outputs: [bool; 3],
    weighted: bool,
    exact: bool,
    threads: usize,
    /// Columns that have to be read or written.
    columns: usize,
    stream: Stream,
}

const CASES: [Case; 8] = [
    Case::new("value", [false; 3], Stream::ReadTwo),
    Case { exact: false, ..Case::new("value, inexact sum", [false; 3], Stream::ReadTwo) },
    Case::new("value + gradient", [false, true, false], Stream::Triad),
    Case { exact: false, ..Case::new("value + gradient, inexact sum", [false, true, false], Stream::Triad) },
    Case::new("value + gradient + Hessian", [false, true, true], Stream::Triad),
    Case { weighted: true, columns: 3, ..Case::new("weighted value", [false; 3], Stream::ReadTwo) },
    Case { threads: 2, ..Case::new("value, 2 threads", [false; 3], Stream::ReadTwo) },
    Case { threads: 2, ..Case::new("value + gradient, 2 threads", [false, true, false], Stream::Triad) },
];

impl Case {
    const fn new(name: &'static str, outputs: [bool; 3], stream: Stream) -> Self {
        let columns = 2 + outputs[0] as usize + outputs[1] as usize + outputs[2] as usize;
        Self { name, outputs, weighted: false, exact: true, threads: 1, columns, stream }
    }

    fn run<E: Element<Compute = E> + Compute>(&self, loss: &Loss, arrays: &mut Arrays<E>) {
        if !self.exact {
            black_box(inexact::sum(loss, arrays, self.outputs[1]));
            return;
        }
        let mut rows = Rows::new(&arrays.target, &arrays.prediction);
        if self.weighted {
            rows = rows.weighted(&arrays.weight);
        }
        let [value, gradient, hessian] = &mut arrays.out;
        let [wants_value, wants_gradient, wants_hessian] = self.outputs;
        let outputs = Outputs {
            value: wants_value.then_some(value),
            gradient: wants_gradient.then_some(gradient),
            hessian: wants_hessian.then_some(hessian),
            scale: 1.0,
        };
        match pointwise(loss, rows, outputs, Threads::new(self.threads)) {
            Ok(total) => _ = black_box(total.mean()),
            Err(error) => panic!("{error}"),
        }
    }
}

pub(crate) fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
