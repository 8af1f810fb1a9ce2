//! Clouds of points.

use super::{Draw, Extent, check_points, extent_of, named};
use crate::axis::Scale;
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::{Entry, Sample};
use crate::draw::path::Path;
use crate::error::Error;
use crate::palette::Colour;

/// Points without order. Where many lie over each other it is darker.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scatter {
    /// Its name in the legend.
    pub name: String,
    /// Places along the horizontal axis.
    pub x: Vec<f64>,
    /// Places along the vertical axis, as many.
    pub y: Vec<f64>,
    /// Its colour.
    pub colour: Colour,
}

impl Scatter {
    /// Points.
    pub fn new(name: impl Into<String>, x: impl Into<Vec<f64>>, y: impl Into<Vec<f64>>) -> Self {
        Self { name: name.into(), x: x.into(), y: y.into(), ..Self::default() }
    }

    /// In a colour.
    #[must_use]
    pub fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.x.iter().copied().zip(self.y.iter().copied())
    }
}

/// Points are dealt to this many paths: points of one path do not darken each other where they overlap, points of different
/// paths do, and a path for every point would take three times the room.
const PATHS: usize = 16;

impl Draw for Scatter {
    fn name(&self) -> &str {
        &self.name
    }

    fn colour(&self) -> Option<Colour> {
        Some(self.colour)
    }

    fn check(&self, _: Scale, _: Scale) -> Result<(), Error> {
        check_points("scatter", &self.name, &self.x, &self.y)
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        let extent = extent_of(self.points(), x, y);
        Extent { dots: extent.x, ..extent }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize) {
        let mut paths = vec![Path::default(); PATHS];
        let places = self.points().filter_map(|(x, y)| frame.inside(x, y));
        for (index, (across, down)) in places.enumerate() {
            paths[index % PATHS].dot(across, down);
        }
        paths.iter().for_each(|path| canvas.path(&format!("dots l{class}"), path));
    }

    fn legend(&self, frame: &Frame, class: usize) -> Vec<Entry> {
        vec![Entry { sample: Sample::Dot(class), name: named(&self.name, self.points(), frame) }]
    }
}
