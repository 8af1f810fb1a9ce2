//! Gradient and curvature of every row's own loss, as boosting libraries want them, in the arrays' own precision.

use dartboard_arrays::{Outputs, Rows};
use dartboard_losses::{BatchError, Closed, Curvature, Direct, Interval, Loss};
use dartboard_numerics::elementary::Float;
use pyo3::prelude::*;

use crate::compute::{Given, Out, Pair, detached};
use crate::error;
use crate::input::{Number, Numbers};
use crate::options::Options;

/// What stands for the second derivative.
#[derive(Clone, Copy)]
enum Way {
    Of(Curvature),
    Library(Direct),
}

/// Gradient and curvature, times the row's weight; `None` where there is no way but that of
/// [`Treated`](dartboard_losses::Treated).
pub(crate) fn derivatives<'py>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    options: &Options,
) -> PyResult<Option<Pair<'py>>> {
    let way = match &options.library {
        None => Some(Way::Of(options.curvature)),
        Some((library, Some(function))) => library.direct(loss.card().name, function).map(Way::Library),
        Some((_, None)) => None,
    };
    match way {
        Some(way) if loss.pointwise().is_some() && given.is_single(loss) => {
            in_precision::<f32>(py, loss, given, options, way)
        }
        Some(way) if loss.pointwise().is_some() => in_precision::<f64>(py, loss, given, options, way),
        _ => Ok(None),
    }
}

fn in_precision<'py, E: Number>(
    py: Python<'py>,
    loss: &Loss,
    given: &Given<'py>,
    options: &Options,
    way: Way,
) -> PyResult<Option<Pair<'py>>> {
    let (target, prediction) = (E::numbers(&given.target)?, E::numbers(&given.prediction)?);
    let weight = given.weight.as_ref().map(E::numbers).transpose()?;
    let (y, z) = (target.slice()?, prediction.slice()?);
    let w = weight.as_ref().map(Numbers::slice).transpose()?;
    if let Some(row) = w.and_then(|w| Closed::<E>::of(Interval::NON_NEGATIVE).first_outside(w)) {
        let weight = w.map_or(f64::NAN, |w| w[row].to_f64());
        return Err(error::value(BatchError::Weight { row, weight }));
    }
    if matches!(way, Way::Library(Direct { hardens: true, .. })) && y.iter().any(|&y| y != E::ZERO && y != E::ONE) {
        return Ok(None);
    }
    let shape = given.prediction.shape();
    let (mut gradient, mut curvature) = (Out::<E>::new(py, shape)?, Out::<E>::new(py, shape)?);
    let (slopes, bends) = (gradient.slice()?, curvature.slice()?);
    let work = || -> Result<(), BatchError> {
        let known = matches!(way, Way::Of(Curvature::Fisher | Curvature::Majorizer | Curvature::Unit));
        let hessian = if known { None } else { Some(&mut *bends) };
        let outputs = Outputs { gradient: Some(&mut *slopes), hessian, ..Outputs::default() };
        dartboard_arrays::pointwise(loss, Rows::new(y, z), outputs, options.threads)?;
        put_in_place(loss, way, [y, z], bends)?;
        if let Way::Library(Direct { factor, .. }) = way
            && factor != 1.0
        {
            slopes.iter_mut().for_each(|slope| *slope = E::narrowed(slope.to_f64() * factor));
        }
        if let Some(w) = w {
            for column in [&mut *slopes, &mut *bends] {
                column.iter_mut().zip(w).for_each(|(x, weight)| *x = Float::times0(*weight, *x));
            }
        }
        Ok(())
    };
    detached(py, z.len(), work).map_err(error::value)?;
    Ok(Some((gradient.finish(), curvature.finish())))
}

/// Puts what is asked for in place of second derivatives.
fn put_in_place<E: Number>(loss: &Loss, way: Way, [y, z]: [&[E]; 2], bends: &mut [E]) -> Result<(), BatchError> {
    let Some(blocks) = loss.pointwise() else { return Ok(()) };
    let none = |curvature: Curvature| BatchError::Curvature { loss: loss.card().name, curvature: curvature.name() };
    match way {
        Way::Of(Curvature::True) => {}
        Way::Of(Curvature::Unit) => bends.fill(E::ONE),
        Way::Of(curvature) => {
            for (row, bend) in bends.iter_mut().enumerate() {
                let found = match curvature {
                    Curvature::Fisher => blocks.fisher(z[row].to_f64()),
                    _ => blocks.majorizer(y[row].to_f64()),
                };
                *bend = E::narrowed(found.ok_or_else(|| none(curvature))?);
            }
        }
        Way::Library(Direct { factor, curvature, .. }) => {
            /// What presets count for a loss of one prediction per row: no, and yes.
            const CLASSES: usize = 2;
            bends.iter_mut().for_each(|bend| *bend = E::narrowed(curvature(bend.to_f64() * factor, CLASSES)));
        }
    }
    Ok(())
}
