//! `dartboard choose`.

use dartboard_tables::choose::choose;
use dartboard_tables::session::Session;

use super::runtime;
use crate::args::{ChooseArgs, ChooseFormat};
use crate::failure::Failure;
use crate::output;
use crate::render;
use crate::render::picture::FigureFormat;

pub(crate) fn run(args: &ChooseArgs) -> Result<(), Failure> {
    let request = args.request();
    let figure = args.figure.as_deref().map(|path| Ok::<_, Failure>((path, FigureFormat::of(path)?))).transpose()?;
    let session = Session::new(&args.resources.session(request.source.clone()))?;
    let report = runtime::block_on(args.resources.threads(), async { Ok(choose(&session, &request).await?) })?;
    if let Some((path, format)) = figure {
        render::picture::write(&report, path, format)?;
    }
    let canvas = output::canvas();
    output::print(&match args.format {
        ChooseFormat::Table => render::terminal::write(&render::advice::document(&report), canvas),
        ChooseFormat::Markdown => render::markdown::write(&render::advice::document(&report)),
        ChooseFormat::Json => render::json(&report)?,
    })
}
