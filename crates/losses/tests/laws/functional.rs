//! The functional that a card names is what minimises the expected loss.

use dartboard_losses::{Card, Functional, Link, Rowwise, TargetKind};

use crate::dd::Dd;
use crate::sample::Random;
use crate::{Case, Law, PointCase, Subject, rows};

struct Claimed;

/// A discrete distribution: targets, in increasing order, with their probabilities. No sum of probabilities is a level
/// of a quantile anywhere in the tests, so all functionals are unique.
type Atoms = Vec<(f64, f64)>;

fn distributions(card: &Card) -> Vec<Atoms> {
    let all: Vec<Atoms> = match card.target {
        TargetKind::Event => vec![
            vec![(0.0, 0.3), (1.0, 0.7)],
            vec![(0.0, 0.99), (1.0, 0.01)],
            vec![(0.2, 0.45), (0.9, 0.55)],
            vec![(0.0, 0.2), (0.5, 0.37), (1.0, 0.43)],
        ],
        _ => vec![
            vec![(-1.0, 0.21), (0.5, 0.46), (3.0, 0.33)],
            vec![(0.0, 0.37), (10.0, 0.63)],
            vec![(1.0, 0.1), (2.0, 0.23), (4.0, 0.3), (8.0, 0.37)],
            vec![(0.25, 0.04), (0.5, 0.87), (100.0, 0.09)],
            vec![(0.0, 0.41), (2.0, 0.35), (5.0, 0.24)],
        ],
    };
    all.into_iter().filter(|atoms| atoms.iter().all(|&(y, _)| card.target_domain.contains(y))).collect()
}

/// The functional by its definition.
pub(crate) fn by_definition(functional: Functional, atoms: &[(f64, f64)]) -> Result<f64, String> {
    let total: f64 = atoms.iter().map(|atom| atom.1).sum();
    match functional {
        Functional::Mean => Ok(atoms.iter().map(|(y, w)| y * w).sum::<f64>() / total),
        Functional::Quantile(level) => {
            let mut below = 0.0;
            let reached = atoms.iter().find(|(_, w)| {
                below += w;
                below > level * total
            });
            reached.map(|atom| atom.0).ok_or_else(|| format!("no {level}-quantile"))
        }
        Functional::Huber(delta) => {
            // Where Σ w·clamp(c − y, ±δ) changes its sign.
            let (mut low, mut high) = (atoms[0].0, atoms[atoms.len() - 1].0);
            for _ in 0..200 {
                let c = 0.5 * (low + high);
                let slope: f64 = atoms.iter().map(|(y, w)| w * (c - y).clamp(-delta, delta)).sum();
                if slope > 0.0 { high = c } else { low = c }
            }
            Ok(0.5 * (low + high))
        }
        Functional::Expectile(level) => {
            let (mut low, mut high) = (atoms[0].0, atoms[atoms.len() - 1].0);
            for _ in 0..200 {
                let c = 0.5 * (low + high);
                let slope: f64 =
                    atoms.iter().map(|(y, w)| w * if *y > c { level } else { 1.0 - level } * (c - y)).sum();
                if slope > 0.0 { high = c } else { low = c }
            }
            Ok(0.5 * (low + high))
        }
        Functional::GeometricMean => Ok((atoms.iter().map(|(y, w)| w * y.ln_1p()).sum::<f64>() / total).exp_m1()),
        Functional::RelativeMedian => {
            let relative: Vec<(f64, f64)> = atoms.iter().map(|&(y, w)| (y, w / y.abs())).collect();
            by_definition(Functional::Quantile(0.5), &relative)
        }
        Functional::Minimiser | Functional::MeanAndLogVariance => Err("has no definition but the loss".into()),
        Functional::Decision
        | Functional::DecisionAtInfinity
        | Functional::DistortedProbability
        | Functional::Nothing => Err("is told from how the best prediction moves".into()),
        Functional::ClassProbabilities => Err("class probabilities are for classes".into()),
        Functional::MeanDirection => Err("a direction is that of vectors".into()),
    }
}

