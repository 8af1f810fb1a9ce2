//! Bars over intervals.

use super::{Draw, Extent, MOST, what};
use crate::axis::{Scale, extent, union};
use crate::draw::canvas::Canvas;
use crate::draw::frame::Frame;
use crate::draw::legend::{Entry, Sample};
use crate::draw::path::Path;
use crate::error::Error;
use crate::number;
use crate::palette::Colour;

/// Bars that stand on 0, one over each interval between edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Its name in the legend.
    pub name: String,
    /// The edges of the intervals, increasing; one more than bars.
    pub edges: Vec<f64>,
    /// The heights of the bars, at least 0: counts, shares or densities.
    pub heights: Vec<f64>,
    /// How many values lie outside of the edges; the legend says so.
    pub outside: usize,
    /// Its colour.
    pub colour: Colour,
}

impl Histogram {
    /// Bars of given heights.
    pub fn new(name: impl Into<String>, edges: impl Into<Vec<f64>>, heights: impl Into<Vec<f64>>) -> Self {
        Self { name: name.into(), edges: edges.into(), heights: heights.into(), ..Self::default() }
    }

    /// The density of values over intervals of one width between `low` and `high`: the share of all values, those outside
    /// included, that lie in the interval, per unit. An interval holds its lower edge, the last one both.
    ///
    /// # Errors
    ///
    /// If there are no values, if the range is none, or if there is no bin or more than 10,000.
    pub fn density(
        name: impl Into<String>,
        values: &[f64],
        (low, high): (f64, f64),
        bins: usize,
    ) -> Result<Self, Error> {
        let name = name.into();
        let what = what("histogram", &name);
        if values.is_empty() {
            return Err(Error::Empty { what });
        }
        if !(1..=10_000).contains(&bins) {
            let what = format!("{what}: the number of bins");
            return Err(Error::Number { what, value: bins as f64, allowed: "between 1 and 10,000" });
        }
        let width = high / bins as f64 - low / bins as f64;
        if !(low < high && low.is_finite() && high.is_finite() && low + width > low && high - width < high) {
            return Err(Error::Range { what, low, high, positive: false });
        }
        let edges: Vec<f64> = (0..=bins).map(|bin| if bin == bins { high } else { low + width * bin as f64 }).collect();
        let mut counts = vec![0_usize; bins];
        let mut outside = 0;
        for &value in values {
            if (low..=high).contains(&value) {
                // The edges decide, not a division, which may round to the other side of one.
                let bin = edges.partition_point(|edge| *edge <= value).saturating_sub(1).min(bins - 1);
                counts[bin] += 1;
            } else {
                outside += 1;
            }
        }
        let heights = counts.iter().map(|count| *count as f64 / values.len() as f64 / width).collect();
        Ok(Self { name, edges, heights, outside, ..Self::default() })
    }

    /// In a colour.
    #[must_use]
    pub fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }
}

impl Draw for Histogram {
    fn name(&self) -> &str {
        &self.name
    }

    fn colour(&self) -> Option<Colour> {
        Some(self.colour)
    }

    fn check(&self, _: Scale, _: Scale) -> Result<(), Error> {
        let what = what("histogram", &self.name);
        Error::unless_equal(
            &what,
            ("edges without the last", self.edges.len().saturating_sub(1)),
            ("heights", self.heights.len()),
        )?;
        Error::unless_increasing(&format!("{what}: edges"), &self.edges)?;
        if self.heights.is_empty() {
            return Err(Error::Empty { what });
        }
        Error::if_more(format!("{what}: bars"), self.heights.len(), MOST)?;
        if let Some(&value) = self.heights.iter().find(|height| !(height.is_finite() && **height >= 0.0)) {
            return Err(Error::Number { what: format!("{what}: a height"), value, allowed: "finite and at least 0" });
        }
        Ok(())
    }

    fn extent(&self, x: Scale, y: Scale) -> Extent {
        let ground = (y == Scale::Linear).then_some((0.0, 0.0));
        Extent {
            x: extent(self.edges.iter().copied(), x),
            y: union(extent(self.heights.iter().copied(), y), ground),
            grounded: true,
            ..Extent::default()
        }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame, class: usize) {
        let mut path = Path::default();
        for (edges, &height) in self.edges.windows(2).zip(&self.heights).filter(|(_, height)| **height > 0.0) {
            let (Some(left), Some(right)) = (frame.x.share(edges[0]), frame.x.share(edges[1])) else { continue };
            // On a logarithmic axis 0 lies below every place.
            let ground = frame.y.share(0.0).unwrap_or(-1.0);
            let Some(top) = frame.y.share(height) else { continue };
            frame.area(&mut path, &[(left, ground), (left, top), (right, top), (right, ground)]);
        }
        canvas.path(&format!("bars f{class} l{class}"), &path);
    }

    fn legend(&self, _: &Frame, class: usize) -> Vec<Entry> {
        let name = match self.outside {
            0 => self.name.clone(),
            outside => format!("{} ({} outside)", self.name, number::count(outside)),
        };
        vec![Entry { sample: Sample::Patch(format!("bars f{class} l{class}")), name }]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn densities_count_all_values() {
        let values = [0.0, 0.5, 1.0, 1.5, 2.0, 7.0, f64::NAN, -1.0];
        let histogram = Histogram::density("h", &values, (0.0, 2.0), 2).unwrap();
        assert_eq!(histogram.edges, [0.0, 1.0, 2.0]);
        assert_eq!(histogram.heights, [2.0 / 8.0, 3.0 / 8.0]);
        assert_eq!(histogram.outside, 3);
    }

    proptest! {
        #[test]
        fn every_value_is_counted(values: Vec<f64>, low in -1e9..1e9, width in 1e-3..1e9, bins in 1_usize..50) {
            prop_assume!(!values.is_empty());
            let histogram = Histogram::density("h", &values, (low, low + width), bins).unwrap();
            prop_assert!(histogram.check(Scale::Linear, Scale::Linear).is_ok());
            let area = |(edges, height): (&[f64], &f64)| (edges[1] - edges[0]) * height;
            let inside: f64 = histogram.edges.windows(2).zip(&histogram.heights).map(area).sum();
            let counted = inside * values.len() as f64 + histogram.outside as f64;
            prop_assert!((counted - values.len() as f64).abs() < 1e-6 * values.len() as f64);
        }

        #[test]
        fn any_numbers_make_bars_or_an_error(values: Vec<f64>, low: f64, high: f64, bins: usize) {
            if let Ok(histogram) = Histogram::density("h", &values, (low, high), bins) {
                prop_assert_eq!(histogram.heights.len() + 1, histogram.edges.len());
            }
        }
    }
}
