//! The best constant is not beaten by any other, and it is the functional of the observed targets.

use dartboard_losses::{
    Distribution, Family, Functional, Link, Loss, PredictionKind, Reference, RowTarget, TargetKind, best_constant,
};
use dartboard_numerics::sum::ExactSum;

use crate::rows;
use crate::sample::{self, Random};

/// What is held to be the best constant of these rows, given as a distribution too.
type Best = fn(&Loss, &Distribution, &[Atom], usize) -> Option<Reference>;

/// Rows with equal targets: target, weight of each, number.
type Atom = (f64, f64, u64);

fn honest(loss: &Loss, distribution: &Distribution, _: &[Atom], classes: usize) -> Option<Reference> {
    best_constant(loss, distribution, classes)
}

fn law(loss: &Loss, best: Best) -> Result<(), String> {
    let mut numbers = Random::new(23);
    // An M-functional of many targets is searched for; what has a name is a formula.
    let crowds = if loss.properties().functional == Functional::Minimiser { CROWDS } else { 0 };
    for trial in 0..24 + crowds {
        let classes = if loss.card().family == Family::Rowwise { 2 + trial % 4 } else { 0 };
        let atoms = match trial.checked_sub(24) {
            Some(crowd) => crowd_of(crowd, &mut numbers),
            None => observed(loss, &mut numbers, classes),
        };
        let masses: Vec<ExactSum> = atoms.iter().map(|&(_, weight, count)| repeated(weight, count)).collect();
        let distribution = Distribution::new(atoms.iter().map(|atom| atom.0).zip(&masses));
        if loss.properties().functional == Functional::Decision && classes > 0 {
            return Ok(());
        }
        let spread = atoms.iter().any(|atom| atom.0 != atoms[0].0);
        if loss.card().family == Family::Joint && !spread {
            continue;
        }
        let reference = best(loss, &distribution, &atoms, classes).ok_or("no best constant")?;
        let found = &reference.prediction;
        let mean = mean_loss(loss, &atoms, found);
        let atoms_shown = format!("{:?}", &atoms[..atoms.len().min(8)]);
        if !((reference.mean - mean).abs() <= 1e-12 * mean.abs()) {
            return Err(format!("{atoms_shown}: mean {} at {found:?}, where it is {mean}", reference.mean));
        }
        let rivals = rivals(loss, &atoms, found, &mut numbers);
        for rival in rivals {
            let other = mean_loss(loss, &atoms, &rival);
            if other < mean - 1e-13 * (mean.abs() + 1e-300) {
                return Err(format!(
                    "{atoms_shown}: {rival:?} loses {other}, the best constant {found:?} loses {mean}"
                ));
            }
        }
        is_functional(loss.properties().functional, &atoms, &reference.functional)
            .map_err(|breach| format!("{atoms_shown}: {breach}"))?;
        for (value, prediction) in reference.functional.iter().zip(found) {
            let logit = || (value / (1.0 - value)).ln();
            let expected = match loss.card().link {
                Link::Identity => *value,
                Link::Logit => logit(),
                Link::HalfLogit => 0.5 * logit(),
                Link::Centred => 2.0 * value - 1.0,
                Link::Softmax | Link::Log => value.ln(),
            };
            let close = expected == *prediction || (expected - prediction).abs() <= 1e-12 * (1.0 + expected.abs());
            if !close {
                return Err(format!("{value} is the prediction {expected}, not {prediction}"));
            }
        }
    }
    Ok(())
}

/// The total weight of `count` rows of this weight.
fn repeated(weight: f64, count: u64) -> ExactSum {
    let mut sum = ExactSum::new();
    (0..count).for_each(|_| sum.add(weight));
    sum
}

fn observed(loss: &Loss, numbers: &mut Random, classes: usize) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = vec![];
    let few = 1 + numbers.below(6);
    if classes > 0 {
        // Every class is seen.
        atoms.extend((0..classes).map(|class| (class as f64, 0.3 + numbers.unit(), 1 + numbers.bits() % 5)));
    }
    for _ in 0..few {
        let target = match loss.card().target {
            TargetKind::Class | TargetKind::Labels | TargetKind::Vector => numbers.below(classes) as f64,
            TargetKind::Event => [0.0, 1.0, 0.3, 0.75][numbers.below(4)],
            TargetKind::Quantity => (numbers.normal() * 64.0).round() / 16.0,
        };
        let target = if loss.card().target_domain.contains(target) { target } else { target.abs() + 0.25 };
        if loss.card().target_domain.contains(target) {
            atoms.push((target, numbers.between(0.0, 3.0), 1 + numbers.bits() % 5));
        }
    }
    atoms
}

/// How many distributions of thousands of targets there are.
const CROWDS: usize = 5;

