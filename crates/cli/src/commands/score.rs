//! `dartboard score`.

use dartboard_tables::score::score;
use dartboard_tables::session::Session;

use super::runtime;
use crate::args::{Format, ScoreArgs};
use crate::failure::Failure;
use crate::output;
use crate::progress::Bar;
use crate::render::{self, document::Block};

pub(crate) fn run(args: &ScoreArgs) -> Result<(), Failure> {
    let request = args.request();
    let session = Session::new(&args.resources.session(request.source.clone()))?;
    let report = runtime::block_on(args.resources.threads(), async {
        let bar = Bar::new(!args.no_progress);
        Ok(score(&session, &request, &bar).await?)
    })?;
    let canvas = output::canvas();
    let document = || {
        let mut document = render::report::document(&report, canvas);
        if let Some(path) = &request.output {
            document.0.push(Block::Text(format!("Every row with its losses is in {}.", path.display())));
        }
        document
    };
    output::print(&match args.format {
        Format::Table => render::terminal::write(&document(), canvas),
        Format::Markdown => render::markdown::write(&document()),
        Format::Json => render::json(&report)?,
        Format::Csv => render::report_csv::write(&report)?,
    })
}
