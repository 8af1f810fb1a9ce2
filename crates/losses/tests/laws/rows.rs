//! Rows of scores, and row losses evaluated on one row at a time.

use dartboard_losses::{Derivatives, PredictionKind, RowRule, RowTarget, Rowwise, Smoothness, TargetKind};
use dartboard_numerics::elementary::Float;

use crate::sample::Random;

/// A row loss at one row.
#[derive(Clone, Debug)]
pub(crate) struct RowJet<F> {
    pub(crate) value: F,
    pub(crate) gradient: Vec<F>,
    pub(crate) hessian: Vec<F>,
}

/// The truth of one row: a class, or a share of each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Truth {
    class: Option<usize>,
    shares: [f64; MOST],
}

/// The largest number of classes of the rows here.
const MOST: usize = 10;

impl From<usize> for Truth {
    fn from(class: usize) -> Self {
        let mut shares = [0.0; MOST];
        shares[class] = 1.0;
        Self { class: Some(class), shares }
    }
}

impl Truth {
    pub(crate) fn shares(given: &[f64]) -> Self {
        let mut shares = [0.0; MOST];
        shares[..given.len()].copy_from_slice(given);
        Self { class: None, shares }
    }

    pub(crate) fn share(&self, class: usize) -> f64 {
        self.shares[class]
    }

    /// The class, where there is one.
    pub(crate) fn class(&self) -> Option<usize> {
        self.class
    }

    fn with<F: Float, T>(&self, classes: usize, f: impl FnOnce(RowTarget<'_, F>) -> T) -> T {
        if let Some(class) = self.class {
            return f(RowTarget::Class(&[class as u32]));
        }
        let shares: Vec<F> = self.shares[..classes].iter().map(|&share| F::from_f64(share)).collect();
        let columns: Vec<&[F]> = shares.chunks(1).collect();
        f(RowTarget::Shares(&columns))
    }
}

impl std::fmt::Display for Truth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.class {
            Some(class) => write!(f, "{class}"),
            None => write!(f, "{:?}", self.shares),
        }
    }
}

pub(crate) fn value<L: Rowwise, F: Float>(loss: &L, target: impl Into<Truth>, row: &[F]) -> F {
    let mut value = [F::NAN];
    let columns: Vec<&[F]> = row.chunks(1).collect();
    target.into().with(row.len(), |target| loss.block(target, &columns, &mut value, None));
    value[0]
}

pub(crate) fn jet<L: Rowwise, F: Float>(loss: &L, target: impl Into<Truth>, row: &[F]) -> RowJet<F> {
    let mut value = [F::NAN];
    let (mut gradient, mut hessian) = (vec![F::NAN; row.len()], vec![F::NAN; row.len()]);
    let columns: Vec<&[F]> = row.chunks(1).collect();
    let mut derivatives =
        Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
    target.into().with(row.len(), |target| loss.block(target, &columns, &mut value, Some(&mut derivatives)));
    RowJet { value: value[0], gradient, hessian }
}

pub(crate) fn hessian_vector<L: Rowwise, F: Float>(
    loss: &L,
    target: impl Into<Truth>,
    row: &[F],
    vector: &[F],
) -> Vec<F> {
    let mut product = vec![F::NAN; row.len()];
    let columns: Vec<&[F]> = row.chunks(1).collect();
    let vectors: Vec<&[F]> = vector.chunks(1).collect();
    let mut products: Vec<&mut [F]> = product.chunks_mut(1).collect();
    target.into().with(row.len(), |target| loss.hessian_vector(target, &columns, &vectors, &mut products));
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
    match (Rowwise::row_rule(loss), L::CARD.prediction) {
        (RowRule::AddToOne { .. }, _) => softmax(&scores),
        (RowRule::ExponentialsAddToOne { .. }, _) => log_softmax(&scores),
        // Some odds away from 0 and 1.
        (RowRule::Any, PredictionKind::Probability) => scores.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect(),
        (RowRule::SomeFinite | RowRule::SomeNonZero | RowRule::Any, _) => scores,
    }
}

