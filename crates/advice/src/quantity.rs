//! Advice about quantities: the law of the residuals, and the losses that follow from it and the goal.

use dartboard_losses::{Convexity, Functional, Loss, Noise, PredictionKind, Smoothness, TargetKind};
use dartboard_numerics::elementary::Float;

use crate::advice::{Calibration, Constant, LossAdvice, NoiseEvidence, Warning, WarningKind};
use crate::checks::{self, MISFIT};
use crate::goal::{Goal, tidy};
use crate::noise::{COUNT, Data, Family, Group, Law, POSITIVE, REAL, ZEROS};
use crate::order::robust_scale;
use crate::rank::{Evidence, STRONG, mean_and_error, rank};
use crate::rows::Rows;
use crate::task::Task;
use crate::tuning;

/// Laws are fitted to so many rows at most: more would not tell them apart better than can matter.
pub(crate) const FITTED: usize = 50_000;

/// What the rows of a quantity and its prediction say.
pub(crate) struct Quantity {
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) skewed: bool,
    /// Whether the laws of amounts that scale with the prediction were let in.
    pub(crate) proportional: bool,
    pub(crate) scale: f64,
    /// The rows that laws were fitted to.
    pub(crate) sample: Data,
    pub(crate) warnings: Vec<Warning>,
}

pub(crate) struct Names<'a> {
    pub(crate) target: &'a str,
    pub(crate) features: Vec<&'a str>,
}

/// Looks at the rows.
pub(crate) fn look(rows: &Rows, task: Task, goal: Goal, names: &Names<'_>) -> Quantity {
    let data = &rows.data;
    let mut warnings = vec![];
    let mut sample = data.first(FITTED);
    let (families, guard) = families(task, data, names, &mut warnings);
    let mut residuals = data.residuals();
    if families == REAL
        && let Some([intercept, slope]) = tilt(&sample)
    {
        warnings.push(Warning {
            kind: WarningKind::Misfit,
            text: format!(
                "errors follow the prediction: their median changes by {} per unit of it, so predictions are too far apart or \
                 too close together. The evidence below is about what is left after that line is taken off",
                number(slope)
            ),
            rows: vec![],
        });
        sample.p.iter_mut().for_each(|p| *p += intercept + slope * *p);
        residuals.iter_mut().zip(&data.p).for_each(|(r, p)| *r -= intercept + slope * p);
    }
    let evidence = rank(families, &sample);
    let (_, scale) = robust_scale(&residuals, |row| data.w[row]);
    let skewed = families == REAL && is_skewed(&evidence, &residuals, data);
    let group = evidence.first().map(|first| first.family.group());
    misfit(rows, goal, group, names, &mut warnings);
    if !group.is_some_and(multiplies) {
        spread(rows, &residuals, names, &mut warnings);
    }
    if skewed {
        let (mean, median) =
            (mean_and_error(&residuals, &data.w).0, crate::order::Sorted::new(&residuals, |row| data.w[row]).median());
        warnings.push(Warning {
            kind: WarningKind::Asymmetry,
            text: format!(
                "errors are larger on one side: their mean is {}, their median {} {}. Mean and median differ, so the goal \
                 decides, not the tails",
                number(mean),
                number(median),
                names.target
            ),
            rows: vec![],
        });
    }
    if task == Task::Count && !evidence.is_empty() {
        counts(&evidence, data, &mut warnings);
    }
    pile(&residuals, scale, &evidence, names, &mut warnings);
    Quantity { evidence, skewed, proportional: guard, scale, sample, warnings }
}

/// The line of medians through the errors over the predictions, where it is steep: where outliers have led a model of least
/// squares astray, or predictions were shrunk. A model with such a slope has errors whose scale is mostly its own.
fn tilt(data: &Data) -> Option<[f64; 2]> {
    /// The line matters where it moves predictions of ordinary size by a fifth of the scale of the errors.
    const STEEP: f64 = 0.2;
    /// A slope of medians has a standard error of about 1.25 to 1.6 scales per width and root of the rows; this many are no
    /// chance.
    const CERTAIN: f64 = 6.0;
    let residuals = data.residuals();
    let (_, scale) = robust_scale(&residuals, |row| data.w[row]);
    let (_, width) = robust_scale(&data.p, |row| data.w[row]);
    let [intercept, slope] = least_distances(&data.p, &residuals, &data.w)?;
    let least = STEEP.max(CERTAIN / data.effective().sqrt());
    (slope.abs() * width > least * scale && scale > 0.0).then_some([intercept, slope])
}

