use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Parameter, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Welsch (Leclerc) loss: (c²/2)·(1 − exp(−(r/c)²)), which never exceeds c²/2.
///
/// The pull of a row falls to nothing beyond a few c. It is not convex, so an optimiser needs a good start.
#[derive(Clone, Debug)]
pub struct Welsch {
    c: f64,
}

impl Pointwise for Welsch {
    const CARD: Card = Card {
        name: "welsch",
        aliases: &["welsch_loss", "leclerc", "correntropy"],
        title: "Welsch loss",
        summary: "Half the squared error for small errors, a constant for large ones, with a Gaussian between.",
        parameters: &[Parameter {
            name: "c",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the scale beyond which rows are ignored, in the unit of the target; 2.9846 standard deviations of the noise keep 95 % of the efficiency of the mean",
        }],
        unit: Unit::TargetSquared,
        when: "Rows with gross errors should not count at all, and the good ones are the majority.",
        when_not: "No good starting point: far from the targets it is flat.",
        examples: &[
            Example::about("An error of 1 with c = 1.", 0.0, &[1.0], 0.316060, 5e-7),
            Example::exact("An error of 1000 costs no more than one of 10.", 0.0, &[1000.0], 0.5),
        ],
        elsewhere: &[Elsewhere::same("OpenCV", "DIST_WELSCH")],
        references: &["J. Dennis, R. Welsch, Techniques for nonlinear least squares and robust regression (1978)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { c: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            // At r = c/√2.
            lipschitz: Some(self.c * (0.5_f64).sqrt() * Float::exp(-0.5)),
            functional: Functional::Minimiser,
            ..Properties::smooth()
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(1.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).apply(Curve { c: R::Base::parameter("c", self.c) })
    }
}

/// `(c²/2)·(1 − exp(−(r/c)²))`
struct Curve<S> {
    c: S,
}

impl<S: Scalar> Function<S> for Curve<S> {
    #[inline(always)]
    fn value(&self, residual: S) -> S {
        residual.one_less_exp_minus_square(self.c) * (self.c * self.c * S::literal(0.5))
    }
    #[inline(always)]
    fn first(&self, residual: S) -> S {
        residual.times0(residual.exp_minus_square(self.c))
    }
    #[inline(always)]
    fn second(&self, residual: S) -> S {
        let ratio = (residual / self.c).clamped(S::literal(64.0));
        (S::literal(1.0) - S::literal(2.0) * ratio.square()) * residual.exp_minus_square(self.c)
    }
}
