//! The elementary functions against reference values, against a double-double reference, and at their special values.

use std::fs;
use std::path::Path;

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Isa, Kernel, dispatch_on};

/// A format as the tests see it: bit patterns and the size of an ulp.
trait Width: Float {
    const NAME: &'static str;
    /// log₂ of the smallest subnormal.
    const LEAST: i32;
    /// Bits of the significand.
    const PRECISION: i32;
    fn from_hex(hex: &str) -> Self;
    fn word(self) -> u64;
}

impl Width for f64 {
    const NAME: &'static str = "f64";
    const LEAST: i32 = -1074;
    const PRECISION: i32 = 53;
    fn from_hex(hex: &str) -> Self {
        f64::from_bits(u64::from_str_radix(hex, 16).expect("16 hexadecimal digits"))
    }
    fn word(self) -> u64 {
        self.to_bits()
    }
}

impl Width for f32 {
    const NAME: &'static str = "f32";
    const LEAST: i32 = -149;
    const PRECISION: i32 = 24;
    fn from_hex(hex: &str) -> Self {
        f32::from_bits(u32::from_str_radix(hex, 16).expect("8 hexadecimal digits"))
    }
    fn word(self) -> u64 {
        u64::from(self.to_bits())
    }
}

/// 2^k without rounding, for every k that has such a number.
fn pow2(k: i32) -> f64 {
    if k < -1022 { f64::from_bits(1 << (k + 1074)) } else { f64::from_bits(((k + 1023) as u64) << 52) }
}

/// log₂ of an ulp of a finite `x` in `T`.
fn ulp_exponent<T: Width>(x: f64) -> i32 {
    let biased = (x.abs().to_bits() >> 52) as i32;
    (biased.max(1) - 1023 + 1 - T::PRECISION).max(T::LEAST)
}

/// (got − (head + tail)) in ulp of `T`, where `head` + `tail` is the true value.
fn ulps<T: Width>(got: T, head: f64, tail: f64) -> f64 {
    let got = got.to_f64();
    if got == head && head.is_infinite() {
        return 0.0;
    }
    if !got.is_finite() || !head.is_finite() {
        return f64::INFINITY;
    }
    // Just below a power of two the numbers lie twice as dense.
    let below = if head.signum() * tail < 0.0 && head != 0.0 { head.abs().next_down() } else { head };
    // In two steps: an inverse ulp may exceed the range.
    let half = -ulp_exponent::<T>(below) / 2;
    let rest = -ulp_exponent::<T>(below) - half;
    (((got - head) * pow2(half) - tail * pow2(half)) * pow2(rest)).abs()
}

type Unary<T> = fn(T) -> T;
type Binary<T> = fn(T, T) -> T;

#[derive(Clone, Copy)]
enum Function<T> {
    Unary(Unary<T>),
    Binary(Binary<T>),
}

