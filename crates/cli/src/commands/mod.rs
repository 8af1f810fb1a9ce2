//! The commands, one file each.

pub(crate) mod choose;
#[cfg(feature = "cluster")]
pub(crate) mod cluster;
pub(crate) mod completions;
pub(crate) mod curvature;
pub(crate) mod explain;
pub(crate) mod explore;
pub(crate) mod landscape;
pub(crate) mod reference;
mod runtime;
pub(crate) mod score;
pub(crate) mod sql;
pub(crate) mod subjects;
