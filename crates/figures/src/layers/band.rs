//! Areas between two curves.

use super::{Draw, Extent, check_points, extent_of, named};
use crate::axis::Scale;
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::{Entry, Sample};
use crate::draw::path::Path;
use crate::error::Error;
use crate::palette::Colour;

/// The area between a lower and an upper curve over the same places. It is interrupted where a value is not finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Band {
    /// Its name in the legend.
    pub name: String,
    /// Places along the horizontal axis.
    pub x: Vec<f64>,
    /// The lower curve, as many values.
    pub lower: Vec<f64>,
    /// The upper curve, as many values.
    pub upper: Vec<f64>,
    /// Its colour.
    pub colour: Colour,
}

impl Band {
    /// A band.
    pub fn new(
        name: impl Into<String>,
        x: impl Into<Vec<f64>>,
        lower: impl Into<Vec<f64>>,
        upper: impl Into<Vec<f64>>,
    ) -> Self {
        Self { name: name.into(), x: x.into(), lower: lower.into(), upper: upper.into(), ..Self::default() }
    }

    /// In a colour.
    #[must_use]
    pub fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    fn edges(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let edge = |values: &'_ [f64]| self.x.iter().copied().zip(values.to_vec()).collect::<Vec<_>>();
        edge(&self.lower).into_iter().chain(edge(&self.upper))
    }
}

impl Draw for Band {
    fn name(&self) -> &str {
        &self.name
    }

    fn colour(&self) -> Option<Colour> {
        Some(self.colour)
    }

    fn check(&self, _: Scale, _: Scale) -> Result<(), Error> {
        check_points("band", &self.name, &self.x, &self.lower)?;
        check_points("band", &self.name, &self.x, &self.upper)
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        extent_of(self.edges(), x, y)
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize) {
        let mut path = Path::default();
        let mut below: Vec<(f64, f64)> = vec![];
        let mut above: Vec<(f64, f64)> = vec![];
        let mut flush = |below: &mut Vec<(f64, f64)>, above: &mut Vec<(f64, f64)>| {
            let outline: Vec<(f64, f64)> = below.drain(..).chain(above.drain(..).rev()).collect();
            frame.area(&mut path, &outline);
        };
        for ((&x, &lower), &upper) in self.x.iter().zip(&self.lower).zip(&self.upper) {
            match frame.shares(x, lower).zip(frame.shares(x, upper)) {
                Some((lower, upper)) => {
                    below.push(lower);
                    above.push(upper);
                }
                None => flush(&mut below, &mut above),
            }
        }
        flush(&mut below, &mut above);
        canvas.path(&format!("band f{class}"), &path);
    }

    fn legend(&self, frame: &Frame, class: usize) -> Vec<Entry> {
        let gaps_only = self.edges().filter(|(x, y)| frame.shares(*x, *y).is_none());
        let name = if gaps_only.count() > 0 { named(&self.name, self.edges(), frame) } else { self.name.clone() };
        vec![Entry { sample: Sample::Patch(format!("band f{class}")), name }]
    }
}
