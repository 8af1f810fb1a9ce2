//! What predictions mean: whether each loss takes what was given.

use dartboard_losses::{Card, Derived, Loss, Measure, PredictionKind, TargetKind, cards};

use super::columns::specs;
use super::request::ScoreRequest;
use crate::aggregate::Target;
use crate::error::{Error, Result};

/// Predictions of this kind, in words.
pub(crate) fn words(kind: PredictionKind) -> &'static str {
    match kind {
        PredictionKind::Value => "values",
        PredictionKind::Mean => "means",
        PredictionKind::Probability => "probabilities",
        PredictionKind::LogMean => "log-means",
        PredictionKind::Logit => "logits",
        PredictionKind::LogProbability => "log-probabilities",
        PredictionKind::Score => "scores",
        PredictionKind::Parameters(_) => "parameters",
    }
}

/// What each of several columns of a row is for.
pub(crate) struct Part {
    pub(crate) one: &'static str,
    pub(crate) many: &'static str,
}

impl Part {
    /// By the losses that were asked for: a column per class where none says it.
    pub(crate) fn of(measures: &[Measure]) -> Self {
        let is_about = |kind| measures.iter().filter_map(Measure::card).any(|card| card.target == kind);
        if is_about(TargetKind::Labels) {
            Self { one: "label", many: "labels" }
        } else if is_about(TargetKind::Vector) {
            Self { one: "component", many: "components" }
        } else {
            Self { one: "class", many: "classes" }
        }
    }
}

/// What the predictions are, by the losses that were asked for; `otherwise` where none says it.
pub(crate) fn kind(request: &ScoreRequest, otherwise: PredictionKind) -> PredictionKind {
    // The more telling first: the score of an event is a logit where one loss takes it as such, the mean of an event is
    // its probability.
    const TELLING: [PredictionKind; 5] = [
        PredictionKind::Logit,
        PredictionKind::LogProbability,
        PredictionKind::LogMean,
        PredictionKind::Probability,
        PredictionKind::Mean,
    ];
    let kinds = || request.measures.iter().filter_map(Measure::card).map(|card| card.prediction);
    let told = TELLING.into_iter().find(|telling| kinds().any(|kind| kind == *telling));
    told.or_else(|| kinds().find(|kind| *kind != PredictionKind::Value)).unwrap_or(otherwise)
}

/// Refuses measures that take another kind of prediction, or of truth, than was given.
pub(crate) fn check(request: &ScoreRequest, target: &Target, kind: PredictionKind) -> Result<()> {
    for measure in &request.measures {
        match measure {
            Measure::Mean(loss) => check_raw(request, loss.card())?,
            Measure::Derived(Derived::Rmse) => check_rmse(request, target, kind)?,
            Measure::Derived(Derived::Accuracy) => check_accuracy(target, kind)?,
        }
    }
    check_log_means(request)?;
    check_labels(request, target)?;
    check_vectors(request, target)
}

fn refuse<T>(message: String) -> Result<T> {
    Err(Error::Usage(message))
}

/// Logits are not probabilities, and the numbers do not say which they are.
fn check_raw(request: &ScoreRequest, card: &Card) -> Result<()> {
    if card.prediction.is_raw() == request.logits {
        return Ok(());
    }
    let (right, wrong) = if request.logits { ("--pred", "--logits") } else { ("--logits (or --raw)", "--pred") };
    let other = counterpart(card)
        .map_or_else(String::new, |other| format!(", or use {}, which takes {}", other.name, words(other.prediction)));
    refuse(format!(
        "{} takes {}: name the columns with {right} instead of {wrong}{other}",
        card.name,
        words(card.prediction)
    ))
}

/// The loss for the same truth that takes predictions on the other scale: of the same name but for its ending, else of
/// the same noise.
fn counterpart(card: &Card) -> Option<&'static Card> {
    let fits = |other: &&Card| {
        other.family == card.family
            && other.target == card.target
            && other.prediction.is_raw() != card.prediction.is_raw()
    };
    let stem =
        |name: &'static str| name.strip_suffix("_logits").or_else(|| name.strip_suffix("_deviance")).unwrap_or(name);
    let same_name = cards().filter(fits).find(|other| stem(other.name) == stem(card.name));
    same_name.or_else(|| cards().filter(fits).find(|other| card.noise.is_some() && other.noise == card.noise))
}

