//! Cells without a number, and the patterns they are drawn with.

use super::Grid;
use crate::axis::Scale;
use crate::draw::canvas::Canvas;
use crate::draw::legend::{Entry, Sample};
use crate::number;

/// Why a value cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    NotANumber,
    Infinite,
    /// On a logarithmic scale.
    NotPositive,
}

/// All of them.
const GAPS: [Gap; 3] = [Gap::NotANumber, Gap::Infinite, Gap::NotPositive];

impl Gap {
    /// Why a value cannot be drawn on a scale; `None` if it can.
    pub(crate) fn of(value: f64, scale: Scale) -> Option<Self> {
        if value.is_nan() {
            Some(Self::NotANumber)
        } else if value.is_infinite() {
            Some(Self::Infinite)
        } else if scale == Scale::Log && value <= 0.0 {
            Some(Self::NotPositive)
        } else {
            None
        }
    }

    /// The more telling of the reasons at the corners of a cell.
    pub(crate) fn of_cell(corners: [f64; 4], scale: Scale) -> Option<Self> {
        let gaps = corners.map(|value| Self::of(value, scale));
        GAPS.into_iter().find(|gap| gaps.contains(&Some(*gap)))
    }

    /// What the name of its pattern ends with.
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Self::NotANumber => "n",
            Self::Infinite => "i",
            Self::NotPositive => "z",
        }
    }

    /// In words.
    fn name(self) -> &'static str {
        match self {
            Self::NotANumber => "not a number",
            Self::Infinite => "infinite",
            Self::NotPositive => "not above 0",
        }
    }

    /// How many values of a grid cannot be drawn for each of the reasons: not numbers, infinite, not positive.
    pub(crate) fn counts(grid: &Grid, scale: Scale) -> [usize; 3] {
        GAPS.map(|gap| grid.z.iter().filter(|value| Self::of(**value, scale) == Some(gap)).count())
    }

    /// The kinds of values of a grid that cannot be drawn, in words with their counts.
    pub(crate) fn named(grid: &Grid, scale: Scale) -> Vec<(Self, String)> {
        let all = number::count(grid.z.len());
        let found = GAPS.into_iter().zip(Self::counts(grid, scale)).filter(|(_, count)| *count > 0);
        found.map(|(gap, count)| (gap, format!("{} ({} of {all})", gap.name(), number::count(count)))).collect()
    }

    /// What the legend says of the values of a grid that cannot be drawn.
    pub(crate) fn legend(grid: &Grid, scale: Scale) -> Vec<Entry> {
        let entry = |(gap, name): (Self, String)| Entry { sample: Sample::Hatch(gap.pattern()), name };
        Self::named(grid, scale).into_iter().map(entry).collect()
    }
}

/// Defines the patterns: lines rising for what is not a number, falling for the infinite, both for what has no logarithm.
pub(crate) fn patterns(canvas: &mut Canvas) {
    let rising = "M-1 7L7-1M-1 1L1-1M5 7L7 5";
    let falling = "M-1-1L7 7M5-1L7 1M-1 5L1 7";
    let both = format!("{rising}{falling}");
    for (gap, lines) in GAPS.into_iter().zip([rising, falling, &both]) {
        let name = canvas.pattern(gap.pattern());
        canvas.put(format_args!(
            r#"<pattern id="{name}" patternUnits="userSpaceOnUse" width="6" height="6"><rect class="gap" width="6" height="6"/><path class="hatch" d="{lines}" fill="none"/></pattern>"#
        ));
    }
}
