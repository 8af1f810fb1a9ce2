//! Paths in tenths of a pixel.

/// Path data, written with differences to the point before, which are short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    data: String,
    /// Whether coordinates are written in tenths, for a group that is scaled.
    in_tenths: bool,
    /// The command that coordinates without a letter continue.
    continues: Option<char>,
    /// Where the pen is, and where the open part began, in tenths.
    at: (i64, i64),
    start: (i64, i64),
}

/// No coordinate of a picture is larger, in tenths of a pixel.
const LARGEST: f64 = 1e6;

fn tenths(value: f64) -> i64 {
    (value * 10.0).clamp(-LARGEST, LARGEST).round() as i64
}

impl Path {
    /// A path whose coordinates are written in tenths of a pixel, which is shorter: it has to stand in a group that is
    /// scaled by 0.1.
    pub(crate) fn in_tenths() -> Self {
        Self { in_tenths: true, ..Self::default() }
    }

    /// Lifts the pen.
    pub(crate) fn move_to(&mut self, x: f64, y: f64) {
        let to = (tenths(x), tenths(y));
        if self.data.is_empty() {
            self.command('M', to);
        } else {
            self.command('m', (to.0 - self.at.0, to.1 - self.at.1));
        }
        self.at = to;
        self.start = to;
    }

    /// Draws a line, unless it is too short to be seen.
    pub(crate) fn line_to(&mut self, x: f64, y: f64) {
        let to = (tenths(x), tenths(y));
        let by = (to.0 - self.at.0, to.1 - self.at.1);
        match by {
            (0, 0) => return,
            (across, 0) => self.command_one('h', across),
            (0, down) => self.command_one('v', down),
            by => self.command('l', by),
        }
        self.at = to;
    }

    /// A point, which shows as a dot where line ends are round.
    pub(crate) fn dot(&mut self, x: f64, y: f64) {
        self.move_to(x, y);
        self.data.push_str("h0");
        self.continues = None;
    }

    /// Back to where the part began.
    pub(crate) fn close(&mut self) {
        self.data.push('z');
        self.continues = None;
        self.at = self.start;
    }

    /// A rectangle between two corners.
    pub(crate) fn rectangle(&mut self, (left, top): (f64, f64), (right, bottom): (f64, f64)) {
        self.move_to(left, top);
        self.line_to(right, top);
        self.line_to(right, bottom);
        self.line_to(left, bottom);
        self.close();
    }

    /// A line through points, without those that make no difference.
    pub(crate) fn polyline(&mut self, points: &[(f64, f64)]) {
        for (index, (x, y)) in thinned(points).into_iter().enumerate() {
            if index == 0 { self.move_to(x, y) } else { self.line_to(x, y) }
        }
    }

    /// An area within points.
    pub(crate) fn polygon(&mut self, points: &[(f64, f64)]) {
        if points.len() > 2 {
            self.polyline(points);
            self.close();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The data as the attribute `d` holds it.
    pub(crate) fn data(&self) -> &str {
        &self.data
    }

    /// A command with two coordinates. Its letter is left out where it is that of the command before, or where that
    /// was a move, which lines continue.
    fn command(&mut self, letter: char, (across, down): (i64, i64)) {
        if self.continues != Some(letter) {
            self.data.push(letter);
        } else if across >= 0 {
            self.data.push(' ');
        }
        self.number(across);
        if down >= 0 {
            self.data.push(' ');
        }
        self.number(down);
        self.continues = match letter {
            'm' | 'l' => Some('l'),
            _ => None,
        };
    }

    fn command_one(&mut self, letter: char, by: i64) {
        self.data.push(letter);
        self.number(by);
        self.continues = None;
    }

    fn number(&mut self, tenths: i64) {
        if self.in_tenths {
            self.data.push_str(&tenths.to_string());
        } else {
            number(&mut self.data, tenths);
        }
    }
}

/// Tenths as a decimal without needless characters.
fn number(text: &mut String, tenths: i64) {
    if tenths < 0 {
        text.push('-');
    }
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if whole > 0 || tenth == 0 {
        text.push_str(&whole.to_string());
    }
    if tenth > 0 {
        text.push('.');
        text.push_str(&tenth.to_string());
    }
}

/// A coordinate of an attribute.
pub(crate) fn coordinate(value: f64) -> String {
    let mut text = String::new();
    number(&mut text, tenths(value));
    text
}

/// Without the points that lie on the line between those that are left, as far as the eye can tell.
pub(crate) fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    /// In pixels; half of the tenth that coordinates are rounded to.
    const INVISIBLE: f64 = 0.05;
    /// How many points a line may replace: it bounds the work.
    const LONGEST: usize = 64;
    let mut kept: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    let mut anchor = 0;
    for end in 2..points.len() {
        let between = &points[anchor + 1..end];
        if between.len() >= LONGEST
            || between.iter().any(|&point| distance(point, points[anchor], points[end]) > INVISIBLE)
        {
            anchor = end - 1;
            kept.push(points[anchor]);
        }
    }
    kept.extend(points.last().filter(|_| points.len() > 1));
    kept
}

/// How far a point lies from the piece of a line between two others.
fn distance(point: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (across, down) = (b.0 - a.0, b.1 - a.1);
    let length = across * across + down * down;
    let share = if length > 0.0 { ((point.0 - a.0) * across + (point.1 - a.1) * down) / length } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (point.0 - a.0 - share * across).abs().max((point.1 - a.1 - share * down).abs())
}

/// The piece of a segment that lies in the unit square; `None` where nothing of it does (Liang and Barsky 1984).
pub(crate) fn clipped(from: (f64, f64), to: (f64, f64)) -> Option<[(f64, f64); 2]> {
    let by = (to.0 - from.0, to.1 - from.1);
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for (step, room) in [(-by.0, from.0), (by.0, 1.0 - from.0), (-by.1, from.1), (by.1, 1.0 - from.1)] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            first = first.max(room / step);
        } else {
            last = last.min(room / step);
        }
    }
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        _ => (from.0 + share * by.0, from.1 + share * by.1),
    };
    (first <= last).then(|| [at(first), at(last)])
}

