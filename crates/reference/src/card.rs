//! The page of a loss, and the table of all losses, as documents.

use crate::document::{Block, Cell, Document, Figure, Grid, Kind, Tone};
use crate::number::{exact, fixed, rounded};
use crate::page::{Page, Worked};
use crate::tables::Shown;

/// A loss's name in words, without what it takes: that stands elsewhere.
pub fn short_title(title: &str) -> &str {
    title.strip_suffix(" (probabilities)").or_else(|| title.strip_suffix(" (logits)")).unwrap_or(title)
}

/// The page of a measure.
pub fn page(page: &Page) -> Document {
    page_with_plot(page, None)
}

/// The page of a measure whose plot is a file beside it.
pub fn page_with_plot(page: &Page, file: Option<String>) -> Document {
    let mut blocks = vec![
        Block::Title(format!("{}: {}", page.spec, page.title)),
        Block::Text(page.summary.clone()),
        Block::Formulas(formulas(page)),
    ];
    if let Some(plot) = &page.plot {
        blocks.push(Block::Plot(Figure { plot: plot.clone(), file }));
    }
    for part in [facts, advice, tables, worked, names] {
        blocks.extend(part(page));
    }
    Document(blocks)
}

/// What a measure takes and gives, and how it behaves.
pub(crate) fn facts(page: &Page) -> Vec<Block> {
    let taken = [("target", &page.target), ("prediction", &page.prediction)];
    let taken = taken.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?.into())));
    let mut blocks = vec![
        Block::Heading("Takes and gives".to_owned()),
        Block::Facts(taken.chain([("unit", page.unit.into())]).collect()),
    ];
    blocks.extend(parameters_of(page));
    blocks.push(Block::Heading("Properties".to_owned()));
    blocks.push(Block::Facts(page.properties.iter().map(|(name, text)| (*name, text.as_str().into())).collect()));
    blocks.extend(evidence_of(page));
    blocks
}

/// What is said of a measure in tables that not every one has.
pub(crate) fn parameters_and_evidence(page: &Page) -> Vec<Block> {
    let mut blocks = parameters_of(page);
    blocks.extend(evidence_of(page));
    blocks
}

fn parameters_of(page: &Page) -> Vec<Block> {
    if page.parameters.is_empty() {
        return vec![];
    }
    vec![Block::Heading("Parameters".to_owned()), Block::Grid(parameters(page))]
}

fn evidence_of(page: &Page) -> Vec<Block> {
    if page.evidence.is_empty() {
        return vec![];
    }
    vec![Block::Heading("How this is known".to_owned()), Block::Grid(evidence(page))]
}

/// When to use a measure and when not to.
pub(crate) fn advice(page: &Page) -> Vec<Block> {
    let advice = [("When to use it", page.when), ("When not to", page.when_not)];
    let said = advice.into_iter().filter_map(|(heading, text)| Some((heading, text?)));
    said.flat_map(|(heading, text)| [Block::Heading(heading.to_owned()), Block::Text(text.to_owned())]).collect()
}

/// The tables that make a point about a measure.
pub(crate) fn tables(page: &Page) -> Vec<Block> {
    let blocks = |table: &Shown| {
        [Block::Heading(table.title.to_owned()), Block::Text(table.answer.to_owned()), Block::Grid(shown(table))]
    };
    page.tables.iter().flat_map(blocks).collect()
}

/// The worked examples of a measure.
pub(crate) fn worked(page: &Page) -> Vec<Block> {
    let heading = (!page.examples.is_empty()).then(|| Block::Heading("Worked examples".to_owned()));
    heading.into_iter().chain(examples(&page.examples)).collect()
}

/// The names of a measure elsewhere and here, its references and the commands to go on with.
pub(crate) fn names(page: &Page) -> Vec<Block> {
    let mut blocks = vec![];
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
    blocks
}

