//! Functions that losses are made of, beyond the textbook's elementary ones.
//!
//! Each is the closed form of a loss (or of its derivative) whose direct evaluation cancels, overflows or loses digits.
//! Rounding errors of an argument that is itself a quotient are put back to first order. Errors are in ulp, as in the
//! parent module: "measured" is the largest found over random and extreme arguments against double-double arithmetic.

use super::{Float, Reduced, ln_of, ln_parts, reduce, scale, two_sum};

/// The product and its rounding error.
#[inline(always)]
pub(super) fn two_product<T: Float>(a: T, b: T) -> (T, T) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// The quotient and, to first order, what its rounding lost. The latter is 0 where the quotient is not finite.
#[inline(always)]
fn quotient<T: Float>(a: T, b: T) -> (T, T) {
    let q = a / b;
    let lost = (-q).mul_add(b, a) / b;
    (q, T::select(lost.abs() <= q.abs(), lost, T::ZERO))
}

/// e^x as the sum of two numbers: the second is below half an ulp of the first, and 0 where the first is 0 or ∞.
///
/// Together within 0.1 ulp of the first.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
fn exp_parts<T: Float>(x: T) -> (T, T) {
    let clamped = T::EXP_HIGH.min(T::EXP_LOW.max(x));
    let Reduced { t, n, r0, r, q } = reduce(clamped);
    // 1 + (r + r²q), the rounding of r itself included.
    let small = (r * r).mul_add(q, r);
    let small_lost = (r * r).mul_add(q, r - small) + (-n).mul_add(T::LN_2_TAIL, r0 - r);
    let (head, head_lost) = two_sum(T::ONE, small);
    let (high, low) = (scale(head, t), scale(head_lost + small_lost, t));
    (high, T::select((high > T::ZERO) & (high < T::INFINITY), low, T::ZERO))
}

/// e^(x + c) for a c that is small against 1.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
fn exp_sum<T: Float>(x: T, c: T) -> T {
    let (high, low) = exp_parts(x);
    // Beyond the range of the format c may be anything.
    T::select((high > T::ZERO) & (high < T::INFINITY), high + high.mul_add(c, low), high)
}

/// e^(x + c) − 1 for a c that is small against 1.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
fn exp_m1_sum<T: Float>(x: T, c: T) -> T {
    let power = x.exp_m1();
    let lost = (power + T::ONE) * c;
    T::select(power < T::INFINITY, power + lost, power)
}

/// e^(rate·x), 1 where either is 0, with the digits that the rounding of the product would cost.
#[inline(always)]
pub(crate) fn exp_times<T: Float>(x: T, rate: T) -> T {
    let (product, lost) = two_product(x, rate);
    exp_sum(product, T::select(lost.abs() <= T::ONE, lost, T::ZERO))
}

/// x^power for x > 0; 0 and ∞ as the limits say.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn raise<T: Float>(x: T, power: T) -> T {
    let (high, low) = ln_parts::<T, false>(x, T::ZERO);
    let (product, lost) = two_product(high, power);
    let lost = low.mul_add(power, lost);
    let result = exp_sum(product, T::select(lost.abs() <= T::ONE, lost, T::ZERO));
    T::select(power == T::ZERO, T::ONE, result)
}

