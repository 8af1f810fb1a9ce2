//! Points stay inside of enclosures, enclosures are narrow, and what is known beside the numbers is right.

use super::{Bounds, Truth};
use crate::jet::Jet;
use crate::real::{Function, Real, Scalar};

/// Numbers that look random and are the same on every run.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Any size that matters, often a place where functions turn or end.
    fn number(&mut self) -> f64 {
        const PLACES: [f64; 20] = [
            0.0,
            1.0,
            -1.0,
            0.5,
            -0.5,
            2.0,
            1e-300,
            -1e-300,
            5e-324,
            1e300,
            -1e300,
            f64::MAX,
            f64::MIN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            36.7,
            709.78,
            -745.2,
            1e-160,
            710.5,
        ];
        let sign = if self.bits().is_multiple_of(2) { 1.0 } else { -1.0 };
        match self.bits() % 8 {
            0 | 1 => PLACES[(self.bits() % PLACES.len() as u64) as usize],
            2..=4 => sign * 4.0 * self.unit(),
            5 => sign * 800.0 * self.unit(),
            6 => sign * 10.0_f64.powf(40.0 * self.unit() - 20.0),
            _ => sign * 10.0_f64.powf(600.0 * self.unit() - 300.0),
        }
    }

    /// A range inside of `[least, most]`, wide or narrow.
    fn range(&mut self, least: f64, most: f64) -> (f64, f64) {
        loop {
            let low = self.number();
            let high = match self.bits() % 4 {
                0 => low,
                1 => low + low.abs() * 1e-12,
                2 => low + self.number().abs(),
                _ => self.number(),
            };
            let (low, high) = (low.min(high).max(least), low.max(high).min(most));
            if low <= high {
                return (low, high);
            }
        }
    }

    fn inside(&mut self, (low, high): (f64, f64)) -> f64 {
        let (finite_low, finite_high) = (low.max(f64::MIN), high.min(f64::MAX));
        let x = match self.bits() % 6 {
            0 => low,
            1 => high,
            2 => 0.0,
            3 => finite_low + (finite_high * 0.5 - finite_low * 0.5) * 2.0 * self.unit(),
            4 => self.number(),
            _ => finite_low * 0.5 + finite_high * 0.5,
        };
        if x.is_nan() { low } else { x.clamp(low, high) }
    }
}

const LINE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const FROM_0: (f64, f64) = (0.0, f64::INFINITY);
/// Means, and targets of which 0 may be one, with room for their quotients.
const MEANS: (f64, f64) = (f64::MIN_POSITIVE, 1e290);
const COUNTS: (f64, f64) = (0.0, 1e290);
/// Where parameters such as the width of a loss may lie.
const SCALES: (f64, f64) = (1e-100, 1e100);
const FINITE: (f64, f64) = (f64::MIN, f64::MAX);
const UNIT: (f64, f64) = (0.0, 1.0);

/// A function of three numbers in both arithmetics, and the domains of its arguments.
struct Case {
    name: &'static str,
    domains: [(f64, f64); 3],
    float: fn([f64; 3]) -> f64,
    bounds: fn([Bounds; 3]) -> Bounds,
}

/// The same expression over `f64` and over [`Bounds`].
macro_rules! case {
    ($name:expr, [$($domain:expr),+], |$x:pat_param| $body:expr) => {{
        let mut domains = [UNIT; 3];
        domains.iter_mut().zip([$($domain),+]).for_each(|(slot, domain)| *slot = domain);
        Case {
            name: $name,
            domains,
            float: |$x: [f64; 3]| $body,
            bounds: |$x: [Bounds; 3]| $body,
        }
    }};
}

