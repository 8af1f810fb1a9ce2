//! Scores of the open file.

use std::collections::HashMap;

use dartboard_losses::{
    Contest, Derived, Distribution, Family, Functional, Interval, Loss, Measure, Paired, PairedSums, PredictionKind,
    RowRule, RowTarget, TargetKind, Unit, Verdict, best_constant, perfect_mean, skill,
};
use dartboard_numerics::sum::ExactSum;
use dartboard_reference::number::{percent, rounded, signed};

use super::{Columns, Table, messages, residuals, with_table};
use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Rows that a list of the worst has at most.
const MOST_WORST: usize = 100;
/// Segments that are shown.
const MOST_SEGMENTS: usize = 50;

/// What predictions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Quantity,
    Event,
    Logit,
    Classes,
    ClassLogits,
}

/// What is scored.
struct Scored<'a> {
    table: &'a Table,
    columns: &'a Columns,
    /// The rows that are scored.
    rows: Vec<usize>,
    task: Task,
    measures: Vec<Measure>,
    target: Vec<f64>,
    weight: Option<Vec<f64>>,
    models: Vec<Model>,
    class_names: Vec<String>,
    distribution: Distribution,
}

/// A model with its predictions and, for every measure, the loss of every row.
struct Model {
    name: String,
    predictions: Vec<Vec<f64>>,
    losses: Vec<Vec<f64>>,
}

/// Scores, segments, worst rows and what a plot of the errors shows. `kind` is `auto`, `values`, `probabilities`, `logits`,
/// `classes` or `class_logits`.
pub(crate) fn score(question: &Question<'_>) -> Result<Answer, Complaint> {
    with_table(|table| {
        let columns = Columns::read(table, question)?;
        if columns.predictions.is_empty() {
            return Err(Complaint::File("choose a column of predictions".to_owned()));
        }
        let scored = Scored::read(table, &columns, question)?;
        let all: Vec<usize> = (0..scored.rows.len()).collect();
        let segments = match question.optional_text("by") {
            None => vec![],
            Some(by) => scored.segments(table.column(by)?),
        };
        let (plot, numbers) = scored.plot();
        let measures: Vec<Object> = scored.measures.iter().map(|measure| scored.about(measure)).collect();
        let object = object! {
            "file": table.name, "rows": scored.rows.len(), "missing": columns.missing,
            "zero_weight": columns.rows.len() - scored.rows.len(), "task": scored.task.words(),
            "truth": table.names[columns.truth], "measures": measures, "all": scored.group("all rows", &all, true),
            "comparisons": scored.comparisons(), "segments": segments, "worst": scored.worst(question.count("worst", MOST_WORST)?), "plot": plot,
            "classes": scored.class_names,
        };
        Ok(Answer::of(object).with(numbers))
    })
}

/// Where the rows may lie: what all measures allow.
struct Bounds {
    targets: Interval,
    /// Whether only 0 and 1 are targets.
    whole: bool,
    predictions: Interval,
    rules: Vec<RowRule>,
}

/// What is wrong with a row, in the order in which it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Target,
    Prediction,
    Row,
    Weight,
}

impl Bounds {
    fn of(scored: &Scored<'_>) -> Self {
        let classes = scored.task.has_classes();
        let whole = !classes && scored.measures.contains(&Measure::Derived(Derived::Accuracy));
        let mut bounds = Self { targets: Interval::EXTENDED, whole, predictions: Interval::EXTENDED, rules: vec![] };
        for measure in &scored.measures {
            let (targets, predictions) = measure.domains(scored.task.prediction());
            // Classes are places in a list here.
            if !classes {
                bounds.targets = bounds.targets.intersection(targets);
            }
            bounds.predictions = bounds.predictions.intersection(predictions);
            bounds.rules.extend(loss_of(measure).and_then(Loss::rowwise).map(|loss| loss.row_rule()));
        }
        bounds
    }

