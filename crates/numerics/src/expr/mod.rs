//! Formulas as data: what a loss formula becomes when it is evaluated on symbols.
//!
//! Evaluating a loss on [`Expr`] gives its printed value, and on `Jet<Expr>` its printed gradient and Hessian: what is
//! printed is what is computed. An expression is kept in a normal form (sums of terms with a numeric coefficient,
//! products of powers with a numeric coefficient) that makes the obvious simplifications by construction and no others.

mod evaluate;
mod mathml;
mod notation;
mod print;
mod symbols;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::real::{self, Real, Scalar};

pub use evaluate::Environment;
pub use notation::Notation;

/// A symbolic expression. Equal expressions are equal values: expressions are interned per thread.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Expr(usize);

/// Functions of one argument that formulas use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Function {
    Abs,
    Cosh,
    Exp,
    Ln,
    PositivePart,
    Sign,
    IsPositive,
    Sigmoid,
    Softplus,
    Sqrt,
    Tanh,
}

/// `subject ≤ bound`, or `subject < bound`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    subject: Expr,
    bound: Expr,
    strict: bool,
}

/// The normal form. Coefficients are kept as bits so that a node can be hashed.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Number(u64),
    Symbol(&'static str),
    /// Terms with non-zero coefficients, in the order of writing; no term is itself a sum or carries a coefficient.
    Sum(Vec<(u64, Expr)>),
    /// A coefficient and factors with non-zero exponents; no factor is itself a product or a number.
    Product(u64, Vec<(Expr, i32)>),
    Apply(Function, Expr),
    /// A power whose exponent is not a whole number.
    Power(Expr, Expr),
    Cases(Condition, Expr, Expr),
    /// The sum over all classes, written with the index `j`.
    OverClasses(Expr),
    /// The sum over class `c` and all classes after it.
    OverClassesFromC(Expr),
}

#[derive(Default)]
struct Arena {
    nodes: Vec<Node>,
    index: HashMap<Node, usize>,
}

thread_local! {
    // The catalogue is a few hundred small formulas, so an arena that is never emptied stays small; in return an
    // expression is a `Copy` number like any other.
    static ARENA: RefCell<Arena> = RefCell::default();
}

fn intern(node: Node) -> Expr {
    ARENA.with_borrow_mut(|arena| {
        if let Some(&known) = arena.index.get(&node) {
            return Expr(known);
        }
        let new = arena.nodes.len();
        arena.nodes.push(node.clone());
        arena.index.insert(node, new);
        Expr(new)
    })
}

impl Expr {
    /// A variable or parameter, by the name it is printed under: `y`, `z`, `p`, `delta`, or with a class index as in
    /// `z_c` and `z_j`.
    pub fn symbol(name: &'static str) -> Self {
        intern(Node::Symbol(name))
    }

    /// A number.
    pub fn number(value: f64) -> Self {
        // One zero, so that equal expressions are equal nodes.
        intern(Node::Number((value + 0.0).to_bits()))
    }

    /// `Σⱼ self` over all classes.
    pub fn over_classes(self) -> Self {
        intern(Node::OverClasses(self))
    }

    /// `Σⱼ self` over class `c` and all classes after it.
    pub fn over_classes_from_c(self) -> Self {
        intern(Node::OverClassesFromC(self))
    }

    fn node(self) -> Node {
        ARENA.with_borrow(|arena| arena.nodes[self.0].clone())
    }

    fn apply_function(self, function: Function) -> Self {
        let negative = matches!(self.node(), Node::Product(bits, _) if f64::from_bits(bits) < 0.0);
        match function {
            Function::Abs | Function::Cosh if negative => (-self).apply_function(function),
            Function::Sign | Function::Tanh if negative => -(-self).apply_function(function),
            _ => intern(Node::Apply(function, self)),
        }
    }