/// a·e^x as the sum of two numbers. The factor comes before the power of two, so that neither over- nor underflow of e^x
/// alone costs anything.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
fn scaled_exp_parts<T: Float>(x: T, a: T) -> (T, T) {
    // Further than e^x alone, as the factor may bring it back into range, and not so far that the power of two would
    // not be the product of two: 1.6 times leaves room in both formats.
    let reach = T::from_f64(1.6);
    let clamped = (reach * T::EXP_HIGH).min((reach * T::EXP_LOW).max(x));
    let Reduced { t, n, r0, r, q } = reduce(clamped);
    let small = (r * r).mul_add(q, r);
    let small_lost = (r * r).mul_add(q, r - small) + (-n).mul_add(T::LN_2_TAIL, r0 - r);
    let (head, head_lost) = two_sum(T::ONE, small);
    // Half of the power of two comes before the product where it brings the factor closer to 1, so that the product has
    // all its digits.
    let (half, other) = T::pow2_halves(t);
    let before = (n > T::ZERO) == (a.abs() < T::ONE);
    let (pre, post) = if_else(before, (half, T::ONE), (T::ONE, half));
    let near = a * pre;
    let (product, lost) = two_product(near, head);
    let lost = near.mul_add(head_lost + small_lost, lost);
    let (high, low) = (product * post * other, lost * post * other);
    // Beyond the reach nothing brings it back.
    let high = T::select(x > reach * T::EXP_HIGH, T::INFINITY.times0(a), high);
    let high = T::select(x < reach * T::EXP_LOW, T::ZERO, high);
    (high, T::select((high.abs() > T::ZERO) & (high.abs() < T::INFINITY), low, T::ZERO))
}

/// a·e^x, 0 where a is 0.
#[inline(always)]
pub(crate) fn scaled_exp<T: Float>(x: T, a: T) -> T {
    let (high, low) = scaled_exp_parts(x, a);
    T::select(x.is_nan(), x, high + low)
}

/// a·e^x − b·x.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn exp_less_linear<T: Float>(x: T, a: T, b: T) -> T {
    let (first, first_lost) = scaled_exp_parts(x, a);
    let (second, second_lost) = two_product(b, x);
    let lost = first_lost - second_lost;
    let difference = first - second;
    let exact = difference + lost + difference_lost(first, second, difference);
    // The exponential wins where both overflow.
    let rounded = T::select(first == T::INFINITY, first, difference);
    T::select((difference.abs() < T::INFINITY) & (second_lost.abs() < T::INFINITY), exact, rounded)
}

/// What the rounding of `a − b = difference` lost.
#[inline(always)]
fn difference_lost<T: Float>(a: T, b: T, difference: T) -> T {
    let back = difference - a;
    (a - (difference - back)) - (b + back)
}

/// a·e^x − b: the derivative of [`exp_less_linear`].
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn exp_less<T: Float>(x: T, a: T, b: T) -> T {
    let (first, lost) = scaled_exp_parts(x, a);
    let difference = first - b;
    let exact = difference + (lost + difference_lost(first, b, difference));
    T::select(first < T::INFINITY, exact, difference)
}

/// ln cosh x.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn log_cosh<T: Float>(x: T) -> T {
    let size = x.abs();
    // Near 0 as ln(1 + 2 sinh²(x/2)), the hyperbolic sine by its series: 0.25⁸/17! is far below an ulp.
    let h = T::select(size < T::ONE, size, T::ONE) * T::HALF;
    let square = h * h;
    let mut series = T::ONE;
    // A range that includes its end keeps the loop over rows from being vectorised.
    for k in (1..8_u8).rev() {
        let k = f64::from(k);
        series = (series * square).mul_add(T::from_f64(1.0 / (2.0 * k * (2.0 * k + 1.0))), T::ONE);
    }
    let sinh = h * series;
    let near = (T::TWO * sinh * sinh).ln_1p();
    let far = (size - T::LN_2) + exp_times(size, -T::TWO).ln_1p();
    T::select(size < T::ONE, near, T::select(size < T::INFINITY, far, size))
}

