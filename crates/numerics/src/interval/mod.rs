//! Interval arithmetic: what a formula can be on a whole range of arguments.
//!
//! Evaluating a loss on `Jet<Bounds>` encloses its value, gradient and Hessian over a box of targets and predictions at
//! once, unbounded boxes included. A claim that holds for the enclosures holds for every point of the box: this is how
//! claims are proven rather than sampled.
//!
//! Each operation encloses the exact results for all arguments in its operands, and also the results that `f64`
//! arithmetic rounds them to (but for an infinite quotient by 0, whose sign is that of the zero). Sums, products and
//! quotients are rounded outward from their true value; they stay exact where they are exact. Functions are moved outward
//! by more than twice the error that [`elementary`](crate::elementary) documents for them, once for the computed end and
//! once for a computed point inside.

mod functions;
mod rounding;
mod span;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

use span::Span;

/// An enclosure `[low, high]` of numbers on the extended real line, and whether it came about without a jump.
///
/// An infinite end says that the numbers are unbounded, or infinite. There is no NaN and no empty enclosure: a result
/// that is nowhere defined is the whole line. Where a result is undefined for some arguments only, it encloses the
/// others' results.
///
/// An end may be open: then the numbers come as close to it as they like without reaching it. So a range may end at a
/// kink without being on both sides of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    span: Span,
    /// Whether every operation that led here is continuous in the prediction on all of its operands.
    continuous: bool,
    /// Whether it does not depend on the prediction.
    fixed: bool,
    /// Its degree as a polynomial in the target, if it is one while the prediction stays; else [`NO_POLYNOMIAL`].
    degree: u8,
    /// Where this number is known to be `target + d`: the range of `d`.
    offset: Option<Span>,
}

/// For numbers that depend on the target in another way than as a polynomial.
const NO_POLYNOMIAL: u8 = u8::MAX;

/// The outcome of a comparison of enclosures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds for all numbers enclosed.
    True,
    /// It holds for none.
    False,
    /// It is not known to hold for all or for none.
    Unknown,
}

impl Bounds {
    /// The whole line, reached with a jump for all that is known.
    pub const WHOLE: Self =
        Self { span: Span::WHOLE, continuous: false, fixed: false, degree: NO_POLYNOMIAL, offset: None };

    /// All numbers of `[low, high]`; of the whole line where that is no interval.
    pub fn new(low: f64, high: f64) -> Self {
        Self::made(Span::new(low, high), true)
    }

    /// As [`new`](Self::new), without the ends that are said to be open. Of a single number with an open end is left
    /// what lies next to it on that side: functions of it are one-sided limits.
    pub fn with_open_ends(low: f64, high: f64, open_low: bool, open_high: bool) -> Self {
        Self::made(Span::new(low, high).opened(open_low, open_high), true)
    }

    /// The number `x` itself.
    pub fn point(x: f64) -> Self {
        Self { fixed: true, ..Self::new(x, x) }
    }

    /// These numbers as targets: differences of predictions from them are those that [`beside`](Self::beside) was given.
    ///
    /// Two independent ranges make a wide difference however small the residual is. So a formula may be evaluated on
    /// ranges of target and residual instead. It must have one target only.
    #[must_use]
    pub fn as_target(self) -> Self {
        Self { fixed: true, degree: 1, offset: Some(Span::ZERO), ..self }
    }

    /// All `target + residual` with a residual inside of the bounds.
    pub fn beside(target: Self, residual: Self) -> Self {
        target + residual
    }

    /// The lower end.
    pub fn low(self) -> f64 {
        self.span.low
    }

    /// The upper end.
    pub fn high(self) -> f64 {
        self.span.high
    }

    /// Whether the result is known to be continuous in the prediction, for every fixed target: where it is not, an
    /// operand lies on both sides of a case distinction, of the corner of an absolute value in a derivative, or of a pole.
    ///
    /// Values may be infinite; continuity is that of the extended line.
    pub fn is_continuous(self) -> bool {
        self.continuous
    }

    /// Whether the result is known to be a straight line in the target, for every fixed prediction or residual: then it
    /// lies between its values at the ends of the range of targets.
    pub fn is_linear_in_target(self) -> bool {
        self.degree <= 1
    }

    /// Whether `x` lies inside or is an end.
    pub fn contains(self, x: f64) -> bool {
        self.span.contains(x)
    }

