//! From where a box is seen.

/// Parallel projection of a box onto a field of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// Unit vectors: to the right, up, and towards the eye.
    right: [f64; 3],
    up: [f64; 3],
    towards: [f64; 3],
    scale: f64,
    /// Where the middle of the box lies.
    middle: (f64, f64),
    end: f64,
}

/// Height of the box in comparison with its sides.
const HEIGHT: f64 = 0.72;

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// From the middle of the box, by shares of its sides.
fn centred(share: [f64; 3]) -> [f64; 3] {
    [share[0] - 0.5, share[1] - 0.5, (share[2] - 0.5) * HEIGHT]
}

impl View {
    /// The view from a direction, in degrees, as large as fits the field (left, top, width, height) and at its left.
    pub(super) fn new(azimuth: f64, elevation: f64, (left, top, width, height): (f64, f64, f64, f64)) -> Self {
        // The system's sine may differ in its last bit from one machine to the next; this one does not.
        let angle = |degrees: f64| (libm::sin(degrees.to_radians()), libm::cos(degrees.to_radians()));
        let ((sin_a, cos_a), (sin_e, cos_e)) = (angle(azimuth), angle(elevation));
        let right = [-sin_a, cos_a, 0.0];
        let up = [-cos_a * sin_e, -sin_a * sin_e, cos_e];
        let towards = [cos_a * cos_e, sin_a * cos_e, sin_e];
        let corners = (0..8_u8).map(|bits| centred([0, 1, 2].map(|axis| f64::from(bits >> axis & 1))));
        let reach = |axis: [f64; 3]| corners.clone().map(|corner| dot(corner, axis)).fold(0.0, f64::max);
        let scale = (width / (2.0 * reach(right))).min(height / (2.0 * reach(up)));
        let middle = (left + scale * reach(right), top + height / 2.0);
        Self { right, up, towards, scale, middle, end: left + 2.0 * scale * reach(right) }
    }

    /// Where the box ends on the right.
    pub(super) fn end(&self) -> f64 {
        self.end
    }

    /// Where a point, by shares of the sides of the box, lies in the picture.
    pub(super) fn place(&self, shares: [f64; 3]) -> (f64, f64) {
        let point = centred(shares);
        (self.middle.0 + self.scale * dot(point, self.right), self.middle.1 - self.scale * dot(point, self.up))
    }

    /// The direction to the eye.
    pub(super) fn towards(&self) -> [f64; 3] {
        self.towards
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_fits_its_field_from_everywhere() {
        for (azimuth, elevation) in [(-60.0, 30.0), (0.0, 5.0), (200.0, 85.0), (45.0, 45.0)] {
            let view = View::new(azimuth, elevation, (10.0, 20.0, 300.0, 200.0));
            for bits in 0..8_u8 {
                let (x, y) = view.place([0, 1, 2].map(|axis| f64::from(bits >> axis & 1)));
                assert!((9.99..=310.01).contains(&x) && (19.99..=220.01).contains(&y), "{x} {y}");
            }
        }
    }

    #[test]
    fn higher_is_higher_and_the_near_corner_lower() {
        let view = View::new(-60.0, 30.0, (0.0, 0.0, 100.0, 100.0));
        assert!(view.place([0.5, 0.5, 1.0]).1 < view.place([0.5, 0.5, 0.0]).1);
        // The eye stands on the side of large x and small y.
        assert!(view.place([1.0, 0.0, 0.0]).1 > view.place([0.0, 1.0, 0.0]).1);
    }
}