/// The part of an area that lies in the unit square (Sutherland and Hodgman 1974).
pub(crate) fn clipped_area(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    /// How far inside of an edge a point lies.
    type Inside = fn((f64, f64)) -> f64;
    let edges: [Inside; 4] = [|p| p.0, |p| 1.0 - p.0, |p| p.1, |p| 1.0 - p.1];
    let mut points = points.to_vec();
    for inside in edges {
        let mut kept = Vec::with_capacity(points.len() + 4);
        for (index, &to) in points.iter().enumerate() {
            let from = points[if index == 0 { points.len() - 1 } else { index - 1 }];
            let (a, b) = (inside(from), inside(to));
            if (a < 0.0) != (b < 0.0) {
                let share = a / (a - b);
                kept.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
            }
            if b >= 0.0 {
                kept.push(to);
            }
        }
        points = kept;
    }
    points
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn data_are_short() {
        let mut path = Path::default();
        path.rectangle((0.0, 10.0), (3.25, 9.55));
        path.dot(-0.04, 0.5);
        assert_eq!(path.data(), "M0 10h3.3v-.4h-3.3zm0-9.5h0");
        let mut path = Path::in_tenths();
        path.polyline(&[(1.0, 2.0), (1.5, 3.25)]);
        path.polyline(&[(1.0, 2.0), (1.5, 3.25), (9.0, 1.0)]);
        assert_eq!(path.data(), "M10 20l5 13m-5-13 5 13 75-23");
    }

    #[test]
    fn segments_are_cut_at_the_edges() {
        assert_eq!(clipped((0.0, 0.5), (1.0, 1.5)), Some([(0.0, 0.5), (0.5, 1.0)]));
        assert_eq!(clipped((-1.0, 0.5), (2.0, 0.5)), Some([(0.0, 0.5), (1.0, 0.5)]));
        assert_eq!(clipped((0.0, 2.0), (1.0, 1.5)), None);
        assert_eq!(clipped((0.5, 0.5), (0.5, 0.5)), Some([(0.5, 0.5), (0.5, 0.5)]));
    }

    #[test]
    fn areas_are_cut_at_the_edges() {
        let cut = clipped_area(&[(-1.0, 0.25), (2.0, 0.25), (2.0, 0.75), (-1.0, 0.75)]);
        assert!(cut.len() == 4 && cut.iter().all(|point| [0.0, 1.0].contains(&point.0)), "{cut:?}");
        assert!(clipped_area(&[(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)]).is_empty());
    }

    #[test]
    fn corners_are_kept() {
        let v: Vec<(f64, f64)> = (-30..=30).map(|x: i32| (f64::from(x), f64::from(x.abs()))).collect();
        assert_eq!(thinned(&v), [(-30.0, 30.0), (0.0, 0.0), (30.0, 30.0)]);
        // A line that turns back on itself.
        assert_eq!(thinned(&[(0.0, 0.0), (9.0, 0.0), (1.0, 0.0)]), [(0.0, 0.0), (9.0, 0.0), (1.0, 0.0)]);
        assert_eq!(thinned(&[(1.0, 2.0)]), [(1.0, 2.0)]);
    }

    proptest! {
        #[test]
        fn what_is_cut_lies_inside(from in (-9.0..9.0, -9.0..9.0), to in (-9.0..9.0, -9.0..9.0)) {
            let inside = |(x, y): (f64, f64)| (-1e-9..=1.0 + 1e-9).contains(&x) && (-1e-9..=1.0 + 1e-9).contains(&y);
            prop_assert!(clipped(from, to).into_iter().flatten().all(inside));
            prop_assert!(clipped_area(&[from, to, (0.5, 0.5)]).into_iter().all(inside));
        }
    }
}
