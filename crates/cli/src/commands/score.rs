//! `dartboard score`.

use dartboard_tables::score::{ScoreReport, score};

use super::runtime;
use crate::args::{Format, ScoreArgs};
use crate::failure::Failure;
use crate::host::Host;
use crate::output::{self, Canvas};
use crate::progress::Bar;
use crate::render;
use crate::render::document::{Block, Document};

pub(crate) fn compute(args: &ScoreArgs, host: &Host) -> Result<ScoreReport, Failure> {
    let request = args.request();
    let session = host.session_on(&args.resources.session(request.source.clone()), &args.cluster)?;
    runtime::block_on(args.resources.threads(), &host.stop, async {
        let bar = Bar::new(host.progress && !args.no_progress);
        Ok(score(&session, &request, &bar).await?)
    })
}

/// The report in words, for a page of this width.
pub(crate) fn document(report: &ScoreReport, args: &ScoreArgs, canvas: Canvas) -> Document {
    let mut document = render::report::document(report, canvas);
    if let Some(path) = &args.output {
        document.0.push(Block::Text(format!("Every row with its losses is in {}.", path.display())));
    }
    document
}

pub(crate) fn run(args: &ScoreArgs, host: &Host) -> Result<(), Failure> {
    let report = compute(args, host)?;
    let canvas = output::canvas();
    let document = || document(&report, args, canvas);
    output::print(&match args.format {
        Format::Table => render::terminal::write(&document(), canvas),
        Format::Markdown => render::markdown::write(&document()),
        Format::Json => render::json(&report)?,
        Format::Csv => render::report_csv::write(&report)?,
    })
}
