//! Losses of whole arrays at the speed of memory.
//!
//! Losses fill blocks; this crate drives the blocks over arrays of any length: results go into the caller's buffers, sums
//! are exact, and threads share the rows. The bits of every result are the same for any number of threads and on any
//! instruction set.
