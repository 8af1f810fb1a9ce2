//! Pictures of landscapes: curves of lines, contours and surfaces of planes, in files and in the terminal.

use std::path::Path;

use dartboard_figures::sketch::{self, Size};
use dartboard_figures::{
    Axis, Chart, Contours, Error, Grid, Levels, Line, Marks, Page, Row, Series, Shape, Surface, Theme, Trail,
};
use dartboard_landscapes::{Direction, Source, Study, Valley};

use super::{Report, View};
use crate::failure::Failure;
use crate::output::Canvas;
use crate::render::picture::{FigureFormat, SCALE, write_whole};

/// Draws the landscape into a file, which appears under its name only when it is complete.
pub(crate) fn write(report: &Report, studies: &[Study], path: &Path, format: FigureFormat) -> Result<(), Failure> {
    write_whole(path, &draw(report, studies, format)?)
}

/// Draws the landscape.
pub(crate) fn draw(report: &Report, studies: &[Study], format: FigureFormat) -> Result<Vec<u8>, Failure> {
    let failed = |error: Error| Failure::Data(format!("the figure cannot be drawn: {error}"));
    Ok(match format {
        FigureFormat::Svg => page(report, studies).svg(Theme::Auto).map_err(failed)?.into_bytes(),
        FigureFormat::Png => page(report, studies).png(Theme::Light, SCALE).map_err(failed)?,
        FigureFormat::Html => super::explorer::html(report, studies).map_err(failed)?.into_bytes(),
    })
}

/// How a view is drawn: its losses on a grid, their axes, its marks.
pub(crate) struct Drawn<'a> {
    pub(crate) view: &'a View,
    pub(crate) study: &'a Study,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
}

impl<'a> Drawn<'a> {
    pub(crate) fn all(report: &'a Report, studies: &'a [Study]) -> Vec<Self> {
        let of = |(view, study): (&'a View, &'a Study)| Self { view, study, x: study.numbers(0), y: study.numbers(1) };
        report.views.iter().zip(studies).map(of).collect()
    }

    pub(crate) fn is_plane(&self) -> bool {
        !self.y.is_empty()
    }

    pub(super) fn grid(&self) -> Grid {
        Grid::new(self.x.clone(), self.y.clone(), self.study.landscape.losses.clone())
    }

    pub(super) fn caption(&self, axis: usize) -> String {
        let caption = |direction: &Direction| match direction.source {
            Source::Given => format!("direction {}", axis + 1),
            _ => direction.source.caption(),
        };
        self.study.directions.get(axis).map_or_else(String::new, caption)
    }

    /// The numbers that the axes show for coordinates.
    pub(crate) fn shown(&self, place: [f64; 2]) -> [f64; 2] {
        [place[0] + self.study.offset(0), place[1] + self.study.offset(1)]
    }

    /// The path where it runs inside of the picture: what is drawn of it.
    fn path(&self) -> (Vec<f64>, Vec<f64>) {
        self.view.findings.path.iter().map(|point| self.shown(point.place).into()).unzip()
    }

    fn axis(&self, axis: usize) -> Axis {
        let shown = if axis == 0 { &self.x } else { &self.y };
        let label = Axis::new(self.caption(axis));
        match (shown.first(), shown.last()) {
            (Some(&from), Some(&to)) => label.range(from, to),
            _ => label,
        }
    }

    /// Levels whose spacing suits the losses: by magnitudes where they span several.
    fn levels(&self) -> Levels {
        if spans_magnitudes(self.view) { Levels::Magnitudes(LEVELS) } else { Levels::Even(LEVELS) }
    }

    pub(super) fn contours(&self) -> Chart {
        let mut chart = Chart::new(self.view.loss.clone(), self.axis(0), self.axis(1))
            .with(Contours::new(self.grid(), Axis::new("loss")).levels(self.levels()));
        let (x, y) = self.path();
        if x.len() > 1 {
            chart = chart.with(Trail::new(PATH, x, y));
        }
        chart.with(self.marks()).square()
    }

    fn surface(&self) -> Surface {
        let axis = |place: usize| self.axis(place);
        let mut z = Axis::new("loss");
        if spans_magnitudes(self.view) {
            z = z.log();
        }
        Surface::new(self.view.loss.clone(), self.grid(), axis(0), axis(1), z)
    }

    /// The minima of the picture.
    fn marks(&self) -> Marks {
        let mut marks = Marks::new("minimum").shape(Shape::Diamond);
        for ([x, y], _) in self.minima() {
            marks = marks.with(x, y, String::new());
        }
        marks
    }

    /// The deepest minima: where they stand in the picture, and what to call them.
    pub(super) fn minima(&self) -> Vec<([f64; 2], String)> {
        let of = |valley: &Valley| {
            let [x, y] = self.shown(valley.minimum.place);
            let y = if self.is_plane() { y } else { valley.minimum.loss };
            let name = if valley.share >= 1.0 { "lowest point" } else { "local minimum" };
            ([x, y], name.to_owned())
        };
        self.view.findings.valleys.iter().take(MARKED).map(of).collect()
    }

    /// The losses of a line, all of them or less the lowest and divided by the range.
    fn curve(&self) -> Chart {
        let mut chart = Chart::new(self.view.loss.clone(), self.axis(0), Axis::new("mean loss")).with(Series::new(
            "loss",
            self.x.clone(),
            self.study.landscape.losses.clone(),
        ));
        let path = &self.view.findings.path;
        if path.len() > 1 {
            let (x, y): (Vec<f64>, Vec<f64>) =
                path.iter().map(|point| (self.shown(point.place)[0], point.shown)).unzip();
            chart = chart.with(Trail::new(PATH, x, y));
        }
        chart.with(self.marks())
    }

