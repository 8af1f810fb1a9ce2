//! Paths with a beginning and an end, such as the steps of a descent.

use super::{Draw, Extent, Shape, check_points, extent_of, named};
use crate::axis::Scale;
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::{Entry, Sample};
use crate::draw::path::Path;
use crate::error::Error;
use crate::palette::Colour;

/// A path over a chart or a map of colours: a line with a dot at every step, a circle where it begins and a star where it
/// ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trail {
    /// Its name in the legend.
    pub name: String,
    /// The steps' places along the horizontal axis.
    pub x: Vec<f64>,
    /// The steps' places along the vertical axis, as many.
    pub y: Vec<f64>,
    /// Its colour.
    pub colour: Colour,
}

impl Trail {
    /// A path.
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

/// Draws a line in the colour of a class with a halo, so that it can be seen on every colour, its steps, and its ends.
/// Dots stand where there is room for them, so that many steps do not hide the line.
pub(crate) fn draw_trail(canvas: &mut Canvas, line: &Path, steps: &[(f64, f64)], class: usize) {
    canvas.path("halo rim", line);
    canvas.path(&format!("line l{class}"), line);
    /// Steps this near to the last dot, in pixels, have none.
    const NEAR: f64 = 7.0;
    let mut dots = Path::default();
    let mut before: Option<(f64, f64)> = None;
    for &(x, y) in steps {
        if before.is_none_or(|before| (before.0 - x).abs().max((before.1 - y).abs()) >= NEAR) {
            dots.dot(x, y);
            before = Some((x, y));
        }
    }
    canvas.path_with(&format!(r#"class="line l{class}" style="stroke-width:5""#), &dots);
    if let (Some(first), Some(last)) = (steps.first(), steps.last()) {
        Shape::Circle.draw(canvas, *first, class);
        Shape::Star.draw(canvas, *last, class);
    }
}

impl Draw for Trail {
    fn name(&self) -> &str {
        &self.name
    }

    fn colour(&self) -> Option<Colour> {
        Some(self.colour)
    }

    fn check(&self, _: Scale, _: Scale) -> Result<(), Error> {
        check_points("trail", &self.name, &self.x, &self.y)
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        let extent = extent_of(self.points(), x, y);
        Extent { dots: extent.x, ..extent }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize) {
        let steps: Vec<(f64, f64)> = self.points().filter_map(|(x, y)| frame.inside(x, y)).collect();
        frame.keep_labels_off(canvas, self.points());
        draw_trail(canvas, &frame.line(self.points()), &steps, class);
    }

    fn legend(&self, frame: &Frame, class: usize) -> Vec<Entry> {
        let name = named(&self.name, self.points(), frame);
        vec![Entry { sample: Sample::Line { class: format!("l{class}"), dots: true }, name }]
    }
}
