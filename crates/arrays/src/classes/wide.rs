//! Rows of many classes, one at a time: the largest logit, the exponentials and their sum, the gradient.
//!
//! Three passes rather than one that rescales on the way: a row fits the second-level cache, where reading it again costs
//! less than rescaling.

use dartboard_numerics::elementary::{Float, two_sum};
use dartboard_numerics::isa::Kernel;

/// Partial sums of a row: a few registers at any width, and few enough classes to fill up with −∞ at the end.
pub(super) const LANES: usize = 128;

/// Where a row of logits comes from and where its gradient goes.
pub(super) enum Row<'a, F> {
    Read(&'a [F]),
    Into(&'a [F], &'a mut [F]),
    InPlace(&'a mut [F]),
}

impl<F: Float> Row<'_, F> {
    /// The same rows, lent.
    pub(super) fn again(&mut self) -> Row<'_, F> {
        match self {
            Self::Read(scores) => Row::Read(scores),
            Self::Into(scores, gradient) => Row::Into(scores, gradient),
            Self::InPlace(scores) => Row::InPlace(scores),
        }
    }

    /// Sets the gradient of one row to 0.
    pub(super) fn clear(&mut self, row: usize, classes: usize) {
        if let Self::Into(_, gradient) | Self::InPlace(gradient) = self {
            gradient[row * classes..(row + 1) * classes].fill(F::ZERO);
        }
    }

    #[inline(always)]
    pub(super) fn scores(&self) -> &[F] {
        match self {
            Self::Read(scores) | Self::Into(scores, _) => scores,
            Self::InPlace(scores) => scores,
        }
    }
}

/// The truth of a row.
#[derive(Clone, Copy)]
pub(super) enum Truth<'a, F> {
    /// One class, and its weight.
    Class(usize, F),
    /// The weighted share of every class.
    Shares(&'a [F]),
}

/// Value of a row and, where there is a place for it, its gradient times `scale`. NaN where a logit is NaN or +∞, or
/// where all are −∞.
pub(super) struct Wide<'a, F> {
    pub(super) row: Row<'a, F>,
    pub(super) truth: Truth<'a, F>,
    pub(super) scale: F,
}

impl<F: Float> Kernel for Wide<'_, F> {
    type Output = F;
    #[inline(always)]
    fn run(self) -> F {
        let max = largest(self.row.scores());
        match self.truth {
            Truth::Class(class, weight) => of_class(self.row, max, class, weight, self.scale),
            Truth::Shares(shares) => of_shares(self.row, max, shares, self.scale),
        }
    }
}

/// A whole number of lanes, filled up with `fill`.
#[inline(always)]
fn padded<F: Float>(tail: &[F], fill: F) -> [F; LANES] {
    let mut padded = [fill; LANES];
    for (padded, &x) in padded.iter_mut().zip(tail) {
        *padded = x;
    }
    padded
}

/// The largest, leaving out NaN.
#[inline(always)]
fn largest<F: Float>(scores: &[F]) -> F {
    let (chunks, tail) = scores.as_chunks::<LANES>();
    let mut max = padded(tail, F::NEG_INFINITY);
    for chunk in chunks {
        for lane in 0..LANES {
            max[lane] = chunk[lane].max(max[lane]);
        }
    }
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            max[lane] = max[lane].max(max[lane + half]);
        }
        half /= 2;
    }
    max[0]
}

/// Sums with twice the digits, one per lane.
struct Sums<F> {
    high: [F; LANES],
    low: [F; LANES],
}

impl<F: Float> Sums<F> {
    const ZERO: Self = Self { high: [F::ZERO; LANES], low: [F::ZERO; LANES] };

    #[inline(always)]
    fn add(&mut self, terms: &[F; LANES]) {
        for ((high, low), &term) in self.high.iter_mut().zip(&mut self.low).zip(terms) {
            let (sum, error) = two_sum(*high, term);
            *high = sum;
            *low += error;
        }
    }

    /// The sum of all lanes, in halves that are added to one another: the order is part of the result.
    #[inline(always)]
    fn total(mut self) -> F {
        let mut half = LANES / 2;
        while half > 0 {
            for lane in 0..half {
                let (sum, error) = two_sum(self.high[lane], self.high[lane + half]);
                self.high[lane] = sum;
                self.low[lane] += self.low[lane + half] + error;
            }
            half /= 2;
        }
        self.high[0] + self.low[0]
    }
}

/// The sum of the exponentials but that of the largest, which is 1: minus 1 to begin with. It stays apart from the
/// others, so that a sum next to nothing keeps its digits.
#[inline(always)]
fn all_but_one<F: Float>() -> Sums<F> {
    let mut sums = Sums::ZERO;
    sums.high[0] = -F::ONE;
    sums
}

#[inline(always)]
fn exponentials<F: Float>(scores: &[F; LANES], max: F, sums: &mut Sums<F>) -> [F; LANES] {
    let mut e = [F::ZERO; LANES];
    for lane in 0..LANES {
        e[lane] = scores[lane].exp_below(max);
    }
    sums.add(&e);
    e
}

