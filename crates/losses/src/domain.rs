//! Where targets, predictions and parameters may lie.

use std::fmt;

use dartboard_numerics::elementary::Float;

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

    /// The numbers that lie in both.
    pub fn intersection(self, other: Self) -> Self {
        let (a, b) = (self, other);
        let (low, low_closed) = match a.low.total_cmp(&b.low) {
            std::cmp::Ordering::Less => (b.low, b.low_closed),
            std::cmp::Ordering::Greater => (a.low, a.low_closed),
            std::cmp::Ordering::Equal => (a.low, a.low_closed && b.low_closed),
        };
        let (high, high_closed) = match a.high.total_cmp(&b.high) {
            std::cmp::Ordering::Less => (a.high, a.high_closed),
            std::cmp::Ordering::Greater => (b.high, b.high_closed),
            std::cmp::Ordering::Equal => (a.high, a.high_closed && b.high_closed),
        };
        Self { low, high, low_closed, high_closed, without_zero: a.without_zero || b.without_zero }
    }
}

impl Interval {
    /// Whether all finite numbers lie in the interval.
    #[inline(always)]
    const fn has_all_finite(&self) -> bool {
        self.low == f64::NEG_INFINITY && self.high == f64::INFINITY && !self.without_zero
    }
}

/// An interval whose ends belong to it, among the numbers of one precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closed<F> {
    low: F,
    high: F,
    without_zero: bool,
}

impl<F: Float> Closed<F> {
    /// The numbers of this precision in `interval`.
    #[inline(always)]
    pub fn of(interval: Interval) -> Self {
        let low = F::from_f64(interval.low);
        let outside = low.to_f64() < interval.low || (low.to_f64() == interval.low && !interval.low_closed);
        let low = if outside { low.next_up() } else { low };
        let high = F::from_f64(interval.high);
        let outside = high.to_f64() > interval.high || (high.to_f64() == interval.high && !interval.high_closed);
        let high = if outside { high.next_down() } else { high };
        // The least number that is equal to 0: −0 is no less.
        let low = if low == F::ZERO { -F::ZERO } else { low };
        Self { low, high, without_zero: interval.without_zero }
    }

    /// Whether `x` is one of them. NaN is not.
    #[inline(always)]
    pub fn contains(&self, x: F) -> bool {
        (x >= self.low) & (x <= self.high) & !(self.without_zero & (x == F::ZERO))
    }

    /// The first value that is not.
    pub fn first_outside(&self, values: &[F]) -> Option<usize> {
        values.iter().position(|&x| !self.contains(x))
    }

    /// Bits that are all 0 only if `x` lies inside; they may not be where it is infinite. `of` is the interval itself,
    /// where it is known to the compiler, to leave out what it does not need.
    ///
    /// Bits rather than a truth value, because a loop that gathers them by `|` becomes vector instructions.
    #[inline(always)]
    #[expect(clippy::eq_op, reason = "only a finite number less itself is 0")]
    pub(crate) fn escape(&self, of: Interval, x: F) -> F::Bits {
        // A finite number less itself is +0, everything else is NaN.
        let special = (x - x).bits();
        if of.has_all_finite() {
            return special;
        }
        let zero = if of.without_zero { F::select(x == F::ZERO, F::ONE, F::ZERO).bits() } else { F::Bits::default() };
        // The difference of two numbers has the right sign, and that of two that are equal is +0.
        special | zero | (((x - self.low).bits() | (self.high - x).bits()) & F::SIGN_BIT)
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
    fn ends_are_those_of_the_interval_in_both_precisions() {
        let intervals = [
            Interval::FINITE,
            Interval::EXTENDED,
            Interval::UNIT,
            Interval::open(0.0, 1.0),
            Interval::open(0.1, 0.7),
            Interval::closed(0.1, 0.7),
            Interval::NON_ZERO,
            Interval::NON_NEGATIVE,
            Interval::POSITIVE,
            Interval::below(0.0),
            Interval::open(-1.0, f64::INFINITY),
        ];
        let near = |x: f64| {
            [x, x.next_up(), x.next_down(), f64::from((x as f32).next_up()), f64::from((x as f32).next_down())]
        };
        for interval in intervals {
            let (double, single) = (Closed::<f64>::of(interval), Closed::<f32>::of(interval));
            let ends = [interval.low, interval.high, 0.0, -0.0, f64::NAN, 0.5, f64::MAX, f64::from(f32::MAX)];
            for x in ends.into_iter().flat_map(near) {
                let inside = interval.contains(x);
                assert_eq!(double.contains(x), inside, "{interval:?} {x:e}");
                let escape = double.escape(interval, x) != 0;
                assert_eq!(escape, !inside || x.is_infinite(), "{interval:?} {x:e}");
                let x = x as f32;
                let inside = interval.contains(f64::from(x));
                assert_eq!(single.contains(x), inside, "{interval:?} {x:e} in single precision");
                let escape = single.escape(interval, x) != 0;
                assert_eq!(escape, !inside || x.is_infinite(), "{interval:?} {x:e} in single precision");
            }
        }
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

    #[test]
    fn domains_intersect() {
        assert_eq!(Interval::EXTENDED.intersection(Interval::FINITE), Interval::FINITE);
        assert_eq!(Interval::UNIT.intersection(Interval::open(0.0, 5.0)).to_string(), "in (0, 1]");
        assert_eq!(Interval::EXTENDED.intersection(Interval::NON_ZERO), Interval::NON_ZERO);
        assert!(!Interval::NON_ZERO.intersection(Interval::UNIT).contains(0.0));
    }
}
