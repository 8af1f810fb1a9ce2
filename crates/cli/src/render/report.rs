//! A scoring report as a document.

use dartboard_tables::score::{Comparison, Constant, Group, ScoreReport, Truth, Worst};

use super::document::{Block, Cell, Document, Grid, Kind, Tone};
use super::number::{bytes, count, counted, decimal, exact, percent, rounded, signed};
use super::{short_title, terminal};
use crate::output::Canvas;

/// The report, for a page of this width.
pub(crate) fn document(report: &ScoreReport, canvas: Canvas) -> Document {
    let mut blocks = vec![Block::Facts(head(report)), Block::Grid(scores(report))];
    if report.overall.models.iter().flat_map(|model| &model.scores).any(|score| score.skill.is_some()) {
        let text = "Skill: 1 is perfect, 0 is no better than always predicting the constant it is against.";
        blocks.push(Block::Remark(text.to_owned()));
    }
    blocks.extend(totals(report));
    blocks.extend(decomposition(report));
    if !report.segments.is_empty() {
        blocks.push(Block::Heading(format!("By {}", report.settings.by.join(", "))));
        let wide = segments(report, Shape::OneLine);
        let grid = if terminal::fits(&wide, canvas) { wide } else { segments(report, Shape::LinePerMeasure) };
        blocks.push(Block::Grid(grid));
    }
    blocks.extend(comparisons(report));
    for worst in &report.worst {
        blocks.push(Block::Heading(format!("Rows that lose most: {} of {}", worst.measure, worst.model)));
        blocks.push(Block::Grid(worst_rows(report, worst)));
    }
    if !report.notes.is_empty() {
        blocks.push(Block::Heading("Notes".to_owned()));
        blocks.push(Block::Bullets(report.notes.clone()));
    }
    Document(blocks)
}

/// What was read and what was made of it.
fn head(report: &ScoreReport) -> Vec<(&'static str, Cell)> {
    let (read, settings) = (&report.read, &report.settings);
    let files = match &settings.files[..] {
        [file] if file == "-" => "standard input".to_owned(),
        [file] if read.files == 1 => file.clone(),
        _ => counted(read.files as u64, "file", "files"),
    };
    let mut facts =
        vec![("read", format!("{files}: {}, {}", counted(read.rows, "row", "rows"), bytes(read.bytes)).into())];
    if let Some(condition) = &settings.filter {
        facts.push(("where", condition.as_str().into()));
    }
    facts.push(("scored", scored(report)));
    facts.push(("truth", truth(report).into()));
    let models = settings.models.iter().map(|model| match model.columns.len() {
        1 => model.name.clone(),
        columns => format!("{} ({columns} columns)", model.name),
    });
    facts.push((settings.predictions, models.collect::<Vec<_>>().join(", ").into()));
    if !settings.classes.is_empty() {
        facts.push(("classes", shortened(&settings.classes).into()));
    }
    if let Some(weight) = &settings.weight {
        let total = report.overall.weight.map_or_else(String::new, |total| format!(", {} in total", rounded(total)));
        facts.push(("weight", format!("{weight}{total}").into()));
    }
    facts.extend(around(report));
    facts.push(("task", format!("{}: {}", report.task.name, report.task.reason).into()));
    let measures = report.measures.iter().map(|measure| match short_title(measure.title) {
        title if title == measure.spec => title.to_owned(),
        title => format!("{} ({title})", measure.spec),
    });
    let measures = measures.collect::<Vec<_>>().join(", ");
    facts.push(("losses", format!("{measures}; {}", report.task.measures).into()));
    facts
}

