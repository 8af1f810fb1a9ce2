//! Models as ONNX files: the graph that other programs run, and a description by which the model comes back.

use dartboard_losses::{Card, Family, PredictionKind, TargetKind};

use super::description::{KEY, broken, describe, read};
use super::{Activation, Head, Model, Parts};
use crate::error::LandscapeError;
use crate::onnx::{Draft, Opened, PREDICTION, Size};

/// The input.
const FEATURES: &str = "features";

/// What engines know the rows' axis as.
const ROWS: Size<'static> = Size::Open("rows");

/// What an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Output {
    name: &'static str,
    /// The operator that makes it of the raw output, and whether that takes an axis; `None` for the raw output itself.
    operator: Option<(&'static str, bool)>,
}

impl Output {
    const fn raw(name: &'static str) -> Self {
        Self { name, operator: None }
    }
}

/// The outputs of a model, the raw one first, and the name of the one that its loss takes.
fn outputs_of(model: &Model) -> (Vec<Output>, &'static str) {
    let (takes, computed) = (model.loss.card(), model.computed.card());
    let of_classes = |card: &Card| card.family == Family::Rowwise && card.target != TargetKind::Labels;
    let probability = if of_classes(computed) { ("Softmax", true) } else { ("Sigmoid", false) };
    let probabilities = Output { name: "probabilities", operator: Some(probability) };
    let mean = Output { name: "mean", operator: Some(("Exp", false)) };
    let logarithms = Output { name: "log_probabilities", operator: Some(("LogSoftmax", true)) };
    match (model.head, computed.prediction) {
        (Head::Exp, _) => (vec![Output::raw("log_mean"), mean], mean.name),
        (Head::Sigmoid | Head::Softmax, _) => (vec![Output::raw("logits"), probabilities], probabilities.name),
        (Head::Identity, PredictionKind::LogMean) => (vec![Output::raw("log_mean"), mean], "log_mean"),
        (Head::Identity, PredictionKind::Logit) => match takes.prediction {
            PredictionKind::Probability => (vec![Output::raw("logits"), probabilities], probabilities.name),
            PredictionKind::LogProbability => (vec![Output::raw("logits"), probabilities, logarithms], logarithms.name),
            _ => (vec![Output::raw("logits"), probabilities], "logits"),
        },
        (Head::Identity, PredictionKind::Score) => (vec![Output::raw("score")], "score"),
        (Head::Identity, _) => (vec![Output::raw("prediction")], "prediction"),
    }
}

/// These numbers as `f32`, where they are in its range.
fn singles(name: &str, values: &[f64]) -> Result<Vec<f32>, LandscapeError> {
    let narrow = |&value: &f64| match value as f32 {
        narrow if narrow.is_infinite() && value.is_finite() => {
            Err(LandscapeError::Single { name: name.to_owned(), value })
        }
        narrow => Ok(narrow),
    };
    values.iter().map(narrow).collect()
}

/// The same for numbers that must not become 0.
fn divisors(name: &str, values: &[f64]) -> Result<Vec<f32>, LandscapeError> {
    let found = singles(name, values)?;
    match found.iter().position(|&found| found == 0.0) {
        Some(place) => Err(LandscapeError::Single { name: name.to_owned(), value: values[place] }),
        None => Ok(found),
    }
}

/// `output = activation(input)`. A Gaussian error linear unit is spelled out: an operator for it came years later.
fn activate(draft: &mut Draft, activation: Activation, input: &str, output: &str) {
    let simple = match activation {
        Activation::Tanh => "Tanh",
        Activation::Relu => "Relu",
        Activation::Sigmoid => "Sigmoid",
        Activation::Gelu => {
            let name = |step: &str| format!("{output}.{step}");
            let (scaled, erf, twice, product) = (name("scaled"), name("erf"), name("twice_phi"), name("product"));
            draft.node("Mul", &[input, "gelu.root_half"], &scaled, &[]);
            draft.node("Erf", &[&scaled], &erf, &[]);
            draft.node("Add", &[&erf, "gelu.one"], &twice, &[]);
            draft.node("Mul", &[input, &twice], &product, &[]);
            return draft.node("Mul", &[&product, "gelu.half"], output, &[]);
        }
    };
    draft.node(simple, &[input], output, &[]);
}

