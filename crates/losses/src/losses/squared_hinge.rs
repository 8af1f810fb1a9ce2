use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Kink, Link, Properties, Smoothness, Zero};
use crate::family::{Pointwise, margin};

/// Squared hinge loss: the square of what the margin falls short of 1.
///
/// Smooth where hinge has its corner, and it knows probabilities: the best score of an event with probability p is
/// 2p − 1.
#[derive(Clone, Debug)]
pub struct SquaredHinge;

impl Pointwise for SquaredHinge {
    const CARD: Card = Card {
        name: "squared_hinge",
        aliases: &["squared_hinge_loss", "l2_hinge"],
        title: "squared hinge loss",
        summary: "The square of one less the margin, and nothing from a margin of 1 on.",
        link: Link::Centred,
        when: "Linear support vector machines with a smooth objective.",
        when_not: "Mislabelled rows: far on the wrong side they cost quadratically.",
        examples: &[
            Example::about("An event with score 0.3.", 1.0, &[0.3], 0.49, 1e-16),
            Example::exact("A non-event with score 2: wrong.", 0.0, &[2.0], 9.0),
        ],
        elsewhere: &[
            Elsewhere::differs(
                "Keras",
                "SquaredHinge",
                "takes labels 0 and 1 for −1 and 1 when it sees no −1 in the batch",
            ),
            Elsewhere::same("scikit-learn", "squared_hinge"),
            Elsewhere::same("LossFunctions.jl", "L2HingeLoss"),
        ],
        references: &[
            "K. Crammer, Y. Singer, On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2 (2001)",
        ],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Once,
            kinks: vec![Kink::Margin(1.0)],
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

impl SquaredHinge {
    #[inline(always)]
    fn of_margin<R: Real>(&self, margin: R) -> R {
        (-margin + R::Base::literal(1.0)).positive_part().square()
    }
}
