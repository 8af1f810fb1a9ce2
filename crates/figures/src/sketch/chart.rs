//! Charts in characters.

use super::Size;
use super::field::{Field, horizontal, pattern, sample, style};
use super::map::{GAPS, Map, SHADES};
use crate::axis::{Scale, Span};
use crate::chart::Chart;
use crate::error::Error;
use crate::grid::{Colours, Grid};
use crate::layers::{Layer, RuleAt};
use crate::number::short;
use crate::ticks::ticks;

/// Fewer columns and rows show nothing.
const NARROWEST: usize = 20;
const LOWEST: usize = 3;

/// A chart as lines of text, no wider than the size says. Curves are lines of dots that differ in pattern and colour; clouds
/// are dots; marks are diamonds; a grid is cells of colour or, without colours, of shades.
///
/// # Errors
///
/// If something in the chart cannot be drawn.
pub fn chart(chart: &Chart, size: Size) -> Result<String, Error> {
    chart.check()?;
    let (x, y) = chart.spans()?;
    let (width, rows) = (size.columns.clamp(NARROWEST, 1000), size.rows.clamp(LOWEST, 500));
    let vertical = ticks(y.ends(), (rows / 2).clamp(2, 6), y.scale);
    let gutter = vertical.iter().map(|tick| tick.label.chars().count()).max().unwrap_or_default();
    let columns = width.saturating_sub(gutter + 2).max(8);
    let mut field = Field::over(x, y, columns, rows);
    let mut lines = vec![];
    lines.extend(wrapped(&chart.title, width));
    lines.extend(legend(chart, width, size.styled));
    if !chart.y.title().is_empty() {
        lines.extend(wrapped(&chart.y.title(), width));
    }
    let map = chart.layers.iter().find_map(|layer| map_of(layer, x, y));
    draw_layers(chart, &mut field, x, y);
    let texts = match &map {
        Some(map) => {
            let signs = signs(chart, &field);
            map.rows(columns, rows, size.styled, |column, row| {
                signs.iter().rev().find(|(at, _)| *at == (column, row)).map(|(_, sign)| *sign)
            })
        }
        None => (0..rows).map(|row| field.text(row, size.styled)).collect(),
    };
    for (row, text) in texts.into_iter().enumerate() {
        let tick = vertical.iter().find(|tick| field.row(tick.at) == row);
        let (label, line) = tick.map_or(("", '│'), |tick| (tick.label.as_str(), '┤'));
        lines.push(format!("{label:>gutter$} {line}{text}"));
    }
    let horizontal_ticks = ticks(x.ends(), (columns / 10).clamp(2, 8), x.scale);
    lines.extend(horizontal(&field, &horizontal_ticks, &chart.x.title(), gutter));
    if let Some(map) = map {
        lines.extend(scale(&map, size.styled));
    }
    Ok(lines.iter().map(|line| format!("{}\n", line.trim_end())).collect())
}

/// Words in lines that are not wider than this.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => *line += &format!(" {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The layers of a chart with the numbers of those that are curves.
fn numbered(chart: &Chart) -> impl Iterator<Item = (usize, &Layer)> {
    let curve =
        |layer: &Layer| !matches!(layer, Layer::Contours(_) | Layer::HeatMap(_) | Layer::Marks(_) | Layer::Rule(_));
    chart.layers.iter().scan(0, move |next, layer| {
        let own = *next;
        *next += usize::from(curve(layer));
        Some((own, layer))
    })
}

