//! The line with the smallest mean loss through points.

use dartboard_losses::{Convexity, Kink, Loss, PointwiseBlocks, Smoothness};
use dartboard_reference::number::rounded;

use super::constants::mean;
use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Points that can be dragged one by one. The search through kinks grows with the third power of their number.
const MOST: usize = 64;

/// More steps of reweighting than any loss of the catalogue needs for the digits that a page shows.
const STEPS: usize = 300;

/// Steps without progress after which there will be none.
const STILL: usize = 5;

/// For every loss the line through the points. The numbers are slope, intercept and mean loss of each.
pub(super) fn fit(question: &Question<'_>) -> Result<Answer, Complaint> {
    let losses = question.losses("losses")?;
    let (x, y) = (question.numbers("x")?, question.numbers("y")?);
    if x.len() != y.len() || x.len() > MOST || x.len() < 2 {
        return Err(Complaint::Question(format!("a line needs 2 to {MOST} points")));
    }
    let mut numbers = vec![];
    let mut fits: Vec<Object> = vec![];
    for loss in &losses {
        let Some(blocks) = loss.pointwise() else {
            return Err(Complaint::Question(format!("{} is no loss of one prediction", loss.spec())));
        };
        let points = Points { blocks: blocks.as_ref(), x: &x, y: &y };
        let line = points.fit(loss);
        let mean = points.mean(line);
        fits.push(object! {
            "loss": loss.spec(), "slope": rounded(line.slope), "intercept": rounded(line.intercept),
            "mean": rounded(mean),
        });
        numbers.extend([line.slope, line.intercept, mean]);
    }
    Ok(Answer::of(object! { "fits": fits }).with(numbers))
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    slope: f64,
    intercept: f64,
}

impl Line {
    fn at(self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }
}

struct Points<'a> {
    blocks: &'a dyn PointwiseBlocks,
    x: &'a [f64],
    y: &'a [f64],
}

