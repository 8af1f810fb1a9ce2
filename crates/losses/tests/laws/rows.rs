//! Rows of scores, and row losses evaluated on one row at a time.

use dartboard_losses::{Derivatives, Link, RowRule, Rowwise};
use dartboard_numerics::elementary::Float;

use crate::sample::Random;

/// A row loss at one row.
#[derive(Clone, Debug)]
pub(crate) struct RowJet<F> {
    pub(crate) value: F,
    pub(crate) gradient: Vec<F>,
    pub(crate) hessian: Vec<F>,
}

pub(crate) fn value<L: Rowwise, F: Float>(loss: &L, target: usize, row: &[F]) -> F {
    let mut value = [F::NAN];
    let columns: Vec<&[F]> = row.chunks(1).collect();
    loss.block(&[target as u32], &columns, &mut value, None);
    value[0]
}

pub(crate) fn jet<L: Rowwise, F: Float>(loss: &L, target: usize, row: &[F]) -> RowJet<F> {
    let mut value = [F::NAN];
    let (mut gradient, mut hessian) = (vec![F::NAN; row.len()], vec![F::NAN; row.len()]);
    let columns: Vec<&[F]> = row.chunks(1).collect();
    let mut derivatives =
        Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
    loss.block(&[target as u32], &columns, &mut value, Some(&mut derivatives));
    RowJet { value: value[0], gradient, hessian }
}

pub(crate) fn hessian_vector<L: Rowwise, F: Float>(loss: &L, target: usize, row: &[F], vector: &[F]) -> Vec<F> {
    let mut product = vec![F::NAN; row.len()];
    let columns: Vec<&[F]> = row.chunks(1).collect();
    let vectors: Vec<&[F]> = vector.chunks(1).collect();
    let mut products: Vec<&mut [F]> = product.chunks_mut(1).collect();
    loss.hessian_vector(&[target as u32], &columns, &vectors, &mut products);
    product
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(crate) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// `row + step · direction`
pub(crate) fn along(row: &[f64], direction: &[f64], step: f64) -> Vec<f64> {
    row.iter().zip(direction).map(|(x, d)| x + step * d).collect()
}

/// One random row: normal scores of this scale, or probabilities that are the softmax of such.
pub(crate) fn random<L: Rowwise>(loss: &L, random: &mut Random, classes: usize, scale: f64) -> Vec<f64> {
    let scores: Vec<f64> = (0..classes).map(|_| random.normal() * scale).collect();
    match Rowwise::row_rule(loss) {
        RowRule::SomeFinite => scores,
        RowRule::AddToOne { .. } => softmax(&scores),
    }
}

pub(crate) fn softmax(scores: &[f64]) -> Vec<f64> {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - max).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.iter().map(|power| power / total).collect()
}

/// Ordinary rows with a target each.
pub(crate) fn ordinary<L: Rowwise>(loss: &L) -> Vec<(usize, Vec<f64>)> {
    let mut numbers = Random::new(7);
    let mut rows = vec![];
    for classes in [2, 3, 10] {
        for scale in [0.1, 1.0, 3.0] {
            for _ in 0..12 {
                rows.push((numbers.below(classes), random(loss, &mut numbers, classes, scale)));
            }
        }
        let equal = if L::CARD.link == Link::Softmax { 0.0 } else { 1.0 / classes as f64 };
        rows.push((0, vec![equal; classes]));
    }
    rows
}

/// Rows far out: sure and right, sure and wrong, with masked classes and the largest numbers.
pub(crate) fn extreme<L: Rowwise>(loss: &L) -> Vec<(usize, Vec<f64>)> {
    let mut numbers = Random::new(11);
    let mut rows = vec![];
    for classes in [2, 3, 10] {
        for scale in [20.0, 100.0, 1000.0] {
            for _ in 0..6 {
                rows.push((numbers.below(classes), random(loss, &mut numbers, classes, scale)));
            }
        }
        for target in [0, classes - 1] {
            for winner in [0, classes - 1] {
                match Rowwise::row_rule(loss) {
                    RowRule::AddToOne { .. } => {
                        for rest in [0.0, 5e-324, 1e-300, 1e-12] {
                            let mut row = vec![rest; classes];
                            row[winner] = 1.0 - rest * (classes - 1) as f64;
                            rows.push((target, row));
                        }
                    }
                    RowRule::SomeFinite => {
                        for (low, high) in [
                            (f64::NEG_INFINITY, 0.0),
                            (f64::NEG_INFINITY, f64::MAX),
                            (f64::MIN, f64::MAX),
                            (f64::MIN, f64::MIN),
                            (f64::MAX, f64::MAX),
                            (0.0, 40.0),
                            (0.0, 745.0),
                            (0.0, 1e300),
                            (5e-324, 0.0),
                        ] {
                            let mut row = vec![low; classes];
                            row[winner] = high;
                            if row.iter().any(|score| score.is_finite()) {
                                rows.push((target, row));
                            }
                        }
                    }
                }
            }
        }
    }
    rows.retain(|(_, row)| row.iter().all(|&score| L::CARD.prediction_domain.contains(score)));
    rows
}

/// Directions in which a row may move: single classes, pairs, all together, and random ones; of length 1.
pub(crate) fn directions(classes: usize, numbers: &mut Random) -> Vec<Vec<f64>> {
    let mut all = vec![vec![1.0; classes]];
    for class in 0..classes {
        let mut single = vec![0.0; classes];
        single[class] = 1.0;
        all.push(single.clone());
        single[(class + 1) % classes] = -1.0;
        all.push(single);
    }
    all.extend((0..3).map(|_| (0..classes).map(|_| numbers.normal()).collect()));
    for direction in &mut all {
        let length = norm(direction);
        direction.iter_mut().for_each(|x| *x /= length);
    }
    all
}
