//! Pages of HTML: text, tables and figures in one file.
//!
//! A page needs nothing from elsewhere and says so to the browser; it has no scripts. It follows the reader's preference for
//! light or dark, and is made to be read by ear as well: headings in order, captions, scopes of the heads of tables, figures
//! with title and description.

use std::fmt::Write;

use crate::draw::canvas::escaped;
use crate::error::Error;
use crate::layers::what;
use crate::page::Page;
use crate::palette::{Switch, Theme, css, variables};

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Its title, in the browser's bar and at the top.
    pub title: String,
    /// A sentence below the title; may be empty.
    pub lead: String,
    /// What follows.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Block {
    /// The heading of a section.
    Heading(String),
    /// The heading of a part of a section.
    Subheading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph that stands back.
    Remark(String),
    /// Sentences, each with a bullet.
    List(Vec<String>),
    /// Lines to be copied, such as a command.
    Code(String),
    /// A table.
    Table(Table),
    /// A figure.
    Figure(Figure),
}

/// A table. Its first column names what a row is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The heads of the columns.
    pub columns: Vec<Column>,
    /// The cells row by row, as many as columns.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Its head.
    pub name: String,
    /// Whether it holds numbers, which stand to the right.
    pub numbers: bool,
}

impl Column {
    /// A column of words.
    pub fn words(name: impl Into<String>) -> Self {
        Self { name: name.into(), numbers: false }
    }

    /// A column of numbers.
    pub fn numbers(name: impl Into<String>) -> Self {
        Self { name: name.into(), numbers: true }
    }
}

/// A figure with what is said below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The picture.
    pub page: Page,
    /// What is said below it; may be empty.
    pub caption: String,
}

impl Document {
    /// A page without blocks.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// With a sentence below the title.
    #[must_use]
    pub fn lead(self, lead: impl Into<String>) -> Self {
        Self { lead: lead.into(), ..self }
    }

    /// With one more block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// With the heading of a section.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.with(Block::Heading(text.into()))
    }

    /// With a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Block::Text(text.into()))
    }

    /// With a figure.
    #[must_use]
    pub fn figure(self, page: Page, caption: impl Into<String>) -> Self {
        self.with(Block::Figure(Figure { page, caption: caption.into() }))
    }

    /// The page as a file.
    ///
    /// # Errors
    ///
    /// If it has no title, if a figure cannot be drawn, or if a row of a table has not as many cells as columns.
    pub fn html(&self) -> Result<String, Error> {
        if self.title.trim().is_empty() {
            return Err(Error::Empty { what: "the title of the page".to_owned() });
        }
        let mut body = String::new();
        for (index, block) in self.blocks.iter().enumerate() {
            write_block(&mut body, block, index)?;
        }
        let (title, lead) = (escaped(&self.title), paragraph("lead", &self.lead));
        let has_figures = self.blocks.iter().any(|block| matches!(block, Block::Figure(_)));
        let figures = if has_figures { css(Theme::Auto) } else { String::new() };
        let variables = variables(Switch::Preference);
        Ok(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
             <meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{title}</title>\n\
             <style>\n{variables}{STYLE}{figures}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{lead}{body}</main>\n</body>\n</html>\n"
        ))
    }
}

/// The style sheet of pages; its colours are variables.
pub(crate) const STYLE: &str = include_str!("html/style.css");

pub(crate) fn paragraph(class: &str, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!("<p{class}>{}</p>\n", escaped(text))
}

fn write_block(out: &mut String, block: &Block, index: usize) -> Result<(), Error> {
    // Writing into a string cannot fail.
    let _ = match block {
        Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escaped(text)),
        Block::Subheading(text) => writeln!(out, "<h3>{}</h3>", escaped(text)),
        Block::Text(text) => write!(out, "{}", paragraph("", text)),
        Block::Remark(text) => write!(out, "{}", paragraph("quiet", text)),
        Block::List(sentences) => {
            let items: String = sentences.iter().map(|text| format!("<li>{}</li>\n", escaped(text))).collect();
            writeln!(out, "<ul>\n{items}</ul>")
        }
        Block::Code(lines) => {
            // Line ends count here.
            let lines: Vec<String> = lines.lines().map(escaped).collect();
            writeln!(out, "<pre tabindex=\"0\"><code>{}</code></pre>", lines.join("\n"))
        }
        Block::Table(table) => return write_table(out, table),
        Block::Figure(figure) => {
            let svg = figure.page.inline(&format!("f{index}-"))?;
            let caption = match figure.caption.trim() {
                "" => String::new(),
                caption => format!("<figcaption>{}</figcaption>\n", escaped(caption)),
            };
            // No wider than drawn, and never so narrow that its letters cannot be read: then it scrolls.
            let (most, least) = (figure.page.width, (figure.page.width * 0.62).min(600.0));
            writeln!(
                out,
                "<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Figure, scrolls sideways\">\n\
                 <div style=\"max-width:{most:.0}px;min-width:{least:.0}px\">\n{svg}</div>\n</div>\n{caption}</figure>"
            )
        }
    };
    Ok(())
}

fn write_table(out: &mut String, table: &Table) -> Result<(), Error> {
    let columns = table.columns.len();
    for (index, row) in table.rows.iter().enumerate() {
        let what = what("table", &table.caption);
        Error::unless_equal(&what, ("columns", columns), (&format!("row {}", index + 1), row.len()))?;
    }
    let class = |column: &Column| if column.numbers { " class=\"number\"" } else { "" };
    let heads: String = table
        .columns
        .iter()
        .map(|column| format!("<th scope=\"col\"{}>{}</th>", class(column), escaped(&column.name)))
        .collect();
    let cell = |(index, (column, text)): (usize, (&Column, &String))| match index {
        0 => format!("<th scope=\"row\"{}>{}</th>", class(column), escaped(text)),
        _ => format!("<td{}>{}</td>", class(column), escaped(text)),
    };
    let rows: String = table
        .rows
        .iter()
        .map(|row| format!("<tr>{}</tr>\n", table.columns.iter().zip(row).enumerate().map(cell).collect::<String>()))
        .collect();
    let caption = match table.caption.trim() {
        "" => String::new(),
        caption => format!("<caption>{}</caption>\n", escaped(caption)),
    };
    let label = if caption.is_empty() { "Table".to_owned() } else { escaped(&table.caption) };
    let _ = writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\n<table>\n{caption}\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>"
    );
    Ok(())
}
