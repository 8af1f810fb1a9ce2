//! Laws of the residual with two different sides.

use dartboard_numerics::elementary::Float;

use super::Data;
use crate::special::LN_SQRT_TAU;

/// The asymmetric Laplace law: the density falls at different rates on both sides of its τ-quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AsymmetricLaplace {
    pub(crate) location: f64,
    pub(crate) scale: f64,
    pub(crate) tau: f64,
}

/// The two-piece normal law: two half Gaussians of different width that meet at their mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TwoPiece {
    pub(crate) mode: f64,
    pub(crate) below: f64,
    pub(crate) above: f64,
}

impl AsymmetricLaplace {
    pub(crate) fn ln_density(&self) -> impl Fn(f64) -> f64 + use<> {
        let Self { location, scale, tau } = *self;
        let constant = Float::ln(tau * (1.0 - tau) / scale);
        move |residual| {
            let x = (residual - location) / scale;
            constant - if x > 0.0 { tau * x } else { (tau - 1.0) * x }
        }
    }

    /// The most likely one. With `A` and `B` the mean distances above and below a location, the likelihood there is
    /// largest for `τ = √B/(√A + √B)` and then `−2 ln(√A + √B) − 1`. Between residuals the sum is concave: the best location
    /// is a residual.
    pub(crate) fn fit(residuals: &[f64], data: &Data) -> Option<Self> {
        let sides = Sides::new(residuals, data);
        let (at, _) = sides.best(|side| {
            let [below, above] = side.distances;
            below.sqrt() + above.sqrt()
        })?;
        let [below, above] = sides.at(at).distances;
        let tau = below.sqrt() / (below.sqrt() + above.sqrt());
        let law = Self { location: sides.values[at], scale: tau * above + (1.0 - tau) * below, tau };
        (tau > 0.0 && tau < 1.0 && law.scale > 0.0 && law.scale.is_finite()).then_some(law)
    }
}

impl TwoPiece {
    pub(crate) fn ln_density(&self) -> impl Fn(f64) -> f64 + use<> {
        let Self { mode, below, above } = *self;
        let constant = std::f64::consts::LN_2 - LN_SQRT_TAU - Float::ln(below + above);
        move |residual| {
            let x = (residual - mode) / if residual > mode { above } else { below };
            constant - 0.5 * x * x
        }
    }

    /// The most likely one. With `S₁` and `S₂` the mean squares below and above a mode and `g = ∛S₁ + ∛S₂`, the likelihood
    /// there is largest for `σᵢ² = ∛Sᵢ²·g` and falls with `g` (John 1982).
    pub(crate) fn fit(residuals: &[f64], data: &Data) -> Option<Self> {
        let sides = Sides::new(residuals, data);
        let size = |side: &Side| {
            let [below, above] = side.squares;
            libm::cbrt(below) + libm::cbrt(above)
        };
        let (at, _) = sides.best(size)?;
        // Between residuals the best mode is found by sections.
        let low = sides.values[at.saturating_sub(1)];
        let high = sides.values[(at + 1).min(sides.values.len() - 1)];
        let mode = golden(low, high, |mode| size(&sides.near(at, mode)));
        let side = sides.near(at, mode);
        let [below, above] = side.squares;
        let g = libm::cbrt(below) + libm::cbrt(above);
        let law = Self { mode, below: libm::cbrt(below) * g.sqrt(), above: libm::cbrt(above) * g.sqrt() };
        (law.below > 0.0 && law.above > 0.0 && (law.below + law.above).is_finite()).then_some(law)
    }
}

/// Sums over both sides of every residual.
struct Sides {
    values: Vec<f64>,
    /// For each residual in order: the weight of those before it, and the sums of their distances and squares from the
    /// middle residual.
    before: Vec<[f64; 3]>,
    weights: Vec<f64>,
    middle: f64,
    all: [f64; 3],
}

/// Mean distances and squares below and above a place.
struct Side {
    distances: [f64; 2],
    squares: [f64; 2],
}

impl Sides {
    fn new(residuals: &[f64], data: &Data) -> Self {
        let mut order: Vec<usize> = (0..residuals.len()).collect();
        order.sort_by(|&a, &b| residuals[a].total_cmp(&residuals[b]));
        let values: Vec<f64> = order.iter().map(|&row| residuals[row]).collect();
        let weights: Vec<f64> = order.iter().map(|&row| data.w[row]).collect();
        // Distances from the middle, so that squares do not cancel where residuals are far from 0.
        let middle = values.get(values.len() / 2).copied().unwrap_or_default();
        let mut sums = [0.0; 3];
        let before = values
            .iter()
            .zip(&weights)
            .map(|(&value, &w)| {
                let here = sums;
                let distance = value - middle;
                sums[0] += w;
                sums[1] += w * distance;
                sums[2] += w * distance * distance;
                here
            })
            .collect();
        Self { values, before, weights, middle, all: sums }
    }

