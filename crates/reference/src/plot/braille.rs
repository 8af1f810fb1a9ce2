//! A plot in characters: every character is a field of 2 × 4 dots.

use anstyle::{AnsiColor, Style};

use super::axis::{Tick, ticks};
use super::sample::clipped;
use super::{Curve, Panel, Plot};
use crate::terminal::Canvas;

/// Rows of characters of a panel.
const ROWS: usize = 11;
/// Columns of characters that a panel has at most: wider, a curve is no easier to read.
const WIDEST: usize = 60;
/// Columns below which two panels do not stand side by side.
const NARROWEST: usize = 30;
/// Columns between panels that do.
const GAP: usize = 3;

/// The plot as lines of text, panels side by side where there is room.
pub fn draw(plot: &Plot, canvas: Canvas) -> String {
    let width = usize::from(canvas.width);
    let side_by_side = plot.panels.len().max(1);
    let each = (width + GAP) / side_by_side - GAP;
    let mut lines = vec![];
    if each >= NARROWEST && side_by_side > 1 {
        let panels: Vec<Vec<Row>> = plot.panels.iter().map(|panel| panel_rows(plot, panel, each, canvas)).collect();
        for row in 0..panels.iter().map(Vec::len).max().unwrap_or_default() {
            let parts = panels.iter().filter_map(|panel| panel.get(row));
            lines.push(joined(parts, each));
        }
    } else {
        for (position, panel) in plot.panels.iter().enumerate() {
            lines.extend((position > 0).then(String::new));
            let rows = panel_rows(plot, panel, width, canvas);
            lines.extend(rows.into_iter().map(|row| row.text));
        }
    }
    lines.extend(caption(plot, width));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A line of a panel, whose colours take no room.
struct Row {
    text: String,
    width: usize,
}

fn joined<'a>(rows: impl Iterator<Item = &'a Row>, each: usize) -> String {
    let mut text = String::new();
    let mut owed = 0;
    for row in rows {
        text += &" ".repeat(owed);
        text += &row.text;
        owed = (each + GAP).saturating_sub(row.width);
    }
    text
}

/// What is held fixed and what the dotted lines mean, below each other where they do not fit beside each other.
fn caption(plot: &Plot, width: usize) -> Vec<String> {
    let kinks = plot.kinks.as_ref().map(|kinks| format!("┊ where {}", kinks.what));
    let parts: Vec<String> = std::iter::once(plot.setting.clone()).chain(kinks).collect();
    let line = parts.join("; ");
    if line.chars().count() <= width { vec![line] } else { parts }
}

/// The lines of a panel: its title, the field, the axis, the numbers under it, its title.
fn panel_rows(plot: &Plot, panel: &Panel, width: usize, canvas: Canvas) -> Vec<Row> {
    let vertical = ticks(panel.y, 5);
    let gutter = vertical.iter().map(|tick| tick.label.chars().count()).max().unwrap_or_default();
    let columns = width.saturating_sub(gutter + 2).clamp(10, WIDEST);
    let mut field = Field::new(plot.x, panel.y, columns);
    field.draw_zero();
    if let Some(kinks) = &plot.kinks {
        kinks.at.iter().for_each(|&kink| field.draw_kink(kink));
    }
    // A lone curve needs no pattern to be told from others.
    let pattern = |curve: &Curve| if panel.curves.len() > 1 { pattern(curve.style) } else { (1, 0) };
    panel.curves.iter().for_each(|curve| field.draw(curve, pattern(curve)));
    let mut rows = vec![header(panel, gutter, canvas)];
    for row in 0..ROWS {
        let tick = vertical.iter().find(|tick| field.row(tick.at) == row);
        let (label, line) = tick.map_or(("", '│'), |tick| (tick.label.as_str(), '┤'));
        rows.push(Row {
            text: format!("{label:>gutter$} {line}{}", field.line(row, canvas)),
            width: gutter + 2 + columns,
        });
    }
    rows.extend(horizontal(plot, &field, gutter, columns));
    rows
}

