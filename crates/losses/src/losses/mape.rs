use dartboard_numerics::Real;

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Properties, Smoothness, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Absolute percentage error, as a share: the distance divided by the size of the target.
///
/// A target of 0 has none: such rows are refused, not guarded by a small number. Too high can cost without bound, too
/// low at most 1, so it favours predictions that are too low.
#[derive(Clone, Debug)]
pub struct Mape;

impl Pointwise for Mape {
    const CARD: Card = Card {
        name: "mape",
        aliases: &["mean_absolute_percentage_error", "absolute_percentage_error"],
        title: "mean absolute percentage error (as a share)",
        summary: "The distance between prediction and target, divided by the size of the target.",
        target_domain: Interval::NON_ZERO,
        unit: Unit::Number,
        when: "A report must be in percent and all targets are well away from 0.",
        when_not: "Targets near 0, which dominate it, and training: it favours predictions that are too low. Use mae or msle.",
        examples: &[
            Example::exact("150 for 100: half too high.", 100.0, &[150.0], 0.5),
            Example::exact("50 for 100: half too low costs the same.", 100.0, &[50.0], 0.5),
        ],
        elsewhere: &[
            Elsewhere::differs("scikit-learn", "mean_absolute_percentage_error", "divides by at least 2.2e-16"),
            Elsewhere::differs("Keras", "MeanAbsolutePercentageError", "100 times it; divides by at least 1e-7"),
            Elsewhere::same("XGBoost", "mape"),
            Elsewhere::differs("LightGBM", "mape", "divides by at least 1; Hessian 1/|y|"),
            Elsewhere::differs("CatBoost", "MAPE", "divides by at least 1"),
        ],
        references: &["T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011)"],
        ..Card::VALUE
    };

    fn new(_parameters: &[f64]) -> Self {
        Self
    }

    fn properties(&self) -> Properties {
        Properties {
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink::Residual(0.0)],
            functional: Functional::RelativeMedian,
            ..Properties::smooth()
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).abs() / y.abs()
    }
}
