//! The presets against what the libraries themselves returned (`golden/compat.json`).

use std::collections::BTreeMap;

use dartboard_losses::{Compat, Loss, Reduction, Rows, Treated, Treatment, Truth};
use serde_json::Value;

/// What is known not to be reproduced, and why: library, start of the function's name, Dartboard's loss, part of the
/// note (empty: any).
const EXCEPTIONS: &[[&str; 5]] = &[
    [
        "torch",
        "KLDivLoss",
        "kl_div",
        "0 times infinity",
        "a defect: a probability of 0 for a share of 0 loses nothing, PyTorch returns NaN",
    ],
    [
        "torch",
        "SoftMarginLoss",
        "bce_logits",
        "overflows",
        "a defect: exp(-yz) overflows beyond a margin of -709, where the loss is finite",
    ],
    [
        "xgboost",
        "metric merror",
        "zero_one",
        "",
        "rows of classes, where zero_one takes the score of an event: accuracy",
    ],
    [
        "lightgbm",
        "metric multi_error",
        "zero_one",
        "",
        "rows of classes, where zero_one takes the score of an event: accuracy",
    ],
    ["catboost", "eval_metric('LogCosh'", "log_cosh", "", "an approximate exponential, up to 1e-4 off"],
];

/// Derivatives that the reference does not show: library, function, which, and why.
const NOT_SHOWN: &[[&str; 4]] = &[[
    "lightgbm",
    "objective mape",
    "hessian",
    "declared constant, so that sums over leaves take it from a row of the other leaf, which weighs 4",
]];

/// Where a library rounds more than its type says: library, part of the function, relative tolerance and why.
const ROUNDING: &[(&str, &str, f64, &str)] = &[
    ("keras", "", 1e-6, "mixed terms and means are rounded to f32 even where f64 is asked for"),
    ("lightgbm", "metric gamma under", 1e-7, "the logarithm of the target is taken in f32"),
    ("catboost", "MSLE", 1e-6, "an approximate logarithm"),
    ("lightgbm", "objective regression_l1", 2e-5, "recovered from trees to 5 digits"),
    ("lightgbm", "objective quantile", 2e-5, "recovered from trees to 5 digits"),
    ("lightgbm", "objective mape", 2e-5, "recovered from trees to 5 digits"),
    ("lightgbm", "objective", 3e-6, "recovered from trees"),
    ("xgboost", "objective", 3e-6, "recovered from trees"),
];

struct Case<'a>(&'a Value);

