//! Data whose noise is known: generators, models that predict rows they have not seen, and fits under any loss.

#![allow(dead_code, clippy::unwrap_used)] // each user needs a part

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Cauchy, Distribution, Exp, Gamma, InverseGaussian, Poisson, StandardNormal, StudentT};

/// Rows with two features.
pub(crate) struct Sample {
    pub(crate) x: [Vec<f64>; 2],
    pub(crate) y: Vec<f64>,
    /// The mean (of symmetric noise the centre) that made the rows.
    pub(crate) mean: Vec<f64>,
}

/// How a target is made of features and noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    Gaussian,
    GaussianSd1000,
    GaussianAt20,
    Laplace,
    Sech,
    Contaminated,
    Student3,
    Student5,
    HuberNoise,
    Cauchy,
    AsymmetricLaplace,
    TwoPiece,
    Gamma,
    LogNormal,
    LogLaplace,
    InverseGaussian,
    Poisson,
    NegativeBinomial,
    ZeroInflatedPoisson,
    Tweedie,
    HurdleLogNormal,
    HurdleGamma,
}

/// The line of centres of real targets: intercept and two slopes.
pub(crate) const LINE: [f64; 3] = [1.0, 2.0, -1.0];

impl Maker {
    /// The sixteen of the prototype, then six more.
    pub(crate) const ALL: [Self; 22] = [
        Self::Gaussian,
        Self::Laplace,
        Self::Sech,
        Self::Contaminated,
        Self::Student3,
        Self::Cauchy,
        Self::AsymmetricLaplace,
        Self::TwoPiece,
        Self::Gamma,
        Self::LogNormal,
        Self::InverseGaussian,
        Self::Poisson,
        Self::NegativeBinomial,
        Self::ZeroInflatedPoisson,
        Self::Tweedie,
        Self::HurdleLogNormal,
        Self::GaussianSd1000,
        Self::GaussianAt20,
        Self::Student5,
        Self::HuberNoise,
        Self::LogLaplace,
        Self::HurdleGamma,
    ];