/// What goes around the losses.
fn around(report: &ScoreReport) -> Vec<(&'static str, Cell)> {
    let around = &report.settings.around;
    let mut facts: Vec<(&'static str, Cell)> = vec![];
    if !around.class_weights.is_empty() {
        let each =
            around.class_weights.iter().map(|(class, weight)| format!("{class} counts {} times", exact(*weight)));
        facts.push(("class weights", each.collect::<Vec<_>>().join(", ").into()));
    }
    if let Some(weight) = around.pos_weight {
        facts.push(("event weight", format!("losses of events times {}", exact(weight)).into()));
    }
    if around.label_smoothing != 0.0 {
        let share = exact(around.label_smoothing);
        facts.push(("smoothing", format!("{share} of every label is spread over all classes").into()));
    }
    facts
}

/// How many rows were scored, and why others were not.
fn scored(report: &ScoreReport) -> Cell {
    let read = &report.read;
    let reasons = [
        (read.missing, "with a missing value"),
        (read.invalid_truth, "with an invalid truth"),
        (read.invalid_prediction, "with an invalid prediction"),
        (read.invalid_scores, "with scores that do not fit together"),
        (read.invalid_weight, "with an invalid weight"),
        (read.zero_weight, "with weight 0"),
        (read.without_truth, "of predictions without truth"),
        (read.without_prediction, "of truth without a prediction"),
    ];
    let left_out: Vec<String> = (reasons.into_iter().filter(|(rows, _)| *rows > 0))
        .map(|(rows, reason)| format!("{} {reason}", counted(rows, "row", "rows")))
        .collect();
    if left_out.is_empty() {
        return "all rows, none with a missing value".into();
    }
    Cell::from(format!("{}; left out: {}", counted(read.scored, "row", "rows"), left_out.join(", "))).with(Tone::Bad)
}

fn truth(report: &ScoreReport) -> String {
    match report.overall.mean_truth {
        Some(mean) => format!("{}, mean {}", report.settings.truth, rounded(mean)),
        None => match report.settings.truth_columns.len() {
            1 => report.settings.truth.clone(),
            columns => format!("{} ({columns} columns)", report.settings.truth),
        },
    }
}

/// Whether any model has rows with an infinite loss: only then is there a column for them.
fn any_infinite<'a>(groups: impl IntoIterator<Item = &'a Group>) -> bool {
    let mut scores = groups.into_iter().flat_map(|group| &group.models).flat_map(|model| &model.scores);
    scores.any(|score| score.infinite > 0)
}

fn has_skill(group: &Group) -> bool {
    group.models.iter().flat_map(|model| &model.scores).any(|score| score.reference.is_some())
}

/// Every measure of every model over all rows.
fn scores(report: &ScoreReport) -> Grid {
    let several = report.overall.models.len() > 1;
    let infinite = any_infinite([&report.overall]);
    let skill = has_skill(&report.overall);
    let mut grid = Grid::default();
    if several {
        grid.column("model", Kind::Word);
    }
    grid.column("loss", Kind::Word);
    grid.column("value", Kind::Number);
    grid.column("unit", Kind::Word);
    if infinite {
        grid.column("infinite rows", Kind::Number);
    }
    if skill {
        grid.column("skill", Kind::Number);
        grid.column("against", Kind::Prose);
    }
    for model in &report.overall.models {
        for (position, (score, info)) in model.scores.iter().zip(&report.measures).enumerate() {
            let mut row: Vec<Cell> = vec![];
            if several {
                row.push(if position == 0 { model.model.as_str().into() } else { "".into() });
            }
            row.push(score.measure.as_str().into());
            row.push(value(score.value));
            row.push(Cell::from(info.unit.as_str()).with(Tone::Quiet));
            if infinite {
                row.push(infinite_rows(score.infinite));
            }
            if skill {
                row.push(skill_cell(score.skill));
                row.push(
                    Cell::from(score.reference.as_ref().map_or_else(String::new, |constant| against(report, constant)))
                        .with(Tone::Quiet),
                );
            }
            grid.rows.push(row);
        }
    }
    grid
}

fn value(value: Option<f64>) -> Cell {
    match value {
        None => Cell::from("–").with(Tone::Quiet),
        Some(value) => Cell::from(rounded(value)).with(if value.is_finite() { Tone::Plain } else { Tone::Bad }),
    }
}

fn infinite_rows(rows: u64) -> Cell {
    Cell::from(count(rows)).with(if rows > 0 { Tone::Bad } else { Tone::Quiet })
}

/// Decimals of a skill: what it says is how much of the way to perfection a model has gone.
const SKILL_DECIMALS: usize = 4;

fn skill_cell(skill: Option<f64>) -> Cell {
    match skill {
        None => "".into(),
        Some(skill) => {
            // A model that is a million times worse than a constant needs no decimals.
            let text = if skill.abs() < 1e6 { decimal(skill, SKILL_DECIMALS) } else { rounded(skill) };
            Cell::from(text).with(if skill < 0.0 { Tone::Bad } else { Tone::Plain })
        }
    }
}

/// `the mean 181,234`.
fn against(report: &ScoreReport, constant: &Constant) -> String {
    let name = if constant.name.is_empty() { "best constant" } else { &constant.name };
    match &constant.prediction[..] {
        [prediction] => match raw_word(report.settings.predictions) {
            Some(word) if name != "best constant" => format!("the {name}, as a {word} {}", rounded(*prediction)),
            _ => format!("the {name} {}", rounded(*prediction)),
        },
        _ => format!("the {name}"),
    }
}