/// The prediction that stands for a value of the functional.
fn through(link: Link, value: f64) -> Result<f64, String> {
    let logit = (value / (1.0 - value)).ln();
    match link {
        Link::Identity => Ok(value),
        Link::Log => Ok(value.ln()),
        Link::Logit => Ok(logit),
        Link::HalfLogit => Ok(0.5 * logit),
        Link::Centred => Ok(2.0 * value - 1.0),
        Link::Softmax => Err("softmax is for classes".into()),
    }
}

impl Law for Claimed {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let claim = loss.properties().functional;
        if says_of_probability(claim) || claim == Functional::Minimiser && loss.card().target == TargetKind::Event {
            return of_probability(loss, claim);
        }
        let distributions = distributions(loss.card());
        if distributions.is_empty() {
            return Err("no distribution fits the target domain".into());
        }
        for atoms in distributions {
            let expected = |z: f64| {
                atoms.iter().fold(Dd::ZERO, |sum, &(y, weight)| {
                    sum + loss.value_dd(Dd::from(y), Dd::from(z)) * Dd::from(weight)
                })
            };
            let domain = loss.card().prediction_domain;
            let (low, high) = match loss.card().link {
                Link::Identity => (atoms[0].0 - 1.0, atoms[atoms.len() - 1].0 + 1.0),
                _ => (-30.0, 30.0),
            };
            // Just inside of open ends.
            let inside = |end: f64, closed: bool, by: f64| if closed { end } else { end + by };
            let low = f64::max(low, inside(domain.low, domain.low_closed, 1e-9));
            let high = f64::min(high, inside(domain.high, domain.high_closed, -1e-9));
            if claim == Functional::Minimiser {
                // What it has no name for is tested as the best constant.
                continue;
            }
            // Some losses are infinite at some targets, whatever is predicted.
            if !expected(0.5 * (low + high)).is_finite() {
                continue;
            }
            let found = argmin(expected, low, high);
            let claimed = through(loss.card().link, by_definition(claim, &atoms)?)?;
            if !((found - claimed).abs() <= 1e-9 * (high - low)) {
                return Err(format!("over {atoms:?} the best prediction is {found}, {claim:?} says {claimed}"));
            }
        }
        Ok(())
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let claim = Rowwise::properties(loss).functional;
        if claim == Functional::Decision {
            return majority(loss);
        }
        if claim == Functional::MeanDirection {
            return mean_direction(loss);
        }
        if claim != Functional::ClassProbabilities {
            return Err(format!("{claim:?} is not a property of classes"));
        }
        let mut numbers = Random::new(17);
        for probabilities in [vec![0.3, 0.7], vec![0.5, 0.02, 0.48], vec![0.1, 0.2, 0.3, 0.25, 0.15]] {
            let expected = |row: &[f64]| -> f64 {
                (0..row.len()).map(|target| probabilities[target] * rows::value(loss, target, row)).sum()
            };
            let linked = |probabilities: &[f64]| -> Vec<f64> {
                match L::CARD.link {
                    Link::Softmax | Link::Log => probabilities.iter().map(|p| p.ln()).collect(),
                    Link::Logit => probabilities.iter().map(|p| (p / (1.0 - p)).ln()).collect(),
                    _ => probabilities.to_vec(),
                }
            };
            let best = expected(&linked(&probabilities));
            let logits: Vec<f64> = probabilities.iter().map(|p| p.ln()).collect();
            for trial in 0..2000 {
                // Near and far in turns; on the simplex, whatever the loss takes.
                let step = [1e-3, 0.03, 0.3, 3.0][trial % 4];
                let other: Vec<f64> = logits.iter().map(|z| z + step * numbers.normal()).collect();
                let other = rows::softmax(&other);
                let distance = other.iter().zip(&probabilities).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                let value = expected(&linked(&other));
                if !(value > best) && distance > 1e-6 {
                    return Err(format!(
                        "{other:?} loses {value}, the true probabilities {probabilities:?} lose {best}"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether it is about how the best prediction of an event moves with its probability.
fn says_of_probability(claim: Functional) -> bool {
    matches!(
        claim,
        Functional::Decision | Functional::DecisionAtInfinity | Functional::DistortedProbability | Functional::Nothing
    )
}

/// What the best prediction of an event tells of its probability.
fn of_probability(loss: &dyn Subject, claim: Functional) -> Result<(), String> {
    if loss.card().target != TargetKind::Event {
        return Err(format!("{claim:?} is said of events, and the target is none"));
    }
    let chances: Vec<f64> = (1..40).filter(|&place| place != 20).map(|place| f64::from(place) / 40.0).collect();
    let expected = |chance: f64, z: f64| {
        let at = |y: f64| loss.value_dd(Dd::from(y), Dd::from(z));
        at(1.0) * Dd::from(chance) + at(0.0) * Dd::from(1.0 - chance)
    };
    const FAR: f64 = 30.0;
    let best: Vec<f64> = chances.iter().map(|&chance| argmin(|z| expected(chance, z), -FAR, FAR)).collect();
    // How much more it costs to predict for one chance what is best for another.
    let excess = |of: usize, at: usize| {
        let chance = chances[of];
        (expected(chance, best[at]) - expected(chance, best[of])).high
    };
    let same = |of: usize, at: usize| excess(of, at) <= 1e-8;
    let (side, all) = (|place: usize| chances[place] > 0.5, 0..chances.len());
    let pairs = || all.clone().flat_map(|a| all.clone().map(move |b| (a, b)));
    // Whether it is better to go on and on.
    let endless = |place: usize| {
        let chance = chances[place];
        let near = argmin(|z| expected(chance, z), -8.0, 8.0);
        (expected(chance, near) - expected(chance, best[place])).high > 1e-9
    };
    let breach = |a: usize, b: usize, what: &str| {
        Err(format!(
            "{claim:?}: of the probabilities {} and {} {what}: {} and {}",
            chances[a], chances[b], best[a], best[b]
        ))
    };
    match claim {
        Functional::Decision | Functional::DecisionAtInfinity => {
            if let Some((a, b)) = pairs().find(|&(a, b)| side(a) == side(b) && !same(a, b)) {
                return breach(a, b, "the best predictions differ on one side of one half");
            }
            if let Some((a, b)) = pairs().find(|&(a, b)| side(a) != side(b) && same(a, b)) {
                return breach(a, b, "the best predictions are the same on both sides of one half");
            }
            let unlike = |&place: &usize| endless(place) != (claim == Functional::DecisionAtInfinity);
            if let Some(place) = all.clone().find(unlike) {
                return breach(place, place, "a finite prediction is best, or none is");
            }
        }
        Functional::DistortedProbability => {
            // Golden section tells the places of minima that far apart.
            let still = |&place: &usize| !(best[place + 1] - best[place] > 1e-6);
            if let Some(place) = (0..best.len() - 1).find(still) {
                return breach(place, place + 1, "the best predictions do not rise");
            }
            let through_link = |place: usize| through(loss.card().link, chances[place]);
            let undistorted = |place: usize| Ok((through_link(place)? - best[place]).abs() < 1e-6);
            if all.clone().map(undistorted).collect::<Result<Vec<_>, String>>()?.into_iter().all(|same| same) {
                return Err("the best predictions are the probabilities themselves".into());
            }
        }
        Functional::Nothing => {
            if let Some((a, b)) = pairs().find(|&(a, b)| !same(a, b)) {
                return breach(a, b, "the best predictions differ");
            }
        }
        other => return Err(format!("{other:?} does not say what is known of the probability of the event")),
    }
    Ok(())
}

/// One row of scores is best for every distribution over classes in which the same class has more than half of the
/// probability, and for no other.
fn majority<L: Rowwise>(loss: &L) -> Result<(), String> {
    let mut numbers = Random::new(29);
    for classes in [2, 3, 5] {
        for likely in 0..classes {
            let decision: Vec<f64> = (0..classes).map(|class| f64::from(class == likely)).collect();
            for share in [0.3, 0.45, 0.51, 0.6, 0.75, 0.98] {
                let rest: Vec<f64> = (0..classes).map(|_| numbers.unit()).collect();
                let others: f64 = (0..classes).filter(|&class| class != likely).map(|class| rest[class]).sum();
                let of = |class: usize| if class == likely { share } else { (1.0 - share) * rest[class] / others };
                let expected = |row: &[f64]| -> f64 { (0..classes).map(|y| of(y) * rows::value(loss, y, row)).sum() };
                let lost = expected(&decision);
                let best = (0..4000).map(|trial| {
                    // From there and from 0, near and far in turns.
                    let step = [1e-3, 0.03, 0.3, 3.0][trial % 4];
                    let from = if trial % 8 < 4 { &decision } else { &vec![0.0; classes] };
                    expected(&from.iter().map(|z| z + step * numbers.normal()).collect::<Vec<f64>>())
                });
                let best = best.fold(expected(&vec![0.0; classes]), f64::min);
                // With two classes the other may have the majority.
                let decided = (share > 0.5) == (lost <= best + 1e-12);
                if !decided {
                    return Err(format!(
                        "where class {likely} of {classes} has the probability {share}, {decision:?} loses {lost}, \
                         and the best of others {best}"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// The mean of the targets, each scaled to length 1, is beaten by no vector, and matched by none that points elsewhere.
fn mean_direction<L: Rowwise>(loss: &L) -> Result<(), String> {
    let mut numbers = Random::new(19);
    for components in [2, 3, 5] {
        let mut vector = |scale: f64| -> Vec<f64> { (0..components).map(|_| scale * numbers.normal()).collect() };
        let targets: Vec<Vec<f64>> = [0.1, 1.0, 30.0, 2.0].map(&mut vector).to_vec();
        let expected = |row: &[f64]| -> f64 {
            targets.iter().map(|target| rows::value(loss, rows::Truth::shares(target), row)).sum::<f64>() / 4.0
        };
        let mean: Vec<f64> =
            (0..components).map(|class| targets.iter().map(|y| y[class] / rows::norm(y)).sum()).collect();
        let best = expected(&mean);
        for trial in 0..2000 {
            // Near and far in turns, at all lengths.
            let (step, length) = ([1e-3, 0.03, 0.3, 3.0][trial % 4], [1e-3, 1.0, 1e3][trial % 3]);
            let moved = rows::along(&mean, &vector(1.0), step * rows::norm(&mean));
            let other: Vec<f64> = moved.iter().map(|component| component * length).collect();
            let value = expected(&other);
            let apart = rows::value(loss, rows::Truth::shares(&mean), &other) > 1e-12;
            if !(value > best) && apart || value < best - 1e-15 {
                return Err(format!(
                    "{other:?} loses {value}, the mean direction {mean:?} of {targets:?} loses {best}"
                ));
            }
        }
    }
    Ok(())
}

/// The minimiser of `f`: the best point of a grid, then golden section around it.
fn argmin(f: impl Fn(f64) -> Dd, low: f64, high: f64) -> f64 {
    const STEPS: usize = 400;
    let grid = |step: usize| low + (high - low) * step as f64 / STEPS as f64;
    let best = (0..=STEPS).min_by(|&a, &b| f(grid(a)).partial_cmp(&f(grid(b))).unwrap()).unwrap();
    let (mut a, mut b) = (grid(best.saturating_sub(1)), grid((best + 1).min(STEPS)));
    let ratio = 0.5 * (5.0_f64.sqrt() - 1.0);
    for _ in 0..90 {
        let (left, right) = (b - ratio * (b - a), a + ratio * (b - a));
        if f(left) < f(right) { b = right } else { a = left }
    }
    0.5 * (a + b)
}

#[test]
fn functionals_minimise_the_expected_loss() {
    crate::assert_holds::<Claimed>();
}

#[test]
fn wrong_functionals_are_caught() {
    use crate::liar::{Liar, rowwise_liar};
    use dartboard_losses::{
        BceLogits, Cce, CceLogits, FocalLogits, Hinge, Huber, Mae, Mse, MulticlassHinge, MultilabelBceLogits,
        Perceptron, Properties, Quantile, SigmoidMargin, SmoothedHinge, ZeroOne,
    };
    let claims = |functional: Functional| move |properties: &mut Properties| properties.functional = functional;
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Functional::Quantile(0.5))), "the best prediction is");
    crate::assert_catches::<Claimed>(Liar::<Mae>::about(claims(Functional::Mean)), "the best prediction is");
    crate::assert_catches::<Claimed>(Liar::<Huber>::about(claims(Functional::Huber(2.0))), "the best prediction is");
    crate::assert_catches::<Claimed>(
        Liar::<Quantile>::about(claims(Functional::Quantile(0.7))),
        "the best prediction is",
    );
    crate::assert_catches_rowwise::<Claimed>(
        rowwise_liar::<Cce>(claims(Functional::Mean)),
        "not a property of classes",
    );
    // What is and is not known of the probability of an event.
    use Functional::{Decision, DecisionAtInfinity, DistortedProbability, Nothing};
    crate::assert_catches::<Claimed>(Liar::<SmoothedHinge>::about(claims(Decision)), "differ on one side");
    crate::assert_catches::<Claimed>(Liar::<FocalLogits>::about(claims(Decision)), "differ on one side");
    crate::assert_catches::<Claimed>(Liar::<Perceptron>::about(claims(Decision)), "the same on both sides");
    crate::assert_catches::<Claimed>(Liar::<SigmoidMargin>::about(claims(Decision)), "a finite prediction");
    crate::assert_catches::<Claimed>(Liar::<Hinge>::about(claims(DecisionAtInfinity)), "a finite prediction");
    crate::assert_catches::<Claimed>(Liar::<ZeroOne>::about(claims(DistortedProbability)), "do not rise");
    crate::assert_catches::<Claimed>(Liar::<Hinge>::about(claims(DistortedProbability)), "do not rise");
    crate::assert_catches::<Claimed>(Liar::<BceLogits>::about(claims(DistortedProbability)), "themselves");
    crate::assert_catches::<Claimed>(Liar::<Hinge>::about(claims(Nothing)), "the best predictions differ");
    crate::assert_catches::<Claimed>(Liar::<Hinge>::about(claims(Functional::Minimiser)), "does not say");
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Decision)), "the target is none");
    crate::assert_catches_rowwise::<Claimed>(
        rowwise_liar::<MulticlassHinge>(claims(Functional::Minimiser)),
        "not a property of classes",
    );
    crate::assert_catches_rowwise::<Claimed>(rowwise_liar::<CceLogits>(claims(Decision)), "and the best of others");
    crate::assert_catches_rowwise::<Claimed>(Improper, "the true probabilities");
    crate::assert_catches_rowwise::<Claimed>(
        rowwise_liar::<MultilabelBceLogits>(claims(Functional::MeanDirection)),
        "the mean direction",
    );
}

/// One less the probability of the true class: best served by putting everything on the most likely class.
#[derive(Clone, Debug)]
struct Improper;

impl Rowwise for Improper {
    const CARD: Card = <dartboard_losses::Cce as Rowwise>::CARD;
    const LINEAR_IN_TARGET: bool = true;
    fn new(_parameters: &[f64]) -> Self {
        Self
    }
    fn properties(&self) -> dartboard_losses::Properties {
        Rowwise::properties(&dartboard_losses::Cce)
    }
    fn row_rule(&self) -> dartboard_losses::RowRule {
        Rowwise::row_rule(&dartboard_losses::Cce)
    }
    fn formula(&self) -> dartboard_losses::Formula {
        Rowwise::formula(&dartboard_losses::Cce)
    }
    fn block<F: dartboard_numerics::elementary::Float>(
        &self,
        target: dartboard_losses::RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        _derivatives: Option<&mut dartboard_losses::Derivatives<'_, F>>,
    ) {
        for (row, value) in value.iter_mut().enumerate() {
            let class = (0..scores.len()).find(|&class| target.share(class, row) == F::ONE).unwrap();
            *value = F::ONE - scores[class][row];
        }
    }
    fn hessian_vector<F: dartboard_numerics::elementary::Float>(
        &self,
        _target: dartboard_losses::RowTarget<'_, F>,
        _scores: &[&[F]],
        _vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        product.iter_mut().for_each(|column| column.fill(F::ZERO));
    }
}
