//! A fixed-point number that grows to whatever range its terms need.

use super::{MIN_EXP, magnitude::Magnitude};

/// How many additions go by before carries are propagated.
///
/// One addition changes a digit by less than 2^52, so digits stay below 2^32 + 2^(52 + 9) between two propagations, and
/// below 2^63 in the sum of two such numbers.
const MAX_PENDING: u32 = 1 << 9;

/// The bits of a digit once carries are propagated.
const DIGIT: u64 = 0xffff_ffff;

/// Σ digits[i]·2^(32·(base + i) + `MIN_EXP`).
///
/// Digits are signed and redundant: carries wait in the upper half of each (as in Neal's superaccumulator), so that
/// adding touches two digits, whatever the signs, and sums around zero do not ripple through the whole number.
/// Only the digits that were needed exist: some 10 for weighted sums, 140 for everything an `f64` product can be.
#[derive(Clone)]
pub(super) struct Wide {
    digits: Vec<i64>,
    base: usize,
    /// No digit exceeds 2^32 + 2^52·pending in magnitude.
    pending: u32,
}

impl Wide {
    pub(super) const fn new() -> Self {
        Self { digits: Vec::new(), base: 0, pending: 0 }
    }

    pub(super) fn heap_size(&self) -> usize {
        self.digits.capacity() * size_of::<i64>()
    }

    /// Adds `significand`·2^`exp`, where |significand| < 2^53.
    #[inline]
    pub(super) fn add_small(&mut self, significand: i64, exp: i32) {
        let (index, shift) = position(exp);
        let sign = significand >> 63;
        let magnitude = significand.unsigned_abs();
        // 53 + 31 bits: 32 in one digit, up to 52 in the next.
        let low = (magnitude << shift) & DIGIT;
        let high = magnitude >> (32 - shift);
        let [first, second] = self.span(index);
        *first += (low as i64 ^ sign) - sign;
        *second += (high as i64 ^ sign) - sign;
        self.count();
    }

    /// Adds `value`·2^`exp`.
    pub(super) fn add(&mut self, value: i128, exp: i32) {
        let (index, shift) = position(exp);
        let sign = (value >> 127) as i64;
        let magnitude = value.unsigned_abs();
        // 128 + 31 bits: five digits. The last are the bits that the shift pushes out.
        let shifted = magnitude << shift;
        let carry = (magnitude >> 64 >> (64 - shift)) as i64;
        for (i, digit) in self.span::<5>(index).iter_mut().enumerate() {
            let part = if i < 4 { (shifted >> (32 * i)) as i64 & DIGIT as i64 } else { carry };
            *digit += (part ^ sign) - sign;
        }
        self.count();
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.reserve(other.base, other.digits.len());
        for (digit, part) in self.digits[other.base - self.base..].iter_mut().zip(&other.digits) {
            *digit += part;
        }
        // Both were below MAX_PENDING, so nothing has overflowed.
        self.pending += other.pending;
        self.count();
    }

    pub(super) fn negate(&mut self) {
        self.digits.iter_mut().for_each(|digit| *digit = -*digit);
    }

    #[inline(always)]
    fn count(&mut self) {
        self.pending += 1;
        if self.pending >= MAX_PENDING {
            self.propagate();
        }
    }

    /// The `N` digits from `index` on.
    #[inline(always)]
    fn span<const N: usize>(&mut self, index: usize) -> &mut [i64; N] {
        self.reserve(index, N);
        self.digits[index - self.base..].first_chunk_mut().expect("reserved just now")
    }

    /// Makes the `len` digits from `index` on exist.
    #[inline(always)]
    fn reserve(&mut self, index: usize, len: usize) {
        // Below `base` this wraps around to something huge.
        let start = index.wrapping_sub(self.base);
        if start > self.digits.len() || self.digits.len() - start < len {
            self.grow(index, len);
        }
    }

    /// Makes the digits from `index` on exist, and one more at either end: what comes next lies nearby.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, index: usize, len: usize) {
        let (mut low, mut high) = (index.saturating_sub(1), index + len + 1);
        if !self.digits.is_empty() {
            low = low.min(self.base);
            high = high.max(self.base + self.digits.len());
        }
        let mut digits = vec![0; high - low];
        if !self.digits.is_empty() {
            digits[self.base - low..][..self.digits.len()].copy_from_slice(&self.digits);
        }
        (self.digits, self.base) = (digits, low);
    }

    /// Propagates carries: afterwards all digits lie in 0..2^32, but for the last of a negative number, which
    /// lies in −2^31..0.
    #[cold]
    fn propagate(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits {
            let value = *digit + carry;
            *digit = value & DIGIT as i64;
            carry = value >> 32;
        }
        while carry != 0 && carry != -1 {
            self.digits.push(carry & DIGIT as i64);
            carry >>= 32;
        }
        if carry == -1 {
            // The last digit takes the sign if it can, so that negative numbers do not grow each time.
            match self.digits.last_mut() {
                Some(last) if *last >> 31 != 0 => *last -= 1 << 32,
                _ => self.digits.push(-1),
            }
        }
        self.pending = 0;
    }

    /// The canonical form of the number.
    pub(super) fn into_magnitude(mut self) -> Magnitude {
        self.propagate();
        let negative = self.digits.last().is_some_and(|&last| last < 0);
        if negative {
            self.negate();
            self.propagate();
        }
        // All digits are 0..2^32 now.
        let limbs = self
            .digits
            .chunks(2)
            .map(|pair| pair[0] as u64 | (pair.get(1).map_or(0, |&high| high as u64) << 32))
            .collect();
        Magnitude::new(negative, limbs, 32 * self.base as i32 + MIN_EXP)
    }
}

/// The digit that 2^`exp` lies in, and its place there.
#[inline(always)]
fn position(exp: i32) -> (usize, u32) {
    debug_assert!(exp >= MIN_EXP);
    let offset = (exp - MIN_EXP) as u32;
    ((offset >> 5) as usize, offset & 31)
}
