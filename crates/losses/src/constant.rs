//! The best constant prediction: what a model has to beat.
//!
//! Each loss elicits a functional of the target's distribution (mean, quantile, …), so the constant with the smallest
//! mean loss is that functional of the observed targets. It is computed exactly: sums without rounding error, quantiles
//! by exact comparison of weights.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::sum::ExactSum;

use crate::card::{Functional, Link};
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
}

fn midpoint(a: f64, b: f64) -> f64 {
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
/// a positive weight. `classes` is the number of classes of a row loss.
pub fn best_constant(loss: &Loss, targets: &Distribution, classes: usize) -> Option<Reference> {
    if targets.atoms.is_empty() {
        return None;
    }
    let total = targets.total();
    let functional = match loss.properties().functional {
        Functional::Mean => vec![targets.mean()],
        Functional::Quantile(level) => vec![targets.quantile(level)],
        Functional::Huber(delta) => vec![targets.huber(delta)],
        Functional::ClassProbabilities => {
            (0..classes).map(|class| targets.sum(|target| f64::from(target == class as f64)).ratio(&total)).collect()
        }
    };
    let prediction: Vec<f64> = functional
        .iter()
        .map(|&value| match loss.card().link {
            Link::Identity => value,
            Link::Logit => Float::ln(value) - Float::ln_1p(-value),
            Link::Softmax => Float::ln(value),
        })
        .collect();
    let mut value = [0.0];
    let sum = targets.sum(|target| {
        if let Some(pointwise) = loss.pointwise() {
            pointwise.value(&[target], &prediction, &mut value);
        } else if let Some(rowwise) = loss.rowwise() {
            let columns: Vec<&[f64]> = prediction.chunks(1).collect();
            rowwise.value(&[target as u32], &columns, &mut value);
        }
        value[0]
    });
    Some(Reference { functional, prediction, mean: sum.ratio(&total) })
}

#[cfg(test)]
mod tests {
    use super::*;

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
