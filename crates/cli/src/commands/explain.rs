//! `dartboard explain`.

use dartboard_reference::compare;
use dartboard_reference::page::Page;

use crate::args::{ExplainArgs, ExplainFormat};
use crate::failure::Failure;
use crate::output;
use crate::render;

pub(crate) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let text = match &args.losses[..] {
        [] => {
            let pages = Page::all();
            match args.format {
                ExplainFormat::Json => render::json(&pages)?,
                format => print(&render::card::list(&pages), format),
            }
        }
        [measure] => {
            let page = Page::of(&measure.0);
            match args.format {
                ExplainFormat::Json => render::json(&page)?,
                format => print(&render::card::page(&page), format),
            }
        }
        several => {
            let measures: Vec<_> = several.iter().map(|measure| measure.0.clone()).collect();
            match args.format {
                ExplainFormat::Json => render::json(&measures.iter().map(Page::of).collect::<Vec<_>>())?,
                format => print(&compare(&measures), format),
            }
        }
    };
    output::print(&text)
}

fn print(document: &render::document::Document, format: ExplainFormat) -> String {
    if format == ExplainFormat::Markdown {
        render::markdown::write(document)
    } else {
        render::terminal::write(document, output::canvas())
    }
}
