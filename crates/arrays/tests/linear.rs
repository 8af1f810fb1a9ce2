//! The loss of a linear layer against the definition in double precision, within the bounds that its page states.

#![allow(clippy::unwrap_used)]

mod common;

use dartboard_arrays::Threads;
use dartboard_arrays::linear::{Error, Gradients, Inputs, Loss, Options, ROOM, Reduction, cross_entropy};
use dartboard_numerics::isa::Isa;

use common::Random;

/// Half the gap between 1 and the next larger `f32`: what one rounding costs.
const U: f64 = 1.0 / (1 << 24) as f64;

/// Between −1 and 1.
fn number(random: &mut Random) -> f32 {
    (2.0 * random.uniform() - 1.0) as f32
}

#[derive(Clone)]
struct Batch {
    hidden: Vec<f32>,
    weights: Vec<f32>,
    bias: Option<Vec<f32>>,
    target: Vec<u32>,
    width: usize,
    classes: usize,
}

impl Batch {
    fn new([rows, width, classes]: [usize; 3], scale: f32) -> Self {
        let mut random = Random((rows * 1_000_003 + width * 1009 + classes) as u64);
        let mut numbers =
            |count: usize, scale: f32| (0..count).map(|_| scale * number(&mut random)).collect::<Vec<_>>();
        let (hidden, weights, bias) =
            (numbers(rows * width, 1.0), numbers(classes * width, scale), numbers(classes, 1.0));
        let target = (0..rows).map(|_| (random.bits() % classes as u64) as u32).collect();
        Self { hidden, weights, bias: (rows % 2 == 0).then_some(bias), target, width, classes }
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs {
            hidden: &self.hidden,
            weights: &self.weights,
            bias: self.bias.as_deref(),
            target: &self.target,
            width: self.width,
            classes: self.classes,
        }
    }

    fn run(&self, options: &Options) -> Result<Results, Error> {
        // What was there must not matter.
        let mut hidden = vec![f32::NAN; self.hidden.len()];
        let mut weights = vec![f32::NAN; self.weights.len()];
        let mut bias = vec![f32::NAN; self.classes];
        let gradients = Gradients { hidden: Some(&mut hidden), weights: Some(&mut weights), bias: Some(&mut bias) };
        let loss = cross_entropy(&self.inputs(), options, gradients)?;
        Ok(Results { loss, hidden, weights, bias })
    }

    fn hidden(&self, row: usize) -> &[f32] {
        &self.hidden[row * self.width..][..self.width]
    }

    fn weights(&self, class: usize) -> &[f32] {
        &self.weights[class * self.width..][..self.width]
    }
}

#[derive(Debug, PartialEq)]
struct Results {
    loss: Loss,
    hidden: Vec<f32>,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Results {
    fn bits(&self) -> (u64, [Vec<u32>; 3]) {
        let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect();
        (self.loss.value.to_bits(), [bits(&self.hidden), bits(&self.weights), bits(&self.bias)])
    }
}

/// Numbers and how far from them results may be.
struct Bounded {
    exact: Vec<f64>,
    bound: Vec<f64>,
}

impl Bounded {
    fn zeros(count: usize) -> Self {
        Self { exact: vec![0.0; count], bound: vec![0.0; count] }
    }

    fn add(&mut self, at: usize, factor: f64, times: f32, relative: f64) {
        let term = factor * f64::from(times);
        self.exact[at] += term;
        // Gradients below 2^-100 are taken for 0.
        self.bound[at] += term.abs() * relative + f64::from(times).abs() * 2.0_f64.powi(-100);
    }

