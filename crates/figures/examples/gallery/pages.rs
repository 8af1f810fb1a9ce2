//! A page of every kind.

use dartboard_figures::html::{Block, Column, Document, Table};
use dartboard_figures::{
    Axis, Band, Chart, Colour, Colours, Contours, Error, Grid, HeatMap, Histogram, Levels, Line, Marks, Page, Row,
    Rule, RuleAt, Scatter, Series, Shape, Surface, Trail,
};

/// How many points and how many nodes along an axis are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Detail {
    points: usize,
    nodes: usize,
}

/// As many as users have.
pub(crate) const FULL: Detail = Detail { points: 2000, nodes: 51 };

/// As many as a picture needs that is kept to be compared with.
#[allow(dead_code)]
pub(crate) const SMALL: Detail = Detail { points: 200, nodes: 15 };

/// All of them, with a name for each.
pub(crate) fn all(detail: Detail) -> Result<Vec<(&'static str, Page)>, Error> {
    Ok(vec![
        ("residuals", residuals(detail)?),
        ("reliability", reliability()),
        ("curves", curves()),
        ("contours", contours(detail)),
        ("gaps", gaps()),
        ("surface", surface(detail)),
        ("heat-map", heat_map()),
    ])
}

/// Numbers between 0 and 1 that look random (a generator of Lehmer's kind, minimal standard).
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state * 48_271 % 0x7fff_ffff;
        state as f64 / 2_147_483_647.0
    }
}

/// Evenly spaced numbers.
fn even(low: f64, high: f64, count: usize) -> Vec<f64> {
    (0..count).map(|index| low + (high - low) * index as f64 / (count - 1) as f64).collect()
}

fn normal(x: f64, deviation: f64) -> f64 {
    (-0.5 * (x / deviation).powi(2)).exp() / (deviation * (2.0 * std::f64::consts::PI).sqrt())
}

