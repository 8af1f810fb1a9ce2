//! Advice about events and classes: calibration, decisions, rare classes, wrong labels.

use std::cmp::Ordering;

use dartboard_losses::{Functional, Loss, Noise, PredictionKind, TargetKind, cards};
use dartboard_numerics::elementary::Float;

use crate::advice::{Calibration, Constant, LossAdvice, ReliabilityBin, ReliabilityPicture, Warning, WarningKind};
use crate::checks;
use crate::goal::{Costs, Goal, tidy};
use crate::noise::logistic;
use crate::quantity::{elicits, number};
use crate::rows::Rows;
use crate::tuning;

/// Events with their predicted log-odds, weights and places.
pub(crate) struct Events<'a> {
    /// `y` is 1 or 0, `p` the log-odds, which may be infinite.
    pub(crate) rows: &'a Rows,
    /// Whether predictions were given as log-odds.
    pub(crate) raw: bool,
}

/// The losses of events or classes, best first: the likelihood that takes these predictions.
pub(crate) fn losses(target: TargetKind, raw: bool, goal: Goal) -> Vec<LossAdvice> {
    let noises = match target {
        TargetKind::Event => [Noise::Bernoulli],
        _ => [Noise::Categorical],
    };
    let kinds = if raw { [PredictionKind::Logit] } else { [PredictionKind::Probability] };
    let mut list = vec![];
    if let Some(loss) = tuning::of_noise(&noises, &kinds, target, &[]) {
        let why = match goal {
            Goal::Class => {
                "the likelihood of what happened: it gives probabilities, from which a threshold makes decisions"
            }
            _ => {
                "the likelihood of what happened, and nothing else pays for honest probabilities as much where it matters"
            }
        };
        list.push(advice(&loss, why));
    }
    // What else elicits the probability of an event and takes these predictions. Of classes it may need them in order.
    for card in cards().filter(|card| {
        card.target == target && target == TargetKind::Event && kinds.contains(&card.prediction) && card.noise.is_none()
    }) {
        let Ok(loss) = Loss::parse(card.name) else { continue };
        let functional = loss.properties().functional;
        if matches!(functional, Functional::ClassProbabilities | Functional::Mean) && card.parameters.is_empty() {
            list.push(advice(
                &loss,
                "finds the same probabilities, bounded where a probability is quite wrong: for comparison",
            ));
        }
    }
    list
}

fn advice(loss: &Loss, why: &str) -> LossAdvice {
    let properties = loss.properties();
    LossAdvice {
        spec: loss.spec(),
        elicits: match properties.functional {
            Functional::Mean => "probability".to_owned(),
            other => elicits(other),
        },
        serves_goal: true,
        efficiency: None,
        convex: properties.convexity != dartboard_losses::Convexity::None,
        train: None,
        why: why.to_owned(),
    }
}

/// A calibration slope or a ratio of means inside this range is harmless.
const HARMLESS: [f64; 2] = [0.8, 1.25];

