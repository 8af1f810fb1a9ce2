//! The processes of a cluster, on this machine.

#![allow(clippy::unwrap_used)]
// Every test program uses a part of it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use crate::common::{DARTBOARD, dartboard};

/// A process of a cluster, killed when it is dropped, and the address that it has printed.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
    _folder: tempfile::TempDir,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = command.env("TMPDIR", folder.path()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let first = lines.find(|line| line.contains(" listens at ")).expect("it starts");
        // What it has to say later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let address = first.split(" listens at ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        Self { child, address, _folder: folder }
    }

    pub(crate) fn scheduler(more: &[&str]) -> Self {
        let fixed = ["cluster", "scheduler", "--port", "0", "--executor-timeout", "6"];
        Self::start(Command::new(DARTBOARD).args(fixed).args(more))
    }

    pub(crate) fn executor(scheduler: &str, more: &[&str]) -> Self {
        let fixed = ["cluster", "executor", "--tasks", "1", "--scheduler", scheduler];
        Self::start(Command::new(DARTBOARD).args(fixed).args(more))
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A scheduler with two executors of one task each.
pub(crate) struct Cluster {
    pub(crate) executors: Vec<Process>,
    pub(crate) scheduler: Process,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let scheduler = Process::scheduler(&[]);
        let executors = (0..2).map(|_| Process::executor(&scheduler.address, &[])).collect();
        Self { executors, scheduler }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        dartboard(&[arguments, &["--cluster", &self.scheduler.address]].concat())
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts a query and does not wait for it.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}
