//! Any input is drawn or refused with an error: nothing panics, and what is drawn is well formed and finite.

#![allow(clippy::unwrap_used)]

use dartboard_figures::html::Document;
use dartboard_figures::sketch::{self, Size};
use dartboard_figures::{
    Axis, Band, Chart, Colours, Contours, Error, Grid, HeatMap, Histogram, Layer, Levels, Marks, Page, Panel, Row,
    Rule, RuleAt, Scale, Scatter, Series, Surface, Theme, Trail,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Numbers of all kinds, the awkward ones often.
fn number() -> impl Strategy<Value = f64> {
    let awkward = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -0.0,
        1.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        1e308,
        -1e308,
        1e-308,
        1.0 + f64::EPSILON,
    ];
    prop_oneof![2 => -10.0..10.0, 1 => any::<f64>(), 1 => proptest::sample::select(awkward.to_vec())]
}

fn axis() -> impl Strategy<Value = Axis> {
    let range = prop_oneof![9 => Just(None), 2 => (-5.0..1.0, 1.5..20.0).prop_map(Some), 1 => (number(), number()).prop_map(Some)];
    (range, proptest::bool::weighted(0.15), "\\PC{0,12}").prop_map(|(range, log, label)| Axis {
        label,
        unit: "<&\">".to_owned(),
        range,
        scale: if log { Scale::Log } else { Scale::Linear },
    })
}

/// A column: any numbers, the same number, or increasing ones.
fn column(length: usize) -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        2 => vec(number(), length),
        1 => number().prop_map(move |value| vec![value; length]),
        2 => vec(number(), length).prop_map(|mut values| {
            values.sort_by(f64::total_cmp);
            values
        }),
    ]
}

fn grid() -> impl Strategy<Value = Grid> {
    let steps = |count: usize| {
        (prop_oneof![6 => 0.5..20.0, 1 => number()], 1e-3..10.0)
            .prop_map(move |(start, step)| (0..count).map(|index| start + step * index as f64).collect::<Vec<f64>>())
    };
    let axis = move |count| prop_oneof![14 => steps(count).boxed(), 1 => column(count).boxed()];
    (1_usize..9, 1_usize..9).prop_flat_map(move |(columns, rows)| {
        // Now and then a value too many.
        let length = prop_oneof![29 => Just(columns * rows), 1 => Just(columns * rows + 1)];
        (axis(columns), axis(rows), length.prop_flat_map(column)).prop_map(|(x, y, z)| Grid { x, y, z })
    })
}

fn layer() -> impl Strategy<Value = Layer> {
    // In boxes: nested types of this size take more of the stack than a thread has.
    let pair = || (0_usize..19).prop_flat_map(|length| (column(length), column(length)));
    let triple = (0_usize..19).prop_flat_map(|length| (column(length), column(length), column(length)));
    let bars = (1_usize..9, 0_usize..6, number(), 1e-3..10.0).prop_flat_map(|(length, kind, start, step)| {
        // Edges that increase and heights that are allowed, mostly.
        let edges: Vec<f64> = (0..=length).map(|edge| start + step * edge as f64).collect();
        let heights = if kind == 0 { column(length).boxed() } else { vec(0.0..1e308, length).boxed() };
        (if kind == 1 { column(length + 1).boxed() } else { Just(edges).boxed() }, heights)
    });
    let levels = prop_oneof![
        (0_usize..20).prop_map(Levels::Even),
        (0_usize..20).prop_map(Levels::Magnitudes),
        (-9.0..9.0, 1e-3..5.0).prop_map(|(low, step)| Levels::At(vec![low, low + step, low + 3.0 * step])),
        column(3).prop_map(Levels::At)
    ];
    prop_oneof![
        (pair(), any::<bool>())
            .prop_map(|((x, y), markers)| Series { markers, ..Series::new("s", x, y) }.into())
            .boxed(),
        pair().prop_map(|(x, y)| Scatter::new("c", x, y).into()).boxed(),
        pair().prop_map(|(x, y)| Trail::new("t", x, y).into()).boxed(),
        pair()
            .prop_map(|(x, y)| {
                let marks = x.iter().zip(&y).fold(Marks::new("m"), |marks, (x, y)| marks.with(*x, *y, "label"));
                marks.into()
            })
            .boxed(),
        triple.prop_map(|(x, lower, upper)| Band::new("b", x, lower, upper).into()).boxed(),
        bars.prop_map(|(edges, heights)| Histogram::new("h", edges, heights).into()).boxed(),
        (number(), number())
            .prop_map(|(intercept, slope)| Rule::new("r", RuleAt::Slope { intercept, slope }).into())
            .boxed(),
        number().prop_map(|at| Rule::new("r", RuleAt::X(at)).into()).boxed(),
        (grid(), axis(), levels)
            .prop_map(|(grid, axis, levels)| Contours::new(grid, axis).levels(levels).into())
            .boxed(),
        (grid(), axis()).prop_map(|(grid, axis)| HeatMap::new(grid, axis).colours(Colours::Diverging).into()).boxed()
    ]
}

