use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Real};

use crate::card::{Card, Elsewhere, Example, Functional, Noise, Properties, Zero};
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};
use crate::losses::Cce;

/// Kullback–Leibler divergence of probabilities: what coding by the predicted probabilities costs beyond coding by the
/// true shares.
///
/// Cross-entropy less the entropy of the shares, so zero where prediction and shares agree. For a single true class it is
/// the cross-entropy.
#[derive(Clone, Debug)]
pub struct KlDiv;

impl Rowwise for KlDiv {
    const CARD: Card = Card {
        name: "kl_div",
        aliases: &["kld", "kl_divergence", "kullback_leibler_divergence", "relative_entropy"],
        title: "Kullback–Leibler divergence (probabilities)",
        summary: "The sum over classes of the true share times the logarithm of true share over predicted probability.",
        noise: Some(Noise::Categorical),
        when: "The truth is itself a distribution: a teacher model, several annotators, market shares.",
        when_not: "One class is true: cce is the same number, and faster. Logits are at hand: kl_logits.",
        examples: &[Example::about(
            "A single true class: the cross-entropy of its probability, 0.7.",
            1.0,
            &[0.2, 0.7, 0.1],
            0.356675,
            5e-7,
        )],
        elsewhere: &[
            Elsewhere::differs("PyTorch", "KLDivLoss", "takes log-probabilities; 'mean' divides by all elements"),
            Elsewhere::differs("Keras", "KLDivergence", "clips both to [1e-7, 1]"),
            Elsewhere::differs("Optax", "kl_divergence", "takes log-probabilities"),
        ],
        references: &["S. Kullback, R. Leibler, On information and sufficiency, Ann. Math. Stat. 22 (1951)"],
        ..Card::CLASS_PROBABILITIES
    };

    const LINEAR_IN_TARGET: bool = false;

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties { functional: Functional::ClassProbabilities, zero: Zero::Perfect, ..Properties::smooth() }
    }

    fn row_rule(&self) -> RowRule {
        Cce.row_rule()
    }

    fn formula(&self) -> Formula {
        let Formula { gradient, hessian, .. } = Cce.formula();
        let (q, p) = (Expr::symbol("y_j"), Expr::symbol("p_j"));
        Formula { value: (q / p).ln_times(q).over_classes(), gradient, hessian }
    }

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        Cce.block(target, scores, value, derivatives);
        let RowTarget::Shares(shares) = target else { return };
        value.fill(F::ZERO);
        // q·ln(q/p) as (q·ln(q/p) − q + p) + (q − p): the first is never negative and keeps its digits where p is next to
        // q, the second adds up to next to nothing.
        for (shares, scores) in shares.iter().zip(scores) {
            for (row, value) in value.iter_mut().enumerate() {
                let (q, p) = (shares[row], scores[row]);
                *value += p.divergence(q) + (q - p);
            }
        }
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        Cce.hessian_vector(target, scores, vector, product);
    }
}
