//! The files under `docs/reference`: what GitHub shows of the losses.

use std::path::PathBuf;

use crate::card::page_with_plot;
use crate::document::{Cell, Document, Text};
use crate::markdown;
use crate::page::Page;
use crate::plot::svg;
use crate::quick::quick_document;

/// The folder of the files, from the root of the repository.
const FOLDER: &str = "docs/reference";
/// What every generated page starts with, unseen: whoever wants to mend a page finds what to mend.
const ORIGIN: &str =
    "<!-- Written by `cargo run -p dartboard-reference --example write_docs` from the cards of the losses. -->";

/// Every file with its text, in the order of the catalogue: the quick reference, and of every measure its page and its
/// plot.
pub fn pages() -> Vec<(PathBuf, String)> {
    let folder = PathBuf::from(FOLDER);
    let mut files = vec![(folder.join("README.md"), page_text(&quick_document(link)))];
    for page in Page::all() {
        let picture = page.plot.as_ref().map(|plot| (format!("{}.svg", page.name()), svg::standalone(plot)));
        let file = picture.as_ref().map(|(name, _)| name.clone());
        let text = page_text(&page_with_plot(&page, file)) + "\n[All losses](README.md)\n";
        files.push((folder.join(format!("{}.md", page.name())), text));
        files.extend(picture.map(|(name, text)| (folder.join(name), text)));
    }
    files
}

/// A link to the page of a loss, its parameters beside it.
fn link(name: &str) -> Cell {
    let page = name.split('(').next().unwrap_or_default();
    Cell { text: Text::Link { text: name.to_owned(), address: format!("{page}.md") }, ..Cell::default() }
}

fn page_text(document: &Document) -> String {
    format!("{ORIGIN}\n\n{}", markdown::write_page(document))
}
