//! Losses of set overlap, against reference values and against their own definitions.
#![allow(clippy::unwrap_used)]

use dartboard_losses::{BatchError, Overlap, OverlapDirection, OverlapSums, Rows, SpecError, Truth};
use dartboard_numerics::sum::ExactSum;
use serde_json::Value;

/// A batch, and what it holds beside its rows.
#[derive(Clone, Debug)]
struct Batch {
    target: Vec<f64>,
    prediction: Vec<f64>,
    weight: Vec<f64>,
    vector: Vec<f64>,
}

/// What an overlap loss says of a batch.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    value: f64,
    gradient: Vec<f64>,
    hessian: Vec<f64>,
    product: Vec<f64>,
}

impl Batch {
    /// Numbers that look random and are the same on every run; `soft` says whether targets lie between 0 and 1.
    fn of(seed: u64, rows: usize, soft: bool) -> Self {
        let mut state = seed;
        let mut unit = || {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let x = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((x ^ (x >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut batch = Self { target: vec![], prediction: vec![], weight: vec![], vector: vec![] };
        for row in 0..rows {
            batch.target.push(if soft { unit() } else { unit().round() });
            // Of all sizes, so that sums in plain f64 would depend on their order.
            batch.prediction.push(unit() * 10.0_f64.powi(-(row as i32 % 19)));
            batch.weight.push(unit() * 10.0_f64.powi(row as i32 % 7 - 3));
            batch.vector.push(unit() - 0.5);
        }
        batch
    }

    fn rows<T>(&self, see: impl FnOnce(&Rows<'_>) -> T) -> T {
        let predictions: [&[f64]; 1] = [&self.prediction];
        see(&Rows::new(Truth::Numbers(&self.target), &predictions).weight(&self.weight))
    }

    fn sums(&self) -> OverlapSums {
        self.rows(OverlapSums::of).unwrap()
    }

    fn direction(&self) -> OverlapDirection {
        self.rows(|rows| OverlapDirection::of(rows, &self.vector)).unwrap()
    }

    /// What a loss says of these rows, which are a part of a batch with these sums.
    fn part(&self, loss: Overlap, sums: &OverlapSums, direction: &OverlapDirection) -> Said {
        self.rows(|rows| {
            let column = || vec![f64::NAN; rows.len()];
            let (mut gradient, mut hessian, mut product) = (column(), column(), column());
            loss.gradient(sums, rows, &mut gradient).unwrap();
            loss.hessian_diagonal(sums, rows, &mut hessian).unwrap();
            loss.hessian_vector(sums, direction, rows, &mut product).unwrap();
            Said { value: loss.value(sums).unwrap(), gradient, hessian, product }
        })
    }

    fn said(&self, loss: Overlap) -> Said {
        self.part(loss, &self.sums(), &self.direction())
    }

    fn pick(&self, order: &[usize]) -> Self {
        let pick = |numbers: &[f64]| order.iter().map(|&row| numbers[row]).collect();
        Self {
            target: pick(&self.target),
            prediction: pick(&self.prediction),
            weight: pick(&self.weight),
            vector: pick(&self.vector),
        }
    }
}

fn losses() -> Vec<Overlap> {
    let tversky = |alpha, beta, smooth| Overlap::tversky(alpha, beta, smooth).unwrap();
    vec![
        Overlap::dice(0.0).unwrap(),
        Overlap::jaccard(0.25).unwrap(),
        tversky(0.3, 0.7, 0.0),
        tversky(2.5, 0.1, 1e-7),
        tversky(0.0, 3.0, 1.0),
    ]
}

// --- reference values ---

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// What is wrong with `said` by the reference values of a case: more than a unit in the last place.
fn mistakes(case: &Value, said: &Said) -> Vec<String> {
    let read = |text: &Value| text.as_str().unwrap().parse::<f64>().unwrap();
    let mut mistakes = vec![];
    let mut compare = |what: String, got: f64, truth: f64, units: f64| {
        let unit = truth.abs().next_up() - truth.abs();
        if got.is_nan() || (got - truth).abs() > units * unit {
            mistakes.push(format!("{} {what}: {got:e}, not {truth:e}", case["name"]));
        }
    };
    compare("value".to_owned(), said.value, read(&case["value"]), 0.0);
    for (name, column) in [("gradient", &said.gradient), ("hessian", &said.hessian), ("product", &said.product)] {
        let truth = case[name].as_array().unwrap();
        assert_eq!(truth.len(), column.len());
        for (row, (&got, truth)) in column.iter().zip(truth).enumerate() {
            compare(format!("{name} of row {row}"), got, read(truth), 1.0);
        }
    }
    mistakes
}

/// The cases of the reference file, each with its loss and batch.
fn cases() -> Vec<(Value, Overlap, Batch)> {
    let text = include_str!("../../../golden/overlap.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let read = |case: &Value| {
        let parameter = |name: &str| case[name].as_f64().unwrap();
        let loss = Overlap::tversky(parameter("alpha"), parameter("beta"), parameter("smooth")).unwrap();
        let column = |name: &str| numbers(&case[name]);
        let [target, prediction, weight, vector] = ["target", "prediction", "weight", "vector"].map(column);
        (case.clone(), loss, Batch { target, prediction, weight, vector })
    };
    file["cases"].as_array().unwrap().iter().map(read).collect()
}

#[test]
fn values_and_derivatives_are_those_of_the_definition() {
    let cases = cases();
    assert!(cases.len() >= 25);
    let mistakes: Vec<String> =
        cases.iter().flat_map(|(case, loss, batch)| mistakes(case, &batch.said(*loss))).collect();
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[test]
fn lies_are_caught() {
    type Lie = fn(&mut Said);
    let lies: [Lie; 5] = [
        |said| said.value = said.value.next_up(),
        // Two units in the last place, of one number.
        |said| said.gradient[0] = said.gradient[0].next_up().next_up(),
        |said| said.hessian[1] = said.hessian[1].next_down().next_down(),
        |said| said.product.swap(0, 1),
        // The quotient rule without its second half.
        |said| said.gradient.iter_mut().for_each(|slope| *slope *= 1.0 - said.value),
    ];
    let soft = cases().into_iter().filter(|(case, ..)| case["name"] == "soft");
    for (case, loss, batch) in soft {
        for (number, lie) in lies.iter().enumerate() {
            let mut said = batch.said(loss);
            lie(&mut said);
            assert!(!mistakes(&case, &said).is_empty(), "lie {number}");
        }
        // Another loss tells another gradient: alpha and beta swapped, where they differ.
        if loss.alpha() != loss.beta() {
            let swapped = Overlap::tversky(loss.beta(), loss.alpha(), loss.smooth()).unwrap();
            assert!(mistakes(&case, &batch.said(swapped)).len() > batch.target.len());
        }
    }
}

// --- bits ---

#[test]
fn the_order_of_rows_does_not_matter() {
    for soft in [false, true] {
        let batch = Batch::of(1, 2500, soft);
        // Coprime to the number of rows.
        let order: Vec<usize> = (0..2500).map(|row| (row * 1237 + 11) % 2500).collect();
        let shuffled = batch.pick(&order);
        assert_eq!(shuffled.sums(), batch.sums());
        for loss in losses() {
            let (said, of_shuffled) = (batch.said(loss), shuffled.said(loss));
            assert_eq!(said.value.to_bits(), of_shuffled.value.to_bits());
            let pick = |numbers: &[f64]| order.iter().map(|&row| numbers[row].to_bits()).collect::<Vec<u64>>();
            let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<u64>>();
            assert_eq!(pick(&said.gradient), bits(&of_shuffled.gradient));
            assert_eq!(pick(&said.hessian), bits(&of_shuffled.hessian));
            assert_eq!(pick(&said.product), bits(&of_shuffled.product));
        }
    }
}

#[test]
fn parts_make_the_whole() {
    for soft in [false, true] {
        let batch = Batch::of(2, 1500, soft);
        let whole: Vec<usize> = (0..1500).collect();
        for cuts in [vec![1], vec![750, 751], vec![3, 1024, 1499]] {
            let ends: Vec<usize> = [0].into_iter().chain(cuts).chain([1500]).collect();
            let parts: Vec<Batch> = ends.windows(2).map(|ends| batch.pick(&whole[ends[0]..ends[1]])).collect();
            let (mut sums, mut direction) = (OverlapSums::default(), OverlapDirection::default());
            for part in parts.iter().rev() {
                sums.merge(&part.sums());
                direction.merge(&part.direction());
            }
            assert_eq!((&sums, &direction), (&batch.sums(), &batch.direction()));
            for loss in losses() {
                let said = batch.said(loss);
                let by_part: Vec<Said> = parts.iter().map(|part| part.part(loss, &sums, &direction)).collect();
                assert!(by_part.iter().all(|part| part.value == said.value));
                let joined =
                    |column: fn(&Said) -> &Vec<f64>| by_part.iter().flat_map(column).copied().collect::<Vec<f64>>();
                assert_eq!(joined(|said| &said.gradient), said.gradient);
                assert_eq!(joined(|said| &said.hessian), said.hessian);
                assert_eq!(joined(|said| &said.product), said.product);
            }
        }
    }
}

#[test]
fn a_weight_of_two_is_two_rows() {
    let batch = Batch::of(3, 40, true);
    let twice: Vec<usize> = (0..40).chain(0..40).collect();
    let mut heavy = batch.clone();
    heavy.weight.iter_mut().for_each(|weight| *weight *= 2.0);
    for loss in losses() {
        assert_eq!(loss.value(&heavy.sums()), loss.value(&batch.pick(&twice).sums()));
    }
}

// --- what they are ---

fn value(loss: Overlap, target: &[f64], prediction: &[f64]) -> Result<f64, BatchError> {
    let predictions: [&[f64]; 1] = [prediction];
    loss.value(&OverlapSums::of(&Rows::new(Truth::Numbers(target), &predictions))?)
}

#[test]
fn perfect_predictions_lose_nothing() {
    let mask = [1.0, 0.0, 1.0, 1.0, 0.0];
    for loss in losses() {
        assert_eq!(value(loss, &mask, &mask), Ok(0.0), "{loss:?}");
    }
    // Nothing in common loses everything.
    let inverse: Vec<f64> = mask.iter().map(|y| 1.0 - y).collect();
    assert_eq!(value(Overlap::dice(0.0).unwrap(), &mask, &inverse), Ok(1.0));
    // Next to perfect: 1 − 2TP/(P + Y) in f64 would be 0 or 2^-53.
    let almost = [1.0, 0.0, 1.0, 1.0, 2.0_f64.powi(-60)];
    let got = value(Overlap::dice(0.0).unwrap(), &mask, &almost).unwrap();
    assert_eq!(got, 2.0_f64.powi(-60) / 6.0);
    // Half-hearted agreement with a half-hearted mask does not count as perfect.
    assert_eq!(value(Overlap::dice(0.0).unwrap(), &[0.5; 3], &[0.5; 3]), Ok(0.5));
}

#[test]
fn masks_of_background_alone() {
    let (mask, guess) = ([0.0; 4], [0.0, 0.25, 0.0, 0.5]);
    let dice = Overlap::dice(0.0).unwrap();
    assert_eq!(value(dice, &mask, &guess), Ok(1.0));
    assert_eq!(value(dice, &mask, &mask), Err(BatchError::ZeroByZero));
    // With smoothing, silence about nothing is right.
    let smooth = Overlap::dice(1.0).unwrap();
    assert_eq!(value(smooth, &mask, &mask), Ok(0.0));
    assert_eq!(value(smooth, &mask, &guess), Ok(0.375 / 1.375));
    // Without a weight on false positives, there is nothing to say of them.
    assert_eq!(value(Overlap::tversky(0.0, 1.0, 0.0).unwrap(), &mask, &guess), Err(BatchError::ZeroByZero));

    let predictions: [&[f64]; 1] = [&mask];
    let rows = Rows::new(Truth::Numbers(&mask), &predictions);
    let sums = OverlapSums::of(&rows).unwrap();
    let direction = OverlapDirection::of(&rows, &[1.0; 4]).unwrap();
    let mut column = [f64::NAN; 4];
    assert_eq!(dice.gradient(&sums, &rows, &mut column), Err(BatchError::ZeroByZero));
    assert_eq!(dice.hessian_diagonal(&sums, &rows, &mut column), Err(BatchError::ZeroByZero));
    assert_eq!(dice.hessian_vector(&sums, &direction, &rows, &mut column), Err(BatchError::ZeroByZero));
    assert_eq!(smooth.gradient(&sums, &rows, &mut column), Ok(()));
    assert_eq!(column, [0.5; 4]);
}

#[test]
fn huge_batches_of_tiny_predictions() {
    // Once a large number is in the sum, plain addition of 1e-17 changes nothing any more.
    let rows = 1_000_000;
    let mut target = vec![0.0; rows];
    let mut prediction = vec![1e-17; rows];
    (target[0], prediction[0]) = (1.0, 1.0);
    let wrong: ExactSum = prediction[1..].iter().copied().collect();
    let mut total = wrong.clone();
    total.add(2.0);
    let got = value(Overlap::dice(0.0).unwrap(), &target, &prediction).unwrap();
    // FP/(2·TP + FP)
    assert_eq!(got, wrong.ratio(&total));
    assert!((got - 0.999999e-11 / 2.0).abs() < 1e-22, "{got:e}");
    // Small enough that squares of the sums leave the range of f64.
    let tiny = Batch { target, prediction: vec![1e-300; rows], weight: vec![1e-200; rows], vector: vec![1.0; rows] };
    let said = tiny.said(Overlap::tversky(1.0, 0.5, 0.0).unwrap());
    assert!((said.value - 1.0).abs() < 1e-15);
    assert!((said.gradient[0] + 2.0).abs() < 1e-15 && said.gradient[1] > 0.0, "{:?}", &said.gradient[..2]);
    assert!(said.product.iter().all(|product| product.is_finite()));
}

#[test]
fn hessians_are_symmetric_and_match_their_diagonal() {
    let mut batch = Batch::of(5, 9, true);
    let dice = Overlap::tversky(0.3, 0.7, 0.1).unwrap();
    let hessian: Vec<Vec<f64>> = (0..9)
        .map(|axis| {
            batch.vector = (0..9).map(|row| f64::from(row == axis)).collect();
            let said = batch.said(dice);
            let unit = said.hessian[axis].abs() * f64::EPSILON;
            assert!((said.product[axis] - said.hessian[axis]).abs() <= unit);
            said.product
        })
        .collect();
    for (row, column) in (0..9).flat_map(|row| (0..row).map(move |column| (row, column))) {
        let (a, b) = (hessian[row][column], hessian[column][row]);
        assert!((a - b).abs() <= 2.0 * f64::EPSILON * a.abs(), "{a:e} and {b:e}");
    }
}

#[test]
fn a_row_alone_is_monotone() {
    // So the best prediction is 0 or 1, also for a target between them.
    let (mask, mut guess) = ([0.3, 1.0, 0.0], [0.0, 0.8, 0.2]);
    for loss in losses() {
        let values: Vec<f64> = (0..=20)
            .map(|twentieth| {
                guess[0] = f64::from(twentieth) / 20.0;
                value(loss, &mask, &guess).unwrap()
            })
            .collect();
        assert!(values.is_sorted() || values.is_sorted_by(|a, b| a >= b), "{loss:?} {values:?}");
    }
}

// --- what is refused ---

#[test]
fn parameters_are_checked() {
    let message = |loss: Result<Overlap, SpecError>| loss.unwrap_err().to_string();
    assert_eq!(message(Overlap::tversky(-1.0, 1.0, 0.0)), "tversky: alpha must be finite and at least 0, not -1");
    assert_eq!(message(Overlap::tversky(1.0, f64::NAN, 0.0)), "tversky: beta must be finite and at least 0, not NaN");
    assert_eq!(message(Overlap::dice(f64::INFINITY)), "dice: smooth must be finite and at least 0, not inf");
    assert_eq!(message(Overlap::jaccard(-0.5)), "jaccard: smooth must be finite and at least 0, not -0.5");
    assert_eq!(message(Overlap::tversky(0.0, 0.0, 1.0)), "tversky: alpha must be above 0 where beta is 0, not 0");
    let dice = Overlap::dice(0.25).unwrap();
    assert_eq!((dice.alpha(), dice.beta(), dice.smooth()), (0.5, 0.5, 0.25));
}

#[test]
fn rows_are_checked() {
    let message = |truth: Truth<'_>, predictions: &[&[f64]], weight: &[f64]| {
        OverlapSums::of(&Rows::new(truth, predictions).weight(weight)).unwrap_err().to_string()
    };
    let (y, p, w) = ([1.0, 0.0], [0.5, 0.5], [1.0, 1.0]);
    for wrong in [1.5, -0.5, f64::NAN, f64::INFINITY] {
        let target = message(Truth::Numbers(&[1.0, wrong]), &[&p], &w);
        assert_eq!(target, format!("row 1: the target of an overlap loss must be in [0, 1], not {wrong}"));
        let prediction = message(Truth::Numbers(&y), &[&[wrong, 0.5]], &w);
        assert_eq!(prediction, format!("row 0: the prediction of an overlap loss must be in [0, 1], not {wrong}"));
    }
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        let weight = message(Truth::Numbers(&y), &[&p], &[1.0, wrong]);
        assert_eq!(weight, format!("row 1: the weight must be finite and at least 0, not {wrong}"));
    }
    assert!(message(Truth::Classes(&[0, 2]), &[&p], &w).contains("must be in [0, 1], not 2"));
    assert_eq!(message(Truth::Numbers(&y), &[&[0.5]], &w), "a column of predictions has 1 rows, the truth has 2");
    assert_eq!(message(Truth::Numbers(&y), &[&p], &[1.0]), "the column of weights has 1 rows, the truth has 2");
    assert!(message(Truth::Numbers(&y), &[&p, &p], &w).contains("takes one column of predictions, not 2"));
    assert!(message(Truth::Shares(&[&y, &y]), &[&p], &w).contains("one number per row as the truth, not shares"));

    let predictions: [&[f64]; 1] = [&p];
    let rows = Rows::new(Truth::Numbers(&y), &predictions);
    let sums = OverlapSums::of(&rows).unwrap();
    let short = Overlap::dice(0.0).unwrap().gradient(&sums, &rows, &mut [0.0]);
    assert_eq!(short, Err(BatchError::Length { what: "the gradient", expected: 2, found: 1 }));
    let vector = OverlapDirection::of(&rows, &[0.0, f64::INFINITY]);
    assert_eq!(vector, Err(BatchError::Vector { row: 1, value: f64::INFINITY }));
    assert!(matches!(OverlapDirection::of(&rows, &[0.0]), Err(BatchError::Length { what: "the vector", .. })));
}

#[test]
fn no_rows_are_an_error_as_for_other_losses() {
    let smooth = Overlap::dice(1.0).unwrap();
    assert_eq!(value(smooth, &[], &[]), Err(BatchError::NoRows { left_out: 0 }));
    assert_eq!(smooth.value(&OverlapSums::default()), Err(BatchError::NoRows { left_out: 0 }));
    let predictions: [&[f64]; 1] = [&[0.5, 0.5]];
    let rows = Rows::new(Truth::Numbers(&[1.0, 1.0]), &predictions).mask(&[false, false]);
    assert_eq!(smooth.value(&OverlapSums::of(&rows).unwrap()), Err(BatchError::NoRows { left_out: 2 }));
    // Rows without weight are rows, of nothing.
    let rows = Rows::new(Truth::Numbers(&[1.0, 1.0]), &predictions).weight(&[0.0, 0.0]);
    let sums = OverlapSums::of(&rows).unwrap();
    assert_eq!(smooth.value(&sums), Ok(0.0));
    assert_eq!(Overlap::dice(0.0).unwrap().value(&sums), Err(BatchError::ZeroByZero));
}

#[test]
fn rows_that_are_left_out_may_hold_anything() {
    let (target, prediction) = ([1.0, f64::NAN, 0.0, 7.0], [0.5, 0.5, 0.25, f64::NAN]);
    let (weight, mask) = ([1.0, 1.0, 2.0, -1.0], [true, false, true, false]);
    let predictions: [&[f64]; 1] = [&prediction];
    let rows = Rows::new(Truth::Numbers(&target), &predictions).weight(&weight).mask(&mask);
    let sums = OverlapSums::of(&rows).unwrap();
    assert_eq!((sums.rows(), sums.left_out()), (2, 2));
    assert_eq!((sums.true_positives(), sums.false_positives(), sums.false_negatives()), (0.5, 0.5, 0.5));
    let dice = Overlap::dice(0.0).unwrap();
    assert_eq!(dice.value(&sums), Ok(0.5));
    let mut gradient = [f64::NAN; 4];
    dice.gradient(&sums, &rows, &mut gradient).unwrap();
    assert_eq!(gradient, [-0.75, 0.0, 0.5, 0.0]);
    // The truth as classes is the same truth.
    let rows = Rows::new(Truth::Classes(&[1, 9, 0, 9]), &predictions).weight(&weight).mask(&mask);
    assert_eq!(OverlapSums::of(&rows).unwrap(), sums);
    assert!(OverlapDirection::of(&rows, &[1.0, f64::NAN, 1.0, f64::NAN]).is_ok());
}
