//! Laws of amounts of which many are exactly 0.

use dartboard_numerics::elementary::{Float, ln_gamma};
use dartboard_numerics::isa::{Kernel, dispatch};

use super::Data;
use super::positive::gamma_shape;
use super::skewed::golden_within;
use crate::special::LN_SQRT_TAU;

/// The compound Poisson–gamma (Tweedie) law with mean `factor·p` and variance `dispersion·mean^power`, 1 < power < 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tweedie {
    pub(crate) factor: f64,
    pub(crate) power: f64,
    pub(crate) dispersion: f64,
}

/// Powers that are tried.
pub(crate) const POWERS: [f64; 9] = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9];

impl Tweedie {
    /// The logarithm of the density of each row, by Dunn and Smyth's series (Statistics and Computing 15, 2005), whose terms
    /// come from tables.
    pub(crate) fn ln_densities(&self, data: &Data) -> Vec<f64> {
        dispatch(OfRows { law: *self, series: &Series::new(self.power), data })
    }

    pub(crate) fn fit(power: f64, data: &Data) -> Option<Self> {
        let factor = data.mean(|y, p| y * Float::exp((1.0 - power) * Float::ln(p)))
            / data.mean(|_, p| Float::exp((2.0 - power) * Float::ln(p)));
        if !(factor > 0.0 && factor.is_finite()) {
            return None;
        }
        // Pearson's estimate is a start; the most likely dispersion is within a factor of e³ of it.
        let pearson = data.mean(|y, p| {
            let mean = factor * p;
            (y - mean) * (y - mean) * Float::exp(-power * Float::ln(mean))
        });
        if !(pearson > 0.0 && pearson.is_finite()) {
            return None;
        }
        let series = Series::new(power);
        // Two thousand rows place the dispersion to a few per cent, where the likelihood is flat.
        let sample = data.first(2000);
        let cost = |ln_dispersion: f64| {
            let law = Self { factor, power, dispersion: Float::exp(ln_dispersion) };
            let densities = dispatch(OfRows { law, series: &series, data: &sample });
            -densities.iter().zip(&sample.w).map(|(density, w)| density * w).sum::<f64>()
        };
        let around = Float::ln(pearson);
        // 18 sections of the range leave 0.1 % of the dispersion, far below what a sample can tell.
        Some(Self { factor, power, dispersion: Float::exp(golden_within(around - 3.0, around + 3.0, 18, cost)) })
    }
}

/// The density row by row.
struct OfRows<'a> {
    law: Tweedie,
    series: &'a Series,
    data: &'a Data,
}

impl Kernel for OfRows<'_> {
    type Output = Vec<f64>;
    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let Tweedie { factor, power, dispersion } = self.law;
        let mut values = vec![0.0; self.data.rows()];
        for ((value, &y), &p) in values.iter_mut().zip(&self.data.y).zip(&self.data.p) {
            *value = self.series.ln_density(y, factor * p, power, dispersion);
        }
        values
    }
}

/// `ln(j!) + ln Γ(j·a)` for the terms of the series, `a = (2 − power)/(power − 1)`.
struct Series {
    shape: f64,
    table: Vec<f64>,
}

impl Series {
    /// Terms with a table; further ones are computed.
    const TABLE: usize = 512;
    /// Terms this much smaller than the largest, in logarithms, no longer count: all beyond e⁻³⁰ together are 1e-12 of it.
    const NEGLIGIBLE: f64 = 30.0;
    /// So many terms around the largest hold all that counts up to a million Poisson events per row. Beyond, the sum is
    /// replaced by the integral of its Gaussian neighbourhood, right to 1e-6.
    const MOST: usize = 100_000;

    fn new(power: f64) -> Self {
        let shape = (2.0 - power) / (power - 1.0);
        let term = |j: usize| ln_gamma(j as f64 + 1.0) + ln_gamma(j as f64 * shape);
        let table = (0..Self::TABLE).map(|j| if j == 0 { f64::INFINITY } else { term(j) }).collect();
        Self { shape, table }
    }