    fn wrong(&self, scored: &Scored<'_>, row: usize) -> Option<Wrong> {
        let y = scored.target[row];
        let predictions = || scored.models.iter().flat_map(|model| model.at(row));
        let weight = scored.weight.as_ref().map_or(1.0, |weight| weight[row]);
        if !self.targets.contains(y) || (self.whole && y != 0.0 && y != 1.0) {
            Some(Wrong::Target)
        } else if !predictions().all(|z| self.predictions.contains(z)) {
            Some(Wrong::Prediction)
        } else if self.rules.iter().any(|rule| scored.models.iter().any(|model| !rule.holds(model.at(row)))) {
            Some(Wrong::Row)
        } else {
            (!(0.0..f64::INFINITY).contains(&weight)).then_some(Wrong::Weight)
        }
    }
}

impl Model {
    /// The predictions of a row.
    fn at(&self, row: usize) -> impl Iterator<Item = f64> {
        self.predictions.iter().map(move |column| column[row])
    }
}

impl Task {
    /// What the predictions are, for measures that take several kinds.
    fn prediction(self) -> PredictionKind {
        match self {
            Self::Quantity => PredictionKind::Value,
            Self::Event | Self::Classes => PredictionKind::Probability,
            Self::Logit | Self::ClassLogits => PredictionKind::Logit,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Quantity => "regression",
            Self::Event | Self::Logit => "binary classification",
            Self::Classes | Self::ClassLogits => "classification",
        }
    }

    /// What is scored by where nothing else is asked for: as the command line.
    fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Quantity => &["mse", "rmse", "mae"],
            Self::Event => &["bce", "brier", "accuracy"],
            Self::Logit => &["bce_logits", "accuracy"],
            Self::Classes => &["cce", "accuracy"],
            Self::ClassLogits => &["cce_logits", "accuracy"],
        }
    }

    fn has_classes(self) -> bool {
        matches!(self, Self::Classes | Self::ClassLogits)
    }
}

impl<'a> Scored<'a> {
    fn read(table: &'a Table, columns: &'a Columns, question: &Question<'_>) -> Result<Self, Complaint> {
        let picked = columns.predictions.iter().map(|&column| columns.pick(table, column));
        let predictions = picked.collect::<Result<Vec<_>, _>>()?;
        let task = match question.text("kind")? {
            "values" => Task::Quantity,
            "probabilities" => Task::Event,
            "logits" => Task::Logit,
            "classes" => Task::Classes,
            "class_logits" => Task::ClassLogits,
            _ => told(table, columns, &predictions)?,
        };
        let weight = columns.weight.map(|weight| columns.pick(table, weight)).transpose()?;
        let names = || columns.predictions.iter().map(|&column| table.names[column].clone());
        let (target, class_names, models) = if task.has_classes() {
            let (classes, of_row) = table.classes(columns.truth);
            let order = match_classes(&classes, &names().collect::<Vec<_>>())?;
            let predictions = order.iter().map(|&place| predictions[place].clone()).collect();
            let target = columns.rows.iter().map(|&row| f64::from(of_row[row])).collect();
            let name = names().collect::<Vec<_>>().join(", ");
            (target, classes, vec![Model { name, predictions, losses: vec![] }])
        } else {
            let model = |(name, values)| Model { name, predictions: vec![values], losses: vec![] };
            (columns.pick(table, columns.truth)?, vec![], names().zip(predictions).map(model).collect())
        };
        let asked = question.texts("losses")?;
        let specs = if asked.is_empty() { task.usual() } else { &asked[..] };
        let measures = specs.iter().map(|spec| Ok(Measure::parse(spec)?)).collect::<Result<Vec<_>, Complaint>>()?;
        let rows = columns.rows.clone();
        let distribution = Distribution::default();
        let mut scored =
            Self { table, columns, rows, task, measures, target, weight, models, class_names, distribution };
        scored.check_measures()?;
        scored.check_rows()?;
        scored.leave_out_weights_of_0()?;
        scored.distribution = self::distribution(&scored.target, scored.weight.as_deref());
        let losses: Vec<Vec<Vec<f64>>> = scored.models.iter().map(|model| scored.losses(model)).collect();
        scored.models.iter_mut().zip(losses).for_each(|(model, losses)| model.losses = losses);
        Ok(scored)
    }

