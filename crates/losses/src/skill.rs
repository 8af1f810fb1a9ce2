//! Skill: how much of the way from the best constant prediction to a perfect one a model has gone.

/// `1 − mean/reference`: 1 for a perfect model, 0 for one no better than the best constant (D² of the loss; for squared
/// error R²). `mean` is the model's mean loss, `reference` that of the constant, as in
/// [`Reference::mean`](crate::Reference::mean).
///
/// Rules, so that no number means two things:
///
/// - `None` where the constant is already perfect (`reference` is 0): there was nothing to gain. scikit-learn returns 1
///   or 0 there.
/// - `None` where the reference is negative, infinite or NaN: the loss is then not measured from 0 (a likelihood
///   without its constants; take its deviance form), or every constant loses infinitely much.
/// - −∞ where the model's mean is infinite and the reference is not: infinitely worse than a constant.
/// - `None` where the mean is NaN.
pub fn skill(mean: f64, reference: f64) -> Option<f64> {
    let measurable = reference > 0.0 && reference.is_finite() && !mean.is_nan();
    // Not 1 − mean/reference: near 0 the difference of the two keeps more digits.
    measurable.then(|| if mean.is_finite() { (reference - mean) / reference } else { f64::NEG_INFINITY })
}

#[cfg(test)]
mod tests {
    use super::skill;

    #[test]
    fn from_perfect_to_infinitely_bad() {
        assert_eq!(skill(0.0, 3.0), Some(1.0));
        assert_eq!(skill(3.0, 3.0), Some(0.0));
        assert_eq!(skill(1.5, 3.0), Some(0.5));
        assert_eq!(skill(6.0, 3.0), Some(-1.0));
        assert_eq!(skill(f64::INFINITY, 3.0), Some(f64::NEG_INFINITY));
    }

    #[test]
    fn undefined_is_none() {
        for (mean, reference) in [(0.0, 0.0), (1.0, 0.0), (1.0, -1.0), (1.0, f64::INFINITY), (f64::NAN, 1.0)] {
            assert_eq!(skill(mean, reference), None, "{mean} against {reference}");
        }
        assert_eq!(skill(1.0, f64::NAN), None);
    }
}
