//! `dartboard landscape`.

mod folder;
mod npz;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;

use clap::Parser;
use dartboard_landscapes::{Keep, LandscapeError, OnnxProblem, Progress, Study, study};
use safetensors::{Dtype, SafeTensors};

use self::folder::Folder;
use super::runtime;
use super::subjects::{self, BuiltIn, Loaded, ModelFormat, Models, failed};
use crate::args::{Args, ChooseFormat, Command, LandscapeArgs, ModelArgs};
use crate::failure::Failure;
use crate::host::Host;
use crate::output::{self, Canvas};
use crate::progress::PointsBar;
use crate::render;
use crate::render::landscape::Report;
use crate::render::picture::{FigureFormat, write_whole};

/// What was seen, in words and numbers.
#[derive(Debug)]
pub(crate) struct Landscape {
    pub(crate) report: Report,
    pub(crate) studies: Vec<Study>,
}

impl Landscape {
    /// The report in characters.
    pub(crate) fn text(&self, canvas: Canvas) -> String {
        let document = render::landscape::document(&self.report);
        let sketch = render::landscape::picture::sketch(&self.report, &self.studies, canvas);
        render::terminal::write(&document, canvas) + &sketch
    }
}

pub(crate) fn run(args: &LandscapeArgs, host: &Host) -> Result<(), Failure> {
    let landscape = compute(args, host)?;
    output::print(&match args.format {
        ChooseFormat::Table => landscape.text(output::canvas()),
        ChooseFormat::Markdown => render::markdown::write(&render::landscape::document(&landscape.report)),
        ChooseFormat::Json => render::json(&landscape.report)?,
    })
}

pub(crate) fn compute(args: &LandscapeArgs, host: &Host) -> Result<Landscape, Failure> {
    let Some(path) = &args.resume else { return draw(args, None, host) };
    let (folder, arguments) = Folder::open(path)?;
    // What the run was asked for; how it is shown may differ.
    let asked = Args::try_parse_from(arguments.iter().map(String::as_str));
    let Ok(Args { command: Command::Landscape(mut asked) }) = asked else {
        return Err(Failure::Data(format!("{}: its run.json holds no arguments of this version", path.display())));
    };
    asked.no_progress = args.no_progress;
    asked.resources = args.resources.clone();
    draw(&asked, Some(folder), host)
}

/// Draws what is asked for, into the folder of a run that goes on or the one that is named.
fn draw(args: &LandscapeArgs, resumed: Option<Folder>, host: &Host) -> Result<Landscape, Failure> {
    args.check().map_err(Failure::usage)?;
    check_save(&args.model)?;
    let figure = args.figure.as_deref().map(|path| Ok::<_, Failure>((path, FigureFormat::of(path)?))).transpose()?;
    if let Some((path, _)) = figure {
        check_folder("--figure", path)?;
    }
    if let (None, Some(path)) = (&resumed, &args.output) {
        Folder::check(path)?;
    }
    let given = args.directions_file().map(|path| directions(path)).transpose()?;
    let source = args.reading.options();
    let session = host.session(&args.resources.session(source.clone()))?;
    let threads = args.resources.threads();
    let load = async { subjects::load(&session, &args.model, source).await };
    let mut loaded = runtime::block_on(threads, &host.stop, load)?;
    let (to, note) = match &args.to {
        Some(path) => loaded.other(path, &args.model).map(|(weights, note)| (Some(weights), note))?,
        None => (None, None),
    };
    let mut notes = std::mem::take(&mut loaded.notes);
    notes.extend(note);
    if matches!(loaded.models, Models::Onnx(_)) && args.precision.is_some() {
        return Err(Failure::usage("--precision is about built-in models: the engine of ONNX models computes in f32"));
    }
    let plan = args.plan(given, to);
    let onnx = loaded.onnx_problems(&args.model)?;
    if onnx.iter().any(OnnxProblem::looks_like_probabilities) {
        notes.push(PROBABILITIES.to_owned());
    }
    let subjects = loaded.subjects(&onnx)?;
    let count = subjects.len();
    let is_new = resumed.is_none();
    let folder = match (resumed, &args.output) {
        (None, Some(path)) => Some(Folder::create(path, &host.arguments)?),
        (folder, _) => folder,
    };
    let bar = PointsBar::new(host.progress && !args.no_progress);
    let stopped = runtime::interrupted(&host.stop);
    let mut report = |place: usize, progress: Progress| {
        bar.show(place, count, &subjects[place].loss, progress);
        if stopped.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let keep = |place: usize| folder.as_ref().map_or(Keep::Nothing, |folder| folder.keep(place));
    let studies = with_threads(threads, || study(&subjects, &plan, keep, &mut report))?;
    drop(bar);
    let studies = match studies {
        Err(LandscapeError::Stopped { .. }) => {
            return Err(folder.map_or(Failure::Interrupted, |folder| folder.interrupted()));
        }
        Err(error) => {
            if let Some(folder) = folder.filter(|_| is_new) {
                folder.abandon();
            }
            return Err(explain(error, args));
        }
        Ok(studies) => studies,
    };
    drop(subjects);
    let report = Report::new(&loaded, &studies, &args.model, plan.precision.name(), notes);
    if let Some(folder) = &folder {
        folder.fill(&report, &studies, &loaded)?;
    }
    save(&loaded, &args.model)?;
    if let Some((path, format)) = figure {
        render::landscape::picture::write(&report, &studies, path, format)?;
    }
    Ok(Landscape { report, studies })
}

/// Runs work on so many threads, all cores if absent.
pub(super) fn with_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| Failure::Data(format!("the threads could not be started: {error}")))?;
    Ok(pool.install(work))
}

