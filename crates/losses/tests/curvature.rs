//! What stands for the second derivative: expectations are expectations, and bounds are bounds.

#![allow(clippy::unwrap_used)] // what is not there fails the test

use dartboard_losses::{
    Curvature, Derivatives, Loss, Noise, PointwiseBlocks, RowTarget, Rows, RowwiseBlocks, Treated, Treatment, Truth,
};

fn jet(loss: &dyn PointwiseBlocks, y: f64, z: f64) -> [f64; 3] {
    let (mut value, mut gradient, mut hessian) = ([0.0], [0.0], [0.0]);
    loss.value_gradient_hessian(&[y], &[z], &mut value, &mut gradient, &mut hessian);
    [value[0], gradient[0], hessian[0]]
}

/// A grid inside of both domains.
fn grid(loss: &Loss) -> Vec<(f64, f64)> {
    let numbers = [-40.0, -3.0, -1.5, -1.0, -0.25, 0.0, 0.125, 0.5, 0.75, 1.0, 1.25, 2.0, 7.0, 55.0];
    let (targets, predictions) = (loss.card().target_domain, loss.card().prediction_domain);
    let targets = numbers.into_iter().filter(move |&y| targets.contains(y));
    targets.flat_map(|y| numbers.into_iter().filter(|&z| predictions.contains(z)).map(move |z| (y, z))).collect()
}

