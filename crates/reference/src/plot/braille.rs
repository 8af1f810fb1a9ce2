//! A plot in characters: every character is a field of 2 × 4 dots.

use anstyle::Style;
use dartboard_figures::sketch::{Field, horizontal, pattern, sample, style};
use dartboard_figures::{Scale, ticks};

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
    let vertical = ticks(panel.y, 5, Scale::Linear);
    let gutter = vertical.iter().map(|tick| tick.label.chars().count()).max().unwrap_or_default();
    let columns = width.saturating_sub(gutter + 2).clamp(10, WIDEST);
    let mut field = Field::new(plot.x, panel.y, columns, ROWS);
    field.level(0.0);
    if let Some(kinks) = &plot.kinks {
        kinks.at.iter().for_each(|&kink| field.upright(kink));
    }
    // A lone curve needs no pattern to be told from others.
    let pattern = |curve: &Curve| if panel.curves.len() > 1 { pattern(curve.style) } else { (1, 0) };
    for curve in &panel.curves {
        curve.parts.iter().for_each(|part| field.line(part, curve.style, pattern(curve)));
    }
    let mut rows = vec![header(panel, gutter, canvas)];
    for row in 0..ROWS {
        let tick = vertical.iter().find(|tick| field.row(tick.at) == row);
        let (label, line) = tick.map_or(("", '│'), |tick| (tick.label.as_str(), '┤'));
        rows.push(Row {
            text: format!("{label:>gutter$} {line}{}", field.text(row, canvas.styled)),
            width: gutter + 2 + columns,
        });
    }
    let under = horizontal(&field, &ticks(plot.x, 7, Scale::Linear), &plot.x_title, gutter);
    rows.extend(under.map(|text| Row { width: text.chars().count(), text }));
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
        [curve] if curve.name == panel.title => write(panel.title, style(curve.style, canvas.styled)),
        curves => {
            write(&format!("{}: ", panel.title), Style::new());
            for (position, curve) in curves.iter().enumerate() {
                write(if position > 0 { "   " } else { "" }, Style::new());
                write(&format!("{} {}", sample(curve.style), curve.name), style(curve.style, canvas.styled));
            }
        }
    }
    Row { text, width }
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
