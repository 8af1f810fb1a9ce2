//! Softmax over the columns of a chunk of rows, with everything that losses need of it kept to the last digits.

use dartboard_numerics::elementary::Float;

use super::{Derivatives, RowTarget};

/// Rows per pass: few enough for the six scratch columns to stay in the first-level cache, enough to fill the registers.
pub(crate) const CHUNK: usize = 256;

/// What softmax needs of each row of a chunk.
pub(crate) struct Softmax<F> {
    /// The largest score and the first class that has it.
    pub(crate) max: [F; CHUNK],
    pub(crate) argmax: [u32; CHUNK],
    /// `Σ exp(z_c − max)` over all other classes: the softmax denominator without its leading 1, so that nothing is
    /// lost when it is tiny.
    pub(crate) rest: [F; CHUNK],
}

impl<F: Float> Softmax<F> {
    #[inline(always)]
    pub(crate) fn of(scores: &[&[F]], start: usize, rows: usize) -> Self {
        let mut max = [F::NEG_INFINITY; CHUNK];
        let mut argmax = [0; CHUNK];
        for (class, scores) in scores.iter().enumerate() {
            let scores = &scores[start..start + rows];
            for row in 0..rows {
                let larger = scores[row] > max[row];
                max[row] = F::select(larger, scores[row], max[row]);
                argmax[row] = if larger { class as u32 } else { argmax[row] };
            }
        }
        let mut rest = [F::ZERO; CHUNK];
        for (class, scores) in scores.iter().enumerate() {
            let scores = &scores[start..start + rows];
            for row in 0..rows {
                let e = scores[row].exp_below(max[row]);
                rest[row] += F::select(argmax[row] == class as u32, F::ZERO, e);
            }
        }
        Self { max, argmax, rest }
    }

    /// `e = exp(z_c − max)`, the sum of all other classes' and the sum of all: `softmax_c = e / total`.
    #[inline(always)]
    pub(crate) fn parts(&self, class: usize, row: usize, score: F) -> (F, F, F) {
        let e = score.exp_below(self.max[row]);
        let total = F::ONE + self.rest[row];
        // For another class than the largest, e ≤ 1 ≤ total − e, so this difference cannot cancel.
        let others = F::select(self.argmax[row] == class as u32, self.rest[row], total - e);
        (e, others, total)
    }

    /// `−ln softmax_c`: where the class is the largest the first term is exactly 0, and the second keeps its digits.
    #[inline(always)]
    pub(crate) fn surprise(&self, row: usize, score: F) -> F {
        (self.max[row] - score) + self.rest[row].ln_1p()
    }

    /// Fills gradient and Hessian diagonal of `−Σ t_c·ln softmax_c` for the rows from `start`, `total_share` being `Σ t_c`.
    #[inline(always)]
    pub(crate) fn derivatives(
        &self,
        (start, rows): (usize, usize),
        target: RowTarget<'_, F>,
        total_share: &[F; CHUNK],
        scores: &[&[F]],
        derivatives: &mut Derivatives<'_, F>,
    ) {
        for (class, scores) in scores.iter().enumerate() {
            let scores = &scores[start..start + rows];
            let gradient = &mut derivatives.gradient[class][start..start + rows];
            let hessian = &mut derivatives.hessian[class][start..start + rows];
            for row in 0..rows {
                let (e, others, total) = self.parts(class, row, scores[row]);
                let share = target.share(class, start + row);
                // T·σ − t = ((T − t)·e − t·others)/total: for a true class alone nothing is subtracted.
                gradient[row] = (total_share[row] - share).mul_add(e, -(share * others)) / total;
                hessian[row] = total_share[row] * (e / total) * (others / total);
            }
        }
    }

    /// `product = T·s ∘ (v − ⟨s, v⟩)` for the rows from `start`.
    ///
    /// All of v is taken relative to the entry of the largest score, v*: as ⟨s, v⟩ = v* + ⟨s, v − v*⟩, nothing cancels
    /// where s is almost 1 in one class.
    #[inline(always)]
    pub(crate) fn hessian_vector(
        &self,
        (start, rows): (usize, usize),
        total_share: &[F; CHUNK],
        scores: &[&[F]],
        vector: &[&[F]],
        product: &mut [&mut [F]],
    ) {
        let mut origin = [F::ZERO; CHUNK];
        for (class, vector) in vector.iter().enumerate() {
            for row in 0..rows {
                origin[row] = F::select(self.argmax[row] == class as u32, vector[start + row], origin[row]);
            }
        }
        let mut mean = [F::ZERO; CHUNK];
        for (class, vector) in vector.iter().enumerate() {
            for row in 0..rows {
                let (e, _, total) = self.parts(class, row, scores[class][start + row]);
                mean[row] = (e / total).mul_add(vector[start + row] - origin[row], mean[row]);
            }
        }
        for (class, product) in product.iter_mut().enumerate() {
            for row in 0..rows {
                let (e, _, total) = self.parts(class, row, scores[class][start + row]);
                let difference = (vector[class][start + row] - origin[row]) - mean[row];
                product[start + row] = total_share[row] * ((e / total) * difference);
            }
        }
    }
}

/// `Σ t_c` of every row of a chunk: 1 where rows have one class.
#[inline(always)]
pub(crate) fn total_share<F: Float>(
    (start, rows): (usize, usize),
    target: RowTarget<'_, F>,
    classes: usize,
) -> [F; CHUNK] {
    match target {
        RowTarget::Class(_) => [F::ONE; CHUNK],
        RowTarget::Shares(_) => {
            let mut total = [F::ZERO; CHUNK];
            for class in 0..classes {
                for (row, total) in total[..rows].iter_mut().enumerate() {
                    *total += target.share(class, start + row);
                }
            }
            total
        }
    }
}

/// `p_c·(1 − p_c)` of one row, `p = softmax(scores)`.
pub(crate) fn softmax_variance(scores: &[f64], variance: &mut [f64]) {
    let columns: Vec<&[f64]> = scores.chunks(1).collect();
    let softmax = Softmax::of(&columns, 0, 1);
    for (class, (slot, &score)) in variance.iter_mut().zip(scores).enumerate() {
        let (e, others, total) = softmax.parts(class, 0, score);
        *slot = (e / total) * (others / total);
    }
}
