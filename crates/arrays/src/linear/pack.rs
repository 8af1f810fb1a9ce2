//! Rows of an array, packed the way products want them.

use std::ops::Range;

use dartboard_numerics::matrix::{ALIGNMENT, LANES};

/// Numbers that start at a line of the cache.
#[derive(Default)]
pub(super) struct Aligned(Vec<f32>);

impl Aligned {
    /// The first `count` numbers. What they are is unspecified at first; later as they were left, while the count does not
    /// grow.
    pub(super) fn first(&mut self, count: usize) -> &mut [f32] {
        const SPARE: usize = ALIGNMENT / size_of::<f32>();
        if self.0.len() < count + SPARE {
            // Memory that comes as zeros is not touched before it is used.
            self.0 = vec![0.0; count + SPARE];
        }
        // No more than the spare numbers for an array of numbers; were it more, the start would do.
        let start = self.0.as_ptr().align_offset(ALIGNMENT).min(SPARE);
        &mut self.0[start..start + count]
    }
}

/// Columns of the hidden states that the gradient of the weights takes at a time: four registers of AVX-512, of which 24
/// sums of six rows leave room for what else is needed.
pub(super) const PANEL: usize = 4 * LANES;

/// The panels of `width` columns: where each starts, and how many columns it holds.
pub(super) fn panels(width: usize) -> impl Iterator<Item = Range<usize>> {
    (0..width).step_by(PANEL).map(move |from| from..width.min(from + PANEL))
}

/// The numbers that the panels of a row of `width` columns hold, with padding.
pub(super) fn padded(width: usize) -> usize {
    width.next_multiple_of(LANES)
}

/// Writes the given rows of `array` (any × `width`) as the columns of `to` (`width` × `side_by_side`); columns beyond the
/// rows become 0.
pub(super) fn transpose(array: &[f32], width: usize, rows: &[u32], side_by_side: usize, to: &mut [f32]) {
    for (column, to) in to.chunks_exact_mut(side_by_side).enumerate() {
        for (to, &row) in to.iter_mut().zip(rows) {
            *to = array[row as usize * width + column];
        }
        to[rows.len()..].fill(0.0);
    }
}

/// Writes the columns of `from` (`width` × `side_by_side`) as the given rows of `array` (any × `width`).
pub(super) fn transpose_back(from: &[f32], side_by_side: usize, rows: &[u32], width: usize, array: &mut [f32]) {
    for (i, &row) in rows.iter().enumerate() {
        let to = &mut array[row as usize * width..][..width];
        for (to, from) in to.iter_mut().zip(from[i..].iter().step_by(side_by_side)) {
            *to = *from;
        }
    }
}

/// Writes the given rows of `array` (any × `width`) panel by panel to `to`, each as rows × its columns with padding of 0.
pub(super) fn pack(array: &[f32], width: usize, rows: &[u32], to: &mut [f32]) {
    let mut to = to;
    for columns in panels(width) {
        let across = padded(columns.len());
        let (panel, others) = to.split_at_mut(rows.len() * across);
        for (to, &row) in panel.chunks_exact_mut(across).zip(rows) {
            let from = &array[row as usize * width..][columns.clone()];
            to[..from.len()].copy_from_slice(from);
            to[from.len()..].fill(0.0);
        }
        to = others;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligned_numbers_stay_where_they_are() {
        let mut numbers = Aligned::default();
        for count in [1, 1000, 10_000] {
            let first = numbers.first(count);
            assert_eq!((first.len(), first.as_ptr().addr() % ALIGNMENT), (count, 0));
        }
        numbers.first(10_000)[7] = 7.0;
        assert_eq!(numbers.first(8)[7], 7.0);
    }

    #[test]
    fn transposing_there_and_back_changes_nothing() {
        let (width, rows) = (7, [4, 0, 2]);
        let array: Vec<f32> = (0..5 * width).map(|i| i as f32).collect();
        let mut across = vec![f32::NAN; width * 16];
        transpose(&array, width, &rows, 16, &mut across);
        assert_eq!(across[..4], [28.0, 0.0, 14.0, 0.0]);
        let mut back = vec![-1.0; array.len()];
        transpose_back(&across, 16, &rows, width, &mut back);
        for row in 0..5 {
            let (back, array) = (&back[row * width..][..width], &array[row * width..][..width]);
            if rows.contains(&(row as u32)) { assert_eq!(back, array) } else { assert_eq!(back, [-1.0; 7]) }
        }
    }

    #[test]
    fn panels_hold_every_column_once_and_zeros() {
        let (width, rows) = (83, [1, 3]);
        let array: Vec<f32> = (0..4 * width).map(|i| i as f32).collect();
        let mut packed = vec![f32::NAN; rows.len() * padded(width)];
        pack(&array, width, &rows, &mut packed);
        assert_eq!(packed[..64], array[width..width + 64]);
        assert_eq!(packed[64..128], array[3 * width..3 * width + 64]);
        assert_eq!(packed[128..128 + 19], array[width + 64..2 * width]);
        assert_eq!(packed[128 + 19..128 + 32], [0.0; 13]);
        assert_eq!(packed[160..160 + 19], array[3 * width + 64..4 * width]);
    }
}