fn cases() -> Vec<Case> {
    vec![
        case!("add", [LINE, LINE], |[x, y, _]| x + y),
        case!("sub", [LINE, LINE], |[x, y, _]| x - y),
        case!("mul", [LINE, LINE], |[x, y, _]| x * y),
        case!("div", [LINE, LINE], |[x, y, _]| x / y),
        case!("neg", [LINE], |[x, _, _]| -x),
        case!("minus_times", [FINITE, FINITE, FINITE], |[x, y, w]| Real::minus_times(x, y, w)),
        case!("weighted", [LINE, LINE], |[x, w, _]| Real::weighted(x, w)),
        case!("times0", [LINE, LINE], |[x, w, _]| Scalar::times0(x, w)),
        case!("over0", [LINE, LINE], |[x, w, _]| Scalar::over0(x, w)),
        case!("complement", [LINE], |[x, _, _]| Scalar::complement(x)),
        case!("mul_add", [LINE, LINE, LINE], |[x, y, w]| Scalar::mul_add(x, y, w)),
        case!("select", [LINE, LINE, LINE], |[x, y, w]| Real::select(Real::at_most(x, y), w, x)),
        case!("without_negative_zero", [LINE], |[x, _, _]| Real::without_negative_zero(x)),
        case!("apply", [LINE], |[x, _, _]| Real::apply(x, Cube)),
        case!("square", [LINE], |[x, _, _]| Real::square(x)),
        case!("abs", [LINE], |[x, _, _]| Real::abs(x)),
        case!("positive_part", [LINE], |[x, _, _]| Real::positive_part(x)),
        case!("sign", [LINE], |[x, _, _]| Scalar::sign(x)),
        case!("is_positive", [LINE], |[x, _, _]| Scalar::is_positive(x)),
        case!("exp", [LINE], |[x, _, _]| Real::exp(x)),
        case!("softplus", [LINE], |[x, _, _]| Real::softplus(x)),
        case!("ln", [FROM_0], |[x, _, _]| Scalar::ln(x)),
        case!("ln_1p", [(-1.0, f64::MAX)], |[x, _, _]| Scalar::ln_1p(x)),
        case!("ln_times", [FROM_0, LINE], |[x, w, _]| Real::ln_times(x, w)),
        case!("ln_1m_times", [(f64::MIN, 1.0), LINE], |[x, w, _]| Real::ln_1m_times(x, w)),
        case!("logistic_loss", [LINE, UNIT], |[z, y, _]| Real::logistic_loss(z, y)),
        case!("exp_times", [FINITE, FINITE], |[x, w, _]| Real::exp_times(x, w)),
        case!("exp_less_linear", [FINITE, (0.0, f64::MAX), FINITE], |[x, a, b]| Real::exp_less_linear(x, a, b)),
        case!("exp_less", [FINITE, (0.0, f64::MAX), FINITE], |[x, a, b]| Scalar::exp_less(x, a, b)),
        case!("log_cosh", [LINE], |[x, _, _]| Real::log_cosh(x)),
        case!("tanh", [LINE], |[x, _, _]| Scalar::tanh(x)),
        case!("sech_squared", [LINE], |[x, _, _]| Scalar::sech_squared(x)),
        case!("hypot_less", [LINE, SCALES], |[x, c, _]| Real::hypot_less(x, c)),
        case!("over_hypot", [LINE, SCALES], |[x, c, _]| Scalar::over_hypot(x, c)),
        case!("hypot_curvature", [LINE, SCALES], |[x, c, _]| Scalar::hypot_curvature(x, c)),
        case!("ln_1p_minus", [(-1.0, f64::MAX), (-1.0, f64::MAX)], |[x, y, _]| Real::ln_1p_minus(x, y)),
        case!("ln_1p_scaled_exp", [LINE, SCALES], |[x, a, _]| Real::ln_1p_scaled_exp(x, a, a)),
        case!("scaled_odds", [LINE, SCALES], |[x, a, _]| Scalar::scaled_odds(x, a, a)),
        case!("scaled_odds_curvature", [LINE, SCALES], |[x, a, _]| Scalar::scaled_odds_curvature(x, a, a)),
        case!("sigmoid", [LINE], |[x, _, _]| Scalar::sigmoid(x)),
        case!("logistic_residual", [LINE, UNIT], |[z, y, _]| Scalar::logistic_residual(z, y)),
        case!("logistic_curvature", [LINE], |[x, _, _]| Scalar::logistic_curvature(x)),
        case!("sigmoid_power", [LINE, (0.0, 1e3)], |[x, w, _]| Scalar::sigmoid_power(x, w)),
        case!("raise", [FROM_0, (-8.0, 8.0)], |[x, w, _]| Scalar::raise(x, w)),
        case!("ln_1p_shortfall", [FROM_0, SCALES], |[x, c, _]| Scalar::ln_1p_shortfall(x, c)),
        case!("ln_1p_square", [LINE, SCALES], |[x, c, _]| Scalar::ln_1p_square(x, c)),
        case!("exp_minus_square", [LINE, SCALES], |[x, c, _]| Scalar::exp_minus_square(x, c)),
        case!("one_less_exp_minus_square", [LINE, SCALES], |[x, c, _]| Scalar::one_less_exp_minus_square(x, c)),
        case!("constant", [LINE], |[x, _, _]| Real::constant(x)),
        case!("below", [LINE, LINE, LINE], |[x, y, w]| Real::select(Real::below(x, y), w, x)),
        case!("clamped", [LINE, FROM_0], |[x, bound, _]| Scalar::clamped(x, bound)),
        case!("sqrt", [FROM_0], |[x, _, _]| Scalar::sqrt(x)),
        case!("inverse_1p_square", [LINE, SCALES], |[x, c, _]| Scalar::inverse_1p_square(x, c)),
        case!("inverse_1p_square of a parameter", [SCALES, LINE], |[c, x, _]| Scalar::inverse_1p_square(c, x)),
        case!("ln_1p_gap", [FROM_0, SCALES], |[x, c, _]| Scalar::ln_1p_gap(x, c)),
        case!("relative_distance", [FINITE, FINITE], |[x, y, _]| Scalar::relative_distance(x, y)),
        case!("poisson_half_deviance", [MEANS, COUNTS], |[x, y, _]| Scalar::poisson_half_deviance(x, y)),
        case!("gamma_half_deviance", [MEANS, MEANS], |[x, y, _]| Scalar::gamma_half_deviance(x, y)),
        case!("tweedie_half_deviance", [MEANS, COUNTS], |[x, y, _]| {
            Scalar::tweedie_half_deviance(x, y, Scalar::literal(1.5))
        }),
    ]
}

