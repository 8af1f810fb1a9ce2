//! Products of matrices of `f32` whose bits are the same on every machine.
//!
//! [`multiply`] is the one loop that every larger product is put together from: `C = A·B` or `C += A·B` for a B that lies
//! packed, a few registers wide. Both factors and the result may be parts of larger arrays; A is read by single numbers,
//! so that it may be transposed or not and is never packed.
//!
//! # The order of the additions
//!
//! An element of the product is added up over stretches of [`depth_of_a_stretch`] terms. A stretch is a chain of fused
//! multiply-adds that starts at 0, in ascending order; the sum of a stretch is then added to what C held. The error of an
//! element is therefore at most `(s + n/s)·2^-24` times the sum of the magnitudes of its n terms, to first order, with
//! stretches of s: a plain chain has `n·2^-24`.

mod made;
mod tile;

pub use made::{MADE_WIDTH, MOST_ROWS, Rows};

use crate::isa::Isa;

/// Panels are a multiple of this wide: one register of AVX-512, two of AVX2.
pub const LANES: usize = 16;

/// The widest panel. 5 registers of 16 numbers times 5 rows are 25 of the 32 registers of AVX-512; 5 more hold a row of
/// the panel.
pub const WIDEST: usize = 5 * LANES;

/// Bytes of a line of the cache, and of a register of AVX-512.
pub const ALIGNMENT: usize = 64;

/// The numbers of a panel that are used over and over before the next ones: 20 of the 32 KiB of a first-level cache.
const STRETCH: usize = 5120;

/// The terms that are added up before they are added to an element of the product, for a panel of this width.
#[must_use]
pub const fn depth_of_a_stretch(width: usize) -> usize {
    // In 32 bits: a division of 64 takes three times as long.
    (STRETCH as u32 / width as u32) as usize
}

/// The left factor, anywhere in memory: element (row, k) is `values[row·row_step + k·depth_step]`.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// The array that the factor is a part of, from its first element on.
    pub values: &'a [f32],
    /// From a row to the next.
    pub row_step: usize,
    /// From a column to the next.
    pub depth_step: usize,
}

/// The right factor, packed: row k is `values[k·width..(k + 1)·width]`.
#[derive(Clone, Copy, Debug)]
pub struct Panel<'a> {
    /// The rows one after another.
    pub values: &'a [f32],
    /// A multiple of [`LANES`], at most [`WIDEST`].
    pub width: usize,
}

/// The product: row i is `values[i·step..i·step + width]`, with a width up to that of the panel and up to the step.
#[derive(Debug)]
pub struct Product<'a> {
    /// The array that the product is a part of, from its first element on.
    pub values: &'a mut [f32],
    /// From a row to the next.
    pub step: usize,
    /// How many columns of the panel count.
    pub width: usize,
}

/// What happens to what the product's place held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Store<'a> {
    /// It is overwritten.
    Set,
    /// The product is added to it.
    Add,
    /// It is overwritten, as if it had held in each row the number of that row here.
    Onto(&'a [f32]),
}

/// What computes products, on an instruction set.
#[derive(Clone, Copy, Debug)]
pub struct Multiplier(tile::Tiles);

impl Multiplier {
    /// On `isa`, or what of it this machine has.
    #[must_use]
    pub fn new(isa: Isa) -> Self {
        Self(tile::Tiles::of(isa))
    }

    /// `product = left·right`, or added to what [`Store`] says, of `rows` × `depth` and `depth` × width.
    ///
    /// Panels and products are best aligned to [`ALIGNMENT`], which saves up to 7% of the time.
    ///
    /// `ahead` is what the caller will read or write next: it is fetched into the second-level cache while this runs. It
    /// changes nothing but the time.
    ///
    /// # Panics
    ///
    /// If an array is too short, or the width of the panel or the product is not as described there.
    #[expect(clippy::too_many_arguments, reason = "a product has three matrices and two sizes")]
    pub fn multiply(
        self,
        rows: usize,
        depth: usize,
        left: Left<'_>,
        right: Panel<'_>,
        product: Product<'_>,
        store: Store<'_>,
        ahead: &[f32],
    ) {
        let Panel { width, .. } = right;
        assert!(width.is_multiple_of(LANES) && (LANES..=WIDEST).contains(&width), "a panel of {width} columns");
        assert!((1..=width).contains(&product.width), "{} of {width} columns", product.width);
        assert!(product.step >= product.width, "rows of {} columns every {}", product.width, product.step);
        if let Store::Onto(numbers) = store {
            assert!(numbers.len() >= rows, "{} numbers for {rows} rows", numbers.len());
        }
        if rows == 0 {
            return;
        }
        // Sizes that are too large to be counted are too large for any slice.
        let spans = |count: usize, step: usize, rest: usize| {
            count.checked_mul(step).and_then(|all| all.checked_add(rest)).unwrap_or(usize::MAX)
        };
        assert!(right.values.len() >= spans(depth, width, 0), "the panel is too short");
        assert!(product.values.len() >= spans(rows - 1, product.step, product.width), "the product is too short");
        if depth == 0 {
            let rows = product.values.chunks_mut(product.step).take(rows).map(|row| &mut row[..product.width]);
            match store {
                Store::Set => rows.for_each(|row| row.fill(0.0)),
                Store::Add => {}
                Store::Onto(numbers) => rows.zip(numbers).for_each(|(row, &number)| row.fill(number)),
            }
            return;
        }
        let last = spans(rows - 1, left.row_step, spans(depth - 1, left.depth_step, 0));
        assert!(left.values.len() > last, "the left factor is too short");
        self.0.multiply(rows, depth, left, right, product, store, ahead);
    }

