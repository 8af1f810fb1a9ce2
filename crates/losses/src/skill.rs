//! Skill: how much of the way from the best constant prediction to a perfect one a model has gone.

use crate::card::{Form, Zero};
use crate::constant::Distribution;
use crate::spec::Loss;

/// `(reference − mean)/(reference − perfect)`: 1 for a perfect model, 0 for one no better than the best constant (D² of
/// the loss; for squared error R²).
///
/// `mean` is the model's mean loss, `reference` that of the constant, as in [`Reference::mean`](crate::Reference::mean),
/// and `perfect` that of predictions that are all perfect, as [`perfect_mean`] gives it.
///
/// Rules, so that no number means two things:
///
/// - `None` where the constant is already perfect: there was nothing to gain. scikit-learn returns 1 or 0 there.
/// - `None` where the reference is infinite or NaN: every constant loses infinitely much.
/// - −∞ where the model's mean is infinite and the reference is not: infinitely worse than a constant.
/// - `None` where the mean is NaN.
pub fn skill(mean: f64, reference: f64, perfect: f64) -> Option<f64> {
    let measurable = reference > perfect && reference.is_finite() && !mean.is_nan();
    // Not 1 − mean/reference: near 0 the difference of the two keeps more digits.
    measurable.then(|| if mean.is_finite() { (reference - mean) / (reference - perfect) } else { f64::NEG_INFINITY })
}

/// The mean loss of perfect predictions of these targets: 0, but for losses that leave out what does not depend on the
/// prediction; of those it is what separates them from their deviance. `None` where predictions can be ever better, and
/// where there is no target with a positive weight.
pub fn perfect_mean(loss: &Loss, targets: &Distribution) -> Option<f64> {
    if loss.properties().zero != Zero::Nowhere {
        return Some(0.0);
    }
    let blocks = loss.pointwise()?;
    // factor·loss + constant is the deviance, which is 0.
    let at = |target: f64| blocks.form(Form::Deviance, target).map(|(factor, constant)| -constant / factor);
    targets.mean_of(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constant::best_constant;
    use dartboard_numerics::sum::ExactSum;

    #[test]
    fn from_perfect_to_infinitely_bad() {
        assert_eq!(skill(0.0, 3.0, 0.0), Some(1.0));
        assert_eq!(skill(3.0, 3.0, 0.0), Some(0.0));
        assert_eq!(skill(1.5, 3.0, 0.0), Some(0.5));
        assert_eq!(skill(6.0, 3.0, 0.0), Some(-1.0));
        assert_eq!(skill(f64::INFINITY, 3.0, 0.0), Some(f64::NEG_INFINITY));
        assert_eq!(skill(-3.0, -1.0, -5.0), Some(0.5));
    }

    #[test]
    fn undefined_is_none() {
        for (mean, reference) in [(0.0, 0.0), (1.0, 0.0), (1.0, -1.0), (1.0, f64::INFINITY), (f64::NAN, 1.0)] {
            assert_eq!(skill(mean, reference, 0.0), None, "{mean} against {reference}");
        }
        assert_eq!(skill(1.0, f64::NAN, 0.0), None);
    }

    /// Over the catalogue: of losses that are not measured from 0, perfect predictions have skill 1 too.
    #[test]
    fn perfect_predictions_have_skill_1() {
        let targets = [0.5, 1.0, 2.0, 7.5];
        let mut once = ExactSum::new();
        once.add(1.0);
        let distribution = Distribution::new(targets.iter().map(|&target| (target, &once)));
        let mut checked = 0;
        for loss in Loss::all().filter(|loss| loss.properties().zero == Zero::Nowhere) {
            let Some(perfect) = perfect_mean(&loss, &distribution) else {
                assert!(loss.joint().is_some(), "{}", loss.spec());
                continue;
            };
            let (mut value, prediction) = ([0.0; 4], targets.map(|y| loss.card().link.to_prediction(y)));
            loss.pointwise().expect("it has a deviance").value(&targets, &prediction, &mut value);
            let mean = value.iter().sum::<f64>() / 4.0;
            let reference = best_constant(&loss, &distribution, 0).expect("there are targets").mean;
            let found = skill(mean, reference, perfect).expect("there is something to gain");
            assert!((found - 1.0).abs() < 1e-14, "{}: {found}", loss.spec());
            checked += 1;
        }
        assert!(checked >= 4, "{checked}");
    }
}
