//! Running the program as its users do.

// Every test program uses a part of it.
#![allow(dead_code)]

use std::process::{Command, Output, Stdio};

pub(crate) const DARTBOARD: &str = env!("CARGO_BIN_EXE_dartboard");
/// The root of the repository: sessions are typed there, so that their paths are those of a reader.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A command in the root of the repository that sees nothing of the environment that could change its output.
pub(crate) fn dartboard(arguments: &[&str]) -> Command {
    let mut command = Command::new(DARTBOARD);
    command.args(arguments).current_dir(ROOT).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "DARTBOARD_ISA"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    dartboard(arguments).output().expect("the program starts")
}

pub(crate) fn stdout(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// The exit code and the message of a command that fails; nothing may be on standard output.
pub(crate) fn failure(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
    let message = String::from_utf8(output.stderr).expect("the message is UTF-8");
    assert!(message.starts_with("error: "), "{arguments:?}: {message}");
    assert!(!message.contains("panicked") && !message.contains('\u{1b}'), "{arguments:?}: {message}");
    (output.status.code().expect("it was not killed"), message)
}
