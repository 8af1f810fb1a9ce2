use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Parameter, Properties, Smoothness, Unit, Zero};
use crate::domain::Interval;
use crate::family::Pointwise;
use crate::family::tolerance::{Beyond, SquareBeyond};
use crate::losses::Mse;

/// Squared epsilon-insensitive loss: the square of the distance beyond a tolerance ε, and nothing within.
#[derive(Clone, Debug)]
pub struct SquaredEpsilonInsensitive {
    epsilon: f64,
}

impl Pointwise for SquaredEpsilonInsensitive {
    const CARD: Card = Card {
        name: "squared_epsilon_insensitive",
        aliases: &["squared_eps_insensitive", "l2_epsilon_insensitive"],
        title: "squared epsilon-insensitive loss",
        summary: "The square of the distance between prediction and target beyond epsilon, and nothing within epsilon.",
        parameters: &[Parameter {
            name: "epsilon",
            default: 0.1,
            domain: Interval::NON_NEGATIVE,
            meaning: "the tolerance, in the unit of the target; 0 is mse",
        }],
        unit: Unit::TargetSquared,
        when: "Errors within a tolerance do not matter, and a continuous gradient is needed.",
        when_not: "Targets with outliers: beyond the tolerance it is squared error.",
        examples: &[
            Example::exact("An error of 4 with a tolerance of 1.", 0.0, &[4.0], 9.0).with(&[1.0]),
            Example::exact("An error of 0.5 within it.", 0.0, &[0.5], 0.0).with(&[1.0]),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "squared_epsilon_insensitive"),
            Elsewhere::same("LossFunctions.jl", "L2EpsilonInsLoss"),
        ],
        references: &["V. Vapnik, The Nature of Statistical Learning Theory (1995), chapter 6"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { epsilon: parameters[0] }
    }

    fn properties(&self) -> Properties {
        if self.epsilon == 0.0 {
            // Nothing is tolerated: squared error.
            return Pointwise::properties(&Mse);
        }
        Properties {
            smoothness: Smoothness::Once,
            kinks: vec![Kink::Residual(-self.epsilon), Kink::Residual(self.epsilon)],
            functional: Functional::Minimiser,
            zero: Zero::Stretch,
            ..Properties::smooth()
        }
    }

    fn majorizer(&self, _y: f64) -> Option<f64> {
        Some(2.0)
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let beyond = Beyond { y, epsilon: R::Base::parameter("epsilon", self.epsilon) };
        z.apply(SquareBeyond { beyond, tolerates: self.epsilon > 0.0 })
    }
}
