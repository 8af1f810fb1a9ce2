//! Losses by name: `huber(delta=1.5)`.

use std::sync::Arc;

use dartboard_numerics::decimal;

use crate::card::{Card, Form, Properties};
use crate::catalogue::{Body, Entry, cards};
use crate::derived::Derived;
use crate::family::{Formula, JointBlocks, PointwiseBlocks, RowwiseBlocks};
use crate::losses::entries;
use crate::overlap;
#[cfg(feature = "proofs")]
use crate::prove::Proof;

/// A loss of the catalogue with its parameters set. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Loss {
    card: &'static Card,
    parameters: Vec<f64>,
    body: Body,
}

impl PartialEq for Loss {
    fn eq(&self, other: &Self) -> bool {
        self.card.name == other.card.name && self.parameters == other.parameters
    }
}

/// Why a spec was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum SpecError {
    #[error("there is no loss named '{name}'{}", did_you_mean(.nearest))]
    UnknownLoss { name: String, nearest: Option<String> },
    #[error("no loss is named '{name}' here: {answers}")]
    Elsewhere { name: String, answers: String },
    #[error("{loss} has no parameter '{name}'; {}", allowed_parameters(.allowed))]
    UnknownParameter { loss: &'static str, name: String, allowed: Vec<&'static str> },
    #[error("{loss}: {parameter} must be {domain}, not {value}")]
    OutOfRange { loss: &'static str, parameter: &'static str, domain: String, value: String },
    #[error("{loss}: {parameter} is given twice")]
    GivenTwice { loss: &'static str, parameter: &'static str },
    #[error("'{spec}' cannot be read: {reason}; a loss is written like mse or huber(delta=1.5)")]
    Malformed { spec: String, reason: &'static str },
}

