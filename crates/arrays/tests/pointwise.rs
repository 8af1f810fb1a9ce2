//! Passes over whole arrays give the bits of the losses' own blocks and the exact sums of them, whatever the number of
//! rows, the threads and the instruction set.

#![allow(clippy::unwrap_used)]

mod common;

use std::process::Command;

use dartboard_arrays::{Outputs, Rows, Threads, Total, pointwise};
use dartboard_losses::{BatchError, Interval, Loss};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Isa, OVERRIDE_VARIABLE};
use dartboard_numerics::sum::ExactSum;
use half::{bf16, f16};

use common::Random;

/// A number inside, of many sizes.
fn inside(random: &mut Random, interval: Interval) -> f64 {
    loop {
        let size = (random.uniform() * 24.0 - 16.0).exp2();
        let x = [random.uniform(), size, -size, 3.0 * random.uniform() - 1.5][(random.bits() % 4) as usize];
        let x = f64::from(x as f32);
        if interval.contains(x) {
            return x;
        }
    }
}

/// A row count that leaves a remainder in every loop, over several blocks.
const ROWS: usize = 2 * 2048 + 777;

struct Columns {
    target: Vec<f64>,
    prediction: Vec<f64>,
    weight: Vec<f64>,
}

fn columns(loss: &Loss, rows: usize) -> Columns {
    let (mut random, card) = (Random(7), loss.card());
    let mut column = |interval| (0..rows).map(|_| inside(&mut random, interval)).collect::<Vec<f64>>();
    let (target, prediction) = (column(card.target_domain), column(card.prediction_domain));
    let weight =
        (0..rows).map(|row| if row % 11 == 0 { 0.0 } else { inside(&mut random, Interval::POSITIVE) }).collect();
    Columns { target, prediction, weight }
}

fn pointwise_losses() -> Vec<Loss> {
    Loss::all().filter(|loss| loss.pointwise().is_some()).collect()
}

/// The loss by its blocks, in one call.
fn by_blocks(loss: &Loss, columns: &Columns) -> [Vec<f64>; 3] {
    let rows = columns.target.len();
    let mut out = [vec![0.0; rows], vec![0.0; rows], vec![0.0; rows]];
    let [value, gradient, hessian] = &mut out;
    let blocks = loss.pointwise().unwrap();
    blocks.value_gradient_hessian(&columns.target, &columns.prediction, value, gradient, hessian);
    out
}

fn same_bits(what: &str, got: &[f64], expected: &[f64]) {
    for (row, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert_eq!(got.to_bits(), expected.to_bits(), "{what}, row {row}: {got:e} for {expected:e}");
    }
}

#[test]
fn double_precision_gives_the_bits_of_the_blocks() {
    for loss in pointwise_losses() {
        let columns = columns(&loss, ROWS);
        let expected = by_blocks(&loss, &columns);
        let total: ExactSum = expected[0].iter().copied().collect();
        for wanted in 0..8_u32 {
            let mut out = [vec![9.0; ROWS], vec![9.0; ROWS], vec![9.0; ROWS]];
            let [value, gradient, hessian] = &mut out;
            let wants = |bit: u32| wanted >> bit & 1 == 1;
            let outputs = Outputs {
                value: wants(0).then_some(&mut value[..]),
                gradient: wants(1).then_some(&mut gradient[..]),
                hessian: wants(2).then_some(&mut hessian[..]),
                scale: 1.0,
            };
            let got = pointwise(&loss, Rows::new(&columns.target, &columns.prediction), outputs, Threads::One).unwrap();
            for place in 0..3 {
                let untouched = vec![9.0; ROWS];
                let expected = if wants(place) { &expected[place as usize] } else { &untouched };
                same_bits(&format!("{} {place}", loss.spec()), &out[place as usize], expected);
            }
            assert_eq!((got.rows, got.weight.to_f64()), (ROWS as u64, ROWS as f64));
            assert_eq!(got.loss, total, "{}", loss.spec());
            let infinite = expected[0].iter().filter(|value| value.is_infinite()).count() as u64;
            assert_eq!(got.infinite, infinite, "{}", loss.spec());
        }
    }
}

