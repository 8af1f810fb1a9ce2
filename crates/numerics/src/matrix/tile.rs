//! The inner loop: a tile of the product that stays in registers.
//!
//! Written once over [`Vector`], 16 numbers: one register of AVX-512, two of AVX2, an array elsewhere. It takes
//! intrinsics: from plain arrays LLVM keeps some of the tile in memory.

use super::{LANES, Left, Panel, Product, Store, WIDEST, depth_of_a_stretch};
use crate::isa::Isa;

/// 16 numbers.
trait Vector: Copy {
    /// # Safety
    /// The machine must have the instructions of the implementation; that holds for all functions here.
    unsafe fn splat(x: f32) -> Self;
    /// # Safety
    /// 16 numbers can be read from `from`.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// 16 numbers can be written to `to`.
    unsafe fn store(self, to: *mut f32);
    /// self + other
    /// # Safety
    /// As for [`splat`](Self::splat).
    unsafe fn add(self, other: Self) -> Self;
    /// self·a + b with one rounding
    /// # Safety
    /// As for [`splat`](Self::splat).
    unsafe fn mul_add(self, a: Self, b: Self) -> Self;
}

impl Vector for [f32; LANES] {
    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        [x; LANES]
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's; an array of f32 needs no more alignment than f32.
        unsafe { from.cast::<Self>().read() }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: as above.
        unsafe { to.cast::<Self>().write(self) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane] + other[lane])
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        std::array::from_fn(|lane| self[lane].mul_add(a[lane], b[lane]))
    }
}

/// Where a tile lies, for `ROWS` × `VECTORS` vectors of it.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    left: *const f32,
    row_step: usize,
    depth_step: usize,
    right: *const f32,
    width: usize,
    product: *mut f32,
    step: usize,
    add: bool,
    ahead: *const f32,
}

/// Terms per turn of the inner loop: prefetches are few and evenly spread.
const UNROLL: usize = 4;

/// Lines of 64 bytes fetched per turn. A 5 × 5 tile of AVX-512 takes 50 cycles a turn; two lines in 50 cycles are 6 GB/s
/// at 2.5 GHz, about what one thread gets from memory beside its arithmetic.
const FETCHES: usize = 2;

/// # Safety
/// The machine has the instructions of `V`, and the tile at `place` lies inside of its arrays.
#[inline(always)]
unsafe fn tile<V: Vector, const ROWS: usize, const VECTORS: usize>(place: Place) {
    let Place { depth, mut left, row_step, depth_step, mut right, width, product, step, add, mut ahead } = place;
    // SAFETY: the caller's: all that is read and written lies inside of the tile. Pointers that step past the end are
    // made by wrapping arithmetic and not read; a prefetch may have any address.
    unsafe {
        let mut sums = [[V::splat(0.0); VECTORS]; ROWS];
        // A macro, because a closure would be compiled for the baseline.
        macro_rules! term {
            () => {
                let mut row = [V::splat(0.0); VECTORS];
                for (vector, slot) in row.iter_mut().enumerate() {
                    *slot = V::load(right.add(vector * LANES));
                }
                for (i, sums) in sums.iter_mut().enumerate() {
                    let a = V::splat(*left.add(i * row_step));
                    for (sum, &b) in sums.iter_mut().zip(&row) {
                        *sum = a.mul_add(b, *sum);
                    }
                }
                left = left.wrapping_add(depth_step);
                right = right.wrapping_add(width);
            };
        }
        for _ in 0..depth / UNROLL {
            for _ in 0..FETCHES {
                prefetch(ahead);
                ahead = ahead.wrapping_add(LANES);
            }
            for _ in 0..UNROLL {
                term!();
            }
        }
        for _ in 0..depth % UNROLL {
            term!();
        }
        for (i, sums) in sums.iter().enumerate() {
            for (vector, &sum) in sums.iter().enumerate() {
                let to = product.add(i * step + vector * LANES);
                let sum = if add { V::load(to).add(sum) } else { sum };
                sum.store(to);
            }
        }
    }
}

