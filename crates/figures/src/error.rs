//! What can be wrong with a figure.

use crate::number::plain;

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two columns that belong together differ in length.
    #[error("{what}: {first} has {first_length} numbers and {second} has {second_length}; they must have as many")]
    Lengths {
        /// The layer.
        what: String,
        /// The name of a column.
        first: String,
        /// Its length.
        first_length: usize,
        /// The name of the other column.
        second: String,
        /// Its length.
        second_length: usize,
    },
    /// There is nothing to draw.
    #[error("{what} has nothing to draw")]
    Empty {
        /// The layer, chart or page.
        what: String,
    },
    /// No value can be drawn.
    #[error("{what}: none of its {count} values can be drawn; values must be finite{}", if *.positive { " and, on a logarithmic axis, above 0" } else { "" })]
    NothingFinite {
        /// The layer.
        what: String,
        /// How many values it has.
        count: usize,
        /// Whether the values must be positive too.
        positive: bool,
    },
    /// Coordinates of a grid or edges of bins that do not increase.
    #[error("{what}: the value at position {position} is {} after {}; values must be finite and increase", plain(*.value), plain(*.before))]
    NotIncreasing {
        /// The layer and the column.
        what: String,
        /// The position, from 0.
        position: usize,
        /// The value there.
        value: f64,
        /// The value before it.
        before: f64,
    },
    /// A range that is none.
    #[error("{what}: the range from {} to {} is none; ends must be finite and increase{}", plain(*.low), plain(*.high), if *.positive { ", and lie above 0 on a logarithmic axis" } else { "" })]
    Range {
        /// The axis.
        what: String,
        /// Its lower end.
        low: f64,
        /// Its upper end.
        high: f64,
        /// Whether the ends must be positive too.
        positive: bool,
    },
    /// A number outside of what is allowed.
    #[error("{what} is {}; it must be {allowed}", plain(*.value))]
    Number {
        /// What the number is.
        what: String,
        /// The number.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// More of something than can be drawn.
    #[error("{what}: {count} are more than the {most} that can be drawn")]
    TooMany {
        /// What there is too much of.
        what: String,
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// The picture cannot be made into pixels.
    #[error("the picture cannot be made into pixels: {0}")]
    Raster(String),
}

impl Error {
    /// Two columns that must be equally long.
    pub(crate) fn unless_equal(what: &str, first: (&str, usize), second: (&str, usize)) -> Result<(), Self> {
        if first.1 == second.1 {
            return Ok(());
        }
        Err(Self::Lengths {
            what: what.to_owned(),
            first: first.0.to_owned(),
            first_length: first.1,
            second: second.0.to_owned(),
            second_length: second.1,
        })
    }

    /// Coordinates that must be finite and increase, at least `least` of them.
    pub(crate) fn unless_increasing(what: &str, values: &[f64]) -> Result<(), Self> {
        if values.is_empty() {
            return Err(Self::Empty { what: what.to_owned() });
        }
        let mut before = f64::NEG_INFINITY;
        for (position, &value) in values.iter().enumerate() {
            if !(value.is_finite() && value > before) {
                return Err(Self::NotIncreasing { what: what.to_owned(), position, value, before });
            }
            before = value;
        }
        Ok(())
    }

    /// A count that must not exceed a limit.
    pub(crate) fn if_more(what: impl Into<String>, count: usize, most: usize) -> Result<(), Self> {
        if count <= most { Ok(()) } else { Err(Self::TooMany { what: what.into(), count, most }) }
    }
}
