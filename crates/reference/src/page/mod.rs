//! What there is to say about a measure: the facts of its card, the formulas printed from its code, and its worked
//! examples computed by its kernels. Plain data, so that text, Markdown, HTML and JSON say the same.

pub(crate) mod words;
mod worked;

use dartboard_losses::{Derived, Family, Loss, Measure, PredictionKind, TargetKind};
use dartboard_numerics::{Expr, Notation};
use serde::{Serialize, Serializer};

use crate::document::Math;
use crate::evidence::{self, Evidence};
use crate::plot::Plot;
use crate::tables::Shown;

pub use worked::Worked;

/// The page of a measure. What a derived measure does not have is empty.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// The canonical spec.
    pub spec: String,
    /// The name in words.
    pub title: String,
    /// What it measures.
    pub summary: String,
    /// The value.
    pub formula: Math,
    /// The first derivative in the prediction.
    pub gradient: Option<Math>,
    /// The second.
    pub hessian: Option<Math>,
    /// The derivatives in the further predictions, where a row has several of different meanings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Further>,
    /// What the symbols of the formulas stand for.
    pub symbols: String,
    /// What a target is.
    pub target: Option<String>,
    /// What a prediction is.
    pub prediction: Option<String>,
    /// The same in a word or two.
    pub takes: String,
    /// The parameters with their values.
    pub parameters: Vec<Parameter>,
    /// Names of properties and what holds.
    #[serde(serialize_with = "as_map")]
    pub properties: Vec<(&'static str, String)>,
    /// How those are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Unit of the value.
    pub unit: &'static str,
    /// When to use it.
    pub when: Option<&'static str>,
    /// When not to.
    pub when_not: Option<&'static str>,
    /// Tables that make a point.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Shown>,
    /// Worked examples.
    pub examples: Vec<Worked>,
    /// The loss in other libraries.
    pub elsewhere: Vec<Elsewhere>,
    /// Other names that are understood.
    pub aliases: Vec<&'static str>,
    /// Where formula and claims come from.
    pub references: Vec<&'static str>,
    /// The commands to go on with.
    pub next: Vec<String>,
    /// Value and gradient as curves; a drawing of what the formulas say, so not a part of the data.
    #[serde(skip)]
    pub plot: Option<Plot>,
}

/// A parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its value here.
    pub value: f64,
    /// Its value where none is given.
    pub default: f64,
    /// Where it may lie.
    pub range: String,
    /// What it does.
    pub meaning: &'static str,
}

/// The derivatives in one of several predictions.
#[derive(Clone, Debug, Serialize)]
pub struct Further {
    /// The prediction's symbol.
    pub of: String,
    /// The first derivative.
    pub gradient: Math,
    /// The second.
    pub hessian: Math,
}

/// A loss under another library's name.
#[derive(Clone, Debug, Serialize)]
pub struct Elsewhere {
    /// The library.
    pub library: &'static str,
    /// The name there.
    pub name: &'static str,
    /// How its number differs; empty where it does not.
    pub difference: &'static str,
}

fn as_map<S: Serializer>(facts: &[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(facts.iter().map(|(name, text)| (name, text)))
}

impl Page {
    /// The page of a measure.
    pub fn of(measure: &Measure) -> Self {
        let plot = if let Measure::Mean(loss) = measure { Plot::of(loss) } else { None };
        Self { plot, ..Self::without_plot(measure) }
    }

    /// The page of a measure but for its plot, which takes longer than all else.
    pub fn without_plot(measure: &Measure) -> Self {
        match measure {
            Measure::Mean(loss) => Self::of_loss(loss),
            Measure::Derived(derived) => Self::of_derived(*derived),
        }
    }

    /// The pages of all measures, losses first.
    pub fn all() -> Vec<Self> {
        let measures = Loss::all().map(Measure::Mean).chain(Derived::ALL.map(Measure::Derived));
        measures.map(|measure| Self::of(&measure)).collect()
    }

    /// The name without parameters.
    pub fn name(&self) -> &str {
        self.spec.split('(').next().unwrap_or_default()
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
            further: further(loss),
            symbols: words::symbols(loss),
            target: Some(words::target(card)),
            prediction: Some(words::prediction(loss)),
            takes: words::takes(card),
            parameters: parameters.collect(),
            properties: words::properties(loss),
            evidence: evidence::of(loss),
            unit: words::unit(card.unit),
            when: Some(card.when),
            when_not: Some(card.when_not),
            tables: Shown::all(loss),
            examples: card.examples.iter().filter_map(|example| Worked::compute(card, example)).collect(),
            elsewhere: elsewhere.collect(),
            aliases: card.aliases.to_vec(),
            references: card.references.to_vec(),
            next: next(loss),
            plot: None,
        }
    }

    fn of_derived(derived: Derived) -> Self {
        let (prediction, takes) = match derived {
            Derived::Rmse => ("the predicted quantity itself", "a value"),
            Derived::Accuracy => ("a probability or a logit, or one per class", "a probability or a logit"),
        };
        let better = if derived.larger_is_better() { "larger" } else { "smaller" };
        Self {
            spec: derived.name().to_owned(),
            title: derived.title().to_owned(),
            summary: derived.summary().to_owned(),
            formula: derived_formula(derived),
            gradient: None,
            hessian: None,
            further: vec![],
            symbols: "y target, z prediction, w weight (1 without weights); the sums run over all rows".to_owned(),
            target: None,
            prediction: Some(prediction.to_owned()),
            takes: takes.to_owned(),
            parameters: vec![],
            properties: vec![("better", better.to_owned())],
            evidence: vec![],
            unit: words::unit(derived.unit()),
            when: None,
            when_not: None,
            tables: vec![],
            examples: vec![],
            elsewhere: vec![],
            aliases: derived.aliases().to_vec(),
            references: vec![],
            next: vec![format!("dartboard score FILE --truth COLUMN --pred COLUMN --loss {}", derived.name())],
            plot: None,
        }
    }
}

