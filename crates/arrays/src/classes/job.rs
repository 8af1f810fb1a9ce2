//! A stretch of rows, which can be divided among threads.

use dartboard_losses::{BatchError, Closed, Interval};
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::dispatch;
use dartboard_numerics::sum::Stepwise;

use super::narrow::{NARROW, Narrow, ROWS, Truths};
use super::shares::{self, Smoothing};
use super::wide::{Row, Truth, Wide};
use super::{ClassOptions, ClassTarget, name};
use crate::element::{Compute, Element, scale};
use crate::total::Total;

/// Logits that a thread takes at a time, at least: fewer are not worth another thread.
const PIECE: usize = 1 << 15;

/// Rows whose losses are added together.
const PENDING: usize = Stepwise::BLOCK;

/// What is the same for all rows.
pub(super) struct Plan<F> {
    classes: usize,
    class_weight: Option<Vec<F>>,
    smoothing: Smoothing<F>,
    ignore: Option<u32>,
    scale: F,
}

impl<F: Compute> Plan<F> {
    pub(super) fn new<E: Element<Compute = F>>(
        classes: usize,
        options: &ClassOptions<'_, E>,
    ) -> Result<Self, BatchError> {
        let class_weight = options.class_weight.map(|weights| {
            let mut wide = vec![F::ZERO; weights.len()];
            E::widen(weights, &mut wide).to_vec()
        });
        if let Some(weights) = &class_weight {
            if weights.len() != classes {
                return Err(BatchError::ClassWeights { expected: classes, found: weights.len() });
            }
            if let Some(class) = Closed::of(Interval::NON_NEGATIVE).first_outside(weights) {
                return Err(BatchError::ClassWeight { class, weight: weights[class].to_f64() });
            }
        }
        let smoothing = Smoothing::new(options.label_smoothing, classes.max(1))?;
        Ok(Self { classes, class_weight, smoothing, ignore: options.ignore, scale: scale(options.scale)? })
    }
}

/// Where logits come from and where the gradient goes.
pub(super) enum Scores<'a, E> {
    Read(&'a [E]),
    Into(&'a [E], &'a mut [E]),
    InPlace(&'a mut [E]),
}

impl<'a, E> Scores<'a, E> {
    fn len(&self) -> usize {
        match self {
            Self::Read(scores) | Self::Into(scores, _) => scores.len(),
            Self::InPlace(scores) => scores.len(),
        }
    }

    fn split_at(self, middle: usize) -> [Self; 2] {
        match self {
            Self::Read(scores) => {
                let (left, right) = scores.split_at(middle);
                [Self::Read(left), Self::Read(right)]
            }
            Self::Into(scores, gradient) => {
                let ((left, right), (into_left, into_right)) = (scores.split_at(middle), gradient.split_at_mut(middle));
                [Self::Into(left, into_left), Self::Into(right, into_right)]
            }
            Self::InPlace(scores) => {
                let (left, right) = scores.split_at_mut(middle);
                [Self::InPlace(left), Self::InPlace(right)]
            }
        }
    }
}

/// Consecutive rows.
pub(super) struct Job<'a, E> {
    first_row: usize,
    rows: usize,
    target: ClassTarget<'a, E>,
    scores: Scores<'a, E>,
    weight: Option<&'a [E]>,
}

/// What a thread needs beside its rows, allocated once for a piece.
struct Scratch<F> {
    /// Logits that are not of a type to compute with, and their gradient.
    logits: Vec<F>,
    /// Shares that come in another type.
    given: Vec<F>,
    shares: Vec<F>,
    columns: Vec<[F; ROWS]>,
    share_columns: Vec<[F; ROWS]>,
}

