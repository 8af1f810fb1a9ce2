//! What `dartboard landscape` says.

mod explorer;
pub(crate) mod picture;

use dartboard_landscapes::{Direction, Findings, Refinement, Source, Study, Valley, cosine};
use serde::Serialize;

use super::document::{Block, Cell, Document, Grid, Kind, Tone};
use super::number::{counted, decimal, percent, rounded};
use super::picture::plain;
use crate::args::ModelArgs;
use crate::commands::subjects::{Fitted, Loaded, Models, Rows};

/// A landscape as data.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) model: String,
    pub(crate) weights: usize,
    pub(crate) rows: Rows,
    pub(crate) seed: u64,
    /// Half of this times the sum of squared weights is part of every loss.
    pub(crate) decay: f64,
    /// What a reader should know of the models.
    pub(crate) notes: Vec<String>,
    /// What losses are computed in.
    pub(crate) computed_in: &'static str,
    /// Whether features were brought to mean 0 and standard deviation 1, so that weights are per standard deviation.
    pub(crate) standardised: bool,
    /// Constants of an ONNX model that are no weights, with the reason.
    pub(crate) kept: Vec<(String, &'static str)>,
    pub(crate) views: Vec<View>,
}

/// What was seen of a loss.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct View {
    pub(crate) loss: String,
    pub(crate) fitted: Option<Fitted>,
    pub(crate) axes: Vec<AxisOf>,
    /// The cosine of the angle between both axes.
    pub(crate) cosine: Option<f64>,
    /// The share of the path along the axes.
    pub(crate) explained: Option<f64>,
    pub(crate) points: usize,
    pub(crate) refinement: Option<Refinement>,
    pub(crate) findings: Findings,
}

/// An axis of a picture.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AxisOf {
    pub(crate) direction: String,
    /// Whether it is a single weight, whose values it shows; else multiples of the direction.
    pub(crate) is_weight: bool,
    /// The number in the middle of the picture.
    pub(crate) origin: f64,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) points: usize,
}

impl Report {
    pub(crate) fn new(
        loaded: &Loaded,
        studies: &[Study],
        args: &ModelArgs,
        precision: &'static str,
        notes: Vec<String>,
    ) -> Self {
        let computed_in = match &loaded.models {
            Models::Onnx(_) => "f32, as the engine of ONNX models does",
            Models::BuiltIn(_) => precision,
        };
        let (kept, standardised) = match &loaded.models {
            Models::Onnx(model) => (model.kept().to_vec(), false),
            Models::BuiltIn(models) => {
                (vec![], models.first().is_some_and(|model| model.model.standardisation().changes()))
            }
        };
        let fitted = |place: usize| match &loaded.models {
            Models::BuiltIn(models) => models.get(place).and_then(|model| model.fitted.clone()),
            Models::Onnx(_) => None,
        };
        let views = studies.iter().enumerate().map(|(place, study)| View::new(study, fitted(place))).collect();
        let weights = studies.first().and_then(|study| study.directions.first()).map_or(0, |first| first.vector.len());
        Self {
            model: loaded.name.clone(),
            weights,
            rows: loaded.rows.clone(),
            seed: args.seed,
            decay: args.decay,
            notes,
            computed_in,
            standardised,
            kept,
            views,
        }
    }
}

impl AxisOf {
    /// A number on the axis, to a tenth of the distance between two points.
    fn number(&self, number: f64) -> String {
        let step = (self.to - self.from) / (self.points - 1) as f64;
        let decimals = (1.0 - step.log10().floor()).clamp(0.0, 12.0);
        if step < 1e-9 { rounded(number) } else { decimal(number, decimals as usize) }
    }
}

impl View {
    fn new(study: &Study, fitted: Option<Fitted>) -> Self {
        let axis = |(place, direction): (usize, &Direction)| {
            let (axis, offset) = (&study.shown[place], study.offset(place));
            AxisOf {
                direction: direction.source.to_string(),
                is_weight: matches!(direction.source, Source::Weight { .. }),
                origin: offset,
                from: axis.from(),
                to: axis.to(),
                points: axis.points(),
            }
        };
        Self {
            loss: study.loss.clone(),
            fitted,
            axes: study.directions.iter().enumerate().map(axis).collect(),
            cosine: if let [first, second] = study.directions.as_slice() { Some(cosine(first, second)) } else { None },
            explained: study.explained,
            points: study.landscape.losses.len(),
            refinement: study.landscape.refinement,
            findings: study.findings.clone(),
        }
    }

