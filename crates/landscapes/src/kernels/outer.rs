//! Sums over rows of data of products of two columns: the gradient by a layer's weights.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::Kernel;

use super::LANES;

/// `output[row·columns + column] += Σ left[row]·right[column]`, a sum over the `width` numbers of both columns: one partial
/// sum per lane, then the lanes in ascending order.
pub(crate) struct Outer<'a, F> {
    pub(crate) left: &'a [F],
    pub(crate) right: &'a [F],
    /// A multiple of [`LANES`].
    pub(crate) width: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) output: &'a mut [F],
}

impl<F: Float> Kernel for Outer<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(mut self) {
        let mut row = 0;
        while row < self.rows {
            let rows = if row + 4 <= self.rows { 4 } else { 1 };
            let mut column = 0;
            while column < self.columns {
                let columns = if column + 2 <= self.columns { 2 } else { 1 };
                match (rows, columns) {
                    (4, 2) => tile::<F, 4, 2>(&mut self, row, column),
                    (4, _) => tile::<F, 4, 1>(&mut self, row, column),
                    (_, 2) => tile::<F, 1, 2>(&mut self, row, column),
                    _ => tile::<F, 1, 1>(&mut self, row, column),
                }
                column += columns;
            }
            row += rows;
        }
    }
}

#[inline(always)]
fn tile<F: Float, const ROWS: usize, const COLUMNS: usize>(product: &mut Outer<'_, F>, row: usize, column: usize) {
    let width = product.width;
    let mut sums = [[[F::ZERO; LANES]; COLUMNS]; ROWS];
    let mut at = 0;
    while at + LANES <= width {
        let mut right = [[F::ZERO; LANES]; COLUMNS];
        for (offset, right) in right.iter_mut().enumerate() {
            let from = (column + offset) * width + at;
            right.copy_from_slice(&product.right[from..from + LANES]);
        }
        for (offset, sums) in sums.iter_mut().enumerate() {
            let from = (row + offset) * width + at;
            let mut left = [F::ZERO; LANES];
            left.copy_from_slice(&product.left[from..from + LANES]);
            for (sums, right) in sums.iter_mut().zip(&right) {
                for lane in 0..LANES {
                    sums[lane] = left[lane].mul_add(right[lane], sums[lane]);
                }
            }
        }
        at += LANES;
    }
    for (i, sums) in sums.iter().enumerate() {
        for (j, sums) in sums.iter().enumerate() {
            let mut total = F::ZERO;
            for &sum in sums {
                total += sum;
            }
            product.output[(row + i) * product.columns + column + j] += total;
        }
    }
}
