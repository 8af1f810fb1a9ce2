//! What there is to say about a measure: the facts of its card, the formulas printed from its code, and its worked
//! examples computed by its kernels. Plain data, so that text, Markdown and JSON say the same.

mod words;
mod worked;

use dartboard_losses::{Derived, Family, Link, Loss, Measure, PredictionKind};
use dartboard_numerics::{Expr, Notation};
use serde::{Serialize, Serializer};

pub(crate) use worked::Worked;

/// The page of a measure. What a derived measure does not have is empty.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Page {
    pub(crate) spec: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) formula: Math,
    pub(crate) gradient: Option<Math>,
    pub(crate) hessian: Option<Math>,
    /// What the symbols of the formulas stand for.
    pub(crate) symbols: String,
    pub(crate) target: Option<String>,
    pub(crate) prediction: Option<String>,
    /// The same in a word or two.
    pub(crate) takes: &'static str,
    pub(crate) parameters: Vec<Parameter>,
    /// Names of properties and what holds.
    #[serde(serialize_with = "as_map")]
    pub(crate) properties: Vec<(&'static str, String)>,
    pub(crate) unit: &'static str,
    pub(crate) when: Option<&'static str>,
    pub(crate) when_not: Option<&'static str>,
    pub(crate) examples: Vec<Worked>,
    pub(crate) elsewhere: Vec<Elsewhere>,
    pub(crate) aliases: Vec<&'static str>,
    pub(crate) references: Vec<&'static str>,
    /// The commands to go on with.
    pub(crate) next: Vec<String>,
}

/// A formula in both notations.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Math {
    pub(crate) unicode: String,
    pub(crate) latex: String,
}

/// A parameter.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) default: f64,
    pub(crate) range: String,
    pub(crate) meaning: &'static str,
}

/// A loss under another library's name.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Elsewhere {
    pub(crate) library: &'static str,
    pub(crate) name: &'static str,
    pub(crate) difference: &'static str,
}

fn as_map<S: Serializer>(facts: &[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(facts.iter().map(|(name, text)| (name, text)))
}

impl From<Expr> for Math {
    fn from(formula: Expr) -> Self {
        Self { unicode: formula.print(Notation::Unicode), latex: formula.print(Notation::Latex) }
    }
}

impl Page {
    pub(crate) fn of(measure: &Measure) -> Self {
        match measure {
            Measure::Mean(loss) => Self::of_loss(loss),
            Measure::Derived(derived) => Self::of_derived(*derived),
        }
    }

    /// The pages of all measures, losses first.
    pub(crate) fn all() -> Vec<Self> {
        let losses = Loss::all().map(|loss| Self::of_loss(&loss));
        losses.chain(Derived::ALL.map(Self::of_derived)).collect()
    }

    fn of_loss(loss: &Loss) -> Self {
        let card = loss.card();
        let formula = loss.formula();
        let parameters = card.parameters.iter().zip(loss.parameters()).map(|(parameter, &value)| Parameter {
            name: parameter.name,
            value,
            default: parameter.default,
            range: parameter.domain.to_string(),
            meaning: parameter.meaning,
        });
        let elsewhere = card.elsewhere.iter().map(|elsewhere| Elsewhere {
            library: elsewhere.library,
            name: elsewhere.name,
            difference: elsewhere.difference,
        });
        Self {
            spec: loss.spec(),
            title: card.title.to_owned(),
            summary: card.summary.to_owned(),
            formula: formula.value.into(),
            gradient: Some(formula.gradient.into()),
            hessian: Some(formula.hessian.into()),
            symbols: words::symbols(card).to_owned(),
            target: Some(words::target(card)),
            prediction: Some(words::prediction(loss)),
            takes: words::takes(card),
            parameters: parameters.collect(),
            properties: words::properties(loss),
            unit: words::unit(card.unit),
            when: Some(card.when),
            when_not: Some(card.when_not),
            examples: card.examples.iter().map(|example| Worked::compute(card, example)).collect(),
            elsewhere: elsewhere.collect(),
            aliases: card.aliases.to_vec(),
            references: card.references.to_vec(),
            next: next(loss),
        }
    }

    fn of_derived(derived: Derived) -> Self {
        let latex = match derived {
            Derived::Rmse => r"\sqrt{\sum w (z - y)^{2} / \sum w}",
            Derived::Accuracy => r"\sum w\, [\text{predicted class} = y] / \sum w",
        };
        let (prediction, takes) = match derived {
            Derived::Rmse => ("the predicted quantity itself", "a value"),
            Derived::Accuracy => ("a probability or a logit, or one per class", "a probability or a logit"),
        };
        let better = if derived.larger_is_better() { "larger" } else { "smaller" };
        Self {
            spec: derived.name().to_owned(),
            title: derived.title().to_owned(),
            summary: derived.summary().to_owned(),
            formula: Math { unicode: derived.formula().to_owned(), latex: latex.to_owned() },
            gradient: None,
            hessian: None,
            symbols: "y target, z prediction, w weight (1 without weights); the sums run over all rows".to_owned(),
            target: None,
            prediction: Some(prediction.to_owned()),
            takes,
            parameters: vec![],
            properties: vec![("better", better.to_owned())],
            unit: words::unit(derived.unit()),
            when: None,
            when_not: None,
            examples: vec![],
            elsewhere: vec![],
            aliases: derived.aliases().to_vec(),
            references: vec![],
            next: vec![format!("dartboard score FILE --truth COLUMN --pred COLUMN --loss {}", derived.name())],
        }
    }
}

/// The commands that use a loss.
fn next(loss: &Loss) -> Vec<String> {
    let card = loss.card();
    let spec = loss.spec();
    let spec = if spec.contains('(') { format!("'{spec}'") } else { spec };
    let (columns, arguments) = match (card.family, card.prediction) {
        (Family::Pointwise, PredictionKind::Logit) => ("--logits COLUMN", "target, logit"),
        (Family::Pointwise, _) => ("--pred COLUMN", "target, prediction"),
        (Family::Rowwise, PredictionKind::Logit) => ("--logits 'z_*'", "class, make_array(z_0, z_1, z_2)"),
        (Family::Rowwise, _) => ("--pred 'p_*'", "class, make_array(p_0, p_1, p_2)"),
    };
    let parameters: String = loss.parameters().iter().map(|value| format!(", {value}")).collect();
    vec![
        format!("dartboard score FILE --truth COLUMN {columns} --loss {spec}"),
        format!("dartboard sql \"SELECT {}({arguments}{parameters}) FROM 'FILE'\"", card.name),
    ]
}

/// Whether the probabilities of a row come from its scores by softmax.
fn is_softmax(link: Link) -> bool {
    link == Link::Softmax
}
