//! Which columns hold predictions, and of what.

use super::ChooseRequest;
use crate::error::{Error, Result};
use crate::source::Source;

/// Columns of predictions.
pub(crate) enum Shape {
    None,
    One(String),
    Quantiles { levels: Vec<f64>, columns: Vec<String> },
    PerClass { classes: Vec<String>, columns: Vec<String> },
}

impl Shape {
    pub(crate) fn columns(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(name) => std::slice::from_ref(name),
            Self::Quantiles { columns, .. } | Self::PerClass { columns, .. } => columns,
        }
    }
}

/// The flag that names the predictions, for messages.
pub(crate) fn flag(request: &ChooseRequest) -> &'static str {
    if request.logits { "--logits" } else { "--pred" }
}

pub(crate) fn shape(request: &ChooseRequest, source: &Source) -> Result<Shape> {
    let flag = flag(request);
    let mut found = vec![];
    for pattern in &request.predictions {
        found.extend(source.find_columns(pattern, flag)?);
    }
    let columns: Vec<String> = found.iter().map(|found| found.name.clone()).collect();
    if let Some(name) =
        columns.iter().enumerate().find_map(|(place, name)| columns[..place].contains(name).then_some(name))
    {
        return Err(Error::Usage(format!("{flag}: `{name}` is named twice")));
    }
    let levels: Option<Vec<f64>> = columns.iter().map(|name| level(name)).collect();
    Ok(match (&columns[..], levels) {
        ([], _) => Shape::None,
        (_, Some(levels)) if !request.logits => Shape::Quantiles { levels, columns },
        ([_], _) => Shape::One(columns.into_iter().next().unwrap_or_default()),
        _ if !request.classes.is_empty() => {
            if request.classes.len() != columns.len() {
                let (named, classes) = (columns.len(), request.classes.len());
                return Err(Error::Usage(format!("{flag} names {named} columns, --classes {classes} classes")));
            }
            Shape::PerClass { classes: request.classes.clone(), columns }
        }
        _ if found.iter().all(|found| !found.wild.is_empty()) => {
            Shape::PerClass { classes: found.into_iter().map(|found| found.wild).collect(), columns }
        }
        _ => {
            return Err(Error::Usage(format!(
                "{flag} {}: advice is about one model at a time; name one column, or one per class by a pattern such as \
                 'p_*' or with --classes, or quantiles such as q10,q50,q90",
                request.predictions.join(",")
            )));
        }
    })
}

/// The level of a column that is named after a quantile: `q10`, `q_0.9`, `naive_q50`, `quantile_0.25`.
fn level(name: &str) -> Option<f64> {
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let stem = name.strip_suffix(digits)?.trim_end_matches('_').to_ascii_lowercase();
    let marked = ["q", "quantile", "quantil"].iter().any(|word| stem == *word || stem.ends_with(&format!("_{word}")));
    let number: f64 = digits.parse().ok()?;
    // A single digit numbers something else: the third quarter, the first question.
    let level = match digits {
        _ if digits.contains('.') => number,
        _ if digits.len() == 3 && digits.starts_with(['0', '9']) => number / 1000.0,
        _ if digits.len() == 2 => number / 100.0,
        _ => return None,
    };
    (marked && level > 0.0 && level < 1.0).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn quantiles_are_told_by_their_names() {
        assert_eq!(level("q10"), Some(0.1));
        assert_eq!(level("naive_q50"), Some(0.5));
        assert_eq!(level("Q_0.975"), Some(0.975));
        assert_eq!(level("quantile_0.25"), Some(0.25));
        assert_eq!(level("q025"), Some(0.025));
        assert_eq!(level("q05"), Some(0.05));
        for name in ["p10", "seq10", "q", "q0", "q3", "q00", "mean", "10", "q1.5"] {
            assert_eq!(level(name), None, "{name}");
        }
    }
}
