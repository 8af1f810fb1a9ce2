//! Models over rows, for `landscape` and `curvature`: what is fitted or loaded, and how it went.

use std::path::Path;

use dartboard_landscapes::{
    Body, Data, Fit, Kind, LandscapeError, Model, Objective, OnnxModel, OnnxProblem, Problem, Subject, Targets,
    check_targets, fit,
};
use dartboard_losses::{Family, Loss, TargetKind};
use dartboard_tables::features::{self, FeatureTable};
use dartboard_tables::session::Session;
use dartboard_tables::source::SourceOptions;
use dartboard_tables::whole::{Column, Whole};
use serde::Serialize;

use crate::args::ModelArgs;
use crate::failure::Failure;

/// What was read, and what was left out.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rows {
    pub(crate) files: Vec<String>,
    pub(crate) read: u64,
    pub(crate) used: usize,
    pub(crate) missing: Vec<(String, u64)>,
    pub(crate) truth: Vec<String>,
    pub(crate) features: Vec<String>,
    /// Columns that were not taken for features because they count the rows.
    pub(crate) counters: Vec<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) for_testing: usize,
}

/// How a built-in model was fitted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fitted {
    pub(crate) method: &'static str,
    pub(crate) steps: usize,
    pub(crate) evaluations: usize,
    pub(crate) rate: Option<f64>,
    pub(crate) end: &'static str,
    pub(crate) loss: f64,
    pub(crate) largest_gradient: f64,
    pub(crate) test_loss: Option<f64>,
}

/// A model under one loss.
#[derive(Debug)]
pub(crate) struct BuiltIn {
    pub(crate) problem: Problem,
    pub(crate) model: Model,
    pub(crate) fit: Option<Fit>,
    pub(crate) fitted: Option<Fitted>,
}

/// Models under all losses.
#[derive(Debug)]
pub(crate) enum Models {
    /// Built-in ones: one for each loss, with the weights of all files.
    BuiltIn(Vec<BuiltIn>),
    /// Of other frameworks.
    Onnx(Box<OnnxModel>),
}

/// All that is looked at.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) rows: Rows,
    /// Where the rows are.
    whole: Whole,
    pub(crate) losses: Vec<Loss>,
    pub(crate) data: Data,
    pub(crate) models: Models,
    /// The weights of each model file, in their order.
    pub(crate) checkpoints: Vec<Vec<f64>>,
    /// What is drawn, in words.
    pub(crate) name: String,
    /// What a reader should know of the models.
    pub(crate) notes: Vec<String>,
}

pub(crate) fn failed(error: LandscapeError) -> Failure {
    Failure::Data(error.to_string())
}

/// A kind of model file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelFormat {
    Safetensors,
    Onnx,
}

impl ModelFormat {
    /// The kind that the ending of a name stands for.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("onnx") => Some(Self::Onnx),
            Some("safetensors") => Some(Self::Safetensors),
            _ => None,
        }
    }
}

/// A model file.
pub(crate) enum ModelFile {
    BuiltIn(Box<Model>),
    Onnx(Box<OnnxModel>),
}

impl ModelFile {
    /// Reads a model. An ONNX file that was written here is a built-in model again, unless an output of it is named.
    pub(crate) fn load(path: &Path, output: Option<&str>) -> Result<Self, Failure> {
        let refused = |error: std::io::Error| Failure::System(error.kind(), format!("{}: {error}", path.display()));
        match ModelFormat::of(path) {
            Some(ModelFormat::Safetensors) => {
                std::fs::File::open(path).map_err(refused)?;
                Ok(Self::BuiltIn(Box::new(Model::load(path).map_err(failed)?)))
            }
            Some(ModelFormat::Onnx) => {
                let bytes = std::fs::read(path).map_err(refused)?;
                let in_file = |error: LandscapeError| Failure::Data(format!("{}: {error}", path.display()));
                if output.is_none()
                    && let Ok(Some(model)) = Model::from_onnx(&bytes)
                {
                    return Ok(Self::BuiltIn(Box::new(model)));
                }
                Ok(Self::Onnx(Box::new(OnnxModel::from_bytes(&bytes, output).map_err(in_file)?)))
            }
            None => {
                let shown = path.display();
                Err(Failure::usage(format!("{shown}: a model is a file that ends in .onnx or .safetensors")))
            }
        }
    }

    /// Its weights as those of another state of the same model, and whether it has the same constants beside them.
    fn weights_as(&self, path: &Path, model: ModelRef<'_>, of: &str) -> Result<(Vec<f64>, bool), Failure> {
        let refuse = |error: LandscapeError| Failure::Data(format!("{}: {error} (beside {of})", path.display()));
        match (self, model) {
            (Self::BuiltIn(file), ModelRef::BuiltIn(model)) => Ok((file.weights_as(model).map_err(refuse)?, true)),
            (Self::Onnx(file), ModelRef::Onnx(model)) => {
                model.check_state(file).map_err(refuse)?;
                Ok((file.weights().to_vec(), file.has_constants_of(model)))
            }
            _ => {
                let why = "one of them is a built-in model, the other an ONNX model of another program".to_owned();
                Err(refuse(LandscapeError::OtherModel(why)))
            }
        }
    }

