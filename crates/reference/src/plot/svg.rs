//! A plot as SVG. Its colours are CSS variables, so that it follows the page it stands in, or, alone, the reader's
//! preference for light or dark.

use std::fmt::Write;

use dartboard_figures::{Scale, ticks};

use super::sample::clipped;
use super::{Panel, Plot};

/// Width of the picture. Narrow, so that its letters can still be read on a phone.
const WIDTH: f64 = 420.0;
/// Room for the numbers of the vertical axis, and to the right of the panels.
const LEFT: f64 = 48.0;
const RIGHT: f64 = 12.0;
/// Room above a panel for its title, and below the last one for the horizontal axis.
const ABOVE: f64 = 26.0;
const BELOW: f64 = 42.0;
/// Height of the first panel, and of the others.
const FIRST: f64 = 150.0;
const OTHER: f64 = 110.0;
/// Curves keep this distance from the edges of a panel.
const MARGIN: f64 = 6.0;

/// The rules that a page with plots must hold, once.
pub const CSS: &str = "\
.plot{--c0:#0b63b5;--c1:#b3470a;--c2:#7a3aa8;--c3:#1d7a3e;color:#3c4450;font:12px system-ui,sans-serif}
.plot text{fill:currentColor}
.plot .grid{stroke:currentColor;opacity:.14}
.plot .zero{stroke:currentColor;opacity:.45}
.plot .kink{stroke:currentColor;opacity:.6;stroke-dasharray:2 3}
.plot .s0,.plot .s1,.plot .s2,.plot .s3{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.plot .s0{stroke:var(--c0)}
.plot .s1{stroke:var(--c1)}
.plot .s2{stroke:var(--c2);stroke-dasharray:7 4}
.plot .s3{stroke:var(--c3);stroke-dasharray:2 4}
.plot .t0{fill:var(--c0)}
.plot .t1{fill:var(--c1)}
.plot .t2{fill:var(--c2)}
.plot .t3{fill:var(--c3)}
.plot .name{font-weight:600}
";

/// The colours on a dark ground.
pub const CSS_DARK: &str = ".plot{--c0:#6cb6ff;--c1:#f5a35c;--c2:#d2a8ff;--c3:#7ee29b;color:#c4ccd6}";

/// The plot as an element of a page that holds [`CSS`].
pub fn inline(plot: &Plot) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = write_svg(&mut out, plot, "", "");
    out
}

/// The plot as a file of its own.
pub fn standalone(plot: &Plot) -> String {
    // A picture in a page has the size it says, and shrinks where there is less room.
    let size = format!(r#" xmlns="http://www.w3.org/2000/svg" width="{}""#, WIDTH * 4.0 / 3.0);
    let style = format!("<style>{CSS}@media (prefers-color-scheme:dark){{{CSS_DARK}}}</style>\n");
    let mut out = String::new();
    let _ = write_svg(&mut out, plot, &size, &style);
    out
}

fn write_svg(out: &mut String, plot: &Plot, attributes: &str, style: &str) -> std::fmt::Result {
    let heights: Vec<f64> = (0..plot.panels.len()).map(|index| if index == 0 { FIRST } else { OTHER }).collect();
    let total = heights.iter().map(|height| height + ABOVE).sum::<f64>() + BELOW;
    let description = escaped(&plot.describe());
    writeln!(
        out,
        r#"<svg{attributes} class="plot" viewBox="0 0 {WIDTH} {total}" role="img" aria-label="{description}">"#
    )?;
    out.push_str(style);
    writeln!(out, "<title>{description}</title>")?;
    let mut top = ABOVE;
    for (panel, height) in plot.panels.iter().zip(heights) {
        write_panel(out, plot, panel, Frame { x: plot.x, y: panel.y, top, height })?;
        top += height + ABOVE;
    }
    write_horizontal(out, plot, top - ABOVE)?;
    out.push_str("</svg>\n");
    Ok(())
}

/// Where a panel stands, and what it shows.
#[derive(Clone, Copy)]
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
    top: f64,
    height: f64,
}

impl Frame {
    fn across(self, x: f64) -> f64 {
        LEFT + (x - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - LEFT - RIGHT)
    }

    fn down(self, y: f64) -> f64 {
        self.top + MARGIN + (self.y.1 - y) / (self.y.1 - self.y.0) * (self.height - 2.0 * MARGIN)
    }

    fn bottom(self) -> f64 {
        self.top + self.height
    }
}

