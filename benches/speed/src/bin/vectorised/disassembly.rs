//! What `objdump` says of an executable: its functions, their instructions, and the pointers in its data.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// One instruction in AT&T syntax.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instruction<'a> {
    pub(crate) address: u64,
    pub(crate) mnemonic: &'a str,
    pub(crate) operands: &'a str,
    /// What the comment behind the operands points to: the address of an operand relative to the instruction pointer.
    pub(crate) refers_to: Option<u64>,
}

/// One function; its instructions are read when they are asked for, because most functions never are.
#[derive(Clone, Debug)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    listing: &'a str,
}

impl<'a> Function<'a> {
    pub(crate) fn instructions(&self) -> Vec<Instruction<'a>> {
        self.listing.lines().filter_map(instruction).collect()
    }

    /// Those that [`Program::callee`] needs to tell what is called: a part of them.
    pub(crate) fn calls(&self) -> Vec<Instruction<'a>> {
        let matters = |line: &&str| line.contains("\tcall") || line.contains("\tjmp") || line.contains("\tmov ");
        self.listing.lines().filter(matters).filter_map(instruction).collect()
    }
}

/// An executable.
#[derive(Debug, Default)]
pub(crate) struct Program<'a> {
    /// Functions by address.
    pub(crate) functions: BTreeMap<u64, Function<'a>>,
    /// The pointers that the loader writes into data, by their place: vtables among them.
    pub(crate) pointers: BTreeMap<u64, u64>,
    /// The same for pointers to other libraries, whose addresses only the loader knows.
    pub(crate) imports: BTreeMap<u64, &'a str>,
}

/// The name of a function that cannot be told.
const UNKNOWN: &str = "an unknown function";

/// The text that [`Program::parse`] reads: relocations, then code.
pub(crate) fn disassemble(executable: &Path) -> Result<String, String> {
    let relocations = objdump(&["--dynamic-reloc"], executable)?;
    let code = objdump(&["--disassemble", "--demangle", "--no-show-raw-insn", "--wide"], executable)?;
    Ok(relocations + &code)
}

fn objdump(arguments: &[&str], executable: &Path) -> Result<String, String> {
    let output = Command::new("objdump")
        .args(arguments)
        .arg(executable)
        // Its headings are translated.
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| format!("objdump does not start ({error}): it is part of binutils"))?;
    if !output.status.success() {
        return Err(format!("objdump failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

impl Instruction<'_> {
    /// Where a direct jump goes, conditional or not; none for a jump through a pointer.
    pub(crate) fn jump_target(&self) -> Option<u64> {
        self.mnemonic.starts_with('j').then(|| self.direct_target()).flatten()
    }

    /// `5c260 <name+0x10>`
    fn direct_target(&self) -> Option<u64> {
        u64::from_str_radix(self.operands.split(' ').next()?, 16).ok()
    }
}

impl<'a> Program<'a> {
    /// Reads what [`disassemble`] returns.
    pub(crate) fn parse(text: &'a str) -> Self {
        let mut program = Self::default();
        // Where the listing of the function being read begins.
        let mut open: Option<(u64, &str, usize)> = None;
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let (start, end) = (offset, offset + line.len());
            offset = end;
            if let Some((address, name)) = header(line) {
                program.close(open.take(), &text[..start]);
                open = Some((address, name, end));
            } else if let Some((place, pointer)) = relocation(line) {
                match pointer {
                    Pointer::Here(address) => drop(program.pointers.insert(place, address)),
                    Pointer::Import(name) => drop(program.imports.insert(place, name)),
                }
            }
        }
        program.close(open, text);
        program
    }

    /// The address and the name of the function that the instruction at `index` goes to, where it is a call, or a jump
    /// that ends the function with the result of another.
    pub(crate) fn callee(&self, code: &[Instruction<'_>], index: usize) -> Option<(u64, &'a str)> {
        let instruction = &code[index];
        let is_call = instruction.mnemonic == "call";
        if !is_call && instruction.mnemonic != "jmp" {
            return None;
        }
        if !instruction.operands.starts_with('*') {
            let address = instruction.direct_target()?;
            let inside = code.first()?.address..=code.last()?.address;
            return (is_call || !inside.contains(&address)).then(|| (address, self.name(address)));
        }
        if let Some(place) = instruction.refers_to {
            return Some(self.behind(place));
        }
        let register = instruction.operands.trim_start_matches('*');
        match loaded_from(code, index, register) {
            Some(place) => Some(self.behind(place)),
            // A jump through a register may as well be a branch with many targets.
            None => is_call.then_some((0, UNKNOWN)),
        }
    }

    /// The function that the pointer at `place` leads to.
    fn behind(&self, place: u64) -> (u64, &'a str) {
        match (self.pointers.get(&place), self.imports.get(&place)) {
            (Some(&address), _) => (address, self.name(address)),
            (None, Some(name)) => (0, name),
            (None, None) => (0, UNKNOWN),
        }
    }

    fn name(&self, address: u64) -> &'a str {
        self.functions.get(&address).map_or(UNKNOWN, |function| function.name)
    }

    fn close(&mut self, open: Option<(u64, &'a str, usize)>, text: &'a str) {
        if let Some((address, name, start)) = open {
            self.functions.insert(address, Function { name, listing: &text[start..] });
        }
    }
}

/// Where the pointer in `register` was loaded from, directly or by way of other registers: before `index` in the listing if
/// possible, because blocks are not always in the order they run in.
fn loaded_from<'a>(code: &[Instruction<'a>], index: usize, register: &'a str) -> Option<u64> {
    let (mut registers, mut next) = (vec![register], 0);
    while let Some(&register) = registers.get(next) {
        let into = |instruction: &&Instruction<'_>| {
            instruction.mnemonic == "mov" && instruction.operands.rsplit(',').next() == Some(register)
        };
        let moves = code[..index].iter().rev().chain(&code[index..]).filter(into);
        if let Some(place) = moves.clone().find_map(|instruction| instruction.refers_to) {
            return Some(place);
        }
        let source = |instruction: &Instruction<'a>| instruction.operands.strip_suffix(register)?.strip_suffix(',');
        let copied = moves.filter_map(source).find(|from| from.starts_with('%'));
        registers.extend(copied.filter(|from| !registers.contains(from)));
        next += 1;
    }
    None
}

