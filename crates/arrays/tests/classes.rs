//! Softmax cross-entropy of rows of logits against the catalogue's loss, computed in columns and in double precision.

#![allow(clippy::unwrap_used)]

mod common;

use std::process::Command;

use dartboard_arrays::{
    ClassOptions, ClassTarget, Element, Threads, softmax_cross_entropy, softmax_cross_entropy_in_place,
};
use dartboard_losses::{BatchError, Loss, Reduction, Treated, Treatment, Truth};
use dartboard_numerics::isa::{Isa, OVERRIDE_VARIABLE};
use half::{bf16, f16};

use common::Random;

/// Rows, their truth in every form, and what is done with them. All numbers are `f32`.
struct Batch {
    classes: usize,
    index: Vec<u32>,
    shares: Vec<f64>,
    logits: Vec<f64>,
    weight: Vec<f64>,
    class_weight: Vec<f64>,
}

fn batch(rows: usize, classes: usize, spread: f64) -> Batch {
    let mut random = Random(rows as u64 * 1000 + classes as u64);
    let mut single = |of: &mut dyn FnMut(&mut Random) -> f64, n: usize| -> Vec<f64> {
        (0..n).map(|_| f64::from(of(&mut random) as f32)).collect()
    };
    let logits = single(&mut |random| spread * (random.uniform() + random.uniform() - 1.0), rows * classes);
    let index = single(&mut |random| (random.bits() % classes as u64) as f64, rows);
    // Multiples of 2^-10 that add up to 1 exactly, so that they do in every precision; some are 0.
    let mut shares = vec![0.0; rows * classes];
    for row in shares.chunks_mut(classes) {
        for _ in 0..8 {
            row[single(&mut |random| (random.bits() % classes as u64) as f64, 1)[0] as usize] += 0.125;
        }
    }
    let weight = single(&mut |random| if random.bits().is_multiple_of(9) { 0.0 } else { random.uniform() }, rows);
    let class_weight = single(&mut |random| 0.25 + random.uniform(), classes);
    Batch { classes, index: index.iter().map(|&class| class as u32).collect(), shares, logits, weight, class_weight }
}

/// What is asked of a batch.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    shares: bool,
    weight: bool,
    class_weight: bool,
    smoothing: f64,
    ignore: Option<u32>,
}

/// Mean, total weight and the gradient row by row, by the catalogue's columns in double precision.
fn expected(batch: &Batch, asked: Asked) -> (f64, f64, Vec<f64>) {
    let column =
        |from: &[f64], class: usize| -> Vec<f64> { from.iter().skip(class).step_by(batch.classes).copied().collect() };
    let columns: Vec<Vec<f64>> = (0..batch.classes).map(|class| column(&batch.logits, class)).collect();
    let shares: Vec<Vec<f64>> = (0..batch.classes).map(|class| column(&batch.shares, class)).collect();
    let numbers: Vec<f64> = batch.index.iter().map(|&class| f64::from(class)).collect();
    let predictions: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let shares: Vec<&[f64]> = shares.iter().map(Vec::as_slice).collect();
    let truth = if asked.shares { Truth::Shares(&shares) } else { Truth::Numbers(&numbers) };
    let mut rows = dartboard_losses::Rows::new(truth, &predictions);
    if asked.weight {
        rows = rows.weight(&batch.weight);
    }
    let mut treatment =
        Treatment::new().label_smoothing(f64::from(asked.smoothing as f32)).reduction(Reduction::MeanByWeight);
    if asked.class_weight {
        treatment = treatment.class_weight(batch.class_weight.clone());
    }
    if let Some(class) = asked.ignore {
        treatment = treatment.ignore(f64::from(class));
    }
    let treated = Treated::new(&Loss::parse("cce_logits").unwrap(), treatment).unwrap();
    let reduced = treated.reduce(&rows).unwrap();
    let mut gradient = vec![vec![0.0; numbers.len()]; batch.classes];
    let mut hessian = gradient.clone();
    let (mut g, mut h): (Vec<&mut [f64]>, Vec<&mut [f64]>) =
        (gradient.iter_mut().map(Vec::as_mut_slice).collect(), hessian.iter_mut().map(Vec::as_mut_slice).collect());
    treated.gradient_hessian(&rows, &mut g, &mut h).unwrap();
    let by_row = (0..numbers.len()).flat_map(|row| gradient.iter().map(move |column| column[row])).collect();
    (reduced.value, reduced.divisor, by_row)
}

