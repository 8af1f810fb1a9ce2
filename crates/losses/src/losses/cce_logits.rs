use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Link, Noise, PredictionKind, Properties};
use crate::domain::Interval;
use crate::family::softmax::{CHUNK, Softmax, softmax_variance, total_share};
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};

/// Categorical cross-entropy of logits: that of the probabilities `softmax(z)`, without ever forming them.
///
/// A score of −∞ masks a class: its probability is 0. Value, gradient and Hessian keep all their digits however sure
/// the scores are, right or wrong.
#[derive(Clone, Debug)]
pub struct CceLogits;

impl Rowwise for CceLogits {
    const CARD: Card = Card {
        name: "cce_logits",
        aliases: &["cross_entropy", "softmax_cross_entropy", "softmax_ce", "multiclass", "multi:softprob"],
        title: "categorical cross-entropy (logits)",
        summary: "Minus the logarithm of the probability that softmax of the scores gives to the true class.",
        prediction: PredictionKind::Logit,
        prediction_domain: Interval { low_closed: true, ..Interval::FINITE },
        link: Link::Softmax,
        noise: Some(Noise::Categorical),
        when: "The default for several classes of which one is true, in training and in scoring.",
        when_not: "The scores are probabilities already: use cce. Several labels can be true at once: one bce_logits per label.",
        examples: &[Example::about(
            "A digit recognised with the logits 1.2, 0.5, 3.1, 0.8 (softmax 0.1130, 0.0561, 0.7552, 0.0757); class 2 is right.",
            2.0,
            &[1.2, 0.5, 3.1, 0.8],
            0.2807,
            5e-5,
        )],
        elsewhere: &[
            Elsewhere::differs("PyTorch", "CrossEntropyLoss", "0 where the loss is below 1e-16"),
            Elsewhere::same("Keras", "CategoricalCrossentropy(from_logits=True)"),
            Elsewhere::differs("Optax", "softmax_cross_entropy_with_integer_labels", "class −1 wraps to the last"),
            Elsewhere::same("scikit-learn", "HalfMultinomialLoss"),
            Elsewhere::differs("XGBoost", "multi:softprob", "Hessian 2p(1 − p), an upper bound"),
            Elsewhere::differs("LightGBM", "multiclass", "Hessian K/(K − 1) p(1 − p)"),
        ],
        references: &[
            "J. S. Bridle, Probabilistic interpretation of feedforward classification network outputs (1990)",
        ],
        ..Card::CLASS_PROBABILITIES
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        // Convex but not strictly: adding a constant to all scores changes nothing. Its gradient softmax(z) − y runs
        // from one corner of the simplex to another.
        Properties {
            lipschitz: Some(std::f64::consts::SQRT_2),
            functional: Functional::ClassProbabilities,
            ..Properties::smooth()
        }
    }

    fn row_rule(&self) -> RowRule {
        RowRule::SomeFinite
    }

    fn fisher(&self, scores: &[f64], diagonal: &mut [f64]) -> bool {
        // The link is canonical, so the Hessian does not depend on the target.
        softmax_variance(scores, diagonal);
        true
    }

    fn majorizer(&self, scores: &[f64], diagonal: &mut [f64]) -> bool {
        // Gershgorin: the off-diagonal entries of row c of diag(p) − ppᵀ add up to p_c(1 − p_c) in magnitude.
        softmax_variance(scores, diagonal);
        diagonal.iter_mut().for_each(|slot| *slot *= 2.0);
        true
    }

    fn formula(&self) -> Formula {
        let (y, z) = (Expr::symbol("y_c"), Expr::symbol("z_c"));
        let (yj, zj) = (Expr::symbol("y_j"), Expr::symbol("z_j"));
        let softmax = z.exp() / zj.exp().over_classes();
        Formula {
            value: zj.exp().over_classes().ln() - (yj * zj).over_classes(),
            gradient: softmax - y,
            hessian: softmax * softmax.complement(),
        }
    }

    const LINEAR_IN_TARGET: bool = true;

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        mut derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        for start in (0..value.len()).step_by(CHUNK) {
            let rows = CHUNK.min(value.len() - start);
            let softmax = Softmax::of(scores, start, rows);
            match target {
                RowTarget::Class(target) => {
                    // Looked up first: a loop that may panic is not vectorised, and its logarithms would be.
                    let mut own = [F::ZERO; CHUNK];
                    for (row, own) in own[..rows].iter_mut().enumerate() {
                        *own = scores[target[start + row] as usize][start + row];
                    }
                    for (row, value) in value[start..start + rows].iter_mut().enumerate() {
                        *value = softmax.surprise(row, own[row]);
                    }
                }
                RowTarget::Shares(shares) => {
                    let value = &mut value[start..start + rows];
                    value.fill(F::ZERO);
                    for (scores, shares) in scores.iter().zip(shares) {
                        let (scores, shares) = (&scores[start..start + rows], &shares[start..start + rows]);
                        for row in 0..rows {
                            // A masked class without a share adds nothing.
                            value[row] += shares[row].times0(softmax.surprise(row, scores[row]));
                        }
                    }
                }
            }
            if let Some(derivatives) = &mut derivatives {
                let total = total_share((start, rows), target, scores.len());
                softmax.derivatives((start, rows), target, &total, scores, derivatives);
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
        for start in (0..scores[0].len()).step_by(CHUNK) {
            let rows = CHUNK.min(scores[0].len() - start);
            let total = total_share((start, rows), target, scores.len());
            Softmax::of(scores, start, rows).hessian_vector((start, rows), &total, scores, vector, product);
        }
    }
}
