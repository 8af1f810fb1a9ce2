//! Types of columns that are written as text, and types that files of several kinds have in common.
//!
//! A value counts as a number exactly if the engine's reader will parse it as one: the same parsers are used.

use datafusion::arrow::compute::kernels::cast_utils::Parser;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};

/// What the values of a text column have been so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No value yet.
    #[default]
    Empty,
    /// `true` and `false` in any case.
    Bool,
    /// Whole numbers that fit 64 bits.
    Int,
    /// Digits that are a name rather than a number: leading zeros, or too many of them for 64 bits.
    /// Read as numbers, `007` and `7` would be the same key.
    Code,
    /// Numbers, `nan` and `inf` among them.
    Float,
    /// `2014-01-31`.
    Date,
    /// `2014-01-31 12:30:00`, without time zone.
    Timestamp,
    /// Anything else.
    Text,
}

impl Kind {
    /// The kind of one value.
    pub(crate) fn of(value: &str) -> Self {
        let Some(first) = value.bytes().next() else { return Self::Empty };
        match first {
            b'0'..=b'9' | b'+' | b'-' | b'.' | b' ' => number(value).or_else(|| moment(value)).unwrap_or(Self::Text),
            b'n' | b'N' | b'i' | b'I' => number(value).unwrap_or(Self::Text),
            b't' | b'T' | b'f' | b'F' => {
                let is = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
                if is { Self::Bool } else { Self::Text }
            }
            _ => Self::Text,
        }
    }

    /// The kind that holds both.
    pub(crate) fn join(self, other: Self) -> Self {
        use Kind::{Code, Date, Empty, Float, Int, Text, Timestamp};
        match (self, other) {
            (a, b) if a == b => a,
            (Empty, other) | (other, Empty) => other,
            (Int, Code) | (Code, Int) => Code,
            (Int | Code, Float) | (Float, Int | Code) => Float,
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            _ => Text,
        }
    }

    /// The type to read a column of this kind with; `Null` where there was no value.
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Empty => DataType::Null,
            Self::Bool => DataType::Boolean,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Code | Self::Text => DataType::Utf8,
        }
    }
}

fn number(value: &str) -> Option<Kind> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let leading_zero = digits.len() > 1 && digits.starts_with('0');
        return Some(if leading_zero || Int64Type::parse(value).is_none() { Kind::Code } else { Kind::Int });
    }
    Float64Type::parse(value).is_some().then_some(Kind::Float)
}

fn moment(value: &str) -> Option<Kind> {
    let b = value.as_bytes();
    let digits = |at: std::ops::Range<usize>| b.get(at).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let is_date = b.len() >= 10 && digits(0..4) && b[4] == b'-' && digits(5..7) && b[7] == b'-' && digits(8..10);
    if !is_date {
        return None;
    }
    if b.len() == 10 {
        return Date32Type::parse(value).is_some().then_some(Kind::Date);
    }
    let is_time = b.len() >= 19
        && matches!(b[10], b' ' | b'T')
        && digits(11..13)
        && b[13] == b':'
        && digits(14..16)
        && b[16] == b':'
        && digits(17..19);
    // More than six digits after the point would be cut by the reader; a zone would be dropped.
    let fraction = b.len() == 19 || (b[19] == b'.' && (21..=26).contains(&b.len()) && digits(20..b.len()));
    (is_time && fraction && TimestampMicrosecondType::parse(value).is_some()).then_some(Kind::Timestamp)
}

/// Whether the engine's reader takes `value` as a value of `data_type`. Only the types that text files are read with.
pub(crate) fn parses(value: &str, data_type: &DataType) -> bool {
    match data_type {
        DataType::Float64 => Float64Type::parse(value).is_some(),
        DataType::Int64 => Int64Type::parse(value).is_some(),
        DataType::Boolean => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        DataType::Date32 => Date32Type::parse(value).is_some(),
        DataType::Timestamp(..) => TimestampMicrosecondType::parse(value).is_some(),
        _ => true,
    }
}

/// A type in words, for messages.
pub(crate) fn in_words(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "true or false",
        data_type if data_type.is_integer() => "a whole number",
        data_type if data_type.is_numeric() => "a number",
        DataType::Date32 | DataType::Date64 => "a date such as 2014-01-31",
        DataType::Timestamp(..) => "a time such as 2014-01-31 12:30:00",
        _ => "a value of the column's type",
    }
}

