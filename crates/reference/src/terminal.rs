//! A document for a terminal.

use anstyle::{Effects, Style};
use comfy_table::{
    Attribute, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table, TableComponent, presets::NOTHING,
};

use crate::document::{Block, Cell, Document, Grid, Kind, Text, Tone};
use crate::plot::braille;

/// What a terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Canvas {
    /// Columns.
    pub width: u16,
    /// Whether text may be bold, dim or coloured.
    pub styled: bool,
}

/// The document as lines of text.
pub fn write(document: &Document, canvas: Canvas) -> String {
    let mut out = String::new();
    let mut previous: Option<&Block> = None;
    for block in &document.0 {
        // A heading belongs to what follows it.
        if previous.is_some_and(|previous| !matches!(previous, Block::Heading(_))) {
            out.push('\n');
        }
        match block {
            Block::Title(text) | Block::Heading(text) => out += &bold(text, canvas),
            Block::Text(text) => out += &paragraphs([("", text.into())], canvas),
            Block::Remark(text) => out += &paragraphs([("", Cell::from(text.as_str()).with(Tone::Quiet))], canvas),
            Block::Facts(facts) => out += &facts_table(facts, canvas),
            Block::Formulas(formulas) => out += &facts_table(formulas, canvas),
            Block::Grid(grid) => out += &grid_table(grid, canvas),
            Block::Plot(figure) => out += &braille::draw(&figure.plot, canvas),
            Block::Bullets(sentences) => {
                out += &paragraphs(sentences.iter().map(|sentence| ("•", sentence.as_str().into())), canvas);
            }
            // Commands are copied, so they are never broken.
            Block::Commands(commands) => out += &commands.iter().map(|line| format!("  {line}\n")).collect::<String>(),
        }
        previous = Some(block);
    }
    out
}

/// Whether a table is wider than the canvas although everything that can be broken has been.
pub fn fits(grid: &Grid, canvas: Canvas) -> bool {
    let plain = Canvas { styled: false, ..canvas };
    grid_table(grid, plain).lines().all(|line| line.chars().count() <= usize::from(canvas.width))
}

fn bold(text: &str, canvas: Canvas) -> String {
    let style = if canvas.styled { Style::new().effects(Effects::BOLD) } else { Style::new() };
    format!("{style}{text}{style:#}\n")
}

fn table(canvas: Canvas) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(canvas.width);
    if canvas.styled {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn finished(mut table: Table, gap: u16) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, gap));
    }
    // Cells are padded to their columns' widths; spaces at the end of a line are of no use.
    table.trim_fmt().replace(TIED, " ") + "\n"
}

fn paragraphs(lines: impl IntoIterator<Item = (&'static str, Cell)>, canvas: Canvas) -> String {
    let mut table = table(canvas);
    for (mark, text) in lines {
        let mark = (!mark.is_empty()).then(|| comfy_table::Cell::new(mark));
        table.add_row(mark.into_iter().chain([cell(&text)]));
    }
    finished(table, 1)
}

fn facts_table(facts: &[(impl AsRef<str>, Cell)], canvas: Canvas) -> String {
    let mut table = table(canvas);
    for (name, value) in facts {
        table.add_row([comfy_table::Cell::new(name.as_ref()).add_attribute(Attribute::Dim), cell(value)]);
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::ContentWidth);
    }
    finished(table, 2)
}

fn grid_table(grid: &Grid, canvas: Canvas) -> String {
    let mut table = table(canvas);
    table.set_style(TableComponent::HeaderLines, '─').set_style(TableComponent::MiddleHeaderIntersections, '─');
    let header = |name: &String| comfy_table::Cell::new(name).add_attribute(Attribute::Bold);
    table.set_header(grid.columns.iter().map(|column| header(&column.name)));
    for row in &grid.rows {
        table.add_row(row.iter().map(cell));
    }
    for (column, set) in grid.columns.iter().zip(table.column_iter_mut()) {
        if column.kind == Kind::Number {
            set.set_cell_alignment(CellAlignment::Right);
        }
        if column.kind != Kind::Prose {
            set.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    // The rule under the header makes the columns stand one space further apart.
    finished(table, 1)
}

/// A space at which no line is broken, while a table is laid out.
const TIED: char = '\u{a0}';
/// A longer piece of a formula may be broken anywhere: it may have to be.
const LONGEST_PIECE: usize = 32;

/// A formula whose lines are broken between its terms and cases rather than inside of them.
fn tied(formula: &str) -> String {
    let mut pieces = vec![String::new()];
    let (mut depth, mut inside_bars, mut previous) = (0_i32, false, ' ');
    let mut letters = formula.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            // Bars do not say which side they are; between two of them is inside.
            '|' => inside_bars = !inside_bars,
            _ => {}
        }
        let before_term =
            depth == 0 && !inside_bars && letter == ' ' && matches!(letters.peek(), Some('+' | '−' | ' '));
        if before_term && previous != ' ' {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(letter);
        }
        previous = letter;
    }
    // The spaces that a piece starts with are those before which it may be broken off.
    let tie = |piece: String| {
        let start = piece.len() - piece.trim_start().len();
        let (spaces, rest) = piece.split_at(start);
        if rest.chars().count() > LONGEST_PIECE {
            piece
        } else {
            format!("{spaces}{}", rest.replace(' ', &TIED.to_string()))
        }
    };
    pieces.into_iter().map(tie).collect()
}

fn cell(cell: &Cell) -> comfy_table::Cell {
    let tied_formula;
    let text = match &cell.text {
        Text::Plain(text) | Text::Code(text) | Text::Link { text, .. } => text,
        Text::Math(formula) => {
            tied_formula = tied(&formula.unicode);
            &tied_formula
        }
    };
    let set = comfy_table::Cell::new(text);
    match cell.tone {
        Tone::Plain => set,
        Tone::Quiet => set.add_attribute(Attribute::Dim),
        Tone::Good => set.fg(Color::Green),
        Tone::Bad => set.fg(Color::Red),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_broken_between_terms_and_cases() {
        let broken = |formula: &str| tied(formula).replace(TIED, "~");
        assert_eq!(broken("−y ln(p) − (1 − y) ln(1 − p)"), "−y~ln(p) −~(1~−~y)~ln(1~−~p)");
        assert_eq!(broken("½r²  if |r| ≤ δ,  δ  otherwise"), "½r²  if~|r|~≤~δ,  δ  otherwise");
        assert_eq!(broken("|z − y| − ½δ"), "|z~−~y| −~½δ");
        let long = format!("({})", "a + ".repeat(20));
        assert_eq!(broken(&long), long);
    }
}