fn write_panel(out: &mut String, plot: &Plot, panel: &Panel, frame: Frame) -> std::fmt::Result {
    let right = WIDTH - RIGHT;
    for tick in ticks(panel.y, 5, Scale::Linear) {
        let (down, label) = (frame.down(tick.at), tick.label);
        let class = if tick.at == 0.0 { "zero" } else { "grid" };
        writeln!(out, r#"<path class="{class}" d="M{LEFT} {down:.1}H{right}"/>"#)?;
        writeln!(out, r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"#, LEFT - 6.0, down + 4.0)?;
    }
    for tick in ticks(plot.x, 7, Scale::Linear) {
        let (across, top, bottom) = (frame.across(tick.at), frame.top, frame.bottom());
        writeln!(out, r#"<path class="grid" d="M{across:.1} {top:.1}V{bottom:.1}"/>"#)?;
    }
    for &kink in plot.kinks.iter().flat_map(|kinks| &kinks.at) {
        let (across, top, bottom) = (frame.across(kink), frame.top, frame.bottom());
        writeln!(out, r#"<path class="kink" d="M{across:.1} {top:.1}V{bottom:.1}"/>"#)?;
    }
    for curve in &panel.curves {
        let parts: String = curve.parts.iter().map(|part| path(part, frame)).collect();
        writeln!(out, r#"<path class="s{}" d="{parts}"/>"#, curve.style % 4)?;
    }
    write_title(out, panel, frame.top - 9.0)
}

/// The title of the vertical axis, in the colour of its curve; of several, each with its name.
fn write_title(out: &mut String, panel: &Panel, down: f64) -> std::fmt::Result {
    let mut across = LEFT;
    if panel.curves.iter().any(|curve| curve.name != panel.title) {
        writeln!(out, r#"<text class="name" x="{across:.1}" y="{down:.1}">{}</text>"#, panel.title)?;
        across += advance(panel.title) + 14.0;
    }
    for curve in &panel.curves {
        let (style, name) = (curve.style % 4, escaped(&curve.name));
        let (line, level) = (across + 18.0, down - 4.0);
        writeln!(out, r#"<path class="s{style}" d="M{across:.1} {level:.1}H{line:.1}"/>"#)?;
        writeln!(out, r#"<text class="name t{style}" x="{:.1}" y="{down:.1}">{name}</text>"#, line + 6.0)?;
        across = line + advance(&curve.name) + 20.0;
    }
    Ok(())
}

/// About the width of a text, there being no fonts to measure.
fn advance(text: &str) -> f64 {
    6.8 * text.chars().count() as f64
}

fn write_horizontal(out: &mut String, plot: &Plot, bottom: f64) -> std::fmt::Result {
    let frame = Frame { x: plot.x, y: (0.0, 1.0), top: bottom, height: 1.0 };
    for tick in ticks(plot.x, 7, Scale::Linear) {
        let (across, down) = (frame.across(tick.at), bottom + 15.0);
        // Labels at the ends stay inside of the picture.
        let anchor = if across > WIDTH - RIGHT - 12.0 && tick.label.chars().count() > 3 { "end" } else { "middle" };
        writeln!(out, r#"<text x="{across:.1}" y="{down:.1}" text-anchor="{anchor}">{}</text>"#, tick.label)?;
    }
    let (middle, down) = (0.5 * (LEFT + WIDTH - RIGHT), bottom + 33.0);
    writeln!(out, r#"<text x="{middle:.1}" y="{down:.1}" text-anchor="middle">{}</text>"#, escaped(&plot.x_title))
}

/// The part of a curve that lies in the panel, as a path.
fn path(part: &[(f64, f64)], frame: Frame) -> String {
    let mut runs: Vec<Vec<(f64, f64)>> = vec![];
    for pair in part.windows(2) {
        let Some([from, to]) = clipped(pair[0], pair[1], frame.y) else { continue };
        match runs.last_mut() {
            Some(run) if run.last() == Some(&from) => run.push(to),
            _ => runs.push(vec![from, to]),
        }
    }
    let mut text = String::new();
    for run in runs {
        let points: Vec<(f64, f64)> = run.into_iter().map(|(x, y)| (frame.across(x), frame.down(y))).collect();
        for (index, (across, down)) in thinned(&points).into_iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            // Writing into a string cannot fail.
            let _ = write!(text, "{command}{across:.1} {down:.1}");
        }
    }
    text
}

/// Without the points that lie on the line between those that are left, as far as the eye can tell.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    const INVISIBLE: f64 = 0.04;
    let mut kept: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    let mut anchor = 0;
    for end in 2..points.len() {
        let between = &points[anchor + 1..end];
        if between.iter().any(|&point| distance(point, points[anchor], points[end]) > INVISIBLE) {
            anchor = end - 1;
            kept.push(points[anchor]);
        }
    }
    kept.extend(points.last().filter(|_| points.len() > 1));
    kept
}

/// How far a point lies from the line through two others.
fn distance(point: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (across, down) = (b.0 - a.0, b.1 - a.1);
    ((point.0 - a.0) * down - (point.1 - a.1) * across).abs() / across.hypot(down).max(f64::MIN_POSITIVE)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use dartboard_losses::Loss;

    use super::*;

    #[test]
    fn pictures_hold_no_nan_and_stay_inside_of_their_frame() {
        for loss in Loss::all() {
            let Some(plot) = Plot::of(&loss) else { continue };
            let text = standalone(&plot);
            assert!(!text.contains("NaN") && !text.contains("inf"), "{}", plot.title);
            for number in text.split(['M', 'L', 'H', ' ', '"']).filter(|piece| piece.contains('.')) {
                let Ok(place) = number.parse::<f64>() else { continue };
                assert!((-1.0..=460.0).contains(&place), "{}: {number}", plot.title);
            }
        }
    }

    #[test]
    fn straight_lines_take_two_points() {
        let plot = Plot::of(&Loss::parse("mse").unwrap()).unwrap();
        let text = inline(&plot);
        let gradient = text.lines().rfind(|line| line.contains("class=\"s1\" d=\"M48")).unwrap();
        assert!(text.contains("class=\"s0\"") && gradient.matches('L').count() <= 2, "{gradient}");
    }

    #[test]
    fn corners_are_kept() {
        let v: Vec<(f64, f64)> = (-50..=50).map(|x: i32| (f64::from(x), f64::from(x.abs()))).collect();
        assert_eq!(thinned(&v), [(-50.0, 50.0), (0.0, 0.0), (50.0, 50.0)]);
        // A corner stays one if its point comes twice, a hair's breadth apart.
        let mut twice = v;
        twice.insert(50, (-1e-9, 1e-9));
        assert!(thinned(&twice).iter().any(|point| point.0.abs() < 1e-6));
        assert_eq!(thinned(&[(1.0, 2.0)]), [(1.0, 2.0)]);
    }

    #[test]
    fn names_are_not_taken_for_markup() {
        assert_eq!(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
    }
}
