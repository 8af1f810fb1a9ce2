//! Built-in models: their losses, gradients and products with Hessians, and how they are fitted.

#![allow(clippy::unwrap_used)]

mod common;

use common::{digits, houses, names, numbers};
use dartboard_landscapes::{
    Activation, Data, Differentiable, Fit, Kind, LanczosPlan, LandscapeError, Method, Model, Objective, Plan, Problem,
    Setup, Stop, Targets, dense_hessian, fit, lowest_eigenpairs, top_eigenpairs, trace,
};
use dartboard_losses::{Family, Loss, TargetKind};

fn loss(spec: &str) -> Loss {
    Loss::parse(spec).unwrap()
}

/// Rows with targets that every loss of this kind takes.
fn rows_for(loss: &Loss, rows: usize, columns: usize) -> Data {
    let features = numbers(rows * columns, 5);
    let at = |row: usize| features[row * columns];
    let card = loss.card();
    let shares = |of: &dyn Fn(usize, usize) -> f64| Targets::Shares {
        columns: (0..3).map(|column| (0..rows).map(|row| of(row, column)).collect()).collect(),
        names: names(3),
    };
    let targets = match (card.family, card.target) {
        (_, TargetKind::Event) => Targets::Numbers((0..rows).map(|row| f64::from(at(row) > 0.1)).collect()),
        (Family::Rowwise, TargetKind::Class) => Targets::Classes {
            class: (0..rows).map(|row| (3.0 * (at(row) + 1.0) / 2.0) as u32).collect(),
            names: names(3),
        },
        (_, TargetKind::Labels) => shares(&|row, column| f64::from((row + column) % 3 == 0)),
        (_, TargetKind::Vector) => shares(&|row, column| at(row) + column as f64),
        _ => Targets::Numbers((0..rows).map(|row| 2.0 + at(row)).collect()),
    };
    let weights = (0..rows).map(|row| f64::from(row as u32 % 4)).collect();
    Data::new(features, names(columns), targets, Some(weights)).unwrap()
}

