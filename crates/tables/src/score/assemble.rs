//! From tallies to the numbers of a report.

use dartboard_losses::{Contest, Derived, Functional, Measure, PredictionKind, Unit, Verdict, skill};

use super::report::{Comparison, Constant, Group, MeasureInfo, ModelScores, Score};
use super::resolve::Resolved;
use crate::aggregate::Scored;

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
    let names = [first, second].map(|model| resolved.models[model].name.as_str());
    let found = scored.comparison(pair, index);
    let spec = measure.spec();
    let verdict = Verdict::of(
        found,
        &Contest {
            names,
            infinite: [first, second].map(|model| scored.infinite(model, index)),
            measure: &spec,
            larger_is_better: larger_is_better(measure),
            rows: scored.rows(),
        },
    );
    Comparison {
        first: names[0].to_owned(),
        second: names[1].to_owned(),
        difference: found.map(|found| found.difference),
        standard_error: found.map(|found| found.standard_error).filter(|error| error.is_finite()),
        interval: verdict.interval,
        better: verdict.better.map(|better| names[better].to_owned()),
        verdict: verdict.words,
        measure: spec,
    }
}
