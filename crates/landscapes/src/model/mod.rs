//! Built-in models: what they compute, where their weights lie, what they start from.

pub(crate) mod activation;
mod description;
pub(crate) mod head;
mod kind;
mod layout;
mod onnx;
mod standardise;
mod store;
mod translate;

use dartboard_losses::{Card, Family, Loss, PredictionKind, TargetKind};

pub use activation::Activation;
pub use head::Head;
pub use kind::Kind;
pub use layout::{Layout, Role, Tensor};
pub use standardise::Standardisation;

use crate::data::{Data, Targets};
use crate::error::LandscapeError;
use crate::fingerprint::{Fingerprint, Hasher};
use crate::random::{Purpose, Random};

/// How a model is set up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setup {
    /// Whether features are brought to mean 0 and standard deviation 1 over the rows that the model is set up with.
    pub standardise: bool,
    /// Whether a perceptron's output is multiplied by the standard deviation of the targets and their mean added, so that
    /// its weights need not grow to the size of the targets. It concerns losses of quantities only.
    pub scale_output: bool,
    /// The seed of the first weights of a perceptron. Other models start at 0.
    pub seed: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self { standardise: true, scale_output: true, seed: 0 }
    }
}

/// A layer of a model: `outputs` weighted sums of `inputs` numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Where its weights begin, one row of `inputs` after another; its biases follow.
    pub(crate) start: usize,
}

impl Layer {
    pub(crate) fn weights<'a, F>(&self, all: &'a [F]) -> &'a [F] {
        &all[self.start..self.start + self.inputs * self.outputs]
    }

    pub(crate) fn biases<'a, F>(&self, all: &'a [F]) -> &'a [F] {
        let start = self.start + self.inputs * self.outputs;
        &all[start..start + self.outputs]
    }

    /// Weights and biases.
    pub(crate) fn split_mut<'a, F>(&self, all: &'a mut [F]) -> (&'a mut [F], &'a mut [F]) {
        let end = self.start + self.inputs * self.outputs + self.outputs;
        all[self.start..end].split_at_mut(self.inputs * self.outputs)
    }
}

/// A model with its weights, and with all that is needed to apply it to other rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(crate) kind: Kind,
    pub(crate) loss: Loss,
    /// The loss that is computed of the raw outputs under `head`: `loss` of the predictions.
    pub(crate) computed: Loss,
    pub(crate) head: Head,
    pub(crate) features: Vec<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) outputs: usize,
    pub(crate) standardisation: Standardisation,
    /// A raw output is this plus the other times what the layers compute.
    pub(crate) shift: f64,
    pub(crate) scale: f64,
    pub(crate) layers: Vec<Layer>,
    pub(crate) layout: Layout,
    pub(crate) weights: Vec<f64>,
}

impl Model {
    /// A model for these rows and this loss, with its first weights: 0 for models without hidden layers; for a perceptron
    /// normal random numbers of variance 1/inputs (2/inputs in `relu` and `gelu` layers: He et al. 2015), biases 0.
    ///
    /// # Errors
    /// Where the loss does not fit the model or the targets.
    pub fn new(kind: Kind, loss: &Loss, data: &Data, setup: Setup) -> Result<Self, LandscapeError> {
        let outputs = outputs_of(&kind, loss, data.targets())?;
        let standardisation =
            if setup.standardise { Standardisation::of(data) } else { Standardisation::none(data.names().len()) };
        let (shift, scale) = match data.targets() {
            Targets::Numbers(target) if setup.scale_output && is_scaled(&kind, loss.card()) => {
                standardise::moments(data, |row| target[row])
            }
            _ => (0.0, 1.0),
        };
        let parts = Parts {
            kind,
            loss: loss.clone(),
            features: data.names().to_vec(),
            classes: data.targets().names().to_vec(),
            outputs,
            standardisation,
            shift,
            scale,
        };
        let mut model = Self::of_parts(parts)?;
        model.draw_weights(setup.seed);
        Ok(model)
    }

    pub(crate) fn of_parts(parts: Parts) -> Result<Self, LandscapeError> {
        let Parts { kind, loss, features, classes, outputs, standardisation, shift, scale } = parts;
        let (computed, head) = head::of_raw_outputs(&loss)?;
        let layers = layers_of(features.len(), kind.hidden(), outputs);
        let count = layers.last().map_or(0, |layer| layer.start + (layer.inputs + 1) * layer.outputs);
        if count > MOST_WEIGHTS {
            return Err(LandscapeError::TooManyWeights { count, most: MOST_WEIGHTS });
        }
        let layout = layout_of(&layers, &features, &classes, outputs);
        let weights = vec![0.0; layout.len()];
        Ok(Self {
            kind,
            loss,
            computed,
            head,
            features,
            classes,
            outputs,
            standardisation,
            shift,
            scale,
            layers,
            layout,
            weights,
        })
    }

