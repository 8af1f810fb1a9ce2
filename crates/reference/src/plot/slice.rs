//! A loss as a function of one number: everything else held fixed, over a window in which its shape shows.

use dartboard_losses::{Card, Family, Interval, Kink, Loss, PredictionKind, Smoothness, TargetKind, Unit};

use dartboard_numerics::{Expr, Notation};

use crate::evaluate::row;

/// A loss over one predicted number.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) loss: Loss,
    target: f64,
    others: Others,
    pub(super) window: (f64, f64),
    pub(super) kinks: Vec<f64>,
    pub(super) x_title: String,
    pub(super) setting: String,
}

/// The scores of the classes that are not true.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Others {
    /// There are none: the loss takes one number.
    None,
    /// Fixed at 0.
    Zero,
    /// Fixed at ½.
    Half,
    /// Fixed at 1: beside a vector's only component that is not 0 there would be two directions.
    One,
    /// Probabilities that share what the true class leaves.
    Rest,
    /// The logarithms of those.
    LogRest,
    /// Further numbers with meanings of their own, fixed at 0.
    Parameters,
}

/// How many classes or labels a row has that are not true.
const OTHER_CLASSES: usize = 2;

impl Slice {
    pub(super) fn of(loss: &Loss) -> Option<Self> {
        let card = loss.card();
        let (target, others) = match card.family {
            Family::Pointwise => (target(card), Others::None),
            Family::Rowwise => (0.0, others(card)),
            Family::Joint => (target(card), Others::Parameters),
        };
        let mut slice = Self {
            window: window(loss, target),
            kinks: kinks(loss, target),
            loss: loss.clone(),
            target,
            others,
            x_title: x_title(card),
            setting: setting(card, target, others),
        };
        // A family whose rows cannot be computed here cannot be drawn.
        slice.at(0.5 * (slice.window.0 + slice.window.1))?;
        if card.family != Family::Pointwise && loss.properties().smoothness <= Smoothness::Continuous {
            slice.kinks = slice.jumps();
        }
        Some(slice)
    }

    /// Where the gradient jumps along the slice: cards list the kinks of one number only, not those of a row.
    fn jumps(&self) -> Vec<f64> {
        const STEPS: u32 = 240;
        let (low, high) = self.window;
        let gradient = |x: f64| self.at(x).map_or(f64::NAN, |point| point.1);
        let place = |step: u32| low + (high - low) * (f64::from(step) / f64::from(STEPS));
        let gradients: Vec<f64> = (0..=STEPS).map(|step| gradient(place(step))).collect();
        let finite = || gradients.iter().copied().filter(|gradient| gradient.is_finite());
        let least = 0.05 * (finite().fold(f64::MIN, f64::max) - finite().fold(f64::MAX, f64::min));
        let jumps = |a: f64, b: f64| (gradient(a) - gradient(b)).abs() > least.max(f64::MIN_POSITIVE);
        let mut found = vec![];
        for step in 0..STEPS {
            let (mut from, mut to) = (place(step), place(step + 1));
            // A curve that is only steep no longer jumps when its ends are brought together.
            for _ in 0..40 {
                let middle = 0.5 * (from + to);
                if jumps(from, middle) { to = middle } else { from = middle }
            }
            if jumps(from, to) && found.last().is_none_or(|last| to - last > (high - low) * 1e-6) {
                found.push(0.5 * (from + to));
            }
        }
        found
    }

    /// Value and gradient.
    pub(super) fn at(&self, x: f64) -> Option<(f64, f64)> {
        let rest = || (1.0 - x) / OTHER_CLASSES as f64;
        let log_rest = || (-x.exp_m1() / OTHER_CLASSES as f64).ln();
        let other = match self.others {
            Others::None => return row(&self.loss, self.target, &[x]).map(|point| (point.value, point.gradient[0])),
            Others::Parameters => {
                let mut prediction = vec![0.0; predicted(self.loss.card()).len()];
                *prediction.first_mut()? = x;
                return row(&self.loss, self.target, &prediction).map(|point| (point.value, point.gradient[0]));
            }
            Others::Zero => 0.0,
            Others::Half => 0.5,
            Others::One => 1.0,
            Others::Rest => rest(),
            Others::LogRest => log_rest(),
        };
        row(&self.loss, 0.0, &[x, other, other]).map(|point| (point.value, point.gradient[0]))
    }

    /// Whether both can be drawn above the same axis.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.x_title.as_str(), self.others) == (other.x_title.as_str(), other.others)
    }

    /// Slices that can share an axis, with the same target and a window that shows all of them.
    pub(super) fn aligned(mut slices: Vec<Self>) -> Vec<Self> {
        // Where one of them allows no target of 0, its target is the other one that is drawn.
        let target = slices.iter().map(|slice| slice.target).fold(f64::NEG_INFINITY, f64::max);
        for slice in slices.iter_mut().filter(|slice| matches!(slice.others, Others::None | Others::Parameters)) {
            slice.target = target;
            slice.window = window(&slice.loss, target);
            slice.kinks = kinks(&slice.loss, target);
            slice.setting = setting(slice.loss.card(), target, slice.others);
        }
        let low = slices.iter().map(|slice| slice.window.0).fold(f64::INFINITY, f64::min);
        let high = slices.iter().map(|slice| slice.window.1).fold(f64::NEG_INFINITY, f64::max);
        slices.iter_mut().for_each(|slice| slice.window = (low, high));
        slices
    }

    /// Where the loss is defined.
    pub(super) fn domain(&self) -> Interval {
        self.loss.card().prediction_domain
    }
}

