//! The cosine distance against `golden/cosine.json`.

use dartboard_losses::{Derivatives, Loss, RowTarget};
use serde_json::Value;

use crate::recipe::numbers;

/// Value, gradient, diagonal of the Hessian and its product with `v`.
fn evaluate(y: &[f64], z: &[f64], v: &[f64]) -> [Vec<f64>; 4] {
    let loss = Loss::parse("cosine").unwrap();
    let loss = loss.rowwise().unwrap();
    let mut out = [vec![f64::NAN], vec![f64::NAN; y.len()], vec![f64::NAN; y.len()], vec![f64::NAN; y.len()]];
    let [value, gradient, hessian, product] = &mut out;
    let [y, z, v] = [y, z, v].map(|vector| vector.chunks(1).collect::<Vec<_>>());
    let mut derivatives =
        Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
    loss.value_gradient_hessian(RowTarget::Shares(&y), &z, value, &mut derivatives);
    let mut product: Vec<&mut [f64]> = product.chunks_mut(1).collect();
    loss.hessian_vector(RowTarget::Shares(&y), &z, &v, &mut product);
    out
}

#[test]
fn cosine_distances() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/cosine.json");
    let points: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut wrong = vec![];
    for point in points.as_array().unwrap() {
        let [y, z, v] = ["y", "z", "v"].map(|name| numbers(&point[name]));
        let got = evaluate(&y, &z, &v);
        for (name, got) in ["value", "gradient", "hessian", "product"].into_iter().zip(got) {
            for (got, truth) in got.into_iter().zip(numbers(&point[name])) {
                // One ulp, also of numbers next to 0; where those are subnormal, a few steps of these.
                let bound = f64::EPSILON * truth.abs() + 4.0 * f64::from_bits(1);
                if !(got == truth || (got - truth).abs() <= bound) {
                    wrong.push(format!("{}: {name} is {got:e}, not {truth:e}", point["name"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
