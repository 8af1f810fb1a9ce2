//! Pages to explore: of every kind, and with what is hard.

use dartboard_figures::explorer::{Explorer, Line, LineStep, Plane, PlaneStep, View};
use dartboard_figures::{Axis, Colour, Colours, Grid, Line as Stroke, Marks, Series, Shape};

/// All pages with their names.
pub(crate) fn all() -> Vec<(&'static str, Explorer)> {
    vec![
        ("bowl", bowl()),
        ("valleys", valleys()),
        ("gaps", gaps()),
        ("magnitudes", magnitudes()),
        ("oblong", oblong()),
        ("line", line()),
        ("large", large()),
        ("hostile", hostile()),
        ("extremes", extremes()),
    ]
}

fn even(low: f64, high: f64, count: u32) -> Vec<f64> {
    (0..count).map(|index| low + (high - low) * f64::from(index) / f64::from(count - 1)).collect()
}

/// Descent on a function of two numbers; the values at the steps are larger than those in the plane by what a third number
/// that the plane does not have adds.
fn descent(f: impl Fn(f64, f64) -> f64, from: (f64, f64), rate: f64, steps: u32) -> Vec<PlaneStep> {
    let (mut at, mut third) = (from, 1.0_f64);
    let mut path = vec![];
    for number in 0..steps {
        let in_plane = f(at.0, at.1);
        path.push(PlaneStep { number, x: at.0, y: at.1, value: in_plane + third * third, in_plane });
        let slope = |dx: f64, dy: f64| (f(at.0 + dx, at.1 + dy) - f(at.0 - dx, at.1 - dy)) / 2e-4;
        at = (at.0 - rate * slope(1e-4, 0.0), at.1 - rate * slope(0.0, 1e-4));
        third *= 0.97;
    }
    path
}

fn quadratic(x: f64, y: f64) -> f64 {
    0.6 * (x - 0.4) * (x - 0.4) + 0.25 * (y + 0.3) * (y + 0.3) + 0.2 * (x - 0.4) * (y + 0.3) + 0.05
}

/// A bowl with a path of 300 steps, by far most of a page of its size.
pub(crate) fn bowl() -> Explorer {
    let grid = Grid::from_fn(even(-2.0, 2.0, 51), even(-2.0, 2.0, 51), quadratic);
    let plane = Plane::new(grid, Axis::new("w₀"), Axis::new("w₁"), Axis::new("mse"))
        .path("gradient descent", descent(quadratic, (-1.8, 1.7), 0.02, 300))
        .marks(Marks::new("minimum").shape(Shape::Diamond).colour(Colour::Ink).with(0.4, -0.3, "0.05"));
    Explorer::new("The mean squared error of a linear model")
        .lead("Two weights, the others at their best. The path lies a little off the plane, and the page says how far.")
        .view(View::plane("mse", plane).row("Smallest value", "0.05 at (0.4, −0.3)").row("Largest value", "4.60").sentence(
            "The second differences are positive along all lines of the grid: nothing speaks against convexity.",
        ))
        .row("Model", "linear, 3 weights")
        .row("Rows", "1,000")
}

fn two_valleys(x: f64, y: f64) -> f64 {
    (x * x + y - 1.1).powi(2) + (x + y * y - 0.7).powi(2) * 0.5 + 0.35 * ((4.0 * x).sin() * (5.0 * y).cos() + 1.0) + 0.1
}

