//! Gradient and Hessian are the derivatives of the value, and value, gradient and Hessian are accurate.
//!
//! Pointwise, in two steps: the formula on jets of 31-digit numbers against differences of its values (the rules are
//! right), then the `f64` and `f32` blocks against the 31-digit jets (the rounding is small). Row losses: derivatives
//! against differences of the values, and single against double precision.

use dartboard_losses::{PredictionKind, Properties, Rowwise, Smoothness, Zero};
use dartboard_numerics::Jet;

use crate::dd::{Dd, Format, ulp_error};
use crate::sample::{Random, everywhere, ordinary};
use crate::{Case, Law, PointCase, Subject, rows};

/// The largest error of a row loss in single precision, but for the number of classes.
const ULPS: f64 = 4.0;

/// The derivatives are those of the value.
struct Rules;

impl Law for Rules {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let kinks = loss.properties().kinks;
        let domain = loss.card().prediction_domain;
        for (y, z) in ordinary(loss) {
            // A step well inside of what the loss and its domain do: their smallest length here.
            let ends = [domain.low, domain.high].map(|end| (z - end).abs());
            let scales = case.parameters.iter().copied().filter(|&scale| scale > 0.0);
            let length = ends
                .into_iter()
                .chain(scales)
                .chain(kinks.iter().flat_map(|kink| kink.at(y)).map(|kink| (z - kink).abs()))
                .fold(1.0, f64::min);
            if length < 1e-7 {
                continue;
            }
            let h = 2.0_f64.powi((length * 1e-3).log2().floor() as i32);
            let at = |step: i32| loss.value_dd(Dd::from(y), Dd::from(z) + Dd::from(f64::from(step) * h));
            let jet = |step: i32| jet_dd(loss, y, z + f64::from(step) * h);
            let [a, b, c] = [1, 2, 3].map(|step| (at(step), at(-step)));
            let middle = at(0);
            if !middle.is_finite() {
                continue;
            }
            let times = |x: Dd, factor: f64| x * Dd::from(factor);
            let first = (times(a.0 - a.1, 45.0) - times(b.0 - b.1, 9.0) + (c.0 - c.1)) / Dd::from(60.0 * h);
            let second = (times(a.0 + a.1, 270.0) - times(b.0 + b.1, 27.0) + times(c.0 + c.1, 2.0)
                - times(middle, 490.0))
                / Dd::from(180.0 * h * h);
            let [here, left, right] = [jet(0), jet(-3), jet(3)];
            // What the differences lose: the seventh derivative's share, taken in proportion to the size of the
            // derivative nearby, and the rounding of the values.
            let size =
                |part: fn(&Jet<Dd>) -> Dd| [here, left, right].iter().map(|j| part(j).magnitude()).fold(0.0, f64::max);
            let noise = 1e-27 * [a.0, a.1, middle].iter().map(|value| value.magnitude()).fold(0.0, f64::max);
            let (d1, d2) = (size(|j| j.gradient), size(|j| j.hessian));
            let bounds = [1e-13 * (d1 + d2 * length) + noise / h, 1e-13 * d2 + noise / (h * h)];
            for (name, jet, difference, bound) in
                [("gradient", here.gradient, first, bounds[0]), ("Hessian", here.hessian, second, bounds[1])]
            {
                let error = (jet - difference).magnitude();
                // Written so that NaN fails.
                if !(error <= bound) {
                    let (jet, difference) = (jet.high, difference.high);
                    return Err(format!("{name} at y={y}, z={z} is {jet}, differences of the value say {difference}"));
                }
            }
        }
        Ok(())
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        for (target, row) in rows::ordinary(loss) {
            let jet = rows::jet(loss, target, &row);
            for class in 0..row.len() {
                let length = rows::length(loss, &row, class);
                let h = 4e-3 * length;
                let at = |step: f64| {
                    let mut moved = row.clone();
                    moved[class] += step * h;
                    rows::jet(loss, target, &moved)
                };
                let stencil = [1.0, 2.0, 3.0].map(|step| (at(step), at(-step)));
                if crosses_kink(loss, &stencil[2].0, &stencil[2].1) {
                    continue;
                }
                let derivative = |part: &dyn Fn(&rows::RowJet<f64>) -> f64| {
                    let [a, b, c] = [0, 1, 2].map(|i| part(&stencil[i].0) - part(&stencil[i].1));
                    (45.0 * a - 9.0 * b + c) / (60.0 * h)
                };
                let first = derivative(&|jet| jet.value);
                let second = derivative(&|jet| jet.gradient[class]);
                let scale =
                    jet.value.abs() + jet.gradient[class].abs() * length + jet.hessian[class].abs() * length * length;
                for (name, claimed, found, scale) in [
                    ("gradient", jet.gradient[class], first, scale / length),
                    ("Hessian", jet.hessian[class], second, scale / (length * length)),
                ] {
                    if !((claimed - found).abs() <= 1e-10 * scale) {
                        return Err(format!(
                            "{name} of class {class} at {row:?}, target {target}: {claimed}, not {found}"
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether there is a corner of a piecewise straight loss between two rows.
pub(crate) fn crosses_kink<L: Rowwise>(loss: &L, a: &rows::RowJet<f64>, b: &rows::RowJet<f64>) -> bool {
    Rowwise::properties(loss).smoothness < Smoothness::Once && a.gradient != b.gradient
}

fn jet_dd(loss: &dyn Subject, y: f64, z: f64) -> Jet<Dd> {
    loss.jet_dd(Dd::from(y), Dd::from(z))
}

/// How much a derivative changes when target or prediction change by one rounding (relative 2⁻⁵³): near a zero
/// crossing of the derivative this is far more than the derivative's own last place, and no formula that takes
/// rounded numbers, or forms `1 − y`, can be held to less.
fn conditioning(loss: &dyn Subject, y: f64, z: f64, epsilon: f64) -> [f64; 3] {
    // By differences at a relative distance that is small against every feature of a loss and large against 1e-31.
    let distance = 1e-12;
    let here = jet_dd(loss, y, z);
    let moved = |y_factor: f64, z_factor: f64| {
        let point = |x: f64, factor: f64| Dd::from(x) * Dd::from(1.0 + factor * distance);
        loss.jet_dd(point(y, y_factor), point(z, z_factor))
    };
    // Inwards, so that a point at the end of its domain stays inside.
    let changes = [moved(-1.0, 0.0), moved(0.0, -1.0)];
    let change = |part: fn(&Jet<Dd>) -> Dd| {
        let sum: f64 = changes.iter().map(|jet| (part(jet) - part(&here)).magnitude()).sum();
        if sum.is_finite() { sum * (epsilon / (2.0 * distance)) } else { 0.0 }
    };
    [change(|jet| jet.value), change(|jet| jet.gradient), change(|jet| jet.hessian)]
}

/// The blocks are the 31-digit jets, rounded.
struct Rounding;

impl Law for Rounding {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let loss = &*case.loss;
        let points: Vec<(f64, f64)> = everywhere(loss);
        let (y, z): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
        let mut out = vec![vec![f64::NAN; points.len()]; 3];
        let [value, gradient, hessian] = &mut out[..] else { unreachable!() };
        case.blocks().value_gradient_hessian(&y, &z, value, gradient, hessian);
        for (row, &(y, z)) in points.iter().enumerate() {
            let got = [out[0][row], out[1][row], out[2][row]];
            hold(loss, (y, z), got, (Format::DOUBLE, f64::EPSILON), true)?;
        }
        // Single precision: the inputs and parameters are rounded first, the truth is that of the rounded numbers.
        let single =
            loss.with(&case.parameters.iter().map(|&parameter| f64::from(parameter as f32)).collect::<Vec<_>>());
        let inside = |&(y, z): &(f64, f64)| {
            let (y, z) = (f64::from(y as f32), f64::from(z as f32));
            loss.card().target_domain.contains(y) && loss.card().prediction_domain.contains(z)
        };
        let (y, z): (Vec<f32>, Vec<f32>) =
            points.iter().filter(|p| inside(p)).map(|&(y, z)| (y as f32, z as f32)).unzip();
        let mut out = vec![vec![f32::NAN; y.len()]; 3];
        let [value, gradient, hessian] = &mut out[..] else { unreachable!() };
        case.blocks().value_gradient_hessian_f32(&y, &z, value, gradient, hessian);
        for row in 0..y.len() {
            let got = [out[0][row], out[1][row], out[2][row]].map(f64::from);
            hold(
                &*single,
                (f64::from(y[row]), f64::from(z[row])),
                got,
                (Format::SINGLE, f64::from(f32::EPSILON)),
                true,
            )
            .map_err(|breach| format!("in single precision: {breach}"))?;
        }
        Ok(())
    }

    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        for (target, row) in rows::ordinary(loss).into_iter().chain(rows::extreme(loss)) {
            let single: Vec<f32> = row.iter().map(|&score| score as f32).collect();
            let row: Vec<f64> = single.iter().map(|&score| f64::from(score)).collect();
            if !rows::allowed(loss, &row) {
                continue;
            }
            let truth = rows::jet(loss, target, &row);
            let got = rows::jet(loss, target, &single);
            let columns = [("gradient", got.gradient, truth.gradient), ("Hessian", got.hessian, truth.hessian)];
            let parts = columns.into_iter().flat_map(|(name, got, truth)| {
                got.into_iter().zip(truth).map(move |(got, truth)| (name, got, truth)).collect::<Vec<_>>()
            });
            // A sum over classes is rounded once for each.
            let bound = ULPS + row.len() as f64 / 2.0;
            for (name, got, truth) in parts.chain([("value", got.value, truth.value)]) {
                let error = ulp_error(f64::from(got), Dd::from(truth), Format::SINGLE);
                // Sums of shares and probabilities are rounded at their own size, however little is left of them.
                let sums = target.class().is_none() || !L::LINEAR_IN_TARGET;
                let small = (f64::from(got) - truth).abs() <= bound * f64::from(f32::EPSILON);
                if !(error <= bound || sums && small) {
                    let row = format!("{single:?}, target {target}");
                    return Err(format!("{name} in single precision at {row} is {got}, not {truth}: {error:.1} ulp"));
                }
            }
        }
        Ok(())
    }
}

fn hold(
    loss: &dyn Subject,
    (y, z): (f64, f64),
    got: [f64; 3],
    (format, epsilon): (Format, f64),
    extreme: bool,
) -> Result<(), String> {
    if (z - y).abs() > f64::MAX {
        // The residual itself overflows: what follows from it is infinite, which the range law looks at.
        return Ok(());
    }
    let truth = jet_dd(loss, y, z);
    // Next to a kink the rounding of z − y decides on the side.
    let properties = loss.properties();
    // A margin is compared with 1.
    let unit = f64::from(loss.card().prediction == PredictionKind::Score) + f64::MIN_POSITIVE;
    let close = |kink: f64| (z - kink).abs() <= 2.0 * epsilon * (z.abs() + y.abs() + kink.abs() + unit);
    let on_kink = properties.kinks.iter().flat_map(|kink| kink.at(y)).any(close);
    let mut slack = conditioning(loss, y, z, epsilon);
    if on_kink {
        slack[1..].fill(f64::INFINITY);
    }
    if properties.zero != Zero::Nowhere {
        // No excuse for a value that is measured from zero: its terms do not cancel.
        slack[0] = 0.0;
    }
    let largest = if extreme { f64::max(loss.ulps()[1], loss.ulps()[0]) } else { loss.ulps()[0] };
    let parts = [("value", truth.value), ("gradient", truth.gradient), ("Hessian", truth.hessian)];
    for (((name, truth), slack), got) in parts.into_iter().zip(slack).zip(got) {
        let composed = largest > 4.0 || !loss.card().parameters.is_empty();
        // A subnormal target has few digits to begin with.
        let subnormal = y != 0.0 && y.abs() < f64::MIN_POSITIVE && truth.magnitude() < 1e-290;
        if subnormal || composed && truth.magnitude() < format.smallest_normal() {
            // A factor has lost digits to gradual underflow, and what multiplies it has not.
            continue;
        }
        let error = ulp_error(got, truth, format);
        if !(error <= largest * (1.0 + slack / format.spacing(truth.high))) {
            return Err(format!("{name} at y={y:?}, z={z:?} is {got:?}, not {:?}: {error:.1} ulp", truth.high));
        }
    }
    Ok(())
}

#[test]
fn derivatives_are_those_of_the_value() {
    crate::assert_holds::<Rules>();
}

#[test]
fn rounding_is_small() {
    crate::assert_holds::<Rounding>();
}

#[test]
fn wrong_rules_are_caught() {
    crate::assert_catches::<Rules>(crate::liar::OtherDerivatives, "differences of the value say");
    crate::assert_catches_rowwise::<Rules>(WrongGradient, "gradient");
}

#[test]
fn lost_digits_are_caught() {
    crate::assert_catches_in_blocks::<Rounding>(crate::liar::TextbookBceLogits, "ulp");
    crate::assert_catches_in_blocks::<Rounding>(crate::liar::OtherSingle, "in single precision");
    crate::assert_catches_rowwise::<Rounding>(WrongGradient, "in single precision");
}

/// Cross-entropy as the libraries compute it: log-sum-exp less the score, whose digits cancel; with the gradient of
/// another target.
#[derive(Clone, Debug)]
struct WrongGradient;

impl Rowwise for WrongGradient {
    const CARD: dartboard_losses::Card = <dartboard_losses::CceLogits as Rowwise>::CARD;
    const LINEAR_IN_TARGET: bool = true;
    fn new(_parameters: &[f64]) -> Self {
        Self
    }
    fn properties(&self) -> Properties {
        Rowwise::properties(&dartboard_losses::CceLogits)
    }
    fn row_rule(&self) -> dartboard_losses::RowRule {
        Rowwise::row_rule(&dartboard_losses::CceLogits)
    }
    fn formula(&self) -> dartboard_losses::Formula {
        Rowwise::formula(&dartboard_losses::CceLogits)
    }
    fn block<F: dartboard_numerics::elementary::Float>(
        &self,
        target: dartboard_losses::RowTarget<'_, F>,
        scores: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut dartboard_losses::Derivatives<'_, F>>,
    ) {
        crate::curvature::next_class(target, scores.len(), |other| {
            dartboard_losses::CceLogits.block(other, scores, value, derivatives);
        });
        for (row, value) in value.iter_mut().enumerate() {
            let total = scores.iter().fold(F::ZERO, |total, scores| total + scores[row].exp());
            let score = |class: usize| target.share(class, row).times0(scores[class][row]);
            *value = total.ln() - (0..scores.len()).fold(F::ZERO, |sum, class| sum + score(class));
        }
    }
    fn hessian_vector<F: dartboard_numerics::elementary::Float>(
        &self,
        target: dartboard_losses::RowTarget<'_, F>,
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        dartboard_losses::CceLogits.hessian_vector(target, scores, vector, product);
    }
}

#[test]
fn random_points_too() {
    // The laws look at fixed points; here the same is asked at random ones.
    struct Everywhere;
    impl Law for Everywhere {
        fn pointwise(case: &PointCase) -> Result<(), String> {
            let loss = &*case.loss;
            let mut numbers = Random::new(3);
            let (mut y, mut z) = ([0.0], [0.0]);
            for _ in 0..3000 {
                y[0] = numbers.inside(loss.card().target_domain);
                z[0] = numbers.inside(loss.card().prediction_domain);
                let mut out = [[f64::NAN]; 3];
                let [value, gradient, hessian] = &mut out;
                case.blocks().value_gradient_hessian(&y, &z, value, gradient, hessian);
                hold(&*case.loss, (y[0], z[0]), out.map(|part| part[0]), (Format::DOUBLE, f64::EPSILON), false)?;
            }
            Ok(())
        }
    }
    crate::assert_holds::<Everywhere>();
}