    /// The answers that lead to the same loss.
    pub(crate) fn accepted(self) -> &'static [&'static str] {
        match self {
            Self::Gaussian | Self::GaussianSd1000 | Self::GaussianAt20 => &["Gaussian"],
            Self::Laplace
            | Self::Sech
            | Self::Contaminated
            | Self::Student3
            | Self::Student5
            | Self::HuberNoise
            | Self::Cauchy => {
                &["Laplace", "hyperbolic secant", "hyperbolic", "Gaussian core, Laplace tails", "Student's t", "Cauchy"]
            }
            Self::AsymmetricLaplace | Self::TwoPiece => &["asymmetric Laplace", "two-piece Gaussian"],
            Self::Gamma => &["gamma"],
            Self::LogNormal => &["log-normal"],
            Self::LogLaplace => &["log-Laplace"],
            Self::InverseGaussian => &["inverse Gaussian"],
            Self::Poisson => &["Poisson"],
            Self::NegativeBinomial => &["negative binomial"],
            Self::ZeroInflatedPoisson => &["zero-inflated Poisson"],
            Self::Tweedie => &["Tweedie"],
            Self::HurdleLogNormal => &["zeros and log-normal amounts"],
            Self::HurdleGamma => &["zeros and gamma amounts"],
        }
    }

    pub(crate) fn is_robust(self) -> bool {
        self.accepted().len() == 6
    }

    /// Whether the target is a mean times noise.
    pub(crate) fn multiplies(self) -> bool {
        matches!(
            self,
            Self::Gamma
                | Self::LogNormal
                | Self::LogLaplace
                | Self::InverseGaussian
                | Self::Poisson
                | Self::NegativeBinomial
                | Self::ZeroInflatedPoisson
                | Self::Tweedie
                | Self::HurdleLogNormal
                | Self::HurdleGamma
        )
    }

    pub(crate) fn sample(self, n: usize, rng: &mut ChaCha8Rng) -> Sample {
        let normal = |rng: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(rng) };
        let x = [(); 2].map(|()| (0..n).map(|_| normal(rng)).collect::<Vec<f64>>());
        let mean: Vec<f64> = (0..n)
            .map(|row| {
                let line = |[a, b, c]: [f64; 3]| a + b * x[0][row] + c * x[1][row];
                if self.multiplies() {
                    line([0.7, 0.8, -0.5]).exp()
                } else if self == Self::GaussianAt20 {
                    20.0 + line(LINE)
                } else if self == Self::GaussianSd1000 {
                    1000.0 * line(LINE)
                } else {
                    line(LINE)
                }
            })
            .collect();
        let y = mean.iter().map(|&mean| self.draw(mean, rng)).collect();
        Sample { x, y, mean }
    }

    fn draw(self, mean: f64, rng: &mut ChaCha8Rng) -> f64 {
        let normal = |rng: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(rng) };
        let exponential = |rng: &mut ChaCha8Rng| -> f64 { Exp::new(1.0).unwrap().sample(rng) };
        let laplace = |rng: &mut ChaCha8Rng| exponential(rng) - exponential(rng);
        let poisson = |mean: f64, rng: &mut ChaCha8Rng| -> f64 {
            if mean > 0.0 { Poisson::new(mean).unwrap().sample(rng) } else { 0.0 }
        };
        match self {
            Self::Gaussian | Self::GaussianAt20 => mean + normal(rng),
            Self::GaussianSd1000 => mean + 1000.0 * normal(rng),
            Self::Laplace => mean + laplace(rng),
            // The logarithm of the ratio of two exponential variables is logistic; of the half-angle tangent, sech.
            Self::Sech => mean + (std::f64::consts::FRAC_PI_2 * rng.random::<f64>()).tan().ln(),
            Self::Contaminated => mean + normal(rng) * if rng.random::<f64>() < 0.05 { 10.0 } else { 1.0 },
            Self::Student3 => mean + StudentT::new(3.0).unwrap().sample(rng),
            Self::Student5 => mean + StudentT::new(5.0).unwrap().sample(rng),
            Self::HuberNoise => mean + huber_noise(1.0, rng),
            Self::Cauchy => mean + Cauchy::new(0.0, 1.0).unwrap().sample(rng),
            Self::AsymmetricLaplace => mean + exponential(rng) / 0.2 - exponential(rng) / 0.8,
            Self::TwoPiece => {
                let [below, above] = [1.0, 3.0];
                let size = normal(rng).abs();
                mean + if rng.random::<f64>() < below / (below + above) { -below * size } else { above * size }
            }
            Self::Gamma => Gamma::new(2.0, mean / 2.0).unwrap().sample(rng),
            Self::LogNormal => mean * (0.6 * normal(rng) - 0.18).exp(),
            // The mean of exp of a Laplace variable of scale s is 1/(1 − s²).
            Self::LogLaplace => mean * (1.0 - 0.16) * (0.4 * laplace(rng)).exp(),
            // Variance 0.3 mean³.
            Self::InverseGaussian => InverseGaussian::new(mean, 1.0 / 0.3).unwrap().sample(rng),
            Self::Poisson => poisson(mean, rng),
            Self::NegativeBinomial => {
                let rate: f64 = Gamma::new(1.25, mean / 1.25).unwrap().sample(rng);
                poisson(rate, rng)
            }
            Self::ZeroInflatedPoisson => {
                if rng.random::<f64>() < 0.3 {
                    0.0
                } else {
                    poisson(mean / 0.7, rng)
                }
            }
            Self::Tweedie => {
                // Power 1.5, dispersion 1: events with mean 2√mean, amounts exponential with mean √mean/2.
                let events = poisson(2.0 * mean.sqrt(), rng);
                (0..events as u32).map(|_| exponential(rng) * 0.5 * mean.sqrt()).sum()
            }
            Self::HurdleLogNormal | Self::HurdleGamma => {
                // Of log-normal amounts zeros are the rarer the larger the mean; of gamma ones four in ten, whatever it is, for
                // otherwise they would be nearly Tweedie.
                let share = if self == Self::HurdleGamma { 0.6 } else { 1.0 / (1.0 + (-0.3 - mean.ln()).exp()) };
                if rng.random::<f64>() > share {
                    0.0
                } else if self == Self::HurdleLogNormal {
                    mean / share * (0.8 * normal(rng) - 0.32).exp()
                } else {
                    Gamma::new(1.5, mean / share / 1.5).unwrap().sample(rng)
                }
            }
        }
    }
}

/// Huber's density with its corner at `k`, by its core and its tails.
fn huber_noise(k: f64, rng: &mut ChaCha8Rng) -> f64 {
    let core = 2.0 * 0.855_624_391_892_148_8; // √(2π)(2Φ(1) − 1)/2 for k = 1
    let tails = 2.0 * (-0.5 * k * k).exp() / k;
    if rng.random::<f64>() * (core + tails) < core {
        loop {
            let x: f64 = StandardNormal.sample(rng);
            if x.abs() <= k {
                return x;
            }
        }
    }
    let size: f64 = k + Exp::new(k).unwrap().sample(rng);
    if rng.random::<bool>() { size } else { -size }
}

