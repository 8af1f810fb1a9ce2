//! Models of other frameworks, by way of ONNX files and the engine rten.
//!
//! The engine computes in `f32` and has no derivatives: a loss of such a model is an [`Objective`], not a
//! [`Differentiable`](crate::Differentiable).

mod graph;
mod protobuf;
mod read;
mod rewrite;
mod write;

use std::path::Path;

use dartboard_losses::{Family, Loss, PredictionKind, TargetKind};
use dartboard_numerics::sum::ExactSum;
use rten::{NodeId, Value, ValueView};

pub(crate) use self::read::Opened;
pub(crate) use self::rewrite::PREDICTION;
use self::rewrite::{Rewritten, is_statistic, rewrite};
pub(crate) use self::write::{Draft, Size};
use crate::data::{Data, Targets};
use crate::error::LandscapeError;
use crate::fingerprint::{Fingerprint, Hasher};
use crate::model::{Head, Layout, Tensor};
use crate::objective::Objective;
use crate::problem::add_values;
use crate::problem::block::{Block, Truth, check_targets};
use crate::problem::heads::Chain;
use crate::problem::rows::RowLoss;

/// Rows that go through the engine at a time: what lies between the layers of a net of images stays in memory.
const ROWS: usize = 1024;

/// A model from an ONNX file, its weights taken as inputs.
pub struct OnnxModel {
    engine: rten::Model,
    input: NodeId,
    input_name: String,
    input_shape: Option<Vec<Option<usize>>>,
    output: NodeId,
    output_name: String,
    /// The engine's names of the layout's tensors.
    nodes: Vec<NodeId>,
    layout: Layout,
    weights: Vec<f64>,
    kept: Vec<(String, &'static str)>,
    fingerprint: Fingerprint,
}

impl std::fmt::Debug for OnnxModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnnxModel")
            .field("output", &self.output_name)
            .field("weights", &self.weights.len())
            .finish_non_exhaustive()
    }
}

impl OnnxModel {
    /// Reads a model from the bytes of a file. `output` names the output that is the prediction, or any value between
    /// nodes, such as the logits before a softmax; without it the file must have a single output of `f32`, or have been
    /// written by Dartboard: then it is the output that the loss of the file's model takes.
    ///
    /// # Errors
    /// Where it is no ONNX file, is damaged, has no such output, takes several inputs, or has an operator that the engine
    /// does not know, which is named.
    pub fn from_bytes(bytes: &[u8], output: Option<&str>) -> Result<Self, LandscapeError> {
        let Rewritten { bytes: changed, input, output, weights: tensors, kept } = rewrite(bytes, output)?;
        let engine = rten::Model::load(changed).map_err(|error| LandscapeError::Onnx(error.to_string()))?;
        let node = |name: &str| engine.node_id(name).map_err(|error| LandscapeError::Onnx(error.to_string()));
        let nodes = tensors.iter().map(|weight| node(&weight.name)).collect::<Result<_, _>>()?;
        let (mut layout, mut weights) = (vec![], vec![]);
        for weight in tensors {
            let range = weights.len()..weights.len() + weight.values.len();
            weights.extend(weight.values.iter().map(|&x| f64::from(x)));
            let rewrite::Weight { name, shape, filter_axis, role, .. } = weight;
            layout.push(Tensor { name, shape, range, filter_axis, role });
        }
        let mut hasher = Hasher::new("ONNX model");
        hasher.bytes(bytes);
        hasher.bytes(output.as_bytes());
        Ok(Self {
            input: node(&input.0)?,
            input_name: input.0,
            input_shape: input.1,
            output: node(&output)?,
            output_name: output,
            nodes,
            layout: Layout::new(layout, vec![]),
            weights,
            kept,
            fingerprint: hasher.finish(),
            engine,
        })
    }

    /// Reads a model from a file; see [`from_bytes`](Self::from_bytes).
    ///
    /// # Errors
    /// As there; where the file cannot be read.
    pub fn load(path: &Path, output: Option<&str>) -> Result<Self, LandscapeError> {
        let bytes = std::fs::read(path).map_err(|error| LandscapeError::file(path, error))?;
        Self::from_bytes(&bytes, output).map_err(|error| LandscapeError::file(path, error))
    }

    /// Where its weights lie and what they are called. Filters are those of the operators that take them.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Its weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The output that is taken as the prediction.
    pub fn output(&self) -> &str {
        &self.output_name
    }

