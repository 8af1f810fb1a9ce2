//! The canonical form of an exact sum, and its rounding.

/// A sign, an odd integer, and the exponent of its unit; zero is the integer 0 with exponent 0 and no sign.
///
/// Every finite number has exactly one such form, so equality of sums is equality of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Magnitude {
    pub(super) negative: bool,
    pub(super) exp: i32,
    pub(super) integer: Integer,
}

/// An odd integer, or zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Integer {
    /// Up to 128 bits.
    Narrow(u128),
    /// More than 128 bits, least significant limb first, the last one not zero.
    Wide(Vec<u64>),
}

impl Magnitude {
    /// ±`integer`·2^`exp`.
    pub(super) fn narrow(negative: bool, integer: u128, exp: i32) -> Self {
        if integer == 0 {
            return Self { negative: false, exp: 0, integer: Integer::Narrow(0) };
        }
        let zeros = integer.trailing_zeros();
        Self { negative, exp: exp + zeros as i32, integer: Integer::Narrow(integer >> zeros) }
    }

    /// ±`limbs`·2^`exp`, least significant limb first.
    pub(super) fn new(negative: bool, mut limbs: Vec<u64>, mut exp: i32) -> Self {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        let zero_limbs = limbs.iter().take_while(|&&limb| limb == 0).count();
        limbs.drain(..zero_limbs);
        exp += 64 * zero_limbs as i32;
        let zeros = limbs.first().map_or(0, |limb| limb.trailing_zeros());
        if zeros > 0 {
            for i in 0..limbs.len() {
                let above = limbs.get(i + 1).map_or(0, |&limb| limb << (64 - zeros));
                limbs[i] = limbs[i] >> zeros | above;
            }
            exp += zeros as i32;
            if limbs.last() == Some(&0) {
                limbs.pop();
            }
        }
        match *limbs {
            [] => Self::narrow(false, 0, 0),
            [low] => Self { negative, exp, integer: Integer::Narrow(low.into()) },
            [low, high] => Self { negative, exp, integer: Integer::Narrow(join(high, low)) },
            _ => Self { negative, exp, integer: Integer::Wide(limbs) },
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.integer == Integer::Narrow(0)
    }

    pub(super) fn signum(&self) -> f64 {
        match self {
            _ if self.is_zero() => 0.0,
            Self { negative: true, .. } => -1.0,
            _ => 1.0,
        }
    }

    /// The nearest `f64`, ties to even.
    pub(super) fn to_f64(&self) -> f64 {
        match &self.integer {
            Integer::Narrow(0) => 0.0,
            &Integer::Narrow(integer) => {
                let zeros = integer.leading_zeros();
                let aligned = integer << zeros;
                let sticky = aligned as u64 != 0;
                round(self.negative, (aligned >> 64) as u64, self.exp + 64 - zeros as i32, sticky)
            }
            Integer::Wide(limbs) => {
                let n = limbs.len();
                let zeros = limbs[n - 1].leading_zeros();
                let aligned = join(limbs[n - 1], limbs[n - 2]) << zeros;
                // The integer is odd and longer than 128 bits, so there is something below the 64 bits kept.
                round(self.negative, (aligned >> 64) as u64, self.exp + 64 * (n as i32 - 1) - zeros as i32, true)
            }
        }
    }
}

/// Two limbs as one integer.
pub(super) fn join(high: u64, low: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// The `f64` nearest to ±(`top` + ε)·2^`exp`, ties to even, where ε is zero, or if `sticky` something between 0 and 1.
///
/// The highest bit of `top` is set.
pub(super) fn round(negative: bool, top: u64, exp: i32, sticky: bool) -> f64 {
    debug_assert!(top >> 63 == 1);
    let sign = u64::from(negative) << 63;
    if exp > 1023 - 63 {
        return f64::from_bits(sign | f64::INFINITY.to_bits());
    }
    // 53 of 64 bits are kept, or fewer where the unit would be below 2^-1074.
    let drop = 11.max(-1074 - exp);
    if drop > 64 {
        // Less than half of the smallest number.
        return f64::from_bits(sign);
    }
    let top = u128::from(top);
    let kept = (top >> drop) as u64;
    let rest = top & ((1 << drop) - 1);
    let half = 1 << (drop - 1);
    let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
    // Adding, not joining: the implicit bit of `kept` raises the exponent from `unit` to what is stored, and so does
    // a carry out of the rounding, up to infinity. A subnormal has neither and a `unit` of 0.
    let unit = (exp + drop + 1074) as u64;
    f64::from_bits(sign | ((unit << 52) + kept + u64::from(up)))
}