#[inline(always)]
fn of_class<F: Float>(mut row: Row<'_, F>, max: F, class: usize, weight: F, scale: F) -> F {
    let score = row.scores()[class];
    let mut sums = all_but_one();
    match &mut row {
        Row::Read(scores) => {
            let (chunks, tail) = scores.as_chunks::<LANES>();
            for chunk in chunks {
                exponentials(chunk, max, &mut sums);
            }
            exponentials(&padded(tail, F::NEG_INFINITY), max, &mut sums);
        }
        Row::Into(scores, gradient) => {
            let (chunks, tail) = scores.as_chunks::<LANES>();
            let (out, out_tail) = gradient.as_chunks_mut::<LANES>();
            for (chunk, out) in chunks.iter().zip(out) {
                *out = exponentials(chunk, max, &mut sums);
            }
            let e = exponentials(&padded(tail, F::NEG_INFINITY), max, &mut sums);
            out_tail.copy_from_slice(&e[..tail.len()]);
        }
        Row::InPlace(scores) => {
            let (chunks, tail) = scores.as_chunks_mut::<LANES>();
            for chunk in chunks {
                *chunk = exponentials(chunk, max, &mut sums);
            }
            let e = exponentials(&padded(tail, F::NEG_INFINITY), max, &mut sums);
            tail.copy_from_slice(&e[..tail.len()]);
        }
    }
    let rest = sums.total();
    let value = weight.times0((max - score) + rest.ln_1p());
    if let Row::Into(_, gradient) | Row::InPlace(gradient) = row {
        let total = F::ONE + rest;
        let factor = weight * scale / total;
        let e = gradient[class];
        for x in gradient.iter_mut() {
            *x *= factor;
        }
        // σ − 1 is minus the share of all others, which keeps its digits where σ is almost 1.
        let others = F::select(score == max, rest, total - e);
        gradient[class] = -(others * factor);
    }
    value
}

/// What is added up of a row with shares.
struct ShareSums<F> {
    rest: Sums<F>,
    /// `Σ t_c`
    share: Sums<F>,
    /// `Σ t_c·(max − z_c)`
    distance: Sums<F>,
}

impl<F: Float> ShareSums<F> {
    #[inline(always)]
    fn add(&mut self, scores: &[F; LANES], shares: &[F; LANES], max: F) -> [F; LANES] {
        let mut distance = [F::ZERO; LANES];
        for lane in 0..LANES {
            // A masked class without a share adds nothing.
            distance[lane] = shares[lane].times0(max - scores[lane]);
        }
        self.share.add(shares);
        self.distance.add(&distance);
        exponentials(scores, max, &mut self.rest)
    }
}

#[inline(always)]
fn of_shares<F: Float>(mut row: Row<'_, F>, max: F, shares: &[F], scale: F) -> F {
    let mut sums = ShareSums { rest: all_but_one(), share: Sums::ZERO, distance: Sums::ZERO };
    let (share_chunks, share_tail) = shares.as_chunks::<LANES>();
    let share_tail = padded(share_tail, F::ZERO);
    match &mut row {
        Row::Read(scores) => {
            let (chunks, tail) = scores.as_chunks::<LANES>();
            for (chunk, shares) in chunks.iter().zip(share_chunks) {
                sums.add(chunk, shares, max);
            }
            sums.add(&padded(tail, F::NEG_INFINITY), &share_tail, max);
        }
        Row::Into(scores, gradient) => {
            let (chunks, tail) = scores.as_chunks::<LANES>();
            let (out, out_tail) = gradient.as_chunks_mut::<LANES>();
            for ((chunk, shares), out) in chunks.iter().zip(share_chunks).zip(out) {
                *out = sums.add(chunk, shares, max);
            }
            let e = sums.add(&padded(tail, F::NEG_INFINITY), &share_tail, max);
            out_tail.copy_from_slice(&e[..tail.len()]);
        }
        Row::InPlace(scores) => {
            let (chunks, tail) = scores.as_chunks_mut::<LANES>();
            for (chunk, shares) in chunks.iter_mut().zip(share_chunks) {
                *chunk = sums.add(chunk, shares, max);
            }
            let e = sums.add(&padded(tail, F::NEG_INFINITY), &share_tail, max);
            tail.copy_from_slice(&e[..tail.len()]);
        }
    }
    let (rest, share) = (sums.rest.total(), sums.share.total());
    let value = sums.distance.total() + share.times0(rest.ln_1p());
    if let Row::Into(_, gradient) | Row::InPlace(gradient) = row {
        let total = F::ONE + rest;
        let factor = scale / total;
        for (x, &t) in gradient.iter_mut().zip(shares) {
            let others = F::select(*x == F::ONE, rest, total - *x);
            // T·σ − t = ((T − t)·e − t·others)/total: for a true class alone nothing is subtracted.
            *x = (share - t).mul_add(*x, -(t * others)) * factor;
        }
    }
    value
}
