use dartboard_numerics::Real;

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Properties, Smoothness, Zero};
use crate::family::{Pointwise, margin};

/// Perceptron loss: how far the score is on the wrong side.
///
/// The score 0 costs nothing whatever the truth, so a constant 0 is a best prediction of every row: it trains only where
/// the model can separate the rows.
#[derive(Clone, Debug)]
pub struct Perceptron;

impl Pointwise for Perceptron {
    const CARD: Card = Card {
        name: "perceptron",
        aliases: &["perceptron_loss"],
        title: "perceptron loss",
        summary: "Minus the margin where that is positive, and nothing on the right side.",
        when: "Rosenblatt's perceptron, and comparisons with it.",
        when_not: "Scoring models: the score 0 for every row is never beaten. Use hinge or bce_logits.",
        examples: &[
            Example::exact("An event with score 0.3: right.", 1.0, &[0.3], 0.0),
            Example::exact("A non-event with score 2: wrong.", 0.0, &[2.0], 2.0),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "perceptron"),
            Elsewhere::same("Optax", "perceptron_loss"),
            Elsewhere::same("LossFunctions.jl", "PerceptronLoss"),
        ],
        references: &["F. Rosenblatt, The perceptron, Psychological Review 65 (1958)"],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink::Margin(0.0)],
            lipschitz: Some(1.0),
            functional: Functional::Nothing,
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

impl Perceptron {
    #[inline(always)]
    fn of_margin<R: Real>(&self, margin: R) -> R {
        (-margin).positive_part()
    }
}
