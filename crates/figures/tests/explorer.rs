//! Pages to explore: their size, their bytes, what they say of what they leave out. What a reader finds on them is tested in a
//! browser (`/browser`).

#![allow(clippy::unwrap_used)]

#[path = "../examples/explorer/pages.rs"]
mod pages;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dartboard_figures::explorer::{Explorer, Line, LineStep, Picture, Plane, PlaneStep, View};
use dartboard_figures::{Axis, Error, Grid, Marks, Series};
use proptest::prelude::*;
use serde_json::Value;

/// The data of a page, as its script gets them.
fn data(html: &str) -> Value {
    let (_, rest) = html.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// The bits of a column.
fn bits(data: &Value, column: &Value) -> Vec<u64> {
    let text = data["columns"][usize::try_from(column.as_u64().unwrap()).unwrap()].as_str().unwrap();
    let bytes = BASE64_STANDARD.decode(text).unwrap();
    bytes.chunks(8).map(|chunk| u64::from_le_bytes(chunk.try_into().unwrap())).collect()
}

fn bits_of(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn pages_are_small() {
    for (name, page) in pages::all() {
        let html = page.html().unwrap();
        assert!(html.len() < 150_000, "{name}: {}", html.len());
    }
    // A grid of 51 × 51 nodes, a path of 300 steps.
    assert!(pages::bowl().html().unwrap().len() < 100_000);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for ((name, one), (_, other)) in pages::all().into_iter().zip(pages::all()) {
        assert!(one.html().unwrap() == other.html().unwrap(), "{name}");
    }
}

#[test]
fn pages_need_nothing_from_elsewhere() {
    for (name, page) in pages::all() {
        let html = page.html().unwrap();
        // The namespace of SVG is no address that is asked for anything.
        let addresses = html.matches("://").count();
        assert_eq!(addresses, 1, "{name}");
        assert!(html.contains("default-src 'none'") && !html.contains("url("), "{name}");
    }
}

#[test]
fn texts_cannot_end_a_script_or_become_markup() {
    let html = pages::hostile().html().unwrap();
    assert_eq!(html.matches("<script").count(), 2);
    assert_eq!(html.matches("</script").count(), 2);
    assert!(!html.contains("<img") && !html.contains("<!--"));
    // They arrive as they are.
    let title = data(&html)["views"][0]["name"].as_str().unwrap().to_owned();
    assert_eq!(title, "</script><img src=x onerror=\"alert(1)\"><!-- & ' \u{2028}");
}

#[test]
fn every_bit_of_a_grid_and_a_path_arrives() {
    for (name, page) in pages::all().into_iter().filter(|(name, _)| *name != "large") {
        let data = data(&page.html().unwrap());
        for (view, sent) in page.views.iter().zip(data["views"].as_array().unwrap()) {
            match &view.picture {
                Picture::Plane(plane) => {
                    let Grid { x, y, z } = &plane.grid;
                    for (values, column) in [x, y, z].into_iter().zip(sent["nodes"].as_array().unwrap()) {
                        assert_eq!(bits(&data, column), bits_of(values), "{name}");
                    }
                    let Some(path) = &plane.path else { continue };
                    let column = |of: fn(&PlaneStep) -> f64| path.steps.iter().map(of).collect::<Vec<f64>>();
                    for (key, values) in [
                        ("x", column(|step| step.x)),
                        ("y", column(|step| step.y)),
                        ("values", column(|step| step.value)),
                        ("in_plane", column(|step| step.in_plane)),
                    ] {
                        assert_eq!(bits(&data, &sent["path"][key]), bits_of(&values), "{name}: {key}");
                    }
                }
                Picture::Line(line) => {
                    for (curve, sent) in line.curves.iter().zip(sent["curves"].as_array().unwrap()) {
                        assert_eq!(bits(&data, &sent["x"]), bits_of(&curve.x), "{name}");
                        assert_eq!(bits(&data, &sent["y"]), bits_of(&curve.y), "{name}");
                    }
                }
            }
        }
    }
}

fn plane(columns: u32, rows: u32) -> Plane {
    let even = |count: u32| (0..count).map(f64::from).collect::<Vec<f64>>();
    let grid = Grid::from_fn(even(columns), even(rows), |x, y| (x * 0.37).sin() + (y * 0.11).cos());
    Plane::new(grid, Axis::new("x"), Axis::new("y"), Axis::new("z"))
}

#[test]
fn what_is_left_out_is_told() {
    let steps: Vec<PlaneStep> =
        (0..2001).map(|number| PlaneStep { number, x: f64::from(number), ..PlaneStep::default() }).collect();
    let page = Explorer::new("large").view(View::plane("v", plane(400, 150).path("sgd", steps)));
    let html = page.html().unwrap();
    assert!(html.len() <= 150_000 && html.len() > 135_000, "{}", html.len());
    let data = data(&html);
    let view = &data["views"][0];
    let [columns, rows] = [0, 1].map(|axis| bits(&data, &view["nodes"][axis]));
    let told = format!("{} × {} of the 400 × 150 nodes are here, evenly chosen", columns.len(), rows.len());
    assert!(columns.len() < 400 && html.contains(&told), "{told}");
    assert!(html.contains("sgd: 500 of 2,001 steps are here, evenly chosen."));
    // The first and the last are there, and every value is that of its node.
    let ends = [columns.first(), columns.last()].map(|end| f64::from_bits(*end.unwrap()));
    assert_eq!(ends, [0.0, 399.0]);
    let numbers = view["path"]["numbers"].as_array().unwrap();
    assert_eq!((numbers.len(), &numbers[499]), (500, &Value::from(2000)));
    let values = bits(&data, &view["nodes"][2]);
    let grid = plane(400, 150).grid;
    for (place, value) in values.iter().enumerate() {
        let [x, y] =
            [columns[place % columns.len()], rows[place / columns.len()]].map(|node| f64::from_bits(node) as usize);
        assert_eq!(*value, grid.z[y * 400 + x].to_bits());
    }
    // With room for all, all are there, and nothing is said.
    let whole = Explorer::new("large").limit(10_000_000).view(View::plane("v", plane(400, 150))).html().unwrap();
    assert!(!whole.contains("evenly chosen"));
}

#[test]
fn curves_with_many_points_say_so() {
    let x: Vec<f64> = (0..5000).map(f64::from).collect();
    let line = Line::new(Axis::new("x"), Axis::new("y")).curve(Series::new("long", x.clone(), x));
    let html = Explorer::new("line").view(View::line("v", line)).html().unwrap();
    assert!(html.contains("long: 2,000 of 5,000 points are here, evenly chosen."));
}

#[test]
fn wrong_input_is_named() {
    let message = |page: Explorer| page.html().unwrap_err().to_string();
    let view = |plane| Explorer::new("t").view(View::plane("mse", plane));
    assert_eq!(
        message(Explorer::new(" ").view(View::plane("v", plane(3, 3)))),
        "the title of the page has nothing to draw"
    );
    assert_eq!(message(Explorer::new("t")), "the page `t` has nothing to draw");
    assert_eq!(
        message(Explorer::new("t").view(View::plane("", plane(3, 3)))),
        "the name of a view has nothing to draw"
    );
    let nothing = Plane { grid: Grid::new([0.0, 1.0], [0.0, 1.0], [f64::NAN; 4]), ..Plane::default() };
    assert_eq!(message(view(nothing)), "view `mse`: none of its 4 values can be drawn; values must be finite");
    let short = Plane { grid: Grid::new([0.0, 1.0], [0.0, 1.0], [1.0; 3]), ..Plane::default() };
    assert!(message(view(short)).contains("has 4 numbers and z has 3"));
    assert_eq!(message(view(plane(3, 3).path("sgd", []))), "view `mse`: path `sgd` has nothing to draw");
    assert_eq!(message(view(plane(3, 3).marks(Marks::new("m")))), "marks `m` has nothing to draw");
    let line = Line::new(Axis::new("x"), Axis::new("y")).path("p", [LineStep::default()]);
    assert_eq!(message(Explorer::new("t").view(View::line("l", line))), "view `l` has nothing to draw");
    let tight = view(plane(3, 3)).limit(1000).html();
    assert!(matches!(tight, Err(Error::TooMany { most: 1000, .. })), "{tight:?}");
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![4 => -10.0..10.0, 1 => any::<f64>()]
}

proptest! {
    #[test]
    fn any_input_gives_a_page_or_an_error(
        sides in (1_usize..7, 1_usize..7),
        values in proptest::collection::vec(number(), 49),
        path in proptest::collection::vec((any::<u32>(), number(), number(), number(), number()), 0..9),
        log: [bool; 3],
        range in proptest::option::of((number(), number())),
    ) {
        let axis = |index: usize| {
            let axis = Axis { range, ..Axis::new("a") };
            if log[index] { axis.log() } else { axis }
        };
        let even = |count: usize| (0..count).map(|place| 0.5 + place as f64).collect::<Vec<f64>>();
        let grid = Grid::new(even(sides.0), even(sides.1), &values[..sides.0 * sides.1]);
        let steps: Vec<PlaneStep> = path
            .iter()
            .map(|&(number, x, y, value, in_plane)| PlaneStep { number, x, y, value, in_plane })
            .collect();
        let line_steps: Vec<LineStep> =
            path.iter().map(|&(number, x, value, ..)| LineStep { number, x, value }).collect();
        let marks = Marks::new("marks").with(values[0], values[1], "one").with(values[2], values[3], "");
        let plane = Plane::new(grid, axis(0), axis(1), axis(2)).path("p", steps).marks(marks.clone());
        let curve = Series::new("c", &values[..20], &values[20..40]);
        let line = Line::new(axis(0), axis(1)).curve(curve).path("p", line_steps).marks(marks);
        for view in [View::plane("plane", plane), View::line("line", line)] {
            if let Ok(html) = Explorer::new("any").view(view).html() {
                let data = data(&html);
                for column in data["columns"].as_array().unwrap() {
                    prop_assert!(BASE64_STANDARD.decode(column.as_str().unwrap()).unwrap().len() % 8 == 0);
                }
                // Scales are proper: numbers that are not finite would be null.
                let view = &data["views"][0];
                for scale in [&view["x"]["scale"], &view["z"]["linear"], &view["z"]["log"], &view["y"]["linear"]] {
                    if !scale.is_null() {
                        let [low, high] = ["low", "high"].map(|end| scale[end].as_f64().unwrap());
                        prop_assert!(low < high && (low > 0.0 || scale["log"] == false));
                    }
                }
            }
        }
    }
}