/// A bumpy surface under three losses, and a line through it.
pub(crate) fn valleys() -> Explorer {
    let axis = || even(-2.0, 2.0, 51);
    let (x, y) = (|| Axis::new("along the first direction"), || Axis::new("along the second direction"));
    let path = |f: &dyn Fn(f64, f64) -> f64| {
        let mut path = descent(two_valleys, (-1.7, 1.6), 0.02, 60);
        for step in &mut path {
            step.in_plane = f(step.x, step.y);
            step.value = step.in_plane + 0.4 * 0.95_f64.powi(step.number as i32);
        }
        path
    };
    let view = |name: &str, f: &dyn Fn(f64, f64) -> f64, colours| {
        let plane = Plane::new(Grid::from_fn(axis(), axis(), f), x(), y(), Axis::new(name).log());
        let plane = plane.colours(colours).path("gradient descent", path(f));
        View::plane(name, plane)
            .row("Loss", name)
            .sentence(format!("This is what {name} makes of the same two directions."))
    };
    let cut = even(-2.0, 2.0, 201);
    let along: Vec<f64> = cut.iter().map(|x| two_valleys(*x, 0.5)).collect();
    let line = Line::new(x(), Axis::new("cross-entropy")).curve(Series::new("", cut, along));
    Explorer::new("A landscape with several valleys")
        .lead("The same model under three losses, and a line across.")
        .view(view("cross-entropy", &two_valleys, Colours::Viridis))
        .view(view("Huber", &|x, y| ((1.0 + two_valleys(x, y)).sqrt() - 1.0) * 2.0, Colours::Cividis))
        .view(View::line("Along a line", line).sentence("The line has three minima."))
        .sentence("The directions are random and normalised by filter.")
}

/// Values that are no numbers.
pub(crate) fn gaps() -> Explorer {
    let f = |x: f64, y: f64| {
        if x > 1.0 && y > 2.0 {
            f64::NAN
        } else if (x + 1.2).abs() < 0.3 && y < 0.7 {
            f64::INFINITY
        } else if x < -1.95 && y > 2.9 {
            f64::NEG_INFINITY
        } else {
            x * x + y - 0.5
        }
    };
    let grid = Grid::from_fn(even(-2.0, 2.0, 31), even(0.0, 3.0, 21), f);
    let mut steps = descent(|x, y| x * x + y - 0.5, (1.6, 2.7), 0.03, 40);
    steps[3].x = f64::NAN;
    steps[4].value = f64::INFINITY;
    let plane = Plane::new(grid, Axis::new("x").unit("m"), Axis::new("y").unit("m"), Axis::new("value"));
    let marks = Marks::new("far").shape(Shape::Cross).with(0.0, 1.0, "here").with(9.0, 9.0, "outside");
    Explorer::new("Values that are no numbers").view(View::plane("gaps", plane.path("path", steps).marks(marks)))
}

/// Values over six orders of magnitude.
pub(crate) fn magnitudes() -> Explorer {
    let f = |x: f64, y: f64| {
        1e-3 * (10.0_f64).powf(6.0 * (0.5 * (x * x + 0.5 * y * y) + 0.1 * (3.0 * x + y).sin()).min(1.0))
    };
    let grid = Grid::from_fn(even(-1.5, 1.5, 51), even(-1.5, 1.5, 51), f);
    let plane = Plane::new(grid, Axis::new("a"), Axis::new("b"), Axis::new("poisson deviance").log());
    Explorer::new("Six orders of magnitude").view(View::plane("poisson", plane))
}

/// A grid that is not square, of a function that tells its axes apart.
pub(crate) fn oblong() -> Explorer {
    let f = |x: f64, y: f64| 2.0 * x + y / 3.0 + 0.1 * (x - y).sin();
    let grid = Grid::from_fn(even(-1.0, 1.0, 31), even(0.0, 10.0, 51), f);
    let plane = Plane::new(grid, Axis::new("31 columns"), Axis::new("51 rows"), Axis::new("2x + y/3"));
    Explorer::new("Not square").view(View::plane("oblong", plane.colours(Colours::Diverging)))
}

