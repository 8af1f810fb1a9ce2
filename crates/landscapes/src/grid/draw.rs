//! Computing the losses of a grid: all points, or as many as a tolerance asks for; on all threads, resumable.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::journal::Journal;
use super::landscape::{Landscape, place, range};
use super::{Axis, refine};
use crate::error::LandscapeError;
use crate::fingerprint::Hasher;
use crate::plane::{Fingerprints, Surface};

/// The most points of a grid: 512 MiB of losses.
const MOST_POINTS: usize = 1 << 26;

/// The most points that are computed between two reports.
const MOST_AT_ONCE: usize = 4096;

/// The time between two reports that is aimed at: what is lost by a kill, and how long a cancellation takes.
const BETWEEN_REPORTS: Duration = Duration::from_millis(200);

/// Points of one task: few enough to keep all threads busy, enough for a surface to share work among them.
const TASK: usize = 32;

/// What grid to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct GridPlan {
    /// One axis for each direction of the surface.
    pub axes: Vec<Axis>,
    /// `None` computes every point. With a tolerance, as a share of the range of losses, cells are split where
    /// interpolation misses by more, and the other points are interpolated.
    pub tolerance: Option<f64>,
}

/// Where finished points are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Nowhere.
    #[default]
    Nothing,
    /// In a new file.
    New(PathBuf),
    /// In the file of a run that was stopped; its points are not computed again.
    Resume(PathBuf),
}

/// How far a grid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Points that are known.
    pub done: usize,
    /// Points that are known to be needed; refinement may find more.
    pub needed: usize,
    /// Of the points that are known those that a file held.
    pub resumed: usize,
    /// Records at the end of the file that a kill had cut short.
    pub dropped: usize,
    /// Since the start.
    pub elapsed: Duration,
}

impl Progress {
    /// The time left, if it goes on like this; `None` before anything was computed.
    pub fn left(&self) -> Option<Duration> {
        let computed = self.done.checked_sub(self.resumed).filter(|&computed| computed > 0)?;
        Some(self.elapsed.mul_f64((self.needed.saturating_sub(self.done)) as f64 / computed as f64))
    }
}

/// Computes a grid. `report` is called now and then, and may stop it.
///
/// Every loss depends on its place alone and losses are kept as they are, NaN and infinities too: the landscape is the same
/// bits for any number of threads, and whether it was resumed or not.
///
/// # Errors
/// Where axes do not fit the surface, there are too many points, the tolerance is out of range, `report` stopped it, or the
/// file cannot be used.
pub fn draw<S: Surface + ?Sized>(
    surface: &S,
    plan: &GridPlan,
    keep: &Keep,
    report: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Landscape, LandscapeError> {
    if plan.axes.len() != surface.dimensions() {
        let (expected, found) = (surface.dimensions(), plan.axes.len());
        return Err(LandscapeError::Length { what: "the list of axes", expected, found });
    }
    let points = plan.axes.iter().try_fold(1_usize, |points, axis| points.checked_mul(axis.points()));
    let points = points.filter(|&points| points <= MOST_POINTS);
    let Some(points) = points else {
        let sizes: Vec<String> = plan.axes.iter().map(|axis| axis.points().to_string()).collect();
        return Err(LandscapeError::TooManyPoints { grid: sizes.join(" × "), most: MOST_POINTS });
    };
    if let Some(tolerance) = plan.tolerance.filter(|tolerance| !(tolerance.is_finite() && *tolerance > 0.0)) {
        let value = tolerance.to_string();
        return Err(LandscapeError::Setting { what: "the tolerance", allowed: "finite and above 0", value });
    }
    let journal = match keep {
        Keep::Nothing => None,
        Keep::New(path) => Some(Journal::create(path, hashes(surface, plan))?),
        Keep::Resume(path) => Some(Journal::resume(path, hashes(surface, plan))?),
    };
    let resumed = journal.as_ref().map_or(0, Journal::len);
    let mut drawing = Drawing {
        surface,
        plan,
        journal,
        report,
        losses: vec![f64::NAN; points],
        computed: vec![false; points],
        done: 0,
        needed: 0,
        resumed,
        at_once: rayon::current_num_threads(),
        start: Instant::now(),
    };
    let refinement = match plan.tolerance {
        None => {
            let all: Vec<usize> = (0..points).collect();
            drawing.compute(&all)?;
            None
        }
        Some(tolerance) => Some(refine::refine(&mut drawing, tolerance)?),
    };
    Ok(Landscape {
        axes: plan.axes.clone(),
        losses: drawing.losses,
        computed: drawing.computed,
        refinement,
        rounding: surface.rounding(),
    })
}

fn hashes<S: Surface + ?Sized>(surface: &S, plan: &GridPlan) -> Fingerprints {
    let given = surface.fingerprints();
    let mut settings = Hasher::new("grid");
    settings.bytes(&given.settings.0);
    for axis in &plan.axes {
        settings.numbers(&[axis.from(), axis.to()]);
        settings.count(axis.points());
    }
    settings.numbers(plan.tolerance.as_slice());
    Fingerprints { settings: settings.finish(), ..given }
}

/// A grid that is being computed.
pub(super) struct Drawing<'a, S: ?Sized> {
    surface: &'a S,
    pub(super) plan: &'a GridPlan,
    journal: Option<Journal>,
    report: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    pub(super) losses: Vec<f64>,
    pub(super) computed: Vec<bool>,
    done: usize,
    needed: usize,
    resumed: usize,
    at_once: usize,
    start: Instant,
}

