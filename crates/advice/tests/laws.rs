//! What holds for all advice, whatever the data.

#![allow(clippy::unwrap_used)]

mod simulation;

use dartboard_advice::{Advice, AdviceError, Feature, Goal, Input, Predictions, Target, Task, WarningKind, advise};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use simulation::{Maker, out_of_fold};

fn ask(y: &[f64], p: &[f64], weight: Option<&[f64]>) -> Advice {
    let predictions = Predictions::One { name: "p", values: p, raw: false };
    advise(&Input { predictions, weight, ..Input::of("y", Target::Numbers(y)) }).unwrap()
}

fn sample(maker: Maker, n: usize) -> (Vec<f64>, Vec<f64>) {
    let sample = maker.sample(n, &mut ChaCha8Rng::seed_from_u64(5 + maker as u64));
    let p = out_of_fold(&sample, maker.multiplies());
    (sample.y, p)
}

/// Everything but the places of rows.
fn said(advice: &Advice) -> String {
    let mut advice = advice.clone();
    advice.warnings.iter_mut().for_each(|warning| warning.rows.clear());
    serde_json::to_string(&advice).unwrap()
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    for maker in Maker::ALL {
        let (y, p) = sample(maker, 300);
        let mut order: Vec<usize> = (0..y.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(1));
        let pick = |values: &[f64]| -> Vec<f64> { order.iter().map(|&row| values[row]).collect() };
        assert_eq!(said(&ask(&y, &p, None)), said(&ask(&pick(&y), &pick(&p), None)), "{maker:?}");
    }
}

#[test]
fn a_unit_a_thousand_times_smaller_changes_constants_alone() {
    // Counts have no unit, and a law of Tweedie keeps its power but not its dispersion.
    let whole = [Maker::Poisson, Maker::NegativeBinomial, Maker::ZeroInflatedPoisson];
    for maker in Maker::ALL.into_iter().filter(|maker| !whole.contains(maker)) {
        let (y, p) = sample(maker, 400);
        let thousand = |values: &[f64]| -> Vec<f64> { values.iter().map(|value| 1000.0 * value).collect() };
        let (one, other) = (ask(&y, &p, None), ask(&thousand(&y), &thousand(&p), None));
        assert_eq!(one.task.task, other.task.task, "{maker:?}");
        let names = |advice: &Advice| advice.evidence.iter().map(|e| e.noise.clone()).collect::<Vec<_>>();
        assert_eq!(names(&one), names(&other), "{maker:?}");
        for (a, b) in one.evidence.iter().zip(&other.evidence) {
            assert!((a.bic - b.bic).abs() <= 1e-3 * (1.0 + a.bic.abs()), "{maker:?}: {a:?} {b:?}");
        }
        let names = |advice: &Advice| {
            advice.losses.iter().map(|loss| loss.spec.split('(').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&one), names(&other), "{maker:?}");
        for (a, b) in one.constants.iter().zip(&other.constants) {
            let factor = if a.unit.is_empty() { 1.0 } else { 1000.0 };
            // Constants have four digits.
            assert!((b.value / a.value / factor - 1.0).abs() < 2e-3, "{maker:?}: {a:?} {b:?}");
        }
    }
}

#[test]
fn equal_weights_are_none_and_a_weight_of_0_is_no_row() {
    for maker in [Maker::Gaussian, Maker::Gamma, Maker::NegativeBinomial, Maker::Tweedie] {
        let (y, p) = sample(maker, 300);
        let plain = ask(&y, &p, None);
        let equal = ask(&y, &p, Some(&vec![7.0; y.len()]));
        for (a, b) in plain.evidence.iter().zip(&equal.evidence) {
            assert_eq!(a.noise, b.noise);
            assert!((a.bic - b.bic).abs() < 1e-6 * (1.0 + a.bic.abs()), "{maker:?}");
        }
        let mut weight = vec![1.0; y.len()];
        weight[..100].fill(0.0);
        let fewer = ask(&y[100..], &p[100..], None);
        let weighted = ask(&y, &p, Some(&weight));
        assert_eq!(fewer.evidence[0].noise, weighted.evidence[0].noise);
        assert_eq!(fewer.losses, weighted.losses, "{maker:?}");
    }
}

#[test]
fn the_law_that_made_the_rows_is_found() {
    // A few samples of each; `examples/suite.rs` takes many.
    let (mut found, mut all) = (0, 0);
    for maker in Maker::ALL {
        for seed in 0..3 {
            let sample = maker.sample(1000, &mut ChaCha8Rng::seed_from_u64(100 * seed + maker as u64));
            let p = out_of_fold(&sample, maker.multiplies());
            let advice = ask(&sample.y, &p, None);
            all += 1;
            found += usize::from(maker.accepted().contains(&advice.evidence[0].noise.as_str()));
        }
    }
    assert!(f64::from(found as u32) >= 0.95 * f64::from(all), "{found} of {all}");
}

