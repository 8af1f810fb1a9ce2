use dartboard_numerics::elementary::{Float, Pair};
use dartboard_numerics::{Expr, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Family, Functional, Properties, TargetKind, Unit, Zero};
use crate::family::direction::Plane;
use crate::family::{Derivatives, Formula, RowRule, RowTarget, Rowwise};

/// Cosine distance: 1 less the cosine of the angle between a target vector and a predicted one.
///
/// Only directions matter: 0 where they are the same, 1 at a right angle, 2 where they are opposite. How long the
/// prediction is costs nothing, so the gradient is at a right angle to it, a step along the gradient makes it longer, and
/// the shorter it is the steeper the loss. A vector of zeros has no direction and is refused.
#[derive(Clone, Debug)]
pub struct Cosine;

impl Rowwise for Cosine {
    const CARD: Card = Card {
        name: "cosine",
        // Not cosine_distance: the query engine has a function of that name.
        aliases: &["cosine_embedding", "cosine_embedding_loss", "cosine_loss"],
        title: "cosine distance",
        summary: "One less the cosine of the angle between the target vector and the predicted one.",
        family: Family::Rowwise,
        target: TargetKind::Vector,
        unit: Unit::Number,
        when: "Embeddings and other vectors of which only the direction matters.",
        when_not: "The length matters too: use mse on each component. One of several classes is true: use cce.",
        examples: &[
            Example::about(
                "The target points along the first of two axes, the prediction along (3, 4).",
                0.0,
                &[3.0, 4.0],
                0.4,
                1e-15,
            ),
            Example::exact(
                "A prediction of another length in the direction of the target, the second axis.",
                1.0,
                &[0.0, 100.0],
                0.0,
            ),
        ],
        elsewhere: &[
            Elsewhere::differs(
                "PyTorch",
                "CosineEmbeddingLoss",
                "for a target of 1; adds 1e-12 to the squared lengths",
            ),
            Elsewhere::differs("Keras", "CosineSimilarity", "minus the cosine; 0 for a vector of zeros"),
            Elsewhere::differs("Optax", "cosine_distance", "not a number for a vector of zeros"),
        ],
        references: &[
            "G. Salton, A. Wong, C. S. Yang, A vector space model for automatic indexing, Comm. ACM 18 (1975)",
            "K. Mardia, P. Jupp, Directional Statistics (2000): the mean direction",
        ],
        ..Card::VALUE
    };

    // Longer targets cost no more.
    const LINEAR_IN_TARGET: bool = false;

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            functional: Functional::MeanDirection,
            // Whatever the length of the prediction.
            zero: Zero::Stretch,
            ..Properties::smooth()
        }
    }

    fn row_rule(&self) -> RowRule {
        RowRule::SomeNonZero
    }

    fn formula(&self) -> Formula {
        let [y, z, y_c, z_c] = ["y_j", "z_j", "y_c", "z_c"].map(Expr::symbol);
        let square = z.square().over_classes();
        let lengths = (y.square().over_classes() * square).sqrt();
        let cosine = (y * z).over_classes() / lengths;
        let [one, two, three] = [1.0, 2.0, 3.0].map(Expr::number);
        Formula {
            value: one - cosine,
            gradient: cosine * z_c / square - y_c / lengths,
            hessian: (cosine + two * y_c * z_c / lengths - three * cosine * z_c.square() / square) / square,
        }
    }

    // In pairs of numbers, rounded at the end: each value, and the length of each gradient, is within an ulp and
    // O(K²·u²) of the truth for K components, u being half an ulp of 1. See `Plane`.
    #[inline(always)]
    fn block<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        mut derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        for (row, value) in value.iter_mut().enumerate() {
            let plane = Plane::of(target, scores, row);
            let (one, lengths) = (Pair::of(F::ONE), plane.lengths());
            let cosine = plane.dot / lengths;
            let beside = plane.beside(|class| plane.y(class));
            // That beside z comes times z_p.
            let unit = one / lengths.times(plane.at_largest);
            let (along, across) = (cosine / plane.square / plane.square, (unit + unit) / plane.square);
            let mut sum = Pair::ZERO;
            for class in 0..scores.len() {
                let rest = plane.component(class, plane.y(class), &beside);
                sum = sum + rest * rest;
                let Some(derivatives) = &mut derivatives else { continue };
                // The unit vector of y is cosθ·ẑ + g with g beside z: the gradient is −g/|z|, and the Hessian's diagonal
                // (cosθ·(1 − ẑ²) + 2·g·ẑ)/|z|².
                let z = plane.z(class);
                let bend = along * plane.square_without(class) + (across * rest).times(z);
                derivatives.gradient[class][row] = scaled(F::ZERO - (unit * rest).high, plane.scale);
                derivatives.hessian[class][row] = scaled(scaled(bend.high, plane.scale), plane.scale);
            }
            // 1 − |cosθ| as sin²θ/(1 + |cosθ|).
            let sine = sum / (Pair::product(plane.at_largest, plane.at_largest) * plane.target_square);
            let less = sine / (one + cosine.abs());
            *value = if plane.dot.high < F::ZERO { (one + one - less).high } else { less.high };
        }
    }

    // H = (cosθ·(I − ẑẑᵀ) + g·ẑᵀ + ẑ·gᵀ)/|z|² with g as in `block`; v beside z is known as y is.
    #[inline(always)]
    fn hessian_vector<F: Float>(
        &self,
        target: RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        for row in 0..scores[0].len() {
            let plane = Plane::of(target, scores, row);
            let of_target = plane.beside(|class| plane.y(class));
            let of_vector = plane.beside(|class| vector[class][row]);
            let (mut along, mut across) = (Pair::ZERO, Pair::ZERO);
            for (class, vector) in vector.iter().enumerate() {
                let v = vector[row];
                along = along + Pair::product(plane.z(class), v);
                across = across + plane.component(class, plane.y(class), &of_target).times(v);
            }
            let unit = Pair::of(F::ONE) / (plane.square * plane.lengths()).times(plane.at_largest);
            for class in 0..scores.len() {
                let rest = plane.component(class, plane.y(class), &of_target);
                let moved = plane.component(class, vector[class][row], &of_vector);
                let sum = plane.dot * moved + rest * along + across.times(plane.z(class));
                product[class][row] = scaled(scaled((unit * sum).high, plane.scale), plane.scale);
            }
        }
    }
}

/// Times both.
#[inline(always)]
fn scaled<F: Float>(x: F, [first, second]: [F; 2]) -> F {
    x * first * second
}
