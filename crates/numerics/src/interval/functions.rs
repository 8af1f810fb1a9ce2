//! [`Real`] and [`Scalar`] for [`Bounds`]: monotone functions by their ends, the others by their known extrema.
//!
//! Steps outward are more than twice the error of the function at a point, see the parent module.

use super::rounding::{add_down, add_up, higher, lower};
use super::span::Span;
use super::{Bounds, NO_POLYNOMIAL, Truth};
use crate::real::{Function, Real, Scalar};

/// For `exp`, `ln` and `ln_1p`, which are within 1 ulp.
const WITHIN_1_ULP: u32 = 3;
/// For `softplus`, `sigmoid`, `logistic_loss` and `logistic_curvature`, which are within 2.5 ulp.
const WITHIN_3_ULP: u32 = 7;
/// For the functions of [`special`](crate::elementary), which aim at 4 ulp and are granted 8.
const SPECIAL: u32 = 17;
/// For the deviance of the Tweedie distributions, a power times a series or a difference: granted 32 ulp.
const TWEEDIE: u32 = 65;
/// As a relative error: 16 ulp, for a sum that may cancel, relative to its terms.
const OF_TERMS: f64 = 16.0 * f64::EPSILON;

/// All numbers from 0.
const NON_NEGATIVE: (f64, f64) = (0.0, f64::INFINITY);
/// Shares and probabilities.
const UNIT: (f64, f64) = (0.0, 1.0);

/// A computed end moved down, inside of the range of the function; NaN stands for unknown.
fn low_end(computed: f64, steps: u32, range: (f64, f64)) -> f64 {
    if computed.is_nan() { range.0 } else { lower(computed, steps).max(range.0).min(range.1) }
}

/// A computed end moved up, inside of the range of the function; NaN stands for unknown.
fn high_end(computed: f64, steps: u32, range: (f64, f64)) -> f64 {
    if computed.is_nan() { range.1 } else { higher(computed, steps).min(range.1).max(range.0) }
}

/// A computed value that is not negative, and what may be around it; NaN stands for unknown.
fn around(computed: f64, steps: u32) -> Span {
    Span::new(low_end(computed, steps, NON_NEGATIVE), high_end(computed, steps, NON_NEGATIVE))
}

/// Whether the terms of a deviance cancel: otherwise its textbook form loses nothing.
fn are_close(x: f64, y: f64) -> bool {
    (0.25..4.0).contains(&(y / x))
}

/// Where the true value is a float that is computed without error, as e⁰ is.
type Exact = (f64, f64);

impl Bounds {
    /// The result of an operation that is continuous in its operand.
    fn of_one(self, span: Span) -> Self {
        Self { span, offset: None, degree: if self.degree == 0 { 0 } else { NO_POLYNOMIAL }, ..self }
    }

    /// As [`of_one`](Self::of_one), of a function that is the operand or its negative where `straight`.
    fn of_one_or_straight(self, span: Span, straight: bool) -> Self {
        Self { degree: if straight { self.degree } else { self.of_one(span).degree }, ..self.of_one(span) }
    }

    /// The degree of a function of the prediction `self` that is linear in `coefficient`.
    fn degree_as_coefficient(self, coefficient: Self) -> u8 {
        if self.degree == 0 { coefficient.degree } else { NO_POLYNOMIAL }
    }

    /// A strictly growing function of `self`, from its range and a point where it is exact.
    fn growing(self, f: impl Fn(f64) -> f64, steps: u32, range: (f64, f64), exact: Option<Exact>) -> Self {
        let known = |x: f64| exact.filter(|&(at, _)| at == x).map(|(_, value)| value);
        let Span { low, high, open_low, open_high } = self.span;
        let low = known(low).unwrap_or_else(|| low_end(f(low), steps, range));
        let high = known(high).unwrap_or_else(|| high_end(f(high), steps, range));
        self.of_one(Span::new(low, high).opened(open_low, open_high))
    }

