//! The fused multiply-add where the machine has none: by exact products and sums of `f64` in place of whole numbers.
//!
//! T. J. Dekker's product (A floating-point technique for extending the available precision, 1971) and Knuth's sum turn
//! a·b + c into three numbers, of which the two small ones are added rounding to odd, so that the last addition rounds as
//! if it were the only one: S. Boldo, G. Melquiond, Emulation of FMA and correctly rounded sums: proved algorithms using
//! rounding to odd, IEEE Trans. Comput. 57 (2008). It holds while the product neither over- nor underflows, which
//! exponents tell beforehand; other numbers go to the standard library, which computes with integers.

use super::two_sum;

/// Whether the target has no instruction for it. The baseline of x86-64 has none either, but the library of C that it
/// calls finds out whether the machine has.
const EMULATED: bool = cfg!(target_family = "wasm");

/// Exponent fields of factors whose product and its error are sure to be normal or exact: 2^−480 to 2^480.
const FACTORS: (u64, u64) = (1023 - 480, 2 * 480);

/// Exponent fields of terms that leave room for the product.
const TERMS: u64 = 2040;

/// a·b + c, rounded once, to the bits of [`f64::mul_add`].
#[cfg_attr(not(target_family = "wasm"), inline(always))]
#[cfg_attr(target_family = "wasm", inline(never))]
pub(super) fn mul_add(a: f64, b: f64, c: f64) -> f64 {
    if EMULATED { emulated(a, b, c) } else { a.mul_add(b, c) }
}

/// The product and its rounding error, where factors are no larger than 2^995 and the product no smaller than 2^−960.
#[inline(always)]
pub(crate) fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let product = a * b;
    let lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, lost)
}

/// Two numbers of 26 bits that add up to x (Veltkamp).
#[inline(always)]
fn halves(x: f64) -> (f64, f64) {
    let stretched = x * 134_217_729.0;
    let high = stretched - (stretched - x);
    (high, x - high)
}

#[inline(always)]
fn emulated(a: f64, b: f64, c: f64) -> f64 {
    let field = |x: f64| x.to_bits() >> 52 & 0x7ff;
    let in_middle = |x: f64| field(x).wrapping_sub(FACTORS.0) <= FACTORS.1;
    if !(in_middle(a) & in_middle(b) & (field(c) <= TERMS)) {
        return at_edge(a, b, c);
    }
    let (product, lost) = exact_product(a, b);
    let (term, small) = two_sum(c, lost);
    let (sum, middle) = two_sum(product, term);
    sum + rounded_to_odd(small, middle)
}

/// Factors of zero, which are common and have exact products; the rest by integers.
#[cold]
#[inline(never)]
fn at_edge(a: f64, b: f64, c: f64) -> f64 {
    if a == 0.0 || b == 0.0 { a * b + c } else { a.mul_add(b, c) }
}

/// a + b, and where that is not exact the one neighbour of the true sum whose last bit is 1.
#[inline(always)]
fn rounded_to_odd(a: f64, b: f64) -> f64 {
    let (sum, lost) = two_sum(a, b);
    let bits = sum.to_bits();
    // An even sum moves towards what was lost: away from zero where both have the same sign. Sums that are not exact are
    // not zero.
    let outwards = (bits ^ lost.to_bits()) >> 63 == 0;
    let odd = if outwards { bits + 1 } else { bits.wrapping_sub(1) };
    f64::from_bits(if (lost != 0.0) & (bits & 1 == 0) { odd } else { bits })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of a sequence that looks random.
    struct Random(u64);

    impl Random {
        fn bits(&mut self) -> u64 {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (self.0 ^ self.0 >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        }

        /// Any sign, a significand of many or few bits, and an exponent of at most `reach` on either side.
        fn number(&mut self, reach: i32) -> f64 {
            let bits = self.bits();
            let fraction = match bits >> 60 {
                0..6 => self.bits() >> 12,
                // Few bits, runs of ones, next to a power of two.
                6..9 => self.bits() >> 12 & u64::MAX << (20 + (bits >> 50) % 32),
                9..12 => (1 << 52) - (1 << ((bits >> 50) % 52)),
                12..14 => (bits >> 50) % 4,
                _ => (1 << 52) - 1 - (bits >> 50) % 4,
            } & ((1 << 52) - 1);
            let exponent = 1023 + (self.bits() % (2 * reach as u64 + 1)) as i32 - reach;
            f64::from_bits(bits << 63 | (exponent.clamp(0, 2046) as u64) << 52 | fraction)
        }
    }

    fn hold(a: f64, b: f64, c: f64) {
        let (found, expected) = (emulated(a, b, c), a.mul_add(b, c));
        let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
        assert!(same, "{a:e}·{b:e} + {c:e} is {expected:e}, not {found:e}");
    }

    #[test]
    fn random_numbers() {
        let mut random = Random(1);
        for reach in [0, 1, 30, 60, 120, 500, 1100] {
            for _ in 0..1_000_000 {
                hold(random.number(reach), random.number(reach), random.number(reach));
            }
        }
    }

    /// Terms next to the product, to its error, and to halves of their last places: what cancels and what ties.
    #[test]
    fn terms_that_cancel_or_tie() {
        let mut random = Random(2);
        for reach in [1, 100, 470, 1000] {
            for _ in 0..500_000 {
                let (a, b) = (random.number(reach), random.number(reach));
                let product = a * b;
                let lost = a.mul_add(b, -product);
                let power = f64::from_bits((random.bits() % 220 + 1023 - 110) << 52);
                for c in [-product, -product.next_up(), -product.next_down(), -2.0 * product, -0.5 * product] {
                    hold(a, b, c);
                }
                for c in [lost, -lost, product * power, product.next_up() * power, lost * power, -lost * power] {
                    hold(a, b, c);
                }
            }
        }
    }

    /// Products that end in the middle between two numbers of the sum, or as little above or below as can be.
    #[test]
    fn halves_of_the_last_place() {
        let mut random = Random(3);
        for _ in 0..500_000 {
            let c = random.number(20);
            let half = (c.next_up() - c) / 2.0;
            for (a, b) in [(half, 1.0), (half, 1.0 - f64::EPSILON), (half.next_up(), 1.0 + f64::EPSILON)] {
                for (a, b) in [(a, b), (-a, b), (a, 3.0 * b), (3.0 * a, -b)] {
                    hold(a, b, c);
                    hold(a, b, c.next_up());
                }
            }
        }
    }

    #[test]
    fn the_edges_of_the_range() {
        let mut edges = vec![0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY, f64::NAN, 1.0, 1.5];
        for field in [1, 2, 52, 53, FACTORS.0, FACTORS.0 + FACTORS.1, TERMS, 2046] {
            for field in [field - 1, field, (field + 1).min(2046)] {
                for fraction in [0, 1, (1 << 52) - 1, 0x8_0000_0000_0001, 0x5_5555_5555_5555] {
                    edges.push(f64::from_bits(field << 52 | fraction));
                }
            }
        }
        let signed: Vec<f64> = edges.iter().flat_map(|&edge| [edge, -edge]).collect();
        for &a in &signed {
            for &b in &signed {
                for &c in &signed {
                    hold(a, b, c);
                }
            }
        }
    }
}