impl<'a, E: Element> Job<'a, E> {
    pub(super) fn new(
        target: ClassTarget<'a, E>,
        scores: Scores<'a, E>,
        classes: usize,
        weight: Option<&'a [E]>,
        ignore: bool,
    ) -> Result<Self, BatchError> {
        if classes == 0 {
            let expected = "at least one column of predictions".to_owned();
            return Err(BatchError::Columns { loss: name(), expected, found: 0 });
        }
        if matches!(target, ClassTarget::Shares(_)) && ignore {
            return Err(BatchError::IgnoreWithShares);
        }
        let rows = match target {
            ClassTarget::Index(target) => target.len(),
            ClassTarget::Shares(shares) => shares.len() / classes,
        };
        // An array cannot be so long, so the product need not be exact where it does not fit.
        let numbers = |what, found| {
            let fits = found == rows.saturating_mul(classes);
            if fits { Ok(()) } else { Err(BatchError::Numbers { what, rows, classes, found }) }
        };
        if let ClassTarget::Shares(shares) = target {
            numbers("the array of shares", shares.len())?;
        }
        numbers("the array of logits", scores.len())?;
        if let Scores::Into(_, gradient) = &scores {
            numbers("the gradient", gradient.len())?;
        }
        match weight.map(<[E]>::len) {
            Some(found) if found != rows => {
                return Err(BatchError::Length { what: "the column of weights", expected: rows, found });
            }
            _ => {}
        }
        Ok(Self { first_row: 0, rows, target, scores, weight })
    }

    pub(super) fn is_one_piece(&self) -> bool {
        self.scores.len() <= PIECE || self.rows < 2
    }

    fn split_at(self, middle: usize, classes: usize) -> [Self; 2] {
        let [left, right] = self.scores.split_at(middle * classes);
        let (left_weight, right_weight) = self.weight.map(|weight| weight.split_at(middle)).unzip();
        let [left_target, right_target] = match self.target {
            ClassTarget::Index(target) => {
                let (left, right) = target.split_at(middle);
                [ClassTarget::Index(left), ClassTarget::Index(right)]
            }
            ClassTarget::Shares(shares) => {
                let (left, right) = shares.split_at(middle * classes);
                [ClassTarget::Shares(left), ClassTarget::Shares(right)]
            }
        };
        let first = self.first_row;
        [
            Self { first_row: first, rows: middle, target: left_target, scores: left, weight: left_weight },
            Self {
                first_row: first + middle,
                rows: self.rows - middle,
                target: right_target,
                scores: right,
                weight: right_weight,
            },
        ]
    }

    /// All rows, in pieces that threads take from one another. A row's bits do not depend on what is beside it.
    pub(super) fn share(self, plan: &Plan<E::Compute>) -> Result<Total, BatchError> {
        if self.is_one_piece() {
            return self.run(plan);
        }
        let middle = (self.rows / 2).next_multiple_of(if plan.classes < NARROW { ROWS } else { 1 });
        let [left, right] = self.split_at(middle, plan.classes);
        let (left, right) = rayon::join(|| left.share(plan), || right.share(plan));
        let mut total = left?;
        total.merge(&right?);
        Ok(total)
    }

    /// All rows, on this thread.
    pub(super) fn run(self, plan: &Plan<E::Compute>) -> Result<Total, BatchError> {
        if self.rows == 0 {
            return Ok(Total::default());
        }
        let (classes, zero) = (plan.classes, E::Compute::ZERO);
        let narrow = classes < NARROW;
        let at_a_time = if narrow { ROWS } else { 1 };
        let soft = matches!(self.target, ClassTarget::Shares(_)) || !plan.smoothing.is_none();
        let convert = if E::AS_IT_IS { 0 } else { at_a_time * classes };
        let of_class = if soft { classes } else { 0 };
        let mut scratch = Scratch {
            logits: vec![zero; convert],
            given: vec![zero; if convert > 0 { of_class } else { 0 }],
            shares: vec![zero; of_class],
            columns: vec![[zero; ROWS]; if narrow { classes } else { 0 }],
            share_columns: vec![[zero; ROWS]; if narrow { of_class } else { 0 }],
        };
        let weighted = self.weight.is_some() || plan.class_weight.is_some();
        let mut pending = Pending { weighted, value: vec![], weight: vec![], importance: vec![] };
        let (mut total, mut rest) = (Total::default(), self);
        while rest.rows > 0 {
            let [block, others] = {
                let rows = rest.rows.min(at_a_time);
                rest.split_at(rows, classes)
            };
            block.compute(plan, &mut scratch, &mut pending, &mut total)?;
            rest = others;
        }
        pending.add_to(&mut total);
        Ok(total)
    }

