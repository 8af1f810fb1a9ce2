//! Time per element of the exact sum, on the instruction set named in `DARTBOARD_ISA` or the best there is.
//!
//! `cargo run --release -p dartboard-numerics --example sum_speed`

use std::hint::black_box;
use std::time::Instant;

use dartboard_numerics::isa::Isa;
use dartboard_numerics::sum::{ExactSum, add_grouped};

/// Uniform numbers in 0..1.
struct Uniform(u64);

impl Uniform {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn next(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (0.5_f64).powi(53)
    }
}

/// The best of several runs, in nanoseconds per unit of work.
fn time(units: usize, mut work: impl FnMut()) -> f64 {
    let repeats = (200_000 / units).max(1);
    (0..25)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..repeats {
                work();
            }
            start.elapsed().as_secs_f64() * 1e9 / (repeats * units) as f64
        })
        .fold(f64::INFINITY, f64::min)
}

/// Adds with rounding errors, asking ahead for sums as `add_grouped` does.
fn add_plain(sums: &mut [f64], groups: &[u32], values: &[f64]) {
    for (row, (&group, &x)) in groups.iter().zip(values).enumerate() {
        #[cfg(target_arch = "x86_64")]
        if let Some(&later) = groups.get(row + 24) {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: the address of a reference, and an instruction that every x86-64 has.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(&sums[later as usize]).cast()) };
        }
        sums[group as usize] += x;
    }
}

