//! Where the weights of a model lie in one array, and what they are called.

use std::ops::Range;

use crate::error::{LandscapeError, nearest_of};

/// A stretch of weights that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name: `layer0.weight`.
    pub name: String,
    /// Its shape; the last axis is contiguous.
    pub shape: Vec<usize>,
    /// Where it lies in the array of all weights.
    pub range: Range<usize>,
    /// The axis along which its filters lie one after another: a filter is what feeds one output unit. `None` where the whole
    /// tensor counts as one filter, as for biases.
    pub filter_axis: Option<usize>,
    /// What it is for.
    pub role: Role,
}

/// What a tensor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Weights of inputs.
    Weight,
    /// Summands.
    Bias,
    /// Scale or shift of a normalisation.
    Normalisation,
}

impl Tensor {
    /// The number of its weights.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// The weights of each filter, as places in the array of all weights.
    pub fn filters(&self) -> Vec<Vec<usize>> {
        let Some(axis) = self.filter_axis.filter(|&axis| axis < self.shape.len()) else {
            return vec![self.range.clone().collect()];
        };
        let count = self.shape[axis];
        let inner: usize = self.shape[axis + 1..].iter().product();
        let mut filters = vec![vec![]; count];
        for place in 0..self.len() {
            filters[(place / inner.max(1)) % count.max(1)].push(self.range.start + place);
        }
        filters
    }
}

/// All weights of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    tensors: Vec<Tensor>,
    /// Names of single weights beside the systematic ones: `(name, place)`.
    aliases: Vec<(String, usize)>,
}

impl Layout {
    /// These tensors, one after another.
    pub fn new(tensors: Vec<Tensor>, aliases: Vec<(String, usize)>) -> Self {
        Self { tensors, aliases }
    }

    /// The tensors in the order of the array.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The number of weights.
    pub fn len(&self) -> usize {
        self.tensors.last().map_or(0, |tensor| tensor.range.end)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of a single weight: the name of a feature (linear and logistic models), `bias`, `w0`, `w1`, … counted
    /// through all weights, or a tensor with the weight's place in it, `layer0.weight[3,5]`.
    ///
    /// # Errors
    /// Where there is no such weight.
    pub fn find(&self, name: &str) -> Result<usize, LandscapeError> {
        let name = name.trim();
        let counted = || name.strip_prefix('w')?.parse::<usize>().ok().filter(|&place| place < self.len());
        let alias = || self.aliases.iter().find(|(alias, _)| alias == name).map(|&(_, place)| place);
        // A feature may be called w0: its own name comes first.
        alias().or_else(counted).or_else(|| self.find_in_tensor(name)).ok_or_else(|| {
            let known = self.aliases.iter().map(|(alias, _)| alias.as_str());
            let tensors = self.tensors.iter().map(|tensor| tensor.name.as_str());
            let nearest = nearest_of(name.split('[').next().unwrap_or(name), known.chain(tensors));
            LandscapeError::UnknownWeight { name: name.to_owned(), nearest, known: self.describe() }
        })
    }

    /// The names there are, in short.
    fn describe(&self) -> String {
        /// Names that are listed.
        const LISTED: usize = 6;
        let tensor = |tensor: &Tensor| {
            let sizes: Vec<String> = tensor.shape.iter().map(usize::to_string).collect();
            format!("{}[…] ({})", tensor.name, sizes.join(" × "))
        };
        let aliases = self.aliases.iter().map(|(alias, _)| alias.clone());
        let named: Vec<String> = aliases.chain(self.tensors.iter().map(tensor)).collect();
        let more = if named.len() > LISTED { ", …" } else { "" };
        let last = self.len().saturating_sub(1);
        format!("w0 to w{last}, {}{more}", named[..named.len().min(LISTED)].join(", "))
    }

    fn find_in_tensor(&self, name: &str) -> Option<usize> {
        let (tensor, places) = name.strip_suffix(']').and_then(|name| name.rsplit_once('['))?;
        let tensor = self.tensors.iter().find(|known| known.name == tensor.trim())?;
        let places: Vec<usize> = places.split(',').map(|place| place.trim().parse().ok()).collect::<Option<_>>()?;
        if places.len() != tensor.shape.len() || places.iter().zip(&tensor.shape).any(|(place, size)| place >= size) {
            return None;
        }
        let offset = places.iter().zip(&tensor.shape).fold(0, |offset, (place, size)| offset * size + place);
        Some(tensor.range.start + offset)
    }

    /// What a weight is called, where it has a name of its own; else its tensor and place.
    pub fn name_of(&self, place: usize) -> String {
        if let Some((alias, _)) = self.aliases.iter().find(|(_, aliased)| *aliased == place) {
            return alias.clone();
        }
        let Some(tensor) = self.tensors.iter().find(|tensor| tensor.range.contains(&place)) else {
            return format!("w{place}");
        };
        let mut rest = place - tensor.range.start;
        let mut places = vec![];
        for &size in tensor.shape.iter().rev() {
            places.push((rest % size).to_string());
            rest /= size;
        }
        places.reverse();
        format!("{}[{}]", tensor.name, places.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        let tensor = |name: &str, shape: &[usize], start: usize, axis| Tensor {
            name: name.to_owned(),
            shape: shape.to_vec(),
            range: start..start + shape.iter().product::<usize>(),
            filter_axis: axis,
            role: Role::Weight,
        };
        let tensors =
            vec![tensor("a", &[2, 3], 0, Some(0)), tensor("b", &[2, 3], 6, Some(1)), tensor("c", &[4], 12, None)];
        Layout::new(tensors, vec![("area".to_owned(), 1)])
    }

    #[test]
    fn filters_lie_along_their_axis() {
        let layout = layout();
        assert_eq!(layout.tensors()[0].filters(), [[0, 1, 2], [3, 4, 5]]);
        assert_eq!(layout.tensors()[1].filters(), [[6, 9], [7, 10], [8, 11]]);
        assert_eq!(layout.tensors()[2].filters(), [[12, 13, 14, 15]]);
    }

    #[test]
    fn weights_have_names() {
        let layout = layout();
        assert_eq!(layout.find("area").unwrap(), 1);
        assert_eq!(layout.find("w0").unwrap(), 0);
        assert_eq!(layout.find("b[1, 2]").unwrap(), 11);
        assert_eq!((layout.name_of(1), layout.name_of(11)), ("area".to_owned(), "b[1,2]".to_owned()));
        for place in 0..layout.len() {
            assert_eq!(layout.find(&layout.name_of(place)).unwrap(), place);
        }
        for wrong in ["w16", "b[2,0]", "b[1]", "d[0]", "b[x,0]", "w", ""] {
            assert!(layout.find(wrong).is_err(), "{wrong}");
        }
        assert!(layout.find("aera").unwrap_err().to_string().contains("did you mean 'area'?"));
    }
}