/// √(x² + c²) − c for c > 0, and its first and second derivative in x, the latter times c.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn hypot_less<T: Float>(x: T, c: T) -> [T; 3] {
    let size = x.abs();
    let inner = size <= c;
    let (smaller, larger) = (T::select(inner, size, c), T::select(inner, c, size));
    let (q, lost) = quotient(smaller, larger);
    // u = 1 + q² with its rounding error, and √u with the first-order correction for both.
    let (square, square_lost) = two_product(q, q);
    let (u, u_lost) = two_sum(T::ONE, square);
    let u_lost = u_lost + square_lost + (q + q) * lost;
    let root = u.sqrt();
    let root_lost = ((-root).mul_add(root, u) + u_lost) / (root + root);
    let relative = root_lost / root;
    // √(x² + c²) − c = x²/(√(x² + c²) + c), each divided by the larger of the two.
    let (numerator, denominator) = if_else(inner, (q, root + T::ONE), (T::ONE, root + q));
    let value = size * (numerator / denominator);
    let value_lost = T::select(inner, lost / denominator, T::ZERO)
        - (root_lost + T::select(inner, T::ZERO, lost)) * (numerator / denominator) / denominator;
    let value = value + size * value_lost;
    // x/√(x² + c²), and c³/(x² + c²)^(3/2).
    let top = T::select(inner, q, T::ONE);
    let first = top / root;
    let first = first + (T::select(inner, lost, T::ZERO) / root - first * relative);
    let cube = T::select(inner, T::ONE, q * q * q);
    let second = cube / (u * root);
    // Beyond the larger of the two an ulp of q counts three times.
    let corrections = T::select(inner, T::ZERO, T::from_f64(3.0) * lost / q);
    let u_relative = u_lost / u;
    let second_lost = second * (corrections - (u_relative + relative));
    let second = second + T::select(second_lost.abs() <= second, second_lost, T::ZERO);
    let infinite = size == T::INFINITY;
    [T::select(infinite, size, value), first.copysign(x), second]
}

#[inline(always)]
fn if_else<T: Float>(condition: bool, yes: (T, T), no: (T, T)) -> (T, T) {
    (T::select(condition, yes.0, no.0), T::select(condition, yes.1, no.1))
}

/// ln((1 + x)/(1 + y)) for x, y > −1.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn ln_1p_minus<T: Float>(x: T, y: T) -> T {
    let (a, a_lost) = two_sum(T::ONE, x);
    let (b, b_lost) = two_sum(T::ONE, y);
    let q = a / b;
    let lost = ((-q).mul_add(b, a) + (-q).mul_add(b_lost, a_lost)) / b;
    // Renormalised: close to 1 the quotient's own rounding must not be the larger part.
    let (u, c) = two_sum(q, lost);
    ln_of::<T, true, true>(u, c)
}

/// t − ln(1 + t), t = n/d with d > 0 and t ≥ −1.
#[inline(always)]
pub(crate) fn ln_1p_shortfall<T: Float>(n: T, d: T) -> T {
    shortfall_of((n, T::ZERO), d, two_sum(n, d))
}

/// As [`ln_1p_shortfall`], of a numerator and of its sum with the divisor, each with its rounding error.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
fn shortfall_of<T: Float>((n, n_lost): (T, T), d: T, (sum, sum_lost): (T, T)) -> T {
    let (t, t_lost) = quotient(n, d);
    let t_lost = t_lost + n_lost / d;
    // Near 0: with s = t/(2 + t), t − ln(1 + t) = t·s − s³·P(s²). |s| ≤ 1/3 from t = −½ to 1.
    let near = (t >= -T::HALF) & (t <= T::ONE);
    let inside = T::select(near, t, T::ZERO);
    let s = inside / (T::TWO + inside);
    let square = s * s;
    let series = s * (-square).mul_add(T::ln_poly_wide(square), inside);
    // The derivative is t/(1 + t).
    let series = series + t_lost * (inside / (T::ONE + inside));
    // Elsewhere 1 + t is taken as the quotient that it is, which keeps its digits next to t = −1.
    let (u, u_lost) = quotient(sum, d);
    let (high, low) = ln_parts::<T, false>(u, T::ZERO);
    let relative = (u_lost + sum_lost / d) / u;
    // Where the quotient underflows its logarithm does not.
    let tiny = u < T::MIN_POSITIVE;
    let high = T::select(tiny, sum.ln() - d.ln(), high);
    let (low, relative) = if_else(tiny, (T::ZERO, T::ZERO), (low, relative));
    let gap = t - high;
    let far = gap + ((difference_lost(t, high, gap) - low) + (t_lost - relative));
    let far = T::select(sum == T::ZERO, T::INFINITY, T::select(t < T::INFINITY, far, t));
    T::select(near, series, far)
}

