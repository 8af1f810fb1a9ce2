//! What can be wrong with a batch, or with what is asked of it.

use crate::card::Form;
use crate::compat::Compat;

/// Why a treatment or a batch was refused. Rows are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum BatchError {
    #[error("{what} has {found} rows, the truth has {expected}")]
    Length { what: &'static str, expected: usize, found: usize },
    #[error("{what} must hold {rows} rows of {classes} numbers, not {found} numbers")]
    Numbers { what: &'static str, rows: usize, classes: usize, found: usize },
    #[error("{loss} takes {expected}, not {found}")]
    Columns { loss: &'static str, expected: String, found: usize },
    #[error("{loss} takes {expected} as the truth, not {found}")]
    Truth { loss: &'static str, expected: &'static str, found: &'static str },
    #[error("{loss} cannot be applied to truth of this kind")]
    Family { loss: &'static str },
    #[error("row {row}: the weight must be finite and at least 0, not {weight}")]
    Weight { row: usize, weight: f64 },
    #[error("the weights add up to 0, so there is no mean by weight")]
    NoWeight,
    #[error(
        "the loss is 0/0: nothing that counts is actual or predicted, and smooth is 0; with a smooth above 0 it is 0"
    )]
    ZeroByZero,
    #[error("row {row}: the vector must be finite, not {value}")]
    Vector { row: usize, value: f64 },
    #[error("no row is left: {left_out} of {left_out} are masked or ignored")]
    NoRows { left_out: usize },
    #[error("row {row}: the class must be a whole number from 0 to {}, not {class}", .classes.saturating_sub(1))]
    Class { row: usize, class: f64, classes: usize },
    #[error("row {row}: the target of {loss} must be {domain}, not {target}")]
    Target { loss: &'static str, row: usize, target: f64, domain: String },
    #[error("row {row}: the prediction of {loss} must be {domain}, not {prediction}")]
    Prediction { loss: &'static str, row: usize, prediction: f64, domain: String },
    #[error("row {row}: the shares of the classes must be in [0, 1] and add up to 1, not to {total}")]
    Shares { row: usize, total: f64 },
    #[error("row {row}: the probabilities of the classes must add up to 1, not to {total}")]
    AddToOne { row: usize, total: f64 },
    #[error("row {row}: at least one score must be finite")]
    NothingFinite { row: usize },
    #[error("row {row}: logits must not be NaN or +∞, and at least one must be finite")]
    Logits { row: usize },
    #[error("row {row}: the {what} of {loss} must not be a vector of zeros, which has no direction")]
    NoDirection { loss: &'static str, row: usize, what: &'static str },
    #[error("{loss} is about a quantity: class weights have no meaning")]
    ClassWeightOfQuantity { loss: &'static str },
    #[error("{loss} is about a quantity: label smoothing has no meaning")]
    SmoothingOfQuantity { loss: &'static str },
    #[error("there are {expected} classes, and {found} class weights")]
    ClassWeights { expected: usize, found: usize },
    #[error("the weight of class {class} must be finite and at least 0, not {weight}")]
    ClassWeight { class: usize, weight: f64 },
    #[error("the factor of gradients must be a number that their precision holds, not {0}")]
    Scale(f64),
    #[error("label smoothing must be at least 0 and below 1, not {0}")]
    Smoothing(f64),
    #[error("row {row}: {loss} is not linear in its target, so class weights need labels of 0 or 1, not {label}")]
    NeedsHardLabels { loss: &'static str, row: usize, label: f64 },
    #[error(
        "{loss} is not linear in its target, so class weights need one class per row, not shares or smoothed labels"
    )]
    NeedsHardClasses { loss: &'static str },
    #[error("shares have no class to ignore: leave rows out by the mask")]
    IgnoreWithShares,
    #[error("{loss} has no {} form; it has {}", form_name(*.form), .has.join(", "))]
    Form { loss: &'static str, form: Form, has: Vec<&'static str> },
    #[error("{loss} has no {curvature} curvature")]
    Curvature { loss: &'static str, curvature: &'static str },
    #[error("clipping needs a probability, and {loss} does not take one")]
    ClipOfNoProbability { loss: &'static str },
    #[error("a floor of logarithms needs a loss that is linear in its target, and {loss} is not")]
    FloorOfNoLogarithm { loss: &'static str },
    #[error("{what}, not {value}")]
    ClipRange { what: &'static str, value: f64 },
    #[error("{}'s preset sets the {what} itself", .compat.name())]
    SetByCompat { compat: Compat, what: &'static str },
    #[error("{} has no {loss}{}", .compat.name(), known_functions(.functions))]
    NotInLibrary { compat: Compat, loss: &'static str, functions: Vec<&'static str> },
    #[error("the function {0} is named, but no library")]
    FunctionWithoutLibrary(String),
    #[error("without a reduction there is no single number: ask for the values of the rows")]
    NotReduced,
}

impl BatchError {
    /// The same error of a part of a batch, its row counted from the batch's first row: `before` rows came before the part.
    #[must_use]
    pub fn in_part(mut self, before: usize) -> Self {
        match &mut self {
            Self::Weight { row, .. }
            | Self::Vector { row, .. }
            | Self::Class { row, .. }
            | Self::Target { row, .. }
            | Self::Prediction { row, .. }
            | Self::Shares { row, .. }
            | Self::AddToOne { row, .. }
            | Self::NothingFinite { row }
            | Self::Logits { row }
            | Self::NoDirection { row, .. }
            | Self::NeedsHardLabels { row, .. } => *row += before,
            _ => {}
        }
        self
    }
}

/// The word for a form.
pub(crate) fn form_name(form: Form) -> &'static str {
    match form {
        Form::Plain => "plain",
        Form::Deviance => "deviance",
        Form::NegativeLogLikelihood => "negative log-likelihood",
        Form::Training => "training",
    }
}

fn known_functions(functions: &[&str]) -> String {
    if functions.is_empty() { String::new() } else { format!(" of that name; it has {}", functions.join(", ")) }
}