impl Model {
    /// The model as the bytes of an ONNX file, which other programs run. It takes `features`, `f32` of rows × features as they
    /// come: standardisation and the scaling of the output are part of it. It gives the raw output under the name of what it
    /// is (`logits`, `score`, `log_mean`, `prediction`) and, where there are such, `probabilities`, `mean` or
    /// `log_probabilities`, rows × outputs. Its weights have the names of the layout. Numbers are rounded to `f32`.
    ///
    /// The same model gives the same bytes.
    ///
    /// # Errors
    /// Where a number is too large for `f32`, or one to divide by too small.
    pub fn to_onnx(&self) -> Result<Vec<u8>, LandscapeError> {
        let mut draft = Draft::default();
        draft.input(FEATURES, &[ROWS, Size::Fixed(self.features.len())]);
        let input = self.standardise_in(&mut draft)?;
        let (outputs, prediction) = outputs_of(self);
        let raw = outputs[0].name;
        self.layers_in(&mut draft, input, raw)?;
        for output in &outputs {
            if let Some((operator, by_row)) = output.operator {
                let axis: &[(&str, i64)] = if by_row { &[("axis", -1)] } else { &[] };
                draft.node(operator, &[raw], output.name, axis);
            }
            draft.output(output.name, &[ROWS, Size::Fixed(self.outputs)]);
        }
        let text = format!(
            "A model of Dartboard: {} of {} features for the loss {}, which takes the output '{prediction}'.",
            self.kind,
            self.features.len(),
            self.loss.spec()
        );
        Ok(draft.finish("model", &text, &[(KEY, &describe(self)?), (PREDICTION, prediction)]))
    }

    /// Features as the layers take them: the name of what holds them.
    fn standardise_in(&self, draft: &mut Draft) -> Result<&'static str, LandscapeError> {
        let super::Standardisation { mean, deviation } = &self.standardisation;
        if mean.iter().all(|&mean| mean == 0.0) && deviation.iter().all(|&deviation| deviation == 1.0) {
            return Ok(FEATURES);
        }
        let shape = [self.features.len()];
        draft.tensor("features.mean", &shape, &singles("the mean of a feature", mean)?);
        draft.tensor("features.deviation", &shape, &divisors("the standard deviation of a feature", deviation)?);
        draft.node("Sub", &[FEATURES, "features.mean"], "features.centred", &[]);
        draft.node("Div", &["features.centred", "features.deviation"], "features.standardised", &[]);
        Ok("features.standardised")
    }

    /// The layers, and the scaling of what they make.
    fn layers_in(&self, draft: &mut Draft, input: &str, raw: &str) -> Result<(), LandscapeError> {
        let is_scaled = self.scale != 1.0 || self.shift != 0.0;
        let last = if is_scaled { "output.unscaled" } else { raw };
        if self.layers.len() > 1 && self.kind.activation() == Activation::Gelu {
            draft.tensor("gelu.root_half", &[], &[std::f32::consts::FRAC_1_SQRT_2]);
            draft.tensor("gelu.one", &[], &[1.0]);
            draft.tensor("gelu.half", &[], &[0.5]);
        }
        let mut input = input.to_owned();
        for (place, tensors) in self.layout.tensors().chunks_exact(2).enumerate() {
            for tensor in tensors {
                draft.tensor(&tensor.name, &tensor.shape, &singles(&tensor.name, &self.weights[tensor.range.clone()])?);
            }
            let is_last = place + 1 == self.layers.len();
            let output = if is_last { last.to_owned() } else { format!("layer{place}.sums") };
            let inputs = [input.as_str(), &tensors[0].name, &tensors[1].name];
            draft.node("Gemm", &inputs, &output, &[("transB", 1)]);
            input = format!("layer{place}.units");
            if !is_last {
                activate(draft, self.kind.activation(), &output, &input);
            }
        }
        if is_scaled {
            draft.tensor("output.scale", &[], &divisors("the scale of the output", &[self.scale])?);
            draft.tensor("output.shift", &[], &singles("the shift of the output", &[self.shift])?);
            draft.node("Mul", &[last, "output.scale"], "output.scaled", &[]);
            draft.node("Add", &["output.scaled", "output.shift"], raw, &[]);
        }
        Ok(())
    }

    /// The model in the bytes of an ONNX file that [`to_onnx`](Self::to_onnx) made, its weights as they are there; `None` for
    /// an ONNX file of another program.
    ///
    /// # Errors
    /// Where the bytes are no ONNX file, or the graph is not that of the model it describes any more: another program has
    /// changed it.
    pub fn from_onnx(bytes: &[u8]) -> Result<Option<Self>, LandscapeError> {
        let file = Opened::new(bytes)?;
        let Some(text) = file.metadata(KEY)? else { return Ok(None) };
        let parts: Parts = read(text)?;
        // Before anything as large as the description says is made: the tensors are all there.
        let mut weights = vec![];
        for (name, shape) in parts.tensors() {
            weights.extend(file.tensor(&name, &shape)?.into_iter().map(f64::from));
        }
        let model = Self::of_parts(parts)?.with_weights(weights)?;
        let again = model.to_onnx()?;
        if Opened::new(&again)?.graph() != file.graph() {
            return Err(broken(
                "its graph is not that of the model it describes: another program has changed it; it can be used as any ONNX model",
            ));
        }
        Ok(Some(model))
    }
}