/// A random truth: shares of the classes, whether each label applies, or a vector.
pub(crate) fn random_truth<L: Rowwise>(random: &mut Random, classes: usize) -> Truth {
    let numbers: Vec<f64> = (0..classes).map(|_| random.normal()).collect();
    if L::CARD.target == TargetKind::Labels {
        return Truth::shares(&numbers.iter().map(|number| f64::from(*number > 0.0)).collect::<Vec<_>>());
    }
    if L::CARD.target == TargetKind::Vector {
        // Such as single precision holds too.
        return Truth::shares(&numbers.iter().map(|&number| f64::from(number as f32)).collect::<Vec<_>>());
    }
    Truth::shares(&softmax(&numbers))
}

pub(crate) fn log_softmax(scores: &[f64]) -> Vec<f64> {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = scores.iter().map(|score| (score - max).exp()).sum();
    scores.iter().map(|score| (score - max) - total.ln()).collect()
}

pub(crate) fn softmax(scores: &[f64]) -> Vec<f64> {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - max).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.iter().map(|power| power / total).collect()
}

/// Ordinary rows with a truth each.
pub(crate) fn ordinary<L: Rowwise>(loss: &L) -> Vec<(Truth, Vec<f64>)> {
    let mut numbers = Random::new(7);
    let mut rows: Vec<(Truth, Vec<f64>)> = vec![];
    for classes in [2, 3, 10] {
        for scale in [0.1, 1.0, 3.0] {
            for _ in 0..8 {
                rows.push((numbers.below(classes).into(), random(loss, &mut numbers, classes, scale)));
            }
            for _ in 0..4 {
                let truth = random_truth::<L>(&mut numbers, classes);
                rows.push((truth, random(loss, &mut numbers, classes, scale)));
            }
        }
        // No score larger than another. Not where the largest is a kink.
        if Rowwise::properties(loss).smoothness == Smoothness::Infinitely {
            rows.push((0.into(), equal(loss, classes)));
        }
    }
    rows
}

/// A row that knows nothing.
fn equal<L: Rowwise>(loss: &L, classes: usize) -> Vec<f64> {
    let share = 1.0 / classes as f64;
    let score = match Rowwise::row_rule(loss) {
        RowRule::AddToOne { .. } => share,
        RowRule::ExponentialsAddToOne { .. } => share.ln(),
        RowRule::Any if L::CARD.prediction == PredictionKind::Probability => 0.5,
        RowRule::Any | RowRule::SomeFinite => 0.0,
        RowRule::SomeNonZero => 1.0,
    };
    vec![score; classes]
}

/// The row that is sure of `class`, where the domain has one.
pub(crate) fn perfect<L: Rowwise>(loss: &L, class: usize, classes: usize) -> Option<Vec<f64>> {
    let (no, yes) = match (Rowwise::row_rule(loss), L::CARD.prediction) {
        (RowRule::AddToOne { .. }, _) | (RowRule::Any, PredictionKind::Probability) => (0.0, 1.0),
        (RowRule::ExponentialsAddToOne { .. }, _) => (f64::NEG_INFINITY, 0.0),
        (RowRule::SomeFinite, _) => (f64::NEG_INFINITY, 1.0),
        (RowRule::SomeNonZero, _) => (0.0, 1.0),
        (RowRule::Any, _) => (-1e9, 1e9),
    };
    let mut row = vec![no; classes];
    row[class] = yes;
    Some(row)
}