/// Central differences of the gradient along a vector.
fn differences(problem: &Problem, weights: &[f64], vector: &[f64], step: f64) -> Vec<f64> {
    let along = |factor: f64| {
        let moved: Vec<f64> = weights.iter().zip(vector).map(|(w, v)| w + factor * v).collect();
        let mut gradient = vec![0.0; weights.len()];
        problem.gradient(&moved, &mut gradient);
        gradient
    };
    let (above, below) = (along(step), along(-step));
    above.iter().zip(&below).map(|(above, below)| (above - below) / (2.0 * step)).collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

fn norm(a: &[f64]) -> f64 {
    a.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[test]
fn gradients_of_every_loss_are_differences_of_its_values() {
    for loss in Loss::all() {
        let data = rows_for(&loss, 300, 4);
        for kind in ["linear", "mlp:5,tanh", "mlp:6,4,gelu", "mlp:3,sigmoid"] {
            let model = Model::new(Kind::parse(kind).unwrap(), &loss, &data, Setup::default()).unwrap();
            let problem = Problem::new(&model, &data, 0.01).unwrap();
            // Scores a little off 0: for losses of positive quantities not too far off either.
            let weights: Vec<f64> = numbers(problem.len(), 9).iter().map(|x| 0.2 * x).collect();
            let weights = if loss.card().prediction_domain.low == -1.0 || loss.card().name == "smape" {
                // These take no predictions below −1, or have a cusp at 0.
                let mut weights: Vec<f64> = weights.iter().map(|x| 0.1 * x).collect();
                let last = weights.len() - 1;
                weights[last] = 2.0;
                weights
            } else {
                weights
            };
            let vector = numbers(problem.len(), 10);
            let mut gradient = vec![0.0; problem.len()];
            let value = problem.gradient(&weights, &mut gradient);
            assert_eq!(value.to_bits(), problem.value(&weights).to_bits(), "{} {kind}", loss.spec());
            assert!(value.is_finite(), "{} {kind}", loss.spec());
            let step = 1e-6;
            let moved =
                |factor: f64| -> Vec<f64> { weights.iter().zip(&vector).map(|(w, v)| w + factor * v).collect() };
            let slope: f64 = gradient.iter().zip(&vector).map(|(g, v)| g * v).sum();
            let difference = (problem.value(&moved(step)) - problem.value(&moved(-step))) / (2.0 * step);
            // A kink between the two places is a jump of the slope of one row of 300.
            let smooth = loss.properties().smoothness > dartboard_losses::Smoothness::Continuous;
            let bound = if smooth { 1e-7 } else { 3e-2 } * norm(&gradient).max(0.1) * norm(&vector);
            if loss.card().name != "zero_one" {
                assert!((slope - difference).abs() <= bound, "{} {kind}: {slope} {difference}", loss.spec());
            }
        }
    }
}

#[test]
fn products_with_the_hessian_are_differences_of_the_gradient() {
    for spec in
        ["mse", "log_cosh", "poisson", "gamma_deviance", "brier", "bce", "cce", "rps", "cosine", "multilabel_bce"]
    {
        let loss = loss(spec);
        let data = rows_for(&loss, 300, 4);
        for kind in ["linear", "mlp:5,tanh", "mlp:6,4,gelu", "mlp:3,4,2,sigmoid"] {
            let model =
                Model::new(Kind::parse(kind).unwrap(), &loss, &data, Setup { seed: 3, ..Setup::default() }).unwrap();
            let problem = Problem::new(&model, &data, 0.01).unwrap();
            let mut weights: Vec<f64> = numbers(problem.len(), 9).iter().map(|x| 0.5 * x).collect();
            if spec == "cosine" {
                // Next to the vector of zeros it is all but singular: the last biases keep away from it.
                let outputs = weights.len() - 3;
                weights[outputs..].fill(3.0);
            }
            let vector = numbers(problem.len(), 10);
            let mut product = vec![0.0; problem.len()];
            problem.hessian_vector(&weights, &vector, &mut product).unwrap();
            // Richardson's extrapolation: the error of the fourth order, 1e-12 at this step, is below rounding, 1e-16/1e-3.
            let (wide, narrow) =
                (differences(&problem, &weights, &vector, 2e-3), differences(&problem, &weights, &vector, 1e-3));
            let expected: Vec<f64> =
                wide.iter().zip(&narrow).map(|(wide, narrow)| (4.0 * narrow - wide) / 3.0).collect();
            let error = distance(&product, &expected) / norm(&expected);
            assert!(error < 1e-8, "{spec} {kind}: {error:e}");
        }
    }
}

#[test]
fn products_with_the_hessian_of_kinked_units_are_those_between_the_kinks() {
    let loss = loss("cce_logits");
    let data = rows_for(&loss, 200, 4);
    let model = Model::new(Kind::parse("mlp:8,6,relu").unwrap(), &loss, &data, Setup::default()).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let vector = numbers(problem.len(), 10);
    let mut product = vec![0.0; problem.len()];
    problem.hessian_vector(model.weights(), &vector, &mut product).unwrap();
    // A step so small that it crosses no kink; rounding leaves 1e-16/1e-7.
    let expected = differences(&problem, model.weights(), &vector, 1e-7);
    assert!(distance(&product, &expected) < 1e-7 * norm(&expected));
}

#[test]
fn a_loss_of_probabilities_is_that_of_the_same_model_s_logits() {
    let data = rows_for(&loss("bce"), 100, 3);
    let model = Model::new(Kind::Logistic, &loss("bce"), &data, Setup::default()).unwrap();
    let of_logits = Problem::with_loss(&model, &loss("bce_logits"), &data, 0.0).unwrap();
    let weights = numbers(model.weights().len(), 1);
    assert_eq!(Problem::new(&model, &data, 0.0).unwrap().value(&weights), of_logits.value(&weights));
    // By definition: the mean over rows of −ln of the probability of what is true.
    let predictions = &of_logits.predictions(&weights)[0];
    let Targets::Numbers(target) = data.targets() else { unreachable!() };
    let row_weights = data.weights().unwrap();
    let terms = (0..100).map(|row| {
        let p = 1.0 / (1.0 + (-predictions[row]).exp());
        -row_weights[row] * if target[row] == 1.0 { p.ln() } else { (1.0 - p).ln() }
    });
    let expected = terms.sum::<f64>() / row_weights.iter().sum::<f64>();
    assert!((of_logits.value(&weights) - expected).abs() < 1e-14);
}

/// The least squares of `targets` by `features` and a constant, from the normal equations.
fn least_squares(data: &Data) -> f64 {
    let problem = |kind| {
        let model = Model::new(kind, &loss("mse"), data, Setup::default()).unwrap();
        Problem::new(&model, data, 0.0).unwrap()
    };
    let problem = problem(Kind::Linear);
    let hessian = dense_hessian(&problem, &vec![0.0; problem.len()]).unwrap();
    let mut gradient = vec![0.0; problem.len()];
    problem.gradient(&vec![0.0; problem.len()], &mut gradient);
    // Gaussian elimination without pivoting: the matrix is positive definite.
    let n = gradient.len();
    let mut a = hessian;
    let mut b: Vec<f64> = gradient.iter().map(|g| -g).collect();
    for k in 0..n {
        for i in k + 1..n {
            let factor = a[i * n + k] / a[k * n + k];
            for j in k..n {
                a[i * n + j] -= factor * a[k * n + j];
            }
            b[i] -= factor * b[k];
        }
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|j| a[i * n + j] * b[j]).sum();
        b[i] = (b[i] - sum) / a[i * n + i];
    }
    problem.value(&b)
}

#[test]
fn every_method_finds_the_least_squares() {
    let data = houses(&["gr_liv_area", "lot_area", "year_built", "garage_cars"]);
    let expected = least_squares(&data);
    let model = Model::new(Kind::Linear, &loss("mse"), &data, Setup::default()).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    for method in [Method::Newton, Method::LBFGS, Method::DESCENT] {
        let found = fit(&problem, model.weights(), method, Plan::default()).unwrap();
        assert_eq!(found.stop, Stop::Converged, "{}", method.name());
        assert!((found.loss - expected).abs() <= 1e-12 * expected, "{}: {}", method.name(), found.loss);
        assert_eq!(found.path.first().unwrap().weights, model.weights());
        assert_eq!(found.path.last().unwrap().weights, found.weights);
        assert_eq!(found.path.len(), found.steps + 1);
        if method == Method::Newton {
            assert_eq!(found.steps, 1, "a parabola is done in one step");
        }
    }
    // The weight of the mean of the prices is the bias: features have mean 0.
    let bias = fit(&problem, model.weights(), Method::Newton, Plan::default()).unwrap().weights[4];
    let Targets::Numbers(prices) = data.targets() else { unreachable!() };
    let mean = prices.iter().sum::<f64>() / prices.len() as f64;
    assert!((bias - mean).abs() < 1e-6);
}

#[test]
fn a_median_regression_halves_the_rows() {
    // At the least absolute error as many rows lie above as below, but for those on the line.
    let data = houses(&["gr_liv_area"]);
    let model = Model::new(Kind::Linear, &loss("mae"), &data, Setup::default()).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let found = fit(&problem, model.weights(), Method::LBFGS, Plan { steps: 2000, ..Plan::default() }).unwrap();
    let predictions = &problem.predictions(&found.weights)[0];
    let Targets::Numbers(prices) = data.targets() else { unreachable!() };
    let above = predictions.iter().zip(prices).filter(|(z, y)| z > y).count() as f64 / prices.len() as f64;
    assert!((above - 0.5).abs() < 0.01, "{above} {:?} {}", found.stop, found.loss);
}

#[test]
fn a_perceptron_learns_the_digits() {
    let (train, test) = digits(1797).split(0.3, 1).unwrap();
    let test = test.unwrap();
    assert_eq!((train.rows(), test.rows()), (1258, 539));
    let kind = Kind::parse("mlp:32,relu").unwrap();
    let model = Model::new(kind, &loss("cce"), &train, Setup { seed: 1, ..Setup::default() }).unwrap();
    let problem = Problem::new(&model, &train, 1e-3).unwrap();
    let found = fit(&problem, model.weights(), Method::LBFGS, Plan { steps: 200, ..Plan::default() }).unwrap();
    assert!(found.loss < 0.1, "{}", found.loss);
    let unseen = Problem::new(&model, &test, 0.0).unwrap();
    let columns = unseen.predictions(&found.weights);
    let Targets::Classes { class, .. } = test.targets() else { unreachable!() };
    let right = (0..test.rows()).filter(|&row| {
        let best = (0..10).max_by(|&a, &b| columns[a][row].total_cmp(&columns[b][row])).unwrap();
        best == class[row] as usize
    });
    assert!(right.count() as f64 > 0.95 * test.rows() as f64);
}

#[test]
fn a_scaled_output_learns_prices() {
    let data = houses(&["gr_liv_area", "year_built"]);
    let kind = Kind::Perceptron { hidden: vec![4], activation: Activation::Tanh };
    let model = Model::new(kind, &loss("mse"), &data, Setup { seed: 2, ..Setup::default() }).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let found: Fit = fit(&problem, model.weights(), Method::LBFGS, Plan::default()).unwrap();
    assert!(found.loss < least_squares(&data), "{}", found.loss);
}

#[test]
fn seeds_reproduce_and_differ() {
    let data = digits(100);
    let weights = |seed| {
        let setup = Setup { seed, ..Setup::default() };
        Model::new(Kind::parse("mlp:4").unwrap(), &loss("cce"), &data, setup).unwrap().weights().to_vec()
    };
    assert_eq!(weights(1), weights(1));
    assert_ne!(weights(1), weights(2));
    assert_eq!(data.split(0.25, 7).unwrap(), data.split(0.25, 7).unwrap());
    assert_ne!(data.split(0.25, 7).unwrap(), data.split(0.25, 8).unwrap());
}

#[test]
fn one_and_two_threads_give_the_same_bits() {
    let data = digits(1500);
    let model = Model::new(Kind::parse("mlp:8,tanh").unwrap(), &loss("cce"), &data, Setup::default()).unwrap();
    let problem = Problem::new(&model, &data, 0.1).unwrap();
    let vector = numbers(problem.len(), 2);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (mut gradient, mut product) = (vec![0.0; problem.len()], vec![0.0; problem.len()]);
            let value = problem.gradient(model.weights(), &mut gradient);
            problem.hessian_vector(model.weights(), &vector, &mut product).unwrap();
            (value, gradient, product)
        })
    };
    assert_eq!(run(1), run(2));
}