fn chart() -> impl Strategy<Value = Chart> {
    (vec(layer(), 1..4), axis(), axis(), "\\PC{0,30}", any::<bool>()).prop_map(|(layers, x, y, title, square)| Chart {
        title,
        x,
        y,
        layers,
        square,
        ..Chart::default()
    })
}

/// Every coordinate of a picture is finite, and lies not far outside of it.
fn check(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap();
    for node in document.descendants().filter(|node| node.is_element() && node.tag_name().name() != "desc") {
        for name in ["d", "x", "y", "cx", "cy", "width", "height", "transform"] {
            let value = node.attribute(name).unwrap_or_default();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{name}=\"{value}\"");
            if ["x", "y", "cx", "cy"].contains(&name) && !value.is_empty() {
                let at: f64 = value.parse().unwrap();
                assert!((-60.0..=2000.0).contains(&at), "{name}={value} in {svg}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn charts_are_drawn_or_refused(chart in chart(), columns in 0_usize..90, rows in 0_usize..20, styled: bool) {
        let page = Page::of(chart.clone());
        let drawn = page.svg(Theme::Auto);
        match &drawn {
            Ok(svg) => check(svg),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        // The same layers can be drawn in characters and in a page.
        let sketch = sketch::chart(&chart, Size { columns, rows, styled });
        prop_assert_eq!(sketch.is_ok(), drawn.is_ok(), "{:?} {:?}", sketch, drawn);
        if let Ok(text) = sketch
            && !styled
        {
            let widest = text.lines().map(|line| line.chars().count()).max();
            prop_assert!(widest <= Some(columns.max(20) + 40), "{:?}", text);
        }
        let html = Document::new("Page").figure(page, "caption").html();
        prop_assert_eq!(html.is_ok(), drawn.is_ok());
        if let Ok(html) = html {
            let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
            prop_assert!(roxmltree::Document::parse_with_options(&html, options).is_ok());
        }
    }

    #[test]
    fn surfaces_are_drawn_or_refused(grid in grid(), x in axis(), y in axis(), z in axis(), azimuth in prop_oneof![9 => -360.0..360.0, 1 => number()], elevation in prop_oneof![9 => 0.0..90.0, 1 => number()]) {
        let trail = Trail::new("t", grid.x.clone(), grid.x.clone());
        let surface = Surface::new("surface", grid, x, y, z).seen_from(azimuth, elevation).trail(trail);
        if let Ok(svg) = Page::of(surface).svg(Theme::Dark) {
            check(&svg);
        }
    }

    #[test]
    fn pages_of_any_measures_are_drawn_or_refused(width in number(), height in number(), weights in vec(number(), 0..3), count in 0_usize..4) {
        let chart = Chart::new("c", Axis::new("x"), Axis::new("y")).with(Series::new("s", [0.0, 1.0], [0.0, 1.0]));
        let panels: Vec<Panel> = (0..count).map(|_| chart.clone().into()).collect();
        let row = Row { panels, weights, height: Some(height) };
        if let Ok(svg) = Page::new("title").width(width).row(row).svg(Theme::Light) {
            prop_assert!(roxmltree::Document::parse(&svg).is_ok());
        }
    }
}

#[cfg(feature = "png")]
proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pixels_are_made_or_refused(chart in chart(), scale in prop_oneof![0.2..0.6, number()]) {
        let page = Page::of(chart);
        let (png, svg) = (page.png(Theme::Dark, scale), page.svg(Theme::Dark));
        if (0.1..=16.0).contains(&scale) {
            prop_assert_eq!(png.is_ok(), svg.is_ok(), "{:?}", png.err());
        } else {
            prop_assert!(png.is_err());
        }
    }
}

/// Inputs that must be refused, and what is said.
#[test]
fn errors_say_what_is_wrong() {
    let message = |layer: Layer| {
        let chart = Chart::new("c", Axis::new("x"), Axis::new("y")).with(layer);
        Page::of(chart).svg(Theme::Light).unwrap_err().to_string()
    };
    assert_eq!(
        message(Series::new("loss", [1.0, 2.0], [1.0]).into()),
        "series `loss`: x has 2 numbers and y has 1; they must have as many"
    );
    assert_eq!(message(Series::new("loss", [], []).into()), "series `loss` has nothing to draw");
    assert_eq!(
        message(Scatter::new("rows", [f64::NAN], [1.0]).into()),
        "scatter `rows`: none of its 1 values can be drawn; values must be finite"
    );
    assert_eq!(
        message(Contours::new(Grid::new([0.0, 2.0, 1.0], [0.0, 1.0], [0.0; 6]), Axis::new("loss")).into()),
        "contours `loss`: x: the value at position 2 is 1 after 2; values must be finite and increase"
    );
    assert_eq!(
        message(Contours::new(Grid::new([0.0, 1.0], [0.0, 1.0], [0.0; 3]), Axis::new("loss")).into()),
        "contours `loss`: the grid of x and y has 4 numbers and z has 3; they must have as many"
    );
    assert_eq!(
        message(Histogram::new("h", [0.0, 1.0], [-1.0]).into()),
        "histogram `h`: a height is -1; it must be finite and at least 0"
    );
    let log = Chart::new("c", Axis::new("x"), Axis::new("y").log()).with(Series::new("loss", [1.0], [-1.0]));
    assert_eq!(
        Page::of(log).svg(Theme::Light).unwrap_err().to_string(),
        "series `loss`: none of its 1 values can be drawn; values must be finite and, on a logarithmic axis, above 0"
    );
    let range = Chart::new("c", Axis::new("x").range(1.0, 1.0), Axis::new("y")).with(Series::new("s", [1.0], [1.0]));
    assert_eq!(
        Page::of(range).svg(Theme::Light).unwrap_err().to_string(),
        "chart `c`: horizontal axis: the range from 1 to 1 is none; ends must be finite and increase"
    );
    assert!(matches!(Page::new("empty").svg(Theme::Light), Err(Error::Empty { .. })));
}

/// What cannot be seen is counted in the legend.
#[test]
fn nothing_is_dropped_without_a_word() {
    let svg = |layer: Layer| {
        let chart = Chart::new("c", Axis::new("x"), Axis::new("y").range(0.0, 2.0)).with(layer);
        Page::of(chart).svg(Theme::Light).unwrap()
    };
    let y = [1.0, f64::NAN, f64::INFINITY, 5.0];
    let x = [0.0, 1.0, 2.0, 3.0];
    assert!(svg(Series::new("loss", x, y).into()).contains("loss (2 of 4 not finite, 1 of 4 outside)"));
    assert!(svg(Scatter::new("", x, y).into()).contains("(2 of 4 not finite, 1 of 4 outside)"));
    let z = [1.0, f64::NAN, f64::INFINITY, 5.0];
    let grid = svg(HeatMap::new(Grid::new([0.0, 1.0], [0.0, 1.0], z), Axis::new("loss")).into());
    assert!(grid.contains("not a number (1 of 4)") && grid.contains("infinite (1 of 4)"));
}

/// Between nodes contours are exact up to the tenths of a pixel: a plane has straight lines, also in the outermost cells.
#[test]
fn contours_of_a_plane_are_straight() {
    let grid = Grid::from_fn([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0], |x, _| x);
    let contours = Contours::new(grid, Axis::new("")).levels(Levels::At(vec![0.25, 1.5, 2.9]));
    let chart = Chart::new("", Axis::new(""), Axis::new("")).with(contours);
    let svg = Page::of(chart).svg(Theme::Light).unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let iso = document.descendants().find(|node| node.attribute("class") == Some("iso")).unwrap();
    let areas: Vec<&str> = iso.children().filter_map(|child| child.attribute("d")).collect();
    // The lowest band is the whole field; the others begin at their level and end at the right, in lines that are upright.
    let ends = |d: &str| {
        assert!(!d.contains('l'), "a line is not upright: {d}");
        let start: f64 = d[1..].split(['h', ' ', '-', 'v']).next().unwrap().parse().unwrap();
        let steps =
            d.split('h').skip(1).map(|step| step.split(['h', 'v', 'z']).next().unwrap().parse::<f64>().unwrap());
        steps.fold((start, start, start), |(low, high, at), step| {
            let at = at + step;
            (at.min(low), at.max(high), at)
        })
    };
    let (left, right, _) = ends(areas[0]);
    for (area, level) in areas[1..].iter().zip([0.25, 1.5, 2.9]) {
        let (low, high, _) = ends(area);
        assert!((low - (left + (right - left) * level / 3.0)).abs() <= 0.051, "{level}: {area}");
        assert!((high - right).abs() < 0.051, "{level}: {area}");
    }
}
