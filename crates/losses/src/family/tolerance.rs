//! Distances beyond a tolerance.

use dartboard_numerics::{Function, Scalar};

/// `max(0, |z − y| − ε)`: one primitive, because the rounding of `z − y` must not be lost where little is left of it.
pub(crate) struct Beyond<S> {
    pub(crate) y: S,
    pub(crate) epsilon: S,
}

impl<S: Scalar> Function<S> for Beyond<S> {
    #[inline(always)]
    fn value(&self, z: S) -> S {
        let residual = z - self.y;
        let back = residual - z;
        let lost = (z - (residual - back)) - (self.y + back);
        // Where the residual overflows there is no error to put back.
        let lost = S::select(residual.abs().below(S::literal(f64::INFINITY)), lost, S::literal(0.0));
        (residual.abs() - self.epsilon + lost * residual.sign()).positive_part()
    }
    #[inline(always)]
    fn first(&self, z: S) -> S {
        (z - self.y).sign() * self.value(z).is_positive()
    }
    #[inline(always)]
    fn second(&self, _z: S) -> S {
        S::literal(0.0)
    }
}

/// The square of [`Beyond`]. Composed, the second derivative would be 0 where `|z − y| = ε`, which is wrong where there is
/// no tolerance.
pub(crate) struct SquareBeyond<S> {
    pub(crate) beyond: Beyond<S>,
    /// Whether ε is more than 0.
    pub(crate) tolerates: bool,
}

impl<S: Scalar> Function<S> for SquareBeyond<S> {
    #[inline(always)]
    fn value(&self, z: S) -> S {
        self.beyond.value(z).square()
    }
    #[inline(always)]
    fn first(&self, z: S) -> S {
        (z - self.beyond.y).sign() * self.beyond.value(z) * S::literal(2.0)
    }
    #[inline(always)]
    fn second(&self, z: S) -> S {
        let two = S::literal(2.0);
        if self.tolerates { self.beyond.value(z).is_positive() * two } else { two }
    }
}
