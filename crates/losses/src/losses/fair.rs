use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Kink, Parameter, Properties, Smoothness, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Fair's loss: c²(|r|/c − ln(1 + |r|/c)), between squared and absolute error, with a gradient that approaches c slowly.
#[derive(Clone, Debug)]
pub struct Fair {
    c: f64,
}

impl Pointwise for Fair {
    const CARD: Card = Card {
        name: "fair",
        aliases: &["fair_loss"],
        title: "Fair's loss",
        summary: "Half the squared error for small errors, bending slowly towards c times the distance.",
        parameters: &[Parameter {
            name: "c",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the scale of the bend, in the unit of the target; 1.3998 standard deviations of the noise keep 95 % \
                      of the efficiency of the mean",
        }],
        unit: Unit::TargetSquared,
        when: "A robust convex loss with a positive Hessian everywhere: boosting on errors with outliers.",
        when_not: "Gross errors that should be ignored: its slope never falls. Use tukey.",
        examples: &[
            Example::about("An error of 1 with c = 1: 1 − ln 2.", 0.0, &[1.0], 0.306853, 5e-7),
            Example::about("An error of 100.", 0.0, &[100.0], 95.384879, 5e-7),
        ],
        elsewhere: &[Elsewhere::same("LightGBM", "fair"), Elsewhere::same("CatBoost", "FairLoss")],
        references: &["R. C. Fair, On the robust estimation of econometric models, Ann. Econ. Soc. Meas. 3 (1974)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { c: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Strict,
            smoothness: Smoothness::Twice,
            kinks: vec![Kink::Residual(0.0)],
            lipschitz: Some(self.c),
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

/// `c²(|r|/c − ln(1 + |r|/c))`
struct Curve<S> {
    c: S,
}

impl<S: Scalar> Function<S> for Curve<S> {
    #[inline(always)]
    fn value(&self, residual: S) -> S {
        residual.abs().ln_1p_gap(self.c) * self.c
    }
    #[inline(always)]
    fn first(&self, residual: S) -> S {
        // So far out the slope is c; beyond, the quotient could become ∞/∞.
        let residual = residual.clamped(self.c * S::literal(1e25));
        residual / (residual.abs() / self.c + S::literal(1.0))
    }
    #[inline(always)]
    fn second(&self, residual: S) -> S {
        S::literal(1.0) / (residual.abs() / self.c + S::literal(1.0)).square()
    }
}