    fn model(&self) -> ModelRef<'_> {
        match self {
            Self::BuiltIn(model) => ModelRef::BuiltIn(model),
            Self::Onnx(model) => ModelRef::Onnx(model),
        }
    }
}

/// A model that another is compared with.
#[derive(Clone, Copy)]
enum ModelRef<'a> {
    BuiltIn(&'a Model),
    Onnx(&'a OnnxModel),
}

/// Reads rows and models, and fits what is to be fitted.
pub(crate) async fn load(session: &Session, args: &ModelArgs, source: SourceOptions) -> Result<Loaded, Failure> {
    let mut files = vec![];
    for path in &args.model_files {
        files.push(ModelFile::load(path, args.onnx_output.as_deref())?);
    }
    let paths = &args.model_files;
    let (mut checkpoints, mut notes) = (vec![], vec![]);
    if let (Some(last), Some(name)) = (files.last(), paths.last()) {
        let name = name.display().to_string();
        for (file, path) in files.iter().zip(paths) {
            let (weights, same) = file.weights_as(path, last.model(), &name)?;
            checkpoints.push(weights);
            notes.extend((!same).then(|| other_constants(path, &name)));
        }
    }
    let model = files.into_iter().next_back();
    let saved = if let Some(ModelFile::BuiltIn(model)) = &model { Some(model) } else { None };
    let names = names_are_classes(args, saved.map(AsRef::as_ref));
    let wanted = saved.map_or(&[][..], |model| model.features());
    let table = features::read(session, &args.request(source.clone(), names, wanted)).await?;
    let classes = if args.classes.is_empty() { saved.map_or(&[][..], |model| model.classes()) } else { &args.classes };
    let targets = targets(&table, classes)?;
    let losses = losses(args, saved.map(AsRef::as_ref), &targets)?;
    let FeatureTable { features, names, truth, weight, counters, rows } = table;
    let truth: Vec<String> = truth.into_iter().map(|(name, _)| name).collect();
    let place = |row: usize| rows.place(row);
    let explain = |error| explain(error, &truth, args, &place);
    let data = Data::new(features, names, targets, weight).map_err(explain)?;
    for loss in &losses {
        // That a loss does not fit a model says more than that it does not fit the targets.
        if let Some(kind) = &args.model {
            Model::new(kind.clone(), loss, &data, args.setup()).map_err(explain)?;
        }
        check_targets(loss, &data).map_err(explain)?;
    }
    if matches!(model, Some(ModelFile::Onnx(_))) && args.decay != 0.0 {
        return Err(Failure::usage("--decay: a penalty is added to losses of built-in models only"));
    }
    let (train, test) = data.split(args.test_share, args.seed).map_err(explain)?;
    let name = match (&args.model, paths.as_slice()) {
        (Some(kind), _) => kind.to_string(),
        (None, [path]) => path.display().to_string(),
        (None, [.., last]) => format!("{} models, the last of them {}", paths.len(), last.display()),
        (None, []) => String::new(),
    };
    let models = match (model, &args.model) {
        (Some(ModelFile::Onnx(model)), _) => Models::Onnx(model),
        (Some(ModelFile::BuiltIn(model)), _) => {
            let of = |loss: &Loss| -> Result<BuiltIn, LandscapeError> {
                let problem = Problem::with_loss(&model, loss, &train, args.decay)?;
                Ok(BuiltIn { model: problem.model().clone(), problem, fit: None, fitted: None })
            };
            Models::BuiltIn(losses.iter().map(of).collect::<Result<_, _>>().map_err(explain)?)
        }
        (None, Some(kind)) => {
            let of = |loss: &Loss| fitted(kind, loss, &train, test.as_ref(), args);
            Models::BuiltIn(losses.iter().map(of).collect::<Result<_, _>>().map_err(explain)?)
        }
        (None, None) => return Err(Failure::usage("name a model: --model linear, or a file of one")),
    };
    let whole = rows;
    let rows = Rows {
        files: args.request(source, false, &[]).files,
        read: whole.read,
        used: whole.rows(),
        missing: whole.missing.iter().filter(|(_, count)| *count > 0).cloned().collect(),
        truth,
        features: data.names().to_vec(),
        counters,
        classes: data.targets().names().to_vec(),
        for_testing: test.map_or(0, |test| test.rows()),
    };
    Ok(Loaded { rows, whole, losses, data: train, models, checkpoints, name, notes })
}

/// Fits a built-in model under a loss.
fn fitted(
    kind: &Kind,
    loss: &Loss,
    train: &Data,
    test: Option<&Data>,
    args: &ModelArgs,
) -> Result<BuiltIn, LandscapeError> {
    let model = Model::new(kind.clone(), loss, train, args.setup())?;
    let problem = Problem::new(&model, train, args.decay)?;
    let method = args.method();
    let fit = fit(&problem, model.weights(), method, args.plan())?;
    if !fit.loss.is_finite() {
        return Err(LandscapeError::Diverged { method: method.name(), rate: fit.rate.unwrap_or_default() });
    }
    let model = model.with_weights(fit.weights.clone())?;
    let test_loss = test.map(|test| Ok::<_, LandscapeError>(Problem::new(&model, test, 0.0)?.value(&fit.weights)));
    let fitted = Fitted {
        method: method.name(),
        steps: fit.steps,
        evaluations: fit.evaluations,
        rate: fit.rate,
        end: fit.stop.describe(),
        loss: fit.loss,
        largest_gradient: fit.gradient,
        test_loss: test_loss.transpose()?,
    };
    Ok(BuiltIn { problem, model, fit: Some(fit), fitted: Some(fitted) })
}

/// Whether whole numbers in the column of the truth are names of classes.
fn names_are_classes(args: &ModelArgs, saved: Option<&Model>) -> bool {
    let of_classes = |loss: &Loss| loss.card().family == Family::Rowwise && loss.card().target == TargetKind::Class;
    !args.classes.is_empty()
        || args.model == Some(Kind::Softmax)
        || saved.is_some_and(|model| !model.classes().is_empty())
        || args.losses().iter().any(of_classes)
}

fn targets(table: &FeatureTable, classes: &[String]) -> Result<Targets, Failure> {
    let (name, column) = match table.truth.as_slice() {
        [(name, column)] => (name, column),
        several => {
            let numbers = |(name, column): &(String, Column)| match column {
                Column::Numbers(values) => Ok((name.clone(), values.clone())),
                Column::Names(..) => Err(Failure::Data(format!("--truth: `{name}` holds names, not numbers"))),
            };
            let columns: Vec<(String, Vec<f64>)> = several.iter().map(numbers).collect::<Result<_, _>>()?;
            let (names, columns) = columns.into_iter().unzip();
            return Ok(Targets::Shares { columns, names });
        }
    };
    let (of_row, found) = match column {
        Column::Numbers(values) => return Ok(Targets::Numbers(values.clone())),
        Column::Names(of_row, found) => (of_row, found),
    };
    /// So many different names, each with a score of its own, are more likely numbers that were taken for names.
    const MANY: usize = 1000;
    if classes.is_empty() && found.len() > MANY {
        let count = found.len();
        return Err(Failure::Data(format!(
            "`{name}` holds {count} different values, each of which would be a class; a loss such as mse takes it for numbers, \
             and --classes names them if they are classes"
        )));
    }
    let names = if classes.is_empty() { sorted(found) } else { classes.to_vec() };
    let place = |found: &String| names.iter().position(|name| name == found).map(|place| place as u32);
    let places: Vec<Option<u32>> = found.iter().map(place).collect();
    if let Some(unknown) = places.iter().position(Option::is_none) {
        let row = of_row.iter().position(|&class| class as usize == unknown).unwrap_or_default();
        let (row, known) = (table.rows.place(row), names.join(", "));
        let class = &found[unknown];
        return Err(Failure::Data(format!("{row}: `{name}` is '{class}', which is not among the classes: {known}")));
    }
    let class = of_row.iter().filter_map(|&row| places[row as usize]).collect();
    Ok(Targets::Classes { class, names })
}

/// By value where all are numbers, else by letters.
fn sorted(names: &[String]) -> Vec<String> {
    let mut sorted = names.to_vec();
    let number = |name: &String| name.trim().parse::<f64>().ok();
    if names.iter().all(|name| number(name).is_some()) {
        sorted.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal));
    } else {
        sorted.sort();
    }
    sorted
}

