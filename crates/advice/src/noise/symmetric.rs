//! Symmetric laws of the residual: `f(r) = exp(−ρ((r − m)/s)) / (s·Z)`.

use dartboard_numerics::elementary::{Float, ln_gamma};
use dartboard_numerics::isa::{Kernel, dispatch};

use super::Data;
use crate::order::robust_scale;
use crate::special::{LN_SQRT_TAU, normal_below};

/// The shape of a symmetric law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    Gaussian,
    Laplace,
    /// `ρ = ln cosh x`
    Sech,
    /// `ρ = √(1 + x²) − 1`
    Hyperbolic,
    /// `ρ = ½x²` up to k, linear beyond.
    Huber(f64),
    /// `ρ = ½(ν + 1) ln(1 + x²/ν)`
    Student(f64),
}

/// Where Huber's density turns from Gaussian to Laplace, in its own scale; 1.345 is where its loss keeps 95 % of the
/// mean's efficiency under Gaussian noise.
pub(crate) const HUBER_CORNERS: [f64; 4] = [0.6, 1.0, 1.345, 2.0];
/// Degrees of freedom that are tried; beyond 15 samples of ordinary size do not tell them from a Gaussian.
pub(crate) const DEGREES: [f64; 9] = [1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0];

impl Shape {
    /// `ρ(x)`
    #[inline(always)]
    pub(crate) fn rho(self, x: f64) -> f64 {
        let distance = x.abs();
        match self {
            Self::Gaussian => 0.5 * x * x,
            Self::Laplace => distance,
            // ln cosh x = |x| + ln(1 + e^(−2|x|)) − ln 2
            Self::Sech => distance + Float::ln_1p(Float::exp(-2.0 * distance)) - std::f64::consts::LN_2,
            Self::Hyperbolic => (1.0 + x * x).sqrt() - 1.0,
            Self::Huber(k) if distance <= k => 0.5 * x * x,
            Self::Huber(k) => k * (distance - 0.5 * k),
            Self::Student(degrees) => 0.5 * (degrees + 1.0) * Float::ln_1p(x * x / degrees),
        }
    }

    /// `ρ′(x)` and `ρ″(x)`, which is that of the smooth parts.
    #[inline(always)]
    pub(crate) fn slope(self, x: f64) -> (f64, f64) {
        match self {
            Self::Gaussian => (x, 1.0),
            Self::Laplace => (x.signum(), 0.0),
            Self::Sech => {
                // tanh|x| by e^(−2|x|), which cannot overflow.
                let small = Float::exp(-2.0 * x.abs());
                let tanh = (1.0 - small) / (1.0 + small);
                (tanh.copysign(x), 1.0 - tanh * tanh)
            }
            Self::Hyperbolic => {
                let root = (1.0 + x * x).sqrt();
                (x / root, 1.0 / (root * root * root))
            }
            Self::Huber(k) if x.abs() <= k => (x, 1.0),
            Self::Huber(k) => (k.copysign(x), 0.0),
            Self::Student(degrees) => {
                let denominator = degrees + x * x;
                let factor = degrees + 1.0;
                (factor * x / denominator, factor * (degrees - x * x) / (denominator * denominator))
            }
        }
    }

    /// `ln Z`, the logarithm of the integral of `exp(−ρ)`.
    pub(crate) fn ln_normalizer(self) -> f64 {
        match self {
            Self::Gaussian => LN_SQRT_TAU,
            Self::Laplace => std::f64::consts::LN_2,
            Self::Sech => Float::ln(std::f64::consts::PI),
            // 2e·K₁(1), K₁ being the modified Bessel function: 0.601 907 230 197 234 6 (NIST DLMF 10.32.9).
            Self::Hyperbolic => Float::ln(2.0 * std::f64::consts::E * 0.601_907_230_197_234_6),
            Self::Huber(k) => {
                let core = (1.0 - 2.0 * normal_below(-k)) * Float::exp(LN_SQRT_TAU);
                Float::ln(core + 2.0 * Float::exp(-0.5 * k * k) / k)
            }
            Self::Student(degrees) => {
                ln_gamma(0.5 * degrees) + 0.5 * Float::ln(degrees * std::f64::consts::PI)
                    - ln_gamma(0.5 * (degrees + 1.0))
            }
        }
    }
}

/// A symmetric law with its location and scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Symmetric {
    pub(crate) shape: Shape,
    pub(crate) location: f64,
    pub(crate) scale: f64,
}

