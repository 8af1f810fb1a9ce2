//! What is said of a file that cannot be scored: the texts of the command line, which a test holds equal.

use std::fmt::Write as _;

use dartboard_losses::RowRule;
use dartboard_numerics::decimal;

pub(super) fn empty(file: &str) -> String {
    format!("{file}: the file is empty (0 bytes)")
}

pub(super) fn line(file: &str, line: u64, message: &str) -> String {
    format!("{file}: line {line}: {message}")
}

pub(super) const NOT_UTF8: &str = "a character that is not UTF-8; save the file as UTF-8";
pub(super) const NO_ROWS: &str = "there are no rows";
pub(super) const BLANK: &str = "there is no header, only blank lines";
/// The command line reads on there, because its readers do; here nobody would see what came of it.
pub(super) const AFTER_QUOTE: &str = "text follows a closing quote; two quotes stand for one";
pub(super) const OPEN_QUOTE: &str = "a quote is opened that is never closed";

pub(super) fn ragged(file: &str, line: u64, expected: usize, found: usize, delimiter: u8) -> String {
    let plural = if found == 1 { "" } else { "s" };
    let delimiter = separator(delimiter);
    format!(
        "{file}: line {line} has {found} field{plural} where the header has {expected} (fields separated by {delimiter})"
    )
}

fn separator(delimiter: u8) -> &'static str {
    match delimiter {
        b'\t' => "tab",
        b';' => "semicolon",
        b'|' => "vertical bar",
        _ => "comma",
    }
}

/// `positions` are counted from 1.
pub(super) fn twice(file: &str, column: &str, positions: &[usize]) -> String {
    let count = positions.len();
    let positions = positions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    format!(
        "{file}: the column name `{column}` stands {count} times in the header (columns {positions}); names must be different"
    )
}

pub(super) fn no_number(file: &str, (line, row): (u64, usize), column: &str, value: &str) -> String {
    let hint = number_hint(value).map_or_else(String::new, |hint| format!("; {hint}"));
    format!("{file}: line {line} (data row {row}), column `{column}`: {} is not a number{hint}", quoted(value))
}

/// Why a value may have failed to be a number.
fn number_hint(value: &str) -> Option<&'static str> {
    const MISSING: [&str; 13] =
        ["na", "n/a", "<na>", "#n/a", "null", "none", "nil", "-", "--", ".", "?", "missing", "\\n"];
    let trimmed = value.trim();
    let is_number = |text: &str| decimal::parse(text).is_some();
    if MISSING.contains(&trimmed.to_ascii_lowercase().as_str()) {
        Some("if it means a missing value, leave the field empty")
    } else if trimmed.matches(',').count() == 1 && is_number(&trimmed.replace(',', ".")) {
        Some("decimals are written with a point, thousands without a mark")
    } else if is_number(trimmed.trim_end_matches('%').trim_end()) {
        Some("numbers are written without a percent sign")
    } else if is_number(&trimmed.replace(['$', '€', '£', ',', '_', ' ', '\u{a0}'], "")) {
        Some("numbers are written without currency or thousands marks")
    } else {
        None
    }
}

/// Rows outside of what measures take; `places` are counted from 1, `what` is wrong with the first.
pub(super) fn invalid(file: &str, places: &[usize], what: &str) -> String {
    /// Rows that a message names.
    const NAMED: usize = 3;
    let named = places.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let rows = match places.len() {
        1 => "1 such row".to_owned(),
        count => format!("{count} such rows: {file} row {named}{}", if count > NAMED { ", …" } else { "" }),
    };
    format!("row {} of {file}: {what} ({rows})", places.first().copied().unwrap_or_default())
}

/// What is wrong with the scores of a model in a row; `total` is the sum that has to be 1, if one has to.
pub(super) fn broken_rule(rule: RowRule, model: &str, total: Option<f64>) -> String {
    match (rule, total) {
        (RowRule::AddToOne { tolerance }, Some(total)) => {
            format!("the probabilities {model} add up to {total}; they must add up to 1 within {tolerance}")
        }
        (RowRule::ExponentialsAddToOne { tolerance }, Some(total)) => format!(
            "the log-probabilities {model} stand for probabilities that add up to {total}; they must add up to 1 within \
             {tolerance}"
        ),
        _ => format!("none of the scores {model} is finite"),
    }
}

pub(super) fn nothing_scored(rows: usize, why: &str) -> String {
    format!("none of the {rows} rows can be scored: {why}")
}

pub(super) const ALL_MISSING: &str = "in every one the truth, a prediction or the weight is missing";
pub(super) const NO_WEIGHT: &str = "every weight is 0";

pub(super) fn no_column(column: &str, file: &str, columns: &[String]) -> String {
    let near = nearest(column, columns).map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
    format!("no column `{column}` in {file}{near}; columns: {}", list(columns))
}

/// Names in backticks.
fn list(names: &[String]) -> String {
    const MOST: usize = 40;
    let mut text = String::new();
    for (index, name) in names.iter().take(MOST).enumerate() {
        // Writing into a string cannot fail.
        let _ = write!(text, "{}`{name}`", if index == 0 { "" } else { ", " });
    }
    if names.len() > MOST {
        let _ = write!(text, " and {} more", names.len() - MOST);
    }
    if names.is_empty() { "none".to_owned() } else { text }
}

/// The name that was probably meant.
fn nearest<'a>(name: &str, candidates: &'a [String]) -> Option<&'a str> {
    let lower = name.to_ascii_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let other = candidate.to_ascii_lowercase();
        let score = if other == lower {
            2.0
        } else {
            let close = strsim::normalized_damerau_levenshtein(&lower, &other);
            // `pred` for `prediction`: a prefix is a good guess although many letters differ.
            let prefix = lower.len().min(other.len()) >= 3 && (other.starts_with(&lower) || lower.starts_with(&other));
            if prefix { close.max(0.7) } else { close }
        };
        if score >= 0.6 && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// A value in quotes, cut when long, with control characters made visible.
fn quoted(value: &str) -> String {
    const MOST: usize = 60;
    let mut text = String::from("'");
    for letter in value.chars().take(MOST) {
        match letter {
            '\\' | '\0'..='\u{1f}' | '\u{7f}' => text.extend(letter.escape_default()),
            letter => text.push(letter),
        }
    }
    text + if value.chars().count() > MOST { "...'" } else { "'" }
}
