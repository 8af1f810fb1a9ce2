//! The losses of a chunk under a treatment: labels, class weights, clips, forms and curvatures, before row weights.

use dartboard_numerics::elementary::Float;

use super::chunk::{Chunk, Labels};
use super::error::BatchError;
use super::treatment::{Clip, Curvature, Treatment};
use crate::card::{Form, TargetKind};
use crate::compat::{Formula, Own, Preset, Setting};
use crate::family::{Derivatives, PointwiseBlocks, RowTarget, RowwiseBlocks};
use crate::spec::Loss;

/// What comes out of a chunk: per row a value, per row and prediction column a gradient and a curvature.
#[derive(Clone, Debug)]
pub(crate) struct Outputs {
    pub(crate) value: Vec<f64>,
    pub(crate) gradient: Vec<Vec<f64>>,
    pub(crate) hessian: Vec<Vec<f64>>,
    /// Whether the prediction or the loss was cut off.
    pub(crate) clipped: Vec<bool>,
}

impl Outputs {
    pub(crate) fn zero(rows: usize, columns: usize) -> Self {
        let column = || vec![vec![0.0; rows]; columns];
        Self { value: vec![0.0; rows], gradient: column(), hessian: column(), clipped: vec![false; rows] }
    }

    /// Where a loss writes values, and where derivatives.
    fn split(&mut self) -> (&mut [f64], Derivatives<'_, f64>) {
        let gradient = self.gradient.iter_mut().map(Vec::as_mut_slice).collect();
        let hessian = self.hessian.iter_mut().map(Vec::as_mut_slice).collect();
        (&mut self.value, Derivatives { gradient, hessian })
    }

    /// Every number of a row, its value, gradients and curvatures, times `factor`; a factor of 0 wins over infinity.
    fn scale(&mut self, row: usize, factor: f64) {
        self.value[row] = Float::times0(factor, self.value[row]);
        for column in self.gradient.iter_mut().chain(&mut self.hessian) {
            column[row] = Float::times0(factor, column[row]);
        }
    }

    /// No slope where the loss was replaced by a constant.
    fn flatten(&mut self, row: usize) {
        self.clipped[row] = true;
        for column in self.gradient.iter_mut().chain(&mut self.hessian) {
            column[row] = 0.0;
        }
    }

    /// No loss above `ceiling`, and no slope where it would be.
    fn cap(&mut self, ceiling: f64) {
        for row in 0..self.value.len() {
            if self.value[row] > ceiling {
                self.value[row] = ceiling;
                self.flatten(row);
            }
        }
    }

    /// Adds `factor` times the numbers of `other` row by row; a factor of 0 wins over infinity.
    fn add(&mut self, mut other: Self, factor: impl Fn(usize) -> f64) {
        for row in 0..self.value.len() {
            let factor = factor(row);
            other.scale(row, factor);
            self.clipped[row] |= other.clipped[row] && factor != 0.0;
        }
        let columns = |out: Self| std::iter::once(out.value).chain(out.gradient).chain(out.hessian);
        let ours = std::iter::once(&mut self.value).chain(&mut self.gradient).chain(&mut self.hessian);
        for (ours, theirs) in ours.zip(columns(other)) {
            ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
        }
    }
}

/// A loss, what is to be done with it, and the library's way of computing it.
#[derive(Clone, Debug)]
pub(crate) struct Evaluator {
    pub(crate) loss: Loss,
    pub(crate) treatment: Treatment,
    pub(crate) preset: Option<&'static Preset>,
    /// Whether gradients and curvatures are wanted; without, they stay 0.
    pub(crate) derivatives: bool,
}

