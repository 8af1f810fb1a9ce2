//! From tallies to the numbers of a report.

use dartboard_losses::{Derived, Functional, Measure, PredictionKind, Unit, skill};

use super::report::{Comparison, Constant, Group, MeasureInfo, ModelScores, Score};
use super::resolve::Resolved;
use crate::aggregate::Scored;

/// Half the width of a 95 % interval in standard errors: the 0.975-quantile of Student's t, to five digits.
///
/// From a table up to 9 degrees of freedom; above, the expansion around the normal quantile (Abramowitz and Stegun,
/// 26.7.5), whose error is below 1e-5 there.
fn student_975(degrees: u64) -> f64 {
    const NORMAL: f64 = 1.959_963_984_540_054;
    const FEW: [f64; 9] =
        [12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157];
    if let Some(&quantile) = degrees.checked_sub(1).and_then(|index| FEW.get(usize::try_from(index).ok()?)) {
        return quantile;
    }
    let [z, square] = [NORMAL, NORMAL * NORMAL];
    let terms = [
        z * (square + 1.0) / 4.0,
        z * ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        z * ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0) / 92160.0,
    ];
    let inverse = 1.0 / degrees as f64;
    z + terms.iter().rev().fold(0.0, |sum, term| (sum + term) * inverse)
}

pub(crate) fn measure_infos(resolved: &Resolved, truth: &str) -> Vec<MeasureInfo> {
    let info = |measure: &Measure| MeasureInfo {
        spec: measure.spec(),
        title: match measure {
            Measure::Mean(loss) => loss.card().title,
            Measure::Derived(derived) => derived.title(),
        },
        // Probabilities have no unit: their squared error is a plain number.
        unit: match (measure.unit(), resolved.plan.prediction) {
            (Unit::Target, PredictionKind::Probability) => "probability".to_owned(),
            (Unit::TargetSquared, PredictionKind::Probability) => "probability²".to_owned(),
            (unit, _) => unit.describe(truth),
        },
        larger_is_better: larger_is_better(measure),
    };
    resolved.plan.measures.iter().map(info).collect()
}

fn larger_is_better(measure: &Measure) -> bool {
    matches!(measure, Measure::Derived(derived) if derived.larger_is_better())
}

pub(crate) fn group(resolved: &Resolved, segment: Vec<Option<String>>, scored: &Scored<'_>) -> Group {
    let plan = &resolved.plan;
    let numbers = !plan.is_rowwise();
    // The constant does not depend on the model.
    let references: Vec<_> = (0..plan.measures.len()).map(|measure| scored.reference(measure)).collect();
    let perfect: Vec<_> = (0..plan.measures.len()).map(|measure| scored.perfect(measure)).collect();
    let models = resolved.models.iter().enumerate().map(|(model, columns)| {
        let scores = plan.measures.iter().enumerate().map(|(index, measure)| {
            let value = scored.value(model, index);
            let reference = references[index].as_ref();
            Score {
                measure: measure.spec(),
                value,
                sum: scored.sum(model, index),
                infinite: scored.infinite(model, index),
                skill: value
                    .zip(reference)
                    .zip(perfect[index])
                    .and_then(|((value, reference), perfect)| skill(value, reference.mean, perfect)),
                reference: reference.map(|reference| Constant {
                    name: functional_name(measure),
                    prediction: reference.prediction.clone(),
                    value: reference.mean,
                }),
                decomposition: None,
            }
        });
        ModelScores {
            model: columns.name.clone(),
            total_ratio: if numbers { scored.total_ratio(model) } else { None },
            scores: scores.collect(),
        }
    });
    let pairs = plan.model_pairs();
    let comparisons = pairs.iter().enumerate().flat_map(|(pair, &(first, second))| {
        let measures = plan.measures.iter().enumerate();
        measures
            .filter(|(_, measure)| **measure != Measure::Derived(Derived::Rmse))
            .map(move |(index, measure)| comparison(resolved, scored, (pair, first, second), (index, measure)))
    });
    Group {
        segment,
        rows: scored.rows(),
        weight: plan.has_weights().then(|| scored.weight()),
        mean_truth: if numbers { scored.mean_target() } else { None },
        models: models.collect(),
        comparisons: comparisons.collect(),
    }
}

