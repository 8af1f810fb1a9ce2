//! All facts of a card as data, for programs: every number exact, every choice a word.

use dartboard_losses::{
    Card, Convexity, Family, Functional, Interval, Kink, Link, Loss, Noise, PredictionKind, Smoothness, TargetKind,
    Unit, Zero,
};
use serde::{Serialize, Serializer};

use crate::document::Math;
use crate::evidence::{self, Evidence};
use crate::page::{Elsewhere, Worked};
use crate::tables::Shown;

/// The facts about a loss with its parameters set.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    name: &'static str,
    spec: String,
    aliases: &'static [&'static str],
    title: &'static str,
    summary: &'static str,
    family: &'static str,
    target: &'static str,
    target_domain: Domain,
    prediction: &'static str,
    prediction_parameters: Vec<Predicted>,
    prediction_domain: Domain,
    link: &'static str,
    parameters: Vec<Parameter>,
    value: Formula,
    gradient: Formula,
    hessian: Formula,
    /// Derivatives in the further predictions of a joint loss.
    further_gradients: Vec<Formula>,
    further_hessians: Vec<Formula>,
    convexity: &'static str,
    least_curvature: Option<Number>,
    smoothness: &'static str,
    kinks: Vec<Place>,
    lipschitz: Option<Number>,
    elicits: &'static str,
    level: Option<Number>,
    zero: &'static str,
    noise: Option<&'static str>,
    unit: &'static str,
    when: &'static str,
    when_not: &'static str,
    tables: Vec<Shown>,
    examples: Vec<Worked>,
    elsewhere: Vec<Elsewhere>,
    references: &'static [&'static str],
    evidence: Vec<Evidence>,
}

/// The facts about all losses of the catalogue.
pub fn all_facts() -> Vec<Facts> {
    Loss::all().map(|loss| Facts::of(&loss)).collect()
}

impl Facts {
    /// The facts about a loss.
    pub fn of(loss: &Loss) -> Self {
        let card = loss.card();
        let properties = loss.properties();
        let formula = loss.formula();
        let further = || loss.formulas().into_iter().skip(1);
        let (elicits, level) = functional(properties.functional);
        let (convexity, least_curvature) = convexity(properties.convexity);
        Self {
            name: card.name,
            spec: loss.spec(),
            aliases: card.aliases,
            title: card.title,
            summary: card.summary,
            family: family(card.family),
            target: target(card.target),
            target_domain: Domain::of(card.target_domain),
            prediction: prediction(card.prediction),
            prediction_parameters: match card.prediction {
                PredictionKind::Parameters(list) => {
                    list.iter().map(|&(symbol, meaning)| Predicted { symbol, meaning }).collect()
                }
                _ => vec![],
            },
            prediction_domain: Domain::of(card.prediction_domain),
            link: link(card.link),
            parameters: parameters(card, loss),
            value: Formula::of(formula.value.into()),
            gradient: Formula::of(formula.gradient.into()),
            hessian: Formula::of(formula.hessian.into()),
            further_gradients: further().map(|formula| Formula::of(formula.gradient.into())).collect(),
            further_hessians: further().map(|formula| Formula::of(formula.hessian.into())).collect(),
            convexity,
            least_curvature,
            smoothness: smoothness(properties.smoothness),
            kinks: properties.kinks.iter().map(|&kink| Place::of(kink)).collect(),
            lipschitz: properties.lipschitz.map(Number),
            elicits,
            level,
            zero: zero(properties.zero),
            noise: card.noise.map(Noise::describe),
            unit: unit(card.unit),
            when: card.when,
            when_not: card.when_not,
            tables: Shown::all(loss),
            examples: card.examples.iter().filter_map(|example| Worked::compute(card, example)).collect(),
            elsewhere: card.elsewhere.iter().map(elsewhere).collect(),
            references: card.references,
            evidence: evidence::of(loss),
        }
    }
}