/// Every function with the bound of its documentation, in ulp.
fn functions<T: Float>() -> [(&'static str, Function<T>, f64); 13] {
    use Function::{Binary, Unary};
    [
        ("exp", Unary(|x: T| x.exp()), 1.0),
        ("exp_m1", Unary(|x: T| x.exp_m1()), 1.5),
        ("ln", Unary(|x: T| x.ln()), 1.0),
        ("ln_1p", Unary(|x: T| x.ln_1p()), 1.0),
        ("softplus", Unary(|x: T| x.softplus()), 2.0),
        ("sigmoid", Unary(|x: T| x.sigmoid()), 2.0),
        ("logistic_loss", Binary(T::logistic_loss), 2.0),
        ("logistic_residual", Binary(T::logistic_residual), 2.5),
        ("logistic_curvature", Unary(|x: T| x.logistic_curvature()), 2.5),
        ("xlogy", Binary(|x: T, y: T| x.xlogy(y)), 2.0),
        ("xlog1py", Binary(|x: T, y: T| x.xlog1py(y)), 2.0),
        ("ln_sum", Binary(|a: T, b: T| a.ln_sum(b)), 1.0),
        ("cross_log", Binary(T::cross_log), 1.0),
    ]
}

/// How much a bound grows where the residual cancels: its terms over their difference.
fn condition(name: &str, arguments: [f64; 2], value: f64) -> f64 {
    if name == "logistic_residual" && value != 0.0 {
        let [y, z] = arguments;
        (y.max(Float::sigmoid(z)) / value.abs()).max(1.0)
    } else {
        1.0
    }
}

fn check_golden<T: Width>() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden/elementary.json");
    let text = fs::read_to_string(path).expect("golden/elementary.json");
    let golden: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    for (name, function, bound) in functions::<T>() {
        let rows = golden["functions"][name][T::NAME].as_array().expect("rows");
        assert!(rows.len() >= 50, "{name} {}: only {} points", T::NAME, rows.len());
        let mut worst = 0.0_f64;
        for row in rows {
            let field = |i: usize| row[i].as_str().expect("a string");
            let (got, arguments, next) = match function {
                Function::Unary(f) => {
                    let x = T::from_hex(field(0));
                    (f(x), [x.to_f64(), 0.0], 1)
                }
                Function::Binary(f) => {
                    let (x, y) = (T::from_hex(field(0)), T::from_hex(field(1)));
                    (f(x, y), [x.to_f64(), y.to_f64()], 2)
                }
            };
            let head = T::from_hex(field(next + 1)).to_f64();
            let tail: f64 = field(next + 2).parse().expect("a number");
            let error = ulps(got, head, tail) / condition(name, arguments, head);
            assert!(
                error <= bound,
                "{name} {} of {arguments:?} is {got:?}, should be {}: {error} ulp, over {bound}",
                T::NAME,
                field(next)
            );
            worst = worst.max(error);
        }
        println!("{name} {}: {worst:.3} ulp at {} points", T::NAME, rows.len());
    }
}

#[test]
fn f64_meets_its_bounds_at_the_golden_points() {
    check_golden::<f64>();
}

#[test]
fn f32_meets_its_bounds_at_the_golden_points() {
    check_golden::<f32>();
}

/// Checks that the test itself can see an error of a fraction of an ulp, at powers of two and among subnormals too.
#[test]
fn ulps_are_measured_right() {
    assert_eq!(ulps(1.0_f64, 1.0, 0.0), 0.0);
    assert_eq!(ulps(1.0_f64, 1.0, f64::EPSILON / 4.0), 0.25);
    assert_eq!(ulps(1.0_f64, 1.0, -f64::EPSILON / 4.0), 0.5);
    assert_eq!(ulps(1.0_f32, 1.0, f64::from(f32::EPSILON) * 3.0), 3.0);
    assert_eq!(ulps(5e-324_f64, 1e-323, 0.0), 1.0);
    assert_eq!(ulps(0.0_f32, 0.0, pow2(-150)), 0.5);
    assert_eq!(ulps(f64::INFINITY, f64::INFINITY, 0.0), 0.0);
    assert!(ulps(f64::NAN, 1.0, 0.0) > 1e300);
    assert!(ulps(1.0, f64::INFINITY, 0.0) > 1e300);
}

