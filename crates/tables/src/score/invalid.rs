//! Rows outside of a loss's domain, named one by one.

use dartboard_losses::{Measure, PredictionKind, RowRule, SHARES_TOLERANCE, TargetKind, cards};

use super::request::ScoreRequest;
use super::resolve::Resolved;
use super::scan::Batch;
use crate::aggregate::{Dropped, PerRow, Target, follows};
use crate::error::{Error, nearest};

/// Rows that a message names.
const NAMED_ROWS: usize = 3;

/// Gathers the first invalid rows of the first kind that is met.
#[derive(Default)]
pub(crate) struct InvalidRows {
    reason: Option<Dropped>,
    /// File and row number of each, or only the place where there are no numbers.
    places: Vec<(String, Option<u64>)>,
    message: String,
}

impl InvalidRows {
    /// Looks at a batch; returns whether enough rows are known.
    pub(crate) fn add(
        &mut self,
        request: &ScoreRequest,
        resolved: &Resolved,
        batch: &Batch<'_>,
        rows: &PerRow,
    ) -> bool {
        for (row, dropped) in rows.dropped.iter().enumerate() {
            let Some(reason) = dropped.filter(|reason| reason.is_invalid() && batch.passes(row)) else { continue };
            if *self.reason.get_or_insert(reason) != reason {
                continue;
            }
            if self.places.is_empty() {
                self.message = describe(request, resolved, batch, rows, row, reason);
            }
            let number = batch.row_number(row);
            let place = if number.is_some() { batch.file.to_owned() } else { batch.place(row) };
            self.places.push((place, number));
            if self.places.len() == NAMED_ROWS {
                return true;
            }
        }
        false
    }

    /// The error, given how many rows there are of each kind.
    pub(crate) fn error(self, count: impl Fn(Dropped) -> u64) -> Error {
        let total = self.reason.map_or(0, count);
        let mut places: Vec<String> = Vec::new();
        for (index, (file, number)) in self.places.iter().enumerate() {
            let same_file = index > 0 && self.places[index - 1].0 == *file;
            places.push(match number {
                None => file.clone(),
                Some(number) if same_file => number.to_string(),
                Some(number) => format!("{file} row {number}"),
            });
        }
        let places = places.join(", ");
        let more = if total > self.places.len() as u64 { ", …" } else { "" };
        let rows = if total == 1 { "1 such row".to_owned() } else { format!("{total} such rows: {places}{more}") };
        Error::Data(format!("{} ({rows}); --invalid skip leaves such rows out and counts them", self.message))
    }
}

fn describe(
    request: &ScoreRequest,
    resolved: &Resolved,
    batch: &Batch<'_>,
    rows: &PerRow,
    row: usize,
    reason: Dropped,
) -> String {
    let place = batch.place(row);
    let domains = resolved.plan.domains();
    // The measures that cannot take the number; all of them where it is only together that they cannot.
    let refusing = |refuses: &dyn Fn(&Measure) -> bool| {
        let all = || resolved.plan.measures.iter();
        let found: Vec<String> = all().filter(|measure| refuses(measure)).map(Measure::spec).collect();
        if found.is_empty() { all().map(Measure::spec).collect::<Vec<_>>().join(", ") } else { found.join(", ") }
    };
    let columns = resolved.models.iter().flat_map(|model| &model.columns);
    match reason {
        Dropped::Target => match &resolved.plan.target {
            Target::Label(labels) => unknown_label(&place, &request.truth, &batch.truth(row), labels),
            Target::Event(labels) => unknown_label(&place, &request.truth, &batch.truth(row), labels),
            Target::Number | Target::Index => {
                let y = rows.targets[0][row];
                let of_event = matches!(resolved.plan.prediction, PredictionKind::Logit | PredictionKind::Score);
                let hint = if of_event && y == -1.0 { "; if -1 and 1 mean no and yes, say --classes=-1,1" } else { "" };
                let allowed = domains.allowed_target();
                let specs = refusing(&|measure| !resolved.plan.domains_of(measure).0.contains(y));
                format!("{place}: {} is {y}, but for {specs} it must be {allowed}{hint}", request.truth)
            }
            Target::Shares(_) => wrong_shares(&place, resolved, rows, row, &of_labels(request, resolved)),
        },
        Dropped::Prediction => {
            let bad = columns.zip(&rows.scores).find(|(_, scores)| !domains.prediction.contains(scores[row]));
            let (name, value) = bad.map_or(("a prediction", f64::NAN), |(name, scores)| (name.as_str(), scores[row]));
            let specs = refusing(&|measure| !resolved.plan.domains_of(measure).1.contains(value));
            format!("{place}: {name} is {value}, but for {specs} it must be {}", domains.prediction)
        }
        Dropped::Row => {
            let columns = resolved.plan.columns_per_model();
            let bad = resolved.models.iter().zip(rows.scores.chunks(columns)).find_map(|(model, scores)| {
                let rule = domains.row_rules.iter().find(|rule| !follows(**rule, scores, row))?;
                Some(broken_rule(*rule, &model.name, scores, row))
            });
            format!("{place}: {}", bad.unwrap_or_default())
        }
        Dropped::Weight => {
            let weight = rows.weight.as_ref().map_or(f64::NAN, |weight| weight[row]);
            let name = request.weight.as_deref().unwrap_or("the weight");
            format!("{place}: {name} is {weight}, but a weight must be finite and at least 0")
        }
        Dropped::Null | Dropped::ZeroWeight => place,
    }
}

