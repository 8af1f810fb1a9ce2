//! Filled contours.

use contour::ContourBuilder;

use super::cells::Gap;
use super::{Colours, Grid, hex};
use crate::axis::{Axis, Scale, Span};
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::Entry;
use crate::draw::path::Path;
use crate::error::Error;
use crate::layers::{Draw, Extent, what};
use crate::palette::Colour;
use crate::ticks::ticks;

/// Where the lines of contours lie.
#[derive(Clone, Debug, PartialEq)]
pub enum Levels {
    /// At round values equally far apart, at most this many.
    Even(usize),
    /// At 1, 2 and 5 times powers of ten, or at powers of ten, at most this many: for values over several magnitudes.
    Magnitudes(usize),
    /// At these values, increasing.
    At(Vec<f64>),
}

impl Default for Levels {
    fn default() -> Self {
        Self::Even(12)
    }
}

/// The values of a grid as bands of colour between levels. Between nodes values are interpolated linearly, along the lines of
/// the grid; cells with a corner that is not finite are hatched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contours {
    /// The values.
    pub grid: Grid,
    /// The label and unit of the values, beside the bar of colours. Its scale and range have no effect: levels say it all.
    pub values: Axis,
    /// Where colours change.
    pub levels: Levels,
    /// The map of colours.
    pub colours: Colours,
}

/// Most levels that can be told apart by any means.
const MOST_LEVELS: usize = 100;

impl Contours {
    /// Contours at round values.
    pub fn new(grid: Grid, values: Axis) -> Self {
        Self { grid, values, ..Self::default() }
    }

    /// With other levels.
    #[must_use]
    pub fn levels(self, levels: Levels) -> Self {
        Self { levels, ..self }
    }

    /// In other colours.
    #[must_use]
    pub fn colours(self, colours: Colours) -> Self {
        Self { colours, ..self }
    }

    /// The levels, those outside of the values included if they were asked for.
    pub(crate) fn thresholds(&self) -> Vec<f64> {
        let Some((low, high)) = self.grid.range(Scale::Linear) else { return vec![] };
        let inside = |most, low: f64, scale| {
            let found = ticks((low, high), most, scale).into_iter().map(|tick| tick.at);
            found.filter(|at| *at > low && *at < high).collect()
        };
        match &self.levels {
            Levels::At(levels) => levels.clone(),
            Levels::Even(most) => inside((*most).min(MOST_LEVELS), low, Scale::Linear),
            Levels::Magnitudes(most) => {
                let positive = self.grid.z.iter().copied().filter(|value| *value > 0.0 && value.is_finite());
                let least = positive.fold(f64::INFINITY, f64::min);
                inside((*most).min(MOST_LEVELS), least, Scale::Log)
            }
        }
    }

    /// The colour of a band, counted from below.
    pub(crate) fn band(&self, band: usize, bands: usize) -> String {
        let share = if bands > 1 { band as f64 / (bands - 1) as f64 } else { 0.5 };
        hex(self.colours.at(share))
    }

    /// The edges of the area where values are at least `level`, in the picture.
    fn area(&self, surrounded: &Surrounded, level: f64, frame: &Frame) -> Path {
        let mut path = Path::default();
        let (columns, rows) = (self.grid.x.len() + 2, self.grid.y.len() + 2);
        let builder = ContourBuilder::new(columns, rows, true);
        // It fails only for as many values as there are none.
        let Ok(lines) = builder.lines(&surrounded.values, &[surrounded.share(level)]) else { return path };
        let along = |nodes: &[f64], span: Span| nodes.iter().filter_map(|node| span.share(*node)).collect::<Vec<f64>>();
        let (across, up) = (along(&self.grid.x, frame.x), along(&self.grid.y, frame.y));
        for ring in lines.iter().flat_map(|line| line.geometry()) {
            // A node of the surrounded grid is half a cell and one node further.
            let place = |x: f64, y: f64| (between(&across, x - 1.5), between(&up, y - 1.5));
            let points: Vec<(f64, f64)> = ring.0.iter().map(|point| place(point.x, point.y)).collect();
            frame.area(&mut path, &points);
        }
        path
    }
}

/// The values from 0 to 1, with one more node on each side, so that no line ends inside of the grid: the algorithm draws the
/// outline of areas, and bends lines within half a cell of its border.
struct Surrounded {
    low: f64,
    high: f64,
    values: Vec<f64>,
}