/// The same by the arrays, in any precision; in place as well, which has to give the same bits.
fn got<E: Element + PartialEq + std::fmt::Debug>(
    batch: &Batch,
    asked: Asked,
    threads: usize,
    of: impl Fn(f64) -> E,
    back: impl Fn(E) -> f64,
) -> (f64, f64, Vec<f64>) {
    let narrow = |from: &[f64]| from.iter().map(|&x| of(x)).collect::<Vec<E>>();
    let (shares, logits) = (narrow(&batch.shares), narrow(&batch.logits));
    let (weight, class_weight) = (narrow(&batch.weight), narrow(&batch.class_weight));
    let target = if asked.shares { ClassTarget::Shares(&shares) } else { ClassTarget::Index(&batch.index) };
    let options = ClassOptions {
        weight: asked.weight.then_some(&weight[..]),
        class_weight: asked.class_weight.then_some(&class_weight[..]),
        label_smoothing: f64::from(asked.smoothing as f32),
        ignore: asked.ignore,
        scale: 1.0,
    };
    let (threads, classes) = (Threads::new(threads), batch.classes);
    let mut gradient = vec![of(9.0); logits.len()];
    let total = softmax_cross_entropy(target, &logits, classes, Some(&mut gradient), options, threads).unwrap();
    let alone = softmax_cross_entropy(target, &logits, classes, None, options, threads).unwrap();
    assert_eq!(alone, total, "the value does not depend on whether the gradient was asked for");
    let mut in_place = logits.clone();
    let same = softmax_cross_entropy_in_place(target, &mut in_place, classes, options, threads).unwrap();
    assert_eq!((&same, &in_place), (&total, &gradient), "in place");
    (total.mean(), total.weight.to_f64(), gradient.into_iter().map(back).collect())
}

fn close(what: &str, got: f64, expected: f64, scale: f64, ulps: f64, epsilon: f64) {
    let error = (got - expected).abs() / (scale.abs() * epsilon);
    assert!(got == expected || error <= ulps, "{what}: {got:e} for {expected:e}, {error} ulp");
}

const ASKED: [Asked; 7] = [
    Asked { shares: false, weight: false, class_weight: false, smoothing: 0.0, ignore: None },
    Asked { shares: false, weight: true, class_weight: true, smoothing: 0.0, ignore: None },
    Asked { shares: false, weight: false, class_weight: false, smoothing: 0.125, ignore: None },
    Asked { shares: false, weight: true, class_weight: true, smoothing: 0.125, ignore: Some(0) },
    Asked { shares: true, weight: false, class_weight: false, smoothing: 0.0, ignore: None },
    Asked { shares: true, weight: true, class_weight: true, smoothing: 0.25, ignore: None },
    Asked { shares: false, weight: true, class_weight: false, smoothing: 0.0, ignore: Some(1) },
];

/// Rows and classes: below, at and above the limits of blocks, lanes and kernels.
const SHAPES: [(usize, usize); 11] =
    [(5, 2), (64, 3), (200, 10), (65, 63), (66, 64), (7, 127), (7, 128), (9, 129), (3, 1000), (2, 4099), (2, 40_000)];

