//! Benchmarks of whole arrays.
//!
//! `cargo run --release -p dartboard-speed` needs nothing but this workspace. `benches/speed/compare.py` puts other
//! software beside it, through the [C interface](c_interface) of this library.

pub mod c_interface;
pub mod random;
pub mod stream;
