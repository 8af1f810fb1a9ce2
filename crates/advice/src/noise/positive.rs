//! Laws of a positive target whose spread grows with its mean: the prediction times a factor.

use dartboard_numerics::elementary::{Float, ln_gamma};

use super::Data;
use crate::order::Sorted;
use crate::special::{LN_SQRT_TAU, digamma, trigamma};

/// The gamma law with mean `factor·p`, variance `mean²/shape`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gamma {
    pub(crate) factor: f64,
    pub(crate) shape: f64,
}

/// `ln(y/p)` is Gaussian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogNormal {
    pub(crate) location: f64,
    pub(crate) scale: f64,
}

/// `ln(y/p)` is Laplace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogLaplace {
    pub(crate) location: f64,
    pub(crate) scale: f64,
}

/// The inverse Gaussian law with mean `factor·p`, variance `dispersion·mean³`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct InverseGaussian {
    pub(crate) factor: f64,
    pub(crate) dispersion: f64,
}

/// The shape of a gamma law from `ln(mean) − mean of ln`, which is above 0: Newton's method on `ln a − ψ(a)`, from Minka's
/// start (Estimating a Gamma distribution, 2002).
pub(crate) fn gamma_shape(excess: f64) -> Option<f64> {
    if !(excess.is_finite() && excess > 1e-12) {
        return None;
    }
    let mut shape = (3.0 - excess + ((excess - 3.0) * (excess - 3.0) + 24.0 * excess).sqrt()) / (12.0 * excess);
    for _ in 0..20 {
        let value = Float::ln(shape) - digamma(shape) - excess;
        let step = value / (1.0 / shape - trigamma(shape));
        // Never below a tenth: the function is convex and steep near 0.
        let next = (shape - step).max(0.1 * shape);
        let done = (next / shape - 1.0).abs() < 1e-12;
        shape = next;
        if done {
            break;
        }
    }
    Some(shape)
}

impl Gamma {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { factor, shape } = *self;
        let constant = shape * Float::ln(shape) - ln_gamma(shape);
        move |y, p| {
            let ratio = y / (factor * p);
            constant + shape * (Float::ln(ratio) - ratio) - Float::ln(y)
        }
    }

    pub(crate) fn fit(data: &Data) -> Option<Self> {
        let factor = data.mean(|y, p| y / p);
        let logs = data.mean(|y, p| Float::ln(y / p));
        Some(Self { factor, shape: gamma_shape(Float::ln(factor) - logs)? })
    }
}

impl LogNormal {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { location, scale } = *self;
        let constant = -LN_SQRT_TAU - Float::ln(scale);
        move |y, p| {
            let x = (Float::ln(y / p) - location) / scale;
            constant - 0.5 * x * x - Float::ln(y)
        }
    }

    pub(crate) fn fit(data: &Data) -> Option<Self> {
        let location = data.mean(|y, p| Float::ln(y / p));
        let square = |x: f64| x * x;
        let scale = data.mean(|y, p| square(Float::ln(y / p) - location)).sqrt();
        (scale > 0.0 && scale.is_finite()).then_some(Self { location, scale })
    }
}

impl LogLaplace {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { location, scale } = *self;
        let constant = -std::f64::consts::LN_2 - Float::ln(scale);
        move |y, p| constant - ((Float::ln(y / p) - location) / scale).abs() - Float::ln(y)
    }

    pub(crate) fn fit(data: &Data) -> Option<Self> {
        let logs: Vec<f64> = data.y.iter().zip(&data.p).map(|(y, p)| Float::ln(y / p)).collect();
        let location = Sorted::new(&logs, |row| data.w[row]).median();
        let scale = data.mean(|y, p| (Float::ln(y / p) - location).abs());
        (scale > 0.0 && scale.is_finite()).then_some(Self { location, scale })
    }
}

impl InverseGaussian {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { factor, dispersion } = *self;
        let constant = -LN_SQRT_TAU - 0.5 * Float::ln(dispersion);
        move |y, p| {
            let mean = factor * p;
            let error = (y - mean) / mean;
            constant - 1.5 * Float::ln(y) - 0.5 * error * error / (dispersion * y)
        }
    }

    pub(crate) fn fit(data: &Data) -> Option<Self> {
        // The likelihood in 1/factor is a parabola.
        let inverse = data.mean(|_, p| 1.0 / p) / data.mean(|y, p| y / (p * p));
        let factor = 1.0 / inverse;
        let dispersion = data.mean(|y, p| {
            let error = (y - factor * p) / (factor * p);
            error * error / y
        });
        (dispersion > 0.0 && dispersion.is_finite() && factor.is_finite()).then_some(Self { factor, dispersion })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_integrate_to_one() {
        type Density = Box<dyn Fn(f64, f64) -> f64>;
        let laws: [(&str, Density); 4] = [
            ("gamma", Box::new(Gamma { factor: 1.5, shape: 2.5 }.ln_density())),
            ("log-normal", Box::new(LogNormal { location: 0.2, scale: 0.7 }.ln_density())),
            ("log-Laplace", Box::new(LogLaplace { location: 0.2, scale: 0.3 }.ln_density())),
            ("inverse Gaussian", Box::new(InverseGaussian { factor: 1.5, dispersion: 0.2 }.ln_density())),
        ];
        for (name, density) in laws {
            // Over ln y, where dy = y d(ln y).
            let width = 1e-4;
            let logs = (-200_000..200_000).map(|i| width * (f64::from(i) + 0.5));
            let mass: f64 = logs.map(|log| (density(log.exp(), 2.0) + log).exp() * width).sum();
            assert!((mass - 1.0).abs() < 1e-5, "{name}: {mass}");
        }
    }

    #[test]
    fn shapes_solve_their_equation() {
        for shape in [0.01, 0.5, 1.0, 3.0, 1e3, 1e6] {
            let excess = Float::ln(shape) - digamma(shape);
            let found = gamma_shape(excess).unwrap_or_default();
            assert!((found / shape - 1.0).abs() < 1e-4, "{shape}: {found}");
        }
        assert!(gamma_shape(0.0).is_none() && gamma_shape(f64::NAN).is_none());
    }

    #[test]
    fn fits_are_the_most_likely() -> Result<(), String> {
        let y: Vec<f64> = (1..=300).map(|i| 0.1 + f64::from(i * i % 97) / 20.0).collect();
        let data = Data { p: (1..=300).map(|i| 1.0 + f64::from(i % 5)).collect(), w: vec![1.0; 300], y };
        let likelihood = |density: &dyn Fn(f64, f64) -> f64| data.mean(density);
        let gamma = Gamma::fit(&data).ok_or("gamma")?;
        let inverse = InverseGaussian::fit(&data).ok_or("inverse Gaussian")?;
        let best = [likelihood(&gamma.ln_density()), likelihood(&inverse.ln_density())];
        for (a, b) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.02), (1.0, 0.98)] {
            let other = Gamma { factor: a * gamma.factor, shape: b * gamma.shape };
            assert!(likelihood(&other.ln_density()) < best[0], "gamma {a} {b}");
            let other = InverseGaussian { factor: a * inverse.factor, dispersion: b * inverse.dispersion };
            assert!(likelihood(&other.ln_density()) < best[1], "inverse Gaussian {a} {b}");
        }
        Ok(())
    }
}
