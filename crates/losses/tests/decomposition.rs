//! Murphy's decomposition and diagram, against reference values and against their own definitions.
#![allow(clippy::unwrap_used)]

use dartboard_losses::{
    DecomposeError, Decomposition, Functional, Link, Loss, Reference, Zero, best_constant, decompose, elementary_score,
    murphy_diagram,
};
use dartboard_numerics::sum::ExactSum;
use serde_json::Value;

/// Numbers that look random and are the same on every run.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.bits() % bound as u64) as usize
    }

    /// In (0, 1).
    fn unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// About normal.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        (1..count).rev().for_each(|last| order.swap(last, self.below(last + 1)));
        order
    }
}

fn pick(numbers: &[f64], order: &[usize]) -> Vec<f64> {
    order.iter().map(|&row| numbers[row]).collect()
}

/// Targets, predictions and weights that a loss is defined for, with ties.
struct Data {
    target: Vec<f64>,
    prediction: Vec<f64>,
    weight: Vec<f64>,
}

impl Data {
    fn of(loss: &Loss, seed: u64, rows: usize) -> Self {
        let mut random = Random(seed);
        let events = loss.card().target_domain.high == 1.0;
        let non_negative = loss.card().target_domain.low == 0.0;
        let probabilities = loss.card().prediction_domain.high == 1.0;
        let positive = loss.card().prediction_domain.low == 0.0 && !probabilities;
        let (mut target, mut prediction, mut weight) = (vec![], vec![], vec![]);
        for _ in 0..rows {
            let signal = random.normal();
            let noisy = signal + random.normal();
            target.push(match () {
                () if events => f64::from(noisy > 0.0),
                () if non_negative => noisy.exp().floor() + f64::from(!loss.card().target_domain.low_closed),
                () => (noisy * 8.0).round() / 8.0,
            });
            let guess = ((1.5 * signal + 0.25) * 4.0).round() / 4.0;
            prediction.push(match () {
                () if probabilities => 1.0 / (1.0 + (-guess).exp()),
                () if positive => guess.exp(),
                () => guess,
            });
            weight.push(random.below(4) as f64);
        }
        Self { target, prediction, weight }
    }

    fn decompose(&self, loss: &Loss) -> Decomposition {
        decompose(loss, &self.target, &self.prediction, Some(&self.weight)).unwrap()
    }

    fn in_order(&self, order: &[usize]) -> Self {
        let pick = |numbers: &[f64]| pick(numbers, order);
        Self { target: pick(&self.target), prediction: pick(&self.prediction), weight: pick(&self.weight) }
    }
}

/// The losses of the catalogue that can be decomposed, and some with other parameters.
fn losses() -> Vec<Loss> {
    let more = ["quantile(tau=0.25)", "quantile(tau=0.9)", "expectile(tau=0.8)", "expectile(tau=0.1)"];
    let all = Loss::all().chain(more.iter().filter_map(|spec| Loss::parse(spec).ok()));
    all.filter(|loss| {
        let functional = loss.properties().functional;
        let known = matches!(functional, Functional::Mean | Functional::Quantile(_) | Functional::Expectile(_));
        loss.pointwise().is_some() && known
    })
    .collect()
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    a == b || (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0)
}

