//! The pass in front of the engine: keeps what the wanted output depends on, and makes inputs of the weights.
//!
//! An engine folds constants when it loads a file, so weights that are to be changed have to be inputs; and it refuses a
//! file for one operator that it does not know, though the wanted output may not depend on it.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Graph, Initialiser, Node, Port, model};
use super::protobuf::{put, put_bytes};
use super::read::metadata;
use super::write::{Size, port};
use crate::error::LandscapeError;
use crate::fingerprint::{Fingerprint, Hasher};
use crate::model::Role;

/// Tensors of `f32` in a file.
pub(super) const FLOAT: i64 = 1;

/// The key, among the metadata of files that Dartboard writes, of the output that the model's loss takes.
pub(crate) const PREDICTION: &str = "dartboard.prediction";

/// A tensor of weights.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weight {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
    pub(super) filter_axis: Option<usize>,
    pub(super) role: Role,
}

/// A model that takes its weights as inputs.
#[derive(Clone, Debug)]
pub(super) struct Rewritten {
    pub(super) bytes: Vec<u8>,
    /// Where rows go in, and the shape of that input, `None` for sizes that are left open.
    pub(super) input: (String, Option<Vec<Option<usize>>>),
    pub(super) output: String,
    pub(super) weights: Vec<Weight>,
    /// Constants of `f32` that are no weights, with the reason.
    pub(super) kept: Vec<(String, &'static str)>,
    /// Which operators there are, in their order.
    pub(super) operators: Fingerprint,
    /// All constants that are no weights.
    pub(super) constants: Fingerprint,
}

fn refuse<T>(reason: String) -> Result<T, LandscapeError> {
    Err(LandscapeError::Onnx(reason))
}

/// What a constant is for, by the node that takes it as its input of this number.
enum Use {
    Weight(Role, Option<usize>),
    Kept(&'static str),
}

const STATISTICS: &str = "a statistic of a batch normalisation, kept as it was at the end of training";
const NO_WEIGHT: &str = "a constant of an operator that has no weights there";

/// The reasons why constants stay, as they are said to users: that of statistics.
pub(super) fn is_statistic(reason: &str) -> bool {
    reason == STATISTICS
}

fn use_of(node: &Node<'_>, place: usize, tensor: &Initialiser<'_>, producers: &BTreeMap<&str, &Node<'_>>) -> Use {
    let axes = tensor.shape.len();
    let weight = |axis: usize| Use::Weight(Role::Weight, (axis < axes && axes > 1).then_some(axis));
    let bias = Use::Weight(Role::Bias, None);
    let scale = Use::Weight(Role::Normalisation, None);
    match (node.operator, place) {
        // A filter is what feeds one output unit. Of x·W that is a column of W, of x·Wᵀ a row.
        ("Gemm", 1) => weight(if node.integer("transB").unwrap_or(0) != 0 { 0 } else { 1 }),
        ("Gemm", 0) => weight(if node.integer("transA").unwrap_or(0) != 0 { 1 } else { 0 }),
        ("MatMul", 1) => weight(axes.saturating_sub(1)),
        ("MatMul", 0) => weight(axes.saturating_sub(2)),
        ("Conv", 1) => weight(0),
        ("ConvTranspose", 1) => weight(1),
        ("Gemm" | "Conv" | "ConvTranspose", 2) => bias,
        // A row of a table of embeddings is what one symbol becomes.
        ("Gather", 0) => weight(0),
        ("LSTM" | "GRU" | "RNN", 1 | 2) => weight(1),
        ("LSTM" | "GRU" | "RNN", 3) => bias,
        ("PRelu", 1) => scale,
        ("BatchNormalization" | "InstanceNormalization" | "LayerNormalization" | "GroupNormalization", 1 | 2) => scale,
        ("BatchNormalization", 3 | 4) => Use::Kept(STATISTICS),
        ("Add", _) if tensor.shape.iter().product::<usize>() > 1 => {
            // A bias is added to what weights made; anything else, such as positions, is a table.
            let other = node.inputs.get(1 - place.min(1)).and_then(|name| producers.get(name));
            let is_bias = other.is_some_and(|other| matches!(other.operator, "MatMul" | "Conv" | "ConvTranspose"));
            if is_bias || axes <= 1 { bias } else { Use::Weight(Role::Weight, None) }
        }
        _ => Use::Kept(NO_WEIGHT),
    }
}

/// Rewrites a file. `wanted` names the output, or any value between nodes; without it the file must say which it is, have a
/// single output of `f32`, or one of dictionaries made of such a value.
pub(super) fn rewrite(bytes: &[u8], wanted: Option<&str>) -> Result<Rewritten, LandscapeError> {
    let (model_fields, graph) = model(bytes)?;
    let producers: BTreeMap<&str, &Node<'_>> =
        graph.nodes.iter().flat_map(|node| node.outputs.iter().map(move |&name| (name, node))).collect();
    let said = metadata(&model_fields, PREDICTION)?.filter(|name| producers.contains_key(name));
    let output = output_of(&graph, &producers, wanted.or(said))?;
    let (needed, nodes) = ancestors(&graph, &producers, output);
    let foreign: BTreeSet<String> = nodes
        .iter()
        .filter(|node| !matches!(node.domain, "" | "ai.onnx" | "com.microsoft"))
        .map(|node| format!("{}/{}", node.domain, node.operator))
        .collect();
    if !foreign.is_empty() {
        let list: Vec<String> = foreign.into_iter().collect();
        return refuse(format!(
            "the output '{output}' depends on operators that are not supported: {}",
            list.join(", ")
        ));
    }
    let input = input_of(&graph, &needed)?;
    let (mut weights, mut kept, mut constants) = (vec![], vec![], vec![]);
    for tensor in graph.initialisers.iter().filter(|tensor| needed.contains(tensor.name)) {
        if tensor.is_external {
            return refuse(format!("tensor '{}' lies in another file: save the model as one file", tensor.name));
        }
        match weight_of(tensor, &nodes, &producers)? {
            Ok(weight) => weights.push(weight),
            Err(reason) => {
                if tensor.kind == FLOAT {
                    kept.push((tensor.name.to_owned(), reason));
                }
                constants.push(tensor);
            }
        }
    }
    if weights.is_empty() {
        return refuse(format!("the output '{output}' depends on no weights of f32"));
    }
    let (mut operators, mut values) = (Hasher::new("operators"), Hasher::new("constants"));
    nodes.iter().for_each(|node| operators.bytes(node.operator.as_bytes()));
    constants.iter().for_each(|tensor| values.bytes(tensor.raw));
    let mut out_graph = vec![];
    nodes.iter().for_each(|node| put_bytes(&mut out_graph, 1, node.raw));
    graph.rest.iter().for_each(|&field| put(&mut out_graph, field));
    constants.iter().for_each(|tensor| put_bytes(&mut out_graph, 5, tensor.raw));
    put_bytes(&mut out_graph, 11, input.raw);
    for weight in &weights {
        let shape: Vec<Size<'_>> = weight.shape.iter().map(|&size| Size::Fixed(size)).collect();
        put_bytes(&mut out_graph, 11, &port(&weight.name, &shape));
    }
    match graph.outputs.iter().find(|port| port.name == output) {
        Some(port) => put_bytes(&mut out_graph, 12, port.raw),
        None => {
            let mut port = vec![];
            put_bytes(&mut port, 1, output.as_bytes());
            put_bytes(&mut out_graph, 12, &port);
        }
    }
    let mut bytes = vec![];
    model_fields.iter().for_each(|&field| put(&mut bytes, field));
    put_bytes(&mut bytes, 7, &out_graph);
    let input = (input.name.to_owned(), input.shape.clone());
    let (operators, constants) = (operators.finish(), values.finish());
    Ok(Rewritten { bytes, input, output: output.to_owned(), weights, kept, operators, constants })
}

fn output_of<'a>(
    graph: &Graph<'a>,
    producers: &BTreeMap<&'a str, &Node<'a>>,
    wanted: Option<&str>,
) -> Result<&'a str, LandscapeError> {
    let names = |ports: &[&Port<'_>]| ports.iter().map(|port| port.name).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        let all: Vec<&Port<'_>> = graph.outputs.iter().collect();
        return match producers.get_key_value(wanted) {
            Some((name, _)) => Ok(name),
            None => refuse(format!("there is no output '{wanted}'; there are {}", names(&all))),
        };
    }
    let floats: Vec<&Port<'a>> = graph.outputs.iter().filter(|port| port.kind == FLOAT).collect();
    match floats.as_slice() {
        [port] => Ok(port.name),
        [] => {
            // scikit-learn's exporter turns its probabilities into dictionaries, one for each row.
            let zipped =
                graph.outputs.iter().find_map(|port| producers.get(port.name).filter(|node| node.operator == "ZipMap"));
            match zipped.and_then(|node| node.inputs.first()) {
                Some(name) => Ok(name),
                None => refuse("none of its outputs is a tensor of f32".to_owned()),
            }
        }
        several => refuse(format!("it has several outputs, name one of them: {}", names(several))),
    }
}

