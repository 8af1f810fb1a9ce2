//! What can be wrong with the arrays of a linear layer and its loss.

/// Why arrays were refused. Rows and classes are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum Error {
    #[error("{what} must hold {expected} numbers ({shape}), not {found}")]
    Length { what: &'static str, shape: String, expected: usize, found: usize },
    #[error("{what} must be at least 1")]
    Empty { what: &'static str },
    #[error("{classes} classes are more than the 2^32 that a target can name")]
    TooManyClasses { classes: usize },
    #[error("{rows} rows are more than the 2^32 − 1 that are taken at a time")]
    TooManyRows { rows: usize },
    #[error("row {row}: the class must be a whole number from 0 to {}, not {class}", .classes - 1)]
    Class { row: usize, class: u32, classes: usize },
    #[error("no row is left to take the mean of: {ignored} of {ignored} are ignored")]
    NoRows { ignored: usize },
}
