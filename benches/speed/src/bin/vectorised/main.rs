//! Guards against silent loss of vectorisation: a kernel that calls a function which was not inlined, or that the
//! compiler did not vectorise, is right and an order of magnitude slower, and no test of results sees it.
//!
//! Disassembles an executable that holds the losses, this one unless another is named, and looks at the innermost loops
//! of every kernel: of every loss, precision, mode and instruction set beyond the baseline. Nothing is run, so the machine
//! needs none of these sets.

mod arithmetic;
mod disassembly;
mod exceptions;
mod isa;
mod kernels;
mod loops;
mod report;
#[cfg(test)]
mod tests;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;

use disassembly::Program;
use verdict::Verdict;

const HELP: &str = "\
Checks that the loops of all kernels are vectorised.

Usage: vectorised [--all] [EXECUTABLE]

  --all         print the loops of all kernels, not only of those that are not vectorised
  EXECUTABLE    what to look at, compiled with the losses and not stripped; this program itself unless given
";

fn main() -> ExitCode {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        println!(
            "nothing to check: kernels are compiled for several instruction sets on x86-64 only, and are looked at on Linux"
        );
        return ExitCode::SUCCESS;
    }
    match check() {
        Ok((text, passed)) => {
            print!("{text}");
            if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What to print, and whether all is well.
fn check() -> Result<(String, bool), String> {
    let (mut all, mut executable) = (false, None);
    for argument in std::env::args_os().skip(1) {
        match argument.to_str() {
            Some("--all") => all = true,
            Some("--help" | "-h") => return Ok((HELP.to_owned(), true)),
            Some(option) if option.starts_with('-') => return Err(format!("unknown option {option}\n\n{HELP}")),
            _ => executable = Some(PathBuf::from(argument)),
        }
    }
    let executable = match executable {
        Some(path) => path,
        None => std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?,
    };
    let text = disassembly::disassemble(&executable)?;
    let program = Program::parse(&text);
    let kernels = kernels::find(&program, &kernels::catalogue()).map_err(|missing| {
        let place = executable.display();
        format!("not all kernels are in {place}; are its symbols stripped?\n  {}", missing.join("\n  "))
    })?;
    let judged: Vec<_> = kernels
        .into_iter()
        .map(|kernel| {
            let code = program.functions[&kernel.address].instructions();
            let verdict = Verdict::of(&program, &code, kernel.isa);
            (kernel, verdict)
        })
        .collect();
    Ok(report::report(&judged, exceptions::EXCEPTIONS, all))
}
