//! Products of a row's Hessian with a vector, for second derivatives of losses of rows of scores.

use dartboard_losses::{BatchError, Loss, RowTarget};
use numpy::{PyArrayDyn, PyArrayMethods};
use pyo3::prelude::*;

use crate::compute::{Given, borrowed, class_indices, columns};
use crate::error;
use crate::input::{Array, Number};

/// `product[row] = H(row)·vector[row]`, in double precision.
pub(crate) fn hessian_vector<'py>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    vector: &Array<'py>,
) -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
    let name = loss.card().name;
    let Some(blocks) = loss.rowwise() else { return Err(error::value(BatchError::Family { loss: name })) };
    let shape = given.prediction.shape();
    if vector.shape() != shape {
        let text = format!("the vector has the shape {:?} and the prediction {shape:?}", vector.shape());
        return Err(error::value(format!("{text}; they must have one shape")));
    }
    let [prediction, vector, target] = [&given.prediction, vector, &given.target].map(f64::numbers);
    let (prediction, vector, target) = (prediction?, vector?, target?);
    let scores = columns(prediction.slice()?, shape);
    let vectors = columns(vector.slice()?, shape);
    let (scores, vectors) = (borrowed(&scores), borrowed(&vectors));
    let soft = given.target.shape().len() == 2;
    if soft && given.target.shape() != shape {
        let text = format!("the target has the shape {:?} and the prediction {shape:?}", given.target.shape());
        return Err(error::value(text));
    }
    let shares = columns(target.slice()?, if soft { shape } else { &[0, 0] });
    let shares = borrowed(&shares);
    let index = if soft { vec![] } else { class_indices(target.slice()?, scores.len(), None).map_err(error::value)? };
    let target = if soft { RowTarget::Shares(&shares) } else { RowTarget::Class(&index) };

    let mut products = vec![vec![0.0; shape[0]]; scores.len()];
    let mut product: Vec<&mut [f64]> = products.iter_mut().map(Vec::as_mut_slice).collect();
    py.detach(|| blocks.hessian_vector(target, &scores, &vectors, &mut product));
    let out = PyArrayDyn::<f64>::zeros(py, shape, false);
    let mut filled = out.try_readwrite().map_err(error::value)?;
    crate::compute::write(&products, 1.0, filled.as_slice_mut().map_err(error::value)?);
    drop(filled);
    Ok(out)
}