/// The line with the least sum of distances, by reweighted least squares (Schlossmacher 1973).
fn least_distances(x: &[f64], y: &[f64], w: &[f64]) -> Option<[f64; 2]> {
    let (middle, spread) = robust_scale(x, |row| w[row]);
    let (_, scale) = robust_scale(y, |row| w[row]);
    if !(spread > 0.0 && scale > 0.0) {
        return None;
    }
    let mut line = [0.0, 0.0];
    for _ in 0..50 {
        let mut sums = [0.0; 5];
        for ((x, y), w) in x.iter().zip(y).zip(w) {
            let x = (x - middle) / spread;
            let w = w / (y - line[0] - line[1] * x).abs().max(1e-4 * scale);
            let terms = [1.0, x, x * x, *y, x * y];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += w * term);
        }
        let [a, b, c, d, e] = sums;
        let determinant = a * c - b * b;
        let next = [(c * d - b * e) / determinant, (a * e - b * d) / determinant];
        if !(next[0].is_finite() && next[1].is_finite()) {
            return None;
        }
        let change = (next[0] - line[0]).abs() + (next[1] - line[1]).abs();
        line = next;
        if change < 1e-6 * scale {
            break;
        }
    }
    let slope = line[1] / spread;
    Some([line[0] - slope * middle, slope])
}

/// The laws of a task. Positive is not yet a scale of ratios: temperatures and loads are positive too.
fn families(task: Task, data: &Data, names: &Names<'_>, warnings: &mut Vec<Warning>) -> (&'static [Family], bool) {
    /// Predictions that span less than this factor do not show how errors grow with them.
    const SPAN: f64 = 3.0;
    /// The powers of the mean that a variance can grow with: from Poisson's 1 to the inverse Gaussian's 3, with the error
    /// of the slope.
    const POWERS: [f64; 2] = [0.5, 3.3];
    match task {
        Task::Count | Task::ZerosAndPositive => {
            let negative = data.p.iter().filter(|&&p| p <= 0.0).count();
            if negative == 0 {
                return (if task == Task::Count { &COUNT } else { &ZEROS }, true);
            }
            warnings.push(Warning {
                kind: WarningKind::Predictions,
                text: format!(
                    "{negative} predictions are not above 0, so they are no means of {}: its laws cannot be fitted, and \
                     these are the defaults",
                    task.describe()
                ),
                rows: vec![],
            });
            (&[], false)
        }
        Task::Positive if data.y.iter().all(|&y| y > 0.0) && data.p.iter().all(|&p| p > 0.0) => {
            let span = checks::ratio_of_predictions(&data.p, &data.w);
            let factor = data.mean(|y, _| y) / data.mean(|_, p| p);
            let residuals: Vec<f64> = data.y.iter().zip(&data.p).map(|(y, p)| y - factor * p).collect();
            let slope = checks::park_slope(&data.p, &residuals, &data.w).unwrap_or(f64::NAN);
            if span >= SPAN && (POWERS[0]..=POWERS[1]).contains(&slope) {
                return (&POSITIVE, true);
            }
            let reason = if span < SPAN {
                format!("predictions span only a factor of {}", tidy((100.0 * span).round() / 100.0))
            } else {
                format!("the variance of the errors grows with the prediction to the power {slope:.1}")
            };
            warnings.push(Warning {
                kind: WarningKind::Guard,
                text: format!(
                    "{} is positive, but {reason}: gamma, log-normal and other laws of ratios are left out",
                    names.target
                ),
                rows: vec![],
            });
            (&REAL, false)
        }
        Task::Positive => {
            let rows = data.y.iter().zip(&data.p).filter(|(y, p)| **y <= 0.0 || **p <= 0.0).count();
            warnings.push(Warning {
                kind: WarningKind::Guard,
                text: format!(
                    "{rows} targets or predictions are not above 0: gamma, log-normal and other laws of ratios are left out"
                ),
                rows: vec![],
            });
            (&REAL, false)
        }
        _ => (&REAL, false),
    }
}

