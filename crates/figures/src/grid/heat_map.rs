//! Heat maps.

use std::collections::BTreeMap;

use super::cells::Gap;
use super::{Colours, Grid, STEPS};
use crate::axis::{Axis, Scale, Span};
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::Entry;
use crate::draw::path::Path;
use crate::error::Error;
use crate::layers::{Draw, Extent, what};
use crate::palette::Colour;

/// A cell of colour around every node of a grid; cells meet halfway between nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatMap {
    /// The values.
    pub grid: Grid,
    /// The label, unit, range and scale of the values. Values outside of a given range have the colour of its end, and
    /// the bar of colours says so.
    pub values: Axis,
    /// The map of colours.
    pub colours: Colours,
}

impl HeatMap {
    /// A heat map over the range of its values.
    pub fn new(grid: Grid, values: Axis) -> Self {
        Self { grid, values, ..Self::default() }
    }

    /// In other colours.
    #[must_use]
    pub fn colours(self, colours: Colours) -> Self {
        Self { colours, ..self }
    }

    /// The range of the colours.
    pub(crate) fn span(&self) -> Result<Span, Error> {
        self.values.span(&what("heat map", &self.values.label), self.grid.range(self.values.scale), (0.0, 0.0))
    }
}

/// The edges of cells around nodes: halfway between them on the scale, and as far beyond the first and the last.
fn edges(nodes: &[f64], scale: Scale) -> Vec<f64> {
    let middle = |a: f64, b: f64| match scale {
        Scale::Log if a > 0.0 => (a.sqrt() * b.sqrt()).clamp(a, b),
        _ => a / 2.0 + b / 2.0,
    };
    let beyond = |end: f64, edge: f64| match scale {
        Scale::Log if end > 0.0 && edge > 0.0 => end * (end / edge),
        _ => end + (end - edge),
    };
    let mut edges: Vec<f64> = nodes.windows(2).map(|pair| middle(pair[0], pair[1])).collect();
    let (Some(&first), Some(&last)) = (nodes.first(), nodes.last()) else { return vec![] };
    let (low, high) = match (edges.first(), edges.last()) {
        (Some(low), Some(high)) => (beyond(first, *low), beyond(last, *high)),
        _ => {
            let span = Span::around((first, first), scale);
            (span.low, span.high)
        }
    };
    edges.insert(0, low.max(f64::MIN));
    edges.push(high.min(f64::MAX));
    edges
}

impl Draw for HeatMap {
    fn name(&self) -> &str {
        &self.values.label
    }

    fn colour(&self) -> Option<Colour> {
        None
    }

    fn check(&self, x: Scale, y: Scale) -> Result<(), Error> {
        let what = what("heat map", &self.values.label);
        self.grid.check(&what, 1, self.values.scale)?;
        self.grid.check_places(&what, x, y)?;
        self.span().map(|_| ())
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        let along = |nodes: &[f64], scale| crate::axis::extent(edges(nodes, scale), scale);
        Extent { x: along(&self.grid.x, x), y: along(&self.grid.y, y), tight: true, ..Extent::default() }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, _: usize) {
        /// What a cell looks like: neighbours in a row that look the same are drawn as one.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        enum Look {
            Colour(u32),
            Gap(&'static str),
        }
        let Ok(span) = self.span() else { return };
        let look = |value: f64| match span.share(value) {
            Some(share) => Look::Colour((share.clamp(0.0, 1.0) * f64::from(STEPS)).round() as u32),
            None => Look::Gap(Gap::of(value, span.scale).unwrap_or(Gap::NotANumber).pattern()),
        };
        let (columns, rows) = (edges(&self.grid.x, frame.x.scale), edges(&self.grid.y, frame.y.scale));
        let mut paths: BTreeMap<Look, Path> = BTreeMap::new();
        for (row, y) in rows.windows(2).enumerate() {
            let mut column = 0;
            while column < self.grid.x.len() {
                let first = column;
                let own = look(self.grid.at(column, row));
                while column < self.grid.x.len() && look(self.grid.at(column, row)) == own {
                    column += 1;
                }
                let ends = columns.get(first).zip(columns.get(column));
                let corners = ends.and_then(|(left, right)| frame.shares(*left, y[0]).zip(frame.shares(*right, y[1])));
                if let Some((from, to)) = corners {
                    let path = paths.entry(own).or_default();
                    frame.area(path, &[from, (to.0, from.1), to, (from.0, to.1)]);
                }
            }
        }
        canvas.open("cells");
        for (look, path) in paths {
            match look {
                Look::Colour(step) => {
                    let colour = super::hex(self.colours.at(f64::from(step) / f64::from(STEPS)));
                    canvas.path_with(&format!(r#"fill="{colour}""#), &path);
                }
                Look::Gap(kind) => {
                    let name = canvas.pattern(kind);
                    canvas.path_with(&format!(r##"fill="url(#{name})""##), &path);
                }
            }
        }
        canvas.close();
    }

    fn legend(&self, _: &Frame, _: usize) -> Vec<Entry> {
        Gap::legend(&self.grid, self.values.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_meet_halfway() {
        assert_eq!(edges(&[0.0, 1.0, 3.0], Scale::Linear), [-0.5, 0.5, 2.0, 4.0]);
        assert_eq!(edges(&[1.0, 4.0, 16.0], Scale::Log), [0.5, 2.0, 8.0, 32.0]);
        assert_eq!(edges(&[5.0], Scale::Linear), [4.5, 5.5]);
    }
}
