//! A number of about 31 digits, the unevaluated sum of two `f64`: what the losses' `f64` results are held against.
//!
//! Its elementary functions are written on their own, from the definitions: nothing is shared with the functions that
//! are being tested. They are accurate to about 1e-29, relative where the result is not subnormal.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

use dartboard_numerics::{Function, Real, Scalar};

/// `high + low`, with `low` at most half an ulp of `high`; `low` is 0 where `high` is not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dd {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

/// ln 2 in three parts.
const LN_2: [f64; 3] = [std::f64::consts::LN_2, 2.3190468138462996e-17, 5.707708438416212e-34];

fn two_sum(a: f64, b: f64) -> Dd {
    let high = a + b;
    let part = high - a;
    Dd::normal(high, (a - (high - part)) + (b - part))
}

fn two_product(a: f64, b: f64) -> Dd {
    let high = a * b;
    Dd::normal(high, a.mul_add(b, -high))
}

impl Dd {
    pub(crate) const ZERO: Self = Self { high: 0.0, low: 0.0 };
    pub(crate) const ONE: Self = Self { high: 1.0, low: 0.0 };

    fn normal(high: f64, low: f64) -> Self {
        Self { high, low: if high.is_finite() { low } else { 0.0 } }
    }

    /// The sum of two numbers of which the first is the larger.
    fn quick(a: f64, b: f64) -> Self {
        let high = a + b;
        Self::normal(high, b - (high - a))
    }

    pub(crate) fn is_finite(self) -> bool {
        self.high.is_finite()
    }

    pub(crate) fn magnitude(self) -> f64 {
        self.high.abs()
    }

    /// `self · 2^exponent`, in steps that do not overflow on the way.
    #[inline(never)]
    fn scaled(self, mut exponent: i32) -> Self {
        let mut result = self;
        while exponent != 0 {
            let step = exponent.clamp(-1000, 1000);
            let factor = 2.0_f64.powi(step);
            result = Self::quick(result.high * factor, result.low * factor);
            exponent -= step;
        }
        result
    }

    /// ln(1 + x) for |x| ≤ ½: twice the series of artanh at x / (2 + x).
    #[inline(never)]
    fn ln_1p_near(self) -> Self {
        let s = self / (self + Self::from(2.0));
        let square = s * s;
        let mut term = s;
        let mut sum = s;
        for odd in (3..200).step_by(2) {
            term = term * square;
            sum = sum + term / Self::from(f64::from(odd));
            if term.magnitude() < 1e-33 * sum.magnitude() {
                break;
            }
        }
        sum * Self::from(2.0)
    }

    /// ln(1 + x)
    #[inline(never)]
    fn ln_1p(self) -> Self {
        if self.magnitude() <= 0.25 { self.ln_1p_near() } else { (self + Self::ONE).ln() }
    }

    /// ln x: −∞ at 0.
    #[inline(never)]
    pub(crate) fn ln(self) -> Self {
        if self.high == 0.0 {
            return Self::from(f64::NEG_INFINITY);
        }
        if !self.is_finite() || self.high < 0.0 {
            return Self::from(self.high.ln());
        }
        // x = 2^k·m with m next to 1, k at first by lifting subnormals.
        let (lifted, lift) = if self.high < 1e-280 { (self.scaled(100), -100) } else { (self, 0) };
        let exponent = (lifted.high.log2()).round() as i32;
        let m = lifted.scaled(-exponent);
        let k = Self::from(f64::from(exponent + lift));
        let near = (m - Self::ONE).ln_1p_near();
        // The smaller parts first.
        near + k * Self::from(LN_2[2]) + k * Self { high: LN_2[0], low: LN_2[1] }
    }

