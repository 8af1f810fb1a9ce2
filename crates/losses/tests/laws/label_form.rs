//! The faster form for labels gives the same bits as the formula.

use dartboard_losses::Pointwise;
use dartboard_numerics::{Jet, Scalar};

use crate::sample::everywhere;
use crate::{Case, Law};

struct LabelForm;

impl Law for LabelForm {
    fn pointwise<L: Pointwise>(case: &Case<L>) -> Result<(), String> {
        for (_, z) in everywhere(&case.loss) {
            for y in [0.0, 1.0] {
                same(&case.loss, y, z)?;
                if L::CARD.prediction_domain.contains(f64::from(z as f32)) {
                    same(&case.loss, y as f32, z as f32)?;
                }
            }
        }
        Ok(())
    }
}

fn same<L: Pointwise, F: Scalar<Base = F> + Into<f64> + std::fmt::Display>(loss: &L, y: F, z: F) -> Result<(), String> {
    let numbers = |jet: Jet<F>| [jet.value, jet.gradient, jet.hessian].map(|number| number.into());
    let general = numbers(loss.formula(y, Jet::variable(z)));
    let label = numbers(loss.formula_at_labels(y, Jet::variable(z)));
    if general.map(f64::to_bits) == label.map(f64::to_bits) {
        return Ok(());
    }
    Err(format!("y={y}, z={z}: {general:?}, for labels {label:?}"))
}

#[test]
fn the_form_for_labels_is_the_formula() {
    crate::assert_holds::<LabelForm>();
    crate::assert_catches::<LabelForm>(crate::liar::OtherAtLabels, "for labels");
}
