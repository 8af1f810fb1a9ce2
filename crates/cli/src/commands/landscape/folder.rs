//! The folder of a run: what it was asked for, its points so far, and what became of it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dartboard_landscapes::{Keep, Study};
use dartboard_tables::table_file::TableFile;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde::{Deserialize, Serialize};

use super::npz;
use crate::commands::subjects::{Loaded, Models};
use crate::failure::Failure;
use crate::render;
use crate::render::landscape::{Report, picture};
use crate::render::picture::{FigureFormat, write_whole};

/// What a run was asked for.
const RUN: &str = "run.json";

/// A folder of a run.
pub(super) struct Folder {
    path: PathBuf,
    /// Whether it was not there before.
    made: bool,
}

#[derive(Serialize, Deserialize)]
struct Run {
    dartboard: String,
    arguments: Vec<String>,
}

fn io(path: &Path, error: &std::io::Error) -> Failure {
    Failure::System(error.kind(), format!("{}: {}", path.display(), error.kind()))
}

impl Folder {
    /// A new folder, or an empty one that is there.
    ///
    /// # Errors
    /// Where something is in it, another run above all.
    pub(super) fn create(path: &Path, arguments: &[String]) -> Result<Self, Failure> {
        Self::check(path)?;
        let made = match fs::create_dir(path) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            Err(error) => return Err(io(path, &error)),
        };
        let folder = Self { path: path.to_owned(), made };
        let run = Run { dartboard: env!("CARGO_PKG_VERSION").to_owned(), arguments: arguments.to_vec() };
        folder.write(RUN, render::json(&run)?.as_bytes())?;
        Ok(folder)
    }

    /// Takes back what was made where no point was computed, so that the next run may have the name.
    pub(super) fn abandon(self) {
        if self.points(0).exists() {
            return;
        }
        // What cannot be removed stays; the failure that led here is the one to tell.
        let _ = fs::remove_file(self.path.join(RUN));
        if self.made {
            let _ = fs::remove_dir(&self.path);
        }
    }

    /// Refuses a place where no folder can be, or in which something is already.
    ///
    /// # Errors
    /// With what is there.
    pub(super) fn check(path: &Path) -> Result<(), Failure> {
        super::check_folder("--output", path)?;
        if path.join(RUN).exists() {
            let shown = path.display();
            let message =
                format!("{shown}: there is a run in this folder: go on with it by --resume {shown}, or name another");
            return Err(Failure::Data(message));
        }
        if path.is_file() {
            return Err(Failure::Data(format!("{}: it is a file, and a folder is needed", path.display())));
        }
        if path.is_dir() && fs::read_dir(path).map_err(|error| io(path, &error))?.next().is_some() {
            return Err(Failure::Data(format!("{}: the folder is not empty; name a new one", path.display())));
        }
        Ok(())
    }

    fn points(&self, place: usize) -> PathBuf {
        self.path.join(format!("points-{}.bin", place + 1))
    }

    /// The folder of a run, and what it was asked for.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<String>), Failure> {
        let file = path.join(RUN);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let message = format!("{}: there is no run in this folder (no {RUN})", path.display());
                return Err(Failure::Data(message));
            }
            Err(error) => return Err(io(&file, &error)),
        };
        let run: Run = serde_json::from_str(&text)
            .map_err(|error| Failure::Data(format!("{}: not what a run writes: {error}", file.display())))?;
        if run.dartboard != env!("CARGO_PKG_VERSION") {
            let (theirs, ours) = (run.dartboard, env!("CARGO_PKG_VERSION"));
            let message = format!("{}: it is a run of dartboard {theirs}, and this is {ours}", path.display());
            return Err(Failure::Data(message));
        }
        Ok((Self { path: path.to_owned(), made: false }, run.arguments))
    }

    /// Where the points of a loss, counted from 0, are kept.
    pub(super) fn keep(&self, place: usize) -> Keep {
        let path = self.points(place);
        if path.exists() { Keep::Resume(path) } else { Keep::New(path) }
    }

    /// What to say after Ctrl-C.
    pub(super) fn interrupted(&self) -> Failure {
        Failure::Stopped(format!("the points so far are kept: dartboard landscape --resume {}", self.path.display()))
    }

    /// Writes all that became of it.
    pub(super) fn fill(&self, report: &Report, studies: &[Study], loaded: &Loaded) -> Result<(), Failure> {
        for name in ["grid.parquet", "grid.csv"] {
            self.table(name, studies)?;
        }
        let npz = npz::write(studies).map_err(|error| io(&self.path.join("grid.npz"), &error))?;
        self.write("grid.npz", &npz)?;
        self.write("directions.safetensors", &directions(studies)?)?;
        if let Models::BuiltIn(models) = &loaded.models {
            for (place, model) in models.iter().enumerate() {
                let bytes = model.model.to_safetensors().map_err(super::failed)?;
                self.write(&format!("model-{}.safetensors", place + 1), &bytes)?;
            }
        }
        self.write("landscape.json", render::json(report)?.as_bytes())?;
        // Of losses none of which is finite there is no picture, which the report says.
        if studies.iter().all(|study| study.landscape.range().is_none()) {
            return Ok(());
        }
        for (name, format) in [
            ("landscape.svg", FigureFormat::Svg),
            ("landscape.png", FigureFormat::Png),
            ("index.html", FigureFormat::Html),
        ] {
            picture::write(report, studies, &self.path.join(name), format)?;
        }
        Ok(())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        write_whole(&self.path.join(name), bytes)
    }

    /// A row for each point of each loss.
    fn table(&self, name: &str, studies: &[Study]) -> Result<(), Failure> {
        let plane = studies.iter().any(|study| study.directions.len() == 2);
        let number = |name: &str| Field::new(name, DataType::Float64, false);
        let mut fields = vec![Field::new("loss", DataType::Utf8, false), number("x")];
        fields.extend(plane.then(|| number("y")));
        fields.extend([number("value"), Field::new("computed", DataType::Boolean, false)]);
        let schema = Arc::new(Schema::new(fields));
        let path = self.path.join(name);
        let mut file = TableFile::create(&path, &schema)?;
        for study in studies {
            let landscape = &study.landscape;
            let (x, y) = (study.numbers(0), study.numbers(1));
            let count = landscape.losses.len();
            let mut columns: Vec<ArrayRef> = vec![
                Arc::new(StringArray::from_iter_values(std::iter::repeat_n(study.loss.as_str(), count))),
                Arc::new(Float64Array::from_iter_values((0..count).map(|at| x[at % x.len()]))),
            ];
            if plane {
                columns.push(Arc::new(Float64Array::from_iter_values((0..count).map(|at| y[at / x.len()]))));
            }
            columns.push(Arc::new(Float64Array::from(landscape.losses.clone())));
            columns.push(Arc::new(BooleanArray::from(landscape.computed.clone())));
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
            let batch = batch.map_err(|error| Failure::Data(format!("{}: {error}", path.display())))?;
            file.write(&batch)?;
        }
        Ok(file.finish()?)
    }
}

/// The directions of all axes: `1.x`, `1.y` of the first loss.
fn directions(studies: &[Study]) -> Result<Vec<u8>, Failure> {
    let mut named = vec![];
    for (place, study) in studies.iter().enumerate() {
        for (axis, direction) in ["x", "y"].iter().zip(&study.directions) {
            let bytes: Vec<u8> = direction.vector.iter().flat_map(|x| x.to_le_bytes()).collect();
            let name = if studies.len() == 1 { (*axis).to_owned() } else { format!("{}.{axis}", place + 1) };
            named.push((name, direction.vector.len(), bytes));
        }
    }
    let broken = |error: safetensors::SafeTensorError| Failure::Data(format!("directions.safetensors: {error}"));
    let mut views = vec![];
    for (name, length, bytes) in &named {
        views.push((name.as_str(), TensorView::new(Dtype::F64, vec![*length], bytes).map_err(broken)?));
    }
    safetensors::serialize(views, None).map_err(broken)
}
