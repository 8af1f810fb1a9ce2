//! Small models whose loss is drawn over their weights, and gradient descent on it.

use dartboard_losses::Loss;
use dartboard_numerics::elementary::Float;
use dartboard_reference::number::rounded;

use super::constants::mean;
use crate::answer::{Answer, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Steps that a path is drawn with.
const MOST: usize = 2000;

/// A weight beyond this is off every map; the descent ends there.
const FAR: f64 = 1e6;

/// A model of one or two weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    /// `ŷ = w·x`: the mean loss is convex if the loss is.
    Slope,
    /// `ŷ = sin(w·x)`: many valleys.
    Wave,
    /// `ŷ = w·x + b`
    Line,
    /// `ŷ = v·tanh(w·x)`, a network of one hidden neuron: two valleys and a saddle between them.
    Neuron,
}

/// What the models are fitted to: a line with noise of about 0.4, and the wave sin(2x).
const X: [f64; 12] = [-2.2, -1.8, -1.4, -1.0, -0.6, -0.2, 0.2, 0.6, 1.0, 1.4, 1.8, 2.2];
const ON_A_LINE: [f64; 12] = [-1.9, -0.8, -1.5, -0.2, -0.5, 0.3, 0.1, 1.1, 0.9, 2.1, 1.6, 2.6];
const ON_A_WAVE: [f64; 12] = [0.9, 0.4, -0.3, -0.9, -1.0, -0.4, 0.4, 0.9, 0.9, 0.3, -0.4, -1.0];

impl Model {
    pub(super) fn read(question: &Question<'_>) -> Result<Self, Complaint> {
        Ok(match question.text("model")? {
            "slope" => Self::Slope,
            "wave" => Self::Wave,
            "line" => Self::Line,
            "neuron" => Self::Neuron,
            other => return Err(Complaint::Question(format!("there is no model '{other}'"))),
        })
    }

    pub(super) fn weights(self) -> usize {
        if matches!(self, Self::Slope | Self::Wave) { 1 } else { 2 }
    }

    pub(super) fn data(self) -> ([f64; 12], [f64; 12]) {
        (X, if self == Self::Wave { ON_A_WAVE } else { ON_A_LINE })
    }

    /// The prediction at `x` and its derivative in each weight.
    fn at(self, [w, v]: [f64; 2], x: f64) -> (f64, [f64; 2]) {
        match self {
            Self::Slope => (w * x, [x, 0.0]),
            Self::Line => (w * x + v, [x, 1.0]),
            Self::Wave => {
                let (sin, cos) = turn(w * x);
                (sin, [x * cos, 0.0])
            }
            Self::Neuron => {
                // tanh a = 2σ(2a) − 1
                let tanh = 2.0 * Float::sigmoid(2.0 * w * x) - 1.0;
                (v * tanh, [v * x * (1.0 - tanh * tanh), tanh])
            }
        }
    }

    /// The mean loss at some weights.
    pub(super) fn mean(self, loss: &Loss, weights: [f64; 2]) -> f64 {
        let Some(blocks) = loss.pointwise() else { return f64::NAN };
        let (x, y) = self.data();
        let predictions = x.map(|x| self.at(weights, x).0);
        let mut value = [0.0; 12];
        blocks.value(&y, &predictions, &mut value);
        mean(&value)
    }

    /// The mean loss at all pairs of a first and a second weight, row by row. What depends on the first weight alone is
    /// computed once.
    pub(super) fn grid(self, loss: &Loss, places: &[f64]) -> Vec<f64> {
        let Some(blocks) = loss.pointwise() else { return vec![] };
        let (x, y) = self.data();
        let first: Vec<[f64; 12]> = places.iter().map(|&w| x.map(|x| self.at([w, 1.0], x).0)).collect();
        let targets: Vec<f64> = places.iter().flat_map(|_| y).collect();
        let mut value = vec![0.0; targets.len()];
        let mut means = vec![];
        for &v in places {
            let predictions: Vec<f64> = (first.iter().flatten())
                .map(|&at_one| if self == Self::Line { at_one - 1.0 + v } else { at_one * v })
                .collect();
            blocks.value(&targets, &predictions, &mut value);
            means.extend(value.as_chunks::<12>().0.iter().map(|values| values.iter().sum::<f64>() / 12.0));
        }
        means
    }

    /// The mean loss and its gradient.
    fn slope(self, loss: &Loss, weights: [f64; 2]) -> (f64, [f64; 2]) {
        let Some(blocks) = loss.pointwise() else { return (f64::NAN, [f64::NAN; 2]) };
        let (x, y) = self.data();
        let rows = x.map(|x| self.at(weights, x));
        let (mut value, mut gradient) = ([0.0; 12], [0.0; 12]);
        blocks.value_gradient(&y, &rows.map(|row| row.0), &mut value, &mut gradient);
        let part = |weight: usize| {
            let parts: Vec<f64> = rows.iter().zip(gradient).map(|(row, gradient)| gradient * row.1[weight]).collect();
            mean(&parts)
        };
        (mean(&value), [part(0), part(1)])
    }
}

