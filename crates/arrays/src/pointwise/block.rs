//! One block of rows: few enough for everything between the steps to stay in the first caches.

use dartboard_losses::BatchError;
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};
use dartboard_numerics::sum::Stepwise;

use super::job::{Job, Plan};
use crate::element::{Compute, Element};
use crate::total::Total;

/// Rows per block: as many as exact sums take at a time.
pub(super) const BLOCK: usize = Stepwise::BLOCK;

/// A cache line: vectors that lie across two take twice as long to load.
const LINE: usize = 64;

/// How many elements come before the first that begins a cache line: all, where none is known to.
pub(super) fn to_line<T>(column: &[T]) -> usize {
    column.as_ptr().align_offset(LINE).min(column.len())
}

/// Columns of a block that may need a place: target, prediction, weight, value, gradient, Hessian.
const COLUMNS: usize = 6;

/// A block's place for each column.
pub(super) struct Scratch<F> {
    columns: Vec<F>,
}

impl<F: Compute> Scratch<F> {
    /// Runs `work` with this thread's scratch: allocated once, so that short calls do not pay for it.
    pub(super) fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        F::scratch().with(|kept| {
            let mut columns = kept.take();
            columns.resize(COLUMNS * BLOCK + LINE / size_of::<F>(), F::ZERO);
            let mut scratch = Self { columns };
            let result = work(&mut scratch);
            kept.set(scratch.columns);
            result
        })
    }

    fn columns(&mut self, rows: usize) -> [&mut [F]; COLUMNS] {
        let first = to_line(&self.columns);
        let mut columns = self.columns[first..].chunks_exact_mut(BLOCK);
        std::array::from_fn(|_| &mut columns.next().unwrap_or_default()[..rows])
    }
}

/// A column of results on its way out.
struct Column<'a, E: Element> {
    scratch: &'a mut [E::Compute],
    out: Option<&'a mut [E]>,
}

impl<E: Element> Column<'_, E> {
    fn is_wanted(&self) -> bool {
        self.out.is_some()
    }

    /// Where to compute: in the caller's array itself where its type can be computed in.
    fn place(&mut self) -> &mut [E::Compute] {
        match &mut self.out {
            Some(out) if E::AS_IT_IS => E::as_it_is(out),
            _ => self.scratch,
        }
    }

    fn finish(self) {
        if let (Some(out), false) = (self.out, E::AS_IT_IS) {
            E::narrow(self.scratch, out);
        }
    }
}

/// What the blocks of a stretch of rows share.
pub(super) struct Pass<'p, F> {
    pub(super) plan: &'p Plan<'p, F>,
    pub(super) scratch: &'p mut Scratch<F>,
    pub(super) total: Total,
    pub(super) sum: Stepwise,
}

impl<F: Compute> Pass<'_, F> {
    /// Computes at most [`BLOCK`] rows.
    pub(super) fn block<E: Element<Compute = F>>(&mut self, job: Job<'_, E>) -> Result<(), BatchError> {
        let (plan, rows) = (self.plan, job.rows.target.len());
        let [y, z, w, value, gradient, hessian] = self.scratch.columns(rows);
        let [value_out, gradient_out, hessian_out] = job.out;
        let column = |scratch, out| Column::<E> { scratch, out };
        let mut value = column(value, value_out);
        let mut gradient = column(gradient, gradient_out);
        let mut hessian = column(hessian, hessian_out);
        let y = E::widen(job.rows.target, y);
        let z = E::widen(job.rows.prediction, z);
        let weight = job.rows.weight.map(|weight| E::widen(weight, w));

        // Products with weights are added when the weights are known to be fit.
        let sum = weight.is_none().then_some(&mut self.sum);
        let inside = match (gradient.is_wanted(), hessian.is_wanted()) {
            (false, false) => F::value(plan.blocks, [y, z], value.place(), sum),
            (true, false) => F::gradient(plan.blocks, [y, z], [value.place(), gradient.place()], sum),
            _ => F::hessian(plan.blocks, [y, z], [value.place(), gradient.place(), hessian.place()], sum),
        };
        if !inside {
            check(plan, job.first_row, [y, z], weight)?;
        }
        if let Some(weight) = weight {
            if !dispatch(AreWeights { weight }) {
                check(plan, job.first_row, [y, z], Some(weight))?;
            }
            dispatch(DropWeightless { weight, value: value.place() });
            F::add_products(&mut self.total.loss, weight, value.place());
            F::add_all(&mut self.total.weight, weight);
        } else {
            self.sum.finish(value.place(), &mut self.total.loss);
            self.total.weight.add_count(rows as u64);
        }
        self.total.rows += rows as u64;
        if !self.total.loss.is_finite() {
            let infinite = value.place().iter().filter(|&&value| value == F::INFINITY || value == F::NEG_INFINITY);
            self.total.infinite += infinite.count() as u64;
        }
        if let Some(weight) = weight {
            dispatch(Weigh { weight, column: value.place() });
        }
        for column in [&mut gradient, &mut hessian] {
            if let (true, Some(weight)) = (column.is_wanted(), weight) {
                dispatch(Weigh { weight, column: column.place() });
            }
            if column.is_wanted() && plan.scale != F::ONE {
                dispatch(Scale { factor: plan.scale, column: column.place() });
            }
        }
        [value, gradient, hessian].into_iter().for_each(Column::finish);
        Ok(())
    }
}

/// The first row that does not belong to the loss, if there is one: this is known or likely.
fn check<F: Compute>(
    plan: &Plan<'_, F>,
    first_row: usize,
    [target, prediction]: [&[F]; 2],
    weight: Option<&[F]>,
) -> Result<(), BatchError> {
    let card = plan.loss.card();
    for place in 0..target.len() {
        let row = first_row + place;
        if !plan.target_domain.contains(target[place]) {
            let (target, domain) = (target[place].to_f64(), card.target_domain.to_string());
            return Err(BatchError::Target { loss: card.name, row, target, domain });
        }
        if !plan.prediction_domain.contains(prediction[place]) {
            let (prediction, domain) = (prediction[place].to_f64(), card.prediction_domain.to_string());
            return Err(BatchError::Prediction { loss: card.name, row, prediction, domain });
        }
        if let Some(weight) = weight
            && !plan.weight_domain.contains(weight[place])
        {
            return Err(BatchError::Weight { row, weight: weight[place].to_f64() });
        }
    }
    Ok(())
}

/// Whether all are finite and at least 0.
struct AreWeights<'a, F> {
    weight: &'a [F],
}

impl<F: Float> Kernel for AreWeights<'_, F> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        self.weight.iter().fold(true, |all, &weight| all & (weight >= F::ZERO) & (weight <= F::MAX))
    }
}

struct DropWeightless<'a, F> {
    weight: &'a [F],
    value: &'a mut [F],
}

impl<F: Float> Kernel for DropWeightless<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (value, &weight) in self.value.iter_mut().zip(self.weight) {
            *value = F::select(weight == F::ZERO, F::ZERO, *value);
        }
    }
}

struct Weigh<'a, F> {
    weight: &'a [F],
    column: &'a mut [F],
}

impl<F: Float> Kernel for Weigh<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (x, &weight) in self.column.iter_mut().zip(self.weight) {
            *x = weight.times0(*x);
        }
    }
}

struct Scale<'a, F> {
    factor: F,
    column: &'a mut [F],
}

impl<F: Float> Kernel for Scale<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for x in self.column {
            *x *= self.factor;
        }
    }
}
