//! What is printed, before it is known how: the terminal and Markdown show the same blocks.

/// A page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document(pub(crate) Vec<Block>);

/// A part of a page.
#[derive(Clone, Debug)]
pub(crate) enum Block {
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
    /// A table.
    Grid(Grid),
    /// Sentences that do not belong together.
    Bullets(Vec<String>),
    /// Commands to be typed.
    Commands(Vec<String>),
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the right, never broken.
    Number,
    /// To the left, never broken.
    Word,
    /// To the left, broken where the page is too narrow.
    Prose,
}

/// A piece of text with a meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: Text,
    pub(crate) tone: Tone,
}

/// What a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// Words or a number.
    Plain(String),
    /// A name or a value as it is typed.
    Code(String),
    /// A formula in both notations.
    Math {
        /// For terminals.
        unicode: String,
        /// For documents.
        latex: String,
    },
}

impl Default for Text {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// What a text means to the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
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
    pub(crate) fn column(&mut self, name: impl Into<String>, kind: Kind) {
        self.columns.push(Column { name: name.into(), kind });
    }
}

impl Cell {
    pub(crate) fn code(text: impl Into<String>) -> Self {
        Self { text: Text::Code(text.into()), tone: Tone::Plain }
    }

    pub(crate) fn with(self, tone: Tone) -> Self {
        Self { tone, ..self }
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