    #[inline(never)]
    fn e_to(self) -> Self {
        if self.high < -760.0 {
            return Self::ZERO;
        }
        if self.high > 710.0 {
            return Self::from(f64::INFINITY);
        }
        let k = (self.high / LN_2[0]).round();
        let by_k = |part: f64| two_product(k, part);
        let rest = self - by_k(LN_2[0]) - by_k(LN_2[1]) - by_k(LN_2[2]);
        // e^(rest/256) − 1 by its series, then squared eight times as s ← 2s + s², which keeps the small part's digits.
        let small = rest.scaled(-8);
        let mut term = small;
        let mut sum = small;
        for n in 2..14 {
            term = term * small / Self::from(f64::from(n));
            sum = sum + term;
            if term.magnitude() < 1e-33 * sum.magnitude() {
                break;
            }
        }
        for _ in 0..8 {
            sum = sum + sum + sum * sum;
        }
        (sum + Self::ONE).scaled(k as i32)
    }
}

impl From<f64> for Dd {
    fn from(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }
}

impl PartialOrd for Dd {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.high.partial_cmp(&other.high) {
            Some(Ordering::Equal) => self.low.partial_cmp(&other.low),
            order => order,
        }
    }
}

impl Neg for Dd {
    type Output = Self;
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Add for Dd {
    type Output = Self;
    #[inline(never)]
    fn add(self, other: Self) -> Self {
        let high = two_sum(self.high, other.high);
        let low = two_sum(self.low, other.low);
        let sum = Self::quick(high.high, high.low + low.high);
        Self::quick(sum.high, sum.low + low.low)
    }
}

impl Sub for Dd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Dd {
    type Output = Self;
    #[inline(never)]
    fn mul(self, other: Self) -> Self {
        let product = two_product(self.high, other.high);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        Self::quick(product.high, product.low + if product.is_finite() { cross } else { 0.0 })
    }
}

impl Div for Dd {
    type Output = Self;
    #[inline(never)]
    fn div(self, other: Self) -> Self {
        if self.is_finite() && self.magnitude() > 1e290 && other.magnitude() > 1.0 {
            // The products below would overflow.
            return (self.scaled(-64) / other).scaled(64);
        }
        let first = self.high / other.high;
        if !first.is_finite() || !other.is_finite() || first == 0.0 {
            return Self::from(first);
        }
        let rest = self - other * Self::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Self::from(second);
        Self::quick(first, second) + Self::from(rest.high / other.high)
    }
}

impl Real for Dd {
    type Base = Self;
    type Mask = bool;