    /// The numbers that also lie in `other`, `None` where there are none.
    pub fn within(self, other: Self) -> Option<Self> {
        self.span.meet(other.span).map(|span| Self { span, ..self })
    }

    /// What two enclosures of the same number have in common.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        let continuous = self.continuous || other.continuous;
        // They cannot be apart; if they were, either would do.
        let degree = self.degree.min(other.degree);
        Self { continuous, degree, ..self.within(other).unwrap_or(self) }
    }

    /// The smallest enclosure of two enclosures: of a number that lies in one or the other, or between them.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { degree: NO_POLYNOMIAL, ..self.of_two(other, self.span.hull(other.span)) }
    }

    fn made(span: Span, continuous: bool) -> Self {
        Self { span, continuous, fixed: false, degree: 0, offset: None }
    }

    fn is_zero(self) -> bool {
        self.span.is_zero()
    }

    /// The result of an operation that is continuous in both operands.
    fn of_two(self, other: Self, span: Span) -> Self {
        let continuous = self.continuous && other.continuous;
        let degree = if self.degree == 0 && other.degree == 0 { 0 } else { NO_POLYNOMIAL };
        Self { span, continuous, fixed: self.fixed && other.fixed, degree, offset: None }
    }

    /// The product, with 0·∞ = 0.
    fn product(self, other: Self) -> Self {
        if self.is_zero() || other.is_zero() {
            // What does not change does not jump.
            return Self::point(0.0);
        }
        let degree = self.degree.saturating_add(other.degree);
        Self { degree, ..self.of_two(other, self.span.product(other.span)) }
    }

    /// The quotient of numbers that know nothing of each other.
    fn quotient(self, divisor: Self) -> Self {
        let quotient = self.of_two(divisor, self.span.quotient(divisor.span));
        // A pole is a jump. Coming from one side only, it is none if the numerator stays what it is; one that passes 0
        // on the way may do anything.
        let (low, high) = (divisor.span.low, divisor.span.high);
        let jumps = if divisor.span.is_positive() || divisor.span.is_negative() {
            false
        } else {
            low < 0.0 && high > 0.0 || divisor.is_zero() || !self.fixed && self.contains(0.0)
        };
        let degree = if divisor.degree == 0 { self.degree } else { quotient.degree };
        Self { continuous: quotient.continuous && !jumps, degree, ..quotient }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { low, high, open_low, open_high } = self.span;
        let (open, close) = (if open_low { '(' } else { '[' }, if open_high { ')' } else { ']' });
        // In this format with an exponent where that is shorter.
        write!(f, "{open}{low:?}, {high:?}{close}")
    }
}

impl Neg for Bounds {
    type Output = Self;
    fn neg(self) -> Self {
        Self { span: self.span.negative(), offset: None, ..self }
    }
}

impl Add for Bounds {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        // target + d, and something more: target + (d + something).
        let offset = match (self.offset, other.offset) {
            (Some(offset), None) => Some(offset.sum(other.span)),
            (None, Some(offset)) => Some(offset.sum(self.span)),
            _ => None,
        };
        Self { offset, degree: self.degree.max(other.degree), ..self.of_two(other, self.span.sum(other.span)) }
    }
}

impl Sub for Bounds {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        let degree = self.degree.max(other.degree);
        let difference = Self { degree, ..self.of_two(other, self.span.difference(other.span)) };
        match (self.offset, other.offset) {
            // The target cancels.
            (Some(offset), Some(taken)) => {
                let span = offset.difference(taken);
                Self { span: span.meet(difference.span).unwrap_or(span), degree: 0, ..difference }
            }
            (Some(offset), None) => Self { offset: Some(offset.difference(other.span)), ..difference },
            _ => difference,
        }
    }
}

impl Mul for Bounds {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let undefined = |a: Self, b: Self| a.is_zero() && b.span.is_infinite_point();
        if undefined(self, other) || undefined(other, self) { Self::WHOLE } else { self.product(other) }
    }
}

impl Div for Bounds {
    type Output = Self;
    fn div(self, divisor: Self) -> Self {
        let quotient = self.quotient(divisor);
        if self.offset.is_none() || divisor.offset.is_none() {
            return quotient;
        }
        // (t + a)/(t + b) = 1 + (a − b)/(t + b), which is tight where the two are close.
        let excess = (self - divisor).quotient(divisor);
        Self { continuous: quotient.continuous, ..quotient.meet(excess + Self::point(1.0)) }
    }
}
