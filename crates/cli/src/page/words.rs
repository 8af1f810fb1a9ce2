//! The facts of a card in words.

use dartboard_losses::{
    Card, Convexity, Family, Functional, Link, Loss, PredictionKind, RowRule, Smoothness, TargetKind, Unit,
};

use crate::render::number::rounded;

/// What the symbols of a loss's formulas stand for.
pub(super) fn symbols(card: &Card) -> &'static str {
    match (card.family, card.prediction) {
        (Family::Pointwise, PredictionKind::Value) => "y target, z prediction",
        (Family::Pointwise, PredictionKind::Probability) => "y target, p probability",
        (Family::Pointwise, PredictionKind::Logit) => "y target, z logit",
        (Family::Rowwise, PredictionKind::Logit) => {
            "z_c score of class c, y_c 1 for the true class and 0 for all others; j runs over all classes; the gradient \
             and the Hessian's diagonal are those in z_c"
        }
        (Family::Rowwise, _) => {
            "p_c probability of class c, y_c 1 for the true class and 0 for all others; j runs over all classes; the \
             gradient and the Hessian's diagonal are those in p_c"
        }
    }
}

pub(super) fn target(card: &Card) -> String {
    match card.target {
        TargetKind::Quantity => format!("a quantity; {}", card.target_domain),
        TargetKind::Event => {
            format!("whether an event happened: 1 or 0 or, for soft labels, between; {}", card.target_domain)
        }
        TargetKind::Class => "one of several classes, by name or by index from 0".to_owned(),
    }
}

/// What a loss takes for a prediction, in a word or two.
pub(super) fn takes(card: &Card) -> &'static str {
    match (card.family, card.prediction) {
        (_, PredictionKind::Value) => "a value",
        (Family::Pointwise, PredictionKind::Probability) => "a probability",
        (Family::Pointwise, PredictionKind::Logit) => "a logit",
        (Family::Rowwise, PredictionKind::Probability) => "a probability per class",
        (Family::Rowwise, PredictionKind::Logit) => "a score per class",
    }
}

pub(super) fn prediction(loss: &Loss) -> String {
    let card = loss.card();
    let what = match (card.family, card.prediction) {
        (_, PredictionKind::Value) => "the predicted quantity itself",
        (Family::Pointwise, PredictionKind::Probability) => "the probability of the event",
        (Family::Pointwise, PredictionKind::Logit) => "the logit z of the event, its probability being σ(z)",
        (Family::Rowwise, PredictionKind::Probability) => "one probability per class",
        (Family::Rowwise, PredictionKind::Logit) => "one score per class",
    };
    let link = match card.link {
        Link::Softmax => ", the probabilities being softmax(z)",
        Link::Identity | Link::Logit => "",
    };
    let rule = match loss.rowwise().map(|rowwise| rowwise.row_rule()) {
        Some(RowRule::AddToOne { tolerance }) => format!("; those of a row add up to 1 within {tolerance}"),
        Some(RowRule::SomeFinite) => "; at least one of a row is finite".to_owned(),
        None => String::new(),
    };
    format!("{what}{link}; {}{rule}", card.prediction_domain)
}

pub(super) fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Target => "that of the target",
        Unit::TargetSquared => "the square of the target's",
        Unit::Nats => "nats, natural units of information",
        Unit::Share => "a share of rows, from 0 to 1",
    }
}

/// Names of properties and what holds.
pub(super) fn properties(loss: &Loss) -> Vec<(&'static str, String)> {
    let card = loss.card();
    let properties = loss.properties();
    let mut list = vec![
        (
            "convexity",
            match properties.convexity {
                Convexity::None => "not convex".to_owned(),
                Convexity::Convex => "convex, with flat or straight stretches".to_owned(),
                Convexity::Strict => "strictly convex; the curvature has no positive lower bound".to_owned(),
                Convexity::Strong(least) => format!("strongly convex; the curvature is at least {}", rounded(least)),
            },
        ),
        (
            "smoothness",
            match properties.smoothness {
                Smoothness::Continuous => format!("continuous; the gradient jumps at {}", residuals(&properties.kinks)),
                Smoothness::Once => {
                    format!("continuously differentiable; the Hessian jumps at {}", residuals(&properties.kinks))
                }
                Smoothness::Infinitely => "all derivatives exist".to_owned(),
            },
        ),
        (
            "steepness",
            match (properties.lipschitz, card.family) {
                (None, _) => "the gradient is unbounded".to_owned(),
                (Some(bound), Family::Pointwise) => {
                    format!("the gradient is at most {} (Lipschitz constant)", rounded(bound))
                }
                (Some(bound), Family::Rowwise) => {
                    format!("the gradient is at most {} long (Lipschitz constant)", rounded(bound))
                }
            },
        ),
        (
            "elicits",
            match (properties.functional, card.target) {
                (Functional::Mean, TargetKind::Event) => "the probability of the event".to_owned(),
                (Functional::Mean, _) => "the mean of the target".to_owned(),
                (Functional::Quantile(0.5), _) => "the median of the target".to_owned(),
                (Functional::Quantile(level), _) => format!("the {level}-quantile of the target"),
                (Functional::Huber(_), _) => "a centre of the target between its median and its mean".to_owned(),
                (Functional::ClassProbabilities, _) => "the probability of each class".to_owned(),
            },
        ),
    ];
    if let Some(noise) = card.noise {
        list.push(("noise model", noise.to_owned()));
    }
    list
}

/// Where kinks are: `z = y`, `z − y = −1 and 1`.
fn residuals(kinks: &[f64]) -> String {
    match kinks {
        [] => "no single residual".to_owned(),
        [0.0] => "z = y".to_owned(),
        kinks => {
            let places: Vec<String> = kinks.iter().map(|&kink| rounded(kink)).collect();
            format!("z − y = {}", places.join(" and "))
        }
    }
}
