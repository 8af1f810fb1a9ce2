//! Commands for other programs: a command line in, a report out, with the texts of the terminal. Nothing is printed.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::FromArgMatches;
use clap::error::{ContextKind, ErrorKind as ClapKind};
use dartboard_numerics::isa::Isa;
use dartboard_tables::choose::ChooseReport;
use dartboard_tables::score::ScoreReport;
pub use dartboard_tables::source::Frame;

use crate::args::{Args, Command};
use crate::commands::{choose, curvature, landscape, score};
use crate::failure::Failure;
use crate::host::{Host, Stop};
pub use crate::options::{CommandFacts, OptionFacts, command};
use crate::output::Canvas;
use crate::render::document::{Block, Document};
use crate::render::landscape::picture::{Drawn, draw};
use crate::render::picture::FigureFormat;
use crate::render::{self, advice, html, terminal};

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// An option is missing or does not exist, or options exclude each other.
    Options(String),
    /// What an option or the data says is at fault.
    Value(String),
    /// The operating system refuses a file.
    System(ErrorKind, String),
    /// The caller wanted it to stop; where something is to be said of that, it is.
    Stopped(Option<String>),
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Data(message) | Failure::Usage(message) => Self::Value(message),
            Failure::System(kind, message) => Self::System(kind, message),
            Failure::Interrupted => Self::Stopped(None),
            Failure::Stopped(message) => Self::Stopped(Some(message)),
        }
    }
}

impl From<clap::Error> for CallError {
    fn from(error: clap::Error) -> Self {
        let text = error.render().to_string();
        // What follows is about the terminal: how to call for help.
        let usage = text.find("\n\nUsage: ").or_else(|| text.find("\n\nFor more information"));
        let said = text[..usage.unwrap_or(text.len())].trim_end();
        let said = said.strip_prefix("error: ").unwrap_or(said).to_owned();
        // An empty value is a value that is at fault, although clap calls it missing.
        let has_value = error.get(ContextKind::InvalidValue).is_some();
        match error.kind() {
            ClapKind::MissingRequiredArgument | ClapKind::UnknownArgument | ClapKind::ArgumentConflict
                if !has_value =>
            {
                Self::Options(said)
            }
            _ => Self::Value(said),
        }
    }
}

/// What a command found.
#[derive(Debug)]
pub struct Outcome {
    found: Found,
    /// Whether rows came from a frame, which has no name in a shell.
    of_frames: bool,
}

#[derive(Debug)]
enum Found {
    Score(Box<(ScoreReport, crate::args::ScoreArgs)>),
    Choose(Box<ChooseReport>),
    Landscape(Box<landscape::Landscape>),
    Curvature(Box<render::curvature::Report>),
}

/// A loss over a line or plane, as numbers.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The spec of the loss.
    pub loss: String,
    /// The numbers of the first axis.
    pub x: Vec<f64>,
    /// Of the second; empty on a line.
    pub y: Vec<f64>,
    /// The losses, a row for each number of the second axis.
    pub values: Vec<f64>,
    /// Which of them were computed; others are interpolated.
    pub computed: Vec<bool>,
    /// The path: steps of the fit before, place in the numbers of the axes, its own loss, the loss that the picture shows there.
    pub path: Vec<(usize, [f64; 2], f64, f64)>,
    /// The place and the loss of the lowest point.
    pub minimum: Option<([f64; 2], f64)>,
}

/// Runs `score`, `choose`, `landscape` or `curvature`.
///
/// `arguments` is the command line, the name of the program first. Every value is taken as it is: several are given by an
/// option each, not by commas. Where a file is named, the name of a frame means that frame. `stop` is set to stop the run.
///
/// # Errors
/// With the text that the terminal would show.
pub fn call(arguments: Vec<String>, frames: Vec<Frame>, stop: &Arc<AtomicBool>) -> Result<Outcome, CallError> {
    Isa::check_override().map_err(CallError::Value)?;
    let name = arguments.get(1).cloned().unwrap_or_default();
    if command(&name).is_none() {
        return Err(CallError::Options(format!("there is no command '{name}'")));
    }
    let matches = crate::options::undivided(&name).try_get_matches_from(&arguments)?;
    let args = Args::from_arg_matches(&matches)?;
    let of_frames = !frames.is_empty();
    let host = Host { arguments, frames, stop: Stop::Flag(Arc::clone(stop)), progress: false };
    let found = match args.command {
        Command::Score(args) => Found::Score(Box::new((score::compute(&args, &host)?, *args))),
        Command::Choose(args) => Found::Choose(Box::new(choose::compute(&args, &host)?)),
        Command::Landscape(args) => Found::Landscape(Box::new(landscape::compute(&args, &host)?)),
        Command::Curvature(args) => Found::Curvature(Box::new(curvature::compute(&args, &host)?)),
        _ => return Err(CallError::Options(format!("'{name}' is a command for the terminal"))),
    };
    Ok(Outcome { found, of_frames })
}

/// A terminal that cannot show colours, as wide as files are written.
const PLAIN: Canvas = Canvas { width: crate::output::WIDTH_OF_FILES, styled: false };

