//! Links: from the raw prediction of a model to the quantity it stands for, and back.

use dartboard_numerics::Scalar;
use dartboard_numerics::elementary::Float;

use crate::card::Link;

impl Link {
    /// The raw prediction that stands for a quantity. [`Softmax`](Self::Softmax): the score of a class with this
    /// probability, one of many choices that differ by a constant per row.
    ///
    /// The ends go to infinity: a probability of 0 to the logit −∞. NaN outside of the link's range.
    pub fn to_prediction(self, quantity: f64) -> f64 {
        match self {
            Self::Identity => quantity,
            Self::Log | Self::Softmax => Float::ln(quantity),
            Self::Logit => logit(quantity),
            Self::HalfLogit => 0.5 * logit(quantity),
            Self::Centred => 2.0 * quantity - 1.0,
        }
    }

    /// The quantity that a raw prediction stands for. [`Softmax`](Self::Softmax): the class's share before the shares
    /// of a row are scaled to 1; see [`from_row`](Self::from_row).
    pub fn from_prediction(self, prediction: f64) -> f64 {
        match self {
            Self::Identity => prediction,
            Self::Log | Self::Softmax => Float::exp(prediction),
            Self::Logit => Float::sigmoid(prediction),
            Self::HalfLogit => Float::sigmoid(2.0 * prediction),
            Self::Centred => (0.5 * prediction + 0.5).clamp(0.0, 1.0),
        }
    }

    /// The derivative of [`from_prediction`](Self::from_prediction): by how much the quantity grows per unit of raw
    /// prediction.
    pub fn slope(self, prediction: f64) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Log | Self::Softmax => Float::exp(prediction),
            Self::Logit => Scalar::logistic_curvature(prediction),
            Self::HalfLogit => 2.0 * Scalar::logistic_curvature(2.0 * prediction),
            // Cut off at 0 and 1; at the corners themselves the inner slope.
            Self::Centred => 0.5 * f64::from(prediction.abs() <= 1.0),
        }
    }

    /// The quantities of a row in place of its raw predictions: for [`Softmax`](Self::Softmax) they add up to 1, other
    /// links take each by itself. A row of nothing but −∞ becomes NaN.
    pub fn from_row(self, row: &mut [f64]) {
        if self != Self::Softmax {
            row.iter_mut().for_each(|prediction| *prediction = self.from_prediction(*prediction));
            return;
        }
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter_mut().for_each(|score| *score = Float::exp(*score - largest));
        let total: f64 = row.iter().sum();
        row.iter_mut().for_each(|share| *share /= total);
    }
}

/// `ln(p/(1 − p))`
fn logit(p: f64) -> f64 {
    if (0.25..=0.75).contains(&p) {
        // Here the difference of the two logarithms cancels, while 2p − 1 is exact.
        Float::ln_1p((2.0 * p - 1.0) / (1.0 - p))
    } else {
        Float::ln(p) - Float::ln_1p(-p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Link; 6] = [Link::Identity, Link::Log, Link::Logit, Link::HalfLogit, Link::Centred, Link::Softmax];

    fn quantities(link: Link) -> &'static [f64] {
        match link {
            Link::Identity => &[-1e300, -2.5, 0.0, 1e-300, 7.0],
            Link::Log | Link::Softmax => &[1e-300, 1e-9, 0.5, 1.0, 3.0, 1e300],
            _ => &[1e-300, 1e-9, 0.2, 0.25, 0.499_999, 0.5, 0.500_001, 0.75, 0.9, 1.0 - 1e-9],
        }
    }

    #[test]
    fn round_trips() {
        for link in ALL {
            for &quantity in quantities(link) {
                if link == Link::Centred && quantity < 1e-8 {
                    continue; // 2q − 1 cannot hold it
                }
                let back = link.from_prediction(link.to_prediction(quantity));
                // A logarithm of −690 is known to 1e-13, and so is what it stands for.
                assert!(
                    (back - quantity).abs() <= 3e-13 * quantity.abs(),
                    "{link:?}: {quantity:e} came back as {back:e}"
                );
            }
        }
    }

    #[test]
    fn slopes_are_differences() {
        for link in ALL {
            for z in [-3.0, -0.9, -0.1, 0.0, 0.4, 0.9, 2.5] {
                let step = 1e-6;
                let difference = (link.from_prediction(z + step) - link.from_prediction(z - step)) / (2.0 * step);
                assert!((link.slope(z) - difference).abs() <= 1e-8 * (1.0 + difference.abs()), "{link:?} at {z}");
            }
        }
    }

    #[test]
    fn ends_go_to_infinity_and_back() {
        for link in [Link::Logit, Link::HalfLogit] {
            assert_eq!(link.to_prediction(0.0), f64::NEG_INFINITY);
            assert_eq!(link.to_prediction(1.0), f64::INFINITY);
            assert_eq!((link.from_prediction(f64::INFINITY), link.slope(f64::INFINITY)), (1.0, 0.0));
            assert_eq!(link.from_prediction(f64::NEG_INFINITY), 0.0);
            assert!(link.to_prediction(1.5).is_nan());
        }
    }

    #[test]
    fn logits_next_to_zero_keep_their_digits() {
        // logit(½ + d) = 4d + 16d³/3 + …
        for d in [1e-3_f64, 1e-6, 1e-9, 2.0_f64.powi(-53)] {
            let p = 0.5 + d;
            let d = p - 0.5;
            let expected = 4.0 * d + 16.0 / 3.0 * d.powi(3) + 64.0 / 5.0 * d.powi(5);
            assert!((Link::Logit.to_prediction(p) - expected).abs() <= 1e-15 * expected, "{d:e}");
        }
    }

    #[test]
    fn rows_of_softmax_add_up() {
        let mut row = [1000.0, 1000.0, f64::NEG_INFINITY, 1000.0];
        Link::Softmax.from_row(&mut row);
        assert_eq!(row, [1.0 / 3.0, 1.0 / 3.0, 0.0, 1.0 / 3.0]);
        let mut row = [0.0, -1.0];
        Link::Log.from_row(&mut row);
        assert_eq!(row[0], 1.0);
    }
}