/// Residuals, their quantiles, and residuals over predictions.
fn residuals(detail: Detail) -> Result<Page, Error> {
    let mut next = random(7);
    let mut pairs: Vec<(f64, f64)> = (0..detail.points)
        .map(|_| {
            let prediction = 150_000.0 + 300_000.0 * next();
            let noise: f64 =
                (0..6).map(|_| next() - 0.5).sum::<f64>() + if next() < 0.03 { 6.0 * (next() - 0.5) } else { 0.0 };
            (prediction, noise * prediction * 0.09)
        })
        .collect();
    let mut sorted: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    sorted.sort_by(f64::total_cmp);
    let range = (-100_000.0, 100_000.0);
    let x = even(range.0, range.1, 201);
    let density = |f: &dyn Fn(f64) -> f64| x.iter().map(|x| f(*x)).collect::<Vec<f64>>();
    let laplace = |x: f64| (-x.abs() / 16_000.0).exp() / 32_000.0;
    let unit = "€";
    let histogram = Chart::new("How residuals are spread", Axis::new("residual").unit(unit), Axis::new("density"))
        .with(Histogram::density("residuals", &sorted, range, 50)?.colour(Colour::Grey))
        .with(Series::new("normal", x.clone(), density(&|x| normal(x, 20_500.0))))
        .with(Series::new("Laplace", x.clone(), density(&laplace)).line(Line::Dashed));
    // Quantiles of a normal distribution by an approximation that is good enough for a picture.
    let quantile = |p: f64| {
        let t = (-2.0 * p.min(1.0 - p).ln()).sqrt();
        let size = t - (2.30753 + 0.27061 * t) / (1.0 + 0.99229 * t + 0.04481 * t * t);
        if p < 0.5 { -size } else { size }
    };
    let theory: Vec<f64> =
        (0..sorted.len()).map(|index| quantile((index as f64 + 0.5) / sorted.len() as f64)).collect();
    let line = |q: f64| 20_500.0 * q;
    let error = |q: f64| 20_500.0 * 0.04 * (1.0 + q * q);
    let quantiles = Chart::new("Normal Q–Q", Axis::new("normal quantile"), Axis::new("residual").unit(unit))
        .with(
            Band::new(
                "95 % of normal samples",
                theory.clone(),
                theory.iter().map(|q| line(*q) - error(*q)).collect::<Vec<f64>>(),
                theory.iter().map(|q| line(*q) + error(*q)).collect::<Vec<f64>>(),
            )
            .colour(Colour::Slot(0)),
        )
        .with(Rule::new("normal", RuleAt::Slope { intercept: 0.0, slope: 20_500.0 }))
        .with(Scatter::new("residuals", theory, sorted).colour(Colour::Slot(0)));
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bins: Vec<(f64, [f64; 3])> = pairs
        .chunks(detail.points / 20)
        .map(|bin| {
            let mut residuals: Vec<f64> = bin.iter().map(|pair| pair.1).collect();
            residuals.sort_by(f64::total_cmp);
            let part = |share: usize| residuals[share * (residuals.len() - 1) / 4];
            (bin[bin.len() / 2].0, [part(1), part(2), part(3)])
        })
        .collect();
    let at: Vec<f64> = bins.iter().map(|bin| bin.0).collect();
    let part = |index: usize| bins.iter().map(|bin| bin.1[index]).collect::<Vec<f64>>();
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let over =
        Chart::new("Residuals over predictions", Axis::new("prediction").unit(unit), Axis::new("residual").unit(unit))
            .with(Scatter::new("a sample of 20,640 rows", x, y).colour(Colour::Slot(0)))
            .with(Rule::new("", RuleAt::Y(0.0)).line(Line::Solid))
            .with(Band::new("quartiles", at.clone(), part(0), part(2)).colour(Colour::Slot(1)))
            .with(Series::new("median", at, part(1)).colour(Colour::Slot(1)));
    let page = Page::new("Residuals of price")
        .subtitle("houses.csv, 20,640 rows; residual = prediction − target")
        .row(Row::new([histogram.into(), quantiles.into()]))
        .row(Row::new([over.into()]).height(330.0));
    Ok(page)
}

/// A reliability diagram above the numbers of rows.
fn reliability() -> Page {
    let edges = even(0.0, 1.0, 11);
    let middles: Vec<f64> = edges.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
    let observed: Vec<f64> = middles.iter().map(|p| p * p * (3.0 - 2.0 * p)).collect();
    let lower: Vec<f64> = observed.iter().map(|o| o - 0.06).collect();
    let upper: Vec<f64> = observed.iter().map(|o| o + 0.06).collect();
    let diagram = Chart::new(
        "Reliability",
        Axis::new("predicted probability").range(0.0, 1.0),
        Axis::new("observed share").range(0.0, 1.0),
    )
    .square()
    .with(Rule::diagonal("calibrated"))
    .with(Band::new("95 % interval", middles.clone(), lower, upper).colour(Colour::Slot(0)))
    .with(Series::new("model_a", middles, observed).markers().colour(Colour::Slot(0)));
    let counts = [12_034.0, 3210.0, 1500.0, 900.0, 700.0, 650.0, 800.0, 1300.0, 2800.0, 9000.0];
    let rows = Chart::new("Rows", Axis::new("predicted probability").range(0.0, 1.0), Axis::new("rows"))
        .with(Histogram::new("", edges, counts).colour(Colour::Slot(0)));
    Page::new("").width(460.0).row(Row::new([diagram.into()]).height(440.0)).row(Row::new([rows.into()]).height(170.0))
}