/// Sine and cosine of angles up to some millions, to the last digits, the same on every machine: the quarter turns are taken
/// off in two parts (those of fdlibm's `e_rem_pio2.c`), and of what remains, π/4 at most, Taylor's series are summed until a
/// term is below 2⁻⁵³.
fn turn(angle: f64) -> (f64, f64) {
    const QUARTER_HEAD: f64 = 1.570_796_326_734_125_6;
    const QUARTER_TAIL: f64 = 6.077_100_506_506_192e-11;
    let quarters = (angle * std::f64::consts::FRAC_2_PI).round();
    let rest = (angle - quarters * QUARTER_HEAD) - quarters * QUARTER_TAIL;
    // Σ (−1)ᵏ·restⁿ/n! over n = first, first + 2, …
    let series = |first: f64| {
        let mut term = if first == 0.0 { 1.0 } else { rest };
        let (mut sum, mut n) = (term, first);
        for _ in 0..8 {
            term *= -rest * rest / ((n + 1.0) * (n + 2.0));
            sum += term;
            n += 2.0;
        }
        sum
    };
    let (sin, cos) = (series(1.0), series(0.0));
    match quarters.rem_euclid(4.0) as u8 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// Gradient descent with momentum: `velocity ← momentum·velocity − step·gradient`, `weights ← weights + velocity`. The
/// numbers are, for every place it comes to, the weights and the mean loss.
pub(super) fn descent(question: &Question<'_>) -> Result<Answer, Complaint> {
    let (model, loss) = (Model::read(question)?, question.loss("loss")?);
    let start = question.numbers("start")?;
    let (step, momentum) = (question.number("step")?, question.number("momentum")?);
    let steps = question.count("steps", MOST)?;
    if !(0.0..1.0).contains(&momentum) {
        return Err(Complaint::Question("'momentum' is from 0 to below 1".to_owned()));
    }
    let mut weights = [start.first().copied().unwrap_or(0.0), start.get(1).copied().unwrap_or(0.0)];
    let mut velocity = [0.0; 2];
    let mut numbers = vec![];
    let mut off = false;
    for taken in 0..=steps {
        let (value, gradient) = model.slope(&loss, weights);
        numbers.extend([weights[0], weights[1], value]);
        off = !value.is_finite() || weights.iter().any(|weight| weight.abs() > FAR);
        if taken == steps || off {
            break;
        }
        for part in 0..model.weights() {
            velocity[part] = momentum * velocity[part] - step * gradient[part];
            weights[part] += velocity[part];
        }
    }
    let (_, gradient) = model.slope(&loss, weights);
    let object = object! {
        "diverged": off, "steps": numbers.len() / 3 - 1, "loss": numbers.last().map(|&last| rounded(last)),
        "weights": weights.map(rounded), "gradient": gradient.map(rounded),
    };
    Ok(Answer::of(object).with(numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sines_and_cosines() {
        for step in -4000..4000 {
            let angle = f64::from(step) * 0.37;
            let (sin, cos) = turn(angle);
            assert!((sin - angle.sin()).abs() < 1e-15 && (cos - angle.cos()).abs() < 1e-15, "{angle}");
        }
    }

    #[test]
    fn a_grid_holds_the_mean_losses() {
        let (loss, places) = (Loss::parse("huber").unwrap(), [-1.5, 0.0, 0.5]);
        for model in [Model::Line, Model::Neuron] {
            for (node, found) in model.grid(&loss, &places).into_iter().enumerate() {
                let expected = model.mean(&loss, [places[node % 3], places[node / 3]]);
                assert!((found - expected).abs() < 1e-14, "{model:?} {node}");
            }
        }
    }

    #[test]
    fn gradients_are_those_of_the_mean_loss() {
        let losses = ["mse", "huber", "log_cosh", "cauchy"].map(|spec| Loss::parse(spec).unwrap());
        for model in [Model::Slope, Model::Wave, Model::Line, Model::Neuron] {
            for loss in &losses {
                let at = [0.7, -0.4];
                let (_, gradient) = model.slope(loss, at);
                for part in 0..model.weights() {
                    let mut ends = [at, at];
                    let width = 1e-6;
                    ends[0][part] -= width;
                    ends[1][part] += width;
                    let [low, high] = ends.map(|weights| model.mean(loss, weights));
                    let difference = (high - low) / (2.0 * width);
                    assert!((difference - gradient[part]).abs() < 1e-8, "{model:?} {}: {part}", loss.spec());
                }
            }
        }
    }
}
