//! Random directions, scaled like the weights that they change.

use super::{Direction, Source, usable};
use crate::error::LandscapeError;
use crate::model::{Layout, Role};
use crate::random::{Purpose, Random};

/// What a random direction is scaled to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Normalisation {
    /// Every filter, the weights that feed one output unit, gets the length of the model's own filter (Li et al., Visualizing
    /// the loss landscape of neural nets, 2018).
    #[default]
    Filter,
    /// Every tensor gets the length of the model's own tensor.
    Layer,
    /// Nothing: each component is a standard normal number.
    None,
}

impl Normalisation {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter normalisation",
            Self::Layer => "layer normalisation",
            Self::None => "no normalisation",
        }
    }
}

/// How random directions are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomPlan {
    /// The seed of ChaCha20.
    pub seed: u64,
    /// What they are scaled to.
    pub normalisation: Normalisation,
    /// Whether biases stay as they are. Else a tensor of one axis is scaled as one filter.
    pub skip_bias: bool,
    /// Whether scales and shifts of normalisation layers stay as they are.
    pub skip_normalisation: bool,
}

impl Default for RandomPlan {
    /// Seed 0, by filter, biases and normalisation layers left alone.
    fn default() -> Self {
        Self { seed: 0, normalisation: Normalisation::Filter, skip_bias: true, skip_normalisation: true }
    }
}

/// The random direction of this number, from 0, at these weights. Weights that are skipped take no random numbers from
/// others: each seed and number stand for one normal number per weight.
///
/// # Errors
/// Where nothing is left of it: all is skipped, or all filters are 0.
pub fn random(layout: &Layout, origin: &[f64], plan: RandomPlan, number: u32) -> Result<Direction, LandscapeError> {
    if origin.len() != layout.len() {
        let (expected, found) = (layout.len(), origin.len());
        return Err(LandscapeError::Length { what: "the array of weights", expected, found });
    }
    let mut source = Random::new(plan.seed, Purpose::Direction(number));
    let mut vector: Vec<f64> = origin.iter().map(|_| source.normal()).collect();
    for tensor in layout.tensors() {
        let skipped = match tensor.role {
            Role::Weight => false,
            Role::Bias => plan.skip_bias,
            Role::Normalisation => plan.skip_normalisation,
        };
        if skipped {
            vector[tensor.range.clone()].fill(0.0);
            continue;
        }
        let groups = match plan.normalisation {
            Normalisation::Filter => tensor.filters(),
            Normalisation::Layer => vec![tensor.range.clone().collect()],
            Normalisation::None => continue,
        };
        for group in groups {
            let length = |of: &[f64]| group.iter().map(|&place| of[place] * of[place]).sum::<f64>().sqrt();
            let factor = length(origin) / length(&vector);
            // A filter without weights, or one whose random numbers are all 0, which never happens.
            let factor = if factor.is_finite() { factor } else { 0.0 };
            group.iter().for_each(|&place| vector[place] *= factor);
        }
    }
    usable(Direction { vector, source: Source::Random { plan, number } })
}