    /// Refuses losses that take something else.
    fn check_measures(&self) -> Result<(), Complaint> {
        for loss in self.measures.iter().filter_map(loss_of) {
            let card = loss.card();
            let fits = if self.task.has_classes() {
                card.family == Family::Rowwise && card.target == TargetKind::Class
            } else {
                card.family == Family::Pointwise
            };
            let logits = matches!(self.task, Task::Logit | Task::ClassLogits);
            if !fits || (logits != card.prediction.is_raw() && card.prediction != PredictionKind::Score) {
                let takes = crate::asks::kind_of(card.prediction);
                let text = format!("{} takes a {takes}: these predictions are something else", loss.spec());
                return Err(Complaint::File(text));
            }
        }
        Ok(())
    }

    /// Refuses rows outside of the measures' domains.
    fn check_rows(&self) -> Result<(), Complaint> {
        let bounds = Bounds::of(self);
        let mut first: Option<(Wrong, usize)> = None;
        let mut places = vec![];
        for row in 0..self.rows.len() {
            let Some(wrong) = bounds.wrong(self, row) else { continue };
            if first.get_or_insert((wrong, row)).0 == wrong {
                places.push(self.rows[row] + 1);
            }
        }
        first.map_or(Ok(()), |(wrong, row)| {
            let what = self.describe(&bounds, wrong, row);
            Err(Complaint::File(messages::invalid(&self.table.name, &places, &what)))
        })
    }

    fn describe(&self, bounds: &Bounds, wrong: Wrong, row: usize) -> String {
        // The measures that cannot take the number; all of them where it is only together that they cannot.
        let refusing = |refuses: &dyn Fn(Interval, Interval) -> bool| {
            let kind = self.task.prediction();
            let specs = |all: bool| -> Vec<String> {
                let refused = self.measures.iter().filter(|measure| {
                    let (targets, predictions) = measure.domains(kind);
                    all || refuses(targets, predictions)
                });
                refused.map(Measure::spec).collect()
            };
            let found = specs(false);
            if found.is_empty() { specs(true).join(", ") } else { found.join(", ") }
        };
        let name = |column: usize| &self.table.names[column];
        match wrong {
            Wrong::Target => {
                let y = self.target[row];
                let specs = refusing(&|targets, _| !targets.contains(y));
                let allowed = if bounds.whole { "0 or 1".to_owned() } else { bounds.targets.to_string() };
                format!("{} is {y}, but for {specs} it must be {allowed}", name(self.columns.truth))
            }
            Wrong::Prediction => {
                let all = self.columns.predictions.iter().zip(self.models.iter().flat_map(|model| &model.predictions));
                let mut bad = all.filter(|(_, values)| !bounds.predictions.contains(values[row]));
                let (column, z) =
                    bad.next().map_or((self.columns.truth, f64::NAN), |(&column, values)| (column, values[row]));
                let specs = refusing(&|_, predictions| !predictions.contains(z));
                format!("{} is {z}, but for {specs} it must be {}", name(column), bounds.predictions)
            }
            Wrong::Row => {
                let broken = self.models.iter().find_map(|model| {
                    let rule = bounds.rules.iter().find(|rule| !rule.holds(model.at(row)))?;
                    Some(messages::broken_rule(*rule, &model.name, rule.total(model.at(row))))
                });
                broken.unwrap_or_default()
            }
            Wrong::Weight => {
                let weight = self.weight.as_ref().map_or(f64::NAN, |weight| weight[row]);
                let name = self.columns.weight.map_or("the weight", |column| name(column));
                format!("{name} is {weight}, but a weight must be finite and at least 0")
            }
        }
    }

    fn leave_out_weights_of_0(&mut self) -> Result<(), Complaint> {
        let Some(weight) = &self.weight else { return Ok(()) };
        let keep: Vec<usize> = (0..self.rows.len()).filter(|&row| weight[row] > 0.0).collect();
        if keep.is_empty() {
            return Err(self
                .table
                .complaint(&messages::nothing_scored(self.table.records.rows(), messages::NO_WEIGHT)));
        }
        let pick = |values: &[f64]| keep.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        let kept = pick(weight);
        self.target = pick(&self.target);
        for column in self.models.iter_mut().flat_map(|model| &mut model.predictions) {
            *column = pick(column);
        }
        self.rows = keep.iter().map(|&row| self.rows[row]).collect();
        self.weight = Some(kept);
        Ok(())
    }

