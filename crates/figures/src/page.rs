//! Pages: rows of panels.

use crate::chart::Chart;
use crate::draw::canvas::{Anchor, Canvas, escaped};
use crate::draw::letters::{HEAD, LABEL, wrapped};
use crate::draw::path::coordinate;
use crate::error::Error;
use crate::grid::patterns;
use crate::palette::{Theme, css};
use crate::surface::Surface;

/// What stands in a row of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    /// Layers over two axes.
    Chart(Box<Chart>),
    /// A grid in three dimensions.
    Surface(Box<Surface>),
}

impl From<Chart> for Panel {
    fn from(chart: Chart) -> Self {
        Self::Chart(Box::new(chart))
    }
}

impl From<Surface> for Panel {
    fn from(surface: Surface) -> Self {
        Self::Surface(Box::new(surface))
    }
}

impl Panel {
    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Chart(chart) => chart.check(),
            Self::Surface(surface) => surface.check(),
        }
    }

    fn head(&self, width: f64) -> Result<f64, Error> {
        match self {
            Self::Chart(chart) => chart.head(width),
            Self::Surface(surface) => Ok(surface.head(width)),
        }
    }

    fn describe(&self) -> Result<String, Error> {
        match self {
            Self::Chart(chart) => chart.describe(),
            Self::Surface(surface) => Ok(surface.describe()),
        }
    }
}

/// Panels beside each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The panels from left to right.
    pub panels: Vec<Panel>,
    /// How wide each is in comparison with the others; empty for equal widths.
    pub weights: Vec<f64>,
    /// Height in pixels; `None` takes what suits the width of the panels.
    pub height: Option<f64>,
}

impl Row {
    /// Panels of equal width.
    pub fn new(panels: impl IntoIterator<Item = Panel>) -> Self {
        Self { panels: panels.into_iter().collect(), ..Self::default() }
    }

    /// With a height in pixels.
    #[must_use]
    pub fn height(self, height: f64) -> Self {
        Self { height: Some(height), ..self }
    }

    /// With widths in these proportions.
    #[must_use]
    pub fn weights(self, weights: impl Into<Vec<f64>>) -> Self {
        Self { weights: weights.into(), ..self }
    }
}

/// Rows of panels under a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What stands at the top; may be empty.
    pub title: String,
    /// What is said below the title; may be empty.
    pub subtitle: String,
    /// What the page shows, for those who do not see it; if empty, it is made from the panels' descriptions.
    pub description: String,
    /// The rows from top to bottom.
    pub rows: Vec<Row>,
    /// Width in pixels.
    pub width: f64,
}

/// What is allowed as the width of a page and the height of a row.
const SIZES: std::ops::RangeInclusive<f64> = 120.0..=8000.0;
/// Around the page, and between panels.
const MARGIN: f64 = 16.0;
const BETWEEN: f64 = 26.0;
/// At most this many panels.
const MOST: usize = 100;

impl Default for Page {
    fn default() -> Self {
        Self { title: String::new(), subtitle: String::new(), description: String::new(), rows: vec![], width: 960.0 }
    }
}

impl Page {
    /// A page without rows, 960 pixels wide.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// A page that holds one panel.
    pub fn of(panel: impl Into<Panel>) -> Self {
        Self { width: 560.0, ..Self::default() }.row(Row::new([panel.into()]))
    }

    /// With words below the title.
    #[must_use]
    pub fn subtitle(self, subtitle: impl Into<String>) -> Self {
        Self { subtitle: subtitle.into(), ..self }
    }

    /// With a description for those who do not see it.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    /// With one more row, below those it has.
    #[must_use]
    pub fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    /// With a width in pixels.
    #[must_use]
    pub fn width(self, width: f64) -> Self {
        Self { width, ..self }
    }