#[test]
fn no_loss_is_preferred_for_a_small_value() {
    // The losses with the smallest values on Gaussian errors are bounded ones; none of them is ever first there.
    let (y, p) = sample(Maker::Gaussian, 1000);
    let advice = ask(&y, &p, None);
    assert_eq!(advice.losses[0].spec, "mse");
    // Nothing that is printed ranks by a mean loss: the evidence is of densities, precision of variances.
    assert!(advice.losses.iter().all(|loss| loss.efficiency.is_none_or(|share| share <= 1.0)));
}

#[test]
fn few_rows_get_defaults_and_say_so() {
    let (y, p) = sample(Maker::Laplace, 49);
    let advice = ask(&y, &p, None);
    assert!(advice.evidence.is_empty());
    assert!(advice.warnings.iter().any(|warning| warning.kind == WarningKind::FewRows));
    assert_eq!(advice.losses[0].spec, "mse");
}

#[test]
fn a_target_alone_gets_a_task_and_what_is_missing() {
    let (y, _) = sample(Maker::Gamma, 300);
    let advice = advise(&Input::of("y", Target::Numbers(&y))).unwrap();
    assert_eq!(advice.task.task, Task::Positive);
    assert!(advice.evidence.is_empty() && !advice.missing.is_empty());
}

#[test]
fn goals_and_costs_decide_before_the_noise() {
    let (y, p) = sample(Maker::AsymmetricLaplace, 500);
    let of = |goal: Option<Goal>, costs: Option<&str>| {
        let predictions = Predictions::One { name: "p", values: &p, raw: false };
        let costs = costs.map(|costs| costs.parse().unwrap());
        advise(&Input { predictions, goal, costs, ..Input::of("y", Target::Numbers(&y)) })
    };
    let first = |goal, costs| of(goal, costs).map(|advice| advice.losses[0].spec.clone());
    assert_eq!(first(None, None).unwrap(), "mse");
    assert_eq!(first(Some(Goal::Median), None).unwrap(), "mae");
    assert_eq!(first(None, Some("under=3,over=1")).unwrap(), "quantile(tau=0.75)");
    assert_eq!(first(Some(Goal::Expectile(0.9)), None).unwrap(), "expectile(tau=0.9)");
    assert!(matches!(first(Some(Goal::Class), None), Err(AdviceError::GoalOfOtherTask { .. })));
    assert!(matches!(first(None, Some("fp=1,fn=2")), Err(AdviceError::CostsOfOtherTask { .. })));
    assert!(matches!(first(Some(Goal::Mean), Some("under=3,over=1")), Err(AdviceError::CostsAgainstGoal { .. })));
}

#[test]
fn a_loss_without_a_scale_is_no_likelihood_of_any_scale() {
    // log_cosh has no constant: of sech noise in large units it is absolute error.
    let (y, p) = sample(Maker::Sech, 500);
    for unit in [0.001, 1.0, 1000.0] {
        let scaled = |values: &[f64]| -> Vec<f64> { values.iter().map(|value| unit * value).collect() };
        let advice = ask(&scaled(&y), &scaled(&p), None);
        assert!(["mae", "huber"].contains(&advice.losses[0].spec.split('(').next().unwrap()), "{unit}: {advice:?}");
        assert!(advice.losses.iter().all(|loss| loss.spec != "log_cosh"), "{unit}");
    }
}

/// Events with their names and calibrated probabilities.
fn mail() -> (Vec<u32>, Vec<String>, Vec<f64>) {
    let p: Vec<f64> = (0..400).map(|i| 0.1 + 0.2 * f64::from(i % 5)).collect();
    let of_row =
        (0..400_u32).map(|i| u32::from(f64::from(i / 5 % 10) < 10.0 * (0.1 + 0.2 * f64::from(i % 5)) - 1e-9)).collect();
    (of_row, vec!["spam".to_owned(), "ham".to_owned()], p)
}

#[test]
fn the_event_is_named_and_the_wrong_one_noticed() {
    let (of_row, names, p) = mail();
    let input = Input {
        predictions: Predictions::One { name: "p", values: &p, raw: false },
        event: Some("ham"),
        ..Input::of("mail", Target::Names { of_row: &of_row, names: &names })
    };
    let right = advise(&input).unwrap();
    assert_eq!(right.event.as_deref(), Some("ham"));
    assert!(right.warnings.is_empty(), "{:?}", right.warnings);
    // Without a name the event is the later one in the alphabet, which is not the one that is predicted.
    let wrong = advise(&Input { event: None, ..input }).unwrap();
    assert_eq!(wrong.event.as_deref(), Some("spam"));
    assert!(wrong.warnings.iter().any(|warning| warning.text.contains("--classes")), "{:?}", wrong.warnings);
    assert!(wrong.constants.iter().all(|constant| constant.name != "threshold on these probabilities"));
}

