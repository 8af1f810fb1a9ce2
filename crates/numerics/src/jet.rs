//! Value, first and second derivative of a formula in one pass.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::real::{Function, Real, Scalar};

/// A number with its first and second derivative in the prediction.
///
/// A formula evaluated on `Jet::variable(z)` returns its value, gradient and Hessian at `z`. Parts that the caller does
/// not read are removed by the compiler once everything is inlined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet<S> {
    /// The value.
    pub value: S,
    /// The first derivative.
    pub gradient: S,
    /// The second derivative.
    pub hessian: S,
}

impl<S: Scalar> Jet<S> {
    /// The prediction itself: its first derivative is 1, its second 0.
    #[inline(always)]
    pub fn variable(value: S) -> Self {
        Self { value, gradient: S::literal(1.0), hessian: S::literal(0.0) }
    }

    /// `f(self)` from `f`, `f'` and `f''` at `self.value`: the chain rule.
    ///
    /// The products are [`Scalar::times0`]: where this number does not change, an infinite slope of `f` adds nothing.
    #[inline(always)]
    fn chain(self, value: S, first: S, second: S) -> Self {
        Self {
            value,
            gradient: first.times0(self.gradient),
            hessian: second.times0(self.gradient.square()) + first.times0(self.hessian),
        }
    }
}

impl<S: Scalar> Neg for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self { value: -self.value, gradient: -self.gradient, hessian: -self.hessian }
    }
}

impl<S: Scalar> Add for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            gradient: self.gradient + other.gradient,
            hessian: self.hessian + other.hessian,
        }
    }
}

impl<S: Scalar> Sub for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<S: Scalar> Mul for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self {
            value: self.value * other.value,
            gradient: self.gradient.times0(other.value) + self.value.times0(other.gradient),
            hessian: self.hessian.times0(other.value)
                + (self.gradient.times0(other.gradient) * S::literal(2.0) + self.value.times0(other.hessian)),
        }
    }
}

impl<S: Scalar> Add<S> for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn add(self, constant: S) -> Self {
        Self { value: self.value + constant, ..self }
    }
}

impl<S: Scalar> Sub<S> for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, constant: S) -> Self {
        Self { value: self.value - constant, ..self }
    }
}

impl<S: Scalar> Mul<S> for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, constant: S) -> Self {
        Self { value: self.value * constant, gradient: self.gradient * constant, hessian: self.hessian * constant }
    }
}

impl<S: Scalar> Div<S> for Jet<S> {
    type Output = Self;
    #[inline(always)]
    fn div(self, constant: S) -> Self {
        // An absent derivative stays absent, even where the constant is 0.
        Self {
            value: self.value / constant,
            gradient: self.gradient.over0(constant),
            hessian: self.hessian.over0(constant),
        }
    }
}

impl<S: Scalar> Real for Jet<S> {
    type Base = S;
    type Mask = S::Mask;

