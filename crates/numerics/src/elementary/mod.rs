//! Elementary functions whose bits are the same on every machine.
//!
//! Every function here is built from `+ − × ÷`, square root, fused multiply-add and bit patterns only, all of which
//! IEEE 754 pins down to the last bit. Neither the standard library's nor the platform's transcendental functions are
//! used: those differ between systems and versions. The fused multiply-add is part of the definition; a processor
//! without one computes it in software, slower, to the same bits.
//!
//! The code has no branches, no tables and no conversions between widths, so a loop over a slice, compiled with AVX2 and
//! FMA or with AVX-512, becomes packed instructions.
//!
//! Write kernels over [`Float`]: inside generic code `x.exp()` means the function of this module. On a plain `f64` the
//! inherent method of the standard library would win silently, so call `Float::exp(x)` there.
//!
//! Errors are in ulp (the distance between neighbouring numbers at the true result, in the subnormal range the smallest
//! subnormal). A bound holds over the whole domain; "measured" is the largest error found for `f64` and for `f32` among a
//! million random points against double-double arithmetic, 100 000 against MPFR, and for `f32` eight million bit patterns
//! against the `f64` function. The coefficients and their errors are in `width.rs`.

pub(crate) mod fused;
mod gamma;
mod pair;
pub(crate) mod special;
mod width;