    /// The row of the grid through its lowest point, as shares of the range from the lowest loss to the highest.
    fn relative(&self) -> Option<Series> {
        let valley = self.view.findings.valleys.first()?;
        let width = self.x.len();
        let start = if self.is_plane() { valley.minimum.point[1] * width } else { 0 };
        let losses = &self.study.landscape.losses[start..start + width];
        let least = valley.minimum.loss;
        let most = losses.iter().copied().filter(|loss| loss.is_finite()).fold(least, f64::max);
        let shares: Vec<f64> = losses.iter().map(|loss| (loss - least) / (most - least)).collect();
        (most > least).then(|| Series::new(self.view.loss.clone(), self.x.clone(), shares))
    }
}

/// Whether evenly spaced levels would leave the valley empty.
pub(super) fn spans_magnitudes(view: &View) -> bool {
    const WIDE: f64 = 100.0;
    let (low, high) = (view.findings.lowest.unwrap_or(0.0), view.findings.highest.unwrap_or(0.0));
    // A tolerance is a share of the range: small losses are not known well enough for levels of their own.
    view.refinement.is_none() && low > 0.0 && high / low > WIDE
}

/// The way of a fit, or of checkpoints, in legends: a circle where it begins, a star where it ends.
const PATH: &str = "path, from ● to ★";

/// Lines of equal loss.
const LEVELS: usize = 14;

/// Minima that are marked.
const MARKED: usize = 8;

/// Panels side by side.
const BESIDE: usize = 3;

/// Units of a panel's width.
const PANEL: f64 = 400.0;

fn page(report: &Report, studies: &[Study]) -> Page {
    let drawn = Drawn::all(report, studies);
    // Four stand two by two, so that none stands alone in a row.
    let columns = if drawn.len() == 4 { 2 } else { drawn.len().clamp(1, BESIDE) };
    let mut page = Page::new(title(report)).subtitle(subtitle(report));
    page =
        page.width(if drawn.len() == 1 && drawn.iter().all(Drawn::is_plane) { 920.0 } else { PANEL * columns as f64 });
    if drawn.len() == 1 && !drawn[0].is_plane() {
        return page.width(640.0).row(Row::new([drawn[0].curve().into()]).height(400.0));
    }
    for row in drawn.chunks(columns) {
        if !row[0].is_plane() {
            page = page.row(Row::new(row.iter().map(|each| each.curve().into())).height(300.0));
        } else if let [only] = row
            && drawn.len() == 1
        {
            page = page.row(Row::new([only.contours().into(), only.surface().into()]));
        } else {
            page = page.row(Row::new(row.iter().map(|each| each.contours().into())));
            page = page.row(Row::new(row.iter().map(|each| each.surface().into())));
        }
    }
    if drawn.len() > 1
        && let Some(chart) = together(&drawn)
    {
        page = page.row(Row::new([chart.into()]).height(320.0));
    }
    page
}

/// All losses over the first axis, each in its own unit: shares of its range.
fn together(drawn: &[Drawn<'_>]) -> Option<Chart> {
    let first = drawn.first()?;
    let axis = first.axis(0);
    let same = drawn.iter().all(|each| each.caption(0) == first.caption(0));
    let curves: Vec<Series> = drawn.iter().filter_map(Drawn::relative).collect();
    if !same || curves.len() < 2 {
        return None;
    }
    let through =
        if first.is_plane() { "All of them along the x axis, through the lowest points" } else { "All of them" };
    let mut chart = Chart::new(through, axis, Axis::new("share of the loss's range"));
    // Curves of losses that hardly differ lie upon each other: each has a pattern of its own.
    let lines = [Line::Solid, Line::Dashed, Line::Dotted, Line::DashDot];
    for (curve, line) in curves.into_iter().zip(lines.into_iter().cycle()) {
        chart = chart.with(curve.line(line));
    }
    Some(chart)
}

pub(super) fn title(report: &Report) -> String {
    let losses: Vec<&str> = report.views.iter().map(|view| view.loss.as_str()).collect();
    format!("{} of {}", losses.join(", "), report.model)
}

pub(super) fn subtitle(report: &Report) -> String {
    let rows = &report.rows;
    let used = rows.used - rows.for_testing;
    let kept = if report.kept.iter().any(|(_, why)| why.contains("statistic")) {
        "; statistics of batch normalisation kept"
    } else {
        ""
    };
    format!("{} over {} rows of {}{kept}", rows.truth.join(", "), used, rows.files.join(", "))
}

/// The first loss in characters.
pub(crate) fn sketch(report: &Report, studies: &[Study], canvas: Canvas) -> String {
    let mut text = String::new();
    // More would scroll the words away.
    for each in Drawn::all(report, studies).iter().take(1) {
        let chart = if each.is_plane() { each.contours() } else { each.curve() };
        let size = Size { columns: usize::from(canvas.width).min(84), rows: 16, styled: canvas.styled };
        // What cannot be drawn has been said in words.
        if let Ok(drawn) = sketch::chart(&chart, size) {
            text += "\n";
            text += &drawn;
        }
    }
    text
}