/// A document without commands to be typed, and their headings.
fn without_commands(document: Document) -> Document {
    let mut blocks: Vec<Block> = vec![];
    for block in document.0 {
        match (block, blocks.last()) {
            (Block::Commands(_), Some(Block::Heading(_))) => {
                blocks.pop();
            }
            (Block::Commands(_), _) => {}
            (block, _) => blocks.push(block),
        }
    }
    Document(blocks)
}

impl Outcome {
    fn document(&self) -> Document {
        match &self.found {
            Found::Score(score) => score::document(&score.0, &score.1, PLAIN),
            Found::Choose(report) if self.of_frames => without_commands(advice::document(report)),
            Found::Choose(report) => advice::document(report),
            Found::Landscape(landscape) => render::landscape::document(&landscape.report),
            Found::Curvature(report) => render::curvature::document(report),
        }
    }

    /// The report as `--format json` prints it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn json(&self) -> Result<String, CallError> {
        Ok(match &self.found {
            Found::Score(score) => render::json(&score.0)?,
            Found::Choose(report) => render::json(report)?,
            Found::Landscape(landscape) => render::json(&landscape.report)?,
            Found::Curvature(report) => render::json(report)?,
        })
    }

    /// The report as the terminal shows it, without colours.
    pub fn text(&self) -> String {
        match &self.found {
            Found::Landscape(landscape) => landscape.text(PLAIN),
            _ => terminal::write(&self.document(), PLAIN),
        }
    }

    /// The report as a piece of HTML.
    pub fn html(&self) -> String {
        html::write(&self.document())
    }

    /// A picture of a landscape as a file of this ending: `svg`, `png`, or `html` for the page to explore; none where this is
    /// no landscape or there is nothing to be seen.
    ///
    /// # Errors
    /// Where it cannot be drawn, or there is no such kind of file.
    pub fn picture(&self, ending: &str) -> Result<Option<Vec<u8>>, CallError> {
        let Found::Landscape(landscape) = &self.found else { return Ok(None) };
        let (report, studies) = (&landscape.report, &landscape.studies);
        if studies.iter().all(|study| study.landscape.range().is_none()) {
            return Ok(None);
        }
        let format = match ending {
            "svg" => FigureFormat::Svg,
            "png" => FigureFormat::Png,
            "html" => FigureFormat::Html,
            _ => {
                return Err(CallError::Value(format!("{ending}: a figure is a file that ends in .svg, .png or .html")));
            }
        };
        Ok(Some(draw(report, studies, format)?))
    }

    /// The losses of a landscape as numbers, one surface for each.
    pub fn surfaces(&self) -> Vec<Surface> {
        let Found::Landscape(landscape) = &self.found else { return vec![] };
        let drawn = Drawn::all(&landscape.report, &landscape.studies);
        let surface = |each: Drawn<'_>| {
            let findings = &each.view.findings;
            let lowest = findings.valleys.first().map(|valley| valley.minimum);
            Surface {
                loss: each.view.loss.clone(),
                values: each.study.landscape.losses.clone(),
                computed: each.study.landscape.computed.clone(),
                path: findings.path.iter().map(|at| (at.step, each.shown(at.place), at.loss, at.shown)).collect(),
                minimum: lowest.map(|minimum| {
                    let [x, y] = minimum.point;
                    ([each.x[x], each.y.get(y).copied().unwrap_or(0.0)], minimum.loss)
                }),
                x: each.x,
                y: each.y,
            }
        };
        drawn.into_iter().map(surface).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(words: &[&str]) -> Result<Outcome, CallError> {
        let words = std::iter::once("dartboard").chain(words.iter().copied()).map(ToOwned::to_owned).collect();
        call(words, vec![], &Arc::default())
    }

    #[test]
    fn errors_are_of_their_kinds_and_speak_of_no_terminal() {
        let missing = run(&["score", "--truth=y", "--", "x.csv"]);
        let Err(CallError::Options(text)) = missing else { panic!("{missing:?}") };
        assert!(text.starts_with("the following required arguments were not provided:"), "{text}");
        assert!(!text.contains("Usage") && !text.contains("--help"), "{text}");
        let wrong = run(&["score", "--truth=y", "--pred=p", "--worst=many", "--", "x.csv"]);
        assert!(
            matches!(wrong, Err(CallError::Value(text)) if text.starts_with("invalid value 'many' for '--worst <N>'"))
        );
        let empty = run(&["score", "--truth=", "--pred=p", "--", "x.csv"]);
        assert!(matches!(empty, Err(CallError::Value(_))));
        let absent = run(&["score", "--truth=y", "--pred=p", "--", "no such file.csv"]);
        assert!(matches!(absent, Err(CallError::System(ErrorKind::NotFound, _))));
        assert!(matches!(run(&["sql", "SELECT 1"]), Err(CallError::Options(_))));
        assert!(matches!(run(&["scores"]), Err(CallError::Options(_))));
        assert!(matches!(run(&[]), Err(CallError::Options(_))));
    }

    #[test]
    fn a_run_stops_when_it_is_told_to() {
        let stop = Arc::new(AtomicBool::new(true));
        let words = "dartboard score --truth=y --pred=p -- no_such_file.csv".split(' ').map(ToOwned::to_owned);
        // Whichever is noticed first: the wish or the missing file.
        let stopped = call(words.collect(), vec![], &stop);
        assert!(matches!(stopped, Err(CallError::Stopped(None) | CallError::System(..))), "{stopped:?}");
    }
}