fn assert_same_bits(a: &Decomposition, b: &Decomposition, what: &str) {
    let bits = |parts: &Decomposition| {
        let whole = [parts.score, parts.miscalibration, parts.discrimination, parts.uncertainty];
        let steps = parts
            .recalibration
            .iter()
            .flat_map(|step| [step.prediction_from, step.prediction_to, step.value, step.weight, step.rows as f64]);
        whole.into_iter().chain(steps).map(f64::to_bits).collect::<Vec<u64>>()
    };
    assert_eq!(bits(a), bits(b), "{what}");
}

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/decomposition.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[test]
fn reference_values() {
    let (mut checked, mut skipped) = (0, vec![]);
    let golden = golden();
    for case in golden["decompositions"].as_array().unwrap() {
        let (title, spec) = (case["title"].as_str().unwrap(), case["loss"].as_str().unwrap());
        let Ok(loss) = Loss::parse(spec) else {
            skipped.push(spec);
            continue;
        };
        let (target, prediction) = (numbers(&case["target"]), numbers(&case["prediction"]));
        let weight = case["weight"].is_array().then(|| numbers(&case["weight"]));
        let parts = decompose(&loss, &target, &prediction, weight.as_deref()).unwrap();
        for (name, part) in [
            ("score", parts.score),
            ("miscalibration", parts.miscalibration),
            ("discrimination", parts.discrimination),
            ("uncertainty", parts.uncertainty),
        ] {
            let expected = case[name].as_f64().unwrap();
            assert!(close(part, expected, 1e-13), "{spec}, {title}: {name} {part}, not {expected}");
        }

        let order = Random(7).permutation(target.len());
        let shuffled_weight = weight.as_ref().map(|weight| pick(weight, &order));
        let (target, prediction) = (pick(&target, &order), pick(&prediction, &order));
        let shuffled = decompose(&loss, &target, &prediction, shuffled_weight.as_deref()).unwrap();
        assert_same_bits(&parts, &shuffled, &format!("{spec}, {title}, shuffled"));
        checked += 1;
    }
    println!("{checked} decompositions checked; not in the catalogue: {skipped:?}");
    assert!(checked >= 17);
}

#[test]
fn reference_diagrams() {
    for case in golden()["diagrams"].as_array().unwrap() {
        let functional = match case["functional"].as_str().unwrap() {
            "mean" => Functional::Mean,
            "expectile" => Functional::Expectile(case["level"].as_f64().unwrap()),
            _ => Functional::Quantile(case["level"].as_f64().unwrap()),
        };
        let target = numbers(&case["target"]);
        let predictions: Vec<Vec<f64>> = case["predictions"].as_array().unwrap().iter().map(numbers).collect();
        let predictions: Vec<&[f64]> = predictions.iter().map(Vec::as_slice).collect();
        let thetas = numbers(&case["thetas"]);
        let diagram = murphy_diagram(functional, &target, &predictions, None, Some(&thetas)).unwrap();
        assert_eq!(diagram.thetas, thetas);
        for (curve, expected) in diagram.curves.iter().zip(case["curves"].as_array().unwrap()) {
            for (score, expected) in curve.iter().zip(numbers(expected)) {
                assert!(close(*score, expected, 1e-15), "{functional:?}: {score}, not {expected}");
            }
        }
    }
}

/// All that holds for every loss, on many small data sets.
#[test]
fn laws_of_the_parts() {
    for loss in losses() {
        for seed in 0..40 {
            let data = Data::of(&loss, seed, 1 + 3 * seed as usize);
            if data.weight.iter().all(|&weight| weight == 0.0) {
                continue;
            }
            let parts = data.decompose(&loss);
            let what = format!("{}, seed {seed}: {parts:?}", loss.spec());
            assert!(parts.miscalibration >= 0.0 && parts.discrimination >= 0.0, "{what}");
            let whole = parts.miscalibration - parts.discrimination + parts.uncertainty;
            assert!(close(whole, parts.score, 1e-14), "{what}");
            let has_zero = loss.properties().zero != Zero::Nowhere;
            assert!(!has_zero || parts.uncertainty >= parts.discrimination, "{what}");

            let steps = &parts.recalibration;
            assert!(steps.windows(2).all(|pair| pair[0].value < pair[1].value), "{what}");
            assert!(steps.windows(2).all(|pair| pair[0].prediction_to < pair[1].prediction_from), "{what}");
            assert!(steps.iter().all(|step| step.prediction_from <= step.prediction_to), "{what}");
            assert_eq!(steps.iter().map(|step| step.rows).sum::<usize>(), parts.rows);
            assert_eq!(parts.rows, data.weight.iter().filter(|&&weight| weight > 0.0).count());
            assert_eq!(steps.iter().map(|step| step.weight).sum::<f64>(), data.weight.iter().sum::<f64>());

            let shuffled = data.in_order(&Random(seed + 99).permutation(data.target.len()));
            assert_same_bits(&parts, &shuffled.decompose(&loss), &what);
        }
    }
}