    fn constant(value: Self) -> Self {
        value
    }
    fn at_most(self, bound: Self) -> bool {
        self <= bound
    }
    fn below(self, bound: Self) -> bool {
        self < bound
    }
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    fn minus_times(self, y: Self, weight: Self) -> Self {
        (self - y) * weight
    }
    fn weighted(self, weight: Self) -> Self {
        weight.times0(self)
    }
    fn without_negative_zero(self) -> Self {
        self
    }
    fn apply<F: Function<Self>>(self, function: F) -> Self {
        function.value(self)
    }
    fn square(self) -> Self {
        self * self
    }
    fn abs(self) -> Self {
        if self.high < 0.0 { -self } else { self }
    }
    fn positive_part(self) -> Self {
        if self.high < 0.0 { Self::ZERO } else { self }
    }
    fn exp(self) -> Self {
        self.e_to()
    }
    #[inline(never)]
    fn softplus(self) -> Self {
        let tail = (-self.abs()).e_to().ln_1p();
        if self.high > 0.0 { self + tail } else { tail }
    }
    #[inline(never)]
    fn ln_times(self, weight: Self) -> Self {
        weight.times0(self.ln())
    }
    #[inline(never)]
    fn ln_1m_times(self, weight: Self) -> Self {
        weight.times0((-self).ln_1p())
    }
    #[inline(never)]
    fn hard_cross_entropy(self, y: Self) -> Self {
        -(self.ln_times(y) + self.ln_1m_times(y.complement()))
    }
    #[inline(never)]
    fn logistic_loss(self, y: Self) -> Self {
        y.times0((-self).softplus()) + y.complement().times0(self.softplus())
    }
    #[inline(never)]
    fn exp_times(self, rate: Self) -> Self {
        rate.times0(self).e_to()
    }
    #[inline(never)]
    fn exp_less_linear(self, a: Self, b: Self) -> Self {
        let power = self.scaled_exp(a);
        // The exponential wins where both are beyond the range.
        if power.is_finite() { power - b.times0(self) } else { power }
    }
    #[inline(never)]
    fn log_cosh(self) -> Self {
        let x = self.abs();
        if x.high > 1.0 {
            return x - Self::TWO.ln() + (x * Self::from(-2.0)).e_to().ln_1p();
        }
        // cosh x − 1 by its series.
        let square = x * x;
        let (mut term, mut sum) = (Self::ONE, Self::ZERO);
        for n in 1..20 {
            let n = 2.0 * f64::from(n);
            term = term * square / Self::from(n * (n - 1.0));
            sum = sum + term;
        }
        sum.ln_1p()
    }
    #[inline(never)]
    fn hypot_less(self, c: Self) -> Self {
        let hypot = hypot(self, c);
        if !hypot.is_finite() { hypot } else { self.abs() * (self.abs() / (hypot + c)) }
    }
    #[inline(never)]
    fn ln_1p_minus(self, y: Self) -> Self {
        let ratio = (self - y) / (y + Self::ONE);
        if ratio.magnitude() <= 0.25 { ratio.ln_1p_near() } else { (self + Self::ONE).ln() - (y + Self::ONE).ln() }
    }
    #[inline(never)]
    fn ln_1p_scaled_exp(self, a: Self, weight: Self) -> Self {
        weight.times0((self + a.ln()).softplus())
    }
    fn scaled_exp(self, weight: Self) -> Self {
        if weight.high == 0.0 {
            return Self::ZERO;
        }
        (self + weight.ln()).e_to()
    }
}

/// √(x² + c²), the larger of the two taken out.
fn hypot(x: Dd, c: Dd) -> Dd {
    let (x, c) = (x.abs(), c.abs());
    let (small, large) = if x < c { (x, c) } else { (c, x) };
    if !large.is_finite() {
        return large;
    }
    let q = small / large;
    large * (q * q + Dd::ONE).root()
}

impl Dd {
    const TWO: Self = Self { high: 2.0, low: 0.0 };

    /// √x: the `f64` root with two steps of Newton's method.
    #[inline(never)]
    fn root(self) -> Self {
        if self.high <= 0.0 || !self.is_finite() {
            return Self::from(self.high.sqrt());
        }
        let guess = Self::from(self.high.sqrt());
        let better = (guess + self / guess) * Self::from(0.5);
        (better + self / better) * Self::from(0.5)
    }

    /// e^x − 1
    #[inline(never)]
    fn exp_m1(self) -> Self {
        if self.magnitude() > 0.5 {
            return self.e_to() - Self::ONE;
        }
        let (mut term, mut sum) = (self, self);
        for n in 2..30 {
            term = term * self / Self::from(f64::from(n));
            sum = sum + term;
        }
        sum
    }

