//! The table of `docs/accuracy.md`: the largest errors at the reference points, ours and those of other libraries.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use dartboard_losses::{Derivatives, Loss, RowTarget};
use serde_json::Value;

use crate::recipe::{Recipe, conditioning, evaluate, numbers, recipe, truth};

/// Where the table is kept.
pub(crate) fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/accuracy.md")
}

fn golden(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden").join(name);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The columns: who, and in which width.
const COLUMNS: [(&str, &str, &str); 6] = [
    ("dartboard", "f64", "Dartboard f64"),
    ("dartboard", "f32", "Dartboard f32"),
    ("torch", "f64", "PyTorch f64"),
    ("torch", "f32", "PyTorch f32"),
    ("sklearn", "f64", "scikit-learn f64"),
    ("xgboost", "f32", "XGBoost f32"),
];

/// The largest error of a column, in units in the last place of its width.
#[derive(Clone, Copy, Debug, Default)]
struct Worst {
    ulps: f64,
    seen: bool,
    not_a_number: bool,
}

impl Worst {
    fn add(&mut self, got: f64, expected: f64, width: &str) {
        self.seen = true;
        let largest = if width == "f32" { f64::from(f32::MAX) } else { f64::MAX };
        // What lies beyond the range of the width is infinite there.
        let expected = if expected.abs() > largest { expected.signum() * f64::INFINITY } else { expected };
        if got.is_nan() {
            self.not_a_number = true;
        } else if got != expected {
            let error = (got - expected).abs() / spacing(expected, width);
            self.ulps = self.ulps.max(if error.is_nan() { f64::INFINITY } else { error });
        }
    }

    fn text(self) -> String {
        // More than this is no digit at all.
        let digits = 2.0_f64.powi(52);
        match (self.seen, self.not_a_number) {
            (false, _) => String::new(),
            (_, true) => "NaN".to_owned(),
            _ if self.ulps >= digits => "no digit".to_owned(),
            _ if self.ulps >= 1e4 => format!("{:.0e}", self.ulps),
            _ if self.ulps >= 100.0 => format!("{:.0}", self.ulps),
            _ => format!("{:.1}", self.ulps),
        }
    }
}

/// The distance between neighbouring numbers of this width at `x`.
fn spacing(x: f64, width: &str) -> f64 {
    if width == "f32" {
        let near = (x.abs().min(f64::from(f32::MAX)) as f32).max(f32::MIN_POSITIVE);
        let next = f64::from(f32::from_bits(near.to_bits() + 1));
        return if next.is_finite() { next - f64::from(near) } else { f64::from(near) * f64::from(f32::EPSILON) };
    }
    let near = x.abs().clamp(f64::MIN_POSITIVE, f64::MAX / 2.0);
    f64::from_bits(near.to_bits() + 1) - near
}

/// Value, first and second derivatives in single precision.
fn evaluate_f32(loss: &Loss, target: &[f64], prediction: &[f64]) -> [Vec<f64>; 3] {
    let narrow = |numbers: &[f64]| numbers.iter().map(|&x| x as f32).collect::<Vec<f32>>();
    let (target, prediction) = (narrow(target), narrow(prediction));
    let mut value = [f32::NAN];
    let (mut gradient, mut hessian) = (vec![f32::NAN; prediction.len()], vec![f32::NAN; prediction.len()]);
    if let Some(loss) = loss.pointwise() {
        loss.value_gradient_hessian_f32(&target, &prediction, &mut value, &mut gradient, &mut hessian);
    } else {
        let mut derivatives =
            Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
        let columns: Vec<&[f32]> = prediction.chunks(1).collect();
        let class = [target[0] as u32];
        let shares: Vec<&[f32]> = target.chunks(1).collect();
        let target = if target.len() == 1 { RowTarget::Class(&class) } else { RowTarget::Shares(&shares) };
        loss.rowwise().unwrap().value_gradient_hessian_f32(target, &columns, &mut value, &mut derivatives);
    }
    let wide = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x)).collect();
    [wide(&value), wide(&gradient), wide(&hessian)]
}

/// What a library returned at a point, `None` where it offers nothing.
fn recorded(libraries: &Value, id: &str, library: &str, width: &str, part: usize) -> Option<Vec<f64>> {
    let value = &libraries["points"][id][library][width][part];
    if value.is_null() || value.as_array().is_some_and(|list| list.iter().any(Value::is_null)) {
        return None;
    }
    Some(numbers(value))
}

