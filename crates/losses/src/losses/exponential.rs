use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Link, Properties};
use crate::family::Pointwise;

/// Exponential loss: e to minus the margin, the loss that AdaBoost minimises.
///
/// The best score of an event with probability p is half its logit. It grows without measure on the wrong side: one
/// mislabelled row can decide everything.
#[derive(Clone, Debug)]
pub struct Exponential;

impl Pointwise for Exponential {
    const CARD: Card = Card {
        name: "exponential",
        aliases: &["exponential_loss", "exp_loss", "adaboost"],
        title: "exponential loss",
        summary: "E to the power of minus the margin.",
        link: Link::HalfLogit,
        when: "AdaBoost and its relatives on clean labels.",
        when_not: "Noisy labels. Use bce_logits: the same probabilities, without the exponential growth.",
        examples: &[
            Example::exact("An event with score 0: undecided.", 1.0, &[0.0], 1.0),
            Example::about("An event with score −3.", 1.0, &[-3.0], 20.0855, 5e-5),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "ExponentialLoss"),
            Elsewhere::same("LossFunctions.jl", "ExpLoss"),
        ],
        references: &["J. Friedman, T. Hastie, R. Tibshirani, Additive logistic regression, Ann. Stat. 28 (2000)"],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strict, ..Properties::smooth() }
    }

    const LINEAR_IN_TARGET: bool = true;

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (-z).scaled_exp(y) + z.scaled_exp(y.complement())
    }
}
