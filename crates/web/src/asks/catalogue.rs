//! The losses by name, and their pages.

use dartboard_losses::{Family, Loss, Measure, PredictionKind, TargetKind, Unit};
use dartboard_numerics::Notation;
use dartboard_reference::card::short_title;
use dartboard_reference::page::Page;
use dartboard_reference::{Line, card, html, lines_without_plots};

use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// The losses that a panel offers: `lines` for fitted lines, `curves` for what can be drawn over one number, `scores` for
/// what a file can be scored by.
pub(super) fn losses(question: &Question<'_>) -> Result<Answer, Complaint> {
    let fits: fn(&Loss) -> bool = match question.text("for")? {
        "lines" => is_of_lines,
        "curves" => |loss| loss.pointwise().is_some(),
        "events" => |loss| loss.pointwise().is_some() && loss.card().target == TargetKind::Event,
        "classes" => |loss| loss.rowwise().is_some() && loss.card().target == TargetKind::Class,
        other => return Err(Complaint::Question(format!("there is no use '{other}'"))),
    };
    let list: Vec<Object> = Loss::all().filter(fits).map(|loss| brief(&loss)).collect();
    Ok(Answer::of(object! { "losses": list }))
}

/// Whether a line can be fitted by it: of a quantity, predicted as it is, and not relative to it.
pub(super) fn is_of_lines(loss: &Loss) -> bool {
    let card = loss.card();
    card.family == Family::Pointwise
        && card.target == TargetKind::Quantity
        && card.prediction == PredictionKind::Value
        && card.unit != Unit::Number
        && card.target_domain.contains(-1.0)
        && card.prediction_domain.contains(-1.0)
}

fn brief(loss: &Loss) -> Object {
    let card = loss.card();
    // Infinite ends are null.
    let ends = |low: f64, high: f64| [low, high].map(|end| end.is_finite().then_some(end));
    let parameters: Vec<Object> = card
        .parameters
        .iter()
        .map(|parameter| {
            object! {
                "name": parameter.name, "default": parameter.default, "meaning": parameter.meaning,
                "range": parameter.domain.to_string(), "ends": ends(parameter.domain.low, parameter.domain.high),
            }
        })
        .collect();
    let (targets, predictions) = (card.target_domain, card.prediction_domain);
    object! {
        "name": card.name, "title": short_title(card.title), "symbol": card.prediction.symbol(),
        "kind": kind(card.prediction), "event": card.target == TargetKind::Event, "summary": card.summary,
        "parameters": parameters, "targets": ends(targets.low, targets.high),
        "predictions": ends(predictions.low, predictions.high), "raw": card.prediction.is_raw(),
    }
}

/// A kind of prediction in one word.
pub(crate) fn kind(kind: PredictionKind) -> &'static str {
    match kind {
        PredictionKind::Value => "value",
        PredictionKind::Mean => "mean",
        PredictionKind::Probability => "probability",
        PredictionKind::LogMean => "log-mean",
        PredictionKind::Logit => "logit",
        PredictionKind::LogProbability => "log-probability",
        PredictionKind::Score => "score",
        PredictionKind::Parameters(_) => "parameters",
    }
}

/// A line for each measure: what a table shows and by what it is found.
pub(super) fn reference() -> Result<Answer, Complaint> {
    let list: Vec<Object> = lines_without_plots().iter().map(line).collect();
    Ok(Answer::of(object! { "lines": list }))
}

pub(super) fn line(line: &Line) -> Object {
    let page = &line.page;
    let mut words = vec![page.spec.as_str(), &page.title, &page.summary];
    words.extend(&page.aliases);
    words.extend(page.when);
    words.extend(page.elsewhere.iter().flat_map(|elsewhere| [elsewhere.library, elsewhere.name]));
    object! {
        "name": page.name(), "title": short_title(&page.title), "formula": page.formula.mathml, "target": line.target,
        "takes": line.takes, "elicits": line.elicits, "convex": line.convex, "smooth": line.smooth,
        "noise": line.noise, "unit": line.unit, "summary": page.summary, "when": page.when, "whenNot": page.when_not,
        "words": words.join(" "),
    }
}

/// The page of a measure as HTML, with its parameters as they are given.
pub(super) fn page(question: &Question<'_>) -> Result<Answer, Complaint> {
    let page = Page::of(&Measure::parse(question.text("loss")?)?);
    let object = object! { "spec": page.spec, "title": page.title, "html": html::write(&card::page(&page)) };
    Ok(Answer::of(object))
}

/// The formulas of a loss as MathML, from the code that computes it.
pub(super) fn formula(question: &Question<'_>) -> Result<Answer, Complaint> {
    let loss = question.loss("loss")?;
    let formula = loss.formula();
    let [value, gradient, hessian] =
        [formula.value, formula.gradient, formula.hessian].map(|formula| formula.print(Notation::MathMl));
    let object = object! {
        "spec": loss.spec(), "title": short_title(loss.card().title), "value": value, "gradient": gradient,
        "hessian": hessian,
    };
    Ok(Answer::of(object))
}
