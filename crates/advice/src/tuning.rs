//! Losses by what their cards say, with constants in the unit of the target.

use std::sync::LazyLock;

use dartboard_losses::{
    Card, Convexity, Functional, Loss, Noise, PointwiseBlocks, PredictionKind, Smoothness, TargetKind, Zero, cards,
};
use dartboard_numerics::decimal;
use dartboard_numerics::elementary::Float;

use crate::special::LN_SQRT_TAU;

/// Losses of a quantity and its prediction on the target's own scale.
pub(crate) fn of_values() -> impl Iterator<Item = &'static Card> {
    cards().filter(|card| card.target == TargetKind::Quantity && card.prediction == PredictionKind::Value)
}

/// The loss that is the negative log-likelihood of one of these laws, for predictions of this kind, with those
/// parameters that it has; the first in the order of the laws, then of the catalogue.
pub(crate) fn of_noise(
    noises: &[Noise],
    kinds: &[PredictionKind],
    target: TargetKind,
    parameters: &[(&'static str, f64)],
) -> Option<Loss> {
    noises.iter().find_map(|noise| {
        cards()
            .filter(|card| card.noise == Some(*noise) && card.target == target && kinds.contains(&card.prediction))
            .find_map(|card| with_parameters(card, parameters))
    })
}

/// The first loss of the catalogue, on the target's own scale, that elicits this.
pub(crate) fn of_functional(functional: Functional) -> Option<Loss> {
    let level = match functional {
        Functional::Quantile(level) | Functional::Expectile(level) => vec![("tau", level)],
        _ => vec![],
    };
    of_values().filter_map(|card| with_parameters(card, &level)).find(|loss| loss.properties().functional == functional)
}

/// A loss with parameters by name; those it does not have are left out, those that are not given keep their defaults.
fn with_parameters(card: &'static Card, parameters: &[(&'static str, f64)]) -> Option<Loss> {
    let value = |name: &str, default| parameters.iter().find(|(given, _)| *given == name).map_or(default, |(_, v)| *v);
    let values: Vec<f64> = card.parameters.iter().map(|parameter| value(parameter.name, parameter.default)).collect();
    Loss::with_parameters(card.name, &values).ok()
}

/// A number with four digits: a constant that is typed and remembered.
pub(crate) fn four_digits(value: f64) -> f64 {
    decimal::parse(&format!("{value:.3e}")).unwrap_or(value)
}

/// The loss with its one constant set so that it keeps 95 % of the mean's efficiency under Gaussian noise of this
/// standard deviation; `None` where the loss has no such constant: none at all, or one that is no distance.
///
/// Of Huber's loss that is δ = 1.345 σ. The constants of the literature follow from the losses themselves: the
/// efficiency of an M-estimator is `E[xψ]²/E[ψ²]` with ψ the gradient (Huber 1964; Stein's identity for `E[ψ′]`).
pub(crate) fn tuned(card: &'static Card, sigma: f64) -> Option<Loss> {
    static AT_ONE: LazyLock<Vec<(&str, f64)>> = LazyLock::new(|| {
        let constants = of_values().filter_map(|card| Some((card.name, tuned_at_one(card)?)));
        constants.collect()
    });
    let (_, at_one) = AT_ONE.iter().find(|(name, _)| *name == card.name)?;
    with_parameters(card, &[(card.parameters[0].name, four_digits(at_one * sigma))])
}

/// The constant for noise of standard deviation 1.
fn tuned_at_one(card: &'static Card) -> Option<f64> {
    let [parameter] = card.parameters else { return None };
    // A loss that is flat around 0 trades precision for sparsity, which this is no measure of.
    if with_parameters(card, &[])?.properties().zero == Zero::Stretch {
        return None;
    }
    let efficiency_at = |c: f64| efficiency(&with_parameters(card, &[(parameter.name, c)])?);
    if !is_distance(card) {
        return None;
    }
    /// The share of the mean's efficiency that is kept.
    const KEPT: f64 = 0.95;
    // Between a twentieth and 20 standard deviations every loss goes from robust to Gaussian, or the other way round.
    let (mut low, mut high) = (0.05, 20.0);
    let (at_low, at_high) = (efficiency_at(low)?, efficiency_at(high)?);
    if (at_low - KEPT) * (at_high - KEPT) > 0.0 {
        return None;
    }
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let above = (efficiency_at(middle)? - KEPT) * (at_low - KEPT) > 0.0;
        if above { low = middle } else { high = middle }
    }
    Some(low)
}

