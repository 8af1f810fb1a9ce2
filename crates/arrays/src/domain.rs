//! Whether whole blocks lie inside a domain, next to the speed of reading them.

use dartboard_losses::Interval;
use dartboard_numerics::isa::{Kernel, dispatch};

use crate::element::Compute;

/// Values that a look over a block keeps apart: some registers at any width, so that no step waits for the one before.
const LANES: usize = 32;

/// An interval whose ends belong to it, among the numbers of one precision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closed<F> {
    low: F,
    high: F,
    without_zero: bool,
}

impl<F: Compute> Closed<F> {
    pub(crate) fn of(interval: Interval) -> Self {
        let low = F::from_f64(interval.low);
        let outside = low.to_f64() < interval.low || (low.to_f64() == interval.low && !interval.low_closed);
        let low = if outside { low.next_up() } else { low };
        let high = F::from_f64(interval.high);
        let outside = high.to_f64() > interval.high || (high.to_f64() == interval.high && !interval.high_closed);
        let high = if outside { high.next_down() } else { high };
        Self { low, high, without_zero: interval.without_zero }
    }

    fn contains(&self, x: F) -> bool {
        (x >= self.low) & (x <= self.high) & !(self.without_zero & (x == F::ZERO))
    }

    /// The first value that lies outside.
    pub(crate) fn first_outside(&self, values: &[F]) -> Option<usize> {
        let inside = !self.without_zero
            && if self.low <= -F::MAX && self.high >= F::MAX {
                dispatch(AllFinite { values })
            } else {
                dispatch(AllBetween { values, low: self.low, high: self.high })
            };
        // One by one where that did not settle it: infinities may be inside.
        if inside { None } else { values.iter().position(|&x| !self.contains(x)) }
    }
}

/// Combines all lanes, halving their number each time: a step per halving rather than one per lane.
#[inline(always)]
fn reduce<F: Copy>(mut lanes: [F; LANES], combine: impl Fn(F, F) -> F) -> F {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = combine(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// Whether all values are finite.
struct AllFinite<'a, F> {
    values: &'a [F],
}

impl<F: Compute> Kernel for AllFinite<'_, F> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        let (chunks, tail) = self.values.as_chunks::<LANES>();
        let mut lanes = [F::ZERO; LANES];
        // A finite number less itself is 0, everything else is NaN: two instructions, where comparisons take four.
        for chunk in chunks {
            for lane in 0..LANES {
                lanes[lane] += chunk[lane] - chunk[lane];
            }
        }
        for (lane, &x) in lanes.iter_mut().zip(tail) {
            *lane += x - x;
        }
        reduce(lanes, |a, b| a + b) == F::ZERO
    }
}

/// Whether all values are finite and between two, which belong to them.
struct AllBetween<'a, F> {
    values: &'a [F],
    low: F,
    high: F,
}

impl<F: Compute> Kernel for AllBetween<'_, F> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        let (chunks, tail) = self.values.as_chunks::<LANES>();
        let (mut probe, mut least, mut most) = ([F::ZERO; LANES], [F::INFINITY; LANES], [F::NEG_INFINITY; LANES]);
        for chunk in chunks {
            for lane in 0..LANES {
                let x = chunk[lane];
                probe[lane] += x - x;
                least[lane] = F::select(x < least[lane], x, least[lane]);
                most[lane] = F::select(x > most[lane], x, most[lane]);
            }
        }
        let inside = (reduce(probe, |a, b| a + b) == F::ZERO)
            & (reduce(least, F::min) >= self.low)
            & (reduce(most, F::max) <= self.high);
        tail.iter().fold(inside, |inside, &x| inside & (x >= self.low) & (x <= self.high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_those_of_the_interval_in_both_precisions() {
        let intervals = [
            Interval::FINITE,
            Interval::EXTENDED,
            Interval::UNIT,
            Interval::open(0.0, 1.0),
            Interval::open(0.1, 0.7),
            Interval::closed(0.1, 0.7),
            Interval::NON_ZERO,
            Interval::POSITIVE,
            Interval::below(0.0),
            Interval::open(-1.0, f64::INFINITY),
        ];
        let near = |x: f64| {
            [x, x.next_up(), x.next_down(), f64::from((x as f32).next_up()), f64::from((x as f32).next_down())]
        };
        for interval in intervals {
            let ends = [interval.low, interval.high, 0.0, f64::NAN, 0.5, f64::MAX, f64::from(f32::MAX)];
            for x in ends.into_iter().flat_map(near) {
                let inside = [0.5, -0.5, 1.5].into_iter().find(|&x| interval.contains(x)).unwrap();
                for (len, place) in [(1, 0), (100, 99), (100, 7), (64, 40)] {
                    let mut values = vec![inside; len];
                    values[place] = x;
                    let expected = (!interval.contains(x)).then_some(place);
                    assert_eq!(Closed::<f64>::of(interval).first_outside(&values), expected, "{interval:?} {x:e}");
                    let mut values: Vec<f32> = values.iter().map(|&x| x as f32).collect();
                    values[place] = x as f32;
                    let expected = (!interval.contains(f64::from(x as f32))).then_some(place);
                    assert_eq!(Closed::<f32>::of(interval).first_outside(&values), expected, "{interval:?} {x:e}, f32");
                }
            }
        }
    }
}
