//! Grids: their values, their threads, their files, and what is said beside them.

#![allow(clippy::unwrap_used)]

mod common;

use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{digits, houses, names, numbers};
use dartboard_landscapes::{
    Axis, Data, Direction, Fingerprint, Fingerprints, GridPlan, Keep, Kind, Landscape, Method, Model, ModelSurface,
    Objective, ObjectiveSurface, Plan, Precision, Problem, RandomPlan, Setup, Surface, Targets, automatic_extent,
    barrier, convexity, draw, fit, minima, off_plane, plane_hessian, plane_hessian_of_grid, principal, random,
};
use dartboard_losses::Loss;

/// A surface by formula.
struct Formula<F> {
    dimensions: usize,
    loss: F,
}

impl<F: Fn(f64, f64) -> f64 + Sync> Surface for Formula<F> {
    fn dimensions(&self) -> usize {
        self.dimensions
    }
    fn losses(&self, places: &[[f64; 2]], losses: &mut [f64]) {
        losses.iter_mut().zip(places).for_each(|(loss, [a, b])| *loss = (self.loss)(*a, *b));
    }
    fn rounding(&self) -> f64 {
        1e-15
    }
    fn fingerprints(&self) -> Fingerprints {
        let hash = Fingerprint::of(b"formula");
        Fingerprints { model: hash, data: hash, settings: hash }
    }
}

fn plane(loss: impl Fn(f64, f64) -> f64 + Sync) -> Formula<impl Fn(f64, f64) -> f64 + Sync> {
    Formula { dimensions: 2, loss }
}

fn line(loss: impl Fn(f64) -> f64 + Sync) -> Formula<impl Fn(f64, f64) -> f64 + Sync> {
    Formula { dimensions: 1, loss: move |a, _| loss(a) }
}

fn axis(from: f64, to: f64, points: usize) -> Axis {
    Axis::new(from, to, points).unwrap()
}

