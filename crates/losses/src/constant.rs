//! The best constant prediction: what a model has to beat.
//!
//! Each loss elicits a functional of the target's distribution (mean, quantile, …), so the constant with the smallest
//! mean loss is that functional of the observed targets. It is computed exactly: sums without rounding error, quantiles
//! by exact comparison of weights. Where the functional has no name but the loss is convex, its slope is followed to the
//! last bit. Where it is not convex either, the search of [`valleys`] finds a constant that no other beats by more than
//! a millionth of its loss, as long as the targets are few enough for the search to end (some thousands are);
//! beyond, the best that was found.

mod valleys;

use std::cmp::Ordering;

use dartboard_numerics::elementary::Float;
use dartboard_numerics::sum::ExactSum;

use crate::card::{Convexity, Functional, PredictionKind, TargetKind};
use crate::family::{PointwiseBlocks, RowTarget};
use crate::spec::Loss;

/// Observed targets (or class indices) with their weights, in increasing order.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    atoms: Vec<Atom>,
}

/// The total weight of the rows with this target, as the sum of two numbers: its first 106 bits.
#[derive(Clone, Copy, Debug)]
struct Atom {
    target: f64,
    mass: [f64; 2],
}

impl Distribution {
    /// From targets and the total weight of the rows that have each. The order does not matter, targets may repeat;
    /// weights are not negative.
    pub fn new<'a>(atoms: impl IntoIterator<Item = (f64, &'a ExactSum)>) -> Self {
        let mut atoms: Vec<Atom> = atoms
            .into_iter()
            .filter(|(_, weight)| !weight.is_zero())
            .map(|(target, weight)| Atom { target, mass: weight.leading_parts() })
            .collect();
        atoms.sort_by(|a, b| a.target.total_cmp(&b.target));
        Self { atoms }
    }

    /// `Σ weight · f(target)`, exact but for the rounding of each `f`.
    fn sum(&self, mut f: impl FnMut(f64) -> f64) -> ExactSum {
        let mut sum = ExactSum::new();
        for atom in &self.atoms {
            let [high, low] = atom.mass;
            let value = f(atom.target);
            sum.add_product(high, value);
            if low != 0.0 {
                sum.add_product(low, value);
            }
        }
        sum
    }

    /// The weighted mean of `f` over the targets; `None` where there is none, or `f` has no value.
    pub(crate) fn mean_of(&self, f: impl Fn(f64) -> Option<f64>) -> Option<f64> {
        let values: Option<Vec<f64>> = self.atoms.iter().map(|atom| f(atom.target)).collect();
        let mut values = values?.into_iter();
        (!self.atoms.is_empty()).then(|| self.sum(|_| values.next().unwrap_or_default()).ratio(&self.total()))
    }

    /// The total weight.
    fn total(&self) -> ExactSum {
        self.sum(|_| 1.0)
    }

    fn mean(&self) -> f64 {
        self.sum(|target| target).ratio(&self.total())
    }

    /// The middle of the interval of `level`-quantiles.
    fn quantile(&self, level: f64) -> f64 {
        // Where the cumulative weight first reaches level · total; if it hits it exactly, every number up to the next
        // target minimises as well.
        let mut excess = self.sum(|_| -level);
        for (index, atom) in self.atoms.iter().enumerate() {
            let [high, low] = atom.mass;
            excess.add(high);
            excess.add(low);
            let excess = excess.to_f64();
            if excess > 0.0 {
                return atom.target;
            }
            if excess == 0.0 {
                let next = self.atoms[index..].iter().find(|next| next.target > atom.target).unwrap_or(atom);
                return midpoint(atom.target, next.target);
            }
        }
        self.atoms.last().map_or(f64::NAN, |atom| atom.target)
    }

    /// The minimiser of the expected Huber loss, the middle one where there are several.
    fn huber(&self, delta: f64) -> f64 {
        // The derivative in the constant is Σ weight · clamp(constant − target, ±δ): it never falls, and it is straight
        // between neighbouring breakpoints target ± δ.
        let slope = |constant: f64| self.sum(|target| (constant - target).clamp(-delta, delta)).to_f64();
        let mut breakpoints: Vec<f64> =
            self.atoms.iter().flat_map(|atom| [atom.target - delta, atom.target + delta]).collect();
        breakpoints.sort_by(f64::total_cmp);
        breakpoints.dedup();
        let first_zero = breakpoints.partition_point(|&constant| slope(constant) < 0.0);
        let first_positive = breakpoints.partition_point(|&constant| slope(constant) <= 0.0);
        if first_zero < first_positive {
            return midpoint(breakpoints[first_zero], breakpoints[first_positive - 1]);
        }
        let (Some(&above), Some(&below)) = (breakpoints.get(first_zero), breakpoints.get(first_zero.wrapping_sub(1)))
        else {
            // Rounding has hidden the sign change: the spread of the targets is below their resolution.
            return self.quantile(0.5);
        };
        // On this stretch Σ_inside weight · (constant − target) + δ · (weight below − weight above) = 0.
        let middle = midpoint(below, above);
        let inside = |target: f64| (middle - target).abs() < delta;
        let weight_inside = self.sum(|target| f64::from(inside(target)));
        let mut numerator = self.sum(|target| if inside(target) { target } else { 0.0 });
        numerator.merge(&self.sum(|target| if inside(target) { 0.0 } else { delta.copysign(target - middle) }));
        numerator.ratio(&weight_inside).clamp(below, above)
    }

    /// The root of `Σ weight · |τ − [target ≤ constant]| · (constant − target)`.
    fn expectile(&self, level: f64) -> f64 {
        let share = |target: f64, constant: f64| if target > constant { level } else { 1.0 - level };
        let slope = |constant: f64| self.sum(|target| share(target, constant) * (constant - target)).to_f64();
        // The slope never falls, and between neighbouring targets it is straight.
        let above = self.atoms.partition_point(|atom| slope(atom.target) < 0.0);
        let Some(low) = above.checked_sub(1).map(|below| self.atoms[below].target) else {
            return self.atoms[0].target;
        };
        let high = self.atoms.get(above).map_or(low, |atom| atom.target);
        let weighted = self.sum(|target| share(target, low) * target);
        weighted.ratio(&self.sum(|target| share(target, low))).clamp(low, high)
    }

    /// `exp(mean of ln(1 + target)) − 1`
    fn geometric_mean(&self) -> f64 {
        // Rounding must not lead outside of the targets: one target is its own mean.
        let (Some(first), Some(last)) = (self.atoms.first(), self.atoms.last()) else { return f64::NAN };
        Float::exp_m1(self.sum(Float::ln_1p).ratio(&self.total())).clamp(first.target, last.target)
    }

    /// With every mass divided by the size of its target.
    fn relative(&self) -> Self {
        let shrink = |atom: &Atom| Atom { mass: atom.mass.map(|part| part / atom.target.abs()), ..*atom };
        Self { atoms: self.atoms.iter().map(shrink).collect() }
    }

    /// `ln(mean of (target − mean)²)`
    fn log_variance(&self, mean: f64) -> f64 {
        Float::ln(self.sum(|target| (target - mean) * (target - mean)).ratio(&self.total()))
    }

    /// `Σ weight · value` over blocks of targets, `fill` giving the values of a block.
    fn sum_of_blocks(&self, mut fill: impl FnMut(&[f64], &mut [f64])) -> ExactSum {
        const BLOCK: usize = 512;
        let mut sum = ExactSum::new();
        let [mut targets, mut values, mut masses] = [[0.0; BLOCK]; 3];
        for atoms in self.atoms.chunks(BLOCK) {
            targets.iter_mut().zip(atoms).for_each(|(target, atom)| *target = atom.target);
            let values = &mut values[..atoms.len()];
            fill(&targets[..atoms.len()], values);
            for part in [0, 1] {
                masses.iter_mut().zip(atoms).for_each(|(mass, atom)| *mass = atom.mass[part]);
                let masses = &masses[..atoms.len()];
                // Whole weights have no second part; where a value is infinite, 0 times it must not count.
                if part == 0 || masses.iter().any(|&mass| mass != 0.0) && values.iter().all(|value| value.is_finite()) {
                    sum.add_products(masses, values);
                }
            }
        }
        sum
    }

    /// The sum of a loss's derivatives at a constant prediction.
    fn slope(&self, loss: &dyn PointwiseBlocks, prediction: f64) -> f64 {
        let [mut predictions, mut value, mut hessian] = [(); 3].map(|()| vec![]);
        let sum = self.sum_of_blocks(|target, gradient| {
            predictions.resize(target.len(), prediction);
            value.resize(target.len(), 0.0);
            hessian.resize(target.len(), 0.0);
            loss.value_gradient_hessian(target, &predictions, &mut value, gradient, &mut hessian);
        });
        sum.to_f64()
    }

    /// The sum of a loss at a constant prediction.
    fn loss(&self, loss: &dyn PointwiseBlocks, prediction: f64) -> f64 {
        let mut predictions = vec![];
        let sum = self.sum_of_blocks(|target, value| {
            predictions.resize(target.len(), prediction);
            loss.value(target, &predictions, value);
        });
        sum.to_f64()
    }

    /// The constant that minimises a convex loss: the middle of the stretch on which the slope is zero, to the last bit.
    /// A stretch without an end counts as its other end (a score of 1 is as good for hinge as any larger one where
    /// nothing but events was seen), and as 0 where it has none.
    fn convex_minimiser(&self, loss: &dyn PointwiseBlocks, reach: Reach) -> f64 {
        let Reach { low, high, .. } = reach;
        // Exact slopes are dear where there are many targets: a guess comes first, and the search goes away from it.
        let first = |low: f64, guess: f64, reached: &dyn Fn(f64) -> bool| {
            let is_reached = |place: i64| reached(self.slope(loss, from_ordinal(place)));
            from_ordinal(first_place(ordinal(low), ordinal(high), ordinal(guess), is_reached))
        };
        // At a kink the slope is that of either side, so the stretch ends at the first number past the kink or at the
        // kink itself, which is the rounder of the two.
        let kink = |past: f64| if past == low { past } else { rounder(from_ordinal(ordinal(past) - 1), past) };
        let from = first(low, self.near_convex_minimiser(loss, low, high), &|slope| slope >= 0.0);
        let past = if self.slope(loss, from) > 0.0 { from } else { first(from, from, &|slope| slope > 0.0) };
        let (start, end) = (kink(from), if past == high && self.slope(loss, high) <= 0.0 { high } else { kink(past) });
        match (reach.endless && start == low, reach.endless && end == high) {
            (true, true) => 0.0,
            (true, false) => end,
            (false, true) => start,
            _ if ordinal(past).saturating_sub(ordinal(from)) > 1 => midpoint(start, end),
            // Where the slope jumps over zero, or touches it at one number.
            _ if from == past => start,
            _ => from,
        }
    }

    /// Close to where the slope of a convex loss changes its sign: Newton's method between bounds, in plain sums.
    fn near_convex_minimiser(&self, loss: &dyn PointwiseBlocks, low: f64, high: f64) -> f64 {
        /// Newton's method needs a handful of steps; halving, where it does not get anywhere, a step for each bit.
        const STEPS: usize = 40;
        let (mut low, mut high) = (low, high);
        let mut at = midpoint(low, high);
        for _ in 0..STEPS {
            let (slope, bend) = self.slope_and_bend(loss, at);
            match slope.partial_cmp(&0.0) {
                Some(Ordering::Less) => low = at,
                Some(Ordering::Equal) => return at,
                _ => high = at,
            }
            let newton = at - slope / bend;
            let next = if newton > low && newton < high { newton } else { midpoint(low, high) };
            let step = (next - at).abs();
            if step.is_nan() || step <= 2.0 * f64::EPSILON * at.abs() {
                return next;
            }
            at = next;
        }
        at
    }

    /// The sums of a loss's first and second derivatives at a constant prediction, with rounding errors.
    fn slope_and_bend(&self, loss: &dyn PointwiseBlocks, prediction: f64) -> (f64, f64) {
        const BLOCK: usize = 512;
        let predictions = [prediction; BLOCK];
        let [mut target, mut value, mut gradient, mut hessian] = [[0.0; BLOCK]; 4];
        let (mut slope, mut bend) = (0.0, 0.0);
        for atoms in self.atoms.chunks(BLOCK) {
            let n = atoms.len();
            target.iter_mut().zip(atoms).for_each(|(target, atom)| *target = atom.target);
            let (gradient, hessian) = (&mut gradient[..n], &mut hessian[..n]);
            loss.value_gradient_hessian(&target[..n], &predictions[..n], &mut value[..n], gradient, hessian);
            for ((atom, gradient), hessian) in atoms.iter().zip(gradient).zip(hessian) {
                slope += atom.mass[0] * *gradient;
                bend += atom.mass[0] * *hessian;
            }
        }
        (slope, bend)
    }

    /// The constant that minimises a loss with several valleys.
    fn minimiser_among_valleys(&self, loss: &Loss, blocks: &dyn PointwiseBlocks, reach: Reach) -> f64 {
        let Reach { low, high, .. } = reach;
        if low == high {
            return low;
        }
        let rows = if loss.card().target == TargetKind::Event {
            // What a soft label costs is what an event and a non-event cost, by its share of each.
            debug_assert!(blocks.linear_in_target(), "{} of a soft label is no mixture", loss.spec());
            valleys::Rows {
                target: vec![0.0, 1.0],
                perfect: vec![f64::NEG_INFINITY, f64::INFINITY],
                weight: vec![self.sum(|target| 1.0 - target).to_f64(), self.sum(|target| target).to_f64()],
            }
        } else {
            let targets = || self.atoms.iter().map(|atom| atom.target);
            valleys::Rows {
                target: targets().collect(),
                perfect: targets().map(|target| loss.card().link.to_prediction(target)).collect(),
                weight: self.atoms.iter().map(|atom| atom.mass[0]).collect(),
            }
        };
        let valleys = valleys::minimisers(blocks, &rows, low, high);
        let lost: Vec<f64> = valleys.iter().map(|&constant| self.loss(blocks, constant)).collect();
        let best = (0..valleys.len()).min_by(|&a, &b| lost[a].total_cmp(&lost[b]));
        best.map_or(f64::NAN, |best| valleys[best])
    }
}

