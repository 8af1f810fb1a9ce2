//! Rows of classes beside a copy of as many bytes.

use std::hint::black_box;
use std::time::Instant;

use dartboard_arrays::{ClassOptions, ClassTarget, Threads, softmax_cross_entropy, softmax_cross_entropy_in_place};
use dartboard_speed::random::Random;
use dartboard_speed::stream::Stream;

use crate::{ROUNDS, median};

/// Classes, and how many rows of them there are for each million logits or so.
const CLASSES: [usize; 4] = [10, 1000, 32_768, 131_072];

/// Times value, value and gradient, and the same in place, of about `logits` logits in single precision.
pub(crate) fn table(logits: usize) {
    println!(
        "\ncce_logits, f32: nanoseconds per logit, median of {ROUNDS} rounds (least .. most); of the time of a copy"
    );
    for classes in CLASSES {
        let rows = (logits / classes).max(1);
        let mut random = Random(1);
        let scores: Vec<f32> = (0..rows * classes).map(|_| (4.0 * random.normal()) as f32).collect();
        let target: Vec<u32> = (0..rows).map(|_| (random.bits() % classes as u64) as u32).collect();
        let (mut gradient, mut in_place) = (vec![0.0; scores.len()], scores.clone());
        let (a, mut b) = (vec![1.0; scores.len() / 2], vec![0.0; scores.len() / 2]);
        let mut times = [vec![], vec![], vec![], vec![]];
        for _ in 0..ROUNDS {
            let mut time = |place: usize, work: &mut dyn FnMut()| {
                let start = Instant::now();
                work();
                times[place].push(start.elapsed().as_secs_f64() * 1e9 / scores.len() as f64);
            };
            let (target, options) = (ClassTarget::Index(&target), ClassOptions::default());
            let mean = |total: Result<dartboard_arrays::Total, _>| _ = black_box(total.map(|total| total.mean()));
            time(0, &mut || Stream::Copy.run(&a, &a, &mut b));
            time(1, &mut || {
                mean(softmax_cross_entropy(target, &scores, classes, None, options, Threads::One));
            });
            time(2, &mut || {
                mean(softmax_cross_entropy(target, &scores, classes, Some(&mut gradient), options, Threads::One));
            });
            in_place.copy_from_slice(&scores);
            time(3, &mut || {
                mean(softmax_cross_entropy_in_place(target, &mut in_place, classes, options, Threads::One));
            });
        }
        println!("{rows} × {classes}");
        let copy = median(&mut times[0]);
        for (name, times) in ["copy", "value", "value + gradient", "value + gradient, in place"].iter().zip(&mut times)
        {
            let middle = median(times);
            let (least, most) = (times[0], times[times.len() - 1]);
            println!("  {name:<40} {middle:>7.3} ({least:.3} .. {most:.3})  {:>5.2} copies", middle / copy);
        }
    }
}
