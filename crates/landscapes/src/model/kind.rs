//! The kinds of built-in models, as their users name them.

use std::fmt;

use super::Activation;
use crate::error::{LandscapeError, MOST_UNITS, nearest_of};

/// A kind of model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A weighted sum of the features plus a bias.
    Linear,
    /// The same as a score of an event, whose probability is `σ(z)`.
    Logistic,
    /// A weighted sum for each class, whose probabilities are `softmax(z)`.
    Softmax,
    /// A multilayer perceptron.
    Perceptron {
        /// The sizes of the hidden layers, the first next to the features.
        hidden: Vec<usize>,
        /// What their units do.
        activation: Activation,
    },
}

impl Kind {
    /// Reads `linear`, `logistic`, `softmax`, `mlp:64,32` or `mlp:64,32,tanh`; without sizes a perceptron has one hidden
    /// layer of 32 units, without a name they are `relu`.
    ///
    /// # Errors
    /// Where the name is unknown, or a layer has no units or too many.
    pub fn parse(text: &str) -> Result<Self, LandscapeError> {
        let (name, rest) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        let unknown = || {
            let known = ["linear", "logistic", "softmax", "mlp"].into_iter();
            LandscapeError::UnknownModel { name: text.to_owned(), nearest: nearest_of(name, known) }
        };
        let kind = match name.trim_end() {
            "linear" => Self::Linear,
            "logistic" => Self::Logistic,
            "softmax" => Self::Softmax,
            "mlp" if text.trim().ends_with(':') => return Err(unknown()),
            "mlp" => return Self::perceptron(rest).unwrap_or_else(|| Err(unknown())),
            _ => return Err(unknown()),
        };
        if rest.is_empty() { Ok(kind) } else { Err(unknown()) }
    }

    /// The part after `mlp:`; `None` where it cannot be read.
    fn perceptron(text: &str) -> Option<Result<Self, LandscapeError>> {
        let mut parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let activation = parts.last().and_then(|last| Activation::named(last));
        if activation.is_some() {
            parts.pop();
        }
        let sizes: Vec<usize> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let hidden = if sizes.is_empty() { vec![32] } else { sizes };
        if let Some(&wrong) = hidden.iter().find(|&&units| units == 0 || units > MOST_UNITS) {
            return Some(Err(LandscapeError::HiddenLayer(wrong)));
        }
        Some(Ok(Self::Perceptron { hidden, activation: activation.unwrap_or_default() }))
    }

    /// The name without sizes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Logistic => "logistic",
            Self::Softmax => "softmax",
            Self::Perceptron { .. } => "mlp",
        }
    }

    /// The sizes of the hidden layers.
    pub fn hidden(&self) -> &[usize] {
        if let Self::Perceptron { hidden, .. } = self { hidden } else { &[] }
    }

    /// What hidden units do; of no matter where there are none.
    pub fn activation(&self) -> Activation {
        if let Self::Perceptron { activation, .. } = self { *activation } else { Activation::default() }
    }
}

impl fmt::Display for Kind {
    /// As [`parse`](Self::parse) reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Self::Perceptron { hidden, activation } = self {
            let sizes: Vec<String> = hidden.iter().map(usize::to_string).collect();
            write!(f, ":{},{}", sizes.join(","), activation.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_printed() {
        for text in ["linear", "logistic", "softmax", "mlp:64,32,tanh", "mlp:3,gelu"] {
            assert_eq!(Kind::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Kind::parse("mlp").unwrap().to_string(), "mlp:32,relu");
        assert_eq!(Kind::parse(" mlp : 8 , sigmoid ").unwrap().to_string(), "mlp:8,sigmoid");
        let message = |text: &str| Kind::parse(text).unwrap_err().to_string();
        assert!(message("liner").contains("did you mean 'linear'?"));
        assert!(message("mlp:0").contains("at least 1"));
        assert!(message("mlp:1000000").contains("at most 65536"));
        for wrong in ["", "linear:3", "mlp:x", "mlp:4,swish", "mlp:-3", "resnet"] {
            assert!(message(wrong).contains("there is no model"), "{wrong}");
        }
    }
}
