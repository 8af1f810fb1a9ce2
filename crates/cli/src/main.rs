//! `dartboard`: loss functions on the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    dartboard::main()
}