fn full(surface: &impl Surface, axes: &[Axis]) -> Landscape {
    let plan = GridPlan { axes: axes.to_vec(), tolerance: None };
    draw(surface, &plan, &Keep::Nothing, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn bits(losses: &[f64]) -> Vec<u64> {
    losses.iter().map(|loss| loss.to_bits()).collect()
}

/// Loss-landscape stores grids that are not square scrambled.
#[test]
fn grids_that_are_not_square_are_not_scrambled() {
    let grid = full(&plane(|a, b| 10.0 * b + a), &[axis(0.0, 4.0, 5), axis(0.0, 2.0, 3)]);
    assert_eq!(grid.shape(), [5, 3]);
    let expected: Vec<f64> = (0..3).flat_map(|b| (0..5).map(move |a| f64::from(10 * b + a))).collect();
    assert_eq!(grid.losses, expected);
    assert_eq!((grid.loss(4, 1), grid.place(9)), (14.0, [4.0, 1.0]));
}

#[test]
fn symmetric_axes_are_symmetric_to_the_bit() {
    let axis = axis(-0.7, 0.7, 51);
    assert_eq!((axis.at(0), axis.at(25), axis.at(50)), (-0.7, 0.0, 0.7));
    assert!((0..51).all(|place| axis.at(place) == -axis.at(50 - place)));
    for (from, to, points) in [(0.0, 1.0, 1), (1.0, 1.0, 5), (2.0, 1.0, 5), (f64::NAN, 1.0, 5), (-1e308, 1e308, 5)] {
        assert!(Axis::new(from, to, points).is_err());
    }
}

/// Landscaper replaces NaN and infinities by finite losses, and adds noise to the largest.
#[test]
fn losses_that_are_not_finite_are_kept_and_none_is_changed() {
    let loss = |a: f64, b: f64| match (a as i32, b as i32) {
        (1, 1) => f64::NAN,
        (2, 1) => f64::INFINITY,
        (3, 1) => f64::NEG_INFINITY,
        _ => 5.0,
    };
    let axes = [axis(0.0, 16.0, 17), axis(0.0, 12.0, 13)];
    let whole = full(&plane(loss), &axes);
    let plan = GridPlan { axes: axes.to_vec(), tolerance: Some(0.01) };
    let refined = draw(&plane(loss), &plan, &Keep::Nothing, &mut |_| ControlFlow::Continue(())).unwrap();
    for grid in [whole, refined] {
        assert!(grid.loss(1, 1).is_nan());
        assert_eq!((grid.loss(2, 1), grid.loss(3, 1)), (f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!(grid.losses.iter().filter(|&&loss| loss == 5.0).count(), 17 * 13 - 3);
        assert_eq!(grid.range(), Some((5.0, 5.0)));
    }
}

/// Loss-landscape takes losses of 0 and less for losses that are missing.
#[test]
fn losses_of_zero_and_less_are_losses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points");
    let surface = line(|a| if a > 2.0 { 0.0 } else { -a });
    let plan = GridPlan { axes: vec![axis(0.0, 4.0, 5)], tolerance: None };
    let mut go_on = |_| ControlFlow::Continue(());
    let first = draw(&surface, &plan, &Keep::New(path.clone()), &mut go_on).unwrap();
    let never = line(|_| unreachable!("all losses are known"));
    let second = draw(&never, &plan, &Keep::Resume(path), &mut go_on).unwrap();
    assert_eq!(bits(&first.losses), bits(&second.losses));
    assert_eq!(first.losses, [-0.0, -1.0, -2.0, 0.0, 0.0]);
}

fn wavy(a: f64, b: f64) -> f64 {
    a * a + 0.5 * b * b + 0.3 * (3.0 * a).sin() * (2.0 * b).cos()
}

#[test]
fn refinement_keeps_its_tolerance_with_fewer_points() {
    let axes = [axis(-2.0, 2.0, 65), axis(-1.5, 1.5, 49)];
    let whole = full(&plane(wavy), &axes);
    let (low, high) = whole.range().unwrap();
    for (tolerance, divisor) in [(0.02, 2), (0.005, 1)] {
        let plan = GridPlan { axes: axes.to_vec(), tolerance: Some(tolerance) };
        let refined = draw(&plane(wavy), &plan, &Keep::Nothing, &mut |_| ControlFlow::Continue(())).unwrap();
        let report = refined.refinement.unwrap();
        assert!(report.largest_error <= tolerance && report.computed < whole.losses.len() / divisor, "{report:?}");
        assert_eq!(report.computed, refined.computed.iter().filter(|computed| **computed).count());
        for (at, (&refined_loss, &loss)) in refined.losses.iter().zip(&whole.losses).enumerate() {
            if refined.computed[at] {
                assert_eq!(refined_loss.to_bits(), loss.to_bits());
            }
            // It is measured at the middles; in between it may be a little more.
            assert!((refined_loss - loss).abs() <= 1.5 * tolerance * (high - low), "{at}");
        }
    }
    // A tolerance that nothing meets computes everything.
    let plan = GridPlan { axes: axes.to_vec(), tolerance: Some(1e-300) };
    let all = draw(&plane(wavy), &plan, &Keep::Nothing, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(bits(&all.losses), bits(&whole.losses));
    let line_plan = GridPlan { axes: vec![axis(-2.0, 2.0, 101)], tolerance: Some(0.01) };
    let line = draw(&line(|a| wavy(a, 0.0)), &line_plan, &Keep::Nothing, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(line.refinement.unwrap().computed < 60);
}

#[test]
fn a_run_that_was_stopped_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let axes = vec![axis(-2.0, 2.0, 41), axis(-1.5, 1.5, 31)];
    for tolerance in [None, Some(0.01)] {
        let plan = GridPlan { axes: axes.clone(), tolerance };
        let whole_path = folder.path().join(format!("whole{}", tolerance.is_some()));
        let mut go_on = |_| ControlFlow::Continue(());
        let whole = draw(&plane(wavy), &plan, &Keep::New(whole_path.clone()), &mut go_on).unwrap();
        let expected = std::fs::read(&whole_path).unwrap();
        for cut in [0, 1, 23, 24, 25, 24 * 17, 24 * 17 + 11, expected.len() - 129] {
            let path = folder.path().join("part");
            std::fs::write(&path, &expected[..128 + cut.min(expected.len() - 128)]).unwrap();
            let mut first = None;
            let resumed = draw(&plane(wavy), &plan, &Keep::Resume(path.clone()), &mut |progress| {
                first.get_or_insert(progress);
                ControlFlow::Continue(())
            });
            assert_eq!(first.unwrap().dropped, usize::from(!cut.is_multiple_of(24)), "{cut}");
            assert_eq!(resumed.unwrap(), whole);
            assert_eq!(std::fs::read(&path).unwrap(), expected, "{cut}");
        }
        // Zeros, as a system that lost power may leave behind.
        let path = folder.path().join("zeros");
        let mut damaged = expected.clone();
        damaged[128 + 24 * 30..].fill(0);
        std::fs::write(&path, damaged).unwrap();
        assert_eq!(draw(&plane(wavy), &plan, &Keep::Resume(path.clone()), &mut go_on).unwrap(), whole);
        assert_eq!(std::fs::read(&path).unwrap(), expected);
    }
}

/// What the killed process runs; a child of the test below.
#[test]
#[ignore = "run by another test, in a process of its own"]
fn slow_run() {
    let Ok(path) = std::env::var("DARTBOARD_TEST_POINTS") else { return };
    let plan = GridPlan { axes: vec![axis(-1.0, 1.0, 40), axis(-1.0, 1.0, 30)], tolerance: None };
    let slow = plane(|a, b| {
        std::thread::sleep(Duration::from_millis(2));
        wavy(a, b)
    });
    draw(&slow, &plan, &Keep::New(path.into()), &mut |_| ControlFlow::Continue(())).unwrap();
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "slow_run", "--ignored"])
        .env("DARTBOARD_TEST_POINTS", &path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    while length(&path) < 128 + 24 * 20 {
        std::thread::sleep(Duration::from_millis(5));
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let plan = GridPlan { axes: vec![axis(-1.0, 1.0, 40), axis(-1.0, 1.0, 30)], tolerance: None };
    let mut resumed = 0;
    let mut see = |progress: dartboard_landscapes::Progress| {
        resumed = progress.resumed;
        ControlFlow::Continue(())
    };
    let grid = draw(&plane(wavy), &plan, &Keep::Resume(path.clone()), &mut see).unwrap();
    assert!((20..1200).contains(&resumed), "{resumed}");
    let other = folder.path().join("whole");
    let whole = draw(&plane(wavy), &plan, &Keep::New(other.clone()), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(grid, whole);
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(other).unwrap());
}

fn network() -> (Problem, Vec<f64>, Vec<Direction>) {
    let data = digits(300);
    let setup = Setup { seed: 4, ..Setup::default() };
    let model = Model::new(Kind::parse("mlp:9,5,tanh").unwrap(), &Loss::parse("cce").unwrap(), &data, setup).unwrap();
    let problem = Problem::new(&model, &data, 0.01).unwrap();
    let origin = model.weights().to_vec();
    let directions =
        [0, 1].map(|number| random(model.layout(), &origin, RandomPlan::default(), number).unwrap()).to_vec();
    (problem, origin, directions)
}

#[test]
fn files_of_other_runs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points");
    let (problem, origin, directions) = network();
    let plan = GridPlan { axes: vec![axis(-1.0, 1.0, 5), axis(-1.0, 1.0, 4)], tolerance: None };
    let run = |problem: &Problem, origin: &[f64], directions: &[Direction], precision, plan: &GridPlan, keep: &Keep| {
        let surface = ModelSurface::new(problem, origin, directions, precision).unwrap();
        draw(&surface, plan, keep, &mut |_| ControlFlow::Continue(())).map_err(|error| error.to_string())
    };
    let double = Precision::Double;
    run(&problem, &origin, &directions, double, &plan, &Keep::New(path.clone())).unwrap();
    let again = run(&problem, &origin, &directions, double, &plan, &Keep::New(path.clone())).unwrap_err();
    assert!(again.contains("points of another run"), "{again}");
    let resume = Keep::Resume(path.clone());
    run(&problem, &origin, &directions, double, &plan, &resume).unwrap();

    let mut moved = origin.clone();
    moved[3] += 1e-9;
    assert!(run(&problem, &moved, &directions, double, &plan, &resume).unwrap_err().contains("another model"));
    let other_data = Problem::new(problem.model(), &digits(299), 0.01).unwrap();
    assert!(run(&other_data, &origin, &directions, double, &plan, &resume).unwrap_err().contains("other data"));
    let turned: Vec<Direction> = directions.iter().rev().cloned().collect();
    let settings = "another loss, other directions, or another grid";
    assert!(run(&problem, &origin, &turned, double, &plan, &resume).unwrap_err().contains(settings));
    assert!(run(&problem, &origin, &directions, Precision::Single, &plan, &resume).unwrap_err().contains(settings));
    let other_plan = GridPlan { axes: vec![axis(-1.0, 1.0, 4), axis(-1.0, 1.0, 5)], tolerance: None };
    assert!(run(&problem, &origin, &directions, double, &other_plan, &resume).unwrap_err().contains(settings));
    std::fs::write(&path, b"something else").unwrap();
    assert!(run(&problem, &origin, &directions, double, &plan, &resume).unwrap_err().contains("no points of a grid"));
    let missing = Keep::Resume(folder.path().join("none"));
    assert!(run(&problem, &origin, &directions, double, &plan, &missing).unwrap_err().contains("none: "));
}

#[test]
fn mistakes_are_named() {
    let mut go_on = |_| ControlFlow::Continue(());
    let message = |axes: Vec<Axis>, tolerance| {
        let plan = GridPlan { axes, tolerance };
        draw(&plane(wavy), &plan, &Keep::Nothing, &mut |_| ControlFlow::Continue(())).unwrap_err().to_string()
    };
    let one = axis(0.0, 1.0, 3);
    assert!(message(vec![one], None).contains("the list of axes has 1 numbers, but 2"));
    assert!(message(vec![one, one], Some(0.0)).contains("the tolerance must be finite and above 0"));
    let wide = axis(0.0, 1.0, 100_000);
    assert!(message(vec![wide, wide], None).contains("100000 × 100000 points is too large"));
    assert!(message(vec![axis(0.0, 1.0, usize::MAX), wide], None).contains("too large"));
    let plan = GridPlan { axes: vec![one, one], tolerance: None };
    let stopped = draw(&plane(wavy), &plan, &Keep::Nothing, &mut |_| ControlFlow::Break(()));
    assert!(stopped.unwrap_err().to_string().contains("stopped with 0 of 9 points"));
    assert!(draw(&plane(wavy), &plan, &Keep::Nothing, &mut go_on).is_ok());
}

#[test]
fn the_fast_surface_is_the_objective_s() {
    let (problem, origin, directions) = network();
    let axes = [axis(-1.0, 1.0, 7), axis(-1.5, 1.5, 6)];
    let hash = Fingerprint::of(b"");
    for dimensions in [1, 2] {
        let (directions, axes) = (&directions[..dimensions], &axes[..dimensions]);
        let slow = full(&ObjectiveSurface::new(&problem, &origin, directions, hash, hash).unwrap(), axes);
        for (precision, bound) in [(Precision::Double, 1e-14), (Precision::Single, 1e-6)] {
            let fast = full(&ModelSurface::new(&problem, &origin, directions, precision).unwrap(), axes);
            for (fast, slow) in fast.losses.iter().zip(&slow.losses) {
                assert!((fast - slow).abs() <= bound * slow, "{precision:?} {fast} {slow}");
            }
        }
    }
}

#[test]
fn every_loss_and_model_has_the_objective_s_surface() {
    let rows = 300;
    let features = numbers(rows * 3, 5);
    let weights: Vec<f64> = (0..rows).map(|row| f64::from(row as u32 % 3)).collect();
    let quantity = Targets::Numbers((0..rows).map(|row| 2.0 + features[row * 3]).collect());
    let event = Targets::Numbers((0..rows).map(|row| f64::from(features[row * 3] > 0.0)).collect());
    let class = (0..rows).map(|row| (1.5 * (1.0 + features[row * 3])) as u32).collect();
    let classes = Targets::Classes { class, names: names(3) };
    let column = |at: usize| (0..rows).map(|row| f64::from((row + at).is_multiple_of(2))).collect();
    let labels = Targets::Shares { columns: (0..3).map(column).collect(), names: names(3) };
    for (spec, targets) in [
        ("mse", &quantity),
        ("huber", &quantity),
        ("msle", &quantity),
        ("poisson_deviance", &quantity),
        ("gaussian_nll", &quantity),
        ("brier", &event),
        ("hinge", &event),
        ("bce", &event),
        ("cce", &classes),
        ("rps", &classes),
        ("multilabel_bce", &labels),
        ("cosine", &labels),
    ] {
        let data = Data::new(features.clone(), names(3), targets.clone(), Some(weights.clone())).unwrap();
        for kind in ["linear", "mlp:4,relu", "mlp:3,4,gelu", "mlp:2,sigmoid"] {
            let model = Model::new(Kind::parse(kind).unwrap(), &Loss::parse(spec).unwrap(), &data, Setup::default());
            let problem = Problem::new(&model.unwrap(), &data, 0.1).unwrap();
            let origin = numbers(problem.len(), 1);
            let directions: Vec<Direction> =
                [2, 3].map(|seed| Direction::given(numbers(problem.len(), seed), problem.len()).unwrap()).to_vec();
            let fast = ModelSurface::new(&problem, &origin, &directions, Precision::Double).unwrap();
            let hash = Fingerprint::of(b"");
            let slow = ObjectiveSurface::new(&problem, &origin, &directions, hash, hash).unwrap();
            let places = [[0.0, 0.0], [0.3, -0.4], [-2.0, 1.0]];
            let (mut a, mut b) = ([0.0; 3], [0.0; 3]);
            fast.losses(&places, &mut a);
            slow.losses(&places, &mut b);
            for (a, b) in a.iter().zip(&b) {
                let same = (a - b).abs() <= 1e-13 * b.abs() || a.is_nan() && b.is_nan() || a == b;
                assert!(same, "{spec} {kind}: {a} {b}");
            }
            // A prediction that the loss is not defined for has no loss: msle of less than −1.
            assert!(spec == "msle" || a[0].is_finite(), "{spec} {kind}");
        }
    }
}

#[test]
fn one_and_two_threads_and_any_company_give_the_same_bits() {
    let (problem, origin, directions) = network();
    let axes = [axis(-1.0, 1.0, 15), axis(-1.0, 1.0, 14)];
    for precision in [Precision::Double, Precision::Single] {
        let surface = ModelSurface::new(&problem, &origin, &directions, precision).unwrap();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bits(&full(&surface, &axes).losses))
        };
        let one = run(1);
        assert_eq!(one, run(2));
        // Each place alone.
        let grid = full(&surface, &axes);
        for at in (0..one.len()).step_by(7) {
            let mut loss = [0.0];
            surface.losses(&[grid.place(at)], &mut loss);
            assert_eq!(loss[0].to_bits(), one[at]);
        }
    }
}

fn linear() -> (Problem, Vec<f64>) {
    let data = houses(&["gr_liv_area", "lot_area", "year_built"]);
    let model = Model::new(Kind::Linear, &Loss::parse("mse").unwrap(), &data, Setup::default()).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let weights = fit(&problem, model.weights(), Method::Newton, Plan::default()).unwrap().weights;
    (problem, weights)
}

#[test]
fn a_linear_model_s_squared_error_is_the_closed_quadratic() {
    let (problem, origin) = linear();
    let data = houses(&["gr_liv_area", "lot_area", "year_built"]);
    let model = problem.model();
    let directions: Vec<Direction> =
        [1, 2].map(|seed| Direction::given(numbers(4, seed).iter().map(|x| 1e4 * x).collect(), 4).unwrap()).to_vec();
    // Residuals at the origin, and X·d for each direction, with a column of ones for the bias.
    let Targets::Numbers(target) = data.targets() else { unreachable!() };
    let product = |weights: &[f64], row: usize| -> f64 {
        let features = data.row(row).iter().enumerate().map(|(column, &x)| model.standardisation().apply(column, x));
        features.zip(weights).map(|(x, w)| x * w).sum::<f64>() + weights[3]
    };
    let n = data.rows() as f64;
    let rows = 0..data.rows();
    let r: Vec<f64> = rows.clone().map(|row| product(&origin, row) - target[row]).collect();
    let [u, v] = [0, 1].map(|k| rows.clone().map(|row| product(&directions[k].vector, row)).collect::<Vec<f64>>());
    let mean = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / n;
    let quadratic = |a: f64, b: f64| {
        mean(&r, &r)
            + 2.0 * (a * mean(&r, &u) + b * mean(&r, &v))
            + a * a * mean(&u, &u)
            + 2.0 * a * b * mean(&u, &v)
            + b * b * mean(&v, &v)
    };
    let surface = ModelSurface::new(&problem, &origin, &directions, Precision::Double).unwrap();
    let grid = full(&surface, &[axis(-3.0, 3.0, 31), axis(-2.0, 2.0, 21)]);
    for (at, loss) in grid.losses.iter().enumerate() {
        let [a, b] = grid.place(at);
        assert!((loss - quadratic(a, b)).abs() <= 1e-12 * loss, "{a} {b}");
    }
    // 2/n DᵀXᵀXD
    let expected = [2.0 * mean(&u, &u), 2.0 * mean(&u, &v), 2.0 * mean(&v, &v)];
    let exact = plane_hessian(&problem, &origin, &directions).unwrap();
    let differences = plane_hessian_of_grid(&grid).unwrap();
    for k in 0..3 {
        assert!((exact.elements[k] - expected[k]).abs() <= 1e-12 * expected[0]);
        assert!((differences.elements[k] - expected[k]).abs() <= 1e-9 * expected[0]);
    }
    let [high, low] = exact.eigenvalues();
    assert!((high + low - expected[0] - expected[2]).abs() <= 1e-12 * high && low > 0.0);
    assert!((high * low - (expected[0] * expected[2] - expected[1] * expected[1])).abs() <= 1e-11 * high * high);

    let report = convexity(&grid);
    assert!(report.is_convex_here() && report.share() == 0.0 && report.worst.is_none());
    assert_eq!(report.compared, 29 * 21 + 31 * 19 + 2 * 29 * 19);
    let single = ModelSurface::new(&problem, &origin, &directions, Precision::Single).unwrap();
    assert!(convexity(&full(&single, &grid.axes)).is_convex_here(), "rounding is no curvature");
    let found = minima(&grid);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].place, found[0].on_rim, found[0].depth), ([0.0, 0.0], false, f64::INFINITY));
}

