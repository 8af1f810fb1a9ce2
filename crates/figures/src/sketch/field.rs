//! A field of dots: every character is 2 × 4 of them (the Braille patterns of Unicode).

use anstyle::{AnsiColor, Style};

use crate::axis::{Scale, Span};
use crate::draw::path::clipped;
use crate::ticks::Tick;

/// The style of a curve, by its number.
pub fn style(curve: usize, styled: bool) -> Style {
    const COLOURS: [AnsiColor; 4] = [AnsiColor::Cyan, AnsiColor::Yellow, AnsiColor::Magenta, AnsiColor::Green];
    if styled { COLOURS[curve % COLOURS.len()].on_default() } else { Style::new() }
}

/// Dots on and off along a curve, so that curves differ without colours.
pub fn pattern(curve: usize) -> (u32, u32) {
    [(1, 0), (1, 2), (5, 4), (2, 5)][curve % 4]
}

/// A piece of a curve as it is drawn.
pub fn sample(curve: usize) -> &'static str {
    ["⠤⠤⠤", "⠄⠠⠐", "⠤⠄⠤", "⠄ ⠄"][curve % 4]
}

/// A field of dots with curves on it.
#[derive(Clone, Debug)]
pub struct Field {
    x: Span,
    y: Span,
    /// The vertical axis from its upper end, from where rows are counted.
    down: Span,
    columns: usize,
    rows: usize,
    /// The dots of every character, and the number of the first curve that has some.
    cells: Vec<(u8, Option<usize>)>,
    /// What shows where no curve does.
    ground: Vec<char>,
}

impl Field {
    /// An empty field over ranges of values, of this many characters, at least one each way.
    pub fn new(x: (f64, f64), y: (f64, f64), columns: usize, rows: usize) -> Self {
        let span = |(low, high)| Span { low, high, scale: Scale::Linear };
        Self::over(span(x), span(y), columns, rows)
    }

    pub(super) fn over(x: Span, y: Span, columns: usize, rows: usize) -> Self {
        let (columns, rows) = (columns.clamp(1, 10_000), rows.clamp(1, 10_000));
        let down = Span { low: y.high, high: y.low, ..y };
        Self { x, y, down, columns, rows, cells: vec![(0, None); columns * rows], ground: vec![' '; columns * rows] }
    }

    /// Columns of characters.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows of characters.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Where shares of the axes, from the left and from the top, lie in dots.
    fn dot_at(&self, (across, down): (f64, f64)) -> (f64, f64) {
        (across * (2 * self.columns - 1) as f64, down * (4 * self.rows - 1) as f64)
    }

    /// Values as shares of the axes, from the left and from the top.
    fn shares(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        self.x.share(x).zip(self.down.share(y))
    }

    /// The column of characters in which a value lies, or the nearest.
    pub fn column(&self, x: f64) -> usize {
        let across = self.dot_at((self.x.share(x).unwrap_or_default(), 0.0)).0;
        (across.round().max(0.0) as usize / 2).min(self.columns - 1)
    }

    /// The row of characters in which a value lies, or the nearest.
    pub fn row(&self, y: f64) -> usize {
        let down = self.dot_at((0.0, self.down.share(y).unwrap_or_default())).1;
        (down.round().max(0.0) as usize / 4).min(self.rows - 1)
    }

    /// Whether values lie in the field.
    pub(super) fn holds(&self, x: f64, y: f64) -> bool {
        self.x.contains(x) && self.y.contains(y)
    }

    /// A dotted line from left to right at a height, if that lies inside of the range.
    pub fn level(&mut self, y: f64) {
        if self.y.low < y && y < self.y.high {
            let start = self.row(y) * self.columns;
            self.ground[start..start + self.columns].fill('┈');
        }
    }

    /// A dotted line from top to bottom.
    pub fn upright(&mut self, x: f64) {
        let column = self.column(x);
        (0..self.rows).for_each(|row| self.ground[row * self.columns + column] = '┊');
    }

    /// A sign in place of a character, over what lies there.
    pub fn sign(&mut self, (x, y): (f64, f64), sign: char) {
        if self.holds(x, y) {
            let at = self.row(y) * self.columns + self.column(x);
            self.ground[at] = sign;
            self.cells[at] = (0, None);
        }
    }

    /// A single dot, if its place lies in the field.
    pub fn dot(&mut self, (x, y): (f64, f64), curve: usize) {
        if let Some(shares) = self.shares((x, y)).filter(|_| self.holds(x, y)) {
            let (across, down) = self.dot_at(shares);
            self.set((across.round() as usize, down.round() as usize), curve);
        }
    }

