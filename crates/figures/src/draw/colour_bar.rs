//! Bars of colours, which say what the colours of a grid stand for.

use super::canvas::{Anchor, Canvas};
use super::letters::{LABEL, TICK, width};
use super::path::Path;
use crate::axis::{Axis, Scale, Span};
use crate::grid::{Colours, Contours, HeatMap, STEPS, hex};
use crate::number::short;
use crate::ticks::{Tick, ticks};

/// Width of the bar, the room before it, and between it and its numbers.
const BAR: f64 = 14.0;
const BEFORE: f64 = 14.0;
const GAP: f64 = 5.0;
/// Height of a label's line and more: labels nearer than this give way.
const APART: f64 = 14.0;

/// A bar: what it shows from bottom to top, as shares of its height.
#[derive(Clone, Debug)]
pub(crate) struct ColourBar {
    title: String,
    /// The colour up to a share.
    colours: Vec<(f64, String)>,
    /// Where labels stand.
    labels: Vec<(f64, String)>,
}

impl ColourBar {
    /// Of bands between levels, equally high.
    pub(crate) fn of_contours(contours: &Contours) -> Self {
        let thresholds = contours.thresholds();
        let bands = thresholds.len() + 1;
        let share = |band: usize| band as f64 / bands as f64;
        let colours = (0..bands).map(|band| (share(band + 1), contours.band(band, bands))).collect();
        let mut labels: Vec<(f64, String)> =
            level_labels(&thresholds).into_iter().enumerate().map(|(index, label)| (share(index + 1), label)).collect();
        if labels.is_empty() {
            // All values in one band.
            let range = contours.grid.range(Scale::Linear).unwrap_or_default();
            let text =
                if range.0 < range.1 { format!("{} to {}", short(range.0), short(range.1)) } else { short(range.0) };
            labels.push((0.5, text));
        }
        Self { title: contours.values.title(), colours, labels }
    }

    /// Of a continuous range.
    pub(crate) fn of_span(axis: &Axis, span: Span, colours: Colours, height: f64, beyond: (bool, bool)) -> Self {
        let steps = (0..=STEPS).map(|step| {
            let share = f64::from(step) / f64::from(STEPS);
            ((f64::from(step) + 1.0) / f64::from(STEPS + 1), hex(colours.at(share)))
        });
        let ticks = ticks(span.ends(), ((height / 32.0) as usize).clamp(2, 9), span.scale);
        let mut labels: Vec<(f64, String)> =
            ticks.into_iter().filter_map(|Tick { at, label }| Some((span.share(at)?, label))).collect();
        // Where values lie beyond, the end says that it stands for more.
        let mut end = |share: f64, sign: &str, value: f64| {
            labels.retain(|label| (label.0 - share).abs() * height >= APART);
            labels.push((share, format!("{sign} {}", short(value))));
        };
        if beyond.0 {
            end(0.0, "≤", span.low);
        }
        if beyond.1 {
            end(1.0, "≥", span.high);
        }
        Self { title: axis.title(), colours: steps.collect(), labels }
    }

    /// Of a heat map.
    pub(crate) fn of_heat_map(map: &HeatMap, span: Span, height: f64) -> Self {
        let finite = |value: &&f64| value.is_finite();
        let below = map.grid.z.iter().filter(finite).any(|value| *value < span.low && span.share(*value).is_some());
        let above = map.grid.z.iter().filter(finite).any(|value| *value > span.high);
        Self::of_span(&map.values, span, map.colours, height, (below, above))
    }

    /// The room that the bar takes to the right of a field.
    pub(crate) fn width(&self) -> f64 {
        let labels = self.labels.iter().map(|(_, label)| width(label, TICK)).fold(0.0, f64::max);
        let title = if self.title.is_empty() { 0.0 } else { LABEL.size + 8.0 };
        BEFORE + BAR + GAP + labels + title + 2.0
    }

    /// Draws the bar to the right of a field.
    pub(crate) fn draw(&self, canvas: &mut Canvas, right: f64, top: f64, height: f64) {
        let left = right + BEFORE;
        let bottom = top + height;
        let at = |share: f64| bottom - share * height;
        canvas.open("cells");
        let mut from = 0.0;
        for (to, colour) in &self.colours {
            let mut path = Path::default();
            // A little over the next one, so that no ground shows between them.
            path.rectangle((left, at((to + 0.004).min(1.0))), (left + BAR, at(from)));
            canvas.path_with(&format!(r#"fill="{colour}""#), &path);
            from = *to;
        }
        canvas.close();
        let mut outline = Path::default();
        outline.rectangle((left, top), (left + BAR, bottom));
        canvas.path("axis", &outline);
        let mut widest = 0.0_f64;
        let mut free = f64::INFINITY;
        let mut labels = self.labels.clone();
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Every second, third … of the labels where there is no room for all: which are left out follows a rule.
        let nearest = labels.windows(2).map(|pair| (pair[1].0 - pair[0].0) * height).fold(f64::INFINITY, f64::min);
        let stride = if nearest < APART { (APART / nearest.max(0.1)).ceil() as usize } else { 1 };
        for (share, label) in labels.iter().step_by(stride) {
            let down = at(*share);
            if (free - down).abs() < APART * 0.8 {
                continue;
            }
            canvas.line("axis", (left + BAR, down), (left + BAR + 3.0, down));
            // At the ends of the bar labels stay within its height, so that they meet nothing above or below.
            canvas.text("", (left + BAR + GAP, down + 4.0), Anchor::Start, label);
            widest = widest.max(width(label, TICK));
            free = down;
        }
        let title = (left + BAR + GAP + widest + LABEL.size + 4.0, top + height / 2.0);
        canvas.upward("label", title, &self.title, LABEL, height);
    }
}

/// Levels as text: with as few digits as tell them apart.
fn level_labels(levels: &[f64]) -> Vec<String> {
    let least = levels.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    let written = |digits: usize| levels.iter().map(move |level| written(*level, digits)).collect::<Vec<String>>();
    // Seventeen digits tell all numbers apart.
    let found = (0..17).map(written).find(|labels| {
        let apart = labels.windows(2).all(|pair| pair[0] != pair[1]);
        let exact = levels.iter().zip(labels).all(|(level, label)| {
            let read = label.replace('−', "-").replace(',', "").parse::<f64>().unwrap_or(f64::NAN);
            (read - level).abs() <= 1e-3 * least.min(level.abs())
        });
        apart && exact
    });
    found.unwrap_or_else(|| levels.iter().map(|level| short(*level)).collect())
}

/// With this many digits behind the first.
fn written(value: f64, digits: usize) -> String {
    use crate::number::{exponent, fixed, scientific, trimmed};
    match exponent(value) {
        None => "0".to_owned(),
        Some(power @ -4..=5) => trimmed(fixed(value, (digits as i32 - power).max(0) as usize)),
        Some(_) => scientific(value, digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_as_many_digits_as_they_need() {
        assert_eq!(level_labels(&[0.1, 0.15, 0.2]), ["0.1", "0.15", "0.2"]);
        assert_eq!(level_labels(&[1000.0, 20_000.0, 3e6]), ["1,000", "20,000", "3e6"]);
        assert_eq!(level_labels(&[-0.5, 0.0, 1.0]), ["−0.5", "0", "1"]);
    }
}