/// A number of which JSON may have no form: infinities are words, as in score reports.
#[derive(Clone, Copy, Debug)]
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f64(self.0)
        } else {
            serializer.serialize_str(&crate::number::exact(self.0))
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Predicted {
    symbol: &'static str,
    meaning: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Domain {
    low: Number,
    low_closed: bool,
    high: Number,
    high_closed: bool,
    without_zero: bool,
    text: String,
}

impl Domain {
    fn of(interval: Interval) -> Self {
        Self {
            low: Number(interval.low),
            low_closed: interval.low_closed,
            high: Number(interval.high),
            high_closed: interval.high_closed,
            without_zero: interval.without_zero,
            text: interval.to_string(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Parameter {
    name: &'static str,
    value: Number,
    default: Number,
    domain: Domain,
    meaning: &'static str,
}

fn parameters(card: &Card, loss: &Loss) -> Vec<Parameter> {
    let parameters = card.parameters.iter().zip(loss.parameters());
    let facts = parameters.map(|(parameter, &value)| Parameter {
        name: parameter.name,
        value: Number(value),
        default: Number(parameter.default),
        domain: Domain::of(parameter.domain),
        meaning: parameter.meaning,
    });
    facts.collect()
}

#[derive(Clone, Debug, Serialize)]
struct Formula {
    unicode: String,
    latex: String,
    mathml: String,
}

impl Formula {
    fn of(math: Math) -> Self {
        Self { unicode: math.unicode, latex: math.latex, mathml: math.mathml }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Place {
    of: &'static str,
    at: Number,
}

impl Place {
    fn of(kink: Kink) -> Self {
        let (of, at) = match kink {
            Kink::Residual(at) => ("residual", at),
            Kink::Margin(at) => ("margin", at),
            Kink::Prediction(at) => ("prediction", at),
        };
        Self { of, at: Number(at) }
    }
}

fn elsewhere(known: &dartboard_losses::Elsewhere) -> Elsewhere {
    Elsewhere { library: known.library, name: known.name, difference: known.difference }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Pointwise => "pointwise",
        Family::Rowwise => "rowwise",
        Family::Joint => "joint",
    }
}

fn target(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Quantity => "quantity",
        TargetKind::Event => "event",
        TargetKind::Class => "class",
        TargetKind::Labels => "labels",
        TargetKind::Vector => "vector",
    }
}

fn prediction(kind: PredictionKind) -> &'static str {
    match kind {
        PredictionKind::Value => "value",
        PredictionKind::Mean => "mean",
        PredictionKind::Probability => "probability",
        PredictionKind::LogMean => "log_mean",
        PredictionKind::Logit => "logit",
        PredictionKind::LogProbability => "log_probability",
        PredictionKind::Score => "score",
        PredictionKind::Parameters(_) => "parameters",
    }
}

fn link(link: Link) -> &'static str {
    match link {
        Link::Identity => "identity",
        Link::Log => "log",
        Link::Logit => "logit",
        Link::HalfLogit => "half_logit",
        Link::Centred => "centred",
        Link::Softmax => "softmax",
    }
}

fn convexity(convexity: Convexity) -> (&'static str, Option<Number>) {
    match convexity {
        Convexity::None => ("none", None),
        Convexity::Convex => ("convex", None),
        Convexity::Strict => ("strict", None),
        Convexity::Strong(least) => ("strong", Some(Number(least))),
    }
}

fn smoothness(smoothness: Smoothness) -> &'static str {
    match smoothness {
        Smoothness::Discontinuous => "discontinuous",
        Smoothness::Continuous => "continuous",
        Smoothness::Once => "once_differentiable",
        Smoothness::Twice => "twice_differentiable",
        Smoothness::Infinitely => "infinitely_differentiable",
    }
}

fn functional(functional: Functional) -> (&'static str, Option<Number>) {
    match functional {
        Functional::Mean => ("mean", None),
        Functional::Quantile(level) => ("quantile", Some(Number(level))),
        Functional::Expectile(level) => ("expectile", Some(Number(level))),
        Functional::Huber(delta) => ("huber", Some(Number(delta))),
        Functional::GeometricMean => ("geometric_mean", None),
        Functional::RelativeMedian => ("relative_median", None),
        Functional::ClassProbabilities => ("class_probabilities", None),
        Functional::MeanAndLogVariance => ("mean_and_log_variance", None),
        Functional::MeanDirection => ("mean_direction", None),
        Functional::Decision => ("decision", None),
        Functional::DecisionAtInfinity => ("decision_at_infinity", None),
        Functional::DistortedProbability => ("distorted_probability", None),
        Functional::Nothing => ("nothing", None),
        Functional::Minimiser => ("minimiser", None),
    }
}

fn zero(zero: Zero) -> &'static str {
    match zero {
        Zero::Perfect => "perfect",
        Zero::Stretch => "stretch",
        Zero::Nowhere => "nowhere",
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Target => "target",
        Unit::TargetSquared => "target_squared",
        Unit::Nats => "nats",
        Unit::Share => "share",
        Unit::Number => "number",
        Unit::OwnScale => "own_scale",
    }
}
