//! Laws of the target around a prediction: fitting them and their densities, all on the scale of the target, so that
//! their likelihoods can be compared.

mod counts;
mod positive;
mod skewed;
mod symmetric;
mod zeros;

use dartboard_losses::Noise;

use self::counts::{NegativeBinomial, Poisson, RoundedGaussian, ZeroInflatedPoisson};
use self::positive::{Gamma, InverseGaussian, LogLaplace, LogNormal};
use self::skewed::{AsymmetricLaplace, TwoPiece};
pub(crate) use self::symmetric::{Shape, Symmetric};
pub(crate) use self::zeros::logistic;
use self::zeros::{Amount, Hurdle, Tweedie};
pub(crate) use crate::rows::Data;

/// A kind of law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Gaussian,
    Laplace,
    HyperbolicSecant,
    Hyperbolic,
    Huber,
    StudentT,
    Cauchy,
    AsymmetricLaplace,
    AsymmetricNormal,
    Gamma,
    LogNormal,
    LogLaplace,
    InverseGaussian,
    Poisson,
    NegativeBinomial,
    ZeroInflatedPoisson,
    RoundedGaussian,
    Tweedie,
    HurdleGamma,
    HurdleLogNormal,
}

/// What laws of a kind have in common, as far as advice goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Gaussian: light tails on both sides.
    Light,
    /// Heavier tails than a Gaussian, the same on both sides.
    Heavy,
    /// Two different sides.
    Skewed,
    /// Spread that grows with the mean.
    Proportional,
    /// Counts.
    Count,
    /// Zeros and amounts.
    Zeros,
}

/// Laws of a residual on the whole line.
pub(crate) const REAL: [Family; 9] = [
    Family::Gaussian,
    Family::Laplace,
    Family::HyperbolicSecant,
    Family::Hyperbolic,
    Family::Huber,
    Family::StudentT,
    Family::Cauchy,
    Family::AsymmetricLaplace,
    Family::AsymmetricNormal,
];
/// Laws of a positive target whose predictions span orders of magnitude.
pub(crate) const POSITIVE: [Family; 7] = [
    Family::Gaussian,
    Family::Laplace,
    Family::StudentT,
    Family::Gamma,
    Family::LogNormal,
    Family::LogLaplace,
    Family::InverseGaussian,
];
/// Laws of a count.
pub(crate) const COUNT: [Family; 4] =
    [Family::Poisson, Family::NegativeBinomial, Family::ZeroInflatedPoisson, Family::RoundedGaussian];
/// Laws of amounts of which many are 0.
pub(crate) const ZEROS: [Family; 3] = [Family::Tweedie, Family::HurdleGamma, Family::HurdleLogNormal];