    /// For every measure the loss of every row; of RMSE the squared error, of accuracy whether the class is right.
    fn losses(&self, model: &Model) -> Vec<Vec<f64>> {
        let rows = self.target.len();
        let of_measure = |measure: &Measure| {
            let mut value = vec![0.0; rows];
            match measure {
                Measure::Mean(loss) => {
                    if let Some(pointwise) = loss.pointwise() {
                        pointwise.value(&self.target, &model.predictions[0], &mut value);
                    } else if let Some(rowwise) = loss.rowwise() {
                        let classes: Vec<u32> = self.target.iter().map(|&class| class as u32).collect();
                        let scores: Vec<&[f64]> = model.predictions.iter().map(Vec::as_slice).collect();
                        rowwise.value(RowTarget::Class(&classes), &scores, &mut value);
                    }
                }
                Measure::Derived(Derived::Rmse) => {
                    for (row, value) in value.iter_mut().enumerate() {
                        let residual = model.predictions[0][row] - self.target[row];
                        *value = residual * residual;
                    }
                }
                Measure::Derived(Derived::Accuracy) => {
                    for (row, value) in value.iter_mut().enumerate() {
                        *value = f64::from(self.predicted(model, row) == self.target[row]);
                    }
                }
            }
            value
        };
        self.measures.iter().map(of_measure).collect()
    }

    /// The predicted class: the first of the largest scores, or an event where it is more likely than not.
    fn predicted(&self, model: &Model, row: usize) -> f64 {
        if self.task.has_classes() {
            let mut best = 0;
            for (class, column) in model.predictions.iter().enumerate() {
                if column[row] > model.predictions[best][row] {
                    best = class;
                }
            }
            return best as f64;
        }
        let threshold = if self.task == Task::Logit { 0.0 } else { 0.5 };
        f64::from(model.predictions[0][row] > threshold)
    }

    /// The scores of some rows; with skill for all.
    fn group(&self, name: &str, rows: &[usize], with_skill: bool) -> Object {
        let models: Vec<Object> = self
            .models
            .iter()
            .map(|model| {
                let scores: Vec<Object> = (self.measures.iter().enumerate())
                    .map(|(index, measure)| {
                        let value = self.value(measure, &model.losses[index], rows);
                        let skill = loss_of(measure).filter(|_| with_skill).and_then(|loss| self.skill(loss, value));
                        object! { "measure": measure.spec(), "value": rounded(value), "skill": skill }
                    })
                    .collect();
                object! { "model": model.name, "scores": scores }
            })
            .collect();
        object! { "name": name, "rows": rows.len(), "models": models }
    }

    /// The weighted sum of some rows of a column, and the sum of their weights.
    fn sums(&self, losses: &[f64], rows: &[usize]) -> (ExactSum, ExactSum) {
        let (mut sum, mut total) = (ExactSum::new(), ExactSum::new());
        match &self.weight {
            None => {
                if rows.len() == losses.len() {
                    sum.add_slice(losses);
                } else {
                    sum.add_slice(&rows.iter().map(|&row| losses[row]).collect::<Vec<f64>>());
                }
                total.add_count(rows.len() as u64);
            }
            Some(weight) => rows.iter().for_each(|&row| {
                sum.add_product(losses[row], weight[row]);
                total.add(weight[row]);
            }),
        }
        (sum, total)
    }

    /// The value of a measure over some rows, exact but for its rounding.
    fn value(&self, measure: &Measure, losses: &[f64], rows: &[usize]) -> f64 {
        if rows.iter().any(|&row| losses[row] == f64::INFINITY) {
            return f64::INFINITY;
        }
        let (sum, total) = self.sums(losses, rows);
        if *measure == Measure::Derived(Derived::Rmse) { sum.root_ratio(&total) } else { sum.ratio(&total) }
    }

    /// Each two models by the differences of their losses row by row.
    fn comparisons(&self) -> Vec<Object> {
        let mut found = vec![];
        for (place, first) in self.models.iter().enumerate() {
            for second in &self.models[place + 1..] {
                let means = self
                    .measures
                    .iter()
                    .enumerate()
                    .filter(|(_, measure)| **measure != Measure::Derived(Derived::Rmse));
                found.extend(means.map(|(index, measure)| {
                    self.compared(measure, [first, second].map(|model| (&*model.name, &model.losses[index][..])))
                }));
            }
        }
        found
    }

