//! Weighted sums of columns: what a layer makes of its inputs.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::Kernel;

use super::{Matrix, Start};

/// `output = start + matrix·input`: `input` is `matrix.columns` columns and `output` is `matrix.rows` columns of `width`
/// numbers, one after another. Every element is one chain of fused multiply-adds in ascending order.
pub(crate) struct Affine<'a, F> {
    pub(crate) matrix: Matrix<'a, F>,
    pub(crate) input: &'a [F],
    pub(crate) width: usize,
    pub(crate) start: Start<'a, F>,
    pub(crate) output: &'a mut [F],
}

impl<F: Float> Kernel for Affine<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { matrix, input, width, start, output } = self;
        for (row, output) in output.chunks_exact_mut(width.max(1)).enumerate() {
            weighted_sum(matrix, row, input, start, output);
        }
    }
}

/// One row of a product: `output = start + Σ matrix[row, column]·input[column]`, columns as long as `output`.
///
/// Eight columns at a time, so that what is added up is loaded and stored once for eight multiply-adds; the loops run over
/// the numbers of a column, whose length LLVM must not know: a short loop it would unroll instead of making it vectors.
#[inline(always)]
pub(super) fn weighted_sum<F: Float>(
    matrix: Matrix<'_, F>,
    row: usize,
    input: &[F],
    start: Start<'_, F>,
    output: &mut [F],
) {
    match start {
        Start::Zero => output.fill(F::ZERO),
        Start::Bias(bias) => output.fill(bias[row]),
        Start::Add => {}
    }
    let width = output.len();
    let weight = |column: usize| matrix.values[row * matrix.row_step + column * matrix.column_step];
    let of = |column: usize| &input[column * width..(column + 1) * width];
    let mut column = 0;
    while column + 8 <= matrix.columns {
        add_eight(
            output,
            [
                weight(column),
                weight(column + 1),
                weight(column + 2),
                weight(column + 3),
                weight(column + 4),
                weight(column + 5),
                weight(column + 6),
                weight(column + 7),
            ],
            [
                of(column),
                of(column + 1),
                of(column + 2),
                of(column + 3),
                of(column + 4),
                of(column + 5),
                of(column + 6),
                of(column + 7),
            ],
        );
        column += 8;
    }
    while column + 2 <= matrix.columns {
        add_two(output, [weight(column), weight(column + 1)], [of(column), of(column + 1)]);
        column += 2;
    }
    if column < matrix.columns {
        add_one(output, weight(column), of(column));
    }
}

#[inline(always)]
fn add_eight<F: Float>(output: &mut [F], weights: [F; 8], columns: [&[F]; 8]) {
    let [w0, w1, w2, w3, w4, w5, w6, w7] = weights;
    let [a0, a1, a2, a3, a4, a5, a6, a7] = columns;
    let width = output.len();
    let (a0, a1, a2, a3) = (&a0[..width], &a1[..width], &a2[..width], &a3[..width]);
    let (a4, a5, a6, a7) = (&a4[..width], &a5[..width], &a6[..width], &a7[..width]);
    for at in 0..width {
        let sum = w1.mul_add(a1[at], w0.mul_add(a0[at], output[at]));
        let sum = w3.mul_add(a3[at], w2.mul_add(a2[at], sum));
        let sum = w5.mul_add(a5[at], w4.mul_add(a4[at], sum));
        output[at] = w7.mul_add(a7[at], w6.mul_add(a6[at], sum));
    }
}

#[inline(always)]
fn add_two<F: Float>(output: &mut [F], [w0, w1]: [F; 2], [a0, a1]: [&[F]; 2]) {
    for ((sum, &a0), &a1) in output.iter_mut().zip(a0).zip(a1) {
        *sum = w1.mul_add(a1, w0.mul_add(a0, *sum));
    }
}

#[inline(always)]
fn add_one<F: Float>(output: &mut [F], weight: F, column: &[F]) {
    for (sum, &a) in output.iter_mut().zip(column) {
        *sum = weight.mul_add(a, *sum);
    }
}