/// Thousands of targets: where the best constant of a loss with many valleys hides.
fn crowd_of(crowd: usize, numbers: &mut Random) -> Vec<Atom> {
    let even = |count: u32| (0..count).map(|target| (f64::from(target), 1.0, 1));
    match crowd {
        // One heavy target among many.
        0 => even(2000).chain([(1003.0, 1.0, 5000)]).collect(),
        // A bulk, and farther away than any step of a grid a crowd within less than the scale of most losses.
        1 => {
            let crowd = (0..900).map(|place| (54_321.0 + f64::from(place) / 4096.0, 1.0, 1));
            even(1500).map(|(target, ..)| (100.0 * target, 1.0, 1)).chain(crowd).collect()
        }
        // One far away, a bell, and a heavier target beside it.
        2 => (0..3000).map(|_| (4.0 * numbers.normal(), 1.0, 1)).chain([(1e9, 1.0, 1), (31.7, 1.0, 700)]).collect(),
        // Two crowds of nearly the same size.
        3 => (0..3001).map(|place| (if place % 2 == 0 { 0.0 } else { 700.0 } + numbers.normal(), 1.0, 1)).collect(),
        // Weights of all sizes.
        _ => (0..2500).map(|_| (1000.0 * numbers.unit(), 10.0_f64.powf(numbers.between(-6.0, 2.0)), 1)).collect(),
    }
}

fn mean_loss(loss: &Loss, atoms: &[Atom], prediction: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut total = 0.0;
    for &(target, weight, count) in atoms {
        let mut value = [f64::NAN];
        if let Some(pointwise) = loss.pointwise() {
            pointwise.value(&[target], prediction, &mut value);
        } else {
            let columns: Vec<&[f64]> = prediction.chunks(1).collect();
            match (loss.rowwise(), loss.joint()) {
                (Some(rows), _) => rows.value(RowTarget::Class(&[target as u32]), &columns, &mut value),
                (_, Some(joint)) => joint.value(&[target], &columns, &mut value),
                _ => unreachable!(),
            }
        }
        sum += weight * count as f64 * value[0];
        total += weight * count as f64;
    }
    sum / total
}

/// Other constants: near the best one at every scale, and all over.
fn rivals(loss: &Loss, atoms: &[Atom], best: &[f64], numbers: &mut Random) -> Vec<Vec<f64>> {
    let domain = loss.card().prediction_domain;
    let mut all = vec![];
    if loss.card().family == Family::Joint {
        for trial in 0..300 {
            let step = [1e-6, 1e-3, 0.1, 1.0][trial % 4];
            all.push(best.iter().map(|z| z + step * numbers.normal()).collect());
        }
    } else if loss.card().target == TargetKind::Labels {
        for trial in 0..300 {
            let step = [1e-6, 1e-3, 0.1, 1.0][trial % 4];
            let near = |z: &f64| match loss.card().prediction {
                PredictionKind::Probability => (z + step * numbers.normal()).clamp(0.0, 1.0),
                _ => z + step * numbers.normal(),
            };
            all.push(best.iter().map(near).collect());
        }
    } else if best.len() > 1 {
        let shares: Vec<f64> = match loss.card().link {
            Link::Softmax | Link::Log => rows::softmax(best),
            _ => best.to_vec(),
        };
        for trial in 0..300 {
            let step = [1e-6, 1e-3, 0.1, 1.0][trial % 4];
            let other: Vec<f64> = shares.iter().map(|share| share.ln() + step * numbers.normal()).collect();
            all.push(match loss.card().link {
                Link::Softmax => other,
                Link::Log => rows::log_softmax(&other),
                _ => rows::softmax(&other),
            });
        }
    } else {
        let low = atoms.iter().map(|atom| atom.0).fold(f64::INFINITY, f64::min) - 1.0;
        let high = atoms.iter().map(|atom| atom.0).fold(f64::NEG_INFINITY, f64::max) + 1.0;
        all.extend((0..=300).map(|step| vec![low + (high - low) * f64::from(step) / 300.0]));
        // Where there are many targets: the heaviest, and some of the others.
        let mut heaviest: Vec<&Atom> = atoms.iter().collect();
        heaviest.sort_by(|a, b| (b.1 * b.2 as f64).total_cmp(&(a.1 * a.2 as f64)));
        all.extend(heaviest.iter().take(20).map(|atom| vec![atom.0]));
        all.extend(atoms.iter().step_by(atoms.len() / 100 + 1).map(|atom| vec![atom.0]));
        let steps = (1..14).map(|digit| 10.0_f64.powi(-digit));
        all.extend(steps.flat_map(|step| [vec![best[0] - step], vec![best[0] + step]]));
    }
    all.retain(|row| row.iter().all(|&z| domain.contains(z)));
    all
}