/// What the probabilities of an event say.
pub(crate) fn look(
    events: &Events<'_>,
    costs: Option<Costs>,
    training_weight: Option<f64>,
    warnings: &mut Vec<Warning>,
) -> (Vec<Calibration>, Vec<Constant>) {
    let data = &events.rows.data;
    let prevalence = data.mean(|y, _| y);
    let mean = data.mean(|_, z| Float::sigmoid(z));
    let mut calibration = vec![];
    let square = |x: f64| x * x;
    let ratio = mean / prevalence;
    let error = (data.mean(|y, z| square(Float::sigmoid(z) - ratio * y)) / data.effective()).sqrt() / prevalence;
    let interval = [ratio - 1.96 * error, ratio + 1.96 * error];
    let off = !(HARMLESS[0]..=HARMLESS[1]).contains(&ratio) && !(interval[0]..=interval[1]).contains(&1.0);
    calibration.push(Calibration {
        name: "mean probability / share of events".to_owned(),
        value: ratio,
        interval: Some(interval),
        ideal: 1.0,
        off,
    });
    let finite: Vec<usize> = (0..data.rows()).filter(|&row| data.p[row].is_finite()).collect();
    let certain = data.rows() - finite.len();
    let pick = |values: &[f64]| -> Vec<f64> { finite.iter().map(|&row| values[row]).collect() };
    let (z, y, w) = (pick(&data.p), pick(&data.y), pick(&data.w));
    let mut off_slope = false;
    if let Some([intercept, slope]) = logistic(&z, &y, &w) {
        let error = slope_error(&z, &w, [intercept, slope]);
        let interval = [slope - 1.96 * error, slope + 1.96 * error];
        let off = !(HARMLESS[0]..=HARMLESS[1]).contains(&slope) && !(interval[0]..=interval[1]).contains(&1.0);
        if interval[1] < 0.0 {
            warnings.push(warning(
                WarningKind::Predictions,
                "the larger the prediction, the rarer the event: it may be about the other class. Say which is the \
                 event (--classes NO,YES)"
                    .to_owned(),
            ));
        } else if off {
            let how = if slope < 1.0 {
                "too far apart: overconfident, as of a model that has overfitted"
            } else {
                "too close together: underconfident"
            };
            off_slope = true;
            warnings.push(warning(
                WarningKind::Bias,
                format!("the calibration slope is {}: probabilities are {how}", number(slope)),
            ));
        }
        calibration.push(Calibration {
            name: "calibration slope on the log-odds".to_owned(),
            value: slope,
            interval: Some(interval),
            ideal: 1.0,
            off,
        });
        calibration.push(Calibration {
            name: "calibration intercept on the log-odds".to_owned(),
            value: intercept,
            interval: None,
            ideal: 0.0,
            off: false,
        });
    }
    if off {
        let text = format!(
            "the mean probability is {}, {} times the share of events, {}: weights or a resampled training set do that",
            number(mean),
            number(ratio),
            number(prevalence)
        );
        warnings.push(warning(WarningKind::Bias, text));
    }
    if certain > 0 {
        let wrong: Vec<usize> = (0..data.rows())
            .filter(|&row| data.p[row] == if data.y[row] > 0.5 { f64::NEG_INFINITY } else { f64::INFINITY })
            .collect();
        let text = format!(
            "{certain} probabilities are exactly 0 or 1, of which {} are wrong: an infinite loss each",
            wrong.len()
        );
        let rows = first(wrong.iter().map(|&row| events.rows.origin[row]));
        warnings.push(Warning { kind: WarningKind::Predictions, text, rows });
    }
    sigmoid_twice(events, warnings);
    imbalance(prevalence, warnings);
    wrong_labels(events, warnings);
    let line = logistic(&z, &y, &w).filter(|_| off_slope);
    let constants = decisions(events, costs, training_weight, prevalence, line);
    (calibration, constants)
}

fn warning(kind: WarningKind, text: String) -> Warning {
    Warning { kind, text, rows: vec![] }
}

/// The first rows, in the order of the input.
fn first(rows: impl Iterator<Item = usize>) -> Vec<usize> {
    const SHOWN: usize = 10;
    let mut rows: Vec<usize> = rows.collect();
    rows.sort_unstable();
    rows.truncate(SHOWN);
    rows
}

/// The standard error of the slope of a logistic regression, from the inverse of its information.
fn slope_error(z: &[f64], w: &[f64], [intercept, slope]: [f64; 2]) -> f64 {
    let (mut a, mut b, mut c) = (0.0, 0.0, 0.0);
    for (z, w) in z.iter().zip(w) {
        let curvature = w * Float::logistic_curvature(intercept + slope * z);
        a += curvature;
        b += curvature * z;
        c += curvature * z * z;
    }
    (a / (a * c - b * b)).sqrt()
}

/// Log-odds that all lie in 0 to 1 are probabilities.
fn sigmoid_twice(events: &Events<'_>, warnings: &mut Vec<Warning>) {
    let data = &events.rows.data;
    if events.raw && data.rows() >= 20 && data.p.iter().all(|z| (0.0..=1.0).contains(z)) {
        let text = "all logits lie between 0 and 1, as probabilities do: a sigmoid may have been applied already: \
                    then they are probabilities (--pred)";
        warnings.push(warning(WarningKind::Predictions, text.to_owned()));
    }
}

/// Below this share of events a threshold of ½ says no to nearly all rows.
const RARE: f64 = 0.2;

fn imbalance(prevalence: f64, warnings: &mut Vec<Warning>) {
    let (share, what) = if prevalence < RARE { (prevalence, "events") } else { (1.0 - prevalence, "other rows") };
    if share < RARE {
        let text = format!(
            "only {} % of the rows are {what}: keep the loss unweighted, so that probabilities stay honest, and move the \
             threshold; weights, resampling and focal losses change probabilities, not the order of the rows",
            number(100.0 * share)
        );
        warnings.push(warning(WarningKind::Imbalance, text));
    }
}