impl Symmetric {
    /// The logarithm of the density of each residual.
    pub(crate) fn ln_densities(&self, data: &Data) -> Vec<f64> {
        let (location, scale) = (self.location, self.scale);
        let constant = self.shape.ln_normalizer() + Float::ln(scale);
        let each = |shape: Shape| data.each(move |y, p| -shape.rho((y - p - location) / scale) - constant);
        // A loop of its own for every shape: the choice is made outside of it.
        match self.shape {
            Shape::Gaussian => each(Shape::Gaussian),
            Shape::Laplace => each(Shape::Laplace),
            Shape::Sech => each(Shape::Sech),
            Shape::Hyperbolic => each(Shape::Hyperbolic),
            shape => each(shape),
        }
    }
}

/// The most likely location and scale; `None` where the residuals have no spread.
pub(crate) fn fit(shape: Shape, residuals: &[f64], data: &Data) -> Option<Symmetric> {
    let w = &data.w;
    let total = data.total();
    let mean = |f: &dyn Fn(f64) -> f64| residuals.iter().zip(w).map(|(&r, &w)| w * f(r)).sum::<f64>() / total;
    if shape == Shape::Gaussian {
        let location = mean(&|r| r);
        let scale = mean(&|r| (r - location) * (r - location)).sqrt();
        return usable(Symmetric { shape, location, scale });
    }
    let (median, deviation) = robust_scale(residuals, |row| w[row]);
    if shape == Shape::Laplace {
        return usable(Symmetric { shape, location: median, scale: mean(&|r| (r - median).abs()) });
    }
    // Where more than half of the residuals are equal their median distance is 0; their mean one is not.
    let start = if deviation > 0.0 { deviation } else { mean(&|r| (r - median).abs()) };
    let first = usable(Symmetric { shape, location: median, scale: start })?;
    climb(first, residuals, w, total)
}

fn usable(law: Symmetric) -> Option<Symmetric> {
    (law.location.is_finite() && law.scale.is_finite() && law.scale > 0.0).then_some(law)
}

/// Newton's method on location and logarithm of the scale. Where it would not go uphill, a step of the majorised
/// problem (iteratively reweighted squares) is taken instead, which always does, as `ρ(√u)` is concave for every shape.
fn climb(first: Symmetric, residuals: &[f64], w: &[f64], total: f64) -> Option<Symmetric> {
    /// Steps that are allowed; Newton's method needs 4 to 8.
    const STEPS: usize = 100;
    /// A step of this size in units of the scale ends the search: likelihoods are then right to its square.
    const ENOUGH: f64 = 1e-7;
    let shape = first.shape;
    let mut law = first;
    let mut state = Sums::of(law, residuals, w, total);
    for _ in 0..STEPS {
        let newton = state.newton(law).filter(|(next, _)| usable(*next).is_some());
        let tried = newton.map(|(next, size)| (next, size, Sums::of(next, residuals, w, total)));
        let (next, size, sums) = match tried {
            Some((next, size, sums)) if sums.value <= state.value => (next, size, sums),
            _ => {
                let next = state.reweighted(law);
                let size = ((next.location - law.location) / law.scale).abs() + (next.scale / law.scale - 1.0).abs();
                (next, size, Sums::of(next, residuals, w, total))
            }
        };
        usable(next)?;
        law = Symmetric { shape, ..next };
        state = sums;
        if size < ENOUGH {
            break;
        }
    }
    Some(law)
}

/// What a step needs, all means over the rows.
struct Sums {
    /// `ρ(x) + ln s`
    value: f64,
    slope: f64,
    slope_x: f64,
    curvature: f64,
    curvature_x: f64,
    curvature_xx: f64,
    /// `ρ′(x)/x` and that times the residual.
    weight: f64,
    weight_r: f64,
}

/// The weighted sums of what [`Sums`] holds, in its order.
struct Moments<'a> {
    law: Symmetric,
    residuals: &'a [f64],
    w: &'a [f64],
}

impl Kernel for Moments<'_> {
    type Output = [f64; 8];
    #[inline(always)]
    fn run(self) -> [f64; 8] {
        let Symmetric { shape, location, scale } = self.law;
        let mut sums = [0.0; 8];
        for (&r, &w) in self.residuals.iter().zip(self.w) {
            let x = (r - location) / scale;
            let (slope, curvature) = shape.slope(x);
            // The limit of the quotient at 0 is the curvature there.
            let weight = if x == 0.0 { curvature } else { slope / x };
            let products = [slope * x, curvature * x, curvature * x * x, weight * r];
            let terms = [shape.rho(x), slope, products[0], curvature, products[1], products[2], weight, products[3]];
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += w * term;
            }
        }
        sums
    }
}

