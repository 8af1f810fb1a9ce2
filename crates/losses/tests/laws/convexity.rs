//! The claim about convexity is true, and no stronger one would be.

use dartboard_losses::{Convexity, Rowwise};

use crate::dd::Dd;
use crate::sample::{Random, everywhere, predictions, targets, window};
use crate::{Case, Law, PointCase, rows};

struct Claimed;

/// What was seen of a loss: the facts that the claims differ in.
#[derive(Debug)]
struct Seen {
    /// A chord that the loss rises above, by more than rounding.
    violated: Option<String>,
    /// A stretch on which it is straight.
    straight: Option<String>,
    /// The smallest curvature in the ordinary range, where it exists, and where.
    least: (f64, String),
    /// The smallest curvature anywhere.
    infimum: f64,
    /// The largest curvature in the ordinary range.
    largest: f64,
}

impl Seen {
    fn judge(&self, claim: Convexity) -> Result<(), String> {
        if let (Some(chord), true) = (&self.violated, claim != Convexity::None) {
            return Err(format!("not convex: {chord}"));
        }
        if let (Some(stretch), Convexity::Strict | Convexity::Strong(_)) = (&self.straight, claim) {
            return Err(format!("not strictly convex: {stretch}"));
        }
        let (least, at) = &self.least;
        match claim {
            Convexity::None if self.violated.is_none() => Err("said not to be convex, but no chord shows it".into()),
            Convexity::Convex if self.straight.is_none() => {
                Err("said to have straight stretches, but it is strictly convex".into())
            }
            Convexity::Strict if *least <= 0.0 => Err(format!("not strictly convex: curvature {least} at {at}")),
            Convexity::Strict if self.infimum > 1e-9 * self.largest => {
                Err(format!("strongly convex: the curvature never falls below {}", self.infimum))
            }
            Convexity::Strong(bound) if *least < bound * (1.0 - 1e-12) => {
                Err(format!("curvature {least} at {at}, less than the claimed {bound}"))
            }
            Convexity::Strong(bound) if self.infimum > bound * (1.0 + 1e-3) => {
                Err(format!("a larger bound holds: the curvature is never below {}", self.infimum))
            }
            _ => Ok(()),
        }
    }
}