/// Labels that were given less than one chance in a hundred, where there are many more of them than that.
fn wrong_labels(events: &Events<'_>, warnings: &mut Vec<Warning>) {
    let data = &events.rows.data;
    // The chance that the label's opposite has, as the model sees it.
    let chance = |y: f64, z: f64| Float::sigmoid(if y > 0.5 { z } else { -z });
    label_noise(
        (0..data.rows()).map(|row| {
            let [yes, no] = [chance(1.0, data.p[row]), chance(0.0, data.p[row])];
            (chance(data.y[row], data.p[row]), yes.min(no))
        }),
        &events.rows.origin,
        warnings,
    );
}

/// From each row's probability of the given label and the total probability of its labels that are improbable.
fn label_noise(rows: impl Iterator<Item = (f64, f64)>, origin: &[usize], warnings: &mut Vec<Warning>) {
    /// A label with less than this probability is a surprise.
    const SURPRISE: f64 = 0.01;
    /// Surprises are suspicious where there are this many times as many as calibrated probabilities would have.
    const TIMES: f64 = 3.0;
    let (mut surprises, mut expected) = (vec![], 0.0);
    for (row, (given, improbable)) in rows.enumerate() {
        if given < SURPRISE {
            surprises.push((given, row));
        }
        if improbable < SURPRISE {
            expected += improbable;
        }
    }
    let count = surprises.len() as f64;
    // Beside the factor, more than chance can make of a small expectation.
    if count >= 5.0 && count > TIMES * expected && count > expected + 4.0 * expected.sqrt() {
        surprises.sort_by(|a, b| a.0.total_cmp(&b.0));
        let text = format!(
            "{} labels had less than 1 % probability, {} would be expected: labels may be wrong, or the model too sure. \
             Look at these rows before anything else; a bounded loss (generalised cross-entropy) is a last resort",
            surprises.len(),
            number(expected)
        );
        warnings.push(Warning {
            kind: WarningKind::LabelNoise,
            text,
            rows: first(surprises.iter().map(|(_, row)| origin[*row])),
        });
    }
}

/// What can be said of decisions without predictions.
pub(crate) fn thresholds(costs: Option<Costs>, training_weight: Option<f64>) -> Vec<Constant> {
    let threshold =
        costs.and_then(|costs| Some((costs.threshold()?, "fp/(fp + fn): say yes from this probability on".to_owned())));
    let correction = training_weight
        .map(|weight| (-Float::ln(weight), format!("−ln {}: undoes the weight of events in training", tidy(weight))));
    let constant =
        |name: &str, (value, how): (f64, String)| Constant { name: name.to_owned(), value, unit: String::new(), how };
    let threshold = threshold.map(|found| constant("threshold", found));
    threshold.into_iter().chain(correction.map(|found| constant("correction of the log-odds", found))).collect()
}

