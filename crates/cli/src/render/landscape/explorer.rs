//! The page on which a landscape is explored.

use dartboard_figures::explorer::{Explorer, Line, LineStep, Path, Plane, PlaneStep, View};
use dartboard_figures::{Axis, Error, Marks, Series, Shape};
use dartboard_landscapes::Study;

use super::picture::{Drawn, spans_magnitudes, subtitle, title};
use super::{Report, findings, head, notes, plain};

/// The page, with everything that is said of the landscape.
pub(super) fn html(report: &Report, studies: &[Study]) -> Result<String, Error> {
    let mut page = Explorer::new(title(report)).lead(subtitle(report));
    for each in Drawn::all(report, studies) {
        let mut view = if each.is_plane() { plane(&each) } else { line(&each) };
        for sentence in findings(each.view) {
            view = view.sentence(sentence);
        }
        page = page.view(view);
    }
    for (name, cell) in head(report) {
        page = page.row(name, plain(&cell));
    }
    for note in notes(report) {
        page = page.sentence(note);
    }
    page.html()
}

fn values(each: &Drawn<'_>) -> Axis {
    let axis = Axis::new("loss");
    if spans_magnitudes(each.view) { axis.log() } else { axis }
}

fn plane(each: &Drawn<'_>) -> View {
    let step = |point: &dartboard_landscapes::OffPlane| {
        let [x, y] = each.shown(point.place);
        PlaneStep { number: number(point.step), x, y, value: point.loss, in_plane: point.shown }
    };
    View::plane(
        each.view.loss.clone(),
        Plane {
            grid: each.grid(),
            x: Axis::new(each.caption(0)),
            y: Axis::new(each.caption(1)),
            z: values(each),
            path: path(each, step),
            marks: marks(each),
            ..Plane::default()
        },
    )
}

fn line(each: &Drawn<'_>) -> View {
    let step = |point: &dartboard_landscapes::OffPlane| LineStep {
        number: number(point.step),
        x: each.shown(point.place)[0],
        value: point.shown,
    };
    View::line(
        each.view.loss.clone(),
        Line {
            x: Axis::new(each.caption(0)),
            y: values(each),
            curves: vec![Series::new(each.view.loss.clone(), each.x.clone(), each.study.landscape.losses.clone())],
            path: path(each, step),
            marks: marks(each),
        },
    )
}

fn number(step: usize) -> u32 {
    u32::try_from(step).unwrap_or(u32::MAX)
}

fn path<Step>(each: &Drawn<'_>, step: impl Fn(&dartboard_landscapes::OffPlane) -> Step) -> Option<Path<Step>> {
    let path = &each.view.findings.path;
    (path.len() > 1).then(|| Path { name: "path".to_owned(), steps: path.iter().map(step).collect() })
}

fn marks(each: &Drawn<'_>) -> Vec<Marks> {
    let mut marks = Marks::new("minimum").shape(Shape::Diamond);
    for ([x, y], name) in each.minima() {
        marks = marks.with(x, y, name);
    }
    vec![marks]
}
