//! From a model's raw outputs to what a loss takes.

use dartboard_losses::{Family, Loss, PredictionKind, TargetKind};

use crate::error::LandscapeError;

/// What is applied to the raw outputs `z` of a model before its loss sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Nothing: the loss takes quantities, scores, logits or logarithms.
    Identity,
    /// `eᶻ`: the loss takes a positive mean.
    Exp,
    /// `σ(z)`: the loss takes the probability of an event or a label.
    Sigmoid,
    /// `softmax(z)`: the loss takes a probability per class.
    Softmax,
}

impl Head {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Exp => "exp",
            Self::Sigmoid => "sigmoid",
            Self::Softmax => "softmax",
        }
    }
}

/// Losses of probabilities that are the same function of the raw outputs as another loss of the catalogue: it is computed
/// instead, because it keeps its digits where a probability is rounded to 0 or 1.
const SAME_OF_RAW_OUTPUTS: [(&str, &str); 5] = [
    ("bce", "bce_logits"),
    ("cce", "cce_logits"),
    ("nll", "cce_logits"),
    ("kl_div", "kl_logits"),
    ("multilabel_bce", "multilabel_bce_logits"),
];

/// The loss of raw outputs that is the same number as this loss of probabilities.
pub(crate) fn same_of_raw_outputs(name: &str) -> Option<&'static str> {
    SAME_OF_RAW_OUTPUTS.iter().find(|(of, _)| *of == name).map(|&(_, same)| same)
}

/// The loss that is computed, and of what, so that it is `loss` of the model's predictions.
pub(crate) fn of_raw_outputs(loss: &Loss) -> Result<(Loss, Head), LandscapeError> {
    let card = loss.card();
    if let Some(same) = same_of_raw_outputs(card.name) {
        return Ok((Loss::parse(same)?, Head::Identity));
    }
    let rowwise = card.family == Family::Rowwise;
    let head = match card.prediction {
        PredictionKind::Mean => Head::Exp,
        PredictionKind::Probability if rowwise && card.target != TargetKind::Labels => Head::Softmax,
        PredictionKind::Probability => Head::Sigmoid,
        // The one there is has been answered above.
        PredictionKind::LogProbability => {
            let takes = "logarithms of probabilities";
            return Err(LandscapeError::LossOfModel { model: "built-in", loss: card.name, takes });
        }
        PredictionKind::Value
        | PredictionKind::LogMean
        | PredictionKind::Logit
        | PredictionKind::Score
        | PredictionKind::Parameters(_) => Head::Identity,
    };
    Ok((loss.clone(), head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loss_of_the_catalogue_has_raw_outputs() {
        for loss in Loss::all() {
            let (computed, head) = of_raw_outputs(&loss).unwrap();
            assert_eq!(computed.card().family, loss.card().family, "{}", loss.spec());
            // What is computed takes what the head gives.
            let takes = computed.card().prediction;
            let fits = match head {
                Head::Identity => {
                    takes == PredictionKind::Value || takes.is_raw() || matches!(takes, PredictionKind::Parameters(_))
                }
                Head::Exp => takes == PredictionKind::Mean,
                Head::Sigmoid | Head::Softmax => takes == PredictionKind::Probability,
            };
            assert!(fits, "{}: {takes:?} of {head:?}", loss.spec());
        }
    }
}
