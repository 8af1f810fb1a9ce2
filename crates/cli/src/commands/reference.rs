//! `dartboard reference`.

use dartboard_reference::{Format, elsewhere, quick};

use crate::args::{ReferenceArgs, ReferenceFormat};
use crate::failure::Failure;
use crate::output;
use crate::render;

pub(crate) fn run(args: &ReferenceArgs) -> Result<(), Failure> {
    let canvas = output::canvas();
    let Some(library) = &args.elsewhere else {
        let format = match args.format {
            ReferenceFormat::Table => Format::Table,
            ReferenceFormat::Markdown => Format::Markdown,
            ReferenceFormat::Json => Format::Json,
            ReferenceFormat::Html => Format::Html,
        };
        let text = quick(format, canvas);
        let text = text.map_err(|error| Failure::Data(format!("the reference cannot be written: {error}")))?;
        return output::print(&text);
    };
    let document = elsewhere(library).map_err(|error| Failure::usage(error.to_string()))?;
    output::print(&match args.format {
        ReferenceFormat::Table => render::terminal::write(&document, canvas),
        ReferenceFormat::Markdown => render::markdown::write(&document),
        ReferenceFormat::Json | ReferenceFormat::Html => {
            return Err(Failure::usage("names elsewhere are printed as a table or as markdown"));
        }
    })
}
