//! Advice as a document.

use dartboard_advice::{Advice, LossAdvice, NoiseEvidence, Profile};
use dartboard_losses::{Loss, cards};
use dartboard_tables::choose::ChooseReport;

use super::document::{Block, Cell, Document, Grid, Kind, Tone};
use super::number::{counted, percent, rounded};

/// The advice.
pub(crate) fn document(report: &ChooseReport) -> Document {
    let advice = &report.advice;
    let mut blocks = vec![Block::Facts(head(report))];
    if let Some(question) = &advice.question {
        blocks.push(Block::Text(question.clone()));
    }
    blocks.push(Block::Heading("Losses, best first".to_owned()));
    blocks.push(Block::Grid(losses(&advice.losses)));
    blocks.push(Block::Bullets(advice.losses.iter().map(why).collect()));
    if !advice.evidence.is_empty() {
        blocks.push(Block::Heading("Noise: which law the errors follow".to_owned()));
        blocks.push(Block::Grid(evidence(&advice.evidence)));
        let fitted = match advice.rows.fitted {
            fitted if fitted < advice.rows.weighted => format!("fitted to {fitted} rows drawn with seed 1; "),
            _ => String::new(),
        };
        let text = format!(
            "{fitted}order by BIC; log-density is per row, on rows the law was not fitted to, less that of the first, ± its \
             standard error. A tie: BIC within 6, or within two standard errors and a tenth."
        );
        blocks.push(Block::Remark(capitalized(&text)));
    }
    if !advice.calibration.is_empty() {
        blocks.push(Block::Heading("Calibration".to_owned()));
        blocks.push(Block::Grid(calibration(advice)));
    }
    let shown = constants(advice);
    if !shown.rows.is_empty() {
        blocks.push(Block::Heading("Constants".to_owned()));
        blocks.push(Block::Grid(shown));
    }
    if !advice.warnings.is_empty() {
        blocks.push(Block::Heading("Look at this".to_owned()));
        blocks.push(Block::Bullets(warnings(report)));
    }
    if !advice.missing.is_empty() {
        blocks.push(Block::Heading("What is missing".to_owned()));
        blocks.push(Block::Bullets(advice.missing.clone()));
    }
    if !advice.would_change.is_empty() {
        blocks.push(Block::Heading("What would change this".to_owned()));
        blocks.push(Block::Bullets(advice.would_change.clone()));
    }
    if let Some(command) = next(report) {
        blocks.push(Block::Heading("Next".to_owned()));
        blocks.push(Block::Commands(vec![command]));
    }
    Document(blocks)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

fn head(report: &ChooseReport) -> Vec<(&'static str, Cell)> {
    let (advice, read) = (&report.advice, &report.read);
    let mut facts =
        vec![("read", format!("{}: {}", report.files.join(", "), counted(read.rows, "row", "rows")).into())];
    if let Some(filter) = &report.filter {
        facts.push(("where", filter.as_str().into()));
    }
    if !read.missing.is_empty() {
        let missing: Vec<String> = read.missing.iter().map(|(name, count)| format!("{count} in {name}")).collect();
        let text = format!("{} used; missing values: {}", counted(read.used, "row", "rows"), missing.join(", "));
        facts.push(("left out", Cell::from(text).with(Tone::Bad)));
    }
    facts.push(("truth", truth(advice).into()));
    if !report.predictions.is_empty() {
        let raw = if report.raw { " (raw scale)" } else { "" };
        facts.push(("predictions", format!("{}{raw}", report.predictions.join(", ")).into()));
    }
    if let Some(weight) = &report.weight {
        facts.push(("weight", format!("{weight}: as much as {} equal rows", short(advice.rows.effective)).into()));
    }
    facts.push(("task", format!("{}: {}", advice.task.task.describe(), advice.task.reason).into()));
    if let Some(event) = &advice.event {
        facts.push(("event", event.as_str().into()));
    }
    let given = if advice.goal.given { "" } else { " (not given; --goal says otherwise)" };
    facts.push(match &advice.goal.quantiles[..] {
        [] => ("goal", format!("{}: {}{given}", advice.goal.goal, advice.goal.meaning).into()),
        levels => {
            let levels: Vec<String> = levels.iter().map(f64::to_string).collect();
            ("goal", format!("quantiles {}, as the columns are named", levels.join(", ")).into())
        }
    });
    facts
}

fn truth(advice: &Advice) -> String {
    match &advice.profile {
        Profile::Names { distinct, shares } => {
            let shown: Vec<String> =
                shares.iter().take(4).map(|(name, share)| format!("{name} {}", percent(*share))).collect();
            let more = if *distinct > shown.len() { ", …" } else { "" };
            format!("{}: {}{more}", advice.target, shown.join(", "))
        }
        Profile::Numbers(numbers) => {
            let zeros = if numbers.zeros > 0.0 { format!(", {} zeros", percent(numbers.zeros)) } else { String::new() };
            format!(
                "{}: {} to {}, mean {}, median {}{zeros}",
                advice.target,
                rounded(numbers.min),
                rounded(numbers.max),
                short(numbers.mean),
                short(numbers.median)
            )
        }
    }
}

fn losses(losses: &[LossAdvice]) -> Grid {
    let mut grid = Grid::default();
    grid.column("loss", Kind::Word);
    grid.column("elicits", Kind::Prose);
    grid.column("the goal", Kind::Word);
    let efficiency = losses.iter().any(|loss| loss.efficiency.is_some());
    if efficiency {
        grid.column("precision", Kind::Number);
    }
    grid.column("convex", Kind::Word);
    let train = losses.iter().any(|loss| loss.train.is_some());
    if train {
        grid.column("to train", Kind::Word);
    }
    for loss in losses {
        let mut row = vec![Cell::code(&loss.spec), loss.elicits.as_str().into()];
        row.push(if loss.serves_goal { Cell::from("yes").with(Tone::Good) } else { "no".into() });
        if efficiency {
            row.push(loss.efficiency.map_or_else(Cell::default, |share| percent(share).into()));
        }
        row.push(if loss.convex { "yes".into() } else { "no".into() });
        if train {
            row.push(loss.train.as_ref().map_or_else(Cell::default, Cell::code));
        }
        grid.rows.push(row);
    }
    grid
}

/// Four digits: what is estimated from rows has no more.
fn short(value: f64) -> String {
    rounded(format!("{value:.3e}").parse().unwrap_or(value))
}

fn why(loss: &LossAdvice) -> String {
    format!("{}: {}", loss.spec, loss.why)
}

fn evidence(list: &[NoiseEvidence]) -> Grid {
    let mut grid = Grid::default();
    grid.column("noise", Kind::Prose);
    grid.column("BIC", Kind::Number);
    grid.column("log-density", Kind::Number);
    grid.column("±", Kind::Number);
    grid.column("", Kind::Word);
    grid.column("its loss", Kind::Word);
    for (place, law) in list.iter().enumerate() {
        let first = place == 0;
        let difference = if first { Cell::from("best") } else { short(law.log_density).into() };
        let error = if first { Cell::default() } else { short(law.standard_error).into() };
        grid.rows.push(vec![
            law.noise.as_str().into(),
            if first { Cell::from("best") } else { format!("+{}", short(law.bic)).into() },
            difference,
            error,
            if law.tie { "tie".into() } else { Cell::default() },
            law.loss.as_ref().map_or_else(Cell::default, Cell::code),
        ]);
    }
    grid
}

fn calibration(advice: &Advice) -> Grid {
    let mut grid = Grid::default();
    grid.column("", Kind::Prose);
    grid.column("value", Kind::Number);
    grid.column("95 % interval", Kind::Number);
    grid.column("ideal", Kind::Number);
    for line in &advice.calibration {
        let value = Cell::from(short(line.value));
        let interval =
            line.interval.map_or_else(String::new, |[low, high]| format!("{} to {}", short(low), short(high)));
        grid.rows.push(vec![
            line.name.as_str().into(),
            if line.off { value.with(Tone::Bad) } else { value },
            interval.into(),
            short(line.ideal).into(),
        ]);
    }
    grid
}

fn constants(advice: &Advice) -> Grid {
    let mut grid = Grid::default();
    grid.column("", Kind::Word);
    grid.column("value", Kind::Number);
    grid.column("", Kind::Word);
    grid.column("", Kind::Prose);
    // Of the constants of losses only those of losses in the list; the data (--format json) hold all.
    let listed = |name: &str| advice.losses.iter().any(|loss| loss.spec.split('(').next() == Some(name));
    let wanted = |name: &str| {
        let loss = name.split_once(" of ").map(|(_, loss)| loss).filter(|loss| cards().any(|card| card.name == *loss));
        loss.is_none_or(listed)
    };
    for constant in advice.constants.iter().filter(|constant| wanted(&constant.name)) {
        grid.rows.push(vec![
            constant.name.as_str().into(),
            short(constant.value).into(),
            constant.unit.as_str().into(),
            constant.how.as_str().into(),
        ]);
    }
    grid
}

fn warnings(report: &ChooseReport) -> Vec<String> {
    let each = report.advice.warnings.iter().zip(&report.places);
    each.map(|(warning, places)| match &places[..] {
        [] => warning.text.clone(),
        places => format!("{} ({})", warning.text, together(places)),
    })
    .collect()
}

/// Rows of one file together: `rows 3, 7 of a.csv`. Ten are the first of perhaps more.
fn together(places: &[String]) -> String {
    let parts: Option<Vec<(&str, &str)>> =
        places.iter().map(|place| place.strip_prefix("row ")?.split_once(" of ")).collect();
    let more = if places.len() == 10 { ", …" } else { "" };
    match parts {
        Some(parts) if parts.len() > 1 && parts.iter().all(|(_, file)| *file == parts[0].1) => {
            let rows: Vec<&str> = parts.iter().map(|(row, _)| *row).collect();
            format!("rows {}{more} of {}", rows.join(", "), parts[0].1)
        }
        _ => format!("{}{more}", places.join(", ")),
    }
}

/// The command that scores with these losses.
fn next(report: &ChooseReport) -> Option<String> {
    let advice = &report.advice;
    let flag = if report.raw { "--logits" } else { "--pred" };
    if report.predictions.is_empty() {
        return None;
    }
    // The first and what it is compared with, those that serve the goal before others: specs that take such predictions.
    let takes_raw = |spec: &str| Loss::parse(spec).is_ok_and(|loss| loss.card().prediction.is_raw());
    let spec = |loss: &LossAdvice| match &loss.train {
        Some(train) if report.raw => Some(train.clone()),
        _ => (takes_raw(&loss.spec) == report.raw).then(|| loss.spec.clone()),
    };
    let (serving, others): (Vec<&LossAdvice>, Vec<&LossAdvice>) =
        advice.losses.iter().skip(1).partition(|loss| loss.serves_goal);
    let specs: Vec<String> =
        advice.losses.iter().take(1).chain(serving).chain(others).filter_map(spec).take(3).collect();
    if specs.is_empty() {
        return None;
    }
    let mut command = vec!["dartboard score".to_owned()];
    command.extend(report.files.iter().map(|file| quoted(file)));
    let mut option = |name: &str, value: &str| {
        // A value that begins with a dash would be taken for another option.
        let joint = if value.starts_with('-') { "=" } else { " " };
        command.push(format!("{name}{joint}{}", quoted(value)));
    };
    option("--truth", &advice.target);
    option(flag, &report.predictions.join(","));
    let two: Vec<String> = match &advice.profile {
        Profile::Names { shares, .. } if shares.len() == 2 => shares.iter().map(|(name, _)| name.clone()).collect(),
        Profile::Numbers(numbers) if numbers.distinct == 2 => {
            numbers.values.iter().map(|(v, _)| v.to_string()).collect()
        }
        _ => vec![],
    };
    if !report.classes.is_empty() {
        option("--classes", &report.classes.join(","));
    } else if let (Some(event), [a, b]) = (&advice.event, &two[..])
        && (a.as_str(), b.as_str()) != ("0", "1")
    {
        let no = if a == event { b } else { a };
        option("--classes", &format!("{no},{event}"));
    }
    option("--loss", &specs.join(","));
    if let Some(weight) = &report.weight {
        option("--weight", weight);
    }
    if let Some(filter) = &report.filter {
        option("--where", filter);
    }
    Some(command.join(" "))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./,=:+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