    /// `(coefficient, rest)` with `self = coefficient · rest`.
    fn split_coefficient(self) -> (f64, Self) {
        match self.node() {
            Node::Number(bits) => (f64::from_bits(bits), Self::number(1.0)),
            Node::Product(bits, factors) => (f64::from_bits(bits), product(1.0, factors)),
            _ => (1.0, self),
        }
    }

    /// `self` to an integer power.
    fn power(self, exponent: i32) -> Self {
        match self.node() {
            Node::Number(bits) => Self::number(f64::from_bits(bits).powi(exponent)),
            Node::Apply(Function::Sqrt, inside) if exponent % 2 == 0 => inside.power(exponent / 2),
            Node::Product(bits, factors) => product(
                f64::from_bits(bits).powi(exponent),
                factors.into_iter().map(|(factor, power)| (factor, power * exponent)).collect(),
            ),
            _ => product(1.0, vec![(self, exponent)]),
        }
    }
}

/// `Σ coefficientᵢ · termᵢ` in normal form.
fn sum(parts: Vec<(f64, Expr)>) -> Expr {
    let mut terms: Vec<(f64, Expr)> = Vec::new();
    let mut add = |coefficient: f64, term: Expr| match terms.iter_mut().find(|known| known.1 == term) {
        Some(known) => known.0 += coefficient,
        None => terms.push((coefficient, term)),
    };
    for (outer, part) in parts {
        match part.node() {
            Node::Sum(inner) => inner.iter().for_each(|&(bits, term)| add(outer * f64::from_bits(bits), term)),
            _ => {
                let (coefficient, term) = part.split_coefficient();
                add(outer * coefficient, term);
            }
        }
    }
    terms.retain(|&(coefficient, _)| coefficient != 0.0);
    match terms[..] {
        [] => Expr::number(0.0),
        [(coefficient, term)] => scaled(coefficient, term),
        _ => intern(Node::Sum(terms.into_iter().map(|(coefficient, term)| (coefficient.to_bits(), term)).collect())),
    }
}

/// `coefficient · term` for a term that carries no coefficient.
fn scaled(coefficient: f64, term: Expr) -> Expr {
    match term.node() {
        Node::Number(bits) => Expr::number(coefficient * f64::from_bits(bits)),
        Node::Product(bits, factors) => product(coefficient * f64::from_bits(bits), factors),
        _ => product(coefficient, vec![(term, 1)]),
    }
}

/// `coefficient · Π factorᵢ^powerᵢ` in normal form.
fn product(coefficient: f64, parts: Vec<(Expr, i32)>) -> Expr {
    let mut coefficient = coefficient;
    let mut factors: Vec<(Expr, i32)> = Vec::new();
    for (part, power) in parts {
        let inner = match part.node() {
            Node::Number(bits) => {
                coefficient *= f64::from_bits(bits).powi(power);
                continue;
            }
            Node::Product(bits, inner) => {
                coefficient *= f64::from_bits(bits).powi(power);
                inner
            }
            _ => vec![(part, 1)],
        };
        for (factor, inner_power) in inner {
            match factors.iter_mut().find(|known| known.0 == factor) {
                Some(known) => known.1 += inner_power * power,
                None => factors.push((factor, inner_power * power)),
            }
        }
    }
    factors.retain(|&(_, power)| power != 0);
    // √x² = x
    let squared =
        |(factor, power): &(Expr, i32)| power % 2 == 0 && matches!(factor.node(), Node::Apply(Function::Sqrt, _));
    if factors.iter().any(squared) {
        let inside = factors.into_iter().map(|(factor, power)| match factor.node() {
            Node::Apply(Function::Sqrt, inside) if power % 2 == 0 => (inside, power / 2),
            _ => (factor, power),
        });
        return product(coefficient, inside.collect());
    }
    if coefficient == 0.0 || factors.is_empty() {
        return Expr::number(coefficient);
    }
    match factors[..] {
        [(factor, 1)] if coefficient == 1.0 => factor,
        _ => intern(Node::Product(coefficient.to_bits(), factors)),
    }
}