    /// t − ln(1 + t)
    #[inline(never)]
    fn shortfall(self) -> Self {
        if self.magnitude() > 0.2 {
            return self - self.ln_1p();
        }
        let (mut power, mut sum) = (-self, Self::ZERO);
        for n in 2..60 {
            power = power * -self;
            sum = sum + power / Self::from(f64::from(n));
        }
        sum
    }
}

impl Scalar for Dd {
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self * factor + term
    }
    fn clamped(self, bound: Self) -> Self {
        if self > bound {
            bound
        } else if self < -bound {
            -bound
        } else {
            self
        }
    }
    fn sqrt(self) -> Self {
        self.root()
    }
    fn ln(self) -> Self {
        Self::ln(self)
    }
    fn ln_1p(self) -> Self {
        Self::ln_1p(self)
    }
    #[inline(never)]
    fn tanh(self) -> Self {
        let m1 = (self.abs() * Self::from(-2.0)).exp_m1();
        let size = -m1 / (m1 + Self::TWO);
        if self.high < 0.0 { -size } else { size }
    }
    #[inline(never)]
    fn sech_squared(self) -> Self {
        let e = (self.abs() * Self::from(-2.0)).e_to();
        let more = e + Self::ONE;
        Self::from(4.0) * e / more / more
    }
    #[inline(never)]
    fn raise(self, exponent: Self) -> Self {
        if exponent.high == 0.0 {
            return Self::ONE;
        }
        (self.ln() * exponent).e_to()
    }
    #[inline(never)]
    fn over_hypot(self, c: Self) -> Self {
        self / hypot(self, c)
    }
    #[inline(never)]
    fn hypot_curvature(self, c: Self) -> Self {
        let ratio = c / hypot(self, c);
        ratio * ratio * ratio
    }
    #[inline(never)]
    fn exp_less(self, a: Self, b: Self) -> Self {
        self.scaled_exp(a) - b
    }
    #[inline(never)]
    fn scaled_odds(self, a: Self, weight: Self) -> Self {
        weight.times0((self + a.ln()).sigmoid())
    }
    #[inline(never)]
    fn scaled_odds_curvature(self, a: Self, weight: Self) -> Self {
        if weight.high == 0.0 {
            return Self::ZERO;
        }
        let shifted = self + a.ln();
        let e = -shifted.abs();
        let more = e.e_to() + Self::ONE;
        (e + weight.ln()).e_to() / more / more
    }
    #[inline(never)]
    fn ln_1p_shortfall(self, divisor: Self) -> Self {
        (self / divisor).shortfall()
    }
    #[inline(never)]
    fn ln_1p_square(self, divisor: Self) -> Self {
        let ratio = (self / divisor).abs();
        if ratio.high <= 1.0 {
            return (ratio * ratio).ln_1p();
        }
        let inverse = divisor.abs() / self.abs();
        (self.abs().ln() - divisor.abs().ln()) * Self::TWO + (inverse * inverse).ln_1p()
    }
    #[inline(never)]
    fn inverse_1p_square(self, divisor: Self) -> Self {
        let ratio = (self / divisor).abs();
        if ratio.high <= 1.0 {
            return Self::ONE / (ratio * ratio + Self::ONE);
        }
        let inverse = divisor.abs() / self.abs();
        let square = inverse * inverse;
        square / (square + Self::ONE)
    }
    #[inline(never)]
    fn over_1p_square(self, divisor: Self) -> Self {
        let ratio = (self / divisor).abs();
        if ratio.high <= 1.0 {
            return self / (ratio * ratio + Self::ONE);
        }
        let inverse = divisor.abs() / self;
        divisor.abs() * inverse / (inverse * inverse + Self::ONE)
    }
    fn relative_excess(self, y: Self) -> Self {
        if y.high == 0.0 { Self::ONE } else { (self - y) / self }
    }
    fn ln_1p_gap(self, c: Self) -> Self {
        let ratio = self / c;
        if ratio.is_finite() { c * ratio.shortfall() } else { self }
    }
    #[inline(never)]
    fn relative_distance(self, y: Self) -> Self {
        if self.high == 0.0 && y.high == 0.0 {
            return Self::ZERO;
        }
        // In units in which nothing over- or underflows.
        let unit = if self.magnitude() > 1.0 || y.magnitude() > 1.0 { 2.0_f64.powi(-60) } else { 2.0_f64.powi(60) };
        let (x, y) = (self * Self::from(unit), y * Self::from(unit));
        (x - y).abs() * Self::TWO / (x.abs() + y.abs())
    }
    #[inline(never)]
    fn exp_minus_square(self, divisor: Self) -> Self {
        let ratio = self / divisor;
        if ratio.magnitude() > 1e3 { Self::ZERO } else { (-(ratio * ratio)).e_to() }
    }
    #[inline(never)]
    fn one_less_exp_minus_square(self, divisor: Self) -> Self {
        let ratio = self / divisor;
        if ratio.magnitude() > 1e3 { Self::ONE } else { -(-(ratio * ratio)).exp_m1() }
    }
    #[inline(never)]
    fn sigmoid_power(self, exponent: Self) -> Self {
        if exponent.high == 0.0 {
            return Self::ONE;
        }
        (-(exponent.times0((-self).softplus()))).e_to()
    }
    #[inline(never)]
    fn poisson_half_deviance(self, y: Self) -> Self {
        if y.high == 0.0 {
            return self;
        }
        if self.high == 0.0 {
            return Self::from(f64::INFINITY);
        }
        let t = (self - y) / y;
        if t.magnitude() < 0.5 { y * t.shortfall() } else { y * (y.ln() - self.ln()) - y + self }
    }
    #[inline(never)]
    fn gamma_half_deviance(self, y: Self) -> Self {
        let t = (y - self) / self;
        if t.magnitude() < 0.5 { t.shortfall() } else { t - (y.ln() - self.ln()) }
    }
    #[inline(never)]
    fn tweedie_half_deviance(self, y: Self, power: Self) -> Self {
        let (a, b) = (power.complement(), Self::TWO - power);
        if y.high == 0.0 {
            return if b.high > 0.0 { self.raise(b) / b } else { Self::from(f64::INFINITY) };
        }
        let t = (y - self) / self;
        let log = if t.magnitude() < 0.25 { t.ln_1p_near() } else { y.ln() - self.ln() };
        if log.magnitude() < 1.5 {
            let (mut term, mut coefficient) = (log * log * Self::from(0.5), Self::ONE);
            let mut sum = term;
            for n in 3..60 {
                coefficient = coefficient * b + Self::ONE;
                term = term * log / Self::from(f64::from(n));
                sum = sum + coefficient * term;
            }
            return if sum == Self::ZERO { sum } else { self.raise(b) * sum };
        }
        // y·x^a·(e^(aL) − 1)/a − x^b·(e^(bL) − 1)/b
        let term = |rate: Self| self.raise(rate) * if rate.high == 0.0 { log } else { (rate * log).exp_m1() / rate };
        let first = if (a * log).magnitude() > 1.0 {
            ((b * y.ln()).e_to() - (y.ln() + a * self.ln()).e_to()) / a
        } else {
            y * term(a)
        };
        let second = if (b * log).magnitude() > 1.0 { (y.raise(b) - self.raise(b)) / b } else { term(b) };
        // Above power 2.95 the powers of subnormal numbers overflow.
        let overflows = !self.raise(b).is_finite() || !y.raise(b).is_finite() || !first.is_finite();
        if overflows { Self::from(f64::INFINITY) } else { first - second }
    }
    fn literal(value: f64) -> Self {
        Self::from(value)
    }
    fn parameter(_name: &'static str, value: f64) -> Self {
        Self::from(value)
    }
    fn sign(self) -> Self {
        Self::from(if self.high == 0.0 { 0.0 } else { self.high.signum() })
    }
    fn is_positive(self) -> Self {
        Self::from(f64::from(self.high > 0.0))
    }
    #[inline(never)]
    fn sigmoid(self) -> Self {
        let e = (-self.abs()).e_to();
        let numerator = if self.high >= 0.0 { Self::ONE } else { e };
        numerator / (e + Self::ONE)
    }
    #[inline(never)]
    fn logistic_residual(self, y: Self) -> Self {
        // σ(z) − y = (1 − y) − σ(−z), whichever subtracts the smaller number.
        if self.high > 0.0 { y.complement() - (-self).sigmoid() } else { self.sigmoid() - y }
    }
    #[inline(never)]
    fn logistic_curvature(self) -> Self {
        self.sigmoid() * (-self).sigmoid()
    }
    #[inline(never)]
    fn times0(self, factor: Self) -> Self {
        if self.high == 0.0 || factor.high == 0.0 { Self::ZERO } else { self * factor }
    }
    #[inline(never)]
    fn over0(self, divisor: Self) -> Self {
        if self.high == 0.0 { Self::ZERO } else { self / divisor }
    }
}

