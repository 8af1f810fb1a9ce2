//! What is printed is what is computed.

use dartboard_losses::{Pointwise, PointwiseBlocks, PredictionKind, Rowwise, RowwiseBlocks};
use dartboard_numerics::{Environment, Jet};

use crate::sample::{Random, targets, window};
use crate::{Case, Law, rows};

struct Printed;

/// Plain arithmetic in another order: equal but for rounding, which the size of the terms sets where they cancel.
fn close(printed: f64, computed: f64, scale: f64) -> bool {
    (printed - computed).abs() <= 1e-12 * (computed.abs() + scale)
}

impl Law for Printed {
    fn pointwise<L: Pointwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let formula = PointwiseBlocks::formula(loss);
        let prediction = if L::CARD.prediction == PredictionKind::Probability { "p" } else { "z" };
        let mut numbers = Random::new(41);
        for y in targets(&L::CARD) {
            let (low, high) = window(loss, y);
            for _ in 0..40 {
                let z = numbers.between(low, high);
                let parameters = L::CARD.parameters.iter().zip(&case.parameters).map(|(p, &value)| (p.name, value));
                let scalars = [("y", y), (prediction, z)].into_iter().chain(parameters).collect();
                let environment = Environment { scalars, ..Environment::default() };
                let jet = Pointwise::formula(loss, y, Jet::variable(z));
                let parts = [
                    ("value", formula.value, jet.value, 0.0),
                    ("gradient", formula.gradient, jet.gradient, 1.0),
                    ("Hessian", formula.hessian, jet.hessian, 0.0),
                ];
                for (name, printed, computed, scale) in parts {
                    let number = printed.evaluate(&environment);
                    if !close(number, computed, scale) {
                        return Err(format!(
                            "the printed {name} {printed:?} is {number} at y={y}, z={z}, computed {computed}"
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let formula = RowwiseBlocks::formula(loss);
        let prediction = if L::CARD.prediction == PredictionKind::Probability { "p" } else { "z" };
        for (target, row) in rows::ordinary(loss) {
            let jet = rows::jet(loss, target, &row);
            let one_hot: Vec<f64> = (0..row.len()).map(|class| f64::from(class == target)).collect();
            for class in 0..row.len() {
                let scalars =
                    L::CARD.parameters.iter().zip(&case.parameters).map(|(p, &value)| (p.name, value)).collect();
                let environment = Environment { scalars, vectors: vec![("y", &one_hot), (prediction, &row)], class };
                let parts = [
                    ("value", formula.value, jet.value, 1.0),
                    ("gradient", formula.gradient, jet.gradient[class], 1.0),
                    ("Hessian", formula.hessian, jet.hessian[class], 1.0),
                ];
                for (name, printed, computed, scale) in parts {
                    let number = printed.evaluate(&environment);
                    if !close(number, computed, scale) {
                        let row = format!("{row:?}, target {target}, class {class}");
                        return Err(format!(
                            "the printed {name} {printed:?} is {number} at {row}, computed {computed}"
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

#[test]
fn formulas_are_what_is_computed() {
    crate::assert_holds::<Printed>();
}

#[test]
fn other_formulas_are_caught() {
    crate::assert_catches::<Printed>(crate::liar::OtherFormula, "the printed value");
    crate::assert_catches_rowwise::<Printed>(crate::curvature::Swapped, "the printed");
}