/// A net whose hidden units are exchanged is the same net at another place: between both there is a hill.
#[test]
fn a_small_network_has_several_minima() {
    let data = houses(&["gr_liv_area", "year_built"]);
    let setup = Setup { seed: 1, ..Setup::default() };
    let model = Model::new(Kind::parse("mlp:3,tanh").unwrap(), &Loss::parse("mse").unwrap(), &data, setup).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let found = fit(&problem, model.weights(), Method::LBFGS, Plan::default()).unwrap().weights;
    let mut exchanged = found.clone();
    for name in ["layer0.weight[{},0]", "layer0.weight[{},1]", "layer0.bias[{}]", "layer1.weight[0,{}]"] {
        let [i, j] = [0, 2].map(|unit| model.layout().find(&name.replace("{}", &unit.to_string())).unwrap());
        exchanged.swap(i, j);
    }
    let direction = Direction::between(&found, &exchanged).unwrap();
    let surface = ModelSurface::new(&problem, &found, &[direction], Precision::Double).unwrap();
    let grid = full(&surface, &[axis(-0.5, 1.5, 101)]);
    let hill = barrier(&grid).unwrap();
    assert!((hill.ends[0] - hill.ends[1]).abs() <= 1e-12 * hill.ends[0]);
    assert!(hill.height.0 > 0.05 * hill.ends[0] && hill.highest.0 > hill.ends[0]);
    let report = convexity(&grid);
    assert!(!report.is_convex_here() && report.share() > 0.1 && report.worst.unwrap().difference < 0.0);
    let valleys = minima(&grid);
    assert!(valleys.len() >= 2);
    let mut places: Vec<f64> = valleys[..2].iter().map(|minimum| minimum.place[0]).collect();
    places.sort_by(f64::total_cmp);
    assert!(places[0].abs() < 0.03 && (places[1] - 1.0).abs() < 0.03, "{valleys:?}");
    assert!((valleys[1].depth - hill.highest.0 + valleys[1].loss).abs() <= 1e-9 * hill.highest.0);
}

