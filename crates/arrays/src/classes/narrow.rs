//! Rows of few classes, a block of them side by side: one row does not fill a vector register, so classes become columns
//! and every loop runs over rows.

use dartboard_numerics::elementary::{Float, two_sum};
use dartboard_numerics::isa::Kernel;

use super::wide::{LANES, Row};

/// Rows of a block.
pub(super) const ROWS: usize = 64;

/// Rows of fewer classes than this are done side by side: one partial sum per class would leave half of the lanes of a
/// row of its own empty.
pub(super) const NARROW: usize = LANES / 2;

/// The truth of the rows of a block.
#[derive(Clone, Copy)]
pub(super) enum Truths<'a, F> {
    /// One class each, with the weight of every class (or none).
    Class(&'a [u32], Option<&'a [F]>),
    /// The weighted share of every class, a column of [`ROWS`] per class.
    Shares(&'a [[F; ROWS]]),
}

/// Values of at most [`ROWS`] rows of `columns.len()` classes and, where there is a place for it, their gradient times
/// `scale`. NaN as for [`Wide`](super::wide::Wide).
pub(super) struct Narrow<'a, F> {
    /// The rows one after another.
    pub(super) block: Row<'a, F>,
    pub(super) truths: Truths<'a, F>,
    /// A factor of each row's gradient.
    pub(super) scale: &'a [F; ROWS],
    pub(super) value: &'a mut [F],
    /// Scratch: a column per class.
    pub(super) columns: &'a mut [[F; ROWS]],
}

impl<F: Float> Kernel for Narrow<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { mut block, truths, scale, value, columns } = self;
        let (rows, classes) = (value.len(), columns.len());
        into_columns(block.scores(), columns);

        let mut max = [F::NEG_INFINITY; ROWS];
        for column in columns.iter() {
            for row in 0..ROWS {
                max[row] = column[row].max(max[row]);
            }
        }
        // `Σ t_c` and `Σ t_c·(max − z_c)`
        let (mut share, mut distance) = ([F::ZERO; ROWS], [F::ZERO; ROWS]);
        match truths {
            Truths::Class(target, weights) => {
                for (row, &class) in target.iter().enumerate() {
                    let class = class as usize;
                    share[row] = weights.map_or(F::ONE, |weights| weights[class]);
                    distance[row] = share[row].times0(max[row] - columns[class][row]);
                }
            }
            Truths::Shares(shares) => {
                let mut lost = ([F::ZERO; ROWS], [F::ZERO; ROWS]);
                for (column, shares) in columns.iter().zip(shares) {
                    for row in 0..ROWS {
                        // A masked class without a share adds nothing.
                        let term = shares[row].times0(max[row] - column[row]);
                        let (sum, error) = two_sum(distance[row], term);
                        (distance[row], lost.0[row]) = (sum, lost.0[row] + error);
                        let (sum, error) = two_sum(share[row], shares[row]);
                        (share[row], lost.1[row]) = (sum, lost.1[row] + error);
                    }
                }
                for row in 0..ROWS {
                    distance[row] += lost.0[row];
                    share[row] += lost.1[row];
                }
            }
        }
        // The exponential of the largest is 1; minus 1 to begin with, and with twice the digits, all others keep theirs.
        let (mut rest, mut lost) = ([-F::ONE; ROWS], [F::ZERO; ROWS]);
        for column in columns.iter_mut() {
            for row in 0..ROWS {
                let e = column[row].exp_below(max[row]);
                column[row] = e;
                let (sum, error) = two_sum(rest[row], e);
                (rest[row], lost[row]) = (sum, lost[row] + error);
            }
        }
        let mut values = [F::ZERO; ROWS];
        for row in 0..ROWS {
            rest[row] += lost[row];
            values[row] = distance[row] + share[row].times0(rest[row].ln_1p());
        }
        value.copy_from_slice(&values[..rows]);

        let (Row::Into(_, gradient) | Row::InPlace(gradient)) = &mut block else { return };
        let (mut total, mut factor) = ([F::ZERO; ROWS], [F::ZERO; ROWS]);
        for row in 0..ROWS {
            total[row] = F::ONE + rest[row];
            factor[row] = scale[row] / total[row];
        }
        match truths {
            Truths::Class(target, _) => {
                let mut others = [F::ZERO; ROWS];
                for (row, &class) in target.iter().enumerate() {
                    let e = columns[class as usize][row];
                    others[row] = F::select(e == F::ONE, rest[row], total[row] - e);
                }
                for row in 0..ROWS {
                    factor[row] *= share[row];
                }
                for column in columns.iter_mut() {
                    for row in 0..ROWS {
                        column[row] *= factor[row];
                    }
                }
                // σ − 1 is minus the share of all others, which keeps its digits where σ is almost 1.
                for (row, &class) in target.iter().enumerate() {
                    columns[class as usize][row] = -(others[row] * factor[row]);
                }
            }
            Truths::Shares(shares) => {
                for (column, shares) in columns.iter_mut().zip(shares) {
                    for row in 0..ROWS {
                        let (e, t) = (column[row], shares[row]);
                        let others = F::select(e == F::ONE, rest[row], total[row] - e);
                        column[row] = (share[row] - t).mul_add(e, -(t * others)) * factor[row];
                    }
                }
            }
        }
        for (row, gradient) in gradient.chunks_exact_mut(classes).enumerate() {
            for (class, x) in gradient.iter_mut().enumerate() {
                *x = columns[class][row];
            }
        }
    }
}

/// Rows one after another, as a column per class. What is beyond the last row is left as it was.
#[inline(always)]
fn into_columns<F: Float>(rows: &[F], columns: &mut [[F; ROWS]]) {
    for (row, from) in rows.chunks_exact(columns.len()).enumerate() {
        for (class, &x) in from.iter().enumerate() {
            columns[class][row] = x;
        }
    }
}
