//! `f64` and `f32`, with what a surface needs of losses and sums in each.

use dartboard_losses::{JointBlocks, PointwiseBlocks, RowTarget, RowwiseBlocks};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Isa, Kernel, dispatch};
use dartboard_numerics::matrix::{Left, Panel, Product, Store, multiply};
use dartboard_numerics::sum::ExactSum;

use crate::kernels::{Matrix, Start, weighted_sum};

/// What a surface is computed in.
pub(crate) trait Lane: Float {
    fn pointwise(loss: &dyn PointwiseBlocks, target: &[Self], prediction: &[Self], value: &mut [Self]) -> bool;
    fn rowwise(loss: &dyn RowwiseBlocks, target: RowTarget<'_, Self>, scores: &[&[Self]], value: &mut [Self]);
    fn joint(loss: &dyn JointBlocks, target: &[Self], predictions: &[&[Self]], value: &mut [Self]);
    fn add_all(sum: &mut ExactSum, values: &[Self]);
    /// `bias + matrix·input` for `wide` rows: `input` is columns of that length, those of the output are `step` apart.
    fn layer(matrix: Matrix<'_, Self>, bias: &[Self], input: &[Self], wide: usize, output: (&mut [Self], usize));
    fn add_products(sum: &mut ExactSum, a: &[Self], b: &[Self]);
}

impl Lane for f64 {
    fn pointwise(loss: &dyn PointwiseBlocks, target: &[Self], prediction: &[Self], value: &mut [Self]) -> bool {
        loss.pass_value([target, prediction], value, None)
    }
    fn rowwise(loss: &dyn RowwiseBlocks, target: RowTarget<'_, Self>, scores: &[&[Self]], value: &mut [Self]) {
        loss.value(target, scores, value);
    }
    fn joint(loss: &dyn JointBlocks, target: &[Self], predictions: &[&[Self]], value: &mut [Self]) {
        loss.value(target, predictions, value);
    }
    fn add_all(sum: &mut ExactSum, values: &[Self]) {
        sum.add_slice(values);
    }
    fn add_products(sum: &mut ExactSum, a: &[Self], b: &[Self]) {
        sum.add_products(a, b);
    }
    fn layer(matrix: Matrix<'_, Self>, bias: &[Self], input: &[Self], wide: usize, output: (&mut [Self], usize)) {
        dispatch(Columns { matrix, bias, input, wide, output });
    }
}

impl Lane for f32 {
    fn pointwise(loss: &dyn PointwiseBlocks, target: &[Self], prediction: &[Self], value: &mut [Self]) -> bool {
        loss.pass_value_f32([target, prediction], value, None)
    }
    fn rowwise(loss: &dyn RowwiseBlocks, target: RowTarget<'_, Self>, scores: &[&[Self]], value: &mut [Self]) {
        loss.value_f32(target, scores, value);
    }
    fn joint(loss: &dyn JointBlocks, target: &[Self], predictions: &[&[Self]], value: &mut [Self]) {
        loss.value_f32(target, predictions, value);
    }
    fn add_all(sum: &mut ExactSum, values: &[Self]) {
        sum.add_slice_f32(values);
    }
    fn add_products(sum: &mut ExactSum, a: &[Self], b: &[Self]) {
        sum.add_products_f32(a, b);
    }
    fn layer(matrix: Matrix<'_, Self>, bias: &[Self], input: &[Self], wide: usize, output: (&mut [Self], usize)) {
        let (values, step) = output;
        for (column, &bias) in values.chunks_mut(step).zip(bias) {
            column[..wide].fill(bias);
        }
        let left = Left { values: matrix.values, row_step: matrix.row_step, depth_step: matrix.column_step };
        let right = Panel { values: input, width: wide };
        let product = Product { values, step, width: wide };
        multiply(Isa::current(), matrix.rows, matrix.columns, left, right, product, Store::Add, &[]);
    }
}

/// A layer in `f64`, for which there is no product of packed panels.
struct Columns<'a> {
    matrix: Matrix<'a, f64>,
    bias: &'a [f64],
    input: &'a [f64],
    wide: usize,
    output: (&'a mut [f64], usize),
}

impl Kernel for Columns<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { matrix, bias, input, wide, output: (values, step) } = self;
        for (row, column) in values.chunks_mut(step).take(matrix.rows).enumerate() {
            weighted_sum(matrix, row, input, Start::Bias(bias), &mut column[..wide]);
        }
    }
}
