//! `dartboard choose`.

use dartboard_tables::choose::{ChooseReport, choose};

use super::runtime;
use crate::args::{ChooseArgs, ChooseFormat};
use crate::failure::Failure;
use crate::host::Host;
use crate::output;
use crate::render;
use crate::render::picture::FigureFormat;

pub(crate) fn compute(args: &ChooseArgs, host: &Host) -> Result<ChooseReport, Failure> {
    let request = args.request();
    let figure = args.figure.as_deref().map(|path| Ok::<_, Failure>((path, FigureFormat::of(path)?))).transpose()?;
    let session = host.session(&args.resources.session(request.source.clone()))?;
    let work = async { Ok(choose(&session, &request).await?) };
    let report = runtime::block_on(args.resources.threads(), &host.stop, work)?;
    if let Some((path, format)) = figure {
        render::picture::write(&report, path, format)?;
    }
    Ok(report)
}

pub(crate) fn run(args: &ChooseArgs, host: &Host) -> Result<(), Failure> {
    let report = compute(args, host)?;
    let canvas = output::canvas();
    output::print(&match args.format {
        ChooseFormat::Table => render::terminal::write(&render::advice::document(&report), canvas),
        ChooseFormat::Markdown => render::markdown::write(&render::advice::document(&report)),
        ChooseFormat::Json => render::json(&report)?,
    })
}
