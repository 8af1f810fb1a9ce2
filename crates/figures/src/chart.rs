//! Charts: layers over two axes.

use crate::axis::{Axis, Scale, Span, union};
use crate::draw::canvas::{Anchor, Canvas};
use crate::draw::colour_bar::ColourBar;
use crate::draw::frame::Frame;
use crate::draw::legend::{self, Entry};
use crate::draw::letters::{self, LABEL, TICK, TITLE};
use crate::draw::path::Path;
use crate::error::Error;
use crate::layers::{Extent, Layer};
use crate::number::short;
use crate::palette::{self, Colour};
use crate::ticks::{Tick, ticks};

/// Layers over two axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What stands above it.
    pub title: String,
    /// What it shows, for those who do not see it; if empty, it is made from names and ranges.
    pub description: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn, from back to front.
    pub layers: Vec<Layer>,
    /// Whether the field is as wide as high, as suits axes of one kind.
    pub square: bool,
}

impl Chart {
    /// A chart without layers.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self { title: title.into(), x, y, ..Self::default() }
    }

    /// With one more layer, over those it has.
    #[must_use]
    pub fn with(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// With a description for those who do not see it.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    /// With a field as wide as high.
    #[must_use]
    pub fn square(self) -> Self {
        Self { square: true, ..self }
    }

    /// How the chart is called in messages.
    fn what(&self) -> String {
        if self.title.is_empty() { "chart".to_owned() } else { format!("chart `{}`", self.title) }
    }

    /// Whether everything in it can be drawn.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.layers.is_empty() {
            return Err(Error::Empty { what: self.what() });
        }
        Error::if_more(format!("{}: layers", self.what()), self.layers.len(), 1000)?;
        for layer in &self.layers {
            layer.as_draw().check(self.x.scale, self.y.scale)?;
        }
        let maps = self.layers.iter().filter(|layer| self.is_map(layer)).count();
        Error::if_more(format!("{}: grids, of which one would hide the other", self.what()), maps, 1)?;
        self.spans().map(|_| ())
    }

    fn is_map(&self, layer: &Layer) -> bool {
        matches!(layer, Layer::Contours(_) | Layer::HeatMap(_))
    }

    /// The spans of both axes.
    pub(crate) fn spans(&self) -> Result<(Span, Span), Error> {
        /// Room around points, so that dots stay in the field, and above and below curves.
        const DOTS: f64 = 0.025;
        const CURVES: f64 = 0.05;
        let mut all = Extent::default();
        for layer in &self.layers {
            let own = layer.as_draw().extent(self.x.scale, self.y.scale);
            if own.x.is_none() && !matches!(layer, Layer::Rule(_)) && (self.x.range.is_none() || self.y.range.is_none())
            {
                let positive = self.x.scale == Scale::Log || self.y.scale == Scale::Log;
                return Err(Error::NothingFinite { what: layer.what(), count: layer.count(), positive });
            }
            all = Extent {
                x: union(all.x, own.x),
                y: union(all.y, own.y),
                tight: all.tight || own.tight,
                dots: union(all.dots, own.dots),
                grounded: all.grounded || own.grounded,
            };
        }
        // Curves end where their data end; dots need room only where they come near to the end.
        let free = |values: (f64, f64), dots: (f64, f64)| {
            let span = Span::around(values, self.x.scale);
            let from = |value: f64| span.share(value).unwrap_or_default();
            ((DOTS - from(dots.0)).max(0.0), (DOTS - 1.0 + from(dots.1)).max(0.0))
        };
        let x_margins = match all.x.zip(all.dots) {
            Some((values, dots)) if !all.tight => free(values, dots),
            _ => (0.0, 0.0),
        };
        let y_margin = if all.tight { 0.0 } else { CURVES };
        let on_ground = all.grounded && all.y.is_some_and(|(low, _)| low == 0.0);
        let below = if on_ground { 0.0 } else { y_margin };
        let what = |axis: &str| format!("{}: {axis} axis", self.what());
        let x = self.x.span(&what("horizontal"), all.x, x_margins)?;
        let y = self.y.span(&what("vertical"), all.y, (below, y_margin))?;
        Ok((x, y))
    }

    /// The class of colour of every layer.
    fn classes(&self) -> Vec<usize> {
        let asked: Vec<Option<Colour>> = self.layers.iter().map(|layer| layer.as_draw().colour()).collect();
        palette::classes(&asked)
    }

    fn legend(&self, frame: &Frame) -> Vec<Entry> {
        let entries = self.layers.iter().zip(self.classes()).flat_map(|(layer, class)| {
            let mut entries = layer.as_draw().legend(frame, class);
            // A layer without a name has no place in the legend, unless there is something to say of it.
            entries.retain(|entry| !entry.name.is_empty());
            entries
        });
        let mut found: Vec<Entry> = vec![];
        for entry in entries {
            if !found.contains(&entry) {
                found.push(entry);
            }
        }
        found
    }

    /// The bar of colours of a map, for a field of a height.
    fn colour_bar(&self, height: f64) -> Option<ColourBar> {
        self.layers.iter().find_map(|layer| match layer {
            Layer::Contours(contours) => Some(ColourBar::of_contours(contours)),
            Layer::HeatMap(map) => map.span().ok().map(|span| ColourBar::of_heat_map(map, span, height)),
            _ => None,
        })
    }

    /// A frame that lies nowhere, for what depends on the axes only.
    fn unplaced(&self) -> Result<Frame, Error> {
        let (x, y) = self.spans()?;
        Ok(Frame { left: 0.0, top: 0.0, width: 1.0, height: 1.0, x, y })
    }

    /// The room above the field in a panel of this width.
    pub(crate) fn head(&self, width: f64) -> Result<f64, Error> {
        let title = head_of_title(&self.title, width);
        let legend = legend::height(&self.legend(&self.unplaced()?), width);
        Ok(title + if legend > 0.0 { legend + 8.0 } else { 4.0 })
    }

    /// What it shows, in a sentence or more.
    pub(crate) fn describe(&self) -> Result<String, Error> {
        let frame = self.unplaced()?;
        if !self.description.is_empty() {
            return Ok(self.description.clone());
        }
        let axis = |name: &str, axis: &Axis, span: Span| {
            let label = if axis.title().is_empty() { "no label".to_owned() } else { axis.title() };
            let log = if span.scale == Scale::Log { ", logarithmic" } else { "" };
            format!("{name} axis: {label}, from {} to {}{log}", short(span.low), short(span.high))
        };
        let names: Vec<String> = self.legend(&frame).into_iter().map(|entry| entry.name).collect();
        let shown = if names.is_empty() { String::new() } else { format!(" Shown: {}.", names.join("; ")) };
        let map = self.layers.iter().find_map(|layer| match layer {
            Layer::Contours(contours) => Some((&contours.values, contours.grid.range(Scale::Linear)?)),
            Layer::HeatMap(map) => Some((&map.values, map.grid.range(map.values.scale)?)),
            _ => None,
        });
        let map = map.map_or_else(String::new, |(axis, (low, high))| {
            format!(" Colours: {}, from {} to {}.", axis.title(), short(low), short(high))
        });
        let title = if self.title.is_empty() { "Chart" } else { &self.title };
        let (x, y) = (axis("Horizontal", &self.x, frame.x), axis("vertical", &self.y, frame.y));
        Ok(format!("{title}. {x}; {y}.{shown}{map}"))
    }

    /// The height of the field in a panel.
    fn field_height(&self, height: f64, head: f64) -> f64 {
        let below = 20.0 + if self.x.title().is_empty() { 0.0 } else { 18.0 };
        (height - head - below).max(40.0)
    }

    fn vertical_ticks(&self, span: Span, height: f64) -> Vec<Tick> {
        ticks(span.ends(), ((height / 38.0) as usize).clamp(2, 9), span.scale)
    }

    /// The room to the left of the field for the numbers of the vertical axis and its title.
    pub(crate) fn before(&self, height: f64, head: f64) -> Result<f64, Error> {
        let ticks = self.vertical_ticks(self.spans()?.1, self.field_height(height, head));
        let widest = ticks.iter().map(|tick| letters::width(&tick.label, TICK)).fold(0.0, f64::max);
        let title = if self.y.title().is_empty() { 0.0 } else { LABEL.size + 8.0 };
        Ok(title + widest + 9.0)
    }

    /// Draws the chart in a box: left, top, width, height. The field begins `head` below the top and `before` to the right
    /// of the left.
    pub(crate) fn draw(
        &self,
        canvas: &mut Canvas,
        (left, top, width, height): (f64, f64, f64, f64),
        head: f64,
        before: f64,
    ) -> Result<(), Error> {
        let (x, y) = self.spans()?;
        canvas.clear_labels();
        let mut field_height = self.field_height(height, head);
        let y_ticks = self.vertical_ticks(y, field_height);
        let bar = self.colour_bar(field_height);
        let after = bar.as_ref().map_or(12.0, ColourBar::width);
        let mut field_width = (width - before - after).max(40.0);
        if self.square {
            (field_width, field_height) = (field_width.min(field_height), field_width.min(field_height));
        }
        let x_ticks = horizontal_ticks(x, field_width);
        // The last number is centred under its tick and must not reach beyond the panel.
        let overhang = x_ticks.last().map_or(0.0, |tick| {
            let share = x.share(tick.at).unwrap_or(1.0);
            letters::width(&tick.label, TICK) / 2.0 - (1.0 - share) * field_width
        });
        if before + field_width + overhang.max(after.min(12.0)) > width {
            field_width = (width - before - overhang).max(40.0);
        }
        let frame = Frame { left: left + before, top: top + head, width: field_width, height: field_height, x, y };
        self.draw_head(canvas, &frame, (left, top, width), head);
        self.draw_field(canvas, &frame, &x_ticks, &y_ticks);
        self.draw_axes(canvas, &frame, &x_ticks, &y_ticks, left);
        if let Some(bar) = bar {
            bar.draw(canvas, frame.right(), frame.top, frame.height);
        }
        Ok(())
    }

    fn draw_head(&self, canvas: &mut Canvas, frame: &Frame, (left, top, width): (f64, f64, f64), head: f64) {
        draw_title(canvas, &self.title, (left, top), width);
        let entries = self.legend(frame);
        let own = legend::height(&entries, width);
        // Legends stand next to their field, whatever the panels beside it need.
        legend::draw(canvas, &entries, (left, top + head - own - 6.0), width);
    }

    fn draw_field(&self, canvas: &mut Canvas, frame: &Frame, x_ticks: &[Tick], y_ticks: &[Tick]) {
        let mut grid = Path::default();
        for tick in x_ticks {
            if let Some(share) = frame.x.share(tick.at) {
                let (across, _) = frame.place((share, 0.0));
                grid.move_to(across, frame.top);
                grid.line_to(across, frame.bottom());
            }
        }
        for tick in y_ticks {
            if let Some(share) = frame.y.share(tick.at) {
                let (_, down) = frame.place((0.0, share));
                grid.move_to(frame.left, down);
                grid.line_to(frame.right(), down);
            }
        }
        canvas.path("grid", &grid);
        let mut over_map = false;
        for (layer, class) in self.layers.iter().zip(self.classes()) {
            if !over_map && self.is_map(layer) {
                layer.as_draw().draw(canvas, frame, class);
                canvas.open("map");
                over_map = true;
            } else {
                layer.as_draw().draw(canvas, frame, class);
            }
        }
        if over_map {
            canvas.close();
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas, frame: &Frame, x_ticks: &[Tick], y_ticks: &[Tick], left: f64) {
        let mut axes = Path::default();
        if self.layers.iter().any(|layer| self.is_map(layer)) {
            axes.rectangle((frame.left, frame.top), (frame.right(), frame.bottom()));
        } else {
            axes.move_to(frame.left, frame.top);
            axes.line_to(frame.left, frame.bottom());
            axes.line_to(frame.right(), frame.bottom());
        }
        let places = |span: Span, ticks: &[Tick]| {
            let place = |tick: &Tick| Some((span.share(tick.at)?.clamp(0.0, 1.0), tick.label.clone()));
            ticks.iter().filter_map(place).collect::<Vec<(f64, String)>>()
        };
        let (across, up) = (places(frame.x, x_ticks), places(frame.y, y_ticks));
        for (share, _) in &across {
            let (x, y) = frame.place((*share, 0.0));
            axes.move_to(x, y);
            axes.line_to(x, y + 4.0);
        }
        for (share, _) in &up {
            let (x, y) = frame.place((0.0, *share));
            axes.move_to(x, y);
            axes.line_to(x - 4.0, y);
        }
        canvas.path("axis", &axes);
        let mut free = f64::NEG_INFINITY;
        for (share, label) in across {
            let (x, y) = frame.place((share, 0.0));
            let half = letters::width(&label, TICK) / 2.0;
            // Numbers that would run into each other give way.
            if x - half >= free {
                canvas.text("", (x, y + 16.0), Anchor::Middle, &label);
                free = x + half + 6.0;
            }
        }
        let mut widest = 0.0_f64;
        for (share, label) in up {
            let (x, y) = frame.place((0.0, share));
            canvas.text("", (x - 7.0, y + 4.0), Anchor::End, &label);
            widest = widest.max(letters::width(&label, TICK));
        }
        let middle = frame.left + frame.width / 2.0;
        canvas.text_in(
            "label",
            (middle, frame.bottom() + 35.0),
            Anchor::Middle,
            &self.x.title(),
            LABEL,
            frame.width + 40.0,
        );
        let across = (frame.left - widest - 15.0).max(left + LABEL.size * 0.8);
        canvas.upward("label", (across, frame.top + frame.height / 2.0), &self.y.title(), LABEL, frame.height + 4.0);
    }
}