#[test]
fn double_and_single_precision_agree_with_the_catalogue() {
    for (rows, classes) in SHAPES {
        for spread in [1.0, 8.0, 60.0] {
            let batch = batch(rows, classes, spread);
            for asked in ASKED {
                if asked.ignore.is_some() && batch.index.iter().all(|&class| Some(class) == asked.ignore) {
                    continue;
                }
                let expected = expected(&batch, asked);
                let double = got(&batch, asked, 1, |x| x, |x| x);
                let single = got(&batch, asked, 1, |x| x as f32, f64::from);
                for (precision, got, epsilon) in
                    [("f64", double, f64::EPSILON), ("f32", single, f64::from(f32::EPSILON))]
                {
                    let what = format!("{precision} {rows}×{classes} {spread} {asked:?}");
                    // The catalogue adds many classes one after another, so it is the less exact: half an ulp each.
                    let slack = if precision == "f64" { classes as f64 / 2.0 } else { 0.0 };
                    close(&what, got.0, expected.0, expected.0, 4.0 + slack, epsilon);
                    close(&what, got.1, expected.1, expected.1, 4.0, epsilon);
                    for (place, (&got, &expected)) in got.2.iter().zip(&expected.2).enumerate() {
                        // Shares that nearly meet the probability cancel: relative to what is subtracted.
                        let (row, class) = (place / classes, place % classes);
                        let share = match asked {
                            Asked { shares: true, .. } => batch.shares[place] + 2.0 / classes as f64,
                            Asked { smoothing: 0.0, .. } => 0.0,
                            _ => f64::from(batch.index[row] as usize == class) + 2.0 / classes as f64,
                        };
                        let weight = if asked.weight { batch.weight[row] } else { 1.0 };
                        // Below the smallest normal number there are fewer digits.
                        let normal = if precision == "f64" { f64::MIN_POSITIVE } else { f64::from(f32::MIN_POSITIVE) };
                        let scale = (expected.abs() + share * weight).max(normal);
                        close(&format!("{what} gradient {place}"), got, expected, scale, 6.0 + slack, epsilon);
                    }
                }
            }
        }
    }
}

fn f16_of(x: f64) -> f16 {
    f16::from_f64(x)
}

#[test]
fn half_precision_is_rounded_once() {
    for (rows, classes) in [(70, 10), (3, 200)] {
        let mut batch = batch(rows, classes, 8.0);
        batch.logits.iter_mut().for_each(|z| *z = f16::from_f64((*z * 16.0).round() / 16.0).to_f64());
        for asked in [ASKED[0], ASKED[4]] {
            let single = got(&batch, asked, 1, |x| x as f32, f64::from);
            let f16 = got(&batch, asked, 1, f16_of, f16::to_f64);
            let bf16 = got(
                &Batch { logits: batch.logits.clone(), ..self::batch(rows, classes, 8.0) },
                asked,
                1,
                bf16::from_f64,
                bf16::to_f64,
            );
            assert_eq!(f16.0, single.0);
            for ((&single, &f16), &bf16) in single.2.iter().zip(&f16.2).zip(&bf16.2) {
                assert_eq!(f16, f16_of(single).to_f64());
                // The logits of bf16 are rounded themselves.
                assert!((bf16 - single).abs() < 0.05, "{bf16} {single}");
            }
        }
    }
}

#[test]
fn masked_logits_are_exact() {
    for classes in [3, 10, 64, 300] {
        for masked_from in [1, 2, classes - 1] {
            let full = batch(20, classes, 6.0);
            let mut masked = full.logits.clone();
            masked.chunks_mut(classes).for_each(|row| row[masked_from..].fill(f64::NEG_INFINITY));
            let target = vec![0; 20];
            let mut gradient = vec![9.0; masked.len()];
            let options = ClassOptions::default();
            let index = ClassTarget::Index(&target);
            let total = softmax_cross_entropy(index, &masked, classes, Some(&mut gradient), options, Threads::One);
            let few: Vec<f64> = full.logits.chunks(classes).flat_map(|row| row[..masked_from].to_vec()).collect();
            let alone = softmax_cross_entropy(index, &few, masked_from, None, options, Threads::One).unwrap();
            let total = total.unwrap();
            close("masked", total.sum(), alone.sum(), alone.sum(), 4.0, f64::EPSILON);
            assert!(gradient.chunks(classes).all(|row| row[masked_from..].iter().all(|&g| g == 0.0)));
            // What is masked and yet true costs everything.
            let target = vec![classes as u32 - 1; 20];
            let index = ClassTarget::Index(&target);
            let total = softmax_cross_entropy(index, &masked, classes, Some(&mut gradient), options, Threads::One);
            let total = total.unwrap();
            assert_eq!((total.mean(), total.infinite), (f64::INFINITY, 20));
            assert!(gradient.iter().all(|g| g.is_finite()));
        }
    }
}