/// y·ln(y/x) − y + x for y ≥ 0, x ≥ 0: half the unit deviance of the Poisson distribution.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn poisson_half_deviance<T: Float>(x: T, y: T) -> T {
    let difference = x - y;
    let ratio = shortfall_of((difference, difference_lost(x, y, difference)), y, (x, T::ZERO));
    // Where x/y overflows, or y is 0, what is left is x; where x is 0 and y is not, nothing is left.
    let ordinary = T::select((y > T::ZERO) & (ratio < T::INFINITY), y * ratio, difference);
    T::select((x == T::ZERO) & (y > T::ZERO), T::INFINITY, ordinary)
}

/// ln(x/y) + y/x − 1 for x, y > 0: half the unit deviance of the gamma distribution.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn gamma_half_deviance<T: Float>(x: T, y: T) -> T {
    let difference = y - x;
    shortfall_of((difference, difference_lost(y, x, difference)), x, (y, T::ZERO))
}

/// ln(1 + x²), x = n/d.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn ln_1p_square<T: Float>(n: T, d: T) -> T {
    let (x, lost) = quotient(n.abs(), d.abs());
    let inner = x <= T::ONE;
    let safe = T::select(inner, x, T::ZERO);
    let (square, square_lost) = two_product(safe, safe);
    let square_lost = square_lost + (safe + safe) * lost;
    let near = square.ln_1p() + square_lost / (T::ONE + square);
    let inverse = T::ONE / T::select(inner, T::ONE, x);
    let far = T::TWO * x.ln() + (T::TWO * (lost * inverse) + (inverse * inverse).ln_1p());
    // Where the quotient overflows, its logarithm does not.
    let beyond = T::TWO * (n.abs().ln() - d.abs().ln());
    T::select(inner, near, T::select(x < T::INFINITY, far, beyond))
}

/// 1/(1 + x²), x = n/d.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn inverse_1p_square<T: Float>(n: T, d: T) -> T {
    let (n, d) = (n.abs(), d.abs());
    // With the smaller of x and 1/x, whose square does not overflow.
    let inner = n <= d;
    let (q, lost) = quotient(T::select(inner, n, d), T::select(inner, d, n));
    let (square, square_lost) = two_product(q, q);
    let more = T::ONE + square;
    let result = T::select(inner, T::ONE, square) / more;
    // The error of the square: all of it where the square is the numerator, but for its share in the denominator.
    let square_lost = square_lost + (q + q) * lost;
    let correction = T::select(inner, -result * square_lost / more, square_lost / more / more);
    T::select(correction.abs() <= result, result + correction, result)
}

/// n/(1 + x²), x = n/d.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn over_1p_square<T: Float>(n: T, d: T) -> T {
    let (size, d) = (n.abs(), d.abs());
    let inner = size <= d;
    let q = T::select(inner, size, d) / T::select(inner, d, size);
    // Beyond d it is d·q/(1 + q²) by q = d/n.
    let numerator = T::select(inner, size, d * q);
    (numerator / q.mul_add(q, T::ONE)).copysign(n)
}

/// 1 − y/x for x, y ≥ 0; 1 where y is 0.
#[inline(always)]
pub(crate) fn relative_excess<T: Float>(x: T, y: T) -> T {
    // The difference first: next to y = x the quotient has lost it.
    T::select(y == T::ZERO, T::ONE, (x - y) / x)
}

/// x − c·ln(1 + x/c) for x ≥ 0, c > 0.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn ln_1p_gap<T: Float>(x: T, c: T) -> T {
    let gap = c * ln_1p_shortfall(x, c);
    // Where x/c overflows nothing is left of the logarithm.
    T::select(gap < T::INFINITY, gap, x)
}

