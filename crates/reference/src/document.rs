//! What is printed, before it is known how: the terminal, Markdown and HTML show the same blocks.

use dartboard_numerics::{Expr, Notation};
use serde::Serialize;

use crate::plot::Plot;

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Document(pub Vec<Block>);

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// The title of the page.
    Title(String),
    /// The heading of what follows.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph of less importance.
    Remark(String),
    /// Names and what is to be said of them.
    Facts(Vec<(&'static str, Cell)>),
    /// Formulas and their names.
    Formulas(Vec<(String, Cell)>),
    /// A table.
    Grid(Grid),
    /// A drawing.
    Plot(Figure),
    /// Sentences that do not belong together.
    Bullets(Vec<String>),
    /// Commands to be typed.
    Commands(Vec<String>),
}

/// A drawing and where it is kept.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What is drawn.
    pub plot: Plot,
    /// The file that holds it, beside the page; absent where the page itself is to hold it.
    pub file: Option<String>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// What stands above its columns.
    pub columns: Vec<Column>,
    /// A cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// How its cells are set.
    pub kind: Kind,
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To the right, never broken.
    Number,
    /// To the left, never broken.
    Word,
    /// To the left, broken where the page is too narrow.
    Prose,
}

/// A piece of text with a meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: Text,
    /// What that means.
    pub tone: Tone,
}

/// A formula in every notation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Math {
    /// For terminals.
    pub unicode: String,
    /// For documents.
    pub latex: String,
    /// For browsers, without the `math` element around it. Too long for people to read in JSON.
    #[serde(skip)]
    pub mathml: String,
}

impl From<Expr> for Math {
    fn from(formula: Expr) -> Self {
        Self {
            unicode: formula.print(Notation::Unicode),
            latex: formula.print(Notation::Latex),
            mathml: formula.print(Notation::MathMl),
        }
    }
}

/// What a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Words or a number.
    Plain(String),
    /// A name or a value as it is typed.
    Code(String),
    /// A name that leads to its page, where pages can be led to.
    Link {
        /// The name.
        text: String,
        /// Where its page is.
        address: String,
    },
    /// A formula in all notations.
    Math(Math),
}

impl Default for Text {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// What a text means to the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither of the following.
    #[default]
    Plain,
    /// Of less importance.
    Quiet,
    /// Better than something.
    Good,
    /// Worse than something, or to be looked at.
    Bad,
}

impl Grid {
    /// Adds a column.
    pub fn column(&mut self, name: impl Into<String>, kind: Kind) {
        self.columns.push(Column { name: name.into(), kind });
    }
}

impl Cell {
    /// A name or a value as it is typed.
    pub fn code(text: impl Into<String>) -> Self {
        Self { text: Text::Code(text.into()), tone: Tone::Plain }
    }

    /// The same in another tone.
    pub fn with(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

impl From<&Math> for Cell {
    fn from(formula: &Math) -> Self {
        Self { text: Text::Math(formula.clone()), tone: Tone::Plain }
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text: Text::Plain(text), tone: Tone::Plain }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}