/// Several curves with their minima and a path of descent.
fn curves() -> Page {
    let x = even(-1.0, 1.5, 200);
    let curve = |f: &dyn Fn(f64) -> f64| x.iter().map(|x| f(*x)).collect::<Vec<f64>>();
    let square = |x: f64| (x - 0.3_f64).powi(2) + 0.1;
    let double = |x: f64| (x * x - 0.6).powi(2) + 0.2 * x + 0.3;
    let mut pole = curve(&|x| 0.08 / (x + 0.5).abs() + 0.2);
    pole[40] = f64::INFINITY;
    let mut steps = vec![-0.9_f64];
    for step in 0..12 {
        let at = steps[step];
        steps.push(at - 0.35 * 2.0 * (at - 0.3));
    }
    let heights: Vec<f64> = steps.iter().map(|x| square(*x)).collect();
    let chart =
        Chart::new("Loss along a line", Axis::new("step along the direction"), Axis::new("loss").range(0.0, 2.0))
            .with(Series::new("mse", x.clone(), curve(&square)))
            .with(Series::new("two valleys", x.clone(), curve(&double)).line(Line::Dashed))
            .with(Series::new("with a pole", x.clone(), pole).line(Line::DashDot))
            .with(Trail::new("gradient descent", steps, heights))
            .with(
                Marks::new("minima")
                    .shape(Shape::Diamond)
                    .colour(Colour::Ink)
                    .with(0.3, 0.1, "0.1")
                    .with(-0.85, 0.145, "0.145")
                    .with(0.7, 0.45, "local: 0.452"),
            );
    let training: Vec<f64> = (0..100).map(|step| (-0.12 * f64::from(step)).exp() + 0.002).collect();
    let log = Chart::new("Loss over steps", Axis::new("step"), Axis::new("loss").log()).with(Series::new(
        "training",
        even(0.0, 99.0, 100),
        training,
    ));
    Page::new("Curves").row(Row::new([chart.into(), log.into()]).weights([3.0, 2.0]).height(360.0))
}

/// A surface with two valleys.
fn landscape(x: f64, y: f64) -> f64 {
    (x * x + y - 1.1).powi(2) + (x + y * y - 0.7).powi(2) * 0.5 + 0.05 * (4.0 * x).sin() * (5.0 * y).cos() + 0.1
}

fn descent() -> (Vec<f64>, Vec<f64>) {
    let mut at = (-1.7_f64, 1.6_f64);
    let mut path = (vec![], vec![]);
    for _ in 0..40 {
        path.0.push(at.0);
        path.1.push(at.1);
        let slope = |dx: f64, dy: f64| (landscape(at.0 + dx, at.1 + dy) - landscape(at.0 - dx, at.1 - dy)) / 2e-4;
        let (dx, dy) = (slope(1e-4, 0.0), slope(0.0, 1e-4));
        at = (at.0 - 0.03 * dx, at.1 - 0.03 * dy);
    }
    path
}

/// Filled contours with a path and marks.
fn contours(detail: Detail) -> Page {
    let grid = Grid::from_fn(even(-2.0, 2.0, detail.nodes), even(-2.0, 2.0, detail.nodes), landscape);
    let (x, y) = descent();
    let chart = |title: &str, levels, colours| {
        let contours =
            Contours::new(grid.clone(), Axis::new("cross-entropy").unit("nats")).levels(levels).colours(colours);
        Chart::new(title, Axis::new("along w₀"), Axis::new("along w₁"))
            .with(contours)
            .with(Trail::new("gradient descent", x.clone(), y.clone()).colour(Colour::Slot(1)))
            .with(Marks::new("minimum").shape(Shape::Star).colour(Colour::Ink).with(1.0, -0.4, "another minimum"))
            .square()
    };
    Page::new("Contours").row(Row::new([
        chart("Even levels", Levels::Even(14), Colours::Viridis).into(),
        chart("Levels by magnitude", Levels::Magnitudes(14), Colours::Cividis).into(),
    ]))
}

