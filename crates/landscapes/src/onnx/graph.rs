//! The parts of an ONNX file that decide what can be changed in it. The numbers of fields are those of `onnx.proto`
//! (version 1.17 of ONNX); they never change.

use super::protobuf::{Field, Value, fields};
use crate::error::LandscapeError;

/// A node.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    /// As it stands in the file.
    pub(super) raw: &'a [u8],
    pub(super) inputs: Vec<&'a str>,
    pub(super) outputs: Vec<&'a str>,
    pub(super) operator: &'a str,
    pub(super) domain: &'a str,
    /// Whole-number attributes: name and values.
    pub(super) integers: Vec<(&'a str, Vec<i64>)>,
    /// Names that its subgraphs take from outside.
    pub(super) captured: Vec<&'a str>,
}

impl Node<'_> {
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.integers.iter().find(|(known, _)| *known == name).and_then(|(_, values)| values.first().copied())
    }

    pub(super) fn integer_list(&self, name: &str) -> Option<&[i64]> {
        self.integers.iter().find(|(known, _)| *known == name).map(|(_, values)| values.as_slice())
    }
}

/// A constant tensor.
#[derive(Clone, Debug)]
pub(super) struct Initialiser<'a> {
    pub(super) raw: &'a [u8],
    pub(super) name: &'a str,
    pub(super) shape: Vec<usize>,
    /// 1 is `f32`, 11 `f64`.
    pub(super) kind: i64,
    /// Whether its numbers are in another file.
    pub(super) is_external: bool,
    numbers: Vec<Field<'a>>,
}

/// The name, element type and shape of an input or output; `None` in a shape is a size that is left open.
#[derive(Clone, Debug)]
pub(super) struct Port<'a> {
    pub(super) raw: &'a [u8],
    pub(super) name: &'a str,
    pub(super) kind: i64,
    pub(super) shape: Option<Vec<Option<usize>>>,
}

/// A graph.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) initialisers: Vec<Initialiser<'a>>,
    pub(super) inputs: Vec<Port<'a>>,
    pub(super) outputs: Vec<Port<'a>>,
    /// Fields that are kept as they are: the name.
    pub(super) rest: Vec<Field<'a>>,
}

/// The fields of a model beside its graph, and the graph.
pub(super) fn model(bytes: &[u8]) -> Result<(Vec<Field<'_>>, Graph<'_>), LandscapeError> {
    let (mut rest, mut found) = (vec![], None);
    for field in fields(bytes)? {
        match field.number {
            7 => found = Some(graph(field.bytes())?),
            _ => rest.push(field),
        }
    }
    let missing = || LandscapeError::Onnx("the file is damaged or no ONNX file: it has no graph".to_owned());
    Ok((rest, found.ok_or_else(missing)?))
}

fn graph(bytes: &[u8]) -> Result<Graph<'_>, LandscapeError> {
    let mut graph = Graph::default();
    for field in fields(bytes)? {
        match field.number {
            1 => graph.nodes.push(node(field.bytes())?),
            5 => graph.initialisers.push(initialiser(field.bytes())?),
            11 => graph.inputs.push(port(field.bytes())?),
            12 => graph.outputs.push(port(field.bytes())?),
            2 => graph.rest.push(field),
            // Documentation, and shapes between nodes, which may name nodes that are left out.
            10 | 13 => {}
            15 => return Err(LandscapeError::Onnx("sparse tensors are not supported".to_owned())),
            _ => {}
        }
    }
    Ok(graph)
}

fn node(bytes: &[u8]) -> Result<Node<'_>, LandscapeError> {
    let (inputs, outputs, integers, captured) = (vec![], vec![], vec![], vec![]);
    let mut node = Node { raw: bytes, inputs, outputs, operator: "", domain: "", integers, captured };
    for field in fields(bytes)? {
        match field.number {
            1 => node.inputs.push(field.text()?),
            2 => node.outputs.push(field.text()?),
            4 => node.operator = field.text()?,
            5 => attribute(field.bytes(), &mut node)?,
            7 => node.domain = field.text()?,
            _ => {}
        }
    }
    Ok(node)
}

