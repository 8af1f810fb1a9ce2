//! Losses are not negative, zero exactly where the prediction is perfect, and numbers everywhere in their domains.

use dartboard_losses::{Card, Link, PredictionKind, Rowwise, TargetKind, Zero};

use crate::sample::{everywhere, ordinary, targets, window};
use crate::{Case, Law, PointCase, rows};

struct Range;

/// The prediction that cannot be improved upon, where there is one: for an event, only if its target is certain.
fn perfect(card: &Card, zero: Zero, y: f64) -> Option<f64> {
    let sure = |no: f64, yes: f64| if y == 0.0 { Some(no) } else { (y == 1.0).then_some(yes) };
    match card.prediction {
        PredictionKind::Value | PredictionKind::Mean => Some(y).filter(|&y| card.prediction_domain.contains(y)),
        PredictionKind::Probability => sure(0.0, 1.0),
        PredictionKind::Logit => sure(f64::NEG_INFINITY, f64::INFINITY),
        // The score that stands for certainty, where going beyond it costs.
        PredictionKind::Score if card.link == Link::Centred && zero != Zero::Stretch => sure(-1.0, 1.0),
        // Beyond every margin that is asked for.
        PredictionKind::Score => sure(-1e9, 1e9),
        PredictionKind::LogMean | PredictionKind::LogProbability | PredictionKind::Parameters(_) => None,
    }
}

impl Law for Range {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let zero = loss.properties().zero;
        let points = everywhere(loss);
        let (y, z): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
        let mut out = vec![vec![f64::NAN; y.len()]; 3];
        let [value, gradient, hessian] = &mut out[..] else { unreachable!() };
        case.blocks().value_gradient_hessian(&y, &z, value, gradient, hessian);
        for row in 0..y.len() {
            let (value, gradient, hessian) = (out[0][row], out[1][row], out[2][row]);
            number(y[row], z[row], value, gradient, hessian, zero)?;
        }
        // In single precision too, where the rounded numbers still lie in the domains.
        let inside = |&(y, z): &(f64, f64)| {
            let (y, z) = (f64::from(y as f32), f64::from(z as f32));
            loss.card().target_domain.contains(y) && loss.card().prediction_domain.contains(z)
        };
        for (y, z) in points.iter().copied().filter(inside) {
            let mut out = [[f32::NAN]; 3];
            let [value, gradient, hessian] = &mut out;
            case.blocks().value_gradient_hessian_f32(&[y as f32], &[z as f32], value, gradient, hessian);
            let [[value], [gradient], [hessian]] = out.map(|part| part.map(f64::from));
            number(y, z, value, gradient, hessian, zero).map_err(|breach| format!("in single precision: {breach}"))?;
        }
        if zero == Zero::Nowhere {
            return Ok(());
        }
        let certain = targets(loss.card()).into_iter().filter_map(|y| Some((y, perfect(loss.card(), zero, y)?)));
        for (y, z) in points.into_iter().chain(certain) {
            if perfect(loss.card(), zero, y) == Some(z) {
                let value = loss.value(y, z);
                if value.to_bits() != 0 {
                    return Err(format!("the perfect prediction z={z} of y={y} loses {value}"));
                }
            }
        }
        if zero == Zero::Stretch {
            return match ordinary(loss)
                .into_iter()
                .find(|&(y, z)| perfect(loss.card(), zero, y) != Some(z) && loss.value(y, z) == 0.0)
            {
                Some(_) => Ok(()),
                None => Err("said to be zero on a stretch, but it is zero nowhere but where it is perfect".into()),
            };
        }
        // Not so far out that a positive value underflows.
        let inside = |&(y, z): &(f64, f64)| {
            let (low, high) = window(loss, y);
            z == y || (low..=high).contains(&z)
        };
        for (y, z) in ordinary(loss).into_iter().filter(inside) {
            let value = loss.value(y, z);
            // What a loss of a probability thinks of a soft label is its own affair: some are zero where they agree.
            if perfect(loss.card(), zero, y) != Some(z) && z != y && value == 0.0 {
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
        if Rowwise::properties(loss).zero == Zero::Perfect {
            for (target, row) in rows::ordinary(loss) {
                let agrees = (0..row.len()).all(|class| row[class] == target.share(class));
                if rows::value(loss, target, &row) == 0.0 && !agrees && target.class().is_some() {
                    return Err(format!("{row:?}, target {target} loses nothing and is not perfect"));
                }
            }
        }
        for classes in [2, 3, 10] {
            for target in 0..classes {
                let Some(mut row) = rows::perfect(loss, target, classes) else { continue };
                if L::CARD.target == TargetKind::Labels && L::CARD.prediction == PredictionKind::Logit {
                    row = row.iter().map(|z| if *z > 0.0 { f64::INFINITY } else { f64::NEG_INFINITY }).collect();
                }
                let value = rows::value(loss, target, &row);
                if value.to_bits() != 0 {
                    return Err(format!("the perfect prediction {row:?} of {target} loses {value}"));
                }
            }
        }
        Ok(())
    }
}

fn number(y: f64, z: f64, value: f64, gradient: f64, hessian: f64, zero: Zero) -> Result<(), String> {
    if value.is_nan() || gradient.is_nan() || hessian.is_nan() {
        return Err(format!("not a number at y={y}, z={z}: {value}, {gradient}, {hessian}"));
    }
    if value < 0.0 && zero != Zero::Nowhere {
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
    use crate::liar::{Lenient, Liar, Negative, NotANumber};
    use dartboard_losses::{SquaredHinge, SquaredMargin};
    let beyond_perfect = Liar::<SquaredHinge>::about(|properties| properties.zero = Zero::Perfect);
    let no_stretch = Liar::<SquaredMargin>::about(|properties| properties.zero = Zero::Stretch);
    crate::assert_catches_in_blocks::<Range>(Negative, "negative");
    crate::assert_catches_in_blocks::<Range>(Lenient, "is not perfect");
    crate::assert_catches_in_blocks::<Range>(NotANumber, "not a number");
    crate::assert_catches_in_blocks::<Range>(beyond_perfect, "is not perfect");
    crate::assert_catches_in_blocks::<Range>(no_stretch, "the perfect prediction");
    crate::assert_catches_rowwise::<Range>(crate::curvature::Swapped, "the perfect prediction");
}
