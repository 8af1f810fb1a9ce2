//! Forward and backward through the layers of a block, with directional derivatives of both (Pearlmutter, Fast exact
//! multiplication by the Hessian, 1994).

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};

use crate::kernels::{Affine, Matrix, Outer, Start};
use crate::model::activation::{Unit, with_unit};
use crate::model::{Activation, Layer};

/// What the units of a layer make of their inputs.
struct Activate<'a, U> {
    unit: std::marker::PhantomData<U>,
    input: &'a [f64],
    output: &'a mut [f64],
}

impl<U: Unit> Kernel for Activate<'_, U> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (output, &x) in self.output.iter_mut().zip(self.input) {
            *output = U::value(x);
        }
    }
}

/// Multiplies by the units' slopes.
struct Slopes<'a, U> {
    unit: std::marker::PhantomData<U>,
    input: &'a [f64],
    output: &'a mut [f64],
}

impl<U: Unit> Kernel for Slopes<'_, U> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (output, &x) in self.output.iter_mut().zip(self.input) {
            *output *= U::jet(x).1;
        }
    }
}

/// `product = f″(x)·direction·gradient + f′(x)·product`, then `gradient = f′(x)·gradient`.
struct Curvatures<'a, U> {
    unit: std::marker::PhantomData<U>,
    input: &'a [f64],
    direction: &'a [f64],
    gradient: &'a mut [f64],
    product: &'a mut [f64],
}

impl<U: Unit> Kernel for Curvatures<'_, U> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let rows = self.input.iter().zip(self.direction).zip(self.gradient.iter_mut()).zip(self.product.iter_mut());
        for (((&x, &direction), gradient), product) in rows {
            let (_, first, second) = U::jet(x);
            *product = (second * direction).mul_add(*gradient, first * *product);
            *gradient *= first;
        }
    }
}

/// The inputs of every layer and what each layer makes of them before its units, in columns.
pub(crate) struct Pass {
    /// Beside the features, which are the inputs of the first.
    inputs: Vec<Vec<f64>>,
    sums: Vec<Vec<f64>>,
}

/// The layers of a model, to be applied to blocks.
#[derive(Clone, Copy)]
pub(crate) struct Network<'a> {
    pub(crate) layers: &'a [Layer],
    pub(crate) activation: Activation,
    pub(crate) weights: &'a [f64],
}

fn matrix<'a>(layer: &Layer, weights: &'a [f64]) -> Matrix<'a, f64> {
    Matrix::new(layer.weights(weights), layer.outputs, layer.inputs)
}