/// The threshold for costs, what decisions cost there, and the correction for a weight in training.
fn decisions(
    events: &Events<'_>,
    costs: Option<Costs>,
    training_weight: Option<f64>,
    prevalence: f64,
    recalibrated: Option<[f64; 2]>,
) -> Vec<Constant> {
    let data = &events.rows.data;
    let mut list = vec![];
    let shift = training_weight.map_or(0.0, Float::ln);
    if let Some(weight) = training_weight {
        list.push(Constant {
            name: "correction of the log-odds".to_owned(),
            value: -shift,
            unit: String::new(),
            how: format!("−ln {}: undoes the weight of events in training", tidy(weight)),
        });
        let corrected = data.mean(|_, z| Float::sigmoid(z - shift));
        list.push(Constant {
            name: "mean probability / share of events, corrected".to_owned(),
            value: corrected / prevalence,
            unit: String::new(),
            how: "1 if the weight is all that was wrong".to_owned(),
        });
        let loss = |shift: f64| data.mean(|y, z| Float::logistic_loss(y, z - shift));
        list.push(Constant {
            name: "cross-entropy as given, and corrected".to_owned(),
            value: loss(shift),
            unit: "nats".to_owned(),
            how: format!("{} without the correction", number(loss(0.0))),
        });
    }
    let Some(Costs::Event { fp, fn_ }) = costs else {
        list.push(Constant {
            name: "threshold".to_owned(),
            value: 0.5,
            unit: String::new(),
            how: "for equal costs; where a false alarm costs A and a miss B (--cost fp=A,fn=B) it is A/(A + B)"
                .to_owned(),
        });
        return list;
    };
    let threshold = fp / (fp + fn_);
    let cost = |threshold: f64| {
        data.mean(|y, z| {
            let yes = Float::sigmoid(z - shift) >= threshold;
            if yes { fp * (1.0 - y) } else { fn_ * y }
        })
    };
    list.push(Constant {
        name: "threshold".to_owned(),
        value: threshold,
        unit: String::new(),
        how: format!("fp/(fp + fn) = {}/({} + {}): say yes from this probability on", tidy(fp), tidy(fp), tidy(fn_)),
    });
    list.push(Constant {
        name: "cost per row at the threshold".to_owned(),
        value: cost(threshold),
        unit: String::new(),
        how: format!("{} at ½", number(cost(0.5))),
    });
    // Where probabilities are off by a line in the log-odds, the same threshold lies elsewhere on their scale.
    if let (Some([intercept, slope]), None) = (recalibrated, training_weight) {
        let there = Float::sigmoid((dartboard_losses::Link::Logit.to_prediction(threshold) - intercept) / slope);
        list.push(Constant {
            name: "threshold on these probabilities".to_owned(),
            value: there,
            unit: String::new(),
            how: format!(
                "where they stand for {}, as calibration has them; cost per row {}",
                number(threshold),
                number(cost(there))
            ),
        });
    }
    list
}

/// Predicted against observed shares, over bins of equal size.
pub(crate) fn reliability(events: &Events<'_>) -> ReliabilityPicture {
    let data = &events.rows.data;
    let p: Vec<f64> = data.p.iter().map(|&z| Float::sigmoid(z)).collect();
    of_probabilities(&p, &data.y, &data.w)
}

fn of_probabilities(p: &[f64], y: &[f64], w: &[f64]) -> ReliabilityPicture {
    let each = checks::bins(p, y, w);
    let bins = each.into_iter().map(|bin| {
        let inside = |p: f64| p >= bin.from && p <= bin.to;
        let (mut sum, mut weight) = (0.0, 0.0);
        for (p, w) in p.iter().zip(w).filter(|(p, _)| inside(**p)) {
            sum += w * p;
            weight += w;
        }
        let error = (bin.mean * (1.0 - bin.mean) / bin.rows as f64).sqrt();
        ReliabilityBin { predicted: sum / weight, happened: bin.mean, error, rows: bin.rows }
    });
    ReliabilityPicture { bins: bins.collect() }
}

/// The probability of the likeliest class against how often it is right.
pub(crate) fn reliability_of_classes(rows: &ClassRows) -> ReliabilityPicture {
    let best = |row: usize| rows.row(row).iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let right = |row: usize| f64::from(rows.row(row)[rows.truth[row]] == best(row));
    let count = 0..rows.truth.len();
    let p: Vec<f64> = count.clone().map(|row| Float::exp(best(row))).collect();
    let y: Vec<f64> = count.map(right).collect();
    of_probabilities(&p, &y, &rows.w)
}

/// Rows of several classes: the log-probability of every class, and the true one.
pub(crate) struct ClassRows {
    /// Row after row.
    pub(crate) ln_p: Vec<f64>,
    pub(crate) classes: usize,
    /// The column of the true class.
    pub(crate) truth: Vec<usize>,
    pub(crate) w: Vec<f64>,
    pub(crate) origin: Vec<usize>,
}

impl ClassRows {
    /// The rows in an order of their values, so that sums do not depend on that of the input.
    pub(crate) fn sorted(self) -> Self {
        let mut order: Vec<usize> = (0..self.truth.len()).collect();
        order.sort_by(|&a, &b| {
            let scores = self.row(a).iter().zip(self.row(b)).map(|(a, b)| a.total_cmp(b));
            let first = self.truth[a].cmp(&self.truth[b]).then_with(|| self.w[a].total_cmp(&self.w[b]));
            scores.fold(first, Ordering::then)
        });
        let mean = self.w.iter().sum::<f64>() / self.w.len() as f64;
        Self {
            ln_p: order.iter().flat_map(|&row| self.row(row).iter().copied()).collect(),
            classes: self.classes,
            truth: order.iter().map(|&row| self.truth[row]).collect(),
            w: order.iter().map(|&row| self.w[row] / mean).collect(),
            origin: order.iter().map(|&row| self.origin[row]).collect(),
        }
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.ln_p[row * self.classes..][..self.classes]
    }
}