#[test]
fn weights_are_repetition() {
    for loss in losses() {
        let data = Data::of(&loss, 5, 150);
        let times = |row: usize| std::iter::repeat_n(row, data.weight[row] as usize);
        let repeated = data.in_order(&(0..150).flat_map(times).collect::<Vec<usize>>());
        let expected = decompose(&loss, &repeated.target, &repeated.prediction, None).unwrap();
        let mut parts = data.decompose(&loss);
        assert!(parts.rows < expected.rows);
        // All but the count of rows.
        parts.rows = expected.rows;
        for (step, expected) in parts.recalibration.iter_mut().zip(&expected.recalibration) {
            step.rows = expected.rows;
        }
        assert_same_bits(&parts, &expected, &loss.spec());
    }
}

/// The best constant of all targets.
fn reference(loss: &Loss, target: &[f64]) -> Reference {
    let mut once = ExactSum::new();
    once.add(1.0);
    let distribution = dartboard_losses::Distribution::new(target.iter().map(|&target| (target, &once)));
    best_constant(loss, &distribution, 0).unwrap()
}

#[test]
fn a_constant_has_no_discrimination() {
    for loss in losses() {
        let data = Data::of(&loss, 11, 101);
        let prediction = vec![data.prediction[0]; 101];
        let parts = decompose(&loss, &data.target, &prediction, None).unwrap();
        assert_eq!(parts.discrimination, 0.0, "{}", loss.spec());
        let reference = reference(&loss, &data.target);
        assert_eq!(parts.recalibration.len(), 1);
        assert_eq!(parts.recalibration[0].value.to_bits(), reference.functional[0].to_bits(), "{}", loss.spec());
        assert_eq!(parts.uncertainty.to_bits(), reference.mean.to_bits(), "{}", loss.spec());

        let best = vec![reference.prediction[0]; 101];
        let parts = decompose(&loss, &data.target, &best, None).unwrap();
        assert_eq!((parts.miscalibration, parts.discrimination), (0.0, 0.0), "{}", loss.spec());
        assert_eq!(parts.score, parts.uncertainty);
    }
}

#[test]
fn recalibrated_predictions_are_calibrated() {
    for loss in losses().into_iter().filter(|loss| loss.card().link == Link::Identity) {
        let data = Data::of(&loss, 13, 200);
        let parts = decompose(&loss, &data.target, &data.prediction, None).unwrap();
        let step_of = |x: f64| parts.recalibration.iter().find(|step| x <= step.prediction_to).unwrap().value;
        let calibrated: Vec<f64> = data.prediction.iter().map(|&x| step_of(x)).collect();
        if !calibrated.iter().all(|&x| loss.card().prediction_domain.contains(x)) {
            continue;
        }
        let again = decompose(&loss, &data.target, &calibrated, None).unwrap();
        assert_eq!(again.miscalibration, 0.0, "{}", loss.spec());
        assert_eq!(again.discrimination, parts.discrimination, "{}", loss.spec());
    }
}

#[test]
fn rounding_makes_no_part_negative() {
    // A last digit off the best values: the losses differ by less than their rounding, either way.
    for loss in losses().into_iter().filter(|loss| loss.card().link == Link::Identity) {
        for seed in 0..200 {
            let mut random = Random(seed);
            let target = Data::of(&loss, seed, 7).target;
            let best = reference(&loss, &target).prediction[0];
            let target: Vec<f64> = target.iter().map(|y| if y.fract() == 0.0 { *y } else { y * 0.9 }).collect();
            let near = [best.next_down(), best, best.next_up()];
            let prediction: Vec<f64> = target.iter().map(|_| near[random.below(3)]).collect();
            // The best constant may lie at an end of the domain, and beside it there may be nothing.
            if let Ok(parts) = decompose(&loss, &target, &prediction, None) {
                assert!(parts.miscalibration >= 0.0 && parts.discrimination >= 0.0, "{}: {parts:?}", loss.spec());
            }
        }
    }
}

