use dartboard_numerics::{Real, Scalar};

use crate::card::{
    Card, Convexity, Elsewhere, Example, Functional, Kink, Noise, Parameter, Properties, Smoothness, Unit,
};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Expectile loss: squared error with a weight of τ where the prediction is too low and 1 − τ where it is too high.
///
/// Its expectation is smallest at the τ-expectile, which is to the mean what the quantile is to the median. At τ = ½ it
/// is half the squared error. At zero error the weight is 1 − τ.
#[derive(Clone, Debug)]
pub struct Expectile {
    tau: f64,
}

impl Pointwise for Expectile {
    const CARD: Card = Card {
        name: "expectile",
        aliases: &["expectile_loss", "asymmetric_squared_error", "reg:expectileerror"],
        title: "expectile loss",
        summary: "Tau times the squared error where the prediction is too low, 1 − tau times where it is too high.",
        parameters: &[Parameter {
            name: "tau",
            default: 0.5,
            domain: Interval::open(0.0, 1.0),
            meaning: "the level: above one half, too low costs more than too high",
        }],
        noise: Some(Noise::AsymmetricNormal),
        unit: Unit::TargetSquared,
        when: "Risk with attention to the size of the tail: expectiles above one half are coherent risk measures.",
        when_not: "A level with a meaning in shares of rows is wanted: that is a quantile.",
        examples: &[
            Example::exact("Predicted 10 too low at tau = 0.75.", 100.0, &[90.0], 75.0).with(&[0.75]),
            Example::exact("Predicted 10 too high.", 100.0, &[110.0], 25.0).with(&[0.75]),
        ],
        elsewhere: &[
            Elsewhere::same("CatBoost", "Expectile"),
            Elsewhere::differs("XGBoost", "reg:expectileerror", "several levels at once, kept in order"),
        ],
        references: &["W. Newey, J. Powell, Asymmetric least squares estimation and testing, Econometrica 55 (1987)"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { tau: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::Strong(2.0 * self.tau.min(1.0 - self.tau)),
            // At one half the two sides are the same parabola.
            smoothness: if self.tau == 0.5 { Smoothness::Infinitely } else { Smoothness::Once },
            kinks: if self.tau == 0.5 { vec![] } else { vec![Kink::Residual(0.0)] },
            functional: Functional::Expectile(self.tau),
            ..Properties::smooth()
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(2.0 * self.tau.max(1.0 - self.tau))
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let tau = R::Base::parameter("tau", self.tau);
        let residual = z - y;
        let square = residual.square();
        R::select(residual.below(R::Base::literal(0.0)), square * tau, square * tau.complement())
    }
}