/// The distance of `x` from the true value, in units of the true value's last place (of `F`, given as the relative
/// spacing and the smallest spacing). Infinity counts as the number that follows the largest.
pub(crate) fn ulp_error(x: f64, truth: Dd, format: Format) -> f64 {
    if truth.high.is_nan() || x.is_nan() {
        return if truth.high.is_nan() && x.is_nan() { 0.0 } else { f64::INFINITY };
    }
    // What rounds to infinity, or differs from it by less than the format can tell.
    let beyond = truth.magnitude() >= format.largest * (1.0 - 4.0 * format.epsilon);
    if x.is_infinite() || truth.high.is_infinite() {
        return if beyond
            && x.signum() == truth.high.signum()
            && x.abs() >= format.largest * (1.0 - 4.0 * format.epsilon)
        {
            0.0
        } else {
            f64::INFINITY
        };
    }
    (truth - Dd::from(x)).magnitude() / format.spacing(truth.high)
}

/// A floating-point format, as far as spacing goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    epsilon: f64,
    smallest: f64,
    largest: f64,
}

impl Format {
    pub(crate) const DOUBLE: Self = Self { epsilon: f64::EPSILON, smallest: 5e-324, largest: f64::MAX };
    pub(crate) const SINGLE: Self =
        Self { epsilon: f32::EPSILON as f64, smallest: 1.401298464324817e-45, largest: f32::MAX as f64 };