#[test]
fn single_and_half_precision_give_the_bits_of_the_blocks() {
    for loss in pointwise_losses() {
        let columns = columns(&loss, ROWS);
        let narrow = |column: &[f64]| column.iter().map(|&x| x as f32).collect::<Vec<f32>>();
        let inside = |column: &[f32], interval: Interval| column.iter().all(|&x| interval.contains(f64::from(x)));
        let (y, z) = (narrow(&columns.target), narrow(&columns.prediction));
        assert!(inside(&y, loss.card().target_domain) && inside(&z, loss.card().prediction_domain));
        let [mut value, mut gradient] = [vec![0.0_f32; ROWS], vec![0.0; ROWS]];
        loss.pointwise().unwrap().value_gradient_f32(&y, &z, &mut value, &mut gradient);
        let total: ExactSum = value.iter().map(|&value| f64::from(value)).collect();
        let mut got = vec![0.0_f32; ROWS];
        let outputs = Outputs { gradient: Some(&mut got), ..Outputs::default() };
        let reduced = pointwise(&loss, Rows::new(&y, &z), outputs, Threads::One).unwrap();
        assert_eq!(reduced.loss, total, "{}", loss.spec());
        let bits = |column: &[f32]| column.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&got), bits(&gradient), "{}", loss.spec());

        half_precision(&loss, &columns, f16::from_f64, f16::to_f32, f16::from_f32);
        half_precision(&loss, &columns, bf16::from_f64, bf16::to_f32, bf16::from_f32);
    }
}

fn half_precision<H: dartboard_arrays::Element<Compute = f32> + PartialEq + std::fmt::Debug>(
    loss: &Loss,
    columns: &Columns,
    from_f64: impl Fn(f64) -> H,
    to_f32: impl Fn(H) -> f32,
    from_f32: impl Fn(f32) -> H,
) {
    let card = loss.card();
    let pairs: Vec<(H, H)> = columns
        .target
        .iter()
        .zip(&columns.prediction)
        .map(|(&y, &z)| (from_f64(y), from_f64(z)))
        .filter(|&(y, z)| {
            card.target_domain.contains(f64::from(to_f32(y))) && card.prediction_domain.contains(f64::from(to_f32(z)))
        })
        .collect();
    let (y, z): (Vec<H>, Vec<H>) = pairs.iter().copied().unzip();
    let wide = |column: &[H]| column.iter().map(|&x| to_f32(x)).collect::<Vec<f32>>();
    let mut expected = vec![vec![0.0_f32; y.len()]; 2];
    let [value, gradient] = &mut expected[..] else { unreachable!() };
    loss.pointwise().unwrap().value_gradient_f32(&wide(&y), &wide(&z), value, gradient);
    let total: ExactSum = value.iter().map(|&value| f64::from(value)).collect();
    let mut got = vec![from_f32(9.0); y.len()];
    let outputs = Outputs { gradient: Some(&mut got), ..Outputs::default() };
    let reduced = pointwise(loss, Rows::new(&y, &z), outputs, Threads::One).unwrap();
    assert_eq!(reduced.loss, total, "{}", loss.spec());
    for (row, (&got, &expected)) in got.iter().zip(&expected[1]).enumerate() {
        let expected = from_f32(expected);
        // Two NaN are the same here; their bits are not specified.
        assert!(got == expected || to_f32(got).is_nan() && to_f32(expected).is_nan(), "{} {row}", loss.spec());
    }
}