/// Whether laws of two sides are clearly better than those of one, or the evidence is undecided and the deciles say so.
fn is_skewed(evidence: &[Evidence], residuals: &[f64], data: &Data) -> bool {
    let best = |skewed: bool| {
        let group = evidence.iter().filter(|e| (e.family.group() == Group::Skewed) == skewed);
        group.map(|e| e.bic).fold(f64::INFINITY, f64::min)
    };
    let (two_sides, one_side) = (best(true), best(false));
    let skew = checks::decile_skew(residuals, &data.w).abs();
    two_sides + STRONG < one_side || (two_sides - STRONG < one_side && skew > checks::skewed_from(data.effective()))
}

/// Whether laws of a group are those of a mean times something: with predictions that are means.
fn multiplies(group: Group) -> bool {
    matches!(group, Group::Proportional | Group::Count | Group::Zeros)
}

fn misfit(rows: &Rows, goal: Goal, group: Option<Group>, names: &Names<'_>, warnings: &mut Vec<Warning>) {
    let data = &rows.data;
    let multiplies = group.is_some_and(multiplies);
    // What the whole is off by is said elsewhere; here the question is whether the error depends on something.
    let factor = data.mean(|y, _| y) / data.mean(|_, p| p);
    let level = match goal {
        Goal::Quantile(level) => Some(level),
        Goal::Median => Some(0.5),
        _ => None,
    };
    let of: Vec<f64> = if level.is_some() {
        let below = |y: f64, p: f64| 0.5 * f64::from(y <= p) + 0.5 * f64::from(y < p);
        let overall = data.mean(below);
        data.each(|y, p| below(y, p) - overall)
    } else if multiplies {
        // Between the units of y, in which the largest rows decide, and its ratio to the mean, in which the smallest do.
        data.each(|y, p| (y - factor * p) / (factor * p).sqrt())
    } else {
        // Under heavy tails a single row can move the mean, and with it all bins but its own.
        let heavy = group == Some(Group::Heavy);
        let bias = if heavy { robust_scale(&data.residuals(), |row| data.w[row]).0 } else { data.mean(|y, p| y - p) };
        data.y.iter().zip(&data.p).map(|(y, p)| y - p - bias).collect()
    };
    let mut check = |by: &[f64], name: &str| {
        let bins = checks::bins(by, &of, &data.w);
        if bins.len() < 2 {
            return;
        }
        if let Some(bin) = checks::worst(&bins).filter(|bin| bin.t.abs() > MISFIT) {
            let what = match goal {
                Goal::Quantile(_) | Goal::Median => {
                    format!(
                        "the share of the truth below the predictions differs from that elsewhere by {}",
                        number(bin.mean)
                    )
                }
                _ if multiplies => {
                    let inside = data.only(|row| by[row] >= bin.from && by[row] <= bin.to);
                    let ratio = inside.mean(|y, _| y) / inside.mean(|_, p| factor * p);
                    format!("the truth is {} times what predictions say elsewhere", number(ratio))
                }
                _ => format!("the mean error is {} {}", number(bin.mean), names.target),
            };
            warnings.push(Warning {
                kind: WarningKind::Misfit,
                text: format!(
                    "where {name} is between {} and {} ({} rows), {what}, {:.1} standard errors from the rest: the model \
                     misses something there, and the evidence about noise is about the model too",
                    number(bin.from),
                    number(bin.to),
                    bin.rows,
                    bin.t.abs()
                ),
                rows: vec![],
            });
        }
    };
    check(&data.p, "the prediction");
    for (feature, name) in rows.features.iter().zip(&names.features) {
        check(feature, name);
    }
}

fn spread(rows: &Rows, residuals: &[f64], names: &Names<'_>, warnings: &mut Vec<Warning>) {
    let mut check = |by: &[f64], name: &str| {
        if let Some(correlation) = checks::spread(by, residuals, &rows.data.w) {
            let how = if correlation > 0.0 { "grow" } else { "shrink" };
            warnings.push(Warning {
                kind: WarningKind::Spread,
                text: format!(
                    "errors {how} with {name} (rank correlation {correlation:.2}): one scale does not fit all rows, which \
                     looks like heavy tails"
                ),
                rows: vec![],
            });
        }
    };
    check(&rows.data.p, "the prediction");
    for (feature, name) in rows.features.iter().zip(&names.features) {
        check(feature, name);
    }
}

