//! Best constants of targets that come as arrays.

use dartboard_losses::{BatchError, Distribution, Family, Loss, Reference, TargetKind, best_constant};
use dartboard_numerics::sum::ExactSum;
use pyo3::prelude::*;

use crate::error;
use crate::input::{Array, Number, Numbers};

/// The largest number of classes that a best constant is sought for: more than vocabularies have.
const MOST_CLASSES: usize = 1 << 22;

/// The targets of a call.
pub(crate) struct Targets {
    pub(crate) distribution: Distribution,
    classes: usize,
}

/// Targets with their weights, each checked. `classes` is how many there are, where targets are classes; else as many as
/// the largest says.
pub(crate) fn targets(
    loss: &Loss,
    target: &Bound<'_, PyAny>,
    weight: Option<&Bound<'_, PyAny>>,
    classes: Option<i64>,
) -> PyResult<Targets> {
    let (card, target) = (loss.card(), Array::read(target, "the target")?);
    let of_classes = card.family == Family::Rowwise;
    if of_classes && (target.shape().len() != 1 || matches!(card.target, TargetKind::Labels | TargetKind::Vector)) {
        let text = format!("the best constant of {} is known for targets of one class per row", card.name);
        return Err(error::value(text));
    }
    let target = f64::numbers(&target)?;
    let target = target.slice()?;
    let weight = Array::read_some(weight, "the weight")?;
    let weight = weight.as_ref().map(f64::numbers).transpose()?;
    let weight = weight.as_ref().map(Numbers::slice).transpose()?;
    let refuse = |error: BatchError| Err(error::value(error));
    if let Some(found) = weight.map(<[f64]>::len).filter(|&found| found != target.len()) {
        return refuse(BatchError::Length { what: "the column of weights", expected: target.len(), found });
    }
    let classes = classes.map(|asked| {
        let fits = usize::try_from(asked).ok().filter(|count| (1..=MOST_CLASSES).contains(count));
        fits.ok_or_else(|| error::value(format!("classes must be from 1 to {MOST_CLASSES}, not {asked}")))
    });
    let classes = classes.transpose()?;
    // A larger one is refused below.
    let largest = target.iter().copied().filter(|&class| class < MOST_CLASSES as f64).fold(-1.0, f64::max);
    let beyond = target.iter().any(|&class| class >= MOST_CLASSES as f64);
    let classes = classes.unwrap_or(if beyond { MOST_CLASSES } else { (largest + 1.0) as usize });
    for (row, &y) in target.iter().enumerate() {
        let is_class = y >= 0.0 && y < classes as f64 && y.trunc() == y;
        if of_classes && !is_class {
            return refuse(BatchError::Class { row, class: y, classes });
        }
        if !card.target_domain.contains(y) {
            let domain = card.target_domain.to_string();
            return refuse(BatchError::Target { loss: card.name, row, target: y, domain });
        }
        if let Some(&weight) = weight.and_then(|weight| weight.get(row))
            && !(weight.is_finite() && weight >= 0.0)
        {
            return refuse(BatchError::Weight { row, weight });
        }
    }
    Ok(Targets { distribution: distribution(target, weight), classes })
}

/// Different targets, each with the exact weight of its rows.
fn distribution(target: &[f64], weight: Option<&[f64]>) -> Distribution {
    let mut rows: Vec<(f64, f64)> = match weight {
        None => target.iter().map(|&y| (y, 1.0)).collect(),
        Some(weight) => target.iter().copied().zip(weight.iter().copied()).collect(),
    };
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut atoms: Vec<(f64, ExactSum)> = vec![];
    for (y, weight) in rows {
        match atoms.last_mut() {
            Some((last, sum)) if *last == y => sum.add(weight),
            _ => {
                let mut sum = ExactSum::new();
                sum.add(weight);
                atoms.push((y, sum));
            }
        }
    }
    Distribution::new(atoms.iter().map(|(y, sum)| (*y, sum)))
}

/// The best constant of these targets.
pub(crate) fn best(py: Python<'_>, loss: &Loss, targets: &Targets) -> PyResult<Reference> {
    // A search among many valleys takes a while.
    py.detach(|| best_constant(loss, &targets.distribution, targets.classes)).ok_or_else(|| {
        let text = format!("these targets have no best constant of {}", loss.card().name);
        error::value(format!("{text}: no row has a positive weight, or no finite constant is best"))
    })
}
