//! The page of a loss, and the table of all losses, as documents.

use super::document::{Block, Cell, Document, Grid, Kind, Text, Tone};
use super::number::{exact, fixed, rounded};
use super::short_title;
use crate::page::{Math, Page, Worked};

/// The page of a measure.
pub(crate) fn page(page: &Page) -> Document {
    let mut blocks = vec![
        Block::Title(format!("{}: {}", page.spec, page.title)),
        Block::Text(page.summary.clone()),
        Block::Facts(formulas(page)),
    ];
    blocks.push(Block::Heading("Takes and gives".to_owned()));
    let taken = [("target", &page.target), ("prediction", &page.prediction)];
    let taken = taken.into_iter().filter_map(|(name, text)| Some((name, text.clone()?.into())));
    blocks.push(Block::Facts(taken.chain([("unit", page.unit.into())]).collect()));
    if !page.parameters.is_empty() {
        blocks.push(Block::Heading("Parameters".to_owned()));
        blocks.push(Block::Grid(parameters(page)));
    }
    blocks.push(Block::Heading("Properties".to_owned()));
    blocks.push(Block::Facts(page.properties.iter().map(|(name, text)| (*name, text.as_str().into())).collect()));
    for (heading, text) in [("When to use it", page.when), ("When not to", page.when_not)] {
        if let Some(text) = text {
            blocks.push(Block::Heading(heading.to_owned()));
            blocks.push(Block::Text(text.to_owned()));
        }
    }
    if !page.examples.is_empty() {
        blocks.push(Block::Heading("Worked examples".to_owned()));
        blocks.extend(examples(&page.examples));
    }
    if !page.elsewhere.is_empty() {
        blocks.push(Block::Heading("In other libraries".to_owned()));
        blocks.push(Block::Grid(elsewhere(page)));
    }
    if !page.aliases.is_empty() {
        blocks.push(Block::Heading("Other names that are understood".to_owned()));
        blocks.push(Block::Text(page.aliases.join(", ")));
    }
    if !page.references.is_empty() {
        blocks.push(Block::Heading("References".to_owned()));
        blocks.push(Block::Bullets(page.references.iter().map(|&reference| reference.to_owned()).collect()));
    }
    blocks.push(Block::Heading("Next".to_owned()));
    blocks.push(Block::Commands(page.next.clone()));
    Document(blocks)
}

/// The table of all measures.
pub(crate) fn list(pages: &[Page]) -> Document {
    let mut grid = Grid::default();
    grid.column("name", Kind::Word);
    grid.column("title", Kind::Prose);
    grid.column("loss of a row", Kind::Prose);
    grid.column("takes", Kind::Prose);
    for page in pages {
        grid.rows.push(vec![
            Cell::code(with_parameters(page)),
            short_title(&page.title).into(),
            math(&page.formula),
            page.takes.into(),
        ]);
    }
    Document(vec![
        Block::Grid(grid),
        Block::Text("The score of a file is the mean over its rows, weighted if there are weights.".to_owned()),
        Block::Heading("Next".to_owned()),
        Block::Commands(vec!["dartboard explain LOSS".to_owned()]),
    ])
}

/// `huber(delta=1)`: the name with the parameters it takes.
fn with_parameters(page: &Page) -> String {
    if page.parameters.is_empty() {
        return page.spec.clone();
    }
    let list = page.parameters.iter().map(|parameter| format!("{}={}", parameter.name, exact(parameter.value)));
    let name = page.spec.split('(').next().unwrap_or_default();
    format!("{name}({})", list.collect::<Vec<_>>().join(", "))
}

fn formulas(page: &Page) -> Vec<(&'static str, Cell)> {
    let derivatives = [("gradient", &page.gradient), ("Hessian", &page.hessian)];
    let derivatives = derivatives.into_iter().filter_map(|(name, formula)| Some((name, math(formula.as_ref()?))));
    let mut facts: Vec<_> = std::iter::once(("value", math(&page.formula))).chain(derivatives).collect();
    facts.push(("", Cell::from(page.symbols.as_str()).with(Tone::Quiet)));
    facts
}

