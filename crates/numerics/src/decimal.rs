//! Reading numbers, to the same bits as the standard library, whose table of powers of five alone takes 10 kB: too much
//! where the program is a web page.

use std::cmp::Ordering;

/// Digits beyond these cannot tell two numbers between neighbours of `f64` apart but by being there: the longest exact
/// middle of two neighbours has 767.
const MOST_DIGITS: usize = 800;
/// Powers of ten beyond these are 0 or infinite whatever the digits, of which there are `MOST_DIGITS` at most.
const FAR: i64 = 1200;
/// Bits of the significand.
const BITS: i64 = 53;
/// The exponent of the least subnormal number.
const LEAST: i64 = -1074;
/// Exact powers of ten: 5²² is below 2⁵³.
const EXACT: u32 = 22;

/// The `f64` nearest to a decimal number, the even one of two, written as for [`str::parse`]: digits with a point and an
/// exponent where there is one, a sign, `inf`, `infinity` or `nan` in any case. `None` for any other text.
pub fn parse(text: &str) -> Option<f64> {
    let (negative, rest) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let special = |words: &[&str]| words.iter().any(|word| rest.eq_ignore_ascii_case(word.as_bytes()));
    let value = if special(&["inf", "infinity"]) {
        f64::INFINITY
    } else if special(&["nan"]) {
        f64::NAN
    } else {
        Decimal::read(rest)?.value()
    };
    Some(if negative { -value } else { value })
}

/// `0.digits × 10^point`, without zeros in front.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    fn read(text: &[u8]) -> Option<Self> {
        let mut decimal = Self { digits: vec![], point: 0 };
        let (mut any, mut after_point, mut at) = (false, false, 0);
        let mut dropped = false;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    if byte == b'0' && decimal.digits.is_empty() {
                        decimal.point -= i64::from(after_point);
                    } else {
                        if decimal.digits.len() < MOST_DIGITS {
                            decimal.digits.push(byte - b'0');
                        } else {
                            dropped |= byte != b'0';
                        }
                        decimal.point += i64::from(!after_point);
                    }
                }
                b'.' if !after_point => after_point = true,
                _ => break,
            }
            at += 1;
        }
        let exponent = match text.get(at..) {
            Some([]) => 0,
            Some([b'e' | b'E', exponent @ ..]) => whole(exponent)?,
            _ => return None,
        };
        if dropped {
            decimal.digits.push(1);
        }
        decimal.point += exponent;
        any.then_some(decimal)
    }

    fn value(&self) -> f64 {
        let last = self.digits.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
        let digits = &self.digits[..last];
        if digits.is_empty() || self.point < -FAR {
            return 0.0;
        }
        if self.point > FAR {
            return f64::INFINITY;
        }
        let power = self.point - digits.len() as i64;
        let (count, size) = (digits.len(), power.unsigned_abs() as u32);
        if count <= 19 && size <= EXACT {
            let whole = digits.iter().fold(0_u64, |whole, &digit| whole * 10 + u64::from(digit));
            if whole <= 1 << BITS {
                // One operation on two exact numbers rounds once.
                let ten = (0..size).fold(1.0, |ten, _| ten * 10.0);
                return if power < 0 { whole as f64 / ten } else { whole as f64 * ten };
            }
        }
        let mut above = Natural(vec![]);
        digits.iter().for_each(|&digit| above.multiply_add(10, u32::from(digit)));
        let mut below = Natural(vec![1]);
        let scaled = if power < 0 { &mut below } else { &mut above };
        (0..size).for_each(|_| scaled.multiply_add(10, 0));
        quotient(above, below)
    }
}

/// An exponent; beyond what matters where it has very many digits.
fn whole(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let mut value = 0_i64;
    for digit in digits {
        // No text is so long that its digits outweigh this.
        value = (value * 10 + i64::from(digit.is_ascii_digit().then(|| digit - b'0')?)).min(i64::MAX / 100);
    }
    (!digits.is_empty()).then_some(if negative { -value } else { value })
}

/// `above / below`, neither 0, rounded once.
fn quotient(mut above: Natural, mut below: Natural) -> f64 {
    // Two bits more than the significand, of which the first may be 0, and another for what remains. Multiples of the
    // least number have as many more.
    const MORE: i64 = BITS + 2;
    let exponent = (above.bits() - below.bits() - MORE).max(LEAST - 2);
    if exponent < 0 {
        above.shift(-exponent)
    } else {
        below.shift(exponent)
    }
    below.shift(MORE + 1);
    let mut whole = 0_u64;
    for _ in 0..MORE + 2 {
        whole <<= 1;
        if above.compare(&below) != Ordering::Less {
            above.subtract(&below);
            whole |= 1;
        }
        // Instead of halving the divisor.
        above.shift(1);
    }
    whole = whole << 1 | u64::from(above.bits() > 0);
    let exponent = exponent - 1;
    let last = (exponent + i64::from(64 - whole.leading_zeros()) - BITS).max(LEAST);
    let dropped = last - exponent;
    let (kept, rest, half) = (whole >> dropped, whole & ((1 << dropped) - 1), 1 << (dropped - 1));
    let up = rest > half || (rest == half && kept & 1 == 1);
    // Exact but where it is infinite; in two steps, because the power may be out of range.
    let near = last / 2;
    (kept + u64::from(up)) as f64 * power_of_two(near) * power_of_two(last - near)
}

