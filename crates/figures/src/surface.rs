//! Grids in three dimensions.

use crate::axis::{Axis, Span};
use crate::chart::{draw_title, head_of_title};
use crate::draw::canvas::{Anchor, Canvas};
use crate::draw::colour_bar::ColourBar;
use crate::draw::legend::{self, Entry, Sample};
use crate::draw::letters::{self, LABEL, TICK};
use crate::draw::path::{Path, coordinate};
use crate::error::Error;
use crate::grid::{Colours, Gap, Grid, hex};
use crate::layers::{Trail, what};
use crate::number::{count, short};
use crate::palette::SLOTS;
use crate::ticks::{Tick, ticks};

mod view;

use view::View;

/// The values of a grid as heights, seen from a direction without perspective.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// What stands above it.
    pub title: String,
    /// What it shows, for those who do not see it; if empty, it is made from names and ranges.
    pub description: String,
    /// The heights.
    pub grid: Grid,
    /// The axis of the columns.
    pub x: Axis,
    /// The axis of the rows.
    pub y: Axis,
    /// The axis of the heights.
    pub z: Axis,
    /// The map of colours, over the range of the heights.
    pub colours: Colours,
    /// From where it is seen: the angle from the axis of the columns towards that of the rows, in degrees.
    pub azimuth: f64,
    /// How far above the ground the eye is, in degrees from 5 to 85.
    pub elevation: f64,
    /// Paths on the surface; their heights are those of the surface. They are drawn over it, also where it would hide them.
    pub trails: Vec<Trail>,
}

impl Default for Surface {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            grid: Grid::default(),
            x: Axis::default(),
            y: Axis::default(),
            z: Axis::default(),
            colours: Colours::default(),
            azimuth: -60.0,
            elevation: 32.0,
            trails: vec![],
        }
    }
}

/// More lines than this along an axis cannot be told apart; the surface is drawn through nodes at equal distances.
const LINES: usize = 60;

/// Room to the right of the box, for the numbers of the axis that ends there.
const BESIDE: f64 = 34.0;
/// Shades of a surface: fewer than its bar of colours has, so that neighbours share an element, and still smooth.
const SHADES: u32 = 48;

impl Surface {
    /// A surface seen from the front right.
    pub fn new(title: impl Into<String>, grid: Grid, x: Axis, y: Axis, z: Axis) -> Self {
        Self { title: title.into(), grid, x, y, z, ..Self::default() }
    }

    /// Seen from another direction.
    #[must_use]
    pub fn seen_from(self, azimuth: f64, elevation: f64) -> Self {
        Self { azimuth, elevation, ..self }
    }

    /// In other colours.
    #[must_use]
    pub fn colours(self, colours: Colours) -> Self {
        Self { colours, ..self }
    }

    /// With a path on it.
    #[must_use]
    pub fn trail(mut self, trail: Trail) -> Self {
        self.trails.push(trail);
        self
    }

    fn what(&self) -> String {
        what("surface", &self.title)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let what = self.what();
        self.grid.check(&what, 2, self.z.scale)?;
        self.grid.check_places(&what, self.x.scale, self.y.scale)?;
        if !(5.0..=85.0).contains(&self.elevation) {
            let what = format!("{what}: the elevation");
            return Err(Error::Number { what, value: self.elevation, allowed: "between 5 and 85 degrees" });
        }
        if !(-360.0..=360.0).contains(&self.azimuth) {
            let what = format!("{what}: the azimuth");
            return Err(Error::Number { what, value: self.azimuth, allowed: "between −360 and 360 degrees" });
        }
        for trail in &self.trails {
            crate::layers::check_points("trail", &trail.name, &trail.x, &trail.y)?;
        }
        self.spans().map(|_| ())
    }