/// The table of all measures.
pub fn list(pages: &[Page]) -> Document {
    let mut grid = Grid::default();
    grid.column("name", Kind::Word);
    grid.column("title", Kind::Prose);
    grid.column("takes", Kind::Prose);
    for page in pages {
        grid.rows.push(vec![Cell::code(page.name()), short_title(&page.title).into(), page.takes.as_str().into()]);
    }
    Document(vec![
        Block::Grid(grid),
        Block::Text("The score of a file is the mean over its rows, weighted if there are weights.".to_owned()),
        Block::Heading("Next".to_owned()),
        Block::Commands(vec!["dartboard explain LOSS".to_owned(), "dartboard reference".to_owned()]),
    ])
}

/// `huber(delta=1)`: the name with the parameters it takes.
pub(crate) fn with_parameters(page: &Page) -> String {
    if page.parameters.is_empty() {
        return page.spec.clone();
    }
    let list = page.parameters.iter().map(|parameter| format!("{}={}", parameter.name, exact(parameter.value)));
    format!("{}({})", page.name(), list.collect::<Vec<_>>().join(", "))
}

pub(crate) fn formulas(page: &Page) -> Vec<(String, Cell)> {
    let mut list = vec![("value".to_owned(), Cell::from(&page.formula))];
    list.extend(page.gradient.iter().map(|formula| ("gradient".to_owned(), formula.into())));
    list.extend(page.hessian.iter().map(|formula| ("Hessian".to_owned(), formula.into())));
    for further in &page.further {
        list.push((format!("gradient in {}", further.of), (&further.gradient).into()));
        list.push((format!("Hessian in {}", further.of), (&further.hessian).into()));
    }
    list.push((String::new(), Cell::from(page.symbols.as_str()).with(Tone::Quiet)));
    list
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

fn evidence(page: &Page) -> Grid {
    let mut grid = Grid::default();
    grid.column("claim", Kind::Word);
    grid.column("what is known", Kind::Prose);
    grid.column("how", Kind::Prose);
    for evidence in &page.evidence {
        grid.rows.push([&evidence.claim, &evidence.statement, &evidence.how].map(Cell::from).to_vec());
    }
    grid
}

/// A table of values; those between 0 and 1 with as many decimals as it takes to tell them apart.
fn shown(table: &Shown) -> Grid {
    let mut grid = Grid::default();
    grid.column(table.over, Kind::Number);
    for loss in &table.losses {
        grid.column(loss, Kind::Number);
    }
    let is_whole = table.rows.iter().flatten().all(|value| value.fract() == 0.0);
    let value = |value: f64| if is_whole { rounded(value) } else { fixed(value, 4) };
    for row in &table.rows {
        let first = row.iter().take(1).map(|&at| rounded(at).into());
        grid.rows.push(first.chain(row.iter().skip(1).map(|&cell| value(cell).into())).collect());
    }
    if let [first, rest @ ..] = &table.sums[..] {
        let first = Cell::from(format!("sum {}", rounded(*first)));
        grid.rows.push(std::iter::once(first).chain(rest.iter().map(|&sum| rounded(sum).into())).collect());
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
    if example.vector {
        grid.column("component", Kind::Word);
        grid.column("target", Kind::Number);
        grid.column("prediction", Kind::Number);
    } else {
        grid.column("class", Kind::Word);
        grid.column(if softmax { "score" } else { "probability" }, Kind::Number);
    }
    if softmax {
        grid.column("softmax", Kind::Number);
    }
    grid.column("gradient", Kind::Number);
    grid.column("Hessian (diagonal)", Kind::Number);
    for (class, &score) in example.prediction.iter().enumerate() {
        let right = class as f64 == example.target;
        let mut row = vec![if right && !example.vector { format!("{class} (true)") } else { class.to_string() }.into()];
        if example.vector {
            row.push(if right { "1" } else { "0" }.into());
        }
        row.push(if softmax || example.vector { rounded(score) } else { fixed(score, 4) }.into());
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