/// What the probabilities of classes say.
pub(crate) fn look_at_classes(rows: &ClassRows, warnings: &mut Vec<Warning>) -> Vec<Calibration> {
    let total: f64 = rows.w.iter().sum();
    let count = rows.truth.len();
    let mut calibration = vec![];
    let accuracy: f64 = (0..count)
        .map(|row| {
            let p = rows.row(row);
            let best = p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            rows.w[row] * f64::from(p[rows.truth[row]] == best)
        })
        .sum::<f64>()
        / total;
    let confidence: f64 = (0..count)
        .map(|row| rows.w[row] * Float::exp(rows.row(row).iter().copied().fold(f64::NEG_INFINITY, f64::max)))
        .sum::<f64>()
        / total;
    let squares: f64 = rows.w.iter().map(|w| w * w).sum();
    let effective = total * total / squares;
    let error = (accuracy * (1.0 - accuracy) / effective).sqrt();
    let ratio = confidence / accuracy;
    let interval = [confidence / (accuracy + 1.96 * error), confidence / (accuracy - 1.96 * error).max(1e-9)];
    calibration.push(Calibration {
        name: "mean probability of the best class / share where it is right".to_owned(),
        value: ratio,
        interval: Some(interval),
        ideal: 1.0,
        off: (ratio - 1.0).abs() > 0.02 && !(interval[0]..=interval[1]).contains(&1.0),
    });
    if let Some((slope, error)) = temperature(rows) {
        let interval = [slope - 1.96 * error, slope + 1.96 * error];
        let off = !(HARMLESS[0]..=HARMLESS[1]).contains(&slope) && !(interval[0]..=interval[1]).contains(&1.0);
        if off {
            let how = if slope < 1.0 { "overconfident" } else { "underconfident" };
            let text = format!(
                "scores fit best when multiplied by {}: probabilities are {how} (temperature {})",
                number(slope),
                number(1.0 / slope)
            );
            warnings.push(warning(WarningKind::Bias, text));
        }
        calibration.push(Calibration {
            name: "best factor of the scores (1/temperature)".to_owned(),
            value: slope,
            interval: Some(interval),
            ideal: 1.0,
            off,
        });
    }
    let impossible: Vec<usize> =
        (0..count).filter(|&row| rows.row(row)[rows.truth[row]] == f64::NEG_INFINITY).collect();
    if !impossible.is_empty() {
        let text = format!("{} true classes were given probability 0: an infinite loss each", impossible.len());
        let rows = first(impossible.iter().map(|&row| rows.origin[row]));
        warnings.push(Warning { kind: WarningKind::Predictions, text, rows });
    }
    let mut shares = vec![0.0; rows.classes];
    for (row, &class) in rows.truth.iter().enumerate() {
        shares[class] += rows.w[row] / total;
    }
    let rarest = shares.iter().copied().filter(|share| *share > 0.0).fold(1.0, f64::min);
    // A class with a fifth of its even share is rare.
    if rarest < RARE / rows.classes as f64 {
        let text = format!(
            "the rarest class has {} % of the rows: keep the loss unweighted, so that probabilities stay honest, and decide by \
             costs",
            number(100.0 * rarest)
        );
        warnings.push(warning(WarningKind::Imbalance, text));
    }
    label_noise(
        (0..count).map(|row| {
            let p = rows.row(row);
            let improbable = p.iter().map(|&ln_p| Float::exp(ln_p)).filter(|p| *p < 0.01).sum::<f64>();
            // The expectation counts the rows whose improbable classes happen to be true.
            (Float::exp(p[rows.truth[row]]), if improbable < 0.01 { improbable } else { 0.01 })
        }),
        &rows.origin,
        warnings,
    );
    calibration
}

