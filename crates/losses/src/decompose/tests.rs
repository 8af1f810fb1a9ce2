//! The parts of a decomposition, each against something simpler; the whole is tested from outside.

use dartboard_numerics::sum::ExactSum;
use dartboard_numerics::{Real, Scalar};

use super::elicited::Elicited;
use super::isotonic::fit;
use super::ordered::Ordered;
use super::total::total_loss;
use crate::card::{Card, Functional, Properties, Zero};
use crate::domain::Interval;
use crate::family::{Pointwise, PointwiseBlocks};

/// Small numbers with many ties, the same on every run.
fn numbers(seed: u64, count: usize, distinct: u64) -> Vec<f64> {
    let mut state = seed;
    let next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % distinct) as f64
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn ordered(target: &[f64], prediction: &[f64], weight: &[f64]) -> Ordered {
    Ordered::new((target, Interval::FINITE), (prediction, Interval::FINITE), Some(weight)).unwrap()
}

/// The fit of one group that holds all targets: the functional itself.
fn functional(elicited: Elicited, target: &[f64], weight: &[f64]) -> f64 {
    fit(elicited, &ordered(target, &vec![0.0; target.len()], weight))[0]
}

const FUNCTIONALS: [Elicited; 6] = [
    Elicited::Mean,
    Elicited::Quantile(0.5),
    Elicited::Quantile(0.25),
    Elicited::Expectile(0.5),
    Elicited::Expectile(0.875),
    Elicited::Expectile(0.1),
];

#[test]
fn functionals_of_one_group() {
    let (target, weight) = ([4.0, 1.0, 2.0, 9.0], [1.0, 2.0, 1.0, 1.0]);
    let of = |elicited| functional(elicited, &target, &weight);
    assert_eq!(of(Elicited::Mean), 3.4);
    assert_eq!(of(Elicited::Quantile(0.5)), 2.0);
    assert_eq!(of(Elicited::Expectile(0.5)), 3.4);
    // ¾ · (9 − x) = ¼ · ((x − 4) + 2(x − 1) + (x − 2))
    assert_eq!(of(Elicited::Expectile(0.75)), 5.0);
    assert_eq!(functional(Elicited::Quantile(0.5), &[1.0, 2.0, 4.0, 9.0], &[1.0; 4]), 3.0);
    assert_eq!(functional(Elicited::Quantile(0.5), &[1.0, 2.0, 4.0, 9.0], &[0.3, 0.2, 0.1, 0.2]), 2.0);
}

/// The sum of elementary scores at a threshold, where `above` says which groups are fitted above it.
fn elementary(elicited: Elicited, rows: &Ordered, theta: f64, above: impl Fn(usize) -> bool) -> f64 {
    let (far_below, far_above) = (f64::NEG_INFINITY, f64::INFINITY);
    let level = match elicited {
        Elicited::Mean => Functional::Mean,
        Elicited::Quantile(level) => Functional::Quantile(level),
        Elicited::Expectile(level) => Functional::Expectile(level),
    };
    let mut sum = ExactSum::new();
    for (group, rows) in rows.groups().enumerate() {
        let x = if above(group) { far_above } else { far_below };
        for row in rows {
            sum.add_product(row.weight, super::elementary_score(level, theta, row.target, x).unwrap());
        }
    }
    sum.to_f64()
}