fn functional_name(measure: &Measure) -> String {
    let Measure::Mean(loss) = measure else { return String::new() };
    match loss.properties().functional {
        Functional::Mean => "mean".to_owned(),
        Functional::Quantile(0.5) => "median".to_owned(),
        Functional::Quantile(level) => format!("{level}-quantile"),
        Functional::Expectile(0.5) => "mean".to_owned(),
        Functional::Expectile(level) => format!("{level}-expectile"),
        Functional::Huber(_) => "Huber centre".to_owned(),
        Functional::GeometricMean => "geometric mean".to_owned(),
        Functional::RelativeMedian => "median weighted by 1/|y|".to_owned(),
        Functional::ClassProbabilities => "class frequencies".to_owned(),
        Functional::MeanAndLogVariance => "mean and log-variance".to_owned(),
        Functional::MeanDirection => "mean direction".to_owned(),
        Functional::Decision
        | Functional::DecisionAtInfinity
        | Functional::DistortedProbability
        | Functional::Nothing
        | Functional::Minimiser => "best constant".to_owned(),
    }
}

fn comparison(
    resolved: &Resolved,
    scored: &Scored<'_>,
    (pair, first, second): (usize, usize, usize),
    (index, measure): (usize, &Measure),
) -> Comparison {
    let name = |model: usize| resolved.models[model].name.clone();
    let found = scored.comparison(pair, index);
    let spec = measure.spec();
    let mut comparison = Comparison {
        measure: spec.clone(),
        first: name(first),
        second: name(second),
        difference: found.map(|found| found.difference),
        standard_error: found.map(|found| found.standard_error).filter(|error| error.is_finite()),
        interval: None,
        better: None,
        verdict: String::new(),
    };
    let infinite = |model: usize| scored.infinite(model, index);
    comparison.verdict = match (comparison.difference, comparison.standard_error) {
        (None, _) if scored.rows() == 0 => "no rows".to_owned(),
        (None, _) => match (infinite(first), infinite(second)) {
            (0, rows) => {
                comparison.better = Some(name(first));
                format!("{} is better: the {spec} of {} is infinite in {rows} row(s)", name(first), name(second))
            }
            (rows, 0) => {
                comparison.better = Some(name(second));
                format!("{} is better: the {spec} of {} is infinite in {rows} row(s)", name(second), name(first))
            }
            _ => format!("{} and {} cannot be told apart: both have an infinite {spec}", name(first), name(second)),
        },
        (Some(_), None) => "too few rows to compare".to_owned(),
        (Some(difference), Some(error)) => {
            let reach = student_975(scored.rows() - 1) * error;
            let interval = [difference - reach, difference + reach];
            comparison.interval = Some(interval);
            let first_wins = (difference < 0.0) != larger_is_better(measure);
            let apart = interval[0] > 0.0 || interval[1] < 0.0;
            if apart {
                let (winner, loser) = if first_wins { (first, second) } else { (second, first) };
                comparison.better = Some(name(winner));
                let alike = if error == 0.0 { ", by the same in every row" } else { "" };
                format!("{} is better than {}{alike}", name(winner), name(loser))
            } else if difference == 0.0 && error == 0.0 {
                format!("{} and {} are equal in every row", name(first), name(second))
            } else {
                format!("{} and {} cannot be told apart on these rows", name(first), name(second))
            }
        }
    };
    comparison
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_student() {
        // From tables; the last is the normal quantile.
        let known = [(1, 12.7062), (2, 4.30265), (9, 2.26216), (10, 2.22814), (30, 2.04227), (1_000_000, 1.95996)];
        for (degrees, quantile) in known {
            assert!((student_975(degrees) - quantile).abs() < 2e-5, "{degrees}: {}", student_975(degrees));
        }
    }
}