/// Every bit pattern of `f32` at a stride, against the `f64` function of the same name.
#[test]
fn f32_meets_its_bounds_over_all_bit_patterns() {
    // Odd, so that it visits every residue; about 350 000 arguments.
    const STRIDE: usize = 12_289;
    for ((name, narrow, bound), (_, wide, _)) in functions::<f32>().into_iter().zip(functions::<f64>()) {
        let mut worst = (0.0_f64, [0.0_f64; 2]);
        for (i, bits) in (0..=u32::MAX).step_by(STRIDE).enumerate() {
            let x = f32::from_bits(bits);
            let (got, reference, arguments) = match (narrow, wide) {
                (Function::Unary(f), Function::Unary(g)) => (f(x), g(f64::from(x)), [x, 0.0]),
                (Function::Binary(f), Function::Binary(g)) => {
                    // The other argument sweeps its own domain; logits and probabilities get a target before them.
                    let unit = (i % 1009) as f32 / 1008.0;
                    let arguments = match name {
                        "logistic_loss" | "logistic_residual" => [unit, x],
                        "cross_log" => [(i % 2) as f32, x],
                        "ln_sum" => [1.0, x],
                        _ => [unit, x],
                    };
                    (f(arguments[0], arguments[1]), g(f64::from(arguments[0]), f64::from(arguments[1])), arguments)
                }
                _ => unreachable!("both formats have the same functions"),
            };
            if reference.is_nan() || got.is_nan() {
                assert!(reference.is_nan() && got.is_nan(), "{name} of {arguments:?}: {got}, f64 says {reference}");
                continue;
            }
            let head = f64::from(reference as f32);
            let tail = if head.is_finite() { reference - head } else { 0.0 };
            let arguments = arguments.map(f64::from);
            let error = ulps(got, head, tail) / condition(name, arguments, reference);
            if error > worst.0 {
                worst = (error, arguments);
            }
        }
        println!("{name} f32: {:.3} ulp at {:?}", worst.0, worst.1);
        assert!(worst.0 <= bound, "{name} f32: {} ulp at {:?}, over {bound}", worst.0, worst.1);
    }
}

/// A number as an unevaluated sum of two `f64`: about 106 bits.
#[derive(Clone, Copy, Debug)]
struct Double {
    head: f64,
    tail: f64,
}

impl Double {
    /// ln 2; the tail as in the tables of any double-double library.
    const LN_2: Self = Self { head: core::f64::consts::LN_2, tail: 2.319_046_813_846_299_6e-17 };

    fn new(x: f64) -> Self {
        Self { head: x, tail: 0.0 }
    }

    fn sum(a: f64, b: f64) -> Self {
        let head = a + b;
        let part = head - a;
        Self { head, tail: (a - (head - part)) + (b - part) }
    }

    fn plus(self, other: Self) -> Self {
        let head = Self::sum(self.head, other.head);
        let tail = Self::sum(self.tail, other.tail);
        let first = Self::sum(head.head, head.tail + tail.head);
        Self::sum(first.head, first.tail + tail.tail)
    }

    fn negated(self) -> Self {
        Self { head: -self.head, tail: -self.tail }
    }

    fn times(self, other: Self) -> Self {
        let head = self.head * other.head;
        let error = f64::mul_add(self.head, other.head, -head);
        Self::sum(head, error + (self.head * other.tail + self.tail * other.head))
    }

    fn over(self, other: Self) -> Self {
        let first = self.head / other.head;
        let rest = self.plus(other.times(Self::new(first)).negated());
        let second = rest.head / other.head;
        let rest = rest.plus(other.times(Self::new(second)).negated());
        Self::sum(first, second).plus(Self::new(rest.head / other.head))
    }

    /// Exact for a power of two while nothing underflows.
    fn scaled(self, power: f64) -> Self {
        Self { head: self.head * power, tail: self.tail * power }
    }

    /// n and e^r − 1 with x = n·ln 2 + r.
    fn reduced(self) -> (i32, Self) {
        let n = (self.head / Self::LN_2.head).round();
        let r = self.plus(Self::LN_2.times(Self::new(-n))).scaled(1.0 / 64.0);
        // |r| < 0.0055: the first term left out is below 2^-130 of the first.
        let mut s = Self::new(0.0);
        for k in (1..=14).rev() {
            s = r.over(Self::new(f64::from(k))).times(Self::new(1.0).plus(s));
        }
        for _ in 0..6 {
            s = s.times(s).plus(s.scaled(2.0));
        }
        (n as i32, s)
    }

    fn exp(self) -> Self {
        let (n, s) = self.reduced();
        s.plus(Self::new(1.0)).scaled(pow2(n / 2)).scaled(pow2(n - n / 2))
    }

    /// e^x − 1 with its relative accuracy kept at small x.
    fn exp_m1(self) -> Self {
        let (n, s) = self.reduced();
        if n == 0 { s } else { self.exp().plus(Self::new(-1.0)) }
    }

