//! Directions: what random ones are scaled to, and what components of a path say.

#![allow(clippy::unwrap_used)]

mod common;

use common::{digits, houses, numbers};
use dartboard_landscapes::{
    Differentiable, Direction, Kind, LanczosPlan, Layout, Model, Normalisation, Problem, RandomPlan, Role, Setup,
    Source, Tensor, cosine, eigenvectors, principal, random,
};
use dartboard_losses::Loss;

fn length(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|x| x * x).sum::<f64>().sqrt()
}

fn network() -> Model {
    let setup = Setup { seed: 5, ..Setup::default() };
    Model::new(Kind::parse("mlp:7,tanh").unwrap(), &Loss::parse("cce").unwrap(), &digits(50), setup).unwrap()
}

#[test]
fn filters_of_a_random_direction_are_as_long_as_the_model_s() {
    let model = network();
    let direction = random(model.layout(), model.weights(), RandomPlan::default(), 0).unwrap();
    for tensor in model.layout().tensors() {
        for filter in tensor.filters() {
            let own = length(filter.iter().map(|&place| model.weights()[place]));
            let drawn = length(filter.iter().map(|&place| direction.vector[place]));
            let expected = if tensor.role == Role::Bias { 0.0 } else { own };
            assert!((drawn - expected).abs() <= 1e-14 * own, "{}", tensor.name);
        }
    }
}

/// The filter of a matrix that is multiplied from the right lies along its last axis: that of exporters that write
/// `MatMul`. Taking the first axis for every tensor is a known defect of landscape tools.
#[test]
fn filters_follow_the_axis_of_the_tensor() {
    let tensor =
        |axis| Tensor { name: "w".to_owned(), shape: vec![3, 4], range: 0..12, filter_axis: axis, role: Role::Weight };
    let origin = numbers(12, 3);
    let drawn = |axis| {
        let layout = Layout::new(vec![tensor(axis)], vec![]);
        random(&layout, &origin, RandomPlan::default(), 0).unwrap().vector
    };
    let (first, last) = (drawn(Some(0)), drawn(Some(1)));
    for row in 0..3 {
        let of = |values: &[f64]| length((0..4).map(|column| values[row * 4 + column]));
        assert!((of(&first) - of(&origin)).abs() < 1e-14);
        assert!((of(&last) - of(&origin)).abs() > 1e-3);
    }
    for column in 0..4 {
        let of = |values: &[f64]| length((0..3).map(|row| values[row * 4 + column]));
        assert!((of(&last) - of(&origin)).abs() < 1e-14);
    }
}

/// A bias that is not skipped is one filter, and its direction is random. Two known defects: taking the bias itself as the
/// random direction, and scaling it element by element to ± itself.
#[test]
fn tensors_of_one_axis_are_scaled_as_a_whole() {
    let tensor = Tensor { name: "b".to_owned(), shape: vec![5], range: 0..5, filter_axis: None, role: Role::Bias };
    let layout = Layout::new(vec![tensor], vec![]);
    let origin = numbers(5, 8);
    let plan = RandomPlan { skip_bias: false, ..RandomPlan::default() };
    let drawn = random(&layout, &origin, plan, 0).unwrap().vector;
    assert!((length(drawn.iter().copied()) - length(origin.iter().copied())).abs() < 1e-14);
    for (drawn, origin) in drawn.iter().zip(&origin) {
        assert!((drawn.abs() - origin.abs()).abs() > 1e-6);
    }
    // Skipped, nothing is left.
    assert!(random(&layout, &origin, RandomPlan::default(), 0).unwrap_err().to_string().contains("leads nowhere"));
}

#[test]
fn layers_and_no_normalisation() {
    let model = network();
    let draw = |normalisation| {
        let plan = RandomPlan { normalisation, skip_bias: true, ..RandomPlan::default() };
        random(model.layout(), model.weights(), plan, 0).unwrap().vector
    };
    let (layer, none) = (draw(Normalisation::Layer), draw(Normalisation::None));
    for tensor in model.layout().tensors().iter().filter(|tensor| tensor.role == Role::Weight) {
        let of = |values: &[f64]| length(values[tensor.range.clone()].iter().copied());
        assert!((of(&layer) - of(model.weights())).abs() <= 1e-13 * of(&layer));
        // n standard normal numbers: √n, with a standard deviation of √½.
        assert!((of(&none) - (tensor.len() as f64).sqrt()).abs() < 4.0);
    }
}

