//! From losses per row to one number.

use dartboard_numerics::sum::ExactSum;

/// What the sum of weighted losses is divided by. "Mean" is not one rule: libraries differ, and one of them with
/// itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// `Σ w·l / Σ w`: a row of weight 2 counts as two rows. Class weights count as weights, by the label before
    /// smoothing. The default here; scikit-learn, XGBoost, LightGBM and CatBoost; Keras' `mean_with_sample_weight`;
    /// PyTorch's `mse_loss` and `l1_loss` with weights, and its cross-entropy of class indices, for class weights.
    #[default]
    MeanByWeight,
    /// `Σ w·l / n` over the rows that take part: weights scale the loss. Keras' default, `sum_over_batch_size`;
    /// PyTorch's `mean` of `bce`, `bce_logits`, `huber`, `multi_margin` and of cross-entropy with shares.
    MeanByCount,
    /// `Σ w·l`. `sum` in PyTorch and Keras; scikit-learn's `log_loss(normalize=False)`; LightGBM's `gamma_deviance`.
    Sum,
    /// The sum over everything, over the number of rows: PyTorch's `batchmean`. It differs from
    /// [`MeanByCount`](Self::MeanByCount) only in presets of losses whose `mean` divides by rows times classes
    /// (PyTorch's `KLDivLoss`).
    BatchMean,
    /// None: weighted losses per row, from [`Treated::values`](crate::Treated::values). `none` in PyTorch and Keras.
    None,
}

impl Reduction {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::MeanByWeight, Self::MeanByCount, Self::Sum, Self::BatchMean, Self::None];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::MeanByWeight => "mean_by_weight",
            Self::MeanByCount => "mean_by_count",
            Self::Sum => "sum",
            Self::BatchMean => "batch_mean",
            Self::None => "none",
        }
    }

    /// The reduction of this name, ours or another library's that means one thing only; `mean` alone does not.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "mean_with_sample_weight" => Some(Self::MeanByWeight),
            "sum_over_batch_size" => Some(Self::MeanByCount),
            "batchmean" => Some(Self::BatchMean),
            _ => Self::ALL.into_iter().find(|reduction| reduction.name() == name),
        }
    }
}

/// A batch in one number, with what it hides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reduced {
    /// The reduced loss.
    pub value: f64,
    /// The number of rows that took part.
    pub rows: usize,
    /// The number of rows that were left out, by the mask or as ignored.
    pub left_out: usize,
    /// The number of rows of positive weight whose loss is infinite.
    pub infinite: usize,
    /// The number of rows whose prediction or loss was cut off by [`Clip`](crate::Clip).
    pub clipped: usize,
    /// The sum of the weights, class weights included.
    pub total_weight: f64,
    /// What the sum was divided by: the gradient of `value` is that of the rows over it (where `value` is no root).
    pub divisor: f64,
}

/// The sums of a batch, without rounding.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) loss: ExactSum,
    pub(crate) weight: ExactSum,
    pub(crate) rows: usize,
    pub(crate) infinite: usize,
    pub(crate) clipped: usize,
}

impl Sums {
    /// Adds a row: its loss with class weights, its own weight, and what it adds to the total weight.
    pub(crate) fn add(&mut self, loss: f64, weight: f64, importance: [f64; 2]) {
        self.rows += 1;
        self.weight.add_product(importance[0], importance[1]);
        if weight == 0.0 {
            return; // counts for nothing, even where its loss is infinite
        }
        self.infinite += usize::from(loss.is_infinite());
        self.loss.add_product(loss, weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for reduction in Reduction::ALL {
            assert_eq!(Reduction::parse(reduction.name()), Some(reduction));
        }
        assert_eq!(Reduction::parse("mean"), None);
    }
}
