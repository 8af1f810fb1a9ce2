//! How a command fails: a message on standard error and an exit code.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use dartboard_tables::error::Error;

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file, its data or the machine is at fault.
    Data(String),
    /// The operating system refuses a file.
    System(ErrorKind, String),
    /// The command line is at fault.
    Usage(String),
    /// The user pressed Ctrl-C.
    Interrupted,
    /// The user pressed Ctrl-C, and something is to be said.
    Stopped(String),
}

const ERROR: Style = AnsiColor::Red.on_default().bold();

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// Says why on standard error.
    pub(crate) fn report(self) -> ExitCode {
        let (message, code) = match self {
            Self::Data(message) | Self::System(_, message) => (message, 1),
            Self::Usage(message) => (message, 2),
            // The shell shows ^C already.
            Self::Interrupted => return ExitCode::from(130),
            Self::Stopped(message) => {
                let _ = writeln!(anstream::stderr(), "{message}");
                return ExitCode::from(130);
            }
        };
        // Standard error may be closed; then there is nobody to tell.
        let _ = writeln!(anstream::stderr(), "{ERROR}error:{ERROR:#} {message}");
        ExitCode::from(code)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error.system() {
            Some(kind) => Self::System(kind, message),
            None if error.is_usage() => Self::Usage(message),
            None => Self::Data(message),
        }
    }
}
