//! Weighted sums of columns: what a layer makes of its inputs.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::Kernel;

use super::{Matrix, Start};

/// Columns are a multiple of this long: two registers of AVX-512 of `f64`.
pub(crate) const LANES: usize = 16;

/// `output = start + matrix·input`: `input` is `matrix.columns` columns and `output` is `matrix.rows` columns of `width`
/// numbers, one after another. Every element is one chain of fused multiply-adds in ascending order.
pub(crate) struct Affine<'a, F> {
    pub(crate) matrix: Matrix<'a, F>,
    pub(crate) input: &'a [F],
    /// A multiple of [`LANES`].
    pub(crate) width: usize,
    pub(crate) start: Start<'a, F>,
    pub(crate) output: &'a mut [F],
}

impl<F: Float> Kernel for Affine<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { matrix, input, width, start, output } = self;
        let mut at = 0;
        while at + LANES <= width {
            let mut row = 0;
            while row < matrix.rows {
                row += affine_tile::<F, LANES>(matrix, row, (input, width, at), start, (output, width, at));
            }
            at += LANES;
        }
    }
}

/// Computes up to six rows of a product from `row` on, `WIDE` numbers of each; returns how many rows. `(array, step, at)`
/// say where columns lie.
#[inline(always)]
pub(crate) fn affine_tile<F: Float, const WIDE: usize>(
    matrix: Matrix<'_, F>,
    row: usize,
    input: (&[F], usize, usize),
    start: Start<'_, F>,
    output: (&mut [F], usize, usize),
) -> usize {
    // Ten rows, as many as there are digits, are two tiles of five: two full ones of six and four wait longer.
    match matrix.rows - row {
        1 => tile::<F, WIDE, 1>(matrix, row, input, start, output),
        2 => tile::<F, WIDE, 2>(matrix, row, input, start, output),
        3 => tile::<F, WIDE, 3>(matrix, row, input, start, output),
        4 | 8 => tile::<F, WIDE, 4>(matrix, row, input, start, output),
        5 | 10 => tile::<F, WIDE, 5>(matrix, row, input, start, output),
        _ => tile::<F, WIDE, 6>(matrix, row, input, start, output),
    }
}

#[inline(always)]
fn tile<F: Float, const WIDE: usize, const ROWS: usize>(
    matrix: Matrix<'_, F>,
    row: usize,
    (input, input_step, input_at): (&[F], usize, usize),
    start: Start<'_, F>,
    (output, output_step, output_at): (&mut [F], usize, usize),
) -> usize {
    let mut sums = [[F::ZERO; WIDE]; ROWS];
    for (offset, sums) in sums.iter_mut().enumerate() {
        match start {
            Start::Zero => {}
            Start::Bias(bias) => *sums = [bias[row + offset]; WIDE],
            Start::Add => {
                let from = (row + offset) * output_step + output_at;
                sums.copy_from_slice(&output[from..from + WIDE]);
            }
        }
    }
    for column in 0..matrix.columns {
        let from = column * input_step + input_at;
        let mut values = [F::ZERO; WIDE];
        values.copy_from_slice(&input[from..from + WIDE]);
        for (offset, sums) in sums.iter_mut().enumerate() {
            let weight = matrix.values[(row + offset) * matrix.row_step + column * matrix.column_step];
            for lane in 0..WIDE {
                sums[lane] = weight.mul_add(values[lane], sums[lane]);
            }
        }
    }
    for (offset, sums) in sums.iter().enumerate() {
        let to = (row + offset) * output_step + output_at;
        output[to..to + WIDE].copy_from_slice(sums);
    }
    ROWS
}