    fn draw_weights(&mut self, seed: u64) {
        if self.kind.hidden().is_empty() {
            return;
        }
        let mut random = Random::new(seed, Purpose::Weights);
        let gain = match self.kind.activation() {
            Activation::Relu | Activation::Gelu => 2.0,
            Activation::Tanh | Activation::Sigmoid => 1.0,
        };
        let last = self.layers.len() - 1;
        for (place, layer) in self.layers.iter().enumerate() {
            let variance = if place == last { 1.0 } else { gain } / layer.inputs as f64;
            let (weights, _) = layer.split_mut(&mut self.weights);
            weights.iter_mut().for_each(|weight| *weight = variance.sqrt() * random.normal());
        }
    }

    /// The same model, its outputs taken as another loss takes them.
    pub(crate) fn for_loss(mut self, loss: &Loss, targets: &Targets) -> Result<Self, LandscapeError> {
        let outputs = outputs_of(&self.kind, loss, targets)?;
        if outputs != self.outputs {
            let (expected, found) = (self.outputs, outputs);
            return Err(LandscapeError::Length { what: "a row of the loss's predictions", expected, found });
        }
        if self.scale != 1.0 && !is_scaled(&self.kind, loss.card()) {
            let takes = "no quantities, to which the model's output is scaled";
            return Err(LandscapeError::LossOfModel { model: self.kind.name(), loss: loss.card().name, takes });
        }
        (self.computed, self.head) = head::of_raw_outputs(loss)?;
        self.loss = loss.clone();
        Ok(self)
    }

    /// Its kind.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The loss it is meant for.
    pub fn loss(&self) -> &Loss {
        &self.loss
    }

    /// What is applied to its raw outputs before the loss that is computed sees them.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The names of its features.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// The names of the classes or of the target's columns it was set up with; none for one number per row.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// What features are standardised by.
    pub fn standardisation(&self) -> &Standardisation {
        &self.standardisation
    }

    /// Where its weights lie and what they are called.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Its weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The same model with other weights.
    ///
    /// # Errors
    /// Where their number is not that of the model.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, LandscapeError> {
        if weights.len() != self.weights.len() {
            let (expected, found) = (self.weights.len(), weights.len());
            return Err(LandscapeError::Length { what: "the array of weights", expected, found });
        }
        self.weights = weights;
        Ok(self)
    }

    /// What it computes with these weights, whatever it is called.
    pub(crate) fn fingerprint(&self, weights: &[f64]) -> Fingerprint {
        let mut hasher = Hasher::new("built-in model");
        hasher.bytes(self.kind.to_string().as_bytes());
        hasher.count(self.outputs);
        hasher.numbers(&self.standardisation.mean);
        hasher.numbers(&self.standardisation.deviation);
        hasher.numbers(&[self.shift, self.scale]);
        hasher.numbers(weights);
        hasher.finish()
    }

    /// Whether the model's loss is a convex function of its weights: the model has no hidden layers and the loss is convex
    /// in the raw outputs.
    pub fn is_convex(&self) -> bool {
        self.kind.hidden().is_empty()
            && self.head == Head::Identity
            && self.computed.properties().convexity != dartboard_losses::Convexity::None
    }

    /// Whether these rows have the features and classes that the model knows.
    pub(crate) fn fits(&self, data: &Data) -> Result<(), LandscapeError> {
        let (expected, found) = (self.features.len(), data.names().len());
        if expected != found {
            return Err(LandscapeError::FeatureCount { expected, found });
        }
        if let Some(place) = (0..found).find(|&place| self.features[place] != data.names()[place]) {
            let (expected, found) = (self.features[place].clone(), data.names()[place].clone());
            return Err(LandscapeError::FeatureName { place, expected, found });
        }
        let names = data.targets().names();
        if names.len() != self.classes.len() {
            return Err(LandscapeError::ClassCount { expected: self.classes.len(), found: names.len() });
        }
        if let Some(place) = (0..names.len()).find(|&place| self.classes[place] != names[place]) {
            let (expected, found) = (self.classes[place].clone(), names[place].clone());
            return Err(LandscapeError::ClassName { place, expected, found });
        }
        Ok(())
    }
}

/// The most weights of a built-in model: 1 GiB of them.
const MOST_WEIGHTS: usize = 1 << 27;

