//! Which compiled functions are the kernels of which loss.
//!
//! Symbols of generic functions do not name their types, so a kernel is found the way a call finds it: a loss behind
//! `dyn` has a vtable, the vtable holds the loss's `Debug`, whose symbol names the type, and the methods that fill blocks,
//! whose symbols name precision and mode; a kernel is what such a method calls on an instruction set.

use std::collections::{BTreeMap, BTreeSet};

use dartboard_losses::{Joint, Pointwise, Rowwise, Visitor};

use dartboard_numerics::isa::Isa;

use super::disassembly::Program;
use super::isa::{SETS, of_symbol};

/// A loss of the catalogue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loss {
    pub(crate) name: &'static str,
    /// The trait it implements.
    family: &'static str,
    /// The path of its type.
    path: &'static str,
}

/// The losses of the catalogue.
pub(crate) fn catalogue() -> Vec<Loss> {
    struct Names(Vec<Loss>);
    impl Visitor for Names {
        fn pointwise<L: Pointwise>(&mut self) {
            self.0.push(Loss { name: L::CARD.name, family: "Pointwise", path: std::any::type_name::<L>() });
        }
        fn rowwise<L: Rowwise>(&mut self) {
            self.0.push(Loss { name: L::CARD.name, family: "Rowwise", path: std::any::type_name::<L>() });
        }
        fn joint<L: Joint>(&mut self) {
            self.0.push(Loss { name: L::CARD.name, family: "Joint", path: std::any::type_name::<L>() });
        }
    }
    let mut names = Names(Vec::new());
    dartboard_losses::visit(&mut names);
    // The visit needs no kernels, and what nothing needs is not linked.
    assert_eq!(names.0.len(), dartboard_losses::cards().count(), "the catalogue visits every loss");
    names.0
}

/// A kernel compiled for an instruction set.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) loss: &'static str,
    pub(crate) isa: Isa,
    pub(crate) address: u64,
    /// The methods of the loss that call it. Their names say precision and mode.
    pub(crate) methods: BTreeSet<String>,
}

/// The kernels of `losses` in the order of these.
///
/// # Errors
/// A sentence for each kernel that should be there and is not: what a method is compiled for in one loss of a family, it
/// is compiled for in all of them, and on every instruction set.
pub(crate) fn find(program: &Program<'_>, losses: &[Loss]) -> Result<Vec<Kernel>, Vec<String>> {
    let tables = tables(program);
    let kernels: Vec<(Loss, Vec<Kernel>)> =
        losses.iter().map(|&loss| (loss, of_loss(program, &tables, loss))).collect();
    let methods = |family: &str| -> BTreeSet<&String> {
        let same = kernels.iter().filter(|(loss, _)| loss.family == family);
        same.flat_map(|(_, kernels)| kernels).flat_map(|kernel| &kernel.methods).collect()
    };
    let mut missing = Vec::new();
    for (loss, kernels) in &kernels {
        if kernels.is_empty() {
            missing.push(format!("{} has no kernels", loss.name));
            continue;
        }
        for method in methods(loss.family) {
            for isa in SETS {
                if !kernels.iter().any(|kernel| kernel.isa == isa && kernel.methods.contains(method)) {
                    missing.push(format!("{} has no kernel for {method} on {}", loss.name, isa.name()));
                }
            }
        }
    }
    if missing.is_empty() { Ok(kernels.into_iter().flat_map(|(_, kernels)| kernels).collect()) } else { Err(missing) }
}

fn of_loss(program: &Program<'_>, tables: &[Vec<u64>], loss: Loss) -> Vec<Kernel> {
    let debug = format!("<{} as core::fmt::Debug>::fmt", loss.path);
    let mut found: BTreeMap<(u64, Isa), BTreeSet<String>> = BTreeMap::new();
    for table in tables.iter().filter(|table| table.iter().any(|&entry| name(program, entry) == debug)) {
        for &entry in table {
            if let Some(method) = method_of(name(program, entry), loss.family) {
                for kernel in reached(program, entry) {
                    found.entry(kernel).or_default().insert(method.to_owned());
                }
            }
        }
    }
    let kernel = |((address, isa), methods)| Kernel { loss: loss.name, isa, address, methods };
    found.into_iter().map(kernel).collect()
}

fn name<'a>(program: &Program<'a>, address: u64) -> &'a str {
    program.functions.get(&address).map_or("", |function| function.name)
}

/// Runs of pointers to functions that lie next to each other. A vtable is such a run, because its size and alignment
/// stand before the methods of the next one.
fn tables(program: &Program<'_>) -> Vec<Vec<u64>> {
    let mut tables: Vec<Vec<u64>> = Vec::new();
    let mut expected = None;
    for (&place, &pointer) in &program.pointers {
        match tables.last_mut() {
            Some(table) if expected == Some(place) => table.push(pointer),
            _ => tables.push(vec![pointer]),
        }
        expected = Some(place + 8);
    }
    tables
}

/// `value_f32` of `<L as dartboard_losses::family::pointwise::PointwiseBlocks>::value_f32`
fn method_of<'a>(symbol: &'a str, family: &str) -> Option<&'a str> {
    let (owner, method) = symbol.rsplit_once(">::")?;
    owner.ends_with(&format!("::{family}Blocks")).then_some(method)
}

/// The kernels that a function calls, at any depth.
fn reached(program: &Program<'_>, start: u64) -> BTreeSet<(u64, Isa)> {
    let (mut seen, mut kernels) = (BTreeSet::from([start]), BTreeSet::new());
    let mut open = vec![start];
    while let Some(address) = open.pop() {
        let Some(function) = program.functions.get(&address) else { continue };
        if let Some(isa) = of_symbol(function.name) {
            kernels.insert((address, isa));
            continue;
        }
        // What other crates do leads to no kernel.
        if !function.name.contains("dartboard_") {
            continue;
        }
        let code = function.calls();
        for (address, _) in (0..code.len()).filter_map(|index| program.callee(&code, index)) {
            if seen.insert(address) {
                open.push(address);
            }
        }
    }
    kernels
}
