use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Noise, Parameter, Properties, Smoothness, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Smooth L1: Huber's loss divided by its threshold β, so that its slope never exceeds 1.
///
/// Quadratic below β, absolute error less β/2 beyond. At |z − y| = β the linear branch is taken.
#[derive(Clone, Debug)]
pub struct SmoothL1 {
    beta: f64,
}

impl Pointwise for SmoothL1 {
    const CARD: Card = Card {
        name: "smooth_l1",
        aliases: &["smooth_l1_loss", "smooth_mae"],
        title: "smooth absolute error",
        summary: "The squared error over 2·beta up to beta, the distance less beta/2 beyond: huber divided by beta.",
        parameters: &[Parameter {
            name: "beta",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the error below which the loss is quadratic, in the unit of the target",
        }],
        noise: Some(Noise::GaussianWithLaplaceTails),
        unit: Unit::Target,
        when: "Absolute error is wanted, with a gradient that fades near zero: the boxes of object detectors.",
        when_not: "Comparing values across different beta: the scale near zero changes with it. Use huber.",
        examples: &[
            Example::exact("An error of 0.5 within beta = 1: half its square.", 3.0, &[2.5], 0.125),
            Example::exact("An error of 4 beyond it: the distance less one half.", 5.0, &[9.0], 3.5),
        ],
        elsewhere: &[
            Elsewhere::same("PyTorch", "SmoothL1Loss"),
            Elsewhere::differs("Keras", "Huber", "with delta = beta it is beta times this"),
        ],
        references: &["R. Girshick, Fast R-CNN, ICCV (2015)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { beta: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Once,
            kinks: vec![Kink::Residual(-self.beta), Kink::Residual(self.beta)],
            lipschitz: Some(1.0),
            functional: Functional::Huber(self.beta),
            ..Properties::smooth()
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(1.0 / self.beta)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let beta = R::Base::parameter("beta", self.beta);
        let residual = z - y;
        let distance = residual.abs();
        let inner = residual.square() / (beta * R::Base::literal(2.0));
        R::select(distance.below(beta), inner, distance - beta * R::Base::literal(0.5))
    }
}
