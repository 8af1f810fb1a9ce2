//! Functions of likelihoods that losses do not need.

use dartboard_numerics::elementary::Float;

/// The logarithm of the probability that a standard normal number lies in `low..high`.
///
/// Computed on the side where both ends are small, so that it keeps its digits far out in the tails.
pub(crate) fn ln_normal_between(low: f64, high: f64) -> f64 {
    let (low, high) = if low > 0.0 { (-high, -low) } else { (low, high) };
    let between = normal_below(high) - normal_below(low);
    if between > 0.0 {
        return Float::ln(between);
    }
    // Both ends are beyond about 38 standard deviations, where the tail is φ(high)/|high| (Mills' ratio).
    -0.5 * high * high - Float::ln(-high) - LN_SQRT_TAU
}

/// `ln √(2π)`
pub(crate) const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;

/// The probability that a standard normal number is below `x`.
pub(crate) fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The standard normal quantile, by Acklam's rational approximation (relative error 1.15e-9) and one step of Halley's
/// method, which brings it to the last few bits.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 || p.is_nan() {
        return if p == 0.0 {
            f64::NEG_INFINITY
        } else if p == 1.0 {
            f64::INFINITY
        } else {
            f64::NAN
        };
    }
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    // The approximation changes its form at this probability.
    const TAIL: f64 = 0.02425;
    let tail = |q: f64| {
        let t = (-2.0 * Float::ln(q)).sqrt();
        polynomial(&C, t) / polynomial(&D, t)
    };
    let x = if p < TAIL {
        tail(p)
    } else if p > 1.0 - TAIL {
        -tail(1.0 - p)
    } else {
        let centred = p - 0.5;
        let square = centred * centred;
        centred * polynomial(&A, square) / polynomial(&B, square)
    };
    let error = normal_below(x) - p;
    let step = error * Float::exp(0.5 * x * x + LN_SQRT_TAU);
    x - step / (1.0 + 0.5 * x * step)
}

/// The derivative of `ln Γ`: the recurrence up to 8, then the asymptotic series (NIST DLMF 5.11.2), error below 1e-13.
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 8.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let t = 1.0 / (x * x);
    let series = t * (1.0 / 12.0 - t * (1.0 / 120.0 - t * (1.0 / 252.0 - t * (1.0 / 240.0 - t * (1.0 / 132.0)))));
    sum + Float::ln(x) - 0.5 / x - series
}

/// The second derivative of `ln Γ` (NIST DLMF 5.15.8), error below 1e-12.
pub(crate) fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 8.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let t = 1.0 / (x * x);
    let series = t * (1.0 / 6.0 - t * (1.0 / 30.0 - t * (1.0 / 42.0 - t * (1.0 / 30.0 - t * (5.0 / 66.0)))));
    sum + 1.0 / x + 0.5 * t + series / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_tables() {
        let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a}, not {b}");
        // Euler's constant and π²/6.
        near(digamma(1.0), -0.577_215_664_901_532_9);
        near(digamma(0.5), -1.963_510_026_021_423_5);
        near(digamma(20.0), 2.970_523_992_242_149);
        near(trigamma(1.0), 1.644_934_066_848_226_4);
        near(trigamma(0.5), 4.934_802_200_544_679);
        near(normal_quantile(0.975), 1.959_963_984_540_054);
        near(normal_quantile(1e-9), -5.997_807_015_007_686);
        near(normal_below(-1.0), 0.158_655_253_931_457_05);
    }

    #[test]
    fn far_tails_keep_their_logarithm() {
        // ln of the probability beyond 40 and 50 standard deviations, from the asymptotic series.
        assert!((ln_normal_between(40.0, 41.0) + 804.608_442).abs() < 1e-3);
        assert!((ln_normal_between(-51.0, -50.0) + 1_254.831_361).abs() < 1e-2);
        assert!((ln_normal_between(-1.0, 1.0) - (0.682_689_492_137_085_9_f64).ln()).abs() < 1e-14);
    }

    #[test]
    fn quantiles_invert_probabilities() {
        for p in [1e-12, 1e-4, 0.02, 0.3, 0.5, 0.8, 0.999] {
            assert!((normal_below(normal_quantile(p)) / p - 1.0).abs() < 1e-12, "{p}");
        }
        assert!(normal_quantile(2.0).is_nan());
    }
}