impl Evaluator {
    fn setting(&self) -> Setting<'_> {
        let class_weight = &self.treatment.class_weight;
        Setting { loss: &self.loss, class_weight, single: self.treatment.single }
    }

    /// The changes that the preset makes to the loss's own formula.
    fn own(&self) -> &'static Own {
        match self.preset.map(|preset| &preset.formula) {
            Some(Formula::Own(own)) => own,
            _ => &Own::PLAIN,
        }
    }

    pub(crate) fn clip(&self) -> Clip {
        self.own().clip.map_or(self.treatment.clip, |clip| clip(self.treatment.single))
    }

    /// The loss of every row of the chunk, class weights included.
    pub(crate) fn evaluate(&self, chunk: &Chunk) -> Result<Outputs, BatchError> {
        match (self.loss.pointwise(), self.loss.rowwise(), &chunk.labels) {
            (Some(loss), _, Labels::Numbers(target)) => self.pointwise(&**loss, chunk, target),
            (_, Some(loss), Labels::Classes(_) | Labels::Shares(_)) => self.rowwise(&**loss, chunk),
            (_, _, Labels::Numbers(target)) => self.joint(chunk, target),
            _ => Err(BatchError::Family { loss: self.loss.card().name }),
        }
    }

    /// The class weight of a row by its label before smoothing, for the divisor of means.
    pub(crate) fn class_importance(&self, chunk: &Chunk, row: usize) -> f64 {
        let weight = &self.treatment.class_weight;
        match (&chunk.labels, weight.as_slice()) {
            (_, []) => 1.0,
            (Labels::Numbers(target), [of_0, of_1]) => {
                let y = self.hardened(target[row]);
                of_1 * y + of_0 * (1.0 - y)
            }
            (Labels::Numbers(_), _) => 1.0,
            (Labels::Classes(target), _) => weight[target[row] as usize],
            (Labels::Shares(columns), _) => {
                columns.iter().zip(weight).map(|(column, weight)| column[row] * weight).sum()
            }
        }
    }

    fn hardened(&self, y: f64) -> f64 {
        if self.own().harden { f64::from(y > 0.0) } else { y }
    }

    /// A label on its way to the loss.
    fn smoothed(&self, y: f64, classes: usize) -> f64 {
        let share = self.treatment.label_smoothing;
        if share == 0.0 { y } else { y * (1.0 - share) + share / classes as f64 }
    }

    // --- one prediction per row ---

    fn pointwise(&self, loss: &dyn PointwiseBlocks, chunk: &Chunk, target: &[f64]) -> Result<Outputs, BatchError> {
        let Some(prediction) = chunk.columns.first() else { return Ok(Outputs::zero(0, 0)) };
        let target: Vec<f64> = target.iter().map(|&y| self.smoothed(self.hardened(y), 2)).collect();
        let (prediction, moved) = self.moved(prediction);
        let weight = &self.treatment.class_weight;
        let soft = target.iter().position(|&y| y != 0.0 && y != 1.0);
        let floor = matches!(self.clip(), Clip::LogFloor(_));
        let mut out = match (weight.as_slice(), soft) {
            ([_, _], Some(row)) if !loss.linear_in_target() => {
                let (loss, label) = (self.loss.card().name, target[row]);
                return Err(BatchError::NeedsHardLabels { loss, row: chunk.rows[row], label });
            }
            ([of_0, of_1], Some(_)) => self.by_label(loss, &target, &prediction, [*of_0, *of_1])?,
            _ if floor => {
                let [of_0, of_1] = if let [of_0, of_1] = weight[..] { [of_0, of_1] } else { [1.0, 1.0] };
                self.by_label(loss, &target, &prediction, [of_0, of_1])?
            }
            ([of_0, of_1], None) => {
                let mut out = self.at(loss, &target, &prediction)?;
                (0..target.len()).for_each(|row| out.scale(row, if target[row] == 1.0 { *of_1 } else { *of_0 }));
                out
            }
            _ => self.at(loss, &target, &prediction)?,
        };
        (0..target.len()).filter(|&row| moved[row]).for_each(|row| out.flatten(row));
        Ok(out)
    }

    /// `w1·y·l(1, z) + w0·(1 − y)·l(0, z)`, each loss below the ceiling that a floor of logarithms makes.
    fn by_label(
        &self,
        loss: &dyn PointwiseBlocks,
        target: &[f64],
        prediction: &[f64],
        [of_0, of_1]: [f64; 2],
    ) -> Result<Outputs, BatchError> {
        let mut out = Outputs::zero(target.len(), 1);
        for label in [1.0, 0.0] {
            let mut term = self.at(loss, &vec![label; target.len()], prediction)?;
            if let Clip::LogFloor(floor) = self.clip() {
                term.cap(-floor);
            }
            out.add(term, |row| if label == 1.0 { of_1 * target[row] } else { of_0 * (1.0 - target[row]) });
        }
        Ok(out)
    }

    /// Probabilities moved into the clip's range, and which were.
    fn moved(&self, prediction: &[f64]) -> (Vec<f64>, Vec<bool>) {
        let Clip::Eps(eps) = self.clip() else { return (prediction.to_vec(), vec![false; prediction.len()]) };
        let [low, high] = clip_range(eps, self.treatment.single);
        let moved: Vec<f64> = prediction.iter().map(|p| p.clamp(low, high)).collect();
        let changed = moved.iter().zip(prediction).map(|(moved, p)| moved != p).collect();
        (moved, changed)
    }

    /// The loss of each row at these labels, in the form and with the curvature that is asked for.
    fn at(&self, loss: &dyn PointwiseBlocks, target: &[f64], prediction: &[f64]) -> Result<Outputs, BatchError> {
        let mut out = match self.preset.map(|preset| &preset.formula) {
            Some(Formula::Pointwise(formula)) => by_row(*formula, &self.setting(), target, prediction),
            _ => self.own_formula(loss, target, prediction)?,
        };
        for row in 0..target.len() {
            out.hessian[0][row] = match self.treatment.curvature {
                None | Some(Curvature::True) => continue,
                Some(_) if !self.derivatives => continue,
                Some(Curvature::Unit) => 1.0,
                Some(Curvature::Fisher) => self.scaled(loss, target[row], loss.fisher(prediction[row]))?,
                Some(Curvature::Majorizer) => self.scaled(loss, target[row], loss.majorizer(target[row]))?,
            };
        }
        Ok(out)
    }

    /// A curvature of the plain loss in the form that is asked for.
    fn scaled(&self, loss: &dyn PointwiseBlocks, y: f64, curvature: Option<f64>) -> Result<f64, BatchError> {
        let (scale, _) = self.form(loss, self.treatment.form, y)?;
        Ok(scale * self.own().factor * curvature.ok_or_else(|| self.no_curvature())?)
    }

    pub(crate) fn no_curvature(&self) -> BatchError {
        let curvature = self.treatment.curvature.unwrap_or_default().name();
        BatchError::Curvature { loss: self.loss.card().name, curvature }
    }

    fn form(&self, loss: &dyn PointwiseBlocks, form: Form, y: f64) -> Result<(f64, f64), BatchError> {
        loss.form(form, y).ok_or_else(|| BatchError::Form { loss: self.loss.card().name, form, has: vec![] })
    }

    fn own_formula(
        &self,
        loss: &dyn PointwiseBlocks,
        target: &[f64],
        prediction: &[f64],
    ) -> Result<Outputs, BatchError> {
        let own = self.own();
        let form = if own.form == Form::Plain { self.treatment.form } else { own.form };
        let target: Vec<f64> = target.iter().map(|y| y.max(own.target_floor)).collect();
        let raised: Vec<f64> = prediction.iter().map(|z| z.max(own.prediction_floor)).collect();
        let mut out = Outputs::zero(target.len(), 1);
        let Outputs { value, gradient, hessian, .. } = &mut out;
        if self.derivatives {
            loss.value_gradient_hessian(&target, &raised, value, &mut gradient[0], &mut hessian[0]);
        } else {
            loss.value(&target, &raised, value);
        }
        for row in 0..target.len() {
            let (y, z) = (target[row], raised[row]);
            let (scale, constant) = self.form(loss, form, y)?;
            out.value[row] = own.factor * (out.value[row] * scale + constant) + own.constant.map_or(0.0, |of| of(y));
            out.gradient[0][row] *= own.factor * scale;
            out.hessian[0][row] *= own.factor * scale;
            if self.treatment.curvature.is_none() {
                out.hessian[0][row] = (own.hessian)(out.hessian[0][row], 2);
            }
            if let (Some(tie), true) = (own.tie.filter(|_| self.derivatives), z == y) {
                out.gradient[0][row] = tie(&self.setting());
            }
            if z != prediction[row] && !own.slope_below_floor {
                out.flatten(row);
            }
        }
        Ok(out)
    }

    // --- several predictions of different meaning per row ---

    fn joint(&self, chunk: &Chunk, target: &[f64]) -> Result<Outputs, BatchError> {
        let Some(loss) = self.loss.joint() else { return Err(BatchError::Family { loss: self.loss.card().name }) };
        let mut out = Outputs::zero(chunk.len(), chunk.columns.len());
        if let Some(Formula::Rowwise(formula)) = self.preset.map(|preset| &preset.formula) {
            self.by_rows(*formula, chunk, &[target.to_vec()], &mut out);
            return Ok(out);
        }
        if self.derivatives {
            let (value, mut derivatives) = out.split();
            loss.value_gradient_hessian(target, &chunk.column_slices(), value, &mut derivatives);
        } else {
            loss.value(target, &chunk.column_slices(), &mut out.value);
        }
        for (row, &y) in target.iter().enumerate() {
            let form = self.treatment.form;
            let none = || BatchError::Form { loss: self.loss.card().name, form, has: vec![] };
            let (scale, constant) = self.loss.form(form, y).ok_or_else(none)?;
            out.scale(row, scale);
            out.value[row] += constant;
        }
        if self.treatment.curvature == Some(Curvature::Unit) {
            out.hessian.iter_mut().flatten().for_each(|h| *h = 1.0);
        }
        Ok(out)
    }

    // --- one prediction per class ---

    fn rowwise(&self, loss: &dyn RowwiseBlocks, chunk: &Chunk) -> Result<Outputs, BatchError> {
        if let Some(Formula::Rowwise(formula)) = self.preset.map(|preset| &preset.formula) {
            return Ok(self.by_rows_of_classes(*formula, chunk));
        }
        let mut moved = Vec::with_capacity(chunk.columns.len());
        let mut changed = vec![vec![]; chunk.columns.len()];
        for (class, column) in chunk.columns.iter().enumerate() {
            let (column, which) = self.moved(column);
            moved.push(column);
            changed[class] = which;
        }
        let columns: Vec<&[f64]> = moved.iter().map(Vec::as_slice).collect();
        let mut out = self.classes_or_shares(loss, chunk, &columns)?;
        for (class, changed) in changed.iter().enumerate() {
            for row in (0..chunk.len()).filter(|&row| changed[row]) {
                // Only the cut-off class loses its slope.
                (out.gradient[class][row], out.hessian[class][row]) = (0.0, 0.0);
                out.clipped[row] = true;
            }
        }
        Ok(out)
    }

    fn classes_or_shares(
        &self,
        loss: &dyn RowwiseBlocks,
        chunk: &Chunk,
        columns: &[&[f64]],
    ) -> Result<Outputs, BatchError> {
        let weight = &self.treatment.class_weight;
        let floor = matches!(self.clip(), Clip::LogFloor(_));
        if let (Labels::Classes(target), 0.0, false) = (&chunk.labels, self.treatment.label_smoothing, floor) {
            let mut out = self.of_rows(loss, RowTarget::Class(target), columns)?;
            if !weight.is_empty() {
                (0..target.len()).for_each(|row| out.scale(row, weight[target[row] as usize]));
            }
            return Ok(out);
        }
        if !weight.is_empty() && !loss.linear_in_target() {
            return Err(BatchError::NeedsHardClasses { loss: self.loss.card().name });
        }
        let mut shares = self.shares(chunk);
        for (column, weight) in shares.iter_mut().zip(weight) {
            column.iter_mut().for_each(|share| *share *= weight);
        }
        if let Clip::LogFloor(floor) = self.clip() {
            return self.by_class(loss, &shares, columns, -floor);
        }
        let shares: Vec<&[f64]> = shares.iter().map(Vec::as_slice).collect();
        self.of_rows(loss, RowTarget::Shares(&shares), columns)
    }

    /// `Σ share·min(loss of the class, ceiling)`
    fn by_class(
        &self,
        loss: &dyn RowwiseBlocks,
        shares: &[Vec<f64>],
        columns: &[&[f64]],
        ceiling: f64,
    ) -> Result<Outputs, BatchError> {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut out = Outputs::zero(rows, columns.len());
        for (class, share) in shares.iter().enumerate() {
            let mut term = self.of_rows(loss, RowTarget::Class(&vec![class as u32; rows]), columns)?;
            term.cap(ceiling);
            out.add(term, |row| share[row]);
        }
        Ok(out)
    }

    /// The share of each class, smoothed.
    fn shares(&self, chunk: &Chunk) -> Vec<Vec<f64>> {
        // Each label of several is an event of its own.
        let spread = if self.loss.card().target == TargetKind::Labels { 2 } else { chunk.columns.len() };
        let of_class = |class: usize| -> Vec<f64> {
            let smooth = |share: f64| self.smoothed(share, spread);
            match &chunk.labels {
                Labels::Shares(columns) => columns[class].iter().map(|&share| smooth(share)).collect(),
                Labels::Classes(target) => target.iter().map(|&t| smooth(f64::from(t as usize == class))).collect(),
                Labels::Numbers(_) => vec![],
            }
        };
        (0..chunk.columns.len()).map(of_class).collect()
    }

    fn of_rows(
        &self,
        loss: &dyn RowwiseBlocks,
        target: RowTarget<'_, f64>,
        columns: &[&[f64]],
    ) -> Result<Outputs, BatchError> {
        let (rows, own) = (columns.first().map_or(0, |column| column.len()), self.own());
        let mut out = Outputs::zero(rows, columns.len());
        if !self.derivatives {
            loss.value(target, columns, &mut out.value);
            (0..rows).for_each(|row| out.scale(row, own.factor));
            return Ok(out);
        }
        let (value, mut derivatives) = out.split();
        loss.value_gradient_hessian(target, columns, value, &mut derivatives);
        (0..rows).for_each(|row| out.scale(row, own.factor));
        if self.treatment.curvature.is_none() {
            out.hessian.iter_mut().flatten().for_each(|h| *h = (own.hessian)(*h, columns.len()));
        }
        self.row_curvature(loss, target, columns, &mut out)?;
        Ok(out)
    }

    /// Puts the curvature that is asked for in place of the diagonal.
    fn row_curvature(
        &self,
        loss: &dyn RowwiseBlocks,
        target: RowTarget<'_, f64>,
        columns: &[&[f64]],
        out: &mut Outputs,
    ) -> Result<(), BatchError> {
        let curvature = self.treatment.curvature.unwrap_or_default();
        if curvature == Curvature::True {
            return Ok(());
        }
        let mut diagonal = vec![1.0; columns.len()];
        for row in 0..out.value.len() {
            let scores: Vec<f64> = columns.iter().map(|column| column[row]).collect();
            let has = match curvature {
                Curvature::Fisher => loss.fisher(&scores, &mut diagonal),
                Curvature::Majorizer => loss.majorizer(&scores, &mut diagonal),
                Curvature::True | Curvature::Unit => true,
            };
            if !has {
                return Err(self.no_curvature());
            }
            // The components of a vector are no shares of anything.
            let vector = self.loss.card().target == TargetKind::Vector;
            let total = if vector { 1.0 } else { (0..columns.len()).map(|class| target.share(class, row)).sum() };
            for (column, h) in out.hessian.iter_mut().zip(&diagonal) {
                column[row] = total * h * self.own().factor;
            }
        }
        Ok(())
    }

    /// A library's formula, row by row. Labels that may apply together are weighted by the formula itself.
    fn by_rows_of_classes(&self, formula: crate::compat::RowFormula, chunk: &Chunk) -> Outputs {
        let mut out = Outputs::zero(chunk.len(), chunk.columns.len());
        self.by_rows(formula, chunk, &self.shares(chunk), &mut out);
        if self.loss.card().target != TargetKind::Labels {
            (0..chunk.len()).for_each(|row| out.scale(row, self.class_importance(chunk, row)));
        }
        out
    }

    fn by_rows(&self, formula: crate::compat::RowFormula, chunk: &Chunk, truth: &[Vec<f64>], out: &mut Outputs) {
        let columns = chunk.columns.len();
        for row in 0..chunk.len() {
            let pick = |columns: &[Vec<f64>]| columns.iter().map(|column| column[row]).collect::<Vec<f64>>();
            let [mut gradient, mut hessian] = [vec![0.0; columns], vec![0.0; columns]];
            let scores = pick(&chunk.columns);
            out.value[row] = formula(&self.setting(), &pick(truth), &scores, &mut gradient, &mut hessian);
            let unit = self.treatment.curvature == Some(Curvature::Unit);
            for column in 0..columns {
                out.gradient[column][row] = gradient[column];
                out.hessian[column][row] = if unit { 1.0 } else { hessian[column] };
            }
        }
    }
}

/// A library's formula, row by row.
fn by_row(formula: crate::compat::PointFormula, setting: &Setting<'_>, target: &[f64], prediction: &[f64]) -> Outputs {
    let mut out = Outputs::zero(target.len(), 1);
    for (row, (&y, &z)) in target.iter().zip(prediction).enumerate() {
        [out.value[row], out.gradient[0][row], out.hessian[0][row]] = formula(setting, y, z);
    }
    out
}

/// `[ε, 1 − ε]`, as it is in the precision that a library computes in.
pub(crate) fn clip_range(eps: f64, single: bool) -> [f64; 2] {
    if single { [f64::from(eps as f32), f64::from(1.0 - eps as f32)] } else { [eps, 1.0 - eps] }
}
