use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Functional, Kink, Parameter, Properties, Smoothness, Unit, Zero,
};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Tukey's biweight: (c²/6)·(1 − (1 − (r/c)²)³) up to an error of c, and the constant c²/6 beyond.
///
/// Rows beyond c have no influence at all. It is not convex, so an optimiser needs a good start.
#[derive(Clone, Debug)]
pub struct Tukey {
    c: f64,
}

impl Pointwise for Tukey {
    const CARD: Card = Card {
        name: "tukey",
        aliases: &["tukey_loss", "biweight", "bisquare"],
        title: "Tukey's biweight",
        summary: "Half the squared error for small errors, rising to c squared over six at c and constant beyond.",
        parameters: &[Parameter {
            name: "c",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the error from which on rows are ignored, in the unit of the target; 4.6851 standard deviations of the noise keep 95 % of the efficiency of the mean",
        }],
        unit: Unit::TargetSquared,
        when: "Gross errors are known to be there and must have no influence at all.",
        when_not: "No good starting point: start from huber. Beyond c there is no gradient.",
        examples: &[
            Example::exact("An error of 1 at c = 1: the ceiling, a sixth.", 0.0, &[1.0], 1.0 / 6.0),
            Example::exact("An error of 1000 costs the same.", 0.0, &[1000.0], 1.0 / 6.0),
        ],
        elsewhere: &[Elsewhere::differs("statsmodels", "TukeyBiweight", "scaled by an estimate of the noise")],
        references: &["A. Beaton, J. Tukey, The fitting of power series, Technometrics 16 (1974)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { c: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            smoothness: Smoothness::Twice,
            kinks: vec![Kink::Residual(-self.c), Kink::Residual(self.c)],
            // At r = c/√5: 16/(25√5).
            lipschitz: Some(self.c * (16.0 / 25.0) / 5.0_f64.sqrt()),
            functional: Functional::Minimiser,
            zero: Zero::Perfect,
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(1.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let c = R::Base::parameter("c", self.c);
        let residual = z - y;
        let ceiling = R::constant(c * c / R::Base::literal(6.0));
        R::select(residual.abs().at_most(c), residual.apply(Curve { c }), ceiling)
    }
}

/// `(c²/6)·(1 − (1 − (r/c)²)³)`, the curve up to an error of c.
struct Curve<S> {
    c: S,
}

impl<S: Scalar> Function<S> for Curve<S> {
    #[inline(always)]
    fn value(&self, residual: S) -> S {
        // 1 − (1 − u)³ = u·(3 − 3u + u²), which cancels nothing.
        let u = (residual / self.c).square();
        let three = S::literal(3.0);
        u * ((u - three) * u + three) * (self.c * self.c / S::literal(6.0))
    }
    #[inline(always)]
    fn first(&self, residual: S) -> S {
        residual.times0(self.inside(residual).square())
    }
    #[inline(always)]
    fn second(&self, residual: S) -> S {
        let u = (residual / self.c).square();
        self.inside(residual) * (S::literal(1.0) - S::literal(5.0) * u)
    }
}

impl<S: Scalar> Curve<S> {
    /// `1 − (r/c)²`
    #[inline(always)]
    fn inside(&self, residual: S) -> S {
        let ratio = residual / self.c;
        (S::literal(1.0) - ratio) * (S::literal(1.0) + ratio)
    }
}