#[test]
fn valleys_of_a_line_and_a_plane() {
    let waves = full(&line(|a| (3.0 * a).cos() + 0.1 * a), &[axis(0.0, 7.0, 701)]);
    let found = minima(&waves);
    // Beside the right end, at (2k + 1)π/3 and a little less.
    let inside: Vec<f64> = found.iter().filter(|minimum| !minimum.on_rim).map(|minimum| minimum.place[0]).collect();
    assert_eq!(inside.len(), 3);
    assert!(inside.windows(2).all(|pair| pair[0] < pair[1]), "the lowest first: {inside:?}");
    assert!((inside[0] - 1.0357).abs() < 0.01);
    // Two level plains beside a ridge are two minima; a grid of equal losses is one.
    let plains = full(&plane(|a, _| if a == 2.0 { 1.0 } else { 0.0 }), &[axis(0.0, 4.0, 5), axis(0.0, 3.0, 4)]);
    let found = minima(&plains);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].depth, found[1].depth), (f64::INFINITY, 1.0));
    assert_eq!(minima(&full(&plane(|_, _| 3.0), &plains.axes)).len(), 1);
    assert_eq!(minima(&full(&plane(|_, _| f64::NAN), &plains.axes)).len(), 0);
    let level = convexity(&full(&plane(|_, _| f64::NAN), &plains.axes));
    assert!(!level.is_convex_here() && level.not_finite > 0);
}

