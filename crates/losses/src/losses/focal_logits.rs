use dartboard_numerics::{Function, Real, Scalar};

use crate::card::{Card, Convexity, Elsewhere, Example, Functional, Link, Parameter, PredictionKind, Properties};
use crate::domain::Interval;
use crate::family::{Pointwise, margin};

/// Focal loss of a logit: cross-entropy times a power of the probability given to the wrong answer.
///
/// Rows that are already right count less, the more so the larger γ; α weighs events against non-events. It trains
/// rankings under heavy imbalance. The probabilities it leads to are not calibrated: no true probability minimises it.
#[derive(Clone, Debug)]
pub struct FocalLogits {
    gamma: f64,
    alpha: f64,
}

impl Pointwise for FocalLogits {
    const CARD: Card = Card {
        name: "focal_logits",
        aliases: &["focal", "focal_loss", "sigmoid_focal_loss", "binary_focal_crossentropy"],
        title: "focal loss (logits)",
        summary: "Binary cross-entropy, less by the power gamma of the probability given to the wrong answer.",
        prediction: PredictionKind::Logit,
        prediction_domain: Interval::EXTENDED,
        link: Link::Logit,
        parameters: &[
            Parameter {
                name: "gamma",
                default: 2.0,
                domain: Interval::closed(0.0, 8.0),
                meaning: "how much rows that are right are discounted; 0 is cross-entropy",
            },
            Parameter {
                name: "alpha",
                default: 0.25,
                domain: Interval::open(0.0, 1.0),
                meaning: "the weight of events; non-events weigh 1 − alpha",
            },
        ],
        when: "Training a detector of rare events, when the many easy non-events drown the rest.",
        when_not: "Scoring, or whenever the probabilities are used as such: it is not proper.",
        examples: &[
            Example::about("An event at logit 2, probability 0.88: hardly counts.", 1.0, &[2.0], 0.000450891, 5e-10),
            Example::about("An event at logit −2: counts.", 1.0, &[-2.0], 0.412520, 5e-7),
        ],
        elsewhere: &[
            Elsewhere::same("torchvision", "sigmoid_focal_loss"),
            Elsewhere::differs(
                "Keras",
                "BinaryFocalCrossentropy",
                "takes probabilities unless from_logits; alpha only with apply_class_balancing",
            ),
            Elsewhere::same("Optax", "sigmoid_focal_loss"),
            Elsewhere::same("CatBoost", "Focal"),
        ],
        references: &["T.-Y. Lin and others, Focal loss for dense object detection, ICCV (2017)"],
        ..Card::PROBABILITY
    };

    fn new(parameters: &[f64]) -> Self {
        Self { gamma: parameters[0], alpha: parameters[1] }
    }

    fn properties(&self) -> Properties {
        Properties {
            convexity: if self.gamma == 0.0 { Convexity::Strict } else { Convexity::None },
            lipschitz: Some(self.alpha.max(1.0 - self.alpha) * steepest(self.gamma)),
            // Without a discount and with equal weights it is half of the cross-entropy.
            functional: match (self.gamma, self.alpha) {
                (0.0, 0.5) => Functional::Mean,
                _ => Functional::DistortedProbability,
            },
            ..Properties::smooth()
        }
    }

    // The power's exponent is γ times a logarithm that is itself within 1 ulp; the second derivative sums four terms.
    const EXTREME_ULPS: f64 = 12.0;
    const ORDINARY_ULPS: f64 = 12.0;

    crate::family::has_label_form!();

    #[inline(always)]
    fn formula_at_labels<R: Real>(&self, y: R::Base, z: R) -> R {
        let alpha = R::Base::parameter("alpha", self.alpha);
        let gamma = R::Base::parameter("gamma", self.gamma);
        let weight = y * alpha + y.complement() * alpha.complement();
        margin::at_label(y, z).apply(Focal { gamma }).weighted(weight).without_negative_zero()
    }

    const LINEAR_IN_TARGET: bool = true;

    #[inline(always)]
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        let alpha = R::Base::parameter("alpha", self.alpha);
        let gamma = R::Base::parameter("gamma", self.gamma);
        let event = z.apply(Focal { gamma }).weighted(y * alpha);
        let other = (-z).apply(Focal { gamma }).weighted(y.complement() * alpha.complement());
        (event + other).without_negative_zero()
    }
}

/// `q^γ·(−ln p)` of a margin, with p = σ(margin) and q = 1 − p.
struct Focal<S> {
    gamma: S,
}

impl<S: Scalar> Function<S> for Focal<S> {
    #[inline(always)]
    fn value(&self, margin: S) -> S {
        (-margin).sigmoid_power(self.gamma).times0((-margin).softplus())
    }
    #[inline(always)]
    fn first(&self, margin: S) -> S {
        // −q^γ·(γ·p·(−ln p) + q)
        let (p, q) = (margin.sigmoid(), (-margin).sigmoid());
        let surprise = p.times0((-margin).softplus());
        -((-margin).sigmoid_power(self.gamma) * (self.gamma * surprise + q))
    }
    #[inline(always)]
    fn second(&self, margin: S) -> S {
        // q^γ·(γ²·p²·(−ln p) + 2γ·p·q + p·q − γ·p·q·(−ln p))
        let (p, q) = (margin.sigmoid(), (-margin).sigmoid());
        let surprise = p.times0((-margin).softplus());
        let gamma = self.gamma;
        let growing = gamma * gamma * surprise * p + (gamma * S::literal(2.0) + S::literal(1.0)) * p * q;
        (-margin).sigmoid_power(gamma) * (growing - gamma * surprise * q)
    }
}

/// The steepest slope of [`Focal`], which lies where its second derivative is zero.
fn steepest(gamma: f64) -> f64 {
    let focal = Focal { gamma };
    // The curvature is negative far below and positive above; without γ the slope tends to 1 far below.
    let (mut low, mut high) = (-700.0, 30.0);
    if focal.second(low) >= 0.0 {
        return 1.0;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if focal.second(middle) < 0.0 { low = middle } else { high = middle }
    }
    -focal.first(high)
}