impl Points<'_> {
    fn fit(&self, loss: &Loss) -> Line {
        let properties = loss.properties();
        let squares = self.weighted(&vec![1.0; self.x.len()]).unwrap_or(Line { slope: 0.0, intercept: 0.0 });
        let reweighted = self.reweighted(squares);
        // Where the gradient jumps, a best line lies on a jump at two points, as a best vertex of a linear programme does.
        let offsets: Vec<f64> = if properties.smoothness == Smoothness::Continuous {
            let residual = |kink| if let Kink::Residual(residual) = kink { Some(residual) } else { None };
            properties.kinks.into_iter().filter_map(residual).collect()
        } else if properties.convexity == Convexity::None {
            // There may be several valleys; one start is where many points agree.
            vec![0.0]
        } else {
            vec![]
        };
        let mut corner = reweighted;
        let mut least = f64::INFINITY;
        for candidate in self.through_two(&offsets) {
            let mean = self.mean(candidate);
            if mean < least {
                (corner, least) = (candidate, mean);
            }
        }
        // A corner is exact where the loss has them; reweighting only comes close, sometimes by chance a rounding below.
        let exact = properties.smoothness == Smoothness::Continuous && least <= self.mean(reweighted) * (1.0 + 1e-12);
        let other = if exact { corner } else { self.reweighted(corner) };
        if exact || self.mean(other) < self.mean(reweighted) { other } else { reweighted }
    }

    fn mean(&self, line: Line) -> f64 {
        let predictions: Vec<f64> = self.x.iter().map(|&x| line.at(x)).collect();
        let mut values = vec![0.0; predictions.len()];
        self.blocks.value(self.y, &predictions, &mut values);
        mean(&values)
    }

    /// Lines through every two points, moved by the residuals at which the loss has kinks.
    fn through_two<'a>(&'a self, offsets: &'a [f64]) -> impl Iterator<Item = Line> + 'a {
        let count = self.x.len();
        let pairs = (0..count).flat_map(move |i| (i + 1..count).map(move |j| (i, j)));
        let corners =
            pairs.flat_map(move |(i, j)| offsets.iter().flat_map(move |&a| offsets.iter().map(move |&b| (i, j, a, b))));
        corners.filter_map(|(i, j, a, b)| {
            let width = self.x[j] - self.x[i];
            let slope = (self.y[j] + b - self.y[i] - a) / width;
            (width != 0.0).then_some(Line { slope, intercept: self.y[i] + a - slope * self.x[i] })
        })
    }

    /// Iteratively reweighted least squares: a residual r weighs as much as its gradient is in proportion to r.
    fn reweighted(&self, start: Line) -> Line {
        let mut line = start;
        let mut best = (self.mean(line), line);
        let mut still = 0;
        let count = self.x.len();
        let (mut value, mut gradient, mut hessian) = (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
        for _ in 0..STEPS {
            let predictions: Vec<f64> = self.x.iter().map(|&x| line.at(x)).collect();
            self.blocks.value_gradient_hessian(self.y, &predictions, &mut value, &mut gradient, &mut hessian);
            let weights: Vec<f64> = (0..count)
                .map(|row| {
                    let residual = predictions[row] - self.y[row];
                    // At a residual of 0 the proportion is the curvature there.
                    if residual == 0.0 { hessian[row] } else { gradient[row] / residual }
                })
                .map(|weight| weight.clamp(0.0, f64::MAX.sqrt()))
                .collect();
            let Some(next) = self.weighted(&weights) else { break };
            let mean = self.mean(next);
            // Means that fall by less than they are rounded have arrived.
            still = if mean < best.0 * (1.0 - 1e-15) { 0 } else { still + 1 };
            if mean < best.0 {
                best = (mean, next);
            }
            if next == line || still > STILL {
                break;
            }
            line = next;
        }
        best.1
    }

    /// Weighted least squares.
    fn weighted(&self, weights: &[f64]) -> Option<Line> {
        let total: f64 = weights.iter().sum();
        let average =
            |values: &[f64]| values.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>() / total;
        let (x, y) = (average(self.x), average(self.y));
        let mut square = 0.0;
        let mut product = 0.0;
        for ((&at, &target), &weight) in self.x.iter().zip(self.y).zip(weights) {
            square += weight * (at - x) * (at - x);
            product += weight * (at - x) * (target - y);
        }
        let slope = product / square;
        (slope.is_finite() && y.is_finite()).then_some(Line { slope, intercept: y - slope * x })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(spec: &str, x: &[f64], y: &[f64]) -> Line {
        let loss = Loss::parse(spec).unwrap();
        Points { blocks: loss.pointwise().unwrap().as_ref(), x, y }.fit(&loss)
    }

    const X: [f64; 6] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];

    #[test]
    fn points_on_a_line_are_fitted_by_every_loss_that_is_zero_there() {
        let y = X.map(|x| 2.0 * x + 1.0);
        for spec in ["mse", "mae", "huber", "log_cosh", "cauchy", "tukey", "quantile(tau=0.9)"] {
            let line = fitted(spec, &X, &y);
            assert!((line.slope - 2.0).abs() < 1e-9 && (line.intercept - 1.0).abs() < 1e-9, "{spec}: {line:?}");
        }
    }

    #[test]
    fn an_outlier_tilts_squares_and_leaves_absolute_errors() {
        let mut y = X;
        y[5] = 50.0;
        let absolute = fitted("mae", &X, &y);
        assert_eq!((absolute.slope, absolute.intercept), (1.0, 0.0));
        // Least squares in closed form: the outlier adds 45·(5 − 2.5)/17.5 to the slope.
        let squared = fitted("mse", &X, &y);
        assert!((squared.slope - (1.0 + 45.0 * 2.5 / 17.5)).abs() < 1e-12, "{squared:?}");
    }

    /// No line nearby has a smaller mean loss.
    #[test]
    fn fits_are_minima() {
        let y = [0.3, 1.9, 1.2, 4.5, 3.1, 9.0];
        for loss in Loss::all().filter(super::super::catalogue::is_of_lines) {
            let blocks = loss.pointwise().unwrap();
            let points = Points { blocks: blocks.as_ref(), x: &X, y: &y };
            let line = points.fit(&loss);
            let least = points.mean(line);
            for (slope, intercept) in
                [(1e-3, 0.0), (-1e-3, 0.0), (0.0, 1e-3), (0.0, -1e-3), (1e-3, -2e-3), (-1e-3, 2e-3)]
            {
                let near = Line { slope: line.slope + slope, intercept: line.intercept + intercept };
                assert!(points.mean(near) >= least * (1.0 - 1e-12), "{}: {line:?} {near:?}", loss.spec());
            }
        }
    }
}
