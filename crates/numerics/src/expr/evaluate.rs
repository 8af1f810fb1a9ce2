//! The number an expression stands for, given its symbols: how tests hold a printed formula against the computed one.

use super::{Expr, Function, Node};
use crate::elementary::Float;

/// Values of symbols.
#[derive(Clone, Debug, Default)]
pub struct Environment<'a> {
    /// Plain symbols: `y`, `z`, `delta`.
    pub scalars: Vec<(&'a str, f64)>,
    /// Symbols with a class index, by the name before the underscore: `z` for `z_c` and `z_j`.
    pub vectors: Vec<(&'a str, &'a [f64])>,
    /// The class that an index `c` means outside of a sum over classes.
    pub class: usize,
}

impl Environment<'_> {
    fn symbol(&self, name: &str, summed: Option<usize>) -> f64 {
        if let Some((base, index)) = name.split_once('_') {
            let class = if index == "j" { summed } else { Some(self.class) };
            let vector = self.vectors.iter().find(|(known, _)| *known == base);
            return match (vector, class) {
                (Some((_, values)), Some(class)) => values.get(class).copied().unwrap_or(f64::NAN),
                _ => f64::NAN,
            };
        }
        self.scalars.iter().find(|(known, _)| *known == name).map_or(f64::NAN, |&(_, value)| value)
    }

    fn classes(&self) -> usize {
        self.vectors.first().map_or(0, |(_, values)| values.len())
    }
}

impl Expr {
    /// The value of the printed formula in plain `f64` arithmetic, NaN where a symbol has no value.
    ///
    /// This is the textbook evaluation: it overflows and cancels where the textbook does. `0 ln 0` is 0.
    pub fn evaluate(self, environment: &Environment<'_>) -> f64 {
        self.evaluate_at(environment, None)
    }

    fn evaluate_at(self, environment: &Environment<'_>, summed: Option<usize>) -> f64 {
        let value = |expr: Expr| expr.evaluate_at(environment, summed);
        match self.node() {
            Node::Number(bits) => f64::from_bits(bits),
            Node::Symbol(name) => environment.symbol(name, summed),
            Node::Sum(terms) => terms.into_iter().map(|(bits, term)| f64::from_bits(bits) * value(term)).sum(),
            Node::Product(bits, factors) => factors
                .into_iter()
                .fold(f64::from_bits(bits), |so_far, (factor, power)| Float::times0(so_far, value(factor).powi(power))),
            Node::Power(base, exponent) => value(base).powf(value(exponent)),
            Node::Apply(function, argument) => function.evaluate(value(argument)),
            Node::Cases(mask, yes, no) => {
                let (subject, bound) = (value(mask.subject), value(mask.bound));
                let holds = if mask.strict { subject < bound } else { subject <= bound };
                if holds { value(yes) } else { value(no) }
            }
            Node::OverClassesFromC(body) => {
                (environment.class..environment.classes()).map(|class| body.evaluate_at(environment, Some(class))).sum()
            }
            Node::OverClasses(body) => {
                (0..environment.classes()).map(|class| body.evaluate_at(environment, Some(class))).sum()
            }
        }
    }
}

impl Function {
    fn evaluate(self, x: f64) -> f64 {
        match self {
            Self::Abs => x.abs(),
            Self::Cosh => x.cosh(),
            Self::Exp => Float::exp(x),
            Self::Ln => Float::ln(x),
            Self::PositivePart => x.max(0.0),
            Self::Sign if x == 0.0 => 0.0,
            Self::Sign => x.signum(),
            Self::IsPositive => f64::from(x > 0.0),
            Self::Sigmoid => Float::sigmoid(x),
            Self::Softplus => Float::softplus(x),
            Self::Sqrt => x.sqrt(),
            Self::Tanh => x.tanh(),
        }
    }
}