#[test]
fn the_scale_of_weights_does_not_matter_for_classes() {
    let columns: [Vec<f64>; 3] = [0.6, 0.3, 0.1].map(|p| vec![p; 200]);
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let target: Vec<f64> = (0..200).map(|i| [0.0, 0.0, 1.0, 0.0, 2.0][i % 5]).collect();
    let of = |weight: f64| {
        let weight = vec![weight; 200];
        let predictions = Predictions::PerClass { columns: &slices, classes: &[0, 1, 2], raw: false };
        advise(&Input { predictions, weight: Some(&weight), ..Input::of("k", Target::Numbers(&target)) })
            .unwrap()
            .calibration
    };
    for (a, b) in of(1.0).iter().zip(&of(0.001)) {
        let ends = |c: &dartboard_advice::Calibration| c.interval.unwrap_or_default();
        assert!((a.value - b.value).abs() < 1e-9 && (ends(a)[0] - ends(b)[0]).abs() < 1e-9, "{a:?} {b:?}");
    }
}

#[test]
fn probabilities_that_are_none_are_counted() {
    let columns: [Vec<f64>; 2] = [vec![0.5; 60], vec![0.2; 60]];
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let target: Vec<f64> = (0..60).map(|i| f64::from(i % 2)).collect();
    let input = Input {
        predictions: Predictions::PerClass { columns: &slices, classes: &[0, 1], raw: false },
        ..Input::of("k", Target::Numbers(&target))
    };
    let warnings = advise(&input).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.text.starts_with("the probabilities of 60 rows")), "{warnings:?}");
    let nothing = vec![f64::NEG_INFINITY; 60];
    let predictions = Predictions::PerClass { columns: &[&nothing, &nothing], classes: &[0, 1], raw: true };
    assert!(matches!(advise(&Input { predictions, ..input }), Err(AdviceError::Value { row: 1, .. })));
}

#[test]
fn one_number_per_row_is_not_about_classes() {
    let stars: Vec<f64> = (0..200).map(|i| f64::from(1 + i % 5)).collect();
    let p: Vec<f64> = stars.iter().map(|stars| 0.8 * stars + 0.5).collect();
    assert_eq!(ask(&stars, &p, None).task.task, Task::Count);
}

#[test]
fn goals_that_cannot_be_meant_are_refused() {
    let (y, p) = sample(Maker::Gaussian, 100);
    let predictions = Predictions::Quantiles { levels: &[(0.1, "q10"), (0.9, "q90")], columns: &[&p, &p] };
    let input = Input { predictions, ..Input::of("y", Target::Numbers(&y)) };
    assert!(advise(&input).is_ok());
    assert_eq!(advise(&Input { goal: Some(Goal::Mean), ..input }).unwrap_err(), AdviceError::GoalOfQuantiles);
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0,
        2 => (-3..20_i32).prop_map(f64::from),
        1 => prop_oneof![Just(0.0), Just(-0.0), Just(1e300), Just(-1e300), Just(1e-300), Just(5e-324), Just(f64::MAX)],
        1 => any::<f64>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(
        rows in prop::collection::vec((number(), number(), number()), 0..130),
        weighted in any::<bool>(),
        raw in any::<bool>(),
        alike in 0..4_usize,
        goal in prop_oneof![
            Just(None), Just(Some(Goal::Mean)), Just(Some(Goal::Median)), Just(Some(Goal::Quantile(0.1))),
            Just(Some(Goal::Probability)), Just(Some(Goal::Total)), Just(Some(Goal::Expectile(0.9))),
        ],
        task in prop::option::of(prop::sample::select(Task::ALL.to_vec())),
    ) {
        // Targets from all numbers, from whole ones, from two of them, from shares.
        let y: Vec<f64> = rows.iter().map(|(y, _, _)| match alike {
            0 => *y,
            1 => y.abs().min(30.0).floor(),
            2 => f64::from(*y > 1.0),
            _ => y.abs().min(1.0),
        }).collect();
        let p: Vec<f64> = rows.iter().map(|(_, p, _)| if alike == 0 { *p } else { p.abs() }).collect();
        let weight: Vec<f64> = rows.iter().map(|(_, _, w)| w.abs()).collect();
        let _ = advise(&Input {
            predictions: Predictions::One { name: "p", values: &p, raw },
            weight: weighted.then_some(&weight),
            features: &[Feature { name: "x", values: &weight }],
            goal,
            task,
            ..Input::of("y", Target::Numbers(&y))
        });
    }
}