/// A parameter as one would type it: the fewest digits that give it back, with an exponent instead of many zeros.
fn shortest(value: f64) -> String {
    if value == 0.0 || (1e-5..1e15).contains(&value.abs()) { format!("{value}") } else { format!("{value:e}") }
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

fn allowed_parameters(allowed: &[&str]) -> String {
    if allowed.is_empty() { "it has none".to_owned() } else { format!("it has {}", allowed.join(", ")) }
}

impl Loss {
    /// Reads a spec: a name or alias, then optionally parameters in parentheses, by name or by position.
    ///
    /// # Errors
    /// [`SpecError`] where the name or a parameter is unknown (with the nearest name), a parameter lies outside of its
    /// domain or is given twice, or the text cannot be read.
    pub fn parse(spec: &str) -> Result<Self, SpecError> {
        let malformed = |reason| SpecError::Malformed { spec: spec.to_owned(), reason };
        let spec_text = spec.trim();
        let (name, arguments) = match spec_text.split_once('(') {
            None => (spec_text, ""),
            Some((name, rest)) => {
                let inner = rest.strip_suffix(')').ok_or_else(|| malformed("the closing parenthesis is missing"))?;
                (name.trim_end(), inner.trim())
            }
        };
        if name.is_empty() {
            return Err(malformed("the name is missing"));
        }
        let entry = find(name)?;
        let mut given: Vec<Option<f64>> = vec![None; entry.card.parameters.len()];
        let arguments = if arguments.is_empty() { vec![] } else { arguments.split(',').collect() };
        for (position, argument) in arguments.into_iter().enumerate() {
            let (slot, text) = match argument.split_once('=') {
                Some((name, text)) => (position_of(entry, name.trim())?, text.trim()),
                None if position < given.len() => (position, argument.trim()),
                None => return Err(malformed("it has more values than the loss has parameters")),
            };
            let value = decimal::parse(text).ok_or_else(|| malformed("a parameter is not a number"))?;
            if given[slot].replace(value).is_some() {
                return Err(SpecError::GivenTwice {
                    loss: entry.card.name,
                    parameter: entry.card.parameters[slot].name,
                });
            }
        }
        let parameters: Vec<f64> = entry
            .card
            .parameters
            .iter()
            .zip(given)
            .map(|(parameter, value)| value.unwrap_or(parameter.default))
            .collect();
        Self::from_entry(entry, parameters)
    }

    /// The loss with this name or alias and these parameters, in positional order; missing ones take their defaults.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn with_parameters(name: &str, parameters: &[f64]) -> Result<Self, SpecError> {
        let entry = find(name)?;
        if parameters.len() > entry.card.parameters.len() {
            let reason = "it has more values than the loss has parameters";
            return Err(SpecError::Malformed { spec: name.to_owned(), reason });
        }
        let defaults = entry.card.parameters.iter().skip(parameters.len()).map(|parameter| parameter.default);
        Self::from_entry(entry, parameters.iter().copied().chain(defaults).collect())
    }

    /// Every loss of the catalogue with its default parameters.
    pub fn all() -> impl Iterator<Item = Self> {
        entries().iter().map(|entry| {
            let parameters: Vec<f64> = entry.card.parameters.iter().map(|parameter| parameter.default).collect();
            Self { card: &entry.card, body: (entry.make)(&parameters), parameters }
        })
    }

    fn from_entry(entry: &'static Entry, parameters: Vec<f64>) -> Result<Self, SpecError> {
        for (parameter, &value) in entry.card.parameters.iter().zip(&parameters) {
            if !parameter.domain.contains(value) {
                return Err(SpecError::OutOfRange {
                    loss: entry.card.name,
                    parameter: parameter.name,
                    domain: parameter.domain.to_string(),
                    value: value.to_string(),
                });
            }
        }
        Ok(Self { card: &entry.card, body: (entry.make)(&parameters), parameters })
    }

    /// The facts.
    pub fn card(&self) -> &'static Card {
        self.card
    }

    /// The values of the card's parameters, in positional order.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// The canonical spec: the short name, with the parameters that differ from their defaults. It parses back to the
    /// same loss.
    pub fn spec(&self) -> String {
        let changed: Vec<String> = (self.card.parameters.iter().zip(&self.parameters))
            .filter(|(parameter, value)| parameter.default != **value)
            .map(|(parameter, &value)| format!("{}={}", parameter.name, shortest(value)))
            .collect();
        if changed.is_empty() {
            self.card.name.to_owned()
        } else {
            format!("{}({})", self.card.name, changed.join(", "))
        }
    }

    /// The facts that depend on the parameters.
    pub fn properties(&self) -> Properties {
        match &self.body {
            Body::Pointwise(loss) => loss.properties(),
            Body::Rowwise(loss) => loss.properties(),
            Body::Joint(loss) => loss.properties(),
        }
    }

    /// The printed formula; with derivatives in the first prediction, where a loss has several.
    pub fn formula(&self) -> Formula {
        self.formulas()[0]
    }

    /// The printed formulas with derivatives in each prediction: one, but for joint losses.
    pub fn formulas(&self) -> Vec<Formula> {
        match &self.body {
            Body::Pointwise(loss) => vec![loss.formula()],
            Body::Rowwise(loss) => vec![loss.formula()],
            Body::Joint(loss) => loss.formulas(),
        }
    }

    /// The factor and the constant term that turn the value at target `y` into another form of the loss; `None` where it
    /// has no such form.
    pub fn form(&self, form: Form, y: f64) -> Option<(f64, f64)> {
        match &self.body {
            Body::Pointwise(loss) => loss.form(form, y),
            Body::Rowwise(_) => (form == Form::Plain).then_some((1.0, 0.0)),
            Body::Joint(loss) => loss.form(form, y),
        }
    }

    /// What interval arithmetic says of the claims: proven, or not decided. Empty for row losses and joint ones.
    #[cfg(feature = "proofs")]
    pub fn proofs(&self) -> Vec<Proof> {
        self.pointwise().map_or_else(Vec::new, |loss| loss.proofs())
    }

    /// The block interface, where the loss is pointwise.
    pub fn pointwise(&self) -> Option<&Arc<dyn PointwiseBlocks>> {
        if let Body::Pointwise(loss) = &self.body { Some(loss) } else { None }
    }

    /// The block interface, where the loss is rowwise.
    pub fn rowwise(&self) -> Option<&Arc<dyn RowwiseBlocks>> {
        if let Body::Rowwise(loss) = &self.body { Some(loss) } else { None }
    }

    /// The block interface, where the loss takes several predictions per row.
    pub fn joint(&self) -> Option<&Arc<dyn JointBlocks>> {
        if let Body::Joint(loss) = &self.body { Some(loss) } else { None }
    }
}