/// |x − y|/((|x| + |y|)/2), 0 where both are 0.
#[inline(always)]
pub(crate) fn relative_distance<T: Float>(x: T, y: T) -> T {
    let sum = x.abs() + y.abs();
    let plain = T::TWO * ((x - y).abs() / sum);
    // Halved where the sum overflows, not where it could be subnormal.
    let half = T::HALF;
    let halved = T::TWO * ((x * half - y * half).abs() / (x.abs() * half + y.abs() * half));
    T::select(sum == T::ZERO, T::ZERO, T::select(sum < T::INFINITY, plain, halved))
}

/// e^(−x²), x = n/d.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn exp_minus_square<T: Float>(n: T, d: T) -> T {
    let (x, lost) = quotient(n.abs(), d.abs());
    // Beyond this the result is 0 in every format.
    let x = x.min(T::from_f64(64.0));
    let (square, square_lost) = two_product(x, x);
    let lost = (-(x + x)).mul_add(lost, -square_lost);
    exp_sum(-square, T::select(lost.abs() <= T::ONE, lost, T::ZERO))
}

/// 1 − e^(−x²), x = n/d.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn one_less_exp_minus_square<T: Float>(n: T, d: T) -> T {
    let (x, lost) = quotient(n.abs(), d.abs());
    let x = x.min(T::from_f64(64.0));
    let (square, square_lost) = two_product(x, x);
    let lost = (x + x).mul_add(lost, square_lost);
    T::ZERO - exp_m1_sum(-square, -T::select(lost.abs() <= T::ONE, lost, T::ZERO))
}

/// sigmoid(x)^power.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn sigmoid_power<T: Float>(x: T, power: T) -> T {
    // Below 0 sigmoid(x) = e^x/(1 + e^x): the first factor without the rounding of power·x, the second's logarithm is
    // at most ln 2.
    let below = T::select(x < T::ZERO, x, T::ZERO);
    let e = (-x.abs()).exp();
    let tail = e.ln_1p();
    let (product, product_lost) = two_product(power, tail);
    let second = exp_sum(-product, -product_lost);
    T::select(power == T::ZERO, T::ONE, exp_times(below, power) * second)
}

/// w·ln(1 + a·e^x) for a > 0, w ≥ 0, with its first and second derivative in x. The weight comes before anything
/// underflows.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn ln_1p_scaled_exp<T: Float>(x: T, a: T, w: T) -> [T; 3] {
    // e = the smaller of a·e^x and its inverse.
    let shifted = x + a.ln();
    let right = shifted >= T::ZERO;
    let (exponent, factor) = (T::select(right, -x, x), T::select(right, T::ONE / a, a));
    let e = scaled_exp(exponent, factor);
    let weighted = scaled_exp(exponent, factor * w);
    let one_more = T::ONE + e;
    // Where e is so small that it could have lost digits, ln(1 + e) is e.
    let tail = T::select(e < T::EPSILON * T::EPSILON, weighted, w * e.ln_1p());
    let value = T::select(right, w.times0(shifted), T::ZERO) + tail;
    let first = T::select(right, w, weighted) / one_more;
    let second = weighted / one_more / one_more;
    [value, first, second]
}

/// tanh x.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn tanh<T: Float>(x: T) -> T {
    // σ(2x) − ½, twice.
    T::TWO * T::logistic_residual(T::HALF, T::TWO * x)
}

/// 1/cosh² x.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn sech_squared<T: Float>(x: T) -> T {
    T::from_f64(4.0) * (T::TWO * x).logistic_curvature()
}