struct Cube;

impl<S: Scalar> Function<S> for Cube {
    fn value(&self, x: S) -> S {
        x.square().times0(x)
    }
    fn first(&self, x: S) -> S {
        x.square() * S::literal(3.0)
    }
    fn second(&self, x: S) -> S {
        x * S::literal(6.0)
    }
}

#[test]
fn points_stay_inside() {
    let mut random = Random(1);
    for case in cases() {
        for _ in 0..4000 {
            let ranges = case.domains.map(|(least, most)| random.range(least, most));
            let enclosure = (case.bounds)(ranges.map(|(low, high)| Bounds::new(low, high)));
            assert!(enclosure.low() <= enclosure.high(), "{} {ranges:?}: {enclosure}", case.name);
            for _ in 0..8 {
                let point = ranges.map(|range| random.inside(range));
                let value = (case.float)(point);
                // Rounding may take it past its largest value, which the enclosure knows.
                let largest = if case.name == "scaled_odds_curvature" { 0.25 * point[1] } else { f64::INFINITY };
                let value = if value > largest { largest } else { value };
                // What is not defined need not be enclosed: a quotient by 0 is infinite with either sign.
                let undefined = value.is_nan() || matches!(case.name, "div" | "over0") && point[1] == 0.0;
                if undefined {
                    continue;
                }
                let inside = enclosure.contains(value);
                assert!(inside, "{} {ranges:?}: {value:e} at {point:?} is outside of {enclosure}", case.name);
            }
        }
    }
}

#[test]
fn narrow_ranges_have_narrow_enclosures() {
    let mut random = Random(2);
    for case in cases() {
        for _ in 0..500 {
            let points = case.domains.map(|(least, most)| (4.0 * random.unit() - 2.0).clamp(least.max(-0.9), most));
            let width = |relative: f64| {
                let near = |x: f64, (least, most): (f64, f64)| {
                    Bounds::new((x - relative).max(least), (x + relative).min(most))
                };
                let [x, y, z] = [0, 1, 2].map(|i| near(points[i], case.domains[i]));
                let enclosure = (case.bounds)([x, y, z]);
                enclosure.high() - enclosure.low()
            };
            let widths = [1e-2, 1e-4, 1e-6, 1e-8].map(width);
            // Next to poles and jumps there is nothing to shrink to.
            let smooth =
                widths[3] < 1e6 && !matches!(case.name, "sign" | "is_positive" | "select") && points[1].abs() > 0.02;
            let far_from_poles = points[0] > -0.85 && points[0].abs() > 0.02 && points[0] < 0.98;
            if smooth && far_from_poles {
                let shrinks = widths.windows(2).all(|pair| pair[1] <= pair[0]) && widths[3] <= widths[0] * 1e-4 + 1e-12;
                assert!(shrinks, "{} at {points:?}: {widths:?}", case.name);
            }
        }
    }
}

