//! What other libraries return for a loss: a table per library, and the few formulas that are not ours with a change.
//!
//! Each entry was held against numbers that the library itself returned (`golden/compat.json`), and a test finds the
//! entries without such numbers. What is reproduced is the formula, cut-offs included, not the rounding of single precision.

mod catboost;
mod formulas;
mod keras;
mod lightgbm;
mod sklearn;
mod torch;
mod xgboost;

use crate::batch::{Clip, Reduction};
use crate::card::Form;
use crate::spec::Loss;

/// A library whose numbers can be reproduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compat {
    /// PyTorch 2.15.
    Torch,
    /// Keras 3.15.
    Keras,
    /// scikit-learn 1.9.
    Sklearn,
    /// XGBoost 3.2.
    Xgboost,
    /// LightGBM 4.7.
    Lightgbm,
    /// CatBoost 1.2, its metrics.
    Catboost,
}

impl Compat {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Torch, Self::Keras, Self::Sklearn, Self::Xgboost, Self::Lightgbm, Self::Catboost];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Torch => "torch",
            Self::Keras => "keras",
            Self::Sklearn => "sklearn",
            Self::Xgboost => "xgboost",
            Self::Lightgbm => "lightgbm",
            Self::Catboost => "catboost",
        }
    }

    /// The library of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|library| library.name() == name)
    }

    /// The library's functions for a loss, by the loss's short name; the first is the one meant where none is named.
    /// Arguments that make it another function are in parentheses.
    pub fn functions(self, loss: &str) -> Vec<&'static str> {
        self.of(loss).map(|preset| preset.function).collect()
    }

    fn table(self) -> &'static [Preset] {
        match self {
            Self::Torch => torch::PRESETS,
            Self::Keras => keras::PRESETS,
            Self::Sklearn => sklearn::PRESETS,
            Self::Xgboost => xgboost::PRESETS,
            Self::Lightgbm => lightgbm::PRESETS,
            Self::Catboost => catboost::PRESETS,
        }
    }

    fn of(self, loss: &str) -> impl Iterator<Item = &'static Preset> {
        self.table().iter().filter(move |preset| preset.loss == loss)
    }

    /// What a function makes of the derivatives of a loss, by the loss's short name, if that is all that it does; `None`
    /// where it has a formula of its own, cuts something off, or decides otherwise at a tie.
    pub fn direct(self, loss: &str, function: &str) -> Option<Direct> {
        let Formula::Own(own) = self.preset(loss, Some(function))?.formula else { return None };
        let untouched = own.form == Form::Plain && own.tie.is_none() && own.clip.is_none();
        let no_floor = own.target_floor == f64::NEG_INFINITY && own.prediction_floor == f64::NEG_INFINITY;
        let direct = Direct { factor: own.factor, curvature: own.hessian, hardens: own.harden };
        (untouched && no_floor).then_some(direct)
    }

    pub(crate) fn preset(self, loss: &str, function: Option<&str>) -> Option<&'static Preset> {
        self.of(loss).find(|preset| function.is_none_or(|function| function == preset.function))
    }
}

/// What a function of a library makes of a loss's own derivatives.
#[derive(Clone, Copy, Debug)]
pub struct Direct {
    /// What value, gradient and second derivative are multiplied by.
    pub factor: f64,
    /// What it puts in place of the multiplied second derivative, of it and the number of classes.
    pub curvature: fn(f64, usize) -> f64,
    /// Whether any target above 0 counts as 1.
    pub hardens: bool,
}

/// How one function of a library computes a loss.
#[derive(Debug)]
pub(crate) struct Preset {
    /// The loss's short name.
    pub(crate) loss: &'static str,
    /// The library's name for it.
    pub(crate) function: &'static str,
    /// What it computes per row.
    pub(crate) formula: Formula,
    /// What it means by a mean, or what it returns where it knows one reduction only.
    pub(crate) mean: Reduction,
    /// Whether class weights count in the sum of weights that a mean divides by.
    pub(crate) class_weights_in_mean: ClassWeightsInMean,
    /// Whether the mean by count divides by rows times classes.
    pub(crate) mean_of_terms: bool,
    /// Whether the square root of the mean is returned.
    pub(crate) root: bool,
    /// Whether a batch without a row is NaN (its sum 0) rather than an error.
    pub(crate) empty_is_nan: bool,
    /// Whether targets outside of the loss's domain are taken, because divisors are guarded.
    pub(crate) any_targets: bool,
    /// Whether rows of probabilities that do not add up to 1 are taken.
    pub(crate) any_rows: bool,
}

impl Preset {
    /// The loss's own formula, and its mean by weight.
    const fn new(loss: &'static str, function: &'static str) -> Self {
        Self {
            loss,
            function,
            formula: Formula::Own(Own::PLAIN),
            mean: Reduction::MeanByWeight,
            class_weights_in_mean: ClassWeightsInMean::Always,
            mean_of_terms: false,
            root: false,
            empty_is_nan: false,
            any_targets: false,
            any_rows: false,
        }
    }

    /// The loss's formula with changes.
    const fn own(self, own: Own) -> Self {
        Self { formula: Formula::Own(own), ..self }
    }

    /// A formula of the library.
    const fn point(self, formula: PointFormula) -> Self {
        Self { formula: Formula::Pointwise(formula), ..self }
    }

    /// A formula of the library for rows of classes.
    const fn row(self, formula: RowFormula) -> Self {
        Self { formula: Formula::Rowwise(formula), ..self }
    }

    /// Dividing by the number of rows.
    const fn by_count(self) -> Self {
        Self { mean: Reduction::MeanByCount, ..self }
    }

    /// Returning the square root of the mean.
    const fn root(self) -> Self {
        Self { root: true, ..self }
    }