/// The name of the vertical axis, or of every curve with a piece of its line.
fn header(panel: &Panel, gutter: usize, canvas: Canvas) -> Row {
    let mut text = " ".repeat(gutter + 2);
    let mut width = gutter + 2;
    let mut write = |piece: &str, style: Style| {
        text += &format!("{style}{piece}{style:#}");
        width += piece.chars().count();
    };
    match &panel.curves[..] {
        [curve] if curve.name == panel.title => write(panel.title, style(curve.style, canvas)),
        curves => {
            write(&format!("{}: ", panel.title), Style::new());
            for (position, curve) in curves.iter().enumerate() {
                write(if position > 0 { "   " } else { "" }, Style::new());
                write(&format!("{} {}", sample(curve.style), curve.name), style(curve.style, canvas));
            }
        }
    }
    Row { text, width }
}

fn horizontal(plot: &Plot, field: &Field, gutter: usize, columns: usize) -> Vec<Row> {
    let ticks = ticks(plot.x, 7);
    let mut axis = vec!['─'; columns];
    let mut labels = vec![' '; columns];
    // Labels that would run into each other give way.
    let mut free = 0;
    for Tick { at, label } in &ticks {
        let column = field.column(*at).min(columns - 1);
        axis[column] = '┬';
        let length = label.chars().count();
        // Centred under its tick, but inside of the field.
        let start = column.saturating_sub((length - 1) / 2).min(columns.saturating_sub(length));
        if start < free || length > columns {
            continue;
        }
        labels.iter_mut().skip(start).zip(label.chars()).for_each(|(slot, letter)| *slot = letter);
        free = start + length + 1;
    }
    let indent = " ".repeat(gutter + 1);
    let line = |text: String| Row { width: text.chars().count(), text };
    let labels: String = labels.into_iter().collect();
    // A title that is wider than the field starts left of it.
    let room = (gutter + 2 + columns).saturating_sub(plot.x_title.chars().count());
    let middle = gutter + 2 + columns / 2;
    let start = middle.saturating_sub(plot.x_title.chars().count() / 2).min(room);
    let title = format!("{}{}", " ".repeat(start), plot.x_title);
    vec![
        line(format!("{indent}└{}", axis.into_iter().collect::<String>())),
        line(format!("{indent} {}", labels.trim_end())),
        line(title),
    ]
}

fn style(style: usize, canvas: Canvas) -> Style {
    const COLOURS: [AnsiColor; 4] = [AnsiColor::Cyan, AnsiColor::Yellow, AnsiColor::Magenta, AnsiColor::Green];
    if canvas.styled { COLOURS[style % COLOURS.len()].on_default() } else { Style::new() }
}

/// Dots on and off along a curve, so that curves differ without colours.
fn pattern(style: usize) -> (u32, u32) {
    [(1, 0), (1, 2), (5, 4), (2, 5)][style % 4]
}

/// A piece of a curve as it is drawn.
fn sample(style: usize) -> &'static str {
    ["⠤⠤⠤", "⠄⠠⠐", "⠤⠄⠤", "⠄ ⠄"][style % 4]
}

/// A field of dots.
struct Field {
    x: (f64, f64),
    y: (f64, f64),
    columns: usize,
    /// The dots of every character, and the style of the first curve that has some.
    cells: Vec<(u8, Option<usize>)>,
    /// What shows where no curve does.
    ground: Vec<char>,
}

impl Field {
    fn new(x: (f64, f64), y: (f64, f64), columns: usize) -> Self {
        Self { x, y, columns, cells: vec![(0, None); columns * ROWS], ground: vec![' '; columns * ROWS] }
    }

    fn dot(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = (x - self.x.0) / (self.x.1 - self.x.0) * (2 * self.columns - 1) as f64;
        let down = (self.y.1 - y) / (self.y.1 - self.y.0) * (4 * ROWS - 1) as f64;
        (across, down)
    }

    fn column(&self, x: f64) -> usize {
        (self.dot((x, self.y.0)).0.round().max(0.0) as usize / 2).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (self.dot((self.x.0, y)).1.round().max(0.0) as usize / 4).min(ROWS - 1)
    }

    fn draw_zero(&mut self) {
        if self.y.0 < 0.0 && self.y.1 > 0.0 {
            let start = self.row(0.0) * self.columns;
            self.ground[start..start + self.columns].fill('┈');
        }
    }