    /// ln(1 + x) for x > −1: one step of Newton's method from the `f64` value.
    fn ln_1p(self) -> Self {
        let start = Float::ln_1p(self.head);
        let reached = Self::new(start).exp_m1();
        let step = self.plus(reached.negated()).over(reached.plus(Self::new(1.0)));
        // The step is about 2^-53; its square, halved, completes 106 bits.
        let square = step.times(step).scaled(-0.5);
        Self::new(start).plus(step).plus(square)
    }

    fn ln(x: f64) -> Self {
        let biased = (x.to_bits() >> 52) as i32;
        let k = biased - 1023 + i32::from(x.to_bits() & (u64::MAX >> 12) > 0x6_a09e_667f_3bcd);
        let (first, second) = (pow2(-k / 2), pow2(-k - -k / 2));
        let m = Self::sum(x * first * second, -1.0);
        Self::LN_2.times(Self::new(f64::from(k))).plus(m.ln_1p())
    }
}

/// The functions again, in double-double, for arguments whose results are well inside the normal range.
fn reference(name: &str, [x, y]: [f64; 2]) -> Double {
    let one = Double::new(1.0);
    let decay = |z: f64| Double::new(-z.abs()).exp();
    let sigmoid = |z: f64| {
        let e = decay(z);
        (if z >= 0.0 { one } else { e }).over(one.plus(e))
    };
    let softplus = |z: f64| Double::new(z.max(0.0)).plus(decay(z).ln_1p());
    match name {
        "exp" => Double::new(x).exp(),
        "exp_m1" => Double::new(x).exp_m1(),
        "ln" => Double::ln(x),
        "ln_1p" if x > 1e10 => Double::ln(x).plus(one.over(Double::new(x)).ln_1p()),
        "ln_1p" => Double::new(x).ln_1p(),
        "softplus" => softplus(x),
        "sigmoid" => sigmoid(x),
        "logistic_loss" => {
            let (y, z) = (x, y);
            let weight = if z >= 0.0 { Double::sum(1.0, -y) } else { Double::new(y) };
            weight.times(Double::new(z.abs())).plus(decay(z).ln_1p())
        }
        "logistic_residual" if x == 1.0 => sigmoid(-y).negated(),
        "logistic_residual" => sigmoid(y).plus(Double::new(-x)),
        "logistic_curvature" => sigmoid(x).times(sigmoid(-x)),
        "xlogy" => Double::new(x).times(Double::ln(y)),
        "xlog1py" => Double::new(x).times(Double::new(y).ln_1p()),
        "ln_sum" => Double::sum(x, y).plus(Double::new(-1.0)).ln_1p(),
        "cross_log" if x == 1.0 => Double::ln(y).negated(),
        "cross_log" => Double::new(-y).ln_1p().negated(),
        other => unreachable!("{other} has no reference"),
    }
}

/// A fixed sequence of pseudo-random numbers (xorshift64*), uniform in [0, 1).
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 * pow2(-53)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    /// 2^−u, u uniform in [0, `bits`].
    fn small(&mut self, bits: f64) -> f64 {
        Float::exp(-core::f64::consts::LN_2 * bits * self.next())
    }

    fn arguments(&mut self, name: &str, i: u32) -> [f64; 2] {
        let z = match i % 4 {
            0 => self.between(-650.0, 650.0),
            1 => self.between(-40.0, 40.0),
            2 => self.between(-2.0, 2.0),
            _ => self.between(-1.0, 1.0) * self.small(60.0),
        };
        let positive = match i % 4 {
            0 => Float::exp(z),
            1 => self.between(0.4, 2.2),
            2 => 1.0 + self.between(-0.5, 0.5) * self.small(50.0),
            _ => self.between(0.0, 10.0),
        };
        let above_minus_one =
            if i.is_multiple_of(2) { positive - 1.0 } else { self.between(-1.0, 1.0) * self.small(70.0) };
        let above_minus_one = if above_minus_one == -1.0 { 1e-300 } else { above_minus_one };
        let target = match i / 4 % 5 {
            0 => 0.0,
            1 => 1.0,
            2 => self.small(60.0),
            3 => 1.0 - self.small(40.0),
            _ => self.next(),
        };
        match name {
            "exp" | "exp_m1" | "softplus" | "sigmoid" | "logistic_curvature" => [z, 0.0],
            "ln" => [positive, 0.0],
            "ln_1p" => [above_minus_one, 0.0],
            "logistic_loss" | "logistic_residual" => [target, z],
            "xlogy" => [self.between(-3.0, 3.0), positive],
            "xlog1py" => [self.between(-3.0, 3.0), above_minus_one],
            "ln_sum" => [self.between(0.3, 1.2), self.between(0.0, 0.9)],
            "cross_log" if i.is_multiple_of(2) => [1.0, self.small(900.0)],
            "cross_log" => [0.0, if i.is_multiple_of(3) { self.next() } else { self.small(300.0) * 0.999 }],
            other => unreachable!("{other} has no arguments"),
        }
    }
}

