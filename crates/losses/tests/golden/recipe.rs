//! How each reference point of `golden/values.json` is computed with the catalogue.

use dartboard_losses::{Derivatives, Form, Loss, RowTarget};
use serde_json::Value;

/// How a reference point is computed with the catalogue.
pub(crate) struct Recipe {
    pub(crate) spec: String,
    /// The reference is this form of the loss.
    pub(crate) form: Form,
    /// Labels are −1 and 1 in the reference, 0 and 1 here.
    pub(crate) margin: bool,
    /// The weight of events.
    pub(crate) event_weight: f64,
    /// Label smoothing.
    pub(crate) smoothing: f64,
}

/// An unknown name fails: whoever adds a reference says here how it is computed.
pub(crate) fn recipe(name: &str, parameters: &Value) -> Result<Recipe, String> {
    let parameter = |name: &str| parameters[name].as_f64().ok_or_else(|| format!("no parameter {name}"));
    let plain = |spec: &str| Recipe {
        spec: spec.to_owned(),
        form: Form::Plain,
        margin: false,
        event_weight: 1.0,
        smoothing: 0.0,
    };
    let own = |spec: &str| {
        let values = parameters.as_object().into_iter().flatten();
        let list: Vec<String> = values.map(|(name, value)| format!("{name}={value}")).collect();
        plain(&if list.is_empty() { spec.to_owned() } else { format!("{spec}({})", list.join(", ")) })
    };
    Ok(match name {
        "squared_error" => plain("mse"),
        "half_squared_error" => Recipe { form: Form::Training, ..plain("mse") },
        "absolute_error" => plain("mae"),
        "bce_prob" => plain("bce"),
        "bce_logits_weighted" => Recipe { event_weight: parameter("pos_weight")?, ..plain("bce_logits") },
        "logistic_margin" => Recipe { margin: true, ..plain("bce_logits") },
        "poisson_log" => plain("poisson"),
        "gamma_log" => plain("gamma"),
        "tweedie_log" => own("tweedie"),
        "ce_prob" => plain("cce"),
        "softmax_ce" => Recipe { smoothing: parameter("label_smoothing")?, ..plain("cce_logits") },
        "kl_prob" => plain("kl_div"),
        "hinge" | "squared_hinge" | "modified_huber" | "exponential" | "perceptron" => {
            Recipe { margin: true, ..plain(name) }
        }
        name if Loss::parse(name).is_ok_and(|loss| loss.card().name == name) => own(name),
        _ => return Err(format!("{name} is not known here")),
    })
}

pub(crate) fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        value => value.as_f64().unwrap(),
    }
}

/// A number, or one per class.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map_or_else(|| vec![number(value)], |list| list.iter().map(number).collect())
}

/// The truth of a reference point: a number, or the shares of the classes.
pub(crate) fn truth(recipe: &Recipe, given: &Value, classes: usize) -> Vec<f64> {
    let target = numbers(given);
    if recipe.margin {
        return vec![f64::from(target[0] > 0.0)];
    }
    if recipe.smoothing == 0.0 {
        return target;
    }
    // (1 − e)·onehot + e/K, as the reference has it.
    let rest = recipe.smoothing / classes as f64;
    (0..classes).map(|class| if class as f64 == target[0] { (1.0 - recipe.smoothing) + rest } else { rest }).collect()
}

/// Value, first and second derivatives.
pub(crate) fn evaluate(loss: &Loss, target: &[f64], prediction: &[f64]) -> [Vec<f64>; 3] {
    let mut value = vec![f64::NAN];
    let (mut gradient, mut hessian) = (vec![f64::NAN; prediction.len()], vec![f64::NAN; prediction.len()]);
    if let Some(loss) = loss.pointwise() {
        loss.value_gradient_hessian(target, prediction, &mut value, &mut gradient, &mut hessian);
    } else {
        let mut derivatives =
            Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
        let columns: Vec<&[f64]> = prediction.chunks(1).collect();
        let class = [target[0] as u32];
        let shares: Vec<&[f64]> = target.chunks(1).collect();
        let target = if target.len() == 1 { RowTarget::Class(&class) } else { RowTarget::Shares(&shares) };
        loss.rowwise().unwrap().value_gradient_hessian(target, &columns, &mut value, &mut derivatives);
    }
    [value, gradient, hessian]
}

/// How much a number at a reference point changes when an input changes by half a unit of its last place: what no
/// formula that takes rounded inputs can be held to less than, next to a zero crossing.
pub(crate) fn conditioning(loss: &Loss, target: &[f64], prediction: &[f64], part: usize, place: usize) -> f64 {
    let relative = 1e-7;
    let at = |prediction: &[f64]| evaluate(loss, target, prediction)[part][place];
    let change = |class: usize| {
        let mut near = [prediction.to_vec(), prediction.to_vec()];
        near[0][class] *= 1.0 + relative;
        near[1][class] *= 1.0 - relative;
        (at(&near[0]) - at(&near[1])).abs() / (2.0 * relative) * (f64::EPSILON / 2.0)
    };
    let sum: f64 = (0..prediction.len()).map(change).sum();
    if sum.is_finite() { sum } else { 0.0 }
}
