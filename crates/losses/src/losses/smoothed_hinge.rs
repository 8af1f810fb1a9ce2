use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Parameter, Properties, Smoothness, Zero};
use crate::domain::Interval;
use crate::family::{Pointwise, margin};

/// Smoothed hinge loss: hinge with its corner rounded by a parabola of width γ.
#[derive(Clone, Debug)]
pub struct SmoothedHinge {
    gamma: f64,
}

impl Pointwise for SmoothedHinge {
    const CARD: Card = Card {
        name: "smoothed_hinge",
        aliases: &["smoothed_l1_hinge", "quadratic_hinge"],
        title: "smoothed hinge loss",
        summary: "Nothing from a margin of 1 on, a parabola on the way down to 1 − gamma, straight with slope −1 below.",
        parameters: &[Parameter {
            name: "gamma",
            default: 1.0,
            domain: Interval::POSITIVE,
            meaning: "the width of the rounded corner, in units of the margin; towards 0 it is hinge",
        }],
        when: "As hinge, for methods that need a continuous gradient.",
        when_not: "Probabilities are wanted: use bce_logits or modified_huber.",
        examples: &[
            Example::exact("An event with score 0.5: half way down the parabola.", 1.0, &[0.5], 0.125),
            Example::exact("An event with score −2.", 1.0, &[-2.0], 2.5),
        ],
        elsewhere: &[Elsewhere::same("LossFunctions.jl", "SmoothedL1HingeLoss")],
        references: &["S. Shalev-Shwartz, T. Zhang, Stochastic dual coordinate ascent methods, JMLR 14 (2013)"],
        ..Card::MARGIN
    };

    fn new(parameters: &[f64]) -> Self {
        Self { gamma: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Once,
            kinks: vec![Kink::Margin(1.0 - self.gamma), Kink::Margin(1.0)],
            lipschitz: Some(1.0),
            functional: Functional::DistortedProbability,
            zero: Zero::Stretch,
            ..Properties::smooth()
        }
    }

    const LINEAR_IN_TARGET: bool = true;

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        margin::expected(y, self.of_margin(z), self.of_margin(-z))
    }
}

impl SmoothedHinge {
    #[inline(always)]
    fn of_margin<R: Real>(&self, margin: R) -> R {
        let gamma = R::Base::parameter("gamma", self.gamma);
        let hinge = (-margin + R::Base::literal(1.0)).positive_part();
        let round = hinge.square() / (gamma * R::Base::literal(2.0));
        R::select(hinge.at_most(gamma), round, hinge - gamma * R::Base::literal(0.5))
    }
}