    /// A place in the numbers that the axes show.
    fn place(&self, place: [f64; 2]) -> String {
        let one = |(axis, place): (&AxisOf, f64)| {
            let number = axis.number(place + axis.origin);
            if axis.is_weight { format!("{} = {number}", axis.direction) } else { number }
        };
        let shown: Vec<String> = self.axes.iter().zip(place).map(one).collect();
        if self.axes.iter().any(|axis| !axis.is_weight) { format!("({})", shown.join(", ")) } else { shown.join(", ") }
    }
}

/// The landscape in words.
pub(crate) fn document(report: &Report) -> Document {
    let mut blocks = vec![Block::Facts(head(report)), Block::Heading("What is seen".to_owned())];
    blocks.push(Block::Grid(table(report)));
    for view in &report.views {
        blocks.push(Block::Heading(view.loss.clone()));
        blocks.push(Block::Bullets(findings(view)));
    }
    let notes = notes(report);
    if !notes.is_empty() {
        blocks.push(Block::Remark(notes.join(" ")));
    }
    Document(blocks)
}

pub(crate) fn rows_read(rows: &Rows) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![("read", format!("{}: {}", rows.files.join(", "), counted(rows.read, "row", "rows")).into())];
    if !rows.missing.is_empty() {
        let missing: Vec<String> = rows.missing.iter().map(|(name, count)| format!("{count} in {name}")).collect();
        let text = format!("{} used; missing values: {}", counted(rows.used as u64, "row", "rows"), missing.join(", "));
        facts.push(("left out", Cell::from(text).with(Tone::Bad)));
    }
    if rows.for_testing > 0 {
        facts.push(("for testing", counted(rows.for_testing as u64, "row", "rows").into()));
    }
    facts.push(("truth", listed(&rows.truth, 6).into()));
    let counters = match rows.counters.as_slice() {
        [] => String::new(),
        names => format!("; not {}, which counts the rows", names.join(", ")),
    };
    facts.push(("features", format!("{}{counters}", listed(&rows.features, 8)).into()));
    if !rows.classes.is_empty() {
        facts.push(("classes", listed(&rows.classes, 12).into()));
    }
    facts
}

fn head(report: &Report) -> Vec<(&'static str, Cell)> {
    let weights = counted(report.weights as u64, "weight", "weights");
    let mut facts = vec![("model", format!("{}: {weights}", report.model).into())];
    facts.extend(rows_read(&report.rows));
    if report.decay > 0.0 {
        let text = format!(
            "{} / 2 · sum of squared weights, in every loss but that of rows for testing",
            rounded(report.decay)
        );
        facts.push(("penalty", text.into()));
    }
    if let Some(view) = report.views.first() {
        for (name, axis) in ["x axis", "y axis"].into_iter().zip(&view.axes) {
            facts.push((name, axis.direction.as_str().into()));
        }
        if let Some(cosine) = view.cosine.filter(|cosine| cosine.abs() > 0.01) {
            facts.push(("angle", format!("the axes are not orthogonal: cosine {}", rounded(cosine)).into()));
        }
        let sizes: Vec<String> = view.axes.iter().map(|axis| axis.points.to_string()).collect();
        let refined = |refinement: &Refinement| {
            format!(
                ", {} of them computed; interpolation misses by up to {} of the range where it was checked",
                super::number::count(refinement.computed as u64),
                percent(refinement.largest_error)
            )
        };
        let computed = view.refinement.as_ref().map_or_else(String::new, refined);
        facts.push(("points", format!("{}{computed}; {}", sizes.join(" × "), report.computed_in).into()));
    }
    facts
}

fn listed(names: &[String], most: usize) -> String {
    if names.len() <= most {
        return names.join(", ");
    }
    format!("{}, … {} ({} in all)", names[..most - 2].join(", "), names[names.len() - 1], names.len())
}