fn check_rmse(request: &ScoreRequest, target: &Target, kind: PredictionKind) -> Result<()> {
    let one_per_row = matches!(target, Target::Number | Target::Event(_));
    if request.logits || !one_per_row || matches!(kind, PredictionKind::Parameters(_)) {
        return refuse(format!("rmse takes one value per row, not {} or classes", words(kind)));
    }
    Ok(())
}

fn check_accuracy(target: &Target, kind: PredictionKind) -> Result<()> {
    if matches!(target, Target::Shares(_)) {
        return refuse("accuracy needs one true class per row, but this truth is a share of each".to_owned());
    }
    match kind {
        PredictionKind::Probability
        | PredictionKind::Logit
        | PredictionKind::LogProbability
        | PredictionKind::Score => Ok(()),
        PredictionKind::Value => {
            refuse("accuracy needs predicted classes, but these predictions are plain numbers".to_owned())
        }
        kind => refuse(format!("accuracy needs predicted classes, but these predictions are {}", words(kind))),
    }
}

/// A log-mean is not the score of an event.
fn check_log_means(request: &ScoreRequest) -> Result<()> {
    let is_log_mean = |loss: &Loss| loss.card().prediction == PredictionKind::LogMean;
    let is_other = |loss: &Loss| loss.card().prediction.is_raw() && !is_log_mean(loss);
    let (log_means, others) = (specs(request, is_log_mean), specs(request, is_other));
    if log_means.is_empty() || others.is_empty() {
        return Ok(());
    }
    refuse(format!("--loss mixes losses of log-means ({log_means}) with losses of the score of an event ({others})"))
}

/// Labels that apply each by itself are not classes of which one is true.
fn check_labels(request: &ScoreRequest, target: &Target) -> Result<()> {
    let of_labels = specs(request, |loss| loss.card().target == TargetKind::Labels);
    let of_classes = specs(request, |loss| loss.card().target == TargetKind::Class);
    if of_labels.is_empty() {
        return Ok(());
    }
    if !of_classes.is_empty() {
        return refuse(format!(
            "--loss mixes losses of labels that apply each by itself ({of_labels}) with losses of classes of which one is \
             true ({of_classes})"
        ));
    }
    if !matches!(target, Target::Shares(_)) {
        return refuse(format!(
            "{of_labels}: the truth is for each label whether it applies; name one column per label, as in --truth 'y_*', \
             not only {}",
            request.truth
        ));
    }
    Ok(())
}

/// The components of a vector are neither labels nor classes.
fn check_vectors(request: &ScoreRequest, target: &Target) -> Result<()> {
    let is_of_vectors = |loss: &Loss| loss.card().target == TargetKind::Vector;
    let (of_vectors, others) = (specs(request, is_of_vectors), specs(request, |loss| !is_of_vectors(loss)));
    if of_vectors.is_empty() {
        return Ok(());
    }
    if !others.is_empty() {
        return refuse(format!(
            "--loss mixes losses of vectors ({of_vectors}) with losses of classes or labels ({others})"
        ));
    }
    if !matches!(target, Target::Shares(_)) {
        return refuse(format!(
            "{of_vectors}: the truth is a vector; name one column per component, as in --truth 'y_*', not only {}",
            request.truth
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(name: &str) -> Option<&'static str> {
        counterpart(cards().find(|card| card.name == name)?).map(|card| card.name)
    }

    #[test]
    fn counterparts_come_from_the_cards() {
        for (name, expected) in [
            ("bce", Some("bce_logits")),
            ("bce_logits", Some("bce")),
            ("cce", Some("cce_logits")),
            ("nll", Some("cce")),
            ("poisson", Some("poisson_deviance")),
            ("poisson_deviance", Some("poisson")),
            ("gamma", Some("gamma_deviance")),
            ("tweedie_deviance", Some("tweedie")),
            ("multilabel_bce", Some("multilabel_bce_logits")),
            ("mse", None),
            ("hinge", None),
            ("cosine", None),
        ] {
            assert_eq!(other(name), expected, "{name}");
        }
    }
}