#[test]
fn the_standard_library_agrees() {
    let mut random = Random(3);
    let check = |name: &str, enclosure: Bounds, value: f64, x: f64| {
        assert!(enclosure.contains(value), "{name} of {x:e}: {value:e} is outside of {enclosure}");
    };
    for _ in 0..20_000 {
        let x = random.inside((-700.0, 700.0));
        let point = Bounds::point(x);
        check("exp", Real::exp(point), x.exp(), x);
        check("tanh", Scalar::tanh(point), x.tanh(), x);
        check("sech²", Scalar::sech_squared(point), (1.0 / x.cosh()).powi(2), x);
        check("ln", Scalar::ln(Real::abs(point)), x.abs().ln(), x);
        check("ln_1p", Scalar::ln_1p(Real::abs(point)), x.abs().ln_1p(), x);
        let above = Real::exp(point) + Bounds::point(1.0);
        let both = Scalar::ln(above).low() <= Real::softplus(point).high()
            && Real::softplus(point).low() <= Scalar::ln(above).high();
        assert!(both, "softplus of {x}");
    }
}

#[test]
fn exact_results_stay_exact() {
    let exact = |bounds: Bounds, value: f64| assert_eq!((bounds.low(), bounds.high()), (value, value));
    exact(Bounds::point(0.5) + Bounds::point(0.25), 0.75);
    exact(Bounds::point(0.1) * Bounds::point(2.0), 0.2);
    exact(Bounds::point(3.0) / Bounds::point(4.0), 0.75);
    exact(Real::exp(Bounds::point(0.0)), 1.0);
    exact(Scalar::sigmoid(Bounds::point(0.0)), 0.5);
    exact(Real::log_cosh(Bounds::point(0.0)), 0.0);
    exact(Scalar::times0(Bounds::point(0.0), Bounds::WHOLE), 0.0);
    exact(Real::weighted(Bounds::point(f64::INFINITY), Bounds::point(0.0)), 0.0);
    let tenth = Bounds::point(0.1) + Bounds::point(0.2);
    assert_eq!(tenth.low().next_up(), tenth.high());
}

#[test]
fn undefined_results_are_the_whole_line() {
    let infinite = Bounds::point(f64::INFINITY);
    for undefined in [
        infinite - infinite,
        infinite * Bounds::point(0.0),
        Bounds::point(1.0) / Bounds::new(-1.0, 1.0),
        Scalar::ln(Bounds::new(-2.0, -1.0)),
        Bounds::new(2.0, 1.0),
        Bounds::point(f64::NAN),
    ] {
        assert_eq!((undefined.low(), undefined.high()), LINE);
    }
}

#[test]
fn comparisons_know_what_they_know() {
    let one = Bounds::point(1.0);
    assert_eq!(Bounds::new(0.0, 1.0).at_most(one), Truth::True);
    assert_eq!(Bounds::new(1.0, 2.0).at_most(one), Truth::Unknown);
    assert_eq!(Bounds::with_open_ends(1.0, 2.0, true, false).at_most(one), Truth::False);
    assert_eq!(Bounds::with_open_ends(1.0, 1.0, true, false).at_most(one), Truth::False);
    assert_eq!(Bounds::with_open_ends(1.0, 1.0, false, true).at_most(one), Truth::True);
    let hull = Bounds::select(Truth::Unknown, Bounds::point(3.0), Bounds::new(-1.0, 0.0));
    assert_eq!((hull.low(), hull.high(), hull.is_continuous()), (-1.0, 3.0, false));
    assert!(Bounds::select(Truth::Unknown, one, one).is_continuous());
}