/// What can be known before a model is fitted: where and how it is saved.
pub(super) fn check_save(args: &ModelArgs) -> Result<(), Failure> {
    let Some(path) = &args.save_model else { return Ok(()) };
    if ModelFormat::of(path).is_none() {
        let shown = path.display();
        return Err(Failure::usage(format!("--save-model {shown}: the name must end in .safetensors or .onnx")));
    }
    check_folder("--save-model", path)?;
    match args.losses().len() {
        0 | 1 => Ok(()),
        count => Err(Failure::usage(format!("--save-model: {count} losses make as many models; name one loss"))),
    }
}

/// Refuses a file in a folder that does not exist before anything is computed.
fn check_folder(option: &str, path: &Path) -> Result<(), Failure> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(Failure::usage(format!("{option} {}: there is no folder {}", path.display(), folder.display())))
        }
        _ => Ok(()),
    }
}

/// What is said of scores that look like probabilities: softmax taken twice is a loss too, but hardly the one that is meant.
const PROBABILITIES: &str = "The outputs are not negative and add up to 1 in every row, as probabilities do, and the loss takes \
                             scores: cce takes probabilities, and --onnx-output names another value of the model.";

/// Saves the fitted model where that was asked for.
pub(super) fn save(loaded: &Loaded, args: &ModelArgs) -> Result<(), Failure> {
    let (Models::BuiltIn(models), Some(path)) = (&loaded.models, &args.save_model) else { return Ok(()) };
    let Some(BuiltIn { model, .. }) = models.first() else { return Ok(()) };
    let bytes = match ModelFormat::of(path) {
        Some(ModelFormat::Onnx) => model.to_onnx(),
        _ => model.to_safetensors(),
    };
    write_whole(path, &bytes.map_err(failed)?)
}

/// One or two directions from a file.
fn directions(path: &Path) -> Result<Vec<Vec<f64>>, Failure> {
    let refuse = |why: &str| Failure::Data(format!("--dirs {}: {why}", path.display()));
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::System(error.kind(), format!("--dirs {}: {error}", path.display())))?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(|error| refuse(&error.to_string()))?;
    let mut names: Vec<&str> = tensors.names();
    names.sort_unstable();
    let mut vectors = vec![];
    for name in names {
        let tensor = tensors.tensor(name).map_err(|error| refuse(&error.to_string()))?;
        let data = tensor.data();
        vectors.push(match tensor.dtype() {
            Dtype::F64 => data.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect(),
            Dtype::F32 => data.as_chunks::<4>().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect(),
            other => return Err(refuse(&format!("tensor '{name}' is {other:?}; F64 or F32 is needed"))),
        });
    }
    match vectors.len() {
        1 | 2 => Ok(vectors),
        count => Err(refuse(&format!("it holds {count} tensors; one or two are needed, a direction each"))),
    }
}

/// An error in terms of options.
fn explain(error: LandscapeError, args: &LandscapeArgs) -> Failure {
    match error {
        LandscapeError::TooManyPoints { .. } => Failure::usage(format!("--grid: {error}")),
        LandscapeError::NoDirection { .. } if args.to.is_some() => {
            Failure::usage("--to: both models have the same weights, so there is no way between them".to_owned())
        }
        LandscapeError::UnknownWeight { .. }
        | LandscapeError::NoDerivatives(_)
        | LandscapeError::NoDirection { .. }
        | LandscapeError::Parallel
        | LandscapeError::NoCurvature => Failure::usage(format!("--dirs: {error}")),
        LandscapeError::Length { what: "a direction", expected, found } => {
            let file = args.directions_file().map_or_else(String::new, |path| format!(" {}", path.display()));
            let numbers = if found == 1 { "number" } else { "numbers" };
            Failure::Data(format!("--dirs{file}: a tensor has {found} {numbers}, but the model has {expected} weights"))
        }
        LandscapeError::Path(reason) if args.model.model_files.len() == 1 => Failure::usage(format!(
            "--dirs: principal components are those of a path ({reason}): name several models, the checkpoints of a training, \
             or fit one here"
        )),
        LandscapeError::Setting { what: "the number of ranges", .. } => Failure::usage(format!("--range: {error}")),
        LandscapeError::Setting { what: "the points of the grid", .. } => Failure::usage(format!("--grid: {error}")),
        error => Failure::Data(error.to_string()),
    }
}
