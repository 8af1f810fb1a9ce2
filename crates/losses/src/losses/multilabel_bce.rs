use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Expr, Jet};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Functional, Link, Noise, PredictionKind, Properties, TargetKind,
};
use crate::domain::Interval;
use crate::family::{Derivatives, Formula, Pointwise, RowRule, RowTarget, Rowwise};
use crate::losses::Bce;

/// Multilabel cross-entropy of probabilities: the mean over labels of the binary cross-entropy of each.
///
/// Every label is an event of its own: the probabilities of a row need not add up to 1.
#[derive(Clone, Debug)]
pub struct MultilabelBce;

impl Rowwise for MultilabelBce {
    const CARD: Card = Card {
        name: "multilabel_bce",
        aliases: &["multi_label_bce"],
        title: "multilabel cross-entropy (probabilities)",
        summary: "The mean over labels of the binary cross-entropy of each.",
        target: TargetKind::Labels,
        target_domain: Interval::UNIT,
        prediction: PredictionKind::Probability,
        prediction_domain: Interval::UNIT,
        link: Link::Identity,
        noise: Some(Noise::IndependentBernoulli),
        when: "Several labels can be true of a row at once: tags, topics, findings.",
        when_not: "Exactly one class is true: use cce. Logits are at hand: use multilabel_bce_logits.",
        examples: &[Example::about(
            "Three tags of which only the one in the middle applies.",
            1.0,
            &[0.1, 0.9, 0.2],
            0.144622,
            5e-7,
        )],
        elsewhere: &[Elsewhere::differs("Keras", "BinaryCrossentropy", "p clipped to [1e-7, 1 − 1e-7]")],
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
            lipschitz: None,
            functional: Functional::ClassProbabilities,
            ..Properties::smooth()
        }
    }

    fn row_rule(&self) -> RowRule {
        RowRule::Any
    }

    fn formula(&self) -> Formula {
        let of_label = |label: &'static str, prediction: &'static str| {
            Bce.formula(Expr::symbol(label), Jet::variable(Expr::symbol(prediction)))
        };
        let (jet, labels) = (of_label("y_c", "p_c"), Expr::symbol("K"));
        Formula {
            value: of_label("y_j", "p_j").value.over_classes() / labels,
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
                *value += cross_entropy(target.share(label, row), scores[row]);
            }
            let Some(derivatives) = &mut derivatives else { continue };
            for (row, gradient) in derivatives.gradient[label].iter_mut().enumerate() {
                *gradient = slope(target.share(label, row), scores[row]) / labels;
            }
            for (row, hessian) in derivatives.hessian[label].iter_mut().enumerate() {
                *hessian = bend(target.share(label, row), scores[row]) / labels;
            }
        }
        value.iter_mut().for_each(|value| *value /= labels);
    }

    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        let labels = F::from_f64(scores.len() as f64);
        for (label, product) in product.iter_mut().enumerate() {
            let scores = scores[label];
            for (row, product) in product.iter_mut().enumerate() {
                *product = (bend(target.share(label, row), scores[row]) / labels).times0(vector[label][row]);
            }
        }
    }
}

#[inline(always)]
fn cross_entropy<F: Float>(y: F, p: F) -> F {
    // From zero, so that a certain prediction costs +0.
    F::ZERO - (y.xlogy(p) + (F::ONE - y).xlog1py(-p))
}

#[inline(always)]
fn slope<F: Float>(y: F, p: F) -> F {
    over0(F::ONE - y, F::ONE - p) - over0(y, p)
}

#[inline(always)]
fn bend<F: Float>(y: F, p: F) -> F {
    over0(over0(F::ONE - y, F::ONE - p), F::ONE - p) + over0(over0(y, p), p)
}

/// `a/b`, 0 where `a` is 0.
#[inline(always)]
fn over0<F: Float>(a: F, b: F) -> F {
    F::select(a == F::ZERO, F::ZERO, a / b)
}