impl Case<'_> {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or("")
    }

    fn single(&self) -> bool {
        self.text("dtype") == "f32"
    }

    fn name(&self) -> String {
        format!("{} {} ({}, {})", self.text("library"), self.text("function"), self.text("loss"), self.text("dtype"))
    }

    /// The place in the list of exceptions.
    fn exception(&self) -> Option<usize> {
        let matches = |[library, function, loss, note, _]: &&[&str; 5]| {
            self.text("library") == *library
                && self.text("function").starts_with(function)
                && self.text("loss").starts_with(loss)
                && self.text("note").contains(note)
        };
        EXCEPTIONS.iter().position(|exception| matches(&exception))
    }

    /// The place in the list of what is rounded more.
    fn rounding(&self) -> Option<usize> {
        let known = |(library, function, ..): &&(&str, &str, f64, &str)| {
            self.text("library") == *library && self.text("function").contains(function)
        };
        ROUNDING.iter().position(|rounding| known(&rounding))
    }

    fn tolerance(&self) -> f64 {
        self.rounding().map_or(if self.single() { 2e-6 } else { 1e-12 }, |place| ROUNDING[place].2)
    }

    /// Whether the reference does not show this derivative, by the place in the list of those.
    fn hidden(&self, what: &str) -> Option<usize> {
        let hidden = |[library, function, part, _]: &[&str; 4]| {
            [*library, *function, *part] == [self.text("library"), self.text("function"), what]
        };
        NOT_SHOWN.iter().position(hidden)
    }

    /// The loss and the weight of positive rows, which Dartboard takes as a treatment.
    fn spec(&self) -> (String, Option<f64>) {
        let spec = self.text("loss");
        match spec.split_once("(pos_weight=") {
            Some((name, weight)) => (name.to_owned(), weight.trim_end_matches(')').parse().ok()),
            None => (spec.to_owned(), None),
        }
    }

    /// The preset's function: the same name, and the most arguments that the case has.
    fn function(&self, compat: Compat, loss: &str) -> Option<&'static str> {
        let full = self.text("function");
        let name = match compat {
            Compat::Torch | Compat::Keras | Compat::Sklearn => full.split('('),
            Compat::Xgboost | Compat::Lightgbm => full.split('('),
            Compat::Catboost => full.trim_start_matches("eval_metric('").split('\''),
        };
        let name = name.into_iter().next()?.split([',', ':', '@'].as_slice());
        let objective = full.starts_with("objective");
        let name = if objective { full.split(',').next()? } else { name.into_iter().next()? };
        let name = name.split(" under").next()?;
        let score = |function: &&'static str| {
            let (base, arguments) = function.split_once('(').unwrap_or((function, ""));
            let arguments: Vec<&str> = arguments.trim_end_matches(')').split(", ").filter(|a| !a.is_empty()).collect();
            (base == name && arguments.iter().all(|argument| full.contains(argument))).then_some(arguments.len())
        };
        let functions = compat.functions(loss);
        functions.into_iter().filter(|function| score(function).is_some()).max_by_key(|function| {
            // Among equals the first.
            (score(function), std::cmp::Reverse(compat.functions(loss).iter().position(|f| f == function)))
        })
    }
}

fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("inf") => f64::INFINITY,
        Some("-inf") => f64::NEG_INFINITY,
        Some(_) => f64::NAN,
        None => value.as_f64().unwrap_or(f64::NAN),
    }
}

/// Rows of numbers, one number in each for a plain list; null as `None`.
fn table(value: &Value) -> Vec<Vec<Option<f64>>> {
    let entry = |value: &Value| (!value.is_null()).then(|| number(value));
    let row = |row: &Value| row.as_array().map_or_else(|| vec![entry(row)], |row| row.iter().map(entry).collect());
    value.as_array().map_or_else(Vec::new, |rows| rows.iter().map(row).collect())
}

fn columns(value: &Value) -> Vec<Vec<f64>> {
    let rows = table(value);
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|column| rows.iter().map(|row| row[column].unwrap_or(f64::NAN)).collect()).collect()
}

fn list(value: &Value) -> Option<Vec<f64>> {
    value.as_array().map(|list| list.iter().map(number).collect())
}

fn close(found: f64, expected: f64, relative: f64, absolute: f64) -> bool {
    found == expected
        || (found.is_nan() && expected.is_nan())
        || (found - expected).abs() <= relative * expected.abs() + absolute
}