/// The factor of the scores with the largest likelihood and its standard error, by Newton's method.
fn temperature(rows: &ClassRows) -> Option<(f64, f64)> {
    let mut beta = 1.0_f64;
    let mut information = 0.0;
    for _ in 0..50 {
        let (mut gradient, mut curvature) = (0.0, 0.0);
        for (row, &truth) in rows.truth.iter().enumerate() {
            let scores = rows.row(row);
            let possible = scores.iter().copied().filter(|score| score.is_finite());
            if !scores[truth].is_finite() {
                continue;
            }
            let largest = possible.clone().fold(f64::NEG_INFINITY, f64::max);
            let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
            for score in possible {
                let share = Float::exp(beta * (score - largest));
                mass += share;
                first += share * score;
                second += share * score * score;
            }
            let mean = first / mass;
            gradient += rows.w[row] * (scores[truth] - mean);
            curvature += rows.w[row] * (second / mass - mean * mean).max(0.0);
        }
        if curvature.is_nan() || curvature <= 0.0 {
            return None;
        }
        information = curvature;
        // The logarithm of the likelihood is concave; a step is cut so that the factor stays positive.
        let next = (beta + gradient / curvature).clamp(0.2 * beta, 5.0 * beta);
        let done = (next / beta - 1.0).abs() < 1e-9;
        beta = next;
        if done {
            break;
        }
        if !(1e-6..1e6).contains(&beta) {
            return None;
        }
    }
    Some((beta, information.sqrt().recip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(p: &[f64], y: &[f64]) -> Rows {
        let z: Vec<f64> = p.iter().map(|p| (p / (1.0 - p)).ln()).collect();
        Rows::new(y, &z, None, &[])
    }

    /// Rows in which a share `p` of those with probability `p` are events, exactly.
    fn calibrated() -> (Vec<f64>, Vec<f64>) {
        let mut lists = (vec![], vec![]);
        for tenth in 1..10 {
            for i in 0..100 {
                lists.0.push(f64::from(tenth) / 10.0);
                lists.1.push(f64::from(i < 10 * tenth));
            }
        }
        lists
    }

    #[test]
    fn calibrated_probabilities_have_slope_1() {
        let (p, y) = calibrated();
        let rows = rows(&p, &y);
        let mut warnings = vec![];
        let (calibration, _) = look(&Events { rows: &rows, raw: false }, None, None, &mut warnings);
        assert!(calibration.iter().all(|c| (c.value - c.ideal).abs() < 1e-9), "{calibration:?}");
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn a_weight_in_training_is_undone() {
        let (p, y) = calibrated();
        // A weight of w multiplies the odds by w.
        let weighted: Vec<f64> = p.iter().map(|p| 20.0 * p / (20.0 * p + 1.0 - p)).collect();
        let rows = rows(&weighted, &y);
        let mut warnings = vec![];
        let costs = Some(Costs::Event { fp: 1.0, fn_: 4.0 });
        let (_, constants) = look(&Events { rows: &rows, raw: false }, costs, Some(20.0), &mut warnings);
        let value = |name: &str| constants.iter().find(|c| c.name.contains(name)).map(|c| c.value);
        assert!(value("corrected").is_some_and(|ratio| (ratio - 1.0).abs() < 1e-9));
        assert_eq!(value("threshold"), Some(0.2));
        assert!(warnings.iter().any(|warning| warning.kind == WarningKind::Bias));
    }

    #[test]
    fn wrong_labels_are_counted_and_named() {
        let p = vec![0.999; 1000];
        let y: Vec<f64> = (0..1000).map(|i| f64::from(i % 50 != 7)).collect();
        let rows = rows(&p, &y);
        let mut warnings = vec![];
        look(&Events { rows: &rows, raw: false }, None, None, &mut warnings);
        let noise = warnings.iter().find(|warning| warning.kind == WarningKind::LabelNoise);
        assert!(noise.is_some_and(|warning| warning.rows[..3] == [7, 57, 107]), "{warnings:?}");
    }

    #[test]
    fn temperatures_are_found() {
        // Classes that happen as often as softmax(z) says, given with scores 2z.
        let mut rows = ClassRows { ln_p: vec![], classes: 3, truth: vec![], w: vec![], origin: vec![] };
        for class in 0..3 {
            let times = [60, 30, 10][class];
            for _ in 0..times {
                rows.ln_p.extend([0.6_f64, 0.3, 0.1].map(|p| 2.0 * p.ln()));
                rows.truth.push(class);
                rows.w.push(1.0);
                rows.origin.push(rows.origin.len());
            }
        }
        let found = temperature(&rows);
        assert!(found.is_some_and(|(beta, _)| (beta - 0.5).abs() < 1e-6), "{found:?}");
    }
}
