//! Axes, and how values lie along them.

use crate::error::Error;

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equally long.
    #[default]
    Linear,
    /// Equal ratios are equally long; values must be above 0.
    Log,
}

/// An axis: its label and unit, its range, its scale.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What is measured along it.
    pub label: String,
    /// The unit, shown behind the label in brackets; may be empty.
    pub unit: String,
    /// The values at its ends; `None` takes them from the data.
    pub range: Option<(f64, f64)>,
    /// Linear or logarithmic.
    pub scale: Scale,
}

impl Axis {
    /// A linear axis with the range of its data.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// With a unit.
    #[must_use]
    pub fn unit(self, unit: impl Into<String>) -> Self {
        Self { unit: unit.into(), ..self }
    }

    /// With a fixed range.
    #[must_use]
    pub fn range(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }

    /// With a logarithmic scale.
    #[must_use]
    pub fn log(self) -> Self {
        Self { scale: Scale::Log, ..self }
    }

    /// The label with its unit.
    pub(crate) fn title(&self) -> String {
        match (self.label.trim(), self.unit.trim()) {
            (label, "") => label.to_owned(),
            ("", unit) => unit.to_owned(),
            (label, unit) => format!("{label} ({unit})"),
        }
    }

    /// The span of the axis: the given range or, widened by shares of it, that of the data.
    pub(crate) fn span(&self, what: &str, data: Option<(f64, f64)>, margins: (f64, f64)) -> Result<Span, Error> {
        let log = self.scale == Scale::Log;
        if let Some((low, high)) = self.range {
            let proper = low.is_finite() && high.is_finite() && low < high && (!log || low > 0.0);
            let error = || Error::Range { what: what.to_owned(), low, high, positive: log };
            return if proper { Ok(Span { low, high, scale: self.scale }) } else { Err(error()) };
        }
        let data = data.ok_or_else(|| Error::Empty { what: what.to_owned() })?;
        Ok(Span::around(data, self.scale).widened(margins))
    }
}

/// A range of values along an axis: finite, increasing, positive if logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) scale: Scale,
}

/// Farther outside than this, in lengths of the axis, makes no difference to what is seen.
const FAR: f64 = 1e6;

impl Span {
    /// The span of data, which has some width even where all values are equal.
    pub(crate) fn around((low, high): (f64, f64), scale: Scale) -> Self {
        if low < high {
            return Self { low, high, scale };
        }
        let (low, high) = match scale {
            // Half and twice, but for the ends of what floating point has.
            Scale::Log => ((low / 2.0).max(f64::MIN_POSITIVE.min(low)), (high * 2.0).min(f64::MAX)),
            Scale::Linear if low == 0.0 => (-1.0, 1.0),
            Scale::Linear => {
                let aside = (low.abs() * 0.1).max(f64::from_bits(1));
                ((low - aside).max(f64::MIN), (high + aside).min(f64::MAX))
            }
        };
        // At the smallest and largest numbers one of the ends may not have moved.
        let high = if low < high { high } else { low.next_up() };
        Self { low, high, scale }
    }

    /// With margins, as shares of the span.
    pub(crate) fn widened(self, (before, after): (f64, f64)) -> Self {
        let (low, high) = match self.scale {
            Scale::Linear => {
                let width = if (self.high - self.low).is_finite() { self.high - self.low } else { f64::MAX };
                ((self.low - before * width).max(f64::MIN), (self.high + after * width).min(f64::MAX))
            }
            Scale::Log => {
                let decades = libm::log10(self.high) - libm::log10(self.low);
                let low = self.low / libm::pow(10.0, before * decades);
                let high = self.high * libm::pow(10.0, after * decades);
                (if low > 0.0 { low } else { self.low }, high.min(f64::MAX))
            }
        };
        Self { low, high, ..self }
    }

    /// Where a value lies: 0 at the lower end, 1 at the upper; `None` if it has no place on the scale.
    pub(crate) fn share(self, value: f64) -> Option<f64> {
        let place = match self.scale {
            _ if !value.is_finite() => return None,
            Scale::Log if value <= 0.0 => return None,
            Scale::Log => {
                let low = libm::log10(self.low);
                (libm::log10(value) - low) / (libm::log10(self.high) - low)
            }
            Scale::Linear if (self.high - self.low).is_finite() => (value - self.low) / (self.high - self.low),
            Scale::Linear => (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0),
        };
        Some(if place.is_nan() { 0.0 } else { place.clamp(-FAR, FAR) })
    }

    /// Whether a value lies on the axis.
    pub(crate) fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Both ends.
    pub(crate) fn ends(self) -> (f64, f64) {
        (self.low, self.high)
    }
}

/// The smallest and the largest of the values that have a place on the scale.
pub(crate) fn extent(values: impl IntoIterator<Item = f64>, scale: Scale) -> Option<(f64, f64)> {
    let drawable = values.into_iter().filter(|value| drawable(*value, scale));
    drawable.fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

/// Whether a value has a place on a scale.
pub(crate) fn drawable(value: f64, scale: Scale) -> bool {
    value.is_finite() && (scale == Scale::Linear || value > 0.0)
}

/// The range that holds both.
pub(crate) fn union(a: Option<(f64, f64)>, b: Option<(f64, f64)>) -> Option<(f64, f64)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_have_their_unit() {
        assert_eq!(Axis::new("residual").unit("€").title(), "residual (€)");
        assert_eq!(Axis::new("share").title(), "share");
    }

    #[test]
    fn decades_are_equally_long() {
        let span = Span { low: 0.01, high: 100.0, scale: Scale::Log };
        assert_eq!(span.share(1.0), Some(0.5));
        assert_eq!(span.share(0.0), None);
    }

    proptest! {
        #[test]
        fn spans_of_any_data_are_proper(a: f64, b: f64, log: bool, before in 0.0..0.2, after in 0.0..0.2) {
            let scale = if log { Scale::Log } else { Scale::Linear };
            prop_assume!(drawable(a, scale) && drawable(b, scale));
            let span = Span::around((a.min(b), a.max(b)), scale).widened((before, after));
            prop_assert!(span.low.is_finite() && span.high.is_finite() && span.low < span.high, "{:?}", span);
            prop_assert!(!log || span.low > 0.0);
            for value in [a, b] {
                let share = span.share(value).unwrap();
                prop_assert!((-1e-9..=1.0 + 1e-9).contains(&share), "{} in {:?}", share, span);
            }
        }
    }
}