fn further(loss: &Loss) -> Vec<Further> {
    let PredictionKind::Parameters(list) = loss.card().prediction else { return vec![] };
    let formulas = list.iter().zip(loss.formulas()).skip(1);
    let derivatives = formulas.map(|((name, _), formula)| Further {
        of: Expr::symbol(name).print(Notation::Unicode),
        gradient: formula.gradient.into(),
        hessian: formula.hessian.into(),
    });
    derivatives.collect()
}

/// Written by hand: a sum over rows is no expression of the losses.
fn derived_formula(derived: Derived) -> Math {
    let (latex, top) = match derived {
        Derived::Rmse => (
            r"\sqrt{\sum w (z - y)^{2} / \sum w}",
            "<msup><mrow><mo stretchy=\"false\">(</mo>\
             <mi>z</mi><mo>−</mo><mi>y</mi><mo stretchy=\"false\">)</mo></mrow><mn>2</mn></msup>",
        ),
        Derived::Accuracy => (
            r"\sum w\, [\text{predicted class} = y] / \sum w",
            "<mrow><mo>[</mo><mtext>predicted class</mtext><mo>=</mo><mi>y</mi><mo>]</mo></mrow>",
        ),
    };
    let sums = format!("<mfrac><mrow><mo>∑</mo><mi>w</mi>{top}</mrow><mrow><mo>∑</mo><mi>w</mi></mrow></mfrac>");
    let mathml = if derived == Derived::Rmse { format!("<msqrt>{sums}</msqrt>") } else { sums };
    Math { unicode: derived.formula().to_owned(), latex: latex.to_owned(), mathml }
}

/// The commands that use a loss.
fn next(loss: &Loss) -> Vec<String> {
    let card = loss.card();
    let spec = loss.spec();
    let spec = if spec.contains('(') { format!("'{spec}'") } else { spec };
    let option = match card.prediction {
        PredictionKind::Logit => "--logits",
        // The same option: a score, a log-mean or a log-probability is no logit.
        raw if raw.is_raw() => "--raw",
        _ => "--pred",
    };
    let list = |separator: &str| match card.prediction {
        PredictionKind::Parameters(list) => list.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(separator),
        _ => String::new(),
    };
    let (several, array) = (list(","), format!("target, make_array({})", list(", ")));
    let (columns, arguments) = match card.family {
        Family::Pointwise if card.prediction == PredictionKind::Logit => ("COLUMN", "target, logit"),
        Family::Pointwise if card.prediction == PredictionKind::Score => ("COLUMN", "target, score"),
        Family::Pointwise if card.prediction == PredictionKind::LogMean => ("COLUMN", "target, log_mean"),
        Family::Pointwise => ("COLUMN", "target, prediction"),
        Family::Joint => (&*several, &*array),
        Family::Rowwise if card.prediction == PredictionKind::Probability => ("'p_*'", "make_array(p_0, p_1, p_2)"),
        Family::Rowwise => ("'z_*'", "make_array(z_0, z_1, z_2)"),
    };
    let (truth, target) = match (card.family, card.target) {
        (Family::Rowwise, TargetKind::Labels | TargetKind::Vector) => ("'y_*'", "make_array(y_0, y_1, y_2), "),
        (Family::Rowwise, _) => ("COLUMN", "class, "),
        _ => ("COLUMN", ""),
    };
    let parameters: String = loss.parameters().iter().map(|value| format!(", {value}")).collect();
    vec![
        format!("dartboard score FILE --truth {truth} {option} {columns} --loss {spec}"),
        format!("dartboard sql \"SELECT {}({target}{arguments}{parameters}) FROM 'FILE'\"", card.name),
    ]
}
