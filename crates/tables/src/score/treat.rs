//! What goes around losses: smoothed labels, weighted events, weighted classes.

use dartboard_losses::{Measure, PredictionKind, Treated, Treatment};

use super::report::Setting;
use super::request::ScoreRequest;
use crate::aggregate::{Plan, Target};
use crate::error::{Error, Result, nearest};

/// Adds to the plan what the request asks for.
pub(crate) fn apply(request: &ScoreRequest, plan: &mut Plan) -> Result<()> {
    plan.class_weights = class_weights(request, plan)?;
    let options = options(request);
    if options.is_empty() {
        return Ok(());
    }
    plan.treatment = treatment(request, plan)?;
    let mut changed = false;
    for measure in &plan.measures {
        let Measure::Mean(loss) = measure else { continue };
        let treated = Treated::new(loss, plan.treatment.clone());
        treated.map_err(|error| Error::Usage(format!("{}: {error}", options.join(", "))))?;
        changed = true;
    }
    if !changed {
        let specs: Vec<String> = plan.measures.iter().map(Measure::spec).collect();
        return Err(Error::Usage(format!("{} changes nothing about {}", options.join(", "), specs.join(", "))));
    }
    // The best constant under such a loss is not what the loss alone is about.
    plan.reference = false;
    Ok(())
}

/// The options that change the losses of rows.
pub(crate) fn options(request: &ScoreRequest) -> Vec<&'static str> {
    let given = [("--label-smoothing", request.label_smoothing != 0.0), ("--pos-weight", request.pos_weight.is_some())];
    given.into_iter().filter(|(_, given)| *given).map(|(option, _)| option).collect()
}

fn treatment(request: &ScoreRequest, plan: &Plan) -> Result<Treatment> {
    let treatment = Treatment::new().label_smoothing(request.label_smoothing);
    let Some(weight) = request.pos_weight else { return Ok(treatment) };
    if plan.is_rowwise() || plan.parameters().is_some() {
        return Err(Error::Usage("--pos-weight is for events; for classes there is --class-weight".to_owned()));
    }
    if !(weight.is_finite() && weight >= 0.0) {
        return Err(Error::Usage(format!("--pos-weight must be finite and at least 0, not {weight}")));
    }
    Ok(treatment.pos_weight(weight))
}

/// One weight per class of the plan; none where none is asked for.
fn class_weights(request: &ScoreRequest, plan: &Plan) -> Result<Vec<f64>> {
    if request.class_weights.is_empty() {
        return Ok(vec![]);
    }
    let is_event = matches!(
        plan.prediction,
        PredictionKind::Probability | PredictionKind::Logit | PredictionKind::LogProbability | PredictionKind::Score
    );
    let names = match &plan.target {
        Target::Label(names) => names.clone(),
        Target::Event(names) => names.to_vec(),
        Target::Number if is_event => vec!["0".to_owned(), "1".to_owned()],
        Target::Number | Target::Index => {
            return Err(Error::Usage(format!("--class-weight: {} is a quantity and has no classes", request.truth)));
        }
        Target::Shares(_) => {
            return Err(Error::Usage(
                "--class-weight needs one true class per row, but this truth is a share of each".to_owned(),
            ));
        }
    };
    let mut weights: Vec<Option<f64>> = vec![None; names.len()];
    for (class, weight) in &request.class_weights {
        if !(weight.is_finite() && *weight >= 0.0) {
            return Err(Error::Usage(format!(
                "--class-weight: the weight of {class} must be finite and at least 0, not {weight}"
            )));
        }
        let Some(index) = names.iter().position(|name| name == class) else {
            let near = nearest(class, names.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
            return Err(Error::Usage(format!(
                "--class-weight: '{class}' is none of the classes {}{near}",
                names.join(", ")
            )));
        };
        if weights[index].replace(*weight).is_some() {
            return Err(Error::Usage(format!("--class-weight: {class} is given twice")));
        }
    }
    Ok(weights.into_iter().map(|weight| weight.unwrap_or(1.0)).collect())
}

/// What goes around the losses, for the report.
pub(crate) fn setting(request: &ScoreRequest) -> Setting {
    Setting {
        label_smoothing: request.label_smoothing,
        pos_weight: request.pos_weight,
        class_weights: request.class_weights.iter().cloned().collect(),
    }
}
