//! From columns to advice.

use dartboard_losses::TargetKind;
use dartboard_numerics::elementary::Float;
use dartboard_numerics::sum::ExactSum;

use crate::advice::{
    Advice, Calibration, Constant, GoalAdvice, LossAdvice, NoiseEvidence, Picture, RowCounts, Warning, WarningKind,
};
use crate::classes::{self, ClassRows, Events};
use crate::goal::{Costs, Goal};
use crate::input::{Feature, Input, Predictions, Target};
use crate::noise::Family;
use crate::order::MAD_TO_SD;
use crate::picture;
use crate::profile::Profile;
use crate::quantity::{self, FITTED, Names, number};
use crate::rows::Rows;
use crate::task::{Detected, Task, detect};
use crate::tuning;

/// Why no advice can be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum AdviceError {
    #[error("there are no rows with a positive weight")]
    NoRows,
    #[error("{column} has {found} rows, the target {expected}")]
    Rows { column: String, found: usize, expected: usize },
    #[error("{target} is {value} in every row: there is nothing to predict")]
    Constant { target: String, value: String },
    #[error("the goal {goal} is about {about}, but {target} is {task}")]
    GoalOfOtherTask { goal: Goal, about: &'static str, target: String, task: &'static str },
    #[error("costs {costs} are of {about}, but {target} is {task}")]
    CostsOfOtherTask { costs: &'static str, about: &'static str, target: String, task: &'static str },
    #[error("the goal {goal} is not the quantile {level} that these costs ask for")]
    CostsAgainstGoal { goal: Goal, level: f64 },
    #[error("several quantiles are predicted, each a goal of its own: name one column to give a goal or costs")]
    GoalOfQuantiles,
    #[error("costs fp and fn are of two classes, but {target} has more")]
    CostsOfClasses { target: String },
    #[error("{target} cannot be {task}: {reason}")]
    Task { target: String, task: &'static str, reason: String },
    #[error("{column} is {value} in row {row}: {allowed}")]
    Value { column: String, row: usize, value: f64, allowed: &'static str },
    #[error("predictions are one number per row, but {target} has {classes} classes: give a column per class")]
    OneColumnForClasses { target: String, classes: usize },
    #[error("the class {class} of {target} has no column of predictions")]
    ClassWithoutColumn { target: String, class: String },
    #[error("a weight in training is about events, but {target} is {task}")]
    TrainingWeight { target: String, task: &'static str },
}

/// Fewer rows than these rank nothing: defaults are all there is to say.
pub const FEWEST: usize = 50;

/// What loss suits these data and this goal, with the evidence.
///
/// The result does not depend on the order of the rows, and follows the unit: multiplying target and predictions by a
/// number multiplies the constants and changes nothing else.
///
/// # Errors
/// [`AdviceError`] where columns do not fit together, or the goal, the costs or the predictions do not fit the task.
pub fn advise(input: &Input<'_>) -> Result<Advice, AdviceError> {
    check_lengths(input)?;
    if let Some(weight) = input.weight
        && weight.contains(&0.0)
    {
        return without_zeros(input, weight);
    }
    let rows = count_rows(input)?;
    let profile = Profile::of(input.target, input.weight);
    check_constant(input, &profile)?;
    let mut task = detect(&profile, &input.predictions);
    if let Some(given) = input.task {
        check_task(input, &profile, given)?;
        task = Detected { task: given, reason: "as given".to_owned(), also: None };
    }
    let goal = goal_of(input, task.task)?;
    let mut advice = Advice {
        target: input.target_name.to_owned(),
        rows,
        profile,
        question: task.question(),
        event: None,
        task,
        goal,
        losses: vec![],
        evidence: vec![],
        constants: vec![],
        calibration: vec![],
        warnings: vec![],
        would_change: vec![],
        missing: vec![],
        picture: None,
    };
    let enough = rows.weighted >= FEWEST;
    if !enough {
        advice.warnings.push(Warning {
            kind: WarningKind::FewRows,
            text: format!(
                "{} rows: too few to tell laws of noise apart, so these are the defaults of the task",
                rows.weighted
            ),
            rows: vec![],
        });
    }
    if advice.task.task.is_of_classes() {
        of_classes(input, &mut advice)?;
    } else {
        if input.training_weight.is_some() {
            let (target, task) = (advice.target.clone(), advice.task.task.describe());
            return Err(AdviceError::TrainingWeight { target, task });
        }
        of_quantities(input, enough, &mut advice)?;
    }
    advice.would_change.extend(would_change(&advice));
    Ok(advice)
}

/// The advice without the rows of weight 0, which are no rows; places are those of the input.
fn without_zeros(input: &Input<'_>, weight: &[f64]) -> Result<Advice, AdviceError> {
    let kept: Vec<usize> = (0..weight.len()).filter(|&row| weight[row] > 0.0).collect();
    let pick = |values: &[f64]| -> Vec<f64> { kept.iter().map(|&row| values[row]).collect() };
    let columns: Vec<Vec<f64>> = match input.predictions {
        Predictions::None => vec![],
        Predictions::One { values, .. } => vec![pick(values)],
        Predictions::Quantiles { columns, .. } | Predictions::PerClass { columns, .. } => {
            columns.iter().map(|column| pick(column)).collect()
        }
    };
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let features: Vec<Vec<f64>> = input.features.iter().map(|feature| pick(feature.values)).collect();
    let features: Vec<Feature<'_>> =
        input.features.iter().zip(&features).map(|(feature, values)| Feature { name: feature.name, values }).collect();
    let (numbers, names): (Vec<f64>, Vec<u32>) = match input.target {
        Target::Numbers(values) => (pick(values), vec![]),
        Target::Names { of_row, .. } => (vec![], kept.iter().map(|&row| of_row[row]).collect()),
    };
    let other = Input {
        target: match input.target {
            Target::Numbers(_) => Target::Numbers(&numbers),
            Target::Names { names: all, .. } => Target::Names { of_row: &names, names: all },
        },
        predictions: match input.predictions {
            Predictions::None => Predictions::None,
            Predictions::One { name, raw, .. } => Predictions::One { name, values: columns[0], raw },
            Predictions::Quantiles { levels, .. } => Predictions::Quantiles { levels, columns: &columns },
            Predictions::PerClass { classes, raw, .. } => Predictions::PerClass { columns: &columns, classes, raw },
        },
        weight: Some(&pick(weight)),
        features: &features,
        ..*input
    };
    if kept.is_empty() {
        return Err(AdviceError::NoRows);
    }
    let mut advice = advise(&other).map_err(|error| match error {
        AdviceError::Value { column, row, value, allowed } => {
            AdviceError::Value { column, row: kept[row - 1] + 1, value, allowed }
        }
        error => error,
    })?;
    advice.rows.rows = input.target.rows();
    advice.warnings.iter_mut().for_each(|warning| warning.rows.iter_mut().for_each(|row| *row = kept[*row]));
    Ok(advice)
}

fn check_lengths(input: &Input<'_>) -> Result<(), AdviceError> {
    let expected = input.target.rows();
    let check = |column: &str, found: usize| {
        let column = column.to_owned();
        if found == expected { Ok(()) } else { Err(AdviceError::Rows { column, found, expected }) }
    };
    match input.predictions {
        Predictions::None => {}
        Predictions::One { name, values, .. } => check(name, values.len())?,
        Predictions::Quantiles { levels, columns } => {
            levels.iter().zip(columns).try_for_each(|((_, name), column)| check(name, column.len()))?;
        }
        Predictions::PerClass { columns, .. } => {
            columns
                .iter()
                .enumerate()
                .try_for_each(|(index, column)| check(&format!("class {index}"), column.len()))?;
        }
    }
    if let Some(weight) = input.weight {
        check("the weight", weight.len())?;
        if let Some(row) = weight.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            let (column, allowed) = ("the weight".to_owned(), "weights are finite and not negative");
            return Err(AdviceError::Value { column, row: row + 1, value: weight[row], allowed });
        }
    }
    input.features.iter().try_for_each(|feature| check(feature.name, feature.values.len()))?;
    let finite = |column: &str, values: &[f64], allowed| match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(row) => Err(AdviceError::Value { column: column.to_owned(), row: row + 1, value: values[row], allowed }),
    };
    if let Target::Numbers(values) = input.target {
        finite(input.target_name, values, "targets are finite")?;
    }
    match input.predictions {
        Predictions::One { name, values, raw: false } => finite(name, values, "predictions are finite")?,
        Predictions::Quantiles { levels, columns } => {
            for ((_, name), column) in levels.iter().zip(columns) {
                finite(name, column, "predictions are finite")?;
            }
        }
        _ => {}
    }
    input.features.iter().try_for_each(|feature| finite(feature.name, feature.values, "features are finite"))
}

fn count_rows(input: &Input<'_>) -> Result<RowCounts, AdviceError> {
    let rows = input.target.rows();
    let (mut weighted, mut sum, mut squares) = (0, ExactSum::new(), ExactSum::new());
    // Scaled by the largest, so that squares neither overflow nor vanish.
    let largest = input.weight.map_or(1.0, |weight| weight.iter().copied().fold(0.0, f64::max));
    for row in 0..rows {
        let w = input.weight.map_or(1.0, |weight| weight[row]) / largest;
        if w > 0.0 {
            weighted += 1;
            sum.add(w);
            squares.add_product(w, w);
        }
    }
    if weighted == 0 {
        return Err(AdviceError::NoRows);
    }
    let sum = sum.to_f64();
    Ok(RowCounts { rows, weighted, effective: sum * sum / squares.to_f64(), fitted: 0 })
}

fn check_constant(input: &Input<'_>, profile: &Profile) -> Result<(), AdviceError> {
    let value = match profile {
        Profile::Names { distinct: 1, shares } => shares[0].0.clone(),
        Profile::Numbers(numbers) if numbers.distinct == 1 => numbers.min.to_string(),
        _ => return Ok(()),
    };
    Err(AdviceError::Constant { target: input.target_name.to_owned(), value })
}

/// Whether the target can be what it is said to be.
fn check_task(input: &Input<'_>, profile: &Profile, task: Task) -> Result<(), AdviceError> {
    let refused =
        |reason: String| Err(AdviceError::Task { target: input.target_name.to_owned(), task: task.describe(), reason });
    match (profile, task) {
        (Profile::Names { distinct, .. }, Task::Binary) if *distinct > 2 => {
            refused(format!("it has {distinct} different names"))
        }
        (Profile::Names { .. }, Task::Binary | Task::Classes) => Ok(()),
        (Profile::Names { .. }, _) => refused("it holds names".to_owned()),
        (Profile::Numbers(numbers), Task::Binary) if numbers.distinct > 2 => {
            refused(format!("it has {} different values", numbers.distinct))
        }
        (Profile::Numbers(numbers), Task::Positive | Task::ZerosAndPositive | Task::Count | Task::Classes)
            if numbers.min < 0.0 =>
        {
            refused(format!("its smallest value is {}", numbers.min))
        }
        (Profile::Numbers(numbers), Task::Count | Task::Classes) if !numbers.whole => {
            refused("it has fractions".to_owned())
        }
        (Profile::Numbers(numbers), Task::Proportion) if numbers.min < 0.0 || numbers.max > 1.0 => {
            refused(format!("its values go from {} to {}", numbers.min, numbers.max))
        }
        _ => Ok(()),
    }
}

fn goal_of(input: &Input<'_>, task: Task) -> Result<GoalAdvice, AdviceError> {
    let target = || input.target_name.to_owned();
    let of_classes = task.is_of_classes();
    if let Some(costs) = input.costs {
        let (is_event, name, about) = match costs {
            Costs::Event { .. } => (true, "fp and fn", "decisions about events"),
            Costs::Quantity { .. } => (false, "under and over", "quantities"),
        };
        if is_event != of_classes {
            return Err(AdviceError::CostsOfOtherTask { costs: name, about, target: target(), task: task.describe() });
        }
        if let (Some(goal), Goal::Quantile(level)) = (input.goal, costs.goal())
            && goal != costs.goal()
        {
            return Err(AdviceError::CostsAgainstGoal { goal, level });
        }
    }
    if let Predictions::Quantiles { levels, .. } = input.predictions
        && levels.len() > 1
        && (input.goal.is_some() || input.costs.is_some())
    {
        return Err(AdviceError::GoalOfQuantiles);
    }
    if task == Task::Classes && input.costs.is_some() {
        return Err(AdviceError::CostsOfClasses { target: target() });
    }
    let given = input.goal.or(input.costs.map(Costs::goal));
    if let Some(goal) = given
        && goal.is_of_classes() != of_classes
    {
        let about = if goal.is_of_classes() { "events and classes" } else { "quantities" };
        return Err(AdviceError::GoalOfOtherTask { goal, about, target: target(), task: task.describe() });
    }
    let usual = if of_classes { Goal::Probability } else { Goal::Mean };
    let by_name = match input.predictions {
        Predictions::Quantiles { levels, .. } if levels.len() == 1 => Some(Goal::Quantile(levels[0].0)),
        _ => None,
    };
    let goal = given.or(by_name).unwrap_or(usual);
    let quantiles = match input.predictions {
        Predictions::Quantiles { levels, .. } if levels.len() > 1 => levels.iter().map(|(level, _)| *level).collect(),
        _ => vec![],
    };
    Ok(GoalAdvice { goal, given: given.is_some(), meaning: goal.meaning(), quantiles, costs: input.costs })
}

fn of_quantities(input: &Input<'_>, enough: bool, advice: &mut Advice) -> Result<(), AdviceError> {
    let Target::Numbers(target) = input.target else { return Ok(()) };
    let goal = advice.goal.goal;
    let task = advice.task.task;
    let features: Vec<&[f64]> = input.features.iter().map(|feature| feature.values).collect();
    let names =
        Names { target: input.target_name, features: input.features.iter().map(|feature| feature.name).collect() };
    let (name, values, raw) = match input.predictions {
        Predictions::One { name, values, raw } => (name, values, raw),
        Predictions::Quantiles { levels, columns } => {
            if levels.len() > 1 {
                quantiles(input, levels, columns, target, advice);
                return Ok(());
            }
            (levels[0].1, columns[0], false)
        }
        Predictions::None | Predictions::PerClass { .. } => {
            advice.losses = defaults(task, goal);
            advice.missing.push(
                "predictions for rows the model has not seen (--pred): the noise is in their errors, the target alone does \
                 not show it"
                    .to_owned(),
            );
            return Ok(());
        }
    };
    // Raw predictions of a quantity are log-means, but for a number of either sign, whose raw scale is its own.
    let means: Vec<f64>;
    let predictions = if raw && task != Task::Real {
        means =
            values.iter().map(|&z| if task == Task::Proportion { Float::sigmoid(z) } else { Float::exp(z) }).collect();
        &means
    } else {
        values
    };
    if let Some(row) = predictions.iter().position(|p| !p.is_finite()) {
        let allowed = "it has to stand for a finite prediction";
        return Err(AdviceError::Value { column: name.to_owned(), row: row + 1, value: values[row], allowed });
    }
    if task == Task::Proportion
        && let Some(row) = predictions.iter().position(|p| !(0.0..=1.0).contains(p))
    {
        let allowed = "a share lies in 0 to 1; log-odds are another kind of prediction (--logits)";
        return Err(AdviceError::Value { column: name.to_owned(), row: row + 1, value: values[row], allowed });
    }
    let rows = Rows::new(target, predictions, input.weight, &features);
    advice.calibration = quantity::calibration(&rows.data, task, goal, &names, &mut advice.warnings);
    if task == Task::Proportion {
        proportions(&rows, raw, advice);
        return Ok(());
    }
    if !enough {
        advice.losses = defaults(task, goal);
        return Ok(());
    }
    let look = quantity::look(&rows, task, goal, &names);
    advice.rows.fitted = look.sample.rows();
    advice.evidence = quantity::shown(&look.evidence);
    advice.losses = if look.evidence.is_empty() {
        defaults(task, goal)
    } else {
        quantity::losses(&look, goal, advice.goal.given, &names)
    };
    advice.constants = quantity::constants(&look, &names);
    unit_warning(&look, input.target_name, advice);
    advice.picture = picture::residuals(&rows, &look).map(Picture::Residuals);
    advice.warnings.extend(look.warnings);
    let multiplies = look.evidence.first().is_some_and(|first| first.family != Family::RoundedGaussian);
    if look.proportional && multiplies && !advice.goal.given && goal == Goal::Mean {
        advice.would_change.push(format!(
            "the median as the goal (--goal median): {} at the median is smaller than on average, and sums of medians fall short of the total",
            input.target_name
        ));
    }
    Ok(())
}

/// A share of each row: Bernoulli's likelihood with shares in place of events.
fn proportions(rows: &Rows, raw: bool, advice: &mut Advice) {
    let of_mean = matches!(advice.goal.goal, Goal::Mean | Goal::Total);
    if !of_mean {
        advice.losses = defaults(Task::Real, advice.goal.goal);
    }
    let before = advice.losses.len();
    advice.losses.extend(classes::losses(TargetKind::Event, raw, Goal::Probability));
    for loss in &mut advice.losses[before..] {
        loss.elicits = "mean".to_owned();
        loss.serves_goal = matches!(advice.goal.goal, Goal::Mean | Goal::Total);
        loss.why =
            "it takes shares in place of events, elicits the mean share and keeps predictions inside 0 to 1".to_owned();
    }
    let residuals = rows.data.residuals();
    let (_, scale) = crate::order::robust_scale(&residuals, |row| rows.data.w[row]);
    advice.constants.push(Constant {
        name: "scale".to_owned(),
        value: scale,
        unit: String::new(),
        how: format!("{MAD_TO_SD:.4} × the median distance of the errors from their median"),
    });
}

/// Quantile forecasts: coverage of each, and whether they cross.
fn quantiles(input: &Input<'_>, levels: &[(f64, &str)], columns: &[&[f64]], target: &[f64], advice: &mut Advice) {
    for ((level, name), column) in levels.iter().zip(columns) {
        let rows = Rows::new(target, column, input.weight, &[]);
        let names = Names { target: input.target_name, features: vec![] };
        let mut warnings = vec![];
        let found = quantity::calibration(&rows.data, advice.task.task, Goal::Quantile(*level), &names, &mut warnings);
        advice.calibration.extend(found.into_iter().map(|c| Calibration {
            name: format!("{} {name}", c.name.replace("the prediction", "")).replace("  ", " "),
            ..c
        }));
        advice.warnings.extend(warnings.into_iter().map(|w| Warning { text: format!("{name}: {}", w.text), ..w }));
        if let Some(loss) = tuning::of_functional(Goal::Quantile(*level).functional()) {
            advice.losses.push(LossAdvice {
                spec: loss.spec(),
                elicits: quantity::elicits(loss.properties().functional),
                serves_goal: true,
                efficiency: None,
                convex: true,
                train: None,
                why: format!("the loss that elicits what {name} is, whatever the noise"),
            });
        }
    }
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by(|&a, &b| levels[a].0.total_cmp(&levels[b].0));
    for pair in order.windows(2) {
        let (low, high) = (columns[pair[0]], columns[pair[1]]);
        let crossed: Vec<usize> = (0..target.len()).filter(|&row| low[row] > high[row]).collect();
        if !crossed.is_empty() {
            let text = format!(
                "{} lies above {} in {} row{}: quantiles must not cross",
                levels[pair[0]].1,
                levels[pair[1]].1,
                crossed.len(),
                if crossed.len() == 1 { "" } else { "s" }
            );
            let rows = crossed.into_iter().take(10).collect();
            advice.warnings.push(Warning { kind: WarningKind::Predictions, text, rows });
        }
    }
}

/// Losses with a constant of their own, beside the scale of the errors.
fn unit_warning(look: &quantity::Quantity, target: &str, advice: &mut Advice) {
    // Far below the scale such a loss is absolute error, far above it squared error.
    const FAR: f64 = 10.0;
    let ratio = look.scale;
    if ratio > FAR || (ratio > 0.0 && ratio < 1.0 / FAR) {
        let becomes = if ratio > 1.0 { "absolute" } else { "squared" };
        let text = format!(
            "errors are about {} {target}: huber, pseudo_huber and log_cosh with their default constant 1 would be {becomes} \
             error; set the constant",
            number(ratio)
        );
        advice.warnings.push(Warning { kind: WarningKind::Unit, text, rows: vec![] });
    }
}

/// What is usual for a task where there is no evidence.
fn defaults(task: Task, goal: Goal) -> Vec<LossAdvice> {
    use dartboard_losses::{Noise, PredictionKind};
    let kinds = [PredictionKind::Value, PredictionKind::Mean];
    let by_noise = |noise| tuning::of_noise(&[noise], &kinds, TargetKind::Quantity, &[]);
    let of_mean = matches!(goal, Goal::Mean | Goal::Total);
    let usual = match task {
        Task::Count if of_mean => by_noise(Noise::Poisson),
        Task::ZerosAndPositive if of_mean => by_noise(Noise::Tweedie),
        Task::Proportion if of_mean => {
            let mut list = classes::losses(TargetKind::Event, false, Goal::Probability);
            list.iter_mut().for_each(|loss| loss.elicits = "mean".to_owned());
            return list;
        }
        _ => tuning::of_functional(goal.functional()),
    };
    let mut list = vec![];
    for loss in usual.into_iter().chain(tuning::of_functional(goal.functional())) {
        let spec = loss.spec();
        if list.iter().all(|other: &LossAdvice| other.spec != spec) {
            list.push(LossAdvice {
                elicits: quantity::elicits(loss.properties().functional),
                serves_goal: loss.properties().functional == goal.functional(),
                efficiency: None,
                convex: loss.properties().convexity != dartboard_losses::Convexity::None,
                train: None,
                why: format!("usual for {} and the goal {goal}; no evidence yet", task.describe()),
                spec,
            });
        }
    }
    list
}

fn of_classes(input: &Input<'_>, advice: &mut Advice) -> Result<(), AdviceError> {
    let goal = advice.goal.goal;
    match input.predictions {
        Predictions::PerClass { columns, classes: names, raw } => {
            advice.losses = classes::losses(TargetKind::Class, raw, goal);
            let rows = class_rows(input, columns, names, raw)?;
            if !raw {
                sums(columns, &mut advice.warnings);
            }
            advice.calibration = classes::look_at_classes(&rows, &mut advice.warnings);
            advice.rows.fitted = rows.truth.len();
            advice.picture = Some(Picture::Reliability(classes::reliability_of_classes(&rows)));
        }
        Predictions::One { name, values, raw } => {
            if advice.task.task == Task::Classes {
                let classes = match &advice.profile {
                    Profile::Names { distinct, .. } => *distinct,
                    Profile::Numbers(numbers) => numbers.distinct,
                };
                return Err(AdviceError::OneColumnForClasses { target: advice.target.clone(), classes });
            }
            advice.losses = classes::losses(TargetKind::Event, raw, goal);
            let y = events_of(input);
            advice.event = Some(event_of(input));
            if !raw && let Some(row) = values.iter().position(|p| !(0.0..=1.0).contains(p)) {
                let allowed = "a probability lies in 0 to 1; logits are another kind of prediction (--logits)";
                return Err(AdviceError::Value { column: name.to_owned(), row: row + 1, value: values[row], allowed });
            }
            if let Some(row) = values.iter().position(|z| z.is_nan()) {
                let allowed = "it has to be a number";
                return Err(AdviceError::Value { column: name.to_owned(), row: row + 1, value: values[row], allowed });
            }
            let logit = |p: f64| dartboard_losses::Link::Logit.to_prediction(p);
            let z: Vec<f64> = values.iter().map(|&value| if raw { value } else { logit(value) }).collect();
            let rows = Rows::new(&y, &z, input.weight, &[]);
            let events = Events { rows: &rows, raw };
            let (calibration, constants) =
                classes::look(&events, input.costs, input.training_weight, &mut advice.warnings);
            (advice.calibration, advice.constants) = (calibration, constants);
            advice.rows.fitted = rows.data.rows();
            advice.picture = Some(Picture::Reliability(classes::reliability(&events)));
        }
        Predictions::None | Predictions::Quantiles { .. } => {
            let target = if advice.task.task == Task::Binary { TargetKind::Event } else { TargetKind::Class };
            advice.constants = classes::thresholds(input.costs, input.training_weight);
            advice.losses = classes::losses(target, false, goal);
            advice.losses.extend(classes::losses(target, true, goal));
            advice.missing.push(
                "predicted probabilities (--pred) or logits (--logits) for rows the model has not seen: calibration, wrong \
                 labels and costs are in them"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// Rows whose probabilities do not add up to 1.
fn sums(columns: &[&[f64]], warnings: &mut Vec<Warning>) {
    /// Probabilities that were written with three digits are off by less.
    const OFF: f64 = 0.01;
    let rows = columns.first().map_or(0, |column| column.len());
    let off = |row: &usize| (columns.iter().map(|column| column[*row]).sum::<f64>() - 1.0).abs() > OFF;
    let found: Vec<usize> = (0..rows).filter(off).collect();
    if !found.is_empty() {
        let text =
            format!("the probabilities of {} rows do not add up to 1: no distribution over these classes", found.len());
        let rows = found.into_iter().take(10).collect();
        warnings.push(Warning { kind: WarningKind::Predictions, text, rows });
    }
}

/// 1 for the event: the one that was named, else the larger number or, of names, the later.
fn events_of(input: &Input<'_>) -> Vec<f64> {
    match input.target {
        Target::Numbers(values) => {
            let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            values.iter().map(|&value| f64::from(value == largest)).collect()
        }
        Target::Names { of_row, names } => {
            let event = event_of(input);
            of_row.iter().map(|&index| f64::from(names[index as usize] == event)).collect()
        }
    }
}

/// What the event is called.
fn event_of(input: &Input<'_>) -> String {
    match (input.target, input.event) {
        (Target::Numbers(values), _) => values.iter().copied().fold(f64::NEG_INFINITY, f64::max).to_string(),
        (Target::Names { .. }, Some(event)) => event.to_owned(),
        (Target::Names { of_row, names }, None) => {
            let used = names.iter().enumerate().filter(|(index, _)| of_row.contains(&(*index as u32)));
            used.map(|(_, name)| name.clone()).max().unwrap_or_default()
        }
    }
}

/// The logarithms of the probabilities of each row.
fn class_rows(input: &Input<'_>, columns: &[&[f64]], classes: &[u32], raw: bool) -> Result<ClassRows, AdviceError> {
    let label = |row: usize| match input.target {
        Target::Numbers(values) => values[row] as u32,
        Target::Names { of_row, .. } => of_row[row],
    };
    let mut rows = ClassRows { ln_p: vec![], classes: columns.len(), truth: vec![], w: vec![], origin: vec![] };
    for row in 0..input.target.rows() {
        let w = input.weight.map_or(1.0, |weight| weight[row]);
        if w == 0.0 {
            continue;
        }
        let label = label(row);
        let Some(truth) = classes.iter().position(|&class| class == label) else {
            let class = match input.target {
                Target::Names { names, .. } => names[label as usize].clone(),
                Target::Numbers(_) => label.to_string(),
            };
            return Err(AdviceError::ClassWithoutColumn { target: input.target_name.to_owned(), class });
        };
        let start = rows.ln_p.len();
        for column in columns {
            let value = column[row];
            if !raw && !(0.0..=1.0).contains(&value) || value.is_nan() || value == f64::INFINITY {
                let allowed = if raw { "a score is a number below infinity" } else { "a probability lies in 0 to 1" };
                return Err(AdviceError::Value { column: "a class's column".to_owned(), row: row + 1, value, allowed });
            }
            rows.ln_p.push(if raw { value } else { Float::ln(value) });
        }
        if raw {
            let scores = &mut rows.ln_p[start..];
            let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if largest == f64::NEG_INFINITY {
                let (column, allowed) = ("every score".to_owned(), "one class at least has to be possible");
                return Err(AdviceError::Value { column, row: row + 1, value: largest, allowed });
            }
            let mass: f64 = scores.iter().map(|score| Float::exp(score - largest)).sum();
            let normalizer = largest + Float::ln(mass);
            scores.iter_mut().for_each(|score| *score -= normalizer);
        }
        rows.truth.push(truth);
        rows.w.push(w);
        rows.origin.push(row);
    }
    Ok(rows.sorted())
}

/// The advice for other goals, and what ties.
fn would_change(advice: &Advice) -> Vec<String> {
    let mut list = vec![];
    let task = advice.task.task;
    if !advice.goal.given && !task.is_of_classes() && advice.goal.quantiles.is_empty() {
        for goal in [Goal::Mean, Goal::Median] {
            if goal.functional() != advice.goal.goal.functional()
                && let Some(loss) = tuning::of_functional(goal.functional())
            {
                list.push(format!("if {goal} is wanted ({}): {}", goal.meaning(), loss.spec()));
            }
        }
        list.push("if too little costs more than too much, or less: a quantile (--cost under=U,over=O)".to_owned());
    }
    if task == Task::Binary && advice.goal.costs.is_none() {
        list.push(
            "costs of a false alarm and a miss (--cost fp=A,fn=B): they move the threshold, not the loss".to_owned(),
        );
    }
    let ties: Vec<&NoiseEvidence> = advice.evidence.iter().filter(|e| e.tie).collect();
    if let (Some(first), false) = (advice.evidence.first(), ties.is_empty()) {
        let names: Vec<&str> = ties.iter().map(|e| e.noise.as_str()).collect();
        list.push(format!("more rows: {} is not clearly better than {}", first.noise, names.join(", ")));
    }
    if advice.warnings.iter().any(|w| w.kind == WarningKind::Misfit) {
        list.push("a model that learns what this one misses: then ask again".to_owned());
    }
    list
}

/// Rows that laws are fitted to at most.
pub const MOST_FITTED: usize = FITTED;
