//! A landscape from beginning to end: which way to look, how far, what is seen.

mod course;
mod extents;
mod findings;
mod subject;

use std::ops::ControlFlow;

pub use course::Course;
pub use findings::{Findings, Valley};
pub use subject::{Body, Subject};

use crate::directions::{Direction, Source};
use crate::error::LandscapeError;
use crate::grid::{Axis, GridPlan, Keep, Landscape, Progress, draw};
use crate::plane::{ModelSurface, ObjectiveSurface, Precision, Surface};

/// What of the subjects is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyPlan {
    /// Along which directions.
    pub course: Course,
    /// From where to where along each axis, in the numbers that the axis shows: those of the weight where the direction is a
    /// single weight, else multiples of the direction. Empty where that is to be found out.
    pub ranges: Vec<(f64, f64)>,
    /// The points of each axis. Empty for 101 on a line and 51 × 51 on a plane; one number stands for both axes.
    pub points: Vec<usize>,
    /// As in [`GridPlan`].
    pub tolerance: Option<f64>,
    /// What the losses of built-in models are computed in.
    pub precision: Precision,
}

/// What was seen.
#[derive(Clone, Debug)]
pub struct Study {
    /// The spec of the loss.
    pub loss: String,
    /// The directions of the axes.
    pub directions: Vec<Direction>,
    /// The share of the path that lies along the directions, where they are its principal components.
    pub explained: Option<f64>,
    /// The losses.
    pub landscape: Landscape,
    /// The axes in the numbers that they show: weights, or coordinates.
    pub shown: Vec<Axis>,
    /// What there is to say about them.
    pub findings: Findings,
}

impl Study {
    /// What is added to a coordinate of the grid to get the number that the axis shows: the weight's value at the origin
    /// where the direction is a single weight, else 0.
    pub fn offset(&self, axis: usize) -> f64 {
        self.directions.get(axis).map_or(0.0, offset)
    }

    /// The numbers that an axis shows at the points of the grid; none where there is no such axis.
    pub fn numbers(&self, axis: usize) -> Vec<f64> {
        self.shown.get(axis).map_or_else(Vec::new, |axis| (0..axis.points()).map(|at| axis.at(at)).collect())
    }
}

fn offset(direction: &Direction) -> f64 {
    if let Source::Weight { value, .. } = direction.source { value } else { 0.0 }
}

/// Points along the axis of a line, and along both axes of a plane.
const ON_LINE: usize = 101;
const ON_PLANE: usize = 51;

/// A subject, and what is known before a point is computed.
struct Prepared<'a> {
    subject: &'a Subject<'a>,
    directions: Vec<Direction>,
    explained: Option<f64>,
    surface: Box<dyn Surface + 'a>,
    /// The path in coordinates of the grid, where it has one.
    path: Vec<crate::report::OffPlane>,
}

impl Prepared<'_> {
    /// The coordinates of the grid for axes as they are shown.
    fn coordinates(&self, shown: &[Axis]) -> Result<Vec<Axis>, LandscapeError> {
        let of = |(axis, direction): (&Axis, &Direction)| {
            let offset = offset(direction);
            Axis::new(axis.from() - offset, axis.to() - offset, axis.points())
        };
        shown.iter().zip(&self.directions).map(of).collect()
    }
}