impl Family {
    /// The name, in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gaussian => "Gaussian",
            Self::Laplace => "Laplace",
            Self::HyperbolicSecant => "hyperbolic secant",
            Self::Hyperbolic => "hyperbolic",
            Self::Huber => "Gaussian core, Laplace tails",
            Self::StudentT => "Student's t",
            Self::Cauchy => "Cauchy",
            Self::AsymmetricLaplace => "asymmetric Laplace",
            Self::AsymmetricNormal => "two-piece Gaussian",
            Self::Gamma => "gamma",
            Self::LogNormal => "log-normal",
            Self::LogLaplace => "log-Laplace",
            Self::InverseGaussian => "inverse Gaussian",
            Self::Poisson => "Poisson",
            Self::NegativeBinomial => "negative binomial",
            Self::ZeroInflatedPoisson => "zero-inflated Poisson",
            Self::RoundedGaussian => "rounded Gaussian",
            Self::Tweedie => "Tweedie",
            Self::HurdleGamma => "zeros and gamma amounts",
            Self::HurdleLogNormal => "zeros and log-normal amounts",
        }
    }

    /// The number of constants that are fitted.
    pub(crate) fn constants(self) -> u32 {
        match self {
            Self::Poisson => 1,
            Self::Gaussian
            | Self::Laplace
            | Self::HyperbolicSecant
            | Self::Hyperbolic
            | Self::Cauchy
            | Self::Gamma
            | Self::LogNormal
            | Self::LogLaplace
            | Self::InverseGaussian
            | Self::NegativeBinomial
            | Self::ZeroInflatedPoisson
            | Self::RoundedGaussian => 2,
            Self::Huber | Self::StudentT | Self::AsymmetricLaplace | Self::AsymmetricNormal | Self::Tweedie => 3,
            Self::HurdleGamma | Self::HurdleLogNormal => 5,
        }
    }

    pub(crate) fn group(self) -> Group {
        match self {
            Self::Gaussian => Group::Light,
            Self::Laplace | Self::HyperbolicSecant | Self::Hyperbolic | Self::Huber | Self::StudentT | Self::Cauchy => {
                Group::Heavy
            }
            Self::AsymmetricLaplace | Self::AsymmetricNormal => Group::Skewed,
            Self::Gamma | Self::LogNormal | Self::LogLaplace | Self::InverseGaussian => Group::Proportional,
            Self::Poisson | Self::NegativeBinomial | Self::ZeroInflatedPoisson | Self::RoundedGaussian => Group::Count,
            Self::Tweedie | Self::HurdleGamma | Self::HurdleLogNormal => Group::Zeros,
        }
    }

    /// The word of the catalogue's cards for it, where a loss is its negative log-likelihood. Log-normal noise of y is
    /// not the log-normal noise of 1 + y that a card speaks of.
    pub(crate) fn noise(self) -> Option<Noise> {
        Some(match self {
            Self::Gaussian | Self::RoundedGaussian => Noise::Gaussian,
            Self::Laplace => Noise::Laplace,
            Self::Hyperbolic => Noise::Hyperbolic,
            Self::Huber => Noise::GaussianWithLaplaceTails,
            Self::StudentT => Noise::StudentT,
            Self::Cauchy => Noise::Cauchy,
            Self::AsymmetricLaplace => Noise::AsymmetricLaplace,
            Self::AsymmetricNormal => Noise::AsymmetricNormal,
            Self::Gamma => Noise::Gamma,
            Self::InverseGaussian => Noise::Tweedie,
            Self::Poisson => Noise::Poisson,
            Self::NegativeBinomial => Noise::NegativeBinomial,
            Self::Tweedie => Noise::CompoundPoissonGamma,
            // The card's loss has no constant for the scale, so it is the likelihood of another law at every scale but 1.
            Self::HyperbolicSecant
            | Self::LogNormal
            | Self::LogLaplace
            | Self::ZeroInflatedPoisson
            | Self::HurdleGamma
            | Self::HurdleLogNormal => return None,
        })
    }

    /// The most likely law of this kind; `None` where the data have none: predictions that are not positive where they
    /// multiply, residuals without spread.
    pub(crate) fn fit(self, data: &Data) -> Option<Law> {
        if data.rows() < 2 || !self.admits(data) {
            return None;
        }
        let symmetric = |shape| symmetric::fit(shape, &data.residuals(), data).map(Law::Symmetric);
        let best_of = |laws: Vec<Law>| {
            let likelihoods = laws.into_iter().map(|law| (law.mean_ln_density(data), law));
            likelihoods.filter(|(l, _)| !l.is_nan()).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, law)| law)
        };
        match self {
            Self::Gaussian => symmetric(Shape::Gaussian),
            Self::Laplace => symmetric(Shape::Laplace),
            Self::HyperbolicSecant => symmetric(Shape::Sech),
            Self::Hyperbolic => symmetric(Shape::Hyperbolic),
            Self::Cauchy => symmetric(Shape::Student(1.0)),
            Self::Huber => {
                best_of(symmetric::HUBER_CORNERS.into_iter().filter_map(|k| symmetric(Shape::Huber(k))).collect())
            }
            Self::StudentT => {
                best_of(symmetric::DEGREES.into_iter().filter_map(|nu| symmetric(Shape::Student(nu))).collect())
            }
            Self::AsymmetricLaplace => AsymmetricLaplace::fit(&data.residuals(), data).map(Law::AsymmetricLaplace),
            Self::AsymmetricNormal => TwoPiece::fit(&data.residuals(), data).map(Law::TwoPiece),
            Self::Gamma => Gamma::fit(data).map(Law::Gamma),
            Self::LogNormal => LogNormal::fit(data).map(Law::LogNormal),
            Self::LogLaplace => LogLaplace::fit(data).map(Law::LogLaplace),
            Self::InverseGaussian => InverseGaussian::fit(data).map(Law::InverseGaussian),
            Self::Poisson => Poisson::fit(data).map(Law::Poisson),
            Self::NegativeBinomial => NegativeBinomial::fit(data).map(Law::NegativeBinomial),
            Self::ZeroInflatedPoisson => ZeroInflatedPoisson::fit(data).map(Law::ZeroInflatedPoisson),
            Self::RoundedGaussian => RoundedGaussian::fit(data).map(Law::RoundedGaussian),
            Self::Tweedie => best_of(
                zeros::POWERS.into_iter().filter_map(|power| Tweedie::fit(power, data)).map(Law::Tweedie).collect(),
            ),
            Self::HurdleGamma => Hurdle::fit(true, data).map(Law::Hurdle),
            Self::HurdleLogNormal => Hurdle::fit(false, data).map(Law::Hurdle),
        }
    }

    /// Whether the law can be that of these rows at all.
    fn admits(self, data: &Data) -> bool {
        let positive = |values: &[f64]| values.iter().all(|&value| value > 0.0);
        match self.group() {
            Group::Proportional => positive(&data.p) && positive(&data.y),
            Group::Zeros => positive(&data.p) && data.y.iter().all(|&y| y >= 0.0) && data.y.iter().any(|&y| y > 0.0),
            Group::Count if self != Self::RoundedGaussian => positive(&data.p) && data.y.iter().all(|&y| y >= 0.0),
            _ => true,
        }
    }
}

