use dartboard_numerics::{Real, Scalar};

use crate::card::{Card, Elsewhere, Example, Functional, Kink, Parameter, Properties, Smoothness, Zero};
use crate::domain::Interval;
use crate::family::Pointwise;
use crate::family::tolerance::Beyond;
use crate::losses::Mae;

/// Epsilon-insensitive loss: the distance beyond a tolerance ε, and nothing within.
///
/// The loss of support vector regression: rows predicted within the tube do not matter.
#[derive(Clone, Debug)]
pub struct EpsilonInsensitive {
    epsilon: f64,
}

impl Pointwise for EpsilonInsensitive {
    const CARD: Card = Card {
        name: "epsilon_insensitive",
        aliases: &["eps_insensitive", "svr", "l1_epsilon_insensitive"],
        title: "epsilon-insensitive loss",
        summary: "The distance between prediction and target less epsilon, and nothing within epsilon.",
        parameters: &[Parameter {
            name: "epsilon",
            default: 0.1,
            domain: Interval::NON_NEGATIVE,
            meaning: "the tolerance, in the unit of the target; 0 is mae",
        }],
        when: "Errors within a tolerance do not matter: support vector regression, quantised instruments.",
        when_not: "All errors matter: use mae. The best constant is seldom unique.",
        examples: &[
            Example::exact("An error of 4 with a tolerance of 1.", 0.0, &[4.0], 3.0).with(&[1.0]),
            Example::exact("An error of 0.5 within it.", 0.0, &[0.5], 0.0).with(&[1.0]),
        ],
        elsewhere: &[
            Elsewhere::same("scikit-learn", "epsilon_insensitive"),
            Elsewhere::same("LossFunctions.jl", "L1EpsilonInsLoss"),
        ],
        references: &["V. Vapnik, The Nature of Statistical Learning Theory (1995), chapter 6"],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { epsilon: parameters[0] }
    }

    fn properties(&self) -> Properties {
        if self.epsilon == 0.0 {
            // Nothing is tolerated: absolute error.
            return Pointwise::properties(&Mae);
        }
        Properties {
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink::Residual(-self.epsilon), Kink::Residual(self.epsilon)],
            lipschitz: Some(1.0),
            functional: Functional::Minimiser,
            zero: Zero::Stretch,
            ..Properties::smooth()
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        z.apply(Beyond { y, epsilon: R::Base::parameter("epsilon", self.epsilon) })
    }
}