    /// Taking targets outside of the loss's domain.
    const fn any_targets(self) -> Self {
        Self { any_targets: true, ..self }
    }
}

/// Whether class weights count in the sum of weights that a mean divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClassWeightsInMean {
    /// Yes, shares by their share.
    Always,
    /// Where the truth is one class per row; for shares they do not.
    OfClassesOnly,
    /// No.
    Never,
}

/// A library's formula for one target and one prediction: value, gradient, and what it uses for the second derivative.
pub(crate) type PointFormula = fn(&Setting<'_>, f64, f64) -> [f64; 3];

/// A library's formula for a row: of shares and scores, fills gradient and curvature, returns the value. Where the
/// predictions of a row have different meanings, the only share is the target.
pub(crate) type RowFormula = fn(&Setting<'_>, &[f64], &[f64], &mut [f64], &mut [f64]) -> f64;

/// What a function of a library computes per row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Formula {
    /// The loss, with changes.
    Own(Own),
    /// A formula for one prediction per row.
    Pointwise(PointFormula),
    /// A formula for one prediction per class.
    Rowwise(RowFormula),
}

impl Formula {
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }

    pub(crate) fn fits(&self, loss: &Loss) -> bool {
        match self {
            Self::Own(_) => true,
            Self::Pointwise(_) => loss.pointwise().is_some(),
            Self::Rowwise(_) => loss.rowwise().is_some() || loss.joint().is_some(),
        }
    }
}

/// Changes to a loss's own formula.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    /// What value and derivatives are multiplied by.
    pub(crate) factor: f64,
    /// Which form of the loss it is.
    pub(crate) form: Form,
    /// A term of the target that is added to the value.
    pub(crate) constant: Option<fn(f64) -> f64>,
    /// The gradient where prediction and target are equal.
    pub(crate) tie: Option<fn(&Setting<'_>) -> f64>,
    /// What stands for the second derivative, of it and the number of classes.
    pub(crate) hessian: fn(f64, usize) -> f64,
    /// What is cut off, in double or single precision.
    pub(crate) clip: Option<fn(bool) -> Clip>,
    /// Whether any target above 0 counts as 1.
    pub(crate) harden: bool,
    /// What targets are raised to at least.
    pub(crate) target_floor: f64,
    /// What predictions are raised to at least.
    pub(crate) prediction_floor: f64,
    /// Whether a raised prediction keeps the slope of where it was raised to.
    pub(crate) slope_below_floor: bool,
}

impl Own {
    /// None.
    pub(crate) const PLAIN: Self = Self {
        factor: 1.0,
        form: Form::Plain,
        constant: None,
        tie: None,
        hessian: |hessian, _| hessian,
        clip: None,
        harden: false,
        target_floor: f64::NEG_INFINITY,
        prediction_floor: f64::NEG_INFINITY,
        slope_below_floor: false,
    };

    /// Half of the loss.
    const HALF: Self = Self { factor: 0.5, ..Self::PLAIN };

    /// With the curvature 1 everywhere.
    const fn unit_curvature(self) -> Self {
        Self { hessian: |_, _| 1.0, ..self }
    }
}

/// What a library's formula may need beside target and prediction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) loss: &'a Loss,
    /// A weight per class; empty for 1.
    pub(crate) class_weight: &'a [f64],
    /// Whether the library computes in single precision.
    pub(crate) single: bool,
}

impl Setting<'_> {
    /// The parameter of the loss with this name; NaN where it has none, so that a mistaken table shows.
    pub(crate) fn parameter(&self, name: &str) -> f64 {
        let place = self.loss.card().parameters.iter().position(|parameter| parameter.name == name);
        place.and_then(|place| self.loss.parameters().get(place)).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_round_trip() {
        for library in Compat::ALL {
            assert_eq!(Compat::parse(library.name()), Some(library));
            for preset in library.table() {
                let found = library.preset(preset.loss, Some(preset.function));
                assert!(found.is_some_and(|found| std::ptr::eq(found, preset)), "{} twice", preset.function);
            }
        }
    }

    #[test]
    fn direct_functions_are_those_that_change_derivatives_alone() {
        let direct = |library: Compat, loss, function| library.direct(loss, function);
        let half = direct(Compat::Xgboost, "mse", "objective reg:squarederror").expect("it is half of the loss");
        assert_eq!((half.factor, (half.curvature)(1.0, 1), half.hardens), (0.5, 1.0, false));
        let softmax = direct(Compat::Xgboost, "cce_logits", "objective multi:softprob").expect("twice the diagonal");
        assert_eq!((softmax.curvature)(0.25, 4), 0.5);
        assert!(direct(Compat::Lightgbm, "bce_logits", "objective binary").is_some_and(|binary| binary.hardens));
        // A tie of its own, a formula of its own, a floor, a clip, another loss.
        assert!(direct(Compat::Xgboost, "quantile", "objective reg:quantileerror").is_none());
        assert!(direct(Compat::Xgboost, "hinge", "objective binary:hinge").is_none());
        assert!(direct(Compat::Xgboost, "msle", "objective reg:squaredlogerror").is_none());
        assert!(direct(Compat::Xgboost, "bce_logits", "metric logloss").is_none());
        assert!(direct(Compat::Xgboost, "huber", "objective reg:squarederror").is_none());
    }

    #[test]
    fn tables_fit_the_losses() {
        for preset in Compat::ALL.into_iter().flat_map(Compat::table) {
            let loss = Loss::parse(preset.loss).expect("presets are of losses of the catalogue");
            assert_eq!(loss.card().name, preset.loss, "presets name losses by their own names");
            assert!(preset.formula.fits(&loss), "{} is for another family than {}", preset.function, preset.loss);
        }
    }
}
