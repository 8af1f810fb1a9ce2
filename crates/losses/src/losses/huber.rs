use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Noise, Parameter, Properties, Smoothness, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Huber's loss: half the squared error up to a threshold δ, linear beyond it.
///
/// Small errors are treated as by squared error, large ones as by absolute error, with a continuous gradient that is
/// never steeper than δ. At |z − y| = δ the quadratic branch is taken, so the Hessian there is 1.
#[derive(Clone, Debug)]
pub struct Huber {
    delta: f64,
}

impl Pointwise for Huber {
    const CARD: Card = Card {
        name: "huber",
        aliases: &["huber_loss"],
        title: "Huber's loss",
        summary: "Half the squared error up to delta, delta times the distance (less a constant) beyond.",
        parameters: &[Parameter {
            name: "delta",
            default: 1.0,
            domain: Interval::open(0.0, f64::INFINITY),
            meaning: "the error beyond which the loss grows linearly, in the unit of the target; 1.345 standard \
                      deviations of the noise keep 95 % of the efficiency of the mean",
        }],
        noise: Some(Noise::GaussianWithLaplaceTails),
        unit: Unit::TargetSquared,
        when: "Mostly well-behaved errors with some outliers: the mean's efficiency without its sensitivity.",
        when_not: "Without a thought for delta: the default 1 is one unit of the target, whatever that is.",
        examples: &[
            Example::exact(
                "An error of 20 thousand within delta = 50 thousand: half its square.",
                300.0,
                &[280.0],
                200.0,
            )
            .with(&[50.0]),
            Example::exact("An error of 200 thousand beyond it: 50 · (200 − 25).", 300.0, &[100.0], 8750.0)
                .with(&[50.0]),
        ],
        elsewhere: &[
            Elsewhere::same("PyTorch", "HuberLoss"),
            Elsewhere::same("Keras", "Huber"),
            Elsewhere::same("Optax", "huber_loss"),
            Elsewhere::differs("scikit-learn", "HuberLoss", "delta re-estimated as a quantile of the residuals"),
            Elsewhere::differs("LightGBM", "huber", "delta is named alpha; Hessian 1 outside too"),
            Elsewhere::same("CatBoost", "Huber:delta=…"),
        ],
        references: &["P. J. Huber, Robust estimation of a location parameter, Ann. Math. Stat. 35 (1964)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { delta: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Once,
            kinks: vec![Kink::Residual(-self.delta), Kink::Residual(self.delta)],
            lipschitz: Some(self.delta),
            functional: Functional::Huber(self.delta),
            ..Properties::smooth()
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(1.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let delta = R::Base::parameter("delta", self.delta);
        let half = R::Base::literal(0.5);
        let residual = z - y;
        let distance = residual.abs();
        R::select(distance.at_most(delta), residual.square() * half, (distance - delta * half) * delta)
    }
}
