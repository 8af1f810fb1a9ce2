use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Kink, Link, Properties, Smoothness, Zero};
use crate::family::{Pointwise, margin};

/// Modified Huber loss: the squared hinge up to a margin of −1, and straight beyond, so that rows far on the wrong side
/// pull no harder than others.
#[derive(Clone, Debug)]
pub struct ModifiedHuber;

impl Pointwise for ModifiedHuber {
    const CARD: Card = Card {
        name: "modified_huber",
        aliases: &["modified_huber_loss"],
        title: "modified Huber loss",
        summary: "The squared hinge loss from a margin of −1 on, −4 times the margin below.",
        link: Link::Centred,
        when: "Linear classifiers on noisy labels that should still give probabilities: p = (1 + score)/2.",
        when_not: "Calibration in the tails: scores beyond ±1 all mean a probability of 0 or 1.",
        examples: &[
            Example::exact("An event with score 0: undecided.", 1.0, &[0.0], 1.0),
            Example::exact("An event with score −3: far on the wrong side.", 1.0, &[-3.0], 12.0),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "modified_huber"),
            Elsewhere::same("LossFunctions.jl", "ModifiedHuberLoss"),
        ],
        references: &[
            "T. Zhang, Solving large scale linear prediction problems using stochastic gradient descent, ICML (2004)",
        ],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Once,
            kinks: vec![Kink::Margin(-1.0), Kink::Margin(1.0)],
            lipschitz: Some(4.0),
            zero: Zero::Stretch,
            ..Properties::smooth()
        }
    }

    const LINEAR_IN_TARGET: bool = true;

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(2.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        margin::expected(y, self.of_margin(z), self.of_margin(-z))
    }
}

impl ModifiedHuber {
    #[inline(always)]
    fn of_margin<R: Real>(&self, margin: R) -> R {
        let hinge = (-margin + R::Base::literal(1.0)).positive_part();
        R::select(margin.below(R::Base::literal(-1.0)), margin * R::Base::literal(-4.0), hinge.square())
    }
}