/// What a column of this type holds, for messages.
pub(crate) fn holds(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "nothing".to_owned(),
        DataType::Boolean => "true/false values".to_owned(),
        data_type if data_type.is_integer() => "whole numbers".to_owned(),
        data_type if data_type.is_numeric() => "numbers".to_owned(),
        data_type if is_string(data_type) => "text".to_owned(),
        data_type if data_type.is_temporal() => "dates or times".to_owned(),
        other => format!("values of type {other}"),
    }
}

pub(crate) fn is_string(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_string(value),
        other => matches!(other, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

/// The type that holds the values of both, if there is one that loses nothing but float precision.
pub(crate) fn common_type(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{
        Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, Float64, Int64, Null, Timestamp, Utf8View,
    };
    if a == b {
        return Some(a.clone());
    }
    let is_decimal = |t: &DataType| matches!(t, Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..));
    Some(match (a, b) {
        (Null, other) | (other, Null) => other.clone(),
        (a, b) if (is_decimal(a) || is_decimal(b)) && a.is_numeric() && b.is_numeric() => Float64,
        (a, b) if a.is_integer() && b.is_integer() => {
            // Int64 holds all but the upper half of UInt64; a cast that does not fit is an error, not a wrap.
            let (larger, smaller) = if a.primitive_width() >= b.primitive_width() { (a, b) } else { (b, a) };
            let same_sign = a.is_signed_integer() == b.is_signed_integer();
            if same_sign || (larger.is_signed_integer() && larger.primitive_width() > smaller.primitive_width()) {
                larger.clone()
            } else {
                Int64
            }
        }
        (a, b) if a.is_numeric() && b.is_numeric() => Float64,
        (a, b) if is_string(a) && is_string(b) => Utf8View,
        (Date32 | Date64, Date32 | Date64) => Date64,
        (Timestamp(unit, zone), Date32 | Date64) | (Date32 | Date64, Timestamp(unit, zone)) => {
            Timestamp(*unit, zone.clone())
        }
        (Timestamp(a, zone), Timestamp(b, other)) if zone == other => Timestamp((*a).max(*b), zone.clone()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_values() {
        for (value, kind) in [
            ("", Kind::Empty),
            ("0", Kind::Int),
            ("-12", Kind::Int),
            ("007", Kind::Code),
            ("99999999999999999999", Kind::Code),
            ("1.5", Kind::Float),
            ("1e5", Kind::Float),
            (".5", Kind::Float),
            ("-inf", Kind::Float),
            ("NaN", Kind::Float),
            ("NA", Kind::Text),
            ("1,5", Kind::Text),
            ("True", Kind::Bool),
            ("2014-01-31", Kind::Date),
            ("2014-13-31", Kind::Text),
            ("2014-01-31T12:30:00.25", Kind::Timestamp),
            ("2014-01-31T12:30:00Z", Kind::Text),
            ("x", Kind::Text),
        ] {
            assert_eq!(Kind::of(value), kind, "{value}");
        }
    }

    #[test]
    fn joining_kinds_is_commutative_and_associative_enough_to_be_order_free() {
        use Kind::{Bool, Code, Date, Empty, Float, Int, Text, Timestamp};
        let all = [Empty, Bool, Int, Code, Float, Date, Timestamp, Text];
        for a in all {
            for b in all {
                assert_eq!(a.join(b), b.join(a));
                for c in all {
                    assert_eq!(a.join(b).join(c), a.join(b.join(c)), "{a:?} {b:?} {c:?}");
                }
            }
        }
    }

    #[test]
    fn integers_and_floats_have_a_common_type() {
        assert_eq!(common_type(&DataType::Int64, &DataType::Float32), Some(DataType::Float64));
        assert_eq!(common_type(&DataType::Int32, &DataType::UInt8), Some(DataType::Int32));
        assert_eq!(common_type(&DataType::Int32, &DataType::UInt32), Some(DataType::Int64));
        assert_eq!(common_type(&DataType::Utf8, &DataType::Int64), None);
    }
}
