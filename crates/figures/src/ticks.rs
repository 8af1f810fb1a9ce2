//! Round numbers along an axis.

use crate::axis::Scale;
use crate::number::{exponent, fixed, plain, scaled, scientific, trimmed};

/// A round number and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The number.
    pub at: f64,
    /// The number as text.
    pub label: String,
}

/// Round numbers in a range, at most `most`, or up to five where fewer would be less than two: multiples of 1, 2 or 5 times a power of ten; on a logarithmic
/// scale, powers of ten where there are two. A range too narrow for round numbers has its ends. A range whose ends are not
/// finite and increasing, or not positive on a logarithmic scale, has none.
pub fn ticks((low, high): (f64, f64), most: usize, scale: Scale) -> Vec<Tick> {
    if !(low.is_finite() && high.is_finite() && low < high) || (scale == Scale::Log && low <= 0.0) {
        return vec![];
    }
    let most = most.max(2);
    let found = match scale {
        Scale::Linear => linear(low, high, most),
        Scale::Log => logarithmic(low, high, most),
    };
    // Steps of the very smallest numbers have few digits, and two ticks may look the same.
    if found.len() >= 2 && found.windows(2).all(|pair| pair[0].label != pair[1].label) {
        return found;
    }
    [low, high].map(|at| Tick { at, label: plain(at).replace('-', "−") }).into()
}

fn linear(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let width = high - low;
    // The widest ranges overflow; their halves do not.
    let (width, shift) = if width.is_finite() { (width, 0) } else { (high / 2.0 - low / 2.0, 1) };
    let Some(power) = exponent(width) else { return vec![] };
    let steps = (-2..=2).flat_map(|more| [1, 2, 5].map(|digit| (digit, power + more + shift)));
    let mut finer = None;
    for (digit, power) in steps {
        let step = scaled(digit, power);
        if !(step.is_finite() && step > 0.0) {
            continue;
        }
        // A little slack: an end of the range that is a tick but for rounding is one.
        let first = (low / step - 1e-9).ceil();
        let count = (high / step + 1e-9).floor() - first + 1.0;
        if count < 2.0 {
            break;
        }
        finer = Some((step, power, first, count));
        if count <= most as f64 {
            break;
        }
    }
    // Where this step has too many and the next less than two, these are five at most: steps grow by 2.5 at most.
    let Some((step, power, first, count)) = finer else { return vec![] };
    let at = (0..count.min(1e3) as usize).map(|index| (first + index as f64) * step);
    let at: Vec<f64> = at.filter(|at| at.is_finite()).collect();
    if at.windows(2).all(|pair| pair[0] < pair[1]) { labelled(at, power) } else { vec![] }
}

/// All in one notation, with as many digits as the step between them needs.
fn labelled(ticks: Vec<f64>, power: i32) -> Vec<Tick> {
    let largest = ticks.iter().filter_map(|at| exponent(*at)).max().unwrap_or(0);
    let decimal = (-4..=6).contains(&largest) && (-9..=5).contains(&power);
    let label = |at: f64| match exponent(at) {
        // A multiple that is 0 but for rounding.
        None => "0".to_owned(),
        Some(own) if own < power - 1 => "0".to_owned(),
        Some(_) if decimal => trimmed(fixed(at, (-power).max(0) as usize)),
        Some(own) => scientific(at, (own - power).clamp(0, 17) as usize),
    };
    ticks.into_iter().map(|at| Tick { at, label: label(at) }).collect()
}

