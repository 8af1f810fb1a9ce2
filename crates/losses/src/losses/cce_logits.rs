use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Real, Scalar};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Family, Functional, Link, PredictionKind, Properties, Smoothness, TargetKind,
    Unit,
};
use crate::domain::Interval;
use crate::family::{Derivatives, Formula, RowRule, Rowwise};

/// Categorical cross-entropy of logits: that of the probabilities `softmax(z)`, without ever forming them.
///
/// A score of −∞ masks a class: its probability is 0. Value, gradient and Hessian keep all their digits however sure
/// the scores are, right or wrong.
#[derive(Clone, Debug)]
pub struct CceLogits;

/// Rows per pass: few enough for the six scratch columns to stay in the first-level cache, enough to fill the registers.
const CHUNK: usize = 256;

/// What softmax needs of each row of a chunk.
struct Rows<F> {
    /// The largest score and the first class that has it.
    max: [F; CHUNK],
    argmax: [u32; CHUNK],
    /// `Σ exp(z_c − max)` over all other classes: the softmax denominator without its leading 1, so that nothing is
    /// lost when it is tiny.
    rest: [F; CHUNK],
}

/// `exp(score − max)`, with the rounding error of the difference put back: at a distance of 60 it would cost 30 ulp.
#[inline(always)]
fn exp_below<F: Float>(score: F, max: F) -> F {
    let difference = score - max;
    let back = difference - score;
    let lost = (score - (difference - back)) - (max + back);
    let e = difference.exp();
    // Where the score is −∞ the error term is NaN and e is 0.
    F::select(e > F::ZERO, e + e * lost, e)
}

impl<F: Float> Rows<F> {
    #[inline(always)]
    fn of(scores: &[&[F]], start: usize, rows: usize) -> Self {
        let mut max = [F::NEG_INFINITY; CHUNK];
        let mut argmax = [0; CHUNK];
        for (class, scores) in scores.iter().enumerate() {
            let scores = &scores[start..start + rows];
            for row in 0..rows {
                let larger = scores[row] > max[row];
                max[row] = F::select(larger, scores[row], max[row]);
                argmax[row] = if larger { class as u32 } else { argmax[row] };
            }
        }
        let mut rest = [F::ZERO; CHUNK];
        for (class, scores) in scores.iter().enumerate() {
            let scores = &scores[start..start + rows];
            for row in 0..rows {
                let e = exp_below(scores[row], max[row]);
                rest[row] += F::select(argmax[row] == class as u32, F::ZERO, e);
            }
        }
        Self { max, argmax, rest }
    }

    /// `e = exp(z_c − max)`, the sum of all other classes' and the sum of all: `softmax_c = e / total`.
    #[inline(always)]
    fn parts(&self, class: usize, row: usize, score: F) -> (F, F, F) {
        let e = exp_below(score, self.max[row]);
        let total = F::ONE + self.rest[row];
        // For another class than the largest, e ≤ 1 ≤ total − e, so this difference cannot cancel.
        let others = F::select(self.argmax[row] == class as u32, self.rest[row], total - e);
        (e, others, total)
    }
}

