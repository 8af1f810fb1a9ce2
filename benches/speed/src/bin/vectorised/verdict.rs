//! Whether a kernel is vectorised.

use std::collections::{BTreeMap, BTreeSet};

use dartboard_numerics::isa::Isa;

use super::arithmetic::{Counts, Width};
use super::disassembly::{Instruction, Program};
use super::isa::full_width;
use super::loops;

/// An innermost loop.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub(crate) address: u64,
    pub(crate) instructions: usize,
    pub(crate) counts: Counts,
    pub(crate) role: Role,
}

/// What an innermost loop is for, by its floating-point arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It does none.
    Idle,
    /// It calls a function that was not inlined, which may do any.
    Calls,
    /// It works on full vectors.
    Vectors,
    /// It does the rows that a loop over vectors leaves.
    Rest,
    /// It should work on full vectors, and works on smaller ones.
    Narrow,
    /// It should work on vectors, and works on single numbers.
    Scalar,
}

/// A kernel, as far as vectorisation goes.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) loops: Vec<Loop>,
    /// The functions that are called, in a loop or not: they were not inlined, so they are compiled for the baseline.
    pub(crate) calls: Vec<String>,
}

impl Verdict {
    pub(crate) fn of(program: &Program<'_>, code: &[Instruction<'_>], isa: Isa) -> Self {
        let callee = |index: usize| program.callee(code, index).map(|(_, name)| name);
        let slow = |index: usize| callee(index).filter(|name| !panics(name) && !is_memory(name) && !is_sum(name));
        let calls: BTreeSet<&str> = (0..code.len()).filter_map(slow).collect();
        let loops = loops::innermost(code, |index| callee(index).is_some_and(panics)).into_iter().map(|body| Loop {
            address: code[body[0]].address,
            instructions: body.len(),
            counts: Counts::of(body.iter().map(|&index| &code[index])),
            role: if body.iter().any(|&index| slow(index).is_some()) { Role::Calls } else { Role::Idle },
        });
        let calls = calls.into_iter().map(str::to_owned).collect();
        Self { loops: with_roles(loops.collect(), full_width(isa)), calls }
    }

    pub(crate) fn is_vectorised(&self) -> bool {
        self.calls.is_empty() && !self.loops.iter().any(|one| matches!(one.role, Role::Narrow | Role::Scalar))
    }
}

/// Tells what each loop is for.
///
/// Behind a loop over full vectors there may be one over smaller vectors and one over single rows, for the rows that are
/// left. They look like loops that were not vectorised, but for each of them there is a loop over vectors of its own that
/// does the same. So each loop over vectors accounts for one loop of either kind, and a loop that nothing accounts for
/// was not vectorised.
fn with_roles(mut loops: Vec<Loop>, full: Width) -> Vec<Loop> {
    let arithmetic: Vec<usize> = loops.iter().map(|one| one.counts.total()).collect();
    let (mut vectors, mut narrow, mut scalar) = (Vec::new(), Vec::new(), Vec::new());
    for (index, one) in loops.iter().enumerate() {
        if one.role == Role::Calls || one.counts.total() == 0 {
            continue;
        }
        let list = if one.counts.scalar() > 0 || one.counts.at(Width::Scalar) == one.counts.total() {
            &mut scalar
        } else if one.counts.at(full) > 0 {
            &mut vectors
        } else {
            &mut narrow
        };
        list.push(index);
    }
    // A loop over smaller vectors is not unrolled.
    let narrow_alone = unmatched(&narrow, &vectors, |rest, of| arithmetic[rest] <= arithmetic[of]);
    // A loop over rows may be unrolled twice where the one over vectors is not, and does in every row what the other does
    // once before it starts. Where vectors are too small its fault is theirs.
    let wide: Vec<usize> = vectors.iter().chain(&narrow_alone).copied().collect();
    let scalar_alone = unmatched(&scalar, &wide, |rest, of| arithmetic[rest] <= 2 * arithmetic[of]);
    let mut assign = |indices: &[usize], role| indices.iter().for_each(|&index| loops[index].role = role);
    assign(&vectors, Role::Vectors);
    assign(&narrow, Role::Rest);
    assign(&scalar, Role::Rest);
    assign(&narrow_alone, Role::Narrow);
    assign(&scalar_alone, Role::Scalar);
    loops
}

/// Which of `left` have no partner if as many as possible of them are given one of `right` each.
fn unmatched(left: &[usize], right: &[usize], fit: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut partners = BTreeMap::new();
    left.iter().copied().filter(|&one| !place(one, right, &fit, &mut BTreeSet::new(), &mut partners)).collect()
}

/// Finds a partner for `one`, giving others another where that helps. `partners` is by those of `right`.
fn place(
    one: usize,
    right: &[usize],
    fit: &impl Fn(usize, usize) -> bool,
    tried: &mut BTreeSet<usize>,
    partners: &mut BTreeMap<usize, usize>,
) -> bool {
    for &other in right {
        if fit(one, other) && tried.insert(other) {
            let holder = partners.get(&other).copied();
            if holder.is_none_or(|holder| place(holder, right, fit, tried, partners)) {
                partners.insert(other, one);
                return true;
            }
        }
    }
    false
}

/// Whether a function adds a step of values: it chooses its instruction set itself.
fn is_sum(name: &str) -> bool {
    name == "dartboard_numerics::sum::stepwise::Stepwise::step"
}

/// Whether a function never returns.
fn panics(name: &str) -> bool {
    name.starts_with("core::panicking::")
        || name.starts_with("core::slice::index::slice_")
        || name.ends_with("::expect_failed")
        || name.ends_with("::unwrap_failed")
}

/// Whether a function moves or fills memory: it chooses its instruction set itself.
fn is_memory(name: &str) -> bool {
    matches!(name, "memcpy" | "memset" | "memmove" | "memcmp" | "bcmp")
}
