//! What a file says of the model that it holds, beside its weights.

use dartboard_losses::Loss;
use serde::{Deserialize, Serialize};

use super::{Kind, Model, Parts, Standardisation};
use crate::error::LandscapeError;

/// The key of the description among the metadata of a file.
pub(super) const KEY: &str = "dartboard.model";

/// The version of the description that this code writes. It is raised with the graph of ONNX files, too.
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

pub(super) fn broken(reason: impl std::fmt::Display) -> LandscapeError {
    LandscapeError::ModelFile(reason.to_string())
}

/// The description of a model.
pub(super) fn describe(model: &Model) -> Result<String, LandscapeError> {
    let description = Description {
        version: VERSION,
        model: model.kind.to_string(),
        loss: model.loss.spec(),
        features: model.features.clone(),
        classes: model.classes.clone(),
        outputs: model.outputs,
        mean: model.standardisation.mean.clone(),
        deviation: model.standardisation.deviation.clone(),
        shift: model.shift,
        scale: model.scale,
    };
    serde_json::to_string(&description).map_err(broken)
}

/// What a model of this description is put together from.
pub(super) fn read(text: &str) -> Result<Parts, LandscapeError> {
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
    Ok(Parts {
        kind: Kind::parse(&model)?,
        loss: Loss::parse(&loss)?,
        features,
        classes,
        outputs,
        standardisation: Standardisation { mean, deviation },
        shift,
        scale,
    })
}
