//! The quick reference as one page that needs no other file.

use crate::card::{self, short_title, with_parameters};
use crate::document::{Block, Figure};
use crate::html::blocks;
use crate::page::Page;
use crate::plot::svg::{self, escaped};
use crate::quick::{Line, lines};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

const INTRODUCTION: &str = "\
A loss function turns the gap between what a model predicted and what was true into one number, and training makes \
that number small. Here is every loss with its formula, its slope and what it is good for. The score of a file is the mean \
over its rows.";

/// The quick reference: a list to find a loss in, and a section for each.
pub fn quick_page() -> String {
    let lines = lines();
    let mut kinds: Vec<&str> = vec![];
    for line in &lines {
        for &kind in answers(line) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    let chips: String = kinds
        .iter()
        .map(|kind| format!("<button type=\"button\" aria-pressed=\"false\" data-kind=\"{kind}\">{kind}</button>"))
        .collect();
    let rows: String = lines.iter().map(row).collect();
    let sections: String = lines.iter().map(section).collect();
    let body = format!(
        "<header>\n<p class=\"brand\">Dartboard</p>\n<h1>Loss functions: the quick reference</h1>\n\
         <p class=\"lead\">{INTRODUCTION}</p>\n</header>\n\
         <search class=\"find\"><input id=\"find\" type=\"search\" placeholder=\"Find a loss by any name or word\" \
         aria-label=\"Find a loss\" autocomplete=\"off\" spellcheck=\"false\"><div class=\"chips\" role=\"group\" \
         aria-label=\"Target\">{chips}</div><output id=\"count\" for=\"find\"></output></search>\n\
         <main>\n<nav aria-label=\"All losses\"><table class=\"index\"><thead><tr><th scope=\"col\">name</th>\
         <th scope=\"col\">loss of a row</th><th scope=\"col\">prediction</th><th scope=\"col\">elicits</th>\
         <th scope=\"col\">convex</th><th scope=\"col\">smooth</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table></nav>\n\
         {sections}</main>\n"
    );
    wrapped("Loss functions: the quick reference", &body, SCRIPT)
}

/// A whole page around its body.
pub(super) fn wrapped(title: &str, body: &str, script: &str) -> String {
    let script = if script.is_empty() { String::new() } else { format!("<script>\n{script}</script>\n") };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>\n{}@media screen and (prefers-color-scheme:dark){{{}}}\n{STYLE}</style>\n</head>\n<body>\n\
         {body}{script}</body>\n</html>\n",
        escaped(title),
        svg::CSS,
        svg::CSS_DARK
    )
}

/// The targets by which the buttons choose.
fn answers(line: &Line) -> &'static [&'static str] {
    match line.target {
        target if target.contains("quantity") => &["a quantity"],
        target if target.contains("labels") => &["several labels"],
        target if target.contains("vector") => &["a vector"],
        target if target.contains("yes or no") && target.contains("class") => &["yes or no", "several classes"],
        target if target.contains("class") => &["several classes"],
        _ => &["yes or no"],
    }
}

/// All words by which a loss is found, in small letters.
fn words(page: &Page) -> String {
    let mut words = vec![page.spec.as_str(), page.title.as_str(), page.summary.as_str()];
    words.extend(&page.aliases);
    words.extend(page.when);
    words.extend(page.elsewhere.iter().flat_map(|elsewhere| [elsewhere.library, elsewhere.name]));
    words.extend(page.properties.iter().map(|(_, text)| text.as_str()));
    escaped(&words.join(" ").to_lowercase())
}

fn row(line: &Line) -> String {
    let page = &line.page;
    let name = page.name();
    format!(
        "<tr data-of=\"{name}\"><th scope=\"row\"><a href=\"#{name}\"><code>{}</code></a><span>{}</span></th>\
         <td class=\"formula-cell\"><div class=\"scroll\"><math>{}</math></div></td>\
         <td data-label=\"prediction\">{}</td><td data-label=\"elicits\">{}</td><td data-label=\"convex\">{}</td><td data-label=\"smooth\">{}</td></tr>\n",
        escaped(&with_parameters(page)),
        escaped(short_title(&page.title)),
        page.formula.mathml,
        escaped(&page.takes),
        escaped(&line.elicits),
        line.convex,
        line.smooth
    )
}

fn section(line: &Line) -> String {
    let page = &line.page;
    let name = page.name();
    let plot = page.plot.clone().map(|plot| Block::Plot(Figure { plot, file: None }));
    let figure = plot.map_or_else(String::new, |plot| blocks(&[plot]));
    let more = [("Worked examples", card::worked(page)), ("Names, other libraries, references", card::names(page))];
    let more: String = more.into_iter().map(|(title, part)| folded(title, &part)).collect();
    format!(
        "<article id=\"{name}\" data-kind=\"{}\" data-words=\"{}\">\n\
         <h2><a href=\"#{name}\"><code>{}</code></a> {}</h2>\n\
         <p class=\"summary\">{}</p>\n<div class=\"beside\"><div>\n{}{}</div>\n{figure}</div>\n\
         <div class=\"advice\">{}</div>\n{}{}{more}</article>\n",
        escaped(&answers(line).join("|")),
        words(page),
        escaped(&with_parameters(page)),
        escaped(&page.title),
        escaped(&page.summary),
        blocks(&[Block::Formulas(card::formulas(page))]),
        blocks(&[Block::Facts(brief(line))]),
        advice(page),
        blocks(&card::parameters_and_evidence(page)),
        blocks(&card::tables(page)),
    )
}

/// The facts that are read most; what a measure does not have is left out.
fn brief(line: &Line) -> Vec<(&'static str, crate::document::Cell)> {
    let page = &line.page;
    let mut facts = vec![];
    facts.extend(page.target.as_ref().map(|text| ("target", text.into())));
    facts.extend(page.prediction.as_ref().map(|text| ("prediction", text.into())));
    facts.push(("unit", page.unit.into()));
    facts.extend(page.properties.iter().map(|(name, text)| (*name, text.into())));
    facts
}

/// When to use it and when not to, as two columns.
fn advice(page: &Page) -> String {
    let [Some(when), Some(not)] = [page.when, page.when_not] else { return String::new() };
    format!(
        "<div><h3>When to use it</h3><p>{}</p></div><div><h3>When not to</h3><p>{}</p></div>",
        escaped(when),
        escaped(not)
    )
}

/// A part that opens when it is asked for.
fn folded(title: &str, part: &[Block]) -> String {
    // The heading of what is inside says the same as the line that opens it.
    let part = match part {
        [Block::Heading(heading), rest @ ..] if heading == title => rest,
        part => part,
    };
    if part.is_empty() {
        String::new()
    } else {
        format!("<details><summary>{title}</summary>\n{}</details>\n", blocks(part))
    }
}
