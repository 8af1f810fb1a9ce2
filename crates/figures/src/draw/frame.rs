//! The field of a chart, between its axes.

use super::canvas::Canvas;
use super::path::{Path, clipped, clipped_area};
use crate::axis::Span;

/// Where a field lies in the picture, and which values lie along its edges.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) x: Span,
    pub(crate) y: Span,
}

impl Frame {
    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Left, top, right, bottom.
    pub(crate) fn bounds(&self) -> [f64; 4] {
        [self.left, self.top, self.right(), self.bottom()]
    }

    /// Shares of the axes as a place in the picture.
    pub(crate) fn place(&self, (across, up): (f64, f64)) -> (f64, f64) {
        (self.left + across * self.width, self.bottom() - up * self.height)
    }

    /// Values as shares of the axes, if both have a place on them.
    pub(crate) fn shares(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        self.x.share(x).zip(self.y.share(y))
    }

    /// Where values lie in the picture, if in the field.
    pub(crate) fn inside(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let shares = if self.x.contains(x) && self.y.contains(y) { self.shares(x, y) } else { None };
        shares.map(|shares| self.place(shares))
    }

    /// The parts that lie in the field of a line through points; it is interrupted where one has no place.
    pub(crate) fn line(&self, points: impl IntoIterator<Item = (f64, f64)>) -> Path {
        let mut path = Path::default();
        let mut run: Vec<(f64, f64)> = vec![];
        let mut before = None;
        for (x, y) in points {
            let shares = self.shares(x, y);
            let piece = before.zip(shares).and_then(|(from, to)| clipped(from, to));
            if let Some([from, to]) = piece {
                if run.last() != Some(&from) {
                    self.flush(&mut path, &mut run);
                    run.push(from);
                }
                run.push(to);
            }
            before = shares;
        }
        self.flush(&mut path, &mut run);
        path
    }

    /// Keeps labels off a line through points.
    pub(crate) fn keep_labels_off(&self, canvas: &mut Canvas, points: impl IntoIterator<Item = (f64, f64)>) {
        /// Distance of the boxes along the line, and half of their sides.
        const APART: f64 = 5.0;
        let places: Vec<Option<(f64, f64)>> = points.into_iter().map(|(x, y)| self.shares(x, y)).collect();
        let mut before: Option<(f64, f64)> = None;
        for pair in places.windows(2) {
            let piece = pair[0].zip(pair[1]).and_then(|(from, to)| clipped(from, to));
            let Some([from, to]) = piece.map(|ends| ends.map(|end| self.place(end))) else { continue };
            let steps = ((to.0 - from.0).abs().max((to.1 - from.1).abs()) / APART).ceil().clamp(1.0, 1e4) as u32;
            for step in 0..=steps {
                let share = f64::from(step) / f64::from(steps);
                let (x, y) = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
                if before.is_none_or(|before| (x - before.0).abs().max((y - before.1).abs()) >= APART * 0.9) {
                    canvas.take([x - 2.0, y - 2.0, x + 2.0, y + 2.0]);
                    before = Some((x, y));
                }
            }
        }
    }

    fn flush(&self, path: &mut Path, run: &mut Vec<(f64, f64)>) {
        let points: Vec<(f64, f64)> = run.drain(..).map(|shares| self.place(shares)).collect();
        path.polyline(&points);
    }

    /// The part of an area, given in shares of the axes, that lies in the field.
    pub(crate) fn area(&self, path: &mut Path, points: &[(f64, f64)]) {
        let points: Vec<(f64, f64)> = clipped_area(points).into_iter().map(|shares| self.place(shares)).collect();
        path.polygon(&points);
    }
}
