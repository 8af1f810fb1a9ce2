//! The progress bar of long runs.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use dartboard_landscapes::Progress as Points;
use dartboard_tables::score::Progress;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A bar on standard error; nothing where that is no terminal. It is wiped when it is dropped, so that neither a report
/// nor a message ends up beside it.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(wanted: bool) -> Self {
        if wanted && std::io::stderr().is_terminal() {
            Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()))
        } else {
            Self(ProgressBar::hidden())
        }
    }
}

/// The template where the number of rows is known, be it only about, and where it is not.
const KNOWN: &str = "{bar:30} {human_pos} of about {human_len} rows, {rate}, {eta} left";
const UNKNOWN: &str = "{spinner} {human_pos} rows, {rate}, {elapsed}";

fn style(template: &str) -> ProgressStyle {
    // A template that does not parse is a bar that looks plain, not a run that fails.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
        // Writing to a line in memory does not fail.
        let _ = write!(out, "{} rows/s", HumanCount(state.per_sec() as u64));
    })
}

impl Progress for Bar {
    fn rows(&self, rows: u64, total: Option<u64>) {
        if self.0.is_hidden() {
            return;
        }
        // The total is an estimate: a bar that has passed its end is longer than was thought.
        let total = total.map(|total| total.max(rows));
        if self.0.length() != total || self.0.position() == 0 {
            self.0.set_style(style(if total.is_some() { KNOWN } else { UNKNOWN }));
            if let Some(total) = total {
                self.0.set_length(total);
            }
            self.0.enable_steady_tick(Duration::from_millis(100));
        }
        self.0.set_position(rows);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The template of a grid.
const POINTS: &str = "{msg} {bar:30} {human_pos} of {human_len} points, {left} left";

/// A bar for the points of grids.
#[derive(Debug)]
pub(crate) struct PointsBar(Bar);

impl PointsBar {
    pub(crate) fn new(wanted: bool) -> Self {
        let bar = Bar::new(wanted);
        let style = ProgressStyle::with_template(POINTS).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.0.set_style(style);
        Self(bar)
    }

    /// The grid of one of several losses is so far.
    pub(crate) fn show(&self, place: usize, of: usize, loss: &str, progress: Points) {
        let Self(Bar(bar)) = self;
        if bar.is_hidden() {
            return;
        }
        let left = progress.left().map_or_else(|| "…".to_owned(), |left| HumanDuration(left).to_string());
        let style = ProgressStyle::with_template(&POINTS.replace("{left}", &left));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(if of > 1 { format!("{loss} ({} of {of})", place + 1) } else { loss.to_owned() });
        bar.set_length(progress.needed as u64);
        bar.set_position(progress.done as u64);
    }
}