    /// Whether [`multiply_made`](Self::multiply_made) computes products of so many rows and such a depth here.
    #[must_use]
    pub fn makes(self, rows: usize, depth: usize) -> bool {
        self.0.wide && (1..=MOST_ROWS).contains(&rows) && depth <= depth_of_a_stretch(MADE_WIDTH)
    }

    /// `product = onto + leftᵀ·right` for a right factor that is made while it is multiplied: the bits are those of
    /// [`multiply`](Self::multiply) with [`Store::Onto`]. `left` is packed, the numbers for row k of `right` one after
    /// another, one for each of `onto`. The product is [`MADE_WIDTH`] wide.
    ///
    /// # Panics
    ///
    /// Where it does not [`make`](Self::makes) such a product, or an array is too short.
    pub fn multiply_made<R: Rows>(self, left: &[f32], right: &R, product: Product<'_>, onto: &[f32]) {
        let (rows, depth) = (onto.len(), right.depth());
        assert!(self.makes(rows, depth), "{rows} rows of a depth of {depth}");
        assert!(left.len() == rows * depth, "a left factor of {} numbers", left.len());
        assert!(product.width == MADE_WIDTH && product.step >= MADE_WIDTH, "a product of another width");
        assert!(product.values.len() >= (rows - 1) * product.step + MADE_WIDTH, "the product is too short");
        made::multiply(left, right, product, onto);
    }
}

