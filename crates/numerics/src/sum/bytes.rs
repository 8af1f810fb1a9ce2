//! The byte form of an exact sum.
//!
//! | bytes | meaning |
//! |---|---|
//! | 0 | version, 1 |
//! | 1 | kind: 0 zero, 1 positive, 2 negative, 3 +∞, 4 −∞, 5 NaN |
//! | 2, 3 | for kinds 1 and 2 only: the exponent, `i16`, little endian |
//! | 4.. | for kinds 1 and 2 only: the integer, little endian, without zero bytes at the end |
//!
//! The sum is ±integer·2^exponent. The integer is odd, so every sum has exactly one byte form. The length is not
//! stored: whoever stores the bytes knows it.

use super::magnitude::Integer;
use super::{ExactSum, MIN_EXP, NAN, NEG_INF, POS_INF};

const VERSION: u8 = 1;

const ZERO: u8 = 0;
const POSITIVE: u8 = 1;
const NEGATIVE: u8 = 2;
const POSITIVE_INFINITY: u8 = 3;
const NEGATIVE_INFINITY: u8 = 4;
const NOT_A_NUMBER: u8 = 5;

/// Decoded sums are below 2^`TOP` in magnitude: 2^60 terms below 2^2112, and some room.
const TOP: i32 = 2240;

/// Why bytes are not those of an exact sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end too early.
    Truncated,
    /// A format version that this build does not know.
    Version(u8),
    /// A kind of sum that does not exist.
    Kind(u8),
    /// More bytes than the kind of sum has.
    TrailingBytes,
    /// A number that is not written in its one canonical form.
    NotCanonical,
    /// A number beyond anything that sums of `f64` products reach.
    OutOfRange,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("bytes of an exact sum: ")?;
        match self {
            Self::Truncated => f.write_str("they end too early"),
            Self::Version(version) => write!(f, "unknown version {version} (this build reads version {VERSION})"),
            Self::Kind(kind) => write!(f, "unknown kind {kind}"),
            Self::TrailingBytes => f.write_str("more bytes than expected"),
            Self::NotCanonical => f.write_str("the number is not in canonical form"),
            Self::OutOfRange => f.write_str("the number is out of range"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl ExactSum {
    /// The byte form: equal sums give equal bytes, whatever the order and split of their terms.
    ///
    /// 2 bytes for zero, infinities and NaN, up to 20 bytes for sums that span up to 128 bits, 4 bytes and an eighth of
    /// the span in bits for others, about 550 at most.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_bytes(&mut bytes);
        bytes
    }

    /// Appends [`to_bytes`](Self::to_bytes) to `out`.
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        let kind = |kind| [VERSION, kind];
        if let Some(special) = self.special() {
            return out.extend(kind(if special.is_nan() {
                NOT_A_NUMBER
            } else if special > 0.0 {
                POSITIVE_INFINITY
            } else {
                NEGATIVE_INFINITY
            }));
        }
        let magnitude = self.magnitude();
        if magnitude.is_zero() {
            return out.extend(kind(ZERO));
        }
        out.extend(kind(if magnitude.negative { NEGATIVE } else { POSITIVE }));
        // Sums lie between 2^-2176 and 2^2240.
        out.extend((magnitude.exp as i16).to_le_bytes());
        match magnitude.integer {
            Integer::Narrow(integer) => out.extend(integer.to_le_bytes()),
            Integer::Wide(limbs) => out.extend(limbs.iter().flat_map(|limb| limb.to_le_bytes())),
        }
        // The integer is not zero, so this stops within it.
        while out.last() == Some(&0) {
            out.pop();
        }
    }

    /// The sum whose [`to_bytes`](Self::to_bytes) are `bytes`.
    ///
    /// Linear time.
    ///
    /// # Errors
    ///
    /// If `bytes` are anything that `to_bytes` does not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let &[version, ref rest @ ..] = bytes else { return Err(DecodeError::Truncated) };
        if version != VERSION {
            return Err(DecodeError::Version(version));
        }
        let &[kind, ref rest @ ..] = rest else { return Err(DecodeError::Truncated) };
        let mut sum = Self::new();
        match kind {
            ZERO => {}
            POSITIVE | NEGATIVE => return decode_finite(kind == NEGATIVE, rest),
            POSITIVE_INFINITY => sum.flags = POS_INF,
            NEGATIVE_INFINITY => sum.flags = NEG_INF,
            NOT_A_NUMBER => sum.flags = NAN,
            _ => return Err(DecodeError::Kind(kind)),
        }
        if rest.is_empty() { Ok(sum) } else { Err(DecodeError::TrailingBytes) }
    }
}

fn decode_finite(negative: bool, bytes: &[u8]) -> Result<ExactSum, DecodeError> {
    let &[e0, e1, ref integer @ ..] = bytes else { return Err(DecodeError::Truncated) };
    let (&[first, ..], &[.., last]) = (integer, integer) else { return Err(DecodeError::Truncated) };
    if first & 1 == 0 || last == 0 {
        return Err(DecodeError::NotCanonical);
    }
    let exp = i32::from(i16::from_le_bytes([e0, e1]));
    // Lengths first: they may be anything, and no arithmetic may overflow.
    if integer.len() > (TOP - MIN_EXP) as usize / 8 {
        return Err(DecodeError::OutOfRange);
    }
    let high = exp + 8 * integer.len() as i32 - last.leading_zeros() as i32;
    if exp < MIN_EXP || high > TOP {
        return Err(DecodeError::OutOfRange);
    }
    let mut sum = ExactSum::new();
    // 15 bytes at a time stay within an i128.
    for (i, part) in integer.chunks(15).enumerate() {
        let mut padded = [0; 16];
        padded[..part.len()].copy_from_slice(part);
        let part = i128::from_le_bytes(padded);
        let exp = exp + 120 * i as i32;
        sum.add_term(if negative { -part } else { part }, exp);
    }
    Ok(sum)
}