/// In the convention of the reference.
fn converted(recipe: &Recipe, loss: &Loss, target: &[f64], part: usize, got: Vec<f64>) -> Vec<f64> {
    let (factor, constant) = loss.form(recipe.form, target[0]).unwrap();
    let weight = if target[0] == 1.0 { recipe.event_weight } else { 1.0 };
    let constant = if part == 0 { constant } else { 0.0 };
    got.into_iter().map(|x| weight * (factor * x + constant)).collect()
}

/// The text of `docs/accuracy.md`.
pub(crate) fn table() -> String {
    let (values, libraries) = (golden("values.json"), golden("libraries.json"));
    let names = |key: &str| -> HashSet<&str> {
        libraries[key].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
    };
    let (f32_exact, at_kink) = (names("f32_exact"), names("at_kink"));
    let mut order: Vec<String> = vec![];
    let mut worst: Vec<[[Worst; 6]; 3]> = vec![];
    for point in values["points"].as_array().unwrap() {
        let (id, name) = (point["id"].as_str().unwrap(), point["loss"].as_str().unwrap());
        let recipe = recipe(name, &point["params"]).unwrap();
        let loss = Loss::parse(&recipe.spec).unwrap();
        let prediction = numbers(&point["p"]);
        let target = truth(&recipe, &point["y"], prediction.len());
        let row = order.iter().position(|known| known == name).unwrap_or_else(|| {
            order.push(name.to_owned());
            worst.push([[Worst::default(); 6]; 3]);
            order.len() - 1
        });
        for (part, key) in ["value_f64", "d1_f64", "d2_f64"].into_iter().enumerate() {
            let expected = numbers(&point[key]);
            for (column, (who, width, _)) in COLUMNS.into_iter().enumerate() {
                if width == "f32" && !f32_exact.contains(id) || part > 0 && at_kink.contains(id) {
                    continue;
                }
                let got = match (who, width) {
                    ("dartboard", "f64") => Some(evaluate(&loss, &target, &prediction)[part].clone()),
                    ("dartboard", _) => Some(evaluate_f32(&loss, &target, &prediction)[part].clone()),
                    _ => recorded(&libraries, id, who, width, part),
                };
                let Some(got) = got else { continue };
                let got = if who == "dartboard" { converted(&recipe, &loss, &target, part, got) } else { got };
                for (place, (got, expected)) in got.into_iter().zip(&expected).enumerate() {
                    // Next to a zero crossing the rounding of the inputs decides, for everyone.
                    let slack = if part > 0 { conditioning(&loss, &target, &prediction, part, place) } else { 0.0 };
                    let noise = expected.abs() < 1e-70 && expected != &0.0;
                    if slack <= 2.0 * spacing(*expected, "f64") && !noise {
                        worst[row][part][column].add(got, *expected, width);
                    }
                }
            }
        }
    }
    render(&libraries["versions"], values["points"].as_array().unwrap().len(), &order, &worst)
}

fn render(versions: &Value, points: usize, order: &[String], worst: &[[[Worst; 6]; 3]]) -> String {
    let version = |name: &str| versions[name].as_str().unwrap_or("?").to_owned();
    let mut text = format!(
        "# Accuracy\n\nThe largest error per loss at the {points} reference points of `golden/values.json`, many of them extreme, in units in \
         the last place (ulp) of the width. The references were computed with 80 digits. What PyTorch {}, scikit-learn {} and \
         XGBoost {} return at the same points was recorded (`golden/libraries.json`) and converted by exact factors where their \
         conventions differ; an empty cell is a number they do not offer.\n\nPoints where a derivative crosses zero, so that the \
         rounding of the inputs decides, are left out for everyone, and so are slopes at kinks for those that choose another \
         one. Single precision is compared where the inputs are exact in it. \u{201c}no digit\u{201d} means an error as large as the number \
         itself or an infinity in its place.\n\nWritten by `cargo run -p dartboard-losses --example accuracy`.\n",
        version("torch"),
        version("sklearn"),
        version("xgboost"),
    );
    for (part, title) in ["Value", "Gradient", "Hessian"].into_iter().enumerate() {
        let heads: Vec<&str> = COLUMNS.iter().map(|(_, _, head)| *head).collect();
        let _ =
            write!(text, "\n## {title}\n\n| loss | {} |\n|---|{}\n", heads.join(" | "), "---:|".repeat(heads.len()));
        for (name, parts) in order.iter().zip(worst) {
            let cells: Vec<String> = parts[part].iter().map(|worst| worst.text()).collect();
            let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
        }
    }
    text
}
