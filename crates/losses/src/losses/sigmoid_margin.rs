use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Properties};
use crate::family::{Pointwise, margin};

/// Sigmoid loss: one less the hyperbolic tangent of the margin, a step from 2 to 0 with its edge rounded.
///
/// No row costs more than 2, and rows that are badly wrong have next to no gradient: they are given up, so an optimiser
/// needs a good start. A right and a wrong label together cost 2 whatever the score, so labels that are turned around at
/// random, all with the same chance below one half, leave the best classifier what it was. On the right side it falls
/// like 2e^(−2·margin) and reaches 0 at no margin, so no finite score is best. A soft label costs the expectation over
/// its label.
#[derive(Clone, Debug)]
pub struct SigmoidMargin;

impl Pointwise for SigmoidMargin {
    const CARD: Card = Card {
        name: "sigmoid_margin",
        aliases: &["sigmoid_margin_loss"],
        title: "sigmoid loss of the margin",
        summary: "One less the hyperbolic tangent of the margin: from 2 on the wrong side to 0 on the right, 1 at a score of 0.",
        when: "Classifiers on labels of which some are wrong: no row costs more than 2, and the worst hardly pull.",
        when_not: "No good starting point: badly wrong rows have next to no gradient. Start from bce_logits; use it too for probabilities.",
        examples: &[
            Example::exact("An event with score 0: undecided.", 1.0, &[0.0], 1.0),
            Example::about("An event with score 2: right.", 1.0, &[2.0], 0.035972, 5e-7),
            Example::exact("A non-event with score 100: as wrong as can be.", 0.0, &[100.0], 2.0),
        ],
        elsewhere: &[Elsewhere::differs("LossFunctions.jl", "SigmoidLoss", "loses its digits at large margins")],
        references: &[
            "L. Mason, J. Baxter, P. Bartlett, M. Frean, Boosting algorithms as gradient descent, NIPS 12 (1999)",
            "A. Ghosh, N. Manwani, P. Sastry, Making risk minimization tolerant to label noise, Neurocomputing 160 (2015)",
        ],
        ..Card::MARGIN
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            lipschitz: Some(1.0),
            functional: Functional::DecisionAtInfinity,
            ..Properties::smooth()
        }
    }

    const LINEAR_IN_TARGET: bool = true;

    fn majorizer(&self, y: f64) -> Option<f64> {
        // 2·tanh·(1 − tanh²) is largest at tanh² = ⅓; of a soft label the curvatures of yes and no cancel in part.
        Some((2.0 * y - 1.0).abs() * 4.0 / (3.0 * 3.0_f64.sqrt()))
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        margin::expected(y, z.apply(Step), (-z).apply(Step))
    }
}

/// `1 − tanh m`
struct Step;

impl<S: Scalar> Function<S> for Step {
    #[inline(always)]
    fn value(&self, margin: S) -> S {
        // 1 − tanh m = 2σ(−2m), which cancels nothing.
        let two = S::literal(2.0);
        (-margin * two).sigmoid() * two
    }
    #[inline(always)]
    fn first(&self, margin: S) -> S {
        -margin.sech_squared()
    }
    #[inline(always)]
    fn second(&self, margin: S) -> S {
        margin.tanh() * margin.sech_squared() * S::literal(2.0)
    }
}
