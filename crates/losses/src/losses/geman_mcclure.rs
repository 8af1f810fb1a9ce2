use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Parameter, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Geman–McClure loss: (r²/2)/(1 + (r/c)²), which never exceeds c²/2.
///
/// Like Welsch's loss it ignores gross errors, approaching its ceiling like 1/r² instead of a Gaussian.
#[derive(Clone, Debug)]
pub struct GemanMcclure {
    c: f64,
}

impl Pointwise for GemanMcclure {
    const CARD: Card = Card {
        name: "geman_mcclure",
        aliases: &["geman_mcclure_loss"],
        title: "Geman–McClure loss",
        summary: "Half the squared error divided by one plus the squared ratio of error to c: at most half of c squared.",
        parameters: &[Parameter {
            name: "c",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the scale beyond which rows are ignored, in the unit of the target",
        }],
        unit: Unit::TargetSquared,
        when: "Rows with gross errors should hardly count: registration, reconstruction.",
        when_not: "No good starting point: far from the targets it is flat.",
        examples: &[
            Example::exact("An error of 1 with c = 1.", 0.0, &[1.0], 0.25),
            Example::about("An error of 1000 costs no more than one of 10.", 0.0, &[1000.0], 0.5, 5e-7),
        ],
        elsewhere: &[Elsewhere::differs("Open3D", "GMLoss", "with k = c² it is this divided by c²")],
        references: &["S. Geman, D. McClure, Bayesian image analysis (1985)"],
        ..Card::VALUE
    };

    // The Hessian is a product of three rounded factors, each of the rounded residual.
    const ORDINARY_ULPS: f64 = 6.0;
    const EXTREME_ULPS: f64 = 6.0;

    fn new(parameters: &[f64]) -> Self {
        Self { c: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            // At r = c/√3: 9/(16√3).
            lipschitz: Some(self.c * (9.0 / 16.0) / 3.0_f64.sqrt()),
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

/// `(r²/2)/(1 + (r/c)²)`
struct Curve<S> {
    c: S,
}

impl<S: Scalar> Function<S> for Curve<S> {
    #[inline(always)]
    fn value(&self, residual: S) -> S {
        // x²/(1 + x²) is the inverse function of 1/x, which neither overflows nor cancels.
        self.c.inverse_1p_square(residual) * (self.c * self.c * S::literal(0.5))
    }
    #[inline(always)]
    fn first(&self, residual: S) -> S {
        let u = residual.inverse_1p_square(self.c);
        residual.over_1p_square(self.c) * u
    }
    #[inline(always)]
    fn second(&self, residual: S) -> S {
        // (1 − 3x²)/(1 + x²)³ by 1/(1 + x²) and x²/(1 + x²), neither of which loses a digit.
        let (inner, outer) = (residual.inverse_1p_square(self.c), self.c.inverse_1p_square(residual));
        inner * inner * (inner - outer * S::literal(3.0))
    }
}