    fn draw_kink(&mut self, x: f64) {
        let column = self.column(x);
        (0..ROWS).for_each(|row| self.ground[row * self.columns + column] = '┊');
    }

    fn draw(&mut self, curve: &Curve, (on, off): (u32, u32)) {
        for part in &curve.parts {
            let mut travelled = 0;
            let mut previous = None;
            for pair in part.windows(2) {
                let Some([from, to]) = clipped(pair[0], pair[1], self.y) else { continue };
                let (from, to) = (self.dot(from), self.dot(to));
                let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0) as u32;
                for step in 0..=steps {
                    let share = f64::from(step) / f64::from(steps);
                    let place = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
                    let place = (place.0.round() as usize, place.1.round() as usize);
                    // Dots are counted, not samples: several samples fall on one dot.
                    if previous.replace(place) == Some(place) {
                        continue;
                    }
                    if travelled % (on + off) < on {
                        self.set(place, curve.style);
                    }
                    travelled += 1;
                }
            }
        }
    }

    fn set(&mut self, (across, down): (usize, usize), style: usize) {
        const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        if let Some(cell) = self.cells.get_mut(down / 4 * self.columns + across / 2) {
            cell.0 |= DOTS[down % 4][across % 2];
            cell.1.get_or_insert(style);
        }
    }

    fn line(&self, row: usize, canvas: Canvas) -> String {
        let cells = row * self.columns..(row + 1) * self.columns;
        let dim = if canvas.styled { Style::new().dimmed() } else { Style::new() };
        let mut text = String::new();
        for (&(dots, owner), &ground) in self.cells[cells.clone()].iter().zip(&self.ground[cells]) {
            let (letter, style) = match owner {
                Some(owner) => (char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '), style(owner, canvas)),
                None => (ground, dim),
            };
            text += &format!("{style}{letter}{style:#}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use dartboard_losses::Loss;

    use super::*;

    fn drawn(spec: &str, width: u16) -> String {
        let plot = Plot::of(&Loss::parse(spec).unwrap()).unwrap();
        draw(&plot, Canvas { width, styled: false })
    }

    #[test]
    fn plots_fit_their_canvas() {
        for loss in Loss::all() {
            let Some(plot) = Plot::of(&loss) else { continue };
            for width in [60, 80, 100, 120] {
                let text = draw(&plot, Canvas { width, styled: false });
                let longest = text.lines().map(|line| line.chars().count()).max();
                assert!(longest <= Some(usize::from(width)), "{} in {width}:\n{text}", plot.title);
                assert!(!text.contains("NaN"), "{text}");
            }
        }
    }

    #[test]
    fn a_kink_shows() {
        let text = drawn("huber", 100);
        assert!(text.contains('┊') && text.contains("where the Hessian jumps"), "{text}");
        assert!(!drawn("mse", 100).contains('┊'));
    }

    #[test]
    fn the_parabola_is_symmetric() {
        let text = drawn("mse", 60);
        let field = |line: &str| line.split_once(['│', '┤']).map(|(_, field)| field.to_owned());
        let rows: Vec<String> = text.lines().skip(1).take(ROWS).filter_map(field).collect();
        assert_eq!(rows.len(), ROWS);
        for row in rows {
            let left = row.chars().take_while(|letter| *letter == ' ').count();
            let right = row.chars().count();
            // Its 57 columns have a middle one; dots that fall between two are rounded to one side.
            assert!(left.abs_diff(57 - right) <= 1, "{left} and {right} in\n{text}");
        }
    }

    #[test]
    fn colours_take_no_room() {
        let plot = Plot::of(&Loss::parse("mae").unwrap()).unwrap();
        let styled = draw(&plot, Canvas { width: 100, styled: true });
        assert!(styled.contains("\u{1b}[36m"));
        let mut plain = String::new();
        let mut escaped = false;
        for letter in styled.chars() {
            match letter {
                '\u{1b}' => escaped = true,
                'm' if escaped => escaped = false,
                _ if escaped => {}
                letter => plain.push(letter),
            }
        }
        let ends_trimmed: String = plain.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        assert_eq!(ends_trimmed, draw(&plot, Canvas { width: 100, styled: false }));
    }
}