    /// One row, or a block of narrow ones.
    fn compute(
        self,
        plan: &Plan<E::Compute>,
        scratch: &mut Scratch<E::Compute>,
        pending: &mut Pending<E::Compute>,
        total: &mut Total,
    ) -> Result<(), BatchError> {
        let (first_row, rows) = (self.first_row, self.rows);
        let mut weight = [E::Compute::ONE; ROWS];
        let mut bad = None;
        if let Some(given) = self.weight {
            let mut wide = [E::Compute::ZERO; ROWS];
            weight[..rows].copy_from_slice(E::widen(given, &mut wide[..rows]));
            if let Some(place) = Closed::of(Interval::NON_NEGATIVE).first_outside(&weight[..rows]) {
                let error = BatchError::Weight { row: first_row + place, weight: weight[place].to_f64() };
                bad = Some((place, error));
            }
        }
        // Rows from the first bad weight on do not matter any more.
        let mut truths = BlockTruths { class: [0; ROWS], ignored: [false; ROWS], importance: [1.0; ROWS] };
        for place in 0..bad.as_ref().map_or(rows, |(place, _)| place + 1) {
            if let Err(error) = self.truth(place, plan, scratch, &mut truths) {
                bad = Some((place, error));
                break;
            }
        }
        if let Some((place, error)) = bad {
            // Unless the logits of a row before it are bad.
            if place > 0 {
                let [before, _] = self.split_at(place, plan.classes);
                before.compute(plan, scratch, pending, total)?;
            }
            return Err(error);
        }
        let mut value = [E::Compute::ZERO; ROWS];
        let value = &mut value[..rows];
        if plan.classes < NARROW {
            narrow(plan, self.scores, &truths, &weight, scratch, value);
        } else {
            wide(plan, self.scores, &truths, weight[0], scratch, value);
        }
        for (place, &value) in value.iter().enumerate() {
            if truths.ignored[place] {
                continue;
            }
            if value.is_nan() {
                return Err(BatchError::Logits { row: first_row + place });
            }
            pending.push(value, weight[place], truths.importance[place]);
        }
        if pending.value.len() >= PENDING {
            pending.add_to(total);
        }
        Ok(())
    }

    /// Reads the truth of a row; shares go to `scratch`.
    #[inline]
    fn truth(
        &self,
        place: usize,
        plan: &Plan<E::Compute>,
        scratch: &mut Scratch<E::Compute>,
        truths: &mut BlockTruths,
    ) -> Result<(), BatchError> {
        let (classes, weights) = (plan.classes, plan.class_weight.as_deref());
        let row = self.first_row + place;
        match self.target {
            ClassTarget::Index(target) => {
                let class = target[place];
                truths.ignored[place] = plan.ignore == Some(class);
                // An ignored row is computed like any other and thrown away.
                truths.class[place] = if truths.ignored[place] { 0 } else { class };
                if truths.class[place] as usize >= classes {
                    return Err(BatchError::Class { row, class: f64::from(class), classes });
                }
                let class = truths.class[place] as usize;
                truths.importance[place] = weights.map_or(1.0, |weights| weights[class].to_f64());
                if !plan.smoothing.is_none() {
                    plan.smoothing.of_class(class, weights, &mut scratch.shares);
                }
            }
            ClassTarget::Shares(given) => {
                let given = E::widen(&given[place * classes..(place + 1) * classes], &mut scratch.given);
                shares::check(row, given)?;
                truths.importance[place] = shares::importance(given, weights);
                plan.smoothing.of_shares(given, weights, &mut scratch.shares);
            }
        }
        for (column, &share) in scratch.share_columns.iter_mut().zip(&scratch.shares) {
            column[place] = share;
        }
        Ok(())
    }
}

/// Losses of rows that are still to be added: many at a time, as sums are fastest.
struct Pending<F> {
    /// Whether any row may have another weight than 1.
    weighted: bool,
    value: Vec<F>,
    weight: Vec<F>,
    importance: Vec<f64>,
}

