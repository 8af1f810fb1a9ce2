//! Straight lines of reference.

use super::{Draw, Extent, Line, what};
use crate::axis::Scale;
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::{Entry, Sample};
use crate::error::Error;
use crate::palette::Colour;

/// Where a line of reference lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RuleAt {
    /// At a value of the horizontal axis, from bottom to top.
    X(f64),
    /// At a value of the vertical axis, from left to right.
    Y(f64),
    /// On y = intercept + slope · x.
    Slope {
        /// The height at x = 0.
        intercept: f64,
        /// How much it rises per unit.
        slope: f64,
    },
}

/// A straight line through the whole field, which has no part in the ranges of the axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name in the legend.
    pub name: String,
    /// Where it lies.
    pub at: RuleAt,
    /// Its colour.
    pub colour: Colour,
    /// Its line.
    pub line: Line,
}

impl Rule {
    /// A grey, dashed line.
    pub fn new(name: impl Into<String>, at: RuleAt) -> Self {
        Self { name: name.into(), at, colour: Colour::Grey, line: Line::Dashed }
    }

    /// The diagonal y = x.
    pub fn diagonal(name: impl Into<String>) -> Self {
        Self::new(name, RuleAt::Slope { intercept: 0.0, slope: 1.0 })
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

    /// Points of the line from one end of the field to the other. On logarithmic axes it is a curve.
    fn points(&self, frame: &Frame) -> Vec<(f64, f64)> {
        /// Pieces of the curve.
        const PIECES: u32 = 64;
        match self.at {
            RuleAt::X(x) => vec![(x, frame.y.low), (x, frame.y.high)],
            RuleAt::Y(y) => vec![(frame.x.low, y), (frame.x.high, y)],
            RuleAt::Slope { intercept, slope } => {
                let (low, high) = frame.x.ends();
                let at = |piece: u32| {
                    let share = f64::from(piece) / f64::from(PIECES);
                    let x = low * (1.0 - share) + high * share;
                    (x, intercept + slope * x)
                };
                (0..=PIECES).map(at).collect()
            }
        }
    }
}

impl Draw for Rule {
    fn name(&self) -> &str {
        &self.name
    }

    fn colour(&self) -> Option<Colour> {
        Some(self.colour)
    }

    fn check(&self, _: Scale, _: Scale) -> Result<(), Error> {
        let numbers = match self.at {
            RuleAt::X(at) | RuleAt::Y(at) => [at, 0.0],
            RuleAt::Slope { intercept, slope } => [intercept, slope],
        };
        match numbers.into_iter().find(|number| !number.is_finite()) {
            None => Ok(()),
            Some(value) => Err(Error::Number {
                what: format!("{}: where it lies", what("rule", &self.name)),
                value,
                allowed: "finite",
            }),
        }
    }

    fn extent(&self, _: Scale, _: Scale) -> Extent {
        Extent::default()
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize) {
        canvas.path(&format!("line thin l{class}{}", self.line.class()), &frame.line(self.points(frame)));
    }

    fn legend(&self, frame: &Frame, class: usize) -> Vec<Entry> {
        let unseen = frame.line(self.points(frame)).is_empty();
        let name = if unseen { format!("{} (outside)", self.name) } else { self.name.clone() };
        vec![Entry { sample: Sample::Line { class: format!("thin l{class}{}", self.line.class()), dots: false }, name }]
    }
}