impl Law for Claimed {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let properties = loss.properties();
        let mut seen = Seen {
            violated: None,
            straight: None,
            least: (f64::INFINITY, String::new()),
            infimum: f64::INFINITY,
            largest: 0.0,
        };
        let curvature = |y: f64, z: f64| loss.jet_dd(Dd::from(y), Dd::from(z)).hessian.high;
        let on_kink = |y: f64, z: f64| {
            properties.kinks.iter().flat_map(|kink| kink.at(y)).any(|kink| (z - kink).abs() <= 1e-12 * (1.0 + y.abs()))
        };
        for y in targets(loss.card()) {
            let points = predictions(loss, y);
            let (low, high) = window(loss, y);
            for &z in points.iter().filter(|&&z| !on_kink(y, z) && (low..=high).contains(&z)) {
                let hessian = curvature(y, z);
                if hessian < seen.least.0 {
                    seen.least = (hessian, format!("y={y}, z={z}"));
                }
                if hessian.is_finite() {
                    seen.largest = seen.largest.max(hessian);
                }
            }
            // Midpoints of all chords, those across kinks included.
            let value = |z: Dd| loss.value_dd(Dd::from(y), z);
            let values: Vec<Dd> = points.iter().map(|&z| value(Dd::from(z))).collect();
            for (i, &a) in points.iter().enumerate() {
                for (j, &b) in points.iter().enumerate().skip(i + 1) {
                    let middle = (Dd::from(a) + Dd::from(b)) * Dd::from(0.5);
                    let mean = (values[i] + values[j]) * Dd::from(0.5);
                    if !mean.is_finite() {
                        continue;
                    }
                    let above = (value(middle) - mean).high;
                    let noise = 1e-26 * f64::max(values[i].magnitude(), values[j].magnitude());
                    if above > noise {
                        seen.violated = Some(format!("y={y}, above the chord from z={a} to z={b}"));
                    }
                    // A convex function that touches its chord in the middle is straight from end to end.
                    let within = |z: f64| (low..=high).contains(&z);
                    if within(a) && within(b) && (a - b).abs() > 1e-3 * (high - low) && above.abs() <= noise {
                        seen.straight = Some(format!("y={y}, straight from z={a} to z={b}"));
                    }
                }
            }
        }
        for (y, z) in everywhere(loss).into_iter().filter(|&(y, z)| !on_kink(y, z) && (z - y).is_finite()) {
            let hessian = curvature(y, z);
            seen.infimum = seen.infimum.min(hessian);
        }
        seen.judge(properties.convexity)
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let mut seen = Seen {
            violated: None,
            straight: None,
            least: (f64::INFINITY, String::new()),
            infimum: f64::INFINITY,
            largest: 0.0,
        };
        let mut numbers = Random::new(5);
        let mut seen_by_classes: Vec<(usize, f64)> = vec![];
        for (target, row) in rows::ordinary(loss) {
            let here = rows::value(loss, target, &row);
            for _ in 0..8 {
                let scale = numbers.between(0.1, 4.0);
                let other = rows::random(loss, &mut numbers, row.len(), scale);
                let middle: Vec<f64> = row.iter().zip(&other).map(|(a, b)| 0.5 * a + 0.5 * b).collect();
                let mean = 0.5 * here + 0.5 * rows::value(loss, target, &other);
                if rows::value(loss, target, &middle) > mean * (1.0 + 1e-12) {
                    seen.violated = Some(format!("target {target}, above the chord from {row:?} to {other:?}"));
                }
            }
            for direction in rows::directions(row.len(), &mut numbers) {
                let curvature = rows::dot(&direction, &rows::hessian_vector(loss, target, &row, &direction));
                // Convexity is a matter of rounding where the curvature is: the Hessian's own size sets the scale.
                let diagonal = rows::jet(loss, target, &row).hessian.into_iter().fold(0.0, f64::max);
                if curvature < -1e-13 * diagonal {
                    seen.violated =
                        Some(format!("target {target}, curvature {curvature} at {row:?} along {direction:?}"));
                }
                if curvature.abs() <= 1e-13 * diagonal {
                    seen.straight = Some(format!("target {target}, no curvature at {row:?} along {direction:?}"));
                }
                if curvature < seen.least.0 {
                    seen.least = (curvature, format!("{row:?}, target {target}"));
                }
                seen.largest = seen.largest.max(curvature);
                seen.infimum = seen.infimum.min(curvature);
                seen_by_classes.push((row.len(), curvature));
            }
        }
        for (target, row) in rows::extreme(loss) {
            for direction in rows::directions(row.len(), &mut numbers) {
                let curvature = rows::dot(&direction, &rows::hessian_vector(loss, target, &row, &direction));
                if curvature.is_finite() {
                    seen.infimum = seen.infimum.min(curvature);
                }
            }
        }
        // A bound that shrinks with the number of classes is no bound.
        if curvature_of(&seen_by_classes, 10) < 0.98 * curvature_of(&seen_by_classes, 2) {
            seen.infimum = 0.0;
        }
        seen.judge(Rowwise::properties(loss).convexity)
    }
}

/// The smallest curvature seen of rows with this number of classes.
fn curvature_of(seen: &[(usize, f64)], classes: usize) -> f64 {
    seen.iter().filter(|(count, _)| *count == classes).map(|(_, curvature)| *curvature).fold(f64::INFINITY, f64::min)
}

#[test]
fn convexity_is_as_claimed() {
    crate::assert_holds::<Claimed>();
}

#[test]
fn lies_about_convexity_are_caught() {
    use crate::liar::{Liar, Saturating, rowwise_liar};
    use dartboard_losses::{Bce, BceLogits, Cce, CceLogits, Huber, Mae, Mse};
    let claims = |claim: Convexity| move |properties: &mut dartboard_losses::Properties| properties.convexity = claim;
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Convexity::Strong(3.0))), "less than the claimed 3");
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Convexity::Strong(1.0))), "a larger bound holds");
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Convexity::Strict)), "strongly convex");
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Convexity::Convex)), "strictly convex");
    crate::assert_catches::<Claimed>(Liar::<Mse>::about(claims(Convexity::None)), "no chord shows it");
    crate::assert_catches::<Claimed>(Liar::<Bce>::about(claims(Convexity::Strong(0.5))), "a larger bound holds");
    crate::assert_catches::<Claimed>(Liar::<BceLogits>::about(claims(Convexity::Strong(0.1))), "less than the claimed");
    crate::assert_catches::<Claimed>(Liar::<Huber>::about(claims(Convexity::Strict)), "not strictly convex");
    crate::assert_catches::<Claimed>(Liar::<Mae>::about(claims(Convexity::Strict)), "not strictly convex");
    crate::assert_catches::<Claimed>(Saturating, "not convex");
    for claim in [Convexity::None, Convexity::Strict, Convexity::Strong(0.1)] {
        crate::assert_catches_rowwise::<Claimed>(rowwise_liar::<Cce>(claims(claim)), "convex");
        crate::assert_catches_rowwise::<Claimed>(rowwise_liar::<CceLogits>(claims(claim)), "convex");
    }
}
