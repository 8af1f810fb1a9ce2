//! What a hidden unit makes of its input.

use dartboard_numerics::elementary::Float;

/// The function between two layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// `tanh x`.
    Tanh,
    /// `max(0, x)`. Its second derivative is 0 wherever it exists, so curvature of a model with it is that almost everywhere.
    #[default]
    Relu,
    /// `x·Φ(x)` with the normal distribution's Φ (Hendrycks and Gimpel 2016; PyTorch's `GELU()`).
    Gelu,
    /// `1/(1 + e^−x)`.
    Sigmoid,
}

impl Activation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Tanh, Self::Relu, Self::Gelu, Self::Sigmoid];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::Gelu => "gelu",
            Self::Sigmoid => "sigmoid",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|activation| activation.name() == name)
    }
}

/// Value, first and second derivative.
pub(crate) type Jet<F> = (F, F, F);

/// An activation as a type, so that loops are compiled for each.
pub(crate) trait Unit: Copy {
    fn value<F: Float>(x: F) -> F;
    fn jet<F: Float>(x: F) -> Jet<F>;
}

#[derive(Clone, Copy)]
pub(crate) struct Tanh;
#[derive(Clone, Copy)]
pub(crate) struct Relu;
#[derive(Clone, Copy)]
pub(crate) struct Gelu;
#[derive(Clone, Copy)]
pub(crate) struct Sigmoid;

/// Evaluates an expression with `$unit` standing for the type of an activation.
macro_rules! with_unit {
    ($activation:expr, $unit:ident => $body:expr) => {
        match $activation {
            $crate::model::Activation::Tanh => {
                type $unit = $crate::model::activation::Tanh;
                $body
            }
            $crate::model::Activation::Relu => {
                type $unit = $crate::model::activation::Relu;
                $body
            }
            $crate::model::Activation::Gelu => {
                type $unit = $crate::model::activation::Gelu;
                $body
            }
            $crate::model::Activation::Sigmoid => {
                type $unit = $crate::model::activation::Sigmoid;
                $body
            }
        }
    };
}
pub(crate) use with_unit;

impl Unit for Tanh {
    #[inline(always)]
    fn value<F: Float>(x: F) -> F {
        // −m/(2 + m) with m = e^(−2|x|) − 1 in (−1, 0]: nothing cancels.
        let m = (-(x.abs() + x.abs())).exp_m1();
        (-m / (F::TWO + m)).copysign(x)
    }
    #[inline(always)]
    fn jet<F: Float>(x: F) -> Jet<F> {
        // 1 − tanh² = 4e/(1 + e)² with e = e^(−2|x|), which keeps its digits where tanh is almost 1.
        let m = (-(x.abs() + x.abs())).exp_m1();
        let value = (-m / (F::TWO + m)).copysign(x);
        let inverse = F::ONE / (F::TWO + m);
        let slope = (F::TWO + F::TWO) * (F::ONE + m) * inverse * inverse;
        (value, slope, -(value + value) * slope)
    }
}

impl Unit for Relu {
    #[inline(always)]
    fn value<F: Float>(x: F) -> F {
        // In this order of operands a NaN stays one.
        F::ZERO.max(x)
    }
    #[inline(always)]
    fn jet<F: Float>(x: F) -> Jet<F> {
        (Self::value(x), F::select(x > F::ZERO, F::ONE, F::ZERO), F::ZERO)
    }
}

impl Unit for Sigmoid {
    #[inline(always)]
    fn value<F: Float>(x: F) -> F {
        x.sigmoid()
    }
    #[inline(always)]
    fn jet<F: Float>(x: F) -> Jet<F> {
        let (value, slope) = (x.sigmoid(), x.logistic_curvature());
        // 1 − 2σ = σ(−x) − σ(x) = −tanh(x/2)
        (value, slope, -slope * Tanh::value(x * F::HALF))
    }
}

/// Φ(−x)·exp(x²/2)·(x + 4) for x ≥ 0 is this polynomial of t = (x − 4)/(x + 4), to 1e-16 of itself: a Chebyshev series
/// computed with 60 digits, cut off and written in powers. (The transformation is that of Shepherd and Laframboise,
/// Math. Comp. 36 (1981).)
const TAIL: [f64; 23] = [
    0.755_285_130_415_751_5,
    -0.607_896_641_971_892_9,
    0.387_137_400_742_226_6,
    -0.186_521_857_959_578_7,
    0.060_396_574_890_360_92,
    -0.007_540_188_968_891_619,
    -0.003_479_692_356_651_502_6,
    0.001_630_818_485_473_585_7,
    0.000_133_344_209_160_147_79,
    -0.000_231_095_137_787_289_34,
    -1.907_676_030_719_098e-6,
    3.514_560_235_904_452e-5,
    7.146_021_531_267_462e-7,
    -5.922_893_777_541_928e-6,
    -6.249_551_077_565_178e-7,
    1.026_984_070_143_193e-6,
    2.647_337_281_979_868e-7,
    -1.622_316_320_853_567e-7,
    -7.878_360_342_693_638e-8,
    1.956_960_893_997_404_9e-8,
    1.606_738_695_732_940_2e-8,
    -1.277_235_143_295_772e-9,
    -1.688_657_696_678_693_5e-9,
];