    fn holds(&self, found: &[f32], what: &str) {
        assert_eq!(found.len(), self.exact.len());
        for (i, &found) in found.iter().enumerate() {
            let error = (f64::from(found) - self.exact[i]).abs();
            // A result that is no normal number has an error of its own.
            let bound = self.bound[i] + 2.0_f64.powi(-149);
            assert!(error <= bound, "{what} {i}: {found}, not {}: off by {error:e}, not {bound:e}", self.exact[i]);
        }
    }
}

/// Holds results against the definition.
fn hold(batch: &Batch, options: &Options, results: &Results) {
    let (width, classes) = (batch.width, batch.classes);
    let counted: Vec<usize> =
        (0..batch.target.len()).filter(|&row| options.ignored != Some(batch.target[row])).collect();
    let scale = if options.reduction == Reduction::Mean { 1.0 / counted.len() as f64 } else { 1.0 };
    let (mut value, mut value_bound) = (0.0, 0.0);
    let mut hidden = Bounded::zeros(batch.hidden.len());
    let mut weights = Bounded::zeros(batch.weights.len());
    let mut bias = Bounded::zeros(classes);
    // Chains of s terms, and as many sums of them as there are.
    let chain = |terms: usize, s: usize| (terms.min(s) + terms.div_ceil(s)) as f64 * U;
    for &row in &counted {
        let h = batch.hidden(row);
        let mut magnitude = 0.0_f64;
        let logits: Vec<f64> = (0..classes)
            .map(|class| {
                let terms = || h.iter().zip(batch.weights(class)).map(|(&h, &w)| f64::from(h) * f64::from(w));
                let b = batch.bias.as_ref().map_or(0.0, |bias| f64::from(bias[class]));
                magnitude = magnitude.max(terms().map(f64::abs).sum::<f64>() + b.abs());
                terms().sum::<f64>() + b
            })
            .collect();
        // At most 320 terms to a chain: those of tiles of 16 rows.
        let logit_bound = magnitude * (chain(width, 320) + U);
        let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let min = logits.iter().copied().fold(f64::INFINITY, f64::min);
        let y = batch.target[row] as usize;
        let argmax = logits.iter().position(|&z| z == max).unwrap();
        let exp: Vec<f64> = logits.iter().map(|z| (z - max).exp()).collect();
        let rest: f64 = exp.iter().enumerate().filter(|&(class, _)| class != argmax).map(|(_, e)| e).sum();
        let others: f64 = exp.iter().enumerate().filter(|&(class, _)| class != y).map(|(_, e)| e).sum();
        let loss = (max - logits[y]) + rest.ln_1p();
        value += loss;
        // Of the exponentials: 2 for themselves, 1 for their sum, 1 for its rounding, and their distances.
        let exp_bound = (4.0 + (max - min)) * U;
        // Where the logits of a sure right answer move, so does what is left of the loss.
        let moved = if y == argmax { 0.0 } else { 2.0 * logit_bound };
        value_bound += moved + loss.min(rest) * (exp_bound + 2.0 * logit_bound) * 1.01 + 1e-15 * loss;
        let relative = 1.01 * (2.0 * logit_bound + exp_bound + 4.0 * U);
        for (class, &e) in exp.iter().enumerate() {
            let p = if class == y { -others } else { e } / (1.0 + rest) * scale;
            let of_rows = relative + chain(counted.len(), 80);
            for (i, (&w, &h)) in batch.weights(class).iter().zip(h).enumerate() {
                hidden.add(row * width + i, p, w, relative + chain(classes, 64));
                weights.add(class * width + i, p, h, of_rows);
            }
            bias.add(class, p, 1.0, of_rows);
        }
    }
    let (value, value_bound) = (value * scale, value_bound * scale);
    let error = (results.loss.value - value).abs();
    assert!(error <= value_bound, "{} is off {value} by {error:e}, not {value_bound:e}", results.loss.value);
    assert_eq!(results.loss.rows, counted.len());
    assert_eq!(results.loss.rows + results.loss.ignored, batch.target.len());
    hidden.holds(&results.hidden, "dH");
    weights.holds(&results.weights, "dW");
    bias.holds(&results.bias, "db");
}

/// N, D, V: below, at and above every size that something is cut to.
const SHAPES: [[usize; 3]; 14] = [
    [1, 1, 1],
    [1, 1, 2],
    [3, 7, 1],
    [5, 1, 17],
    [16, 7, 2],
    [17, 64, 65],
    [33, 65, 64],
    [48, 3, 200],
    [79, 16, 130],
    [80, 129, 64],
    [81, 80, 63],
    [100, 17, 300],
    [161, 5, 129],
    [250, 20, 100],
];

#[test]
fn value_and_gradients_are_within_their_bounds() {
    for shape in SHAPES {
        for scale in [0.1, 3.0, 60.0] {
            let batch = Batch::new(shape, scale);
            for reduction in [Reduction::Mean, Reduction::Sum] {
                let options = Options { reduction, ..Options::default() };
                hold(&batch, &options, &batch.run(&options).unwrap());
            }
        }
    }
}

#[test]
fn logits_that_do_not_fit_the_room_are_computed_twice() {
    let batch = Batch::new([100, 17, 300], 2.0);
    for room in [0, 4096, 20 << 10, 60 << 10, 100 << 10, usize::MAX] {
        for threads in [1, 2] {
            let options = Options { room, threads: Threads::new(threads), ..Options::default() };
            hold(&batch, &options, &batch.run(&options).unwrap());
        }
    }
}

#[test]
fn bits_depend_neither_on_the_instruction_set_nor_on_threads() {
    for shape in [[5, 7, 3], [100, 33, 150]] {
        let batch = Batch::new(shape, 2.0);
        for room in [20 << 10, ROOM] {
            let expected = batch.run(&Options { room, ..Options::default() }).unwrap().bits();
            for isa in Isa::available() {
                for threads in [1, 2, 3] {
                    let options = Options { isa, threads: Threads::new(threads), room, ..Options::default() };
                    let found = batch.run(&options).unwrap().bits();
                    assert!(found == expected, "{shape:?} {} {threads} threads, room of {room}", isa.name());
                }
            }
        }
    }
}

#[test]
fn blocks_of_whole_panels_give_the_bits_of_one_block() {
    let batch = Batch::new([250, 20, 100], 2.0);
    let expected = batch.run(&Options { room: usize::MAX, ..Options::default() }).unwrap().bits();
    for panels in 1..3 {
        let room = panels * 80 * batch.classes * 4;
        assert!(batch.run(&Options { room, ..Options::default() }).unwrap().bits() == expected, "{panels}");
    }
}

#[test]
fn gradients_that_are_not_asked_for_change_nothing() {
    let batch = Batch::new([100, 33, 150], 2.0);
    let options = Options::default();
    let all = batch.run(&options).unwrap();
    let alone = cross_entropy(&batch.inputs(), &options, Gradients::default()).unwrap();
    assert_eq!(alone, all.loss);
    for threads in [1, 2] {
        let options = Options { threads: Threads::new(threads), ..options };
        let mut hidden = vec![f32::NAN; all.hidden.len()];
        let gradients = Gradients { hidden: Some(&mut hidden), ..Gradients::default() };
        assert_eq!(cross_entropy(&batch.inputs(), &options, gradients).unwrap(), all.loss);
        assert_eq!(hidden, all.hidden);
        let mut weights = vec![f32::NAN; all.weights.len()];
        let gradients = Gradients { weights: Some(&mut weights), ..Gradients::default() };
        assert_eq!(cross_entropy(&batch.inputs(), &options, gradients).unwrap(), all.loss);
        assert_eq!(weights, all.weights);
    }
}

#[test]
fn ignored_rows_do_not_count_whatever_they_hold() {
    const IGNORED: u32 = u32::MAX - 99;
    let mut batch = Batch::new([100, 17, 70], 1.0);
    for row in (0..100).filter(|row| row % 7 == 3 || *row > 90) {
        batch.target[row] = IGNORED;
        batch.hidden[row * batch.width..][..batch.width].fill(0.0);
    }
    let options = Options { ignored: Some(IGNORED), ..Options::default() };
    let results = batch.run(&options).unwrap();
    hold(&batch, &options, &results);
    assert_eq!(results.loss.ignored, 22);
    let mut poisoned = batch.clone();
    for row in (0..100).filter(|&row| batch.target[row] == IGNORED) {
        poisoned.hidden[row * batch.width..][..batch.width].fill(f32::NAN);
    }
    assert!(poisoned.run(&options).unwrap().bits() == results.bits());
    // A class can be what is ignored.
    let class = Batch::new([100, 17, 3], 1.0);
    let options = Options { ignored: Some(1), ..Options::default() };
    hold(&class, &options, &class.run(&options).unwrap());
}

#[test]
fn where_all_rows_are_ignored_there_is_a_sum_but_no_mean() {
    let mut batch = Batch::new([6, 3, 4], 1.0);
    batch.target.fill(2);
    let options = Options { ignored: Some(2), ..Options::default() };
    assert_eq!(batch.run(&options), Err(Error::NoRows { ignored: 6 }));
    let results = batch.run(&Options { reduction: Reduction::Sum, ..options }).unwrap();
    assert_eq!(results.loss.value, 0.0);
    assert!([results.hidden, results.weights, results.bias].concat().iter().all(|&x| x == 0.0));
}

/// One hidden state of 1, so that the logits are the weights.
fn one_row(logits: &[f32], y: u32) -> Batch {
    Batch { hidden: vec![1.0], weights: logits.to_vec(), bias: None, target: vec![y], width: 1, classes: logits.len() }
}

#[test]
fn a_sure_right_answer_keeps_its_digits() {
    let mut logits = vec![-60.0; 200];
    logits[150] = 0.0;
    let results = one_row(&logits, 150).run(&Options::default()).unwrap();
    let expected = 199.0 * (-60.0_f64).exp();
    assert!((results.loss.value / expected - 1.0).abs() < 4.0 * U, "{} {expected}", results.loss.value);
    assert!((f64::from(results.weights[150]) / -expected - 1.0).abs() < 8.0 * U, "{}", results.weights[150]);
    // All losses of a sure wrong answer are its distance.
    let results = one_row(&logits, 3).run(&Options::default()).unwrap();
    assert_eq!(results.loss.value, 60.0);
    assert_eq!((results.weights[3], results.weights[150]), (-1.0, 1.0));
}

#[test]
fn a_hundred_thousand_classes_lose_no_digits() {
    let classes = 131_072;
    let logits: Vec<f32> = (0..classes).map(|class| (class % 7) as f32 / 8.0).collect();
    let results = one_row(&logits, 5).run(&Options::default()).unwrap();
    let total: f64 = logits.iter().map(|&z| (f64::from(z) - 0.75).exp()).sum();
    let expected = 0.75 - 0.625 + total.ln();
    assert!((results.loss.value - expected).abs() < 2.0 * U, "{} {expected}", results.loss.value);
    // Its hidden state's gradient adds up 131072 terms of one sign and the target's.
    let exact: f64 = logits.iter().map(|&z| (f64::from(z) - 0.75).exp() / total * f64::from(z)).sum::<f64>() - 0.625;
    assert!((f64::from(results.hidden[0]) - exact).abs() < 100.0 * U, "{} {exact}", results.hidden[0]);
}

#[test]
fn large_logits_do_not_overflow() {
    let results = one_row(&[3e38, -3e38, 1e38], 1).run(&Options::default()).unwrap();
    assert_eq!(results.loss.value, f64::from(3e38_f32) + f64::from(3e38_f32));
    assert_eq!(results.weights, [1.0, -1.0, 0.0]);
}

#[test]
fn what_is_not_finite_shows() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for shape in [[20, 5, 3], [20, 5, 65], [90, 3, 200]] {
            let clean = Batch { bias: None, ..Batch::new(shape, 1.0) };
            let mut batch = clean.clone();
            batch.hidden[7] = bad;
            assert!(!batch.run(&Options::default()).unwrap().loss.value.is_finite(), "{bad} in H {shape:?}");
            for at in [0, clean.weights.len() / 2, clean.weights.len() - 1] {
                let mut batch = clean.clone();
                batch.weights[at] = bad;
                let results = batch.run(&Options::default()).unwrap();
                assert!(!results.loss.value.is_finite(), "{bad} in W at {at} {shape:?}");
                assert!(results.hidden.iter().any(|x| !x.is_finite()));
            }
        }
    }
}

