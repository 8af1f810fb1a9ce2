//! What is printed is what is computed.

use dartboard_losses::{Card, Formula, Rowwise, RowwiseBlocks};
use dartboard_numerics::{Environment, Expr};

use crate::sample::{Random, targets, window};
use crate::{Case, Law, PointCase, rows};

struct Printed;

/// Plain arithmetic in another order: equal but for rounding, which the size of the terms sets where they cancel.
fn close(printed: f64, computed: f64, scale: f64) -> bool {
    printed == computed || (printed - computed).abs() <= 1e-12 * (computed.abs() + scale)
}

/// Whether a symbol of a formula is neither a usual one nor explained, or one is explained that is not there.
fn unexplained(card: &Card, explained: &[(&str, &str)], formula: Formula) -> Result<(), String> {
    let parts = [formula.value, formula.gradient, formula.hessian];
    let used: Vec<&str> = parts.into_iter().flat_map(Expr::symbols).collect();
    let letter = card.prediction.symbol();
    let usual = |name: &str| {
        let (base, index) = name.split_once('_').unwrap_or((name, ""));
        [letter, "y"].contains(&base) && ["c", "j"].contains(&index)
            || card.parameters.iter().any(|parameter| parameter.name == name)
    };
    let is_explained = |name: &str| explained.iter().any(|(symbol, _)| *symbol == name);
    if let Some(name) = used.iter().find(|name| !usual(name) && !is_explained(name)) {
        return Err(format!("nothing says what {name} stands for in {:?}", formula.value));
    }
    match explained.iter().find(|(symbol, _)| !used.contains(symbol)) {
        Some((symbol, _)) => Err(format!("{symbol} is explained, and in no formula")),
        None => Ok(()),
    }
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
                let names = || loss.card().parameters.iter().map(|parameter| parameter.name);
                let evaluate = |printed: Expr, by: f64| {
                    let parameters = names().zip(case.parameters.iter().map(|value| value + by));
                    let scalars = [("y", y), (prediction, z)].into_iter().chain(parameters).collect();
                    printed.evaluate(&Environment { scalars, ..Environment::default() })
                };
                let jet = loss.jet(y, z);
                let parts = [
                    ("value", formula.value, jet.value, 1.0),
                    ("gradient", formula.gradient, jet.gradient, 1.0),
                    ("Hessian", formula.hessian, jet.hessian, 1.0),
                ];
                for (name, printed, computed, scale) in parts {
                    let number = evaluate(printed, 0.0);
                    // Where a parameter makes it 0/0, the formula means its limit.
                    let limit = || 0.5 * (evaluate(printed, 1e-5) + evaluate(printed, -1e-5));
                    let is_limit =
                        || limit() == computed || (limit() - computed).abs() <= 1e-6 * (computed.abs() + scale);
                    if !(close(number, computed, scale) || number.is_nan() && is_limit()) {
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
        unexplained(&L::CARD, L::SYMBOLS, formula)?;
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
            if L::FORMULA_OF_ONE_CLASS && true_class.is_none() {
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