#[test]
fn the_spectrum_is_that_of_the_whole_hessian() {
    let data = rows_for(&loss("cce_logits"), 200, 3);
    let model = Model::new(Kind::parse("mlp:4,tanh").unwrap(), &loss("cce_logits"), &data, Setup::default()).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let plan = LanczosPlan { count: 3, tolerance: 1e-9, ..LanczosPlan::default() };
    let top = top_eigenpairs(&problem, model.weights(), plan).unwrap();
    let low = lowest_eigenpairs(&problem, model.weights(), plan).unwrap();
    assert!(top.values[0] > 0.0 && low.values[0] < 0.0, "a net at random weights is a saddle");
    let exact = trace(&problem, model.weights(), 1000, 0).unwrap();
    assert_eq!((exact.standard_error, exact.products), (0.0, problem.len()));
    let hessian = dense_hessian(&problem, model.weights()).unwrap();
    let n = problem.len();
    // Sums of powers of eigenvalues are traces of powers; the largest in magnitude rules high ones.
    let diagonal: f64 = (0..n).map(|i| hessian[i * n + i]).sum();
    assert!((exact.value - diagonal).abs() < 1e-13);
    for (pairs, k) in [(&top, 0), (&top, 2), (&low, 0)] {
        let vector = &pairs.vectors[k];
        let product: Vec<f64> = (0..n).map(|i| (0..n).map(|j| hessian[i * n + j] * vector[j]).sum()).collect();
        let scaled: Vec<f64> = vector.iter().map(|v| v * pairs.values[k]).collect();
        assert!((distance(&product, &scaled) - pairs.residuals[k]).abs() < 1e-12);
        assert!(pairs.residuals[k] <= 1e-8 * top.values[0], "{:e}", pairs.residuals[k]);
    }
    let sampled = trace(&problem, model.weights(), n - 1, 4).unwrap();
    assert!((sampled.value - exact.value).abs() < 5.0 * sampled.standard_error);
    assert!(sampled.standard_error > 0.0);
}