/// Fetches the 64 bytes around an address, which need not exist, into the second-level cache.
#[inline(always)]
fn prefetch(line: *const f32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 machine has the instruction, and it never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(line.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}

/// Tiles of an instruction set: how large they are, and how one is computed.
#[derive(Clone, Copy)]
struct Tiles {
    /// The most rows of a tile so many vectors wide.
    rows: fn(vectors: usize) -> usize,
    /// The most vectors.
    vectors: usize,
    /// Computes the tile of so many rows and vectors at a place: unsafe as [`tile`] is.
    run: unsafe fn(rows: usize, vectors: usize, place: Place),
}

impl Tiles {
    fn of(isa: Isa) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if isa == Isa::Avx512 && isa.is_available() {
                // Up to 25 of 32 registers hold sums; enough for two multiply-adds a cycle of 4 cycles each.
                return Self { rows: |vectors| if vectors < 5 { 6 } else { 5 }, vectors: 5, run: x86::run_avx512 };
            }
            if isa >= Isa::Avx2 && Isa::Avx2.is_available() {
                // 12 of 16 registers hold sums.
                return Self { rows: |_| 6, vectors: 1, run: x86::run_avx2 };
            }
        }
        let _ = isa;
        Self { rows: |_| 1, vectors: 1, run: run_plain }
    }
}

/// # Safety
/// The tile at `place` lies inside of its arrays.
unsafe fn run_plain(_rows: usize, _vectors: usize, place: Place) {
    // SAFETY: the caller's, and an array needs no special instructions.
    unsafe { tile::<[f32; LANES], 1, 1>(place) }
}

