//! Scores of the example files against values computed by other software to 25 digits.

use dartboard_tables::score::ScoreRequest;
use serde_json::Value;

use super::{example, measures, root, run, value};

/// Distance in units in the last place.
fn ulps(a: f64, b: f64) -> u64 {
    let ordered =
        |x: f64| if x.is_sign_negative() { i64::MIN.wrapping_sub(x.to_bits() as i64) } else { x.to_bits() as i64 };
    ordered(a).abs_diff(ordered(b))
}

/// The spec of a golden loss and whether it takes logits; `None` where the catalogue does not have it.
fn spec(loss: &str, parameters: &Value) -> Option<(String, bool)> {
    let number = |name: &str| parameters[name].as_f64().unwrap();
    let (spec, logits) = match loss {
        "squared_error" | "brier" => ("mse".to_owned(), false),
        "absolute_error" => ("mae".to_owned(), false),
        "huber" => (format!("huber(delta={})", number("delta")), false),
        "quantile" => (format!("quantile(tau={})", number("tau")), false),
        "bce_prob" => ("bce".to_owned(), false),
        "bce_logits" => ("bce_logits".to_owned(), true),
        "ce_prob" => ("cce".to_owned(), false),
        "softmax_ce" if number("label_smoothing") == 0.0 => ("cce_logits".to_owned(), true),
        "softmax_ce"
        | "pseudo_huber"
        | "log_cosh"
        | "cauchy"
        | "epsilon_insensitive"
        | "mape"
        | "smape"
        | "msle"
        | "gamma_deviance"
        | "kl_logits"
        | "bce_logits_weighted"
        | "focal_logits"
        | "hinge"
        | "squared_hinge"
        | "modified_huber"
        | "exponential"
        | "logistic_margin"
        | "perceptron"
        | "poisson_deviance"
        | "tweedie_deviance"
        | "poisson_log" => return None,
        unknown => panic!("{unknown}: say here how the catalogue calls it, or that it does not have it"),
    };
    Some((spec, logits))
}

fn request(golden: &Value, ending: &str, spec: &str, logits: bool) -> ScoreRequest {
    let text = |key: &str| golden[key].as_str().map(str::to_owned);
    let prediction = text("prediction").unwrap();
    let classes: Vec<String> = golden["classes"]
        .as_array()
        .map_or_else(Vec::new, |classes| classes.iter().map(|class| class.as_str().unwrap().to_owned()).collect());
    // `z_mlp_0..z_mlp_9` names the columns of a model by the first and the last.
    let predictions = match prediction.split_once("..") {
        None => vec![prediction],
        Some((first, _)) if classes.is_empty() => vec![format!("{}*", first.trim_end_matches('0'))],
        Some((first, _)) => {
            let stem = first.strip_suffix(classes[0].as_str()).unwrap();
            classes.iter().map(|class| format!("{stem}{class}")).collect()
        }
    };
    ScoreRequest {
        files: vec![example(&format!("{}.{ending}", text("file").unwrap()))],
        truth: text("target").unwrap(),
        predictions,
        logits,
        classes,
        measures: measures(&[spec]),
        worst: 1,
        skill: true,
        ..ScoreRequest::default()
    }
}

fn check(what: &str, found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap_or(f64::INFINITY);
    assert!(ulps(found, expected) <= 2, "{what}: {found:e} where {expected:e} is right");
}

#[test]
fn scores_of_the_examples_are_reproduced() {
    let golden: Value = serde_json::from_slice(&std::fs::read(root().join("golden/scores.json")).unwrap()).unwrap();
    let mut checked = 0;
    for golden in golden["scores"].as_array().unwrap() {
        let Some((spec, logits)) = spec(golden["loss"].as_str().unwrap(), &golden["parameters"]) else { continue };
        for ending in ["csv", "parquet"] {
            let what = format!("{}.{ending}: {spec} of {}", golden["file"], golden["prediction"]);
            let mut request = request(golden, ending, &spec, logits);
            request.by = golden["segment"].as_str().map(str::to_owned).into_iter().collect();
            let report = run(&request);
            assert_eq!(report.read.scored, golden["rows"].as_u64().unwrap(), "{what}");
            check(&what, value(&report.overall, 0), &golden["mean"]);
            let found = &report.overall.models[0].scores[0];
            check(&format!("{what}, sum"), found.sum, &golden["sum"]);
            assert_eq!(found.infinite, golden["rows_infinite"].as_u64().unwrap(), "{what}");
            let worst = &report.worst[0].rows[0];
            check(&format!("{what}, largest"), worst.loss, &golden["max_loss"]);
            assert_eq!(worst.row, golden["argmax_row"].as_u64().map(|row| row + 1), "{what}");

            if let Some(segments) = golden["segments"].as_object() {
                assert_eq!(report.segments.len(), segments.len(), "{what}");
                for segment in &report.segments {
                    let expected = &segments[segment.segment[0].as_deref().unwrap()];
                    assert_eq!(segment.rows, expected["rows"].as_u64().unwrap(), "{what}");
                    check(&format!("{what}, {:?}", segment.segment), value(segment, 0), &expected["mean"]);
                }
            }
            if golden["weighted_mean"].is_number() {
                request.weight = Some(golden["weight"].as_str().unwrap().to_owned());
                check(&format!("{what}, weighted"), value(&run(&request).overall, 0), &golden["weighted_mean"]);
            }
            checked += 1;
        }
    }
    assert!(checked >= 2 * 40, "only {checked} scores were checked");
}
