//! What the script of the page gets: plain data, whose columns of numbers are the bytes of binary64, little endian, in
//! base64.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use super::detail::Detail;
use super::{Explorer, Line, Path, Picture, Plane};
use crate::axis::{Axis, Scale, Span, extent};
use crate::error::Error;
use crate::grid::{Colours, Gap, Grid, STEPS};
use crate::layers::{Draw, Marks, Series, Shape, named_within};
use crate::number::count;
use crate::palette::{Colour, classes};
use crate::ticks::{Tick, ticks};

/// The data of a page.
#[derive(Debug, Serialize)]
pub(super) struct Data {
    columns: Vec<String>,
    views: Vec<View>,
    /// The outline of the mark at the end of a path.
    star: String,
}

/// The place of a column of numbers.
type Column = usize;

/// Columns, each of them once: views of several losses share their axes.
#[derive(Default)]
struct Columns {
    texts: Vec<String>,
    known: HashMap<String, Column>,
}

impl Columns {
    fn put(&mut self, values: impl IntoIterator<Item = f64>) -> Column {
        let text = encoded(values);
        let next = self.texts.len();
        *self.known.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        })
    }

    fn picked(&mut self, values: &[f64], places: &[usize]) -> Column {
        self.put(places.iter().filter_map(|place| values.get(*place).copied()))
    }
}