fn counts(evidence: &[Evidence], data: &Data, warnings: &mut Vec<Warning>) {
    let factor = data.mean(|y, _| y) / data.mean(|_, p| p);
    let dispersion = data.mean(|y, p| {
        let mean = factor * p;
        (y - mean) * (y - mean) / mean
    });
    // Under Poisson's law the mean of these squares is 1 with a standard error of √(2/n), a little more for small means.
    if dispersion > 1.2 && (dispersion - 1.0) * (data.effective() / 2.0).sqrt() > MISFIT {
        warnings.push(Warning {
            kind: WarningKind::Overdispersion,
            text: format!(
                "the variance is {} times the mean: more than Poisson's. Its loss still finds the mean; likelihoods and \
                 intervals need the negative binomial",
                number(dispersion)
            ),
            rows: vec![],
        });
    }
    let Some(best) = evidence.iter().find(|e| matches!(e.family, Family::Poisson | Family::NegativeBinomial)) else {
        return;
    };
    let none = Data { y: vec![0.0; data.rows()], p: data.p.clone(), w: data.w.clone() };
    let chances: Vec<f64> = best.law.ln_densities(&none).into_iter().map(Float::exp).collect();
    let (expected, _) = mean_and_error(&chances, &data.w);
    let zeros = data.mean(|y, _| f64::from(y == 0.0));
    let error = (expected * (1.0 - expected) / data.effective()).sqrt();
    if zeros > 1.05 * expected && zeros - expected > MISFIT * error {
        warnings.push(Warning {
            kind: WarningKind::Zeros,
            text: format!(
                "{} % of the counts are 0, {} % would be expected: some rows may never have any",
                number(100.0 * zeros),
                number(100.0 * expected)
            ),
            rows: vec![],
        });
    }
}

fn pile(residuals: &[f64], scale: f64, evidence: &[Evidence], names: &Names<'_>, warnings: &mut Vec<Warning>) {
    /// Of a continuous law no value repeats; rounding repeats some.
    const MANY: f64 = 0.05;
    let continuous = evidence.first().is_none_or(|e| !matches!(e.family.group(), Group::Count | Group::Zeros));
    let (value, share) = checks::most_frequent(residuals, scale);
    if continuous && share > MANY {
        warnings.push(Warning {
            kind: WarningKind::Pile,
            text: format!(
                "{} % of the errors are the same, {} {}: densities of continuous laws do not describe them",
                number(100.0 * share),
                number(value),
                names.target
            ),
            rows: vec![],
        });
    }
}

