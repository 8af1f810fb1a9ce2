//! A loss at one row: what pages, tables and plots compute their numbers by.

use dartboard_losses::{Derivatives, Loss, PredictionKind, RowTarget, TargetKind};

/// The value of a loss at a row, with a first and a second derivative per predicted number.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The value.
    pub value: f64,
    /// The first derivative in each predicted number.
    pub gradient: Vec<f64>,
    /// The second.
    pub hessian: Vec<f64>,
}

/// A loss at a target (of a row loss: the index of the true class, of the one label that applies, or of the one component
/// of a vector that is 1 and not 0) and a prediction.
/// `None` for families that have no such row, and for a class that the row does not have.
pub fn row(loss: &Loss, target: f64, prediction: &[f64]) -> Option<Point> {
    let mut point = Point { value: 0.0, gradient: vec![0.0; prediction.len()], hessian: vec![0.0; prediction.len()] };
    let value = std::slice::from_mut(&mut point.value);
    if let (Some(pointwise), 1) = (loss.pointwise(), prediction.len()) {
        pointwise.value_gradient_hessian(&[target], prediction, value, &mut point.gradient, &mut point.hessian);
        return Some(point);
    }
    let columns: Vec<&[f64]> = prediction.iter().map(std::slice::from_ref).collect();
    let mut derivatives = Derivatives {
        gradient: point.gradient.iter_mut().map(std::slice::from_mut).collect(),
        hessian: point.hessian.iter_mut().map(std::slice::from_mut).collect(),
    };
    if let (Some(joint), PredictionKind::Parameters(names)) = (loss.joint(), loss.card().prediction) {
        if prediction.len() != names.len() {
            return None;
        }
        joint.value_gradient_hessian(&[target], &columns, value, &mut derivatives);
        return Some(point);
    }
    let rowwise = loss.rowwise().filter(|_| (0.0..prediction.len() as f64).contains(&target))?;
    if loss.card().target == TargetKind::Labels {
        let shares: Vec<f64> = (0..prediction.len()).map(|label| f64::from(label as f64 == target)).collect();
        let shares: Vec<&[f64]> = shares.iter().map(std::slice::from_ref).collect();
        rowwise.value_gradient_hessian(RowTarget::Shares(&shares), &columns, value, &mut derivatives);
    } else {
        rowwise.value_gradient_hessian(RowTarget::Class(&[target as u32]), &columns, value, &mut derivatives);
    }
    Some(point)
}

/// The softmax of scores.
pub(crate) fn softmax(scores: &[f64]) -> Vec<f64> {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / total).collect()
}