/// The product of the parent module; sizes have been checked there and are not 0.
#[expect(clippy::too_many_arguments, reason = "those of the parent module")]
pub(super) fn multiply(
    isa: Isa,
    rows: usize,
    depth: usize,
    left: Left<'_>,
    right: Panel<'_>,
    product: Product<'_>,
    store: Store,
    ahead: &[f32],
) {
    let tiles = Tiles::of(isa);
    let vectors = right.width / LANES;
    let tile_rows = (tiles.rows)(vectors.min(tiles.vectors));
    let stretch = depth_of_a_stretch(right.width);
    // Every tile fetches its share of what comes next.
    let share = ahead.len() / (rows.div_ceil(tile_rows) * depth.div_ceil(stretch));
    let mut ahead = ahead.as_ptr();
    // The last vector of a narrower product is computed whole, beside it.
    let whole = product.width == right.width;
    let mut beside = [0.0; 6 * WIDEST];
    for from in (0..depth).step_by(stretch) {
        let add = from > 0 || store == Store::Add;
        for row in (0..rows).step_by(tile_rows) {
            let count = tile_rows.min(rows - row);
            let target = &mut product.values[row * product.step..];
            let (to, step) = if whole {
                (target.as_mut_ptr(), product.step)
            } else {
                if add {
                    for (i, beside) in beside.chunks_mut(right.width).take(count).enumerate() {
                        beside[..product.width].copy_from_slice(&target[i * product.step..][..product.width]);
                    }
                }
                (beside.as_mut_ptr(), right.width)
            };
            let mut column = 0;
            while column < vectors {
                let across = tiles.vectors.min(vectors - column);
                let place = Place {
                    depth: stretch.min(depth - from),
                    left: left.values[row * left.row_step + from * left.depth_step..].as_ptr(),
                    row_step: left.row_step,
                    depth_step: left.depth_step,
                    right: right.values[from * right.width + column * LANES..].as_ptr(),
                    width: right.width,
                    product: to.wrapping_add(column * LANES),
                    step,
                    add,
                    ahead,
                };
                // SAFETY: `Tiles::of` has detected the instructions. The parent module has checked that the arrays hold
                // `rows`, `depth` and the width, and rows, terms and vectors of the tile are among them; `beside` holds
                // the rows of any tile at the width of any panel.
                unsafe { (tiles.run)(count, across, place) };
                column += across;
            }
            ahead = ahead.wrapping_add(share);
            if !whole {
                for (i, beside) in beside.chunks(right.width).take(count).enumerate() {
                    target[i * product.step..][..product.width].copy_from_slice(&beside[..product.width]);
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m256, __m512, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps,
        _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_storeu_ps,
    };

    use super::{LANES, Place, Vector, tile};

    impl Vector for __m512 {
        #[inline(always)]
        unsafe fn splat(x: f32) -> Self {
            // SAFETY: the caller's, here and below.
            unsafe { _mm512_set1_ps(x) }
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            // SAFETY: as above.
            unsafe { _mm512_loadu_ps(from) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            // SAFETY: as above.
            unsafe { _mm512_storeu_ps(to, self) }
        }

        #[inline(always)]
        unsafe fn add(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { _mm512_add_ps(self, other) }
        }

        #[inline(always)]
        unsafe fn mul_add(self, a: Self, b: Self) -> Self {
            // SAFETY: as above.
            unsafe { _mm512_fmadd_ps(self, a, b) }
        }
    }

    impl Vector for [__m256; 2] {
        #[inline(always)]
        unsafe fn splat(x: f32) -> Self {
            // SAFETY: the caller's, here and below.
            unsafe { [_mm256_set1_ps(x); 2] }
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            // SAFETY: as above.
            unsafe { [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(LANES / 2))] }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            // SAFETY: as above.
            unsafe {
                _mm256_storeu_ps(to, self[0]);
                _mm256_storeu_ps(to.add(LANES / 2), self[1]);
            }
        }

        #[inline(always)]
        unsafe fn add(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { [_mm256_add_ps(self[0], other[0]), _mm256_add_ps(self[1], other[1])] }
        }

        #[inline(always)]
        unsafe fn mul_add(self, a: Self, b: Self) -> Self {
            // SAFETY: as above.
            unsafe { [_mm256_fmadd_ps(self[0], a[0], b[0]), _mm256_fmadd_ps(self[1], a[1], b[1])] }
        }
    }

    /// # Safety
    /// As for [`tile`]; the machine must have the features named here; 1 to 5 vectors, 1 to 5 rows, or 6 of up to 4.
    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn run_avx512(rows: usize, vectors: usize, place: Place) {
        // SAFETY: the caller's.
        unsafe {
            match vectors {
                1 => rows_avx512::<1>(rows, place),
                2 => rows_avx512::<2>(rows, place),
                3 => rows_avx512::<3>(rows, place),
                4 => rows_avx512::<4>(rows, place),
                _ => rows_avx512::<5>(rows, place),
            }
        }
    }

    /// # Safety
    /// As for [`run_avx512`].
    #[target_feature(enable = "avx512f")]
    unsafe fn rows_avx512<const VECTORS: usize>(rows: usize, place: Place) {
        // SAFETY: the caller's.
        unsafe {
            match rows {
                1 => tile::<__m512, 1, VECTORS>(place),
                2 => tile::<__m512, 2, VECTORS>(place),
                3 => tile::<__m512, 3, VECTORS>(place),
                4 => tile::<__m512, 4, VECTORS>(place),
                5 => tile::<__m512, 5, VECTORS>(place),
                _ => tile::<__m512, 6, VECTORS>(place),
            }
        }
    }

    /// # Safety
    /// As for [`tile`]; the machine must have the features named here; 1 vector, 1 to 6 rows.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn run_avx2(rows: usize, _vectors: usize, place: Place) {
        type Pair = [__m256; 2];
        // SAFETY: the caller's.
        unsafe {
            match rows {
                1 => tile::<Pair, 1, 1>(place),
                2 => tile::<Pair, 2, 1>(place),
                3 => tile::<Pair, 3, 1>(place),
                4 => tile::<Pair, 4, 1>(place),
                5 => tile::<Pair, 5, 1>(place),
                _ => tile::<Pair, 6, 1>(place),
            }
        }
    }
}