#[test]
fn a_bias_of_minus_infinity_masks_a_class() {
    // A whole group of 64 classes among them, and a group of one.
    let mut batch = Batch { bias: None, ..Batch::new([20, 5, 193], 1.0) };
    batch.target.iter_mut().for_each(|class| *class %= 50);
    let kept = Batch { weights: batch.weights[..50 * 5].to_vec(), classes: 50, ..batch.clone() };
    let mut bias = vec![f32::NEG_INFINITY; 193];
    bias[..50].fill(0.0);
    batch.bias = Some(bias);
    let results = batch.run(&Options::default()).unwrap();
    let (masked, all) = (&results, kept.run(&Options::default()).unwrap());
    assert_eq!(masked.loss, all.loss);
    assert_eq!(masked.hidden, all.hidden);
    assert_eq!(masked.weights[..250], all.weights);
    assert!(masked.weights[250..].iter().chain(&masked.bias[50..]).all(|&x| x == 0.0));
    // A masked class that is right is an infinite loss.
    batch.target[0] = 60;
    assert_eq!(batch.run(&Options::default()).unwrap().loss.value, f64::INFINITY);
}

#[test]
fn gradients_are_slopes() {
    let batch = Batch::new([40, 9, 70], 1.0);
    let results = batch.run(&Options::default()).unwrap();
    let value =
        |batch: &Batch| cross_entropy(&batch.inputs(), &Options::default(), Gradients::default()).unwrap().value;
    let mut random = Random(5);
    let direction: Vec<f32> = (0..batch.hidden.len().max(batch.weights.len())).map(|_| number(&mut random)).collect();
    // A power of two: the steps are then almost what they are meant to be. Roundings of the logits cost 1e-7/step.
    let step = 1.0 / 256.0;
    let slope = |at: &dyn Fn(f32) -> Batch| (value(&at(step)) - value(&at(-step))) / f64::from(2.0 * step);
    let along =
        |gradient: &[f32]| -> f64 { gradient.iter().zip(&direction).map(|(&g, &d)| f64::from(g) * f64::from(d)).sum() };
    let moved = |numbers: &[f32], step: f32| numbers.iter().zip(&direction).map(|(x, d)| x + step * d).collect();
    let found = slope(&|step| Batch { hidden: moved(&batch.hidden, step), ..batch.clone() });
    assert!((found - along(&results.hidden)).abs() < 1e-4, "{found} {}", along(&results.hidden));
    let found = slope(&|step| Batch { weights: moved(&batch.weights, step), ..batch.clone() });
    assert!((found - along(&results.weights)).abs() < 1e-4, "{found} {}", along(&results.weights));
    let bias = batch.bias.clone().unwrap();
    let found = slope(&|step| Batch { bias: Some(moved(&bias, step)), ..batch.clone() });
    assert!((found - along(&results.bias)).abs() < 1e-4, "{found} {}", along(&results.bias));
}

