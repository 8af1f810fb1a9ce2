//! A loss under a treatment, applied to rows.

use dartboard_numerics::elementary::Float;
use dartboard_numerics::sum::ExactSum;

use super::check::{self, fits};
use super::chunk::{Chunk, Labels};
use super::error::{BatchError, form_name};
use super::evaluate::{Evaluator, Outputs};
use super::reduction::{Reduced, Reduction, Sums};
use super::rows::Rows;
use super::treatment::{Clip, Curvature, Treatment};
use crate::card::{Form, PredictionKind, TargetKind};
use crate::compat::{ClassWeightsInMean, Compat, Preset};
use crate::spec::Loss;

/// A loss under a treatment that fits it.
#[derive(Clone, Debug)]
pub struct Treated {
    evaluator: Evaluator,
}

impl Treated {
    /// The loss under the treatment.
    ///
    /// # Errors Where the treatment does not fit the loss: class weights or smoothing of a quantity, a form or
    /// curvature that the loss does not have, a clip of something that is no probability, a library that does not have
    /// the loss, settings out of range.
    pub fn new(loss: &Loss, treatment: Treatment) -> Result<Self, BatchError> {
        let preset = resolve(loss, &treatment)?;
        let evaluator = Evaluator { loss: loss.clone(), treatment, preset, derivatives: false };
        check_classes(&evaluator)?;
        check_clip(&evaluator)?;
        check_form(&evaluator)?;
        check_curvature(&evaluator)?;
        Ok(Self { evaluator })
    }

    /// The loss.
    pub fn loss(&self) -> &Loss {
        &self.evaluator.loss
    }

    /// The treatment.
    pub fn treatment(&self) -> &Treatment {
        &self.evaluator.treatment
    }

    /// The reduction that [`reduce`](Self::reduce) uses.
    pub fn reduction(&self) -> Reduction {
        let preset = self.evaluator.preset.map_or(Reduction::MeanByWeight, |preset| preset.mean);
        self.treatment().reduction.unwrap_or(preset)
    }

    /// The batch in one number. Sums are exact, so it is the same bits for any order of the rows.
    ///
    /// # Errors
    /// Where the rows do not fit the loss (with the row and what is allowed), where none is left, or where their
    /// weights add up to 0 under [`MeanByWeight`](Reduction::MeanByWeight).
    pub fn reduce(&self, rows: &Rows<'_>) -> Result<Reduced, BatchError> {
        let mut parts = self.begin();
        parts.add(rows)?;
        parts.finish()
    }

    /// A batch that comes in parts: for rows that are not to be in memory as columns all at once.
    pub fn begin(&self) -> BatchParts<'_> {
        BatchParts { treated: self, sums: Sums::default(), rows: 0, columns: 0 }
    }

    /// The loss of every row, times its weight and class weight; 0 for rows that are left out.
    ///
    /// # Errors
    /// Where the rows do not fit the loss, or `value` does not fit the rows.
    pub fn values(&self, rows: &Rows<'_>, value: &mut [f64]) -> Result<(), BatchError> {
        fits("the values", value.len(), rows)?;
        value.fill(0.0);
        self.each_chunk(rows, false, |chunk, out| {
            for (place, &row) in chunk.rows.iter().enumerate() {
                value[row] = Float::times0(chunk.weight[place], out.value[place]);
            }
        })
    }

    /// The gradient and the curvature of every row by its prediction, times its weight and class weight; 0 for rows
    /// that are left out. One column each for pointwise losses, one per class for row losses (the Hessian's diagonal).
    ///
    /// They belong to the row's own loss, as boosting libraries want them. That of the reduced loss is the row's over
    /// [`Reduced::divisor`].
    ///
    /// # Errors
    /// Where the rows do not fit the loss, or the columns do not fit the rows.
    pub fn gradient_hessian(
        &self,
        rows: &Rows<'_>,
        gradient: &mut [&mut [f64]],
        hessian: &mut [&mut [f64]],
    ) -> Result<(), BatchError> {
        for (what, columns) in [("the gradient", &*gradient), ("the curvature", &*hessian)] {
            if columns.len() != rows.predictions.len() {
                let expected = format!("{} columns for {what}", rows.predictions.len());
                return Err(BatchError::Columns { loss: self.loss().card().name, expected, found: columns.len() });
            }
            columns.iter().try_for_each(|column| fits(what, column.len(), rows))?;
        }
        gradient.iter_mut().for_each(|column| column.fill(0.0));
        hessian.iter_mut().for_each(|column| column.fill(0.0));
        self.each_chunk(rows, true, |chunk, out| {
            scatter(chunk, &out.gradient, gradient);
            scatter(chunk, &out.hessian, hessian);
        })
    }

    fn each_chunk(
        &self,
        rows: &Rows<'_>,
        derivatives: bool,
        mut visit: impl FnMut(&Chunk, &Outputs),
    ) -> Result<(), BatchError> {
        let evaluator = Evaluator { derivatives, ..self.evaluator.clone() };
        let (loss, ignore) = (self.loss(), self.treatment().ignore);
        check::shape(loss, rows, ignore)?;
        self.fit_classes(rows)?;
        for start in (0..rows.len()).step_by(Chunk::ROWS) {
            let end = rows.len().min(start + Chunk::ROWS);
            let mut chunk = Chunk::gather(rows, start..end, ignore);
            if chunk.len() > 0 {
                check::values(loss, self.evaluator.preset, &mut chunk)?;
                visit(&chunk, &evaluator.evaluate(&chunk)?);
            }
        }
        Ok(())
    }

    /// As many class weights as classes.
    fn fit_classes(&self, rows: &Rows<'_>) -> Result<(), BatchError> {
        let (found, expected) = (self.treatment().class_weight.len(), rows.predictions.len());
        if self.loss().rowwise().is_some() && found > 0 && found != expected {
            return Err(BatchError::ClassWeights { expected, found });
        }
        Ok(())
    }
}