/// One prediction of a kind that is on the raw scale.
fn raw_word(predictions: &str) -> Option<&'static str> {
    match predictions {
        "logits" => Some("logit"),
        "log-means" => Some("log-mean"),
        "log-probabilities" => Some("log-probability"),
        "scores" => Some("score"),
        _ => None,
    }
}

/// What the mean losses are made of, where that was asked for.
fn decomposition(report: &ScoreReport) -> Vec<Block> {
    let several = report.overall.models.len() > 1;
    let mut grid = Grid::default();
    if several {
        grid.column("model", Kind::Word);
    }
    grid.column("loss", Kind::Word);
    for part in ["value", "miscalibration", "discrimination", "uncertainty"] {
        grid.column(part, Kind::Number);
    }
    for model in &report.overall.models {
        let mut name = model.model.as_str();
        for score in &model.scores {
            let Some(parts) = score.decomposition else { continue };
            let mut row: Vec<Cell> = vec![];
            if several {
                row.push(std::mem::take(&mut name).into());
            }
            row.push(score.measure.as_str().into());
            row.push(value(score.value));
            row.extend([parts.miscalibration, parts.discrimination, parts.uncertainty].map(|part| value(Some(part))));
            grid.rows.push(row);
        }
    }
    if grid.rows.is_empty() {
        return vec![];
    }
    vec![
        Block::Heading("What the losses are made of".to_owned()),
        Block::Grid(grid),
        Block::Remark(
            "value = miscalibration − discrimination + uncertainty. Recalibrating the predictions would take off the \
             miscalibration; the uncertainty is what the best constant loses."
                .to_owned(),
        ),
    ]
}

/// The sum of the predictions over that of the truth, which a mean of losses does not show.
fn totals(report: &ScoreReport) -> Option<Block> {
    let models: Vec<_> =
        report.overall.models.iter().filter_map(|model| Some((&model.model, model.total_ratio?))).collect();
    let text = match &models[..] {
        [] => return None,
        [(_, ratio)] => rounded(*ratio),
        several => {
            several.iter().map(|(model, ratio)| format!("{model} {}", rounded(*ratio))).collect::<Vec<_>>().join(", ")
        }
    };
    Some(Block::Text(format!("Sum of predictions / sum of truth: {text}")))
}

/// How segments are laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One line per segment and model, a column per measure.
    OneLine,
    /// One line per segment, model and measure.
    LinePerMeasure,
}

fn segments(report: &ScoreReport, shape: Shape) -> Grid {
    let several = report.overall.models.len() > 1;
    let infinite = any_infinite(&report.segments);
    let has_mean = report.segments.iter().any(|segment| segment.mean_truth.is_some());
    // A measure that has no skill in any segment has no column for it.
    let skilled: Vec<bool> = (0..report.measures.len())
        .map(|measure| {
            let mut models = report.segments.iter().flat_map(|segment| &segment.models);
            models.any(|model| model.scores.get(measure).is_some_and(|score| score.skill.is_some()))
        })
        .collect();
    let mut grid = Grid::default();
    for column in &report.settings.by {
        grid.column(column, Kind::Word);
    }
    grid.column("rows", Kind::Number);
    let weighted = report.overall.weight.is_some();
    if weighted {
        grid.column("weight", Kind::Number);
    }
    if has_mean {
        grid.column("mean truth", Kind::Number);
    }
    if several {
        grid.column("model", Kind::Word);
    }
    if shape == Shape::OneLine {
        for (measure, skilled) in report.measures.iter().zip(&skilled) {
            grid.column(&measure.spec, Kind::Number);
            if *skilled {
                grid.column("skill", Kind::Number);
            }
        }
    } else {
        grid.column("loss", Kind::Word);
        grid.column("value", Kind::Number);
        if skilled.contains(&true) {
            grid.column("skill", Kind::Number);
        }
    }
    if infinite {
        grid.column("infinite rows", Kind::Number);
    }
    for segment in &report.segments {
        let mut first: Vec<Cell> =
            segment.segment.iter().map(|name| name.as_deref().unwrap_or("(missing)").into()).collect();
        first.push(count(segment.rows).into());
        if weighted {
            first.push(value(segment.weight));
        }
        if has_mean {
            first.push(value(segment.mean_truth));
        }
        for model in &segment.models {
            let mut row = shown_once(&mut first);
            if several {
                row.push(model.model.as_str().into());
            }
            if shape == Shape::OneLine {
                for (score, skilled) in model.scores.iter().zip(&skilled) {
                    row.push(value(score.value));
                    if *skilled {
                        row.push(skill_cell(score.skill));
                    }
                }
                if infinite {
                    row.push(infinite_rows(model.scores.iter().map(|score| score.infinite).max().unwrap_or(0)));
                }
                grid.rows.push(row);
                continue;
            }
            for score in &model.scores {
                let mut row = shown_once(&mut row);
                row.push(score.measure.as_str().into());
                row.push(value(score.value));
                if skilled.contains(&true) {
                    row.push(skill_cell(score.skill));
                }
                if infinite {
                    row.push(infinite_rows(score.infinite));
                }
                grid.rows.push(row);
            }
        }
    }
    grid
}

