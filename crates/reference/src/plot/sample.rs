//! Points of curves.

use super::Curve;
use super::slice::Slice;

/// Intervals between the points of a curve.
const STEPS: u32 = 240;

/// The curve of `f` over the window: one part, or several where it jumps at a kink.
pub(super) fn parts(slice: &Slice, (low, high): (f64, f64), f: impl Fn(f64) -> f64) -> Vec<Vec<(f64, f64)>> {
    let width = high - low;
    // Close enough to a kink for the eye, far enough for numbers to tell the sides apart.
    let aside = width * 1e-9;
    let inside: Vec<f64> = slice.kinks.iter().copied().filter(|kink| *kink > low && *kink < high).collect();
    let ends: Vec<f64> = std::iter::once(low).chain(inside).chain([high]).collect();
    let grid: Vec<f64> = (0..=STEPS).map(|step| low + width * (f64::from(step) / f64::from(STEPS))).collect();
    let mut parts: Vec<Vec<(f64, f64)>> = vec![];
    for (piece, end) in ends.windows(2).enumerate() {
        let from = if piece == 0 { end[0] } else { end[0] + aside };
        let to = if piece + 2 == ends.len() { end[1] } else { end[1] - aside };
        let between = grid.iter().copied().filter(|x| *x > from && *x < to);
        let points = std::iter::once(from).chain(between).chain([to]).filter(|x| slice.domain().contains(*x));
        // Where a loss is infinite its curve has left every panel.
        let points: Vec<(f64, f64)> = points.map(|x| (x, f(x))).filter(|(_, y)| y.is_finite()).collect();
        parts.push(points);
    }
    parts.retain(|part| !part.is_empty());
    joined(parts)
}

/// Neighbouring parts become one where the curve does not jump between them.
fn joined(parts: Vec<Vec<(f64, f64)>>) -> Vec<Vec<(f64, f64)>> {
    let height = |y: &(f64, f64)| y.1.abs();
    let largest = parts.iter().flatten().map(height).fold(0.0, f64::max);
    let mut joined: Vec<Vec<(f64, f64)>> = vec![];
    for part in parts {
        match (joined.last_mut(), part.first()) {
            (Some(known), Some(first))
                if known.last().is_some_and(|last| (last.1 - first.1).abs() <= 1e-6 * largest) =>
            {
                known.extend(part);
            }
            _ => joined.push(part),
        }
    }
    joined
}

/// The range in which the curves show their shape: all of it, unless a few points near an infinity would flatten all
/// others.
pub(super) fn vertical_range(curves: &[Curve]) -> (f64, f64) {
    let mut heights: Vec<f64> =
        curves.iter().flat_map(|curve| curve.parts.iter().flatten()).map(|point| point.1).collect();
    heights.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let Some(&largest) = heights.last() else { return (0.0, 1.0) };
    let most = heights[(heights.len() - 1) * 9 / 10].abs();
    let cap = if most > 0.0 && largest.abs() > 4.0 * most { 2.0 * most } else { f64::INFINITY };
    let low = heights.iter().copied().fold(0.0, f64::min).max(-cap);
    let high = heights.iter().copied().fold(0.0, f64::max).min(cap);
    // A flat line at 0 has a range of its own.
    if low < high { (low, high) } else { (-1.0, 1.0) }
}

/// The piece of a segment between two heights; `None` where nothing of it lies there.
pub(super) fn clipped(from: (f64, f64), to: (f64, f64), (low, high): (f64, f64)) -> Option<[(f64, f64); 2]> {
    let at = |height: f64| {
        let share = (height - from.1) / (to.1 - from.1);
        (from.0 + share * (to.0 - from.0), height)
    };
    let bound = |point: (f64, f64)| match point.1 {
        y if y < low => at(low),
        y if y > high => at(high),
        _ => point,
    };
    let outside = (from.1 < low && to.1 < low) || (from.1 > high && to.1 > high);
    (!outside).then(|| [bound(from), bound(to)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_cut_at_the_edges_of_the_panel() {
        assert_eq!(clipped((0.0, 0.0), (1.0, 4.0), (0.0, 2.0)), Some([(0.0, 0.0), (0.5, 2.0)]));
        assert_eq!(clipped((0.0, -1.0), (2.0, 3.0), (0.0, 2.0)), Some([(0.5, 0.0), (1.5, 2.0)]));
        assert_eq!(clipped((0.0, 5.0), (2.0, 3.0), (0.0, 2.0)), None);
        assert_eq!(clipped((0.0, 1.0), (2.0, 1.0), (0.0, 2.0)), Some([(0.0, 1.0), (2.0, 1.0)]));
    }

    #[test]
    fn an_infinity_does_not_flatten_the_rest() {
        let curve = |points: Vec<(f64, f64)>| [Curve { name: String::new(), style: 0, parts: vec![points] }];
        let line: Vec<(f64, f64)> = (0..100).map(|x| (f64::from(x), f64::from(x))).collect();
        assert_eq!(vertical_range(&curve(line.clone())), (0.0, 99.0));
        let mut pole = line;
        pole.push((100.0, -1e9));
        let (low, high) = vertical_range(&curve(pole));
        assert!((-200.0..0.0).contains(&low) && high == 99.0, "{low} {high}");
        assert_eq!(vertical_range(&curve(vec![(0.0, 0.0); 9])), (-1.0, 1.0));
    }
}
