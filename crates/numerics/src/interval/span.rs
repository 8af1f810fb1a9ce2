//! Ranges of numbers: ends that belong to the range or not, and arithmetic on them.

use super::rounding::{add_down, add_up, div_down, div_up, mul_down, mul_up};

/// The numbers from `low` to `high`, without an end that is open.
///
/// A span of a single number with an open end is what lies next to that number on one side: the limit from there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether all numbers are above `low`.
    pub(super) open_low: bool,
    /// Whether all numbers are below `high`.
    pub(super) open_high: bool,
}

impl Span {
    pub(super) const WHOLE: Self = Self::raw(f64::NEG_INFINITY, f64::INFINITY);
    pub(super) const ZERO: Self = Self::raw(0.0, 0.0);

    const fn raw(low: f64, high: f64) -> Self {
        Self { low, high, open_low: false, open_high: false }
    }

    /// The closed span; the whole line where that is none.
    pub(super) fn new(low: f64, high: f64) -> Self {
        // One zero: the sign of a zero is rounding, not a side of it.
        if low <= high { Self::raw(low + 0.0, high + 0.0) } else { Self::WHOLE }
    }

    /// The closed span; NaN stands for an unknown end.
    pub(super) fn or_unbounded(low: f64, high: f64) -> Self {
        let low = if low.is_nan() { f64::NEG_INFINITY } else { low };
        Self::new(low, if high.is_nan() { f64::INFINITY } else { high })
    }

    /// The same ends, open where told so.
    /// What lies next to one number on an unknown side counts as that number.
    pub(super) fn opened(self, open_low: bool, open_high: bool) -> Self {
        let nothing = self.low == self.high && open_low && open_high;
        Self { open_low: open_low && !nothing, open_high: open_high && !nothing, ..self }
    }

    pub(super) fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Exactly 0: not next to it.
    pub(super) fn is_zero(self) -> bool {
        self.low == 0.0 && self.high == 0.0 && !self.open_low && !self.open_high
    }

    pub(super) fn is_infinite_point(self) -> bool {
        self.low == self.high && self.low.is_infinite()
    }

    pub(super) fn is_positive(self) -> bool {
        self.low > 0.0 || self.low == 0.0 && self.open_low
    }

    pub(super) fn is_negative(self) -> bool {
        self.high < 0.0 || self.high == 0.0 && self.open_high
    }

    /// Whether all numbers of `self` are at most, or all above, those of `other`.
    pub(super) fn at_most(self, other: Self) -> Option<bool> {
        let next_to = |span: Self| span.low == span.high && (span.open_low || span.open_high);
        if next_to(self) && next_to(other) && self.low == other.low {
            return None;
        }
        // First, as what lies next to a number on its upper side is not at most that number.
        if self.low > other.high || self.low == other.high && (self.open_low || other.open_high) {
            Some(false)
        } else if self.high <= other.low {
            Some(true)
        } else {
            None
        }
    }