#[test]
fn f64_meets_its_bounds_at_random_points() {
    for (name, function, bound) in functions::<f64>() {
        let mut sequence = Sequence(0x9e37_79b9_7f4a_7c15);
        let mut worst = (0.0_f64, [0.0_f64; 2]);
        for i in 0..20_000 {
            let arguments = sequence.arguments(name, i);
            let got = match function {
                Function::Unary(f) => f(arguments[0]),
                Function::Binary(f) => f(arguments[0], arguments[1]),
            };
            let Double { head, tail } = reference(name, arguments);
            let error = ulps(got, head, tail) / condition(name, arguments, head);
            if error > worst.0 {
                worst = (error, arguments);
            }
        }
        println!("{name} f64: {:.3} ulp at {:?}", worst.0, worst.1);
        assert!(worst.0 <= bound, "{name} f64: {} ulp at {:?}, over {bound}", worst.0, worst.1);
    }
}

fn special_values<T: Width>() {
    let [zero, one, infinity, nan] = [T::ZERO, T::ONE, T::INFINITY, T::NAN];
    let same = |got: T, expected: T, what: &str| {
        let equal = got.word() == expected.word() || (got.is_nan() && expected.is_nan());
        assert!(equal, "{what} {}: {got:?}, should be {expected:?}", T::NAME);
    };
    same(zero.exp(), one, "exp 0");
    same((-zero).exp(), one, "exp -0");
    same(infinity.exp(), infinity, "exp inf");
    same((-infinity).exp(), zero, "exp -inf");
    same(T::MAX.exp(), infinity, "exp max");
    same((-T::MAX).exp(), zero, "exp -max");

    same(zero.exp_m1(), zero, "exp_m1 0");
    same((-zero).exp_m1(), -zero, "exp_m1 -0");
    same(infinity.exp_m1(), infinity, "exp_m1 inf");
    same((-infinity).exp_m1(), -one, "exp_m1 -inf");

    same(zero.ln(), -infinity, "ln 0");
    same((-zero).ln(), -infinity, "ln -0");
    same(one.ln(), zero, "ln 1");
    same(infinity.ln(), infinity, "ln inf");
    same((-infinity).ln(), nan, "ln -inf");
    same((-one).ln(), nan, "ln -1");
    same((-T::MIN_POSITIVE * T::EPSILON).ln(), nan, "ln of a negative subnormal");

    same(zero.ln_1p(), zero, "ln_1p 0");
    same((-zero).ln_1p(), -zero, "ln_1p -0");
    same((-one).ln_1p(), -infinity, "ln_1p -1");
    same(infinity.ln_1p(), infinity, "ln_1p inf");
    same((-T::TWO).ln_1p(), nan, "ln_1p -2");
    same((-infinity).ln_1p(), nan, "ln_1p -inf");

    same(infinity.softplus(), infinity, "softplus inf");
    same((-infinity).softplus(), zero, "softplus -inf");
    same(zero.softplus(), T::LN_2, "softplus 0");
    same(T::MAX.softplus(), T::MAX, "softplus max");
    same(infinity.sigmoid(), one, "sigmoid inf");
    same((-infinity).sigmoid(), zero, "sigmoid -inf");
    same(zero.sigmoid(), T::HALF, "sigmoid 0");
    same(infinity.logistic_curvature(), zero, "curvature inf");
    same((-infinity).logistic_curvature(), zero, "curvature -inf");
    same(zero.logistic_curvature(), T::HALF * T::HALF, "curvature 0");

    same(zero.xlogy(zero), zero, "xlogy 0 0");
    same(zero.xlogy(infinity), zero, "xlogy 0 inf");
    same(one.xlogy(zero), -infinity, "xlogy 1 0");
    same(zero.xlog1py(-one), zero, "xlog1py 0 -1");
    same(zero.xlog1py(infinity), zero, "xlog1py 0 inf");
    same(zero.times0(infinity), zero, "0 inf");
    same((-infinity).times0(zero), zero, "-inf 0");
    same((-zero).times0(one), -zero, "-0 1");
    same(infinity.times0(-one), -infinity, "inf -1");

    same(T::cross_log(one, zero), infinity, "cross_log 1 0");
    same(T::cross_log(zero, zero), zero, "cross_log 0 0");
    same(T::cross_log(one, one), zero, "cross_log 1 1");
    same(T::cross_log(zero, one), infinity, "cross_log 0 1");

    same(T::HALF.max(one), one, "max");
    same(nan.max(one), one, "max with the first NaN");
    same(one.max(nan), nan, "max with the second NaN");
    same(T::HALF.min(one), T::HALF, "min");
    same(nan.min(one), one, "min with the first NaN");
    same(one.min(nan), nan, "min with the second NaN");
    same((T::TWO * T::TWO).sqrt(), T::TWO, "sqrt 4");

    for (name, function, _) in functions::<T>() {
        match function {
            Function::Unary(f) => same(f(nan), nan, name),
            Function::Binary(f) => {
                for (a, b) in
                    [(nan, one), (one, nan), (nan, zero), (zero, nan), (nan, infinity), (zero, nan), (nan, nan)]
                {
                    same(f(a, b), nan, name);
                }
            }
        }
    }
    same(nan.times0(zero), nan, "NaN 0");
    same(infinity.times0(nan), nan, "inf NaN");
}