use core::fmt::Debug;
use core::ops::{Add, AddAssign, BitAnd, BitOr, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

pub use gamma::ln_gamma;
pub use pair::Pair;
use width::Width;

/// `f64` or `f32`: arithmetic, selection and elementary functions, for kernels that are written once for both.
pub trait Float:
    Width
    + Copy
    + Debug
    + Default
    + PartialEq
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Send
    + Sync
    + 'static
{
    /// 0
    const ZERO: Self;
    /// ½
    const HALF: Self;
    /// 1
    const ONE: Self;
    /// 2
    const TWO: Self;
    /// ln 2
    const LN_2: Self;
    /// +∞
    const INFINITY: Self;
    /// −∞
    const NEG_INFINITY: Self;
    /// A quiet NaN.
    const NAN: Self;
    /// The gap between 1 and the next larger number.
    const EPSILON: Self;
    /// The largest finite number.
    const MAX: Self;
    /// The smallest positive normal number.
    const MIN_POSITIVE: Self;

    /// The representation as an integer of the same width.
    type Bits: Copy + Debug + Default + PartialEq + BitAnd<Output = Self::Bits> + BitOr<Output = Self::Bits>;
    /// The sign in the representation.
    const SIGN_BIT: Self::Bits;
    /// The representation.
    fn bits(self) -> Self::Bits;

    /// The least number that is greater; +∞ and NaN stay.
    #[must_use]
    fn next_up(self) -> Self;

    /// The greatest number that is less; −∞ and NaN stay.
    #[must_use]
    fn next_down(self) -> Self;

    /// The nearest number of this format.
    fn from_f64(x: f64) -> Self;

    /// The same number as `f64`; exact.
    fn to_f64(self) -> f64;

    /// `self`·a + b with one rounding.
    #[must_use]
    fn mul_add(self, a: Self, b: Self) -> Self;

    /// |x|
    #[must_use]
    fn abs(self) -> Self;

    /// √x, correctly rounded.
    #[must_use]
    fn sqrt(self) -> Self;

    /// The magnitude of `self` with the sign of `sign`.
    #[must_use]
    fn copysign(self, sign: Self) -> Self;

    /// `yes` if `condition`, else `no`. Both are computed: a blend, not a branch.
    #[inline(always)]
    #[must_use]
    fn select(condition: bool, yes: Self, no: Self) -> Self {
        if condition { yes } else { no }
    }

    /// Whether this is a NaN.
    #[inline(always)]
    #[expect(clippy::eq_op, reason = "only a NaN differs from itself")]
    fn is_nan(self) -> bool {
        self != self
    }

    /// `self` if it is greater than `other`, else `other`: `other` also if either is NaN. One packed instruction.
    #[inline(always)]
    #[must_use]
    fn max(self, other: Self) -> Self {
        Self::select(self > other, self, other)
    }

    /// `self` if it is less than `other`, else `other`: `other` also if either is NaN. One packed instruction.
    #[inline(always)]
    #[must_use]
    fn min(self, other: Self) -> Self {
        Self::select(self < other, self, other)
    }

    /// For a positive finite number two powers of two: times both it lies in [√½, √2). Two, because one alone may be out
    /// of range; multiplied by one after the other, the number itself loses nothing. Both 1 for 0.
    #[inline(always)]
    #[must_use]
    fn unit_scale(self) -> [Self; 2] {
        let small = Self::select(self < Self::MIN_POSITIVE, Self::LIFT, Self::ONE);
        let first = Self::select(self < Self::ONE, small, Self::ONE / Self::LIFT);
        let (_, _, double_inverse) = Self::split(self * first);
        let zero = self == Self::ZERO;
        [Self::select(zero, Self::ONE, first), Self::select(zero, Self::ONE, double_inverse * Self::HALF)]
    }

    /// The product in which a zero annihilates an infinity: 0·∞ = +0. NaN factors still give NaN.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::eq_op, reason = "only a NaN differs from itself")]
    fn times0(self, other: Self) -> Self {
        let product = self * other;
        // Factors that are no NaN make one only as 0·∞.
        Self::select((product != product) & (self == self) & (other == other), Self::ZERO, product)
    }

    // What follows is inlined, so that loops vectorise, but not in WebAssembly: it has no fused multiply-add, so these
    // loops are not vectorised anyway, and a page that holds the losses has to be small.

    /// e^x.
    ///
    /// Reduction to |r| ≤ ln(2)/2 by two fused steps (the first is exact), a polynomial, and two exact powers of two.
    ///
    /// At most 1 ulp; measured 0.91 and 0.90.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn exp(self) -> Self {
        // In this order of operands a NaN passes through both.
        let x = Self::EXP_HIGH.min(Self::EXP_LOW.max(self));
        let Reduced { t, r, q, .. } = reduce(x);
        scale(one_plus(r, q), t)
    }

    /// e^(self − other) for other ≥ self, with the rounding error of the difference put back: at a distance of 60 it would
    /// cost 30 ulp. 0 where `self` is −∞.
    ///
    /// At most 2 ulp; measured 1.31 in single precision.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn exp_below(self, other: Self) -> Self {
        let difference = self - other;
        let back = difference - self;
        let lost = (self - (difference - back)) - (other + back);
        let e = difference.exp();
        // Where `self` is −∞ the error term is NaN and e is 0.
        Self::select(e > Self::ZERO, e + e * lost, e)
    }

    /// e^x − 1, accurate also where e^x is close to 1.
    ///
    /// At most 1.5 ulp; measured 1.32 and 1.08.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn exp_m1(self) -> Self {
        let x = Self::EXP_HIGH.min(Self::EXP_M1_LOW.max(self));
        let Reduced { t, n, r0, r, q } = reduce(x);
        // Twice h·(1 + r + w) − ½, with h = 2^(n−1) because 2^n may overflow; the large parts added without error.
        let h = Self::pow2_less_one(t);
        let w = (r * r).mul_add(q, (-n).mul_add(Self::LN_2_TAIL, r0 - r));
        let a = h - Self::HALF;
        let head = h.mul_add(r, a);
        let rest = h.mul_add(r, a - head);
        let result = (head + h.mul_add(w, rest)) * Self::TWO;
        // Halving would round a subnormal, and −0 would lose its sign.
        Self::select(self.abs() < Self::EPSILON * Self::HALF, self, result)
    }

    /// ln x; −∞ at ±0, NaN below.
    ///
    /// x = 2^k·m, m in [√½, √2); ln m by the series of s = (m−1)/(m+1) in the arrangement f − s·(f − R) of fdlibm's
    /// `e_log.c` with f = m − 1; k·ln 2 in two parts, the larger added without error.
    ///
    /// At most 1 ulp; measured 0.86 and 0.82.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn ln(self) -> Self {
        ln_of::<Self, false, true>(self, Self::ZERO)
    }

    /// ln(1 + x), accurate also for tiny x; −∞ at −1, NaN below.
    ///
    /// At most 1 ulp; measured 0.81 and 0.88.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn ln_1p(self) -> Self {
        let (u, c) = two_sum(Self::ONE, self);
        // The sign is that of x; only a negative zero needs it.
        ln_of::<Self, true, false>(u, c).copysign(self)
    }

    /// ln(a + b) with the sum taken exactly: `self` + `other` must not be negative.
    ///
    /// Accurate where the sum is rounded near 1, as in ln(1 − p); a sum of subnormals is right as well.
    ///
    /// At most 1 ulp; measured 0.88 and 0.88.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn ln_sum(self, other: Self) -> Self {
        let (u, c) = two_sum(self, other);
        ln_of::<Self, true, true>(u, c)
    }

    /// ln(1 + e^x) without overflow; for very negative x it is e^x, down to the subnormals.
    ///
    /// At most 2 ulp; measured 1.61 and 1.68.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn softplus(self) -> Self {
        let base = Self::select(self > Self::ZERO, self, Self::ZERO);
        base + ln_1p_unit(Decay::of(self).e)
    }

    /// 1/(1 + e^−x); for very negative x it is e^x, down to the subnormals.
    ///
    /// At most 2 ulp; measured 1.75 and 1.80.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn sigmoid(self) -> Self {
        let decay = Decay::of(self);
        decay.over_one_plus(Self::select(self >= Self::ZERO, Self::ONE, decay.e))
    }

    /// y·softplus(−z) + (1−y)·softplus(z): the negative log-likelihood of the target y in [0, 1] at the logit z.
    ///
    /// Infinite logits give their limit: 0 where target and logit agree, else ∞.
    ///
    /// At most 2 ulp; measured 1.87 and 1.94.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn logistic_loss(y: Self, z: Self) -> Self {
        let factor = Self::select(z >= Self::ZERO, Self::ONE - y, y);
        let tail = ln_1p_unit(Decay::of(z).e);
        // A factor of zero must not meet an infinite z.
        Self::select(factor == Self::ZERO, tail, factor.mul_add(z.abs(), tail))
    }

    /// sigmoid(z) − y: the derivative of [`Float::logistic_loss`] in z, without the cancellation of the difference.
    ///
    /// At most 2.5 ulp; measured 2.45 and 2.40, times max(y, sigmoid(z))/|result| where the
    /// difference cancels.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn logistic_residual(y: Self, z: Self) -> Self {
        let decay = Decay::of(z);
        let right = z >= Self::ZERO;
        let rest = Self::ONE - y;
        // The numerator over 1 + e, with e = e^-|z|: at z ≥ 0 it is (1−y) − y·e, below it is e − y·(1+e).
        let x = Self::select(right, decay.e, Self::ONE + decay.e);
        let constant = Self::select(right, rest, decay.e);
        let far = (-y).mul_add(x, constant);
        // Where e is above a half the sum is arranged around e − 1, which is small there; 1 − 2y is exact wherever the
        // sum can cancel.
        let factor = Self::select(right, -y, rest);
        let near = factor.mul_add(decay.m1, (-Self::TWO).mul_add(y, Self::ONE));
        decay.over_one_plus(Self::select(decay.e > Self::HALF, near, far))
    }

    /// sigmoid(z)·sigmoid(−z): the second derivative of [`Float::logistic_loss`] in z.
    ///
    /// At most 2.5 ulp; measured 2.26 and 2.20.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    #[must_use]
    fn logistic_curvature(self) -> Self {
        let decay = Decay::of(self);
        let (inverse, error) = decay.inverse();
        let square = inverse * inverse;
        let product = decay.e * square;
        product.mul_add(error + error, product)
    }

    /// x·ln y with 0·ln 0 = 0.
    ///
    /// At most 2 ulp; measured 1.70 and 1.49.
    #[inline(always)]
    #[must_use]
    fn xlogy(self, y: Self) -> Self {
        self.times0(y.ln())
    }

    /// x·ln(1 + y) with 0·ln 0 = 0.
    ///
    /// At most 2 ulp; measured 1.68 and 1.57.
    #[inline(always)]
    #[must_use]
    fn xlog1py(self, y: Self) -> Self {
        self.times0(y.ln_1p())
    }

    /// q·ln(q/p) − q + p for p, q ≥ 0: what p misses of q, 0 where they are equal and ∞ where only p is 0.
    ///
    /// At most 4 ulp; measured 2.6 and 2.7.
    #[inline(always)]
    #[must_use]
    fn divergence(self, q: Self) -> Self {
        special::poisson_half_deviance(self, q)
    }

    /// −(y·ln p + (1−y)·ln(1−p)) for a target y that is exactly 0 or 1, with one logarithm: −ln p or −ln(1−p).
    ///
    /// For targets in between it is a different function (−ln(1 − y − p + 2yp)); callers look at a block of targets and
    /// choose.
    ///
    /// At most 1 ulp; measured 0.86 and 0.88.
    #[inline(always)]
    #[must_use]
    fn cross_log(y: Self, p: Self) -> Self {
        let a = Self::ONE - y;
        let b = (y + y - Self::ONE) * p;
        // From zero, not negated: a certain prediction costs +0.
        Self::ZERO - a.ln_sum(b)
    }
}