    /// What both have in common, `None` where that is nothing.
    pub(super) fn meet(self, other: Self) -> Option<Self> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        let open_low = self.low == low && self.open_low || other.low == low && other.open_low;
        let open_high = self.high == high && self.open_high || other.high == high && other.open_high;
        (low <= high).then_some(Self::raw(low, high).opened(open_low, open_high))
    }

    /// The smallest span around both.
    pub(super) fn hull(self, other: Self) -> Self {
        let (low, high) = (self.low.min(other.low), self.high.max(other.high));
        let open_low = (self.low > low || self.open_low) && (other.low > low || other.open_low);
        let open_high = (self.high < high || self.open_high) && (other.high < high || other.open_high);
        Self::raw(low, high).opened(open_low, open_high)
    }

    pub(super) fn negative(self) -> Self {
        Self::new(-self.high, -self.low).opened(self.open_high, self.open_low)
    }

    pub(super) fn magnitude(self) -> Self {
        if self.is_negative() || self.low < 0.0 && self.high <= 0.0 {
            return self.negative();
        }
        if self.low >= 0.0 {
            return self;
        }
        Self::new(0.0, self.high.max(-self.low))
    }

    /// Above an open end a sum is above the sum of the ends, however that was rounded down.
    pub(super) fn sum(self, other: Self) -> Self {
        Self::new(add_down(self.low, other.low), add_up(self.high, other.high))
            .opened(self.open_low || other.open_low, self.open_high || other.open_high)
    }

    pub(super) fn difference(self, other: Self) -> Self {
        self.sum(other.negative())
    }

    /// The product, with 0·∞ = 0.
    ///
    /// That is the right enclosure of a product of unbounded spans too: every number between 0 and ∞ is approached, and
    /// the other corners enclose those.
    pub(super) fn product(self, other: Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return Self::ZERO;
        }
        if self.is_negative() {
            return self.negative().product(other).negative();
        }
        if other.is_negative() {
            return self.product(other.negative()).negative();
        }
        let corners = [(self.low, other.low), (self.low, other.high), (self.high, other.low), (self.high, other.high)];
        let low = corners.iter().fold(f64::INFINITY, |low, &(a, b)| low.min(mul_down(a, b)));
        let high = corners.iter().fold(f64::NEG_INFINITY, |high, &(a, b)| high.max(mul_up(a, b)));
        // What lies next to 0 times what is unbounded may be anything.
        let unbounded = |a: Self, b: Self| a.low == 0.0 && a.high == 0.0 && b.high == f64::INFINITY;
        let high = if unbounded(self, other) || unbounded(other, self) { f64::INFINITY } else { high };
        let unbounded = |a: Self, b: Self| a.low == 0.0 && a.high == 0.0 && b.low == f64::NEG_INFINITY;
        let low = if unbounded(self, other) || unbounded(other, self) { f64::NEG_INFINITY } else { low };
        // x > a and y > 0 give x·y > a·y, which is at least the smallest corner; so for the upper end.
        let (by_self, by_other) = (other.is_positive(), self.is_positive());
        let open_low = by_self && self.open_low || by_other && other.open_low || by_self && by_other && low == 0.0;
        let open_high = by_self && self.open_high || by_other && other.open_high;
        Self::new(low, high).opened(open_low, open_high)
    }

    /// The quotient, the whole line where the divisor may be 0 or have either sign.
    pub(super) fn quotient(self, divisor: Self) -> Self {
        if divisor.is_negative() || divisor.low < 0.0 && divisor.high <= 0.0 {
            return self.negative().quotient(divisor.negative());
        }
        if divisor.low < 0.0 || divisor.is_zero() {
            return Self::WHOLE;
        }
        // The divisor is positive, or 0 at its lower end. ∞/∞ adds nothing to what the other corners enclose.
        let corner = |end: f64, divisor: f64, divide: fn(f64, f64) -> f64| match (end, divisor) {
            (0.0, _) => 0.0,
            (end, 0.0) => f64::INFINITY.copysign(end),
            (end, divisor) if end.is_infinite() && divisor.is_infinite() => f64::NAN,
            (end, divisor) => divide(end, divisor),
        };
        let low = corner(self.low, divisor.low, div_down).min(corner(self.low, divisor.high, div_down));
        let high = corner(self.high, divisor.low, div_up).max(corner(self.high, divisor.high, div_up));
        let positive = divisor.is_positive();
        let open_low = positive && (self.open_low || self.is_positive() && low == 0.0);
        let open_high = positive && (self.open_high || self.is_negative() && high == 0.0);
        // What lies next to 0 over what reaches 0 may be anything of its sign.
        let any = divisor.low == 0.0 && !self.is_zero();
        let low = if any && self.high == 0.0 && !self.is_positive() { f64::NEG_INFINITY } else { low };
        let high = if any && self.low == 0.0 && !self.is_negative() { f64::INFINITY } else { high };
        Self::or_unbounded(low, high).opened(open_low, open_high)
    }
}