/// The first place from `low` to `high` that is reached, where all after it are; `high` where none before is. Fast where
/// it is close to `guess`.
fn first_place(low: i64, high: i64, guess: i64, is_reached: impl Fn(i64) -> bool) -> i64 {
    let (mut below, mut above) = (low, high);
    let guess = guess.clamp(low, high);
    let (mut step, mut bracketed) = (1_i64, false);
    if guess < above && !is_reached(guess) {
        below = guess + 1;
        while below < above && !bracketed {
            let next = below.saturating_add(step).min(above - 1);
            bracketed = is_reached(next);
            if bracketed {
                above = next
            } else {
                below = next + 1
            }
            step = step.saturating_mul(8);
        }
    } else {
        above = guess;
        while below < above && !bracketed {
            let next = above.saturating_sub(step).max(below);
            bracketed = !is_reached(next);
            if bracketed {
                below = next + 1
            } else {
                above = next
            }
            step = step.saturating_mul(8);
        }
    }
    while below < above {
        let middle = (below >> 1) + (above >> 1) + (below & above & 1);
        if is_reached(middle) { above = middle } else { below = middle + 1 }
    }
    below
}

/// Of two neighbouring numbers the one with fewer digits.
fn rounder(a: f64, b: f64) -> f64 {
    if a.to_bits().trailing_zeros() > b.to_bits().trailing_zeros() { a } else { b }
}