fn find(name: &str) -> Result<&'static Entry, SpecError> {
    let known = |entry: &&Entry| entry.card.name == name || entry.card.aliases.contains(&name);
    entries().iter().find(known).map_or_else(|| find_elsewhere(name), Ok)
}

/// A name as other libraries write it, bare: without modules, arguments and remarks, in lower case.
fn bare(name: &str) -> String {
    let name = name.split(['(', ':']).next().unwrap_or_default().trim();
    name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase()
}

/// The loss that another library calls so, if its number is the same; else an answer that names ours.
fn find_elsewhere(name: &str) -> Result<&'static Entry, SpecError> {
    // A colon belongs to the names of XGBoost.
    let same = |theirs: &str| {
        theirs.split([' ', '(']).next().is_some_and(|theirs| theirs.eq_ignore_ascii_case(name)) || {
            let theirs = bare(theirs);
            theirs.len() > 2 && theirs == bare(name)
        }
    };
    let found: Vec<_> = entries()
        .iter()
        .flat_map(|entry| entry.card.elsewhere.iter().map(move |elsewhere| (entry, elsewhere)))
        .filter(|(_, elsewhere)| same(elsewhere.name))
        .collect();
    let Some(&(first, _)) = found.first() else {
        return Err(match overlap::answer(same) {
            Some(answers) => SpecError::Elsewhere { name: name.to_owned(), answers },
            None => SpecError::UnknownLoss { name: name.to_owned(), nearest: nearest_name(name) },
        });
    };
    if found.iter().all(|(entry, elsewhere)| entry.card.name == first.card.name && elsewhere.difference.is_empty()) {
        return Ok(first);
    }
    let mut answers: Vec<String> = vec![];
    for (entry, elsewhere) in found {
        let difference = if elsewhere.difference.is_empty() { "the same number" } else { elsewhere.difference };
        answers.push(format!("{} is called so by {} ({difference})", entry.card.name, elsewhere.library));
    }
    Err(SpecError::Elsewhere { name: name.to_owned(), answers: answers.join("; ") })
}

fn position_of(entry: &'static Entry, name: &str) -> Result<usize, SpecError> {
    let parameters = entry.card.parameters;
    parameters.iter().position(|parameter| parameter.name == name).ok_or_else(|| SpecError::UnknownParameter {
        loss: entry.card.name,
        name: name.to_owned(),
        allowed: parameters.iter().map(|parameter| parameter.name).collect(),
    })
}

/// The known name closest to `name`, if any is close.
fn nearest_name(name: &str) -> Option<String> {
    let losses = cards().flat_map(|card| std::iter::once(&card.name).chain(card.aliases));
    let derived = Derived::ALL.into_iter().map(Derived::name);
    losses
        .copied()
        .chain(derived)
        .map(|known| (strsim::damerau_levenshtein(&name.to_ascii_lowercase(), known), known))
        // A third of the letters may differ: mes → mse, hubber → huber, but not xyz → mse.
        .filter(|&(distance, known)| distance * 3 <= known.len().max(name.len()).max(4) + 1)
        .min()
        .map(|(_, known)| known.to_owned())
}

