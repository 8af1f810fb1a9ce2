//! The logarithm of the gamma function: the constant term of likelihoods of counts.

use super::Float;

/// `ln Γ(x)` for `x > 0`.
///
/// Whole numbers up to 20 are the logarithm of an exact factorial, so exactly 0 at 1 and 2. Elsewhere Stirling's series
/// (NIST DLMF 5.11.1) from 10 on, to which smaller arguments are shifted. Relative error below 1e-14 except beside the
/// zeros at 1 and 2, where the absolute error is below 1e-14.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    if x.fract() == 0.0 && (1.0..=20.0).contains(&x) {
        let factorial: f64 = (1..x as u32).map(f64::from).product();
        return Float::ln(factorial);
    }
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut shifted, mut factor) = (x, 1.0);
    while shifted < 10.0 {
        factor *= shifted;
        shifted += 1.0;
    }
    // B₂ₖ/(2k(2k − 1)) for k = 1 to 8; the next term is below 1e-17 from 10 on.
    const SERIES: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    let inverse = 1.0 / shifted;
    let square = inverse * inverse;
    let series = SERIES.iter().rev().fold(0.0, |sum: f64, &term| sum.mul_add(square, term)) * inverse;
    let half_ln_2_pi = 0.918_938_533_204_672_8;
    let log = Float::ln(shifted);
    // (x − ½)·ln x − x overflows before its value does.
    if shifted > 1e300 {
        return shifted * (log - 1.0);
    }
    ((shifted - 0.5).mul_add(log, -shifted) + half_ln_2_pi + series) - Float::ln(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        for (x, expected) in [
            (1.0, 0.0),
            (2.0, 0.0),
            (3.0, std::f64::consts::LN_2),
            (0.5, 0.572_364_942_924_700_1),
            (1.5, -0.120_782_237_635_245_22),
            (4.25, 2.114_456_927_450_371_7),
            (100.0, 359.134_205_369_575_4),
            (1e-10, 23.025_850_929_882_733),
            (1e10, 220_258_509_288.811_46),
        ] {
            let error = (ln_gamma(x) - expected).abs();
            assert!(error <= 1e-14 * expected.abs().max(1.0), "ln Γ({x}) = {}, not {expected}", ln_gamma(x));
        }
        assert!(ln_gamma(0.0).is_nan() && ln_gamma(-1.5).is_nan() && ln_gamma(f64::NAN).is_nan());
        assert!(ln_gamma(1e305).is_finite());
    }
}