#[test]
fn weights_and_scale_multiply_and_the_sum_is_that_of_exact_products() {
    for loss in pointwise_losses() {
        let columns = columns(&loss, ROWS);
        let [value, gradient, hessian] = by_blocks(&loss, &columns);
        let mut out = [vec![0.0; ROWS], vec![0.0; ROWS], vec![0.0; ROWS]];
        let [got_value, got_gradient, got_hessian] = &mut out;
        let outputs = Outputs {
            value: Some(got_value),
            gradient: Some(got_gradient),
            hessian: Some(got_hessian),
            scale: 1.0 / 3.0,
        };
        let rows = Rows::new(&columns.target, &columns.prediction).weighted(&columns.weight);
        let total = pointwise(&loss, rows, outputs, Threads::One).unwrap();
        let (mut sum, mut weights) = (ExactSum::new(), ExactSum::new());
        for (&value, &weight) in value.iter().zip(&columns.weight).filter(|&(_, weight)| *weight > 0.0) {
            sum.add_product(value, weight);
            weights.add(weight);
        }
        assert_eq!((&total.loss, &total.weight), (&sum, &weights), "{}", loss.spec());
        for row in 0..ROWS {
            let weight = columns.weight[row];
            if weight == 0.0 {
                // Of whatever sign.
                assert!(out.iter().all(|column| column[row] == 0.0), "{} {row}", loss.spec());
                continue;
            }
            let of = |x: f64| Float::times0(weight, x).to_bits();
            assert_eq!(out[0][row].to_bits(), of(value[row]), "{} value {row}", loss.spec());
            let scaled = |x: f64| (Float::times0(weight, x) * (1.0 / 3.0)).to_bits();
            assert_eq!(out[1][row].to_bits(), scaled(gradient[row]), "{} gradient {row}", loss.spec());
            assert_eq!(out[2][row].to_bits(), scaled(hessian[row]), "{} Hessian {row}", loss.spec());
        }
    }
}

#[test]
fn rows_without_weight_count_for_nothing_even_where_infinite() {
    let bce = Loss::parse("bce").unwrap();
    let (y, p, w) = ([1.0, 1.0, 0.0], [0.0, 0.5, 1.0], [0.0, 2.0, 1.0]);
    let mut value = [9.0; 3];
    let outputs = Outputs { value: Some(&mut value), ..Outputs::default() };
    let total = pointwise(&bce, Rows::new(&y, &p).weighted(&w), outputs, Threads::One).unwrap();
    assert_eq!((total.infinite, total.rows, total.mean()), (1, 3, f64::INFINITY));
    assert_eq!(value, [0.0, 2.0 * std::f64::consts::LN_2, f64::INFINITY]);
    let total = pointwise(&bce, Rows::new(&y[..2], &p[..2]).weighted(&w[..2]), Outputs::default(), Threads::One);
    assert_eq!(total.unwrap().mean(), std::f64::consts::LN_2);
}

#[test]
fn infinite_losses_are_counted_whatever_threads_meet_them() {
    let bce = Loss::parse("bce").unwrap();
    // Several pieces; infinite in the first, the last and some between, a third of them without weight.
    let rows = 3 * 16 * 2048 + 777;
    let infinite = |row: usize| row == 0 || row == rows - 1 || row % 5000 == 4999;
    let y = vec![1.0_f32; rows];
    let p: Vec<f32> = (0..rows).map(|row| if infinite(row) { 0.0 } else { 0.5 }).collect();
    let w: Vec<f32> = (0..rows).map(|row| if row % 3 == 1 { 0.0 } else { 2.0 }).collect();
    let counted = (0..rows).filter(|&row| infinite(row) && w[row] > 0.0).count() as u64;
    let weight = w.iter().map(|&w| f64::from(w)).sum::<f64>();
    for threads in [1, 2, 3] {
        let mut value = vec![9.0; rows];
        let outputs = Outputs { value: Some(&mut value), ..Outputs::default() };
        let total = pointwise(&bce, Rows::new(&y, &p).weighted(&w), outputs, Threads::new(threads)).unwrap();
        assert_eq!((total.infinite, total.rows, total.weight.to_f64()), (counted, rows as u64, weight), "{threads}");
        assert_eq!(total.mean(), f64::INFINITY);
        for row in 0..rows {
            let of_weight_two = if infinite(row) { f32::INFINITY } else { 2.0 * std::f32::consts::LN_2 };
            assert_eq!(value[row], if w[row] == 0.0 { 0.0 } else { of_weight_two }, "row {row}");
        }
        // Without weights all of them count.
        let total = pointwise(&bce, Rows::new(&y, &p), Outputs::default(), Threads::new(threads)).unwrap();
        assert_eq!(total.infinite, (0..rows).filter(|&row| infinite(row)).count() as u64);
    }
}

