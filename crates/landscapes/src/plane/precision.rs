//! `f64` and `f32`, with what a surface needs of losses and sums in each.

use dartboard_losses::{JointBlocks, PointwiseBlocks, RowTarget, RowwiseBlocks};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Isa, dispatch};
use dartboard_numerics::matrix::{Left, MADE_WIDTH, Multiplier, Panel, Product, Rows, Store};
use dartboard_numerics::sum::ExactSum;

use crate::kernels::{Columns, Matrix};
use crate::model::activation::{Relu, Unit};

/// What a surface is computed in.
pub(crate) trait Lane: Float {
    /// What computes products.
    type Products: Copy + std::fmt::Debug + Send + Sync;
    fn products() -> Self::Products;
    /// Whether [`rectified_layer`](Self::rectified_layer) computes layers of so many outputs and inputs.
    fn rectifies(products: Self::Products, outputs: usize, inputs: usize) -> bool;
    /// `bias + weightsᵀ·max(0, Z0 + a·Z1 + b·Z2)` for [`MADE_WIDTH`] rows, with the bits of first making the maxima and then
    /// the sums: `sums` are the three parts, columns of that length, and `weights` the outputs' one after another for each.
    fn rectified_layer(
        products: Self::Products,
        sums: [&[Self]; 3],
        place: [Self; 2],
        weights: &[Self],
        bias: &[Self],
        output: (&mut [Self], usize),
    );
    fn pointwise(loss: &dyn PointwiseBlocks, target: &[Self], prediction: &[Self], value: &mut [Self]) -> bool;
    fn rowwise(loss: &dyn RowwiseBlocks, target: RowTarget<'_, Self>, scores: &[&[Self]], value: &mut [Self]);
    fn joint(loss: &dyn JointBlocks, target: &[Self], predictions: &[&[Self]], value: &mut [Self]);
    fn add_all(sum: &mut ExactSum, values: &[Self]);
    /// `bias + matrix·input` for `wide` rows: `input` is columns of that length, those of the output are `step` apart.
    fn layer(
        products: Self::Products,
        matrix: Matrix<'_, Self>,
        bias: &[Self],
        input: &[Self],
        wide: usize,
        output: (&mut [Self], usize),
    );
    fn add_products(sum: &mut ExactSum, a: &[Self], b: &[Self]);
}

impl Lane for f64 {
    type Products = ();
    fn products() {}
    fn rectifies((): (), _: usize, _: usize) -> bool {
        false
    }
    fn rectified_layer((): (), _: [&[Self]; 3], _: [Self; 2], _: &[Self], _: &[Self], _: (&mut [Self], usize)) {}
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
    fn layer(
        (): (),
        matrix: Matrix<'_, Self>,
        bias: &[Self],
        input: &[Self],
        wide: usize,
        output: (&mut [Self], usize),
    ) {
        let (output, step) = output;
        dispatch(Columns { matrix, bias, input, wide, output, step });
    }
}

impl Lane for f32 {
    type Products = Multiplier;
    fn products() -> Multiplier {
        Multiplier::new(Isa::current())
    }
    fn rectifies(products: Multiplier, outputs: usize, inputs: usize) -> bool {
        products.makes(outputs, inputs)
    }
    fn rectified_layer(
        products: Multiplier,
        sums: [&[Self]; 3],
        place: [Self; 2],
        weights: &[Self],
        bias: &[Self],
        (values, step): (&mut [Self], usize),
    ) {
        let sums = sums.map(|part| part.as_chunks().0);
        let product = Product { values, step, width: MADE_WIDTH };
        products.multiply_made(weights, &Rectified { sums, place }, product, bias);
    }
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
    fn layer(
        products: Multiplier,
        matrix: Matrix<'_, Self>,
        bias: &[Self],
        input: &[Self],
        wide: usize,
        (values, step): (&mut [Self], usize),
    ) {
        let left = Left { values: matrix.values, row_step: matrix.row_step, depth_step: matrix.column_step };
        let right = Panel { values: input, width: wide };
        let product = Product { values, step, width: wide };
        products.multiply(matrix.rows, matrix.columns, left, right, product, Store::Onto(bias), &[]);
    }
}

/// What rectified units make of their sums at a place, a row for each unit.
struct Rectified<'a> {
    sums: [&'a [[f32; MADE_WIDTH]]; 3],
    place: [f32; 2],
}

impl Rows for Rectified<'_> {
    fn depth(&self) -> usize {
        self.sums[0].len()
    }
    #[inline(always)]
    fn row(&self, k: usize) -> [f32; MADE_WIDTH] {
        let ([origin, first, second], [a, b]) = (self.sums.map(|part| &part[k]), self.place);
        let mut row = [0.0; MADE_WIDTH];
        for (i, x) in row.iter_mut().enumerate() {
            *x = Relu::value(b.mul_add(second[i], a.mul_add(first[i], origin[i])));
        }
        row
    }
}