macro_rules! impl_float {
    ($t:ident, $bits:ident, $ln_2:expr, $mul_add:path) => {
        impl Float for $t {
            const ZERO: Self = 0.0;
            const HALF: Self = 0.5;
            const ONE: Self = 1.0;
            const TWO: Self = 2.0;
            const LN_2: Self = $ln_2;
            const INFINITY: Self = $t::INFINITY;
            const NEG_INFINITY: Self = $t::NEG_INFINITY;
            const NAN: Self = $t::NAN;
            const EPSILON: Self = $t::EPSILON;
            const MAX: Self = $t::MAX;
            const MIN_POSITIVE: Self = $t::MIN_POSITIVE;

            type Bits = $bits;
            const SIGN_BIT: $bits = 1 << ($bits::BITS - 1);

            #[inline(always)]
            fn bits(self) -> $bits {
                self.to_bits()
            }

            #[inline(always)]
            fn next_up(self) -> Self {
                $t::next_up(self)
            }

            #[inline(always)]
            fn next_down(self) -> Self {
                $t::next_down(self)
            }

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $t
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn mul_add(self, a: Self, b: Self) -> Self {
                $mul_add(self, a, b)
            }

            #[inline(always)]
            fn abs(self) -> Self {
                $t::abs(self)
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                $t::sqrt(self)
            }

            #[inline(always)]
            fn copysign(self, sign: Self) -> Self {
                $t::copysign(self, sign)
            }
        }
    };
}

