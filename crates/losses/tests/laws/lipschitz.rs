//! The Lipschitz constant is the supremum of the gradient: never exceeded, and approached.

use dartboard_losses::{Pointwise, Rowwise};
use dartboard_numerics::Jet;

use crate::sample::everywhere;
use crate::{Case, Law, rows};

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
    fn pointwise<L: Pointwise>(case: &Case<L>) -> Result<(), String> {
        let mut largest = (0.0, String::new());
        for (y, z) in everywhere(&case.loss) {
            let slope = Pointwise::formula(&case.loss, y, Jet::variable(z)).gradient.abs();
            if slope > largest.0 {
                largest = (slope, format!("y={y}, z={z}"));
            }
        }
        judge(Pointwise::properties(&case.loss).lipschitz, largest.0, &largest.1)
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let mut largest = (0.0, String::new());
        for (target, row) in rows::ordinary(&case.loss).into_iter().chain(rows::extreme(&case.loss)) {
            let slope = rows::norm(&rows::jet(&case.loss, target, &row).gradient);
            if slope > largest.0 {
                largest = (slope, format!("{row:?}, target {target}"));
            }
        }
        judge(Rowwise::properties(&case.loss).lipschitz, largest.0, &largest.1)
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
