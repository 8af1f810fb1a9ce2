//! `dartboard`: loss functions on the command line.

mod args;
mod commands;
mod failure;
mod output;
mod progress;
mod render;

use std::process::ExitCode;

use clap::Parser;
use dartboard_numerics::isa::Isa;

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run() -> Result<(), Failure> {
    // Before anything else: a misspelt instruction set must not pass for a measurement on the one that was meant.
    Isa::check_override().map_err(Failure::usage)?;
    match Args::parse().command {
        Command::Score(args) => commands::score::run(&args),
        Command::Choose(args) => commands::choose::run(&args),
        Command::Landscape(args) => commands::landscape::run(&args),
        Command::Curvature(args) => commands::curvature::run(&args),
        Command::Sql(args) => commands::sql::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Reference(args) => commands::reference::run(&args),
        Command::Completions { shell } => commands::completions::run(shell),
    }
}
