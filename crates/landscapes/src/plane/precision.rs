//! `f64` and `f32`, with what a surface needs of losses and sums in each.

use dartboard_losses::{JointBlocks, PointwiseBlocks, RowTarget, RowwiseBlocks};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::sum::ExactSum;

/// What a surface is computed in.
pub(crate) trait Lane: Float {
    fn pointwise(loss: &dyn PointwiseBlocks, target: &[Self], prediction: &[Self], value: &mut [Self]) -> bool;
    fn rowwise(loss: &dyn RowwiseBlocks, target: RowTarget<'_, Self>, scores: &[&[Self]], value: &mut [Self]);
    fn joint(loss: &dyn JointBlocks, target: &[Self], predictions: &[&[Self]], value: &mut [Self]);
    fn add_all(sum: &mut ExactSum, values: &[Self]);
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
}