    fn spans(&self) -> Result<[Span; 3], Error> {
        let along = |axis: &Axis, values: &[f64], name: &str| {
            let range = crate::axis::extent(values.iter().copied(), axis.scale);
            axis.span(&format!("{}: {name} axis", self.what()), range, (0.0, 0.0))
        };
        Ok([along(&self.x, &self.grid.x, "x")?, along(&self.y, &self.grid.y, "y")?, along(&self.z, &self.grid.z, "z")?])
    }

    fn legend(&self) -> Vec<Entry> {
        let trails = self.trails.iter().enumerate().map(|(index, trail)| {
            let unseen = trail.x.iter().zip(&trail.y).filter(|(x, y)| self.height_at(**x, **y).is_none()).count();
            let all = trail.x.len();
            let name = match unseen {
                0 => trail.name.clone(),
                _ => format!("{} ({} of {} not on the surface)", trail.name, count(unseen), count(all)),
            };
            Entry { sample: Sample::Line { class: format!("l{}", self.class(index)), dots: true }, name }
        });
        let entries = trails.chain(Gap::legend(&self.grid, self.z.scale));
        entries.filter(|entry| !entry.name.is_empty()).collect()
    }

    fn class(&self, trail: usize) -> usize {
        // From the second colour on: the first is too near to those of the map.
        self.trails.get(trail).and_then(|trail| trail.colour.class()).unwrap_or((trail + 1) % SLOTS)
    }

    pub(crate) fn head(&self, width: f64) -> f64 {
        let legend = legend::height(&self.legend(), width);
        head_of_title(&self.title, width) + if legend > 0.0 { legend + 8.0 } else { 4.0 }
    }