    /// An even function of `self` that grows with the magnitude, from `least` at 0.
    fn valley(self, f: impl Fn(f64) -> f64, steps: u32, (least, most): (f64, f64)) -> Self {
        let Span { low: smallest, high: largest, .. } = self.span.magnitude();
        let low = if smallest == 0.0 { least } else { low_end(f(smallest), steps, (least, most)) };
        let high = if largest == 0.0 { least } else { high_end(f(largest), steps, (least, most)) };
        self.of_one(Span::new(low, high))
    }

    /// An even function of `self` that falls with the magnitude, from `most` at 0.
    fn peak(self, f: impl Fn(f64) -> f64, steps: u32, (least, most): (f64, f64)) -> Self {
        let Span { low: smallest, high: largest, .. } = self.span.magnitude();
        let low = if largest == 0.0 { most } else { low_end(f(largest), steps, (least, most)) };
        let high = if smallest == 0.0 { most } else { high_end(f(smallest), steps, (least, most)) };
        self.of_one(Span::new(low, high))
    }

    /// The part from `least` on, where a function begins to be defined.
    fn at_least(self, least: f64) -> Option<Self> {
        let continuous = self.continuous && self.low() >= least;
        self.within(Self::new(least, f64::INFINITY)).map(|part| Self { continuous, ..part })
    }

    /// A function that is 0 where both are equal and grows away from there in each: a deviance, enclosed at points by
    /// `at`.
    fn deviance(self, other: Self, at: impl Fn(f64, f64) -> Span) -> Self {
        let (x, y) = (self.span, other.span);
        let low = if x.low > y.high {
            at(x.low, y.high).low
        } else if x.high < y.low {
            at(x.high, y.low).low
        } else {
            0.0
        };
        let corner = |(x, y): (f64, f64)| if x == y { 0.0 } else { at(x, y).high };
        // The largest value is as far from the diagonal as can be.
        let corners = [(x.low, y.high), (x.high, y.low)].map(corner);
        self.of_two(other, Span::new(low.max(0.0), corners.into_iter().fold(low, f64::max)))
    }

    /// The parts from 0 on and up to 0, as closed spans.
    fn halves(self) -> [Option<Span>; 2] {
        let closed = self.span.opened(false, false);
        [Span::new(0.0, f64::INFINITY), Span::new(f64::NEG_INFINITY, 0.0)].map(|half| closed.meet(half))
    }

    /// Both ends moved outward by some floats, inside of the range of the function, but not past 0: relative errors do
    /// not change signs.
    fn loosened(self, steps: u32, range: (f64, f64)) -> Self {
        let span = self.span;
        let (least, most) = (if span.low >= 0.0 { 0.0 } else { range.0 }, if span.high <= 0.0 { 0.0 } else { range.1 });
        let low = low_end(span.low, steps, (range.0.max(least), range.1));
        let high = high_end(span.high, steps, (range.0, range.1.min(most)));
        let loose = Span::new(low, high);
        self.of_one(loose.opened(span.open_low, span.open_high))
    }
}

/// The lower end of `convex` on a stretch, given the place of its minimum over the whole line; `slack` is the error at a
/// point. NaN stands for unknown.
fn least_of_convex(part: Span, minimum_at: f64, convex: impl Fn(f64) -> (f64, f64)) -> f64 {
    let at = if minimum_at.is_nan() { part.low } else { minimum_at.max(part.low).min(part.high) };
    let (value, slack) = convex(at);
    let low = add_down(value, -slack);
    if value.is_nan() || minimum_at.is_nan() { f64::NEG_INFINITY } else { low }
}

/// The upper end of `convex` on a stretch: at one of its ends.
fn most_of_convex(part: Span, convex: impl Fn(f64) -> (f64, f64)) -> f64 {
    [part.low, part.high].into_iter().fold(f64::NEG_INFINITY, |most, end| {
        let (value, slack) = convex(end);
        if value.is_nan() { f64::INFINITY } else { most.max(add_up(value, slack)) }
    })
}

