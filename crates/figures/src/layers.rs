//! What a chart holds: curves, points, bands, bars, marks, grids.

mod band;
mod histogram;
mod marks;
mod rule;
mod scatter;
mod series;
mod trail;

pub use band::Band;
pub use histogram::Histogram;
pub use marks::{Mark, Marks, Shape};
pub use rule::{Rule, RuleAt};
pub use scatter::Scatter;
pub use series::{Line, Series};
pub use trail::Trail;
pub(crate) use trail::draw_trail;

use crate::axis::{Scale, Span, drawable};
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::Entry;
use crate::error::Error;
use crate::grid::{Contours, HeatMap};
use crate::number;
use crate::palette::Colour;

/// A layer of a chart; those that come later are drawn over those before.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Layer {
    /// A curve.
    Series(Series),
    /// A cloud of points.
    Scatter(Scatter),
    /// An area between two curves.
    Band(Band),
    /// Bars over intervals.
    Histogram(Histogram),
    /// A straight line of reference.
    Rule(Rule),
    /// Single points with labels.
    Marks(Marks),
    /// A path with a beginning and an end.
    Trail(Trail),
    /// Filled contours of a grid.
    Contours(Contours),
    /// The cells of a grid in colours.
    HeatMap(HeatMap),
}

macro_rules! from {
    ($($name:ident),*) => {$(
        impl From<$name> for Layer {
            fn from(layer: $name) -> Self {
                Self::$name(layer)
            }
        }
    )*};
}
from!(Series, Scatter, Band, Histogram, Rule, Marks, Trail, Contours, HeatMap);

/// The values of a layer along both axes, and how much room they want.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extent {
    pub(crate) x: Option<(f64, f64)>,
    pub(crate) y: Option<(f64, f64)>,
    /// Whether the axes end where the layer does.
    pub(crate) tight: bool,
    /// The values of dots along the horizontal axis: they reach beyond them.
    pub(crate) dots: Option<(f64, f64)>,
    /// Whether the layer stands on 0.
    pub(crate) grounded: bool,
}

/// What every layer can do.
pub(crate) trait Draw {
    /// Its name in the legend, which may be empty.
    fn name(&self) -> &str;

    /// The colour that was asked for; `None` of a layer without a colour of its own.
    fn colour(&self) -> Option<Colour>;

    /// Whether its numbers belong together, and have a place on axes of these scales where all must.
    fn check(&self, x: Scale, y: Scale) -> Result<(), Error>;

    /// Its values on axes of these scales.
    fn extent(&self, x: Scale, y: Scale) -> Extent;

    /// Draws it, in the colour of a class.
    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize);

    /// What the legend says of it.
    fn legend(&self, frame: &Frame, class: usize) -> Vec<Entry>;
}

impl Layer {
    pub(crate) fn as_draw(&self) -> &dyn Draw {
        match self {
            Self::Series(layer) => layer,
            Self::Scatter(layer) => layer,
            Self::Band(layer) => layer,
            Self::Histogram(layer) => layer,
            Self::Rule(layer) => layer,
            Self::Marks(layer) => layer,
            Self::Trail(layer) => layer,
            Self::Contours(layer) => layer,
            Self::HeatMap(layer) => layer,
        }
    }

    /// How many values it has.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Series(layer) => layer.x.len(),
            Self::Scatter(layer) => layer.x.len(),
            Self::Band(layer) => layer.x.len(),
            Self::Histogram(layer) => layer.heights.len(),
            Self::Rule(_) => 1,
            Self::Marks(layer) => layer.marks.len(),
            Self::Trail(layer) => layer.x.len(),
            Self::Contours(layer) => layer.grid.z.len(),
            Self::HeatMap(layer) => layer.grid.z.len(),
        }
    }

    /// The kind of the layer and its name, for messages.
    pub(crate) fn what(&self) -> String {
        let kind = match self {
            Self::Series(_) => "series",
            Self::Scatter(_) => "scatter",
            Self::Band(_) => "band",
            Self::Histogram(_) => "histogram",
            Self::Rule(_) => "rule",
            Self::Marks(_) => "marks",
            Self::Trail(_) => "trail",
            Self::Contours(_) => "contours",
            Self::HeatMap(_) => "heat map",
        };
        what(kind, self.as_draw().name())
    }
}

/// The kind of a layer and its name, for messages.
pub(crate) fn what(kind: &str, name: &str) -> String {
    if name.is_empty() { kind.to_owned() } else { format!("{kind} `{name}`") }
}

/// At most this many values make a layer; more would make a picture that no program opens.
pub(crate) const MOST: usize = 200_000;

/// Checks that two columns belong together and hold a point that can be drawn on some scale.
pub(crate) fn check_points(kind: &str, name: &str, x: &[f64], y: &[f64]) -> Result<(), Error> {
    let what = what(kind, name);
    Error::unless_equal(&what, ("x", x.len()), ("y", y.len()))?;
    if x.is_empty() {
        return Err(Error::Empty { what });
    }
    Error::if_more(format!("{what}: points"), x.len(), MOST)?;
    if !x.iter().zip(y).any(|(x, y)| x.is_finite() && y.is_finite()) {
        return Err(Error::NothingFinite { what, count: x.len(), positive: false });
    }
    Ok(())
}

/// The extent of points that can be drawn.
pub(crate) fn extent_of(points: impl Iterator<Item = (f64, f64)>, x: Scale, y: Scale) -> Extent {
    let mut extent = Extent::default();
    for (across, up) in points.filter(|point| drawable(point.0, x) && drawable(point.1, y)) {
        extent.x = crate::axis::union(extent.x, Some((across, across)));
        extent.y = crate::axis::union(extent.y, Some((up, up)));
    }
    extent
}

/// The name of a layer in the legend with what of it cannot be seen, in words.
pub(crate) fn named(name: &str, points: impl Iterator<Item = (f64, f64)>, frame: &Frame) -> String {
    named_within(name, points, (frame.x, frame.y))
}

/// The same for a layer within two spans.
pub(crate) fn named_within(name: &str, points: impl Iterator<Item = (f64, f64)>, spans: (Span, Span)) -> String {
    let (mut all, mut gaps, mut not_positive, mut outside) = (0, 0, 0, 0);
    for (x, y) in points {
        all += 1;
        if !(x.is_finite() && y.is_finite()) {
            gaps += 1;
        } else if spans.0.share(x).is_none() || spans.1.share(y).is_none() {
            not_positive += 1;
        } else if !(spans.0.contains(x) && spans.1.contains(y)) {
            outside += 1;
        }
    }
    let counts = [(gaps, "not finite"), (not_positive, "not above 0"), (outside, "outside")];
    let notes: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} of {} {what}", number::count(count), number::count(all)))
        .collect();
    if notes.is_empty() { name.to_owned() } else { format!("{name} ({})", notes.join(", ")).trim_start().to_owned() }
}