fn legend(chart: &Chart, width: usize, styled: bool) -> Vec<String> {
    let mut lines: Vec<(usize, String)> = vec![];
    for (curve, layer) in numbered(chart) {
        let name = layer.as_draw().name();
        let sign = match layer {
            Layer::Contours(_) | Layer::HeatMap(_) => continue,
            Layer::Rule(_) => "┈",
            Layer::Marks(_) => "◆",
            Layer::Trail(_) if has_map(chart) => "•",
            Layer::Scatter(_) => "⠂⠡⠈",
            _ => sample(curve),
        };
        if name.is_empty() {
            continue;
        }
        let style = style(curve, styled && !matches!(layer, Layer::Rule(_) | Layer::Marks(_)));
        let (length, text) =
            (sign.chars().count() + 1 + name.chars().count(), format!("{style}{sign} {name}{style:#}"));
        match lines.last_mut() {
            Some((used, line)) if *used + 3 + length <= width => {
                *used += 3 + length;
                *line += &format!("   {text}");
            }
            _ => lines.push((length, text)),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

fn has_map(chart: &Chart) -> bool {
    chart.layers.iter().any(|layer| matches!(layer, Layer::Contours(_) | Layer::HeatMap(_)))
}

fn map_of(layer: &Layer, x: Span, y: Span) -> Option<Map<'_>> {
    let span = |grid: &Grid| Some(Span::around(grid.range(Scale::Linear)?, Scale::Linear));
    let (grid, colours, span, levels): (&Grid, Colours, Span, Option<Vec<f64>>) = match layer {
        Layer::Contours(contours) => {
            (&contours.grid, contours.colours, span(&contours.grid)?, Some(contours.thresholds()))
        }
        Layer::HeatMap(map) => (&map.grid, map.colours, map.span().ok()?, None),
        _ => return None,
    };
    Some(Map { grid, colours, span, levels, x, y })
}

/// What the colours or shades of a map stand for.
fn scale(map: &Map, styled: bool) -> Vec<String> {
    let (low, high) = (short(map.span.low), short(map.span.high));
    let shades: String = if styled {
        let bar = Grid { x: (0..12).map(f64::from).collect(), y: vec![0.0], z: (0..12).map(f64::from).collect() };
        let span = |low, high| Span { low, high, scale: Scale::Linear };
        let bar = Map {
            grid: &bar,
            colours: map.colours,
            span: span(0.0, 11.0),
            levels: None,
            x: span(-0.5, 11.5),
            y: span(-0.5, 0.5),
        };
        bar.rows(12, 1, true, |_, _| None).concat()
    } else {
        SHADES.iter().collect()
    };
    let mut lines = vec![format!("{low} {shades} {high}")];
    let names = ["not a number", "infinite", "not above 0"];
    let gaps = crate::grid::Gap::counts(map.grid, map.span.scale);
    let named = gaps.into_iter().zip(GAPS.iter().zip(names)).filter(|(count, _)| *count > 0);
    let texts: Vec<String> = named.map(|(count, (sign, name))| format!("{sign} {name} ({count})")).collect();
    if !texts.is_empty() {
        lines.push(texts.join("   "));
    }
    lines
}

/// Characters over a map, by column and row.
fn signs(chart: &Chart, field: &Field) -> Vec<((usize, usize), char)> {
    let mut signs = vec![];
    for layer in &chart.layers {
        match layer {
            Layer::Trail(trail) => {
                let steps = trail.x.iter().zip(&trail.y).filter(|(x, y)| field.holds(**x, **y));
                signs.extend(steps.map(|(x, y)| ((field.column(*x), field.row(*y)), '•')));
            }
            Layer::Marks(marks) => {
                let marks = marks.marks.iter().filter(|mark| field.holds(mark.x, mark.y));
                signs.extend(marks.map(|mark| ((field.column(mark.x), field.row(mark.y)), '◆')));
            }
            _ => {}
        }
    }
    signs
}

fn draw_layers(chart: &Chart, field: &mut Field, x: Span, y: Span) {
    let pairs = |x: &[f64], y: &[f64]| x.iter().copied().zip(y.iter().copied()).collect::<Vec<(f64, f64)>>();
    if y.scale == Scale::Linear {
        field.level(0.0);
    }
    for (curve, layer) in numbered(chart) {
        match layer {
            Layer::Series(series) => field.line(&pairs(&series.x, &series.y), curve, pattern(curve)),
            Layer::Trail(trail) => field.line(&pairs(&trail.x, &trail.y), curve, pattern(curve)),
            Layer::Scatter(scatter) => {
                pairs(&scatter.x, &scatter.y).into_iter().for_each(|point| field.dot(point, curve));
            }
            Layer::Band(band) => {
                for edge in [&band.lower, &band.upper] {
                    field.line(&pairs(&band.x, edge), curve, pattern(curve));
                }
            }
            Layer::Histogram(histogram) => {
                let mut outline = vec![];
                for (edges, height) in histogram.edges.windows(2).zip(&histogram.heights) {
                    outline.extend([(edges[0], *height), (edges[1], *height)]);
                }
                field.line(&outline, curve, pattern(curve));
            }
            Layer::Rule(rule) => match rule.at {
                RuleAt::X(at) if x.contains(at) => field.upright(at),
                RuleAt::X(_) => {}
                RuleAt::Y(at) => field.level(at),
                RuleAt::Slope { intercept, slope } => {
                    let ends = [x.low, x.high].map(|x| (x, intercept + slope * x));
                    field.line(&ends, curve, (1, 3));
                }
            },
            Layer::Marks(marks) => marks.marks.iter().for_each(|mark| field.sign((mark.x, mark.y), '◆')),
            Layer::Contours(_) | Layer::HeatMap(_) => {}
        }
    }
}
