use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Kink, Properties, Smoothness, Unit, Zero};
use crate::family::Pointwise;

/// Zero-one loss: 1 for a score on the wrong side, 0 on the right one. One minus it is the accuracy.
///
/// A score above 0 says yes, any other says no. It has no gradient: it is for evaluation only.
#[derive(Clone, Debug)]
pub struct ZeroOne;

impl Pointwise for ZeroOne {
    const CARD: Card = Card {
        name: "zero_one",
        aliases: &["zero_one_loss", "error_rate", "misclassification"],
        title: "zero-one loss",
        summary: "One where the score says the wrong thing, else zero: its mean is the share of wrong answers.",
        unit: Unit::Share,
        when: "The decision at threshold 0 is all that counts, and both kinds of errors cost the same.",
        when_not: "Training, imbalance, and comparing probabilities: it sees neither confidence nor rarity.",
        examples: &[
            Example::exact("An event with score 0.3: right.", 1.0, &[0.3], 0.0),
            Example::exact("A non-event with score 2: wrong.", 0.0, &[2.0], 1.0),
        ],
        elsewhere: &[
            Elsewhere::differs("scikit-learn", "zero_one_loss", "takes predicted labels"),
            Elsewhere::differs("XGBoost", "error", "takes the threshold 0.5 of a probability"),
            Elsewhere::differs("LightGBM", "binary_error", "takes the threshold 0.5 of a probability"),
            Elsewhere::same("LossFunctions.jl", "ZeroOneLoss"),
        ],
        references: &["Elementary: the share of errors"],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            smoothness: Smoothness::Discontinuous,
            kinks: vec![Kink::Prediction(0.0)],
            lipschitz: None,
            functional: Functional::Decision,
            zero: Zero::Stretch,
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        R::select(z.at_most(R::Base::literal(0.0)), R::constant(y), R::constant(y.complement()))
    }
}