/// What differs, empty if nothing does.
fn check(case: &Case<'_>, loss: &Loss, pos_weight: Option<f64>) -> Result<Vec<String>, String> {
    let library = Compat::parse(case.text("library")).ok_or("unknown library")?;
    let function = case.function(library, loss.card().name).ok_or("no preset")?;
    let mut treatment = Treatment::new().compat(library).function(function);
    treatment.single = case.single();
    treatment.label_smoothing = case.0["label_smoothing"].as_f64().unwrap_or(0.0);
    treatment.ignore = case.0["ignore"].as_f64();
    treatment.class_weight = list(&case.0["class_weight"]).unwrap_or_default();
    if let Some(weight) = pos_weight {
        treatment = treatment.pos_weight(weight);
    }
    treatment.reduction = match (case.text("reduction"), case.text("library")) {
        ("sum", "torch" | "keras" | "sklearn") => Some(Reduction::Sum),
        (name, _) => Reduction::parse(name).filter(|_| name != "sum" && name != "mean_by_weight"),
    };

    let predictions = columns(&case.0["prediction"]);
    let predictions: Vec<&[f64]> = predictions.iter().map(Vec::as_slice).collect();
    let target = columns(&case.0["target"]);
    let target: Vec<&[f64]> = target.iter().map(Vec::as_slice).collect();
    let truth = if target.len() == 1 { Truth::Numbers(target[0]) } else { Truth::Shares(&target) };
    let weight = list(&case.0["weight"]);
    let mut rows = Rows::new(truth, &predictions);
    rows.weight = weight.as_deref();
    let treated = Treated::new(loss, treatment).map_err(|error| error.to_string())?;

    let mut differences = vec![];
    let relative = case.tolerance();
    // What a difference of numbers of order 1 to 100 leaves where the truth is next to 0.
    let absolute = 40.0 * if case.single() { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let absolute = if library == Compat::Keras { 40.0 * f64::from(f32::EPSILON) } else { absolute };
    let mut compare = |what: &str, found: f64, expected: f64, scale: f64| {
        if !close(found, expected, relative, absolute * scale) {
            differences.push(format!("{what} {found:e}, not {expected:e}"));
        }
    };

    let reduced = treated.reduce(&rows).map_err(|error| error.to_string())?;
    if !case.0["value"].is_null() {
        compare("value", reduced.value, number(&case.0["value"]), 1.0);
    }
    // The library's rows are without weights where it does not say otherwise.
    let mut plain = rows;
    if case.0["rows_weighted"] != Value::Bool(true) {
        plain.weight = None;
    }
    let mut values = vec![0.0; rows.len()];
    treated.values(&plain, &mut values).map_err(|error| error.to_string())?;
    let root = case.text("reduction").starts_with("root");
    for (row, expected) in table(&case.0["rows"]).into_iter().enumerate() {
        // Terms of one row are added up.
        let expected: f64 = expected.into_iter().flatten().sum();
        let found = if root { values[row].sqrt() } else { values[row] };
        compare(&format!("row {row}"), found, expected, 1.0);
    }

    let [mut gradient, mut hessian] = [(); 2].map(|()| vec![vec![0.0; rows.len()]; predictions.len()]);
    let mut slices: Vec<&mut [f64]> = gradient.iter_mut().map(Vec::as_mut_slice).collect();
    let mut bends: Vec<&mut [f64]> = hessian.iter_mut().map(Vec::as_mut_slice).collect();
    treated.gradient_hessian(&rows, &mut slices, &mut bends).map_err(|error| error.to_string())?;
    // Where all rows are ignored the mean is 0/0, and its slope is still 0.
    let divisor = if case.text("gradient_of") == "reduced" && reduced.rows > 0 { reduced.divisor } else { 1.0 };
    for (what, found, divisor) in [("gradient", &gradient, divisor), ("hessian", &hessian, 1.0)] {
        if case.hidden(what).is_some() {
            continue;
        }
        for (row, expected) in table(&case.0[what]).into_iter().enumerate() {
            for (column, expected) in expected.into_iter().enumerate().filter_map(|(c, e)| e.map(|e| (c, e))) {
                compare(
                    &format!("{what} {row},{column}"),
                    found[column][row] / divisor,
                    expected,
                    1.0 / divisor.max(1.0),
                );
            }
        }
    }
    Ok(differences)
}

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/compat.json");
    let text = std::fs::read_to_string(path).expect("golden/compat.json is there");
    serde_json::from_str(&text).expect("golden/compat.json is JSON")
}