/// All names of a few, the ends of many.
fn shortened(names: &[String]) -> String {
    const ALL: usize = 30;
    const FIRST: usize = 10;
    if names.len() <= ALL {
        return names.join(", ");
    }
    format!("{}, … {} ({})", names[..FIRST].join(", "), names[names.len() - 1], names.len())
}

/// The cells that begin a line, leaving blank ones for the lines after it.
fn shown_once(cells: &mut Vec<Cell>) -> Vec<Cell> {
    let blank = vec![Cell::default(); cells.len()];
    std::mem::replace(cells, blank)
}

/// One table per pair of models: whether the difference is more than chance.
fn comparisons(report: &ScoreReport) -> Vec<Block> {
    let mut blocks = vec![];
    let mut rest = &report.overall.comparisons[..];
    while let Some(first) = rest.first() {
        let pair =
            rest.iter().take_while(|other| (&other.first, &other.second) == (&first.first, &first.second)).count();
        blocks.push(Block::Heading(format!("{} − {}, row by row", first.first, first.second)));
        blocks.push(Block::Grid(comparison(&rest[..pair])));
        rest = &rest[pair..];
    }
    blocks
}

fn comparison(comparisons: &[Comparison]) -> Grid {
    let mut grid = Grid::default();
    grid.column("loss", Kind::Word);
    grid.column("difference", Kind::Number);
    grid.column("standard error", Kind::Number);
    grid.column("95 % interval", Kind::Number);
    grid.column("verdict", Kind::Prose);
    for comparison in comparisons {
        let optional = |value: Option<f64>, text: fn(f64) -> String| value.map_or_else(|| "–".to_owned(), text);
        let interval = comparison.interval.map(|[low, high]| format!("{} to {}", signed(low), signed(high)));
        grid.rows.push(vec![
            comparison.measure.as_str().into(),
            optional(comparison.difference, signed).into(),
            optional(comparison.standard_error, rounded).into(),
            interval.unwrap_or_else(|| "–".to_owned()).into(),
            Cell::from(comparison.verdict.as_str()).with(if comparison.better.is_some() {
                Tone::Good
            } else {
                Tone::Plain
            }),
        ]);
    }
    grid
}

fn worst_rows(report: &ScoreReport, worst: &Worst) -> Grid {
    let weighted = report.overall.weight.is_some();
    let mut grid = Grid::default();
    grid.column("row", Kind::Word);
    for column in &worst.key_columns {
        grid.column(column, Kind::Word);
    }
    let truth = match report.settings.truth_columns.len() {
        1 => report.settings.truth.clone(),
        _ => format!("largest of {}", report.settings.truth),
    };
    grid.column(&truth, Kind::Number);
    let prediction = match (report.settings.column_per, report.settings.truth_columns.len()) {
        (None, _) if report.settings.predictions == "parameters" => "first prediction".to_owned(),
        (None, _) => "prediction".to_owned(),
        (Some(part), 1) => format!("score of the true {part}"),
        (Some(part), _) => format!("prediction of that {part}"),
    };
    grid.column(&prediction, Kind::Number);
    if weighted {
        grid.column("weight", Kind::Number);
    }
    grid.column("loss", Kind::Number);
    grid.column("share of all", Kind::Number);
    for row in &worst.rows {
        let place = match row.row {
            Some(number) => format!("{}:{number}", row.file),
            None => row.file.clone(),
        };
        let mut cells = vec![Cell::code(place)];
        cells.extend(row.key.iter().map(|value| Cell::from(value.as_str())));
        cells.push(match &row.truth {
            Truth::Number(number) => rounded(*number).into(),
            Truth::Class(class) => class.as_str().into(),
        });
        cells.push(rounded(row.prediction).into());
        if weighted {
            cells.push(row.weight.map_or_else(String::new, rounded).into());
        }
        cells.push(value(Some(row.loss)));
        cells.push(row.share.map_or_else(|| "–".to_owned(), percent).into());
        grid.rows.push(cells);
    }
    grid
}
