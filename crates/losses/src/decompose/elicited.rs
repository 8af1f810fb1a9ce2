//! The functionals that isotonic recalibration knows.

use crate::card::Functional;
use crate::domain::Interval;

/// A functional with a monotone identification function, whose isotonic regression is therefore the same for every loss
/// that elicits it (A. I. Jordan, A. Mühlemann, J. F. Ziegel, Ann. Inst. Stat. Math. 74 (2022)).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Elicited {
    Mean,
    Quantile(f64),
    Expectile(f64),
}

impl Elicited {
    /// `None` for functionals of another kind, and for levels outside of (0, 1).
    pub(super) fn of(functional: Functional) -> Option<Self> {
        let is_level = |level| Interval::open(0.0, 1.0).contains(level);
        match functional {
            Functional::Mean => Some(Self::Mean),
            Functional::Quantile(level) if is_level(level) => Some(Self::Quantile(level)),
            Functional::Expectile(level) if is_level(level) => Some(Self::Expectile(level)),
            _ => None,
        }
    }
}