/// How predictions fit the goal on average.
pub(crate) fn calibration(
    data: &Data,
    task: Task,
    goal: Goal,
    names: &Names<'_>,
    warnings: &mut Vec<Warning>,
) -> Vec<Calibration> {
    /// 97.5 % of normal numbers are below this many standard deviations: for intervals.
    const TWO_SIDED: f64 = 1.96;
    /// Beyond so many an ideal is called missed: one calibrated model in 400 is.
    const MISSED: f64 = 3.0;
    let effective = data.effective();
    match goal {
        Goal::Median | Goal::Quantile(_) => {
            let level = if let Goal::Quantile(level) = goal { level } else { 0.5 };
            let below = data.mean(|y, p| 0.5 * f64::from(y <= p) + 0.5 * f64::from(y < p));
            let error = (level * (1.0 - level) / effective).sqrt();
            let interval = [below - TWO_SIDED * error, below + TWO_SIDED * error];
            // A hundredth of the rows is harmless however many rows there are.
            let off = (below - level).abs() > (MISSED * error).max(0.02);
            if off {
                warnings.push(Warning {
                    kind: WarningKind::Bias,
                    text: format!(
                        "{} % of the truth lies below the predictions, not {} %",
                        number(100.0 * below),
                        tidy(100.0 * level)
                    ),
                    rows: vec![],
                });
            }
            vec![Calibration {
                name: "share of the truth below the prediction".to_owned(),
                value: below,
                interval: Some(interval.map(|end| end.clamp(0.0, 1.0))),
                ideal: level,
                off,
            }]
        }
        Goal::Expectile(level) => {
            // At the expectile the weighted shortfalls balance the weighted excesses.
            let above = data.mean(|y, p| (y - p).max(0.0));
            let below = data.mean(|y, p| (p - y).max(0.0));
            let share = above / (above + below);
            vec![Calibration {
                name: "share of the errors above the prediction".to_owned(),
                value: share,
                interval: None,
                ideal: 1.0 - level,
                off: (share - 1.0 + level).abs() > 0.05,
            }]
        }
        _ if task == Task::Real => {
            let bias = data.mean(|y, p| p - y);
            let square = |x: f64| x * x;
            let error = (data.mean(|y, p| square(p - y - bias)) / effective).sqrt();
            let off = bias.abs() > MISSED * error && bias.abs() > 0.02 * error * effective.sqrt();
            if off {
                warnings.push(bias_warning(format!(
                    "predictions are {} {} too {} on average",
                    number(bias.abs()),
                    names.target,
                    if bias > 0.0 { "high" } else { "low" }
                )));
            }
            vec![Calibration {
                name: format!("mean of prediction − {}", names.target),
                value: bias,
                interval: Some([bias - TWO_SIDED * error, bias + TWO_SIDED * error]),
                ideal: 0.0,
                off,
            }]
        }
        _ => {
            // The ratio of two means, with its error by linearisation.
            let (truth, predicted) = (data.mean(|y, _| y), data.mean(|_, p| p));
            let ratio = predicted / truth;
            let square = |x: f64| x * x;
            let error = (data.mean(|y, p| square(p - ratio * y)) / effective).sqrt() / truth.abs();
            let off = (ratio - 1.0).abs() > (MISSED * error).max(0.01);
            if off {
                warnings.push(bias_warning(format!(
                    "predictions add up to {} times the truth{}",
                    number(ratio),
                    if goal == Goal::Total { ": the total is the goal" } else { "" }
                )));
            }
            vec![Calibration {
                name: "total predicted / total true".to_owned(),
                value: ratio,
                interval: Some([ratio - TWO_SIDED * error, ratio + TWO_SIDED * error]),
                ideal: 1.0,
                off,
            }]
        }
    }
}

fn bias_warning(text: String) -> Warning {
    Warning { kind: WarningKind::Bias, text, rows: vec![] }
}

/// The loss that is the likelihood of a law, for predictions on the target's own scale.
pub(crate) fn loss_of(evidence: &Evidence) -> Option<Loss> {
    let noise = evidence.family.noise()?;
    let kinds = [PredictionKind::Value, PredictionKind::Mean];
    // Of the same likelihood there may be a form for predicted means and one for their logarithms. A Tweedie deviance of
    // another power is another likelihood.
    let noises: &[Noise] = if noise == Noise::CompoundPoissonGamma { &[noise, Noise::Tweedie] } else { &[noise] };
    let parameters: Vec<_> =
        evidence.law.loss_parameters().into_iter().map(|(name, value)| (name, tuning::four_digits(value))).collect();
    tuning::of_noise(noises, &kinds, TargetKind::Quantity, &parameters)
        .or_else(|| tuning::of_noise(noises, &[PredictionKind::LogMean], TargetKind::Quantity, &parameters))
}

/// The evidence as it is shown.
pub(crate) fn shown(evidence: &[Evidence]) -> Vec<NoiseEvidence> {
    let Some(first) = evidence.first() else { return vec![] };
    let each = evidence.iter().enumerate().map(|(place, e)| NoiseEvidence {
        noise: e.family.name().to_owned(),
        constants: e.law.constants(),
        bic: e.bic - first.bic,
        log_density: if place == 0 { 0.0 } else { -e.behind },
        standard_error: e.error,
        tie: place > 0 && e.ties(first),
        loss: loss_of(e).map(|loss| loss.spec()),
    });
    each.collect()
}