fn table(report: &Report) -> Grid {
    let mut grid = Grid::default();
    for (name, kind) in [
        ("loss", Kind::Word),
        ("in the middle", Kind::Number),
        ("lowest point", Kind::Number),
        ("at", Kind::Prose),
        ("highest", Kind::Number),
        ("minima", Kind::Number),
        ("convex here", Kind::Word),
    ] {
        grid.column(name, kind);
    }
    for view in &report.views {
        let found = &view.findings;
        let lowest = found.valleys.first();
        let convex = match (found.convexity.compared, found.convexity.negative) {
            (0, _) => "unknown",
            // Between the points that were computed it may bend otherwise.
            (_, 0) if view.refinement.is_some() => "unknown",
            (_, 0) => "yes",
            _ => "no",
        };
        grid.rows.push(vec![
            Cell::code(view.loss.clone()),
            rounded(found.origin).into(),
            lowest.map_or_else(String::new, |valley| rounded(valley.minimum.loss)).into(),
            lowest.map_or_else(String::new, |valley| view.place(valley.minimum.place)).into(),
            found.highest.map_or_else(String::new, rounded).into(),
            found.valleys.len().to_string().into(),
            convex.into(),
        ]);
    }
    grid
}

fn findings(view: &View) -> Vec<String> {
    let found = &view.findings;
    let mut said = vec![];
    if let Some(fitted) = &view.fitted {
        said.push(of_fit(fitted));
    }
    said.push(valleys(view, &found.valleys));
    said.push(convexity(view));
    if let Some(hessian) = &found.hessian {
        let [high, low] = hessian.eigenvalues();
        let how = if hessian.exact { "exact products" } else { "differences of the grid" };
        let shape = match (high, low) {
            (0.0, 0.0) => "flat but for kinks, which have no second derivative",
            (high, low) if high.is_finite() && low > 0.0 => "a bowl",
            (high, low) if high <= 0.0 && low.is_finite() => "a dome",
            (_, 0.0) => "a trough",
            (high, low) if high.is_finite() && low.is_finite() => "a saddle",
            _ => "beyond the numbers there are",
        };
        let [aa, ab, bb] = hessian.elements.map(rounded);
        let place = view.place(hessian.place);
        said.push(format!(
            "Hessian in the plane at {place}: [[{aa}, {ab}], [{ab}, {bb}]], eigenvalues {} and {}, {shape} (by {how}).",
            rounded(high),
            rounded(low)
        ));
    }
    if let Some(barrier) = &found.barrier {
        let [from, to] = barrier.ends.map(rounded);
        let (height, place) = barrier.height;
        let hill = if height > 0.0 {
            format!("it rises {} above the straight line between them, most at {}", rounded(height), rounded(place))
        } else {
            "it never rises above the straight line between them".to_owned()
        };
        said.push(format!("Between the models: {from} at 0, {to} at 1; on the way {hill}."));
    }
    if found.barrier.is_none() && view.axes.iter().any(|axis| axis.direction == Source::Model.to_string()) {
        said.push(
            "No hill between the models is told: the axis has no points at 0 and 1, or a loss is not finite."
                .to_owned(),
        );
    }
    if let Some(explained) = view.explained {
        said.push(format!("The axes hold {} of the path's squared distances from the middle.", percent(explained)));
    }
    said.extend(off_plane(view));
    if found.nan + found.infinite > 0 {
        let (nan, infinite) = (found.nan, found.infinite);
        said.push(format!("Of {} points {nan} are NaN and {infinite} infinite; they are drawn as such.", view.points));
    }
    said
}

pub(crate) fn of_fit(fitted: &Fitted) -> String {
    let rate = fitted.rate.map_or_else(String::new, |rate| format!(", rate {}", rounded(rate)));
    let test = fitted.test_loss.map_or_else(String::new, |loss| format!("; {} on the rows for testing", rounded(loss)));
    format!(
        "Fitted by {}{rate}: {} after {}, {} (largest component of the gradient {}){test}.",
        fitted.method,
        rounded(fitted.loss),
        counted(fitted.steps as u64, "step", "steps"),
        fitted.end,
        rounded(fitted.largest_gradient),
    )
}