#[test]
fn extreme_numbers_do_no_harm() {
    let extremes = [0.0, -0.0, 5e-324, -1e-310, 1.0, -1.0, 1e300, -1e308, f64::MAX, f64::MIN];
    let weights = [5e-324, 1e-300, 1.0, 1e300, f64::MAX];
    for loss in losses().into_iter().filter(|loss| loss.card().target_domain.contains(f64::MIN)) {
        for seed in 0..100 {
            let mut random = Random(seed);
            let mut some = |from: &[f64]| -> Vec<f64> { (0..9).map(|_| from[random.below(from.len())]).collect() };
            let (target, prediction, weight) = (some(&extremes), some(&extremes), some(&weights));
            let parts = decompose(&loss, &target, &prediction, Some(&weight)).unwrap();
            let steps = &parts.recalibration;
            assert!(steps.windows(2).all(|pair| pair[0].value < pair[1].value), "{}: {parts:?}", loss.spec());
            let order = random.permutation(9);
            let again =
                decompose(&loss, &pick(&target, &order), &pick(&prediction, &order), Some(&pick(&weight, &order)));
            assert_same_bits(&parts, &again.unwrap(), &loss.spec());
        }
    }
}

#[test]
fn only_the_order_of_predictions_matters_to_discrimination() {
    let mse = Loss::parse("mse").unwrap();
    let data = Data::of(&mse, 17, 300);
    let parts = data.decompose(&mse);
    let bent = Data { prediction: data.prediction.iter().map(|x| x.exp() - 7.0).collect(), ..data };
    let of_bent = bent.decompose(&mse);
    assert_eq!(parts.discrimination.to_bits(), of_bent.discrimination.to_bits());
    assert_eq!(parts.uncertainty.to_bits(), of_bent.uncertainty.to_bits());
    assert_ne!(parts.miscalibration, of_bent.miscalibration);
}

#[test]
fn ends_of_the_domain() {
    let parts = |spec: &str, target: &[f64], prediction: &[f64]| {
        decompose(&Loss::parse(spec).unwrap(), target, prediction, None).unwrap()
    };
    // Told apart perfectly: recalibrated to probabilities 0 and 1, where nothing is lost.
    let events = [0.0, 0.0, 1.0, 1.0];
    let ln_2 = 2.0_f64.ln();
    for (spec, prediction) in [("bce", [0.1, 0.2, 0.3, 0.4]), ("bce_logits", [-3.0, f64::NEG_INFINITY, 1.0, 2.0])] {
        let parts = parts(spec, &events, &prediction);
        assert_eq!((parts.discrimination, parts.uncertainty), (parts.uncertainty, parts.uncertainty), "{spec}");
        assert!((parts.uncertainty - ln_2).abs() < 1e-15);
        assert_eq!(parts.miscalibration, parts.score);
    }
    // Certain and wrong.
    let wrong = parts("bce", &events, &[0.0, 0.5, 0.0, 1.0]);
    assert_eq!((wrong.score, wrong.miscalibration), (f64::INFINITY, f64::INFINITY));
    assert!(wrong.discrimination > 0.0 && (wrong.uncertainty - ln_2).abs() < 1e-15);
    // Nothing to foresee.
    let nothing = parts("bce_logits", &[0.0; 3], &[-1.0, 0.0, 1.0]);
    assert_eq!((nothing.uncertainty, nothing.discrimination), (0.0, 0.0));
    // Losses of means, where the catalogue has them: only zeros have the limit 0.
    for spec in ["poisson_deviance", "poisson_log"] {
        if let Ok(loss) = Loss::parse(spec) {
            let nothing = decompose(&loss, &[0.0; 3], &[1.0, 2.0, 2.0], None).unwrap();
            assert_eq!((nothing.uncertainty, nothing.discrimination), (0.0, 0.0), "{spec}");
        }
    }
}

#[test]
fn zeros_of_both_signs_are_one_prediction() {
    let mse = Loss::parse("mse").unwrap();
    let parts = decompose(&mse, &[1.0, 0.0, 2.0], &[0.0, -0.0, 1.0], None).unwrap();
    assert_eq!(parts.recalibration.iter().map(|step| step.value).collect::<Vec<f64>>(), [0.5, 2.0]);
}

