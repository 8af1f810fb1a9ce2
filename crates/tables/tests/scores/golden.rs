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

/// How a golden score is computed with the catalogue.
struct Recipe {
    spec: String,
    /// Labels are −1 and 1.
    margin: bool,
    event_weight: Option<f64>,
    smoothing: f64,
}

/// An unknown name fails: whoever adds a score says here how it is computed.
fn recipe(loss: &str, parameters: &Value) -> Recipe {
    let number = |name: &str| parameters[name].as_f64().unwrap();
    let plain = |spec: &str| Recipe { spec: spec.to_owned(), margin: false, event_weight: None, smoothing: 0.0 };
    match loss {
        "squared_error" => plain("mse"),
        "absolute_error" => plain("mae"),
        "bce_prob" => plain("bce"),
        "ce_prob" => plain("cce"),
        "poisson_log" => plain("poisson"),
        "softmax_ce" => Recipe { smoothing: number("label_smoothing"), ..plain("cce_logits") },
        "bce_logits_weighted" => Recipe { event_weight: Some(number("pos_weight")), ..plain("bce_logits") },
        "logistic_margin" => Recipe { margin: true, ..plain("bce_logits") },
        "hinge" | "squared_hinge" | "modified_huber" | "exponential" | "perceptron" => {
            Recipe { margin: true, ..plain(loss) }
        }
        loss => {
            let list: Vec<String> =
                (parameters.as_object().into_iter().flatten()).map(|(name, value)| format!("{name}={value}")).collect();
            plain(&format!("{loss}({})", list.join(", ")))
        }
    }
}

/// `z_mlp_0..z_mlp_9` names the columns of a model by the first and the last: as a pattern.
fn pattern(columns: &str) -> Option<String> {
    columns.split_once("..").map(|(first, _)| format!("{}*", first.trim_end_matches('0')))
}

fn request(golden: &Value, ending: &str, recipe: &Recipe) -> ScoreRequest {
    let text = |key: &str| golden[key].as_str().map(str::to_owned);
    let prediction = text("prediction").unwrap();
    let mut classes: Vec<String> = golden["classes"]
        .as_array()
        .map_or_else(Vec::new, |classes| classes.iter().map(|class| class.as_str().unwrap().to_owned()).collect());
    let predictions = match prediction.split_once("..") {
        None => vec![prediction],
        Some(_) if classes.is_empty() => vec![pattern(&prediction).unwrap()],
        Some((first, _)) => {
            let stem = first.strip_suffix(classes[0].as_str()).unwrap();
            classes.iter().map(|class| format!("{stem}{class}")).collect()
        }
    };
    if recipe.margin {
        classes = vec!["-1".to_owned(), "1".to_owned()];
    }
    let truth = text("target").unwrap();
    let measures = measures(&[&recipe.spec]);
    ScoreRequest {
        files: vec![example(&format!("{}.{ending}", text("file").unwrap()))],
        truth: pattern(&truth).unwrap_or(truth),
        predictions,
        logits: measures[0].card().unwrap().prediction.is_raw(),
        classes,
        measures,
        pos_weight: recipe.event_weight,
        label_smoothing: recipe.smoothing,
        worst: 1,
        skill: true,
        ..ScoreRequest::default()
    }
}

/// Notes a number that is further than 2 ulp from the right one.
fn check(wrong: &mut Vec<String>, what: &str, found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap_or(f64::INFINITY);
    let distance = ulps(found, expected);
    if distance > 2 {
        wrong.push(format!("{what}: {found:e} where {expected:e} is right, {distance} ulp"));
    }
}

#[test]
fn scores_of_the_examples_are_reproduced() {
    let golden: Value = serde_json::from_slice(&std::fs::read(root().join("golden/scores.json")).unwrap()).unwrap();
    let mut checked = 0;
    let mut wrong = vec![];
    for golden in golden["scores"].as_array().unwrap() {
        let recipe = recipe(golden["loss"].as_str().unwrap(), &golden["parameters"]);
        for ending in ["csv", "parquet"] {
            let what = format!("{}.{ending}: {} of {}", golden["file"], golden["loss"], golden["prediction"]);
            let mut request = request(golden, ending, &recipe);
            request.by = golden["segment"].as_str().map(str::to_owned).into_iter().collect();
            let report = run(&request);
            assert_eq!(report.read.scored, golden["rows"].as_u64().unwrap(), "{what}");
            check(&mut wrong, &what, value(&report.overall, 0), &golden["mean"]);
            let found = &report.overall.models[0].scores[0];
            check(&mut wrong, &format!("{what}, sum"), found.sum, &golden["sum"]);
            assert_eq!(found.infinite, golden["rows_infinite"].as_u64().unwrap(), "{what}");
            let worst = &report.worst[0].rows[0];
            check(&mut wrong, &format!("{what}, largest"), worst.loss, &golden["max_loss"]);
            if worst.row != golden["argmax_row"].as_u64().map(|row| row + 1) {
                wrong.push(format!("{what}: the worst row is {:?}, not {} from 0", worst.row, golden["argmax_row"]));
            }
            if let Some(segments) = golden["segments"].as_object() {
                assert_eq!(report.segments.len(), segments.len(), "{what}");
                for segment in &report.segments {
                    let expected = &segments[segment.segment[0].as_deref().unwrap()];
                    assert_eq!(segment.rows, expected["rows"].as_u64().unwrap(), "{what}");
                    let what = format!("{what}, {:?}", segment.segment);
                    check(&mut wrong, &what, value(segment, 0), &expected["mean"]);
                }
            }
            if golden["weighted_mean"].is_number() {
                request.weight = Some(golden["weight"].as_str().unwrap().to_owned());
                let weighted = value(&run(&request).overall, 0);
                check(&mut wrong, &format!("{what}, weighted"), weighted, &golden["weighted_mean"]);
            }
            checked += 1;
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(checked, 2 * 138, "a score was left out");
}
