//! The commands, one file each.

pub(crate) mod choose;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod reference;
mod runtime;
pub(crate) mod score;
pub(crate) mod sql;
