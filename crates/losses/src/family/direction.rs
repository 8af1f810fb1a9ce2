//! The angle between the vectors of a row, with all digits where they are almost parallel, and what lies beside one of
//! them.

use dartboard_numerics::elementary::{Float, Pair};

use super::RowTarget;

/// The target y and the prediction z of a row as vectors, each times powers of two that take its largest component next
/// to 1: directions do not change, and no square over- or underflows.
///
/// What lies beside z, `x − (x·z/|z|²)·z`, cancels where x is almost parallel to z. So it is taken of
/// `w = z_p·x − x_p·z` with p the place of the largest component of z: the two differ by the factor z_p only, but each
/// component of w is a 2×2 determinant, which fused multiply-adds give with all its digits, and of w little cancels:
/// w_p = 0, so w is at least as far from z as asin(1/√K) for K components. That costs O(K), where all the K²/2
/// determinants would cost their number.
///
/// In pairs of numbers all of this is within O(K·u²) of the length of w, u being half an ulp of 1: lengths and products
/// with other vectors are right to the last place, and so is each component that is not itself tiny beside the others.
pub(crate) struct Plane<'a, F> {
    target: RowTarget<'a, F>,
    scores: &'a [&'a [F]],
    row: usize,
    scale_of_target: [F; 2],
    /// What z was multiplied by, one after the other.
    pub(crate) scale: [F; 2],
    /// p
    largest: usize,
    /// z_p
    pub(crate) at_largest: F,
    /// |z|²
    pub(crate) square: Pair<F>,
    /// |z|² without the largest component.
    others: Pair<F>,
    /// |y|²
    pub(crate) target_square: Pair<F>,
    /// y·z
    pub(crate) dot: Pair<F>,
}

/// A vector x beside z.
#[derive(Clone, Copy)]
pub(crate) struct Beside<F> {
    /// x_p
    at_largest: F,
    /// w·z/|z|²
    share: Pair<F>,
}

impl<'a, F: Float> Plane<'a, F> {
    #[inline(always)]
    pub(crate) fn of(target: RowTarget<'a, F>, scores: &'a [&'a [F]], row: usize) -> Self {
        let (_, scale_of_target) = largest(scores.len(), |class| target.share(class, row));
        let (largest, scale) = largest(scores.len(), |class| scores[class][row]);
        let zero = Pair::ZERO;
        let mut plane = Self {
            target,
            scores,
            row,
            scale_of_target,
            scale,
            largest,
            at_largest: F::ZERO,
            square: zero,
            others: zero,
            target_square: zero,
            dot: zero,
        };
        plane.at_largest = plane.z(largest);
        for class in 0..scores.len() {
            let (y, z) = (plane.y(class), plane.z(class));
            plane.target_square = plane.target_square + Pair::product(y, y);
            plane.dot = plane.dot + Pair::product(y, z);
            if class != largest {
                plane.others = plane.others + Pair::product(z, z);
            }
        }
        plane.square = plane.others + Pair::product(plane.at_largest, plane.at_largest);
        plane
    }

    /// A component of the scaled target.
    #[inline(always)]
    pub(crate) fn y(&self, class: usize) -> F {
        let [first, second] = self.scale_of_target;
        self.target.share(class, self.row) * first * second
    }

    /// A component of the scaled prediction.
    #[inline(always)]
    pub(crate) fn z(&self, class: usize) -> F {
        self.scores[class][self.row] * self.scale[0] * self.scale[1]
    }

    /// |y|·|z|
    #[inline(always)]
    pub(crate) fn lengths(&self) -> Pair<F> {
        (self.target_square * self.square).sqrt()
    }

    /// |z|² without this component, none of whose digits cancel.
    #[inline(always)]
    pub(crate) fn square_without(&self, class: usize) -> Pair<F> {
        let z = self.z(class);
        if class == self.largest { self.others } else { self.square - Pair::product(z, z) }
    }

    /// What is needed to know a vector beside z.
    #[inline(always)]
    pub(crate) fn beside(&self, x: impl Fn(usize) -> F) -> Beside<F> {
        let at_largest = x(self.largest);
        let mut along = Pair::ZERO;
        for class in 0..self.scores.len() {
            along = along + self.determinant(class, x(class), at_largest).times(self.z(class));
        }
        Beside { at_largest, share: along / self.square }
    }

    /// A component of a vector beside z, times z_p; `x` is that of the vector.
    #[inline(always)]
    pub(crate) fn component(&self, class: usize, x: F, beside: &Beside<F>) -> Pair<F> {
        self.determinant(class, x, beside.at_largest) - beside.share.times(self.z(class))
    }

    /// w
    #[inline(always)]
    fn determinant(&self, class: usize, x: F, x_at_largest: F) -> Pair<F> {
        Pair::product(self.at_largest, x) - Pair::product(x_at_largest, self.z(class))
    }
}

/// The place of the largest of some numbers, and the powers of two that take it next to 1.
#[inline(always)]
fn largest<F: Float>(count: usize, number: impl Fn(usize) -> F) -> (usize, [F; 2]) {
    let mut place = 0;
    for other in 1..count {
        if number(other).abs() > number(place).abs() {
            place = other;
        }
    }
    (place, number(place).abs().unit_scale())
}