fn losses(args: &ModelArgs, saved: Option<&Model>, targets: &Targets) -> Result<Vec<Loss>, Failure> {
    if !args.losses().is_empty() {
        return Ok(args.losses().to_vec());
    }
    if let Some(model) = saved {
        return Ok(vec![model.loss().clone()]);
    }
    if !args.model_files.is_empty() {
        return Err(Failure::usage("--loss: name the loss of the model's output, as in --loss cce_logits"));
    }
    let name = match (&args.model, targets) {
        (Some(Kind::Logistic), _) => "bce",
        (Some(Kind::Softmax), _) => "cce",
        (_, Targets::Numbers(_)) => "mse",
        (_, Targets::Classes { names, .. }) if names.len() == 2 => "bce",
        (_, Targets::Classes { .. }) => "cce",
        (_, Targets::Shares { .. }) => "multilabel_bce",
    };
    Loss::parse(name).map(|loss| vec![loss]).map_err(|error| Failure::usage(error.to_string()))
}

/// An error in terms of files, rows and columns.
fn explain(error: LandscapeError, truth: &[String], args: &ModelArgs, place: &dyn Fn(usize) -> String) -> Failure {
    let truth = truth.join(", ");
    let message = match error {
        LandscapeError::Target { loss, row, target, domain } => {
            format!("{}: `{truth}` is {target}, but for {loss} it must be {domain}", place(row))
        }
        LandscapeError::Shares { row, total } => {
            format!("{}: the shares of the classes add up to {total}, not to 1", place(row))
        }
        LandscapeError::Weight { row, weight } => {
            format!("{}: the weight is {weight}; it must be finite and at least 0", place(row))
        }
        LandscapeError::Targets { loss, expected, found } => {
            let hint = match found.as_str() {
                "one number per row" if expected.starts_with("classes") => {
                    "; --classes names the classes of whole numbers"
                }
                found if found.contains("classes (") => "; softmax and cce tell several classes apart",
                _ => "",
            };
            format!("{loss} takes {expected}, and `{truth}` holds {found}{hint}")
        }
        LandscapeError::Prediction { row, loss, value, domain, hint } => {
            let model = args.model_files.last().map_or_else(String::new, |path| path.display().to_string());
            format!("{}: the output of {model} is {value}, but {loss} takes {domain}{hint}", place(row))
        }
        LandscapeError::Diverged { .. } => return Failure::usage(format!("--rate: {error}")),
        LandscapeError::LossOfModel { .. } => return Failure::usage(error.to_string()),
        LandscapeError::TestShare(_) | LandscapeError::NothingToTrainOn { .. } => {
            return Failure::usage(format!("--test-share: {error}"));
        }
        error => match args.model_files.last() {
            Some(path) => format!("{}: {error}", path.display()),
            None => error.to_string(),
        },
    };
    Failure::Data(message)
}

