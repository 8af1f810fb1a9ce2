//! Results as text.

pub(crate) mod advice;
pub(crate) mod curvature;
pub(crate) mod landscape;
pub(crate) mod picture;
pub(crate) mod records;
pub(crate) mod report;
pub(crate) mod report_csv;

pub(crate) use dartboard_reference::card::short_title;
pub(crate) use dartboard_reference::{card, document, html, markdown, number, terminal};
use serde::Serialize;

use crate::failure::Failure;

/// As JSON for people and programs: indented, floats in the shortest form that parses back to the same bits.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::Data(format!("the result cannot be written as JSON: {error}")))
}
