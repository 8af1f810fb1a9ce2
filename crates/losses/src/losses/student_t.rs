use dartboard_numerics::elementary::{Float, ln_gamma};
use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Form, Functional, Noise, Parameter, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Student's t loss: ((ν + 1)/2)·ln(1 + r²/(νσ²)), the negative log-likelihood of heavy-tailed noise.
///
/// The degrees of freedom ν say how heavy: 1 is Cauchy noise, 30 is hardly different from Gaussian. The constants of the
/// likelihood are left out.
#[derive(Clone, Debug)]
pub struct StudentT {
    nu: f64,
    sigma: f64,
}

impl Pointwise for StudentT {
    const CARD: Card = Card {
        name: "student_t",
        aliases: &["student_t_nll", "t_loss"],
        title: "Student's t loss",
        summary: "The likelihood of errors with Student's t distribution, up to a constant: logarithmic for large errors.",
        parameters: &[
            Parameter {
                name: "nu",
                default: 4.0,
                domain: Interval::POSITIVE,
                meaning: "the degrees of freedom: the fewer, the heavier the tails",
            },
            Parameter {
                name: "sigma",
                default: 1.0,
                domain: Interval::POSITIVE,
                meaning: "the scale of the errors, in the unit of the target",
            },
        ],
        noise: Some(Noise::StudentT),
        unit: Unit::Nats,
        when: "Heavy-tailed errors of known shape, and a likelihood is wanted.",
        when_not: "Errors without outliers, or several groups in the data: it has a valley for each.",
        examples: &[
            Example::about("An error of 2 with 4 degrees of freedom.", 0.0, &[2.0], 1.732868, 5e-7),
            Example::about("An error of 200.", 0.0, &[200.0], 23.026101, 5e-7),
        ],
        elsewhere: &[Elsewhere::differs(
            "PyTorch",
            "distributions.StudentT",
            "log_prob, with its constants and the other sign",
        )],
        references: &[
            "K. Lange, R. Little, J. Taylor, Robust statistical modeling using the t distribution, JASA 84 (1989)",
        ],
        ..Card::VALUE
    };

    fn new(parameters: &[f64]) -> Self {
        Self { nu: parameters[0], sigma: parameters[1] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: Convexity::None,
            // At r = σ√ν.
            lipschitz: Some((self.nu + 1.0) / (2.0 * self.sigma * self.nu.sqrt())),
            functional: Functional::Minimiser,
            ..Properties::smooth()
        }
    }

    // Near zero the rounding of z − y, and that of σ·√ν, count twice.
    const ORDINARY_ULPS: f64 = 6.0;
    const EXTREME_ULPS: f64 = 6.0;

    fn form(&self, form: Form, _y: f64) -> Option<(f64, f64)> {
        match form {
            Form::Plain | Form::Training => Some((1.0, 0.0)),
            Form::Deviance => Some((2.0, 0.0)),
            Form::NegativeLogLikelihood => {
                let scale = 0.5 * Float::ln(self.nu * std::f64::consts::PI) + Float::ln(self.sigma);
                Some((1.0, scale + ln_gamma(0.5 * self.nu) - ln_gamma(0.5 * self.nu + 0.5)))
            }
        }
    }

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let nu = R::Base::parameter("nu", self.nu);
        (z - y).apply(Curve { nu, sigma: R::Base::parameter("sigma", self.sigma), width: nu.sqrt() })
    }
}

/// `((ν + 1)/2)·ln(1 + (r/σ)²/ν)`
struct Curve<S> {
    nu: S,
    sigma: S,
    /// √ν
    width: S,
}

impl<S: Scalar> Curve<S> {
    /// (ν + 1)/(νσ²): the curvature at zero.
    #[inline(always)]
    fn stiffness(&self) -> S {
        (self.nu + S::literal(1.0)) / self.nu / self.sigma / self.sigma
    }
}

impl<S: Scalar> Function<S> for Curve<S> {
    #[inline(always)]
    fn value(&self, residual: S) -> S {
        let half = S::literal(0.5);
        (self.nu + S::literal(1.0)) * half * residual.ln_1p_square(self.sigma * self.width)
    }
    #[inline(always)]
    fn first(&self, residual: S) -> S {
        residual.over_1p_square(self.sigma * self.width) * self.stiffness()
    }
    #[inline(always)]
    fn second(&self, residual: S) -> S {
        let scale = self.sigma * self.width;
        let (inner, outer) = (residual.inverse_1p_square(scale), scale.inverse_1p_square(residual));
        self.stiffness() * inner * (inner - outer)
    }
}
