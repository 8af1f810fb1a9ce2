//! How much of the data is drawn, so that a page keeps its limit.

use super::{Explorer, Picture, page};
use crate::error::Error;

/// How many points are drawn at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Detail {
    /// Nodes along each side of a grid.
    nodes: usize,
}

impl Detail {
    /// Everything, but for paths and curves with more points than can be told apart.
    pub(super) fn most(explorer: &Explorer) -> Self {
        let side = explorer.views.iter().map(|view| match &view.picture {
            Picture::Plane(plane) => plane.grid.x.len().max(plane.grid.y.len()),
            Picture::Line(_) => 0,
        });
        Self { nodes: side.max().unwrap_or(0).max(64) }
    }

    /// The nodes of an axis of a grid.
    pub(super) fn nodes(self, length: usize) -> Vec<usize> {
        chosen(length, self.nodes)
    }

    /// The steps of a path. A slider of 500 places moves by a pixel or two.
    pub(super) fn steps(self, length: usize) -> Vec<usize> {
        chosen(length, (self.nodes * 16).min(500))
    }

    /// The points of a curve. More than 2,000 have several in every pixel.
    pub(super) fn points(self, length: usize) -> Vec<usize> {
        chosen(length, (self.nodes * 64).min(2000))
    }
}

/// At most `most` of `length` places, at least two, evenly, with the first and the last.
fn chosen(length: usize, most: usize) -> Vec<usize> {
    let most = most.max(2);
    if length <= most {
        return (0..length).collect();
    }
    let steps = most - 1;
    (0..most).map(|index| (index * (length - 1) + steps / 2) / steps).collect()
}

/// The page with as much detail as its limit allows.
pub(super) fn fitting(explorer: &Explorer) -> Result<String, Error> {
    let most = Detail::most(explorer);
    let page = page::page(explorer, most)?;
    if page.len() <= explorer.limit {
        return Ok(page);
    }
    let mut best = page::page(explorer, Detail { nodes: 2 })?;
    let what = "the bytes of the page with as few points as possible";
    Error::if_more(what, best.len(), explorer.limit)?;
    // The largest that fits, if size grows with detail; in any case one that fits.
    let (mut fits, mut exceeds) = (2, most.nodes);
    while exceeds - fits > 1 {
        let nodes = usize::midpoint(fits, exceeds);
        let page = page::page(explorer, Detail { nodes })?;
        if page.len() <= explorer.limit {
            (fits, best) = (nodes, page);
        } else {
            exceeds = nodes;
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_are_chosen_evenly_with_both_ends(length in 0_usize..5000, most in 0_usize..600) {
            let places = chosen(length, most);
            prop_assert_eq!(places.len(), length.min(most.max(2)));
            prop_assert_eq!(places.first().copied(), (length > 0).then_some(0));
            prop_assert_eq!(places.last().copied(), length.checked_sub(1));
            let gaps: Vec<usize> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let (least, largest) = (gaps.iter().min().copied().unwrap_or(1), gaps.iter().max().copied().unwrap_or(1));
            prop_assert!(least >= 1 && largest - least <= 1);
        }
    }
}