/// Predictions of every row by a model of the other four fifths: least squares on a line, or a mean on a logarithmic line
/// (Poisson's equations) where noise multiplies.
pub(crate) fn out_of_fold(sample: &Sample, log: bool) -> Vec<f64> {
    let n = sample.y.len();
    let design: Vec<[f64; 3]> = (0..n).map(|row| [1.0, sample.x[0][row], sample.x[1][row]]).collect();
    let mut predictions = vec![0.0; n];
    for fold in 0..5 {
        let rows: Vec<usize> = (0..n).filter(|row| row % 5 != fold).collect();
        let x: Vec<[f64; 3]> = rows.iter().map(|&row| design[row]).collect();
        let y: Vec<f64> = rows.iter().map(|&row| sample.y[row]).collect();
        let line = if log { poisson_regression(&x, &y) } else { least_squares(&x, &y, &vec![1.0; y.len()]) };
        for row in (fold..n).step_by(5) {
            let at = dot(line, design[row]);
            predictions[row] = if log { at.exp() } else { at };
        }
    }
    predictions
}

pub(crate) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Weighted least squares by the normal equations.
pub(crate) fn least_squares(x: &[[f64; 3]], y: &[f64], w: &[f64]) -> [f64; 3] {
    let (mut a, mut b) = ([[0.0; 3]; 3], [0.0; 3]);
    for ((x, y), w) in x.iter().zip(y).zip(w) {
        for i in 0..3 {
            b[i] += w * x[i] * y;
            for j in 0..3 {
                a[i][j] += w * x[i] * x[j];
            }
        }
    }
    solve(a, b)
}

fn solve(mut a: [[f64; 3]; 3], mut b: [f64; 3]) -> [f64; 3] {
    for i in 0..3 {
        let pivot = (i..3).max_by(|&p, &q| a[p][i].abs().total_cmp(&a[q][i].abs())).unwrap();
        a.swap(i, pivot);
        b.swap(i, pivot);
        for row in i + 1..3 {
            let factor = a[row][i] / a[i][i];
            let (above, below) = a.split_at_mut(row);
            below[0].iter_mut().zip(&above[i]).skip(i).for_each(|(below, above)| *below -= factor * above);
            b[row] -= factor * b[i];
        }
    }
    let mut x = [0.0; 3];
    for i in (0..3).rev() {
        let rest: f64 = (i + 1..3).map(|j| a[i][j] * x[j]).sum();
        x[i] = (b[i] - rest) / a[i][i];
    }
    x
}

fn poisson_regression(x: &[[f64; 3]], y: &[f64]) -> [f64; 3] {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let mut line = [mean.ln(), 0.0, 0.0];
    for _ in 0..50 {
        let eta: Vec<f64> = x.iter().map(|&x| dot(line, x).clamp(-30.0, 30.0)).collect();
        let w: Vec<f64> = eta.iter().map(|eta| eta.exp()).collect();
        let working: Vec<f64> = eta.iter().zip(y).map(|(eta, y)| eta + y * (-eta).exp() - 1.0).collect();
        let next = least_squares(x, &working, &w);
        let change: f64 = next.iter().zip(line).map(|(a, b)| (a - b).abs()).sum();
        line = next;
        if change < 1e-10 {
            break;
        }
    }
    line
}

/// The line that minimises the mean of a loss, by reweighted least squares from the least-distances line; `gradient` is that
/// of the loss in the prediction, at a residual prediction − target.
pub(crate) fn fit(
    sample: &Sample,
    scale: f64,
    gradient: &dyn Fn(&[f64]) -> Vec<f64>,
    start: Option<[f64; 3]>,
) -> [f64; 3] {
    let x: Vec<[f64; 3]> = (0..sample.y.len()).map(|row| [1.0, sample.x[0][row], sample.x[1][row]]).collect();
    let mut line = start.unwrap_or_else(|| least_squares(&x, &sample.y, &vec![1.0; x.len()]));
    for _ in 0..400 {
        let errors: Vec<f64> = x.iter().zip(&sample.y).map(|(&x, y)| dot(line, x) - y).collect();
        let w: Vec<f64> = gradient(&errors)
            .iter()
            .zip(&errors)
            .map(|(gradient, error)| {
                gradient / if error.abs() < 1e-7 * scale { 1e-7 * scale * error.signum() } else { *error }
            })
            .map(|w| w.max(0.0))
            .collect();
        let next = least_squares(&x, &sample.y, &w);
        if next.iter().any(|c| !c.is_finite()) {
            return line;
        }
        let change: f64 = next.iter().zip(line).map(|(a, b)| (a - b).abs()).sum();
        line = next;
        if change < 1e-9 * scale {
            break;
        }
    }
    line
}