impl Loaded {
    /// What the losses of ONNX models are functions of.
    pub(crate) fn onnx_problems(&self, args: &ModelArgs) -> Result<Vec<OnnxProblem<'_>>, Failure> {
        let Models::Onnx(model) = &self.models else { return Ok(vec![]) };
        let place = |row: usize| self.whole.place(row);
        let explain = |error| explain(error, &self.rows.truth, args, &place);
        self.losses.iter().map(|loss| OnnxProblem::new(model, loss, &self.data).map_err(explain)).collect()
    }

    /// What is looked at, a subject for each loss.
    pub(crate) fn subjects<'a>(&'a self, onnx: &'a [OnnxProblem<'a>]) -> Result<Vec<Subject<'a>>, Failure> {
        let of_weights = |loss: &Loss, body: Body<'a>| {
            Subject::of_checkpoints(loss.spec(), body, self.checkpoints.clone()).map_err(failed)
        };
        match &self.models {
            Models::Onnx(_) => {
                self.losses.iter().zip(onnx).map(|(loss, problem)| of_weights(loss, Body::Onnx(problem))).collect()
            }
            Models::BuiltIn(models) => (self.losses.iter().zip(models))
                .map(|(loss, model)| match &model.fit {
                    Some(fit) => Ok(Subject {
                        loss: loss.spec(),
                        body: Body::BuiltIn(&model.problem),
                        origin: fit.weights.clone(),
                        path: fit.path.clone(),
                    }),
                    None => of_weights(loss, Body::BuiltIn(&model.problem)),
                })
                .collect(),
        }
    }

    /// The weights of another state of the same model, and what is to be said of it.
    pub(crate) fn other(&self, path: &Path, args: &ModelArgs) -> Result<(Vec<f64>, Option<String>), Failure> {
        let other = ModelFile::load(path, args.onnx_output.as_deref())?;
        let model = match &self.models {
            Models::Onnx(model) => ModelRef::Onnx(model),
            Models::BuiltIn(models) => match models.first() {
                Some(first) => ModelRef::BuiltIn(&first.model),
                None => return Ok((vec![], None)),
            },
        };
        let (weights, same) = other.weights_as(path, model, &self.name)?;
        Ok((weights, (!same).then(|| other_constants(path, &self.name))))
    }
}

/// What is to be said of a model that is more than its weights.
fn other_constants(path: &Path, name: &str) -> String {
    format!(
        "{} differs from {name} in more than its weights, such as statistics of batch normalisation: its weights are computed \
         with the constants of {name}, so its loss is not that of the file as it is.",
        path.display()
    )
}
