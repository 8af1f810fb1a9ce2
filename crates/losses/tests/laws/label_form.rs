//! The faster form for labels gives the same bits as the formula.

use dartboard_numerics::Jet;

use crate::sample::everywhere;
use crate::{Law, PointCase};

struct LabelForm;

impl Law for LabelForm {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        for (_, z) in everywhere(loss) {
            for y in [0.0, 1.0] {
                let pair = (loss.jet(y, z), loss.jet_at_label(y, z));
                same(y, z, pair.0, pair.1)?;
                let (y, z) = (y as f32, z as f32);
                if loss.card().prediction_domain.contains(f64::from(z)) {
                    let pair = [loss.jet_f32(y, z), loss.jet_f32_at_label(y, z)].map(wide);
                    same(f64::from(y), f64::from(z), pair[0], pair[1])?;
                }
            }
        }
        Ok(())
    }
}

fn wide(jet: Jet<f32>) -> Jet<f64> {
    Jet { value: jet.value.into(), gradient: jet.gradient.into(), hessian: jet.hessian.into() }
}

fn same(y: f64, z: f64, general: Jet<f64>, label: Jet<f64>) -> Result<(), String> {
    let bits = |jet: Jet<f64>| [jet.value, jet.gradient, jet.hessian].map(f64::to_bits);
    if bits(general) == bits(label) {
        return Ok(());
    }
    Err(format!("y={y}, z={z}: {general:?}, for labels {label:?}"))
}

#[test]
fn the_form_for_labels_is_the_formula() {
    crate::assert_holds::<LabelForm>();
    crate::assert_catches::<LabelForm>(crate::liar::OtherAtLabels, "for labels");
}
