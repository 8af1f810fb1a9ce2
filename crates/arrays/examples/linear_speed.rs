//! Time and memory of the cross-entropy of a linear layer, beside the same with all logits in memory.
//!
//! `cargo run --release -p dartboard-arrays --example linear_speed -- [N D V [threads [rounds]]]`
//!
//! With one thread, times are those of the processor: what others take of a busy machine is not in them, though they slow
//! down what is. The two forms take turns. Memory is the most that a call takes beside the inputs, gradients included.

use std::hint::black_box;
use std::time::Instant;

use dartboard_arrays::Threads;
use dartboard_arrays::linear::{Gradients, Inputs, Options, ROOM, cross_entropy};
use dartboard_numerics::isa::Isa;
use dartboard_numerics::matrix::{Left, Panel, Product, Store, multiply};

/// Numbers between −scale and scale.
fn numbers(count: usize, scale: f32, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        scale * ((state >> 40) as f32 / 8_388_608.0 - 1.0)
    };
    (0..count).map(|_| next()).collect()
}

/// A number that the kernel knows about this process.
fn of_process(file: &str, what: &str) -> f64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let found = text.lines().find_map(|line| line.strip_prefix(what));
    found.and_then(|found| found.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN)
}

/// Seconds of this thread on a processor.
fn processor_time() -> f64 {
    of_process("/proc/thread-self/schedstat", "") * 1e-9
}

/// Seconds that `work` takes: of the processor where it has one thread, else on the wall.
fn time(threads: usize, work: impl FnOnce()) -> f64 {
    let (start, used) = (Instant::now(), processor_time());
    work();
    if threads == 1 { processor_time() - used } else { start.elapsed().as_secs_f64() }
}

/// Median, least and most.
fn spread(times: &[f64]) -> [f64; 3] {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    [times[times.len() / 2], times[0], times[times.len() - 1]]
}

/// The most memory that `work` takes beside what there was, in MB.
fn memory(work: impl FnOnce()) -> f64 {
    let resident = of_process("/proc/self/status", "VmRSS:");
    // Forgets the most there has been.
    let forgotten = std::fs::write("/proc/self/clear_refs", "5");
    work();
    if forgotten.is_err() {
        return f64::NAN;
    }
    (of_process("/proc/self/status", "VmHWM:") - resident) * 1024.0 * 1e-6
}

/// The three products as a block of 80 rows asks for them, and one that stays in the cache.
fn products(inputs: &Inputs<'_>, d_weights: &mut [f32]) {
    const ROWS: usize = 80;
    const GROUP: usize = 64;
    let &Inputs { weights, width, classes, .. } = inputs;
    let isa = Isa::current();
    let (across, logits) = (numbers(width * ROWS, 1.0, 1), numbers(classes * ROWS, 1.0, 2));
    let (mut z, mut d_hidden) = (logits.clone(), across.clone());
    let groups = || (0..classes / GROUP).map(|group| group * GROUP);
    let ahead = |values: &[f32], from: usize| from.min(values.len())..(from + GROUP * width).min(values.len());
    let report = |name: &str, work: &mut dyn FnMut()| {
        // Several at a time: the clock of the processor ticks every few milliseconds.
        const TIMES: usize = 8;
        let times: Vec<f64> = (0..9).map(|_| time(1, || (0..TIMES).for_each(|_| work()))).collect();
        let speed =
            spread(&times).map(|time| (2 * TIMES * (classes / GROUP * GROUP * width * ROWS)) as f64 / time * 1e-9);
        println!("  {name:<18} {:6.1} ({:.1}..{:.1}) GFLOP/s", speed[0], speed[2], speed[1]);
    };
    let panel = |values| Panel { values, width: ROWS };
    report("in the cache", &mut || {
        for _ in groups() {
            let left = Left { values: weights, row_step: width, depth_step: 1 };
            let product = Product { values: &mut z, step: ROWS, width: ROWS };
            multiply(isa, GROUP, width, left, panel(&across), product, Store::Set, &[]);
        }
    });
    report("z = W h", &mut || {
        for group in groups() {
            let left = Left { values: &weights[group * width..], row_step: width, depth_step: 1 };
            let product = Product { values: &mut z[group * ROWS..], step: ROWS, width: ROWS };
            let ahead = &weights[ahead(weights, (group + GROUP) * width)];
            multiply(isa, GROUP, width, left, panel(&across), product, Store::Set, ahead);
        }
    });
    report("dH += W' dz", &mut || {
        for group in groups() {
            let left = Left { values: &weights[group * width..], row_step: 1, depth_step: width };
            let product = Product { values: &mut d_hidden, step: ROWS, width: ROWS };
            let ahead = &weights[ahead(weights, (group + GROUP) * width)];
            multiply(isa, width, GROUP, left, panel(&logits[group * ROWS..]), product, Store::Add, ahead);
        }
    });
    let columns = 64.min(width / 16 * 16);
    report("dW += dz h'", &mut || {
        for group in groups() {
            let (ours, next) = d_weights[group * width..].split_at_mut(GROUP * width);
            for from in (0..width / columns).map(|panel| panel * columns) {
                let left = Left { values: &logits[group * ROWS..], row_step: ROWS, depth_step: 1 };
                let right = Panel { values: &across[from * ROWS..], width: columns };
                let product = Product { values: &mut ours[from..], step: width, width: columns };
                let ahead = &next[(GROUP * from).min(next.len())..(GROUP * (from + columns)).min(next.len())];
                multiply(isa, GROUP, ROWS, left, right, product, Store::Add, ahead);
            }
        }
    });
    black_box((z, d_hidden));
}