/// The numbers that a joint loss takes.
fn predicted(card: &Card) -> &'static [(&'static str, &'static str)] {
    if let PredictionKind::Parameters(list) = card.prediction { list } else { &[] }
}

/// A target at which the loss shows its shape: 0 where that is as good as any other. A loss without a unit is relative
/// to the target, so 0 is not.
fn target(card: &Card) -> f64 {
    let spreads_both_ways = card.prediction_domain.low == f64::NEG_INFINITY;
    let is_absolute = card.target == TargetKind::Quantity && card.unit != Unit::Number;
    let is_raw_quantity = is_absolute && !card.prediction.is_raw();
    if is_raw_quantity && spreads_both_ways && card.target_domain.contains(0.0) { 0.0 } else { 1.0 }
}

fn others(card: &Card) -> Others {
    match (card.prediction, card.target) {
        (PredictionKind::Probability, TargetKind::Labels) => Others::Half,
        (_, TargetKind::Vector) => Others::One,
        (PredictionKind::Probability, _) => Others::Rest,
        (PredictionKind::LogProbability, _) => Others::LogRest,
        _ => Others::Zero,
    }
}

fn kinks(loss: &Loss, target: f64) -> Vec<f64> {
    let mut kinks: Vec<f64> = loss.properties().kinks.iter().flat_map(|kink| kink.at(target)).collect();
    kinks.sort_by(f64::total_cmp);
    kinks.dedup();
    kinks
}

/// Three times the scale of the loss to both sides of the target, or as far as the prediction may go.
fn window(loss: &Loss, target: f64) -> (f64, f64) {
    let card = loss.card();
    let (centre, reach) = match card.prediction {
        PredictionKind::Probability => return (0.0, 1.0),
        PredictionKind::LogProbability => (0.0, 5.0),
        PredictionKind::Logit => (0.0, 5.0),
        PredictionKind::LogMean => (0.0, 3.0),
        PredictionKind::Score => (0.0, 3.0 * scale(loss)),
        PredictionKind::Value | PredictionKind::Mean | PredictionKind::Parameters(_) => (target, 3.0 * scale(loss)),
    };
    let domain = card.prediction_domain;
    ((centre - reach).max(domain.low), (centre + reach).min(domain.high))
}

/// The length at which the loss changes its manner: its kinks tell, and parameters on a half-line, such as thresholds.
/// A parameter that is bounded on both sides is a level or a share, and no length.
fn scale(loss: &Loss) -> f64 {
    let kinks = loss.properties().kinks.into_iter().map(|kink| match kink {
        Kink::Residual(at) | Kink::Margin(at) | Kink::Prediction(at) => at.abs(),
    });
    let lengths = loss.card().parameters.iter().zip(loss.parameters());
    let lengths = lengths.filter(|(parameter, _)| parameter.domain.high == f64::INFINITY).map(|(_, &value)| value);
    let largest = kinks.chain(lengths).filter(|length| length.is_finite()).fold(0.0, f64::max);
    if largest > 0.0 { largest } else { 1.0 }
}

fn x_title(card: &Card) -> String {
    if let [(name, meaning), ..] = predicted(card) {
        return format!("{meaning} {}", Expr::symbol(name).print(Notation::Unicode));
    }
    let what = match card.prediction {
        PredictionKind::Value => "prediction z",
        PredictionKind::Mean => "predicted mean μ",
        PredictionKind::Probability => "probability p",
        PredictionKind::LogMean => "log of the mean z",
        PredictionKind::Logit if card.family == Family::Pointwise => "logit z",
        PredictionKind::LogProbability => "log-probability z",
        PredictionKind::Logit | PredictionKind::Score | PredictionKind::Parameters(_) => "score z",
    };
    match (card.family, card.target) {
        (Family::Rowwise, TargetKind::Labels) => format!("{what} of the label that applies"),
        (Family::Rowwise, TargetKind::Vector) => format!("{what} in the target's direction"),
        (Family::Rowwise, _) => format!("{what} of the true class"),
        _ => what.to_owned(),
    }
}

fn setting(card: &Card, target: f64, others: Others) -> String {
    let classes = if card.target == TargetKind::Labels {
        "three labels, of which the others"
    } else {
        "three classes, of which the others"
    };
    match others {
        Others::None if card.target == TargetKind::Event => format!("the event happened: y = {target}"),
        Others::None => format!("target y = {target}"),
        Others::Parameters => {
            let others = predicted(card).iter().skip(1);
            let others: String =
                others.map(|(name, _)| format!(", {} = 0", Expr::symbol(name).print(Notation::Unicode))).collect();
            format!("target y = {target}{others}")
        }
        Others::Zero => format!("{classes} have the score 0"),
        Others::Half => format!("{classes} have the probability ½"),
        Others::One => "target y = (1, 0, 0); the other components of z are 1".to_owned(),
        Others::Rest | Others::LogRest => format!("{classes} share the rest"),
    }
}