/// Looks at each subject. Where axes are single weights all subjects are looked at over the same weights; else each along
/// directions of its own. `keep` says where the points of a subject are kept, `report` is told how far it is with one.
///
/// # Errors
/// Where directions, ranges or the grid do not fit, and as [`draw`].
pub fn study(
    subjects: &[Subject<'_>],
    plan: &StudyPlan,
    mut keep: impl FnMut(usize) -> Keep,
    report: &mut dyn FnMut(usize, Progress) -> ControlFlow<()>,
) -> Result<Vec<Study>, LandscapeError> {
    let mut prepared = vec![];
    for subject in subjects {
        prepared.push(prepare(subject, plan)?);
    }
    let all_shown = axes(&prepared, plan)?;
    let mut studies = vec![];
    for (place, (prepared, shown)) in prepared.into_iter().zip(all_shown).enumerate() {
        let axes = prepared.coordinates(&shown)?;
        let grid = GridPlan { axes, tolerance: plan.tolerance };
        let landscape = draw(&*prepared.surface, &grid, &keep(place), &mut |progress| report(place, progress))?;
        let findings = findings::find(&prepared, &landscape)?;
        studies.push(Study {
            loss: prepared.subject.loss.clone(),
            directions: prepared.directions,
            explained: prepared.explained,
            landscape,
            shown,
            findings,
        });
    }
    Ok(studies)
}

fn prepare<'a>(subject: &'a Subject<'a>, plan: &StudyPlan) -> Result<Prepared<'a>, LandscapeError> {
    let (directions, explained) = course::directions(subject, &plan.course)?;
    let surface: Box<dyn Surface + 'a> = match &subject.body {
        Body::BuiltIn(problem) => Box::new(ModelSurface::new(problem, &subject.origin, &directions, plan.precision)?),
        Body::Onnx(problem) => {
            let (model, data) = (problem.model_fingerprint(), problem.data_fingerprint());
            Box::new(ObjectiveSurface::new(*problem, &subject.origin, directions.clone(), model, data)?)
        }
    };
    let path = if subject.path.is_empty() { vec![] } else { subject.project(&directions)? };
    Ok(Prepared { subject, directions, explained, surface, path })
}

/// The axes of each subject, in the numbers that they show.
fn axes(prepared: &[Prepared<'_>], plan: &StudyPlan) -> Result<Vec<Vec<Axis>>, LandscapeError> {
    let Some(first) = prepared.first() else { return Ok(vec![]) };
    let dimensions = first.directions.len();
    let points = points(plan, dimensions)?;
    let wrong = |what, found: usize, allowed| Err(LandscapeError::Setting { what, allowed, value: found.to_string() });
    if !(plan.ranges.is_empty() || plan.ranges.len() == dimensions) {
        let allowed = if dimensions == 1 { "one, as there is one direction" } else { "two, one for each direction" };
        return wrong("the number of ranges", plan.ranges.len(), allowed);
    }
    // What the axes show: weights of their own, or coordinates.
    let mut shown: Vec<Vec<(f64, f64)>> = vec![];
    for each in prepared {
        let mut of_subject = vec![];
        for (axis, &points) in points.iter().enumerate() {
            of_subject.push(match plan.ranges.get(axis) {
                Some(&range) => range,
                None => {
                    let (low, high) = extents::automatic(each, axis, points)?;
                    let offset = offset(&each.directions[axis]);
                    (low + offset, high + offset)
                }
            });
        }
        shown.push(of_subject);
    }
    for axis in 0..dimensions {
        if matches!(first.directions[axis].source, Source::Weight { .. }) {
            let low = shown.iter().map(|ranges| ranges[axis].0).fold(f64::INFINITY, f64::min);
            let high = shown.iter().map(|ranges| ranges[axis].1).fold(f64::NEG_INFINITY, f64::max);
            shown.iter_mut().for_each(|ranges| ranges[axis] = (low, high));
        }
    }
    let axis = |(range, points): ((f64, f64), &usize)| Axis::new(range.0, range.1, *points);
    shown.into_iter().map(|ranges| ranges.into_iter().zip(&points).map(axis).collect()).collect()
}

fn points(plan: &StudyPlan, dimensions: usize) -> Result<Vec<usize>, LandscapeError> {
    match (plan.points.as_slice(), dimensions) {
        ([], 1) => Ok(vec![ON_LINE]),
        ([], _) => Ok(vec![ON_PLANE; 2]),
        ([both], _) => Ok(vec![*both; dimensions]),
        (each, _) if each.len() == dimensions => Ok(each.to_vec()),
        (each, _) => {
            let sizes: Vec<String> = each.iter().map(usize::to_string).collect();
            let allowed = if dimensions == 1 { "one number on a line" } else { "one or two numbers on a plane" };
            Err(LandscapeError::Setting { what: "the points of the grid", allowed, value: sizes.join("x") })
        }
    }
}