/// A grid with holes, as contours and as a heat map.
fn gaps() -> Page {
    let grid = Grid::from_fn(even(-2.0, 2.0, 31), even(0.0, 3.0, 21), |x, y| {
        if x > 1.0 && y > 2.0 {
            f64::NAN
        } else if (x + 1.2).abs() < 0.3 && y < 0.7 {
            f64::INFINITY
        } else {
            x * x + y - 0.5
        }
    });
    let (x, y) = (Axis::new("x").unit("m"), Axis::new("y").unit("m"));
    let contours = Chart::new("Contours", x.clone(), y.clone()).with(Contours::new(grid.clone(), Axis::new("value")));
    let map = Chart::new("Heat map with a logarithmic scale", x, y)
        .with(HeatMap::new(grid, Axis::new("value").range(0.1, 5.0).log()))
        .with(Marks::new("").with(0.0, 0.5, "zero"));
    Page::new("Values that are no numbers").row(Row::new([contours.into(), map.into()]))
}

/// A surface with a path.
fn surface(detail: Detail) -> Page {
    let grid = Grid::from_fn(even(-2.0, 2.0, detail.nodes), even(-2.0, 2.0, detail.nodes), landscape);
    let (x, y) = descent();
    let surface = |title: &str, azimuth, elevation| {
        Surface::new(title, grid.clone(), Axis::new("along w₀"), Axis::new("along w₁"), Axis::new("cross-entropy"))
            .seen_from(azimuth, elevation)
            .trail(Trail::new("gradient descent", x.clone(), y.clone()))
    };
    let small = Grid::from_fn(even(-2.0, 2.0, 21), even(0.0, 50_000.0, 15), |x, y| {
        if x > 0.8 && y > 30_000.0 { f64::NAN } else { 1000.0 * (x * x + y / 20_000.0) }
    });
    let other =
        Surface::new("With a hole", small, Axis::new("slope"), Axis::new("amount").unit("€"), Axis::new("loss"))
            .seen_from(40.0, 25.0);
    Page::new("Surfaces").row(Row::new([surface("Two valleys", -125.0, 35.0).into(), other.into()]).height(400.0))
}

/// A matrix of values around 0.
fn heat_map() -> Page {
    let grid = Grid::from_fn(even(1.0, 12.0, 12), even(1.0, 9.0, 9), |x, y| ((x - 6.0) * (y - 4.0) / 20.0).sin());
    let map = HeatMap::new(grid, Axis::new("correlation").range(-1.0, 1.0)).colours(Colours::Diverging);
    Page::of(Chart::new("Correlations", Axis::new("column"), Axis::new("row")).with(map))
}

/// A page of HTML with text, a table and the largest figures.
pub(crate) fn document(detail: Detail) -> Result<Document, Error> {
    let table = Table {
        caption: "Scores of 20,640 rows".to_owned(),
        columns: vec![Column::words("model"), Column::numbers("mse"), Column::numbers("mae")],
        rows: [["model_a", "420,250,000", "16,003.2"], ["model_b", "512,100,000", "17,250.9"]]
            .map(|row| row.map(str::to_owned).to_vec())
            .to_vec(),
    };
    let document = Document::new("Residuals of price")
        .lead("What the residuals say about the loss.")
        .heading("Residuals")
        .text("Residuals have heavier tails than a normal distribution.")
        .figure(residuals(detail)?, "Residuals of 20,640 rows; 2,000 are drawn.")
        .with(Block::Table(table))
        .with(Block::List(vec!["Few rows lie far out.".to_owned(), "The spread grows with the prediction.".to_owned()]))
        .with(Block::Code("dartboard advise houses.csv --target price".to_owned()));
    Ok(document)
}

/// A page of HTML with a landscape: curves, contours and a surface.
pub(crate) fn landscape_document(detail: Detail) -> Document {
    let mut surfaces = surface(detail);
    surfaces.rows.iter_mut().for_each(|row| row.panels.truncate(1));
    Document::new("Landscape of the cross-entropy")
        .heading("Along a line")
        .figure(curves(), "The loss along the direction of the gradient.")
        .heading("Over a plane")
        .figure(contours(detail), "The loss over two directions.")
        .figure(surfaces, "The same as a surface.")
}