fn attribute<'a>(bytes: &'a [u8], node: &mut Node<'a>) -> Result<(), LandscapeError> {
    let (mut name, mut integers) = ("", vec![]);
    for field in fields(bytes)? {
        match field.number {
            1 => name = field.text()?,
            3 | 8 => integers.extend(field.numbers()?),
            6 | 11 => {
                let inner = graph(field.bytes())?;
                for node_inside in &inner.nodes {
                    node.captured.extend(&node_inside.inputs);
                    node.captured.extend(&node_inside.captured);
                }
                node.captured.extend(inner.outputs.iter().map(|output| output.name));
            }
            _ => {}
        }
    }
    if !integers.is_empty() {
        node.integers.push((name, integers));
    }
    Ok(())
}

fn initialiser(bytes: &[u8]) -> Result<Initialiser<'_>, LandscapeError> {
    let (shape, numbers) = (vec![], vec![]);
    let mut tensor = Initialiser { raw: bytes, name: "", shape, kind: 0, is_external: false, numbers };
    for field in fields(bytes)? {
        match field.number {
            1 => {
                for size in field.numbers()? {
                    let wrong = || LandscapeError::Onnx(format!("a tensor has an axis of {size}"));
                    tensor.shape.push(usize::try_from(size).map_err(|_| wrong())?);
                }
            }
            2 => tensor.kind = field.numbers()?.first().copied().unwrap_or(0),
            8 => tensor.name = field.text()?,
            4 | 9 => tensor.numbers.push(field),
            14 => tensor.is_external = field.numbers()?.first() == Some(&1),
            _ => {}
        }
    }
    Ok(tensor)
}

impl Initialiser<'_> {
    /// The numbers of a tensor of `f32`.
    pub(super) fn numbers(&self) -> Result<Vec<f32>, LandscapeError> {
        let mut found = vec![];
        for field in &self.numbers {
            match field.value {
                Value::Fixed32(bytes) => found.push(f32::from_le_bytes(bytes)),
                // Packed or raw: both are little-endian, one number after another.
                _ => found.extend(field.bytes().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes))),
            }
        }
        let count = self.shape.iter().try_fold(1_usize, |count, &size| count.checked_mul(size));
        if count != Some(found.len()) {
            let (name, shape, found) = (self.name, &self.shape, found.len());
            let reason = format!("tensor '{name}' is {shape:?} and has {found} numbers");
            return Err(LandscapeError::Onnx(reason));
        }
        Ok(found)
    }
}

fn port(bytes: &[u8]) -> Result<Port<'_>, LandscapeError> {
    let mut port = Port { raw: bytes, name: "", kind: 0, shape: None };
    for field in fields(bytes)? {
        match field.number {
            1 => port.name = field.text()?,
            2 => {
                for of_tensor in fields(field.bytes())?.iter().filter(|field| field.number == 1) {
                    for field in fields(of_tensor.bytes())? {
                        match field.number {
                            1 => port.kind = field.numbers()?.first().copied().unwrap_or(0),
                            2 => port.shape = Some(shape(field.bytes())?),
                            _ => {}
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(port)
}

fn shape(bytes: &[u8]) -> Result<Vec<Option<usize>>, LandscapeError> {
    let mut found = vec![];
    for dimension in fields(bytes)?.iter().filter(|field| field.number == 1) {
        let size = fields(dimension.bytes())?.iter().find(|field| field.number == 1).map(|field| field.numbers());
        let size = size.transpose()?.and_then(|size| size.first().copied());
        found.push(size.and_then(|size| usize::try_from(size).ok()).filter(|&size| size > 0));
    }
    Ok(found)
}
