//! Finding weights with a small loss, and the path on which they were found.

mod descent;
mod lbfgs;
mod newton;
mod wolfe;

use crate::error::LandscapeError;
use crate::objective::Differentiable;
use crate::vectors::largest;

/// How weights are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Gradient descent with momentum (Polyak's heavy ball): `v = momentum·v − rate·gradient`, `w += v`.
    Descent {
        /// The step per unit of gradient. `None` chooses it: the inverse of the largest eigenvalue of the Hessian at the
        /// start, halved as often as the loss comes to exceed that of the start, or doubled while the descent ends lower.
        rate: Option<f64>,
        /// At least 0 and below 1.
        momentum: f64,
    },
    /// Limited-memory BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright, Numerical
    /// Optimization, 2006, algorithms 7.4, 3.5 and 3.6).
    Lbfgs {
        /// How many of the last steps curvature is told from.
        memory: usize,
    },
    /// Newton's method: for convex losses of few weights. The Hessian is put together from its products with unit vectors.
    Newton,
}

impl Method {
    /// Gradient descent that chooses its rate, with momentum 0.9.
    pub const DESCENT: Self = Self::Descent { rate: None, momentum: Self::MOMENTUM };
    /// The momentum of gradient descent that is usual.
    pub const MOMENTUM: f64 = 0.9;
    /// Limited-memory BFGS with a memory of 10 steps.
    pub const LBFGS: Self = Self::Lbfgs { memory: 10 };

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Descent { .. } => "gradient descent",
            Self::Lbfgs { .. } => "L-BFGS",
            Self::Newton => "Newton's method",
        }
    }
}

/// When to stop, and what to keep on the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// The most steps.
    pub steps: usize,
    /// Done when the largest component of the gradient has fallen to this share of the start's.
    pub tolerance: f64,
    /// The path keeps every so many steps, and the first and the last; 0 keeps no path.
    pub every: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self { steps: 500, tolerance: 1e-8, every: 1 }
    }
}

/// A place on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPoint {
    /// How many steps were made before.
    pub step: usize,
    /// The weights.
    pub weights: Vec<f64>,
    /// The loss.
    pub loss: f64,
    /// The largest component of the gradient.
    pub gradient: f64,
}

/// Why a fit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The gradient is as small as was asked for.
    Converged,
    /// All steps were made.
    Steps,
    /// No smaller loss was found along the direction of descent: the weights are at a kink, or as good as rounding allows.
    NoDescent,
    /// The loss is not finite and no smaller rate was allowed.
    Diverged,
}

impl Stop {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::Steps => "all steps were made",
            Self::NoDescent => "no smaller loss was found along the direction of descent",
            Self::Diverged => "the loss is not finite",
        }
    }
}

/// What a fit has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The weights.
    pub weights: Vec<f64>,
    /// Their loss.
    pub loss: f64,
    /// The largest component of the gradient there.
    pub gradient: f64,
    /// The steps that were made.
    pub steps: usize,
    /// How often loss and gradient were computed.
    pub evaluations: usize,
    /// The rate of gradient descent, as given or chosen.
    pub rate: Option<f64>,
    /// Why it ended.
    pub stop: Stop,
    /// The way, from the first weights to the last.
    pub path: Vec<PathPoint>,
}

/// Looks for weights with a small loss, from `start` on.
///
/// # Errors
/// Where a setting is out of range, the loss or gradient at the start is not finite, or Newton's method does not apply.
pub fn fit<O: Differentiable>(objective: &O, start: &[f64], method: Method, plan: Plan) -> Result<Fit, LandscapeError> {
    let setting = |what, allowed, value: String| Err(LandscapeError::Setting { what, allowed, value });
    if start.len() != objective.len() {
        let (expected, found) = (objective.len(), start.len());
        return Err(LandscapeError::Length { what: "the array of weights", expected, found });
    }
    if !(plan.tolerance.is_finite() && plan.tolerance >= 0.0) {
        return setting("the tolerance", "finite and at least 0", plan.tolerance.to_string());
    }
    let state = State::new(objective, start, plan);
    if !(state.loss.is_finite() && largest(&state.gradient).is_finite()) {
        return setting("the loss at the first weights", "finite, and its gradient too", state.loss.to_string());
    }
    match method {
        Method::Descent { rate, momentum } => {
            if !(0.0..1.0).contains(&momentum) {
                return setting("the momentum", "at least 0 and below 1", momentum.to_string());
            }
            if let Some(rate) = rate.filter(|rate| !(rate.is_finite() && *rate > 0.0)) {
                return setting("the rate", "finite and above 0", rate.to_string());
            }
            Ok(descent::run(state, rate, momentum))
        }
        Method::Lbfgs { memory: 0 } => setting("the memory", "at least 1", "0".to_owned()),
        Method::Lbfgs { memory } => Ok(lbfgs::run(state, memory)),
        Method::Newton => newton::run(state),
    }
}

/// Where a fit is.
#[derive(Debug)]
struct State<'a, O> {
    objective: &'a O,
    plan: Plan,
    weights: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
    /// The largest component of the gradient at which the fit is done.
    goal: f64,
    steps: usize,
    evaluations: usize,
    path: Vec<PathPoint>,
}

impl<'a, O: Differentiable> State<'a, O> {
    fn new(objective: &'a O, start: &[f64], plan: Plan) -> Self {
        let mut gradient = vec![0.0; start.len()];
        let loss = objective.gradient(start, &mut gradient);
        let goal = plan.tolerance * largest(&gradient);
        let weights = start.to_vec();
        let mut state = Self { objective, plan, weights, loss, gradient, goal, steps: 0, evaluations: 1, path: vec![] };
        state.keep();
        state
    }

    /// The same place, after so many evaluations.
    fn again(&self, evaluations: usize) -> Self {
        Self {
            objective: self.objective,
            weights: self.weights.clone(),
            gradient: self.gradient.clone(),
            path: self.path.clone(),
            evaluations,
            ..*self
        }
    }

    /// The loss and gradient elsewhere.
    fn evaluate(&mut self, weights: &[f64]) -> (f64, Vec<f64>) {
        let mut gradient = vec![0.0; weights.len()];
        let loss = self.objective.gradient(weights, &mut gradient);
        self.evaluations += 1;
        (loss, gradient)
    }

    /// Makes a step to weights whose loss and gradient are known.
    fn go(&mut self, weights: Vec<f64>, loss: f64, gradient: Vec<f64>) {
        (self.weights, self.loss, self.gradient) = (weights, loss, gradient);
        self.steps += 1;
        if self.plan.every > 0 && self.steps.is_multiple_of(self.plan.every) {
            self.keep();
        }
    }

    fn keep(&mut self) {
        if self.plan.every > 0 {
            let (step, weights) = (self.steps, self.weights.clone());
            self.path.push(PathPoint { step, weights, loss: self.loss, gradient: largest(&self.gradient) });
        }
    }

    /// Why to stop now, if at all.
    fn stop(&self) -> Option<Stop> {
        if largest(&self.gradient) <= self.goal {
            Some(Stop::Converged)
        } else if self.steps >= self.plan.steps {
            Some(Stop::Steps)
        } else {
            None
        }
    }

    fn finish(mut self, stop: Stop, rate: Option<f64>) -> Fit {
        if self.path.last().is_some_and(|point| point.step != self.steps) {
            self.keep();
        }
        Fit {
            gradient: largest(&self.gradient),
            weights: self.weights,
            loss: self.loss,
            steps: self.steps,
            evaluations: self.evaluations,
            rate,
            stop,
            path: self.path,
        }
    }
}