    /// The constants of `f32` that are no weights, each with the reason.
    pub fn kept(&self) -> &[(String, &'static str)] {
        &self.kept
    }

    /// Whether it has batch normalisations, whose statistics stay as they were at the end of training.
    pub fn keeps_statistics(&self) -> bool {
        self.kept.iter().any(|(_, reason)| is_statistic(reason))
    }

    /// The shape of the input for so many rows of so many features.
    fn shape_for(&self, rows: usize, features: usize) -> Result<Vec<usize>, LandscapeError> {
        let Some(shape) = &self.input_shape else { return Ok(vec![rows, features]) };
        let refuse = || {
            let size = |size: &Option<usize>| size.map_or("?".to_owned(), |size| size.to_string());
            let sizes: Vec<String> = shape.iter().map(size).collect();
            let (name, sizes) = (&self.input_name, sizes.join(" × "));
            let reason = format!("its input '{name}' is {sizes}, and {rows} rows of {features} features do not fit it");
            Err(LandscapeError::Onnx(reason))
        };
        let Some((first, rest)) = shape.split_first() else { return refuse() };
        if first.is_some_and(|first| first != rows) {
            return refuse();
        }
        // One size that is left open follows from the features.
        let known: usize = rest.iter().flatten().product();
        let open = rest.iter().filter(|size| size.is_none()).count();
        let fits = match open {
            0 => known == features,
            1 => known > 0 && features.is_multiple_of(known),
            _ => false,
        };
        if !fits {
            return refuse();
        }
        Ok(std::iter::once(rows).chain(rest.iter().map(|size| size.unwrap_or(features / known))).collect())
    }

    /// The outputs of some rows, a row after another, and how many there are of each.
    fn run(&self, features: &[f32], rows: usize, weights: &[Vec<f32>]) -> Result<(Vec<f32>, usize), LandscapeError> {
        let failed = |error: &dyn std::fmt::Display| LandscapeError::Onnx(error.to_string());
        let shape = self.shape_for(rows, features.len() / rows.max(1))?;
        let rows_in = ValueView::from_shape(shape, features).map_err(|error| failed(&error))?;
        let mut inputs = vec![(self.input, rows_in.into())];
        for ((node, tensor), values) in self.nodes.iter().zip(self.layout.tensors()).zip(weights) {
            let view = ValueView::from_shape(&tensor.shape, values.as_slice()).map_err(|error| failed(&error))?;
            inputs.push((*node, view.into()));
        }
        let found = self.engine.run(inputs, &[self.output], None).map_err(|error| failed(&error))?;
        let value: Option<Value> = found.into_iter().next();
        let outputs = value.and_then(|value| match value.as_view().to_owned().into_shape_vec::<f32, 2>() {
            Ok((shape, numbers)) => Some((shape[0], shape[1], numbers)),
            Err(_) => value.into_shape_vec::<f32, 1>().ok().map(|(shape, numbers)| (shape[0], 1, numbers)),
        });
        match outputs {
            Some((found, columns, numbers)) if found == rows => Ok((numbers, columns)),
            _ => Err(LandscapeError::Onnx(format!(
                "its output '{}' is no table of f32 with a row for each row of the data",
                self.output_name
            ))),
        }
    }
}

/// The mean loss of an ONNX model over rows as a function of its weights.
#[derive(Debug)]
pub struct OnnxProblem<'a> {
    model: &'a OnnxModel,
    row_loss: RowLoss,
    blocks: Vec<(Vec<f32>, Block)>,
    total_weight: ExactSum,
    data: Fingerprint,
}

