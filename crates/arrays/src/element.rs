//! The types an array may have, and the ones that are computed in.

use dartboard_losses::{BatchError, PointwiseBlocks, Precision};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::dispatch;
use dartboard_numerics::sum::{ExactSum, Stepwise};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use sealed::{Blocks, Convert};

use crate::half_precision::{NarrowBf16, NarrowF16, WidenBf16, WidenF16};

/// What losses compute in: `f32` or `f64`.
pub trait Compute: Precision + Blocks {}

impl Compute for f64 {}
impl Compute for f32 {}

/// What an array may hold: `f64`, `f32`, `f16` or `bf16`. The half precisions are computed in `f32`, exactly widened and
/// rounded once at the end.
pub trait Element: Convert {}

impl Element for f64 {}
impl Element for f32 {}
impl Element for f16 {}
impl Element for bf16 {}

/// A factor of gradients, in the precision that they are computed in.
pub(crate) fn scale<F: Compute>(scale: f64) -> Result<F, BatchError> {
    let rounded: F = Float::from_f64(scale);
    let fits = rounded.to_f64().is_finite() && (rounded != F::ZERO || scale == 0.0);
    if fits { Ok(rounded) } else { Err(BatchError::Scale(scale)) }
}

/// What the two traits are to this crate. Not for others to see or to implement.
mod sealed {
    use std::cell::Cell;
    use std::thread::LocalKey;

    use dartboard_losses::PointwiseBlocks;
    use dartboard_numerics::sum::{ExactSum, Stepwise};

    pub trait Blocks: Sized + 'static {
        /// Values of a block, as [`PointwiseBlocks::pass_value`].
        fn value(
            loss: &dyn PointwiseBlocks,
            rows: [&[Self]; 2],
            value: &mut [Self],
            sum: Option<&mut Stepwise>,
        ) -> bool;
        /// Values and gradients of a block.
        fn gradient(
            loss: &dyn PointwiseBlocks,
            rows: [&[Self]; 2],
            out: [&mut [Self]; 2],
            sum: Option<&mut Stepwise>,
        ) -> bool;
        /// Values, gradients and Hessians of a block.
        fn hessian(
            loss: &dyn PointwiseBlocks,
            rows: [&[Self]; 2],
            out: [&mut [Self]; 3],
            sum: Option<&mut Stepwise>,
        ) -> bool;
        /// Adds all products.
        fn add_products(sum: &mut ExactSum, a: &[Self], b: &[Self]);
        /// The scratch blocks of this type, empty until they are first used.
        fn scratch() -> &'static LocalKey<Cell<Vec<Self>>>;
    }

    pub trait Convert: Copy + Send + Sync + 'static {
        /// What is computed in.
        type Compute: super::Compute;
        /// Whether arrays of this type can be computed on as they are.
        const AS_IT_IS: bool;

        /// The same numbers to compute with; they may be put into `scratch`, which is as long.
        fn widen<'a>(values: &'a [Self], scratch: &'a mut [Self::Compute]) -> &'a [Self::Compute];
        /// The array itself, to be computed into.
        fn as_it_is(values: &mut [Self]) -> &mut [Self::Compute];
        /// Results, rounded to nearest, ties to even.
        fn narrow(from: &[Self::Compute], to: &mut [Self]);
    }
}

macro_rules! compute {
    ($float:ident, $value:ident, $gradient:ident, $hessian:ident, $products:ident) => {
        impl Blocks for $float {
            fn value(
                loss: &dyn PointwiseBlocks,
                rows: [&[Self]; 2],
                value: &mut [Self],
                sum: Option<&mut Stepwise>,
            ) -> bool {
                loss.$value(rows, value, sum)
            }
            fn gradient(
                loss: &dyn PointwiseBlocks,
                rows: [&[Self]; 2],
                out: [&mut [Self]; 2],
                sum: Option<&mut Stepwise>,
            ) -> bool {
                loss.$gradient(rows, out, sum)
            }
            fn hessian(
                loss: &dyn PointwiseBlocks,
                rows: [&[Self]; 2],
                out: [&mut [Self]; 3],
                sum: Option<&mut Stepwise>,
            ) -> bool {
                loss.$hessian(rows, out, sum)
            }
            fn add_products(sum: &mut ExactSum, a: &[Self], b: &[Self]) {
                sum.$products(a, b);
            }
            fn scratch() -> &'static std::thread::LocalKey<std::cell::Cell<Vec<Self>>> {
                thread_local! {
                    static SCRATCH: std::cell::Cell<Vec<$float>> = const { std::cell::Cell::new(Vec::new()) };
                }
                &SCRATCH
            }
        }

        impl Convert for $float {
            type Compute = Self;
            const AS_IT_IS: bool = true;
            fn widen<'a>(values: &'a [Self], _scratch: &'a mut [Self]) -> &'a [Self] {
                values
            }
            fn as_it_is(values: &mut [Self]) -> &mut [Self] {
                values
            }
            fn narrow(from: &[Self], to: &mut [Self]) {
                to.copy_from_slice(from);
            }
        }
    };
}

compute!(f64, pass_value, pass_gradient, pass_hessian, add_products);
compute!(f32, pass_value_f32, pass_gradient_f32, pass_hessian_f32, add_products_f32);

macro_rules! half_precision {
    ($half:ident, $widen:ident, $narrow:ident) => {
        impl Convert for $half {
            type Compute = f32;
            const AS_IT_IS: bool = false;
            fn widen<'a>(values: &'a [Self], scratch: &'a mut [f32]) -> &'a [f32] {
                dispatch($widen { from: values.reinterpret_cast(), to: &mut *scratch });
                scratch
            }
            fn as_it_is(_values: &mut [Self]) -> &mut [f32] {
                &mut []
            }
            fn narrow(from: &[f32], to: &mut [Self]) {
                dispatch($narrow { from, to: to.reinterpret_cast_mut() });
            }
        }
    };
}

half_precision!(f16, WidenF16, NarrowF16);
half_precision!(bf16, WidenBf16, NarrowBf16);
