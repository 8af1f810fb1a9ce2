//! The Lipschitz constant is the supremum of the gradient: never exceeded, and approached.

use dartboard_losses::{Rowwise, Smoothness};

use crate::sample::everywhere;
use crate::{Case, Law, PointCase, rows};

struct Claimed;

fn judge(claim: Option<f64>, largest: f64, at: &str) -> Result<(), String> {
    match claim {
        Some(bound) if largest > bound * (1.0 + 1e-12) => {
            Err(format!("slope {largest} at {at}, above the claimed {bound}"))
        }
        Some(bound) if largest < bound * (1.0 - 1e-6) => {
            Err(format!("the slope never passes {largest}, claimed {bound}"))
        }
        None if largest <= 1e6 => Err(format!("said to be unbounded, but the slope never passes {largest}")),
        _ => Ok(()),
    }
}

impl Law for Claimed {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let (mut largest, mut place) = ((0.0, String::new()), (0.0, 0.0));
        for (y, z) in everywhere(loss) {
            let slope = loss.jet(y, z).gradient.abs();
            if slope > largest.0 {
                largest = (slope, format!("y={y}, z={z}"));
                place = (y, z);
            }
        }
        if loss.properties().smoothness == Smoothness::Discontinuous {
            // Its steepness lies in the jump.
            return Ok(());
        }
        // The steepest point may lie between those that were looked at: uphill from the best of them.
        let (y, mut z) = place;
        let mut step = 0.25 * (z - y).abs().max(z.abs()).max(1e-3);
        while step > 1e-9 * (z - y).abs() && step > f64::EPSILON * z.abs() {
            let slope = |z: f64| loss.jet(y, z).gradient.abs();
            let better = [z - step, z + step]
                .into_iter()
                .filter(|z| loss.card().prediction_domain.contains(*z))
                .find(|&near| slope(near) > slope(z));
            match better {
                Some(near) => {
                    z = near;
                    largest = (slope(z), format!("y={y}, z={z}"));
                }
                None => step *= 0.5,
            }
        }
        judge(loss.properties().lipschitz, largest.0, &largest.1)
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let mut largest = (0.0, String::new());
        let mut by_classes = [0.0_f64; 11];
        for (target, row) in rows::ordinary(&case.loss).into_iter().chain(rows::extreme(&case.loss)) {
            let slope = rows::norm(&rows::jet(&case.loss, target, &row).gradient);
            by_classes[row.len()] = by_classes[row.len()].max(slope);
            if slope > largest.0 {
                largest = (slope, format!("{row:?}, target {target}"));
            }
        }
        let claim = Rowwise::properties(&case.loss).lipschitz;
        // A slope that grows with the number of classes has no bound.
        if claim.is_none() && by_classes[10] > 1.5 * by_classes[2] {
            return Ok(());
        }
        judge(claim, largest.0, &largest.1)
    }
}

#[test]
fn lipschitz_constants_are_suprema() {
    crate::assert_holds::<Claimed>();
}

#[test]
fn lies_about_slopes_are_caught() {
    use crate::liar::{Liar, rowwise_liar};
    use dartboard_losses::{BceLogits, Cce, CceLogits, Mse, Properties};
    let claims = |bound: Option<f64>| move |properties: &mut Properties| properties.lipschitz = bound;
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Some(1.0))), "above the claimed");
    crate::assert_catches::<Claimed>(Liar::<BceLogits>::about(claims(Some(2.0))), "never passes");
    crate::assert_catches::<Claimed>(Liar::<BceLogits>::about(claims(None)), "said to be unbounded");
    crate::assert_catches_rowwise::<Claimed>(rowwise_liar::<CceLogits>(claims(Some(1.0))), "above the claimed");
    crate::assert_catches_rowwise::<Claimed>(rowwise_liar::<CceLogits>(claims(Some(2.0))), "never passes");
    crate::assert_catches_rowwise::<Claimed>(rowwise_liar::<Cce>(claims(Some(10.0))), "above the claimed");
}
