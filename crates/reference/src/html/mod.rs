//! Documents as HTML: formulas as MathML, plots as SVG.

mod page;

use dartboard_losses::Measure;

use crate::compare;
use crate::document::{Block, Cell, Document, Grid, Kind, Text, Tone};
use crate::plot::svg;
use crate::plot::svg::escaped;

pub use page::quick_page;

/// The document as a piece of HTML, for a page that holds the rules of [`svg::CSS`].
pub fn write(document: &Document) -> String {
    blocks(&document.0)
}

/// Losses side by side, as a page of its own.
pub fn compare_page(measures: &[Measure]) -> String {
    let document = compare(measures);
    let title =
        document.0.iter().find_map(|block| if let Block::Title(title) = block { Some(title.as_str()) } else { None });
    page::wrapped(title.unwrap_or("Losses side by side"), &format!("<main>{}</main>\n", write(&document)), "")
}

pub(crate) fn blocks(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> String {
    match block {
        Block::Title(text) => format!("<h1>{}</h1>\n", escaped(text)),
        Block::Heading(text) => format!("<h3>{}</h3>\n", escaped(text)),
        Block::Text(text) => format!("<p>{}</p>\n", escaped(text)),
        Block::Remark(text) => format!("<p class=\"quiet\">{}</p>\n", escaped(text)),
        Block::Facts(facts) => {
            format!("<dl>{}</dl>\n", facts.iter().map(|(name, cell)| fact(name, cell)).collect::<String>())
        }
        Block::Formulas(formulas) => formulas.iter().map(|(name, cell)| formula(name, cell)).collect(),
        Block::Grid(grid) => table(grid),
        Block::Plot(figure) => {
            let kinks = figure.plot.kinks.as_ref();
            let kinks = kinks.map_or_else(String::new, |kinks| format!("; dotted where {}", kinks.what));
            let setting = escaped(&figure.plot.setting);
            format!("<figure>{}<figcaption>{setting}{kinks}</figcaption></figure>\n", svg::inline(&figure.plot))
        }
        Block::Bullets(sentences) => {
            let items: String = sentences.iter().map(|sentence| format!("<li>{}</li>", escaped(sentence))).collect();
            format!("<ul>{items}</ul>\n")
        }
        Block::Commands(commands) => {
            let lines: Vec<String> = commands.iter().map(|command| escaped(command)).collect();
            format!("<pre><code>{}</code></pre>\n", lines.join("\n"))
        }
    }
}

fn fact(name: &str, cell: &Cell) -> String {
    format!("<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), span(cell))
}

/// A formula on a line of its own; what is no formula explains those before it.
fn formula(name: &str, cell: &Cell) -> String {
    match &cell.text {
        Text::Math(math) => format!(
            "<div class=\"formula\"><span>{}</span><div class=\"scroll\" tabindex=\"0\">\
             <math display=\"block\">{}</math></div></div>\n",
            escaped(name),
            math.mathml
        ),
        _ => format!("<p class=\"quiet\">{}</p>\n", span(cell)),
    }
}

fn table(grid: &Grid) -> String {
    let class = |kind: Kind| match kind {
        Kind::Number => " class=\"number\"",
        Kind::Word => " class=\"word\"",
        Kind::Prose => " class=\"prose\"",
    };
    let head: String = grid
        .columns
        .iter()
        .map(|column| format!("<th scope=\"col\"{}>{}</th>", class(column.kind), escaped(&column.name)))
        .collect();
    let row = |row: &Vec<Cell>| {
        let cells = row.iter().zip(&grid.columns);
        let cells: String =
            cells.map(|(cell, column)| format!("<td{}>{}</td>", class(column.kind), span(cell))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = grid.rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>{head}</tr></thead>\n\
         <tbody>{rows}</tbody></table></div>\n"
    )
}

/// A cell as it stands in a line.
pub(crate) fn span(cell: &Cell) -> String {
    let text = match &cell.text {
        Text::Plain(text) => escaped(text),
        Text::Code(text) if text.is_empty() => String::new(),
        Text::Code(text) => format!("<code>{}</code>", escaped(text)),
        Text::Link { text, address } => format!("<a href=\"{}\"><code>{}</code></a>", escaped(address), escaped(text)),
        Text::Math(math) => format!("<math>{}</math>", math.mathml),
    };
    match cell.tone {
        Tone::Plain => text,
        Tone::Quiet => format!("<span class=\"quiet\">{text}</span>"),
        Tone::Good => format!("<span class=\"good\">{text}</span>"),
        Tone::Bad => format!("<span class=\"bad\">{text}</span>"),
    }
}
