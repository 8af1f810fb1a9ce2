//! The quick reference: all losses, a line each.

use dartboard_losses::{Derived, Loss, Measure, Noise};

use crate::card::{short_title, with_parameters};
use crate::document::{Block, Cell, Document, Grid, Kind, Tone};
use crate::page::{Page, words};
#[cfg(feature = "terminal")]
use crate::terminal::{self, Canvas};
#[cfg(feature = "terminal")]
use crate::{all_facts, html, markdown};

/// How the quick reference is shown.
#[cfg(feature = "terminal")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for a terminal: the columns that fit.
    Table,
    /// A table with all columns, as GitHub renders it.
    Markdown,
    /// All facts of all cards, exact.
    Json,
    /// A page of its own, with formulas and plots.
    Html,
}

/// The quick reference as text. Only a table depends on the canvas.
///
/// # Errors
/// Where JSON cannot be written, which no card of the catalogue brings about.
#[cfg(feature = "terminal")]
pub fn quick(format: Format, canvas: Canvas) -> Result<String, serde_json::Error> {
    Ok(match format {
        Format::Table => terminal::write(&brief(), canvas),
        Format::Markdown => markdown::write(&quick_document(|name| Cell::code(name))),
        Format::Json => serde_json::to_string_pretty(&all_facts())? + "\n",
        Format::Html => html::quick_page(),
    })
}

/// A line of the quick reference.
#[derive(Clone, Debug)]
pub struct Line {
    /// The page of the measure.
    pub page: Page,
    /// What it is a loss of.
    pub target: &'static str,
    /// What it takes for a prediction, in as few letters as can be.
    pub takes: String,
    /// The property of the target's distribution that minimises it.
    pub elicits: String,
    /// Whether it is convex.
    pub convex: &'static str,
    /// The largest gradient.
    pub lipschitz: String,
    /// How smooth it is.
    pub smooth: &'static str,
    /// The law it is the likelihood of.
    pub noise: &'static str,
    /// The unit of its value.
    pub unit: &'static str,
}

/// All lines, losses first.
pub fn lines() -> Vec<Line> {
    lines_with(Page::of)
}

/// All lines, their pages without plots.
pub fn lines_without_plots() -> Vec<Line> {
    lines_with(Page::without_plot)
}

fn lines_with(page: impl Fn(&Measure) -> Page) -> Vec<Line> {
    let losses = Loss::all().map(|loss| {
        let (card, properties) = (loss.card(), loss.properties());
        Line {
            page: page(&Measure::Mean(loss.clone())),
            target: words::target_briefly(card),
            takes: words::takes_briefly(card),
            elicits: words::elicits_briefly(&loss),
            convex: words::convexity_briefly(properties.convexity),
            lipschitz: words::steepness_briefly(properties.lipschitz),
            smooth: words::smoothness_briefly(properties.smoothness),
            noise: card.noise.map_or("", Noise::describe),
            unit: words::unit_briefly(card.unit),
        }
    });
    losses.chain(Derived::ALL.map(|measure| derived(measure, page(&Measure::Derived(measure))))).collect()
}

fn derived(derived: Derived, page: Page) -> Line {
    Line {
        page,
        target: match derived {
            Derived::Rmse => "a quantity",
            Derived::Accuracy => "yes or no, or a class",
        },
        takes: match derived {
            Derived::Rmse => "value".to_owned(),
            Derived::Accuracy => "any of these".to_owned(),
        },
        elicits: String::new(),
        convex: "",
        lipschitz: String::new(),
        smooth: "",
        noise: "",
        unit: words::unit_briefly(derived.unit()),
    }
}

/// What fits a terminal.
#[cfg(feature = "terminal")]
fn brief() -> Document {
    let mut grid = Grid::default();
    grid.column("name", Kind::Word);
    grid.column("loss of a row", Kind::Prose);
    grid.column("takes", Kind::Word);
    grid.column("elicits", Kind::Word);
    for line in lines() {
        grid.rows.push(vec![
            Cell::code(named_briefly(&line.page)),
            Cell::from(&line.page.formula),
            line.takes.into(),
            line.elicits.into(),
        ]);
    }
    Document(vec![
        Block::Grid(grid),
        Block::Heading("Next".to_owned()),
        Block::Commands(vec!["dartboard explain LOSS".to_owned(), "dartboard explain LOSS LOSS".to_owned()]),
    ])
}

/// The name with its parameters, those below the name where both together would leave formulas no room.
#[cfg(feature = "terminal")]
fn named_briefly(page: &Page) -> String {
    let full = with_parameters(page);
    let name = page.name();
    if full.chars().count() <= 22 { full } else { format!("{name}\n{}", full.strip_prefix(name).unwrap_or_default()) }
}

const SMOOTH: &str = "Smooth: kinked, the gradient jumps; once or twice, the derivatives that are continuous; yes, all \
                      of them.";

/// The quick reference with all columns; `link` makes a cell of a loss's short name and its parameters.
pub fn quick_document(link: impl Fn(&str) -> Cell) -> Document {
    let mut grid = Grid::default();
    grid.column("name", Kind::Word);
    for name in ["title", "loss of a row", "target", "prediction", "elicits"] {
        grid.column(name, Kind::Prose);
    }
    for name in ["convex", "Lipschitz", "smooth"] {
        grid.column(name, Kind::Word);
    }
    for name in ["noise model", "unit", "use it for"] {
        grid.column(name, Kind::Prose);
    }
    let cell = |text: &str| if text.is_empty() { Cell::from("–").with(Tone::Quiet) } else { Cell::from(text) };
    for line in lines() {
        let page = &line.page;
        grid.rows.push(vec![
            link(&with_parameters(page)),
            short_title(&page.title).into(),
            Cell::from(&page.formula),
            line.target.into(),
            page.takes.as_str().into(),
            cell(&line.elicits),
            cell(line.convex),
            cell(&line.lipschitz),
            cell(line.smooth),
            cell(line.noise),
            line.unit.into(),
            page.when.unwrap_or(&page.summary).into(),
        ]);
    }
    let remark = format!("{SMOOTH} Lipschitz: the largest gradient, where there is one.");
    Document(vec![
        Block::Title("Loss functions: the quick reference".to_owned()),
        Block::Text("The score of a file is the mean over its rows, weighted if there are weights.".to_owned()),
        Block::Grid(grid),
        Block::Remark(remark),
    ])
}