/// 2 to a power above −1023, infinite where that is no number.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023).min(2047) as u64) << 52)
}

/// A whole number, its lowest 32 bits first.
struct Natural(Vec<u32>);

impl Natural {
    fn bits(&self) -> i64 {
        let top = self.0.iter().rposition(|word| *word != 0);
        top.map_or(0, |top| 32 * top as i64 + i64::from(32 - self.0[top].leading_zeros()))
    }

    fn multiply_add(&mut self, factor: u32, carry: u32) {
        let mut carry = u64::from(carry);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn shift(&mut self, bits: i64) {
        self.multiply_add(1 << (bits % 32), 0);
        self.0.splice(0..0, std::iter::repeat_n(0, (bits / 32) as usize));
    }

    fn word(&self, place: usize) -> u32 {
        self.0.get(place).copied().unwrap_or_default()
    }

    fn compare(&self, other: &Self) -> Ordering {
        let places = (0..self.0.len().max(other.0.len())).rev();
        places
            .map(|place| self.word(place).cmp(&other.word(place)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0;
        for place in 0..self.0.len() {
            let difference = i64::from(self.0[place]) - i64::from(other.word(place)) - borrow;
            self.0[place] = difference as u32;
            borrow = i64::from(difference < 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(text: &str) {
        let (found, expected) = (parse(text), text.parse::<f64>().ok());
        assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits), "{text}: {found:?} and {expected:?}");
    }

    #[test]
    fn what_is_a_number_and_what_is_none() {
        for text in [
            "",
            "-",
            "+",
            ".",
            "-.",
            "e5",
            ".e5",
            "1e",
            "1e+",
            "1e-",
            "1.2.3",
            "1 ",
            " 1",
            "0x10",
            "1_000",
            "--1",
            "+-1",
            "1e5.5",
            "infin",
            "nano",
            "0",
            "-0",
            "+0",
            "00.00",
            "1.",
            ".5",
            "-.5e1",
            "1E5",
            "1e+05",
            "inf",
            "-Infinity",
            "NaN",
            "+nan",
            "1e99999999999999999999",
            "1e-99999999999999999999",
            "0e99999999999999999999",
            "9007199254740993",
            "9007199254740992.9",
            "9007199254740993.00000000000000000000000000000000000001",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1e22",
            "1e23",
            "8.5e-23",
            "123456789012345678901234567890",
        ] {
            same(text);
        }
        same(&format!("0.{}1", "0".repeat(5000)));
        same(&format!("1{}", "0".repeat(308)));
        same(&format!("1{}e-5000", "0".repeat(5000)));
        same(&format!("0.{}1e5000", "0".repeat(4999)));
    }

    #[test]
    fn all_digits_and_exact_middles() {
        for bits in
            [1_u64, 2, 3, 0x000f_ffff_ffff_ffff, 0x0010_0000_0000_0000, 0x3ff0_0000_0000_0001, 0x7fef_ffff_ffff_fffe]
        {
            let all = format!("{:.1080}", f64::from_bits(bits));
            same(&all);
            same(&format!("{all}1"));
        }
        // 2⁵³ + 1, 2⁵⁴ + 2 and 2⁵⁴ + 6 are middles; so is 1 + 2⁻⁵³.
        for text in ["9007199254740993", "18014398509481986", "18014398509481990"] {
            same(text);
            same(&format!("{text}.{}1", "0".repeat(900)));
        }
        same("1.00000000000000011102230246251565404236316680908203125");
        same("1.00000000000000011102230246251565404236316680908203124");
    }

    proptest! {
        #[test]
        fn as_the_standard_library(bits in any::<u64>(), digits in 0_usize..30) {
            let value = f64::from_bits(bits);
            same(&format!("{value:e}"));
            same(&format!("{value}"));
            same(&format!("{value:.digits$e}"));
        }

        #[test]
        fn any_digits(text in "[+-]?[0-9]{0,40}(\\.[0-9]{0,40})?(e[+-]?[0-9]{1,3})?") {
            same(&text);
        }

        #[test]
        fn any_text(text in "[-+0-9.eEinfaty]{0,8}") {
            same(&text);
        }
    }
}