    #[inline(always)]
    fn denominator(&self, j: usize) -> f64 {
        match self.table.get(j) {
            Some(&term) => term,
            None => ln_gamma(j as f64 + 1.0) + ln_gamma(j as f64 * self.shape),
        }
    }

    #[inline(always)]
    fn ln_density(&self, y: f64, mean: f64, power: f64, dispersion: f64) -> f64 {
        let ln_mean = Float::ln(mean);
        // The Poisson mean of the number of events; with none, y is 0.
        let events = Float::exp((2.0 - power) * ln_mean) / (dispersion * (2.0 - power));
        if y == 0.0 {
            return -events;
        }
        let tilt = y * Float::exp((1.0 - power) * ln_mean) / (dispersion * (power - 1.0));
        let ln_y = Float::ln(y);
        // Of term j: j·ln z − ln j! − ln Γ(j·a), where z does not depend on the mean.
        let ln_z = self.shape * (ln_y - Float::ln(power - 1.0))
            - (1.0 + self.shape) * Float::ln(dispersion)
            - Float::ln(2.0 - power);
        let largest = Float::exp((2.0 - power) * ln_y) / (dispersion * (2.0 - power));
        if largest.is_nan() || largest >= 1e15 {
            return f64::NAN;
        }
        let middle = (largest.round() as usize).max(1);
        let top = middle as f64 * ln_z - self.denominator(middle);
        let mut sum = 1.0;
        let mut j = middle - 1;
        while j > 0 && middle - j < Self::MOST {
            let distance = j as f64 * ln_z - self.denominator(j) - top;
            sum += Float::exp(distance);
            if distance < -Self::NEGLIGIBLE {
                break;
            }
            j -= 1;
        }
        let mut j = middle + 1;
        while j - middle < Self::MOST {
            let distance = j as f64 * ln_z - self.denominator(j) - top;
            sum += Float::exp(distance);
            if distance < -Self::NEGLIGIBLE {
                break;
            }
            j += 1;
        }
        top + Float::ln(sum) - ln_y - tilt - events
    }
}

/// Whether something happened is logistic in the logarithm of the prediction, `logit = a + b ln p`; how much, if it did,
/// has a law whose logarithmic mean is a line in it too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hurdle {
    pub(crate) happens: [f64; 2],
    pub(crate) amount: Amount,
}

/// The law of the amounts that are not 0, around `exp(line[0] + line[1] ln p)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Amount {
    /// Gamma with that mean.
    Gamma { line: [f64; 2], shape: f64 },
    /// Log-normal with that median.
    LogNormal { line: [f64; 2], scale: f64 },
}

impl Hurdle {
    pub(crate) fn ln_density(&self) -> impl Fn(f64, f64) -> f64 + use<> {
        let Self { happens, amount } = *self;
        move |y, p| {
            let ln_p = Float::ln(p);
            let logit = happens[0] + happens[1] * ln_p;
            if y == 0.0 {
                return -Float::softplus(logit);
            }
            let ln_y = Float::ln(y);
            let amount = match amount {
                Amount::Gamma { line, shape } => {
                    let ln_ratio = ln_y - line[0] - line[1] * ln_p;
                    shape * (Float::ln(shape) + ln_ratio - Float::exp(ln_ratio)) - ln_gamma(shape) - ln_y
                }
                Amount::LogNormal { line, scale } => {
                    let x = (ln_y - line[0] - line[1] * ln_p) / scale;
                    -LN_SQRT_TAU - Float::ln(scale) - 0.5 * x * x - ln_y
                }
            };
            amount - Float::softplus(-logit)
        }
    }

    pub(crate) fn fit(gamma: bool, data: &Data) -> Option<Self> {
        let ln_p: Vec<f64> = data.p.iter().map(|&p| Float::ln(p)).collect();
        let happened: Vec<f64> = data.y.iter().map(|&y| f64::from(y > 0.0)).collect();
        let happens = logistic(&ln_p, &happened, &data.w)?;
        let positive = data.only(|row| data.y[row] > 0.0);
        let ln_p: Vec<f64> = positive.p.iter().map(|&p| Float::ln(p)).collect();
        let amount = if gamma { gamma_line(&ln_p, &positive)? } else { log_normal_line(&ln_p, &positive)? };
        Some(Self { happens, amount })
    }
}