#[test]
fn special_values_of_f64() {
    special_values::<f64>();
}

#[test]
fn special_values_of_f32() {
    special_values::<f32>();
}

/// The cases of binary cross-entropy on logits where published libraries lose digits or return NaN.
#[test]
fn cross_entropy_on_logits_keeps_its_digits() {
    let near =
        |got: f64, expected: f64| assert!((got / expected - 1.0).abs() < 5e-16, "{got:e}, should be {expected:e}");
    let near32 =
        |got: f32, expected: f32| assert!((got / expected - 1.0).abs() < 3e-7, "{got:e}, should be {expected:e}");
    near(f64::logistic_loss(1.0, 40.0), 4.248_354_255_291_589e-18);
    near(f64::logistic_loss(1.0, 20.0), 2.061_153_620_314_381e-9);
    near(f64::logistic_residual(1.0, 40.0), -4.248_354_255_291_589e-18);
    near32(f32::logistic_residual(1.0, 20.0), -2.061_153_6e-9);
    near(f64::logistic_loss(0.0, -40.0), 4.248_354_255_291_589e-18);
    near32(f32::logistic_loss(0.0, -17.0), 4.139_937_7e-8);
    near(f64::logistic_residual(0.5, 1e-8), 2.5e-9);
    near32(f32::logistic_residual(0.5, 1e-8), 2.5e-9);
    assert_eq!(f64::logistic_loss(1.0, f64::INFINITY), 0.0);
    assert_eq!(f64::logistic_loss(0.0, f64::NEG_INFINITY), 0.0);
    assert_eq!(f64::logistic_loss(0.9, f64::NEG_INFINITY), f64::INFINITY);
    assert_eq!(f64::logistic_loss(0.5, f64::INFINITY), f64::INFINITY);
    assert_eq!(f64::logistic_loss(0.5, f64::NEG_INFINITY), f64::INFINITY);
    assert_eq!(f64::logistic_residual(1.0, f64::INFINITY), 0.0);
    assert_eq!(f64::logistic_residual(0.0, f64::NEG_INFINITY), 0.0);
    assert_eq!(f64::logistic_residual(1.0, f64::NEG_INFINITY), -1.0);
    assert_eq!(Float::softplus(100.0_f32), 100.0);
    assert_eq!(Float::softplus(800.0_f64), 800.0);
    near32(f32::logistic_loss(1.0, 17.0), 4.139_937_7e-8);
    near32(f32::logistic_loss(1.0, 20.0), 2.061_153_6e-9);
    near32(f32::logistic_loss(0.0, 20.0), 20.0);
    near(f64::logistic_loss(0.0, 17.0), 17.000_000_041_399_376);
    near(f64::logistic_loss(0.0, 20.0), 20.000_000_002_061_153);
}

