//! Standard output: what it can show, and writing to it.

use std::io::{ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
pub(crate) use dartboard_reference::terminal::Canvas;

use crate::failure::Failure;

/// The width of tables that go into a file or a pipe.
pub(crate) const WIDTH_OF_FILES: u16 = 100;
/// Wider than this, a line is hard to follow; narrower, numbers would have to be broken.
const WIDTHS_OF_TERMINALS: std::ops::RangeInclusive<u16> = 60..=120;

/// What standard output can show. NO_COLOR, CLICOLOR and CLICOLOR_FORCE are respected.
pub(crate) fn canvas() -> Canvas {
    let styled = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    let terminal = comfy_table::Table::new().width().filter(|_| std::io::stdout().is_terminal());
    let width =
        terminal.map_or(WIDTH_OF_FILES, |width| width.clamp(*WIDTHS_OF_TERMINALS.start(), *WIDTHS_OF_TERMINALS.end()));
    Canvas { width, styled }
}

/// Writes a whole result to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // The reader has seen enough, as in `| head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::Data(format!("standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}
