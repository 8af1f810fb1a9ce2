//! Laws of a count whose mean is the prediction times a factor.

use dartboard_numerics::elementary::{Float, ln_gamma};

use super::Data;
use super::skewed::golden;
use crate::special::ln_normal_between;

/// Poisson's law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Poisson {
    pub(crate) factor: f64,
}

/// The negative binomial law with variance `mean + alpha·mean²`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NegativeBinomial {
    pub(crate) factor: f64,
    pub(crate) alpha: f64,
}

/// Poisson's law beside rows that are 0 whatever the prediction: a share of `zeros`. The mean is `factor·p`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ZeroInflatedPoisson {
    pub(crate) factor: f64,
    pub(crate) zeros: f64,
}

/// A Gaussian target, rounded to whole numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RoundedGaussian {
    pub(crate) location: f64,
    pub(crate) scale: f64,
}

/// `ln(e^(−mean) meanʸ/y!)`
fn ln_poisson(y: f64, mean: f64) -> f64 {
    Float::xlogy(y, mean) - mean - ln_gamma(y + 1.0)
}

impl Poisson {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let factor = self.factor;
        move |y, p| ln_poisson(y, factor * p)
    }

    pub(crate) fn fit(data: &Data) -> Option<Self> {
        let factor = data.mean(|y, _| y) / data.mean(|_, p| p);
        (factor > 0.0 && factor.is_finite()).then_some(Self { factor })
    }
}

impl NegativeBinomial {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { factor, alpha } = *self;
        let shape = 1.0 / alpha;
        let constant = ln_gamma(shape);
        move |y, p| {
            let mean = factor * p;
            ln_gamma(y + shape) - constant - ln_gamma(y + 1.0) + Float::xlogy(y, alpha * mean)
                - (y + shape) * Float::ln_1p(alpha * mean)
        }
    }

    /// The factor for an overdispersion solves `Σ w (y − μ)/(1 + αμ) = 0`, by its own fixed point; the overdispersion is
    /// found on its logarithm.
    pub(crate) fn fit(data: &Data) -> Option<Self> {
        let Poisson { factor } = Poisson::fit(data)?;
        let terms = LnGammaOfCounts::new(data);
        let factor_for = |alpha: f64| {
            let mut factor = factor;
            for _ in 0..50 {
                let above = data.mean(|y, p| y / (1.0 + alpha * factor * p));
                let below = data.mean(|_, p| p / (1.0 + alpha * factor * p));
                let next = above / below;
                let done = (next / factor - 1.0).abs() < 1e-9;
                factor = next;
                if done {
                    break;
                }
            }
            factor
        };
        let cost = |ln_alpha: f64, factor: f64| {
            let alpha = Float::exp(ln_alpha);
            let shape = 1.0 / alpha;
            let rest =
                data.mean(|y, p| Float::xlogy(y, alpha * factor * p) - (y + shape) * Float::ln_1p(alpha * factor * p));
            ln_gamma(shape) - terms.mean(shape) - rest
        };
        // From almost Poisson to counts whose variance is 1000 times their squared mean.
        let bounds = (Float::ln(1e-6), Float::ln(1e3));
        let mut law = Self { factor, alpha: Float::exp(golden(bounds.0, bounds.1, |a| cost(a, factor))) };
        for _ in 0..2 {
            let factor = factor_for(law.alpha);
            let around = Float::ln(law.alpha);
            let alpha = Float::exp(golden((around - 1.0).max(bounds.0), around + 1.0, |a| cost(a, factor)));
            law = Self { factor, alpha };
        }
        (law.factor > 0.0 && law.factor.is_finite()).then_some(law)
    }
}

/// The counts that occur with their weight: the mean of `ln Γ(y + shape)` then costs as many logarithms as there are
/// different counts.
struct LnGammaOfCounts {
    counts: Vec<(f64, f64)>,
    total: f64,
}

impl LnGammaOfCounts {
    fn new(data: &Data) -> Self {
        let mut rows: Vec<(f64, f64)> = data.y.iter().copied().zip(data.w.iter().copied()).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let counts = rows.chunk_by(|a, b| a.0 == b.0);
        let counts = counts.map(|run| (run[0].0, run.iter().map(|(_, w)| w).sum())).collect();
        Self { counts, total: data.total() }
    }

    fn mean(&self, shape: f64) -> f64 {
        self.counts.iter().map(|(y, w)| w * ln_gamma(y + shape)).sum::<f64>() / self.total
    }
}

