//! Losses of several predictions per row: derivatives, rounding, formulas, examples and range, each prediction in turn.

use dartboard_losses::{Derivatives, Functional, Joint, JointBlocks, Zero};
use dartboard_numerics::{Environment, Jet, Real};

use crate::dd::{Dd, Format, ulp_error};
use crate::sample::{Random, targets};
use crate::{Case, Law};

/// The largest error in ulp, but for conditioning.
const ULPS: f64 = 4.0;

pub(crate) fn at<L: Joint>(loss: &L, y: f64, row: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    let mut value = [f64::NAN];
    let (mut gradient, mut hessian) = (vec![f64::NAN; row.len()], vec![f64::NAN; row.len()]);
    let columns: Vec<&[f64]> = row.chunks(1).collect();
    let mut derivatives =
        Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
    JointBlocks::value_gradient_hessian(loss, &[y], &columns, &mut value, &mut derivatives);
    (value[0], gradient, hessian)
}

fn truth<L: Joint>(loss: &L, y: f64, row: &[Dd], column: usize) -> Jet<Dd> {
    let mut here: Vec<Jet<Dd>> = row.iter().map(|&z| Jet::constant(z)).collect();
    here[column] = Jet::variable(row[column]);
    loss.formula(Dd::from(y), &here)
}

fn rows<L: Joint>(loss: &L) -> Vec<(f64, Vec<f64>)> {
    let columns = JointBlocks::formulas(loss).len();
    let mut numbers = Random::new(47);
    let mut all = vec![];
    for y in targets(&L::CARD) {
        for scale in [0.1, 1.0, 5.0, 30.0] {
            for _ in 0..20 {
                all.push((y, (0..columns).map(|_| numbers.normal() * scale).collect()));
            }
        }
    }
    all
}

struct Accurate;

impl Law for Accurate {
    fn joint<L: Joint>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        for (y, row) in rows(loss) {
            let (value, gradient, hessian) = at(loss, y, &row);
            let exact: Vec<Dd> = row.iter().map(|&z| Dd::from(z)).collect();
            for column in 0..row.len() {
                let here = truth(loss, y, &exact, column);
                let moved: Vec<Jet<Dd>> = (0..row.len())
                    .map(|other| {
                        let mut near = exact.clone();
                        near[other] = near[other] * Dd::from(1.0 + 1e-12);
                        truth(loss, y, &near, column)
                    })
                    .chain([truth(loss, y * (1.0 + 1e-12), &exact, column)])
                    .collect();
                let slack = |part: fn(&Jet<Dd>) -> Dd| {
                    moved.iter().map(|jet| (part(jet) - part(&here)).magnitude()).sum::<f64>() * f64::EPSILON / 2e-12
                };
                let parts = [
                    ("value", value, here.value, slack(|jet| jet.value)),
                    ("gradient", gradient[column], here.gradient, slack(|jet| jet.gradient)),
                    ("Hessian", hessian[column], here.hessian, slack(|jet| jet.hessian)),
                ];
                for (name, got, truth, slack) in parts {
                    let error = ulp_error(got, truth, Format::DOUBLE);
                    if !(error <= ULPS * (1.0 + slack / Format::DOUBLE.spacing(truth.high))) {
                        return Err(format!(
                            "{name} in prediction {column} at y={y}, {row:?} is {got}, not {}: {error:.1} ulp",
                            truth.high
                        ));
                    }
                }
                // The derivatives are those of the value.
                let h = 1e-4;
                let step = |by: f64| {
                    let mut near = exact.clone();
                    near[column] = near[column] + Dd::from(by * h);
                    truth(loss, y, &near, column).value
                };
                let difference = (step(1.0) - step(-1.0)).high / (2.0 * h);
                let size = here.gradient.magnitude() + here.hessian.magnitude();
                if !((difference - here.gradient.high).abs() <= 1e-6 * (size + 1e-3)) {
                    return Err(format!("gradient at y={y}, {row:?}: differences of the value say {difference}"));
                }
            }
            if Joint::properties(loss).zero != Zero::Nowhere && value < 0.0 {
                return Err(format!("negative at y={y}, {row:?}: {value}"));
            }
        }
        Ok(())
    }
}

