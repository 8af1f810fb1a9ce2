//! Numbers for reading, and numbers with all their digits.

use dartboard_numerics::decimal;

/// Significant digits of a number for reading.
const DIGITS: i32 = 6;

/// A number with about six significant digits and thousands separators. Zeros at the end are kept where digits were
/// rounded away and dropped where there were none: `0.500000` is about a half, `0.5` is a half.
pub fn rounded(value: f64) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let magnitude = value.abs();
    // 999999.7 rounds to 1000000, which has one digit more before the point.
    let exponent = format!("{magnitude:.*e}", DIGITS as usize - 1)
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse::<i32>().ok())
        .unwrap_or_default();
    if !(-5..15).contains(&exponent) {
        return scientific(value);
    }
    let decimals = (DIGITS - 1 - exponent).max(0) as usize;
    decimal(value, decimals)
}

/// A number with this many decimals at most, with thousands separators.
pub fn decimal(value: f64, decimals: usize) -> String {
    special(value).unwrap_or_else(|| {
        let text = format!("{value:.decimals$}");
        // What rounds to 0 has no sign.
        let text =
            if text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) { &text } else { text.trim_start_matches('-') };
        minus(&separated(shortened(text, value)))
    })
}

/// A number with exactly this many decimals.
pub fn fixed(value: f64, decimals: usize) -> String {
    special(value).unwrap_or_else(|| minus(&format!("{value:.decimals$}")))
}

/// A number with its sign, as differences are written.
pub fn signed(value: f64) -> String {
    let text = rounded(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

/// A share in percent.
pub fn percent(share: f64) -> String {
    special(share).unwrap_or_else(|| format!("{} %", minus(&format!("{:.1}", share * 100.0))))
}

/// A count.
pub fn count(count: u64) -> String {
    separated(&count.to_string())
}

/// A count of things: `1 row`, `2,000 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A size in decimal units.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return counted(bytes, "byte", "bytes");
    }
    let mut size = bytes as f64 / 1000.0;
    let mut unit = 0;
    // 999.95 would be written as 1000.0.
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(size < 99.95);
    format!("{size:.decimals$} {}", UNITS[unit])
}

/// The shortest digits that parse back to the same bits; `inf`, `-inf` and `nan` where there are none.
pub fn exact(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    // The plain form of 1e300 has 301 digits; that with an exponent is as exact.
    let text =
        if value != 0.0 && !(1e-5..1e16).contains(&value.abs()) { format!("{value:e}") } else { value.to_string() };
    if value.is_finite() { text } else { value.to_string() }
}

fn special(value: f64) -> Option<String> {
    if value.is_nan() {
        Some("NaN".to_owned())
    } else if value.is_infinite() {
        Some(if value > 0.0 { "∞" } else { "−∞" }.to_owned())
    } else {
        (value == 0.0).then(|| "0".to_owned())
    }
}

fn scientific(value: f64) -> String {
    let text = format!("{value:.*e}", DIGITS as usize - 1);
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exact = decimal::parse(&text) == Some(value);
    let mantissa = if exact { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    minus(&format!("{mantissa}e{exponent}"))
}

/// `text` without the zeros at its end where it says `value` exactly.
fn shortened(text: &str, value: f64) -> &str {
    if text.contains('.') && decimal::parse(text) == Some(value) {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// With commas between groups of three digits before the point.
fn separated(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |text| ("-", text));
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = sign.to_owned();
    for (position, digit) in whole.char_indices() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// With a minus sign instead of a hyphen, as formulas have it.
fn minus(text: &str) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_reading() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.5, "0.5"),
            (0.5 + 1e-9, "0.500000"),
            (1.609_437_912_434_1, "1.60944"),
            (163_500.0, "163,500"),
            (999_999.7, "1,000,000"),
            (1_284_123_456.789, "1,284,123,457"),
            (-35_834.726_1, "−35,834.7"),
            (0.000_012_345_678, "0.0000123457"),
            (1.234_567_89e-9, "1.23457e−9"),
            (2e-300, "2e−300"),
            (1e15, "1e15"),
            (-1.5e20, "−1.5e20"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "−∞"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(rounded(value), text, "{value:?}");
        }
    }

    #[test]
    fn exact_digits_parse_back() {
        for value in [0.1, 1.0 / 3.0, 5e-324, f64::MAX, 1e16, 123_456.789, -2.5e-7, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(exact(value).parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{value:?}");
        }
        assert_eq!(exact(1.0), "1");
        assert_eq!(exact(1e300), "1e300");
        assert_eq!(exact(-0.0).parse::<f64>().map(f64::to_bits), Ok((-0.0_f64).to_bits()));
        assert_eq!(exact(f64::NAN), "nan");
    }

    #[test]
    fn sizes_counts_and_shares() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(48_295), "48.3 kB");
        assert_eq!(bytes(112_346), "112 kB");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(bytes(7_200_000_000_000_000), "7200 TB");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(0, "row", "rows"), "0 rows");
        assert_eq!(percent(0.1234), "12.3 %");
        assert_eq!(signed(2.5), "+2.5");
        assert_eq!(signed(-2.5), "−2.5");
        assert_eq!(fixed(2.303_585, 2), "2.30");
    }
}
