//! Where losses are looked at: parameters, targets and predictions inside the domains of a card.

use crate::Subject;
use dartboard_losses::{Card, Interval, Kink, Parameter, PredictionKind, TargetKind};

/// Numbers that look random and are the same on every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// In (0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.bits() % bound as u64) as usize
    }

    /// About normal.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// Somewhere in an interval.
    pub(crate) fn inside(&mut self, interval: Interval) -> f64 {
        match (interval.low.is_finite(), interval.high.is_finite()) {
            (true, true) => self.between(interval.low, interval.high),
            (true, false) => interval.low - self.unit().ln() * 10.0_f64.powf(self.between(-3.0, 3.0)),
            (false, true) => interval.high + self.unit().ln() * 10.0_f64.powf(self.between(-3.0, 3.0)),
            (false, false) => self.normal() * 10.0_f64.powf(self.between(-3.0, 3.0)),
        }
    }
}

/// The default parameters, every closed end and every middle of a domain, and some other admissible ones. The others are
/// exact in single precision, and odd enough not to coincide with anything in the data.
pub(crate) fn parameters(card: &Card) -> Vec<Vec<f64>> {
    let mut sets = vec![card.parameters.iter().map(|parameter| parameter.default).collect()];
    if card.parameters.is_empty() {
        return sets;
    }
    for choice in 0..3 {
        let inside = |interval: Interval| match (interval.low.is_finite(), interval.high.is_finite()) {
            (true, true) => {
                interval.low + (interval.high - interval.low) * [3.0 / 64.0, 23.0 / 64.0, 29.0 / 32.0][choice]
            }
            (true, false) => interval.low + [0.125, 2.5, 40.0][choice],
            (false, true) => interval.high - [0.125, 2.5, 40.0][choice],
            (false, false) => [-3.0, 0.625, 20.0][choice],
        };
        sets.push(card.parameters.iter().map(|parameter| inside(parameter.domain)).collect());
    }
    // A loss may become another at the end of a domain, or half way: every choice of the default, an end or the middle.
    let mut corners = vec![vec![]];
    for Parameter { default, domain, .. } in card.parameters {
        let ends = [(domain.low, domain.low_closed), (domain.high, domain.high_closed)];
        let ends = ends.into_iter().filter(|(end, closed)| *closed && end.is_finite()).map(|(end, _)| end);
        let middle = (domain.low.is_finite() && domain.high.is_finite()).then_some(0.5 * (domain.low + domain.high));
        let choices: Vec<f64> = ends.chain(middle).chain([*default]).collect();
        let with = |corner: &Vec<f64>| {
            let corner = corner.clone();
            choices.clone().into_iter().map(move |choice| [&corner[..], &[choice]].concat())
        };
        corners = corners.iter().flat_map(with).collect();
    }
    sets.extend(corners.into_iter().filter(|corner| *corner != sets[0]).collect::<Vec<_>>());
    sets
}

/// Fractions of a bounded interval, dense next to its ends.
const FRACTIONS: [f64; 17] =
    [0.0, 1e-12, 1e-6, 1e-3, 0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.98, 0.999, 1.0 - 1e-6, 1.0 - 1e-12, 1.0];

fn bounded(interval: Interval) -> bool {
    interval.low.is_finite() && interval.high.is_finite()
}

/// Ordinary targets.
pub(crate) fn targets(card: &Card) -> Vec<f64> {
    let domain = card.target_domain;
    let all: Vec<f64> = match card.target {
        TargetKind::Event => vec![0.0, 1.0, 0.5, 0.3, 0.9, 1e-6, 1.0 - 1e-6],
        _ if bounded(domain) => FRACTIONS.iter().map(|t| domain.low + (domain.high - domain.low) * t).collect(),
        _ => vec![0.0, 1.0, -1.0, 0.3, 7.25, -123.456],
    };
    all.into_iter().filter(|&y| domain.contains(y)).collect()
}