    pub(crate) fn describe(&self) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let title = if self.title.is_empty() { "Surface" } else { &self.title };
        let range = self.grid.range(self.z.scale).unwrap_or_default();
        let names: Vec<String> = self.legend().into_iter().map(|entry| entry.name).collect();
        let shown = if names.is_empty() { String::new() } else { format!(" Shown: {}.", names.join("; ")) };
        let (x, y, z) = (self.x.title(), self.y.title(), self.z.title());
        let (low, high) = (short(range.0), short(range.1));
        let strides = self.strides();
        let every = if strides == (1, 1) {
            String::new()
        } else {
            format!(" Drawn through every {}th column and {}th row.", strides.0, strides.1)
        };
        format!("{title}. Surface of {z} over {x} and {y}, from {low} to {high}.{every}{shown}")
    }

    /// Every how manyth column and row is drawn.
    fn strides(&self) -> (usize, usize) {
        let stride = |length: usize| (length.saturating_sub(1)).div_ceil(LINES).max(1);
        (stride(self.grid.x.len()), stride(self.grid.y.len()))
    }

    /// The height of the surface between nodes, by linear interpolation along both axes.
    fn height_at(&self, x: f64, y: f64) -> Option<f64> {
        let cell = |nodes: &[f64], value: f64| {
            let inside = value >= *nodes.first()? && value <= *nodes.last()?;
            let after = nodes.partition_point(|node| *node <= value).clamp(1, nodes.len().checked_sub(1)?);
            let (from, to) = (nodes.get(after - 1)?, nodes.get(after)?);
            let width = to / 2.0 - from / 2.0;
            inside.then_some((after - 1, (value / 2.0 - from / 2.0) / width))
        };
        let ((column, right), (row, up)) = (cell(&self.grid.x, x)?, cell(&self.grid.y, y)?);
        let mut sum = 0.0;
        for (across, above, weight) in [
            (0, 0, (1.0 - right) * (1.0 - up)),
            (1, 0, right * (1.0 - up)),
            (0, 1, (1.0 - right) * up),
            (1, 1, right * up),
        ] {
            // A node without weight may be a gap.
            sum += if weight > 0.0 { weight * self.grid.at(column + across, row + above) } else { 0.0 };
        }
        Gap::of(sum, self.z.scale).is_none().then_some(sum)
    }

    pub(crate) fn draw(
        &self,
        canvas: &mut Canvas,
        (left, top, width, height): (f64, f64, f64, f64),
        head: f64,
    ) -> Result<(), Error> {
        let spans = self.spans()?;
        canvas.clear_labels();
        draw_title(canvas, &self.title, (left, top), width);
        let entries = self.legend();
        let own = legend::height(&entries, width);
        legend::draw(canvas, &entries, (left, top + head - own - 6.0), width);
        let colour_range = Span { ..self.colour_span(spans[2]) };
        let bar = ColourBar::of_span(
            &Axis { range: None, ..self.z.clone() },
            colour_range,
            self.colours,
            height - head - 60.0,
            (false, false),
        );
        let field = (left, top + head, (width - bar.width()).max(60.0), (height - head).max(60.0));
        let view = self.view(spans, field);
        self.draw_box(canvas, &view, spans);
        self.draw_mesh(canvas, &view, spans, colour_range);
        canvas.open("map");
        for (index, trail) in self.trails.iter().enumerate() {
            self.draw_trail(canvas, &view, spans, trail, self.class(index));
        }
        canvas.close();
        // Numbers on the right of the box stand between it and the bar.
        bar.draw(canvas, view.end() + BESIDE, field.1 + 24.0, height - head - 60.0);
        Ok(())
    }

    /// The range of the colours: of the values, within the axis.
    fn colour_span(&self, z: Span) -> Span {
        match self.grid.range(self.z.scale) {
            Some((low, high)) => {
                let (low, high) = (low.max(z.low), high.min(z.high));
                if low < high { Span { low, high, ..z } } else { z }
            }
            None => z,
        }
    }

    /// The direction of view, with room around the box for what stands beside it.
    fn view(&self, spans: [Span; 3], (left, top, width, height): (f64, f64, f64, f64)) -> View {
        let z_ticks = heights(spans[2]);
        let numbers = z_ticks.iter().map(|tick| letters::width(&tick.label, TICK)).fold(0.0, f64::max);
        let title = if self.z.title().is_empty() { 0.0 } else { 18.0 };
        let before = numbers + title + 14.0;
        let field = (left + before, top + 4.0, (width - before - BESIDE).max(40.0), (height - 58.0).max(40.0));
        View::new(self.azimuth, self.elevation, field)
    }

    fn draw_mesh(&self, canvas: &mut Canvas, view: &View, spans: [Span; 3], colour_range: Span) {
        let grid = &self.grid;
        let (across, up) = self.strides();
        let nodes = |length: usize, stride: usize| {
            let mut nodes: Vec<usize> = (0..length).step_by(stride).collect();
            if nodes.last() != Some(&(length - 1)) {
                nodes.push(length - 1);
            }
            nodes
        };
        let (mut columns, mut rows) = (nodes(grid.x.len(), across), nodes(grid.y.len(), up));
        // From the far end to the near one, so that what is nearer hides what is farther.
        if view.towards()[0] < 0.0 {
            columns.reverse();
        }
        if view.towards()[1] < 0.0 {
            rows.reverse();
        }
        let corner = |column: usize, row: usize| {
            let z = grid.at(column, row);
            let share = |span: Span, value: f64| span.share(value).map(|share| share.clamp(0.0, 1.0));
            let place =
                [share(spans[0], *grid.x.get(column)?)?, share(spans[1], *grid.y.get(row)?)?, share(spans[2], z)?];
            Some((view.place(place), colour_range.share(z)?.clamp(0.0, 1.0)))
        };
        // Lines of a fine mesh are lighter, or they would darken it.
        let fine = if columns.len().max(rows.len()) > 35 { " fine" } else { "" };
        canvas.put(format_args!(r#"<g class="mesh{fine}" transform="scale(.1)">"#));
        let mut run: Option<(u32, Path)> = None;
        let mut flush = |run: &mut Option<(u32, Path)>| {
            if let Some((step, path)) = run.take() {
                let colour = hex(self.colours.at(f64::from(step) / f64::from(SHADES)));
                canvas.path_with(&format!(r#"fill="{colour}""#), &path);
            }
        };
        for pair in rows.windows(2) {
            for ends in columns.windows(2) {
                let corners = [(ends[0], pair[0]), (ends[1], pair[0]), (ends[1], pair[1]), (ends[0], pair[1])]
                    .map(|(column, row)| corner(column, row));
                let [Some(a), Some(b), Some(c), Some(d)] = corners else { continue };
                let step = ((a.1 + b.1 + c.1 + d.1) / 4.0 * f64::from(SHADES)).round() as u32;
                // Neighbours of one colour that follow each other are one element.
                if run.as_ref().is_none_or(|(known, _)| *known != step) {
                    flush(&mut run);
                    run = Some((step, Path::in_tenths()));
                }
                if let Some((_, path)) = &mut run {
                    path.move_to(a.0.0, a.0.1);
                    [b, c, d].iter().for_each(|(place, _)| path.line_to(place.0, place.1));
                    path.close();
                }
            }
        }
        flush(&mut run);
        canvas.close();
    }

    fn draw_trail(&self, canvas: &mut Canvas, view: &View, spans: [Span; 3], trail: &Trail, class: usize) {
        let place = |(x, y): (&f64, &f64)| {
            let z = self.height_at(*x, *y)?;
            let share = |span: Span, value: f64| span.share(value).filter(|share| (0.0..=1.0).contains(share));
            Some(view.place([share(spans[0], *x)?, share(spans[1], *y)?, share(spans[2], z)?.clamp(0.0, 1.0)]))
        };
        let places: Vec<Option<(f64, f64)>> = trail.x.iter().zip(&trail.y).map(place).collect();
        let mut line = Path::default();
        for run in places.split(Option::is_none) {
            let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
            if run.len() > 1 {
                line.polyline(&run);
            }
        }
        let steps: Vec<(f64, f64)> = places.into_iter().flatten().collect();
        crate::layers::draw_trail(canvas, &line, &steps, class);
    }

    /// The sides of the box behind the surface, with lines at round numbers, and what stands beside its edges.
    fn draw_box(&self, canvas: &mut Canvas, view: &View, spans: [Span; 3]) {
        let towards = view.towards();
        // Shares of the far and the near sides.
        let far = |axis: usize| if towards[axis] > 0.0 { 0.0 } else { 1.0 };
        let near = |axis: usize| 1.0 - far(axis);
        let (far_x, far_y, near_x, near_y) = (far(0), far(1), near(0), near(1));
        let marks = |span: Span| {
            let ticks = heights(span);
            ticks.into_iter().filter_map(move |Tick { at, label }| Some((span.share(at)?.clamp(0.0, 1.0), label)))
        };
        let [x, y, z] = spans.map(|span| marks(span).collect::<Vec<(f64, String)>>());
        let mut grid = Path::default();
        let mut line = |points: &[[f64; 3]]| {
            for (index, point) in points.iter().enumerate() {
                let (across, down) = view.place(*point);
                if index == 0 { grid.move_to(across, down) } else { grid.line_to(across, down) }
            }
        };
        for (at, _) in &x {
            line(&[[*at, near_y, 0.0], [*at, far_y, 0.0], [*at, far_y, 1.0]]);
        }
        for (at, _) in &y {
            line(&[[near_x, *at, 0.0], [far_x, *at, 0.0], [far_x, *at, 1.0]]);
        }
        for (at, _) in &z {
            line(&[[near_x, far_y, *at], [far_x, far_y, *at], [far_x, near_y, *at]]);
        }
        canvas.path("grid", &grid);
        // Of the upright edges at the sides, the numbers of the heights stand at the left one.
        let (one, other) = ([near_x, far_y], [far_x, near_y]);
        let at = |edge: [f64; 2], z: f64| view.place([edge[0], edge[1], z]);
        let edge = if at(one, 0.0).0 < at(other, 0.0).0 { one } else { other };
        let corners =
            [[far_x, near_y, 0.0], [near_x, near_y, 0.0], [near_x, far_y, 0.0]].map(|corner| view.place(corner));
        let mut axes = Path::default();
        axes.polyline(&corners);
        axes.polyline(&[at(edge, 0.0), at(edge, 1.0)]);
        let beside = Beside { view, centre: view.place([0.5, 0.5, 0.0]) };
        beside.draw(canvas, &mut axes, &x, |share| [share, near_y, 0.0], &self.x.title());
        beside.draw(canvas, &mut axes, &y, |share| [near_x, share, 0.0], &self.y.title());
        let mut widest = 0.0_f64;
        for (share, label) in &z {
            let (across, down) = at(edge, *share);
            axes.polyline(&[(across, down), (across - 4.0, down)]);
            canvas.text("", (across - 7.0, down + 4.0), Anchor::End, label);
            widest = widest.max(letters::width(label, TICK));
        }
        canvas.path("axis", &axes);
        let ((across, from), (_, to)) = (at(edge, 0.0), at(edge, 1.0));
        let place = (across - widest - 15.0, f64::midpoint(from, to));
        canvas.upward("label", place, &self.z.title(), LABEL, (from - to).max(60.0));
    }
}

/// Round numbers along an edge of the box.
fn heights(span: Span) -> Vec<Tick> {
    ticks(span.ends(), 5, span.scale)
}

/// What stands beside an edge on the ground.
struct Beside<'a> {
    view: &'a View,
    centre: (f64, f64),
}

impl Beside<'_> {
    fn draw(
        &self,
        canvas: &mut Canvas,
        axes: &mut Path,
        marks: &[(f64, String)],
        edge: impl Fn(f64) -> [f64; 3],
        title: &str,
    ) {
        let (from, to) = (self.view.place(edge(0.0)), self.view.place(edge(1.0)));
        let middle = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
        // Away from the box: the side of the edge on which its middle does not lie.
        let along = (to.0 - from.0, to.1 - from.1);
        // The system’s hypotenuse may differ in its last bit; products, sums and roots do not.
        let length = (along.0 * along.0 + along.1 * along.1).sqrt().max(1.0);
        let across = (-along.1 / length, along.0 / length);
        let side = across.0 * (middle.0 - self.centre.0) + across.1 * (middle.1 - self.centre.1);
        let out = if side < 0.0 { (-across.0, -across.1) } else { across };
        let mut farthest = 0.0_f64;
        for (share, label) in marks {
            let (x, y) = self.view.place(edge(*share));
            axes.polyline(&[(x, y), (x + 4.0 * out.0, y + 4.0 * out.1)]);
            let (half, above) = (letters::width(label, TICK) / 2.0, TICK.size * 0.4);
            // So far out that no corner of the number reaches the edge.
            let away = 7.0 + half * out.0.abs() + above * out.1.abs();
            let (x, y) = (x + away * out.0, y + away * out.1);
            let taken = [x - half - 2.0, y - above, x + half + 2.0, y + above];
            // Numbers that would run into each other give way.
            if canvas.is_free(taken) {
                canvas.text("", (x, y + above), Anchor::Middle, label);
                canvas.take(taken);
                farthest = farthest.max(away + half * out.0.abs() + above * out.1.abs());
            }
        }
        let shown = letters::fitted(title, LABEL, length.max(90.0));
        if shown.trim().is_empty() {
            return;
        }
        // Parallel to its edge, beyond the numbers, and never upside down.
        let away = farthest + 12.0;
        let (sine, cosine) = (along.1 / length, along.0 / length);
        let (sine, cosine) = if cosine < 0.0 { (-sine, -cosine) } else { (sine, cosine) };
        let [x, y] = [middle.0 + away * out.0, middle.1 + away * out.1 + 4.0].map(coordinate);
        let degrees = coordinate(libm::atan2(sine, cosine).to_degrees());
        let shown = crate::draw::canvas::escaped(&shown);
        canvas.put(format_args!(
            r#"<text class="label m" transform="translate({x} {y}) rotate({degrees})">{shown}</text>"#
        ));
    }
}