    /// The part of a line through points that lies in the field, in a pattern of dots on and off; interrupted at points that
    /// have no place.
    pub fn line(&mut self, points: &[(f64, f64)], curve: usize, (on, off): (u32, u32)) {
        let mut travelled = 0_u32;
        let mut previous = None;
        for pair in points.windows(2) {
            let piece = self.shares(pair[0]).zip(self.shares(pair[1])).and_then(|(from, to)| clipped(from, to));
            let Some([from, to]) = piece.map(|ends| ends.map(|end| self.dot_at(end))) else { continue };
            let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0) as u32;
            for step in 0..=steps {
                let share = f64::from(step) / f64::from(steps);
                let place = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
                let place = (place.0.round() as usize, place.1.round() as usize);
                // Dots are counted, not samples: several samples fall on one dot.
                if previous.replace(place) == Some(place) {
                    continue;
                }
                if travelled % (on + off).max(1) < on {
                    self.set(place, curve);
                }
                travelled += 1;
            }
        }
    }

    fn set(&mut self, (across, down): (usize, usize), curve: usize) {
        const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        if let Some(cell) = self.cells.get_mut(down / 4 * self.columns + across / 2) {
            cell.0 |= DOTS[down % 4][across % 2];
            cell.1.get_or_insert(curve);
        }
    }

    /// A row of characters.
    pub fn text(&self, row: usize, styled: bool) -> String {
        let row = row.min(self.rows - 1);
        let cells = row * self.columns..(row + 1) * self.columns;
        let dim = if styled { Style::new().dimmed() } else { Style::new() };
        let mut text = String::new();
        for (&(dots, owner), &ground) in self.cells[cells.clone()].iter().zip(&self.ground[cells]) {
            let (letter, style) = match owner {
                Some(owner) => (char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '), style(owner, styled)),
                None => (ground, dim),
            };
            text += &format!("{style}{letter}{style:#}");
        }
        text
    }
}

/// The axis below a field: its line, its numbers and its title, indented by `gutter` and two more columns.
pub fn horizontal(field: &Field, ticks: &[Tick], title: &str, gutter: usize) -> [String; 3] {
    let columns = field.columns;
    let mut axis = vec!['─'; columns];
    let mut labels = vec![' '; columns];
    // Labels that would run into each other give way.
    let mut free = 0;
    for Tick { at, label } in ticks {
        let column = field.column(*at).min(columns - 1);
        axis[column] = '┬';
        let length = label.chars().count();
        // Centred under its tick, but inside of the field.
        let start = column.saturating_sub(length.saturating_sub(1) / 2).min(columns.saturating_sub(length));
        if start < free || length > columns {
            continue;
        }
        labels.iter_mut().skip(start).zip(label.chars()).for_each(|(slot, letter)| *slot = letter);
        free = start + length + 1;
    }
    // A title that is wider than the field starts left of it.
    let wide = title.chars().count();
    let room = (gutter + 2 + columns).saturating_sub(wide);
    let start = (gutter + 2 + columns / 2).saturating_sub(wide / 2).min(room);
    let labels: String = labels.into_iter().collect();
    [
        format!("{}└{}", " ".repeat(gutter + 1), axis.into_iter().collect::<String>()),
        format!("{} {}", " ".repeat(gutter + 1), labels.trim_end()),
        format!("{}{title}", " ".repeat(start)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_symmetric() {
        let points: Vec<(f64, f64)> = (-60..=60).map(|x| (f64::from(x), f64::from(x * x))).collect();
        let mut field = Field::new((-60.0, 60.0), (0.0, 3600.0), 31, 9);
        field.line(&points, 0, (1, 0));
        for row in 0..field.rows() {
            let text = field.text(row, false);
            let left = text.chars().take_while(|letter| *letter == ' ').count();
            let right = text.chars().rev().take_while(|letter| *letter == ' ').count();
            assert!(left.abs_diff(right) <= 1, "{text}");
        }
        assert_eq!((field.column(0.0), field.row(0.0)), (15, 8));
    }

    #[test]
    fn senseless_ranges_draw_something() {
        for range in [(0.0, 0.0), (1.0, 0.0), (f64::NAN, 1.0), (f64::NEG_INFINITY, f64::INFINITY)] {
            let mut field = Field::new(range, range, 0, 0);
            field.line(&[(0.0, 0.0), (1.0, 1.0)], 0, (0, 0));
            field.level(0.5);
            field.upright(0.5);
            assert_eq!(field.text(9, false).chars().count(), 1);
        }
    }
}
