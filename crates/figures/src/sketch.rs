//! Plots in characters, for a terminal.

mod chart;
mod field;
mod map;

pub use chart::chart;
pub use field::{Field, horizontal, pattern, sample, style};

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns of characters; fewer than 20 are taken for 20.
    pub columns: usize,
    /// Rows of characters of the field, without title, legend and axis; fewer than 3 are taken for 3.
    pub rows: usize,
    /// Whether text may be coloured.
    pub styled: bool,
}