struct Printed;

impl Law for Printed {
    fn joint<L: Joint>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let dartboard_losses::PredictionKind::Parameters(names) = L::CARD.prediction else {
            return Err("the card names no predictions".into());
        };
        for (y, row) in rows(loss) {
            let (value, gradient, hessian) = at(loss, y, &row);
            for (column, formula) in JointBlocks::formulas(loss).into_iter().enumerate() {
                let scalars = names.iter().map(|(name, _)| *name).zip(row.iter().copied()).chain([("y", y)]).collect();
                let environment = Environment { scalars, ..Environment::default() };
                let parts =
                    [(formula.value, value), (formula.gradient, gradient[column]), (formula.hessian, hessian[column])];
                for (printed, computed) in parts {
                    let number = printed.evaluate(&environment);
                    if !((number - computed).abs() <= 1e-11 * (1.0 + computed.abs())) {
                        return Err(format!("the printed {printed:?} is {number} at y={y}, {row:?}, not {computed}"));
                    }
                }
            }
        }
        Ok(())
    }
}

struct Examples;

impl Law for Examples {
    fn joint<L: Joint>(case: &Case<L>) -> Result<(), String> {
        for example in L::CARD.examples {
            let (value, ..) = at(&case.loss, example.target, example.prediction);
            if !((value - example.value).abs() <= example.tolerance) {
                return Err(format!("'{}' says {}, but it is {value}", example.story, example.value));
            }
        }
        if Joint::properties(&case.loss).functional != Functional::MeanAndLogVariance {
            return Err("no test knows this functional".into());
        }
        Ok(())
    }
}

#[test]
fn joint_losses_keep_their_laws() {
    crate::assert_holds::<Accurate>();
    crate::assert_holds::<Printed>();
    crate::assert_holds::<Examples>();
}

#[test]
fn lies_of_joint_losses_are_caught() {
    use dartboard_losses::{Card, GaussianNll, Properties};
    use dartboard_numerics::Scalar;

    /// The textbook form, whose square overflows, with the sign of the log-variance lost in print.
    #[derive(Clone, Debug)]
    struct Textbook;
    impl Joint for Textbook {
        const CARD: Card = GaussianNll::CARD;
        fn new(_parameters: &[f64]) -> Self {
            Self
        }
        fn properties(&self) -> Properties {
            Joint::properties(&GaussianNll)
        }
        fn formula<R: Real>(&self, y: R::Base, predictions: &[R]) -> R {
            let jet = size_of::<R>() > size_of::<R::Base>();
            let skew = R::Base::literal(if jet { 1.0 + 1e-9 } else { 1.0 });
            ((predictions[0] - y).square() * (-predictions[1]).exp() + predictions[1]) * R::Base::literal(0.75) * skew
        }
    }
    let case = Case::new(Textbook, vec![]);
    assert!(Accurate::joint(&case).is_err());
    assert!(Examples::joint(&case).unwrap_err().contains("but it is"));
    let print = Printed::joint(&Case::new(Misprinted, vec![]));
    assert!(print.unwrap_err().contains("the printed"));

    /// Prints a parameter it does not compute with.
    #[derive(Clone, Debug)]
    struct Misprinted;
    impl Joint for Misprinted {
        const CARD: Card = GaussianNll::CARD;
        fn new(_parameters: &[f64]) -> Self {
            Self
        }
        fn properties(&self) -> Properties {
            Joint::properties(&GaussianNll)
        }
        fn formula<R: Real>(&self, y: R::Base, predictions: &[R]) -> R {
            GaussianNll.formula(y, predictions) * R::Base::parameter("beta", 2.0)
        }
    }
}
