//! Heads over columns: values, and derivatives passed back through them.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::Kernel;

use crate::model::Head;

/// How raw outputs become what the loss takes: `head(shift + scale·z)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chain {
    pub(crate) head: Head,
    pub(crate) shift: f64,
    pub(crate) scale: f64,
}

impl Chain {
    /// Whether it changes nothing.
    pub(crate) fn is_identity(&self) -> bool {
        self.head == Head::Identity && self.shift == 0.0 && self.scale == 1.0
    }

    /// Value, first and second derivative of a head that takes each output by itself.
    #[inline(always)]
    fn jet<F: Float>(&self, z: F) -> (F, F, F) {
        let scale = F::from_f64(self.scale);
        let t = scale.mul_add(z, F::from_f64(self.shift));
        let (value, first, second) = match self.head {
            Head::Exp => {
                let e = t.exp();
                (e, e, e)
            }
            Head::Sigmoid => {
                let (value, slope) = (t.sigmoid(), t.logistic_curvature());
                (value, slope, slope * (F::ONE - value - value))
            }
            Head::Identity | Head::Softmax => (t, F::ONE, F::ZERO),
        };
        (value, first * scale, second * scale * scale)
    }
}

/// Raw outputs, a column each, become predictions in the same place.
pub(crate) struct Predict<'a, F> {
    pub(crate) chain: Chain,
    pub(crate) columns: &'a mut [F],
    pub(crate) outputs: usize,
}

impl<F: Float> Kernel for Predict<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { chain, columns, outputs } = self;
        let width = columns.len() / outputs.max(1);
        match chain.head {
            Head::Identity => {
                let (shift, scale) = (F::from_f64(chain.shift), F::from_f64(chain.scale));
                columns.iter_mut().for_each(|z| *z = scale.mul_add(*z, shift));
            }
            Head::Exp => columns.iter_mut().for_each(|z| *z = z.exp()),
            Head::Sigmoid => columns.iter_mut().for_each(|z| *z = z.sigmoid()),
            Head::Softmax => {
                for row in 0..width {
                    let mut largest = F::NEG_INFINITY;
                    for output in 0..outputs {
                        largest = columns[output * width + row].max(largest);
                    }
                    let mut total = F::ZERO;
                    for output in 0..outputs {
                        let e = (columns[output * width + row] - largest).exp();
                        columns[output * width + row] = e;
                        total += e;
                    }
                    for output in 0..outputs {
                        columns[output * width + row] /= total;
                    }
                }
            }
        }
    }
}

/// Gradients by predictions become gradients by raw outputs, in the same place.
pub(crate) struct PassBack<'a> {
    pub(crate) chain: Chain,
    /// The raw outputs.
    pub(crate) raw: &'a [f64],
    pub(crate) predictions: &'a [f64],
    pub(crate) gradient: &'a mut [f64],
    pub(crate) outputs: usize,
}

impl Kernel for PassBack<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { chain, raw, predictions, gradient, outputs } = self;
        if chain.head != Head::Softmax {
            for (gradient, &z) in gradient.iter_mut().zip(raw) {
                *gradient = gradient.times0(chain.jet(z).1);
            }
            return;
        }
        let width = raw.len() / outputs.max(1);
        for row in 0..width {
            let at = |output: usize| output * width + row;
            let mean: f64 = (0..outputs).map(|output| predictions[at(output)] * gradient[at(output)]).sum();
            for output in 0..outputs {
                gradient[at(output)] = predictions[at(output)] * (gradient[at(output)] - mean);
            }
        }
    }
}

/// A direction of raw outputs becomes that of predictions.
pub(crate) struct Direct<'a> {
    pub(crate) chain: Chain,
    pub(crate) raw: &'a [f64],
    pub(crate) predictions: &'a [f64],
    pub(crate) direction: &'a [f64],
    pub(crate) out: &'a mut [f64],
    pub(crate) outputs: usize,
}

impl Kernel for Direct<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { chain, raw, predictions, direction, out, outputs } = self;
        if chain.head != Head::Softmax {
            for ((out, &z), &v) in out.iter_mut().zip(raw).zip(direction) {
                *out = chain.jet(z).1 * v;
            }
            return;
        }
        let width = raw.len() / outputs.max(1);
        for row in 0..width {
            let at = |output: usize| output * width + row;
            let mean: f64 = (0..outputs).map(|output| predictions[at(output)] * direction[at(output)]).sum();
            for output in 0..outputs {
                out[at(output)] = predictions[at(output)] * (direction[at(output)] - mean);
            }
        }
    }
}

/// The directional derivative of [`PassBack`]: products of the Hessian by predictions become those of the Hessian by raw
/// outputs, in the same place.
pub(crate) struct PassBackTwice<'a> {
    pub(crate) chain: Chain,
    pub(crate) raw: &'a [f64],
    pub(crate) predictions: &'a [f64],
    /// The direction of the raw outputs.
    pub(crate) direction: &'a [f64],
    /// The direction of the predictions.
    pub(crate) moved: &'a [f64],
    /// The gradient by predictions.
    pub(crate) gradient: &'a [f64],
    pub(crate) product: &'a mut [f64],
    pub(crate) outputs: usize,
}

impl Kernel for PassBackTwice<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { chain, raw, predictions, direction, moved, gradient, product, outputs } = self;
        if chain.head != Head::Softmax {
            for (at, product) in product.iter_mut().enumerate() {
                let (_, first, second) = chain.jet(raw[at]);
                *product = product.times0(first) + (second * direction[at]).times0(gradient[at]);
            }
            return;
        }
        let width = raw.len() / outputs.max(1);
        for row in 0..width {
            let at = |output: usize| output * width + row;
            let mean: f64 = (0..outputs).map(|output| predictions[at(output)] * gradient[at(output)]).sum();
            let moved_mean: f64 = (0..outputs)
                .map(|output| moved[at(output)] * gradient[at(output)] + predictions[at(output)] * product[at(output)])
                .sum();
            for output in 0..outputs {
                let at = at(output);
                product[at] = moved[at] * (gradient[at] - mean) + predictions[at] * (product[at] - moved_mean);
            }
        }
    }
}