/// A law with its constants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Law {
    Symmetric(Symmetric),
    AsymmetricLaplace(AsymmetricLaplace),
    TwoPiece(TwoPiece),
    Gamma(Gamma),
    LogNormal(LogNormal),
    LogLaplace(LogLaplace),
    InverseGaussian(InverseGaussian),
    Poisson(Poisson),
    NegativeBinomial(NegativeBinomial),
    ZeroInflatedPoisson(ZeroInflatedPoisson),
    RoundedGaussian(RoundedGaussian),
    Tweedie(Tweedie),
    Hurdle(Hurdle),
}

impl Law {
    /// The logarithm of the density (of the mass, for counts and zeros) of each target at its prediction.
    pub(crate) fn ln_densities(&self, data: &Data) -> Vec<f64> {
        fn of_residual(density: impl Fn(f64) -> f64) -> impl Fn(f64, f64) -> f64 {
            move |y, p| density(y - p)
        }
        match self {
            Self::Symmetric(law) => law.ln_densities(data),
            Self::AsymmetricLaplace(law) => data.each(of_residual(law.ln_density())),
            Self::TwoPiece(law) => data.each(of_residual(law.ln_density())),
            Self::Gamma(law) => data.each(law.ln_density()),
            Self::LogNormal(law) => data.each(law.ln_density()),
            Self::LogLaplace(law) => data.each(law.ln_density()),
            Self::InverseGaussian(law) => data.each(law.ln_density()),
            Self::Poisson(law) => data.each(law.ln_density()),
            Self::NegativeBinomial(law) => data.each(law.ln_density()),
            Self::ZeroInflatedPoisson(law) => data.each(law.ln_density()),
            Self::RoundedGaussian(law) => data.each(law.ln_density()),
            Self::Tweedie(law) => law.ln_densities(data),
            Self::Hurdle(law) => data.each(law.ln_density()),
        }
    }

    /// The weighted mean of [`ln_densities`](Self::ln_densities).
    pub(crate) fn mean_ln_density(&self, data: &Data) -> f64 {
        let densities = self.ln_densities(data);
        densities.iter().zip(&data.w).map(|(density, w)| density * w).sum::<f64>() / data.total()
    }

    /// The fitted constants that say something, by their usual names.
    pub(crate) fn constants(&self) -> Vec<(&'static str, f64)> {
        match *self {
            Self::Symmetric(Symmetric { shape, location, scale }) => {
                let mut list = vec![("location", location), ("scale", scale)];
                match shape {
                    Shape::Student(nu) if nu > 1.0 => list.push(("nu", nu)),
                    Shape::Huber(k) => list.push(("corner", k)),
                    _ => {}
                }
                list
            }
            Self::AsymmetricLaplace(law) => vec![("location", law.location), ("scale", law.scale), ("tau", law.tau)],
            Self::TwoPiece(law) => vec![("mode", law.mode), ("below", law.below), ("above", law.above)],
            Self::Gamma(law) => vec![("factor", law.factor), ("shape", law.shape)],
            Self::LogNormal(law) => vec![("location", law.location), ("scale", law.scale)],
            Self::LogLaplace(law) => vec![("location", law.location), ("scale", law.scale)],
            Self::InverseGaussian(law) => vec![("factor", law.factor), ("dispersion", law.dispersion)],
            Self::Poisson(law) => vec![("factor", law.factor)],
            Self::NegativeBinomial(law) => vec![("factor", law.factor), ("alpha", law.alpha)],
            Self::ZeroInflatedPoisson(law) => vec![("factor", law.factor), ("zeros", law.zeros)],
            Self::RoundedGaussian(law) => vec![("location", law.location), ("scale", law.scale)],
            Self::Tweedie(law) => {
                vec![("factor", law.factor), ("power", law.power), ("dispersion", law.dispersion)]
            }
            Self::Hurdle(Hurdle { amount: Amount::Gamma { shape, .. }, .. }) => vec![("shape", shape)],
            Self::Hurdle(Hurdle { amount: Amount::LogNormal { scale, .. }, .. }) => vec![("scale", scale)],
        }
    }

    /// The parameters that a loss of this noise takes, by the names of the catalogue.
    pub(crate) fn loss_parameters(&self) -> Vec<(&'static str, f64)> {
        match *self {
            Self::Symmetric(Symmetric { shape, scale, .. }) => match shape {
                Shape::Huber(k) => vec![("delta", k * scale), ("beta", k * scale)],
                Shape::Hyperbolic => vec![("delta", scale)],
                Shape::Student(nu) => vec![("c", scale), ("nu", nu), ("sigma", scale)],
                _ => vec![],
            },
            Self::AsymmetricLaplace(law) => vec![("tau", law.tau)],
            // The law falls like x²/(2σ²) on each side: the weights of the two sides are as 1/σ².
            Self::TwoPiece(law) => {
                let [below, above] = [law.below, law.above].map(|sigma| 1.0 / (sigma * sigma));
                vec![("tau", above / (below + above))]
            }
            Self::NegativeBinomial(law) => vec![("alpha", law.alpha)],
            Self::InverseGaussian(_) => vec![("power", 3.0)],
            Self::Tweedie(law) => vec![("power", law.power)],
            _ => vec![],
        }
    }
}