/// The place of a number among all numbers.
fn ordinal(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
}

/// The number at this place.
fn from_ordinal(place: i64) -> f64 {
    f64::from_bits(if place < 0 { i64::MIN.wrapping_sub(place) } else { place } as u64)
}

pub(crate) fn midpoint(a: f64, b: f64) -> f64 {
    // Halved first: the sum of two large numbers may overflow.
    if a == b { a } else { a * 0.5 + b * 0.5 }
}

/// The best constant prediction and what it loses.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The functional of the targets: mean, quantile, probability; one number, or one per class.
    pub functional: Vec<f64>,
    /// The same on the scale of the loss's predictions: a logit where the loss takes logits.
    pub prediction: Vec<f64>,
    /// The mean loss of this prediction.
    pub mean: f64,
}

/// The constant prediction with the smallest mean loss over `targets`, and that loss; `None` where there is no row with
/// a positive weight, or where the loss has no best constant of this kind. `classes` is the number of classes of a row
/// loss.
///
/// Where several constants are equally good it is the middle one: the middle of a stretch, or the end of a stretch that
/// has no other. A loss that knows nothing but the side of a score ([`Functional::Decision`] without convexity: zero_one)
/// has 1 for yes and −1 for no, and no where both are as likely. Where no finite score is best
/// ([`Functional::DecisionAtInfinity`]) the prediction is infinite and the mean is the limit.
///
/// It is exact but for rounding, except for losses that are not convex and whose functional has no name: of those no
/// other constant loses less by more than a millionth, where the targets are few enough for the search to end.
pub fn best_constant(loss: &Loss, targets: &Distribution, classes: usize) -> Option<Reference> {
    if targets.atoms.is_empty() {
        return None;
    }
    let total = targets.total();
    let functional = match loss.properties().functional {
        Functional::Mean => vec![targets.mean()],
        Functional::Quantile(level) => vec![targets.quantile(level)],
        Functional::Expectile(level) => vec![targets.expectile(level)],
        Functional::Huber(delta) => vec![targets.huber(delta)],
        Functional::GeometricMean => vec![targets.geometric_mean()],
        Functional::RelativeMedian => vec![targets.relative().quantile(0.5)],
        // A class stands for the vector of length 1 along its axis: the mean of such is made of the frequencies.
        Functional::ClassProbabilities | Functional::MeanDirection => {
            (0..classes).map(|class| targets.sum(|target| f64::from(target == class as f64)).ratio(&total)).collect()
        }
        Functional::MeanAndLogVariance => {
            let log_variance = targets.log_variance(targets.mean());
            // Without a spread there is no best variance: the smaller the better.
            if log_variance == f64::NEG_INFINITY {
                return None;
            }
            vec![targets.mean(), log_variance]
        }
        Functional::DecisionAtInfinity => {
            // The better the farther, so the limit.
            let pointwise = loss.pointwise()?;
            let [no, yes] = [-1.0, 1.0].map(|score| targets.loss(&**pointwise, score));
            vec![if yes < no {
                f64::INFINITY
            } else if no < yes {
                f64::NEG_INFINITY
            } else {
                0.0
            }]
        }
        Functional::Decision if loss.properties().convexity == Convexity::None => {
            // Any score on the side is as good. Where both are, no: as a score of 0 says.
            let pointwise = loss.pointwise()?;
            let [no, yes] = [-1.0, 1.0].map(|score| targets.loss(&**pointwise, score));
            vec![if yes < no { 1.0 } else { -1.0 }]
        }
        Functional::Minimiser | Functional::Decision | Functional::DistortedProbability | Functional::Nothing => {
            let pointwise = loss.pointwise()?;
            let reach = Reach::of(loss, targets);
            let prediction = if loss.properties().convexity == Convexity::None {
                targets.minimiser_among_valleys(loss, &**pointwise, reach)
            } else {
                targets.convex_minimiser(&**pointwise, reach)
            };
            vec![loss.card().link.from_prediction(prediction)]
        }
    };
    let prediction: Vec<f64> = functional.iter().map(|&value| loss.card().link.to_prediction(value)).collect();
    let mut value = [0.0];
    let sum = targets.sum(|target| {
        if let Some(pointwise) = loss.pointwise() {
            pointwise.value(&[target], &prediction, &mut value);
        } else if let Some(rowwise) = loss.rowwise() {
            let columns: Vec<&[f64]> = prediction.chunks(1).collect();
            rowwise.value(RowTarget::Class(&[target as u32]), &columns, &mut value);
        } else if let Some(joint) = loss.joint() {
            let columns: Vec<&[f64]> = prediction.chunks(1).collect();
            joint.value(&[target], &columns, &mut value);
        }
        value[0]
    });
    Some(Reference { functional, prediction, mean: sum.ratio(&total) })
}

