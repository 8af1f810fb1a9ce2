//! Models as safetensors files: a tensor of `f64` for each of the layout, and a description in the metadata.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use dartboard_losses::Loss;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::{Kind, Model, Parts, Standardisation};
use crate::error::LandscapeError;

/// The key of the description among the metadata.
const KEY: &str = "dartboard.model";

/// The version of the description that this code writes.
const VERSION: u32 = 1;

/// More outputs than any model may have: a bound for what is counted before it is compared with the file.
const MOST_OUTPUTS: usize = 1 << 24;

#[derive(Serialize, Deserialize)]
struct Description {
    version: u32,
    model: String,
    loss: String,
    features: Vec<String>,
    classes: Vec<String>,
    outputs: usize,
    mean: Vec<f64>,
    deviation: Vec<f64>,
    shift: f64,
    scale: f64,
}

fn broken(reason: impl std::fmt::Display) -> LandscapeError {
    LandscapeError::ModelFile(reason.to_string())
}

impl Model {
    /// The model as the bytes of a safetensors file. The same model gives the same bytes.
    ///
    /// # Errors
    /// Where the format cannot hold it.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, LandscapeError> {
        let description = Description {
            version: VERSION,
            model: self.kind.to_string(),
            loss: self.loss.spec(),
            features: self.features.clone(),
            classes: self.classes.clone(),
            outputs: self.outputs,
            mean: self.standardisation.mean.clone(),
            deviation: self.standardisation.deviation.clone(),
            shift: self.shift,
            scale: self.scale,
        };
        let text = serde_json::to_string(&description).map_err(broken)?;
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
        let text = text.ok_or_else(|| broken(format!("it has no '{KEY}' among its metadata")))?;
        let description: Description = serde_json::from_str(text).map_err(broken)?;
        if description.version != VERSION {
            let reason = format!("its description is of version {}, and {VERSION} is known", description.version);
            return Err(broken(reason));
        }
        let Description { model, loss, features, classes, outputs, mean, deviation, shift, scale, .. } = description;
        let fits = mean.len() == features.len() && deviation.len() == features.len();
        let finite = mean.iter().chain(&deviation).chain([&shift, &scale]).all(|x| x.is_finite());
        if features.is_empty()
            || outputs == 0
            || outputs > MOST_OUTPUTS
            || !fits
            || !finite
            || deviation.contains(&0.0)
            || scale == 0.0
        {
            return Err(broken("its description contradicts itself"));
        }
        let parts = Parts {
            kind: Kind::parse(&model)?,
            loss: Loss::parse(&loss)?,
            features,
            classes,
            outputs,
            standardisation: Standardisation { mean, deviation },
            shift,
            scale,
        };
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

    /// Writes the model to a file, which appears under its name only when it is complete.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), LandscapeError> {
        let bytes = self.to_safetensors()?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&bytes)?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(|error| LandscapeError::file(path, error))
    }

    /// Reads a model that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no model.
    pub fn load(path: &Path) -> Result<Self, LandscapeError> {
        let bytes = std::fs::read(path).map_err(|error| LandscapeError::file(path, error))?;
        Self::from_safetensors(&bytes).map_err(|error| LandscapeError::file(path, error))
    }
}