impl Rowwise for CceLogits {
    const CARD: Card = Card {
        name: "cce_logits",
        aliases: &["cross_entropy", "softmax_cross_entropy", "softmax_ce", "multiclass", "multi:softprob"],
        title: "categorical cross-entropy (logits)",
        summary: "Minus the logarithm of the probability that softmax of the scores gives to the true class.",
        family: Family::Rowwise,
        target: TargetKind::Class,
        target_domain: Interval::closed(0.0, u32::MAX as f64),
        prediction: PredictionKind::Logit,
        prediction_domain: Interval { low_closed: true, ..Interval::FINITE },
        link: Link::Softmax,
        parameters: &[],
        noise: Some("categorical"),
        unit: Unit::Nats,
        when: "The default for several classes of which one is true, in training and in scoring.",
        when_not: "The scores are probabilities already: use cce. Several labels can be true at once: one bce_logits per label.",
        examples: &[Example {
            story: "A digit recognised with the logits 1.2, 0.5, 3.1, 0.8 (softmax 0.1130, 0.0561, 0.7552, 0.0757); class 2 is right.",
            parameters: &[],
            target: 2.0,
            prediction: &[1.2, 0.5, 3.1, 0.8],
            value: 0.2807,
            tolerance: 5e-5,
        }],
        elsewhere: &[
            Elsewhere { library: "PyTorch", name: "CrossEntropyLoss", difference: "0 where the loss is below 1e-16" },
            Elsewhere { library: "Keras", name: "CategoricalCrossentropy(from_logits=True)", difference: "" },
            Elsewhere {
                library: "Optax",
                name: "softmax_cross_entropy_with_integer_labels",
                difference: "class −1 wraps to the last",
            },
            Elsewhere { library: "scikit-learn", name: "HalfMultinomialLoss", difference: "" },
            Elsewhere { library: "XGBoost", name: "multi:softprob", difference: "Hessian 2p(1 − p), an upper bound" },
            Elsewhere { library: "LightGBM", name: "multiclass", difference: "Hessian K/(K − 1) p(1 − p)" },
        ],
        references: &[
            "J. S. Bridle, Probabilistic interpretation of feedforward classification network outputs (1990)",
        ],
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            // Adding a constant to all scores changes nothing.
            convexity: Convexity::Convex,
            smoothness: Smoothness::Infinitely,
            kinks: vec![],
            // softmax(z) − y runs from one corner of the simplex to another.
            lipschitz: Some(std::f64::consts::SQRT_2),
            functional: Functional::ClassProbabilities,
        }
    }

    fn row_rule(&self) -> RowRule {
        RowRule::SomeFinite
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

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: &[u32],
        scores: &[&[F]],
        value: &mut [F],
        mut derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        for start in (0..value.len()).step_by(CHUNK) {
            let rows = CHUNK.min(value.len() - start);
            let softmax = Rows::of(scores, start, rows);
            for row in 0..rows {
                let score = scores[target[start + row] as usize][start + row];
                // Where the true class is the largest the first term is exactly 0, and the second keeps its digits.
                value[start + row] = (softmax.max[row] - score) + softmax.rest[row].ln_1p();
            }
            let Some(derivatives) = &mut derivatives else { continue };
            for (class, scores) in scores.iter().enumerate() {
                let scores = &scores[start..start + rows];
                let gradient = &mut derivatives.gradient[class][start..start + rows];
                let hessian = &mut derivatives.hessian[class][start..start + rows];
                let target = &target[start..start + rows];
                for row in 0..rows {
                    let (e, others, total) = softmax.parts(class, row, scores[row]);
                    // σ_c − 1 = −(all others) / total.
                    gradient[row] = F::select(target[row] as usize == class, -others, e) / total;
                    hessian[row] = (e / total) * (others / total);
                }
            }
        }
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(&self, target: &[u32], scores: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]) {
        // H v = s ∘ (v − ⟨s, v⟩): the target does not enter. All of v is taken relative to the entry of the largest
        // score, v*: as ⟨s, v⟩ = v* + ⟨s, v − v*⟩, nothing cancels where s is almost 1 in one class.
        for start in (0..target.len()).step_by(CHUNK) {
            let rows = CHUNK.min(target.len() - start);
            let softmax = Rows::of(scores, start, rows);
            let mut origin = [F::ZERO; CHUNK];
            for (class, vector) in vector.iter().enumerate() {
                for row in 0..rows {
                    origin[row] = F::select(softmax.argmax[row] == class as u32, vector[start + row], origin[row]);
                }
            }
            let mut mean = [F::ZERO; CHUNK];
            for (class, vector) in vector.iter().enumerate() {
                for row in 0..rows {
                    let (e, _, total) = softmax.parts(class, row, scores[class][start + row]);
                    mean[row] = (e / total).mul_add(vector[start + row] - origin[row], mean[row]);
                }
            }
            for (class, product) in product.iter_mut().enumerate() {
                for row in 0..rows {
                    let (e, _, total) = softmax.parts(class, row, scores[class][start + row]);
                    product[start + row] = (e / total) * ((vector[class][start + row] - origin[row]) - mean[row]);
                }
            }
        }
    }
}