#[test]
fn mistakes_are_named() {
    let of = |spec: &str, target: &[f64], prediction: &[f64], weight: Option<&[f64]>| {
        decompose(&Loss::parse(spec).unwrap(), target, prediction, weight).unwrap_err()
    };
    let message = |error: DecomposeError| error.to_string();
    assert_eq!(message(of("mse", &[], &[], None)), "no row has a weight above 0");
    assert_eq!(of("mse", &[1.0], &[1.0], Some(&[0.0])), DecomposeError::NoRows);
    assert_eq!(message(of("mse", &[1.0], &[1.0, 2.0], None)), "there are 2 predictions for 1 targets");
    assert_eq!(message(of("mse", &[1.0], &[1.0], Some(&[]))), "there are 0 weights for 1 targets");
    let nan = of("mse", &[1.0, f64::NAN], &[1.0, 2.0], None);
    assert_eq!(message(nan), "row 2: the target must be finite, not NaN");
    let outside = of("bce", &[1.0, 0.0], &[0.5, 1.5], None);
    assert_eq!(message(outside), "row 2: the prediction must be in [0, 1], not 1.5");
    let negative = of("mse", &[1.0], &[1.0], Some(&[-1.0]));
    assert_eq!(message(negative), "row 1: the weight must be finite and at least 0, not -1");
    assert!(message(of("huber", &[1.0], &[1.0], None)).contains("these losses can be decomposed: mse, mae, quantile"));
    let classes = message(of("cce", &[1.0], &[1.0], None));
    assert!(classes.starts_with("cce scores a probability per class") && classes.contains("bce or mse"), "{classes}");

    let diagram = |functional, x: f64, theta: f64| {
        murphy_diagram(functional, &[1.0], &[&[x]], None, Some(&[theta])).unwrap_err().to_string()
    };
    assert!(diagram(Functional::Huber(1.0), 1.0, 0.0).starts_with("elementary scores exist for means"));
    assert!(diagram(Functional::Quantile(1.0), 1.0, 0.0).starts_with("elementary scores exist for means"));
    assert_eq!(diagram(Functional::Mean, f64::NAN, 0.0), "row 1: the prediction must be a number, −∞ or +∞, not NaN");
    assert_eq!(diagram(Functional::Mean, 1.0, f64::NAN), "theta must be a number, not NaN");
    let empty = murphy_diagram(Functional::Mean, &[], &[&[]], None, None);
    assert_eq!(empty, Err(DecomposeError::NoRows));
}

/// `∫ f` of a function that is straight between neighbours of `breaks`, exactly but for rounding.
fn integral(breaks: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    breaks.windows(2).map(|ends| (ends[1] - ends[0]) * f(0.5 * (ends[0] + ends[1]))).sum()
}

#[test]
fn elementary_scores_mix_to_losses() {
    let mut random = Random(2016);
    for _ in 0..200 {
        let (y, x) = (random.normal(), random.normal());
        // Straight between these, and nothing beyond them.
        let mut breaks = [y.min(x) - 1.0, y, x, y.max(x) + 1.0];
        breaks.sort_by(f64::total_cmp);
        let mix = |functional| integral(&breaks, |theta| elementary_score(functional, theta, y, x).unwrap());
        assert!(close(4.0 * mix(Functional::Mean), (x - y) * (x - y), 1e-14));
        for level in [0.1, 0.5, 0.8] {
            let side = if x >= y { 1.0 - level } else { level };
            assert!(close(mix(Functional::Quantile(level)), side * (x - y).abs(), 1e-14));
            assert!(close(2.0 * mix(Functional::Expectile(level)), side * (x - y) * (x - y), 1e-14));
        }
    }
}