/// The cases of binary cross-entropy on probabilities where published libraries clip or cancel.
#[test]
fn cross_entropy_on_probabilities_is_not_clipped() {
    assert_eq!(f64::cross_log(1.0, 0.0), f64::INFINITY);
    assert_eq!(f64::cross_log(1.0, 1e-10), 23.025_850_929_940_457);
    assert_eq!(f64::cross_log(0.0, 1e-17), 1e-17);
    assert_eq!(f32::cross_log(0.0, 1e-17), 1e-17);
}

/// A block of one function, to be compiled for each instruction set.
struct Block<'a, T, F> {
    first: &'a [T],
    second: &'a [T],
    out: &'a mut [T],
    function: F,
}

impl<T: Float, F: Fn(T, T) -> T> Kernel for Block<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((out, &x), &y) in self.out.iter_mut().zip(self.first).zip(self.second) {
            *out = (self.function)(x, y);
        }
    }
}

/// A hash (FNV-1a) of the bits of a function over fixed arguments, the same on every available instruction set.
fn fingerprint<T: Width>(name: &str, function: impl Fn(T, T) -> T + Copy) -> u64 {
    let mut sequence = Sequence(0x2545_f491_4f6c_dd1d);
    // Dyadic arguments, so that they do not depend on any function under test.
    let mut draw = |low: f64, high: f64| {
        let list: Vec<T> = (0..1000).map(|_| T::from_f64(sequence.between(low, high))).collect();
        list
    };
    let (first, second) = match name {
        "ln" | "ln_1p" => (draw(0.0, 4.0), draw(0.0, 1.0)),
        _ => (draw(0.0, 1.0), draw(-30.0, 30.0)),
    };
    let mut hashes = Isa::available().map(|isa| {
        let mut out = vec![T::ZERO; first.len()];
        dispatch_on(isa, Block { first: &first, second: &second, out: &mut out, function });
        out.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, x| (hash ^ x.word()).wrapping_mul(0x0100_0000_01b3))
    });
    let hash = hashes.next().expect("a baseline");
    assert!(hashes.all(|other| other == hash), "{name} {} differs between instruction sets", T::NAME);
    hash
}