    fn compared(&self, measure: &Measure, models: [(&str, &[f64]); 2]) -> Object {
        let [(first, a), (second, b)] = models;
        let infinite = models.map(|(_, losses)| losses.iter().filter(|loss| loss.is_infinite()).count() as u64);
        let paired = (infinite == [0, 0]).then(|| {
            let [mut weight, mut squared_weight, mut difference, mut weighted, mut squares] =
                [(); 5].map(|()| ExactSum::new());
            let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
            if let Some(weights) = &self.weight {
                for (&w, &d) in weights.iter().zip(&differences) {
                    // w·d is a product and its error.
                    let product = w * d;
                    let error = w.mul_add(d, -product);
                    weight.add(w);
                    squared_weight.add_product(w, w);
                    difference.add_product(w, d);
                    weighted.add_product(w, product);
                    weighted.add_product(w, error);
                    squares.add_product(product, product);
                    squares.add_product(2.0 * product, error);
                    squares.add_product(error, error);
                }
            } else {
                weight.add_count(a.len() as u64);
                squared_weight.add_count(a.len() as u64);
                difference.add_slice(&differences);
                weighted.clone_from(&difference);
                squares.add_products(&differences, &differences);
            }
            Paired::of(&PairedSums {
                rows: a.len() as u64,
                weight: &weight,
                squared_weight: &squared_weight,
                difference: &difference,
                weighted_difference: &weighted,
                squares: &squares,
            })
        });
        let (spec, larger_is_better) = (measure.spec(), is_larger_better(measure));
        let contest =
            Contest { names: [first, second], infinite, measure: &spec, larger_is_better, rows: a.len() as u64 };
        let verdict = Verdict::of(paired, &contest);
        let error = paired.map(|paired| paired.standard_error).filter(|error| error.is_finite());
        object! {
            "first": first, "second": second, "measure": spec,
            "difference": paired.map(|paired| signed(paired.difference)), "error": error.map(rounded),
            "interval": verdict.interval.map(|ends| ends.map(signed)), "told": verdict.better.is_some(),
            "verdict": verdict.words,
        }
    }

    /// How much better than the best constant, where that has a name: the search for others takes its time.
    fn skill(&self, loss: &Loss, mean: f64) -> Option<String> {
        let functional = loss.properties().functional;
        if !matches!(functional, Functional::Mean | Functional::Quantile(_) | Functional::ClassProbabilities) {
            return None;
        }
        let reference = best_constant(loss, &self.distribution, self.class_names.len())?;
        skill(mean, reference.mean, perfect_mean(loss, &self.distribution)?).map(rounded)
    }

    fn about(&self, measure: &Measure) -> Object {
        let truth = &self.table.names[self.columns.truth];
        let unit = match (measure.unit(), self.task) {
            (Unit::Target, Task::Event) => "probability".to_owned(),
            (Unit::TargetSquared, Task::Event) => "probability²".to_owned(),
            (unit, _) => unit.describe(truth),
        };
        let title = match measure {
            Measure::Mean(loss) => loss.card().title,
            Measure::Derived(derived) => derived.title(),
        };
        object! { "spec": measure.spec(), "title": title, "unit": unit }
    }