/// The line through weighted points; level where the points have no width.
fn line(x: &[f64], y: &[f64], w: &[f64]) -> [f64; 2] {
    let total: f64 = w.iter().sum();
    let mean = |values: &[f64]| values.iter().zip(w).map(|(v, w)| v * w).sum::<f64>() / total;
    let (mean_x, mean_y) = (mean(x), mean(y));
    let (mut xx, mut xy) = (0.0, 0.0);
    for ((x, y), w) in x.iter().zip(y).zip(w) {
        xx += w * (x - mean_x) * (x - mean_x);
        xy += w * (x - mean_x) * (y - mean_y);
    }
    let slope = if xx > 1e-20 * total { xy / xx } else { 0.0 };
    [mean_y - slope * mean_x, slope]
}

fn log_normal_line(ln_p: &[f64], data: &Data) -> Option<Amount> {
    let ln_y: Vec<f64> = data.y.iter().map(|&y| Float::ln(y)).collect();
    let line = line(ln_p, &ln_y, &data.w);
    let square = |x: f64| x * x;
    let sum: f64 = ln_p.iter().zip(&ln_y).zip(&data.w).map(|((x, y), w)| w * square(y - line[0] - line[1] * x)).sum();
    let scale = (sum / data.total()).sqrt();
    (scale > 0.0 && scale.is_finite()).then_some(Amount::LogNormal { line, scale })
}

/// A gamma regression on a logarithmic scale, by iterated lines through `η + (y − μ)/μ` (all weights are equal there).
fn gamma_line(ln_p: &[f64], data: &Data) -> Option<Amount> {
    let mean: f64 = data.mean(|y, _| y);
    let mut coefficients = [Float::ln(mean), 0.0];
    for _ in 0..50 {
        let working: Vec<f64> = ln_p
            .iter()
            .zip(&data.y)
            .map(|(x, y)| {
                let eta = coefficients[0] + coefficients[1] * x;
                eta + y * Float::exp(-eta) - 1.0
            })
            .collect();
        let next = line(ln_p, &working, &data.w);
        let change = (next[0] - coefficients[0]).abs() + (next[1] - coefficients[1]).abs();
        coefficients = next;
        if change < 1e-9 {
            break;
        }
    }
    let ln_ratio = |y: f64, p: f64| Float::ln(y) - coefficients[0] - coefficients[1] * Float::ln(p);
    let ratio = data.mean(|y, p| Float::exp(ln_ratio(y, p)));
    let shape = gamma_shape(Float::ln(ratio) - data.mean(ln_ratio) + (ratio - 1.0 - Float::ln(ratio)))?;
    coefficients.iter().all(|c| c.is_finite()).then_some(Amount::Gamma { line: coefficients, shape })
}

