//! Which instructions do floating-point arithmetic, and on how many numbers at once.

use std::collections::BTreeMap;

use super::disassembly::Instruction;

/// A kind of arithmetic. What the compiler turns into each other is one kind: x − c is x + (−c).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Add,
    Multiply,
    Fused,
    Divide,
    Root,
    Convert,
    /// Comparisons, and the smaller or larger of two: all that some losses do.
    Compare,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Add, Self::Multiply, Self::Fused, Self::Divide, Self::Root, Self::Convert, Self::Compare];

    fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Multiply => "mul",
            Self::Fused => "fma",
            Self::Divide => "div",
            Self::Root => "sqrt",
            Self::Convert => "cvt",
            Self::Compare => "cmp",
        }
    }
}

/// How many numbers an instruction works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    Scalar,
    Xmm,
    Ymm,
    Zmm,
}

impl Width {
    const ALL: [Self; 4] = [Self::Scalar, Self::Xmm, Self::Ymm, Self::Zmm];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Xmm => "xmm",
            Self::Ymm => "ymm",
            Self::Zmm => "zmm",
        }
    }
}

/// The floating-point arithmetic of an instruction, if it does any.
pub(crate) fn of(instruction: &Instruction<'_>) -> Option<(Kind, Width)> {
    let name = instruction.mnemonic.strip_prefix('v').unwrap_or(instruction.mnemonic);
    let scalar = if let Some(types) = name.strip_prefix("cvt") {
        types.contains("sd") || types.contains("ss")
    } else {
        match name.get(name.len().saturating_sub(2)..)? {
            "sd" | "ss" => true,
            "pd" | "ps" => false,
            _ => return None,
        }
    };
    let is = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let kind = if is(&["fmadd", "fmsub", "fnmadd", "fnmsub"]) {
        Kind::Fused
    } else if is(&["add", "sub"]) {
        Kind::Add
    } else if is(&["mul"]) {
        Kind::Multiply
    } else if is(&["div"]) {
        Kind::Divide
    } else if is(&["sqrt"]) {
        Kind::Root
    } else if is(&["cvt"]) {
        Kind::Convert
    } else if is(&["cmp", "ucomi", "comi", "min", "max"]) {
        Kind::Compare
    } else {
        return None;
    };
    let width = if scalar {
        Width::Scalar
    } else if instruction.operands.contains("%zmm") {
        Width::Zmm
    } else if instruction.operands.contains("%ymm") {
        Width::Ymm
    } else {
        Width::Xmm
    };
    Some((kind, width))
}

/// How much arithmetic of each kind and width there is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(BTreeMap<(Width, Kind), usize>);

impl Counts {
    pub(crate) fn of<'a>(code: impl IntoIterator<Item = &'a Instruction<'a>>) -> Self {
        let mut counts = BTreeMap::new();
        for (kind, width) in code.into_iter().filter_map(of) {
            *counts.entry((width, kind)).or_default() += 1;
        }
        Self(counts)
    }

    fn get(&self, width: Width, kind: Kind) -> usize {
        self.0.get(&(width, kind)).copied().unwrap_or(0)
    }

    /// All at this width.
    pub(crate) fn at(&self, width: Width) -> usize {
        Kind::ALL.iter().map(|&kind| self.get(width, kind)).sum()
    }

    /// All on one number at a time but for comparisons: of parameters, to which the compiler branches, they are found in
    /// loops that are otherwise vectorised.
    pub(crate) fn scalar(&self) -> usize {
        self.at(Width::Scalar) - self.get(Width::Scalar, Kind::Compare)
    }

    pub(crate) fn total(&self) -> usize {
        self.0.values().sum()
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut separator = "";
        for width in Width::ALL.into_iter().filter(|&width| self.at(width) > 0) {
            write!(f, "{separator}{}:", width.name())?;
            for kind in Kind::ALL {
                let count = self.get(width, kind);
                if count > 0 {
                    write!(f, " {count} {}", kind.name())?;
                }
            }
            separator = "; ";
        }
        if self.0.is_empty() { write!(f, "no arithmetic") } else { Ok(()) }
    }
}
