//! Values of options: specs of measures, sizes, separators.

use std::str::FromStr;

use super::landscape::Grid;
use dartboard_losses::{Measure, SpecError, split_list};

/// A measure as an argument.
#[derive(Clone, Debug)]
pub(crate) struct OneMeasure(pub(crate) Measure);

impl FromStr for OneMeasure {
    type Err = String;

    fn from_str(spec: &str) -> Result<Self, String> {
        measure(spec).map(Self)
    }
}

fn measure(spec: &str) -> Result<Measure, String> {
    Measure::parse(spec).map_err(|error| match error {
        SpecError::UnknownLoss { nearest: None, .. } => format!("{error}; `dartboard explain` lists them"),
        error => error.to_string(),
    })
}

/// A list of measures: `mse,huber(delta=1.5)`. A type of its own because clap would split at the commas inside of
/// parentheses.
#[derive(Clone, Debug)]
pub(crate) struct Measures(pub(crate) Vec<Measure>);

impl FromStr for Measures {
    type Err = String;

    fn from_str(list: &str) -> Result<Self, String> {
        let measures: Vec<Measure> = split_list(list).into_iter().map(measure).collect::<Result<_, _>>()?;
        if measures.is_empty() { Err("no loss is named".to_owned()) } else { Ok(Self(measures)) }
    }
}

/// Reads a size in bytes: `500MB`, `2GiB`, `1073741824`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 10] = [
        ("", 1),
        ("b", 1),
        ("kb", 1000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("tb", 1_000_000_000_000),
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
        ("tib", 1 << 40),
    ];
    let refused = || "a size is written like 500MB, 1.5GB or 2GiB".to_owned();
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit = unit.trim().to_ascii_lowercase();
    let (_, factor) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(refused)?;
    let number: f64 = digits.parse().map_err(|_| refused())?;
    let bytes = number * factor as f64;
    // Above 2⁵³ a size is no longer exact, and no machine has that much memory.
    if (1.0..=9e15).contains(&bytes) { Ok(bytes as u64) } else { Err(refused()) }
}

/// Reads the weight of a class: `spam=3`. The name may hold further `=`.
pub(crate) fn class_weight(text: &str) -> Result<(String, f64), String> {
    let written = || "a class and its weight are written like spam=3".to_owned();
    let (class, weight) = text.rsplit_once('=').ok_or_else(written)?;
    if class.trim().is_empty() {
        return Err(written());
    }
    Ok((class.trim().to_owned(), not_negative(weight.trim())?))
}

/// Reads the weight that events had in training: `pos_weight=5`.
pub(crate) fn training_weight(text: &str) -> Result<f64, String> {
    let number = text.strip_prefix("pos_weight=").and_then(|weight| weight.trim().parse::<f64>().ok());
    let number = number.filter(|weight| weight.is_finite() && *weight > 0.0);
    number.ok_or_else(|| "it is written like pos_weight=5, a finite number above 0".to_owned())
}

/// Reads a finite number that is not negative.
pub(crate) fn not_negative(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "a weight is a finite number that is at least 0".to_owned())
}

/// Reads a finite number above 0.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "it is a finite number above 0".to_owned())
}

/// Reads the range of an axis: `-1:1`.
pub(crate) fn range(text: &str) -> Result<(f64, f64), String> {
    let finite = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let ends = text.split_once(':').and_then(|(from, to)| Some((finite(from)?, finite(to)?)));
    ends.filter(|(from, to)| from < to).ok_or_else(|| "a range is written like -1:1, the smaller end first".to_owned())
}

/// Reads the points of a grid: `101` or `51x31`.
pub(crate) fn grid(text: &str) -> Result<Grid, String> {
    let points: Option<Vec<usize>> = text.split(['x', '×']).map(|points| points.trim().parse().ok()).collect();
    let points = points.filter(|points| points.len() <= 2 && points.iter().all(|&points| points >= 2));
    points.map(Grid).ok_or_else(|| "a grid is written like 101 or 51x31, with at least 2 points to a side".to_owned())
}

/// Reads a share as `1%` or `0.01`.
pub(crate) fn percentage(text: &str) -> Result<f64, String> {
    let (digits, unit) = text.trim().strip_suffix('%').map_or((text.trim(), 1.0), |digits| (digits.trim(), 0.01));
    let number = digits.parse::<f64>().ok().map(|number| number * unit);
    number.filter(|share| *share > 0.0 && *share < 1.0).ok_or_else(|| "it is written like 1% or 0.01".to_owned())
}

/// Reads a number that is at least 0 and below 1.
pub(crate) fn below_1(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..1.0).contains(number));
    number.ok_or_else(|| "it is a number that is at least 0 and below 1".to_owned())
}

/// Reads a share that leaves something.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    below_1(text).map_err(|_| "a share to spread is a number that is at least 0 and below 1".to_owned())
}

/// Reads a separator of fields: one ASCII character, or `tab` or `\t`.
pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => {
                Ok(*byte)
            }
            _ => Err("a separator is one character such as , or ; or |, or the word tab".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("1024"), Ok(1024));
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!(size("1.5 gb"), Ok(1_500_000_000));
        assert_eq!(size("64KiB"), Ok(65_536));
        for wrong in ["", "MB", "-1GB", "2 apples", "1e3", "0", "0.0001kB", "1..5GB", "99999999999999TB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn delimiters() {
        assert_eq!(delimiter(";"), Ok(b';'));
        assert_eq!(delimiter("tab"), Ok(b'\t'));
        assert_eq!(delimiter("\\t"), Ok(b'\t'));
        assert_eq!(delimiter("\t"), Ok(b'\t'));
        for wrong in ["", ",,", "ü", "\"", "a"] {
            assert!(delimiter(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn weights_of_classes() {
        assert_eq!(class_weight("spam=3"), Ok(("spam".to_owned(), 3.0)));
        assert_eq!(class_weight("-1=0.5"), Ok(("-1".to_owned(), 0.5)));
        assert_eq!(class_weight("a=b=2"), Ok(("a=b".to_owned(), 2.0)));
        for wrong in ["spam", "=3", "spam=", "spam=-1", "spam=inf", "spam=many"] {
            assert!(class_weight(wrong).is_err(), "{wrong}");
        }
        assert_eq!(share("0.1"), Ok(0.1));
        for wrong in ["1", "-0.1", "nan", "ten"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lists_of_measures() {
        let specs = |list: &str| {
            list.parse::<Measures>().map(|Measures(all)| all.iter().map(Measure::spec).collect::<Vec<_>>())
        };
        assert_eq!(
            specs("mse, huber(delta=1.5),rmse"),
            Ok(vec!["mse".into(), "huber(delta=1.5)".into(), "rmse".into()])
        );
        assert_eq!(specs(" , "), Err("no loss is named".to_owned()));
        assert_eq!(specs("mse,mes"), Err("there is no loss named 'mes'; did you mean 'mse'?".to_owned()));
    }
}