fn main() {
    println!("instruction set: {}", Isa::current().name());
    let mut uniform = Uniform(1);
    const N: usize = 2048;
    let mut data = |f: &mut dyn FnMut(&mut Uniform) -> f64| (0..N).map(|_| f(&mut uniform)).collect::<Vec<_>>();
    let squares = data(&mut |u| (u.next() - u.next()).powi(2));
    let mixed = data(&mut |u| (u.next() - 0.5) * 1e3);
    let spread60 = data(&mut |u| u.next() * (2.0_f64).powi((u.bits() % 60) as i32));
    let spread150 = data(&mut |u| u.next() * (2.0_f64).powi((u.bits() % 150) as i32));
    let everything = data(&mut |u| loop {
        let x = f64::from_bits(u.bits());
        if x.is_finite() {
            return x;
        }
    });
    let weights = data(&mut |u| 0.1 + u.next());
    let hinge = data(&mut |u| (u.next() - 0.5).max(0.0));

    // A yardstick for a busy machine: the plain sum is a chain of additions, 4 cycles each on most machines.
    let plain = time(N, || _ = black_box(black_box(&squares).iter().sum::<f64>()));
    println!("  plain f64 sum: {plain:.3} ns");

    let sets = [
        ("squares", &squares),
        ("signed", &mixed),
        ("half zeros", &hinge),
        ("60 binades", &spread60),
        ("150 binades", &spread150),
        ("all binades", &everything),
    ];
    for (name, values) in sets {
        let mut sum = ExactSum::new();
        let block = time(N, || sum.add_slice(black_box(values)));
        let mut sum = ExactSum::new();
        let single = time(N, || black_box(values).iter().for_each(|&x| sum.add(x)));
        let mut sum = ExactSum::new();
        let products = time(N, || sum.add_products(black_box(values), black_box(&weights)));
        let mut sum = ExactSum::new();
        let product = time(N, || {
            black_box(values).iter().zip(&weights).for_each(|(&x, &w)| sum.add_product(x, w));
        });
        println!(
            "{name:>12}: add_slice {block:.3}  add {single:.3}  add_products {products:.3}  add_product {product:.3} ns"
        );
        black_box(&sum);
    }

    let narrow = |values: &[f64]| values.iter().map(|&x| x as f32).collect::<Vec<_>>();
    let narrow_weights = narrow(&weights);
    let narrow_everything = (0..N).map(|_| {
        // The smallest exponents in place of those of infinities and NaN.
        let x = f32::from_bits(uniform.bits() as u32);
        if x.is_finite() { x } else { f32::from_bits(x.to_bits() & !(0xff << 23)) }
    });
    for (name, values) in [("f32 squares", narrow(&squares)), ("f32 everything", narrow_everything.collect())] {
        let mut sum = ExactSum::new();
        let slice = time(N, || sum.add_slice_f32(black_box(&values)));
        let finite = time(N, || _ = sum.add_finite_f32(black_box(&values)));
        let products = time(N, || sum.add_products_f32(black_box(&values), black_box(&narrow_weights)));
        println!("{name:>14}: add_slice_f32 {slice:.3}  add_finite_f32 {finite:.3}  add_products_f32 {products:.3} ns");
        black_box(&sum);
    }

    // Where bins are set up and emptied: the longer, the less that matters.
    for (name, values) in [("60 binades", &spread60), ("all binades", &everything)] {
        for len in [256, 512, 1024, 2048, 4096, 16384] {
            let values: Vec<f64> = values.iter().copied().cycle().take(len).collect();
            let mut sum = ExactSum::new();
            let slice = time(len, || sum.add_slice(black_box(&values)));
            println!("{name:>12}, {len:>5} values: add_slice {slice:.3} ns");
        }
    }

    for len in [4, 8, 16, 20, 24, 32, 48, 64, 128, 256] {
        let mut sum = ExactSum::new();
        let slice = time(len, || sum.add_slice(black_box(&squares[..len])));
        let mut sum = ExactSum::new();
        let each = time(len, || black_box(&squares[..len]).iter().for_each(|&x| sum.add(x)));
        let mut sum = ExactSum::new();
        let products = time(len, || sum.add_products(black_box(&squares[..len]), black_box(&weights[..len])));
        println!("{len:>4} values: add_slice {slice:.3}  add {each:.3}  add_products {products:.3} ns per value");
    }

    // Scattered additions: a million groups are 32 MB.
    for groups in [1000, 1_000_000] {
        let mut sums = vec![ExactSum::new(); groups];
        let mut plain = vec![0.0; groups];
        let keys: Vec<u32> = (0..2_000_000).map(|_| uniform.bits() as u32 % groups as u32).collect();
        let values: Vec<f64> = squares.iter().copied().cycle().take(keys.len()).collect();
        let rounded = time(keys.len(), || add_plain(&mut plain, &keys, &values));
        let single = time(keys.len(), || {
            for (&key, &x) in keys.iter().zip(&values) {
                sums[key as usize].add(x);
            }
        });
        let grouped = time(keys.len(), || add_grouped(&mut sums, &keys, &values));
        println!("{groups:>8} groups: add {single:.2}  add_grouped {grouped:.2}  plain f64 {rounded:.2} ns per row");
        black_box((&sums, &plain));
    }

    let narrow: ExactSum = squares.iter().copied().collect();
    let narrow2: ExactSum = mixed.iter().copied().collect();
    let wide: ExactSum = everything.iter().copied().collect();
    let mut weighted = ExactSum::new();
    weighted.add_products(&squares, &weights);
    let mut count = ExactSum::new();
    count.add_count(N as u64);
    for (name, sum) in [("narrow", &narrow), ("weighted", &weighted), ("wide", &wide)] {
        let bytes = sum.to_bytes();
        let mut target = sum.clone();
        println!(
            "{name:>8} ({} + {} bytes, {} encoded): merge {:.1}  to_f64 {:.1}  mean {:.1}  ratio {:.1}  root {:.1}  \
             encode {:.1}  decode {:.1} ns",
            size_of::<ExactSum>(),
            sum.heap_size(),
            bytes.len(),
            time(100, || (0..100).for_each(|_| target.merge(black_box(sum)))),
            time(100, || (0..100).for_each(|_| _ = black_box(black_box(sum).to_f64()))),
            time(100, || (0..100).for_each(|_| _ = black_box(black_box(sum).ratio(&count)))),
            time(100, || (0..100).for_each(|_| _ = black_box(black_box(sum).ratio(&narrow2)))),
            time(100, || (0..100).for_each(|_| _ = black_box(black_box(sum).root_ratio(&count)))),
            time(100, || (0..100).for_each(|_| _ = black_box(black_box(sum).to_bytes()))),
            time(100, || (0..100).for_each(|_| _ = black_box(ExactSum::from_bytes(black_box(&bytes))))),
        );
    }
}