impl ZeroInflatedPoisson {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { factor, zeros } = *self;
        let others = Float::ln_1p(-zeros);
        move |y, p| {
            let mean = factor * p / (1.0 - zeros);
            if y == 0.0 { Float::ln(zeros + (1.0 - zeros) * Float::exp(-mean)) } else { others + ln_poisson(y, mean) }
        }
    }

    /// By expectation and maximisation: which zeros are of the Poisson part is what is not known.
    pub(crate) fn fit(data: &Data) -> Option<Self> {
        let mut rate = Poisson::fit(data)?.factor;
        let mut zeros = 0.5 * data.mean(|y, _| f64::from(y == 0.0));
        for _ in 0..500 {
            let structural = |y: f64, p: f64| {
                if y == 0.0 { zeros / (zeros + (1.0 - zeros) * Float::exp(-rate * p)) } else { 0.0 }
            };
            let next_zeros = data.mean(structural);
            let next_rate = data.mean(|y, _| y) / data.mean(|y, p| (1.0 - structural(y, p)) * p);
            let change = (next_zeros - zeros).abs() + (next_rate / rate - 1.0).abs();
            (zeros, rate) = (next_zeros, next_rate);
            if change < 1e-8 {
                break;
            }
        }
        let law = Self { factor: rate * (1.0 - zeros), zeros };
        (zeros < 1.0 && law.factor > 0.0 && law.factor.is_finite()).then_some(law)
    }
}

impl RoundedGaussian {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { location, scale } = *self;
        move |y, p| {
            let x = y - p - location;
            ln_normal_between((x - 0.5) / scale, (x + 0.5) / scale)
        }
    }

    /// The location is the mean residual; the scale is found around the residuals' standard deviation.
    pub(crate) fn fit(data: &Data) -> Option<Self> {
        let location = data.mean(|y, p| y - p);
        let square = |x: f64| x * x;
        let deviation = data.mean(|y, p| square(y - p - location)).sqrt();
        if !(deviation > 0.0 && deviation.is_finite()) {
            return None;
        }
        // Rounding adds 1/12 to the variance (Sheppard), so the scale lies below the deviation. A sample of the rows
        // places it well enough: the logarithm of the likelihood is flat there.
        let sample = data.first(2000);
        let cost = |ln_scale: f64| {
            let density = Self { location, scale: Float::exp(ln_scale) }.ln_density();
            -sample.mean(&density)
        };
        let around = 0.5 * Float::ln((deviation * deviation - 1.0 / 12.0).max(0.01 * deviation * deviation));
        let low = cost(around);
        let scale = Float::exp(golden(around - 0.5, around + 0.5, cost));
        low.is_finite().then_some(Self { location, scale })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masses_add_up_to_one() {
        type Density = Box<dyn Fn(f64, f64) -> f64>;
        let laws: [(&str, Density); 4] = [
            ("Poisson", Box::new(Poisson { factor: 1.5 }.ln_density())),
            ("negative binomial", Box::new(NegativeBinomial { factor: 1.5, alpha: 0.7 }.ln_density())),
            ("zero-inflated", Box::new(ZeroInflatedPoisson { factor: 1.5, zeros: 0.3 }.ln_density())),
            ("rounded", Box::new(RoundedGaussian { location: 20.0, scale: 2.0 }.ln_density())),
        ];
        for (name, density) in laws {
            let mass: f64 = (0..2000).map(|y| density(f64::from(y), 2.0).exp()).sum();
            assert!((mass - 1.0).abs() < 1e-9, "{name}: {mass}");
        }
    }

    #[test]
    fn means_are_what_they_are_said_to_be() {
        let zero_inflated = ZeroInflatedPoisson { factor: 1.5, zeros: 0.3 }.ln_density();
        let negative = NegativeBinomial { factor: 1.5, alpha: 0.7 }.ln_density();
        for density in [&zero_inflated as &dyn Fn(f64, f64) -> f64, &negative] {
            let mean: f64 = (0..2000).map(|y| f64::from(y) * density(f64::from(y), 2.0).exp()).sum();
            assert!((mean - 3.0).abs() < 1e-8, "{mean}");
        }
    }

    #[test]
    fn fits_are_the_most_likely() -> Result<(), String> {
        let y: Vec<f64> = (0..400).map(|i| f64::from((i * i % 23) / 3 * (i % 3))).collect();
        let data = Data { p: (0..400).map(|i| 1.0 + f64::from(i % 4)).collect(), w: vec![1.0; 400], y };
        let negative = NegativeBinomial::fit(&data).ok_or("negative binomial")?;
        let inflated = ZeroInflatedPoisson::fit(&data).ok_or("zero-inflated")?;
        let best = [data.mean(negative.ln_density()), data.mean(inflated.ln_density())];
        for (a, b) in [(1.02, 1.0), (0.98, 1.0), (1.0, 1.05), (1.0, 0.95)] {
            let other = NegativeBinomial { factor: a * negative.factor, alpha: b * negative.alpha };
            assert!(data.mean(other.ln_density()) < best[0], "negative binomial {a} {b}");
            let other = ZeroInflatedPoisson { factor: a * inflated.factor, zeros: b * inflated.zeros };
            assert!(data.mean(other.ln_density()) < best[1], "zero-inflated {a} {b}");
        }
        Ok(())
    }
}