/// `00000000001a2b30 <name>:`
fn header(line: &str) -> Option<(u64, &str)> {
    let (address, name) = line.trim_end().split_once(" <")?;
    let name = name.strip_suffix(">:")?;
    Some((u64::from_str_radix(address, 16).ok()?, name))
}

enum Pointer<'a> {
    Here(u64),
    Import(&'a str),
}

/// `00000000002a0670 R_X86_64_RELATIVE  *ABS*+0x000000000005b4e0` or
/// `00000000002b6df0 R_X86_64_GLOB_DAT  memset@GLIBC_2.2.5`
fn relocation(line: &str) -> Option<(u64, Pointer<'_>)> {
    let mut words = line.split_whitespace();
    let place = u64::from_str_radix(words.next()?, 16).ok()?;
    let kind = words.next()?;
    let value = words.next()?;
    match kind {
        "R_X86_64_RELATIVE" => {
            Some((place, Pointer::Here(u64::from_str_radix(value.strip_prefix("*ABS*+0x")?, 16).ok()?)))
        }
        "R_X86_64_GLOB_DAT" | "R_X86_64_JUMP_SLOT" => {
            Some((place, Pointer::Import(value.split('@').next().unwrap_or(value))))
        }
        _ => None,
    }
}

/// `  17d610:\tcall   *0x1397da(%rip)        # 2b6df0 <memset@GLIBC_2.2.5>`
fn instruction(line: &str) -> Option<Instruction<'_>> {
    let (address, rest) = line.split_once(":\t")?;
    let address = u64::from_str_radix(address.trim(), 16).ok()?;
    let (code, comment) = rest.split_once('#').unwrap_or((rest, ""));
    let mut words = code.trim().splitn(2, char::is_whitespace);
    let mut mnemonic = words.next()?;
    let mut operands = words.next().unwrap_or("").trim();
    // Prefixes are written as words of their own.
    while matches!(mnemonic, "notrack" | "bnd" | "rep" | "repz" | "repnz" | "lock" | "cs" | "ds" | "data16") {
        let mut words = operands.splitn(2, char::is_whitespace);
        mnemonic = words.next()?;
        operands = words.next().unwrap_or("").trim();
    }
    let refers_to = comment.split_whitespace().next().and_then(|address| u64::from_str_radix(address, 16).ok());
    Some(Instruction { address, mnemonic, operands, refers_to })
}
