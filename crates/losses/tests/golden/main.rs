//! Every reference value of `golden/values.json` that belongs to a loss of the catalogue.
//!
//! The values there were computed with 80 digits and are given as the nearest `f64`.
#![allow(clippy::unwrap_used)]

mod accuracy;
mod recipe;
mod vectors;

use dartboard_losses::Loss;
use recipe::{conditioning, evaluate, numbers, recipe, truth};
use serde_json::Value;

/// How far a value may lie from the nearest `f64` of the truth, in steps from one `f64` to the next: within 3.5 ulp of
/// the truth itself. Next to a zero crossing of a derivative the rounding of the inputs is allowed for instead.
const STEPS: u64 = 3;

/// The number of `f64` between two of the same sign; zeros have both.
fn steps(a: f64, b: f64) -> u64 {
    if a.is_nan() || b.is_nan() || (a != 0.0 && b != 0.0 && a.signum() != b.signum()) {
        return u64::MAX;
    }
    a.abs().to_bits().abs_diff(b.abs().to_bits())
}

/// Steps allowed at points marked extreme, where the loss argues for more than the usual bound.
fn extreme_steps(name: &str) -> u64 {
    match name {
        // Its exponent is γ times a rounded logarithm, and its second derivative a sum of four terms.
        "focal_logits" => 12,
        // Powers of numbers at the ends of the range.
        "tweedie_deviance" => 16,
        _ => STEPS,
    }
}

#[test]
fn golden_values() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/values.json");
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let points = golden["points"].as_array().unwrap();
    let mut by_condition = vec![];
    let mut wrong = vec![];
    for point in points {
        let (id, name) = (point["id"].as_str().unwrap(), point["loss"].as_str().unwrap());
        let recipe = recipe(name, &point["params"]).unwrap();
        let loss = Loss::parse(&recipe.spec).unwrap();
        let prediction = numbers(&point["p"]);
        let target = truth(&recipe, &point["y"], prediction.len());
        let (factor, constant) = loss.form(recipe.form, target[0]).unwrap();
        let weight = if target[0] == 1.0 { recipe.event_weight } else { 1.0 };
        let extreme = point["extreme"].as_bool().unwrap();
        let bound = if extreme { extreme_steps(name) } else { STEPS };
        let got = evaluate(&loss, &target, &prediction);
        for (index, part) in ["value_f64", "d1_f64", "d2_f64"].into_iter().enumerate() {
            let expected = numbers(&point[part]);
            assert_eq!(got[index].len(), expected.len(), "{id} {part}");
            for (place, (&got, expected)) in got[index].iter().zip(expected).enumerate() {
                let got = weight * (factor * got + if index == 0 { constant } else { 0.0 });
                // The references were computed with 80 digits: what is left of 0 at a perfect prediction is their noise.
                let noise = expected.abs() < 1e-70 && got == 0.0 && target == prediction;
                // A factor of the second derivative underflows before what multiplies it.
                let underflow = name == "focal_logits" && (got - expected).abs() < 1e-319;
                if steps(got, expected) <= bound || noise || underflow {
                    continue;
                }
                // A derivative that crosses zero, or a value that is not measured from zero.
                let offset = loss.properties().zero == dartboard_losses::Zero::Nowhere;
                let slack = if index > 0 || offset {
                    4.0 * factor * weight * conditioning(&loss, &target, &prediction, index, place)
                } else {
                    0.0
                };
                if (got - expected).abs() <= slack {
                    by_condition.push(format!("{id} {part}: {got:e} for {expected:e}"));
                } else {
                    wrong.push(format!("{id} {part}: {got:e}, not {expected:e}, {} steps", steps(got, expected)));
                }
            }
        }
    }
    println!("{} points; by conditioning:\n{}", points.len(), by_condition.join("\n"));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(points.len() >= 565, "{}", points.len());
    // Conditioning excuses few of the 1695 numbers.
    assert!(by_condition.len() <= 40, "{}", by_condition.len());
}

#[test]
fn steps_are_counted() {
    assert_eq!(steps(1.0, 1.0 + f64::EPSILON), 1);
    assert_eq!(steps(0.0, -5e-324), 1);
    assert_eq!(steps(f64::MAX, f64::INFINITY), 1);
    assert!(steps(1.0, -1.0) > STEPS && steps(f64::NAN, 1.0) > STEPS && steps(0.0, 1e-300) > STEPS);
    assert!(recipe("no_such_loss", &Value::Null).is_err());
}

#[test]
fn the_accuracy_table_is_current() {
    let written = std::fs::read_to_string(accuracy::file()).unwrap_or_default();
    assert!(
        written == accuracy::table(),
        "docs/accuracy.md is not what the losses return; write it with\n    cargo run -p dartboard-losses --example accuracy"
    );
}