    /// The two sides of a place between the residuals beside the one at `index`, or at it.
    fn near(&self, index: usize, place: f64) -> Side {
        let mut below = self.before[index];
        if self.values[index] < place {
            let (distance, w) = (self.values[index] - self.middle, self.weights[index]);
            below = [below[0] + w, below[1] + w * distance, below[2] + w * distance * distance];
        }
        let place = place - self.middle;
        let [weight, first, second] = self.all;
        let above = [weight - below[0], first - below[1], second - below[2]];
        let squares = |[w, first, second]: [f64; 3]| (second - 2.0 * place * first + w * place * place).max(0.0);
        Side {
            distances: [place * below[0] - below[1], above[1] - place * above[0]].map(|sum| sum.max(0.0) / weight),
            squares: [squares(below) / weight, squares(above) / weight],
        }
    }

    fn at(&self, index: usize) -> Side {
        self.near(index, self.values[index])
    }

    /// The residual, of the inner nine tenths, where a size is smallest. Further out a few rows would make a side of
    /// their own.
    fn best(&self, size: impl Fn(&Side) -> f64) -> Option<(usize, f64)> {
        let margin = self.values.len() / 20;
        let inner = margin..self.values.len().saturating_sub(margin);
        let sizes = inner.map(|index| (index, size(&self.at(index))));
        sizes.filter(|(_, size)| size.is_finite()).min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Where a function of one valley is smallest, to 1e-8 of the range.
pub(crate) fn golden(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    golden_within(low, high, 38, f)
}

/// Where a function of one valley is smallest, by golden sections, each 0.618 of the one before.
pub(crate) fn golden_within(low: f64, high: f64, sections: usize, f: impl Fn(f64) -> f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_8;
    let (mut low, mut high) = (low, high);
    let (mut left, mut right) = (high - RATIO * (high - low), low + RATIO * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    for _ in 0..sections {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - RATIO * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + RATIO * (high - low);
            at_right = f(right);
        }
    }
    if at_left <= at_right { left } else { right }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of a law, whose empirical distribution is nearly the law itself.
    fn sample(quantile: impl Fn(f64) -> f64) -> (Vec<f64>, Data) {
        let rows = 4001;
        let values: Vec<f64> = (0..rows).map(|i| quantile((f64::from(i) + 0.5) / f64::from(rows))).collect();
        let data = Data { y: vec![], p: vec![], w: vec![1.0; rows as usize] };
        (values, data)
    }

    #[test]
    fn the_law_that_made_the_rows_is_found() -> Result<(), String> {
        let (tau, scale) = (0.2_f64, 3.0);
        let (values, data) = sample(|u| {
            if u < tau { scale / (1.0 - tau) * (u / tau).ln() } else { -scale / tau * ((1.0 - u) / (1.0 - tau)).ln() }
        });
        let law = AsymmetricLaplace::fit(&values, &data).ok_or("no fit")?;
        assert!((law.tau - tau).abs() < 0.01 && (law.scale / scale - 1.0).abs() < 0.02, "{law:?}");
        assert!(law.location.abs() < 0.1, "{law:?}");

        let (below, above) = (1.0, 3.0);
        let share = below / (below + above);
        let (values, data) = sample(|u| {
            if u < share {
                below * crate::special::normal_quantile(0.5 * u / share)
            } else {
                above * crate::special::normal_quantile(0.5 + 0.5 * (u - share) / (1.0 - share))
            }
        });
        let law = TwoPiece::fit(&values, &data).ok_or("no fit")?;
        assert!((law.below - below).abs() < 0.05 && (law.above - above).abs() < 0.05, "{law:?}");
        Ok(())
    }

    #[test]
    fn densities_integrate_to_one() {
        let laplace = AsymmetricLaplace { location: 1.0, scale: 0.5, tau: 0.3 }.ln_density();
        let normal = TwoPiece { mode: 1.0, below: 0.5, above: 2.0 }.ln_density();
        for density in [&laplace as &dyn Fn(f64) -> f64, &normal] {
            let mass: f64 = (-400_000..400_000).map(|i| density(1e-4 * (f64::from(i) + 0.5)).exp() * 1e-4).sum();
            assert!((mass - 1.0).abs() < 1e-6, "{mass}");
        }
    }

    #[test]
    fn sections_find_the_valley() {
        assert!((golden(-3.0, 9.0, |x| (x - 1.25) * (x - 1.25)) - 1.25).abs() < 1e-7);
    }
}
