//! Derivatives jump at the kinks that are listed, as claimed, and nowhere else.

use dartboard_losses::{Kink, Rowwise, Smoothness, TargetKind};

use crate::dd::Dd;
use crate::sample::{Random, targets, window};
use crate::{Case, Law, PointCase, rows};

struct Claimed;

/// Cells that a window is cut into; each is searched by bisection.
const CELLS: usize = 144;

/// The cells of a window, with an irrational offset that keeps kinks away from their ends.
fn cells((low, high): (f64, f64)) -> Vec<(f64, f64)> {
    let edge = |cell: usize| low + (high - low) * ((cell as f64 + 0.414_213_562) / (CELLS as f64 + 1.0));
    (0..CELLS).map(|cell| (edge(cell), edge(cell + 1))).collect()
}

fn largest(f: &impl Fn(f64) -> f64, window: (f64, f64)) -> f64 {
    cells(window).iter().map(|cell| f(cell.0).abs()).fold(1e-300, f64::max)
}

/// Where `f` jumps: cells are halved towards the larger change, and a change that does not shrink with the cell is a
/// jump.
fn jumps(f: impl Fn(f64) -> f64, window: (f64, f64)) -> Vec<f64> {
    let threshold = 1e-7 * largest(&f, window);
    let mut found = vec![];
    for (mut a, mut b) in cells(window) {
        let (mut at_a, mut at_b) = (f(a), f(b));
        for _ in 0..44 {
            let middle = 0.5 * (a + b);
            if middle <= a || middle >= b || (at_a - at_b).abs() <= threshold {
                break;
            }
            let at_middle = f(middle);
            if (at_middle - at_a).abs() >= (at_b - at_middle).abs() {
                (b, at_b) = (middle, at_middle);
            } else {
                (a, at_a) = (middle, at_middle);
            }
        }
        if (at_a - at_b).abs() > threshold {
            found.push(0.5 * (a + b));
        }
    }
    found
}

/// Where the slope of `f` jumps: cells are halved towards the larger bend, which shrinks with the cell's width there and
/// with the square of it elsewhere.
fn corners(f: impl Fn(f64) -> f64, window: (f64, f64)) -> Vec<f64> {
    let size = largest(&f, window) / (window.1 - window.0);
    let mut found = vec![];
    // Cells twice, shifted by half: next to the end of a cell a corner bends too little to be followed.
    let shifted = cells(window).into_iter().map(|(a, b)| (0.5 * (a + b), b + 0.5 * (b - a)));
    for (a, b) in cells(window).into_iter().chain(shifted) {
        let at = |z: f64| (z, f(z));
        let steepness = |a: (f64, f64), m: (f64, f64), b: (f64, f64)| (a.1 - 2.0 * m.1 + b.1).abs() / (b.0 - a.0);
        let between = |a: (f64, f64), b: (f64, f64)| at(0.5 * (a.0 + b.0));
        let (mut a, mut b) = (at(a), at(b));
        let mut middle = between(a, b);
        let mut seen = vec![steepness(a, middle, b)];
        for _ in 0..12 {
            let quarters = [between(a, middle), between(middle, b)];
            let (left, right) = (steepness(a, quarters[0], middle), steepness(middle, quarters[1], b));
            (a, middle, b) = if left >= right { (a, quarters[0], middle) } else { (middle, quarters[1], b) };
            seen.push(left.max(right));
        }
        // The corner may by chance lie next to the end of one cell, but not of four.
        // Sixteen times less in four steps where it is smooth.
        let [before, last] = [&seen[4..8], &seen[8..]].map(|part| part.iter().copied().fold(0.0, f64::max));
        if last > 0.12 * before && last > 1e-6 * size {
            found.push(middle.0);
        }
    }
    found
}

/// Whether the places found are the places claimed.
fn same_places(what: &str, y: f64, found: &[f64], claimed: &[f64], tolerance: f64) -> Result<(), String> {
    if let Some(place) = found.iter().find(|&&place| claimed.iter().all(|claim| (place - claim).abs() > tolerance)) {
        return Err(format!("the {what} jumps at y={y}, z={place}, which is not a listed kink"));
    }
    if let Some(claim) = claimed.iter().find(|&&claim| found.iter().all(|place| (place - claim).abs() > tolerance)) {
        return Err(format!("the {what} does not jump at the listed kink y={y}, z={claim}"));
    }
    Ok(())
}