    fn segments(&self, by: usize) -> Vec<Object> {
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, &row) in self.rows.iter().enumerate() {
            groups.entry(self.table.records.value(row, by).into_owned()).or_default().push(place);
        }
        let mut groups: Vec<(String, Vec<usize>)> = groups.into_iter().collect();
        // The largest, in the order of their names.
        groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
        groups.truncate(MOST_SEGMENTS);
        groups.sort_by(|a, b| a.0.cmp(&b.0));
        groups.iter().map(|(name, rows)| self.group(name, rows, false)).collect()
    }

    /// The rows that lose most by the first measure, for each model.
    fn worst(&self, count: usize) -> Vec<Object> {
        let Some(index) = self.measures.iter().position(|measure| loss_of(measure).is_some()) else { return vec![] };
        let worst_of = |model: &Model| {
            let losses = &model.losses[index];
            let mut order: Vec<usize> = (0..losses.len()).collect();
            let count = count.min(order.len());
            let worse = |&a: &usize, &b: &usize| losses[b].total_cmp(&losses[a]).then(a.cmp(&b));
            if count > 0 && count < order.len() {
                order.select_nth_unstable_by(count - 1, worse);
                order.truncate(count);
            }
            order.sort_unstable_by(worse);
            let total = self.sums(losses, &(0..losses.len()).collect::<Vec<_>>()).0.to_f64();
            let rows: Vec<Object> = order
                .iter()
                .take(count)
                .map(|&place| {
                    let row = self.rows[place];
                    let share = (self.weight.is_none() && total > 0.0 && total.is_finite()).then(|| percent(losses[place] / total));
                    let predictions: Vec<String> = model.predictions.iter().map(|column| rounded(column[place])).collect();
                    object! {
                        "row": row + 1, "line": self.table.records.line(row) as usize, "truth": self.table.records.value(row, self.columns.truth).as_ref(),
                        "prediction": predictions.join(", "), "loss": rounded(losses[place]), "share": share,
                    }
                })
                .collect();
            object! { "model": model.name, "measure": self.measures[index].spec(), "rows": rows }
        };
        self.models.iter().map(worst_of).collect()
    }

    /// Of the first model.
    fn plot(&self) -> (Option<Object>, Vec<f64>) {
        let (about, numbers) = match (self.task, self.models.first()) {
            (Task::Quantity, Some(model)) => residuals::scatter(&self.target, &model.predictions[0]),
            (Task::Event, Some(model)) => residuals::reliability(&self.target, &model.predictions[0]),
            _ => return (None, vec![]),
        };
        (Some(about), numbers)
    }
}

/// The different targets with their weights.
fn distribution(target: &[f64], weight: Option<&[f64]>) -> Distribution {
    let mut order: Vec<u32> = (0..target.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| target[a as usize].total_cmp(&target[b as usize]));
    let mut atoms: Vec<(f64, ExactSum)> = vec![];
    for row in order {
        let (y, weight) = (target[row as usize], weight.map_or(1.0, |weight| weight[row as usize]));
        match atoms.last_mut() {
            Some((known, sum)) if *known == y => sum.add(weight),
            _ => {
                let mut sum = ExactSum::new();
                sum.add(weight);
                atoms.push((y, sum));
            }
        }
    }
    Distribution::new(atoms.iter().map(|(y, weight)| (*y, weight)))
}

fn is_larger_better(measure: &Measure) -> bool {
    matches!(measure, Measure::Derived(derived) if derived.larger_is_better())
}

fn loss_of(measure: &Measure) -> Option<&Loss> {
    if let Measure::Mean(loss) = measure { Some(loss) } else { None }
}

/// The task that the values leave open to no other; never a guess between probabilities and logits.
fn told(table: &Table, columns: &Columns, predictions: &[Vec<f64>]) -> Result<Task, Complaint> {
    let truth = columns.pick(table, columns.truth)?;
    if !truth.iter().all(|&y| y == 0.0 || y == 1.0) {
        return Ok(Task::Quantity);
    }
    let all = || predictions.iter().flatten().copied();
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    if low < 0.0 || high > 1.0 {
        let name = &table.names[columns.truth];
        return Err(Complaint::File(format!(
            "{name} holds only 0 and 1, but the predictions run from {low} to {high} and so are no probabilities; if they \
             are logits, choose logits; to score them as plain numbers, choose values"
        )));
    }
    Ok(Task::Event)
}

/// The place of each class among columns whose names end in the classes' names: `p_cat`, `p_dog`.
fn match_classes(classes: &[String], columns: &[String]) -> Result<Vec<usize>, Complaint> {
    let mut order = vec![];
    for class in classes {
        let fits = |column: &&String| {
            column
                .strip_suffix(class.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with(['_', '-', '.', ' ']))
        };
        match columns.iter().position(|column| fits(&column)) {
            Some(place) => order.push(place),
            None => {
                return Err(Complaint::File(format!(
                    "the class '{class}' has no column of predictions: name the columns by their classes, as in p_{class}"
                )));
            }
        }
    }
    if order.len() < columns.len() {
        // A class that no row has: its column still takes part in a row's probabilities.
        order.extend((0..columns.len()).filter(|place| !order.contains(place)).collect::<Vec<_>>());
    }
    Ok(order)
}