/// The names that the output depends on, and the nodes, in the order of the file.
fn ancestors<'g, 'a>(
    graph: &'g Graph<'a>,
    producers: &BTreeMap<&'a str, &'g Node<'a>>,
    output: &'a str,
) -> (BTreeSet<&'a str>, Vec<&'g Node<'a>>) {
    let mut needed = BTreeSet::from([output]);
    let mut open = vec![output];
    while let Some(name) = open.pop() {
        let Some(node) = producers.get(name) else { continue };
        for &name in node.inputs.iter().chain(&node.captured) {
            if !name.is_empty() && needed.insert(name) {
                open.push(name);
            }
        }
    }
    let is_needed = |node: &&Node<'a>| node.outputs.iter().any(|name| needed.contains(name));
    let nodes = graph.nodes.iter().filter(is_needed).collect();
    (needed, nodes)
}

fn input_of<'g, 'a>(graph: &'g Graph<'a>, needed: &BTreeSet<&'a str>) -> Result<&'g Port<'a>, LandscapeError> {
    // Old files list their initialisers among the inputs.
    let constants: BTreeSet<&str> = graph.initialisers.iter().map(|tensor| tensor.name).collect();
    let inputs: Vec<&Port<'_>> =
        graph.inputs.iter().filter(|port| needed.contains(port.name) && !constants.contains(port.name)).collect();
    match inputs.as_slice() {
        [port] if port.kind == FLOAT => Ok(port),
        [port] => refuse(format!("its input '{}' is no tensor of f32", port.name)),
        [] => refuse("its output depends on no input".to_owned()),
        several => {
            let names: Vec<&str> = several.iter().map(|port| port.name).collect();
            refuse(format!("it takes several inputs, and rows of features are one: {}", names.join(", ")))
        }
    }
}

