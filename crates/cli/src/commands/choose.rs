//! `dartboard choose`.

use dartboard_tables::choose::choose;
use dartboard_tables::session::Session;

use super::runtime;
use crate::args::{ChooseArgs, ChooseFormat};
use crate::failure::Failure;
use crate::output;
use crate::render;

pub(crate) fn run(args: &ChooseArgs) -> Result<(), Failure> {
    let request = args.request();
    let session = Session::new(&args.resources.session(request.source.clone()))?;
    let report = runtime::block_on(args.resources.threads(), async { Ok(choose(&session, &request).await?) })?;
    let canvas = output::canvas();
    output::print(&match args.format {
        ChooseFormat::Table => render::terminal::write(&render::advice::document(&report), canvas),
        ChooseFormat::Markdown => render::markdown::write(&render::advice::document(&report)),
        ChooseFormat::Json => render::json(&report)?,
    })
}