impl Surrounded {
    fn new(grid: &Grid) -> Self {
        let (low, high) = grid.range(Scale::Linear).unwrap_or((0.0, 1.0));
        let mut surrounded = Self { low, high, values: vec![] };
        let (columns, rows) = (grid.x.len(), grid.y.len());
        let around = |length: usize| (0..length + 2).map(move |index| index.clamp(1, length) - 1);
        surrounded.values = around(rows)
            .flat_map(|row| around(columns).map(move |column| (column, row)))
            .map(|(column, row)| surrounded.share(grid.at(column, row)))
            // What is not finite is covered; here it only must not be in the way.
            .map(|share| if share.is_finite() { share } else { 0.0 })
            .collect();
        surrounded
    }

    fn share(&self, value: f64) -> f64 {
        let (low, high) = (self.low, self.high);
        if (high - low).is_finite() {
            (value - low) / (high - low)
        } else {
            (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
        }
    }
}

/// The value at a place between the values of a column of at least two, which is continued beyond its ends.
fn between(values: &[f64], place: f64) -> f64 {
    let last = values.len().saturating_sub(2);
    let from = (place.floor().max(0.0) as usize).min(last);
    let share = place - from as f64;
    let (Some(a), Some(b)) = (values.get(from), values.get(from + 1)) else { return 0.0 };
    a * (1.0 - share) + b * share
}

impl Draw for Contours {
    fn name(&self) -> &str {
        &self.values.label
    }

    fn colour(&self) -> Option<Colour> {
        None
    }

    fn check(&self, x: Scale, y: Scale) -> Result<(), Error> {
        let what = what("contours", &self.values.label);
        self.grid.check(&what, 2, Scale::Linear)?;
        self.grid.check_places(&what, x, y)?;
        if let Levels::At(levels) = &self.levels {
            Error::unless_increasing(&format!("{what}: levels"), levels)?;
            Error::if_more(format!("{what}: levels"), levels.len(), MOST_LEVELS)?;
        }
        Ok(())
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        let along = |values: &[f64], scale| crate::axis::extent(values.iter().copied(), scale);
        Extent { x: along(&self.grid.x, x), y: along(&self.grid.y, y), tight: true, ..Extent::default() }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, _: usize) {
        let thresholds = self.thresholds();
        let bands = thresholds.len() + 1;
        let surrounded = Surrounded::new(&self.grid);
        let mut whole = Path::default();
        let corner = |x: Option<&f64>, y: Option<&f64>| frame.shares(*x?, *y?);
        if let (Some(first), Some(last)) =
            (corner(self.grid.x.first(), self.grid.y.first()), corner(self.grid.x.last(), self.grid.y.last()))
        {
            frame.area(&mut whole, &[first, (last.0, first.1), last, (first.0, last.1)]);
        }
        // The lowest band is everywhere, and every other lies over those below it.
        let clip = canvas.name();
        canvas.put(format_args!(r#"<clipPath id="{clip}"><path d="{}"/></clipPath>"#, whole.data()));
        canvas.put(format_args!(r##"<g class="iso" clip-path="url(#{clip})">"##));
        canvas.path_with(&format!(r#"fill="{}""#, self.band(0, bands)), &whole);
        for (band, level) in thresholds.iter().enumerate() {
            let area = self.area(&surrounded, *level, frame);
            canvas.path_with(&format!(r#"fill="{}""#, self.band(band + 1, bands)), &area);
        }
        canvas.close();
        self.draw_gaps(canvas, frame);
    }

    fn legend(&self, _: &Frame, _: usize) -> Vec<Entry> {
        Gap::legend(&self.grid, Scale::Linear)
    }
}

impl Contours {
    /// Covers the cells that have a corner without a number.
    fn draw_gaps(&self, canvas: &mut Canvas, frame: &Frame) {
        let grid = &self.grid;
        for kind in [Gap::NotANumber, Gap::Infinite] {
            let mut path = Path::default();
            for (row, y) in grid.y.windows(2).enumerate() {
                let gap = |column: usize| {
                    let corners = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(right, up)| grid.at(column + right, row + up));
                    Gap::of_cell(corners, Scale::Linear) == Some(kind)
                };
                let mut column = 0;
                while column + 1 < grid.x.len() {
                    let first = column;
                    while column + 1 < grid.x.len() && gap(column) {
                        column += 1;
                    }
                    let ends = grid.x.get(first).zip(grid.x.get(column)).filter(|_| column > first);
                    let corners =
                        ends.and_then(|(left, right)| frame.shares(*left, y[0]).zip(frame.shares(*right, y[1])));
                    if let Some((from, to)) = corners {
                        frame.area(&mut path, &[from, (to.0, from.1), to, (from.0, to.1)]);
                    }
                    column += 1;
                }
            }
            let name = canvas.pattern(kind.pattern());
            canvas.path_with(&format!(r##"fill="url(#{name})""##), &path);
        }
    }
}
