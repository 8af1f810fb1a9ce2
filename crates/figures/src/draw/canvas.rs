//! Elements of SVG.

use std::fmt::Arguments;
use std::fmt::Write;

use super::letters::{self, Font};
use super::path::{Path, coordinate};

/// Where elements are written to.
pub(crate) struct Canvas {
    out: String,
    /// What the names of this picture begin with, so that several can stand in one page.
    prefix: String,
    names: usize,
    /// The boxes that labels must not cover: left, top, right, bottom.
    taken: Vec<[f64; 4]>,
}

/// Where a text is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Canvas {
    pub(crate) fn new(prefix: &str) -> Self {
        Self { out: String::new(), prefix: prefix.to_owned(), names: 0, taken: vec![] }
    }

    /// What has been written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Text that is markup already, as a line of its own.
    pub(crate) fn put(&mut self, markup: Arguments) {
        // Writing into a string cannot fail.
        let _ = self.out.write_fmt(markup);
        self.out.push('\n');
    }

    /// A name for an element that others refer to.
    pub(crate) fn name(&mut self) -> String {
        self.names += 1;
        format!("{}{}", self.prefix, self.names)
    }

    /// The names of the patterns of cells without a number.
    pub(crate) fn pattern(&self, kind: &str) -> String {
        format!("{}{kind}", self.prefix)
    }

    pub(crate) fn open(&mut self, class: &str) {
        self.put(format_args!(r#"<g class="{class}">"#));
    }

    pub(crate) fn close(&mut self) {
        self.put(format_args!("</g>"));
    }

    /// A path, unless it is empty.
    pub(crate) fn path(&mut self, class: &str, path: &Path) {
        if !path.is_empty() {
            self.put(format_args!(r#"<path class="{class}" d="{}"/>"#, path.data()));
        }
    }

    /// A path with an attribute of its own, such as a fill.
    pub(crate) fn path_with(&mut self, attribute: &str, path: &Path) {
        if !path.is_empty() {
            self.put(format_args!(r#"<path {attribute} d="{}"/>"#, path.data()));
        }
    }

    /// A straight line.
    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let mut path = Path::default();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        self.path(class, &path);
    }

    /// A text in the size of the numbers on axes.
    pub(crate) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        self.text_in(class, at, anchor, text, letters::TICK, f64::INFINITY);
    }

    /// A text; if it is wider than the room, it is cut and its whole kept in a title.
    pub(crate) fn text_in(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        anchor: Anchor,
        text: &str,
        font: Font,
        room: f64,
    ) {
        let shown = letters::fitted(text, font, room);
        if shown.trim().is_empty() {
            return;
        }
        let anchored = match anchor {
            Anchor::Start => "",
            Anchor::Middle => "m",
            Anchor::End => "e",
        };
        let classes: Vec<&str> = [class, anchored].into_iter().filter(|class| !class.is_empty()).collect();
        let class = if classes.is_empty() { String::new() } else { format!(r#" class="{}""#, classes.join(" ")) };
        let whole = if shown == text { String::new() } else { format!("<title>{}</title>", escaped(text)) };
        let [x, y] = [x, y].map(coordinate);
        self.put(format_args!(r#"<text{class} x="{x}" y="{y}">{whole}{}</text>"#, escaped(&shown)));
    }

    /// A text that runs upwards, centred.
    pub(crate) fn upward(&mut self, class: &str, (x, y): (f64, f64), text: &str, font: Font, room: f64) {
        let shown = letters::fitted(text, font, room);
        if shown.trim().is_empty() {
            return;
        }
        let [x, y] = [x, y].map(coordinate);
        let shown = escaped(&shown);
        self.put(format_args!(r#"<text class="{class} m" transform="translate({x} {y}) rotate(-90)">{shown}</text>"#));
    }

    /// Forgets which room is taken: a new panel begins.
    pub(crate) fn clear_labels(&mut self) {
        self.taken.clear();
    }

    /// Keeps labels off a box.
    pub(crate) fn take(&mut self, taken: [f64; 4]) {
        self.taken.push(taken);
    }

    /// Whether a box covers none that is taken.
    pub(crate) fn is_free(&self, own: [f64; 4]) -> bool {
        let apart = |other: &[f64; 4]| own[2] < other[0] || other[2] < own[0] || own[3] < other[1] || other[3] < own[1];
        self.taken.iter().all(apart)
    }

    /// Writes a label beside a point where it covers no other and stays in the box; where there is no such place, to its
    /// right or left.
    pub(crate) fn label(&mut self, (x, y): (f64, f64), aside: f64, text: &str, bounds: [f64; 4]) {
        let font = letters::TICK;
        let width = letters::width(text, font);
        let (diagonal, below) = (aside * 0.7, font.size * 0.75);
        let places = [
            (x + aside, y + 4.0, Anchor::Start),
            (x - aside, y + 4.0, Anchor::End),
            (x, y - aside, Anchor::Middle),
            (x, y + aside + below, Anchor::Middle),
            (x + diagonal, y - diagonal, Anchor::Start),
            (x - diagonal, y - diagonal, Anchor::End),
            (x + diagonal, y + diagonal + below, Anchor::Start),
            (x - diagonal, y + diagonal + below, Anchor::End),
        ];
        let covers = |(x, y, anchor): &(f64, f64, Anchor)| {
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            [left, y - font.size * 0.8, left + width, y + font.size * 0.25]
        };
        let inside = |a: [f64; 4]| a[0] >= bounds[0] && a[1] >= bounds[1] && a[2] <= bounds[2] && a[3] <= bounds[3];
        let free = |place: &&(f64, f64, Anchor)| inside(covers(place)) && self.is_free(covers(place));
        let fallback = places.iter().find(|place| inside(covers(place)));
        let Some(place) = places.iter().find(free).or(fallback).or(places.first()) else { return };
        self.taken.push(covers(place));
        self.text("note", (place.0, place.1), place.2, text);
    }
}

/// Text as it stands in markup. Characters that XML 1.0 does not allow are replaced by the sign for that.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_taken_for_markup() {
        assert_eq!(escaped("a<b & \"c\"\u{1}\n"), "a&lt;b &amp; &quot;c&quot;\u{fffd} ");
    }

    #[test]
    fn labels_keep_off_each_other() {
        let mut canvas = Canvas::new("p");
        let bounds = [0.0, 0.0, 200.0, 200.0];
        canvas.label((100.0, 100.0), 8.0, "first", bounds);
        canvas.label((100.0, 100.0), 8.0, "second", bounds);
        canvas.label((195.0, 50.0), 8.0, "third", bounds);
        let out = canvas.finish();
        let anchors: Vec<bool> = out.lines().map(|line| line.contains("note e")).collect();
        assert_eq!(anchors, [false, true, true], "{out}");
    }
}