impl<S: Surface + ?Sized> Drawing<'_, S> {
    /// Computes those of these points that are not known, in their order.
    pub(super) fn compute(&mut self, points: &[usize]) -> Result<(), LandscapeError> {
        let mut missing = vec![];
        for &point in points {
            if self.computed[point] {
                continue;
            }
            match self.journal.as_ref().and_then(|journal| journal.get(point)) {
                Some(loss) => self.set(point, loss),
                None => missing.push(point),
            }
        }
        self.needed = self.done + missing.len();
        self.tell()?;
        let mut rest = missing.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(self.at_once.min(rest.len()));
            let start = Instant::now();
            let places: Vec<[f64; 2]> = now.iter().map(|&point| place(&self.plan.axes, point)).collect();
            let mut losses = vec![0.0; now.len()];
            let surface = self.surface;
            // Several for each thread, so that none waits for the others' last one.
            let task = TASK.min(now.len().div_ceil(4 * rayon::current_num_threads()));
            (places.par_chunks(task).zip(losses.par_chunks_mut(task)))
                .for_each(|(places, losses)| surface.losses(places, losses));
            let found: Vec<(usize, f64)> = now.iter().copied().zip(losses).collect();
            if let Some(journal) = &mut self.journal {
                journal.append(&found)?;
            }
            found.iter().for_each(|&(point, loss)| self.set(point, loss));
            // How many are taken at once changes when they are reported and nothing else.
            let took = start.elapsed().as_secs_f64().max(f64::MIN_POSITIVE);
            let aimed = now.len() as f64 * (BETWEEN_REPORTS.as_secs_f64() / took);
            // Whole tasks for each thread, where there is time for that many.
            let threads = rayon::current_num_threads();
            let least = if aimed < (TASK * threads) as f64 { threads } else { TASK * threads };
            self.at_once = (aimed.min(MOST_AT_ONCE as f64) as usize / least * least).max(threads);
            rest = later;
            self.tell()?;
        }
        Ok(())
    }

    fn set(&mut self, point: usize, loss: f64) {
        self.losses[point] = loss;
        self.computed[point] = true;
        self.done += 1;
    }

    fn tell(&mut self) -> Result<(), LandscapeError> {
        let progress = Progress {
            done: self.done,
            needed: self.needed,
            resumed: self.resumed.min(self.done),
            dropped: self.journal.as_ref().map_or(0, Journal::dropped),
            elapsed: self.start.elapsed(),
        };
        match (self.report)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(LandscapeError::Stopped { done: self.done, needed: self.needed }),
        }
    }

    /// The least and the greatest finite loss so far.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        range(self.losses.iter().zip(&self.computed).filter(|(_, computed)| **computed).map(|(loss, _)| *loss))
    }
}
