use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Link, Properties};
use crate::family::{Pointwise, margin};

/// Squared margin loss: the square of the distance between the margin and 1, least squares on labels −1 and 1.
///
/// It asks for a margin of exactly 1: being right by more costs as much as being wrong by as much less, so a margin of 3
/// costs what a margin of −1 costs. The best score of an event with probability p is 2p − 1. A soft label costs the
/// expectation over its label, which is nowhere zero.
#[derive(Clone, Debug)]
pub struct SquaredMargin;

impl Pointwise for SquaredMargin {
    const CARD: Card = Card {
        name: "squared_margin",
        aliases: &["squared_margin_loss", "l2_margin", "l2_margin_loss"],
        title: "squared margin loss",
        summary: "The square of one less the margin, on both sides of 1.",
        link: Link::Centred,
        when: "Classifiers fitted by least squares: a linear one is the solution of a linear system, and p = (1 + score)/2.",
        when_not: "Easy rows with large scores: a margin of 3 costs as much as a margin of −1. Use squared_hinge.",
        examples: &[
            Example::exact("An event with score 0.5: right, but not by enough.", 1.0, &[0.5], 0.25),
            Example::exact("An event with score 3: right by too much.", 1.0, &[3.0], 4.0),
            Example::exact("A non-event with score 2: wrong.", 0.0, &[2.0], 9.0),
        ],
        elsewhere: &[
            Elsewhere::same("LossFunctions.jl", "L2MarginLoss"),
            Elsewhere::differs("scikit-learn", "SGDClassifier(loss='squared_error')", "half of it"),
        ],
        references: &[
            "J. Suykens, J. Vandewalle, Least squares support vector machine classifiers, Neural Processing Letters 9 (1999)",
            "T. Zhang, Statistical behavior and consistency of classification methods based on convex risk minimization, \
             Ann. Stat. 32 (2004): the best score 2p − 1",
        ],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strong(2.0), ..Properties::smooth() }
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

impl SquaredMargin {
    #[inline(always)]
    fn of_margin<R: Real>(&self, margin: R) -> R {
        (-margin + R::Base::literal(1.0)).square()
    }
}