/// The bytes of numbers as text.
fn encoded(values: impl IntoIterator<Item = f64>) -> String {
    let bytes: Vec<u8> = values.into_iter().flat_map(f64::to_le_bytes).collect();
    BASE64_STANDARD.encode(bytes)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
enum View {
    Plane(PlaneView),
    Line(LineView),
}

#[derive(Debug, Serialize)]
struct PlaneView {
    name: String,
    description: String,
    x: AxisOf,
    y: AxisOf,
    /// The linear scale and, where it can be, the logarithmic one.
    z: Values,
    /// The places of the columns, those of the rows, the values row by row.
    nodes: [Column; 3],
    /// The map of colours from the lowest to the highest value, six hexadecimal digits each.
    shades: String,
    path: Option<PathView>,
    marks: Vec<MarksView>,
    gaps: Vec<GapView>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct LineView {
    name: String,
    description: String,
    x: AxisOf,
    y: Values,
    curves: Vec<CurveView>,
    path: Option<PathView>,
    marks: Vec<MarksView>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct AxisOf {
    title: String,
    scale: ScaleView,
}

/// An axis of values.
#[derive(Debug, Serialize)]
struct Values {
    title: String,
    linear: ScaleView,
    log: Option<ScaleView>,
    /// Whether the logarithmic scale comes first.
    first: bool,
}

#[derive(Debug, Serialize)]
struct ScaleView {
    low: f64,
    high: f64,
    log: bool,
    ticks: Vec<(f64, String)>,
    /// Where the colours of contours change.
    levels: Vec<(f64, String)>,
}

#[derive(Debug, Serialize)]
struct PathView {
    name: String,
    /// The name with what of it cannot be seen.
    legend: String,
    colour: usize,
    numbers: Vec<u32>,
    x: Column,
    /// Of a plane: the places along the axis of the rows and the values in the plane.
    y: Option<Column>,
    in_plane: Option<Column>,
    values: Column,
}

#[derive(Debug, Serialize)]
struct MarksView {
    name: String,
    colour: usize,
    shape: String,
    line: bool,
    x: Column,
    y: Column,
    labels: Vec<String>,
}

#[derive(Debug, Serialize)]
struct CurveView {
    name: String,
    legend: String,
    colour: usize,
    dashes: &'static [f64],
    dots: bool,
    x: Column,
    y: Column,
}

#[derive(Debug, Serialize)]
struct GapView {
    /// Which hatching.
    kind: &'static str,
    name: String,
}

impl Data {
    /// The data of a page with so much detail.
    pub(super) fn of(explorer: &Explorer, detail: Detail) -> Result<Self, Error> {
        let mut columns = Columns::default();
        let views = explorer
            .views
            .iter()
            .map(|view| match &view.picture {
                Picture::Plane(plane) => plane_view(&view.name, plane, detail, &mut columns).map(View::Plane),
                Picture::Line(line) => line_view(&view.name, line, detail, &mut columns).map(View::Line),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { columns: columns.texts, views, star: Shape::Star.data() })
    }

    /// What is said of a view that is not drawn in full.
    pub(super) fn notes(&self, view: usize) -> &[String] {
        match self.views.get(view) {
            Some(View::Plane(view)) => &view.notes,
            Some(View::Line(view)) => &view.notes,
            None => &[],
        }
    }

    /// As text that can stand in a script: nothing in it can end one.
    pub(super) fn json(&self) -> String {
        // Maps with keys that are no texts cannot be written, and there are none.
        serde_json::to_string(self).unwrap_or_default().replace('<', "\\u003c")
    }
}

/// Most numbers along an axis, and most levels of contours on either scale, as for pictures without a script.
const TICKS: usize = 6;
const LEVELS: usize = 12;
const MAGNITUDES: usize = 14;

fn labelled(ticks: Vec<Tick>) -> Vec<(f64, String)> {
    ticks.into_iter().map(|tick| (tick.at, tick.label)).collect()
}

impl ScaleView {
    fn new(span: Span) -> Self {
        let Span { low, high, scale } = span;
        Self { low, high, log: scale == Scale::Log, ticks: labelled(ticks((low, high), TICKS, scale)), levels: vec![] }
    }

    /// With levels of contours.
    fn with_levels(self, most: usize) -> Self {
        let scale = if self.log { Scale::Log } else { Scale::Linear };
        let inside = ticks((self.low, self.high), most, scale).into_iter();
        let levels = labelled(inside.filter(|tick| tick.at > self.low && tick.at < self.high).collect());
        Self { levels, ..self }
    }
}

/// The range of values on a logarithmic scale, if all of them that are finite have a place on it.
fn all_positive(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    extent(values, Scale::Linear).filter(|range| range.0 > 0.0)
}

fn plane_view(name: &str, plane: &Plane, detail: Detail, columns: &mut Columns) -> Result<PlaneView, Error> {
    let Plane { grid, x, y, z, colours, path, marks } = plane;
    let span = |axis: &Axis, values: &[f64], title: &str| {
        let whole = Axis { range: None, ..axis.clone() };
        whole.span(title, extent(values.iter().copied(), axis.scale), (0.0, 0.0))
    };
    let spans = (span(x, &grid.x, "x")?, span(y, &grid.y, "y")?);
    let range = grid.range(Scale::Linear).unwrap_or((0.0, 1.0));
    let log = all_positive(grid.z.iter().copied()).map(|range| Span::around(range, Scale::Log));
    let places = (detail.nodes(grid.x.len()), detail.nodes(grid.y.len()));
    let values = places.1.iter().flat_map(|row| places.0.iter().map(move |column| grid.at(*column, *row)));
    let mut notes = vec![];
    if places.0.len() < grid.x.len() || places.1.len() < grid.y.len() {
        notes.push(thinned_grid(grid, places.0.len(), places.1.len()));
    }
    // On maps the second colour: the first is too near to those of the map.
    let asked: Vec<Option<Colour>> =
        [Some(Colour::Slot(1))].into_iter().chain(marks.iter().map(|marks| marks.colour())).collect();
    let colours_of_layers = classes(&asked);
    let gaps = Gap::named(grid, Scale::Linear);
    Ok(PlaneView {
        name: name.to_owned(),
        description: plane.describe(),
        x: AxisOf { title: x.title(), scale: ScaleView::new(spans.0) },
        y: AxisOf { title: y.title(), scale: ScaleView::new(spans.1) },
        z: Values {
            title: z.title(),
            linear: ScaleView::new(Span::around(range, Scale::Linear)).with_levels(LEVELS),
            log: log.map(|span| ScaleView::new(span).with_levels(MAGNITUDES)),
            first: z.scale == Scale::Log && log.is_some(),
        },
        nodes: [columns.picked(&grid.x, &places.0), columns.picked(&grid.y, &places.1), columns.put(values)],
        shades: shades(*colours),
        path: path.as_ref().map(|path| {
            let steps = detail.steps(path.steps.len());
            notes.extend(thinned_path(path, steps.len()));
            let steps: Vec<_> = steps.into_iter().filter_map(|place| path.steps.get(place)).collect();
            let all = path.steps.iter().map(|step| (step.x, step.y));
            PathView {
                name: path.name.clone(),
                legend: named_within(&path.name, all, spans),
                colour: colours_of_layers.first().copied().unwrap_or_default(),
                numbers: steps.iter().map(|step| step.number).collect(),
                x: columns.put(steps.iter().map(|step| step.x)),
                y: Some(columns.put(steps.iter().map(|step| step.y))),
                in_plane: Some(columns.put(steps.iter().map(|step| step.in_plane))),
                values: columns.put(steps.iter().map(|step| step.value)),
            }
        }),
        marks: marks_views(marks, &colours_of_layers[1..], spans, columns),
        gaps: gaps.into_iter().map(|(kind, name)| GapView { kind: kind.pattern(), name }).collect(),
        notes,
    })
}

fn line_view(name: &str, line: &Line, detail: Detail, columns: &mut Columns) -> Result<LineView, Error> {
    let Line { x, y, curves, path, marks } = line;
    let steps = || path.iter().flat_map(|path| &path.steps);
    let across = curves.iter().flat_map(|curve| curve.x.iter().copied());
    let across = || across.clone().chain(steps().map(|step| step.x));
    let points_of_marks = || marks.iter().flat_map(|marks| &marks.marks);
    let up = || {
        let curves = curves.iter().flat_map(|curve| curve.y.iter().copied());
        curves.chain(steps().map(|step| step.value)).chain(points_of_marks().map(|mark| mark.y))
    };
    // Of the marks only the heights count: one far to the side would squeeze the curves.
    let x_span = x.span(&format!("view `{name}`: x axis"), extent(across(), x.scale), (0.0, 0.0))?;
    let linear = Axis { scale: Scale::Linear, ..y.clone() };
    let what = format!("view `{name}`: y axis");
    let linear = linear.span(&what, extent(up(), Scale::Linear), (MARGIN, MARGIN))?;
    let log = all_positive(up()).filter(|_| y.range.is_none_or(|range| range.0 > 0.0));
    let logarithmic = Axis { scale: Scale::Log, ..y.clone() };
    let log = log.map(|range| logarithmic.span(&what, Some(range), (MARGIN, MARGIN))).transpose()?;
    let spans = (x_span, linear);
    let asked: Vec<Option<Colour>> = curves
        .iter()
        .map(|curve| curve.colour())
        .chain([path.as_ref().map(|_| Colour::Next)])
        .chain(marks.iter().map(|marks| marks.colour()))
        .collect();
    let colours = classes(&asked);
    let mut notes = vec![];
    let curve = |(curve, colour): (&Series, &usize), columns: &mut Columns, notes: &mut Vec<String>| {
        let places = detail.points(curve.x.len());
        if places.len() < curve.x.len() {
            let (shown, all) = (count(places.len()), count(curve.x.len()));
            notes.push(format!("{}: {shown} of {all} points are here, evenly chosen.", curve.name));
        }
        let points = curve.x.iter().copied().zip(curve.y.iter().copied());
        CurveView {
            name: curve.name.clone(),
            legend: named_within(&curve.name, points, spans),
            colour: *colour,
            dashes: curve.line.dashes(),
            dots: curve.markers,
            x: columns.picked(&curve.x, &places),
            y: columns.picked(&curve.y, &places),
        }
    };
    Ok(LineView {
        name: name.to_owned(),
        description: line.describe(),
        x: AxisOf { title: x.title(), scale: ScaleView::new(x_span) },
        y: Values {
            title: y.title(),
            linear: ScaleView::new(linear),
            first: y.scale == Scale::Log && log.is_some(),
            log: log.map(ScaleView::new),
        },
        curves: curves.iter().zip(&colours).map(|pair| curve(pair, columns, &mut notes)).collect(),
        path: path.as_ref().map(|path| {
            let steps = detail.steps(path.steps.len());
            notes.extend(thinned_path(path, steps.len()));
            let steps: Vec<_> = steps.into_iter().filter_map(|place| path.steps.get(place)).collect();
            PathView {
                name: path.name.clone(),
                legend: named_within(&path.name, path.steps.iter().map(|step| (step.x, step.value)), spans),
                colour: colours.get(curves.len()).copied().unwrap_or_default(),
                numbers: steps.iter().map(|step| step.number).collect(),
                x: columns.put(steps.iter().map(|step| step.x)),
                y: None,
                in_plane: None,
                values: columns.put(steps.iter().map(|step| step.value)),
            }
        }),
        marks: marks_views(marks, colours.get(curves.len() + 1..).unwrap_or_default(), spans, columns),
        notes,
    })
}

/// Room above and below curves, as a share of their range: as in charts.
const MARGIN: f64 = 0.05;

fn marks_views(marks: &[Marks], colours: &[usize], spans: (Span, Span), columns: &mut Columns) -> Vec<MarksView> {
    let view = |(marks, colour): (&Marks, &usize)| MarksView {
        name: named_within(&marks.name, marks.marks.iter().map(|mark| (mark.x, mark.y)), spans),
        colour: *colour,
        shape: marks.shape.data(),
        line: marks.shape.is_line(),
        x: columns.put(marks.marks.iter().map(|mark| mark.x)),
        y: columns.put(marks.marks.iter().map(|mark| mark.y)),
        labels: marks.marks.iter().map(|mark| mark.label.clone()).collect(),
    };
    marks.iter().zip(colours).map(view).collect()
}

fn thinned_grid(grid: &Grid, columns: usize, rows: usize) -> String {
    let (all_columns, all_rows) = (count(grid.x.len()), count(grid.y.len()));
    format!(
        "So that the page stays small, {} × {} of the {all_columns} × {all_rows} nodes are here, evenly chosen; their \
         values are as given.",
        count(columns),
        count(rows)
    )
}

fn thinned_path<Step>(path: &Path<Step>, shown: usize) -> Option<String> {
    let (all, name) = (path.steps.len(), &path.name);
    let name = if name.is_empty() { "path" } else { name };
    (shown < all).then(|| format!("{name}: {} of {} steps are here, evenly chosen.", count(shown), count(all)))
}

fn shades(colours: Colours) -> String {
    (0..=STEPS)
        .map(|step| colours.at(f64::from(step) / f64::from(STEPS)))
        .map(|[red, green, blue]| format!("{red:02x}{green:02x}{blue:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn columns_keep_every_bit(bits in proptest::collection::vec(any::<u64>(), 0..40)) {
            let text = encoded(bits.iter().map(|bits| f64::from_bits(*bits)));
            let bytes = BASE64_STANDARD.decode(text).unwrap();
            let decoded: Vec<u64> =
                bytes.chunks(8).map(|chunk| u64::from_le_bytes(chunk.try_into().unwrap())).collect();
            prop_assert_eq!(decoded, bits);
        }
    }

    #[test]
    fn equal_columns_travel_once_and_bits_decide() {
        let mut columns = Columns::default();
        let places: Vec<Column> =
            [[0.0, 1.0], [-0.0, 1.0], [0.0, 1.0]].into_iter().map(|values| columns.put(values)).collect();
        assert_eq!(places, [0, 1, 0]);
    }
}