fn math(formula: &Math) -> Cell {
    let Math { unicode, latex } = formula.clone();
    Cell { text: Text::Math { unicode, latex }, tone: Tone::Plain }
}

fn parameters(page: &Page) -> Grid {
    let mut grid = Grid::default();
    grid.column("name", Kind::Word);
    grid.column("here", Kind::Number);
    grid.column("default", Kind::Number);
    grid.column("must be", Kind::Word);
    grid.column("meaning", Kind::Prose);
    for parameter in &page.parameters {
        grid.rows.push(vec![
            Cell::code(parameter.name),
            exact(parameter.value).into(),
            exact(parameter.default).into(),
            parameter.range.as_str().into(),
            parameter.meaning.into(),
        ]);
    }
    grid
}

fn elsewhere(page: &Page) -> Grid {
    let mut grid = Grid::default();
    grid.column("library", Kind::Word);
    grid.column("name there", Kind::Prose);
    grid.column("difference", Kind::Prose);
    for elsewhere in &page.elsewhere {
        let difference = if elsewhere.difference.is_empty() { "none" } else { elsewhere.difference };
        let tone = if elsewhere.difference.is_empty() { Tone::Quiet } else { Tone::Plain };
        grid.rows.push(vec![elsewhere.library.into(), Cell::code(elsewhere.name), Cell::from(difference).with(tone)]);
    }
    grid
}

fn examples(examples: &[Worked]) -> Vec<Block> {
    let (rowwise, pointwise): (Vec<&Worked>, Vec<&Worked>) =
        examples.iter().partition(|example| example.prediction.len() > 1);
    let table = (!pointwise.is_empty()).then(|| Block::Grid(pointwise_examples(&pointwise)));
    table.into_iter().chain(rowwise.into_iter().flat_map(rowwise_example)).collect()
}

fn pointwise_examples(examples: &[&Worked]) -> Grid {
    let with_spec = examples.iter().any(|example| example.spec.contains('('));
    let mut grid = Grid::default();
    grid.column("example", Kind::Prose);
    if with_spec {
        grid.column("with", Kind::Word);
    }
    for name in ["target", "prediction", "loss", "gradient", "Hessian"] {
        grid.column(name, Kind::Number);
    }
    for example in examples {
        let mut row = vec![example.story.into()];
        if with_spec {
            row.push(Cell::code(&example.spec));
        }
        row.push(rounded(example.target).into());
        row.push(rounded(example.prediction[0]).into());
        row.push(value(example).into());
        row.push(rounded(example.gradient[0]).into());
        row.push(rounded(example.hessian[0]).into());
        grid.rows.push(row);
    }
    grid
}

fn rowwise_example(example: &Worked) -> Vec<Block> {
    let softmax = !example.softmax.is_empty();
    let mut grid = Grid::default();
    grid.column("class", Kind::Word);
    grid.column(if softmax { "score" } else { "probability" }, Kind::Number);
    if softmax {
        grid.column("softmax", Kind::Number);
    }
    grid.column("gradient", Kind::Number);
    grid.column("Hessian (diagonal)", Kind::Number);
    for (class, &score) in example.prediction.iter().enumerate() {
        let right = class as f64 == example.target;
        let mut row = vec![if right { format!("{class} (true)") } else { class.to_string() }.into()];
        row.push(if softmax { rounded(score) } else { fixed(score, 4) }.into());
        if softmax {
            row.push(fixed(example.softmax[class], 4).into());
        }
        row.push(rounded(example.gradient[class]).into());
        row.push(rounded(example.hessian[class]).into());
        grid.rows.push(row);
    }
    vec![Block::Text(example.story.to_owned()), Block::Grid(grid), Block::Facts(vec![("loss", value(example).into())])]
}

/// The computed value to the digits of the story.
fn value(example: &Worked) -> String {
    example.decimals.map_or_else(|| rounded(example.value), |decimals| fixed(example.value, decimals))
}