/// [`Multiplier::multiply`] on `isa`, for products large enough that choosing what computes them does not matter.
///
/// # Panics
///
/// As there.
#[expect(clippy::too_many_arguments, reason = "a product has three matrices and two sizes")]
pub fn multiply(
    isa: Isa,
    rows: usize,
    depth: usize,
    left: Left<'_>,
    right: Panel<'_>,
    product: Product<'_>,
    store: Store<'_>,
    ahead: &[f32],
) {
    Multiplier::new(isa).multiply(rows, depth, left, right, product, store, ahead);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// The definition, one element after another.
    fn by_definition(depth: usize, left: Left<'_>, right: Panel<'_>, row: usize, column: usize, before: f32) -> f32 {
        let mut element = before;
        let stretch = depth_of_a_stretch(right.width);
        for from in (0..depth).step_by(stretch) {
            let mut sum = 0.0_f32;
            for k in from..depth.min(from + stretch) {
                let a = left.values[row * left.row_step + k * left.depth_step];
                sum = a.mul_add(right.values[k * right.width + column], sum);
            }
            element += sum;
        }
        element
    }

    /// A matrix as a factor that is made.
    struct Packed<'a>(&'a [f32]);

    impl Rows for Packed<'_> {
        fn depth(&self) -> usize {
            self.0.len() / MADE_WIDTH
        }
        #[inline(always)]
        fn row(&self, k: usize) -> [f32; MADE_WIDTH] {
            std::array::from_fn(|i| self.0[k * MADE_WIDTH + i])
        }
    }

    #[test]
    fn a_factor_that_is_made_gives_the_bits_of_one_that_is_stored() {
        for isa in Isa::available() {
            let multiplier = Multiplier::new(isa);
            for rows in 1..=MOST_ROWS + 1 {
                for depth in [0, 1, 7, 64, depth_of_a_stretch(MADE_WIDTH), depth_of_a_stretch(MADE_WIDTH) + 1] {
                    let (a, b, onto) = (numbers(rows * depth, 1), numbers(depth * MADE_WIDTH, 2), numbers(rows, 3));
                    if !multiplier.makes(rows, depth) {
                        assert!(isa < Isa::Avx512 || rows > MOST_ROWS || depth > depth_of_a_stretch(MADE_WIDTH));
                        continue;
                    }
                    let step = MADE_WIDTH + 3;
                    let (mut made, mut stored) = (vec![0.5; rows * step], vec![0.5; rows * step]);
                    let product = |values| Product { values, step, width: MADE_WIDTH };
                    multiplier.multiply_made(&a, &Packed(&b), product(&mut made), &onto);
                    let left = Left { values: &a, row_step: 1, depth_step: rows };
                    let right = Panel { values: &b, width: MADE_WIDTH };
                    multiplier.multiply(rows, depth, left, right, product(&mut stored), Store::Onto(&onto), &[]);
                    let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                    assert_eq!(bits(&made), bits(&stored), "{rows} x {depth}");
                }
            }
        }
    }

    #[test]
    fn every_shape_on_every_instruction_set_is_the_defined_order() {
        let onto = numbers(25, 4);
        for isa in Isa::available() {
            for width in (LANES..=WIDEST).step_by(LANES) {
                for rows in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 25] {
                    for depth in [0, 1, 3, 4, 9, depth_of_a_stretch(width), depth_of_a_stretch(width) + 5] {
                        for (used, store) in [
                            (width, Store::Set),
                            (width, Store::Add),
                            (width - 3, Store::Add),
                            (1, Store::Set),
                            (width, Store::Onto(&onto)),
                            (width - 5, Store::Onto(&onto)),
                        ] {
                            one_shape(isa, rows, depth, width, used, store);
                        }
                    }
                }
            }
        }
    }

    fn one_shape(isa: Isa, rows: usize, depth: usize, width: usize, used: usize, store: Store<'_>) {
        let (a, b) = (numbers((rows + 2) * (depth + 3), 1), numbers(depth * width, 2));
        let right = Panel { values: &b, width };
        let lefts = [
            Left { values: &a, row_step: depth + 3, depth_step: 1 },
            Left { values: &a, row_step: 1, depth_step: rows + 2 },
        ];
        for left in lefts {
            let before = numbers(rows * (used + 2), 3);
            let mut after = before.clone();
            let product = Product { values: &mut after, step: used + 2, width: used };
            multiply(isa, rows, depth, left, right, product, store, &a);
            for (at, (&after, &before)) in after.iter().zip(&before).enumerate() {
                let (row, column) = (at / (used + 2), at % (used + 2));
                let start = match store {
                    Store::Set => 0.0,
                    Store::Add => before,
                    Store::Onto(numbers) => numbers[row],
                };
                let expected =
                    if column < used { by_definition(depth, left, right, row, column, start) } else { before };
                assert_eq!(
                    after.to_bits(),
                    expected.to_bits(),
                    "{} {rows} x {depth} x {used} of {width}, {store:?}, element {row}, {column}",
                    isa.name()
                );
            }
        }
    }

    #[test]
    #[should_panic(expected = "the left factor is too short")]
    fn a_left_factor_that_is_too_short_is_refused() {
        let b = [0.0; 32];
        let mut c = [0.0; 32];
        let left = Left { values: &[1.0; 3], row_step: 2, depth_step: 1 };
        let product = Product { values: &mut c, step: 16, width: 16 };
        multiply(Isa::current(), 2, 2, left, Panel { values: &b, width: 16 }, product, Store::Set, &[]);
    }

    #[test]
    #[should_panic(expected = "the product is too short")]
    fn a_product_that_is_too_short_is_refused() {
        let b = [0.0; 32];
        let mut c = [0.0; 31];
        let left = Left { values: &[1.0; 4], row_step: 2, depth_step: 1 };
        let product = Product { values: &mut c, step: 16, width: 16 };
        multiply(Isa::current(), 2, 2, left, Panel { values: &b, width: 16 }, product, Store::Set, &[]);
    }

    /// Why a product is refused whose sizes, multiplied, would wrap round to 0.
    fn refusal(rows: usize, depth: usize, [row_step, depth_step, step]: [usize; 3]) -> Option<String> {
        let (a, b, mut c) = ([1.0; 4], [0.0; 64], [0.0; 64]);
        let left = Left { values: &a, row_step, depth_step };
        let product = Product { values: &mut c, step, width: 16 };
        let right = Panel { values: &b, width: 16 };
        let run = || multiply(Isa::current(), rows, depth, left, right, product, Store::Set, &[]);
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).err()?;
        refused.downcast_ref::<&str>().map(|message| (*message).to_owned())
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        let half = usize::MAX / 2 + 1;
        assert_eq!(refusal(2, 2, [2, 1, 16]), None);
        assert_eq!(refusal(1, half, [1, 1, 16]).as_deref(), Some("the panel is too short"));
        assert_eq!(refusal(3, 2, [1, 1, half]).as_deref(), Some("the product is too short"));
        assert_eq!(refusal(half + 1, 2, [1, 1, 16]).as_deref(), Some("the product is too short"));
        assert_eq!(refusal(half + 1, 0, [1, 1, 16]).as_deref(), Some("the product is too short"));
        assert_eq!(refusal(3, 2, [half, 1, 16]).as_deref(), Some("the left factor is too short"));
        assert_eq!(refusal(2, 3, [1, half, 16]).as_deref(), Some("the left factor is too short"));
        assert_eq!(refusal(2, 2, [half, half, 16]).as_deref(), Some("the left factor is too short"));
        // Steps that are never taken.
        assert_eq!(refusal(1, 1, [usize::MAX, usize::MAX, usize::MAX]), None);
    }

    #[test]
    #[should_panic(expected = "the panel is too short")]
    fn a_panel_that_is_too_short_is_refused() {
        let b = [0.0; 31];
        let mut c = [0.0; 32];
        let left = Left { values: &[1.0; 4], row_step: 2, depth_step: 1 };
        let product = Product { values: &mut c, step: 16, width: 16 };
        multiply(Isa::current(), 2, 2, left, Panel { values: &b, width: 16 }, product, Store::Set, &[]);
    }
}