/// `(y^rate − x^rate)/rate` for the logarithm of y/x in two parts, also at rate 0, and whether the difference is so large
/// that taking it of the powers is as accurate.
///
/// A function, because a closure cannot be told to be inlined.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
fn power_difference<T: Float>(x: T, (log, log_lost): (T, T), rate: T) -> (bool, T) {
    let (product, lost) = two_product(log, rate);
    let lost = log_lost.mul_add(rate, lost);
    let growth = exp_m1_sum(product, T::select(lost.abs() <= T::ONE, lost, T::ZERO));
    let close = raise(x, rate) * T::select(rate == T::ZERO, log, growth / rate);
    (product.abs() > T::ONE, close)
}

/// How far from 1 the ratio of target and mean may be for the series of [`tweedie_half_deviance`].
const SERIES_REACH: f64 = 2.0;
/// Terms of that series: 2²⁶/26!·25 is below an ulp of its sum.
const SERIES_TERMS: u8 = 26;

/// Half the unit deviance of the Tweedie distributions, y^b/(ab) − y·x^a/a + x^b/b with a = 1 − power, b = 2 − power, by
/// its limits at powers 1 and 2; y ≥ 0, x > 0.
///
/// With L = ln(y/x) it is x^b·G(L), where G(L) has the series Σₙ (1 + b + … + b^(n−2))·Lⁿ/n!,
/// which knows nothing of the poles at a = 0 and b = 0.
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn tweedie_half_deviance<T: Float>(x: T, y: T, power: T) -> T {
    let (a, b) = (T::ONE - power, T::TWO - power);
    let (q, q_lost) = quotient(y, x);
    let (log, log_lost) = ln_parts::<T, false>(q, T::ZERO);
    // Close to 1 the lost part of the quotient is as large as the logarithm.
    let near_one = ln_of::<T, true, true>(q, q_lost);
    let is_near_one = (q > T::HALF) & (q < T::TWO);
    // Where the quotient over- or underflows its logarithm does not.
    let in_range = (q >= T::MIN_POSITIVE) & (q < T::INFINITY);
    let log_lost = T::select(is_near_one | !in_range, T::ZERO, log_lost + q_lost / q);
    let log = T::select(in_range | (y == T::ZERO), log, y.ln() - x.ln());
    let log = T::select(is_near_one, near_one, log);
    let reach = T::from_f64(SERIES_REACH);
    let near = log.abs() <= reach;

    let inside = T::select(near, log, T::ZERO);
    let (mut term, mut coefficient) = (inside * inside * T::HALF, T::ONE);
    let mut series = term;
    // A range that includes its end keeps the loop over rows from being vectorised.
    for n in 3..SERIES_TERMS + 1 {
        coefficient = coefficient.mul_add(b, T::ONE);
        term = term * inside * T::from_f64(1.0 / f64::from(n));
        series = coefficient.mul_add(term, series);
    }

    // y·(y^a − x^a)/a − (y^b − x^b)/b, which knows nothing of the poles either where the differences are taken as
    // x^r·(e^(rL) − 1).
    // Where the differences do not cancel they are taken as they are: y·x^a in three factors, none of which overflows alone.
    let (power_y, power_x) = (raise(y, b), raise(x, b));
    let root = raise(x, a * T::HALF);
    let ((apart_a, close_a), (apart_b, close_b)) =
        (power_difference(x, (log, log_lost), a), power_difference(x, (log, log_lost), b));
    let first = T::select(apart_a, (power_y - root * y * root) / a, y * close_a);
    let second = T::select(apart_b, (power_y - power_x) / b, close_b);
    // Above power 2.95 the powers of subnormal numbers overflow: so does the deviance, but for the differences of those.
    let overflows = (power_x == T::INFINITY) | (power_y == T::INFINITY);
    let far = T::select(overflows, T::INFINITY, first - second);
    // At y = 0 only x^b/b is left, infinite from power 2 on.
    let at_zero = T::select(b > T::ZERO, power_x / b, T::INFINITY);
    // Next to the target it may overflow where the series is 0.
    let close = T::select(series == T::ZERO, T::ZERO, power_x * series);
    T::select(near, close, T::select(y == T::ZERO, at_zero, far))
}