#[test]
fn a_sure_right_answer_keeps_its_digits() {
    for classes in [2, 10, 64, 1000] {
        let mut logits = vec![-60.0_f32; classes];
        logits[1] = 0.0;
        let total = softmax_cross_entropy(
            ClassTarget::Index(&[1]),
            &logits,
            classes,
            None,
            ClassOptions::default(),
            Threads::One,
        );
        let expected = (classes - 1) as f64 * (-60.0_f64).exp();
        close("sure", total.unwrap().sum(), expected, expected, 2.0, f64::from(f32::EPSILON));
    }
}

#[test]
fn bad_rows_are_named() {
    for classes in [3, 100] {
        let rows = 3000;
        let run = |target: &[u32], logits: &[f32], threads| {
            let options = ClassOptions { ignore: Some(u32::MAX), ..ClassOptions::default() };
            let target = ClassTarget::Index(target);
            softmax_cross_entropy(target, logits, classes, None, options, Threads::new(threads)).map(|total| total.rows)
        };
        let (mut target, mut logits) = (vec![1; rows], vec![0.5; rows * classes]);
        target[7] = u32::MAX;
        assert_eq!(run(&target, &logits, 2), Ok(rows as u64 - 1));
        logits[2900 * classes + 1] = f32::NAN;
        logits[2950 * classes] = f32::INFINITY;
        for threads in [1, 2] {
            assert_eq!(run(&target, &logits, threads), Err(BatchError::Logits { row: 2900 }));
        }
        logits[2900 * classes..2901 * classes].fill(f32::NEG_INFINITY);
        assert_eq!(run(&target, &logits, 1), Err(BatchError::Logits { row: 2900 }));
        target[2000] = classes as u32;
        let error = run(&target, &logits, 2).unwrap_err();
        let message = format!("row 2000: the class must be a whole number from 0 to {}, not {classes}", classes - 1);
        assert_eq!(error.to_string(), message);
        assert!(matches!(run(&target[1..], &logits, 1), Err(BatchError::Numbers { .. })));
        let shares = vec![0.5_f32; 2 * classes];
        let soft = |shares: &[f32], options| {
            softmax_cross_entropy(
                ClassTarget::Shares(shares),
                &logits[..2 * classes],
                classes,
                None,
                options,
                Threads::One,
            )
        };
        assert!(matches!(soft(&shares, ClassOptions::default()), Err(BatchError::Shares { row: 0, .. })));
        let options = ClassOptions { label_smoothing: 1.0, ..ClassOptions::default() };
        assert_eq!(soft(&shares, options), Err(BatchError::Smoothing(1.0)));
        let negative = vec![-1.0; classes];
        let options = ClassOptions { class_weight: Some(&negative[..]), ..ClassOptions::default() };
        assert_eq!(soft(&shares, options), Err(BatchError::ClassWeight { class: 0, weight: -1.0 }));
    }
    let none =
        softmax_cross_entropy::<f32>(ClassTarget::Index(&[]), &[], 0, None, ClassOptions::default(), Threads::One);
    assert!(matches!(none, Err(BatchError::Columns { .. })));
}

