//! Results as text.

pub(crate) mod card;
pub(crate) mod document;
pub(crate) mod markdown;
pub(crate) mod number;
pub(crate) mod records;
pub(crate) mod report;
pub(crate) mod report_csv;
pub(crate) mod terminal;

use serde::Serialize;

use crate::failure::Failure;

/// A loss's name in words, without what it takes: that stands elsewhere.
pub(crate) fn short_title(title: &str) -> &str {
    title.strip_suffix(" (probabilities)").or_else(|| title.strip_suffix(" (logits)")).unwrap_or(title)
}

/// As JSON for people and programs: indented, floats in the shortest form that parses back to the same bits.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::Data(format!("the result cannot be written as JSON: {error}")))
}