impl Law for Claimed {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let properties = loss.properties();
        if properties.smoothness == Smoothness::Infinitely && !properties.kinks.is_empty() {
            return Err("infinitely smooth, yet kinks are listed".into());
        }
        if properties.smoothness != Smoothness::Infinitely && properties.kinks.is_empty() {
            return Err("not smooth, yet no kink is listed".into());
        }
        // Kinks move with the target and nothing else does: a few targets will do.
        // Where two kinks meet, or a label is undecided, they may cancel.
        let apart = |y: f64| match loss.card().target {
            TargetKind::Event => y != 0.5,
            _ => y != 0.0 || properties.kinks.iter().all(|kink| matches!(kink, Kink::Residual(_))),
        };
        for (index, y) in targets(loss.card()).into_iter().filter(|&y| apart(y)).step_by(3).enumerate() {
            let window = window(loss, y);
            let jet = |z: f64| loss.jet_dd(Dd::from(y), Dd::from(z));
            let kinks: Vec<f64> = properties.kinks.iter().flat_map(|kink| kink.at(y)).collect();
            let tolerance = 1e-6 * (window.1 - window.0);
            let value = jumps(|z| jet(z).value.high, window);
            if properties.smoothness == Smoothness::Discontinuous {
                same_places("value", y, &value, &kinks, tolerance)?;
                continue;
            }
            same_places("value", y, &value, &[], tolerance)?;
            let gradient = jumps(|z| jet(z).gradient.high, window);
            let hessian = || jumps(|z| jet(z).hessian.high, window);
            // The dearest search, and corners move with the target as jumps do: once for each loss.
            let third = || if index == 0 { corners(|z| jet(z).hessian.high, window) } else { vec![] };
            match properties.smoothness {
                Smoothness::Discontinuous => {}
                Smoothness::Continuous => same_places("gradient", y, &gradient, &kinks, tolerance)?,
                Smoothness::Once => {
                    same_places("gradient", y, &gradient, &[], tolerance)?;
                    same_places("Hessian", y, &hessian(), &kinks, tolerance)?;
                }
                Smoothness::Twice | Smoothness::Infinitely => {
                    same_places("gradient", y, &gradient, &[], tolerance)?;
                    same_places("Hessian", y, &hessian(), &[], tolerance)?;
                    // A corner is found to within the width of its last cell. That a listed one is there is seen next to it.
                    let near = tolerance.max(1e-4 * (window.1 - window.0));
                    let corners: Vec<f64> = third()
                        .into_iter()
                        .filter(|place| kinks.iter().all(|kink| (place - kink).abs() > near))
                        .collect();
                    same_places("third derivative", y, &corners, &[], 0.0)?;
                    let slope = |from: f64, to: f64| (jet(to).hessian.high - jet(from).hessian.high) / (to - from);
                    if let Some(kink) = kinks.iter().find(|&&kink| {
                        let h = 1e-6 * (window.1 - window.0);
                        let (left, right) = (slope(kink - h, kink), slope(kink, kink + h));
                        (left - right).abs() <= 0.1 * (left.abs() + right.abs())
                    }) {
                        return Err(format!("the third derivative does not jump at the listed kink y={y}, z={kink}"));
                    }
                }
            }
        }
        Ok(())
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let properties = Rowwise::properties(loss);
        let mut numbers = Random::new(13);
        let mut seen = [false; 2];
        for (target, row) in rows::ordinary(loss).into_iter().step_by(3) {
            let other = rows::random(loss, &mut numbers, row.len(), 2.0);
            let direction = rows::along(&other, &row, -1.0);
            let at = |t: f64| rows::along(&row, &direction, t);
            let value = jumps(|t| rows::value(loss, target, &at(t)), (0.0, 1.0));
            let gradient = jumps(|t| rows::dot(&rows::jet(loss, target, &at(t)).gradient, &direction), (0.0, 1.0));
            let curvature = |t: f64| rows::dot(&rows::hessian_vector(loss, target, &at(t), &direction), &direction);
            let hessian = jumps(curvature, (0.0, 1.0));
            same_places("value", 0.0, &value, &[], 0.0)?;
            seen[0] |= !gradient.is_empty();
            seen[1] |= !hessian.is_empty();
        }
        match (properties.smoothness, seen) {
            (Smoothness::Continuous, [true, _])
            | (Smoothness::Once, [false, true])
            | (Smoothness::Infinitely, [false, false]) => Ok(()),
            (claim, [gradient, hessian]) => {
                Err(format!("said to be {claim:?}; gradient jumps: {gradient}, Hessian jumps: {hessian}"))
            }
        }
    }
}

#[test]
fn smoothness_is_as_claimed() {
    crate::assert_holds::<Claimed>();
}

#[test]
fn lies_about_smoothness_are_caught() {
    use crate::liar::{Cubic, Liar, rowwise_liar};
    use dartboard_losses::{CceLogits, Huber, Mae, Mse, Properties};
    let claims = |smoothness: Smoothness, kinks: &'static [f64]| {
        move |properties: &mut Properties| {
            properties.smoothness = smoothness;
            properties.kinks = kinks.iter().copied().map(Kink::Residual).collect();
        }
    };
    use Smoothness::{Continuous, Infinitely, Once};
    crate::assert_catches::<Claimed>(Liar::<Mae>::about(claims(Infinitely, &[])), "gradient jumps at");
    crate::assert_catches::<Claimed>(Liar::<Mae>::about(claims(Once, &[0.0])), "gradient jumps at");
    crate::assert_catches::<Claimed>(Liar::<Mae>::about(claims(Continuous, &[0.5])), "gradient jumps at");
    crate::assert_catches::<Claimed>(Liar::<Mae>::about(claims(Continuous, &[0.0, 0.5])), "does not jump");
    crate::assert_catches::<Claimed>(Liar::<Mae>::about(claims(Continuous, &[])), "no kink is listed");
    crate::assert_catches::<Claimed>(Liar::<Huber>::about(claims(Infinitely, &[])), "Hessian jumps at");
    crate::assert_catches::<Claimed>(Liar::<Huber>::about(claims(Once, &[1.0])), "Hessian jumps at");
    crate::assert_catches::<Claimed>(Liar::<Huber>::about(claims(Continuous, &[-1.0, 1.0])), "does not jump");
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Once, &[0.0])), "does not jump");
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Infinitely, &[0.0])), "yet kinks are listed");
    crate::assert_catches::<Claimed>(Cubic, "third derivative jumps");
    crate::assert_catches_rowwise::<Claimed>(rowwise_liar::<CceLogits>(claims(Once, &[])), "said to be Once");
}