/// Intercept and slope of a logistic regression on one feature, by Newton's method; `None` where it has no answer, all
/// events lying on one side.
pub(crate) fn logistic(x: &[f64], event: &[f64], w: &[f64]) -> Option<[f64; 2]> {
    let total: f64 = w.iter().sum();
    let mean = x.iter().zip(w).map(|(x, w)| x * w).sum::<f64>() / total;
    let prevalence = event.iter().zip(w).map(|(e, w)| e * w).sum::<f64>() / total;
    if !(prevalence > 0.0 && prevalence < 1.0 && mean.is_finite()) {
        return None;
    }
    let cost = |[a, b]: [f64; 2]| -> f64 {
        let rows = x.iter().zip(event).zip(w);
        rows.map(|((x, e), w)| w * Float::logistic_loss(*e, a + b * (x - mean))).sum()
    };
    let mut at = [Float::ln(prevalence / (1.0 - prevalence)), 0.0];
    let mut value = cost(at);
    for _ in 0..100 {
        let (mut gradient, mut hessian) = ([0.0; 2], [0.0; 3]);
        for ((x, e), w) in x.iter().zip(event).zip(w) {
            let x = x - mean;
            let z = at[0] + at[1] * x;
            let (residual, curvature) = (w * Float::logistic_residual(*e, z), w * Float::logistic_curvature(z));
            gradient[0] += residual;
            gradient[1] += residual * x;
            hessian[0] += curvature;
            hessian[1] += curvature * x;
            hessian[2] += curvature * x * x;
        }
        let [a, b, c] = hessian;
        let determinant = a * c - b * b;
        let mut step = if determinant > 1e-12 * a * c {
            [(c * gradient[0] - b * gradient[1]) / determinant, (a * gradient[1] - b * gradient[0]) / determinant]
        } else {
            // The feature is constant: the intercept alone.
            [gradient[0] / a, 0.0]
        };
        let mut next = [at[0] - step[0], at[1] - step[1]];
        while cost(next) > value && step[0].abs() + step[1].abs() > 1e-12 {
            step = step.map(|step| 0.5 * step);
            next = [at[0] - step[0], at[1] - step[1]];
        }
        at = next;
        value = cost(at);
        if !value.is_finite() || at[1].abs() > 1e6 {
            return None;
        }
        if step[0].abs() + step[1].abs() < 1e-9 {
            break;
        }
    }
    Some([at[0] - at[1] * mean, at[1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tweedie_is_a_distribution_with_its_mean() {
        for (power, dispersion) in [(1.1, 0.7), (1.5, 1.0), (1.9, 2.0), (1.5, 0.01)] {
            let law = Tweedie { factor: 1.5, power, dispersion };
            let width = 1e-3;
            let logs: Vec<f64> = (-30_000..8_000).map(|i| width * (f64::from(i) + 0.5)).collect();
            let y: Vec<f64> = std::iter::once(0.0).chain(logs.iter().map(|log| log.exp())).collect();
            let data = Data { p: vec![2.0; y.len()], w: vec![1.0; y.len()], y };
            let densities = law.ln_densities(&data);
            let (mut mass, mut mean) = (densities[0].exp(), 0.0);
            for ((y, density), log) in data.y[1..].iter().zip(&densities[1..]).zip(logs) {
                let share = (density + log).exp() * width;
                mass += share;
                mean += y * share;
            }
            assert!((mass - 1.0).abs() < 2e-3, "power {power}: {mass}");
            assert!((mean - 3.0).abs() < 3e-3, "power {power}: {mean}");
        }
    }

    #[test]
    fn hurdles_are_distributions() {
        for amount in
            [Amount::Gamma { line: [0.3, 0.5], shape: 1.5 }, Amount::LogNormal { line: [0.3, 0.5], scale: 0.8 }]
        {
            let density = Hurdle { happens: [0.2, 1.0], amount }.ln_density();
            let width = 1e-3;
            let logs = (-30_000..12_000).map(|i| width * (f64::from(i) + 0.5));
            let mass =
                density(0.0, 2.0).exp() + logs.map(|log| (density(log.exp(), 2.0) + log).exp() * width).sum::<f64>();
            assert!((mass - 1.0).abs() < 1e-5, "{amount:?}: {mass}");
        }
    }

    #[test]
    fn logistic_regression_solves_its_equations() -> Result<(), String> {
        let x: Vec<f64> = (0..100).map(|i| f64::from(i % 13)).collect();
        let event: Vec<f64> = (0..100).map(|i| f64::from(i * i % 13 > 13 - i % 13)).collect();
        let w = vec![1.0; 100];
        let [a, b] = logistic(&x, &event, &w).ok_or("no answer")?;
        let residuals = x.iter().zip(&event).map(|(x, e)| (Float::logistic_residual(*e, a + b * x), x));
        let (sum, moment) = residuals.fold((0.0, 0.0), |(s, m), (r, x)| (s + r, m + r * x));
        assert!(sum.abs() < 1e-8 && moment.abs() < 1e-7, "{sum} {moment}");
        assert!(logistic(&[0.0, 1.0, 2.0, 3.0], &[0.0, 0.0, 1.0, 1.0], &[1.0; 4]).is_none_or(|[_, b]| b > 10.0));
        assert!(logistic(&[1.0, 2.0], &[1.0, 1.0], &[1.0; 2]).is_none());
        Ok(())
    }
}