impl Network<'_> {
    /// The raw outputs are the last of the pass's sums.
    pub(crate) fn forward(&self, features: &[f64], width: usize) -> Pass {
        let mut pass = Pass { inputs: vec![], sums: vec![] };
        for (place, layer) in self.layers.iter().enumerate() {
            let input = if place == 0 { features } else { &pass.inputs[place - 1] };
            let mut output = vec![0.0; layer.outputs * width];
            let start = Start::Bias(layer.biases(self.weights));
            dispatch(Affine { matrix: matrix(layer, self.weights), input, width, start, output: &mut output });
            if place + 1 < self.layers.len() {
                let mut next = vec![0.0; output.len()];
                with_unit!(self.activation, U => {
                    dispatch(Activate::<U> { unit: std::marker::PhantomData, input: &output, output: &mut next });
                });
                pass.inputs.push(next);
            }
            pass.sums.push(output);
        }
        pass
    }

    /// The change of a pass along a direction of the weights.
    pub(crate) fn forward_along(&self, features: &[f64], width: usize, pass: &Pass, direction: &[f64]) -> Pass {
        let mut along = Pass { inputs: vec![], sums: vec![] };
        for (place, layer) in self.layers.iter().enumerate() {
            let input = if place == 0 { features } else { &pass.inputs[place - 1] };
            let mut output = vec![0.0; layer.outputs * width];
            let start = Start::Bias(layer.biases(direction));
            dispatch(Affine { matrix: matrix(layer, direction), input, width, start, output: &mut output });
            // Features do not move.
            if place > 0 {
                let (input, matrix) = (&along.inputs[place - 1], matrix(layer, self.weights));
                dispatch(Affine { matrix, input, width, start: Start::Add, output: &mut output });
            }
            if place + 1 < self.layers.len() {
                let mut next = output.clone();
                with_unit!(self.activation, U => {
                    let unit = std::marker::PhantomData;
                    dispatch(Slopes::<U> { unit, input: &pass.sums[place], output: &mut next });
                });
                along.inputs.push(next);
            }
            along.sums.push(output);
        }
        along
    }

    /// Adds to `total` the gradient by the weights, from the gradient by the raw outputs.
    pub(crate) fn backward(&self, features: &[f64], width: usize, pass: &Pass, gradient: Vec<f64>, total: &mut [f64]) {
        let mut gradient = gradient;
        for (place, layer) in self.layers.iter().enumerate().rev() {
            let input = if place == 0 { features } else { &pass.inputs[place - 1] };
            add_products(layer, width, &gradient, input, total);
            add_biases(layer, width, &gradient, total);
            if place == 0 {
                return;
            }
            gradient = self.back(layer, self.weights, width, &gradient, None);
            with_unit!(self.activation, U => {
                let unit = std::marker::PhantomData;
                dispatch(Slopes::<U> { unit, input: &pass.sums[place - 1], output: &mut gradient });
            });
        }
    }

    /// Adds to `total` the product of the Hessian by the weights with a direction: from the gradient by the raw outputs, its
    /// change along the direction, and the passes.
    pub(crate) fn backward_along(
        &self,
        features: &[f64],
        width: usize,
        (pass, along): (&Pass, &Pass),
        direction: &[f64],
        (gradient, product): (Vec<f64>, Vec<f64>),
        total: &mut [f64],
    ) {
        let (mut gradient, mut product) = (gradient, product);
        for (place, layer) in self.layers.iter().enumerate().rev() {
            let input = if place == 0 { features } else { &pass.inputs[place - 1] };
            add_products(layer, width, &product, input, total);
            add_biases(layer, width, &product, total);
            if place == 0 {
                return;
            }
            add_products(layer, width, &gradient, &along.inputs[place - 1], total);
            let moved = self.back(layer, direction, width, &gradient, None);
            product = self.back(layer, self.weights, width, &product, Some(moved));
            gradient = self.back(layer, self.weights, width, &gradient, None);
            with_unit!(self.activation, U => {
                dispatch(Curvatures::<U> {
                    unit: std::marker::PhantomData,
                    input: &pass.sums[place - 1],
                    direction: &along.sums[place - 1],
                    gradient: &mut gradient,
                    product: &mut product,
                });
            });
        }
    }

    /// `weightsᵀ·gradient`, added to what is given.
    fn back(&self, layer: &Layer, weights: &[f64], width: usize, gradient: &[f64], onto: Option<Vec<f64>>) -> Vec<f64> {
        let start = if onto.is_some() { Start::Add } else { Start::Zero };
        let mut output = onto.unwrap_or_else(|| vec![0.0; layer.inputs * width]);
        let matrix = matrix(layer, weights).transposed();
        dispatch(Affine { matrix, input: gradient, width, start, output: &mut output });
        output
    }
}

impl Pass {
    /// The raw outputs of all rows.
    pub(crate) fn raw(&self) -> &[f64] {
        self.sums.last().map_or(&[], Vec::as_slice)
    }
}

fn add_products(layer: &Layer, width: usize, gradient: &[f64], input: &[f64], total: &mut [f64]) {
    let (output, _) = layer.split_mut(total);
    let (rows, columns) = (layer.outputs, layer.inputs);
    dispatch(Outer { left: gradient, right: input, width, rows, columns, output });
}

fn add_biases(layer: &Layer, width: usize, gradient: &[f64], total: &mut [f64]) {
    let (_, biases) = layer.split_mut(total);
    for (bias, column) in biases.iter_mut().zip(gradient.chunks_exact(width)) {
        *bias += column.iter().sum::<f64>();
    }
}

/// Multiplies each row's numbers, in columns, by the row's factor; 0 where the factor is, whatever the number.
pub(crate) fn weigh(columns: &mut [f64], width: usize, factor: &[f64]) {
    for column in columns.chunks_exact_mut(width) {
        for (x, &factor) in column.iter_mut().zip(factor) {
            *x = factor.times0(*x);
        }
    }
}