#[test]
fn barriers_are_measured_above_the_line_between_the_ends() {
    let hill = full(&line(|t| 1.0 + 2.0 * t + 4.0 * t * (1.0 - t)), &[axis(-0.5, 1.5, 41)]);
    let found = barrier(&hill).unwrap();
    assert_eq!(found.ends, [1.0, 3.0]);
    assert!((found.height.0 - 1.0).abs() < 1e-12 && (found.height.1 - 0.5).abs() < 1e-12);
    assert!((found.highest.0 - 3.25).abs() < 1e-12 && (found.highest.1 - 0.75).abs() < 1e-12);
    assert_eq!(barrier(&full(&line(|t| t * t), &[axis(0.0, 1.0, 11)])).unwrap().height.0, 0.0);
    assert!(barrier(&full(&line(|t| t), &[axis(0.0, 0.9, 11)])).is_err());
    assert!(barrier(&full(&plane(wavy), &[axis(0.0, 1.0, 3), axis(0.0, 1.0, 3)])).is_err());
    assert!(barrier(&full(&line(|t| 1.0 / (t - 0.5)), &[axis(0.0, 1.0, 11)])).is_err());
}

#[test]
fn an_extent_reaches_the_multiple_that_is_asked_for() {
    for scale in [1e-6, 1.0, 3e7] {
        let parabola = line(|a| 2.0 + (a / scale) * (a / scale));
        let extent = automatic_extent(&parabola, 0, 10.0).unwrap();
        let exact = 18.0_f64.sqrt() * scale;
        assert!(extent.found && extent.radius >= exact && extent.radius <= 1.05 * exact, "{extent:?}");
    }
    let negative = automatic_extent(&line(|a| a * a - 1.0), 0, 3.0).unwrap();
    assert!(negative.found && negative.radius >= 2.0_f64.sqrt() && negative.radius < 1.5);
    assert!(!automatic_extent(&line(|_| 1.0), 0, 2.0).unwrap().found);
    assert!(!automatic_extent(&line(|a| a * a), 0, 2.0).unwrap().found, "no multiple of 0 is more");
    let second = automatic_extent(&plane(|a, b| 1.0 + a * a + 100.0 * b * b), 1, 2.0).unwrap();
    assert!((0.1..0.105).contains(&second.radius));
    // A wall counts as high.
    assert!(automatic_extent(&line(|a| if a > 3.0 { f64::NAN } else { 1.0 }), 0, 2.0).unwrap().radius < 3.2);
    assert!(automatic_extent(&line(|_| f64::NAN), 0, 2.0).is_err());
    assert!(automatic_extent(&line(|_| 1.0), 1, 2.0).is_err());
    assert!(automatic_extent(&line(|_| 1.0), 0, 1.0).is_err());
}

