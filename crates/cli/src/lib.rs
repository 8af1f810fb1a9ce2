//! `dartboard`: loss functions on the command line, and its commands for other programs.

mod args;
pub mod call;
mod commands;
mod failure;
mod host;
mod options;
mod output;
mod progress;
mod render;

use std::process::ExitCode;

use clap::Parser;
use dartboard_numerics::isa::Isa;

use crate::args::{Args, Command};
use crate::failure::Failure;
use crate::host::Host;

/// Runs the command line of the process.
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run() -> Result<(), Failure> {
    // Before anything else: a misspelt instruction set must not pass for a measurement on the one that was meant.
    Isa::check_override().map_err(Failure::usage)?;
    let args = Args::parse();
    let host = Host::terminal();
    match args.command {
        Command::Score(args) => commands::score::run(&args, &host),
        Command::Choose(args) => commands::choose::run(&args, &host),
        Command::Landscape(args) => commands::landscape::run(&args, &host),
        Command::Curvature(args) => commands::curvature::run(&args, &host),
        Command::Sql(args) => commands::sql::run(&args, &host),
        #[cfg(feature = "cluster")]
        Command::Cluster(command) => commands::cluster::run(&command, &host),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Reference(args) => commands::reference::run(&args),
        Command::Explore(args) => commands::explore::run(&args),
        Command::Completions { shell } => commands::completions::run(shell),
    }
}