/// What is wrong with the shares of a row, or with the components of its vector.
fn wrong_shares(place: &str, resolved: &Resolved, rows: &PerRow, row: usize, hint: &str) -> String {
    let domain = resolved.plan.domains().target;
    let vector = resolved.plan.has_vectors();
    let mut shares = resolved.truth.iter().zip(&rows.targets).map(|(name, column)| (name, column[row]));
    if let Some((name, share)) = shares.find(|(_, share)| !domain.contains(*share)) {
        let what = if vector { "component of a target" } else { "share" };
        return format!("{place}: {name} is {share}, but a {what} must be {domain}");
    }
    if vector {
        let names = resolved.truth.join(", ");
        return format!("{place}: {names} are all 0; a target must not be a vector of zeros, which has no direction");
    }
    let total: f64 = rows.targets.iter().map(|column| column[row]).sum();
    format!(
        "{place}: the shares {} add up to {total}; they must add up to 1 within {SHARES_TOLERANCE}{hint}",
        resolved.truth.join(", ")
    )
}

/// What to ask for where several labels may apply to a row: a hint for whoever left the loss to us.
fn of_labels(request: &ScoreRequest, resolved: &Resolved) -> String {
    let kind = resolved.plan.prediction;
    let fits = cards().find(|card| card.target == TargetKind::Labels && card.prediction == kind);
    fits.filter(|_| request.measures.is_empty())
        .map_or_else(String::new, |card| format!("; if several labels may apply to a row, say --loss {}", card.name))
}

/// What is wrong with the scores of a model in a row.
fn broken_rule(rule: RowRule, model: &str, scores: &[Vec<f64>], row: usize) -> String {
    let total = rule.total(scores.iter().map(|column| column[row])).unwrap_or_default();
    match rule {
        RowRule::AddToOne { tolerance } => {
            format!("the probabilities {model} add up to {total}; they must add up to 1 within {tolerance}")
        }
        RowRule::ExponentialsAddToOne { tolerance } => {
            format!(
                "the log-probabilities {model} stand for probabilities that add up to {total}; they must add up to 1 \
                 within {tolerance}"
            )
        }
        RowRule::SomeNonZero => {
            format!(
                "the components {model} are all 0; a prediction must not be a vector of zeros, which has no direction"
            )
        }
        RowRule::SomeFinite | RowRule::Any => format!("none of the scores {model} is finite"),
    }
}

fn unknown_label(place: &str, column: &str, label: &str, labels: &[String]) -> String {
    let near = nearest(label, labels.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
    format!("{place}: {column} is '{label}', which is none of the classes {}{near}", labels.join(", "))
}
