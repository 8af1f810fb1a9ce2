//! Models in files: as safetensors, with a tensor of `f64` for each of the layout and a description in the metadata, or as
//! ONNX.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::Model;
use super::description::{KEY, broken, describe, read};
use crate::error::LandscapeError;
use crate::whole_file;

impl Model {
    /// The model as the bytes of a safetensors file. The same model gives the same bytes.
    ///
    /// # Errors
    /// Where the format cannot hold it.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, LandscapeError> {
        let text = describe(self)?;
        let bytes = |range: std::ops::Range<usize>| -> Vec<u8> {
            self.weights[range].iter().flat_map(|weight| weight.to_le_bytes()).collect()
        };
        let data: Vec<Vec<u8>> = self.layout.tensors().iter().map(|tensor| bytes(tensor.range.clone())).collect();
        let mut views = vec![];
        for (tensor, data) in self.layout.tensors().iter().zip(&data) {
            let view = TensorView::new(Dtype::F64, tensor.shape.clone(), data).map_err(broken)?;
            views.push((tensor.name.clone(), view));
        }
        safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), text)]))).map_err(broken)
    }

    /// The model in the bytes of a safetensors file that [`to_safetensors`](Self::to_safetensors) made.
    ///
    /// # Errors
    /// Where it is no such file, or its tensors are not those of the model it describes.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, LandscapeError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let text = metadata.metadata().as_ref().and_then(|map| map.get(KEY));
        let parts = read(text.ok_or_else(|| broken(format!("it has no '{KEY}' among its metadata")))?)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(broken)?;
        // Before anything as large as the description says is made: the tensors are all there.
        let needed = parts.tensors();
        for (name, shape) in &needed {
            let tensor = tensors.tensor(name).map_err(broken)?;
            if tensor.dtype() != Dtype::F64 || tensor.shape() != shape {
                let (found, kind) = (tensor.shape(), tensor.dtype());
                return Err(broken(format!("tensor '{name}' is {kind:?} {found:?}, and F64 {shape:?} is needed")));
            }
        }
        if tensors.len() != needed.len() {
            return Err(broken(format!("it has {} tensors, and the model has {}", tensors.len(), needed.len())));
        }
        let mut made = Self::of_parts(parts)?;
        for tensor in made.layout.tensors() {
            let view = tensors.tensor(&tensor.name).map_err(broken)?;
            let numbers = view.data().as_chunks::<8>().0;
            for (place, bytes) in tensor.range.clone().zip(numbers) {
                made.weights[place] = f64::from_le_bytes(*bytes);
            }
        }
        Ok(made)
    }

    /// Writes the model to a safetensors file, which appears under its name only when it is complete.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), LandscapeError> {
        write_whole(path, &self.to_safetensors()?)
    }

    /// Writes the model to an ONNX file, which appears under its name only when it is complete; see
    /// [`to_onnx`](Self::to_onnx).
    ///
    /// # Errors
    /// As there; where the file cannot be written.
    pub fn save_onnx(&self, path: &Path) -> Result<(), LandscapeError> {
        write_whole(path, &self.to_onnx()?)
    }

    /// Reads a model that [`save`](Self::save) or [`save_onnx`](Self::save_onnx) wrote, whatever the file is called.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no such model.
    pub fn load(path: &Path) -> Result<Self, LandscapeError> {
        let bytes = std::fs::read(path).map_err(|error| LandscapeError::file(path, error))?;
        // Eight bytes of a length, then an object of JSON: so begins a safetensors file.
        let model = if bytes.get(8) == Some(&b'{') {
            Self::from_safetensors(&bytes)
        } else {
            let other = || broken("it is neither a safetensors file nor an ONNX file that Dartboard wrote");
            Self::from_onnx(&bytes).and_then(|model| model.ok_or_else(other))
        };
        model.map_err(|error| LandscapeError::file(path, error))
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), LandscapeError> {
    let write = || -> std::io::Result<()> {
        let mut file = whole_file::beside(path)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| LandscapeError::file(path, error))
}