#[test]
fn mistakes_are_named() {
    let event = rows_for(&loss("bce"), 10, 2);
    let message = |kind: &str, spec: &str, data: &Data| {
        let made = Kind::parse(kind).and_then(|kind| {
            let model = Model::new(kind, &loss(spec), data, Setup::default())?;
            Problem::new(&model, data, 0.0)
        });
        made.unwrap_err().to_string()
    };
    assert!(message("logistic", "mse", &event).contains("logistic model cannot be fitted with mse"));
    assert!(message("softmax", "bce", &event).contains("softmax model cannot be fitted with bce"));
    assert!(message("linear", "cce", &event).contains("cce takes classes or a share of each"));
    let classes = digits(20);
    assert!(message("linear", "mse", &classes).contains("mse takes one number per row, not "));
    assert!(message("logistic", "bce", &classes).contains("bce takes 0 or 1, or two classes"));
    let wrong = Data::new(numbers(4, 1), names(2), Targets::Numbers(vec![1.0, 2.0]), None).unwrap();
    assert!(message("logistic", "bce", &wrong).contains("row 1: the target of bce must be in [0, 1], not 2"));
    assert!(message("mlp:100000", "mse", &event).contains("at most 65536"));

    let data = |features: Vec<f64>, targets: usize, weights: Option<Vec<f64>>| {
        Data::new(features, names(2), Targets::Numbers(vec![0.0; targets]), weights).unwrap_err().to_string()
    };
    assert!(data(vec![1.0; 3], 1, None).contains("the table of features has 3 numbers, but 2 are needed"));
    assert!(data(vec![1.0; 4], 3, None).contains("the targets has 3 numbers, but 2"));
    assert!(data(vec![], 0, None).contains("there are no rows"));
    assert!(data(vec![1.0, f64::NAN], 1, None).contains("row 0, feature 'x1'"));
    assert!(data(vec![1.0; 4], 2, Some(vec![1.0, -1.0])).contains("row 1: the weight"));
    assert!(data(vec![1.0; 4], 2, Some(vec![0.0, 0.0])).contains("add up to 0"));
    assert!(matches!(event.split(1.0, 0), Err(LandscapeError::TestShare(_))));
    assert!(matches!(event.split(0.99, 0), Err(LandscapeError::NothingToTrainOn { .. })));

    let model = Model::new(Kind::Linear, &loss("mse"), &event, Setup::default()).unwrap();
    let other = rows_for(&loss("bce"), 10, 3);
    assert!(Problem::new(&model, &other, 0.0).unwrap_err().to_string().contains("2 features, and the data have 3"));
    let problem = Problem::new(&model, &event, 0.0).unwrap();
    assert!(fit(&problem, &[0.0], Method::LBFGS, Plan::default()).is_err());
    assert!(fit(&problem, &[f64::NAN; 3], Method::LBFGS, Plan::default()).is_err());
    assert!(fit(&problem, &[0.0; 3], Method::Descent { rate: Some(-1.0), momentum: 0.0 }, Plan::default()).is_err());
    let net = Model::new(Kind::parse("mlp:3,tanh").unwrap(), &loss("mse"), &event, Setup::default()).unwrap();
    let problem = Problem::new(&net, &event, 0.0).unwrap();
    let weights = numbers(problem.len(), 77);
    let newton = fit(&problem, &weights, Method::Newton, Plan::default());
    assert!(newton.unwrap_err().to_string().contains("use L-BFGS"));
}