/// Targets at the ends of the domain and of the number range.
pub(crate) fn extreme_targets(card: &Card) -> Vec<f64> {
    let next_to_ends =
        [5e-324, 1e-300, 1.0 - f64::EPSILON / 2.0, 1e-160, -1e-160, 1e9, -1e9, 1e300, f64::MAX, f64::MIN];
    let ends = [card.target_domain.low, card.target_domain.high];
    // A count times a parameter must be a number.
    let largest = if card.prediction == PredictionKind::LogMean { 1e300 } else { f64::MAX };
    next_to_ends.into_iter().chain(ends).filter(|&y| card.target_domain.contains(y) && y <= largest).collect()
}

/// The stretch of predictions in which a loss shows its shape.
pub(crate) fn window(loss: &dyn Subject, y: f64) -> (f64, f64) {
    let domain = loss.card().prediction_domain;
    if bounded(domain) {
        let margin = (domain.high - domain.low) / 32.0;
        return (domain.low + margin, domain.high - margin);
    }
    // Parameters in the unit of the target, or of the score, stretch the shape.
    let place = |kink: &Kink| match *kink {
        Kink::Residual(place) | Kink::Margin(place) | Kink::Prediction(place) => place.abs(),
    };
    let kinks = loss.properties().kinks;
    let reach = 8.0 * kinks.iter().map(place).fold(1.0, f64::max);
    let center = if loss.card().prediction.is_raw() { 0.0 } else { y };
    (f64::max(center - reach, domain.low + 1e-3), f64::min(center + reach, domain.high - 1e-3))
}

/// Predictions in the window, at and next to the perfect one and the kinks, and closer to the ends of bounded domains.
pub(crate) fn predictions(loss: &dyn Subject, y: f64) -> Vec<f64> {
    let domain = loss.card().prediction_domain;
    let (low, high) = window(loss, y);
    let mut all: Vec<f64> = (0..=48).map(|step| low + (high - low) * f64::from(step) / 48.0).collect();
    if bounded(domain) {
        all.extend(FRACTIONS.iter().map(|t| domain.low + (domain.high - domain.low) * t));
    }
    let kinks = loss.properties().kinks;
    for center in [0.0, y].into_iter().chain(kinks.iter().flat_map(|kink| kink.at(y))) {
        all.push(center);
        for distance in [1e-10, 1e-8, 1e-4, 1e-3, 1e-2, 0.1] {
            all.extend([center - distance, center + distance]);
        }
    }
    // Some losses show their shape only far out.
    all.extend([100.0, 300.0, 1000.0].into_iter().flat_map(|distance| [y - distance, y + distance]));
    all.retain(|&z| domain.contains(z));
    all
}

/// Predictions at the ends of the domain and of the number range.
pub(crate) fn extreme_predictions(card: &Card) -> Vec<f64> {
    let domain = card.prediction_domain;
    let sizes =
        [5e-324, 1e-310, 1e-160, 1e-20, 17.0, 36.7, 40.0, 100.0, 700.0, 745.2, 800.0, 1e5, 1e9, 1e150, 1e300, f64::MAX];
    let all =
        sizes.into_iter().flat_map(|size| [size, -size]).chain([domain.low, domain.high, 1.0 - f64::EPSILON / 2.0]);
    all.filter(|&z| domain.contains(z)).collect()
}

/// Every target with every prediction, ordinary and extreme.
pub(crate) fn everywhere(loss: &dyn Subject) -> Vec<(f64, f64)> {
    let mut points = ordinary(loss);
    let targets = [targets(loss.card()), extreme_targets(loss.card())].concat();
    for &y in &targets {
        points.extend(extreme_predictions(loss.card()).into_iter().map(|z| (y, z)));
    }
    for y in extreme_targets(loss.card()) {
        points.extend(predictions(loss, y).into_iter().map(|z| (y, z)));
    }
    points
}

/// Ordinary targets with predictions around them.
pub(crate) fn ordinary(loss: &dyn Subject) -> Vec<(f64, f64)> {
    targets(loss.card()).into_iter().flat_map(|y| predictions(loss, y).into_iter().map(move |z| (y, z))).collect()
}
