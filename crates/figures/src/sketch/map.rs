//! Grids in characters: half blocks in colours, or shades without.

use anstyle::{Ansi256Color, Color, Style};

use crate::axis::Span;
use crate::grid::{Colours, Gap, Grid};

/// Shades from low to high.
pub(super) const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
/// What stands in place of values that cannot be drawn: not a number, infinite, without a logarithm.
pub(super) const GAPS: [char; 3] = ['?', '∞', '0'];

/// The values of a grid over the field, a value for every place: the node nearest to it.
pub(super) struct Map<'a> {
    pub(super) grid: &'a Grid,
    pub(super) colours: Colours,
    /// The range of the colours.
    pub(super) span: Span,
    /// Where colours change, if they do so in steps.
    pub(super) levels: Option<Vec<f64>>,
    pub(super) x: Span,
    pub(super) y: Span,
}

/// What is seen at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Share(f64),
    Gap(char),
}

impl Map<'_> {
    /// The node whose place along an axis is nearest to a share of it.
    fn nearest(nodes: &[f64], span: Span, share: f64) -> usize {
        let away = |node: &f64| span.share(*node).map_or(f64::INFINITY, |own| (own - share).abs());
        let least = nodes.iter().enumerate().min_by(|a, b| away(a.1).total_cmp(&away(b.1)));
        least.map_or(0, |(index, _)| index)
    }

    fn look(&self, column: usize, row: usize) -> Look {
        let value = self.grid.at(column, row);
        match self.span.share(value) {
            Some(share) => Look::Share(match &self.levels {
                Some(levels) if levels.is_empty() => 0.5,
                Some(levels) => levels.partition_point(|level| *level <= value) as f64 / levels.len() as f64,
                None => share.clamp(0.0, 1.0),
            }),
            None => Look::Gap(match Gap::of(value, self.span.scale) {
                None | Some(Gap::NotANumber) => GAPS[0],
                Some(Gap::Infinite) => GAPS[1],
                Some(Gap::NotPositive) => GAPS[2],
            }),
        }
    }

    fn colour(&self, look: Look) -> Option<Color> {
        match look {
            Look::Share(share) => Some(Color::Ansi256(nearest_colour(self.colours.at(share)))),
            Look::Gap(_) => None,
        }
    }

    /// The rows of the field, from the top, with what `over` says instead of the map.
    pub(super) fn rows(
        &self,
        columns: usize,
        rows: usize,
        styled: bool,
        over: impl Fn(usize, usize) -> Option<char>,
    ) -> Vec<String> {
        let middle = |index: usize, count: usize| (index as f64 + 0.5) / count as f64;
        let across: Vec<usize> =
            (0..columns).map(|column| Self::nearest(&self.grid.x, self.x, middle(column, columns))).collect();
        // A character is two places high where there are colours.
        let up: Vec<usize> =
            (0..2 * rows).map(|half| Self::nearest(&self.grid.y, self.y, 1.0 - middle(half, 2 * rows))).collect();
        let cell = |column: usize, row: usize| {
            let looks = [self.look(across[column], up[2 * row]), self.look(across[column], up[2 * row + 1])];
            if let Some(sign) = over(column, row) {
                let style = Style::new().bg_color(self.colour(looks[1])).bold();
                return if styled { format!("{style}{sign}{style:#}") } else { sign.to_string() };
            }
            match looks {
                [Look::Gap(sign), _] | [_, Look::Gap(sign)] => sign.to_string(),
                [Look::Share(a), Look::Share(b)] if !styled => {
                    let step = (f64::midpoint(a, b) * SHADES.len() as f64) as usize;
                    SHADES[step.min(SHADES.len() - 1)].to_string()
                }
                [above, below] => {
                    let style = Style::new().fg_color(self.colour(above)).bg_color(self.colour(below));
                    format!("{style}▀{style:#}")
                }
            }
        };
        (0..rows).map(|row| (0..columns).map(|column| cell(column, row)).collect()).collect()
    }
}

/// The nearest of the 216 colours of the cube that terminals of 256 colours share.
fn nearest_colour(rgb: [u8; 3]) -> Ansi256Color {
    /// The steps of the cube's edges.
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |part: u8| {
        let nearest = STEPS.iter().enumerate().min_by_key(|(_, step)| step.abs_diff(part));
        nearest.map_or(0, |(index, _)| index as u8)
    };
    let [red, green, blue] = rgb.map(step);
    Ansi256Color(16 + 36 * red + 6 * green + blue)
}