    /// The page as an SVG file.
    ///
    /// # Errors
    ///
    /// If something on it cannot be drawn.
    pub fn svg(&self, theme: Theme) -> Result<String, Error> {
        let picture = self.picture("p")?;
        let size = format!(
            r#" xmlns="http://www.w3.org/2000/svg" width="{}" height="{}""#,
            coordinate(self.width),
            coordinate(picture.height)
        );
        let style =
            format!("<style>\n{}</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n", css(theme));
        Ok(picture.markup(&size, &style, 0.0))
    }

    /// The page as an element of a page of HTML that holds the style sheet; names in it begin with `prefix`.
    pub(crate) fn inline(&self, prefix: &str) -> Result<String, Error> {
        // The page around it has margins of its own.
        Ok(self.picture(prefix)?.markup("", "", MARGIN - 2.0))
    }

    /// What it shows, in sentences.
    ///
    /// # Errors
    ///
    /// If something on it cannot be drawn.
    pub fn describe(&self) -> Result<String, Error> {
        self.check()?;
        if !self.description.is_empty() {
            return Ok(self.description.clone());
        }
        let panels: Result<Vec<String>, Error> =
            self.rows.iter().flat_map(|row| &row.panels).map(Panel::describe).collect();
        Ok(panels?.join(" "))
    }

    fn check(&self) -> Result<(), Error> {
        let what = || if self.title.is_empty() { "page".to_owned() } else { format!("page `{}`", self.title) };
        let panels = self.rows.iter().map(|row| row.panels.len());
        if self.rows.is_empty() || panels.clone().any(|panels| panels == 0) {
            return Err(Error::Empty {
                what: if self.rows.is_empty() { what() } else { format!("{}: a row", what()) },
            });
        }
        Error::if_more(format!("{}: panels", what()), panels.sum(), MOST)?;
        let widths = std::iter::once(("the width of the page", self.width));
        let heights = self.rows.iter().filter_map(|row| row.height).map(|height| ("the height of a row", height));
        for (name, value) in widths.chain(heights) {
            if !SIZES.contains(&value) {
                return Err(Error::Number { what: name.to_owned(), value, allowed: "between 120 and 8000 pixels" });
            }
        }
        for row in &self.rows {
            if !row.weights.is_empty() {
                Error::unless_equal("a row", ("weights", row.weights.len()), ("panels", row.panels.len()))?;
            }
            // A panel narrower than a hundredth of its neighbour shows nothing.
            if let Some(&value) = row.weights.iter().find(|weight| !(0.01..=100.0).contains(*weight)) {
                let what = "the weight of a panel".to_owned();
                return Err(Error::Number { what, value, allowed: "between 0.01 and 100" });
            }
            row.panels.iter().try_for_each(Panel::check)?;
        }
        Ok(())
    }

    fn picture(&self, prefix: &str) -> Result<Picture, Error> {
        let description = self.describe()?;
        let mut canvas = Canvas::new(prefix);
        canvas.put(format_args!("<defs>"));
        patterns(&mut canvas);
        canvas.put(format_args!("</defs>"));
        let room = self.width - 2.0 * MARGIN;
        let mut top = MARGIN;
        for line in wrapped(&self.title, HEAD, room, 2) {
            canvas.text_in("head", (MARGIN, top + 14.0), Anchor::Start, &line, HEAD, f64::INFINITY);
            top += 22.0;
        }
        for line in wrapped(&self.subtitle, LABEL, room, 3) {
            canvas.text_in("label quiet", (MARGIN, top + 11.0), Anchor::Start, &line, LABEL, f64::INFINITY);
            top += 16.0;
        }
        top += if top > MARGIN { 14.0 } else { 0.0 };
        let mut rows = vec![];
        for row in &self.rows {
            let placed = Placed::new(row, top, room)?;
            top += placed.height + BETWEEN;
            rows.push(placed);
        }
        align(&mut rows);
        rows.iter().try_for_each(|row| row.draw(&mut canvas))?;
        let title = if self.title.is_empty() { self.first_title() } else { self.title.clone() };
        Ok(Picture {
            title,
            description,
            prefix: prefix.to_owned(),
            width: self.width,
            height: top - BETWEEN + MARGIN,
            elements: canvas.finish(),
        })
    }

