//! Putting an ONNX file together. Fields are written in the order of their numbers, as other programs write them, so that a
//! file that another program read and saved is the same bytes.

use super::protobuf::{put_bytes, put_number};
use super::rewrite::FLOAT;

/// The version of the operators' definitions: the first in which a softmax takes its axis alone (ONNX 1.8, 2020), so that
/// engines of the years since read the file.
const OPSET: u64 = 13;

/// The version of the format that came with it.
const IR_VERSION: u64 = 7;

/// Attributes that are whole numbers, of a node: `AttributeProto.INT`.
const INTEGER: u64 = 2;

/// The size of an axis of an input or output.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size<'a> {
    Fixed(usize),
    /// Left open, under this name.
    Open(&'a str),
}

/// A graph that grows node by node.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    nodes: Vec<u8>,
    tensors: Vec<u8>,
    inputs: Vec<u8>,
    outputs: Vec<u8>,
}

/// The description of an input or output of `f32`.
pub(super) fn port(name: &str, shape: &[Size<'_>]) -> Vec<u8> {
    let mut sizes = vec![];
    for size in shape {
        let mut dimension = vec![];
        match size {
            Size::Fixed(size) => put_number(&mut dimension, 1, *size as u64),
            Size::Open(name) => put_bytes(&mut dimension, 2, name.as_bytes()),
        }
        put_bytes(&mut sizes, 1, &dimension);
    }
    let (mut tensor, mut kind, mut port) = (vec![], vec![], vec![]);
    put_number(&mut tensor, 1, FLOAT as u64);
    put_bytes(&mut tensor, 2, &sizes);
    put_bytes(&mut kind, 1, &tensor);
    put_bytes(&mut port, 1, name.as_bytes());
    put_bytes(&mut port, 2, &kind);
    port
}

impl Draft {
    /// `output = operator(inputs)`, the node being called like its output.
    pub(crate) fn node(&mut self, operator: &str, inputs: &[&str], output: &str, attributes: &[(&str, i64)]) {
        let mut node = vec![];
        inputs.iter().for_each(|input| put_bytes(&mut node, 1, input.as_bytes()));
        put_bytes(&mut node, 2, output.as_bytes());
        put_bytes(&mut node, 3, output.as_bytes());
        put_bytes(&mut node, 4, operator.as_bytes());
        for &(name, value) in attributes {
            let mut attribute = vec![];
            put_bytes(&mut attribute, 1, name.as_bytes());
            put_number(&mut attribute, 3, value as u64);
            put_number(&mut attribute, 20, INTEGER);
            put_bytes(&mut node, 5, &attribute);
        }
        put_bytes(&mut self.nodes, 1, &node);
    }

    /// A constant of this shape, which is empty for a single number.
    pub(crate) fn tensor(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        let mut tensor = vec![];
        shape.iter().for_each(|&size| put_number(&mut tensor, 1, size as u64));
        put_number(&mut tensor, 2, FLOAT as u64);
        put_bytes(&mut tensor, 8, name.as_bytes());
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        put_bytes(&mut tensor, 9, &bytes);
        put_bytes(&mut self.tensors, 5, &tensor);
    }

    /// An input of `f32`.
    pub(crate) fn input(&mut self, name: &str, shape: &[Size<'_>]) {
        put_bytes(&mut self.inputs, 11, &port(name, shape));
    }

    /// An output of `f32`.
    pub(crate) fn output(&mut self, name: &str, shape: &[Size<'_>]) {
        put_bytes(&mut self.outputs, 12, &port(name, shape));
    }

    /// The file, with a sentence for its readers and texts under names for programs.
    pub(crate) fn finish(self, name: &str, text: &str, metadata: &[(&str, &str)]) -> Vec<u8> {
        let mut graph = self.nodes;
        put_bytes(&mut graph, 2, name.as_bytes());
        for part in [self.tensors, self.inputs, self.outputs] {
            graph.extend(part);
        }
        let (mut file, mut operators) = (vec![], vec![]);
        put_number(&mut file, 1, IR_VERSION);
        put_bytes(&mut file, 2, b"dartboard");
        put_bytes(&mut file, 3, env!("CARGO_PKG_VERSION").as_bytes());
        put_bytes(&mut file, 6, text.as_bytes());
        put_bytes(&mut file, 7, &graph);
        put_bytes(&mut operators, 1, b"");
        put_number(&mut operators, 2, OPSET);
        put_bytes(&mut file, 8, &operators);
        for (key, value) in metadata {
            let mut entry = vec![];
            put_bytes(&mut entry, 1, key.as_bytes());
            put_bytes(&mut entry, 2, value.as_bytes());
            put_bytes(&mut file, 14, &entry);
        }
        file
    }
}
