//! Loss functions over tables: files in, scores out, on an embedded query engine.

pub mod aggregate;
pub mod choose;
pub mod columns;
pub mod error;
pub mod features;
pub mod remote;
pub mod scan;
pub mod score;
pub mod session;
pub mod source;
pub mod table_file;
pub mod whole;