impl_float!(f64, u64, core::f64::consts::LN_2, fused::mul_add);
impl_float!(f32, u32, core::f32::consts::LN_2, f32::mul_add);

/// The argument of an exponential, reduced: x = n·ln 2 + r.
struct Reduced<T> {
    /// n + `ROUNDER`
    t: T,
    n: T,
    /// x − n·`LN_2_HEAD`, which is exact.
    r0: T,
    /// `r0` − n·`LN_2_TAIL`, rounded.
    r: T,
    /// (e^r − 1 − r)/r²
    q: T,
}

#[inline(always)]
fn reduce<T: Float>(x: T) -> Reduced<T> {
    let t = x.mul_add(T::LOG2_E, T::ROUNDER);
    let n = t - T::ROUNDER;
    let r0 = (-n).mul_add(T::LN_2_HEAD, x);
    let r = (-n).mul_add(T::LN_2_TAIL, r0);
    Reduced { t, n, r0, r, q: T::exp_poly(r) }
}

/// 1 + r + r²·q
#[inline(always)]
fn one_plus<T: Float>(r: T, q: T) -> T {
    r.mul_add(r.mul_add(q, T::ONE), T::ONE)
}

/// p·2^n, rounded once.
#[inline(always)]
fn scale<T: Float>(p: T, t: T) -> T {
    let (first, second) = T::pow2_halves(t);
    p * first * second
}

/// The sum and its rounding error, whichever summand is larger (Knuth).
#[inline(always)]
pub fn two_sum<T: Float>(a: T, b: T) -> (T, T) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}

/// ln(u + c), where c is zero unless `TAIL` and else at most half an ulp of u; u is normal, zero, infinite or negative
/// unless `SUBNORMAL`.
#[inline(always)]
fn ln_of<T: Float, const TAIL: bool, const SUBNORMAL: bool>(u: T, c: T) -> T {
    let (head, rest) = ln_head_and_rest::<T, TAIL, SUBNORMAL>(u, c);
    let result = head + rest;
    // +∞ and NaN are their own logarithms.
    let result = T::select(u < T::INFINITY, result, u);
    let edge = T::select(u == T::ZERO, T::NEG_INFINITY, T::NAN);
    T::select(u > T::ZERO, result, edge)
}