/// A preset: library, loss, function.
type Preset = (&'static str, &'static str, &'static str);

/// What the cases hold nothing against: presets that no case uses, and places in the lists above that no case has.
fn unused(cases: &[Value], presets: &[Preset]) -> Vec<String> {
    let cases: Vec<Case<'_>> = cases.iter().map(Case).collect();
    let held = |&(library, loss, function): &Preset| {
        cases.iter().filter(|case| case.exception().is_none() && case.text("library") == library).any(|case| {
            let spec = Loss::parse(&case.spec().0).expect("cases are of losses of the catalogue");
            let used = Compat::parse(library).and_then(|library| case.function(library, loss));
            spec.card().name == loss && used == Some(function)
        })
    };
    let mut unused: Vec<String> =
        presets.iter().filter(|preset| !held(preset)).map(|preset| format!("preset {preset:?}")).collect();
    let mut left_over = |what: Vec<String>, matched: Vec<Option<usize>>| {
        unused.extend(
            what.into_iter().enumerate().filter(|(place, _)| !matched.contains(&Some(*place))).map(|(_, what)| what),
        );
    };
    let shown = |list: &dyn Fn(usize) -> String, length: usize| (0..length).map(list).collect();
    let exceptions = shown(&|place| format!("{:?}", EXCEPTIONS[place]), EXCEPTIONS.len());
    left_over(exceptions, cases.iter().map(|case| case.exception()).collect());
    let rounding = shown(&|place| format!("{:?}", ROUNDING[place]), ROUNDING.len());
    left_over(rounding, cases.iter().map(|case| case.rounding()).collect());
    let not_shown = shown(&|place| format!("{:?}", NOT_SHOWN[place]), NOT_SHOWN.len());
    left_over(not_shown, cases.iter().flat_map(|case| [case.hidden("gradient"), case.hidden("hessian")]).collect());
    unused
}

fn presets() -> Vec<Preset> {
    let losses: Vec<&'static str> = dartboard_losses::cards().map(|card| card.name).collect();
    let of = |library: Compat| {
        let functions = losses.iter().map(move |&loss| (loss, library.functions(loss)));
        functions.flat_map(move |(loss, functions)| functions.into_iter().map(move |f| (library.name(), loss, f)))
    };
    Compat::ALL.into_iter().flat_map(of).collect()
}

#[test]
fn every_preset_and_every_exception_has_a_case() {
    let golden = golden();
    let cases = golden["cases"].as_array().expect("cases");
    let unused = unused(cases, &presets());
    assert!(unused.is_empty(), "golden/compat.json has no case of\n{}", unused.join("\n"));
}

#[test]
fn a_preset_without_a_case_is_caught() {
    let golden = golden();
    let cases = golden["cases"].as_array().expect("cases");
    let invented = ("xgboost", "cce", "metric mlogloss");
    assert_eq!(unused(cases, &[invented]), [format!("preset {invented:?}")]);
    let fewer: Vec<Value> = cases.iter().filter(|case| case["library"] != "catboost").cloned().collect();
    let missing = unused(&fewer, &presets());
    assert!(missing.iter().any(|what| what.contains("LogCosh") && !what.starts_with("preset")), "{missing:?}");
    assert!(missing.iter().any(|what| what.starts_with("preset (\"catboost\", \"mse\"")), "{missing:?}");
}

#[test]
fn libraries_are_reproduced() {
    let golden = golden();
    let cases = golden["cases"].as_array().expect("cases");
    let mut tally: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let (mut wrong, mut exceptions) = (vec![], BTreeMap::new());
    for case in cases.iter().map(Case) {
        let library = case.0["library"].as_str().unwrap_or("");
        let tally = tally.entry(library).or_default();
        if let Some(place) = case.exception() {
            tally[1] += 1;
            exceptions.insert(case.name(), EXCEPTIONS[place][4]);
            continue;
        }
        let (spec, pos_weight) = case.spec();
        let loss = Loss::parse(&spec).unwrap_or_else(|error| panic!("{spec}: {error}"));
        match check(&case, &loss, pos_weight) {
            Ok(differences) if differences.is_empty() => tally[0] += 1,
            Ok(differences) => {
                tally[2] += 1;
                wrong.push(format!("{} [{}]: {}", case.name(), case.text("note"), differences.join("; ")));
            }
            Err(error) => {
                tally[2] += 1;
                wrong.push(format!("{} [{}]: {error}", case.name(), case.text("note")));
            }
        }
    }
    for (library, [right, excepted, wrong]) in &tally {
        println!("{library}: {right} reproduced, {excepted} excepted, {wrong} wrong");
    }
    for (name, why) in &exceptions {
        println!("excepted: {name}: {why}");
    }
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(cases.len(), tally.values().flatten().sum::<usize>());
}