/// Whether `found` is the functional of the targets (one of them, where it is not unique), by its definition.
fn is_functional(functional: Functional, atoms: &[Atom], found: &[f64]) -> Result<(), String> {
    let weigh =
        |f: &dyn Fn(f64) -> f64| -> f64 { atoms.iter().map(|&(y, weight, count)| weight * count as f64 * f(y)).sum() };
    let total = weigh(&|_| 1.0);
    let spread = 1.0 + weigh(&|y| y.abs()) / total;
    let holds = match functional {
        Functional::Mean => (weigh(&|y| y - found[0]) / total).abs() <= 1e-13 * spread,
        Functional::Quantile(level) => {
            let below = weigh(&|y| f64::from(y < found[0])) / total;
            let up_to = weigh(&|y| f64::from(y <= found[0])) / total;
            below <= level + 1e-13 && up_to >= level - 1e-13
        }
        Functional::Huber(delta) => {
            (weigh(&|y| (found[0] - y).clamp(-delta, delta)) / total).abs()
                <= 1e-13 * spread.min(delta.max(1e-300) * 10.0)
        }
        Functional::Expectile(level) => {
            let share = |y: f64| if y > found[0] { level } else { 1.0 - level };
            (weigh(&|y| share(y) * (y - found[0])) / total).abs() <= 1e-13 * spread
        }
        Functional::GeometricMean => {
            (weigh(&|y| y.ln_1p()) / total - found[0].ln_1p()).abs() <= 1e-13 * (1.0 + spread.ln())
        }
        Functional::RelativeMedian => {
            let relative = |f: &dyn Fn(f64) -> bool| weigh(&|y| if f(y) { 1.0 / y.abs() } else { 0.0 });
            let all = relative(&|_| true);
            relative(&|y| y < found[0]) / all <= 0.5 + 1e-13 && relative(&|y| y <= found[0]) / all >= 0.5 - 1e-13
        }
        Functional::MeanAndLogVariance => {
            let variance = weigh(&|y| (y - found[0]) * (y - found[0])) / total;
            (weigh(&|y| y - found[0]) / total).abs() <= 1e-13 * spread
                && (variance == 0.0 || (variance.ln() - found[1]).abs() <= 1e-12)
        }
        // Nothing but the loss defines it: the rivals above decide.
        Functional::Minimiser | Functional::DistortedProbability => true,
        Functional::Nothing => found[0] == 0.0,
        Functional::Decision | Functional::DecisionAtInfinity => {
            let chance = weigh(&|y| y) / total;
            let infinite = found[0].abs() == f64::INFINITY;
            (chance - 0.5).abs() < 1e-12
                || (found[0] > 0.0) == (chance > 0.5) && infinite == (functional == Functional::DecisionAtInfinity)
        }
        // Of vectors along the axes.
        Functional::ClassProbabilities | Functional::MeanDirection => found
            .iter()
            .enumerate()
            .all(|(class, share)| (weigh(&|y| f64::from(y == class as f64)) / total - share).abs() <= 1e-14),
    };
    if holds { Ok(()) } else { Err(format!("{found:?} is not the {functional:?}")) }
}

#[test]
fn best_constants_are_best() {
    for default in Loss::all() {
        for parameters in sample::parameters(default.card()) {
            let loss = Loss::with_parameters(default.card().name, &parameters).unwrap();
            law(&loss, honest).unwrap_or_else(|breach| panic!("{}: {breach}", loss.spec()));
        }
    }
}

#[test]
fn worse_constants_are_caught() {
    /// A constant that is off by a hundredth, and what it loses.
    fn off(loss: &Loss, distribution: &Distribution, atoms: &[Atom], classes: usize) -> Option<Reference> {
        let mut reference = best_constant(loss, distribution, classes)?;
        reference.prediction[0] += 0.01;
        Some(Reference { mean: mean_loss(loss, atoms, &reference.prediction), ..reference })
    }
    /// The best constant with a mean that is too small.
    fn boasting(loss: &Loss, distribution: &Distribution, _: &[Atom], classes: usize) -> Option<Reference> {
        let reference = best_constant(loss, distribution, classes)?;
        Some(Reference { mean: reference.mean * 0.999, ..reference })
    }
    /// The functional of the targets without the link's inverse.
    fn misnamed(loss: &Loss, distribution: &Distribution, _: &[Atom], classes: usize) -> Option<Reference> {
        let reference = best_constant(loss, distribution, classes)?;
        Some(Reference { functional: vec![0.123; reference.functional.len()], ..reference })
    }
    /// The best constant of squared error, and what it loses.
    fn average(loss: &Loss, distribution: &Distribution, atoms: &[Atom], classes: usize) -> Option<Reference> {
        let reference = best_constant(&Loss::parse("mse").unwrap(), distribution, classes)?;
        Some(Reference { mean: mean_loss(loss, atoms, &reference.prediction), ..reference })
    }
    /// The best constant wherever there are few targets, the average of many.
    fn lost_in_crowds(loss: &Loss, distribution: &Distribution, atoms: &[Atom], classes: usize) -> Option<Reference> {
        let best: Best = if atoms.len() > 100 { average } else { honest };
        best(loss, distribution, atoms, classes)
    }
    let caught = |spec: &str, lie: Best, by: &str| {
        let breach = law(&Loss::parse(spec).unwrap(), lie).unwrap_err();
        assert!(breach.contains(by), "{spec}: {breach}");
    };
    for spec in ["mse", "huber", "quantile(tau=0.3)", "bce_logits", "cce_logits"] {
        caught(spec, off, "the best constant");
        caught(spec, boasting, "where it is");
        caught(spec, misnamed, "is not the");
    }
    caught("mae", average, "the best constant");
    caught("tukey", lost_in_crowds, "the best constant");
}
