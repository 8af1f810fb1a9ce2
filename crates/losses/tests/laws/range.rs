//! Losses are not negative, zero exactly where the prediction is perfect, and numbers everywhere in their domains.

use dartboard_losses::{Card, Pointwise, PointwiseBlocks, PredictionKind, RowRule, Rowwise};

use crate::sample::{everywhere, ordinary};
use crate::{Case, Law, rows};

struct Range;

/// The prediction that cannot be improved upon, where there is one: for an event, only if its target is certain.
fn perfect(card: &Card, y: f64) -> Option<f64> {
    match card.prediction {
        PredictionKind::Value => Some(y),
        PredictionKind::Probability => (y == 0.0 || y == 1.0).then_some(y),
        PredictionKind::Logit if y == 0.0 => Some(f64::NEG_INFINITY),
        PredictionKind::Logit => (y == 1.0).then_some(f64::INFINITY),
    }
}

impl Law for Range {
    fn pointwise<L: Pointwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let points = everywhere(loss);
        let (y, z): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
        let mut out = vec![vec![f64::NAN; y.len()]; 3];
        let [value, gradient, hessian] = &mut out[..] else { unreachable!() };
        loss.value_gradient_hessian(&y, &z, value, gradient, hessian);
        for row in 0..y.len() {
            let (value, gradient, hessian) = (out[0][row], out[1][row], out[2][row]);
            number(y[row], z[row], value, gradient, hessian)?;
        }
        // In single precision too, where the rounded numbers still lie in the domains.
        let inside = |&(y, z): &(f64, f64)| {
            let (y, z) = (f64::from(y as f32), f64::from(z as f32));
            L::CARD.target_domain.contains(y) && L::CARD.prediction_domain.contains(z)
        };
        for (y, z) in points.iter().copied().filter(inside) {
            let mut out = [[f32::NAN]; 3];
            let [value, gradient, hessian] = &mut out;
            loss.value_gradient_hessian_f32(&[y as f32], &[z as f32], value, gradient, hessian);
            let [[value], [gradient], [hessian]] = out.map(|part| part.map(f64::from));
            number(y, z, value, gradient, hessian).map_err(|breach| format!("in single precision: {breach}"))?;
        }
        for (y, z) in points {
            if perfect(&L::CARD, y) == Some(z) {
                let value = Pointwise::formula(loss, y, z);
                if value.to_bits() != 0 {
                    return Err(format!("the perfect prediction z={z} of y={y} loses {value}"));
                }
            }
        }
        for (y, z) in ordinary(loss) {
            let value = Pointwise::formula(loss, y, z);
            if perfect(&L::CARD, y) != Some(z) && value == 0.0 {
                return Err(format!("y={y}, z={z} loses nothing and is not perfect"));
            }
        }
        Ok(())
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        for (target, row) in rows::ordinary(loss).into_iter().chain(rows::extreme(loss)) {
            let jet = rows::jet(loss, target, &row);
            let parts = jet.gradient.iter().chain(&jet.hessian);
            if jet.value.is_nan() || parts.into_iter().any(|part| part.is_nan()) {
                return Err(format!("not a number at {row:?}, target {target}: {jet:?}"));
            }
            if jet.value < 0.0 {
                return Err(format!("negative at {row:?}, target {target}: {}", jet.value));
            }
        }
        for (target, row) in rows::ordinary(loss) {
            if rows::value(loss, target, &row) == 0.0 {
                return Err(format!("{row:?}, target {target} loses nothing and is not perfect"));
            }
        }
        for classes in [2, 3, 10] {
            for target in 0..classes {
                let mut row =
                    vec![
                        if matches!(Rowwise::row_rule(loss), RowRule::SomeFinite) { f64::NEG_INFINITY } else { 0.0 };
                        classes
                    ];
                row[target] = 1.0;
                let value = rows::value(loss, target, &row);
                if value.to_bits() != 0 {
                    return Err(format!("the perfect prediction {row:?} of {target} loses {value}"));
                }
            }
        }
        Ok(())
    }
}

fn number(y: f64, z: f64, value: f64, gradient: f64, hessian: f64) -> Result<(), String> {
    if value.is_nan() || gradient.is_nan() || hessian.is_nan() {
        return Err(format!("not a number at y={y}, z={z}: {value}, {gradient}, {hessian}"));
    }
    if value < 0.0 {
        return Err(format!("negative at y={y}, z={z}: {value}"));
    }
    Ok(())
}

#[test]
fn values_are_numbers_and_zero_where_perfect() {
    crate::assert_holds::<Range>();
}

#[test]
fn other_values_are_caught() {
    use crate::liar::{Lenient, Negative, NotANumber};
    crate::assert_catches::<Range>(Negative, "negative");
    crate::assert_catches::<Range>(Lenient, "is not perfect");
    crate::assert_catches::<Range>(NotANumber, "not a number");
    crate::assert_catches_rowwise::<Range>(crate::curvature::Swapped, "the perfect prediction");
}
