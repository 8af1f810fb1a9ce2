//! The window: where its 128 bits lie, and what happens to a term that does not fit.

use super::{ExactSum, MIN_EXP, Wide};

/// The widest span of bits that the window holds when it is placed: 128 bits, less the sign, less one for the carry,
/// less 6 so that a freshly placed window is good for a while.
pub(super) const MAX_SPAN: i32 = 120;

/// The room left below the first term of 53 bits: terms a billion times smaller still fit, and the 44 bits left
/// above take 2^44 terms of its size.
const ROOM_BELOW: i32 = 30;

/// The unit of a window for bits from 2^`low` up to below 2^`high`, if they fit.
///
/// Everything then lies below bit 126 of the window. Two fifths of the spare bits go below (30 of 73 for a single
/// term), the rest above: sums grow.
fn anchor(low: i32, high: i32) -> Option<i16> {
    let span = high - low;
    if span > MAX_SPAN {
        return None;
    }
    let below = ((126 - span) * 2 / 5).min(ROOM_BELOW);
    i16::try_from((low - below).max(MIN_EXP)).ok()
}

/// `value`·2^`shift`, where the caller knows that no bit is lost at either end.
fn shifted(value: i128, shift: i32) -> i128 {
    let result = if shift >= 0 { value << shift } else { value >> -shift };
    debug_assert!(if shift >= 0 { result >> shift == value } else { result << -shift == value });
    result
}

impl ExactSum {
    /// Adds `value`·2^`exp`, whose bits lie between `MIN_EXP` and the top of the range.
    #[inline]
    pub(super) fn add_term(&mut self, value: i128, exp: i32) {
        let shift = exp - i32::from(self.lsb);
        if shift >= 0
            && (shift as u32) < value.unsigned_abs().leading_zeros()
            && let Some(window) = self.window.checked_add(value << shift)
        {
            self.window = window;
        } else {
            self.place(value, exp);
        }
    }

    /// Adds a term that does not fit the window as it lies, or would overflow it.
    #[cold]
    #[inline(never)]
    pub(super) fn place(&mut self, value: i128, exp: i32) {
        if value == 0 {
            return;
        }
        let magnitude = value.unsigned_abs();
        let low = exp + magnitude.trailing_zeros() as i32;
        let high = exp + (128 - magnitude.leading_zeros()) as i32;

        if self.window == 0 {
            // With the zeros at the end of its significand if possible: the next term will have other digits there.
            match anchor(exp, high).or_else(|| anchor(low, high)) {
                Some(lsb) => {
                    self.lsb = lsb;
                    self.window = shifted(value, exp - i32::from(lsb));
                }
                None => self.widen(value, exp),
            }
            return;
        }

        let lsb = i32::from(self.lsb);
        let in_reach = low >= lsb && high <= lsb + 127;
        if in_reach && let Some(window) = self.window.checked_add(shifted(value, exp - lsb)) {
            self.window = window;
            return;
        }
        if self.wide.is_none() {
            let window = self.window.unsigned_abs();
            let window_low = lsb + window.trailing_zeros() as i32;
            let window_high = lsb + (128 - window.leading_zeros()) as i32;
            // One more bit for the carry.
            let top = high.max(window_high) + 1;
            let placed = anchor(exp.min(window_low), top).or_else(|| anchor(low.min(window_low), top));
            if let Some(new) = placed {
                let lsb = i32::from(new);
                self.window = shifted(self.window, i32::from(self.lsb) - lsb) + shifted(value, exp - lsb);
                self.lsb = new;
                return;
            }
        }
        if in_reach {
            // The window is full.
            self.flush();
            self.place(value, exp);
        } else {
            self.widen(value, exp);
        }
    }

    /// Moves the window's content to the wide part.
    pub(super) fn flush(&mut self) {
        let (window, lsb) = (self.window, i32::from(self.lsb));
        self.window = 0;
        if window != 0 {
            self.widen(window, lsb);
        }
    }

    /// Adds to the wide part.
    fn widen(&mut self, value: i128, exp: i32) {
        self.wide.get_or_insert_with(|| Box::new(Wide::new())).add(value, exp);
    }
}
