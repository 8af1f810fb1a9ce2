//! Every reference value of `golden/values.json` that belongs to a loss of the catalogue.
//!
//! The values there were computed with 80 digits and are given as the nearest `f64`.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use dartboard_losses::{Derivatives, Loss, cards};
use serde_json::Value;

/// How far a value may lie from the nearest `f64` of the truth, in steps from one `f64` to the next: within 3.5 ulp of
/// the truth itself. No bound below is looser, not even where a derivative crosses zero.
const STEPS: u64 = 3;

/// The loss of a reference point, `Ok(None)` where the catalogue does not have it. An unknown name fails: whoever adds a
/// loss or a reference says here how they belong together.
fn spec(name: &str, parameters: &Value) -> Result<Option<String>, String> {
    let parameter = |name: &str| parameters[name].as_f64().ok_or_else(|| format!("no parameter {name}"));
    Ok(Some(match name {
        "squared_error" | "brier" => "mse".to_owned(),
        "absolute_error" => "mae".to_owned(),
        "huber" => format!("huber(delta={})", parameter("delta")?),
        "quantile" => format!("quantile(tau={})", parameter("tau")?),
        "bce_prob" => "bce".to_owned(),
        "bce_logits" => "bce_logits".to_owned(),
        "ce_prob" => "cce".to_owned(),
        // The catalogue has no label smoothing.
        "softmax_ce" if parameter("label_smoothing")? == 0.0 => "cce_logits".to_owned(),
        "softmax_ce" => return Ok(None),
        "half_squared_error"
        | "pseudo_huber"
        | "smooth_l1"
        | "log_cosh"
        | "expectile"
        | "poisson_log"
        | "poisson_deviance"
        | "gamma_log"
        | "gamma_deviance"
        | "tweedie_log"
        | "tweedie_deviance"
        | "msle"
        | "mape"
        | "smape"
        | "epsilon_insensitive"
        | "squared_epsilon_insensitive"
        | "cauchy"
        | "welsch"
        | "geman_mcclure"
        | "tukey"
        | "bce_logits_weighted"
        | "focal_logits"
        | "hinge"
        | "squared_hinge"
        | "modified_huber"
        | "exponential"
        | "logistic_margin"
        | "perceptron"
        | "kl_logits"
        | "kl_prob" => {
            let own = Loss::parse(name);
            assert!(own.is_err(), "{name} is in the catalogue now: compare it with its reference values");
            return Ok(None);
        }
        _ => return Err(format!("{name} is not known here")),
    }))
}

fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        value => value.as_f64().unwrap(),
    }
}

/// A number, or one per class.
fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map_or_else(|| vec![number(value)], |list| list.iter().map(number).collect())
}

/// Value, first and second derivatives.
fn evaluate(loss: &Loss, target: f64, prediction: &[f64]) -> [Vec<f64>; 3] {
    let mut value = vec![f64::NAN];
    let (mut gradient, mut hessian) = (vec![f64::NAN; prediction.len()], vec![f64::NAN; prediction.len()]);
    if let Some(loss) = loss.pointwise() {
        loss.value_gradient_hessian(&[target], prediction, &mut value, &mut gradient, &mut hessian);
    } else {
        let mut derivatives =
            Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
        let columns: Vec<&[f64]> = prediction.chunks(1).collect();
        loss.rowwise().unwrap().value_gradient_hessian(&[target as u32], &columns, &mut value, &mut derivatives);
    }
    [value, gradient, hessian]
}

/// The number of `f64` between two of the same sign; zeros have both.
fn steps(a: f64, b: f64) -> u64 {
    if a.is_nan() || b.is_nan() || (a != 0.0 && b != 0.0 && a.signum() != b.signum()) {
        return u64::MAX;
    }
    a.abs().to_bits().abs_diff(b.abs().to_bits())
}

#[test]
fn golden_values() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/values.json");
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut tested: BTreeMap<String, usize> = BTreeMap::new();
    let mut skipped: BTreeMap<String, usize> = BTreeMap::new();
    let mut referenced: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = vec![];
    for point in golden["points"].as_array().unwrap() {
        let (id, name) = (point["id"].as_str().unwrap(), point["loss"].as_str().unwrap());
        let Some(spec) = spec(name, &point["params"]).unwrap() else {
            *skipped.entry(name.to_owned()).or_default() += 1;
            continue;
        };
        *tested.entry(name.to_owned()).or_default() += 1;
        let loss = Loss::parse(&spec).unwrap();
        referenced.insert(loss.card().name);
        let got = evaluate(&loss, number(&point["y"]), &numbers(&point["p"]));
        for (part, got) in ["value_f64", "d1_f64", "d2_f64"].into_iter().zip(got) {
            let expected = numbers(&point[part]);
            assert_eq!(got.len(), expected.len(), "{id} {part}");
            for (got, expected) in got.into_iter().zip(expected) {
                if steps(got, expected) > STEPS {
                    wrong.push(format!("{id} {part}: {got:e}, not {expected:e}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    println!("tested {tested:?}\nskipped {skipped:?}");
    // A new loss has to be named above, beside its reference values.
    let missing: Vec<&str> = cards().map(|card| card.name).filter(|name| !referenced.contains(name)).collect();
    assert!(missing.is_empty(), "without reference values: {missing:?}");
    // In the order of the alphabet, as the map has them.
    let names = [
        "absolute_error",
        "bce_logits",
        "bce_prob",
        "brier",
        "ce_prob",
        "huber",
        "quantile",
        "softmax_ce",
        "squared_error",
    ];
    assert!(tested.keys().eq(names), "{tested:?}");
    assert!(tested.values().all(|&count| count >= 4), "{tested:?}");
    assert!(tested.values().sum::<usize>() >= 120, "{tested:?}");
}

#[test]
fn steps_are_counted() {
    assert_eq!(steps(1.0, 1.0 + f64::EPSILON), 1);
    assert_eq!(steps(0.0, -5e-324), 1);
    assert_eq!(steps(f64::MAX, f64::INFINITY), 1);
    assert!(steps(1.0, -1.0) > STEPS && steps(f64::NAN, 1.0) > STEPS && steps(0.0, 1e-300) > STEPS);
    assert!(spec("no_such_loss", &Value::Null).is_err());
}
