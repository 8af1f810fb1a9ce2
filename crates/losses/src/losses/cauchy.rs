use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Noise, Parameter, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Cauchy loss: (c²/2)·ln(1 + (r/c)²), the likelihood of noise with tails so heavy that it has no mean.
///
/// It grows like a logarithm, and its slope falls again beyond an error of c: gross errors lose their pull. It is not
/// convex, so an optimiser needs a good start.
#[derive(Clone, Debug)]
pub struct Cauchy {
    c: f64,
}

impl Pointwise for Cauchy {
    const CARD: Card = Card {
        name: "cauchy",
        aliases: &["cauchy_loss", "lorentzian"],
        title: "Cauchy loss",
        summary: "Half the squared error for small errors, growing like a logarithm for large ones.",
        parameters: &[Parameter {
            name: "c",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the error at which the pull is strongest, in the unit of the target; 2.3849 standard deviations of the noise keep 95 % of the efficiency of the mean",
        }],
        noise: Some(Noise::Cauchy),
        unit: Unit::TargetSquared,
        when: "Gross errors among good rows: registration, tracking, calibration of instruments.",
        when_not: "No good starting point, or several groups in the data: it has a valley for each.",
        examples: &[
            Example::about("An error of 1 with c = 1.", 0.0, &[1.0], 0.346574, 5e-7),
            Example::about("An error of 1000.", 0.0, &[1000.0], 6.907756, 5e-7),
        ],
        elsewhere: &[Elsewhere::same("scipy", "least_squares(loss='cauchy', f_scale=c)")],
        references: &["M. Black, P. Anandan, The robust estimation of multiple motions, CVIU 63 (1996)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { c: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            lipschitz: Some(0.5 * self.c),
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

/// `(c²/2)·ln(1 + (r/c)²)`
struct Curve<S> {
    c: S,
}

impl<S: Scalar> Function<S> for Curve<S> {
    #[inline(always)]
    fn value(&self, residual: S) -> S {
        residual.ln_1p_square(self.c) * (self.c * self.c * S::literal(0.5))
    }
    #[inline(always)]
    fn first(&self, residual: S) -> S {
        residual.over_1p_square(self.c)
    }
    #[inline(always)]
    fn second(&self, residual: S) -> S {
        // (1 − x²)/(1 + x²)² by 1/(1 + x²) and x²/(1 + x²), neither of which loses a digit.
        let (inner, outer) = (residual.inverse_1p_square(self.c), self.c.inverse_1p_square(residual));
        inner * (inner - outer)
    }
}