/// `a·eˣ − b·x` and a bound on its error, by the limits at ±∞.
fn exp_less_linear(x: f64, a: f64, b: f64) -> (f64, f64) {
    // In two steps where the exponential alone would overflow.
    let growth = match (a, Real::exp(x)) {
        (0.0, _) => 0.0,
        (a, f64::INFINITY) => (a * Real::exp(x * 0.5)) * Real::exp(x * 0.5),
        (a, power) => a * power,
    };
    let line = if b == 0.0 || x == 0.0 { 0.0 } else { b * x };
    if growth == f64::INFINITY && line == f64::INFINITY && x == f64::INFINITY {
        // The exponential outgrows every line.
        return (f64::INFINITY, 0.0);
    }
    // Infinite terms have no error.
    let size = growth.abs() + line.abs();
    let slack = if size.is_finite() { OF_TERMS * size + f64::MIN_POSITIVE } else { 0.0 };
    (growth - line, slack)
}

impl Real for Bounds {
    type Base = Self;
    type Mask = Truth;

    fn constant(value: Self) -> Self {
        value
    }
    fn at_most(self, bound: Self) -> Truth {
        match self.span.at_most(bound.span) {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Unknown,
        }
    }
    fn below(self, bound: Self) -> Truth {
        match bound.at_most(self) {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
    fn select(mask: Truth, yes: Self, no: Self) -> Self {
        match mask {
            Truth::True => yes,
            Truth::False => no,
            Truth::Unknown => {
                let hull = yes.of_two(no, yes.span.hull(no.span));
                // One number on both sides is no jump; two ranges may be apart at the place where the sides meet.
                let same = yes.span == no.span && hull.low() == hull.high();
                let degree = if same { hull.degree } else { NO_POLYNOMIAL };
                Self { continuous: hull.continuous && same, fixed: false, degree, ..hull }
            }
        }
    }

    /// Directed rounding of difference and product.
    fn minus_times(self, y: Self, weight: Self) -> Self {
        (self - y).product(weight)
    }
    fn weighted(self, weight: Self) -> Self {
        weight.product(self)
    }
    fn without_negative_zero(self) -> Self {
        self
    }
    fn apply<F: Function<Self>>(self, function: F) -> Self {
        function.value(self)
    }
    /// Directed rounding; at least 0.
    fn square(self) -> Self {
        let size = self.span.magnitude();
        Self { degree: self.degree.saturating_mul(2), ..self.of_one(size.product(size)) }
    }
    /// Exact.
    fn abs(self) -> Self {
        self.of_one_or_straight(self.span.magnitude(), self.low() >= 0.0 || self.high() <= 0.0)
    }
    /// Exact.
    fn positive_part(self) -> Self {
        let Span { low, high, open_low, open_high } = self.span;
        // An open end stays one where it is not cut off.
        let span = Span::new(low.max(0.0), high.max(0.0));
        self.of_one_or_straight(span.opened(open_low && low >= 0.0, open_high && high > 0.0), low >= 0.0)
    }
    /// Error at most 1 ulp.
    fn exp(self) -> Self {
        self.growing(Real::exp, WITHIN_1_ULP, NON_NEGATIVE, Some((0.0, 1.0)))
    }
    /// Error at most 2 ulp; above both 0 and `x`.
    fn softplus(self) -> Self {
        let ends = self.growing(Real::softplus, WITHIN_3_ULP, NON_NEGATIVE, None);
        let above = Span::new(self.low().max(0.0), f64::INFINITY);
        ends.of_one(ends.span.meet(above).unwrap_or(ends.span))
    }
    /// The error of `ln`, and directed rounding of the product.
    fn ln_times(self, weight: Self) -> Self {
        if weight.is_zero() { Self::point(0.0) } else { weight.product(self.ln()) }
    }
    /// The error of `ln_1p`, and directed rounding of the product.
    fn ln_1m_times(self, weight: Self) -> Self {
        if weight.is_zero() { Self::point(0.0) } else { weight.product((-self).ln_1p()) }
    }
    /// As from the two logarithms: for targets between 0 and 1 their hull.
    fn hard_cross_entropy(self, y: Self) -> Self {
        -(self.ln_times(y) + self.ln_1m_times(y.complement()))
    }
    /// Error at most 2 ulp. Convex in the logit, with the minimum at the logit of `y`; linear in `y`.
    fn logistic_loss(self, y: Self) -> Self {
        let Some(share) = y.span.meet(Span::new(0.0, 1.0)) else { return Self::WHOLE };
        let loss = |z: f64, y: f64| (<f64 as Real>::logistic_loss(z, y), 0.0);
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        // For positive logits the loss falls with y, for negative ones it grows.
        let [positive, negative] = self.halves();
        for (part, best, worst) in [(positive, share.high, share.low), (negative, share.low, share.high)] {
            let Some(part) = part else { continue };
            let logit = Scalar::ln(best) - Scalar::ln_1p(-best);
            low = low.min(least_of_convex(part, logit, |z| loss(z, best)));
            high = high.max(most_of_convex(part, |z| loss(z, worst)));
        }
        let (low, high) = (low_end(low, WITHIN_3_ULP, NON_NEGATIVE), high_end(high, WITHIN_3_ULP, NON_NEGATIVE));
        Self { degree: self.degree_as_coefficient(y), ..self.of_two(y, Span::new(low, high)) }
    }
    /// Directed rounding of the product, and the error of `exp`.
    fn exp_times(self, rate: Self) -> Self {
        self.product(rate).exp()
    }
    /// Error at most 16 ulp of the larger term. Convex in `x`, with the minimum at `ln(b/a)`; linear in `a` and `b`.
    fn exp_less_linear(self, a: Self, b: Self) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        // The sign of x decides which end of b makes the line higher.
        let [positive, negative] = self.halves();
        for (part, higher_line, lower_line) in [(positive, b.high(), b.low()), (negative, b.low(), b.high())] {
            let Some(part) = part else { continue };
            // Without growth, or against a falling line, the smallest value is where the line is highest.
            let bottom = if higher_line <= 0.0 {
                f64::NEG_INFINITY
            } else if a.low() == 0.0 {
                f64::INFINITY
            } else {
                // Not of the quotient, which may overflow.
                Scalar::ln(higher_line) - Scalar::ln(a.low())
            };
            low = low.min(least_of_convex(part, bottom, |x| exp_less_linear(x, a.low(), higher_line)));
            high = high.max(most_of_convex(part, |x| exp_less_linear(x, a.high(), lower_line)));
        }
        // A term beyond the range of floats is not infinite for that.
        let result = self.of_two(a, Span::or_unbounded(low.min(f64::MAX), high.max(f64::MIN)));
        let degree = self.degree_as_coefficient(a).max(self.degree_as_coefficient(b));
        Self { degree, ..result.of_two(b, result.span) }
    }
    /// Granted 8 ulp; smallest at 0.
    fn log_cosh(self) -> Self {
        self.valley(Real::log_cosh, SPECIAL, NON_NEGATIVE)
    }
    /// Granted 8 ulp; grows with the magnitude, falls with `c`.
    fn hypot_less(self, c: Self) -> Self {
        let low = self.valley(|x| Real::hypot_less(x, c.high()), SPECIAL, NON_NEGATIVE).low();
        let high = self.valley(|x| Real::hypot_less(x, c.low()), SPECIAL, NON_NEGATIVE).high();
        self.of_two(c, Span::new(low, high))
    }
    /// Granted 8 ulp; grows with `x`, falls with `y`. Close to the target by their difference, if that is known.
    fn ln_1p_minus(self, y: Self) -> Self {
        let (Some(x), Some(base)) = (self.at_least(-1.0), y.at_least(-1.0)) else { return Self::WHOLE };
        let ratio = |x: f64, y: f64| match (x, y) {
            (f64::INFINITY, f64::INFINITY) | (-1.0, -1.0) => f64::NAN,
            (f64::INFINITY, _) | (_, -1.0) => f64::INFINITY,
            (_, f64::INFINITY) | (-1.0, _) => f64::NEG_INFINITY,
            (x, y) if x == y => 0.0,
            (x, y) => Real::ln_1p_minus(x, y),
        };
        let line = (f64::NEG_INFINITY, f64::INFINITY);
        let [low, high] = [ratio(x.low(), base.high()), ratio(x.high(), base.low())];
        // Exactly 0 where the two are equal.
        let low = if low == 0.0 { low } else { low_end(low, SPECIAL, line) };
        let high = if high == 0.0 { high } else { high_end(high, SPECIAL, line) };
        let ends = x.of_two(base, Span::new(low, high));
        if self.offset.is_none() || y.offset.is_none() {
            return ends;
        }
        let excess = (self - y).quotient(base + Self::point(1.0));
        excess.ln_1p().loosened(SPECIAL, line).meet(ends)
    }
    /// Softplus at `x + ln a`, with the rounding errors of that sum and 8 ulp more.
    fn scaled_exp(self, weight: Self) -> Self {
        self.exp().weighted(weight)
    }
    fn ln_1p_scaled_exp(self, a: Self, weight: Self) -> Self {
        (self + a.ln()).softplus().loosened(SPECIAL, NON_NEGATIVE).weighted(weight)
    }
}

impl Bounds {
    /// A function with one value for negative numbers, one at 0 and one for positive numbers, none below the one before.
    fn step(self, negative: f64, zero: f64, positive: f64) -> Self {
        let span = self.span;
        let low = if span.is_positive() {
            positive
        } else if span.low < 0.0 || span.is_negative() {
            negative
        } else {
            zero
        };
        let high = if span.is_negative() {
            negative
        } else if span.high > 0.0 || span.is_positive() {
            positive
        } else {
            zero
        };
        Self {
            continuous: self.continuous && low == high,
            degree: if low == high { 0 } else { NO_POLYNOMIAL },
            ..self.of_one(Span::new(low, high))
        }
    }

