use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Noise, Parameter, Properties, Unit};
use crate::domain::Interval;
use crate::family::Pointwise;

/// Unit deviance of the Tweedie distributions, for a predicted mean μ: one family from Poisson (power 1) over compound
/// amounts with zeros (between 1 and 2) and gamma (2) to inverse Gaussian (3).
///
/// 2(y^(2−p)/((1−p)(2−p)) − y·μ^(1−p)/(1−p) + μ^(2−p)/(2−p)), continued through its poles at 1 and 2: digits are lost
/// neither next to them nor where prediction and target are close.
#[derive(Clone, Debug)]
pub struct TweedieDeviance {
    power: f64,
}

impl Pointwise for TweedieDeviance {
    const CARD: Card = Card {
        name: "tweedie_deviance",
        aliases: &["mean_tweedie_deviance"],
        title: "Tweedie deviance",
        summary: "Twice the log-likelihood that the predicted mean loses against the target, for a variance of mean^power.",
        parameters: &[Parameter {
            name: "power",
            default: 1.5,
            domain: Interval::closed(1.0, 3.0),
            meaning: "the variance grows like the mean to this power: 1 Poisson, 2 gamma (of both the limit of the formula), 3 \
                      inverse Gaussian; a target of 0 loses infinitely from 2 on",
        }],
        noise: Some(Noise::Tweedie),
        unit: Unit::OwnScale,
        when: "Scoring predicted means of totals with many zeros: insurance claims, rainfall.",
        when_not: "Comparing different powers: each is a scale of its own.",
        examples: &[
            Example::exact("Nothing happened where a mean of 4 was predicted.", 0.0, &[4.0], 8.0),
            Example::about("9 came where 4 was predicted.", 9.0, &[4.0], 2.0, 1e-15),
        ],
        elsewhere: &[
            Elsewhere::differs("scikit-learn", "mean_tweedie_deviance", "digits are lost near powers 1 and 2"),
            Elsewhere::differs("XGBoost", "tweedie-nloglik", "half of it, without the terms of y alone"),
        ],
        references: &["B. Jørgensen, The Theory of Dispersion Models (1997), chapter 4"],
        ..Card::MEAN
    };

    fn new(parameters: &[f64]) -> Self {
        Self { power: parameters[0] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: if self.power == 1.0 { Convexity::Convex } else { Convexity::None },
            ..Properties::smooth()
        }
    }

    // Far from the target, where the two terms of the bracket cancel by a factor of about 3, and where powers of numbers
    // at the ends of the range are taken.
    const EXTREME_ULPS: f64 = 16.0;
    const ORDINARY_ULPS: f64 = 12.0;

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let power = R::Base::parameter("power", self.power);
        z.apply(HalfDeviance { y, power }) * R::Base::literal(2.0)
    }
}

struct HalfDeviance<S> {
    y: S,
    power: S,
}

impl<S: Scalar> Function<S> for HalfDeviance<S> {
    #[inline(always)]
    fn value(&self, mu: S) -> S {
        mu.tweedie_half_deviance(self.y, self.power)
    }
    #[inline(always)]
    fn first(&self, mu: S) -> S {
        // In two factors: a power of a small mean may overflow before the product does.
        let root = mu.raise(-self.power * S::literal(0.5));
        (mu - self.y).times0(root).times0(root)
    }
    #[inline(always)]
    fn second(&self, mu: S) -> S {
        // μ^(−p)·((1 − p) + p·y/μ)
        let bracket = self.power * (self.y / mu) + self.power.complement();
        let root = mu.raise(-self.power * S::literal(0.5));
        bracket.times0(root).times0(root)
    }
}