    /// The smallest number with all its digits.
    pub(crate) fn smallest_normal(self) -> f64 {
        self.smallest / self.epsilon
    }

    /// The distance between neighbouring numbers at `x`.
    pub(crate) fn spacing(self, x: f64) -> f64 {
        let x = x.abs().min(self.largest);
        let power = if x < f64::MIN_POSITIVE { 0.0 } else { f64::from_bits(x.to_bits() & (0x7ff << 52)) };
        (power * self.epsilon).max(self.smallest)
    }
}

#[test]
fn known_digits() {
    let close = |x: Dd, high: f64, low: f64, tolerance: f64| {
        let error = (x - Dd { high, low }).magnitude() / high.abs();
        assert!(error < tolerance, "{x:?} against {high} + {low}: {error:e}");
    };
    close(Dd::ONE.e_to(), std::f64::consts::E, 1.4456468917292502e-16, 1e-30);
    close(Dd::from(2.0).ln(), LN_2[0], LN_2[1], 1e-31);
    close(Dd::from(10.0).ln(), std::f64::consts::LN_10, -2.1707562233822494e-16, 1e-31);
    // The inverse functions meet, also far out.
    for x in [-600.0, -40.5, -1.0, -1e-9, 1e-20, 0.3, 3.7, 250.0, 700.0] {
        close(Dd::from(x).e_to().ln(), x, 0.0, 1e-28 / f64::min(1.0, x.abs()));
    }
    assert_eq!(Dd::from(-1e-300).ln_1p(), Dd::from(-1e-300));
    assert_eq!(Dd::from(-800.0).e_to(), Dd::ZERO);
    assert_eq!(ulp_error(1.0 + f64::EPSILON, Dd::ONE, Format::DOUBLE), 1.0);
    assert_eq!(ulp_error(f64::INFINITY, Dd::ONE, Format::DOUBLE), f64::INFINITY);
    assert_eq!(ulp_error(0.0, Dd::from(5e-324), Format::DOUBLE), 1.0);
}
