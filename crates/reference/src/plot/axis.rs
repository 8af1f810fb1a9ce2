//! Round numbers along an axis.

use crate::number;

/// A round number and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// Between two and `most` round numbers in a range, as far apart as 1, 2 or 5 times a power of ten.
pub(super) fn ticks((low, high): (f64, f64), most: usize) -> Vec<Tick> {
    let width = high - low;
    if !(width > 0.0 && width.is_finite()) {
        return vec![];
    }
    let exponent = width.log10().floor() as i32;
    let steps = (-2..=1).flat_map(|shift| [1.0, 2.0, 5.0].map(|digit: f64| (digit, exponent + shift)));
    for (digit, power) in steps {
        let step = digit * 10_f64.powi(power);
        // A little slack: an end of the range that is a tick but for rounding is one.
        let first = (low / step - 1e-9).ceil();
        let last = (high / step + 1e-9).floor();
        if last - first < most as f64 {
            let count = (last - first).max(0.0) as usize;
            let at = |index: usize| (first + index as f64) * step;
            return (0..=count).map(|index| Tick { at: at(index), label: label(at(index), power) }).collect();
        }
    }
    vec![]
}

/// With as many decimals as the step between ticks has.
fn label(value: f64, power: i32) -> String {
    if value != 0.0 && !(-4..=5).contains(&power) {
        // Round numbers need no more than two digits.
        return format!("{value:.1e}").replace(".0e", "e").replace('-', "−");
    }
    number::decimal(value, (-power).max(0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(range: (f64, f64), most: usize) -> Vec<String> {
        ticks(range, most).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn round_numbers() {
        assert_eq!(labels((-3.0, 3.0), 7), ["−3", "−2", "−1", "0", "1", "2", "3"]);
        assert_eq!(labels((0.0, 1.0), 6), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(labels((0.0, 9.0), 5), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels((-60_000.0, 60_000.0), 5), ["−50,000", "0", "50,000"]);
        assert_eq!(labels((0.0, 4e9), 5), ["0", "1e9", "2e9", "3e9", "4e9"]);
        assert_eq!(labels((1.0, 1.0), 5), Vec::<String>::new());
    }
}