/// The parts of a batch that have been seen.
#[derive(Clone, Debug)]
pub struct BatchParts<'t> {
    treated: &'t Treated,
    sums: Sums,
    /// All rows, those that are left out included.
    rows: usize,
    /// The columns of predictions.
    columns: usize,
}

impl BatchParts<'_> {
    /// Adds rows. In errors they are counted from the first row of the first part.
    ///
    /// # Errors
    /// Where the rows do not fit the loss, with the row and what is allowed.
    pub fn add(&mut self, rows: &Rows<'_>) -> Result<(), BatchError> {
        let Self { treated, sums, .. } = self;
        let evaluator = &treated.evaluator;
        let rule = evaluator.preset.map_or(ClassWeightsInMean::Always, |preset| preset.class_weights_in_mean);
        let added = treated.each_chunk(rows, false, |chunk, out| {
            let by_class = match rule {
                ClassWeightsInMean::Always => true,
                ClassWeightsInMean::OfClassesOnly => matches!(chunk.labels, Labels::Classes(_)),
                ClassWeightsInMean::Never => false,
            };
            for row in 0..chunk.len() {
                let class = if by_class { evaluator.class_importance(chunk, row) } else { 1.0 };
                sums.add(out.value[row], chunk.weight[row], [chunk.weight[row], class]);
                sums.clipped += usize::from(out.clipped[row]);
            }
        });
        added.map_err(|error| error.in_part(self.rows))?;
        self.rows += rows.len();
        self.columns = rows.predictions.len();
        Ok(())
    }

    /// All parts in one number: the same bits as of all rows at once.
    ///
    /// # Errors
    /// Where no row is left, or where the weights add up to 0 under [`MeanByWeight`](Reduction::MeanByWeight).
    pub fn finish(&self) -> Result<Reduced, BatchError> {
        let Self { treated, sums, .. } = self;
        let preset = treated.evaluator.preset;
        let reduction = treated.reduction();
        let left_out = self.rows - sums.rows;
        if sums.rows == 0 && !preset.is_some_and(|preset| preset.empty_is_nan) {
            return Err(BatchError::NoRows { left_out });
        }
        let divisor = match reduction {
            Reduction::MeanByWeight if sums.rows > 0 && sums.weight.is_zero() => return Err(BatchError::NoWeight),
            Reduction::MeanByWeight => sums.weight.clone(),
            Reduction::MeanByCount => {
                let terms = if preset.is_some_and(|preset| preset.mean_of_terms) { self.columns } else { 1 };
                whole(sums.rows * terms)
            }
            Reduction::BatchMean => whole(sums.rows),
            Reduction::Sum => whole(1),
            Reduction::None => return Err(BatchError::NotReduced),
        };
        let root = preset.is_some_and(|preset| preset.root);
        Ok(Reduced {
            value: if root { sums.loss.root_ratio(&divisor) } else { sums.loss.ratio(&divisor) },
            rows: sums.rows,
            left_out,
            infinite: sums.infinite,
            clipped: sums.clipped,
            total_weight: sums.weight.to_f64(),
            divisor: divisor.to_f64(),
        })
    }
}

fn whole(count: usize) -> ExactSum {
    let mut sum = ExactSum::new();
    sum.add_count(count as u64);
    sum
}

fn scatter(chunk: &Chunk, from: &[Vec<f64>], to: &mut [&mut [f64]]) {
    for (from, to) in from.iter().zip(to) {
        for (place, &row) in chunk.rows.iter().enumerate() {
            to[row] = Float::times0(chunk.weight[place], from[place]);
        }
    }
}

