use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Properties, Smoothness, Zero};
use crate::family::{Pointwise, margin};

/// Hinge loss: how far the margin falls short of 1.
///
/// The loss of the support vector machine: rows on the right side by a margin of 1 or more cost nothing. A soft label
/// costs the expectation over its label.
#[derive(Clone, Debug)]
pub struct Hinge;

impl Pointwise for Hinge {
    const CARD: Card = Card {
        name: "hinge",
        aliases: &["hinge_loss", "binary:hinge", "l1_hinge"],
        title: "hinge loss",
        summary: "One less the margin, and nothing from a margin of 1 on; the margin is the score with the sign of the truth.",
        when: "Support vector machines: a boundary that depends on the hard rows only.",
        when_not: "Probabilities are wanted: it knows only the more likely side. Use bce_logits.",
        examples: &[
            Example::exact("An event with score 0.3: right, but not by enough.", 1.0, &[0.3], 0.7),
            Example::exact("A non-event with score 2: wrong.", 0.0, &[2.0], 3.0),
        ],
        elsewhere: &[
            Elsewhere::differs("Keras", "Hinge", "takes labels 0 and 1 for −1 and 1 when it sees no −1 in the batch"),
            Elsewhere::same("scikit-learn", "hinge_loss"),
            Elsewhere::same("Optax", "hinge_loss"),
            Elsewhere::differs("XGBoost", "binary:hinge", "Hessian 1"),
            Elsewhere::same("LossFunctions.jl", "L1HingeLoss"),
        ],
        references: &["C. Cortes, V. Vapnik, Support-vector networks, Machine Learning 20 (1995)"],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink::Margin(1.0)],
            lipschitz: Some(1.0),
            functional: Functional::Decision,
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

impl Hinge {
    #[inline(always)]
    fn of_margin<R: Real>(&self, margin: R) -> R {
        (-margin + R::Base::literal(1.0)).positive_part()
    }
}