/// The variance of a fitted constant, times the number of rows: `E[ψ²]/E[ψ′]²` with ψ the gradient of the loss (Huber
/// 1964), over these residuals about the centre of the law. Where the gradient jumps, its derivative is the height of the
/// jump times the density there, for which the law stands in.
fn variance(loss: &Loss, law: &Law, data: &Data) -> Option<f64> {
    let Law::Symmetric(centred) = law else { return None };
    // What lies beside the centre is estimated with a precision of its own.
    if matches!(loss.properties().functional, Functional::Quantile(level) | Functional::Expectile(level) if level != 0.5)
    {
        return None;
    }
    let blocks = loss.pointwise()?;
    let errors: Vec<f64> = data.y.iter().zip(&data.p).map(|(y, p)| p - (y - centred.location)).collect();
    let target = vec![0.0; errors.len()];
    let [mut value, mut psi, mut slope] = [(); 3].map(|()| vec![0.0; errors.len()]);
    blocks.value_gradient_hessian(&target, &errors, &mut value, &mut psi, &mut slope);
    let total = data.total();
    let mean = |values: &[f64]| values.iter().zip(&data.w).map(|(value, w)| value * w).sum::<f64>() / total;
    let squares: Vec<f64> = psi.iter().map(|psi| psi * psi).collect();
    let properties = loss.properties();
    let mut steepness = mean(&slope);
    if properties.smoothness == Smoothness::Continuous {
        for kink in properties.kinks.iter().flat_map(|kink| kink.at(0.0)) {
            let step = 1e-6 * centred.scale;
            let sides = tuning::gradient(&**blocks, &[kink - step, kink + step]);
            let at = Data { y: vec![centred.location - kink], p: vec![0.0], w: vec![1.0] };
            steepness += (sides[1] - sides[0]) * law.ln_densities(&at).into_iter().map(Float::exp).sum::<f64>();
        }
    }
    let variance = mean(&squares) / (steepness * steepness);
    (variance.is_finite() && variance > 0.0).then_some(variance)
}

/// A loss that is convex and smooth with one constant is preferred to a more precise one that would need more than this
/// share of its rows for the same precision.
const ENOUGH: f64 = 0.9;

/// The losses, best first.
pub(crate) fn losses(quantity: &Quantity, goal: Goal, given: bool, names: &Names<'_>) -> Vec<LossAdvice> {
    let sample = &quantity.sample;
    let mut list = Losses { goal, list: vec![] };
    let Some(first) = quantity.evidence.first() else {
        return vec![];
    };
    match goal {
        Goal::Quantile(_) | Goal::Expectile(_) => list.of_goal("the loss that elicits it, whatever the noise"),
        Goal::Median
            if quantity.skewed || first.family.group() != Group::Light && first.family.group() != Group::Heavy =>
        {
            list.of_goal("the loss that elicits the median, whatever the noise");
        }
        _ => match first.family.group() {
            Group::Light | Group::Heavy => list.symmetric(quantity, sample, given),
            Group::Skewed => {
                list.of_goal("errors are skewed, so only what elicits the goal will do");
            }
            Group::Proportional | Group::Count | Group::Zeros => list.by_variance(quantity, sample, names),
        },
    }
    for evidence in quantity.evidence.iter().take(3) {
        let behind = if evidence.bic > first.bic {
            format!(
                "the likelihood of {} noise, {} behind in BIC",
                evidence.family.name(),
                number(evidence.bic - first.bic)
            )
        } else {
            format!("the likelihood of {} noise, the best fit", evidence.family.name())
        };
        if let Some(loss) = loss_of(evidence) {
            list.add(loss, &Some(first.law), sample, &behind);
        }
    }
    for functional in [Functional::Mean, Functional::Quantile(0.5)] {
        if let Some(loss) = tuning::of_functional(functional) {
            list.add(loss, &Some(first.law), sample, "for comparison");
        }
    }
    if !matches!(first.family.group(), Group::Light | Group::Heavy) {
        // Under errors that are not symmetric losses of other properties are no substitutes.
        list.list.sort_by_key(|loss| !loss.serves_goal);
    }
    list.finish()
}

struct Losses {
    goal: Goal,
    list: Vec<LossAdvice>,
}

impl Losses {
    fn add(&mut self, loss: Loss, law: &Option<Law>, data: &Data, why: &str) {
        let spec = loss.spec();
        if self.list.iter().any(|other| other.spec == spec) {
            return;
        }
        let properties = loss.properties();
        // `finish` sets the variance in relation to the smallest.
        let variance = law.as_ref().and_then(|law| variance(&loss, law, data));
        self.list.push(LossAdvice {
            elicits: elicits(properties.functional),
            serves_goal: properties.functional == self.goal.functional(),
            efficiency: variance,
            convex: properties.convexity != Convexity::None,
            train: training_form(&loss),
            why: why.to_owned(),
            spec,
        });
    }

