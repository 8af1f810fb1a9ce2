//! `dartboard landscape`.

mod folder;
mod npz;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;

use clap::Parser;
use dartboard_landscapes::{Keep, LandscapeError, Progress, study};
use dartboard_tables::session::Session;
use safetensors::{Dtype, SafeTensors};

use self::folder::Folder;
use super::runtime;
use super::subjects::{self, BuiltIn, Loaded, ModelFormat, Models, failed};
use crate::args::{Args, ChooseFormat, Command, LandscapeArgs, ModelArgs};
use crate::failure::Failure;
use crate::output;
use crate::progress::PointsBar;
use crate::render;
use crate::render::picture::{FigureFormat, write_whole};

pub(crate) fn run(args: &LandscapeArgs) -> Result<(), Failure> {
    let Some(path) = &args.resume else {
        let folder = args.output.as_deref().map(|path| Folder::create(path, &arguments())).transpose()?;
        return draw(args, folder);
    };
    let (folder, arguments) = Folder::open(path)?;
    // What the run was asked for; how it is shown may differ.
    let asked = Args::try_parse_from(arguments.iter().map(String::as_str));
    let Ok(Args { command: Command::Landscape(mut asked) }) = asked else {
        return Err(Failure::Data(format!("{}: its run.json holds no arguments of this version", path.display())));
    };
    asked.format = args.format;
    asked.no_progress = args.no_progress;
    draw(&asked, Some(folder))
}

/// The command line as it was typed.
fn arguments() -> Vec<String> {
    std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect()
}

fn draw(args: &LandscapeArgs, folder: Option<Folder>) -> Result<(), Failure> {
    check_save(&args.model)?;
    let figure = args.figure.as_deref().map(|path| Ok::<_, Failure>((path, FigureFormat::of(path)?))).transpose()?;
    let given = args.directions_file().map(|path| directions(path)).transpose()?;
    let source = args.reading.options();
    let session = Session::new(&args.resources.session(source.clone()))?;
    let threads = args.resources.threads();
    let loaded = runtime::block_on(threads, async { subjects::load(&session, &args.model, source).await })?;
    let to = args.to.as_deref().map(|path| loaded.other(path, &args.model)).transpose()?;
    let plan = args.plan(given, to);
    let onnx = loaded.onnx_problems()?;
    let subjects = loaded.subjects(&onnx)?;
    let count = subjects.len();
    let bar = PointsBar::new(!args.no_progress);
    let stopped = runtime::interrupted();
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
        studies => studies.map_err(|error| explain(error, args))?,
    };
    drop(subjects);
    save(&loaded, &args.model)?;
    let report = render::landscape::Report::new(&loaded, &studies, args.model.seed, plan.precision.name());
    if let Some((path, format)) = figure {
        render::landscape::picture::write(&report, &studies, path, format)?;
    }
    if let Some(folder) = &folder {
        folder.fill(&report, &studies, &loaded)?;
    }
    let canvas = output::canvas();
    output::print(&match args.format {
        ChooseFormat::Table => {
            let document = render::landscape::document(&report);
            let sketch = render::landscape::picture::sketch(&report, &studies, canvas);
            render::terminal::write(&document, canvas) + &sketch
        }
        ChooseFormat::Markdown => render::markdown::write(&render::landscape::document(&report)),
        ChooseFormat::Json => render::json(&report)?,
    })
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
    match args.losses().len() {
        0 | 1 => Ok(()),
        count => Err(Failure::usage(format!("--save-model: {count} losses make as many models; name one loss"))),
    }
}

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
    let bytes = std::fs::read(path).map_err(|error| refuse(&error.to_string()))?;
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
        LandscapeError::UnknownWeight { .. }
        | LandscapeError::NoDerivatives(_)
        | LandscapeError::NoDirection { .. } => Failure::usage(format!("--dirs: {error}")),
        LandscapeError::Path(reason) if args.model.model_files.len() == 1 => Failure::usage(format!(
            "--dirs: principal components are those of a path ({reason}): name several models, the checkpoints of a training, \
             or fit one here"
        )),
        LandscapeError::Setting { what: "the number of ranges", .. } => Failure::usage(format!("--range: {error}")),
        LandscapeError::Setting { what: "the points of the grid", .. } => Failure::usage(format!("--grid: {error}")),
        error => Failure::Data(error.to_string()),
    }
}
