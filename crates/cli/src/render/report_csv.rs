//! A scoring report as CSV in long form: one line per group of rows, model and measure.

use dartboard_tables::score::{Group, ModelScores, Score, ScoreReport};

use super::number::exact;
use crate::failure::Failure;

/// The columns besides those of the segments.
const COLUMNS: [&str; 19] = [
    "scope",
    "rows",
    "weight",
    "mean_truth",
    "model",
    "measure",
    "value",
    "unit",
    "sum",
    "infinite_rows",
    "skill",
    "constant",
    "constant_prediction",
    "constant_value",
    "total_ratio",
    "larger_is_better",
    "miscalibration",
    "discrimination",
    "uncertainty",
];

pub(crate) fn write(report: &ScoreReport) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Data(format!("the result cannot be written as CSV: {error}"));
    let mut writer = csv::Writer::from_writer(vec![]);
    let by = report.settings.by.iter().map(|name| match COLUMNS.contains(&name.as_str()) {
        // A header must not use a name twice.
        true => format!("by_{name}"),
        false => name.clone(),
    });
    let header: Vec<String> = std::iter::once(COLUMNS[0].to_owned())
        .chain(by)
        .chain(COLUMNS[1..].iter().map(|&name| name.to_owned()))
        .collect();
    writer.write_record(header).map_err(|error| failed(&error))?;
    let groups =
        std::iter::once(("all", &report.overall)).chain(report.segments.iter().map(|group| ("segment", group)));
    for (scope, group) in groups {
        for model in &group.models {
            for (position, score) in model.scores.iter().enumerate() {
                writer
                    .write_record(line(report, scope, group, model, position, score))
                    .map_err(|error| failed(&error))?;
            }
        }
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

fn line(
    report: &ScoreReport,
    scope: &str,
    group: &Group,
    model: &ModelScores,
    position: usize,
    score: &Score,
) -> Vec<String> {
    let optional = |value: Option<f64>| value.map_or_else(String::new, exact);
    let measure = &report.measures[position];
    let constant = score.reference.as_ref();
    // The line for all rows has no segment.
    let segment =
        (0..report.settings.by.len()).map(|index| group.segment.get(index).cloned().flatten().unwrap_or_default());
    std::iter::once(scope.to_owned())
        .chain(segment)
        .chain([
            group.rows.to_string(),
            optional(group.weight),
            optional(group.mean_truth),
            model.model.clone(),
            score.measure.clone(),
            optional(score.value),
            measure.unit.clone(),
            exact(score.sum),
            score.infinite.to_string(),
            optional(score.skill),
            constant.map_or_else(String::new, |constant| constant.name.clone()),
            constant.map_or_else(String::new, |constant| {
                constant.prediction.iter().map(|&value| exact(value)).collect::<Vec<_>>().join(" ")
            }),
            optional(constant.map(|constant| constant.value)),
            optional(model.total_ratio),
            measure.larger_is_better.to_string(),
            optional(score.decomposition.map(|parts| parts.miscalibration)),
            optional(score.decomposition.map(|parts| parts.discrimination)),
            optional(score.decomposition.map(|parts| parts.uncertainty)),
        ])
        .collect()
}