/// What a model is put together from.
pub(crate) struct Parts {
    pub(crate) kind: Kind,
    pub(crate) loss: Loss,
    pub(crate) features: Vec<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) outputs: usize,
    pub(crate) standardisation: Standardisation,
    pub(crate) shift: f64,
    pub(crate) scale: f64,
}

impl Parts {
    /// The names and shapes of the model's tensors, without making them.
    fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let layers = layers_of(self.features.len(), self.kind.hidden(), self.outputs);
        let layout = layout_of(&layers, &[], &[], 0);
        layout.tensors().iter().map(|tensor| (tensor.name.clone(), tensor.shape.clone())).collect()
    }
}

/// Whether the output of such a model is scaled to the targets.
fn is_scaled(kind: &Kind, card: &Card) -> bool {
    !kind.hidden().is_empty()
        && card.family == Family::Pointwise
        && card.target == TargetKind::Quantity
        && card.prediction == PredictionKind::Value
}

/// The number of outputs that a loss of these targets needs.
fn outputs_of(kind: &Kind, loss: &Loss, targets: &Targets) -> Result<usize, LandscapeError> {
    let card = loss.card();
    let of_model = |takes| Err(LandscapeError::LossOfModel { model: kind.name(), loss: card.name, takes });
    match kind {
        Kind::Logistic if card.target != TargetKind::Event => return of_model("no events"),
        Kind::Softmax if card.family != Family::Rowwise => return of_model("no score per class"),
        _ => {}
    }
    let refuse = |expected| Err(LandscapeError::Targets { loss: card.name, expected, found: targets.describe() });
    match (card.family, targets) {
        (Family::Pointwise, Targets::Numbers(_)) => Ok(1),
        // Two classes are the event and what it is not.
        (Family::Pointwise, Targets::Classes { names, .. }) if card.target == TargetKind::Event && names.len() == 2 => {
            Ok(1)
        }
        (Family::Pointwise, _) if card.target == TargetKind::Event => refuse("0 or 1, or two classes"),
        (Family::Joint, Targets::Numbers(_)) => match card.prediction {
            PredictionKind::Parameters(list) => Ok(list.len()),
            _ => Ok(1),
        },
        (Family::Pointwise | Family::Joint, _) => refuse("one number per row"),
        (Family::Rowwise, Targets::Classes { names, .. }) if card.target == TargetKind::Class => Ok(names.len()),
        (Family::Rowwise, Targets::Shares { columns, .. }) => Ok(columns.len()),
        (Family::Rowwise, _) if card.target == TargetKind::Class => refuse("classes or a share of each"),
        (Family::Rowwise, _) => refuse("a column per label or component"),
    }
}

fn layers_of(features: usize, hidden: &[usize], outputs: usize) -> Vec<Layer> {
    let mut layers = vec![];
    let (mut inputs, mut start) = (features, 0);
    for &outputs in hidden.iter().chain([&outputs]) {
        layers.push(Layer { inputs, outputs, start });
        start += (inputs + 1) * outputs;
        inputs = outputs;
    }
    layers
}

fn layout_of(layers: &[Layer], features: &[String], classes: &[String], outputs: usize) -> Layout {
    let single = layers.len() == 1;
    let mut tensors = vec![];
    for (place, layer) in layers.iter().enumerate() {
        let prefix = if single { String::new() } else { format!("layer{place}.") };
        let bias = layer.start + layer.inputs * layer.outputs;
        tensors.push(Tensor {
            name: format!("{prefix}weight"),
            shape: vec![layer.outputs, layer.inputs],
            range: layer.start..bias,
            filter_axis: Some(0),
            role: Role::Weight,
        });
        tensors.push(Tensor {
            name: format!("{prefix}bias"),
            shape: vec![layer.outputs],
            range: bias..bias + layer.outputs,
            filter_axis: None,
            role: Role::Bias,
        });
    }
    let mut aliases = vec![];
    if single && outputs == 1 {
        aliases.extend(features.iter().enumerate().map(|(place, name)| (name.clone(), place)));
        aliases.push(("bias".to_owned(), features.len()));
    } else if single {
        // The score of a class is a sum of its own: its weights are called by feature and class.
        for (class, class_name) in classes.iter().enumerate() {
            let of_class =
                |(place, name): (usize, &String)| (format!("{name}:{class_name}"), class * features.len() + place);
            aliases.extend(features.iter().enumerate().map(of_class));
            aliases.push((format!("bias:{class_name}"), outputs * features.len() + class));
        }
    }
    Layout::new(tensors, aliases)
}