    /// The losses, with their precision in relation to the most precise.
    fn finish(mut self) -> Vec<LossAdvice> {
        let best = self.list.iter().filter_map(|loss| loss.efficiency).fold(f64::INFINITY, f64::min);
        for loss in &mut self.list {
            loss.efficiency = loss.efficiency.map(|variance| best / variance);
        }
        self.list
    }

    fn of_goal(&mut self, why: &str) {
        if let Some(loss) = tuning::of_functional(self.goal.functional()) {
            self.add(loss, &None, &Data::default(), why);
        }
    }

    /// Symmetric errors: mean, median and centre are one, so that precision decides.
    fn symmetric(&mut self, quantity: &Quantity, data: &Data, given: bool) {
        let Some(first) = quantity.evidence.first() else { return };
        let law = Some(first.law);
        let light = first.family.group() == Group::Light;
        let centre = if given { ", and as errors are symmetric it finds the same centre" } else { "" };
        if light && let Some(loss) = loss_of(first) {
            self.add(
                loss,
                &law,
                data,
                &format!("errors are Gaussian, as far as these rows can tell: nothing is more precise{centre}"),
            );
        }
        let robust = tuning::robust(quantity.scale);
        let variance_of = |loss: &Loss| variance(loss, &first.law, data).unwrap_or(f64::INFINITY);
        // The likelihood of sech noise has no loss here; then the robust one is what others are held against.
        let own = loss_of(first).or_else(|| robust.clone()).map_or(f64::INFINITY, |loss| variance_of(&loss));
        let efficiency_of = |loss: &Loss| own / variance_of(loss);
        if let Some(loss) = robust.as_ref().filter(|loss| !light && efficiency_of(loss) >= ENOUGH) {
            let why = format!(
                "tails are heavier than Gaussian; convex and smooth, with a constant in the right unit{centre}"
            );
            self.add(loss.clone(), &law, data, &why);
        }
        if !light && self.list.is_empty() {
            // Convex likelihoods among the ties, the most precise first; else the best likelihood itself.
            let mut convex: Vec<(f64, Loss)> =
                (quantity.evidence.iter().filter(|e| e.family == first.family || e.ties(first)))
                    .filter(|e| e.family.group() == Group::Heavy)
                    .filter_map(loss_of)
                    .filter(|loss| loss.properties().convexity != Convexity::None)
                    .map(|loss| (efficiency_of(&loss), loss))
                    .filter(|(efficiency, _)| *efficiency >= ENOUGH)
                    .collect();
            convex.sort_by(|a, b| b.0.total_cmp(&a.0));
            if let Some((_, loss)) = convex.into_iter().next() {
                let why = format!("tails are heavier than Gaussian; convex and nearly as precise as can be{centre}");
                self.add(loss, &law, data, &why);
            } else if let Some(loss) = loss_of(first) {
                let why = "tails so heavy that no convex loss is precise: start from a fit with a convex one";
                self.add(loss, &law, data, why);
            }
        }
        if let Some(loss) = robust {
            let why = if light {
                "nearly as precise, and safe should outliers come"
            } else {
                "convex and smooth, safe under any tails"
            };
            self.add(loss, &law, data, why);
        }
    }

    /// The variance grows with the mean: of the losses that elicit the mean, the one whose variance grows alike.
    fn by_variance(&mut self, quantity: &Quantity, data: &Data, names: &Names<'_>) {
        let Some(first) = quantity.evidence.first() else { return };
        let (family, why) = match first.family {
            Family::LogNormal | Family::LogLaplace | Family::Gamma => (
                Family::Gamma,
                format!("errors of {} are proportional to its size, and this elicits the mean", names.target),
            ),
            Family::NegativeBinomial | Family::ZeroInflatedPoisson | Family::Poisson => {
                (Family::Poisson, "counts: it elicits the mean whatever the dispersion".to_owned())
            }
            Family::Tweedie | Family::HurdleGamma | Family::HurdleLogNormal => {
                (Family::Tweedie, "zeros and amounts: it elicits the mean, and its power is fitted".to_owned())
            }
            other => (other, format!("the likelihood of {} noise, which elicits the mean", other.name())),
        };
        let fitted = quantity.evidence.iter().find(|e| e.family == family);
        if let Some(loss) = fitted.and_then(loss_of) {
            // A rounded power is as good and easier to remember.
            let loss = rounded_power(loss);
            self.add(loss, &None, data, &why);
        }
    }
}

