//! The facts of a card in words.

use dartboard_losses::{
    Card, Convexity, Family, Functional, Interval, Kink, Link, Loss, PredictionKind, Properties, RowRule, Smoothness,
    TargetKind, Unit, Zero,
};

use dartboard_numerics::{Expr, Notation};

use crate::number::rounded;

/// What the symbols of a loss's formulas stand for.
pub(crate) fn symbols(loss: &Loss) -> String {
    let further = loss.rowwise().map_or(&[][..], |rowwise| rowwise.symbols());
    let written = |name: &'static str| Expr::symbol(name).print(Notation::Unicode);
    let further: String = further.iter().map(|(name, meaning)| format!("; {} {meaning}", written(name))).collect();
    taken(loss.card()) + &further
}

/// What the symbols of target and prediction stand for.
fn taken(card: &Card) -> String {
    match card.family {
        Family::Pointwise => format!("y target, {}", symbol(card.prediction)),
        Family::Rowwise => {
            let letter = card.prediction.symbol();
            let each = match card.target {
                TargetKind::Labels => {
                    "y_c 1 for a label that applies and 0 for one that does not; j runs over all labels"
                }
                TargetKind::Vector => "y_c that of the target; j runs over all components",
                _ => "y_c 1 for the true class and 0 for all others; j runs over all classes",
            };
            format!(
                "{letter}_c {} of {} c, {each}; the gradient and the Hessian's diagonal are those in {letter}_c",
                per_class(card),
                label_or_class(card)
            )
        }
        Family::Joint => match card.prediction {
            PredictionKind::Parameters(list) => format!("y target, {}", meanings(list)),
            kind => format!("y target, {}", symbol(kind)),
        },
    }
}

fn symbol(kind: PredictionKind) -> &'static str {
    match kind {
        PredictionKind::Value => "z prediction",
        PredictionKind::Mean => "μ predicted mean",
        PredictionKind::Probability => "p probability",
        PredictionKind::LogMean => "z logarithm of the predicted mean",
        PredictionKind::Logit => "z logit",
        PredictionKind::LogProbability => "z logarithm of the probability",
        PredictionKind::Score => "z score, above 0 for yes",
        PredictionKind::Parameters(_) => "z predicted numbers",
    }
}

/// `μ the mean, s the logarithm of the variance`
fn meanings(list: &[(&'static str, &str)]) -> String {
    let each = list.iter().map(|(name, meaning)| format!("{} {meaning}", Expr::symbol(name).print(Notation::Unicode)));
    each.collect::<Vec<_>>().join(", ")
}

fn per_class(card: &Card) -> &'static str {
    match card.prediction {
        _ if card.target == TargetKind::Vector => "prediction",
        PredictionKind::Probability => "probability",
        PredictionKind::LogProbability => "logarithm of the probability",
        _ => "score",
    }
}

fn label_or_class(card: &Card) -> &'static str {
    match card.target {
        TargetKind::Labels => "label",
        TargetKind::Vector => "component",
        _ => "class",
    }
}

/// What a loss takes for a target.
pub(crate) fn target(card: &Card) -> String {
    match card.target {
        TargetKind::Quantity => format!("a quantity; {}", card.target_domain),
        TargetKind::Event if card.target_domain == Interval::UNIT => {
            format!("whether an event happened: 1 or 0 or, for soft labels, between; {}", card.target_domain)
        }
        TargetKind::Event => format!("whether an event happened: 1 or 0; {}", card.target_domain),
        TargetKind::Class => "one of several classes, by name or by index from 0, or a share of each".to_owned(),
        TargetKind::Labels => {
            "for each of several labels whether it applies: 1 or 0 or, for soft labels, between".to_owned()
        }
        TargetKind::Vector => format!("a vector, one number per component; {}; not all 0", card.target_domain),
    }
}

/// What a loss takes for a target, in a word or two.
pub(crate) fn target_briefly(card: &Card) -> &'static str {
    match card.target {
        TargetKind::Quantity if card.target_domain == Interval::NON_NEGATIVE => "a quantity from 0",
        TargetKind::Quantity if card.target_domain == Interval::POSITIVE => "a positive quantity",
        TargetKind::Quantity => "a quantity",
        TargetKind::Event => "yes or no",
        TargetKind::Class => "one of several classes",
        TargetKind::Labels => "any of several labels",
        TargetKind::Vector => "a vector",
    }
}

