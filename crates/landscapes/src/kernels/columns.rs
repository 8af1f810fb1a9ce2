//! A layer over a few rows of data, in `f64`, for which there is no product of packed panels.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::Kernel;

use super::{LANES, Matrix};

/// `output = bias + matrix·input`: `input` is `matrix.columns` columns of `wide` numbers, a multiple of [`LANES`], and those of
/// the output are a `step` apart. The matrix lies row by row. Every element is the chain that [`Affine`](super::Affine) has.
///
/// It keeps the sums of four rows of the product in registers, where there are enough of them.
pub(crate) struct Columns<'a, F> {
    pub(crate) matrix: Matrix<'a, F>,
    pub(crate) bias: &'a [F],
    pub(crate) input: &'a [F],
    pub(crate) wide: usize,
    pub(crate) output: &'a mut [F],
    pub(crate) step: usize,
}

impl<F: Float> Kernel for Columns<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(mut self) {
        for at in (0..self.wide).step_by(LANES) {
            let mut row = 0;
            while row + 4 <= self.matrix.rows {
                self.tile::<4>(row, at);
                row += 4;
            }
            match self.matrix.rows - row {
                0 => {}
                1 => self.tile::<1>(row, at),
                2 => self.tile::<2>(row, at),
                _ => self.tile::<3>(row, at),
            }
        }
    }
}

impl<F: Float> Columns<'_, F> {
    /// So many rows of the product from this one on, and of each [`LANES`] numbers. Loops over rows and lanes have lengths that
    /// are known, so that LLVM leaves the sums in registers.
    #[expect(
        clippy::needless_range_loop,
        reason = "loops of lengths that are known, over sums, weights and lanes alike"
    )]
    #[inline(always)]
    fn tile<const ROWS: usize>(&mut self, row: usize, at: usize) {
        let columns = self.matrix.columns;
        let mut sums = [[F::ZERO; LANES]; ROWS];
        for r in 0..ROWS {
            sums[r] = [self.bias[row + r]; LANES];
        }
        let weights: [&[F]; ROWS] =
            std::array::from_fn(|r| &self.matrix.values[(row + r) * self.matrix.row_step..][..columns]);
        for k in 0..columns {
            let Some(input) = self.input[k * self.wide + at..].first_chunk::<LANES>() else { break };
            for r in 0..ROWS {
                let weight = weights[r][k];
                for lane in 0..LANES {
                    sums[r][lane] = weight.mul_add(input[lane], sums[r][lane]);
                }
            }
        }
        for r in 0..ROWS {
            self.output[(row + r) * self.step + at..][..LANES].copy_from_slice(&sums[r]);
        }
    }
}
