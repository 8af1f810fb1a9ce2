//! What is printed is what is computed.

use dartboard_losses::{Rowwise, RowwiseBlocks};
use dartboard_numerics::Environment;

use crate::sample::{Random, targets, window};
use crate::{Case, Law, PointCase, rows};

struct Printed;

/// Plain arithmetic in another order: equal but for rounding, which the size of the terms sets where they cancel.
fn close(printed: f64, computed: f64, scale: f64) -> bool {
    printed == computed || (printed - computed).abs() <= 1e-12 * (computed.abs() + scale)
}

impl Law for Printed {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let formula = case.blocks().formula();
        let prediction = loss.card().prediction.symbol();
        let mut numbers = Random::new(41);
        for y in targets(loss.card()) {
            let (low, high) = window(loss, y);
            for _ in 0..40 {
                let z = numbers.between(low, high);
                let parameters = loss.card().parameters.iter().zip(&case.parameters).map(|(p, &value)| (p.name, value));
                let scalars = [("y", y), (prediction, z)].into_iter().chain(parameters).collect();
                let environment = Environment { scalars, ..Environment::default() };
                let jet = loss.jet(y, z);
                let parts = [
                    ("value", formula.value, jet.value, 1.0),
                    ("gradient", formula.gradient, jet.gradient, 1.0),
                    ("Hessian", formula.hessian, jet.hessian, 1.0),
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
        let prediction = L::CARD.prediction.symbol();
        for (target, row) in rows::ordinary(loss) {
            let jet = rows::jet(loss, target, &row);
            let shares: Vec<f64> = (0..row.len()).map(|class| target.share(class)).collect();
            let sums = |shares: &[f64]| -> Vec<f64> {
                shares
                    .iter()
                    .scan(0.0, |sum, share| {
                        Some({
                            *sum += share;
                            *sum
                        })
                    })
                    .collect()
            };
            let (below, up_to) = (sums(&row), sums(&shares));
            // What the symbols of single losses stand for.
            let true_class = target.class();
            let others = |class: &usize| Some(*class) != true_class;
            let rival = (0..row.len()).filter(others).reduce(|a, b| if row[b] > row[a] { b } else { a }).unwrap();
            let is_rival: Vec<f64> = (0..row.len()).map(|class| f64::from(class == rival)).collect();
            if RowwiseBlocks::symbols(loss).contains("true class") && true_class.is_none() {
                continue;
            }
            for class in 0..row.len() {
                let parameters = L::CARD.parameters.iter().zip(&case.parameters).map(|(p, &value)| (p.name, value));
                let own = [
                    ("K", row.len() as f64),
                    ("t", true_class.map_or(f64::NAN, |class| row[class])),
                    ("m", row[rival]),
                ];
                let vectors: Vec<(&str, &[f64])> =
                    vec![("y", &shares), (prediction, &row), ("P", &below), ("Y", &up_to), ("r", &is_rival)];
                let environment = Environment { scalars: parameters.chain(own).collect(), vectors, class };
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
    crate::assert_catches_in_blocks::<Printed>(crate::liar::OtherFormula, "the printed value");
    crate::assert_catches_rowwise::<Printed>(crate::curvature::Swapped, "the printed");
}
