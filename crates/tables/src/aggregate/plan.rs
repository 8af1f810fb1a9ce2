//! What an aggregate computes.

use dartboard_losses::{
    BatchError, Derived, Interval, Link, Loss, Measure, PredictionKind, RowRule, TargetKind, Treated, Treatment,
};

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
    /// How often a row of each class counts, on top of its weight; empty where every row counts once. For events that
    /// are numbers: of 0 and of 1.
    pub class_weights: Vec<f64>,
    /// What goes around the losses: smoothed labels, weighted events.
    pub treatment: Treatment,
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
    /// One column per class (or label, or component of a vector) that holds its share; a model has one score column per
    /// class, in this order. Without names, both are lists.
    Shares(Vec<String>),
}

/// Where the rows of a plan may lie: the intersection of what its measures allow.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Domains {
    pub(crate) target: Interval,
    /// Whether a target must be a whole number: a class, or an event that happened or did not.
    pub(crate) whole_target: bool,
    pub(crate) prediction: Interval,
    /// What the scores of a row must satisfy together.
    pub(crate) row_rules: Vec<RowRule>,
    /// Whether the targets of a row are shares that add up to 1.
    pub(crate) shares: bool,
    /// Whether the targets of a row are a vector, which must have a direction.
    pub(crate) vector: bool,
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
            class_weights: vec![],
            treatment: Treatment::default(),
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
            Target::Label(classes) | Target::Shares(classes) => classes.len(),
            Target::Number | Target::Event(_) | Target::Index => self.parameters().map_or(1, <[_]>::len),
        }
    }

    /// The names and meanings of a model's predictions, where a row has several of different meaning.
    pub fn parameters(&self) -> Option<&'static [(&'static str, &'static str)]> {
        if let PredictionKind::Parameters(names) = self.prediction { Some(names) } else { None }
    }

    /// Whether rows count differently.
    pub fn has_weights(&self) -> bool {
        self.weighted || !self.class_weights.is_empty()
    }

    /// The names of the classes; empty for numbers.
    pub fn classes(&self) -> &[String] {
        match &self.target {
            Target::Label(classes) | Target::Shares(classes) => classes,
            Target::Event(classes) => classes,
            Target::Number | Target::Index => &[],
        }
    }

    /// The loss with what goes around it; `None` where nothing does.
    pub(crate) fn treated(&self, loss: &Loss) -> Result<Option<Treated>, BatchError> {
        if self.treatment == Treatment::default() {
            return Ok(None);
        }
        Treated::new(loss, self.treatment.clone()).map(Some)
    }

    /// From a prediction to the quantity that may be added up; `None` where it stands for none.
    pub(crate) fn quantity(&self) -> Option<Link> {
        match self.prediction {
            PredictionKind::Value | PredictionKind::Mean | PredictionKind::Probability => Some(Link::Identity),
            PredictionKind::LogMean => Some(Link::Log),
            PredictionKind::Logit => Some(Link::Logit),
            PredictionKind::LogProbability | PredictionKind::Score | PredictionKind::Parameters(_) => None,
        }
    }

    /// Whether targets are indices of classes, with one score per class in a row.
    pub fn is_classes(&self) -> bool {
        matches!(self.target, Target::Label(_) | Target::Index)
    }

    /// Whether a row has one score per class.
    pub fn is_rowwise(&self) -> bool {
        matches!(self.target, Target::Label(_) | Target::Index | Target::Shares(_))
    }

    pub(crate) fn domains(&self) -> Domains {
        let mut domains = Domains {
            // An unknown label is −1.
            target: match self.target {
                Target::Shares(_) if self.has_vectors() => Interval::EXTENDED,
                Target::Event(_) | Target::Shares(_) => Interval::UNIT,
                _ => Interval::EXTENDED,
            },
            whole_target: self.is_classes() || self.measures.contains(&Measure::Derived(Derived::Accuracy)),
            prediction: Interval::EXTENDED,
            row_rules: vec![],
            shares: matches!(self.target, Target::Shares(_)) && !self.has_labels() && !self.has_vectors(),
            vector: self.has_vectors(),
        };
        for measure in &self.measures {
            let rule = match measure {
                Measure::Mean(loss) => loss.rowwise().map_or(RowRule::Any, |loss| loss.row_rule()),
                Measure::Derived(_) => RowRule::Any,
            };
            if rule != RowRule::Any && !domains.row_rules.contains(&rule) {
                domains.row_rules.push(rule);
            }
            let (target, prediction) = self.domains_of(measure);
            domains.target = domains.target.intersection(target);
            domains.prediction = domains.prediction.intersection(prediction);
        }
        domains
    }

    /// What one measure takes: targets, and predictions.
    pub(crate) fn domains_of(&self, measure: &Measure) -> (Interval, Interval) {
        measure.domains(self.prediction)
    }

    /// Whether several labels may apply to a row, each by itself.
    pub(crate) fn has_labels(&self) -> bool {
        self.is_about(TargetKind::Labels)
    }

    /// Whether the targets of a row are the components of a vector.
    pub(crate) fn has_vectors(&self) -> bool {
        self.is_about(TargetKind::Vector)
    }

    fn is_about(&self, kind: TargetKind) -> bool {
        self.measures.iter().any(|measure| measure.card().is_some_and(|card| card.target == kind))
    }
}

impl Domains {
    /// A phrase that follows "must be", for targets that are numbers.
    pub(crate) fn allowed_target(&self) -> String {
        if self.whole_target { "0 or 1".to_owned() } else { self.target.to_string() }
    }
}
