//! What is said of the kernels.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::exceptions::{Exception, faults};
use super::kernels::Kernel;
use super::verdict::{Role, Verdict};

/// The text, and whether all is well.
pub(crate) fn report(judged: &[(Kernel, Verdict)], exceptions: &[Exception], all: bool) -> (String, bool) {
    let mut text = String::new();
    // A loop may be excused, a function that was not inlined never: there is always a way to have it inlined. One kernel
    // may serve several methods: all of them must be excused.
    let excused = |(kernel, verdict): &(Kernel, Verdict)| {
        let covered = |method| exceptions.iter().any(|exception| exception.covers(kernel.loss, method));
        verdict.calls.is_empty() && kernel.methods.iter().all(|method| covered(method))
    };
    let slow: Vec<&(Kernel, Verdict)> = judged.iter().filter(|(_, verdict)| !verdict.is_vectorised()).collect();
    let failed = slow.iter().filter(|judged| !excused(judged)).count();
    for judged in judged {
        if all || !judged.1.is_vectorised() && !excused(judged) {
            describe(&mut text, &judged.0, &judged.1);
        }
    }
    for exception in exceptions.iter().filter(|_| all) {
        text += &format!("excused: {}: {}\n", exception.losses.join(", "), exception.reason);
    }
    let faults = faults(exceptions, &methods(judged), &methods(slow.iter().copied()));
    for fault in &faults {
        text += &format!("exception that is not needed: {fault}\n");
    }
    let losses: BTreeSet<&str> = judged.iter().map(|(kernel, _)| kernel.loss).collect();
    text += &format!("{} kernels of {} losses: ", judged.len(), losses.len());
    let known = slow.len() - failed;
    text += &match (failed, known) {
        (0, 0) => "all vectorised".to_owned(),
        (0, _) => format!("all vectorised but {known} known exceptions"),
        (_, 0) => format!("{failed} not vectorised"),
        (..) => format!("{failed} not vectorised, beside {known} known exceptions"),
    };
    if !faults.is_empty() {
        text += "; shorten the list in benches/speed/src/bin/vectorised/exceptions.rs";
    }
    text += "\n";
    (text, failed == 0 && faults.is_empty())
}

/// The losses and their methods.
fn methods<'a>(kernels: impl IntoIterator<Item = &'a (Kernel, Verdict)>) -> BTreeSet<(&'a str, &'a str)> {
    let methods =
        |(kernel, _): &'a (Kernel, Verdict)| kernel.methods.iter().map(|method| (kernel.loss, method.as_str()));
    kernels.into_iter().flat_map(methods).collect()
}

/// A line for the kernel, one for each function that it calls, one for each loop.
fn describe(text: &mut String, kernel: &Kernel, verdict: &Verdict) {
    let methods: Vec<&str> = kernel.methods.iter().map(String::as_str).collect();
    let mut line = |line: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{line}");
    };
    line(format_args!("{} on {}: {}", kernel.loss, kernel.isa.name(), methods.join(", ")));
    for call in &verdict.calls {
        line(format_args!("  calls {call}: not inlined, so compiled for the baseline"));
    }
    for one in &verdict.loops {
        let role = match one.role {
            Role::Idle => continue,
            Role::Calls => "CALLS A FUNCTION",
            Role::Vectors => "full vectors",
            Role::Rest => "the rows that are left",
            Role::Narrow => "NOT FULL VECTORS",
            Role::Scalar => "NOT VECTORISED",
        };
        let (address, count) = (one.address, one.instructions);
        line(format_args!("  {role:22} {count:4} instructions at {address:x}, {}", one.counts));
    }
}
