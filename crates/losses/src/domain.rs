//! Where targets, predictions and parameters may lie.

use std::fmt;

/// An interval of the extended real line, each end open or closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end, possibly −∞.
    pub low: f64,
    /// Upper end, possibly +∞.
    pub high: f64,
    /// Whether the lower end itself is allowed.
    pub low_closed: bool,
    /// Whether the upper end itself is allowed.
    pub high_closed: bool,
    /// Whether 0 is left out.
    pub without_zero: bool,
}

impl Interval {
    /// All finite numbers.
    pub const FINITE: Self = Self::open(f64::NEG_INFINITY, f64::INFINITY);
    /// All numbers and both infinities.
    pub const EXTENDED: Self = Self::closed(f64::NEG_INFINITY, f64::INFINITY);
    /// `[0, 1]`.
    pub const UNIT: Self = Self::closed(0.0, 1.0);

    /// All finite numbers from 0.
    pub const NON_NEGATIVE: Self = Self::from(0.0);
    /// All finite numbers above 0.
    pub const POSITIVE: Self = Self::open(0.0, f64::INFINITY);
    /// All finite numbers but 0.
    pub const NON_ZERO: Self = Self { without_zero: true, ..Self::FINITE };

    /// All finite numbers from `low`.
    pub const fn from(low: f64) -> Self {
        Self { low_closed: true, ..Self::open(low, f64::INFINITY) }
    }

    /// All finite numbers up to `high`.
    pub const fn below(high: f64) -> Self {
        Self { high_closed: true, ..Self::open(f64::NEG_INFINITY, high) }
    }

    /// `[low, high]`.
    pub const fn closed(low: f64, high: f64) -> Self {
        Self { low, high, low_closed: true, high_closed: true, without_zero: false }
    }

    /// `(low, high)`.
    pub const fn open(low: f64, high: f64) -> Self {
        Self { low, high, low_closed: false, high_closed: false, without_zero: false }
    }

    /// Whether `x` lies in the interval. NaN lies in none.
    #[inline(always)]
    pub fn contains(self, x: f64) -> bool {
        let above = if self.low_closed { x >= self.low } else { x > self.low };
        let below = if self.high_closed { x <= self.high } else { x < self.high };
        above & below & !(self.without_zero & (x == 0.0))
    }
}

impl fmt::Display for Interval {
    /// A phrase that follows "must be": `in [0, 1]`, `finite`, `above 0`, `a number or ±∞`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unbounded = (self.low == f64::NEG_INFINITY, self.high == f64::INFINITY);
        match (unbounded, self.low_closed, self.high_closed) {
            ((true, true), true, true) => f.write_str("a number, −∞ or +∞"),
            ((true, true), false, false) => f.write_str(if self.without_zero { "finite and not 0" } else { "finite" }),
            ((true, true), true, false) => f.write_str("finite or −∞"),
            ((true, true), false, true) => f.write_str("finite or +∞"),
            ((false, true), true, false) => write!(f, "finite and at least {}", self.low),
            ((false, true), false, false) => write!(f, "finite and above {}", self.low),
            ((true, false), true, true) => write!(f, "at most {}, or −∞", self.high),
            ((true, false), false, true) => write!(f, "finite and at most {}", self.high),
            ((true, false), false, false) => write!(f, "finite and below {}", self.high),
            _ => {
                let (open, close) = (if self.low_closed { '[' } else { '(' }, if self.high_closed { ']' } else { ')' });
                write!(f, "in {open}{}, {}{close}", self.low, self.high)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_nan() {
        assert!(Interval::UNIT.contains(0.0) && Interval::UNIT.contains(1.0));
        assert!(!Interval::open(0.0, 1.0).contains(0.0) && !Interval::open(0.0, 1.0).contains(1.0));
        assert!(!Interval::EXTENDED.contains(f64::NAN) && Interval::EXTENDED.contains(f64::INFINITY));
        assert!(!Interval::FINITE.contains(f64::INFINITY) && Interval::FINITE.contains(f64::MAX));
    }

    #[test]
    fn phrases() {
        assert_eq!(Interval::UNIT.to_string(), "in [0, 1]");
        assert_eq!(Interval::open(0.0, 1.0).to_string(), "in (0, 1)");
        assert_eq!(Interval::FINITE.to_string(), "finite");
        assert_eq!(Interval::NON_ZERO.to_string(), "finite and not 0");
        assert_eq!(Interval::NON_NEGATIVE.to_string(), "finite and at least 0");
        assert_eq!(Interval::open(0.0, f64::INFINITY).to_string(), "finite and above 0");
    }
}