impl Sums {
    fn of(law: Symmetric, residuals: &[f64], w: &[f64], total: f64) -> Self {
        let sums = dispatch(Moments { law, residuals, w });
        let [value, slope, slope_x, curvature, curvature_x, curvature_xx, weight, weight_r] =
            sums.map(|sum| sum / total);
        let value = value + Float::ln(law.scale);
        Self { value, slope, slope_x, curvature, curvature_x, curvature_xx, weight, weight_r }
    }

    /// A Newton step in (m/s, ln s), at most 1 long; `None` where the curvature is not positive. With its length.
    fn newton(&self, law: Symmetric) -> Option<(Symmetric, f64)> {
        let gradient = [-self.slope, 1.0 - self.slope_x];
        let (a, b, c) = (self.curvature, self.curvature_x + self.slope, self.curvature_xx + self.slope_x);
        let determinant = a * c - b * b;
        if !(a > 0.0 && determinant > 1e-12 * a * c) {
            return None;
        }
        let step =
            [-(c * gradient[0] - b * gradient[1]) / determinant, -(a * gradient[1] - b * gradient[0]) / determinant];
        let size = step[0].abs().max(step[1].abs());
        let [shift, growth] = step.map(|step| step / size.max(1.0));
        let next =
            Symmetric { location: law.location + shift * law.scale, scale: law.scale * Float::exp(growth), ..law };
        Some((next, size))
    }

    fn reweighted(&self, law: Symmetric) -> Symmetric {
        Symmetric { location: self.weight_r / self.weight, scale: law.scale * self.slope_x.sqrt(), ..law }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPES: [Shape; 8] = [
        Shape::Gaussian,
        Shape::Laplace,
        Shape::Sech,
        Shape::Hyperbolic,
        Shape::Huber(0.6),
        Shape::Huber(1.345),
        Shape::Student(2.0),
        Shape::Student(15.0),
    ];

    #[test]
    fn densities_integrate_to_one() {
        for shape in SHAPES {
            // x = tan(t) brings the whole line into a range, where the midpoint rule converges fast.
            let steps = 400_000;
            let width = std::f64::consts::PI / f64::from(steps);
            let t = |step: i32| -std::f64::consts::FRAC_PI_2 + (f64::from(step) + 0.5) * width;
            let y: Vec<f64> = (0..steps).map(|step| t(step).tan()).collect();
            let data = Data { p: vec![0.0; y.len()], w: vec![1.0; y.len()], y };
            let densities = Symmetric { shape, location: 0.5, scale: 2.0 }.ln_densities(&data);
            let share = |(ln_density, step): (f64, i32)| ln_density.exp() / (t(step).cos() * t(step).cos()) * width;
            let mass: f64 = densities.into_iter().zip(0..).map(share).sum();
            assert!((mass - 1.0).abs() < 1e-5, "{shape:?}: {mass}");
        }
    }

    #[test]
    fn slopes_are_derivatives() {
        for shape in SHAPES {
            for x in [-5.0, -1.1, -0.3, 0.2, 0.9, 7.0] {
                let h = 1e-5;
                let (slope, curvature) = shape.slope(x);
                let by_difference = (shape.rho(x + h) - shape.rho(x - h)) / (2.0 * h);
                assert!((slope - by_difference).abs() < 1e-8, "{shape:?} at {x}");
                let by_difference = (shape.slope(x + h).0 - shape.slope(x - h).0) / (2.0 * h);
                assert!((curvature - by_difference).abs() < 1e-7, "{shape:?} at {x}");
            }
        }
    }

    #[test]
    fn fits_are_stationary_and_follow_the_unit() -> Result<(), String> {
        let residuals: Vec<f64> = (0..200).map(|i| f64::from(i * i % 61) - 20.0 + f64::from(i % 9) * 0.1).collect();
        let data = Data { y: residuals.clone(), p: vec![0.0; 200], w: vec![1.0; 200] };
        for shape in SHAPES {
            let law = fit(shape, &residuals, &data).ok_or("no fit")?;
            let sums = Sums::of(law, &residuals, &data.w, 200.0);
            if shape != Shape::Laplace {
                assert!(sums.slope.abs() < 1e-6 && (sums.slope_x - 1.0).abs() < 1e-6, "{shape:?}");
            }
            let scaled: Vec<f64> = residuals.iter().map(|r| 1000.0 * r).collect();
            let other = fit(shape, &scaled, &data).ok_or("no fit")?;
            assert!((other.scale / law.scale / 1000.0 - 1.0).abs() < 1e-9, "{shape:?}");
            assert!((other.location - 1000.0 * law.location).abs() < 1e-4 * law.scale, "{shape:?}");
        }
        assert!(fit(Shape::Sech, &[2.0; 10], &Data { y: vec![], p: vec![], w: vec![1.0; 10] }).is_none());
        Ok(())
    }
}
