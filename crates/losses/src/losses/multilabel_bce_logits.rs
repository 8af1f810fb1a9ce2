use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Jet};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Functional, Link, Noise, PredictionKind, Properties, TargetKind,
};
use crate::domain::Interval;
use crate::family::{Derivatives, Formula, Pointwise, RowRule, RowTarget, Rowwise};
use crate::losses::BceLogits;

/// Multilabel cross-entropy of logits: the mean over labels of the binary cross-entropy of each.
///
/// Every label is an event of its own: any number of them may be true of a row.
#[derive(Clone, Debug)]
pub struct MultilabelBceLogits;

impl Rowwise for MultilabelBceLogits {
    const CARD: Card = Card {
        name: "multilabel_bce_logits",
        aliases: &["multilabel_soft_margin", "multi_label_soft_margin", "multiclassova"],
        title: "multilabel cross-entropy (logits)",
        summary: "The mean over labels of the binary cross-entropy of each.",
        target: TargetKind::Labels,
        target_domain: Interval::UNIT,
        prediction: PredictionKind::Logit,
        prediction_domain: Interval::EXTENDED,
        link: Link::Logit,
        noise: Some(Noise::IndependentBernoulli),
        when: "Several labels can be true of a row at once: tags, topics, findings.",
        when_not: "Exactly one class is true: use cce_logits.",
        examples: &[Example::about(
            "Three tags of which only the one in the middle applies.",
            1.0,
            &[-2.0, 3.0, -1.0],
            0.162926,
            5e-7,
        )],
        elsewhere: &[
            Elsewhere::same("PyTorch", "MultiLabelSoftMarginLoss"),
            Elsewhere::differs("LightGBM", "multiclassova", "the sum over classes"),
            Elsewhere::same("Keras", "BinaryCrossentropy(from_logits=True)"),
        ],
        references: &["I. J. Good, Rational decisions, J. R. Stat. Soc. B 14 (1952)"],
        ..Card::CLASS_PROBABILITIES
    };

    // Linear in each label, but not a sum over labels of which one is true.
    const LINEAR_IN_TARGET: bool = false;
    const SYMBOLS: &'static [(&'static str, &'static str)] = &[("K", "number of labels")];

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Strict,
            // Of two labels; of more it is less.
            lipschitz: Some(std::f64::consts::FRAC_1_SQRT_2),
            functional: Functional::ClassProbabilities,
            ..Properties::smooth()
        }
    }

    fn row_rule(&self) -> RowRule {
        RowRule::Any
    }

    fn formula(&self) -> Formula {
        let of_label = |label: &'static str, prediction: &'static str| {
            BceLogits.formula(Expr::symbol(label), Jet::variable(Expr::symbol(prediction)))
        };
        let (jet, labels) = (of_label("y_c", "z_c"), Expr::symbol("K"));
        Formula {
            value: of_label("y_j", "z_j").value.over_classes() / labels,
            gradient: jet.gradient / labels,
            hessian: jet.hessian / labels,
        }
    }

    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        mut derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        let labels = F::from_f64(scores.len() as f64);
        value.fill(F::ZERO);
        for (label, scores) in scores.iter().enumerate() {
            for (row, value) in value.iter_mut().enumerate() {
                *value += F::logistic_loss(target.share(label, row), scores[row]);
            }
            let Some(derivatives) = &mut derivatives else { continue };
            for (row, gradient) in derivatives.gradient[label].iter_mut().enumerate() {
                *gradient = F::logistic_residual(target.share(label, row), scores[row]) / labels;
            }
            for (row, hessian) in derivatives.hessian[label].iter_mut().enumerate() {
                *hessian = scores[row].logistic_curvature() / labels;
            }
        }
        value.iter_mut().for_each(|value| *value /= labels);
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        _target: RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        let labels = F::from_f64(scores.len() as f64);
        for (label, product) in product.iter_mut().enumerate() {
            let scores = scores[label];
            for (row, product) in product.iter_mut().enumerate() {
                *product = (scores[row].logistic_curvature() / labels).times0(vector[label][row]);
            }
        }
    }
}
