//! The weights of one model as those of another that computes the same.

use super::Model;
use crate::error::LandscapeError;

impl Model {
    /// The weights by which `other`, with its own standardisation and scale of the output, computes what this model computes:
    /// those of the first layer take over the difference in standardisation, those of the last that in scale.
    ///
    /// # Errors
    /// Where it is a model of another kind, of other features or of other classes.
    pub fn weights_as(&self, other: &Self) -> Result<Vec<f64>, LandscapeError> {
        let refuse = |why: String| Err(LandscapeError::OtherModel(why));
        if self.kind != other.kind {
            return refuse(format!("it is {}, not {}", self.kind, other.kind));
        }
        if self.outputs != other.outputs {
            return refuse(format!("it has {} outputs, not {}", self.outputs, other.outputs));
        }
        for (what, here, there) in
            [("feature", &self.features, &other.features), ("class", &self.classes, &other.classes)]
        {
            if here.len() != there.len() {
                let plural = if what == "class" { "classes" } else { "features" };
                return refuse(format!("it is of {} {plural}, not {}", here.len(), there.len()));
            }
            if let Some((here, there)) = here.iter().zip(there).find(|(here, there)| here != there) {
                return refuse(format!("its {what} '{here}' is '{there}' there"));
            }
        }
        let mut weights = self.weights.clone();
        if self.standardisation != other.standardisation
            && let Some(layer) = self.layers.first()
        {
            let (matrix, bias) = layer.split_mut(&mut weights);
            let (from, to) = (&self.standardisation, &other.standardisation);
            for (row, bias) in matrix.chunks_exact_mut(layer.inputs).zip(bias) {
                for (place, weight) in row.iter_mut().enumerate() {
                    // w·(x − m)/d is w·d′/d · (x − m′)/d′ and w·(m′ − m)/d.
                    *bias += *weight * (to.mean[place] - from.mean[place]) / from.deviation[place];
                    *weight *= to.deviation[place] / from.deviation[place];
                }
            }
        }
        if (self.shift, self.scale) != (other.shift, other.scale)
            && let Some(layer) = self.layers.last()
        {
            let (matrix, bias) = layer.split_mut(&mut weights);
            let factor = self.scale / other.scale;
            matrix.iter_mut().for_each(|weight| *weight *= factor);
            bias.iter_mut().for_each(|bias| *bias = *bias * factor + (self.shift - other.shift) / other.scale);
        }
        Ok(weights)
    }
}