/// As many round numbers as fit under a field without running into each other.
pub(crate) fn horizontal_ticks(span: Span, width: f64) -> Vec<Tick> {
    let fits = |ticks: &Vec<Tick>| {
        let place = |tick: &Tick| (span.share(tick.at).unwrap_or(0.0) * width, letters::width(&tick.label, TICK) / 2.0);
        ticks.windows(2).all(|pair| {
            let ((a, half_a), (b, half_b)) = (place(&pair[0]), place(&pair[1]));
            a + half_a + 10.0 <= b - half_b
        })
    };
    let most = ((width / 45.0) as usize).clamp(2, 10);
    let choices = (2..=most).rev().map(|most| ticks(span.ends(), most, span.scale));
    choices.into_iter().find(fits).unwrap_or_else(|| ticks(span.ends(), 2, span.scale))
}

/// Lines that a title of a panel may have.
const TITLE_LINES: usize = 2;
const TITLE_LINE: f64 = 17.0;

/// The room of a panel's title.
pub(crate) fn head_of_title(title: &str, width: f64) -> f64 {
    let lines = letters::wrapped(title, TITLE, width, TITLE_LINES).len();
    if lines == 0 { 4.0 } else { lines as f64 * TITLE_LINE + 8.0 }
}

/// Writes the title of a panel.
pub(crate) fn draw_title(canvas: &mut Canvas, title: &str, (left, top): (f64, f64), width: f64) {
    for (index, line) in letters::wrapped(title, TITLE, width, TITLE_LINES).iter().enumerate() {
        let down = top + 13.0 + index as f64 * TITLE_LINE;
        canvas.text_in("title", (left, down), Anchor::Start, line, TITLE, f64::INFINITY);
    }
}