impl Neg for Expr {
    type Output = Self;
    fn neg(self) -> Self {
        match self.node() {
            Node::Sum(terms) => sum(terms.into_iter().map(|(bits, term)| (-f64::from_bits(bits), term)).collect()),
            _ => product(-1.0, vec![(self, 1)]),
        }
    }
}

impl Add for Expr {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        sum(vec![(1.0, self), (1.0, other)])
    }
}

impl Sub for Expr {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        sum(vec![(1.0, self), (-1.0, other)])
    }
}

impl Mul for Expr {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        product(1.0, vec![(self, 1), (other, 1)])
    }
}

impl Div for Expr {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self * other.power(-1)
    }
}

impl Real for Expr {
    type Base = Self;
    type Mask = Condition;

    fn constant(value: Self) -> Self {
        value
    }
    fn at_most(self, bound: Self) -> Condition {
        Condition { subject: self, bound, strict: false }
    }
    fn below(self, bound: Self) -> Condition {
        Condition { subject: self, bound, strict: true }
    }
    fn select(mask: Condition, yes: Self, no: Self) -> Self {
        if yes == no { yes } else { intern(Node::Cases(mask, yes, no)) }
    }
    fn minus_times(self, y: Self, weight: Self) -> Self {
        weight * (self - y)
    }
    fn weighted(self, weight: Self) -> Self {
        weight * self
    }
    fn without_negative_zero(self) -> Self {
        self
    }
    fn apply<F: real::Function<Self>>(self, function: F) -> Self {
        function.value(self)
    }
    fn square(self) -> Self {
        self.power(2)
    }
    fn abs(self) -> Self {
        self.apply_function(Function::Abs)
    }
    fn positive_part(self) -> Self {
        self.apply_function(Function::PositivePart)
    }
    fn exp(self) -> Self {
        self.apply_function(Function::Exp)
    }
    fn softplus(self) -> Self {
        self.apply_function(Function::Softplus)
    }
    fn ln_times(self, weight: Self) -> Self {
        weight * self.ln()
    }
    fn ln_1m_times(self, weight: Self) -> Self {
        weight * self.complement().ln()
    }
    fn hard_cross_entropy(self, y: Self) -> Self {
        -(self.ln_times(y) + self.ln_1m_times(y.complement()))
    }
    fn logistic_loss(self, y: Self) -> Self {
        y * (-self).softplus() + y.complement() * self.softplus()
    }
    fn exp_times(self, rate: Self) -> Self {
        (rate * self).exp()
    }
    fn exp_less_linear(self, a: Self, b: Self) -> Self {
        a * self.exp() - b * self
    }
    fn log_cosh(self) -> Self {
        self.apply_function(Function::Cosh).ln()
    }
    fn hypot_less(self, c: Self) -> Self {
        hypot(self, c) - c
    }
    fn ln_1p_minus(self, y: Self) -> Self {
        (one_more(self) / one_more(y)).ln()
    }
    fn ln_1p_scaled_exp(self, a: Self, weight: Self) -> Self {
        weight * one_more(a * self.exp()).ln()
    }
    fn scaled_exp(self, weight: Self) -> Self {
        weight * self.exp()
    }
}

fn one_more(x: Expr) -> Expr {
    Expr::number(1.0) + x
}

fn hypot(x: Expr, c: Expr) -> Expr {
    (x.power(2) + c.power(2)).sqrt()
}