/// Φ(x) and exp(−x²/2).
#[inline(always)]
fn normal<F: Float>(x: F) -> (F, F) {
    let magnitude = x.abs();
    let four = F::from_f64(4.0);
    let inverse = F::ONE / (magnitude + four);
    // At infinity the quotient is NaN and its limit 1.
    let t = F::select(magnitude < F::INFINITY, (magnitude - four) * inverse, F::ONE);
    let mut sum = F::from_f64(TAIL[22]);
    let mut term = 22;
    while term > 0 {
        term -= 1;
        sum = sum.mul_add(t, F::from_f64(TAIL[term]));
    }
    let bell = (-(magnitude * magnitude) * F::HALF).exp();
    let tail = sum * inverse * bell;
    let value = F::select(x > F::ZERO, F::ONE - tail, tail);
    (F::select(Float::is_nan(x), x, value), bell)
}

/// 1/√(2π)
const DENSITY: f64 = 0.398_942_280_401_432_7;

impl Unit for Gelu {
    #[inline(always)]
    fn value<F: Float>(x: F) -> F {
        // Φ(−∞) = 0 wins over −∞.
        x.times0(normal(x).0)
    }
    #[inline(always)]
    fn jet<F: Float>(x: F) -> Jet<F> {
        let (below, bell) = normal(x);
        let density = bell * F::from_f64(DENSITY);
        (x.times0(below), below + x.times0(density), density.times0(F::TWO - x * x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Φ at these points, by mpmath with 50 digits.
    const NORMAL: [(f64, f64); 9] = [
        (-30.0, 4.906_713_927_148_187e-198),
        (-8.0, 6.220_960_574_271_784e-16),
        (-3.0, 1.349_898_031_630_094_5e-3),
        (-1.0, 1.586_552_539_314_570_5e-1),
        (-0.1, 4.601_721_627_229_710_4e-1),
        (0.0, 0.5),
        (0.5, 6.914_624_612_740_131e-1),
        (2.0, 9.772_498_680_518_208e-1),
        (6.0, 9.999_999_990_134_123e-1),
    ];

    #[test]
    fn the_normal_distribution_keeps_its_digits() {
        for (x, expected) in NORMAL {
            let (got, _) = normal(x);
            // Rounding of x²/2 makes a relative error of x²/4 ulp in its exponential.
            let bound = (4.0 + x * x / 2.0) * f64::EPSILON * expected;
            assert!((got - expected).abs() <= bound, "{x}: {got:e}");
            let (single, _) = normal(x as f32);
            let bound = (4.0 + x * x / 2.0) * f64::from(f32::EPSILON) * expected + f64::from(f32::MIN_POSITIVE);
            assert!((f64::from(single) - expected).abs() <= bound, "{x}: {single:e}");
        }
        assert_eq!((normal(f64::INFINITY).0, normal(f64::NEG_INFINITY).0), (1.0, 0.0));
        assert!(normal(f64::NAN).0.is_nan());
    }

    #[test]
    fn derivatives_are_differences() {
        for activation in Activation::ALL {
            for i in -60..60 {
                // No multiple of 0.1 hits the kink of relu.
                let x = f64::from(i) * 0.1 + 0.037;
                let step = 1e-4;
                let ((value, first, second), below, above) = with_unit!(activation, U => {
                    (U::jet(x), U::jet(x - step), U::jet(x + step))
                });
                assert_eq!(value, with_unit!(activation, U => U::value(x)));
                let (slope, curvature) = ((above.0 - below.0) / (2.0 * step), (above.1 - below.1) / (2.0 * step));
                // The third and fourth derivatives are below 3; the error of a difference is a sixth of them times step².
                assert!((first - slope).abs() < 1e-8, "{activation:?} at {x}: {first} {slope}");
                assert!((second - curvature).abs() < 2e-8, "{activation:?} at {x}: {second} {curvature}");
            }
        }
    }

    #[test]
    fn hyperbolic_tangent_is_that_of_the_standard_library_but_for_rounding() {
        for i in -2000..=2000 {
            let x = f64::from(i) * 0.01;
            assert!((Tanh::value(x) - x.tanh()).abs() <= 4.0 * f64::EPSILON * x.tanh().abs(), "{x}");
        }
        for x in [1e-300, -1e-20, 400.0, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Tanh::value(x), x.tanh());
        }
        assert!(Tanh::value(f64::NAN).is_nan());
    }

    #[test]
    fn limits_and_nan() {
        for activation in Activation::ALL {
            assert_eq!(Activation::named(activation.name()), Some(activation));
            let at = |x: f64| with_unit!(activation, U => U::value(x));
            assert!(at(f64::NAN).is_nan(), "{activation:?}");
            assert!(!at(f64::INFINITY).is_nan() && !at(f64::NEG_INFINITY).is_nan(), "{activation:?}");
        }
    }
}
