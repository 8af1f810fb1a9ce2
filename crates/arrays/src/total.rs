//! What a pass over rows amounts to.

use dartboard_numerics::sum::ExactSum;

/// The losses of rows, added up without rounding. Totals of parts can be [merged](Self::merge) in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Total {
    /// `Σ w·l`
    pub loss: ExactSum,
    /// `Σ w`; the number of rows where there are no weights.
    pub weight: ExactSum,
    /// The number of rows that took part.
    pub rows: u64,
    /// The number of rows of positive weight whose loss is infinite.
    pub infinite: u64,
}

impl Total {
    /// `Σ w·l / Σ w`, rounded once; NaN where there is no weight.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.weight.is_zero() { f64::NAN } else { self.loss.ratio(&self.weight) }
    }

    /// `Σ w·l`, rounded once.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.loss.to_f64()
    }

    /// Adds all that `other` holds, exactly.
    pub fn merge(&mut self, other: &Self) {
        self.loss.merge(&other.loss);
        self.weight.merge(&other.weight);
        self.rows += other.rows;
        self.infinite += other.infinite;
    }
}
