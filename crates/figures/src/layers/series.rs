//! Curves.

use super::{Draw, Extent, check_points, extent_of, named};
use crate::axis::Scale;
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::{Entry, Sample};
use crate::draw::path::Path;
use crate::error::Error;
use crate::palette::Colour;

/// How a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Without gaps.
    #[default]
    Solid,
    /// In dashes.
    Dashed,
    /// In dots.
    Dotted,
    /// In dashes and dots.
    DashDot,
}

impl Line {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Solid => "",
            Self::Dashed => " dash",
            Self::Dotted => " dot",
            Self::DashDot => " mix",
        }
    }

    /// The lengths of its dashes and gaps in pixels, those of its class in the style sheet.
    pub(crate) fn dashes(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[7.0, 5.0],
            Self::Dotted => &[0.1, 4.5],
            Self::DashDot => &[9.0, 4.5, 0.1, 4.5],
        }
    }
}

/// A curve through points, in their order. It is interrupted where a value is not finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// The points' places along the horizontal axis.
    pub x: Vec<f64>,
    /// The points' places along the vertical axis, as many.
    pub y: Vec<f64>,
    /// Its colour.
    pub colour: Colour,
    /// Its line.
    pub line: Line,
    /// Whether its points have dots.
    pub markers: bool,
}

impl Series {
    /// A solid line.
    pub fn new(name: impl Into<String>, x: impl Into<Vec<f64>>, y: impl Into<Vec<f64>>) -> Self {
        Self { name: name.into(), x: x.into(), y: y.into(), ..Self::default() }
    }

    /// In a colour.
    #[must_use]
    pub fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// With another line.
    #[must_use]
    pub fn line(self, line: Line) -> Self {
        Self { line, ..self }
    }

    /// With dots at its points.
    #[must_use]
    pub fn markers(self) -> Self {
        Self { markers: true, ..self }
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.x.iter().copied().zip(self.y.iter().copied())
    }
}

impl Draw for Series {
    fn name(&self) -> &str {
        &self.name
    }

    fn colour(&self) -> Option<Colour> {
        Some(self.colour)
    }

    fn check(&self, _: Scale, _: Scale) -> Result<(), Error> {
        check_points("series", &self.name, &self.x, &self.y)
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        let extent = extent_of(self.points(), x, y);
        Extent { dots: extent.x.filter(|_| self.markers), ..extent }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize) {
        let path = frame.line(self.points());
        canvas.path(&format!("line l{class}{}", self.line.class()), &path);
        frame.keep_labels_off(canvas, self.points());
        // A point without neighbours shows as a dot even where points have none.
        let x = &self.x;
        let alone = |index: usize| {
            let drawn =
                |index: usize| x.get(index).zip(self.y.get(index)).is_some_and(|(x, y)| frame.shares(*x, *y).is_some());
            drawn(index) && !drawn(index + 1) && (index == 0 || !drawn(index - 1))
        };
        let mut dots = Path::default();
        for (index, (x, y)) in self.points().enumerate() {
            if let Some((across, down)) = frame.inside(x, y).filter(|_| self.markers || alone(index)) {
                dots.dot(across, down);
            }
        }
        canvas.path_with(&format!(r#"class="line l{class}" style="stroke-width:6""#), &dots);
    }

    fn legend(&self, frame: &Frame, class: usize) -> Vec<Entry> {
        let name = named(&self.name, self.points(), frame);
        let sample = Sample::Line { class: format!("l{class}{}", self.line.class()), dots: self.markers };
        vec![Entry { sample, name }]
    }
}
