//! Why a score was not decomposed.

use crate::card::Functional;
use crate::domain::Interval;
use crate::spec::Loss;

use super::elicited::Elicited;

/// Why a score was not decomposed, or a diagram not drawn. Rows count from 0 in the fields and from 1 in the messages.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum DecomposeError {
    #[error(
        "{loss} scores a probability per class, which has no decomposition by isotonic recalibration: classes \
         recalibrated one against the rest have probabilities that do not add up to 1, so their parts are no parts of \
         the score; decompose the score of a single class instead, as an event, with bce or mse"
    )]
    Classes { loss: &'static str },
    #[error(
        "{loss} is smallest at something else than a mean, a quantile or an expectile, so predictions cannot be \
         recalibrated for it; these losses can be decomposed: {}", .others.join(", ")
    )]
    NoFunctional { loss: &'static str, others: Vec<&'static str> },
    #[error("elementary scores exist for means, quantiles and expectiles with a level between 0 and 1")]
    NoElementaryScore,
    #[error("there are {rows} {what}s for {targets} targets")]
    Lengths { what: &'static str, rows: usize, targets: usize },
    #[error("row {}: the {what} must be {domain}, not {value}", .row + 1)]
    OutOfDomain { what: &'static str, row: usize, domain: Interval, value: f64 },
    #[error("theta must be a number, not NaN")]
    Theta,
    #[error("no row has a weight above 0")]
    NoRows,
}

impl DecomposeError {
    /// Of a loss that elicits no functional that can be recalibrated.
    pub(super) fn cannot_decompose(loss: &Loss) -> Self {
        if loss.properties().functional == Functional::ClassProbabilities {
            return Self::Classes { loss: loss.card().name };
        }
        let has_one =
            |other: &Loss| other.pointwise().is_some() && Elicited::of(other.properties().functional).is_some();
        let others = Loss::all().filter(has_one).map(|other| other.card().name).collect();
        Self::NoFunctional { loss: loss.card().name, others }
    }
}