#[test]
fn the_first_bad_row_is_named_whatever_is_bad_about_it() {
    for classes in [3, 100] {
        let rows = 70;
        let (target, logits, weight) = (vec![1; rows], vec![0.5_f64; rows * classes], vec![1.0; rows]);
        let run = |target: &[u32], logits: &[f64], weight: &[f64]| {
            let options = ClassOptions { weight: Some(weight), ..ClassOptions::default() };
            let mut gradient = vec![0.0; logits.len()];
            let target = ClassTarget::Index(target);
            softmax_cross_entropy(target, logits, classes, Some(&mut gradient), options, Threads::One).unwrap_err()
        };
        // Rows of one block that are bad in three ways, in every order.
        for [of_target, of_logits, of_weight] in
            [[10, 20, 30], [10, 30, 20], [20, 10, 30], [30, 10, 20], [20, 30, 10], [30, 20, 10]]
        {
            let (mut target, mut logits, mut weight) = (target.clone(), logits.clone(), weight.clone());
            target[of_target] = classes as u32;
            logits[of_logits * classes + 1] = f64::NAN;
            weight[of_weight] = -1.0;
            let expected = match 10 {
                row if row == of_target => BatchError::Class { row, class: classes as f64, classes },
                row if row == of_logits => BatchError::Logits { row },
                row => BatchError::Weight { row, weight: -1.0 },
            };
            assert_eq!(run(&target, &logits, &weight), expected, "{classes} classes");
        }
        let mut shares = vec![1.0 / classes as f64; rows * classes];
        let (mut logits, mut weight) = (logits, weight);
        shares[7 * classes] = 2.0;
        logits[5 * classes] = f64::INFINITY;
        weight[6] = f64::NAN;
        let options = ClassOptions { weight: Some(&weight[..]), ..ClassOptions::default() };
        let error = softmax_cross_entropy(ClassTarget::Shares(&shares), &logits, classes, None, options, Threads::One);
        assert_eq!(error, Err(BatchError::Logits { row: 5 }));
    }
}

#[test]
fn arrays_that_do_not_fit_are_told_their_numbers() {
    let target = ClassTarget::Index(&[0, 1]);
    let (options, threads) = (ClassOptions::default(), Threads::One);
    let message = |result: Result<dartboard_arrays::Total, BatchError>| result.unwrap_err().to_string();
    assert_eq!(
        message(softmax_cross_entropy(target, &[0.5_f32; 5], 3, None, options, threads)),
        "the array of logits must hold 2 rows of 3 numbers, not 5 numbers"
    );
    assert_eq!(
        message(softmax_cross_entropy(target, &[0.5_f32; 6], 3, Some(&mut [0.0; 7]), options, threads)),
        "the gradient must hold 2 rows of 3 numbers, not 7 numbers"
    );
    assert_eq!(
        message(softmax_cross_entropy(ClassTarget::Shares(&[0.5; 7]), &[0.5_f32; 6], 3, None, options, threads)),
        "the array of shares must hold 2 rows of 3 numbers, not 7 numbers"
    );
    let options = ClassOptions { weight: Some(&[1.0_f32; 3][..]), ..options };
    assert_eq!(
        message(softmax_cross_entropy(target, &[0.5; 6], 3, None, options, threads)),
        "the column of weights has 3 rows, the truth has 2"
    );
    // Sizes whose product does not fit, and would be 0 if it wrapped round.
    let half = usize::MAX / 2 + 1;
    let error = softmax_cross_entropy::<f32>(target, &[], half, None, ClassOptions::default(), threads);
    assert_eq!(message(error), format!("the array of logits must hold 2 rows of {half} numbers, not 0 numbers"));
}

#[test]
fn no_rows_may_have_any_number_of_classes() {
    for classes in [1, 63, 64, 1 << 40, usize::MAX] {
        for target in [ClassTarget::Index(&[]), ClassTarget::Shares(&[])] {
            for smoothing in [0.0, 0.125] {
                let options = ClassOptions::<f32> { label_smoothing: smoothing, ..ClassOptions::default() };
                for threads in [Threads::One, Threads::All] {
                    let total = softmax_cross_entropy(target, &[], classes, Some(&mut []), options, threads).unwrap();
                    assert_eq!((total.rows, total.mean().is_nan()), (0, true), "{classes} classes");
                    let same = softmax_cross_entropy_in_place(target, &mut [], classes, options, threads);
                    assert_eq!(same, Ok(total));
                }
            }
        }
        let options = ClassOptions { class_weight: Some(&[][..]), ..ClassOptions::<f32>::default() };
        let error = softmax_cross_entropy(ClassTarget::Index(&[]), &[], classes, None, options, Threads::One);
        assert_eq!(error, Err(BatchError::ClassWeights { expected: classes, found: 0 }));
    }
}