    /// `σ(self) − y` at one end: the error is relative to the larger of the two.
    fn residual_slack(z: f64, y: f64) -> f64 {
        OF_TERMS * y.abs().max(Scalar::sigmoid(z)) + f64::MIN_POSITIVE
    }

    /// `self^exponent` from the corners: its logarithm is a product.
    fn power_corners(self, exponent: Self) -> (f64, f64) {
        let corners = [self.low(), self.high()].map(|x| [exponent.low(), exponent.high()].map(|power| (x, power)));
        corners.into_iter().flatten().fold((f64::INFINITY, 0.0_f64), |(low, high), (x, power)| {
            // 1 exactly; and of ∞⁰ and 1^∞ the other corners know more.
            if power == 0.0 || x == 1.0 {
                return (low.min(1.0), high.max(1.0));
            }
            let value = Scalar::raise(x, power);
            (low.min(low_end(value, SPECIAL, NON_NEGATIVE)), high.max(high_end(value, SPECIAL, NON_NEGATIVE)))
        })
    }
}

impl Scalar for Bounds {
    fn literal(value: f64) -> Self {
        Self::point(value)
    }
    fn parameter(_name: &'static str, value: f64) -> Self {
        Self::point(value)
    }

    /// Exact.
    fn clamped(self, bound: Self) -> Self {
        let (x, bound_span) = (self.span, bound.span);
        let low = x.low.min(bound_span.low).max(-bound_span.high);
        let high = x.high.min(bound_span.high).max(-bound_span.low);
        // An open end stays one where it is not cut off.
        let span = Span::new(low, high).opened(x.open_low && low == x.low, x.open_high && high == x.high);
        self.of_two(bound, span)
    }
    /// Rounded correctly.
    fn sqrt(self) -> Self {
        let root = |x: f64| Scalar::sqrt(x);
        self.at_least(0.0).map_or(Self::WHOLE, |x| x.growing(root, 1, NON_NEGATIVE, Some((1.0, 1.0))))
    }
    /// Exact; jumps at 0.
    fn sign(self) -> Self {
        self.step(-1.0, 0.0, 1.0)
    }
    /// Exact; jumps at 0.
    fn is_positive(self) -> Self {
        self.step(0.0, 0.0, 1.0)
    }
    /// Error at most 2 ulp.
    fn sigmoid(self) -> Self {
        self.growing(Scalar::sigmoid, WITHIN_3_ULP, UNIT, Some((0.0, 0.5)))
    }
    /// Error at most 2.5 ulp of the larger of `σ(z)` and `y`; between `−y` and `1 − y`.
    fn logistic_residual(self, y: Self) -> Self {
        let (z, y_span) = (self.span, y.span);
        let low = add_down(Scalar::logistic_residual(z.low, y_span.high), -Self::residual_slack(z.low, y_span.high));
        let high = add_up(Scalar::logistic_residual(z.high, y_span.low), Self::residual_slack(z.high, y_span.low));
        let (least, most) = (-y_span.high, add_up(1.0, -y_span.low));
        let span = Span::or_unbounded(low.max(least), high.min(most));
        Self { degree: self.degree_as_coefficient(y), ..self.of_two(y, span) }
    }
    /// Error at most 2.5 ulp; largest at 0.
    fn logistic_curvature(self) -> Self {
        self.peak(Scalar::logistic_curvature, WITHIN_3_ULP, (0.0, 0.25))
    }
    fn times0(self, factor: Self) -> Self {
        self.product(factor)
    }
    fn over0(self, divisor: Self) -> Self {
        if self.is_zero() { Self::point(0.0) } else { self / divisor }
    }
    /// Directed rounding of product and sum.
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self * factor + term
    }
    /// Error at most 1 ulp.
    fn ln(self) -> Self {
        let line = (f64::NEG_INFINITY, f64::INFINITY);
        self.at_least(0.0).map_or(Self::WHOLE, |x| x.growing(Scalar::ln, WITHIN_1_ULP, line, Some((1.0, 0.0))))
    }
    /// Error at most 1 ulp.
    fn ln_1p(self) -> Self {
        let line = (f64::NEG_INFINITY, f64::INFINITY);
        let ln_1p = |x: f64| if x == f64::INFINITY { x } else { Scalar::ln_1p(x) };
        self.at_least(-1.0).map_or(Self::WHOLE, |x| x.growing(ln_1p, WITHIN_1_ULP, line, Some((0.0, 0.0))))
    }
    /// Granted 8 ulp.
    fn tanh(self) -> Self {
        self.growing(Scalar::tanh, SPECIAL, (-1.0, 1.0), Some((0.0, 0.0)))
    }
    /// Granted 8 ulp; largest at 0.
    fn sech_squared(self) -> Self {
        self.peak(Scalar::sech_squared, SPECIAL, UNIT)
    }
    /// Granted 8 ulp; extreme at the corners, as its logarithm is a product.
    fn raise(self, exponent: Self) -> Self {
        let Some(base) = self.at_least(0.0) else { return Self::WHOLE };
        let (low, high) = base.power_corners(exponent);
        base.of_two(exponent, Span::new(low, high))
    }
    /// Granted 8 ulp; grows with `x`, shrinks with `c`.
    fn over_hypot(self, c: Self) -> Self {
        let at = |x: f64, c: f64| Scalar::over_hypot(x, c);
        let range = (-1.0, 1.0);
        // The magnitude falls with c.
        let Span { low, high, .. } = self.span;
        let low_c = if low >= 0.0 { c.high() } else { c.low() };
        let high_c = if high >= 0.0 { c.low() } else { c.high() };
        let low = if low == 0.0 { 0.0 } else { low_end(at(low, low_c), SPECIAL, range) };
        let high = if high == 0.0 { 0.0 } else { high_end(at(high, high_c), SPECIAL, range) };
        self.of_two(c, Span::new(low, high))
    }
    /// Granted 8 ulp; largest at 0, grows with `c`.
    fn hypot_curvature(self, c: Self) -> Self {
        let low = self.peak(|x| Scalar::hypot_curvature(x, c.low()), SPECIAL, UNIT).low();
        let high = self.peak(|x| Scalar::hypot_curvature(x, c.high()), SPECIAL, UNIT).high();
        self.of_two(c, Span::new(low, high))
    }
    /// The error of `exp`, directed rounding, and room for the last digits.
    fn exp_less(self, a: Self, b: Self) -> Self {
        let difference = a.product(self.exp()) - b;
        Self { degree: difference.degree, ..difference.loosened(SPECIAL, (-b.high(), f64::INFINITY)) }
    }
    /// The sigmoid at `x + ln a`, with the rounding errors of that sum and 8 ulp more.
    fn scaled_odds(self, a: Self, weight: Self) -> Self {
        (self + a.ln()).sigmoid().loosened(SPECIAL, UNIT).weighted(weight)
    }
    /// The logistic curvature at `x + ln a`, granted 8 ulp, with the rounding errors of that sum: largest where it is 0.
    fn scaled_odds_curvature(self, a: Self, weight: Self) -> Self {
        (self + a.ln()).peak(Scalar::logistic_curvature, SPECIAL, (0.0, 0.25)).weighted(weight)
    }
    /// Directed rounding of the quotient, then granted 8 ulp; 0 and smallest at 0.
    fn ln_1p_shortfall(self, divisor: Self) -> Self {
        let Some(t) = (self / divisor).at_least(-1.0) else { return Self::WHOLE };
        let at = |t: f64| if t == 0.0 { 0.0 } else { Scalar::ln_1p_shortfall(t, 1.0) };
        let [below, above] = [t.low(), t.high()].map(at);
        let low = if t.contains(0.0) { 0.0 } else { low_end(below.min(above), SPECIAL, NON_NEGATIVE) };
        let high = if below.max(above) == 0.0 { 0.0 } else { high_end(below.max(above), SPECIAL, NON_NEGATIVE) };
        t.of_one(Span::new(low, high))
    }
    /// Directed rounding of the quotient, then granted 8 ulp; smallest at 0.
    fn ln_1p_square(self, divisor: Self) -> Self {
        (self / divisor).valley(|t| Scalar::ln_1p_square(t, 1.0), SPECIAL, NON_NEGATIVE)
    }
    /// Directed rounding of the quotient, then granted 8 ulp; falls with its magnitude. At a divisor of 0 it is 0.
    fn inverse_1p_square(self, divisor: Self) -> Self {
        let (size, divisor_size) = (self.span.magnitude(), divisor.span.magnitude());
        let ratio = size.quotient(divisor_size).meet(Span::new(0.0, f64::INFINITY)).unwrap_or(Span::WHOLE);
        let ratio = if divisor_size.is_zero() { Span::new(f64::INFINITY, f64::INFINITY) } else { ratio };
        let at = |t: f64| Scalar::inverse_1p_square(t, 1.0);
        let high = if ratio.low == 0.0 { 1.0 } else { high_end(at(ratio.low), SPECIAL, UNIT) };
        let result = self.of_two(divisor, Span::new(low_end(at(ratio.high), SPECIAL, UNIT), high));
        if size.is_positive() || divisor_size.is_positive() {
            return result;
        }
        // 0/0 may be anything.
        Self { span: Span::new(0.0, 1.0), continuous: false, ..result }
    }
    /// Granted 8 ulp; grows with `x`, falls with `c`.
    fn over_1p_square(self, divisor: Self) -> Self {
        self * self.inverse_1p_square(divisor)
    }
    fn relative_excess(self, y: Self) -> Self {
        y.over0(self).complement()
    }
    fn ln_1p_gap(self, c: Self) -> Self {
        let Some(x) = self.at_least(0.0) else { return Self::WHOLE };
        let at = |x: f64, c: f64| if x == 0.0 { 0.0 } else { Scalar::ln_1p_gap(x, c) };
        let low = if x.low() == 0.0 { 0.0 } else { low_end(at(x.low(), c.high()), SPECIAL, NON_NEGATIVE) };
        let high = if x.high() == 0.0 { 0.0 } else { high_end(at(x.high(), c.low()), SPECIAL, NON_NEGATIVE) };
        x.of_two(c, Span::new(low, high))
    }
    /// Directed rounding of difference, sum and quotient; at most 2, which is the value for unequal signs.
    fn relative_distance(self, y: Self) -> Self {
        let distance = (self - y).abs();
        let mean = self.abs() * Self::point(0.5) + y.abs() * Self::point(0.5);
        let range = Self::new(0.0, 2.0);
        let quotient = distance.quotient(mean);
        let continuous = self.continuous && y.continuous && mean.span.is_positive();
        Self { continuous, ..quotient.within(range).unwrap_or(range) }.loosened(3, (0.0, 2.0))
    }
    /// Directed rounding of quotient and square, then the error of `exp`; largest at 0.
    fn exp_minus_square(self, divisor: Self) -> Self {
        (-(self / divisor).square()).exp().loosened(SPECIAL, UNIT)
    }
    /// Directed rounding of the quotient, then granted 8 ulp; smallest at 0.
    fn one_less_exp_minus_square(self, divisor: Self) -> Self {
        (self / divisor).valley(|t| Scalar::one_less_exp_minus_square(t, 1.0), SPECIAL, UNIT)
    }
    /// By the logarithm, `−exponent·softplus(−x)`: the errors of `softplus` and `exp`, and directed rounding.
    fn sigmoid_power(self, exponent: Self) -> Self {
        (-(-self).softplus()).product(exponent).exp().loosened(SPECIAL, UNIT)
    }
    /// Granted 8 ulp where the two are close, else by directed rounding and the error of `ln`; 0 where they are equal,
    /// growing away from there in both.
    fn poisson_half_deviance(self, y: Self) -> Self {
        self.deviance(y, |x, y| {
            if are_close(x, y) {
                return around(Scalar::poisson_half_deviance(x, y), SPECIAL);
            }
            let [mean, target] = [x, y].map(Self::point);
            ((target.ln() - mean.ln()).times0(target) + (mean - target)).loosened(SPECIAL, NON_NEGATIVE).span
        })
    }
    /// As [`poisson_half_deviance`](Scalar::poisson_half_deviance).
    fn gamma_half_deviance(self, y: Self) -> Self {
        self.deviance(y, |x, y| {
            if are_close(x, y) {
                return around(Scalar::gamma_half_deviance(x, y), SPECIAL);
            }
            let [mean, target] = [x, y].map(Self::point);
            let excess = (target - mean).quotient(mean);
            ((mean.ln() - target.ln()) + excess).loosened(SPECIAL, NON_NEGATIVE).span
        })
    }
    /// Granted 32 ulp; 0 where the two are equal, growing away from there in both. The power must be one number.
    fn tweedie_half_deviance(self, y: Self, power: Self) -> Self {
        if power.low() < power.high() {
            return Self::made(Span::new(0.0, f64::INFINITY), false);
        }
        self.deviance(y, |x, y| {
            let ratio = y / x;
            // Where the ratio overflows so does the computed value, whatever the true one.
            let known = y == 0.0 || (1e-290..1e290).contains(&ratio);
            around(if known { Scalar::tweedie_half_deviance(x, y, power.low()) } else { f64::NAN }, TWEEDIE)
        })
    }
}