    /// What the picture is called if the page has no title.
    fn first_title(&self) -> String {
        let titles = self.rows.iter().flat_map(|row| &row.panels).map(|panel| match panel {
            Panel::Chart(chart) => chart.title.clone(),
            Panel::Surface(surface) => surface.title.clone(),
        });
        titles.into_iter().find(|title| !title.is_empty()).unwrap_or_else(|| "Figure".to_owned())
    }
}

/// A row of which it is known where its panels lie.
struct Placed<'a> {
    row: &'a Row,
    top: f64,
    /// The room above the fields, and the height of the row with it.
    head: f64,
    height: f64,
    widths: Vec<f64>,
    /// The room to the left of the fields of charts.
    before: Vec<f64>,
}

impl<'a> Placed<'a> {
    fn new(row: &'a Row, top: f64, room: f64) -> Result<Self, Error> {
        let weights: Vec<f64> = if row.weights.is_empty() { vec![1.0; row.panels.len()] } else { row.weights.clone() };
        let free = (room - BETWEEN * (row.panels.len() as f64 - 1.0)).max(1.0);
        let whole: f64 = weights.iter().sum();
        let widths: Vec<f64> = weights.iter().map(|weight| free * weight / whole).collect();
        // Fields begin at one height.
        let mut head = 0.0_f64;
        for (panel, width) in row.panels.iter().zip(&widths) {
            head = head.max(panel.head(*width)?);
        }
        let widest = widths.iter().copied().fold(0.0, f64::max);
        // A little less high than wide, as fields of statistical charts are, within what a screen shows.
        let height = row.height.unwrap_or_else(|| head + (widest * 0.68).clamp(180.0, 460.0));
        let before = |panel: &Panel| match panel {
            Panel::Chart(chart) => chart.before(height, head),
            Panel::Surface(_) => Ok(0.0),
        };
        let before = row.panels.iter().map(before).collect::<Result<Vec<f64>, Error>>()?;
        Ok(Self { row, top, head, height, widths, before })
    }

    fn draw(&self, canvas: &mut Canvas) -> Result<(), Error> {
        let mut left = MARGIN;
        for ((panel, width), before) in self.row.panels.iter().zip(&self.widths).zip(&self.before) {
            let place = (left, self.top, *width, self.height);
            match panel {
                Panel::Chart(chart) => chart.draw(canvas, place, self.head, *before)?,
                Panel::Surface(surface) => surface.draw(canvas, place, self.head)?,
            }
            left += width + BETWEEN;
        }
        Ok(())
    }
}

/// Lets fields below each other begin at one place, where rows have panels of the same widths.
fn align(rows: &mut [Placed]) {
    for group in rows.chunk_by_mut(|a, b| a.widths == b.widths) {
        for column in 0..group.first().map_or(0, |row| row.before.len()) {
            let most = group.iter().filter_map(|row| row.before.get(column)).copied().fold(0.0, f64::max);
            group.iter_mut().filter_map(|row| row.before.get_mut(column)).for_each(|before| *before = most);
        }
    }
}

/// A picture that is drawn but for its outermost element.
struct Picture {
    title: String,
    description: String,
    prefix: String,
    width: f64,
    height: f64,
    elements: String,
}

impl Picture {
    /// The element, with attributes and what stands before its elements, without this much of its margin.
    fn markup(&self, attributes: &str, style: &str, cut: f64) -> String {
        let Self { prefix, elements, .. } = self;
        let (title, description) = (escaped(&self.title), escaped(&self.description));
        let [width, height] = [self.width, self.height].map(|length| coordinate(length - 2.0 * cut));
        let cut = coordinate(cut);
        format!(
            "<svg{attributes} class=\"fig\" viewBox=\"{cut} {cut} {width} {height}\" role=\"img\" \
             aria-labelledby=\"{prefix}title {prefix}desc\">\n<title id=\"{prefix}title\">{title}</title>\n\
             <desc id=\"{prefix}desc\">{description}</desc>\n{style}{elements}</svg>\n"
        )
    }
}
