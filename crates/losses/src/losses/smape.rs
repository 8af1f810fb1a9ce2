use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Kink, Properties, Smoothness, Unit};
use crate::family::Pointwise;

/// Symmetric absolute percentage error, as a share from 0 to 2: the distance divided by the mean size of the two.
///
/// For evaluation only. It is 2 whenever the signs differ, whatever the distance, has no gradient there, and is not
/// convex. Where both are 0 it is 0.
#[derive(Clone, Debug)]
pub struct Smape;

impl Pointwise for Smape {
    const CARD: Card = Card {
        name: "smape",
        aliases: &["symmetric_mean_absolute_percentage_error"],
        title: "symmetric mean absolute percentage error (as a share)",
        summary: "The distance between prediction and target, divided by the mean of their sizes: from 0 to 2.",
        unit: Unit::Number,
        when: "A contest or an old report asks for it.",
        when_not: "Training, or a choice between models: no simple property of the target minimises it, and a target of 0 costs 2 whatever is predicted.",
        examples: &[
            Example::about("150 for 100.", 100.0, &[150.0], 0.4, 1e-16),
            Example::about("50 for 100: too low costs more.", 100.0, &[50.0], 0.666667, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::differs("TorchMetrics", "SymmetricMeanAbsolutePercentageError", "divides by at least 1.17e-6"),
            Elsewhere::differs("CatBoost", "SMAPE", "100 times it"),
        ],
        references: &[
            "R. Hyndman, A. Koehler, Another look at measures of forecast accuracy, Int. J. Forecasting 22 (2006)",
        ],
        ..Card::VALUE
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink::Residual(0.0), Kink::Prediction(0.0)],
            functional: Functional::Minimiser,
            ..Properties::smooth()
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        z.apply(RelativeDistance { y })
    }
}

/// `|z − y| / ((|z| + |y|)/2)`: one primitive, because as a quotient of two jets its derivative would cancel to nothing
/// where the signs differ.
struct RelativeDistance<S> {
    y: S,
}

impl<S: Scalar> RelativeDistance<S> {
    /// `value` where prediction and target have the same sign, else `otherwise`.
    #[inline(always)]
    fn where_signs_agree(&self, z: S, value: S, otherwise: S) -> S {
        S::select((z.sign() * self.y.sign()).at_most(S::literal(0.0)), otherwise, value)
    }
}

impl<S: Scalar> Function<S> for RelativeDistance<S> {
    #[inline(always)]
    fn value(&self, z: S) -> S {
        z.relative_distance(self.y)
    }
    #[inline(always)]
    fn first(&self, z: S) -> S {
        // 4|y|/(|z| + |y|)², by the mean of the two sizes so that nothing overflows.
        let half = S::literal(0.5);
        let mean = z.abs() * half + self.y.abs() * half;
        let slope = self.y.abs().over0(mean).over0(mean).times0((z - self.y).sign());
        self.where_signs_agree(z, slope, S::literal(0.0))
    }
    #[inline(always)]
    fn second(&self, z: S) -> S {
        let half = S::literal(0.5);
        let mean = z.abs() * half + self.y.abs() * half;
        let bend = self.y.abs().over0(mean).over0(mean).over0(mean).times0((self.y - z).sign() * z.sign());
        self.where_signs_agree(z, bend, S::literal(0.0))
    }
}