/// The convex, smooth member of the losses that outliers do not move: the one whose centre has a name of its own.
pub(crate) fn robust(sigma: f64) -> Option<Loss> {
    of_values().filter_map(|card| tuned(card, sigma)).find(|loss| {
        let properties = loss.properties();
        properties.convexity != Convexity::None
            && properties.smoothness >= Smoothness::Once
            && matches!(properties.functional, Functional::Huber(_))
    })
}

/// Whether the loss's parameter is a distance: with errors and parameter ten times as large, gradients differ by a factor.
fn is_distance(card: &'static Card) -> bool {
    let [parameter] = card.parameters else { return false };
    let gradients = |scale: f64| -> Option<Vec<f64>> {
        let loss = with_parameters(card, &[(parameter.name, 0.5 * scale)])?;
        let errors = [0.1, 0.3, 0.7, 1.9].map(|error| error * scale);
        Some(gradient(&**loss.pointwise()?, &errors))
    };
    let (Some(one), Some(ten)) = (gradients(1.0), gradients(10.0)) else { return false };
    let factors: Vec<f64> = ten.iter().zip(&one).filter(|(_, one)| **one != 0.0).map(|(ten, one)| ten / one).collect();
    let Some(&first) = factors.first() else { return false };
    first > 0.0 && factors.iter().all(|factor| (factor / first - 1.0).abs() < 1e-9) && first.is_finite()
}

/// The gradient of a loss at these errors.
pub(crate) fn gradient(blocks: &dyn PointwiseBlocks, errors: &[f64]) -> Vec<f64> {
    let target = vec![0.0; errors.len()];
    let (mut value, mut gradient) = (vec![0.0; errors.len()], vec![0.0; errors.len()]);
    blocks.value_gradient(&target, errors, &mut value, &mut gradient);
    gradient
}

/// `E[xψ(x)]²/E[ψ(x)²]` for a standard normal x, by the midpoint rule.
fn efficiency(loss: &Loss) -> Option<f64> {
    const STEPS: u32 = 2048;
    const END: f64 = 8.0;
    let x: Vec<f64> = (0..STEPS).map(|step| END * (2.0 * (f64::from(step) + 0.5) / f64::from(STEPS) - 1.0)).collect();
    let psi = gradient(&**loss.pointwise()?, &x);
    let (mut moment, mut square, mut mass) = (0.0, 0.0, 0.0);
    for (x, psi) in x.iter().zip(psi) {
        let density = Float::exp(-0.5 * x * x - LN_SQRT_TAU);
        moment += density * x * psi;
        square += density * psi * psi;
        mass += density;
    }
    Some(moment * moment / (square * mass))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(name: &str) -> Option<f64> {
        let card = cards().find(|card| card.name == name)?;
        tuned(card, 1.0)?.parameters().first().copied()
    }

    #[test]
    fn constants_are_those_of_the_literature() {
        // Holland and Welsch (1977), Rey (1983).
        for (name, expected) in
            [("huber", 1.345), ("cauchy", 2.385), ("tukey", 4.685), ("welsch", 2.985), ("fair", 1.4)]
        {
            let found = constant(name);
            assert!(found.is_some_and(|found| (found / expected - 1.0).abs() < 1e-3), "{name}: {found:?}");
        }
    }

    #[test]
    fn levels_and_powers_are_no_distances() {
        for name in ["quantile", "expectile", "tweedie_deviance", "mse", "student_t"] {
            assert_eq!(constant(name), None, "{name}");
        }
    }

    #[test]
    fn the_robust_one_is_convex_and_in_the_unit_of_the_target() {
        let delta = |sigma| robust(sigma).map(|loss| loss.spec());
        assert_eq!(delta(1000.0), Some("huber(delta=1345)".to_owned()));
        assert_eq!(
            of_functional(Functional::Quantile(0.9)).map(|loss| loss.spec()),
            Some("quantile(tau=0.9)".to_owned())
        );
        assert_eq!(of_functional(Functional::Mean).map(|loss| loss.spec()), Some("mse".to_owned()));
    }
}
