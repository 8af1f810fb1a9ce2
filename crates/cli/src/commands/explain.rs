//! `dartboard explain`.

use crate::args::{ExplainArgs, ExplainFormat};
use crate::failure::Failure;
use crate::output::{self, Canvas};
use crate::page::Page;
use crate::render;

pub(crate) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let text = match &args.loss {
        Some(measure) => {
            let page = Page::of(&measure.0);
            match args.format {
                ExplainFormat::Json => render::json(&page)?,
                format => print(&render::card::page(&page), format),
            }
        }
        None => {
            let pages = Page::all();
            match args.format {
                ExplainFormat::Json => render::json(&pages)?,
                format => print(&render::card::list(&pages), format),
            }
        }
    };
    output::print(&text)
}

fn print(document: &render::document::Document, format: ExplainFormat) -> String {
    if format == ExplainFormat::Markdown {
        render::markdown::write(document)
    } else {
        render::terminal::write(document, Canvas::stdout())
    }
}