impl<'a> OnnxProblem<'a> {
    /// The loss of the model's output over these rows. The output must be what the loss takes: logits for `cce_logits`,
    /// probabilities for `cce`; two columns of probabilities are taken for those of an event's not happening and happening.
    ///
    /// The model is run once to see that all fits.
    ///
    /// # Errors
    /// Where features, targets or the number of outputs do not fit, or a target lies outside of the loss's domain.
    pub fn new(model: &'a OnnxModel, loss: &Loss, data: &Data) -> Result<Self, LandscapeError> {
        check_targets(loss, data)?;
        let card = loss.card();
        let mut total_weight = ExactSum::new();
        match data.weights() {
            Some(weights) => total_weight.add_slice(weights),
            None => total_weight.add_count(data.rows() as u64),
        }
        let mut hasher = Hasher::new("rows");
        let mut blocks = vec![];
        for start in (0..data.rows()).step_by(ROWS) {
            let range = start..data.rows().min(start + ROWS);
            let features: Vec<f32> = range.clone().flat_map(|row| data.row(row)).map(|&x| x as f32).collect();
            let truth = match (card.family, data.targets()) {
                (Family::Rowwise, Targets::Classes { class, .. }) => Truth::Classes(class[range.clone()].to_vec()),
                (Family::Rowwise, Targets::Shares { columns, .. }) => {
                    Truth::Shares(columns.iter().map(|column| column[range.clone()].to_vec()).collect())
                }
                (Family::Pointwise, Targets::Classes { class, names })
                    if card.target == TargetKind::Event && names.len() == 2 =>
                {
                    Truth::Numbers(class[range.clone()].iter().map(|&class| f64::from(class)).collect())
                }
                (Family::Pointwise | Family::Joint, Targets::Numbers(numbers)) => {
                    Truth::Numbers(numbers[range.clone()].to_vec())
                }
                (_, targets) => {
                    let expected = if card.family == Family::Rowwise { "classes" } else { "one number per row" };
                    return Err(LandscapeError::Targets { loss: card.name, expected, found: targets.describe() });
                }
            };
            let weight = data.weights().map(|weights| weights[range.clone()].to_vec());
            hasher.numbers(&features.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>());
            match &truth {
                Truth::Numbers(numbers) => hasher.numbers(numbers),
                Truth::Classes(classes) => classes.iter().for_each(|&class| hasher.count(class as usize)),
                Truth::Shares(columns) => columns.iter().for_each(|column| hasher.numbers(column)),
            }
            hasher.numbers(weight.as_deref().unwrap_or_default());
            let rows = range.len();
            blocks.push((features, Block { rows, width: rows, features: vec![], truth, weight }));
        }
        hasher.bytes(loss.spec().as_bytes());
        let chain = Chain { head: Head::Identity, shift: 0.0, scale: 1.0 };
        let outputs = match (card.family, card.prediction, data.targets()) {
            (Family::Joint, PredictionKind::Parameters(list), _) => list.len(),
            (Family::Rowwise, _, targets) => targets.names().len(),
            _ => 1,
        };
        let row_loss = RowLoss { loss: loss.clone(), chain, outputs };
        let problem = Self { model, row_loss, blocks, total_weight, data: hasher.finish() };
        problem.loss(&model.weights)?;
        Ok(problem)
    }

    /// The model.
    pub fn model(&self) -> &OnnxModel {
        self.model
    }

    /// What stands for the model in the file of a grid.
    pub fn model_fingerprint(&self) -> Fingerprint {
        self.model.fingerprint
    }

    /// What stands for rows and loss in the file of a grid.
    pub fn data_fingerprint(&self) -> Fingerprint {
        self.data
    }

    /// The loss of these weights.
    ///
    /// # Errors
    /// Where the engine cannot compute it.
    pub fn loss(&self, weights: &[f64]) -> Result<f64, LandscapeError> {
        let tensors = self.model.layout.tensors().iter();
        let narrow = |tensor: &Tensor| weights[tensor.range.clone()].iter().map(|&x| x as f32).collect();
        let weights: Vec<Vec<f32>> = tensors.map(narrow).collect();
        let mut sum = ExactSum::new();
        for (features, block) in &self.blocks {
            let (numbers, columns) = self.model.run(features, block.rows, &weights)?;
            let raw = self.columns(&numbers, columns, block.rows)?;
            let mut value = vec![0.0; block.rows];
            self.row_loss.values(block, &raw, &mut value);
            add_values(&mut sum, block.weight.as_deref(), &mut value);
        }
        Ok(sum.ratio(&self.total_weight))
    }

    /// The outputs as columns, as many as the loss takes.
    fn columns(&self, numbers: &[f32], columns: usize, rows: usize) -> Result<Vec<f64>, LandscapeError> {
        let card = self.row_loss.loss.card();
        let event = card.family == Family::Pointwise && card.prediction == PredictionKind::Probability;
        let (from, wanted) = match (columns, self.row_loss.outputs) {
            (2, 1) if event => (1, 1),
            (columns, outputs) if columns == outputs => (0, outputs),
            (columns, outputs) => {
                let name = card.name;
                let reason = format!("its output has {columns} columns, and {name} of these targets takes {outputs}");
                return Err(LandscapeError::Onnx(reason));
            }
        };
        let column = |column: usize| (0..rows).map(move |row| f64::from(numbers[row * columns + column]));
        Ok((from..from + wanted).flat_map(column).collect())
    }
}

impl Objective for OnnxProblem<'_> {
    fn len(&self) -> usize {
        self.model.weights.len()
    }

    /// NaN where the engine cannot compute it: it was run once before, so that is not for the model's or the rows' sake.
    fn value(&self, weights: &[f64]) -> f64 {
        self.loss(weights).unwrap_or(f64::NAN)
    }

    fn rounding(&self) -> f64 {
        16.0 * f64::from(f32::EPSILON)
    }
}
