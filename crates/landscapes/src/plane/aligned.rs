//! Arrays that begin with a cache line: vectors of AVX-512 that lie across two take twice as long to load.

use std::ops::{Deref, DerefMut};

use dartboard_numerics::elementary::Float;
use dartboard_numerics::matrix::ALIGNMENT;

/// Numbers whose first begins a cache line, where the system tells addresses.
#[derive(Debug)]
pub(crate) struct Aligned<F> {
    values: Vec<F>,
    start: usize,
    len: usize,
}

impl<F: Float> Aligned<F> {
    /// So many zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let spare = ALIGNMENT / size_of::<F>();
        let values = vec![F::ZERO; len + spare];
        let start = values.as_ptr().align_offset(ALIGNMENT).min(spare);
        Self { values, start, len }
    }
}

impl<F> Deref for Aligned<F> {
    type Target = [F];
    fn deref(&self) -> &[F] {
        &self.values[self.start..self.start + self.len]
    }
}

impl<F> DerefMut for Aligned<F> {
    fn deref_mut(&mut self) -> &mut [F] {
        &mut self.values[self.start..self.start + self.len]
    }
}