/// The two parts of which [`ln_of`] is the sum, the first without error; meaningful for positive finite u.
#[inline(always)]
fn ln_head_and_rest<T: Float, const TAIL: bool, const SUBNORMAL: bool>(u: T, c: T) -> (T, T) {
    let (v, lifted) = if SUBNORMAL {
        let tiny = u < T::MIN_POSITIVE;
        (T::select(tiny, u * T::LIFT, u), T::select(tiny, T::LIFT_EXPONENT, T::ZERO))
    } else {
        (u, T::ZERO)
    };
    let (k, m, inverse) = T::split(v);
    let k = if SUBNORMAL { k - lifted } else { k };
    let f = m - T::ONE;
    let s = f / (T::TWO + f);
    let z = s * s;
    let inner = (-z).mul_add(T::ln_poly(z), f);
    // k·`LN_2_SHORT` is exact, so head + rest is k·`LN_2_SHORT` + f without error.
    let head = k.mul_add(T::LN_2_SHORT, f);
    let rest = k.mul_add(T::LN_2_SHORT, -head) + f;
    let rest = k.mul_add(T::LN_2_SHORT_TAIL, rest);
    let rest = if TAIL {
        // c/u to first order: c·2^-k/(1 + f), where 1/(1 + f) = (1−s)/(1+s) ≈ 1 + 2(s² − s). Near 1, c·2^-k can be as
        // large as the result, so it comes last. A subnormal sum has no c.
        let double = c * inverse;
        double.mul_add(T::HALF, (-s).mul_add(inner, double.mul_add(z - s, rest)))
    } else {
        (-s).mul_add(inner, rest)
    };
    (head, rest)
}

/// ln(u + c) as the sum of two numbers, with c as in [`ln_of`]: the second is below half an ulp of the first, or 0 where
/// the first is not finite. Together within 2⁻⁵⁷ (single precision: 2⁻²⁸) or 0.1 ulp of the second, whichever is larger.
#[inline(always)]
fn ln_parts<T: Float, const TAIL: bool>(u: T, c: T) -> (T, T) {
    let (head, rest) = ln_head_and_rest::<T, TAIL, true>(u, c);
    let high = head + rest;
    let low = rest - (high - head);
    let finite = (u > T::ZERO) & (u < T::INFINITY);
    let edge = T::select(u == T::ZERO, T::NEG_INFINITY, T::NAN);
    let edge = T::select(u == T::INFINITY, u, edge);
    (T::select(finite, high, edge), T::select(finite, low, T::ZERO))
}

/// ln(1 + e) for e in [0, 1].
#[inline(always)]
fn ln_1p_unit<T: Float>(e: T) -> T {
    let s = e / (T::TWO + e);
    let z = s * s;
    let inner = (-z).mul_add(T::ln_poly_wide(z), e);
    (-s).mul_add(inner, e)
}

/// What the logistic functions share, so that a loop computing several of them evaluates one exponential.
struct Decay<T> {
    /// e^−|z|
    e: T,
    /// e^−|z| − 1, where that is above −½; elsewhere meaningless.
    m1: T,
}

impl<T: Float> Decay<T> {
    #[inline(always)]
    fn of(z: T) -> Self {
        let x = T::EXP_LOW.max(-z.abs());
        let Reduced { t, r, q, .. } = reduce(x);
        let half = T::pow2_less_one(t);
        let power = half + half;
        let s = (r * r).mul_add(q, r);
        Self { e: scale(one_plus(r, q), t), m1: power.mul_add(s, power - T::ONE) }
    }

    /// 1/(1 + e) as a rounded inverse and its relative error to first order.
    ///
    /// The inverse with its error serves first and second derivative, which saves a division.
    #[inline(always)]
    fn inverse(&self) -> (T, T) {
        let sum = T::ONE + self.e;
        let lost = self.e - (sum - T::ONE);
        let inverse = T::ONE / sum;
        let error = (-inverse).mul_add(lost, (-inverse).mul_add(sum, T::ONE));
        (inverse, error)
    }

    /// x/(1 + e).
    #[inline(always)]
    fn over_one_plus(&self, x: T) -> T {
        let (inverse, error) = self.inverse();
        let quotient = x * inverse;
        quotient.mul_add(error, quotient)
    }
}