/// The preset of the treatment's library, if it names one.
fn resolve(loss: &Loss, treatment: &Treatment) -> Result<Option<&'static Preset>, BatchError> {
    let function = treatment.function.as_deref();
    let Some(compat) = treatment.compat else {
        return function.map_or(Ok(None), |function| Err(BatchError::FunctionWithoutLibrary(function.to_owned())));
    };
    if treatment.form != Form::Plain {
        return Err(BatchError::SetByCompat { compat, what: "form" });
    }
    if treatment.clip != Clip::None {
        return Err(BatchError::SetByCompat { compat, what: "clip" });
    }
    let name = loss.card().name;
    let found = compat.preset(name, function).filter(|preset| preset.formula.fits(loss));
    let unknown = || BatchError::NotInLibrary { compat, loss: name, functions: Compat::functions(compat, name) };
    found.map(Some).ok_or_else(unknown)
}

fn check_classes(evaluator: &Evaluator) -> Result<(), BatchError> {
    let Evaluator { loss, treatment, .. } = evaluator;
    let (name, target) = (loss.card().name, loss.card().target);
    let quantity = matches!(target, TargetKind::Quantity | TargetKind::Vector);
    let (weight, smoothing) = (&treatment.class_weight, treatment.label_smoothing);
    if !(0.0..1.0).contains(&smoothing) {
        return Err(BatchError::Smoothing(smoothing));
    }
    if quantity && smoothing != 0.0 {
        return Err(BatchError::SmoothingOfQuantity { loss: name });
    }
    if quantity && !weight.is_empty() {
        return Err(BatchError::ClassWeightOfQuantity { loss: name });
    }
    if loss.pointwise().is_some() && !weight.is_empty() && weight.len() != 2 {
        return Err(BatchError::ClassWeights { expected: 2, found: weight.len() });
    }
    let wrong = weight.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0));
    wrong.map_or(Ok(()), |class| Err(BatchError::ClassWeight { class, weight: weight[class] }))
}

fn check_clip(evaluator: &Evaluator) -> Result<(), BatchError> {
    let (loss, card) = (&evaluator.loss, evaluator.loss.card());
    let linear = loss.pointwise().is_some_and(|loss| loss.linear_in_target())
        || loss.rowwise().is_some_and(|loss| loss.linear_in_target());
    match evaluator.clip() {
        Clip::None => Ok(()),
        Clip::Eps(value) if !(value > 0.0 && value < 0.5) => {
            Err(BatchError::ClipRange { what: "probabilities are clipped by a number in (0, ½)", value })
        }
        Clip::Eps(_) if card.prediction != PredictionKind::Probability => {
            Err(BatchError::ClipOfNoProbability { loss: card.name })
        }
        Clip::LogFloor(value) if !(value < 0.0 && value.is_finite()) => {
            Err(BatchError::ClipRange { what: "a floor of logarithms is finite and below 0", value })
        }
        Clip::LogFloor(_) if !linear => Err(BatchError::FloorOfNoLogarithm { loss: card.name }),
        Clip::Eps(_) | Clip::LogFloor(_) => Ok(()),
    }
}

/// A form that the loss has at some target: the middle of what may be one, for all forms are there for all of them.
fn check_form(evaluator: &Evaluator) -> Result<(), BatchError> {
    let (form, loss) = (evaluator.treatment.form, &evaluator.loss);
    let has = |form: &Form| *form == Form::Plain || [1.0, 0.5].iter().any(|&y| loss.form(*form, y).is_some());
    if has(&form) {
        return Ok(());
    }
    let forms = [Form::Plain, Form::Deviance, Form::NegativeLogLikelihood, Form::Training];
    let names = forms.into_iter().filter(has).map(form_name).collect();
    Err(BatchError::Form { loss: loss.card().name, form, has: names })
}

/// Whether the loss has the curvature at all. A library's own formula has no other than its own, or 1.
fn check_curvature(evaluator: &Evaluator) -> Result<(), BatchError> {
    let curvature = evaluator.treatment.curvature.unwrap_or_default();
    if matches!(curvature, Curvature::True | Curvature::Unit) {
        return Ok(());
    }
    if let (Some(compat), Some(preset)) = (evaluator.treatment.compat, evaluator.preset)
        && !preset.formula.is_own()
    {
        return Err(BatchError::SetByCompat { compat, what: "curvature" });
    }
    let loss = &evaluator.loss;
    let fisher = curvature == Curvature::Fisher;
    let of_point = loss.pointwise().map(|loss| if fisher { loss.fisher(0.5) } else { loss.majorizer(1.0) }.is_some());
    let of_row = loss.rowwise().map(|loss| {
        let (scores, mut diagonal) = ([0.5, 0.5], [0.0; 2]);
        if fisher { loss.fisher(&scores, &mut diagonal) } else { loss.majorizer(&scores, &mut diagonal) }
    });
    if of_point.or(of_row) == Some(true) { Ok(()) } else { Err(evaluator.no_curvature()) }
}