#[test]
fn arrays_that_do_not_fit_are_named() {
    let batch = Batch::new([4, 3, 5], 1.0);
    let inputs = batch.inputs();
    let message = |inputs: Inputs<'_>, gradients: Gradients<'_>| {
        cross_entropy(&inputs, &Options::default(), gradients).unwrap_err().to_string()
    };
    let none = Gradients::default;
    assert_eq!(
        message(Inputs { hidden: &inputs.hidden[1..], ..inputs }, none()),
        "the hidden states must hold 12 numbers (4 rows × 3), not 11"
    );
    assert_eq!(
        message(Inputs { weights: &inputs.weights[3..], ..inputs }, none()),
        "the weights must hold 15 numbers (5 classes × 3), not 12"
    );
    assert_eq!(
        message(Inputs { bias: Some(&[0.0; 4]), ..inputs }, none()),
        "the bias must hold 5 numbers (5 classes × 1), not 4"
    );
    assert_eq!(
        message(inputs, Gradients { hidden: Some(&mut [0.0; 11]), ..none() }),
        "the gradient in the hidden states must hold 12 numbers (4 rows × 3), not 11"
    );
    assert_eq!(
        message(inputs, Gradients { weights: Some(&mut [0.0; 16]), ..none() }),
        "the gradient in the weights must hold 15 numbers (5 classes × 3), not 16"
    );
    assert_eq!(
        message(inputs, Gradients { bias: Some(&mut []), ..none() }),
        "the gradient in the bias must hold 5 numbers (5 classes × 1), not 0"
    );
    assert_eq!(
        message(Inputs { target: &[0, 4, 5, 1], ..inputs }, none()),
        "row 2: the class must be a whole number from 0 to 4, not 5"
    );
    assert_eq!(message(Inputs { classes: 0, ..inputs }, none()), "the number of classes must be at least 1");
    assert_eq!(message(Inputs { width: 0, ..inputs }, none()), "the width of the hidden states must be at least 1");
    // Sizes that multiply to more than there can be.
    let huge = Inputs { hidden: &[], target: &[], width: usize::MAX, classes: 2, weights: &[], bias: None };
    assert!(message(huge, none()).starts_with("the weights must hold"));
    // A product that would be 0 if it wrapped round.
    let half = usize::MAX / 2 + 1;
    let huge = Inputs { target: &[0, 0], width: half, ..huge };
    let expected = format!("the hidden states must hold {} numbers (2 rows × {half}), not 0", usize::MAX);
    assert_eq!(message(huge, none()), expected);
}
