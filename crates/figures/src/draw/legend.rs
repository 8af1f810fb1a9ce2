//! Legends: what a sample of a layer stands for.

use super::canvas::{Anchor, Canvas};
use super::letters::{TICK, width};
use super::path::Path;
use crate::layers::Shape;

/// What a layer looks like, in small.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sample {
    /// A line with these classes, perhaps with dots.
    Line { class: String, dots: bool },
    /// A dot of a cloud.
    Dot(usize),
    /// A patch with these classes.
    Patch(String),
    /// A patch with the pattern of cells without a number.
    Hatch(&'static str),
    /// A mark.
    Mark(Shape, usize),
}

/// A line of a legend.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) sample: Sample,
    pub(crate) name: String,
}

/// Width of a sample, and the room between it and its name and between entries.
const SAMPLE: f64 = 22.0;
const GAP: f64 = 6.0;
const BETWEEN: f64 = 16.0;
/// Height of a row of entries.
pub(crate) const ROW: f64 = 16.0;

/// Entries in rows that are not wider than the room.
fn rows(entries: &[Entry], room: f64) -> Vec<Vec<(f64, &Entry)>> {
    let mut rows: Vec<Vec<(f64, &Entry)>> = vec![];
    let mut across = 0.0;
    for entry in entries {
        let own = SAMPLE + GAP + width(&entry.name, TICK);
        match rows.last_mut() {
            Some(row) if across + own <= room => row.push((across, entry)),
            _ => {
                across = 0.0;
                rows.push(vec![(0.0, entry)]);
            }
        }
        across += own + BETWEEN;
    }
    rows
}

/// How high a legend is in a room of this width.
pub(crate) fn height(entries: &[Entry], room: f64) -> f64 {
    rows(entries, room).len() as f64 * ROW
}

/// Draws a legend with its top left corner at a place.
pub(crate) fn draw(canvas: &mut Canvas, entries: &[Entry], (left, top): (f64, f64), room: f64) {
    for (index, row) in rows(entries, room).into_iter().enumerate() {
        let middle = top + (index as f64 + 0.5) * ROW;
        for (across, entry) in row {
            let from = left + across;
            draw_sample(canvas, &entry.sample, (from, middle));
            let at = (from + SAMPLE + GAP, middle + 4.0);
            canvas.text_in("", at, Anchor::Start, &entry.name, TICK, room - SAMPLE - GAP);
        }
    }
}

fn draw_sample(canvas: &mut Canvas, sample: &Sample, (left, middle): (f64, f64)) {
    let centre = (left + SAMPLE / 2.0, middle);
    let mut patch = Path::default();
    patch.rectangle((left + 3.0, middle - 5.0), (left + SAMPLE - 1.0, middle + 5.0));
    match sample {
        Sample::Line { class, dots } => {
            canvas.line(&format!("line {class}"), (left + 1.0, middle), (left + SAMPLE - 1.0, middle));
            if *dots {
                let mut path = Path::default();
                path.dot(centre.0, centre.1);
                canvas
                    .path_with(&format!(r#"class="line {class}" style="stroke-width:6;stroke-dasharray:none""#), &path);
            }
        }
        Sample::Dot(class) => {
            let mut path = Path::default();
            path.dot(centre.0, centre.1);
            canvas.path_with(&format!(r#"class="dots l{class}" style="stroke-opacity:.9""#), &path);
        }
        Sample::Patch(class) => canvas.path(class, &patch),
        Sample::Hatch(kind) => {
            let name = canvas.pattern(kind);
            canvas.path_with(&format!(r##"fill="url(#{name})""##), &patch);
        }
        Sample::Mark(shape, class) => shape.draw(canvas, centre, *class),
    }
}
