use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Link, Noise, PredictionKind, Properties};
use crate::domain::Interval;
use crate::family::softmax::{CHUNK, Softmax, total_share};
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};
use crate::losses::CceLogits;

/// Kullback–Leibler divergence of logits: that of the probabilities `softmax(z)` from the true shares.
///
/// Its gradient is that of cross-entropy, softmax(z) − q; the entropy of the shares is taken off, so that it is zero
/// where softmax and shares agree.
#[derive(Clone, Debug)]
pub struct KlLogits;

impl Rowwise for KlLogits {
    const CARD: Card = Card {
        name: "kl_logits",
        aliases: &["kl_div_logits", "distillation"],
        title: "Kullback–Leibler divergence (logits)",
        summary: "The Kullback–Leibler divergence of softmax of the scores from the true shares.",
        prediction: PredictionKind::Logit,
        prediction_domain: Interval { low_closed: true, ..Interval::FINITE },
        link: Link::Softmax,
        noise: Some(Noise::Categorical),
        when: "Distillation: a student's scores learn a teacher's probabilities.",
        when_not: "One class is true: cce_logits is the same number, and faster.",
        examples: &[Example::about(
            "A single true class: its cross-entropy.",
            2.0,
            &[1.2, 0.5, 3.1, 0.8],
            0.2807,
            5e-5,
        )],
        elsewhere: &[Elsewhere::differs(
            "PyTorch",
            "KLDivLoss",
            "of log_softmax of the scores; 'mean' divides by all elements",
        )],
        references: &["G. Hinton, O. Vinyals, J. Dean, Distilling the knowledge in a neural network (2015)"],
        ..Card::CLASS_PROBABILITIES
    };

    const LINEAR_IN_TARGET: bool = false;

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            lipschitz: Some(std::f64::consts::SQRT_2),
            functional: Functional::ClassProbabilities,
            ..Properties::smooth()
        }
    }

    fn row_rule(&self) -> RowRule {
        RowRule::SomeFinite
    }

    fn formula(&self) -> Formula {
        let Formula { value, gradient, hessian } = CceLogits.formula();
        let q = Expr::symbol("y_j");
        Formula { value: value + (q * Scalar::ln(q)).over_classes(), gradient, hessian }
    }

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        CceLogits.block(target, scores, value, derivatives);
        let RowTarget::Shares(shares) = target else { return };
        for start in (0..value.len()).step_by(CHUNK) {
            let rows = CHUNK.min(value.len() - start);
            let softmax = Softmax::of(scores, start, rows);
            // Softmax adds up to 1, so what the deviations q − s add up to is Σq − 1.
            let total = total_share((start, rows), target, scores.len());
            for row in 0..rows {
                value[start + row] = total[row] - F::ONE;
            }
            for (class, (scores, shares)) in scores.iter().zip(shares).enumerate() {
                for row in 0..rows {
                    let (q, z) = (shares[start + row], scores[start + row]);
                    let (e, _, sum) = softmax.parts(class, row, z);
                    let s = e / sum;
                    // Where s is far below q its logarithm is taken before it could underflow.
                    let direct = q * (q.ln() + softmax.surprise(row, z)) - (q - s);
                    let divergence = F::select(s < F::from_f64(0.25) * q, direct, s.divergence(q));
                    value[start + row] += divergence;
                }
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
        CceLogits.hessian_vector(target, scores, vector, product);
    }
}