/// What a loss takes for a prediction, in a word or two.
pub(crate) fn takes(card: &Card) -> String {
    if let PredictionKind::Parameters(names) = card.prediction {
        return names.iter().map(|(_, meaning)| *meaning).collect::<Vec<_>>().join(" and ");
    }
    let one = match card.prediction {
        PredictionKind::Value => "a value",
        PredictionKind::Mean => "a mean",
        PredictionKind::Probability => "a probability",
        PredictionKind::LogMean => "the logarithm of a mean",
        PredictionKind::Logit if card.family == Family::Pointwise => "a logit",
        PredictionKind::Logit | PredictionKind::Score | PredictionKind::Parameters(_) => "a score",
        PredictionKind::LogProbability => "a log-probability",
    };
    if card.family == Family::Rowwise { format!("{one} per {}", label_or_class(card)) } else { one.to_owned() }
}

/// The same where there is little room.
pub(crate) fn takes_briefly(card: &Card) -> String {
    let one = match card.prediction {
        PredictionKind::Parameters(list) => {
            let symbols = list.iter().map(|(name, _)| Expr::symbol(name).print(Notation::Unicode));
            return symbols.collect::<Vec<_>>().join(", ");
        }
        PredictionKind::Value => "value",
        PredictionKind::Mean => "mean",
        PredictionKind::Probability => "probability",
        PredictionKind::LogMean => "log-mean",
        PredictionKind::Logit => "logit",
        PredictionKind::Score => "score",
        PredictionKind::LogProbability => "log-prob.",
    };
    if card.family == Family::Rowwise { format!("{one}/{}", label_or_class(card)) } else { one.to_owned() }
}

/// What a loss takes for a prediction, with its domain and what else it must satisfy.
pub(crate) fn prediction(loss: &Loss) -> String {
    let card = loss.card();
    let what = match (card.family, card.prediction) {
        (_, PredictionKind::Parameters(list)) => format!("{} numbers: {}", list.len(), meanings(list)),
        (Family::Rowwise, PredictionKind::Value) => format!("a vector, one number per {}", label_or_class(card)),
        (_, PredictionKind::Value) => "the predicted quantity itself".to_owned(),
        (_, PredictionKind::Mean) => "the predicted mean".to_owned(),
        (_, PredictionKind::LogMean) => "the logarithm of the predicted mean".to_owned(),
        (Family::Rowwise, _) => format!("one {} per {}", per_class(card), label_or_class(card)),
        (_, PredictionKind::Probability) => "the probability of the event".to_owned(),
        (_, PredictionKind::Logit) => "the logit z of the event".to_owned(),
        (_, PredictionKind::LogProbability) => "the logarithm of the probability of the event".to_owned(),
        (_, PredictionKind::Score) => "a score z, whose sign says yes or no".to_owned(),
    };
    // That of a log-probability says what its name says.
    let said = matches!(card.prediction, PredictionKind::LogMean | PredictionKind::LogProbability);
    let link = link(card).filter(|_| !said).map_or_else(String::new, |link| format!(", {link}"));
    let rule = match loss.rowwise().map(|rowwise| rowwise.row_rule()) {
        Some(RowRule::AddToOne { tolerance }) => format!("; those of a row add up to 1 within {tolerance}"),
        Some(RowRule::ExponentialsAddToOne { tolerance }) => {
            format!("; the probabilities of a row add up to 1 within {tolerance}")
        }
        Some(RowRule::SomeFinite) => "; at least one of a row is finite".to_owned(),
        Some(RowRule::SomeNonZero) => "; not all 0".to_owned(),
        Some(RowRule::Any) | None => String::new(),
    };
    format!("{what}{link}; {}{rule}", card.prediction_domain)
}

/// How the estimated quantity follows from the prediction, where it is not the prediction.
fn link(card: &Card) -> Option<String> {
    let inverse = match card.link {
        Link::Identity => return None,
        Link::Log => "eᶻ",
        Link::Logit => "σ(z)",
        Link::HalfLogit => "σ(2z)",
        Link::Centred => "(1 + z)/2, cut off at 0 and 1",
        Link::Softmax => "softmax(z)",
    };
    let estimated = match (card.family, card.link) {
        (Family::Rowwise, _) => "the probabilities",
        (_, Link::Log) => "the mean",
        _ => "its probability",
    };
    Some(format!("{estimated} being {inverse}"))
}