#[test]
fn a_scale_is_a_number_that_the_precision_holds() {
    let mse = Loss::parse("mse").unwrap();
    let single = |scale: f64| {
        let mut gradient = [9.0_f32; 2];
        let outputs = Outputs { gradient: Some(&mut gradient), scale, ..Outputs::default() };
        pointwise(&mse, Rows::new(&[1.0, 2.0], &[1.5, 1.5]), outputs, Threads::One).map(|_| gradient)
    };
    for refused in [1e39, -1e39, 1e-46, f64::INFINITY, f64::MIN_POSITIVE] {
        assert_eq!(single(refused), Err(BatchError::Scale(refused)));
    }
    assert!(matches!(single(f64::NAN), Err(BatchError::Scale(scale)) if scale.is_nan()));
    // The ends of the range: gradients are 1 and −1.
    let smallest = f32::from_bits(1);
    for scale in [f32::MAX, -f32::MAX, f32::MIN_POSITIVE, smallest, 0.0] {
        assert_eq!(single(f64::from(scale)), Ok([scale, -scale]));
    }
    let mut gradient = [9.0; 1];
    let outputs = Outputs { gradient: Some(&mut gradient), scale: f64::MAX, ..Outputs::default() };
    pointwise(&mse, Rows::new(&[0.0], &[0.5]), outputs, Threads::One).unwrap();
    assert_eq!(gradient, [f64::MAX]);
    // A product that is too large is infinite; one that is too small 0.
    let mut gradient = [9.0; 2];
    let outputs = Outputs { gradient: Some(&mut gradient), scale: f64::MAX, ..Outputs::default() };
    pointwise(&mse, Rows::new(&[0.0, 0.0], &[1.0, 1e-320]), outputs, Threads::One).unwrap();
    assert_eq!(gradient, [f64::INFINITY, 2e-320 * f64::MAX]);
    // Half precisions are computed in single precision and rounded once.
    let mut gradient = [f16::from_f32(9.0); 2];
    let outputs = Outputs { gradient: Some(&mut gradient), scale: 1e30, ..Outputs::default() };
    let (y, z) = ([f16::ZERO; 2], [f16::from_f32(0.5), f16::ZERO]);
    pointwise(&mse, Rows::new(&y, &z), outputs, Threads::One).unwrap();
    assert_eq!(gradient, [f16::INFINITY, f16::ZERO]);
}

