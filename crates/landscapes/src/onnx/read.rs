//! What a file holds beside what an engine computes of it.

use super::graph::{Initialiser, model};
use super::protobuf::{Field, fields};
use crate::error::LandscapeError;

/// A text among a model's metadata; `None` where there is none of this name. `fields` are those of the file.
pub(super) fn metadata<'a>(of_file: &[Field<'a>], key: &str) -> Result<Option<&'a str>, LandscapeError> {
    for entry in of_file.iter().filter(|field| field.number == 14) {
        let entry = fields(entry.bytes())?;
        let part = |number: u64| entry.iter().find(|field| field.number == number).map(Field::text);
        if part(1).transpose()? == Some(key) {
            return part(2).transpose();
        }
    }
    Ok(None)
}

/// A file whose graph is compared with one that was written before.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    fields: Vec<Field<'a>>,
    tensors: Vec<Initialiser<'a>>,
}

impl<'a> Opened<'a> {
    /// Reads the bytes of a file.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, LandscapeError> {
        let tensors = model(bytes)?.1.initialisers;
        Ok(Self { fields: fields(bytes)?, tensors })
    }

    /// A text among its metadata.
    pub(crate) fn metadata(&self, key: &str) -> Result<Option<&'a str>, LandscapeError> {
        metadata(&self.fields, key)
    }

    /// The numbers of a constant of this name and shape.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, LandscapeError> {
        let found = self.tensors.iter().find(|tensor| tensor.name == name && tensor.shape == shape);
        found.ok_or_else(|| LandscapeError::Onnx(format!("it has no tensor '{name}' of {shape:?}")))?.numbers()
    }

    /// Its graph, as it stands in the file.
    pub(crate) fn graph(&self) -> &'a [u8] {
        self.fields.iter().rfind(|field| field.number == 7).map_or(&[], Field::bytes)
    }
}