#[test]
fn a_path_says_how_far_it_is_off_its_plane() {
    let data = digits(300);
    let setup = Setup { seed: 4, ..Setup::default() };
    let model = Model::new(Kind::parse("mlp:8,tanh").unwrap(), &Loss::parse("cce").unwrap(), &data, setup).unwrap();
    let problem = Problem::new(&model, &data, 0.0).unwrap();
    let plan = Plan { steps: 60, ..Plan::default() };
    let found = fit(&problem, model.weights(), Method::DESCENT, plan).unwrap();
    let points: Vec<Vec<f64>> = found.path.iter().map(|point| point.weights.clone()).collect();
    let components = principal(&points, &found.weights, 2).unwrap();
    let gaps = off_plane(&problem, &found.weights, &components.directions, &found.path).unwrap();
    assert_eq!(gaps.len(), 61);
    let squares = |of: &dyn Fn(usize) -> f64| (0..61).map(|k| of(k).powi(2)).sum::<f64>();
    let from_end = |k: usize| points[k].iter().zip(&found.weights).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    // What the components do not explain is what lies off the plane.
    let share = squares(&|k| gaps[k].distance) / squares(&from_end);
    assert!((share - (1.0 - components.explained())).abs() < 1e-10, "{share}");
    assert!(components.explained() > 0.8 && gaps[0].distance > 0.0 && gaps[0].shown != gaps[0].loss);
    let last = gaps.last().unwrap();
    assert!(last.distance == 0.0 && last.place == [0.0; 2] && last.loss == last.shown);
    assert!(
        off_plane(
            &problem,
            &found.weights,
            &[components.directions[0].clone(), components.directions[0].clone()],
            &found.path
        )
        .is_err()
    );
    // On a line.
    let line = off_plane(&problem, &found.weights, &components.directions[..1], &found.path).unwrap();
    assert!(line[0].distance > gaps[0].distance && line[0].place[1] == 0.0);
}