impl<F: Compute> Pending<F> {
    fn push(&mut self, value: F, weight: F, importance: f64) {
        // A row without weight counts for nothing, even where its loss is infinite.
        self.value.push(if weight == F::ZERO { F::ZERO } else { value });
        if self.weighted {
            self.weight.push(weight);
            self.importance.push(importance);
        }
    }

    fn add_to(&mut self, total: &mut Total) {
        total.rows += self.value.len() as u64;
        if self.weighted {
            let weight: Vec<f64> = self.weight.iter().map(|weight| weight.to_f64()).collect();
            total.weight.add_products(&weight, &self.importance);
            F::add_products(&mut total.loss, &self.weight, &self.value);
        } else {
            total.weight.add_count(self.value.len() as u64);
            F::add_all(&mut total.loss, &self.value);
        }
        if !total.loss.is_finite() {
            total.infinite += self.value.iter().filter(|&&value| value == F::INFINITY).count() as u64;
        }
        self.value.clear();
        self.weight.clear();
        self.importance.clear();
    }
}

/// The truth of the rows of a block but for shares.
struct BlockTruths {
    class: [u32; ROWS],
    ignored: [bool; ROWS],
    importance: [f64; ROWS],
}

/// Shows the rows to `work` in a type that can be computed with, and puts their gradient where it belongs.
fn with_block<E: Element>(scores: Scores<'_, E>, scratch: &mut [E::Compute], work: impl FnOnce(Row<'_, E::Compute>)) {
    match scores {
        Scores::Read(scores) => {
            let len = scores.len().min(scratch.len());
            work(Row::Read(E::widen(scores, &mut scratch[..len])));
        }
        Scores::Into(scores, gradient) if E::AS_IT_IS => {
            work(Row::Into(E::widen(scores, &mut []), E::as_it_is(gradient)));
        }
        Scores::InPlace(scores) if E::AS_IT_IS => work(Row::InPlace(E::as_it_is(scores))),
        Scores::Into(scores, gradient) => {
            let scratch = &mut scratch[..scores.len()];
            E::widen(scores, scratch);
            work(Row::InPlace(scratch));
            E::narrow(scratch, gradient);
        }
        Scores::InPlace(scores) => {
            let scratch = &mut scratch[..scores.len()];
            E::widen(scores, scratch);
            work(Row::InPlace(scratch));
            E::narrow(scratch, scores);
        }
    }
}

fn wide<E: Element>(
    plan: &Plan<E::Compute>,
    scores: Scores<'_, E>,
    truths: &BlockTruths,
    weight: E::Compute,
    scratch: &mut Scratch<E::Compute>,
    value: &mut [E::Compute],
) {
    let class = truths.class[0] as usize;
    let truth = if scratch.shares.is_empty() {
        let weights = plan.class_weight.as_deref();
        Truth::Class(class, weights.map_or(E::Compute::ONE, |weights| weights[class]))
    } else {
        Truth::Shares(&scratch.shares)
    };
    with_block(scores, &mut scratch.logits, |mut row| {
        if truths.ignored[0] {
            row.clear(0, plan.classes);
        } else {
            value[0] = dispatch(Wide { row, truth, scale: weight * plan.scale });
        }
    });
}

fn narrow<E: Element>(
    plan: &Plan<E::Compute>,
    scores: Scores<'_, E>,
    truths: &BlockTruths,
    weight: &[E::Compute; ROWS],
    scratch: &mut Scratch<E::Compute>,
    value: &mut [E::Compute],
) {
    let truth = if scratch.shares.is_empty() {
        Truths::Class(&truths.class[..value.len()], plan.class_weight.as_deref())
    } else {
        Truths::Shares(&scratch.share_columns)
    };
    let scale = weight.map(|weight| weight * plan.scale);
    with_block(scores, &mut scratch.logits, |mut block| {
        let columns = &mut scratch.columns;
        dispatch(Narrow { block: block.again(), truths: truth, scale: &scale, value, columns });
        for row in (0..value.len()).filter(|&row| truths.ignored[row]) {
            block.clear(row, plan.classes);
        }
    });
}