/// Rows far out: sure and right, sure and wrong, with masked classes and the largest numbers.
pub(crate) fn extreme<L: Rowwise>(loss: &L) -> Vec<(Truth, Vec<f64>)> {
    let mut numbers = Random::new(11);
    let mut rows: Vec<(Truth, Vec<f64>)> = vec![];
    for classes in [2, 3, 10] {
        for scale in [20.0, 100.0, 1000.0] {
            for _ in 0..6 {
                rows.push((numbers.below(classes).into(), random(loss, &mut numbers, classes, scale)));
            }
            let truth = random_truth::<L>(&mut numbers, classes);
            rows.push((truth, random(loss, &mut numbers, classes, scale)));
        }
        for target in [0, classes - 1] {
            for winner in [0, classes - 1] {
                for (low, high) in extreme_pairs(loss, classes) {
                    let mut row = vec![low; classes];
                    row[winner] = high;
                    if row.iter().any(|score| score.is_finite()) {
                        rows.push((target.into(), row));
                    }
                }
            }
        }
    }
    rows.retain(|(_, row)| allowed(loss, row));
    rows
}

/// Whether the numbers of a row lie in the domain, and one of them is not 0 where that is the rule.
pub(crate) fn allowed<L: Rowwise>(loss: &L, row: &[f64]) -> bool {
    let directed = Rowwise::row_rule(loss) != RowRule::SomeNonZero || row.iter().any(|&score| score != 0.0);
    directed && row.iter().all(|&score| L::CARD.prediction_domain.contains(score))
}

/// A length well inside of which a loss changes little: that to the end of the domain, or where it has a direction to the
/// vector that has none, and 1 at most.
pub(crate) fn length<L: Rowwise>(loss: &L, row: &[f64], class: usize) -> f64 {
    let domain = L::CARD.prediction_domain;
    let ends = [domain.low, domain.high].map(|end| (row[class] - end).abs());
    let vector = if Rowwise::row_rule(loss) == RowRule::SomeNonZero { norm(row) } else { 1.0 };
    ends.into_iter().fold(f64::min(vector, 1.0), f64::min)
}

/// The score of all classes but one, and of that one.
fn extreme_pairs<L: Rowwise>(loss: &L, classes: usize) -> Vec<(f64, f64)> {
    let rests = [0.0, 5e-324, 1e-300, 1e-12];
    match (Rowwise::row_rule(loss), L::CARD.prediction) {
        (RowRule::AddToOne { .. }, _) => rests.iter().map(|&rest| (rest, 1.0 - rest * (classes - 1) as f64)).collect(),
        (RowRule::ExponentialsAddToOne { .. }, _) => {
            vec![(f64::NEG_INFINITY, 0.0), (-1e300, 0.0), (-745.0, 0.0), (-40.0, -4e-18)]
        }
        (RowRule::Any, PredictionKind::Probability) => rests.iter().map(|&rest| (rest, 1.0 - rest)).collect(),
        // The last is one that single precision holds too.
        (RowRule::SomeNonZero, _) => {
            vec![
                (f64::MIN, f64::MAX),
                (f64::MIN, f64::MIN),
                (f64::MAX, f64::MAX),
                (0.0, 1e300),
                (5e-324, 0.0),
                (0.0, 1e-36),
            ]
        }
        (RowRule::SomeFinite | RowRule::Any, _) => vec![
            (f64::NEG_INFINITY, 0.0),
            (f64::NEG_INFINITY, f64::MAX),
            (f64::MIN, f64::MAX),
            (f64::MIN, f64::MIN),
            (f64::MAX, f64::MAX),
            (0.0, 40.0),
            (0.0, 745.0),
            (0.0, 1e300),
            (5e-324, 0.0),
        ],
    }
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
    // What moves sums over classes least.
    all.push((0..classes).map(|class| if class == 0 { 0.5 } else { 1.0 - 2.0 * (class % 2) as f64 }).collect());
    all.extend((0..3).map(|_| (0..classes).map(|_| numbers.normal()).collect()));
    for direction in &mut all {
        let length = norm(direction);
        direction.iter_mut().for_each(|x| *x /= length);
    }
    all
}