/// The weight that a constant is, or the reason why it is none.
fn weight_of(
    tensor: &Initialiser<'_>,
    nodes: &[&Node<'_>],
    producers: &BTreeMap<&str, &Node<'_>>,
) -> Result<Result<Weight, &'static str>, LandscapeError> {
    if tensor.kind != FLOAT {
        return Ok(Err(NO_WEIGHT));
    }
    let mut found: Option<(Role, Option<usize>)> = None;
    // A weight may pass through transpositions on its way: names of it, with the axes they have of the tensor's.
    let mut names: Vec<(&str, Vec<usize>)> = vec![(tensor.name, (0..tensor.shape.len()).collect())];
    let mut next = 0;
    while let Some((name, axes)) = names.get(next).cloned() {
        next += 1;
        for node in nodes {
            for place in (0..node.inputs.len()).filter(|&place| node.inputs[place] == name) {
                match node.operator {
                    "Identity" => names.extend(node.outputs.iter().map(|&name| (name, axes.clone()))),
                    "Transpose" => {
                        let turned: Vec<usize> = match node.integer_list("perm") {
                            Some(order) => order
                                .iter()
                                .filter_map(|&axis| axes.get(usize::try_from(axis).ok()?).copied())
                                .collect(),
                            None => axes.iter().rev().copied().collect(),
                        };
                        names.extend(node.outputs.iter().map(|&name| (name, turned.clone())));
                    }
                    _ => match use_of(node, place, tensor, producers) {
                        Use::Kept(reason) => return Ok(Err(reason)),
                        // The first use decides; a tensor that is used twice, as tied embeddings are, has one shape of filters.
                        Use::Weight(role, axis) => {
                            let axis = axis.and_then(|axis| axes.get(axis).copied());
                            found.get_or_insert((role, axis));
                        }
                    },
                }
            }
            if node.captured.contains(&name) {
                return Ok(Err("a constant that a subgraph takes"));
            }
        }
    }
    let Some((role, filter_axis)) = found else { return Ok(Err(NO_WEIGHT)) };
    let (name, shape, values) = (tensor.name.to_owned(), tensor.shape.clone(), tensor.numbers()?);
    Ok(Ok(Weight { name, shape, values, filter_axis, role }))
}