fn main() {
    let argument = |i: usize, default| std::env::args().nth(i).and_then(|word| word.parse().ok()).unwrap_or(default);
    let [rows, width, classes] = [argument(1, 2048), argument(2, 512), argument(3, 32768)];
    let (threads, rounds): (usize, usize) = (argument(4, 1), argument(5, 7));
    let hidden = numbers(rows * width, 1.0, 1);
    let weights = numbers(classes * width, 0.1, 2);
    let target: Vec<u32> = (0..rows).map(|row| (row * 7919 % classes) as u32).collect();
    let inputs = Inputs { hidden: &hidden, weights: &weights, bias: None, target: &target, width, classes };
    println!("N = {rows}, D = {width}, V = {classes}, {threads} threads, {}", Isa::current().name());

    let run = |room, gradients: Gradients<'_>| {
        let options = Options { threads: Threads::new(threads), room, ..Options::default() };
        black_box(cross_entropy(&inputs, &options, gradients).map_or_else(|error| panic!("{error}"), |loss| loss.value))
    };
    for (name, room) in [("10 MiB of logits", ROOM), ("all logits", usize::MAX)] {
        let most = memory(|| {
            let (mut d_hidden, mut d_weights) = (vec![0.0; hidden.len()], vec![0.0; weights.len()]);
            run(room, Gradients { hidden: Some(&mut d_hidden), weights: Some(&mut d_weights), bias: None });
        });
        println!(
            "  {name:<18} {most:6.1} MB beside the inputs, of which gradients {:.1}",
            (hidden.len() + weights.len()) as f64 * 4e-6
        );
    }

    let (mut d_hidden, mut d_weights) = (vec![1.0; hidden.len()], vec![1.0; weights.len()]);
    let mut both = |room| {
        time(threads, || {
            run(room, Gradients { hidden: Some(&mut d_hidden), weights: Some(&mut d_weights), bias: None });
        })
    };
    let (mut times, mut ratios) = ([const { Vec::new() }; 3], Vec::new());
    for round in 0..rounds {
        // Who goes first would have the colder cache every time.
        let order = if round % 2 == 0 { [(0, ROOM), (1, usize::MAX)] } else { [(1, usize::MAX), (0, ROOM)] };
        for (which, room) in order {
            times[which].push(both(room));
        }
        times[2].push(time(threads, || _ = run(ROOM, Gradients::default())));
        ratios.push(times[0][round] / times[1][round]);
    }
    let operations = 2.0 * (rows * width) as f64 * classes as f64;
    for (i, (name, products)) in
        [("10 MiB of logits", 3.0), ("all logits", 3.0), ("value alone", 1.0)].into_iter().enumerate()
    {
        let [median, least, most] = spread(&times[i]);
        println!(
            "  {name:<18} {median:6.3} ({least:.3}..{most:.3}) s, {:.1} GFLOP/s",
            products * operations / median * 1e-9
        );
    }
    let [median, least, most] = spread(&ratios);
    println!("  ratio              {median:6.3} ({least:.3}..{most:.3})");
    products(&inputs, &mut d_weights);
}