/// Where the best constant of a loss must lie.
#[derive(Clone, Copy, Debug)]
struct Reach {
    low: f64,
    high: f64,
    /// Whether the ends stand for those of all numbers.
    endless: bool,
}

impl Reach {
    fn of(loss: &Loss, targets: &Distribution) -> Self {
        match loss.card().prediction {
            PredictionKind::Probability => Self { low: 0.0, high: 1.0, endless: false },
            // Beyond this a logit's probability is 0 or 1 in double precision.
            PredictionKind::Logit
            | PredictionKind::Score
            | PredictionKind::LogMean
            | PredictionKind::LogProbability => Self { low: -746.0, high: 746.0, endless: true },
            PredictionKind::Value | PredictionKind::Mean | PredictionKind::Parameters(_) => {
                let [low, high] =
                    [targets.atoms.first(), targets.atoms.last()].map(|atom| atom.map_or(f64::NAN, |atom| atom.target));
                Self { low, high, endless: false }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_is_found_from_any_guess() {
        for high in 0..40 {
            for first in 0..=high {
                for guess in -1..=high + 1 {
                    assert_eq!(first_place(0, high, guess, |place| place >= first), first, "of {high} from {guess}");
                }
            }
        }
        let looks = std::cell::Cell::new(0);
        let found = first_place(i64::MIN, i64::MAX, 1_000_000, |place| {
            looks.set(looks.get() + 1);
            place >= 1_000_007
        });
        assert_eq!(found, 1_000_007);
        assert!(looks.get() < 12, "{} looks", looks.get());
    }

    fn weighted(atoms: &[(f64, f64)]) -> Distribution {
        let masses: Vec<ExactSum> = atoms
            .iter()
            .map(|&(_, weight)| {
                let mut mass = ExactSum::new();
                mass.add(weight);
                mass
            })
            .collect();
        Distribution::new(atoms.iter().map(|&(target, _)| target).zip(&masses))
    }

    fn unweighted(targets: &[f64]) -> Distribution {
        weighted(&targets.iter().map(|&target| (target, 1.0)).collect::<Vec<_>>())
    }

    fn constant(spec: &str, targets: &Distribution) -> f64 {
        best_constant(&Loss::parse(spec).unwrap(), targets, 0).unwrap().functional[0]
    }

    #[test]
    fn textbook_constants() {
        let targets = unweighted(&[5.0, 0.0, 1.0, 0.0, 100.0]);
        assert_eq!(constant("mse", &targets), 21.2);
        assert_eq!(constant("mae", &targets), 1.0);
        assert_eq!(constant("quantile(tau=0.9)", &targets), 100.0);
        // The one-step approximation in wide use gives 1.4.
        assert_eq!(constant("huber(delta=2)", &targets), 5.0 / 3.0);
        assert_eq!(constant("mae", &unweighted(&[1.0, 2.0, 4.0, 9.0])), 3.0);
    }

    #[test]
    fn weights_count_as_repetition() {
        let weighted = weighted(&[(3.0, 2.0), (7.0, 3.0), (10.0, 0.0)]);
        let repeated = unweighted(&[3.0, 3.0, 7.0, 7.0, 7.0]);
        for spec in ["mse", "mae", "huber(delta=1)", "huber(delta=10)", "quantile(tau=0.4)"] {
            let loss = Loss::parse(spec).unwrap();
            assert_eq!(best_constant(&loss, &weighted, 0), best_constant(&loss, &repeated, 0), "{spec}");
        }
        assert_eq!(constant("quantile(tau=0.25)", &repeated), 3.0);
    }

    #[test]
    fn events_and_classes() {
        let events = weighted(&[(0.0, 3.0), (1.0, 1.0)]);
        let entropy = best_constant(&Loss::parse("bce").unwrap(), &events, 0).unwrap();
        assert_eq!(entropy.functional, [0.25]);
        let logits = best_constant(&Loss::parse("bce_logits").unwrap(), &events, 0).unwrap();
        assert!((logits.mean - entropy.mean).abs() < 1e-15);
        assert!((logits.prediction[0] - (1.0_f64 / 3.0).ln()).abs() < 1e-15);

        let classes = weighted(&[(0.0, 2.0), (2.0, 2.0)]);
        for spec in ["cce", "cce_logits"] {
            let reference = best_constant(&Loss::parse(spec).unwrap(), &classes, 3).unwrap();
            assert_eq!(reference.functional, [0.5, 0.0, 0.5]);
            assert!((reference.mean - 2.0_f64.ln()).abs() < 1e-15, "{spec}");
        }
    }

    #[test]
    fn the_heaviest_target_is_found_among_thousands() {
        let mut atoms: Vec<(f64, f64)> = (0..2000).map(|target| (f64::from(target), 1.0)).collect();
        atoms[1003].1 = 5001.0;
        let reference = best_constant(&Loss::parse("tukey").unwrap(), &weighted(&atoms), 0).unwrap();
        assert_eq!(reference.functional, [1003.0]);
        assert!((reference.mean - 1999.0 / 7000.0 / 6.0).abs() < 1e-15);
    }

    #[test]
    fn more_targets_than_are_searched_one_by_one() {
        let count = 2 * valleys::FEW as u32 + 1;
        let mut atoms: Vec<(f64, f64)> = (0..count).map(|target| (f64::from(target), 1.0)).collect();
        // Three neighbours of which the middle one is where the best constant is, but not at the end of a group.
        atoms.extend([(77_777.25, 3000.0), (77_777.5, 2000.0), (77_777.75, 3000.0)]);
        let targets = weighted(&atoms);
        let reference = best_constant(&Loss::parse("tukey").unwrap(), &targets, 0).unwrap();
        assert!((reference.functional[0] - 77_777.5).abs() < 1e-9, "{reference:?}");
    }

    #[test]
    fn scores_of_events_are_simple_numbers() {
        let events = |share: f64| weighted(&[(0.0, 1.0 - share), (1.0, share)]);
        for (spec, constants) in [
            ("hinge", [-1.0, -1.0, 0.0, 1.0, 1.0]),
            ("zero_one", [-1.0, -1.0, -1.0, 1.0, 1.0]),
            ("perceptron", [0.0, 0.0, 0.0, 0.0, 0.0]),
            ("smoothed_hinge(gamma=0.5)", [-1.0, -5.0 / 6.0, 0.0, 5.0 / 6.0, 1.0]),
            ("sigmoid_margin", [f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0, f64::INFINITY, f64::INFINITY]),
        ] {
            for (share, expected) in [0.0, 0.25, 0.5, 0.75, 1.0].into_iter().zip(constants) {
                let found = constant(spec, &events(share));
                assert!(found == expected || (found - expected).abs() < 1e-15, "{spec} at {share}: {found:e}");
                assert!(found == expected || spec.contains("gamma"), "{spec} at {share}: {found:e}");
            }
        }
    }

    #[test]
    fn nothing_to_go_by() {
        assert_eq!(best_constant(&Loss::parse("mse").unwrap(), &Distribution::default(), 0), None);
    }

    #[test]
    fn one_target_is_its_own_best_constant() {
        for spec in ["mse", "mae", "huber", "huber(delta=1e-9)", "quantile(tau=0.3)"] {
            for target in [0.0, -3.5, 1e300, 1e-300] {
                let targets = weighted(&[(target, 0.1); 7]);
                let reference = best_constant(&Loss::parse(spec).unwrap(), &targets, 0).unwrap();
                assert_eq!((reference.functional[0], reference.mean), (target, 0.0), "{spec} at {target}");
            }
        }
    }
}
