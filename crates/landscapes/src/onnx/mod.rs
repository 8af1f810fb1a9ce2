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
use std::sync::Arc;

use dartboard_losses::{Family, Loss, PredictionKind, TargetKind};
use dartboard_numerics::sum::ExactSum;
use rten::{NodeId, RunOptions, ThreadPool, Value, ValueView};

pub(crate) use self::read::Opened;
pub(crate) use self::rewrite::PREDICTION;
use self::rewrite::{Rewritten, is_statistic, rewrite};
pub(crate) use self::write::{Draft, Size};
use crate::data::{Data, Targets};
use crate::error::LandscapeError;
use crate::fingerprint::{Fingerprint, Hasher};
use crate::model::head::same_of_raw_outputs;
use crate::model::{Head, Layout, Tensor};
use crate::objective::Objective;
use crate::problem::add_values;
use crate::problem::block::{Block, Truth, check_targets};
use crate::problem::heads::Chain;
use crate::problem::rows::RowLoss;

/// Rows that go through the engine at a time: what lies between the layers of a net of images stays in memory.
const ROWS: usize = 1024;

thread_local! {
    /// Places of a grid are shared out among threads. In one pool for all of them the engine would divide each model's work
    /// once more: two threads were then no faster than one.
    static ONE_THREAD: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

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
    operators: Fingerprint,
    constants: Fingerprint,
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
        let Rewritten { bytes: changed, input, output, weights: tensors, kept, operators, constants } =
            rewrite(bytes, output)?;
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
            operators,
            constants,
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

    /// Refuses a model that cannot be another state of this one: of other operators or other tensors of weights.
    ///
    /// # Errors
    /// With what differs.
    pub fn check_state(&self, other: &Self) -> Result<(), LandscapeError> {
        let refuse = |why: String| Err(LandscapeError::OtherModel(why));
        let shape = |tensor: &Tensor| tensor.shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
        let (here, there) = (self.layout.tensors(), other.layout.tensors());
        if here.len() != there.len() {
            return refuse(format!("it has {} tensors of weights, not {}", there.len(), here.len()));
        }
        for (here, there) in here.iter().zip(there) {
            if (&here.name, &here.shape) != (&there.name, &there.shape) {
                let (wanted, found) = (shape(here), shape(there));
                return refuse(format!("its '{}' is {found}, and '{}' is {wanted}", there.name, here.name));
            }
        }
        if self.operators == other.operators { Ok(()) } else { refuse("it has other operators".to_owned()) }
    }

    /// Whether another state of this model has the same constants beside its weights, statistics above all.
    pub fn has_constants_of(&self, other: &Self) -> bool {
        self.constants == other.constants
    }

    /// Whether it has batch normalisations, whose statistics stay as they were at the end of training.
    pub fn keeps_statistics(&self) -> bool {
        self.kept.iter().any(|(_, reason)| is_statistic(reason))
    }

    /// These weights as the engine takes them: a list for each tensor.
    fn singles(&self, weights: &[f64]) -> Vec<Vec<f32>> {
        let narrow = |tensor: &Tensor| weights[tensor.range.clone()].iter().map(|&x| x as f32).collect();
        self.layout.tensors().iter().map(narrow).collect()
    }

    /// How many rows it takes at a time, where that is fixed.
    fn fixed_rows(&self) -> Option<usize> {
        self.input_shape.as_ref()?.first().copied()?.filter(|&rows| rows > 0)
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
        if let Some(first) = first.filter(|&first| first != rows) {
            let name = &self.input_name;
            let reason =
                format!("its input '{name}' takes {first} rows at a time, and the data are no multiple of that");
            return Err(LandscapeError::Onnx(reason));
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
        let options = ONE_THREAD.with(|pool| RunOptions::default().with_thread_pool(Some(Arc::clone(pool))));
        let found = self.engine.run(inputs, &[self.output], Some(options)).map_err(|error| failed(&error))?;
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
    looks_like_probabilities: bool,
}

impl<'a> OnnxProblem<'a> {
    /// The loss of the model's output over these rows. The output must be what the loss takes: logits for `cce_logits`,
    /// probabilities for `cce`; two columns of probabilities are taken for those of an event's not happening and happening.
    ///
    /// The model is run once to see that all fits.
    ///
    /// # Errors
    /// Where features, targets or the number of outputs do not fit, or a target or an output lies outside of the loss's domain.
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
        // Some files are made for a fixed number of rows at a time, often one.
        let at_once = model.fixed_rows().unwrap_or(ROWS);
        for start in (0..data.rows()).step_by(at_once) {
            let range = start..data.rows().min(start + at_once);
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
        let data = hasher.finish();
        let mut problem = Self { model, row_loss, blocks, total_weight, data, looks_like_probabilities: false };
        problem.looks_like_probabilities = problem.check_outputs()?;
        Ok(problem)
    }

    /// Runs the model once as it is, and says whether its outputs are shares of classes though the loss takes scores.
    fn check_outputs(&self) -> Result<bool, LandscapeError> {
        /// Shares in `f32` of up to some thousands of classes add up to 1 within this.
        const SHARES: f64 = 1e-3;
        let card = self.row_loss.loss.card();
        let weights = self.model.singles(&self.model.weights);
        let mut shares = card.family == Family::Rowwise && card.prediction.is_raw();
        let mut first = 0;
        for (features, block) in &self.blocks {
            let (numbers, columns) = self.model.run(features, block.rows, &weights)?;
            let raw = self.columns(&numbers, columns, block.rows)?;
            let mut value = vec![0.0; block.rows];
            self.row_loss.values(block, &raw, &mut value);
            let of_row = |row: usize| (0..self.row_loss.outputs).map(move |column| (column, row));
            if let Some(row) = value.iter().position(|value| value.is_nan()) {
                let outputs = of_row(row).map(|(column, row)| raw[column * block.rows + row]);
                let wrong = |output: &f64| !card.prediction_domain.contains(*output);
                let value = outputs.clone().find(wrong).or(outputs.into_iter().next()).unwrap_or(f64::NAN);
                let hint = same_of_raw_outputs(card.name).map_or_else(String::new, |name| {
                    format!("; {name} is the same loss of scores, and --onnx-output names another value of the model")
                });
                let domain = format!("numbers in {}", card.prediction_domain);
                return Err(LandscapeError::Prediction { row: first + row, loss: card.name, value, domain, hint });
            }
            shares = shares
                && (0..block.rows).all(|row| {
                    let mut outputs = of_row(row).map(|(column, row)| raw[column * block.rows + row]);
                    let total: f64 = outputs.clone().sum();
                    outputs.all(|output| output >= 0.0) && (total - 1.0).abs() < SHARES
                });
            first += block.rows;
        }
        Ok(shares)
    }

    /// Whether the outputs look like shares of classes, though the loss takes scores: they are not negative and add up to 1
    /// in every row.
    pub fn looks_like_probabilities(&self) -> bool {
        self.looks_like_probabilities
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
        let weights = self.model.singles(weights);
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
                let reason = format!(
                    "its output '{}' has {columns} columns, and {name} takes {outputs} of these targets (--classes names all \
                     classes in the order of the columns, also those without a row)",
                    self.model.output_name
                );
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