fn logarithmic(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let (Some(first), Some(last)) = (exponent(low), exponent(high)) else { return vec![] };
    let inside =
        |digit: u32, power: i32| Some((scaled(digit, power), power)).filter(|(at, _)| (low..=high).contains(at));
    let tick = |(at, power): (f64, i32)| {
        let decimal = (-4..=5).contains(&power);
        Tick { at, label: if decimal { fixed(at, (-power).max(0) as usize) } else { scientific(at, 0) } }
    };
    let decades: Vec<_> = (first..=last).filter_map(|power| inside(1, power)).collect();
    if decades.len() < 2 {
        return linear(low, high, most);
    }
    let finer: Vec<_> =
        (first..=last).flat_map(|power| [1, 2, 5].map(|digit| inside(digit, power))).flatten().collect();
    if finer.len() <= most {
        return finer.into_iter().map(tick).collect();
    }
    let stride = decades.len().div_ceil(most);
    // Powers that the stride divides, so that 1 is among them where it can be.
    let chosen: Vec<_> = decades.iter().copied().filter(|(_, power)| power.rem_euclid(stride as i32) == 0).collect();
    let chosen = if chosen.len() >= 2 { chosen } else { decades.into_iter().step_by(stride).collect() };
    chosen.into_iter().map(tick).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(range: (f64, f64), most: usize) -> Vec<String> {
        ticks(range, most, Scale::Linear).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn round_numbers() {
        assert_eq!(labels((-3.0, 3.0), 7), ["−3", "−2", "−1", "0", "1", "2", "3"]);
        assert_eq!(labels((0.0, 1.0), 6), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(labels((0.0, 9.0), 5), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels((-60_000.0, 60_000.0), 5), ["−50,000", "0", "50,000"]);
        assert_eq!(labels((0.0, 4e9), 5), ["0", "1e9", "2e9", "3e9", "4e9"]);
        assert_eq!(labels((1.0, 1.0), 5), Vec::<String>::new());
        assert_eq!(labels((3.56, 4.44), 2), ["3.6", "3.8", "4", "4.2", "4.4"]);
        assert_eq!(labels((-1e308, 1e308), 5), ["−1e308", "−5e307", "0", "5e307", "1e308"]);
        assert_eq!(labels((1.234e8, 1.236e8), 3), ["1.234e8", "1.235e8", "1.236e8"]);
    }

    #[test]
    fn powers_of_ten() {
        let labels =
            |range, most| ticks(range, most, Scale::Log).into_iter().map(|tick| tick.label).collect::<Vec<String>>();
        assert_eq!(labels((0.1, 1000.0), 5), ["0.1", "1", "10", "100", "1,000"]);
        assert_eq!(labels((1.0, 10.0), 5), ["1", "2", "5", "10"]);
        assert_eq!(labels((1e-12, 1e12), 5), ["1e−10", "1e−5", "1", "100,000", "1e10"]);
        assert_eq!(labels((2.0, 3.0), 3), ["2", "2.5", "3"]);
        assert!(labels((0.0, 1.0), 5).is_empty());
    }

    proptest! {
        #[test]
        fn ticks_lie_in_the_range_and_differ(low: f64, high: f64, most in 0_usize..20, log: bool) {
            let scale = if log { Scale::Log } else { Scale::Linear };
            let found = ticks((low, high), most, scale);
            let proper = low.is_finite() && high.is_finite() && low < high && (!log || low > 0.0);
            prop_assert_eq!(proper, !found.is_empty());
            prop_assert!(found.len() <= most.max(5), "{:?}", found);
            // Ends that are ticks but for rounding may lie a trifle outside.
            let slack = (high / 2.0 - low / 2.0) * 1e-6;
            for pair in found.windows(2) {
                prop_assert!(pair[0].at < pair[1].at);
                prop_assert_ne!(&pair[0].label, &pair[1].label);
            }
            for tick in &found {
                prop_assert!(tick.at >= low - slack && tick.at <= high + slack, "{} outside", tick.at);
            }
        }

        #[test]
        fn narrow_ranges_have_ticks(low: f64, steps in 1_u32..100) {
            prop_assume!(low.is_finite());
            let high = (0..steps).fold(low, |value, _| value.next_up());
            prop_assume!(high.is_finite());
            let found = ticks((low, high), 6, Scale::Linear);
            prop_assert!((2..=6).contains(&found.len()));
            prop_assert!(found.windows(2).all(|pair| pair[0].label != pair[1].label), "{:?}", found);
        }
    }
}
