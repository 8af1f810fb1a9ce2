//! The instruction sets for which kernels must be vectorised.

use dartboard_numerics::isa::Isa;

use super::arithmetic::Width;

/// All but the baseline, which has no fused multiply-add.
pub(crate) const SETS: [Isa; 2] = [Isa::Avx512, Isa::Avx2];

/// The set that a function is compiled for, by its symbol, if it is a kernel.
pub(crate) fn of_symbol(symbol: &str) -> Option<Isa> {
    let name = symbol.strip_prefix("dartboard_numerics::isa::run_")?.split("::").next()?;
    SETS.into_iter().find(|isa| isa.name() == name)
}

/// The full vectors of a set.
pub(crate) fn full_width(isa: Isa) -> Width {
    match isa {
        Isa::Avx512 => Width::Zmm,
        Isa::Avx2 => Width::Ymm,
        Isa::Baseline => Width::Xmm,
    }
}
