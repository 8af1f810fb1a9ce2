//! How a loss is to be applied: plain settings, each with its own default of doing nothing.

use super::reduction::Reduction;
use crate::card::Form;
use crate::compat::Compat;

/// How a loss is to be applied to rows. The default is the loss itself and its mean by weight.
///
/// Order: labels are smoothed first, then weighted by class, as PyTorch's `CrossEntropyLoss` has it; then comes the
/// form (factor and constant of each label's loss), then the row's weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Treatment {
    /// The weight of each class; for events `[w0, w1]`. Empty: all 1.
    ///
    /// For soft labels the terms are weighted: `w1·y·l(1, z) + w0·(1 − y)·l(0, z)`, for losses that are linear in their
    /// target; other losses need hard labels.
    pub class_weight: Vec<f64>,
    /// The share ε of every label that is spread evenly over all classes: events become `y(1 − ε) + ε/2`, shares of K
    /// classes `(1 − ε)·share + ε/K` (C. Szegedy et al., Rethinking the Inception architecture, 2016).
    pub label_smoothing: f64,
    /// The class index or target that marks a row to be left out; NaN marks rows whose target is NaN.
    pub ignore: Option<f64>,
    /// Which form of the loss.
    pub form: Form,
    /// How rows become one number: by default [`MeanByWeight`](Reduction::MeanByWeight), or what the library of
    /// [`compat`](Self::compat) means by a mean.
    pub reduction: Option<Reduction>,
    /// What stands for the second derivative: by default the true one, or what the library of [`compat`](Self::compat)
    /// puts in its place.
    pub curvature: Option<Curvature>,
    /// Whether anything is cut off.
    pub clip: Clip,
    /// The library whose numbers are to be reproduced.
    pub compat: Option<Compat>,
    /// The library's function, where it has several for the loss; else its first. See [`Compat::functions`].
    pub function: Option<String>,
    /// Whether that library computes in single precision: cut-offs such as 1 − 1e-7 are then rounded to it. The formula
    /// is still evaluated in double precision.
    pub single: bool,
}

impl Default for Treatment {
    fn default() -> Self {
        Self {
            class_weight: vec![],
            label_smoothing: 0.0,
            ignore: None,
            form: Form::Plain,
            reduction: None,
            curvature: None,
            clip: Clip::None,
            compat: None,
            function: None,
            single: false,
        }
    }
}

impl Treatment {
    /// The loss itself and its mean by weight.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a weight per class; for events `[w0, w1]`.
    #[must_use]
    pub fn class_weight(self, class_weight: impl Into<Vec<f64>>) -> Self {
        Self { class_weight: class_weight.into(), ..self }
    }

    /// With a weight of events, non-events weighing 1.
    #[must_use]
    pub fn pos_weight(self, weight: f64) -> Self {
        self.class_weight([1.0, weight])
    }

    /// With labels smoothed by this share.
    #[must_use]
    pub fn label_smoothing(self, label_smoothing: f64) -> Self {
        Self { label_smoothing, ..self }
    }

    /// Without the rows whose class or target is this.
    #[must_use]
    pub fn ignore(self, target: f64) -> Self {
        Self { ignore: Some(target), ..self }
    }

    /// In another form.
    #[must_use]
    pub fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// With this reduction.
    #[must_use]
    pub fn reduction(self, reduction: Reduction) -> Self {
        Self { reduction: Some(reduction), ..self }
    }

    /// With this in place of the second derivative.
    #[must_use]
    pub fn curvature(self, curvature: Curvature) -> Self {
        Self { curvature: Some(curvature), ..self }
    }

    /// Cut off like this.
    #[must_use]
    pub fn clip(self, clip: Clip) -> Self {
        Self { clip, ..self }
    }

    /// As this library computes it: value, gradient, and what it uses for the second derivative.
    #[must_use]
    pub fn compat(self, compat: Compat) -> Self {
        Self { compat: Some(compat), ..self }
    }

    /// As this function of the library computes it.
    #[must_use]
    pub fn function(self, function: impl Into<String>) -> Self {
        Self { function: Some(function.into()), ..self }
    }

    /// With the library's cut-offs in single precision.
    #[must_use]
    pub fn single(self) -> Self {
        Self { single: true, ..self }
    }
}

/// What stands for the second derivative. "Hessian" means several things in practice; these are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curvature {
    /// The second derivative itself, for rows of scores the diagonal of the Hessian.
    #[default]
    True,
    /// Its expectation over targets of the noise model at the prediction: what Fisher scoring uses.
    Fisher,
    /// A bound that the second derivative is never above, which makes every Newton step a descent: ¼ for the logistic
    /// loss, the diagonal `2p(1 − p)` for softmax (XGBoost's choice), 1 for Huber's loss.
    Majorizer,
    /// The number 1: plain gradient steps, scaled by the weight.
    Unit,
}

impl Curvature {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::True, Self::Fisher, Self::Majorizer, Self::Unit];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Fisher => "fisher",
            Self::Majorizer => "majorizer",
            Self::Unit => "unit",
        }
    }

    /// The curvature of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|curvature| curvature.name() == name)
    }
}

/// Whether anything is cut off to keep losses finite. Rows that are cut off are counted, never hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Clip {
    /// Nothing: a probability of 0 for what happened loses infinitely much.
    #[default]
    None,
    /// Probabilities are moved into `[ε, 1 − ε]`, where the gradient of a moved one is 0 (Keras, scikit-learn).
    Eps(f64),
    /// Logarithms are raised to at least this number, which is below 0: the loss of a label is at most its magnitude
    /// (PyTorch's `BCELoss`: −100). The gradient of a raised term is 0.
    LogFloor(f64),
}
