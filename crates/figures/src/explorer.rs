//! A page on which a reader explores values over planes and lines.
//!
//! A plane is a surface to be turned beside its contours, a line is curves to be read off. A path, such as that of a descent,
//! is followed step by step. The page is one file that needs nothing from elsewhere and says so to the browser. All numbers
//! travel as the bits they are, so that what is read off is what was given.

mod data;
mod detail;
mod page;

use crate::axis::{Axis, Scale};
use crate::error::Error;
use crate::grid::{Colours, Grid};
use crate::layers::{Draw, Marks, Series, what};
use crate::number::count;

/// A page to explore.
#[derive(Clone, Debug, PartialEq)]
pub struct Explorer {
    /// Its title, in the browser's bar and at the top.
    pub title: String,
    /// A sentence below the title; may be empty.
    pub lead: String,
    /// What it shows, at least one; the reader chooses by their names.
    pub views: Vec<View>,
    /// What is said below the pictures, whatever the view.
    pub facts: Vec<Fact>,
    /// How many bytes the page may have. Grids, paths and curves that would make it larger are drawn through fewer of their
    /// points, evenly chosen, and the page says through how many.
    pub limit: usize,
}

/// Bytes of a page: one with a grid of 51 × 51 nodes and a path of 300 steps has about half of it.
const LIMIT: usize = 150_000;

/// Something that is said below a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A name and what it is.
    Row(String, String),
    /// A sentence.
    Sentence(String),
}

/// A picture with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// By which the reader chooses it.
    pub name: String,
    /// The picture.
    pub picture: Picture,
    /// What is said below it.
    pub facts: Vec<Fact>,
}

/// What a view shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// Values over a plane.
    Plane(Plane),
    /// Curves over a line.
    Line(Line),
}

/// Values over a plane: a surface that can be turned, and its contours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// The values. Those that are not finite are hatched and named.
    pub grid: Grid,
    /// The axis of the columns. Its range has no effect, that of the grid counts.
    pub x: Axis,
    /// The axis of the rows. Its range has no effect either.
    pub y: Axis,
    /// The axis of the values. Where all finite values are above 0 the reader chooses between a linear and a logarithmic
    /// scale, and this one comes first; otherwise it is linear. Its range has no effect.
    pub z: Axis,
    /// The map of colours.
    pub colours: Colours,
    /// A path through the plane.
    pub path: Option<Path<PlaneStep>>,
    /// Points with names, such as minima.
    pub marks: Vec<Marks>,
}

/// Steps in their order, such as those of a descent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path<Step> {
    /// Its name in the legend.
    pub name: String,
    /// The steps, at least one.
    pub steps: Vec<Step>,
}

/// A step of a path that was made in a space of many dimensions, of which the plane is a part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlaneStep {
    /// Its number, as it is shown.
    pub number: u32,
    /// Where it lies when projected on the plane, along the axis of the columns.
    pub x: f64,
    /// And along the axis of the rows.
    pub y: f64,
    /// The value at the step itself.
    pub value: f64,
    /// The value at its projection on the plane.
    pub in_plane: f64,
}

/// Curves over a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The horizontal axis.
    pub x: Axis,
    /// The axis of the values. Where all that are drawn are above 0 and no range is given, the reader chooses between a
    /// linear and a logarithmic scale, and this one comes first.
    pub y: Axis,
    /// The curves, at least one.
    pub curves: Vec<Series>,
    /// A path along the line.
    pub path: Option<Path<LineStep>>,
    /// Points with names, such as minima.
    pub marks: Vec<Marks>,
}

/// A step of a path along a line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LineStep {
    /// Its number, as it is shown.
    pub number: u32,
    /// Where it lies.
    pub x: f64,
    /// The value there.
    pub value: f64,
}

impl Explorer {
    /// A page without views.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), lead: String::new(), views: vec![], facts: vec![], limit: LIMIT }
    }

    /// With a sentence below the title.
    #[must_use]
    pub fn lead(self, lead: impl Into<String>) -> Self {
        Self { lead: lead.into(), ..self }
    }

    /// With one more view.
    #[must_use]
    pub fn view(mut self, view: View) -> Self {
        self.views.push(view);
        self
    }

    /// With a name and what it is, below the pictures.
    #[must_use]
    pub fn row(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push(Fact::Row(name.into(), value.into()));
        self
    }

    /// With a sentence below the pictures.
    #[must_use]
    pub fn sentence(mut self, text: impl Into<String>) -> Self {
        self.facts.push(Fact::Sentence(text.into()));
        self
    }

    /// With room for this many bytes.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The page as a file.
    ///
    /// # Errors
    ///
    /// If it has no title or no view, if a view cannot be drawn, or if its texts alone are longer than its limit.
    pub fn html(&self) -> Result<String, Error> {
        if self.title.trim().is_empty() {
            return Err(Error::Empty { what: "the title of the page".to_owned() });
        }
        if self.views.is_empty() {
            return Err(Error::Empty { what: what("the page", &self.title) });
        }
        for view in &self.views {
            view.check()?;
        }
        detail::fitting(self)
    }
}

