//! Losses that lie about themselves.

use dartboard_losses::{Card, Derivatives, Formula, Mse, Pointwise, Properties, RowRule, RowTarget, Rowwise};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::{Real, Scalar};

/// A loss of the catalogue whose properties were tampered with.
#[derive(Clone, Debug)]
pub(crate) struct Liar<L> {
    truth: L,
    properties: Properties,
}

impl<L: Pointwise> Liar<L> {
    /// `L` with its default parameters, saying what `lie` makes of its properties.
    pub(crate) fn about(lie: impl Fn(&mut Properties)) -> Self {
        let mut liar = <Self as Pointwise>::new(&defaults(&L::CARD));
        lie(&mut liar.properties);
        liar
    }
}

/// As [`Liar::about`], for row losses.
pub(crate) fn rowwise_liar<L: Rowwise>(lie: impl Fn(&mut Properties)) -> Liar<L> {
    let mut liar = <Liar<L> as Rowwise>::new(&defaults(&L::CARD));
    lie(&mut liar.properties);
    liar
}

fn defaults(card: &Card) -> Vec<f64> {
    card.parameters.iter().map(|parameter| parameter.default).collect()
}

impl<L: Pointwise> Pointwise for Liar<L> {
    const CARD: Card = L::CARD;
    fn new(parameters: &[f64]) -> Self {
        let truth = L::new(parameters);
        Self { properties: Pointwise::properties(&truth), truth }
    }
    fn properties(&self) -> Properties {
        self.properties.clone()
    }
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        Pointwise::formula(&self.truth, y, z)
    }
    fn formula_at_labels<R: Real>(&self, y: R::Base, z: R) -> R {
        self.truth.formula_at_labels(y, z)
    }
}

impl<L: Rowwise> Rowwise for Liar<L> {
    const CARD: Card = L::CARD;
    const LINEAR_IN_TARGET: bool = L::LINEAR_IN_TARGET;
    fn new(parameters: &[f64]) -> Self {
        let truth = L::new(parameters);
        Self { properties: Rowwise::properties(&truth), truth }
    }
    fn properties(&self) -> Properties {
        self.properties.clone()
    }
    fn row_rule(&self) -> RowRule {
        Rowwise::row_rule(&self.truth)
    }
    fn formula(&self) -> Formula {
        Rowwise::formula(&self.truth)
    }
    fn block<F: Float>(
        &self,
        t: RowTarget<'_, F>,
        s: &[&[F]],
        value: &mut [F],
        derivatives: Option<&mut Derivatives<'_, F>>,
    ) {
        self.truth.block(t, s, value, derivatives);
    }
    fn hessian_vector<F: Float>(&self, t: RowTarget<'_, F>, s: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]) {
        self.truth.hessian_vector(t, s, vector, product);
    }
}

/// Defines a pointwise loss with the card and properties of another and a formula of its own.
macro_rules! impostor {
    ($(#[$doc:meta])* $name:ident as $truth:ty, |$y:ident, $z:ident| $formula:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name;

        impl Pointwise for $name {
            const CARD: Card = <$truth as Pointwise>::CARD;
            fn new(_parameters: &[f64]) -> Self {
                Self
            }
            fn properties(&self) -> Properties {
                Pointwise::properties(&<$truth as Pointwise>::new(&[]))
            }
            #[inline(always)]
            fn formula<R: Real>(&self, $y: R::Base, $z: R) -> R {
                $formula
            }
        }
    };
}

/// Says that labels have a faster form, which rounds differently.
#[derive(Clone, Debug)]
pub(crate) struct OtherAtLabels;

impl Pointwise for OtherAtLabels {
    const CARD: Card = Mse::CARD;
    fn new(_parameters: &[f64]) -> Self {
        Self
    }
    fn properties(&self) -> Properties {
        Pointwise::properties(&Mse)
    }
    fn formula<R: Real>(&self, y: R::Base, z: R) -> R {
        (z - y).square()
    }
    fn formula_at_labels<R: Real>(&self, y: R::Base, z: R) -> R {
        // y² = y for labels, on paper.
        z.square() - z * y * R::Base::literal(2.0) + y
    }
}

impostor! {
    /// The textbook form: right on paper, without digits where the sigmoid is next to the target.
    TextbookBceLogits as dartboard_losses::BceLogits, |y, z| z.softplus() - z * y
}

impostor! {
    /// Computes something else where it is asked for derivatives.
    OtherDerivatives as Mse, |y, z| {
        let jet = size_of::<R>() > size_of::<R::Base>();
        (z - y).square() * R::Base::literal(if jet { 1.0 + 1e-9 } else { 1.0 })
    }
}

impostor! {
    /// Computes something else in single precision.
    OtherSingle as Mse, |y, z| {
        let single = size_of::<R::Base>() == 4;
        (z - y).square() * R::Base::literal(if single { 1.0 + 1e-6 } else { 1.0 })
    }
}

impostor! {
    /// Prints a parameter it does not compute with.
    OtherFormula as Mse, |y, z| (z - y).square() * R::Base::parameter("beta", 2.0)
}

impostor! {
    /// Gives another bit on the slowest instruction set.
    OtherBits as Mse, |y, z| {
        use dartboard_numerics::isa::Isa;
        let slow = Isa::current() == Isa::Baseline;
        (z - y).square() * R::Base::literal(if slow { 1.0 + f64::EPSILON } else { 1.0 })
    }
}

impostor! {
    /// Below zero, and not zero where the prediction is perfect.
    Negative as Mse, |y, z| (z - y).square() - R::Base::literal(0.25)
}

impostor! {
    /// Zero on a whole stretch.
    Lenient as Mse, |y, z| ((z - y).abs() - R::Base::literal(0.5)).positive_part().square()
}

impostor! {
    /// ∞ − ∞ at the ends of its domain.
    NotANumber as dartboard_losses::BceLogits, |y, z| z.softplus() - z * y
}

impostor! {
    /// The cube of the distance: its second derivative has a corner.
    Cubic as Mse, |y, z| (z - y).square() * (z - y).abs()
}

impostor! {
    /// Grows like the square root of the distance's square: not convex in the tails.
    Saturating as Mse, |y, z| {
        let one = R::Base::literal(1.0);
        -((z - y).square() * R::Base::literal(-1.0)).exp() + one
    }
}