#[test]
fn bad_rows_are_named() {
    let bce = Loss::parse("bce").unwrap();
    let rows = 100_000;
    let (mut y, mut p, mut w) = (vec![1.0_f32; rows], vec![0.5; rows], vec![1.0; rows]);
    let run = |y: &[f32], p: &[f32], w: &[f32], threads| {
        let mut gradient = vec![0.0; rows];
        let outputs = Outputs { gradient: Some(&mut gradient), ..Outputs::default() };
        pointwise(&bce, Rows::new(y, p).weighted(w), outputs, Threads::new(threads)).map(|total| total.rows)
    };
    for threads in [1, 2] {
        assert_eq!(run(&y, &p, &w, threads), Ok(rows as u64));
    }
    p[99_999] = 1.5;
    w[98_000] = -1.0;
    y[70_001] = f32::NAN;
    for threads in [1, 2] {
        let error = run(&y, &p, &w, threads).unwrap_err();
        assert!(matches!(error, BatchError::Target { row: 70_001, .. }), "{error}");
    }
    y[70_001] = 0.0;
    let error = run(&y, &p, &w, 2).unwrap_err();
    assert_eq!(error.to_string(), "row 98000: the weight must be finite and at least 0, not -1");
    w[98_000] = 1.0;
    let error = run(&y, &p, &w, 2).unwrap_err();
    assert_eq!(error.to_string(), "row 99999: the prediction of bce must be in [0, 1], not 1.5");
    let error = run(&y, &p[1..], &w, 1).unwrap_err();
    assert_eq!(error.to_string(), "the column of predictions has 99999 rows, the truth has 100000");
    let cce = Loss::parse("cce").unwrap();
    assert!(pointwise(&cce, Rows::new(&y, &p), Outputs::default(), Threads::One).is_err());
}

#[test]
fn no_rows_make_an_empty_total() {
    let mse = Loss::parse("mse").unwrap();
    let total = pointwise::<f64>(&mse, Rows::new(&[], &[]), Outputs::default(), Threads::All).unwrap();
    assert_eq!(total, Total::default());
    assert!(total.mean().is_nan());
}

/// All bits that passes over all losses return.
fn all_bits(threads: usize) -> u64 {
    let mut hash = 7_u64;
    let mut add = |bits: u64| hash = (hash ^ bits).wrapping_mul(0x100_0000_01b3).rotate_left(29);
    // More than two pieces, so that threads have something to share.
    let rows = 3 * 16 * 2048 + 777;
    for loss in pointwise_losses() {
        let columns = columns(&loss, rows);
        let mut out = [vec![0.0; rows], vec![0.0; rows], vec![0.0; rows]];
        let [value, gradient, hessian] = &mut out;
        let outputs = Outputs { value: Some(value), gradient: Some(gradient), hessian: Some(hessian), scale: 0.3 };
        let all = Rows::new(&columns.target, &columns.prediction).weighted(&columns.weight);
        let total = pointwise(&loss, all, outputs, Threads::new(threads)).unwrap();
        add(total.mean().to_bits());
        out.iter().flatten().for_each(|x| add(x.to_bits()));
        let narrow = |column: &[f64]| column.iter().map(|&x| x as f32).collect::<Vec<f32>>();
        let (y, z, w) = (narrow(&columns.target), narrow(&columns.prediction), narrow(&columns.weight));
        let mut gradient = vec![0.0_f32; rows];
        let outputs = Outputs { gradient: Some(&mut gradient), ..Outputs::default() };
        let total = pointwise(&loss, Rows::new(&y, &z).weighted(&w), outputs, Threads::new(threads)).unwrap();
        add(total.mean().to_bits());
        gradient.iter().for_each(|x| add(u64::from(x.to_bits())));
    }
    hash
}

#[test]
#[ignore = "prints for same_bits_on_every_instruction_set_and_any_number_of_threads"]
fn print_bits() {
    for threads in [1, 2, 3] {
        println!("\nbits {:016x} {} {threads}", all_bits(threads), Isa::current().name());
    }
}

#[test]
fn same_bits_on_every_instruction_set_and_any_number_of_threads() {
    let mut seen = Vec::new();
    for isa in Isa::available() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "print_bits", "--ignored", "--nocapture", "--test-threads=1"])
            .env(OVERRIDE_VARIABLE, isa.name())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<String> = text.lines().filter(|line| line.starts_with("bits ")).map(str::to_owned).collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines.iter().all(|line| line.contains(isa.name())), "{text}");
        seen.extend(lines);
    }
    let bits: std::collections::BTreeSet<&str> = seen.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(bits.len(), 1, "{seen:?}");
}