#[test]
fn open_ends_are_on_one_side() {
    let above = Bounds::with_open_ends(0.0, 1.0, true, false);
    let sign = |x: Bounds| Scalar::sign(x);
    for positive in [above, Real::abs(-above), above * above, above / Bounds::new(1.0, 2.0), Real::square(-above)] {
        assert_eq!((sign(positive).low(), sign(positive).is_continuous()), (1.0, true), "{positive}");
    }
    // The product of two tiny numbers is rounded to 0, but is not 0.
    let tiny = Bounds::point(1e-200);
    assert_eq!(sign(tiny * tiny).low(), 1.0);
    assert_eq!(sign(-(tiny * tiny)).high(), -1.0);
    let limit = |open_low, open_high| Scalar::sign(Bounds::with_open_ends(0.0, 0.0, open_low, open_high));
    assert_eq!((limit(true, false).low(), limit(false, true).high()), (1.0, -1.0));
    assert_eq!((limit(false, false).low(), limit(false, false).high()), (0.0, 0.0));
    // ½ − ½ is 0, and above it there is more.
    let residual = Bounds::with_open_ends(0.5, 1.0, true, false) - Bounds::point(0.5);
    assert_eq!(Scalar::is_positive(residual).low(), 1.0);
    assert_eq!(Scalar::is_positive(Real::positive_part(residual)).low(), 1.0);
}

#[test]
fn corners_and_poles_are_no_places_of_continuity() {
    let around = Bounds::new(-1.0, 1.0);
    assert!(Real::abs(around).is_continuous() && Real::positive_part(around).is_continuous());
    assert!(!Scalar::sign(around).is_continuous() && !Scalar::is_positive(Bounds::new(0.0, 1.0)).is_continuous());
    assert!(!(around / Bounds::new(0.0, 1.0)).is_continuous());
    assert!((Bounds::new(1.0, 2.0).as_target() / Bounds::new(0.0, 1.0)).is_continuous());
    // The derivatives of |x| say where they jump, and a jet carries that on.
    let jet = Jet::variable(around).abs();
    assert!(jet.value.is_continuous() && !jet.gradient.is_continuous());
    assert_eq!((jet.gradient.low(), jet.gradient.high()), (-1.0, 1.0));
}

#[test]
fn the_target_cancels() {
    let target = Bounds::new(f64::NEG_INFINITY, f64::INFINITY).as_target();
    let prediction = Bounds::beside(target, Bounds::new(1.0, 2.0));
    let residual = prediction - target;
    assert_eq!((residual.low(), residual.high()), (1.0, 2.0));
    let shifted = (prediction - Bounds::point(0.5)) - target;
    assert_eq!((shifted.low(), shifted.high()), (0.5, 1.5));
    assert_eq!((target - prediction).low(), -2.0);
    // Nor does a quotient forget that both are the same but for the residual.
    let target = Bounds::new(1.0, 100.0).as_target();
    let ratio = Bounds::beside(target, Bounds::new(0.0, 1e-6)) / target;
    assert!(ratio.low() >= 1.0 - 1e-15 && ratio.high() <= 1.0 + 2e-6, "{ratio}");
    let ln = Bounds::beside(target, Bounds::new(0.0, 1e-6)).ln_1p_minus(target);
    assert!(ln.low() >= 0.0 && ln.high() <= 1e-6, "{ln}");
}

#[test]
fn what_is_linear_in_the_target_says_so() {
    let y = Bounds::new(0.0, 1.0).as_target();
    let z = Bounds::new(-3.0, 3.0);
    let linear = |x: Bounds| x.is_linear_in_target();
    assert!(linear(z.logistic_loss(y)) && linear(Scalar::logistic_residual(z, y)) && linear(z.softplus() - z * y));
    assert!(linear(z.exp().weighted(y) + z.abs().weighted(y.complement())) && linear(z.exp_less_linear(y, y)));
    assert!(!linear((z - y).square()) && !linear(y * y) && !linear(y.exp()) && !linear((z - y).abs()));
    assert!(!linear(Bounds::select((z - y).at_most(Bounds::point(0.0)), z, y)));
    assert!(linear(Bounds::beside(y, z) - y), "the residual does not depend on the target");
}
