//! The inner loop: a tile of the product that stays in registers.
//!
//! Written once over [`Vector`], 16 numbers: one register of AVX-512, two of AVX2, an array elsewhere. It takes
//! intrinsics: from plain arrays LLVM keeps some of the tile in memory.

use super::{LANES, Left, Panel, Product, Store, depth_of_a_stretch};
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

/// Where a tile lies, or a column of them.
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
    /// A number for each row that the product is added to; null where there are none.
    onto: *const f32,
    ahead: *const f32,
    /// What is fetched ahead for a row.
    share: usize,
}

impl Place {
    /// The same so many vectors to the right.
    fn at_vector(self, vector: usize) -> Self {
        let right = self.right.wrapping_add(vector * LANES);
        Self { right, product: self.product.wrapping_add(vector * LANES), ..self }
    }
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
    let Place { depth, mut left, row_step, depth_step, mut right, width, product, step, add, onto, mut ahead, .. } =
        place;
    // SAFETY: the caller's: all that is read and written lies inside of the tile. Pointers that step past the end are
    // made by wrapping arithmetic and not read; a prefetch may have any address.
    unsafe {
        let mut sums = [[V::splat(0.0); VECTORS]; ROWS];
        if add {
            for i in 0..ROWS {
                for vector in 0..VECTORS {
                    prefetch::<true>(product.wrapping_add(i * step + vector * LANES));
                }
            }
        }
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
                prefetch::<false>(ahead);
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
                let sum = if add {
                    V::load(to).add(sum)
                } else if onto.is_null() {
                    sum
                } else {
                    V::splat(*onto.add(i)).add(sum)
                };
                sum.store(to);
            }
        }
    }
}

/// Fetches the 64 bytes around an address, which need not exist, into the second-level cache or the first.
#[inline(always)]
fn prefetch<const NEAR: bool>(line: *const f32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 machine has the instructions, and they never fault.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch};
        if NEAR { _mm_prefetch::<_MM_HINT_T0>(line.cast()) } else { _mm_prefetch::<_MM_HINT_T1>(line.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}

/// Tiles of `ROWS` rows, one below the other from `place` on, and a lower one for the rows that are left.
///
/// The loop is in here, and not around a call per tile, which would cost as much as an eighth of a tile.
///
/// # Safety
/// As for [`tile`], with so many rows.
#[inline(always)]
unsafe fn column<V: Vector, const ROWS: usize, const VECTORS: usize>(rows: usize, mut place: Place) {
    // SAFETY: the caller's; the tiles are parts of the whole.
    unsafe {
        for _ in 0..rows / ROWS {
            tile::<V, ROWS, VECTORS>(place);
            place.left = place.left.wrapping_add(ROWS * place.row_step);
            place.product = place.product.wrapping_add(ROWS * place.step);
            place.ahead = place.ahead.wrapping_add(ROWS * place.share);
            if !place.onto.is_null() {
                place.onto = place.onto.wrapping_add(ROWS);
            }
        }
        // What is left has less than `ROWS` rows: the compiler drops the other tiles.
        match rows % ROWS {
            0 => (),
            1 => tile::<V, 1, VECTORS>(place),
            2 => tile::<V, 2, VECTORS>(place),
            3 => tile::<V, 3, VECTORS>(place),
            4 => tile::<V, 4, VECTORS>(place),
            5 => tile::<V, 5, VECTORS>(place),
            6 => tile::<V, 6, VECTORS>(place),
            7 => tile::<V, 7, VECTORS>(place),
            8 => tile::<V, 8, VECTORS>(place),
            9 => tile::<V, 9, VECTORS>(place),
            10 => tile::<V, 10, VECTORS>(place),
            _ => tile::<V, 11, VECTORS>(place),
        }
    }
}

/// Computes a column of tiles of so many rows and vectors at a place: unsafe as [`column`] is.
type Run = unsafe fn(rows: usize, vectors: usize, place: Place);

/// What computes tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiles {
    /// The most vectors of a tile.
    across: usize,
    /// Made for instructions that this machine was found to have.
    run: Run,
    /// Whether those are AVX-512, for [`made`](super::made).
    pub(super) wide: bool,
}

impl Tiles {
    pub(super) fn of(isa: Isa) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if isa == Isa::Avx512 && isa.is_available() {
                // All that `Isa::Avx512` stands for.
                return Self { across: 5, run: x86::run_avx512, wide: true };
            }
            if isa >= Isa::Avx2 && Isa::Avx2.is_available() {
                return Self { across: 1, run: x86::run_avx2, wide: false };
            }
        }
        let _ = isa;
        Self { across: 1, run: run_plain, wide: false }
    }
}

/// # Safety
/// As for [`column`], with one vector.
unsafe fn run_plain(rows: usize, _vectors: usize, place: Place) {
    // SAFETY: the caller's, and an array needs no special instructions.
    unsafe { column::<[f32; LANES], 1, 1>(rows, place) }
}