impl Scalar for Expr {
    fn literal(value: f64) -> Self {
        Self::number(value)
    }
    fn parameter(name: &'static str, _value: f64) -> Self {
        Self::symbol(name)
    }
    fn sign(self) -> Self {
        self.apply_function(Function::Sign)
    }
    fn is_positive(self) -> Self {
        self.apply_function(Function::IsPositive)
    }
    fn sigmoid(self) -> Self {
        self.apply_function(Function::Sigmoid)
    }
    fn logistic_residual(self, y: Self) -> Self {
        self.sigmoid() - y
    }
    fn logistic_curvature(self) -> Self {
        self.sigmoid() * (-self).sigmoid()
    }
    fn times0(self, factor: Self) -> Self {
        self * factor
    }
    fn over0(self, divisor: Self) -> Self {
        self / divisor
    }
    fn complement(self) -> Self {
        Self::number(1.0) - self
    }
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self * factor + term
    }
    fn clamped(self, bound: Self) -> Self {
        // A bound that is a number only guards against overflow; it is not part of the formula.
        let _ = bound;
        self
    }
    fn sqrt(self) -> Self {
        self.apply_function(Function::Sqrt)
    }
    fn ln(self) -> Self {
        self.apply_function(Function::Ln)
    }
    fn ln_1p(self) -> Self {
        one_more(self).ln()
    }
    fn tanh(self) -> Self {
        self.apply_function(Function::Tanh)
    }
    fn sech_squared(self) -> Self {
        self.apply_function(Function::Cosh).power(-2)
    }
    fn raise(self, exponent: Self) -> Self {
        match exponent.node() {
            Node::Number(bits) if f64::from_bits(bits).fract() == 0.0 => self.power(f64::from_bits(bits) as i32),
            _ => intern(Node::Power(self, exponent)),
        }
    }
    fn over_hypot(self, c: Self) -> Self {
        self / hypot(self, c)
    }
    fn hypot_curvature(self, c: Self) -> Self {
        (c / hypot(self, c)).power(3)
    }
    fn exp_less(self, a: Self, b: Self) -> Self {
        a * self.exp() - b
    }
    fn scaled_odds(self, a: Self, weight: Self) -> Self {
        let odds = a * self.exp();
        weight * odds / one_more(odds)
    }
    fn scaled_odds_curvature(self, a: Self, weight: Self) -> Self {
        let odds = a * self.exp();
        weight * odds / one_more(odds).power(2)
    }
    fn ln_1p_shortfall(self, divisor: Self) -> Self {
        let t = self / divisor;
        t - one_more(t).ln()
    }
    fn ln_1p_square(self, divisor: Self) -> Self {
        one_more((self / divisor).power(2)).ln()
    }
    fn inverse_1p_square(self, divisor: Self) -> Self {
        one_more((self / divisor).power(2)).power(-1)
    }
    fn over_1p_square(self, divisor: Self) -> Self {
        self / one_more((self / divisor).power(2))
    }
    fn relative_excess(self, y: Self) -> Self {
        (y / self).complement()
    }
    fn ln_1p_gap(self, c: Self) -> Self {
        self - c * one_more(self / c).ln()
    }
    fn relative_distance(self, y: Self) -> Self {
        (self - y).abs() / ((self.abs() + y.abs()) * Self::number(0.5))
    }
    fn exp_minus_square(self, divisor: Self) -> Self {
        (-(self / divisor).power(2)).exp()
    }
    fn one_less_exp_minus_square(self, divisor: Self) -> Self {
        self.exp_minus_square(divisor).complement()
    }
    fn sigmoid_power(self, exponent: Self) -> Self {
        self.sigmoid().raise(exponent)
    }
    fn poisson_half_deviance(self, y: Self) -> Self {
        y * (y / self).ln() - y + self
    }
    fn gamma_half_deviance(self, y: Self) -> Self {
        (self / y).ln() + y / self - Self::number(1.0)
    }
    fn tweedie_half_deviance(self, y: Self, power: Self) -> Self {
        let (a, b) = (power.complement(), Self::number(2.0) - power);
        y.raise(b) / (a * b) - y * self.raise(a) / a + self.raise(b) / b
    }
}