/// Curves over a line.
pub(crate) fn line() -> Explorer {
    let x = even(-1.0, 1.5, 200);
    let curve = |f: &dyn Fn(f64) -> f64| x.iter().map(|x| f(*x)).collect::<Vec<f64>>();
    let square = |x: f64| (x - 0.3_f64).powi(2) + 0.1;
    let double = |x: f64| (x * x - 0.6).powi(2) + 0.2 * x + 0.3;
    let mut pole = curve(&|x| (0.08 / (x + 0.5).abs() + 0.2).min(3.0));
    pole[40] = f64::INFINITY;
    pole[120] = f64::NAN;
    let mut at = -0.9;
    let mut steps = vec![];
    for number in 0..25 {
        steps.push(LineStep { number: 10 * number, x: at, value: square(at) });
        at -= 0.12 * 2.0 * (at - 0.3);
    }
    let line = Line::new(Axis::new("step along the direction"), Axis::new("loss"))
        .curve(Series::new("mse", x.clone(), curve(&square)))
        .curve(Series::new("two valleys", x.clone(), curve(&double)).line(Stroke::Dashed))
        .curve(Series::new("with a pole", x.clone(), pole).line(Stroke::DashDot))
        .path("gradient descent", steps)
        .marks(
            Marks::new("minima")
                .shape(Shape::Diamond)
                .colour(Colour::Ink)
                .with(0.3, 0.1, "0.1")
                .with(-0.85, 0.145, "0.145")
                .with(0.7, 0.45, "local: 0.452"),
        );
    Explorer::new("Loss along a line").view(View::line("line", line).row("Barrier", "0.3"))
}

/// More nodes and steps than a page has room for.
pub(crate) fn large() -> Explorer {
    let grid = Grid::from_fn(even(-2.0, 2.0, 301), even(-2.0, 2.0, 201), two_valleys);
    let plane = Plane::new(grid, Axis::new("u"), Axis::new("v"), Axis::new("loss").log())
        .path("adam", descent(two_valleys, (-1.7, 1.6), 0.001, 5000));
    Explorer::new("A large grid").view(View::plane("large", plane))
}

/// Texts that try to be markup.
pub(crate) fn hostile() -> Explorer {
    let bad = "</script><img src=x onerror=\"alert(1)\"><!-- & ' \u{2028}";
    let grid = Grid::from_fn(even(0.0, 1.0, 5), even(0.0, 1.0, 4), |x, y| x - y);
    let plane = Plane::new(grid, Axis::new(bad), Axis::new(bad), Axis::new(bad))
        .path(bad, [PlaneStep { number: 7, x: 0.5, y: 0.5, value: 1.0, in_plane: 0.0 }])
        .marks(Marks::new(bad).with(0.2, 0.2, bad));
    let line = Line::new(Axis::new(bad), Axis::new(bad)).curve(Series::new(bad, [0.0, 1.0], [0.0, 1.0]));
    Explorer::new(bad)
        .lead(bad)
        .view(View::plane(bad, plane).row(bad, bad).sentence(bad))
        .view(View::line(bad, line))
        .row(bad, bad)
        .sentence(bad)
}

/// Grids at the ends of what floating point has, as small as they may be, and with steps of any size.
pub(crate) fn extremes() -> Explorer {
    let (x, y) = (|| Axis::new("x"), || Axis::new("y"));
    let view = |name: &str, grid| View::plane(name, Plane::new(grid, x(), y(), Axis::new("value").log()));
    let least = f64::from_bits(1);
    let logarithmic = Plane::new(
        Grid::from_fn([1e-8, 1e-5, 1e-2, 10.0], [1.0, 2.0, 50.0], |x, y| x * y),
        Axis::new("rate").log(),
        y(),
        Axis::new("value").log(),
    );
    let step = |number, x, y| PlaneStep { number, x, y, value: f64::INFINITY, in_plane: f64::NAN };
    Explorer::new("Extremes")
        .view(view("constant", Grid::new([0.0, 1.0], [0.0, 1.0], [3.5; 4])))
        .view(view("widest", Grid::new([-1e300, 1e300], [0.0, least], [f64::MIN, f64::MAX, 0.0, -0.0])))
        .view(view("smallest", Grid::new([0.0, 0.5, 9.0], [1.0, 1.5], [least, 1e-320, 1e-310, 1e-300, 1.0, f64::MAX])))
        .view(view(
            "one",
            Grid::new([0.0, 0.5, 9.0], [1.0, 1.5], [f64::NAN, 1.0, f64::INFINITY, f64::NAN, f64::NAN, 2.0]),
        ))
        .view(View::plane(
            "rates",
            logarithmic.path("diverging", [step(0, 1e-4, 3.0), step(1, 5.0, 40.0), step(2, -1.0, 1e308)]),
        ))
        .view(View::line("point", Line::new(x(), y()).curve(Series::new("alone", [2.0, 3.0], [f64::NAN, 1.0]))))
}
