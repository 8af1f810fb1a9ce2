use dartboard_numerics::Expr;
use dartboard_numerics::elementary::Float;

use crate::card::{Card, Elsewhere, Example, Functional, Link, Noise, PredictionKind, Properties};
use crate::domain::Interval;
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};

/// Negative log-likelihood of log-probabilities: minus the log-probability that was given to the true class.
///
/// What is left of cross-entropy where a model returns `log_softmax` scores already. A log-probability of −∞ for the true
/// class loses infinitely much.
#[derive(Clone, Debug)]
pub struct Nll;

impl Rowwise for Nll {
    const CARD: Card = Card {
        name: "nll",
        aliases: &["nll_loss", "negative_log_likelihood"],
        title: "negative log-likelihood (log-probabilities)",
        summary: "Minus the log-probability that was given to the true class.",
        prediction: PredictionKind::LogProbability,
        prediction_domain: Interval { low_closed: true, high_closed: true, ..Interval::below(0.0) },
        link: Link::Log,
        noise: Some(Noise::Categorical),
        when: "The model returns log-probabilities: log_softmax, language models, mixtures.",
        when_not: "The scores are not normalised: use cce_logits, which normalises them.",
        examples: &[Example::about(
            "Three classes with log-probabilities of 0.2, 0.7 and 0.1; class 1 is right.",
            1.0,
            &[-1.6094379124341003, -0.35667494393873245, -2.3025850929940455],
            0.3567,
            5e-5,
        )],
        elsewhere: &[Elsewhere::same("PyTorch", "NLLLoss"), Elsewhere::same("Candle", "nll")],
        references: &["T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)"],
        ..Card::CLASS_PROBABILITIES
    };

    const LINEAR_IN_TARGET: bool = true;

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { lipschitz: Some(1.0), functional: Functional::ClassProbabilities, ..Properties::smooth() }
    }

    fn row_rule(&self) -> RowRule {
        // As for probabilities: wide enough for single precision over many classes.
        RowRule::ExponentialsAddToOne { tolerance: 1e-4 }
    }

    fn formula(&self) -> Formula {
        let (y, yj, zj) = (Expr::symbol("y_c"), Expr::symbol("y_j"), Expr::symbol("z_j"));
        Formula { value: -(yj * zj).over_classes(), gradient: -y, hessian: Expr::number(0.0) }
    }

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        value.fill(F::ZERO);
        for (class, scores) in scores.iter().enumerate() {
            for (row, value) in value.iter_mut().enumerate() {
                // A class without a share adds nothing, even if its log-probability is −∞.
                *value += F::ZERO - target.share(class, row).times0(scores[row]);
            }
        }
        let Some(derivatives) = derivatives else { return };
        for class in 0..scores.len() {
            derivatives.hessian[class].fill(F::ZERO);
            for (row, gradient) in derivatives.gradient[class].iter_mut().enumerate() {
                *gradient = F::ZERO - target.share(class, row);
            }
        }
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        _target: RowTarget<'_, F>,
        _scores: &[&[F]],
        _vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        product.iter_mut().for_each(|product| product.fill(F::ZERO));
    }
}
