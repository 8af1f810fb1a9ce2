//! A document in Markdown as GitHub renders it.

use crate::document::{Block, Cell, Document, Figure, Grid, Kind, Text};
use crate::plot::braille;
use crate::terminal::Canvas;

/// The width of drawings in characters.
const PAGE: Canvas = Canvas { width: 100, styled: false };

/// The document as Markdown, to be put into a page of which it is a part.
pub fn write(document: &Document) -> String {
    write_below(document, "#")
}

/// The document as a Markdown page of its own.
pub fn write_page(document: &Document) -> String {
    write_below(document, "")
}

fn write_below(document: &Document, level: &str) -> String {
    let blocks: Vec<String> = document.0.iter().map(|part| block(part, level)).collect();
    blocks.join("\n")
}

fn block(block: &Block, level: &str) -> String {
    match block {
        Block::Title(text) => format!("{level}# {}\n", escaped(text)),
        Block::Heading(text) => format!("{level}## {}\n", escaped(text)),
        Block::Text(text) | Block::Remark(text) => format!("{}\n", escaped(text)),
        Block::Facts(facts) => facts.iter().map(|(name, value)| fact(name, value)).collect(),
        Block::Formulas(formulas) => {
            formulas.iter().map(|(name, value)| formula(name, value)).collect::<Vec<_>>().join("\n")
        }
        Block::Grid(grid) => table(grid),
        Block::Plot(Figure { plot, file: Some(file) }) => format!("![{}]({file})\n", escaped(&plot.describe())),
        // Without a file beside the page, a drawing in characters is the one that every reader of Markdown shows.
        Block::Plot(Figure { plot, file: None }) => format!("```text\n{}```\n", braille::draw(plot, PAGE)),
        Block::Bullets(sentences) => sentences.iter().map(|sentence| format!("- {}\n", escaped(sentence))).collect(),
        Block::Commands(commands) => format!("```console\n{}\n```\n", commands.join("\n")),
    }
}

fn fact(name: &str, value: &Cell) -> String {
    if name.is_empty() { format!("- {}\n", span(value)) } else { format!("- **{name}**: {}\n", span(value)) }
}

fn formula(name: &str, value: &Cell) -> String {
    match &value.text {
        // A block of code says `math` to GitHub, and nothing in it is taken for markup.
        Text::Math(math) => format!("**{name}**\n\n```math\n{}\n```\n", math.latex),
        _ => format!("{}\n", span(value)),
    }
}

fn table(grid: &Grid) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let names = grid.columns.iter().map(|column| in_table(&escaped(&column.name))).collect();
    let rules = grid.columns.iter().map(|column| if column.kind == Kind::Number { "---:" } else { "---" }.to_owned());
    let rows = grid.rows.iter().map(|row| line(row.iter().map(|cell| in_table(&span(cell))).collect()));
    line(names) + &line(rules.collect()) + &rows.collect::<String>()
}

fn span(cell: &Cell) -> String {
    match &cell.text {
        Text::Plain(text) => escaped(text),
        Text::Math(math) => format!("$`{}`$", math.latex),
        Text::Link { text, address } => format!("[`{text}`]({address})"),
        // A backtick inside of code would end it.
        Text::Code(text) if text.contains('`') => format!("`` {text} ``"),
        Text::Code(text) if text.is_empty() => String::new(),
        Text::Code(text) => format!("`{text}`"),
    }
}

/// Text in which nothing is taken for markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inside_word = previous.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric());
        previous = c;
        match c {
            // Inside of a word an underscore is one, and names read better without backslashes.
            '_' if inside_word => out.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '$' => out.extend(['\\', c]),
            '\n' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// Even inside of code a bar would end the cell.
fn in_table(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_taken_for_markup() {
        let mut grid = Grid::default();
        grid.column("p_*", Kind::Word);
        grid.column("mse", Kind::Number);
        grid.rows.push(vec![Cell::code("a|b"), "1,000".into()]);
        grid.rows.push(vec!["p_linear".into(), "_".into()]);
        let text = write(&Document(vec![Block::Grid(grid)]));
        assert_eq!(text, "| p\\_\\* | mse |\n| --- | ---: |\n| `a\\|b` | 1,000 |\n| p_linear | \\_ |\n");
    }
}