#[test]
fn majorizers_are_bounds() {
    let mut checked = 0;
    for loss in Loss::all() {
        let Some(blocks) = loss.pointwise() else { continue };
        for (y, z) in grid(&loss) {
            let Some(bound) = blocks.majorizer(y) else { continue };
            checked += 1;
            let [value, gradient, hessian] = jet(&**blocks, y, z);
            assert!(hessian <= bound + 1e-15 * (1.0 + bound), "{} at {y}, {z}: {hessian} above {bound}", loss.spec());
            // The parabola that touches at z lies above everywhere.
            for (_, other) in grid(&loss).into_iter().filter(|&(target, _)| target == y) {
                let parabola = value + gradient * (other - z) + 0.5 * bound * (other - z) * (other - z);
                let there = jet(&**blocks, y, other)[0];
                assert!(there <= parabola + 1e-12 * (1.0 + parabola.abs()), "{} at {y}: {z} to {other}", loss.spec());
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

#[test]
fn a_majorizer_below_the_curvature_is_found_out() {
    // The law above can fail: ¼ is tight for the logistic loss.
    let loss = Loss::parse("bce_logits").unwrap();
    assert_eq!(jet(&**loss.pointwise().unwrap(), 1.0, 0.0)[2], 0.25);
}

/// The expectation of `f` over targets of the noise model at the prediction `z` of the loss, where the model is known.
fn expectation(loss: &Loss, z: f64, mut f: impl FnMut(f64) -> f64) -> Option<f64> {
    let mean = loss.card().link.from_prediction(z);
    let over = |density: &dyn Fn(f64) -> f64, f: &mut dyn FnMut(f64) -> f64, low: f64, high: f64| {
        let steps = 200_000;
        let width = (high - low) / f64::from(steps);
        (0..steps).map(|step| low + (f64::from(step) + 0.5) * width).map(|y| density(y) * f(y) * width).sum::<f64>()
    };
    Some(match loss.card().noise? {
        Noise::Bernoulli => mean * f(1.0) + (1.0 - mean) * f(0.0),
        Noise::Poisson => {
            let mut mass = (-mean).exp();
            let mut sum = 0.0;
            for count in 0..400 {
                sum += mass * f(f64::from(count));
                mass *= mean / f64::from(count + 1);
            }
            sum
        }
        Noise::Gaussian => {
            let density = |y: f64| (-(y - z) * (y - z) / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            over(&density, &mut f, z - 12.0, z + 12.0)
        }
        Noise::Gamma => {
            let density = |y: f64| (-y / mean).exp() / mean;
            over(&density, &mut f, 0.0, 45.0 * mean)
        }
        Noise::Laplace => over(&|y: f64| 0.5 * (-(y - z).abs()).exp(), &mut f, z - 45.0, z + 45.0),
        Noise::AsymmetricLaplace => {
            let tau = *loss.parameters().first()?;
            let density = move |y: f64| {
                let slope = if y > z { tau } else { tau - 1.0 };
                tau * (1.0 - tau) * (-slope * (y - z)).exp()
            };
            over(&density, &mut f, z - 150.0, z + 150.0)
        }
        _ => return None,
    })
}

#[test]
fn fisher_is_the_expectation_over_the_noise() {
    let mut checked = vec![];
    for spec in ["mse", "mae", "quantile(tau=0.3)", "bce", "bce_logits", "poisson", "gamma"] {
        let loss = Loss::parse(spec).unwrap();
        let blocks = loss.pointwise().unwrap();
        for z in [0.125, 0.25, 0.5, 0.875] {
            let fisher = blocks.fisher(z).unwrap();
            // Where the gradient jumps the second derivative misses the jump; for a negative log-likelihood the
            // expected square of the gradient is the same number.
            let kinked = matches!(loss.card().noise, Some(Noise::Laplace | Noise::AsymmetricLaplace));
            let expected = expectation(&loss, z, |y| {
                let [_, gradient, hessian] = jet(&**blocks, y, z);
                if kinked { gradient * gradient } else { hessian }
            });
            let expected = expected.unwrap_or_else(|| panic!("{spec}: the noise {:?} is not known", loss.card().noise));
            assert!((fisher - expected).abs() <= 1e-6 * expected, "{spec} at {z}: {fisher}, not {expected}");
        }
        checked.push(spec);
    }
    // No loss has one that this test does not look at.
    let named = |loss: &Loss| checked.iter().any(|spec| spec.split('(').next() == Some(loss.card().name));
    for loss in Loss::all() {
        let has = loss.pointwise().is_some_and(|blocks| blocks.fisher(0.5).is_some());
        assert!(!has || named(&loss), "{} is not checked", loss.spec());
    }
}

/// The whole Hessian of a row, column by column.
fn row_hessian(loss: &dyn RowwiseBlocks, class: u32, scores: &[f64]) -> Vec<Vec<f64>> {
    let columns: Vec<&[f64]> = scores.chunks(1).collect();
    let unit = |direction: usize| -> Vec<f64> {
        let vector: Vec<f64> = (0..scores.len()).map(|class| f64::from(class == direction)).collect();
        let vector: Vec<&[f64]> = vector.chunks(1).collect();
        let mut product = vec![0.0; scores.len()];
        let mut slices: Vec<&mut [f64]> = product.chunks_mut(1).collect();
        loss.hessian_vector(RowTarget::Class(&[class]), &columns, &vector, &mut slices);
        product
    };
    (0..scores.len()).map(unit).collect()
}

#[test]
fn curvatures_of_rows() {
    let rows: [&[f64]; 5] =
        [&[0.0, 0.0, 0.0], &[1.0, 2.0, 0.5], &[40.0, 0.0, -40.0], &[-2.0, -1.0, -3.0], &[0.1, 0.2, 9.0]];
    let mut bounds = 0;
    for loss in Loss::all() {
        let Some(blocks) = loss.rowwise() else { continue };
        for scores in rows {
            let mut diagonal = [0.0; 3];
            if !blocks.majorizer(scores, &mut diagonal) {
                continue;
            }
            bounds += 1;
            let hessian = row_hessian(&**blocks, 1, scores);
            for step in 0..500 {
                let angle = f64::from(step);
                let v = [angle.sin(), (1.7 * angle).cos(), (2.3 * angle + 1.0).sin()];
                let below: f64 = (0..3).map(|c| (0..3).map(|j| v[c] * hessian[c][j] * v[j]).sum::<f64>()).sum();
                let above: f64 = (0..3).map(|c| diagonal[c] * v[c] * v[c]).sum();
                assert!(below <= above + 1e-15, "{} at {scores:?}", loss.spec());
            }
        }
    }
    assert!(bounds >= 5);
    for (spec, p) in [("cce_logits", None), ("cce", Some([0.5, 0.125, 0.375]))] {
        let loss = Loss::parse(spec).unwrap();
        let scores = p.unwrap_or([1.0, -0.5, 0.25]);
        let mut shares = scores;
        if p.is_none() {
            loss.card().link.from_row(&mut shares);
        }
        let mut fisher = [0.0; 3];
        assert!(loss.rowwise().unwrap().fisher(&scores, &mut fisher));
        let columns: Vec<&[f64]> = scores.chunks(1).collect();
        let mut expected = [0.0; 3];
        for class in 0..3_u32 {
            let (mut value, mut gradient, mut hessian) = ([0.0], [0.0; 3], [0.0; 3]);
            let mut derivatives =
                Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
            let target = RowTarget::Class(&[class]);
            loss.rowwise().unwrap().value_gradient_hessian(target, &columns, &mut value, &mut derivatives);
            (0..3).for_each(|c| expected[c] += shares[class as usize] * hessian[c]);
        }
        for class in 0..3 {
            assert!((fisher[class] - expected[class]).abs() < 1e-14 * expected[class], "{spec}");
        }
    }
}

#[test]
fn curvatures_take_weights_and_forms() {
    let predictions: [&[f64]; 1] = [&[0.0, 2.0]];
    let rows = Rows::new(Truth::Numbers(&[1.0, 0.5]), &predictions).weight(&[2.0, 4.0]);
    let hessian = |curvature| {
        let treatment = Treatment::new().pos_weight(3.0).curvature(curvature);
        let treated = Treated::new(&Loss::parse("bce_logits").unwrap(), treatment).unwrap();
        let (mut gradient, mut hessian) = ([0.0; 2], [0.0; 2]);
        treated.gradient_hessian(&rows, &mut [&mut gradient], &mut [&mut hessian]).unwrap();
        hessian
    };
    // A share of one half on an event of weight 3 and one half on a non-event weighs 2.
    assert_eq!(hessian(Curvature::Unit), [2.0 * 3.0, 4.0 * 2.0]);
    assert_eq!(hessian(Curvature::Majorizer), [2.0 * 3.0 * 0.25, 4.0 * 2.0 * 0.25]);
    assert_eq!(hessian(Curvature::Fisher), hessian(Curvature::True));

    let columns: [&[f64]; 3] = [&[0.0], &[0.0], &[0.0]];
    let rows = Rows::new(Truth::Classes(&[2]), &columns).weight(&[2.0]);
    let diagonal = |treatment: Treatment| {
        let treated = Treated::new(&Loss::parse("cce_logits").unwrap(), treatment).unwrap();
        let (mut gradient, mut hessian) = ([0.0; 3], [0.0; 3]);
        let mut g: Vec<&mut [f64]> = gradient.chunks_mut(1).collect();
        let mut h: Vec<&mut [f64]> = hessian.chunks_mut(1).collect();
        treated.gradient_hessian(&rows, &mut g, &mut h).unwrap();
        hessian[0]
    };
    let third = 2.0 / 9.0;
    let close = |found: f64, expected: f64| (found - expected).abs() < 1e-15;
    assert!(close(diagonal(Treatment::new()), 2.0 * third));
    assert!(close(diagonal(Treatment::new().curvature(Curvature::Majorizer)), 4.0 * third));
    assert!(close(
        diagonal(Treatment::new().class_weight([1.0, 1.0, 5.0]).curvature(Curvature::Majorizer)),
        20.0 * third
    ));
    let smoothed = Treatment::new().class_weight([1.0, 1.0, 5.0]).label_smoothing(0.3);
    // The shares 0.1, 0.1 and 0.8 weigh 0.1, 0.1 and 4.
    assert!(close(diagonal(smoothed.curvature(Curvature::Fisher)), 2.0 * 4.2 * third));
}