#[test]
fn shares_have_no_class_to_ignore() {
    let options = ClassOptions { ignore: Some(1), ..ClassOptions::default() };
    for shares in [&[0.5_f32, 0.5, 1.0, 0.0][..], &[]] {
        let logits = vec![0.5; shares.len()];
        let target = ClassTarget::Shares(shares);
        let refused = softmax_cross_entropy(target, &logits, 2, None, options, Threads::One);
        assert_eq!(refused, Err(BatchError::IgnoreWithShares));
        let refused = softmax_cross_entropy_in_place(target, &mut logits.clone(), 2, options, Threads::All);
        assert_eq!(refused, Err(BatchError::IgnoreWithShares));
    }
}

#[test]
fn infinite_losses_are_counted_whatever_threads_meet_them() {
    for classes in [5, 100] {
        // Enough for several pieces.
        let rows = 200_000 / classes;
        let infinite = |row: usize| row == 0 || row == rows - 1 || row % 500 == 499;
        let mut logits = vec![0.25_f32; rows * classes];
        (0..rows).filter(|&row| infinite(row)).for_each(|row| logits[row * classes + 2] = f32::NEG_INFINITY);
        let target = vec![2; rows];
        let weight: Vec<f32> = (0..rows).map(|row| if row % 3 == 1 { 0.0 } else { 2.0 }).collect();
        let counted = (0..rows).filter(|&row| infinite(row) && weight[row] > 0.0).count() as u64;
        let options = ClassOptions { weight: Some(&weight[..]), ..ClassOptions::default() };
        for threads in [1, 2, 3] {
            let mut gradient = vec![9.0; logits.len()];
            let target = ClassTarget::Index(&target);
            let threads = Threads::new(threads);
            let total = softmax_cross_entropy(target, &logits, classes, Some(&mut gradient), options, threads).unwrap();
            assert_eq!((total.infinite, total.rows, total.mean()), (counted, rows as u64, f64::INFINITY));
            assert!(gradient.iter().all(|g| g.is_finite()));
            let unweighted = gradient.chunks(classes).zip(&weight).filter(|&(_, &weight)| weight == 0.0);
            assert!(unweighted.flat_map(|(row, _)| row).all(|&g| g == 0.0));
        }
    }
}

#[test]
fn a_scale_is_a_number_that_the_precision_holds() {
    for classes in [2, 128] {
        let logits = vec![0.0_f32; classes];
        let gradient = |scale: f64| {
            let (mut gradient, options) = (vec![9.0; classes], ClassOptions { scale, ..ClassOptions::default() });
            let target = ClassTarget::Index(&[0]);
            softmax_cross_entropy(target, &logits, classes, Some(&mut gradient), options, Threads::One)
                .map(|_| gradient)
        };
        for refused in [1e39, -1e39, 1e-46, f64::INFINITY] {
            assert_eq!(gradient(refused), Err(BatchError::Scale(refused)));
        }
        assert!(matches!(gradient(f64::NAN), Err(BatchError::Scale(scale)) if scale.is_nan()));
        // Both are powers of two, so that nothing is rounded.
        let share = 1.0 / classes as f32;
        for scale in [127.0_f32.exp2(), -(127.0_f32.exp2()), (-110.0_f32).exp2(), 0.0] {
            let gradient = gradient(f64::from(scale)).unwrap();
            assert_eq!((gradient[0], gradient[1]), ((share - 1.0) * scale, share * scale), "{classes} {scale:e}");
        }
    }
}

fn all_bits(threads: usize) -> u64 {
    let mut hash = 7_u64;
    let mut add = |bits: u64| hash = (hash ^ bits).wrapping_mul(0x100_0000_01b3).rotate_left(29);
    for (rows, classes) in [(10_001, 10), (701, 63), (702, 64), (203, 1000), (5, 40_000)] {
        let batch = batch(rows, classes, 8.0);
        for asked in [ASKED[1], ASKED[3], ASKED[5]] {
            let double = got(&batch, asked, threads, |x| x, |x| x);
            let single = got(&batch, asked, threads, |x| x as f32, f64::from);
            for (mean, weight, gradient) in [double, single] {
                add(mean.to_bits());
                add(weight.to_bits());
                gradient.iter().for_each(|g| add(g.to_bits()));
            }
        }
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
        seen.extend(lines);
    }
    let bits: std::collections::BTreeSet<&str> = seen.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(bits.len(), 1, "{seen:?}");
}
