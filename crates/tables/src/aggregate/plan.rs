//! What an aggregate computes.

use dartboard_losses::{Card, Derived, Interval, Measure, PredictionKind, RowRule};

/// What to compute over rows of a target, the predictions of one or more models and perhaps a weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The measures, each computed for every model.
    pub measures: Vec<Measure>,
    /// What the target column holds.
    pub target: Target,
    /// What the prediction columns hold.
    pub prediction: PredictionKind,
    /// The number of models.
    pub models: usize,
    /// Whether a weight column follows.
    pub weighted: bool,
    /// Whether to add up targets and predictions.
    pub totals: bool,
    /// Whether to keep the distribution of the targets, from which the best constant prediction is found.
    pub reference: bool,
    /// Whether to add up the differences between the models' losses, pair by pair.
    pub pairs: bool,
}

/// What the target column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Numbers.
    Number,
    /// One of two labels, of which the second means that the event happened.
    Event([String; 2]),
    /// One of these labels; a model has one score column per label, in this order.
    Label(Vec<String>),
    /// The index of a class; a model has one column that holds a list of scores per row.
    Index,
}

/// Where the rows of a plan may lie: the intersection of what its measures allow.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Domains {
    pub(crate) target: Interval,
    /// Whether a target must be a whole number: a class, or an event that happened or did not.
    pub(crate) whole_target: bool,
    pub(crate) prediction: Interval,
    pub(crate) row_rule: Option<RowRule>,
}

impl Plan {
    /// One measure of one model without anything beside: what a SQL aggregate computes.
    pub fn single(measure: Measure, target: Target, prediction: PredictionKind, weighted: bool) -> Self {
        Self {
            measures: vec![measure],
            target,
            prediction,
            models: 1,
            weighted,
            totals: false,
            reference: false,
            pairs: false,
        }
    }

    /// The pairs of models that are compared: `(first, second)` with `first < second`.
    pub fn model_pairs(&self) -> Vec<(usize, usize)> {
        if !self.pairs {
            return vec![];
        }
        (0..self.models).flat_map(|first| (first + 1..self.models).map(move |second| (first, second))).collect()
    }

    /// The number of score columns of one model.
    pub fn columns_per_model(&self) -> usize {
        match &self.target {
            Target::Label(classes) => classes.len(),
            Target::Number | Target::Event(_) | Target::Index => 1,
        }
    }

    /// Whether targets are indices of classes, with one score per class in a row.
    pub fn is_classes(&self) -> bool {
        matches!(self.target, Target::Label(_) | Target::Index)
    }

    pub(crate) fn domains(&self) -> Domains {
        let mut domains = Domains {
            // An unknown label is −1.
            target: if matches!(self.target, Target::Event(_)) { Interval::UNIT } else { Interval::EXTENDED },
            whole_target: self.is_classes() || self.measures.contains(&Measure::Derived(Derived::Accuracy)),
            prediction: Interval::EXTENDED,
            row_rule: None,
        };
        for measure in &self.measures {
            let (target, prediction) = match measure {
                Measure::Mean(loss) => {
                    domains.row_rule = domains.row_rule.or(loss.rowwise().map(|loss| loss.row_rule()));
                    let Card { target_domain, prediction_domain, .. } = *loss.card();
                    (target_domain, prediction_domain)
                }
                Measure::Derived(Derived::Rmse) => (Interval::FINITE, Interval::FINITE),
                Measure::Derived(Derived::Accuracy) => (Interval::UNIT, accuracy_domain(self.prediction)),
            };
            domains.target = intersection(domains.target, target);
            domains.prediction = intersection(domains.prediction, prediction);
        }
        domains
    }
}

impl Domains {
    /// A phrase that follows "must be", for targets that are numbers.
    pub(crate) fn allowed_target(&self) -> String {
        if self.whole_target { "0 or 1".to_owned() } else { self.target.to_string() }
    }
}

fn accuracy_domain(prediction: PredictionKind) -> Interval {
    match prediction {
        PredictionKind::Probability => Interval::UNIT,
        PredictionKind::Value | PredictionKind::Logit => Interval::EXTENDED,
    }
}

fn intersection(a: Interval, b: Interval) -> Interval {
    let (low, low_closed) = match a.low.total_cmp(&b.low) {
        std::cmp::Ordering::Less => (b.low, b.low_closed),
        std::cmp::Ordering::Greater => (a.low, a.low_closed),
        std::cmp::Ordering::Equal => (a.low, a.low_closed && b.low_closed),
    };
    let (high, high_closed) = match a.high.total_cmp(&b.high) {
        std::cmp::Ordering::Less => (a.high, a.high_closed),
        std::cmp::Ordering::Greater => (b.high, b.high_closed),
        std::cmp::Ordering::Equal => (a.high, a.high_closed && b.high_closed),
    };
    Interval { low, high, low_closed, high_closed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_intersect() {
        assert_eq!(intersection(Interval::EXTENDED, Interval::FINITE), Interval::FINITE);
        assert_eq!(intersection(Interval::UNIT, Interval::open(0.0, 5.0)).to_string(), "in (0, 1]");
    }
}