/// Splits a list of specs at the commas outside of parentheses: `mse,huber(delta=1.5, ...)`.
pub fn split_list(list: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    list.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth <= 0
    })
    .map(str::trim)
    .filter(|spec| !spec.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_round_trip() {
        for loss in Loss::all() {
            assert_eq!(Loss::parse(&loss.spec()), Ok(loss.clone()));
            for alias in loss.card().aliases {
                assert_eq!(Loss::parse(alias).as_ref(), Ok(&loss), "{alias}");
            }
        }
        assert_eq!(Loss::parse("huber(1.5)").unwrap().spec(), "huber(delta=1.5)");
        assert_eq!(Loss::parse(" huber ( delta = 0.1 ) ").unwrap().spec(), "huber(delta=0.1)");
        assert_eq!(Loss::parse("pinball(tau=0.9)").unwrap().spec(), "quantile(tau=0.9)");
        assert_eq!(Loss::parse("mse()").unwrap().spec(), "mse");
        assert_eq!(Loss::parse("huber(0.0000001)").unwrap().spec(), "huber(delta=1e-7)");
        assert_eq!(Loss::parse("huber(1e300)").unwrap().spec(), "huber(delta=1e300)");
    }

    #[test]
    fn names_of_other_libraries_are_answered() {
        for card in cards() {
            for elsewhere in card.elsewhere {
                let name = elsewhere.name.split([' ', '(']).next().unwrap();
                match find(name) {
                    Ok(entry) => assert!(!entry.card.name.is_empty()),
                    Err(error) => {
                        let message = error.to_string();
                        assert!(message.contains(&format!("{} is called so by", card.name)), "{name}: {message}");
                    }
                }
            }
        }
        assert_eq!(Loss::parse("torch.nn.MSELoss").unwrap().spec(), "mse");
        assert_eq!(Loss::parse("SmoothL1Loss(beta=0.5)").unwrap().spec(), "smooth_l1(beta=0.5)");
        assert_eq!(Loss::parse("reg:gamma").unwrap().spec(), "gamma");
        let error = Loss::parse("KLDivLoss").unwrap_err().to_string();
        assert!(error.contains("kl_div is called so by PyTorch") && error.contains("kl_logits"), "{error}");
    }

    #[test]
    fn names_of_overlap_losses_are_answered() {
        for (name, here) in [
            ("dice", "Overlap::dice"),
            ("tversky(alpha=0.3, beta=0.7)", "Overlap::tversky"),
            ("jaccard", "Overlap::jaccard"),
            ("IoU", "Overlap::jaccard"),
            ("keras.losses.Dice", "Overlap::dice; Keras calls Dice so"),
            ("Tversky", "its alpha weighs false negatives"),
            ("optax.losses.dice_loss", "Overlap::dice; Optax calls dice_loss so"),
            ("JaccardLoss", "Overlap::jaccard; segmentation_models_pytorch"),
        ] {
            let error = Loss::parse(name).unwrap_err().to_string();
            assert!(error.contains("does not add up over rows") && error.contains(here), "{name}: {error}");
        }
        // A slip of the pen is still answered with the nearest loss.
        assert!(matches!(Loss::parse("dicy"), Err(SpecError::UnknownLoss { .. })));
    }

    #[test]
    fn mistakes_are_named() {
        let message = |spec: &str| Loss::parse(spec).unwrap_err().to_string();
        assert_eq!(message("mes"), "there is no loss named 'mes'; did you mean 'mse'?");
        assert_eq!(message("hubber(delta=2)"), "there is no loss named 'hubber'; did you mean 'huber'?");
        assert_eq!(message("frobnicate"), "there is no loss named 'frobnicate'");
        assert_eq!(message("huber(detla=2)"), "huber has no parameter 'detla'; it has delta");
        assert_eq!(message("mse(delta=2)"), "mse has no parameter 'delta'; it has none");
        assert_eq!(message("huber(delta=0)"), "huber: delta must be finite and above 0, not 0");
        assert_eq!(message("huber(delta=nan)"), "huber: delta must be finite and above 0, not NaN");
        assert_eq!(message("quantile(tau=1)"), "quantile: tau must be in (0, 1), not 1");
        assert_eq!(message("huber(1, delta=2)"), "huber: delta is given twice");
        for spec in ["huber(", "huber(x)", "(1)", "", "mse(1)", "huber(1,2)"] {
            assert!(message(spec).contains("cannot be read"), "{spec}");
        }
    }

    #[test]
    fn lists_split_outside_parentheses() {
        assert_eq!(split_list("mse, huber(delta=1.5),  mae,"), ["mse", "huber(delta=1.5)", "mae"]);
        assert_eq!(split_list("f(a,b),g"), ["f(a,b)", "g"]);
        assert!(split_list("").is_empty());
    }
}
