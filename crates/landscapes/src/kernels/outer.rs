//! Sums over rows of data of products of two columns: the gradient by a layer's weights.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::Kernel;

use super::{Matrix, Start, weighted_sum};

/// `output[row·columns + column] += Σ left[row]·right[column]`, a sum over the `width` numbers of both columns, in ascending
/// order. The right columns are turned into rows first: then loops run over the columns of the output.
pub(crate) struct Outer<'a, F> {
    pub(crate) left: &'a [F],
    pub(crate) right: &'a [F],
    pub(crate) width: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) output: &'a mut [F],
}

impl<F: Float> Kernel for Outer<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { left, right, width, rows, columns, output } = self;
        let mut turned = vec![F::ZERO; width * columns];
        for (column, right) in right.chunks_exact(width.max(1)).take(columns).enumerate() {
            for (at, &x) in right.iter().enumerate() {
                turned[at * columns + column] = x;
            }
        }
        let matrix = Matrix::new(left, rows, width);
        for (row, output) in output.chunks_exact_mut(columns.max(1)).take(rows).enumerate() {
            weighted_sum(matrix, row, &turned, Start::Add, output);
        }
    }
}