#[test]
fn fits_are_best_at_every_threshold() {
    for elicited in FUNCTIONALS {
        for seed in 0..60 {
            let (count, distinct) = (1 + seed as usize % 13, 2 + seed % 7);
            let target = numbers(seed, count, distinct);
            let prediction = numbers(seed + 1000, count, 6);
            let weight: Vec<f64> = numbers(seed + 2000, count, 3).iter().map(|weight| weight + 0.5).collect();
            let rows = ordered(&target, &prediction, &weight);
            let fits = fit(elicited, &rows);
            assert!(fits.is_sorted(), "{elicited:?} {fits:?}");
            for theta in (-1..20).map(|quarter| 0.375 * f64::from(quarter)) {
                let own = elementary(elicited, &rows, theta, |group| fits[group] > theta);
                for cut in 0..=fits.len() {
                    let other = elementary(elicited, &rows, theta, |group| group >= cut);
                    assert!(
                        own <= other + 1e-12,
                        "{elicited:?}, seed {seed}, theta {theta}: {own} > {other}, {fits:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn fits_follow_the_min_max_formula() {
    for elicited in [Elicited::Mean, Elicited::Expectile(0.875), Elicited::Expectile(0.1)] {
        for seed in 0..20 {
            let target = numbers(seed, 12, 9);
            let weight: Vec<f64> = numbers(seed + 2000, 12, 4).iter().map(|weight| weight + 1.0).collect();
            let prediction: Vec<f64> = (0..12).map(f64::from).collect();
            let fits = fit(elicited, &ordered(&target, &prediction, &weight));
            let of = |a: usize, b: usize| functional(elicited, &target[a..=b], &weight[a..=b]);
            for (group, &fit) in fits.iter().enumerate() {
                let least = |a| (group..12).map(|b| of(a, b)).fold(f64::INFINITY, f64::min);
                let expected = (0..=group).map(least).fold(f64::NEG_INFINITY, f64::max);
                assert!((fit - expected).abs() <= 1e-14 * expected.abs(), "{elicited:?} {fit} {expected}");
            }
        }
    }
}

#[test]
fn an_expectile_at_one_half_is_the_mean() {
    for seed in 0..20 {
        let (target, prediction) = (numbers(seed, 40, 100), numbers(seed + 1000, 40, 15));
        let rows = ordered(&target, &prediction, &[1.0; 40]);
        assert_eq!(fit(Elicited::Expectile(0.5), &rows), fit(Elicited::Mean, &rows));
    }
}

#[test]
fn quantiles_take_the_middle_of_the_best_fits() {
    // The first group would take anything in [0, 10], the second in [2, 4]: the smallest best fits are (0, 2), the
    // largest (4, 4).
    let rows = ordered(&[0.0, 10.0, 2.0, 4.0], &[1.0, 1.0, 2.0, 2.0], &[1.0; 4]);
    assert_eq!(fit(Elicited::Quantile(0.5), &rows), [2.0, 3.0]);
}

/// Poisson losses: of the mean or of its logarithm, neither defined at a mean of 0, and plus a number, so that they are
/// not zero there.
#[derive(Clone, Debug)]
struct Poisson<const LOG: bool>(f64);

impl<const LOG: bool> Pointwise for Poisson<LOG> {
    const CARD: Card = if LOG { Card::LOG_MEAN } else { Card::MEAN };

    fn new(parameters: &[f64]) -> Self {
        Self(parameters[0])
    }

    fn properties(&self) -> Properties {
        let zero = if self.0 == 0.0 { Zero::Perfect } else { Zero::Nowhere };
        Properties { zero, ..Properties::smooth() }
    }

    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let plus = R::Base::literal(self.0);
        if LOG { z.exp() - z * y + plus } else { z - z.ln_times(y) + plus }
    }
}

#[test]
fn limits_where_a_mean_is_0() {
    let rows = ordered(&[0.0; 3], &[1.0, 2.0, 3.0], &[2.0; 3]).rows;
    for plus in [0.0, -1.0, 0.5] {
        let total =
            |card, loss: &dyn PointwiseBlocks, at| total_loss(card, loss, &rows, &mut std::iter::repeat(at)).to_f64();
        assert_eq!(total(&Poisson::<false>::CARD, &Poisson::<false>(plus), 0.0), 6.0 * plus);
        // Here the formula itself gives 0 · ∞.
        assert_eq!(total(&Poisson::<true>::CARD, &Poisson::<true>(plus), f64::NEG_INFINITY), 6.0 * plus);
    }
}