/// The bits are part of the contract: a change here changes results on users' machines and belongs in the change log.
#[test]
fn the_bits_are_the_same_everywhere() {
    macro_rules! check {
        ($($name:literal, |$a:ident, $b:ident| $body:expr, $wide:literal, $narrow:literal;)*) => {$(
            let wide = fingerprint::<f64>($name, #[inline(always)] |$a, $b| { let _ = ($a, $b); $body });
            let narrow = fingerprint::<f32>($name, #[inline(always)] |$a, $b| { let _ = ($a, $b); $body });
            assert_eq!((wide, narrow), ($wide, $narrow), "{}: {wide:#x} {narrow:#x}", $name);
        )*};
    }
    check! {
        "exp", |_y, z| Float::exp(z), 0x16b1_9b3d_eee6_83dd, 0x5ade_b932_99ff_1226;
        "exp_m1", |_y, z| Float::exp_m1(z), 0x3491_da62_4d3f_1d2e, 0x461c_b896_aa24_b343;
        "ln", |x, _y| Float::ln(x), 0xb7f6_36ce_7051_6f6d, 0x10f2_f52a_a178_b54c;
        "ln_1p", |x, _y| Float::ln_1p(x), 0x991c_b471_fd58_dd4d, 0x9f56_3581_cde3_6143;
        "softplus", |_y, z| Float::softplus(z), 0x1729_10fa_012e_6faf, 0x9315_cc6b_6e86_b346;
        "sigmoid", |_y, z| Float::sigmoid(z), 0x88d3_ecfb_6124_e59a, 0xe5e3_8803_8a93_596f;
        "logistic_loss", |y, z| Float::logistic_loss(y, z), 0xc26f_29f3_a14a_7972, 0x700a_b119_40d4_c6e5;
        "logistic_residual", |y, z| Float::logistic_residual(y, z), 0xce10_09e5_31b8_ab67, 0xba96_06b3_6fd4_1ddc;
        "logistic_curvature", |_y, z| Float::logistic_curvature(z), 0xb6aa_037f_d291_33d6, 0x1fb6_97e8_e5b2_8e31;
    }
}

#[test]
fn unit_scales_take_any_number_next_to_1_and_lose_nothing() {
    fn check<T: Float>(x: T) {
        let [first, second] = x.unit_scale();
        let near = (x * first * second).to_f64();
        assert!(near * near >= 0.5 && near * near < 2.0, "{x:?} becomes {near}");
        let log = |power: T| power.to_f64().log2();
        assert_eq!((log(first).fract(), log(second).fract()), (0.0, 0.0), "{x:?}");
        // Exact: the powers of two lead back.
        assert_eq!(x.to_f64(), near / first.to_f64() / second.to_f64(), "{x:?}");
    }
    for exponent in -1074..1024 {
        let power = 2.0_f64.powi(exponent.max(-1022)) * 2.0_f64.powi((exponent + 1022).min(0));
        [power, power * 1.25, power * 1.75].into_iter().for_each(check);
    }
    for exponent in -149..128 {
        let power = 2.0_f64.powi(exponent);
        [power, power * 1.25, power * 1.75].into_iter().for_each(|x| check(x as f32));
    }
    check(f64::MAX);
    check(f32::MAX);
    assert_eq!((0.0_f64.unit_scale(), 0.0_f32.unit_scale()), ([1.0; 2], [1.0; 2]));
}

#[test]
fn the_exponential_of_a_difference_keeps_what_the_difference_loses() {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 * (-53.0_f64).exp2()
    };
    let mut worst = 0.0_f64;
    for _ in 0..200_000 {
        let (a, b) = ((uniform() * 160.0 - 80.0) as f32, (uniform() * 160.0 - 80.0) as f32);
        let (x, max) = (a.min(b), a.max(b));
        // The difference of two f32 of these sizes is exact in f64.
        let exact = Float::exp(f64::from(x) - f64::from(max));
        if exact > f64::from(f32::MIN_POSITIVE) {
            worst = worst.max(ulps::<f32>(x.exp_below(max), exact, 0.0));
        }
    }
    println!("exp_below: {worst} ulp");
    assert!(worst <= 2.0, "{worst} ulp");
    // −63 − (1 + ε) is rounded to −64: what is lost, ε, is put back.
    let got = (-63.0_f64).exp_below(1.0 + f64::EPSILON);
    assert!(ulps(got, Float::exp(-64.0) * (1.0 - f64::EPSILON), 0.0) <= 2.0, "{got:e}");
    assert_eq!(f32::NEG_INFINITY.exp_below(3.0), 0.0);
    assert_eq!(f64::NEG_INFINITY.exp_below(-3.0), 0.0);
    assert_eq!(7.5_f64.exp_below(7.5), 1.0);
    assert!(f64::NEG_INFINITY.exp_below(f64::NEG_INFINITY).is_nan());
}
