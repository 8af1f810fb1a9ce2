//! The query engine's plans on many machines, by Apache DataFusion Ballista.
//!
//! A query is planned where it is asked: files are looked at, names are checked, a plan is made as for one machine. The plan
//! goes to a *scheduler*, which cuts it into stages of tasks, and *executors* run these. A loss travels as the text it is
//! asked for by, and what tasks give to each other are exact sums, so the result has the same bits as on one machine,
//! however the rows were divided and whichever task was run again.

#![cfg(feature = "ballista")]

mod client;
mod codec;
mod executor;
mod failure;
mod readiness;
mod scheduler;
mod settings;
#[cfg(test)]
mod versions;

pub use client::Cluster;
pub use executor::{ExecutorOptions, run_executor};
pub use failure::ClusterError;
pub use scheduler::{SchedulerOptions, run_scheduler};