/// The unit of a value.
pub(crate) fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Target => "that of the target",
        Unit::TargetSquared => "the square of the target's",
        Unit::Nats => "nats, natural units of information",
        Unit::Share => "a share of rows, from 0 to 1",
        Unit::Number => "none: a pure number",
        Unit::OwnScale => "a scale of its own, which follows the target's unit in no simple way",
    }
}

/// The unit of a value in a word.
pub(crate) fn unit_briefly(unit: Unit) -> &'static str {
    match unit {
        Unit::Target => "target's",
        Unit::TargetSquared => "target's squared",
        Unit::Nats => "nats",
        Unit::Share => "share",
        Unit::Number => "none",
        Unit::OwnScale => "its own",
    }
}

/// Names of properties and what holds.
pub(crate) fn properties(loss: &Loss) -> Vec<(&'static str, String)> {
    let properties = loss.properties();
    let mut list = vec![
        ("convexity", convexity(properties.convexity)),
        ("smoothness", smoothness(properties.smoothness, &properties.kinks)),
        ("steepness", steepness(&properties, loss.card().family)),
        ("elicits", elicits(loss)),
        ("zero", zero(properties.zero, loss.card()).to_owned()),
    ];
    if let Some(noise) = loss.card().noise {
        list.push(("noise model", noise.describe().to_owned()));
    }
    list
}

fn convexity(convexity: Convexity) -> String {
    match convexity {
        Convexity::None => "not convex".to_owned(),
        Convexity::Convex => "convex, with flat or straight stretches".to_owned(),
        Convexity::Strict => "strictly convex; the curvature has no positive lower bound".to_owned(),
        Convexity::Strong(least) => format!("strongly convex; the curvature is at least {}", rounded(least)),
    }
}

/// Convexity in a word.
pub(crate) fn convexity_briefly(convexity: Convexity) -> &'static str {
    match convexity {
        Convexity::None => "no",
        Convexity::Convex => "yes",
        Convexity::Strict => "strictly",
        Convexity::Strong(_) => "strongly",
    }
}

fn smoothness(smoothness: Smoothness, kinks: &[Kink]) -> String {
    let at = if kinks.is_empty() { String::new() } else { format!(" at {}", places(kinks)) };
    match smoothness {
        Smoothness::Discontinuous => format!("not continuous; the value jumps{at}"),
        Smoothness::Continuous => format!("continuous; the gradient jumps{at}"),
        Smoothness::Once => format!("continuously differentiable; the Hessian jumps{at}"),
        Smoothness::Twice => format!("twice continuously differentiable; the third derivative jumps{at}"),
        Smoothness::Infinitely => "all derivatives exist".to_owned(),
    }
}

/// Smoothness in a word or two.
pub(crate) fn smoothness_briefly(smoothness: Smoothness) -> &'static str {
    match smoothness {
        Smoothness::Discontinuous => "jumps",
        Smoothness::Continuous => "kinked",
        Smoothness::Once => "once",
        Smoothness::Twice => "twice",
        Smoothness::Infinitely => "yes",
    }
}

fn steepness(properties: &Properties, family: Family) -> String {
    match (properties.lipschitz, family) {
        (None, _) if properties.smoothness == Smoothness::Discontinuous => {
            "no bound: the value jumps, and the gradient is that beside the jump".to_owned()
        }
        (None, _) => "the gradient is unbounded".to_owned(),
        (Some(bound), Family::Pointwise) => format!("the gradient is at most {} (Lipschitz constant)", rounded(bound)),
        (Some(bound), _) => format!("the gradient is at most {} long (Lipschitz constant)", rounded(bound)),
    }
}

/// The Lipschitz constant.
pub(crate) fn steepness_briefly(lipschitz: Option<f64>) -> String {
    lipschitz.map_or_else(|| "no".to_owned(), rounded)
}

