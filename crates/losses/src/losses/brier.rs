use dartboard_numerics::Real;

use crate::card::{Card, Convexity, Elsewhere, Example, Properties, Unit};
use crate::family::Pointwise;

/// Brier score: the squared distance between a probability and what happened.
///
/// A proper score like cross-entropy, but bounded: a sure and wrong prediction loses 1 and not infinitely much.
#[derive(Clone, Debug)]
pub struct Brier;

impl Pointwise for Brier {
    const CARD: Card = Card {
        name: "brier",
        aliases: &["brier_score", "brier_score_loss", "quadratic_score"],
        title: "Brier score",
        summary: "The square of the distance between the predicted probability and what happened, from 0 to 1.",
        unit: Unit::Number,
        when: "Scoring probabilities where a single sure and wrong one must not decide everything; it splits neatly into calibration and resolution.",
        when_not: "Rare events, where all probabilities are small: differences that matter hardly show. Use bce.",
        examples: &[
            Example::about("Rain forecast with 80 %, and it rained.", 1.0, &[0.8], 0.04, 1e-16),
            Example::about("The same forecast, and it stayed dry.", 0.0, &[0.8], 0.64, 1.2e-16),
        ],
        elsewhere: &[Elsewhere::same("scikit-learn", "brier_score_loss")],
        references: &[
            "G. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950)",
        ],
        ..Card::PROBABILITY
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { convexity: Convexity::Strong(2.0), lipschitz: Some(2.0), ..Properties::smooth() }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(2.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).square()
    }
}