#[test]
fn seeds_reproduce_and_numbers_differ() {
    let model = network();
    let draw = |seed, number| {
        random(model.layout(), model.weights(), RandomPlan { seed, ..RandomPlan::default() }, number).unwrap()
    };
    assert_eq!(draw(1, 0), draw(1, 0));
    assert_ne!(draw(1, 0).vector, draw(2, 0).vector);
    // Random directions of many weights are almost orthogonal, and the report says how much.
    let angle = cosine(&draw(1, 0), &draw(1, 1));
    assert!(angle != 0.0 && angle.abs() < 0.2, "{angle}");
    // Recorded: ChaCha20 and our own arithmetic give these on every machine.
    let plan = RandomPlan { seed: 7, normalisation: Normalisation::None, ..RandomPlan::default() };
    let tensor = Tensor { name: "w".to_owned(), shape: vec![3], range: 0..3, filter_axis: None, role: Role::Weight };
    let numbers = random(&Layout::new(vec![tensor], vec![]), &[0.0; 3], plan, 0).unwrap().vector;
    let bits: Vec<u64> = numbers.iter().map(|x| x.to_bits()).collect();
    assert_eq!(bits, [13_833_171_687_256_815_263, 13_820_586_291_488_892_816, 4_606_530_861_706_186_809]);
}

#[test]
fn components_of_a_path_in_a_plane_explain_it() {
    // A spiral in a plane of 20 dimensions, seen from its end.
    let (e, f) = (numbers(20, 1), numbers(20, 2));
    let at =
        |t: f64| -> Vec<f64> { (0..20).map(|i| (1.0 - t) * (9.0 * t).cos() * e[i] + (1.0 - t) * t * f[i]).collect() };
    let path: Vec<Vec<f64>> = (0..=30).map(|step| at(f64::from(step) / 30.0)).collect();
    let found = principal(&path, &path[30], 2).unwrap();
    assert!((found.explained() - 1.0).abs() < 1e-12 && found.shares[0] >= found.shares[1]);
    assert!(cosine(&found.directions[0], &found.directions[1]).abs() < 1e-14);
    for direction in &found.directions {
        assert!((length(direction.vector.iter().copied()) - 1.0).abs() < 1e-14);
    }
    // The first component alone leaves the second's share.
    let first = principal(&path, &path[30], 1).unwrap();
    assert!((first.shares[0] - found.shares[0]).abs() < 1e-12);
    assert!(principal(&path, &path[30], 3).unwrap_err().to_string().contains("span 2 of the 3"));
    assert!(principal(&[vec![0.0; 20]], &[0.0; 20], 1).is_err());
    assert!(principal(&[vec![0.0; 3]], &[0.0; 20], 1).is_err());
}

#[test]
fn other_directions() {
    let data = houses(&["gr_liv_area", "year_built"]);
    let model = Model::new(Kind::Linear, &Loss::parse("mse").unwrap(), &data, Setup::default()).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let origin = vec![1.0, 2.0, 3.0];
    let weight = Direction::weight(model.layout(), &origin, "year_built").unwrap();
    assert_eq!(weight.vector, [0.0, 1.0, 0.0]);
    assert_eq!(weight.source, Source::Weight { name: "year_built".to_owned(), value: 2.0 });
    assert_eq!(Direction::weight(model.layout(), &origin, "w2").unwrap().source.to_string(), "bias");
    assert!(Direction::weight(model.layout(), &origin, "w3").is_err());

    let gradient = Direction::gradient(&problem, &origin).unwrap();
    let mut expected = vec![0.0; 3];
    problem.gradient(&origin, &mut expected);
    let given = Direction::given(expected, 3).unwrap();
    assert!(
        (cosine(&gradient, &given) - 1.0).abs() < 1e-14
            && (length(gradient.vector.iter().copied()) - 1.0).abs() < 1e-14
    );

    assert_eq!(Direction::between(&origin, &[1.0, 1.0, 1.0]).unwrap().vector, [0.0, -1.0, -2.0]);
    assert!(Direction::between(&origin, &origin).is_err() && Direction::between(&origin, &[1.0]).is_err());
    assert!(Direction::given(vec![0.0; 3], 3).is_err() && Direction::given(vec![f64::NAN; 3], 3).is_err());

    let top = eigenvectors(&problem, &origin, LanczosPlan::default()).unwrap();
    assert_eq!(top.len(), 2);
    assert!(cosine(&top[0], &top[1]).abs() < 1e-9);
}