/// How many valleys are named one by one.
const NAMED: usize = 4;

fn valleys(view: &View, valleys: &[Valley]) -> String {
    let rim = |valley: &Valley| if valley.minimum.on_rim { ", on the rim: it may go on outside" } else { "" };
    let Some((lowest, others)) = valleys.split_first() else {
        return if view.findings.flat {
            "The loss is the same everywhere: it does not depend on these weights.".to_owned()
        } else {
            "There is no minimum: no loss is finite.".to_owned()
        };
    };
    let place = view.place(lowest.minimum.place);
    let mut text = format!("Lowest point of the grid: {} at {place}{}.", rounded(lowest.minimum.loss), rim(lowest));
    if !others.is_empty() {
        let of = |valley: &Valley| {
            format!(
                "{} at {} ({} of the range deep{})",
                rounded(valley.minimum.loss),
                view.place(valley.minimum.place),
                percent(valley.share),
                rim(valley)
            )
        };
        let shown: Vec<String> = others.iter().take(NAMED).map(of).collect();
        let more = if others.len() > NAMED { format!(", and {} more", others.len() - NAMED) } else { String::new() };
        let count = counted(others.len() as u64, "local minimum", "local minima");
        text += &format!(" {count} besides: {}{more}.", shown.join("; "));
    }
    text
}

fn convexity(view: &View) -> String {
    let found = &view.findings.convexity;
    let between =
        if view.refinement.is_some() { " Between points that were computed it may bend otherwise." } else { "" };
    let known = if view.findings.known_convex { " The loss and the model make it convex in all weights." } else { "" };
    let skipped = match found.not_finite {
        0 => String::new(),
        count => format!("; {count} could not be taken, as losses are not finite"),
    };
    match found.worst {
        None if found.compared == 0 => format!("Nothing to tell convexity from{skipped}.{known}"),
        None => format!(
            "Convex along the lines of the grid: none of {} second differences is negative{skipped}.{between}{known}",
            super::number::count(found.compared as u64)
        ),
        Some(worst) => format!(
            "Not convex: {} of {} second differences are negative ({}), the most at {}{skipped}.",
            super::number::count(found.negative as u64),
            super::number::count(found.compared as u64),
            percent(found.share()),
            view.place(worst.place)
        ),
    }
}

/// How far the picture of the path is from the path.
fn off_plane(view: &View) -> Option<String> {
    let path = &view.findings.path;
    if path.len() < 2 {
        return None;
    }
    let gap = |point: &dartboard_landscapes::OffPlane| (point.shown - point.loss).abs();
    let worst = path.iter().filter(|point| gap(point).is_finite()).max_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    let (low, high) = (view.findings.lowest?, view.findings.highest?);
    if gap(worst) <= 1e-3 * (high - low) {
        return Some(format!("The path of {} points lies in the picture.", path.len()));
    }
    Some(format!(
        "The path does not lie in the picture: at {} {} its loss is {}, and the picture shows {} there.",
        if view.fitted.is_some() { "step" } else { "checkpoint" },
        if view.fitted.is_some() { worst.step } else { worst.step + 1 },
        rounded(worst.loss),
        rounded(worst.shown)
    ))
}

fn notes(report: &Report) -> Vec<String> {
    let mut notes = report.notes.clone();
    let shows_weights = report.views.iter().flat_map(|view| &view.axes).any(|axis| axis.is_weight);
    if report.standardised && shows_weights {
        notes
            .push("Features are standardised: a weight is the change of the output per standard deviation.".to_owned());
    }
    if report.views.iter().flat_map(|view| &view.axes).any(|axis| axis.direction.starts_with("random")) {
        notes.push(format!("Random directions are drawn by ChaCha20 from seed {}.", report.seed));
    }
    if !report.kept.is_empty() {
        let names: Vec<String> = report.kept.iter().map(|(name, why)| format!("{name} ({why})")).collect();
        notes.push(format!("Constants that are no weights stay as they are: {}.", listed(&names, 6)));
    }
    notes
}