/// Rows of a narrower product that are computed beside it at a time: as many as a tile of one vector has.
const BESIDE: usize = 6;

impl Tiles {
    /// The product of the parent module; sizes have been checked there and are not 0.
    #[expect(clippy::too_many_arguments, reason = "those of the parent module")]
    pub(super) fn multiply(
        self,
        rows: usize,
        depth: usize,
        left: Left<'_>,
        right: Panel<'_>,
        product: Product<'_>,
        store: Store<'_>,
        ahead: &[f32],
    ) {
        let Self { across, run, .. } = self;
        let stretch = depth_of_a_stretch(right.width);
        // Every row fetches its share of what comes next. In 32 bits, because a division of 64 takes as long as 2000 numbers.
        let share = if ahead.is_empty() {
            0
        } else {
            let shares = (rows as u32).saturating_mul((depth as u32).div_ceil(stretch as u32));
            (ahead.len() as u32 / shares.max(1)) as usize
        };
        // An address without memory would cost a search of the page tables every time.
        let mut ahead = if ahead.is_empty() { right.values.as_ptr() } else { ahead.as_ptr() };
        let whole = product.width / LANES;
        let rest = product.width % LANES;
        let onto = if let Store::Onto(numbers) = store { numbers.as_ptr() } else { std::ptr::null() };
        let mut from = 0;
        while from < depth {
            let add = from > 0 || store == Store::Add;
            let place = Place {
                depth: stretch.min(depth - from),
                left: left.values[from * left.depth_step..].as_ptr(),
                row_step: left.row_step,
                depth_step: left.depth_step,
                right: right.values[from * right.width..].as_ptr(),
                width: right.width,
                product: product.values.as_mut_ptr(),
                step: product.step,
                add,
                onto: if from == 0 { onto } else { std::ptr::null() },
                ahead,
                share,
            };
            let mut vector = 0;
            while vector < whole {
                // SAFETY: `Tiles::of` has detected the instructions. The parent module has checked that the arrays hold
                // `rows`, `depth` and the width, and the terms from `from` on and the vectors of the tiles are among them.
                unsafe { run(rows, across.min(whole - vector), place.at_vector(vector)) };
                vector += across;
            }
            if rest > 0 {
                // The last vector is computed whole, beside the product, which has no room for it.
                let mut beside = [[0.0; LANES]; BESIDE];
                let columns = whole * LANES..product.width;
                for (i, values) in product
                    .values
                    .chunks_mut(product.step.saturating_mul(BESIDE))
                    .take(rows.div_ceil(BESIDE))
                    .enumerate()
                {
                    let first = i * BESIDE;
                    let count = BESIDE.min(rows - first);
                    for (beside, values) in beside.iter_mut().zip(values.chunks(product.step)).take(count) {
                        beside[..rest].copy_from_slice(&values[columns.clone()]);
                    }
                    let place = Place {
                        left: place.left.wrapping_add(first * left.row_step),
                        product: beside.as_flattened_mut().as_mut_ptr(),
                        step: LANES,
                        onto: if place.onto.is_null() { place.onto } else { place.onto.wrapping_add(first) },
                        ..place.at_vector(whole)
                    };
                    // SAFETY: as above; `beside` holds the rows.
                    unsafe { run(count, 1, place) };
                    for (beside, values) in beside.iter().zip(values.chunks_mut(product.step)).take(count) {
                        values[columns.clone()].copy_from_slice(&beside[..rest]);
                    }
                }
            }
            ahead = ahead.wrapping_add(rows * share);
            from += stretch;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m256, __m512, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps,
        _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_storeu_ps,
    };

    use super::{LANES, Place, Vector, column};

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

    /// Up to 25 of 32 registers hold sums: enough for two multiply-adds a cycle, of 4 cycles each, to never wait. Two
    /// vectors come with twelve rows: few classes are one tile then.
    ///
    /// # Safety
    /// As for [`column`]; the machine must have the features named here; 1 to 5 vectors.
    #[target_feature(enable = "avx512f")]
    pub(super) unsafe fn run_avx512(rows: usize, vectors: usize, place: Place) {
        // SAFETY: the caller's.
        unsafe {
            match vectors {
                1 => column::<__m512, 6, 1>(rows, place),
                2 => column::<__m512, 12, 2>(rows, place),
                3 => column::<__m512, 6, 3>(rows, place),
                4 => column::<__m512, 6, 4>(rows, place),
                _ => column::<__m512, 5, 5>(rows, place),
            }
        }
    }

    /// 12 of 16 registers hold sums.
    ///
    /// # Safety
    /// As for [`column`]; the machine must have the features named here; 1 vector.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn run_avx2(rows: usize, _vectors: usize, place: Place) {
        // SAFETY: the caller's.
        unsafe { column::<[__m256; 2], 6, 1>(rows, place) }
    }
}
