//! Numbers as they are written on axes.

/// The exponent of ten of a number, and none of 0 and what is not finite: from its digits, because logarithms of the
/// system's library differ in their last bit.
pub(crate) fn exponent(value: f64) -> Option<i32> {
    if value == 0.0 || !value.is_finite() {
        return None;
    }
    format!("{value:e}").split_once('e').and_then(|(_, exponent)| exponent.parse().ok())
}

/// A digit times a power of ten; 0 and infinity where there is no such number. Correctly rounded up to the 22nd power, which
/// is exact, and once more for every 22 beyond. Not read from text: the standard library's table for that would be a
/// thirtieth of the interactive page.
pub(crate) fn scaled(digit: u32, power: i32) -> f64 {
    /// The largest exact power: 5²² is below 2⁵³.
    const EXACT: u32 = 22;
    let mut value = f64::from(digit);
    let mut rest = power.unsigned_abs();
    while rest > 0 && value > 0.0 && value < f64::INFINITY {
        let step = rest.min(EXACT);
        let ten = (0..step).fold(1.0, |ten, _| ten * 10.0);
        value = if power < 0 { value / ten } else { value * ten };
        rest -= step;
    }
    value
}

/// With exactly this many decimals, thousands separated, and a minus sign that is as wide as a digit.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("−", whole));
    // What rounds to 0 has no sign.
    let sign = if text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) { sign } else { "" };
    format!("{sign}{}{rest}", grouped(whole))
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count.
pub(crate) fn count(count: usize) -> String {
    grouped(&count.to_string())
}

/// Without zeros at the end of decimals.
pub(crate) fn trimmed(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// In the form 1.5e−7, with at most this many decimals.
pub(crate) fn scientific(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{}e{power}", trimmed(digits.to_owned())).replace('-', "−")
}

/// A number in a sentence: four digits are enough to find it on an axis.
pub(crate) fn short(value: f64) -> String {
    match exponent(value) {
        None if value == 0.0 => "0".to_owned(),
        None => plain(value),
        Some(power @ -4..=5) => trimmed(fixed(value, (3 - power).clamp(0, 8) as usize)),
        Some(_) => scientific(value, 3),
    }
}

/// With all digits, as in a message.
pub(crate) fn plain(value: f64) -> String {
    if value.is_nan() {
        return "not a number".to_owned();
    }
    match exponent(value) {
        Some(-5..=15) | None => format!("{value}"),
        Some(_) => format!("{value:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_zero_has_no_sign() {
        assert_eq!(fixed(-1_234_567.0, 0), "−1,234,567");
        assert_eq!(fixed(999.0, 1), "999.0");
        assert_eq!(fixed(1234.5, 1), "1,234.5");
        assert_eq!(fixed(-0.001, 1), "0.0");
        assert_eq!(count(1000), "1,000");
    }

    #[test]
    fn exponents_come_from_digits() {
        let exponents = [1.0, 9.999, 10.0, 0.1, 1e308, 5e-324].map(exponent);
        assert_eq!(exponents, [0, 0, 1, -1, 308, -324].map(Some));
        assert_eq!([0.0, f64::NAN, f64::INFINITY].map(exponent), [None; 3]);
        assert_eq!(scaled(5, -3), 0.005);
        assert_eq!(scaled(1, 400), f64::INFINITY);
    }

    #[test]
    fn sentences_have_short_numbers() {
        assert_eq!(short(0.123_456), "0.1235");
        assert_eq!(short(12_345.678), "12,346");
        assert_eq!(short(-2.5e-9), "−2.5e−9");
        assert_eq!(short(3.0), "3");
        assert_eq!(plain(f64::NEG_INFINITY), "-inf");
        assert_eq!(plain(1e300), "1e300");
    }
}