impl std::fmt::Debug for Expr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.print(Notation::Unicode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Jet;

    fn y() -> Expr {
        Expr::symbol("y")
    }

    fn z() -> Jet<Expr> {
        Jet::variable(Expr::symbol("z"))
    }

    fn unicode(jet: Jet<Expr>) -> [String; 3] {
        [jet.value, jet.gradient, jet.hessian].map(|part| part.print(Notation::Unicode))
    }

    fn latex(jet: Jet<Expr>) -> [String; 3] {
        [jet.value, jet.gradient, jet.hessian].map(|part| part.print(Notation::Latex))
    }

    #[test]
    fn squared_error_prints_as_in_a_textbook() {
        let loss = (z() - y()).square();
        assert_eq!(unicode(loss), ["(z − y)²", "2(z − y)", "2"]);
        assert_eq!(latex(loss), ["(z - y)^{2}", "2 (z - y)", "2"]);
    }

    #[test]
    fn signs_leave_even_and_odd_functions() {
        let minus = -y();
        let printed = [minus.tanh(), minus.sech_squared(), minus.sign()].map(|part| part.print(Notation::Unicode));
        assert_eq!(printed, ["−tanh(y)", "1/cosh(y)²", "−sign(y)"]);
    }

    #[test]
    fn cases_print_their_condition_and_collapse_when_equal() {
        let delta = Expr::parameter("delta", 1.5);
        let half = Expr::literal(0.5);
        let residual = z() - y();
        let outer = (residual.abs() - delta * half) * delta;
        let loss = Jet::select(residual.abs().at_most(delta), residual.square() * half, outer);
        assert_eq!(
            unicode(loss),
            [
                "½(z − y)²  if |z − y| ≤ δ,  δ(|z − y| − ½δ)  otherwise",
                "z − y  if |z − y| ≤ δ,  δ sign(z − y)  otherwise",
                "1  if |z − y| ≤ δ,  0  otherwise"
            ]
        );
        assert_eq!(
            latex(loss)[1],
            r"\begin{cases} z - y & \text{if } |z - y| \le \delta \\ \delta \operatorname{sign}(z - y) & \text{otherwise} \end{cases}"
        );
        assert_eq!(Expr::select(y().at_most(delta), delta, delta), delta);
    }

    #[test]
    fn logarithms_and_quotients() {
        let p = Jet::variable(Expr::symbol("p"));
        let loss = -(p.ln_times(y()) + p.ln_1m_times(y().complement()));
        assert_eq!(
            unicode(loss),
            ["−y ln(p) − (1 − y) ln(1 − p)", "−y/p + (1 − y)/(1 − p)", "y/p² + (1 − y)/(1 − p)²"]
        );
        assert_eq!(latex(loss)[1], r"-\frac{y}{p} + \frac{1 - y}{1 - p}");
    }

    #[test]
    fn logistic_loss_and_its_derivatives() {
        assert_eq!(unicode(z().logistic_loss(y())), ["y softplus(−z) + (1 − y) softplus(z)", "σ(z) − y", "σ(z) σ(−z)"]);
    }

    #[test]
    fn numbers_and_sums_are_written_as_by_hand() {
        let text = |expr: Expr| [Notation::Unicode, Notation::Latex].map(|notation| expr.print(notation));
        let a = Expr::symbol("a");
        assert_eq!(text(Expr::number(1.0 / 6.0) * a), ["⅙a", r"\frac{1}{6} a"]);
        assert_eq!(text(Expr::number(1e20)), ["10²⁰", "10^{20}"]);
        assert_eq!(text(Expr::number(-2.5e-7) * a), ["−2.5·10⁻⁷a", r"-2.5 \cdot 10^{-7} a"]);
        assert_eq!(text(-a + Expr::number(1.0)), ["1 − a", "1 - a"]);
        assert_eq!(text(-a - Expr::number(1.0)), ["−a − 1", "-a - 1"]);
        // A second superscript is an error in LaTeX.
        assert_eq!(a.exp().square().print(Notation::Latex), "(e^{a})^{2}");
    }

    #[test]
    fn like_terms_meet_and_zero_vanishes() {
        let a = Expr::symbol("a");
        assert_eq!(a + a, a * Expr::number(2.0));
        assert_eq!(a - a, Expr::number(0.0));
        assert_eq!(a / a, Expr::number(1.0));
        assert_eq!(a * Expr::number(0.0), Expr::number(0.0));
        assert_eq!(-(-a), a);
    }
}
