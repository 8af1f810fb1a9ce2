//! Single points with labels.

use super::{Draw, Extent, MOST, extent_of, named, what};
use crate::axis::Scale;
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::{Entry, Sample};
use crate::draw::path::Path;
use crate::error::Error;
use crate::palette::Colour;

/// The shape of a mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A filled circle.
    #[default]
    Circle,
    /// A filled square.
    Square,
    /// A filled square on its tip.
    Diamond,
    /// A filled triangle.
    Triangle,
    /// A star with five points.
    Star,
    /// Two crossed lines.
    Cross,
}

/// The radius of a circle, in pixels.
const RADIUS: f64 = 4.5;

/// The corners of a star with five points, the outer at 1 and the inner at 0.45, from the top clockwise.
const STAR: [(f64, f64); 10] = [
    (0.0, -1.0),
    (0.2645, -0.3641),
    (0.9511, -0.3090),
    (0.4280, 0.1391),
    (0.5878, 0.8090),
    (0.0, 0.45),
    (-0.5878, 0.8090),
    (-0.4280, 0.1391),
    (-0.9511, -0.3090),
    (-0.2645, -0.3641),
];

impl Shape {
    /// Draws the shape around a place.
    pub(crate) fn draw(self, canvas: &mut Canvas, (x, y): (f64, f64), class: usize) {
        if self == Self::Circle {
            let [x, y] = [x, y].map(crate::draw::path::coordinate);
            canvas.put(format_args!(r#"<circle class="rim f{class}" cx="{x}" cy="{y}" r="{RADIUS}"/>"#));
            return;
        }
        let path = self.path((x, y));
        if self.is_line() {
            canvas.path_with(r#"class="line rim" style="stroke-width:4.6""#, &path);
            canvas.path(&format!("line l{class}"), &path);
        } else {
            canvas.path(&format!("rim f{class}"), &path);
        }
    }

    /// Whether it is drawn with lines rather than filled.
    pub(crate) fn is_line(self) -> bool {
        self == Self::Cross
    }

    /// Its outline around 0, as the data of a path of SVG.
    pub(crate) fn data(self) -> String {
        match self {
            Self::Circle => format!("M-{RADIUS} 0a{RADIUS} {RADIUS} 0 1 0 9 0a{RADIUS} {RADIUS} 0 1 0-9 0z"),
            _ => self.path((0.0, 0.0)).data().to_owned(),
        }
    }

    /// The corners around a place; a circle has none.
    fn path(self, (x, y): (f64, f64)) -> Path {
        let mut path = Path::default();
        let mut polygon = |radius: f64, corners: &[(f64, f64)]| {
            let corners: Vec<(f64, f64)> =
                corners.iter().map(|(across, down)| (x + radius * across, y + radius * down)).collect();
            path.polygon(&corners);
        };
        match self {
            Self::Circle => {}
            Self::Cross => {
                for (from, to) in [((-4.0, -4.0), (4.0, 4.0)), ((-4.0, 4.0), (4.0, -4.0))] {
                    path.move_to(x + from.0, y + from.1);
                    path.line_to(x + to.0, y + to.1);
                }
            }
            Self::Square => polygon(4.2, &[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
            Self::Diamond => polygon(6.0, &[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]),
            Self::Triangle => polygon(6.0, &[(0.0, -1.0), (0.94, 0.7), (-0.94, 0.7)]),
            Self::Star => polygon(8.0, &STAR),
        }
        path
    }
}

/// A point, perhaps with a label beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// Its place along the horizontal axis.
    pub x: f64,
    /// Its place along the vertical axis.
    pub y: f64,
    /// What stands beside it; may be empty.
    pub label: String,
}

/// Points of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    /// Their name in the legend.
    pub name: String,
    /// The points.
    pub marks: Vec<Mark>,
    /// Their shape.
    pub shape: Shape,
    /// Their colour.
    pub colour: Colour,
}

impl Marks {
    /// No marks yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, x: f64, y: f64, label: impl Into<String>) -> Self {
        self.marks.push(Mark { x, y, label: label.into() });
        self
    }

    /// Of a shape.
    #[must_use]
    pub fn shape(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    /// In a colour.
    #[must_use]
    pub fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.marks.iter().map(|mark| (mark.x, mark.y))
    }
}

impl Draw for Marks {
    fn name(&self) -> &str {
        &self.name
    }

    fn colour(&self) -> Option<Colour> {
        Some(self.colour)
    }

    fn check(&self, _: Scale, _: Scale) -> Result<(), Error> {
        let what = what("marks", &self.name);
        if self.marks.is_empty() {
            return Err(Error::Empty { what });
        }
        Error::if_more(what, self.marks.len(), MOST)
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        let extent = extent_of(self.points(), x, y);
        Extent { dots: extent.x, ..extent }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize) {
        let placed: Vec<((f64, f64), &Mark)> =
            self.marks.iter().filter_map(|mark| Some((frame.inside(mark.x, mark.y)?, mark))).collect();
        for ((x, y), _) in &placed {
            canvas.take([x - 4.0, y - 4.0, x + 4.0, y + 4.0]);
            self.shape.draw(canvas, (*x, *y), class);
        }
        for (place, mark) in placed.into_iter().filter(|(_, mark)| !mark.label.is_empty()) {
            canvas.label(place, 9.0, &mark.label, frame.bounds());
        }
    }

    fn legend(&self, frame: &Frame, class: usize) -> Vec<Entry> {
        vec![Entry { sample: Sample::Mark(self.shape, class), name: named(&self.name, self.points(), frame) }]
    }
}