impl View {
    /// A plane.
    pub fn plane(name: impl Into<String>, plane: Plane) -> Self {
        Self { name: name.into(), picture: Picture::Plane(plane), facts: vec![] }
    }

    /// A line.
    pub fn line(name: impl Into<String>, line: Line) -> Self {
        Self { name: name.into(), picture: Picture::Line(line), facts: vec![] }
    }

    /// With a name and what it is, below the picture.
    #[must_use]
    pub fn row(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push(Fact::Row(name.into(), value.into()));
        self
    }

    /// With a sentence below the picture.
    #[must_use]
    pub fn sentence(mut self, text: impl Into<String>) -> Self {
        self.facts.push(Fact::Sentence(text.into()));
        self
    }

    fn check(&self) -> Result<(), Error> {
        let what = what("view", &self.name);
        if self.name.trim().is_empty() {
            return Err(Error::Empty { what: "the name of a view".to_owned() });
        }
        match &self.picture {
            Picture::Plane(plane) => plane.check(&what),
            Picture::Line(line) => line.check(&what),
        }
    }
}

/// Steps of a path that are counted but not all drawn.
const MOST_STEPS: usize = 1_000_000;

fn check_path<Step>(path: Option<&Path<Step>>, place: &str) -> Result<(), Error> {
    let Some(path) = path else { return Ok(()) };
    let what = format!("{place}: {}", what("path", &path.name));
    if path.steps.is_empty() {
        return Err(Error::Empty { what });
    }
    Error::if_more(what, path.steps.len(), MOST_STEPS)
}

impl Plane {
    /// A grid over two axes.
    pub fn new(grid: Grid, x: Axis, y: Axis, z: Axis) -> Self {
        Self { grid, x, y, z, ..Self::default() }
    }

    /// In other colours.
    #[must_use]
    pub fn colours(self, colours: Colours) -> Self {
        Self { colours, ..self }
    }

    /// With a path.
    #[must_use]
    pub fn path(self, name: impl Into<String>, steps: impl Into<Vec<PlaneStep>>) -> Self {
        Self { path: Some(Path { name: name.into(), steps: steps.into() }), ..self }
    }

    /// With marks of one kind.
    #[must_use]
    pub fn marks(mut self, marks: Marks) -> Self {
        self.marks.push(marks);
        self
    }

    fn check(&self, what: &str) -> Result<(), Error> {
        self.grid.check(what, 2, Scale::Linear)?;
        self.grid.check_places(what, self.x.scale, self.y.scale)?;
        check_path(self.path.as_ref(), what)?;
        self.marks.iter().try_for_each(|marks| marks.check(self.x.scale, self.y.scale))
    }

    /// What it shows, for those who do not see it.
    fn describe(&self) -> String {
        let (columns, rows) = (self.grid.x.len(), self.grid.y.len());
        let (x, y, z) = (self.x.title(), self.y.title(), self.z.title());
        format!("{z} over {x} and {y}, {} × {} nodes", count(columns), count(rows))
    }
}

impl Line {
    /// No curves yet.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self { x, y, ..Self::default() }
    }

    /// With one more curve.
    #[must_use]
    pub fn curve(mut self, curve: Series) -> Self {
        self.curves.push(curve);
        self
    }

    /// With a path.
    #[must_use]
    pub fn path(self, name: impl Into<String>, steps: impl Into<Vec<LineStep>>) -> Self {
        Self { path: Some(Path { name: name.into(), steps: steps.into() }), ..self }
    }

    /// With marks of one kind.
    #[must_use]
    pub fn marks(mut self, marks: Marks) -> Self {
        self.marks.push(marks);
        self
    }

    fn check(&self, what: &str) -> Result<(), Error> {
        if self.curves.is_empty() {
            return Err(Error::Empty { what: what.to_owned() });
        }
        for curve in &self.curves {
            curve.check(self.x.scale, self.y.scale)?;
        }
        check_path(self.path.as_ref(), what)?;
        self.marks.iter().try_for_each(|marks| marks.check(self.x.scale, self.y.scale))
    }

    /// What it shows, for those who do not see it.
    fn describe(&self) -> String {
        let names: Vec<&str> =
            self.curves.iter().map(|curve| curve.name.as_str()).filter(|name| !name.is_empty()).collect();
        let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        format!("{} over {}{names}", self.y.title(), self.x.title())
    }
}
