//! Products with a right factor that is made while it is multiplied.
//!
//! Where a row of the right factor is a few instructions, it costs less to make it in registers than to write it to the
//! first-level cache, which what it is made of fills.

use super::{LANES, Product};

/// The width of a panel that is made: two registers, so that with [`MOST_ROWS`] rows of sums 24 of 32 registers are taken.
pub const MADE_WIDTH: usize = 2 * LANES;

/// The most rows of a product with a right factor that is made.
pub const MOST_ROWS: usize = 12;

/// A right factor that is made row by row.
pub trait Rows {
    /// How many rows there are.
    fn depth(&self) -> usize;
    /// The row of this number, below [`depth`](Self::depth). Mark it, and all that it calls, `#[inline(always)]`.
    fn row(&self, k: usize) -> [f32; MADE_WIDTH];
}

/// `product = onto + leftᵀ·right`; sizes have been checked by the caller.
#[cfg(target_arch = "x86_64")]
pub(super) fn multiply<R: Rows>(left: &[f32], right: &R, product: Product<'_>, onto: &[f32]) {
    macro_rules! by_rows {
        ($($rows:literal)*) => {
            match onto.len() {
                // SAFETY: `Multiplier::multiply_made` gets here only where the instructions have been detected.
                $($rows => unsafe { x86::tile::<R, $rows>(left.as_chunks().0, right, product, onto) },)*
                _ => {}
            }
        };
    }
    by_rows!(1 2 3 4 5 6 7 8 9 10 11 12);
}

#[cfg(not(target_arch = "x86_64"))]
pub(super) fn multiply<R: Rows>(_: &[f32], _: &R, _: Product<'_>, _: &[f32]) {}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_setzero_ps, _mm512_storeu_ps,
    };

    use super::{LANES, MADE_WIDTH, Product, Rows};

    /// The tile of the parent's parent, as wide as the panel and as high as the product.
    ///
    /// # Safety
    /// The machine must have the features named here.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    pub(super) unsafe fn tile<R: Rows, const ROWS: usize>(
        left: &[[f32; ROWS]],
        right: &R,
        product: Product<'_>,
        onto: &[f32],
    ) {
        let mut sums = [[_mm512_setzero_ps(); 2]; ROWS];
        for (k, left) in left.iter().enumerate() {
            let row: [f32; MADE_WIDTH] = right.row(k);
            // SAFETY: the row holds two vectors.
            let row = unsafe { [_mm512_loadu_ps(row.as_ptr()), _mm512_loadu_ps(row.as_ptr().add(LANES))] };
            for (sums, &a) in sums.iter_mut().zip(left) {
                let a = _mm512_set1_ps(a);
                sums[0] = _mm512_fmadd_ps(a, row[0], sums[0]);
                sums[1] = _mm512_fmadd_ps(a, row[1], sums[1]);
            }
        }
        // Loops of a length that is known: what is indexed by any other stays in memory.
        for (i, sums) in sums.iter().enumerate() {
            let onto = _mm512_set1_ps(onto[i]);
            let to = &mut product.values[i * product.step..][..MADE_WIDTH];
            // SAFETY: the slice holds two vectors.
            unsafe {
                _mm512_storeu_ps(to.as_mut_ptr(), _mm512_add_ps(onto, sums[0]));
                _mm512_storeu_ps(to.as_mut_ptr().add(LANES), _mm512_add_ps(onto, sums[1]));
            }
        }
    }
}