    #[inline(always)]
    fn constant(value: S) -> Self {
        Self { value, gradient: S::literal(0.0), hessian: S::literal(0.0) }
    }
    #[inline(always)]
    fn at_most(self, bound: S) -> S::Mask {
        self.value.at_most(bound)
    }
    #[inline(always)]
    fn below(self, bound: S) -> S::Mask {
        self.value.below(bound)
    }
    #[inline(always)]
    fn select(mask: S::Mask, yes: Self, no: Self) -> Self {
        Self {
            value: S::select(mask, yes.value, no.value),
            gradient: S::select(mask, yes.gradient, no.gradient),
            hessian: S::select(mask, yes.hessian, no.hessian),
        }
    }
    #[inline(always)]
    fn minus_times(self, y: S, weight: S) -> Self {
        Self {
            value: self.value.minus_times(y, weight),
            gradient: self.gradient * weight,
            hessian: self.hessian * weight,
        }
    }
    #[inline(always)]
    fn weighted(self, weight: S) -> Self {
        Self {
            value: self.value.weighted(weight),
            gradient: self.gradient.weighted(weight),
            hessian: self.hessian.weighted(weight),
        }
    }
    #[inline(always)]
    fn without_negative_zero(self) -> Self {
        Self {
            value: self.value.without_negative_zero(),
            gradient: self.gradient.without_negative_zero(),
            hessian: self.hessian.without_negative_zero(),
        }
    }
    #[inline(always)]
    fn apply<F: Function<S>>(self, function: F) -> Self {
        self.chain(function.value(self.value), function.first(self.value), function.second(self.value))
    }
    #[inline(always)]
    fn square(self) -> Self {
        let two = S::literal(2.0);
        self.chain(self.value.square(), self.value * two, two)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.chain(self.value.abs(), self.value.sign(), S::literal(0.0))
    }
    #[inline(always)]
    fn positive_part(self) -> Self {
        self.chain(self.value.positive_part(), self.value.is_positive(), S::literal(0.0))
    }
    #[inline(always)]
    fn exp(self) -> Self {
        let value = self.value.exp();
        self.chain(value, value, value)
    }
    #[inline(always)]
    fn softplus(self) -> Self {
        self.chain(self.value.softplus(), self.value.sigmoid(), self.value.logistic_curvature())
    }
    #[inline(always)]
    fn ln_times(self, weight: S) -> Self {
        let slope = weight.over0(self.value);
        self.chain(self.value.ln_times(weight), slope, -slope.over0(self.value))
    }
    #[inline(always)]
    fn ln_1m_times(self, weight: S) -> Self {
        let rest = self.value.complement();
        let slope = weight.over0(rest);
        self.chain(self.value.ln_1m_times(weight), -slope, -slope.over0(rest))
    }
    #[inline(always)]
    fn hard_cross_entropy(self, y: S) -> Self {
        // Added and rounded as the sum of the two logarithms' derivatives is, for the same bits.
        let (right, wrong) = (y.over0(self.value), y.complement().over0(self.value.complement()));
        let second = -(-right.over0(self.value) + -wrong.over0(self.value.complement()));
        self.chain(self.value.hard_cross_entropy(y), -(right + -wrong), second)
    }
    #[inline(always)]
    fn logistic_loss(self, y: S) -> Self {
        self.chain(self.value.logistic_loss(y), self.value.logistic_residual(y), self.value.logistic_curvature())
    }
    #[inline(always)]
    fn exp_times(self, rate: S) -> Self {
        let value = self.value.exp_times(rate);
        let slope = value.times0(rate);
        self.chain(value, slope, slope.times0(rate))
    }
    #[inline(always)]
    fn exp_less_linear(self, a: S, b: S) -> Self {
        self.chain(self.value.exp_less_linear(a, b), self.value.exp_less(a, b), self.value.scaled_exp(a))
    }
    #[inline(always)]
    fn log_cosh(self) -> Self {
        self.chain(self.value.log_cosh(), self.value.tanh(), self.value.sech_squared())
    }
    #[inline(always)]
    fn hypot_less(self, c: S) -> Self {
        self.chain(self.value.hypot_less(c), self.value.over_hypot(c), self.value.hypot_curvature(c) / c)
    }
    #[inline(always)]
    fn ln_1p_minus(self, y: S) -> Self {
        let slope = S::literal(1.0) / (self.value + S::literal(1.0));
        self.chain(self.value.ln_1p_minus(y), slope, -slope.square())
    }
    #[inline(always)]
    fn ln_1p_scaled_exp(self, a: S, weight: S) -> Self {
        self.chain(
            self.value.ln_1p_scaled_exp(a, weight),
            self.value.scaled_odds(a, weight),
            self.value.scaled_odds_curvature(a, weight),
        )
    }
    #[inline(always)]
    fn scaled_exp(self, weight: S) -> Self {
        let value = self.value.scaled_exp(weight);
        self.chain(value, value, value)
    }
}