#[test]
fn diagrams_mix_to_mean_losses() {
    let mse = Loss::parse("mse").unwrap();
    let data = Data::of(&mse, 23, 120);
    let mut breaks: Vec<f64> = data.target.iter().chain(&data.prediction).copied().collect();
    breaks.sort_by(f64::total_cmp);
    breaks.dedup();
    let middles: Vec<f64> = breaks.windows(2).map(|ends| 0.5 * (ends[0] + ends[1])).collect();
    for (spec, functional, factor) in [
        ("mse", Functional::Mean, 4.0),
        ("quantile(tau=0.9)", Functional::Quantile(0.9), 1.0),
        ("mae", Functional::Quantile(0.5), 2.0),
    ] {
        let predictions: [&[f64]; 1] = [&data.prediction];
        let diagram =
            murphy_diagram(functional, &data.target, &predictions, Some(&data.weight), Some(&middles)).unwrap();
        let mixed: f64 = breaks.windows(2).zip(&diagram.curves[0]).map(|(ends, mean)| (ends[1] - ends[0]) * mean).sum();
        let score = data.decompose(&Loss::parse(spec).unwrap()).score;
        assert!(close(factor * mixed, score, 1e-13), "{spec}: {mixed} {score}");
    }
}

#[test]
fn thresholds_that_are_chosen() {
    let few = murphy_diagram(Functional::Mean, &[2.0, 0.0, 2.0], &[&[1.0, -0.0, f64::INFINITY]], None, None).unwrap();
    assert_eq!(few.thetas, [0.0, 1.0, 2.0]);
    // Only the first row has θ = 1 between its prediction, which counts as below, and its target: ½ · |2 − 1| of 3
    // rows.
    assert_eq!(few.curves, [[0.0, 1.0 / 6.0, 0.0]]);

    let many: Vec<f64> = (0..5000).map(f64::from).collect();
    let reversed: Vec<f64> = many.iter().rev().map(|x| x + 0.5).collect();
    let diagram = murphy_diagram(Functional::Quantile(0.5), &many, &[&reversed, &many], None, None).unwrap();
    assert_eq!(diagram.thetas.len(), 512);
    assert_eq!((diagram.thetas[0], diagram.thetas[511]), (0.0, 4999.5));
    assert!(diagram.thetas.is_sorted());
    // A perfect model scores 0 everywhere.
    assert_eq!(diagram.curves[1], vec![0.0; 512]);

    let order = Random(3).permutation(5000);
    let shuffled: Vec<Vec<f64>> = [&many, &reversed].iter().map(|numbers| pick(numbers, &order)).collect();
    let again =
        murphy_diagram(Functional::Quantile(0.5), &shuffled[0], &[&shuffled[1], &shuffled[0]], None, None).unwrap();
    assert_eq!(again, diagram);
}

/// How long large data takes: `cargo test --release -p dartboard-losses --test decomposition -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn speed() {
    for rows in [100_000, 1_000_000] {
        for spec in ["mse", "bce_logits", "mae", "quantile(tau=0.9)", "expectile(tau=0.8)", "poisson_deviance"] {
            let Ok(loss) = Loss::parse(spec) else { continue };
            let mut random = Random(rows as u64);
            let signal: Vec<f64> = (0..rows).map(|_| random.normal()).collect();
            let target: Vec<f64> = match spec {
                "bce_logits" => signal.iter().map(|x| f64::from(x + random.normal() > 0.0)).collect(),
                "poisson_deviance" => signal.iter().map(|x| (x + random.normal()).exp().floor()).collect(),
                _ => signal.iter().map(|x| x + random.normal()).collect(),
            };
            let prediction = if spec == "poisson_deviance" { signal.iter().map(|x| x.exp()).collect() } else { signal };
            let start = std::time::Instant::now();
            let parts = decompose(&loss, &target, &prediction, None).unwrap();
            println!("{rows} rows, {spec}: {:.3?}, {} steps", start.elapsed(), parts.recalibration.len());
        }
    }
    let mut random = Random(1);
    let target: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
    let prediction: Vec<f64> = target.iter().map(|y| y + random.normal()).collect();
    let start = std::time::Instant::now();
    murphy_diagram(Functional::Mean, &target, &[&prediction], None, None).unwrap();
    println!("diagram of 100000 rows at 512 thresholds: {:.3?}", start.elapsed());
}
