use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Noise, Over, Properties, Table};
use crate::family::Pointwise;

/// Binary cross-entropy of a probability: minus the logarithm of the probability given to what happened.
///
/// Confidence in the right answer costs little and confidence in the wrong one costs without bound: a probability of
/// 0.99 for what happened loses 0.01, one of 0.01 loses 4.61, and one of exactly 0 loses infinitely much. Nothing is
/// clipped. Soft labels between 0 and 1 are allowed.
#[derive(Clone, Debug)]
pub struct Bce;

impl Pointwise for Bce {
    const CARD: Card = Card {
        name: "bce",
        aliases: &["binary_cross_entropy", "binary_crossentropy", "log_loss", "logloss", "binary_logloss"],
        title: "binary cross-entropy (probabilities)",
        summary: "Minus the logarithm of the probability that was given to what happened.",
        noise: Some(Noise::Bernoulli),
        when: "Scoring probabilities of an event: spam or not, fraud or not. It rewards honest probabilities only.",
        when_not: "Logits are at hand: bce_logits is more accurate and never meets a probability rounded to 0 or 1.",
        examples: &[
            Example::about("A spam mail that the model calls spam with 20 %.", 1.0, &[0.2], 1.609, 5e-4),
            Example::about("The same mail called spam with 95 %.", 1.0, &[0.95], 0.051, 5e-4),
        ],
        tables: &[Table {
            title: "Why the logarithm?",
            answer: "Being sure and right costs next to nothing, being sure and wrong costs without bound. The squared error of \
                     the probability stops at 1.",
            over: Over::Confidence,
            at: &[0.01, 0.1, 0.5, 0.9, 0.99],
            beside: &["mse"],
        }],
        elsewhere: &[
            Elsewhere::differs("PyTorch", "BCELoss", "logarithms clamped at −100"),
            Elsewhere::differs("Keras", "BinaryCrossentropy", "p clipped to [1e-7, 1 − 1e-7]"),
            Elsewhere::differs("scikit-learn", "log_loss", "p clipped by the dtype's epsilon"),
            Elsewhere::differs("XGBoost", "logloss (metric)", "clipped at 1e-16, in single precision"),
            Elsewhere::differs("LightGBM", "binary_logloss", "clipped at 1e-15"),
        ],
        references: &[
            "I. J. Good, Rational decisions, J. R. Stat. Soc. B 14 (1952)",
            "T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)",
        ],
        ..Card::PROBABILITY
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        Some(match form {
            Form::Plain | Form::Training | Form::NegativeLogLikelihood => (1.0, 0.0),
            // Soft labels have an entropy that no prediction gets below.
            Form::Deviance => (2.0, 2.0 * (y.ln_times(y) + (1.0 - y).ln_times(1.0 - y))),
        })
    }

    fn properties(&self) -> Properties {
        // Its curvature y/p² + (1 − y)/(1 − p)² is at least 1, reached by hard labels at the far end.
        Properties { convexity: Convexity::Strong(1.0), ..Properties::smooth() }
    }

    const LINEAR_IN_TARGET: bool = true;

    fn fisher(&self, p: f64) -> Option<f64> {
        Some(1.0 / (p * (1.0 - p)))
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, p: R) -> R {
        // Adding 0 turns the −0 of a perfect prediction into 0.
        -(p.ln_times(y) + p.ln_1m_times(y.complement())) + R::Base::literal(0.0)
    }

    crate::family::has_label_form!();

    /// One logarithm instead of two.
    #[inline(always)]
    fn formula_at_labels<R: Real>(&self, y: R::Base, p: R) -> R {
        p.hard_cross_entropy(y)
    }
}