/// What minimises the expected loss.
pub(crate) fn elicits(loss: &Loss) -> String {
    let of_event = loss.card().target == TargetKind::Event;
    match loss.properties().functional {
        Functional::Mean if of_event => "the probability of the event".to_owned(),
        Functional::Mean => "the mean of the target".to_owned(),
        Functional::Quantile(_) if of_event => "the more probable of yes and no".to_owned(),
        Functional::Quantile(0.5) => "the median of the target".to_owned(),
        Functional::Quantile(level) => format!("the {level}-quantile of the target"),
        Functional::Expectile(0.5) => "the mean of the target".to_owned(),
        Functional::Expectile(level) => format!("the {level}-expectile of the target"),
        Functional::Huber(_) => "a centre of the target between its median and its mean".to_owned(),
        Functional::GeometricMean => "the geometric mean of 1 + target, less 1".to_owned(),
        Functional::RelativeMedian => "the median of the target under weights in proportion to 1/|y|".to_owned(),
        Functional::ClassProbabilities if loss.card().target == TargetKind::Labels => {
            "the probability of each label".to_owned()
        }
        Functional::ClassProbabilities => "the probability of each class".to_owned(),
        Functional::MeanAndLogVariance => "the mean of the target and the logarithm of its variance".to_owned(),
        Functional::MeanDirection => "the direction of the mean of the targets, each scaled to length 1".to_owned(),
        Functional::Decision if loss.card().family == Family::Rowwise => {
            "the class that has more than half of the probability, where one has: a decision, no probability".to_owned()
        }
        Functional::Decision => "which of yes and no is more likely: a decision, no probability".to_owned(),
        Functional::DecisionAtInfinity => {
            "which of yes and no is more likely, as the score grows: a decision, no probability; no finite score is best"
                .to_owned()
        }
        Functional::DistortedProbability => {
            "a distorted probability: the best prediction rises with the probability of the event without being it"
                .to_owned()
        }
        Functional::Nothing => "nothing: one prediction is best whatever the probability of the event".to_owned(),
        Functional::Minimiser => "the minimiser of the expected loss, a centre with no shorter name".to_owned(),
    }
}

/// The functional in a word or two.
pub(crate) fn elicits_briefly(loss: &Loss) -> String {
    let of_event = loss.card().target == TargetKind::Event;
    match loss.properties().functional {
        Functional::Mean if of_event => "probability".to_owned(),
        Functional::Mean | Functional::Expectile(0.5) => "mean".to_owned(),
        Functional::Quantile(_) if of_event => "likelier answer".to_owned(),
        Functional::Quantile(0.5) => "median".to_owned(),
        Functional::Quantile(level) => format!("{level}-quantile"),
        Functional::Expectile(level) => format!("{level}-expectile"),
        Functional::Huber(_) => "robust centre".to_owned(),
        Functional::GeometricMean => "geometric mean".to_owned(),
        Functional::RelativeMedian => "relative median".to_owned(),
        Functional::ClassProbabilities => "probabilities".to_owned(),
        Functional::MeanAndLogVariance => "mean, variance".to_owned(),
        Functional::MeanDirection => "mean direction".to_owned(),
        Functional::Decision | Functional::DecisionAtInfinity => "a decision".to_owned(),
        Functional::DistortedProbability => "distorted prob.".to_owned(),
        Functional::Nothing => "nothing".to_owned(),
        Functional::Minimiser => "own centre".to_owned(),
    }
}

fn zero(zero: Zero, card: &Card) -> &'static str {
    match zero {
        // A larger score is surer, so "perfect" would be misread.
        Zero::Perfect if card.prediction == PredictionKind::Score && card.link == Link::Centred => {
            "exactly where the score is 1 for yes or −1 for no"
        }
        Zero::Perfect if card.prediction == PredictionKind::Score => "approached as the score grows on the right side",
        Zero::Perfect => "exactly where the prediction is perfect",
        Zero::Stretch => "where the prediction is perfect, and on a whole stretch beyond",
        Zero::Nowhere => "nowhere: terms that do not depend on the prediction are left out, so it may be negative",
    }
}

/// Where kinks are: `z = y`, `z − y = −1 and 1`.
pub(crate) fn places(kinks: &[Kink]) -> String {
    let listed = |pick: fn(Kink) -> Option<f64>| {
        let values: Vec<String> = kinks.iter().filter_map(|&kink| pick(kink)).map(rounded).collect();
        (!values.is_empty()).then(|| values.join(" and "))
    };
    let residual = |kink| if let Kink::Residual(at) = kink { Some(at) } else { None };
    let margin = |kink| if let Kink::Margin(at) = kink { Some(at) } else { None };
    let prediction = |kink| if let Kink::Prediction(at) = kink { Some(at) } else { None };
    let parts = [
        listed(residual).map(|at| if at == "0" { "z = y".to_owned() } else { format!("z − y = {at}") }),
        listed(margin).map(|at| format!("the margin {at}")),
        listed(prediction).map(|at| format!("the prediction {at}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