/// The Tweedie power with two digits.
fn rounded_power(loss: Loss) -> Loss {
    let rounded: Vec<f64> = loss.parameters().iter().map(|value| (100.0 * value).round() / 100.0).collect();
    match loss.card().noise {
        Some(Noise::CompoundPoissonGamma | Noise::Tweedie) => {
            Loss::with_parameters(loss.card().name, &rounded).unwrap_or(loss)
        }
        _ => loss,
    }
}

/// The loss of the same likelihood that takes raw predictions.
fn training_form(loss: &Loss) -> Option<String> {
    let card = loss.card();
    if card.prediction != PredictionKind::Mean {
        return None;
    }
    let noises: &[Noise] = match card.noise? {
        Noise::Tweedie => &[Noise::CompoundPoissonGamma],
        Noise::Gamma => &[Noise::Gamma],
        Noise::Poisson => &[Noise::Poisson],
        _ => return None,
    };
    let parameters: Vec<(&'static str, f64)> =
        card.parameters.iter().zip(loss.parameters()).map(|(parameter, value)| (parameter.name, *value)).collect();
    tuning::of_noise(noises, &[PredictionKind::LogMean], TargetKind::Quantity, &parameters).map(|loss| loss.spec())
}

/// What a loss elicits, in words.
pub(crate) fn elicits(functional: Functional) -> String {
    match functional {
        Functional::Mean => "mean".to_owned(),
        Functional::Quantile(0.5) => "median".to_owned(),
        Functional::Quantile(level) => format!("{level}-quantile"),
        Functional::Expectile(level) => format!("{level}-expectile"),
        Functional::Huber(_) => "between median and mean".to_owned(),
        Functional::GeometricMean => "geometric mean of 1 + y, less 1".to_owned(),
        Functional::RelativeMedian => "median weighted by 1/|y|".to_owned(),
        Functional::ClassProbabilities => "probabilities".to_owned(),
        Functional::Minimiser => "a centre of its own".to_owned(),
        Functional::Decision | Functional::DecisionAtInfinity => "a decision".to_owned(),
        Functional::DistortedProbability => "a distorted probability".to_owned(),
        Functional::MeanAndLogVariance => "mean and variance".to_owned(),
        Functional::MeanDirection => "mean direction".to_owned(),
        Functional::Nothing => "nothing".to_owned(),
    }
}

/// Constants in the unit of the target.
pub(crate) fn constants(quantity: &Quantity, names: &Names<'_>) -> Vec<Constant> {
    let mut list = vec![];
    let unit = names.target.to_owned();
    if quantity.scale > 0.0 {
        list.push(Constant {
            name: "scale".to_owned(),
            value: quantity.scale,
            unit: unit.clone(),
            how: "1.4826 × the median distance of the errors from their median".to_owned(),
        });
        for card in tuning::of_values() {
            if let Some(loss) = tuning::tuned(card, quantity.scale) {
                list.push(Constant {
                    name: format!("{} of {}", card.parameters[0].name, card.name),
                    value: loss.parameters()[0],
                    unit: unit.clone(),
                    how: format!(
                        "{} × scale: 95 % as precise as mse under Gaussian errors",
                        number(loss.parameters()[0] / quantity.scale)
                    ),
                });
            }
        }
    }
    for evidence in &quantity.evidence {
        for (name, value) in evidence.law.loss_parameters() {
            if matches!(name, "power" | "alpha") && evidence.family != Family::InverseGaussian {
                list.push(Constant {
                    name: name.to_owned(),
                    value,
                    unit: String::new(),
                    how: format!("of the {} law", evidence.family.name()),
                });
            }
        }
    }
    list
}

/// A number with four digits, for sentences.
pub(crate) fn number(value: f64) -> String {
    let value = tuning::four_digits(value);
    let large_or_small = value != 0.0 && !(1e-4..1e15).contains(&value.abs());
    let text = if large_or_small { format!("{value:e}") } else { format!("{value}") };
    // A true minus, as in tables.
    text.strip_prefix('-').map_or(text.clone(), |digits| format!("−{digits}"))
}
